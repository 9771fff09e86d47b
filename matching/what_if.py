"""How rankings move when the council weighs things otherwise: points and ranks only, with nothing asked again.

No plan is worked out here: a plan weighs all children at once, and may change where no ranking does, or stay where
many do. Only a new round tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.considerations import cautions
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.weigh import points_under
from matching.points import WeighedByFile
from matching.policy import Policy
from matching.policy_text import with_weights
from matching.propose import Proposal
from matching.ranking import Ranked

Ints = NDArray[np.int64]

NOT_A_PLAN: Final = (
    "This shows how rankings would move. It does not work out a new plan: a plan weighs all children at once. Run a "
    "round with these weights to see what would be proposed."
)


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """One group before and after. Arrays have shape (ranked homes,), in the order of the ranking before.

    `homes`: by index. `rank_after` counts from 1; the rank before is the place in the order. `bars` are not here: the
    same homes are open before and after, in the same standing (what a rule asks does not depend on weights).
    """

    group_id: str
    child_ids: tuple[str, ...]
    homes: Ints
    points_before: Ints
    points_after: Ints
    rank_after: Ints

    @property
    def same(self) -> bool:
        """Whether every home keeps its place."""
        return bool((self.rank_after == np.arange(1, len(self.homes) + 1)).all())

    @property
    def new_top(self) -> int | None:
        """The home, by index, that comes first now and did not; None where the first stays, or there is none."""
        if not len(self.homes) or self.rank_after[0] == 1:
            return None
        return int(self.homes[int(np.argmin(self.rank_after))])

    @property
    def pairs_turned(self) -> int:
        """Of any two homes, how many have changed places."""
        after = self.rank_after
        return int(np.triu(after[:, np.newaxis] > after[np.newaxis, :], 1).sum())

    @property
    def pairs(self) -> int:
        """How many ways there are to take two of the homes."""
        return len(self.homes) * (len(self.homes) - 1) // 2


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What other weights would do to every ranking. `changed`: consideration to its weight before and after."""

    policy: Policy
    changed: Mapping[str, tuple[int, int]]
    groups: tuple[Moves, ...]
    cautions: tuple[str, ...]

    @property
    def moved(self) -> tuple[Moves, ...]:
        """The groups with any home in another place; those with a new first home first, then the most turned."""
        some = [one for one in self.groups if not one.same]
        return tuple(sorted(some, key=lambda one: (one.new_top is None, -_share(one), one.group_id)))

    @property
    def new_tops(self) -> tuple[Moves, ...]:
        """The groups whose first home is another one."""
        return tuple(one for one in self.groups if one.new_top is not None)

    @property
    def in_same_order(self) -> float:
        """Of any two homes of one ranking, the share, 0 to 1, that stand in the same order before and after."""
        pairs = sum(one.pairs for one in self.groups)
        return 1.0 - sum(one.pairs_turned for one in self.groups) / pairs if pairs else 1.0


def _share(one: Moves) -> float:
    return one.pairs_turned / one.pairs if one.pairs else 0.0


def what_if(proposal: Proposal, groups: Iterable[Ranked], weights: Mapping[str, int]) -> WhatIf:
    """How the rankings of these groups would move with other weights, those not named as they are.

    `groups` are rankings of this proposal. Points come out as a new round would give them. Raises ValueError for a
    weight that no policy can have, and where points came from a file: weights then count for nothing.
    """
    if isinstance(proposal.weighed, WeighedByFile):
        raise ValueError("the points of this round came from a file, so that weights count for nothing")
    before = proposal.asked.policy
    after = with_weights(before, weights)
    changed = {
        one.name: (before.weight_of(one.name), after.weight_of(one.name))
        for one in CONSIDERATIONS
        if before.weight_of(one.name) != after.weight_of(one.name)
    }
    points = points_under(proposal.weighed, after) if changed else proposal.weighed.points
    moves = tuple(_moves(proposal, group, points) for group in groups)
    return WhatIf(after, changed, moves, cautions(after))


def _moves(proposal: Proposal, group: Ranked, points: Ints) -> Moves:
    index = proposal.register.child_index
    after = np.zeros(len(group), dtype=np.int64)
    for child_id in group.child_ids:
        after += points[proposal.pairs.positions(index[child_id], group.homes)]
    rank = np.empty(len(group), dtype=np.int64)
    rank[group.order_by(after)] = np.arange(1, len(group) + 1)
    return Moves(group.group_id, group.child_ids, group.homes, group.points, after, rank)


def in_words(found: WhatIf) -> tuple[str, ...]:
    """What moved, in a few plain sentences."""
    if not found.changed:
        return ("No weight is changed, so nothing moves.",)
    groups = len(found.groups)
    still = groups - len(found.moved)
    tops = len(found.new_tops)
    per_cent = 100 * found.in_same_order
    # rounded away from certainty: 99.96 is not all
    shown = "all" if per_cent == 100 else f"{min(round(per_cent), 99)} in 100"
    return (
        f"{tops:,} of {groups:,} rankings would have another home in first place.",
        f"{still:,} of {groups:,} rankings would not change at all.",
        f"Take any two homes of one ranking: {shown} pairs stay in the same order.",
    )
