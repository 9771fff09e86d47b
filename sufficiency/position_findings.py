"""What was doubtful in the returns, as counts of rows by file and kind of problem: never a row, an id or a value.

A row that is left out, or read another way, is counted once, under the first problem for which it is: so these counts
add up to those of `data.rows`, and are hidden together with them. A note changes nothing of a row; of each kind it is
told how many rows met it, and a row may meet several.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from records.model import Severity
from records.sources.return_903 import Return
from records.sources.return_903.rules import RULES
from reporting.fact import ALL, Facts
from sufficiency.position_keys import TABLES

ANY: Final = "*"
"""The column of a problem that is of the whole row."""
SAID_AGAIN: Final = frozenset({"same_row", "later_year"})
"""Rules by which another row is used in place of one: nothing is to be mended."""
_ROW: Final = ["table", "file", "row"]
_TABLES: Final = (("left_out", Severity.LEFT_OUT), ("mended", Severity.MENDED))


def findings_facts(ret: Return) -> Iterator[Facts]:
    """Rows left out and rows read another way, with their sum for each file; and notes."""
    found = ret.findings[[*_ROW, "rule", "column", "severity"]]
    again = found[found["rule"].isin(SAID_AGAIN)]
    found = found[~found["rule"].isin(SAID_AGAIN)]
    gone = found[found["severity"] == str(Severity.LEFT_OUT)]
    for name, severity in _TABLES:
        some = found[found["severity"] == str(severity)]
        if severity is Severity.MENDED:
            some = _without(_without(some, gone), again)
        some = _first_of_each(some)
        rows = [row for row in _counted(some) if row[0] in ret.counts]
        for file, count in sorted(ret.counts.items()):
            whole = int(getattr(count, name))
            if count.read and sum(many for where, _, many in rows if where == file) == whole:
                rows.append((file, ALL, whole))
        yield _table(f"data.{name}", rows)
    notes = _counted(found[found["severity"] == str(Severity.NOTE)].drop_duplicates([*_ROW, "rule", "column"]))
    if notes:
        yield _table("data.noted", notes)


def rule_of(problem: str) -> tuple[str, str]:
    """The rule that a problem is, and the column that it is of; blank where it is of the whole row."""
    rule, _, column = problem.partition(":")
    return rule, "" if column == ANY else column


def _table(key: str, rows: list[tuple[str, str, int]]) -> Facts:
    labels = {"problem": {problem: _said(problem) for _, problem, _ in rows}}
    return TABLES[key].facts(rows, labels=labels)


def _said(problem: str) -> str:
    if problem == ALL:
        return "All problems"
    rule, column = rule_of(problem)
    message = RULES[rule].message
    return f"{column}: {message}" if column else message


def _first_of_each(some: pd.DataFrame) -> pd.DataFrame:
    """One finding of each row: that of the rule which stands first in the list of rules."""
    order = {name: at for at, name in enumerate(RULES)}
    ranked = some.assign(at=some["rule"].map(order)).sort_values([*_ROW, "at", "column"], kind="stable")
    return ranked.drop_duplicates(_ROW)


def _without(some: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Findings of rows that have none of the others."""
    gone = set(others[_ROW].itertuples(index=False, name=None))
    kept = [row not in gone for row in some[_ROW].itertuples(index=False, name=None)]
    return some[pd.Series(kept, index=some.index, dtype=bool)]


def _counted(some: pd.DataFrame) -> list[tuple[str, str, int]]:
    """File, problem and how many rows, in the order of files and rules."""
    order = {name: at for at, name in enumerate(RULES)}
    sizes: Any = some.groupby(["table", "rule", "column"]).size()
    found = [(str(table), str(rule), str(column), int(many)) for (table, rule, column), many in sizes.items()]
    found.sort(key=lambda one: (one[0], order[one[1]], one[2]))
    return [(table, f"{rule}:{column or ANY}", many) for table, rule, column, many in found]
