"""What a scenario says about need, as the model takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sufficiency.levers import NO_PULLS, Pulls, pulls_given
from sufficiency.local_level import DRIFT_WEIGHTS, MONTHLY_DRIFTS, SIZES
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Span

ONE: Final = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class NeedSettings:
    """Multipliers are 1.0 where nothing changes."""

    damping: float = 0.98
    """Of the distance from the long-run level, what is left a month later."""
    entries_level: Span = ONE
    unaccompanied_level: Span = ONE
    growth_a_year: Span = (0.0, 0.0, 0.0)
    """Of entries, as a share: 0.01 is one in a hundred a year."""
    exits_level: Span = ONE
    half_lives: Span = (2.0, 5.0, 50.0)
    """Years in which what came counts half; one of the three is drawn for each future."""
    windows: tuple[int, ...] = (3, 5, 100)
    """Years of history that the rates are taken from; one is drawn for each future, the last stands for all."""
    window_weights: tuple[float, ...] = (0.08, 0.17, 0.75)
    drifts: tuple[float, ...] = MONTHLY_DRIFTS
    drift_weights: tuple[float, ...] = DRIFT_WEIGHTS
    sizes: tuple[float, ...] = SIZES
    multiplier_drifts: tuple[float, ...] = (0.001, 0.01, 0.02, 0.04, 0.07)
    """Of the rates of leaving and of moving, a quarter."""
    multiplier_weights: tuple[float, ...] = (0.35, 0.25, 0.2, 0.13, 0.07)
    population: tuple[float, ...] = ()
    """Children under 18 in the middle of each year ahead, as a multiple of today's; the last holds from there on."""
    pulls: Pulls = NO_PULLS
    """Levers that work in need."""

    def for_the_past(self) -> NeedSettings:
        """The same without what the scenario changes from here on: what a past quarter is forecast with."""
        return replace(
            self,
            entries_level=ONE,
            unaccompanied_level=ONE,
            exits_level=ONE,
            growth_a_year=(0.0, 0.0, 0.0),
            population=(),
            pulls=NO_PULLS,
        )


def settings_of(scenario: Scenario, population: tuple[float, ...] = (), *, pulls: Pulls | None = None) -> NeedSettings:
    """The settings of a scenario, with the projection of the population where it asks for one, and with its levers.

    Raises ValueError where the scenario asks for a projection and none is given, or one is given and not asked for,
    and where it pulls levers that work in need and `pulls` (`levers.pulls_of`) is not given.
    """
    wanted = scenario.text("need.population.use") == "projection file"
    if wanted and not population:
        raise ValueError(
            "The scenario asks for a projection of the population (need.population.use), and none was given. Give the "
            'file of the projection, or set need.population.use to "none".'
        )
    if population and not wanted:
        raise ValueError(
            "A projection of the population was given, and the scenario does not use it. Set need.population.use to "
            '"projection file", or leave the file out.'
        )

    return NeedSettings(
        damping=scenario.number("need.entries.damping_per_month").value,
        entries_level=scenario.number("need.entries.level").span,
        unaccompanied_level=scenario.number("need.entries.unaccompanied_level").span,
        growth_a_year=scenario.number("need.entries.growth_per_year").span,
        exits_level=scenario.number("need.exits.level").span,
        half_lives=scenario.number("need.rates.half_life_years").span,
        population=population,
        pulls=pulls_given(scenario, pulls, "need"),
    )
