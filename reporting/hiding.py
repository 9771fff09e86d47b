"""Which further cells to hide so that no hidden one can be worked out: as little as possible, and proved.

The exact method of Fischetti and Salazar-González (2001, Management Science 47, 1008-1027): a programme in one 0-1
number a cell, to which the attacker's own linear programmes add a condition each time they find a hidden cell out.
What is hidden is the same in every version of the figures (scenarios, editions), so that no difference shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from reporting.attacker import SLACK, Attack, Prices
from reporting.linked import Cells

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]

WIDTH: Final = 2.0
"""How far apart the least and the most of a hidden cell must be: another whole number is then possible."""
SECONDS: Final = 60.0
MOST_ROUNDS: Final = 500


class CannotHide(ValueError):
    """Cells that must be shown give away one that must be hidden."""


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """What is hidden of some cells."""

    primary: Mask
    """[cells] hidden for their own sake."""
    hidden: Mask
    """[cells] those, and what is hidden to protect them."""
    cost: float
    """What is lost: the weights of all that is hidden to protect the others."""
    bound: float
    """No choice would lose less."""

    @property
    def proved(self) -> bool:
        """Whether nothing less would do."""
        return self.cost - self.bound <= 1e-6 * max(1.0, self.cost)


def hide(
    cells: Cells,
    primary: Mask,
    *,
    shown: Mask | None = None,
    weights: Array | None = None,
    floor: float = 1.0,
    width: float = WIDTH,
    seconds: float = SECONDS,
) -> Hidden:
    """Choose what to hide besides `primary` [cells]; `shown` [cells] must stay.

    A nought is always shown where `floor` is 1, and the attacker knows it. `weights` [cells]: what is lost by hiding
    each, by default one more than its largest count. Within `seconds` for each piece that hangs together the least
    loss is found and proved; past them the best that is safe stands, with its bound. The same cells in any order are
    hidden alike. Raises `CannotHide` where `shown` leaves no way.
    """
    whole = cells.counts.max(axis=0, initial=0)
    never = (whole == 0) & (floor > 0) if shown is None else shown | ((whole == 0) & (floor > 0))
    if (never & primary).any():
        raise CannotHide("A cell that must be shown is one that must be hidden.")
    weights = whole + 1.0 if weights is None else np.asarray(weights, dtype=np.float64)
    hidden, cost, bound = primary.copy(), 0.0, 0.0
    joint = abs(vstack([cells.sums, cells.within]))
    piece = connected_components(joint.T @ joint, directed=False)[1]
    for number in np.unique(piece[primary]):
        some = np.flatnonzero(piece == number)
        some = some[_order(cells, some)]
        part = _Piece(cells, some, primary[some], never[some], weights[some], floor, width)
        chosen, least = part.chosen(seconds)
        hidden[some] |= chosen
        cost += float(weights[some][chosen & ~primary[some]].sum())
        bound += least
    return Hidden(primary, hidden, cost, bound)


def _order(cells: Cells, some: Ints) -> Ints:
    """Cells by name: what is hidden must not depend on the order of rows."""
    return np.array(sorted(range(len(some)), key=lambda at: cells.names[some[at]]), dtype=np.int64)


class _Piece:
    """Cells that sums join."""

    def __init__(
        self, cells: Cells, some: Ints, primary: Mask, never: Mask, weights: Array, floor: float, width: float
    ) -> None:
        self.primary, self.never, self.weights, self.width = primary, never, weights, width
        self.values = cells.counts[:, some].astype(np.float64)
        rows = np.flatnonzero(abs(cells.sums[:, some]).sum(axis=1))
        self.sums = csr_array(cells.sums[rows][:, some])
        rows = np.flatnonzero(abs(cells.within[:, some]).sum(axis=1))
        self.within = csr_array(cells.within[rows][:, some])
        # More than this no attacker would think of, and an unbounded answer has no prices.
        self.top = 2.0 * self.values.max(axis=1, initial=0.0) + 10.0 * width + len(some)
        self.floor = np.minimum(floor, self.values)
        self.attacks = [Attack(self.values[v], self.values[v], self.sums, self.within) for v in range(len(self.values))]
        self.conditions: list[tuple[Ints, Array, float]] = []

    def chosen(self, seconds: float) -> tuple[Mask, float]:
        """What to hide of the piece, and what must be lost at least."""
        self._pairs()
        bound = 0.0
        for _ in range(MOST_ROUNDS):
            chosen, least = self._master(seconds)
            bound = max(bound, least)
            if not self._found_out(chosen):
                return chosen, bound
        raise CannotHide(f"No safe choice was found in {MOST_ROUNDS} rounds.")  # pragma: no cover

    def _pairs(self) -> None:
        """Nobody hidden alone in a sum: the whole less the others would give it away."""
        for row in range(self.sums.shape[0]):
            some = self.sums.indices[self.sums.indptr[row] : self.sums.indptr[row + 1]]
            some = some[~self.never[some]]
            for cell in some:
                others = some[some != cell]
                self.conditions.append((np.append(others, cell), np.append(np.ones(len(others)), -1.0), 0.0))

    def _master(self, seconds: float) -> tuple[Mask, float]:
        number = len(self.weights)
        cost = np.where(self.primary, 0.0, self.weights)
        low, high = self.primary.astype(np.float64), np.where(self.never, 0.0, 1.0)
        row = np.repeat(np.arange(len(self.conditions)), [len(at) for at, _, _ in self.conditions])
        column = np.concatenate([at for at, _, _ in self.conditions] or [np.zeros(0, dtype=np.int64)])
        weight = np.concatenate([of for _, of, _ in self.conditions] or [np.zeros(0)])
        least = np.array([at_least for _, _, at_least in self.conditions])
        limits = optimize.LinearConstraint(
            csr_array(coo_array((weight, (row, column)), shape=(len(least), number))), least, np.inf
        )
        answer = optimize.milp(
            cost,
            integrality=np.ones(number, dtype=np.int8),
            bounds=optimize.Bounds(low, high),
            constraints=limits if len(least) else None,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            raise CannotHide("What must be shown gives away a cell that must be hidden: hide more, or show fewer sums.")
        bound = answer.mip_dual_bound if answer.mip_dual_bound is not None else 0.0
        return np.asarray(answer.x > 0.5), float(bound)

    def _found_out(self, chosen: Mask) -> int:
        """Add a condition for each hidden cell that can be worked out; returns how many there were."""
        found = 0
        for values, floor, top, attack in zip(self.values, self.floor, self.top, self.attacks, strict=True):
            attack.bounds(np.where(chosen, floor, values), np.where(chosen, top, values))
            for cell in np.flatnonzero(chosen).tolist():
                (low, down), (high, up) = attack.extreme(cell, -1.0), attack.extreme(cell, 1.0)
                if high - low >= self.width - SLACK:
                    continue
                found += 1
                self.conditions.append(self._condition(cell, values, floor, top, (down, up)))
        return found

    def _condition(
        self, cell: int, values: Array, floor: Array, top: float, prices: Iterable[Prices]
    ) -> tuple[Ints, Array, float]:
        """What must be hidden, some of it, for the attacker's prices no longer to hold: weights of a sum of cells.

        By weak duality those prices bound what any choice leaves open; a cell that is hidden opens its own two rooms.
        """
        gain, rest = np.zeros(len(values)), 0.0
        activity = np.concatenate([self.sums @ values, self.within @ values])
        for of_cells, of_rows in prices:
            gain += np.maximum(of_cells, 0.0) * (values - floor) + np.maximum(-of_cells, 0.0) * (top - values)
            rest += float(np.maximum(of_rows, 0.0) @ activity)
        own = gain[cell]
        gain[cell] = 0.0
        some = np.flatnonzero((gain > SLACK) & ~self.never)
        weight = np.minimum(gain[some], self.width)
        if self.primary[cell]:
            return some, weight, self.width - rest - own
        return np.append(some, cell), np.append(weight, own - self.width), -rest
