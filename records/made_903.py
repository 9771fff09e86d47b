"""Made-up SSDA903 returns, every file and several forms: valid by the guide, drawn from a seed, of nobody.

`python -m records.made_903 FOLDER --seed 7 --form xml` writes one. They show that whatever is valid is read whole;
they look like no council's children. For numbers like England's see the councils of the benchmarks.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from records.chance import Chance
from records.codes_903 import valid_in
from records.made_903_lives import Life, life
from records.made_903_rows import REQUIRED, Row, rows_of
from records.sources.return_903.layout import LAYOUTS

FORMS: Final = ("folders", "one folder", "merged", "xml")
"""A folder a year; one folder of all years; merged files with LA and YEAR and ISO dates; the Department's XML."""
BLANKS: Final = ("none", "cells", "columns")
"""What is left out of every optional column: nothing, what the cells hold, or the columns themselves."""
_GROUPS: Final = {
    "Reviews": "AREVIEW", "Missing": "AMISSING", "OC2": "OC2", "OC3": "OC3", "AD1": "AD1", "PrevPerm": "PERMANENCE",
    "PlacedAdoption": "AD_PLACED", "SWEpisodes": "SW_EPISODE", "DoLo": "DOLO",
}  # fmt: skip

Files = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class MadeReturn:
    """A return as its rows of text, dates as DD/MM/YYYY."""

    lives: tuple[Life, ...]
    years: Mapping[int, Files]
    """Collection year (in which it ends) to file to its rows; a file without rows is not there."""
    blanks: str


def made_return(seed: int) -> MadeReturn:
    """A return of one to four years and one to nine children. One in four has one child, one in five blanks."""
    chance = Chance(np.random.default_rng([903, seed]))
    last = chance.between(2016, 2028)
    years = tuple(range(last - chance.between(0, 3), last + 1))
    first, after = date(years[0] - 1, 4, 1), date(last, 4, 1)
    count = 1 if chance.yes(0.25) else chance.between(2, 9)
    lives = tuple(life(chance, n, first, after, valid_in("ETHNIC", last)) for n in range(count))
    blanks = chance.pick(["none"] * 8 + ["cells", "columns"])
    by_year = {year: rows_of(chance, lives, year) for year in years}
    by_year = {year: files for year, files in by_year.items() if files.get("Episodes")}
    return MadeReturn(lives, {y: _without(files, blanks) for y, files in by_year.items()}, blanks)


def _without(files: Mapping[str, Sequence[Row]], blanks: str) -> Files:
    if blanks == "none":
        return files
    return {
        name: [{key: text if key in REQUIRED[name] else "" for key, text in row.items()} for row in rows]
        for name, rows in files.items()
    }


def write_return(made: MadeReturn, folder: Path, form: str = "folders") -> Path:
    """Write a return in one of `FORMS`, and give back the folder. Raises ValueError for any other form."""
    if form not in FORMS:
        raise ValueError(f"There is no form “{form}”: there are {', '.join(FORMS)}.")
    if form == "merged":
        return write_councils({"Seaford": made}, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for year, files in made.years.items():
        span = f"{year - 1}-{year % 100:02d}"
        if form == "xml":
            (folder / f"return {span}.xml").write_text(as_xml(files), encoding="utf-8", newline="\n")
            continue
        home = folder / span if form == "folders" else folder
        home.mkdir(exist_ok=True)
        for name, rows in files.items():
            stem = name.lower() if form == "folders" else f"{span}_{name.lower()}"
            _write(home / f"{stem}.csv", _headings(name, made.blanks), rows)
    return folder


def _headings(name: str, blanks: str) -> list[str]:
    every = [item.name.upper() for item in LAYOUTS[name].items]
    return [key for key in every if blanks != "columns" or key in REQUIRED[name]]


def _write(path: Path, headings: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, headings, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_councils(councils: Mapping[str, MadeReturn], folder: Path) -> Path:
    """Write several councils' returns as merged regional files do: LA and YEAR columns, ISO dates."""
    folder.mkdir(parents=True, exist_ok=True)
    blanks = {made.blanks for made in councils.values()}
    for name in LAYOUTS:
        rows = [
            {key: _iso(text) for key, text in row.items()} | {"LA": la, "YEAR": str(year)}
            for la, made in councils.items()
            for year, files in made.years.items()
            for row in files.get(name, ())
        ]
        if rows:
            headings = _headings(name, "columns" if blanks == {"columns"} else "none")
            _write(folder / f"{name.lower()}.csv", [*headings, "LA", "YEAR"], rows)
    return folder


def _iso(text: str) -> str:
    parts = text.split("/")
    return "-".join(reversed(parts)) if len(parts) == 3 and all(part.isdigit() for part in parts) else text


def as_xml(files: Files) -> str:
    """One year as the Department's XML: CHILDID and PL for CHILD and PLACE, and UASC as a flag of the header."""
    by_child: dict[str, dict[str, list[Row]]] = {}
    for name, rows in files.items():
        for row in rows:
            by_child.setdefault(row["CHILD"], {}).setdefault(name, []).append(row)
    made = ["<?xml version='1.0' encoding='utf-8'?><EXPSSDA903>"]
    for mine in by_child.values():
        made.append("<CHILD><HEADER>")
        made += [_element("CHILDID" if key == "CHILD" else key, text) for key, text in mine["Header"][0].items()]
        alone = mine.get("UASC", [])
        made.append(_element("UASC", "1" if alone else "0"))
        made.append(_element("DUC", alone[0]["DUC"] if alone else ""))
        for name, tag in _GROUPS.items():
            made += [_group(tag, row, ("CHILD", "DOB")) for row in mine.get(name, [])]
        made.append("</HEADER>")
        made += [_group("EPISODE", row, ("CHILD",)) for row in mine.get("Episodes", [])]
        made.append("</CHILD>")
    return "\n".join([*made, "</EXPSSDA903>"])


def _group(tag: str, row: Row, without: tuple[str, ...]) -> str:
    inner = "".join(_element("PL" if key == "PLACE" else key, text) for key, text in row.items() if key not in without)
    return f"<{tag}>{inner}</{tag}>"


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else f"<{tag} />"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write one return."""
    parser = argparse.ArgumentParser(prog="python -m records.made_903", description="Writes a made-up return.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=FORMS, default=FORMS[0])
    options = parser.parse_args(arguments)
    write_return(made_return(options.seed), options.folder, options.form)


if __name__ == "__main__":
    main()
