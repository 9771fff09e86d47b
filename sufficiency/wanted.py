"""What homes children need: the forecast of need, told by the segment of household that would suit each child.

Counted are children with the council's own, agencies' and other councils' foster carers, with relatives and friends,
or placed for adoption; a drawn share of those in supported accommodation, who could live with hosts; and those in
children's homes who needed a foster home (`need_and_use`). Each has one need. Brothers and sisters to live with come
first, whatever their age; then a baby's parent; then age.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sufficiency.forecast import Forecast
from sufficiency.groups import ADOPTION, AGE_BANDS, AGENCY, IN_HOUSE, KIN, OTHER_AUTHORITY, SUPPORTED
from sufficiency.history import History, in_care_on
from sufficiency.households import SEGMENTS
from sufficiency.need_and_use import likeliest_share, needed_foster_homes, needed_now
from sufficiency.referrals import Referrals
from sufficiency.scenario import Scenario
from sufficiency.segments import ANY, SIBLINGS, Segments
from sufficiency.stays import age_band, birthday
from sufficiency.streams import keys_for, uniform
from sufficiency.times_in_homes import recorded

Array = npt.NDArray[Any]
Counts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FOSTERED_BY: Final = (IN_HOUSE, AGENCY, OTHER_AUTHORITY)
"""Groups of children who need foster homes by their age and family."""
PLACES: Final = 5
"""The council's own homes, then as `future.OVERFLOW`."""
YEARS_BACK: Final = 3
"""The ages within a band are those of so many years."""
USUAL_OF: Final = 1000
"""Futures whose mean shares are taken for today's children: always as many, so that no future hangs on how many are
played."""
_SHARES, _STOCK, _FLOW = 7101, 7102, 7103
"""Purposes of random numbers."""
_UP_TO_95: Final = float(ndtri(0.95))
_YOUNGEST, _BY_AGE = AGE_BANDS.index("under_1"), AGE_BANDS.index("10_to_15")
_IN_HOMES: Final = 3
_N: Final = len(SEGMENTS)
_M04, _M5, _M11, _TEEN, _TWO, _MORE, _PARENT, _SPECIAL = range(8)
_HOSTS, _ADOPTERS, _KIN = (SEGMENTS.index(name) for name in ("supported_lodgings", "adopters", "kin"))
_AGE_NEED: Final = ((_M04,), (_M04,), (_M5,), (_M5, _M11, _TEEN), (_TEEN,))
"""What a child alone needs in each age band; from 10 to 15: at 10, at 11 and 12, and from 13."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Children who need a family's home. Needs are indexed as `households.SEGMENTS`; nobody needs `short_breaks`."""

    month_ends: npt.NDArray[np.int64]
    children: Counts
    """[draws, months, needs] on the last day of the month."""
    came: Counts
    """[draws, months, needs] whose need of such a home began in the month."""
    at_start: Counts
    """[needs, 1 + overflow] on the day before the first month, by where they live: the council's own homes, then as
    `future.OVERFLOW`."""
    starts: Counts | None = None
    """[draws, needs, 1 + overflow] the same children by the shares that each future has drawn, so that no need begins
    or ends in the first month because a share does; None: `at_start` in all of them."""

    @property
    def each_start(self) -> Counts:
        """[draws, needs, 1 + overflow] today's children in each future."""
        if self.starts is not None:
            return self.starts
        return np.broadcast_to(self.at_start, (len(self.children), *self.at_start.shape))

    @property
    def left(self) -> Counts:
        """[draws, months, needs] whose need ended in the month: never below nought."""
        start = self.each_start.sum(axis=2)[:, None]
        before = np.concatenate([start, self.children[:, :-1]], axis=1)
        return np.asarray(before + self.came - self.children, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Shares:
    """What is drawn once for each future, and holds in all its months."""

    within_ten_to_fifteen: Floats
    """[3] at 10, at 11 and 12, from 13: read from the history."""
    siblings: Floats
    """[draws, ages, 2] of two, and of three or more, to live together."""
    parent_and_child: Floats
    """[draws] of those under 1 without brothers or sisters to live with."""
    supported_lodgings: Floats
    """[draws] of those in supported accommodation."""


def wanted_from(
    history: History,
    forecast: Forecast,
    found: Segments,
    scenario: Scenario,
    *,
    seed: int,
    referrals: Referrals | None = None,
    ids: Array | None = None,
    first: int = 0,
) -> Wanted:
    """The needs of every future of a forecast; their sum is the forecast's own count, child by child.

    A child who is counted under a need in one month is not counted under another in the next by chance alone: one
    number decides for each future and need in all months. `referrals` with the return's `children.id` say, as in
    `bracket`, how many in children's homes needed a foster home. The same seed gives the same. `first` is the number
    of the forecast's first future: futures played in blocks, laid end to end, are those played in one go.
    """
    draws, months = forecast.stock.shape[:2]
    shares = drawn_shares(history, found, scenario, draws, seed, first=first)
    special = needed_foster_homes(
        history, forecast, scenario, seed=seed, referrals=referrals, ids=ids, first=first
    ).sum(axis=2)
    futures = np.arange(first, first + draws)[:, None, None, None]
    always = uniform(keys_for(seed, _STOCK, futures, np.zeros((1, 1, 1), dtype=np.int64), np.arange(_LUCKS)), 0)
    each = uniform(keys_for(seed, _FLOW, futures, np.arange(months)[:, None, None], np.arange(_LUCKS)), 0)
    children = needs_of(forecast.stock, special, shares, always[:, :, 0])
    entries = needs_of(forecast.entries, np.zeros_like(special), shares, each[:, :, 0])
    usual = drawn_shares(history, found, scenario, USUAL_OF, seed)
    start = at_start(history, usual, scenario, referrals, ids)
    starts = by_place(history, shares, always[:, :, 0])
    now = needed_now(history, scenario, draws, seed=seed, referrals=referrals, ids=ids, first=first)
    starts[:, _SPECIAL, _IN_HOMES] = now
    before = np.concatenate([starts.sum(axis=2)[:, None], children[:, :-1]], axis=1)
    return Wanted(
        month_ends=forecast.month_ends,
        children=children.astype(np.int32),
        came=np.maximum(entries, children - before).astype(np.int32),
        at_start=start.astype(np.int32),
        starts=starts.astype(np.int32),
    )


_LUCKS: Final = 2 * len(AGE_BANDS) + 2
"""Numbers that divide one count: families and ages by age band, parents, hosts."""


def needs_of(counts: Array, special: Array, shares: Shares, luck: Floats) -> Whole:
    """[draws, months, needs] of children counted by group and age band [draws, months, groups, ages].

    `special` [draws, months] are those in children's homes who need a foster home; `luck` [draws, months or 1,
    `_LUCKS`] rounds each share up or down, so that the mean over futures is right and the sum always.
    """
    needs = np.zeros((*counts.shape[:2], _N), dtype=np.int64)
    fostered = counts[:, :, list(FOSTERED_BY), :].sum(axis=2, dtype=np.int64)
    for age in range(len(AGE_BANDS)):
        two, more = (shares.siblings[:, None, age, size] for size in range(2))
        of_two, of_more, alone = _divided(fostered[:, :, age], (two, more), luck[:, :, age])
        needs[:, :, _TWO] += of_two
        needs[:, :, _MORE] += of_more
        if age == _YOUNGEST:
            parent, alone = _divided(alone, (shares.parent_and_child[:, None],), luck[:, :, -1])
            needs[:, :, _PARENT] += parent
        by_age = shares.within_ten_to_fifteen[:-1] if age == _BY_AGE else ()
        parts = _divided(alone, tuple(by_age), luck[:, :, len(AGE_BANDS) + age])
        for need, part in zip(_AGE_NEED[age], parts, strict=True):
            needs[:, :, need] += part
    needs[:, :, _SPECIAL] = special
    supported = counts[:, :, SUPPORTED, :].sum(axis=2, dtype=np.int64)
    needs[:, :, _HOSTS] = _divided(supported, (shares.supported_lodgings[:, None],), luck[:, :, -2])[0]
    needs[:, :, _ADOPTERS] = counts[:, :, ADOPTION, :].sum(axis=2)
    needs[:, :, _KIN] = counts[:, :, KIN, :].sum(axis=2)
    return needs


def _divided(counts: Array, shares: tuple[Array, ...], luck: Floats) -> list[Whole]:
    """Whole numbers that add up to the counts: the shares of them, one number rounding all, and the rest last."""
    total, upto, parts = np.zeros(np.shape(counts)), np.zeros(np.shape(counts), dtype=np.int64), []
    for share in shares:
        total = total + share
        ends = np.minimum(np.floor(counts * np.minimum(total, 1.0) + luck), counts).astype(np.int64)
        parts.append(ends - upto)
        upto = ends
    return [*parts, np.asarray(counts - upto, dtype=np.int64)]


# ---- shares --------------------------------------------------------------------------------------------------------


def drawn_shares(
    history: History, found: Segments, scenario: Scenario, draws: int, seed: int, *, first: int = 0
) -> Shares:
    """The shares of each future from number `first` on. How many there are has no bearing on those of any one."""
    futures = np.arange(first, first + draws)

    def luck(turn: int) -> Floats:
        return uniform(keys_for(seed, _SHARES, futures), turn)

    return Shares(
        within_ten_to_fifteen=ages_within(history),
        siblings=_siblings(found, luck),
        parent_and_child=scenario.number("wanted.parent_and_child").drawn(luck(0)),
        supported_lodgings=scenario.number("wanted.supported_lodgings").drawn(luck(1)),
    )


def _siblings(found: Segments, luck: Any) -> Floats:
    """[draws, ages, 2] from the shares of ages by families: of each age, who looks with one other, or with more.

    Each size has one luck for all ages. The interval is that of the share of all children; of those of one age it
    is a little too wide, as it holds what is not known of ages too.
    """
    table = found.table[found.table["need"] == ANY].set_index(["age_band", "siblings"])
    values = np.array(
        [[[table.loc[(a, s), c] for c in ("low", "share", "high")] for s in SIBLINGS] for a in AGE_BANDS],
        dtype=np.float64,
    )
    of_age = values[:, :, 1].sum(axis=1)
    values = np.divide(values, of_age[:, None, None], out=np.zeros_like(values), where=of_age[:, None, None] > 0)
    low, middle, high = values[..., 0], values[..., 1], values[..., 2]
    drawn = []
    for size in range(1, len(SIBLINGS)):
        z = ndtri(luck(1 + size))[:, None] / _UP_TO_95
        wide = np.where(z > 0, high[:, size] - middle[:, size], middle[:, size] - low[:, size])
        drawn.append(np.maximum(middle[:, size] + z * wide, 0.0))
    two, more = drawn[0], np.sum(drawn[1:], axis=0)
    over = np.maximum(two + more, 1.0)
    return np.stack([two / over, more / over], axis=2)


def ages_within(history: History) -> Floats:
    """[3] Of the fostered children from 10 to 15: at 10, at 11 and 12, and from 13.

    Counted on the last day and on the same day of the two years before it; as if all ages were as many where there
    is no such child.
    """
    parts = np.zeros(3)
    for back in range(YEARS_BACK):
        day = history.until - round(365.25 * back)
        if day <= history.first:
            break
        there = in_care_on(history, day)
        child = np.isin(there.group, FOSTERED_BY) & (age_band(there.dob, day) == _BY_AGE)
        of_age = [birthday(there.dob[child], age) <= day for age in (11, 13)]
        parts += np.bincount(np.sum(of_age, axis=0, dtype=np.int64), minlength=3)
    return parts / parts.sum() if parts.any() else np.array([1, 2, 3]) / 6


# ---- today ---------------------------------------------------------------------------------------------------------


def at_start(
    history: History,
    shares: Shares,
    scenario: Scenario,
    referrals: Referrals | None = None,
    ids: Array | None = None,
) -> Whole:
    """[needs, places] of the children in care on the last day that is known, by where they live.

    The return says where and how old they are; what else decides their need is taken at its mean.
    """
    middle = Shares(
        shares.within_ten_to_fifteen,
        shares.siblings.mean(axis=0, keepdims=True),
        np.array([scenario.number("wanted.parent_and_child").value]),
        np.array([scenario.number("wanted.supported_lodgings").value]),
    )
    told: Whole = by_place(history, middle, np.full((1, 1, _LUCKS), 0.5))[0]
    doubtful = int(recorded(history, [history.until], scenario).doubtful.sum())
    told[_SPECIAL, _IN_HOMES] = int(doubtful * likeliest_share(history, scenario, referrals, ids) + 0.5)
    return told


def by_place(history: History, shares: Shares, luck: Floats) -> Whole:
    """[draws, needs, places] of today's children but those in children's homes, by the shares of each future.

    `luck` [draws, 1, `_LUCKS`] is as in `needs_of`. Adopters and hosts are the council's own where the return says that
    it provides the place itself.
    """
    day = history.until
    there = in_care_on(history, day)
    own = _provided_by_council(history, there.period)
    band = age_band(there.dob, day)
    draws = len(shares.siblings)
    groups = int(max(KIN, SUPPORTED, ADOPTION, *FOSTERED_BY)) + 1
    told = np.zeros((draws, _N, PLACES), dtype=np.int64)
    some = (there.group == KIN) | (there.group == IN_HOUSE) | (own & np.isin(there.group, (SUPPORTED, ADOPTION)))
    lives = (
        some,
        (there.group == AGENCY) | (~own & np.isin(there.group, (SUPPORTED, ADOPTION))),
        there.group == OTHER_AUTHORITY,
    )
    for place, here in enumerate(lives):
        counts = np.zeros((1, 1, groups, len(AGE_BANDS)), dtype=np.int64)
        np.add.at(counts[0, 0], (there.group[here], band[here]), 1)
        everywhere = np.broadcast_to(counts, (draws, *counts.shape[1:]))
        told[:, :, place] = needs_of(everywhere, np.zeros((draws, 1)), shares, luck)[:, 0]
    return told


def _provided_by_council(history: History, periods: Array) -> npt.NDArray[np.bool_]:
    """Whether the last placement of each of some periods of care is the council's own."""
    last = np.searchsorted(history.placements.period, periods, side="right") - 1
    return np.asarray(history.placements.provider[last] == "PR1", dtype=np.bool_)
