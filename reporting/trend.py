"""Draws measures that are taken time after time as small lines beside each other: one inline SVG, as `drawing.py` does.

Each has a scale of its own that begins at nought, a mark for every time that is told, and its first and last figure
written. A time that is not told has no mark, and the line has a gap there: nothing is drawn across it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite
from typing import Final

from reporting.drawing import FONT
from reporting.ground import INK, SMALL, SOFT, WIDTH, number, plain, whole_svg, wrapped

GRID: Final = "#d5d7d9"
LINE: Final = "#12436d"
TALL: Final = 150.0
LEFT, RIGHT, TOP, BOTTOM = 14.0, 50.0, 50.0, 118.0
"""Of a panel: room at its sides, and where its plot begins and ends."""
LETTERS: Final = 27


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure: its heading, and at each time its figure and how it is written; None where it is not told."""

    heading: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.texts):
            raise ValueError("every figure of a trend has its words")
        if any(value is not None and not (isfinite(value) and value >= 0) for value in self.values):
            raise ValueError("a figure that is drawn is a number, and never below nought")


def trends_svg(trends: Sequence[Trend], first: str, last: str, *, title: str, alt: str) -> str:
    """The lines, two beside each other. `first` and `last` name the first and the last time.

    Raises ValueError where nothing is told, or the trends differ in their times.
    """
    if not any(value is not None for trend in trends for value in trend.values):
        raise ValueError("there is no figure to draw")
    if len({len(trend.values) for trend in trends}) > 1:
        raise ValueError("trends that stand beside each other have the same times")
    out: list[str] = []
    for at, trend in enumerate(trends):
        out.extend(_panel(trend, (at % 2) * WIDTH / 2, (at // 2) * TALL, first, last))
    bottom = ceil(len(trends) / 2) * TALL
    if any(value is None for trend in trends for value in trend.values):
        out.append(plain("Where there is no mark, the figure is hidden or not known.", (LEFT, bottom + 14), FONT, SOFT))
        bottom += 24
    return whole_svg("".join(out), bottom, title=title, alt=alt)


def _panel(trend: Trend, left: float, top: float, first: str, last: str) -> Iterator[str]:
    start, end = left + LEFT, left + WIDTH / 2 - RIGHT
    low, high = top + BOTTOM, top + TOP
    for row, line in enumerate(wrapped(trend.heading, LETTERS)[:2]):
        yield _text(left + 6, top + 15 + 14 * row, line, "start", INK, bold=True)
    yield _path(f"M{number(start)} {number(low)}H{number(end)}", INK, 1.2)
    yield _text(start, low + 17, first, "start", SOFT)
    yield _text(end, low + 17, last, "end", SOFT)
    told = [(at, value) for at, value in enumerate(trend.values) if value is not None]
    if not told:
        yield _text((start + end) / 2, (low + high) / 2, "not told", "middle", SOFT)
        return
    most = max(value for _, value in told) or 1.0
    yield _path(f"M{number(start)} {number(high)}H{number(end)}", GRID, 1.0)
    apart = (end - start) / max(len(trend.values) - 1, 1)
    spots = [(at, start + apart * at, low - (low - high) * value / most) for at, value in told]
    for (one, x1, y1), (two, x2, y2) in pairwise(spots):
        if two == one + 1:
            yield _path(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", LINE, 2.2)
    for _, x, y in spots:
        yield f'<circle cx="{number(x)}" cy="{number(y)}" r="2.8" fill="{LINE}"/>'
    at, x, y = spots[-1]
    yield _text(x + 7, y + 4, trend.texts[at], "start", INK, bold=True)
    at, x, y = spots[0]
    if len(spots) > 1:
        # on the side to which the line does not go
        below = spots[1][2] < y and y + 18 < low
        yield _text(x, y + (16 if below else -8), trend.texts[at], "start", SOFT)


def _path(way: str, colour: str, width: float) -> str:
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{number(width)}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str, *, bold: bool = False) -> str:
    drawn = plain(text, (x, y), FONT if bold else SMALL + 1, colour)
    weight = ' font-weight="700"' if bold else ""
    return drawn.replace("<text ", f'<text text-anchor="{anchor}"{weight} ', 1)
