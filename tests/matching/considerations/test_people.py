"""Who lives in the home and what ties them to the child."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.policy import Policy
from records.model import Alongside, Child, Link, LinkKind, PlacementNeed, Resident, ResidentStatus, Route
from tests.matching.considerations.asking import (
    ADOPTER,
    CONNECTED,
    EARLY_PERMANENCE,
    NOT_HERE,
    UNKNOWN,
    Told,
    given_by,
    round_of,
)
from tests.ordinary import DAY, apart, child, fostered, home, kin, records, years_old


@pytest.mark.parametrize(
    ("oak", "links", "score", "words"),
    [
        ({}, (kin("ash", "oak"),), 100, "the carer is kin, or otherwise connected to the child"),
        ({"named_children": ("ash",), **CONNECTED}, (), 100, "the carer is kin, or otherwise connected to the child"),
        (ADOPTER, (kin("ash", "oak"),), 100, "the carer is kin, or otherwise connected to the child"),
        ({}, (kin("ash", "elm"),), 0, "not kin"),
        ({"named_children": ("ash",)}, (), 0, "not kin"),
        ({"named_children": ("yew",), **CONNECTED}, (), 0, "not kin"),
        ({}, (kin("yew", "oak"),), 0, "not kin"),
        ({}, (), 0, "not kin"),
    ],
    ids=["kin", "named", "adopters", "elsewhere", "named foster home", "another named", "another's kin", "no link"],
)
def test_kin(oak: Told, links: tuple[Link, ...], score: float | str, words: str) -> None:
    """A link of kin, or a connected person approved for this child by name."""
    assert given_by("kin", {}, oak, others=[home("elm")], links=links) == (score, words)


def linked(kind: LinkKind, home_id: str = "oak") -> tuple[Link, ...]:
    """One link of this kind."""
    return (Link("ash", home_id, kind),)


@pytest.mark.parametrize(
    ("name", "links", "score", "words"),
    [
        ("current_carer", linked(LinkKind.CURRENT_CARER), 100, "the child lives there now"),
        ("current_carer", linked(LinkKind.CURRENT_CARER, "elm"), NOT_HERE, "not the child's carer now"),
        ("current_carer", linked(LinkKind.PREVIOUS_CARER), NOT_HERE, "not the child's carer now"),
        ("current_carer", (), NOT_HERE, "not the child's carer now"),
        ("previous_carer", linked(LinkKind.PREVIOUS_CARER), 100, "cared for the child before"),
        (
            "previous_carer",
            linked(LinkKind.PREVIOUS_CARER, "elm"),
            NOT_HERE,
            "not recorded as having cared for the child before",
        ),
        (
            "previous_carer",
            linked(LinkKind.CURRENT_CARER),
            NOT_HERE,
            "not recorded as having cared for the child before",
        ),
    ],
)
def test_carers_the_child_knows(name: str, links: tuple[Link, ...], score: float | str, words: str) -> None:
    """A carer who knows the child can only gain by it."""
    assert given_by(name, {}, {}, others=[home("elm")], links=links) == (score, words)


SISTER = fostered("oak", "hazel", "rowan")
THERE = "a brother or sister lives there"
NONE_THERE = "no brother or sister outside this round lives there"


@pytest.mark.parametrize(
    ("oak", "residents", "tables", "score", "words"),
    [
        ({}, (SISTER,), {}, 100, THERE),
        ({}, (replace(SISTER, status=ResidentStatus.OWN_CHILD),), {}, 100, THERE),
        ({}, (replace(SISTER, home_id="elm"),), {}, NOT_HERE, NONE_THERE),
        ({}, (replace(SISTER, date_of_birth=years_old(18, less_days=1)),), {}, 100, THERE),
        ({}, (replace(SISTER, date_of_birth=years_old(18)),), {}, NOT_HERE, NONE_THERE),
        (
            {},
            (replace(SISTER, date_of_birth=None),),
            {},
            NOT_HERE,
            "a brother or sister lives there whose age is not recorded; counts once known to be under 18",
        ),
        ({}, (replace(SISTER, date_of_birth=None, status=ResidentStatus.ADULT),), {}, NOT_HERE, NONE_THERE),
        ({}, (replace(SISTER, leaving_on=DAY),), {}, NOT_HERE, NONE_THERE),
        ({}, (SISTER,), {"siblings": (apart("ash", "hazel"),)}, NOT_HERE, NONE_THERE),
        ({}, (replace(SISTER, family_id="other"),), {}, NOT_HERE, NONE_THERE),
        ({}, (), {"links": (Link("ash", "oak", LinkKind.SIBLING_LIVES_HERE),)}, 100, THERE),
        (
            ADOPTER,
            (SISTER,),
            {},
            NOT_HERE,
            "a brother or sister lives there, but in adoption there is no presumption either way",
        ),
        (
            {},
            (replace(SISTER, resident_id="beech"),),
            {"brothers": (child("beech", family_id="rowan"),)},
            NOT_HERE,
            NONE_THERE,
        ),
    ],
    ids=[
        "fostered",
        "own child",
        "elsewhere",
        "day before 18",
        "18 today",
        "age blank",
        "adult, age blank",
        "left",
        "assessed apart",
        "another family",
        "link",
        "adopters",
        "in this round too",
    ],
)
def test_siblings_there(
    oak: Told, residents: tuple[Resident, ...], tables: Told, score: float | str, words: str
) -> None:
    """A brother or sister under 18 who lives there and is not looking for a home in this round."""
    found = given_by("siblings_there", {"family_id": "rowan"}, oak, others=[home("elm")], residents=residents, **tables)
    assert found == (score, words)


def test_who_is_under_18_on_29_february() -> None:
    """On a leap day nobody born on 1 March eighteen years ago is an adult, and somebody born the day before is."""
    leap_day = date(2028, 2, 29)
    for born, applies in ((date(2010, 3, 1), True), (date(2010, 2, 28), False)):
        sister = replace(SISTER, date_of_birth=born)
        told = records([child("ash", family_id="rowan")], [home("oak")], leap_day, residents=(sister,))
        assert np.isnan(round_of(told).scores["siblings_there"][0]) != applies


@pytest.mark.parametrize(
    ("ash", "oak", "score", "words"),
    [
        ({}, {"preferred_age_min": 8, "preferred_age_max": 8}, 100, "the age they wish for"),
        ({}, {"preferred_age_min": 9}, 50, "a year outside the ages they wish for"),
        ({}, {"preferred_age_max": 7}, 50, "a year outside the ages they wish for"),
        ({}, {"preferred_age_min": 10}, 0, "outside the ages they wish for"),
        ({}, {"preferred_age_max": 2}, 0, "outside the ages they wish for"),
        ({}, {"preferred_sex": "F"}, 100, "the sex they wish for"),
        ({}, {"preferred_sex": "M"}, 0, "not the sex they wish for"),
        ({}, {"preferred_age_min": 5, "preferred_sex": "M"}, 50, "the age they wish for; not the sex they wish for"),
        (
            {"sex": "U"},
            {"preferred_sex": "M"},
            UNKNOWN,
            "they wish for a boy or a girl, and the child's sex is not recorded",
        ),
        ({}, {}, UNKNOWN, "the carers' own wish is not recorded"),
        ({}, {"preferred_sex": "M", **CONNECTED}, NOT_HERE, "a connected person comes forward for this child"),
    ],
    ids=[
        "age",
        "year too young",
        "year too old",
        "two years too young",
        "far too old",
        "sex",
        "other sex",
        "age but not sex",
        "sex not recorded",
        "blank",
        "kin",
    ],
)
def test_wish(ash: Told, oak: Told, score: float | str, words: str) -> None:
    """What the carers themselves wish for; blank is no wish and no objection."""
    assert given_by("wish", ash, oak) == (score, words)


WITHIN = "nothing advised against it when they were approved"
BROTHER = child("beech", family_id="rowan", routes=(Route.ADOPTION,))


@pytest.mark.parametrize(
    ("ash", "oak", "brothers", "score", "words"),
    [
        ({}, {"advice_age_min": 8, "advice_age_max": 8, **ADOPTER}, (), 100, WITHIN),
        ({}, {"advice_age_max": 7, **ADOPTER}, (), 87.5, "age: partly outside the advice"),
        ({}, {"advice_age_max": 6, **ADOPTER}, (), 75, "age: outside the advice"),
        ({}, {"approved_age_max": 6, **ADOPTER}, (), 75, "age: outside the advice"),
        ({}, {"approved_age_max": 6, "advice_age_max": 9, **ADOPTER}, (), 100, WITHIN),
        ({}, {"approved_sex": "M", **ADOPTER}, (), 75, "sex: outside the advice"),
        ({}, {"approved_sex": "F", **ADOPTER}, (), 100, WITHIN),
        ({"sex": None}, {"approved_sex": "F", **ADOPTER}, (), UNKNOWN, "sex: not recorded for the child"),
        ({}, {"approved_needs": (PlacementNeed.LONG_TERM,), **ADOPTER}, (), 75, "kind of stay: outside the advice"),
        (
            {"placement_need": None},
            {"approved_needs": (PlacementNeed.LONG_TERM,), **ADOPTER},
            (),
            UNKNOWN,
            "kind of stay: not recorded for the child",
        ),
        (
            {"family_id": "rowan"},
            {"advice_children": 1, **ADOPTER},
            (BROTHER,),
            87.5,
            "number of children: partly outside the advice",
        ),
        ({"family_id": "rowan"}, {"advice_children": 2, **ADOPTER}, (BROTHER,), 100, WITHIN),
        ({"family_id": "rowan"}, ADOPTER, (BROTHER,), 100, WITHIN),
        (
            {"family_id": "rowan"},
            {"approved_places": 1, **ADOPTER},
            (BROTHER,),
            87.5,
            "number of children: partly outside the advice",
        ),
        (
            {"family_id": "rowan"},
            {"advice_children": 1, **ADOPTER},
            (replace(BROTHER, routes=(Route.FOSTER,)),),
            100,
            WITHIN,
        ),
        ({}, {"approved_age_max": 6, **EARLY_PERMANENCE}, (), 100, WITHIN),
        ({}, {"advice_age_max": 6, **EARLY_PERMANENCE}, (), 75, "age: outside the advice"),
        ({}, {"advice_age_max": 6}, (), NOT_HERE, "advice at approval concerns adopters only"),
    ],
    ids=[
        "age",
        "a year outside",
        "two years outside",
        "terms as advice",
        "advice before terms",
        "other sex",
        "sex",
        "sex blank",
        "stay",
        "stay blank",
        "one of two",
        "both",
        "terms for both",
        "terms for one",
        "brother not for adoption",
        "terms bind early permanence",
        "early permanence advice",
        "foster home",
    ],
)
def test_advice(ash: Told, oak: Told, brothers: tuple[Child, ...], score: float | str, words: str) -> None:
    """What the adopters' approval advises scores and never bars [ADO-04]."""
    ash = {"routes": (Route.ADOPTION,), **ash}
    assert given_by("advice", ash, oak, brothers=brothers) == (score, words)


