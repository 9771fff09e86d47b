"""Which further cells to hide so that no hidden one can be worked out: as little as possible, and proved.

The exact method of Fischetti and Salazar-González (2001, Management Science 47, 1008-1027): a programme in one 0-1
number a cell, to which the attacker's own linear programmes add a condition each time they find a hidden cell out.
What is hidden is the same in every version of the figures (scenarios, editions), so that no difference shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from reporting.attacker import SLACK, Attack, Extreme, Known, Seen, told
from reporting.linked import Cells

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]

WIDTH: Final = 2.0
"""How far apart the least and the most of a hidden cell must be. At 1 another whole number is possible, at 2 it is so
for fractions too, and there is a doubt of one either way."""
EFFORT: Final = 400
"""Nodes of search, and rounds, for each piece that hangs together: no clock, so that every run hides the same."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """What a reader learns of a cell [versions, cells] that is shown: `low` and `high` are alike where not rounded."""

    low: Array
    high: Array


def fewest(counts: Ints) -> Array:
    """[cells] weights by which as few cells as possible are hidden, and of those choices the one with least in them."""
    whole = counts.max(axis=0, initial=0).astype(np.float64)
    return np.asarray(1.0 + whole / (1.0 + whole.sum()))


def hide(
    cells: Cells,
    primary: Mask,
    *,
    shown: Mask | None = None,
    silent: Mask | None = None,
    printed: Printed | None = None,
    weights: Array | None = None,
    floor: float = 1.0,
    width: float = WIDTH,
    effort: int = EFFORT,
) -> Hidden:
    """Choose what to hide besides `primary` [cells]; `shown` [cells] must stay, `silent` [cells] are never printed.

    A nought is always shown where `floor` is 1, and the attacker knows it. `printed`: what rounding leaves open of a
    cell that is shown, which protects others. `weights` [cells]: what is lost by hiding each; by default as few cells
    as possible are, and then those that count the least. Within `effort` for each piece the least loss is found and
    proved; past it what is chosen is safe all the same, with its bound. The same cells in any order are hidden alike.
    Raises `CannotHide` where `shown` leaves no way.
    """
    whole = cells.counts.max(axis=0, initial=0)
    silent = np.zeros(len(cells), dtype=bool) if silent is None else silent
    never = ((whole == 0) & (floor > 0) if shown is None else shown | ((whole == 0) & (floor > 0))) & ~silent
    if (never & primary).any():
        raise CannotHide("A cell that must be shown is one that must be hidden.")
    weights = fewest(cells.counts) if weights is None else np.asarray(weights, dtype=np.float64)
    weights = np.where(silent, 0.0, weights)
    as_they_are = cells.counts.astype(np.float64)
    printed = Printed(as_they_are, as_they_are) if printed is None else printed
    hidden, cost, bound = primary.copy(), 0.0, 0.0
    joint = abs(vstack([cells.sums, cells.within]))
    piece = connected_components(joint.T @ joint, directed=False)[1]
    for number in dict.fromkeys(piece[primary].tolist()):
        some = np.flatnonzero(piece == number)
        some = some[_order(cells, some)]
        part = _Piece(cells, some, _Asked(primary[some], never[some], silent[some], weights[some], floor, width),
                      Printed(printed.low[:, some], printed.high[:, some]))  # fmt: skip
        chosen, least = part.chosen(effort)
        hidden[some] |= chosen & ~silent[some]
        cost += float(weights[some][chosen & ~primary[some]].sum())
        bound += least
    return Hidden(primary, hidden, cost, bound)


def _order(cells: Cells, some: Ints) -> Ints:
    """Cells by name: what is hidden must not depend on the order of rows."""
    return np.array(sorted(range(len(some)), key=lambda at: cells.names[some[at]]), dtype=np.int64)


def _rows(matrix: csr_array, some: Ints) -> csr_array:
    """The rows that touch some cells, in an order that depends on the cells alone."""
    rows = csr_array(matrix[np.flatnonzero(abs(matrix[:, some]).sum(axis=1))][:, some])
    rows.sort_indices()
    ends = rows.indptr.tolist()
    keys = [tuple(zip(rows.indices[a:b].tolist(), rows.data[a:b].tolist(), strict=True)) for a, b in pairwise(ends)]
    return csr_array(rows[np.array(sorted(range(len(keys)), key=lambda at: keys[at]), dtype=np.int64)])


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is asked of the choice in one piece [cells]."""

    primary: Mask
    never: Mask
    silent: Mask
    weights: Array
    floor: float
    width: float


