"""Who is placed together: the groups of a plan, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.question import Ints, Question


@dataclass(frozen=True, slots=True)
class Group:
    """Children of one family, or one child, whom a plan gives the same home; `home` is -1 where it gives them none."""

    children: tuple[int, ...]
    home: int


def groups_of(question: Question, home_of: Ints) -> tuple[Group, ...]:
    """The groups of a plan, in the order of their first child."""
    found: dict[tuple[int, int], list[int]] = {}
    for child, (family, home) in enumerate(zip(question.family.tolist(), np.asarray(home_of).tolist(), strict=True)):
        unit = family if family >= 0 else -1 - child
        found.setdefault((unit, home), []).append(child)
    return tuple(Group(tuple(children), home) for (_, home), children in found.items())
