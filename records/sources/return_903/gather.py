"""A folder, or one XML file, into the files of the return and the collection year of each."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from records.cells import shown
from records.model import Finding, Severity
from records.sources.delimited import read_delimited
from records.sources.folder import bytes_of
from records.sources.headings import plain
from records.sources.limits import Limits
from records.sources.plain_delimited import read_plain
from records.sources.return_903.layout import ALIASES, LAYOUTS
from records.sources.return_903.xml import read_xml
from records.tables import Table, Unusable

_GIVE: Final = (
    "Give the folder of the return's CSV files (header, episodes, ...), a folder that holds one such folder for "
    "each year, or the Department's XML."
)
_DEPTH: Final = 3
_MOST_FILES: Final = 1000
_SPAN: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})\s?[-_/ ]\s?((?:19|20)?[0-9]{2})(?![0-9])")
_SINGLE: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_NEEDED: Final = ("Header", "Episodes")
NO_EPISODE: Final = "The file has headings and no episode."
"""What is noted of such a file: its year counts as missing."""


@dataclass(frozen=True, slots=True)
class Named:
    """A year as a name says it. `whole` where both its years are named, so that no doubt is left."""

    year: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the return as it was found."""

    table: Table
    named: Named | None
    """What the file's or folder's name says of the year; the year column, where there is one, goes before it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every table that was found, what was noted, and the sha256 of each file."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    inputs: dict[str, str]


def year_said(text: str) -> Named | None:
    """The collection year in a name: `2017-18` is that which ends in 2018; a single year may be either end."""
    spans: set[int] = set()
    for first, second in _SPAN.findall(text):
        end = int(first) + 1
        if int(second) in (end, end % 100):
            spans.add(end)
    if spans:
        return Named(spans.pop(), True) if len(spans) == 1 else None
    years = set(_SINGLE.findall(text))
    return Named(int(years.pop()), False) if len(years) == 1 else None


def gather(path: Path, limits: Limits) -> Gathered:
    """Find and read every file of the return under a folder (three levels deep), or one XML file.

    Raises `Unusable`, and nothing else, where there is no return here, or where Header or Episodes cannot be
    read: a year that is silently missing would look like children who left. Any other file that cannot be
    read is left out, and said.
    """
    path = Path(path)
    where = shown(path.name or str(path))
    try:
        if path.is_file():
            files, base = [path], path.parent
        elif path.is_dir():
            files, base = sorted(_files(path, _DEPTH), key=lambda one: one.relative_to(path).as_posix()), path
        else:
            raise Unusable(where, "There is no such file or folder.", _GIVE)
    except (OSError, ValueError) as error:
        raise Unusable(where, "The folder may not be read.", "Check who may read it.") from error
    if len(files) > _MOST_FILES:
        raise Unusable(where, f"There are more than {_MOST_FILES:,} files here.", _GIVE)
    gathered = _read(files, base, limits)
    found = {part.table.name for part in gathered.parts}
    for name in _NEEDED:
        if name not in found:
            raise Unusable(where, f"There is no {name} file.", _GIVE)
    return gathered


def _files(folder: Path, depth: int) -> list[Path]:
    found: list[Path] = []
    for entry in folder.iterdir():
        if entry.name.startswith((".", "~$")):
            continue
        # A link is refused, and a folder too deep is said, when it comes to reading them.
        if entry.is_dir() and not entry.is_symlink() and depth > 1:
            found.extend(_files(entry, depth - 1))
        else:
            found.append(entry)
    return found


def _read(files: list[Path], base: Path, limits: Limits) -> Gathered:
    parts: list[Part] = []
    findings: list[Finding] = []
    inputs: dict[str, str] = {}
    for file in files:
        below = file.relative_to(base)
        label = shown(below.as_posix())
        ending = file.suffix.casefold()
        if ending not in (".csv", ".xml", ".txt"):
            findings.append(_unknown(label))
            continue
        data = bytes_of(file, limits)
        name = _file_of(file.stem, data) if ending != ".xml" else None
        if ending != ".xml" and name is None:
            findings.append(_unknown(label))
            continue
        # The folder the files stand in says the year when neither their name nor a folder between does.
        said = next((y for p in [*reversed(below.parts), base.name] if (y := year_said(p))), None)
        try:
            if name is None:
                parts.extend(Part(table, said) for table in read_xml(label, data, limits))
            else:
                file_of = LAYOUTS[name].file()
                table, noted = read_plain(file_of, label, data, limits) or read_delimited(file_of, label, data, limits)
                parts.append(Part(Table(name, label, table.frame, table.misshapen), said))
                findings.extend(noted)
                if name == "Episodes" and not len(table.frame):
                    findings.append(_no_rows(label))
        except Unusable as error:
            if name is None or name in _NEEDED:
                raise
            findings.append(
                Finding(
                    label, None, "*", "", Severity.LEFT_OUT, error.what, "Nothing in this file is used.", error.mend
                )
            )
            continue
        inputs[label] = hashlib.sha256(data).hexdigest()
    return Gathered(tuple(parts), tuple(findings), inputs)


def _file_of(stem: str, data: bytes) -> str | None:
    """Which file of the return this is, by its name, or else by headings that fit one file alone."""
    letters = re.sub("[^a-z0-9]", "", stem.casefold())
    for alias, name in ALIASES:
        if alias in letters:
            return name
    line = data[:20_000].lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", errors="replace")
    headings = {plain(cell.strip().strip('"')) for cell in re.split("[,;\t]", line)}
    fitting = [name for name, layout in LAYOUTS.items() if {item.name for item in layout.items} <= headings]
    return fitting[0] if len(fitting) == 1 else None


def _no_rows(label: str) -> Finding:
    return Finding(
        label,
        None,
        "*",
        "",
        Severity.NOTE,
        NO_EPISODE,
        "Its year counts as missing: what the other years say ends before it, or begins after it.",
        "Give the file with its rows, or take it away if there was nobody in care.",
    )


def _unknown(label: str) -> Finding:
    return Finding(
        label,
        None,
        "*",
        "",
        Severity.NOTE,
        "This is not one of the files of the return.",
        "It is not used.",
        f"If it should be used, name it after one of: {', '.join(LAYOUTS)}.",
    )
