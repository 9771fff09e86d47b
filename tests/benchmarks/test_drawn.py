"""The drawn rounds are what they say they are: the same from one seed, lawful in their own terms, and scarce."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from benchmarks.drawn import ROUNDS, SPLIT_MILES, Round, drawn
from matching.bundles import bundles_of
from matching.question import Question
from matching.solvers import solve_cpsat

SMALL_REGION = Round(600, 500, 10, 45, 60_000)
SMALL_ENGLAND = Round(300, 1_350, 30, 90, 9_000, radius=40, vacant=0.3)
EVERY = pytest.mark.parametrize(
    "size", [ROUNDS["drawn-panel"], ROUNDS["drawn-borough"], SMALL_REGION, SMALL_ENGLAND], ids=str
)


def same(one: Question, other: Question) -> bool:
    """Whether two questions are the same in every column."""
    return all(
        np.array_equal(getattr(one, f.name), getattr(other, f.name))
        if isinstance(getattr(one, f.name), np.ndarray)
        else getattr(one, f.name) == getattr(other, f.name)
        for f in fields(one)
    )


@EVERY
def test_a_seed_is_a_round(size: Round) -> None:
    """The same seed gives the same round to the last column, another seed another."""
    assert same(drawn(size, 3), drawn(size, 3))
    assert not same(drawn(size, 3), drawn(size, 4))


@EVERY
def test_as_many_as_asked_for(size: Round) -> None:
    """Children, homes and, about, lawful pairs are as many as the size says."""
    for seed in (1, 2, 3):
        q = drawn(size, seed)
        assert (q.children, q.homes) == (size.children, size.homes)
        assert 0.6 * size.pairs <= q.pairs <= 1.1 * size.pairs


@pytest.mark.parametrize("size", [ROUNDS["drawn-borough"], SMALL_REGION, SMALL_ENGLAND], ids=str)
def test_all_that_makes_a_round_hard_is_there(size: Round) -> None:
    """Families together and apart, near homes, adopters with whole families, limits that bind, settled children."""
    q = drawn(size, 1)
    assert (np.bincount(q.family[q.family >= 0]) >= 2).all()
    assert len(q.sibling_pairs) > len(q.apart) > 0
    together, apart = {tuple(p) for p in q.sibling_pairs.tolist()}, {tuple(p) for p in q.apart.tolist()}
    assert not together & apart
    assert (q.family[q.sibling_pairs[:, 0]] == q.family[q.sibling_pairs[:, 1]]).all()
    assert (q.family[q.apart[:, 0]] != q.family[q.apart[:, 1]]).any()
    assert len(q.near_homes)
    assert q.pair_siblings_near.any()
    assert q.pair_siblings_there.any()
    assert q.pair_lives_there.any()
    assert q.one_or_whole_family.any()
    assert ((q.limit_room < q.places) & (q.places > 1)).any()
    assert 0 < q.pair_local.mean() <= 1
    assert q.pair_points.min() >= 0
    assert q.pair_points.max() <= 1000
    assert (q.places[q.pair_home] > 0).all()
    bundles = bundles_of(q)
    assert (np.diff(bundles.start) > 1).any()
    assert bundles.alone.any()


def test_whole_families_can_go_where_they_are_listed() -> None:
    """An adopter's list holds all the children of a family, and each has a lawful pair with the adopter."""
    q = drawn(SMALL_REGION, 2)
    pairs = set(zip(q.pair_child.tolist(), q.pair_home.tolist(), strict=True))
    listed = [(home, family) for home, families in q.whole_family.items() for family in families]
    assert listed
    for home, family in listed:
        assert q.one_or_whole_family[home]
        assert set(family) == set(np.flatnonzero(q.family == q.family[family[0]]).tolist())
        assert all((child, home) in pairs for child in family)


def test_a_radius_is_a_radius() -> None:
    """A radius wider than the map changes nothing; a narrow one keeps of the same pairs the near ones only."""
    free = replace(SMALL_REGION, pairs=10**9)
    everywhere, wide, narrow = (drawn(replace(free, radius=radius), 5) for radius in (None, 1_000.0, 8.0))
    assert np.array_equal(everywhere.pair_child, wide.pair_child)
    assert np.array_equal(everywhere.pair_home, wide.pair_home)
    assert same(everywhere, wide)
    all_pairs = everywhere.pair_child * everywhere.homes + everywhere.pair_home
    near_pairs = narrow.pair_child * narrow.homes + narrow.pair_home
    assert 0 < len(near_pairs) < len(all_pairs) / 2
    assert np.isin(near_pairs, all_pairs).all()
    assert SPLIT_MILES < 8.0


@pytest.mark.parametrize("seed", [1, 2])
def test_children_compete(seed: int) -> None:
    """Not every child of a borough can have a home, though every child has homes that could take it."""
    size = Round(60, 45, 1, 24, 900)
    q = drawn(size, seed)
    best = solve_cpsat(replace(q, tiers=("placed",)), unique=False)
    able = len(np.unique(q.pair_child))
    assert best.tiers[0].proved
    assert best.tiers[0].value < able
