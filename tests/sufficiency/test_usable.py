"""Usable shares: what the packaged file says is what the code reads, and lines between knots."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from sufficiency.households import KIN, SEGMENTS
from sufficiency.usable import FILE, Usable, packaged_usable, read_usable, usable_text
from sufficiency.usable_curves import KNOTS, LONE, THREE, TWO


def test_the_packaged_file_is_what_is_read():
    """Printed anew, the packaged shares give the packaged file again, but for what else it says."""
    text = (files("sufficiency") / FILE).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("check_")]
    assert usable_text(packaged_usable(), {}).splitlines() == kept


def test_the_packaged_shares_say_where_they_come_from():
    """A national default calls itself so, and gives its days and its error."""
    usable = packaged_usable()
    assert usable.source.startswith("national default")
    assert usable.days >= 60
    assert 0 < usable.error < 0.05
    assert usable.knots.tolist() == list(KNOTS)


def test_the_packaged_shares_never_rise():
    """Fuller homes and larger families never find more; nobody needs short breaks, and kin bring their home along."""
    share = packaged_usable().share
    assert share.shape == (len(KNOTS), len(SEGMENTS), len(SEGMENTS))
    assert ((share >= 0) & (share <= 1)).all()
    assert (np.diff(share, axis=0) <= 0).all()
    assert (share[:, :, THREE] <= share[:, :, TWO]).all()
    assert (share[:, :, TWO] <= share[:, :, LONE].max(axis=2)).all()
    assert not share[:, :, SEGMENTS.index("short_breaks")].any()
    assert not share[:, SEGMENTS.index("short_breaks")].any()
    assert (share[:, KIN, KIN] == 1).all()
    assert share[:, KIN].sum() == share[:, :, KIN].sum() == len(KNOTS)


def test_each_need_finds_most_where_homes_are_meant_for_it():
    """Half full, no kind of home has more for a parent and child, for a lodger or for adoption than its own."""
    half = packaged_usable().at(np.full(len(SEGMENTS), 0.5))
    for need in ("parent_and_child", "supported_lodgings", "adopters"):
        at = SEGMENTS.index(need)
        assert half[:, at].argmax() == at, need


def test_between_knots_lines_are_straight():
    """Half way between two knots stands half the difference; outside them, the last one."""
    share = np.zeros((2, 1, 2))
    share[0, 0], share[1, 0] = (0.8, 0.4), (0.2, 0.0)
    usable = Usable(np.array([0.0, 1.0]), share, 0.0, 1, "by hand")
    assert usable.at(np.array([[0.5], [0.0], [1.0], [2.0]])) == pytest.approx(
        np.array([[[0.5, 0.2]], [[0.8, 0.4]], [[0.2, 0.0]], [[0.2, 0.0]]])
    )


def test_a_file_without_a_kind_of_home_is_refused():
    """Half a file is not read as noughts."""
    text = usable_text(packaged_usable(), {})
    with pytest.raises(KeyError):
        read_usable(text.replace("teenagers = [", "young = [", 1))
