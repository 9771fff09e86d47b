"""The forecast of need as a whole: sure of its bytes, unsure of the future, and never short of a child."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.need_worlds.worlds import authority
from benchmarks.need_worlds.write import as_return, write
from records.made_903 import made_return, write_return
from records.sources.return_903 import read_903
from sufficiency.counts import stock
from sufficiency.forecast import Forecast
from sufficiency.groups import EXITS, RESIDENTIAL, SUPPORTED
from sufficiency.history import History, history_of
from sufficiency.need import NeedSettings, fit_need, forecast_need, play_need, settings_of
from sufficiency.scenario import baseline


@cache
def small(seed: int = 1) -> History:
    """A council of about sixty children."""
    return history_of(as_return(authority("small", seed)))


@cache
def forecast(draws: int = 120, months: int = 12, seed: int = 5, workers: int = 1) -> Forecast:
    """Its forecast."""
    return forecast_need(small(), months=months, draws=draws, seed=seed, workers=workers)


def same(one: Forecast, other: Forecast) -> bool:
    """Whether two forecasts hold the same bytes."""
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("stock", "entries", "exits", "moves")
    ) and all(one.parts[name].tobytes() == other.parts[name].tobytes() for name in one.parts)


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_change_nothing(workers: int) -> None:
    """The same seed gives the same bytes for one, two and eight workers."""
    assert same(forecast(), forecast(workers=workers))


def test_more_draws_begin_with_the_fewer() -> None:
    """A future is its own: the first twenty of many are the twenty."""
    model = fit_need(small(), NeedSettings())
    few = play_need(model, months=12, draws=20, seed=5, parts=False)
    assert (few.stock == forecast().stock[:20]).all()
    assert (few.moves == forecast().moves[:20]).all()
    assert not (few.stock == play_need(model, months=12, draws=20, seed=6, parts=False).stock).all()


def test_rows_in_any_order_and_either_way_of_reading_give_the_same(tmp_path: Path) -> None:
    """The files of a return, read, give the forecast that the same return gives in memory; shuffled rows too."""
    made = authority("small", 1)
    folder = write(made, tmp_path / "return")
    assert same(forecast(), forecast_need(history_of(read_903(folder)), months=12, draws=120, seed=5))
    for file in sorted(folder.rglob("*.csv")):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        np.random.default_rng(1).shuffle(rows)
        file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    assert same(forecast(), forecast_need(history_of(read_903(folder)), months=12, draws=120, seed=5))


@pytest.mark.parametrize("seed", [3, 11, 19])
def test_xml_and_csv_of_one_return_give_the_same_model(tmp_path: Path, seed: int) -> None:
    """The Department's XML and the council's CSV files: the same children, the same rates, the same futures."""
    made = made_return(seed)
    histories = [history_of(read_903(write_return(made, tmp_path / form, form))) for form in ("folders", "xml")]
    one, other = (forecast_need(history, months=6, draws=20, seed=1) for history in histories)
    assert same(one, other)
    assert one.stock.sum() + one.entries.sum() > 0


def test_a_past_quarter_is_forecast_without_what_the_scenario_changes() -> None:
    """A drive that begins tomorrow did not help yesterday's children."""
    changed = NeedSettings(entries_level=(1.0, 1.5, 2.0), growth_a_year=(0.1, 0.1, 0.1), population=(1.2,), damping=0.9)
    assert changed.for_the_past() == NeedSettings(damping=0.9)


def test_children_are_neither_made_nor_lost() -> None:
    """In every future, month and group: stock = stock before + entries + moves in - moves out - exits."""
    made, history = forecast(), small()
    now = stock(history, [history.until])[0].sum(axis=1)
    held = np.concatenate((np.broadcast_to(now, (120, 1, len(now))), made.stock.sum(axis=3)), axis=1)
    change = made.entries.sum(axis=3) + made.moves.sum(axis=2) - made.moves.sum(axis=3) - made.exits.sum(axis=3)
    assert (np.diff(held, axis=1) == change).all()


def test_nobody_is_in_care_past_eighteen_and_nobody_too_young_is_supported() -> None:
    """What the law settles is settled in every future."""
    made = forecast()
    assert made.exits[..., EXITS.index("turned_18")].sum() > 0
    # Those who are recorded there today before 16, against the rules, stay until they move.
    young = stock(small(), [small().until])[0, SUPPORTED, :4].sum()
    assert made.stock[:, -1, SUPPORTED, :4].max() <= young


