"""One table of a scenario file, read into the figure that it states."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.scenario_faults import NO_FORECAST, Fault, nearest, shown
from sufficiency.scenario_schema import FIELDS, MAY_SAY, STATUSES, Flag, Key, Lever, Number, Words

Span = tuple[float, float, float]
"""Lowest, likeliest, highest. A future draws from the triangle between them; three alike are a plain number."""

_DATE: Final = re.compile(r"\d{4}|\d{4}-\d{2}|\d{4}-\d{2}-\d{2}|undated")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_LONGEST: Final = 1000
_LONGEST_PATH: Final = 600
UNDATED: Final = "undated"


def within(span: Span, at: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Numbers of the triangle whose least, likeliest and most are `span`; `at` is the share below each."""
    low, value, high = span
    wide, below = high - low, value - low
    if not wide:
        return np.full(np.shape(at), float(value))
    left, right = low + np.sqrt(at * wide * below), high - np.sqrt((1 - at) * wide * (wide - below))
    return np.asarray(np.where(at * wide < below, left, right), dtype=np.float64)


def in_digits(number: float) -> str:
    """A figure as somebody typed it: every digit, thousands apart, never as a power of ten."""
    return f"{number:,.10g}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its interval, in the unit of its key. Two are equal when they say the same, whatever the file."""

    key: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    date: str
    status: str
    file: str = field(compare=False)

    @property
    def whole(self) -> int:
        """The value as a whole number; raises ValueError where it is none."""
        if not float(self.value).is_integer():
            raise ValueError(f"{self.key} is {self.value}, not a whole number")
        return int(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether an interval is known: low and high that are the value itself say that none is."""
        return self.low < self.high

    @property
    def interval(self) -> str | None:
        """Low to high, in digits; None where no interval is known."""
        return f"{in_digits(self.low)} to {in_digits(self.high)}" if self.has_interval else None

    @property
    def span(self) -> Span:
        """Low, value and high."""
        return (self.low, self.value, self.high)

    def drawn(self, at: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Numbers of the triangle over the interval; `at` is the share below each."""
        return within(self.span, at)


@dataclass(frozen=True, slots=True)
class Choice:
    """A text, or true or false, with where it comes from. Two are equal when they say the same, whatever the file."""

    key: str
    value: str | bool
    source: str
    date: str
    status: str
    file: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Pulled(Quantity):
    """A lever that a scenario pulls: what it adds once it works in full, and when it works."""

    begins: str
    """The month from which it works, as YYYY-MM."""
    over_months: int
    """Months until it works in full, evenly more in each; 0 and 1: from the first."""
    until: str | None
    """The last month in which it works; None where it goes on."""


Figure = Quantity | Choice


def read_figure(file: str, key: Key, table: object) -> tuple[Figure | None, list[Fault]]:
    """The figure that one key states, or None with everything that is wrong with it."""
    faults: list[Fault] = []

    def fault(place: str, what: str, mend: str, meaning: str = NO_FORECAST) -> None:
        faults.append(Fault(file, place, what, meaning, mend))

    if not isinstance(table, dict):
        fault(
            key.name,
            f"{shown(table)} stands alone.",
            f"Write {example(key, table)}.",
            "A figure without unit, source, date and status cannot be weighed.",
        )
        return None, faults
    wanted = FIELDS[type(key)]
    known = (*wanted, *MAY_SAY.get(type(key), ()))
    for name in table:
        if name not in known:
            fault(
                f"{key.name}.{name}",
                f"there is no such part of a figure{nearest(name, known)}.",
                f"Its parts are {', '.join(known)}.",
                "What is not understood would silently not be followed.",
            )
    missing = [name for name in wanted if name not in table]
    if missing:
        fault(
            key.name,
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            f"Write all of it, as in {example(key, table.get('value'))}.",
            "A figure is stated whole wherever it is stated, so that no source stands beside another's number.",
        )
    source, day, status = (_common(file, key, name, table.get(name), faults) for name in wanted[-3:])
    if isinstance(key, Number):
        numbers = _numbers(key, table, fault)
        when = _when(key, table, fault) if isinstance(key, Lever) else None
        if faults:
            return None, faults
        value, low, high = (numbers[name] for name in ("value", "low", "high"))
        if when is not None:
            return Pulled(key.name, value, key.unit.text, low, high, source, day, status, file, *when), faults
        return Quantity(key.name, value, key.unit.text, low, high, source, day, status, file), faults
    chosen = _value(key, table["value"], fault) if "value" in table else ""
    return (None if faults else Choice(key.name, chosen, source, day, status, file)), faults


def example(key: Key, value: object) -> str:
    """A whole figure as it may be written for this key."""
    parts: list[str]
    if isinstance(key, Number):
        good = isinstance(value, int | float) and not isinstance(value, bool) and key.range[0] <= value <= key.range[1]
        number = str(value) if good else f"{key.range[0]:g}"
        parts = [f"value = {number}", f'unit = "{key.unit.text}"', f"low = {number}", f"high = {number}"]
        parts += ['from = "2027-04"', "over_months = 12"] if isinstance(key, Lever) else []
    elif isinstance(key, Flag):
        parts = ["value = true"]
    else:
        parts = [f'value = "{key.choices[0] if key.choices else "text"}"']
    return "{ " + ", ".join([*parts, 'source = "who says so"', 'date = "2026-11"', 'status = "council"']) + " }"


def _numbers(key: Number, table: Mapping[str, object], fault: Callable[..., None]) -> dict[str, float]:
    least, most = key.range
    kind = "whole number" if key.unit.whole else "number"
    numbers: dict[str, float] = {}
    for name in ("value", "low", "high"):
        if name not in table:
            continue
        value = table[name]
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        if not isinstance(value, int | float) or not good or (key.unit.whole and value != int(value)):
            fault(
                f"{key.name}.{name}",
                f"{shown(value)} is not a {kind} from {least:.12g} to {most:.12g}.",
                f"Write a {kind} from {least:.12g} to {most:.12g} ({key.unit.text}), without quotation marks.",
            )
        else:
            numbers[name] = int(value) if key.unit.whole else float(value) + 0.0
    for lower, higher in (("low", "value"), ("value", "high")):
        if lower in numbers and higher in numbers and numbers[lower] > numbers[higher]:
            fault(
                key.name,
                f"{lower} {numbers[lower]:g} is more than {higher} {numbers[higher]:g}.",
                "Write low no larger than the value, high no smaller; both are the value where no interval is known.",
                "The interval would not hold its own value.",
            )
    if "unit" in table and table["unit"] != key.unit.text:
        fault(
            f"{key.name}.unit",
            f"{shown(table['unit'])} is not the unit of this figure.",
            f'Work the figure out in "{key.unit.text}" and write that.',
            "The number would be taken for something else than was meant.",
        )
    return numbers


def _when(key: Lever, table: Mapping[str, object], fault: Callable[..., None]) -> tuple[str, int, str | None]:
    """From which month a lever works, over how many months it comes to work in full, and its last month."""
    months: dict[str, str] = {}
    for name in ("from", "until"):
        value = table.get(name)
        if isinstance(value, str) and _MONTH.fullmatch(value):
            months[name] = value
        elif name in table:
            fault(f"{key.name}.{name}", f"{shown(value)} is not a month.", 'Write year and month, as in "2027-04".')
    over = table.get("over_months", 0)
    if not isinstance(over, int) or isinstance(over, bool) or not 0 <= over <= _LONGEST_PATH:
        fault(
            f"{key.name}.over_months",
            f"{shown(over)} is not a whole number from 0 to {_LONGEST_PATH}.",
            "Write how many months it takes until the lever works in full; 0 where it does at once.",
        )
        over = 0
    begins, until = months.get("from", ""), months.get("until")
    if begins and until and until < begins:
        fault(
            f"{key.name}.until",
            f'"{until}" is before "{begins}", from which the lever works.',
            "Write the last month in which it works, or leave until out where it goes on.",
            "It would never work.",
        )
    return begins, over, until


def _value(key: Words | Flag, value: object, fault: Callable[..., None]) -> str | bool:
    place = f"{key.name}.value"
    if isinstance(key, Flag):
        if isinstance(value, bool):
            return value
        fault(place, f"{shown(value)} is neither true nor false.", "Write true or false, without quotation marks.")
    elif key.choices and value not in key.choices:
        close = nearest(value, key.choices) if isinstance(value, str) else ""
        fault(
            place,
            f"{shown(value)} is not one of the choices{close}.",
            "Write " + " or ".join(f'"{choice}"' for choice in key.choices) + ".",
        )
    elif isinstance(value, str) and _plain(value):
        return value
    else:
        fault(place, f"{shown(value)} is not a short text.", "Write a text in quotation marks, on one line.")
    return ""


def _common(file: str, key: Key, name: str, value: object, faults: list[Fault]) -> str:
    """Source, date or status; one that is missing is empty here and said elsewhere."""
    if value is None:
        return ""
    place = f"{key.name}.{name}"
    if name == "status" and value not in STATUSES:
        close = nearest(value, STATUSES) if isinstance(value, str) else ""
        mend = "Write " + " or ".join(f'"{status}"' for status in STATUSES) + "."
        faults.append(Fault(file, place, f"{shown(value)} is not a status{close}.", NO_FORECAST, mend))
        return ""
    if name == "date":
        text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
        if not isinstance(text, str) or not _is_date(text):
            mend = 'Write it as "2024", "2023-24", "2024-03", "2024-03-31" or "undated".'
            faults.append(Fault(file, place, f"{shown(value)} is not a date.", NO_FORECAST, mend))
            return ""
        return text
    if not isinstance(value, str) or not _plain(value):
        mend = "Say in one line where the figure comes from."
        faults.append(Fault(file, place, f"{shown(value)} is not a {name}.", NO_FORECAST, mend))
        return ""
    return value


def _plain(text: str) -> bool:
    return bool(text.strip()) and len(text) <= _LONGEST and text.isprintable()


def _is_date(text: str) -> bool:
    """Whether it is a year, a year to 31 March, a month, a day of the calendar, or "undated"."""
    if not _DATE.fullmatch(text):
        return False
    if len(text) == 10:
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
    if text != UNDATED and len(text) == 7:
        year, rest = int(text[:4]), int(text[5:])
        return 1 <= rest <= 12 or rest == (year + 1) % 100
    return True
