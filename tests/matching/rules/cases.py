"""The smallest council that shows a point: ordinary defaults, so that each case states only what matters.

By default there is one child, Ash, aged 8, whose plan is fostering, and one home, approved in the council's own
area with two places free: every rule is met.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from matching.policy import Policy
from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.rules.rule import Answer, Gate, Rule
from records.model import (
    Child,
    Home,
    HomeKind,
    Link,
    LinkKind,
    Location,
    Provider,
    Records,
    Resident,
    ResidentStatus,
    Route,
    Separation,
    SiblingPlan,
    SiblingRow,
    Zone,
)

DAY = date(2026, 11, 2)
"""A Monday in a school term."""
COUNCIL = "E08000009"
ADJOINING = "E08000003"
DISTANT = "E06000052"

MET, SIGN_OFF, UNKNOWN, BARRED = Answer.MET, Answer.NEEDS_SIGN_OFF, Answer.UNKNOWN, Answer.BARRED
KINDS = tuple(HomeKind)
METRES_PER_MILE = 1609.3


def days(n: int) -> date:
    """So many days after the day of the round; before it when negative."""
    return DAY + timedelta(days=n)


def aged(years: int, *, plus_days: int = 0) -> date:
    """Born so that this birthday falls on the day of the round; `plus_days` older than that."""
    return DAY.replace(year=DAY.year - years) - timedelta(days=plus_days)


EIGHT_TODAY = aged(8)


def child(child_id: str = "Ash", **facts: Any) -> Child:
    """A child of 8 whose plan is fostering, with every wish recorded and nothing in the way."""
    ordinary: dict[str, Any] = {
        "date_of_birth": aged(8, plus_days=100),
        "routes": (Route.FOSTER,),
        "referred_on": days(-7),
    }
    if facts.keys() >= {"age", "date_of_birth"}:
        raise ValueError("say how old or when born, not both")
    if "age" in facts:
        facts["date_of_birth"] = aged(facts.pop("age"), plus_days=100)
    return Child(child_id=child_id, **(ordinary | facts))


def family(*ages: int, family_id: str = "ours", **facts: Any) -> tuple[Child, ...]:
    """Brothers and sisters of these ages: Ash, Bay, Cam, Dee, Eli, Fay."""
    names = ("Ash", "Bay", "Cam", "Dee", "Eli", "Fay")[: len(ages)]
    return tuple(child(n, age=a, family_id=family_id, **facts) for n, a in zip(names, ages, strict=True))


def home(home_id: str = "H1", **facts: Any) -> Home:
    """A foster home approved for years, in the council's own area, with room for two."""
    ordinary: dict[str, Any] = {
        "kind": HomeKind.FOSTER,
        "provider": Provider.IN_HOUSE,
        "approved_places": 6,
        "vacancies": 6,
        "approved_from": days(-1000),
        "authority": COUNCIL,
        "meets_needs": (),
        "registered_categories": ("private_residence",),
    }
    return Home(home_id=home_id, **(ordinary | facts))


def fostered(n: int, *, family_id: str | None = None, home_id: str = "H1") -> tuple[Resident, ...]:
    """So many children fostered in the home now, of one family or each of none recorded."""
    return tuple(
        resident(f"R{i}", ResidentStatus.FOSTERED, family_id=family_id, home_id=home_id) for i in range(1, n + 1)
    )


def resident(
    resident_id: str = "R1",
    status: ResidentStatus = ResidentStatus.FOSTERED,
    *,
    home_id: str = "H1",
    born: date | None = EIGHT_TODAY,
    **facts: Any,
) -> Resident:
    """Somebody who lives in the home; a foster child of 8 unless said otherwise."""
    return Resident(home_id, resident_id, status, date_of_birth=born, **facts)


def link(kind: LinkKind, child_id: str = "Ash", home_id: str = "H1") -> Link:
    """A tie between the child and the home."""
    return Link(child_id, home_id, kind)


def apart(a: str, b: str, plan: SiblingPlan = SiblingPlan.APART) -> SiblingRow:
    """An assessment of two brothers or sisters."""
    return SiblingRow(min(a, b), max(a, b), plan)


def separation(a: str, b: str, expires_on: date | None = None) -> Separation:
    """Two people who may not live in one home."""
    return Separation(min(a, b), max(a, b), expires_on=expires_on)


def zone(radius_miles: float = 2.0, *, child_id: str = "Ash", expires_on: date | None = None) -> Zone:
    """A circle around the origin in which the child must not live."""
    return Zone(child_id, Location(0.0, 0.0), radius_miles, expires_on=expires_on)


def register(
    children: Child | Iterable[Child] = (),
    homes: Home | Iterable[Home] = (),
    *,
    day: date = DAY,
    **tables: Any,
) -> Register:
    """The register of these children and homes, in the order of their ids; an ordinary one of each by default."""
    children = (children,) if isinstance(children, Child) else tuple(children) or (child(),)
    homes = (homes,) if isinstance(homes, Home) else tuple(homes) or (home(),)
    return Register(
        Records(
            day,
            tuple(sorted(children, key=lambda c: c.child_id)),
            tuple(sorted(homes, key=lambda h: h.home_id)),
            **tables,
        )
    )


def asked(day: date = DAY, *, council: str | None = COUNCIL, law: dict[str, Any] | None = None, **policy: Any) -> Asked:
    """The round in which the rule is asked; `law` changes numbers of the law as it stood on the day."""
    return Asked(day, council, replace(law_on(day), **(law or {})), replace(Policy(), **policy))


def by_id(rule_id: str) -> Rule:
    """The rule with this id."""
    return next(r for r in RULES if r.rule_id == rule_id)


def ask(
    rule: Rule,
    children: Child | Iterable[Child] = (),
    homes: Home | Iterable[Home] = (),
    *,
    together: Iterable[str] = ("Ash",),
    now: Asked | None = None,
    **tables: Any,
) -> list[Answer]:
    """The rule's answer for the group in each home, in the order of the homes' ids."""
    now = now or asked()
    reg = register(children, homes, day=now.day, **tables)
    return [Answer(a) for a in rule(reg.group(*together), reg.homes, now)]


def gated(
    gate: Gate,
    one: Child | None = None,
    homes: Home | Iterable[Home] = (),
    *,
    others: Iterable[Child] = (),
    now: Asked | None = None,
    **tables: Any,
) -> list[bool]:
    """For which homes the gate applies, in the order of the homes' ids."""
    now = now or asked()
    one = one or child()
    reg = register((one, *others), homes, day=now.day, **tables)
    return [bool(a) for a in gate.applies(one, reg, now)]
