"""How many places a home has over the coming year, as far as the records tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from matching.propose import Proposal
from matching.words import in_words
from records.days import MONTHS
from records.model import Home, HomeKind, Resident, ResidentStatus
from reporting.plot import Step, steps_svg
from reporting.section import Cell, Column, Picture, Table

AHEAD: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Change:
    """From this day on the home has so many places for children of the round, because of this."""

    day: date
    places: int
    why: tuple[str, ...]


def places_ahead(proposal: Proposal, home_id: str, held: int = 0) -> tuple[Change, ...]:
    """The places of a home from the round's day on, for a year: one entry for each change.

    `held`: children whose match with the home is agreed and who do not live there yet. A place comes free on the day
    after a fostered resident is to leave; who has no leaving day recorded is taken to stay. Nothing is foretold.
    """
    told, law = proposal.register.records, proposal.asked.law
    home = told.homes[proposal.register.homes.index[home_id]]
    here = [r for r in told.residents if r.home_id == home_id and not (r.leaving_on and r.leaving_on <= told.day)]
    fostered = [r for r in here if r.status is ResidentStatus.FOSTERED]
    events: dict[date, list[str]] = {told.day: [_now(home, held)]}

    def event(day: date | None, words: str) -> None:
        if day is not None and told.day < day <= told.day + AHEAD:
            events.setdefault(day, []).append(words)

    for one in fostered:
        if one.leaving_on is not None:
            event(
                one.leaving_on + timedelta(days=1),
                f"somebody who is fostered here is to leave on {in_words(one.leaving_on)}",
            )
    event(home.available_from, "the carers are available from this day")
    last = [(home.available_to, "the carers are not available after {}"), (home.approved_to, "approval ends on {}")]
    if home.notice_received_on is not None:
        end = home.notice_received_on + timedelta(days=law.notice_days)
        last.append((end, f"approval ends, {law.notice_days} days after the carers' notice"))
    for day, words in last:
        if day is not None:
            event(day + timedelta(days=1), words.replace("{}", in_words(day)))
    ends = [day for day, _ in last if day is not None]
    found: list[Change] = []
    for day in sorted(events):
        closed = (
            home.on_hold is True
            or (home.available_from is not None and day < home.available_from)
            or any(day > end for end in ends)
        )
        places = 0 if closed else _open_places(home, fostered, day, held)
        if not found or found[-1].places != places:
            found.append(Change(day, places, tuple(events[day])))
    return tuple(found)


def _open_places(home: Home, fostered: Sequence[Resident], day: date, held: int) -> int:
    gone = sum(r.leaving_on is not None and r.leaving_on < day for r in fostered)
    places = home.vacancies + gone
    if home.kind is not HomeKind.ADOPTER:
        places = min(places, home.approved_places - (len(fostered) - gone))
    return max(places - held, 0)


def _now(home: Home, held: int) -> str:
    words = f"{home.vacancies} recorded as vacant, approved for {home.approved_places}"
    if held:
        words += f"; {held} held by an agreed match"
    if home.on_hold:
        words += "; on hold until somebody lifts it, so none is counted"
    return words


def places_picture(changes: Sequence[Change], day: date) -> Picture:
    """The places as a stepped line, with the table of what changes them."""
    now = changes[0].places
    title = f"{now} place{'' if now == 1 else 's'} now" + (
        f", {changes[1].places} from {in_words(changes[1].day)}"
        if len(changes) > 1
        else ", and no change is recorded for the coming year"
    )
    alt = " ".join(f"From {in_words(c.day)}: {c.places}." for c in changes)
    rows: tuple[tuple[Cell, ...], ...] = tuple((in_words(c.day), c.places, c.why) for c in changes)
    table = Table(
        "Places from day to day, as recorded; nobody is promised one",
        (Column("From"), Column("Places", number=True), Column("Why")),
        rows,
        ("Leaving days that are not recorded count as staying. Rules may still bar a child from an open place.",),
    )
    short = tuple(month[:3] for month in MONTHS)
    svg = steps_svg([Step(c.day, c.places) for c in changes], day + AHEAD, short, title=title, alt=alt)
    return Picture(title, svg, alt, table)
