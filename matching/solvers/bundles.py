"""The default solver: prices from a warm linear relaxation, and an exact search only among what they leave.

Tier after tier the relaxation is solved with the tiers before held at their bounds, rounded down: a chain of
linear programmes that costs little, since each begins where the last one ended. What the whole chain leaves is few
bundles, and among them a plan is sought that reaches every bound. Most often there is one, and then every tier is
proved by the prices alone. Where a tier falls short of its bound, CP-SAT settles in whole numbers which of the
two is true, on the bundles that a better plan could use; then the chain goes on from what was proved.

The finish is CP-SAT's and not HiGHS's because its proofs are in whole numbers; HiGHS only guides and prices, and
what its prices prove is worked out again in whole numbers (`matching.solvers.prices`).
"""

from __future__ import annotations

from copy import copy

import numpy as np
from scipy.sparse import csc_array

from matching.question import Ints, Mask, Question, Solution
from matching.solvers.choice import FOUND, pinned_solver
from matching.solvers.chooser import LARGEST, Chooser, capped
from matching.solvers.families import Families, TooLarge
from matching.solvers.first import first_come
from matching.solvers.options import Options
from matching.solvers.relaxation import Priced, Relaxation
from matching.solvers.solver import Aim, Aims, Clock, Found, Held, Keep, Tell, Watch, solve_in_order
from matching.solvers.whole import best_whole, suits

FEW, EACH, WIDER = 1_500, 4, 3
"""Bundles among which a plan is sought first, at least, and for each child; how many times more each time."""
MOST_OPTIONS = 60_000
"""Where there are more bundles and patterns than this, families are not taken whole in a search."""
NEARER = 4
"""Where what is asked for leaves too much, what is asked for next is so many times nearer to the bound."""
MOST_LEFT = 8_000
"""Where a proof leaves more than this, it is not listed to see which bundles are left: a later proof leaves fewer."""
SOON = 3.0
"""Effort (CP-SAT's deterministic seconds) for a plan that is only a guess."""
SEARCHED = 150_000
"""No more bundles than this are searched at once: beyond, prices and the plan at hand have to do."""
LIFT, LIFTED = 64, 5
"""For a plan at once: how much more an aim weighs than the next; how many aims are looked at."""


def solve_bundles(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    unique: bool = True,
) -> Solution:
    """The best plan by prices and an exact finish; see `matching.solvers.solver.Solver`."""
    clock = Clock(time_limit)
    engine = PricedEngine(question, workers)
    return solve_in_order(question, engine, "bundles", clock, watch, keep=keep, unique=unique)


