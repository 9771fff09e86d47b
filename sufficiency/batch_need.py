"""Tasks of need: futures block by block, past forecasts a few origins at a time, and bands mended by what these say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from sufficiency.backtest import Backtest, gathered, try_origin
from sufficiency.batch_bytes import bundled, from_plain, one_of, packed, unpacked
from sufficiency.batch_read import given_of, told
from sufficiency.calibrate import recalibrated, recalibration_of
from sufficiency.entries import month_ends_after
from sufficiency.forecast import Array, Forecast
from sufficiency.given import Given
from sufficiency.need import blocks_of, fit_need, variance_parts
from sufficiency.need_future import Kind, play_block
from sufficiency.need_settings import NeedSettings
from sufficiency.run import TEST_DRAWS, Forecaster, none_if_too_early
from sufficiency.scenario import baseline

COUNTS: Final = ("stock", "entries", "exits", "moves")


@dataclass(frozen=True, slots=True)
class NeedBlock:
    """Need in some futures, as in `Forecast`; of the fewer futures that tell sources of not knowing apart, the stock
    alone."""

    origin: int
    month_ends: Array
    stock: Array
    entries: Array | None = None
    exits: Array | None = None
    moves: Array | None = None


def play(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Futures `first` to `last` of one kind; task function."""
    settings = cast(NeedSettings, from_plain(given["settings"]))
    about, kind = told(given), cast(Kind, given["kind"])
    model = fit_need(given_of(about, baseline(), folders).history, settings)
    ends = month_ends_after(model.origin, about.months)
    blocks = blocks_of(model, about.months, range(given["first"], given["last"]))
    parts = [play_block(model, ends, about.seed, kind, block) for block in blocks]
    stock = np.concatenate([part.stock for part, _ in parts])
    if kind != "all":
        return packed(NeedBlock(model.origin, ends, stock))
    entries = np.concatenate([came for _, came in parts])
    exits, moves = (np.concatenate([getattr(part, name) for part, _ in parts]) for name in ("exits", "moves"))
    return packed(NeedBlock(model.origin, ends, stock, entries, exits, moves))


def try_origins(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Past forecasts from a few origins; task function."""
    settings = cast(NeedSettings, from_plain(given["settings"]))
    about = told(given)
    history = given_of(about, baseline(), folders).history
    return packed(
        [
            try_origin(history, Forecaster(settings), origin, draws=TEST_DRAWS, seed=about.seed)
            for origin in given["origins"]
        ]
    )


def gather(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """All past forecasts together; task function."""
    about = told(given)
    history = given_of(about, baseline(), folders).history
    found = [one for name in given["parts"] for one in unpacked(results[name])]
    origins = np.asarray(given["origins"], dtype=np.int64)
    return packed(none_if_too_early(history, gathered(history, origins, found, draws=TEST_DRAWS, seed=about.seed)))


def mend(given: Mapping[str, Any], results: Mapping[str, bytes], _folders: Mapping[str, Path]) -> bytes:
    """Children in care with bands mended by the past, block by block under the names of the blocks; task function."""
    parts: Sequence[str] = given["blocks"]
    whole = forecast_of([unpacked(results[name]) for name in parts])
    mended = recalibrated(whole, recalibration_of(cast(Backtest, unpacked(results[given["past"]]))))
    begin, members = 0, {}
    for name in parts:
        end = begin + int(from_name(name)[1] - from_name(name)[0])
        members[block_name(name)] = packed(mended.stock[begin:end])
        begin = end
    return bundled(members)


# ---- what other tasks make of these --------------------------------------------------------------------------------


def need_in(
    results: Mapping[str, bytes], blocks: Sequence[str], mended: str | None, few: Sequence[Sequence[str]] = ()
) -> Forecast:
    """The forecast of some blocks, laid end to end; `mended` names the task that has mended their bands.

    `few`: the blocks of rates alone, and of chance alone: without them the sources of not knowing are not told apart.
    Their part of the variance is that of the forecast as it was played.
    """
    forecast = forecast_of([unpacked(results[name]) for name in blocks])
    if few:
        parameter, process = (np.concatenate([unpacked(results[name]).stock for name in names]) for names in few)
        forecast = replace(forecast, parts=variance_parts(forecast.stock, parameter, process))
    if mended is not None:
        stock = [unpacked(one_of(results[mended], block_name(name))) for name in blocks]
        forecast = replace(forecast, stock=np.concatenate(stock))
    return forecast


def forecast_of(blocks: Sequence[NeedBlock]) -> Forecast:
    """Blocks laid end to end."""
    counts = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in COUNTS}
    return Forecast(blocks[0].origin, blocks[0].month_ends, parts={}, **counts)


def block_name(task: str) -> str:
    """The block that a task is of, as "0000-0249"."""
    return task.rpartition("/")[2]


def from_name(task: str) -> tuple[int, int]:
    """First future of a task's block, and the one after its last."""
    first, last = block_name(task).split("-")
    return int(first), int(last) + 1


def given_parts(given: Given) -> tuple[Any, Any]:
    """Referrals and the ids that they name children by."""
    return given.referrals, given.ret.children.id
