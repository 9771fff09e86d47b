"""The files of one finished forecast, written whole or not at all.

The same return, scenario, seed and replications always give the same bytes: no file holds a clock, a path or the
number of workers. Results without a `summary.json` are not whole: it is put in place last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from matching.versions import versions
from records.check import findings_frame
from records.model import Finding, Severity
from records.sources.return_903 import Return
from reporting.fact import Book
from reporting.facts_file import write_book
from reporting.whole import made_by, sha256_of, write_text, written_whole
from reporting.write import csv_text
from sufficiency.forecast import Array, Forecast, middle_quantiles
from sufficiency.groups import AGE_BANDS, EXITS, GROUPS
from sufficiency.scores import draw_error
from sufficiency.segments import Segments

HOMES_FILES: Final = ("supply.csv", "gap.csv", "targets.csv", "cost.csv", "coming.csv")
FILES: Final = (
    "need.csv",
    "entries_exits.csv",
    "segments.csv",
    *HOMES_FILES,
    "findings.csv",
    "position.json",
    "forecast.html",
    "summary.json",
)
COMMAND: Final = "forecast"
"""What `summary.json` says it was made by: other results are never written over."""
ALL: Final = "all"
"""Stands for the sum in a column of groups, ages or ways out."""
PERCENTILES: Final = (5, 10, 25, 50, 75, 90, 95)
NEED_COLUMNS: Final = ("month", "placement_group", "age_band", "mean", *(f"p{p:02d}" for p in PERCENTILES))
FLOW_COLUMNS: Final = ("month", "flow", "from", "to", "mean", "p10", "p90")
HEADLINE_MONTHS: Final = (12, 24, 36)
DECIMALS: Final = 3


class OtherResults(Exception):
    """The folder holds the results of something else."""


def refuse_other_results(out: Path, command: str = COMMAND) -> None:
    """Raise `OtherResults` where `out` holds a summary that another command wrote, so that nothing is written over."""
    if (out / "summary.json").exists() and made_by(out) != command:
        raise OtherResults(f"{out} holds results that no {command} wrote. Name an empty or a new folder.")


def write_forecast(
    out: Path,
    forecast: Forecast,
    ret: Return,
    segments: Segments,
    *,
    homes: Mapping[str, pd.DataFrame],
    book: Book,
    page: str,
    told: Mapping[str, Any],
    more_findings: Sequence[Finding] = (),
    left_out: int | None = None,
) -> dict[str, Any]:
    """Write every file to the folder `out`, replacing an earlier forecast's, and return the summary.

    `homes`: a table for each of `HOMES_FILES`. `book`: every figure that documents are written from. `page` is the
    HTML page; `told` is what `summary.json` says besides versions, inputs, rows and checksums. `more_findings`: those
    of files other than the return; `left_out`: rows that are not used, of all files (None: of the return). Raises
    OSError when the folder cannot be written, `OtherResults` when it holds what is not a forecast.
    """
    refuse_other_results(out)
    with written_whole(out, FILES) as partial:
        write_text(partial / "need.csv", csv_text(need_table(forecast)))
        write_text(partial / "entries_exits.csv", csv_text(flow_table(forecast)))
        write_text(partial / "segments.csv", csv_text(segments.table.round(DECIMALS + 1)))
        for name in HOMES_FILES:
            write_text(partial / name, csv_text(homes[name]))
        write_text(partial / "findings.csv", csv_text(findings_table(ret, more_findings)))
        write_text(partial / "position.json", write_book(book))
        write_text(partial / "forecast.html", page)
        summary = {
            "command": COMMAND,
            **told,
            **_data(ret, more_findings, rows_left_out(ret) if left_out is None else left_out),
            "versions": versions(),
            "files": {name: sha256_of(partial / name) for name in FILES if name != "summary.json"},
        }
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_text(partial / "summary.json", text)
    return summary


# ---- tables --------------------------------------------------------------------------------------------------------


def need_table(forecast: Forecast) -> pd.DataFrame:
    """`need.csv`: children in care on the last day of each month, by group and age band, with sums as `all`."""
    names = [(group, age) for group in (*GROUPS, ALL) for age in (*AGE_BANDS, ALL)]
    counts = _with_sums(_with_sums(forecast.stock, 2), 3)
    spread = _spread(counts.reshape(*counts.shape[:2], -1), PERCENTILES)
    keys = [(month, *name) for month in months(forecast) for name in names]
    return _frame(NEED_COLUMNS, keys, spread)


def flow_table(forecast: Forecast) -> pd.DataFrame:
    """`entries_exits.csv`: starts, ends of care and moves in each month, each with its sums as `all`."""
    groups, outs = (*GROUPS, ALL), (*EXITS, ALL)
    entries = _with_sums(forecast.entries.sum(axis=3), 2)
    exits = _with_sums(_with_sums(forecast.exits, 2), 3)
    moves = _with_sums(_with_sums(forecast.moves, 2), 3)
    names = [("entry", "", to) for to in groups]
    names += [("exit", source, to) for source in groups for to in outs]
    names += [("move", source, to) for source in groups for to in groups]
    many = entries.shape[:2]
    counts = np.concatenate([entries, exits.reshape(*many, -1), moves.reshape(*many, -1)], axis=2)
    keys = [(month, *name) for month in months(forecast) for name in names]
    return _frame(FLOW_COLUMNS, keys, _spread(counts, (10, 90)))


def findings_table(ret: Return, more: Sequence[Finding] = ()) -> pd.DataFrame:
    """`findings.csv`: every rule that a row of the return met, in the columns that every command writes."""
    return findings_frame((*ret.as_findings(len(ret.findings)), *more))


def months(forecast: Forecast) -> list[str]:
    """Each month of the forecast as YYYY-MM."""
    return [str(day) for day in forecast.month_ends.astype("datetime64[D]").astype("datetime64[M]")]


# ---- the summary ---------------------------------------------------------------------------------------------------


def headline(forecast: Forecast, now: int) -> list[dict[str, Any]]:
    """Children in care after one, two and three years, as far as the forecast goes, and otherwise at its end."""
    total = forecast.stock.sum(axis=(2, 3))
    told = []
    for month in headline_months(forecast):
        counts = total[:, month - 1]
        low, p10, middle, p90, high = middle_quantiles(counts, (0.025, 0.1, 0.5, 0.9, 0.975)).tolist()
        told.append(
            {
                "months": month,
                "day": str(np.datetime64(int(forecast.month_ends[month - 1]), "D")),
                "mean": _rounded(float(counts.mean())),
                "p50": _rounded(middle),
                "p10": _rounded(p10),
                "p90": _rounded(p90),
                "p025": _rounded(low),
                "p975": _rounded(high),
                "change_in_middle": _rounded(middle - now),
                "share_of_futures_with_more_than_now": _rounded(float((counts > now).mean())),
                "drawing_error": drawing_error(counts),
            }
        )
    return told


def drawing_error(counts: Array) -> dict[str, float]:
    """How far the middle and the ends of a band may be off because there are only so many futures (standard error)."""
    at = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
    error = draw_error(counts, lambda some: middle_quantiles(some, tuple(at.values())))
    return dict(zip(at, (_rounded(float(e)) for e in error), strict=True))


def headline_months(forecast: Forecast) -> tuple[int, ...]:
    """Which months are told first: those of whole years, or the last where there is not one."""
    there = len(forecast.month_ends)
    return tuple(m for m in HEADLINE_MONTHS if m <= there) or (there,)


def sources(forecast: Forecast) -> list[dict[str, Any]]:
    """How much of the uncertainty of the total comes from where: parts of its variance, and its standard deviation."""
    told: list[dict[str, Any]] = []
    for month in headline_months(forecast):
        parts = {name: _rounded(float(values[month - 1, -1])) for name, values in sorted(forecast.parts.items())}
        spread = float(forecast.stock[:, month - 1].sum(axis=(1, 2)).std())
        told.append({"months": month, "standard_deviation": _rounded(spread), "variance": parts})
    return told


def _data(ret: Return, more: Sequence[Finding], left_out: int) -> dict[str, Any]:
    severities = [*ret.findings["severity"].astype(str), *(note.severity.value for note in (*ret.notes, *more))]
    return {
        "inputs": dict(sorted(ret.inputs.items())),
        "years": {la: list(years) for la, years in sorted(ret.years.items())},
        "missing_years": {la: list(years) for la, years in sorted(ret.missing_years.items()) if years},
        "rows": {
            name: {"read": c.read, "kept": c.kept, "mended": c.mended, "repeated": c.repeated, "left_out": c.left_out}
            for name, c in sorted(ret.counts.items())
            if c.read
        },
        "rows_left_out": left_out,
        "findings": {s.value: severities.count(s.value) for s in Severity if s.value in severities},
    }


def rows_left_out(ret: Return) -> int:
    """Rows of the return that are not used at all."""
    return sum(count.left_out for count in ret.counts.values())


# ---- small parts ---------------------------------------------------------------------------------------------------


def _with_sums(counts: Array, axis: int) -> Array:
    """The counts with their sum as one more entry at the end of the axis."""
    return np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)


def _spread(counts: Array, percentiles: tuple[int, ...]) -> Array:
    """Mean and percentiles over the draws, [months x cells, 1 + percentiles]."""
    flat = counts.reshape(len(counts), -1)
    at = [p / 100 for p in percentiles]
    return np.column_stack([flat.mean(axis=0), middle_quantiles(flat, at).T])


def _frame(columns: tuple[str, ...], keys: Sequence[tuple[str, ...]], spread: Array) -> pd.DataFrame:
    named = len(columns) - spread.shape[1]
    rounded = np.round(spread, DECIMALS)
    made: dict[str, Any] = {columns[k]: [key[k] for key in keys] for k in range(named)}
    made |= {columns[named + k]: rounded[:, k] for k in range(spread.shape[1])}
    return pd.DataFrame(made)


def _rounded(value: float) -> float:
    return round(value, DECIMALS) + 0.0
