"""Which children can have a home of the council's own at once: how many of each set of needs some places can hold.

A kind of home has so many places that can be used at all, and of these so many for each need. Children of a set of
needs find there the sum of what each of them finds, and never more than all. Children can all have homes at once
exactly when no set of needs holds more of them than its needs find in all homes together (Gale 1957). There are eight
needs of foster homes and so 255 sets: all of them are looked at, for many futures at a time.

What follows from it, whatever the order in which children are offered homes (Edmonds 1970): a child who has a home is
never displaced to make room for another; when everybody has been offered one, as many have a home as can; and one more
place, or a place that more needs can use, never lowers that number.

Arrays hold sets of needs first and futures last: set number 5 (binary 101) is the first and the third need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import ADOPTERS, SEGMENTS
from sufficiency.usable import Usable

Array = npt.NDArray[Any]

FOSTERED: Final = SEGMENTS.index("short_breaks")
"""Needs of foster homes, and the homes that meet them, come first in `SEGMENTS`."""
ALONE: Final = (SEGMENTS.index("supported_lodgings"), ADOPTERS)
"""Needs that only homes of their own kind meet."""
_N: Final = len(SEGMENTS)


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of all places of a kind of home, filled ones among them."""

    each: npt.NDArray[np.float64]
    """[homes, needs] that a need can use."""
    every: npt.NDArray[np.float64]
    """[homes] that can be used at all."""

    def of(self, places: Array, luck: Array) -> tuple[Array, Array]:
        """Places that each need can use, [homes, needs, futures], and in all, [homes, futures].

        `luck` [homes, needs + 1, futures] rounds them: it is the same in every month, so that one place more takes
        nothing from anybody.
        """
        each = np.floor(self.each[:, :, None] * places[:, None] + luck[:, :-1]).astype(places.dtype)
        every = np.floor(self.every[:, None] * places + luck[:, -1]).astype(places.dtype)
        return np.minimum(each, places[:, None]), np.minimum(every, places)


def shares_of(usable: Usable, occupancy: float) -> Shares:
    """Shares of all places, from those of vacant places that the matcher finds, at homes as full as they usually are.

    *In all*: filled places are used, and of the vacant ones each need uses its share. *For those whom a home is meant
    for*: the same with their share alone. *For others*: the mean of their share over all occupancies, as a home fills
    place by place, and each place is taken when it is that full. Short breaks are no home; hosts and adopters take
    only those who need them; relatives and friends bring their home along.
    """
    share = usable.at(np.full(_N, occupancy))
    between = (usable.share[1:] + usable.share[:-1]) / 2
    mean = np.einsum("k,khn->hn", np.diff(usable.knots), between) / (usable.knots[-1] - usable.knots[0])
    meant = np.eye(_N, dtype=np.bool_)
    each = np.where(meant, np.maximum(occupancy + (1 - occupancy) * share, mean), mean)
    counts = np.zeros((_N, _N), dtype=np.bool_)
    counts[:FOSTERED, :FOSTERED] = True
    counts[ALONE, ALONE] = True
    used = np.minimum(np.where(counts, share, 0.0).sum(axis=1), 1.0)
    every = np.where(counts.any(axis=1), occupancy + (1 - occupancy) * used, 0.0)
    return Shares(np.where(counts, each, 0.0), np.maximum(every, np.where(counts & meant, each, 0.0).max(axis=1)))


def room_by_home(each: Array, every: Array) -> Array:
    """[homes, sets, futures] places of each home that a set of needs finds: see `Shares.of`."""
    homes, needs, futures = each.shape
    room = np.zeros((homes, 1 << needs, futures), dtype=each.dtype)
    for need in range(needs):
        half = 1 << need
        np.add(room[:, :half], each[:, need, None], out=room[:, half : 2 * half])
    return np.minimum(room, every[:, None], out=room)


def in_sets(children: Array) -> Array:
    """[sets, futures] children of each set of needs, from [needs, futures]."""
    needs, futures = children.shape
    total = np.zeros((1 << needs, futures), dtype=children.dtype)
    for need in range(needs):
        half = 1 << need
        np.add(total[:half], children[need], out=total[half : 2 * half])
    return total


def offer(room: Array, need: int, children: Array) -> Array:
    """How many of some children of one need can have a home beside those who have one: [futures].

    `room` [sets, futures] is what is left; it is lessened by those who are placed.
    """
    some = _with(room, need)
    placed = np.minimum(children, some.min(axis=(0, 1)))
    some -= placed
    return np.asarray(placed)


def who_lives_where(by_home: Array, children: Array) -> Array:
    """[needs, homes, futures] who lives in which home, for children who can all have one at once.

    As many as can live in homes meant for them; the others are spread. Home after home, each takes numbers with which
    the homes still to come can hold all who are left (the discrete sandwich theorem: Frank 1982).
    """
    homes, _, futures = by_home.shape
    needs = len(children)
    lives = np.zeros((needs, homes, futures), dtype=children.dtype)
    left = children.copy()
    rest = by_home.sum(axis=0, dtype=children.dtype)
    for home in range(homes - 1):
        most = by_home[home]
        rest -= most
        least = in_sets(left) - rest
        for bit, need in _own_last(home, needs):
            lives[need, home] = _taken(most, least, bit, left[need], own=need == home)
            most, least = _settled(most, least, bit, lives[need, home])
        left -= lives[:, home]
    lives[:, -1] = left
    return lives


def _own_last(home: int, needs: int) -> list[tuple[int, int]]:
    """Needs in the order in which a home takes them, its own first, each with its place among those not yet taken."""
    order = [home, *(need for need in reversed(range(needs)) if need != home)]
    waiting = list(range(needs))
    told = []
    for need in order:
        told.append((waiting.index(need), need))
        waiting.remove(need)
    return told


def _taken(most: Array, least: Array, bit: int, left: Array, *, own: bool) -> Array:
    """Children of one need who live in a home: as many as can of its own, and half way between the ends of others."""
    high = np.minimum((_with(most, bit) - _without(least, bit)).min(axis=(0, 1)), left)
    if own:
        return np.asarray(high)
    low = np.maximum((_with(least, bit) - _without(most, bit)).max(axis=(0, 1)), 0)
    return np.asarray((low + high) // 2)


def _settled(most: Array, least: Array, bit: int, taken: Array) -> tuple[Array, Array]:
    """The bounds that are left for the sets of the other needs."""
    above = np.minimum(_without(most, bit), _with(most, bit) - taken)
    below = np.maximum(_without(least, bit), _with(least, bit) - taken)
    futures = most.shape[-1]
    return above.reshape(-1, futures), below.reshape(-1, futures)


def _with(sets: Array, bit: int) -> Array:
    """The sets that hold a need, as a view: [higher needs, lower needs, futures]."""
    return sets.reshape(-1, 2, 1 << bit, sets.shape[-1])[:, 1]


def _without(sets: Array, bit: int) -> Array:
    return sets.reshape(-1, 2, 1 << bit, sets.shape[-1])[:, 0]
