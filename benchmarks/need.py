"""Holds forecasts of need to made-up councils whose future is known: `python -m benchmarks.need`.

For each council: its return, the history, the forecast of the product and of what it has to beat, and the truth 6, 12
and 24 months ahead, in total and by group. Writes the tables into `README.md` and their figures to `need_results.csv`.
What is done is kept in the folder of `--cache` under a mark of the code, so that a run can be stopped and taken up.
The seeds are not those that the model was tried out on: these lie below 1,000.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_tables import CELLS, HORIZONS, averages, tables, write_csv
from benchmarks.need_worlds import WORLDS, Authority, as_return, authority, true_stock, write
from records.sources.return_903 import read_903
from sufficiency.bands import Bands
from sufficiency.baselines import five_year_line, flat_rate_markov, no_change
from sufficiency.forecast import middle_quantiles
from sufficiency.history import history_of
from sufficiency.need import forecast_need
from sufficiency.scores import crps, held, inside, interval_score, pit_range

HERE: Final = Path(__file__).parent
BEGIN: Final = "<!-- need: written by benchmarks.need -->"
END: Final = "<!-- end of need -->"
SHARES: Final = (0.8, 0.95)
RIVALS: Final = {"no_change": no_change, "line": five_year_line, "flat_rate": flat_rate_markov}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Job:
    """One council to forecast."""

    world: str
    seed: int
    draws: int
    files: bool
    """Whether to go through files: the same return either way, but slower."""


def cells(stock: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The total and then each group, from [..., groups, ages]."""
    groups = stock.sum(axis=-1)
    return np.concatenate([groups.sum(axis=-1, keepdims=True), groups], axis=-1)


def judge(job: Job) -> dict[str, Any]:
    """Forecast one council and hold it to the truth: each figure [horizons][cells]."""
    made = authority(job.world, job.seed)
    began = time.perf_counter()
    history = history_of(_return(made, job.files))
    forecast = forecast_need(history, months=max(HORIZONS), draws=job.draws, seed=job.seed, parts=False)
    seconds = time.perf_counter() - began
    at = np.array(HORIZONS) - 1
    truth = cells(true_stock(made.truth, forecast.month_ends[at]))
    drawn = cells(forecast.stock[:, at])
    first, last = pit_range(drawn, truth)
    found: dict[str, Any] = {
        "now": np.repeat(cells(true_stock(made.truth, np.array([made.truth.origin - 1]))), len(at), axis=0),
        "truth": truth,
        "mean": drawn.mean(axis=0),
        "sd": drawn.std(axis=0),
        "pit": (first + last) / 2,
        "crps": crps(drawn, truth),
        "error": np.abs(np.median(drawn, axis=0) - truth),
    }
    for share in SHARES:
        low, high = middle_quantiles(drawn, [(1 - share) / 2, (1 + share) / 2])
        found |= _banded("", share, low, high, truth)
        found[f"held_{share}"] = held(first, last, share)
    for name, rival in RIVALS.items():
        found |= _rival(name, rival(history, made.truth.origin, forecast.month_ends), at, truth)
    rows = {name: np.asarray(values, dtype=np.float64).round(6).tolist() for name, values in found.items()}
    return {"world": job.world, "seed": job.seed, "shock": made.shock, "seconds": round(seconds, 3)} | rows


def _return(made: Authority, files: bool) -> Any:
    if not files:
        return as_return(made)
    with TemporaryDirectory() as folder:
        return read_903(write(made, Path(folder)))


def _banded(name: str, share: float, low: Floats, high: Floats, truth: Floats) -> dict[str, Floats]:
    prefix = f"{name}_" if name else ""
    return {
        f"{prefix}inside_{share}": inside(low, high, truth).astype(np.float64),
        f"{prefix}score_{share}": interval_score(low, high, truth, share),
        f"{prefix}width_{share}": high - low,
    }


