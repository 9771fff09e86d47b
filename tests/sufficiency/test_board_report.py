"""The board's report: what is called better or worse, and that a hidden figure is nowhere in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import pytest

from reporting.fact import Book, Facts
from reporting.lens import Lens
from reporting.section import Edition, Picture, Section, Table, Tag, every_block
from reporting.write import html
from sufficiency.board_lines import THOUSAND, Line, Verdict, verdict
from sufficiency.board_report import board
from sufficiency.comparators import COLUMNS, comparators_of
from sufficiency.narrative import Narrative
from sufficiency.performance_table import table
from sufficiency.performance_words import Better

ONS = (
    "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31",
    "2026-03-31",
)  # fmt: skip
MEASURE = {"measure": "ni_62"}
SHARE = Line("Many placements", "performance.shares", "share", MEASURE, Better.LOWER)


def book(*, many: Mapping[str, tuple[int, int]] | None = None, more: Sequence[Facts] = ()) -> Book:
    """A book of measures: 300 children, of whom by default 30 with many placements at every quarter end."""
    counts = dict.fromkeys(ONS, (30, 300)) | dict(many or {})
    found = [
        table("performance.in_care", [("in_care", on, base) for on, (_, base) in counts.items()]),
        table("performance.shares", [("ni_62", on, *told) for on, told in counts.items()]),
        table("performance.moves", [("moves_per_1000_days", on, 180_000, 100_000) for on in ONS]),
        table("performance.means", [(name, on, 40_000, 100) for name in ("a10", "a2") for on in ONS[::4]]),
        table("adoption.thresholds", [("a10", 426, "DfE"), ("a2", 121, "DfE")]),
        *more,
    ]
    return Book({}, {one.key: one for one in found}, {"performance": "The returns."})


def lens_of(made: Book, edition: Edition = Edition.CONFIDENTIAL) -> Lens:
    """What an edition says of a book when nothing is hidden."""
    return Lens(made, edition)


@pytest.mark.parametrize(
    ("now", "then", "better", "said"),
    [
        # from 10% of 300: twice what chance usually moves it, and a point for rounding, is six points
        ((30, 300), (30, 300), Better.LOWER, "no clear change"),
        ((48, 300), (30, 300), Better.LOWER, "no clear change"),
        ((57, 300), (30, 300), Better.LOWER, "worse"),
        ((30, 300), (57, 300), Better.LOWER, "better"),
        ((57, 300), (30, 300), Better.HIGHER, "better"),
        ((57, 300), (30, 300), Better.NEITHER, "more"),
        ((30, 300), (57, 300), Better.NEITHER, "less"),
        ((0, 300), (0, 300), Better.LOWER, "no clear change"),
        # of very many, a point is still no news
        ((30_300, 300_000), (30_000, 300_000), Better.LOWER, "no clear change"),
        ((36_000, 300_000), (30_000, 300_000), Better.LOWER, "worse"),
        ((0, 0), (30, 300), Better.LOWER, "not told"),
    ],
)
def test_what_chance_would_move(now: tuple[int, int], then: tuple[int, int], better: Better, said: Verdict) -> None:
    """A share is better or worse only beyond twice what chance would usually move it, and what rounding would."""
    lens = lens_of(book(many={ONS[-1]: now, ONS[-5]: then}))
    assert verdict(lens, replace(SHARE, better=better), ONS[-1], ONS[-5]) == said
    assert lens.said == [], "a verdict says no figure"


@pytest.mark.parametrize(
    ("key", "measure", "per", "now", "said"),
    [
        # 180 moves a year: twice the square root of 360 is 38 moves
        ("performance.moves", "moves_per_1000_days", THOUSAND, (210_000, 100_000), "no clear change"),
        ("performance.moves", "moves_per_1000_days", THOUSAND, (230_000, 100_000), "worse"),
        # a mean of 400 days of 100 children, spread as wide as itself: twice 57 days
        ("performance.means", "a10", 1.0, (50_000, 100), "no clear change"),
        ("performance.means", "a10", 1.0, (28_000, 100), "better"),
    ],
)
def test_moves_and_days(key: str, measure: str, per: float, now: tuple[int, int], said: Verdict) -> None:
    """Moves are events that come one by one; days vary from child to child as much as their mean."""
    there = book()
    rows = there.facts[key].rows.copy()
    at = rows.index[(rows["measure"] == measure) & (rows["on"] == ONS[-1])]
    rows.loc[at, ["total", "base"]] = now
    changed = Book({}, {**there.facts, key: replace(there.facts[key], rows=rows)}, {})
    line = Line("A line", key, "mean", {"measure": measure}, Better.LOWER, per=per)
    assert verdict(lens_of(changed), line, ONS[-1], ONS[-5]) == said


def words_of(sections: Sequence[Section]) -> str:
    """Everything a reader sees."""
    return re.sub(r"<[^>]*>", " ", html("Report", sections))


def headline(sections: Sequence[Section]) -> dict[str, tuple[object, ...]]:
    """The first table's lines by their title."""
    tables = [block for block in every_block(sections[0].blocks) if isinstance(block, Table)]
    return {str(row[0]): row[1:] for row in tables[0].rows}


