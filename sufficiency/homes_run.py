"""From a forecast of need to the homes that are lacking: supply, gap, cost and targets of the same futures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sufficiency.cost import Costs
from sufficiency.future import Future
from sufficiency.given import Given, Step, WrongSettings
from sufficiency.homes_play import Played, play_homes
from sufficiency.homes_start import Start, living_now, start_of
from sufficiency.homes_targets import frontier_of, savings_of, targets_of
from sufficiency.levers import Pulls
from sufficiency.outside_record import outside_record
from sufficiency.run import ForecastRun
from sufficiency.saving import Saving
from sufficiency.supply import Supply
from sufficiency.targets import Targets
from sufficiency.targets_frontier import Point
from sufficiency.usable import Usable, packaged_usable
from sufficiency.usable_fit import fit_usable
from sufficiency.wanted import Wanted
from sufficiency.where_placed import directory


@dataclass(frozen=True, slots=True, eq=False)
class HomesRun:
    """Everything about the council's own homes in the futures of one forecast."""

    start: Start
    usable: Usable
    supply: Supply
    wanted: Wanted
    future: Future
    costs: Costs
    pulls: Pulls
    """Levers that the scenario pulls."""
    targets: Targets | None = None
    """None where nobody asked for them."""
    savings: tuple[Saving, ...] = ()
    """What one more household of each kind saves; worked out with the targets."""
    frontier: tuple[Point, ...] = ()
    """What it costs to promise more; worked out with the targets."""


def run_homes(run: ForecastRun, step: Step = lambda _: None) -> HomesRun:
    """Play the council's own homes against the need of a forecast, and work out what is lacking and what it costs.

    `step` is told what begins. The same run gives the same result for any number of workers. Raises `WrongSettings`
    for figures of the scenario that do not go together.
    """
    asked = run.asked
    start = start_of_run(run)
    usable = usable_of(run.given, start, step)
    try:
        played = play_homes(
            run.history,
            run.forecast,
            run.segments,
            start,
            usable,
            run.pulls,
            seed=asked.seed,
            workers=asked.workers,
            referrals=run.referrals,
            ids=run.ret.children.id,
            step=step,
        )
        targets: Targets | None = None
        savings: tuple[Saving, ...] = ()
        points: tuple[Point, ...] = ()
        if asked.targets:
            step("Working out targets")
            targets = targets_of(played, start, usable, run.pulls, seed=asked.seed, workers=asked.workers, step=step)
            step("Working out what it costs to promise more")
            points = frontier_of(targets, seed=asked.seed)
            step("Working out what one more household saves")
            savings = savings_of(played, start, usable, run.pulls, seed=asked.seed)
    except ValueError as error:
        raise WrongSettings(f"--scenario: {error}") from error
    return homes_of(run, start, usable, played, targets, savings, points)


def start_of_run(run: ForecastRun) -> Start:
    """The homes that a run's council starts from."""
    record = outside_record(run.history, directory())
    return start_of(run.asked.scenario, living_now(run.before.stock[-1]), run.register, record)


def homes_of(
    run: ForecastRun,
    start: Start,
    usable: Usable,
    played: Played,
    targets: Targets | None = None,
    savings: tuple[Saving, ...] = (),
    points: tuple[Point, ...] = (),
) -> HomesRun:
    """What was played, as it is told."""
    return HomesRun(
        start,
        usable,
        played.supply,
        played.wanted,
        played.future,
        played.costs,
        run.pulls,
        targets,
        savings,
        points,
    )


def usable_of(given: Given, start: Start, step: Step) -> Usable:
    """Which vacancies can be used: learnt on the council's own homes, or the national default."""
    if start.register is None or not given.asked.usable_days:
        return packaged_usable()
    name = "Asking the matcher which homes can be used"
    step(name)
    return fit_usable(
        start.register,
        start.scenario,
        days=given.asked.usable_days,
        seed=given.asked.seed,
        workers=given.asked.workers,
        progress=partial(_counted, step, name),
    )


def _counted(step: Step, name: str, done: int, whole: int) -> None:
    step(f"{name}: {done:,} of {whole:,}")
