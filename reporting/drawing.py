"""Draws a map as one inline SVG: no script, nothing fetched, nothing told by colour alone.

A map here is areas, points and lines in metres, east and north; what they stand for is the caller's affair. The
drawing is made for a screen 400 pixels wide, for print and for black and white: every sort of point has its own
mark, every sort of line its own dashes, and a key beneath says what each is and how many there are. The same map
always gives the same bytes. Words in it are escaped; attributes take the place of styles, ids and references, so
that it can stand several times on a page, and passes whatever cleans markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final, Literal, TypeAlias

from reporting.ground import (
    INK,
    METRES_PER_MILE,
    SMALL,
    SOFT,
    WIDTH,
    Area,
    Box,
    Frame,
    Spot,
    box_of,
    draw_areas,
    draw_names,
    names,
    number,
    overlap,
    plain,
    size,
    whole_svg,
    words,
    wrapped,
)

Mark: TypeAlias = Literal["circle", "square", "diamond", "triangle", "pentagon", "cross", "star"]

FONT: Final = 13.0
BARS: Final = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)
SEA: Final = "#ffffff"
MOST_LABELS: Final = 60
HALF, WHOLE, NOTE = 27, 58, 74
"""Characters that fit half the key's width, its width, and its width in small print."""


@dataclass(frozen=True, slots=True)
class PointKind:
    """One sort of point: what the key calls it, and its mark; `hollow` is an outline only, `small` stands back."""

    name: str
    mark: Mark
    colour: str = INK
    hollow: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One point; `label` may be empty. `within`: metres that the place is only known to lie within, drawn as a ring."""

    at: Spot
    kind: PointKind
    label: str = ""
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class LineKind:
    """One sort of line; `dashes` as SVG has them, "" for none."""

    name: str
    colour: str = INK
    width: float = 1.2
    dashes: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one place to another. What leaves the frame ends there in an arrow with `label`."""

    start: Spot
    end: Spot
    kind: LineKind
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """What to draw: `low` and `high` are the corners of what must be seen; the frame is a little wider.

    Kinds are listed in the key in the order given, whether or not there is any of them; `notes` stand under it.
    """

    low: Spot
    high: Spot
    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    points: tuple[Point, ...] = ()
    line_kinds: tuple[LineKind, ...] = ()
    point_kinds: tuple[PointKind, ...] = ()
    notes: tuple[str, ...] = ()


def map_svg(drawn: Map, *, title: str, alt: str) -> str:
    """The map as one `<svg>` element whose title and description a screen reader reads.

    Raises ValueError for a frame without any ground, or a place that is not a number.
    """

    frame = Frame.around(drawn.low, drawn.high)
    named = names(drawn.areas, frame)
    body = [
        f'<rect {size(frame.height)} fill="{SEA}"/>',
        *draw_areas(drawn.areas, frame),
        *_lines(drawn.lines, frame),
        *draw_names(named),
        *_points(drawn.points, drawn.lines, [box_of(spot, area.name) for area, spot in named], frame),
        *_scale(frame),
        f'<rect {size(frame.height)} fill="none" stroke="{INK}" stroke-width="1.5"/>',
    ]
    key, height = _key(drawn, frame)
    ground = f'<svg {size(frame.height)} overflow="hidden">{"".join(body)}</svg>'
    return whole_svg(ground + "".join(key), frame.height + height, title=title, alt=alt)


def _lines(lines: Sequence[Line], frame: Frame) -> Iterator[str]:
    faint = ' stroke-opacity="0.7"' if len(lines) > MOST_LABELS else ""
    for line in lines:
        start, last, leaves = _run(line, frame)
        way = f"M{number(start[0])} {number(start[1])}L{number(last[0])} {number(last[1])}"
        yield f'<path d="{way}" fill="none" {_ink(line.kind)}{faint}/>'
        if leaves:
            yield _arrow(start, last, line.kind.colour)


