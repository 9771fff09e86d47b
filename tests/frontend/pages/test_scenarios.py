"""Scenarios: a question, a lever moved, undo, saving, two people at once, versions, dropping and sharing."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from frontend.office import Office
from frontend.planning.scenario_words import WHAT_IF
from frontend.session import Here
from records.store import Role
from sufficiency.scenario import scenario_from, with_figures
from tests.frontend.pages.conftest import OpenPage
from tests.frontend.seen import text as seen

COMMISSIONER = "commissioner"
ASK, SAVE, RETENTION = "scenarios ask retention.toml", "scenarios save", "scenarios levers.retention"


def click(at: AppTest, key: str) -> AppTest:
    """Press a button and let the page draw itself."""
    at.button(key=key).click().run()
    assert not at.exception, [one.value for one in at.exception]
    return at


def test_a_scenario_is_built_saved_changed_by_two_and_brought_back(empty_house: Office, page: OpenPage) -> None:
    """One click asks a question; each change says before and after and can be undone; nothing that is saved is lost."""
    store, actor = empty_house.store, empty_house.local()
    at = click(page("scenarios.py", COMMISSIONER), ASK)
    assert at.number_input(key=RETENTION).value == 15.0
    at.number_input(key=RETENTION).set_value(10.0).run()
    assert "10% fewer, from April 2027" in seen(at)
    assert "1 change has no source yet" in seen(at)
    click(at, "scenarios undo")
    assert at.number_input(key=RETENTION).value == 15.0
    click(at, "scenarios redo")
    assert at.number_input(key=RETENTION).value == 10.0
    click(at, SAVE)
    (kept,) = store.list_scenarios(actor)
    assert (kept.name, kept.version, kept.based_on) == ("Carers stay", 1, "retention.toml")
    figure = scenario_from(kept.toml.encode()).number("levers.retention")
    assert (figure.value, figure.source, figure.status) == (0.1, WHAT_IF, "unverified")
    assert "“Carers stay” is saved, version 1." in seen(at)
    # every change can be undone after it was saved, too
    click(at, "scenarios undo levers.retention")
    assert "Nothing is changed yet" in seen(at)
    click(at, "scenarios undo")
    # somebody else saves it meanwhile
    theirs = with_figures(scenario_from(kept.toml.encode()), {}, about="Theirs.").as_toml()
    store.change_scenario(actor, kept.scenario_id, 1, toml=theirs, note="theirs")
    at.number_input(key=RETENTION).set_value(12.0).run()
    click(at, SAVE)
    assert "while you worked on version 1" in seen(at)
    click(at, "scenarios over theirs")
    history = store.scenario_history(actor, kept.scenario_id)
    assert [one.version for one in history] == [1, 2, 3]
    assert scenario_from(history[2].toml.encode()).number("levers.retention").value == 0.12
    # the shelf: go back to a version, drop, bring back
    at.radio(key="scenarios part").set_value("Saved scenarios").run()
    at.selectbox(key="scenarios shelf").set_value(kept.scenario_id).run()
    at.selectbox(key=f"scenarios version {kept.scenario_id} 3").set_value(1).run()
    click(at, f"scenarios revert {kept.scenario_id}")
    assert store.list_scenarios(actor)[0].toml == kept.toml
    click(at, f"scenarios drop {kept.scenario_id}")
    assert store.list_scenarios(actor)[0].dropped
    click(at, f"scenarios drop {kept.scenario_id}")
    assert not store.list_scenarios(actor)[0].dropped
    click(at, f"scenarios open {kept.scenario_id}")
    assert "You are building “Carers stay”" in seen(at)
    assert at.button(key=SAVE).disabled  # as saved


def test_who_signs_may_read_scenarios_and_save_none(empty_house: Office, page: OpenPage) -> None:
    """A decision maker tries levers and downloads, and finds no button to save."""
    assert not Here(empty_house, empty_house.local()).store.list_scenarios(empty_house.local())
    at = click(page("scenarios.py", Role.DECISION_MAKER), ASK)
    assert "Your role may read and try scenarios" in seen(at)
    assert SAVE not in [one.key for one in at.button]


def test_what_cannot_stand_is_said_and_not_saved(empty_house: Office, page: OpenPage) -> None:
    """Shares that do not add up are said with their key, and nothing can be saved until they are mended."""
    at = page("scenarios.py", COMMISSIONER, {"scenarios find": "children of groups of two"})
    at.number_input(key="scenarios need.segments.siblings.two").set_value(90.0).run()
    assert "add up" in seen(at)
    assert at.button(key=SAVE).disabled
    click(at, "scenarios undo all")
    assert not at.button(key=SAVE).disabled
    assert empty_house.store.list_scenarios(empty_house.local()) == []
