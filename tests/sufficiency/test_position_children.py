"""The counts of children in a book of figures, held against the same counts by hand from the rows of the return."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd
import pytest

from records.geography import Directory
from records.made_903 import MadeReturn, made_return, write_councils
from records.sources.return_903 import Return, read_903
from reporting.fact import ALL, Facts, Kind
from reporting.linked import Counted, linked
from sufficiency.history import history_of
from sufficiency.performance import facts_of
from sufficiency.position_children import children_facts

COUNCILS = 36
BREAKS = ("V3", "V4")
LEGAL = {"C1": "interim_care_order", "C2": "full_care_order", "D1": "freed_for_adoption", "E1": "placement_order",
         "V2": "section_20", "L1": "child_protection", "L2": "child_protection", "L3": "child_protection",
         "J1": "youth_justice", "J2": "youth_justice", "J3": "youth_justice"}  # fmt: skip
PLACES = {"U1": "foster_kin", "U2": "foster_kin", "U3": "foster_kin", "A3": "placed_for_adoption",
          "A4": "placed_for_adoption", "A5": "placed_for_adoption", "A6": "placed_for_adoption", "K1": "secure",
          "R5": "secure", "K2": "residential", "R1": "residential", "R3": "residential", "S1": "residential",
          "K3": "supported", "H5": "supported", "P2": "supported", "P1": "with_parents"}  # fmt: skip
FOSTER = {"PR2": "foster_other_authority", "PR3": "foster_agency", "PR4": "foster_agency", "PR5": "foster_agency"}
BANDS = ((1, "under_1"), (5, "1_to_4"), (10, "5_to_9"), (16, "10_to_15"), (200, "16_plus"))


@pytest.fixture(scope="module")
def made() -> dict[str, MadeReturn]:
    """Small councils, some with short breaks, none with blank cells."""
    every = {f"Council {seed:03d}": made_return(seed) for seed in range(COUNCILS)}
    return {name: one for name, one in every.items() if one.blanks == "none" and one.years}


@pytest.fixture(scope="module")
def ret(made: dict[str, MadeReturn], tmp_path_factory: pytest.TempPathFactory) -> Return:
    """All of them, read from one merged return."""
    return read_903(write_councils(made, tmp_path_factory.mktemp("returns")))


def found(ret: Return, council: str) -> dict[str, Facts]:
    """The tables of one council's children."""
    return {one.key: one for one in children_facts(ret, history_of(ret, council), Directory())}


def told(facts: Facts, **by: str) -> dict[str, int]:
    """What a table says of its last dimension, without noughts and sums."""
    rows = facts.rows
    for name, category in by.items():
        rows = rows[rows[name] == category]
    last = facts.by[-1]
    return {
        category: int(count)
        for category, count in zip(rows[last], rows["children"], strict=True)
        if count and category != ALL
    }


def tally(values: Iterable[str]) -> dict[str, int]:
    """How often each is there."""
    return {str(name): int(count) for name, count in pd.Series(list(values), dtype=object).value_counts().items()}


def counted(tables: Iterable[Facts]) -> list[Counted]:
    """Counts, and the counts that shares are made of, as whoever hides cells puts them together."""
    made = [Counted(one.key, one.rows, one.by, ("children",), one.overlap) for one in tables if one.kind is Kind.COUNT]
    for one in tables:
        if one.kind is Kind.SHARE and "what" in one.by:
            made.append(Counted(one.key, one.rows, one.by, ("part",), one.overlap))
    return made


def day(text: str) -> date:
    """A day of the return."""
    last, month, year = text.split("/")
    return date(int(year), int(month), int(last))


def band(born: date, on: date) -> str:
    """The age band of somebody on a day."""
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next(name for below, name in BANDS if years < below)


