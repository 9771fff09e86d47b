"""The clocks of a match, from its steps alone: what still runs, and what nobody has recorded as done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from matching.clocks import State, StatutoryClock, as_matched, match_clocks, statutory_clocks
from matching.rules.register import Register
from records.model import Route
from records.store import Match
from records.store.clocks import Taken, clocks
from tests.ordinary import DAY, asked_on, child, records, years_old

MONDAY = date(2026, 11, 2)
LAW = {"placement_plan_working_days": 5, "emergency_outside_terms_working_days": 6, "area_notice_working_days": 5}


def step(version: int, name: str, outcome: str = "done", **body: Any) -> Taken:
    """One step, taken on that Monday."""
    return Taken(version, name, outcome, "u", "A. User", "family_finder", "", f"{MONDAY}T12:00:00+00:00", body)


def match(*later: Taken, sign_off: tuple[str, ...] = (), before: tuple[str, ...] = ()) -> Match:
    """A match of one child with one home that took these steps after it was proposed."""
    pair = {"sign_off": list(sign_off), "before_confirming": list(before)}
    taken = (step(1, "proposed", law=LAW, pair=pair), *later)
    state = f"{taken[-1].step}:{taken[-1].outcome}"
    return Match("m1", "run", "C1", ("C1",), "H1", "foster", state, len(taken), (), taken, (), (), clocks(taken))


def stands(one: Match, day: date) -> list[tuple[str, date | None, State]]:
    """Rule, last day and state of each clock."""
    return [(c.rule_id, c.last_day, c.state) for c in match_clocks(one, day)]


@pytest.mark.parametrize(
    ("day", "state"),
    [(MONDAY, State.SOON), (date(2026, 11, 10), State.SOON), (date(2026, 11, 11), State.OVERDUE)],
    ids=["the panel's day", "the seventh working day", "the day after"],
)
def test_the_decision_is_due_seven_working_days_after_the_panel(day: date, state: State) -> None:
    """Only the decision is a step of its own, so that only here late is late."""
    (one,) = match_clocks(match(step(2, "panel", "for")), day)
    assert (one.rule_id, one.began_on, one.last_day, one.state) == ("ADO-09", MONDAY, date(2026, 11, 10), state)
    assert one.acts == "agency decision maker"
    assert one.about == ("C1", "H1")
    assert one.working


def test_the_decision_counts_from_the_day_in_england() -> None:
    """Half past midnight in summer is the day before by the clock of the store, and the day itself in England.

    The clock says that it counts from the recording, since the store does not know the day of the minutes.
    """
    recorded = replace(step(2, "panel", "for"), at="2026-06-01T23:30:00.000000+00:00")
    one = match(recorded)
    assert one.clocks == {"ADO-09 decision": date(2026, 6, 10)}
    (clock,) = match_clocks(one, date(2026, 6, 2))
    assert (clock.began_on, clock.last_day) == (date(2026, 6, 2), date(2026, 6, 10))
    assert "the day the panel's recommendation was recorded" in clock.not_known
    assert "runs from the panel's minutes" in clock.not_known


@pytest.mark.parametrize(
    "later",
    [
        (step(2, "panel", "deferred"),),
        (step(2, "panel", "for"), step(3, "decision", "agreed")),
        (step(2, "panel", "for"), step(3, "decision", "deferred"), step(4, "panel", "deferred")),
        (step(2, "panel", "against"), step(3, "withdrawn")),
    ],
    ids=["deferred", "decided", "sent back and deferred", "withdrawn"],
)
def test_nothing_is_due_once_it_was_decided_or_put_off(later: tuple[Taken, ...]) -> None:
    """A clock of a step that was taken, or is not due, does not go on."""
    assert stands(match(*later), MONDAY + timedelta(60)) == []


def test_what_a_stay_brings_is_asked_once_its_day_is_past() -> None:
    """Visit, terms, notice and plan: whether they were done is no step, so that nothing is called late."""
    placed = step(2, "placed", dates={"started_on": MONDAY.isoformat(), "plan_due_on": "2026-11-06"})
    one = match(placed, sign_off=("FOST-02",), before=("LOC-06",))
    due = {"PLC-09": date(2026, 11, 6), "LOC-06": date(2026, 11, 6), "STB-06": date(2026, 11, 9)}
    due["FOST-11"] = date(2026, 11, 9)
    assert {(r, last) for r, last, _ in stands(one, MONDAY)} == set(due.items())
    assert {state for *_, state in stands(one, MONDAY)} == {State.SOON}
    later = match_clocks(one, MONDAY + timedelta(30))
    assert {c.state for c in later} == {State.ASK}
    assert all(c.not_known == "No step says whether it was done." for c in later)


def test_a_signed_plan_is_done_and_an_ended_stay_has_no_clocks() -> None:
    """What a step says was done is not asked again."""
    placed = step(2, "placed", dates={"started_on": MONDAY.isoformat(), "plan_signed_on": MONDAY.isoformat()})
    assert [rule for rule, *_ in stands(match(placed), MONDAY)] == ["STB-06"]
    assert stands(match(placed, step(3, "ended")), MONDAY) == []


# ---- what matches do to the clocks of children ---------------------------------------------------------------------


def on_its_way(route: str, state: str) -> Match:
    """A match of C1 with H1 that has come so far."""
    return Match("m1", "run", "C1", ("C1",), "H1", route, state, 2, (), (), (), (), {})


def clocks_of_an_adoption() -> tuple[StatutoryClock, ...]:
    """Every clock of two children for adoption, long decided, needed by yesterday."""
    facts: dict[str, Any] = {
        "routes": (Route.ADOPTION,),
        "date_of_birth": years_old(2),
        "adoption_decision_on": DAY - timedelta(200),
        "placement_order_on": DAY - timedelta(200),
        "looked_after_since": DAY - timedelta(500),
        "needed_by": DAY - timedelta(1),
    }
    told = records([child("C1", **facts), child("C2", **facts)], [])
    return statutory_clocks(Register(told), asked_on())


@pytest.mark.parametrize(
    ("route", "state", "gone"),
    [
        ("foster", "proposed:done", set()),
        ("foster", "decided:agreed", set()),
        ("foster", "placed:done", {"needed_by", "referred_on"}),
        ("foster", "ended:done", set()),
        ("adoption", "profile:done", set()),
        ("adoption", "link:declines", set()),
        ("adoption", "decision:agreed", {"ADO-12", "ADO-13"}),
        ("adoption", "plan:done", {"ADO-12", "ADO-13"}),
        ("adoption", "placed:done", {"needed_by", "referred_on", "ADO-11", "ADO-12", "ADO-13"}),
        ("adoption", "reversed:done", set()),
    ],
)
def test_a_match_stops_the_clocks_that_it_answers(route: str, state: str, gone: set[str]) -> None:
    """Of this child alone, and only those; reviews go on whatever the match."""
    clocks = clocks_of_an_adoption()
    left = as_matched(clocks, [on_its_way(route, state)])
    assert {(c.who, c.rule_id) for c in clocks} - {(c.who, c.rule_id) for c in left} == {("C1", r) for r in gone}
    assert [c for c in left if c.who == "C2"] == [c for c in clocks if c.who == "C2"]


@pytest.mark.parametrize("state", ["link:interested", "proposed_match:done", "panel:for", "decision:deferred"])
def test_a_wider_search_is_a_question_while_a_match_is_on_its_way(state: str) -> None:
    """Whether the match is a local one is not recorded: neither late nor in time."""
    left = as_matched(clocks_of_an_adoption(), [on_its_way("adoption", state)])
    wider = {c.who: c for c in left if c.rule_id == "ADO-13"}
    assert wider["C2"].state is State.OVERDUE
    assert wider["C1"].state is State.ASK
    assert wider["C1"].about == ("C1", "H1")
    assert "A match with home H1 is on its way" in wider["C1"].not_known


def test_no_matches_change_nothing() -> None:
    """The clocks as they were."""
    assert as_matched(clocks_of_an_adoption(), []) == clocks_of_an_adoption()
