"""What every map of a round shares: its marks, its frame, the ground of authorities, and its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.outputs import OVER_20_MILES
from matching.propose import Proposal
from records.boundaries import Boundary
from records.geography import ATTRIBUTION, upper_tier
from records.model import HomeKind, Location, Precision
from records.outlines import APPROXIMATE, outline, outlined
from reporting.drawing import Line, LineKind, Map, Point, PointKind
from reporting.ground import Area, Spot

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


def framed(
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
        Area(found.name if code != council or not boundary else "", found.rings, own=code == council and not boundary)
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


def spot_of(place: Location) -> Spot:
    """A place in metres, east and north."""
    return (place.easting, place.northing)


def point_at(place: Location, kind: PointKind, label: str) -> Point:
    """A place as a point, drawn no finer than it is known."""
    return Point(spot_of(place), kind, label, KNOWN_TO_WITHIN.get(place.precision, 0.0))
