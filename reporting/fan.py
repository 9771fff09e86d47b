"""Draws what is known and what is forecast as fan charts: inline SVG, as `drawing.py` makes them.

A fan is a line of what happened, a dashed upright where the forecast begins, and from there on the middle of the
forecast with one shade for each band. Shades differ in lightness and edges in their dashes, so that a fan reads in
black and white. Its scale begins at nought; figures stand beside the plot, never on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Final

from reporting.drawing import FONT
from reporting.ground import INK, SMALL, SOFT, WIDTH, number, plain, whole_svg, wrapped

GRID: Final = "#d5d7d9"
MIDDLE: Final = "#12436d"
SHADES: Final = (("#cfdeec", "#6f8fab", "2 2"), ("#97b9d6", "#3f6d97", "6 2"), ("#5b8ebd", "#12436d", ""))
"""From the widest band to the narrowest: its shade, the colour of its edges, their dashes."""
MISSED: Final = "#801650"
LINE: Final = 15.0
"""Room that a line of words needs."""
ROOM_FOR_WORDS: Final = 40.0
"""To the left of where a forecast begins, for half of what stands above it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was counted on each of these days, in their order."""

    days: tuple[date, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        _in_order(self.days, self.values)


@dataclass(frozen=True, slots=True)
class Band:
    """The forecast lies from `low` to `high` in so many futures; `name` says how many."""

    name: str
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fan:
    """A forecast for each of these days: its middle, and at most three bands from the widest to the narrowest."""

    days: tuple[date, ...]
    middle: tuple[float, ...]
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        for values in (self.middle, *(side for band in self.bands for side in (band.low, band.high))):
            _in_order(self.days, values)
        if len(self.bands) > len(SHADES):
            raise ValueError(f"a fan has at most {len(SHADES)} bands, not {len(self.bands)}")


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small fans: its heading, what is known and what is forecast."""

    heading: str
    known: Known
    fan: Fan


@dataclass(frozen=True, slots=True)
class Past:
    """What was forecast for a day some time before it, and whether what happened lies within."""

    day: date
    low: float
    middle: float
    high: float
    held: bool


def fan_svg(known: Known, fan: Fan, *, title: str, alt: str, known_name: str, middle_name: str) -> str:
    """One fan across the whole width, with a key. `known_name` and `middle_name` say what the two lines are."""
    axes = _Axes.around(38.0, WIDTH - 78.0, 30.0, 260.0, known, fan)
    out = [*axes.ground(), *_drawn(axes, known, fan)]
    origin = axes.x(known.days[-1])
    if origin - axes.left < ROOM_FOR_WORDS:
        out.append(_text(origin, axes.top - 8, "forecast", "start", SOFT))
    else:
        out.append(_text(origin, axes.top - 8, "known | forecast", "middle", SOFT))
    out.extend(_ends(axes, fan))
    key, bottom = _key(known_name, middle_name, fan, axes.bottom + 42)
    return whole_svg("".join([*out, *key]), bottom, title=title, alt=alt)


