"""A council small enough to read: every kind of answer, a kept round, and matches on their way. Nobody in it exists."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from frontend.office import Office
from matching.kept import keep_round
from matching.policy import read_policy
from records.model import HomeKind, Provider, Records, Route
from records.store import Given, Store, create, local_actor, open_store
from records.store.identity import Settings
from tests.ordinary import DAY, SALFORD, child, fostered, home, miles_east, records, years_old
from tests.records.store.stories import Clock

ME = local_actor()
EVENING = datetime(DAY.year, DAY.month, DAY.day, 17, 30, tzinfo=UTC)
WISH = "I want <b>my dog</b>, and *not* ![to](https://elsewhere.example/x.png) move."
"""What one child said: markup and Markdown in it are drawn as they were typed."""


def small_council() -> Records:
    """Brothers, three children alone, one for adoption; homes that are met, need a sign-off, are unknown or barred.

    Planned: F1 (C1, C2) to H1, C3 to H4, C4 to H2, C5 to the adopters H6. C3's wishes are not recorded.
    """
    children = [
        child("C1", family_id="F1", sex="M", date_of_birth=years_old(5), views=WISH),
        child("C2", family_id="F1", sex="M", date_of_birth=years_old(7)),
        child("C3", home=miles_east(6), views=None, views_recorded_on=None),
        child("C4", date_of_birth=years_old(14), needs_must=("autism",), smoke_free=True),
        child(
            "C5",
            date_of_birth=years_old(2),
            routes=(Route.ADOPTION,),
            placement_order_on=DAY - timedelta(days=60),
            adoption_decision_on=DAY - timedelta(days=120),
            placement_need=None,
            needed_by=None,
        ),
    ]
    agency = {"provider": Provider.AGENCY, "agency_name": "Elm Fostering", "authority": SALFORD}
    homes = [
        home("H1", approved_places=2, vacancies=2, location=miles_east(1)),
        home("H2", approved_places=1, vacancies=1, location=miles_east(2)),
        home("H3", approved_places=2, vacancies=2, location=miles_east(5), **agency),
        home("H4", approved_age_min=0, approved_age_max=11, smoker=None, location=miles_east(3)),
        home("H5", on_hold=True),
        home("H6", kind=HomeKind.ADOPTER, location=miles_east(8), approved_places=1, vacancies=1),
    ]
    return records(children, homes, residents=(fostered("H4", "R1"),))


def on_another_day(council: Records, day: date) -> Records:
    """The same round on another day: every date moves with it."""
    later = day - council.day

    def moved(value: Any) -> Any:
        if isinstance(value, date):
            return value + later
        if isinstance(value, tuple):
            return tuple(moved(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: moved(getattr(value, f.name)) for f in fields(value)})
        return value

    found: Records = moved(council)
    return found


def matches_on_their_way(store: Store, run_id: str, day: date) -> dict[str, str]:
    """Matches of a kept round by name: `accepted` (F1 in H1), `asked` (C3 in H4), `declined` (C4 in H2),
    `linked` (C5 with the adopters H6).
    """
    why = Given(reasons="Near the school, and they know the dog.")
    answered = {"dates": {"answered_on": day}}
    found = {
        "accepted": store.propose_match(ME, run_id, "F1", "H1", "foster", why),
        "asked": store.propose_match(ME, run_id, "C3", "H4", "foster", why),
        "declined": store.propose_match(ME, run_id, "C4", "H2", "foster", why),
        "linked": store.propose_match(ME, run_id, "C5", "H6", "adoption", why),
    }
    for name in ("accepted", "asked", "declined"):
        store.take_step(ME, found[name], 1, "enquiry_made", Given())
    more = "They asked to know more."
    yes, no = "They have time for both.", "A grandchild stays until the summer."
    store.take_step(ME, found["accepted"], 2, "carer_answered", Given(outcome="accepts", reasons=yes, **answered))
    store.take_step(ME, found["declined"], 2, "carer_answered", Given(outcome="declines", reasons=no, **answered))
    store.take_step(ME, found["linked"], 1, "link", Given(outcome="interested", reasons=more, **answered))
    return found


def council_store(place: Path, at: datetime = EVENING - timedelta(hours=2)) -> tuple[str, dict[str, str]]:
    """A new store at a place with a round of that time kept and its matches; the run's id and the matches by name."""
    create(str(place), Clock(at - timedelta(hours=1)))
    store = open_store(str(place), clock=Clock(at))
    run_id, _ = keep_round(store, ME, on_another_day(small_council(), at.date()), read_policy())
    found = matches_on_their_way(store, run_id, at.date())
    store.close()
    return run_id, found


def office_at(place: Path, clock: Clock | None = None) -> Office:
    """An office for one user on a store that is there, on the evening of the round."""
    clock = clock or Clock(EVENING)
    return Office(open_store(str(place), clock=clock), Settings(), clock=clock)
