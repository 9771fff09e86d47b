"""The made-up council looks ordinary, is the same every time, and says wherever it is seen that nobody is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sufficiency.batch_made_up import NAME, YEARS, made_up_council, made_up_returns
from sufficiency.batch_read import Told, given_of
from sufficiency.given import Given
from sufficiency.homes_page import MADE_UP, MARKING, marking_of
from sufficiency.scenario import baseline


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The council, read as a batch reads it."""
    council = made_up_council(tmp_path_factory.mktemp("council"))
    assert council.name == NAME
    return given_of(Told(1, made_up=council.made_up), baseline(), {f"{NAME}/returns": council.returns})


def test_the_council_looks_ordinary(given: Given) -> None:
    """Some 350 children in care when the returns end, on 31 March 2026; every row is used, and none breaks a rule."""
    assert given.asked.made_up
    assert str(given.history.until) == "20544"
    now = (given.history.periods.until == given.history.until).sum()
    assert 330 < now < 370
    assert given.rows_left_out == 0
    assert given.ret.years[""] == YEARS
    assert set(given.ret.findings["severity"].astype(str)) <= {"note"}


def test_it_is_written_once_and_mended(tmp_path: Path) -> None:
    """What is there stays; a file that was altered is written anew."""
    place = made_up_council(tmp_path).returns
    files = {path: path.stat().st_mtime_ns for path in place.rglob("*.csv")}
    made_up_council(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*.csv")} == files
    spoilt = place / "2025-26" / "episodes.csv"
    spoilt.write_bytes(b"CHILD\n")
    made_up_council(tmp_path)
    assert spoilt.read_bytes() == made_up_returns()["2025-26/episodes.csv"]


def test_a_page_of_it_says_so_before_all_else() -> None:
    """Above who may see it; a page of a real council says nothing of it."""
    assert marking_of(made_up=True).startswith(MADE_UP)
    assert marking_of(made_up=False) == MARKING
