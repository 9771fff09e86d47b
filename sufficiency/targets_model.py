"""The question of targets as a programme in whole numbers, for HiGHS, built from arrays and kept warm.

Columns: approvals, the places that the plan adds, beds, keeping, and for each future and quarter the children whom
each step of the recourse leaves over. Rows of the recourse (sets of needs, `targets_recourse`) are let in as they are
broken: few of the many ever bind. What the programme says is therefore a floor under the cost of every plan, whatever
rows it holds; what a plan costs is worked out without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sufficiency.targets_highs import INF, Warm
from sufficiency.targets_question import NO_LIMIT, Aim, Floats, Plan, TargetQuestion, Whole
from sufficiency.targets_recourse import (
    Sets,
    a_year,
    at_own_price,
    beds_short,
    counted,
    margins,
    plan_cost,
    room_for_approvals,
    spend,
    steps,
    taken,
    unavoidable,
)

BROKEN: Final = 1e-6
"""Children by which a row must be broken to be let in."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One count of children left over in each future and quarter, and the sets that it may be the excess of."""

    first: int
    """Its first column; it has F x Q of them."""
    sets: Whole
    """Numbers of the sets."""
    before: int
    """How many of the places elsewhere are used up first."""


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """What a run of the programme says."""

    plan: Plan
    """The best that it found, in whole numbers where those were asked for."""
    values: Floats
    """Of all columns."""
    value: float
    """Cost of `values` in the programme."""
    floor: float
    """No plan costs less."""
    done: bool
    """Whether it came to its end, or was stopped by the time."""

    def plan_in_whole(self) -> Plan:
        """The plan without the specks that floating point leaves."""
        return Plan(
            np.rint(self.plan.approvals).astype(np.int64), np.rint(self.plan.beds).astype(np.int64), self.plan.keeping
        )


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """Rows of the programme that hold a promise, for one set of needs or for all."""

    rows: Whole
    column: Whole
    """Of each entry: [entries] with `entry` and `weight`, so that rows can be taken out and priced instead."""
    entry: Whole
    weight: Floats
    bound: Floats
    due: Floats
    """[rows] what one point of the level is worth in the row."""


