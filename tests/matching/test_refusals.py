"""When carers say no: against every lawful plan of small questions, and every way the carers could answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from matching.acceptance import Acceptance, acceptance
from matching.alternatives import Group, groups_of
from matching.asking import Asking
from matching.policy import read_policy
from matching.propose import Proposal, propose
from matching.question import Question, Solution
from matching.refusals import expected_at_first, likeliest, refusals, refused_by, worst
from matching.solvers import SOLVERS
from records.model import Enquiry, Link, LinkKind
from tests.matching.alternatives.plain import Everything, Plan
from tests.matching.questions import FromSeed, random_question
from tests.matching.test_acceptance import told
from tests.ordinary import DAY, child, home, miles_east, records


def placed(question: Question, solution: Solution) -> tuple[Group, ...]:
    """The groups of a plan that have a home."""
    return tuple(group for group in groups_of(question, solution.home_of) if group.home >= 0)


# ---- against every lawful plan ----


@pytest.mark.parametrize("first", [0, 30])
def test_refusals_leave_the_best_of_every_plan_left(first: int) -> None:
    """One or two refusals at once: tiers, then fewest moved, then ids, of every lawful plan without those pairs; the
    worst refusals are those that leave the worst of these.
    """
    for seed in range(first, first + 30):
        q = random_question(FromSeed(seed), children=4, homes=4)
        solution = SOLVERS["exhaustive"](q)
        everything, before = Everything(q), tuple(solution.home_of.tolist())
        groups = placed(q, solution)

        def best(some: tuple[Group, ...], everything: Everything = everything, before: Plan = before) -> Plan:
            may = [p for p in everything.worth if all(p[c] != g.home for g in some for c in g.children)]
            return max(
                may,
                key=lambda p: (
                    everything.worth[p],
                    -sum(a != b for a, b in zip(p, before, strict=True)),
                    -everything.ids(p),
                ),
            )

        found = worst(q, solution, groups, np.full(len(groups), np.nan), 2)
        assert len(found) == min(2, len(groups))
        for many, one in enumerate(found, 1):
            left = {some: best(some) for some in combinations(groups, many)}
            assert tuple(one.after.home_of.tolist()) == left[one.groups], seed
            assert one.exact
            assert everything.worth[left[one.groups]] == min(everything.worth[plan] for plan in left.values()), seed
            assert all(one.after.proved)


def test_the_average_is_over_every_way_the_carers_could_answer() -> None:
    """Tier by tier, on 60 random questions: each yes and no weighed by its chance; whoever is refused has no home."""
    for seed in range(60):
        q = random_question(FromSeed(seed), children=4, homes=4)
        solution = SOLVERS["exhaustive"](q)
        groups = placed(q, solution)
        chances = np.random.default_rng(seed).random(len(groups))
        mean = dict.fromkeys(q.tiers, 0.0)
        for said in product((True, False), repeat=len(groups)):
            plan, weight = solution.home_of.copy(), 1.0
            for yes, group, chance in zip(said, groups, chances.tolist(), strict=True):
                weight *= chance if yes else 1 - chance
                if not yes:
                    plan[list(group.children)] = -1
            values = q.values_of(plan)
            mean = {tier: mean[tier] + weight * values[tier] for tier in q.tiers}
        assert expected_at_first(q, solution.home_of, groups, chances) == pytest.approx(mean), seed


def test_the_likeliest_refusals_are_those_least_likely_to_accept() -> None:
    """In order of their chances; the chance that all of them refuse is the product."""
    q = random_question(FromSeed(2), children=4, homes=4)
    solution = SOLVERS["exhaustive"](q)
    groups = placed(q, solution)
    assert len(groups) >= 2
    chances = np.linspace(0.9, 0.2, len(groups))
    one, two = likeliest(q, solution, groups, chances, 2)
    assert one.groups == (groups[-1],)
    assert two.groups == (groups[-1], groups[-2])
    assert two.chance == pytest.approx((1 - chances[-1]) * (1 - chances[-2]))
    assert refused_by(q, solution, two.groups).after.values == two.after.values


# ---- a whole round ----


def council(**changes: object) -> Proposal:
    """Three children; H1 and H2 take anybody, one each; H3 and H4 lie further away; two brothers stay together."""
    children = [
        child("C1", family_id="F"),
        child("C2", family_id="F"),
        child("C3", home=miles_east(1)),
        child("C4", home=miles_east(2)),
    ]
    homes = [
        home("H1", location=miles_east(1.0), approved_places=2, vacancies=2),
        home("H2", location=miles_east(1.1), approved_places=1, vacancies=1),
        home("H3", location=miles_east(1.2), approved_places=1, vacancies=1),
        home("H4", location=miles_east(1.3), approved_places=2, vacancies=2),
    ]
    found = records(children, homes)
    return propose(replace(found, **changes), read_policy())  # type: ignore[arg-type]


def answers(**yes_no: tuple[int, int]) -> list[Enquiry]:
    """So many yeses and noes of each home, and of twenty others that are as different."""
    found = [one for home_id, (yes, no) in yes_no.items() for one in told(home_id, yes, no)]
    for at in range(20):
        found += told(f"X{at}", *((19, 1) if at % 2 else (1, 19)))
    return found


def asking(proposal: Proposal, enquiries: list[Enquiry]) -> Asking:
    """What is to be asked in a round."""
    return Asking(proposal, acceptance(enquiries, proposal.register.records.homes))


NICE = answers(H1=(18, 2), H2=(2, 18), H3=(18, 2), H4=(10, 10))


def test_a_round_with_answers_enough() -> None:
    """Chances, the likeliest refusals, back-ups and averages: and nothing of it changes the plan."""
    proposal = council()
    before = proposal.home_of.copy()
    ask = asking(proposal, NICE)
    assert ask.acceptance.used
    found = refusals(ask, prefer_likelier=True)
    assert (proposal.home_of == before).all()
    assert not found.worst
    assert [group.home for group in found.groups] == sorted({*before.tolist()} - {-1}, key=before.tolist().index)
    assert [len(one.groups) for one in found.refused] == [1, 2, 3][: len(found.groups)]
    assert found.expected is not None
    assert found.expected.first["placed"] < found.expected.backed["placed"] <= 4
    assert found.expected.first["placed"] == pytest.approx(
        sum(len(g.children) * p for g, p in zip(found.groups, found.chances.tolist(), strict=True))
    )
    likelier = found.likelier
    if likelier is not None:
        assert likelier.placed > likelier.placed_now
        assert all(likelier.loss[tier] == 0 for tier in ("placed", "siblings", "local"))
        assert likelier.proved


def test_a_likelier_plan_is_looked_for_only_when_asked_and_loses_no_more_than_is_stated() -> None:
    """H2's carers nearly always refuse; H3's, as near, nearly always accept: the child would go there, at a few points.

    Against every plan within the distance, none has more children expected.
    """
    proposal = council()
    q = proposal.question
    ask = asking(proposal, NICE)
    assert refusals(ask).likelier is None
    found = refusals(ask, prefer_likelier=True).likelier
    worth = ask.chance_of_pairs(proposal.home_of)
    at = {(c, h): p for c, h, p in zip(q.pair_child.tolist(), q.pair_home.tolist(), worth.tolist(), strict=True)}
    everything = Everything(q)
    near = everything.near_best(tuple(proposal.home_of.tolist()), 1)
    best = max(sum(at[c, h] for c, h in enumerate(plan) if h >= 0) for plan in near)
    mine = proposal.home_of if found is None else found.home_of
    assert tuple(mine.tolist()) in near
    assert sum(at[c, h] for c, h in enumerate(mine.tolist()) if h >= 0) == pytest.approx(best, abs=0.03)
    assert found is not None
    assert found.changed


@pytest.mark.parametrize("enquiries", [[], told("H1", 8, 4)], ids=["nothing recorded", "too few to tell apart"])
def test_without_a_model_the_worst_refusals_are_shown(enquiries: list[Enquiry]) -> None:
    """One rate for all, or none: what costs most is worked out, and no other plan is preferred."""
    ask = asking(council(), enquiries)
    found = refusals(ask, prefer_likelier=True)
    assert found.worst
    assert found.likelier is None
    assert (found.expected is None) == (not enquiries)
    assert np.isnan(found.refused[0].chance) == (not enquiries)
    assert all(one.exact for one in found.refused)
    losses = [one.after.loss["placed"] for one in found.refused]
    assert losses == sorted(losses)


def test_chosen_refusals() -> None:
    """Those that a person names, and no others; a home that is not asked cannot refuse."""
    ask = asking(council(), NICE)
    groups = ask.groups(ask.proposal.home_of)
    (one,) = refusals(ask, chosen=groups[:2]).refused
    assert one.groups == groups[:2]
    with pytest.raises(ValueError, match="not a group of the plan"):
        refusals(ask, chosen=[Group((0,), 3)])


def test_nobody_is_asked_of_a_home_where_children_stay() -> None:
    """A settled child's carers are not asked anew, and cannot be among the refusals."""
    proposal = council(
        children=(child("C1", needed_by=None), child("C3")),
        links=(Link("C1", "H4", LinkKind.CURRENT_CARER),),
    )
    ask = asking(proposal, [])
    assert proposal.home_of.tolist()[0] == 3
    assert [group.children for group in ask.groups(proposal.home_of)] == [(1,)]
    assert ask.chances([Group((0,), 3)]).tolist() == [1.0]


def test_an_empty_plan_has_nothing_to_refuse() -> None:
    """No home for anybody: no refusal, no average."""
    found = refusals(asking(council(homes=()), []))
    assert (found.groups, found.refused, found.expected) == ((), (), None)


def test_order_of_records_changes_nothing() -> None:
    """Enquiries in another order give the same refusals."""
    one, other = (refusals(asking(council(), some)) for some in (NICE, NICE[::-1]))
    assert one.chances.tolist() == other.chances.tolist()
    assert one.expected == other.expected
    assert [r.groups for r in one.refused] == [r.groups for r in other.refused]


def test_a_request_says_what_is_asked_and_names_nobody() -> None:
    """Two brothers: two children, their ages, the longest way."""
    ask = asking(council(), NICE)
    (two,) = (group for group in ask.groups(ask.proposal.home_of) if len(group.children) == 2)
    request = ask.request(two)
    assert (request.children, request.youngest_age, request.asked_on) == (2, 8, DAY)
    assert isinstance(ask.acceptance, Acceptance)
    assert "C1" not in repr(request)
