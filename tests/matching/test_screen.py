"""Which pairs are asked about; and that asking those alone gives what asking everybody of every home would give."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import matching.rules.among as narrowing
import matching.screen as screening
from matching.conflicts.table import without_a_home
from matching.considerations import weigh
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.together import stretches
from matching.explain import ranking_sections
from matching.outputs import summary
from matching.pairs import NOT_LISTED, Pairs
from matching.placements import BeforeConfirming
from matching.policy import Policy
from matching.propose import ask_about, propose
from matching.results import work_out
from matching.rules import GATES, RULES
from matching.rules.among import Among
from matching.rules.kinds import ADOPTIVE, kinds_for
from matching.rules.register import Register
from matching.rules.rule import ask
from matching.screen import TooManyPairs, places_left, screen
from records import synthetic
from records.check import check
from records.geography import Directory, miles
from records.model import DistanceReason, HomeKind, Link, LinkKind, Records, Route
from records.tables import Tables
from tests.ordinary import DAY, TRAFFORD, asked_on, child, fostered, home, miles_east, records, years_old

SEEDS = (1, 2, 3)


@cache
def council(seed: int) -> Records:
    """A made-up council with links, zones, separations, families and homes of every kind."""
    return check(Tables.of(synthetic.council(60, 200, seed)), synthetic.DAY, Directory())


def ids(told: Records, policy: Policy) -> list[tuple[str, str]]:
    """The pairs asked about, by id."""
    register = Register(told)
    pairs = screen(register, policy).pairs
    return [
        (register.children[c].child_id, str(register.homes.ids[h]))
        for c, h in zip(pairs.child.tolist(), pairs.home.tolist(), strict=True)
    ]


# ---- which pairs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_radius_every_home_of_a_kind_with_a_place_is_asked_about(seed: int) -> None:
    """Each pair by itself: the kind, and a place or living there; nothing else leaves a home out."""
    register = Register(council(seed))
    screened = screen(register, Policy())
    places = places_left(register)
    expected = [
        (i, h)
        for i, one in enumerate(register.children)
        for h, there in enumerate(register.lives_there(one.child_id))
        if register.homes.kind[h] in kinds_for(one) and (places[h] >= 1 or there)
    ]
    assert list(zip(screened.pairs.child.tolist(), screened.pairs.home.tolist(), strict=True)) == expected
    assert not screened.beyond.any()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("radius", [0.0, 3.0, 8.0])
def test_with_a_radius_each_pair_is_in_for_a_reason_or_out_and_counted(seed: int, radius: float) -> None:
    """Each pair by itself, with no tree: near anybody of the family, tied, adoptive, or distance not to be measured."""
    told = council(seed)
    register = Register(told)
    places = places_left(register)
    screened = screen(register, Policy(screen_miles=radius))
    every = screen(register, Policy()).pairs
    tied = {(link.child_id, link.home_id) for link in told.links}
    expected, beyond = [], np.zeros(len(told.children), dtype=np.int64)
    for i, h in zip(every.child.tolist(), every.home.tolist(), strict=True):
        one, other = told.children[i], told.homes[h]
        family = [c for c in told.children if c is one or (c.family_id and c.family_id == one.family_id)]
        where = other.location
        near = where is not None and any(c.home is not None and miles(c.home, where) <= radius for c in family)
        if (
            near
            or where is None
            or one.home is None
            or one.distance_reason is not None
            or other.kind in ADOPTIVE
            or one.child_id in other.named_children
            or (one.child_id, other.home_id) in tied
            or register.lives_there(one.child_id)[h]
        ):
            expected.append((i, h))
        else:
            assert places[h] >= 1
            beyond[i] += 1
    assert list(zip(screened.pairs.child.tolist(), screened.pairs.home.tolist(), strict=True)) == expected
    assert screened.beyond.tolist() == beyond.tolist()


def test_the_edge_of_the_radius_is_inside() -> None:
    """A home just as far as the radius is asked about, one a yard further is not."""
    homes = [home("H1", location=miles_east(10)), home("H2", location=miles_east(10.001))]
    assert ids(records([child("C1")], homes), Policy(screen_miles=10)) == [("C1", "H1")]


def test_what_is_asked_about_however_far() -> None:
    """Kin, homes that may adopt, unknown places, deliberate distance, and a home near a brother or sister."""
    far = miles_east(100)
    foster = [home("H1", location=far)]
    near = Policy(screen_miles=5)
    assert ids(records([child("C1")], foster), near) == []
    assert ids(records([child("C1", home=None)], foster), near) == [("C1", "H1")]
    assert ids(records([child("C1", distance_reason=DistanceReason.SAFEGUARDING)], foster), near) == [("C1", "H1")]
    assert ids(records([child("C1")], [home("H1", location=None)]), near) == [("C1", "H1")]
    links = (Link("C1", "H1", LinkKind.PREVIOUS_CARER),)
    assert ids(records([child("C1")], foster, links=links), near) == [("C1", "H1")]
    assert ids(records([child("C1")], [home("H1", location=far, named_children=("C1",))]), near) == [("C1", "H1")]
    adopter = home("H1", kind=HomeKind.ADOPTER, location=far)
    assert ids(records([child("C1", routes=(Route.ADOPTION,))], [adopter]), near) == [("C1", "H1")]
    family = [child("C1", family_id="F"), child("C2", family_id="F", home=far)]
    assert ids(records(family, foster), near) == [("C1", "H1"), ("C2", "H1")]


def test_homes_beyond_the_radius_are_said_in_the_warnings() -> None:
    """How many pairs, of how many children, and what to do; without a radius nothing is said."""
    homes = [home("H1"), home("H2", location=miles_east(30)), home("H3", location=miles_east(31), vacancies=0)]
    told = records([child("C1"), child("C2", home=None)], homes)
    proposal = propose(told, Policy(screen_miles=5), council=TRAFFORD)
    (said,) = [w for w in proposal.warnings if "screen_miles" in w]
    assert said.startswith("1 pairs of child and home were not looked at, for 1 of 2 children")
    assert proposal.beyond.tolist() == [1, 0]
    assert not [w for w in propose(told, Policy(), council=TRAFFORD).warnings if "screen_miles" in w]


def test_too_many_pairs_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than to run out of memory; the radius is the way out."""
    monkeypatch.setattr(screening, "MOST_PAIRS", 3)
    told = records([child("C1"), child("C2")], [home("H1"), home("H2", location=miles_east(90))])
    for policy in (Policy(), Policy(screen_miles=100)):
        with pytest.raises(TooManyPairs, match="Give screen_miles in the policy"):
            screen(Register(told), policy)
    assert len(screen(Register(told), Policy(screen_miles=10)).pairs) == 2


