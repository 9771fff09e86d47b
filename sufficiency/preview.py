"""A first answer to a moved lever: two scenarios compared over a few futures, while the whole is yet to be played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reporting.fact import Facts

DRAWS: Final = 100
"""Futures of a preview. The mean of so many is out by a tenth of what futures differ by, for that reason alone."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What two scenarios come to, and by how much they differ. Totals of futures alone: it holds nobody's record.

    Its numbers are not rounded, and small ones not hidden: what a page may say of them, `preview_lens` says.
    """

    council: str
    """As its folder of results is called."""
    known_until: str
    """Last day of the returns that it was played on, as 2026-03-31."""
    draws: int
    months: int
    first: str
    """What the other is held against."""
    other: str
    seconds: float
    """From the ask to the answer, in the process that gave it."""
    tables: Mapping[str, Facts]
    """By key, as `compared.measures_in` gives them for two scenarios of these names."""
    errors: Mapping[str, float]
    """By measure, the standard error of the mean difference, the largest of all times told: for want of futures."""
    few: frozenset[str] = frozenset()
    """Placement groups in which so few children live on the last day that their number is not published."""
    notes: tuple[str, ...] = ()
    """What a reader must know of the levers: one that begins after all that is played, say."""
