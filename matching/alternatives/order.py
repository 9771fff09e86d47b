"""Aims in order: the best plan for the first, among those for the second, and so on, each proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.alternatives.programme import SMALL
from matching.alternatives.search import Search, Unlike, combined
from matching.question import Ints, Mask, Question
from matching.solvers.solver import Aim, Clock, Held

PACKED_BITS = 44
"""Aims in order are weighed into one while every number stays below this many bits."""
OUTWEIGHS = 16
"""In a large question a tier first weighs so many times the largest number of the tier after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A plan, and for each aim its value and a bound that no plan equal in the aims before can exceed.

    `proved`: value and bound are equal in this aim and all before it.
    """

    home_of: Ints
    values: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def proved(self) -> tuple[bool, ...]:
        """Aim by aim."""
        same = np.array(self.values, dtype=np.int64) == np.array(self.bounds, dtype=np.int64)
        return tuple(bool(p) for p in np.logical_and.accumulate(same))


def in_order(
    search: Search,
    aims: Sequence[Aim],
    start: Ints,
    clock: Clock,
    *,
    held: Held = (),
    unlike: Sequence[Unlike] = (),
    banned: Mask | None = None,
    ceilings: Sequence[int] | None = None,
) -> Ordered:
    """The best plan for aims in order, among plans that are asked for as in `Search.best`; `start` is one.

    `ceilings`: the values of a plan known to be best in this order when fewer things are asked; a plan equal to it
    in the first aims cannot exceed it in the next.
    """
    q, plan = search.question, start
    bounds: list[int] = []
    level = True
    if len(search.bundles) <= SMALL:
        groups = packed(q, aims)
    else:
        plan, settled = _with_all_in_view(search, aims, plan, clock, _Asked(held, unlike, banned), ceilings)
        groups = [(aim, (aim,)) for aim in aims[settled:]]
        bounds = [aim.of(q, plan) for aim in aims[:settled]]
        held += tuple(zip(aims[:settled], bounds, strict=True))
        banned = _more(search, banned) if settled else banned
        level = ceilings is not None and bounds == list(ceilings[:settled])
    for aim, parts in groups:
        at = len(bounds)
        ceiling = None
        if ceilings is not None and level:
            ceiling = _weighed_ceiling(q, parts, ceilings[at : at + len(parts)])
        found = search.best(aim, held, plan, clock, unlike=unlike, banned=banned, ceiling=ceiling)
        plan = found.home_of
        values = [part.of(q, plan) for part in parts]
        if aim.of(q, plan) == found.bound:
            bounds += values
        elif len(parts) == 1:
            bounds.append(found.bound)
        else:
            bounds += [part.ceiling(q) for part in parts]
        held += tuple(zip(parts, values, strict=True))
        # what is in no plan worth as much is of no use to the aims that follow
        banned = _more(search, banned)
        level = level and ceilings is not None and values == list(ceilings[at : at + len(parts)])
    return Ordered(plan, tuple(aim.of(q, plan) for aim in aims), tuple(bounds))


def _more(search: Search, banned: Mask | None) -> Mask | None:
    if not search.useless.any():
        return banned
    return search.useless if banned is None else banned | search.useless


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    held: Held
    unlike: Sequence[Unlike]
    banned: Mask | None


def _with_all_in_view(
    search: Search,
    aims: Sequence[Aim],
    start: Ints,
    clock: Clock,
    asked: _Asked,
    ceilings: Sequence[int] | None,
) -> tuple[Ints, int]:
    """A good plan with the first aims weighed together, and how many aims it settles.

    Counting tiers leave very many plans equal, and one search with all of them in view is far shorter than one each.
    What a tier counts beyond its ceiling is not looked for. A plan at the ceiling of all but the last of these aims
    and proved best for their sum is best for the last one too.
    """
    q = search.question
    wide = next((at for at, aim in enumerate(aims) if _spread(q, aim) > OUTWEIGHS * max(q.children, 1)), len(aims) - 1)
    first = aims[: wide + 1]
    weights = [1]
    for earlier, later in zip(reversed(first[:-1]), reversed(first[1:]), strict=True):
        largest = max(int(np.abs(later.per_pair).max(initial=1)), later.per_sibling_pair, later.per_near_pair)
        own = max(int(np.abs(earlier.per_pair).max(initial=1)), 1)
        weights.append(max(OUTWEIGHS * weights[-1] * largest // own, 1) if len(weights) == 1 else 4 * weights[-1])
    aim = combined("first look", first, weights[::-1])
    capped = () if ceilings is None else tuple(zip(first, ceilings, strict=False))
    capped = capped[:-1] if all(row.of(q, start) <= most for row, most in capped[:-1]) else ()
    found = search.best(aim, asked.held, start, clock, capped=capped, unlike=asked.unlike, banned=asked.banned)

    def worth(plan: Ints) -> list[int]:
        return [one.of(q, plan) for one in aims]

    plan = found.home_of
    if capped and aim.of(q, plan) == found.bound and all(row.of(q, plan) == most for row, most in capped):
        return plan, len(first)
    return max(start, plan, key=worth), 0


def _weighed_ceiling(question: Question, parts: Sequence[Aim], ceilings: Sequence[int]) -> int:
    weights = _weights(question, parts) or [1]
    return sum(w * c for w, c in zip(weights, ceilings, strict=True))


def packed(question: Question, aims: Sequence[Aim]) -> list[tuple[Aim, tuple[Aim, ...]]]:
    """Aims in order, weighed into as few as can be: each new one decides exactly as its parts in order do.

    A part weighs more than all that those after it can differ by.
    """
    groups: list[list[Aim]] = []
    for aim in aims:
        trial = [*(groups[-1] if groups else []), aim]
        if groups and _weights(question, trial) is not None:
            groups[-1] = trial
        else:
            groups.append([aim])
    out = []
    for group in groups:
        weights = _weights(question, group) or [1]
        out.append((combined(" then ".join(a.name for a in group), group, weights), tuple(group)))
    return out


def _weights(question: Question, aims: Sequence[Aim]) -> list[int] | None:
    """What each aim weighs so that their order decides; None when the numbers would grow too large."""
    weights, span = [1], _spread(question, aims[-1])
    for aim in reversed(aims[:-1]):
        weights.append(span + 1)
        span += weights[-1] * _spread(question, aim)
    return weights[::-1] if span < 1 << PACKED_BITS else None


def _spread(question: Question, aim: Aim) -> int:
    """No two plans differ by more."""
    low = np.zeros(question.children, dtype=np.int64)
    np.minimum.at(low, question.pair_child, aim.per_pair)
    return aim.ceiling(question) - int(low.sum())
