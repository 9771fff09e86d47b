"""Section 2, duty, scope, data and dates: what was asked of whom, which data, which run, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Bullets, Cell, Column, Definitions, Notice, Paragraph, Section, Table
from sufficiency.editions import Changes, changes_section
from sufficiency.mp_figures import about, label, many, names_of, number, on_said, said
from sufficiency.narrative import Narrative

HEADING: Final = "Duty, scope, data and dates"
DUTY: Final = (
    "A council must secure, so far as is reasonably practicable, enough homes within its area that meet the needs of "
    "the children it looks after for whom a home within the area is consistent with their welfare, and have regard to "
    "the benefit of several providers and a range of services (Children Act 1989, section 22G)."
)
SCOPE: Final = (
    "Counted are children looked after, as in the council's SSDA903 returns. Series of short breaks are left out.",
    "Homes of the council's own are its foster carers, relatives and friends who foster, hosts of supported lodgings, "
    "and adopters.",
    "A forecast says what may come if what is assumed holds. It is no target, and decides nothing about a child.",
)
CHECKSUM: Final = 12
"""Characters of a checksum that are printed; the annex and the data beside the document hold it whole."""


def section(lens: Lens, narrative: Narrative, *, changes: Changes | None = None) -> tuple[Section, ...]:
    """The duty, what is counted, the data with every row left out, the run, and the changes since the last edition."""
    lens = lens.under(HEADING)
    blocks: list[Block] = [Paragraph(DUTY), Bullets(SCOPE)]
    if about(lens, "made_up") == "yes":
        words = "Nobody in this document exists. It shows what can be written, and may be published as an example only."
        blocks.append(Notice("A made-up council", (words,), "caution"))
    blocks += [Paragraph(_data_words(lens)), *_rows(lens), Definitions(tuple(_run(lens)))]
    found = [Section(HEADING, (*blocks, *narrative.words("consultation")), anchor="scope")]
    if changes is not None:
        found.append(changes_section(lens, changes))
    return tuple(found)


def _data_words(lens: Lens) -> str:
    first, last = on_said(about(lens, "known_from")), on_said(about(lens, "known_until"))
    words = f"The figures come from the council's returns of {first} to {last}."
    left = [number(lens, "data.rows", "left_out", file=name) for name in _files(lens)]
    if not left:
        return words
    if any(many is None for many in left):
        return f"{words} Rows that could not be used were left out; where they were few, it is not told how many."
    if any(left):
        return f"{words} Some rows could not be used and were left out; the table says how many of which file."
    return f"{words} Every row that was read could be used."


def _files(lens: Lens) -> list[str]:
    return list(names_of(lens, "data.rows", "file")) if lens.has("data.rows") else []


def _rows(lens: Lens) -> Iterator[Block]:
    """Rows read, kept, mended, repeated and left out, by file."""
    names = _files(lens)
    if not names:
        return
    told = list(lens.facts("data.rows").columns)
    columns = (Column("File"), *(Column(value.title, number=True) for value in told))
    rows = tuple(
        (label(lens, "data.rows", "file", name), *(said(lens, "data.rows", value.name, file=name) for value in told))
        for name in names
    )
    note = "Mended: read with a correction that is certain. Repeated: said again by a later year's file, which counts."
    yield Table("Rows of the returns", columns, rows, (note,))


def _run(lens: Lens) -> Iterator[tuple[str, Cell]]:
    """What the figures were made with."""
    yield "Counted to", on_said(about(lens, "known_until"))
    yield (
        "Forecast from",
        f"{on_said(about(lens, 'forecast_from'))}, for {many(about(lens, 'months'), 'month', 'months')}",
    )
    yield "Futures drawn", f"{about(lens, 'draws')}, seed {about(lens, 'seed')}"
    yield "Scenario", f"{about(lens, 'scenario')} (checksum {about(lens, 'scenario_sha256')[:CHECKSUM]}…)"
    yield "Made by", f"Placewell {about(lens, 'version')}"
