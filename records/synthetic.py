"""A made-up council of any size from a seed: children, homes, households and what ties them.

Nobody in it exists. Shares and amounts come from `synthetic.toml`, where each has its source; postcodes are real
unit postcodes of the area, drawn at random. The same arguments give the same tables and the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from records.ages import age_on
from records.chance import Chance, values
from records.columns import FILES
from records.invented_children import Children, Family, Row
from records.invented_homes import Homes
from records.invented_places import Places
from records.synthetic_spoils import spoil

TRAFFORD = "E08000009"
DAY = date(2026, 11, 2)
Tables = dict[str, pd.DataFrame]


def council(
    children: int = 60,
    homes: int | None = None,
    seed: int = 1,
    *,
    day: date = DAY,
    authority: str = TRAFFORD,
    homes_with_vacancies: bool = False,
    with_findings: bool = False,
) -> Tables:
    """Make up a council's records: one frame of text for each file of a records folder.

    `homes` defaults to three and a half for each child: a council's whole register, in which most homes are full
    (`homes_with_vacancies=True` gives homes that all offer a place). `with_findings` spoils a few cells and rows
    in the ways that `synthetic_spoils.SPOILS` lists. Blank cells are empty text.

    Raises ValueError for fewer than no children or homes, or an authority that is not English.
    """
    if children < 0 or (homes is not None and homes < 0):
        raise ValueError("A council has no fewer than 0 children and 0 homes.")
    chance = Chance(np.random.default_rng(seed))
    places = Places(authority)
    people = Children(chance, places, day, authority)
    families = people.families(children)
    houses = Homes(chance, places, day, authority, with_vacancies=homes_with_vacancies)
    homes_rows = houses.homes(round(children * 3.5) if homes is None else homes)
    rows: dict[str, list[Row]] = {
        "children": [child for family in families for child in family.children],
        "siblings": people.sibling_plans(families),
        "separations": [],
        "homes": homes_rows,
        "residents": houses.residents,
        "links": [],
        "zones": [],
    }
    Ties(chance, rows, families, day).tie()
    _forget(chance, rows)
    tables = {name: _frame(name, rows[name]) for name in FILES if name in rows}
    return spoil(tables, day) if with_findings else tables


def panel(seed: int = 1, *, day: date = DAY) -> Tables:
    """One panel's work: 12 children and 30 homes with vacancies."""
    return council(12, 30, seed, day=day, homes_with_vacancies=True)


