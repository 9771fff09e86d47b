"""The ground of a drawn map: its frame, the areas inside it and where their names stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Spot = tuple[float, float]
Box = tuple[float, float, float, float]

WIDTH: Final = 480.0
"""Units across; one is a pixel and a half on a wide screen, less than one on a telephone."""
TALLEST: Final = 560.0
LOWEST: Final = 280.0
SMALL: Final = 11.5
METRES_PER_MILE: Final = 1609.344
TEXT: Final = "font-family=\"system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif\""
INK, SOFT, LAND, OWN = "#0b0c0c", "#505a5f", "#f6f6f5", "#dde6ef"


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Ground to outline: rings of shape (n, 2), holes wound the other way. `own`: the one the map is about."""

    name: str
    rings: tuple[npt.NDArray[np.number], ...]
    own: bool = False
    hatched: bool = False
    """Slanted lines across it: what would be told of it is not."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Metres to units of the drawing: north up, one scale both ways."""

    west: float
    north: float
    metres: float
    """Metres in one unit."""
    height: float

    @staticmethod
    def around(low: Spot, high: Spot) -> Frame:
        across, up = high[0] - low[0], high[1] - low[1]
        if not (0 <= across < 3e6 and 0 <= up < 3e6):
            raise ValueError(f"a map cannot be drawn from {low} to {high}: these are no corners in metres")
        # never closer than a mile across: nearer, a mark would tell more than a map should
        across, up = (max(1.08 * side, METRES_PER_MILE) for side in (across, up))
        metres = max(across / WIDTH, up / TALLEST)
        height = ceil(min(max(up / metres, LOWEST), TALLEST))
        middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
        return Frame(middle[0] - metres * WIDTH / 2, middle[1] + metres * height / 2, metres, height)

    def place(self, at: Spot) -> Spot:
        x, y = (at[0] - self.west) / self.metres, (self.north - at[1]) / self.metres
        if not (np.isfinite(x) and np.isfinite(y)):
            raise ValueError("a place on the map is not a number")
        return x, y

    def holds(self, at: Spot, margin: float = 0.0) -> bool:
        return margin <= at[0] <= WIDTH - margin and margin <= at[1] <= self.height - margin


