"""The forecast from yearly totals: it looks at nothing later, adds up, holds what its bands say, and is repeatable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sufficiency.aggregate import aggregate_forecast, come_true, every_forecast, made
from sufficiency.panel import OPEN_GROUPS, Panel
from sufficiency.past_forecasts import PastForecast, corrected, learnt_correction

FIRST, LAST = 2001, 2012
SHARES = np.array([0.70, 0.04, 0.06, 0.16, 0.04])


def made_up(councils: int, seed: int) -> Panel:
    """Councils whose starters drift about a place of their own and whose leavers are a third of those who may leave."""
    rng = np.random.default_rng(seed)
    years = LAST - FIRST + 1
    place, drift = np.log(rng.uniform(40, 250, councils)), rng.normal(0, 0.18, councils)
    stock, starts = np.empty((councils, years)), np.full((councils, years), np.nan)
    stock[:, 0] = np.rint(np.exp(place) * 2.4)
    by_group = np.empty((councils, years, len(OPEN_GROUPS)))
    odds = np.log(SHARES) + rng.normal(0, 0.3, (councils, len(OPEN_GROUPS)))
    for year in range(years):
        if year:
            drift = 0.7 * drift + rng.normal(0, 0.13, councils)
            new = rng.poisson(np.exp(place + drift))
            gone = rng.poisson(0.3 * stock[:, year - 1] + 0.28 * new)
            starts[:, year] = new
            stock[:, year] = stock[:, year - 1] + new - np.minimum(gone, stock[:, year - 1])
        odds = odds + rng.normal(0, 0.1, odds.shape)
        share = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
        by_group[:, year] = rng.multinomial(stock[:, year].astype(np.int64), share)
    return Panel(
        areas=tuple(f"Council {n:03d}" for n in range(councils)),
        years=np.arange(FIRST, LAST + 1),
        stock=stock,
        starts=starts,
        ceases=np.full(stock.shape, np.nan),
        by_group=by_group,
        exact=np.ones(by_group.shape, dtype=np.bool_),
        national_years=np.arange(FIRST, LAST + 1),
        national_stock=stock.sum(axis=0),
        national_starts=np.concatenate([[starts[:, 1].sum()], starts[:, 1:].sum(axis=0)]),
    )


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Forty councils of twelve years."""
    return made_up(40, 1)


def test_nothing_later_than_the_origin_is_looked_at(panel: Panel) -> None:
    """Every figure after the origin, England's own included, may be anything: the draws are the same bytes."""
    late = panel.years > 2004

    def spoilt(values: np.ndarray) -> np.ndarray:
        out = values.copy()
        out[..., late] = 7.0
        return out

    changed = replace(
        panel,
        stock=spoilt(panel.stock),
        starts=spoilt(panel.starts),
        by_group=np.where(late[:, None], 3.0, panel.by_group),
        exact=panel.exact & ~late[:, None],
        national_stock=spoilt(panel.national_stock),
        national_starts=spoilt(panel.national_starts),
    )
    before, after = (aggregate_forecast(p, 2004, draws=100, seed=3) for p in (panel, changed))
    for name in ("stock", "starts", "by_group"):
        assert getattr(before, name).tobytes() == getattr(after, name).tobytes()
    assert before.correction["total"].forecasts.tolist() == [1, 0]


def test_each_forecast_is_the_one_made_by_itself(panel: Panel) -> None:
    """All origins together give what each alone does, so a benchmark of all says how the last one was made."""
    first, second = every_forecast(panel, 2004, draws=60, seed=3)
    alone = aggregate_forecast(panel, 2003, draws=60, seed=3)
    assert first.stock.tobytes() == alone.stock.tobytes()
    assert first.by_group.tobytes() == alone.by_group.tobytes()
    assert second.origin == 2004
    assert np.abs(second.by_group.sum(axis=3) - second.stock).mean() < 0.05 * second.stock.mean()


def test_order_of_councils_does_not_matter_and_seeds_do(panel: Panel) -> None:
    """The same seed gives the same draws whichever way round the councils are handed over; another seed others."""
    turned = replace(
        panel,
        areas=panel.areas[::-1],
        stock=panel.stock[::-1],
        starts=panel.starts[::-1],
        ceases=panel.ceases[::-1],
        by_group=panel.by_group[::-1],
        exact=panel.exact[::-1],
    )
    one, same = (aggregate_forecast(p, 2003, draws=50, seed=3, learn=False) for p in (panel, turned))
    other = aggregate_forecast(panel, 2003, draws=50, seed=4, learn=False)
    assert one.areas == same.areas
    assert one.stock.tobytes() == same.stock.tobytes()
    assert not np.array_equal(one.stock, other.stock)


