"""Families taken whole: the best pattern, all that are nearly as good, and what prices prove of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from matching.question import Ints, Question
from matching.solvers import SOLVERS
from matching.solvers.bundles import PricedEngine
from matching.solvers.families import MOST_MEMBERS, Families, Family, TooLarge, Whole
from matching.solvers.options import Options
from matching.solvers.solver import Clock
from tests.matching.questions import FromSeed, random_question
from tests.matching.questions import question as posed

SEEDS = range(60)


class Listed:
    """A made-up family and every pattern of it, listed one by one."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.members, homes = int(rng.integers(2, 5)), int(rng.integers(1, 6))
        every = [(mask, home) for mask in range(1, 1 << self.members) for home in range(homes)]
        kept = [one for one in every if rng.random() < 0.5] or every[:1]
        self.mask, self.home = (np.array(column, dtype=np.int64) for column in zip(*kept, strict=True))
        one = np.triu(rng.random((homes, homes)) < 0.5, 1)
        self.near = csr_array((one | one.T).astype(np.int8))
        twos = [two for two in combinations(range(self.members), 2) if rng.random() < 0.8]
        self.pairs = tuple(two for two in twos for _ in range(int(rng.integers(1, 3))))
        # the columns of other families stand between
        self.columns = np.sort(rng.choice(3 * len(kept), len(kept), replace=False)).astype(np.int64)
        self.gain = np.rint(rng.normal(0, 5, 3 * len(kept)))
        self.each_near = float(rng.integers(0, 8))
        self.family = Family(self.columns, self.mask, self.home, self.near, self.pairs)

    def patterns(self) -> Iterator[tuple[tuple[int, ...], int, float]]:
        """Columns, sibling pairs near and worth of every pattern."""
        for size in range(1, self.members + 1):
            for some in combinations(range(len(self.columns)), size):
                masks = [int(self.mask[i]) for i in some]
                apart = all(not a & b for a, b in combinations(masks, 2))
                if apart and len({int(self.home[i]) for i in some}) == size:
                    near = sum(self._near(i, j) for i, j in combinations(some, 2))
                    worth = float(self.gain[self.columns[list(some)]].sum()) + self.each_near * near
                    yield tuple(self.columns[list(some)].tolist()), near, worth

    def _near(self, i: int, j: int) -> int:
        if not self.near.toarray()[self.home[i], self.home[j]]:
            return 0
        a, b = int(self.mask[i]), int(self.mask[j])
        return sum((a >> x & 1 and b >> y & 1) or (b >> x & 1 and a >> y & 1) for x, y in self.pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_pattern_is_the_best_of_all_listed(seed: int) -> None:
    """Worth and near pairs are right, and what is not worth more than asked for is not given."""
    listed = Listed(seed)
    every = {columns: (near, worth) for columns, near, worth in listed.patterns()}
    most = max(worth for _, worth in every.values())
    value, pattern = listed.family.best(listed.gain, listed.each_near, most - 0.5)
    assert pattern is not None
    assert value == most
    assert every[pattern.columns] == (pattern.near, most)
    assert listed.family.best(listed.gain, listed.each_near, most) == (most, None)


@pytest.mark.parametrize("seed", SEEDS)
def test_out_of_time_no_pattern_is_given_and_none_is_worth_more(seed: int) -> None:
    """Once the clock is up the search ends at once with what may be hoped, never with less than the best."""
    listed = Listed(seed)
    most = max(worth for _, _, worth in listed.patterns())
    value, pattern = listed.family.best(listed.gain, listed.each_near, most - 0.5, Clock(0.0))
    assert pattern is None
    assert value >= most


@pytest.mark.parametrize("seed", SEEDS)
def test_all_patterns_that_reach_a_worth_are_listed_once(seed: int) -> None:
    """The same as one by one; None when there are more than asked for."""
    listed = Listed(seed)
    for least in (-np.inf, -2.0, 0.0, 4.0):
        wanted = {columns: near for columns, near, worth in listed.patterns() if worth >= least}
        floor = max(least, -1e9)
        found = listed.family.reaching(listed.gain, listed.each_near, floor, len(wanted))
        assert found is not None
        sets = [tuple(found.columns[a:b].tolist()) for a, b in zip(found.start[:-1], found.start[1:], strict=True)]
        assert len(sets) == len(set(sets))
        assert dict(zip(sets, found.near.tolist(), strict=True)) == wanted
        if wanted:
            assert listed.family.reaching(listed.gain, listed.each_near, floor, len(wanted) - 1) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_with_a_column_is_worth_more_than_is_hoped_of_it(seed: int) -> None:
    """Hopes of each column lie no lower than its best pattern, and those of the best pattern meet it or more."""
    listed = Listed(seed)
    hopes = dict(zip(listed.columns.tolist(), listed.family.hopes(listed.gain, listed.each_near).tolist(), strict=True))
    for columns, _, worth in listed.patterns():
        assert all(hopes[column] >= worth for column in columns)


@pytest.mark.parametrize("seed", SEEDS)
def test_near_pairs_are_counted_of_any_columns(seed: int) -> None:
    """As one by one, for every pattern."""
    listed = Listed(seed)
    for columns, near, _ in listed.patterns():
        assert listed.family.near_pairs(np.array(columns)) == near


def near_question(seed: int, children: int = 5) -> Question:
    """A random question with homes near each other."""
    rng = np.random.default_rng(seed)
    question = random_question(FromSeed(seed), children=children, homes=5)
    near = [(a, b) for a in range(question.homes) for b in range(a + 1, question.homes) if rng.random() < 0.5]
    return replace(
        question,
        near_homes=np.array(near, dtype=np.int64).reshape(-1, 2),
        tiers=("placed", "siblings", "near", "local"),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_families_hold_every_bundle_of_theirs_and_no_other(seed: int) -> None:
    """A column is of a family exactly when its children have brothers or sisters they could be near."""
    question = near_question(seed)
    engine = PricedEngine(question)
    families = Families(engine.bundles, engine.alive)
    assert sorted(c for family in families for c in family.columns.tolist()) == np.flatnonzero(families.member).tolist()
    for number, family in enumerate(families):
        units = np.unique(engine.bundles.unit[family.columns])
        assert len(units) == 1
        assert (families.number[engine.bundles.unit == units[0]] == number).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_prices_prove_no_less_than_the_best_pattern(seed: int) -> None:
    """Rounded up where numbers are too large to be exact: never below what a pattern is worth."""
    listed = Listed(seed)
    families = object.__new__(Families)
    families.number = np.full(len(listed.gain), -1, dtype=np.int64)
    families.number[listed.columns] = 0
    families._families = [listed.family]
    for scale in (1, 1 << 48):
        gain: Ints = listed.gain.astype(np.int64) * scale + (scale > 1)
        near = int(listed.each_near)
        priced = Whole(families, near, np.zeros(1, dtype=np.int64)).priced(gain, scale, np.zeros(1, dtype=np.int64))
        worth = {
            columns: sum(int(gain[c]) for c in columns) + scale * near * pairs
            for columns, pairs, _ in listed.patterns()
        }
        assert priced.best[0] >= max(0, *worth.values())
        assert priced.best[0] <= max(0, *worth.values()) + 64 * max(scale >> 40, 0)
        for columns, value in worth.items():
            assert all(priced.best[0] + int(priced.loss[c]) >= value for c in columns)
        # out of time: looser, and still above every pattern
        late = Whole(families, near, np.zeros(1, dtype=np.int64), Clock(0.0))
        looser = late.priced(gain, scale, np.zeros(1, dtype=np.int64))
        assert looser.best[0] >= priced.best[0]
        for columns, value in worth.items():
            assert all(looser.best[0] + int(looser.loss[c]) >= value for c in columns)


def test_a_family_too_large_to_be_taken_whole_is_proved_all_the_same() -> None:
    """Ten brothers and sisters, two homes each: near pairs are then counted beside bundles."""
    many = MOST_MEMBERS + 1
    homes = 2 * many
    question = posed(
        children=many,
        homes=homes,
        family=[0] * many,
        pairs=[(home // 2, home) for home in range(homes)],
        points={(home // 2, home): home % 2 for home in range(homes)},
        # the first homes of all children lie in one street, the second ones far from everywhere
        near=list(combinations(range(0, homes, 2), 2)),
        tiers=("placed", "siblings", "near", "points"),
    )
    engine = PricedEngine(question)
    with pytest.raises(TooLarge):
        Families(engine.bundles, engine.alive)
    assert engine.everything().linked
    solution = SOLVERS["bundles"](question, time_limit=60)
    assert [(t.value, t.proved) for t in solution.tiers] == [(many, True), (0, True), (45, True), (0, True)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_made_of_the_options_that_give_it(seed: int) -> None:
    """The options a plan is made of give the same plan again, and count its near pairs."""
    question = near_question(seed)
    engine = PricedEngine(question)
    options = engine.everything()
    plan = SOLVERS["cpsat"](question).home_of
    taken = options.chosen_by(engine.bundles, plan)
    assert (engine.bundles.plan_of(options.bundles_of(taken)) == plan).all()
    pairs = question.sibling_pairs
    assert int(options.near[taken].sum()) == int(question.are_near(plan[pairs[:, 0]], plan[pairs[:, 1]]).sum())
    assert not options.linked
    assert Options.of(engine.alive).linked
