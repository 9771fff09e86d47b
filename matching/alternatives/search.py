"""Exact searches among the lawful plans of one question, as programmes over bundles.

A plan is a choice of bundles. Everything asked of it is a row: what a tier must reach, how many groups must differ
from another plan, which children must not go where.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, coo_array, csr_array, eye_array, hstack, vstack

from matching.alternatives.programme import SMALL, Programme, best, prices_for, useless
from matching.bundles import Bundles, bundles_of, units_of
from matching.question import Ints, Mask, Question
from matching.solvers.beside import tight_links
from matching.solvers.near import Links
from matching.solvers.packing import packing_of
from matching.solvers.solver import Aim, Clock, Found, Held

PACKED_BITS = 44
"""Aims in order are weighed into one while every number stays below this many bits."""
TIE_BREAK_RANGE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Unlike:
    """A plan from which another must differ, and in how many groups at least."""

    home_of: Ints
    least: int


class Search:
    """Searches among the lawful plans of one question.

    `only`, shape (bundles,): the bundles in question; others are proved to be in no plan that is asked for.
    """

    def __init__(self, question: Question, bundles: Bundles | None = None) -> None:
        self.question = question
        self.bundles = bundles_of(question) if bundles is None else bundles
        self.packing = packing_of(self.bundles)
        self.only: Mask = np.ones(len(self.bundles), dtype=np.bool_)
        self.useless: Mask = np.zeros(len(self.bundles), dtype=np.bool_)
        """Bundles that the last call of `best` proved to be in no plan worth as much as the one it found."""
        self.unit_of: Ints = units_of(question)

    def best(
        self,
        aim: Aim,
        held: Held,
        start: Ints,
        clock: Clock,
        *,
        capped: Held = (),
        unlike: Sequence[Unlike] = (),
        banned: Mask | None = None,
        ceiling: int | None = None,
        effort: float = math.inf,
    ) -> Found:
        """The best plan for an aim among lawful plans that reach what is held; `start` is one of them.

        `capped`: aims of which no more than so much counts. `unlike`: plans it must differ from. `banned`, shape
        (bundles,), are not used. `ceiling`: no such plan is worth more. See `programme.best`.
        """
        kept = self._kept(banned)
        programme, links = self.programme(aim, held, kept, capped)
        x = self.columns(start, kept, links)
        if unlike:
            units = len(np.unique(self.unit_of))
            sames = [self._sameness(kept, one.home_of) for one in unlike]
            programme = _beside(programme, sames, [units - one.least for one in unlike], 0)
            x = np.concatenate([x, *(same.least(x[: len(kept)]) for same in sames)])
        answer = best(programme, x, clock, ceiling=ceiling, effort=effort)
        self.useless = np.zeros(len(self.bundles), dtype=np.bool_)
        if answer.useful is not None:
            self.useless[kept[~answer.useful]] = True
        return Found(self.bundles.plan_of(kept[answer.x[: len(kept)] > 0]), answer.bound)

    def narrow(self, held: Held, clock: Clock) -> None:
        """Drop for good the bundles proved to be in no plan that reaches what is held; only for large questions."""
        for at, (aim, least) in enumerate(held):
            kept = self._kept(None)
            if len(kept) <= SMALL or clock.is_up:
                return
            programme, _ = self.programme(aim, held[:at] + held[at + 1 :], kept)
            self.only[kept[useless(programme, least, clock)]] = False

    def gains(self, aim: Aim, held: Held, clock: Clock) -> NDArray[np.float64]:
        """What each bundle gains over its price, for guiding only, shape (bundles,); nought without time."""
        kept = self._kept(None)
        programme, _ = self.programme(aim, held, kept)
        prices = prices_for(programme, clock)
        gain = np.zeros(len(self.bundles))
        if prices is not None:
            gain[kept] = prices.scaled_gain[: len(kept)] / prices.scale
        return gain

    def furthest(self, others: Sequence[Ints], held: Held, start: Ints, clock: Clock) -> Found:
        """The plan whose least number of differing groups from the `others` is as large as possible.

        Groups are units: the children of one family, or one child. A unit differs when any of its children has
        another home, or none. `bound` is of that least number.
        """
        kept = self._kept(None)
        programme, links = self.programme(Aim("nothing", np.zeros(self.question.pairs, dtype=np.int64)), held, kept)
        units = len(np.unique(self.unit_of))
        sames = [self._sameness(kept, other) for other in others]
        x = self.columns(start, kept, links)
        least = min(int(self.units_that_differ(start, other).sum()) for other in others)
        levels = (np.arange(units) < least).astype(np.int64)
        first = np.concatenate([x, *(same.least(x[: len(kept)]) for same in sames), levels])
        answer = best(_beside(programme, sames, [units] * len(sames), units), first, clock)
        return Found(self.bundles.plan_of(kept[answer.x[: len(kept)] > 0]), answer.bound)

    def units_that_differ(self, one: Ints, other: Ints) -> Mask:
        """Which units have a child whose home differs between two plans; in the order of their numbers."""
        _, numbered = np.unique(self.unit_of, return_inverse=True)
        differs: Mask = np.bincount(numbered, weights=one != other) > 0
        return differs

    def banned(self, children: Ints, home: int) -> Mask:
        """The bundles that hold any of these children in this home, shape (bundles,)."""
        q = self.question
        pair = np.isin(q.pair_child, children) & (q.pair_home == home)
        return self.bundles.total(pair) > 0

    def values(self, aim: Aim) -> Ints:
        """What each bundle adds to an aim, pairs near each other apart."""
        return self.bundles.total(aim.per_pair, aim.per_sibling_pair)

    def programme(self, aim: Aim, held: Held, kept: Ints, capped: Held = ()) -> tuple[Programme, Links | None]:
        """The most of an aim under the packing of homes and what is held, over some bundles and the links of `near`."""
        if aim.per_near_pair < 0 or any(row.per_near_pair < 0 for row, _ in held):
            raise ValueError("pairs near each other can be made many, never few")
        held = held + tuple((combined(row.name, [row], [-1]), -most) for row, most in capped)
        value, matrix, capacity = self.values(aim)[kept], self.packing.matrix[:, kept], self.packing.capacity
        rows = np.array([self.values(row)[kept] for row, _ in held], dtype=np.int64).reshape(len(held), len(kept))
        links = None
        if aim.per_near_pair or any(row.per_near_pair for row, _ in held):
            links = tight_links(self.bundles, kept)
            matrix = block_array([[matrix, None], [links.on_bundles, links.on_links]], format="csr")
            capacity = np.concatenate((capacity, np.zeros(links.rows, dtype=np.int64)))
            value = np.concatenate((value, aim.per_near_pair * links.near))
            near = np.array([[row.per_near_pair] for row, _ in held], dtype=np.int64).reshape(len(held), 1)
            rows = np.concatenate((rows, near * links.near), axis=1)
        least = np.array([least for _, least in held], dtype=np.int64)
        matrix = csr_array(vstack([matrix, csr_array(-rows)], format="csr"))
        return Programme(value, matrix, np.concatenate((capacity, -least)), len(kept)), links

    def columns(self, home_of: Ints, kept: Ints, links: Links | None) -> Ints:
        """A plan as a choice of the kept bundles and links."""
        chosen = self.bundles.chosen_by(home_of)[kept].astype(np.int64)
        if links is None:
            return chosen
        near = np.zeros(len(links), dtype=np.int64)
        near[links.held(chosen)] = 1
        return np.concatenate((chosen, near))

    def _kept(self, banned: Mask | None) -> Ints:
        return np.flatnonzero(self.only if banned is None else self.only & ~banned)

    def _sameness(self, kept: Ints, other: Ints) -> _Same:
        """See `_Same`."""
        q, bundles = self.question, self.bundles
        units, unit_of_child = np.unique(self.unit_of, return_inverse=True)
        chosen = self.bundles.chosen_by(other)
        unit = (
            unit_of_child[q.pair_child[bundles.pair[bundles.start[:-1]]]] if len(bundles) else chosen.astype(np.int64)
        )
        # deviations: each bundle of the other plan not taken, each child without a home there who is given one
        deviates = bundles.total((other[q.pair_child] < 0).astype(np.int64)) - chosen
        some = np.flatnonzero(deviates[kept])
        rows = coo_array((-deviates[kept][some], (unit[kept][some], some)), shape=(len(units), len(kept)))
        return _Same(rows.tocsr(), np.bincount(unit[chosen], minlength=len(units)).astype(np.int64) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """For each unit a number that must be 1 where a choice of bundles leaves the unit as in another plan.

    `on_bundles @ chosen - same <= capacity`; shapes (units, bundles) and (units,).
    """

    on_bundles: csr_array
    capacity: Ints

    def least(self, chosen: Ints) -> Ints:
        """The least numbers that a choice of bundles allows."""
        return np.clip(self.on_bundles @ chosen - self.capacity, 0, 1)


def _beside(programme: Programme, sames: Sequence[_Same], most_same: Sequence[int], levels: int) -> Programme:
    """The programme with the numbers of `_Same` and, for the furthest plan, as many levels, all alike, to be reached.

    In each other plan at most `most_same` units, less the levels reached, are the same.
    """
    width, units = len(programme.value), len(sames[0].capacity)
    pad = width - sames[0].on_bundles.shape[1]
    blocks: list[list[csr_array | None]] = [[programme.matrix, *[None] * len(sames), None]]
    capacity = [programme.capacity]
    each = csr_array(np.ones((1, units), dtype=np.int64))
    empty = csr_array((units, pad), dtype=np.int64)
    for at, (same, most) in enumerate(zip(sames, most_same, strict=True)):
        mine: list[csr_array | None] = [None] * len(sames)
        mine[at] = -eye_array(units, dtype=np.int64, format="csr")
        blocks.append([csr_array(hstack([same.on_bundles, empty])), *mine, None])
        counts: list[csr_array | None] = [None] * len(sames)
        counts[at] = each
        blocks.append([None, *counts, csr_array(np.ones((1, levels), dtype=np.int64)) if levels else None])
        capacity += [same.capacity, np.array([most], dtype=np.int64)]
    if not levels:
        blocks = [row[:-1] for row in blocks]
    value = np.zeros(width + units * len(sames) + levels, dtype=np.int64)
    value[:width] = programme.value
    value[len(value) - levels :] += 1 if levels else 0
    return Programme(value, csr_array(block_array(blocks, format="csr")), np.concatenate(capacity), programme.choices)


def kept_aim(question: Question, home_of: Ints) -> Aim:
    """How many children are as in a plan, less those without a home there: one who is given a home counts against."""
    return Aim("as before", question.agreement(home_of))


def combined(name: str, aims: Sequence[Aim], weights: Sequence[int]) -> Aim:
    """The weighted sum of aims."""
    per_pair = np.zeros(len(aims[0].per_pair), dtype=np.int64)
    for aim, weight in zip(aims, weights, strict=True):
        per_pair = per_pair + weight * aim.per_pair
    return Aim(
        name,
        per_pair,
        sum(w * a.per_sibling_pair for a, w in zip(aims, weights, strict=True)),
        sum(w * a.per_near_pair for a, w in zip(aims, weights, strict=True)),
    )


def settling_aim(question: Question, home_of: Ints) -> Aim:
    """Fewest children whose home differs from a plan's, then the fixed rule of ids."""
    kept = kept_aim(question, home_of).per_pair
    return Aim("fewest moved", kept * (TIE_BREAK_RANGE * question.children + 1) - question.tie_break(0))
