"""Draws for made-up records, and the figures they are drawn from.

Every draw comes from one stream of uniform numbers, so that the same seed gives the same records everywhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


@cache
def figures() -> Mapping[str, Any]:
    """The tables of `synthetic.toml`: `figures()["children"]["sex"]["values"]`, with `source` and `year`."""
    text = (files("records") / "synthetic.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def values(group: str, table: str) -> Mapping[str, Any]:
    """The values of one table of `synthetic.toml`."""
    found: Mapping[str, Any] = figures()[group][table]["values"]
    return found


def rest(whole: Mapping[str, float], part: Mapping[str, float]) -> dict[str, float]:
    """What remains of each share when a part is taken out; never below nothing."""
    return {name: max(0.0, share - part.get(name, 0.0)) for name, share in whole.items()}


def scaled(shares: Mapping[str, float], total: float) -> dict[str, float]:
    """Shares stretched to add up to a total."""
    whole = sum(shares.values())
    return {name: share * total / whole for name, share in shares.items()}


def quotas(shares: Mapping[str, float], number: int) -> dict[str, int]:
    """Whole numbers that add up to `number`, as near to the shares as can be (largest remainders first)."""
    exact = scaled(shares, number)
    whole = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    for name in by_remainder[: number - sum(whole.values())]:
        whole[name] += 1
    return whole


class Chance:
    """Draws from one stream of uniform numbers."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def number(self) -> float:
        """A number from 0 up to 1."""
        return float(self._generator.random())

    def yes(self, rate: float) -> bool:
        """True in a share `rate` of draws."""
        return self.number() < rate

    def between(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self.number() * (highest - lowest + 1))

    def some_of(self, number: int, rate: float) -> int:
        """How many of `number` come up, each at the same rate."""
        return sum(self.yes(rate) for _ in range(number))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each alike."""
        return items[self.between(0, len(items) - 1)]

    def one_of(self, shares: Mapping[str, float]) -> str:
        """One of the names, in the given shares."""
        left = self.number() * sum(shares.values())
        for name, share in shares.items():
            left -= share
            if left < 0:
                return name
        return max(shares, key=lambda name: shares[name])

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        keys = [self.number() for _ in items]
        return [items[i] for i in sorted(range(len(items)), key=keys.__getitem__)]

    def days_before(self, day: date, fewest: int, most: int) -> date:
        """A day so many days before another."""
        return day - timedelta(days=self.between(fewest, most))

    def days_after(self, day: date, fewest: int, most: int) -> date:
        """A day so many days after another."""
        return day + timedelta(days=self.between(fewest, most))
