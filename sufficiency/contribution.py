"""What each lever of a scenario does: alone, in the order given and whatever the order, with what they do together.

Levers do not add up: more enquiries and more assessors together bring more than the one and the other. Whoever says
what a lever does must say beside which others. Alone is beside none; in order is beside those before it; order-free
is the mean over all orders (Shapley, 1953, "A value for n-person games", Contributions to the Theory of Games II,
307-317), which is the only way of sharing out the whole that treats alike what acts alike, gives nothing to what does
nothing, and adds up.

Everything is worked out future by future, under common random numbers, before anything is averaged: a band is that of
the difference, not the difference of two bands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import factorial
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from sufficiency.levers import Pulls

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

Play = Callable[[Pulls], Array]
"""Values [draws, ...] of a future in which these levers are pulled; the same draw is the same future for every set."""
Way = Literal["order_free", "in_order", "alone"]

MOST_EXACT: Final = 6
"""Levers whose every set is played: 64 plays. Of more, two orders stand for all: three plays a lever."""
TOGETHER: Final = "together"
"""The bar of what levers do only together, where each stands for what it does alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What each lever adds, in every future. The first axis of what is said of each is levers, in the order given.

    In every future, `in_order` and `order_free` each add up to `change`, but for the last bits of floating point. Of
    whole numbers, `in_order` adds up to the bit, and so does `shares`, to `parts` times `change`.
    """

    levers: tuple[str, ...]
    start: Floats
    """[draws, ...] with none of them pulled."""
    end: Floats
    """[draws, ...] with all of them pulled."""
    alone: Floats
    """[levers, draws, ...] with this one alone, less none."""
    in_order: Floats
    """[levers, draws, ...] with this one and those before it, less those before it."""
    shares: Floats
    """[levers, draws, ...] `parts` times `order_free`: sums of differences, before anything is divided."""
    parts: int
    exact: bool
    """Whether the mean is over all orders; otherwise it is of two, the order given and its reverse."""
    plays: int
    """Sets that were played."""

    @property
    def change(self) -> Floats:
        """[draws, ...] what all of them add."""
        return self.end - self.start

    @property
    def order_free(self) -> Floats:
        """[levers, draws, ...] what this one adds to those before it, as the mean over orders."""
        return self.shares / self.parts

    @property
    def together(self) -> Floats:
        """[draws, ...] what they add only together: all of them, less each alone. Nought where levers do add up."""
        return np.asarray(self.change - self.alone.sum(axis=0))

    @property
    def method(self) -> str:
        """How the mean over orders was taken, in words."""
        if self.exact:
            return f"mean over all orders ({self.plays} sets of levers played)"
        return f"mean of two orders, the one given and its reverse ({self.plays} sets of levers played)"

    def at(self, *index: int) -> Contributions:
        """One of the values that every future has: the same with [draws] alone."""
        where: tuple[Any, ...] = (slice(None), *index)
        several: tuple[Any, ...] = (slice(None), *where)
        return Contributions(
            self.levers, self.start[where], self.end[where], self.alone[several], self.in_order[several],
            self.shares[several], self.parts, self.exact, self.plays,
        )  # fmt: skip


def contributions(
    play: Play,
    pulls: Pulls,
    *,
    as_one: Mapping[str, Sequence[str]] | None = None,
    most_exact: int = MOST_EXACT,
    progress: Callable[[int, int], None] | None = None,
) -> Contributions:
    """What each of `pulls` adds to what `play` gives.

    `play` is asked once for each set of levers that is needed, the first lever changing least often. `as_one` names
    levers that count as one (`{"recruitment": [...]}`); the one stands where its first lever does. Raises ValueError
    where plays differ in shape, or `as_one` names a lever twice or one that is not pulled.
    """
    named = _players(pulls, as_one or {})
    levers = tuple(named)
    count = len(levers)
    exact = count <= most_exact
    sets = _sets(count, most_exact)
    played = _played(play, pulls, [[x for one in some for x in named[levers[one]]] for some in sets], progress)
    value = dict(zip(sets, played, strict=True))
    none, whole = value[()], value[tuple(range(count))]
    adds: list[Floats] = [value[tuple(range(k + 1))] - value[tuple(range(k))] for k in range(count)]
    if exact:
        weights = [factorial(size) * factorial(count - 1 - size) for size in range(count)]
        shares = [_shapley(one, value, weights) for one in range(count)]
    else:
        shares = [adds[k] + value[tuple(range(k, count))] - value[tuple(range(k + 1, count))] for k in range(count)]
    return Contributions(
        levers=levers,
        start=none,
        end=whole,
        alone=_stacked([value[(k,)] - none for k in range(count)], none),
        in_order=_stacked(adds, none),
        shares=_stacked(shares, none),
        parts=factorial(count) if exact else 2,
        exact=exact,
        plays=len(sets),
    )


def sets_asked(pulls: Pulls, *, most_exact: int = MOST_EXACT) -> list[Pulls]:
    """The sets of levers that `contributions` asks for, each by itself, in the order in which it does."""
    levers = tuple(pulls.pulls)
    return [pulls.only(*(levers[one] for one in some)) for some in _sets(len(levers), most_exact)]


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a waterfall."""

    name: str
    begins: float
    ends: float
    length: float
    """`ends` less `begins`, in the same decimals."""
    low: float
    """In nine futures of ten, the length is this or more."""
    high: float
    """In nine futures of ten, it is this or less."""
    error: float
    """Standard error of the mean length, because there are only so many futures."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the mean without the levers to the mean with them, one bar a lever.

    As written with `decimals` decimals, `start` and all lengths add up to `end`, and each bar begins where the one
    before it ended. The running total is what is rounded, and a bar is the step between two of them: so it is off by
    less than one in its last decimal, and a lever that does nothing has nought.
    """

    start: float
    bars: tuple[Bar, ...]
    end: float
    decimals: int
    way: Way

    def text(self, amount: float) -> str:
        """An amount of this waterfall as it is written."""
        return f"{amount:,.{self.decimals}f}"


