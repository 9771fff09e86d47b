"""What levers add to what happens to a child in care: leaving for home or for guardians, moving down from a home.

It is a luck of its own beside the child's life. Each lever meets one threshold, drawn for the child; what it adds to
the rates is summed along the life that the child has anyway, and when the sum reaches the threshold the lever takes the
child. Until then the life is to the last digit the one without the lever, and a stronger lever never comes later.
"""

from __future__ import annotations

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
        self.level = np.stack([besides.home * exits_by_month, besides.guardianship * exits_by_month, besides.step_down])
        """[levers, futures, months] what a rate of one would be multiplied by."""
        self.starts = np.concatenate(([0.0], points[:-1]))
        whole = np.cumsum(self.level * np.diff(points, prepend=0.0), axis=2)
        self.until = np.concatenate((np.zeros((*whole.shape[:2], 1)), whole), axis=2)
        self.points, self.key = points, key
        levers = np.arange(len(self.level))[:, None]
        self.due = -np.log(uniform(key, _TURN + levers * _FOR_EACH))
        self.met = np.zeros_like(self.due)
        self.steps = np.zeros(len(key), dtype=np.int64)

    def before(self, now: Floats, stop: Floats, rates: Floats, future: Array) -> tuple[Floats, npt.NDArray[np.int64]]:
        """What levers do to each child from `now` and before `stop`: when it stops then, and which does it.

        `rates` [levers, children] are those that the levers multiply. Where none does, the time is `stop` and the
        lever `NOTHING`.
        """
        at, to = self._sums(now, future), self._sums(stop, future)
        reached = (rates > 0) & (to > at) & (self.met + rates * (to - at) >= self.due)
        when, which = stop.copy(), np.full(len(now), NOTHING)
        for lever in range(len(self.level)):
            some = np.flatnonzero(reached[lever])
            if not len(some):
                continue
            left = np.maximum(self.due[lever, some] - self.met[lever, some], 0.0)
            time = self._time(lever, future[some], at[lever, some] + left / rates[lever, some])
            # Strictly before what happens anyway, and not before now: rounding must not make it either.
            time = np.maximum(np.minimum(time, np.nextafter(stop[some], -np.inf)), now[some])
            first = time < when[some]
            when[some[first]], which[some[first]] = time[first], lever
        changed = np.flatnonzero(which != NOTHING)
        to[:, changed] = self._sums(when[changed], future[changed])
        self.met += rates * (to - at)
        steps = np.flatnonzero(which == STEP_DOWN)
        self.steps[steps] += 1
        self.met[STEP_DOWN, steps] = self.due[STEP_DOWN, steps]
        turn = _TURN + STEP_DOWN * _FOR_EACH + self.steps[steps]
        self.due[STEP_DOWN, steps] -= np.log(uniform(self.key[steps], turn))
        return when, which

    def keep(self, some: Array) -> None:
        """Go on with these children alone."""
        self.key, self.steps = self.key[some], self.steps[some]
        self.due, self.met = self.due[:, some], self.met[:, some]

    def _sums(self, time: Floats, future: Array) -> Floats:
        """[levers, children] what a rate of one has come to from the origin."""
        month = np.minimum(np.searchsorted(self.points, time, side="right"), len(self.points) - 1)
        part = time - self.starts[month]
        return np.asarray(self.until[:, future, month] + self.level[:, future, month] * part)

    def _time(self, lever: int, future: Array, target: Floats) -> Floats:
        """When a rate of one has come to `target`."""
        sums, level = self.until[lever, future], self.level[lever, future]
        row = np.arange(len(future))
        month = np.minimum((sums[:, 1:] <= target[:, None]).sum(axis=1), level.shape[1] - 1)
        part = np.divide(
            target - sums[row, month], level[row, month], out=np.zeros(len(row)), where=level[row, month] > 0
        )
        return np.asarray(self.starts[month] + part)
