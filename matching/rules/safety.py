"""Risk to and from others: separations, barred homes, who may live alongside, smoke and animals."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import NOT_RECORDED, Group, Homes, Mask, Register
from matching.rules.rule import AnswerArray, met_unless, rule, rule_for_each_child
from matching.rules.siblings import would_meet
from records.ages import age_on
from records.model import Alongside, Child, LinkKind, PetsWish


@rule(
    "SAFE-01",
    weight="HARD-G",
    law="Children Act 1989, section 22(3); Fostering Services National Minimum Standards 2011, standard 15.1",
    mark="primary",
    sign_off="nominated officer, after a strategy or risk meeting; until then refused",
)
def separated(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Would the child stay apart from everybody they are kept from for safety?

    A separation binds both ways and on its last day; those who live in the home count.
    """
    apart = group.register.separated
    return met_unless(homes, barred=would_meet(group, homes, lambda person: apart.get(person, frozenset())))


@rule_for_each_child(
    "SAFE-06",
    weight="HARD-G",
    law="Children Act 1989, section 22(3)",
    mark="unchecked",
    sign_off="team manager, by removing the bar; until then refused",
)
def barred_home(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home free of any bar for this child?"""
    return met_unless(register.homes, barred=register.linked(child.child_id, LinkKind.BARRED))


@rule(
    "SAFE-04",
    weight="HARD-G",
    law="Placements data standard version 2: who the child should be cared for alongside",
    mark="primary",
    sign_off="supervising social worker, with a review of the child's care plan",
    question="How old are the children who live in the home?",
)
def cared_for_alongside(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Do the other children in the home fit who may live alongside the child?

    Solo: no other child at all, brothers and sisters included. Only older: the child must be the youngest. Only
    younger: the oldest. Brothers and sisters, and children born on the same day, break neither of these two. It
    is asked both ways: of the child, and of a child of the round who is settled in the home.
    """
    contradicted = np.zeros(len(homes), dtype=np.bool_)
    unknown = np.zeros(len(homes), dtype=np.bool_)
    for child in group.children:
        if child.alongside is Alongside.SOLO and group.size > 1:
            contradicted[:] = True
        wrong, not_known = _wrong_company(child, group, homes)
        contradicted |= wrong
        unknown |= not_known
    for home, settled in group.register.settled.items():
        contradicted[home] |= any(_comes_against(one, group, home) for one in settled)
    return met_unless(homes, unknown=unknown, needs_sign_off=contradicted)


def _comes_against(settled: Child, group: Group, home: int) -> bool:
    """Whether somebody of the group would newly come to live with a settled child who should not live with them."""
    new = [c for c in group.children if not group.register.lives_there(c.child_id)[home]]
    if settled.alongside is Alongside.SOLO:
        return bool(new)
    others = [c for c in new if c.family_id is None or c.family_id != settled.family_id]
    if settled.alongside is Alongside.ONLY_OLDER:
        return any(c.date_of_birth > settled.date_of_birth for c in others)
    if settled.alongside is Alongside.ONLY_YOUNGER:
        return any(c.date_of_birth < settled.date_of_birth for c in others)
    return False


def _wrong_company(child: Child, group: Group, homes: Homes) -> tuple[Mask, Mask]:
    """Homes where a child resident contradicts, and homes where one might whose date of birth is not recorded.

    The rest of the group is of one family; those of them who live there already are not counted as residents.
    """
    residents = homes.residents
    born = np.datetime64(child.date_of_birth, "D")
    counts = np.ones(len(residents.home), dtype=np.bool_)
    for person in group.ids:
        counts[homes.rows_of(person)] = False
    if child.alongside is Alongside.SOLO:
        wrong = counts
    elif child.alongside in (Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER):
        if child.family_id is not None:
            counts &= residents.family != child.family_id
        if child.alongside is Alongside.ONLY_OLDER:
            wrong = counts & (residents.born > born)
        else:
            wrong = counts & (residents.born < born)
    else:
        wrong = counts = np.zeros(len(residents.home), dtype=np.bool_)
    return (
        homes.any_resident(wrong & (residents.child == 1)),
        homes.any_resident(counts & (residents.child == NOT_RECORDED)),
    )


def needs_smoke_free(child: Child, asked: Asked) -> bool:
    """Whether the child is recorded as needing a smoke-free home, or is young enough under the council's policy."""
    return bool(child.smoke_free) or age_on(child.date_of_birth, asked.day) < asked.policy.smoke_free_under_age


@rule_for_each_child(
    "HLT-05",
    weight="HARD-G",
    law="Local smoking policy, after CoramBAAF Practice Note 68",
    mark="secondary",
    sign_off="service manager, with the reason in the placement plan; kin are weighed one by one",
    question="Does anybody in the home smoke or vape?",
)
def smoke_free(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home smoke-free, for a child who needs that?"""
    homes = register.homes
    if not needs_smoke_free(child, asked):
        return met_unless(homes)
    return met_unless(homes, unknown=homes.smoker == NOT_RECORDED, needs_sign_off=homes.smoker == 1)


@rule_for_each_child(
    "HLT-07",
    weight="HARD-G",
    law="Placements data standard version 2: pets",
    mark="primary",
    sign_off="supervising social worker",
    question="Are there animals in the home?",
)
def no_pets(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home free of animals, for a child who cannot live with them?

    A child who must have animals has a wish, not a bar.
    """
    homes = register.homes
    if child.pets is not PetsWish.NO:
        return met_unless(homes)
    return met_unless(homes, unknown=homes.pets == NOT_RECORDED, needs_sign_off=homes.pets == 1)
