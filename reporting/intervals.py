"""Draws differences as dots with the line on which most of them lie, each about its own nought: inline SVG.

Rows may be of unlike units, so each has a scale of its own; what is compared is on which side of nought a line lies.
A full dot is a difference that luck would hardly make, an empty one that it may: told apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from reporting.drawing import FONT
from reporting.ground import INK, SMALL, SOFT, WIDTH, number, plain, whole_svg, wrapped

LEFT: Final = 196.0
RIGHT: Final = WIDTH - 96.0
ROW: Final = 40.0
TOP: Final = 26.0
NAME: Final = 26
"""Characters of a name on one line."""
DOT: Final = 5.0
KEY: Final = (
    "Full dot: a difference that luck would hardly make. Empty dot: it may be luck.",
    "Each row: a scale of its own.",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """One difference: its middle, the ends of its line, and what is written beside it. `sure`: luck hardly makes it."""

    name: str
    middle: float
    low: float
    high: float
    text: str
    sure: bool


def intervals_svg(rows: Sequence[Interval], *, title: str, alt: str, less: str, more: str) -> str:
    """A line for each row about an upright nought. `less` and `more` say what lies to the left and to the right.

    Raises ValueError without a row, or for a row that is no number.
    """
    if not rows:
        raise ValueError("there is no difference to draw")
    if not all(isfinite(value) for row in rows for value in (row.middle, row.low, row.high)):
        raise ValueError("a difference to draw is not a number")
    nought, half = (LEFT + RIGHT) / 2, (RIGHT - LEFT) / 2 - DOT - 2
    out = [_text(less, LEFT, 14, SOFT, "start"), _text(more, RIGHT, 14, SOFT, "end")]
    for at, row in enumerate(rows):
        y = TOP + ROW * (at + 0.5)
        longest = max(abs(row.middle), abs(row.low), abs(row.high))
        unit = half / longest if longest else 0.0
        lines = wrapped(row.name, NAME)
        first = y + 4 - 7 * (len(lines) - 1)
        out += [_text(line, LEFT - 10, first + 14 * i, INK, "end") for i, line in enumerate(lines)]
        low, high, middle = (nought + unit * value for value in (row.low, row.high, row.middle))
        ends = f"M{number(low)} {number(y - 5)}v10M{number(high)} {number(y - 5)}v10"
        way = f"{ends}M{number(low)} {number(y)}H{number(high)}"
        out.append(f'<path d="{way}" fill="none" stroke="{INK}" stroke-width="1.8"/>')
        fill = INK if row.sure else "#ffffff"
        out.append(
            f'<circle cx="{number(middle)}" cy="{number(y)}" r="{number(DOT)}" fill="{fill}" stroke="{INK}" '
            'stroke-width="1.8"/>'
        )
        out.append(_text(row.text, RIGHT + 8, y + 4, INK, "start"))
    end = TOP + ROW * len(rows)
    down = f'<path d="M{number(nought)} {number(TOP - 4)}V{number(end)}" stroke="{SOFT}" stroke-dasharray="4 3"/>'
    out += [down, *(_text(line, 8, end + 18 + 14 * at, SOFT, "start", SMALL) for at, line in enumerate(KEY))]
    return whole_svg("".join(out), end + 40, title=title, alt=alt)


def _text(text: str, x: float, y: float, colour: str, anchor: str, size: float = FONT) -> str:
    return plain(text, (x, y), size, colour).replace("<text ", f'<text text-anchor="{anchor}" ', 1)
