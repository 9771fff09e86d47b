"""May this home take this child at all: its kind, its approval, its terms, and whether it takes anybody now."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

import numpy as np

from matching.rules.asked import Asked
from matching.rules.capacity import newcomers
from matching.rules.kinds import FOSTERING, kinds_for
from matching.rules.register import Group, Homes, Mask, Register
from matching.rules.rule import AnswerArray, met_unless, rule, rule_for_each_child
from records.ages import age_on
from records.model import Child, HomeKind, LinkKind, PlacementNeed

SCHEMES = (PlacementNeed.REMAND, PlacementNeed.PARENT_AND_CHILD, PlacementNeed.SHORT_BREAKS)
"""Kinds of stay for which only carers in the scheme are used [FOST-24]."""


@rule_for_each_child(
    "PLC-03",
    weight="HARD-A",
    law="Children Act 1989, section 22C(6); section 22C(9A) to (9C) for early permanence",
    mark="primary",
)
def kind_of_home(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Does the child's care plan allow this kind of home?"""
    return met_unless(register.homes, barred=~register.homes.is_kind(*kinds_for(child)))


@rule_for_each_child(
    "STB-01",
    weight="HARD-A",
    law="Fostering Services National Minimum Standards 2011, standard 15.3; Care Planning Regulations 2010, reg 14",
    mark="primary",
)
def settled_children_stay(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is this where a settled child lives, or is a move asked for?

    For a child with a current carer and no `needed_by`, the present home is the only one considered.
    """
    elsewhere = ~register.linked(child.child_id, LinkKind.CURRENT_CARER)
    return met_unless(register.homes, barred=elsewhere & register.is_settled(child))


def _not_begun(homes: Homes, asked: Asked) -> Mask:
    begins_later: Mask = homes.approved_from > asked.today
    return begins_later


def _ended(homes: Homes, asked: Asked) -> Mask:
    """Approval has ended; its last day still counts."""
    ended: Mask = homes.approved_to < asked.today
    return ended


def _approval(which: Mask, homes: Homes, asked: Asked, *, lapse_counts: Mask | bool = True) -> AnswerArray:
    return met_unless(
        homes,
        barred=which & (_not_begun(homes, asked) | (_ended(homes, asked) & lapse_counts)),
        unknown=which & np.isnat(homes.approved_from),
    )


@rule_for_each_child(
    "FOST-01",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 22; Fostering Services Regulations 2011, regulation 27",
    mark="secondary",
    question="Since when has the carer been approved?",
)
def approved_foster_carer(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the carer approved as a foster carer on the day?

    When a connected person's approval has lapsed, CON-03 says so instead.
    """
    homes = register.homes
    kin = homes.is_kind(HomeKind.CONNECTED_PERSON)
    return _approval(homes.is_kind(*FOSTERING), homes, asked, lapse_counts=~kin)


@rule_for_each_child(
    "CON-03",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulations 24, 25 and 25(6)",
    mark="primary",
)
def kinship_approval_has_not_lapsed(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the approval of the relative, friend or other connected person still running?

    A temporary approval of 16 weeks ends on its last day unless it was extended; past that day the child may
    not stay without full approval.
    """
    homes = register.homes
    return met_unless(homes, barred=homes.is_kind(HomeKind.CONNECTED_PERSON) & _ended(homes, asked))


@rule_for_each_child(
    "ADO-03",
    weight="HARD-A",
    law="Adoption Agencies Regulations 2005, part 4",
    mark="secondary",
    question="Since when have the adopters been approved?",
)
def approved_adopters(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Are the adopters approved, and is the approval current?"""
    homes = register.homes
    return _approval(homes.is_kind(HomeKind.ADOPTER), homes, asked)


@rule_for_each_child(
    "SLG-02",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 27C",
    mark="primary",
    question="Since when has the host been part of the registered undertaking?",
)
def host_in_a_registered_service(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the host's place in the registered undertaking current?"""
    homes = register.homes
    return _approval(homes.is_kind(HomeKind.SUPPORTED_LODGINGS), homes, asked)


@rule_for_each_child(
    "FOST-16",
    weight="HARD-A",
    law="Fostering Services (England) Regulations 2011, regulation 28(13)",
    mark="secondary",
)
def notice_of_resignation(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the carer staying on, or the stay over before the carer's notice runs out?

    Approval ends 28 days after notice is received. Only a stay expected to end by then may still begin; an end
    that is past already says nothing about when the stay will end.
    """
    homes = register.homes
    notice = homes.notice_received_on
    last_day = notice + np.timedelta64(asked.law.notice_days, "D")
    stay_ends = np.datetime64(child.expected_end, "D")
    over_in_time = (asked.today <= stay_ends) & (stay_ends <= last_day)
    return met_unless(homes, barred=(notice <= asked.today) & ~over_in_time)


@rule_for_each_child(
    "FOST-18",
    weight="HARD-G",
    law="Fostering Services National Minimum Standards 2011, standard 22; Fostering Services Regulations 2011, reg 28",
    mark="secondary",
    sign_off="fostering head of service",
)
def not_on_hold(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home free of any hold on new placements?"""
    return met_unless(register.homes, needs_sign_off=register.homes.on_hold == 1)


@rule(
    "FOST-20",
    weight="HARD-G",
    law="Local: what the carer has agreed to take, and when",
    mark="local policy",
    sign_off="the carer, who may agree otherwise",
)
def carer_is_available(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Does the carer offer enough places now, on this day?

    The last day offered still counts. Children who live there already need no new place.
    """
    not_yet = homes.available_from > asked.today
    no_longer = homes.available_to < asked.today
    too_few = newcomers(group) > homes.vacancies
    return met_unless(homes, needs_sign_off=not_yet | no_longer | too_few)


@rule(
    "FOST-02",
    weight="HARD-G",
    law="Care Planning Regulations 2010, regulation 22(2); Fostering Services Regulations 2011, regulation 27(5)",
    mark="secondary",
    sign_off="fostering agency decision maker, by a change of terms (FOST-10)",
    question="What is the child's sex, or kind of stay, that the carer's terms ask about?",
)
def terms_of_approval(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Is every child within the carer's written terms: ages, sex, kind of stay, number?

    A blank term is no restriction of that kind. The number is a test of its own beside the usual limit. What was
    noted when adopters were approved is advice, never a limit. A kind of stay that belongs to a scheme is FOST-24.
    """
    bound = ~homes.is_kind(HomeKind.ADOPTER)
    new = newcomers(group)
    outside = (new > 0) & (new > homes.approved_places - homes.fostered)
    unknown = np.zeros(len(homes), dtype=np.bool_)
    for child in group.children:
        age = age_on(child.date_of_birth, asked.day)
        outside |= (age < homes.approved_age_min) | (age > homes.approved_age_max)
        takes_one_sex = homes.approved_sex != ""
        if child.sex in ("M", "F"):
            outside |= takes_one_sex & (homes.approved_sex != child.sex)
        else:
            unknown |= takes_one_sex
        if child.placement_need is None:
            unknown |= homes.approved_needs_listed
        elif child.placement_need not in SCHEMES:
            outside |= _stay_not_in_terms(homes, child.placement_need)
    return met_unless(homes, unknown=bound & unknown, needs_sign_off=bound & outside)


def _stay_not_in_terms(homes: Homes, need: PlacementNeed) -> Mask:
    return homes.approved_needs_listed & ~homes.approved_for_need(need)


@rule_for_each_child(
    "FOST-24",
    weight="HARD-G",
    law="Care Planning Regulations 2010, regulation 22(2), through the terms of approval",
    mark="secondary",
    sign_off="fostering agency decision maker, by a change of terms (FOST-10)",
)
def in_the_specialist_scheme(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the carer in the scheme that a remand, a parent with a child, or short breaks need?"""
    homes = register.homes
    scheme = next((one for one in SCHEMES if one is child.placement_need), None)
    if scheme is None:
        return met_unless(homes)
    bound = ~homes.is_kind(HomeKind.ADOPTER)
    return met_unless(homes, needs_sign_off=bound & _stay_not_in_terms(homes, scheme))


@rule_for_each_child(
    "CON-04",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 24",
    mark="secondary",
)
def approved_for_this_child(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Where the home is approved for named children, or as kin, is this child one of them?

    A home that names children takes only these. A connected person's home that names nobody takes only children
    recorded as their kin: its spare room is never a vacancy for others.
    """
    homes = register.homes
    named_for_others = homes.names_children & ~homes.names(child.child_id)
    kin_of_others = (
        homes.is_kind(HomeKind.CONNECTED_PERSON)
        & ~homes.names_children
        & ~register.linked(child.child_id, LinkKind.KIN)
    )
    early_permanence = homes.is_kind(HomeKind.EARLY_PERMANENCE)
    return met_unless(homes, barred=(named_for_others & ~early_permanence) | kin_of_others)


@rule_for_each_child(
    "EPM-03",
    weight="HARD-A",
    law="Care Planning Regulations 2010, regulation 25A (SI 2013/984)",
    mark="primary",
)
def early_permanence_for_this_child(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Where adopters are approved to foster a named child first, is it this child?"""
    homes = register.homes
    named_for_others = homes.names_children & ~homes.names(child.child_id)
    return met_unless(homes, barred=homes.is_kind(HomeKind.EARLY_PERMANENCE) & named_for_others)
