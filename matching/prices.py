"""Prices of homes that are scarce: what taking a home tonight is expected to cost the children who come next.

    prices = bid_prices(coming, room)
    prices.scarce                    # homes and their facts, for a sentence each
    keep = prices.keep(question)     # for the tier `keep`, where a council has chosen it

The pattern is the randomised linear programme of Talluri and van Ryzin, 1999, "A randomized linear programming method
for computing network bid prices", Transportation Science 33, 207-216: solve several sampled futures and take the mean
of what each says that a place is worth. Here each future is an assignment in whole groups, and a home has a price for
each number of its places that is taken, because one child in a home with three places already stops a family of three.
Nothing is decided by a price. Nobody who comes exists.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.coming import Coming
from matching.prices_kinds import Kind, kind_of
from matching.prices_lawful import MOST_PLACES, Room
from matching.prices_losses import NEVER, Arrivals, losses
from matching.question import Ints, Question

Floats = NDArray[np.float64]
DAYS: Final = 7
SURE: Final = 1.645
"""Standard errors below the mean: in nineteen of twenty such samples the true mean is not nought."""
SMALL: Final = 1.0
"""Child-weeks within the futures. A loss below it is not held against a home."""
LIKELY: Final = 0.8
"""Share of futures in which a group has come by the week that is named."""


@dataclass(frozen=True, slots=True)
class Scarce:
    """One scarce home and the facts of its sentence. Of nobody's details."""

    home_id: str
    kind: Kind
    """Whom it is kept for: those who lose most without it."""
    homes: int
    """Homes with a place tonight that could take such a group, this one with them."""
    come: float
    """Share of the futures in which such a group comes at all."""
    within: int | None
    """Weeks within which one has come in 80% of the futures; None where it has not in so many."""
    days: tuple[int, ...]
    """Days in a home that those who come are expected to lose if one, two ... places are taken; 0 where not sure."""
    error: tuple[float, ...]
    """The standard error of each, in days."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What taking places of each home is expected to cost. Arrays have shape (homes, taken + 1)."""

    home_ids: tuple[str, ...]
    mean: Floats
    """Child-weeks lost within the futures."""
    error: Floats
    """The standard error of the mean over futures."""
    days: Ints
    """The price: the mean in days, where the loss is sure and not small; else 0."""
    scarce: tuple[Scarce, ...]
    """By id."""
    futures: int
    weeks: int
    exact: bool
    """Every placing was proved best; otherwise some are bounds that no placing can pass."""

    def of_group(self, home_id: str, size: int) -> int:
        """What a group of so many is expected to cost in a home, in days."""
        at = self.home_ids.index(home_id)
        return int(self.days[at, min(size, self.days.shape[1] - 1)])

    def of_pair(self, question: Question) -> Ints:
        """For each pair of a question, a child's share of what its family is expected to cost there; shape (pairs,).

        The shares of a family that goes to one home add up to its price. A child alone has the price of one place;
        where children who are no family share a home, the price is the sum of theirs, which may be too much.
        """
        index = {home: at for at, home in enumerate(self.home_ids)}
        at = np.array([index.get(home, -1) for home in question.home_ids], dtype=np.int64)
        size, turn = np.ones(question.children, dtype=np.int64), np.zeros(question.children, dtype=np.int64)
        for family in np.unique(question.family[question.family >= 0]).tolist():
            members = np.flatnonzero(question.family == family)
            size[members], turn[members] = len(members), np.arange(len(members))
        child, home = question.pair_child, at[question.pair_home]
        whole = self.days[home, np.minimum(size[child], self.days.shape[1] - 1)]
        share = whole // size[child] + (turn[child] < whole % size[child])
        return np.where((home >= 0) & ~question.pair_lives_there, share, 0).astype(np.int64)

    def keep(self, question: Question) -> dict[tuple[str, str], int]:
        """The same as `propose` takes it: child id and home id to days, those above nought alone."""
        values = self.of_pair(question)
        some = np.flatnonzero(values)
        return {
            (question.child_ids[child], question.home_ids[home]): int(value)
            for child, home, value in zip(
                question.pair_child[some].tolist(),
                question.pair_home[some].tolist(),
                values[some].tolist(),
                strict=True,
            )
        }


