"""How far from home, and in whose area, children are placed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import floor
from typing import Final

import numpy as np
import numpy.typing as npt

from records.geography import Directory, Place, authority_name, is_at_a_distance, miles
from records.model import Precision
from sufficiency.indicator import Indicator, Present, Unit
from sufficiency.stays import Bools

FAR: Final = 20.0
"""Miles beyond which a placement counts as far from home."""
_NATIONS: Final = {"S12": "SCO", "W06": "WAL", "N09": "NIR"}
_ENGLAND: Final = re.compile("E[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Where:
    """Where each child of a day is placed, in the order of `Present`."""

    miles: npt.NDArray[np.float64]
    """From home, in a straight line, to one decimal; not-a-number where it is not known."""
    rough: Bools
    """Whether a postcode was placed only at the middle of its sector."""
    authority: npt.NDArray[np.str_]
    """GSS code of the English authority placed in, or SCO, WAL or NIR; blank where it is not known."""
    outside: npt.NDArray[np.int8]
    """1 outside the council's own area, 0 inside, -1 not known."""
    comes_from: npt.NDArray[np.str_]
    """GSS code of the authority of the home the child came from; blank where it is not known or outside England."""
    distant: npt.NDArray[np.int8]
    """1 outside it and every adjoining area, 0 not, -1 not known."""
    council: str
    """GSS code of the council; blank where neither given nor told by the homes."""
    guessed: bool
    """Whether the council was told from where most homes are."""


@cache
def directory() -> Directory:
    """The postcode directory, as far as this process has read it: half a second for each first letter."""
    return Directory()


def where_placed(present: Present, directory: Directory, council: str = "") -> Where:
    """Measure each child's distance from home, and tell in or out of the council's area.

    Home is the address the child came into care from. The distance is not known for unaccompanied children (their
    home is nowhere here), where either postcode is missing or known only by its district, or where home is not in
    England. Without the council's GSS code, it is taken to be the authority that holds more than half of the homes;
    where none does, in or out of the area is not known.
    """
    h = present.history
    at_home = _located(directory, h.stays.home[present.stays])
    placed = _located(directory, h.placements.pl_post[present.placements])
    unaccompanied = h.periods.unaccompanied[present.periods]
    distance = np.full(len(present), np.nan)
    rough = np.zeros(len(present), dtype=np.bool_)
    for i, (home, there) in enumerate(zip(at_home, placed, strict=True)):
        apart = None if unaccompanied[i] or not _english(home) else _apart(home, there)
        if apart is not None:
            distance[i], rough[i] = apart
    guessed = not council
    council = council or _of_most([home.authority for home in at_home if home is not None and _english(home)])
    authority = ["" if place is None or place.authority is None else place.authority for place in placed]
    outside = [-1 if not (a and council) else int(a != council) for a in authority]
    distant = [is_at_a_distance(council, a) if a and council else None for a in authority]
    return Where(
        miles=distance,
        rough=rough,
        authority=np.array([_NATIONS.get(a[:3], a) for a in authority], dtype=np.str_),
        outside=np.array(outside, dtype=np.int8),
        comes_from=np.array(
            [
                "" if alone or place is None or not _english(place) else place.authority
                for place, alone in zip(at_home, unaccompanied, strict=True)
            ],
            dtype=np.str_,
        ),
        distant=np.array([-1 if d is None else int(d) for d in distant], dtype=np.int8),
        council=council,
        guessed=guessed,
    )


def one_decimal(distance: float) -> float:
    """Miles to one decimal, a half rounded up, as the return's guide has it."""
    return floor(distance * 10 + 0.5) / 10


def _apart(home: Place | None, there: Place | None) -> tuple[float, bool] | None:
    """Miles between two places and whether they are rough; None where one is not known well enough."""
    if home is None or there is None or home.location is None or there.location is None:
        return None
    exactness = {home.location.precision, there.location.precision}
    if Precision.DISTRICT in exactness:
        return None
    return one_decimal(miles(home.location, there.location)), exactness != {Precision.POSTCODE}


def _located(directory: Directory, postcodes: npt.NDArray[np.str_]) -> list[Place | None]:
    return directory.locate_many([str(postcode) for postcode in postcodes])


def _english(place: Place | None) -> bool:
    return place is not None and place.authority is not None and _ENGLAND.fullmatch(place.authority) is not None


def _of_most(authorities: list[str | None]) -> str:
    """The authority of more than half of the homes that can be located; blank where there is none such."""
    codes, counts = np.unique(np.array([a for a in authorities if a], dtype=np.str_), return_counts=True)
    most = counts * 2 > counts.sum()
    return str(codes[most][0]) if most.any() else ""


def distance_indicators(present: Present, where: Where) -> tuple[Indicator, ...]:
    """Over 20 miles from home, outside the council's area, both, and at a distance."""
    children = len(present)
    known = ~np.isnan(where.miles)
    far = known & (where.miles > FAR)
    out = where.outside == 1
    kept = "They stay in the denominator, as in the Department's tables."
    rough = int(where.rough.sum())
    nearly = f" Distances measured only from the middle of a postcode sector: {rough}." if rough else ""
    if not where.council:
        area = "The council's own area is not known: no code was given, and no authority holds most homes. "
    elif where.guessed:
        name = authority_name(where.council) or where.council
        area = f"The council is taken to be {name} ({where.council}), where most children's homes are. "
    else:
        area = ""

    def share(name: str, title: str, counted: Bools, unknown: Bools, definition: str, caveat: str) -> Indicator:
        return Indicator(
            name, title, Unit.SHARE, int(counted.sum()), children, int(unknown.sum()), definition, caveat + kept
        )

    no_area, no_miles = where.outside < 0, ~known
    return (
        share(
            "over_20_miles",
            "Placed more than 20 miles from home",
            far,
            no_miles,
            f"Children in care on {present.last} placed more than 20.0 miles in a straight line from the address they "
            "came into care from, rounded to one decimal.",
            f"Home does not follow a family that moves.{nearly} Not known for unaccompanied children, for homes "
            "outside England and where a postcode is missing. ",
        ),
        share(
            "outside_area",
            "Placed outside the council's area",
            out,
            no_area,
            f"Children in care on {present.last} whose placement's postcode lies in another authority's area, or in "
            "another country.",
            area,
        ),
        share(
            "outside_area_over_20_miles",
            "Placed outside the council's area and more than 20 miles from home",
            out & far,
            (where.outside != 0) & (no_area | no_miles) & ~(known & ~far),
            "Both of the above.",
            area,
        ),
        share(
            "at_a_distance",
            "Placed outside the council's area and every adjoining one",
            where.distant == 1,
            where.distant < 0,
            "As regulation 11 of the Care Planning, Placement and Case Review (England) Regulations 2010 has it.",
            "Not published from this return: the areas that adjoin are told from postcodes. " + area,
        ),
    )
