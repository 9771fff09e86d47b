"""The made-up council: the same every time, whole, lifelike, and about nobody."""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from records.ages import age_on
from records.chance import figures, quotas, rest, values
from records.check import check
from records.codes import ETHNIC_CODES, LEGAL_STATUS_CODES, NEED_CODES
from records.geography import Directory, adjoining
from records.model import (
    Alongside,
    DistanceReason,
    HomeKind,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Provider,
    ResidentStatus,
    Route,
    SiblingPlan,
)
from records.synthetic import DAY, TRAFFORD, Tables, borough, council, panel, write, write_workbook
from records.synthetic_spoils import SPOILS, Spoil, spoil
from records.tables import Tables as Records

DATA = Path(__file__).parents[3] / "shared" / "data"

CONTRACT = {
    "children": """child_id family_id date_of_birth sex ethnicity religion languages home_postcode home_easting
        home_northing home_authority school_postcode school_easting school_northing school_year legal_status routes
        placement_need referred_on needed_by expected_end looked_after_since needs_must needs_helpful alongside pets
        smoke_free adoption_decision_on placement_order_on parental_consent_on distance_reason views
        views_recorded_on""",
    "siblings": "child_a child_b plan assessed_on assessed_by reason",
    "separations": "person_a person_b reason decided_by expires_on",
    "homes": """home_id kind provider agency_name approving_service approved_from approved_to last_review_on on_hold
        notice_received_on available_from available_to approved_places approved_age_min approved_age_max approved_sex
        approved_needs named_children advice_age_min advice_age_max advice_children vacancies bedrooms_free
        exempt_children exempting_authority meets_needs languages religion ethnicity postcode easting northing
        authority pets smoker step_free registered_categories preferred_age_min preferred_age_max preferred_sex
        weekly_cost""",
    "residents": "home_id resident_id status date_of_birth sex family_id leaving_on",
    "links": "child_id home_id link reason",
    "zones": "child_id easting northing radius_miles reason expires_on",
}


@pytest.fixture(scope="module")
def big() -> Tables:
    """A council big enough that shares settle and every rarity turns up."""
    return council(4000, 3000, seed=7)


def rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def ages(table: pd.DataFrame) -> list[int]:
    return [age_on(date.fromisoformat(born), DAY) for born in table["date_of_birth"]]


def items(cells: pd.Series) -> Counter[str]:
    return Counter(item for cell in cells for item in cell.split(";") if item)


