"""Rows into children and homes: what is read, what is left out, what is taken along, and what is said."""

from __future__ import annotations

import random
from datetime import date

import pytest

from records.ages import age_on
from records.check import FINDINGS_COLUMNS, check, findings_frame
from records.columns import FILES
from records.geography import Place
from records.model import (
    Alongside,
    Finding,
    HomeKind,
    LinkKind,
    Location,
    PlacementNeed,
    Precision,
    Provider,
    ResidentStatus,
    Route,
    Severity,
    SiblingPlan,
)
from records.tables import Tables, Unusable
from tests.records.made_folders import DAY, checked, child, found, home, ids, left_out, made, tables

OUT, MENDED, NOTE = Severity.LEFT_OUT, Severity.MENDED, Severity.NOTE


# What is read


def test_a_child_in_full() -> None:
    """Every cell of a child becomes its own kind of value."""
    records = checked(
        children=[
            child(
                family_id="F1", sex="f", ethnicity="wbri", religion="Sikh", languages="English; Punjabi;;English",
                home_easting="377000.5", home_northing="392000", home_authority="e08000009", school_year="5",
                legal_status="C2", routes="foster; early_permanence", placement_need="long_term",
                needed_by="30/11/2026", expected_end="2027-01-01", looked_after_since="2025-02-28",
                needs_must="autism", needs_helpful="trauma;behaviour", alongside="only_older", pets="no",
                smoke_free="y", adoption_decision_on="2026-01-02", distance_reason="legal", views="To stay near Nan",
                views_recorded_on="2026-10-02",
            )
        ]
    )  # fmt: skip
    (made_child,) = records.children
    assert made_child.routes == (Route.FOSTER, Route.EARLY_PERMANENCE)
    assert made_child.languages == ("English", "Punjabi")
    assert made_child.home == Location(377000.5, 392000.0, Precision.GRID)
    assert made_child.needed_by == date(2026, 11, 30)
    assert (made_child.sex, made_child.ethnicity, made_child.home_authority) == ("F", "WBRI", "E08000009")
    assert made_child.placement_need is PlacementNeed.LONG_TERM
    assert made_child.alongside is Alongside.ONLY_OLDER
    assert made_child.smoke_free is True
    assert made_child.school_year == 5
    assert made_child.views == "To stay near Nan"
    assert records.findings == ()
    assert records.rows_left_out == 0


def test_a_home_in_full() -> None:
    """Every cell of a home becomes its own kind of value; `2.0` from a spreadsheet is 2."""
    records = checked(
        homes=[
            home(
                kind="early_permanence", provider="agency", agency_name="Oak", approved_places="2.0", vacancies="1",
                approved_to="31/12/2027", on_hold="N", approved_age_min="0", approved_age_max="4", approved_sex="F",
                approved_needs="short_term;long_term", named_children="C1;C2", bedrooms_free="1",
                exempt_children="C1", exempting_authority="E08000009", meets_needs="autism", pets="Y", smoker="n",
                registered_categories="Private Residence", weekly_cost="£1,450.50", preferred_sex="M",
                authority="E08000009",
            )
        ]
    )  # fmt: skip
    (made_home,) = records.homes
    assert (made_home.kind, made_home.provider) == (HomeKind.EARLY_PERMANENCE, Provider.AGENCY)
    assert (made_home.approved_places, made_home.vacancies, made_home.weekly_cost) == (2, 1, 1450.5)
    assert made_home.named_children == ("C1", "C2")
    assert made_home.registered_categories == ("private_residence",)
    assert (made_home.pets, made_home.smoker, made_home.on_hold, made_home.step_free) == (True, False, False, None)
    assert records.findings == ()


def test_blank_is_not_recorded() -> None:
    """A blank cell and a missing column are both None or empty, never "no"."""
    columns = [column.name for column in FILES["homes"].columns]
    blank = checked(homes=[{name: home().get(name, "") for name in columns}])
    missing = checked(homes=[home()])
    assert blank.homes == missing.homes
    assert blank.homes[0].meets_needs is None
    assert blank.homes[0].smoker is None
    assert blank.findings == ()


def test_ages_on_a_leap_day() -> None:
    """Somebody born on 29 February turns 18 on 1 March 2026, because that year has no 29 February."""
    born = date(2008, 2, 29)
    assert [age_on(born, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


# One cell at a time


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2016", "2016-02-30", "30/02/2016", "2016-13-01", "1899-12-31", "2101-01-01", "1/2/2016",
        "2016-1-2", "04/05/16", "2016-05-04 00:00:00 AM", "2016-05-04T22:00Z",
        "4 May 2016", "42494", "٢٠١٦-٠٥-٠٤", "２０１６-05-04",
        "#N/A", "=TODAY()", "2016-05-04x", "2016/05/04", "unknown", "-", "0",
    ],
)  # fmt: skip
def test_dates_are_strict(text: str) -> None:
    """Only real days, written YYYY-MM-DD or DD/MM/YYYY in ordinary digits, are read."""
    records = checked(children=[child(date_of_birth=text), child("C2")])
    assert ids(records)[0] == ["C2"]
    assert left_out(records) == {("children.csv", 2)}
    (finding,) = found(records, "date_of_birth")
    assert finding.value == text
    assert finding.mend


