"""Brothers and sisters in homes near each other: columns and rows that count them, beside a choice of bundles.

A sibling pair is near when one of them is in some home and the other in a different home near it. For each pair
and each home of the first there is one more number, at most what the first child's bundles there come to, and at
most what the second child's bundles come to in the homes near it. Given a choice of bundles, these numbers can be
made 0 or 1 and add up to the pairs that are near, so that they need no integrality of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from matching.bundles import Bundles
from matching.question import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """`on_bundles @ chosen + on_links @ links <= 0`; shapes (2 x links, bundles asked for) and (2 x links, links).

    `pair`, shape (links,): the sibling pair that each link counts; one link of a pair at most can be 1.
    """

    on_bundles: csr_array
    on_links: csr_array
    pair: Ints

    def __len__(self) -> int:
        return len(self.pair)


def links_of(bundles: Bundles, columns: Ints) -> Links:
    """The links among these bundles, in the order of sibling pair and home; `columns` are bundle numbers, sorted."""
    q = bundles.question
    sizes = np.diff(bundles.start)[columns]
    column = np.repeat(np.arange(len(columns), dtype=np.int64), sizes)
    start = np.concatenate(([0], np.cumsum(sizes)))
    inside = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], sizes)
    child = q.pair_child[bundles.pair[np.repeat(bundles.start[:-1][columns], sizes) + inside]]
    home = bundles.home[columns]

    order = np.argsort(child, kind="stable")
    edge = np.searchsorted(child[order], np.arange(q.children + 1))
    held = column[order]
    near = _neighbours(q.near_homes, q.homes)

    rows: list[Ints] = []
    entries: list[Ints] = []
    pair: list[Ints] = []
    count = 0
    for number, (a, b) in enumerate(np.sort(q.sibling_pairs, axis=1).tolist() if len(q.near_homes) else []):
        of_a, of_b = held[edge[a] : edge[a + 1]], held[edge[b] : edge[b + 1]]
        both = np.intersect1d(of_a, of_b, assume_unique=True)
        of_a, of_b = np.setdiff1d(of_a, both, assume_unique=True), np.setdiff1d(of_b, both, assume_unique=True)
        if not len(of_a) or not len(of_b):
            continue
        if len(of_a) > len(of_b):
            of_a, of_b = of_b, of_a
        homes_a, at_a = np.unique(home[of_a], return_inverse=True)
        is_near = near[homes_a][:, home[of_b]].tocoo()
        has = np.zeros(len(homes_a), dtype=np.bool_)
        has[is_near.row] = True
        renumbered = np.cumsum(has) - 1 + count
        first = has[at_a]
        rows += [2 * renumbered[at_a[first]], 2 * renumbered[is_near.row] + 1]
        entries += [of_a[first], of_b[is_near.col]]
        pair.append(np.full(int(has.sum()), number, dtype=np.int64))
        count += int(has.sum())
    none = np.zeros(0, dtype=np.int64)
    row, entry = np.concatenate([none, *rows]), np.concatenate([none, *entries])
    on_bundles = coo_array((-np.ones(len(row), dtype=np.int64), (row, entry)), shape=(2 * count, len(columns)))
    each = np.arange(2 * count, dtype=np.int64)
    on_links = coo_array((np.ones(2 * count, dtype=np.int64), (each, each // 2)), shape=(2 * count, count))
    return Links(on_bundles.tocsr(), on_links.tocsr(), np.concatenate([none, *pair]))


def _neighbours(near_homes: Ints, homes: int) -> csr_array:
    one, other = near_homes.reshape(-1, 2).T
    both = (np.concatenate((one, other)), np.concatenate((other, one)))
    return coo_array((np.ones(len(both[0]), dtype=np.int8), both), shape=(homes, homes)).tocsr()
