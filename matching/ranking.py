"""Which homes could take a child or a family, best first: what a panel reads before it decides.

Ranking is for reading. The plan is solved over all children at once and may rightly choose another home.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching.propose import Proposal, allowed_bits
from matching.rules.register import Mask
from matching.rules.rule import Answers
from records.model import SiblingPlan

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_PARTS = 128
"""How many parts of one family are ranked at most; a family of six has 56 parts of two or more."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """One group and every home that no rule bars for it, best first; arrays have shape (ranked homes,).

    `points`, `low` and `high` are sums over the group. `miles` is that of
    the child who would live furthest from home, NaN where any is not known. `open_rules`: sign-offs and questions
    that this run does not accept. `places_for_all`: the home has a place for each of them now. `in_plan`: a plan of
    this run may place the whole group there.
    """

    group_id: str
    child_ids: tuple[str, ...]
    answers: Answers
    homes: Ints
    points: Ints
    low: Ints
    high: Ints
    miles: Floats
    open_rules: NDArray[np.uint64]
    places_for_all: Mask
    in_plan: Mask

    def __len__(self) -> int:
        return len(self.homes)

    def at(self, order: Ints) -> Ranked:
        """The same homes in another order, or some of them: `order` are places in the present order."""
        return Ranked(
            self.group_id,
            self.child_ids,
            self.answers.at(order),
            *(
                getattr(self, name)[order]
                for name in ("homes", "points", "low", "high", "miles", "open_rules", "places_for_all", "in_plan")
            ),
        )

    def order_by(self, points: Ints) -> Ints:
        """The order these homes would have with other points, shape (ranked homes,): places in the present order."""
        unknown, sign_off = self.answers.unknown, self.answers.sign_off
        standing = np.where(unknown & self.open_rules != 0, 2, np.where(sign_off & self.open_rules != 0, 1, 0))
        far = np.where(np.isnan(self.miles), np.inf, self.miles)
        return np.lexsort((self.homes, far, np.bitwise_count(sign_off), -points, standing))


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A child without brothers or sisters in the round, or one family, with every group of it that is ranked.

    `whole` is None for a family that may not live together. `parts` only when no home takes the whole family.
    """

    unit_id: str
    child_ids: tuple[str, ...]
    whole: Ranked | None
    parts: tuple[Ranked, ...] = ()
    alone: tuple[Ranked, ...] = ()
    parts_left_out: int = 0

    @property
    def groups(self) -> tuple[Ranked, ...]:
        """Every ranked group: the whole, the parts, each child."""
        return (*([self.whole] if self.whole is not None else []), *self.parts, *self.alone)


def rank_every_unit(proposal: Proposal) -> Iterator[Unit]:
    """Each child alone and each family of the round, in the order of the first child's id."""
    seen: set[str] = set()
    for child in proposal.register.children:
        if child.child_id not in seen:
            unit = rank_unit(proposal, child.child_id)
            seen.update(unit.child_ids)
            yield unit


def rank_unit(proposal: Proposal, child_or_family_id: str) -> Unit:
    """The unit of this child or family. Raises KeyError when the round has neither of that id."""
    register = proposal.register
    if child_or_family_id in register.child_index:
        child = register.children[register.child_index[child_or_family_id]]
        family_id = child.family_id
    elif child_or_family_id in register.families:
        family_id = child_or_family_id
        child = register.families[family_id][0]
    else:
        raise KeyError(child_or_family_id)
    members = tuple(c.child_id for c in register.families[family_id]) if family_id is not None else (child.child_id,)
    if family_id is None or len(members) == 1:
        return Unit(child.child_id, (child.child_id,), rank_group(proposal, child.child_id, (child.child_id,)))

    whole = rank_group(proposal, family_id, members) if may_live_together(proposal, members) else None
    parts: list[Ranked] = []
    left_out = 0
    if whole is None or not whole.in_plan.any():
        for tried, ids in enumerate(_parts(proposal, members)):
            if tried >= MOST_PARTS:
                left_out += 1
                continue
            part = rank_group(proposal, f"{family_id}:{'+'.join(ids)}", ids)
            if len(part):
                parts.append(part)
    alone = tuple(rank_group(proposal, one, (one,)) for one in members)
    return Unit(family_id, members, whole, tuple(parts), alone, left_out)


def may_live_together(proposal: Proposal, child_ids: Iterable[str]) -> bool:
    """Whether no two of these children are assessed apart or separated."""
    register = proposal.register
    return all(
        register.plan_for(a, b) is not SiblingPlan.APART and b not in register.separated.get(a, frozenset())
        for a, b in combinations(sorted(child_ids), 2)
    )


def rank_group(proposal: Proposal, group_id: str, child_ids: tuple[str, ...]) -> Ranked:
    """Every home that no rule bars for this group, best first.

    First homes that meet every rule or need only sign-offs this run accepts, then those that need another
    sign-off, then those with an open question; within these by points, fewer sign-offs, nearness and id.
    """
    register, question = proposal.register, proposal.question
    rows = [register.child_index[c] for c in child_ids]
    allowed = np.bitwise_and.reduce([allowed_bits(register.children[r], proposal.allowed) for r in rows])

    listed = reduce(np.intersect1d, (proposal.pairs.homes_of(row) for row in rows))
    if len(rows) == 1:
        answers = proposal.answers.at(proposal.pairs.of(rows[0]))
    else:
        answers = proposal.answers_for(*child_ids, homes=listed)
    answers, homes = answers.at(answers.barred == 0), listed[answers.barred == 0]
    sign_off, unknown = answers.sign_off, answers.unknown
    # where each child's pairs with these homes stand: shape (children of the group, ranked homes)
    at = np.array([proposal.pairs.positions(row, homes) for row in rows], dtype=np.int64)
    weighed = proposal.weighed
    points = weighed.points[at].sum(axis=0)
    miles = proposal.miles_home[at].max(axis=0)
    newcomers = len(rows) - np.sum([register.lives_there(c)[homes] for c in child_ids], axis=0)
    open_rules = (sign_off | unknown) & ~allowed
    places_for_all = newcomers <= question.places[homes]
    in_plan = (open_rules == 0) & proposal.usable[at].all(axis=0) & places_for_all

    unordered = Ranked(
        group_id=group_id,
        child_ids=child_ids,
        answers=answers,
        homes=homes,
        points=points.astype(np.int64),
        low=weighed.low[at].sum(axis=0).astype(np.int64),
        high=weighed.high[at].sum(axis=0).astype(np.int64),
        miles=miles,
        open_rules=open_rules,
        places_for_all=places_for_all,
        in_plan=in_plan,
    )
    return unordered.at(unordered.order_by(unordered.points))


def _parts(proposal: Proposal, members: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Parts of two or more of a family whose members may live together, the largest first, never the whole."""
    for size in range(len(members) - 1, 1, -1):
        for ids in combinations(members, size):
            if may_live_together(proposal, ids):
                yield ids
