"""Draws approvals achieved against the target, both added up: one inline SVG, as `reporting.drawing` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reporting.drawing import FONT
from reporting.fan import round_step
from reporting.ground import INK, SMALL, SOFT, WIDTH, number, plain, whole_svg

LEFT, RIGHT, TOP, BOTTOM = 38.0, WIDTH - 46.0, 18.0, 230.0
GRID, SHADE, EDGE, LINE = "#d5d7d9", "#cfdeec", "#6f8fab", "#12436d"
MOST_NAMES: Final = 6


def track_svg(
    names: Sequence[str],
    target: Sequence[int],
    band: Sequence[tuple[int, int]],
    approved: Sequence[int],
    *,
    title: str,
    alt: str,
) -> str:
    """The target as a dashed line within its band, and what was achieved as a line with a mark for each quarter.

    All begin at nought before the first quarter. Raises ValueError where they differ in how many quarters they tell.
    """
    if not names or not len(names) == len(target) == len(band) >= len(approved):
        raise ValueError("target and band are told for every quarter, and what was achieved for the first of them")
    most = max([*target, *(high for _, high in band), *approved, 1])
    step = round_step(most, 5)
    top = step * -(-most // step)
    out = []
    for k in range(round(top / step) + 1):
        y = _y(k * step, top)
        ink, wide = (INK, 1.2) if not k else (GRID, 1.0)
        out.append(_path(f"M{number(LEFT)} {number(y)}H{number(RIGHT)}", ink, wide))
        label = plain(f"{k * step:,.0f}", (LEFT - 6, y + 4), SMALL + 1, INK)
        out.append(label.replace("<text ", '<text text-anchor="end" ', 1))
    every = -(-len(names) // MOST_NAMES)
    for at, name in enumerate(names, 1):
        x = _x(at, len(names))
        out.append(_path(f"M{number(x)} {number(BOTTOM)}v5", INK, 1.2))
        if (len(names) - at) % every == 0:
            text = plain(name, (x, BOTTOM + 18), SMALL, SOFT)
            out.append(text.replace("<text ", '<text text-anchor="middle" ', 1))
    high = _way([0, *(one for _, one in band)], len(names), top)
    low = _way([0, *(one for one, _ in band)], len(names), top)
    around = f"{high}L{'L'.join(low[1:].split('L')[::-1])}z"
    out.append(f'<path d="{around}" fill="{SHADE}" stroke="{EDGE}" stroke-width="1"/>')
    out.append(_path(_way([0, *target], len(names), top), LINE, 2.2, "7 4"))
    out.append(_path(_way([0, *approved], len(names), top), INK, 2.6))
    for at, value in enumerate(approved, 1):
        out.append(_dot(_x(at, len(names)), _y(value, top)))
    key = BOTTOM + 44
    out += [_path(f"M10 {number(key - 4)}h24", INK, 2.6), _dot(22, key - 4)]
    out.append(plain("Approved so far", (42, key), FONT, INK))
    out.append(_path(f"M10 {number(key + 16)}h24", LINE, 2.2, "7 4"))
    out.append(plain("Target", (42, key + 20), FONT, INK))
    out.append(
        f'<rect x="10" y="{number(key + 29)}" width="24" height="13" fill="{SHADE}" stroke="{EDGE}" stroke-width="1"/>'
    )
    out.append(plain("8 in 10 plans that are on course lie here", (42, key + 40), FONT, INK))
    return whole_svg("".join(out), key + 52, title=title, alt=alt)


def _x(at: int, many: int) -> float:
    return LEFT + (RIGHT - LEFT) * at / many


def _y(value: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _way(values: Sequence[float], many: int, top: float) -> str:
    points = (f"{number(_x(at, many))} {number(_y(value, top))}" for at, value in enumerate(values))
    return "M" + "L".join(points)


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="4" fill="{INK}"/>'


def _path(way: str, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{dashed}/>'
