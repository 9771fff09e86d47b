"""Bundles: every lawful set of children of one unit in one home, as arrays.

A unit is the children of one family, or one child with no brothers or sisters in the round. All the law that
looks at one family in one home is settled here, once: what is left between units is a small packing of homes
(`matching.solvers.packing`). A plan gives each home at most one bundle of each unit, so a bundle is *all* that
its unit places there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.question import NOBODY, Ints, Mask, Question

MOST_BUNDLES = 4_000_000


class TooManyBundles(ValueError):
    """A family has so many lawful ways to be split over the homes that they cannot be listed."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundles:
    """Every lawful bundle, sorted by unit, then home. Shapes (bundles,) unless said.

    `start`, shape (bundles + 1,), and `pair`: bundle b is the pairs `pair[start[b]:start[b + 1]]`, sorted by child.
    `newcomers` the new places it takes; `limit_weight` those that count towards the usual fostering limit;
    `rooms` the bedrooms it takes. `alone`: no other bundle may share the home: a solo child, a home that takes
    one child or one whole family, or more than the usual limit, which only one family may be.
    `uses`, shape (bundles, resources), what it takes of the home's resources.
    `siblings_together` the sibling pairs inside the bundle.
    """

    question: Question
    start: Ints
    pair: Ints
    unit: Ints
    home: Ints
    newcomers: Ints
    limit_weight: Ints
    rooms: Ints
    alone: Mask
    uses: Ints
    siblings_together: Ints
    atom_of: Ints
    """Shape (children,): children with the same number are only ever placed together (`never_split`)."""

    def __len__(self) -> int:
        return len(self.home)

    @property
    def owner(self) -> Ints:
        """The bundle of each entry of `pair`."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))

    def children_of(self, which: Ints) -> tuple[Ints, Ints]:
        """Every child of these bundles, flat: the position of the bundle in `which`, and the child."""
        sets = _Sets(self.start, self.pair).take(which)
        return sets.owner(), self.question.pair_child[sets.pair]

    def plan_of(self, chosen: Ints) -> Ints:
        """The home of each child, -1 for none, when these bundles are chosen. Shape (children,)."""
        plan = np.full(self.question.children, -1, dtype=np.int64)
        pairs = _Sets(self.start, self.pair).take(np.asarray(chosen, dtype=np.int64)).pair
        plan[self.question.pair_child[pairs]] = self.question.pair_home[pairs]
        return plan

    def chosen_by(self, home_of: Ints) -> Mask:
        """Which bundles a plan is made of: of each unit in each home, the one with all whom it places there."""
        q = self.question
        inside = self.total(home_of[q.pair_child] == q.pair_home)
        row = self.unit * max(q.homes, 1) + self.home
        _, numbered = np.unique(row, return_inverse=True)
        most = np.zeros(int(numbered.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(most, numbered, inside)
        chosen: Mask = (inside == np.diff(self.start)) & (inside == most[numbered])
        return chosen

    def total(self, per_pair: Ints | Mask, per_sibling_pair: int = 0) -> Ints:
        """The sum of a number of each pair over each bundle's pairs, and of one for each sibling pair inside."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        on_pairs = np.add.reduceat(np.asarray(per_pair, dtype=np.int64)[self.pair], self.start[:-1])
        return on_pairs + per_sibling_pair * self.siblings_together if per_sibling_pair else on_pairs


