"""Any number of scenarios on one council's returns: each played with the same luck, and what their levers do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from sufficiency.compare import Comparison, compare, values_at
from sufficiency.compare_measures import measures_of
from sufficiency.contribution import Contributions, contributions
from sufficiency.counts import stock
from sufficiency.forecast import Array, Forecast
from sufficiency.given import Asked, Given, Step, WrongSettings, read_given
from sufficiency.homes_play import play_homes
from sufficiency.homes_run import usable_of
from sufficiency.homes_start import Start, living_now, start_of
from sufficiency.levers import NO_PULLS, Pulls
from sufficiency.need import fit_need, play_need
from sufficiency.need_settings import NeedSettings
from sufficiency.once import Once
from sufficiency.outputs import months as month_names
from sufficiency.outside_record import outside_record
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Pulled
from sufficiency.segments import Segments, births, segments
from sufficiency.supply import play_supply, supply_settings
from sufficiency.usable import Usable, packaged_usable
from sufficiency.where_placed import directory

MOST_KEPT: Final = 2
"""Forecasts of need, and of supply, that are held at once: each is large."""
MOST_PLAYS: Final = 1000
"""What so many plays came to is held at once: each is small, and levers taken apart want many."""


@dataclass(frozen=True, slots=True, eq=False)
class CompareRun:
    """What scenarios were compared on, and what came of it."""

    scenarios: Mapping[str, Scenario]
    """By the name that each is told by; the others are held against the first."""
    given: Given
    start: Start
    """Of the first."""
    usable: Usable
    pulls: Mapping[str, Pulls]
    comparison: Comparison
    contributions: Mapping[str, Contributions]
    """[draws, points] of each scenario that pulls levers; points as in the comparison."""
    months: tuple[str, ...]
    years: tuple[str, ...]
    """Financial years."""


def run_compare(
    folder: Path,
    scenarios: Mapping[str, Scenario],
    asked: Asked,
    step: Step = lambda _: None,
    *,
    each_lever: bool = True,
) -> CompareRun:
    """Read the returns once, play every scenario with the same luck, and take its levers apart.

    `scenarios` are told by their names, the first is what the others are held against; `asked.scenario` is the first.
    `each_lever`: whether it is worked out what each lever does by itself. What a scenario comes to hangs neither on the
    others nor on the number of workers. Raises as `run_forecast`, and `ScenarioError` for a lever in the past.
    """
    given = read_given(folder, asked, step)
    months, draws = given.months(asked.scenario), given.draws(asked.scenario)
    pulls = {name: given.pulls(scenario, months) for name, scenario in scenarios.items()}
    start = Player(given, months, draws, packaged_usable()).start(asked.scenario)
    player = Player(given, months, draws, usable_of(given, start, step))
    found, names, years = player.compared(scenarios, pulls, step)
    apart: dict[str, Contributions] = {}
    for name, scenario in scenarios.items():
        if each_lever and pulls[name].pulls:
            step(f"Taking the levers of {name} apart")
            apart[name] = contributions(
                partial(_values, player, scenario, names, years),
                pulls[name],
                progress=partial(_counted, step, f"Taking the levers of {name} apart"),
            )
    return CompareRun(scenarios, given, start, player.usable, pulls, found, apart, names, years)


def _values(
    player: Player, scenario: Scenario, months: tuple[str, ...], years: tuple[str, ...], pulls: Pulls
) -> npt.NDArray[np.float64]:
    """[draws, points] of a scenario with some of its levers."""
    return values_at(player.measures(scenario, pulls), months=months, years=years)[1]


def _counted(step: Step, name: str, done: int, whole: int) -> None:
    step(f"{name}: {done:,} of {whole:,}")


class Player:
    """Plays scenarios on one council; what several have in common is played once."""

    def __init__(
        self,
        given: Given,
        months: int,
        draws: int,
        usable: Usable,
        *,
        kept: int = MOST_KEPT,
        plays: int = MOST_PLAYS,
        drawings: int = 0,
    ) -> None:
        """`kept`, `plays`: forecasts, and what plays came to, that are held at once; `drawings`: futures of need.

        Futures that are held, some fifth of a megabyte each, need not be drawn again for other levers.

        `usable`, what vacancies can be used, may be replaced between plays.
        """
        self.given, self.months, self.draws, self.usable = given, months, draws, usable
        self.living = living_now(stock(given.history, np.array([given.history.until - 1]))[0])
        self.record = outside_record(given.history, directory())
        self.born = births(given.ret, given.asked.council)
        self.large, self.small = Once(kept), Once(plays)
        self.drawings = Once(drawings // draws) if drawings >= draws else None

    def start(self, scenario: Scenario) -> Start:
        """The homes that a scenario starts from."""
        return start_of(scenario, self.living, self.given.register, self.record)

    def compared(
        self, scenarios: Mapping[str, Scenario], pulls: Mapping[str, Pulls], step: Step = lambda _: None
    ) -> tuple[Comparison, tuple[str, ...], tuple[str, ...]]:
        """Every scenario held against the first, and the names of the months and financial years that are played."""
        first = next(iter(scenarios))
        names, years = self.times(scenarios[first], pulls[first])
        found = compare(
            {name: (scenario, pulls[name]) for name, scenario in scenarios.items()},
            lambda one: self.measures(*one),
            months=names,
            years=years,
            step=lambda name: step(f"Playing the scenario {name}"),
        )
        return found, names, years

    def times(self, scenario: Scenario, pulls: Pulls) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the months and financial years that are played."""
        return self._played(scenario, pulls)[1:]

    def measures(self, scenario: Scenario, pulls: Pulls) -> Mapping[str, Array]:
        """What a scenario comes to with these of its levers."""
        return self._played(scenario, pulls)[0]

    def _played(self, scenario: Scenario, pulls: Pulls) -> tuple[Mapping[str, Array], tuple[str, ...], tuple[str, ...]]:
        """Measures, months and financial years; kept by what the scenario says, whatever it is called."""
        figures = {key: figure for key, figure in scenario.figures.items() if not isinstance(figure, Pulled)}
        return self.small("play", partial(self._play, scenario, pulls), figures, pulls, self.usable)

    def _play(self, scenario: Scenario, pulls: Pulls) -> tuple[Mapping[str, Array], tuple[str, ...], tuple[str, ...]]:
        asked, start = self.given.asked, self.start(scenario)
        settings = self.given.settings(scenario, self.months, pulls.working_in("need"))
        forecast = self.large("need", partial(self._need, settings), settings)
        ours = supply_settings(start.scenario, pulls=pulls.working_in("supply"))
        supply = self.large(
            "supply",
            partial(
                play_supply,
                start.households,
                ours,
                months=self.months,
                draws=self.draws,
                seed=asked.seed,
                workers=asked.workers,
            ),
            start.households,
            ours,
        )
        try:
            played = play_homes(
                self.given.history,
                forecast,
                self._segments(scenario),
                start,
                self.usable,
                pulls,
                seed=asked.seed,
                workers=asked.workers,
                supply=supply,
                referrals=self.given.referrals,
                ids=self.given.ret.children.id,
            )
        except ValueError as error:
            raise WrongSettings(f"--scenario: {error}") from error
        found = measures_of(played.forecast, played.supply, played.future, played.costs)
        return found, tuple(month_names(forecast)), tuple(played.costs.years)

    def _need(self, settings: NeedSettings) -> Forecast:
        plain = replace(settings, pulls=NO_PULLS)
        model = self.large("model", partial(fit_need, self.given.history, plain), plain)
        return play_need(
            replace(model, settings=settings),
            months=self.months,
            draws=self.draws,
            seed=self.given.asked.seed,
            workers=self.given.asked.workers,
            parts=False,
            drawings=None if self.drawings is None else self.drawings("drawings", dict, plain),
        )

    def _segments(self, scenario: Scenario) -> Segments:
        said = {key: figure for key, figure in scenario.figures.items() if key.startswith("need.")}
        make = partial(
            segments,
            self.given.history,
            scenario,
            seed=self.given.asked.seed,
            referrals=self.given.referrals,
            born=self.born,
        )
        return self.large("segments", make, said)
