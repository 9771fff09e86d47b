"""What levers add to what happens to a child in care: leaving for home or for guardians, moving down from a home.

It is a luck of its own beside the child's life. Each lever meets one threshold, drawn for the child; what it adds to
the rates is summed along the life that the child has anyway, and when the sum reaches the threshold the lever takes the
child. Until then the life is to the last digit the one without the lever, and a stronger lever never comes later.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import GUARDIANSHIP, HOME
from sufficiency.streams import Keys, uniform

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

LEAVING: Final = {0: HOME, 1: GUARDIANSHIP}
"""Which lever to which way out."""
STEP_DOWN: Final = 2
NOTHING: Final = -1
_TURN: Final = 1 << 40
_FOR_EACH: Final = 1 << 20
"""Turns of a child's stream that the life itself never comes to."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What levers add in a block of futures; each [futures, months]."""

    home: Floats
    """Share by which more return home."""
    guardianship: Floats
    """Share by which more leave for special guardianship."""
    step_down: Floats
    """Rate a day at which children in children's homes move to the council's own foster carers, besides."""

    @property
    def pulled(self) -> bool:
        """Whether there is anything to add."""
        return bool(self.home.any() or self.guardianship.any() or self.step_down.any())


class Tally:
    """How far each child who is followed has come towards each lever's threshold."""

    def __init__(self, besides: Besides, exits_by_month: Floats, points: Floats, key: Keys) -> None:
        each = (besides.home * exits_by_month, besides.guardianship * exits_by_month, besides.step_down)
        self.levers = [lever for lever, level in enumerate(each) if level.any()]
        """Those that are pulled; below, `levers` are these."""
        self.level = np.stack([each[lever] for lever in self.levers])
        """[levers, futures, months] what a rate of one would be multiplied by."""
        self.starts = np.concatenate(([0.0], points[:-1]))
        whole = np.cumsum(self.level * np.diff(points, prepend=0.0), axis=2)
        self.until = np.concatenate((np.zeros((*whole.shape[:2], 1)), whole), axis=2)
        self.points, self.key = points, key
        self.due = -np.log(uniform(key, _TURN + np.array(self.levers)[:, None] * _FOR_EACH))
        self.met = np.zeros_like(self.due)
        self.steps = np.zeros(len(key), dtype=np.int64)

    def before(self, now: Floats, stop: Floats, rates: Floats, future: Array) -> tuple[Floats, npt.NDArray[np.int64]]:
        """What levers do to each child from `now` and before `stop`: when it stops then, and which does it.

        `rates` [all levers, children] are those that the levers multiply. Where none does, the time is `stop` and the
        lever `NOTHING`.
        """
        rates = rates[self.levers]
        at, to = self._sums(now, future), self._sums(stop, future)
        grown = rates * (to - at)
        reached = (grown > 0) & (self.met + grown >= self.due)
        when, which = stop.copy(), np.full(len(now), NOTHING)
        for row, lever in enumerate(self.levers):
            some = np.flatnonzero(reached[row])
            left = np.maximum(self.due[row, some] - self.met[row, some], 0.0)
            time = self._time(row, future[some], at[row, some] + left / rates[row, some])
            # Strictly before what happens anyway, and not before now: rounding must not make it either.
            time = np.maximum(np.minimum(time, np.nextafter(stop[some], -np.inf)), now[some])
            first = time < when[some]
            when[some[first]], which[some[first]] = time[first], lever
        changed = np.flatnonzero(which != NOTHING)
        grown[:, changed] = rates[:, changed] * (self._sums(when[changed], future[changed]) - at[:, changed])
        self.met += grown
        if STEP_DOWN in self.levers:
            row, steps = self.levers.index(STEP_DOWN), np.flatnonzero(which == STEP_DOWN)
            self.steps[steps] += 1
            self.met[row, steps] = self.due[row, steps]
            turn = _TURN + STEP_DOWN * _FOR_EACH + self.steps[steps]
            self.due[row, steps] -= np.log(uniform(self.key[steps], turn))
        return when, which

    def some(self, rows: Array | slice) -> Tally:
        """That of these children alone."""
        found = copy(self)
        found.key, found.steps = self.key[rows], self.steps[rows]
        found.due, found.met = self.due[:, rows], self.met[:, rows]
        return found

    def beside(self, other: Tally) -> Tally:
        """That of these children and of others who meet the same levers."""
        found = copy(self)
        found.key, found.steps = np.concatenate((self.key, other.key)), np.concatenate((self.steps, other.steps))
        found.due, found.met = (np.concatenate(both, axis=1) for both in ((self.due, other.due), (self.met, other.met)))
        return found

    def _sums(self, time: Floats, future: Array) -> Floats:
        """[levers, children] what a rate of one has come to from the origin."""
        month = np.minimum(np.searchsorted(self.points, time, side="right"), len(self.points) - 1)
        part = time - self.starts[month]
        return np.asarray(self.until[:, future, month] + self.level[:, future, month] * part)

    def _time(self, row: int, future: Array, target: Floats) -> Floats:
        """When a rate of one has come to `target`."""
        sums, level = self.until[row, future], self.level[row, future]
        child = np.arange(len(future))
        month = np.minimum((sums[:, 1:] <= target[:, None]).sum(axis=1), level.shape[1] - 1)
        speed = level[child, month]
        part = np.divide(target - sums[child, month], speed, out=np.zeros(len(child)), where=speed > 0)
        return np.asarray(self.starts[month] + part)
