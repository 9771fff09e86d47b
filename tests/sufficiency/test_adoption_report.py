"""The adoption report, of a year and of six months."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reporting.fact import Book, Facts
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition, Section, Table, every_block
from sufficiency.adoption_report import adoption
from sufficiency.narrative import Narrative
from sufficiency.performance_table import table
from tests.sufficiency.test_board_report import words_of

YEARS = ("2023-24", "2024-25", "2025-26")
HALVES = (("h1", 4), ("h2", 3), ("all", 7))


def book(*more: Facts, decided: bool = True) -> Book:
    """Seven children a year at every step, six waiting at the end."""
    steps = ["decided", "reversed"] if decided else []
    steps += ["ordered", "placed", "came_back"]
    what = "waiting_with_order"
    found = [
        table("adoption.steps", [(step, year, *half) for step in steps for year in YEARS for half in HALVES]),
        table("adoption.adopted", [("ceased", year, "adopted", *half) for year in YEARS for half in HALVES]),
        table("adoption.age", [("ceased", year, "adopted", age, n) for year in YEARS
                               for age, n in (("under_1", 2), ("1_to_4", 5), ("all", 7))]),
        table("adoption.waiting", [(what, "2026-03-31", "to_121", 6), (what, "2026-03-31", "all", 6)]),
        table("adoption.times", [("a10", year, 2100, 7) for year in YEARS]),
        table("performance.means", [("a10", "2026-03-31", 9000, 20), ("a2", "2026-03-31", 2000, 20)]),
        table("adoption.thresholds", [("a10", 426, "DfE"), ("a2", 91, "DfE")]),
        *more,
    ]  # fmt: skip
    return Book({}, {one.key: one for one in found}, {"performance": "The returns."})


def tables(sections: Sequence[Section]) -> dict[str, Table]:
    """Every table by its caption."""
    return {b.caption: b for one in sections for b in every_block(one.blocks) if isinstance(b, Table)}


def test_a_year() -> None:
    """Years side by side, the clocks with their thresholds, and what returns cannot tell said."""
    made = adoption(Lens(book(), Edition.CONFIDENTIAL), Narrative())
    found = tables(made)
    steps = found["Children at each step"]
    assert [column.title for column in steps.columns] == ["Step", *YEARS]
    assert steps.rows[0] == ("Decided that the child should be placed for adoption", "7", "7", "7")
    assert steps.rows[-1][0] == "Adopted"
    assert len(steps.rows) == 5
    assert found["Children adopted, by age when they were adopted"].total == ("All ages", "7", "7", "7")
    text = words_of(made)
    for words in (
        "Children adopted in 2025-26: 7. In 2024-25: 7.",
        "A10: the mean of three years, 450 days, is over the threshold of 426.",
        "A2: the mean of three years, 100 days, is over the threshold of 91.",
        "register of homes.",
        "has a new number in the returns",
        "Support before and after adoption",
    ):
        assert words in text


def test_six_months() -> None:
    """Four half-years, the last beside the same half a year before."""
    made = adoption(Lens(book(), Edition.CONFIDENTIAL), Narrative(), "half_year")
    titles = [column.title for column in tables(made)["Children at each step"].columns]
    halves = ("April to September", "October to March")
    assert titles[1:] == [f"{half}, {year}" for year in YEARS[1:] for half in halves]
    assert "Children adopted in October to March, 2025-26: 3. In October to March, 2024-25: 3." in words_of(made)
    with pytest.raises(ValueError, match="half_year"):
        adoption(Lens(book(), Edition.CONFIDENTIAL), Narrative(), "monthly")  # type: ignore[arg-type]


def test_what_is_not_there() -> None:
    """No file of decisions, no figures at all: each said in words."""
    assert "PlacedAdoption" in words_of(adoption(Lens(book(decided=False), Edition.PUBLIC), Narrative()))
    assert "Nothing to report" in words_of(adoption(Lens(Book({}, {}, {}), Edition.PUBLIC), Narrative()))


def test_adopters_of_a_register() -> None:
    """Approved homes by kind and whether they wait, with their sum last."""
    head = ("households", "2026-03-31", "adopters")
    counts = {"adopter": (6, 8), "early_permanence": (5, 7), "all": (11, 15)}
    rows = [(*head, kind, state, n) for kind, (yes, no) in counts.items()
            for state, n in (("yes", yes), ("no", no), ("all", yes + no))]  # fmt: skip
    since = [(*head, one, n) for one, n in (("last_12", 9), ("before", 17), ("not_known", 0), ("all", 26))]
    more = (table("adoption.adopters", rows), table("adoption.approved", since))
    found = tables(adoption(Lens(book(*more), Edition.CONFIDENTIAL), Narrative()))
    adopters = found["Approved adoptive homes in the register, on 31 March 2026"]
    assert [row[1:] for row in adopters.rows] == [("6", "8", "14"), ("5", "7", "12")]
    assert adopters.total is not None
    assert adopters.total[1:] == ("11", "15", "26")
    assert found["Approved adoptive homes, by when they were approved"].total is not None


def test_a_year_alone_is_not_told_to_all() -> None:
    """The mean of three years less those of two tells of the few of the third: years alone are for few to see."""
    lens = publish(book(), Edition.PUBLIC)
    text = words_of(adoption(lens, Narrative()))
    assert not lens.has("adoption.times")
    assert "children adopted in each year" not in text
    assert "450 days" in text