COMPANY = {"alongside": Alongside.WITH_OTHERS}
NEAR_IN_AGE = "a child near in age lives there, as is wished"


@pytest.mark.parametrize(
    ("ash", "residents", "policy", "score", "words"),
    [
        (COMPANY, (fostered("oak", "r", date_of_birth=years_old(12)),), {}, 100, NEAR_IN_AGE),
        (COMPANY, (fostered("oak", "r", date_of_birth=years_old(4)),), {}, 100, NEAR_IN_AGE),
        (
            COMPANY,
            (fostered("oak", "r", date_of_birth=years_old(13)),),
            {},
            50,
            "other children live there, but none near in age",
        ),
        (
            COMPANY,
            (fostered("oak", "r", date_of_birth=None),),
            {},
            UNKNOWN,
            "whether a child near in age lives there is not recorded",
        ),
        (COMPANY, (), {}, 0, "no other child lives there, though company is wished"),
        (
            COMPANY,
            (fostered("oak", "r", status=ResidentStatus.STAYING_PUT, date_of_birth=years_old(19)),),
            {},
            0,
            "no other child lives there, though company is wished",
        ),
        (COMPANY, (fostered("oak", "ash"),), {}, 0, "no other child lives there, though company is wished"),
        ({}, (fostered("oak", "r"),), {}, NOT_HERE, "no wish recorded for who else lives there"),
        (
            {},
            (fostered("oak", "r", date_of_birth=years_old(9)),),
            {"age_gap_years": 2},
            49.966,
            "a child of the home is within 2 years of age",
        ),
        (
            {},
            (fostered("oak", "r", date_of_birth=years_old(11)),),
            {"age_gap_years": 2},
            100,
            "no child of the home within 2 years of age",
        ),
        ({}, (), {"age_gap_years": 2}, 100, "no child of the home within 2 years of age"),
        (
            {},
            (fostered("oak", "r", date_of_birth=None),),
            {"age_gap_years": 2},
            UNKNOWN,
            "the age of a child who lives there is not recorded",
        ),
        (
            {},
            (
                fostered("oak", "r", date_of_birth=years_old(8, less_days=2)),
                fostered("oak", "s", date_of_birth=None),
            ),
            {"age_gap_years": 2},
            UNKNOWN,
            "the age of a child who lives there is not recorded",
        ),
        (
            {},
            (fostered("oak", "r", date_of_birth=years_old(8)), fostered("oak", "s", date_of_birth=None)),
            {"age_gap_years": 2},
            0,
            "a child of the home is within 2 years of age",
        ),
        (
            {"family_id": "rowan"},
            (fostered("oak", "r", "rowan", date_of_birth=years_old(8)),),
            {"age_gap_years": 2},
            100,
            "no child of the home within 2 years of age",
        ),
        (
            COMPANY,
            (fostered("oak", "r", date_of_birth=years_old(8)),),
            {"age_gap_years": 2},
            50,
            f"{NEAR_IN_AGE}; a child of the home is within 2 years of age",
        ),
    ],
    ids=[
        "four years older",
        "four years younger",
        "five years older",
        "age blank",
        "nobody",
        "adult",
        "only the child",
        "no wish",
        "half the gap",
        "beyond the gap",
        "gap, nobody",
        "gap, age blank",
        "gap, days apart and a blank",
        "gap, same day and a blank",
        "gap, sister",
        "both",
    ],
)
def test_household(ash: Told, residents: tuple[Resident, ...], policy: Told, score: float | str, words: str) -> None:
    """Company where it is wished; age gaps only where the council chooses to score them [SAFE-11]."""
    assert given_by("household", ash, {}, residents=residents, policy=Policy(**policy)) == (score, words)
