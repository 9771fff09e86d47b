"""Longer waits and better homes: every case a plain loop finds, no other, and why the plan stands all the same."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest

from matching import audit
from matching.envy import BETTER, TIE, Case, Claims, envy, envy_of, points_now
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.question import Question
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from tests.matching.questions import FromSeed, random_question
from tests.ordinary import DAY, TRAFFORD, child, home, miles_east, records
from tests.tiny_councils import seeded

ONE_PLACE: dict[str, Any] = {"approved_places": 1, "vacancies": 1}


def planned(children: list[Any], homes: list[Any]) -> Proposal:
    """The plan of a small round."""
    return propose(records(children, homes), Policy(), council=TRAFFORD)


def by_a_plain_loop(q: Question, home_of: np.ndarray, claims: Claims) -> set[tuple[Any, ...]]:
    """The same cases, one party and one home at a time: every swapped plan is asked of the trusted solver's law."""
    points = points_now(q, home_of)
    of_pair = dict(
        zip(zip(q.pair_child.tolist(), q.pair_home.tolist(), strict=True), q.pair_points.tolist(), strict=True)
    )
    families = [np.flatnonzero(q.family == f).tolist() for f in range(int(q.family.max(initial=-1)) + 1)]
    everybody = [[c] for c in range(q.children)]
    found = set()
    for a, h in product([*everybody, *(f for f in families if len(f) > 1)], range(q.homes)):
        there = [of_pair.get((c, h)) for c in a]
        if None in there or all(home_of[c] == h for c in a) or claims.settled[a].any():
            continue
        if not (sum(there) > points[a].sum() or (home_of[a] < 0).any()):
            continue
        if len(a) == 1 and home_of[a[0]] == h:
            continue
        rivals = [c for c in np.flatnonzero(home_of == h).tolist() if q.family[c] < 0 or q.family[c] != q.family[a[0]]]
        parties = [[c] for c in rivals]
        if len(a) > 1:
            unit = {c: (int(q.family[c]) if q.family[c] >= 0 else f"alone {c}") for c in rivals}
            parties = [[c for c in rivals if unit[c] == u] for u in dict.fromkeys(unit.values())]
        for b in parties:
            if claims.settled[b].any() or claims.waited[a].min() <= claims.waited[b].max():
                continue
            if claims.emergency[a].min() < claims.emergency[b].max() or claims.needed[a].max() > claims.needed[b].min():
                continue
            left = {int(home_of[c]) for c in a}
            back = left.pop() if len(left) == 1 else -1
            for takes in dict.fromkeys((back, -1)):
                swapped = home_of.copy()
                swapped[a], swapped[b] = h, takes
                if (takes < 0 or all((c, takes) in of_pair for c in b)) and lawful_plan(q, swapped):
                    old, new = q.values_of(home_of), q.values_of(swapped)
                    gains = [(t, (old[t] - new[t]) if t == "cost" else new[t] - old[t]) for t in q.tiers]
                    tier, gain = next((one for one in gains if one[1]), ("", 0))
                    word = tier if gain < 0 else BETTER if gain > 0 else TIE
                    found.add((tuple(a), tuple(b), h, takes, word, max(-gain, 0)))
                    break
    return found


def told(one: Case) -> tuple[Any, ...]:
    """A case as the plain loop tells it."""
    return one.a, one.b, one.home, one.takes, one.tier, one.loss


def test_the_same_cases_as_a_plain_loop() -> None:
    """On random questions in which every clause of the law turns up, for good plans and for poor ones."""
    cases = explained = 0
    for seed in range(150):
        q = random_question(FromSeed(seed), children=9)
        rng = np.random.default_rng(seed)
        n = q.children
        claims = Claims(rng.permutation(n), rng.random(n) < 0.2, rng.integers(0, 2, n), rng.random(n) < 0.1)
        best = SOLVERS["bundles"](q).home_of
        poor = np.where(rng.random(n) < 0.5, -1, best)
        for plan in (best, poor) if lawful_plan(q, poor) else (best,):
            found = envy(q, plan, claims)
            assert {told(one) for one in found.cases} == by_a_plain_loop(q, plan, claims)
            assert found.count == len(found.cases)
            if plan is best:
                assert not any(one.tier == BETTER for one in found.cases)
            cases += found.count
            explained += sum(one.is_explained for one in found.cases)
    assert cases > 50
    assert 0 < explained < cases


def test_the_audit_bears_out_every_swap() -> None:
    """What is said to be lawful is: every rule asked again of the swapped plan by those who check plans."""
    asked = 0
    for seed in range(60):
        tiny = seeded(seed)
        proposal = propose(tiny.records, Policy(), council=tiny.council, allow=tiny.allow)
        ids = proposal.question.home_ids
        n = proposal.question.children
        claims = Claims(np.arange(n), np.zeros(n, np.bool_), np.zeros(n, np.int64), np.zeros(n, np.bool_))
        for case in envy(proposal.question, proposal.home_of, claims).cases:
            plan = proposal.home_of.copy()
            plan[list(case.a)], plan[list(case.b)] = case.home, case.takes
            names = {c: ids[h] if h >= 0 else None for c, h in zip(proposal.question.child_ids, plan, strict=True)}
            assert not audit.audit(proposal.register, proposal.asked, names, proposal.allowed, never_split=False)
            asked += 1
    assert asked > 10


def test_a_longer_wait_is_told_with_what_justifies_it() -> None:
    """C2 waited longer and would fit H1 better; with the swap C1, who lives far from H2, would not be local."""
    long_ago = DAY - timedelta(days=60)
    children = [child("C1", needed_by=None), child("C2", home=miles_east(9), referred_on=long_ago, needed_by=None)]
    homes = [home("H1", **ONE_PLACE, location=miles_east(6)), home("H2", **ONE_PLACE, location=miles_east(19),
                                                                 authority="E08000006")]  # fmt: skip
    (case,) = envy_of(planned(children, homes)).cases
    assert (case.a, case.b, case.home, case.days_longer) == ((1,), (0,), 0, 46)
    assert case.tier == "local"


@pytest.mark.parametrize(
    "changes",
    [{"referred_on": DAY}, {"needed_by": DAY + timedelta(days=30)}],
    ids=["waited less", "needed later"],
)
def test_a_lesser_claim_is_no_case(changes: dict[str, Any]) -> None:
    """Who has waited less, or needs a home later, has no better claim."""
    children = [child("C1", referred_on=DAY - timedelta(days=5)),
                child("C2", home=miles_east(3), referred_on=DAY - timedelta(days=50))]  # fmt: skip
    homes = [home("H1", **ONE_PLACE), home("H2", **ONE_PLACE, location=miles_east(8))]
    assert planned(children, homes)
    weaker = [children[0], child("C2", home=miles_east(3), **{"referred_on": DAY - timedelta(days=50)} | changes)]
    assert not [one for one in envy_of(planned(weaker, homes)).cases if one.a == (1,)]
