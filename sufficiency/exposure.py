"""Days spent at risk and what ended them, by placement, age, time in care and time in placement: exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from records.sources.return_903 import End
from sufficiency.groups import AGE_BANDS, AGE_EDGES, EXITS, GROUPS
from sufficiency.stays import Array, Days, History, Ints, birthday

DESTINATIONS = len(GROUPS) + len(EXITS)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Days in placement and what they ended in, in cells of group, age, time in care and time in placement.

    Every day counts in the cell that the child is in on that day, and an ending in the cell of the last day of
    the placement. With calendar edges there is one more axis, in front, of the stretches between them.
    """

    days: Ints
    """[groups, ages, times in care, times in placement]"""
    events: Ints
    """[groups, ages, times in care, times in placement, destinations]: moves by the group moved to (the same one
    included), then the ways out of care."""
    care_cuts: tuple[int, ...]
    """Days since care began at which a new time in care begins; the first begins at nought."""
    placement_cuts: tuple[int, ...]
    """The same for days since the placement began."""


def exposure(
    history: History,
    first: int,
    until: int,
    care_cuts: Sequence[int],
    placement_cuts: Sequence[int],
    edges: Sequence[int] | Array | None = None,
) -> Exposure:
    """Count the days from `first` up to and without `until`, and the placements whose last day is one of them.

    Ages change on birthdays. Days on or after the 18th birthday count with the last age band. Where care began
    before anything is known, the time in care is the longest there is; so is the time in a placement of which
    only a change of legal status is known. Endings that are open or lost from sight add days and no event.
    `edges` are days at which the count is also cut, rising: one stretch more than edges.
    """
    care, placed = _cuts(care_cuts, "time in care"), _cuts(placement_cuts, "time in placement")
    calendar = np.asarray([] if edges is None else edges, dtype=np.int64)
    if (np.diff(calendar) <= 0).any():
        raise ValueError("The days at which exposure is cut must rise. Sort them and give each once.")
    spells, periods = history.placements, history.periods
    spell = np.flatnonzero((spells.begin < until) & (spells.until > first))
    start, stop = np.maximum(spells.begin[spell], first), np.minimum(spells.until[spell], until)
    stretch, spell, start, stop = _by_calendar(calendar, spell, start, stop)

    of = spells.period[spell]
    ages = np.stack([birthday(periods.dob, age) for age in AGE_EDGES[1:-1]], axis=1)[of]
    in_care = periods.entered[of][:, None] + np.array(care, dtype=np.int64)
    in_care[~periods.entered_known[of]] = np.iinfo(np.int64).min
    in_place = spells.begin[spell][:, None] + np.array(placed, dtype=np.int64)
    in_place[spells.begun_before[spell]] = np.iinfo(np.int64).min
    bounds = np.concatenate([ages, in_care, in_place, start[:, None], stop[:, None]], axis=1)
    bounds = np.sort(np.clip(bounds, start[:, None], stop[:, None]), axis=1)
    row, column = np.nonzero(np.diff(bounds, axis=1))
    at, after = bounds[row, column][:, None], bounds[row, column + 1]
    cell = np.stack(
        [
            stretch[row],
            spells.group[spell[row]].astype(np.int64),
            (ages[row] <= at).sum(axis=1),
            (in_care[row] <= at).sum(axis=1),
            (in_place[row] <= at).sum(axis=1),
        ]
    )
    shape = (len(calendar) + 1, len(GROUPS), len(AGE_BANDS), len(care) + 1, len(placed) + 1)
    flat = np.ravel_multi_index(tuple(cell), shape)
    cells = int(np.prod(shape))
    # Sums of whole days stay exact in floating point far beyond any council's.
    days = np.bincount(flat, weights=after - at[:, 0], minlength=cells).astype(np.int64).reshape(shape)

    of_row = spells.period[spell[row]]
    to = spells.after[spell[row]].astype(np.int64)
    leaves = (to < 0) & (periods.end[of_row] == End.ENDED)
    to = np.where(leaves, len(GROUPS) + periods.exit[of_row], to)
    ends = (after == spells.until[spell[row]]) & (to >= 0)
    events = np.bincount(flat[ends] * DESTINATIONS + to[ends], minlength=cells * DESTINATIONS)
    events = events.astype(np.int64).reshape(*shape, DESTINATIONS)
    if edges is None:
        days, events = days[0], events[0]
    return Exposure(days, events, care, placed)


def _cuts(given: Sequence[int], what: str) -> tuple[int, ...]:
    """The cuts without the nought that they may begin with."""
    cuts = tuple(int(cut) for cut in given)
    cuts = cuts[1:] if cuts[:1] == (0,) else cuts
    if any(later <= sooner for sooner, later in zip((0, *cuts), cuts, strict=False)):
        raise ValueError(f"The cuts of {what} must be days above nought that rise, not {tuple(given)}.")
    return cuts


def _by_calendar(calendar: Days, spell: Ints, start: Days, stop: Days) -> tuple[Ints, Ints, Days, Days]:
    """Cut each stay at the edges that lie within it: number of the stretch, stay, first day, day after the last."""
    low = np.searchsorted(calendar, start, side="right")
    pieces = np.searchsorted(calendar, stop, side="left") - low + 1
    row = np.repeat(np.arange(len(spell)), pieces)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    stretch = low[row] + nth
    fenced = np.concatenate([[np.iinfo(np.int64).min], calendar, [np.iinfo(np.int64).max]])
    return (
        stretch.astype(np.int64),
        spell[row],
        np.maximum(start[row], fenced[stretch]),
        np.minimum(stop[row], fenced[stretch + 1]),
    )
