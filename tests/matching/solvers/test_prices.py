"""Bounds from prices hold for every plan, whatever the prices."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from matching.solvers.prices import prices_of, proved

Rows = tuple[csr_array, np.ndarray]


def small(seed: int) -> tuple[np.ndarray, Rows, Rows, np.ndarray]:
    """A small packing: values, rows to keep, floors to reach, and every choice that does both."""
    rng = np.random.default_rng(seed)
    columns, rows = 8, 5
    values = rng.integers(-3, 60, columns)
    matrix, capacity = rng.integers(0, 4, (rows, columns)), rng.integers(1, 7, rows)
    floors = rng.integers(0, 3, (1, columns))
    every = np.array(list(product((0, 1), repeat=columns)))
    packs = (every @ matrix.T <= capacity).all(axis=1)
    floor = np.array([int((every[packs] @ floors.T).max()) - 1])
    every = every[packs & (every @ floors.T >= floor).all(axis=1)]
    return values, (csr_array(matrix), capacity), (csr_array(floors), floor), every


@pytest.mark.parametrize("seed", range(60))
def test_the_bound_holds_and_what_is_left_out_was_not_needed(seed: int) -> None:
    """No choice beats the bound, and none worth a target uses a column that may not reach it."""
    values, (matrix, capacity), (floors, floor), every = small(seed)
    prices = prices_of(values, matrix, capacity, floors, floor, np.inf)
    assert prices is not None
    worth = every @ values
    assert worth.max() <= prices.bound
    for target in range(int(worth.min()), prices.bound + 1):
        assert not every[worth >= target][:, ~prices.may_reach(target)].any()


@pytest.mark.parametrize("seed", range(60))
def test_any_prices_prove_a_true_bound(seed: int) -> None:
    """Prices drawn at random give a poor bound, never a false one; nothing rests on the relaxation being right."""
    values, (matrix, capacity), _, every = small(seed)
    drawn = np.random.default_rng(seed + 1000).exponential(8.0, len(capacity))
    prices = proved(values, matrix, capacity, drawn)
    worth = every @ values
    assert worth.max() <= prices.bound
    target = int(worth.max()) - 2
    assert not every[worth >= target][:, ~prices.may_reach(target)].any()


def test_huge_prices_do_not_overflow() -> None:
    """Prices beyond what whole numbers hold are set aside, and the bound is still true."""
    prices = proved(np.array([5, 7]), csr_array(np.array([[1, 1]])), np.array([1]), np.array([1e30]))
    assert prices.bound >= 7


def test_no_time_no_prices() -> None:
    """Without time left nothing is said, rather than something unproved."""
    values, (matrix, capacity), (floors, floor), _ = small(1)
    assert prices_of(values, matrix, capacity, floors, floor, 0.0) is None
