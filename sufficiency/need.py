"""Forecasts the children who will need each kind of home, month by month, from the children who are in care now.

Every child in care on the last day of the returns is followed from their own age, placement, time in care and time in
placement; families come as `entries` says; what happens to each child is played in exact time by `simulate`. Three
sorts of not knowing are drawn apart, so that they can be told apart:

* process: what happens to each child, and how many come, were every rate known;
* parameter: the rates themselves, and where the levels stand now, as far as the history leaves them open;
* structural: how levels will wander from here, how far back the history still speaks for today, and what mix of
  children will come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.workers import pool_of
from sufficiency.entries import month_ends_after
from sufficiency.forecast import Forecast
from sufficiency.history import History
from sufficiency.need_future import Drawings, Kind, play_block
from sufficiency.need_model import NeedModel, fit_need
from sufficiency.need_settings import NeedSettings, settings_of
from sufficiency.simulate import Played

Array = npt.NDArray[Any]
Part = tuple[Played, npt.NDArray[np.int32]]

CHILDREN_A_BLOCK: Final = 120_000
"""Children followed at once: it bounds memory, and has no bearing on what happens to them."""
PARTS_SHARE, LEAST_FOR_PARTS, MOST_FOR_PARTS = 2, 100, 500
"""One future in so many, within these bounds, is played twice more to tell the sources of not knowing apart."""

__all__ = ["NeedModel", "NeedSettings", "fit_need", "forecast_need", "play_need", "settings_of"]


def forecast_need(
    history: History,
    settings: NeedSettings | None = None,
    *,
    months: int,
    draws: int,
    seed: int,
    workers: int = 1,
    parts: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Play `draws` futures of `months` months from the day after the last that is known.

    The same history, settings, seed and number of draws give the same counts for any number of workers. `progress` is
    told how many futures have been played, and of how many. Raises ValueError for a history without any child.
    """
    model = fit_need(history, settings or NeedSettings())
    return play_need(model, months=months, draws=draws, seed=seed, workers=workers, parts=parts, progress=progress)


def play_need(
    model: NeedModel,
    *,
    months: int,
    draws: int,
    seed: int,
    workers: int = 1,
    parts: bool = True,
    progress: Callable[[int, int], None] | None = None,
    drawings: Drawings | None = None,
) -> Forecast:
    """Play the futures of a fitted model. `drawings`, as in `play_block`: for one worker, and without `parts`."""
    if months < 1 or draws < 1:
        raise ValueError(f"a forecast needs at least one month and one future, not {months} and {draws}")
    ends = month_ends_after(model.origin, months)
    asked = futures_asked(draws, parts)
    blocks = [(kind, block) for kind, number in asked.items() for block in blocks_of(model, months, range(number))]
    whole = sum(len(block) for _, block in blocks)
    played: dict[Kind, list[Part]] = {kind: [] for kind in asked}
    done = 0
    for (kind, block), part in zip(blocks, _played(model, ends, seed, blocks, workers, drawings), strict=True):
        played[kind].append(part)
        done += len(block)
        if progress is not None:
            progress(done, whole)
    stock = np.concatenate([part.stock for part, _ in played["all"]])
    few = {kind: np.concatenate([part.stock for part, _ in some]) for kind, some in played.items() if some}
    return Forecast(
        origin=model.origin,
        month_ends=ends,
        stock=stock,
        entries=np.concatenate([came for _, came in played["all"]]),
        exits=np.concatenate([part.exits for part, _ in played["all"]]),
        moves=np.concatenate([part.moves for part, _ in played["all"]]),
        parts=variance_parts(stock, few["parameter"], few["process"]) if parts else {},
    )


def futures_asked(draws: int, parts: bool = True) -> dict[Kind, int]:
    """How many futures are played of each kind: all that is not known, and for `parts` fewer of the other two."""
    few = min(draws, max(LEAST_FOR_PARTS, min(draws // PARTS_SHARE, MOST_FOR_PARTS))) if parts else 0
    return {"all": draws, "parameter": few, "process": few}


def blocks_of(model: NeedModel, months: int, futures: range) -> list[range]:
    """The futures in blocks that memory has room for; it has no bearing on what happens in them."""
    came = sum(
        float(np.exp(s.levels.last[s.levels.middle].sum())) * len(s.came.age) / max(len(s.came.day), 1)
        for s in model.streams
    )
    size = int(np.clip(CHILDREN_A_BLOCK / max(len(model.caseload.dob) + came * months, 1.0), 4, 250))
    last = futures.stop
    return [range(first, min(first + size, last)) for first in range(futures.start, last, size)]


def variance_parts(stock: Array, parameter: Array, process: Array) -> dict[str, npt.NDArray[np.float64]]:
    """What each source adds to the variance of the stock, by group and in total; never less than nothing.

    The three are stocks [draws, months, groups, ages] of futures of each kind.
    """
    only_chance, with_rates = _variance(process), _variance(parameter)
    return {
        "process": only_chance,
        "parameter": np.maximum(with_rates - only_chance, 0.0),
        "structural": np.maximum(_variance(stock) - np.maximum(with_rates, only_chance), 0.0),
    }


def _played(
    model: NeedModel,
    ends: Array,
    seed: int,
    blocks: Sequence[tuple[Kind, range]],
    workers: int,
    drawings: Drawings | None,
) -> Iterator[Part]:
    """Each block's futures, in order."""
    if workers <= 1 or len(blocks) == 1:
        for kind, block in blocks:
            yield play_block(model, ends, seed, kind, block, drawings if kind == "all" else None)
        return
    kinds, ranges = zip(*blocks, strict=True)
    with pool_of(min(workers, len(blocks))) as pool:
        yield from pool.map(play_block, repeat(model), repeat(ends), repeat(seed), kinds, ranges)


def _variance(stock: Array) -> npt.NDArray[np.float64]:
    by_group = stock.sum(axis=3, dtype=np.float64)
    whole = by_group.sum(axis=2, keepdims=True)
    return np.asarray(np.concatenate((by_group, whole), axis=2).var(axis=0, ddof=min(1, len(stock) - 1)))
