"""Who comes: families put together, months counted, seasons found, and entrants drawn from those who came."""

from __future__ import annotations

import numpy as np
import pytest

from sufficiency.entries import (
    OLDEST,
    families,
    families_due,
    fit_stream,
    month_ends_after,
    months_between,
    recent_weights,
    who,
)
from sufficiency.groups import IN_HOUSE, KIN, RESIDENTIAL


def day(text: str) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(text).astype("datetime64[D]").astype(np.int64))


def dates(days: object) -> list[str]:
    """As people write them."""
    return [str(d) for d in np.asarray(days).astype("datetime64[D]")]


def test_children_of_one_day_and_family_are_one() -> None:
    """Two of one family, one of another the same day, one of the first number on another day: three families."""
    came = families(
        np.array([10, 20, 10, 10]), np.array([-900, -50, -400, -300]),
        np.array([KIN, KIN, IN_HOUSE, RESIDENTIAL]), np.array([7, 7, 7, 8]),
    )  # fmt: skip
    assert came.day.tolist() == [10, 10, 20]
    assert came.children.tolist() == [2, 1, 1]
    assert came.age.tolist() == [910, 410, 310, 70]
    assert came.group.tolist() == [KIN, IN_HOUSE, RESIDENTIAL, KIN]


def test_months_are_those_of_the_calendar_and_parts_are_parts() -> None:
    """From 15 January to 9 March: seventeen days, a February, eight days."""
    starts, lengths = months_between(day("2024-01-15"), day("2024-03-09"))
    assert dates(starts) == ["2024-01-15", "2024-02-01", "2024-03-01"]
    assert lengths.tolist() == [17, 29, 8]


def test_a_forecast_from_the_first_of_april_begins_with_the_last_of_april() -> None:
    """Last days of months, February's too."""
    assert dates(month_ends_after(day("2023-04-01"), 3)) == ["2023-04-30", "2023-05-31", "2023-06-30"]
    assert dates(month_ends_after(day("2024-02-10"), 1)) == ["2024-02-29"]


def test_a_season_is_found_and_leaned_on() -> None:
    """Eight years with twice as many in September: September stands out, though less than twice; others are even."""
    starts, _ = months_between(day("2015-01-01"), day("2023-01-01"))
    chance = np.random.default_rng(2)
    counts = chance.poisson(np.where(np.arange(96) % 12 == 8, 24, 12))
    when = np.repeat(starts, counts)
    number = len(when)
    came = families(when, when - 3000, np.zeros(number, dtype=np.int8), np.arange(number))
    stream = fit_stream(came, day("2015-01-01"), day("2023-01-01"), alone=False, damping=0.98)
    assert int(np.argmax(stream.season)) == 8
    assert 1.4 < stream.season[8] < 1.95
    assert np.delete(stream.season, 8) == pytest.approx(0.95, abs=0.2)
    assert stream.season.mean() == pytest.approx(1.0)


def test_a_short_month_is_no_season() -> None:
    """Twenty families on every day of eight years: February brings fewer because it is short, and for nothing else."""
    first, until = day("2015-01-01"), day("2023-01-01")
    when = np.repeat(np.arange(first, until), 20)
    came = families(when, when - 3000, np.zeros(len(when), dtype=np.int8), np.arange(len(when)))
    stream = fit_stream(came, first, until, alone=False, damping=0.98)
    assert stream.season == pytest.approx(np.ones(12), abs=0.01)


def test_recent_families_count_more() -> None:
    """Half as much for every half-life that has passed."""
    weights = recent_weights(np.array([0, 1461, 2922]), 2922, 4.0)
    assert weights == pytest.approx([0.25, 0.5, 1.0])


def test_how_many_come_is_over_dispersed_as_said() -> None:
    """Mean as the level says, variance mean + mean^2 / size."""
    starts, lengths = months_between(day("2023-04-01"), day("2043-04-01"))
    came = families(np.array([5]), np.array([0]), np.array([0]), np.array([1]))
    stream = fit_stream(came, 0, 400, alone=True, damping=0.98)
    chance = np.random.default_rng(1)
    counts = np.concatenate(
        [
            chance.poisson(
                families_due(stream, np.full(240, np.log(10.0)), starts, np.full(240, 365.25 / 12), 5.0, chance)
            )
            for _ in range(40)
        ]
    )
    assert counts.mean() == pytest.approx(10, abs=0.25)
    assert counts.var() == pytest.approx(10 + 100 / 5, rel=0.08)
    assert lengths.sum() == 7305


def test_those_who_come_are_like_those_who_came() -> None:
    """Brothers and sisters come together on one day; ages are near, never below nought, never 18."""
    came = families(
        np.array([10, 10, 20, 30]), np.array([10 - 0, 10 - 2000, 20 - 6573, 30 - 5000]),
        np.array([KIN, KIN, RESIDENTIAL, IN_HOUSE]), np.array([1, 1, 2, 3]),
    )  # fmt: skip
    chance = np.random.default_rng(4)
    when, age, group = who(
        came, np.array([40, 0, 60]), np.ones(3), np.array([0, 30, 60]), np.array([30, 30, 30]), chance
    )
    assert len(when) == len(age) == len(group)
    assert ((when < 30) | (when >= 60)).all()
    assert age.min() >= 0
    assert age.max() <= OLDEST
    days, together = np.unique(when, return_counts=True)
    assert len(days) == 100
    assert set(together) == {1, 2}
    assert set(group[np.isin(when, days[together == 2])]) == {KIN}


def test_nobody_who_ever_came_means_nobody_comes() -> None:
    """An empty stream is empty, and does not fail."""
    nobody = families(*(np.empty(0, dtype=np.int64) for _ in range(4)))
    when, age, group = who(nobody, np.array([3]), np.empty(0), np.array([0]), np.array([30]), np.random.default_rng(1))
    assert len(when) == len(age) == len(group) == 0
