"""Bands that are off are mended on cases never seen; bands that are right are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sufficiency.backtest import CELLS, NOT_RUN, QUANTILES, Backtest, Cases, spread_draws
from sufficiency.calibrate import Mended, Recalibration, recalibrated, recalibration_of
from sufficiency.forecast import Forecast
from sufficiency.scores import held, pit_range
from sufficiency.whole import shared_out
from tests.sufficiency.histories import day

MEANS = np.array([30.0, 80, 60, 4, 25, 0.7, 12, 9, 20, 3])
AGES = np.array([0.1, 0.2, 0.2, 0.3, 0.2])
HORIZONS = (3, 12, 24)
DRAWS = 200


def counts(random: np.random.Generator, spread: float, size: int) -> np.ndarray:
    """[size, groups] counts whose variance is `spread` squared times that of the truth, which is twice Poisson's."""
    scale = 2 * spread**2
    if scale > 1:
        return random.negative_binomial(MEANS / (scale - 1), 1 / scale, (size, 10))
    few = np.maximum(np.ceil(MEANS / (1 - scale + 1e-9)), 1).astype(int)
    return random.binomial(few, MEANS / few, (size, 10))


def past(spread: float, origins: int, seed: int, overlap: int = 1, horizons: tuple[int, ...] = HORIZONS) -> Backtest:
    """A backtest of forecasts so many times as uncertain as the truth, whose errors last for `overlap` origins."""
    random = np.random.default_rng([5, seed])
    first = np.datetime64("2012-04", "M")
    at = (first + 3 * np.arange(origins)).astype("datetime64[D]").astype(np.int64)
    shape = (origins, len(horizons), len(CELLS))
    arrays = {name: np.full(shape, 0.0) for name in ("outcome", "mean", "first", "last", "crps")}
    quantiles = np.zeros((len(QUANTILES), *shape))
    for h in range(len(horizons)):
        truth = np.repeat(counts(random, 1.0, -(-origins // overlap)), overlap, axis=0)[:origins]
        for o in range(origins):
            drawn = with_total(counts(random, spread, DRAWS))
            outcome = with_total(truth[o : o + 1])[0]
            arrays["outcome"][o, h, :11] = outcome
            quantiles[:, o, h, :11] = np.quantile(spread_draws(drawn), QUANTILES, axis=0)
            arrays["first"][o, h, :11], arrays["last"][o, h, :11] = pit_range(drawn, outcome)
    none = np.zeros((0, *shape))
    cases = Cases(at, horizons, quantiles=quantiles, rival_crps=none, rival_interval=none[:, None], **arrays)
    return Backtest(cases, (), DRAWS, seed)


def with_total(groups: np.ndarray) -> np.ndarray:
    """The total before the groups, as in a backtest."""
    return np.concatenate([groups.sum(axis=1, keepdims=True), groups], axis=1)


def forecast(spread: float, seed: int, months: int = 3) -> Forecast:
    """A forecast of every month alike."""
    random = np.random.default_rng(seed)
    groups = np.stack([counts(random, spread, DRAWS) for _ in range(months)], axis=1)
    stock = random.multinomial(groups, AGES).astype(np.int32)
    origin = np.datetime64("2024-04", "M")
    ends = (origin + 1 + np.arange(months)).astype("datetime64[D]").astype(np.int64) - 1
    flow = np.zeros((DRAWS, months, 10, 7), dtype=np.int32)
    parts = {"process": np.ones((months, 11))}
    return Forecast(day("2024-04-01"), ends, stock, stock, flow, np.zeros((DRAWS, months, 10, 10), np.int32), parts)


def coverage(made: Forecast, share: float, seed: int = 99) -> np.ndarray:
    """[groups + total] share of new outcomes that the first month's band holds, the total first."""
    outcome = with_total(counts(np.random.default_rng(seed), 1.0, 1_500))
    drawn = with_total(made.stock[:, 0].sum(axis=2))
    return np.stack([held(*pit_range(drawn, one), share) for one in outcome]).mean(axis=0)


@pytest.mark.parametrize(("spread", "widened"), [(0.55, True), (1.8, False)])
def test_bands_that_are_off_are_mended_for_cases_not_seen(spread: float, widened: bool) -> None:
    """After thirty-six origins of bands half or twice as wide as the truth, new outcomes are held far nearer."""
    by = recalibration_of(past(spread, 36, 1))
    made = recalibrated(forecast(spread, 2), by)
    raw = coverage(forecast(spread, 2), 0.8)
    mended = coverage(made, 0.8)
    assert np.abs(mended[0] - 0.8) < 0.12 < np.abs(raw[0] - 0.8)
    assert np.abs(mended - 0.8).mean() < 0.08
    assert (mended > 0.7).all()
    assert np.abs(mended - 0.8).mean() < 0.6 * np.abs(raw - 0.8).mean()
    assert np.abs(coverage(made, 0.95).mean() - 0.95) < 0.03
    assert np.mean([(one.factor > 1.0) == widened for one in by.mended]) > 0.9
    assert all((one.factor > 1.0) == widened for one in by.mended if one.group < 0)
    assert (np.mean([one.before[0] for one in by.mended]) < 0.65) == widened
    total = by.mended[0]
    assert total.group == -1
    assert abs(total.after[0] - 0.8) < abs(total.before[0] - 0.8)
    assert ("widened" if widened else "narrowed") in by.sentences()[0]


def test_bands_that_hold_their_share_are_left_alone() -> None:
    """Over eight pasts of a true forecast, almost every factor is one and none is far from it."""
    pasts = [recalibration_of(past(1.0, 30, seed, horizons=(3,))) for seed in range(8)]
    factors = np.array([[one.factor for one in by.mended] for by in pasts])
    assert (factors == 1.0).mean() > 0.8
    assert np.abs(np.log(factors)).max() < 0.5
    assert np.abs(np.log(factors)).mean() < 0.04


def test_few_origins_widen_little_and_narrow_hardly() -> None:
    """Six origins that share outcomes are two pieces of evidence: bands move part of the way, groups as one."""
    wide, narrow = recalibration_of(past(2.5, 6, 4, overlap=4)), recalibration_of(past(0.4, 6, 4, overlap=4))
    at_24 = [one for one in narrow.mended if one.months_ahead == 24]
    assert at_24[0].stretches == 1
    assert np.isnan(at_24[0].after[0])
    assert all(one.pooled for one in at_24[1:])
    assert len({one.factor for one in at_24[1:]}) == 1
    assert 1.0 < at_24[1].factor < 1 / 0.4
    shrunk = [one.factor for one in wide.mended if one.months_ahead == 24]
    assert all(0.7 < factor <= 1.0 for factor in shrunk)
    assert sum("each kind of home" in said for said in narrow.sentences()) == 3


def test_a_group_that_was_too_sure_at_short_horizons_is_wide_at_long_ones_too() -> None:
    """Three stretches of two years cannot show it; ten of one year can, and what they show is where two years start."""
    test = past(1.0, 30, 6)
    quantiles = test.cases.quantiles.copy()
    middle = quantiles[3, ..., 2]
    quantiles[..., 2] = middle + (quantiles[..., 2] - middle) * 0.5
    by = recalibration_of(replace(test, cases=replace(test.cases, quantiles=quantiles)))
    found = [one.factor for one in by.mended if one.group == 1]
    assert len(found) == 3
    assert min(found) > 1.4


def test_what_is_mended_adds_up_and_what_is_not_stays() -> None:
    """Ages are whole and none lost, totals spread as mended, medians stay, and flows are as they were."""
    by = Recalibration(
        tuple(
            Mended(group, 3, 30, 30, False, factor, (0.6, 0.8), (0.8, 0.95))
            for group, factor in ((-1, 1.6), (0, 1.5), (1, 1.5), (4, 1.0), (5, 2.0), (8, 0.7))
        )
    )
    old = forecast(0.7, 5)
    new = recalibrated(old, by)
    again = recalibrated(old, by)
    assert new.stock.dtype == old.stock.dtype
    assert (new.stock >= 0).all()
    assert np.array_equal(new.stock, again.stock)
    was, now = old.stock.sum(axis=(2, 3)), new.stock.sum(axis=(2, 3))
    root = np.sqrt(was + 0.5)
    middle = np.median(root, axis=0)
    assert np.abs(now - (((root - middle) * 1.6 + middle) ** 2 - 0.5)).max() <= 1.5
    assert np.median(now, axis=0) == pytest.approx(np.median(was, axis=0), abs=1)
    assert (np.diff(now[np.argsort(was[:, 0], kind="stable"), 0]) >= -1).all()
    groups = new.stock.sum(axis=3).std(axis=0) / old.stock.sum(axis=3).std(axis=0)
    assert (groups[:, :2] > 1.3).all()
    assert new.entries is old.entries
    assert new.moves is old.moves
    assert new.parts["recalibration"][:, -1] == pytest.approx(now.var(axis=0) - was.var(axis=0))
    assert new.parts["process"] is old.parts["process"]


def test_factors_run_between_horizons_and_nothing_to_mend_changes_nothing() -> None:
    """Half-way between three months and nine the logarithm is half-way; all ones give the forecast itself."""
    by = Recalibration(
        (
            Mended(-1, 3, 9, 9, False, 1.0, (0.8, 0.95), (0.8, 0.95)),
            Mended(-1, 9, 9, 4, False, 1.44, (0.6, 0.9), (0.8, 1)),
        )
    )
    assert by.factors(12)[[0, 2, 5, 8, 11], 10].tolist() == pytest.approx([1, 1, 1.2, 1.44, 1.44])
    assert (by.factors(12)[:, :10] == 1).all()
    same = Recalibration((Mended(2, 3, 9, 9, True, 1.0, (0.8, 0.95), (0.8, 0.95)),))
    made = forecast(1.0, 1)
    assert recalibrated(made, same) is made
    assert "left as they are" in same.sentences()[0]


def test_bands_that_are_hopelessly_off_are_moved_no_further_than_four_times_and_it_is_said() -> None:
    """A forecast ten times too sure is not a matter of bands any more."""
    by = recalibration_of(past(0.08, 36, 3, horizons=(3,)))
    assert by.mended[0].factor == pytest.approx(4.0)
    assert "something else is wrong with the forecast or the returns; they are widened 4.00 times" in by.sentences()[0]


def test_without_a_backtest_nothing_is_changed_and_it_is_said() -> None:
    """The words that everything prints stand in its one sentence."""
    test = past(1.0, 0, 1)
    by = recalibration_of(Backtest(test.cases, (), DRAWS, 1, none_reason="too short"))
    assert not by.changes
    assert (by.factors(5) == 1).all()
    assert NOT_RUN in by.sentences()[0].lower()


def test_whole_children_are_shared_out_without_loss() -> None:
    """Sums are kept, shares are off by less than one, whole shares are exact, and noughts are shared evenly."""
    random = np.random.default_rng(2)
    weights, total = random.gamma(0.5, 1.0, (200, 7)), random.integers(0, 40, 200)
    made = shared_out(weights, total)
    assert np.array_equal(made.sum(axis=1), total)
    assert (np.abs(made - weights / weights.sum(axis=1, keepdims=True) * total[:, None]) < 1).all()
    whole = random.integers(0, 9, (50, 4))
    assert np.array_equal(shared_out(whole, whole.sum(axis=1)), np.where(whole.sum(axis=1)[:, None] > 0, whole, 0))
    assert shared_out(np.zeros((1, 3)), np.array([4])).tolist() == [[2, 1, 1]]
