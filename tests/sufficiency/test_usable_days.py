"""Simulated days ask the product's own rules and matcher, and one day never depends on another."""

from __future__ import annotations

import numpy as np
import pytest

from matching.audit import audit
from matching.pairs import Pairs
from matching.rules import RULES
from matching.rules.rule import ask
from matching.solvers import solve_cpsat
from records.chance import Chance
from sufficiency.households import SEGMENTS, segment_of, starting_homes
from sufficiency.scenario import baseline
from sufficiency.usable_asking import lawful_for, local, most_placed, question_of, register_of, room_for
from sufficiency.usable_children import NEEDS, groups_of, wanted_of
from sufficiency.usable_days import Days, Simulator, days_of
from sufficiency.usable_filling import Filling, fill
from sufficiency.usable_places import Spots
from sufficiency.usable_register import council_of, own_households
from tests.sufficiency.usable_made import DAY, households, records, setting, spots, told


@pytest.fixture(scope="module")
def groups():
    """Three groups of each need."""
    found = groups_of(Chance(np.random.default_rng(3)), spots(), DAY, dict.fromkeys(NEEDS, 3))
    return tuple(one for need in NEEDS for one in found[need])


@pytest.fixture(scope="module")
def half_full(groups):
    """Homes about half full, by the rules."""
    filling = Filling(households(), 3)
    everybody = [one.renamed(f"L{at}") for at, one in enumerate(groups)]
    register = register_now(filling, everybody)
    lawful = lawful_for(told(), register, everybody)
    occupancy = np.full(len(SEGMENTS), 0.5)
    fill(filling, Chance(np.random.default_rng(4)), everybody, lawful, wanted_of(baseline()), occupancy)
    return filling


def register_now(filling, groups):
    """Homes and who lives there now, and groups who wait."""
    every = range(len(filling.households))
    residents = [one for at in every for one in filling.residents(at)]
    return register_of(told(), groups, [filling.home(at) for at in every], residents)


def test_everybody_who_moved_in_may_live_there(half_full):
    """No home holds more than its places or, of several families, more than the law's three."""
    assert half_full.living.sum() > 10
    assert (half_full.living <= half_full.places).all()
    for at, living in enumerate(half_full.groups):
        assert len(living) <= 1 or half_full.living[at] <= 3
        assert half_full.free()[at] <= half_full.vacant()[at]


def test_a_group_is_asked_about_as_in_a_round(half_full, groups):
    """Lawful is what every rule says of the group together, and near enough; families go whole."""
    register = register_now(half_full, groups)
    lawful = lawful_for(told(), register, groups)
    room = room_for(told(), register, groups, lawful)
    near = local(told(), register, Pairs.every(len(register.children), len(register.homes)))
    near = near.reshape(len(register.children), -1)
    assert lawful.any()
    for at, group in enumerate(groups):
        ids = [one.child_id for one in group.children]
        answers = ask(RULES, register.group(*ids), register.homes, told().asked)
        bits = sum(1 << bit for bit, rule in enumerate(RULES) if rule.rule_id in told().policy.allow)
        expected = (answers.barred == 0) & (((answers.sign_off | answers.unknown) & ~np.uint64(bits)) == 0)
        for one in ids:
            expected &= near[register.child_index[one]]
        assert (lawful[at] == expected).all()
        assert set(np.unique(room[at])) <= ({0, len(ids)} if len(ids) > 1 else {0, 1, 2, 3})
        assert (room[at] <= np.where(lawful[at], np.maximum(register.homes.vacancies, 0), 0)).all()


def test_the_days_plan_is_lawful_and_the_most_that_can_be(half_full, groups):
    """The audit finds nothing in the plan, families go whole, and another solver places as many."""
    register = register_now(half_full, groups)
    children = [type(groups[0])(one.need, (child,)) for one in groups for child in one.children]
    alone = lawful_for(told(), register, children)
    rows = {one.children[0].child_id: row for one, row in zip(children, alone, strict=True)}
    question = question_of(told(), register, np.stack([rows[one.child_id] for one in register.children]))
    plan = most_placed(question)
    assert (plan >= 0).sum() > 5
    assert (plan >= 0).sum() == (solve_cpsat(question, unique=False).home_of >= 0).sum()
    home_of = {
        child: question.home_ids[home] if home >= 0 else None
        for child, home in zip(question.child_ids, plan.tolist(), strict=True)
    }
    assert not audit(register, told().asked, home_of, told().allowed, never_split=True)
    for one in groups:
        assert len({home_of[child.child_id] for child in one.children}) == 1


def test_a_day_does_not_depend_on_others():
    """A day alone is the day as one of several, and found whichever worker has it."""
    several = days_of(setting(days_each=2), range(4))
    again = Simulator(setting(days_each=2))
    for name, alone in zip(Days.__slots__, again(3), strict=True):
        np.testing.assert_array_equal(getattr(several, name)[3], alone)
    assert not (several.usable[0] == several.usable[3]).all()


def test_a_day_adds_up():
    """Nobody is placed who does not wait, no home has more than its vacancies, and no more is usable than is vacant."""
    told_so: list[tuple[int, int]] = []
    days = days_of(setting(), range(3), progress=lambda done, of: told_so.append((done, of)))
    assert told_so[-1] == (3, 3)
    assert (days.placed.sum(axis=2) <= days.waiting).all()
    assert (days.placed.sum(axis=1) <= days.vacant).all()
    assert (days.usable <= days.vacant[:, :, None] + 1e-9).all()
    assert days.placed.any()
    short_breaks = SEGMENTS.index("short_breaks")
    assert not days.usable[:, short_breaks].any()
    assert not days.usable[:, :, short_breaks].any()


def test_made_up_homes_are_those_of_the_scenario():
    """As many homes and places of each kind as the baseline assumes, of ages that a register would tell it by."""
    made = setting(households=(), scenario=baseline())
    found = Simulator(made).empty(0).households
    assumed = starting_homes(baseline())
    for at, name in enumerate(SEGMENTS):
        there = [one for one in found if one.segment == at]
        if name != "kin":
            assert len(there) == (assumed.segment == at).sum()
            assert sum(one.home.approved_places for one in there) == assumed.places[assumed.segment == at].sum()
        if name.startswith("mainstream") or name in ("teenagers", "short_breaks", "parent_and_child"):
            assert {segment_of(one.home, ()) for one in there} == {name}


def test_a_register_is_taken_as_available():
    """Holds are supply's to play: a home on hold counts with all its places. Others who live there stay."""
    register = records()
    own = {one.home.home_id: one for one in own_households(register)}
    assert council_of(register) in ("E08000009", "E08000003", "E08000007")
    held = own[households()[0].home.home_id]
    assert held.withheld == 0
    assert held.home.on_hold is False
    for one in households()[1:]:
        kept = own[one.home.home_id]
        assert kept.places == one.places
        assert not {r.resident_id for r in kept.others} & {f"R{at}" for at in range(99)}


def test_places_are_found_where_they_lie():
    """A postcode of the area has its own grid reference; another is refused."""
    place: Spots = spots()
    at = place.locate("M0 3AA")
    assert (at.easting, at.northing) == (375_000 + 1200, 392_000 + 1200)
    with pytest.raises(KeyError):
        place.locate("ZZ1 1ZZ")
