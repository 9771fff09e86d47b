"""Need and supply played out together: which children have a home of the council's own, and where the others live."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.future_play import Block, Chance, Played, play_block
from sufficiency.future_settings import OVERFLOW, FutureSettings
from sufficiency.supply import Supply
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

__all__ = ["OVERFLOW", "Future", "play_future"]

Array = npt.NDArray[Any]
Counts = npt.NDArray[np.int32]

A_BLOCK: Final = 500
"""Futures that are played at once: as many as a processor's own memory holds. It has no bearing on any result."""


@dataclass(frozen=True, slots=True)
class Future:
    """Children month by month in each future, on the last day of the month. D draws, M months, S segments.

    `own` summed over homes, and `over` summed over places, add up to `Wanted.children`, in every future and month.
    """

    month_ends: npt.NDArray[np.int64]
    own: Counts
    """[D, M, needs, homes] who live in the council's own homes."""
    over: Counts
    """[D, M, needs, overflow] who do not: their need is unmet. For adopters and hosts, `agency` is anybody else."""
    met_late: Counts
    """[D, M, needs] who came to a home of the council's own in the month after they had lived elsewhere."""
    split: Counts
    """[D, M] children who need to live with brothers or sisters and do not."""
    out_of_area: Counts
    """[D, M, needs] of those in `over`, who live outside the council's area; not told of adopters and hosts."""
    places: Counts
    """[D, M, homes] places available, filled or vacant."""
    usable: Counts
    """[D, M, homes] places filled, and vacant ones that a child who needs one may live in."""
    moved_out: Counts = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int32))
    """[D, M, needs] who had to leave a home of the council's own, because too few places are left; empty: not told."""

    @property
    def own_by_need(self) -> Counts:
        """[D, M, needs]"""
        return np.asarray(self.own.sum(axis=3, dtype=np.int32))

    @property
    def own_by_home(self) -> Counts:
        """[D, M, homes]"""
        return np.asarray(self.own.sum(axis=2, dtype=np.int32))

    @property
    def unmet(self) -> Counts:
        """[D, M, needs] who have no home of the council's own."""
        return np.asarray(self.over.sum(axis=3, dtype=np.int32))


def play_future(
    wanted: Wanted, supply: Supply, usable: Usable, settings: FutureSettings, *, seed: int, first: int = 0
) -> Future:
    """Play every future of `wanted` against the same future of `supply`.

    Month by month: those whose need ends go from where they live, by chance. Those in homes of the council's own stay,
    while there are places. Then those whose need began are offered homes, then those who live elsewhere and would
    move; in each, brothers and sisters first, and then whom other providers find hardest to place. Who finds none is
    offered a place elsewhere in the scenario's order. Relatives and friends bring their home with them. `first` is the
    number of the first future: those played in blocks, laid end to end, are those played in one go.

    Raises ValueError where supply has other futures or months than need.
    """
    if wanted.children.shape != supply.available.shape:
        raise ValueError(
            f"Need was played for {_said(wanted.children)}, and supply for {_said(supply.available)}: the futures and "
            "months must be the same to be played together."
        )
    draws, months = wanted.children.shape[:2]
    chance = Chance.of(settings, usable, wanted, seed, first)
    played = Played.empty(draws, months)
    for begin in range(0, draws, A_BLOCK):
        which = slice(begin, min(begin + A_BLOCK, draws))
        play_block(Block.of(wanted, supply, which), settings, chance, played.of(which))
    return Future(wanted.month_ends, **{one.name: getattr(played, one.name) for one in fields(played)})


def _said(counts: Array) -> str:
    return f"{counts.shape[0]} futures of {counts.shape[1]} months"
