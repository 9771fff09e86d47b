"""The best whole plan that keeps one more condition, proved: branch and bound from the relaxation already known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matching.opportunity.exact import SCALE, Floats, Unproved, before
from matching.opportunity.lp import ZERO
from matching.opportunity.simplex import Basis, Level, Position
from matching.question import Ints
from matching.solvers.cuts import cuts

MOST_NODES = 400
"""Relaxations solved for one answer before another way is tried."""
MOST_CUTS, CUTS_AT_ONCE = 4_000, 12
"""Rows found on the way that are kept, and of one relaxed plan."""
COLUMNS_OF_LEVELS = (250, 800, 2_500, 7_000)
"""About how many columns, beside those of the basis, are looked at before more are."""


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The columns of the best plan and what it is worth in each tier of the model, both proved."""

    chosen: Ints
    values: Ints


class Search:
    """Answers, for one question, what the best plan is that chooses one of some columns."""

    def __init__(self, basis: Basis) -> None:
        """Raises `Unproved` where the best relaxed plan is no plan: every answer would take a long search."""
        if not _whole(basis.x):
            raise Unproved("the best relaxed plan is no plan")
        self._basis, self.model = basis, basis.model
        self._most_rows = basis.model.rows + MOST_CUTS
        self._levels = _levels(basis)
        self._starts: list[Position] = [Position(level) for level in self._levels]
        self._found: Best | None = None
        self.nodes = 0

    def best(self, columns: Ints) -> Best | None:
        """The best plan with one of these columns in it; None when no plan has one.

        Raises `Unproved` when it cannot be proved this way.
        """
        self._found, self.nodes = None, 0
        bounds = self._basis.bound + self._basis.gain[columns]
        for bound, column in sorted(
            ((tuple((-bound).tolist()), column) for bound, column in zip(bounds, columns.tolist(), strict=True))
        ):
            most = -np.array(bound, dtype=np.int64)
            if self._reaches(most):
                break
            for start in self._starts:
                limit = start.level.most
                position = start.copy()
                position.insist(column)
                self._explore(position, None if limit is None else most - limit)
                if limit is not None and self._reaches(most - limit):
                    break
        return self._found

    def _reaches(self, bound: Ints) -> bool:
        """Whether a plan is known that is worth no less."""
        return self._found is not None and not before(self._found.values * SCALE, bound)

    def _explore(self, first: Position, least: Ints | None) -> None:
        """Look for a better plan than any known, of those worth at least `least`: others are left for later."""
        waiting = [first]
        most = first.level.most
        allowed = None if most is None else most / SCALE
        while waiting:
            position = waiting.pop()
            self.nodes += 1
            if self.nodes > MOST_NODES:
                raise Unproved("too many branches")
            if not position.settle(allowed):
                continue
            columns, x = position.values()
            if not _whole(x) and self._cut(columns, x):
                waiting.append(position)
                continue
            bound = position.proof()
            if self._reaches(bound) or (least is not None and before(bound, least)):
                continue
            if _whole(x):
                self._keep(columns, bound)
            else:
                waiting += self._branches(position, columns, x)

    def _cut(self, columns: Ints, x: Floats) -> bool:
        """Whether rows were found, and added for this search and all later ones, that these parts of columns break.

        What is found does not depend on which rows are known: they only shorten the way.
        """
        model = self._basis.model
        if model.rows > self._most_rows:
            return False
        spread = np.zeros(model.columns)
        spread[columns] = x
        more = cuts(model.by_row, model.capacity, spread, hops=3)
        if more is None:
            return False
        matrix, capacity = more
        kept = np.argsort(capacity - matrix @ spread, kind="stable")[:CUTS_AT_ONCE]
        matrix, capacity = csr_array(matrix[kept]), capacity[kept]
        self._basis.add_rows(matrix, capacity)
        for level in self._levels:
            level.learn()
        return True

    def _keep(self, columns: Ints, bound: Ints) -> None:
        values = self.model.values[columns].sum(axis=0)
        if not self.model.is_lawful(columns) or (values * SCALE != bound).any():
            raise Unproved("the plan is not what its bound says")
        self._found = Best(columns, values)

    def _branches(self, position: Position, columns: Ints, x: Floats) -> list[Position]:
        """Two positions that leave out no plan: without a column that is in part chosen, and with it."""
        part = np.abs(x - np.rint(x)) > ZERO
        bundles = part & (columns < len(self.model.bundles))
        pick = np.flatnonzero(bundles if bundles.any() else part)
        column = int(columns[pick[np.argmax(x[pick])]])
        without = position.copy()
        without.bar(column)
        position.insist(column)
        return [without, position]


def _levels(basis: Basis) -> list[Level]:
    """From few columns to all: what loses more by itself than each of some limits is left out."""
    losses = -basis.gain[~basis.model.closed]
    order = np.lexsort(losses.T[::-1])
    levels = []
    for count in COLUMNS_OF_LEVELS:
        if 2 * count < len(order):
            levels.append(Level(basis, losses[order[len(basis.column) + count]]))
    return [*levels, Level(basis, None)]


def _whole(x: Floats) -> bool:
    return bool((np.abs(x - np.rint(x)) <= ZERO).all())
