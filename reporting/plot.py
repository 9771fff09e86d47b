"""Draws a number that changes from day to day as a stepped line: one inline SVG, as `drawing.py` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reporting.drawing import FONT
from reporting.ground import INK, SOFT, WIDTH, number, plain, whole_svg, words

LEFT, RIGHT, TOP, HEIGHT, BELOW = 30.0, 14.0, 16.0, 130.0, 26.0
FILL, EDGE = "#dde6ef", "#12436d"
MOST_LINES: Final = 6
"""More whole numbers than these are not all written at the side."""


@dataclass(frozen=True, slots=True)
class Step:
    """From this day on, the number is this."""

    day: date
    value: int


def steps_svg(steps: Sequence[Step], until: date, months: Sequence[str], *, title: str, alt: str) -> str:
    """The steps from the first day to `until`, with the number written at each change.

    `months`: twelve short names. Raises ValueError without a step, or for days out of order.
    """
    days = [step.day for step in steps]
    if not steps or days != sorted(set(days)) or days[-1] > until:
        raise ValueError("steps are drawn in the order of their days, each day once, and none after the end")
    first, whole = days[0], max((until - days[0]).days, 1)
    most = max(1, *(step.value for step in steps))
    bottom = TOP + HEIGHT

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / whole

    def y(value: int) -> float:
        return bottom - HEIGHT * value / (most + 0.35)

    out: list[str] = []
    for value in range(0, most + 1, 1 if most <= MOST_LINES else -(-most // MOST_LINES)):
        out.append(
            f'<path d="M{number(LEFT)} {number(y(value))}H{number(WIDTH - RIGHT)}" stroke="#b1b4b6" fill="none"/>'
        )
        out.append(plain(f"{value:,}", (6, y(value) + 4), FONT, INK))
    way = f"M{number(x(first))} {number(bottom)}"
    for step, after in zip(steps, [*days[1:], until], strict=True):
        way += f"V{number(y(step.value))}H{number(x(after))}"
    out.append(f'<path d="{way}V{number(bottom)}z" fill="{FILL}" stroke="{EDGE}" stroke-width="2"/>')
    for month in _firsts(first, until):
        out.append(f'<path d="M{number(x(month))} {number(bottom)}v5" stroke="{INK}" fill="none"/>')
        if month.month % 3 == 1 or whole < 200:
            name = months[month.month - 1]
            out.append(
                plain(f"{name} {month.year}" if month.month == 1 else name, (x(month) - 8, bottom + 18), FONT, SOFT)
            )
    shown = -100.0
    for step in steps:
        if x(step.day) - shown > 22 and x(step.day) < WIDTH - 30:
            shown = x(step.day)
            out.append(words(f"{step.value:,}", (shown + 5, y(step.value) - 5), FONT, INK))
    total = bottom + BELOW
    return whole_svg("".join(out), total, title=title, alt=alt)


def _firsts(first: date, until: date) -> list[date]:
    """The first of each month in between."""
    found: list[date] = []
    year, month = first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if date(year, month, 1) > until:
            return found
        found.append(date(year, month, 1))