def number(value: float) -> str:
    """A number in as few characters as a tenth of a unit needs."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def draw_areas(areas: Sequence[Area], frame: Frame) -> Iterator[str]:
    # one area is the council; several are its wards, whose borders stand back behind the lines of the plan
    edge, ink = (2.0, INK) if sum(area.own for area in areas) < 2 else (1.0, SOFT)
    for area in sorted(areas, key=lambda a: (a.own, a.name)):
        drawn = [_path(_clipped(_placed(ring, frame), frame)) for ring in area.rings]
        if any(drawn):
            fill, line, width = (OWN, ink, edge) if area.own else (LAND, "#6f777b", 0.9)
            yield (
                f'<path d="{"".join(drawn)}" fill="{fill}" fill-rule="evenodd" stroke="{line}" '
                f'stroke-width="{number(width)}" stroke-linejoin="round"/>'
            )
            if area.hatched:
                yield _hatched([_clipped(_placed(ring, frame), frame) for ring in area.rings])


def _hatched(rings: Sequence[Floats], apart: float = 9.0) -> str:
    """Slanted lines inside rings, each from where it enters the ground to where it leaves it."""
    around = [ring for ring in rings if len(ring) > 2]
    sums = [ring.sum(axis=1) for ring in around]
    low, high = min(float(one.min()) for one in sums), max(float(one.max()) for one in sums)
    found = []
    for level in (np.arange(ceil(low / apart), ceil(high / apart)) * apart + 0.01).tolist():
        crossed: list[float] = []
        for ring, total in zip(around, sums, strict=True):
            after, total_after = np.roll(ring, -1, axis=0), np.roll(total, -1)
            over = (total > level) != (total_after > level)
            share = (level - total[over]) / (total_after - total)[over]
            crossed += (ring[over, 0] + share * (after[over, 0] - ring[over, 0])).tolist()
        crossed.sort()
        found += [
            f"M{number(a)} {number(level - a)}L{number(b)} {number(level - b)}"
            for a, b in zip(crossed[::2], crossed[1::2], strict=True)
        ]
    return f'<path d="{"".join(found)}" fill="none" stroke="{SOFT}" stroke-width="0.8"/>'


def _placed(ring: npt.NDArray[np.number], frame: Frame) -> Floats:
    points = np.asarray(ring, dtype=np.float64)
    return np.column_stack(((points[:, 0] - frame.west) / frame.metres, (frame.north - points[:, 1]) / frame.metres))


def _clipped(ring: Floats, frame: Frame, margin: float = 6.0) -> Floats:
    """The part of a ring inside the frame and a margin around it, cut at one side after another."""
    sides = ((0, -margin, 1), (0, WIDTH + margin, -1), (1, -margin, 1), (1, frame.height + margin, -1))
    for axis, edge, sign in sides:
        if not len(ring):
            break
        off = sign * (ring[:, axis] - edge)
        if (off >= 0).all():
            continue
        after, off_after = np.roll(ring, -1, axis=0), np.roll(off, -1)
        crosses = (off >= 0) != (off_after >= 0)
        share = np.where(crosses, off / np.where(crosses, off - off_after, 1.0), 0.0)
        cut = ring + share[:, None] * (after - ring)
        both = np.stack((ring, cut), axis=1).reshape(-1, 2)
        ring = both[np.column_stack((off >= 0, crosses)).ravel()]
    return ring


def _path(ring: Floats) -> str:
    """The ring as a path, rounded to a half unit, without the points that rounding makes the same."""
    rounded = np.round(ring * 2) / 2
    if not len(rounded):
        return ""
    rounded = rounded[(rounded != np.roll(rounded, 1, axis=0)).any(axis=1)]
    return f"M{' '.join(f'{number(x)} {number(y)}' for x, y in rounded.tolist())}z" if len(rounded) > 2 else ""


def names(areas: Sequence[Area], frame: Frame) -> list[tuple[Area, Spot]]:
    """The areas whose names have room on the map, and the middle of each name's line.

    The areas that the map is about come first; a name that would lie over one before it is left out.
    """
    found: list[tuple[Area, Spot]] = []
    taken: list[Box] = []
    for area in sorted(areas, key=lambda a: (not a.own, a.name)):
        spot = _roomiest(area, frame, width_of(area.name)) if area.name else None
        if spot is not None and not any(overlap(box_of(spot, area.name), other) for other in taken):
            taken.append(box_of(spot, area.name))
            found.append((area, spot))
    return found


def draw_names(named: Sequence[tuple[Area, Spot]]) -> Iterator[str]:
    """The names, each on one line."""
    for area, spot in named:
        weight = ' font-weight="700"' if area.own else ' font-style="italic"'
        yield words(area.name, spot, SMALL, SOFT, "middle", weight)


def width_of(text: str) -> float:
    """About how wide small words are drawn."""
    return 0.58 * SMALL * len(text)


def _roomiest(area: Area, frame: Frame, width: float) -> Spot | None:
    """Where in the visible part of an area its name has most room; None where it has none."""
    rings = [_clipped(_placed(ring, frame), frame, -2.0) for ring in area.rings]
    rings = [ring for ring in rings if len(ring) > 2]
    if not rings:
        return None
    xs, ys = np.meshgrid(np.linspace(10, WIDTH - 10, 32), np.linspace(14, frame.height - 30, 32))
    spots = np.column_stack((xs.ravel(), ys.ravel()))
    inside = np.zeros(len(spots), dtype=np.bool_)
    room = np.full(len(spots), np.inf)
    for ring in rings:
        a, b = ring, np.roll(ring, -1, axis=0)
        run = b - a
        length = np.maximum((run**2).sum(axis=1), 1e-9)
        along = np.clip(((spots[:, None] - a) * run).sum(axis=2) / length, 0, 1)
        off = spots[:, None] - (a + along[..., None] * run)
        # words are wide and low: room to the side counts for less
        room = np.minimum(room, np.hypot(off[..., 0] * 14 / max(width / 2, 14), off[..., 1]).min(axis=1))
        rises = (a[:, 1] > spots[:, None, 1]) != (b[:, 1] > spots[:, None, 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = a[:, 0] + (spots[:, None, 1] - a[:, 1]) * run[:, 0] / run[:, 1]
        inside ^= ((rises & (spots[:, None, 0] < at)).sum(axis=1) % 2).astype(np.bool_)
    room[~inside] = -1.0
    best = int(room.argmax())
    return (float(spots[best, 0]), float(spots[best, 1])) if room[best] > 7 else None


def box_of(at: Spot, text: str, anchor: str = "middle") -> Box:
    """The ground that small words take: left, top, right, bottom."""
    width = width_of(text)
    left = at[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return (left, at[1] - 9, left + width, at[1] + 3)


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share ground."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def words(text: str, at: Spot, size: float, colour: str, anchor: str = "start", more: str = "") -> str:
    """Words with a white edge, so that they can be read over lines."""
    place = f'x="{number(at[0])}" y="{number(at[1])}" font-size="{number(size)}" text-anchor="{anchor}"{more}'
    words = escape(text)
    return (
        f'<text {place} fill="#ffffff" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" '
        f'aria-hidden="true">{words}</text><text {place} fill="{colour}">{words}</text>'
    )


def plain(text: str, at: Spot, size: float, colour: str) -> str:
    """Words on empty ground."""
    place = f'x="{number(at[0])}" y="{number(at[1])}" font-size="{number(size)}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'


def size(height: float) -> str:
    """The width of every drawing, and a height, as attributes."""
    return f'width="{number(WIDTH)}" height="{number(height)}"'


def whole_svg(body: str, height: float, *, title: str, alt: str) -> str:
    """A drawing with the name and description that a screen reader reads."""
    return (
        f'<svg viewBox="0 0 {number(WIDTH)} {number(height)}" {size(height)} role="img" {TEXT} '
        f'aria-label="{escape(f"{title}. {alt}")}"><title>{escape(title)}</title><desc>{escape(alt)}</desc>'
        f'<rect {size(height)} fill="#ffffff"/>{body}</svg>'
    )


def wrapped(text: str, wide: int) -> list[str]:
    """Lines of at most so many characters; a longer word has one of its own."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > wide:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
