"""How wrong past forecasts were, on the page of need: forecasts and what came, how often the band held, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from frontend.planning.need_ahead import known_line
from reporting.fan import Past, past_svg
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Picture, Section, Table
from sufficiency.mp_figures import band_of, days, derived, label, names_of, number, on_said, said
from sufficiency.mp_need import KNOWN_NAME
from sufficiency.mp_words import latest, number_of

MADE: Final = "past.forecasts"
SCORES: Final = "past.scores"
HEADING: Final = "How wrong were we"
NEVER_TRIED: Final = (
    "This forecast was not tried on the council's own past, so nobody knows yet how far its bands can be trusted. "
    "A trial takes returns of some years, and a forecast that is worked out with it."
)


def horizons(lens: Lens) -> tuple[str, ...]:
    """So many months ahead forecasts were tried, the shortest first."""
    if not lens.has(MADE):
        return ()
    return tuple(sorted(set(lens.facts(MADE).rows["horizon"].tolist()), key=_as_number))


def how_wrong(lens: Lens, ahead: str | None) -> Section:
    """Forecasts made so many months before, each beside what happened, and the scores of all."""
    if ahead is None or not lens.has(SCORES):
        return Section(HEADING, (Paragraph(NEVER_TRIED),))
    return Section(HEADING, tuple(_blocks(lens, ahead)))


def _blocks(lens: Lens, ahead: str) -> Iterator[Block]:
    yield Paragraph(
        "The same way of forecasting was used again at each quarter of the past, with only what was known then, and "
        "what came was set beside it. These are not the forecasts that were published at the time."
    )
    bars, rows = [], []
    for on in latest(lens, MADE, horizon=ahead)[::-1]:
        by = {"horizon": ahead, "on": on}
        low, middle, high = (number(lens, MADE, column, **by) for column in ("p10", "p50", "p90"))
        came = number(lens, "children.total", "children", what="in_care", on=on)
        texts = [str(said(lens, MADE, column, **by)) for column in ("p10", "p50", "p90")]
        told = said(lens, "children.total", "children", what="in_care", on=on)
        held, off = "not known", None
        if low is not None and middle is not None and high is not None and came is not None:
            within = low <= came <= high
            bars.append(Past(date.fromisoformat(on), low, middle, high, within))
            held, off = ("yes" if within else "no"), _off(lens, middle - came)
        line: tuple[Cell, ...] = (on_said(on), texts[1], band_of(texts[0], texts[2]), told, off, held)
        rows.append(line)
    columns = (
        Column("For"),
        Column("Forecast: middle", number=True),
        Column("8 in 10 futures", number=True),
        Column("What came", number=True),
        Column("Middle was off by", number=True),
        Column("Within the band"),
    )
    table = Table(f"Forecasts made {ahead} months before, and what came", columns, tuple(rows))
    yield Paragraph(_in_words(lens, ahead, bars), strong=True)
    known = known_line(lens, "children.total", {"what": "in_care"}, "children")
    if bars and known is not None:
        held_, tried = (derived(lens, MADE, "p90", str(n)) for n in (sum(one.held for one in bars), len(bars)))
        title = f"What came lay within the band {held_} of {tried} times"
        alt = "A line of what came, and a bar for each forecast. The table that follows holds the figures."
        name = f"forecast made {ahead} months before"
        yield Picture(
            title, past_svg(known, bars, title=title, alt=alt, known_name=KNOWN_NAME, past_name=name), alt, table
        )
    else:
        yield table
    yield from _scores(lens)


def _in_words(lens: Lens, ahead: str, bars: list[Past]) -> str:
    by = {"horizon": ahead, "level": "total"}
    off, bias = said(lens, SCORES, "off_by", **by), number(lens, SCORES, "bias", **by)
    share = said(lens, SCORES, "held_80", **by)
    wide = sum(one.high - one.low for one in bars) / len(bars) if bars else 0.0
    words = f"Forecasts made {ahead} months ahead were off by {off} children on average"
    if bias is not None and abs(bias) >= 0.5:
        size = said(lens, SCORES, "bias", **by) or ""
        words += f", and were {size.lstrip('-−')} too {'high' if bias > 0 else 'low'} as a rule"
    words += "."
    if bars:
        middle = sum(one.middle for one in bars) / len(bars)
        words += (
            f" The band of 8 in 10 futures was about {derived(lens, MADE, 'p90', f'{wide:.0f}')} children wide, around "
            f"some {derived(lens, MADE, 'p50', f'{middle:.0f}')}."
        )
    held = number_of((share or "").removesuffix("%"))
    if held is not None:
        words += f" What came lay within it {share} of the time; 80% would be right."
        if held < 70:
            words += " So the bands were too narrow: read them as wider than they are drawn."
        elif held > 90:
            words += " So the bands may be wider than they need be."
    return words


def _scores(lens: Lens) -> Iterator[Block]:
    told = ("origins", "off_by", "bias", "held_50", "held_80", "held_95", "skill")
    titles = {value.name: value.title for value in lens.facts(SCORES).columns}
    rows: list[tuple[Cell, ...]] = []
    for ahead in sorted(names_of(lens, SCORES, "horizon", total=False), key=_as_number):
        if said(lens, SCORES, "origins", level="total", horizon=ahead):
            rows.append((ahead, *(said(lens, SCORES, column, level="total", horizon=ahead) for column in told)))
    columns = (Column("Months ahead", number=True), *(Column(titles[column], number=True) for column in told))
    note = "Children, but for shares. Better than no change: how much less wrong than saying that all stays as it was. "
    note += (
        "In shares what came is spread over half a child each way, so they may differ a little from a count of times."
    )
    yield Table("All children in care: how forecasts did, by how far ahead they looked", columns, tuple(rows), (note,))
    others = []
    for level in names_of(lens, SCORES, "level", total=False):
        for ahead in sorted(names_of(lens, SCORES, "horizon", total=False), key=_as_number):
            share = said(lens, SCORES, "held_80", level=level, horizon=ahead)
            if share is not None and level != "total":
                off = said(lens, SCORES, "off_by", level=level, horizon=ahead)
                others.append((label(lens, SCORES, "level", level), ahead, off, share))
    if others:
        head = (
            Column("Of"),
            Column("Months ahead", number=True),
            Column("Off by, on average", number=True),
            Column("Within the band of 8 in 10", number=True),
        )
        yield Disclosure(
            "By kind of placement and age, and starts and ends", (Table("The same, in parts", head, tuple(others)),)
        )


def _off(lens: Lens, by: float) -> str:
    if not by:
        return "0"
    return derived(lens, MADE, "p50", f"{abs(by):.0f} too {'high' if by > 0 else 'low'}")


def _as_number(text: str) -> float:
    return float(text) if text.isdigit() else 0.0


def tried_until(lens: Lens) -> str | None:
    """The last day for which a past forecast was tried; None where none was."""
    found = days(lens, MADE)
    return found[-1] if found else None
