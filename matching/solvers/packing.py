"""What is left between bundles: a packing of homes, as sparse rows `matrix @ chosen <= capacity`, all integers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array, csr_array

from matching.bundles import Bundles
from matching.question import UNLIMITED, Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """A 0/1 choice of bundles is a lawful plan exactly when `matrix @ chosen <= capacity`.

    `matrix`, shape (rows, bundles), has no negative entry; `capacity`, shape (rows,). `lazy`, shape (rows,): rows
    that seldom bind, which a relaxation had better wait for. `child_row`, shape (children,): the row that gives a
    child (or children never split) one home at most, -1 where no row is needed.
    """

    matrix: csr_array
    capacity: Ints
    lazy: Mask
    child_row: Ints


_NOTHING = (np.zeros(0, dtype=np.int64),) * 3


class _Rows:
    """Gathers rows as flat (row, bundle, weight); rows of one call are numbered apart from all others."""

    def __init__(self, bundles: int) -> None:
        self._bundles = bundles
        self._parts: list[tuple[Ints, Ints, Ints]] = []
        self._capacities: list[Ints] = []
        self._lazy: list[Mask] = []
        self._count = 0

    def add(
        self, row: Ints, bundle: Ints, weight: Ints | int, capacity: Ints | int, *, lazy: bool = False
    ) -> tuple[Ints, Ints]:
        """`row` may be any numbers; `capacity` is one number or one for each entry, the same within a row.

        Gives the different `row` numbers, sorted, and where each now stands, -1 for a row that cannot be broken.
        """
        if not len(row):
            return _NOTHING[0], _NOTHING[0]
        keys, first, numbered = np.unique(row, return_index=True, return_inverse=True)
        weight = np.broadcast_to(np.asarray(weight, dtype=np.int64), row.shape)
        capacity = np.broadcast_to(np.asarray(capacity, dtype=np.int64), row.shape)[first]
        binds = np.bincount(numbered, weights=weight) > capacity
        kept = binds[numbered] & (weight != 0)
        renumbered = np.cumsum(binds) - 1
        self._parts.append((renumbered[numbered[kept]] + self._count, bundle[kept], weight[kept]))
        self._capacities.append(capacity[binds])
        self._lazy.append(np.full(int(binds.sum()), lazy))
        stands = np.where(binds, renumbered + self._count, -1)
        self._count += int(binds.sum())
        return keys, stands

    def packing(self, child_row: Ints) -> Packing:
        row, bundle, weight = (np.concatenate(column) for column in zip(_NOTHING, *self._parts, strict=True))
        matrix = coo_array((weight, (row, bundle)), shape=(self._count, self._bundles)).tocsr()
        matrix.sort_indices()
        lazy = np.concatenate([np.zeros(0, dtype=np.bool_), *self._lazy])
        return Packing(matrix, np.concatenate([_NOTHING[0], *self._capacities]), lazy, child_row)


def packing_of(bundles: Bundles) -> Packing:
    """The rows that make a choice of bundles a lawful plan, and a few more that only tighten the relaxation."""
    rows = _Rows(len(bundles))
    everyone = np.arange(len(bundles), dtype=np.int64)
    one_bundle = _takes_one_bundle(bundles)
    child_row = one_home_for_each_child(rows, bundles)
    one_bundle_of_a_unit(rows, bundles, ~one_bundle[bundles.home])
    nobody_beside_one_who_is_alone(rows, bundles)
    apart_across_units(rows, bundles, one_bundle)
    odd_sets_of_a_family(rows, bundles)
    for weight, room in _shared(bundles):
        # a bundle that must be alone takes all there is, which is no less true and much tighter
        filled = np.where(bundles.alone, room, weight)
        binds = room < UNLIMITED
        rows.add(bundles.home[binds], everyone[binds], filled[binds], room[binds])
        large = binds & (2 * filled > room) & (room >= 3)
        rows.add(bundles.home[large], everyone[large], 1, 1)
    for resource in range(bundles.question.resources):
        rows.add(bundles.home, everyone, bundles.uses[:, resource], bundles.question.home_has[bundles.home, resource])
    return rows.packing(child_row)


def one_home_for_each_child(rows: _Rows, bundles: Bundles) -> Ints:
    """A child is in one bundle at most; children never split share one row. Gives the row of each child, or -1."""
    child = bundles.question.pair_child[bundles.pair]
    _, speaks_for_atom = np.unique(bundles.atom_of, return_index=True)
    speaks = np.zeros(bundles.question.children, dtype=np.bool_)
    speaks[speaks_for_atom] = True
    kept = speaks[child]
    spoken_for, stands = rows.add(child[kept], bundles.owner[kept], 1, 1)
    row = np.full(bundles.question.children, -1, dtype=np.int64)
    row[spoken_for] = stands
    return row[speaks_for_atom[bundles.atom_of]]


def one_bundle_of_a_unit(rows: _Rows, bundles: Bundles, where: Mask) -> None:
    """A bundle is all that its unit places in the home."""
    key = bundles.unit * max(bundles.question.homes, 1) + bundles.home
    rows.add(key[where], np.flatnonzero(where), 1, 1, lazy=True)


def nobody_beside_one_who_is_alone(rows: _Rows, bundles: Bundles) -> None:
    """A bundle that must be alone shares with nobody, not even with children who live there already.

    Newcomers are kept out by the row of places, which such a bundle fills; only bundles of children who live
    there already take no place, and need rows of their own.
    """
    q = bundles.question
    light = (bundles.newcomers == 0) & ~bundles.alone
    has_alone = np.zeros(q.homes, dtype=np.bool_)
    has_alone[bundles.home[bundles.alone]] = True
    alone = np.flatnonzero(bundles.alone)
    full = alone[q.places[bundles.home[alone]] <= 0]
    rows.add(bundles.home[full], full, 1, 1, lazy=True)
    for bundle in np.flatnonzero(light & has_alone[bundles.home]):
        beside = alone[bundles.home[alone] == bundles.home[bundle]]
        both = np.append(beside, bundle)
        rows.add(np.zeros(len(both), dtype=np.int64), both, 1, 1, lazy=True)


def apart_across_units(rows: _Rows, bundles: Bundles, one_bundle: Mask) -> None:
    """Of children who may not share a home with one another, whichever two are taken, a home has one bundle.

    Children of one unit may stand in such a set too: their unit has one bundle in a home as it is. Large sets
    say the same as rows of two, in far fewer rows, and much tighter.
    """
    q = bundles.question
    unit_of = np.full(q.children, -1, dtype=np.int64)
    unit_of[q.pair_child[bundles.pair]] = np.repeat(bundles.unit, np.diff(bundles.start))
    several = ~one_bundle[bundles.home[bundles.owner]]
    child, owner = q.pair_child[bundles.pair][several], bundles.owner[several]
    order = np.argsort(child, kind="stable")
    edge = np.searchsorted(child[order], np.arange(q.children + 1))
    span = max(q.homes, 1)
    for number, clique in enumerate(_cliques(q.apart.reshape(-1, 2), unit_of)):
        touching = np.unique(np.concatenate([owner[order[edge[c] : edge[c + 1]]] for c in clique]))
        rows.add(number * span + bundles.home[touching], touching, 1, 1, lazy=True)


def _cliques(apart: Ints, unit_of: Ints) -> list[list[int]]:
    """Sets of children, no two of whom can be in different bundles of one home, that cover every apart pair.

    Greedy, from the lowest-numbered pair not yet covered; children with no bundle (`unit_of` -1) are left out.
    """
    apart = np.unique(np.sort(apart, axis=1), axis=0)
    apart = apart[(unit_of[apart] >= 0).all(axis=1) & (unit_of[apart[:, 0]] != unit_of[apart[:, 1]])]
    bar: dict[int, set[int]] = {}
    for a, b in apart.tolist():
        bar.setdefault(a, set()).add(b)
        bar.setdefault(b, set()).add(a)
    of_unit: dict[int, set[int]] = {}
    for c in bar:
        of_unit.setdefault(int(unit_of[c]), set()).add(c)
    beside = {c: (bar[c] | of_unit[int(unit_of[c])]) - {c} for c in bar}
    waiting = {c: {d for d in bar[c] if d > c} for c in bar}
    cliques = []
    for a in sorted(bar):
        while waiting[a]:
            clique = [a, min(waiting[a])]
            open_to = beside[clique[0]] & beside[clique[1]]
            while open_to:
                best = max(sorted(open_to), key=lambda c: len(open_to & beside[c]))
                clique.append(best)
                open_to &= beside[best]
            clique.sort()
            for place, c in enumerate(clique):
                waiting[c].difference_update(clique[place + 1 :])
            cliques.append(clique)
    return cliques


def odd_sets_of_a_family(rows: _Rows, bundles: Bundles) -> None:
    """Of three brothers and sisters only two can be together in one home, not half of each two in three homes.

    Follows from the children's rows by halving and rounding down; without it the relaxation keeps the same
    children together several times over. Sets of three and of five, in families of up to eight.
    """
    q = bundles.question
    child, owner = q.pair_child[bundles.pair], bundles.owner
    several = np.diff(bundles.start) > 1
    families = np.unique(bundles.unit[several])
    edge = np.searchsorted(bundles.unit, [families, families + 1])
    for first, last in zip(*edge.tolist(), strict=True):
        flat = slice(int(bundles.start[first]), int(bundles.start[last]))
        members, inside = np.unique(child[flat], return_inverse=True)
        if not 3 <= len(members) <= 8:
            continue
        holds = np.zeros((last - first, len(members)), dtype=np.int64)
        holds[owner[flat] - first, inside] = 1
        for size in (3, 5):
            for odd in combinations(range(len(members)), size):
                pairs_held = holds[:, odd].sum(axis=1) // 2
                some = np.flatnonzero(pairs_held)
                rows.add(np.zeros(len(some), dtype=np.int64), some + first, pairs_held[some], size // 2, lazy=True)


def _takes_one_bundle(bundles: Bundles) -> Mask:
    """Homes where the row of places already lets in one bundle at most."""
    q = bundles.question
    light = np.zeros(q.homes, dtype=np.bool_)
    light[bundles.home[bundles.newcomers == 0]] = True
    shares = np.zeros(q.homes, dtype=np.bool_)
    shares[bundles.home[~bundles.alone]] = True
    one: Mask = ~light & ((q.places == 1) | ~shares)
    return one


def _shared(bundles: Bundles) -> list[tuple[Ints, Ints]]:
    """Weight and capacity, for each bundle, of what children share: places, limit room, bedrooms."""
    q = bundles.question
    home = bundles.home
    return [
        (bundles.newcomers, np.minimum(q.places[home], q.children)),
        # below nought only one family alone may come, and that is settled by `alone`
        (bundles.limit_weight, np.maximum(q.limit_room[home], 0)),
        (bundles.rooms, q.rooms[home]),
    ]
