"""What is read off the future: supply.csv, gap.csv, and the figures that answer the commissioner first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.forecast import middle_quantiles
from sufficiency.future import OVERFLOW, Future
from sufficiency.households import SEGMENTS
from sufficiency.rooms import FOSTERED
from sufficiency.supply import Supply

Array = npt.NDArray[Any]

ALL: Final = "all"
SPREAD: Final = ("mean", "p10", "p50", "p90")
_AT: Final = (0.1, 0.5, 0.9)
NEEDS: Final = tuple(name for name in SEGMENTS if name != "short_breaks")
"""Nobody needs short breaks as a home."""
SUPPLY_COLUMNS: Final = (
    "month",
    "home_segment",
    *(f"homes_{name}" for name in SPREAD),
    *(f"places_{name}" for name in SPREAD),
    *(f"usable_places_{name}" for name in SPREAD),
)
GAP_COLUMNS: Final = ("month", "segment", *(f"need_unmet_{name}" for name in SPREAD), "in_house_share")
DECIMALS: Final = 3
YEAR: Final = 12


def supply_table(supply: Supply, future: Future, months: Sequence[str]) -> pd.DataFrame:
    """supply.csv: households, places and usable places by month and segment, with sums as `all`.

    `places` are those available: approved, less those that are held or kept by a young person; `usable_places` are
    filled, or vacant and such that a child who needs one may live there. `months` names each month as YYYY-MM. Raises
    ValueError where their number is another.
    """
    _check(len(future.places[0]), months)
    names = (*SEGMENTS, ALL)
    table = _keys(months, "home_segment", names)
    for what, counts in (("homes", supply.households), ("places", future.places), ("usable_places", future.usable)):
        table |= _spread(what, _with_sum(counts))
    return pd.DataFrame(table, columns=list(SUPPLY_COLUMNS))


def gap_rows(future: Future, months: Sequence[str]) -> pd.DataFrame:
    """gap.csv: children without a home of the council's own by month and segment of need, with sums as `all`.

    `in_house_share`: of all who need such a home, in all futures together, the share who have one of the council's
    own; blank where nobody does. Raises ValueError where `months` are not as many as were played.
    """
    _check(len(future.places[0]), months)
    needs = [SEGMENTS.index(name) for name in NEEDS]
    unmet = _with_sum(future.unmet[:, :, needs])
    own = _with_sum(future.own_by_need[:, :, needs])
    table = _keys(months, "segment", (*NEEDS, ALL)) | _spread("need_unmet", unmet)
    has, every = own.sum(axis=0).astype(np.float64), (own + unmet).sum(axis=0)
    share = np.divide(has, every, out=np.full(has.shape, np.nan), where=every > 0)
    table["in_house_share"] = np.round(share.ravel(), DECIMALS + 1)
    return pd.DataFrame(table, columns=list(GAP_COLUMNS))


def gap_summary(future: Future) -> dict[str, Any]:
    """The headline figures: after each whole year, and at the end, over futures.

    Each is a mean with percentiles. `unmet` is told by need, and for all needs of foster homes together
    (`foster_homes`) with the share of futures in which nobody goes without (`none_unmet`). Those who met a home late,
    or had to leave one, are counted over the year before. Places elsewhere are those of fostered children alone.
    """
    months = len(future.month_ends)
    ends = sorted({*range(YEAR - 1, months, YEAR), months - 1})
    fostered = slice(0, FOSTERED)
    unmet, own = future.unmet, future.own_by_need
    foster = unmet[:, :, fostered].sum(axis=2)
    told = []
    for end in ends:
        year = slice(max(end - YEAR + 1, 0), end + 1)
        every = int((own + unmet)[:, end, fostered].sum())
        told.append(
            {
                "month": str(future.month_ends[end].astype("datetime64[D]").astype("datetime64[M]")),
                "unmet": {
                    "foster_homes": _figure(foster[:, end]),
                    **{name: _figure(unmet[:, end, SEGMENTS.index(name)]) for name in NEEDS},
                },
                "none_unmet": float(np.round((foster[:, end] == 0).mean(), DECIMALS)),
                "in_house_share": round(int(own[:, end, fostered].sum()) / every, DECIMALS + 1) if every else None,
                "elsewhere": {
                    place: _figure(future.over[:, end, fostered, at].sum(axis=1)) for at, place in enumerate(OVERFLOW)
                },
                "out_of_area": _figure(future.out_of_area[:, end].sum(axis=1)),
                "siblings_split": _figure(future.split[:, end]),
                "met_late_in_year": _figure(future.met_late[:, year].sum(axis=(1, 2))),
                "moved_out_in_year": _figure(future.moved_out[:, year].sum(axis=(1, 2))),
            }
        )
    return {"year_ends": told}


def _figure(counts: Array) -> Mapping[str, float]:
    """Mean and percentiles over futures."""
    if not len(counts):
        return {}
    values = [counts.mean(), *middle_quantiles(counts[:, None], _AT)[:, 0]]
    return {name: round(float(value), DECIMALS) + 0.0 for name, value in zip(SPREAD, values, strict=True)}


def _spread(what: str, counts: Array) -> dict[str, Array]:
    """Columns of mean and percentiles of [futures, months, names], months outermost."""
    flat = counts.reshape(len(counts), -1)
    values = [flat.mean(axis=0), *middle_quantiles(flat, _AT)]
    return {f"{what}_{name}": np.round(value, DECIMALS) + 0.0 for name, value in zip(SPREAD, values, strict=True)}


def _with_sum(counts: Array) -> Array:
    return np.concatenate([counts, counts.sum(axis=2, keepdims=True)], axis=2)


def _keys(months: Sequence[str], column: str, names: Sequence[str]) -> dict[str, Any]:
    return {"month": [month for month in months for _ in names], column: [name for _ in months for name in names]}


def _check(played: int, months: Sequence[str]) -> None:
    if played != len(months):
        raise ValueError(f"{played} months were played, and {len(months)} names were given.")
