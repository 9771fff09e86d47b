"""Scarce homes kept: a home that others will need is left to them where another would do; no child waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from matching import rolling_keep
from matching.policy import read_policy
from matching.rolling import ALL_TOGETHER, Way, play
from matching.rolling_asked import ask_year
from matching.rolling_keep import Looks, YearBefore, scarce_homes_kept
from matching.rolling_stays import Stays
from matching.rolling_worth import worth_of
from matching.rolling_year import Year
from records.model import Child, Home, HomeKind, Location, Precision, Provider, Route
from tests.matching.tiny_years import placed_with_and_without, tiny_year

DAY = date(2026, 11, 2)
TRAFFORD = "E08000009"
LOOKS = Looks(weeks=12, every=4, futures=3)


def child(name: str, family: str | None = None) -> Child:
    """A boy of eight, like all the others."""
    return Child(
        child_id=name,
        date_of_birth=date(2018, 5, 1),
        routes=(Route.FOSTER,),
        referred_on=DAY,
        family_id=family,
        sex="M",
        home=Location(370_000.0, 390_000.0, Precision.GRID),
    )


def home(name: str, places: int, east: float) -> Home:
    """A foster home of so many places and rooms, and somewhere."""
    return Home(
        home_id=name,
        kind=HomeKind.FOSTER,
        provider=Provider.IN_HOUSE,
        approved_places=places,
        vacancies=places,
        bedrooms_free=places,
        approved_from=date(2020, 1, 1),
        location=Location(east, 390_000.0, Precision.GRID),
        authority=TRAFFORD,
    )


def stays(groups: int, ends: float) -> Stays:
    """Every stay ends as often as any other, however long it has lasted, and nobody grows up."""
    none = np.zeros(groups, dtype=np.int64)
    return Stays(np.zeros(1, dtype=np.int64), np.full((1, 1), ends), none, none, none + 1000)


@pytest.fixture(scope="module")
def town():
    """One child comes, then two brothers; the home for two is a little nearer, and last year brothers came often."""
    groups = ((child("C1"),), (child("C2", "F2"), child("C3", "F2")))
    before = tuple((child(f"P{n}a", f"P{n}"), child(f"P{n}b", f"P{n}")) for n in range(20))
    every = (*groups, *before)
    count = len(every)
    return ask_year(
        Year(
            day=DAY,
            council=TRAFFORD,
            policy=read_policy(),
            weeks=8,
            groups=every,
            comes=np.array([0, 2] + [8] * 20),
            leaves=np.array([8, 8] + [9] * 20),
            lives_in=np.full(count, -1),
            breaks=np.zeros((0, 2), dtype=np.int64),
            homes=(home("H1", 2, 370_000.0), home("H2", 1, 382_000.0)),
            others=(),
            closed=np.zeros((2, 8), dtype=bool),
            refuses=np.zeros((count, 2), dtype=bool),
        )
    ), YearBefore(np.arange(2, 22), np.arange(20) * 52 // 20, stays(count, 0.02))


def test_the_home_for_brothers_is_kept_for_brothers(town):
    """The weekly plan takes the nearer home for one child, and the brothers wait all year; kept, both live well."""
    asked, before = town
    plain, kept = play(asked, ALL_TOGETHER), play(asked, scarce_homes_kept(before, LOOKS))
    assert plain.home[0, 0] == 0
    assert plain.weeks_waited[1] == 6
    assert kept.home[0, 0] == 1
    assert kept.weeks_waited[:2].tolist() == [0, 0]


def test_as_many_come_as_a_forecast_says_and_placements_break_down_as_they_did(town):
    """Nobody expected, no price: the plan is the weekly one. Brothers expected, their home is kept. Who came because a
    placement broke down comes again, whatever the forecast."""
    asked, before = town
    kind = np.zeros(len(before.groups), dtype=np.int64)
    none = replace(before, kind=kind, again=kind > 0, coming=np.zeros((1, 8, 1)))
    some = replace(none, coming=np.full((1, 8, 1), 2.0))
    moved = replace(none, again=kind == 0)
    assert play(asked, scarce_homes_kept(none, LOOKS)).home[0, 0] == play(asked, ALL_TOGETHER).home[0, 0] == 0
    assert play(asked, scarce_homes_kept(some, LOOKS)).home[0, 0] == 1
    assert play(asked, scarce_homes_kept(moved, LOOKS)).home[0, 0] == 1


def test_no_child_waits_to_save_a_home(town):
    """Where the scarce home is the only one, the child who is here has it."""
    asked, before = town
    only = asked.with_year(replace(asked.year, closed=np.array([[False] * 8, [True] * 8])))
    assert play(only, scarce_homes_kept(before, LOOKS)).home[0, 0] == 0


def test_as_many_are_placed_each_week_as_without():
    """Of the same question, with prices or without, the plan places as many."""
    looked = 0
    for seed in range(4):
        asked = ask_year(tiny_year(seed))
        every = np.arange(len(asked.year.groups))
        kept = scarce_homes_kept(YearBefore(every, every, stays(len(every), 0.1)), Looks(weeks=4, every=2, futures=1))
        for priced, plain in placed_with_and_without(asked, kept):
            assert priced == plain
            looked += plain > 0
    assert looked > 5


def test_the_same_futures_are_drawn_each_time(town):
    """No luck but the seed's: the same way of planning leads to the same year."""
    asked, before = town
    plays = [play(asked, scarce_homes_kept(before, LOOKS)) for _ in range(2)]
    np.testing.assert_array_equal(plays[0].home, plays[1].home)


