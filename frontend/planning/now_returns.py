"""How good the returns are: which years and rows were read, what was doubtful in them, and what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from records.sources.return_903.rules import RULES
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Notice, Paragraph, Section, Table, Tag
from sufficiency.mp_figures import label, list_of, said
from sufficiency.position_findings import rule_of

HEADING: Final = "The returns"
MEND: Final = "What to mend"
KINDS: Final[tuple[tuple[str, Tag], ...]] = (
    ("left_out", Tag("rows left out", "bad")),
    ("mended", Tag("read another way", "caution")),
    ("noted", Tag("used as they stand")),
)
"""Tables of findings and what became of their rows, the gravest first."""


def returns_sections(lens: Lens) -> Iterator[Section]:
    """Years, rows, and every kind of finding with what it means and how it is mended. Never a row itself."""
    yield Section(HEADING, tuple(_read(lens)))
    yield Section(MEND, tuple(_mend(lens)), level=3)


def _read(lens: Lens) -> Iterator[Block]:
    key = "data.years"
    if lens.has(key):
        rows = lens.facts(key).rows
        lost = [
            f"{year} ({label(lens, key, 'council', council)})"
            for council, year in zip(rows["council"], rows["year"], strict=True)
            if said(lens, key, "there", council=council, year=year) == "missing"
        ]
        years = sorted(set(rows["year"]))
        yield Paragraph(
            f"The returns hold {len(years) - len(lost)} years, from {years[0]} to {years[-1]}.", strong=True
        )
        if lost:
            why = f"No return was given of {list_of(lost)}. Put them into the folder of returns, and forecast again."
            yield Notice("Years are missing", (why,), "caution")
    key = "data.rows"
    if lens.has(key):
        columns = ("read", "kept", "mended", "repeated", "left_out")
        heads = ("Rows read", "Used as they are", "Used, read another way", "Said again by another", "Left out")
        head = (Column("File"), *(Column(one, number=True) for one in heads))
        table = tuple(
            (label(lens, key, "file", name), *(said(lens, key, column, file=name) for column in columns))
            for name in lens.categories(key, "file")
        )
        note = "Later years say again what earlier ones said: that is as it should be."
        yield Table("Rows of each file", head, table, (note,))


def _mend(lens: Lens) -> Iterator[Block]:
    if not lens.has("data.mended"):
        yield Paragraph(
            "This forecast was made before findings were counted by kind. Work it out anew to see what to mend in the "
            "returns."
        )
        return
    rows = [row for name, tag in KINDS if lens.has(f"data.{name}") for row in _kinds(lens, name, tag)]
    if not rows:
        yield Paragraph("Nothing doubtful was found in the returns.", strong=True)
        return
    yield Paragraph(
        "Each line is one kind of doubtful row, the gravest first. Mend them in the case system, not in the files, and "
        "make the return again. Which rows they are is not said here: those who may see children's records find them "
        "in findings.csv, which placewell forecast writes."
    )
    titles = ("File and column", "What is wrong, and what it means", "Rows", "What to do")
    head = tuple(Column(title, number=title == "Rows") for title in titles)
    note = "A row that is left out or read another way is counted once, under the first problem for which it is."
    yield Table("What is doubtful in the returns", head, tuple(rows), (note,))


def _kinds(lens: Lens, name: str, tag: Tag) -> Iterator[tuple[Cell, ...]]:
    """Each kind of finding of one table, file by file: what it is, how many rows met it, and how it is mended."""
    key = f"data.{name}"
    rows = lens.facts(key).rows
    for file, problem in zip(rows["file"], rows["problem"], strict=True):
        rule, column = rule_of(problem)
        if rule in RULES:
            told = RULES[rule]
            where: Cell = (file, column) if column else file
            often = said(lens, key, name, file=file, problem=problem)
            yield where, (told.message, told.meaning, tag), often, told.mend
