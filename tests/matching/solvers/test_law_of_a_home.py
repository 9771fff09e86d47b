"""The law of one home, clause by clause, both sides of each edge: by the plain check and by every solver.

In each case all the children of the round may go to the first home only, so a solver places them all exactly
when that home may hold them all.
"""

from __future__ import annotations

from typing import Any

import pytest

from matching.question import NOBODY, SEVERAL_FAMILIES
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful, lawful_plan
from tests.matching.questions import question

ASH, ELM = 0, 1

CASES: dict[str, tuple[bool, dict[str, Any]]] = {
    # a. places
    "as many children as places": (True, {"children": 2, "places": [2]}),
    "one child more than places": (False, {"children": 3, "places": [2]}),
    "no place": (False, {"children": 1, "places": [0]}),
    "no place, but the child lives there": (True, {"children": 1, "places": [0], "lives_there": [(0, 0)]}),
    "one lives there, one comes, one place": (True, {"children": 2, "places": [1], "lives_there": [(0, 0)]}),
    "one lives there, two come, one place": (False, {"children": 3, "places": [1], "lives_there": [(0, 0)]}),
    # b. the usual limit
    "limit just met by strangers": (True, {"children": 2, "limit_room": [2]}),
    "strangers beyond the limit": (False, {"children": 3, "limit_room": [2]}),
    "one family beyond the limit, nobody there": (True, {"children": 3, "family": [0] * 3, "limit_room": [2]}),
    "one family beyond the limit, theirs there": (
        True,
        {"children": 3, "family": [0] * 3, "limit_room": [2], "fostered_family": [0]},
    ),
    "one family beyond the limit, another there": (
        False,
        {"children": 3, "family": [0] * 3, "limit_room": [2], "fostered_family": [1]},
    ),
    "one family beyond the limit, several there": (
        False,
        {"children": 3, "family": [0] * 3, "limit_room": [2], "fostered_family": [SEVERAL_FAMILIES]},
    ),
    "two families beyond the limit": (False, {"children": 3, "family": [0, 0, 1], "limit_room": [2]}),
    "two families at the limit": (True, {"children": 3, "family": [0, 0, 1], "limit_room": [3]}),
    "one family beyond the limit and a child alone": (
        False,
        {"children": 4, "family": [0, 0, 0, -1], "limit_room": [2]},
    ),
    "one family beyond the limit and an exempt child of another": (
        False,
        {"children": 4, "family": [0, 0, 0, 1], "limit_room": [2], "exempt": [(3, 0)]},
    ),
    "one family at the limit and an exempt child of another": (
        True,
        {"children": 4, "family": [0, 0, 0, 1], "limit_room": [3], "exempt": [(3, 0)]},
    ),
    "one family beyond the limit and another's child who lives there": (
        False,
        {"children": 4, "family": [0, 0, 0, 1], "limit_room": [2], "lives_there": [(3, 0)]},
    ),
    "one family beyond the limit and their own who lives there": (
        True,
        {
            "children": 4,
            "family": [0] * 4,
            "limit_room": [2],
            "lives_there": [(3, 0)],
            "fostered_family": [0],
        },
    ),
    "children of no recorded family are not one family": (False, {"children": 2, "limit_room": [1]}),
    "one child, no family, no room under the limit, nobody there": (True, {"children": 1, "limit_room": [0]}),
    "one child, no family, no room, several there": (
        False,
        {"children": 1, "limit_room": [0], "fostered_family": [SEVERAL_FAMILIES]},
    ),
    "one child of a family, no room, theirs there": (
        True,
        {"children": 1, "family": [0], "limit_room": [0], "fostered_family": [0]},
    ),
    "one child of a family, no room, another there": (
        False,
        {"children": 1, "family": [0], "limit_room": [0], "fostered_family": [1]},
    ),
    "the exempt child above the limit": (True, {"children": 3, "limit_room": [2], "exempt": [(0, 0)]}),
    "two above the limit, one exempt": (False, {"children": 4, "limit_room": [2], "exempt": [(0, 0)]}),
    "full home, exempt child": (
        True,
        {"children": 1, "limit_room": [0], "fostered_family": [SEVERAL_FAMILIES], "exempt": [(0, 0)]},
    ),
    "home over its limit, exempt child": (
        False,
        {"children": 1, "limit_room": [-1], "fostered_family": [SEVERAL_FAMILIES], "exempt": [(0, 0)]},
    ),
    "full home, child who lives there stays": (
        True,
        {"children": 1, "limit_room": [0], "fostered_family": [SEVERAL_FAMILIES], "lives_there": [(0, 0)]},
    ),
    "home over its limit with one family, their sister comes": (
        True,
        {"children": 1, "family": [0], "limit_room": [-1], "fostered_family": [0]},
    ),
    # c. bedrooms
    "a bedroom each": (True, {"children": 2, "needs_room": [True] * 2, "rooms": [2]}),
    "one bedroom short": (False, {"children": 2, "needs_room": [True] * 2, "rooms": [1]}),
    "a baby needs none": (True, {"children": 2, "needs_room": [True, False], "rooms": [1]}),
    "sisters share": (
        True,
        {"children": 2, "family": [0, 0], "needs_room": [True] * 2, "room_sharer": [1, 1], "rooms": [1]},
    ),
    "sister and brother do not": (
        False,
        {"children": 2, "family": [0, 0], "needs_room": [True] * 2, "room_sharer": [1, 2], "rooms": [1]},
    ),
    "sisters who share with nobody": (
        False,
        {"children": 2, "family": [0, 0], "needs_room": [True] * 2, "room_sharer": [0, 0], "rooms": [1]},
    ),
    "girls of two families do not share": (
        False,
        {"children": 2, "family": [0, 1], "needs_room": [True] * 2, "room_sharer": [1, 1], "rooms": [1]},
    ),
    "girls of no recorded family do not share": (
        False,
        {"children": 2, "needs_room": [True] * 2, "room_sharer": [1, 1], "rooms": [1]},
    ),
    "three sisters, two bedrooms": (
        True,
        {"children": 3, "family": [0] * 3, "needs_room": [True] * 3, "room_sharer": [1] * 3, "rooms": [2]},
    ),
    "three sisters, one bedroom": (
        False,
        {"children": 3, "family": [0] * 3, "needs_room": [True] * 3, "room_sharer": [1] * 3, "rooms": [1]},
    ),
    "the sister who lives there needs no bedroom": (
        True,
        {
            "children": 2,
            "family": [0, 0],
            "needs_room": [True] * 2,
            "rooms": [1],
            "lives_there": [(0, 0)],
        },
    ),
    "the sister who lives there offers no half of hers": (
        False,
        {
            "children": 2,
            "family": [0, 0],
            "needs_room": [True] * 2,
            "room_sharer": [1, 1],
            "rooms": [0],
            "lives_there": [(0, 0)],
        },
    ),
    # d. one child or one whole family
    "adopter, one child": (True, {"children": 1, "whole_family": {0: []}}),
    "adopter, one child of a family": (True, {"children": 1, "family": [0], "whole_family": {0: [(0,)]}}),
    "adopter, two strangers": (False, {"children": 2, "whole_family": {0: []}}),
    "adopter, whole family": (True, {"children": 2, "family": [0, 0], "whole_family": {0: [(0, 1)]}}),
    "adopter, more than the whole family": (
        False,
        {"children": 3, "family": [0, 0, 0], "whole_family": {0: [(0, 1)]}},
    ),
    "adopter, part of the family": (
        False,
        {"children": 2, "family": [0, 0], "whole_family": {0: [(0, 1, 2)]}, "of": 3},
    ),
    "adopter, whole family and a stranger": (
        False,
        {"children": 3, "family": [0, 0, -1], "whole_family": {0: [(0, 1)]}},
    ),
    "adopter, two whole families": (
        False,
        {"children": 4, "family": [0, 0, 1, 1], "whole_family": {0: [(0, 1), (2, 3)]}},
    ),
    "adopter, whole family, too few places": (
        False,
        {"children": 2, "family": [0, 0], "whole_family": {0: [(0, 1)]}, "places": [1]},
    ),
    "adopter, whole family assessed apart": (
        False,
        {"children": 2, "family": [0, 0], "whole_family": {0: [(0, 1)]}, "apart": [(0, 1)]},
    ),
    "adopter, one comes where another lives": (
        False,
        {"children": 2, "whole_family": {0: []}, "lives_there": [(0, 0)]},
    ),
    # e. apart, solo
    "two who may not share a home": (False, {"children": 2, "apart": [(0, 1)]}),
    "two of one family who may not": (False, {"children": 2, "family": [0, 0], "apart": [(1, 0)]}),
    "one who lives there, one who may not join": (
        False,
        {"children": 2, "apart": [(0, 1)], "lives_there": [(1, 0)]},
    ),
    "apart from a child elsewhere": (True, {"children": 2, "family": [0, 0], "apart": [(0, 2)], "of": 3}),
    "solo child by itself": (True, {"children": 1, "solo": [True]}),
    "solo child and a stranger": (False, {"children": 2, "solo": [True, False]}),
    "solo child and a brother": (False, {"children": 2, "family": [0, 0], "solo": [True, False]}),
    "solo child and one who lives there": (
        False,
        {"children": 2, "solo": [True, False], "lives_there": [(1, 0)]},
    ),
    "solo child who lives there and a newcomer": (
        False,
        {"children": 2, "solo": [True, False], "lives_there": [(0, 0)]},
    ),
    "two who live there, one of them solo, no place": (
        False,
        {"children": 2, "solo": [True, False], "places": [0], "lives_there": [(0, 0), (1, 0)]},
    ),
    # f. resources
    "as much of a resource as there is": (True, {"children": 2, "uses": {(0, 0): [3], (1, 0): [2]}, "has": [[5]]}),
    "more of a resource than there is": (False, {"children": 2, "uses": {(0, 0): [3], (1, 0): [3]}, "has": [[5]]}),
    "enough of one resource, too little of another": (
        False,
        {"children": 2, "uses": {(0, 0): [1, 1], (1, 0): [1, 1]}, "has": [[2, 1]]},
    ),
    "one child uses more than there is": (False, {"children": 1, "uses": {(0, 0): [1]}, "has": [[0]]}),
    "one family uses more than there is": (
        False,
        {"children": 2, "family": [0, 0], "uses": {(0, 0): [1], (1, 0): [2]}, "has": [[2]]},
    ),
    "the child who lives there uses it too": (
        False,
        {"children": 2, "lives_there": [(0, 0)], "uses": {(0, 0): [1], (1, 0): [2]}, "has": [[2]]},
    ),
    "nothing is used of what there is not": (True, {"children": 2, "has": [[0]]}),
    # g. never split
    "never split, together": (True, {"children": 2, "family": [0, 0], "never_split": True}),
    "never split, but apart from one another by a third": (
        False,
        {
            "children": 3,
            "family": [0, 0, 0],
            "never_split": True,
            "siblings": [(0, 1), (1, 2)],
            "apart": [(0, 2)],
        },
    ),
}


