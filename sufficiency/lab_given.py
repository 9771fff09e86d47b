"""What a council gives the policy lab: registers of homes, and how many children come into its care."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from records.check import check
from records.geography import Directory
from records.model import Records
from records.sources.folder import read
from records.sources.return_903 import read_903
from records.tables import Unusable
from sufficiency.batch_made_up import children_of_a_family
from sufficiency.history import history_of
from sufficiency.lab import CannotTry
from sufficiency.usable_register import Household, council_of, own_households
from sufficiency.year import AREA, YearOf

LAST_YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class Registers:
    """The homes that both registers hold, those of one alone, and the council's area."""

    both: tuple[Household, ...]
    only_a: tuple[Household, ...]
    only_b: tuple[Household, ...]
    area: str
    inputs: dict[str, str]
    rows_left_out: int


def registers(a: Path, b: Path | None, day: date) -> Registers:
    """Two records folders or workbooks of homes as they stand on a day; without `b`, one for both sides.

    A home is the same one where its id is. Raises `CannotTry` where its terms differ, or nothing can be used.
    """
    mine = _read(a, day)
    theirs = mine if b is None else _read(b, day)
    of_a, of_b = ({one.home.home_id: one for one in _emptied(records)} for records in (mine, theirs))
    differ = sorted(one for one in of_a.keys() & of_b.keys() if of_a[one] != of_b[one])
    if differ:
        listed = ", ".join(differ[:10]) + (f" and {len(differ) - 10} more" if len(differ) > 10 else "")
        raise CannotTry(
            f"--register-b: homes {listed} say something else than in --register-a. A home is in both or in one: to "
            "try other terms, give the home another id in --register-b."
        )
    area = council_of(mine) or AREA
    inputs = {f"a/{name}": digest for name, digest in mine.inputs.items()}
    inputs |= {} if b is None else {f"b/{name}": digest for name, digest in theirs.inputs.items()}
    return Registers(
        both=tuple(of_a[one] for one in sorted(of_a.keys() & of_b.keys())),
        only_a=tuple(of_a[one] for one in sorted(of_a.keys() - of_b.keys())),
        only_b=tuple(of_b[one] for one in sorted(of_b.keys() - of_a.keys())),
        area=area,
        inputs=inputs,
        rows_left_out=mine.rows_left_out + (0 if b is None else theirs.rows_left_out),
    )


def families_a_year(folder: Path) -> float:
    """Families of whom a child comes into care, a year: so many that as many children come as in the last returns.

    Raises `Unusable` for returns that cannot be read.
    """
    ret = read_903(folder)
    try:
        history = history_of(ret)
    except ValueError as error:
        raise Unusable(folder.name, str(error), "Give the folder that holds the yearly returns.") from error
    years = min(LAST_YEARS, max(1, round((history.until - history.first) / 365.25)))
    came = int((history.periods.begin >= history.until - round(365.25 * years)).sum())
    if not came:
        raise Unusable(folder.name, "Nobody in it came into care.", "Give the folder that holds the yearly returns.")
    return came / years / children_of_a_family()


def _read(path: Path, day: date) -> Records:
    return check(read(path), day, Directory())


def _emptied(records: Records) -> tuple[Household, ...]:
    """The homes with nobody placed in them, approved when the made-up years begin, as they are now."""
    begins = YearOf().begins
    return tuple(
        replace(one, home=replace(one.home, approved_from=min(one.home.approved_from, begins)))
        if one.home.approved_from is not None
        else one
        for one in own_households(records)
    )
