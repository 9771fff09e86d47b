"""Which homes are asked about for which child: the right kind, a place, and not beyond the council's own radius.

A screen may leave out only what could never be used, or what the council has chosen not to look at: without
`screen_miles` in the policy every home of a right kind with a place is asked about. With it, homes further away are
counted and said in the warnings of the round. A home that has to do with the child (a link, an approval by name), an
adoptive home, and one whose place is not recorded are asked about however far they may be; so is every home for a
child whose distance is deliberate or whose own place is not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from matching.pairs import Ints, Mask, Pairs, each_once
from matching.policy import Policy
from matching.rules.kinds import ADOPTIVE, kinds_for
from matching.rules.register import Register
from records.geography import METRES_PER_MILE
from records.model import HomeKind

MOST_PAIRS = 20_000_000
"""Some four gigabytes of answers, points and distances."""


class TooManyPairs(ValueError):
    """A round in which more pairs would have to be asked about than a machine holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """The pairs to ask about. `beyond`, shape (children,): homes of a right kind with a place left out as too far."""

    pairs: Pairs
    beyond: Ints

    def only(self, children: Mask) -> Screen:
        """What concerns some of the children alone; shape of the mask (children,)."""
        return Screen(self.pairs.only(children[self.pairs.child]), np.where(children, self.beyond, 0))


def places_left(register: Register) -> Ints:
    """Children who may still be placed in each home: vacancies, and approved places less those fostered now.

    For adopters the approved number is advice, so only the vacancies bind. Shape (homes,).
    """
    homes = register.homes
    places = homes.vacancies.copy()
    bound = ~homes.is_kind(HomeKind.ADOPTER)
    places[bound] = np.minimum(places, homes.approved_places - homes.fostered)[bound]
    return np.maximum(places, 0).astype(np.int64)


def screen(register: Register, policy: Policy) -> Screen:
    """Every child with every home to ask about, sorted by child, then home.

    A child who lives in a home now holds a place there already. Raises `TooManyPairs` beyond `MOST_PAIRS`.
    """
    right_kind = _RightKind(register)
    if policy.screen_miles is None:
        pairs = right_kind.everything()
        return Screen(pairs, np.zeros(pairs.children, dtype=np.int64))
    pairs = right_kind.within(policy.screen_miles)
    return Screen(pairs, right_kind.count - np.diff(pairs.start))


