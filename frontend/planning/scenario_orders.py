"""What is asked to be worked out of scenarios: which texts, under which names of folders, and how thoroughly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from frontend.planning.orders import SCENARIOS, WorkOrder, workers_here
from frontend.planning.planning import Planning
from frontend.session import Here
from sufficiency.batch_councils import folder_name
from sufficiency.given import WrongSettings
from sufficiency.scenario import Scenario, scenario_from, with_figures

ANOTHER: Final = "changed"


@dataclass(frozen=True, slots=True)
class First:
    """The scenario of a piece of work that the others are held against."""

    folder: str
    scenario: Scenario
    toml: str


def first_of(me: Here, planning: Planning, work_id: str) -> First:
    """The first scenario of a kept forecast. Raises `StoreError`, `NoResults`, `ScenarioError`."""
    folder = str(planning.document(me.store, me.actor, work_id)["first"])
    place = planning.unpacked(me.store, me.actor, work_id) / SCENARIOS / f"{folder}.toml"
    content = place.read_bytes()
    return First(folder, scenario_from(content, "the first scenario"), content.decode("utf-8"))


def beside(scenario: Scenario, first: Scenario) -> Scenario:
    """The scenario under a name that is not the first's: what is compared is told apart by name."""
    if scenario.name != first.name:
        return scenario
    return with_figures(scenario, {}, name=f"{scenario.name}, {ANOTHER}")


def order(
    planning: Planning, first: First, others: Sequence[Scenario], asked: Mapping[str, Any], title: str
) -> WorkOrder:
    """These scenarios held against a first one, as thoroughly as an earlier forecast was: what it did is not redone."""
    texts = [(first.folder, first.toml)]
    for one in others:
        texts.append((_folder(one.name, [name for name, _ in texts]), one.as_toml()))
    return WorkOrder(
        planning.inputs,
        tuple(texts),
        first.folder,
        replications=asked["draws"],
        months=asked["months"],
        seed=asked["seed"],
        backtest=asked["test"],
        targets=asked["targets"],
        levers=True,
        title=title,
        usable_days=asked["usable_days"],
        workers=workers_here(),
    )


def named_apart(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The same, no two with one name."""
    found: list[Scenario] = []
    for one in scenarios:
        name, number = one.name, 2
        while name.casefold() in {each.name.casefold() for each in found}:
            name, number = f"{one.name} ({number})", number + 1
        found.append(one if name == one.name else with_figures(one, {}, name=name))
    return tuple(found)


def _folder(name: str, taken: Sequence[str]) -> str:
    """A folder's name unlike those taken."""
    try:
        plain = folder_name(name)
    except WrongSettings:
        plain = "scenario"
    found, number = plain, 2
    while found.casefold() in {one.casefold() for one in taken}:
        found, number = f"{plain}-{number}", number + 1
    return found
