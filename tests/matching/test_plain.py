"""Numbers in, numbers out: what may be asked, what comes back, and what is said of numbers that make no question."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from typing import Any

import numpy as np
import pytest

import matching
from matching import UNLIMITED, NotPlain, PinsConflict, plain_question, solve
from matching.plain import PlanBroken, check_plan
from matching.question import TierResult

INT32 = 2**31 - 1


def values(answer: matching.Answer) -> dict[str, int]:
    """Each tier's value, all of them proved."""
    assert answer.proved
    return {tier.name: tier.value for tier in answer.tiers}


def test_the_example_of_the_page_is_true() -> None:
    """The lines in the module's docstring give what they say."""
    answer = solve(plain_question(units=[2, 1], homes=[2, 1], points=[[5, 0], [9, 4]]))
    assert answer.homes == {"0": "0", "1": "1"}
    assert values(answer) == {"placed": 2, "points": 9}
    assert answer.unique


def test_importing_the_package_loads_no_solver() -> None:
    """`import matching` stays cheap: nothing heavy comes with it before it is asked for."""
    code = "import matching, sys; print([m for m in ('numpy', 'scipy', 'ortools', 'highspy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_the_package_offers_is_what_it_lists() -> None:
    """Names can be found by looking, and others are refused as usual."""
    for name in ("solve", "plain_question", "Answer", "NotPlain", "PinsConflict", "Question", "UNLIMITED"):
        assert name in dir(matching)
        assert getattr(matching, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        matching.nothing  # noqa: B018


def brute_force(case: dict[str, Any]) -> tuple[int, ...]:
    """The values of the tiers of the best plan, by trying every one; cost negative."""
    units, homes = case["units"], case["homes"]
    best: tuple[int, ...] = ()
    for plan in product(range(-1, len(homes)), repeat=len(units)):
        at = [(u, h) for u, h in enumerate(plan) if h >= 0]
        if any(pair not in case["pairs"] for pair in at):
            continue
        if any(sum(units[u] for u, h in at if h == home) > homes[home] for home in range(len(homes))):
            continue
        if any(
            sum(case["uses"][u][h][r] for u, h in at if h == home) > case["has"][home][r]
            for home in range(len(homes))
            for r in range(2)
        ):
            continue
        if any(plan[a] == plan[b] >= 0 for a, b in case["apart"]):
            continue
        near = {*case["near"], *((b, a) for a, b in case["near"])}
        worth = (
            len(at),
            sum(plan[a] == plan[b] >= 0 for a, b in case["siblings"]),
            sum((plan[a], plan[b]) in near for a, b in case["siblings"]),
            sum(case["points"][u][h] for u, h in at),
            -sum(case["cost"][u][h] for u, h in at),
        )
        best = max(best, worth)
    return best


@pytest.mark.parametrize("seed", range(25))
def test_the_best_plan_is_that_of_trying_every_one(seed: int) -> None:
    """Sizes, places, two resources, siblings, near homes, bars and numbers of both signs, tier by tier."""
    rng = np.random.default_rng(seed)
    n, m = 4, 3
    case: dict[str, Any] = {
        "units": rng.integers(1, 4, n).tolist(),
        "homes": rng.integers(0, 6, m).tolist(),
        "pairs": [p for p in product(range(n), range(m)) if rng.random() < 0.8],
        "uses": rng.integers(0, 4, (n, m, 2)).tolist(),
        "has": rng.integers(0, 8, (m, 2)).tolist(),
        "points": rng.integers(-3, 4, (n, m)).tolist(),
        "cost": rng.integers(-3, 4, (n, m)).tolist(),
        "siblings": [(0, 1)] if seed % 2 else [(0, 1), (1, 2)],
        "apart": [(2, 3)] if seed % 3 else [],
        "near": [(0, 1)] if seed % 5 else [(0, 2), (1, 2)],
    }
    for solver in ("bundles", "cpsat", "milp"):
        found = values(solve(plain_question(**case), solver=solver))
        assert (
            found["placed"], found["siblings"], found["near"], found["points"], -found["cost"]
        ) == brute_force(case)  # fmt: skip


def test_points_may_be_any_number_of_32_bits() -> None:
    """The largest and the least, and their sums, come back exactly."""
    top = [[INT32, -INT32 - 1], [INT32, -INT32 - 1]]
    assert values(solve(plain_question(units=[1, 1], homes=[1, 1], points=top)))["points"] == -1
    only_points = plain_question(units=[1, 1], homes=[2, 1], points=top, tiers=["points"])
    assert values(solve(only_points))["points"] == 2 * INT32


def test_a_unit_goes_whole_or_not_at_all() -> None:
    """A home of four takes three and one, never part of the second three."""
    answer = solve(plain_question(units={"a": 3, "b": 3, "c": 1}, homes={"big": 4}))
    assert values(answer)["placed"] == 2
    assert answer.homes["c"] == "big"
    assert sorted(str(home) for home in answer.homes.values()) == ["None", "big", "big"]


def test_ids_and_numbers_ask_the_same() -> None:
    """Rows in any order, by id or by number, give the same plan."""
    points = {("b", "y"): 7, ("a", "x"): 3, ("b", "x"): 9, ("a", "y"): 8}
    by_id = plain_question(
        units={"b": 1, "a": 1}, homes={"y": 1, "x": 1}, pairs=list(points), points=list(points.values())
    )
    by_number = plain_question(units=[1, 1], homes=[1, 1], points=[[3, 8], [9, 7]])
    one, other = solve(by_id), solve(by_number)
    assert one.homes == {"a": "y", "b": "x"}
    assert one.home_of.tolist() == other.home_of.tolist() == [1, 0]
    assert by_id.pair_points.tolist() == by_number.pair_points.tolist() == [3, 8, 9, 7]


def test_a_matrix_follows_the_order_given_not_the_order_of_ids() -> None:
    """Row and column of a matrix are the unit and home that stand there in the mapping."""
    question = plain_question(
        units={"z": 1, "a": 1}, homes={"q": 1, "b": 1}, points=[[1, 2], [3, 4]], has=[5, 6], uses=[[1, 1], [2, 2]]
    )
    asked = {
        (question.child_ids[c], question.home_ids[h]): (int(p), int(u))
        for c, h, p, u in zip(
            question.pair_child, question.pair_home, question.pair_points, question.pair_uses[:, 0], strict=True
        )
    }
    assert asked == {("z", "q"): (1, 1), ("z", "b"): (2, 1), ("a", "q"): (3, 2), ("a", "b"): (4, 2)}
    assert dict(zip(question.home_ids, question.home_has[:, 0].tolist(), strict=True)) == {"q": 5, "b": 6}


def test_more_than_ten_units_are_in_the_order_of_their_numbers() -> None:
    """Ids that are numbers have leading noughts, so that the tenth does not stand before the second."""
    question = plain_question(units=[1] * 12, homes=[UNLIMITED])
    assert question.child_ids[2] == "02"
    assert question.pair_child.tolist() == list(range(12))


def test_the_tiers_are_those_that_have_numbers() -> None:
    """What is not given is no tier; an order given is kept."""
    assert plain_question(units=[1], homes=[1]).tiers == ("placed",)
    assert plain_question(units=[1], homes=[1], cost=[3]).tiers == ("placed", "cost")
    assert plain_question(units=[1, 1], homes=[1], siblings=[(1, 0)], points=[1, 2]).tiers == (
        "placed",
        "siblings",
        "points",
    )
    assert plain_question(units=[1], homes=[1], cost=[3], tiers=["cost", "placed"]).tiers == ("cost", "placed")


def test_nothing_at_all_is_a_question_too() -> None:
    """No units, or no homes: nobody is placed, and that is proved."""
    assert values(solve(plain_question(units=[], homes=[1, 2], points=np.zeros((0, 2))))) == {"placed": 0, "points": 0}
    answer = solve(plain_question(units={"a": 1}, homes={}))
    assert (values(answer), answer.homes) == ({"placed": 0}, {"a": None})
    assert values(solve(plain_question(units=[1], homes=[1], pairs=[], has=[1], uses=[]))) == {"placed": 0}


def test_pins_are_kept_and_bars_are_not_used() -> None:
    """A pin costs what it costs; a bar takes the pair away."""
    question = plain_question(units={"a": 1, "b": 1}, homes={"x": 1, "y": 1}, points=[[9, 1], [8, 1]])
    assert solve(question).homes == {"a": "x", "b": "y"}
    pinned = solve(question, pins=[("b", "x")])
    assert pinned.homes == {"a": "y", "b": "x"}
    assert values(pinned) == {"pinned": 1, "placed": 2, "points": 9}
    assert solve(question, bars=[("a", "x")]).homes == {"a": "y", "b": "x"}
    assert solve(question, bars=[("a", "x"), ("b", "x")]).homes.keys() == {"a", "b"}
    assert values(solve(question, pins=[("a", "y")], bars=[("b", "x")])) == {"pinned": 1, "placed": 1, "points": 1}
    assert solve(question).homes == {"a": "x", "b": "y"}, "the question itself is as it was"


def test_a_pin_comes_before_everybody_else() -> None:
    """A pinned unit of three is kept though it keeps three others out."""
    question = plain_question(units={"big": 3, "p": 1, "q": 1, "r": 1}, homes={"x": 3})
    assert values(solve(question))["placed"] == 3
    assert values(solve(question, pins=[("big", "x")])) == {"pinned": 1, "placed": 1}


def test_pins_that_conflict_are_named_and_none_of_them_can_be_spared() -> None:
    """Of six pins only those in the way of each other are named."""
    question = plain_question(
        units={"a": 2, "b": 2, "c": 1, "d": 1, "e": 1, "f": 1}, homes={"x": 3, "y": 9}, apart=[("e", "f")]
    )
    pins = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"), ("e", "y")]
    with pytest.raises(PinsConflict, match="None of these can be spared") as stopped:
        solve(question, pins=pins)
    assert stopped.value.pins == (("a", "x"), ("b", "x"))
    with pytest.raises(PinsConflict) as stopped:
        solve(question, pins=[*pins[2:], ("f", "y")])
    assert stopped.value.pins == (("e", "y"), ("f", "y"))
    for spared in stopped.value.pins:
        assert solve(question, pins=[p for p in [*pins[2:], ("f", "y")] if p != spared]).proved


def test_pins_that_the_question_has_already_count_too() -> None:
    """A question made with pins keeps them, and they are named when they are part of a conflict."""
    question = plain_question(units={"a": 1, "b": 1}, homes={"x": 1, "y": 1}, points=[[9, 1], [8, 1]])
    made = question.with_pins(np.array([0]))
    assert values(solve(made, pins=[("b", "y")])) == {"pinned": 2, "placed": 2, "points": 10}
    with pytest.raises(PinsConflict) as stopped:
        solve(made, pins=[("b", "x")])
    assert stopped.value.pins == (("a", "x"), ("b", "x"))


@pytest.mark.parametrize("seed", range(20))
def test_named_conflicts_are_irreducible(seed: int) -> None:
    """On random pins: those named cannot be kept, and without any one of them the others can."""
    rng = np.random.default_rng(seed)
    question = plain_question(
        units=rng.integers(1, 4, 6).tolist(),
        homes=rng.integers(1, 6, 2).tolist(),
        siblings=[(0, 1)],
        apart=[(2, 3), (0, 4)],
    )
    pins = [(unit, int(rng.integers(0, 2))) for unit in range(6)]
    with pytest.raises(PinsConflict) as stopped:
        solve(question, pins=pins)
    named = stopped.value.pins
    assert set(named) <= {(str(u), str(h)) for u, h in pins}
    with pytest.raises(PinsConflict):
        solve(question, pins=named)
    for spared in named:
        assert solve(question, pins=[p for p in named if p != spared], unique=False).proved


def test_without_time_nothing_is_said_to_be_proved() -> None:
    """No time at all: nobody is placed, bounds are true, pins are not called impossible."""
    question = plain_question(units=[1, 1], homes=[1, 1], points=[[1, 2], [3, 4]])
    answer = solve(question, pins=[(0, 0)], time_limit=0)
    assert not answer.proved
    assert all(tier.value <= tier.bound for tier in answer.tiers)
    assert answer.tiers[0].name == "pinned"
    assert answer.tiers[1].bound >= 2


def test_leaving_out_the_tie_break_changes_no_value() -> None:
    """The values are the same and the plan is not called the only one."""
    question = plain_question(units=[1] * 5, homes=[2] * 4, points=np.zeros((5, 4), dtype=int))
    fast, sure = solve(question, unique=False), solve(question)
    assert values(fast) == values(sure)
    assert (fast.unique, sure.unique) == (False, True)


GOOD: dict[str, Any] = {"units": [1, 1], "homes": [1, 2]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": [1, 0]}, r"units\[1\] is 0; it must be a whole number from 1"),
        ({"units": [1, 1.5]}, r"units\[1\] is 1.5"),
        ({"units": {1: 1}}, "units: 1 is no id"),
        ({"homes": [1, -1]}, r"homes\[1\] is -1; it must be a whole number from 0"),
        ({"homes": ["x"]}, "homes: it holds 'x'|homes: it holds np.str_"),
        ({"homes": [[1], [2]]}, "homes: the shape is"),
        ({"points": [1, 2, 3]}, r"points: the shape is \(3,\); there are 4 pairs, 2 units and 2 homes"),
        ({"points": [[1, 2], [3, INT32 + 1]]}, r"points\[1\]\[1\] is 2147483648"),
        ({"points": [[1, 2], [3, float("nan")]]}, r"points\[1\]\[1\] is nan"),
        ({"points": [[1, 2], [3]]}, "points: its rows are not equally long"),
        ({"cost": [[1, 2], [3, 0.5]]}, r"multiply them all by the same number"),
        ({"pairs": [(0, 0), (0, 2)]}, "pairs.* is 2; it must be a whole number from 0 to 1"),
        ({"pairs": [(0, 0), (0, 0)]}, "unit 0 and home 0 stand there 2 times"),
        ({"pairs": [(0, 0, 1)]}, r"pairs\[0\] is \(0, 0, 1\); give 2"),
        ({"pairs": [("0", "z")]}, "'z' is not among the ids of homes"),
        ({"units": {"a": 1}, "pairs": [(0, 0)]}, "units have ids, so give ids"),
        ({"siblings": [(1, 1)]}, "siblings: '1' is paired with itself"),
        ({"uses": [[1, 1], [1, 1]]}, "has: it is missing"),
        ({"has": [1, 1]}, "uses: it is missing"),
        ({"has": [1], "uses": [[1, 1], [1, 1]]}, r"has: the shape is \(1,\); there are 2 homes"),
        ({"has": [[1, 1], [1, 1]], "uses": [1, 1, 1, 1]}, "uses: there are 1 resources, and 2 in has"),
        ({"has": [1, 1], "uses": [[1, 1], [1, -1]]}, r"uses\[1\]\[1\] is -1"),
        ({"tiers": ["placed", "speed"]}, "there is no tier 'speed'"),
        ({"tiers": ["placed", "placed"]}, "each tier stands once"),
        ({"tiers": []}, "there is at least one"),
    ],
)
def test_numbers_that_make_no_question_are_refused(change: dict[str, Any], words: str) -> None:
    """Each error says what is wrong and where."""
    with pytest.raises(NotPlain, match=words):
        plain_question(**(GOOD | change))