class Programme:
    """One question with its promise, `aim`, as rows. Costs are those that a plan can change."""

    def __init__(self, question: TargetQuestion, aim: Aim, *, slack: bool = False) -> None:
        """`slack`: limits may be broken, which `least` then keeps as small as can be."""
        self.question, self.aim = question, aim
        self.sets = Sets.of(question)
        self._futures, self._quarters = question.wanted.shape[:2]
        self._homes, self._years = len(question.homes), len(question.named)
        self._warm = Warm()
        self.slacks: dict[str, Whole] = {}
        """Columns by which each limit may be broken, by name."""
        self.promises: dict[int, Promise] = {}
        """By the number of the set of needs that each is for."""
        self._slack = slack
        self._decisions()
        self._recourse()
        self._limits()
        self._promise(aim)
        # What no plan can change is left out, so that a gap is a share of what one can.
        fixed = question.price[:, question.beds_at - 1] * (0.0 if question.most_beds else 1.0)
        self.offset = float((fixed * question.worth * question.beds_wanted.mean(axis=0)).sum())
        self.offset -= float((unavoidable(question) - at_own_price(question)).mean())
        self._warm.cost(self._warm.costs, self.offset)

    # ---- columns and rows --------------------------------------------------------------------------------------------

    def _decisions(self) -> None:
        question = self.question
        approval, keeping = plan_cost(question)
        quarters, homes = self._quarters, self._homes
        self.approvals = self._warm.columns(approval.ravel(), question.most.ravel(), whole=True)
        bed = a_year(question, question.bed_price * question.worth)
        self.beds = self._warm.columns(bed, float(question.most_beds), whole=True)
        steps_of = question.keeping_steps
        self._part = 1.0 / steps_of if steps_of else 1.0
        self.keeping = self._warm.columns(keeping * self._part, float(steps_of or 1), whole=steps_of > 0)
        self.added = self._warm.columns(np.zeros(quarters * homes), INF)
        # What is added in a quarter is what earlier approvals, and keeping carers, bring.
        then, since, home = (part.ravel() for part in np.indices((quarters, quarters, homes)))
        some = since <= then
        then, since, home = then[some], since[some], home[some]
        kept_year, kept_quarter, kept_home = np.nonzero(question.keeps)
        diagonal = np.arange(quarters * homes)
        self._warm.rows(
            np.concatenate([diagonal, then * homes + home, kept_quarter * homes + kept_home]),
            np.concatenate([self.added, self.approvals[since * homes + home], self.keeping[kept_year]]),
            np.concatenate(
                [
                    np.ones(len(diagonal)),
                    -question.brings[then - since, home],
                    -question.keeps[kept_year, kept_quarter, kept_home] * self._part,
                ]
            ),
            0.0,
            0.0,
        )

    def _recourse(self) -> None:
        question = self.question
        futures, quarters, at = self._futures, self._quarters, question.beds_at
        a_child = steps(question) * question.worth[:, None] / futures
        every = np.arange(1, len(self.sets.members))
        self.steps: list[Step] = []
        for k in range(len(question.elsewhere)):
            price = a_child[:, k]
            if k and not price.any():
                continue
            columns = self._warm.columns(np.tile(price, futures), INF)
            sets = np.concatenate([[0], every]) if k >= at else every
            self.steps.append(Step(int(columns[0]), sets, k))
        if question.most_beds:
            price = question.price[:, at - 1] * question.worth / futures
            columns = self._warm.columns(np.tile(price, futures), INF)
            cell = np.arange(futures * quarters)
            self._warm.rows(
                np.concatenate([cell, cell]),
                np.concatenate([columns, self.beds[np.tile(question.year_of, futures)]]),
                np.ones(2 * len(cell)),
                question.beds_wanted.ravel(),
                INF,
            )

    def _limits(self) -> None:
        question = self.question
        quarters, homes, years = self._quarters, self._homes, self._years
        by_quarter = self.approvals.reshape(quarters, homes)
        broken = self._breakable("assessments", quarters)
        first = int(np.argmax(question.most.any(axis=1)))
        so_far, a_quarter = room_for_approvals(question, first, exact=self._slack)
        for q in range(first, quarters):
            # What is left over is kept for the next quarter, but never more than one approval takes.
            for since, room in ((first, so_far[q]), (q, a_quarter[q])):
                columns = [by_quarter[since : q + 1].ravel(), broken[since : q + 1]]
                weights = [np.tile(question.effort, q + 1 - since), -np.ones(len(columns[1]))]
                together = np.concatenate(columns)
                self._warm.rows(np.zeros(len(together), dtype=np.int64), together, np.concatenate(weights), -INF, room)
        bound = np.flatnonzero(question.budget < INF)
        if not len(bound):
            return
        table = spend(question).reshape(years, -1)
        bed = a_year(question, question.bed_price)
        broken = self._breakable("budget", len(bound))
        wide, year = quarters * homes, np.arange(len(bound))
        self._warm.rows(
            np.concatenate([np.repeat(year, wide), year, year, year[: len(broken)]]),
            np.concatenate([np.tile(self.approvals, len(bound)), self.beds[bound], self.keeping[bound], broken]),
            np.concatenate(
                [table[bound].ravel(), bed[bound], question.keeping_price[bound] * self._part, -np.ones(len(broken))]
            ),
            -INF,
            question.budget[bound],
        )

    def _breakable(self, name: str, count: int) -> Whole:
        """Columns by which a limit can be broken, where that is allowed."""
        if not self._slack:
            return np.zeros(0, dtype=np.int64)
        self.slacks[name] = self._warm.columns(np.zeros(count), INF)
        return self.slacks[name]

    def _promise(self, aim: Aim) -> None:
        question = self.question
        everybody = len(self.sets.members) - 1
        if aim.kind == "share":
            if aim.each_need:
                for need in range(len(question.needs)):
                    self.promise_for(2**need)
            else:
                self._share(self.steps[0], everybody)
            return
        at = counted(question, aim)
        wanted = question.wanted.sum(axis=-1)
        row, quarter = (part.ravel() for part in np.indices((self._futures, len(at))))
        cells = self.steps[0].first + row * self._quarters + at[quarter]
        due = wanted[:, at].sum(axis=1)
        ones, first = np.ones(len(row)), np.arange(self._futures)
        if aim.kind == "futures":
            worst = margins(question, self.sets, question.places).max(axis=-1)[:, at].sum(axis=1)
            allowed = (1 - aim.enough) * due
            misses = self._warm.columns(np.zeros(self._futures), 1.0, whole=True)
            self._warm.rows(
                np.concatenate([row, first]),
                np.concatenate([cells, misses]),
                np.concatenate([ones, -np.maximum(worst - allowed, 0.0)]),
                -INF,
                allowed,
            )
            weight = np.full(self._futures, 1.0 / self._futures)
            self._hold(everybody, misses, np.zeros(self._futures, dtype=np.int64), weight, np.ones(1))
            return
        level = self._warm.columns(np.zeros(1), INF)
        beyond = self._warm.columns(np.zeros(self._futures), INF)
        self._warm.rows(
            np.concatenate([row, first, first]),
            np.concatenate([cells, beyond, np.full(self._futures, level[0])]),
            np.concatenate([ones / np.maximum(due, 1e-9)[row], -np.ones(2 * self._futures)]),
            -INF,
            0.0,
        )
        weight = np.concatenate([[1.0], np.full(self._futures, 1.0 / (aim.worst * self._futures))])
        columns = np.concatenate([level, beyond])
        self._hold(everybody, columns, np.zeros(len(columns), dtype=np.int64), weight, np.ones(1))

    def promise_for(self, number: int) -> None:
        """Hold the promise for one set of needs by itself as well; `number` is the set's."""
        inside = np.flatnonzero((np.arange(len(self.sets.members)) | number) == number)
        columns = self._warm.columns(np.zeros(self._futures * self._quarters), INF)
        step = Step(int(columns[0]), inside[inside > 0], 0)
        self.steps.append(step)
        self._share(step, number)

    def _share(self, step: Step, number: int) -> None:
        """In each quarter counted no more than the share that is left are without a home, over all futures."""
        at = counted(self.question, self.aim)
        due = (self.question.wanted.mean(axis=0) @ self.sets.members[number])[at]
        row, future = (part.ravel() for part in np.indices((len(at), self._futures)))
        columns = step.first + future * self._quarters + at[row]
        self._hold(number, columns, row, np.full(len(row), 1.0 / self._futures), due)

    def _hold(self, number: int, columns: Whole, entry: Whole, weight: Floats, due: Floats) -> None:
        """Rows that hold what is missed to what may be."""
        first = self._warm.height
        if self._slack and "promise" not in self.slacks:
            self._breakable("promise", 1)
        broken = np.repeat(self.slacks.get("promise", np.zeros(0, dtype=np.int64)), len(due))
        bound = self._may_miss(due)
        self._warm.rows(
            np.concatenate([entry, np.arange(len(broken))]),
            np.concatenate([columns, broken]),
            np.concatenate([weight, -due[: len(broken)]]),
            -INF,
            bound,
        )
        self.promises[number] = Promise(np.arange(first, first + len(due)), columns, entry, weight, bound, due)

    def _may_miss(self, due: Floats, margin: Floats | float = 0.0) -> Floats:
        share = np.maximum(1 - self.aim.level - margin, 0.0)
        if self.aim.kind == "futures":
            share = np.floor(share * self._futures + 1e-9) / self._futures
        return np.asarray(share * due, dtype=np.float64)

    def tighten(self, number: int, margin: Floats) -> None:
        """Promise more: a share `margin` [rows] beyond the level."""
        one = self.promises[number]
        self._warm.at_most(one.rows, self._may_miss(one.due, margin))

    def aim_at(self, aim: Aim) -> None:
        """Promise another level of the same kind."""
        self.aim = aim
        for number, one in self.promises.items():
            self.tighten(number, np.zeros(len(one.rows)))

    def price_promise(self, prices: dict[int, Floats]) -> None:
        """Take the promise out, and ask its price instead: £ [rows] for what is missed beyond what may be.

        What comes of it is a floor under the cost of every plan that keeps the promise, whatever the prices.
        """
        costs, offset = self._warm.costs, self.offset
        for number, one in self.promises.items():
            self._warm.at_most(one.rows, INF)
            price = prices.get(number)
            if price is not None:
                offset -= float(price @ one.bound)
                np.add.at(costs, one.column, one.weight * price[one.entry])
        self._warm.cost(costs, offset)

    def least(self, name: str) -> None:
        """From now on only look for the least by which one limit must be broken; the others hold."""
        costs = np.zeros(self._warm.width)
        for other, columns in self.slacks.items():
            costs[columns] = float(other == name)
            self._warm.up_to(columns, INF if other == name else 0.0)
        self._warm.cost(costs, 0.0)

    # ---- rows of the recourse --------------------------------------------------------------------------------------

    def let_in(self, plan: Plan, added: Floats, values: Floats | None = None) -> int:
        """Let in the rows that are broken most at some plan; how many. Without `values`: all that bind there."""
        question, count = self.question, 0
        short = margins(question, self.sets, question.places + added)
        beds = plan.beds[question.year_of].astype(np.float64)
        for step in self.steps:
            least = short - taken(question, self.sets, step.before) if step.before else short
            least = least[..., step.sets]
            chosen = least.argmax(axis=-1)
            excess = np.take_along_axis(least, chosen[..., None], axis=-1)[..., 0]
            on_beds = step.before >= question.beds_at
            if on_beds:
                excess = excess + beds_short(question, step.before) - beds
            cells = self._futures * self._quarters
            now = np.zeros(cells) if values is None else values[step.first : step.first + cells]
            cell = np.flatnonzero(excess.ravel() > now + BROKEN)
            if len(cell):
                count += self._let_in(step, cell, step.sets[chosen.ravel()[cell]], on_beds)
        return count

    def _let_in(self, step: Step, cell: Whole, sets: Whole, on_beds: bool) -> int:
        question = self.question
        future, quarter = np.divmod(cell, self._quarters)
        rest = margins_of(question, self.sets, future, quarter, sets)
        if step.before:
            before = min(step.before, question.beds_at)
            room = np.minimum(question.limit[future, quarter, :before], NO_LIMIT)
            rest = rest - (room * self.sets.elsewhere[sets, :before]).sum(axis=1)
        if on_beds:
            rest = rest + beds_short(question, step.before)[future, quarter]
        row, home = (part.ravel() for part in np.indices((len(cell), self._homes)))
        weight = self.sets.own[sets[row], home]
        some = weight > 0
        row, home, weight = row[some], home[some], weight[some]
        at = np.arange(len(cell))
        parts = [
            (at, step.first + cell, np.ones(len(cell))),
            (row, self.added[quarter[row] * self._homes + home], weight),
        ]
        if on_beds and question.most_beds:
            parts.append((at, self.beds[question.year_of[quarter]], np.ones(len(cell))))
        rows, columns, weights = (np.concatenate(one) for one in zip(*parts, strict=True))
        self._warm.rows(rows, columns, weights, rest, INF)
        return len(cell)

    # ---- runs ------------------------------------------------------------------------------------------------------

    def relaxed(self) -> Bound:
        """The best plan in parts of households. Raises `Infeasible`."""
        self._warm.run()
        return self._found(self._warm.value, True)

    def whole(self, gap: float, seconds: float) -> Bound:
        """The best plan in whole households, to `gap` of the cost. Raises `Infeasible`, TimeoutError."""
        done = self._warm.run_whole(gap, seconds)
        return self._found(self._warm.floor, done)

    def prices(self) -> dict[int, Floats]:
        """What each promise costs at its edge after `relaxed`: £ [rows] for what is missed."""
        duals = self._warm.duals
        return {number: np.maximum(-duals[one.rows], 0.0) for number, one in self.promises.items()}

    def _found(self, floor: float, done: bool) -> Bound:
        values = self._warm.values
        plan = Plan(
            values[self.approvals].reshape(self.question.most.shape),
            values[self.beds],
            np.clip(values[self.keeping] * self._part, 0.0, 1.0),
        )
        return Bound(plan, values, self._warm.value, floor, done)


def margins_of(question: TargetQuestion, sets: Sets, future: Whole, quarter: Whole, chosen: Whole) -> Floats:
    """Children of one set in each of some futures and quarters, less what the places without the plan hold for it."""
    wanted = (question.wanted[future, quarter] * sets.members[chosen]).sum(axis=1)
    return np.asarray(wanted - (question.places[future, quarter] * sets.own[chosen]).sum(axis=1))
