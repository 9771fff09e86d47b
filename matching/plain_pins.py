"""Pins that cannot be kept together: which of them, and none that could be spared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.question import PINNED, Ints, Question
from matching.solvers import SOLVERS
from matching.solvers.solver import Clock

MOST_NAMED = 20


class PinsConflict(ValueError):
    """Some pins cannot be kept together. `pins`: (unit id, home id) of each that is part of the conflict."""

    def __init__(self, message: str, pins: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.pins = pins


def conflict(question: Question, pins: Ints, solver: str, clock: Clock) -> PinsConflict:
    """The error that names pins which cannot be kept together; none of them can be spared, if time allows.

    `question` without the pins; `pins` are numbers of its pairs. Whoever is not pinned only takes room, and is left
    out of the search, but where brothers and sisters may have to come along.
    """
    kept = np.isin(np.arange(question.pairs), pins)
    if question.never_split or question.one_or_whole_family.any():
        family = question.family
        mine = np.isin(np.arange(question.children), question.pair_child[pins])
        mine |= np.isin(family, family[mine & (family >= 0)])
        kept = mine[question.pair_child]
    small = replace(question.with_pairs(kept), tiers=(PINNED,), pair_pinned=np.zeros(0, dtype=np.bool_))
    left = (np.cumsum(kept) - 1)[pins]
    sure = True
    several = len(left) // 2 or 1
    while several:
        first = 0
        while first < len(left):
            fewer = np.delete(left, slice(first, first + several))
            keeps = _can_keep(small, fewer, solver, clock) if len(fewer) else True
            sure &= keeps is not None
            if keeps is False:
                left = fewer
            else:
                first += several
        several //= 2
    culprits = tuple((small.child_ids[small.pair_child[p]], small.home_ids[small.pair_home[p]]) for p in left)
    spared = "None of these can be spared" if sure else "There was no time to see whether all of these are needed"
    return PinsConflict(
        f"pins: they cannot all be kept. These {len(culprits)} cannot be kept together: {named(small, left)}. "
        f"{spared}: take one of them out, or give its home more room.",
        culprits,
    )


def _can_keep(question: Question, pins: Ints, solver: str, clock: Clock) -> bool | None:
    """Whether all these pins can be kept; None when time ran out."""
    if clock.is_up:
        return None
    limit = None if np.isinf(clock.left) else clock.left
    found = SOLVERS[solver](question.with_pins(pins), time_limit=limit, unique=False)
    if found.tiers[0].value == len(pins):
        return True
    return False if found.tiers[0].proved else None


def named(question: Question, pairs: Ints) -> str:
    """Pairs in words, at most `MOST_NAMED` of them."""
    names = [
        f"unit {question.child_ids[question.pair_child[p]]} in {question.home_ids[question.pair_home[p]]}"
        for p in pairs
    ]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more
