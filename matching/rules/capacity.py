"""Is there room: the usual fostering limit, bedrooms, and one child or a whole family in an adoptive home."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from matching.rules.asked import Asked
from matching.rules.kinds import ADOPTIVE, FOSTERING, kinds_for
from matching.rules.register import Group, Homes, Mask
from matching.rules.rule import AnswerArray, met_unless, rule
from records.ages import age_on
from records.model import Child, HomeKind

HARM_TO_OTHERS = "harmful_sexual_behaviour"

Counts = NDArray[np.int64]


def newcomers(group: Group) -> Counts:
    """How many of the group do not live in each home already, shape (homes,).

    Only they need a place, a bedroom or room under the usual limit.
    """
    new = np.full(len(group.register.homes), group.size, dtype=np.int64)
    for child_id in group.ids:
        new -= group.register.lives_there(child_id)
    return new


def _one_family(group: Group, homes: Homes) -> Mask:
    """Homes where everybody fostered, with the whole group, would be brothers and sisters of one recorded family."""
    if group.family_id is None:
        return np.zeros(len(homes), dtype=np.bool_)
    residents = homes.residents
    return ~homes.any_resident(residents.fostered & (residents.family != group.family_id))


def _named_exempt(group: Group, homes: Homes) -> Counts:
    """How many of those who would be fostered there are named in the home's exemption."""
    exempt = homes.count_residents(homes.residents.fostered & homes.residents.exempt)
    for child_id in group.ids:
        exempt += homes.exempts(child_id) & ~group.register.lives_there(child_id)
    return exempt


def _usual_limit(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Children Act 1989, Schedule 7: three, unless all one family, or those above it are named in an exemption."""
    limit = asked.law.usual_fostering_limit
    new = newcomers(group)
    fostered = homes.fostered + new
    over = homes.is_kind(*FOSTERING) & (new > 0) & (fostered > limit) & ~_one_family(group, homes)
    enough_named = fostered - _named_exempt(group, homes) <= limit
    not_recorded = (homes.exempting_authority == "") | (homes.authority == "")
    right_authority = homes.exempting_authority == homes.authority
    return met_unless(
        homes,
        unknown=over & enough_named & not_recorded,
        needs_sign_off=over & ~(enough_named & right_authority),
    )


@rule(
    "FOST-03",
    weight="HARD-G",
    law="Children Act 1989, section 63(12) and Schedule 7, paragraphs 2 and 3",
    mark="primary",
    sign_off="the council where the carer lives, by an exemption that names the children (FOST-05)",
    question="Which council granted the exemption, and in whose area does the carer live?",
)
def usual_fostering_limit(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Would the carer stay within the usual fostering limit, or foster only one family of brothers and sisters?

    Everybody fostered there counts, whichever council placed them. The carer's own children, adults, lodgers and
    those staying put after 18 do not. The exception holds only if all of them, with the whole group, are of one
    family (FOST-04). Terms of approval that allow more lift nothing here (FOST-08).
    """
    return _usual_limit(group, homes, asked)


@rule(
    "FOST-05",
    weight="HARD-G",
    law="Children Act 1989, Schedule 7, paragraph 4",
    mark="primary",
    sign_off="officer with delegated power at the council where the carer lives",
    question="Which council granted the exemption, and in whose area does the carer live?",
)
def exemption_from_the_limit(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Is every child above the usual limit named in an exemption by the council where the carer lives?"""
    return _usual_limit(group, homes, asked)


def shares_a_room_with(child: Child, asked: Asked) -> str | None:
    """M or F when the child may share a bedroom with a brother or sister of that sex; None when with nobody."""
    young = age_on(child.date_of_birth, asked.day) < asked.law.share_bedroom_under_age
    return child.sex if young and not may_harm_others(child) and child.sex in ("M", "F") else None


def may_harm_others(child: Child) -> bool:
    """Whether nobody may share a bedroom with this child [BED-03]."""
    return HARM_TO_OTHERS in child.needs_must or HARM_TO_OTHERS in child.needs_helpful


def bedrooms_needed(children: Iterable[Child], asked: Asked) -> int:
    """Bedrooms that brothers and sisters of one family need; those under three need none."""
    sharing = Counter(shares_a_room_with(c, asked) for c in children if needs_a_room(c, asked))
    alone = sharing.pop(None, 0)
    return alone + sum((together + 1) // 2 for together in sharing.values())


def needs_a_room(child: Child, asked: Asked) -> bool:
    """Whether the child is old enough to count for a bedroom [BED-01]."""
    return bool(age_on(child.date_of_birth, asked.day) >= asked.law.own_bedroom_from_age)


def bedrooms_beside_harm(children: Iterable[Child], asked: Asked) -> int:
    """Bedrooms without which somebody would share with a child who may harm others, whoever else agrees to share.

    One for each such child, and one more for all the others together; 0 where there is no such child.
    """
    harm = [may_harm_others(c) for c in children if needs_a_room(c, asked)]
    return sum(harm) + (not all(harm)) if any(harm) else 0


@rule(
    "BED-01",
    weight="HARD-G",
    law="Fostering Services National Minimum Standards 2011, standard 10.6",
    mark="primary",
    sign_off="the responsible authority of each child who would share",
)
def bedrooms(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Has the home a bedroom for each child of three or over, or for two who may share?

    Brothers, or sisters, may share two to a room under the age for sharing (BED-04), but nobody shares with a
    child who may harm others (BED-03): where somebody would have to, the home is barred, and nobody may agree to it
    here. Only children placed in this round share. Blank bedrooms are no bar.
    """
    already_there = {c.child_id: group.register.lives_there(c.child_id) for c in group.children}
    some_live_there = np.flatnonzero(np.any(list(already_there.values()), axis=0))

    def by_home(count: Callable[[Iterable[Child], Asked], int]) -> Counts:
        counted = np.full(len(homes), count(group.children, asked), dtype=np.int64)
        for home in some_live_there:
            counted[home] = count([c for c in group.children if not already_there[c.child_id][home]], asked)
        return counted

    return met_unless(
        homes,
        barred=by_home(bedrooms_beside_harm) > homes.bedrooms_free,
        needs_sign_off=by_home(bedrooms_needed) > homes.bedrooms_free,
    )


@rule(
    "PW-01",
    weight="HARD-A",
    law="The council's reading for this round: adopters are matched with one child, or with a family as a whole",
    mark="product",
)
def one_child_or_the_whole_family(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
    """Where a home may adopt, does it take one child, or all the brothers and sisters whose plan leads there?

    Where a child of the round is settled, it takes only the one brother or sister who makes the family whole.
    """
    barred = np.zeros(len(homes), dtype=np.bool_)
    if group.size > 1:
        for kind in ADOPTIVE:
            if _whole_family(group, kind) != set(group.ids):
                barred |= homes.is_kind(kind)
    adoptive = homes.is_kind(*ADOPTIVE)
    for home, settled in group.register.settled.items():
        new = [i for i in group.ids if not group.register.lives_there(i)[home]]
        if adoptive[home] and new:
            # of several newcomers none makes the family whole alone
            there = {next(iter(new)), *(c.child_id for c in settled)}
            barred[home] |= there != _whole_family(group, HomeKind(str(homes.kind[home])))
    return met_unless(homes, barred=barred)


def _whole_family(group: Group, kind: HomeKind) -> set[str]:
    """Everybody of the group's family whose plan leads to this kind of home; nobody where no family is recorded."""
    if group.family_id is None:
        return set()
    return {c.child_id for c in group.register.families[group.family_id] if kind in kinds_for(c)}
