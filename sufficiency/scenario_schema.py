"""What a scenario file may hold: kinds of key, their units and ranges. The keys themselves are in `scenario_keys`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

SCHEMA_VERSION: Final = 1

Status = Literal["verified", "secondary", "unverified", "council"]
STATUSES: Final = get_args(Status)
STATUS_MEANS: Final[Mapping[str, str]] = {
    "verified": "seen in an official text or a council's own",
    "secondary": "quoted by somebody else",
    "unverified": "a choice or a placeholder: nobody has checked it",
    "council": "the council's own figure",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts, and the range outside which it must be a slip."""

    text: str
    least: float
    most: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A key that holds a number with its interval. `optional`: it may be missing, and then nothing is known of it."""

    name: str
    unit: Unit
    does: str
    least: float | None = None
    most: float | None = None
    optional: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most it may be: its own where stated, else those of its unit."""
        return (
            self.unit.least if self.least is None else self.least,
            self.unit.most if self.most is None else self.most,
        )


@dataclass(frozen=True, slots=True)
class Lever(Number):
    """A key that holds what a council may do: a number once it works in full, and when it works. Always optional."""

    optional: bool = True
    works_in: tuple[str, ...] = ()
    """Which forecasts take it: need, supply, future, cost."""


@dataclass(frozen=True, slots=True)
class Words:
    """A key that holds one of some texts, or any short text where there are none to choose from."""

    name: str
    choices: tuple[str, ...]
    does: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A key that holds true or false."""

    name: str
    does: str
    optional: bool = False


Key = Number | Words | Flag


@dataclass(frozen=True, slots=True)
class Section:
    """Keys of one table, and what the table is about. `parts_of_one`: those keys are shares that add up to 1."""

    name: str
    about: str
    keys: tuple[Key, ...]
    parts_of_one: tuple[str, ...] = ()

    def dotted(self) -> tuple[Key, ...]:
        """The keys with their whole dotted names."""
        return tuple(replace(key, name=f"{self.name}.{key.name}") for key in self.keys)


FIELDS: Final[Mapping[type[Number] | type[Words] | type[Flag], tuple[str, ...]]] = {
    Number: ("value", "unit", "low", "high", "source", "date", "status"),
    Lever: ("value", "unit", "low", "high", "from", "over_months", "source", "date", "status"),
    Words: ("value", "source", "date", "status"),
    Flag: ("value", "source", "date", "status"),
}
"""What the table of a key says, all of it always."""

MAY_SAY: Final[Mapping[type[Number] | type[Words] | type[Flag], tuple[str, ...]]] = {Lever: ("until",)}
"""What it may say besides."""

TOP_KEYS: Final = ("schema_version", "name", "about", "extends")
"""Keys of the file itself."""
