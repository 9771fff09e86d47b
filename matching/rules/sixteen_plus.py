"""Supported lodgings, from sixteen."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Register
from matching.rules.rule import AnswerArray, met_unless, rule_for_each_child
from records.ages import age_on
from records.model import Child, HomeKind

PRIVATE_RESIDENCE = "private_residence"
"""The category of supported accommodation in somebody's own home."""


@rule_for_each_child(
    "SLG-01",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 27A (SI 2021/161)",
    mark="primary",
)
def lodgings_from_sixteen(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the child old enough for supported lodgings?"""
    homes = register.homes
    too_young = age_on(child.date_of_birth, asked.day) < asked.law.lodgings_from_age
    return met_unless(homes, barred=homes.is_kind(HomeKind.SUPPORTED_LODGINGS) & np.bool_(too_young))


@rule_for_each_child(
    "SLG-03",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 27C; Supported Accommodation (England) Regulations 2023, reg 2",
    mark="secondary",
    question="For which categories is the undertaking registered with Ofsted?",
)
def registered_for_private_residences(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the host's undertaking registered for supported lodgings in a private residence?

    Needed since 28 October 2023.
    """
    homes = register.homes
    if not asked.law.lodgings_register_needed:
        return met_unless(homes)
    hosts = homes.is_kind(HomeKind.SUPPORTED_LODGINGS)
    return met_unless(
        homes,
        barred=hosts & homes.categories_recorded & ~homes.registered_for(PRIVATE_RESIDENCE),
        unknown=hosts & ~homes.categories_recorded,
    )
