"""A child or family who came tonight and is on no list yet: little is known, and what is not known stays unknown.

Read and checked by the same door as every other row (`records.check`), then put beside a register that is already
checked. Nothing is filled in but what a search at night means by itself: a foster home, in an emergency, from today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from records.cells import shown
from records.check import check
from records.columns import FILES
from records.model import (
    Child,
    Finding,
    Home,
    Link,
    LinkKind,
    PlacementNeed,
    Records,
    Resident,
    ResidentStatus,
    Route,
)
from records.sources.delimited import read_delimited
from records.sources.folder import bytes_of
from records.sources.limits import LIMITS
from records.tables import Table, Tables, Unusable
from records.whereabouts import PostcodeDirectory

UNNAMED: Final = "TONIGHT"
AGE: Final = "age"
"""A column that tonight's rows may have in place of `date_of_birth`: whole years."""
OLDEST: Final = 17
HELD: Final = "a place held"
"""What stands for somebody for whom a place is held, of whom nothing else is said."""


@dataclass(frozen=True, slots=True)
class Tonight:
    """Checked children who came tonight. `findings`: what was doubtful in their rows.

    `ages`: children of whom only the age is known, in years. Such a child is taken as just turned that age; see
    `as_old_as_can_be` for the other end.
    """

    children: tuple[Child, ...]
    findings: tuple[Finding, ...] = ()
    ages: Mapping[str, int] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The children's ids."""
        return tuple(c.child_id for c in self.children)

    def as_old_as_can_be(self, day: date) -> Tonight:
        """The same children, with those of whom only the age is known born as early as that age allows."""
        born = {one: last_birth(years + 1, day) + timedelta(days=1) for one, years in self.ages.items()}
        return replace(
            self, children=tuple(replace(c, date_of_birth=born.get(c.child_id, c.date_of_birth)) for c in self.children)
        )


def last_birth(years: int, day: date) -> date:
    """The latest day on which somebody may have been born who is so many years old."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February, and none in that year
        return date(day.year - years, 2, 28)


def read_tonight(path: Path, day: date, directory: PostcodeDirectory | None = None) -> Tonight:
    """Children from a CSV file with the columns of children.csv, any of which may be missing, and `age`.

    Raises `Unusable` for a file that is no table, and where a row cannot be used.
    """
    table, noted = read_delimited(_LENIENT, shown(path.name), bytes_of(path, LIMITS), LIMITS)
    noted = [one for one in noted if one.column != AGE]
    return tonight_of(table, day, directory, noted)


def rows_of_tonight(
    rows: Sequence[Mapping[str, str]], day: date, directory: PostcodeDirectory | None = None
) -> Tonight:
    """The same from rows of text under the names of the columns."""
    frame = pd.DataFrame([dict(row) for row in rows]).fillna("").astype("str")
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return tonight_of(Table("children", "tonight's child", frame), day, directory)


def tonight_of(
    table: Table, day: date, directory: PostcodeDirectory | None = None, noted: Sequence[Finding] = ()
) -> Tonight:
    """Check tonight's rows. Raises `Unusable` where any cannot be used: nobody is left out of a search at night."""
    if not len(table.frame):
        raise Unusable(table.label, "It names no child.", "Give one row for each child.")
    frame, ages = _filled(table, day)
    homes = FILES["homes"]
    empty = Table("homes", "homes", pd.DataFrame(columns=list(homes.required_columns), dtype="str"))
    found = check(Tables({"children": replace(table, frame=frame), "homes": empty}, tuple(noted)), day, directory)
    findings = tuple(one for one in found.findings if one.file == table.label)
    if found.rows_left_out or not found.children:
        why = "; ".join(f"{one.column}: {one.message}" for one in findings if one.severity == "left_out")
        raise Unusable(table.label, why, "Mend it, or leave the cell blank where that may be.")
    kept = {child_id: years for child_id, years in ages.items() if child_id in {c.child_id for c in found.children}}
    return Tonight(found.children, findings, kept)


