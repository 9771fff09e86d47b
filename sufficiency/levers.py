"""What a council may do: levers, each with its unit, interval and path in time, drawn once for each future.

A lever at nought, or none, changes nothing: not a byte of any result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import luck_of
from sufficiency.lever_figures import LEVERS
from sufficiency.scenario import Scenario
from sufficiency.scenario_faults import Fault, ScenarioError
from sufficiency.scenario_values import Pulled, Span, within
from sufficiency.streams import keys_for, uniform

Array = npt.NDArray[Any]
LUCK: Final = 7001
"""Purpose of the random numbers drawn here."""

__all__ = ["LEVERS", "NO_PULLS", "Pull", "Pulls", "pulls_given", "pulls_of"]


@dataclass(frozen=True, slots=True)
class Pull:
    """One lever that is pulled."""

    name: str
    """As in the scenario, without the table's name: `edge_of_care`, `recruitment.teenagers`."""
    span: Span
    """Low, likeliest and high, in the lever's unit, once it works in full."""
    path: tuple[float, ...]
    """Share of it that works in each month, 0 to 1; the last holds from there on."""

    def shape(self, months: int) -> npt.NDArray[np.float64]:
        """[months] share that works."""
        path = np.asarray(self.path[:months], dtype=np.float64)
        return np.concatenate([path, np.full(months - len(path), path[-1])])


@dataclass(frozen=True, slots=True)
class Pulls:
    """All levers that are pulled in one scenario, by name."""

    pulls: Mapping[str, Pull] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What a reader should know: levers that do not work before the forecast ends."""

    def __hash__(self) -> int:
        return hash(frozenset(self.pulls.items()))

    def __bool__(self) -> bool:
        return bool(self.pulls)

    def effect(
        self, name: str, seed: int, futures: Array, months: int, *, likeliest: bool = False
    ) -> npt.NDArray[np.float64]:
        """[futures, months] what the lever adds, in its unit; noughts where it is not pulled.

        `futures` are the numbers of the futures: the same number meets the same luck in every scenario. `likeliest`
        takes the likeliest number in all of them. Raises KeyError for a name that is no lever.
        """
        if name not in LEVERS:
            raise KeyError(f"there is no lever {name!r}")
        pull = self.pulls.get(name)
        if pull is None:
            return np.zeros((len(futures), months))
        if likeliest:
            size = np.full(len(futures), pull.span[1])
        else:
            size = within(pull.span, uniform(keys_for(seed, LUCK, luck_of(name), np.asarray(futures)), 0))
        return np.asarray(np.multiply.outer(size, pull.shape(months)))

    def without(self, *names: str) -> Pulls:
        """The same without some of them."""
        return Pulls({name: pull for name, pull in self.pulls.items() if name not in names}, self.notes)

    def only(self, *names: str) -> Pulls:
        """Some of them alone."""
        return Pulls({name: pull for name, pull in self.pulls.items() if name in names}, self.notes)

    def working_in(self, model: str) -> Pulls:
        """Those that one forecast takes: `need`, `supply`, `future` or `cost`.

        Settings keep these alone, so that two scenarios whose levers work elsewhere have equal settings.
        """
        return self.only(*(name for name in self.pulls if model in LEVERS[name].works_in))


NO_PULLS: Final = Pulls()


def pulls_of(scenario: Scenario, origin: int, months: int) -> Pulls:
    """The levers of a scenario in a forecast of `months` months from the month of the day `origin`.

    A lever that begins only after those months is kept, does nothing in them, and is said in `notes`. Raises
    `ScenarioError` for one that begins in a month before that of `origin`: what is past is in the returns.
    """
    first = int(np.int64(origin).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))
    pulls: dict[str, Pull] = {}
    faults: list[Fault] = []
    notes: list[str] = []
    for figure in _pulled(scenario):
        begins = _month(figure.begins) - first
        until = None if figure.until is None else _month(figure.until) - first
        if begins < 0:
            faults.append(_past(figure, first))
            continue
        if begins >= months:
            notes.append(f"{figure.key} begins in {figure.begins}, after the forecast ends: it changes nothing in it.")
        name = figure.key.removeprefix("levers.")
        pulls[name] = Pull(name, figure.span, _path(begins, figure.over_months, until))
    if faults:
        raise ScenarioError(faults)
    return Pulls(pulls, tuple(notes))


def pulls_given(scenario: Scenario, pulls: Pulls | None, model: str) -> Pulls:
    """Those of `pulls` that one forecast takes; None stands for a scenario that pulls none of them.

    Raises ValueError where it pulls some: a lever must never be left out without a word.
    """
    if pulls is not None:
        return pulls.working_in(model)
    names = [one.key for one in _pulled(scenario) if model in LEVERS[one.key.removeprefix("levers.")].works_in]
    if names:
        raise ValueError(
            f"The scenario pulls {', '.join(names)}, and its levers were not given. They would silently not be "
            "followed: give levers.pulls_of(scenario, origin, months), or NO_PULLS to leave them out."
        )
    return NO_PULLS


def _pulled(scenario: Scenario) -> tuple[Pulled, ...]:
    return tuple(figure for figure in scenario.flat().values() if isinstance(figure, Pulled))


def _path(begins: int, over: int, until: int | None) -> tuple[float, ...]:
    """Share that works in each month: evenly more over the first `over` months, nothing after `until`."""
    rising = np.minimum(np.arange(1, max(over, 1) + 1) / max(over, 1), 1.0)
    path = np.concatenate([np.zeros(begins), rising])
    if until is not None:
        path = np.concatenate([path, np.ones(max(until + 1 - len(path), 0))])[: until + 1]
        path = np.append(path, 0.0)
    return tuple(float(share) for share in path)


def _month(text: str) -> int:
    return int(np.datetime64(text, "M").astype(np.int64))


def _past(figure: Pulled, first: int) -> Fault:
    now = str(np.datetime64(first, "M"))
    return Fault(
        figure.file,
        f"{figure.key}.from",
        f'"{figure.begins}" is in the past: the forecast begins in {now}.',
        "What has worked already is in the returns, and would be counted twice.",
        f'Write "{now}" or a later month.',
    )