def test_now_before_and_others() -> None:
    """Each measure stands beside the quarter before, the year before and others' latest figures."""
    others = comparators_of(
        ",".join(COLUMNS) + "\nni_62,England,england,2024-03-31,10,per_cent,DfE\n"
        "ni_62,England,england,2025-03-31,9,per_cent,DfE\nni_62,Near,neighbours,2024-03-31,8,per_cent,DfE\n"
    ).facts
    made = board(lens_of(book(many={ONS[-1]: (60, 300), ONS[-2]: (33, 300)})), Narrative(), others)
    rows = headline(made)
    assert rows["Three or more placements in 12 months"] == ("20%", "11%", "10%", Tag("worse", "caution"))
    assert rows["Children in care"] == ("300", "300", "300", Tag("much the same"))
    assert rows["Placement order to match (A2), days"][1] == "told yearly"
    beside = [one for one in every_block(made[0].blocks) if isinstance(one, Table)][1]
    assert beside.rows[0] == ("Three or more placements in 12 months", "20%", "31 March 2025", "not known", "9%")
    text = words_of(made)
    assert "Worse than a year before: three or more placements in 12 months." in text
    assert "For the council to write" in text
    assert made[0].sources[0] == "The returns."
    drawn = [one for one in every_block(made[1].blocks) if isinstance(one, Picture)]
    assert len(drawn) == 1
    assert len(drawn[0].table.rows) == 9


def test_what_is_not_known_is_said() -> None:
    """Without a register, referrals, postcodes or others' figures the report says so, and what would tell."""
    text = words_of(board(lens_of(book()), Narrative()))
    for word in (
        "register of homes does",
        "referrals do",
        "No figures of others were loaded",
        "no postcodes",
        "PrevPerm",
        "once a year",
    ):
        assert word in text
    assert not re.search(r"\(--(register|referrals|comparators)", text)
    assert "Nothing to report" in words_of(board(lens_of(Book({}, {}, {})), Narrative()))


def test_a_hidden_figure_is_nowhere() -> None:
    """Where the edition hides a figure, its words read on, its line has a gap, and no verdict gives it away."""
    there = book(many={ONS[-1]: (123, 300), ONS[-3]: (77, 300)})
    key = "performance.shares"
    facts = there.facts[key]
    told = Lens(there, Edition.PUBLIC)
    rows = [dict(zip(facts.by, row, strict=True)) for row in facts.rows[list(facts.by)].itertuples(index=False)]
    columns = ("part", "base", "share")
    printed = pd.DataFrame([by | {name: told.text(key, name, **by) for name in columns} for by in rows])
    hidden = printed["on"].isin([ONS[-1], ONS[-3]])
    printed.loc[hidden, ["part", "share"]] = "c"
    made = board(Lens(there, Edition.PUBLIC, texts={key: printed}), Narrative())
    text = words_of(made)
    assert "too small to publish" in text
    assert not re.search(r"41%|26%|\b123\b|\b77\b", text)
    assert headline(made)["Three or more placements in 12 months"][-1] == Tag("not told")
    assert "hidden or not known" in text
    assert "may not be published" not in text


def test_clocks_of_quarters_are_for_few() -> None:
    """Clocks of each quarter stand in the confidential edition alone."""
    quarters = table("performance.clocks", [("quarter", "a10", on, 777, 3) for on in ONS])
    assert "259 (3)" in words_of(board(lens_of(book(more=[quarters])), Narrative()))
    public = board(lens_of(book(more=[quarters]), Edition.PUBLIC), Narrative())
    assert "259" not in words_of(public)
