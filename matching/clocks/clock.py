"""What a clock of the law is, and how it stands on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from records.working_days import working_days_between

SOON_DAYS: Final = 14
"""A last day no further off than this is soon."""


class State(StrEnum):
    """How a clock stands on the day."""

    OVERDUE = "overdue"
    ASK = "not recorded"
    """Something that the clock needs is not recorded: somebody has to say."""
    SOON = "soon"
    TO_COME = "to come"
    """The last day possible is to come; an earlier one may have passed unseen."""
    IN_TIME = "in time"
    COUNTS_UP = "no last day"
    STOPPED = "does not run"


ORDER: Final = {state: at for at, state in enumerate(State)}
Of = Literal["child", "home", "resident", "match"]

CARE_PLANNING: Final = "Care Planning, Placement and Case Review (England) Regulations 2010"
FOSTERING_REGULATIONS: Final = "Fostering Services (England) Regulations 2011"


@dataclass(frozen=True, slots=True)
class StatutoryClock:
    """One clock. `rule_id` is that of the rules, or the regulation or field where they have none.

    `who` is the id of what it belongs to (`of`); `about` are the children and homes it touches. `last_day` is the last
    day in time. `working` counts in working days. `not_known` says what the records leave open, "" for nothing.
    """

    rule_id: str
    name: str
    who: str
    of: Of
    about: tuple[str, ...]
    began_on: date | None
    last_day: date | None
    state: State
    source: str
    acts: str
    what_next: str
    not_known: str = ""
    working: bool = False

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed for certain."""
        return self.state is State.OVERDUE

    def left(self, day: date) -> int | None:
        """Days, or working days, from `day` to the last day; below nought once it has passed; None without one."""
        if self.last_day is None:
            return None
        return working_days_between(day, self.last_day) if self.working else (self.last_day - day).days

    def left_in_words(self, day: date) -> str:
        """How long there is, or how long it has been over."""
        left = self.left(day)
        if left is None:
            return ""
        unit = ("working day" if self.working else "day") + ("" if abs(left) == 1 else "s")
        if left == 0:
            return "today is the last day" if self.last_day == day else "the last day has passed"
        return f"{left:,} {unit} left" if left > 0 else f"{-left:,} {unit} over"


def in_order(found: Iterable[StatutoryClock]) -> tuple[StatutoryClock, ...]:
    """Overdue first, then what is not recorded, then by last day; equal ones by rule and id."""
    return tuple(sorted(found, key=lambda c: (ORDER[c.state], c.last_day or date.max, c.rule_id, c.of, c.who)))


@dataclass(frozen=True, slots=True)
class Days:
    """The day that clocks are held against, and how near is soon."""

    day: date
    soon_days: int

    def state(self, last: date) -> State:
        """How a clock stands whose last day is certain."""
        if last < self.day:
            return State.OVERDUE
        return State.SOON if (last - self.day).days <= self.soon_days else State.IN_TIME
