"""Where the children come from, where the homes are, and how far the plan would take each child.

Maps here have no ground map from outside: authorities are outlined from where postcodes lie, or from the council's
own boundary file. A place is drawn at the precision it was recorded with, and only ids stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.outputs import OVER_20_MILES
from matching.propose import Proposal
from matching.rules.location import Area as Where
from matching.rules.location import area as where_it_is
from records.boundaries import Boundary
from records.geography import ATTRIBUTION, authority_name, upper_tier
from records.model import HomeKind, Location, Precision
from records.outlines import APPROXIMATE, outline, outlined
from reporting.drawing import Line, LineKind, Map, Point, PointKind, map_svg
from reporting.ground import Area, Spot
from reporting.section import Cell, Column, Picture, Table

CHILD: Final = PointKind("Child comes from here", "circle", "#0b0c0c", hollow=True)
NO_HOME: Final = PointKind("Child with no home", "cross", "#801650")
SCHOOL: Final = PointKind("School", "star", "#0b0c0c")
OTHER_HOME: Final = PointKind("Home not in the plan", "circle", "#505a5f", small=True)
HOMES: Final[dict[HomeKind, PointKind]] = {
    HomeKind.FOSTER: PointKind("Foster home", "square", "#12436d"),
    HomeKind.CONNECTED_PERSON: PointKind("Relative or friend", "pentagon", "#12436d", hollow=True),
    HomeKind.SUPPORTED_LODGINGS: PointKind("Supported lodgings", "diamond", "#1c6f68"),
    HomeKind.ADOPTER: PointKind("Adopters", "triangle", "#801650"),
    HomeKind.EARLY_PERMANENCE: PointKind("Early permanence", "triangle", "#801650", hollow=True),
}
NEAR: Final = LineKind("To a home in the area", "#0b0c0c", 1.1)
OUTSIDE: Final = LineKind("Outside, or not recorded", "#12436d", 1.4, "7 3")
FAR: Final = LineKind(f"Over {OVER_20_MILES:g} miles", "#801650", 2.4, "2 3")

KNOWN_TO_WITHIN: Final = {Precision.SECTOR: 1_500.0, Precision.DISTRICT: 4_000.0}
"""Metres about the drawn point in which a place known only by part of its postcode lies, as a rule."""
MOST_SHOWN: Final = 0.9
REACH: Final = 2.5
"""The frame grows beyond the council till it holds `MOST_SHOWN` of all places, to `REACH` times its size at most."""


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
        Line(_spot(origin), _spot(end), trip.kind, f"{register.homes.ids[trip.home]}, {trip.miles:.0f} miles")
        for trip in trips
        if (origin := register.children[trip.child].home) and (end := register.records.homes[trip.home].location)
    ]
    points = [
        _point(home.location, HOMES[home.kind] if at in used else OTHER_HOME, home.home_id if at in used else "")
        for at, home in enumerate(register.records.homes)
        if open_homes[at] and home.location is not None
    ]
    points += [
        _point(child.home, CHILD if proposal.home_of[i] >= 0 else NO_HOME, child.child_id)
        for i, child in enumerate(register.children)
        if seen[i] and child.home is not None
    ]
    title, alt = _found(trips, sum(seen))
    involved = [spot for line in lines for spot in (line.start, line.end)]
    drawn = _map(
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
        _point(home.location, HOMES[home.kind], f"{rank} {home.home_id}")
        for rank, home in enumerate(homes, 1)
        if home.location is not None
    ]
    if child.school is not None:
        points.append(_point(child.school, SCHOOL, "school"))
    if child.home is not None:
        points.append(_point(child.home, CHILD, child_id))
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
                _kind_word(home.kind),
                _area_words(proposal, register.homes.index[home_id]),
                _miles(far),
                _miles(to_school),
            )
            for (rank, home_id, far, to_school), home in zip(rows, homes, strict=True)
        ),
        (ATTRIBUTION,),
    )
    drawn = _map(proposal, boundary, lines=(), points=points, involved=[p.at for p in points])
    return Picture(title, map_svg(drawn, title=title, alt=alt), alt, table)


def _map(
    proposal: Proposal,
    boundary: Sequence[Boundary],
    *,
    lines: Sequence[Line],
    points: Sequence[Point],
    involved: Sequence[Spot],
    line_kinds: tuple[LineKind, ...] = (),
) -> Map:
    """The frame, the ground and the key for these lines and points."""
    council = upper_tier(proposal.asked.council) if proposal.asked.council else None
    own = outline(council) if council else None
    ground: list[npt.NDArray[np.number]] = [ring for area in boundary for ring in area.rings] or list(
        own.rings if own else ()
    )
    low, high = _extent(ground, involved or [p.at for p in points])
    areas = [
        Area(found.name, found.rings, own=code == council and not boundary)
        for code in outlined()
        if (found := outline(code)) is not None and _touches(found.rings, low, high)
    ]
    areas += [Area(area.name if len(boundary) > 1 else "", area.rings, own=True) for area in boundary]
    kinds = (CHILD, NO_HOME, SCHOOL, *HOMES.values(), OTHER_HOME)
    rough = sum(p.within > 0 for p in points)
    notes = (
        APPROXIMATE if not boundary else f"Neighbouring areas: {APPROXIMATE[0].lower()}{APPROXIMATE[1:]}",
        *([f"{rough} of {len(points)} places are known only by part of a postcode: dotted rings."] if rough else []),
        "Distances are in a straight line. Labels are left out where places crowd; the table has everyone.",
        ATTRIBUTION,
    )
    return Map(
        low,
        high,
        areas=tuple(areas),
        lines=tuple(lines),
        points=tuple(points),
        point_kinds=tuple(k for k in kinds if any(p.kind == k for p in points)),
        line_kinds=tuple(k for k in line_kinds if any(line.kind == k for line in lines)),
        notes=notes,
    )


def _extent(ground: Sequence[npt.NDArray[np.number]], involved: Sequence[Spot]) -> tuple[Spot, Spot]:
    """The corners that show the council's ground and what is near it; places far off are left outside the frame."""
    spots = np.array(involved, dtype=np.float64).reshape(-1, 2)
    if ground:
        rings = np.vstack(ground).astype(np.float64)
        low, high = rings.min(axis=0), rings.max(axis=0)
        size = max(high - low) / 2
        away = np.abs(spots - (low + high) / 2).max(axis=1)
        reach = min(max(size, float(np.quantile(away, MOST_SHOWN)) if len(away) else 0.0), REACH * size)
        spots = spots[away <= reach]
        spots = np.vstack((low, high, spots))
    elif len(spots):
        # without a council nobody can say what is far: the middle nine tenths are shown
        low, high = np.quantile(spots, (0.05, 0.95), axis=0)
        spots = np.vstack((low, high))
    else:
        spots = np.array([[80_000.0, 5_000.0], [656_000.0, 658_000.0]])
    low, high = spots.min(axis=0), spots.max(axis=0)
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))


