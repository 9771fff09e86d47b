"""A records folder of CSV files, or one .xlsx workbook, into tables of text.

Everything stays text: nothing is taken for a number, a date or a missing value on the way in.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from records.cells import shown
from records.columns import FILES
from records.model import Finding, Severity
from records.sources.delimited import read_delimited
from records.sources.limits import LIMITS, Limits
from records.sources.workbook import read_workbook
from records.tables import Table, Tables, Unusable

_GIVE = "Give a folder that holds children.csv and homes.csv, or one .xlsx workbook with sheets of those names."


def read(path: Path, limits: Limits = LIMITS) -> Tables:
    """Read a council's records as tables of text.

    `path` is a folder of the contract's CSV files, an .xlsx workbook with the same names on its sheets, or a
    folder that holds one such workbook and none of the CSV files. Raises `Unusable`, and nothing else, where
    the records cannot be used at all.
    """
    path = Path(path)
    where = shown(path.name or str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _read_folder(path, where, limits)
    except FileNotFoundError:
        raise Unusable(where, "There is no such file or folder.", _GIVE) from None
    except (OSError, ValueError) as error:
        raise Unusable(where, f"It may not be read ({_why(error)}).", "Check who may read it.") from error
    if path.suffix.casefold() != ".xlsx":
        raise Unusable(where, "This is neither a folder nor an .xlsx workbook.", _GIVE)
    return _read_book(path.resolve(), limits)


def _read_folder(folder: Path, where: str, limits: Limits) -> Tables:
    chosen: dict[str, Path] = {}
    books: list[Path] = []
    extras: list[Path] = []
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise Unusable(where, f"The folder may not be read ({_why(error)}).", "Check who may read it.") from error
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        table = entry.name.strip().casefold().removesuffix(".csv")
        if table in FILES and entry.name.strip().casefold().endswith(".csv"):
            if table in chosen:
                raise Unusable(where, f"Two files are named {table}.csv.", "Keep one of the two.")
            chosen[table] = entry
        elif entry.suffix.casefold() == ".xlsx":
            books.append(entry)
        else:
            extras.append(entry)
    if not chosen and books:
        if len(books) > 1:
            raise Unusable(where, f"The folder holds {len(books)} workbooks.", "Give the path of one of them.")
        found = _read_book(books[0], limits)
        noted = tuple(_extra(entry) for entry in extras)
        return Tables(found.tables, (*found.findings, *noted), found.inputs)
    for file in FILES.values():
        if file.required and file.name not in chosen:
            raise Unusable(where, f"The file {file.name}.csv is missing.", _GIVE)
    findings = [_extra(entry) for entry in sorted([*books, *extras])]
    tables: dict[str, Table] = {}
    inputs: dict[str, str] = {}
    for name in FILES:
        if name not in chosen:
            continue
        data = bytes_of(chosen[name], limits)
        label = f"{name}.csv"
        inputs[label] = hashlib.sha256(data).hexdigest()
        tables[name], noted_here = read_delimited(FILES[name], label, data, limits)
        findings.extend(noted_here)
    return Tables(tables, tuple(findings), inputs)


def _read_book(path: Path, limits: Limits) -> Tables:
    data = bytes_of(path, limits)
    tables, findings = read_workbook(shown(path.name), data, limits)
    return Tables(tables, tuple(findings), {path.name: hashlib.sha256(data).hexdigest()})


def bytes_of(path: Path, limits: Limits) -> bytes:
    """Read a plain file of bounded size; a link, a pipe or a device is not read."""
    where = shown(path.name)
    try:
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            raise Unusable(where, "This is a link to another place, not a file.", "Put the file itself here.")
        if not stat.S_ISREG(about.st_mode):
            raise Unusable(where, "This is not a plain file.", "Put the file itself here.")
        data = path.read_bytes() if about.st_size <= limits.file_bytes else None
    except OSError as error:
        raise Unusable(where, f"The file may not be read ({_why(error)}).", "Check who may read it.") from error
    if data is None or len(data) > limits.file_bytes:
        raise Unusable(
            where,
            f"The file is larger than {limits.file_bytes:,} bytes, the most that is read.",
            "Give only this round's rows.",
        )
    return data


def _why(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "the name is not valid"


def _extra(entry: Path) -> Finding:
    name = shown(entry.name)
    return Finding(
        name,
        None,
        "*",
        "",
        Severity.NOTE,
        "This is not one of the files of a records folder.",
        "It is not used.",
        f"If it should be used, name it one of: {', '.join(f'{table}.csv' for table in FILES)}.",
    )
