"""The homes there will be: households and places by what they are for, who joins and leaves, and what can be used."""

from __future__ import annotations

from typing import Final

import numpy as np

from reporting.section import Block, Bullets, Cell, Column, Disclosure, Paragraph, Section, Table
from sufficiency.forecast import Array, Forecast
from sufficiency.future import Future
from sufficiency.homes_charts import NAMES, Line, ahead_said, fan_picture, fans_picture, large_enough
from sufficiency.homes_start import Start
from sufficiency.households import SEGMENTS
from sufficiency.need_words import FUTURES, Spread, capital, day_said, in_100, month_said, whole
from sufficiency.outputs import headline_months
from sufficiency.supply import REASONS, Supply
from sufficiency.usable import Usable

MIDDLE: Final = "middle of the forecast"
YEAR: Final = 12
REASON_NAMES: Final = {
    "carer": "left by their own choice; adopters: matched",
    "service": "left because the service ended the approval",
    "other_service": "left for an agency or another council",
    "permanence": "left because an order made the child their own",
}


def supply_section(forecast: Forecast, start: Start, supply: Supply) -> Section:
    """Households now and ahead, places, and who joins and leaves."""
    now = np.bincount(start.households.segment, minlength=len(SEGMENTS))
    lines = [Line(NAMES[name], int(now[h]), supply.households[:, :, h]) for h, name in enumerate(SEGMENTS)]
    lines = [line for line in lines if large_enough(line)]
    every = Line("all households", int(now.sum()), supply.households.sum(axis=2))
    blocks: list[Block] = [
        Bullets(start.said),
        fan_picture(forecast, every, _all_said(forecast, every), MIDDLE, children=False),
    ]
    if lines:
        drawn = fans_picture(
            forecast, lines, "Households by what they are for", "Households", "Households", children=False
        )
        blocks.append(drawn)
    blocks.append(Disclosure("Show the numbers: places approved and available", (_places(forecast, supply),)))
    blocks.append(_flows(forecast, supply))
    return Section("The homes there will be", tuple(blocks), anchor="supply")


def usable_section(forecast: Forecast, usable: Usable, future: Future) -> Section:
    """Which of the vacancies a child who needs one may live in, and how well that is known."""
    month = headline_months(forecast)[0]
    at = month - 1
    filled = future.own_by_home[:, at]
    places, can = future.places[:, at], future.usable[:, at]
    vacant, used = (places - filled).mean(axis=0), (can - filled).mean(axis=0)
    rows: list[tuple[Cell, ...]] = []
    for h, name in enumerate(SEGMENTS):
        if places[:, h].any():
            cells = (places[:, h].mean(), filled[:, h].mean(), vacant[h], used[h])
            share = in_100(float(used[h] / vacant[h])) if vacant[h] > 0 else None
            rows.append((capital(NAMES[name]), *(f"{cell:,.1f}" for cell in cells), share))
    columns = (
        Column("Homes"),
        *(Column(title, number=True) for title in ("Places available", "Filled", "Vacant", "Vacant and usable")),
        Column("Usable, of 100 vacancies", number=True),
    )
    table = Table(
        f"Places on {day_said(int(forecast.month_ends[at]))}, mean of the futures", columns, tuple(rows),
        ("Available: approved, less those on hold or kept by a young person who stays put.",),
    )  # fmt: skip
    share = in_100(float(used.sum() / vacant.sum())) if vacant.sum() > 0 else "none"
    said = (
        f"A vacancy is not a home for every child. Of 100 vacant places in {month_said(int(forecast.month_ends[at]))}, "
        f"{share.removesuffix(' in 100')} could be used by a child who needs one of that kind."
    )
    items = (
        f"The shares were learnt from {usable.days:,} simulated days on which Placewell's own rules and matcher were "
        f"asked. Source: {usable.source}.",
        f"On days that were held out they were off by {100 * usable.error:.1f} points in 100 on average.",
    )
    return Section("Vacancies that can be used", (Paragraph(said, strong=True), Bullets(items), table), anchor="usable")


def _all_said(forecast: Forecast, line: Line) -> str:
    month = headline_months(forecast)[-1]
    spread = Spread(line.counts)
    low, high = (whole(float(side[month - 1])) for side in spread.bands[0.8])
    return (
        f"{line.now:,} households now; about {whole(float(spread.middle[month - 1])):,} in "
        f"{month_said(int(forecast.month_ends[month - 1]))}, {low:,} to {high:,} in {FUTURES[0.8]}"
    )


def _places(forecast: Forecast, supply: Supply) -> Table:
    """Places at each headline month; there is no count of them before the first month."""
    months = headline_months(forecast)
    rows: list[tuple[Cell, ...]] = []
    for h, name in enumerate(SEGMENTS):
        if supply.places[:, :, h].any():
            cells = []
            for month in months:
                for counts in (supply.places, supply.available):
                    cells.append(ahead_said(Spread(counts[:, :, h]), month, children=False))
            rows.append((capital(NAMES[name]), *cells))
    columns = [Column("Homes")]
    for month in months:
        day = day_said(int(forecast.month_ends[month - 1]))
        columns += [Column(f"Approved, {day}", number=True), Column(f"Available, {day}", number=True)]
    return Table("Places approved, and available", tuple(columns), tuple(rows), ("Middle, and 8 in 10 futures.",))


def _flows(forecast: Forecast, supply: Supply) -> Table:
    """Households that join and leave in each year that is told."""
    months = headline_months(forecast)
    lines = [("approved", supply.approved), ("came over from agencies", supply.transfers)]
    lines += [(REASON_NAMES[reason], supply.left[..., r]) for r, reason in enumerate(REASONS)]
    rows: list[tuple[Cell, ...]] = [
        (capital(name), *(_year_said(counts.sum(axis=2), month) for month in months)) for name, counts in lines
    ]
    columns = (
        Column("Households"),
        *(Column(_year_name(forecast, month), number=True) for month in months),
    )
    notes = ("Middle, and 8 in 10 futures; relatives and friends among them.",)
    return Table("Households that join and leave", columns, tuple(rows), notes)


def _year_name(forecast: Forecast, month: int) -> str:
    first = max(month - YEAR, 0)
    many = month - first
    day = day_said(int(forecast.month_ends[month - 1]))
    return f"Year to {day}" if many == YEAR else f"{many} months to {day}"


def _year_said(counts: Array, month: int) -> tuple[Cell, ...]:
    total = counts[:, max(month - YEAR, 0) : month].sum(axis=1, keepdims=True)
    return ahead_said(Spread(total), 1, children=False)
