"""One .xlsx workbook, one sheet for each table, into tables of text.

calamine reads the cells. Before it does, every part is unpacked here within bounds and each sheet's XML is
walked once (`worksheet.py`), because calamine holds the whole rectangle of a sheet in memory: one stray cell in
the last corner would exhaust the machine.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook

from records.cells import shown
from records.columns import FILES
from records.model import Finding, Severity
from records.sources.limits import Limits
from records.sources.sheet_rows import Cell, table_of
from records.sources.worksheet import DAMAGED, SAVE_AGAIN, elements, walk
from records.tables import Table, Unusable

_LARGEST_INDEX = 10_000_000
"""Bytes of the part that lists the sheets."""


def read_workbook(name: str, data: bytes, limits: Limits) -> tuple[dict[str, Table], list[Finding]]:
    """Read a workbook's sheets, by the contract's names, with what was noted; `Unusable` where it is none."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unusable(
            name,
            "This is an old Excel workbook (.xls), or one that is locked with a password.",
            "Take the password off, and save the workbook as “Excel workbook (.xlsx)”.",
        )
    parts = _unpack(name, data, limits)
    index = _index(name, parts)
    chosen, findings = _choose(name, index)
    walked = {}
    for table, sheet in chosen.items():
        label = f"{name}: {table}"
        if index.parts[sheet] not in parts:
            raise Unusable(label, DAMAGED, SAVE_AGAIN)
        walked[table] = walk(label, parts[index.parts[sheet]], limits, stale=index.stale)
    tables = {}
    book = _open(name, parts)
    for table, sheet in chosen.items():
        label = f"{name}: {table}"
        rows = _rows(label, book, sheet)
        tables[table] = table_of(FILES[table], label, rows, walked[table], limits, findings)
    return tables, findings


_SPOILT_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
)


def _unpack(name: str, data: bytes, limits: Limits) -> dict[str, bytes]:
    """Unpack the parts that hold cells, within bounds that are checked on what is declared first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > limits.parts:
                raise Unusable(name, f"The workbook has {len(members):,} parts; at most {limits.parts:,}.", SAVE_AGAIN)
            unpacked = sum(member.file_size for member in members)
            if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(len(data), 1):
                raise Unusable(
                    name,
                    f"The workbook would unpack to {unpacked:,} bytes, {unpacked // max(len(data), 1):,} times "
                    f"its size; at most {limits.unpacked_bytes:,} bytes and {limits.ratio} times are read.",
                    "Give only this round's rows, without pictures and pivot tables.",
                )
            return {
                member.filename: archive.read(member)
                for member in members
                if member.filename.endswith((".xml", ".rels")) and not member.is_dir()
            }
    except _SPOILT_ARCHIVE as error:
        raise Unusable(name, DAMAGED, SAVE_AGAIN) from error
    except RuntimeError as error:  # zipfile has no other name for an encrypted member
        raise Unusable(name, "The workbook is locked with a password.", "Take the password off.") from error


@dataclass(frozen=True, slots=True)
class _Index:
    """What a workbook says of its sheets, in their order."""

    parts: Mapping[str, str]
    """Name of each sheet to the part that holds it."""
    hidden: frozenset[str]
    stale: bool
    """Whether formulas are to be worked out anew on opening: what is kept of them need not be true."""


def _index(name: str, parts: Mapping[str, bytes]) -> _Index:
    if max(len(parts.get(part, b"")) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")) > _LARGEST_INDEX:
        raise Unusable(name, DAMAGED, SAVE_AGAIN)
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        raise Unusable(name, DAMAGED, SAVE_AGAIN)
    targets = {
        relation.get("Id", ""): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
        for _, relation in elements(name, parts["xl/_rels/workbook.xml.rels"])
    }
    places: dict[str, str] = {}
    hidden: set[str] = set()
    stale = False
    for tag, attributes in elements(name, parts["xl/workbook.xml"]):
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            sheet = attributes.get("name", "")
            places[sheet] = targets.get(relation, "")
            if attributes.get("state", "visible") != "visible":
                hidden.add(sheet)
        elif tag == "calcPr":
            stale = attributes.get("fullCalcOnLoad") in ("1", "true") or attributes.get("calcCompleted") in (
                "0",
                "false",
            )
    return _Index(places, frozenset(hidden), stale)


def _choose(name: str, index: _Index) -> tuple[dict[str, str], list[Finding]]:
    sheets = list(index.parts)
    chosen: dict[str, str] = {}
    findings: list[Finding] = []
    for sheet in sheets:
        table = sheet.strip().casefold().removesuffix(".csv")
        if table not in FILES:
            findings.append(
                Finding(
                    name,
                    None,
                    shown(sheet),
                    shown(sheet),
                    Severity.NOTE,
                    "This sheet is not one that is known here." + (" It is hidden." if sheet in index.hidden else ""),
                    "Nothing on it is used.",
                    f"If it should be used, name it one of: {', '.join(FILES)}.",
                )
            )
        elif table in chosen:
            raise Unusable(name, f"Two sheets are named {table}.", "Keep one of the two.")
        else:
            chosen[table] = sheet
            if sheet in index.hidden:
                findings.append(_hidden(f"{name}: {table}"))
    for file in FILES.values():
        if file.required and file.name not in chosen:
            raise Unusable(
                name,
                f"The sheet {file.name} is missing.",
                f"Name the sheet that holds them “{file.name}”; the sheets are now: "
                f"{', '.join(shown(sheet) for sheet in sheets[:20]) or 'none'}.",
            )
    return chosen, findings


def _hidden(label: str) -> Finding:
    return Finding(
        label,
        None,
        "*",
        "",
        Severity.NOTE,
        "This sheet is hidden in Excel.",
        "It is read all the same.",
        "Show the sheet and look at it; delete it if it is not meant for this round.",
    )


def _open(name: str, parts: Mapping[str, bytes]) -> CalamineWorkbook:
    """Open the parts as they were unpacked here, so that what is read is what was measured."""
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content)
    clean.seek(0)
    return _guarded(name, lambda: CalamineWorkbook.from_filelike(clean))


_Given = TypeVar("_Given")


def _guarded(label: str, read: Callable[[], _Given]) -> _Given:
    """Run a call into calamine; whatever it cannot read makes the workbook unusable."""
    try:
        return read()
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise Unusable(label, DAMAGED, SAVE_AGAIN) from error
    except BaseException as error:
        # A panic inside calamine arrives as an exception that derives from BaseException alone.
        if type(error).__name__ == "PanicException":
            raise Unusable(label, DAMAGED, SAVE_AGAIN) from error
        raise


def _rows(label: str, book: CalamineWorkbook, sheet: str) -> list[list[Cell]]:
    return _guarded(label, lambda: list(book.get_sheet_by_name(sheet).iter_rows()))
