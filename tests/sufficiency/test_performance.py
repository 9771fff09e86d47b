"""The corporate parent's measures at quarter ends: counted again in plain pandas, and each rule on its own child."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from records.geography import Directory
from records.model import Records, Resident, ResidentStatus
from records.sources.return_903 import Return, read_903
from reporting.fact import Facts, Kind
from reporting.linked import Counted, linked
from sufficiency.groups import GROUPS
from sufficiency.history import History, history_of
from sufficiency.indicators import indicators, indicators_of, present_at
from sufficiency.performance import facts_of
from sufficiency.performance_siblings import sibling_rows
from sufficiency.performance_table import financial_years, iso, quarter_ends
from sufficiency.performance_waits import wait_rows
from sufficiency.position_children import children_facts
from sufficiency.position_tables_performance import PERFORMANCE
from sufficiency.referrals import NEEDS, SUITED, Referrals
from tests.records.made_returns import episode, header, write
from tests.sufficiency.histories import Councils, as_returned, day, lives

YEARS: Final = range(2018, 2024)
AGENCY: Final = ("PR3", "PR4", "PR5")
councils = Councils()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Return, History]:
    """Six years of made-up lives, as their yearly files."""
    folder = tmp_path_factory.mktemp("lives")
    people, rows = lives(11, 110, date(2017, 4, 1), date(2023, 3, 31))
    for year in YEARS:
        kept = as_returned(rows, year)
        there = {row["CHILD"] for row in kept}
        heads = [one for one in people if one["CHILD"] in there]
        write(folder / f"{year - 1}-{year % 100:02d}", {"Header": heads, "Episodes": kept})
    ret = read_903(folder)
    return folder, ret, history_of(ret)


@pytest.fixture(scope="module")
def tables(made: tuple[Path, Return, History]) -> dict[str, Facts]:
    """Their tables by key."""
    return {one.key: one for one in facts_of(made[1], made[2])}


def cell(facts: Facts, column: str, **by: str) -> float:
    """One figure of a table."""
    rows = facts.rows
    for dim, category in by.items():
        rows = rows[rows[dim] == category]
    (value,) = rows[column]
    return float(value)


# ---- counted again -------------------------------------------------------------------------------------------------


def raw(folder: Path) -> pd.DataFrame:
    """Every episode once, as the latest file has it, straight from the files."""
    frames = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(folder.glob("*/episodes.csv"))]
    rows = pd.concat(frames).drop_duplicates(["CHILD", "DECOM"], keep="last")
    rows["from"] = pd.to_datetime(rows["DECOM"], format="%d/%m/%Y")
    rows["to"] = pd.to_datetime(rows["DEC"], format="%d/%m/%Y", errors="coerce").fillna(pd.Timestamp("2100-01-01"))
    heads = pd.concat([pd.read_csv(path, dtype=str) for path in sorted(folder.glob("*/header.csv"))])
    born = pd.to_datetime(heads.drop_duplicates("CHILD").set_index("CHILD")["DOB"], format="%d/%m/%Y")
    # care ends with the 18th birthday, whatever a file forgot to close
    rows["to"] = rows[["to"]].assign(adult=rows["CHILD"].map(born) + pd.DateOffset(years=18)).min(axis=1)
    return rows.sort_values(["CHILD", "from"]).reset_index(drop=True)


def placements(rows: pd.DataFrame) -> pd.DataFrame:
    """Stays in one placement, walked through child by child."""
    found: list[dict[str, Any]] = []
    for child, mine in rows.groupby("CHILD"):
        away = False
        for row in mine.to_dict("records"):
            last = found[-1] if found and found[-1]["CHILD"] == child else None
            joined = last is not None and last["to"] == row["from"]
            if row["PLACE"].startswith("T") and joined and last is not None:
                last["to"], away = row["to"], True
                continue
            same = last is not None and joined and (
                (away and (row["PLACE"], row["PL_POST"]) == (last["PLACE"], last["PL_POST"]))
                or (not away and row["RNE"] == "L")
            )  # fmt: skip
            if same and last is not None:
                last["to"] = row["to"]
            else:
                found.append(row)
            away = False
    return pd.DataFrame(found)


def test_five_quarters_counted_again(made: tuple[Path, Return, History], tables: dict[str, Facts]) -> None:
    """Children in care, those with an agency, many placements and starts are what plain pandas counts of the files."""
    rows = raw(made[0])
    stays = placements(rows)
    ends = [date.fromisoformat(on) for on in tables["performance.in_care"].rows["on"]]
    for end in np.random.default_rng(5).choice(len(ends), 5, replace=False).tolist():
        on, after = str(ends[end]), pd.Timestamp(ends[end]) + pd.Timedelta(days=1)
        now = stays[(stays["from"] < after) & (stays["to"] >= after)]
        assert cell(tables["performance.in_care"], "children", on=on) == len(now) > 15
        agency = now["PLACE"].isin(["U4", "U5", "U6"]) & now["PLACE_PROVIDER"].isin(AGENCY)
        assert cell(tables["performance.mix"], "part", on=on, group="foster_agency") == agency.sum()
        begun = after - pd.DateOffset(months=12)
        year = stays[(stays["from"] < after) & (stays["to"] > begun)]
        many = year.groupby("CHILD").size().reindex(now["CHILD"])
        assert cell(tables["performance.shares"], "part", measure="ni_62", on=on) == (many >= 3).sum() > 0
        quarter = (rows["from"] >= after - pd.DateOffset(months=3)) & (rows["from"] < after) & (rows["RNE"] == "S")
        if ends[end] >= date(2020, 6, 30):
            fiscal = ends[end].year - (ends[end].month < 4)
            name = f"q{(ends[end].month // 3 - 2) % 4 + 1}"
            told = cell(tables["performance.flows"], "children", what="started", year_quarter=name,
                        on=f"{fiscal}-{(fiscal + 1) % 100}")  # fmt: skip
            assert told == quarter.sum()


def test_a_year_end_is_what_it_was(made: tuple[Path, Return, History]) -> None:
    """At 31 March the measures are those of the year, words and all; at another quarter end they name its days."""
    _, ret, history = made
    directory = Directory()
    of_year = indicators(ret, history, 2022, directory)
    assert of_year == indicators_of(ret, present_at(history, day("2022-04-01")), directory)
    assert "31 March" in of_year[0].definition
    assert "from 1 April" in of_year[0].definition
    june = indicators_of(ret, present_at(history, day("2022-07-01")), directory)
    assert "on 30 June with" in june[0].definition
    assert "from 1 July" in june[0].definition
    assert "31 December" in june[4].definition
    assert "30 June two years" in june[4].definition
    with pytest.raises(ValueError, match="first of one"):
        present_at(history, day("2022-07-02"))


def test_the_tables_are_those_listed(tables: dict[str, Facts]) -> None:
    """Each table is as the list of the book has it; a table nobody lists would be in no reference."""
    keys = {one.key: one for one in PERFORMANCE}
    for key, facts in tables.items():
        assert (facts.kind, facts.by, facts.columns) == (keys[key].kind, keys[key].by, keys[key].columns)
    assert [iso(one - 1) for one in quarter_ends(history_stub("2022-05-01"))][-1] == "2022-03-31"
    assert financial_years(history_stub("2022-03-31"))[-1][0] == "2020-21"


def history_stub(until: str) -> History:
    """A history of nobody that ends on the eve of a day."""
    made = object.__new__(History)
    object.__setattr__(made, "first", day("2015-04-01"))
    object.__setattr__(made, "until", day(until))
    return made


def test_counts_do_not_contradict_one_another(made: tuple[Path, Return, History], tables: dict[str, Facts]) -> None:
    """Whatever counts the same children here and in the tables of children is the same number, and parts add up."""
    _, ret, history = made
    every = [*children_facts(ret, history, Directory()), *tables.values()]
    counted = []
    for facts in every:
        if facts.kind is Kind.COUNT or (facts.kind is Kind.SHARE and "what" in facts.by):
            rows = facts.rows.rename(columns={facts.columns[0].name: "n"})
            counted.append(Counted(facts.key, rows.astype({"n": int}), facts.by, ("n",), facts.overlap))
    cells = linked(counted)
    assert len(counted) > 15
    assert cells.sums.shape[0] > 100


# ---- each rule -----------------------------------------------------------------------------------------------------

ADOPTED = councils.add(
    episode(DECOM="10/05/2021", PLACE="U5", LS="C1", DEC="01/09/2021", REC="X1"),
    episode(DECOM="01/09/2021", RNE="L", PLACE="U5", LS="E1", DEC="01/12/2021", REC="X1"),
    episode(DECOM="01/12/2021", RNE="P", PLACE="A6", LS="E1", PLACE_PROVIDER="PR3", PL_POST="M31 4AA",
            DEC="15/10/2022", REC="E12"),
    dob="01/02/2020",
    years=(2021, 2022, 2023),
    AD1=[{"CHILD": "A1", "DOB": "01/02/2020", "DATE_INT": "01/12/2021", "DATE_MATCH": "20/11/2021", "FOSTER_CARE": "0",
          "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11", "YEAR": "2023"}],
    PlacedAdoption=[{"CHILD": "A1", "DOB": "01/02/2020", "DATE_PLACED": "20/08/2021", "YEAR": "2022"},
                    {"CHILD": "A1", "DOB": "01/02/2020", "DATE_PLACED": "20/08/2021", "YEAR": "2023"}],
)  # fmt: skip
CAME_BACK = councils.add(
    episode(DECOM="10/05/2021", PLACE="A5", LS="E1", DEC="01/12/2022", REC="X1"),
    episode(DECOM="01/12/2022", RNE="P", PLACE="U6", LS="E1", PL_POST="M31 4AA"),
    dob="01/02/2020",
    years=(2021, 2022, 2023),
)
REVERSED = councils.add(
    episode(DECOM="10/05/2021", LS="C2"),
    dob="01/02/2020",
    years=(2021, 2022, 2023),
    PlacedAdoption=[{"CHILD": "A1", "DOB": "01/02/2020", "DATE_PLACED": "20/08/2021",
                     "DATE_PLACED_CEASED": "05/04/2022", "REASON_PLACED_CEASED": "RD4", "YEAR": "2023"}],
    PrevPerm=[{"CHILD": "A1", "DOB": "01/02/2020", "PREV_PERM": "P2", "YEAR": "2022"}],
)  # fmt: skip

CAME_AFTER = councils.add(
    episode(CHILD="A0", DECOM="10/06/2022", LS="C2"),
    episode(CHILD="A1", DECOM="10/05/2020", PLACE="A5", LS="E1", DEC="01/12/2021", REC="E12"),
    people=[header(CHILD="A0", DOB="10/06/2009"), header(CHILD="A1", DOB="01/02/2019")],
    years=(2021, 2022, 2023),
)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Facts]]:
    """The tables of each case."""
    ret = councils.read(tmp_path_factory.mktemp("cases"))
    return {
        name: {one.key: one for one in facts_of(ret, history_of(ret, name))}
        for name in (ADOPTED, CAME_BACK, REVERSED, CAME_AFTER)
    }


def test_the_way_to_adoption(cases: dict[str, dict[str, Facts]]) -> None:
    """Decision, order, moving in and adoption are counted once each, in the half-year of their day."""
    told = cases[ADOPTED]
    for step, half in (("decided", "h1"), ("ordered", "h1"), ("placed", "h2")):
        assert cell(told["adoption.steps"], "children", what=step, on="2021-22", half=half) == 1
        assert cell(told["adoption.steps"], "children", what=step, on="2021-22", half="all") == 1
        assert cell(told["adoption.steps"], "children", what=step, on="2022-23", half="all") == 0
    for key, by in (
        ("adopted", {"half": "h2"}), ("age", {"age": "1_to_4"}), ("sex", {"sex": "F"}), ("agency", {"agency": "other"}),
        ("early", {"early": "yes"}),
    ):  # fmt: skip
        assert cell(told[f"adoption.{key}"], "children", on="2022-23", **by) == 1
    for name, days in (("a1", 205), ("a10", 205), ("a2", 80)):
        assert cell(told["adoption.times"], "total", measure=name, on="2022-23") == days
    assert "performance.means" not in told, "three years are not held"
    assert cell(told["performance.clocks"], "total", span="quarter", measure="a2", on="2022-12-31") == 80


def test_a_child_adopted_in_an_earlier_year_is_told_by_its_own_age(cases: dict[str, dict[str, Facts]]) -> None:
    """Children who come into care after an adoption do not take the place of the child who was adopted."""
    told = cases[CAME_AFTER]["adoption.age"]
    assert cell(told, "children", on="2021-22", age="1_to_4") == 1
    assert cell(told, "children", on="2021-22", age="10_to_15") == 0


def test_a_placement_for_adoption_that_ends(cases: dict[str, dict[str, Facts]]) -> None:
    """A child who leaves adopters without an order is counted as having come back, and waits again."""
    told = cases[CAME_BACK]
    assert cell(told["adoption.steps"], "children", what="came_back", on="2022-23", half="h2") == 1
    assert cell(told["adoption.steps"], "children", what="placed", on="2021-22", half="all") == 1
    waits = told["adoption.waiting"]
    assert cell(waits, "children", what="waiting_with_order", on="2023-03-31", waited="over_365") == 1
    assert cell(waits, "children", what="waiting_with_order", on="2022-03-31", waited="all") == 0
    living = told["adoption.with_adopters"]
    assert cell(living, "children", on="2022-03-31", waited="to_365") == 1
    assert cell(living, "children", on="2023-03-31", waited="all") == 0


def test_a_decision_that_is_reversed(cases: dict[str, dict[str, Facts]]) -> None:
    """A decision stands until the day it is reversed; what went before care is told of the year of the start."""
    told = cases[REVERSED]
    waits = told["adoption.waiting"]
    assert cell(waits, "children", what="waiting_with_decision", on="2022-03-31", waited="to_365") == 1
    assert cell(waits, "children", what="waiting_with_decision", on="2023-03-31", waited="all") == 0
    assert cell(told["adoption.steps"], "children", what="reversed", on="2022-23", half="h1") == 1
    assert cell(told["performance.permanence"], "children", on="2021-22", before="special_guardianship") == 1


def test_brothers_and_sisters_of_a_register() -> None:
    """Children fostered in the register live together where one home has all of their family; others do not count."""
    fostered, own = ResidentStatus.FOSTERED, ResidentStatus.OWN_CHILD
    people = [
        ("H1", "a", fostered, "F1"), ("H1", "b", fostered, "F1"), ("H1", "c", fostered, "F2"),
        ("H2", "d", fostered, "F2"), ("H2", "e", own, "F1"), ("H3", "f", fostered, "F3"),
        ("H3", "g", fostered, None), ("H3", "h", fostered, None),
    ]  # fmt: skip
    residents = tuple(Resident(home, who, status, family_id=family) for home, who, status, family in people)
    register = Records(date(2023, 3, 31), residents=residents)
    assert sibling_rows(register, "2023-03-31") == [("siblings_together", "2023-03-31", 2, 4)]
    assert sibling_rows(Records(date(2023, 3, 31)), "2023-03-31") == []


def test_days_from_referral_to_home(made: tuple[Path, Return, History]) -> None:
    """A referral is answered by the first placement on its day or after; one later than six months is no answer."""
    _, ret, history = made
    spells = history.placements
    at = int(np.flatnonzero((spells.begin > day("2022-01-01")) & (spells.begin < day("2022-08-01")))[0])
    child, begun = str(ret.children.id[history.periods.child[spells.period[at]]]), int(spells.begin[at])
    asked = [(child, begun), (child, begun - 3), ("nobody", begun)]
    count = len(asked)
    referrals = Referrals(
        np.array([name for name, _ in asked]), np.array([on for _, on in asked]), np.full(count, -1),
        np.full((count, len(NEEDS)), -1, dtype=np.int8), np.full((count, len(SUITED)), -1, dtype=np.int8), (), 0,
    )  # fmt: skip
    means, shares = wait_rows(referrals, ret, history, [day("2023-04-01")])
    assert means == [("wait_days", "2023-03-31", 3, 2)]
    assert shares == [("home_within_six_months", "2023-03-31", 2, 2)]
    late = Referrals(
        *(getattr(referrals, name) if name != "day" else referrals.day - 400 for name in Referrals.__slots__)
    )
    assert wait_rows(late, ret, history, [day("2023-04-01")])[1] in (
        [],
        [("home_within_six_months", "2023-03-31", 0, 2)],
    )


def test_groups_are_those_of_the_book(tables: dict[str, Facts]) -> None:
    """The mix of each quarter has every group once, and adds up to the children in care."""
    rows = tables["performance.mix"].rows
    for on, part in rows.groupby("on"):
        assert tuple(part["group"]) == (*GROUPS, "all")
        whole = cell(tables["performance.in_care"], "children", on=str(on))
        assert part["part"].tolist()[-1] == sum(part["part"].tolist()[:-1]) == whole
        assert set(part["base"]) == {whole}
