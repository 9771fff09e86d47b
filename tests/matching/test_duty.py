"""One child tonight: the same answers as a whole round gives, whom to call first, whom it would leave, what to ask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.duty import tonight
from matching.duty_words import (
    about_the_family,
    asks,
    counted,
    depends_on_age,
    notes,
    takes,
)
from matching.policy import Policy, read_policy
from matching.pose import pose
from matching.propose import propose
from matching.ranking import Ranked, rank_unit
from matching.solvers import solve_bundles
from records.model import Alongside, PlacementNeed, Records
from records.tonight import beside, rows_of_tonight
from tests.ordinary import DAY, TRAFFORD, apart, child, fostered, home, miles_east, records, together
from tests.tiny_councils import TinyCouncil, tiny_councils

POLICY = read_policy()
SAME = ("homes", "points", "low", "high", "miles", "open_rules", "places_for_all", "in_plan")


def same(one: Ranked, other: Ranked) -> bool:
    """Whether two rankings say the same in every figure."""
    answers = ("sign_off", "unknown", "barred")
    return (
        one.child_ids == other.child_ids
        and all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in SAME[4:5])
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in SAME if name != "miles")
        and all(np.array_equal(getattr(one.answers, name), getattr(other.answers, name)) for name in answers)
    )


@settings(max_examples=25)
@given(tiny_councils())
def test_the_same_as_the_ranking_of_a_whole_round(council: TinyCouncil) -> None:
    """Answers, points and order of every child and family are those of `placewell rank`."""
    policy = replace(POLICY, siblings="never_split") if council.never_split else POLICY
    whole = propose(council.records, policy, council=council.council, allow=council.allow)
    for one in council.records.children:
        unit = rank_unit(whole, one.child_id)
        found = tonight(council.records, policy, one.child_id, council=council.council, allow=council.allow)
        assert len(unit.groups) == len(found.unit.groups)
        assert all(same(a, b) for a, b in zip(unit.groups, found.unit.groups, strict=True))


@settings(max_examples=20)
@given(tiny_councils())
def test_nearness_among_the_homes_that_concern_a_family_is_all_that_matters(council: TinyCouncil) -> None:
    """The plan for one family, and what it is worth, is that of the question with every two near homes."""
    for family_id in sorted({c.family_id for c in council.records.children if c.family_id is not None}):
        members = [c.child_id for c in council.records.children if c.family_id == family_id]
        few = propose(council.records, POLICY, council=council.council, allow=council.allow, only=members)
        every = pose(
            few.register,
            few.asked,
            few.pairs.only(few.usable),
            points=few.weighed.points[few.usable],
            local=few.local[few.usable],
            allowed=few.allowed,
        )
        solved = solve_bundles(every)
        assert np.array_equal(solved.home_of, few.home_of)
        assert [(t.name, t.value) for t in solved.tiers] == [(t.name, t.value) for t in few.solution.tiers]


def two_waiting(**home_changes: object) -> Records:
    """Tonight's child, another who waits, a home near and one further away."""
    homes = [
        home("NEAR", **({"approved_places": 1, "vacancies": 1, "location": miles_east(1)} | home_changes)),
        home("FAR", approved_places=1, vacancies=1, location=miles_east(5)),
    ]
    urgent = child("NOW", placement_need=PlacementNeed.EMERGENCY, needed_by=DAY, home=miles_east(1))
    return records([urgent, child("WAITS", home=miles_east(1))], homes)


def ids(found: Ranked, council: Records) -> list[str]:
    """The ranked homes by id."""
    return [council.homes[i].home_id for i in found.homes.tolist()]


def test_a_home_proposed_for_somebody_is_called_later_and_said() -> None:
    """It stays where it ranks, since tonight's child may come first, but nobody is robbed in silence."""
    council = two_waiting()
    ranked = sorted(ids(tonight(council, POLICY, "NOW").unit.groups[0], council))
    assert ranked == ["FAR", "NEAR"]
    found = tonight(council, POLICY, "NOW", proposed={"WAITS": "NEAR"})
    group = found.unit.groups[0]
    at = ids(group, council).index("NEAR")
    assert found.calls(group)[at] == 2
    assert found.calls(group)[1 - at] == 1
    assert "WAITS would need another home" in takes(found, group, at)
    assert takes(found, group, 1 - at) == ""


def test_room_for_both_takes_nothing_and_a_rule_beside_them_is_named() -> None:
    """With two places both fit; where the child who waits must be alone, the rule that stands in the way is said."""
    council = two_waiting(approved_places=2, vacancies=2)
    found = tonight(council, POLICY, "NOW", proposed={"WAITS": "NEAR"})
    group = found.unit.groups[0]
    at = ids(group, council).index("NEAR")
    assert "room for all of them" in takes(found, group, at)
    assert not found.takes_from_others(group).any()
    solo = replace(
        council,
        children=tuple(replace(c, alongside=Alongside.SOLO) if c.child_id == "WAITS" else c for c in council.children),
    )
    found = tonight(solo, POLICY, "NOW", proposed={"WAITS": "NEAR"})
    group = found.unit.groups[0]
    assert found.takes_from_others(group)[ids(group, solo).index("NEAR")]
    assert "would stand in the way" in takes(found, group, ids(group, solo).index("NEAR"))