def _run(line: Line, frame: Frame) -> tuple[Spot, Spot, bool]:
    """Both ends of a line as drawn, and whether it leaves the frame at the second."""
    start, end = frame.place(line.start), frame.place(line.end)
    if not frame.holds(start) and frame.holds(end):
        start, end = end, start
    return (start, end, False) if frame.holds(end) else (start, _leaves(start, end, frame), True)


def _leaves(start: Spot, end: Spot, frame: Frame) -> Spot:
    """Where the way from one spot to another leaves the frame, a little inside it."""
    share = 1.0
    for axis, extent in ((0, WIDTH), (1, frame.height)):
        run = end[axis] - start[axis]
        if run:
            edge = extent - 3 if run > 0 else 3.0
            share = min(share, max((edge - start[axis]) / run, 0.0))
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _arrow(start: Spot, end: Spot, colour: str) -> str:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    x, y = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    back = (end[0] - 9 * x, end[1] - 9 * y)
    corners = (end, (back[0] - 4 * y, back[1] + 4 * x), (back[0] + 4 * y, back[1] - 4 * x))
    return f'<path d="M{" ".join(f"{number(a)} {number(b)}" for a, b in corners)}z" fill="{colour}"/>'


def _points(points: Sequence[Point], lines: Sequence[Line], taken: Sequence[Box], frame: Frame) -> Iterator[str]:
    seen = [(frame.place(point.at), point) for point in points]
    seen = [(spot, point) for spot, point in seen if frame.holds(spot)]
    many = len(seen) > MOST_LABELS
    for spot, point in seen:
        if point.within and not many:
            yield (
                f'<circle cx="{number(spot[0])}" cy="{number(spot[1])}" '
                f'r="{number(max(point.within / frame.metres, 7))}" fill="none" stroke="{SOFT}" stroke-width="0.8" '
                'stroke-dasharray="1 2.5"/>'
            )
    for spot, point in sorted(seen, key=lambda one: not one[1].kind.small):
        yield _mark(point.kind, spot, 0.75 if many else 1.0)
    runs = [(line, _run(line, frame)) for line in lines if line.label]
    labelled = [(last, line.label) for line, (_, last, leaves) in runs if leaves]
    named = [(spot, point.label) for spot, point in seen if point.label]
    if len(named) <= MOST_LABELS:
        labelled += named
    yield from _labels(labelled, [*taken, *((x - 5, y - 5, x + 5, y + 5) for (x, y), _ in seen)], frame)


def _mark(kind: PointKind, at: Spot, scale: float = 1.0) -> str:
    size = scale * (3.2 if kind.small else 5.5)
    fill, line = ("#ffffff", kind.colour) if kind.hollow else (kind.colour, "#ffffff")
    width = 1.2 if kind.small else 1.8 if kind.hollow else 1.0
    ink = f'fill="{fill}" stroke="{line}" stroke-width="{number(width)}"'
    if kind.mark == "circle":
        return f'<circle cx="{number(at[0])}" cy="{number(at[1])}" r="{number(size)}" {ink}/>'
    if kind.mark in ("cross", "star"):
        arms = [(1, 1), (1, -1)] if kind.mark == "cross" else [(1, 0), (0.5, 0.87), (0.5, -0.87)]
        d = "".join(
            f"M{number(at[0] - x)} {number(at[1] - y)}L{number(at[0] + x)} {number(at[1] + y)}"
            for x, y in ((size * a, size * b) for a, b in arms)
        )
        return (
            f'<path d="{d}" fill="none" stroke="#ffffff" stroke-width="5"/>'
            f'<path d="{d}" fill="none" stroke="{kind.colour}" stroke-width="2.4"/>'
        )
    around = _CORNERS[kind.mark]
    return (
        f'<path d="M{" ".join(f"{number(at[0] + size * x)} {number(at[1] + size * y)}" for x, y in around)}z" {ink}/>'
    )