def bid_prices(coming: Coming, room: Room, *, planned: Ints | None = None, opens: Ints | None = None) -> Prices:
    """The prices of a round's homes.

    `planned`, shape (homes,): new places that tonight's plan takes; a home's own are given back while it is priced.
    `opens`, shape (futures, homes, places), sorted: the week from which each place that is not free tonight will be;
    left out: drawn from `coming.leaving` for each child who lives in a home now. The same for any order of rows.
    """
    homes = len(room.home_ids)
    planned = np.zeros(homes, dtype=np.int64) if planned is None else np.minimum(planned, room.places)
    opens = _leavers(coming, room) if opens is None else opens
    free = np.where(np.arange(MOST_PLACES) < (room.places - planned)[:, None], 0, NEVER)
    most = np.where(room.places > 0, room.places, 0)
    lost = np.zeros((coming.futures, homes, int(most.max(initial=0)) + 1))
    for_kind: dict[tuple[int, Kind], float] = {}
    day = coming.day
    kinds = [kind_of(group, day) for group in coming.groups]
    exact = True
    may = room.lawful | ((room.places == 0) & room.later)
    for future in range(coming.futures):
        mine = coming.in_future(future)
        if not len(mine):
            continue
        group = coming.group[mine]
        arrivals = Arrivals(
            week=coming.week[mine],
            until=np.minimum(coming.week[mine] + coming.weeks_stay[mine], coming.weeks),
            size=coming.sizes[group],
            alone=room.alone[group],
            lawful=may[group],
        )
        told = losses(arrivals, np.sort(np.hstack((free, opens[future])), axis=1)[:, :MOST_PLACES], planned, most)
        lost[future] = told.weeks
        exact &= told.exact
        for at in np.flatnonzero(told.weeks[:, -1] > 0).tolist():
            lives = np.flatnonzero(told.home == at)
            stands = lives if len(lives) else np.flatnonzero((told.home < 0) & arrivals.lawful[:, at])
            for one in stands.tolist():
                key = (at, kinds[int(group[one])])
                for_kind[key] = for_kind.get(key, 0.0) + float(told.weeks[at, -1]) / len(stands)
    mean = lost.mean(axis=0)
    error = lost.std(axis=0, ddof=1) / np.sqrt(coming.futures) if coming.futures > 1 else np.full(mean.shape, np.inf)
    sure = (mean >= SMALL) & (mean > SURE * error)
    days = np.maximum.accumulate(np.where(sure, np.rint(mean * DAYS), 0), axis=1).astype(np.int64)
    scarce = tuple(
        _facts(coming, room, kinds, for_kind, days, error, at)
        for at in np.flatnonzero(days[:, -1] > 0).tolist()
        if any(home == at for home, _ in for_kind)
    )
    return Prices(room.home_ids, mean, error, days, scarce, coming.futures, coming.weeks, exact)


def _leavers(coming: Coming, room: Room) -> Ints:
    """The week in which each child who lives in a home now leaves it, by chance; shape (futures, homes, places)."""
    found = np.full((coming.futures, len(room.home_ids), MOST_PLACES), NEVER, dtype=np.int64)
    if coming.leaving <= 0:
        return found
    for at, home in enumerate(room.home_ids):
        number = min(int(room.fostered[at]), MOST_PLACES)
        if number:
            seed = int.from_bytes(hashlib.blake2b(home.encode(), digest_size=8).digest(), "big")
            drawn = np.random.default_rng(seed).geometric(coming.leaving, (coming.futures, MOST_PLACES))
            found[:, at, :number] = np.sort(drawn[:, :number], axis=1)
    return found


def _facts(
    coming: Coming,
    room: Room,
    kinds: list[Kind],
    for_kind: dict[tuple[int, Kind], float],
    days: Ints,
    error: Floats,
    at: int,
) -> Scarce:
    """Whom a home is kept for, how many homes could take them, and when they are expected."""
    kind = max((kind for home, kind in for_kind if home == at), key=lambda one: (for_kind[at, one], one))
    of_kind = np.array([one == kind for one in kinds], dtype=np.bool_)
    fits = of_kind & room.lawful[:, at]
    could = room.lawful[fits].mean(axis=0) >= 0.5 if fits.any() else np.zeros(len(room.home_ids), dtype=np.bool_)
    could[at] = True
    first = np.full(coming.futures, coming.weeks, dtype=np.int64)
    mine = of_kind[coming.group]
    np.minimum.at(first, coming.future[mine], coming.week[mine])
    by_week = np.array([(first <= week).mean() for week in range(coming.weeks)])
    enough = np.flatnonzero(by_week >= LIKELY)
    free = int(room.places[at])
    return Scarce(
        home_id=room.home_ids[at],
        kind=kind,
        homes=int((could & (room.places > 0)).sum()),
        come=float(by_week[-1]),
        within=int(enough[0]) + 1 if len(enough) else None,
        days=tuple(days[at, 1 : free + 1].tolist()),
        error=tuple((error[at, 1 : free + 1] * DAYS).round(1).tolist()),
    )
