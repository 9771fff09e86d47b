"""What a model's own earlier forecasts, come true by now, say about how far to trust it and how wide its bands are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sufficiency.forecast import middle_quantiles

Numbers = npt.NDArray[np.float64]

HALF: Final = 0.5
"""Before any forecast has come true the model and "no change" are trusted alike."""
YEARS: Final = 1.0
"""That, and the model's own width, count as much as one year of forecasts that came true."""
BAND: Final = 0.8


@dataclass(frozen=True, slots=True)
class Correction:
    """Each [years ahead]: 1 leaves the model as it is, and a trust of 0 makes it "no change"."""

    national: Numbers
    """Trust in the change that the model expects of all councils together."""
    own: Numbers
    """Trust in how a council's change differs from that."""
    width: Numbers
    """What distances from the middle are multiplied by."""
    forecasts: npt.NDArray[np.int64]
    """How many years of forecasts were learnt from."""


@dataclass(frozen=True, slots=True)
class PastForecast:
    """One forecast for many councils and the truth so far."""

    base: Numbers
    """[areas] the last value known at the origin."""
    low: Numbers
    """[areas, years ahead] lower end of the 80% band, as are:"""
    middle: Numbers
    high: Numbers
    truth: Numbers
    """[areas, years ahead] not a number where not known yet, or not published."""


def past_forecast(draws: Numbers, base: Numbers) -> PastForecast:
    """Middle and band of `draws` [draws, areas, years ahead], of which nothing has come true yet."""
    low, middle, high = middle_quantiles(draws, [(1.0 - BAND) / 2.0, 0.5, (1.0 + BAND) / 2.0])
    return PastForecast(base, low, middle, high, np.full(middle.shape, np.nan))


def learnt_correction(past: Sequence[PastForecast], ahead: int) -> Correction:
    """Trust and width for each year ahead; where no forecast has come true, those of a year nearer."""
    national, own, width = np.full(ahead, HALF), np.full(ahead, HALF), np.ones(ahead)
    count = np.zeros(ahead, dtype=np.int64)
    for h in range(ahead):
        seen = [(_common(p, h), p) for p in past if np.isfinite(p.truth[:, h]).sum() > 1]
        count[h] = len(seen)
        if not seen:
            if h:
                national[h], own[h], width[h] = national[h - 1], own[h - 1], width[h - 1]
            continue
        expected, happened = (np.array([c[k] for c, _ in seen]) for k in (0, 1))
        national[h] = _slope(expected**2, expected * happened)
        squares, products = [], []
        for (common, true_common), p in seen:
            there = np.isfinite(p.truth[:, h])
            weight = 1.0 / (p.base[there] + 1.0)
            expects = p.middle[there, h] - p.base[there] * (1.0 + common)
            happens = p.truth[there, h] - p.base[there] * (1.0 + true_common)
            squares.append(float(np.sum(weight * expects**2)))
            products.append(float(np.sum(weight * expects * happens)))
        own[h] = _slope(np.array(squares), np.array(products))
        reach = []
        for (common, _), p in seen:
            error = p.truth[:, h] - _centre(p.base, p.middle[:, h], common, national[h], own[h])
            side = np.where(error > 0.0, p.high[:, h] - p.middle[:, h], p.middle[:, h] - p.low[:, h])
            reach.append((np.abs(error) / np.maximum(side, 0.25))[np.isfinite(error)])
        wanted = float(np.quantile(np.concatenate(reach), BAND))
        width[h] = max(wanted, 0.1) ** (len(seen) / (len(seen) + YEARS))
    return Correction(national, own, width, count)


def corrected(draws: Numbers, base: Numbers, correction: Correction) -> Numbers:
    """`draws` [draws, areas, years ahead] moved towards no change and widened or narrowed; whole, never below 0.

    Draws of an area whose base is not known stay as they are.
    """
    middle = np.median(draws, axis=0)
    out = np.empty_like(draws)
    known = np.isfinite(base)
    for h in range(draws.shape[2]):
        common = _share(middle[:, h], base)
        centre = _centre(base, middle[:, h], common, correction.national[h], correction.own[h])
        moved = centre + correction.width[h] * (draws[:, :, h] - middle[:, h])
        out[:, :, h] = np.where(known, moved, draws[:, :, h])
    return np.maximum(np.rint(out), 0.0)


def _share(values: Numbers, base: Numbers) -> float:
    """Change of all councils together, as a share."""
    there = np.isfinite(values) & np.isfinite(base)
    return float(np.sum(values[there] - base[there]) / max(float(np.sum(base[there])), 1.0))


def _common(past: PastForecast, h: int) -> tuple[float, float]:
    """Change expected and happened of all councils whose truth is known."""
    there = np.isfinite(past.truth[:, h])
    return _share(past.middle[there, h], past.base[there]), _share(past.truth[there, h], past.base[there])


def _centre(base: Numbers, middle: Numbers, common: float, national: float, own: float) -> Numbers:
    together = base * common
    return base + national * together + own * (middle - base - together)


def _slope(squares: Numbers, products: Numbers) -> float:
    """Least squares of what happened on what was expected, a half weighing `YEARS` usual years; within 0 and 1."""
    usual = YEARS * max(float(squares.mean()), 1e-12)
    return min(max((HALF * usual + float(products.sum())) / (usual + float(squares.sum())), 0.0), 1.0)
