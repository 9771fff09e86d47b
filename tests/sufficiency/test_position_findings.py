"""What was doubtful in the returns, by kind: counted once, hidden with the rows it is of, and nobody's row."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from records.sources.return_903 import Return
from records.sources.return_903.model import Count
from records.sources.return_903.rules import RULES
from reporting.fact import ALL, Book, Facts
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition
from sufficiency.position_findings import findings_facts, rule_of
from sufficiency.position_keys import TABLES


def a_return(met: Sequence[tuple[int, str, str]], count: Count) -> Return:
    """Findings of a file of episodes: row, rule and column; and what became of its rows."""
    lines = [
        ("Episodes", "2026/episodes.csv", row, column, rule, str(RULES[rule].severity), "SECRET")
        for row, rule, column in met
    ]
    findings = pd.DataFrame(lines, columns=["table", "file", "row", "column", "rule", "severity", "value"])
    return cast(Return, SimpleNamespace(findings=findings, counts={"Episodes": count}))


def told(ret: Return) -> dict[str, Facts]:
    """The tables by key."""
    return {one.key: one for one in findings_facts(ret)}


def of(facts: Facts) -> dict[str, Any]:
    """Each problem with its number."""
    return dict(zip(facts.rows["problem"], facts.rows[facts.columns[0].name], strict=True))


def test_a_row_is_counted_once_and_all_add_up_to_the_rows_read() -> None:
    """Of a row with several problems the first counts; one left out, or said again, is no row read another way."""
    met = [
        (2, "bad_date", "DEC"),
        (2, "bad_code", "LS"),
        (3, "bad_code", "LS"),
        (4, "bad_code", "LS"),
        (4, "ends_first", "DEC"),
        (5, "bad_code", "RNE"),
        (5, "later_year", "*"),
        (6, "gap", "DECOM"),
    ]
    tables = told(a_return(met, Count(read=9, kept=5, mended=2, repeated=1, left_out=1)))
    assert of(tables["data.mended"]) == {"bad_date:DEC": 1, "bad_code:LS": 1, ALL: 2}
    assert of(tables["data.left_out"]) == {"ends_first:DEC": 1, ALL: 1}
    assert of(tables["data.noted"]) == {"gap:DECOM": 1}
    assert tables["data.mended"].labels["problem"]["bad_code:LS"] == "LS: This is not a code of the return."


def test_clean_returns_have_no_problem_and_say_so() -> None:
    """Nought, and no table of notes."""
    tables = told(a_return([], Count(read=9, kept=9, mended=0, repeated=0, left_out=0)))
    assert set(tables) == {"data.mended", "data.left_out"}
    assert of(tables["data.left_out"]) == {ALL: 0}


def test_where_the_reader_counts_otherwise_no_sum_is_claimed() -> None:
    """A sum that does not hold would make the whole book contradict itself."""
    tables = told(a_return([(2, "bad_date", "DEC")], Count(read=9, kept=6, mended=3, repeated=0, left_out=0)))
    assert of(tables["data.mended"]) == {"bad_date:DEC": 1}


@pytest.mark.parametrize(("problem", "rule"), [("gap:DECOM", ("gap", "DECOM")), ("later_year:*", ("later_year", ""))])
def test_a_problem_names_its_rule_and_column(problem: str, rule: tuple[str, str]) -> None:
    """The star stands for the whole row."""
    assert rule_of(problem) == rule


def published(met: Sequence[tuple[int, str, str]], count: Count) -> Lens:
    """An official edition of the rows read and of what was doubtful in them."""
    rows = [("Episodes", count.read, count.kept, count.mended, count.repeated, count.left_out)]
    tables = {"data.rows": TABLES["data.rows"].facts(rows), **told(a_return(met, count))}
    return publish(Book({}, tables, {"return": "The return."}), Edition.OFFICIAL)


def test_few_rows_are_hidden_here_and_in_the_rows_read_and_cannot_be_had_from_one_another() -> None:
    """Two rows left out: neither is told by the rows read, nor by the problems of the others."""
    met = [(row, "bad_code", "LS") for row in range(2, 32)]
    met += [(row, "bad_date", "DEC") for row in range(32, 35)]
    met += [(40, "ends_first", "DEC"), (41, "before_birth", "DECOM")]
    lens = published(met, Count(read=400, kept=365, mended=33, repeated=0, left_out=2))
    assert lens.text("data.rows", "left_out", file="Episodes") == "c"
    assert lens.text("data.left_out", "left_out", file="Episodes", problem=ALL) == "c"
    assert lens.text("data.left_out", "left_out", file="Episodes", problem="ends_first:DEC") == "c"
    assert lens.text("data.mended", "mended", file="Episodes", problem="bad_date:DEC") == "c"
    # A sum is told to the nearest five, and alike in both tables: 33 less thirty would be the three that are hidden.
    assert lens.text("data.mended", "mended", file="Episodes", problem="bad_code:LS") == "30"
    assert lens.text("data.mended", "mended", file="Episodes", problem=ALL) == "35"
    assert lens.text("data.rows", "mended", file="Episodes") == "35"


def test_no_value_row_or_file_name_is_in_any_table() -> None:
    """Kinds and counts alone."""
    met = [(4711, "bad_code", "LS"), (4711, "gap", "DECOM")]
    for facts in told(a_return(met, Count(9, 8, 1, 0, 0))).values():
        text = facts.rows.to_csv() + str(facts.labels)
        assert "SECRET" not in text
        assert "4711" not in text
        assert "episodes.csv" not in text
