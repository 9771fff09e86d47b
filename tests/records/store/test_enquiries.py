"""What carers were asked, from the steps of matches: facts of homes in which no child can be found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from records.model import CarersAnswer, Enquiry
from records.store import Actor, Given, Role, Store, read_retention
from tests.records.store.stories import DAY, ROWS, Clock, because, kept_run, row, take

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
YES, NO = CarersAnswer.ACCEPTS, CarersAnswer.DECLINES


def asked(store: Store, me: Actor) -> dict[str, str]:
    """A family accepted, a child declined, another home asked and then withdrawn, and one only proposed."""
    run = kept_run(store, me, rows=[*ROWS, row("C3", "C3", "H3")])
    names = {"accepts": ("F1", "H1"), "declines": ("C3", "H1"), "withdrawn": ("C3", "H3"), "proposed": ("F1", "H2")}
    found = {name: store.propose_match(me, run, *where, "foster", because()) for name, where in names.items()}
    no = because(outcome="declines", dates={"answered_on": DAY})
    take(store, me, found["accepts"], "enquiry_made", "carer_answered")
    take(store, me, found["declines"], "enquiry_made", "carer_answered", carer_answered=no)
    take(store, me, found["withdrawn"], "enquiry_made")
    store.take_step(me, found["withdrawn"], 2, "withdrawn", because())
    return found


def test_each_enquiry_with_what_was_asked_and_no_name(store: Store, me: Actor) -> None:
    """Accepted, declined, and withdrawn before an answer, which is none; a match only proposed asked nobody."""
    asked(store, me)
    found = store.enquiries_made(me)
    assert [(one.home_id, one.answer, one.children) for one in found] == [
        ("H1", YES, 2),
        ("H1", NO, 1),
        ("H3", None, 1),
    ]
    assert all((one.asked_on, one.youngest_age, one.oldest_age) == (DAY, 8, 8) for one in found)
    assert "C1" not in repr(found)
    assert "C3" not in repr(found)


def test_a_link_of_adopters_is_an_answer(store: Store, me: Actor) -> None:
    """Adopters who are interested have said yes to hearing more; that is what they were asked."""
    match = store.propose_match(me, kept_run(store, me), "C3", "H2", "adoption", because())
    assert [one.answer for one in store.enquiries_made(me)] == [None]
    store.take_step(me, match, 1, "link", because(outcome="interested", dates={"answered_on": DAY}))
    assert store.enquiries_made(me) == [
        Enquiry("H2", DAY, DAY, YES, children=1, youngest_age=8, oldest_age=8),
    ]


def test_bars_are_respected_and_the_trail_names_homes_alone(
    store: Store, me: Actor, somebody: Callable[..., Actor]
) -> None:
    """Whoever is barred from a child or a home is told of no enquiry that concerns them."""
    asked(store, me)
    member = somebody("u2", Role.PANEL_MEMBER)
    store.bar(me, "u2", child_id="C3")
    assert [one.answer for one in store.enquiries_made(member)] == [YES]
    store.bar(me, "u2", home_id="H1")
    assert store.enquiries_made(member) == []
    subjects = {s for one in store.read_trail(me) if one.act == "enquiries_made" for s in one.subjects}
    assert subjects == {"home:H1"}


def test_what_is_purged_is_not_counted(store: Store, me: Actor, clock: Clock) -> None:
    """The facts of a round go first; once the words of an answer are over their time, so does the enquiry."""
    asked(store, me)
    keeps = read_retention()
    for years, many, sizes in ((8, 3, {2, 1}), (11, 1, {1})):
        clock.on(days=1)
        clock.at = clock.at.replace(year=DAY.year + years)
        on = date(DAY.year + years, DAY.month, DAY.day)
        store.purge(me, keeps, on, store.purge_report(me, keeps, on).digest)
        found = store.enquiries_made(me)
        assert len(found) == many
        assert {one.children for one in found} == sizes
        assert {one.youngest_age for one in found} == {None}


def test_an_answer_noted_late_is_asked_by_the_day_of_the_answer(store: Store, me: Actor) -> None:
    """The step was written down after the carers had answered: the day of asking is no later than the answer."""
    match = store.propose_match(me, kept_run(store, me), "C3", "H1", "foster", because())
    store.take_step(me, match, 1, "enquiry_made", Given())
    early = DAY - timedelta(days=3)
    store.take_step(me, match, 2, "carer_answered", because(outcome="accepts", dates={"answered_on": early}))
    (one,) = store.enquiries_made(me)
    assert (one.asked_on, one.answered_on) == (early, early)