def test_who_is_in_care_is_what_the_rows_say(made: dict[str, MadeReturn], ret: Return) -> None:
    """Open rows of the last year, by hand, by status, need, sex, age, placement, and alone."""
    children = 0
    for name, one in made.items():
        year, files = max(one.years.items())
        people = {row["CHILD"]: row for row in files["Header"]}
        alone = {row["CHILD"] for each in one.years.values() for row in each.get("UASC", ())}
        rows = [row for row in files["Episodes"] if not row["DEC"] and row["LS"] not in BREAKS]
        tables = found(ret, name)
        on, last = f"{year}-03-31", date(year, 3, 31)
        assert told(tables["children.legal"], on=on) == tally(LEGAL.get(row["LS"], "other") for row in rows)
        assert told(tables["children.need_code"], on=on) == tally(row["CIN"] for row in rows)
        sexes = [{"1": "M", "2": "F"}.get(people[row["CHILD"]]["SEX"], people[row["CHILD"]]["SEX"]) for row in rows]
        ages = [band(day(people[row["CHILD"]]["DOB"]), last) for row in rows]
        both = tables["children.sex_age"]
        for sex in ("F", "M", "U"):
            mine = [age for age, other in zip(ages, sexes, strict=True) if other == sex]
            assert told(both, on=on, sex=sex) == tally(mine)
        yes = [row for row in rows if row["CHILD"] in alone]
        assert sum(told(tables["children.uasc"], on=on, uasc="yes").values()) == len(yes)
        if not any(row["PLACE"].startswith("T") for row in rows):
            groups = [
                FOSTER.get(row["PLACE_PROVIDER"], "foster_in_house")
                if row["PLACE"] in ("U4", "U5", "U6")
                else PLACES.get(row["PLACE"], "other")
                for row in rows
            ]
            whole = {
                group: sum(told(tables["children.group_age"], on=on, group=group).values()) for group in set(groups)
            }
            assert whole == tally(groups)
        children += len(rows)
    assert children > 60


def test_who_came_and_left_is_what_the_rows_say(made: dict[str, MadeReturn], ret: Return) -> None:
    """Starts and ends of each year by hand, of councils without short breaks; totals change by them alone."""
    events = 0
    for name, one in made.items():
        rows = [row for files in one.years.values() for row in files["Episodes"]]
        if any(row["LS"] in BREAKS for row in rows):
            continue
        totals = found(ret, name)["children.total"].rows.set_index(["what", "on"])["children"]
        for year, files in one.years.items():
            called = f"{year - 1}-{year % 100:02d}"
            if ("started", called) not in totals.index:
                continue
            first, after = date(year - 1, 4, 1), date(year, 4, 1)
            came = {(r["CHILD"], r["DECOM"]) for r in files["Episodes"] if r["RNE"] == "S" and day(r["DECOM"]) >= first}
            left = [r for r in files["Episodes"] if r["DEC"] and r["REC"] != "X1" and first <= day(r["DEC"]) < after]
            assert totals["started", called] == len(came)
            assert totals["ceased", called] == len({r["CHILD"] + r["DEC"] for r in left})
            before = ("in_care", f"{year - 1}-03-31")
            if before in totals.index:
                change = totals["started", called] - totals["ceased", called]
                assert totals["in_care", f"{year}-03-31"] == totals[before] + change
            events += len(came) + len(left)
    assert events > 50


def test_every_table_adds_up_with_every_other(made: dict[str, MadeReturn], ret: Return) -> None:
    """Put together as one set of cells, no table of children contradicts another, nor the measures of performance."""
    for name in list(made)[::5]:
        tables = list(found(ret, name).values())
        every = [*tables, *facts_of(ret, history_of(ret, name))]
        cells = linked(counted(every))
        assert len(cells) > 300
        whole = next(one for one in tables if one.key == "children.total").rows
        totals = whole.set_index(["what", "on"])["children"].to_dict()
        for one in tables:
            if one.key == "children.total" or one.kind is not Kind.COUNT:
                continue
            dims = [dim for dim in one.by if dim not in ("what", "on")]
            sums = one.rows[(one.rows[dims] == ALL).all(axis=1)]
            parts = one.rows[(one.rows[dims] != ALL).all(axis=1)].groupby(["what", "on"])["children"].sum()
            for what, on, count in zip(sums["what"], sums["on"], sums["children"], strict=True):
                assert totals[what, on] == count == parts[what, on], (name, one.key)
