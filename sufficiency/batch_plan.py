"""The plan of a batch: which tasks, for every council and scenario, and what each hangs on.

A task is given only what its result hangs on. So what several scenarios have in common (need, the council's own homes,
past forecasts) is one task of one name, and what an earlier batch has worked out stays worked out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from records.tables import Unusable
from sufficiency.batch_bytes import plain
from sufficiency.batch_councils import BatchCouncil, as_inputs
from sufficiency.batch_read import (
    REFERRALS,
    REGISTER,
    RETURNS,
    Told,
    checked,
    figures_of,
    given_of,
    start_at,
    where_it_lies_left_out,
    without_notes,
)
from sufficiency.batch_region import region_tasks
from sufficiency.batch_task import Plan, Task
from sufficiency.compare_outputs import FILES as COMPARE_FILES
from sufficiency.contribution import sets_asked
from sufficiency.given import Given, Step, WrongSettings
from sufficiency.levers import Pulls
from sufficiency.need import futures_asked
from sufficiency.need_settings import NeedSettings
from sufficiency.outputs import FILES
from sufficiency.population import PopulationRefused
from sufficiency.run import past_origins
from sufficiency.scenario import Scenario, ScenarioError, read_scenario
from sufficiency.supply import supply_settings

BLOCK: Final = 250
"""Futures in one task: it bounds memory, and has no bearing on any result."""
ORIGINS: Final = 4
"""Past forecasts in one task."""
FOR_THE_USER: Final = (Unusable, WrongSettings, ScenarioError, PopulationRefused)
"""What is wrong with what was given, in words."""


@dataclass(frozen=True, slots=True)
class BatchAsked:
    """What is asked of every council and scenario alike."""

    months: int | None = None
    """None: as each scenario says; a comparison plays as many as the first says."""
    draws: int | None = None
    seed: int = 1
    test: bool = True
    usable_days: int = 60
    targets: bool = True
    levers: bool = True
    """Whether it is worked out what each lever of a scenario does by itself."""
    block: int = BLOCK


def plan_batch(
    councils: Sequence[BatchCouncil],
    scenarios: Mapping[str, Path],
    asked: BatchAsked,
    step: Step = lambda _: None,
) -> Plan:
    """Every task of every council and scenario, and the files that they give.

    `scenarios`: by the name of the folder of results that each gets; the first is what others are held against. What is
    wrong with one council or scenario is a task that says so, and keeps back nothing but what comes after it. Raises
    `ScenarioError` for a scenario that cannot be read, `WrongSettings` for two that give themselves one name.
    """
    read = {name: where_it_lies_left_out(read_scenario(path)) for name, path in scenarios.items()}
    _named_apart(read)
    made = _Made()
    for council in councils:
        step(f"Planning {council.name}")
        _Council(made, council, asked, read).plan()
    if len(councils) > 1:
        region_tasks(made.tasks, made.files, made.parts, [one.name for one in councils], tuple(read))
    return Plan(tuple(made.tasks.values()), made.inputs, made.files)


@dataclass(slots=True)
class _Made:
    """What has been planned so far."""

    tasks: dict[str, Task] = field(default_factory=dict)
    inputs: dict[str, Path] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    parts: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """For each council and scenario, the tasks that hold its futures."""

    def add(self, task: Task) -> str:
        """The name of a task, planned once."""
        self.tasks.setdefault(task.name, task)
        return task.name


@dataclass(slots=True)
class _Council:
    """Plans one council."""

    made: _Made
    council: BatchCouncil
    asked: BatchAsked
    scenarios: Mapping[str, Scenario]
    reads: Mapping[str, str] = field(default_factory=dict)
    """What the council gave, by the last part of its name."""

    def plan(self) -> None:
        """All of it."""
        inputs = as_inputs(self.council)
        self.made.inputs.update(inputs)
        self.reads = {name.rpartition("/")[2]: name for name in inputs}
        first = next(iter(self.scenarios.values()))
        try:
            given_of(self.told(), first, inputs)
        except FOR_THE_USER:
            self.refused()
            return
        fit = {name: one for name, one in self.scenarios.items() if self.fits(name, one)}
        for name, scenario in fit.items():
            self.results(name, scenario)
        if next(iter(self.scenarios)) in fit:
            self.compared(fit)

    # ---- what cannot be done -------------------------------------------------------------------------------------

    def refused(self) -> None:
        """A council that cannot be read: said once, and none of its scenarios is played."""
        task = Task(
            f"{self.council.name}/read",
            "sufficiency.batch_read:read",
            self.about(self.told(), scenario=figures_of(next(iter(self.scenarios.values())))),
            reads=tuple(self.reads.values()),
            council=self.council.name,
            says="Reading the returns",
        )
        self.made.add(task)
        for name in self.scenarios:
            self.lost(name, task.name)

    def lost(self, name: str, task: str) -> None:
        """A scenario of the council has no results, because of a task."""
        self.maps(f"{self.council.name}/{name}", task, ("summary.json",))
        self.made.parts[self.council.name, name] = {"failed": task}

    def fits(self, name: str, scenario: Scenario) -> bool:
        """Whether a scenario fits the returns and what was asked; otherwise a task says what is wrong."""
        try:
            checked(self.given_with(scenario), scenario)
        except FOR_THE_USER:
            task = Task(
                f"{self.council.name}/{name}/check",
                "sufficiency.batch_read:check",
                self.about(self.told(self.asked.months or 0, targets=self.asked.targets), scenario=scenario),
                reads=tuple(self.reads.values()),
                council=self.council.name,
                scenario=name,
                says="Looking whether the scenario fits",
            )
            self.made.add(task)
            self.lost(name, task.name)
            return False
        return True

    # ---- one scenario ----------------------------------------------------------------------------------------------

    def results(self, name: str, scenario: Scenario) -> None:
        """All that a forecast of a scenario is made of."""
        council, asked = self.council.name, self.asked
        months, draws = self.months(scenario), self.draws(scenario)
        pulls = self.given_with(scenario).pulls(scenario, months)
        need = self.need(name, scenario, pulls, months, draws)
        few = {
            kind: self.blocks_of_need(name, scenario, pulls, months, kind, draws) for kind in ("parameter", "process")
        }
        past = self.past(name, scenario, pulls, months) if asked.test else None
        mended = None if past is None else self.mended(name, need, past)
        usable = self.usable(name, scenario)
        supply = self.supply(name, scenario, pulls, months, draws)
        shared = {"scenario": figures_of(scenario), "pulls": without_notes(pulls)}
        label = _label(self.given_to_blocks(months, shared), mended or "", usable or "", need[0], supply[0])
        homes = [
            self.block(f"homes/{label}", "batch_homes:homes", months, shared, ours, own, mended, usable, name)
            for ours, own in zip(need, supply, strict=True)
        ]
        parts = {"need": need, "supply": supply, "homes": homes, "mended": mended, "usable": usable}
        after = (*need, *supply, *homes, *(one for one in (mended, usable) if one is not None))
        planned = None
        if asked.targets:
            planned = self.made.add(
                Task(
                    f"{council}/plan/{_label(parts, self.given_to_blocks(months, shared))}",
                    "sufficiency.batch_homes:plan",
                    self.about(self.told(months), **shared) | parts,
                    after,
                    self.names(RETURNS, REFERRALS, REGISTER),
                    council,
                    name,
                    "Working out targets",
                )
            )
        more = (*few["parameter"], *few["process"], *(one for one in (past, planned) if one is not None))
        written = self.made.add(
            Task(
                f"{council}/{name}/results",
                "sufficiency.batch_results:write",
                self.about(
                    self.told(months, draws, test=asked.test, targets=asked.targets, usable_days=asked.usable_days),
                    scenario=scenario,
                )
                | parts
                | few
                | {"past": past, "plan": planned},
                (*after, *more),
                tuple(self.reads.values()),
                council,
                name,
                "Writing the results",
            )
        )
        self.maps(f"{council}/{name}", written, FILES)
        self.made.parts[council, name] = parts | {"results": written, "months": months}

    def need(self, name: str, scenario: Scenario, pulls: Pulls, months: int, draws: int) -> list[str]:
        """Blocks of need."""
        return self.blocks_of_need(name, scenario, pulls, months, "all", draws)

    def blocks_of_need(
        self, name: str, scenario: Scenario, pulls: Pulls, months: int, kind: str, draws: int
    ) -> list[str]:
        """Blocks of need of one kind, shared by all scenarios that say the same of need."""
        settings = self.settings(scenario, months, pulls)
        about = self.about(self.told(months), settings=settings) | {"kind": kind}
        number = futures_asked(draws)["all" if kind == "all" else "parameter"]
        return [
            self.made.add(
                Task(
                    f"{self.council.name}/need/{_label(about)}/{_block(some)}",
                    "sufficiency.batch_need:play",
                    about | {"first": some.start, "last": some.stop},
                    reads=self.names(RETURNS),
                    council=self.council.name,
                    scenario=name,
                    says="Playing futures",
                )
            )
            for some in self.blocks(number)
        ]

    def past(self, name: str, scenario: Scenario, pulls: Pulls, months: int) -> str:
        """Past forecasts, shared by all scenarios that say the same of the past."""
        settings = self.settings(scenario, months, pulls).for_the_past()
        about = self.about(self.told(), settings=settings)
        origins, label = past_origins(self.given_with(scenario).history), _label(about)
        parts = [
            self.made.add(
                Task(
                    f"{self.council.name}/past/{label}/{np.datetime64(some[0], 'D')}",
                    "sufficiency.batch_need:try_origins",
                    about | {"origins": some},
                    reads=self.names(RETURNS),
                    council=self.council.name,
                    scenario=name,
                    says="Trying the forecast on the past",
                )
            )
            for some in (origins[k : k + ORIGINS] for k in range(0, len(origins), ORIGINS))
        ]
        return self.made.add(
            Task(
                f"{self.council.name}/past/{label}",
                "sufficiency.batch_need:gather",
                self.about(self.told()) | {"origins": origins, "parts": parts},
                tuple(parts),
                self.names(RETURNS),
                self.council.name,
                name,
                "Trying the forecast on the past",
            )
        )

    def mended(self, name: str, need: Sequence[str], past: str) -> str:
        """Need with its bands mended by the past."""
        return self.made.add(
            Task(
                f"{self.council.name}/mended/{_label(need, past)}",
                "sufficiency.batch_need:mend",
                {"blocks": list(need), "past": past},
                (*need, past),
                (),
                self.council.name,
                name,
                "Mending bands by the past",
            )
        )

    def usable(self, name: str, scenario: Scenario) -> str | None:
        """Which vacancies of a register can be used; None for the national default."""
        if self.council.register is None or not self.asked.usable_days:
            return None
        about = self.about(self.told(usable_days=self.asked.usable_days), scenario=figures_of(scenario))
        return self.made.add(
            Task(
                f"{self.council.name}/usable/{_label(about)}",
                "sufficiency.batch_homes:fit",
                about,
                (),
                self.names(RETURNS, REGISTER),
                self.council.name,
                name,
                "Asking the matcher which homes can be used",
            )
        )

    def supply(self, name: str, scenario: Scenario, pulls: Pulls, months: int, draws: int) -> list[str]:
        """Blocks of the council's own homes, shared by all scenarios that say the same of them."""
        given = self.given_with(scenario)
        start = start_at(given, figures_of(scenario))
        settings = supply_settings(start.scenario, pulls=without_notes(pulls))
        register = start.register is not None
        about = self.about(
            Told(self.asked.seed, months), settings=settings, households=None if register else start.households
        ) | {"origin": given.history.until if register else 0}
        return [
            self.made.add(
                Task(
                    f"{self.council.name}/supply/{_label(about)}/{_block(some)}",
                    "sufficiency.batch_homes:supply",
                    about | {"first": some.start, "last": some.stop},
                    reads=self.names(REGISTER) if register else (),
                    council=self.council.name,
                    scenario=name,
                    says="Playing the council's own homes",
                )
            )
            for some in self.blocks(draws)
        ]

    # ---- all scenarios together --------------------------------------------------------------------------------------

    def compared(self, scenarios: Mapping[str, Scenario]) -> None:
        """The scenarios that fit side by side: each with all the sets of its levers that are asked for."""
        first = next(iter(scenarios.values()))
        months, draws = self.months(first), self.draws(first)
        pulled = {name: self.given_with(one).pulls(one, months) for name, one in scenarios.items()}
        if len(scenarios) == 1 and not (self.asked.levers and any(pulled.values())):
            return
        usable = self.usable(next(iter(scenarios)), first)
        sets: list[list[list[Any]]] = []
        for name, scenario in scenarios.items():
            pulls = pulled[name]
            some = sets_asked(pulls) if self.asked.levers and pulls else [pulls]
            sets.append([[list(one.pulls), self.measured(name, scenario, one, months, draws, usable)] for one in some])
        blocks = dict.fromkeys(block for each in sets for _, some in each for block in some)
        about = self.about(
            self.told(months, draws, levers=self.asked.levers, usable_days=self.asked.usable_days),
            scenarios=list(scenarios.values()),
        ) | {"sets": sets, "usable": usable}
        written = self.made.add(
            Task(
                f"{self.council.name}/compared",
                "sufficiency.batch_compare:compare",
                about,
                (*blocks, *(() if usable is None else (usable,))),
                tuple(self.reads.values()),
                self.council.name,
                "",
                "Setting scenarios side by side",
            )
        )
        self.maps(self.council.name, written, COMPARE_FILES)

    def measured(
        self, name: str, scenario: Scenario, pulls: Pulls, months: int, draws: int, usable: str | None
    ) -> list[str]:
        """Blocks of what a scenario comes to with some levers, as compare plays it: bands not mended by the past."""
        shared = {"scenario": figures_of(scenario), "pulls": without_notes(pulls)}
        need = self.need(name, scenario, pulls, months, draws)
        supply = self.supply(name, scenario, pulls, months, draws)
        label = _label(self.given_to_blocks(months, shared), usable or "", need[0], supply[0])
        return [
            self.block(f"measured/{label}", "batch_compare:measure", months, shared, ours, own, None, usable, name)
            for ours, own in zip(need, supply, strict=True)
        ]

    # ---- small parts -------------------------------------------------------------------------------------------------

    def block(
        self,
        place: str,
        work: str,
        months: int,
        shared: Mapping[str, object],
        need: str,
        supply: str,
        mended: str | None,
        usable: str | None,
        scenario: str,
    ) -> str:
        """A block of futures in which children are placed."""
        about = self.given_to_blocks(months, shared)
        about |= {"need": need, "supply": supply, "mended": mended, "usable": usable}
        return self.made.add(
            Task(
                f"{self.council.name}/{place}/{need.rpartition('/')[2]}",
                f"sufficiency.{work}",
                about,
                tuple(one for one in (need, supply, mended, usable) if one is not None),
                self.names(RETURNS, REFERRALS, REGISTER),
                self.council.name,
                scenario,
                "Placing children in every future",
            )
        )

    def given_to_blocks(self, months: int, shared: Mapping[str, object]) -> dict[str, Any]:
        """What a block of futures is given besides the tasks that it comes after."""
        return self.about(self.told(months), **shared)

    def maps(self, folder: str, task: str, files: Sequence[str]) -> None:
        """Files of a folder of results come from a task that gives several."""
        self.made.files.update({f"{folder}/{name}": f"{task}#{name}" for name in files})

    def names(self, *wanted: str) -> tuple[str, ...]:
        """Names of those inputs that there are."""
        return tuple(self.reads[name] for name in wanted if name in self.reads)

    def told(self, months: int = 0, draws: int = 0, **more: Any) -> Told:
        """Plain settings of a task: what its result does not hang on is left as it comes."""
        return Told(self.asked.seed, months, draws, self.council.la, made_up=self.council.made_up, **more)

    def about(self, told: Told, **things: object) -> dict[str, Any]:
        """What a task is given, as plain JSON."""
        return {"told": plain(told), **{name: plain(thing) for name, thing in things.items()}}

    def given_with(self, scenario: Scenario) -> Given:
        """What was read, asked with a scenario."""
        told = self.told(self.asked.months or 0, self.asked.draws or 0, targets=self.asked.targets)
        return given_of(told, scenario, as_inputs(self.council))

    def months(self, scenario: Scenario) -> int:
        """How many months are played."""
        return self.given_with(scenario).months(scenario)

    def draws(self, scenario: Scenario) -> int:
        """How many futures are drawn."""
        return self.given_with(scenario).draws(scenario)

    def settings(self, scenario: Scenario, months: int, pulls: Pulls) -> NeedSettings:
        """What a scenario says of need."""
        return self.given_with(scenario).settings(scenario, months, without_notes(pulls.working_in("need")))

    def blocks(self, number: int) -> list[range]:
        """Futures cut into blocks."""
        return [range(k, min(k + self.asked.block, number)) for k in range(0, number, self.asked.block)]


def _block(futures: range) -> str:
    return f"{futures.start:04d}-{futures.stop - 1:04d}"


def _label(*things: object) -> str:
    """A short name for what a task is given: the same for what says the same."""
    text = json.dumps(things, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def _named_apart(scenarios: Mapping[str, Scenario]) -> None:
    """Raise `WrongSettings` where two scenarios give themselves one name."""
    seen: dict[str, str] = {}
    for folder, scenario in scenarios.items():
        if scenario.name in seen:
            raise WrongSettings(
                f"The scenarios {seen[scenario.name]} and {folder} are both called “{scenario.name}”. They could not "
                "be told apart: give each a name of its own, in its first lines."
            )
        seen[scenario.name] = folder
