"""Small lines of measures taken time after time."""

from __future__ import annotations

import re

import pytest

from reporting.trend import Trend, trends_svg


def test_a_line_has_a_gap_where_nothing_is_told() -> None:
    """Four figures of five make four marks and no line across the gap; a note says what no mark means."""
    trend = Trend("Share", (0.1, 0.2, None, 0.3, 0.4), ("10%", "20%", "c", "30%", "40%"))
    drawn = trends_svg([trend], "March 2021", "March 2022", title="Shares", alt="Small lines.")
    assert len(re.findall("<circle", drawn)) == 4
    assert len(re.findall('stroke="#12436d"', drawn)) == 2, "one line on each side of the gap"
    assert "hidden or not known" in drawn
    assert ">40%<" in drawn
    whole = trends_svg([Trend("Share", (0.1, 0.2), ("10%", "20%"))], "a", "b", title="t", alt="a")
    assert "hidden or not known" not in whole


def test_words_are_escaped() -> None:
    """A heading is words, whatever is in it."""
    drawn = trends_svg([Trend("<b>", (1.0,), ("<1>",))], "<x>", "y", title="<t>", alt="a")
    assert not re.search("<b>|<x>|<t>|<1>", drawn)


def test_what_cannot_be_drawn() -> None:
    """Nothing told, times that differ, and figures below nought are refused."""
    with pytest.raises(ValueError, match="no figure"):
        trends_svg([Trend("a", (None,), ("c",))], "a", "b", title="t", alt="a")
    with pytest.raises(ValueError, match="same times"):
        trends_svg([Trend("a", (1.0,), ("1",)), Trend("b", (1.0, 2.0), ("1", "2"))], "a", "b", title="t", alt="a")
    with pytest.raises(ValueError, match="below nought"):
        Trend("a", (-1.0,), ("-1",))
    with pytest.raises(ValueError, match="words"):
        Trend("a", (1.0,), ())
