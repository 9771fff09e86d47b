"""A lawful plan at once, of a round of any size: everybody asks for their best, and the best askers are served.

It proves nothing. It is where a search begins, and what a round too large to search in the time still has.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array

from matching.bundles import Bundles
from matching.question import Ints


def first_come(bundles: Bundles, by_column: csc_array, capacity: Ints, worth: Ints) -> Ints:
    """Bundles that fit together, sorted; `worth`, shape (bundles,), says which are asked for first.

    In each round every child not yet placed asks, through the first of its bundles' children, for the bundle worth
    most (the lowest-numbered of equals); in the order of worth each is taken if there is room. What has no room any
    more is not asked for again.
    """
    q = bundles.question
    left = np.flatnonzero(worth > 0)
    left = left[np.argsort(-worth[left], kind="stable")]
    lead = q.pair_child[bundles.pair[bundles.start[:-1]]]
    room = np.asarray(capacity, dtype=np.int64).copy()
    placed = np.zeros(q.children, dtype=np.bool_)
    taken: list[int] = []
    takes = csc_array(by_column[:, left])
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
        kept = np.ones(len(left), dtype=np.bool_)
        kept[first] = False
        owner, child = bundles.children_of(left)
        kept[owner[placed[child]]] = False
        # what does not fit now never will
        kept[np.repeat(np.arange(len(left)), np.diff(takes.indptr))[takes.data > room[takes.indices]]] = False
        left, takes = left[kept], takes[:, kept]
    return np.sort(np.array(taken, dtype=np.int64))
