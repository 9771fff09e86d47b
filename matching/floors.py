"""The price of a floor: what it would cost everybody else if a group had to do at least as well as all children.

A floor says that at least so many children of a group have a home in the plan, or a local one. The whole round is
solved again with the floor as a row of the programme, tier by tier, exactly: what is lost in each of the council's
priorities, and by whom, is the price. It is shown to people who want to weigh it; no plan is ever changed by it. A
floor that no lawful plan can reach is said to be impossible, with the most that can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from matching.alternatives.search import kept_aim
from matching.fairness_groups import UNKNOWN, Grouped
from matching.pairs import Ints, Mask
from matching.question import Question, Solution
from matching.solvers.bundles import PricedEngine
from matching.solvers.solver import Aim, Clock, Held, tier_aim

KINDS: Final[Mapping[str, str]] = {"placed": "have a home in the plan", "local": "have a local home"}
"""What a floor may be about."""
MOST_PAIRS: Final = 400
"""In rounds with more lawful pairs floors are worked out only when they are asked for."""


class Outcome(StrEnum):
    """What became of one floor."""

    MET = "the plan meets it already"
    PRICED = "it can be met, at the price shown"
    IMPOSSIBLE = "no lawful plan can meet it"
    NOT_PROVED = "time ran out before it could be told"


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """One floor and its price. `least`, `now`, `most`: children of the group who would have it, have it in the plan,
    and the most who can have it in any lawful plan (None: not worked out).

    With the outcome `PRICED` only: `home_of`, shape (children,), is the best plan that meets it, `lost` what the plan
    loses in each tier (positive is worse; cost in pence), `others_lose` and `others_moved` the other children who
    would no longer have it, and who would have another home or none.
    """

    kind: str
    characteristic: str
    group: str
    children: int
    least: int
    now: int
    outcome: Outcome
    most: int | None = None
    home_of: Ints | None = None
    lost: Mapping[str, int] | None = None
    others_lose: int = 0
    others_placed_less: int = 0
    others_moved: int = 0


def floors(
    question: Question, solution: Solution, groups: Mapping[str, Grouped], *, time_limit: float | None = None
) -> tuple[Floor, ...]:
    """The floor of every group that does less well than all children together, for each kind, with its price.

    Groups of whom the characteristic is not recorded are left out: nobody would set a floor for them. `time_limit`:
    seconds for all of them. The plan has to be proved best; of one that is not, nothing can be said.
    """
    if not solution.proved or not question.children:
        return ()
    clock, engine = Clock(time_limit), PricedEngine(question)
    return tuple(
        price_of(question, solution, members, kind, (characteristic, group), engine=engine, clock=clock)
        for kind, characteristic, group, members in _behind(question, solution.home_of, groups)
    )


def _behind(q: Question, home_of: Ints, groups: Mapping[str, Grouped]) -> Iterator[tuple[str, str, str, Mask]]:
    for kind in KINDS:
        has = _has(q, home_of, kind)
        for grouped in groups.values():
            for name in grouped.present:
                members = grouped.members(name)
                if name != UNKNOWN and has[members].sum() < fair_share(int(has.sum()), q.children, int(members.sum())):
                    yield kind, grouped.characteristic, name, members


def fair_share(has: int, children: int, members: int) -> int:
    """The fewest of so many members whose share is not below that of all children: whole children."""
    return -(-has * members // children) if children else 0


def price_of(
    question: Question,
    solution: Solution,
    members: Mask,
    kind: str,
    named: tuple[str, str],
    *,
    least: int | None = None,
    engine: PricedEngine | None = None,
    clock: Clock | None = None,
    time_limit: float | None = None,
) -> Floor:
    """The price of one floor. `members`, shape (children,). `least`: by default as large a share as all children's.

    `time_limit` in seconds, where no clock is given. The plan has to be proved best.

    Raises ValueError for a kind that is not one of `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"a floor is about {' or '.join(KINDS)}, not {kind!r}")
    q, plan = question, solution.home_of
    clock, engine = clock or Clock(time_limit), engine or PricedEngine(question)
    has = _has(q, plan, kind)
    now = int(has[members].sum())
    wanted = fair_share(int(has.sum()), q.children, int(members.sum())) if least is None else least
    about = (kind, *named, int(members.sum()), wanted, now)
    if now >= wanted:
        return Floor(*about, Outcome.MET)
    aim = Aim("floor", np.where(members[q.pair_child], q.pair_value(kind), 0).astype(np.int64))
    top = engine.among(_all(engine)).best((aim,), (), plan, clock, _nobody)
    most = aim.of(q, top.home_of)
    known = most if most == top.bound else None
    if most < wanted:
        return Floor(*about, Outcome.IMPOSSIBLE if top.bound < wanted else Outcome.NOT_PROVED, known)
    best = _best_with(engine, (aim, wanted), top.home_of, plan, clock)
    if best is None:
        return Floor(*about, Outcome.NOT_PROVED, known)
    new, old = q.values_of(best), q.values_of(plan)
    others = ~members
    then = _has(q, best, kind)
    return Floor(
        *about,
        Outcome.PRICED,
        known,
        best,
        {t: (new[t] - old[t]) if t == "cost" else (old[t] - new[t]) for t in q.tiers},
        int(has[others].sum() - then[others].sum()),
        int((plan[others] >= 0).sum() - (best[others] >= 0).sum()),
        int((plan != best)[others].sum()),
    )


def _best_with(engine: PricedEngine, floor: tuple[Aim, int], start: Ints, plan: Ints, clock: Clock) -> Ints | None:
    """The best plan that meets a floor, tier by tier, which of all such moves fewest; None where time ran out."""
    q = engine.question
    engine = engine.among(_all(engine))
    held: Held = (floor,)
    found = start
    # of the plans that are best, the one that moves fewest children, then by the fixed rule of ids
    tiers = tuple(tier_aim(q, tier) for tier in q.tiers)
    aims = (*tiers, kept_aim(q, plan), Aim("tie-break", -q.tie_break(0)))
    for at, aim in enumerate(aims):
        answer = engine.best(aims[at:], held, found, clock, _nobody)
        found, value = answer.home_of, aim.of(q, answer.home_of)
        if value != answer.bound and at < len(tiers):
            return None
        held += ((aim, value),)
    return found


def _all(engine: PricedEngine) -> Mask:
    return np.ones(len(engine.bundles), dtype=np.bool_)


def _nobody(_value: int, _bound: int, _plan: Ints | None = None, /) -> None:
    """Nobody waits for news."""


def _has(q: Question, home_of: Ints, kind: str) -> Mask:
    """Which children have what a floor is about; shape (children,)."""
    if kind == "placed":
        placed: Mask = home_of >= 0
        return placed
    has = np.zeros(q.children, dtype=np.bool_)
    has[q.pair_child[(home_of[q.pair_child] == q.pair_home) & (q.pair_local > 0)]] = True
    return has
