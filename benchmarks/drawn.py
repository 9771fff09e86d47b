"""Made-up questions drawn straight as arrays, from a panel to the whole of England. Nobody in them exists.

Children and homes stand on a map of authorities. There are more children than places where the cities are and
more places than children in the country; many homes take small children, few take teenagers or great needs. A
pair is lawful when the home is within the radius, its kind takes the child's route, its terms take the age and the
sex, and it can meet the need: so scarce homes are wanted by the same children, as in life.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from matching.question import NO_FAMILY, NOBODY, SEVERAL_FAMILIES, UNLIMITED, Ints, Mask, Question

Floats = NDArray[np.float64]

FAMILY_SIZES, FAMILY_SHARES = (1, 2, 3, 4, 5, 6), (0.66, 0.2, 0.09, 0.03, 0.013, 0.007)
"""Share of the groups needing a home by how many they are."""
NEAR_MILES, SPLIT_MILES = 10.0, 5.0
AT_ONCE = 4_000_000
"""Pairs looked at in one go."""
NEEDS = 5
WEEKLY = (480, 640, 1_010)
"""Pounds a week about: own carer, another authority's, an agency's."""


@dataclass(frozen=True, slots=True)
class Round:
    """How large a round is, and on what map.

    `miles`: the map is a square so wide. `radius`: no home further from the child is asked; None: every home is.
    `vacant`: share of the homes that have a place now. `pairs`: lawful pairs to aim at.
    """

    children: int
    homes: int
    authorities: int
    miles: float
    pairs: int
    radius: float | None = None
    vacant: float = 1.0


ROUNDS = {
    "drawn-panel": Round(12, 30, 1, 20, 115),
    "drawn-borough": Round(340, 250, 1, 24, 28_000),
    "region": Round(6_000, 5_000, 10, 45, 9_900_000),
    "england": Round(10_000, 45_000, 150, 290, 2_000_000, radius=40, vacant=0.2),
}
"""The four sizes: a panel, one borough, a region of ten authorities, England."""


@dataclass(frozen=True, slots=True, eq=False)
class _Children:
    family: Ints
    first: Ints
    """The first child of each child's family; of a child alone, itself."""
    at: Floats
    authority: Ints
    age: Ints
    sex: Ints
    needs: Ints
    adopted: Mask


@dataclass(frozen=True, slots=True, eq=False)
class _Homes:
    at: Floats
    authority: Ints
    adopter: Mask
    dual: Mask
    host: Mask
    provider: Ints
    approved: Ints
    fostered: Ints
    places: Ints
    youngest: Ints
    oldest: Ints
    takes_sex: Ints
    """-1: either."""
    meets: Ints


