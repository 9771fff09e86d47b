"""What a plan is made of: the tasks of one council that scenarios share, each of one name wherever it is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from sufficiency.batch_bytes import plain
from sufficiency.batch_councils import BatchCouncil, as_inputs
from sufficiency.batch_read import (
    REFERRALS,
    REGISTER,
    RETURNS,
    Told,
    figures_of,
    given_of,
    start_at,
    without_notes,
)
from sufficiency.batch_task import Task
from sufficiency.given import Given
from sufficiency.levers import Pulls
from sufficiency.need import futures_asked
from sufficiency.need_settings import NeedSettings
from sufficiency.run import past_origins
from sufficiency.scenario import Scenario
from sufficiency.supply import supply_settings

BLOCK: Final = 250
"""Futures in one task: it bounds memory, and has no bearing on any result."""
ORIGINS: Final = 4
"""Past forecasts in one task."""


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


@dataclass(slots=True)
class Made:
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
class Shared:
    """Plans what scenarios of one council have in common."""

    made: Made
    council: BatchCouncil
    asked: BatchAsked
    reads: Mapping[str, str]
    """What the council gave, by the last part of its name."""

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
                    f"{self.council.name}/need/{label_of(about)}/{_named(some)}",
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
        origins, label = past_origins(self.given_with(scenario).history), label_of(about)
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
                f"{self.council.name}/mended/{label_of(need, past)}",
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
                f"{self.council.name}/usable/{label_of(about)}",
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
                    f"{self.council.name}/supply/{label_of(about)}/{_named(some)}",
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


def _named(futures: range) -> str:
    return f"{futures.start:04d}-{futures.stop - 1:04d}"


def label_of(*things: object) -> str:
    """A short name for what a task is given: the same for what says the same."""
    text = json.dumps(things, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]
