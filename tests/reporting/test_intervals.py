"""Differences about nought: which side each lies on, how sure it is, and its words, without a colour to go by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporting.intervals import DOT, LEFT, RIGHT, Interval, intervals_svg
from tests.reporting.test_drawing import Svg

ROW = Interval("Children <placed>", 2.0, 1.0, 4.0, "+2.0", True)
WORDS = {"title": "B less A", "alt": "two more", "less": "less", "more": "more"}


def drawn(*rows: Interval) -> Svg:
    return Svg(intervals_svg(rows, **WORDS))


def test_each_lies_on_its_side_of_nought_and_says_its_figure() -> None:
    """More to the right, less to the left, nought in the middle; dots full or empty; names are no markup."""
    rows = (ROW, replace(ROW, name="Days", middle=-20.0, low=-40.0, high=5.0, text="-20", sure=False))
    nothing = replace(ROW, name="Moves", middle=0.0, low=0.0, high=0.0, text="0.0", sure=False)
    page = drawn(*rows, nothing)
    dots = page.elements("circle")
    middle = (LEFT + RIGHT) / 2
    assert [float(one["cx"] or 0) > middle for one in dots] == [True, False, False]
    assert float(dots[2]["cx"] or 0) == pytest.approx(middle, abs=0.1)
    assert dots[0]["fill"] != dots[1]["fill"]
    assert all(LEFT - DOT <= float(one["cx"] or 0) <= RIGHT + DOT for one in dots)
    assert {"Children <placed>", "+2.0", "-20", "less", "more"} <= set(page.text)
    assert intervals_svg(rows, **WORDS) == intervals_svg(rows, **WORDS)


def test_what_is_no_number_is_not_drawn() -> None:
    """Nor is nothing at all."""
    with pytest.raises(ValueError, match="no difference"):
        drawn()
    with pytest.raises(ValueError, match="not a number"):
        drawn(replace(ROW, high=float("nan")))
