"""The gap: children who need a home of the council's own and have none, and where they live instead."""

from __future__ import annotations

from typing import Final

from reporting.section import Block, Bullets, Cell, Column, Disclosure, Paragraph, Section, Table
from sufficiency.forecast import Array, Forecast
from sufficiency.future import OVERFLOW, Future
from sufficiency.homes_charts import NEEDS, Line, fan_picture, fans_picture, large_enough, lines_table
from sufficiency.households import SEGMENTS
from sufficiency.need_words import FEW, FUTURES, Spread, capital, day_said, in_100, listed, month_said
from sufficiency.outputs import headline_months
from sufficiency.rooms import FOSTERED
from sufficiency.scenario import Scenario
from sufficiency.wanted import Wanted

OVERFLOW_NAMES: Final = {
    "agency": "with agency foster carers",
    "other_authority": "with another council's foster carers",
    "residential": "in children's homes",
    "out_of_area": "in other homes out of the area",
}
MIDDLE: Final = "middle of the forecast"
YEAR: Final = 12


def gap_section(forecast: Forecast, wanted: Wanted, future: Future, scenario: Scenario) -> Section:
    """Unmet need by whom a home is needed for, where the children live instead, and what it does to them."""
    unmet = future.unmet
    now = wanted.at_start[:, 1:].sum(axis=1)
    fostered = slice(0, FOSTERED)
    name = "children who need a foster home and have none of the council's own"
    every = Line(name, int(now[fostered].sum()), unmet[:, :, fostered].sum(axis=2))
    lines = [
        Line(NEEDS[name], int(now[n]), unmet[:, :, n])
        for n, name in enumerate(SEGMENTS)
        if name in NEEDS and unmet[:, :, n].any()
    ]
    lines = [line for line in lines if large_enough(line)]
    drawn = [line for line in lines if max(line.now, float(Spread(line.counts).bands[0.8][1].max())) >= FEW]
    blocks: list[Block] = [
        Paragraph(gap_words(forecast, wanted, future), strong=True),
        fan_picture(forecast, every, gap_title(forecast, every), MIDDLE),
    ]
    if drawn:
        title = "Children without a home of the council's own, by whom a home is needed for"
        blocks.append(fans_picture(forecast, drawn, title, "Children without, by need", "A home for"))
    blocks.append(Disclosure("Show the numbers: need, and how much of it is met", (_met(forecast, wanted, future),)))
    blocks.append(
        lines_table(
            forecast,
            "Where children live who need a foster home and have none of the council's own",
            "They live",
            _places(wanted, future),
        )
    )
    blocks.append(_told(forecast, future))
    blocks.append(Bullets(_played(scenario)))
    return Section("The gap", tuple(blocks), anchor="gap")


def _played(scenario: Scenario) -> tuple[str, ...]:
    """By what rules children are placed."""
    back = scenario.number("overflow.moves_back").value
    moves = f"of those who live elsewhere, {in_100(back)} move in a month in which" if back else "nobody moves when"
    return (
        "Children who come are offered vacancies they can use, brothers and sisters first; who finds none is offered a "
        f"place elsewhere in this order: {_order(scenario)}.",
        f"As the scenario says (overflow.moves_back), {moves} a home of the council's own that they could use has a "
        "vacancy. Whether a child should move is for those who know the child. Nobody is counted on to move where it "
        "is 0.",
    )


def _order(scenario: Scenario) -> str:
    return listed([OVERFLOW_NAMES[place] for place in scenario.text("overflow.order").split(", ")])


def gap_words(forecast: Forecast, wanted: Wanted, future: Future) -> str:
    """How many children need a foster home, and how many have none of the council's own, a year ahead."""
    month = headline_months(forecast)[0]
    fostered = slice(0, FOSTERED)
    need = Spread(wanted.children[:, :, fostered].sum(axis=2))
    unmet = Spread(future.unmet[:, :, fostered].sum(axis=2))
    return (
        f"In {month_said(int(forecast.month_ends[month - 1]))}, about {need.said(month)} children need a foster "
        f"home, those with relatives and friends aside. About {unmet.said(month)} of them have none of the council's "
        f"own; in {FUTURES[0.8]}, {unmet.band_said(month)}."
    )