def share(cells: pd.Series, value: str) -> float:
    filled = cells[cells != ""]
    return float((filled == value).mean())


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same seed: every CSV and the workbook are alike to the byte."""
    for name in ("once", "again"):
        tables = panel(3)
        write(tables, tmp_path / name)
        write_workbook(tables, tmp_path / f"{name}.xlsx")
    for table in CONTRACT:
        once = (tmp_path / "once" / f"{table}.csv").read_bytes()
        assert once == (tmp_path / "again" / f"{table}.csv").read_bytes()
        assert b"\r" not in once
    assert (tmp_path / "once.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()


def test_another_seed_gives_another_council() -> None:
    """The seed matters."""
    assert not panel(1)["children"].equals(panel(2)["children"])


def test_every_table_has_the_contracts_columns() -> None:
    """All seven tables, each with the columns of the contract in its order and cells of text."""
    tables = council(20)
    assert list(tables) == list(CONTRACT)
    for name, columns in CONTRACT.items():
        assert list(tables[name].columns) == columns.split()
        assert all(isinstance(cell, str) for column in tables[name] for cell in tables[name][column])


@pytest.mark.parametrize(
    ("children", "homes", "families"),
    [(0, 0, 0), (1, 1, 1), (7, 0, 1), (149, 30, 2), (150, 30, 6)],
    ids=["nobody", "one of each", "no homes", "below the size that has every family", "from there on"],
)
def test_any_size_can_be_asked_for(children: int, homes: int, families: int) -> None:
    """Just as many children and homes as asked for."""
    tables = council(children, homes)
    assert len(tables["children"]) == children
    assert len(tables["homes"]) == homes
    sizes = Counter(family for family in tables["children"]["family_id"] if family)
    assert max(sizes.values(), default=min(children, 1)) >= families


def test_no_council_has_fewer_than_nobody() -> None:
    """Sizes below nothing and areas that are not English authorities are refused in words."""
    with pytest.raises(ValueError, match="no fewer than 0"):
        council(-1)
    for code in ("W06000015", "E07000223X", "Trafford"):
        with pytest.raises(ValueError, match="not the GSS code of an English authority"):
            council(1, 1, authority=code)


def test_the_two_sizes_by_name() -> None:
    """A panel has 12 children and 30 homes; a borough 340 and 250, all with vacancies, families of 2 to 6."""
    small, large = panel(), borough()
    assert (len(small["children"]), len(small["homes"])) == (12, 30)
    assert (len(large["children"]), len(large["homes"])) == (340, 250)
    for tables in (small, large):
        assert (tables["homes"]["vacancies"].astype(int) >= 1).all()
    sizes = Counter(Counter(family for family in large["children"]["family_id"] if family).values())
    assert {2, 3, 4, 5, 6} <= set(sizes)
    assert max(sizes) == 6


def test_ids_are_unique_and_refer_to_somebody(big: Tables) -> None:
    """Links, zones, separations, plans, residents and named children all lead to a row that exists."""
    children, homes = set(big["children"]["child_id"]), set(big["homes"]["home_id"])
    residents = set(big["residents"]["resident_id"])
    assert len(children) == 4000
    assert len(homes) == 3000
    assert len(residents) == len(big["residents"])
    assert set(big["residents"]["home_id"]) <= homes
    assert set(big["links"]["home_id"]) <= homes
    assert set(big["links"]["child_id"]) | set(big["zones"]["child_id"]) <= children
    for column in ("person_a", "person_b"):
        assert set(big["separations"][column]) <= children | residents
    for column in ("named_children", "exempt_children"):
        assert set(items(big["homes"][column])) <= children | residents


def test_vacancies_are_never_more_than_places_less_residents_fostered(big: Tables) -> None:
    """In the whole register and where every home offers a place."""
    for tables in (big, borough(2), council(60)):
        fostered = Counter(r["home_id"] for r in rows(tables["residents"]) if r["status"] == "fostered")
        for home in rows(tables["homes"]):
            assert 0 <= int(home["vacancies"]) <= int(home["approved_places"]) - fostered[home["home_id"]]


def test_more_than_three_fostered_are_one_family_or_exempt(big: Tables) -> None:
    """No made-up home breaks the usual fostering limit as it stands."""
    homes = {home["home_id"]: home for home in rows(big["homes"])}
    living: dict[str, list[dict[str, str]]] = {}
    for resident in rows(big["residents"]):
        if resident["status"] == "fostered":
            living.setdefault(resident["home_id"], []).append(resident)
    crowded = {home_id: here for home_id, here in living.items() if len(here) > 3}
    assert crowded
    for home_id, here in crowded.items():
        one_family = len({r["family_id"] for r in here}) == 1 and here[0]["family_id"] != ""
        exempt = set(homes[home_id]["exempt_children"].split(";"))
        named = len({r["resident_id"] for r in here} & exempt) >= len(here) - 3
        assert one_family or (named and homes[home_id]["exempting_authority"]), home_id


def test_every_child_is_a_child_and_dates_follow_each_other(big: Tables) -> None:
    """Under 18 on the day; nothing before birth; an order not before its decision; referred before today."""
    assert set(ages(big["children"])) == set(range(18))
    for child in rows(big["children"]):
        born = child["date_of_birth"]
        for column in ("referred_on", "looked_after_since", "adoption_decision_on", "views_recorded_on"):
            assert not child[column] or born <= child[column] <= DAY.isoformat()
        for column in ("placement_order_on", "parental_consent_on"):
            if child[column]:
                assert child["adoption_decision_on"] <= child[column] <= DAY.isoformat()
        if child["needed_by"] and child["expected_end"]:
            assert child["needed_by"] < child["expected_end"]


def test_sibling_plans_never_contradict_each_other(big: Tables) -> None:
    """Pairs are of one family, once each, and no triangle is together, together and apart."""
    family = {child["child_id"]: child["family_id"] for child in rows(big["children"])}
    plan = {frozenset((r["child_a"], r["child_b"])): r["plan"] for r in rows(big["siblings"])}
    assert len(plan) == len(big["siblings"])
    assert all(len({family[child] for child in pair}) == 1 for pair in plan)
    members: dict[str, list[str]] = {}
    for child, name in family.items():
        if name:
            members.setdefault(name, []).append(child)
    for children in members.values():
        for three in combinations(children, 3):
            plans = sorted(plan.get(frozenset(pair), "none") for pair in combinations(three, 2))
            assert plans != ["apart", "together", "together"]


def test_a_current_carer_has_the_child_at_home(big: Tables) -> None:
    """A child with a current carer is listed among the residents of that home, and some are settled there."""
    at_home = {(r["resident_id"], r["home_id"]) for r in rows(big["residents"]) if r["status"] == "fostered"}
    current = [r for r in rows(big["links"]) if r["link"] == "current_carer"]
    assert current
    assert {(r["child_id"], r["home_id"]) for r in current} <= at_home
    needed_by = dict(zip(big["children"]["child_id"], big["children"]["needed_by"], strict=True))
    assert {bool(needed_by[r["child_id"]]) for r in current} == {True, False}


def test_a_brother_or_sister_elsewhere_is_at_home_there(big: Tables) -> None:
    """A link to a brother or sister leads to a home where somebody of the family lives."""
    family = {child["child_id"]: child["family_id"] for child in rows(big["children"])}
    lives = {(r["family_id"], r["home_id"]) for r in rows(big["residents"])}
    links = [r for r in rows(big["links"]) if r["link"] == "sibling_lives_here"]
    assert links
    assert all((family[r["child_id"]], r["home_id"]) in lives for r in links)


def test_lodgings_are_for_sixteen_and_over_and_registered(big: Tables) -> None:
    """Hosts take nobody under 16; most of their services hold the category for private residences."""
    hosts = big["homes"][big["homes"]["kind"] == "supported_lodgings"]
    assert (hosts["approved_age_min"] == "16").all()
    assert share(hosts["registered_categories"], "private_residence") > 0.85
    for child in rows(big["children"]):
        if "supported_lodgings" in child["routes"]:
            assert age_on(date.fromisoformat(child["date_of_birth"]), DAY) >= 16


def test_adopters_have_advice_and_no_limits(big: Tables) -> None:
    """Ages and numbers noted at approval are advice; the columns that bind stay blank."""
    adopters = big["homes"][big["homes"]["kind"] == "adopter"]
    assert (adopters["advice_age_max"] != "").all()
    assert (adopters[["approved_age_min", "approved_age_max", "approved_sex"]] == "").all(axis=None)


def test_unaccompanied_children_have_no_home_to_measure_from(big: Tables) -> None:
    """No home postcode or reference is made up for them."""
    alone = big["children"][big["children"]["needs_helpful"].str.contains("uasc")]
    assert len(alone) > 500
    assert (alone[["home_postcode", "home_easting", "home_northing", "school_postcode"]] == "").all(axis=None)


def test_every_code_appears_in_a_big_council(big: Tables) -> None:
    """Every value of every list in the contract is met with, so that nothing is tried for the first time in use."""
    children, homes = big["children"], big["homes"]
    for cells, codes in (
        (children["routes"], Route),
        (children["placement_need"], PlacementNeed),
        (children["alongside"], Alongside),
        (children["pets"], PetsWish),
        (children["distance_reason"], DistanceReason),
        (children["sex"], ("M", "F", "U")),
        (children["ethnicity"], ETHNIC_CODES),
        (homes["kind"], HomeKind),
        (homes["provider"], Provider),
        (homes["approved_needs"], PlacementNeed),
        (homes["approved_sex"], ("M", "F")),
        (homes["meets_needs"], NEED_CODES),
        (big["siblings"]["plan"], SiblingPlan),
        (big["residents"]["status"], ResidentStatus),
        (big["links"]["link"], LinkKind),
    ):
        assert set(items(cells)) == {str(code) for code in codes}
    assert set(items(children["needs_must"])) | set(items(children["needs_helpful"])) == set(NEED_CODES)
    assert set(items(children["legal_status"])) <= set(LEGAL_STATUS_CODES)
    for column in ("named_children", "exempt_children", "notice_received_on", "available_from", "approved_to"):
        assert (homes[column] != "").any()
    assert (big["zones"]["expires_on"] == "").any()
    assert (big["zones"]["expires_on"] != "").any()


def test_ages_are_those_of_children_who_start_and_who_wait_for_adoption(big: Tables) -> None:
    """Each age band is within four points of the published children of both kinds together."""
    waiting = values("children", "waiting_for_adoption")
    adoption = values("children", "age_waiting_for_adoption")
    scale = sum(waiting.values()) / sum(adoption.values())
    starting = values("children", "age_on_starting")
    expected = {band: starting[band] + scale * adoption.get(band, 0) for band in starting}
    band = pd.cut(pd.Series(ages(big["children"])), [-1, 0, 4, 9, 15, 17], labels=list(expected))
    for name, count in expected.items():
        assert abs(float((band == name).mean()) - count / sum(expected.values())) < 0.04, name


def test_children_are_of_the_published_mix(big: Tables) -> None:
    """Sex, ethnic group, legal status and unaccompanied children are within three points of the figures."""
    children = big["children"]
    both = values("children", "sex")
    assert abs(share(children["sex"], "M") - both["M"] / sum(both.values())) < 0.03
    groups = values("children", "ethnicity")
    for code, count in groups.items():
        assert abs(share(children["ethnicity"], code) - count / sum(groups.values())) < 0.03, code
    status = values("children", "legal_status")
    adoption = sum(values("children", "waiting_for_adoption").values())
    everybody = sum(status.values()) + adoption
    assert abs(share(children["legal_status"], "V2") - status["section_20"] / everybody) < 0.03
    order = values("children", "waiting_for_adoption")["with_order"]
    assert abs(share(children["legal_status"], "E1") - order / everybody) < 0.03
    alone = values("children", "unaccompanied")["unaccompanied"]
    unaccompanied = float(children["needs_helpful"].str.contains("uasc").mean())
    assert abs(unaccompanied - alone / everybody) < 0.03


def test_sibling_groups_are_of_the_published_size(big: Tables) -> None:
    """The mean of groups of two and more is that of England's assessed sibling groups."""
    sizes = Counter(family for family in big["children"]["family_id"] if family)
    groups = [size for size in sizes.values() if size > 1]
    published = values("fostering", "sibling_groups")
    assert abs(sum(groups) / len(groups) - published["siblings"] / published["groups"]) < 0.12
    assert set(groups) == {2, 3, 4, 5, 6}