def bundles_of(question: Question, *, most: int = MOST_BUNDLES) -> Bundles:
    """Every lawful bundle of a question.

    Raises `TooManyBundles` when more than `most` sets would have to be looked at, and `ValueError` when sibling
    pairs or whole families run across families.
    """
    q = question
    _refuse_mixed_families(q)
    unit_of = units_of(q)
    atom_of = _atoms(q)
    atom_size = np.bincount(atom_of, minlength=1)
    apart = _Apart(q)

    atoms = _atoms_at_homes(q, atom_of, atom_size, apart)
    weighed = _weigh(q, atoms)
    lawful = weighed.lawful & (~q.one_or_whole_family[atoms.home(q)] | (atoms.sizes == 1))
    atoms, weighed = atoms.take(lawful), weighed.take(lawful)
    layers = [(atoms, weighed), *_larger(q, atoms, weighed, unit_of, apart, most)]
    whole = _whole_families(q, atom_of, atom_size, apart)
    weighed = _weigh(q, whole)
    layers.append((whole.take(weighed.lawful), weighed.take(weighed.lawful)))

    sets = _Sets.join([of for of, _ in layers])
    weighed = _Weighed.join([of for _, of in layers])
    unit, home = unit_of[sets.first_child(q)], sets.home(q)
    # mostly in order already, and then a stable sort of one key is far quicker than two
    order = np.argsort(unit * max(q.homes, 1) + home, kind="stable")
    sets, weighed = sets.take(order).sorted_inside(), weighed.take(order)
    return Bundles(
        question=q,
        start=sets.start,
        pair=sets.pair,
        unit=unit[order],
        home=home[order],
        newcomers=weighed.newcomers,
        limit_weight=weighed.limit_weight,
        rooms=weighed.rooms,
        alone=weighed.alone,
        uses=weighed.uses,
        siblings_together=_siblings_together(q, sets),
        atom_of=atom_of,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """Sets of pairs, each within one home: `start` (sets + 1,), `pair` flat. No set is empty."""

    start: Ints
    pair: Ints

    @property
    def sizes(self) -> Ints:
        return np.diff(self.start)

    def __len__(self) -> int:
        return len(self.start) - 1

    def owner(self) -> Ints:
        return np.repeat(np.arange(len(self), dtype=np.int64), self.sizes)

    def home(self, q: Question) -> Ints:
        return q.pair_home[self.pair[self.start[:-1]]]

    def first_child(self, q: Question) -> Ints:
        return q.pair_child[self.pair[self.start[:-1]]]

    def take(self, which: NDArray[np.int64] | Mask) -> _Sets:
        """The sets at these positions, in this order, or where a mask holds."""
        which = np.flatnonzero(which) if which.dtype == np.bool_ else which
        if len(self.pair) == len(self):  # one pair each
            return _Sets(np.arange(len(which) + 1, dtype=np.int64), self.pair[which])
        sizes = self.sizes[which]
        start = np.concatenate(([0], np.cumsum(sizes)))
        inside = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], sizes)
        return _Sets(start, self.pair[np.repeat(self.start[:-1][which], sizes) + inside])

    def sorted_inside(self) -> _Sets:
        # pairs are sorted by child, so the order of pairs is the order of children
        inside = np.ones(len(self.pair), dtype=np.bool_)
        inside[self.start[:-1]] = False
        if not (np.diff(self.pair, prepend=0)[inside] < 0).any():
            return self
        return _Sets(self.start, self.pair[np.lexsort((self.pair, self.owner()))])

    @staticmethod
    def from_owner(owner: Ints, pair: Ints, count: int) -> _Sets:
        """From flat owners, sorted, 0 to count - 1, each at least once."""
        return _Sets(np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count)))), pair)

    @staticmethod
    def join(layers: list[_Sets]) -> _Sets:
        sizes = np.concatenate([layer.sizes for layer in layers])
        return _Sets(np.concatenate(([0], np.cumsum(sizes))), np.concatenate([layer.pair for layer in layers]))


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    newcomers: Ints
    limit_weight: Ints
    rooms: Ints
    alone: Mask
    uses: Ints
    lawful: Mask

    def take(self, which: NDArray[np.int64] | Mask) -> _Weighed:
        return _Weighed(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def join(layers: list[_Weighed]) -> _Weighed:
        return _Weighed(*(np.concatenate([getattr(of, f.name) for of in layers]) for f in fields(_Weighed)))


def _weigh(q: Question, sets: _Sets) -> _Weighed:
    """What each set takes of its home, and whether the home may take it with nobody else placed there.

    Every test is lost for good once it is lost: adding a child never makes an unlawful set lawful. (The rule of
    one child or one whole family is the exception, and is settled by where the sets come from.)
    """
    if len(sets.pair) == len(sets):
        return _weigh_singles(q, sets.pair)
    count, owner, home = len(sets), sets.owner(), sets.home(q)
    child = q.pair_child[sets.pair]
    new = ~q.pair_lives_there[sets.pair]
    newcomers = np.bincount(owner[new], minlength=count).astype(np.int64)
    counts = new & ~q.pair_exempt[sets.pair]
    limit_weight = np.bincount(owner[counts], minlength=count).astype(np.int64)

    room = new & q.needs_room[child]
    shares = room & (q.room_sharer[child] > 0) & (q.family[child] >= 0)
    rooms = np.bincount(owner[room & ~shares], minlength=count).astype(np.int64)
    if shares.any():
        span = int(q.room_sharer.max()) + 1
        key, sharing = np.unique(owner[shares] * span + q.room_sharer[child[shares]], return_counts=True)
        np.add.at(rooms, key // span, (sharing + 1) // 2)

    family = q.family[sets.first_child(q)]
    fostered = q.fostered_family[home]
    within_limit = limit_weight <= q.limit_room[home]
    one_family = (fostered == NOBODY) | ((family >= 0) & (fostered == family))
    solo = np.bincount(owner[q.solo[child]], minlength=count) > 0
    uses = np.zeros((count, q.resources), dtype=np.int64)
    if count and q.resources:
        uses = np.add.reduceat(q.pair_uses[sets.pair], sets.start[:-1], axis=0)
    lawful = (
        (newcomers <= q.places[home])
        & (rooms <= q.rooms[home])
        & (within_limit | one_family)
        & (~solo | (sets.sizes == 1))
        & (uses <= q.home_has[home]).all(axis=1)
    )
    alone = ~within_limit | solo | q.one_or_whole_family[home]
    return _Weighed(newcomers, limit_weight, rooms, alone, uses, lawful)


def _weigh_singles(q: Question, pair: Ints) -> _Weighed:
    """The same for sets of one pair each, without the counting."""
    child, home = q.pair_child[pair], q.pair_home[pair]
    new = ~q.pair_lives_there[pair]
    counts = new & ~q.pair_exempt[pair]
    room = new & q.needs_room[child]
    family, fostered = q.family[child], q.fostered_family[home]
    within_limit = counts <= q.limit_room[home]
    one_family = (fostered == NOBODY) | ((family >= 0) & (fostered == family))
    uses = q.pair_uses[pair]
    lawful = (new <= q.places[home]) & (room <= q.rooms[home]) & (within_limit | one_family)
    if q.resources:
        lawful &= (uses <= q.home_has[home]).all(axis=1)
    alone = ~within_limit | q.solo[child] | q.one_or_whole_family[home]
    return _Weighed(new.astype(np.int64), counts.astype(np.int64), room.astype(np.int64), alone, uses, lawful)


def units_of(q: Question) -> Ints:
    """The unit of each child: brothers and sisters share one, a child alone has its own. Shape (children,)."""
    families = int(q.family.max(initial=-1)) + 1
    return np.where(q.family >= 0, q.family, families + np.arange(q.children, dtype=np.int64))


def _atoms(q: Question) -> Ints:
    """Children who are only ever placed together get the same number; otherwise each child its own."""
    if not q.never_split or not len(q.sibling_pairs):
        return np.arange(q.children, dtype=np.int64)
    a, b = q.sibling_pairs[:, 0], q.sibling_pairs[:, 1]
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(q.children, q.children))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


class _Apart:
    """Answers which pairs of children may never share a home."""

    def __init__(self, q: Question) -> None:
        self._children = max(q.children, 1)
        apart = q.apart.reshape(-1, 2)
        self._codes = np.unique(np.concatenate([self._code(apart[:, 0], apart[:, 1])]))

    def _code(self, a: Ints, b: Ints) -> Ints:
        return np.minimum(a, b) * self._children + np.maximum(a, b)

    def __call__(self, a: Ints, b: Ints) -> Mask:
        return np.isin(self._code(a, b), self._codes)

    def any_inside(self, q: Question, sets: _Sets) -> Mask:
        """Whether a set holds two children who may not share a home."""
        a, b, owner = _twos(q, sets)
        return np.bincount(owner[self(a, b)], minlength=len(sets)) > 0


def _twos(q: Question, sets: _Sets) -> tuple[Ints, Ints, Ints]:
    """Every two children of each set, and the set."""
    sizes = sets.sizes
    several = np.flatnonzero(sizes > 1)
    if not len(several):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    owner = np.repeat(several, sizes[several])
    place = np.repeat(sets.start[:-1][several], sizes[several])
    place += np.arange(len(owner), dtype=np.int64) - np.repeat(
        np.cumsum(sizes[several]) - sizes[several], sizes[several]
    )
    after = sets.start[1:][owner] - place - 1
    one = np.repeat(place, after)
    other = one + 1 + np.arange(len(one), dtype=np.int64) - np.repeat(np.cumsum(after) - after, after)
    child = q.pair_child
    return child[sets.pair[one]], child[sets.pair[other]], np.repeat(owner, after)


def _atoms_at_homes(q: Question, atom_of: Ints, atom_size: Ints, apart: _Apart) -> _Sets:
    """Each atom at each home where a plan may use the pairs of all its children."""
    if len(atom_size) == q.children:  # every child an atom of its own
        return _Sets(np.arange(q.pairs + 1, dtype=np.int64), np.arange(q.pairs, dtype=np.int64))
    atom = atom_of[q.pair_child]
    order = np.lexsort((q.pair_child, q.pair_home, atom))
    if not len(order):
        return _Sets(np.zeros(1, dtype=np.int64), order)
    key = atom[order] * max(q.homes, 1) + q.pair_home[order]
    _, owner = np.unique(key, return_inverse=True)
    sets = _Sets.from_owner(owner, order, int(owner[-1]) + 1)
    sets = sets.take(sets.sizes == atom_size[atom_of[sets.first_child(q)]])
    return sets.take(~apart.any_inside(q, sets))


def _larger(
    q: Question, atoms: _Sets, weighed: _Weighed, unit_of: Ints, apart: _Apart, most: int
) -> list[tuple[_Sets, _Weighed]]:
    """Every lawful set of two or more atoms of one unit at one home, grown an atom at a time, and what each takes.

    A set grows only by atoms of its unit and home that come after its last one.
    """
    grows = ~q.one_or_whole_family[atoms.home(q)] & (np.bincount(unit_of)[unit_of[atoms.first_child(q)]] > 1)
    solo = np.flatnonzero(q.solo[q.pair_child[atoms.pair]])
    grows[np.searchsorted(atoms.start, solo, side="right") - 1] = False
    atoms, weighed = atoms.take(grows), weighed.take(grows)
    row = unit_of[atoms.first_child(q)] * max(q.homes, 1) + atoms.home(q)
    order = np.argsort(row, kind="stable")
    atoms, weighed, row = atoms.take(order), weighed.take(order), row[order]
    home = atoms.home(q)
    end = np.searchsorted(row, row, side="right")

    layers: list[tuple[_Sets, _Weighed]] = []
    held = np.arange(len(atoms), dtype=np.int64)[:, np.newaxis]
    newcomers, looked_at = weighed.newcomers, 0
    while len(held):
        last = held[:, -1]
        more = end[last] - last - 1
        looked_at += int(more.sum())
        if looked_at > most:
            largest = int(np.bincount(unit_of).max())
            raise TooManyBundles(
                f"More than {most:,} ways to place children of one family together in one home would have to be "
                f"looked at (the largest family has {largest} children). The plan cannot be proved this way: "
                "check that the family ids are right, or that the places of the homes are."
            )
        parent = np.repeat(np.arange(len(held), dtype=np.int64), more)
        added = last[parent] + 1 + np.arange(len(parent), dtype=np.int64) - np.repeat(np.cumsum(more) - more, more)
        fits = newcomers[parent] + weighed.newcomers[added] <= q.places[home[added]]
        parent, added = parent[fits], added[fits]
        grown = np.column_stack((held[parent], added))
        sets = _flatten(atoms, grown)
        # the apart pairs inside an atom, and inside the set it joins, are settled already
        of_sets = _weigh(q, sets)
        keep = of_sets.lawful & ~apart.any_inside(q, sets)
        held, newcomers = grown[keep], (newcomers[parent] + weighed.newcomers[added])[keep]
        layers.append((sets.take(keep), of_sets.take(keep)))
    return layers


def _flatten(atoms: _Sets, held: Ints) -> _Sets:
    """Rows of atoms as sets of pairs."""
    rows, width = held.shape
    flat = held.ravel()
    spread = atoms.take(flat)
    owner = np.repeat(np.repeat(np.arange(rows, dtype=np.int64), width), atoms.sizes[flat])
    return _Sets.from_owner(owner, spread.pair, rows)


def _whole_families(q: Question, atom_of: Ints, atom_size: Ints, apart: _Apart) -> _Sets:
    """The whole families, of two or more, at the homes that take one child or one whole family."""
    asked = sorted(
        {
            (home, tuple(sorted(set(family))))
            for home, families in q.whole_family.items()
            for family in families
            if len(set(family)) > 1 and q.one_or_whole_family[home]
        }
    )
    sizes = np.array([len(family) for _, family in asked], dtype=np.int64)
    child = np.array([c for _, family in asked for c in family], dtype=np.int64)
    home = np.repeat(np.array([h for h, _ in asked], dtype=np.int64), sizes)
    owner = np.repeat(np.arange(len(asked), dtype=np.int64), sizes)
    span = max(q.homes, 1)
    known, wanted = q.pair_child * span + q.pair_home, child * span + home
    at = np.searchsorted(known, wanted)
    found = at < len(known)
    found[found] = known[at[found]] == wanted[found]
    missing = np.bincount(owner[~found], minlength=len(asked)) > 0
    # a whole family that would leave behind a child it may not be split from is no lawful set
    atoms_held = np.unique(owner * max(q.children, 1) + atom_of[child])
    closed = np.bincount(
        atoms_held // max(q.children, 1),
        weights=atom_size[atoms_held % max(q.children, 1)],
        minlength=len(asked),
    )
    usable = ~missing & (closed == sizes)
    keep = usable[owner]
    renumbered = (np.cumsum(usable) - 1)[owner[keep]]
    sets = _Sets.from_owner(renumbered, at[keep], int(usable.sum()))
    return sets.take(~apart.any_inside(q, sets))


def _siblings_together(q: Question, sets: _Sets) -> Ints:
    together = np.zeros(len(sets), dtype=np.int64)
    if not len(q.sibling_pairs):
        return together
    span = max(q.children, 1)
    a, b = q.sibling_pairs.min(axis=1), q.sibling_pairs.max(axis=1)
    known, worth = np.unique(a * span + b, return_counts=True)
    one, other, owner = _twos(q, sets)
    wanted = np.minimum(one, other) * span + np.maximum(one, other)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    counts = np.where(known[at] == wanted, worth[at], 0)
    np.add.at(together, owner, counts)
    return together


def _refuse_mixed_families(q: Question) -> None:
    """Bundles hold one family each: a sibling pair or a whole family across two would be lost."""
    pairs = q.sibling_pairs.reshape(-1, 2)
    mixed = (q.family[pairs[:, 0]] != q.family[pairs[:, 1]]) | (q.family[pairs[:, 0]] < 0)
    if mixed.any():
        a, b = pairs[np.flatnonzero(mixed)[0]]
        raise ValueError(
            f"the sibling pair {q.child_ids[a]}, {q.child_ids[b]} is not of one family: the question is not well made"
        )
    for home, families in q.whole_family.items():
        for family in families:
            if len(family) > 1 and (len({int(q.family[c]) for c in family}) > 1 or q.family[family[0]] < 0):
                raise ValueError(
                    f"a whole family of home {q.home_ids[home]} is not one family: the question is not well made"
                )
