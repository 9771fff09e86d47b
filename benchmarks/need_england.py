"""Forecasts every English council from its published totals: `python -m benchmarks.need_england`.

Reads the Department's tables from `../shared/data` beside the repository, forecasts one and two years ahead from
every 31 March from 2012, knowing only what came before, scores against what happened, and writes the figures into
`need_england.md`. Takes about two minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from sufficiency.aggregate import TOTAL, Outlook, aggregate_forecast, every_forecast, first_origin
from sufficiency.forecast import middle_quantiles
from sufficiency.open_figures import read_england
from sufficiency.panel import OPEN_GROUPS, Panel
from sufficiency.scores import crps, inside, interval_score, randomised_inside

Numbers = npt.NDArray[np.float64]

DATA: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
PAGE: Final = Path(__file__).resolve().parent / "need_england.md"
MARK: Final = "<!-- written by python -m benchmarks.need_england from here on -->"
NAMES: Final = (TOTAL, *OPEN_GROUPS)
AHEAD: Final = 2
RESAMPLES: Final = 1000
ERROR, STILL, IN_80, SPREAD_80, IN_95, BAND, BAND_STILL, RANKED, RANKED_STILL, CHANGE, TRUE_CHANGE = range(11)


@dataclass(frozen=True, slots=True)
class Run:
    """Scores of forecasts from every origin."""

    origins: tuple[int, ...]
    scores: dict[tuple[str, int], Numbers]
    """By total or group and years ahead: [origins, areas, scores]; not a number where the truth was not published."""
    as_it_is: dict[tuple[str, int], Numbers]
    """The same of the model without what it learnt from its earlier forecasts."""
    outlooks: tuple[Outlook, ...]


def run(panel: Panel, draws: int, seed: int) -> Run:
    """Forecast and score; a forecast looks at nothing later than its origin."""
    last = int(panel.years[-1]) - 1
    origins = tuple(range(first_origin(panel), last + 1))
    learnt = every_forecast(panel, last, years=AHEAD, draws=draws, seed=seed)
    raw = [aggregate_forecast(panel, year, years=AHEAD, draws=draws, seed=seed, learn=False) for year in origins]
    held = [{(n, h): _scores(panel, o, n, h) for n in NAMES for h in range(AHEAD)} for o in learnt]
    bare = [{(n, h): _scores(panel, o, n, h) for n in NAMES for h in range(AHEAD)} for o in raw]
    both = [{key: np.stack([each[key] for each in kind]) for key in kind[0]} for kind in (held, bare)]
    return Run(origins, both[0], both[1], learnt)


def _scores(panel: Panel, outlook: Outlook, name: str, h: int) -> Numbers:
    """[areas, scores] of one forecast."""
    found = np.full((len(panel.areas), 11), np.nan)
    year = int(outlook.years[h])
    if year > int(panel.years[-1]):
        return found
    known, at = panel.upto(outlook.origin), int(np.searchsorted(panel.years, year))
    if name == TOTAL:
        draws, past, truth = outlook.stock[:, :, h], known.stock, panel.stock[:, at]
        base = past[:, -1]
    else:
        g = OPEN_GROUPS.index(name)
        draws, past = outlook.by_group[:, :, h, g], known.by_group[:, :, g]
        truth = np.where(panel.exact[:, at, g], panel.by_group[:, at, g], np.nan)
        base = known.last_groups()[:, g]
    still = no_change(past, base, h + 1, len(draws), np.random.default_rng([outlook.origin, h]))
    there = np.isfinite(truth) & np.isfinite(base)
    if not there.any():
        return found
    draws, still, base, truth = draws[:, there], still[:, there], base[there], truth[there]
    low95, low, middle, high, high95 = middle_quantiles(draws, [0.025, 0.1, 0.5, 0.9, 0.975])
    still_low, still_high = middle_quantiles(still, [0.1, 0.9])
    random = np.random.default_rng([outlook.origin, h, 1])
    found[there] = np.column_stack([
        np.abs(truth - middle), np.abs(truth - base), inside(low, high, truth),
        randomised_inside(low, high, truth, random), inside(low95, high95, truth),
        interval_score(low, high, truth, 0.8), interval_score(still_low, still_high, truth, 0.8),
        crps(draws, truth), crps(still, truth), middle - base, truth - base,
    ])  # fmt: skip
    return found


def no_change(past: Numbers, base: Numbers, ahead: int, draws: int, random: np.random.Generator) -> Numbers:
    """Draws [draws, areas] of "no change": the last value, and by how much councils of like size moved before.

    Past changes over as many years, over the root of the count, of the third of councils nearest in size; each as
    likely up as down.
    """
    before, after = past[:, :-ahead], past[:, ahead:]
    moved = (after - before) / np.sqrt(before + 1.0)
    size = np.where(np.isfinite(base), base, 0.0)
    third = np.searchsorted(np.quantile(size, [1 / 3, 2 / 3]), size)
    out = np.empty((draws, len(base)))
    for kind in range(3):
        changes = moved[third == kind]
        changes = changes[np.isfinite(changes)]
        shape = (draws, int((third == kind).sum()))
        sign = random.choice([-1.0, 1.0], size=shape)
        out[:, third == kind] = random.choice(changes, size=shape) * sign if len(changes) else 0.0
    return np.maximum(np.rint(base + out * np.sqrt(size + 1.0)), 0.0)


def pooled(scores: Numbers, areas: npt.NDArray[np.int64] | slice = slice(None)) -> Numbers:
    """Mean of every score over all council-years whose truth is known."""
    chosen = scores[:, areas].reshape(-1, scores.shape[2])
    return np.asarray(chosen[np.isfinite(chosen[:, 0])].mean(axis=0))


def resampled(scores: Numbers) -> Numbers:
    """[resamples, scores] the same of councils drawn anew, each with all its years."""
    random = np.random.default_rng(1)
    count = scores.shape[1]
    there = np.isfinite(scores[:, :, :1])
    sums, numbers = np.where(there, scores, 0.0).sum(axis=0), there.sum(axis=(0, 2))
    times = random.multinomial(count, np.full(count, 1.0 / count), size=RESAMPLES).astype(np.float64)
    return np.asarray((times @ sums) / (times @ numbers)[:, None])


def report(result: Run, panel: Panel) -> str:
    """The tables, as Markdown."""
    parts = [
        f"{len(panel.areas)} councils; origins 31 March {result.origins[0]} to {result.origins[-1]}; "
        f"{result.outlooks[0].stock.shape[0]} draws; in brackets 90% of {RESAMPLES} resamples of councils.",
        "## Pooled over councils and years",
        _table(
            ["of", "years ahead", "council-years", "mean error", "no change", "error / no change", "80% band holds",
             "spread by half a child", "95% band holds", "interval score / no change's", "CRPS / no change's"],
            (_pooled_row(name, h, result.scores[name, h]) for h in range(AHEAD) for name in NAMES),
        ),
        "## Year by year: all children in care",
        _table(
            ["from", "years ahead", "mean error", "no change", "80% band holds", "95% band holds",
             "expected change of England", "what it was"],
            (row for h in range(AHEAD) for row in _year_rows(result, panel, h)),
        ),
        "## What was learnt from earlier forecasts: all children in care",
        _table(
            ["from", "years ahead", "forecasts come true", "trust in the common change", "trust in the council's own",
             "width"],
            (row for h in range(AHEAD) for row in _learnt_rows(result, h)),
        ),
        "## The model without what it learnt from earlier forecasts",
        _table(
            ["of", "years ahead", "mean error", "error / no change", "80% band holds", "95% band holds"],
            (_bare_row(name, h, result.as_it_is[name, h]) for h in range(AHEAD) for name in NAMES),
        ),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _pooled_row(name: str, h: int, scores: Numbers) -> list[str]:
    mean, again = pooled(scores), resampled(scores)
    count = int(np.isfinite(scores[:, :, 0]).sum())

    def ratio(a: int, b: int) -> str:
        low, high = np.quantile(again[:, a] / again[:, b], [0.05, 0.95])
        return f"{mean[a] / mean[b]:.3f} ({low:.3f}-{high:.3f})"

    def share(a: int) -> str:
        low, high = np.quantile(again[:, a], [0.05, 0.95])
        return f"{mean[a]:.1%} ({low:.1%}-{high:.1%})"

    return [
        _words(name), str(h + 1), f"{count:,}", f"{mean[ERROR]:.2f}", f"{mean[STILL]:.2f}", ratio(ERROR, STILL),
        share(IN_80), f"{mean[SPREAD_80]:.1%}", share(IN_95), ratio(BAND, BAND_STILL), ratio(RANKED, RANKED_STILL),
    ]  # fmt: skip


def _year_rows(result: Run, panel: Panel, h: int) -> Iterable[list[str]]:
    for origin, scores in zip(result.origins, result.scores[TOTAL, h], strict=True):
        if np.isfinite(scores[:, 0]).any():
            mean = pooled(scores[None])
            base = float(panel.stock[:, panel.years == origin].sum())
            moved, truly = scores[:, CHANGE].sum() / base, scores[:, TRUE_CHANGE].sum() / base
            yield [
                str(origin), str(h + 1), f"{mean[ERROR]:.1f}", f"{mean[STILL]:.1f}", f"{mean[IN_80]:.0%}",
                f"{mean[IN_95]:.0%}", f"{moved:+.1%}", f"{truly:+.1%}",
            ]  # fmt: skip


def _learnt_rows(result: Run, h: int) -> Iterable[list[str]]:
    for outlook in result.outlooks:
        held = outlook.correction[TOTAL]
        yield [
            str(outlook.origin), str(h + 1), str(held.forecasts[h]), f"{held.national[h]:.2f}", f"{held.own[h]:.2f}",
            f"{held.width[h]:.2f}",
        ]  # fmt: skip


def _bare_row(name: str, h: int, scores: Numbers) -> list[str]:
    mean = pooled(scores)
    return [
        _words(name), str(h + 1), f"{mean[ERROR]:.2f}", f"{mean[ERROR] / mean[STILL]:.3f}", f"{mean[IN_80]:.1%}",
        f"{mean[IN_95]:.1%}",
    ]  # fmt: skip


def _words(name: str) -> str:
    return "all in care" if name == TOTAL else name.replace("_", " ")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Read, forecast, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not (DATA / "dfe").is_dir():
        raise SystemExit("The Department's tables are not in ../shared/data: nothing was forecast, nothing written.")
    began = time.process_time()
    panel = read_england(DATA / "dfe", DATA / "lait")
    words = report(run(panel, asked.draws, asked.seed), panel)
    head = PAGE.read_text(encoding="utf-8").split(MARK)[0].rstrip()
    PAGE.write_text(f"{head}\n\n{MARK}\n\n{words}", encoding="utf-8", newline="\n")
    print(words)
    print(f"{time.process_time() - began:.0f} s of one processor")


if __name__ == "__main__":
    main()