@pytest.mark.parametrize("solver", list(SOLVERS))
@pytest.mark.parametrize(("may", "case"), CASES.values(), ids=CASES)
def test_the_law_of_one_home(may: bool, case: dict[str, Any], solver: str) -> None:
    """All of them are placed in the one home exactly when it may hold them all."""
    case = dict(case)
    wanted = case["children"]
    # children beyond those who want the home have nowhere to go
    everyone = case.pop("of", wanted)
    case["children"] = everyone
    if "family" in case:
        case["family"] = [*case["family"], *[0] * (everyone - wanted)]
    asked = question(homes=1, pairs=[(c, ASH) for c in range(wanted)], **case)
    found = SOLVERS[solver](asked)
    assert (int((found.home_of >= 0).sum()) == wanted) == may
    assert lawful(asked, ASH, range(wanted)) == may
    assert lawful_plan(asked, found.home_of)
    assert found.proved
    assert found.unique


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_never_split_means_nobody_when_not_all(solver: str) -> None:
    """Where only one of two brothers has a home, with `never_split` neither is placed; without it, one is."""
    either: dict[str, Any] = {"children": 2, "homes": 2, "family": [0, 0], "places": [1, 1]}
    assert SOLVERS[solver](question(**either)).tiers[0].value == 2
    assert SOLVERS[solver](question(**either, never_split=True)).tiers[0].value == 0
    one_way = question(children=2, homes=2, family=[0, 0], pairs=[(0, ASH), (0, ELM), (1, ELM)], never_split=True)
    assert SOLVERS[solver](one_way).home_of.tolist() == [ELM, ELM]


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_home_is_shared_up_to_the_limit_by_several_families(solver: str) -> None:
    """Three places, room for two under the limit: two strangers, or three of one family, never a mixture of three."""
    shared = question(children=4, homes=1, family=[0, 0, 0, 1], places=[3], limit_room=[2], fostered_family=[NOBODY])
    found = SOLVERS[solver](shared)
    assert found.home_of.tolist() == [ASH, ASH, ASH, -1]
    assert found.tiers[0].value == 3


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_only_pairs_given_are_used(solver: str) -> None:
    """A child with no lawful home stays without one, however roomy the homes."""
    found = SOLVERS[solver](question(children=2, homes=2, pairs=[(0, ELM)]))
    assert found.home_of.tolist() == [ELM, -1]


