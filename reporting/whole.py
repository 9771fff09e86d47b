"""Results that are written whole or not at all.

Everything is first written to a folder of its own beside the results, then moved into place file by file, the last
file last: results without it are not whole.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

LEFT_BEHIND_SECONDS = 3600.0
"""An unfinished folder in which nothing was begun for so long belongs to a run that was killed."""
HOLD_SECONDS = 60.0
"""A hold lasts while a few files are renamed; an older one belongs to a run that was killed."""
MOST_SECONDS_TO_WAIT = 20.0


@contextmanager
def written_whole(out: Path, names: Sequence[str], gone: Sequence[str] = ()) -> Iterator[Path]:
    """A folder to write these files to; when the block ends well they replace those in `out`, the last name last.

    A name may have folders, with / between them. Every file called as the last one is, in whichever folder, is taken
    away first and put in place after all others: no folder that is half old and half new has one. `gone`: files of an
    earlier run to take away. Other files in `out` are left alone. When the block fails nothing in `out` has changed.
    Raises OSError when a folder cannot be written, or another run is writing to it for too long.
    """
    out = out.resolve()
    partial = _fresh_folder(out)
    mark = PurePosixPath(names[-1]).name
    marks = [name for name in names if PurePosixPath(name).name == mark]
    try:
        yield partial
        with _nobody_else_writes(out):
            out.mkdir(exist_ok=True)
            for name in (names[-1], *marks, *sorted(gone, key=lambda n: PurePosixPath(n).name != mark)):
                (out / name).unlink(missing_ok=True)
            for name in (*(name for name in names if name not in marks), *marks):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).replace(out / name)
            _without_empty_folders(out, gone)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _without_empty_folders(out: Path, gone: Sequence[str]) -> None:
    """Take away folders from which the last file went."""
    folders = {parent for name in gone for parent in PurePosixPath(name).parents[:-1]}
    for folder in sorted(folders, key=lambda f: -len(f.parts)):
        with suppress(OSError):  # it holds other files, or is not there
            (out / folder).rmdir()


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with the line ends that the text has."""
    path.write_bytes(text.encode("utf-8"))


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made_by(out: Path) -> str | None:
    """The command whose `summary.json` the folder holds; None where there is none, or it does not say."""
    try:
        said = json.loads((out / "summary.json").read_bytes())
    except (OSError, ValueError):
        return None
    command = said.get("command") if isinstance(said, dict) else None
    return command if isinstance(command, str) else None


def _fresh_folder(out: Path) -> Path:
    """An empty folder on the same disk, of this run alone; those left behind by runs that were killed are cleared."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{glob.escape(out.name)}.partial-*"):
        if time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f".{out.name}.partial-", dir=out.parent))


@contextmanager
def _nobody_else_writes(out: Path) -> Iterator[None]:
    """Hold the results folder while files are moved, so that two runs never leave a mixture.

    Raises OSError when another run holds it for too long. A hold left by a run that was killed is taken over.
    """
    hold = out.parent / f".{out.name}.writing"
    begun = time.monotonic()
    while True:
        try:
            os.close(os.open(hold, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            with suppress(FileNotFoundError):
                if time.time() - hold.stat().st_mtime > HOLD_SECONDS:
                    hold.unlink()
            if time.monotonic() - begun > MOST_SECONDS_TO_WAIT:
                raise OSError(errno.EBUSY, "another run is writing its results there", str(out)) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        hold.unlink(missing_ok=True)