def _touches(rings: Iterable[npt.NDArray[np.number]], low: Spot, high: Spot) -> bool:
    wide = max(high[0] - low[0], high[1] - low[1], 2_000.0)
    return any(
        bool((ring.max(axis=0) >= np.array(low) - wide).all() and (ring.min(axis=0) <= np.array(high) + wide).all())
        for ring in rings
    )


def _seen(ids: Collection[str] | None, everyone: Sequence[str]) -> list[bool]:
    if ids is None:
        return [True] * len(everyone)
    wanted = frozenset(ids)
    return [one in wanted for one in everyone]


def _spot(place: Location) -> Spot:
    return (place.easting, place.northing)


def _point(place: Location, kind: PointKind, label: str) -> Point:
    return Point(_spot(place), kind, label, KNOWN_TO_WITHIN.get(place.precision, 0.0))


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


def _kind_word(kind: HomeKind) -> str:
    return str(kind).replace("_", " ")


def _miles(miles: float) -> str:
    return "not known" if np.isnan(miles) else f"{miles:.1f}"


def _precision(place: Location | None) -> str:
    if place is None:
        return "place not recorded"
    words = {Precision.SECTOR: "known only to its postcode sector", Precision.DISTRICT: "known only to its district"}
    return words.get(place.precision, "")


def _table(proposal: Proposal, seen: Sequence[bool], open_homes: Sequence[bool]) -> Table:
    register = proposal.register
    rows: list[tuple[Cell, ...]] = []
    for i, child in enumerate(register.children):
        if not seen[i]:
            continue
        home = int(proposal.home_of[i])
        comes_from: tuple[str, ...] = tuple(
            filter(None, (authority_name(child.home_authority or "") or "not recorded", _precision(child.home)))
        )
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
                _kind_word(one.kind),
                _area_words(proposal, home),
                (_miles(miles), f"over {OVER_20_MILES:g} miles") if miles > OVER_20_MILES else _miles(miles),
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