# ---- asking those alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("few", [0, narrowing.FEW])
def test_rules_answer_for_the_pairs_as_they_do_for_everybody(
    monkeypatch: pytest.MonkeyPatch, seed: int, few: int
) -> None:
    """Every rule, every child alone: the packed words of the whole register, picked at the pairs, bit for bit."""
    monkeypatch.setattr(narrowing, "FEW", few)
    register, asked = Register(council(seed)), asked_on(synthetic.DAY)
    some = np.random.default_rng(seed).random((len(register.children), len(register.homes))) < 0.3
    some[0] = False
    some[1] = True
    pairs = Pairs.where(some)
    answers = ask_about(pairs, Among(register), asked)
    for i, one in enumerate(register.children):
        whole = ask(RULES, register.group(one.child_id), register.homes, asked)
        for narrow, full in (
            (answers.sign_off, whole.sign_off),
            (answers.unknown, whole.unknown),
            (answers.barred, whole.barred),
        ):
            assert narrow[pairs.of(i)].tolist() == full[some[i]].tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_brothers_and_sisters_together_are_answered_for_as_everywhere(seed: int) -> None:
    """A whole family asked about a few homes: as asked about all."""
    register, asked = Register(council(seed)), asked_on(synthetic.DAY)
    homes = np.flatnonzero(np.random.default_rng(seed).random(len(register.homes)) < 0.2)
    among = Among(register)
    families = [tuple(c.child_id for c in family) for family in register.families.values() if len(family) > 1]
    assert families
    for family in families:
        some = among(homes)
        narrow = ask(RULES, some.group(*family), some.homes, asked)
        whole = ask(RULES, register.group(*family), register.homes, asked).at(homes)
        assert (narrow.barred.tolist(), narrow.unknown.tolist(), narrow.sign_off.tolist()) == (
            whole.barred.tolist(),
            whole.unknown.tolist(),
            whole.sign_off.tolist(),
        )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("policy", [Policy(), Policy(age_gap_years=2, identity_delay_days=10)], ids=["usual", "other"])
def test_children_who_are_alike_share_their_scores_rightly(seed: int, policy: Policy) -> None:
    """Every consideration of every pair, worked out together, is what it is for the child alone and all homes."""
    register = Register(council(seed))
    asked = replace(asked_on(synthetic.DAY), policy=policy)
    some = np.random.default_rng(seed).random((len(register.children), len(register.homes))) < 0.4
    pairs = Pairs.where(some)
    weighed = weigh(register, asked, pairs)
    for i, one in enumerate(register.children):
        mine = pairs.of(i)
        for consideration in CONSIDERATIONS:
            alone = consideration.score(one, register, asked)
            value = np.where(alone.applies, np.rint(alone.value * 1e6) / 1e6, np.nan)[some[i]]
            assert np.array_equal(weighed.scores[consideration.name][mine], value, equal_nan=True), consideration.name
            known = (alone.known | ~alone.applies)[some[i]]
            assert weighed.known[consideration.name][mine].tolist() == known.tolist(), consideration.name
        only = np.zeros_like(some)
        only[i] = some[i]
        by_itself = weigh(register, asked, Pairs.where(only))
        for together, apart in (
            (weighed.points, by_itself.points),
            (weighed.low, by_itself.low),
            (weighed.high, by_itself.high),
        ):
            assert together[mine].tolist() == apart.tolist()