def gap_title(forecast: Forecast, line: Line) -> str:
    """From how many to how many, over all that is forecast."""
    month = headline_months(forecast)[-1]
    spread = Spread(line.counts)
    return (
        f"{line.now:,} children without a home of the council's own now; about {spread.said(month)} in "
        f"{month_said(int(forecast.month_ends[month - 1]))}, {spread.band_said(month)} in {FUTURES[0.8]}"
    )


def _places(wanted: Wanted, future: Future) -> tuple[Line, ...]:
    fostered = slice(0, FOSTERED)
    at_start = wanted.at_start[fostered, 1:].sum(axis=0)
    return tuple(
        Line(OVERFLOW_NAMES[place], int(at_start[k]), future.over[:, :, fostered, k].sum(axis=2))
        for k, place in enumerate(OVERFLOW)
    )


def _met(forecast: Forecast, wanted: Wanted, future: Future) -> Table:
    """Children who need each kind of home, and the share who have one of the council's own."""
    months = headline_months(forecast)
    met = future.own_by_need
    rows: list[tuple[Cell, ...]] = []
    for n, name in enumerate(SEGMENTS):
        if name not in NEEDS or not wanted.children[:, :, n].any():
            continue
        need = Spread(wanted.children[:, :, n])
        cells: list[Cell] = []
        for month in months:
            cells += [need.both_said(month), _share(met[:, month - 1, n], wanted.children[:, month - 1, n])]
        rows.append((capital(NEEDS[name]), int(wanted.at_start[n].sum()), *cells))
    total = Spread(wanted.children.sum(axis=2))
    last: list[Cell] = []
    for month in months:
        last += [
            total.both_said(month),
            _share(met[:, month - 1].sum(axis=1), wanted.children[:, month - 1].sum(axis=1)),
        ]
    columns = [Column("A home for"), Column(f"Need, {day_said(forecast.origin - 1)}", number=True)]
    for month in months:
        day = day_said(int(forecast.month_ends[month - 1]))
        columns += [
            Column(f"Need, {day}", number=True),
            Column(f"Of 100, in a home of the council's own, {day}", number=True),
        ]
    return Table(
        "Children who need a family's home, and how many of 100 have one of the council's own",
        tuple(columns),
        tuple(rows),
        ("Need: the middle, and where it lies in 8 in 10 futures. Shares are of the means.",),
        total=("All", int(wanted.at_start.sum()), *last),
    )


def _share(some: Array, of: Array) -> str | None:
    total = float(of.sum())
    return in_100(float(some.sum()) / total).removesuffix(" in 100") if total and float(of.mean()) >= FEW else None


def _told(forecast: Forecast, future: Future) -> Table:
    """What it means for the children: out of the area, apart from brothers and sisters, moved late."""
    months = headline_months(forecast)
    lines = (
        ("live out of the council's area for want of a home", future.out_of_area.sum(axis=2)),
        ("live apart from brothers and sisters for want of a home", future.split),
    )
    rows: list[tuple[Cell, ...]] = [
        (capital(name), *(Spread(counts).both_said(month) for month in months)) for name, counts in lines
    ]
    for name, counts in (
        ("came late to a home of the council's own, in the year before", future.met_late),
        ("had to leave a home of the council's own for want of places, in the year before", future.moved_out),
    ):
        if counts.size:
            of_year = [counts[:, max(month - YEAR, 0) : month].sum(axis=(1, 2))[:, None] for month in months]
            rows.append((capital(name), *(Spread(one).both_said(1) for one in of_year)))
    columns = (
        Column("Children who"),
        *(Column(day_said(int(forecast.month_ends[m - 1])), number=True) for m in months),
    )
    return Table("What it means for the children", columns, tuple(rows), ("Middle, and 8 in 10 futures.",))