@pytest.mark.parametrize("text", ["2016-05-04", "04/05/2016", " 2016-05-04 ", "2012-02-29"])
def test_days_that_are_read(text: str) -> None:
    """Both forms and leap days are read; spaces around do not matter."""
    assert checked(children=[child(date_of_birth=text)]).children[0].date_of_birth.year in (2012, 2016)


def test_an_excel_serial_date_says_which_day_it_would_be() -> None:
    """45123 would be 16 July 2023; it is said, not used."""
    (finding,) = found(checked(homes=[home(approved_to="45123")]), "approved_to")
    assert finding.severity is OUT
    assert "2023-07-16" in finding.message


@pytest.mark.parametrize("text", ["-1", "1e3", "2.5", "two", "1,000", "٣", "3 places", "100", "0x2", "+2", "∞", "NaN"])
def test_places_are_whole_numbers(text: str) -> None:
    """A number of places that is negative, broken, wordy or beyond reason takes the home out."""
    for column in ("approved_places", "vacancies"):
        records = checked(homes=[home(**{column: text}), home("H2")])
        assert ids(records)[1] == ["H2"]
        assert found(records, column, OUT)


LIMITS_OF_A_HOME = [
    "approved_from", "approved_to", "on_hold", "notice_received_on", "available_from", "available_to",
    "approved_age_min", "approved_age_max", "approved_sex", "approved_needs", "bedrooms_free", "pets", "smoker",
]  # fmt: skip


@pytest.mark.parametrize("column", LIMITS_OF_A_HOME)
def test_a_garbled_limit_leaves_the_home_out(column: str) -> None:
    """A limit that cannot be read might forbid the home, so the home is not used, and that is said."""
    records = checked(homes=[home(**{column: "??"}), home("H2")])
    assert ids(records)[1] == ["H2"]
    (finding,) = found(records, column)
    assert (finding.severity, finding.row, finding.value) == (OUT, 2, "??")
    assert records.rows_left_out == 1


@pytest.mark.parametrize("column", ["named_children", "registered_categories"])
@pytest.mark.parametrize("text", ["C1\x00", "#REF!", "C1;C\u200b2", "=C1", "lost\ufffd"])
def test_a_garbled_list_that_limits_leaves_the_home_out(column: str, text: str) -> None:
    """Names and categories with characters that cannot be seen, or spreadsheet errors, cannot be read."""
    assert ids(checked(homes=[home(**{column: text})]))[1] == []


@pytest.mark.parametrize(
    "column",
    [
        "advice_age_min", "advice_age_max", "advice_children", "exempting_authority", "ethnicity", "authority",
        "easting", "northing", "step_free", "preferred_age_min", "preferred_sex", "weekly_cost", "last_review_on",
    ],
)  # fmt: skip
def test_a_garbled_description_of_a_home_counts_as_not_recorded(column: str) -> None:
    """What describes, scores or permits is dropped from the row and said; the home stays."""
    records = checked(homes=[home(**{column: "??"})])
    assert ids(records)[1] == ["H1"]
    assert getattr(records.homes[0], column, None) is None
    (finding,) = found(records, column)
    assert finding.severity is MENDED
    assert records.rows_left_out == 0


LIMITS_OF_A_CHILD = [
    "sex", "alongside", "pets", "smoke_free", "distance_reason", "placement_need", "expected_end", "legal_status",
    "routes", "referred_on",
]  # fmt: skip


@pytest.mark.parametrize("column", LIMITS_OF_A_CHILD)
def test_a_garbled_limit_of_a_child_leaves_the_family_out(column: str) -> None:
    """A family is never matched in part: brother and sister go out with the child, each with a finding."""
    records = checked(
        children=[child("C1", family_id="F1", **{column: "??"}), child("C2", family_id="F1"), child("C3")]
    )
    assert ids(records)[0] == ["C3"]
    assert left_out(records) == {("children.csv", 2), ("children.csv", 3)}
    assert "row 2" in found(records, "family_id", OUT)[0].message


@pytest.mark.parametrize(
    "column",
    [
        "ethnicity", "school_year", "school_easting", "home_authority", "needed_by", "looked_after_since",
        "adoption_decision_on", "placement_order_on", "parental_consent_on", "views_recorded_on", "home_northing",
    ],
)  # fmt: skip
def test_a_garbled_description_of_a_child_counts_as_not_recorded(column: str) -> None:
    """A doubtful permission is no permission, and a doubtful description is none; the child stays."""
    records = checked(children=[child(**{column: "??"})])
    assert getattr(records.children[0], column, None) is None
    assert [f.severity for f in found(records, column)] == [MENDED]


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("No", False), ("false", False)])
def test_wordy_yes_and_no_are_read_and_said(text: str, value: bool) -> None:
    """Yes, no, true and false can only mean one thing; the finding says how they were read."""
    records = checked(homes=[home(on_hold=text)])
    assert records.homes[0].on_hold is value
    assert [f.severity for f in found(records, "on_hold")] == [MENDED]


