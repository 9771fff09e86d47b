"""What planners may know of a year beforehand: a forecast made from the returns of the years before it, never of it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from matching.question import Ints
from matching.rolling_keep import YearBefore
from sufficiency.coming import Expected, expected_of
from sufficiency.homes_run import run_homes
from sufficiency.households import SEGMENTS
from sufficiency.run import Asked, run_forecast
from sufficiency.usable_children import NEEDS
from sufficiency.year import TrueYear, YearOf, known_before

DRAWS: Final = 40
_MONTHS: Final = 12


def foretold(of: YearOf, told: TrueYear, *, draws: int = DRAWS, seed: int = 1) -> YearBefore:
    """`told.before` with who is expected, week by week, in so many futures of the product's own forecast.

    The forecast reads the council's returns as they stood on the eve of the year (`known_before`). It counts children;
    here they come in groups as large as those of the year before who needed the same kind of home. Raises ValueError
    where the year was made without looking back.
    """
    before = told.before
    if not len(before.groups):
        raise ValueError("This year was made without looking back: there is nobody like whom children could come.")
    expected = expected_before(of, draws=draws, seed=seed)
    sizes = told.year.sizes[before.groups]
    coming = np.zeros((len(expected.came), told.year.weeks, len(SEGMENTS)))
    month_of = _months_of(told.year.day, told.year.weeks, expected.months)
    in_month = np.bincount(month_of, minlength=len(expected.months))
    for n, need in enumerate(NEEDS):
        kind = SEGMENTS.index(need)
        like = (before.kind == kind) & ~before.again
        size = float(sizes[like].mean()) if like.any() else 1.0
        coming[:, :, kind] = (expected.came[:, :, n] / size / np.maximum(in_month, 1))[:, month_of]
    return replace(before, coming=coming)


def expected_before(of: YearOf, *, draws: int = DRAWS, seed: int = 1) -> Expected:
    """What the product's forecast says of those who come, from the returns as they stood on the eve of the year."""
    with tempfile.TemporaryDirectory() as folder:
        known = known_before(of, Path(folder))
        asked = Asked(
            of.scenario, months=_MONTHS, draws=draws, seed=seed, test=False, usable_days=0, targets=False, made_up=True
        )
        return expected_of(run_homes(run_forecast(known.returns, asked)).wanted)


def _months_of(day: date, weeks: int, months: Sequence[date]) -> Ints:
    """[weeks] in which of the months each week begins; the last for weeks after all of them."""
    begins = [day + timedelta(days=7 * week) for week in range(weeks)]
    at = [sum(month <= one for month in months) - 1 for one in begins]
    return np.clip(np.array(at, dtype=np.int64), 0, len(months) - 1)
