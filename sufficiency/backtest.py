"""Past forecasts against what happened: the same forecast made at every past quarter, from what was known then.

At each origin the history is cut off (`known_at`), forecast, and compared with the whole history. What cannot be
undone: later corrections to records of earlier years are in the files as if they had always been known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.workers import pool_of
from sufficiency.bands import LEVELS, level_counts, month_starts, months_ahead
from sufficiency.baselines import BASELINES, Baseline
from sufficiency.forecast import Forecast
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.history import History, flows, known_at, stock
from sufficiency.scores import SHARES, crps, interval_score, pit_range

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Forecaster = Callable[[History, int, int, int], Forecast]
"""Takes a history, months, draws and a seed, and forecasts from the end of the history. With more than one worker
it must be a function of a module (or an object) that can be sent to another process."""
Progress = Callable[[int, int], None]
"""Takes how many origins are done, and of how many."""

NOT_RUN: Final = "no backtest has been run on your data"
HORIZONS: Final = (3, 6, 12, 24)
LEARN_MONTHS: Final = 12
"""Months of history that an origin has before it at the least."""
QUANTILES: Final = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
_RIVAL_POINTS: Final = 200

_GROUP_AGES = [(group, age) for group in range(len(GROUPS)) for age in range(len(AGE_BANDS))]
CELLS: Final[tuple[tuple[str, int, int], ...]] = (
    ("total", -1, -1),
    *(("group", group, -1) for group in range(len(GROUPS))),
    *(("group_age", group, age) for group, age in _GROUP_AGES),
    ("entries", -1, -1),
    ("exits", -1, -1),
)
"""Every count that is tested: level (`bands.LEVELS`), group and age band; -1 where it is over all of them."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Every forecast of every count with what happened: arrays [origins, horizons, cells], not-a-number where the
    returns end too early to say."""

    origins: Ints
    """[origins] first day that was forecast, rising."""
    horizons: tuple[int, ...]
    """Months ahead."""
    outcome: Floats
    mean: Floats
    quantiles: Floats
    """[quantiles, origins, horizons, cells] at `QUANTILES`, each draw spread over half a child either way; with
    few children they reach half a child below nought, and a band that is shown stops at nought."""
    first: Floats
    last: Floats
    """Range of the outcome among the draws (`scores.pit_range`)."""
    crps: Floats
    rival_crps: Floats
    """[rivals, origins, horizons, cells]"""
    rival_interval: Floats
    """[rivals, shares, origins, horizons, cells] interval scores at `SHARES`."""

    def known(self, horizon: int) -> npt.NDArray[np.bool_]:
        """[origins] whether the outcome so many months ahead is known."""
        return np.asarray(~np.isnan(self.outcome[:, self.horizons.index(horizon), 0]), dtype=np.bool_)

    def overlap(self, horizon: int) -> int:
        """How many origins that follow each other share outcomes so many months ahead."""
        months = self.origins.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)[self.known(horizon)]
        if not len(months):
            return 1
        return int((np.searchsorted(months, months + horizon) - np.arange(len(months))).max())

    def interval(self, share: float) -> Floats:
        """Interval scores of the bands that hold `share`, as they are shown."""
        low, high = self.band(share)
        return interval_score(low, high, self.outcome, share)

    def band(self, share: float) -> tuple[Floats, Floats]:
        """The band that is meant to hold `share`, one of `SHARES`, stopped at nought."""
        tail = round((1 - share) / 2, 6)
        low, high = (self.quantiles[QUANTILES.index(q)] for q in (tail, round(1 - tail, 6)))
        return np.maximum(low, 0.0), np.maximum(high, 0.0)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What became of past forecasts; read it with `backtest_tables`."""

    cases: Cases
    rivals: tuple[str, ...]
    """Names of the baselines that the forecast was held against."""
    draws: int
    seed: int
    none_reason: str | None = None
    """Why there is none, where there is none."""
    limits: tuple[str, ...] = field(default=())
    """What it cannot say, in sentences."""


def quarter_origins(history: History, horizons: Sequence[int] = HORIZONS) -> Ints:
    """First days of the quarters that have a year of history before them, and a known outcome after."""
    months = month_starts(history.first, _month_start(history.until))
    at = np.arange(len(months))
    of_year = months.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    fits = (at >= LEARN_MONTHS) & (at + min(horizons) < len(months)) & (of_year % 3 == 0)
    return np.asarray(months[fits], dtype=np.int64)


