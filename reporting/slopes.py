"""Draws how an order changes as one inline SVG: two columns of places, and a line for each thing from one to the other.

No script, nothing fetched, nothing told by colour alone: what rises, falls and stays has each its own line, and a key
says so. Words are escaped; the same orders always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from reporting.ground import INK, SOFT, WIDTH, whole_svg

ROW: Final = 26.0
TOP: Final = 44.0
LEFT: Final = 120.0
RIGHT: Final = WIDTH - 120.0
FONT: Final = 'font-size="13"'
RISES: Final = ("#12436d", 'stroke-width="3"', "rises")
FALLS: Final = ("#801650", 'stroke-width="2" stroke-dasharray="7 4"', "falls")
STAYS: Final = (SOFT, 'stroke-width="1.5" stroke-dasharray="2 3"', "keeps its place")
MOST_NAME: Final = 12


@dataclass(frozen=True, slots=True)
class Slope:
    """One thing that has a place in both orders; places count from 1."""

    name: str
    before: int
    after: int


def slopes_svg(slopes: Sequence[Slope], *, title: str, alt: str, before: str, after: str) -> str:
    """The drawing. `before` and `after` head the two columns; places that nothing drawn has are not there."""
    lefts = {place: at for at, place in enumerate(sorted({one.before for one in slopes}))}
    rights = {place: at for at, place in enumerate(sorted({one.after for one in slopes}))}
    rows = max(len(lefts), len(rights), 1)
    key_at = TOP + rows * ROW + 14
    height = key_at + 3 * 20 + 6
    parts = [
        _text(LEFT - 12, 18, before, "end", bold=True),
        _text(RIGHT + 12, 18, after, "start", bold=True),
    ]
    for one in sorted(slopes, key=lambda one: (one.before, one.name)):
        y1, y2 = TOP + lefts[one.before] * ROW, TOP + rights[one.after] * ROW
        colour, stroke, _ = _kind(one)
        parts.append(
            f'<line x1="{LEFT:g}" y1="{y1:g}" x2="{RIGHT:g}" y2="{y2:g}" stroke="{colour}" {stroke} fill="none"/>'
        )
        parts += [f'<circle cx="{x:g}" cy="{y:g}" r="3.5" fill="{colour}"/>' for x, y in ((LEFT, y1), (RIGHT, y2))]
        parts.append(_text(LEFT - 12, y1 + 4.5, f"{_short(one.name)}  {one.before}", "end"))
        parts.append(_text(RIGHT + 12, y2 + 4.5, f"{one.after}  {_short(one.name)}", "start"))
    for at, (colour, stroke, words) in enumerate((RISES, FALLS, STAYS)):
        y = key_at + at * 20
        many = sum(_kind(one)[2] == words for one in slopes)
        parts.append(f'<line x1="12" y1="{y:g}" x2="60" y2="{y:g}" stroke="{colour}" {stroke}/>')
        parts.append(_text(70, y + 4.5, f"{words}: {many}", "start"))
    return whole_svg("".join(parts), height, title=title, alt=alt)


def _kind(one: Slope) -> tuple[str, str, str]:
    return STAYS if one.before == one.after else RISES if one.after < one.before else FALLS


def _short(name: str) -> str:
    return name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"


def _text(x: float, y: float, text: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{INK}" {FONT}{weight}>{escape(text)}</text>'