def test_bands_hold_what_they_say_where_the_world_is_as_assumed() -> None:
    """On 200 made-up councils the 80% band holds near 80% of what came, one and two years on, total and groups."""
    world = made_up(200, 2)
    outlook = aggregate_forecast(world, LAST - 2, draws=400, seed=1, learn=False)
    assert np.array_equal(outlook.by_group.sum(axis=3), outlook.stock)
    for name, past in come_true(made(outlook, world), world).items():
        held = (past.truth >= past.low) & (past.truth <= past.high)
        assert np.all(held.mean(axis=0) > 0.70), name
        assert np.all(held.mean(axis=0) < 0.92), name


def test_a_council_of_few_years_is_forecast_and_one_of_none_is_left_out(panel: Panel) -> None:
    """Three years without a placement are enough, beside others; one unknown at the origin is not in the answer."""
    stock = panel.stock.copy()
    stock[1, 4] = np.nan
    few = replace(panel, stock=stock).beside("A new one", {2003: 310, 2004: 300, 2005: 320}, {2004: 110, 2005: 130})
    outlook = aggregate_forecast(few, 2005, draws=100)
    assert outlook.areas == ("A new one", panel.areas[0], *panel.areas[2:])
    assert np.isfinite(outlook.stock).all()
    assert np.isfinite(outlook.by_group).all()
    assert abs(np.median(outlook.stock[:, 0, 0]) - 320) < 60
    assert outlook.correction["total"].forecasts.tolist() == [2, 1]


def test_a_council_s_own_figures_take_the_place_of_published_ones(panel: Panel) -> None:
    """Its placements stay; a year that no other council has is refused."""
    name = panel.areas[3]
    own = panel.beside(name, {2011: 500, 2012: 510}, {2012: 200})
    assert own.areas == panel.areas
    assert own.stock[3, -2:].tolist() == [500, 510]
    assert np.isnan(own.stock[3, :-2]).all()
    np.testing.assert_array_equal(own.by_group, panel.by_group)
    np.testing.assert_array_equal(np.delete(own.stock, 3, axis=0), np.delete(panel.stock, 3, axis=0))
    with pytest.raises(ValueError, match="has figures for 2013, and the panel holds 2001 to 2012"):
        panel.beside(name, {2013: 500}, {})


def test_an_origin_without_two_years_of_starters_is_refused(panel: Panel) -> None:
    """The message says from which year a forecast can begin."""
    with pytest.raises(ValueError, match="can begin from 2003 to 2012, not in 2002"):
        aggregate_forecast(panel, 2002)
    with pytest.raises(ValueError, match="not in 2013"):
        aggregate_forecast(panel, 2013)


def test_years_add_up(panel: Panel) -> None:
    """Leavers are what the stock says they were."""
    np.testing.assert_array_equal(panel.stock[:, :-1] + panel.starts[:, 1:] - panel.leavers(), panel.stock[:, 1:])


def forecasts(trust: float, stretch: float) -> list[PastForecast]:
    """Six forecasts whose councils moved by `trust` of what was expected, and missed by `stretch` of the band."""
    rng = np.random.default_rng(6)
    past = []
    for common in (0.05, -0.04, 0.06, -0.05, 0.05, 0.04):
        base = rng.uniform(100, 500, 200)
        expects = base * (1 + common + rng.normal(0, 0.05, 200))
        half = 1.2816 * 0.03 * base
        truth = base + trust * (expects - base) + stretch * rng.normal(0, 0.03, 200) * base
        low, middle, high = (np.stack([x, x], axis=1) for x in (expects - half, expects, expects + half))
        past.append(PastForecast(base, low, middle, high, np.stack([truth, np.full(200, np.nan)], axis=1)))
    return past


@pytest.mark.parametrize(("trust", "stretch"), [(1.0, 1.0), (0.0, 2.0), (0.4, 0.5)])
def test_trust_and_width_are_learnt_from_what_came_true(trust: float, stretch: float) -> None:
    """After six years the trust nears what it should have been, and the width too, with what it began from."""
    learnt = learnt_correction(forecasts(trust, stretch), 2)
    assert learnt.forecasts.tolist() == [6, 0]
    wanted = (0.5 + 6 * trust) / 7
    np.testing.assert_allclose([learnt.national[0], learnt.own[0]], wanted, atol=0.08)
    np.testing.assert_allclose(learnt.width[0], stretch ** (6 / 7), rtol=0.12)
    assert learnt.national[1] == learnt.national[0]


def test_without_a_past_the_middle_is_halfway_to_no_change() -> None:
    """Nothing having come true yet, the change expected is halved and the band is the model's own."""
    draws = np.random.default_rng(7).normal(120, 10, (2001, 5, 1))
    base = np.full(5, 100.0)
    moved = corrected(draws, base, learnt_correction([], 1))
    np.testing.assert_allclose(np.median(moved, axis=0), 110, atol=1)
    np.testing.assert_allclose(moved.std(axis=0), draws.std(axis=0), rtol=0.02)
    unknown = corrected(draws, np.full(5, np.nan), learnt_correction([], 1))
    np.testing.assert_array_equal(unknown, np.rint(draws))
