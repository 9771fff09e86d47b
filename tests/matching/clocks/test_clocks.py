"""The clocks of children, homes and those who stay put: named cases, on both sides of each edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clocks import NOT_TOLD, State, StatutoryClock, statutory_clocks
from matching.rings import clocks as adoption_clocks
from matching.rules.register import Register
from records.model import HomeKind, PlacementNeed, Records, ResidentStatus, Route
from records.working_days import is_working_day, working_days_between
from tests.ordinary import DAY, asked_on, child, fostered, home, lives_with, records, years_old
from tests.tiny_councils import TinyCouncil, tiny_councils


def found(told: Records, rule_id: str, who: str, day: date = DAY) -> list[StatutoryClock]:
    """The clocks of one rule for one child, home or resident."""
    clocks = statutory_clocks(Register(told), asked_on(day))
    return [one for one in clocks if one.rule_id == rule_id and one.who == who]


def stands(told: Records, rule_id: str, who: str, day: date = DAY) -> list[tuple[date | None, State]]:
    """Last day and state of each."""
    return [(one.last_day, one.state) for one in found(told, rule_id, who, day)]


# ---- reviews -------------------------------------------------------------------------------------------------------

CARE = date(2026, 9, 1)
"""A Tuesday: the 20th working day, itself the first, is Monday 28 September."""
FIRST, SECOND, THIRD = date(2026, 9, 28), date(2026, 12, 28), date(2027, 6, 28)


@pytest.mark.parametrize(
    ("day", "reviews", "plan"),
    [
        (CARE, [(FIRST, State.IN_TIME)], (SECOND, State.TO_COME)),
        (date(2026, 9, 13), [(FIRST, State.IN_TIME)], (SECOND, State.TO_COME)),
        (date(2026, 9, 14), [(FIRST, State.SOON)], (SECOND, State.TO_COME)),
        (FIRST, [(FIRST, State.SOON)], (SECOND, State.TO_COME)),
        (FIRST + timedelta(1), [(FIRST, State.ASK), (SECOND, State.TO_COME)], (SECOND, State.TO_COME)),
        (SECOND, [(FIRST, State.ASK), (SECOND, State.SOON)], (SECOND, State.SOON)),
        (SECOND + timedelta(1), [(SECOND, State.ASK), (THIRD, State.TO_COME)], (SECOND, State.ASK)),
        (THIRD + timedelta(1), [(THIRD, State.ASK), (date(2027, 12, 28), State.TO_COME)], (SECOND, State.ASK)),
    ],
    ids=[
        "the first day in care",
        "15 days before the first review",
        "14 days before",
        "the last day for the first review",
        "the day after",
        "the last day for the second",
        "the day after the second",
        "after the third",
    ],
)
def test_reviews_and_the_permanence_plan(
    day: date, reviews: list[tuple[date, State]], plan: tuple[date, State]
) -> None:
    """20 working days, 3 months, 6 months: past days are asked about, never called late nor in time."""
    told = records([child("C1", looked_after_since=CARE)], [], day=day)
    assert stands(told, "CPPCR-33", "C1", day) == reviews
    assert stands(told, "STB-04", "C1", day) == [plan]
    assert all("do not say" in one.not_known for one in found(told, "CPPCR-33", "C1", day))


def test_how_many_reviews_there_should_have_been() -> None:
    """The words say how many, by when at the latest, and that the records do not tell."""
    told = records([child("C1", looked_after_since=CARE)], [], day=THIRD + timedelta(1))
    asked, coming = found(told, "CPPCR-33", "C1", THIRD + timedelta(1))
    assert "By 28 June 2027 at the latest the child had to have had 3 reviews." in asked.what_next
    assert coming.what_next.startswith("Fourth review due by 28 December 2027 at the latest")


def test_not_recorded_since_when_is_a_question_of_each_clock() -> None:
    """Without the day of becoming looked after every clock that starts there asks for it; none is left out."""
    told = records([child("C1", looked_after_since=None, routes=(Route.ADOPTION,))], [])
    for rule_id in ("CPPCR-33", "STB-04", "ADO-11"):
        (one,) = found(told, rule_id, "C1")
        assert (one.began_on, one.last_day, one.state) == (None, None, State.ASK)
        assert "not recorded" in one.not_known


def test_a_child_who_comes_into_care_tomorrow() -> None:
    """The clock begins on its day, and does not run before it."""
    told = records([child("C1", looked_after_since=DAY + timedelta(1))], [])
    assert stands(told, "CPPCR-33", "C1") == [(None, State.STOPPED)]
    assert found(told, "STB-04", "C1") == []


@pytest.mark.parametrize(
    ("placement_order_on", "said"), [(None, False), (DAY, True), (DAY + timedelta(1), False)], ids=str
)
def test_reviews_of_a_child_who_may_be_placed_for_adoption(placement_order_on: date | None, said: bool) -> None:
    """From the day of the order on, that other days hold is said."""
    told = records([child("C1", looked_after_since=CARE, placement_order_on=placement_order_on)], [])
    assert all(("regulation 36" in one.not_known) is said for one in found(told, "CPPCR-33", "C1"))


# ---- needed by, waiting, emergency ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needed_by", "state", "left"),
    [
        (DAY - timedelta(1), State.OVERDUE, "1 day over"),
        (DAY, State.SOON, "today is the last day"),
        (DAY + timedelta(14), State.SOON, "14 days left"),
        (DAY + timedelta(15), State.IN_TIME, "15 days left"),
        (None, State.ASK, ""),
    ],
    ids=["yesterday", "today", "in 14 days", "in 15 days", "not recorded"],
)
def test_the_day_by_which_a_home_is_needed(needed_by: date | None, state: State, left: str) -> None:
    """Passed is overdue, whatever became of the child; not recorded is a question."""
    told = records([child("C1", needed_by=needed_by)], [])
    (one,) = found(told, "needed_by", "C1")
    assert (one.state, one.left_in_words(DAY)) == (state, left)


def test_waiting_is_counted_from_the_referral_and_has_no_end() -> None:
    """A count of days, never a clock that could be in time."""
    (one,) = found(records([child("C1", referred_on=DAY - timedelta(30))], []), "referred_on", "C1")
    assert (one.state, one.last_day, one.left(DAY)) == (State.COUNTS_UP, None, None)
    assert one.what_next == "Has waited 30 days."


def test_a_settled_child_does_not_wait_but_is_reviewed() -> None:
    """Nobody looks for a home for a child who stays; reviews go on."""
    told = records(
        [child("C1", needed_by=None, looked_after_since=CARE)], [home("H1")], links=(lives_with("C1", "H1"),)
    )
    assert found(told, "needed_by", "C1") == found(told, "referred_on", "C1") == []
    assert len(found(told, "CPPCR-33", "C1")) == 2


@pytest.mark.parametrize("lives", [True, False])
def test_an_emergency_stay_began_on_a_day_not_recorded(lives: bool) -> None:
    """A child in a home in an emergency: six working days run from a day the records do not have."""
    one = child("C1", placement_need=PlacementNeed.EMERGENCY)
    told = records([one], [home("H1")], links=(lives_with("C1", "H1"),) if lives else ())
    assert stands(told, "FOST-11", "C1") == ([(None, State.ASK)] if lives else [])


# ---- adoption ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decided", [DAY - timedelta(200), DAY - timedelta(80), DAY - timedelta(5), None], ids=str)
def test_adoption_clocks_are_those_of_the_rings(decided: date | None) -> None:
    """The same days and the same lateness as `rings.clocks`, in other words only."""
    told = records(
        [
            child(
                "C1",
                routes=(Route.ADOPTION,),
                date_of_birth=years_old(2),
                adoption_decision_on=decided,
                placement_order_on=DAY - timedelta(122),
                looked_after_since=DAY - timedelta(426),
            )
        ],
        [],
    )
    rings = {c.rule_id: c for c in adoption_clocks(Register(told), asked_on())}
    assert set(rings) == {"ADO-11", "ADO-12", "ADO-13"}
    for rule_id, ring in rings.items():
        (one,) = found(told, rule_id, "C1")
        assert (one.began_on, one.last_day, one.overdue) == (ring.began_on, ring.last_day, ring.overdue)
        assert one.source
    assert found(told, "ADO-12", "C1")[0].overdue
    assert found(told, "ADO-11", "C1")[0].state is State.SOON


def test_adopters_approved_long_ago_are_asked_about() -> None:
    """Whether adopters are linked with anybody is not recorded, so that they are never called late."""
    told = records([], [home("H1", kind=HomeKind.ADOPTER, approved_from=DAY - timedelta(200))])
    assert [state for _, state in stands(told, "ADO-13", "H1")] == [State.ASK]


# ---- homes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "with_child", "state"),
    [
        (DAY - timedelta(29), True, State.OVERDUE),
        (DAY - timedelta(28), True, State.SOON),
        (DAY, True, State.SOON),
        (DAY, False, State.IN_TIME),
        (DAY - timedelta(14), False, State.SOON),
    ],
    ids=["29 days ago", "28 days ago", "today, a child there", "today, nobody there", "14 days left, nobody there"],
)
def test_a_carers_resignation(received: date, with_child: bool, state: State) -> None:
    """28 days from the day it was received, as FOST-16 has it; with children it presses from the first day."""
    told = records(
        [],
        [home("H1", notice_received_on=received)],
        residents=(fostered("H1", "R1"),) if with_child else (),
    )
    (one,) = found(told, "FOST-16", "H1")
    assert (one.last_day, one.state) == (received + timedelta(28), state)
    assert ("R1" in one.about) is with_child
    assert ("R1" in one.what_next) is with_child


@pytest.mark.parametrize(
    ("kind", "rule_id"),
    [
        (HomeKind.FOSTER, "FOST-01"),
        (HomeKind.EARLY_PERMANENCE, "FOST-01"),
        (HomeKind.ADOPTER, "ADO-03"),
        (HomeKind.SUPPORTED_LODGINGS, "SLG-02"),
        (HomeKind.CONNECTED_PERSON, "CON-03"),
    ],
)
@pytest.mark.parametrize(
    ("days", "state"), [(-1, State.OVERDUE), (0, State.SOON), (14, State.SOON), (15, State.IN_TIME)]
)
def test_an_approval_that_ends(kind: HomeKind, rule_id: str, days: int, state: State) -> None:
    """Its last day still counts; each kind has its own rule."""
    told = records([], [home("H1", kind=kind, approved_to=DAY + timedelta(days))])
    assert stands(told, rule_id, "H1") == [(DAY + timedelta(days), state)]


def test_an_approval_without_an_end_has_no_clock() -> None:
    """Foster carers are approved until something is said: nothing runs, and nothing is asked."""
    told = records([], [home("H1", approved_to=None)])
    assert found(told, "FOST-01", "H1") == []


@pytest.mark.parametrize(
    ("weeks", "more", "rule_id"),
    [(16, 0, "CON-01"), (16, 1, "CON-02"), (24, 0, "CON-02"), (24, 1, "CON-03")],
    ids=["16 weeks", "16 weeks and a day", "24 weeks", "24 weeks and a day"],
)
def test_a_temporary_approval_of_a_connected_person(weeks: int, more: int, rule_id: str) -> None:
    """As short as a temporary one, as an extended one, or neither: the records do not say which, and that is said."""
    begins = DAY - timedelta(weeks=15)
    ends = begins + timedelta(days=weeks * 7 + more - 1)
    told = records([], [home("H1", kind=HomeKind.CONNECTED_PERSON, approved_from=begins, approved_to=ends)])
    (one,) = found(told, rule_id, "H1")
    assert one.last_day == ends
    assert bool(one.not_known) is (rule_id != "CON-03")


@pytest.mark.parametrize("begins", [None, DAY - timedelta(20)], ids=str)
def test_a_connected_person_whose_approval_has_no_end_recorded(begins: date | None) -> None:
    """It may be temporary: a question, with the days on which it would end where its start is recorded."""
    told = records([], [home("H1", kind=HomeKind.CONNECTED_PERSON, approved_from=begins)])
    (one,) = found(told, "CON-01", "H1")
    assert one.state is State.ASK
    assert one.last_day == (None if begins is None else begins + timedelta(111))
    assert "full, or temporary" in one.not_known


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (date(2025, 11, 22), State.OVERDUE),
        (date(2025, 11, 23), State.SOON),
        (date(2025, 12, 7), State.SOON),
        (date(2025, 12, 8), State.IN_TIME),
        (None, State.ASK),
    ],
    ids=["a year and a day ago", "a year ago", "14 days left", "15 days left", "not recorded"],
)
def test_a_carers_yearly_review(held: date | None, state: State) -> None:
    """As the gate FOST-15 has it, on both sides of the year."""
    (one,) = found(records([], [home("H1", last_review_on=held)]), "FOST-15", "H1")
    assert one.state is state
    assert (one.last_day is None) is (held is None)
    if one.last_day is not None:
        assert (one.last_day < DAY) is one.overdue


def test_adopters_have_no_fostering_review() -> None:
    """The yearly review is of foster carers."""
    assert found(records([], [home("H1", kind=HomeKind.ADOPTER)]), "FOST-15", "H1") == []


@pytest.mark.parametrize(
    ("born", "state"),
    [
        (date(2005, 11, 23), State.STOPPED),
        (date(2005, 11, 24), State.SOON),
        (date(2007, 1, 1), State.IN_TIME),
        (None, State.ASK),
    ],
    ids=["21 today", "21 tomorrow", "19", "not recorded"],
)
def test_staying_put_ends_at_21(born: date | None, state: State) -> None:
    """The duty runs to the day before the 21st birthday."""
    resident = fostered("H1", "R1", status=ResidentStatus.STAYING_PUT, date_of_birth=born)
    (one,) = found(records([], [home("H1")], residents=(resident,)), "STP-01", "R1")
    assert one.state is state


@settings(max_examples=60, deadline=None)
@given(tiny_councils(), st.randoms(use_true_random=False))
def test_nothing_unknown_is_ever_in_time(tiny: TinyCouncil, random: Random) -> None:
    """Random councils: without a last day nothing is late or in time, without a start it is asked; in any order."""
    told = tiny.records
    clocks = statutory_clocks(Register(told), asked_on(told.day))
    for one in clocks:
        if one.last_day is None:
            assert one.state in (State.ASK, State.COUNTS_UP, State.STOPPED)
        elif one.state is State.OVERDUE:
            assert one.last_day < told.day
        elif one.state in (State.SOON, State.IN_TIME, State.TO_COME):
            assert one.last_day >= told.day
        if one.began_on is None and one.rule_id not in ENDS_ALONE:
            assert one.state in (State.ASK, State.STOPPED)
    shuffled = replace(
        told,
        **{
            name: tuple(random.sample(getattr(told, name), len(getattr(told, name)))) for name in ("residents", "links")
        },
    )
    assert statutory_clocks(Register(shuffled), asked_on(told.day)) == clocks


ENDS_ALONE = {"FOST-01", "ADO-03", "SLG-02", "CON-03"}
"""An approval has a last day whether or not its first is recorded."""

# ---- all of them ---------------------------------------------------------------------------------------------------


def test_the_most_pressing_comes_first_whatever_the_order_of_rows() -> None:
    """Overdue, then what is not recorded, then soon; the same for rows in any order."""
    children = [child("C1", needed_by=DAY - timedelta(3)), child("C2", needed_by=None), child("C3", needed_by=DAY)]
    told = records(children, [home("H1")])
    clocks = statutory_clocks(Register(told), asked_on())
    assert (clocks[0].who, clocks[0].state) == ("C1", State.OVERDUE)
    states = [list(State).index(one.state) for one in clocks]
    assert states == sorted(states)


def test_every_clock_says_its_source_and_who_acts() -> None:
    """No clock without a source, somebody who acts and a next step."""
    told = records(
        [child("C1", looked_after_since=CARE), child("C2", placement_need=PlacementNeed.EMERGENCY)],
        [home("H1", notice_received_on=DAY), home("H2", kind=HomeKind.CONNECTED_PERSON)],
        links=(lives_with("C2", "H1"),),
    )
    for one in statutory_clocks(Register(told), asked_on()):
        assert one.source
        assert one.acts
        assert one.what_next.endswith(".")
        assert (one.state is State.ASK) <= bool(one.not_known)
    assert all(name and why.endswith(".") for name, why in NOT_TOLD)


@pytest.mark.parametrize("back", [1, 5, 40])
def test_working_days_between_are_those_that_are_counted(back: int) -> None:
    """After the one day up to and with the other, over Christmas and the new year too; below nought the other way."""
    for start in (date(2026, 12, 18) + timedelta(k) for k in range(20)):
        end = start + timedelta(back)
        counted = sum(is_working_day(start + timedelta(k)) for k in range(1, back + 1))
        assert working_days_between(start, end) == counted
        assert working_days_between(end, start) == -counted
    assert working_days_between(DAY, DAY) == 0


def test_a_clock_of_working_days_counts_them() -> None:
    """Friday to Monday is one working day."""
    told = records([child("C1", looked_after_since=CARE)], [], day=date(2026, 9, 25))
    (one,) = found(told, "CPPCR-33", "C1", date(2026, 9, 25))
    assert one.left_in_words(date(2026, 9, 25)) == "1 working day left"
