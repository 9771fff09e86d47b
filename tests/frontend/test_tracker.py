"""Today's sections: what is in them, in which order, and that nobody who may not be seen is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from frontend import tracker
from frontend.open_round import OpenRound, open_round
from frontend.tracker import FILTERS, Today
from matching.needs_a_person import Urgency
from records.store import Actor, OnItsWay, Role, Store, create, local_actor, open_store
from records.store.rounds import Made
from records.store.rows import home
from records.store.work import ENGLAND
from reporting.section import Block, Disclosure, Notice, Paragraph, Table, every_block
from tests.frontend.small_council import council_store
from tests.ordinary import DAY
from tests.records.store.stories import Clock

ME = local_actor()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """The small council's store, and its run."""
    place = tmp_path_factory.mktemp("council") / "placewell.db"
    run_id, _ = council_store(place)
    opened = open_store(str(place), clock=Clock())
    yield opened, run_id
    opened.close()


@pytest.fixture
def round_(store: tuple[Store, str]) -> OpenRound:
    """The round, open for somebody who may see everybody."""
    return open_round(store[0], ME, store[1], (ME.user_id, frozenset({Role.FAMILY_FINDER})))


@pytest.fixture
def matches(store: tuple[Store, str]) -> list[OnItsWay]:
    """The matches on their way, ended ones too."""
    return store[0].matches_due(ME, closed=True)


def words(blocks: list[Block]) -> str:
    """Everything that is read, in order."""
    return "\n".join(str(one) for one in every_block(blocks))