def test_the_register_is_of_the_published_shape(big: Tables) -> None:
    """The council's own households: approved for, family and friends, filled, vacant, places a household."""
    homes = big["homes"]
    own = homes[(homes["provider"] == "in_house") & homes["kind"].isin(["foster", "connected_person"])]
    places = own["approved_places"].astype(int)
    approved_for = values("fostering", "approved_for")
    for number, count in approved_for.items():
        found = float((places.clip(upper=4) == int(number)).mean())
        assert abs(found - count / sum(approved_for.values())) < 0.03, number
    household = values("fostering", "households")
    kin = float((own["kind"] == "connected_person").mean())
    assert abs(kin - household["family_and_friends"] / household["all"]) < 0.03
    published = values("fostering", "places")
    assert abs(places.mean() - published["approved"] / household["all"]) < 0.1
    fostered = Counter(r["home_id"] for r in rows(big["residents"]) if r["status"] == "fostered")
    every = published["filled"] + published["vacant"] + published["not_available"]
    filled = sum(fostered[home_id] for home_id in own["home_id"])
    assert abs(filled / places.sum() - published["filled"] / every) < 0.03
    assert abs(own["vacancies"].astype(int).sum() / places.sum() - published["vacant"] / every) < 0.03


def test_homes_lie_in_the_borough_and_around_it(big: Tables) -> None:
    """In-house homes mostly in the area; agencies' mostly beyond it, near by and further away."""
    homes = big["homes"]
    own = homes[homes["kind"] == "foster"]
    in_house = own[own["provider"] == "in_house"]["authority"]
    agency = own[own["provider"] == "agency"]["authority"]
    assert share(in_house, TRAFFORD) > 0.7
    near, filled = adjoining(TRAFFORD), agency[agency != ""]
    assert 0.1 < share(agency, TRAFFORD) < 0.35
    assert float(filled.isin(near).mean()) > 0.3
    assert float((~filled.isin(near | {TRAFFORD})).mean()) > 0.25