_CORNERS: Final[dict[str, tuple[Spot, ...]]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "triangle": ((0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
    "pentagon": ((0, -1.15), (1.1, -0.35), (0.68, 0.95), (-0.68, 0.95), (-1.1, -0.35)),
}

BESIDE: Final = (
    (8.0, 4.0, "start"),
    (-8.0, 4.0, "end"),
    (0.0, -8.0, "middle"),
    (0.0, 16.0, "middle"),
    (9.0, -6.0, "start"),
    (-9.0, -6.0, "end"),
    (9.0, 15.0, "start"),
    (-9.0, 15.0, "end"),
)
"""Where a label may stand, seen from its point, in the order in which it is tried."""


def _labels(labelled: Sequence[tuple[Spot, str]], full: Sequence[Box], frame: Frame) -> Iterator[str]:
    """Labels beside their points where there is room; one that would lie over what stands there is left out."""
    taken = [*full, (0.0, frame.height - 30, 10 + WIDTH / 3.5, frame.height)]
    taken.append((WIDTH - 30, frame.height - 46, WIDTH, frame.height))
    for spot, label in labelled:
        for dx, dy, anchor in BESIDE:
            at = (spot[0] + dx, spot[1] + dy)
            box = box_of(at, label, anchor)
            whole = box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= 2 and box[3] <= frame.height - 2
            if whole and not any(overlap(box, other) for other in taken):
                taken.append(box)
                yield words(label, at, SMALL, INK, anchor)
                break


def _scale(frame: Frame) -> Iterator[str]:
    """A bar of whole miles and an arrow to the north."""
    miles = max((m for m in BARS if m * METRES_PER_MILE / frame.metres <= WIDTH / 3.5), default=BARS[0])
    length, y = miles * METRES_PER_MILE / frame.metres, frame.height - 10
    text = f"{miles:g} mile{'' if miles <= 1 else 's'}"
    d = f"M10 {number(y - 5)}V{number(y)}H{number(10 + length)}V{number(y - 5)}"
    yield f'<path d="{d}" fill="none" stroke="#ffffff" stroke-width="5"/>'
    yield f'<path d="{d}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    yield words(text, (10 + length / 2, y - 5), SMALL, INK, "middle")
    x, top = WIDTH - 18, frame.height - 42
    yield f'<path d="M{number(x)} {number(top)}l5 13l-5 -4l-5 4z" fill="{INK}" stroke="#ffffff" stroke-width="1"/>'
    yield words("N", (x, top + 26), FONT, INK, "middle", ' font-weight="700"')


def _key(drawn: Map, frame: Frame) -> tuple[list[str], float]:
    """What each mark and line means and how many there are, two beside each other; and the height it takes."""
    of_kind: Counter[PointKind | LineKind] = Counter(p.kind for p in drawn.points)
    of_kind.update(line.kind for line in drawn.lines)
    kinds: tuple[PointKind | LineKind, ...] = (*drawn.point_kinds, *drawn.line_kinds)
    out: list[str] = []
    y, column = frame.height + 20.0, 0
    for kind in kinds:
        text = f"{kind.name} ({of_kind[kind]:,})"
        lines = [text] if len(text) <= HALF else wrapped(text, WHOLE)
        if column and len(text) > HALF:
            y, column = y + 19, 0
        x = 8.0 + column * (WIDTH / 2)
        out.append(_mark(kind, (x + 10, y - 4)) if isinstance(kind, PointKind) else _sample(kind, x, y))
        out.extend(plain(line, (x + 27, y + 15 * at), FONT, INK) for at, line in enumerate(lines))
        if column or len(text) > HALF:
            y, column = y + 4 + 15 * len(lines), 0
        else:
            column = 1
    if column:
        y += 19
    for note in drawn.notes:
        for line in wrapped(note, NOTE):
            out.append(plain(line, (8, y), SMALL, SOFT))
            y += 15
    return out, y - frame.height - 4


def _sample(kind: LineKind, x: float, y: float) -> str:
    return f'<path d="M{number(x)} {number(y - 4)}h21" fill="none" {_ink(kind)}/>'


def _ink(kind: LineKind) -> str:
    dashes = f' stroke-dasharray="{kind.dashes}"' if kind.dashes else ""
    return f'stroke="{kind.colour}" stroke-width="{number(kind.width)}"{dashes}'
