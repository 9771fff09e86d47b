"""Backtests: what an origin may know, what it is held to, and what is made of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sufficiency.backtest import (
    CELLS,
    HORIZONS,
    NOT_RUN,
    QUANTILES,
    backtest,
    quarter_origins,
    spread_draws,
)
from sufficiency.backtest_tables import case_table, pit_table, score_table, sentences
from sufficiency.bands import months_ahead
from sufficiency.baselines import flat_rate_markov_simulated, no_change
from sufficiency.forecast import Forecast, middle_quantiles
from sufficiency.history import History, flows, history_of, known_at, stock
from sufficiency.need import forecast_need
from sufficiency.scores import crps
from tests.sufficiency.histories import Councils, day, lives


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Three years of some hundred children, to 31 March 2021."""
    people, rows = lives(11, 130, date(2018, 4, 1), date(2021, 3, 31))
    council = Councils()
    council.add(*rows, people=people, years=(2019, 2020, 2021))
    return history_of(council.read(tmp_path_factory.mktemp("lives")))


class Told:
    """A forecaster that looks up what happened, and adds as many children as it is told to the total's draws."""

    def __init__(self, whole: History, off: int = 0) -> None:
        self.whole, self.off, self.given = whole, off, list[tuple[int, int, int]]()

    def __call__(self, known: History, months: int, draws: int, seed: int) -> Forecast:
        self.given.append((known.until, months, seed))
        assert (known.periods.begin < known.until).all()
        assert (known.placements.until <= known.until).all()
        starts = months_ahead(known.until, months)
        happened = flows(self.whole, starts)
        stocks = stock(self.whole, starts[1:] - 1)
        stocks[:, 0, 4] += self.off

        def repeat(a: np.ndarray) -> np.ndarray:
            return np.repeat(a[None], draws, axis=0).astype(np.int32)

        return Forecast(
            known.until, starts[1:] - 1, repeat(stocks), repeat(happened.entries), repeat(happened.exits),
            repeat(happened.moves), {},
        )  # fmt: skip


def test_each_quarter_is_forecast_from_what_was_known_and_held_to_what_happened(history: History) -> None:
    """Who foretells the truth scores nought in every count at every horizon; each origin gets its own seed."""
    told = Told(history)
    made = backtest(history, told, draws=5, seed=3)
    cases = made.cases
    assert [str(d) for d in cases.origins.astype("datetime64[D]")] == [
        "2019-04-01", "2019-07-01", "2019-10-01", "2020-01-01", "2020-04-01", "2020-07-01", "2020-10-01", "2021-01-01",
    ]  # fmt: skip
    assert cases.horizons == HORIZONS
    assert [int(cases.known(h).sum()) for h in HORIZONS] == [8, 7, 5, 1]
    assert [cases.overlap(h) for h in HORIZONS] == [1, 2, 4, 1]
    assert [(until, months) for until, months, _ in told.given] == [
        (int(o), m) for o, m in zip(cases.origins, (24, 12, 12, 12, 12, 6, 6, 3), strict=True)
    ]
    assert len({seed for *_, seed in told.given}) == 8
    known = ~np.isnan(cases.outcome)
    assert (cases.crps[known] == 0).all()
    assert np.array_equal(cases.mean[known], cases.outcome[known])
    october = int(np.flatnonzero(cases.origins == day("2019-10-01"))[0])
    there = stock(history, [day("2020-09-30")])[0]
    assert cases.outcome[october, 2, 0] == there.sum()
    assert cases.outcome[october, 2, 1:11].tolist() == there.sum(axis=1).tolist()
    assert cases.outcome[october, 2, 11:61].tolist() == there.ravel().tolist()
    year = flows(history, [day("2019-10-01"), day("2020-10-01")])
    assert cases.outcome[october, 2, 61:].tolist() == [year.entries.sum(), year.exits.sum()]
    assert any("24 months ahead was tested from 1 origin," in limit for limit in made.limits)


def test_tables_give_scores_bias_coverage_and_skill(history: History) -> None:
    """Three children too many in every draw: a bias of three, bands that hold nothing, skill worked out by hand."""
    made = backtest(history, Told(history, off=3), draws=50, horizons=(3, 12))
    table = score_table(made).set_index(["level", "group", "age", "months_ahead"])
    total, entered = table.loc[("total", "", "", 3)], table.loc[("entries", "", "", 12)]
    assert (total["bias"], total["crps"], total["held_95"], total["plain_95"]) == (3.0, 3.0, 0.0, 0.0)
    assert total["bias_error"] == pytest.approx(0.0)
    assert (entered["bias"], entered["plain_50"], entered["stretches"]) == (0.0, 1.0, 1)
    assert np.isnan(entered["bias_error"])
    rival = []
    for origin in made.cases.origins:
        ends = months_ahead(int(origin), 3)[1:] - 1
        points = no_change(history, int(origin), ends).points("total")[:, 2, 0]
        rival.append(crps(points, stock(history, [int(ends[2])]).sum(), fair=False))
    assert total["skill_crps_no_change"] == pytest.approx(1 - 3 / np.mean(rival))
    pooled = table.loc[("all_groups", "", "", 3)]
    groups = table.xs("group", level="level").xs(3, level="months_ahead")
    assert pooled["crps"] == pytest.approx(groups["crps"].mean()) == pytest.approx(0.3)
    pit = pit_table(made)
    assert pit.groupby(["level", "group", "age", "months_ahead"])["share"].sum().to_numpy() == pytest.approx(1.0)
    shown = case_table(made)
    assert len(shown) == len(CELLS) * (8 + 5)
    line = shown[(shown["level"] == "total") & (shown["origin"] == "2020-04-01") & (shown["months_ahead"] == 12)]
    assert line["day"].tolist() == ["2021-03-31"]
    assert line["outcome"].tolist() == [stock(history, [day("2021-03-31")]).sum()]
    assert line["q50"].tolist() == [line["outcome"].iloc[0] + 3.0]
    said = sentences(made)
    assert said[0].startswith("3 months ahead, from 8 past quarters: the 80% band for all children in care held 0%")


