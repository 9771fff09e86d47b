"""The list of tables of a book of figures: printed as it is, and free of contradictions in itself."""

from __future__ import annotations

from pathlib import Path

from reporting.fact import Kind, Unit
from sufficiency.performance_words import TITLES as MEASURED
from sufficiency.position_keys import TABLES, handbook
from sufficiency.position_words import TITLES

PRINTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "position.md"


def test_the_printed_list_is_the_list() -> None:
    """docs/reference/position.md is what `python -m sufficiency.position_keys` prints."""
    assert PRINTED.read_text(encoding="utf-8") == handbook(), (
        "print it anew: python -m sufficiency.position_keys > docs/reference/position.md"
    )


def test_every_dimension_has_a_title_and_nothing_plain_counts_people() -> None:
    """No plain table, which nobody hides, has a column of people; no dimension is printed under its bare name."""
    for one in TABLES.values():
        assert set(one.by) <= {*TITLES, *MEASURED}, one.key
        if one.kind is Kind.PLAIN:
            assert all(value.unit not in (Unit.PEOPLE, Unit.HOMES, Unit.PLACES) for value in one.columns), one.key
        # What was read is the sum of the others in every row: publishing finds such sums.
        if one.kind is Kind.COUNT and one.key != "data.rows":
            assert len(one.columns) == 1, f"{one.key}: figures beside each other could be subtracted"