def test_an_island_has_homes_too() -> None:
    """Where no authority adjoins, homes are found in the council's own area."""
    tables = council(3, 10, authority="E06000046")
    assert set(tables["homes"]["authority"]) <= {"E06000046", ""}


def test_cells_are_missing_at_the_stated_rates(big: Tables) -> None:
    """Each column with a rate has about that share of blanks, where it would else be filled."""
    for name, column in (
        ("children", "ethnicity"),
        ("children", "alongside"),
        ("children", "pets"),
        ("homes", "bedrooms_free"),
        ("homes", "smoker"),
        ("homes", "authority"),
        ("residents", "date_of_birth"),
    ):
        blank = float((big[name][column] == "").mean())
        assert abs(blank - values("missing", name)[column]) < 0.02, column


def test_nothing_is_about_a_person(big: Tables) -> None:
    """Free text is from a short list of phrases, and no column holds a name, an address or a number to call."""
    for name, columns in (
        ("children", ["views"]),
        ("siblings", ["assessed_by", "reason"]),
        ("separations", ["reason", "decided_by"]),
        ("links", ["reason"]),
        ("zones", ["reason"]),
    ):
        for column in columns:
            assert len(set(big[name][column])) <= 10, column
    words = {"forename", "surname", "address", "phone", "email", "upn", "nhs"}
    assert not words & {part for table in big.values() for column in table for part in str(column).split("_")}
    assert [c for table in big.values() for c in table if "name" in str(c).split("_")] == ["agency_name"]
    assert all(name.startswith("Agency ") for name in big["homes"]["agency_name"] if name)


