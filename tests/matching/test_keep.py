"""The tier `keep`: the same plan from every solver, nobody left out for it, nothing changed where it is not chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import audit
from matching.opportunity.rounds import costs_of
from matching.policy import Policy, PolicyError, read_policy
from matching.propose import propose
from matching.question import KEEP, TIERS, Question
from matching.ranking import rank_group
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from tests.matching.questions import FromSeed, random_question
from tests.ordinary import TRAFFORD, child, home, records

KEEPING = ("placed", "siblings", KEEP, "near", "local", "points", "cost")


def with_prices(seed: int) -> Question:
    """A tiny random question in which some pairs take something from those who are expected."""
    drawn = random_question(FromSeed(seed))
    rng = np.random.default_rng(seed)
    tiers = (*(("pinned",) if "pinned" in drawn.tiers else ()), *KEEPING)
    return replace(drawn, tiers=tiers, pair_keep=rng.integers(0, 4, drawn.pairs) * rng.integers(0, 2, drawn.pairs))


def test_every_solver_keeps_the_same_homes_and_leaves_nobody_out_for_it() -> None:
    """The exhaustive solver's plan, proved; as many children placed as without; and less is taken than without."""
    kept = 0
    for seed in range(7000, 7030):
        question = with_prices(seed)
        found = {name: solve(question) for name, solve in SOLVERS.items()}
        trusted = found["exhaustive"]
        for name, solution in found.items():
            assert [(t.name, t.value) for t in solution.tiers] == [(t.name, t.value) for t in trusted.tiers], (
                seed,
                name,
            )
            assert solution.home_of.tolist() == trusted.home_of.tolist(), (seed, name)
            assert solution.proved, (seed, name)
            assert lawful_plan(question, solution.home_of), (seed, name)
        without = SOLVERS["exhaustive"](replace(question, tiers=tuple(t for t in question.tiers if t != KEEP)))
        with_, before = question.values_of(trusted.home_of), question.values_of(without.home_of)
        assert with_["placed"] == before["placed"]
        assert 0 <= with_[KEEP] <= before[KEEP]
        kept += with_[KEEP] < before[KEEP]
    assert kept > 2


def test_prices_change_nothing_where_the_tier_is_not_chosen() -> None:
    """The packaged policy does not have it; a question with prices and without the tier is answered as before."""
    assert KEEP not in Policy().tiers
    assert KEEP not in TIERS
    for seed in range(7100, 7110):
        question = replace(random_question(FromSeed(seed)), tiers=TIERS)
        priced = replace(question, pair_keep=np.arange(question.pairs, dtype=np.int64))
        one, other = SOLVERS["bundles"](question), SOLVERS["bundles"](priced)
        assert one.home_of.tolist() == other.home_of.tolist()
        assert [(t.name, t.value, t.bound) for t in one.tiers] == [(t.name, t.value, t.bound) for t in other.tiers]


def test_a_question_keeps_nothing_before_a_child_is_placed() -> None:
    """Neither a question nor a policy may put `keep` before `placed`; prices are never negative."""
    question = random_question(FromSeed(7001))
    with pytest.raises(ValueError, match="only after placed"):
        replace(question, tiers=(KEEP, "placed"))
    with pytest.raises(ValueError, match="may not be negative"):
        replace(question, pair_keep=np.full(question.pairs, -1, dtype=np.int64))


def test_a_policy_may_choose_it_after_placed_alone(tmp_path: Path) -> None:
    """Anywhere after `placed`; before it the file is refused with the reason."""
    file = tmp_path / "council.toml"
    file.write_text('schema = 1\ntiers = ["placed", "keep", "points"]\n', encoding="utf-8")
    assert read_policy(file).tiers == ("placed", KEEP, "points")
    file.write_text('schema = 1\ntiers = ["keep", "placed"]\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="without a lawful home to save one"):
        read_policy(file)


def test_a_round_that_keeps_homes_is_audited_and_its_costs_say_so() -> None:
    """One child, two homes: the better one is kept, the audit counts it again, and insisting on it costs days."""
    told = records(children=[child("ANNA")], homes=[home("ASH"), home("BIRCH")])
    ordinary = propose(told, Policy(authority=TRAFFORD))
    best = ordinary.question.home_ids[int(ordinary.home_of[0])]
    keep = {("ANNA", best): 12, ("nobody", "nowhere"): 5}
    kept = propose(told, Policy(authority=TRAFFORD, tiers=KEEPING), keep=keep)
    other = kept.question.home_ids[int(kept.home_of[0])]
    assert other != best
    assert {t.name: t.value for t in kept.solution.tiers}[KEEP] == 0
    assert audit.recount(kept.register, kept.asked, {"ANNA": best}, None, keep)[KEEP] == 12
    group = rank_group(kept, "ANNA", ("ANNA",))
    priced = costs_of(kept, [group])[0]
    at = group.homes.tolist().index(kept.question.home_ids.index(best))
    assert priced.costs[at].losses[KEEPING.index(KEEP)] == 12
