"""A preview says what the comparison of the same scenarios says, and holds nobody's record."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sufficiency.batch_councils import BatchCouncil
from sufficiency.compare_outputs import write_compare
from sufficiency.compare_run import run_compare
from sufficiency.compared import read_compared, set_out_from
from sufficiency.given import Asked
from sufficiency.preview_play import WarmCouncil
from sufficiency.scenario import Scenario, baseline, read_scenario
from sufficiency.scenario_faults import ScenarioError
from tests.sufficiency.histories import Councils, lives

DRAWS = 6
SAYS = ("key", "title", "kind", "by", "columns", "source", "overlap", "edition", "titles", "labels", "like")
"""What a table says of itself."""
LEVER = """schema_version = 1
name = "More kept"
extends = "baseline.toml"
[levers]
retention = { value = 0.9, unit = "share fewer", low = 0.9, high = 0.9, from = "FROM", over_months = 1, SAID }
edge_of_care = { value = 0.5, unit = "share fewer", low = 0.5, high = 0.5, from = "FROM", over_months = 1, SAID }
""".replace("SAID", 'source = "made up", date = "2026", status = "unverified"')


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of a made-up council."""
    folder = tmp_path_factory.mktemp("returns")
    people, episodes = lives(3, 30, date(2019, 4, 1), date(2021, 3, 31))
    # ids that no number looks like, so that they can be looked for
    people, episodes = ([row | {"CHILD": f"NAMED-{row['CHILD']}"} for row in rows] for rows in (people, episodes))
    councils = Councils()
    councils.add(*episodes, people=people, years=(2020, 2021))
    councils.read(folder)
    return folder


@pytest.fixture(scope="module")
def short() -> Scenario:
    """The baseline for a year and a month."""
    return changed(baseline(), "need.horizon_months", 13)


@pytest.fixture(scope="module")
def warm(returns: Path) -> WarmCouncil:
    """That council, read once for all tests."""
    return WarmCouncil(BatchCouncil("Birch", returns))


def changed(scenario: Scenario, key: str, value: float) -> Scenario:
    """A scenario with another number."""
    one = scenario.number(key)
    low, high = min(one.low, value), max(one.high, value)
    figures = {**scenario.figures, key: replace(one, value=value, low=low, high=high)}
    return replace(scenario, figures=figures)


def levers(folder: Path, short: Scenario) -> Scenario:
    """The same with two levers."""
    path = folder / "kept.toml"
    path.write_text(LEVER.replace("FROM", "2021-04"), encoding="utf-8")
    read = read_scenario(path)
    return replace(read, figures={**read.figures, "need.horizon_months": short.figures["need.horizon_months"]})


def test_a_preview_says_what_compare_says(returns: Path, warm: WarmCouncil, short: Scenario, tmp_path: Path) -> None:
    """Digit for digit, whatever was previewed before: need, supply or prices changed, of either."""
    pulled = levers(tmp_path, short)
    price = replace(changed(short, "cost.agency_foster", 2000), name="Dearer")
    for number, (first, other) in enumerate([(short, price), (short, pulled), (pulled, price)]):
        preview = warm.preview(first, other, DRAWS)
        asked = Asked(first, draws=DRAWS, test=False, targets=False)
        run = run_compare(returns, {first.name: first, other.name: other}, asked, each_lever=False)
        out = tmp_path / str(number)
        write_compare(out, run)
        found = read_compared(out)
        assert found is not None
        assert (preview.first, preview.other) == found[0].scenarios
        told = {one.key: one for one in set_out_from(found[1], "2021-03-31")}
        assert list(preview.tables) == list(told)
        for key, one in told.items():
            mine = preview.tables[key]
            pd.testing.assert_frame_equal(mine.rows, one.rows, check_exact=True)
            assert all(getattr(mine, name) == getattr(one, name) for name in SAYS)
        moved = preview.tables["scenarios.cost"].rows["difference_mean"].abs().max()
        assert moved > 0


def test_what_was_taken_back_is_not_played_again(warm: WarmCouncil, short: Scenario) -> None:
    """Back to an earlier change: the same answer, and nothing was worked out for it."""
    more = replace(changed(short, "supply.kin_approved", 9), name="More")
    first = warm.preview(short, more, DRAWS)
    made = [dict(one.small.made) for one in warm.players]
    again = warm.preview(short, replace(more, name="The same by another name"), DRAWS)
    assert [dict(one.small.made) for one in warm.players] == made
    assert again.errors == first.errors
    assert again.other == "The same by another name"


def test_two_of_one_name_are_told_apart(warm: WarmCouncil, short: Scenario) -> None:
    """A scenario that was changed and not yet called otherwise is set beside what it was."""
    preview = warm.preview(short, changed(short, "supply.kin_approved", 9), DRAWS)
    assert (preview.first, preview.other) == ("Baseline", "Baseline, changed")


def test_a_lever_in_the_past_is_refused_in_words(warm: WarmCouncil, short: Scenario, tmp_path: Path) -> None:
    """As compare refuses it, with the key that is to be mended."""
    path = tmp_path / "past.toml"
    path.write_text(LEVER.replace("FROM", "2019-01"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"levers\.retention"):
        warm.preview(short, read_scenario(path), DRAWS)


def test_a_preview_holds_no_child(warm: WarmCouncil, short: Scenario) -> None:
    """What goes from process to process names nobody: no id, birth date or postcode of the returns is in its bytes."""
    preview = warm.preview(short, changed(short, "supply.kin_approved", 9), DRAWS)
    held = pickle.dumps(preview)
    again = pickle.loads(held)
    assert replace(again, tables={}) == replace(preview, tables={})
    assert all(again.tables[key].rows.equals(one.rows) for key, one in preview.tables.items())
    children = warm.given.ret.children
    ids = {str(one) for one in children.id.tolist()}
    assert len(ids) > 20
    assert all(one.startswith("NAMED-") for one in ids)
    assert b"NAMED" not in held
    for born in set(children.dob.tolist()):
        assert f"{born:%Y-%m-%d}".encode() not in held
    assert b"M33" not in held
    values = [value for facts in preview.tables.values() for row in facts.rows.to_numpy().tolist() for value in row]
    assert {type(value) for value in values} == {str, float}
