"""The page of a forecast: what a commissioner asks first, each answer with its band, and how far to trust it.

The page is for the council's own staff: it holds counts of few children and is marked so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reporting.section import (
    Block,
    Bullets,
    Cell,
    Column,
    Disclosure,
    Paragraph,
    Picture,
    Section,
    Table,
)
from reporting.write import html
from sufficiency.forecast import Array, Forecast
from sufficiency.groups import EXIT_NAMES, EXITS, GROUP_NAMES, GROUPS
from sufficiency.homes_page import MADE_UP_TITLE, MARKING, homes_sections, homes_short, marking_of
from sufficiency.need_assumed import assumed_section
from sufficiency.need_bracket import bracket_section
from sufficiency.need_charts import (
    YEAR,
    Before,
    age_picture,
    ahead_table,
    flow_picture,
    group_picture,
    group_table,
    total_picture,
    yearly,
)
from sufficiency.need_data import data_section
from sufficiency.need_measures import measures_section
from sufficiency.need_past import past_section, trust_words
from sufficiency.need_segments import segments_section
from sufficiency.need_words import (
    FEW,
    FEWER,
    FUTURES,
    Spread,
    after_said,
    capital,
    day_said,
    in_100,
    listed,
    months_said,
    signed,
    whole,
)
from sufficiency.outputs import drawing_error, headline_months

if TYPE_CHECKING:
    from sufficiency.homes_run import HomesRun
    from sufficiency.run import ForecastRun

__all__ = ["MARKING", "headline_words", "need_page", "sections"]
SOURCES: Final = {
    "process": ("Chance", "what happens to each child, even if every rate were known"),
    "parameter": ("Rates", "how well the years in the return tell the rates"),
    "structural": ("The future", "whether the years ahead go on as the years behind"),
    "recalibration": ("Past forecasts", "by how much bands were changed because past ones held too little or too much"),
}


def need_page(run: ForecastRun, homes: HomesRun | None = None) -> str:
    """The whole page as HTML; the same run always gives the same bytes. Without `homes` it is of need alone."""
    until = day_said(run.history.until - 1)
    whose = f"{run.asked.council}: what" if run.asked.council else "What"
    return html(
        f"{MADE_UP_TITLE if run.asked.made_up else ''}Children in care: forecast from {day_said(run.forecast.origin)}",
        sections(run, homes),
        lead=f"{whose} the SSDA903 returns up to {until} say of the homes that will be needed. A forecast is no "
        "target and no decision: it shows what may come, and how sure one can be.",
        marking=marking_of(run.asked.made_up),
        footer=_footer(run),
    )


def sections(run: ForecastRun, homes: HomesRun | None = None) -> tuple[Section, ...]:
    """Every section of the page, in reading order."""
    known, forecast = run.before, run.forecast
    return (
        _short(run),
        *(() if homes is None else (homes_short(forecast, homes),)),
        _reading(run),
        Section("All children in care", (total_picture(known, forecast),), anchor="total"),
        _groups(known, forecast),
        bracket_section(forecast, run.bracket),
        _ages(known, forecast),
        segments_section(run.segments),
        _flows(known, forecast),
        *(() if homes is None else homes_sections(forecast, run.asked.scenario, homes)),
        past_section(run),
        _sure(run),
        assumed_section(run.asked.scenario, homes is not None),
        measures_section(run.measures, run.history.until - 1),
        data_section(run.ret, run.history),
    )


# ---- in short ------------------------------------------------------------------------------------------------------


def headline_words(run: ForecastRun) -> str:
    """How many children are in care now, and how many will be after the first of the months that are told."""
    forecast = run.forecast
    month = headline_months(forecast)[0]
    spread = Spread(forecast.stock.sum(axis=(2, 3)))
    return (
        f"On {day_said(run.history.until - 1)}, {run.now:,} children were in care. "
        f"{capital(after_said(forecast, month))}, there will be about {spread.said(month)}; "
        f"in {FUTURES[0.8]}, {spread.band_said(month)}."
    )


def _short(run: ForecastRun) -> Section:
    """How many now and later, in which homes, and how far to trust it: the first screen."""
    forecast, now = run.forecast, run.now
    total = forecast.stock.sum(axis=(2, 3))
    first = headline_months(forecast)[0]
    more, fewer = (whole(100 * float(one.mean())) for one in (total[:, first - 1] > now, total[:, first - 1] < now))
    ways = f"Of 100 futures, {more} have more children in care by then than now, and {fewer} have fewer."
    return Section(
        "In short",
        (
            Paragraph(headline_words(run), strong=True),
            Paragraph(f"{ways} {_largest(run, first)}"),
            Paragraph(trust_words(run)),
            _totals(forecast, now, Spread(total)),
            group_table(run.before, forecast),
        ),
        anchor="short",
    )


def _totals(forecast: Forecast, now: int, spread: Spread) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            day_said(int(forecast.month_ends[month - 1])),
            spread.said(month),
            spread.band_said(month),
            spread.band_said(month, 0.95),
            signed(float(spread.middle[month - 1]) - now),
        )
        for month in headline_months(forecast)
    ]
    columns = (
        Column("On"),
        Column("Middle", number=True),
        Column(FUTURES[0.8], number=True),
        Column(FUTURES[0.95], number=True),
        Column("Middle, less now", number=True),
    )
    return Table(f"Children in care: {now:,} now", columns, tuple(rows))


def _largest(run: ForecastRun, month: int) -> str:
    """Which kinds of home will be needed more or less, where most futures agree on it."""
    told = []
    counts = run.forecast.stock[:, month - 1].sum(axis=2)
    for g, group in enumerate(GROUPS):
        now = int(run.before.stock[-1, g].sum())
        change = float(np.median(counts[:, g])) - now
        agree = float(((counts[:, g] - now) * np.sign(change) > 0).mean())
        if whole(abs(change)) >= 2 and agree >= 0.8:
            word = "more" if change > 0 else "fewer"
            told.append((-abs(change), f"{word} in “{GROUP_NAMES[group]}” ({signed(change)}, {in_100(agree)})"))
    if not told:
        return "For no kind of home do 8 in 10 futures agree on a change."
    return f"Most futures agree on: {listed([words for _, words in sorted(told)[:3]])}."


def _drawing_error(run: ForecastRun) -> str:
    """What so many futures leave unsure by themselves."""
    month = headline_months(run.forecast)[0]
    error = drawing_error(run.forecast.stock[:, month - 1].sum(axis=(1, 2)))
    children = max(error["p10"], error["p90"])
    return (
        f"Other draws would move the ends of the first band by about {children:.1f} children either way; more futures "
        "(--replications) make that less."
    )


def _reading(run: ForecastRun) -> Section:
    items = (
        f"Placewell drew {run.draws:,} equally likely futures, child by child, from the children in care now and from "
        f"what the returns say of starts, moves and endings. {_drawing_error(run)}",
        "“Middle”: half of the futures lie above and half below. It is no promise; plan with the bands.",
        "“8 in 10 futures”: of ten such forecasts, about eight should hold what happens. One in ten should come out "
        "above, one in ten below.",
        f"A band that ends below {FEW} children is written “{FEWER}”: so few cannot be told apart from chance.",
        "Kinds of home are those in which children live or will live, as the return records them: that is use, and "
        "supply has shaped it. What children need may differ.",
    )
    return Section("How to read this", (Bullets(items),), anchor="reading")


# ---- charts --------------------------------------------------------------------------------------------------------


def _groups(known: Before, forecast: Forecast) -> Section:
    picture, few = group_picture(known, forecast)
    return Section("By kind of home", _with_few(picture, few), anchor="groups")


def _ages(known: Before, forecast: Forecast) -> Section:
    picture, few = age_picture(known, forecast)
    return Section("By age", _with_few(picture, few), anchor="ages")


def _with_few(picture: Picture | None, few: tuple[str, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = [] if picture is None else [picture]
    if few:
        names = listed([f"“{name}”" for name in few])
        blocks.append(Paragraph(f"Not drawn, because hardly any future has {FEW} or more: {names}."))
    return tuple(blocks)


def _flows(known: Before, forecast: Forecast) -> Section:
    """Starts, ends of care and moves; where starts go first and how care ends."""
    tables = (
        _flow_table(
            "Starts, by first placement",
            "First placement",
            [GROUP_NAMES[group] for group in GROUPS],
            known.flows.entries.sum(axis=2),
            forecast.entries.sum(axis=3),
            forecast,
        ),
        _flow_table(
            "Children leaving care, by way out",
            "Way out",
            [EXIT_NAMES[way] for way in EXITS],
            known.flows.exits.sum(axis=1),
            forecast.exits.sum(axis=2),
            forecast,
        ),
    )
    shown: list[Block] = [flow_picture(known, forecast)]
    shown += [Disclosure(f"Show the numbers: {table.caption}", (table,)) for table in tables]
    return Section("Starting, moving and leaving", tuple(shown), anchor="flows")


def _flow_table(caption: str, first: str, names: list[str], past: Array, ahead: Array, forecast: Forecast) -> Table:
    """The last known year, and the years up to the months that are told first."""
    months = headline_months(forecast)
    rows: list[tuple[Cell, ...]] = []
    for k, name in enumerate(names):
        spread = Spread(yearly(past[:, k], ahead[:, :, k]))
        rows.append((capital(name), int(past[-YEAR:, k].sum()), *(spread.both_said(month) for month in months)))
    return ahead_table(caption, first, forecast, rows, "Last known year", "Year to ")


# ---- how sure ------------------------------------------------------------------------------------------------------


def _sure(run: ForecastRun) -> Section:
    """Where the uncertainty of the total comes from."""
    forecast = run.forecast
    months = headline_months(forecast)
    parts = {name: [float(values[m - 1, -1]) for m in months] for name, values in forecast.parts.items()}
    whole_of = [sum(values[k] for values in parts.values()) for k in range(len(months))]
    rows: list[tuple[Cell, ...]] = []
    for name, values in parts.items():
        short, words = SOURCES.get(name, (name, ""))
        cells = [_part_said(value, most) for value, most in zip(values, whole_of, strict=True)]
        rows.append(((short, words), *cells))
    columns = (Column("Where it comes from"), *(Column(f"After {months_said(m)}", number=True) for m in months))
    totals = forecast.stock.sum(axis=(2, 3))
    spread = tuple(f"{float(totals[:, m - 1].std()):,.1f}" for m in months)
    table = Table(
        "Parts of the uncertainty of all children in care",
        columns,
        tuple(rows),
        ("Parts of the variance. Last row: the standard deviation of the total, in children.",),
        total=("All of it, in children", *spread),
    )
    most = max(parts, key=lambda name: parts[name][0]) if parts else ""
    words = SOURCES.get(most, (most, ""))[1]
    said = f"Over {months_said(months[0])}, most of what cannot be known is {words}." if parts else ""
    minded = (Bullets(run.model.said),) if run.model.said else ()
    return Section("Where the uncertainty comes from", (Paragraph(said), table, *minded), anchor="sure")


def _part_said(value: float, most: float) -> str:
    if most <= 0:
        return "none"
    return in_100(value / most) if value >= 0 else f"{signed(100 * value / most)} in 100"


def _footer(run: ForecastRun) -> tuple[str, ...]:
    return (
        f"Made by Placewell: scenario “{run.asked.scenario.name}”, seed {run.asked.seed}, {run.draws:,} futures, "
        f"{months_said(run.months)} ahead. summary.json holds the checksums of the files read, every "
        "setting and all versions; need.csv and entries_exits.csv hold every month.",
    )
