"""How long stays of a made-up council lasted in the year before, by what children need and how long they had stayed.

A stay is one child or family in one home, until it leaves or the placement breaks down. Shares are counted in the year
before alone. They are fitted as what a kind of stay is times what a band of weeks is (a Poisson regression on weeks
lived), each kind drawn to the mean, for some kinds have few ends in a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import numpy as np

from matching.question import Ints, Mask
from matching.rolling_stays import Floats, Stays
from matching.rules.gates import birthday
from records.ages import age_on
from records.model import Child
from sufficiency.year_lives import ADOPTERS, HOSTS, Need

BANDS: Final = (0, 26, 104)
"""Weeks of a stay: the first half-year, the rest of two years, and after. Two years is when the Department for
Education's own indicator calls a placement stable."""
AGES: Final = (5, 10, 16)
"""With foster carers: under 5, 5 to 9, 10 to 15, and 16 or more on the first day of the stay, or of the year if that is
later."""
KINDS: Final = len(AGES) + 3
MOST: Final = 0.5
"""Of such stays that can be said to end in a week."""
_LIKE_ALL: Final = 5.0
"""Ends that each kind is held to have had besides, as often as all stays."""
_TURNS: Final = 200
_ADULT: Final = 18

Stay = tuple[Need, date, date | None]
"""What is needed, the day of moving in, and the day of moving out."""


def stays_of(need: Need) -> list[Stay]:
    """One after another; each but the last ends with a breakdown."""
    begins, ends = (need.begin, *need.breaks), (*need.breaks, need.until)
    return [(need, begin, until) for begin, until in zip(begins, ends, strict=True)]


def kind_of(need: Need, day: date) -> int:
    """The kind of stay, by the age of the first of the children on a day."""
    if need.kind == ADOPTERS:
        return KINDS - 1
    if need.kind == HOSTS:
        return KINDS - 2
    return int(np.searchsorted(AGES, age_on(need.children[0].born, day), side="right"))


def ends_of(stays: Iterable[Stay], first: date, last: date) -> Floats:
    """[kinds, bands] share of stays that ended in a week, in the days from the first up to but not on the last.

    Eighteenth birthdays do not count: they are known beforehand.
    """
    lived, ended = np.zeros((KINDS, len(BANDS))), np.zeros((KINDS, len(BANDS)))
    begins = 7 * np.array(BANDS)
    after = np.append(begins[1:], 10**6)
    for need, begin, until in stays:
        low, high = max((first - begin).days, 0), (min(until or last, last) - begin).days
        if high <= low:
            continue
        kind = kind_of(need, max(begin, first))
        lived[kind] += np.maximum(np.minimum(after, high) - np.maximum(begins, low), 0) / 7
        if until is not None and until < last and age_on(need.children[0].born, until) < _ADULT:
            ended[kind, np.searchsorted(begins, high - 1, side="right") - 1] += 1
    return _fitted(lived, ended)


def _fitted(lived: Floats, ended: Floats) -> Floats:
    """[kinds, bands] the rates of a kind's factor times a band's rate; nought where nothing ever ended."""
    factor = np.ones(len(lived))
    rate = np.zeros(lived.shape[1])
    for _ in range(_TURNS):
        rate = ended.sum(axis=0) / np.maximum(factor @ lived, 1e-9)
        factor = (ended.sum(axis=1) + _LIKE_ALL) / (lived @ rate + _LIKE_ALL)
    return np.minimum(factor[:, None] * rate, MOST)


def known_stays(
    ends: Floats, needs: Sequence[Need], groups: Sequence[tuple[Child, ...]], came_before: Mask, day: date
) -> Stays:
    """What is known of each group on the first day; `came_before`, [groups]: those of the year before, as they came."""
    kinds, been, grown = (np.zeros(len(needs), dtype=np.int64) for _ in range(3))
    for at, (need, group) in enumerate(zip(needs, groups, strict=True)):
        kinds[at] = kind_of(need, need.begin if came_before[at] else max(need.begin, day))
        moved_in = max((one for one in (need.begin, *need.breaks) if one < day), default=day)
        been[at] = 0 if came_before[at] else (day - moved_in).days // 7
        grown[at] = max(max((birthday(one, _ADULT) - day).days for one in group) // 7, 1)
    return Stays(np.array(BANDS, dtype=np.int64), ends, kinds, been, grown)


def nothing_known(groups: int) -> Stays:
    """For a year that was made without looking back: stays of nobody ever ended."""
    none: Ints = np.zeros(groups, dtype=np.int64)
    return Stays(np.array(BANDS, dtype=np.int64), np.zeros((KINDS, len(BANDS))), none, none, none + 10**6)
