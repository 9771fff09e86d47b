"""Every child of the forecast who needs a family's home has one need, and keeps it from month to month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sufficiency.forecast import Forecast
from sufficiency.groups import ADOPTION, AGE_BANDS, GROUPS, KIN, SUPPORTED
from sufficiency.history import History, history_of, stock
from sufficiency.households import SEGMENTS
from sufficiency.need_and_use import bracket, needed_foster_homes
from sufficiency.scenario import baseline
from sufficiency.segments import Segments, segments
from sufficiency.wanted import FOSTERED_BY, Wanted, ages_within, drawn_shares, wanted_from
from tests.records.made_returns import episode, header
from tests.sufficiency.forecasts import made_up
from tests.sufficiency.histories import Councils, lives

AT = {name: k for k, name in enumerate(SEGMENTS)}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A council of made-up lives, some of them placed for adoption or in supported accommodation."""
    people, rows = lives(5, 160, date(2019, 4, 1), date(2022, 3, 31))
    councils = Councils()
    council = councils.add(*rows, years=(2020, 2021, 2022), people=people)
    return history_of(councils.read(tmp_path_factory.mktemp("wanted")), council)


@pytest.fixture(scope="module")
def found(history: History) -> Segments:
    """Who homes are for, as the baseline assumes."""
    return segments(history, baseline(), seed=1)


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    """Many futures, for two years."""
    return made_up(months=24, draws=300)


@pytest.fixture(scope="module")
def wanted(history: History, forecast: Forecast, found: Segments) -> Wanted:
    """The needs of them."""
    return wanted_from(history, forecast, found, baseline(), seed=1)


def test_children_are_counted_once(history: History, forecast: Forecast, wanted: Wanted) -> None:
    """The needs add up to the children of the groups that need a family's home, in every future and month."""
    special = needed_foster_homes(history, forecast, baseline(), seed=1).sum(axis=2)
    fostered = forecast.stock[:, :, list(FOSTERED_BY)].sum(axis=(2, 3))
    by_age = wanted.children[:, :, : AT["specialist"]].sum(axis=2)
    assert (by_age == fostered).all()
    assert (wanted.children[:, :, AT["specialist"]] == special).all()
    assert (wanted.children[:, :, AT["adopters"]] == forecast.stock[:, :, ADOPTION].sum(axis=2)).all()
    assert (wanted.children[:, :, AT["kin"]] == forecast.stock[:, :, KIN].sum(axis=2)).all()
    hosts, supported = wanted.children[:, :, AT["supported_lodgings"]], forecast.stock[:, :, SUPPORTED].sum(axis=2)
    assert (hosts <= supported).all()
    assert hosts.sum() / supported.sum() == pytest.approx(0.25, abs=0.03)
    assert not wanted.children[:, :, AT["short_breaks"]].any()


def test_needs_follow_age_and_family(wanted: Wanted, forecast: Forecast) -> None:
    """Shares over many futures are those of the scenario: families first, then a parent, then age."""
    share = wanted.children.sum(axis=(0, 1)) / forecast.stock[:, :, list(FOSTERED_BY)].sum()
    assert share[AT["siblings_two"]] == pytest.approx(0.25, abs=0.02)
    assert share[AT["siblings_three_or_more"]] == pytest.approx(0.22, abs=0.02)
    young = forecast.stock[:, :, list(FOSTERED_BY), :2].sum()
    alone = wanted.children[:, :, [AT["mainstream_0_4"], AT["parent_and_child"]]].sum()
    assert alone / young == pytest.approx(0.53, abs=0.03)
    under_one = forecast.stock[:, :, list(FOSTERED_BY), 0].sum() * 0.53
    assert wanted.children[:, :, AT["parent_and_child"]].sum() / under_one == pytest.approx(0.1, abs=0.02)


def test_who_came_less_who_left_is_who_is_there(wanted: Wanted) -> None:
    """No need ends that had not begun, and those who start to be looked after are among those who came."""
    assert (wanted.left >= 0).all()
    assert (wanted.came >= 0).all()
    start = wanted.each_start.sum(axis=2)[:, None]
    before = np.concatenate([start, wanted.children[:, :-1]], axis=1)
    assert (before + wanted.came - wanted.left == wanted.children).all()


def test_today_is_what_the_return_says(history: History, wanted: Wanted) -> None:
    """Children in care on the last day, by where they live."""
    by_group = stock(history, [history.until])[0].sum(axis=1)
    at = {name: int(by_group[k]) for k, name in enumerate(GROUPS)}
    start = wanted.at_start
    foster = slice(0, AT["specialist"])
    assert start[foster, 0].sum() == at["foster_in_house"] > 0
    assert start[foster, 1].sum() == at["foster_agency"] > 0
    assert start[foster, 2].sum() == at["foster_other_authority"] > 0
    assert start[AT["kin"]].tolist() == [at["foster_kin"], 0, 0, 0, 0]
    assert start[AT["specialist"], 3] == start[:, 3].sum() > 0
    assert not start[:, 4].any()


