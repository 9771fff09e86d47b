"""Considerations asked of many children at once: children alike in all that one looks at share one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from matching.considerations.consideration import Consideration, Facts, Score
from matching.pairs import Pairs
from matching.rules.among import Among
from matching.rules.register import Register

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


class ScoredTogether:
    """The pairs of a stretch of children; `here` is where they stand among all pairs."""

    def __init__(self, among: Among, facts: Sequence[Facts], pairs: Pairs, children: range) -> None:
        start = pairs.start
        self.here = slice(int(start[children.start]), int(start[children.stop]))
        self._among, self._facts, self._pairs = among, facts, pairs
        self._with_homes = [i for i in children if start[i + 1] > start[i]]
        self._alone: dict[int, Register] = {}
        self._local = np.zeros(pairs.homes, dtype=np.int64)

    def score(self, one: Consideration) -> Score:
        """What one consideration gives each pair; arrays of shape (pairs of the stretch,)."""
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i in self._with_homes:
            alike[one.rests_on(self._facts[i])].append(i)
        count = self.here.stop - self.here.start
        value = np.empty(count)
        least, most = value, value
        known, applies = np.empty(count, dtype=np.bool_), np.empty(count, dtype=np.bool_)
        for children in alike.values():
            score, at, here = self._of(one, children)
            if score.least is not score.value and least is value:
                # from here on the three differ; so far they were the same
                least, most = value.copy(), value.copy()
            value[here], known[here], applies[here] = score.value[at], score.known[at], score.applies[at]
            if least is not value:
                least[here], most[here] = score.least[at], score.most[at]
        return Score(value, known, applies, least, most)

    def _of(self, one: Consideration, children: Sequence[int]) -> tuple[Score, slice | np.ndarray, slice | np.ndarray]:
        """The score of homes for these children, who are alike; which of it goes to which pairs of the stretch."""
        facts, pairs = self._facts[children[0]], self._pairs
        first = self.here.start
        if len(children) == 1:
            mine = pairs.of(children[0])
            score = one.scores(Facts(facts.child, self._alone_with(children[0]), facts.asked))
            return score, slice(None), slice(mine.start - first, mine.stop - first)
        where = np.concatenate([np.arange(mine.start, mine.stop) for mine in map(pairs.of, children)])
        homes = pairs.home[where]
        wanted = np.zeros(pairs.homes, dtype=np.bool_)
        wanted[homes] = True
        union = np.flatnonzero(wanted).astype(np.int64)
        self._local[union] = np.arange(len(union))
        score = one.scores(Facts(facts.child, self._among(union), facts.asked))
        return score, self._local[homes], where - first

    def _alone_with(self, child: int) -> Register:
        """The register narrowed to the homes of one child."""
        if child not in self._alone:
            self._alone[child] = self._among(self._pairs.homes_of(child))
        return self._alone[child]
