"""The question of a round in which something has been granted: what stands in a group's way, and what changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.conflicts.room import Group
from matching.pairs import NOT_LISTED, Pairs
from matching.pose import pose
from matching.propose import Proposal, allowed_bits
from matching.question import UNLIMITED, Question
from matching.rules.kinds import kinds_for
from matching.rules.register import Mask
from matching.rules.rule import ask
from matching.rules.siblings import KeptApart
from records.model import HomeKind, SiblingPlan

TERMS, OFFER, LIMIT, ROOMS, COMPANY = "FOST-02", "FOST-20", frozenset({"FOST-03", "FOST-05"}), "BED-01", "SAFE-04"
"""The rules about a home's room: number in the terms, places offered, usual limit, bedrooms, who lives alongside."""


@dataclass(frozen=True, slots=True, eq=False)
class InTheWay:
    """What stands between a group and each home, with nobody else placed; arrays have shape (homes,).

    `possible`: of a right kind, looked at, and no rule bars it. `open_rules`: packed rules that are open and not
    accepted by this run. `asks`: whether one of them is an open question. `over_offer`, `over_terms`: more newcomers
    than the carer offers places for, or than the terms have places for. `points`: the sum over the group.
    """

    group: Group
    possible: Mask
    open_rules: np.typing.NDArray[np.uint64]
    asks: Mask
    newcomers: np.typing.NDArray[np.int64]
    over_offer: Mask
    over_terms: Mask
    points: np.typing.NDArray[np.int64]


def in_the_way(proposal: Proposal, group: Group) -> InTheWay:
    """Ask every rule of the group together and of each child alone."""
    register, homes = proposal.register, proposal.register.homes
    ids = [proposal.question.child_ids[i] for i in group]
    everywhere = [proposal.every_home(i) for i in group]
    alone = [one.answers for one in everywhere]
    sign_off, unknown, barred = (
        np.bitwise_or.reduce(words)
        for words in zip(*((one.sign_off, one.unknown, one.barred) for one in alone), strict=True)
    )
    if len(ids) > 1:
        together = ask(proposal.rules, register.group(*ids), homes, proposal.asked)
        sign_off, unknown, barred = sign_off | together.sign_off, unknown | together.unknown, barred | together.barred
    allowed = np.bitwise_and.reduce([allowed_bits(register.children[i], proposal.allowed) for i in group])
    kinds = set.intersection(*(set(kinds_for(register.children[i])) for i in group))
    new = np.sum([~register.lives_there(c) for c in ids], axis=0).astype(np.int64)
    bound = ~homes.is_kind(HomeKind.ADOPTER)
    return InTheWay(
        group=group,
        possible=homes.is_kind(*kinds) & (barred == 0) & np.all([proposal.looked_at(i) for i in group], axis=0),
        open_rules=(sign_off | unknown) & ~allowed,
        asks=(unknown & ~allowed) != 0,
        newcomers=new,
        over_offer=new > homes.vacancies,
        over_terms=bound & (new > homes.approved_places - homes.fostered),
        points=np.sum([one.weighed.points for one in everywhere], axis=0),
    )


class Round:
    """The question of one round, and the same question with something granted to one group at one home."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        register, pairs = proposal.register, proposal.pairs
        found = [(pairs.only(proposal.usable).codes, proposal.weighed.points[proposal.usable])]
        found_local = [proposal.local[proposal.usable]]
        for i in np.flatnonzero(proposal.home_of < 0).tolist():
            everywhere = proposal.every_home(i)
            of_kind = register.homes.is_kind(*kinds_for(register.children[i]))
            homes = np.flatnonzero(of_kind & (everywhere.answers.barred == 0) & proposal.looked_at(i))
            found.append((i * pairs.homes + homes, everywhere.weighed.points[homes]))
            found_local.append(everywhere.local[homes])
        codes, first = np.unique(np.concatenate([code for code, _ in found]), return_index=True)
        wide = Pairs.of_codes(codes, pairs.children, pairs.homes)
        self._wide = pose(
            register,
            proposal.asked,
            wide,
            points=np.concatenate([points for _, points in found])[first],
            local=np.concatenate(found_local)[first],
            allowed=proposal.allowed,
        )
        at = pairs.positions(wide.child, wide.home)
        self._usable: Mask = (at != NOT_LISTED) & np.append(proposal.usable, False)[at]

    def granted(self, group: Group, home: int, rules: frozenset[str], *, to_group: bool = True) -> Question:
        """The question with these approvals given for one home.

        `to_group`: they are given to the group, which may then live there. Otherwise they are given to nobody by
        name: only more places or bedrooms come of them.
        """
        q = self._wide
        mine = np.isin(q.pair_child, group) & (q.pair_home == home)
        q = q.with_pairs(self._usable | (mine & np.bool_(to_group)))
        places, rooms = q.places.copy(), q.rooms.copy()
        places[home] = self._places(home, rules, len(group))
        if ROOMS in rules and rooms[home] < UNLIMITED:
            rooms[home] += len(group)
        q = replace(q, places=places, rooms=rooms)
        if to_group and rules & LIMIT:
            mine = np.isin(q.pair_child, group) & (q.pair_home == home)
            q = replace(q, pair_exempt=q.pair_exempt | mine)
        if to_group and COMPANY in rules:
            # the group lives in this home or has none, so who may not join it elsewhere does not matter
            solo = q.solo.copy()
            solo[list(group)] = False
            q = replace(q, solo=solo, apart=self._apart_for_good(q, group))
        return q

    def _places(self, home: int, rules: frozenset[str], more: int) -> int:
        """Places once the carer offers more (`OFFER`), once the terms have more (`TERMS`), or both."""
        homes = self.proposal.register.homes
        offered = int(homes.vacancies[home]) + (more if OFFER in rules else 0)
        terms = int(homes.approved_places[home] - homes.fostered[home]) + (more if TERMS in rules else 0)
        return max(0, offered if homes.kind[home] == HomeKind.ADOPTER else min(offered, terms))

    def _apart_for_good(self, q: Question, group: Group) -> np.typing.NDArray[np.int64]:
        """Who may not live together, but for those who merely do not suit the group as company."""
        register = self.proposal.register
        apart: KeptApart = register.assessed_apart
        kept = []
        for a, b in q.apart.tolist():
            one, other = q.child_ids[a], q.child_ids[b]
            if a in group or b in group:
                never = other in apart(one) or other in register.separated.get(one, frozenset())
                if not never and register.plan_for(one, other) is not SiblingPlan.APART:
                    continue
            kept.append((a, b))
        return np.array(kept, dtype=np.int64).reshape(-1, 2)
