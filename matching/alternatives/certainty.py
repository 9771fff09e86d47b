"""Which placements every near-optimal plan makes, which most make, and which could as well go another way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from matching.alternatives.distance import Distance
from matching.alternatives.groups import Group, groups_of
from matching.alternatives.listing import MOST_COUNTED, every_plan
from matching.alternatives.search import Search, kept_aim
from matching.question import Ints, Mask, Question, Solution
from matching.solvers.solver import Aim, Clock, Held

Floats = NDArray[np.float64]

LIKELY = 0.75
"""A placement is likely when at least this share of the plans looked at make it."""
SAMPLE = 48
"""Directions in which near-optimal plans are looked for."""
PROMISING = 1_500
"""In a question of more bundles, a plan of the sample is looked for among so many."""
EFFORT = 0.5
"""For each plan of the sample in a large question, in CP-SAT's deterministic seconds."""


class Kind(Enum):
    """How sure a placement is among near-optimal plans."""

    FORCED = "forced"
    LIKELY = "likely"
    TOSS_UP = "toss-up"
    OPEN = "not settled"
    """Every plan looked at makes it, and the time ran out before it was proved that all do."""


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """What near-optimal plans have in common. Arrays have shape (children,) or (plans, children).

    `forced`: proved that every near-optimal plan gives the child the same home as the best plan, or none as it does.
    `proved`: so much is proved of the child, either way. `plans`: different near-optimal plans, the best first; all
    there are when `all_plans`, else a sample drawn the same way every time. `kept`: in how many of them the child is
    as in the best plan.
    """

    question: Question
    home_of: Ints
    distance: Distance
    forced: Mask
    proved: Mask
    plans: Ints
    all_plans: bool
    kept: Ints

    def share(self, *children: int) -> float:
        """The share of `plans` in which all these children are as in the best plan."""
        same = self.plans[:, list(children)] == self.home_of[list(children)]
        return float(same.all(axis=1).mean())

    def kind(self, *children: int) -> Kind:
        """Forced when all these children are; else likely or a toss-up by the share of plans that keep all of them."""
        which = list(children)
        if self.forced[which].all():
            return Kind.FORCED
        if self.share(*children) == 1.0 and not self.proved[which].all():
            return Kind.OPEN
        return Kind.LIKELY if self.share(*children) >= LIKELY else Kind.TOSS_UP

    def groups(self) -> tuple[tuple[Group, Kind, float], ...]:
        """Each group of the best plan with its kind and its share."""
        return tuple(
            (group, self.kind(*group.children), self.share(*group.children))
            for group in groups_of(self.question, self.home_of)
        )


def certainty(
    question: Question,
    solution: Solution,
    distance: Distance | None = None,
    *,
    sample: int = SAMPLE,
    most_counted: int = MOST_COUNTED,
    time_limit: float | None = None,
) -> Certainty:
    """Forced, likely or a toss-up, for each child of a plan.

    Forced is a proof: no lawful plan within the distance has it otherwise. Shares are of the plans looked at, which
    are all near-optimal plans only where `all_plans` says so.
    """
    clock = Clock(time_limit)
    distance = distance or Distance()
    held = distance.held(question, solution)
    search = Search(question)
    search.narrow(held, clock)
    plans, complete = every_plan(search, held, solution.home_of, clock, most=most_counted)
    if complete:
        kept = (plans == solution.home_of).sum(axis=0)
        everyone = np.ones(question.children, dtype=np.bool_)
        return Certainty(question, solution.home_of, distance, kept == len(plans), everyone, plans, True, kept)
    plans = _sample(search, held, solution.home_of, sample, clock)
    forced, proved = _forced(search, held, solution.home_of, plans, clock)
    kept = (plans == solution.home_of).sum(axis=0)
    return Certainty(question, solution.home_of, distance, forced, proved, plans, False, kept)


def _forced(search: Search, held: Held, home_of: Ints, plans: Ints, clock: Clock) -> tuple[Mask, Mask]:
    """Children whom no near-optimal plan gives another home; and those of whom that is settled.

    All at once: the near-optimal plan that changes most of the children not yet seen changed. When it changes none,
    none can be changed.
    """
    q = search.question
    seen_changed = (plans != home_of).any(axis=0)
    aim = kept_aim(q, home_of)
    while True:
        doubtful = ~seen_changed
        changes = Aim("changed", np.where(doubtful[q.pair_child], -aim.per_pair, 0))
        most = changes.of(q, home_of)
        found = search.best(changes, held, home_of, clock, effort=EFFORT)
        if changes.of(q, found.home_of) == most and found.bound > most:
            found = search.best(changes, held, home_of, clock)
        if changes.of(q, found.home_of) == most:
            proved = found.bound == most
            return doubtful & proved, seen_changed | proved
        seen_changed |= found.home_of != home_of


def _sample(search: Search, held: Held, home_of: Ints, sample: int, clock: Clock) -> Ints:
    """Different near-optimal plans, the best first: the furthest in directions drawn from the ids."""
    q = search.question
    plans = {tuple(home_of.tolist()): None}
    loss = _losses(search, held, home_of, clock)
    for number in _directions(q, sample):
        if clock.is_up:
            break
        aim = Aim("direction", number)
        banned = None if loss is None else ~_promising(search, search.values(aim), loss, home_of)
        found = search.best(aim, held, home_of, clock, banned=banned, effort=EFFORT)
        plans.setdefault(tuple(found.home_of.tolist()))
    return np.array(list(plans), dtype=np.int64).reshape(len(plans), q.children)


def _losses(search: Search, held: Held, home_of: Ints, clock: Clock) -> Floats | None:
    """In a large question, what each bundle loses of the widest tier, as a part of what may be lost; else None."""
    if np.count_nonzero(search.only) <= PROMISING or not held:
        return None
    slack = [aim.of(search.question, home_of) - least for aim, least in held]
    at = int(np.argmax(slack))
    gain = search.gains(held[at][0], held[:at] + held[at + 1 :], clock)
    return np.asarray(np.maximum(-gain, 0.0) / max(slack[at], 1))


def _promising(search: Search, values: Ints, loss: Floats, home_of: Ints) -> Mask:
    """The bundles of the plan and those that lie far in a direction and lose little: few enough for a short search."""
    score = loss - values / max(int(values.max(initial=0)), 1)
    score[~search.only] = np.inf
    mask = search.bundles.chosen_by(home_of)
    mask[np.argsort(score, kind="stable")[:PROMISING]] = True
    return mask & search.only


def _directions(question: Question, sample: int) -> Ints:
    """Numbers for each pair that depend on the two ids alone, shape (sample, pairs)."""
    blocks = -(-sample // 32)
    drawn = np.zeros((question.pairs, blocks * 32), dtype=np.int64)
    pairs = zip(question.pair_child.tolist(), question.pair_home.tolist(), strict=True)
    for at, (child, home) in enumerate(pairs):
        key = f"{question.child_ids[child]}\x1f{question.home_ids[home]}".encode()
        digest = b"".join(hashlib.blake2b(b"direction %d\x1f" % b + key).digest() for b in range(blocks))
        drawn[at] = np.frombuffer(digest, dtype=">u2")
    return drawn[:, :sample].T