class PricedEngine(Chooser):
    """Answers `matching.solvers.solver.Engine`'s two questions by prices first."""

    searched = SEARCHED

    def __init__(self, question: Question, workers: int = 1) -> None:
        super().__init__(question, workers)
        self._by_column = csc_array(self.packing.matrix)
        self._whole: Ints | None = None
        """What the last relaxed plan of the chain chose, where it was whole."""
        self._chain: dict[tuple[Held, Aim], Priced] = {}
        self._hopeless = False
        """The relaxation of a very large round did not come to an end in the time."""
        self._proofs: list[tuple[Priced, int]] = []
        """Prices, and what is held of what they are prices for: not yet used to drop bundles."""
        self._made: dict[tuple[int, ...], int] = {}
        """Sets of bundles, each a family's, that have been of use, and the sibling pairs near in each."""

    def among(self, kept: Mask) -> PricedEngine:
        """An engine for the same question with some of its bundles only, shape (bundles,), that shares what is made."""
        other = copy(self)
        other.alive = np.flatnonzero(kept)
        other._chain, other._proofs = {}, []
        other._whole = None
        return other

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them."""
        aim, plan = aims[0], start
        value, upper = aim.of(self.question, plan), aim.ceiling(self.question)
        if not len(self.alive):
            return Found(plan, value)
        tell(value, upper)
        if suits(self):
            return best_whole(self, aim, held, plan, clock, tell)
        if not held:
            plan = max(plan, self._at_once(aims), key=lambda plan: [aim.of(self.question, plan) for aim in aims])
            value = aim.of(self.question, plan)
            tell(value, upper, plan)
        if value == upper:
            return Found(plan, upper)
        priced = self._priced(aims, held, plan, clock)
        if priced is not None:
            upper = min(upper, priced.bound)
        tell(value, upper)
        if value < upper:
            plan = self._guess(aims, held, plan, clock)
            value = aim.of(self.question, plan)
            tell(value, upper, plan)
        most = max(FEW, EACH * self.question.children)
        while value < upper and not clock.is_up:
            target, options = self._next(priced, value, upper, most)
            if self.too_many(options.bundle):
                break
            outcome = self.search(options, held, (aim, value + 1), plan, clock, capped(tell, upper))
            if outcome.chosen is not None:
                plan = self.bundles.plan_of(outcome.chosen)
                value = aim.of(self.question, plan)
            # a plan worth the target or more uses nothing of what was left out
            upper = min(upper, max(outcome.bound, target - 1))
            tell(value, upper, plan)
            if not outcome.finished:
                break
            most *= WIDER
        if priced is not None and value == upper:
            self._proofs.append((priced, value))
        return Found(plan, upper)

    def everything(self) -> Options:
        """All that may still be part of a plan: families whole where that is not too much."""
        self._drop()
        try:
            families = Families(self.bundles, self.alive)
        except TooLarge:
            return Options.of(self.alive)
        patterns = families.everything(MOST_OPTIONS)
        if patterns is None:
            return Options.of(self.alive)
        return Options.whole(self.alive, np.flatnonzero(~families.member), patterns)

    def _drop(self) -> None:
        """Drop the bundles that proofs have left out; to find them all takes a while, and is seldom needed."""
        for priced, value in self._proofs:
            options = priced.options(value, MOST_LEFT)
            left = priced.may_reach(value) if options is None else options.bundles
            self.alive = np.intersect1d(self.alive, left, assume_unique=True)
        self._proofs = []

    def _at_once(self, aims: Aims) -> Ints:
        """A lawful plan without a search, each aim weighing far more than the next."""
        worth = np.zeros(len(self.bundles))
        for aim in aims[:LIFTED]:
            values = self.values(aim).astype(np.float64)
            most = max(float(np.abs(values).max(initial=0.0)), 1.0)
            worth = worth * LIFT + values / most
        whole = np.rint(worth * (LARGEST // LIFT ** (LIFTED + 1))).astype(np.int64)
        return self.bundles.plan_of(first_come(self.bundles, self._by_column, self.packing.capacity, whole))

    def _priced(self, aims: Aims, held: Held, start: Ints, clock: Clock) -> Priced | None:
        """The first aim's prices; those of the others are worked out on the way and remembered."""
        if (held, aims[0]) not in self._chain:
            self._drop()
            self._chain.clear()
            self._follow(aims, held, start, clock)
        return self._chain.get((held, aims[0]))

    def _follow(self, aims: Aims, held: Held, start: Ints, clock: Clock) -> None:
        """The chain: every aim's prices with those before it held at their bounds."""
        self._whole = None
        if clock.is_up or self._hopeless:
            return
        near = [bool(aim.per_near_pair) for aim in aims]
        held_near = any(aim.per_near_pair for aim, _ in held)
        try:
            relaxation = self._relaxation(whole=held_near or any(near))
        except TooLarge:
            # as far as homes near each other are not asked about
            if held_near or near[0]:
                return
            aims = aims[: near.index(True)]
            relaxation = self._relaxation(whole=False)
        # what the plan in hand gives the families keeps every floor within reach
        relaxation.give(np.flatnonzero(self.bundles.chosen_by(start)), self._made)
        for aim, least in held:
            relaxation.floor(self.values(aim)[relaxation.columns], aim.per_near_pair, least)
        for at, aim in enumerate(aims):
            values = self.values(aim)
            sought, weight = self._with_the_next(values, aims[at : at + 2])
            priced = relaxation.prices(sought[relaxation.columns], aim.per_near_pair, clock, last=at == len(aims) - 1)
            if priced is None:
                # in a very large round the next tier would only wait as long again, for nothing
                self._hopeless = not at and clock.is_up and self.too_many(self.alive)
                return
            priced = priced.in_steps_of(weight)
            self._chain[held, aim] = priced
            self._whole = relaxation.whole
            self._made.update(priced.patterns())
            least = priced.bound
            relaxation.keep(priced.prices.may_reach(least))
            relaxation.floor(values[relaxation.columns], aim.per_near_pair, least)
            held += ((aim, least),)

    def _relaxation(self, *, whole: bool) -> Relaxation:
        return Relaxation(self.bundles, self.packing, self.alive, self._by_column, whole=whole)

    def _with_the_next(self, values: Ints, aims: Aims) -> tuple[Ints, int]:
        """Values of the first aim, each of its steps worth more than all of the second; and what a step is worth.

        Of the many prices that prove the same of a counting tier, those found this way are right for the next tier
        too. The second aim is never negative, so that what is proved of both, in whole steps, is proved of the first.
        A share of a near pair would round a step up too often, so that their tier is priced alone.
        """
        if len(aims) < 2 or aims[0].per_near_pair or aims[1].per_near_pair:
            return values, 1
        then = self.values(aims[1])
        step = int(aims[1].ceiling(self.question)) + 1
        if (then < 0).any() or float(np.abs(values).sum()) * step >= LARGEST:
            return values, 1
        return values * step + then, step

    def _guess(self, aims: Aims, held: Held, start: Ints, clock: Clock) -> Ints:
        """A plan that reaches every bound of the chain, if one is found soon; else the best met. Proves nothing."""

        def worth(plan: Ints) -> list[int]:
            return [aim.of(self.question, plan) for aim in aims]

        last, hoped, sought = None, held, []
        for aim in aims:
            priced = self._chain.get((hoped, aim))
            if priced is None:
                break
            last = priced
            sought.append(aim)
            hoped += ((aim, priced.bound),)
        if last is None or clock.is_up:
            return start
        if self._whole is not None and len(sought) == len(aims):
            return max(start, self._lawful(self._whole, held, start), key=worth)
        options = last.likely(max(FEW, EACH * self.question.children))
        if self.too_many(options.bundle):
            return start

        plan = start
        model = self.model(options, held, near=any(aim.per_near_pair for aim in sought))
        for aim in sought:
            values = self.values(aim)
            model.maximise(values, aim.per_near_pair)
            solver = pinned_solver(clock.left, effort=SOON)
            status = model.solve(solver)
            if status not in FOUND:
                break
            plan = self.bundles.plan_of(model.chosen(solver))
            model.at_least(values, aim.of(self.question, plan), aim.per_near_pair)
        return max(start, plan, key=worth)

    def _lawful(self, chosen: Ints, held: Held, otherwise: Ints) -> Ints:
        """The plan of these bundles if it keeps every row and all that is held; else another."""
        takes = np.zeros(len(self.bundles), dtype=np.int64)
        takes[chosen] = 1
        plan = self.bundles.plan_of(chosen)
        keeps = (self.packing.matrix @ takes <= self.packing.capacity).all()
        return plan if keeps and all(aim.of(self.question, plan) >= least for aim, least in held) else otherwise

    def _next(self, priced: Priced | None, value: int, upper: int, most: int) -> tuple[int, Options]:
        """What to ask for next, and what may be part of it.

        Asking for more leaves fewer bundles, so what is asked for first is as much as leaves only so many; where
        that asks for no more than any better plan, any better plan is asked for.
        """
        if priced is None:
            return value + 1, Options.of(self.alive)
        few_enough = priced.target_for(most)
        target = value + 1 if few_enough is None else min(max(few_enough, value + 1), upper)
        away = upper - target
        while (options := priced.options(upper - away, MOST_OPTIONS)) is None and away:
            away //= NEARER
        if options is not None:
            return upper - away, options
        # families divide in too many ways to be listed: near pairs are counted beside their bundles
        return target, Options.of(priced.may_reach(target))
