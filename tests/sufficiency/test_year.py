"""A true year: the lives of a made-up council as rounds meet them, and a forecast that never saw them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from matching.rolling import ALL_TOGETHER, ONE_AT_A_TIME, play
from records.ages import age_on
from sufficiency.batch_made_up import MadeUp, lives
from sufficiency.households import SEGMENTS
from sufficiency.year import YearOf, known_before, true_year
from sufficiency.year_forecast import foretold
from sufficiency.year_lives import FOSTER, needs_of

SMALL = YearOf(council=MadeUp(seed=5, families=30.0))


@pytest.fixture(scope="module")
def told():
    """A year of a small council."""
    return true_year(SMALL)


def test_families_are_families_and_moves_are_those_lived():
    """Brothers and sisters in foster homes from the first day need one home; each need lies within its lives."""
    whole = lives(SMALL.council)
    needs = list(needs_of(whole))
    together = [one for one in needs if len(one.children) > 1]
    assert len(together) > 20
    for one in needs:
        assert len({child.family for child in one.children}) == 1
        until = one.until or date.max
        assert list(one.breaks) == sorted(one.breaks)
        assert all(one.begin < day < until for day in one.breaks)
        assert any(stay.begin == one.begin for stay in one.children[0].stays)
    for one in together:
        assert one.kind == FOSTER
        assert {child.stays[0].begin for child in one.children} == {one.begin}
    # Nobody has two needs at once.
    of_child: dict[str, list[tuple[date, date]]] = {}
    for one in needs:
        for child in one.children:
            of_child.setdefault(child.id, []).append((one.begin, one.until or date.max))
    for spans in of_child.values():
        ordered = sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(ordered))


def test_children_are_those_of_the_lives(told):
    """Age on coming, sex and origin are the life's; who came unaccompanied has no place that they come from."""
    year = told.year
    for at, group in enumerate(year.groups):
        lived = {(one.born, "F" if one.girl else "M", one.ethnic) for one in told.lived[at]}
        assert {(one.sex, one.ethnicity) for one in group} == {(sex, ethnic) for _, sex, ethnic in lived}
        if 0 <= year.comes[at] < year.weeks:
            ages = sorted(age_on(one.date_of_birth, year.day) for one in group)
            since = [(year.day.toordinal() + 7 * int(year.comes[at]) - born.toordinal()) / 365.25 for born, *_ in lived]
            assert max(ages) <= max(since) + 0.1
        if told.lived[at][0].alone:
            assert all(one.home is None for one in group)
        if SEGMENTS[told.needs[at]] == "siblings_two":
            assert len(group) == 2


def test_the_start_is_lawful_and_the_homes_are_as_full_as_england(told):
    """Whoever lives there at the start may; four to seven of ten approved places are filled."""
    year = told.year
    there = np.flatnonzero(year.lives_in >= 0)
    assert len(there) > 10
    assert told.asked.lawful[there, year.lives_in[there]].all()
    children = np.bincount(year.lives_in[there], weights=year.sizes[there], minlength=len(year.homes))
    assert (children <= told.asked.places).all()
    assert 0.4 < children.sum() / sum(one.approved_places for one in year.homes) < 0.7
    assert 0.25 < year.closed.mean() < 0.5


def test_looking_back_changes_nothing_of_the_year(told):
    """Those of the year before are asked about, come no more, and are as many as came; the year itself is the same."""
    back = true_year(replace(SMALL, look_back=True))
    count = len(told.year.groups)
    assert not len(told.before.groups)
    assert back.before.groups.tolist() == list(range(count, len(back.year.groups)))
    assert len(back.before.groups) > 20
    assert not back.year.needs[:, count:].any()
    assert 0 <= back.before.week.min() <= back.before.week.max() < 52
    assert 0.005 < back.before.stays.ends.mean() < 0.1
    weekly, again = play(told.asked, ALL_TOGETHER), play(back.asked, ALL_TOGETHER)
    np.testing.assert_array_equal(again.home[:, :count], weekly.home)


def test_fewer_homes_are_some_of_the_same(told):
    """A tight register is the same one with homes missing, and more children wait."""
    tight = true_year(replace(SMALL, homes=0.7))
    ours, theirs = ({one.home_id: one for one in each.year.homes} for each in (tight, told))
    assert set(ours) < set(theirs)
    assert all(theirs[home_id] == one for home_id, one in ours.items())
    waits = [play(each.asked, ALL_TOGETHER).waits.sum() for each in (tight, told)]
    assert waits[0] > waits[1] > 0


def test_the_same_council_has_the_same_year(told):
    """Another seed has another; the luck of every way of planning is one."""
    again = true_year(SMALL)
    assert again.year.groups == told.year.groups
    assert again.year.homes == told.year.homes
    for name in ("comes", "leaves", "lives_in", "breaks", "closed", "refuses"):
        np.testing.assert_array_equal(getattr(again.year, name), getattr(told.year, name))
    plays = [play(told.asked, way) for way in (ALL_TOGETHER, ONE_AT_A_TIME)]
    for one in plays:
        np.testing.assert_array_equal(one.home >= 0, told.year.needs & ~one.waits)
        assert len(one.moves_in) > 10


def test_what_a_forecast_may_read_ends_before_the_year(tmp_path):
    """The returns that are written know no day of it."""
    found = known_before(SMALL, tmp_path)
    text = "".join(one.read_text() for one in sorted(tmp_path.rglob("*.csv")))
    assert found.made_up
    assert SMALL.begins == date(2025, 4, 1)
    assert "31/03/2025" in text or "/03/2025" in text
    assert "/04/2025" not in text
    assert not any(path.name.startswith("2025-26") for path in tmp_path.iterdir())


def test_a_year_beyond_the_lives_is_refused():
    """Where nothing is known there is nothing to play."""
    with pytest.raises(ValueError, match="lives end"):
        true_year(replace(SMALL, weeks=60))


def test_a_forecast_of_the_year_reads_only_the_years_before():
    """As many come as the forecast of the returns before the year says, whoever comes in the year itself."""
    of = replace(SMALL, look_back=True, weeks=8)
    told = true_year(of)
    before = foretold(of, told, draws=4)
    assert before.coming.shape == (4, 8, len(SEGMENTS))
    assert before.coming.sum() > 0
    other = true_year(replace(of, homes=0.8))
    assert np.array_equal(foretold(of, other, draws=4).coming.sum(axis=(1, 2)) > 0, [True] * 4)
    with pytest.raises(ValueError, match="looking back"):
        foretold(SMALL, true_year(SMALL))
