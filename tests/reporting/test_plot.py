"""A number from day to day, drawn as steps."""

from __future__ import annotations

from datetime import date

import pytest

from reporting.plot import Step, steps_svg
from tests.reporting.test_drawing import Svg

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST, END = date(2026, 11, 2), date(2027, 11, 2)


def drawn(*steps: Step, title: str = "One now", alt: str = "From today 1.") -> str:
    return steps_svg(steps, END, MONTHS, title=title, alt=alt)


def test_every_change_is_written_and_the_drawing_is_read_out() -> None:
    """Numbers stand at the steps, months beneath, and the words are there for whoever does not see it."""
    page = Svg(drawn(Step(FIRST, 1), Step(date(2027, 3, 1), 4)))
    assert page.open == []
    assert page.seen[0][1]["aria-label"] == "One now. From today 1."
    assert {"1", "4", "Jan 2027", "Apr", "Jul", "Oct"} <= set(page.text)
    assert {tag for tag, _ in page.seen} <= {"svg", "title", "desc", "path", "rect", "text"}


def test_nought_is_drawn_too() -> None:
    """A home without a place has a line along the ground, not an empty drawing."""
    page = Svg(drawn(Step(FIRST, 0)))
    assert "0" in page.text
    assert "1" in page.text


def test_a_large_number_does_not_write_every_whole_number_at_the_side() -> None:
    """Forty places have a few lines, not forty."""
    assert len([t for t in Svg(drawn(Step(FIRST, 40))).text if t.isdigit()]) < 10


def test_words_are_escaped() -> None:
    """Titles are words, never markup."""
    assert "<b>" not in drawn(Step(FIRST, 1), title="<b>", alt='"<i>')


@pytest.mark.parametrize(
    "steps", [(), (Step(FIRST, 1), Step(FIRST, 2)), (Step(date(2028, 1, 1), 1),), (Step(END, 1), Step(FIRST, 2))]
)
def test_steps_out_of_order_are_refused(steps: tuple[Step, ...]) -> None:
    """A drawing of days in disorder would mislead."""
    with pytest.raises(ValueError, match="in the order of their days"):
        drawn(*steps)