def test_the_page_of_the_small_council(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """Every child once, with the plan's home and the match that people recorded."""
    found = tracker.today(round_, matches, DAY)
    by_id = {row.child_id: row for row in found.rows}
    assert sorted(by_id) == ["C1", "C2", "C3", "C4", "C5"]
    assert by_id["C1"].home_id == by_id["C2"].home_id == "H1"
    assert by_id["C1"].match == "H1: carer answered: accepts"
    assert by_id["C4"].match == "H2: carer answered: declines"
    assert by_id["C5"].match == "H6: link: interested"
    assert by_id["C1"].waiting == 14
    assert by_id["C5"].late == ()
    assert "ADO-13" in [one.rule_id for one in by_id["C5"].ask], "a match is on its way: is it a local one?"
    assert found.hidden == 0


def test_without_its_match_a_late_search_comes_first(round_: OpenRound) -> None:
    """Whoever has something overdue is at the head of the list."""
    found = tracker.today(round_, [], DAY)
    assert found.rows[0].child_id == "C5"
    assert [one.rule_id for one in found.rows[0].late] == ["ADO-13"]


def test_a_child_who_was_placed_waits_no_longer(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """Nothing is late for a child who has moved in, though the records do not know it yet."""
    accepted = next(one for one in matches if one.state == "carer_answered:accepts")
    placed = replace(accepted, state="placed:done", steps=())
    found = tracker.today(round_, [placed], DAY + timedelta(30))
    rows = {row.child_id: row for row in found.rows}
    assert rows["C1"].waiting is None
    assert [one.rule_id for one in rows["C1"].late] == []
    assert rows["C3"].late
    (table,) = [one for one in tracker.tracker(found, "Every child") if isinstance(one, Table)]
    assert next(row for row in table.rows if row[0] == "C1")[2] == "placed"


def test_matches_to_choose_from_are_those_on_their_way(matches: list[OnItsWay]) -> None:
    """By group and home; a refused one waits for nobody."""
    assert list(tracker.on_their_way(matches).values()) == [
        "C3 with home H4",
        "C5 with home H6",
        "F1 with home H1",
    ]


def test_whose_turn_each_match_is(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """The refused match waits for nobody; the others say who is next."""
    found = tracker.today(round_, matches, DAY)
    waiting = {one.who: one.acts for one in found.todo if one.of == "match"}
    assert waiting == {
        ("F1", "H1"): "family finder or panel chair",
        ("C3", "H4"): "family finder",
        ("C5", "H6"): "family finder",
    }


def test_time_goes_on_though_the_round_does_not(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """A month later the day for a home is overdue, and waits are longer; the round is the same."""
    later = tracker.today(round_, matches, DAY + timedelta(30))
    one = next(row for row in later.rows if row.child_id == "C3")
    assert one.waiting == 44
    assert [clock.rule_id for clock in one.late] == ["needed_by"]
    assert "Overdue" in words(tracker.to_do(later))


def test_nobody_who_is_withheld_is_named(tmp_path: Path) -> None:
    """A child, a home and somebody who lives in one, each barred by the administrator, stand nowhere on the page."""
    place = tmp_path / "placewell.db"
    run_id, _ = council_store(place)
    store = open_store(str(place), clock=Clock())
    finder = frozenset({Role.FAMILY_FINDER})
    ann = store.sign_in(Actor("ann", "Ann", finder))
    for bars in ({"child_id": "C3"}, {"home_id": "H5"}, {"child_id": "R1"}, {"child_id": "C99"}):
        store.bar(ME, "ann", **bars)
    found = tracker.today(open_round(store, ann, run_id, ("ann", finder)), store.matches_due(ann, closed=True), DAY)
    store.close()
    text = words([*tracker.to_do(found), *tracker.tracker(found, "Every child"), tracker.totals(found)])
    for hidden in ("C3", "H5", "R1"):
        assert f"'{hidden}" not in text
        assert f" {hidden}" not in text
    assert "C4" in text
    assert found.hidden == 3, "C99 is not of this round"


def test_a_proposed_home_that_may_not_be_shown_is_not_no_home(round_: OpenRound) -> None:
    """The child has a proposed home, and it is said that it is not shown."""
    found = tracker.today(replace_withheld(round_, {home("H4")}), [], DAY)
    rows = {row.child_id: row for row in found.rows}
    assert rows["C3"].home_id == "a home not shown to you"
    assert not FILTERS["No home proposed"](rows["C3"])


def replace_withheld(round_: OpenRound, withheld: set[str]) -> OpenRound:
    """The same round for somebody who may not see these."""
    return replace(round_, withheld=frozenset(withheld), _units={})


def test_only_what_waits_for_one_part(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """Each part has its own list; together they are the whole list."""
    found = tracker.today(round_, matches, DAY)
    parts = tracker.who_acts(found)
    assert len(parts) > 2
    assert sum(sum(one.acts == part for one in found.todo) for part in parts) == len(found.todo)
    assert words(tracker.to_do(found, "nobody")) == str(Paragraph("Nothing waits for: nobody."))


def test_long_lists_are_folded_and_never_cut(round_: OpenRound, matches: list[OnItsWay]) -> None:
    """Beyond the first ones the rest is under a line that says how many: all entries are on the page."""
    found = tracker.today(round_, matches, DAY)
    many = replace(found, todo=found.todo * 9, rows=found.rows * 9)
    tables = [one for one in every_block(tracker.to_do(many)) if isinstance(one, Table)]
    assert sum(len(one.rows) for one in tables) == len(many.todo)
    folded = [one for one in tracker.to_do(many) if isinstance(one, Disclosure)]
    assert folded
    assert all("Show the other" in one.summary for one in folded)
    tables = [one for one in every_block(tracker.tracker(many, "Every child")) if isinstance(one, Table)]
    assert [len(one.rows) for one in tables] == [25, 20]


@pytest.mark.parametrize("only", FILTERS)
def test_each_list_of_children_holds_whom_it_says(round_: OpenRound, matches: list[OnItsWay], only: str) -> None:
    """Every list can be drawn, and says how many of how many."""
    found = tracker.today(round_, matches, DAY)
    chosen = [row.child_id for row in found.rows if FILTERS[only](row)]
    (block,) = tracker.tracker(found, only)
    if chosen:
        assert isinstance(block, Table)
        assert [row[0] for row in block.rows] == chosen
        assert block.caption == f"{only}: {len(chosen)} of 5"
    else:
        assert isinstance(block, Paragraph)


def test_nothing_to_do() -> None:
    """A round of nobody says that nothing needs a person."""
    nothing = Today(DAY, (), (), 0)
    assert words(tracker.to_do(nothing)) == str(Paragraph("Nothing needs a person today."))
    assert isinstance(tracker.tracker(nothing, "Every child")[0], Paragraph)
    assert "0 overdue" in str(tracker.totals(nothing))


def made(at: datetime, snapshot: str = "s1") -> Made:
    """A run or snapshot of that time."""
    return Made("r", snapshot, date(2026, 11, 20).isoformat(), at.isoformat(), "A. Finder", {})


@pytest.mark.parametrize(
    ("hours", "notice"),
    [(23.9, None), (24.1, "The last round is 1 day old"), (75, "The last round is 3 days old")],
)
def test_an_old_round_is_set_apart(hours: float, notice: str | None) -> None:
    """After a day it is said in yellow, with what to do; before that in a line."""
    now = datetime(2026, 11, 23, 18, tzinfo=ENGLAND)
    one = made(now - timedelta(hours=hours))
    (block,) = tracker.how_old(one, now, one)
    if notice is None:
        assert isinstance(block, Paragraph)
        assert "by A. Finder" in block.text
    else:
        assert isinstance(block, Notice)
        assert (block.title, block.tone) == (notice, "caution")


def test_newer_records_are_said() -> None:
    """Records that came in after the round make the page old, whatever its hour."""
    now = datetime(2026, 11, 23, 18, tzinfo=ENGLAND)
    run, snapshot = made(now - timedelta(hours=2)), made(now - timedelta(hours=1), "s2")
    assert [type(one) for one in tracker.how_old(run, now, snapshot)] == [Paragraph, Notice]
    earlier = made(now - timedelta(hours=3), "s0")
    assert [type(one) for one in tracker.how_old(run, now, earlier)] == [Paragraph]


def test_a_match_that_stands_comes_before_one_that_ended(matches: list[OnItsWay]) -> None:
    """Of several matches of a child the agreed one is told, then one on its way, then one that was refused."""
    accepted = next(one for one in matches if one.state == "carer_answered:accepts")
    declined = next(one for one in matches if one.state == "carer_answered:declines")
    agreed = replace(accepted, state="decided:agreed", home_id="H9")
    assert tracker._further(None, declined) is declined
    assert tracker._further(accepted, declined) is accepted
    assert tracker._further(declined, accepted) is accepted
    assert tracker._further(agreed, accepted) is agreed
    assert tracker._further(accepted, agreed) is agreed


def test_every_urgency_has_its_words() -> None:
    """No urgency is drawn under its code name."""
    assert set(tracker.URGENCY_WORDS) == set(Urgency)


def test_matches_due_is_not_having_read_them(tmp_path: Path) -> None:
    """Days are shown without reasons, and whoever decides still has to open the match."""
    place = tmp_path / "placewell.db"
    _, named = council_store(place)
    store = open_store(str(place), clock=Clock())
    found = {one.match_id: one for one in store.matches_due(ME)}
    assert named["declined"] not in found
    one = found[named["accepted"]]
    assert one.children == ("C1", "C2")
    assert [set(step.body) for step in one.steps] == [{"dates"}] * 3
    assert "time for both" not in str(found)
    trail = store.read_trail(ME)
    assert [entry.act for entry in trail].count("read_match") == 0
    store.close()


def test_an_empty_store_has_no_matches(tmp_path: Path) -> None:
    """Nothing is due where nothing is on its way."""
    place = str(tmp_path / "empty.db")
    create(place, Clock())
    store = open_store(place, clock=Clock())
    assert store.matches_due(ME, closed=True) == []
    store.close()
