"""Approvals achieved against the targets adopted: where a plan on course would be, and when it is too late to make up.

All of it is arithmetic on the council's own entries and on the targets that it adopted; nothing is read from returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil, floor
from typing import Any, Final, Literal

from scipy.stats import binom, poisson

State = Literal["on course", "watch", "act", "not yet"]
Table = Mapping[str, Mapping[str, int]]
ALL: Final = "all"
BAND: Final = (0.1, 0.9)
"""8 in 10."""
_QUARTER_ENDS: Final = ((6, 30), (9, 30), (12, 31), (3, 31))


@dataclass(frozen=True, slots=True)
class Adopted:
    """Targets as they were adopted, with what was stated then."""

    households: Table
    """By kind of home and quarter: to approve altogether, those of today's pipeline too."""
    level: str
    """In words, as "80% of children who need a local family home have one"."""
    promised: str | None
    """The quarter from which the promise holds; None: from the first."""
    lead: int
    """Quarters from enquiry to approval."""
    enquiries: float | None
    """For one approval."""
    room: Table
    """By kind and quarter, and of all kinds together: households that could be approved there beyond the target."""

    @property
    def quarters(self) -> tuple[str, ...]:
        """In order."""
        return tuple(sorted({quarter for row in self.households.values() for quarter in row}))

    @property
    def due(self) -> str:
        """The last quarter whose approvals are there when the promise begins; else the last of all."""
        before = [one for one in self.quarters if self.promised is not None and one < self.promised]
        return before[-1] if before else self.quarters[-1]

    def target(self, home: str = ALL) -> tuple[int, ...]:
        """By quarter."""
        homes = self.households if home == ALL else (home,)
        return tuple(sum(self.households[one].get(quarter, 0) for one in homes) for quarter in self.quarters)

    def made_up_after(self, quarter: str, home: str = ALL) -> int:
        """Households that enquiries made after the end of a quarter can still bring, beyond the targets, in time."""
        quarters = self.quarters
        first, last = quarters.index(quarter) + 1 + self.lead, quarters.index(self.due)
        return sum(self.room.get(home, {}).get(one, 0) for one in quarters[first : last + 1])

    def act_beyond(self, quarter: str, home: str = ALL) -> int:
        """Behind by more than this at the end of a quarter, it cannot be made up a quarter later: act now."""
        at = self.quarters.index(quarter) + 1
        return self.made_up_after(self.quarters[at], home) if at < len(self.quarters) else 0

    def as_document(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "households": {home: dict(row) for home, row in self.households.items()},
            "level": self.level,
            "promised": self.promised,
            "lead": self.lead,
            "enquiries": self.enquiries,
            "room": {home: dict(row) for home, row in self.room.items()},
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Adopted:
        """As it was kept."""
        return cls(
            document["households"],
            document["level"],
            document["promised"],
            int(document["lead"]),
            document["enquiries"],
            document["room"],
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it is at the end of one quarter."""

    home: str
    target: int
    approved: int
    low: int
    high: int
    """8 in 10 plans that are on course have approved no fewer and no more."""
    beyond: int
    """Act where it is behind by more."""
    can: int
    """So many can still be made up by enquiries from now on."""
    state: State

    @property
    def behind(self) -> int:
        """Households short of the target; below nought: ahead."""
        return self.target - self.approved


def ends_on(quarter: str) -> date:
    """The last day of "2027-28 Q1"."""
    which = int(quarter[-1]) - 1
    return date(int(quarter[:4]) + (which == len(_QUARTER_ENDS) - 1), *_QUARTER_ENDS[which])


def begun(quarters: Sequence[str], today: date) -> tuple[str, ...]:
    """The quarters that have begun: those that approvals may be entered for."""
    found = [one for at, one in enumerate(quarters) if at == 0 or ends_on(quarters[at - 1]) < today]
    return tuple(found)


def entered(approvals: Mapping[str, Any], quarter: str) -> dict[str, int]:
    """By kind of home what was entered for a quarter."""
    found = {}
    for home, row in approvals.items():
        cell = row.get(quarter)
        value = cell.get("approved") if isinstance(cell, Mapping) else cell
        if value is not None:
            found[home] = int(value)
    return found


def with_quarter(approvals: Mapping[str, Any], quarter: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """The whole table anew, with one quarter's approvals; all else of it stays."""
    made = {home: dict(row) for home, row in approvals.items()}
    for home, count in counts.items():
        made.setdefault(home, {})[quarter] = count
    return made


def without_quarter(approvals: Mapping[str, Any], quarter: str) -> dict[str, Any]:
    """The whole table without anything for a quarter: not known."""
    return {home: {one: cell for one, cell in row.items() if one != quarter} for home, row in approvals.items()}


def last_entered(adopted: Adopted, approvals: Mapping[str, Any]) -> str | None:
    """The latest quarter of the plan that anything was entered for."""
    there = [quarter for quarter in adopted.quarters if entered(approvals, quarter)]
    return there[-1] if there else None


def gaps(adopted: Adopted, approvals: Mapping[str, Any]) -> tuple[str, ...]:
    """Quarters up to the latest entered for which a kind that has a target has no entry: counted as none approved."""
    last = last_entered(adopted, approvals)
    found = []
    for quarter in adopted.quarters[: adopted.quarters.index(last) + 1] if last else ():
        known = entered(approvals, quarter)
        if any(row.get(quarter, 0) and home not in known for home, row in adopted.households.items()):
            found.append(quarter)
    return tuple(found)


def achieved(adopted: Adopted, approvals: Mapping[str, Any], home: str = ALL) -> tuple[int, ...]:
    """Cumulative approvals, quarter by quarter up to the latest entered."""
    last = last_entered(adopted, approvals)
    if last is None:
        return ()
    quarters = adopted.quarters[: adopted.quarters.index(last) + 1]
    each = (entered(approvals, quarter) for quarter in quarters)
    return tuple(accumulate(sum(row.values()) if home == ALL else row.get(home, 0) for row in each))


def band_of(target: int, enquiries: float | None) -> tuple[int, int]:
    """Where 8 in 10 plans on course would be that set out to approve so many.

    Each approval is one of so many enquiries, each of which ends in one by its own luck: a binomial count, whose mean
    is the target. Where the enquiries that one takes are not known, or are about one, a Poisson count.
    """
    if target <= 0:
        return 0, 0
    if enquiries is None or enquiries <= 1:
        return int(poisson.ppf(BAND[0], target)), int(poisson.ppf(BAND[1], target))
    tries = round(target * enquiries)
    return int(binom.ppf(BAND[0], tries, target / tries)), int(binom.ppf(BAND[1], tries, target / tries))


def standing(adopted: Adopted, approvals: Mapping[str, Any], home: str = ALL) -> Standing | None:
    """How far it is at the end of the latest quarter entered; None where nothing was."""
    last = last_entered(adopted, approvals)
    if last is None:
        return None
    target = list(accumulate(adopted.target(home)))[adopted.quarters.index(last)]
    approved = achieved(adopted, approvals, home)[-1]
    low, high = band_of(target, adopted.enquiries)
    beyond, can = adopted.act_beyond(last, home), adopted.made_up_after(last, home)
    behind = target - approved
    state: State = "act" if behind > max(beyond, 0) else "watch" if approved < low else "on course"
    return Standing(home, target, approved, low, high, beyond, can, state)


def triggers(adopted: Adopted, home: str = ALL) -> tuple[tuple[str, int, int], ...]:
    """Quarter by quarter up to the promise: act where behind by more than this; so many can still be made up."""
    until = adopted.quarters.index(adopted.due)
    return tuple(
        (one, adopted.act_beyond(one, home), adopted.made_up_after(one, home)) for one in adopted.quarters[: until + 1]
    )


def last_to_act(adopted: Adopted) -> str | None:
    """The last quarter in which enquiries still end in approvals before the promise begins; None: it is past."""
    at = adopted.quarters.index(adopted.due) - adopted.lead
    return adopted.quarters[at] if at >= 0 else None


def room_of(
    households: Table, more: Table, quarters: Sequence[str], *, most: int, in_all: float, lead: int
) -> dict[str, dict[str, int]]:
    """How many could be approved beyond the targets: of one kind in a quarter `most` beyond the pipeline, and of all
    kinds together `in_all`; none before `lead` quarters are over.
    """
    made: dict[str, dict[str, int]] = {home: {} for home in (*households, ALL)}
    for at, quarter in enumerate(quarters):
        whole = sum(row.get(quarter, 0) for row in households.values())
        left = max(0, floor(in_all + 1e-9) - whole) if at >= lead else 0
        each = {home: min(left, max(0, most - more[home].get(quarter, 0))) for home in households}
        for home, room in each.items():
            made[home][quarter] = room
        made[ALL][quarter] = min(left, sum(each.values()))
    return made


def lead_in_quarters(months: float) -> int:
    """Whole quarters."""
    return ceil(months / 3 - 1e-9)
