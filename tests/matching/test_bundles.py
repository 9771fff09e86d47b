"""Bundles and their packing against the plain law: nothing lawful is left out, nothing else is let in."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from matching.bundles import Bundles, TooManyBundles, bundles_of
from matching.question import NO_FAMILY, Question
from matching.solvers.exhaustive import lawful, lawful_plan
from matching.solvers.packing import packing_of
from tests.matching.questions import FromSeed, question, random_question


def listed(bundles: Bundles) -> list[tuple[int, tuple[int, ...]]]:
    """Each bundle as its home and its children."""
    q = bundles.question
    return [
        (int(bundles.home[b]), tuple(q.pair_child[bundles.pair[bundles.start[b] : bundles.start[b + 1]]].tolist()))
        for b in range(len(bundles))
    ]


def lawful_sets(q: Question) -> set[tuple[int, tuple[int, ...]]]:
    """Every lawful set of children of one family, or one child alone, at one home, by the plain check."""
    units = [tuple(np.flatnonzero(q.family == f).tolist()) for f in range(int(q.family.max(initial=-1)) + 1)]
    units += [(c,) for c in np.flatnonzero(q.family == NO_FAMILY).tolist()]
    return {
        (home, group)
        for home in range(q.homes)
        for unit in units
        for size in range(1, len(unit) + 1)
        for group in combinations(unit, size)
        if lawful(q, home, group) and not (q.never_split and splits(q, group))
    }


def splits(q: Question, group: tuple[int, ...]) -> bool:
    """Whether a set takes one of two children who are never split and leaves the other."""
    return any((a in group) != (b in group) for a, b in q.sibling_pairs.tolist())


@pytest.mark.parametrize("first", [0, 100, 200, 300])
def test_every_lawful_bundle_and_no_other(first: int) -> None:
    """The bundles are exactly the lawful sets of one unit at one home, each once, in a fixed order."""
    for seed in range(first, first + 100):
        q = random_question(FromSeed(seed), children=6)
        found = listed(bundles_of(q))
        assert len(found) == len(set(found))
        assert set(found) == lawful_sets(q)
        unit = bundles_of(q).unit
        assert np.array_equal(np.lexsort((bundles_of(q).home, unit)), np.arange(len(unit)))


@pytest.mark.parametrize("first", [1000, 1050])
def test_a_packing_is_a_lawful_plan_and_a_lawful_plan_a_packing(first: int) -> None:
    """Every plan, lawful or not, that gives each home bundles: the rows hold exactly when the plan is lawful."""
    both = {True: 0, False: 0}
    for seed in range(first, first + 50):
        q = random_question(FromSeed(seed), children=5, homes=3)
        bundles = bundles_of(q)
        packing = packing_of(bundles)
        number = {bundle: at for at, bundle in enumerate(listed(bundles))}
        unit_of = {c: int(f) if f >= 0 else -1 - c for c, f in enumerate(q.family.tolist())}
        choices = [[-1, *q.pair_home[q.pair_child == c].tolist()] for c in range(q.children)]
        for plan in product(*choices):
            held: dict[tuple[int, int], tuple[int, ...]] = {}
            for child, home in enumerate(plan):
                if home >= 0:
                    held[home, unit_of[child]] = (*held.get((home, unit_of[child]), ()), child)
            groups = [(home, children) for (home, _), children in held.items()]
            chosen = np.zeros(len(bundles), dtype=np.int64)
            known = all(group in number for group in groups)
            chosen[[number[group] for group in groups if group in number]] = 1
            packed = known and bool((packing.matrix @ chosen <= packing.capacity).all())
            assert packed == lawful_plan(q, plan), (seed, plan)
            both[packed] += 1
    assert min(both.values()) > 150


def test_two_bundles_of_one_family_never_share_a_home() -> None:
    """Or brothers kept apart, or short of a bedroom, would meet by the back door."""
    q = question(children=2, homes=1, family=[0, 0], apart=[(0, 1)])
    bundles = bundles_of(q)
    assert listed(bundles) == [(0, (0,)), (0, (1,))]
    packing = packing_of(bundles)
    assert not (packing.matrix @ np.ones(2, dtype=np.int64) <= packing.capacity).all()


def test_what_a_bundle_takes() -> None:
    """Places and limit for newcomers, the exempt child outside the limit, two sisters to a room."""
    q = question(
        children=4,
        homes=1,
        family=[0] * 4,
        needs_room=[True] * 4,
        room_sharer=[1, 1, 1, 0],
        exempt=[(1, 0)],
        lives_there=[(3, 0)],
    )
    bundles = bundles_of(q)
    at = listed(bundles).index((0, (0, 1, 2, 3)))
    assert (bundles.newcomers[at], bundles.limit_weight[at], bundles.rooms[at]) == (3, 2, 2)
    assert bundles.siblings_together[at] == 6
    assert not bundles.alone[at]


def test_what_a_bundle_uses() -> None:
    """Of each resource the sum over its children, those who live there too; more than the home has is no bundle."""
    q = question(
        children=3,
        homes=1,
        family=[0] * 3,
        lives_there=[(0, 0)],
        uses={(0, 0): [2, 0], (1, 0): [1, 1], (2, 0): [3, 1]},
        has=[[5, 1]],
    )
    bundles = bundles_of(q)
    assert listed(bundles) == [(0, (0,)), (0, (1,)), (0, (2,)), (0, (0, 1)), (0, (0, 2))]
    assert bundles.uses.tolist() == [[2, 0], [1, 1], [3, 1], [3, 1], [5, 1]]


def test_too_many_bundles_is_said_before_the_memory_is_gone() -> None:
    """Twenty-five brothers and sisters and a home for all of them have too many ways to be split."""
    q = question(children=25, homes=2, family=[0] * 25, places=[25, 25])
    with pytest.raises(TooManyBundles, match="the largest family has 25 children"):
        bundles_of(q, most=100_000)


def test_a_family_larger_than_any_home_is_no_trouble() -> None:
    """Sets are grown child by child up to what a home holds, so a family of 25 and homes of two are quickly listed."""
    q = question(children=25, homes=4, family=[0] * 25, places=[2] * 4)
    assert len(bundles_of(q)) == 4 * (25 + 25 * 24 // 2)


def test_a_question_that_mixes_families_is_refused() -> None:
    """A sibling pair or whole family across two families would be lost in bundles; it is said instead."""
    with pytest.raises(ValueError, match="C0, C1 is not of one family"):
        bundles_of(question(children=2, homes=1, family=[0, 1], siblings=[(0, 1)]))
    with pytest.raises(ValueError, match="whole family of home H0 is not one family"):
        bundles_of(question(children=2, homes=1, family=[0, 1], whole_family={0: [(0, 1)]}))
