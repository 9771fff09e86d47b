"""Random numbers that belong to a child: the same whoever asks, and as good as independent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sufficiency.streams import TURN, asked, generator, keys_for, keys_within, uniform, unit_of


def test_a_child_has_the_same_numbers_whoever_else_is_asked_for() -> None:
    """A key depends on its own parts alone, so that grouping and order change nothing."""
    together = keys_for(7, np.repeat([0, 1], 3), np.tile([4, 5, 6], 2))
    alone = keys_for(7, 1, 5)
    assert together[4] == alone[0]
    assert uniform(together, 9)[4] == uniform(alone, 9)[0]


def test_neighbouring_seeds_futures_and_children_share_no_key() -> None:
    """Small whole numbers next to each other are the worst case for a mixing function."""
    keys = np.concatenate([keys_for(seed, f, np.arange(50)) for seed in range(8) for f in range(50)])
    assert len(np.unique(keys)) == len(keys)


def test_the_numbers_are_even_and_unrelated() -> None:
    """Kolmogorov's test along children, futures and turns; and no correlation between neighbours."""
    keys = keys_for(1, np.repeat(np.arange(40), 50), np.tile(np.arange(50), 40))
    drawn = np.stack([uniform(keys, turn) for turn in range(10)])
    assert ((drawn > 0) & (drawn < 1)).all()
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-4
    for other in (np.roll(drawn, 1, axis=0), np.roll(drawn, 1, axis=1)):
        assert abs(np.corrcoef(drawn.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(drawn.size)


def test_generators_differ_by_purpose_and_future_only() -> None:
    """The same seed, purpose and future give the same numbers; any other gives others."""
    first = generator(3, 1, 2).random(4)
    assert (generator(3, 1, 2).random(4) == first).all()
    for other in (generator(4, 1, 2), generator(3, 2, 2), generator(3, 1, 3)):
        assert not (other.random(4) == first).any()


def test_a_number_is_never_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the very top of what can be mixed the half would round up, and something of no chance could happen."""
    monkeypatch.setattr("sufficiency.streams.scrambled", lambda keys: np.full_like(keys, 2**64 - 1))
    assert uniform(np.zeros(3, dtype=np.uint64), 0).max() < 1.0


def test_keys_in_two_goes_are_those_in_one() -> None:
    """What many share may be mixed once; and mixing leaves alone what it is given."""
    futures, children = np.arange(5), np.arange(7)
    shared = keys_for(9, 4, futures)
    kept = shared.copy()
    assert (keys_within(shared[:, None], children) == keys_for(9, 4, futures[:, None], children)).all()
    assert (shared == kept).all()


def test_a_turn_further_is_the_next_number() -> None:
    """Who keeps count of what a number is made from need not count turns."""
    keys = keys_for(2, np.arange(50))
    at = asked(keys, 0)
    for turn in range(1, 4):
        at = at + TURN
        assert (unit_of(at) == uniform(keys, turn)).all()
