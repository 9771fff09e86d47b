"""The heading row: which column is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from records.cells import shown
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
    return re.sub(r"[\s_\-]+", "_", heading.strip().strip("\ufeff\u200b").strip().casefold())


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
