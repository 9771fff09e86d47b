"""Placing for adoption: only after a decision, and only with authority."""

from __future__ import annotations

from datetime import date

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Homes, Mask, Register
from matching.rules.rule import AnswerArray, met_unless, rule_for_each_child
from records.model import Child, HomeKind, Route


def placing_for_adoption(child: Child, homes: Homes) -> Mask:
    """Homes in which the child would be placed for adoption from the start.

    With an early-permanence plan the child is fostered first, and no order is needed yet [EPM-04].
    """
    if Route.EARLY_PERMANENCE in child.routes:
        return homes.is_kind(HomeKind.ADOPTER)
    return homes.is_kind(HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE)


def _given(on: date | None, asked: Asked) -> bool:
    return on is not None and on <= asked.day


def authority_to_place(child: Child, asked: Asked) -> bool:
    """Whether a placement order or a parent's consent was given on or before the day."""
    return _given(child.placement_order_on, asked) or _given(child.parental_consent_on, asked)


@rule_for_each_child(
    "ADO-02",
    weight="HARD-A",
    law="Adoption Agencies Regulations 2005, regulation 19",
    mark="secondary",
)
def adoption_decision(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Has the council decided that the child should be placed for adoption?"""
    no_decision = np.bool_(not _given(child.adoption_decision_on, asked))
    return met_unless(register.homes, barred=placing_for_adoption(child, register.homes) & no_decision)


@rule_for_each_child(
    "ADO-01",
    weight="HARD-A",
    law="Adoption and Children Act 2002, sections 18 to 21; Adoption Agencies Regulations 2005, regulation 35(3)",
    mark="primary",
)
def authority_to_place_for_adoption(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is there a placement order, or the parents' consent?"""
    no_authority = np.bool_(not authority_to_place(child, asked))
    return met_unless(register.homes, barred=placing_for_adoption(child, register.homes) & no_authority)
