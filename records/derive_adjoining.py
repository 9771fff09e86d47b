"""Derive `adjoining.csv`, which authorities' areas touch, from the postcode directory.

    python -m records.derive_adjoining

Boundaries are not in the directory, but postcodes on both sides of every boundary are. Two authorities are
taken to adjoin when a postcode of one and a postcode of the other face each other with nothing in between:
the circle with the two as its diameter holds no third postcode (an edge of the Gabriel graph, a part of the
Delaunay triangulation). An edge of the triangulation alone is not enough: it may pass over the corner of a
third area, or run along the coast for a hundred miles.

How long may such an edge be? Length cannot tell moor from water: nobody lives for 6.6 km between Oldham and
Calderdale, whose areas touch on the Pennine watershed, while Birkenhead is 1.0 km from Liverpool. So edges
count up to `LONGEST`, which is more than the emptiest stretch of land boundary in England and leaves out
the open sea; and the authorities that face each other only over tidal water are named in `TIDAL_WATER` with
the water. They are written to the table with that name and do not count as adjoining. In law many of their
boundaries meet in mid-channel, so a council may be advised otherwise; taken as "at a distance" the higher
approval is asked for, which errs on the careful side [LOC-04]. Rivers narrower than `NARROWEST_TIDAL_WATER`
between the nearest postcodes on the banks (the Thames at Woolwich is 497 m, the Tyne at Hebburn 422 m) are
part of the land; the narrowest water counted as tidal is the Thames at Gravesend, 603 m.

Memory about 2 GB, time about a minute.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from string import ascii_uppercase
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay, cKDTree

from records.geography import Directory, Floats, authority_name

LONGEST: Final = 7000.0
NARROWEST_TIDAL_WATER: Final = 550.0
NORTH_OF_ENGLAND: Final = 700_000
"""Northing in metres; England ends at 658 km, so nothing beyond this can face an English postcode."""

Pair = tuple[str, str]

TIDAL_WATER: Final[Mapping[Pair, str]] = {
    ("E06000003", "E06000001"): "Tees mouth",
    ("E06000003", "E06000004"): "Tees mouth",
    ("E06000010", "E06000013"): "Humber",
    ("E06000011", "E06000012"): "Humber",
    ("E06000025", "W06000021"): "Severn estuary",
    ("E06000034", "E06000035"): "Thames estuary",
    ("E06000034", "E09000004"): "Thames estuary",
    ("E06000034", "E10000016"): "Thames estuary",
    ("E06000035", "E10000012"): "Thames estuary",
    ("E06000044", "E06000046"): "Solent",
    ("E10000014", "E06000046"): "Solent",
    ("E06000050", "E08000012"): "Mersey estuary",
    ("E08000012", "E08000015"): "Mersey estuary",
    ("E08000014", "E08000015"): "Mersey estuary",
    ("E08000015", "W06000005"): "Dee estuary",
    ("E09000002", "E09000004"): "Thames estuary",
    ("E09000002", "E09000011"): "Thames estuary",
    ("E09000004", "E09000016"): "Thames estuary",
}


def main() -> None:
    """Write the table beside this module."""
    facing = facing_pairs(*all_postcodes(Directory()))
    water = tidal_water(facing)
    rows = sorted((a, b, water.get((a, b), "")) for pair in facing for a, b in (pair, pair[::-1]))
    with (Path(__file__).parent / "adjoining.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("authority", "adjoins", "across"))
        table.writerows(rows)
    print(f"{len(facing)} pairs face each other, {len(water) // 2} of them over tidal water only.")


def all_postcodes(directory: Directory) -> tuple[Floats, npt.NDArray[np.str_]]:
    """Every located postcode of England and what faces it: (n, 2) metres and (n,) authority codes."""
    points: list[Floats] = []
    codes: list[npt.NDArray[np.str_]] = []
    for letter in ascii_uppercase:
        units = directory.units(letter)
        if not units.authorities:
            continue
        used = (units.easting >= 0) & (units.authority >= 0) & (units.northing < NORTH_OF_ENGLAND)
        points.append(np.column_stack((units.easting[used], units.northing[used])).astype(np.float64))
        codes.append(np.array(units.authorities)[units.authority[used]])
    return np.concatenate(points), np.concatenate(codes)


def facing_pairs(points: Floats, codes: npt.NDArray[np.str_], longest: float = LONGEST) -> dict[Pair, float]:
    """The pairs of authorities, at least one English, that face each other: shortest edge in metres.

    Each pair is in the order of its codes. Several postcodes at one point count once, for the first of the
    codes.
    """
    first_code_first = np.argsort(codes, kind="stable")
    places, at = np.unique(points[first_code_first], axis=0, return_index=True)
    owners = codes[first_code_first][at]
    corners = Delaunay(places - places.mean(axis=0)).simplices
    edges = np.concatenate((corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]))
    edges = np.unique(np.sort(edges[owners[edges[:, 0]] != owners[edges[:, 1]]], axis=1), axis=0)
    ends = places[edges]
    length = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    nearest, _ = cKDTree(places).query(ends.mean(axis=1))
    # A third postcode on the circle itself does not come between; the margin is for rounding.
    facing = (length <= longest) & (nearest >= length / 2 - 1e-6)
    pairs: dict[Pair, float] = {}
    for (a, b), metres in zip(owners[edges[facing]], length[facing], strict=True):
        pair = (min(str(a), str(b)), max(str(a), str(b)))
        if pair[0].startswith("E"):
            pairs[pair] = min(float(metres), pairs.get(pair, np.inf))
    return pairs


def tidal_water(facing: Mapping[Pair, float]) -> dict[Pair, str]:
    """The water between those pairs that face each other over tidal water only, both ways round.

    Raises ValueError when a pair named in `TIDAL_WATER` does not face, or is nearer than tidal water can be:
    then there is land between them after all, or the directory is in error there.
    """
    water: dict[Pair, str] = {}
    for (a, b), name in TIDAL_WATER.items():
        metres = facing.get((min(a, b), max(a, b)))
        if metres is None or metres < NARROWEST_TIDAL_WATER:
            raise ValueError(
                f"{authority_name(a)} and {authority_name(b)} are listed as facing each other only across "
                f"the {name}, but the postcodes say {metres} m. Look at the map and mend TIDAL_WATER."
            )
        water[a, b] = water[b, a] = name
    return water


if __name__ == "__main__":
    main()
