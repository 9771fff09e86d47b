"""Derive `outlines.msgpack.br`, roughly where each authority's area lies, from the postcode directory.

    python -m records.derive_outlines

No boundary is in the directory, but every postcode's authority is. The land is cut into cells of `CELL` metres; a
cell belongs to the authority of the nearest postcode. What is sea? A cell that a disc of `ROLLING` metres covers
which holds no postcode: such a disc rolls along the coast and cannot enter a gap between two villages; open ground
that it cannot reach from outside (a moor) is land. For each authority only its own postcodes stop the disc and
those it may adjoin by land, so that the disc rolls up an estuary named in `derive_adjoining.TIDAL_WATER`.
Scraps of less than `SCRAP` cells inside another area (a block of flats recorded under the next authority) are
given to the area around them.

Borders are traced once for both sides, so that neighbours share them without gaps, and simplified: within `FINEST`
metres where a small authority lies beside, up to `COARSEST` between large ones.

The radius of the disc was tried: 3 km fills harbours (Portsmouth a third too large), 2 km keeps every moor and
gives England 130,000 of its 130,300 square kilometres. What is left: land-locked harbours count as land, and a shore
where nobody lives, such as the dunes of Sefton, is cut short.

Memory about 2 GB, time about a minute and a half.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Final

import brotli  # type: ignore[import-untyped, unused-ignore]
import msgpack  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt, label
from scipy.spatial import cKDTree

from records.derive_adjoining import TIDAL_WATER, all_postcodes
from records.geography import Directory, Floats, authority_name
from records.outlines import simplified

CELL: Final = 100
ROLLING: Final = 2_000.0
SHORE: Final = 200.0
"""Metres of land beyond the outermost postcodes: gardens, promenades, fields."""
FARTHEST: Final = 12_000.0
"""Metres from any postcode beyond which no cell is looked at; nobody in England lives so far from everybody."""
SCRAP: Final = 40
FINEST: Final = 30.0
COARSEST: Final = 150.0

Cells = npt.NDArray[np.int16]
Node = tuple[int, int]


def main() -> None:
    """Write the outlines beside this module."""
    points, codes = all_postcodes(Directory())
    names = sorted(code for code in set(codes.tolist()) if authority_name(code) is not None)
    corner, owner = cells(points, codes, names)
    arcs, rings = trace(owner, len(names))
    area = np.bincount(owner.ravel() + 1, minlength=len(names) + 1)[1:] * float(CELL * CELL)
    beside = np.full(len(arcs), np.inf)
    for code, rings_of in enumerate(rings):
        for ring in rings_of:
            for arc in ring:
                at = arc if arc >= 0 else ~arc
                beside[at] = min(beside[at], area[code])
    simple = [
        simplified(arc, float(np.clip(0.01 * beside[i] ** 0.5, FINEST, COARSEST)) / (CELL / 2))
        for i, arc in enumerate(arcs)
    ]
    data = {
        "corner": [int(c) for c in corner],
        "unit": CELL // 2,
        "codes": names,
        "rings": rings,
        "lengths": [len(arc) for arc in simple],
        "arcs": np.concatenate([np.diff(arc, axis=0, prepend=0) for arc in simple]).astype("<i2").T.tobytes(),
    }
    packed = brotli.compress(msgpack.packb(data), quality=11)
    (Path(__file__).parent / "outlines.msgpack.br").write_bytes(packed)
    print(f"{len(names)} outlines, {len(simple)} borders of {sum(map(len, simple))} points: {len(packed)} bytes.")


def cells(points: Floats, codes: npt.NDArray[np.str_], names: list[str]) -> tuple[npt.NDArray[np.int64], Cells]:
    """Whose each cell is: the south-west corner in metres, and (rows, columns) of indices into `names`, -1 for none.

    Rows run north. Only what lies in the extent of `names` is covered, with a margin.
    """
    known = {name: i for i, name in enumerate(names)}
    own = np.array([known.get(code, -1) for code in codes.tolist()], dtype=np.int16)
    low = np.floor((points[own >= 0].min(axis=0) - FARTHEST) / CELL).astype(np.int64)
    high = np.ceil((points[own >= 0].max(axis=0) + FARTHEST) / CELL).astype(np.int64)
    across, up = (high - low).tolist()
    tree = cKDTree(points)
    nearest = np.full((up, across), -1, dtype=np.int16)
    east = (low[0] + np.arange(across) + 0.5) * CELL
    for row in range(up):
        north = np.full(across, (low[1] + row + 0.5) * CELL)
        at = np.asarray(tree.query(np.column_stack((east, north)), distance_upper_bound=FARTHEST)[1])
        found = at < len(points)
        nearest[row, found] = own[at[found]]
    at_cell = np.floor(points / CELL).astype(np.int64) - low
    inside = ((at_cell >= 0) & (at_cell < (across, up))).all(axis=1)
    taken = np.zeros(nearest.shape, dtype=np.bool_)
    taken[at_cell[inside, 1], at_cell[inside, 0]] = True
    parts = np.asarray(label(distance_transform_edt(~taken) * CELL > ROLLING)[0])
    edges = np.unique(np.concatenate((parts[0], parts[-1], parts[:, 0], parts[:, -1])))
    sea = np.isin(parts, edges[edges > 0])
    land = np.full_like(nearest, -1)
    for code, name in enumerate(names):
        rows, columns = window(nearest == code, ceil(3 * ROLLING / CELL))
        beyond = [known[b] for a, b in TIDAL_WATER if a == name and b in known]
        beyond += [known[a] for a, b in TIDAL_WATER if b == name and a in known]
        stops = inside & ~np.isin(own, beyond)
        stops &= (at_cell[:, 1] >= rows.start) & (at_cell[:, 1] < rows.stop)
        stops &= (at_cell[:, 0] >= columns.start) & (at_cell[:, 0] < columns.stop)
        empty = np.ones((rows.stop - rows.start, columns.stop - columns.start), dtype=np.bool_)
        empty[at_cell[stops, 1] - rows.start, at_cell[stops, 0] - columns.start] = False
        mine = (nearest[rows, columns] == code) & dry(empty, sea[rows, columns])
        land[rows, columns][mine] = code
    return low * CELL, without_scraps(land)


def window(mask: npt.NDArray[np.bool_], margin: int) -> tuple[slice, slice]:
    """Rows and columns that hold every true cell, and a margin."""
    found = []
    for axis, size in ((1, mask.shape[0]), (0, mask.shape[1])):
        at = np.flatnonzero(mask.any(axis=axis))
        found.append(slice(max(int(at[0]) - margin, 0), min(int(at[-1]) + margin + 1, size)))
    return found[0], found[1]


def dry(empty: npt.NDArray[np.bool_], sea: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Cells that the rolling disc cannot cover from the open `sea`; `empty` cells hold no postcode that stops it."""
    away = distance_transform_edt(empty) * CELL
    parts = np.asarray(label(away > ROLLING)[0])
    from_sea = np.unique(parts[sea])
    rolls = np.isin(parts, from_sea[from_sea > 0])
    wet = distance_transform_edt(~rolls) * CELL <= ROLLING
    return ~wet | (away <= SHORE)


