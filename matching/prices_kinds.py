"""Which kind of children a group is, in the few words of a sentence: how many, how old, what they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from records.ages import age_on
from records.model import Child, PlacementNeed, Route

_NUMBERS: Final = (
    "nought",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
)
_MANY_NEEDS: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A kind of group: `words` after "could take", and `such` for the second time it is named."""

    words: str
    such: str


def kind_of(group: tuple[Child, ...], day: date) -> Kind:
    """The kind of a group on a day. Of a child's facts only those that decide where it could live are in it."""
    if len(group) > 1:
        return Kind(f"{number(len(group))} siblings", "such a family")
    child = group[0]
    age = age_on(child.date_of_birth, day)
    if child.placement_need is PlacementNeed.PARENT_AND_CHILD:
        return Kind("a baby with a parent", "such a family")
    if Route.FOSTER not in child.routes:
        if Route.SUPPORTED_LODGINGS in child.routes:
            return Kind("a young person who can live with hosts", "such a young person")
        return Kind("a child to be adopted", "such a child")
    if len(child.needs_must) >= _MANY_NEEDS:
        return Kind("a child with several needs that a home must be able to meet", "such a child")
    if age < 5:
        return Kind("a child under five", "such a child")
    return (
        Kind("a child of five to ten", "such a child")
        if age < 11
        else Kind("a child of eleven or over", "such a child")
    )


def number(value: int) -> str:
    """A whole number as a word up to thirteen, then in figures."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else f"{value:,}"
