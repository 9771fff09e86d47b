"""From days to shares: the same for any number of workers, held against days not learnt from, and plain refusals."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from matching.policy import read_policy
from records.model import Records
from sufficiency import usable_days, usable_fit
from sufficiency.households import KIN, SEGMENTS
from sufficiency.scenario import baseline
from sufficiency.usable import Usable
from sufficiency.usable_check import check, most_by_shares
from sufficiency.usable_curves import KNOTS
from sufficiency.usable_days import Days
from tests.sufficiency.usable_made import DAY, records, setting, spots

SIZE = len(SEGMENTS)


@pytest.fixture
def small(monkeypatch):
    """Days of the small made-up area, each asking about few."""
    monkeypatch.setattr(usable_fit, "spots_of", lambda _: spots())
    wide = usable_fit.setting_of
    monkeypatch.setattr(usable_fit, "setting_of", lambda *given: replace(wide(*given), living=3, asked=1))


def flat(share: float) -> Usable:
    """The same share everywhere."""
    return Usable(np.array(KNOTS), np.full((len(KNOTS), SIZE, SIZE), share), 0.0, 1, "by hand")


def made(share: float, days: int = 4) -> Days:
    """Days on which the same share of every vacancy is usable, and nobody waits."""
    vacant = np.full((days, SIZE), 10.0)
    vacant[:, KIN] = 0
    return Days(
        occupancy=np.full((days, SIZE), 0.5),
        vacant=vacant,
        usable=vacant[:, :, None] * np.full(SIZE, share),
        waiting=np.zeros((days, SIZE), dtype=np.int64),
        placed=np.zeros((days, SIZE, SIZE), dtype=np.int64),
    )


@pytest.mark.usefixtures("small")
def test_a_register_gives_its_own_shares():
    """A council's register is learnt from, says so, and leans on the national default where it has no homes."""
    said: list[tuple[int, int]] = []
    fitted = usable_fit.fit_and_check(
        records(), baseline(), days=4, held_out=2, seed=5, progress=lambda done, of: said.append((done, of))
    )
    assert said[-1] == (6, 6)
    assert fitted.usable.source == usable_fit.OWN
    assert fitted.usable.days == 4
    assert fitted.check.days == 2
    assert fitted.usable.error == fitted.check.error
    assert (np.diff(fitted.usable.share, axis=0) <= 1e-12).all()


def test_workers_change_nothing():
    """A worker that is sent the setting, and has only the last days to do, finds what one process finds of them all."""
    small = setting(asked=1, days_each=1)
    usable_days._begin(pickle.loads(pickle.dumps(small)))
    try:
        last = usable_days._batch([1])[0]
    finally:
        usable_days._given.clear()
    both = usable_days.days_of(small, range(2))
    for name, alone in zip(Days.__slots__, last, strict=True):
        np.testing.assert_array_equal(getattr(both, name)[1], alone)


def test_the_error_is_what_it_says():
    """Shares that are right have none; shares three points off have three, on every measure of shares."""
    right, off = check(flat(0.4), made(0.4)), check(flat(0.43), made(0.4))
    assert right.error == pytest.approx(0)
    assert right.one_day == pytest.approx(0)
    assert (off.error, off.one_day, off.whole_day) == pytest.approx((0.03, 0.03, 0.03))
    assert off.chance == pytest.approx(0)


def test_chance_is_told_apart():
    """Where days differ and the shares are their mean, one day is far off, the cells are not, and chance says why."""
    days = made(0.4)
    days.usable[::2] *= 1.5
    days.usable[1::2] *= 0.5
    found = check(flat(0.4), days)
    assert found.error == pytest.approx(0)
    assert found.one_day == pytest.approx(found.one_day_chance) == pytest.approx(0.2)
    assert found.chance > 0.05


def test_a_flow_shares_vacancies_between_needs():
    """Two needs that can each use all of three places have three between them; what nobody may use stays empty."""
    usable = np.array([[3.0, 3.0], [0.0, 0.0]])
    assert most_by_shares(np.array([3, 5]), np.array([2, 2]), usable) == pytest.approx(3)
    assert most_by_shares(np.array([3, 5]), np.array([1, 1]), usable) == pytest.approx(2)


def test_what_cannot_be_learnt_is_refused():
    """One day, an empty register, homes of nowhere and children who want what nobody waits for."""
    policy = read_policy()
    with pytest.raises(ValueError, match="two at least"):
        usable_fit.fit_usable(records(), baseline(), days=1, seed=1)
    with pytest.raises(ValueError, match="no home of the council's own"):
        usable_fit.setting_of(Records(DAY), baseline(), 1, policy)
    homes = tuple(replace(one, authority=None) for one in records().homes)
    with pytest.raises(ValueError, match="whose register"):
        usable_fit.setting_of(replace(records(), homes=homes), baseline(), 1, policy)
    with pytest.raises(ValueError, match="not for kin"):
        usable_fit.setting_of(records(), baseline(), 1, policy, None, None, {"kin": 1.0})
