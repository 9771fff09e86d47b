"""A scenario as somebody builds it: controls for every key, changes, undo, and a file that says the same elsewhere."""

from __future__ import annotations

from datetime import date

import pytest

from frontend.planning import scenario_keeping as keeping
from frontend.planning.scenario_changes import changes_table
from frontend.planning.scenario_controls import with_value
from frontend.planning.scenario_draft import MOST_STEPS, begun
from frontend.planning.scenario_words import (
    CAN_DO,
    MAY_HAPPEN,
    TITLES,
    UNVERIFIED,
    WHAT_IF,
    found,
    said_by,
    scale_of,
    section_of,
    takes,
    title_of,
    value_said,
)
from sufficiency.lever_figures import LEVERS
from sufficiency.scenario import BASELINE, ScenarioError, baseline, read_scenario, scenario_from, with_figures
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_schema import Number
from sufficiency.scenario_values import Pulled, Quantity

DAY = date(2026, 11, 2)


def draft():  # type: ignore[no-untyped-def]
    """From the baseline, nothing changed."""
    return begun(baseline(), "the baseline", "baseline.toml", name="Ours")


def value(key: str, number: float | None, now=None):  # type: ignore[no-untyped-def]
    """The figure that a control makes of a number as the scenario states it."""
    about = KEYS[key]
    assert isinstance(about, Number)
    return with_value(draft() if now is None else now, about, number, "2027-04", DAY)


def test_every_lever_stands_in_one_group_and_every_figure_can_be_said() -> None:
    """No lever is forgotten and none is offered twice; each key has a title, a section and words for what it takes."""
    offered = [key for group in (*CAN_DO, *MAY_HAPPEN) for key in group.keys]
    assert len(offered) == len(set(offered))
    assert {key for key in offered if key.startswith("levers.")} == {f"levers.{name}" for name in LEVERS}
    assert set(TITLES) <= set(KEYS)
    assert set(offered) <= set(TITLES)
    for key, about in KEYS.items():
        figure = baseline().get(key)
        assert title_of(key)
        assert section_of(key).name == key.rsplit(".", 1)[0]
        assert takes(about)
        assert value_said(key, figure)
        assert figure is None or said_by(key, figure).startswith("national default")


def test_a_number_comes_back_as_it_was_whatever_scale_it_is_typed_in() -> None:
    """Shares are typed in hundreds; what the scenario states is the number that was meant, to the last digit."""
    for key, about in KEYS.items():
        figure = baseline().get(key)
        if isinstance(about, Number) and isinstance(figure, Quantity):
            scale = scale_of(about)
            assert scale.stated(scale.shown(figure.value)) == pytest.approx(figure.value, abs=0, rel=1e-12), key
    assert value_said("fostering.attrition", baseline().get("fostering.attrition")) == "12% a year (11 to 13)"
    assert value_said("cost.in_house_foster", baseline().get("cost.in_house_foster")) == "£460 a week (398.74 to 460)"


def test_a_lever_that_is_moved_is_a_what_if_until_somebody_says_who_says_so() -> None:
    """It is marked unverified, without an interval of another number; at nought it is not pulled."""
    figure = value("levers.retention", 0.1)
    assert isinstance(figure, Pulled)
    assert (figure.value, figure.low, figure.high, figure.begins) == (0.1, 0.1, 0.1, "2027-04")
    assert (figure.source, figure.status, figure.date) == (WHAT_IF, UNVERIFIED, "2026-11")
    assert value("levers.retention", 0.0) is None
    packaged = keeping.asked("retention.toml")
    moved = value("levers.retention", 0.12, packaged)
    assert isinstance(moved, Pulled)
    assert moved.source == WHAT_IF
    assert moved.over_months == 12
    assert value("fostering.attrition", baseline().number("fostering.attrition").value) == baseline().get(
        "fostering.attrition"
    )


