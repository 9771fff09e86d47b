"""Why there is no home, and what would change that: every claim re-solved by trying every plan, or read afresh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from matching.bundles import units_of
from matching.conflicts import Conflict, Relaxation, conflict_in_words, explain, unplaced
from matching.conflicts.carers import NEW_HOME, records_with, takes
from matching.conflicts.filter import irreducible
from matching.conflicts.grant import Round
from matching.conflicts.reasons import groups_left, must_lose, never_split_from, ways_of, why
from matching.conflicts.relax import records_of, relaxations
from matching.conflicts.room import Group, make_room, only, with_room
from matching.conflicts.words import carer_in_words, relaxation_in_words
from matching.policy import Policy
from matching.propose import Proposal, propose
from matching.question import Ints, Question
from matching.solvers.exhaustive import lawful
from records.model import Alongside
from tests import oracle
from tests.matching.questions import FromSeed, random_question
from tests.ordinary import TRAFFORD, child, fostered, home, miles_east, records, years_old
from tests.tiny_councils import ADJOINING, TinyCouncil, seeded

COUNCILS, CHUNK = 320, 20
CHUNKS = [pytest.param(range(first, first + CHUNK), id=f"from-{first}") for first in range(0, COUNCILS, CHUNK)]
LEAST_GROUPS = {"a chunk": 8}


def proposed(tiny: TinyCouncil) -> Proposal:
    """The tiny council's plan, found by trying every one."""
    policy = Policy(allow=tiny.allow, siblings="never_split" if tiny.never_split else "together_where_possible")
    return propose(tiny.records, policy, council=tiny.council, allow=tiny.allow, solver="exhaustive")


