"""Uploaded files read in a process of their own, with a limit on memory and time, and nothing of them kept.

The bytes stand in a private temporary folder while they are read, and the folder is gone when this returns, whatever
happens. No name that was uploaded becomes a path.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from frontend.quiet import said
from records.cells import shown
from records.columns import FILES
from records.model import Records
from records.sources.limits import Limits

MEGABYTE: Final = 1_000_000
UPLOADED: Final = Limits(file_bytes=25 * MEGABYTE, rows=100_000, unpacked_bytes=100 * MEGABYTE, parts=200, ratio=100)
"""What is read of an upload: a council's round is a hundredth of it."""
MEMORY_MB: Final = 1_500
SECONDS: Final = 120.0
WHICH: Final = (
    "Upload one Excel workbook (.xlsx) with sheets named children and homes, or CSV files named children.csv and "
    "homes.csv and whichever of the others there are: "
    + ", ".join(f"{name}.csv" for name, file in FILES.items() if not file.required)
    + "."
)


class NotRead(Exception):
    """The files cannot be used: what is wrong, what that means and how to mend it."""

    def __init__(self, what: str, meaning: str, mend: str) -> None:
        super().__init__(what, meaning, mend)
        self.what = what
        self.meaning = meaning
        self.mend = mend


@dataclass(frozen=True, slots=True)
class _Order:
    path: str
    day: date
    limits: Limits
    memory_mb: int


NOTHING: Final = "Nothing was read, and nothing is kept."


def checked_names(names: Sequence[str]) -> dict[str, str]:
    """The name under which each uploaded file is read, by the name it came with. Raises `NotRead` for a wrong set."""
    if not names:
        raise NotRead("No file was chosen.", NOTHING, "Choose the files that are named below.")
    books = [name for name in names if name.strip().casefold().endswith(".xlsx")]
    if books and len(names) > 1:
        raise NotRead("A workbook was uploaded together with other files.", NOTHING, f"Choose one of them. {WHICH}")
    if books:
        return {books[0]: "records.xlsx"}
    found: dict[str, str] = {}
    for name in names:
        table = name.strip().casefold().removesuffix(".csv")
        if table not in FILES or not name.strip().casefold().endswith(".csv"):
            raise NotRead(f"“{shown(name)}” is not one of the files of a round.", NOTHING, WHICH)
        if f"{table}.csv" in found.values():
            raise NotRead(f"Two files are named {table}.csv.", NOTHING, "Keep the right one of the two.")
        found[name] = f"{table}.csv"
    missing = [f"{name}.csv" for name, file in FILES.items() if file.required and f"{name}.csv" not in found.values()]
    if missing:
        raise NotRead(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.", NOTHING, WHICH)
    return found


def read_uploaded(
    files: Mapping[str, bytes],
    day: date,
    *,
    limits: Limits = UPLOADED,
    memory_mb: int = MEMORY_MB,
    seconds: float = SECONDS,
) -> Records:
    """The checked records of uploaded files, by the names they came with. Raises `NotRead`, and nothing else."""
    names = checked_names(list(files))
    for name, data in files.items():
        if len(data) > limits.file_bytes:
            most = limits.file_bytes // MEGABYTE
            raise NotRead(f"“{shown(name)}” is larger than {most} MB.", NOTHING, "Give only this round's rows.")
        if not data:
            raise NotRead(f"“{shown(name)}” is empty.", NOTHING, "Save it again from the case system.")
    with tempfile.TemporaryDirectory(prefix="placewell-") as folder:
        for name, data in files.items():
            (Path(folder) / names[name]).write_bytes(data)
        book = Path(folder) / "records.xlsx"
        path = str(book if book.exists() else folder)
        return _apart(_Order(path, day, limits, memory_mb), seconds)


def _apart(order: _Order, seconds: float) -> Records:
    context = multiprocessing.get_context("spawn")
    from_child, outbox = context.Pipe(duplex=False)
    process = context.Process(target=_in_child, args=(outbox, order), name="reading", daemon=True)
    process.start()
    outbox.close()
    try:
        if not from_child.poll(seconds):
            raise NotRead(
                f"Reading the files took longer than {seconds:g} seconds, and was stopped.", NOTHING,
                "Give only this round's rows.",
            )  # fmt: skip
        try:
            kind, what = from_child.recv()
        except (EOFError, OSError):
            raise _too_large() from None
    finally:
        process.kill()
        process.join()
        from_child.close()
    if kind == "done":
        records: Records = what
        return records
    if kind == "no memory":
        raise _too_large()
    if kind == "fault":
        raise NotRead(f"This is a fault of Placewell: {what}.", NOTHING, "Report the reference; try a CSV file.")
    raise NotRead(*what)


def _too_large() -> NotRead:
    return NotRead("The files are too large to be read here.", NOTHING, "Give only this round's rows.")


def _in_child(outbox: Connection, order: _Order) -> None:
    """What the other process does: read and check, and hand over records or what is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        from matching.memory import limit_memory
        from records.check import check
        from records.geography import Directory
        from records.sources.folder import read
        from records.tables import Unusable
    except MemoryError:
        outbox.send(("no memory", None))
        return
    try:
        limit_memory(order.memory_mb)
        outbox.send(("done", check(read(Path(order.path), order.limits), order.day, Directory())))
    except Unusable as error:
        outbox.send(("unusable", (f"{error.where}: {error.what}", error.meaning, error.mend)))
    except MemoryError:
        outbox.send(("no memory", None))
    except Exception as error:  # told, without its message: that may hold what is recorded
        outbox.send(("fault", said(error)))
