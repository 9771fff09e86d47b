"""One forecast, from a folder of returns to all that its page and its files say: the whole story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from records.model import Records
from records.sources.return_903 import Return
from sufficiency.backtest import NOT_RUN, Backtest, backtest, quarter_origins
from sufficiency.calibrate import Recalibration, recalibrated, recalibration_of
from sufficiency.forecast import Forecast
from sufficiency.given import Asked, Given, Step, WrongSettings, read_given
from sufficiency.history import History
from sufficiency.indicator import Indicator
from sufficiency.indicators import indicators
from sufficiency.levers import NO_PULLS, Pulls
from sufficiency.need import NeedModel, fit_need, forecast_need, play_need
from sufficiency.need_and_use import Bracket, bracket
from sufficiency.need_charts import Before, before
from sufficiency.need_settings import NeedSettings
from sufficiency.need_words import capital, date_of
from sufficiency.referrals import Referrals
from sufficiency.segments import Segments, births, segments
from sufficiency.where_placed import directory

__all__ = ["Asked", "ForecastRun", "WrongSettings", "run_forecast"]

TEST_DRAWS: Final = 200
"""Futures of each forecast that is tried on the past: enough for its bands, and it is made many times."""


@dataclass(frozen=True, slots=True, eq=False)
class ForecastRun:
    """Everything that one forecast read, assumed and found."""

    asked: Asked
    ret: Return
    history: History
    before: Before
    model: NeedModel
    forecast: Forecast
    """With its bands mended by the backtest, where that says they must be."""
    backtest: Backtest | None
    """None where nobody asked for it."""
    recalibration: Recalibration | None
    bracket: Bracket
    """Need between two ends."""
    referrals: Referrals | None
    segments: Segments
    """Who the homes are for."""
    measures: tuple[Indicator, ...]
    """On the last 31 March that is known; none for several councils together."""
    register: Records | None = None
    """The council's own homes on the day before the forecast begins."""
    pulls: Pulls = NO_PULLS
    """Levers that the scenario pulls."""

    @property
    def given(self) -> Given:
        """All that was read."""
        return Given(self.asked, self.ret, self.history, self.referrals, self.register)

    @property
    def rows_left_out(self) -> int:
        """Rows of the return, the referrals and the register that are not used."""
        return self.given.rows_left_out

    @property
    def draws(self) -> int:
        """How many futures were drawn."""
        return len(self.forecast.stock)

    @property
    def months(self) -> int:
        """How many months are forecast."""
        return len(self.forecast.month_ends)

    @property
    def now(self) -> int:
        """Children in care on the last day that is known."""
        return int(self.before.stock[-1].sum())

    @property
    def not_tested(self) -> str | None:
        """Why nothing is known of past forecasts; None where they were tried."""
        if self.backtest is None:
            return f"{capital(NOT_RUN)}."
        return self.backtest.none_reason


def run_forecast(folder: Path, asked: Asked, step: Step = lambda _: None) -> ForecastRun:
    """Read the returns, learn from them, play the futures, and try the same on the past.

    `step` is told what begins. The same files, scenario and seed give the same result for any number of workers.
    Raises `Unusable` for returns from which nothing can be forecast, `WrongSettings` for what does not fit together.
    """
    given = read_given(folder, asked, step)
    history = given.history
    months, draws = given.months(asked.scenario), given.draws(asked.scenario)
    given.check_promise(asked.scenario, months)
    pulls = given.pulls(asked.scenario, months)
    settings = given.settings(asked.scenario, months, pulls)
    step("Learning from the past")
    model = fit_need(history, settings)
    forecast = play_need(
        model,
        months=months,
        draws=draws,
        seed=asked.seed,
        workers=asked.workers,
        progress=_counted(step, "Playing futures"),
    )
    return finished(given, pulls, model, forecast, _tested(history, settings, asked, step), step)


def finished(
    given: Given,
    pulls: Pulls,
    model: NeedModel,
    forecast: Forecast,
    test: Backtest | None,
    step: Step = lambda _: None,
) -> ForecastRun:
    """All that is read off a forecast once it is played: its bands mended by the backtest, and what they say."""
    asked, ret, history, referrals = given.asked, given.ret, given.history, given.referrals
    mended = None if test is None else recalibration_of(test)
    if mended is not None:
        forecast = recalibrated(forecast, mended)
    step("Telling use and need apart")
    ends = bracket(history, forecast, asked.scenario, seed=asked.seed, referrals=referrals, ids=ret.children.id)
    found = segments(history, asked.scenario, seed=asked.seed, referrals=referrals, born=births(ret, asked.council))
    step("Working out the published measures")
    measures = _measures(ret, history, asked.council)
    return ForecastRun(
        asked, ret, history, before(history), model, forecast, test, mended, ends, referrals, found, measures,
        given.register, pulls,
    )  # fmt: skip


def _measures(ret: Return, history: History, council: str | None) -> tuple[Indicator, ...]:
    """Stability, distance and adoption of one council; of several together they would say nothing."""
    if council is None and len(ret.years) > 1:
        return ()
    return indicators(ret, history, date_of(history.until).year, directory())


def _tested(history: History, settings: NeedSettings, asked: Asked, step: Step) -> Backtest | None:
    if not asked.test:
        return None
    step("Trying the forecast on the past")
    test = backtest(
        history,
        Forecaster(settings.for_the_past()),
        draws=TEST_DRAWS,
        seed=asked.seed,
        origins=past_origins(history),
        workers=asked.workers,
        progress=_counted(step, "Trying the forecast on the past"),
    )
    return none_if_too_early(history, test)


def past_origins(history: History) -> list[int]:
    """The quarters from which the forecast is tried: before the first child came there was nothing to learn from."""
    came = int(history.periods.begin.min())
    return [day for day in quarter_origins(history).tolist() if day > came]


def none_if_too_early(history: History, test: Backtest) -> Backtest:
    """The same, saying why there is none where there are quarters enough and no child early enough."""
    if len(quarter_origins(history)) and not len(test.cases.origins):
        reason = (
            f"{capital(NOT_RUN)}: no child was in care early enough to make a forecast that can be held to anything."
        )
        return replace(test, none_reason=reason, limits=(reason,))
    return test


@dataclass(frozen=True, slots=True)
class Forecaster:
    """The model of need as a backtest takes it; it can be sent to another process.

    `settings` are those `for_the_past`: what a scenario changes from here on was not so then.
    """

    settings: NeedSettings

    def __call__(self, history: History, months: int, draws: int, seed: int) -> Forecast:
        return forecast_need(history, self.settings, months=months, draws=draws, seed=seed, parts=False)


def _counted(step: Step, name: str) -> Callable[[int, int], Any]:
    return partial(_say_count, step, name)


def _say_count(step: Step, name: str, done: int, whole: int) -> None:
    step(f"{name}: {done:,} of {whole:,}")
