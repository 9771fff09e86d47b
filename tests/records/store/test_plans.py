"""What is planned: scenarios, forecasts, words, targets and approvals; every version kept, nobody's child in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from records.store import Actor, Conflict, NotThere, Purged, Refused, Role, Store, open_store, read_retention, restore
from tests.records.store.stories import Clock, kept_run, planned
from tests.records.store.test_together import at_once

FILES = {"position.json": b"{}", "region/totals.csv": b"on,children\r\n", "summary.json": b"{}"}


@pytest.fixture
def ann(somebody: Callable[..., Actor]) -> Actor:
    """A commissioner."""
    return somebody("ann", Role.COMMISSIONER)


def test_a_scenario_is_kept_changed_undone_dropped_and_put_back(store: Store, me: Actor, ann: Actor) -> None:
    """Every version stays, with who wrote it; to undo is to change back; the chain proves all of it."""
    first = store.keep_scenario(ann, "  More   carers ", 'name = "a"\n', based_on="baseline", note="as agreed")
    assert (first.name, first.version, first.by, first.dropped) == ("More carers", 1, "Ann", False)
    second = store.change_scenario(ann, first.scenario_id, 1, toml='name = "b"\n', note="twice as many")
    assert (second.version, second.name, second.based_on) == (2, "More carers", "baseline")
    undone = store.change_scenario(me, first.scenario_id, 2, toml=first.toml, note="undone")
    assert (undone.toml, undone.by) == (first.toml, me.name)
    assert store.scenario_history(ann, first.scenario_id) == [first, second, undone]
    dropped = store.change_scenario(ann, first.scenario_id, 3, dropped=True)
    assert store.list_scenarios(ann) == [dropped]
    other = store.keep_scenario(ann, "MORE CARERS", "")
    with pytest.raises(Refused, match="scenario of the name More carers already"):
        store.change_scenario(ann, first.scenario_id, 4, dropped=False)
    store.change_scenario(ann, other.scenario_id, 1, name="Others")
    assert not store.change_scenario(ann, first.scenario_id, 4, dropped=False).dropped
    assert [one.name for one in store.list_scenarios(ann)] == ["More carers", "Others"]
    assert store.verify(me).whole
    assert all(entry.subjects == () for entry in store.read_trail(me)), "nobody is concerned"


def test_two_changes_of_one_version_show_both(store: Store, ann: Actor, me: Actor) -> None:
    """Four people change one scenario at once: one is first, and the others are told both texts."""
    one = store.keep_scenario(ann, "More carers", "0")
    found = at_once([partial(store.change_scenario, ann, one.scenario_id, 1, toml=str(n)) for n in range(4)])
    (won,) = [f for f in found if not isinstance(f, Conflict)]
    lost = [(n, f) for n, f in enumerate(found) if isinstance(f, Conflict)]
    assert len(lost) == 3
    for n, conflict in lost:
        assert (conflict.mine["toml"], conflict.mine["version"]) == (str(n), 1)
        assert (conflict.theirs["toml"], conflict.theirs["version"]) == (won.toml, 2)
    assert len(store.scenario_history(ann, one.scenario_id)) == 2
    assert store.verify(me).whole


def test_a_scenario_that_cannot_be_kept_is_refused_in_words(store: Store, ann: Actor) -> None:
    """No name, one that stands, one too long, a text too large: nothing is written, and the refusal says what to do."""
    store.keep_scenario(ann, "More carers", "")
    for name, toml, words in (
        (" ", "", "has no name.*Nothing was written.*Give it a name"),
        ("more carers", "", "of the name more carers already.*another name"),
        ("x" * 121, "", "121 characters.*120"),
        ("Fewer", "x" * 1_000_001, r"would take 1\.1 MB.*1 MB at most"),
    ):
        with pytest.raises(Refused, match=words):
            store.keep_scenario(ann, name, toml)
    with pytest.raises(NotThere, match="no scenario nowhere"):
        store.change_scenario(ann, "nowhere", 1)
    assert len(store.list_scenarios(ann)) == 1


def test_a_forecast_is_kept_as_it_was_made(store: Store, me: Actor, ann: Actor) -> None:
    """Document and files come back byte for byte, the latest first; two of the same are two."""
    first = store.keep_work(ann, {"title": "October", "asked": {"draws": 500}}, FILES)
    second = store.keep_work(ann, {"title": "November"}, FILES)
    assert store.read_work(ann, first) == ({"title": "October", "asked": {"draws": 500}}, FILES)
    assert [(one.work_id, one.document["title"], one.by) for one in store.list_works(ann)] == [
        (second, "November", "Ann"),
        (first, "October", "Ann"),
    ]
    assert [one.work_id for one in store.list_works(ann, 1)] == [second]
    assert store.verify(me).whole
    with pytest.raises(NotThere, match="no forecast nowhere"):
        store.read_work(ann, "nowhere")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_forecast_that_names_children_or_no_file_is_refused(
    store: Store, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of findings, a path out of the folder, too much: refused, and nothing of it is kept."""
    for name in ("findings.csv", "TRAFFORD/baseline/forecast.html"):
        with pytest.raises(Refused, match="names children"):
            store.keep_work(ann, {}, {name: b""})
    for name in ("", ".", "..", "/etc/x", "a/../b", "a//b", "C:x", "a\\b", "a\nb", "dot."):
        with pytest.raises(Refused, match="cannot be the name of a file"):
            store.keep_work(ann, {}, {name: b""})
    with pytest.raises(Refused, match="no text, number, list or table"):
        store.keep_work(ann, {"share": float("nan")}, {})
    monkeypatch.setattr("records.store.shelf.LARGEST_FILE", 10_000_000)
    with pytest.raises(Refused, match=r"a\.csv has 10\.1 MB"):
        store.keep_work(ann, {}, {"a.csv": bytes(10_000_001)})
    monkeypatch.setattr("records.store.shelf.LARGEST_TOGETHER", 9_000_000)
    with pytest.raises(Refused, match=r"have 10 MB together.*9 MB at most"):
        store.keep_work(ann, {}, {"a.csv": bytes(5_000_000), "b.csv": bytes(5_000_000)})
    with pytest.raises(Refused, match="would take 6"):
        store.keep_work(ann, {"x": "y" * 6_000_000}, {})
    assert store.list_works(ann) == []