def test_csv_files_hold_what_the_tables_hold(tmp_path: Path) -> None:
    """Written and read again, every cell is the same text."""
    tables = panel(4)
    write(tables, tmp_path)
    for name, table in tables.items():
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.DictReader(file)) == rows(table)


def test_a_workbook_holds_text_and_no_formulas(tmp_path: Path) -> None:
    """Even a cell that looks like a formula, a link or a number is written as text."""
    tables = panel(4)
    tables["children"].loc[0, "views"] = '=HYPERLINK("http://example.org")'
    write_workbook(tables, tmp_path / "council.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "council.xlsx"))
    assert book.sheet_names == list(tables)
    for name, table in tables.items():
        heading, *body = book.get_sheet_by_name(name).to_python() or [[]]
        assert heading == list(table.columns)
        assert [[str(cell) for cell in row] for row in body] == table.to_numpy().tolist()
    with zipfile.ZipFile(tmp_path / "council.xlsx") as parts:
        sheets = [parts.read(part) for part in parts.namelist() if "worksheets/sheet" in part]
    assert len(sheets) == 7
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_findings_are_put_in_where_asked_for_and_only_there() -> None:
    """Each mistake on its own changes the tables; without it they are clean."""
    clean = council(30, 40, seed=2)
    for mistake in SPOILS:
        spoilt = {name: table.copy() for name, table in clean.items()}
        mistake(spoilt, DAY)
        assert any(not spoilt[name].equals(clean[name]) for name in clean), mistake.__doc__
    together = council(30, 40, seed=2, with_findings=True)
    assert all(together[name].equals(table) for name, table in spoil(clean, DAY).items())
    assert "31/02/2019" in set(together["children"]["date_of_birth"])
    assert clean["homes"].equals(council(30, 40, seed=2)["homes"])


def test_spoiling_an_empty_council_does_nothing() -> None:
    """A mistake that needs a row makes none up."""
    tables = council(0, 0, with_findings=True)
    assert {name: len(table) for name, table in tables.items() if len(table)} == {"residents": 1}


FIGURES = {f"{group}.{name}": table for group, tables in figures().items() for name, table in tables.items()}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_where_it_comes_from(name: str) -> None:
    """A source and a year for each, or the plain word that it is assumed."""
    table = FIGURES[name]
    assert set(table) == {"source", "year", "values"}
    assert table["values"]
    source = str(table["source"])
    assert len(source) > 5
    assert (table["year"] == "-") == source.startswith("assumed")


def national(file: str, group: str, year: str = "2024") -> dict[str, int]:
    path = DATA / "dfe" / "national" / file
    if not path.is_file():
        pytest.skip(f"{file} is not in ../shared; it is used only to check against")
    with path.open(encoding="utf-8", newline="") as open_file:
        return {
            row["characteristic"]: int(row["number"])
            for row in csv.DictReader(open_file)
            if row["time_period"] == year and row["cla_group"] == group and row["number"].isdigit()
        }


def test_the_fostering_figures_are_ofsteds() -> None:
    """Trafford and England as published, cell by cell."""
    path = DATA / "ofsted" / "fostering_la_2018_19.csv"
    if not path.is_file():
        pytest.skip("the Ofsted tables are not in ../shared; they are used only to check against")
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    trafford = lines[0].index("Trafford")

    def cell(label: str, column: int) -> int:
        return next(int(line[column].replace(",", "")) for line in lines if line[2].startswith(label))

    numbers = ("one", "two", "three", "four or more")
    approved = [cell(f"Number of households approved for {number} CYP", trafford) for number in numbers]
    assert approved == list(values("fostering", "approved_for").values())
    places = values("fostering", "places")
    assert places["approved"] == cell("Number of approved foster places", trafford)
    assert places["filled"] == cell("Number of filled places", trafford)
    assert places["vacant"] == cell("Number of vacant places", trafford)
    assert places["not_available"] == cell("Number of places not available", trafford)
    households = values("fostering", "households")
    assert households["all"] == cell("Total approved households", trafford)
    assert households["family_and_friends"] == cell("Family and Friends", trafford)
    assert households["with_exemption"] == cell("Number of households with exemptions", trafford)
    assert values("fostering", "sibling_groups") == {
        "groups": cell("Groups assessed", 3),
        "siblings": cell("Siblings assessed", 3),
    }
    carers = next(at for at, line in enumerate(lines) if line[2].startswith("Total approved carers")) + 2
    assert [int(line[trafford]) for line in lines[carers : carers + 5]] == list(
        values("fostering", "carer_ethnicity").values()
    )


def test_the_childrens_figures_are_the_departments() -> None:
    """Ages, sex, ethnic groups, legal status and unaccompanied children who started, England 2023-24."""
    file = "national_cla_started_to_be_looked_after.csv"
    started = national(file, "Age on starting")
    assert values("children", "age_on_starting") == {
        "under_1": started["Under 1 year"],
        "1_to_4": started["1 to 4 years"],
        "5_to_9": started["5 to 9 years"],
        "10_to_15": started["10 to 15 years"],
        "16_plus": started["16 years and over"],
    }
    sex = national(file, "Gender")
    assert values("children", "sex") == {"M": sex["Male"], "F": sex["Female"]}
    alone = national(file, "Unaccompanied asylum-seeking children")
    assert values("children", "unaccompanied") == {
        "unaccompanied": alone["Unaccompanied asylum-seeking children"],
        "others": alone["Non-unaccompanied asylum-seeking children"],
    }
    legal = national(file, "Legal status")
    assert values("children", "legal_status") == {
        "care_order": legal["Care order"],
        "protection": legal["Detained for child protection"],
        "section_20": legal["Voluntary agreements under S20 CA 1989"],
        "youth_justice": legal["Youth justice legal statuses"],
    }
    ethnic = national(file, "Ethnicity")
    by_letter = {label.split(".")[0]: count for label, count in ethnic.items()}
    letters = "1a 1b 1c 1d 1e 2a 2b 2c 2d 3a 3b 3c 3d 3e 4a 4b 4c 5a 6a 6b"
    codes = "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN CHNE AOTH BCRB BAFR BOTH OOTH REFU NOBT"
    assert values("children", "ethnicity") == {
        code: by_letter[letter] for code, letter in zip(codes.split(), letters.split(), strict=True)
    }


def test_the_adoption_figures_are_the_departments() -> None:
    """Children waiting for adoption, England 31 March 2024."""
    file = "national_children_la_made_the_decision_that_they_should_be_placed_for_adoption.csv"
    waiting = national(file, "Children who were still looked after on 31 March")
    by_number = {label.split(" ")[0]: count for label, count in waiting.items()}
    assert values("children", "waiting_for_adoption") == {
        "with_order": by_number["4c.1"],
        "without_order": by_number["4c.2"],
    }
    group = "Children who were still looked after on 31 March with a placement order who were not placed for adoption"
    aged = national(file, group)
    assert values("children", "age_waiting_for_adoption") == {
        "under_1": aged["Aged Under 1 year on 31 March"],
        "1_to_4": aged["Aged 1 to 4 years on 31 March"],
        "5_to_9": aged["Aged 5 to 9 years on 31 March"],
        "10_to_15": aged["Aged 10 to 15 years on 31 March"],
    }


def test_quotas_add_up_and_stay_near_the_shares() -> None:
    """Largest remainders: whole numbers with the right sum, each within one of its exact share."""
    assert quotas({"a": 1, "b": 1, "c": 1}, 10) == {"a": 4, "b": 3, "c": 3}
    assert quotas({"a": 75, "b": 25}, 4) == {"a": 3, "b": 1}
    assert quotas({"a": 0.5, "b": 0.5}, 0) == {"a": 0, "b": 0}


def test_what_is_left_of_a_share_is_never_below_nothing() -> None:
    """Taking out more than there is leaves none."""
    assert rest({"a": 5, "b": 1}, {"b": 3}) == {"a": 5, "b": 0}


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory()


@pytest.mark.parametrize("make", [council, panel, borough])
def test_a_clean_council_gives_no_finding(make: Callable[[], Tables], directory: Directory) -> None:
    """What is made up passes every check of real records: nothing is left out, mended or noted."""
    tables = make()
    records = check(Records.of(tables), DAY, directory)
    assert records.findings == ()
    assert (len(records.children), len(records.homes)) == (len(tables["children"]), len(tables["homes"]))


@pytest.mark.parametrize("mistake", SPOILS, ids=lambda mistake: mistake.__doc__)
def test_each_mistake_is_found(mistake: Spoil, directory: Directory) -> None:
    """Whatever is spoilt on purpose is said in a finding."""
    tables = council(30, 40, seed=2)
    mistake(tables, DAY)
    assert check(Records.of(tables), DAY, directory).findings