def test_what_comes_before_confirming_is_the_same_among_a_few_homes() -> None:
    """Every gate of every listed pair, where some children live in homes of another kind."""
    proposal = propose(council(1), Policy(), council=TRAFFORD)
    before = BeforeConfirming(proposal)
    for i, one in enumerate(proposal.register.children):
        homes = proposal.pairs.homes_of(i)
        words = before.words_of([i], homes)
        for bit, gate in enumerate(GATES):
            applies = np.broadcast_to(
                gate.applies(one, proposal.register, proposal.asked), len(proposal.register.homes)
            )
            assert ((words >> np.uint64(bit) & np.uint64(1)) == applies[homes]).all(), gate.rule_id


def test_a_child_who_lives_elsewhere_still_needs_a_review_first() -> None:
    """The home a child lives in is of a kind no longer planned for, and so not listed: the review is not forgotten."""
    one = child("C1", routes=(Route.SUPPORTED_LODGINGS,), date_of_birth=years_old(17), needed_by=DAY)
    host = home(
        "H2",
        kind=HomeKind.SUPPORTED_LODGINGS,
        registered_categories=("private_residence",),
    )
    told = records(
        [one],
        [home("H1"), host],
        residents=(replace(fostered("H1", "C1", None), date_of_birth=years_old(17)),),
        links=(Link("C1", "H1", LinkKind.CURRENT_CARER),),
    )
    proposal = propose(told, Policy(), council=TRAFFORD)
    assert proposal.pairs.homes_of(0).tolist() == [1]
    assert {"PLC-08", "PLC-10"} <= {gate.rule_id for gate in BeforeConfirming(proposal).of([0], 1)}


# ---- the list of pairs ---------------------------------------------------------------------------------------------


def test_pairs_are_found_where_they_stand() -> None:
    """Rows of a child, single pairs and many, and pairs that are not there."""
    listed = np.array([[0, 1, 1], [0, 0, 0], [1, 0, 1]], dtype=np.bool_)
    pairs = Pairs.where(listed)
    assert pairs.start.tolist() == [0, 2, 2, 4]
    assert [pairs.homes_of(i).tolist() for i in range(3)] == [[1, 2], [], [0, 2]]
    for child_index in range(3):
        for home_index in range(3):
            at = pairs.position(child_index, home_index)
            assert (at != NOT_LISTED) == listed[child_index, home_index]
            assert pairs.positions(child_index, np.array([home_index])).tolist() == [at]
            if at != NOT_LISTED:
                assert (pairs.child[at], pairs.home[at]) == (child_index, home_index)
    again = Pairs.of_codes(np.concatenate([pairs.codes[::-1], pairs.codes]), 3, 3)
    assert (again.listed() == listed).all()
    assert Pairs.every(2, 2).listed().all()
    assert Pairs.every(0, 3).start.tolist() == [0]


def test_stretches_cover_every_child_once() -> None:
    """However few pairs at once, and for children without any."""
    pairs = Pairs.where(np.random.default_rng(1).random((30, 20)) < 0.3)
    for at_once in (1, 7, 50, 10_000):
        assert [i for some in stretches(pairs, at_once) for i in some] == list(range(30))
    assert [len(one) for one in stretches(Pairs.every(5, 10), 20)] == [2, 2, 1]


def test_a_child_left_without_is_told_what_was_not_looked_at() -> None:
    """The only home lies beyond the radius: it is neither proposed as a change nor counted as filled by others."""
    told = records([child("C1")], [home("H1", location=miles_east(30))])
    proposal = propose(told, Policy(screen_miles=5), council=TRAFFORD)
    assert proposal.home_of.tolist() == [-1]
    results = work_out(proposal)
    (left,) = results.unplaced
    assert (left.filled, left.beyond, left.reason) == (0, 1, "SCREEN: 1")
    assert left.alone.changes.found == ()
    assert "further away than was looked" in str(without_a_home(proposal, results.unplaced))
    assert "lie more than 5 miles away, and were not looked at" in str(ranking_sections(results, results.units[0]))
    assert summary(results, seconds={}, files={})["pairs"] == {"looked_at": 0, "beyond_screen_miles": 1}