@dataclass(frozen=True, slots=True, eq=False)
class _Condition:
    """Weights of cells of which, where `cell` is hidden (a primary one always is), at least 1 must be hidden."""

    cells: Ints
    weights: Array
    cell: int

    def met(self, chosen: Mask) -> bool:
        """Whether a choice meets it."""
        return not chosen[self.cell] or float(self.weights @ chosen[self.cells]) >= 1.0 - SLACK


class _Piece:
    """Cells that sums join."""

    def __init__(self, cells: Cells, some: Ints, asked: _Asked, printed: Printed) -> None:
        self.asked = asked
        self.values = cells.counts[:, some].astype(np.float64)
        self.sums, self.within = _rows(cells.sums, some), _rows(cells.within, some)
        # More than this no attacker would think of, and an unbounded answer has no prices.
        self.top = np.maximum(
            (2.0 * self.values.max(axis=1, initial=0.0) + 10.0 * asked.width + len(some))[:, None], printed.high
        )
        self.floor = np.minimum(np.minimum(asked.floor, self.values), printed.low)
        self.printed = printed
        self.attacks = [Attack(self.values[v], self.values[v], self.sums, self.within) for v in range(len(self.values))]
        self.conditions: list[_Condition] = []
        self.fixed = asked.primary | asked.silent

    def chosen(self, effort: int) -> tuple[Mask, float]:
        """What to hide of the piece, and what must be lost at least."""
        self._pairs()
        bound, chosen, tried = 0.0, self.fixed, set[bytes]()
        while effort > 0:
            found, least, nodes = self._master(effort)
            effort -= 1 + nodes
            bound = max(bound, least)
            if found is None:
                break
            chosen = found
            if not self._found_out(chosen):
                return chosen, bound
            if chosen.tobytes() in tried:
                break
            tried.add(chosen.tobytes())
        return self._greedily(chosen), bound

    def _pairs(self) -> None:
        """Nobody hidden alone in a sum of figures shown as they are: the whole less the others would tell it."""
        rounded = (self.printed.high > self.printed.low).any(axis=0) | self.asked.silent
        for row in range(self.sums.shape[0]):
            some = self.sums.indices[self.sums.indptr[row] : self.sums.indptr[row + 1]]
            if rounded[some].any():
                continue
            some = some[~self.asked.never[some]]
            for cell in some.tolist():
                others = some[some != cell]
                self.conditions.append(_Condition(others, np.ones(len(others)), cell))

    def _master(self, effort: int) -> tuple[Mask | None, float, int]:
        """The least that meets every condition so far, or None where none was found; its bound; nodes searched."""
        number = len(self.fixed)
        cost = np.where(self.fixed, 0.0, self.asked.weights)
        low, high = self.fixed.astype(np.float64), np.where(self.asked.never, 0.0, 1.0)
        sizes = [len(one.cells) + 1 for one in self.conditions]
        row = np.repeat(np.arange(len(sizes)), sizes)
        column = np.concatenate([np.append(one.cells, one.cell) for one in self.conditions] or [np.zeros(0, np.int64)])
        weight = np.concatenate([np.append(one.weights, -1.0) for one in self.conditions] or [np.zeros(0)])
        matrix = csr_array(coo_array((weight, (row, column)), shape=(len(sizes), number)))
        answer = optimize.milp(
            cost,
            integrality=np.ones(number, dtype=np.int8),
            bounds=optimize.Bounds(low, high),
            constraints=optimize.LinearConstraint(matrix, 0.0, np.inf) if sizes else None,
            options={"node_limit": effort, "mip_rel_gap": 0.0},
        )
        bound = float(answer.mip_dual_bound) if answer.mip_dual_bound is not None else 0.0
        if answer.x is None:
            if answer.status == 1:
                return None, bound if np.isfinite(bound) else 0.0, effort
            raise CannotHide("What must be shown gives away a cell that must be hidden: hide more, or show fewer sums.")
        return np.asarray(answer.x > 0.5), bound, int(answer.mip_node_count or 0)

    def _greedily(self, chosen: Mask) -> Mask:
        """Hide more, the most telling for its weight first, until nothing can be worked out: safe, if not the least."""
        chosen = chosen.copy()
        begin = 0
        while True:
            for one in self.conditions[begin:]:
                while not one.met(chosen):
                    free = ~chosen[one.cells] & ~self.asked.never[one.cells]
                    worth = np.where(free, one.weights, 0.0) / np.where(free, self.asked.weights[one.cells], 1.0)
                    if not worth.any():
                        raise CannotHide("What must be shown gives away a cell that must be hidden: show fewer sums.")
                    chosen[one.cells[np.argmax(worth)]] = True
            begin = len(self.conditions)
            if not self._found_out(chosen):
                return chosen

    def _found_out(self, chosen: Mask) -> int:
        """Add a condition for each hidden cell that can be worked out; returns how many there were."""
        found = 0
        asked = chosen & (~self.asked.silent | self.asked.primary)
        for version, attack in enumerate(self.attacks):
            low = np.where(chosen, self.floor[version], self.printed.low[version])
            high = np.where(chosen, self.top[version], self.printed.high[version])
            attack.bounds(low, high)
            # Every answer fits what is printed, and shows how far other cells can go too.
            least, most = self.values[version].copy(), self.values[version].copy()
            whole, before = Seen(len(chosen)), found
            whole.add(self.values[version])
            for cell in np.flatnonzero(asked).tolist():
                ends = []
                for sign in (1.0, -1.0):
                    if most[cell] - least[cell] < self.asked.width - SLACK:
                        ends.append(attack.extreme(cell, sign))
                        np.minimum(least, ends[-1].point, out=least)
                        np.maximum(most, ends[-1].point, out=most)
                        whole.add(ends[-1].point)
                if most[cell] - least[cell] < self.asked.width - SLACK:
                    found += 1
                    self.conditions.append(self._condition(cell, version, ends))
            if found == before:
                found += self._told_whole(Known(low, high, self.sums, self.within), asked & whole.once, chosen)
        return found

    def _told_whole(self, known: Known, asked: Mask, chosen: Mask) -> int:
        """Ask for more to be hidden where whole people leave a cell but one number, though fractions would not."""
        cells = np.flatnonzero(told(known, asked)).tolist()
        others = np.flatnonzero(~chosen & ~self.asked.never)
        self.conditions += [_Condition(others, np.ones(len(others)), cell) for cell in cells]
        return len(cells)

    def _condition(self, cell: int, version: int, ends: list[Extreme]) -> _Condition:
        """What must be hidden, some of it, for the attacker's prices no longer to hold.

        By weak duality those prices bound what any choice leaves open; a cell that is hidden opens its own two rooms.
        """
        values, low, high = self.values[version], self.printed.low[version], self.printed.high[version]
        gain, rest = np.zeros(len(values)), 0.0
        activity = np.concatenate([self.sums @ values, self.within @ values])
        for end in ends:
            down, up = np.maximum(end.prices.cells, 0.0), np.maximum(-end.prices.cells, 0.0)
            gain += down * (low - self.floor[version]) + up * (self.top[version] - high)
            rest += float(down @ (values - low) + up @ (high - values) + np.maximum(end.prices.sums, 0.0) @ activity)
        missing = self.asked.width - rest - gain[cell]
        gain[cell] = 0.0
        some = np.flatnonzero((gain > SLACK) & ~self.asked.never)
        return _Condition(some, np.minimum(gain[some] / max(missing, SLACK), 1.0), cell)
