"""The tracker: where a plan on course would be, when it is too late to make up, and what was entered."""

from __future__ import annotations

from datetime import date
from math import comb

from frontend.planning.recruitment_track import (
    Adopted,
    achieved,
    band_of,
    begun,
    ends_on,
    gaps,
    last_to_act,
    room_of,
    standing,
    triggers,
    with_quarter,
    without_quarter,
)

QUARTERS = ("2026-27 Q4", "2027-28 Q1", "2027-28 Q2", "2027-28 Q3", "2027-28 Q4", "2028-29 Q1")
HOUSEHOLDS = {"teenagers": dict.fromkeys(QUARTERS, 2), "siblings_two": dict.fromkeys(QUARTERS[2:], 1)}
MORE = {"teenagers": dict.fromkeys(QUARTERS[2:], 1), "siblings_two": dict.fromkeys(QUARTERS[2:], 1)}


def adopted() -> Adopted:
    """Two kinds of home, two quarters from enquiry to approval, promised from the fifth quarter on."""
    room = room_of(HOUSEHOLDS, MORE, QUARTERS, most=3, in_all=6.2, lead=2)
    return Adopted(HOUSEHOLDS, "80%", "2027-28 Q4", 2, 24.0, room)


def test_what_can_be_made_up_is_what_later_quarters_have_room_for() -> None:
    """By hand: of each kind 3 in a quarter beyond the pipeline, 6 of all, from two quarters after the enquiry on."""
    plan = adopted()
    assert plan.due == "2027-28 Q3"
    # Q2 and Q3 of 2027-28: 6 of all kinds less 3 that are planned, and 3 less 1 of each kind.
    assert plan.room["all"] == dict(zip(QUARTERS, (0, 0, 3, 3, 3, 3), strict=True))
    assert plan.room["teenagers"]["2027-28 Q2"] == 2
    # Enquiries after the end of 2026-27 Q4 come to approval from 2027-28 Q3 on: one quarter is left before the promise.
    assert triggers(plan) == (
        ("2026-27 Q4", 0, 3),
        ("2027-28 Q1", 0, 0),
        ("2027-28 Q2", 0, 0),
        ("2027-28 Q3", 0, 0),
    )
    assert last_to_act(plan) == "2027-28 Q1"
    assert Adopted.of(plan.as_document()) == plan


def test_a_plan_is_on_course_watched_or_acted_upon() -> None:
    """Ahead or on target: on course. Behind by what cannot wait: act. Behind by chance's reach, with time: watch."""
    early = {home: dict.fromkeys(QUARTERS, 4) for home in HOUSEHOLDS}
    plenty = Adopted(early, "80%", None, 1, 24.0, {name: dict.fromkeys(QUARTERS, 5) for name in ("all", *early)})
    table = with_quarter({}, QUARTERS[0], {"teenagers": 4, "siblings_two": 4})
    assert standing(plenty, table).state == "on course"  # type: ignore[union-attr]
    few = standing(plenty, with_quarter({}, QUARTERS[0], {"teenagers": 1, "siblings_two": 1}))
    assert few is not None
    assert (few.behind, few.state) == (6, "watch")
    plan = adopted()
    behind = standing(plan, with_quarter({}, QUARTERS[0], {"teenagers": 1, "siblings_two": 0}))
    assert behind is not None
    assert (behind.behind, behind.beyond, behind.can, behind.state) == (1, 0, 3, "act")
    assert standing(plan, {}) is None


def test_the_band_is_that_of_enquiries_that_end_in_approval_by_luck() -> None:
    """Its ends are those that adding up the chances of each count gives; of nothing planned it is nothing."""
    tries, chance = 240, 10 / 240
    each = [comb(tries, k) * chance**k * (1 - chance) ** (tries - k) for k in range(30)]
    low = next(k for k in range(30) if sum(each[: k + 1]) >= 0.1)
    high = next(k for k in range(30) if sum(each[: k + 1]) >= 0.9)
    assert band_of(10, 24.0) == (low, high) == (6, 14)
    assert band_of(0, 24.0) == (0, 0)
    assert band_of(10, None) == (6, 14)


def test_entries_are_added_to_the_table_and_may_be_taken_out() -> None:
    """Approvals add up over quarters; one without an entry counts as none and is named; enquiries may stand beside."""
    table = with_quarter({"teenagers": {QUARTERS[0]: {"approved": 2, "enquiries": 40}}}, QUARTERS[2], {"teenagers": 3})
    assert achieved(adopted(), table) == (2, 2, 5)
    assert gaps(adopted(), table) == (QUARTERS[1], QUARTERS[2])
    assert achieved(adopted(), without_quarter(table, QUARTERS[2])) == (2,)


def test_quarters_are_those_of_the_financial_year() -> None:
    """The fourth quarter of 2026-27 ends on 31 March 2027; approvals may be entered once a quarter has begun."""
    assert [ends_on(q) for q in QUARTERS[:2]] == [date(2027, 3, 31), date(2027, 6, 30)]
    assert begun(QUARTERS, date(2027, 3, 31)) == QUARTERS[:1]
    assert begun(QUARTERS, date(2027, 7, 1)) == QUARTERS[:3]
