"""The heading row: which column is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from records.cells import shown, straight
from records.columns import File
from records.model import Finding, Severity
from records.tables import Unusable


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each column stands: names in the order of the file, and the positions they stand at."""

    names: tuple[str, ...]
    positions: tuple[int, ...]
    findings: tuple[Finding, ...]


def plain(heading: str) -> str:
    """Bring a heading to the form that is compared: capitals, spaces and hyphens do not matter."""
    return re.sub(r"[\s_\-]+", "_", straight(heading.strip().strip("\ufeff\u200b").strip()).casefold())


SCANNED = 20
"""Filled rows, from the top, among which the heading row is looked for."""


def settle_heading_row(
    file: File, label: str, rows: Sequence[tuple[int, Sequence[str]]], limit: int
) -> tuple[int, tuple[Finding, ...]]:
    """Find which of the first filled rows (number and cells) holds the headings, with what must be said of it.

    A title above the headings is passed over where that is plain, and said. Gives 0 where no row further down
    looks more like headings than the first. Raises `Unusable` where the headings seem to stand further down and
    something is missing or doubtful: nobody guesses what the rows above are.
    """
    needed = set(file.required_columns)
    known = {column.name for column in file.columns}
    said = [{plain(cell) for cell in cells[:limit]} & known for _, cells in rows]
    whole = [at for at, names in enumerate(said) if names >= needed]
    if not rows or 0 in whole:
        return 0, ()
    if not whole:
        best = max(range(len(rows)), key=lambda at: (len(said[at]), -at))
        if len(said[best]) < 2 or len(said[best]) <= len(said[0]):
            return 0, ()
        missing = [name for name in file.required_columns if name not in said[best]]
        raise Unusable(
            f"{label}, row {rows[best][0]}",
            f"The headings seem to be in row {rows[best][0]}, not in row {rows[0][0]}, but {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not among them.",
            f"Add the missing heading{'s' if len(missing) > 1 else ''} in row {rows[best][0]}, spelt as here, and "
            "delete the rows above it.",
        )
    at = whole[0]
    number = rows[at][0]
    if len(whole) > 1:
        raise Unusable(
            f"{label}, row {number}",
            f"The headings seem to be in row {number}, but row {rows[whole[1]][0]} looks like headings too.",
            "Keep one table with one heading row, in the first row.",
        )
    for above, cells in rows[:at]:
        if sum(bool(cell.strip()) for cell in cells) >= len(needed):
            raise Unusable(
                f"{label}, row {above}",
                f"The headings seem to be in row {number}, but row {above} above them is filled like a row of the "
                "table.",
                f"Delete the rows above row {number}, or move below it what belongs to the table.",
            )
    passed = ", ".join(str(above) for above, _ in rows[:at])
    return at, (
        Finding(
            label,
            number,
            "*",
            "",
            Severity.NOTE,
            f"The headings are taken from row {number}; what stands above them (row{'s' if at > 1 else ''} {passed}) "
            "is no heading row.",
            f"Nothing above row {number} is used.",
            "Delete what stands above the headings, if it is a title; move it below them, if it is part of the table.",
        ),
    )


def read_headings(file: File, label: str, row: int, cells: Sequence[str], limit: int) -> Headings:
    """Find the contract's columns in a heading row; unknown ones are kept under their own heading.

    Raises `Unusable` where a required column is missing, a known one stands twice, or there are more than
    `limit`.
    """
    written = [cell.strip() for cell in cells]
    while written and not written[-1]:
        written.pop()
    if len(written) > limit:
        raise Unusable(
            f"{label}, row {row}",
            f"There are {len(written):,} columns; at most {limit} are read.",
            "Give only the columns that are needed, with the headings in the first row.",
        )
    known = {column.name for column in file.columns}
    names: list[str] = []
    positions: list[int] = []
    findings: list[Finding] = []
    for position, heading in enumerate(written):
        name = plain(heading)
        if not name:
            continue
        if name in known:
            if name in names:
                raise Unusable(
                    f"{label}, row {row}",
                    f"The column {name} stands there twice.",
                    "Keep one of the two, so that nobody has to guess which counts.",
                )
        else:
            name = _free_name(heading, names, known)
            findings.append(_unknown(file, label, row, heading, known))
        names.append(name)
        positions.append(position)
    missing = [name for name in file.required_columns if name not in names]
    if missing:
        raise Unusable(
            f"{label}, row {row}",
            f"The heading row lacks {', '.join(missing)}.",
            f"Add the missing heading{'s' if len(missing) > 1 else ''} to the first row, spelt as here.",
        )
    return Headings(tuple(names), tuple(positions), tuple(findings))


def _free_name(heading: str, taken: Sequence[str], known: set[str]) -> str:
    name, number = heading, 2
    while name in taken or name in known:
        name, number = f"{heading} ({number})", number + 1
    return name


def _unknown(file: File, label: str, row: int, heading: str, known: set[str]) -> Finding:
    near = get_close_matches(plain(heading)[:60], sorted(known), n=1, cutoff=0.8)
    hint = f" It looks like {near[0]}: is it misspelt?" if near else ""
    return Finding(
        label,
        row,
        shown(heading),
        shown(heading),
        Severity.NOTE,
        f"This column is not one that is known here.{hint}",
        "The column is kept, but nothing in it is used.",
        f"If it should be used, give it the heading that the reference names for {file.name}.csv.",
    )