def drawn(size: Round, seed: int) -> Question:
    """A round of this size; the same seed always gives the same."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0.12 * size.miles, 0.88 * size.miles, (size.authorities, 2))
    weight = rng.lognormal(0, 0.6, size.authorities)
    spread = max(size.miles / np.sqrt(size.authorities) / 3, 4.0)
    children = _draw_children(size, centre, weight, spread, rng)
    homes = _draw_homes(size, centre, weight, spread, rng)
    child, home, miles = _lawful_pairs(size, children, homes, rng)

    own = homes.provider[home] == 0
    near = 1000 * np.exp(-miles / 12)
    liked = rng.integers(0, 1001, len(child))
    points = np.clip(0.45 * near + 0.15 * 1000 * own + 0.4 * liked, 0, 1000).astype(np.int64)
    counted = ~(homes.adopter | homes.dual)[home]
    same_area = homes.authority[home] == children.authority[child]
    local = ((miles <= NEAR_MILES) | same_area) & counted

    n, m = size.children, size.homes
    first_pair = np.searchsorted(child, np.arange(n + 1))
    fostered_family = _brothers_and_sisters_there(children, homes, first_pair, home, rng)
    there = (children.family[child] >= 0) & (children.family[child] == fostered_family[home])
    stays = _settled(children, homes, first_pair, home, rng)
    siblings = _twos(children.family)
    split = rng.random(len(siblings)) < 0.06
    strangers = _separated(children, rng)
    apart = np.unique(np.vstack((siblings[split], strangers)), axis=0)
    near_homes = _near_homes(homes)
    whole = _whole_families(children, homes, child, home)
    cost = np.array(WEEKLY)[homes.provider] * 100 + rng.integers(-80, 300, m) * 100
    solo = (rng.random(n) < 0.05) & (children.family < 0)
    rooms = np.where(rng.random(m) < 0.15, UNLIMITED, np.maximum(homes.places - (rng.random(m) < 0.15), 0))
    digits = max(len(str(n)), len(str(m)))
    return Question(
        child_ids=tuple(f"C{i:0{digits}d}" for i in range(n)),
        home_ids=tuple(f"H{i:0{digits}d}" for i in range(m)),
        family=children.family,
        solo=solo,
        needs_room=children.age >= 3,
        room_sharer=np.where((children.family >= 0) & (children.age < 10), children.sex + 1, 0),
        places=homes.places,
        limit_room=np.where(homes.adopter | homes.host, UNLIMITED, 3 - homes.fostered),
        fostered_family=fostered_family,
        rooms=rooms,
        one_or_whole_family=homes.adopter | homes.dual,
        whole_family=whole,
        pair_child=child,
        pair_home=home,
        pair_exempt=rng.random(len(child)) < 0.002,
        pair_lives_there=stays[child] == home,
        pair_siblings_there=there.astype(np.int64),
        pair_local=local.astype(np.int64),
        pair_points=points,
        pair_cost=cost[home],
        sibling_pairs=siblings[~split],
        apart=apart,
        near_homes=near_homes,
        pair_siblings_near=_siblings_near(m, children.family, fostered_family, near_homes, child, home),
    )


def _draw_children(size: Round, centre: Floats, weight: Floats, spread: float, rng: np.random.Generator) -> _Children:
    n = size.children
    family, first, member = _families(n, rng)
    # children needing a home are crowded into the large authorities more than homes are
    authority = rng.choice(size.authorities, n, p=weight**1.4 / (weight**1.4).sum())[first]
    at = np.clip(centre[authority] + rng.normal(0, spread * 0.6, (n, 2))[first], 0, size.miles)
    age = np.minimum(np.floor(18 * rng.beta(1.5, 0.9, n)), 17).astype(np.int64)
    age = np.where(family >= 0, (age[first] + 2 * member) % 18, age)
    some = 1 << rng.integers(0, NEEDS, n)
    more = 1 << rng.integers(0, NEEDS, n)
    needs = np.where(rng.random(n) < 0.4, some, 0) | np.where(rng.random(n) < 0.12, more, 0)
    adopted = ((age < 6) & (rng.random(n) < 0.4))[first] & (age < 9)
    # a family is adopted whole or not at all
    left_behind = np.zeros(n, dtype=np.bool_)
    np.logical_or.at(left_behind, first, ~adopted)
    return _Children(
        family, first, at, authority, age, rng.integers(0, 2, n), needs.astype(np.int64), adopted & ~left_behind[first]
    )


def _draw_homes(size: Round, centre: Floats, weight: Floats, spread: float, rng: np.random.Generator) -> _Homes:
    m = size.homes
    authority = rng.choice(size.authorities, m, p=weight**0.8 / (weight**0.8).sum())
    at = np.clip(centre[authority] + rng.normal(0, spread, (m, 2)), 0, size.miles)
    kind = rng.random(m)
    adopter, dual, host = kind < 0.06, (kind >= 0.06) & (kind < 0.08), kind >= 0.94
    approved = rng.choice([1, 2, 3, 4], m, p=[0.45, 0.28, 0.2, 0.07])
    fostered = np.where(adopter | host, 0, rng.integers(0, approved + 1))
    places = np.where(rng.random(m) < size.vacant, np.maximum(approved - fostered, 1), 0)
    youngest = np.where(rng.random(m) < 0.25, rng.integers(8, 14, m), rng.integers(0, 8, m))
    meets = np.zeros(m, dtype=np.int64)
    for need in range(NEEDS):
        meets |= np.where(rng.random(m) < 0.62 - 0.09 * need, 1 << need, 0)
    return _Homes(
        at=at,
        authority=authority,
        adopter=adopter,
        dual=dual,
        host=host,
        provider=rng.choice(3, m, p=[0.5, 0.1, 0.4]),
        approved=approved,
        fostered=fostered,
        places=places.astype(np.int64),
        youngest=youngest,
        oldest=np.minimum(youngest + rng.integers(5, 16, m), 18),
        takes_sex=rng.choice([-1, 0, 1], m, p=[0.84, 0.08, 0.08]),
        meets=meets,
    )


def _families(n: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """The family of each child (`NO_FAMILY` alone), the first of it, and which of it the child is, from 0."""
    sizes = rng.choice(FAMILY_SIZES, n, p=FAMILY_SHARES)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), n)) + 1]
    sizes[-1] -= int(sizes.sum()) - n
    start = np.repeat(np.cumsum(sizes) - sizes, sizes)
    several = np.repeat(sizes > 1, sizes)
    number = np.repeat(np.cumsum(sizes > 1) - 1, sizes)
    return np.where(several, number, NO_FAMILY), start, np.arange(n, dtype=np.int64) - start


def _lawful_pairs(
    size: Round, children: _Children, homes: _Homes, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Child, home and miles of every lawful pair, by child then home; about `size.pairs` of them."""
    found = [_fitting(children, homes, *candidates) for candidates in _within_reach(size, children, homes)]
    child = np.concatenate([f[0] for f in found])
    home = np.concatenate([f[1] for f in found])
    miles = np.concatenate([f[2] for f in found])
    del found
    # what carers will not consider at all, so that the number of pairs is about what is asked for
    kept = rng.random(len(child)) < size.pairs / max(len(child), 1)
    return child[kept], home[kept], miles[kept]