def test_words_are_kept_on_top_of_what_stands(store: Store, ann: Actor, me: Actor) -> None:
    """Each council has its own; whoever wrote second is shown both texts."""
    assert store.read_words(ann, "Trafford") == (0, "")
    assert store.keep_words(ann, "Trafford", 0, 'voice = "x"\n') == 1
    assert store.keep_words(ann, "Trafford", 1, "mine") == 2
    with pytest.raises(Conflict) as conflict:
        store.keep_words(me, "Trafford", 1, "theirs")
    assert (conflict.value.mine["text"], conflict.value.theirs["text"]) == ("theirs", "mine")
    assert store.read_words(ann, "Trafford") == (2, "mine")
    assert store.read_words(ann, "Salford") == (0, "")
    with pytest.raises(Refused, match="council has no name"):
        store.keep_words(ann, "", 0, "x")


PLANNED = {"households": {"teenagers": {"2027-28 Q1": 2, "2027-28 Q2": 0}}, "level": 0.8}


def test_targets_are_adopted_and_approvals_recorded(store: Store, ann: Actor, me: Actor) -> None:
    """The next version replaces, and every earlier one stays with who and when."""
    empty = store.targets_so_far(ann, "Trafford")
    assert (empty.adopted, empty.approvals, empty.adopted_before) == (None, None, ())
    work = store.keep_work(ann, {}, FILES)
    assert store.adopt_targets(ann, "Trafford", work, PLANNED) == 1
    assert store.adopt_targets(me, "Trafford", work, {**PLANNED, "level": 0.9}) == 2
    assert store.record_approvals(ann, "Trafford", 0, {"teenagers": {"2027-28 Q1": 1}}) == 1
    told = {"teenagers": {"2027-28 Q1": {"approved": 2, "enquiries": 31, "applications": None}}}
    assert store.record_approvals(ann, "Trafford", 1, told) == 2
    with pytest.raises(Conflict) as conflict:
        store.record_approvals(me, "Trafford", 1, {})
    assert (conflict.value.mine["document"], conflict.value.theirs["document"]) == ({}, told)
    found = store.targets_so_far(ann, "Trafford")
    assert found.adopted is not None
    assert found.approvals is not None
    assert (found.adopted.document["level"], found.adopted.by, found.adopted.work_id) == (0.9, me.name, work)
    assert (found.approvals.version, found.approvals.document) == (2, told)
    assert [one.document for one in found.adopted_before] == [PLANNED]
    assert [one.by for one in found.approvals_before] == ["Ann"]
    assert store.verify(me).whole


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_table_of_households_that_cannot_be_is_refused(store: Store, ann: Actor) -> None:
    """Less than none, parts of a household, no quarter: said where, and how it is written."""
    wrong: list[tuple[Any, str]] = [
        ({"teenagers": {"2027-28 Q1": -1}}, r"teenagers, 2027-28 Q1: approved is -1.*whole number, 0 or more"),
        ({"teenagers": {"2027-28 Q1": 1.5}}, "is 1.5"),
        ({"teenagers": {"2027-28 Q1": True}}, "is True"),
        ({"teenagers": {"2027-28 Q1": {"enquiries": "x"}}}, "enquiries is 'x'"),
        ({"teenagers": {"2027-28 Q5": 1}}, "'2027-28 Q5' is no quarter.*2027-28 Q1, which is April to June 2027"),
        ({"teenagers": {"2027-29 Q1": 1}}, "is no quarter"),
        ({"teenagers": {"2027-06-30": 1}}, "is no quarter"),
        ({"teenagers": 3}, "are no table"),
        ({"": {}}, "are no table"),
    ]
    work = store.keep_work(ann, {}, {})
    for table, words in wrong:
        with pytest.raises(Refused, match=words):
            store.record_approvals(ann, "Trafford", 0, table)
        with pytest.raises(Refused, match=words):
            store.adopt_targets(ann, "Trafford", work, {"households": table})
    with pytest.raises(Refused, match="are no table"):
        store.adopt_targets(ann, "Trafford", work, {})
    with pytest.raises(NotThere, match="no forecast nowhere"):
        store.adopt_targets(ann, "Trafford", "nowhere", PLANNED)
    assert store.record_approvals(ann, "Trafford", 0, {"teenagers": {"1999-00 Q4": 0}}) == 1, "a century ends too"


