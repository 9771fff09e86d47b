"""Considerations asked of many children at once: children alike in all that one looks at share one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.considerations.consideration import Consideration, Facts, Floats, Mask
from matching.pairs import Ints, Pairs
from matching.rules.among import Among
from matching.rules.register import Register

MILLIONTHS: Final = 1_000_000
PAIRS_AT_ONCE = 400_000
"""So many pairs are weighed at a time: enough for whole arrays to be quick, few enough to need little memory."""


def stretches(pairs: Pairs, at_once: int = PAIRS_AT_ONCE) -> Iterator[range]:
    """Stretches of children, in order, with about so many pairs each."""
    first = 0
    while first < pairs.children:
        after = int(np.searchsorted(pairs.start, pairs.start[first] + at_once, side="right")) - 1
        last = min(max(after, first + 1), pairs.children)
        yield range(first, last)
        first = last


def millionths(score: Floats) -> Ints:
    """Scores as whole numbers, so that sums come out alike on every machine."""
    return np.rint(score * MILLIONTHS).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What one consideration gives each pair, as `Score`, but in millionths of a score; shape (pairs,).

    Where everything is recorded the first three are one and the same array.
    """

    value: Ints
    least: Ints
    most: Ints
    known: Mask
    applies: Mask


class ScoredTogether:
    """The pairs of a stretch of children; `here` is where they stand among all pairs."""

    def __init__(self, among: Among, facts: Sequence[Facts], pairs: Pairs, children: range) -> None:
        start = pairs.start
        self.here = slice(int(start[children.start]), int(start[children.stop]))
        self._among, self._facts, self._pairs = among, facts, pairs
        self._with_homes = [i for i in children if start[i + 1] > start[i]]
        self._alone: dict[int, Register] = {}
        self._local = np.zeros(pairs.homes, dtype=np.int64)

    def score(self, one: Consideration) -> Scored:
        """What one consideration gives each pair of the stretch."""
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i in self._with_homes:
            alike[one.rests_on(self._facts[i])].append(i)
        count = self.here.stop - self.here.start
        value = np.empty(count, dtype=np.int64)
        least, most = value, value
        known, applies = np.empty(count, dtype=np.bool_), np.empty(count, dtype=np.bool_)
        for children in alike.values():
            register, at, here = self._alone_with(children[0]) if len(children) == 1 else self._together(children)
            score = one.scores(Facts(self._facts[children[0]].child, register, self._facts[children[0]].asked))
            exact = score.least is score.value
            if not exact and least is value:
                # from here on the three differ; so far they were the same
                least, most = value.copy(), value.copy()
            given = millionths(score.value)
            value[here], known[here], applies[here] = given[at], score.known[at], score.applies[at]
            if least is not value:
                least[here] = given[at] if exact else millionths(score.least)[at]
                most[here] = given[at] if exact else millionths(score.most)[at]
        return Scored(value, least, most, known, applies)

    def _together(self, children: Sequence[int]) -> tuple[Register, Ints, Ints]:
        """The register narrowed to the homes of these children, and which of its homes goes to which of the pairs."""
        pairs, first = self._pairs, self.here.start
        if len(children) == len(self._with_homes):
            where = np.arange(first, self.here.stop)
        else:
            where = np.concatenate([np.arange(mine.start, mine.stop) for mine in map(pairs.of, children)])
        homes = pairs.home[where]
        wanted = np.zeros(pairs.homes, dtype=np.bool_)
        wanted[homes] = True
        union = np.flatnonzero(wanted).astype(np.int64)
        self._local[union] = np.arange(len(union))
        return self._among(union), self._local[homes], where - first

    def _alone_with(self, child: int) -> tuple[Register, slice, slice]:
        """The same for one child: every home, in order."""
        mine, first = self._pairs.of(child), self.here.start
        if child not in self._alone:
            self._alone[child] = self._among(self._pairs.home[mine])
        return self._alone[child], slice(None), slice(mine.start - first, mine.stop - first)
