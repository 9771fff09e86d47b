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
from sufficiency.scenario_values import Span, within
from sufficiency.streams import keys_for, uniform

Array = npt.NDArray[Any]
LUCK: Final = 7001
"""Purpose of the random numbers drawn here."""


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

    def effect(self, name: str, seed: int, futures: Array, months: int) -> npt.NDArray[np.float64]:
        """[futures, months] what the lever adds, in its unit; noughts where it is not pulled.

        `futures` are the numbers of the futures: the same number meets the same luck in every scenario.
        """
        pull = self.pulls.get(name)
        if pull is None:
            return np.zeros((len(futures), months))
        luck = uniform(keys_for(seed, LUCK, luck_of(name), np.asarray(futures)), 0)
        return np.asarray(np.multiply.outer(within(pull.span, luck), pull.shape(months)))

    def without(self, *names: str) -> Pulls:
        """The same without some of them."""
        return Pulls({name: pull for name, pull in self.pulls.items() if name not in names})

    def only(self, *names: str) -> Pulls:
        """Some of them alone."""
        return Pulls({name: pull for name, pull in self.pulls.items() if name in names})


NO_PULLS: Final = Pulls()
