"""The baselines against slow and obvious versions of themselves, on lives that are known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from records.sources.return_903 import End
from sufficiency import baselines
from sufficiency.bands import LEVELS, level_counts, month_starts, months_ahead
from sufficiency.flat_rate import daily_step, flat_rates
from sufficiency.groups import GROUPS
from sufficiency.history import History, age_band, flows, history_of, known_at, stock
from tests.sufficiency.histories import Councils, day, lives

ORIGIN = day("2020-04-01")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Three years of some hundred children."""
    people, rows = lives(5, 160, date(2018, 4, 1), date(2021, 3, 31))
    council = Councils()
    council.add(*rows, people=people, years=(2019, 2020, 2021))
    return history_of(council.read(tmp_path_factory.mktemp("lives")))


def ends(months: int) -> np.ndarray:
    return months_ahead(ORIGIN, months)[1:] - 1


@pytest.mark.parametrize("baseline", baselines.BASELINES)
def test_every_baseline_gives_bands_for_every_count_and_knows_nothing_after_the_origin(
    history: History, baseline: baselines.Baseline
) -> None:
    """The future of a history changes nothing; groups add up to the total, ages to their group."""
    made = baseline(history, ORIGIN, ends(24))
    again = baseline(known_at(history, ORIGIN), ORIGIN, ends(24))
    for level, count in LEVELS.items():
        assert made.mean[level].shape == made.sd[level].shape == (24, count)
        assert np.array_equal(made.mean[level], again.mean[level])
        assert np.array_equal(made.sd[level], again.sd[level])
        low, middle, high = made.quantiles(level, (0.1, 0.5, 0.9))
        assert (low >= 0).all()
        assert (low <= middle).all()
        assert (middle <= high).all()
        assert made.points(level, 50).shape == (50, 24, count)
    groups = made.mean["group_age"].reshape(24, len(GROUPS), -1).sum(axis=2)
    if made.name != "five-year line":  # which stops each line at nought
        assert groups == pytest.approx(made.mean["group"])
        assert made.mean["group"].sum(axis=1) == pytest.approx(made.mean["total"][:, 0])


def test_no_change_is_today_with_what_such_a_span_has_brought(history: History) -> None:
    """Six months ahead, the band is the root mean square of every six-month change there has been."""
    made = baselines.no_change(history, ORIGIN, ends(24))
    past = stock(known_at(history, ORIGIN), month_starts(history.first, ORIGIN)[1:] - 1).sum(axis=(1, 2))
    assert (made.mean["total"] == past[-1]).all()
    changes = [past[i + 6] - past[i] for i in range(len(past) - 6)]
    assert made.sd["total"][5, 0] == pytest.approx(np.sqrt(np.mean(np.square(changes))))
    eleven = [past[i + 11] - past[i] for i in range(len(past) - 11)]
    assert made.sd["total"][23, 0] == pytest.approx(np.sqrt(np.mean(np.square(eleven)) * 24 / 11))
    monthly = flows(known_at(history, ORIGIN), month_starts(history.first, ORIGIN)).entries.sum(axis=(1, 2))
    assert made.mean["entries"][[5, 23], 0].tolist() == [monthly[-6:].sum(), monthly[-12:].sum()]


def test_the_line_is_the_least_squares_line_with_its_prediction_band(history: History) -> None:
    """Mean and sd are those of the design matrix, worked out the long way, for the stock and for sums of entries."""
    made = baselines.five_year_line(history, ORIGIN, ends(24))
    starts = month_starts(history.first, ORIGIN)
    known = known_at(history, ORIGIN)
    design = np.column_stack([np.ones(24), np.arange(24)])
    core = np.linalg.inv(design.T @ design)
    for y, window, month, level in (
        (stock(known, starts[1:] - 1).sum(axis=(1, 2)), 1, 17, "total"),
        (flows(known, starts).entries.sum(axis=(1, 2)), 12, 17, "entries"),
    ):
        beta = core @ design.T @ y
        noise = float(((y - design @ beta) ** 2).sum() / 22)
        at = np.array([[1.0, 24 + m] for m in range(month - window + 1, month + 1)]).sum(axis=0)
        assert made.mean[level][month, 0] == pytest.approx(at @ beta)
        assert made.sd[level][month, 0] ** 2 == pytest.approx(noise * (window + at @ core @ at))
    assert made.freedom == 22


def test_flat_rates_are_means_of_daily_ratios(history: History) -> None:
    """Day by day and child by child: events over the children of the day before, averaged over the reference."""
    rates = flat_rates(history, ORIGIN, reference_months=3)
    known = known_at(history, ORIGIN)
    first = day("2020-01-01")
    slow = np.zeros((50, 17))
    spells, periods = known.placements, known.periods
    for today in range(first, ORIGIN):
        before = stock(known, [today - 1])[0].ravel()
        for i in np.flatnonzero(spells.until == today):
            period = spells.period[i]
            state = spells.group[i] * 5 + int(age_band(periods.dob[period], today - 1))
            if spells.after[i] >= 0:
                slow[state, spells.after[i]] += 1 / before[state] / 91
            elif periods.end[period] == End.ENDED:
                slow[state, 10 + periods.exit[period]] += 1 / before[state] / 91
    assert np.hstack([rates.moves, rates.exits]) == pytest.approx(slow)
    assert rates.ages.reshape(10, 5)[0].tolist() == pytest.approx([1 / 365, 1 / 1460, 1 / 1825, 1 / 2190, 0])
    came = flows(known, [first, ORIGIN]).entries[0].ravel()
    assert rates.entries == pytest.approx(came / 91)
    assert np.array_equal(rates.stock, stock(known, [ORIGIN - 1])[0].ravel())