def _rival(name: str, bands: Bands, at: npt.NDArray[Any], truth: Floats) -> dict[str, Floats]:
    """The same figures of a baseline; its point forecast is its mean."""

    def by_cell(level_values: Any) -> Any:
        return np.concatenate([level_values("total"), level_values("group")], axis=-1)

    points = by_cell(bands.points)[:, at]
    found = {
        f"{name}_crps": crps(points, truth, fair=False),
        f"{name}_error": np.abs(by_cell(lambda level: bands.mean[level])[at] - truth),
    }
    for share in SHARES:
        tails = ((1 - share) / 2, (1 + share) / 2)
        low, high = by_cell(lambda level, tails=tails: bands.quantiles(level, tails))[:, at]
        found |= _banded(name, share, low, high, truth)
    return found


def mark_of_code() -> str:
    """A mark that changes when what makes the figures does: every module here of which a forecast makes use."""
    ours = ("sufficiency", "benchmarks.need_worlds", "benchmarks.need")
    used = {name: module for name, module in sys.modules.items() if name.startswith(ours) and "tables" not in name}
    paths = {Path(module.__file__) for module in used.values() if module.__file__} | {Path(__file__)}
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def run(jobs: Sequence[Job], cache: Path, workers: int) -> Iterator[dict[str, Any]]:
    """Each council's figures, taken from the cache where they are there."""
    cache.mkdir(parents=True, exist_ok=True)
    # Each process is one worker: threads of the linear algebra beside it would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    missing = []
    for job in jobs:
        kept = cache / f"{job.world}-{job.seed}-{job.draws}.json"
        if kept.exists():
            yield json.loads(kept.read_text(encoding="utf-8"))
        else:
            missing.append((job, kept))
    if workers <= 1:
        for job, kept in missing:
            yield _keep(judge(job), kept)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(judge, job): kept for job, kept in missing}
        for done in as_completed(waiting):
            yield _keep(done.result(), waiting[done])


def _keep(result: dict[str, Any], kept: Path) -> dict[str, Any]:
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(result), encoding="utf-8", newline="\n")
    draft.replace(kept)
    return result


def put_between(text: str, table: str, begin: str = BEGIN, end: str = END) -> str:
    """The text with the tables between the two marks. Raises ValueError where a mark is missing."""
    before, mark, rest = text.partition(begin)
    _, other, after = rest.partition(end)
    if not mark or not other:
        raise ValueError(f"There is no place for the tables: the file needs a line {begin} and a line {end}.")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and write the tables."""
    options = _options(arguments)
    seeds = range(options.first, options.first + options.authorities)
    jobs = [Job(world, seed, options.draws, options.files) for seed in seeds for world in options.worlds]
    cache = options.cache / mark_of_code()
    began = time.perf_counter()
    results = []
    for result in run(jobs, cache, options.workers):
        results.append(result)
        if len(results) % 20 == 0:
            print(f"{len(results)} of {len(jobs)} in {time.perf_counter() - began:,.0f} s", flush=True)
    found = averages(sorted(results, key=lambda one: (WORLDS.index(one["world"]), one["seed"])))
    text = tables(found, results, options.draws)
    print(text)
    if options.dry:
        return
    write_csv(HERE / "need_results.csv", found)
    readme = HERE / "README.md"
    readme.write_text(put_between(readme.read_text(encoding="utf-8"), text), encoding="utf-8", newline="\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.need", description=__doc__)
    parser.add_argument("--authorities", type=int, default=160, help="councils in each world")
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=list(WORLDS))
    parser.add_argument("--first", type=int, default=1_000, help="seed of the first council")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=HERE.parent / "build" / "need_cache")
    parser.add_argument("--files", action="store_true", help="write each return and read it")
    parser.add_argument("--dry", action="store_true", help="print the tables and write nothing")
    return parser.parse_args(arguments)


__all__ = ["CELLS", "HORIZONS", "Job", "judge", "main", "put_between", "run"]

if __name__ == "__main__":
    main()
