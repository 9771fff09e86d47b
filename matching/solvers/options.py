"""What an exact search chooses among: bundles by themselves, and patterns of families taken whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matching.bundles import Bundles
from matching.question import Ints, Mask
from matching.solvers.families import Patterns


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """`bundle[start[i]:start[i + 1]]` are the bundles that option i takes, sorted; `near` the sibling pairs near in it.

    Of options with the same `family`, other than -1, one at most may be taken. `linked`: no option says how many of its
    sibling pairs are near; where that is asked about, it has to be counted beside them (`near.links_of`).
    """

    start: Ints
    bundle: Ints
    near: Ints
    family: Ints
    linked: bool

    @classmethod
    def of(cls, bundles: Ints) -> Options:
        """Bundles, each by itself."""
        count = len(bundles)
        none = np.zeros(count, dtype=np.int64)
        return cls(np.arange(count + 1, dtype=np.int64), bundles, none, none - 1, linked=True)

    @classmethod
    def whole(cls, bundles: Ints, alone: Ints, families: list[Patterns]) -> Options:
        """Some of `bundles` by themselves and some patterns of families; both are positions in `bundles`."""
        sizes = [np.ones(len(alone), dtype=np.int64), *(np.diff(of.start) for of in families)]
        return cls(
            np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(sizes)))),
            bundles[np.concatenate([alone, *(of.columns for of in families)])],
            np.concatenate([np.zeros(len(alone), dtype=np.int64), *(of.near for of in families)]),
            np.repeat(np.arange(-1, len(families)), [len(alone), *(len(of) for of in families)]),
            linked=False,
        )

    def __len__(self) -> int:
        return len(self.near)

    @property
    def bundles(self) -> Ints:
        """Every bundle that some option takes, sorted."""
        return np.unique(self.bundle)

    def holds(self, bundles: int) -> csr_array:
        """Which bundles each option takes, as ones; shape (options, bundles)."""
        return csr_array(
            (np.ones(len(self.bundle), dtype=np.int64), self.bundle, self.start), shape=(len(self), bundles)
        )

    def bundles_of(self, taken: Mask) -> Ints:
        """The bundles of the options taken, sorted."""
        return np.unique(self.bundle[np.repeat(taken, np.diff(self.start))])

    def chosen_by(self, bundles: Bundles, home_of: Ints) -> Mask:
        """The options that a plan is made of, as far as it is made of options at all."""
        chosen = bundles.chosen_by(home_of)
        inside = np.add.reduceat(chosen[self.bundle].astype(np.int64), self.start[:-1]) if len(self) else self.near
        whole = inside == np.diff(self.start)
        # of a family's options that a plan holds whole, the one that is most of it
        size = np.where(whole, np.diff(self.start), 0)
        most = np.zeros(int(self.family.max(initial=-1)) + 2, dtype=np.int64)
        np.maximum.at(most, self.family, size)
        taken: Mask = whole & ((self.family < 0) | (size == most[self.family]))
        return taken
