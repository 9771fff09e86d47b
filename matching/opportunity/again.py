"""The best plan that keeps some pairs, worked out afresh by CP-SAT: slow and sure, for what nothing else settles."""

from __future__ import annotations

import numpy as np

from matching.question import Ints, Mask, Question
from matching.solvers.cpsat import BundleEngine
from matching.solvers.solver import Aim, Clock, Held, tier_aim


def solve_again(question: Question, home_of: Ints, pins: Ints, closed: Mask, clock: Clock) -> Ints | None:
    """The best plan in which every pinned pair is used, fewest children changed among equals, then the rule of ids.

    `home_of`, shape (children,), is the plan changes are counted from; `closed`, shape (pairs,), the pairs a plan
    may not use unless pinned. None when no plan keeps the pins. Raises `TimeoutError` when the clock ran out.
    """
    is_pin = np.zeros(question.pairs, dtype=np.bool_)
    is_pin[pins] = True
    open_ = is_pin | (~closed & ~np.isin(question.pair_child, question.pair_child[pins]))
    pinned = question.with_pairs(open_)
    aims = (
        Aim("pins", is_pin[open_].astype(np.int64)),
        *(tier_aim(pinned, tier) for tier in pinned.tiers),
        Aim("kept", pinned.agreement(home_of)),
        Aim("rule", -pinned.tie_break(0)),
    )
    engine = BundleEngine(pinned)
    plan = np.full(question.children, -1, dtype=np.int64)
    held: Held = ()
    for at, aim in enumerate(aims):
        found = engine.best(aims[at:], held, plan, clock, _nobody_listens)
        plan, value = found.home_of, aim.of(pinned, found.home_of)
        if value != found.bound:
            raise TimeoutError("the time limit came before the best plan was proved")
        if at == 0 and value < len(pins):
            return None
        held += ((aim, value),)
    return plan


def _nobody_listens(_value: int, _bound: int, _plan: Ints | None = None, /) -> None:
    """Hear of progress and do nothing."""