KEEPS = read_retention()


def purged(store: Store, me: Actor, clock: Clock) -> list[str]:
    """Purge what is past its time now; gives the classes."""
    report = store.purge_report(me, KEEPS, clock.at.date())
    assert store.purge(me, KEEPS, clock.at.date(), report.digest) == len(report.due)
    return sorted({one.keep for one in report.due})


def test_a_forecast_stays_as_long_as_what_was_published_of_it(store: Store, me: Actor, clock: Clock) -> None:
    """Plans go after their time, an edition after its own, and the forecast it was made from goes with it."""
    kept_run(store, me)
    edition = planned(store, me, "Trafford")
    alone = store.keep_work(me, {}, FILES)
    targets = store.targets_so_far(me, "Trafford").adopted
    assert targets is not None
    clock.on(days=2 * 365)
    store.record_approvals(me, "Trafford", 1, {})
    assert store.purge_report(me, KEEPS, clock.at.date()).due == ()
    clock.on(days=5 * 365 + 10)
    due = store.purge_report(me, KEEPS, clock.at.date()).due
    assert {one.keep for one in due} == {"round", "plans"}
    assert {one.subjects for one in due if one.keep == "plans"} == {()}, "nobody is named"
    assert purged(store, me, clock) == ["plans", "round"]
    assert (store.list_scenarios(me), store.read_words(me, "Trafford")) == ([], (1, ""))
    with pytest.raises(Purged):
        store.read_work(me, alone)
    assert store.targets_so_far(me, "Trafford").approvals is not None, "it was changed later"
    assert len(store.read_work(me, edition.work_id)[1]) == 2
    assert store.list_editions(me) == [edition]
    clock.on(days=3 * 365)
    assert purged(store, me, clock) == ["editions", "plans"]
    assert (store.list_editions(me), store.list_works(me)) == ([], [])
    with pytest.raises(Purged):
        store.read_work(me, edition.work_id)
    again = planned(store, me, "Salford")
    assert store.read_edition(me, again.edition_id, "statement.html") == b"<p>made up</p>", "the same bytes, kept anew"
    assert store.keep_words(me, "Trafford", 1, "anew") == 2
    assert store.verify(me).whole


def test_targets_that_were_adopted_hold_their_forecast(store: Store, me: Actor, clock: Clock) -> None:
    """Whoever asks where a target comes from still finds the forecast."""
    work = store.keep_work(me, {}, FILES)
    clock.on(days=6 * 365)
    store.adopt_targets(me, "Trafford", work, PLANNED)
    clock.on(days=2 * 365)
    assert store.purge_report(me, KEEPS, clock.at.date()).due == ()
    assert store.read_work(me, work) == ({}, FILES)


def test_a_backup_holds_what_is_planned_and_no_export_does(
    store: Store, me: Actor, tmp_path: Path, nowhere: Callable[[], str], clock: Clock
) -> None:
    """Restored whole and proved; exports about a child, and for analysis, say nothing of it."""
    kept_run(store, me)
    before = (store.export_subject(me, "person:C1")["recorded"], len(store.export_analysis(me)["children"]))
    edition = planned(store, me, "Trafford")
    after = (store.export_subject(me, "person:C1")["recorded"], len(store.export_analysis(me)["children"]))
    assert before == after
    head = store.backup(me, tmp_path / "b.zip")
    place = nowhere()
    done = restore(tmp_path / "b.zip", place, clock)
    assert (done.head, done.proof.whole) == (head, True)
    again = open_store(place, clock=clock)
    assert again.list_editions(me) == [edition]
    assert again.read_work(me, edition.work_id) == store.read_work(me, edition.work_id)
    assert again.list_scenarios(me) == store.list_scenarios(me)
    assert again.targets_so_far(me, "Trafford") == store.targets_so_far(me, "Trafford")
    again.close()