def every_plan(q: Question, children: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every lawful plan of these children, the others without a home; home by home, each asked once."""
    known: dict[tuple[int, tuple[int, ...]], bool] = {}
    choices = [[-1, *q.pair_home[q.pair_child == c].tolist()] if c in children else [-1] for c in range(q.children)]
    for plan in product(*choices):
        if q.never_split and any(plan[a] != plan[b] for a, b in q.sibling_pairs.tolist()):
            continue
        held = {(h, tuple(c for c in range(q.children) if plan[c] == h)) for h in set(plan) - {-1}}
        for one in held - known.keys():
            known[one] = lawful(q, *one)
        if all(known[one] for one in held):
            yield plan


def has_home(q: Question, group: Group, needing: Sequence[int], children: Sequence[int]) -> bool:
    """Whether some lawful plan gives the group one home, and each of those needing one a home."""
    return any(
        len({plan[c] for c in group}) == 1 and plan[group[0]] >= 0 and all(plan[c] >= 0 for c in needing)
        for plan in every_plan(q, children)
    )


# ---- the reasons ---------------------------------------------------------------------------------------------------


def holds(proposal: Proposal, group: Group, conflict: Conflict) -> bool:
    """Whether these reasons, and no others, leave no home for the group: by trying every plan."""
    q = proposal.question
    index = {c: i for i, c in enumerate(q.child_ids)}
    if conflict.level == "rules":
        wanted = {rule_id for reason in conflict.rules for rule_id in reason.split("+")}
        rules = [rule for rule in proposal.rules if rule.rule_id in wanted]
        ways = ways_of(proposal, group, rules)
        kept = [reason for reason in conflict.rules if reason in ways.removes]
        if not kept:
            return not len(proposal.register.homes)
        return ways.stopped_by(kept)
    unit = units_of(q)
    needing = [index[c] for ids in conflict.groups for c in ids]
    units = {int(unit[c]) for c in (*needing, group[0])}
    there = [c for c in range(q.children) if int(unit[c]) in units]
    roomy = np.array([h not in conflict.homes for h in q.home_ids], dtype=np.bool_)
    q = with_room(only(q, np.isin(np.arange(q.children), there)), roomy)
    bars = [tuple(index[c] for c in ids) for ids in conflict.bars]
    solo = np.array([(c,) in bars for c in range(q.children)], dtype=np.bool_)
    apart = np.array([ids for ids in bars if len(ids) == 2], dtype=np.int64).reshape(-1, 2)
    return not has_home(replace(q, solo=solo, apart=apart), group, needing, there)


def with_one_less(conflict: Conflict) -> Iterator[Conflict]:
    """The conflict without each of its reasons in turn."""
    for name in ("rules", "groups", "homes", "bars"):
        reasons = getattr(conflict, name)
        for k in range(len(reasons)):
            yield replace(conflict, **{name: reasons[:k] + reasons[k + 1 :]})


@pytest.mark.parametrize("seeds", CHUNKS)
def test_reasons_hold_and_none_can_be_spared(seeds: range) -> None:
    """On random councils the reasons leave no home; without any one of them, whichever it is, there is one."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        proposal = proposed(seeded(seed))
        for group in groups_left(proposal):
            conflict = why(proposal, group)
            seen[conflict.level] += 1
            assert conflict.level in ("rules", "others"), seed
            assert conflict.irreducible
            assert conflict.members, seed
            assert holds(proposal, group, conflict), (seed, group, conflict)
            for less in with_one_less(conflict):
                assert not holds(proposal, group, less), (seed, group, conflict, less)
    assert seen.total() >= LEAST_GROUPS["a chunk"]


def test_both_levels_of_reason_turn_up_often_enough() -> None:
    """The random councils leave well over three hundred groups without a home, at both levels."""
    seen: Counter[str] = Counter()
    for seed in range(COUNCILS):
        proposal = proposed(seeded(seed))
        q = proposal.question
        for group in groups_left(proposal):
            family = [c for c in range(q.children) if units_of(q)[c] == units_of(q)[group[0]]]
            seen["others" if has_home(q, group, (), family) else "rules"] += 1
    assert seen.total() >= 300
    assert min(seen.values()) >= 60


def test_a_filter_finds_a_part_of_which_nothing_can_be_spared() -> None:
    """Three hidden numbers among forty: they are found, in order, in far fewer questions than subsets."""
    asked: list[Sequence[int]] = []

    def cannot(some: Sequence[int]) -> bool:
        asked.append(some)
        return {3, 17, 31} <= set(some)

    assert irreducible(range(40), cannot) == [3, 17, 31]
    assert len(asked) < 40
    with pytest.raises(ValueError, match="no conflict"):
        irreducible(range(3), cannot)


def test_the_earlier_of_two_reasons_is_kept() -> None:
    """Either of two numbers is enough: the first in the order given is named."""
    assert irreducible([5, 1, 2], lambda some: 1 in some or 2 in some) == [1]


def test_three_children_for_two_places() -> None:
    """Two homes with a place each and three children: both homes and the other two are the reason, each needed."""
    homes = [home("H1", vacancies=1, approved_places=1), home("H2", vacancies=1, approved_places=1)]
    proposal = propose(records([child("C1"), child("C2"), child("C3")], homes), Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    assert one.conflict.level == "others"
    assert one.conflict.homes == ("H1", "H2")
    assert {c for ids in one.conflict.groups for c in ids} | set(one.child_ids) == {"C1", "C2", "C3"}
    assert "leave none, and none of them can be spared" in conflict_in_words(proposal, one.conflict)


def test_a_bystander_is_not_blamed() -> None:
    """A boy with a home of his own that no girl may use is in nobody's way."""
    homes = [
        home("H1", vacancies=1, approved_places=1, approved_sex="F"),
        home("H2", vacancies=1, approved_places=1, approved_sex="M"),
    ]
    proposal = propose(records([child("C1"), child("C2"), child("C3", sex="M")], homes), Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    assert one.conflict.homes == ("H1",)
    assert len(one.conflict.groups) == 1
    assert "C3" not in {c for ids in one.conflict.groups for c in ids}


def test_never_splitting_a_family_can_be_the_reason() -> None:
    """Two sisters, two homes with one place: each could live alone, but for the council's wish."""
    homes = [home("H1", vacancies=1, approved_places=1), home("H2", vacancies=1, approved_places=1)]
    told = records([child("C1", family_id="F1"), child("C2", family_id="F1")], homes)
    proposal = propose(told, Policy(siblings="never_split"), council=TRAFFORD)
    alone = {one.child_ids: one.conflict for one in explain(proposal)}
    assert "NEVER-SPLIT" in alone[("C1",)].rules
    assert alone[("C1", "C2")].level == "rules"
    assert "never to split" in conflict_in_words(proposal, alone[("C1",)])


def test_what_the_council_puts_first_can_be_the_reason() -> None:
    """Points before placing: a home with room for one well or two worse is named as a choice of the council."""
    homes = [home("H1", vacancies=2, approved_places=2)]
    told = records([child("C1", alongside=Alongside.SOLO), child("C2")], homes)
    proposal = propose(told, Policy(tiers=("points", "placed")), council=TRAFFORD)
    (left,) = groups_left(proposal)
    assert why(proposal, left).level == "others"
    q = proposal.question
    aside = np.full(q.children, -1, dtype=np.int64)
    assert must_lose(q, aside, left, ()) is False


def test_a_plan_that_is_not_the_best_is_said_to_be_so() -> None:
    """With everybody left out for no reason, the reason given is that a better plan exists; nothing is relaxed."""
    proposal = propose(records([child("C1")], [home("H1")]), Policy(), council=TRAFFORD)
    empty = replace(proposal, home_of=np.full(1, -1, dtype=np.int64))
    (one,) = explain(empty)
    assert one.conflict.level == "better plan"
    assert not one.conflict.irreducible
    assert not one.changes.found
    assert one.carer is None
    assert "not proved best" in conflict_in_words(empty, one.conflict)


# ---- room ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_room_is_found_exactly_when_there_is_some(first: int) -> None:
    """On random questions, and from any lawful plan: room is found when some plan has it, and the plan is lawful."""
    chance, found, none = np.random.default_rng(first), 0, 0
    for seed in range(first, first + 50):
        q = random_question(FromSeed(seed))
        plans = list(every_plan(q, range(q.children)))
        plan = np.array(plans[int(chance.integers(len(plans)))], dtype=np.int64)
        for c in np.flatnonzero(plan < 0).tolist():
            if q.never_split and any(c in two for two in q.sibling_pairs.tolist()):
                continue
            needing = np.flatnonzero(plan >= 0).tolist()
            room = make_room(q, plan, (c,))
            wanted = has_home(q, (c,), needing, range(q.children))
            # whoever the plan leaves out stays out, unless of a family that is looked at
            assert room.plan is None or wanted, seed
            if room.plan is not None:
                found += 1
                assert tuple(room.plan.tolist()) in plans
                assert (room.plan[[*needing, c]] >= 0).all()
            else:
                none += 1
                units = [k for k in range(q.children) if units_of(q)[k] in room.units]
                assert not has_home(q, (c,), [k for k in needing if k in units], units), seed
    assert found > 5
    assert none > 5


# ---- what would change it ------------------------------------------------------------------------------------------


def ids_of(proposal: Proposal, plan: Ints) -> dict[str, str | None]:
    """The plan in ids; a home beyond the register is the new one."""
    names = [*proposal.question.home_ids, NEW_HOME]
    return {c: names[h] if h >= 0 else None for c, h in zip(proposal.question.child_ids, plan.tolist(), strict=True)}


def second_reading(tiny: TinyCouncil, told: oracle.Records, more: frozenset[str] = frozenset()) -> oracle.Round:
    """The round as the second reading is told of it, with approvals added."""
    return oracle.Round(told, tiny.council, ADJOINING, frozenset(tiny.allow) | more, tiny.never_split)


def least_loss(proposal: Proposal, now: Round, change: Relaxation) -> dict[str, int]:
    """What the best plan with the change is worth, tier by tier, by trying every plan; cost as less is more."""
    rules = frozenset(rule.rule_id for rule in change.rules)
    q = now.granted(change.group, change.home, rules, to_group=not change.elsewhere)
    needing = [*np.flatnonzero(proposal.home_of >= 0).tolist(), *change.group]
    worth = []
    for plan in every_plan(q, needing):
        together = {plan[c] for c in change.group}
        if all(plan[c] >= 0 for c in needing) and (change.elsewhere or together == {change.home}):
            values = q.values_of(plan)
            worth.append(tuple(-values[t] if t == "cost" else values[t] for t in q.tiers))
    return dict(zip(q.tiers, max(worth), strict=True))


@pytest.mark.parametrize("seeds", CHUNKS)
def test_changes_place_the_group_and_take_nobodys_home(seeds: range) -> None:
    """On random councils each change gives the group a home and leaves everybody's; a second reading agrees."""
    tried = 0
    for seed in seeds:
        tiny = seeded(seed)
        proposal = proposed(tiny)
        now = Round(proposal)
        before = proposal.home_of >= 0
        for group in groups_left(proposal):
            whole = never_split_from(proposal.question, group)
            conflict = why(proposal, group)
            efforts = []
            for change in relaxations(proposal, now, whole, conflict).found:
                tried += 1
                assert (change.home_of[before] >= 0).all(), seed
                assert (change.home_of[list(whole)] >= 0).all(), seed
                told = records_of(proposal, change)
                rules = frozenset(rule.rule_id for rule in change.rules)
                plan = ids_of(proposal, change.home_of)
                assert oracle.is_lawful(second_reading(tiny, told, rules), plan), (seed, change)
                assert not oracle.is_lawful(second_reading(tiny, tiny.records), plan), (seed, change)
                assert set(change.moved) == set(np.flatnonzero(before & (change.home_of != proposal.home_of)).tolist())
                efforts.append(change.effort)
                assert change.effort[0] <= 2
                if change.exact:
                    best = least_loss(proposal, now, change)
                    values = proposal.question.values_of(change.home_of)
                    granted = now.granted(whole, change.home, rules, to_group=not change.elsewhere)
                    values = granted.values_of(change.home_of)
                    assert best == {t: -values[t] if t == "cost" else values[t] for t in best}, (seed, change)
            assert efforts == sorted(efforts)
    assert tried > 3


@pytest.mark.parametrize("seeds", CHUNKS[::2])
def test_a_new_carer_is_enough_and_no_demand_can_be_dropped(seeds: range) -> None:
    """On random councils the carer named places the group; a home that lacks any one demand may not take them."""
    tried = 0
    for seed in seeds:
        tiny = seeded(seed)
        proposal = proposed(tiny)
        for one in explain(proposal):
            if one.carer is None:
                continue
            tried += 1
            found = one.carer
            plan = ids_of(proposal, found.home_of)
            told = records_with(proposal, found.for_group, found.carer)
            assert oracle.is_lawful(second_reading(tiny, told), plan), seed
            assert all(
                plan[c] for c in (*one.child_ids, *(c for c, h in ids_of(proposal, proposal.home_of).items() if h))
            )
            for demand in found.carer.demands:
                lacking = records_with(proposal, found.for_group, found.carer, demand)
                assert not takes(proposal, found.for_group, found.carer, demand), (seed, demand)
                assert not oracle.is_lawful(second_reading(tiny, lacking), plan), (seed, demand)
            assert carer_in_words(proposal, found)
    assert tried > 3


def test_an_exemption_is_named_with_the_council_where_the_carer_lives() -> None:
    """A home that fosters two has three places in its terms and room for one: the second child needs an exemption."""
    told = records(
        [child("C1"), child("C2")],
        [home("H1", approved_places=4, vacancies=2)],
        residents=(fostered("H1", "R1"), fostered("H1", "R2")),
    )
    proposal = propose(told, Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    first = one.changes.found[0]
    assert {rule.rule_id for rule in first.rules} == {"FOST-03", "FOST-05"}
    assert any("where the carer lives" in who for who in first.who)
    assert "approval under FOST-03 and FOST-05" in relaxation_in_words(proposal, first)


def test_a_sign_off_for_one_may_move_another() -> None:
    """C1 may only live in H1, where C2 is; H2 smokes, and C2 could go to H3 if its director allowed C1 nothing."""
    homes = [
        home("H1", vacancies=1, approved_places=1),
        home("H2", vacancies=1, approved_places=1, approved_sex="M", location=miles_east(3)),
    ]
    told = records([child("C1", date_of_birth=years_old(9)), child("C2")], homes)
    proposal = propose(told, Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    assert [({r.rule_id for r in c.rules}, c.home) for c in one.changes.found[:1]] == [({"FOST-02"}, 1)]
    assert not one.changes.found[0].moved


def test_a_place_elsewhere_frees_one_for_a_child_who_can_live_nowhere_else() -> None:
    """The girl who smokes nobody out can only live in H1; C2 could move to H2 if it had one place more."""
    homes = [
        home("H1", vacancies=1, approved_places=1),
        home("H2", vacancies=1, approved_places=2, pets=True),
    ]
    from records.model import PetsWish

    told = records(
        [child("C1", pets=PetsWish.NO), child("C2"), child("C3")],
        homes,
    )
    proposal = propose(told, Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    elsewhere = [c for c in one.changes.found if c.elsewhere or c.home == 1]
    assert elsewhere
    assert any({r.rule_id for r in c.rules} == {"FOST-20"} and c.places == 1 for c in elsewhere)


def test_a_carer_who_is_easier_to_find_may_take_another_child() -> None:
    """A child with complex needs loses a place to an ordinary child: an ordinary carer frees it."""
    homes = [home("H1", vacancies=1, approved_places=1, meets_needs=("complex_health", "autism"))]
    told = records(
        [child("C1", needs_must=("complex_health", "autism"), date_of_birth=years_old(9)), child("C2")], homes
    )
    proposal = propose(told, Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    assert one.carer is not None
    assert not one.carer.carer.needs
    assert [proposal.question.child_ids[i] for i in one.carer.for_group] == ["C2"]


def test_what_would_help_is_the_least_of_all_that_was_found() -> None:
    """One signature that leaves the plan alone is named before two, and before a place that is not there yet."""
    homes = [
        home("H1", vacancies=1, approved_places=3),
        home("H2", vacancies=1, approved_places=1, smoker=True),
    ]
    told = records([child("C1", smoke_free=True), child("C2", smoke_free=True)], homes)
    (left,) = unplaced(propose(told, Policy(), council=TRAFFORD))
    assert "Home H2" in left.help
    assert "HLT-05" in left.help


def test_a_long_list_of_groups_after_a_run_cut_short_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more left out than can be looked at and nothing proved, that is said and nothing is made up."""
    monkeypatch.setattr("matching.conflicts.left.MOST_GROUPS", 1)
    proposal = propose(records([child("C1"), child("C2")], [home("H1")]), Policy(), council=TRAFFORD)
    tiers = tuple(replace(t, proved=False) for t in proposal.solution.tiers)
    cut = replace(proposal, home_of=np.full(2, -1, dtype=np.int64), solution=replace(proposal.solution, tiers=tiers))
    assert [one.conflict.level for one in explain(cut)] == ["not asked", "not asked"]


def test_competition_too_wide_to_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """When more units compete than are looked at together, no set of reasons is passed off as irreducible."""
    monkeypatch.setattr("matching.conflicts.room.MOST_UNITS", 2)
    homes = [home(f"H{k}", vacancies=1, approved_places=1) for k in range(1, 4)]
    told = records([child(f"C{k}") for k in range(1, 5)], homes)
    proposal = propose(told, Policy(), council=TRAFFORD)
    (group,) = groups_left(proposal)
    found = why(proposal, group)
    assert (found.level, found.irreducible, found.members) == ("too many", False, 0)
    assert "too wide" in conflict_in_words(proposal, found)


def test_in_a_big_round_fewer_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """With very many groups and pairs the search is cut sooner; what is still found is as true, and that is said."""
    monkeypatch.setattr("matching.conflicts.left.MUCH", 0)
    monkeypatch.setattr("matching.conflicts.left.FEW_UNITS", 2)
    homes = [home(f"H{k}", vacancies=1, approved_places=1) for k in range(1, 4)]
    homes.append(home("H4", vacancies=1, approved_places=1, on_hold=True))
    proposal = propose(records([child(f"C{k}") for k in range(1, 5)], homes), Policy(), council=TRAFFORD)
    (one,) = explain(proposal)
    assert one.conflict.level == "too many"
    assert not one.changes.complete
    assert [{r.rule_id for r in c.rules} for c in one.changes.found][:1] == [{"FOST-18"}]
    assert one.carer is not None