def test_no_need_begins_in_the_first_month_because_a_share_is_drawn(
    history: History, forecast: Forecast, found: Segments
) -> None:
    """Where everybody stays as they are, a future's own shares are those of its start too, but for rounding."""
    today = stock(history, [history.until])
    still = replace(
        forecast,
        stock=np.broadcast_to(today[:, None], (300, 24, *today.shape[1:])).astype(np.int32),
        entries=np.zeros_like(forecast.entries),
    )
    wanted = wanted_from(history, still, found, baseline(), seed=1)
    starts = wanted.each_start
    off, off_mean = (np.abs(wanted.children[:, 0] - some.sum(axis=-1)) for some in (starts, wanted.at_start))
    assert off.sum(axis=1).mean() < 0.75 * off_mean.sum(axis=1).mean()
    assert off[:, AT["specialist"]].mean() < 0.5 * off_mean[:, AT["specialist"]].mean()
    for need in ("adopters", "kin"):
        assert (starts[:, AT[need]] == wanted.at_start[AT[need]]).all()
    families = slice(0, AT["specialist"])
    assert (starts[:, families].sum(axis=1) == wanted.at_start[families].sum(axis=0)).all()
    special = starts[:, AT["specialist"]].sum(axis=1)
    assert special.min() < wanted.at_start[AT["specialist"]].sum() < special.max()


def test_ages_are_cut_where_the_history_cuts_them(history: History, tmp_path: Path) -> None:
    """At 10, at 11 and 12, and from 13: one child each, and two; alike where nobody is of those ages."""
    councils = Councils()
    days = ("01/03/2011", "02/04/2009", "01/04/2009", "01/03/2008", "01/03/2006")
    people = [header(CHILD=f"C{k}", DOB=day) for k, day in enumerate(days)]
    placed = {"DECOM": "01/05/2020", "PLACE": "U6", "PLACE_PROVIDER": "PR1"}
    some = councils.add(*(episode(CHILD=f"C{k}", **placed) for k in range(5)), people=people)
    young = councils.add(episode(CHILD="B", **placed), people=[header(CHILD="B", DOB="01/03/2018")])
    ret = councils.read(tmp_path)
    assert ages_within(history_of(ret, some)).tolist() == [0.2, 0.4, 0.4]
    assert ages_within(history_of(ret, young)).tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 2])


def test_more_futures_are_the_same_futures_and_more(history: History, found: Segments, forecast: Forecast) -> None:
    """What one future draws does not hang on how many there are; another seed draws otherwise."""
    some = replace(forecast, **{
        name: getattr(forecast, name)[:7] for name in ("stock", "entries", "exits", "moves")
    })  # fmt: skip
    shorter = wanted_from(history, some, found, baseline(), seed=1)
    longer = wanted_from(history, forecast, found, baseline(), seed=1)
    assert np.array_equal(shorter.children, longer.children[:7])
    assert np.array_equal(shorter.came, longer.came[:7])
    few = drawn_shares(history, found, baseline(), 5, 1)
    many = drawn_shares(history, found, baseline(), 50, 1)
    other = drawn_shares(history, found, baseline(), 5, 2)
    assert (many.siblings[:5] == few.siblings).all()
    assert (many.parent_and_child[:5] == few.parent_and_child).all()
    assert (other.siblings != few.siblings).any()
    assert (many.siblings.sum(axis=2) <= 1).all()
    assert (many.siblings >= 0).all()


def test_the_bracket_and_the_needs_speak_of_the_same_children(history: History, forecast: Forecast) -> None:
    """Those in children's homes who needed a foster home are those between the two ends of the bracket."""
    ends = bracket(history, forecast, baseline(), seed=4)
    moved = needed_foster_homes(history, forecast, baseline(), seed=4)
    assert ends.need.foster.mean[:, -1] - ends.use.foster.mean[:, -1] == pytest.approx(moved.sum(axis=2).mean(axis=0))
    assert moved.shape[2] == len(AGE_BANDS)


def test_families_of_no_age_are_nobodys(history: History, forecast: Forecast, found: Segments) -> None:
    """Where no child of an age looked for a home, nobody of that age is counted in a family."""
    table = found.table.copy()
    table.loc[table["age_band"] == "16_plus", ["share", "low", "high"]] = 0.0
    shares = drawn_shares(history, replace(found, table=table), baseline(), 20, 1)
    assert not shares.siblings[:, AGE_BANDS.index("16_plus")].any()