def test_sources_of_not_knowing_are_told_apart() -> None:
    """Each is a variance of its own. Chance is most of it at first; a level that wanders far adds more and more."""
    settings = NeedSettings(drifts=(0.12,), drift_weights=(1.0,))
    parts = forecast_need(small(), settings, months=12, draws=120, seed=5).parts
    for part in ("process", "parameter", "structural"):
        assert (parts[part] >= 0).all()
        assert parts[part].shape == (12, 11)
    assert parts["process"][0, -1] > parts["structural"][0, -1]
    assert parts["structural"][-1, -1] > 3 * parts["structural"][0, -1]
    assert parts["structural"][-1, -1] > forecast().parts["structural"][-1, -1]


def test_levers_pull_the_way_they_should() -> None:
    """More entries, fewer exits or a growing population never mean fewer children; nothing changed is no change."""
    history = small()

    def total(settings: NeedSettings) -> float:
        return float(forecast_need(history, settings, months=12, draws=40, seed=2, parts=False).stock[:, -1].sum())

    plain = NeedSettings()
    base = total(plain)
    assert total(replace(plain, entries_level=(1.3, 1.3, 1.3))) > base
    assert total(replace(plain, exits_level=(0.8, 0.8, 0.8))) > base
    assert total(replace(plain, growth_a_year=(0.1, 0.1, 0.1))) > base
    assert total(replace(plain, population=(1.1, 1.2))) > base
    assert total(replace(plain, unaccompanied_level=(3.0, 3.0, 3.0))) >= base
    assert total(replace(plain, entries_level=(0.0, 0.0, 0.0), unaccompanied_level=(0.0, 0.0, 0.0))) < base


def test_an_interval_in_the_scenario_widens_the_band() -> None:
    """Entries that may be a third more or less make the forecast less sure, and leave its middle."""
    sure = forecast()
    unsure = forecast_need(small(), NeedSettings(entries_level=(0.2, 1.0, 1.8)), months=12, draws=120, seed=5)
    totals = [np.quantile(made.stock[:, -1].sum(axis=(1, 2)), [0.1, 0.5, 0.9]) for made in (sure, unsure)]
    assert totals[1][2] - totals[1][0] > 1.15 * (totals[0][2] - totals[0][0])
    assert totals[1][1] == pytest.approx(totals[0][1], rel=0.1)


def test_the_baseline_scenario_changes_nothing() -> None:
    """National defaults leave every multiplier at one, so that the council's own history speaks."""
    settings = settings_of(baseline())
    assert settings.entries_level == settings.exits_level == settings.unaccompanied_level == (1.0, 1.0, 1.0)
    assert settings.growth_a_year == (0.0, 0.0, 0.0)
    assert 0.9 < settings.damping < 1


def test_a_projection_is_used_only_where_the_scenario_asks_for_it() -> None:
    """Silence would be worse than a refusal."""
    with pytest.raises(ValueError, match=r"does not use it"):
        settings_of(baseline(), (1.0, 1.01))


def test_a_short_history_is_enough_and_is_said() -> None:
    """One year of sixty children: a forecast that says why it is unsure, and owes more of it to not knowing rates."""
    history = small()
    model = fit_need(replace(history, first=history.until - 365), NeedSettings())
    assert any("years long" in said for said in model.said)
    short = play_need(model, months=12, draws=120, seed=3)
    share = [made.parts["parameter"][-1, -1] / made.parts["process"][-1, -1] for made in (short, forecast())]
    assert share[0] > 1.5 * share[1]


def test_one_child_is_enough() -> None:
    """A council with a single child in its return has a forecast, not a crash."""
    history = small()
    spell = np.flatnonzero(history.periods.end == 1)[:1]
    keep = history.placements.period == spell[0]
    names = ("period", "begin", "until", "begun_before", "group", "provider", "place", "pl_post", "after", "broke_down")
    alone = replace(
        history,
        periods=replace(history.periods, **{n: getattr(history.periods, n)[spell] for n in history.periods.__slots__}),
        placements=replace(
            history.placements,
            **({n: getattr(history.placements, n)[keep] for n in names} | {"period": np.zeros(keep.sum(), dtype=int)}),
        ),
    )
    made = forecast_need(alone, months=6, draws=40, seed=1)
    assert made.stock[:, 0].sum(axis=(1, 2)).max() >= 1


def test_no_child_at_all_is_refused() -> None:
    """There is nothing to learn from, and the words say so."""
    history = small()
    nobody = replace(
        history,
        periods=replace(history.periods, **{n: getattr(history.periods, n)[:0] for n in history.periods.__slots__}),
    )
    with pytest.raises(ValueError, match="no child was ever looked after"):
        fit_need(nobody, NeedSettings())


def test_months_and_draws_must_be_some() -> None:
    """A forecast of nothing is refused."""
    with pytest.raises(ValueError, match="at least one month"):
        play_need(fit_need(small(), NeedSettings()), months=0, draws=10, seed=1)


def test_residential_is_there() -> None:
    """The made-up council uses homes of every large kind, so that the tests above mean something."""
    assert forecast().stock[:, -1, RESIDENTIAL].sum() > 0
