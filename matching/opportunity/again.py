"""The best plan that keeps some pairs, worked out afresh by prices and an exact search: sure, whatever the question.

What one answer learns of families (`matching.solvers.families`) shortens the way to the next; no answer depends on it.
"""

from __future__ import annotations

import numpy as np

from matching.question import Ints, Mask, Question
from matching.solvers.bundles import PricedEngine
from matching.solvers.solver import Aim, Clock, Held, tier_aim


class Again:
    """Answers, for one question, what the best plan is that uses some pairs.

    `home_of`, shape (children,), is the plan changes are counted from; `closed`, shape (pairs,), the pairs a plan
    may not use unless they are asked for.
    """

    def __init__(self, question: Question, home_of: Ints, closed: Mask) -> None:
        self._question, self._closed = question, closed
        self._engine = PricedEngine(question)
        self._aims = (
            *(tier_aim(question, tier) for tier in question.tiers),
            Aim("kept", question.agreement(home_of)),
            Aim("rule", -question.tie_break(0)),
        )

    def best(self, pins: Ints, clock: Clock) -> Ints | None:
        """The best plan in which every one of these pairs is used: of equals fewest children changed, then the rule.

        None when no plan uses them. Raises `TimeoutError` when the clock ran out.
        """
        question = self._question
        is_pin = np.zeros(question.pairs, dtype=np.bool_)
        is_pin[pins] = True
        barred = ~is_pin & (self._closed | np.isin(question.pair_child, question.pair_child[pins]))
        engine = self._engine.among(self._engine.bundles.total(barred) == 0)
        aims = (Aim("pins", is_pin.astype(np.int64)), *self._aims)
        plan = np.full(question.children, -1, dtype=np.int64)
        held: Held = ()
        for at, aim in enumerate(aims):
            found = engine.best(aims[at:], held, plan, clock, _nobody_listens)
            plan, value = found.home_of, aim.of(question, found.home_of)
            if value != found.bound:
                raise TimeoutError("the time limit came before the best plan was proved")
            if at == 0 and value < len(pins):
                return None
            held += ((aim, value),)
        return plan


def _nobody_listens(_value: int, _bound: int, _plan: Ints | None = None, /) -> None:
    """Hear of progress and do nothing."""
