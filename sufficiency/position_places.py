"""Where children come from, where they live and where the council's homes are, authority by authority.

Told of the council's own area and of each that adjoins it; all others are one. An area smaller than an authority is
never told: a street's few children could be found by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from records.geography import Directory, adjoining, authority_name, upper_tier
from reporting.fact import ALL, Facts
from sufficiency.history import History
from sufficiency.homes_run import HomesRun
from sufficiency.indicators import present_at
from sufficiency.position_children import with_sums
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import Array
from sufficiency.where_placed import Where, where_placed

Row = tuple[Any, ...]
BEYOND, NOT_KNOWN = "beyond", "not_known"
_PLACES: Final = ("inside", "outside", NOT_KNOWN)


def place_facts(history: History, homes: HomesRun, directory: Directory, latest: str) -> Iterator[Facts]:
    """Children by where they come from and live, and households by where they are; nothing where none is located."""
    where = where_placed(present_at(history, history.until), directory)
    if not where.council:
        return
    areas = (where.council, *sorted(adjoining(where.council)), BEYOND, NOT_KNOWN)
    labels = {area: authority_name(area) or area for area in areas[:-2]}
    labels |= {BEYOND: "Further away", NOT_KNOWN: "Not known", ALL: "Everywhere"}
    if where.comes_from.astype(bool).any():
        counts = np.bincount(_of(where.comes_from, areas), minlength=len(areas))
        rows = [("in_care", latest, *row) for row in with_sums((areas,), counts)]
        yield TABLES["places.children_from"].facts(rows, labels={"comes_from": labels})
    if where.authority.astype(bool).any():
        rows = [("in_care", latest, *row) for row in _lives(where, areas)]
        yield TABLES["places.children_live"].facts(rows, labels={"lives_in": labels})
    register = homes.start.register
    if register is None:
        return
    authority = {home.home_id: home.authority or "" for home in register.homes}
    found = np.array([authority[home_id] for home_id in homes.start.households.home_id], dtype=np.str_)
    if found.astype(bool).any():
        counts = np.bincount(_of(found, areas), minlength=len(areas))
        rows = [("households", latest, *row) for row in with_sums((areas,), counts)]
        yield TABLES["places.homes_in"].facts(rows, labels={"homes_in": labels})


def _lives(where: Where, areas: tuple[str, ...]) -> Iterator[Row]:
    """By area, and by whether it is the council's: so that the sums are those of children in and outside the area."""
    at = _of(where.authority, areas)
    inside = np.where(where.outside < 0, 2, where.outside).astype(np.int64)
    shape = (len(_PLACES), len(areas))
    counts = np.bincount(np.ravel_multi_index((inside, at), shape), minlength=len(_PLACES) * len(areas)).reshape(shape)
    return with_sums((_PLACES, areas), counts)


def _of(codes: Array, areas: tuple[str, ...]) -> Array:
    """Each code as a place among the areas: another authority is beyond, blank is not known."""
    place = {area: at for at, area in enumerate(areas)}
    other = len(areas) - 2
    known = {
        code: place.get(upper_tier(code) or code, other) if code else other + 1 for code in np.unique(codes).tolist()
    }
    return np.array([known[code] for code in codes.tolist()], dtype=np.int64)
