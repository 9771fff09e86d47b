"""Other weights: points as a new round would give them, and which rankings move."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.considerations import weigh
from matching.considerations.weigh import points_under
from matching.points import read_points
from matching.policy import Policy, default_weights, read_policy
from matching.policy_text import as_toml, with_weights
from matching.propose import Proposal, propose
from matching.ranking import rank_every_unit
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.what_if import in_words, what_if
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Records
from records.tables import Tables
from tests.ordinary import TRAFFORD, asked_on, child, home, miles_east, records
from tests.tiny_councils import TinyCouncil, tiny_councils

NAMES = tuple(default_weights())
WEIGHTS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 1000), max_size=8)
ONE_OF_THEM = st.sampled_from(NAMES)


@settings(max_examples=60, deadline=None)
@given(tiny_councils(), WEIGHTS, ONE_OF_THEM)
def test_points_are_those_of_a_new_round(council: TinyCouncil, weights: dict[str, int], name: str) -> None:
    """Random councils, random weights, some of them nought: every point as `weigh` under the changed policy."""
    policy = with_weights(Policy(), {**weights, name: 7})
    register = Register(council.records)
    asked = Asked(council.records.day, council.council, law_on(council.records.day), Policy())
    found = points_under(weigh(register, asked), policy)
    assert found.tolist() == weigh(register, replace(asked, policy=policy)).points.tolist()


@settings(max_examples=25, deadline=None)
@given(tiny_councils(plain=True), WEIGHTS, ONE_OF_THEM)
def test_ranks_are_those_of_a_new_round(council: TinyCouncil, weights: dict[str, int], name: str) -> None:
    """Every group's homes stand where a new round would put them, and no group is forgotten."""
    before = propose(council.records, Policy(), council=council.council, allow=council.allow)
    groups = [group for unit in rank_every_unit(before) for group in unit.groups]
    found = what_if(before, groups, {**weights, name: 7})
    after = propose(council.records, found.policy, council=council.council, allow=council.allow)
    again = {group.child_ids: group for unit in rank_every_unit(after) for group in unit.groups}
    assert len(found.groups) == len(groups)
    for moves in found.groups:
        ranked = again[moves.child_ids]
        order = np.argsort(moves.rank_after)
        assert moves.homes[order].tolist() == ranked.homes.tolist()
        assert moves.points_after[order].tolist() == ranked.points.tolist()
        assert (moves.new_top is None) == (not len(ranked) or ranked.homes[0] == moves.homes[0])


def two_homes() -> Proposal:
    """A near home where nobody speaks the child's language, and a far one where somebody does."""
    told = records(
        [child("C1", languages=("Polish",))],
        [home("H1", languages=("English",)), home("H2", location=miles_east(12), languages=("Polish",))],
    )
    return propose(told, Policy(), council=TRAFFORD)


def moves_of(proposal: Proposal, **weights: int) -> tuple[list[int], list[int], int | None, tuple[str, ...]]:
    """Homes, their ranks after, the new first home, and the words."""
    groups = [group for unit in rank_every_unit(proposal) for group in unit.groups]
    found = what_if(proposal, groups, weights)
    (one,) = found.groups
    return one.homes.tolist(), one.rank_after.tolist(), one.new_top, in_words(found)


def test_a_home_that_comes_first_now() -> None:
    """Language above all else: the far home is first, and that is said."""
    homes, ranks, top, words = moves_of(two_homes(), language=1000, nearness=0, area=0)
    assert (homes, ranks, top) == ([0, 1], [2, 1], 1)
    assert words == (
        "1 of 1 rankings would have another home in first place.",
        "0 of 1 rankings would not change at all.",
        "Take any two homes of one ranking: 0 in 100 pairs stay in the same order.",
    )


def test_weights_as_they_are_move_nothing() -> None:
    """The same weight again is no change."""
    assert moves_of(two_homes(), nearness=Policy().weight_of("nearness")) == (
        [0, 1],
        [1, 2],
        None,
        ("No weight is changed, so nothing moves.",),
    )


def test_a_change_that_turns_nothing_is_said_too() -> None:
    """A weight changes, the order does not."""
    *_, top, words = moves_of(two_homes(), nearness=Policy().weight_of("nearness") + 5)
    assert top is None
    assert words[1] == "1 of 1 rankings would not change at all."
    assert "all pairs stay" in words[2]


@pytest.mark.parametrize(
    ("weights", "message"),
    [({"nearnes": 1}, "there is no consideration nearnes"), (dict.fromkeys(NAMES, 0), "every weight is 0")],
    ids=["not known", "all nought"],
)
def test_weights_that_no_policy_can_have(weights: dict[str, int], message: str) -> None:
    """They are refused by name."""
    with pytest.raises(ValueError, match=message):
        what_if(two_homes(), [], weights)


def test_kin_that_counts_too_little_is_said() -> None:
    """The caution of the policy comes with the what-if."""
    found = what_if(two_homes(), [], {"kin": 1})
    assert "a stranger may be ranked above kin" in found.cautions[0]


def test_points_from_a_file_know_no_weights(tmp_path: Path) -> None:
    """Where a council's own tool gave the points, weights count for nothing, and that is refused."""
    told = records([child("C1")], [home("H1")])
    path = tmp_path / "points.csv"
    path.write_text("child_id,home_id,points\nC1,H1,500\n", encoding="utf-8")
    proposal = propose(told, Policy(), council=TRAFFORD, points=read_points(path, told))
    with pytest.raises(ValueError, match="came from a file"):
        what_if(proposal, [], {"kin": 1})


# ---- the policy as text --------------------------------------------------------------------------------------------


@given(WEIGHTS, ONE_OF_THEM)
def test_a_policy_copied_out_is_the_same_policy(
    tmp_path_factory: pytest.TempPathFactory, weights: dict[str, int], name: str
) -> None:
    """What the screen gives for copying reads as the policy it was made from."""
    policy = with_weights(read_policy(), {**weights, name: 3})
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(as_toml(policy), encoding="utf-8")
    assert read_policy(path).fingerprint == policy.fingerprint


def test_every_choice_is_stated(tmp_path: Path) -> None:
    """Names with quotation marks and letters of any script, a council, a screen and an empty list come back."""
    policy = replace(
        read_policy(),
        version='2 "autumn" \\ Łódź',
        authority=TRAFFORD,
        screen_miles=40.5,
        allow=(),
        protected_school_years=(9, 10, 11),
        siblings="never_split",
    )
    path = tmp_path / "policy.toml"
    path.write_text(as_toml(policy), encoding="utf-8")
    assert read_policy(path) == replace(policy, weights=dict(read_policy().weights))


# ---- a whole borough -----------------------------------------------------------------------------------------------


def borough() -> Records:
    """340 children and 250 homes."""
    return check(Tables.of(synthetic.borough(1)), synthetic.DAY, Directory())


def test_a_borough_is_weighed_again_in_half_a_second() -> None:
    """340 children with 250 homes: no wait while a slider moves."""
    told = borough()
    register, asked = Register(told), asked_on(told.day)
    weighed = weigh(register, asked)
    policy = with_weights(Policy(), {"language": 500})
    points_under(weighed, policy)
    begun = time.perf_counter()
    found = points_under(weighed, policy)
    assert time.perf_counter() - begun < 0.5
    assert (found != weighed.points).any()
