"""What the page for bringing records in says: what was read, what is doubtful and how to mend it, what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from matching.causes import change_in_words
from matching.words import in_words
from records.differences import TABLE_WORDS, Differences, Kind, RowChange
from records.model import Finding, Records, Severity
from reporting.section import Block, Cell, Column, Definitions, Disclosure, Notice, Paragraph, Table

ROWS_SHOWN: Final = 20
"""So many places of one kind of finding stand open; the rest are folded."""
OPEN: Final = 50
"""So many rows that are left out stand open."""
MOST_ROWS: Final = 500
"""So many places of one kind of finding are listed at most; the rest are counted."""
SEVERITIES: Final = {
    Severity.LEFT_OUT: (
        "Left out of the round",
        "These rows are not used. A child is left out with the whole family; mend the rows if they are needed.",
    ),
    Severity.MENDED: (
        "Read in a way that somebody should check",
        "These rows are used. The cell counts as not recorded, or is read as it says.",
    ),
    Severity.NOTE: ("Somebody should look", "These rows are used as they stand."),
}


def what_was_read(records: Records) -> Block:
    """How much there is of each kind, for which day, and how many rows are left out."""
    items: list[tuple[str, Cell]] = [("Records for", in_words(records.day))]
    items += [
        (many.capitalize(), f"{len(getattr(records, table)):,}")
        for table, (_, many) in TABLE_WORDS.items()
        if table in ("children", "homes") or getattr(records, table)
    ]
    counted = {severity: sum(f.severity is severity for f in records.findings) for severity in Severity}
    items.append(("Rows left out", f"{records.rows_left_out:,}"))
    items.append(("Cells read in a way to check", f"{counted[Severity.MENDED]:,}"))
    items.append(("Other places to look at", f"{counted[Severity.NOTE]:,}"))
    return Definitions(tuple(items))


def left_out_notice(records: Records) -> Block:
    """The one thing that must not be missed: that rows are left out, or that none is."""
    if not records.rows_left_out:
        return Notice("Every row can be used", ("No row is left out of the round.",), "good")
    many = f"{records.rows_left_out:,} row{' is' if records.rows_left_out == 1 else 's are'}"
    return Notice(
        f"{many} left out",
        (
            "A child whose row cannot be read is not in the round, nor is any brother or sister: nobody looks for a "
            "home for them until it is mended.",
            "Read below which rows they are. Mend them in the case system and upload again; or go on without them.",
        ),
        "bad",
    )


def findings(records: Records) -> list[Block]:
    """Every finding, by what it did to the row and what is wrong; each kind once, with all its places."""
    if not records.findings:
        return [Paragraph("Nothing doubtful was found.")]
    blocks: list[Block] = []
    for severity, (heading, means) in SEVERITIES.items():
        some = [one for one in records.findings if one.severity is severity]
        if not some:
            continue
        groups: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
        for one in some:
            groups[one.message, one.meaning, one.mend].append(one)
        blocks.append(Paragraph(f"{heading}: {len(some):,}. {means}", strong=True))
        if severity is Severity.LEFT_OUT:
            # whoever keeps the records says that these were read: they stand open
            blocks += _row_by_row(sorted(some, key=lambda one: one.place))
            continue
        # the kind with most places first, then as they are written
        for key in sorted(groups, key=lambda key: (-len(groups[key]), key)):
            blocks.append(_kind(key, sorted(groups[key], key=lambda one: one.place)))
    return blocks


def _row_by_row(some: Sequence[Finding]) -> list[Block]:
    def table(caption: str, part: Sequence[Finding]) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (one.file, one.row, _column(one.column), one.value or None, (one.message, one.meaning), one.mend)
            for one in part
        )
        columns = (
            *(Column("File"), Column("Row", number=True), Column("Column"), Column("What stands there")),
            *(Column("What is wrong, and what it means"), Column("What to do")),
        )
        return Table(caption, columns, rows)

    blocks: list[Block] = [table("Rows left out", some[:OPEN])]
    if len(some) > OPEN:
        listed, more = some[OPEN:MOST_ROWS], len(some) - MOST_ROWS
        rest: list[Block] = [table("Rows left out, the rest", listed)]
        rest += [Paragraph(f"{more:,} more are not listed here: mend these first.")] if more > 0 else []
        blocks.append(Disclosure(f"Show the other {len(some) - OPEN:,} rows that are left out", tuple(rest)))
    return blocks


def _kind(key: tuple[str, str, str], some: Sequence[Finding]) -> Block:
    message, meaning, mend = key
    shown, more = some[:MOST_ROWS], len(some) - MOST_ROWS
    notes = (f"{more:,} more places like these are not listed.",) if more > 0 else ()
    table = Table(
        f"{len(some):,} place{'' if len(some) == 1 else 's'}",
        (Column("File"), Column("Row", number=True), Column("Column"), Column("What stands there")),
        tuple((one.file, one.row, _column(one.column), one.value or None) for one in shown),
        notes,
    )
    where = some[0].file if len({one.file for one in some}) == 1 else "several files"
    return Disclosure(
        f"{message} ({len(some):,} in {where})",
        (Definitions((("What it means", meaning), ("What to do", mend))), table),
        len(some) <= ROWS_SHOWN,
    )


def _column(column: str) -> str:
    return "the whole row or file" if column in ("", "*") else column


# ---- differences ---------------------------------------------------------------------------------------------------


def what_changed(found: Differences) -> list[Block]:
    """What is new, left or changed since the earlier records: counted, then each."""
    since = f"since the records for {in_words(found.day_before)}"
    if not found:
        return [Paragraph(f"Nothing has changed {since}.")]
    counted = found.counts()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (many.capitalize(), *(counted.get((table, kind), 0) for kind in Kind))
        for table, (_, many) in TABLE_WORDS.items()
        if any((table, kind) in counted for kind in Kind)
    )
    columns = (Column("What"), *(Column(kind.value.capitalize(), number=True) for kind in Kind))
    blocks: list[Block] = [Table(f"What changed {since}", columns, rows)]
    gone = [one.key[0] for one in found.of("children", Kind.LEFT)]
    if gone:
        blocks.append(
            Notice(
                f"{len(gone):,} child{' is' if len(gone) == 1 else 'ren are'} no longer there",
                (
                    f"{_some(gone)}. Check that each has a home, or has left care: a row that cannot be read looks the "
                    "same.",
                ),
                "caution",
            )
        )
    for table, (_, many) in TABLE_WORDS.items():
        changes = found.of(table)
        if changes:
            blocks.append(_changes(many, changes))
    return blocks


def _changes(many: str, changes: Sequence[RowChange]) -> Block:
    shown, more = changes[:MOST_ROWS], len(changes) - MOST_ROWS
    rows = tuple((" and ".join(one.who), one.kind.value, _cells(one)) for one in shown)
    notes = (f"{more:,} more are not listed.",) if more > 0 else ()
    table = Table(
        f"{many.capitalize()}: {len(changes):,}", (Column("Who"), Column("Now"), Column("What changed")), rows, notes
    )
    return Disclosure(f"Show what changed of {many} ({len(changes):,})", (table,), len(changes) <= ROWS_SHOWN)


def _cells(one: RowChange) -> Cell:
    if one.kind is Kind.CHANGED:
        return tuple(cell.said for cell in one.cells)
    return None if one.table != "links" else change_in_words(one)


def _some(ids: Sequence[str], most: int = 30) -> str:
    more = len(ids) - most
    return ", ".join(ids[:most]) + (f" and {more:,} more" if more > 0 else "")