def _within_reach(size: Round, children: _Children, homes: _Homes) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Pairs within the radius, a bundle of children at a time, sorted."""
    open_now = np.flatnonzero(homes.places > 0).astype(np.int64)
    if size.radius is None:
        at_once = max(AT_ONCE // max(len(open_now), 1), 1)
        for start in range(0, size.children, at_once):
            some = np.arange(start, min(start + at_once, size.children), dtype=np.int64)
            apart = children.at[some][:, np.newaxis] - homes.at[open_now]
            miles = np.hypot(apart[..., 0], apart[..., 1]).ravel()
            yield np.repeat(some, len(open_now)), np.tile(open_now, len(some)), miles
        return
    tree = cKDTree(homes.at[open_now])
    for start in range(0, size.children, 1_000):
        some = np.arange(start, min(start + 1_000, size.children), dtype=np.int64)
        near = cKDTree(children.at[some]).sparse_distance_matrix(tree, size.radius, output_type="ndarray")
        order = np.lexsort((near["j"], near["i"]))
        yield some[near["i"][order]], open_now[near["j"][order]], near["v"][order]


def _fitting(children: _Children, homes: _Homes, child: Ints, home: Ints, miles: Floats) -> tuple[Ints, Ints, Floats]:
    """Those of some pairs whose kind, terms and needs fit. The cheapest test first, each on what is left."""
    tests = (
        lambda c, h: (children.age[c] >= homes.youngest[h]) & (children.age[c] <= homes.oldest[h]),
        lambda c, h: (children.needs[c] & ~homes.meets[h]) == 0,
        lambda c, h: (homes.takes_sex[h] < 0) | (homes.takes_sex[h] == children.sex[c]),
        lambda c, h: children.adopted[c] | ~(homes.adopter | homes.dual)[h],
        lambda c, h: (children.age[c] >= 16) | ~homes.host[h],
    )
    for test in tests:
        fits = test(child, home)
        child, home, miles = child[fits], home[fits], miles[fits]
    return child, home, miles


def _one_pair_each(some: Ints, first_pair: Ints, home: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """For each of some children with any pair, the home of one of its pairs."""
    many = first_pair[some + 1] - first_pair[some]
    some, many = some[many > 0], many[many > 0]
    return some, home[first_pair[some] + (rng.random(len(some)) * many).astype(np.int64)]


def _brothers_and_sisters_there(
    children: _Children, homes: _Homes, first_pair: Ints, home: Ints, rng: np.random.Generator
) -> Ints:
    """`fostered_family` of each home: one family in ten has a brother or sister who is fostered already."""
    fostered = np.where(homes.fostered > 0, SEVERAL_FAMILIES, NOBODY)
    firsts = np.flatnonzero((children.family >= 0) & (children.first == np.arange(len(children.family))))
    firsts, where = _one_pair_each(firsts[rng.random(len(firsts)) < 0.1], first_pair, home, rng)
    full = homes.fostered[where] > 0
    fostered[where[full]] = children.family[firsts[full]]
    return fostered


def _settled(children: _Children, homes: _Homes, first_pair: Ints, home: Ints, rng: np.random.Generator) -> Ints:
    """The home where each child lives now, or -1: three in a hundred are asked about again."""
    stays = np.full(len(children.family), -1, dtype=np.int64)
    asked = np.flatnonzero(rng.random(len(children.family)) < 0.03)
    asked, where = _one_pair_each(asked, first_pair, home, rng)
    there = homes.fostered[where] > 0
    stays[asked[there]] = where[there]
    return stays


def _twos(family: Ints) -> Ints:
    """Every two children of one family, the lower first, sorted; brothers and sisters stand side by side."""
    several = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, max(FAMILY_SIZES)):
        first = np.flatnonzero((family[:-step] == family[step:]) & (family[:-step] >= 0))
        several.append(np.column_stack((first, first + step)))
    pairs = np.vstack(several)
    ordered: Ints = pairs[np.lexsort(pairs.T[::-1])]
    return ordered


def _separated(children: _Children, rng: np.random.Generator) -> Ints:
    """Strangers of one authority who may not live together: one for forty children."""
    n = len(children.family)
    one = rng.integers(0, n, n // 40)
    by_authority = np.argsort(children.authority, kind="stable")
    place = np.searchsorted(children.authority[by_authority], children.authority[one])
    size = np.bincount(children.authority)[children.authority[one]]
    other = by_authority[place + (rng.random(len(one)) * size).astype(np.int64)]
    strangers = (one != other) & ((children.family[one] != children.family[other]) | (children.family[one] < 0))
    return np.sort(np.column_stack((one, other))[strangers], axis=1)


def _near_homes(homes: _Homes) -> Ints:
    """Homes with a place that are within `SPLIT_MILES` of each other."""
    open_now = np.flatnonzero(homes.places > 0)
    pairs = cKDTree(homes.at[open_now]).query_pairs(SPLIT_MILES, output_type="ndarray")
    near = np.sort(open_now[pairs.reshape(-1, 2)], axis=1).astype(np.int64)
    ordered: Ints = near[np.lexsort((near[:, 1], near[:, 0]))]
    return ordered


def _siblings_near(m: int, family: Ints, fostered_family: Ints, near_homes: Ints, child: Ints, home: Ints) -> Ints:
    """Brothers and sisters who live now in another home near the pair's."""
    both = np.vstack((near_homes, near_homes[:, ::-1]))
    both = both[fostered_family[both[:, 0]] >= 0]
    known, times = np.unique(fostered_family[both[:, 0]] * m + both[:, 1], return_counts=True)
    count = np.zeros(len(child), dtype=np.int64)
    mine = np.flatnonzero(family[child] >= 0)
    if len(known):
        wanted = family[child[mine]] * m + home[mine]
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        count[mine] = np.where(known[at] == wanted, times[at], 0)
    return count


def _whole_families(
    children: _Children, homes: _Homes, child: Ints, home: Ints
) -> dict[int, tuple[tuple[int, ...], ...]]:
    """For each adopter the families, all of whose children they may take."""
    mine = np.flatnonzero(children.adopted[child] & (children.family[child] >= 0) & (homes.adopter | homes.dual)[home])
    m = len(homes.places)
    known, times = np.unique(children.family[child[mine]] * m + home[mine], return_counts=True)
    size = np.bincount(children.family[children.family >= 0], minlength=1)
    whole = known[times == size[known // m]]
    first = np.searchsorted(children.family[children.family >= 0], np.arange(len(size)))
    members = np.flatnonzero(children.family >= 0)
    families: dict[int, list[tuple[int, ...]]] = {}
    for code in whole.tolist():
        family, where = divmod(code, m)
        start = int(first[family])
        families.setdefault(where, []).append(tuple(members[start : start + int(size[family])].tolist()))
    return {h: tuple(families.get(h, ())) for h in np.flatnonzero(homes.adopter | homes.dual).tolist()}
