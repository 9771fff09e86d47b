"""Past forecasts against what happened: the one picture that says how far to trust the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from reporting.fan import Known, Past, past_svg
from reporting.section import Block, Bullets, Cell, Column, Disclosure, Notice, Paragraph, Picture, Section, Table
from sufficiency.backtest import Backtest
from sufficiency.backtest_tables import case_table, score_table, sentences
from sufficiency.groups import GROUP_NAMES
from sufficiency.need_charts import Before
from sufficiency.need_words import FUTURES, capital, date_of, day_said, months_said, whole

if TYPE_CHECKING:
    from sufficiency.run import ForecastRun

SHOWN_AHEAD: Final = 12
"""Months ahead of the past forecasts that are drawn, or the most there are below that."""
_SHARES: Final = (50, 80, 95)


def trust_words(run: ForecastRun) -> str:
    """How the bands did on the council's own past, in one sentence."""
    test = run.backtest
    if run.not_tested is not None or test is None:
        return f"How far to trust this: {run.not_tested}"
    ahead = _shown_ahead(test)
    known, at = test.cases.known(ahead), test.cases.horizons.index(ahead)
    low, high = (side[known, at, 0] for side in test.cases.band(0.8))
    happened = test.cases.outcome[known, at, 0]
    held = int(((low <= happened) & (happened <= high)).sum())
    mended = run.recalibration is not None and run.recalibration.changes
    changed = " By what that showed, some bands here are made wider or narrower." if mended else ""
    return (
        f"How far to trust this: the same forecast was made from {len(happened)} past quarters. "
        f"{capital(months_said(ahead))} ahead, {held} of the {len(happened)} “{FUTURES[0.8]}” bands held the number "
        f"of children that came to be in care.{changed}"
    )


def past_section(run: ForecastRun) -> Section:
    """What the forecast would have said, what happened, and every score."""
    heading, anchor = "Past forecasts against what happened", "past"
    test = run.backtest
    if run.not_tested is not None or test is None:
        notice = Notice(
            "Not tried on your data",
            (f"{run.not_tested} Nobody can say yet how far these bands can be trusted here.",),
            "caution",
        )
        return Section(heading, (notice,), anchor=anchor)
    blocks: list[Block] = [
        Paragraph(
            "From each past quarter the same forecast was made of what was known then, and held to what happened. "
            "Later corrections of the returns cannot be undone, so the past looks a little better known than it was."
        ),
        past_picture(run.before, test),
        Bullets(sentences(test)),
        Disclosure("Show the numbers: how the bands did, by kind of home", (scores_by_group(test),)),
        *_mended(run),
    ]
    return Section(heading, tuple(blocks), anchor=anchor)


def _mended(run: ForecastRun) -> tuple[Block, ...]:
    first, *rest = mended_words(run)
    more = (Disclosure("Show which bands were changed", (Bullets(tuple(rest)),)),) if rest else ()
    return (Paragraph(first, strong=bool(rest)), *more)


def mended_words(run: ForecastRun) -> tuple[str, ...]:
    """Whether bands were made wider or narrower by what the past shows, and which."""
    mended = run.recalibration
    if run.not_tested is not None or mended is None:
        return ()
    if not mended.changes:
        return ("The bands are as the model gives them: the past gives no cause to make them wider or narrower.",)
    return (
        "Some bands are made wider or narrower by what the past shows. What follows says by how much.",
        *mended.sentences(),
    )


def past_picture(known: Before, test: Backtest) -> Picture:
    """All children in care: the bands of past forecasts so many months ahead, and what happened."""
    ahead = _shown_ahead(test)
    cases = case_table(test)
    shown = cases[(cases["level"] == "total") & (cases["months_ahead"] == ahead)].to_dict("records")
    bars = [_bar(row) for row in shown]
    first = bars[0].day
    since = [k for k, day in enumerate(known.days) if (first - day).days <= 366]
    line = Known(tuple(known.days[k] for k in since), tuple(float(known.stock[k].sum()) for k in since))
    held = sum(bar.held for bar in bars)
    title = f"{held} of {len(bars)} past bands ({FUTURES[0.8]}, {months_said(ahead)} ahead) held what happened"
    alt = (
        f"A line of children in care and, for each quarter, the band that was forecast {months_said(ahead)} before. "
        f"{held} of {len(bars)} bands hold the line; about {whole(0.8 * len(bars))} should."
    )
    svg = past_svg(
        line,
        bars,
        title=title,
        alt=alt,
        known_name="children in care, as the return says",
        past_name=f"{FUTURES[0.8]}, {months_said(ahead)} before",
    )
    rows = [
        (
            day_said(bar.day),
            day_said(date_of(_day(row["origin"]))),
            f"{whole(bar.middle):,}",
            f"{whole(bar.low):,} to {whole(bar.high):,}",
            int(row["outcome"]),
            "yes" if bar.held else "no",
        )
        for bar, row in zip(bars, shown, strict=True)
    ]
    columns = (
        Column("On"),
        Column("Forecast from"),
        Column("Middle", number=True),
        Column(FUTURES[0.8], number=True),
        Column("What happened", number=True),
        Column("Held"),
    )
    return Picture(title, svg, alt, Table("Past forecasts of all children in care", columns, tuple(rows)))


def scores_by_group(test: Backtest) -> Table:
    """How often the bands held what happened, by kind of home, months ahead and width."""
    scores = score_table(test)
    scores = scores[scores["level"].isin(("total", "group", "entries", "exits"))]
    rows: list[tuple[Cell, ...]] = []
    for row in scores.to_dict("records"):
        level = str(row["level"])
        name = {"total": "All children in care", "entries": "Starts", "exits": "Children leaving care"}.get(level)
        rows.append(
            (
                name or capital(GROUP_NAMES[str(row["group"])]),
                int(row["months_ahead"]),
                int(row["origins"]),
                *(_per_cent(row[f"held_{share}"]) for share in _SHARES),
                _number(row["crps"]),
                _per_cent(row["skill_crps_no_change"]),
            )
        )
    columns = (
        Column("What"),
        Column("Months ahead", number=True),
        Column("Past forecasts", number=True),
        *(Column(f"{share}% band held", number=True) for share in _SHARES),
        Column("Off by (children)", number=True),
        Column("Better than “no change”", number=True),
    )
    notes = (
        "“Off by” is the ranked probability score: lower is better. Counts are spread over half a child either way, so "
        "that bands of few children are judged fairly. Standard errors and all other scores are in summary.json.",
    )
    return Table("How past bands did", columns, tuple(rows), notes)


def _shown_ahead(test: Backtest) -> int:
    """A year ahead where any such forecast can be held to what happened, else the longest below it."""
    there = [h for h in test.cases.horizons if test.cases.known(h).any()]
    return max((h for h in there if h <= SHOWN_AHEAD), default=min(there))


def _bar(row: dict[Any, Any]) -> Past:
    low, high = float(row["q10"]), float(row["q90"])
    happened = float(row["outcome"])
    return Past(date_of(_day(row["day"])), low, float(row["q50"]), high, low <= happened <= high)


def _day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def _per_cent(share: float) -> str:
    return "" if pd.isna(share) else f"{whole(100 * share)}%"


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:,.1f}"