def test_a_place_that_is_held_is_not_free() -> None:
    """An agreed match holds its place: with one place the home is gone, and so is its neighbour's none."""
    council = two_waiting()
    found = tonight(council, POLICY, "NOW", held={"NEAR": 1})
    assert ids(found.unit.groups[0], council) == ["FAR"]
    assert any("agreed matches hold" in line for line in notes(found))


def test_who_else_comes_is_not_known_so_rules_on_the_household_ask() -> None:
    """Of two places one is held for somebody unknown: an only-older wish is then a question, not a yes."""
    council = two_waiting(approved_places=2, vacancies=2)
    children = tuple(replace(c, alongside=Alongside.ONLY_OLDER) for c in council.children)
    council = replace(council, children=children)
    found = tonight(council, POLICY, "NOW", held={"NEAR": 1})
    group = found.unit.groups[0]
    at = ids(group, council).index("NEAR")
    assert group.answers.unknown[at] != 0
    assert tonight(council, POLICY, "NOW").unit.groups[0].answers.unknown.any() == 0


def family(*rows: object, places: int = 1) -> Records:
    """Two brothers and two homes of so many places."""
    brothers = [child(c, family_id="F", sex="M", placement_need=PlacementNeed.EMERGENCY) for c in ("A", "B")]
    homes = [
        home(h, approved_places=places, vacancies=places, location=miles_east(m)) for h, m in (("H1", 1), ("H2", 3))
    ]
    return records(brothers, homes, siblings=rows)


def test_a_split_is_never_silent() -> None:
    """Where no home has two places, the split, the homes and the miles between them are said, and each is ranked."""
    found = tonight(family(together("A", "B")), POLICY, "A")
    said = " ".join(about_the_family(found))
    assert "split brothers and sisters [SIB-05]" in said
    assert "A and B 2.0 miles" in said
    assert {found.home_for("A"), found.home_for("B")} == {"H1", "H2"}
    assert [g.child_ids for g in found.unit.groups] == [("A", "B"), ("A",), ("B",)]
    assert not found.calls(found.unit.groups[0]).any()
    first = found.first_to_call
    assert first is not None
    assert first[0].child_ids == ("A",)


def test_brothers_who_fit_are_not_split_and_those_apart_are_looked_at_alone() -> None:
    """Nothing is said of a split where there is none; an assessment to live apart is said first."""
    assert list(about_the_family(tonight(family(places=2), POLICY, "F"))) == []
    found = tonight(family(apart("A", "B"), places=2), POLICY, "F")
    assert "assessed apart" in next(iter(about_the_family(found)))
    assert {found.home_for("A"), found.home_for("B")} == {"H1", "H2"}


def test_what_is_not_known_is_asked_and_the_answer_that_changes_most_comes_first() -> None:
    """A smoker's home stays open while nobody has said that smoke matters; the question says what it could close."""
    council = records(
        [child("NOW", smoke_free=None, sex=None, alongside=None)],
        [home("H1", smoker=True, location=miles_east(1)), home("H2", location=miles_east(2))],
        residents=(fostered("H2", "R"),),
    )
    found = tonight(council, POLICY, "NOW")
    assert len(found.unit.groups[0]) == 2
    assert {one.question: one.harder for one in found.missing}["Must nobody smoke where the child lives?"] == 1
    said = " ".join(asks(found))
    assert "relative, a friend or an earlier carer" in said
    assert found.missing[0].first_is
    told = replace(council, children=(replace(council.children[0], smoke_free=True),))
    after = tonight(told, POLICY, "NOW").unit.groups[0].answers.overall()
    before = found.unit.groups[0].answers.overall()
    assert (after != before).sum() == 1


def test_an_age_alone_is_tried_at_both_ends() -> None:
    """A home for under-eights of a child of seven does not hang on the birthday; what does is named."""
    register = records([], [home("H1", approved_age_max=8), home("H2", bedrooms_free=0)])
    came = rows_of_tonight([{"age": "2", "sex": "F"}], DAY)
    young = tonight(beside(register, came), POLICY, "TONIGHT", council=TRAFFORD)
    old = tonight(beside(register, came.as_old_as_can_be(DAY)), POLICY, "TONIGHT", council=TRAFFORD)
    assert "the rules answer the same" in depends_on_age(young, old)[0]
    aged = replace(register, residents=(fostered("H1", "R", date_of_birth=came.children[0].date_of_birth),))
    wishing = rows_of_tonight([{"age": "2", "alongside": "only_older"}], DAY)
    young = tonight(beside(aged, wishing), POLICY, "TONIGHT", council=TRAFFORD)
    old = tonight(beside(aged, wishing.as_old_as_can_be(DAY)), POLICY, "TONIGHT", council=TRAFFORD)
    assert "ask the date of birth" in depends_on_age(young, old)[0]


def test_nobody_of_that_id_and_no_home_at_all() -> None:
    """A wrong id is a KeyError; an empty register is said in words."""
    with pytest.raises(KeyError):
        tonight(two_waiting(), POLICY, "NOBODY")
    found = tonight(records([child("NOW")], []), Policy(), "NOW")
    assert counted(found, found.looked_at_first[0]).startswith("None of 0 homes")
    assert found.first_to_call is None
