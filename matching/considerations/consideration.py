"""What a consideration is: one thing that makes one lawful home better than another for a child.

A consideration looks at one child and every home at once and gives each home 0 to 100, with its reason in
words. What is not recorded is neither good nor bad: it is given 50, and the least and the most that the answer
could bring are kept beside it. A consideration that has nothing to say for a pair does not apply there, and its
weight falls to the others. What a home is given never depends on which other homes there are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matching.policy import Policy, default_weights
from matching.rules.register import Homes, Register
from records.model import Child, HomeKind

if TYPE_CHECKING:
    from matching.rules.asked import Asked

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MIDDLE: Final = 50.0
ADOPTION_KINDS: Final = (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE)
"""Kinds with which adoption is decided or considered, so that another order of preference holds [PLC-07]."""


@dataclass(frozen=True, eq=False)
class Facts:
    """One child and all the homes of the round, as a consideration sees them."""

    child: Child
    register: Register
    asked: Asked

    @property
    def homes(self) -> Homes:
        """Every home, a column per fact."""
        return self.register.homes

    @property
    def policy(self) -> Policy:
        """The council's choices."""
        return self.asked.policy

    @cached_property
    def for_adoption(self) -> Mask:
        """Adoptive and early permanence homes, shape (homes,)."""
        return self.homes.is_kind(*ADOPTION_KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """What one consideration gives each home; every array has shape (homes,).

    `value` 0 to 100. `known`: nothing it needs is unrecorded. `applies`: it has something to say for this child
    and home. `least` and `most`: what the value could become once everything is recorded; equal to it where known.
    """

    value: Floats
    known: Mask
    applies: Mask
    least: Floats
    most: Floats


def scored(
    value: Floats, *, applies: Mask | bool = True, unknown_least: float = 0.0, unknown_most: float = 100.0
) -> Score:
    """A score from values in which not-a-number stands for "not recorded"."""
    known = ~np.isnan(value)
    where = np.full(value.shape, applies) if isinstance(applies, bool) else applies
    if known.all():
        return Score(value, known, where, value, value)
    return Score(
        value=np.where(known, value, MIDDLE),
        known=known,
        applies=where,
        least=np.where(known, value, unknown_least),
        most=np.where(known, value, unknown_most),
    )


def nowhere(homes: int) -> Score:
    """The score of a consideration that has nothing to say for this child and any home."""
    middle = np.full(homes, MIDDLE)
    return Score(middle, np.ones(homes, np.bool_), np.zeros(homes, np.bool_), middle, middle)


def mean_of(items: Sequence[tuple[Floats, Mask | bool]], homes: int) -> Score:
    """The mean of several values, each with the homes for which it counts; not-a-number is not recorded.

    Applies where at least one counts.
    """
    items = [(value, counts) for value, counts in items if np.any(counts)]
    if not items:
        return nowhere(homes)
    number = np.zeros(homes)
    totals = np.zeros((3, homes))
    known = np.ones(homes, dtype=np.bool_)
    for value, counts in items:
        one = scored(value, applies=counts)
        number += one.applies
        known &= one.known | ~one.applies
        for total, part in zip(totals, (one.value, one.least, one.most), strict=True):
            total += np.where(one.applies, part, 0.0)
    applies = number > 0
    value, least, most = totals / np.maximum(number, 1)
    return Score(np.where(applies, value, MIDDLE), known, applies, least, most)


Scores = Callable[[Facts], Score]
RestsOn = Callable[[Facts], Hashable]
Says = Callable[[Facts, int], str]


@dataclass(frozen=True, slots=True)
class Consideration:
    """One consideration: its name in files, its title on paper, what it looks at, where it comes from."""

    name: str
    title: str
    looks_at: str
    law: str
    scores: Scores
    says: Says
    rests_on: RestsOn
    """What of the child it looks at, whatever the home: children alike in this are given the same by every home."""
    times: Callable[[Facts], int] | None = None
    """How many times its weight it has for a child; None for always once."""
    fixed_share: bool = False
    """It keeps its share of the whole scale, whatever else applies; it must apply to every pair."""

    @property
    def default_weight(self) -> int:
        """Its weight in the packaged policy."""
        return default_weights()[self.name]

    def weight(self, facts: Facts) -> int:
        """Its weight for this child under the council's policy."""
        return facts.policy.weight_of(self.name) * (1 if self.times is None else self.times(facts))

    def score(self, child: Child, register: Register, asked: Asked) -> Score:
        """What each home is given for this child."""
        return self.scores(Facts(child, register, asked))

    def words(self, child: Child, register: Register, asked: Asked, home: int) -> str:
        """Why this home (by its number in the register) is given what it is given, in plain English."""
        return self.says(Facts(child, register, asked), home)


def consideration(
    name: str,
    *,
    says: Says,
    rests_on: RestsOn,
    looks_at: str,
    law: str,
    times: Callable[[Facts], int] | None = None,
    fixed_share: bool = False,
) -> Callable[[Scores], Consideration]:
    """Make a consideration of a function that scores; the first line of its docstring is the title."""

    def make(scores: Scores) -> Consideration:
        title = (scores.__doc__ or "").strip().splitlines()[0].rstrip(".")
        return Consideration(name, title, looks_at, law, scores, says, rests_on, times, fixed_share)

    return make


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def age_fit(age: int, lowest: Floats, highest: Floats) -> Floats:
    """100 within a range of ages, 50 one year outside, else 0; a bound of not-a-number is no bound."""
    below = np.nan_to_num(lowest - age, nan=0.0)
    above = np.nan_to_num(age - highest, nan=0.0)
    return np.clip(100.0 - 50.0 * np.maximum(below, above), 0.0, 100.0)
