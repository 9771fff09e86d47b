"""Is there room for one more group, everybody the plan places keeping a home? Answered exactly, and near by first.

The question is asked of a few units at a time: the group, then those whom it would push out, and so on. Whoever is
not yet looked at stays where the plan has them. Leaving whole units out never makes a lawful plan unlawful, so when
the few cannot all have homes, nor can everybody; and a plan that is found is checked in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from matching.bundles import Bundles, bundles_of, units_of
from matching.question import UNLIMITED, Ints, Mask, Question
from matching.solvers.exhaustive import lawful, lawful_plan
from matching.solvers.packing import packing_of

Group = tuple[int, ...]
"""Children by index, of one unit, in order."""

MOST_UNITS = 60
"""Units looked at together at most for one group."""
SOLVED, NONE = 0, 2


class NotLawful(RuntimeError):
    """A plan that was found is not lawful when counted in whole numbers. It is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What came of looking for room. `plan`, shape (children,): everybody's home, the group's too; None: not found.

    `units` were looked at together. Without a plan these units cannot all have homes, unless `cut`: then more than
    were allowed would have had to be looked at, and nothing is known.
    """

    plan: Ints | None
    units: tuple[int, ...]
    cut: bool = False


def make_room(
    question: Question,
    plan: Ints,
    group: Group,
    home: int | None = None,
    first: tuple[int, ...] = (),
    most: int | None = None,
) -> Room:
    """Look for a lawful plan in which `group` shares a home and whoever has a home in `plan` has one, too.

    `home`: the home it must be; None for any. `plan` must be lawful for `question`, shape (children,). `first`:
    units to look at from the start, where it is known who competes; what is found does not depend on them. `most`:
    units looked at together at most, `MOST_UNITS` if left out.
    """
    most = MOST_UNITS if most is None else most
    unit = units_of(question)
    if home is not None:
        mine = np.isin(question.pair_child, group)
        question = question.with_pairs(~mine | (question.pair_home == home))
        beside = plan.copy()
        beside[list(group)] = home
        if lawful(question, home, np.flatnonzero(beside == home).tolist()) and _splits_nobody(question, beside):
            return Room(beside, (int(unit[group[0]]),))
    looked_at = {int(unit[group[0]]), *first}
    while True:
        active = np.isin(unit, sorted(looked_at))
        required = active & (plan >= 0)
        required[list(group)] = True
        found = place_all(only(question, active), required, group, _trouble(question, plan, active))
        if found is None:
            return Room(None, tuple(sorted(looked_at)))
        whole = np.where(active, found, plan)
        pushed_out = _pushed_out(question, whole, active)
        if not len(pushed_out):
            if not lawful_plan(question, whole):
                raise NotLawful("a plan pieced together for one more group is not lawful: it cannot be used")
            return Room(whole, tuple(sorted(looked_at)))
        looked_at |= set(unit[pushed_out].tolist())
        if len(looked_at) > most:
            if first:
                return make_room(question, plan, group, home, most=most)
            return Room(None, tuple(sorted(looked_at)), cut=True)


def _splits_nobody(question: Question, plan: Ints) -> bool:
    """Whether no family that may never be split is split."""
    a, b = question.sibling_pairs.reshape(-1, 2).T
    return not (question.never_split and (plan[a] != plan[b]).any())


def only(question: Question, children: Mask) -> Question:
    """The same question with the pairs of some children only."""
    return question.with_pairs(children[question.pair_child])


def place_all(question: Question, required: Mask, group: Group, trouble: Ints | None = None) -> Ints | None:
    """A lawful plan in which every required child has a home and `group` one and the same; None when there is none.

    `required`, shape (children,). Of several plans one with the least `trouble`, shape (pairs of `question`,).
    """
    if not question.pairs:
        return None
    bundles = bundles_of(question)
    if not len(bundles):
        return None
    packing = packing_of(bundles)
    wanted = _holding(bundles, np.flatnonzero(required), group)
    if wanted is None:
        return None
    ones = np.ones(wanted.shape[0])
    constraints = [LinearConstraint(wanted, ones, ones)]
    if len(packing.capacity):
        constraints.append(LinearConstraint(packing.matrix, -np.inf, packing.capacity))
    costs = np.zeros(len(bundles)) if trouble is None else bundles.total(trouble).astype(np.float64)
    answer = milp(
        costs, integrality=np.ones(len(bundles), dtype=np.int64), bounds=Bounds(0, 1), constraints=constraints
    )
    if answer.status == NONE:
        return None
    if answer.status != SOLVED or answer.x is None:
        raise RuntimeError(f"HiGHS neither found room nor proved that there is none: {answer.message}")
    plan = bundles.plan_of(np.flatnonzero(answer.x > 0.5))
    if not lawful_plan(question, plan) or (plan[required] < 0).any() or len(set(plan[list(group)].tolist())) > 1:
        raise NotLawful("a plan found by HiGHS, rounded, does not give every child a lawful home: it cannot be used")
    return plan


def _holding(bundles: Bundles, required: Ints, group: Group) -> csr_array | None:
    """Rows that must each come to one: a bundle with the whole group, one with each required child; None: no such."""
    child, owner = bundles.question.pair_child[bundles.pair], bundles.owner
    mine = np.bincount(owner[np.isin(child, group)], minlength=len(bundles)) == len(group)
    row_of = np.full(bundles.question.children, -1, dtype=np.int64)
    row_of[required] = np.arange(len(required))
    kept = row_of[child] >= 0
    each = csr_array(
        (np.ones(int(kept.sum())), (row_of[child[kept]], owner[kept])), shape=(len(required), len(bundles))
    )
    rows = csr_array(vstack([csr_array(mine[np.newaxis, :].astype(np.float64)), each]))
    return None if (np.diff(rows.indptr) == 0).any() else rows


def _trouble(question: Question, plan: Ints, active: Mask) -> Ints:
    """For each pair of the children being placed, about how many would be pushed out; and a little for each move."""
    stays = ~active[question.pair_child] & (plan[question.pair_child] == question.pair_home)
    there = np.bincount(question.pair_home[stays], minlength=question.homes)
    new = np.bincount(question.pair_home[stays & ~question.pair_lives_there], minlength=question.homes)
    mine = active[question.pair_child]
    child, home = question.pair_child[mine], question.pair_home[mine]
    full = np.minimum(question.places, question.limit_room)[home] - new[home] < 1
    tight = (full | question.one_or_whole_family[home] | question.solo[child]) & (there[home] > 0)
    trouble: Ints = 100 * np.where(tight, there[home], 0) + (plan[child] != home)
    return trouble


def _pushed_out(question: Question, plan: Ints, active: Mask) -> Ints:
    """Children not looked at yet whose home cannot hold them and its new company."""
    found = []
    for home in np.unique(plan[active & (plan >= 0)]).tolist():
        there = np.flatnonzero(plan == home)
        others = there[~active[there]]
        if len(others) and not lawful(question, home, there.tolist()):
            found.append(others)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def with_room(question: Question, homes: Mask) -> Question:
    """The same question in which some homes hold any number of children; who may not live together still may not."""
    return replace(
        question,
        places=np.where(homes, UNLIMITED, question.places),
        limit_room=np.where(homes, UNLIMITED, question.limit_room),
        rooms=np.where(homes, UNLIMITED, question.rooms),
        one_or_whole_family=question.one_or_whole_family & ~homes,
        home_has=np.where(homes[:, np.newaxis], np.iinfo(np.int64).max // 4, question.home_has),
    )
