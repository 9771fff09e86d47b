"""Two editions that print the same day tell no hidden count of it, whoever reads both."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from reporting.disclosure import HIDDEN, Rules
from reporting.fact import Book, Facts, Kind, Value
from reporting.lens import Lens
from reporting.publish import publish
from reporting.publish_before import Before
from reporting.section import Edition

THEN, NOW = "2025-03-31", "2026-03-31"
AGES = ("0_4", "5_9", "10_17")
OTHER = {"sex": ("f", "m"), "place": ("inside", "outside"), "legal": ("care_order", "section_20")}
PEOPLE = (Value("children", "Children"),)
Counts = Mapping[str, np.ndarray[Any, Any]]
"""For a dimension, [ages, categories of it] children."""
Printed = Mapping[tuple[str, str, str], str]
"""(dimension, age, category) to what is printed of it."""


def table(dim: str, days: Mapping[str, Counts]) -> Facts:
    """Children by age and one thing more, with every sum, on some days."""
    rows = []
    for on, counts in days.items():
        both = counts[dim]
        for axis in (0, 1):
            both = np.concatenate([both, both.sum(axis=axis, keepdims=True)], axis=axis)
        cells = itertools.product((*AGES, "all"), (*OTHER[dim], "all"))
        rows += [("in_care", on, *cell, int(n)) for cell, n in zip(cells, both.ravel(), strict=True)]
    by = ("what", "on", "age", dim)
    return Facts(f"children.{dim}", dim, Kind.COUNT, by, PEOPLE, pd.DataFrame(rows, columns=[*by, "children"]), "r")


def book(days: Mapping[str, Mapping[str, Counts]]) -> Book:
    """Tables by dimension, each of its own days."""
    made = [table(dim, there) for dim, there in days.items()]
    return Book({}, {one.key: one for one in made}, {"r": "Returns."})


def as_before(lens: Lens, rules: Rules | None = None) -> Before:
    """An edition as whoever publishes next finds it."""
    return Before({key: frame.astype(str) for key, frame in lens.open_tables().items()}, rules or Rules())


def printed(lens: Lens, on: str) -> dict[tuple[str, str, str], str]:
    """What an edition prints of a day."""
    found = {}
    for dim in OTHER:
        if lens.has(f"children.{dim}"):
            frame = lens.open_tables()[f"children.{dim}"]
            for row in frame[frame["on"] == on].to_dict("records"):
                found[dim, row["age"], row[dim]] = str(row["children"])
    return found


def drawn(rng: np.random.Generator, dims: tuple[str, ...] = tuple(OTHER)) -> Counts:
    """Counts of a few, some of many, alike by age in every table."""
    ages = rng.choice([0, 2, 6, 11, 30], size=len(AGES)) + rng.integers(0, 4, len(AGES))
    return {dim: np.array([np.histogram(rng.random(n) ** rng.choice([1, 3]), 2, (0, 1))[0] for n in ages])
            for dim in dims}  # fmt: skip


def value(counts: Counts, cell: tuple[str, str, str]) -> int:
    """One count, or sum of counts."""
    dim, age, category = cell
    ages = slice(None) if age == "all" else AGES.index(age)
    return int(counts[dim][ages, slice(None) if category == "all" else OTHER[dim].index(category)].sum())


def span(cell: tuple[str, str, str], text: str) -> tuple[float, float]:
    """The least and the most that a printed count can be: 1 to 4 are hidden, and sums are to the nearest five."""
    count = int(text)
    if count == 0:
        return 0, 0
    return (max(5, count - 2), count + 2) if "all" in cell else (count, count)


class Reader:
    """Reads prints of one day, and tries every whole number that fits: nothing of it is ours."""

    def __init__(self, dims: tuple[str, ...]) -> None:
        self.cells = [(dim, age, one) for dim in dims for age in AGES for one in OTHER[dim]]
        self.rows: list[np.ndarray[Any, Any]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for dim, age in itertools.product(dims[1:], AGES):
            self.add(self.of((dims[0], age, "all")) - self.of((dim, age, "all")), 0, 0)

    def of(self, cell: tuple[str, str, str]) -> np.ndarray[Any, Any]:
        """[cells] which make up a cell."""
        dim, age, one = cell
        return np.array([c[0] == dim and age in (c[1], "all") and one in (c[2], "all") for c in self.cells], dtype=int)

    def add(self, row: np.ndarray[Any, Any], low: float, high: float) -> None:
        """Take in what a sum of cells is at least and at most."""
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def reads(self, texts: Printed, only: Counts | None = None) -> None:
        """Take in a print; `only` what is true of some counts."""
        for cell, text in texts.items():
            if text != HIDDEN and (only is None or span(cell, text)[0] <= value(only, cell) <= span(cell, text)[1]):
                self.add(self.of(cell), *span(cell, text))

    def finds(self, texts: Printed) -> Iterator[tuple[str, str, str]]:
        """Hidden cells that can be but one number."""
        for cell in (cell for cell, text in texts.items() if text == HIDDEN):
            ends = []
            for sign in (1, -1):
                answer = optimize.milp(
                    sign * self.of(cell),
                    integrality=np.ones(len(self.cells)),
                    bounds=optimize.Bounds(0, 500),
                    constraints=optimize.LinearConstraint(np.array(self.rows), self.low, self.high),
                )
                assert answer.status == 0
                ends.append(round(sign * answer.fun))
            if ends[0] == ends[1]:
                yield cell


def read_both(first: Printed, second: Printed, dims: tuple[str, ...], only: Counts) -> set[tuple[str, str, str]]:
    """What both prints tell of what either hides, and the first alone does not, as far as they are true of counts."""
    reader, alone = Reader(dims), Reader(dims)
    for texts in (first, second):
        reader.reads(texts, only)
    alone.reads(first, only)
    return {*reader.finds(first), *reader.finds(second)} - {*alone.finds(first), *alone.finds(second)}


@pytest.mark.parametrize("seed", [6, 7])
def test_the_day_of_an_earlier_edition_is_told_no_further(seed: int) -> None:
    """A year on the day is printed again beside another, in other tables: nothing hidden follows from both prints."""
    rng = np.random.default_rng(seed)
    then, now = drawn(rng), drawn(rng)
    first = publish(book({"sex": {THEN: then}, "place": {THEN: then}}), Edition.PUBLIC)
    again = book({"sex": {THEN: then, NOW: now}, "place": {NOW: now}, "legal": {THEN: then, NOW: now}})
    second = publish(again, Edition.PUBLIC, before=as_before(first))
    told = printed(first, THEN), printed(second, THEN)
    assert not read_both(*told, tuple(OTHER), then)
    assert all(told[1][cell] == HIDDEN for cell, text in told[0].items() if text == HIDDEN and cell in told[1])


def test_two_editions_apart_would_tell() -> None:
    """Without the earlier edition in hand two such prints tell a hidden count: this attacker finds it."""
    rng = np.random.default_rng(7)
    then, now = drawn(rng), drawn(rng)
    first = publish(book({"sex": {THEN: then}, "place": {THEN: then}}), Edition.PUBLIC)
    second = publish(book({"sex": {THEN: then, NOW: now}, "legal": {THEN: then, NOW: now}}), Edition.PUBLIC)
    assert read_both(printed(first, THEN), printed(second, THEN), tuple(OTHER), then)


@pytest.mark.parametrize("seed", [5, 6])
def test_revised_counts_tell_neither_print(seed: int) -> None:
    """Where counts were revised since, neither what was counted then nor what is now follows from what still holds."""
    rng = np.random.default_rng(100 + seed)
    then = drawn(rng)
    revised = {dim: counts.copy() for dim, counts in then.items()}
    for _ in range(int(rng.integers(1, 4))):
        age, more = int(rng.integers(len(AGES))), int(rng.choice([-1, 1]))
        if min(counts[age].max() for counts in revised.values()) + more >= 0:
            for counts in revised.values():
                counts[age, int(counts[age].argmax())] += more
    first = publish(book({"sex": {THEN: then}, "place": {THEN: then}}), Edition.PUBLIC)
    again = book({"sex": {THEN: revised}, "legal": {THEN: revised}})
    told = printed(first, THEN), printed(publish(again, Edition.PUBLIC, before=as_before(first)), THEN)
    assert not read_both(*told, tuple(OTHER), then)
    assert not read_both(*told, tuple(OTHER), revised)
