"""Which children can have a home of the council's own at once: the sets of needs that a set of places can hold.

Every place of a home is usable by some needs and not by others, and in one segment of homes the needs are nested: a
place that few can use can be used by all who find more there. By Hall's theorem, children have homes at once exactly
when no set of needs holds more of them than there are places usable by one of its needs. There are eight needs of
foster homes and so 255 sets: all of them are looked at, for many futures at a time.

What follows from it, whatever the order in which children are offered homes (Rado 1942; Edmonds 1970): a child who has
a home is never displaced to make room for another; when everybody has been offered one, as many have a home as can;
and one more place, or a place that more needs can use, never lowers that number.

Arrays hold sets of needs first and futures last: set number 5 (binary 101) is the first and the third need.
"""

from __future__ import annotations

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
_TURN: Final = (5**0.5 - 1) / 2
"""The golden ratio's fraction: its multiples lie as evenly as can be, however many there are (Weyl; Knuth 6.4)."""


def shares_of(usable: Usable, occupancy: float) -> npt.NDArray[np.float64]:
    """[homes, needs] share of all places of a home that a need can use, filled ones among them.

    The share that the matcher finds is of vacant places. Of those that are usually filled, all are usable for the need
    that the home is meant for: they are used. Of the others only the vacant ones' share is known, and is taken for
    all. Short breaks are not a home; hosts and adopters take only those who need them; relatives and friends bring
    their home along.
    """
    share = usable.at(np.full(_N, occupancy))
    meant = np.eye(_N, dtype=np.bool_)
    share = np.where(meant, occupancy + (1 - occupancy) * share, share)
    counts = np.zeros((_N, _N), dtype=np.bool_)
    counts[:FOSTERED, :FOSTERED] = True
    counts[ALONE, ALONE] = True
    return np.asarray(np.where(counts, share, 0.0), dtype=np.float64)


def places_usable(shares: Array, most: int) -> npt.NDArray[np.int64]:
    """Of the first so many places of a home, those that a need can use: [homes, needs, most + 1].

    `shares` [homes, needs]. Which places those are never depends on how many there are, so that one more place takes
    nothing from anybody.
    """
    kind = np.arange(1, most + 1) * _TURN % 1.0
    usable = kind < np.asarray(shares)[:, :, None]
    none = np.zeros((*usable.shape[:2], 1), dtype=np.int64)
    return np.concatenate([none, np.cumsum(usable, axis=2)], axis=2)


def room_by_home(usable: Array) -> Array:
    """[homes, sets, futures] places of each home that one of the set can use, from [homes, needs, futures]."""
    homes, needs, futures = usable.shape
    room = np.zeros((homes, 1 << needs, futures), dtype=usable.dtype)
    for need in range(needs):
        half = 1 << need
        np.maximum(room[:, :half], usable[:, need, None], out=room[:, half : 2 * half])
    return room


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
