"""The pairs of child and home that a round looks at: what every list of answers, points and distances goes by.

A council of England's size has hundreds of millions of pairs and looks at one in a few hundred, so nothing is kept for
the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

NOT_LISTED = -1


def each_once(numbers: Ints) -> Ints:
    """Sorted, each once: for millions a sort is many times faster than the hashing of numpy's own."""
    ascending = np.sort(numbers)
    new = np.ones(len(ascending), dtype=np.bool_)
    new[1:] = ascending[1:] != ascending[:-1]
    return ascending[new]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of child and home by index, sorted by child, then home, each once.

    `child`, `home`: shape (pairs,). `children`, `homes`: how many there are in the round.
    """

    child: Ints
    home: Ints
    children: int
    homes: int

    @classmethod
    def every(cls, children: int, homes: int) -> Pairs:
        """Every child with every home."""
        child = np.repeat(np.arange(children, dtype=np.int64), homes)
        return cls(child, np.tile(np.arange(homes, dtype=np.int64), children), children, homes)

    @classmethod
    def where(cls, listed: Mask) -> Pairs:
        """The pairs where a mask of shape (children, homes) holds."""
        child, home = np.nonzero(listed)
        return cls(child.astype(np.int64), home.astype(np.int64), *listed.shape)

    @classmethod
    def of_codes(cls, codes: Ints, children: int, homes: int) -> Pairs:
        """The pairs of these codes, `child * homes + home`, in any order and any number of times."""
        child, home = np.divmod(each_once(codes), max(homes, 1))
        return cls(child, home, children, homes)

    def __len__(self) -> int:
        return len(self.child)

    @cached_property
    def start(self) -> Ints:
        """Where each child's pairs begin, and at last where they all end: shape (children + 1,)."""
        return np.searchsorted(self.child, np.arange(self.children + 1)).astype(np.int64)

    @cached_property
    def codes(self) -> Ints:
        """`child * homes + home`, ascending: shape (pairs,)."""
        return self.child * self.homes + self.home

    def of(self, child: int) -> slice:
        """The pairs of one child."""
        return slice(int(self.start[child]), int(self.start[child + 1]))

    def homes_of(self, child: int) -> Ints:
        """The homes listed for one child, ascending."""
        return self.home[self.of(child)]

    def position(self, child: int, home: int) -> int:
        """Where one pair stands; `NOT_LISTED` for a pair that is not here."""
        mine = self.of(child)
        at = mine.start + int(np.searchsorted(self.home[mine], home))
        return at if at < mine.stop and self.home[at] == home else NOT_LISTED

    def positions(self, child: Ints | int, homes: Ints) -> Ints:
        """Where pairs stand; `NOT_LISTED` for those not here. `child`: one, or one for each home."""
        wanted = np.asarray(child, dtype=np.int64) * self.homes + homes
        at = np.searchsorted(self.codes, wanted)
        here = at < len(self)
        here[here] = self.codes[at[here]] == wanted[here]
        return np.where(here, at, NOT_LISTED)

    def only(self, chosen: Mask) -> Pairs:
        """Those of the pairs that are chosen; shape of the mask (pairs,)."""
        return Pairs(self.child[chosen], self.home[chosen], self.children, self.homes)

    def listed(self) -> Mask:
        """The same as a mask of shape (children, homes): for small rounds."""
        mask = np.zeros((self.children, self.homes), dtype=np.bool_)
        mask[self.child, self.home] = True
        return mask
