"""Children who came tonight: read like every other row, with nothing filled in but what a search at night means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.ages import age_on
from records.model import LinkKind, PlacementNeed, Route
from records.tables import Unusable
from records.tonight import beside, last_birth, read_tonight, rows_of_tonight, with_proposed
from tests.ordinary import DAY, child, home, lives_with, records


@given(st.integers(0, 17), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_last_birth_of_an_age_is_the_last(years: int, day: date) -> None:
    """Somebody born then is so old, and somebody born a day later is not; leap days included."""
    born = last_birth(years, day)
    assert age_on(born, day) == years
    assert born == day or age_on(date.fromordinal(born.toordinal() + 1), day) == years - 1 or years == 0


def test_little_is_known_and_nothing_is_made_up() -> None:
    """An age is enough: a foster home, in an emergency, from today; all else stays not recorded."""
    came = rows_of_tonight([{"age": "5"}], DAY)
    (one,) = came.children
    assert (one.child_id, one.routes, one.placement_need) == ("TONIGHT", (Route.FOSTER,), PlacementNeed.EMERGENCY)
    assert (one.referred_on, one.family_id, one.sex, one.home, one.smoke_free) == (DAY, None, None, None, None)
    assert came.ages == {"TONIGHT": 5}
    (older,) = came.as_old_as_can_be(DAY).children
    assert age_on(one.date_of_birth, DAY) == age_on(older.date_of_birth, DAY) == 5
    assert (one.date_of_birth - older.date_of_birth).days in (364, 365)


def test_several_are_one_family_and_what_is_told_stands() -> None:
    """Rows together are brothers and sisters; a date of birth needs no age, and other routes are as told."""
    came = rows_of_tonight([{"date_of_birth": "2014-05-01", "routes": "supported_lodgings"}, {"age": "3"}], DAY)
    assert came.ids == ("TONIGHT-1", "TONIGHT-2")
    assert len({c.family_id for c in came.children}) == 1
    assert came.children[0].routes == (Route.SUPPORTED_LODGINGS,)
    assert came.ages == {"TONIGHT-2": 3}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"sex": "F"}, "neither a date of birth nor an age"),
        ({"age": "18"}, "The age is not 0 to 17"),
        ({"age": "-1"}, "The age is not 0 to 17"),
        ({"age": "5", "routes": "hotel"}, "routes"),
        ({"date_of_birth": "2001-01-01"}, "18 or older"),
    ],
)
def test_a_row_that_cannot_be_used_stops_the_search(row: dict[str, str], said: str) -> None:
    """Nobody is left out of a search at night in silence."""
    with pytest.raises(Unusable, match=said):
        rows_of_tonight([row], DAY)


def test_a_file_may_hold_as_few_columns_as_are_known(tmp_path: Path) -> None:
    """A CSV file with an age and a sex is enough; the column age is no finding, an unknown column is."""
    path = tmp_path / "tonight.csv"
    path.write_text("age,sex,shoe_size\n5,F,30\n", encoding="utf-8")
    came = read_tonight(path, DAY)
    assert came.children[0].sex == "F"
    assert {one.column for one in came.findings} == {"shoe_size"}
    path.write_text("age,sex\n", encoding="utf-8")
    with pytest.raises(Unusable, match="names no child"):
        read_tonight(path, DAY)


def test_an_id_of_somebody_else_is_refused() -> None:
    """Tonight's child may not be mixed up with one on the register."""
    register = records([child("C1")], [])
    with pytest.raises(Unusable, match="C1 is on the register already"):
        beside(register, rows_of_tonight([{"child_id": "C1", "age": "4"}], DAY))


def test_proposed_children_live_there_once_and_leave_where_they_lived() -> None:
    """A place goes, a link to the home that is left goes; who lives there already takes nothing more."""
    register = records(
        [child("C1"), child("C2")],
        [home("H1", vacancies=2), home("H2", vacancies=1)],
        links=(lives_with("C1", "H1"),),
    )
    told = with_proposed(register, {"C1": "H2", "C2": "H1", "C9": "H1"})
    assert {(one.child_id, one.home_id) for one in told.links if one.link is LinkKind.CURRENT_CARER} == {
        ("C1", "H2"),
        ("C2", "H1"),
    }
    assert [h.vacancies for h in told.homes] == [1, 0]
    assert with_proposed(register, {"C1": "H1"}).homes == register.homes