def test_unknown_needs_are_kept_and_noted() -> None:
    """A need nobody knows stays on the child and on the home, so that a rule can compare the two."""
    records = checked(children=[child(needs_must="autism;juggling")], homes=[home(meets_needs="juggling")])
    assert records.children[0].needs_must == ("autism", "juggling")
    assert records.homes[0].meets_needs == ("juggling",)
    assert [f.severity for f in records.findings] == [NOTE, NOTE]


@pytest.mark.parametrize("identity", ["C\x00", "C\t1", "C\n1", "C" * 101, "C;1", "C\u200b1", "#REF!", "=A1"])
def test_ids_that_cannot_be_read(identity: str) -> None:
    """Ids with characters that cannot be seen, semicolons, formulas, or without end, leave the row out."""
    records = checked(children=[child(identity), child("C9")], homes=[home(identity), home("H9")])
    assert ids(records) == (["C9"], ["H9"])


def test_spaces_around_an_id_are_taken_away_and_noted() -> None:
    """The id is read without them."""
    records = checked(children=[child("  C1 ")])
    assert ids(records)[0] == ["C1"]
    assert [f.severity for f in found(records, "child_id")] == [NOTE]


def test_ids_that_differ_only_by_capitals_or_spaces_are_noted() -> None:
    """Both are kept as two, and both are said."""
    records = checked(children=[child("C 1"), child("c1")], homes=[home("H1"), home("h1")])
    assert ids(records) == (["C 1", "c1"], ["H1", "h1"])
    assert [(f.file, f.row) for f in records.findings] == [
        ("children.csv", 2), ("children.csv", 3), ("homes.csv", 2), ("homes.csv", 3),
    ]  # fmt: skip


# Children


@pytest.mark.parametrize(
    ("born", "stays"),
    [("2008-11-02", False), ("2008-11-03", True), ("2026-11-02", True), ("2026-11-03", False)],
    ids=["18 today", "18 tomorrow", "born today", "born tomorrow"],
)
def test_ages_of_a_round(born: str, stays: bool) -> None:
    """A child is born by the day of the round, and under 18 on it."""
    records = checked(children=[child(date_of_birth=born, referred_on="2026-11-02")])
    assert bool(records.children) is stays
    assert bool(found(records, "date_of_birth", OUT)) is not stays


def test_dates_that_need_a_look_are_noted() -> None:
    """A referral to come, a need before the referral and an order to come are noted; the child stays."""
    records = checked(
        children=[
            child("C1", referred_on="2026-11-03"),
            child("C2", needed_by="2026-09-01", expected_end="2026-09-02"),
            child("C3", placement_order_on="2026-12-01"),
        ]
    )
    assert len(records.children) == 3
    assert [(f.row, f.column, f.severity) for f in records.findings] == [
        (2, "referred_on", NOTE),
        (3, "expected_end", NOTE),
        (3, "needed_by", NOTE),
        (4, "placement_order_on", NOTE),
    ]


def test_rows_alike_count_once() -> None:
    """The same row twice is one child and one home."""
    records = checked(children=[child(), child()], homes=[home(), home()])
    assert ids(records) == (["C1"], ["H1"])
    assert [f.severity for f in records.findings] == [NOTE, NOTE]
    assert records.rows_left_out == 0


def test_rows_of_one_child_that_differ_are_all_left_out() -> None:
    """Nobody guesses which row is right, and both families go."""
    records = checked(
        children=[
            child("C1", family_id="F1"), child("C1", family_id="F2"),
            child("C2", family_id="F1"), child("C3", family_id="F2"), child("C4"),
        ]
    )  # fmt: skip
    assert ids(records)[0] == ["C4"]
    assert records.rows_left_out == 4


def test_a_twin_row_goes_with_its_twin() -> None:
    """A row said twice is left out twice when the family is."""
    records = checked(
        children=[child("C1", family_id="F1"), child("C1", family_id="F1"), child("C2", family_id="F1", sex="?")]
    )
    assert left_out(records) == {("children.csv", 2), ("children.csv", 3), ("children.csv", 4)}


# Homes


@pytest.mark.parametrize(
    "cells",
    [
        {"approved_age_min": "10", "approved_age_max": "5"},
        {"approved_from": "2026-05-05", "approved_to": "2026-05-04"},
        {"available_from": "2026-05-05", "available_to": "2026-05-04"},
        {"kind": "hotel"},
        {"provider": "somebody"},
        {"kind": ""},
    ],
)
def test_terms_that_contradict_themselves_leave_the_home_out(cells: dict[str, str]) -> None:
    """Terms upside down, or a kind or provider nobody knows, cannot be obeyed."""
    records = checked(homes=[home(**cells)])
    assert ids(records)[1] == []
    assert left_out(records) == {("homes.csv", 2)}


