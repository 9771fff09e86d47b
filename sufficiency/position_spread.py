"""What figures of futures have in common: days and years they are told for, means and percentiles over futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.cost_settings import financial_years
from sufficiency.forecast import middle_quantiles
from sufficiency.need_words import date_of

Array = npt.NDArray[Any]
DECIMALS: Final = 3
YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a forecast, as a book tells them."""

    ends: tuple[str, ...]
    """[months] the last day of each, as 2027-03-31."""
    quarters: tuple[int, ...]
    """Those that end a quarter; the last where none does."""
    years: tuple[tuple[str, slice], ...]
    """Financial years with their months: the whole ones; where there is none, parts, named so."""

    @classmethod
    def of(cls, month_ends: Array) -> Months:
        """The months that end on these days (since 1970-01-01)."""
        days = [date_of(int(day)) for day in np.asarray(month_ends).tolist()]
        quarters = tuple(k for k, day in enumerate(days) if day.month % 3 == 0) or (len(days) - 1,)
        begun, first, many = np.unique(financial_years(np.asarray(month_ends)), return_index=True, return_counts=True)
        every = [
            (f"{year}-{(year + 1) % 100:02d}", slice(at, at + count))
            for year, at, count in zip(begun.tolist(), first.tolist(), many.tolist(), strict=True)
        ]
        whole = tuple(one for one in every if one[1].stop - one[1].start == YEAR)
        parts = tuple((f"{name} (part)", months) for name, months in every)
        return cls(tuple(day.isoformat() for day in days), quarters, whole or parts)


def spreads(counts: Array, names: Sequence[str]) -> Array:
    """[..., names] of counts [draws, ...]: `mean`, and percentiles as p05, rounded."""
    flat = counts.reshape(len(counts), -1)
    at = [int(name[1:]) / 100 for name in names if name != "mean"]
    rest = iter(middle_quantiles(flat, at)) if at else iter(())
    columns = [flat.mean(axis=0) if name == "mean" else next(rest) for name in names]
    return np.asarray(np.round(np.stack(columns, axis=-1), DECIMALS) + 0.0).reshape(*counts.shape[1:], len(names))


def rows_of(keys: Sequence[Sequence[str]], values: Array) -> Iterator[tuple[Any, ...]]:
    """A row for each cell of values [*keys, columns]: a name from each of `keys`, then its columns."""
    for cell in np.ndindex(*values.shape[:-1]):
        yield (*(names[at] for names, at in zip(keys, cell, strict=True)), *values[cell].tolist())


def with_sum(counts: Array) -> Array:
    """With the sum over the last axis as its last entry."""
    return np.concatenate([counts, counts.sum(axis=-1, keepdims=True)], axis=-1)


def yearly(counts: Array, months: Months) -> Array:
    """[draws, years, ...] sums of counts [draws, months, ...] over each year that is told."""
    return np.stack([counts[:, which].sum(axis=1) for _, which in months.years], axis=1)