def test_a_look_serves_until_the_next_and_weeks_that_are_over_count_no_more(town, monkeypatch):
    """Prices are found anew every four weeks; in between the first week's price is that of the week that it is."""
    asked, before = town
    looked, used = [], []
    of_week = np.arange(6, dtype=np.float64)

    def found(moment, before, looks):
        looked.append(moment.week)
        return np.broadcast_to(of_week, (3, len(moment.asked.year.homes), 6))

    def noted(moment, stays, price):
        used.append((moment.week, price[0, 0].tolist()))
        return moment.question

    monkeypatch.setattr(rolling_keep, "_prices", found)
    monkeypatch.setattr(rolling_keep, "_with_prices", noted)
    waits = asked.with_year(replace(asked.year, closed=np.ones((2, 8), dtype=bool)))
    way = scarce_homes_kept(before, Looks(weeks=6, every=4, futures=1))
    for week in (0, 1, 2, 3, 4, 5, 9, 10):  # nobody waits in weeks 6 to 8
        way.asks(SimpleNamespace(asked=waits, week=week, question=None))
    assert looked == [0, 4, 9]
    assert used == [
        (0, [0, 1, 2, 3, 4, 5]),
        (1, [1, 2, 3, 4, 5, 5]),
        (2, [2, 3, 4, 5, 5, 5]),
        (3, [3, 4, 5, 5, 5, 5]),
        (4, [0, 1, 2, 3, 4, 5]),
        (5, [1, 2, 3, 4, 5, 5]),
        (9, [0, 1, 2, 3, 4, 5]),
        (10, [1, 2, 3, 4, 5, 5]),
    ]


def test_a_home_costs_what_it_costs_others_while_such_a_stay_goes_on(town, monkeypatch):
    """By hand: a child's stay that is over in the second week in half of all cases and in any case after the third."""
    asked, before = town
    seen = []
    half = replace(before.stays, ends=np.full((1, 1), 0.5), grown=np.full(22, 3))
    price = np.zeros((3, 2, 4))
    price[0, 0] = [400.0, 300.0, 200.0, 100.0]

    def noted(moment):
        seen.append(rolling_keep._with_prices(moment, half, price))
        return moment.question

    play(asked, Way("noted", together=True, asks=noted), asks=1)
    question = seen[0]
    home = [question.home_ids[at] for at in question.pair_home.tolist()]
    points = dict(zip(home, question.pair_points.tolist(), strict=True))
    worth = worth_of(asked)[0]
    whole = 1 + 0.5 + 0.25
    expected = (worth[0] * whole - (400 + 0.5 * 300 + 0.25 * 200)) - worth[1] * whole
    assert points["H1"] - points["H2"] == pytest.approx(expected, abs=1)


def test_carers_refuse_in_the_futures_as_often_as_they_did(town):
    """Nobody where nobody did; a quarter where a quarter did."""
    asked, before = town
    moments = []
    play(asked, Way("x", together=True, asks=lambda moment: moments.append(moment) or moment.question))
    drawn = [
        rolling_keep._future(moments[0], replace(before, refuses=share), LOOKS, number).refuses.mean()
        for share in (0.0, 0.25)
        for number in range(100)
    ]
    assert np.mean(drawn[:100]) == 0
    assert np.mean(drawn[100:]) == pytest.approx(0.25, abs=0.02)