@pytest.mark.parametrize(
    ("low", "high"), [("advice_age_min", "advice_age_max"), ("preferred_age_min", "preferred_age_max")]
)
def test_wishes_upside_down_count_as_not_recorded(low: str, high: str) -> None:
    """Advice and wishes never bar, so the home stays without them."""
    records = checked(homes=[home(**{low: "10", high: "5"})])
    assert getattr(records.homes[0], low) is None
    assert getattr(records.homes[0], high) is None
    assert [f.severity for f in records.findings] == [MENDED]


def test_overlapping_terms_are_called_that() -> None:
    """One home with two rows of approval that overlap is left out, and the finding says why."""
    first = home(approved_from="2024-01-01", approved_to="2026-12-31")
    records = checked(homes=[first, home(approved_from="2026-12-31", approved_places="1")])
    assert ids(records)[1] == []
    assert any("overlap" in f.message for f in found(records, "approved_from", OUT))
    apart = checked(homes=[first, home(approved_from="2027-01-01", approved_places="1")])
    assert ids(apart)[1] == []
    assert not any("overlap" in f.message for f in apart.findings)


@pytest.mark.parametrize(
    ("kind", "vacancies", "statuses", "noted"),
    [
        ("foster", "3", [], False),
        ("foster", "3", ["fostered"], True),
        ("foster", "2", ["fostered"], False),
        ("foster", "3", ["own_child", "staying_put", "lodger", "adult"], False),
        ("adopter", "9", [], False),
        ("supported_lodgings", "4", [], True),
    ],
)
def test_vacancies_above_what_can_be_free_are_noted(
    kind: str, vacancies: str, statuses: list[str], noted: bool
) -> None:
    """Only fostered residents take an approved place; an adopter's approved places are advice."""
    residents = [made("residents", resident_id=f"R{n}", status=status) for n, status in enumerate(statuses)]
    records = checked(homes=[home(kind=kind, vacancies=vacancies)], residents=residents)
    assert bool(found(records, "vacancies", NOTE)) is noted


@pytest.mark.parametrize(("leaving_on", "noted"), [("2026-11-02", False), ("2026-11-03", True), ("soon", True)])
def test_somebody_leaving_is_gone_on_that_day(leaving_on: str, noted: bool) -> None:
    """A resident is gone on the day of leaving; an unreadable day counts as staying."""
    records = checked(
        homes=[home(vacancies="3")], residents=[made("residents", status="fostered", leaving_on=leaving_on)]
    )
    assert len(records.residents) == 1
    assert bool(found(records, "vacancies", NOTE)) is noted


# Residents


def test_an_unreadable_household_takes_its_home_along() -> None:
    """A status nobody knows might be a fostered child, so the home is left out with its row."""
    records = checked(homes=[home(), home("H2")], residents=[made("residents", status="cousin")])
    assert ids(records)[1] == ["H2"]
    assert left_out(records) == {("homes.csv", 2), ("residents.csv", 2)}


def test_unreadable_facts_of_a_resident_count_as_not_recorded() -> None:
    """A garbled birthday, sex or family leaves the resident there with less known."""
    records = checked(residents=[made("residents", date_of_birth="x", sex="x", family_id="a;b", status="fostered")])
    (resident,) = records.residents
    assert (resident.date_of_birth, resident.sex, resident.family_id) == (None, None, None)
    assert resident.status is ResidentStatus.FOSTERED
    assert [f.severity for f in records.findings] == [MENDED, MENDED, MENDED]


def test_residents_of_unknown_and_left_out_homes() -> None:
    """Neither can be used; each is said."""
    records = checked(
        homes=[home(), home("H2", on_hold="??")],
        residents=[made("residents", home_id="H9"), made("residents", home_id="H2"), made("residents")],
    )
    assert [r.home_id for r in records.residents] == ["H1"]
    assert left_out(records) == {("homes.csv", 3), ("residents.csv", 2), ("residents.csv", 3)}


def test_a_home_written_with_other_capitals_is_the_home_it_resembles() -> None:
    """A resident of `h1` lives in H1: otherwise its household would look smaller than it is."""
    records = checked(residents=[made("residents", home_id="h 1")])
    assert records.residents[0].home_id == "H1"
    assert [f.severity for f in found(records, "home_id")] == [MENDED]


def test_one_resident_twice() -> None:
    """Alike: once. Different: the home goes. In two homes: both count the person."""
    twice = checked(residents=[made("residents"), made("residents")])
    assert len(twice.residents) == 1
    differ = checked(residents=[made("residents"), made("residents", status="fostered")])
    assert ids(differ)[1] == []
    assert differ.rows_left_out == 3
    two_homes = checked(homes=[home(), home("H2")], residents=[made("residents"), made("residents", home_id="H2")])
    assert len(two_homes.residents) == 2
    assert [f.severity for f in two_homes.findings] == [NOTE, NOTE]


