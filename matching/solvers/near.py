"""Brothers and sisters in homes near each other: columns and rows that count them, beside a choice of bundles.

A sibling pair is near when one of them is in some home and the other in a different home near it. For each pair and
each home of the first there is one more number: at most what the first child's bundles there come to, and at most
what the second child's bundles come to in the homes near it. (`matching.solvers.families` does without.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_diag, coo_array, csc_array, csr_array, vstack

from matching.bundles import Bundles
from matching.question import Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """The columns that place one child of a sibling pair without the other: positions, and their homes.

    `pair` is the sibling pair's number.
    """

    pair: int
    first: Ints
    first_home: Ints
    second: Ints
    second_home: Ints


def halves_of(bundles: Bundles, columns: Ints) -> list[Halves]:
    """Each sibling pair of whom these bundles can place one without the other, both ways, in the pairs' order."""
    q = bundles.question
    column, child = bundles.children_of(columns)
    home = bundles.home[columns]
    order = np.argsort(child, kind="stable")
    edge = np.searchsorted(child[order], np.arange(q.children + 1))
    held = column[order]
    found = []
    for number, (a, b) in enumerate(np.sort(q.sibling_pairs, axis=1).tolist() if len(q.near_homes) else []):
        of_a, of_b = held[edge[a] : edge[a + 1]], held[edge[b] : edge[b + 1]]
        both = np.intersect1d(of_a, of_b, assume_unique=True)
        of_a, of_b = np.setdiff1d(of_a, both, assume_unique=True), np.setdiff1d(of_b, both, assume_unique=True)
        if len(of_a) and len(of_b):
            found.append(Halves(number, of_a, home[of_a], of_b, home[of_b]))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Numbers beside a choice of bundles that count near pairs: `on_bundles @ chosen + on_links @ links <= 0`.

    Shapes (rows, bundles asked for) and (rows, links). A link that is 1 counts `near` sibling pairs, shape (links,);
    of links with the same `group`, shape (links,), one at most can be 1.
    """

    on_bundles: csr_array
    on_links: csr_array
    group: Ints
    near: Ints

    def __len__(self) -> int:
        return len(self.group)

    @property
    def rows(self) -> int:
        """How many rows."""
        return int(self.on_links.shape[0])

    def held(self, chosen: Ints) -> Ints:
        """The links that count most of what a choice of bundles makes near, one of each group: numbers, sorted."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        met = (self.on_bundles @ chosen < 0).astype(np.int64)
        ready = np.flatnonzero(self.on_links.T @ met == np.diff(csc_array(self.on_links).indptr))
        order = np.lexsort((ready, -self.near[ready], self.group[ready]))
        _, first = np.unique(self.group[ready][order], return_index=True)
        return np.sort(ready[order][first])

    def beside(self, other: Links) -> Links:
        """These and others of the same bundles, whose groups are not these."""
        return Links(
            csr_array(vstack([self.on_bundles, other.on_bundles], format="csr")),
            csr_array(block_diag([self.on_links, other.on_links], format="csr")),
            np.concatenate((self.group, other.group)),
            np.concatenate((self.near, other.near)),
        )


def links_of(bundles: Bundles, columns: Ints, among: Mask | None = None) -> Links:
    """Two rows for each sibling pair and each home of the first; in the order of pair and home.

    `columns` are bundle numbers, sorted; `among`, shape (columns,): those whose children are asked about.
    """
    q = bundles.question
    asked = np.arange(len(columns)) if among is None else np.flatnonzero(among)
    near = neighbours(q.near_homes, q.homes)
    rows: list[Ints] = []
    entries: list[Ints] = []
    pair: list[Ints] = []
    count = 0
    for halves in halves_of(bundles, columns[asked]):
        one = (halves.first, halves.first_home)
        other = (halves.second, halves.second_home)
        if len(one[0]) > len(other[0]):
            one, other = other, one
        homes, at = np.unique(one[1], return_inverse=True)
        is_near = near[homes][:, other[1]].tocoo()
        has = np.zeros(len(homes), dtype=np.bool_)
        has[is_near.row] = True
        renumbered = np.cumsum(has) - 1 + count
        first = has[at]
        rows += [2 * renumbered[at[first]], 2 * renumbered[is_near.row] + 1]
        entries += [one[0][first], other[0][is_near.col]]
        pair.append(np.full(int(has.sum()), halves.pair, dtype=np.int64))
        count += int(has.sum())
    none = np.zeros(0, dtype=np.int64)
    row, entry = np.concatenate([none, *rows]), asked[np.concatenate([none, *entries])]
    on_bundles = coo_array((-np.ones(len(row), dtype=np.int64), (row, entry)), shape=(2 * count, len(columns)))
    each = np.arange(2 * count, dtype=np.int64)
    on_links = coo_array((np.ones(2 * count, dtype=np.int64), (each, each // 2)), shape=(2 * count, count))
    group = np.concatenate([none, *pair])
    return Links(on_bundles.tocsr(), on_links.tocsr(), group, np.ones(len(group), dtype=np.int64))


def neighbours(near_homes: Ints, homes: int) -> csr_array:
    """Which homes are near which, both ways, as ones; shape (homes, homes)."""
    one, other = near_homes.reshape(-1, 2).T
    both = (np.concatenate((one, other)), np.concatenate((other, one)))
    return coo_array((np.ones(len(both[0]), dtype=np.int8), both), shape=(homes, homes)).tocsr()
