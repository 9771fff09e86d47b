"""An irreducible part of a set of conditions that cannot all be kept: QuickXplain, after Junker (2004)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

M = TypeVar("M")


def irreducible(members: Sequence[M], cannot: Callable[[Sequence[M]], bool]) -> list[M]:
    """A part of `members` that cannot be kept, and of which no member can be spared; in the order given.

    `cannot` says whether a set cannot be kept; a larger set is never easier to keep. Members that come first are
    kept in the answer rather than later ones. Raises `ValueError` when all members together can be kept.
    """
    if not cannot(members):
        raise ValueError("these conditions can all be kept together: there is no conflict among them")
    if cannot([]):
        return []
    found = set(_among([], list(range(len(members))), lambda some: cannot([members[i] for i in sorted(some)]), False))
    return [member for i, member in enumerate(members) if i in found]


def _among(kept: list[int], members: list[int], cannot: Callable[[list[int]], bool], grown: bool) -> list[int]:
    """The members needed beside those `kept`; `grown`: whether `kept` has grown since it was last asked about."""
    if grown and cannot(kept):
        return []
    if len(members) == 1:
        return members
    middle = len(members) // 2
    first, second = members[:middle], members[middle:]
    of_second = _among(kept + first, second, cannot, True)
    of_first = _among(kept + of_second, first, cannot, bool(of_second))
    return of_first + of_second