def fans_svg(panels: Sequence[Panel], *, title: str, alt: str, known_name: str, middle_name: str) -> str:
    """Small fans two beside each other, each on a scale of its own, and one key for all.

    Raises ValueError without a panel.
    """
    if not panels:
        raise ValueError("there is no fan to draw")
    out: list[str] = []
    tall, half = 172.0, WIDTH / 2
    for at, panel in enumerate(panels):
        left, top = (at % 2) * half, (at // 2) * tall
        axes = _Axes.around(left + 36, left + half - 36, top + 42, top + 140, panel.known, panel.fan)
        for row, line in enumerate(wrapped(panel.heading, 28)[:2]):
            out.append(_text(left + 6, top + 15 + 14 * row, line, "start", INK, bold=True))
        out.extend(axes.ground(few=True))
        out.extend(_drawn(axes, panel.known, panel.fan, thin=True))
        out.extend(_ends(axes, panel.fan, only_middle=True))
    key, bottom = _key(known_name, middle_name, panels[0].fan, ceil(len(panels) / 2) * tall + 14)
    return whole_svg("".join([*out, *key]), bottom, title=title, alt=alt)


def past_svg(known: Known, past: Sequence[Past], *, title: str, alt: str, known_name: str, past_name: str) -> str:
    """What happened as a line, and for each day that was forecast the band of that forecast as a bar with its middle.

    A bar that the line missed is hollow, with a cross above it. The scale may begin above nought, and says so:
    what matters here is how near line and bars are. Raises ValueError without a bar.
    """
    if not past:
        raise ValueError("there is no past forecast to draw")
    fan = Fan(tuple(p.day for p in past), tuple(p.middle for p in past), (_span(past),))
    axes = _Axes.around(38.0, WIDTH - 16.0, 18.0, 248.0, known, fan, cut=True)
    out = [*axes.ground(), *(part for one in past for part in _bar(axes, one))]
    out.append(_path(_way(axes, known.days, known.values), INK, 2.2))
    held = sum(one.held for one in past)
    y = axes.bottom + 44
    keys: list[tuple[Iterable[str], str]] = [
        ([_path(f"M10 {number(y - 4)}h24", INK, 2.2)], known_name),
        (_mark(22, y + 12, y + 24, y + 18, held=True), f"{past_name}: {held} that held"),
        (_mark(22, y + 39, y + 51, y + 45, held=False), f"the same, and what happened lay outside: {len(past) - held}"),
    ]
    for at, (mark, words) in enumerate(keys):
        out += [*mark, plain(words, (42, y + 22 * at + (3 if at == 2 else 0)), FONT, INK)]
    y += 50
    if axes.least:
        y += 18
        out.append(plain(f"The scale begins at {axes.least:,.0f}, not at nought.", (10, y), SMALL + 1, SOFT))
    return whole_svg("".join(out), y + 12, title=title, alt=alt)


# ---- the plot ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Axes:
    """Days and counts to places in the drawing; the counts begin at nought."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    step: float
    least: float
    most: float

    @staticmethod
    def around(
        left: float, right: float, top: float, bottom: float, known: Known, fan: Fan, *, cut: bool = False
    ) -> _Axes:
        """The axes that hold both, from nought; with `cut`, from a round number below all where that is higher."""
        sides = [(band.low, band.high) for band in fan.bands]
        high = max((*known.values, *fan.middle, *(value for _, above in sides for value in above)))
        low = min((*known.values, *fan.middle, *(value for below, _ in sides for value in below))) if cut else 0.0
        step = round_step(high - low, 3 if bottom - top < 150 else 5)
        least = floor(low / step) * step
        first, last = min(known.days[0], fan.days[0]), max(known.days[-1], fan.days[-1])
        return _Axes(left, right, top, bottom, first, last, step, least, max(ceil(high / step) * step, least + step))

    def x(self, day: date) -> float:
        return self.left + (self.right - self.left) * (day - self.first).days / max((self.last - self.first).days, 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.least) / (self.most - self.least)

    def ground(self, *, few: bool = False) -> Iterator[str]:
        """Lines across in round numbers, and the years beneath."""
        for k in range(round((self.most - self.least) / self.step) + 1):
            value = self.least + k * self.step
            y = self.y(value)
            ink, wide = (INK, 1.2) if not k else (GRID, 1.0)
            yield _path(f"M{number(self.left)} {number(y)}H{number(self.right)}", ink, wide)
            yield _text(self.left - 6, y + 4, f"{value:,.0f}", "end", INK)
        years = list(range(self.first.year, self.last.year + 1))
        starts = [(year, self.x(date(year, 1, 1))) for year in years if self.first <= date(year, 1, 1) <= self.last]
        room = (self.right - self.left) / max((self.last - self.first).days / 365.25, 0.1)
        every = next(k for k in (1, 2, 5, 10, 20, 50, 100) if k * room >= (38.0 if few else 34.0) or k == 100)
        for year, x in starts:
            yield _path(f"M{number(x)} {number(self.bottom)}v5", INK, 1.2)
            if year % every == 0:
                yield _text(x, self.bottom + 18, str(year), "middle", SOFT)
        if not starts:
            yield _text((self.left + self.right) / 2, self.bottom + 18, str(self.first.year), "middle", SOFT)


def round_step(high: float, lines: int) -> float:
    """The round number (1, 2 or 5 and noughts, at least 1) of which at most `lines` make up the scale."""
    if not isfinite(high) or high < 0:
        raise ValueError(f"a scale cannot end at {high}")
    size = 10.0 ** max(floor(log10(max(high, 1.0))) - 1, 0)
    return next(size * k for k in (1, 2, 5, 10, 20, 50, 100) if high <= size * k * lines)


def _drawn(axes: _Axes, known: Known, fan: Fan, *, thin: bool = False) -> Iterator[str]:
    """Bands from the last known count on, the line of what is known, the dashed upright between the two."""
    start, begun = known.days[-1], known.values[-1]
    joined = start < fan.days[0]
    days = (start, *fan.days) if joined else fan.days
    before = (begun,) if joined else ()
    for band, (shade, edge, dashes) in zip(fan.bands, _shades(fan), strict=True):
        up, down = (*before, *band.high), (*before, *band.low)
        around = f"{_way(axes, days, up)}L{_way(axes, days[::-1], down[::-1])[1:]}z"
        yield f'<path d="{around}" fill="{shade}"/>'
        if not thin:
            yield _path(_way(axes, days, up), edge, 1.0, dashes)
            yield _path(_way(axes, days, down), edge, 1.0, dashes)
    yield _path(_way(axes, days, (*before, *fan.middle)), MIDDLE, 1.8 if thin else 2.4)
    yield _path(_way(axes, known.days, known.values), INK, 1.6 if thin else 2.2)
    yield _path(f"M{number(axes.x(start))} {number(axes.top - 4)}V{number(axes.bottom)}", INK, 1.0, "4 3")


def _shades(fan: Fan) -> tuple[tuple[str, str, str], ...]:
    return SHADES[len(SHADES) - len(fan.bands) :]


def _ends(axes: _Axes, fan: Fan, *, only_middle: bool = False) -> Iterator[str]:
    """The last figures beside the plot: the middle and, where there is room, both ends of the second widest band."""
    x = axes.right + 6
    told = [(fan.middle[-1], True)]
    if not only_middle and len(fan.bands) > 1:
        told += [(fan.bands[-2].high[-1], False), (fan.bands[-2].low[-1], False)]
    placed: list[float] = []
    for value, bold in told:
        y = axes.y(value) + 4
        if all(abs(y - other) >= LINE for other in placed):
            placed.append(y)
            yield _text(x, y, f"{value:,.0f}", "start", INK if bold else SOFT, bold=bold)


def _key(known_name: str, middle_name: str, fan: Fan, y: float) -> tuple[list[str], float]:
    """What each line and shade is; and where the drawing ends beneath it."""
    out = [
        _path(f"M10 {number(y - 4)}h24", INK, 2.2),
        plain(known_name, (42, y), FONT, INK),
        _path(f"M10 {number(y + 15)}h24", MIDDLE, 2.4),
        plain(middle_name, (42, y + 19), FONT, INK),
    ]
    y += 38
    for band, (shade, edge, dashes) in reversed(tuple(zip(fan.bands, _shades(fan), strict=True))):
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        out.append(f'<rect x="10" y="{number(y - 11)}" width="24" height="13" fill="{shade}" stroke="{edge}"{dashed}/>')
        out.append(plain(band.name, (42, y), FONT, INK))
        y += 19
    return out, y - 5


# ---- past forecasts ------------------------------------------------------------------------------------------------


def _span(past: Sequence[Past]) -> Band:
    return Band("", tuple(p.low for p in past), tuple(p.high for p in past))


def _bar(axes: _Axes, one: Past) -> Iterator[str]:
    return _mark(axes.x(one.day), axes.y(one.high), axes.y(one.low), axes.y(one.middle), held=one.held)


def _mark(x: float, high: float, low: float, middle: float, *, held: bool) -> Iterator[str]:
    fill, edge = ("#97b9d6", MIDDLE) if held else ("#ffffff", MISSED)
    yield (
        f'<rect x="{number(x - 3.5)}" y="{number(high)}" width="7" height="{number(max(low - high, 1.0))}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="{number(0.8 if held else 1.6)}"/>'
    )
    yield _path(f"M{number(x - 5)} {number(middle)}h10", edge, 2.0)
    if not held:
        top = high - 8
        yield _path(
            f"M{number(x - 3)} {number(top - 3)}l6 6M{number(x - 3)} {number(top + 3)}l6 -6",
            MISSED,
            1.8,
        )


# ---- small parts ---------------------------------------------------------------------------------------------------


def _way(axes: _Axes, days: Sequence[date], values: Sequence[float]) -> str:
    points = (f"{number(axes.x(d))} {number(axes.y(v))}" for d, v in zip(days, values, strict=True))
    return "M" + "L".join(points)


def _path(way: str, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{dashed}/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str, *, bold: bool = False) -> str:
    """Words on empty ground, set from the start, the middle or the end."""
    drawn = plain(text, (x, y), FONT if bold else SMALL + 1, colour)
    weight = ' font-weight="700"' if bold else ""
    return drawn.replace("<text ", f'<text text-anchor="{anchor}"{weight} ', 1)


def _in_order(days: Sequence[date], values: Sequence[float]) -> None:
    if not days or len(days) != len(values) or any(a >= b for a, b in pairwise(days)):
        raise ValueError("a line is drawn in the order of its days, with one count for each")
    if not all(isfinite(value) and value >= 0 for value in values):
        raise ValueError("a count that is drawn is a number, and never below nought")