# Brothers and sisters


FAMILY = [child("C1", family_id="F1"), child("C2", family_id="F1"), child("C3", family_id="F1")]


def sibling(a: str, b: str, plan: str, **cells: str) -> dict[str, str]:
    return {"child_a": a, "child_b": b, "plan": plan, **cells}


def test_pairs_are_ordered() -> None:
    """The lesser id comes first, whatever the row says."""
    records = checked(children=FAMILY, siblings=[sibling("C2", "C1", "apart")])
    (pair,) = records.siblings
    assert (pair.child_a, pair.child_b, pair.plan) == ("C1", "C2", SiblingPlan.APART)


@pytest.mark.parametrize("plan", ["", "??", "maybe apart"])
def test_an_unreadable_plan_takes_the_family_along(plan: str) -> None:
    """It might have said apart."""
    records = checked(children=[*FAMILY, child("C4")], siblings=[sibling("C1", "C2", plan)])
    assert ids(records)[0] == ["C4"]
    assert left_out(records) == {("siblings.csv", 2), *(("children.csv", row) for row in (2, 3, 4))}


def test_an_unreadable_partner_matters_only_where_the_plan_is_apart() -> None:
    """Together with somebody nobody can read is harmless; apart from them is not."""
    together = checked(children=FAMILY, siblings=[sibling("C1", "C\x002", "together")])
    assert len(together.children) == 3
    apart = checked(children=FAMILY, siblings=[sibling("C1", "C\x002", "apart")])
    assert len(apart.children) == 0


def test_unknown_people_in_a_sibling_row() -> None:
    """A row about somebody who is neither a child nor a resident is left out; so is one child twice."""
    records = checked(children=FAMILY, siblings=[sibling("C1", "C9", "apart"), sibling("C1", "C1", "apart")])
    assert records.siblings == ()
    assert left_out(records) == {("siblings.csv", 2), ("siblings.csv", 3)}


def test_apart_is_obeyed_across_families() -> None:
    """Two children of different families assessed apart are kept apart; together across families is not used."""
    children = [child("C1", family_id="F1"), child("C2", family_id="F2"), child("C3")]
    records = checked(children=children, siblings=[sibling("C1", "C2", "apart"), sibling("C1", "C3", "together")])
    assert [(p.child_a, p.child_b) for p in records.siblings] == [("C1", "C2")]
    assert [(f.row, f.severity) for f in records.findings] == [(2, NOTE), (3, OUT)]


@pytest.mark.parametrize(
    ("family", "plan", "kept", "severity"),
    [
        ("F1", "together", True, None),
        ("", "together", True, NOTE),
        ("F2", "together", False, OUT),
        ("F2", "apart", True, NOTE),
    ],
)
def test_a_plan_with_a_resident(family: str, plan: str, kept: bool, severity: Severity | None) -> None:
    """A brother or sister may live in a home already; the family_id says whether it is one."""
    records = checked(
        children=FAMILY, residents=[made("residents", family_id=family)], siblings=[sibling("C1", "R1", plan)]
    )
    assert bool(records.siblings) is kept
    assert [f.severity for f in records.findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("plans", "counts", "rows_out"),
    [
        (["together", "apart", "together"], SiblingPlan.APART, 2),
        (["together", "undecided"], SiblingPlan.UNDECIDED, 1),
        (["together", "together"], SiblingPlan.TOGETHER, 0),
    ],
)
def test_one_pair_several_times(plans: list[str], counts: SiblingPlan, rows_out: int) -> None:
    """The most cautious plan counts; every row is spoken of."""
    rows = [sibling("C1", "C2", plan, assessed_on=f"2026-0{n + 1}-01") for n, plan in enumerate(plans)]
    records = checked(children=FAMILY, siblings=rows)
    assert [pair.plan for pair in records.siblings] == [counts]
    assert {f.row for f in records.findings} == set(range(2, 2 + len(plans)))
    assert records.rows_left_out == rows_out


def test_a_triangle_that_cannot_be_kept_is_noted() -> None:
    """Together, together, apart: all three rows are kept, and the note names the three pairs."""
    rows = [sibling("C1", "C2", "together"), sibling("C2", "C3", "together"), sibling("C3", "C1", "apart")]
    records = checked(children=FAMILY, siblings=rows)
    assert len(records.siblings) == 3
    (note,) = records.findings
    assert (note.row, note.severity) == (4, NOTE)
    for pair in ("C1 and C2", "C2 and C3", "C1 and C3"):
        assert pair in note.message


# Separations, links, zones


