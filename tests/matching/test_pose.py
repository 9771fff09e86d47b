"""From the records to the question: which homes are near each other, and whose brothers and sisters live near."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matching.policy import Policy
from matching.pose import near_homes
from matching.propose import propose
from matching.question import Question
from matching.rules.register import Register
from records.geography import miles
from records.model import Link, Location, Precision, Records
from tests.ordinary import DAY, apart, child, fostered, home, lives_with, miles_east, records, years_old


def posed(told: Records, policy: Policy | None = None) -> Question:
    """The question of a round."""
    return propose(told, policy or Policy()).question


def near_ids(question: Question) -> set[tuple[str, str]]:
    """The homes near each other, by id."""
    return {(question.home_ids[a], question.home_ids[b]) for a, b in question.near_homes.tolist()}


def siblings_near(question: Question, child_id: str) -> dict[str, int]:
    """Brothers and sisters who live near each home that a child may go to, where there are any."""
    mine = question.pair_child == question.child_ids.index(child_id)
    counted = zip(question.pair_home[mine].tolist(), question.pair_siblings_near[mine].tolist(), strict=True)
    return {question.home_ids[home_]: number for home_, number in counted if number}


def test_homes_are_near_up_to_the_miles_of_the_policy_to_the_last_bit() -> None:
    """At the edge is near; a metre further is not; a home whose place is not known is near none."""
    told = records(
        [child("ann")],
        [
            home("ash"),
            home("bay", location=miles_east(5)),
            home("cob", location=Location(miles_east(5).easting + 1, miles_east(5).northing)),
            home("dun", location=None),
            home("elf", location=None),
            home("fir", location=miles_east(0)),
        ],
    )
    assert near_ids(posed(told)) == {("ash", "bay"), ("ash", "fir"), ("bay", "cob"), ("bay", "fir")}
    assert near_ids(posed(told, Policy(split_miles=0))) == {("ash", "fir")}
    assert len(near_ids(posed(told, Policy(split_miles=6)))) == 6


@pytest.mark.parametrize("located", [0, 1])
def test_with_hardly_any_place_known_no_homes_are_near(located: int) -> None:
    """A register in which no home, or one, is located has no two near each other."""
    homes = [home(f"h{i}", location=miles_east(0) if i < located else None) for i in range(3)]
    assert near_homes(Register(records([child("ann")], homes)), 5.0).shape == (0, 2)


@pytest.mark.parametrize("seed", range(5))
def test_near_homes_are_those_of_measuring_every_two(seed: int) -> None:
    """On points drawn so that many lie at the edge, in any direction, the tree finds just what measuring finds."""
    rng = np.random.default_rng(seed)
    # legs of three and four fifths of a mile, so that five miles come out in every direction but for rounding
    legs = rng.integers(-4, 5, (60, 2)) * 1609.3 + rng.choice([0.0, 0.1, 1e-9], (60, 2))
    homes = [
        home(f"h{i:02}", location=Location(400_000.0 + east, 300_000.0 + north, Precision.SECTOR))
        for i, (east, north) in enumerate(legs.tolist())
    ]
    measured = [
        [a, b]
        for a, b in combinations(range(60), 2)
        if miles(homes[a].location, homes[b].location) <= 5.0  # type: ignore[arg-type]
    ]
    assert near_homes(Register(records([child("ann")], homes)), 5.0).tolist() == measured
    assert 100 < len(measured) < 1700


def test_brothers_and_sisters_who_live_near_are_counted_once_each() -> None:
    """Under 18, not of the round, not assessed apart, in another home near, and not in this one too."""
    told = records(
        [child("ann", family_id="elm"), child("ben", family_id="elm"), child("zoe", family_id="oak")],
        [
            home("ash"),
            home("bay", location=miles_east(5), approved_places=6),
            home("cob", location=miles_east(9)),
            home("dun"),
            home("far", location=miles_east(30)),
            home("gone", location=None),
        ],
        residents=(
            fostered("ash", "sib", "elm"),
            fostered("bay", "ageless", "elm", date_of_birth=None),
            fostered("bay", "grown", "elm", date_of_birth=years_old(18)),
            fostered("bay", "kept-apart", "elm"),
            fostered("bay", "left", "elm", leaving_on=DAY),
            fostered("cob", "sib", "elm"),
            fostered("gone", "lost", "elm"),
        ),
        siblings=(apart("ann", "kept-apart"),),
    )
    question = posed(told)
    # sib lives in ash and, so it is said, in cob: near bay both ways, but once; ann may not go to bay at all
    assert siblings_near(question, "ann") == {"dun": 1}
    assert siblings_near(question, "ben") == {"ash": 1, "bay": 1, "cob": 1, "dun": 2}
    assert siblings_near(question, "zoe") == {}


def test_a_child_of_the_round_who_lives_near_is_counted_by_the_plan_alone() -> None:
    """A brother who is settled near, and in the round, counts as a pair of the plan and not as somebody there."""
    settled = child("ben", family_id="elm", needed_by=None)
    told = records(
        [child("ann", family_id="elm"), settled],
        [home("ash", vacancies=0, approved_places=1), home("bay", location=miles_east(4)), home("cob")],
        links=(lives_with("ben", "ash"),),
        residents=(fostered("ash", "ben", "elm"),),
    )
    proposal = propose(told, Policy())
    assert siblings_near(proposal.question, "ann") == {}
    assert {t.name: t.value for t in proposal.solution.tiers}["near"] == 1


def test_links_to_a_brother_elsewhere_count_nobody_twice() -> None:
    """The link `sibling_lives_here` is a reason for points, not a brother more."""
    told = records(
        [child("ann", family_id="elm")],
        [home("ash"), home("bay", location=miles_east(2))],
        links=(Link("ann", "bay", "sibling_lives_here"),),  # type: ignore[arg-type]
        residents=(fostered("bay", "sib", "elm"),),
    )
    assert siblings_near(posed(told), "ann") == {"ash": 1}


def test_split_brothers_are_placed_near_each_other_before_they_are_placed_where_points_are_highest() -> None:
    """Two homes of one place each: of those far and those near the plan takes the near ones, on by default."""
    told = records(
        [child("ann", family_id="elm"), child("ben", family_id="elm")],
        [
            home("ash", vacancies=1, approved_places=1),
            home("bay", vacancies=1, approved_places=1, location=miles_east(6)),
            home("cob", vacancies=1, approved_places=1, location=miles_east(9.5)),
        ],
    )
    with_near, without = propose(told, Policy()), propose(told, Policy(tiers=("placed", "siblings", "local", "points")))
    assert {with_near.question.home_ids[h] for h in with_near.home_of} == {"bay", "cob"}
    assert {without.question.home_ids[h] for h in without.home_of} == {"ash", "bay"}
    assert [t.name for t in with_near.solution.tiers][2] == "near"


@pytest.mark.parametrize(("free", "placed"), [(0, {"ben", "cat"}), (1, {"ben", "cat"}), (2, {"ann", "ben", "cat"})])
def test_sharing_that_is_signed_off_leaves_a_child_who_may_harm_others_alone(free: int, placed: set[str]) -> None:
    """With BED-01 allowed strangers share a room; with a child who may harm others nobody does, and most are placed."""
    told = records(
        [child("ann", needs_helpful=("harmful_sexual_behaviour",)), child("ben"), child("cat")],
        [home("ash", bedrooms_free=free)],
    )
    proposal = propose(told, Policy(), allow=["BED-01"])
    in_a_home = {c for c, h in zip(proposal.question.child_ids, proposal.home_of, strict=True) if h >= 0}
    assert in_a_home == placed
