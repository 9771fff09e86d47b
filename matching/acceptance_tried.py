"""Is it any use? The model foretells answers that came later, against one rate for all; days are never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from matching.acceptance_fit import Floats, Ints, Rows, fit

TRIALS: Final = 6
"""The days after the first third of the answers are cut into so many stretches; the model is fitted anew for each."""
LEAST_SCORED: Final = 60
"""Answers foretold, at least, before anything is made of it."""
LEAST_HOMES: Final = 10
LEAST_TO_LEARN: Final = 20
DRAWS: Final = 2_000
SEED: Final = 20_261_123
SURE: Final = (2.5, 97.5)
EDGES: Final = (0.0, 0.5, 0.75, 1.0)
"""Where the bands of chances begin and end (`matching.acceptance.Band`)."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Answers foretold with a chance from `low` to `high`: how many, the mean chance, and the share that were yes."""

    low: float
    high: float
    answers: int
    foretold: float
    came: float


@dataclass(frozen=True, slots=True)
class Tried:
    """How the model did on answers it had not seen. Gains are means for each answer, above nought is better.

    `log_gain`: log score over that of one rate for all, with the interval of a bootstrap over homes (95 in 100).
    `brier_gain` likewise. `scored` answers of `homes` homes.
    """

    scored: int
    homes: int
    log_gain: float
    log_low: float
    log_high: float
    brier_gain: float
    brier_low: float
    brier_high: float
    calibration: tuple[Calibrated, ...]

    @property
    def beats_one_rate(self) -> bool:
        """Whether it foretells better than one rate for all beyond doubt, on answers enough."""
        return (
            self.scored >= LEAST_SCORED and self.homes >= LEAST_HOMES and self.log_low > 0.0 and self.brier_gain > 0.0
        )


def tried(rows: Rows, yes: Floats, asked_on: Ints, known_on: Ints, kinds: int, homes: int) -> Tried | None:
    """Foretell each answer from those that were known before its stretch of days began; None where too few are.

    `asked_on` and `known_on`, shape (rows,): days as numbers, of asking and of the answer.
    """
    starts = _starts(asked_on)
    chance, one_rate = np.full(len(yes), np.nan), np.full(len(yes), np.nan)
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else np.iinfo(np.int64).max
        known = known_on < start
        foretold = (asked_on >= start) & (asked_on < end)
        if known.sum() < LEAST_TO_LEARN or not foretold.any():
            continue
        one_rate[foretold] = rate_of(yes[known])
        model = fit(rows.at(known), yes[known], kinds, homes)
        chance[foretold] = model.chance(rows.at(foretold)) if model.tells_apart else one_rate[foretold]
    scored = ~np.isnan(chance)
    if not scored.any():
        return None
    p, base, came = chance[scored], one_rate[scored], yes[scored]
    log_gain = _log_score(p, came) - _log_score(base, came)
    brier_gain = (base - came) ** 2 - (p - came) ** 2
    _, home = np.unique(rows.home[scored], return_inverse=True)
    logs = _interval(log_gain, home)
    briers = _interval(brier_gain, home)
    return Tried(
        int(scored.sum()),
        int(home.max()) + 1,
        float(log_gain.mean()),
        *logs,
        float(brier_gain.mean()),
        *briers,
        _calibration(p, came),
    )


def rate_of(yes: Floats) -> float:
    """One rate for all: the share of yeses, as if there had been one more yes and one more no."""
    return float((yes.sum() + 1.0) / (len(yes) + 2.0))


def _starts(asked_on: Ints) -> list[int]:
    """The first day of each stretch; a day is in one stretch only."""
    days = np.sort(asked_on)
    first = len(days) // 3
    cuts = first + (np.arange(TRIALS) * (len(days) - first)) // TRIALS
    return sorted({int(days[cut]) for cut in cuts if cut < len(days)})


def _log_score(p: Floats, came: Floats) -> Floats:
    p = np.clip(p, 1e-6, 1.0 - 1e-6)
    return np.asarray(np.where(came > 0.5, np.log(p), np.log1p(-p)), dtype=np.float64)


def _interval(gain: Floats, home: Ints) -> tuple[float, float]:
    """The mean gain's interval when homes, each with all its answers, are drawn anew; named homes play no part."""
    many = np.bincount(home).astype(np.float64)
    total = np.bincount(home, gain)
    order = np.lexsort((np.round(total, 9), many))
    many, total = many[order], total[order]
    weights = np.random.default_rng(SEED).multinomial(len(many), np.full(len(many), 1.0 / len(many)), DRAWS)
    means = (weights @ total) / (weights @ many)
    low, high = np.percentile(means, SURE)
    return float(low), float(high)


def _calibration(p: Floats, came: Floats) -> tuple[Calibrated, ...]:
    band = np.where(p >= EDGES[2], 2, np.where(p > EDGES[1], 1, 0))
    found = []
    for at, (low, high) in enumerate(pairwise(EDGES)):
        mine = band == at
        if mine.any():
            found.append(Calibrated(low, high, int(mine.sum()), float(p[mine].mean()), float(came[mine].mean())))
    return tuple(found)