def test_every_change_can_be_undone_and_done_again() -> None:
    """One by one, the last first, one alone, or all; undoing all can itself be undone."""
    now = draft()
    retention, fees = value("levers.retention", 0.1), value("levers.fees", 20.0)
    two = now.changed("a", {"levers.retention": retention}).changed("b", {"levers.fees": fees})
    assert [one.key for one in two.changes()] == ["levers.retention", "levers.fees"]
    assert [one.key for one in two.undone().changes()] == ["levers.retention"]
    assert two.undone().redone().sha256 == two.sha256
    assert [one.key for one in two.as_at_start("levers.retention").changes()] == ["levers.fees"]
    none = two.all_as_at_start()
    assert none.changes() == ()
    assert none.sha256 == baseline().sha256
    assert none.undone().sha256 == two.sha256
    assert two.undone().changed("c", {"levers.fees": None}) == two.undone()  # nothing differs: no step
    assert two.changed("b", {"levers.fees": fees}) is two
    many = now
    for step in range(MOST_STEPS + 3):
        many = many.changed("fees", {"levers.fees": value("levers.fees", 1.0 + step)})
    assert len(many.steps) == MOST_STEPS
    assert many.figures["levers.fees"].value == MOST_STEPS + 3


def test_a_shared_file_says_the_same_elsewhere() -> None:
    """What is downloaded stands by itself: opened, it has the same fingerprint, name and words."""
    made = draft().changed("a", {"levers.retention": value("levers.retention", 0.1)}).scenario()
    opened = scenario_from(made.as_toml().encode("utf-8"), "shared.toml")
    assert opened.sha256 == made.sha256 != baseline().sha256
    assert (opened.name, opened.about) == ("Ours", baseline().about)
    assert opened.as_toml() == made.as_toml()


@pytest.mark.parametrize("file", [file for _, file in keeping.QUESTIONS])
def test_each_question_extends_the_baseline_and_changes_something(file: str) -> None:
    """One click gives a valid scenario that is the packaged file, as changes that can be undone."""
    asked = keeping.asked(file)
    path = next(path for path in BASELINE.parent.glob(f"**/{file}"))
    assert asked.scenario().sha256 == read_scenario(path).sha256
    assert asked.changes()
    assert 'extends = "' in path.read_text(encoding="utf-8")
    assert asked.all_as_at_start().sha256 == baseline().sha256
    assert changes_table(asked.changes(), "x").rows


def test_a_file_that_cannot_be_used_says_what_to_mend() -> None:
    """Every fault at once, with its key; no other file of the server is looked for; too much is refused."""
    bad = b'schema_version = 1\nname = "x"\nextends = "../../secret.toml"\n[fostering]\nattrition = 3\nbase = 1\n'
    with pytest.raises(ScenarioError) as raised:
        scenario_from(bad, "theirs.toml")
    faults = {fault.key: fault for fault in raised.value.faults}
    assert set(faults) == {"extends", "fostering.attrition", "fostering.base"}
    assert "does not come with Placewell" in faults["extends"].what
    with pytest.raises(ScenarioError, match="too large"):
        scenario_from(b"#" * 1_000_001)
    with pytest.raises(ScenarioError, match="UTF-8"):
        scenario_from(b"\xff\xfe\x00")
    extends = scenario_from(b'schema_version = 1\nname = "x"\nextends = "retention.toml"\n')
    assert extends.sha256 == read_scenario(BASELINE.parent / "retention.toml").sha256


def test_figures_that_cannot_stand_together_are_refused() -> None:
    """Shares that do not add up, a figure that is wanted and missing, and a name of many lines."""
    alone = baseline().number("need.segments.siblings.alone")
    for changed in ({alone.key: value(alone.key, alone.value / 2)}, {alone.key: None}):
        with pytest.raises(ScenarioError):
            with_figures(baseline(), changed)
    with pytest.raises(ScenarioError, match="short text"):
        with_figures(baseline(), {}, name="a\nb")


def test_search_finds_levers_first() -> None:
    """By words of the title, of what it does, of its section or source; nothing for words that none has."""
    assert found("teenagers")[0] == "levers.recruitment.teenagers"
    assert "fostering.attrition" in found("households leave year")
    assert found("zebra") == found(" ") == ()
