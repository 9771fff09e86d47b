"""Brothers and sisters who must not live together."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Group, Homes, Mask
from matching.rules.rule import AnswerArray, met_unless, rule

KeptApart = Callable[[str], frozenset[str]]


def would_meet(group: Group, homes: Homes, kept_apart: KeptApart) -> Mask:
    """Homes where a child of the group would live with somebody kept apart from them, in the group or resident."""
    meet = np.zeros(len(homes), dtype=np.bool_)
    for child_id in group.ids:
        others = kept_apart(child_id)
        if others.intersection(group.ids):
            meet[:] = True
        for person in others:
            meet[homes.residents.home[homes.rows_of(person)]] = True
    return meet


@rule(
    "SIB-02",
    weight="HARD-G",
    law="Children Act 1989, section 22C(8)(c); together-or-apart assessment in practice",
    mark="secondary",
    sign_off="team manager or nominated officer, after a new assessment; until then refused",
)
def assessed_apart(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Would brothers and sisters whom an assessment keeps apart stay apart?

    Those placed together and those who live there count. A pair that was not assessed is not kept apart.
    """
    return met_unless(homes, barred=would_meet(group, homes, group.register.assessed_apart))
