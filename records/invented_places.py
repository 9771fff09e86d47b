"""Where made-up people live: real unit postcodes of a council's area and of the areas around it.

A unit postcode is about fifteen addresses, so none stands for a household. The directory holds postcodes that
are no longer in use and does not say which; they are drawn with the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import hypot
from string import ascii_uppercase
from typing import NamedTuple

from records.chance import Chance
from records.geography import Directory, adjoining, authority_name


class Spot(NamedTuple):
    """A unit postcode with its grid reference (OSGB36, metres) and authority."""

    postcode: str
    easting: int
    northing: int
    authority: str


class Places:
    """Unit postcodes in the council's own area, in the areas adjoining it, and in those adjoining these.

    Raises ValueError for a code that is not an authority of England or has no postcodes. Where there is no
    adjoining area (an island), the own area stands in for it.
    """

    def __init__(self, authority: str) -> None:
        if not authority.startswith("E") or authority_name(authority) is None:
            raise ValueError(
                f"“{authority}” is not the GSS code of an English authority for children's services, "
                "such as E08000009 for Trafford."
            )
        near = adjoining(authority)
        far = {there for one in near for there in adjoining(one)} - near - {authority}
        self._rings = {
            "own": _spots((authority,)),
            "adjoining": _spots(near) or _spots((authority,)),
            "beyond": _spots(far) or _spots(near) or _spots((authority,)),
        }

    def somewhere(self, chance: Chance, ring: str) -> Spot:
        """A postcode in the `own` area, an `adjoining` one or one `beyond`."""
        return chance.pick(self._rings[ring])

    def near(self, chance: Chance, spot: Spot, tries: int = 8) -> Spot:
        """The nearest of a few postcodes of the own area: about a school's distance."""
        return min(
            (self.somewhere(chance, "own") for _ in range(tries)),
            key=lambda one: hypot(one.easting - spot.easting, one.northing - spot.northing),
        )


@cache
def _directory() -> Directory:
    return Directory()


def _spots(authorities: Iterable[str]) -> tuple[Spot, ...]:
    return tuple(spot for authority in sorted(authorities) for spot in _spots_of(authority))


@cache
def _spots_of(authority: str) -> tuple[Spot, ...]:
    found: list[Spot] = []
    for letter in ascii_uppercase:
        units = _directory().units(letter)
        if authority not in units.authorities:
            continue
        here = (units.authority == units.authorities.index(authority)) & (units.easting >= 0)
        found += [
            Spot(f"{code[:4].decode().strip()} {code[4:].decode()}", int(easting), int(northing), authority)
            for code, easting, northing in zip(
                units.postcode[here], units.easting[here], units.northing[here], strict=True
            )
        ]
    return tuple(found)
