"""How good a forecast was: scores of draws and bands against what happened, and how sure one can be of them.

Draws lie along the first axis, cells along the others. Lower is better for `crps` and `interval_score`.
Counts are judged with each spread evenly over half a child either way, so that an "80%" band of small counts can
hold eight in ten; the plain share is given beside it (Czado, Gneiting and Held, 2009, Biometrics 65, 1254-1261).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHARES: Final = (0.5, 0.8, 0.95)
"""Shares of the outcomes that the bands are meant to hold."""
FEWEST_BLOCKS: Final = 3
"""With fewer blocks of origins than this, no standard error is given."""


def crps(draws: Array, outcome: Array, *, fair: bool = True) -> Floats:
    """Continuous ranked probability score: mean distance to the outcome, less half that between two draws.

    `draws` [draws, ...], `outcome` [...]; in the units of the outcome. Fair: what the score would be of endlessly
    many draws, on average (Ferro, 2014, Q. J. R. Meteorol. Soc. 140, 1917-1923), for draws that are random. Plain
    (`fair=False`): the score of the draws themselves, for points laid out evenly over a distribution. Raises
    ValueError for fewer than two draws.
    """
    ordered = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    count = len(ordered)
    if count < 2:
        raise ValueError("A score of draws needs at least two draws. Ask for more.")
    # The sum over all pairs of |x - x'| is that of the sorted draws, each weighed by how many lie below and above.
    weights = 2.0 * np.arange(1, count + 1) - count - 1
    weights = weights.reshape(-1, *[1] * (ordered.ndim - 1))
    between = (weights * ordered).sum(axis=0) / (count * (count - 1 if fair else count))
    return np.asarray(np.abs(ordered - outcome).mean(axis=0) - between, dtype=np.float64)


def normal_crps(mean: Array, sd: Array, outcome: Array) -> Floats:
    """CRPS of a normal distribution (Gneiting and Raftery, 2007, equation 21); sd 0 gives the plain distance."""
    mean, sd, outcome = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (mean, sd, outcome)))
    off = np.abs(outcome - mean)
    z = np.divide(outcome - mean, sd, out=np.zeros_like(off), where=sd > 0)
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    score = sd * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))
    return np.asarray(np.where(sd > 0, score, off), dtype=np.float64)


def interval_score(low: Array, high: Array, outcome: Array, share: float) -> Floats:
    """Width of a band, plus 2 / (1 - share) times how far the outcome lies outside it.

    Gneiting and Raftery, 2007, J. Am. Stat. Assoc. 102, 359-378, equation 43.
    """
    low, high, outcome = (np.asarray(a, dtype=np.float64) for a in (low, high, outcome))
    outside = np.maximum(low - outcome, 0.0) + np.maximum(outcome - high, 0.0)
    return np.asarray(high - low + 2.0 / (1.0 - share) * outside, dtype=np.float64)


def inside(low: Array, high: Array, outcome: Array) -> Bools:
    """Whether each band holds the outcome, its edges included."""
    return np.asarray((np.asarray(low) <= outcome) & (np.asarray(outcome) <= high), dtype=np.bool_)


def pit_range(draws: Array, outcome: Array) -> tuple[Floats, Floats]:
    """Where the outcome lies among the draws, from 0 (below all) to 1 (above all), as a range.

    The outcome counts as one draw more, tied with those equal to it: if it came from where the draws came from, a
    point drawn evenly from the range is exactly even between 0 and 1, however few the draws.
    """
    draws = np.asarray(draws)
    below, equal = (draws < outcome).sum(axis=0), (draws == outcome).sum(axis=0)
    return below / (len(draws) + 1), (below + equal + 1) / (len(draws) + 1)


def randomised_pit(draws: Array, outcome: Array, random: np.random.Generator) -> Floats:
    """A point drawn evenly from `pit_range`: even between 0 and 1 for a forecast that means what it says."""
    first, last = pit_range(draws, outcome)
    return np.asarray(first + random.random(np.shape(first)) * (last - first), dtype=np.float64)


def held(first: Array, last: Array, share: float) -> Floats:
    """How much of each outcome, spread over half a child either way, lies in the middle `share` of the draws.

    Takes `pit_range`. It is the mean over all ways of drawing the randomised PIT, so nothing is left to chance.
    """
    tail = (1.0 - share) / 2.0
    first, last = np.asarray(first), np.asarray(last)
    inner = np.clip(np.minimum(last, 1.0 - tail) - np.maximum(first, tail), 0.0, None)
    return np.asarray(inner / (last - first), dtype=np.float64)


def randomised_inside(low: Array, high: Array, outcome: Array, random: np.random.Generator) -> Bools:
    """Whether each band holds the outcome moved by up to half a child either way, for bands without draws.

    A band that starts at nought holds everything below it: no band is drawn below nought.
    """
    moved = np.asarray(outcome, dtype=np.float64) + random.random(np.shape(outcome)) - 0.5
    return inside(low, high, np.maximum(moved, 0.0))


def pit_histogram(first: Array, last: Array, bins: int = 10) -> Floats:
    """Share of the outcomes in each of `bins` even parts of the draws, over the first axis; even when calibrated.

    Takes `pit_range` [outcomes, ...] and gives [bins, ...]; each outcome is spread over its range, which is the
    histogram without randomness of Czado, Gneiting and Held (2009).
    """
    first, last = np.asarray(first, dtype=np.float64), np.asarray(last, dtype=np.float64)
    edges = np.linspace(0.0, 1.0, bins + 1)
    shares = [
        np.clip(np.minimum(last, high) - np.maximum(first, low), 0.0, None) / (last - first)
        for low, high in pairwise(edges.tolist())
    ]
    return np.asarray(np.mean(shares, axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Average:
    """A mean over origins, and how far it may be off by chance."""

    mean: Floats
    error: Floats
    """Standard error; not-a-number where there are fewer than `FEWEST_BLOCKS` blocks."""
    blocks: int
    """Stretches of origins whose outcomes do not overlap: what the mean is worth in separate pieces of evidence."""


def block_average(values: Array, overlap: int) -> Average:
    """Mean over the first axis, origins in order of time, when `overlap` that follow each other share outcomes.

    The standard error is that of the means of blocks of at least `overlap` origins: forecasts two years ahead from
    quarter to quarter are far from so many pieces of evidence. Neighbouring blocks still share outcomes, and the
    error is stretched by what that takes off it where outcomes add up evenly over their span (22% for eight).
    """
    values = np.asarray(values, dtype=np.float64)
    count = len(values)
    blocks = max(count // max(overlap, 1), 1 if count else 0)
    mean = values.mean(axis=0) if count else np.full(values.shape[1:], np.nan)
    if blocks < FEWEST_BLOCKS:
        return Average(np.asarray(mean), np.full(values.shape[1:], np.nan), blocks)
    parts = np.array_split(values, blocks)
    sizes = np.array([len(part) for part in parts], dtype=np.float64)
    off = np.stack([part.sum(axis=0) - len(part) * mean for part in parts]) / sizes.mean()
    # Variance of a mean of `overlap` neighbours, over that of endlessly many: autocorrelation falls evenly to nought.
    seen = (overlap + (overlap - 1) * (2 * overlap - 1) / 3) / overlap**2 if overlap > 1 else 1.0
    error = np.sqrt((off**2).sum(axis=0) / (blocks - 1) / blocks / seen)
    return Average(np.asarray(mean), np.asarray(error), blocks)


def draw_error(draws: Array, statistic: Callable[[Array], Array], parts: int = 10) -> Floats:
    """How far a statistic of the draws may be off because there are only so many: from `parts` parts of them.

    The standard error of the statistic over parts, divided by the root of their number. Raises ValueError when
    there are fewer than two draws a part.
    """
    draws = np.asarray(draws)
    if len(draws) < 2 * parts:
        raise ValueError(f"{len(draws)} draws cannot be cut into {parts} parts of two or more. Ask for more draws.")
    each = np.stack([np.asarray(statistic(draws[part::parts]), dtype=np.float64) for part in range(parts)])
    return np.asarray(each.std(axis=0, ddof=1) / np.sqrt(parts), dtype=np.float64)