def test_separations() -> None:
    """Unknown people are noted, an unreadable expiry counts as none, the same person twice is left out."""
    records = checked(
        children=FAMILY,
        separations=[
            made("separations", person_a="C2", person_b="C1", expires_on="whenever"),
            made("separations", person_b="X9"),
            made("separations", person_b="C1"),
        ],
    )
    assert [(s.person_a, s.person_b, s.expires_on) for s in records.separations] == [
        ("C1", "C2", None),
        ("C1", "X9", None),
    ]
    assert [(f.row, f.severity) for f in records.findings] == [(2, MENDED), (3, NOTE), (4, OUT)]


def test_a_separation_that_cannot_be_read_takes_along_whom_it_names() -> None:
    """From whom to keep the child, or the resident, nobody can tell."""
    by_child = checked(children=FAMILY, separations=[made("separations", person_b="")])
    assert by_child.children == ()
    by_resident = checked(residents=[made("residents")], separations=[made("separations", person_a="R1", person_b="")])
    assert ids(by_resident) == (["C1"], [])


def test_a_separation_written_with_other_capitals_counts() -> None:
    """`c1` can only mean C1, and a separation must not be lost by a capital."""
    records = checked(children=FAMILY, separations=[made("separations", person_a="c1")])
    assert records.separations[0].person_a == "C1"
    assert [f.severity for f in records.findings] == [MENDED]


@pytest.mark.parametrize("link", ["", "barrd", "#REF!"])
def test_an_unreadable_link_counts_as_barred(link: str) -> None:
    """It might have been a bar."""
    records = checked(links=[made("links", link=link)])
    assert records.links[0].link is LinkKind.BARRED
    assert [f.severity for f in records.findings] == [MENDED]


def test_links_of_unknown_children_and_homes_are_left_out() -> None:
    """Each is said; so is a kin link with other capitals, because what permits must be written exactly."""
    rows = [made("links", child_id="C9"), made("links", home_id="H9"), made("links", child_id="c1")]
    records = checked(links=[*rows, made("links", child_id="c1", link="barred")])
    assert [(link.child_id, link.link) for link in records.links] == [("C1", LinkKind.BARRED)]
    assert left_out(records) == {("links.csv", row) for row in (2, 3, 4)}


def test_a_bar_on_nobody_knows_which_home_takes_the_family_along() -> None:
    """And a bar for nobody knows which child takes the home along."""
    by_child = checked(children=FAMILY, links=[made("links", home_id="", link="barred")])
    assert by_child.children == ()
    by_home = checked(links=[made("links", child_id="", link="barred")])
    assert ids(by_home) == (["C1"], [])
    kin = checked(links=[made("links", home_id="", link="kin")])
    assert ids(kin) == (["C1"], ["H1"])


@pytest.mark.parametrize(
    "cells",
    [
        {"easting": ""}, {"northing": "north"}, {"radius_miles": "0"}, {"radius_miles": "-1"}, {"radius_miles": "far"},
        {"easting": "700001"}, {"northing": "1300001"}, {"easting": "0", "northing": "0"}, {"radius_miles": "nan"},
    ],
)  # fmt: skip
def test_an_unreadable_zone_takes_the_family_along(cells: dict[str, str]) -> None:
    """Which homes are barred nobody can tell."""
    records = checked(children=[*FAMILY, child("C4")], zones=[made("zones", **cells)])
    assert ids(records)[0] == ["C4"]
    assert ("zones.csv", 2) in left_out(records)


def test_zones() -> None:
    """A zone is a circle on the grid; an unreadable expiry counts as none; an unknown child is said."""
    records = checked(zones=[made("zones", radius_miles="0.5", expires_on="??"), made("zones", child_id="C9")])
    (zone,) = records.zones
    assert (zone.centre, zone.radius_miles, zone.expires_on) == (Location(380000, 390000), 0.5, None)
    assert [(f.row, f.severity) for f in records.findings] == [(2, MENDED), (3, OUT)]


def test_settled_children() -> None:
    """A current carer without the child among the residents is noted, and the other way round."""
    link = made("links", link="current_carer")
    assert [f.file for f in checked(links=[link]).findings] == ["links.csv"]
    living = made("residents", resident_id="C1", status="fostered")
    assert [f.file for f in checked(residents=[living]).findings] == ["residents.csv"]
    assert checked(links=[link], residents=[living]).findings == ()


@pytest.mark.parametrize(
    ("needed_by", "homes_linked", "stays_in_the_round"),
    [
        ("", ["H9"], False),
        ("2026-12-01", ["H9"], True),
        ("", ["H9", "H1"], True),
        ("", ["H1"], True),
    ],
    ids=["home unknown", "home unknown, but a move is asked for", "one of two homes known", "home known"],
)
def test_a_child_settled_in_a_home_that_is_not_here(
    needed_by: str, homes_linked: list[str], stays_in_the_round: bool
) -> None:
    """Nobody settled is moved because the home they live in is missing from the register: the family is left out."""
    links = [made("links", link="current_carer", home_id=home_id) for home_id in homes_linked]
    records = checked(children=[child("C1", needed_by=needed_by), child("C4")], links=links)
    assert ids(records)[0] == (["C1", "C4"] if stays_in_the_round else ["C4"])
    assert (("children.csv", 2) in left_out(records)) is not stays_in_the_round


