"""Forecasts a council's own homes: how many households and places there will be in each of many futures.

Two parts play together: `pipeline`, from enquiry to approval, and `supply_homes`, from approval to the day a household
leaves. Neither makes nor loses a household: each month's count is the last one's, and those who came, less those who
left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.workers import pool_of
from sufficiency.forecast import middle_quantiles
from sufficiency.households import SEGMENTS, Households, starting_homes
from sufficiency.lever_figures import RECRUITED
from sufficiency.pipeline import STAGES, play_pipeline
from sufficiency.supply_chance import figures_of
from sufficiency.supply_homes import REASONS, play_homes
from sufficiency.supply_pulls import effects_of
from sufficiency.supply_settings import SupplySettings, supply_settings

Counts = npt.NDArray[np.int32]

HOMES_A_BLOCK: Final = 120_000
"""Households followed at once: it bounds memory, and has no bearing on what happens to them."""
ENQUIRING: Final = frozenset(f"recruitment.{name}" for name in RECRUITED) | {"supported_lodgings_scheme"}
"""Levers that bring enquirers, of whom a block has to hold the more."""
SPREAD: Final = ("mean", "p10", "p50", "p90")
COLUMNS: Final = (
    "month",
    "home_segment",
    *(f"homes_{name}" for name in SPREAD),
    *(f"places_{name}" for name in SPREAD),
    *(f"available_{name}" for name in SPREAD),
)
ALL: Final = "all"

__all__ = [
    "REASONS",
    "SEGMENTS",
    "STAGES",
    "Supply",
    "SupplySettings",
    "play_supply",
    "starting_homes",
    "supply_rows",
    "supply_settings",
]


@dataclass(frozen=True, slots=True)
class Supply:
    """Counts in each of many equally likely futures, [draws, months, segments]; stock on the last day of a month."""

    households: Counts
    held: Counts
    """Households that are not available for a time."""
    places: Counts
    """Places approved."""
    available: Counts
    """Places approved, less those of held households and those that a young person keeps; filled or vacant."""
    staying_put: Counts
    """Places that a young person keeps after 18."""
    approved: Counts
    """Households approved in the month, relatives and friends among them."""
    transfers: Counts
    """Households that came over from agencies."""
    left: Counts
    """[draws, months, segments, reasons] households that left."""
    stock: Counts
    """[draws, months, segments, stages] people in each stage of the pipeline."""
    came: Counts
    """[draws, months, segments, stages] who came into the stage."""
    moved_on: Counts
    """[draws, months, segments, stages] who left it for the next, or from the last were approved."""
    dropped: Counts
    """[draws, months, segments, stages] who left it and the pipeline."""


def play_supply(
    households: Households,
    settings: SupplySettings,
    *,
    months: int,
    draws: int,
    seed: int,
    workers: int = 1,
    first: int = 0,
) -> Supply:
    """Play `draws` futures of `months` months, from number `first` on.

    The same households, settings and seed give the same counts for any number of workers, and the first futures and
    months of a longer play are those of a shorter one. Raises ValueError for no months or futures.
    """
    if months < 1 or draws < 1:
        raise ValueError(f"a forecast needs at least one month and one future, not {months} and {draws}")
    pulled = sum(max(pull.span[2], 0.0) for name, pull in settings.pulls.pulls.items() if name in ENQUIRING)
    a_year = sum(span[2] for span in settings.enquiries) + pulled + len(households)
    size = int(np.clip(HOMES_A_BLOCK / max(a_year, 1.0), 4, 250))
    last = first + draws
    blocks = [range(begin, min(begin + size, last)) for begin in range(first, last, size)]
    parts = list(_played(households, settings, months, seed, blocks, workers))
    return Supply(**{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Supply)})


def supply_rows(supply: Supply, months: Sequence[str]) -> pd.DataFrame:
    """Homes, places and available places by month and segment, with sums as `all`: mean and percentiles over futures.

    `months` names each month played, as YYYY-MM. Raises ValueError where their number is another.
    """
    if len(months) != supply.households.shape[1]:
        raise ValueError(f"{supply.households.shape[1]} months were played, and {len(months)} names were given.")
    names = (*SEGMENTS, ALL)
    table: dict[str, Any] = {
        "month": [month for month in months for _ in names],
        "home_segment": [name for _ in months for name in names],
    }
    for what, counts in (("homes", supply.households), ("places", supply.places), ("available", supply.available)):
        with_sum = np.concatenate([counts, counts.sum(axis=2, keepdims=True)], axis=2)
        flat = with_sum.reshape(len(counts), -1)
        for name, values in zip(SPREAD, [flat.mean(axis=0), *middle_quantiles(flat, (0.1, 0.5, 0.9))], strict=True):
            table[f"{what}_{name}"] = np.round(values, 3) + 0.0
    return pd.DataFrame(table, columns=list(COLUMNS))


def _played(
    households: Households, settings: SupplySettings, months: int, seed: int, blocks: Sequence[range], workers: int
) -> Iterator[Supply]:
    """Each block's futures, in order."""
    if workers <= 1 or len(blocks) == 1:
        yield from (_block(households, settings, months, seed, block) for block in blocks)
        return
    with pool_of(min(workers, len(blocks))) as pool:
        yield from pool.map(_block, repeat(households), repeat(settings), repeat(months), repeat(seed), blocks)


def _block(households: Households, settings: SupplySettings, months: int, seed: int, block: range) -> Supply:
    figures = figures_of(settings, seed, np.arange(block.start, block.stop))
    effects = effects_of(settings, figures, seed, months)
    pipeline = play_pipeline(figures, effects, seed, months)
    lives = play_homes(households, figures, settings, effects, seed, months, pipeline)
    return Supply(
        households=lives.households,
        held=lives.held,
        places=lives.places,
        available=lives.available,
        staying_put=lives.staying_put,
        approved=lives.approved,
        transfers=lives.transfers,
        left=lives.left,
        stock=pipeline.stock,
        came=pipeline.came,
        moved_on=pipeline.moved_on,
        dropped=pipeline.dropped,
    )