@pytest.mark.parametrize("solver", list(SOLVERS))
@pytest.mark.parametrize(
    ("case", "plan", "tiers"),
    [
        ({"children": 0, "homes": 0}, [], (0, 0, 0, 0, 0, 0)),
        ({"children": 2, "homes": 0}, [-1, -1], (0, 0, 0, 0, 0, 0)),
        ({"children": 1, "homes": 1, "pairs": []}, [-1], (0, 0, 0, 0, 0, 0)),
        ({"children": 1, "homes": 1, "cost": {(0, 0): 700}}, [0], (1, 0, 0, 0, 0, 700)),
        ({"children": 1, "homes": 2, "cost": {(0, 0): 700, (0, 1): 600}}, [1], (1, 0, 0, 0, 0, 600)),
        ({"children": 1, "homes": 2, "points": {(0, 0): 9}, "local": {(0, 1): 1}}, [1], (1, 0, 0, 1, 0, 0)),
        ({"children": 1, "homes": 2, "local": {(0, 0): 1}, "siblings_near": {(0, 1): 1}}, [1], (1, 0, 1, 0, 0, 0)),
        (
            {"children": 1, "homes": 2, "siblings_near": {(0, 0): 2}, "siblings_there": {(0, 1): 1}},
            [1],
            (1, 1, 0, 0, 0, 0),
        ),
    ],
    ids=[
        "nobody",
        "no homes",
        "no pairs",
        "one",
        "cheaper",
        "local before points",
        "sister near before local",
        "sister there before two near",
    ],
)
def test_the_order_of_tiers(case: dict[str, Any], plan: list[int], tiers: tuple[int, ...], solver: str) -> None:
    """An earlier tier is never given up for a later one, and rounds with nothing to decide are decided."""
    found = SOLVERS[solver](question(**case))
    assert found.home_of.tolist() == plan
    assert tuple(t.value for t in found.tiers) == tiers
    assert found.proved
    assert found.unique