def test_needs_apart_by_commas() -> None:
    """Known codes with commas between are read one by one, and said; anything else stays one unknown code."""
    records = checked(children=[child(needs_must="trauma, autism;behaviour"), child("C4", needs_must="trauma, wibble")])
    assert [c.needs_must for c in records.children] == [("trauma", "autism", "behaviour"), ("trauma,_wibble",)]
    assert [(f.row, f.severity) for f in records.findings] == [(2, MENDED), (3, NOTE)]


def test_a_list_of_nothing_is_not_filled() -> None:
    """Routes that hold only a semicolon leave the child out."""
    records = checked(children=[child(routes=" ; "), child("C4")])
    assert ids(records)[0] == ["C4"]
    assert ("children.csv", 2) in left_out(records)


def test_ids_that_lost_their_leading_noughts() -> None:
    """A separation or a bar written 59 means child 0059; a kin link must be written in full."""
    records = checked(
        children=[child("0059"), child("C4")],
        separations=[made("separations", person_a="59", person_b="C4")],
        links=[made("links", child_id="59", link="barred")],
    )
    assert [(s.person_a, s.person_b) for s in records.separations] == [("0059", "C4")]
    assert [k.child_id for k in records.links] == ["0059"]
    kin = checked(children=[child("0059")], links=[made("links", child_id="59", link="kin")])
    assert kin.links == ()


def test_a_current_carer_written_in_other_capitals_still_settles() -> None:
    """What keeps a child where they live is read cautiously, as a bar is."""
    records = checked(links=[made("links", child_id="c1", link="current_carer")])
    assert [k.child_id for k in records.links] == ["C1"]


# Places


