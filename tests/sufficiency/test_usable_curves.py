"""Curves through simulated days: they never rise, follow what was seen, and lean on their parent where little was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.households import KIN, SEGMENTS
from sufficiency.usable_curves import KNOTS, THREE, TWO, curves, falling, hats

SIZE = len(SEGMENTS)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 40)), min_size=1, max_size=20))
def test_a_curve_never_rises(days):
    """Whatever is seen on whichever days, fuller homes are never told to be more use."""
    occupancy, seen, weight = (np.array(column, dtype=np.float64) for column in zip(*days, strict=True))
    knots = np.array(KNOTS)
    line = falling(hats(occupancy, knots), seen, weight, np.full(len(knots), 0.5))
    assert (np.diff(line) <= 1e-9).all()
    assert ((line >= -1e-9) & (line <= 1 + 1e-9)).all()


def test_a_falling_line_is_found_again():
    """Days that lie on a falling line give it back, when they are many beside what it leans on."""
    knots = np.array(KNOTS)
    occupancy = np.linspace(0, 1, 101)
    line = falling(hats(occupancy, knots), 0.9 - 0.6 * occupancy, np.full(101, 1e6), np.zeros(len(knots)))
    assert line == pytest.approx(0.9 - 0.6 * knots, abs=1e-4)


def test_what_seems_to_rise_is_pooled():
    """Two days at odds with each other are met half way, each weighing as many as it has places."""
    knots = np.array([0.0, 1.0])
    line = falling(hats(np.array([0.0, 1.0]), knots), np.array([0.2, 0.8]), np.array([30.0, 10.0]), np.zeros(2), 1e-9)
    assert line == pytest.approx([0.35, 0.35], abs=1e-6)


def test_without_days_the_parent_stands():
    """A kind of home that no day had has the shares of its parent."""
    parent = np.linspace(0.8, 0.2, len(KNOTS))[:, None, None] * np.ones((1, SIZE, SIZE))
    share = curves(np.full((3, SIZE), np.nan), np.zeros((3, SIZE)), np.zeros((3, SIZE, SIZE)), parent)
    assert share[:, 0, 0] == pytest.approx(parent[:, 0, 0])


def test_few_places_lean_on_all_foster_homes_together():
    """One vacant place of a specialist home says little; hundreds in the other homes say the rest."""
    vacant, usable = np.zeros((10, SIZE)), np.zeros((10, SIZE, SIZE))
    vacant[:, 1], usable[:, 1, 0] = 100, 50
    vacant[0, SEGMENTS.index("specialist")] = 1
    share = curves(np.full((10, SIZE), 0.5), vacant, usable)
    assert share[2, 1, 0] == pytest.approx(0.5, abs=0.01)
    assert 0.4 < share[2, SEGMENTS.index("specialist"), 0] < 0.5


def test_larger_families_never_find_more():
    """Where chance favours a larger family, it counts as no better off than a smaller one."""
    vacant, usable = np.full((5, SIZE), 10.0), np.zeros((5, SIZE, SIZE))
    usable[:, :, 1], usable[:, :, TWO], usable[:, :, THREE] = 5, 2, 8
    share = curves(np.full((5, SIZE), 0.5), vacant, usable)
    assert (share[:, :, THREE] <= share[:, :, TWO]).all()
    assert share[2, 1, TWO] == pytest.approx(0.2, abs=0.03)
    assert (share[:, KIN, KIN] == 1).all()
