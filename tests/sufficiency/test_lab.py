"""The policy lab: the same years for both; what is the same stays the same, and what differs is told with care."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reporting.section import Picture
from sufficiency.lab import KEPT, MEASURES, TODAY, CannotTry, LabAsked, Side, Tried, one_year, try_out
from sufficiency.lab_outputs import FILES, lab_table, write_lab
from sufficiency.lab_page import lab_page, picture, sections
from sufficiency.lab_words import NO_DIFFERENCE, differences, headline, said, sentence

SMALL = LabAsked(
    Side("today", way=TODAY), Side("more", more={"siblings_two": 2}), years=2, families=24.0, weeks=26, homes=0.8
)


@pytest.fixture(scope="module")
def tried() -> Tried:
    """One small lab: other ways and other homes at once."""
    return try_out(SMALL)


def made_of(figures: list[list[float]]) -> Tried:
    """A lab in which b less a is as given in the first measure, and nought in the others."""
    less = np.zeros((2, len(figures), len(MEASURES)))
    less[1, :, 0] = [one[0] for one in figures]
    asked = replace(SMALL, years=len(figures))
    return Tried(asked, less + 10.0, np.full(len(figures), 30), (5.0, 5.0))


def test_a_side_held_against_itself_is_the_same_to_the_last_figure() -> None:
    """Nought in every year and measure, whatever the sides are called; and it is said so."""
    asked = replace(SMALL, a=replace(SMALL.b, name="one"), b=replace(SMALL.b, name="two"))
    same = try_out(asked)
    assert not same.difference.any()
    assert all(one.sure is None for one in differences(same))
    assert "same number of children in every year" in headline(same)


def test_the_other_way_round_is_the_same_with_other_signs(tried: Tried) -> None:
    """Nothing that both sides meet hangs on which of them comes first."""
    assert tried.difference.any()
    other = try_out(replace(SMALL, a=SMALL.b, b=SMALL.a))
    assert np.array_equal(other.difference, -tried.difference)
    assert np.array_equal(other.children, tried.children)
    assert other.homes == tried.homes[::-1]


def test_more_homes_are_counted_and_one_more_changes_nothing_of_the_others(tried: Tried) -> None:
    """The first side has what it had without them; two more are two more."""
    assert tried.homes[1] == tried.homes[0] + 2
    further = try_out(replace(SMALL, b=replace(SMALL.b, more={"siblings_two": 3})))
    assert np.array_equal(further.figures[0], tried.figures[0])
    assert (tried.figures[:, :, 0] <= tried.children).all()
    assert tried.children.sum() > 0


def test_a_year_hangs_on_nothing_but_its_number(tried: Tried) -> None:
    """Played alone, and told as another process is told it, a year is the same: so workers cannot matter."""
    asked: LabAsked = pickle.loads(pickle.dumps(SMALL))
    figures, children, _ = one_year(asked, 1)
    assert np.array_equal(figures, tried.figures[:, 1])
    assert children == tried.children[1]


def test_scarce_homes_kept_plays_alike_each_time() -> None:
    """What it knows of who may come is drawn from the year before, by a seed: a year is the same again."""
    asked = replace(SMALL, b=Side("kept", way=KEPT), weeks=6)
    first, again = one_year(asked, 0), one_year(asked, 0)
    assert np.array_equal(first[0], again[0])


@pytest.mark.parametrize(
    ("less", "told"),
    [
        ([3.0, 2.0, 4.0, 3.0, 3.0, 3.0], "3.0 more children a year"),
        ([-3.0, -2.0, -4.0, -3.0, -3.0, -3.0], "3.0 fewer children a year"),
        ([3.0, -3.0, 4.0, -4.0, 1.0, 0.0], NO_DIFFERENCE),
    ],
)
def test_only_what_luck_would_hardly_make_is_called_a_difference(less: list[float], told: str) -> None:
    """Years that agree tell a difference, years that do not tell none; the band is that of the years."""
    found = made_of([[one] for one in less])
    assert told in headline(found)
    first = differences(found)[0]
    assert first.low == pytest.approx(np.quantile(less, 0.05))
    assert first.mean == pytest.approx(np.mean(less))
    assert "in 90 of 100 years" in sentence(first, "more")
    assert sentence(differences(found)[1], "more").endswith("exactly the same in every year.")


def test_figures_are_said_as_people_write_them() -> None:
    """Signs, pounds, thousands, and no minus nought."""
    children, cost = MEASURES[0], MEASURES[-1]
    assert said(-0.01, children, signed=True) == "0.0"
    assert said(1234.5, MEASURES[1], signed=True) == "+1,234"
    assert said(-2.0, cost, signed=True) == "−£2.00"


def test_what_cannot_be_tried_is_said_in_words() -> None:
    """An unknown way or kind of home, too many, and a single year."""
    with pytest.raises(CannotTry, match="no way"):
        Side("x", way="by lot")
    with pytest.raises(CannotTry, match="no kind of home"):
        Side("x", more={"castle": 1})
    with pytest.raises(CannotTry, match="give 0 to"):
        Side("x", more={"siblings_two": 1000})
    with pytest.raises(CannotTry, match="2 years or more"):
        replace(SMALL, years=1)


def test_the_files_hold_every_year_and_the_page_its_table(tried: Tried, tmp_path: Path) -> None:
    """Whole files, the same bytes again, every chart with its table, and nobody's made-up id anywhere."""
    told = write_lab(tmp_path / "out", tried)
    assert {one.name for one in (tmp_path / "out").iterdir()} == set(FILES)
    assert len(lab_table(tried)) == tried.asked.years * len(MEASURES)
    first = {name: (tmp_path / "out" / name).read_bytes() for name in FILES}
    write_lab(tmp_path / "out", tried)
    assert first == {name: (tmp_path / "out" / name).read_bytes() for name in FILES}
    page = lab_page(tried)
    assert "MADE-UP COUNCIL" in page
    assert headline(tried) == told["headline"]
    drawn = [one for section in sections(tried) for one in section.blocks if isinstance(one, Picture)]
    assert [len(one.table.rows) for one in drawn] == [len(MEASURES)]
    assert picture(tried).svg.count("<circle") == len(MEASURES)
