"""Small SSDA903 returns, written as files: each test states only what matters."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from records.sources.return_903 import End, Return, read_903
from records.sources.return_903.layout import LAYOUTS

Row = dict[str, str]
Files = Mapping[str, Sequence[Row]]


def header(**said: str) -> Row:
    """A girl of eleven in 2021."""
    return {"CHILD": "A1", "SEX": "2", "DOB": "10/06/2009", "ETHNIC": "WBRI", "UPN": "UN3"} | said


def episode(**said: str) -> Row:
    """An ordinary foster placement with an agency, from 1 June 2020 and still open."""
    return {
        "CHILD": "A1",
        "DECOM": "01/06/2020",
        "RNE": "S",
        "LS": "C2",
        "CIN": "N1",
        "PLACE": "U6",
        "PLACE_PROVIDER": "PR4",
        "HOME_POST": "M33 7BX",
        "PL_POST": "M32 0TH",
        "URN": "SC123456",
    } | said


def write(folder: Path, files: Files) -> Path:
    """Write one year's files, every published column in its order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        columns = [item.name.upper() for item in LAYOUTS[name].items]
        columns += [c for c in ("LA", "YEAR") if any(c in row for row in rows)]
        with (folder / f"{name.lower()}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def one_year(
    folder: Path, *episodes: Row, year: str = "2020-21", headers: Sequence[Row] | None = None, **others: Sequence[Row]
) -> Return:
    """A return of one year."""
    rows = list(headers) if headers is not None else [header()]
    write(folder / year, {"Header": rows, "Episodes": episodes, **others})
    return read_903(folder)


def years(folder: Path, **by_year: Sequence[Row]) -> Return:
    """A return of several years of one child, `y2021=[...]` being the year that ends in 2021."""
    for name, rows in by_year.items():
        end = int(name[1:])
        sex = "F" if end >= 2025 else "2"
        write(folder / f"{end - 1}-{end % 100:02d}", {"Header": [header(SEX=sex)], "Episodes": rows})
    return read_903(folder)


def rules(made: Return, table: str = "Episodes") -> set[str]:
    """The rules that rows of a file met."""
    return set(made.findings.query("table == @table")["rule"])


def public(made: Return) -> set[str]:
    """The public rules that rows met."""
    return {code for codes in made.findings["public"] for code in codes.split()}


def stays(made: Return) -> list[tuple[str, str, str]]:
    """Each episode as its beginning, its end and how it ends."""
    e = made.episodes
    return [(str(b), str(u), End(int(k)).name) for b, u, k in zip(e.begin, e.until, e.end, strict=True)]


def adds_up(made: Return) -> bool:
    """Whether every row of every file is counted once."""
    return all(c.read == c.kept + c.mended + c.repeated + c.left_out for c in made.counts.values())


def same(one: Return, other: Return) -> bool:
    """Whether two returns say the same of the same children, wherever their rows stood."""
    for kind in ("children", "episodes"):
        a, b = getattr(one, kind), getattr(other, kind)
        for name in type(a).__slots__:
            if name != "row" and not np.array_equal(*(_plain(getattr(x, name)) for x in (a, b))):
                return False
    return True


def _plain(array: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return array.astype(np.int64) if array.dtype.kind == "M" else array
