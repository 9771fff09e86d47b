"""What a forecast was made from: years, rows read, mended and left out, and the rules that they met."""

from __future__ import annotations

from records.model import Severity
from records.sources.return_903 import Return
from reporting.section import Block, Bullets, Cell, Column, Definitions, Disclosure, Paragraph, Section, Table
from sufficiency.history import History
from sufficiency.need_words import day_said, listed
from sufficiency.outputs import rows_left_out

DID = {
    Severity.LEFT_OUT.value: "left out",
    Severity.MENDED.value: "mended",
    Severity.NOTE.value: "used as it stands",
}


def data_section(ret: Return, history: History) -> Section:
    """What was read, mended and left out, so that the totals can be checked against the council's own."""
    blocks: list[Block] = [Definitions(_facts(ret, history)), _rows(ret)]
    left_out = rows_left_out(ret)
    blocks.insert(
        0, Paragraph(f"{left_out:,} rows were left out." if left_out else "Every row of the return could be used.")
    )
    found = ret.by_rule()
    if len(found):
        blocks.append(Disclosure(f"Show the rules that rows met ({len(found)})", (_rules(ret),)))
    if ret.notes:
        said = tuple(f"{n.file}: {n.message} {n.meaning} {n.mend}" for n in ret.notes)
        blocks.append(Disclosure(f"Show what concerns whole files ({len(said)})", (Bullets(said),)))
    return Section("The data", tuple(blocks), anchor="data")


def _facts(ret: Return, history: History) -> tuple[tuple[str, Cell], ...]:
    facts: list[tuple[str, Cell]] = [
        ("Period used", f"{day_said(history.first)} to {day_said(history.until - 1)}"),
        ("Children in it", len(set(history.periods.child.tolist()))),
        ("Periods of care", len(history.periods.begin)),
    ]
    facts += [(f"Years read{f' ({la})' if la else ''}", _years(years)) for la, years in sorted(ret.years.items())]
    facts += [
        (f"Years missing{f' ({la})' if la else ''}", _years(years))
        for la, years in sorted(ret.missing_years.items())
        if years
    ]
    facts += [(f"Episodes not counted: {rule}", many) for rule, many in history.left_out.items() if many]
    return tuple(facts)


def _years(years: tuple[int, ...]) -> str:
    return listed([f"{year - 1}-{year % 100:02d}" for year in years])


def _rows(ret: Return) -> Table:
    """What became of the rows of each file."""
    names = ("read", "kept", "mended", "repeated", "left_out")
    rows = [
        (name, *(getattr(count, what) for what in names)) for name, count in sorted(ret.counts.items()) if count.read
    ]
    columns = ("Rows read", "Kept", "Mended", "Said again elsewhere", "Left out")
    return Table(
        "Rows of each file",
        (Column("File"), *(Column(title, number=True) for title in columns)),
        tuple(rows),
        ("Kept, mended, said again elsewhere and left out add up to the rows read.",),
    )


def _rules(ret: Return) -> Table:
    rows = [
        (line["message"], line["table"], DID[str(line["severity"])], int(line["rows"]), line["meaning"], line["public"])
        for line in ret.by_rule().sort_values(["severity", "rows"], ascending=[True, False]).to_dict("records")
    ]
    columns = (
        Column("What was found"),
        Column("File"),
        Column("The rows are"),
        Column("Rows", number=True),
        Column("What it means"),
        Column("Public rule"),
    )
    return Table("Rules that rows of the return met", columns, tuple(rows), ("Row by row: findings.csv.",))
