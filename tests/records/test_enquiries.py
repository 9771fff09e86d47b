"""What carers were asked: a file of the council's own, read with care. A blank answer is no answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.enquiries import as_one, asked_for
from records.model import CarersAnswer, Child, Enquiry, Home, HomeKind, Location, PlacementNeed, Provider, Route
from records.store.rows import made as made_again
from records.store.rows import plain
from tests.records.made_folders import DAY, Row, checked, found, from_folder


def asked(**cells: str) -> Row:
    """One enquiry of a week before the round."""
    return {"home_id": "H1", "asked_on": "2026-10-26", **cells}


def only(**cells: str) -> Enquiry:
    """The one enquiry that a row gives."""
    (one,) = checked(enquiries=[asked(**cells)]).enquiries
    return one


def test_a_whole_row_is_read(tmp_path: object) -> None:
    """Every column reaches the model, from a folder too, and comes back from the store's form as it was."""
    row = asked(
        answered_on="27/10/2026",
        answer="declines",
        children="2",
        youngest_age="4",
        oldest_age="7",
        needs_must="trauma;missing",
        placement_need="emergency",
        miles="6.4",
    )
    records = from_folder(tmp_path / "council", enquiries=[row])  # type: ignore[operator]
    (one,) = records.enquiries
    assert one == Enquiry(
        "H1",
        date(2026, 10, 26),
        date(2026, 10, 27),
        CarersAnswer.DECLINES,
        2,
        4,
        7,
        ("trauma", "missing"),
        PlacementNeed.EMERGENCY,
        6.4,
    )
    assert made_again(Enquiry, plain(one)) == one
    assert not found(records)


@pytest.mark.parametrize("answer", ["", "perhaps", "no!"], ids=["blank", "another word", "nearly no"])
def test_what_is_not_an_answer_is_never_a_no(answer: str) -> None:
    """A blank or unreadable answer is not answered."""
    assert only(answer=answer).answer is None


@pytest.mark.parametrize(
    ("cells", "column", "kept"),
    [
        ({"asked_on": "2026-11-03"}, "asked_on", None),
        ({"answered_on": "2026-10-25", "answer": "accepts"}, "answered_on", (None, CarersAnswer.ACCEPTS)),
        ({"answered_on": "2026-11-03", "answer": "accepts"}, "answered_on", (None, None)),
        ({"answered_on": "2026-10-27"}, "answer", (date(2026, 10, 27), None)),
        ({"youngest_age": "9", "oldest_age": "4"}, "youngest_age", (None, None)),
    ],
    ids=["asked after the round", "answered before", "answered after the round", "a day without", "ages crossed"],
)
def test_doubtful_rows_have_a_finding(
    cells: dict[str, str], column: str, kept: tuple[date | None, CarersAnswer | None] | None
) -> None:
    """What cannot have been known on the day of the round is not known; nothing is lost in silence."""
    records = checked(enquiries=[asked(**cells)])
    assert found(records, column)
    assert [(one.answered_on, one.answer) for one in records.enquiries] == ([] if kept is None else [kept])


def test_the_same_row_counts_once_and_a_home_that_has_gone_still_counts() -> None:
    """Twice the same is once, with a note; a home that left is noted once; the order of rows is nothing."""
    rows = [asked(home_id="GONE", answer="accepts"), asked(answer="declines"), asked(answer="declines")]
    records, turned = checked(enquiries=rows), checked(enquiries=rows[::-1])
    assert records.enquiries == turned.enquiries
    assert [one.home_id for one in records.enquiries] == ["GONE", "H1"]
    assert {f.row is None for f in found(records, "home_id")} == {True, False}


def test_what_is_asked_for_a_family_names_nobody() -> None:
    """Ages, needs, the most urgent need and the longest way; where a place is not known, no distance is made up."""
    child = Child("C1", date(2020, 5, 4), (Route.FOSTER,), DAY, home=Location(0, 0), needs_must=("trauma",))
    other = Child("C2", date(2015, 5, 4), (Route.FOSTER,), DAY, placement_need=PlacementNeed.EMERGENCY)
    home = Home("H1", HomeKind.FOSTER, Provider.IN_HOUSE, 2, 2, location=Location(16_093, 0))
    one = asked_for([child, other], "H1", home, DAY)
    assert (one.children, one.youngest_age, one.oldest_age, one.miles) == (2, 6, 11, 10.0)
    assert (one.needs_must, one.placement_need) == (("trauma",), PlacementNeed.EMERGENCY)
    assert "C1" not in repr(one)
    assert asked_for([other], "H1", home, DAY).miles is asked_for([child], "H1", None, DAY).miles is None


def test_two_lists_as_one_count_an_enquiry_once() -> None:
    """The first list that has it says what was asked; two alike within one list stay two."""
    ours, theirs = Enquiry("H1", DAY, children=2), Enquiry("H1", DAY, children=None)
    later = Enquiry("H1", DAY + timedelta(days=1))
    assert as_one([ours, ours], [theirs, later]) == (ours, ours, later)
