"""A backtest as tables and sentences: every score with its error, and every past forecast with what happened."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.backtest import CELLS, NOT_RUN, QUANTILES, Backtest, Cases
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.scores import SHARES, block_average, held, inside, pit_histogram

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

POOLED: Final = {"all_groups": "group", "all_groups_and_ages": "group_age"}
"""Levels of the table that are means over all cells of another."""
PIT_BINS: Final = 10
RIVAL_NAMES: Final = {
    "no_change": "no change",
    "five_year_line": "a five-year line",
    "flat_rate_markov": "flat daily rates",
}


def _rows() -> tuple[pd.DataFrame, Floats]:
    """What each row of the tables is, and the weight of each cell in it [rows, cells]."""
    names = [(level, GROUPS[g] if g >= 0 else "", AGE_BANDS[a] if a >= 0 else "") for level, g, a in CELLS]
    of = np.array([level for level, _, _ in CELLS])
    pools = [(of == level) / (of == level).sum() for level in POOLED.values()]
    rows = pd.DataFrame([*names, *((name, "", "") for name in POOLED)], columns=["level", "group", "age"])
    return rows, np.vstack([np.eye(len(CELLS)), *pools])


def score_table(test: Backtest) -> pd.DataFrame:
    """One line for each count and horizon; none where nothing was tested.

    `level`, `group`, `age` (blank: over all), `months_ahead`; `origins` and the `stretches` of them whose outcomes
    do not overlap; means of `outcome` and `forecast`; `bias` (forecast less outcome), `crps`, `interval_50` ...
    (scores, lower is better), `held_50` ... (share of the outcomes within the band, each spread over half a child
    either way), `plain_50` ... (share within the band as it is shown); and `skill_crps_NAME`, `skill_50_NAME` ...
    against each baseline: 1 - score / its score, above nought where the forecast is better. Each with `_error`, the
    standard error by blocks of origins, blank with fewer than three stretches. Levels `all_groups` and
    `all_groups_and_ages` are means over groups, and over groups and ages.
    """
    cases = test.cases
    parts = [_scores(test, h) for h in cases.horizons if cases.known(h).any()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["level", "group", "age"])


def _scores(test: Backtest, horizon: int) -> pd.DataFrame:
    """The lines of one horizon."""
    cases = test.cases
    at, known, overlap = cases.horizons.index(horizon), cases.known(horizon), cases.overlap(horizon)
    rows, weights = _rows()

    def pick(values: Array) -> Floats:
        return np.asarray(values[known, at] @ weights.T, dtype=np.float64)

    columns: dict[str, Any] = {"months_ahead": horizon, "origins": int(known.sum()), "stretches": 0}
    columns |= {"outcome": pick(cases.outcome).mean(axis=0), "forecast": pick(cases.mean).mean(axis=0)}

    def average(name: str, values: Floats) -> None:
        made = block_average(values, overlap)
        columns["stretches"] = made.blocks
        columns[name], columns[f"{name}_error"] = made.mean, made.error

    average("bias", pick(cases.mean - cases.outcome))
    scored = {"crps": pick(cases.crps)}
    average("crps", scored["crps"])
    for share in SHARES:
        percent = round(100 * share)
        scored[str(percent)] = pick(cases.interval(share))
        average(f"interval_{percent}", scored[str(percent)])
        average(f"held_{percent}", pick(held(cases.first, cases.last, share)))
        low, high = cases.band(share)
        average(f"plain_{percent}", pick(inside(low, high, cases.outcome).astype(np.float64)))
    for number, rival in enumerate(test.rivals):
        theirs = {"crps": pick(cases.rival_crps[number])}
        theirs |= {str(round(100 * s)): pick(cases.rival_interval[number, i]) for i, s in enumerate(SHARES)}
        for name, ours in scored.items():
            skill, error = _skill(ours, theirs[name], overlap)
            columns[f"skill_{name}_{rival}"], columns[f"skill_{name}_{rival}_error"] = skill, error
    return rows.assign(**columns)


def _skill(ours: Floats, theirs: Floats, overlap: int) -> tuple[Floats, Floats]:
    """1 - ours / theirs over all origins, with its error to first order; not-a-number where theirs is nought."""
    base = theirs.mean(axis=0)
    base = np.where(base > 0, base, np.nan)
    ratio = ours.mean(axis=0) / base
    return np.asarray(1 - ratio), block_average((ours - ratio * theirs) / base, overlap).error


def pit_table(test: Backtest) -> pd.DataFrame:
    """Where outcomes lay among the draws: `level`, `group`, `age`, `months_ahead`, `from`, `to`, `share`.

    Tenths of the draws; each holds a tenth of the outcomes when the forecast means what it says.
    """
    cases = test.cases
    rows, weights = _rows()
    parts = []
    for at, horizon in enumerate(cases.horizons):
        known = cases.known(horizon)
        if not known.any():
            continue
        shares = pit_histogram(cases.first[known, at], cases.last[known, at], PIT_BINS) @ weights.T
        for number, share in enumerate(shares):
            ends = {"from": number / PIT_BINS, "to": (number + 1) / PIT_BINS, "share": share}
            parts.append(rows.assign(months_ahead=horizon, **ends))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["level", "group", "age"])


def case_table(test: Backtest) -> pd.DataFrame:
    """Every past forecast with what happened: `origin`, `day` (the month's end), `months_ahead`, `level`, `group`,
    `age`, `outcome`, `mean`, and the bands' edges `q2.5` to `q97.5`, stopped at nought."""
    cases = test.cases
    rows, _ = _rows()
    rows = rows.iloc[: len(CELLS)]
    parts = []
    for at, horizon in enumerate(cases.horizons):
        for i in np.flatnonzero(cases.known(horizon)):
            month = cases.origins[i].astype("datetime64[D]").astype("datetime64[M]")
            edges = {f"q{100 * q:g}": np.maximum(cases.quantiles[k, i, at], 0.0) for k, q in enumerate(QUANTILES)}
            said = {
                "origin": str(cases.origins[i].astype("datetime64[D]")),
                "day": str((month + horizon).astype("datetime64[D]") - 1),
                "months_ahead": horizon,
                "outcome": cases.outcome[i, at].astype(np.int64),
                "mean": cases.mean[i, at],
            }
            parts.append(rows.assign(**said, **edges))
    columns = ["level", "group", "age", "origin", "day", "months_ahead", "outcome", "mean"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def sentences(test: Backtest | None) -> tuple[str, ...]:
    """What the backtest says, for people: the total at each horizon, and what cannot be said."""
    if test is None:
        return (f"{NOT_RUN[0].upper()}{NOT_RUN[1:]}.",)
    if test.none_reason is not None:
        return (test.none_reason,)
    table = score_table(test)
    said = []
    for line in table[table["level"] == "total"].to_dict("records"):
        better = [
            f"{_skill_in_words(line[f'skill_crps_{rival}'])} {RIVAL_NAMES.get(rival, rival)}" for rival in test.rivals
        ]
        origins = int(line["origins"])
        said.append(
            f"{line['months_ahead']} months ahead, from {origins} past quarter{'s' if origins > 1 else ''}: the 80% "
            f"band for all children in care held {line['held_80']:.0%} of what happened and the 95% band "
            f"{line['held_95']:.0%}; off by {line['crps']:.1f} children (ranked probability score), "
            f"{'; '.join(better)}."
        )
    return (*said, *test.limits)


def _skill_in_words(skill: float) -> str:
    if np.isnan(skill):
        return "not comparable with"
    if round(abs(skill), 2) == 0:
        return "as good as"
    return f"{abs(skill):.0%} {'better' if skill >= 0 else 'worse'} than"


__all__ = ["POOLED", "Cases", "case_table", "pit_table", "score_table", "sentences"]
