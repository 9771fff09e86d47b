"""Draws counts as horizontal bars, whole or in parts: inline SVG, as `drawing.py` makes them.

Parts differ in lightness and hatching, and carry their number where there is room, so that they can be told apart in
black and white. The scale begins at nought. What may not be shown is not drawn: its words stand in its place, and the
rest of a bar whose parts are not all shown is an empty outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, isfinite
from typing import Final

from reporting.drawing import FONT
from reporting.ground import INK, SMALL, SOFT, WIDTH, number, plain, whole_svg, wrapped

LEFT: Final = 176.0
"""Where bars begin; their names stand before it."""
NAME: Final = 22
"""Characters of a name on one line."""
TALL: Final = 18.0
LINE: Final = 14.0
GAP: Final = 10.0
LETTER: Final = 7.0
"""About how wide a letter is drawn."""
BESIDE: Final = 8.4
"""The same where nothing may be cut off, whatever the font: figures and signs are wide in some."""
KEY: Final = 30
"""Characters of the key that fit half the width."""


@dataclass(frozen=True, slots=True)
class Fill:
    """How one part is filled: its ground, and lines across it ("" none, "/" slanted, "|" upright)."""

    ground: str
    lines: str = ""
    words: str = INK


FILLS: Final = (
    Fill("#12436d", words="#ffffff"),
    Fill("#ffffff", "/"),
    Fill("#6a9bc8"),
    Fill("#ffffff", "|"),
    Fill("#d9e5f0"),
    Fill("#505a5f", words="#ffffff"),
)
"""Neighbours differ clearly without colour."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: its name, its parts in their order, and what is written beside it.

    A part is None where it may not be shown. `whole` is the length of all parts together where that is shown; without
    it the bar ends with the last part that is. `low` and `high`: a line from one to the other, for a forecast.
    """

    name: str
    parts: tuple[float | None, ...]
    text: str
    whole: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for value in (*self.parts, self.whole, self.low, self.high):
            if value is not None and not (isfinite(value) and value >= 0):
                raise ValueError(f"a bar cannot be {value} long")

    @property
    def shown(self) -> float:
        """How long what is drawn of it is."""
        parts = sum(part for part in self.parts if part is not None)
        return max(parts, self.whole or 0.0, self.high or 0.0)


def bars_svg(rows: Sequence[Row], *, title: str, alt: str, names: Sequence[str] = (), hidden: str = "") -> str:
    """A bar for each row, one below another; `names` says what the parts are, where there are several.

    `hidden` says in the key what an empty outline stands for. Raises ValueError without a row, or for more parts than
    can be told apart.
    """
    if not rows:
        raise ValueError("there is no bar to draw")
    many = max(len(row.parts) for row in rows)
    if many > len(FILLS) or (many > 1 and len(names) != many):
        raise ValueError(f"{many} parts cannot be drawn with {len(names)} names; {len(FILLS)} can be told apart")
    room = max(len(row.text) for row in rows) * BESIDE + 10
    longest = max(row.shown for row in rows)
    unit = max(WIDTH - LEFT - room, 60.0) / (longest or 1.0)
    out: list[str] = []
    y = 10.0
    for row in rows:
        lines = wrapped(row.name, NAME)
        tall = max(TALL, LINE * len(lines))
        first = y + (tall - LINE * len(lines)) / 2 + LINE - 3
        out += [_text(line, LEFT - 8, first + LINE * at, INK, "end") for at, line in enumerate(lines)]
        out += _bar(row, y + (tall - TALL) / 2, unit, single=many == 1)
        y += tall + GAP
    out.append(_path(f"M{number(LEFT)} 4V{number(y - GAP / 2)}", INK, 1.2))
    if many > 1:
        key, y = _key(names, y + 10, hidden if any(_rest(row) for row in rows) else "")
        out += key
    return whole_svg("".join(out), y + 2, title=title, alt=alt)


def _bar(row: Row, y: float, unit: float, *, single: bool) -> Iterator[str]:
    x = LEFT
    for part, fill in zip(row.parts, FILLS, strict=False):
        if part:
            width = part * unit
            yield from _filled(x, y, width, fill)
            written = f"{part:,.0f}" if part == round(part) else f"{part:,.1f}"
            if not single and width > LETTER * len(written) + 6:
                yield from _inside(written, x + width / 2, y, fill)
            x += width
    if rest := _rest(row):
        yield _box(x, y, rest * unit, "#ffffff", SOFT, ' stroke-dasharray="3 2"')
        x += rest * unit
    if row.low is not None and row.high is not None:
        x = max(x, LEFT + row.high * unit)
        low, high, middle = LEFT + row.low * unit, LEFT + row.high * unit, y + TALL / 2
        ends = f"M{number(low)} {number(middle - 5)}v10M{number(high)} {number(middle - 5)}v10"
        way = f"{ends}M{number(low)} {number(middle)}H{number(high)}"
        yield _path(way, "#ffffff", 4.5)
        yield _path(way, INK, 1.8)
    yield _text(row.text, x + 6, y + TALL / 2 + 4.5, INK, "start")


def _rest(row: Row) -> float:
    """How much of the bar is in parts that are not shown."""
    if row.whole is None or None not in row.parts:
        return 0.0
    return max(row.whole - sum(part for part in row.parts if part is not None), 0.0)


def _filled(x: float, y: float, width: float, fill: Fill) -> Iterator[str]:
    yield _box(x, y, width, fill.ground, INK)
    if fill.lines:
        yield _path("".join(_across(x, y, width, fill.lines)), "#12436d", 1.1)


def _across(x: float, y: float, width: float, lines: str) -> Iterator[str]:
    """Lines across a bar, cut at its sides, without patterns that would need a name on the page."""
    step, lean = (6.0, TALL) if lines == "/" else (4.0, 0.0)
    for k in range(1, floor((width + lean) / step) + 1):
        top = k * step
        bottom = top - lean
        if lean:
            from_x, to_x = max(bottom, 0.0), min(top, width)
            yield f"M{number(x + from_x)} {number(y + top - from_x)}L{number(x + to_x)} {number(y + top - to_x)}"
        elif top < width:
            yield f"M{number(x + top)} {number(y)}v{number(TALL)}"


def _inside(written: str, middle: float, y: float, fill: Fill) -> Iterator[str]:
    """A number in its part; on hatching it has a white ground."""
    if fill.lines:
        wide = LETTER * len(written) + 3
        yield (
            f'<rect x="{number(middle - wide / 2)}" y="{number(y + 2)}" width="{number(wide)}" '
            f'height="{number(TALL - 4)}" fill="#ffffff"/>'
        )
    yield _text(written, middle, y + TALL / 2 + 4, fill.words, "middle", SMALL)


def _key(names: Sequence[str], y: float, hidden: str) -> tuple[list[str], float]:
    """What each filling stands for, two beside each other where they are short; and where the key ends."""
    out: list[str] = []
    told: list[tuple[str, Fill | None]] = [*zip(names, FILLS, strict=False)]
    if hidden:
        told.append((hidden, None))
    column = 0
    for name, fill in told:
        lines = wrapped(name, KEY if len(name) <= KEY else 2 * KEY + 4)
        if column and len(name) > KEY:
            y, column = y + 24, 0
        x = 8.0 + column * WIDTH / 2
        if fill is None:
            out.append(_box(x, y, 24, "#ffffff", SOFT, ' stroke-dasharray="3 2"'))
        else:
            out += _filled(x, y, 24, fill)
        out += [plain(line, (x + 31, y + 13 + LINE * at), FONT, INK) for at, line in enumerate(lines)]
        if column or len(name) > KEY:
            y, column = y + 24 + LINE * (len(lines) - 1), 0
        else:
            column = 1
    return out, y + (24 if column else 0)


def _box(x: float, y: float, width: float, fill: str, edge: str, more: str = "") -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0.5))}" height="{number(TALL)}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="1"{more}/>'
    )


def _path(way: str, colour: str, width: float) -> str:
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{number(width)}"/>'


def _text(text: str, x: float, y: float, colour: str, anchor: str, size: float = FONT) -> str:
    return plain(text, (x, y), size, colour).replace("<text ", f'<text text-anchor="{anchor}" ', 1)
