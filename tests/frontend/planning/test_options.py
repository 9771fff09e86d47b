"""What the app is told for planning is looked at before it opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontend.planning.demo import begin, comparators_text, demo_planning
from frontend.planning.options import Told, inputs_of
from frontend.planning.orders import WorkOrder
from frontend.planning.planning import Planning
from frontend.store_cli import Ended
from sufficiency.comparators import comparators_of
from sufficiency.need_settings import settings_of
from sufficiency.scenario import baseline, packaged, read_scenario, scenario_from


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A council's returns, and a file of councils that names them."""
    (tmp_path / "ours" / "2025-26").mkdir(parents=True)
    (tmp_path / "ours" / "2025-26" / "episodes.csv").write_text("CHILD\n", encoding="utf-8")
    (tmp_path / "councils.toml").write_text('[councils.Ours]\nreturns = "ours"\n', encoding="utf-8")
    return tmp_path


def test_a_file_of_councils_is_all_it_takes(folder: Path) -> None:
    """What is worked out is kept beside the store unless it is said where; the returns stay where they are."""
    found = inputs_of(Told(councils=folder / "councils.toml"), folder / "placewell.db")
    assert found is not None
    assert [(one.name, one.returns) for one in found.councils] == [("Ours", folder / "ours")]
    assert found.work == folder / "placewell-planning"
    assert not found.made_up
    assert inputs_of(Told(), folder / "placewell.db") is None


def test_what_does_not_fit_is_refused_in_words(folder: Path) -> None:
    """Before anything is opened or made, with the option named."""
    councils = folder / "councils.toml"
    (folder / "not.csv").write_text("a,b\n", encoding="utf-8")
    for told, words in (
        (Told(register=folder), "--register: it goes with returns"),
        (Told(area="Ours"), "--area: it goes with returns"),
        (Told(councils=councils, register=folder / "gone"), "--register: there is no file or folder"),
        (Told(councils=folder / "gone.toml"), "--councils: .* cannot be read"),
        (Told(councils=councils, comparators=folder / "not.csv"), "--comparators"),
        (Told(councils=councils, ofsted=folder / "not.csv"), "--ofsted"),
        (Told(councils=councils, template=folder / "not.csv"), "--template: .* cannot be used"),
        (Told(councils=councils, work=folder / "ours" / "work"), "--work: .* which is read"),
        (Told(councils=councils, work=folder / "not.csv"), "--work: .* is a file"),
    ):
        with pytest.raises(Ended, match=words):
            inputs_of(told, folder / "placewell.db")
    with pytest.raises(Ended, match="--work: name a folder"):
        inputs_of(Told(councils=councils), None)
    assert not (folder / "placewell-planning").exists()


def test_a_projection_is_used_by_the_first_forecast_and_by_what_comes_with_placewell(folder: Path) -> None:
    """Where a council gave one; else nothing is otherwise than packaged. A forecast takes both, and no other way."""
    given = folder / "under18.csv"
    given.write_text("year,children\n2025,900\n2026,950\n", encoding="utf-8")
    without = inputs_of(Told(councils=folder / "councils.toml"), folder / "placewell.db")
    assert without is not None
    (folder / "councils.toml").write_text('[councils.Ours]\nreturns = "ours"\npopulation = "under18.csv"\n', "utf-8")
    found = inputs_of(Told(councils=folder / "councils.toml"), folder / "placewell.db")
    assert found is not None
    ahead = (1.02, 1.04, 1.05)
    for inputs, population in ((without, ()), (found, ahead)):
        planning = Planning(inputs)
        ((name, text),) = planning.first_order().scenarios
        first = scenario_from(text.encode("utf-8"), name)
        assert settings_of(first, population).population == population
        assert first.sha256 == inputs.fitted(baseline()).sha256
        for one in packaged():
            fitted = inputs.fitted(read_scenario(one))
            assert (fitted.text("need.population.use") == "projection file") is bool(population)
        planning.close()
    assert without.fitted(baseline()) is baseline()
    with pytest.raises(ValueError, match="the scenario does not use it"):
        settings_of(baseline(), ahead)
    chosen = found.fitted(baseline()).flat()["need.population.use"]
    assert (chosen.status, found.fitted(baseline()).is_default("need.population.use")) == ("council", False)


def test_a_projection_of_some_councils_alone_is_said_at_the_start(folder: Path) -> None:
    """With the name of who lacks one: no scenario could be worked out for all of them."""
    (folder / "under18.csv").write_text("year,children\n2025,900\n", encoding="utf-8")
    ours = '[councils.Ours]\nreturns = "ours"\npopulation = "under18.csv"\n'
    councils = folder / "councils.toml"
    councils.write_text(f'{ours}[councils.Theirs]\nreturns = "ours"\n', "utf-8")
    with pytest.raises(Ended, match="no projection of the under-18s is given for Theirs, and the others have one"):
        inputs_of(Told(councils=councils), folder / "placewell.db")


def test_the_figures_of_others_in_the_demo_say_that_they_are_made_up() -> None:
    """Every row is used, and names its source as none."""
    found = comparators_of(comparators_text())
    assert found.left_out == 0
    assert all("ade up" in line for line in comparators_text().splitlines()[1:])


def test_the_demo_asks_for_a_quick_forecast_and_then_for_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two made-up councils, the first with a register that is made up on the way."""
    planning = demo_planning(tmp_path)
    asked: list[WorkOrder] = []
    monkeypatch.setattr(Planning, "start", lambda _, __, ___, order: asked.append(order))
    begin(planning, None)  # type: ignore[arg-type]
    quick, whole = asked
    assert [len(one.scenarios) for one in asked] == [1, 2]
    assert (quick.backtest, whole.backtest, quick.first) == (False, True, "baseline")
    first, second = planning.inputs.councils
    assert planning.inputs.made_up
    assert first.made_up
    assert second.made_up
    assert first.register is not None
    assert not first.register.exists()
    assert planning.inputs.others() is not None
    planning.close()
