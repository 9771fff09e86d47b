"""What is due when, once a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from records.store.work import ENGLAND
from records.working_days import add_working_days

DECISION_WORKING_DAYS: Final = 7
"""Adoption National Minimum Standards: the decision maker decides within seven working days of the panel's minutes."""
DECISION_COUNTS_FROM: Final = (
    "Counted from the day the panel's recommendation was recorded; the standard runs from the panel's minutes."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was taken. `body`: what was brought and seen."""

    version: int
    step: str
    outcome: str
    user_id: str
    name: str
    role: str
    capacity: str
    at: str
    body: Mapping[str, Any]


def day_in_england(at: str) -> date:
    """The day in England of a time of the store."""
    return datetime.fromisoformat(at).astimezone(ENGLAND).date()


def clocks(taken: tuple[Taken, ...]) -> dict[str, date]:
    """What is due when, counted in working days from the day a step was taken: see section 20 of the rules."""
    due: dict[str, date] = {}
    law = taken[0].body["law"]
    pair = taken[0].body["pair"]
    for one in taken:
        if one.step == "panel" and one.outcome != "deferred":
            due["ADO-09 decision"] = add_working_days(day_in_england(one.at), DECISION_WORKING_DAYS)
        if one.step == "placed":
            start = date.fromisoformat(one.body["dates"]["started_on"])
            due["PLC-09 placement plan"] = add_working_days(start, int(law["placement_plan_working_days"]))
            due["STB-06 first visit"] = start + timedelta(days=7)
            if "FOST-02" in pair["sign_off"]:
                days = int(law["emergency_outside_terms_working_days"])
                due["FOST-11 terms changed, or the stay ends"] = add_working_days(start, days)
            if "LOC-06" in pair["before_confirming"]:
                due["LOC-06 notice to the area"] = add_working_days(start, int(law["area_notice_working_days"]))
    return due
