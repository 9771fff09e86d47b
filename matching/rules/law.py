"""The numbers that the law fixes, as they stood on a day. Read from `law.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


class LawNotKnown(ValueError):
    """The law is asked for on a day before the first value on file."""


@dataclass(frozen=True, slots=True)
class Law:
    """Each number as it stood on one day; `law.toml` has its unit, its reference and when it was last checked."""

    usual_fostering_limit: int
    own_bedroom_from_age: int
    share_bedroom_under_age: int
    lodgings_from_age: int
    lodgings_register_needed: bool
    childhood_ends_at: int
    notice_days: int
    temporary_approval_weeks: int
    temporary_extension_weeks: int
    emergency_outside_terms_working_days: int
    placement_plan_working_days: int
    area_notice_working_days: int
    adoption_entry_days: int
    adoption_match_days: int
    wider_adoption_search_months: int
    key_stage_4_from_year: int
    key_stage_4_to_year: int
    school_from_age: int
    consent_from_age_weeks: int
    smoke_free_usual_under_age: int
    short_break_days: int
    short_break_year_days: int
    first_review_working_days: int
    second_review_months: int
    later_review_months: int
    staying_put_until_age: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where one number comes from. `values`: from which day it has held which value, earliest first."""

    name: str
    description: str
    unit: str
    reference: str
    last_checked: date
    values: Mapping[date, int | bool]

    def on(self, day: date) -> int | bool:
        """The value in force on a day. Raises `LawNotKnown` for a day before the first."""
        in_force = [value for since, value in self.values.items() if since <= day]
        if not in_force:
            first = min(self.values)
            raise LawNotKnown(
                f"The law on {self.name.replace('_', ' ')} is on file only from {first:%d/%m/%Y}, and the round's "
                f"day is {day:%d/%m/%Y}. No rule can be asked for that day. Give a day from {first:%d/%m/%Y} on, "
                "or add the earlier value with its reference to matching/rules/law.toml."
            )
        return in_force[-1]


@cache
def sources() -> tuple[Source, ...]:
    """Every number the law fixes, with its reference and all its dated values, in the order of `law.toml`."""
    return sources_in(files("matching.rules").joinpath("law.toml").read_text(encoding="utf-8"))


def sources_in(text: str) -> tuple[Source, ...]:
    """The numbers in the text of a `law.toml`. Raises ValueError if one is missing, or is none of `Law`'s."""
    table = tomllib.loads(text)
    known = {field.name for field in fields(Law)}
    if known != set(table):
        raise ValueError(f"law.toml and Law differ: {', '.join(sorted(known ^ set(table)))}")
    return tuple(
        Source(
            name,
            entry["description"],
            entry["unit"],
            entry["reference"],
            entry["last_checked"],
            MappingProxyType({date.fromisoformat(since): value for since, value in sorted(entry["values"].items())}),
        )
        for name, entry in table.items()
    )


@cache
def law_on(day: date) -> Law:
    """The law as it stood on a day. Raises `LawNotKnown` for a day before the earliest law on file."""
    in_force: dict[str, Any] = {source.name: source.on(day) for source in sources()}
    return Law(**in_force)
