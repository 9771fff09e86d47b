"""The home to turn to when a carer declines: for each group of the plan the best plan without that home for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from matching.alternatives.groups import Group, groups_of
from matching.alternatives.order import Ordered, in_order, packed
from matching.alternatives.programme import Programme, best
from matching.alternatives.search import Search, settling_aim
from matching.question import Ints, Question, Solution
from matching.solvers.near import links_of
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

    `best`: everybody else may move. `alone`: everybody else stays as in the plan, those without a home too.
    """

    group: Group
    best: After
    alone: After

    def homes(self, after: After) -> tuple[int, ...]:
        """The home of each child of the group after the refusal; -1 for none."""
        return tuple(after.home_of[list(self.group.children)].tolist())


def back_ups(
    question: Question,
    solution: Solution,
    groups: Sequence[Group] | None = None,
    *,
    time_limit: float | None = None,
) -> tuple[BackUp, ...]:
    """A back-up for each group that the plan gives a home, or for `groups`, which must be groups of the plan.

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
    pool = [solution.home_of]
    found: list[BackUp] = []
    for group in mine:
        children = np.array(group.children, dtype=np.int64)
        alone = _alone(search, tiers, settle, solution.home_of, group, clock)
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
        found.append(
            BackUp(group, _after(q, solution.home_of, group, ordered), _after(q, solution.home_of, group, alone))
        )
    return tuple(found)


def _alone(search: Search, tiers: Sequence[Aim], settle: Aim, home_of: Ints, group: Group, clock: Clock) -> Ordered:
    """The best plan when nobody but the group may move: a small programme over the bundles of its unit.

    Brothers and sisters of the group who have another home stay there, alone or joined by children of the group.
    """
    q, bundles = search.question, search.bundles
    children = list(group.children)
    unit = int(search.unit_of[children[0]])
    chosen = search.chosen(home_of)
    of_unit = search.unit_of[q.pair_child[bundles.pair[bundles.start[:-1]]]] == unit
    free = np.isin(q.pair_child, children)
    # nobody else of the unit may be anywhere but where it is, and the group not where it is declined
    strays = np.where(free, q.pair_home == group.home, home_of[q.pair_child] != q.pair_home)
    kept = np.flatnonzero(of_unit & (bundles.total(strays.astype(np.int64)) == 0))
    room = search.packing.capacity - search.packing.matrix @ (chosen & ~of_unit).astype(np.int64)
    staying = bundles.total((~free & (home_of[q.pair_child] == q.pair_home)).astype(np.int64))[kept]
    stays = int(((search.unit_of == unit) & (home_of >= 0)).sum()) - len(children)

    matrix, capacity = search.packing.matrix[:, kept], room
    touched = np.flatnonzero(np.diff(matrix.indptr))
    matrix, capacity = matrix[touched], capacity[touched]
    links = links_of(bundles, kept)
    pad = csr_array((matrix.shape[0], len(links)), dtype=np.int64)
    near = csr_array(np.hstack([links.on_bundles.toarray(), links.on_links.toarray()]))
    rows = [csr_array(np.hstack([matrix.toarray(), pad.toarray()])), near]
    rows.append(csr_array(-np.concatenate((staying, np.zeros(len(links), dtype=np.int64)))[np.newaxis]))
    matrix = csr_array(vstack(rows, format="csr"))
    capacity = np.concatenate((capacity, np.zeros(2 * len(links), dtype=np.int64), [-stays]))
    without = np.where(np.isin(np.arange(q.children), children), -1, home_of)
    x = np.concatenate((search.chosen(without)[kept].astype(np.int64), np.zeros(len(links), dtype=np.int64)))
    proved: list[bool] = []
    for aim, parts in packed(q, [*tiers, settle]):
        value = np.concatenate((search.values(aim)[kept], np.full(len(links), aim.per_near_pair, dtype=np.int64)))
        answer = best(Programme(value, matrix, capacity, len(kept)), x, clock)
        x = answer.x
        worth = int(value @ x)
        proved += [worth == answer.bound] * len(parts)
        matrix = csr_array(vstack([matrix, csr_array(-value[np.newaxis])], format="csr"))
        capacity = np.append(capacity, -worth)
    plan = without.copy()
    inside = search.plan_of(kept[x[: len(kept)] > 0])
    plan[children] = inside[children]
    values = tuple(aim.of(q, plan) for aim in [*tiers, settle])
    bounds = tuple(v if p else v + 1 for v, p in zip(values, proved, strict=True))
    return Ordered(plan, values, bounds)


def _after(question: Question, before: Ints, group: Group, ordered: Ordered) -> After:
    plan = ordered.home_of
    values, old = question.values_of(plan), question.values_of(before)
    loss = {t: (values[t] - old[t]) if t == "cost" else (old[t] - values[t]) for t in question.tiers}
    others = np.ones(question.children, dtype=np.bool_)
    others[list(group.children)] = False
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
