"""Many small changes of one plan at once: which are lawful, and what each does to every priority. Names nobody.

The law of one home is the question's own (`matching.question`); no solver is asked. Whoever tries out thousands of
swaps asks here instead of solving or auditing each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.question import NO_FAMILY, NOBODY, Ints, Mask, Question


@dataclass(frozen=True, eq=False)
class ChangedPlans:
    """Some plans, each the same plan with a few children moved.

    `change`, `child`, `to`, shape (moves,): in change `change`, sorted, from 0, the child goes to the home `to`, -1 for
    none. A change names each of its children once.
    """

    question: Question
    home_of: Ints
    change: Ints
    child: Ints
    to: Ints
    changes: int

    def lawful(self) -> Mask:
        """Which of the changed plans are lawful, where the plan was; shape (changes,)."""
        q = self.question
        good = np.ones(self.changes, dtype=np.bool_)
        usable = (self.to < 0) | (_places_of_pairs(q, self.child, self.to) >= 0)
        good[self.change[~usable]] = False
        if q.never_split and len(q.sibling_pairs):
            change, (a, b), _ = self._sibling_pairs
            good[change[a != b]] = False
        owner, child, home = self._households()
        pair = _places_of_pairs(q, child, home)
        known = pair >= 0
        owner, child, home, pair = owner[known], child[known], home[known], pair[known]
        names, first, household = np.unique(owner * max(q.homes, 1) + home, return_index=True, return_inverse=True)
        fits = _households_fit(q, household, len(names), child, home, pair, first)
        good[owner[first][~fits]] = False
        return good

    def differences(self) -> Ints:
        """What each change adds to each tier of the question, positive is better; shape (changes, tiers)."""
        q = self.question
        found = np.zeros((self.changes, len(q.tiers)), dtype=np.int64)
        before = _places_of_pairs(q, self.child, self.home_of[self.child])
        after = _places_of_pairs(q, self.child, self.to)
        change, new, old = self._sibling_pairs
        for at, tier in enumerate(q.tiers):
            value = q.pair_value(tier)
            np.add.at(found[:, at], self.change[after >= 0], value[after[after >= 0]])
            np.subtract.at(found[:, at], self.change[before >= 0], value[before[before >= 0]])
            if tier == "siblings":
                gain = ((new[0] == new[1]) & (new[0] >= 0)).astype(np.int64)
                gain -= (old[0] == old[1]) & (old[0] >= 0)
                np.add.at(found[:, at], change, gain)
            elif tier == "near":
                gain = q.are_near(*new).astype(np.int64) - q.are_near(*old)
                np.add.at(found[:, at], change, gain)
        return found

    @cached_property
    def _codes(self) -> tuple[Ints, Ints]:
        """`change * children + child` of every move, ascending, and where each goes."""
        codes = self.change * max(self.question.children, 1) + self.child
        order = np.argsort(codes)
        return codes[order], self.to[order]

    def _goes(self, change: Ints, child: Ints) -> Ints:
        """The home of a child in a changed plan."""
        codes, to = self._codes
        wanted = change * max(self.question.children, 1) + child
        at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        moved = codes[at] == wanted if len(codes) else np.zeros(len(wanted), dtype=np.bool_)
        return np.where(moved, to[at] if len(codes) else -1, self.home_of[child])

    @cached_property
    def _sibling_pairs(self) -> tuple[Ints, tuple[Ints, Ints], tuple[Ints, Ints]]:
        """Sibling pairs that a change touches, each once: the change, the homes after it, and those before."""
        pairs = self.question.sibling_pairs
        many = max(len(pairs), 1)
        every = [np.zeros(0, dtype=np.int64)]
        for side in (0, 1):
            order = np.argsort(pairs[:, side], kind="stable")
            rows, owner = _spread(pairs[order, side], self.child)
            every.append(self.change[owner] * many + order[rows])
        change, pair = np.divmod(np.unique(np.concatenate(every)), many)
        a, b = pairs[pair, 0], pairs[pair, 1]
        new = self._goes(change, a), self._goes(change, b)
        return change, new, (self.home_of[a], self.home_of[b])

    def _households(self) -> tuple[Ints, Ints, Ints]:
        """Everybody in each home that a change touches, as it would be: change, child, home; sorted by change, home."""
        many = max(self.question.homes, 1)
        old = self.home_of[self.child]
        touched = np.concatenate((self.change[old >= 0] * many + old[old >= 0],
                                  self.change[self.to >= 0] * many + self.to[self.to >= 0]))  # fmt: skip
        change, home = np.divmod(np.unique(touched), many)
        order = np.argsort(self.home_of, kind="stable").astype(np.int64)
        rows, owner = _spread(self.home_of[order], home)
        stays = order[rows]
        kept = self._goes(change[owner], stays) == home[owner]
        come = (self.to >= 0) & (self.to != old)
        change = np.concatenate((change[owner][kept], self.change[come]))
        child = np.concatenate((stays[kept], self.child[come]))
        where = np.concatenate((home[owner][kept], self.to[come]))
        by = np.lexsort((child, where, change))
        return change[by], child[by], where[by]


def _households_fit(q: Question, household: Ints, count: int, child: Ints, home: Ints, pair: Ints, first: Ints) -> Mask:
    """Whether each household may live in its home; flat over its children, sorted by household."""
    there = home[first]
    size = np.bincount(household, minlength=count)
    new = ~q.pair_lives_there[pair]
    newcomers = np.bincount(household[new], minlength=count)
    weight = np.bincount(household[new & ~q.pair_exempt[pair]], minlength=count)

    family = q.family[child]
    of_first = family[first]
    one_family = (of_first >= 0) & (np.bincount(household[family != of_first[household]], minlength=count) == 0)
    fostered = q.fostered_family[there]
    only_they = np.where(fostered == NOBODY, one_family | (size == 1), one_family & (fostered == of_first))
    fits = (newcomers <= q.places[there]) & ((weight <= q.limit_room[there]) | only_they)

    fits &= (np.bincount(household[q.solo[child]], minlength=count) == 0) | (size == 1)
    fits &= _rooms(q, household, count, child, new) <= q.rooms[there]
    if q.resources:
        used = np.zeros((count, q.resources), dtype=np.int64)
        np.add.at(used, household, q.pair_uses[pair])
        fits &= (used <= q.home_has[there]).all(axis=1)
    for one in np.flatnonzero(q.one_or_whole_family[there] & (size > 1)).tolist():
        members = frozenset(child[household == one].tolist())
        fits[one] &= any(members == frozenset(whole) for whole in q.whole_family.get(int(there[one]), ()))
    good: Mask = fits & ~_apart_within(q, household, count, child)
    return good


def _rooms(q: Question, household: Ints, count: int, child: Ints, new: Mask) -> Ints:
    """Bedrooms that each household takes."""
    room = new & q.needs_room[child]
    shares = room & (q.room_sharer[child] > 0) & (q.family[child] != NO_FAMILY)
    rooms = np.bincount(household[room & ~shares], minlength=count).astype(np.int64)
    if shares.any():
        span = int(q.room_sharer.max()) + 1
        families = int(q.family.max()) + 1
        key = (household[shares] * families + q.family[child[shares]]) * span + q.room_sharer[child[shares]]
        key, sharing = np.unique(key, return_counts=True)
        np.add.at(rooms, key // span // families, (sharing + 1) // 2)
    return rooms


def _apart_within(q: Question, household: Ints, count: int, child: Ints) -> Mask:
    """Which households hold two children who may never share a home."""
    found = np.zeros(count, dtype=np.bool_)
    if not len(q.apart):
        return found
    both = np.concatenate((q.apart, q.apart[:, ::-1]))
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    rows, owner = _spread(both[:, 0], child)
    many = max(q.children, 1)
    together = np.sort(household * many + child)
    wanted = household[owner] * many + both[rows, 1]
    at = np.minimum(np.searchsorted(together, wanted), len(together) - 1)
    if len(together):
        found[household[owner][together[at] == wanted]] = True
    return found


def _spread(ascending: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Every row of an ascending list that is each wanted number: the rows, and which of the wanted each belongs to."""
    begin = np.searchsorted(ascending, wanted)
    number = np.searchsorted(ascending, wanted, side="right") - begin
    owner = np.repeat(np.arange(len(wanted), dtype=np.int64), number)
    within = np.arange(len(owner), dtype=np.int64) - np.repeat(np.cumsum(number) - number, number)
    return begin[owner] + within, owner


def _places_of_pairs(q: Question, child: Ints, home: Ints) -> Ints:
    """Where each child and home stand among the pairs of the question, -1 where no plan may use them."""
    if not q.pairs:
        return np.full(len(child), -1, dtype=np.int64)
    codes = q.pair_child * max(q.homes, 1) + q.pair_home
    wanted = child * max(q.homes, 1) + home
    at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where((codes[at] == wanted) & (home >= 0), at, -1)
