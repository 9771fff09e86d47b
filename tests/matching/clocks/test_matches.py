"""The clocks of a match, from its steps alone: what still runs, and what nobody has recorded as done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from matching.clocks import State, match_clocks
from records.store import Match
from records.store.clocks import Taken, clocks

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