def waterfall(found: Contributions, *, decimals: int = 1, way: Way = "order_free") -> Waterfall:
    """The waterfall of values [draws], with the band of each bar over futures.

    "alone" has a last bar for what the levers do only together. Raises ValueError for values of more than one axis.
    """
    if found.start.ndim != 1:
        raise ValueError(f"A waterfall is of one value a future, not of {found.start.shape[1:]}: choose one with at().")
    each: list[tuple[str, Floats]] = list(zip(found.levers, getattr(found, way), strict=True))
    if way == "alone":
        each.append((TOGETHER, found.together))
    totals = _running(found, [length for _, length in each])
    units = [round(total * 10**decimals) for total in totals]
    bars = []
    for k, (name, length) in enumerate(each):
        low, high = np.quantile(length, (0.1, 0.9)).tolist()
        begins, ends = units[k], units[k + 1]
        bars.append(
            Bar(
                name,
                _shown(begins, decimals),
                _shown(ends, decimals),
                _shown(ends - begins, decimals),
                round(low, decimals) + 0.0,
                round(high, decimals) + 0.0,
                mean_error(length),
            )
        )
    return Waterfall(_shown(units[0], decimals), tuple(bars), _shown(units[-1], decimals), decimals, way)


def mean_error(values: Array) -> float:
    """Standard error of the mean over futures; nought where there is one future alone, of which nothing is known."""
    count = len(values)
    return float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else 0.0


def _running(found: Contributions, lengths: Sequence[Floats]) -> list[float]:
    """Mean totals before the first bar and after each. What additions lose is in the last bar that is not nought."""
    start, end = float(found.start.mean()), float(found.end.mean())
    totals = list(accumulate((float(length.mean()) for length in lengths), initial=start))
    last = max((k for k, length in enumerate(lengths) if length.any()), default=-1)
    return [end if k > last else total for k, total in enumerate(totals)]


def _shown(units: int, decimals: int) -> float:
    return units / 10**decimals if decimals > 0 else float(units * 10**-decimals)


def _players(pulls: Pulls, as_one: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What counts as one lever: its name, and the levers in it."""
    of: dict[str, str] = {}
    for name, some in as_one.items():
        for lever in some:
            if lever not in pulls.pulls:
                raise ValueError(f"{name} is to hold {lever}, which is not pulled.")
            if lever in of:
                raise ValueError(f"{lever} is to be part of both {of[lever]} and {name}.")
            of[lever] = name
    named: dict[str, tuple[str, ...]] = {}
    for lever in pulls.pulls:
        name = of.get(lever, lever)
        if name in pulls.pulls and name != lever:
            raise ValueError(f"{name} is the name of a lever, and cannot stand for others as well.")
        named[name] = (*named.get(name, ()), lever)
    return named


def _sets(count: int, most_exact: int) -> list[tuple[int, ...]]:
    return _every_set(count) if count <= most_exact else _two_orders(count)


def _every_set(count: int) -> list[tuple[int, ...]]:
    """Every set of levers; the first lever changes least often, so that what hangs on it alone can be kept."""
    return [tuple(k for k in range(count) if mask >> (count - 1 - k) & 1) for mask in range(2**count)]


def _two_orders(count: int) -> list[tuple[int, ...]]:
    """The sets met when levers are added in the order given and in its reverse, and each alone."""
    forward = [tuple(range(k)) for k in range(count + 1)]
    backward = [tuple(range(k, count)) for k in range(count - 1, 0, -1)]
    return list(dict.fromkeys([*forward, *backward, *((k,) for k in range(count))]))


def _shapley(one: int, value: Mapping[tuple[int, ...], Floats], weights: Sequence[int]) -> Floats:
    """Sum over all orders of what one lever adds to those before it."""
    total: Floats = np.zeros_like(value[()])
    for some in value:
        if one not in some:
            total += weights[len(some)] * (value[tuple(sorted((*some, one)))] - value[some])
    return total


def _played(
    play: Play, pulls: Pulls, sets: Sequence[Sequence[str]], progress: Callable[[int, int], None] | None
) -> list[Floats]:
    found: list[Floats] = []
    for some in sets:
        values = np.asarray(play(pulls.only(*some)), dtype=np.float64)
        found.append(values)
        if not values.ndim or values.shape != found[0].shape:
            shapes = f"{values.shape}, another {found[0].shape}"
            raise ValueError(f"A play gave {shapes}: they are not of the same futures.")
        if progress is not None:
            progress(len(found), len(sets))
    return found


def _stacked(each: Sequence[Floats], like: Floats) -> Floats:
    return np.stack(each) if each else np.zeros((0, *like.shape))