def test_the_day_by_day_recursion_is_that_of_matrix_powers(history: History) -> None:
    """One matrix takes children, variance and exits so far through a day; its powers give every month's end."""
    made = baselines.flat_rate_markov(history, ORIGIN, ends(14))
    rates = flat_rates(history, ORIGIN)
    step, out = daily_step(rates)
    assert (step.sum(axis=0) + out).tolist() == pytest.approx([1.0] * 50)
    assert (step >= 0).all()
    whole = np.eye(102)
    whole[:50, :50], whole[:50, 101] = step, rates.entries
    whole[50:100, :50], whole[50:100, 101] = step * (1 - step), rates.entries
    whole[100, :50] = out
    now = np.concatenate([rates.stock, np.zeros(51), [1.0]])
    found = {month: np.linalg.matrix_power(whole, int(ends(14)[month]) - ORIGIN + 1) @ now for month in (0, 1, 13)}
    for month, state in found.items():
        spread = state[50:100]
        assert made.mean["group_age"][month] == pytest.approx(state[:50])
        assert made.sd["group_age"][month] == pytest.approx(np.sqrt(spread))
        assert made.sd["group"][month] == pytest.approx(np.sqrt(spread.reshape(10, 5).sum(axis=1)))
        assert made.sd["total"][month, 0] == pytest.approx(np.sqrt(spread.sum()))
    assert made.mean["exits"][13, 0] == pytest.approx(found[13][100] - found[1][100])
    assert made.mean["entries"][13, 0] == pytest.approx(rates.entries.sum() * (ends(14)[13] - ends(14)[1]))


def test_simulated_flat_rates_have_the_same_mean_and_less_doubt(history: History) -> None:
    """Drawn fate by fate the mean is that of the recursion, the variance smaller, and every month adds up."""
    past = known_at(history, ORIGIN)
    made = baselines.flat_rate_markov_simulated(past, 8, 150, 1)
    usual = baselines.flat_rate_markov(history, ORIGIN, ends(8))
    counts = level_counts(made.stock, made.entries, made.exits)
    for level in LEVELS:
        error = counts[level].std(axis=0) / np.sqrt(150)
        assert (np.abs(counts[level].mean(axis=0) - usual.mean[level]) <= 4.5 * error + 0.06).all(), level
    assert (counts["total"].std(axis=0)[3:] < 0.8 * usual.sd["total"][3:]).all()
    assert made.parts["process"][:, -1] == pytest.approx(counts["total"].var(axis=0)[:, 0])
    totals = np.concatenate([np.full((150, 1), stock(past, [ORIGIN])[0].sum()), counts["total"][..., 0]], axis=1)
    change = made.entries.sum(axis=(2, 3)) - made.exits.sum(axis=(2, 3))
    assert np.array_equal(np.diff(totals, axis=1), change)
    into, out_of = made.moves.sum(axis=2), made.moves.sum(axis=3)
    groups = np.concatenate([np.repeat(stock(past, [ORIGIN]).sum(axis=2)[None], 150, 0), made.stock.sum(axis=3)], 1)
    flow = made.entries.sum(axis=3) - made.exits.sum(axis=3) + into - out_of
    assert np.array_equal(np.diff(groups, axis=1), flow)
    again = baselines.flat_rate_markov_simulated(past, 8, 150, 1)
    assert np.array_equal(made.stock, again.stock)


def test_entries_and_exits_add_up_over_a_year_at_most() -> None:
    """Two months ahead they are the sum of two, fourteen months ahead that of the last twelve."""
    months = np.arange(1, 15)
    flow = np.zeros((14, 10, 5), dtype=np.int64)
    flow[:, 3, 2] = months
    counts = level_counts(np.ones((14, 10, 5)), flow, flow[..., :4])
    assert counts["entries"][[1, 11, 13], 0].tolist() == [3, 78, sum(range(3, 15))]
    assert counts["total"][0].tolist() == [50]
    assert counts["group_age"].shape == (14, 50)


def test_an_origin_within_a_month_and_too_short_a_past_are_refused(history: History) -> None:
    """Months cannot be counted back from the middle of one, and one month says nothing of change."""
    with pytest.raises(ValueError, match="first day of a month"):
        baselines.no_change(history, day("2020-04-15"), ends(3))
    with pytest.raises(ValueError, match="two months of history"):
        baselines.no_change(history, day("2018-05-01"), ends(3))
    with pytest.raises(ValueError, match="three months of history"):
        baselines.five_year_line(history, day("2018-06-01"), ends(3))