class _RightKind:
    """The homes of a kind that each child's routes lead to, with a place for the child."""

    def __init__(self, register: Register) -> None:
        self.register = register
        homes = register.homes
        self._free = places_left(register) >= 1
        kinds = [kinds_for(child) for child in register.children]
        sorts = sorted(set(kinds), key=sorted)
        of_sort = [homes.is_kind(*one) for one in sorts]
        self._of_sort: Mask = np.array(of_sort, dtype=np.bool_).reshape(len(sorts), len(homes))
        self._sort = np.array([sorts.index(one) for one in kinds], dtype=np.int64)
        # where a child lives now there is a place, if the home is of a right kind
        child, home = [], []
        for i, one in enumerate(register.children):
            if one.child_id in register.lives_in:
                here = np.flatnonzero(register.lives_there(one.child_id) & self._of_sort[self._sort[i]])
                home += here.tolist()
                child += [i] * len(here)
        self._lives = np.array(child, dtype=np.int64) * len(homes) + np.array(home, dtype=np.int64)
        full = ~self._free[np.array(home, dtype=np.int64)]
        self.count: Ints = (self._of_sort & self._free).sum(axis=1)[self._sort].astype(np.int64)
        np.add.at(self.count, np.array(child, dtype=np.int64)[full], 1)

    def everything(self) -> Pairs:
        """However far."""
        if self.count.sum() > MOST_PAIRS:
            raise TooManyPairs(_too_many(int(self.count.sum()), self.register))
        return self._pairs(self._by_sort(self._free, np.ones(len(self._sort), dtype=np.bool_)))

    def within(self, miles: float) -> Pairs:
        """Within so many miles of any child of the family, and whatever is asked about however far."""
        register, homes = self.register, self.register.homes
        located = ~np.isnan(homes.easting) & ~np.isnan(homes.northing)
        everywhere = np.array(
            [c.home is None or c.distance_reason is not None for c in register.children], dtype=np.bool_
        )
        always = self._free & (~located | homes.is_kind(*ADOPTIVE))
        found = [
            *self._by_sort(self._free, everywhere),
            *self._by_sort(always, ~everywhere),
            self._tied(),
            self._near(miles, np.flatnonzero(located & self._free)),
        ]
        if sum(map(len, found)) > MOST_PAIRS:
            raise TooManyPairs(_too_many(sum(map(len, found)), register))
        return self._pairs(found)

    def _pairs(self, codes: list[Ints]) -> Pairs:
        return Pairs.of_codes(np.concatenate([*codes, self._lives]), len(self._sort), len(self.register.homes))

    def _by_sort(self, homes: Mask, children: Mask) -> list[Ints]:
        """Codes of the pairs of these children with those of these homes that are of a right kind."""
        found = []
        for sort, of_sort in enumerate(self._of_sort):
            mine, theirs = np.flatnonzero(children & (self._sort == sort)), np.flatnonzero(of_sort & homes)
            found.append((mine[:, np.newaxis] * len(self.register.homes) + theirs).ravel().astype(np.int64))
        return found

    def _tied(self) -> Ints:
        """Codes of the pairs of a right kind, with a place, that a link or an approval by name ties."""
        tied = [(i, home) for i, c in enumerate(self.register.children) for home in self.register.tied_to(c.child_id)]
        child, home = np.array(tied, dtype=np.int64).reshape(-1, 2).T
        chosen = self._of_sort[self._sort[child], home] & self._free[home]
        codes: Ints = (child * len(self.register.homes) + home)[chosen]
        return codes

    def _near(self, miles: float, homes: Ints) -> Ints:
        """Codes of the pairs of a right kind within the radius of the child or of a brother or sister in the round."""
        register = self.register
        members: dict[str, list[int]] = {}
        for i, child in enumerate(register.children):
            members.setdefault(child.family_id or f" {i}", []).append(i)
        families = list(members.values())
        family, place = [], []
        for f, brothers_and_sisters in enumerate(families):
            for one in (register.children[i].home for i in brothers_and_sisters):
                if one is not None:
                    family.append(f)
                    place.append((one.easting, one.northing))
        if not place or not len(homes):
            return np.zeros(0, dtype=np.int64)
        at = np.column_stack((register.homes.easting, register.homes.northing))[homes]
        from_place = cKDTree(np.array(place, dtype=np.float64))
        # a metre more, so that rounding inside the tree loses no home at the edge
        close = from_place.sparse_distance_matrix(cKDTree(at), miles * METRES_PER_MILE + 1.0, output_type="ndarray")
        far = np.hypot(*(np.array(place)[close["i"]] - at[close["j"]]).T) / METRES_PER_MILE
        close = close[far <= miles]
        # each home near one of a family is near them all
        codes = each_once(np.array(family, dtype=np.int64)[close["i"]] * len(register.homes) + homes[close["j"]])
        of_family, home = np.divmod(codes, len(register.homes))
        size = np.array([len(one) for one in families], dtype=np.int64)
        first = np.cumsum(size) - size
        count = size[of_family]
        before = np.cumsum(count) - count
        flat = np.array([i for one in families for i in one], dtype=np.int64)
        each = flat[np.repeat(first[of_family] - before, count) + np.arange(int(count.sum()))]
        home = np.repeat(home, count)
        near: Ints = (each * len(register.homes) + home)[self._of_sort[self._sort[each], home]]
        return near


def _too_many(pairs: int, register: Register) -> str:
    return (
        f"{len(register.children):,} children and {len(register.homes):,} homes are {pairs:,} pairs to ask about; at "
        f"most {MOST_PAIRS:,} can be. Give screen_miles in the policy, the furthest home to look at, or a smaller one; "
        "or take a smaller round, such as one authority at a time."
    )
