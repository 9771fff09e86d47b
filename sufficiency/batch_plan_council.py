"""Plans one council of a batch: each scenario's results, and all of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from records.tables import Unusable
from sufficiency.batch_councils import as_inputs
from sufficiency.batch_plan_parts import Shared, label_of
from sufficiency.batch_read import (
    REFERRALS,
    REGISTER,
    RETURNS,
    checked,
    figures_of,
    given_of,
    without_notes,
)
from sufficiency.batch_task import Task
from sufficiency.compare_outputs import FILES as COMPARE_FILES
from sufficiency.contribution import sets_asked
from sufficiency.given import WrongSettings
from sufficiency.levers import Pulls
from sufficiency.outputs import FILES
from sufficiency.population import PopulationRefused
from sufficiency.scenario import Scenario, ScenarioError

FOR_THE_USER: Final = (Unusable, WrongSettings, ScenarioError, PopulationRefused)
"""What is wrong with what was given, in words."""


@dataclass(slots=True)
class OneCouncil(Shared):
    """Plans one council."""

    scenarios: Mapping[str, Scenario]

    def plan(self) -> None:
        """All of it."""
        inputs = as_inputs(self.council)
        self.made.inputs.update(inputs)
        try:
            given_of(self.told(), next(iter(self.scenarios.values())), inputs)
        except FOR_THE_USER:
            self.refused()
            return
        fit = {name: one for name, one in self.scenarios.items() if self.fits(name, one)}
        for name, scenario in fit.items():
            self.results(name, scenario)
        first = next(iter(self.scenarios))
        if first in fit:
            self.compared(fit)
        else:
            self.maps(self.council.name, self.made.parts[self.council.name, first]["failed"], COMPARE_FILES)

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
        label = label_of(self.given_to_blocks(months, shared), mended or "", usable or "", need[0], supply[0])
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
                    f"{council}/plan/{label_of(parts, self.given_to_blocks(months, shared))}",
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
        label = label_of(self.given_to_blocks(months, shared), usable or "", need[0], supply[0])
        return [
            self.block(f"measured/{label}", "batch_compare:measure", months, shared, ours, own, None, usable, name)
            for ours, own in zip(need, supply, strict=True)
        ]
