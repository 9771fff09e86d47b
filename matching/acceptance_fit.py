"""How often carers say yes, council to kind of home to home: a shrunken logistic model, fitted and weighed exactly.

Log-odds of a yes = the council's + the kind of home's + what is asked + the home's own. Each part but the first is
drawn towards nought by a normal prior, so that few answers move it little. How widely each part may spread is chosen
by what makes the recorded answers most probable (Laplace's approximation), from a short list that begins with "not at
all". Nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPREAD_OF_COUNCIL: Final = 2.0
"""Standard deviation of the council's log-odds beforehand: nine councils in ten between 4 and 96 yeses in 100."""
SPREADS_OF_KINDS: Final = (0.0, 0.5, 1.0)
SPREADS_OF_REQUESTS: Final = (0.0, 0.5)
SPREADS_OF_HOMES: Final = (0.0, 0.4, 0.8, 1.2, 1.8)
MOST_STEPS: Final = 60
CLOSE: Final = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Enquiries as arrays, shape (rows,). `home` and `kind` are numbers, -1 for one that is not known.

    `asked`, shape (rows, features): what is asked of the carers; NaN where it is not recorded.
    """

    home: Ints
    kind: Ints
    asked: Floats

    def __len__(self) -> int:
        return len(self.home)

    def at(self, which: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        return Rows(self.home[which], self.kind[which], self.asked[which])


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations beforehand, in log-odds: between kinds of home, for each feature, between homes."""

    kinds: float
    requests: float
    homes: float


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What was learned. `common`: the council, then each kind, then each feature; `own`, shape (homes,).

    `inner`, `cross` and `alone` are the parts of the curvature that say how sure it is. `middle`: the mean of each
    feature, which stands for one that is not recorded. `evidence`: log of how probable the answers are.
    """

    spread: Spread
    middle: Floats
    common: Floats
    own: Floats
    inner: Floats
    cross: Floats
    alone: Floats
    kinds: int
    evidence: float

    @property
    def tells_apart(self) -> bool:
        """Whether anything but one rate for all is left in it."""
        return self.spread != Spread(0.0, 0.0, 0.0)

    def chance(self, rows: Rows) -> Floats:
        """The probability of a yes for each row, averaged over what is not sure; shape (rows,)."""
        x = _design(rows, self.middle, self.kinds)
        known = (rows.home >= 0) & (rows.home < len(self.own))
        at = np.where(known, rows.home, 0)
        if len(self.own):
            mean = x @ self.common + np.where(known, self.own[at], 0.0)
            along = x - np.where(known[:, np.newaxis], (self.cross[:, at] / self.alone[at]).T, 0.0)
            own = np.where(known, 1.0 / self.alone[at], self.spread.homes**2)
        else:
            mean, along, own = x @ self.common, x, np.full(len(rows), self.spread.homes**2)
        if self.spread.homes == 0.0:
            own = np.zeros(len(rows))
        variance = np.einsum("ij,jk,ik->i", along, self.inner, along) + own
        return np.asarray(expit(mean / np.sqrt(1.0 + np.pi * variance / 8.0)), dtype=np.float64)


def fit(rows: Rows, yes: Floats, kinds: int, homes: int) -> Fitted:
    """The model with the spread under which the answers are most probable; of equals, the narrowest.

    `yes`, shape (rows,), 1 or 0. `kinds` and `homes`: how many there are; those without an answer stay at nought.
    """
    best: Fitted | None = None
    for spread in spreads():
        one = fit_with(rows, yes, kinds, homes, spread)
        if best is None or one.evidence > best.evidence + 1e-9:
            best = one
    assert best is not None  # noqa: S101 - the list of spreads is not empty
    return best


def spreads() -> Iterator[Spread]:
    """The spreads that are tried, the narrowest first."""
    return (Spread(*one) for one in product(SPREADS_OF_KINDS, SPREADS_OF_REQUESTS, SPREADS_OF_HOMES))


def fit_with(rows: Rows, yes: Floats, kinds: int, homes: int, spread: Spread) -> Fitted:
    """The most probable parts for one spread, by Newton's method with shortened steps; and how sure they are."""
    middle = _middle(rows)
    x = _design(rows, middle, kinds)
    home = np.where(rows.home < homes, rows.home, -1) if spread.homes > 0 else np.full(len(rows), -1)
    seen = home >= 0
    where = home[seen]
    features = x.shape[1] - 1 - kinds
    wide = np.array([SPREAD_OF_COUNCIL, *[spread.kinds] * kinds, *[spread.requests] * features])
    free = wide > 0
    weight = np.zeros(len(wide))
    weight[free] = wide[free] ** -2
    x = x * free
    common, own = np.zeros(len(wide)), np.zeros(homes)
    own_weight = spread.homes**-2 if spread.homes > 0 else 0.0

    def level(common: Floats, own: Floats) -> tuple[float, Floats]:
        eta = x @ common
        eta[seen] += own[where]
        log_likelihood = float((yes * eta - np.logaddexp(0.0, eta)).sum())
        return log_likelihood - 0.5 * float(weight @ common**2 + own_weight * (own @ own)), eta

    height, eta = level(common, own)
    for _ in range(MOST_STEPS):
        p = expit(eta)
        curve = p * (1.0 - p)
        inner, cross, alone = _curvature(x, curve, where, seen, weight, own_weight, free, homes)
        pull = x.T @ (yes - p) - weight * common
        own_pull = np.bincount(where, (yes - p)[seen], homes) - own_weight * own
        by_home = cross / alone
        step = inner @ (pull - by_home @ own_pull) * free
        own_step = (own_pull - cross.T @ step) / alone if spread.homes > 0 else np.zeros(homes)
        size = 1.0
        while True:
            reached, new_eta = level(common + size * step, own + size * own_step)
            if reached >= height - 1e-12 or size < 1e-6:
                break
            size *= 0.5
        gain = reached - height
        common, own, eta, height = common + size * step, own + size * own_step, new_eta, reached
        if gain < CLOSE:
            break
    p = expit(eta)
    inner, cross, alone = _curvature(x, p * (1.0 - p), where, seen, weight, own_weight, free, homes)
    sure = inner[np.ix_(free, free)]
    evidence = height + 0.5 * float(np.linalg.slogdet(sure)[1]) - float(np.log(wide[free]).sum())
    if spread.homes > 0:
        evidence -= 0.5 * float(np.log(alone).sum()) + homes * float(np.log(spread.homes))
    return Fitted(spread, middle, common, own, inner, cross, alone, kinds, evidence)