def without_scraps(owner: Cells) -> Cells:
    """The same cells, with every scrap inside other land given to the nearest that is none."""
    scrap = np.zeros(owner.shape, dtype=np.bool_)
    for code in range(int(owner.max()) + 1):
        rows, columns = window(owner == code, 1)
        parts, count = label(owner[rows, columns] == code)
        sizes = np.bincount(parts.ravel())[1:]
        around = owner[rows, columns]
        for part in range(1, count + 1):
            if sizes[part - 1] < min(SCRAP, sizes.max()):
                cells_of = parts == part
                rim = (distance_transform_edt(~cells_of[_box(cells_of)]) == 1) & (around[_box(cells_of)] >= 0)
                if rim.any():
                    scrap[rows, columns] |= cells_of
    wide = np.where(scrap, -1, owner)
    r, c = np.nonzero(scrap)
    if len(r):
        kept_r, kept_c = np.nonzero(wide >= 0)
        _, at = cKDTree(np.column_stack((kept_r, kept_c))).query(np.column_stack((r, c)))
        wide[r, c] = wide[kept_r[at], kept_c[at]]
    return wide


def _box(mask: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    return window(mask, 1)


def trace(owner: Cells, count: int) -> tuple[list[npt.NDArray[np.int64]], list[list[list[int]]]]:
    """Borders traced once: the arcs, each (n, 2) of east and north in half cells, and the rings of each owner.

    A ring is the indices of its arcs in order, ~index for one that runs backwards; the owner's land is on the
    left. An arc runs from one corner where three or more areas meet to the next, or round an area; between them
    it goes through the middles of the sides of cells, so that a slanting border is not a staircase.
    """
    wide = np.pad(owner, 1, constant_values=-1)
    sides: dict[Node, list[Node]] = {}
    left: dict[tuple[Node, Node], int] = {}
    right: dict[tuple[Node, Node], int] = {}

    def side(a: Node, b: Node, on_left: int, on_right: int) -> None:
        sides.setdefault(a, []).append(b)
        sides.setdefault(b, []).append(a)
        left[a, b], right[a, b] = on_left, on_right
        left[b, a], right[b, a] = on_right, on_left

    for r, c in np.argwhere(wide[:-1, :] != wide[1:, :]).tolist():
        side((c - 1, r), (c, r), int(wide[r + 1, c]), int(wide[r, c]))
    for r, c in np.argwhere(wide[:, :-1] != wide[:, 1:]).tolist():
        side((c, r - 1), (c, r), int(wide[r, c]), int(wide[r, c + 1]))
    arcs: list[npt.NDArray[np.int64]] = []
    of_side: dict[tuple[Node, Node], int] = {}
    starts = sorted(node for node, ends in sides.items() if len(ends) != 2)
    for start in [*starts, *sorted(sides)]:
        for towards in sorted(sides[start]):
            if (start, towards) in of_side:
                continue
            path = [start, towards]
            while path[-1] != path[0] and len(sides[path[-1]]) == 2:
                a, b = sides[path[-1]]
                path.append(b if a == path[-2] else a)
            for a, b in pairwise(path):
                of_side[a, b], of_side[b, a] = len(arcs), ~len(arcs)
            corners = np.array(path) * 2
            middles = (corners[:-1] + corners[1:]) // 2
            closed = path[0] == path[-1] and len(sides[start]) == 2
            whole = (middles, middles[:1]) if closed else (corners[:1], middles, corners[-1:])
            arcs.append(np.concatenate(whole))
    return arcs, _rings(sides, left, of_side, count)


def _rings(
    sides: Mapping[Node, list[Node]],
    left: Mapping[tuple[Node, Node], int],
    of_side: Mapping[tuple[Node, Node], int],
    count: int,
) -> list[list[list[int]]]:
    rings: list[list[list[int]]] = [[] for _ in range(count)]
    done: set[tuple[Node, Node]] = set()
    for begin in sorted(left):
        mine = left[begin]
        if mine < 0 or begin in done:
            continue
        ring: list[int] = []
        a, b = begin
        while (a, b) not in done:
            done.add((a, b))
            if not ring or ring[-1] != of_side[a, b]:
                ring.append(of_side[a, b])
            heading = (b[0] - a[0], b[1] - a[1])
            turns = ((-heading[1], heading[0]), heading, (heading[1], -heading[0]))
            ahead = ((b[0] + x, b[1] + y) for x, y in turns)
            a, b = b, next(n for n in ahead if n in sides[b] and left[b, n] == mine)
        if len(ring) > 1 and ring[0] == ring[-1]:
            ring.pop()
        rings[mine].append(ring)
    return rings


if __name__ == "__main__":
    main()
