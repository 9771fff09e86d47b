"""Roughly where each authority's area lies, for drawing: outlined from where postcodes lie.

The outlines come from the ONS Postcode Directory (Open Government Licence v3.0; print `geography.ATTRIBUTION` with
them) by `derive_outlines.py`. They are approximate: a street beside a border may stand on the wrong side, and a coast
is drawn where its last houses are. No rule reads them. A council's own boundary file does better (`boundaries.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

import brotli  # type: ignore[import-untyped, unused-ignore]
import msgpack  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import numpy.typing as npt

from records.geography import Floats, authority_name, upper_tier

APPROXIMATE: Final = "Outlined from where postcodes lie: approximate."
"""To stand beside every drawing of these outlines."""

Number = TypeVar("Number", np.int32, np.int64, np.float64)
Ring = npt.NDArray[np.int32]
"""Corners in metres on the National Grid, shape (n, 2): east, north. The last corner joins the first."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The area of one authority: rings with the land on their left, so that lakes and enclaves run clockwise."""

    code: str
    name: str
    rings: tuple[Ring, ...]

    @property
    def square_metres(self) -> float:
        """The area inside, holes taken out."""
        return sum(signed_area(ring) for ring in self.rings)

    def holds(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Which of the points, shape (n, 2) in metres, lie inside; shape (n,)."""
        inside = np.zeros(len(points), dtype=np.bool_)
        for ring in self.rings:
            inside ^= _within(ring, points)
        return inside


def outline(authority: str) -> Outline | None:
    """The outline of the authority that a GSS code belongs to; None for a code with none.

    There is one for every authority for children's services in England, every Welsh one, and the two Scottish
    ones on the border.
    """
    code = upper_tier(authority)
    rings, arcs = _packed()
    if code is None or code not in rings:
        return None
    return Outline(code, authority_name(code) or code, tuple(_joined(ring, arcs) for ring in rings[code]))


def outlined() -> tuple[str, ...]:
    """The codes of all authorities that have an outline, in order."""
    return tuple(_packed()[0])


def simplified(arc: npt.NDArray[Number], tolerance: float) -> npt.NDArray[Number]:
    """The arc with only the points it needs to stay within `tolerance` of itself (Douglas and Peucker)."""
    keep = np.zeros(len(arc), dtype=np.bool_)
    keep[[0, -1]] = True
    spans = [(0, len(arc) - 1)]
    if (arc[0] == arc[-1]).all():
        far = int(np.hypot(*(arc - arc[0]).T).argmax())
        keep[far] = True
        spans = [(0, far), (far, len(arc) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        run = (arc[last] - arc[first]).astype(np.float64)
        away = arc[first + 1 : last] - arc[first]
        length = float(np.hypot(*run))
        along = np.clip(away @ run / length**2, 0.0, 1.0) if length else np.zeros(len(away))
        off = np.hypot(*(away - along[:, None] * run).T)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            keep[first + 1 + worst] = True
            spans += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return arc[keep]


@cache
def _packed() -> tuple[dict[str, list[list[int]]], tuple[Ring, ...]]:
    packed = files("records").joinpath("outlines.msgpack.br").read_bytes()
    data = msgpack.unpackb(brotli.decompress(packed))
    lengths: list[int] = data["lengths"]
    steps = np.frombuffer(data["arcs"], dtype="<i2").reshape(2, -1).T.astype(np.int32)
    arcs = tuple(
        np.cumsum(arc, axis=0, dtype=np.int32) * np.int32(data["unit"]) + np.array(data["corner"], dtype=np.int32)
        for arc in np.split(steps, np.cumsum(lengths)[:-1])
    )
    return dict(zip(data["codes"], data["rings"], strict=True)), arcs


def _joined(ring: Sequence[int], arcs: tuple[Ring, ...]) -> Ring:
    """The arcs of a ring end to end: each begins where the one before ended, so its last corner is left out."""
    return np.concatenate([arcs[at][:-1] if at >= 0 else arcs[~at][:0:-1] for at in ring])


def signed_area(ring: npt.NDArray[np.floating] | Ring) -> float:
    """Square metres inside a ring of shape (n, 2), below nought where it runs clockwise."""
    x, y = (ring - ring[0]).astype(np.float64).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def _within(ring: Ring, points: Floats) -> npt.NDArray[np.bool_]:
    """Even-odd: a line due east from an inside point crosses the ring an odd number of times."""
    inside = np.zeros(len(points), dtype=np.bool_)
    low, high = ring.min(axis=0), ring.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    x, y = points[near].T
    odd = np.zeros(len(near), dtype=np.bool_)
    for (ax, ay), (bx, by) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    inside[near] = odd
    return inside
