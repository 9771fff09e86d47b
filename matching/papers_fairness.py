"""Fairness figures of a round as evidence for a paper: read from `fairness.csv`, only in the form that may be said.

That form has counts to the nearest five, hidden figures marked, and no count beside a mean. A file with exact counts is
for casework alone, and is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from matching.fairness import fairness_of, fairness_table
from matching.fairness_groups import TITLES
from matching.fairness_outcomes import MEASURES
from matching.propose import Proposal
from reporting.disclosure import HIDDEN, ROUNDS_TO_NOUGHT, Rules
from reporting.section import Block, Cell, Column, Notice, Table
from reporting.write import csv_text

FILE: Final = "fairness.csv"
NEEDED: Final = ("measure", "characteristic", "group", "n", "part", "value", "low", "high", "said", "hidden")
LOOK: Final = (
    "A difference is not yet unfair, and no difference is not yet fair: it says where to look. One round proves little."
)
_SYMBOLS: Final = ("", HIDDEN, ROUNDS_TO_NOUGHT)
_LARGEST: Final = 5_000_000
_MOST_ROWS: Final = 2_000


class NotFairness(ValueError):
    """A file that holds no fairness figures that may be said; the words say why, and what to do."""


def read_fairness(path: Path) -> tuple[Block, ...]:
    """The figures of a file, as tables of measures with their groups. Raises `NotFairness`."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise NotFairness(f"{path} cannot be read ({error.strerror or type(error).__name__}).") from error
    if len(data) > _LARGEST:
        raise NotFairness(f"{path} is far too large for fairness figures.")
    return evidence_in(data, str(path))


def evidence_of(proposal: Proposal) -> tuple[Block, ...]:
    """The figures of a round that is open, small numbers hidden."""
    return evidence_in(csv_text(fairness_table(fairness_of(proposal))).encode(), FILE)


def evidence_in(data: bytes, path: str) -> tuple[Block, ...]:
    """The figures in the bytes of a file that is called `path` in what is refused. Raises `NotFairness`."""
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        rows = list(reader)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    except (UnicodeDecodeError, csv.Error):
        raise NotFairness(f"{path} is not a table in CSV and UTF-8.") from None
    if missing:
        raise NotFairness(f"{path} has no fairness figures: it lacks the columns {', '.join(missing)}.")
    if not rows or len(rows) > _MOST_ROWS:
        raise NotFairness(f"{path} has {len(rows):,} rows; fairness figures have 1 to {_MOST_ROWS:,}.")
    for number, row in enumerate(rows, 2):
        _may_be_said(path, number, row)
    shown = [row for row in rows if _number(row["value"]) is not None]
    hidden = f"{len(rows) - len(shown):,} of {len(rows):,}"
    mark = hashlib.sha256(data).hexdigest()[:12]
    told = f"{FILE}, sha256 {mark}. {hidden} figures are hidden, because their children are few or would give few away."
    measures = dict.fromkeys(row["measure"] for row in shown)
    tables = [_table(name, [row for row in shown if row["measure"] == name]) for name in measures]
    return (Notice("How to read the figures", (told, LOOK), "caution"), *tables)


def _may_be_said(path: str, number: int, row: Mapping[str, str | None]) -> None:
    where = f"{path}, row {number}"
    if None in row or any(row[name] is None for name in NEEDED):
        raise NotFairness(f"{where}: it has more or fewer cells than there are columns.")
    unit = Rules().round_totals_to
    mean = row["value"] not in _SYMBOLS and row["part"] in _SYMBOLS
    for name in ("n", "part"):
        text = row[name] or ""
        if text in _SYMBOLS:
            continue
        if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) % unit or (mean and name == "n"):
            raise NotFairness(
                f"{where}, {name}: these are exact counts, for casework alone, and would be published. Have the "
                "figures written without counts, with small numbers hidden, and name that file."
            )
    for name in ("value", "low", "high"):
        if row[name] not in _SYMBOLS and _number(row[name] or "") is None:
            raise NotFairness(f"{where}, {name}: this is not a number.")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e6 else None


def _table(measure: str, rows: list[dict[str, str]]) -> Table:
    told: tuple[tuple[Cell, ...], ...] = tuple(
        (
            TITLES.get(row["characteristic"], row["characteristic"]),
            row["group"],
            row["n"] or "–",
            _said(row, "value"),
            f"{_said(row, 'low')} to {_said(row, 'high')}" if row["low"] and row["high"] else "–",
            row["said"],
        )
        for row in rows
    )
    columns = (
        Column("Characteristic"),
        Column("Group"),
        Column("Children", number=True),
        Column("Figure", number=True),
        Column("Between"),
        Column("Beside everybody else"),
    )
    known = {one.key: one for one in MEASURES}
    caption, meaning = measure, "Counts are rounded."
    if measure in known:
        one = known[measure]
        caption = f"{one.title} ({'share' if one.share else one.unit})"
        meaning = f"{one.meaning[:1].upper()}{one.meaning[1:]}. {meaning}".replace("`", "")
    return Table(caption, columns, told, (meaning,))


def _said(row: Mapping[str, str], name: str) -> str:
    """A share in whole percent, another figure as a whole number."""
    text = row[name]
    value = _number(text)
    if value is None:
        return text or "–"
    return f"{100 * value:.0f}%" if row["part"] not in _SYMBOLS else f"{value:,.0f}"