def test_sums_that_would_not_be_exact_are_refused() -> None:
    """Before anything is solved."""
    with pytest.raises(NotPlain, match="too large to be summed exactly"):
        plain_question(units=[1] * 2100, homes=[1] * 2100, points=np.full((2100, 2100), INT32))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"pins": [("0", "9")]}, "'9' is not among the ids of homes"),
        ({"pins": [("1", "0")]}, r"pins\[0\]: unit 1 and home 0 are no pair of this question"),
        ({"pins": [("0", "0"), ("0", "1")]}, "unit 0 is pinned to 2 homes"),
        ({"pins": [("0", "0")], "bars": [("0", "0")]}, "unit 0 in 0 is barred too"),
        ({"solver": "guess"}, "there is no solver 'guess'"),
        ({"time_limit": -1}, "is not a number of seconds"),
        ({"time_limit": float("nan")}, "is not a number of seconds"),
    ],
)
def test_what_cannot_be_asked_of_a_question_is_refused(arguments: dict[str, Any], words: str) -> None:
    """Pins and bars that make no sense are errors, never ignored."""
    question = plain_question(**GOOD, pairs=[(0, 0), (0, 1), (1, 1)])
    with pytest.raises(NotPlain, match=words):
        solve(question, **arguments)


@pytest.mark.parametrize(
    ("home_of", "value", "words"),
    [
        ([0, -1], 1, "a pair that the question does not have"),
        ([1, 1], 2, "more units in a home than it has places"),
        ([2, 2], 2, "may not share a home"),
        ([3, -1], 1, "more of a home than it has"),
        ([2, -1], 2, "is worth 1 in the tier placed, not 2"),
    ],
)
def test_a_plan_that_breaks_the_question_is_never_given(home_of: list[int], value: int, words: str) -> None:
    """Whatever a solver says, it is counted again."""
    question = plain_question(
        units=[1, 1],
        homes=[1, 1, 2, 1],
        pairs=[(0, 1), (0, 2), (0, 3), (1, 1), (1, 2)],
        uses=[1, 1, 2, 1, 1],
        has=[9, 9, 9, 1],
        apart=[(0, 1)],
    )
    check_plan(question, np.array([2, 1]), [TierResult("placed", 2, 2.0, True, 0.0)])
    with pytest.raises(PlanBroken, match=words):
        check_plan(question, np.array(home_of), [TierResult("placed", value, value, True, 0.0)])