def _curvature(
    x: Floats,
    curve: Floats,
    where: Ints,
    seen: NDArray[np.bool_],
    weight: Floats,
    own_weight: float,
    free: NDArray[np.bool_],
    homes: int,
) -> tuple[Floats, Floats, Floats]:
    """The covariance of the common part once homes are summed out, its cross part with homes, and homes alone."""
    width = x.shape[1]
    whole = (x.T * curve) @ x + np.diag(np.where(free, weight, 1.0))
    alone = np.asarray(np.bincount(where, curve[seen], homes) + (own_weight or 1.0), dtype=np.float64)
    cross = np.zeros((width, homes))
    for column in range(width):
        cross[column] = np.bincount(where, curve[seen] * x[seen, column], homes)
    left = whole - (cross / alone) @ cross.T
    inner: Floats = np.linalg.inv(left) * np.outer(free, free)
    return inner, cross, alone


def _middle(rows: Rows) -> Floats:
    known = ~np.isnan(rows.asked)
    total = np.where(known, rows.asked, 0.0).sum(axis=0)
    middle: Floats = total / np.maximum(known.sum(axis=0), 1)
    return middle


def _design(rows: Rows, middle: Floats, kinds: int) -> Floats:
    """Ones, a column for each kind, and the features about their middle; what is not recorded is in the middle."""
    kind = (rows.kind[:, np.newaxis] == np.arange(kinds)).astype(np.float64)
    asked = np.where(np.isnan(rows.asked), 0.0, rows.asked - middle)
    return np.hstack((np.ones((len(rows), 1)), kind, asked))