def borough(seed: int = 1, *, day: date = DAY) -> Tables:
    """A whole borough at once: 340 children, 250 homes with vacancies, families of up to six."""
    return council(340, 250, seed, day=day, homes_with_vacancies=True)


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write the tables as a records folder: one CSV file each, UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the tables as one workbook, a sheet each; every cell is text, never a formula, link or number."""
    with xlsxwriter.Workbook(str(path)) as book:
        # A fixed date of making, so that the same tables give the same bytes.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            for at, heading in enumerate(table.columns):
                sheet.write_string(0, at, str(heading))
                for row, text in enumerate(table.iloc[:, at], start=1):
                    if text:
                        sheet.write_string(row, at, text)


class Ties:
    """What already joins children and homes: kin, carers past and present, brothers and sisters, bars, zones."""

    def __init__(self, chance: Chance, rows: dict[str, list[Row]], families: list[Family], day: date) -> None:
        self._chance, self._rows, self._families, self._day = chance, rows, families, day
        self._rates = values("children", "rates")
        self._links: set[tuple[str, str]] = set()
        self._fostered: dict[str, list[Row]] = {}
        for resident in rows["residents"]:
            if resident["status"] == "fostered":
                self._fostered.setdefault(resident["home_id"], []).append(resident)
        self._homes = {home["home_id"]: home for home in rows["homes"]}

    def tie(self) -> None:
        """Add links, zones and separations, and write children's ids where homes name them."""
        self._kin()
        self._early_permanence()
        for family in self._families:
            if family.plan == "care":
                self._current_carer(family)
                self._brother_or_sister_elsewhere(family)
            for child in family.children:
                self._carers_past(child)
                self._zone(child, family)
                self._separation(child)
        self._exemption()

    def _link(self, child: Row, home: Row, link: str, reason: str | None = None) -> None:
        if (child["child_id"], home["home_id"]) not in self._links:
            self._links.add((child["child_id"], home["home_id"]))
            self._rows["links"].append(
                {"child_id": child["child_id"], "home_id": home["home_id"], "link": link, "reason": reason}
            )

    def _kin(self) -> None:
        """Give each connected person with a vacancy a family of the round, as far as families go."""
        chance = self._chance
        families = [f for f in self._families if f.plan == "care" and f.children[0]["routes"] == ["foster"]]
        offering = [h for h in self._rows["homes"] if h["segment"] == "connected_person" and h["vacancies"]]
        for home, family in zip(offering, chance.shuffled(families), strict=False):
            theirs = [child for child in family.children if "foster" in child["routes"]]
            home["named_children"] += [child["child_id"] for child in theirs]
            if chance.yes(0.3):
                home["named_children"] = []
            for child in theirs:
                self._link(child, home, "kin", chance.pick(("grandparent", "aunt or uncle", "family friend")))

    def _early_permanence(self) -> None:
        chance = self._chance
        waiting = [
            child["child_id"]
            for child in self._rows["children"]
            if "early_permanence" in child["routes"] and child["family_id"] is None
        ]
        for home in self._rows["homes"]:
            named = home["segment"] == "early_permanence" and waiting
            if named and chance.yes(values("homes", "rates")["named_early_permanence"]):
                home["named_children"] = [chance.pick(waiting)]

    def _current_carer(self, family: Family) -> None:
        """Now and then the only child of a family lives in one of the homes already."""
        chance = self._chance
        child = family.children[0]
        if len(family.children) > 1 or "foster" not in child["routes"]:
            return
        if not chance.yes(self._rates["current_carer"]):
            return
        age = age_on(child["date_of_birth"], self._day)
        fitting = [
            resident
            for home_id, living in self._fostered.items()
            for resident in living
            if len(living) <= 3
            and resident["family_id"] is None
            and resident["resident_id"].startswith("R")
            and self._homes[home_id]["kind"] == "foster"
            and self._homes[home_id].get("approved_age_min", 0) <= age
            and age <= self._homes[home_id].get("approved_age_max", 18)
            and self._homes[home_id].get("approved_sex") in (None, child["sex"])
        ]
        if not fitting:
            return
        resident = chance.pick(fitting)
        home = self._homes[resident["home_id"]]
        # An exemption that named the one who lived here names the child instead.
        for column in ("exempt_children", "named_children"):
            home[column] = [
                child["child_id"] if one == resident["resident_id"] else one for one in home.get(column) or []
            ]
        resident.update(
            resident_id=child["child_id"],
            date_of_birth=child["date_of_birth"],
            sex=child["sex"],
            leaving_on=None,
        )
        self._link(child, home, "current_carer")
        if chance.yes(0.5):
            # Settled: no move is asked for.
            child["needed_by"] = None

    def _brother_or_sister_elsewhere(self, family: Family) -> None:
        chance = self._chance
        if not chance.yes(self._rates["sibling_lives_here"]):
            return
        alone = [
            (home_id, living[0])
            for home_id, living in self._fostered.items()
            if len(living) == 1 and living[0]["family_id"] is None and living[0]["resident_id"].startswith("R")
        ]
        if not alone:
            return
        home_id, resident = chance.pick(alone)
        if family.children[0]["family_id"] is None:
            family.children[0]["family_id"] = "F" + family.children[0]["child_id"][1:] + "S"
        resident["family_id"] = family.children[0]["family_id"]
        for child in family.children:
            if chance.yes(0.7):
                self._link(child, self._homes[home_id], "sibling_lives_here")

    def _carers_past(self, child: Row) -> None:
        chance = self._chance
        homes = self._rows["homes"]
        if not homes:
            return
        if chance.yes(self._rates["previous_carer"]):
            self._link(child, chance.pick(homes), "previous_carer")
        if chance.yes(self._rates["barred"]):
            self._link(child, chance.pick(homes), "barred", "knows the birth family")

    def _zone(self, child: Row, family: Family) -> None:
        chance = self._chance
        if family.home is not None and chance.yes(self._rates["zone"]):
            expires = chance.days_after(self._day, -60, 300) if chance.yes(0.5) else None
            self._rows["zones"].append(
                {
                    "child_id": child["child_id"],
                    "easting": family.home.easting + chance.between(-2000, 2000),
                    "northing": family.home.northing + chance.between(-2000, 2000),
                    "radius_miles": chance.pick((0.5, 1.0, 2.0, 3.0)),
                    "reason": "risk of exploitation",
                    "expires_on": expires,
                }
            )

    def _separation(self, child: Row) -> None:
        chance = self._chance
        if not chance.yes(self._rates["separation"]):
            return
        others = [
            other["child_id"]
            for other in self._rows["children"]
            if other["family_id"] is None or other["family_id"] != child["family_id"]
        ]
        others += [one["resident_id"] for one in self._rows["residents"] if one["status"] == "fostered"]
        others = [other for other in others if other != child["child_id"]]
        if others:
            expires = chance.days_after(self._day, -60, 300) if chance.yes(0.3) else None
            self._rows["separations"].append(
                {
                    "person_a": child["child_id"],
                    "person_b": chance.pick(others),
                    "reason": "harm between them",
                    "decided_by": "team manager",
                    "expires_on": expires,
                }
            )

    def _exemption(self) -> None:
        """Some homes at the usual limit are exempt for a child of the round."""
        chance = self._chance
        alone = [c for c in self._rows["children"] if c["family_id"] is None and c["routes"] == ["foster"]]
        for home in self._rows["homes"]:
            full = len(self._fostered.get(home["home_id"], [])) >= 3
            if full and home["vacancies"] and home["kind"] == "foster" and alone and chance.yes(0.5):
                home["exempt_children"] = [*(home.get("exempt_children") or []), chance.pick(alone)["child_id"]]
                home["exempting_authority"] = home["authority"]


def _forget(chance: Chance, rows: dict[str, list[Row]]) -> None:
    """Leave cells blank at the rates at which they are missing in life."""
    for name in ("children", "homes", "residents"):
        for column, rate in values("missing", name).items():
            for row in rows[name]:
                if chance.yes(rate):
                    row[column] = None


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    columns = [column.name for column in FILES[name].columns]
    return pd.DataFrame(
        {column: pd.Series([_text(row.get(column)) for row in rows], dtype=object) for column in columns}
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
