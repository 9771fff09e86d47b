"""The home to turn to when a carer declines: for each group of the plan the best plan without that home for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csc_array, csr_array, vstack

from matching.alternatives.groups import Group, groups_of
from matching.alternatives.order import Ordered, in_order, packed
from matching.alternatives.programme import Programme, best
from matching.alternatives.search import Search, settling_aim
from matching.question import LEAST, Ints, Question, Solution
from matching.solvers.beside import tight_links
from matching.solvers.solver import Aim, Clock, tier_aim


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """A whole plan after a refusal. `values` and `loss`, tier by tier, as in `Question.values_of`.

    A loss above nought is worse for everybody together (for `cost`: pence a week more); below nought better, which
    only a tier after one that loses can be. `moved`: other children who have another home; `without`: other children
    who have none now; `gained`: other children who have a home now and had none. `proved`: no plan is better in the
    order of the tiers, tier by tier.
    """

    home_of: Ints
    values: dict[str, int]
    loss: dict[str, int]
    moved: tuple[int, ...]
    without: tuple[int, ...]
    gained: tuple[int, ...]
    proved: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BackUp:
    """What to do when the home of one group declines it: none of these children goes there.

    `alone`: everybody else stays as in the plan, those without a home too. `best`: everybody else may move; None
    where that was not asked for.
    """

    group: Group
    best: After | None
    alone: After

    def homes(self, after: After) -> tuple[int, ...]:
        """The home of each child of the group after the refusal; -1 for none."""
        return tuple(after.home_of[list(self.group.children)].tolist())


def back_ups(
    question: Question,
    solution: Solution,
    groups: Sequence[Group] | None = None,
    *,
    others_may_move: bool = True,
    time_limit: float | None = None,
) -> tuple[BackUp, ...]:
    """A back-up for each group that the plan gives a home, or for `groups`, which must be groups of the plan.

    Without `others_may_move` only the answer in which nobody else moves is worked out: quick at any size.
    Of the plans that are best in the order of the tiers the one that moves fewest children, then the one that the
    fixed rule of ids picks. Raises `ValueError` for a group that is not of the plan.
    """
    clock = Clock(time_limit)
    q = question
    mine = [group for group in groups_of(q, solution.home_of) if group.home >= 0]
    if groups is not None:
        if unknown := [group for group in groups if group not in mine]:
            raise ValueError(f"not a group of the plan: children {unknown[0].children}, home {unknown[0].home}")
        mine = list(groups)
    search = Search(q)
    tiers = [tier_aim(q, tier) for tier in q.tiers]
    ceilings = [aim.of(q, solution.home_of) for aim in tiers] if solution.proved else None
    settle = settling_aim(q, solution.home_of)
    by_itself = _Alone(search, [*tiers, settle], solution.home_of)
    pool = [solution.home_of]
    found: list[BackUp] = []
    for group in mine:
        children = np.array(group.children, dtype=np.int64)
        alone = by_itself.best(group, clock)
        best_of_all = None
        if others_may_move:
            pool.append(alone.home_of)
            start = max(
                (plan for plan in pool if not (plan[children] == group.home).any()),
                key=lambda plan: [aim.of(q, plan) for aim in [*tiers, settle]],
            )
            ordered = in_order(
                search,
                [*tiers, settle],
                start,
                clock,
                banned=search.banned(children, group.home),
                ceilings=None if ceilings is None else [*ceilings, settle.of(q, solution.home_of)],
            )
            pool.append(ordered.home_of)
            best_of_all = after_of(q, solution.home_of, group.children, ordered)
        found.append(BackUp(group, best_of_all, after_of(q, solution.home_of, group.children, alone)))
    return tuple(found)


class _Alone:
    """The best plan when nobody but one group may move.

    Brothers and sisters of the group who have another home stay there, alone or joined by children of the group.
    """

    def __init__(self, search: Search, aims: Sequence[Aim], home_of: Ints) -> None:
        q, bundles = search.question, search.bundles
        self._search, self._aims, self._home_of = search, aims, home_of
        self._values = [search.values(aim) for aim in aims]
        self._matrix = csc_array(search.packing.matrix)
        self._chosen = search.bundles.chosen_by(home_of)
        self._unit = search.unit_of[q.pair_child[bundles.pair[bundles.start[:-1]]]]
        self._room = search.packing.capacity - search.packing.matrix @ self._chosen.astype(np.int64)

    def best(self, group: Group, clock: Clock) -> Ordered:
        """The best plan for the aims in order when this group is declined."""
        search, before = self._search, self._home_of
        q, bundles = search.question, search.bundles
        children = list(group.children)
        unit = int(search.unit_of[children[0]])
        mine = np.flatnonzero(self._unit == unit)
        free = np.isin(q.pair_child, children)
        here = before[q.pair_child] == q.pair_home
        # nobody else of the unit may be anywhere but where it is, and the group not where it is declined
        strays = np.where(free, q.pair_home == group.home, ~here).astype(np.int64)
        kept = mine[bundles.total(strays)[mine] == 0]
        freed = mine[self._chosen[mine]]
        room = self._room + np.asarray(self._matrix[:, freed].sum(axis=1)).ravel()
        matrix = csr_array(self._matrix[:, kept])
        touched = np.flatnonzero(np.diff(matrix.indptr))
        matrix, room = csr_array(matrix[touched]), room[touched]
        without = before.copy()
        without[children] = -1
        if np.count_nonzero(search.unit_of == unit) == 1:
            return self._one_child(children[0], kept, matrix, room, without)

        staying = bundles.total((~free & here).astype(np.int64))[kept]
        stays = int(((search.unit_of == unit) & (without >= 0)).sum())
        links = tight_links(bundles, kept)
        keep_them = csr_array(-staying[np.newaxis])
        rows = csr_array(
            block_array([[matrix, None], [links.on_bundles, links.on_links], [keep_them, None]], format="csr")
            if len(links)
            else vstack([matrix, keep_them], format="csr")
        )
        capacity = np.concatenate((room, np.zeros(links.rows, dtype=np.int64), [-stays]))
        x = search.columns(without, kept, links)
        proved: list[bool] = []
        for aim, parts in packed(q, self._aims):
            value = np.concatenate((search.values(aim)[kept], aim.per_near_pair * links.near))
            answer = best(Programme(value, rows, capacity, len(kept)), x, clock)
            x = answer.x
            worth = int(value @ x)
            proved += [worth == answer.bound] * len(parts)
            rows = csr_array(vstack([rows, csr_array(-value[np.newaxis])], format="csr"))
            capacity = np.append(capacity, -worth)
        plan = without.copy()
        plan[children] = search.bundles.plan_of(kept[x[: len(kept)] > 0])[children]
        values = tuple(aim.of(q, plan) for aim in self._aims)
        # a bound of one more stands for any that is not proved
        return Ordered(plan, values, tuple(v if p else v + 1 for v, p in zip(values, proved, strict=True)))

    def _one_child(self, child: int, kept: Ints, matrix: csr_array, room: Ints, without: Ints) -> Ordered:
        """The same for a child alone: every home in turn, and none."""
        entries = matrix.tocoo()
        there_is_room = np.ones(len(kept), dtype=np.bool_)
        there_is_room[entries.col[entries.data > room[entries.row]]] = False
        fits = np.flatnonzero(there_is_room)
        worth = np.column_stack([values[kept[fits]] for values in self._values])
        worth = np.vstack((worth, np.zeros((1, len(self._aims)), dtype=np.int64)))
        best_at = int(np.lexsort(worth.T[::-1])[-1])
        plan = without.copy()
        if best_at < len(fits):
            plan[child] = self._search.bundles.home[kept[fits[best_at]]]
        values = tuple(aim.of(self._search.question, plan) for aim in self._aims)
        return Ordered(plan, values, values)


def after_of(question: Question, before: Ints, refused: Sequence[int], ordered: Ordered) -> After:
    """A plan found after some children were refused, beside the plan before; the others are all but these."""
    plan = ordered.home_of
    values, old = question.values_of(plan), question.values_of(before)
    loss = {t: (values[t] - old[t]) if t in LEAST else (old[t] - values[t]) for t in question.tiers}
    others = np.ones(question.children, dtype=np.bool_)
    others[list(refused)] = False
    moved = others & (plan != before) & (plan >= 0) & (before >= 0)
    without = others & (plan < 0) & (before >= 0)
    gained = others & (plan >= 0) & (before < 0)
    return After(
        plan,
        values,
        loss,
        tuple(np.flatnonzero(moved).tolist()),
        tuple(np.flatnonzero(without).tolist()),
        tuple(np.flatnonzero(gained).tolist()),
        ordered.proved[: len(question.tiers)],
    )