def _filled(table: Table, day: date) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows with what a search at night means where a cell is blank, and the ages of those with no date of birth."""
    frame = table.frame.copy()
    several = len(frame) > 1
    for name in ("child_id", "family_id", "date_of_birth", "routes", "referred_on", "placement_need", AGE):
        if name not in frame.columns:
            frame[name] = ""
    blank = {name: frame[name].str.strip() == "" for name in frame.columns}
    unnamed = [f"{UNNAMED}-{i + 1}" if several else UNNAMED for i in range(len(frame))]
    frame["child_id"] = frame["child_id"].where(~blank["child_id"], pd.Series(unnamed, index=frame.index))
    if several:
        frame["family_id"] = frame["family_id"].where(~blank["family_id"], f"{UNNAMED} FAMILY")
    for name, value in (
        ("routes", Route.FOSTER.value),
        ("placement_need", PlacementNeed.EMERGENCY.value),
        ("referred_on", day.isoformat()),
    ):
        frame[name] = frame[name].where(~blank[name], value)
    ages: dict[str, int] = {}
    for row in frame.index[blank["date_of_birth"]]:
        text = str(frame.loc[row, AGE]).strip()
        if not (text.isascii() and text.isdigit()) or int(text) > OLDEST:
            raise Unusable(
                f"{table.label}, row {row}",
                "It gives neither a date of birth nor an age from 0 to 17." if not text else "The age is not 0 to 17.",
                "Ask how old the child is: no rule on age can be asked without it.",
            )
        ages[str(frame.loc[row, "child_id"]).strip()] = int(text)
        frame.loc[row, "date_of_birth"] = last_birth(int(text), day).isoformat()
    return frame.drop(columns=AGE), ages


_LENIENT: Final = replace(
    FILES["children"], columns=tuple(replace(c, required=False) for c in FILES["children"].columns)
)


def beside(records: Records, tonight: Tonight) -> Records:
    """The register with tonight's children on it. Raises `Unusable` where an id is somebody else's already."""
    taken = {c.child_id for c in records.children} | {r.resident_id for r in records.residents}
    again = [one for one in tonight.ids if one in taken]
    if again:
        raise Unusable(
            "Tonight's child",
            f"{', '.join(again)} is on the register already.",
            "Search by that id alone, or give tonight's child another.",
        )
    children = tuple(sorted((*records.children, *tonight.children), key=lambda c: c.child_id))
    return replace(records, children=children)


def with_places_held(records: Records, held: Mapping[str, int]) -> Records:
    """The register with so many places of these homes taken by somebody of whom nothing is known but that.

    Each holds a vacancy and lives there as a fostered child whose age is not recorded, so that a rule that asks about
    the household answers with a question.
    """
    if not held:
        return records
    homes = tuple(
        replace(h, vacancies=max(0, h.vacancies - held[h.home_id])) if h.home_id in held else h for h in records.homes
    )
    there = {h.home_id for h in homes}
    more = [
        Resident(home_id, f"{HELD} {i + 1} at {home_id}", ResidentStatus.FOSTERED)
        for home_id, places in held.items()
        if home_id in there
        for i in range(places)
    ]
    residents = tuple(sorted((*records.residents, *more), key=lambda r: (r.home_id, r.resident_id)))
    return replace(records, homes=homes, residents=residents)


def with_proposed(records: Records, proposed: Mapping[str, str]) -> Records:
    """The register as it would be if each of these children lived in the home proposed for them, and stayed."""
    homes = {h.home_id: h for h in records.homes}
    lives = {(link.child_id, link.home_id) for link in records.links if link.link is LinkKind.CURRENT_CARER}
    lives |= {(r.resident_id, r.home_id) for r in records.residents}
    children: list[Child] = []
    links: list[Link] = list(records.links)
    for child in records.children:
        home_id = proposed.get(child.child_id)
        if home_id not in homes or (child.child_id, home_id) in lives:
            children.append(child)
            continue
        children.append(replace(child, needed_by=None))
        links = [one for one in links if (one.child_id, one.link) != (child.child_id, LinkKind.CURRENT_CARER)]
        links.append(Link(child.child_id, home_id, LinkKind.CURRENT_CARER))
        home: Home = homes[home_id]
        homes[home_id] = replace(home, vacancies=max(0, home.vacancies - 1))
    return replace(records, children=tuple(children), homes=tuple(homes.values()), links=tuple(links))
