"""Can the home meet every need that it must: one rule for each kind of need, because different people sign."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Register
from matching.rules.rule import AnswerArray, met_unless, rule_for_each_child
from records.codes import NEED_CODES
from records.model import Child

PHYSICAL = ("physical_disability",)
CLINICAL = ("complex_health",)
SUPERVISION = ("self_harm", "missing", "drugs_alcohol")
FIRE = ("fire_setting",)
EXPLOITATION = ("exploitation",)
SIGNING = ("sign_language",)
PARENT_AND_CHILD = ("parent_and_child",)
NAMED_ELSEWHERE = (*PHYSICAL, *CLINICAL, *SUPERVISION, *FIRE, *EXPLOITATION, *SIGNING, *PARENT_AND_CHILD)
"""Needs with a rule of their own; all others, and codes that are not in the project's list, are FOST-22."""

QUESTION = "Which needs can the home meet?"


def _can_meet(child: Child, register: Register, needs: tuple[str, ...]) -> AnswerArray:
    """Met where the home lists every one of these needs that the child has among those it must be able to meet.

    A code that is not in the project's list is an open question where the home does not list the same code.
    """
    homes = register.homes
    must = [need for need in child.needs_must if need in needs]
    if not must:
        return met_unless(homes)
    lacking = np.zeros(len(homes), dtype=np.bool_)
    unclear = ~homes.meets_needs_recorded
    for need in must:
        if need in NEED_CODES:
            lacking |= ~homes.meets(need)
        else:
            unclear |= ~homes.meets(need)
    return met_unless(homes, unknown=unclear, needs_sign_off=lacking)


@rule_for_each_child(
    "HLT-02",
    weight="HARD-G",
    law="Fostering Services National Minimum Standards 2011, standard 10.1; Children Act 1989, section 22C(8)(d)",
    mark="primary",
    sign_off="occupational therapist and nominated officer, with a dated plan for what must be fitted",
    question=QUESTION,
)
def physical_disability(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Has the home what a child with a physical disability must have?"""
    return _can_meet(child, register, PHYSICAL)


@rule_for_each_child(
    "HLT-03",
    weight="HARD-G",
    law="Practice: a carer trained and signed off for the clinical tasks",
    mark="unchecked",
    sign_off="community nursing",
    question=QUESTION,
)
def complex_health(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the carer trained for the child's complex health needs?"""
    return _can_meet(child, register, CLINICAL)


@rule_for_each_child(
    "HLT-09",
    weight="HARD-G",
    law="Placements data standard version 2: risks",
    mark="primary",
    sign_off="team manager, by a placement plan with the support that is missing",
    question=QUESTION,
)
def supervision(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Can the home give the supervision that self-harm, going missing, drugs or alcohol call for?"""
    return _can_meet(child, register, SUPERVISION)


@rule_for_each_child(
    "SAFE-03",
    weight="HARD-G",
    law="Placements data standard version 2: risks",
    mark="primary",
    sign_off="supervising social worker and the child's social worker",
    question=QUESTION,
)
def fire_setting(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Does the home take a child who has set fires?"""
    return _can_meet(child, register, FIRE)


@rule_for_each_child(
    "SAFE-07",
    weight="HARD-G",
    law="Children Act 1989, section 22(3)",
    mark="unchecked",
    sign_off="a multi-agency meeting",
    question=QUESTION,
)
def exploitation(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Can the home keep safe a child at risk of exploitation?"""
    return _can_meet(child, register, EXPLOITATION)


@rule_for_each_child(
    "IDN-05",
    weight="HARD-G",
    law="Children Act 1989, section 22(5)(c)",
    mark="primary",
    sign_off="the child's social worker, with a plan for interpreting",
    question=QUESTION,
)
def sign_language(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Can somebody in the home sign with a child who cannot communicate otherwise?"""
    return _can_meet(child, register, SIGNING)


@rule_for_each_child(
    "PAC-01",
    weight="HARD-G",
    law="Care Planning Regulations 2010, regulation 22(2), through the terms of the scheme",
    mark="secondary",
    sign_off="fostering agency decision maker, by a change of terms (FOST-10)",
    question=QUESTION,
)
def parent_and_child(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Does the home take a parent together with their child?"""
    return _can_meet(child, register, PARENT_AND_CHILD)


@rule_for_each_child(
    "FOST-22",
    weight="HARD-G",
    law="Fostering Services National Minimum Standards 2011, standard 15.1",
    mark="primary",
    sign_off="supervising social worker and the child's social worker, with the gap in the placement plan",
    question=QUESTION,
)
def other_needs(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Can the carer reasonably be expected to meet the child's other needs that must be met?"""
    others = tuple(need for need in child.needs_must if need not in NAMED_ELSEWHERE)
    return _can_meet(child, register, others)
