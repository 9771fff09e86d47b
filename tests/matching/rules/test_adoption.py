"""Placing for adoption: named cases."""

from __future__ import annotations

from typing import Any

import pytest

from matching.rules.adoption import adoption_decision, authority_to_place_for_adoption
from matching.rules.rule import Answer
from records.model import HomeKind, Route
from tests.matching.rules.cases import BARRED, KINDS, MET, ask, child, days, home

HOMES = tuple(home(f"H{i}", kind=kind) for i, kind in enumerate(KINDS))
ADOPT, EARLY, FOSTER = Route.ADOPTION, Route.EARLY_PERMANENCE, Route.FOSTER


def answers(by_kind: dict[HomeKind, Answer]) -> list[Answer]:
    """Met by every kind of home but these."""
    return [by_kind.get(kind, MET) for kind in KINDS]


@pytest.mark.parametrize(
    ("dates", "answer"),
    [
        ({}, BARRED),
        ({"placement_order_on": days(0)}, MET),
        ({"placement_order_on": days(1)}, BARRED),
        ({"parental_consent_on": days(0)}, MET),
        ({"parental_consent_on": days(1)}, BARRED),
        ({"placement_order_on": days(1), "parental_consent_on": days(-1)}, MET),
        ({"adoption_decision_on": days(-1)}, BARRED),
    ],
    ids=[
        "neither",
        "order today",
        "order tomorrow",
        "consent today",
        "consent tomorrow",
        "consent given, order to come",
        "a decision is no authority",
    ],
)
def test_authority_to_place_for_adoption(dates: dict[str, Any], answer: Answer) -> None:
    """ADO-01: a placement order or the parents' consent, on or before the day."""
    one = child(routes=(ADOPT,), **dates)
    expected = answers({HomeKind.ADOPTER: answer, HomeKind.EARLY_PERMANENCE: answer})
    assert ask(authority_to_place_for_adoption, one, HOMES) == expected


@pytest.mark.parametrize(
    ("dates", "answer"),
    [
        ({}, BARRED),
        ({"adoption_decision_on": days(0)}, MET),
        ({"adoption_decision_on": days(1)}, BARRED),
        ({"placement_order_on": days(-1)}, BARRED),
    ],
    ids=["none", "today", "tomorrow", "an order is no decision"],
)
def test_adoption_decision(dates: dict[str, Any], answer: Answer) -> None:
    """ADO-02: the agency decision maker has decided, on or before the day."""
    one = child(routes=(ADOPT,), **dates)
    expected = answers({HomeKind.ADOPTER: answer, HomeKind.EARLY_PERMANENCE: answer})
    assert ask(adoption_decision, one, HOMES) == expected


@pytest.mark.parametrize("rule", [adoption_decision, authority_to_place_for_adoption], ids=["ADO-02", "ADO-01"])
@pytest.mark.parametrize("routes", [(EARLY,), (EARLY, FOSTER), (ADOPT, EARLY)])
def test_early_permanence_is_fostering_first(rule: Any, routes: tuple[Route, ...]) -> None:
    """EPM-04: with an early-permanence plan dual carers need no order yet; ordinary adopters do."""
    assert ask(rule, child(routes=routes), HOMES) == answers({HomeKind.ADOPTER: BARRED})
