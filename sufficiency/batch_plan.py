"""The plan of a batch: which tasks, for every council and scenario, and what each hangs on.

A task is given only what its result hangs on. So what several scenarios have in common (need, the council's own homes,
past forecasts) is one task of one name, and what an earlier batch has worked out stays worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sufficiency.batch_councils import BatchCouncil, as_inputs
from sufficiency.batch_plan_council import OneCouncil
from sufficiency.batch_plan_parts import BLOCK, BatchAsked, Made
from sufficiency.batch_read import (
    where_it_lies_left_out,
)
from sufficiency.batch_region import region_tasks
from sufficiency.batch_task import Plan
from sufficiency.given import Step, WrongSettings
from sufficiency.scenario import Scenario, read_scenario

__all__ = ["BLOCK", "BatchAsked", "plan_batch"]


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
    made = Made()
    for council in councils:
        step(f"Planning {council.name}")
        reads = {name.rpartition("/")[2]: name for name in as_inputs(council)}
        OneCouncil(made, council, asked, reads, read).plan()
    if len(councils) > 1:
        region_tasks(made.tasks, made.files, made.parts, [one.name for one in councils], tuple(read))
    return Plan(tuple(made.tasks.values()), made.inputs, made.files)


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
