"""A lawful plan at once, of a round of any size: everybody asks for their best, and the best askers are served.

It proves nothing. It is where a search begins, and what a round too large to search in the time still has.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array

from matching.bundles import Bundles
from matching.question import Ints, Mask


def first_come(bundles: Bundles, by_column: csc_array, capacity: Ints, worth: Ints) -> Ints:
    """Bundles that fit together, sorted; `worth`, shape (bundles,), says which are asked for first.

    In each round every child not yet placed asks, through the first of its bundles' children, for the bundle worth
    most (the lowest-numbered of equals); in the order of worth each is taken if there is room. What was refused
    once never fits again.
    """
    q = bundles.question
    left = np.flatnonzero(worth > 0)
    left = left[np.argsort(-worth[left], kind="stable")]
    lead = q.pair_child[bundles.pair[bundles.start[:-1]]]
    room = np.asarray(capacity, dtype=np.int64).copy()
    placed = np.zeros(q.children, dtype=np.bool_)
    taken: list[int] = []
    while len(left):
        _, first = np.unique(lead[left], return_index=True)
        for bundle in left[np.sort(first)].tolist():
            children = q.pair_child[bundles.pair[bundles.start[bundle] : bundles.start[bundle + 1]]]
            mine = slice(by_column.indptr[bundle], by_column.indptr[bundle + 1])
            rows, weights = by_column.indices[mine], by_column.data[mine]
            if (weights <= room[rows]).all():
                room[rows] -= weights
                placed[children] = True
                taken.append(bundle)
        left = np.delete(left, first)
        left = left[~_touches(bundles, placed, left)]
    return np.sort(np.array(taken, dtype=np.int64))


def _touches(bundles: Bundles, placed: Mask, which: Ints) -> Mask:
    """Whether a bundle holds a child who is placed."""
    sizes = np.diff(bundles.start)[which]
    start = np.concatenate(([0], np.cumsum(sizes)))
    inside = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], sizes)
    child = bundles.question.pair_child[bundles.pair[np.repeat(bundles.start[:-1][which], sizes) + inside]]
    if not len(which):
        return np.zeros(0, dtype=np.bool_)
    touches: Mask = np.logical_or.reduceat(placed[child], start[:-1])
    return touches
