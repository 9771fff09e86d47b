"""Whole returns of made-up lives, written as yearly files: what is in them is known before they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from records.sources.return_903 import Return, read_903
from tests.records.made_returns import Row, episode, header, write

PLACES = (
    *(("U6", "PR1"), ("U6", "PR4"), ("U4", "PR2"), ("U3", "PR1"), ("K2", "PR4"), ("R5", "PR3")),
    *(("P1", "PR0"), ("K1", "PR1"), ("R1", "PR4")),
)
HOMES = ("M33 7BX", "M33 2AA", "M33 3AB", "M41 0AA", "M16 9AB")
POSTS = ("M32 0TH", "M31 4AA", "M21 8UG", "M20 2RN", "M16 0AB", "WA14 1AA", "WA15 6AA", "SK4 1AA")
WAYS = ("E4A", "E4B", "E45", "E46", "E13", "E8", "E9", "E5", "E16")


def day(text: str) -> int:
    """A day written year first, as a whole number."""
    return int(np.datetime64(text, "D").astype(np.int64))


def uk(one: date) -> str:
    """A day as the return writes it."""
    return f"{one:%d/%m/%Y}"


def as_returned(rows: Iterable[Row], year: int) -> list[Row]:
    """Episodes as the file of a year would have held them on its 31 March.

    One that ends later is open, and one that is over before the year is not there.
    """
    last, kept = date(year, 3, 31), []
    for row in rows:
        begin, end = _day(row["DECOM"]), _day(row["DEC"]) if row.get("DEC") else None
        if begin > last or (end is not None and end < date(year - 1, 4, 1)):
            continue
        still = end is None or end > last
        kept.append(row | {"DEC": "", "REC": "", "REASON_PLACE_CHANGE": ""} if still else row)
    return kept


class Councils:
    """Many small councils in one merged return, so that many cases are read at once."""

    def __init__(self) -> None:
        self._files: dict[str, list[Row]] = {"Header": [], "Episodes": []}
        self._count = 0

    def add(
        self,
        *episodes: Row,
        dob: str = "10/06/2009",
        years: Iterable[int] = (2021,),
        people: Sequence[Row] | None = None,
        **others: Sequence[Row],
    ) -> str:
        """A council with one child (or the people given) and these episodes; returns what it is called."""
        self._count += 1
        name = f"Council {self._count:03d}"
        for year in years:
            where = {"LA": name, "YEAR": str(year)}
            kept = as_returned(episodes, year)
            there = {row["CHILD"] for row in kept}
            for person in [header(DOB=dob)] if people is None else people:
                if person["CHILD"] in there:
                    sex = "F" if year >= 2025 else "2"
                    self._files["Header"].append(person | where | {"SEX": sex})
            self._files["Episodes"] += [row | where for row in kept]
            for file, rows in others.items():
                self._files.setdefault(file, []).extend(row | where for row in rows)
        return name

    def read(self, folder: Path) -> Return:
        """Write the merged files and read them back."""
        write(folder / "all", self._files)
        return read_903(folder)


def lives(seed: int, children: int, first: date, last: date) -> tuple[list[Row], list[Row]]:
    """Children and every episode of theirs that begins up to a day: moves, temporary stays, returns to care.

    Nothing in it breaks a rule of the return but those on ages and reasons, which are left to chance.
    """
    rng = np.random.default_rng(seed)
    people, rows = [], []
    span = (last - first).days
    for number in range(children):
        born = first + timedelta(days=int(rng.integers(-17 * 365, span)))
        people.append(header(CHILD=f"C{number}", DOB=uk(born)))
        begin = max(born, first + timedelta(days=int(rng.integers(-400, span))))
        if begin >= _adult(born):
            continue
        for _ in range(int(rng.integers(1, 4))):
            spell = _period(rng, f"C{number}", begin, born, last)
            rows += spell
            if not spell[-1].get("DEC"):
                break
            begin = _day(spell[-1]["DEC"]) + timedelta(days=int(rng.integers(1, 500)))
            if begin >= min(last, _adult(born)):
                break
    return people, rows


def _period(rng: np.random.Generator, child: str, begin: date, born: date, last: date) -> list[Row]:
    """Episodes of one period of care, up to its end, the 18th birthday, or the last day."""
    rows: list[Row] = []
    home = str(rng.choice(HOMES))
    rne, usual, back = "S", None, None
    adult = _adult(born)
    while True:
        place, provider = PLACES[int(rng.integers(len(PLACES)))]
        post = str(rng.choice(POSTS))
        length = int(rng.choice((1, 2, 9, 30, 91, 92, 200, 550, 900)))
        if back is not None:
            (place, provider, post), back = back, None
            if rng.random() < 0.2:
                place, provider, post = "K2", "PR5", "OL1 1AA"
        elif rne == "L" and usual is not None:
            place, provider, post = usual
        elif usual is not None and rng.random() < 0.2:
            back = usual
            place, provider, post, length = f"T{int(rng.integers(5))}", "", str(rng.choice(POSTS)), 5
        if back is None:
            usual = (place, provider, post)
        end = min(begin + timedelta(days=length), adult)
        row = episode(
            CHILD=child, DECOM=uk(begin), RNE=rne, PLACE=place, PLACE_PROVIDER=provider, PL_POST=post, HOME_POST=home,
            URN="", LS=str(rng.choice(("C1", "C2", "E1", "V2"))),
        )  # fmt: skip
        rows.append(row)
        if begin + timedelta(days=length) > last:
            return rows
        leaves = end == adult or (back is None and rng.random() < 0.3)
        row["DEC"] = uk(end)
        row["REC"] = ("E17" if end == adult else str(rng.choice(WAYS))) if leaves else "X1"
        row["REASON_PLACE_CHANGE"] = "" if leaves else str(rng.choice(("", "CREQB", "CARPL")))
        if leaves:
            return rows
        rne = "P" if back is not None or place[0] == "T" else str(rng.choice(("P", "P", "L", "T", "B", "U")))
        begin = end


def _adult(born: date) -> date:
    leapling = (born.month, born.day) == (2, 29)
    return date(born.year + 18, 3, 1) if leapling else born.replace(year=born.year + 18)


def _day(text: str) -> date:
    number, month, year = (int(part) for part in text.split("/"))
    return date(year, month, number)
