"""The figures that a document is written from, as tidy tables, with what each is and where it comes from.

Sections are never handed a number: they ask a `Lens` for what their edition may say of it. So what is hidden is hidden
in every sentence, table, chart and file alike, and every number that is said can be traced to its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import pandas as pd

from reporting.section import Edition

ALL: Final = "all"
"""In a column of categories: their sum."""
NOBODY: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})


class Kind(StrEnum):
    """What the figures of a table are, and so how they may be published."""

    COUNT = "count"
    """People, families or households that are or were there. Small counts are hidden, with all that gives them away."""
    FORECAST = "forecast"
    """People, homes or events in futures: rounded, few are said in words, hidden where their count today is."""
    SHARE = "share"
    """Columns `part` and `base`, counts both; what is told is the percentage `share`."""
    MEAN = "mean"
    """Columns `total` (days, miles, ...) and `base` (people); what is told is `mean`."""
    MONEY = "money"
    """Pounds, with `people` they are paid for (a mean may be given) and, where known, `providers` they are paid to."""
    PLAIN = "plain"
    """What tells of nobody: settings, dates, scores, assumptions, plans, others' published figures."""


class Unit(StrEnum):
    """What a column of values is counted in, and so how it is written."""

    PEOPLE = "people"
    HOMES = "homes"
    PLACES = "places"
    SHARE = "share"
    """From 0 to 1; written as a percentage."""
    POUNDS = "pounds"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    MILES = "miles"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Value:
    """One column of values."""

    name: str
    title: str
    unit: Unit = Unit.PEOPLE


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """One tidy table: each row is named by its categories, each column of values holds numbers (or text)."""

    key: str
    """What sections and open data call it, as "children.group_age"."""
    title: str
    kind: Kind
    by: tuple[str, ...]
    """Columns of categories: text, `ALL` for a sum. A dimension of one name means the same in every table; rows that
    must not be added up (dates, children and households) differ in a dimension that has no `ALL`."""
    columns: tuple[Value, ...]
    rows: pd.DataFrame
    """The columns `by` and those named by `columns`. NaN: not known."""
    source: str
    """Which of the book's sources it comes from."""
    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What a dimension is called in print."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NOBODY)
    """For a dimension, what each category is called in print; in the order in which they are told."""
    overlap: frozenset[str] = frozenset()
    """Dimensions whose categories may count a child several times."""
    like: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of a forecast: the categories that, together with those it shares, name the count that it sets out from, as
    {"what": "in_care", "on": "2026-03-31"}. Where that count is hidden, so is the forecast."""
    edition: Edition = Edition.PUBLIC
    """Nothing of it stands in an edition for a wider circle."""

    def __post_init__(self) -> None:
        wanted = [*self.by, *(value.name for value in self.columns)]
        if list(self.rows.columns) != wanted:
            raise ValueError(f"{self.key}: the columns are {list(self.rows.columns)}, and not {wanted}")
        if self.rows.duplicated(list(self.by)).any() if self.by else len(self.rows) > 1:
            raise ValueError(f"{self.key}: two rows have the same categories")

    def title_of(self, dimension: str) -> str:
        """What a dimension is called in print."""
        return self.titles.get(dimension, dimension.replace("_", " ").capitalize())

    def label(self, dimension: str, category: str) -> str:
        """What a category is called in print."""
        return self.labels.get(dimension, {}).get(category, category)


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All figures of one run of one council and scenario."""

    about: Mapping[str, str]
    """What was run: council, day, seed, scenario, versions and their checksums; for the page's small print."""
    facts: Mapping[str, Facts]
    sources: Mapping[str, str]
    """Sentences that say where figures come from."""