def test_any_number_of_workers_gives_the_same_bytes(history: History) -> None:
    """One process or two, the same numbers; another seed, others."""
    at = [day("2020-07-01"), day("2020-10-01")]
    alone = backtest(history, flat_rate_markov_simulated, horizons=(3,), draws=40, origins=at)
    seen: list[tuple[int, int]] = []
    two = backtest(
        history, flat_rate_markov_simulated, horizons=(3,), draws=40, origins=at[::-1], workers=2,
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    other = backtest(history, flat_rate_markov_simulated, horizons=(3,), draws=40, origins=at, seed=2)
    for name in ("origins", "outcome", "mean", "quantiles", "first", "last", "crps", "rival_crps", "rival_interval"):
        assert getattr(alone.cases, name).tobytes() == getattr(two.cases, name).tobytes(), name
    assert not np.array_equal(alone.cases.crps, other.cases.crps)
    assert seen == [(1, 2), (2, 2)]


def test_one_year_of_history_says_that_no_backtest_has_been_run(history: History) -> None:
    """Twelve months are all needed to learn from: no case, a reason in words, empty tables."""
    made = backtest(known_at(history, day("2019-04-01")), Told(history))
    assert made.none_reason is not None
    assert NOT_RUN in made.none_reason.lower()
    assert "hold 12 months" in made.none_reason
    assert sentences(made) == (made.none_reason,)
    assert NOT_RUN in sentences(None)[0].lower()
    assert score_table(made).empty
    assert case_table(made).empty
    assert pit_table(made).empty


def test_two_years_of_history_are_tested_as_far_as_they_go(history: History) -> None:
    """A year ahead once, two years ahead never, and both are said."""
    made = backtest(known_at(history, day("2020-04-01")), Told(history), draws=4)
    assert made.none_reason is None
    assert [int(made.cases.known(h).sum()) for h in HORIZONS] == [4, 3, 1, 0]
    assert any(s.startswith("12 months ahead was tested from 1 origin, but only over one stretch") for s in made.limits)
    assert "24 months ahead was not tested: that takes 36 months of returns, and there are 24." in made.limits
    assert set(score_table(made)["months_ahead"]) == {3, 6, 12}


def test_origins_that_cannot_be_used_are_refused(history: History) -> None:
    """The middle of a month, too short a past, or no outcome yet; and horizons or draws that mean nothing."""
    for origin in ("2020-04-15", "2018-10-01", "2021-02-01"):
        with pytest.raises(ValueError, match=f"No backtest can start on {origin}"):
            backtest(history, Told(history), origins=[day(origin)])
    with pytest.raises(ValueError, match="horizons of one month or more"):
        backtest(history, Told(history), horizons=(0, 3))
    with pytest.raises(ValueError, match="two draws or more"):
        backtest(history, Told(history), draws=1)
    assert day("2019-05-01") in backtest(history, Told(history), origins=[day("2019-05-01")], draws=2).cases.origins
    assert len(quarter_origins(history, (12,))) == 5


def test_spread_draws_have_the_middle_quantiles() -> None:
    """Above nought their quantiles are the ones that bands are drawn from; equal draws lie evenly over one unit."""
    draws = np.random.default_rng(3).poisson(2.0, (41, 3))
    spread = spread_draws(draws)
    assert np.abs(spread - draws).max() < 0.5
    assert np.maximum(np.quantile(spread, QUANTILES, axis=0), 0.0) == pytest.approx(middle_quantiles(draws, QUANTILES))
    assert sorted(spread_draws(np.full((4, 1), 7))[:, 0].tolist()) == [6.625, 6.875, 7.125, 7.375]


def test_the_model_of_need_can_be_tested(history: History) -> None:
    """Its forecasts are scored in every count, the same each time."""
    at = [day("2020-10-01")]

    def forecaster(known: History, months: int, draws: int, seed: int) -> Forecast:
        return forecast_need(known, months=months, draws=draws, seed=seed, parts=False)

    one, two = (backtest(history, forecaster, horizons=(3,), draws=20, origins=at) for _ in range(2))
    assert np.isfinite(one.cases.crps).all()
    assert np.array_equal(one.cases.quantiles, two.cases.quantiles)
    assert one.cases.mean[0, 0, 0] == pytest.approx(one.cases.outcome[0, 0, 0], rel=0.3)
