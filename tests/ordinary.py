"""Ordinary children and homes, so that a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from matching.policy import Policy
from matching.rules import GATES, RULES
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.rules.rule import Answer, ask
from records.model import (
    Child,
    Home,
    HomeKind,
    Link,
    LinkKind,
    Location,
    PlacementNeed,
    Provider,
    Records,
    Resident,
    ResidentStatus,
    Route,
    SiblingPlan,
    SiblingRow,
)

DAY = date(2026, 11, 23)
TRAFFORD, SALFORD, WARRINGTON, BOLTON = "E08000009", "E08000006", "E06000007", "E08000001"
HERE = Location(377_000.0, 393_000.0)
METRES_IN_A_MILE = 1609.3


def miles_east(number: float) -> Location:
    """A place so many miles to the east of where the ordinary child comes from."""
    return Location(HERE.easting + number * METRES_IN_A_MILE, HERE.northing)


def years_old(years: int, *, on: date = DAY, less_days: int = 0) -> date:
    """The birth date of somebody who is so many years old on a day, less some days."""
    return on.replace(year=on.year - years) + timedelta(days=less_days)


def child(child_id: str, **changes: Any) -> Child:
    """A child of eight who may be fostered, with nothing unusual recorded."""
    ordinary = Child(
        child_id=child_id,
        date_of_birth=years_old(8),
        routes=(Route.FOSTER,),
        referred_on=DAY - timedelta(days=14),
        sex="F",
        home=HERE,
        home_authority=TRAFFORD,
        placement_need=PlacementNeed.SHORT_TERM,
        needed_by=DAY + timedelta(days=7),
        views="recorded",
        views_recorded_on=DAY,
    )
    return replace(ordinary, **changes)


def home(home_id: str, **changes: Any) -> Home:
    """An in-house foster home with three places, all free, and nothing unusual recorded."""
    ordinary = Home(
        home_id=home_id,
        kind=HomeKind.FOSTER,
        provider=Provider.IN_HOUSE,
        approved_places=3,
        vacancies=3,
        approved_from=DAY - timedelta(days=700),
        last_review_on=DAY - timedelta(days=60),
        meets_needs=("autism", "trauma"),
        location=HERE,
        authority=TRAFFORD,
        pets=False,
        smoker=False,
        weekly_cost=500.0,
    )
    return replace(ordinary, **changes)


def fostered(home_id: str, resident_id: str, family_id: str | None = None, **changes: Any) -> Resident:
    """A child of ten who is fostered in the home now."""
    ordinary = Resident(home_id, resident_id, ResidentStatus.FOSTERED, years_old(10), "F", family_id)
    return replace(ordinary, **changes)


def kin(child_id: str, home_id: str) -> Link:
    """The carers are the child's relatives or friends."""
    return Link(child_id, home_id, LinkKind.KIN)


def lives_with(child_id: str, home_id: str) -> Link:
    """The child's carers today."""
    return Link(child_id, home_id, LinkKind.CURRENT_CARER)


def apart(a: str, b: str) -> SiblingRow:
    """An assessment that the two should live apart."""
    return SiblingRow(min(a, b), max(a, b), SiblingPlan.APART)


def together(a: str, b: str) -> SiblingRow:
    """An assessment that the two should live together."""
    return SiblingRow(min(a, b), max(a, b), SiblingPlan.TOGETHER)


def records(children: Iterable[Child], homes: Iterable[Home], day: date = DAY, **others: Any) -> Records:
    """The records of a round, each table in the order of its ids."""
    return Records(
        day=day,
        children=tuple(sorted(children, key=lambda c: c.child_id)),
        homes=tuple(sorted(homes, key=lambda h: h.home_id)),
        **others,
    )


def asked_on(day: date = DAY, council: str | None = TRAFFORD, policy: Policy | None = None) -> Asked:
    """The round in which a rule is asked."""
    return Asked(day, council, law_on(day), policy or Policy())


def open_rules(told: Records, home_id: str, *child_ids: str, council: str | None = TRAFFORD) -> dict[str, str]:
    """Every rule that does not simply say yes to these children together in this home, with its answer."""
    register = Register(told)
    answers = ask(RULES, register.group(*child_ids), register.homes, asked_on(told.day, council))
    at = register.homes.index[home_id]
    found: dict[str, str] = {}
    for word, answer in (
        (answers.sign_off, Answer.NEEDS_SIGN_OFF),
        (answers.unknown, Answer.UNKNOWN),
        (answers.barred, Answer.BARRED),
    ):
        found |= {rule.rule_id: answer.word for bit, rule in enumerate(RULES) if int(word[at]) >> bit & 1}
    return found


def who_signs(rule_id: str) -> str:
    """Who may approve a breach of the rule."""
    return next(rule.sign_off or "nobody" for rule in RULES if rule.rule_id == rule_id)


def before_confirming(
    told: Records, home_id: str, child_id: str, council: str | None = TRAFFORD, policy: Policy | None = None
) -> dict[str, str]:
    """What is to be done before this child's match with this home is confirmed: rule id to words."""
    register = Register(told)
    asked = asked_on(told.day, council, policy)
    one = register.group(child_id).children[0]
    at = register.homes.index[home_id]
    return {gate.rule_id: gate.words(one, asked) for gate in GATES if gate.applies(one, register, asked)[at]}
