"""Where the children come from, where the homes are, and how far the plan would take each child.

Maps here have no ground map from outside: authorities are outlined from where postcodes lie, or from the council's
own boundary file. A place is drawn at the precision it was recorded with, and only ids stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from frontend.map_frame import (
    CHILD,
    FAR,
    HOMES,
    NEAR,
    NO_HOME,
    OTHER_HOME,
    OUTSIDE,
    SCHOOL,
    framed,
    point_at,
    spot_of,
)
from matching.outputs import OVER_20_MILES
from matching.propose import Proposal
from matching.rules.location import Area as Where
from matching.rules.location import area as where_it_is
from matching.words import miles_in_words, plain_word
from records.boundaries import Boundary
from records.geography import ATTRIBUTION, authority_name
from records.model import Child, Location, Precision
from reporting.drawing import Line, LineKind, map_svg
from reporting.section import Cell, Column, Picture, Table


@dataclass(frozen=True, slots=True)
class _Trip:
    """One child and the home proposed, with what is known of both places."""

    child: int
    home: int
    miles: float
    where: Where

    @property
    def kind(self) -> LineKind:
        if self.miles > OVER_20_MILES:
            return FAR
        return NEAR if self.where is Where.OWN else OUTSIDE


def council_map(
    proposal: Proposal,
    *,
    children: Collection[str] | None = None,
    homes: Collection[str] | None = None,
    boundary: Sequence[Boundary] = (),
) -> Picture:
    """The whole plan on a map: each child's place of origin, each proposed home, a line between the two.

    `children` and `homes`: ids that the reader may see; None for all. A line is drawn where both may be seen.
    `boundary` takes the place of the council's outline.
    """
    register = proposal.register
    seen = _seen(children, [c.child_id for c in register.children])
    open_homes = _seen(homes, register.homes.ids.tolist())
    trips = [
        _Trip(i, home, float(proposal.miles_home[proposal.at(i, home)]), _where(proposal, home))
        for i, home in enumerate(proposal.home_of.tolist())
        if home >= 0 and seen[i] and open_homes[home]
    ]
    used = {trip.home for trip in trips}
    lines = [
        Line(spot_of(origin), spot_of(end), trip.kind, f"{register.homes.ids[trip.home]}, {trip.miles:.0f} miles")
        for trip in trips
        if (origin := register.children[trip.child].home) and (end := register.records.homes[trip.home].location)
    ]
    points = [
        point_at(home.location, HOMES[home.kind] if at in used else OTHER_HOME, home.home_id if at in used else "")
        for at, home in enumerate(register.records.homes)
        if open_homes[at] and home.location is not None
    ]
    points += [
        point_at(child.home, CHILD if proposal.home_of[i] >= 0 else NO_HOME, child.child_id)
        for i, child in enumerate(register.children)
        if seen[i] and child.home is not None
    ]
    title, alt = _found(trips, sum(seen))
    involved = [spot for line in lines for spot in (line.start, line.end)]
    drawn = framed(
        proposal,
        boundary,
        lines=sorted(lines, key=lambda line: (line.kind.width, line.start, line.end)),
        points=points,
        involved=[*involved, *(p.at for p in points if p.kind is NO_HOME)],
        line_kinds=(NEAR, OUTSIDE, FAR),
    )
    return Picture(title, map_svg(drawn, title=title, alt=alt), alt, _table(proposal, seen, open_homes))


def child_map(
    proposal: Proposal, child_id: str, ranked: Sequence[str], *, boundary: Sequence[Boundary] = ()
) -> Picture:
    """One child's place of origin and school, and the homes of a ranking, numbered as in it.

    `ranked`: home ids in the order of the ranking that the reader may see. Raises KeyError for a child who is not in
    the round.
    """
    register = proposal.register
    child = register.children[register.child_index[child_id]]
    homes = [register.records.homes[register.homes.index[home_id]] for home_id in ranked]
    points = [
        point_at(home.location, HOMES[home.kind], f"{rank} {home.home_id}")
        for rank, home in enumerate(homes, 1)
        if home.location is not None
    ]
    if child.school is not None:
        points.append(point_at(child.school, SCHOOL, "school"))
    if child.home is not None:
        points.append(point_at(child.home, CHILD, child_id))
    miles = proposal.every_home(register.child_index[child_id]).weighed
    rows = [
        (
            rank,
            home.home_id,
            float(miles.miles_home[register.homes.index[home.home_id]]),
            float(miles.miles_school[register.homes.index[home.home_id]]),
        )
        for rank, home in enumerate(homes, 1)
    ]
    known = [far for _, _, far, _ in rows if not np.isnan(far)]
    near = sum(far <= OVER_20_MILES for far in known)
    title = f"{near} of {len(homes)} ranked homes lie within {OVER_20_MILES:g} miles of where the child comes from"
    if not homes:
        title = "No home is ranked"
    elif not known:
        title = f"How far the {len(homes)} ranked homes are is not known: where the child comes from is not recorded"
    alt = (
        f"A map of {len(homes)} homes numbered by rank, with where the child comes from"
        f"{' and the school' if child.school is not None else ''}. The table beneath has each distance."
    )
    table = Table(
        "Ranked homes and how far each is",
        (
            Column("Home"),
            Column("Rank", number=True),
            Column("Kind"),
            Column("Area"),
            Column("Miles from home", number=True),
            Column("Miles to school", number=True),
        ),
        tuple(
            (
                home_id,
                rank,
                plain_word(home.kind),
                _area_words(proposal, register.homes.index[home_id]),
                miles_in_words(far),
                miles_in_words(to_school),
            )
            for (rank, home_id, far, to_school), home in zip(rows, homes, strict=True)
        ),
        (ATTRIBUTION,),
    )
    drawn = framed(proposal, boundary, lines=(), points=points, involved=[p.at for p in points])
    return Picture(title, map_svg(drawn, title=title, alt=alt), alt, table)


def home_map(
    proposal: Proposal, home_id: str, child_ids: Sequence[str], *, boundary: Sequence[Boundary] = ()
) -> Picture:
    """Where one home is, and where the children come from for whom it could be one.

    `child_ids`: those the reader may see. Raises KeyError for a home that is not in the round.
    """
    register = proposal.register
    at = register.homes.index[home_id]
    home = register.records.homes[at]
    children = [register.children[register.child_index[child_id]] for child_id in child_ids]
    points = [point_at(c.home, CHILD, c.child_id) for c in children if c.home is not None]
    if home.location is not None:
        points.append(point_at(home.location, HOMES[home.kind], home_id))
    miles = {
        c.child_id: float(proposal.miles_home[proposal.at(register.child_index[c.child_id], at)]) for c in children
    }
    near = sum(far <= OVER_20_MILES for far in miles.values())
    title = f"{near} of {len(children)} children come from within {OVER_20_MILES:g} miles of the home"
    if home.location is None:
        title = "Where the home is has not been recorded"
    elif not children:
        title = f"The home lies {_AREA_WORDS[_where(proposal, at)]}"
    alt = f"A map of the home and of where {len(children)} children come from. The table beneath has each distance."
    table = Table(
        "Children for whom this could be a home, and how far they come from it",
        (Column("Child"), Column("Comes from"), Column("Miles", number=True)),
        tuple((c.child_id, _comes_from(c), miles_in_words(miles[c.child_id])) for c in children),
        (ATTRIBUTION,),
    )
    drawn = framed(proposal, boundary, lines=(), points=points, involved=[p.at for p in points])
    return Picture(title, map_svg(drawn, title=title, alt=alt), alt, table)


def _seen(ids: Collection[str] | None, everyone: Sequence[str]) -> list[bool]:
    if ids is None:
        return [True] * len(everyone)
    wanted = frozenset(ids)
    return [one in wanted for one in everyone]


def _where(proposal: Proposal, home: int) -> Where:
    return where_it_is(proposal.asked.council, str(proposal.register.homes.authority[home]))


def _found(trips: Sequence[_Trip], children: int) -> tuple[str, str]:
    """What the map shows, in a line; and what somebody who cannot see it should know."""
    known = [trip for trip in trips if not np.isnan(trip.miles)]
    far = sum(trip.miles > OVER_20_MILES for trip in known)
    title = (
        f"{len(known) - far:,} of {len(trips):,} children with a proposed home would live within {OVER_20_MILES:g} "
        f"miles of where they come from"
        + (f"; {far:,} would live further away" if far else "")
        + (f"; for {len(trips) - len(known):,} the distance is not known" if len(known) < len(trips) else "")
    )
    if not trips:
        title = f"No home is proposed for any of {children:,} children"
    of = [_outside(trip) for trip in trips]
    alt = (
        f"A map of where {children:,} children come from and of the homes proposed for {len(trips):,} of them, with a "
        f"line for each. {of.count(False):,} would live in the council's area and {of.count(True):,} outside it"
        + (f"; for {of.count(None):,} the area is not recorded" if None in of else "")
        + ". The table beneath has every child."
    )
    return title, alt


def _outside(trip: _Trip) -> bool | None:
    return None if trip.where is Where.UNKNOWN else trip.where is not Where.OWN


_AREA_WORDS: Final = {
    Where.OWN: "in the council's area",
    Where.ADJOINING: "next door",
    Where.DISTANT: "neither in the area nor next door",
    Where.UNKNOWN: "not recorded",
}


def _area_words(proposal: Proposal, home: int) -> tuple[str, ...]:
    code = str(proposal.register.homes.authority[home])
    name = authority_name(code) or code
    where = _where(proposal, home)
    return (name, _AREA_WORDS[where]) if name else (_AREA_WORDS[where],)


def _precision(place: Location | None) -> str:
    if place is None:
        return "place not recorded"
    words = {Precision.SECTOR: "known only to its postcode sector", Precision.DISTRICT: "known only to its district"}
    return words.get(place.precision, "")


def _comes_from(child: Child) -> tuple[str, ...]:
    where = authority_name(child.home_authority or "") or "not recorded"
    return tuple(filter(None, (where, _precision(child.home))))


def _table(proposal: Proposal, seen: Sequence[bool], open_homes: Sequence[bool]) -> Table:
    register = proposal.register
    rows: list[tuple[Cell, ...]] = []
    for i, child in enumerate(register.children):
        if not seen[i]:
            continue
        home = int(proposal.home_of[i])
        comes_from = _comes_from(child)
        if home < 0:
            rows.append((child.child_id, comes_from, "no home proposed", None, None, None))
            continue
        if not open_homes[home]:
            rows.append((child.child_id, comes_from, "a home you may not see", None, None, None))
            continue
        one = register.records.homes[home]
        miles = float(proposal.miles_home[proposal.at(i, home)])
        rows.append(
            (
                child.child_id,
                comes_from,
                (one.home_id, *filter(None, [_precision(one.location)])),
                plain_word(one.kind),
                _area_words(proposal, home),
                (miles_in_words(miles), f"over {OVER_20_MILES:g} miles")
                if miles > OVER_20_MILES
                else miles_in_words(miles),
            )
        )
    return Table(
        "Every child, the home proposed, and how far it is",
        (
            Column("Child"),
            Column("Comes from"),
            Column("Home proposed"),
            Column("Kind"),
            Column("Area"),
            Column("Miles", number=True),
        ),
        tuple(rows),
        (ATTRIBUTION,),
    )
