"""Bars: what they say to whom, how parts are told apart, and what is not shown is not drawn."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from reporting.bars import FILLS, Row, bars_svg
from tests.reporting.test_drawing import Svg

PARTS = ("Under 1", "1 to 4", "5 to 9")
WORDS = {"title": "More <b>", "alt": "A & B"}


def drawn(*rows: Row, hidden: str = "") -> Svg:
    return Svg(bars_svg(rows, names=PARTS if len(rows[0].parts) > 1 else (), hidden=hidden, **WORDS))


def lengths(page: Svg) -> list[float]:
    """How wide each rectangle is, the ground first."""
    return [float(one["width"] or 0) for one in page.elements("rect")]


def test_bars_are_as_long_as_their_counts_and_say_them() -> None:
    """Twice as many is twice as long, the words stand beside, nothing is markup, and the bytes are the same again."""
    rows = (Row("Enquiries", (400.0,), "400"), Row("Applications", (200.0,), "200"))
    page = drawn(*rows)
    _, first, second = lengths(page)
    assert first == pytest.approx(2 * second, abs=0.2)
    assert {"Enquiries", "400", "200"} <= set(page.text)
    assert page.seen[0][1]["aria-label"] == "More <b>. A & B"
    assert {tag for tag, _ in page.seen} <= {"svg", "title", "desc", "path", "rect", "text"}
    assert bars_svg(rows, **WORDS) == bars_svg(rows, **WORDS)


def test_parts_carry_their_numbers_and_the_key_names_them() -> None:
    """A part with room has its number in it; one without has not; all are in the key."""
    page = drawn(Row("Agency", (100.0, 60.0, 1.0), "161"))
    assert {*PARTS, "100", "60", "161"} <= set(page.text)
    assert "1" not in page.text


def test_a_part_that_is_hidden_is_not_drawn() -> None:
    """The rest of the bar is an empty outline that the key explains; its words stand in for a bar wholly hidden."""
    told = "too small to publish"
    rest = drawn(Row("Agency", (50.0, None, None), "60", whole=60.0), hidden=told)
    every = drawn(Row("Agency", (50.0, 4.0, 6.0), "60", whole=60.0), hidden=told)
    assert told in rest.text
    assert told not in every.text
    assert sum("stroke-dasharray" in one for one in rest.elements("rect")) == 2
    none = Svg(bars_svg([Row("Secure", (None,), "not published"), Row("Kin", (9.0,), "9")], **WORDS))
    assert "not published" in none.text
    assert len(lengths(none)) == 2


def test_nothing_leaves_the_drawing() -> None:
    """Long names, long words and a band beyond its bar still lie within the width."""
    row = Row("Foster carers for three siblings or more", (10.0,), "10 (fewer than 5 to 1,000)", low=0.0, high=1000.0)
    svg = bars_svg([row], **WORDS)
    reach = [float(x) for x in re.findall(r"H([\d.]+)\"", svg)]
    assert reach
    assert max(reach) < 480


def test_neighbours_can_be_told_apart_without_colour() -> None:
    """Each filling differs from the next in lightness or in its lines."""

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    for one, other in pairwise(FILLS):
        assert one.lines != other.lines or abs(lightness(one.ground) - lightness(other.ground)) > 60


def test_what_cannot_be_drawn_is_refused() -> None:
    """No bar, a bar below nought, parts without names."""
    with pytest.raises(ValueError, match="no bar"):
        bars_svg([], **WORDS)
    with pytest.raises(ValueError, match="cannot be -1"):
        Row("x", (-1.0,), "x")
    with pytest.raises(ValueError, match="cannot be drawn"):
        bars_svg([Row("x", (1.0, 2.0), "3")], **WORDS)