def backtest(
    history: History,
    forecaster: Forecaster,
    *,
    horizons: Sequence[int] = HORIZONS,
    draws: int = 400,
    seed: int = 1,
    origins: Sequence[int] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast from every past quarter and compare with what happened, for all counts, horizons and baselines.

    `origins`: other first days of months, each with a year of history before it. Each origin draws its own stream
    from the seed and its date, so the result is the same for any number of workers. A history too short for even
    one comparison gives a `Backtest` without cases that says why. Raises ValueError for horizons below one month,
    fewer than two draws, or origins that cannot be used.
    """
    ahead = tuple(sorted(set(horizons)))
    if not ahead or ahead[0] < 1 or draws < 2:
        raise ValueError(
            f"A backtest needs horizons of one month or more and two draws or more, not {list(horizons)} and {draws}."
        )
    at = quarter_origins(history, ahead) if origins is None else _checked(history, origins, ahead)
    jobs = [_Job(int(origin), ahead, draws, _seed_of(seed, int(origin))) for origin in at.tolist()]
    results = []
    for result in _run(history, forecaster, jobs, workers):
        results.append(result)
        if progress is not None:
            progress(len(results), len(jobs))
    return gathered(history, at, results, horizons=ahead, draws=draws, seed=seed)


def try_origin(
    history: History,
    forecaster: Forecaster,
    origin: int,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    draws: int,
    seed: int,
) -> dict[str, Floats]:
    """What `backtest` finds from one origin, for `gathered`."""
    return _one_origin(history, forecaster, _Job(origin, horizons, draws, _seed_of(seed, origin)))


def gathered(
    history: History,
    origins: Ints,
    results: Sequence[dict[str, Floats]],
    *,
    horizons: tuple[int, ...] = HORIZONS,
    draws: int,
    seed: int,
) -> Backtest:
    """The backtest that the results of `try_origin` come to, one for each origin in rising order."""
    names = tuple(baseline.__name__ for baseline in BASELINES)
    cases = _gathered(origins, horizons, results)
    if not len(origins):
        held = len(month_starts(history.first, _month_start(history.until))) - 1
        reason = (
            f"{NOT_RUN[0].upper()}{NOT_RUN[1:]}: the returns hold {held} months, and {LEARN_MONTHS} to learn from and "
            f"{horizons[0]} to be held to are the least for one test. Bands rest on the model alone."
        )
        return Backtest(cases, names, draws, seed, reason, (reason,))
    return Backtest(cases, names, draws, seed, None, _limits(history, cases))


def _month_start(day: int) -> int:
    """The last first day of a month that is not after a day."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def _checked(history: History, origins: Sequence[int], horizons: tuple[int, ...]) -> Ints:
    """The origins in order, each once; all must be ones a quarter could be."""
    at = np.unique(np.asarray(origins, dtype=np.int64))
    months = month_starts(history.first, _month_start(history.until))
    usable = months[LEARN_MONTHS : max(len(months) - min(horizons), 0)]
    wrong = at[~np.isin(at, usable)]
    if len(wrong):
        said = ", ".join(str(day) for day in wrong.astype("datetime64[D]"))
        raise ValueError(
            f"No backtest can start on {said}: an origin is the first day of a month, with {LEARN_MONTHS} months of "
            f"history before it and {min(horizons)} after. Leave `origins` out to use every quarter that fits."
        )
    return at


def _seed_of(seed: int, origin: int) -> int:
    """A seed of its own for each origin, the same whoever works on it."""
    return int(np.random.SeedSequence([seed, origin + 2**20]).generate_state(1, np.uint32)[0])


@dataclass(frozen=True, slots=True)
class _Job:
    origin: int
    horizons: tuple[int, ...]
    draws: int
    seed: int


_SHARED: dict[str, Any] = {}
"""What a worker process is given once, for all its origins."""


def _share(history: History, forecaster: Forecaster) -> None:
    _SHARED.update(history=history, forecaster=forecaster)


def _shared_job(job: _Job) -> dict[str, Floats]:
    return _one_origin(_SHARED["history"], _SHARED["forecaster"], job)


def _run(history: History, forecaster: Forecaster, jobs: Sequence[_Job], workers: int) -> Iterator[dict[str, Floats]]:
    if workers <= 1 or len(jobs) == 1:
        yield from (_one_origin(history, forecaster, job) for job in jobs)
        return
    with pool_of(min(workers, len(jobs)), _share, history, forecaster) as pool:
        yield from pool.map(_shared_job, jobs)


def _one_origin(history: History, forecaster: Forecaster, job: _Job) -> dict[str, Floats]:
    """Forecast from one origin, and hold it and the baselines to what happened."""
    starts = months_ahead(job.origin, job.horizons[-1])
    here = [h for h in job.horizons if starts[h] <= history.until]
    starts = starts[: here[-1] + 1]
    ends, at = starts[1:] - 1, np.array(here) - 1
    happened = flows(history, starts)
    outcome = _cells(level_counts(stock(history, ends), happened.entries, happened.exits))[at]
    known = known_at(history, job.origin)
    made = forecaster(known, here[-1], job.draws, job.seed)
    drawn = _cells(level_counts(made.stock, made.entries, made.exits))[:, at]
    first, last = pit_range(drawn, outcome)
    found = {
        "outcome": outcome.astype(np.float64),
        "mean": drawn.mean(axis=0),
        "quantiles": np.quantile(spread_draws(drawn), QUANTILES, axis=0),
        "first": first,
        "last": last,
        "crps": crps(drawn, outcome),
    }
    scored = [_rival(baseline, known, job.origin, ends, at, outcome) for baseline in BASELINES]
    found["rival_crps"] = np.stack([one for one, _ in scored])
    found["rival_interval"] = np.stack([two for _, two in scored])
    return found


def _rival(
    baseline: Baseline, known: History, origin: int, ends: Ints, at: Array, outcome: Array
) -> tuple[Floats, Floats]:
    """CRPS [horizons, cells] and interval scores [shares, horizons, cells] of a baseline."""
    bands = baseline(known, origin, ends)
    points = _cells({level: bands.points(level, _RIVAL_POINTS) for level in LEVELS})[:, at]
    intervals = []
    for share in SHARES:
        tails = ((1 - share) / 2, (1 + share) / 2)
        low, high = _cells({level: bands.quantiles(level, tails) for level in LEVELS})[:, at]
        intervals.append(interval_score(low, high, outcome, share))
    return crps(points, outcome, fair=False), np.stack(intervals)


def _cells(counts: dict[str, Array]) -> Array:
    """The counts of all levels side by side, as in `CELLS`."""
    return np.concatenate([counts[level] for level in LEVELS], axis=-1)


def spread_draws(draws: Array) -> Floats:
    """Each draw [draws, ...] moved by up to half a child, so that equal draws lie evenly over one unit.

    In the order of the draws among equals: nothing is left to chance.
    """
    draws = np.asarray(draws)
    count = len(draws)
    flat = draws.reshape(count, -1)
    order = np.argsort(flat, axis=0, kind="stable")
    out = np.empty(flat.shape, dtype=np.float64)
    for j in range(flat.shape[1]):
        column = flat[order[:, j], j]
        first, after = np.searchsorted(column, column, "left"), np.searchsorted(column, column, "right")
        out[order[:, j], j] = column - 0.5 + (np.arange(count) - first + 0.5) / (after - first)
    return out.reshape(draws.shape)


def _gathered(origins: Ints, horizons: tuple[int, ...], results: Iterable[dict[str, Floats]]) -> Cases:
    """All origins' results in one, padded where a horizon is not known."""
    shape = (len(origins), len(horizons), len(CELLS))
    lead: dict[str, tuple[int, ...]] = {
        "quantiles": (len(QUANTILES),),
        "rival_crps": (len(BASELINES),),
        "rival_interval": (len(BASELINES), len(SHARES)),
    }
    names = ("outcome", "mean", "quantiles", "first", "last", "crps", "rival_crps", "rival_interval")
    whole = {name: np.full(lead.get(name, ()) + shape, np.nan) for name in names}
    for i, result in enumerate(results):
        for name, array in whole.items():
            array[..., i, : result[name].shape[-2], :] = result[name]
    for array in whole.values():
        array.setflags(write=False)
    return Cases(origins, horizons, **whole)


def _limits(history: History, cases: Cases) -> tuple[str, ...]:
    """What this many origins cannot say."""
    said = []
    held = len(month_starts(history.first, _month_start(history.until))) - 1
    for horizon in cases.horizons:
        known = int(cases.known(horizon).sum())
        apart = known // cases.overlap(horizon)
        if not known:
            said.append(
                f"{horizon} months ahead was not tested: that takes {LEARN_MONTHS + horizon} months of returns, and "
                f"there are {held}."
            )
        elif apart < 3:
            stretch = "one stretch of time" if apart <= 1 else "two stretches of time that do not overlap"
            said.append(
                f"{horizon} months ahead was tested from {known} origin{'s' if known > 1 else ''}, but only over "
                f"{stretch}: that shows gross errors and proves nothing."
            )
    return tuple(said)
