"""The tables of forecasts of need: how often bands hold, and scores beside those of what has to be beaten."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_worlds.truth import GROUPS

HORIZONS: Final = (6, 12, 24)
CELLS: Final = ("total", *GROUPS)
GOALS: Final = {0.8: (0.75, 0.85), 0.95: (0.92, 0.98)}
"""Share a band is meant to hold to the shares that it may be seen to hold."""
_LABELS: Final = {
    "flat": "`flat`: what the tools in use assume",
    "drift": "`drift`: families, uneven months, season, drift, stays that depend on their length",
    "shock": "`shock`: the same, and a change in the last year before the forecast (reported, not bound)",
    "small": "`small`: a council of about 60 children",
}
_RATIOS: Final = {
    "score_0.8 to flat_rate": ("score_0.8", "flat_rate_score_0.8"),
    "score_0.95 to flat_rate": ("score_0.95", "flat_rate_score_0.95"),
    "crps to flat_rate": ("crps", "flat_rate_crps"),
    "crps to no_change": ("crps", "no_change_crps"),
    "crps to no_change error": ("crps", "no_change_error"),
    "error to no_change": ("error", "no_change_error"),
    "crps to line": ("crps", "line_crps"),
}
_SHARES: Final = (
    "held_0.8", "held_0.95", "inside_0.8", "inside_0.95", "flat_rate_inside_0.8", "flat_rate_inside_0.95",
    "no_change_inside_0.8", "no_change_inside_0.95",
)  # fmt: skip
_PLAIN: Final = ("truth", "mean", "sd", "pit", "crps", "error", "score_0.8", "score_0.95", "flat_rate_score_0.8",
                 "flat_rate_score_0.95", "flat_rate_crps", "no_change_crps", "no_change_error")  # fmt: skip
Figure = tuple[float, float]
"""A mean and its standard error over councils."""
Found = Mapping[tuple[str, int, str], Mapping[str, Figure]]
"""World, months ahead and cell to its figures, `councils` among them."""


def averages(results: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int, str], dict[str, Figure]]:
    """Means over the councils of each world, with standard errors; ratios are of means, paired by council."""
    found: dict[tuple[str, int, str], dict[str, Figure]] = {}
    needed = dict.fromkeys((*_SHARES, *_PLAIN, *(name for pair in _RATIOS.values() for name in pair)))
    for world in dict.fromkeys(one["world"] for one in results):
        mine = [one for one in results if one["world"] == world]
        figures = {name: np.array([one[name] for one in mine]) for name in needed}
        for h, months in enumerate(HORIZONS):
            for c, cell in enumerate(CELLS):
                here = {name: _mean(values[:, h, c]) for name, values in figures.items()}
                for name, (ours, theirs) in _RATIOS.items():
                    here[name] = _ratio(figures[ours][:, h, c], figures[theirs][:, h, c])
                here["councils"] = (float(len(mine)), 0.0)
                found[world, months, cell] = here
    return found


def _mean(values: npt.NDArray[np.float64]) -> Figure:
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(error)


def _ratio(ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> Figure:
    """Ratio of two means over the same councils, and its standard error (delta method)."""
    if theirs.mean() == 0 or len(ours) < 2:
        return np.nan, np.nan
    ratio = ours.mean() / theirs.mean()
    off = ours - ratio * theirs
    return float(ratio), float(off.std(ddof=1) / np.sqrt(len(off)) / theirs.mean())


def tables(found: Found, results: Sequence[Mapping[str, Any]], draws: int) -> str:
    """Markdown: a summary, and a table for each world."""
    worlds = list(dict.fromkeys(world for world, *_ in found))
    seconds = np.array([one["seconds"] for one in results])
    councils = int(found[worlds[0], HORIZONS[0], "total"]["councils"][0])
    chance = [100 * np.sqrt(share * (1 - share) / councils) for share in GOALS]
    parts = [
        f"{councils} councils a world, {draws:,} futures each; history and forecast together take "
        f"{np.median(seconds):.1f} s a council (median). Shares in per cent at 6 / 12 / 24 months; ± is one standard "
        f"error, and chance alone moves a share of 80 by {chance[0]:.1f} points and one of 95 by {chance[1]:.1f}. In "
        "brackets: how many miss by more than two errors, which chance alone does to one in twenty or fewer.",
        _summary(found, worlds),
    ]
    parts += [f"**{_LABELS[world]}**\n\n{_world(found, world)}" for world in worlds]
    return "\n\n".join(parts)


def _three(found: Found, world: str, cell: str, name: str, times: float = 100.0, places: int = 0) -> str:
    return " / ".join(f"{times * found[world, months, cell][name][0]:.{places}f}" for months in HORIZONS)


def _with_error(figure: Figure) -> str:
    return "-" if np.isnan(figure[0]) else f"{figure[0]:.2f} ± {figure[1]:.2f}"


def _world(found: Found, world: str) -> str:
    head = (
        "| what | children | 80% band holds | 95% band holds | plainly, 80% | plainly, 95% | flat-rate's 80% | "
        "80% score to flat-rate, 24 | 95% score to flat-rate, 24 | CRPS to no change | CRPS to flat-rate |"
    )
    rows = [head, "|" + "---|" * 11]
    for cell in CELLS:
        last = found[world, HORIZONS[-1], cell]
        rows.append(
            f"| {cell} | {last['truth'][0]:.1f} | {_three(found, world, cell, 'held_0.8')} | "
            f"{_three(found, world, cell, 'held_0.95')} | {_three(found, world, cell, 'inside_0.8')} | "
            f"{_three(found, world, cell, 'inside_0.95')} | {_three(found, world, cell, 'flat_rate_inside_0.8')} | "
            f"{_with_error(last['score_0.8 to flat_rate'])} | {_with_error(last['score_0.95 to flat_rate'])} | "
            f"{_three(found, world, cell, 'crps to no_change', 1.0, 2)} | "
            f"{_three(found, world, cell, 'crps to flat_rate', 1.0, 2)} |"
        )
    return "\n".join(rows)


def _summary(found: Found, worlds: Sequence[str]) -> str:
    """What was asked of the forecasts, and how many counts of each world meet it.

    "Off" are those that miss by more than two standard errors, which chance alone does not do often.
    """
    rows = [
        "| world | 80% bands that hold 75 to 85 (off) | 95% bands that hold 92 to 98 (off) | 80% score 15% below "
        "flat-rate's at 24 months (off), total | 95% score | CRPS no worse than no change (off), worst |",
        "|" + "---|" * 6,
    ]
    for world in worlds:
        keys = [(months, cell) for months in HORIZONS for cell in CELLS]
        said = []
        for share, (low, high) in GOALS.items():
            error = np.sqrt(share * (1 - share) / found[world, HORIZONS[0], "total"]["councils"][0])
            shares = [found[world, *key][f"held_{share}"][0] for key in keys]
            missed = [max(low - one, one - high) for one in shares if not low <= one <= high]
            said.append(_met(len(shares) - len(missed), len(shares), sum(miss > 2 * error for miss in missed)))
        for share in GOALS:
            ratios = {cell: found[world, HORIZONS[-1], cell][f"score_{share} to flat_rate"] for cell in CELLS}
            said.append(f"{_under(list(ratios.values()), 0.85)}, {_with_error(ratios['total'])}")
        against = {key: found[world, *key]["crps to no_change"] for key in keys}
        worst = max(against, key=lambda key: -1.0 if np.isnan(against[key][0]) else against[key][0])
        said.append(f"{_under(list(against.values()), 1.0)}, {worst[1]} at {worst[0]}: {_with_error(against[worst])}")
        rows.append(f"| {world} | {' | '.join(said)} |")
    return "\n".join(rows)


def _met(fine: int, every: int, off: int) -> str:
    return f"{fine} of {every} ({off})"


def _under(figures: Sequence[Figure], goal: float) -> str:
    """How many ratios are at most the goal, and how many lie above it by more than two errors."""
    known = [figure for figure in figures if not np.isnan(figure[0])]
    fine = sum(value <= goal for value, _ in known)
    return _met(fine, len(known), sum(value - goal > 2 * error for value, error in known))


def write_csv(path: Path, found: Found) -> None:
    """One line for each world, horizon, cell and figure."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["world", "months", "cell", "figure", "value", "standard_error"])
        for (world, months, cell), figures in found.items():
            for name, (value, error) in figures.items():
                writer.writerow([world, months, cell, name, f"{value:.5g}", f"{error:.3g}"])
