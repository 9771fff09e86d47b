"""Rules that are kept inside others, or by there being no rule."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from matching.rules import RULES
from matching.rules.rule import Answer
from records.model import (
    Alongside,
    Child,
    DistanceReason,
    Home,
    HomeKind,
    Location,
    PetsWish,
    PlacementNeed,
    Provider,
    Route,
)
from tests.matching.rules.cases import (
    BARRED,
    COUNCIL,
    DISTANT,
    KINDS,
    MET,
    SIGN_OFF,
    UNKNOWN,
    ask,
    asked,
    by_id,
    child,
    family,
    fostered,
    home,
    register,
    resident,
    zone,
)


def every_answer(one: Child, homes: tuple[Home, ...], **tables: Any) -> dict[str, list[Answer]]:
    """What every rule says of one child."""
    return {rule.rule_id: ask(rule, one, homes, **tables) for rule in RULES}


def of_every_kind(**facts: Any) -> tuple[Home, ...]:
    """One home of each kind, approved by an agency far away."""
    return tuple(
        home(f"H{i}", kind=kind, provider=Provider.AGENCY, authority=DISTANT, **facts) for i, kind in enumerate(KINDS)
    )


def test_identity_and_cost_are_no_rules() -> None:
    """IDN-03, GOV-10: no answer depends on ethnicity, religion, language or cost."""
    plain = every_answer(child(), of_every_kind())
    one = child(ethnicity="WBRI", religion="Christian", languages=("English",))
    other = of_every_kind(ethnicity="AIND", religion="Sikh", languages=("Punjabi",), weekly_cost=1000.0)
    assert every_answer(one, other) == plain


def test_preferences_are_no_rules() -> None:
    """PLC-05, PLC-06, PLC-07, SIB-01: near home, school and brothers weigh; they never bar, in no kind of home."""
    near = Location(0.0, 0.0)
    settled = child(home=near, school=near, school_year=10, home_authority=COUNCIL, family_id="ours")
    far = of_every_kind(location=Location(200_000.0, 0.0))
    there = (resident("R1", family_id="ours", home_id="H0"),)
    assert every_answer(settled, far, residents=there) == every_answer(child(), far)


@pytest.mark.parametrize("reason", list(DistanceReason))
def test_deliberate_distance_breaks_nothing(reason: DistanceReason) -> None:
    """LOC-10: a reason for distance neither breaks a rule nor lifts an approval."""
    assert every_answer(child(distance_reason=reason), of_every_kind()) == every_answer(child(), of_every_kind())


def test_short_breaks_take_a_place() -> None:
    """SHB-03: a child on short breaks needs a place and counts towards the limit like any other."""
    one = child(placement_need=PlacementNeed.SHORT_BREAKS)
    assert ask(by_id("FOST-20"), one, home(vacancies=0)) == [SIGN_OFF]
    assert ask(by_id("FOST-03"), one, residents=fostered(3)) == [SIGN_OFF]


def test_every_part_of_a_family_can_be_asked() -> None:
    """SIB-05: any part of a family is a group, so that every split can be listed."""
    three = family(4, 6, 8)
    reg = register(three)
    for size in (1, 2, 3):
        for together in combinations(("Ash", "Bay", "Cam"), size):
            group = reg.group(*together)
            assert group.ids == together
            assert all(len(rule(group, reg.homes, asked())) == 1 for rule in RULES)


BROKEN: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("FOST-01", {}, {"approved_from": None}, "approved_from"),
    ("FOST-02", {"sex": "M"}, {"approved_sex": "F"}, "sex"),
    ("FOST-02", {"placement_need": PlacementNeed.EMERGENCY}, {"approved_needs": (PlacementNeed.SHORT_TERM,)}, "need"),
    ("HLT-05", {"smoke_free": True}, {"smoker": None}, "smoker"),
    ("HLT-07", {"pets": PetsWish.NO}, {"pets": None}, "pets"),
    ("FOST-22", {"needs_must": ("autism",)}, {"meets_needs": None}, "meets_needs"),
    ("SLG-03", {"age": 17}, {"kind": HomeKind.SUPPORTED_LODGINGS, "registered_categories": None}, "categories"),
    ("LOC-04", {}, {"provider": Provider.AGENCY, "authority": None}, "authority"),
]


@pytest.mark.parametrize(("rule_id", "one", "there", "fact"), BROKEN, ids=[f"{b[0]} {b[3]}" for b in BROKEN])
def test_blank_facts_never_make_a_broken_rule_met(
    rule_id: str, one: dict[str, Any], there: dict[str, Any], fact: str
) -> None:
    """GOV-11: a fact that a hard rule needs and that is not recorded is a question, never a yes."""
    blank = {"sex": {"sex": None}, "need": {"placement_need": None}}.get(fact, {})
    answers = ask(by_id(rule_id), child(**(one | blank)), home(**there))
    assert answers == [UNKNOWN]


def test_blank_zones_and_ages_are_questions_too() -> None:
    """GOV-11: where a home lies, and how old a child resident is, when a rule asks."""
    assert ask(by_id("LOC-09"), child(), home(location=None), zones=(zone(),)) == [UNKNOWN]
    assert ask(by_id("SAFE-04"), child(alongside=Alongside.SOLO), residents=(resident(born=None),)) == [UNKNOWN]


def test_answers_do_not_depend_on_the_order_of_rows() -> None:
    """The same records in another order give each home the same answers."""
    children = (*family(4, 6), child("Oak"))
    homes = tuple(home(f"H{i}", kind=kind, bedrooms_free=i) for i, kind in enumerate(KINDS))
    residents = (*fostered(3, home_id="H0"), resident("S1", home_id="H1"))
    one = register(children, homes, residents=residents)
    other = register(children[::-1], homes[::-1], residents=residents[::-1])
    for rule in RULES:
        for ids in (("Ash",), ("Ash", "Bay"), ("Oak",)):
            first = rule(one.group(*ids), one.homes, asked())
            assert np.array_equal(first, rule(other.group(*ids[::-1]), other.homes, asked())), rule.rule_id


def test_a_route_that_leads_nowhere_lawful() -> None:
    """PLC-03 bars every kind of home but those of the plan, whatever else is met."""
    answers = ask(by_id("PLC-03"), child(routes=(Route.SUPPORTED_LODGINGS,)), of_every_kind())
    assert answers == [MET if kind is HomeKind.SUPPORTED_LODGINGS else BARRED for kind in KINDS]
