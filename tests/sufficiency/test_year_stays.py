"""How long stays lasted in the year before: counted day by day a second time, and told from the year itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from records.ages import age_on
from sufficiency import year_stays
from sufficiency.batch_made_up import MadeUp, lives
from sufficiency.year import YearOf, true_year
from sufficiency.year_lives import ADOPTERS, FOSTER, HOSTS, needs_of
from sufficiency.year_stays import BANDS, KINDS, MOST, ends_of, kind_of, stays_of

FIRST, LAST = date(2024, 4, 2), date(2025, 4, 1)
COUNCIL = MadeUp(seed=5, families=30.0)


@pytest.fixture(scope="module")
def lived():
    """Every stay of a small council."""
    return [stay for need in needs_of(lives(COUNCIL)) for stay in stays_of(need)]


def a_need(lived, **changes):
    """One need, changed."""
    return replace(lived[0][0], **changes)


def test_stays_lie_end_to_end(lived):
    """A need with two breakdowns is three stays."""
    need = a_need(lived, begin=date(2024, 5, 1), breaks=(date(2024, 6, 1), date(2024, 7, 1)), until=None)
    assert [(begin, until) for _, begin, until in stays_of(need)] == [
        (date(2024, 5, 1), date(2024, 6, 1)),
        (date(2024, 6, 1), date(2024, 7, 1)),
        (date(2024, 7, 1), None),
    ]


@pytest.mark.parametrize(
    ("kind", "age", "expected"),
    [(FOSTER, 4, 0), (FOSTER, 5, 1), (FOSTER, 10, 2), (FOSTER, 16, 3), (HOSTS, 16, 4), (ADOPTERS, 1, 5)],
)
def test_kinds_of_stay(lived, kind, age, expected):
    """Named cases: whoever is 5 today is no longer under 5."""
    child = replace(lived[0][0].children[0], born=date(2024 - age, 5, 1))
    need = a_need(lived, kind=kind, children=(child,))
    assert kind_of(need, date(2024, 5, 1)) == expected
    if kind == FOSTER and age > 4:
        assert kind_of(need, date(2024, 4, 30)) == expected - 1


def test_weeks_and_ends_are_those_of_every_day(lived, monkeypatch):
    """The slow way: walk through every day of every stay in the year before, and count."""
    told = {}
    monkeypatch.setattr(year_stays, "_fitted", lambda days, ended: told.update(days=days, ended=ended))
    ends_of(lived, FIRST, LAST)
    days, ended = np.zeros((KINDS, len(BANDS))), np.zeros((KINDS, len(BANDS)))
    for need, begin, until in lived:
        kind, day = None, max(begin, FIRST)
        while day < LAST and (until is None or day < until):
            kind = kind_of(need, max(begin, FIRST)) if kind is None else kind
            band = sum((day - begin).days >= 7 * week for week in BANDS) - 1
            days[kind, band] += 1
            day += timedelta(days=1)
            if day == until and day < LAST and age_on(need.children[0].born, day) < 18:
                ended[kind, band] += 1
    np.testing.assert_allclose(told["days"] * 7, days)
    np.testing.assert_array_equal(told["ended"], ended)
    assert ended.sum() > 40
    assert (days[:, :2] > 0).all()
    assert (days[1:4, 2] > 0).all()


def test_as_many_ends_are_expected_as_were_in_each_band_and_kinds_are_drawn_to_the_mean():
    """Poisson: a band's ends are met exactly; a kind with few weeks lies between its own rate and that of all."""
    lived = np.array([[400.0, 100.0], [50.0, 300.0], [5.0, 1.0]])
    ended = np.array([[20.0, 1.0], [0.0, 6.0], [2.0, 0.0]])
    found = year_stays._fitted(lived, ended)
    np.testing.assert_allclose((found * lived).sum(axis=0), ended.sum(axis=0), rtol=1e-6)
    alike = ended.sum(axis=0) / lived.sum(axis=0)
    assert alike[0] < found[2, 0] < 2 / 5
    assert found[2, 0] / found[2, 1] == pytest.approx(found[0, 0] / found[0, 1])


def test_without_any_end_none_is_foretold_and_none_is_certain():
    """No division by nothing; and no stay is said to be over in a week more often than in half of all cases."""
    assert (year_stays._fitted(np.ones((2, 2)), np.zeros((2, 2))) == 0).all()
    assert year_stays._fitted(np.ones((2, 2)), np.full((2, 2), 50.0)).max() == MOST


def test_what_is_known_of_each_group_is_what_was_lived():
    """Weeks in the home of the first day, weeks to 18, by the lives; and nothing of the year itself."""
    told = true_year(YearOf(council=COUNCIL, look_back=True))
    year, stays = told.year, told.before.stays
    there = np.flatnonzero(year.lives_in >= 0)
    assert len(there) > 10
    assert stays.been[there].max() > 52
    for at in there.tolist():
        moved = [stay.begin for stay in told.lived[at][0].stays if stay.begin < year.day]
        assert stays.been[at] in {(year.day - begin).days // 7 for begin in moved}
    for at, group in enumerate(year.groups):
        youngest = max(one.date_of_birth for one in group)
        day = year.day + timedelta(weeks=int(stays.grown[at]))
        assert age_on(youngest, day - timedelta(days=1)) <= 17
        assert age_on(youngest, day + timedelta(days=7)) >= 18
    assert not stays.been[told.before.groups].any()
    assert stays.ends.shape == (KINDS, len(BANDS))
    # as in life: the longer somebody has been there, the less often the stay ends
    assert (np.diff(stays.ends, axis=1) < 0).all()
    assert 0.0 < stays.ends.min() < stays.ends.max() < 0.2


def test_the_year_itself_is_not_looked_at(lived):
    """Stays of the year that is planned, and all that ends in it, change nothing."""
    known = ends_of(lived, FIRST, LAST)
    blind = [
        (need, begin, None if until is not None and until >= LAST else until)
        for need, begin, until in lived
        if begin < LAST
    ]
    assert len(blind) < len(lived)
    np.testing.assert_array_equal(ends_of(blind, FIRST, LAST), known)