class Gazetteer:
    """A directory of four postcodes that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def locate(self, postcode: str) -> Place | None:
        self.asked.append(postcode)
        return {
            "M33 7AA": Place(Location(379000, 392000, Precision.POSTCODE), "E08000009"),
            "M33 7": Place(Location(379100, 392100, Precision.SECTOR), "E08000009"),
            "M33": Place(Location(378000, 391000, Precision.DISTRICT), None),
            "JE2 3AB": Place(None, "J99999999"),
        }.get(postcode)


def located(**cells: str) -> tuple[Location | None, str | None, list[Finding]]:
    records = check(tables(homes=[home(**cells)]), DAY, Gazetteer())
    return records.homes[0].location, records.homes[0].authority, list(records.findings)


def test_a_full_postcode_gives_place_and_authority() -> None:
    """Written with or without capitals."""
    place, authority, findings = located(postcode="m33 7aa")
    assert place == Location(379000, 392000, Precision.POSTCODE)
    assert authority == "E08000009"
    assert findings == []


@pytest.mark.parametrize(("postcode", "precision"), [("M33 7", Precision.SECTOR), ("M33", Precision.DISTRICT)])
def test_a_vague_postcode_is_marked_and_settles_no_authority(postcode: str, precision: Precision) -> None:
    """The centre of a sector or district is a place, but not an authority."""
    place, authority, findings = located(postcode=postcode)
    assert place is not None
    assert place.precision is precision
    assert authority is None
    assert [f.column for f in findings] == ["authority", "postcode"]
    assert located(postcode=postcode, authority="E08000003")[1] == "E08000003"


@pytest.mark.parametrize("postcode", ["ZZ99 9ZZ", "nonsense", "JE2 3AB"])
def test_a_postcode_nobody_knows_is_no_place(postcode: str) -> None:
    """Unknown is never zero and never far."""
    place, _, findings = located(postcode=postcode)
    assert place is None
    assert MENDED in {f.severity for f in findings if f.column == "postcode"}


def test_the_grid_reference_comes_first() -> None:
    """A recorded grid reference is used before the postcode, and a contradiction is noted."""
    grid = {"easting": "379010", "northing": "392010"}
    assert located(postcode="M33 7AA", **grid) == (Location(379010, 392010, Precision.GRID), "E08000009", [])
    far = located(postcode="M33 7AA", easting="479010", northing="392010")
    assert far[0] == Location(479010, 392010)
    assert [f.severity for f in far[2]] == [NOTE]


@pytest.mark.parametrize(
    "cells",
    [{"easting": "379010"}, {"easting": "0", "northing": "0"}, {"easting": "800000", "northing": "1"}],
    ids=["one of two", "nought", "out of Great Britain"],
)
def test_a_broken_grid_reference_falls_back_to_the_postcode(cells: dict[str, str]) -> None:
    """It is said, and the postcode is used."""
    place, _, findings = located(postcode="M33 7AA", **cells)
    assert place == Location(379000, 392000, Precision.POSTCODE)
    assert MENDED in {f.severity for f in findings}
    assert located(**cells)[0] is None


def test_a_recorded_authority_is_kept() -> None:
    """It differs from the postcode's: noted. It is no code at all: the postcode's is used."""
    _, authority, findings = located(postcode="M33 7AA", authority="E08000003")
    assert authority == "E08000003"
    assert [f.severity for f in findings] == [NOTE]
    assert located(postcode="M33 7AA", authority="Trafford")[1] == "E08000009"
    assert located(authority="Trafford")[1] is None


def test_each_postcode_is_looked_up_once() -> None:
    """However many rows share it."""
    gazetteer = Gazetteer()
    homes = [home(f"H{n}", postcode="M33 7AA") for n in range(5)]
    check(tables(homes=homes, children=[child(school_postcode="M33 7AA")]), DAY, gazetteer)
    assert gazetteer.asked == ["M33 7AA"]


def test_without_a_directory_no_postcode_is_looked_up() -> None:
    """The postcode is kept as text."""
    records = checked(homes=[home(postcode="m33  7aa")])
    assert (records.homes[0].postcode, records.homes[0].location) == ("M33 7AA", None)
    assert records.findings == ()


# The whole


def test_nothing_depends_on_the_order_of_rows() -> None:
    """Shuffled rows make the same records."""
    rows = {
        "children": [*FAMILY, child("C5", sex="?"), child("C4", family_id="F2")],
        "homes": [home(f"H{n}") for n in range(6)],
        "residents": [made("residents", home_id=f"H{n}", resident_id=f"R{n}") for n in range(6)],
        "siblings": [sibling("C2", "C1", "apart"), sibling("C1", "C2", "together"), sibling("C1", "C3", "together")],
        "separations": [made("separations", person_b="R1"), made("separations", person_a="R2", person_b="C3")],
        "links": [made("links"), made("links", link="barred"), made("links", home_id="H3")],
        "zones": [made("zones"), made("zones", radius_miles="3")],
    }
    first = checked(**rows)
    chance = random.Random(4)
    for _ in range(5):
        for listed in rows.values():
            chance.shuffle(listed)
        again = checked(**rows)
        for name in ("children", "homes", "siblings", "separations", "residents", "links", "zones", "rows_left_out"):
            assert getattr(again, name) == getattr(first, name)


def test_findings_never_repeat_a_persons_words() -> None:
    """Views and reasons are not quoted, whatever is wrong with them; long values are shortened."""
    secret = "my\x07 secret"
    records = checked(
        children=[child(views=secret, religion="\x07" + "x" * 200)],
        siblings=[made("siblings", reason=secret, plan="??", assessed_by=secret)],
    )
    frame = findings_frame(records.findings)
    assert not frame.apply(lambda column: column.str.contains("secret")).any().any()
    assert frame["value"].str.len().max() <= 60
    assert "\\x07" in "".join(frame["value"])


def test_findings_frame() -> None:
    """The findings file has the contract's columns, text throughout, and a blank row where there is none."""
    frame = findings_frame((Finding("homes.csv", None, "*", "", NOTE, "a", "b", "c"),))
    assert tuple(frame.columns) == FINDINGS_COLUMNS
    assert frame.loc[0].tolist() == ["homes.csv", "", "*", "", "note", "a", "b", "c"]
    assert list(findings_frame(()).columns) == list(FINDINGS_COLUMNS)


def test_every_finding_says_what_it_means_and_how_to_mend_it() -> None:
    """No finding is without its sentence, its meaning and its remedy."""
    records = checked(
        children=[child(sex="?", views="\x07"), child("C2", ethnicity="?", referred_on="2027-01-01")],
        homes=[home(approved_to="45123"), home("H2", postcode="?", preferred_age_min="9", preferred_age_max="1")],
        links=[made("links", link="?"), made("links", home_id="H9")],
        zones=[made("zones", radius_miles="?")],
        residents=[made("residents", home_id="H9"), made("residents", home_id="H2", status="?")],
    )
    assert len(records.findings) > 8
    for finding in records.findings:
        assert all(text.endswith((".", "?")) for text in (finding.message, finding.meaning, finding.mend)), finding


def test_an_empty_round_is_usable_and_said() -> None:
    """No children and no homes: two notes."""
    records = checked(children=[], homes=[])
    assert ids(records) == ([], [])
    assert [f.severity for f in records.findings] == [NOTE, NOTE]


def test_tables_that_are_not_there() -> None:
    """Without children or homes, or a column they must have, the records cannot be used."""
    with pytest.raises(Unusable, match="children"):
        check(Tables({}), DAY)
    whole = tables()
    frame = whole.tables["homes"].frame.drop(columns="vacancies")
    with pytest.raises(Unusable, match="vacancies"):
        check(Tables.of({"children": whole.tables["children"].frame, "homes": frame}), DAY)
