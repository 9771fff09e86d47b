"""How the considerations make up the points of a pair, and what the council's weights do."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from matching.considerations import CONSIDERATIONS, cautions
from matching.considerations.weigh import _points, _Scale, _shared_out
from matching.policy import Policy
from matching.rules.register import Register
from records.model import Alongside, HomeKind, Link, LinkKind, PetsWish
from tests.matching.considerations.asking import round_of
from tests.ordinary import BOLTON, DAY, HERE, SALFORD, asked_on, child, fostered, home, kin, miles_east, records


def test_a_worked_example() -> None:
    """One pair by hand: ten considerations share out the 172 of 352 that kin leaves, and give 340 points."""
    ash = child("ash", referred_on=DAY - timedelta(days=90), school=HERE, needs_helpful=("autism", "missing"))
    oak = home("oak", location=miles_east(3), authority=SALFORD)
    weighed = round_of(records([ash], [oak]))
    # nearness 93.75 x 20, area 50 x 12, school 75 x 12, needs 50 x 20, language, faith, identity and wish unknown
    # 50 x 19, stay 100 x 10, waiting 100 x 5: 6825 over 98 is 69.64; times 172 / 352 is 34.03.
    assert weighed.points[weighed.at(0, 0)] == 340
    # Unknown language and wish could bring 0 or 100 (weights 8 and 5), faith and identity 50 to 100 (3 and 3).
    assert weighed.low[weighed.at(0, 0)] == round(10 * (6825 - 50 * 13) / 98 * 172 / 352) == 308
    assert weighed.high[weighed.at(0, 0)] == round(10 * (6825 + 50 * 19) / 98 * 172 / 352) == 388
    shown = {part.name: part.points_contributed for part in weighed.parts(0, 0)}
    assert shown == {
        "kin": 0,
        "nearness": 94,
        "area": 30,
        "school": 45,
        "needs": 50,
        "language": 20,
        "faith": 7,
        "identity": 7,
        "wish": 12,
        "stay": 50,
        "waiting": 25,
    }
    with_kin = round_of(records([ash], [oak], links=(kin("ash", "oak"),)))
    assert with_kin.points[with_kin.at(0, 0)] == 852  # 180 / 352 of 1000 more: 340.3 + 511.4 = 851.7
    assert with_kin.parts(0, 0)[0].weight_share == pytest.approx(180 / 352)


def test_the_width_of_what_is_not_recorded() -> None:
    """A blank could become anything from 0 to 100; faith and ethnicity can only add, and less in adoption."""
    told = records([child("ash", home=None)], [home("oak"), home("elm", kind=HomeKind.ADOPTER)])
    register, asked = Register(told), asked_on(DAY)
    widths = {}
    for one in CONSIDERATIONS:
        score = one.score(told.children[0], register, asked)
        for at in np.flatnonzero(~score.known & score.applies):
            widths[one.name, str(register.homes.ids[at])] = (score.least[at], score.value[at], score.most[at])
    assert widths == {
        ("nearness", "oak"): (0, 50, 100),
        ("school", "oak"): (0, 50, 100),
        ("language", "oak"): (0, 50, 100),
        ("language", "elm"): (0, 50, 100),
        ("faith", "oak"): (50, 50, 100),
        ("faith", "elm"): (50, 50, 75),
        ("identity", "oak"): (50, 50, 100),
        ("identity", "elm"): (50, 50, 75),
        ("wish", "oak"): (0, 50, 100),
        ("wish", "elm"): (0, 50, 100),
    }


def test_a_half_goes_to_the_even_number() -> None:
    """The same whole number on every machine: halves go to the even one, and only exact halves are halves."""
    weighted = np.array([50_000, 150_000, 250_000, 50_001, 149_999, 100_000_000], dtype=np.int64)
    nought, one = np.zeros(6, dtype=np.int64), np.ones(6, dtype=np.int64)
    assert _points(_Scale(0, 1), nought, weighted, one).tolist() == [0, 2, 2, 1, 1, 1000]
    assert _points(_Scale(1, 0), weighted, nought, nought).tolist() == [0, 2, 2, 1, 1, 1000]


def test_the_largest_weights_there_are_do_not_overflow() -> None:
    """With every weight at 1000 and the school at ten times that, the points are still right."""
    heaviest = Policy(weights={one.name: 1000 for one in CONSIDERATIONS}, protected_school_weight=10)
    ash = child("ash", school=HERE, school_year=10, referred_on=DAY - timedelta(days=90))
    weighed = round_of(records([ash], [home("oak")], links=(kin("ash", "oak"),)), heaviest)
    # Of 17: nearness, area, ten times the school, stay and waiting 100; language, faith, identity and wish 50.
    assert weighed.points[weighed.at(0, 0)] == round(10 * (100 + 17 * (14 * 100 + 4 * 50) / 18) / 18)


def test_the_largest_remainders_have_the_points_left_over() -> None:
    """Three equal thirds of 1000 points: the first has the one left over."""
    third = 100_000_000
    assert _shared_out(1000, [third, third, third], 3_000_000) == [334, 333, 333]
    assert _shared_out(0, [0, 0], 1) == [0, 0]


def test_nothing_that_counts_is_the_middle() -> None:
    """Where the council weighs only what does not apply, the points are 500 and the parts say so."""
    only_pets = Policy(weights={one.name: int(one.name == "pets") for one in CONSIDERATIONS})
    weighed = round_of(records([child("ash")], [home("oak")]), only_pets)
    assert (weighed.points[0], weighed.low[0], weighed.high[0]) == (500, 500, 500)
    parts = weighed.parts(0, 0)
    assert (parts[-1].name, parts[-1].points_contributed) == ("nothing", 500)
    assert sum(p.points_contributed for p in parts) == 500


def best_and_worst(weights: dict[str, int]) -> tuple[int, int]:
    """Points of a stranger at the very best, and of kin at the very worst, for a pupil in year 11."""
    ash = child(
        "ash",
        family_id="rowan",
        school=HERE,
        school_year=11,
        needs_helpful=("physical_disability", "autism"),
        languages=("Polish",),
        religion="Sikh",
        ethnicity="AIND",
        alongside=Alongside.WITH_OTHERS,
        pets=PetsWish.MUST,
        expected_end=DAY + timedelta(days=1000),
    )
    far = {"location": miles_east(100), "authority": BOLTON, "available_to": DAY, "languages": ("French",)}
    worst = home("aunt", meets_needs=(), step_free=False, preferred_age_min=17, preferred_sex="M", **far)
    best = home(
        "stranger",
        meets_needs=("physical_disability", "autism"),
        step_free=True,
        pets=True,
        languages=("Polish",),
        religion="Sikh",
        ethnicity="AIND",
        preferred_age_min=8,
        preferred_sex="F",
    )
    told = records(
        [ash],
        [worst, best],
        links=(kin("ash", "aunt"), Link("ash", "stranger", LinkKind.PREVIOUS_CARER)),
        residents=(fostered("stranger", "sister", "rowan"),),
    )
    aunt, stranger = round_of(told, Policy(weights=weights)).points
    return int(stranger), int(aunt)


def test_kin_comes_before_everything_else_together() -> None:
    """With the packaged weights the least suitable kin home outranks the most suitable stranger [PLC-04]."""
    stranger, aunt = best_and_worst({})
    assert stranger < 500 < aunt


def test_a_council_that_weighs_kin_less_is_told() -> None:
    """The council may choose otherwise, and is told what the law prefers."""
    others = sum(c.default_weight for c in CONSIDERATIONS if c.name != "kin")
    assert cautions(Policy()) == ()
    assert cautions(Policy(weights={"kin": others + 1})) == ()
    told = cautions(Policy(weights={"kin": others}))
    assert len(told) == 1
    assert "s22C(7)(a)" in told[0]
    stranger, aunt = best_and_worst({"kin": 20})
    assert stranger > aunt


def test_cost_is_nowhere_in_the_points() -> None:
    """A home that costs a hundred times as much has the same points [GOV-10]."""
    dear = round_of(records([child("ash")], [home("oak", weekly_cost=99_999.0)]))
    cheap = round_of(records([child("ash")], [home("oak", weekly_cost=1.0)]))
    blank = round_of(records([child("ash")], [home("oak", weekly_cost=None)]))
    assert dear.points[dear.at(0, 0)] == cheap.points[cheap.at(0, 0)] == blank.points[blank.at(0, 0)]


def test_a_round_without_children_or_homes() -> None:
    """An empty round is weighed, and there is nothing in it."""
    assert round_of(records([], [home("oak")])).points.shape == (0,)
    assert round_of(records([child("ash")], [])).points.shape == (0,)


def test_a_dearer_weight_pulls_the_points_towards_its_score() -> None:
    """More weight for what a home does well raises it, for what it does badly lowers it; nought drops it."""
    told = records([child("ash")], [home("near"), home("far", location=miles_east(100))])
    plain, heavy = round_of(told), round_of(told, Policy(weights={"nearness": 200}))
    far, near = 0, 1
    assert heavy.points[heavy.at(0, near)] > plain.points[plain.at(0, near)]
    assert heavy.points[heavy.at(0, far)] < plain.points[plain.at(0, far)]
    dropped = round_of(told, Policy(weights={"nearness": 0}))
    assert dropped.points[dropped.at(0, near)] == dropped.points[dropped.at(0, far)]
    assert [p.points_contributed for p in dropped.parts(0, near) if p.name == "nearness"] == [0]
