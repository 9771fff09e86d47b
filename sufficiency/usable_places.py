"""Where made-up families and carers live: unit postcodes of a council's area and of those around it, as columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import hypot
from string import ascii_uppercase
from typing import Any

import numpy as np
import numpy.typing as npt

from records.chance import Chance
from records.geography import Directory, adjoining, authority_name
from records.invented_places import Places, Spot
from records.model import Location, Precision

Array = npt.NDArray[Any]
RINGS = ("own", "adjoining", "beyond")


@dataclass(frozen=True, eq=False)
class Spots(Places):
    """The same choice of places as `records.invented_places.Places`, a few bytes a postcode: it travels to a worker."""

    authority: str
    postcode: Array
    """Sorted, in the seven-character form of `records.geography.Units`."""
    easting: Array
    northing: Array
    of: Array
    """Index into `authorities` of each postcode."""
    authorities: tuple[str, ...]
    rings: tuple[Array, ...]
    """Postcodes, by index, of the own area, of those adjoining it, and of those adjoining these."""

    def somewhere(self, chance: Chance, ring: str) -> Spot:
        """A postcode in the `own` area, an `adjoining` one or one `beyond`."""
        choice = self.rings[RINGS.index(ring)]
        return self._spot(int(choice[chance.between(0, len(choice) - 1)]))

    def near(self, chance: Chance, spot: Spot, tries: int = 8) -> Spot:
        """The nearest of a few postcodes of the own area: about a school's distance."""
        few = (self.somewhere(chance, "own") for _ in range(tries))
        return min(few, key=lambda one: hypot(one.easting - spot.easting, one.northing - spot.northing))

    def locate(self, postcode: str) -> Location:
        """The centre of one of these postcodes. Raises KeyError for any other."""
        outward, inward = postcode.split()
        wanted = np.bytes_(f"{outward:<4}{inward}".encode("ascii"))
        at = int(np.searchsorted(self.postcode, wanted))
        if at >= len(self.postcode) or self.postcode[at] != wanted:
            raise KeyError(postcode)
        return Location(float(self.easting[at]), float(self.northing[at]), Precision.POSTCODE)

    def _spot(self, at: int) -> Spot:
        code = bytes(self.postcode[at])
        where = self.authorities[int(self.of[at])]
        return Spot(
            f"{code[:4].decode().strip()} {code[4:].decode()}", int(self.easting[at]), int(self.northing[at]), where
        )


@cache
def spots_of(authority: str) -> Spots:
    """The places of an English authority for children's services.

    Where no other area adjoins it (an island), its own stands in. Raises ValueError for another code.
    """
    if not authority.startswith("E") or authority_name(authority) is None:
        raise ValueError(
            f"“{authority}” is not the GSS code of an English authority for children's services, such as E08000009 for "
            "Trafford. Without one there is no area in which made-up children could live: give the council's code."
        )
    near = adjoining(authority)
    far = {there for one in near for there in adjoining(one)} - near - {authority}
    wanted = [{authority}, set(near) or {authority}, far or set(near) or {authority}]
    names = tuple(sorted(set().union(*wanted)))
    columns = _columns(names)
    rings = tuple(np.flatnonzero(np.isin(columns[3], [names.index(one) for one in ring])) for ring in wanted)
    if not all(len(ring) for ring in rings):
        raise ValueError(f"The postcode directory has no postcode in “{authority}” or beside it.")
    return Spots(authority, *columns, names, rings)


@cache
def _directory() -> Directory:
    return Directory()


def _columns(names: Iterable[str]) -> tuple[Array, Array, Array, Array]:
    """Postcode, easting, northing and index of authority of every located postcode in these authorities."""
    wanted = list(names)
    found: list[tuple[Array, ...]] = []
    for letter in ascii_uppercase:
        units = _directory().units(letter)
        index = np.array([wanted.index(one) if one in wanted else -1 for one in (*units.authorities, "")])
        of = index[units.authority]
        here = (of >= 0) & (units.easting >= 0)
        found.append((units.postcode[here], units.easting[here], units.northing[here], of[here]))
    postcode, easting, northing, of = (np.concatenate(column) for column in zip(*found, strict=True))
    return postcode, easting, northing, of
