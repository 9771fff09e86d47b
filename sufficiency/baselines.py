"""What a forecast has to beat: no change, a five-year line, and flat rates as councils' usual models use them.

Each gives `Bands` for the same counts (`LEVELS`), from what was known the day before `origin`, which is the first
day of a month. None of them shares code with the model of need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from sufficiency.bands import LEVELS, YEAR, Array, Bands, Days, Floats, before, level_counts, month_starts
from sufficiency.flat_rate import flat_rate_markov, flat_rate_markov_simulated
from sufficiency.history import History, flows, stock

LINE_MONTHS: Final = 60
"""The months that the five-year line is drawn through."""
Baseline = Callable[[History, int, Days], Bands]
"""Takes a history, an origin and the ends of months to come."""


def no_change(history: History, origin: int, month_ends: Days) -> Bands:
    """As many as now, give or take what such a span has brought before.

    The band is normal, its sd the root mean square of all past changes over the span. Where the history is too
    short for that (less than twice the span), changes over half of it are stretched with the root of time. Entries
    and exits: as many as in as many months before.
    """
    stocks, monthly = _past(history, origin)
    ahead = len(month_ends)
    mean = {level: np.repeat(counts[-1:].astype(np.float64), ahead, axis=0) for level, counts in stocks.items()}
    sd = {level: _usual_change(counts, ahead) for level, counts in stocks.items()}
    for level, counts in monthly.items():
        mean[level], sd[level] = np.empty((ahead, 1)), np.empty((ahead, 1))
        for month in range(ahead):
            window = min(month + 1, YEAR)
            have = min(window, len(counts))
            sums = np.lib.stride_tricks.sliding_window_view(counts, have).sum(axis=1)[:, None] * (window / have)
            mean[level][month] = sums[-1]
            # One window has no past to differ from: then two Poisson counts of that size would.
            poisson = np.sqrt(2 * sums[-1])
            sd[level][month] = _usual_change(sums, month + 1)[month] if len(sums) > 2 else poisson
    return Bands("no change", np.asarray(month_ends), mean, sd)


def _usual_change(counts: Array, ahead: int) -> Floats:
    """[ahead, counts]: root mean square change over 1, 2, ... months of counts by month."""
    longest = max((len(counts) - 1) // 2, 1)
    sd = np.empty((ahead, counts.shape[1]))
    for month in range(ahead):
        span = min(month + 1, longest)
        changes = (counts[span:] - counts[:-span]).astype(np.float64)
        sd[month] = np.sqrt((changes**2).mean(axis=0) * (month + 1) / span)
    return sd


def five_year_line(history: History, origin: int, month_ends: Days) -> Bands:
    """A straight line through the month ends of the last five years (or of what there is), with its usual t bands.

    As it is usually done: least squares, each count by itself, months taken as if they had nothing to do with each
    other. The line stops at nought. Raises ValueError with fewer than three months of history.
    """
    stocks, monthly = _past(history, origin)
    ahead = np.arange(len(month_ends))
    months = min(len(stocks["total"]), LINE_MONTHS)
    if months < 3:
        raise ValueError("A line needs three months of history at least. Choose a later origin, or do without it.")
    x = np.arange(months) - (months - 1) / 2
    spread = float((x**2).sum())
    to = (months - 1) / 2 + 1 + ahead
    window = np.minimum(ahead + 1, YEAR)
    mean, sd = {}, {}
    for level, counts in (stocks | monthly).items():
        y = counts[-months:].astype(np.float64).reshape(months, -1)
        slope = x @ y / spread
        middle = y.mean(axis=0)
        noise = np.sqrt(((y - middle - np.multiply.outer(x, slope)) ** 2).sum(axis=0) / (months - 2))
        if level in monthly:
            centre = to - (window - 1) / 2
            line = (middle + np.multiply.outer(centre, slope)) * window[:, None]
            factor = np.sqrt(window + window**2 * (1 / months + centre**2 / spread))
        else:
            line = middle + np.multiply.outer(to, slope)
            factor = np.sqrt(1 + 1 / months + to**2 / spread)
        mean[level], sd[level] = np.maximum(line, 0.0), np.multiply.outer(factor, noise)
    return Bands("five-year line", np.asarray(month_ends), mean, sd, freedom=float(months - 2))


def _past(history: History, origin: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Counts at each month's end [months, counts], and entries and exits in each month [months]."""
    known = before(history, origin)
    starts = month_starts(known.first, origin)
    if len(starts) < 3:
        raise ValueError("A baseline needs two months of history at least. Choose a later origin.")
    happened = flows(known, starts)
    counts = level_counts(stock(known, starts[1:] - 1), happened.entries, happened.exits)
    monthly = {"entries": happened.entries.sum(axis=(1, 2)), "exits": happened.exits.sum(axis=(1, 2))}
    return {level: counts[level] for level in LEVELS if level not in monthly}, monthly


BASELINES: Final[tuple[Baseline, ...]] = (no_change, five_year_line, flat_rate_markov)

__all__ = [
    "BASELINES", "LEVELS", "Bands", "Baseline", "five_year_line", "flat_rate_markov", "flat_rate_markov_simulated",
    "level_counts", "no_change",
]  # fmt: skip
