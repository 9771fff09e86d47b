"""The audit of a finished plan: what it lets stand, and what it stops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from matching.audit import Breach, audit, recount
from matching.policy import Policy
from matching.rules import RULES
from matching.rules.register import Register
from records.model import (
    Alongside,
    DistanceReason,
    HomeKind,
    PlacementNeed,
    Records,
    Route,
    Separation,
)
from tests.named_cases import ADOPTABLE, LODGINGS, ONES, SIXTEEN, One
from tests.ordinary import (
    BOLTON,
    DAY,
    HERE,
    apart,
    asked_on,
    child,
    fostered,
    home,
    lives_with,
    miles_east,
    records,
    together,
    years_old,
)


@pytest.fixture(autouse=True, params=["facts and rules", "facts alone"])
def what_is_asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit's own reading must find every breach by itself: the rules asked again may not hide a hole in it."""
    if request.param == "facts alone":
        monkeypatch.setattr("matching.audit.RULES", ())


def breaches(
    told: Records,
    plan: dict[str, str | None],
    *allowed: str,
    never_split: bool = False,
    policy: Policy | None = None,
) -> list[Breach]:
    """What the audit finds, with out-of-area homes allowed as in an ordinary round."""
    return audit(
        Register(told), asked_on(policy=policy), plan, frozenset(allowed) | {"LOC-03"}, never_split=never_split
    )


def broken(told: Records, plan: dict[str, str | None], *allowed: str, never_split: bool = False) -> set[str]:
    """The ids of the rules the audit finds broken."""
    return {b.rule_id for b in breaches(told, plan, *allowed, never_split=never_split)}


@pytest.mark.parametrize("case", ONES, ids=lambda case: case.name)
def test_one_child_in_one_home(case: One) -> None:
    """Each rule about one child, on both sides of its edge; and an allowed sign-off lets stand what may be signed."""
    told = records([child("ann", **case.child)], [home("ash", **case.home)], **case.others)
    found = breaches(told, {"ann": "ash"})
    assert {b.rule_id for b in found} | {"LOC-03"} == case.rules | {"LOC-03"}
    assert all(b.home_id == "ash" and b.child_ids == ("ann",) and b.message for b in found)
    assert not broken(told, {"ann": None})


@pytest.mark.parametrize("case", ONES, ids=lambda case: case.name)
def test_the_rules_asked_again_find_it_too(case: One, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the audit's own reading to fall silent, the rules asked again would still find every breach."""
    monkeypatch.setattr("matching.audit.RULES", RULES)
    monkeypatch.setattr("matching.audit._one_home", lambda *_: [])
    told = records([child("ann", **case.child)], [home("ash", **case.home)], **case.others)
    assert broken(told, {"ann": "ash"}) | {"LOC-03"} == case.rules | {"LOC-03"}


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("HLT-05", {"smoker": True}),
        ("FOST-18", {"on_hold": True}),
        ("FOST-01", {"approved_from": None}),
        ("BED-01", {"bedrooms_free": 0}),
    ],
)
def test_an_allowed_sign_off_lets_the_plan_stand(rule_id: str, changes: dict[str, Any]) -> None:
    """What somebody may approve, or an open question, stands once this run accepts it, and not before."""
    told = records([child("ann", smoke_free=True)], [home("ash", **changes)])
    assert broken(told, {"ann": "ash"}) == {rule_id}
    assert broken(told, {"ann": "ash"}, rule_id) == set()


@pytest.mark.parametrize("rule_id", ["SIB-02", "SAFE-01", "PLC-03", "FOST-20", "FOST-02", "PW-01"])
def test_what_nobody_may_sign_stays_barred(rule_id: str) -> None:
    """Allowing a rule never lets in what is barred, nor more children than there are places."""
    ann, ben = child("ann", family_id="elm"), child("ben", family_id="elm")
    plan: dict[str, str | None] = {"ann": "ash", "ben": "ash"}
    told = {
        "SIB-02": records([ann, ben], [home("ash")], siblings=(apart("ann", "ben"),)),
        "SAFE-01": records([ann, ben], [home("ash")], separations=(Separation("ann", "ben"),)),
        "PLC-03": records([replace(ann, routes=(Route.ADOPTION,)), ben], [home("ash")]),
        "FOST-20": records([ann, ben], [home("ash", vacancies=1)]),
        "FOST-02": records([ann, ben], [home("ash", approved_places=1)]),
        "PW-01": records(
            [replace(c, **ADOPTABLE) for c in (ann, ben, child("cat", family_id="elm"))],
            [home("ash", kind=HomeKind.ADOPTER)],
        ),
    }[rule_id]
    if rule_id == "PW-01":
        plan["cat"] = None
    assert broken(told, plan, rule_id) == {rule_id}


LIMIT = {"FOST-03", "FOST-05"}


@pytest.mark.parametrize(
    ("there", "joining", "changes", "rules"),
    [
        (["a", "b"], [None], {}, set()),
        (["a", "b", None], [None], {}, LIMIT),
        (["elm", "elm", "elm"], ["elm"], {}, set()),
        (["elm", "elm", None], ["elm"], {}, LIMIT),
        (["elm", "elm", "elm"], ["oak"], {}, LIMIT),
        ([], ["elm", "elm", "elm", "elm"], {}, set()),
        ([], ["elm", "elm", "elm", None], {}, LIMIT),
        (["a", "b", None], [None], {"exempt_children": ("c0",), "exempting_authority": "E08000009"}, set()),
        (["a", "b", None], [None], {"exempt_children": ("r1",), "exempting_authority": "E08000009"}, set()),
        (["a", "b", None], [None], {"exempt_children": ("c0",), "exempting_authority": "E08000006"}, LIMIT),
        (["a", "b", None], [None], {"exempt_children": ("c0",)}, LIMIT),
        (["a", "b", None], [None, None], {"exempt_children": ("c0",), "exempting_authority": "E08000009"}, LIMIT),
        (["a", "b", None], [None], {"kind": HomeKind.SUPPORTED_LODGINGS, **LODGINGS}, set()),
    ],
    ids=[
        "third child",
        "fourth child",
        "fourth, all one family",
        "fourth, and one there is of no recorded family",
        "fourth, of another family",
        "four of one family",
        "four, one of them of no recorded family",
        "named exempt",
        "a resident named exempt",
        "exempted by another council",
        "nobody recorded who exempted",
        "fifth, with one exempt",
        "lodgings",
    ],
)
def test_the_usual_limit_counts_the_whole_household(
    there: list[str | None], joining: list[str | None], changes: dict[str, Any], rules: set[str]
) -> None:
    """Everybody fostered there now counts with everybody who would join."""
    sixteen = SIXTEEN if changes.get("kind") is HomeKind.SUPPORTED_LODGINGS else {}
    told = records(
        [child(f"c{i}", family_id=f, **sixteen) for i, f in enumerate(joining)],
        [home("ash", **{"approved_places": 8, "vacancies": 5, **changes})],
        residents=tuple(fostered("ash", f"r{i}", f) for i, f in enumerate(there)),
    )
    assert broken(told, {f"c{i}": "ash" for i in range(len(joining))}) == rules


@pytest.mark.parametrize(
    ("ages_and_sexes", "free", "enough"),
    [
        ("9F 9F", 1, True),
        ("9F 10F", 1, False),
        ("9F 9M", 1, False),
        ("9F 9F 9F", 1, False),
        ("9F 9F 9F", 2, True),
        ("9F 2M", 1, True),
        ("9U 9U", 1, False),
    ],
)
def test_bedrooms_are_shared_by_brothers_or_sisters_under_ten(ages_and_sexes: str, free: int, enough: bool) -> None:
    """Two to a room, of one recorded sex and one family, while both are under ten."""
    cells = ages_and_sexes.split()
    children = [
        child(f"c{i}", family_id="elm", date_of_birth=years_old(int(cell[:-1])), sex=cell[-1])
        for i, cell in enumerate(cells)
    ]
    told = records(children, [home("ash", bedrooms_free=free)])
    plan: dict[str, str | None] = {c.child_id: "ash" for c in children}
    assert broken(told, plan) == (set() if enough else {"BED-01"})
    harmed = records([replace(children[0], needs_helpful=("harmful_sexual_behaviour",)), *children[1:]], told.homes)
    if ages_and_sexes == "9F 9F":
        assert broken(harmed, plan) == {"BED-01"}


def test_children_of_two_families_are_counted_and_kept_apart_together() -> None:
    """Places, bedrooms, separations and company are judged for everybody placed in a home, whatever their family."""
    ann, zoe = child("ann", family_id="elm"), child("zoe", family_id="oak", date_of_birth=years_old(12))
    plan: dict[str, str | None] = {"ann": "ash", "zoe": "ash"}
    assert broken(records([ann, zoe], [home("ash")]), plan) == set()
    assert broken(records([ann, zoe], [home("ash", vacancies=1)]), plan) == {"FOST-20"}
    assert broken(records([ann, zoe], [home("ash", bedrooms_free=1)]), plan) == {"BED-01"}
    told = records([ann, zoe], [home("ash")], separations=(Separation("ann", "zoe"),))
    assert broken(told, plan) == {"SAFE-01"}
    for wish, rules in (
        (Alongside.SOLO, {"SAFE-04"}),
        (Alongside.ONLY_OLDER, set()),
        (Alongside.ONLY_YOUNGER, {"SAFE-04"}),
    ):
        told = records([replace(ann, alongside=wish), zoe], [home("ash")])
        assert broken(told, plan) == rules
    twins = [replace(ann, alongside=Alongside.ONLY_OLDER), replace(zoe, date_of_birth=ann.date_of_birth)]
    assert broken(records(twins, [home("ash")]), plan) == set()


def test_adopters_take_one_child_or_one_family_whole() -> None:
    """One child, or exactly all brothers and sisters with that route; never part, never two families."""
    ann, ben, cat = (child(c, family_id="elm", **ADOPTABLE) for c in ("ann", "ben", "cat"))
    zoe = child("zoe", **ADOPTABLE)
    told = records([ann, ben, cat, zoe], [home("ash", kind=HomeKind.ADOPTER, vacancies=4)])
    nobody: dict[str, str | None] = dict.fromkeys(("ann", "ben", "cat", "zoe"))
    assert broken(told, {**nobody, "ann": "ash"}) == set()
    assert broken(told, {**nobody, "ann": "ash", "ben": "ash", "cat": "ash"}) == set()
    assert broken(told, {**nobody, "ann": "ash", "ben": "ash"}) == {"PW-01"}
    assert broken(told, {**nobody, "ann": "ash", "zoe": "ash"}) == {"PW-01"}
    fostered_cat = records([ann, ben, replace(cat, routes=(Route.FOSTER,)), zoe], told.homes)
    assert broken(fostered_cat, {**nobody, "ann": "ash", "ben": "ash"}) == set()


def test_settled_children_are_not_moved() -> None:
    """A child with a current carer and no move asked for may only stay."""
    told = records([child("ann", needed_by=None)], [home("ash"), home("bay")], links=(lives_with("ann", "ash"),))
    assert broken(told, {"ann": "ash"}) == set()
    assert broken(told, {"ann": "bay"}) == {"STB-01"}
    moving = records([child("ann")], told.homes, links=told.links)
    assert broken(moving, {"ann": "bay"}) == set()


def test_the_place_of_a_child_who_lives_there_is_taken() -> None:
    """A current carer's place is not free to another, though the household list leaves the child out."""
    told = records([child("ann"), child("ben")], [home("ash", approved_places=1)], links=(lives_with("ann", "ash"),))
    assert broken(told, {"ann": "ash", "ben": None}) == set()
    assert broken(told, {"ann": None, "ben": "ash"}) == {"FOST-02"}


def test_never_split_is_held_to() -> None:
    """Where the council never splits, brothers and sisters not assessed apart go to one home or none."""
    children = [child(c, family_id="elm") for c in ("ann", "ben")]
    told = records(children, [home("ash"), home("bay")])
    split: dict[str, str | None] = {"ann": "ash", "ben": "bay"}
    assert broken(told, split) == set()
    assert broken(told, split, never_split=True) == {"SIB-05"}
    assert broken(told, {"ann": "ash", "ben": None}, never_split=True) == {"SIB-05"}
    assert broken(told, {"ann": "ash", "ben": "ash"}, never_split=True) == set()
    assert broken(records(children, told.homes, siblings=(apart("ann", "ben"),)), split, never_split=True) == set()


def test_one_approval_is_not_taken_for_another() -> None:
    """A change of terms covers the terms; an emergency covers them for emergency children only, and no more."""
    ann = child("ann", placement_need=PlacementNeed.EMERGENCY)
    old = home("ash", approved_age_max=7)
    plan: dict[str, str | None] = {"ann": "ash"}
    assert broken(records([ann], [old]), plan, "FOST-11") == set()
    assert broken(records([child("ann")], [old]), plan, "FOST-11") == {"FOST-02"}
    assert broken(records([child("ann")], [old]), plan, "FOST-10") == set()
    full = records([ann], [home("ash", approved_places=1)], residents=(fostered("ash", "rob"),))
    assert broken(full, plan, "FOST-11") == {"FOST-02"}
    crowd = tuple(fostered("ash", f"r{i}") for i in range(3))
    told = records([ann], [home("ash", approved_places=4)], residents=crowd)
    assert broken(told, plan, "FOST-11") == {"FOST-03", "FOST-05"}
    assert broken(told, plan, "FOST-04") == set()


def test_a_plan_must_speak_of_every_child_and_only_of_homes_there_are() -> None:
    """A child left out of the plan, a stranger in it, or a home that does not exist is a breach."""
    told = records([child("ann"), child("ben")], [home("ash")])
    found = breaches(told, {"ann": "nowhere", "zoe": None})
    assert sorted((b.rule_id, b.child_ids, b.home_id) for b in found) == [
        ("PLAN", ("ann",), "nowhere"),
        ("PLAN", ("ben",), ""),
        ("PLAN", ("zoe",), ""),
    ]


def test_the_council_may_want_young_children_in_smoke_free_homes() -> None:
    """Where the policy says so, a young child needs a smoke-free home whatever is recorded."""
    told = records([child("ann", date_of_birth=years_old(4))], [home("ash", smoker=True)])
    assert breaches(told, {"ann": "ash"}, policy=Policy(smoke_free_under_age=4)) == []
    assert {b.rule_id for b in breaches(told, {"ann": "ash"}, policy=Policy(smoke_free_under_age=5))} == {"HLT-05"}


def test_the_tiers_are_recounted_from_the_records() -> None:
    """Placed, brothers and sisters together, local, points and pence, each as the contract words it."""
    ann, ben, cat = (child(c, family_id="elm") for c in ("ann", "ben", "cat"))
    told = records(
        [ann, ben, cat, child("dee", distance_reason=DistanceReason.SAFEGUARDING), child("eve")],
        [
            home("ash", weekly_cost=None),
            home("bay", authority=BOLTON, location=miles_east(10), weekly_cost=612.35),
            home("cob", authority=BOLTON, location=miles_east(10.1)),
        ],
        residents=(
            fostered("bay", "sib", "elm"),
            fostered("bay", "grown", "elm", date_of_birth=years_old(18)),
            fostered("bay", "ageless", "elm", date_of_birth=None),
            fostered("bay", "kept-apart", "elm"),
            fostered("bay", "left", "elm", leaving_on=DAY),
        ),
        siblings=(apart("cat", "ann"), apart("kept-apart", "cat"), together("ann", "ben")),
    )
    plan: dict[str, str | None] = {"ann": "ash", "ben": "ash", "cat": "bay", "dee": "ash", "eve": "cob"}
    points = {(c, h): 100 for c, h in plan.items() if h is not None}
    values = recount(Register(told), asked_on(), plan, points)
    assert values == {
        "placed": 5,
        "siblings": 2,  # ann with ben; cat with sib, who lives there
        "near": 0,  # ash and bay are ten miles from each other
        "local": 3,  # ann and ben in the area, cat ten miles off; dee's distance is deliberate; eve is too far
        "points": 500,
        "cost": 4 * 61235 + 50000,
    }
    assert "points" not in recount(Register(told), asked_on(), plan)
    assert recount(Register(told), asked_on(), {**plan, "ben": None})["siblings"] == 1
    adopted = recount(
        Register(records([child("ann", **ADOPTABLE)], [home("ash", kind=HomeKind.ADOPTER)])), asked_on(), {"ann": "ash"}
    )
    assert adopted["local"] == 0
    unknown_place = records([child("ann", home=None)], [home("ash", authority=None, location=HERE)])
    assert recount(Register(unknown_place), asked_on(), {"ann": "ash"})["local"] == 0


def near(told: Records, plan: dict[str, str | None], policy: Policy | None = None) -> int:
    """What the audit counts for the tier `near`."""
    return recount(Register(told), asked_on(policy=policy), plan)["near"]


def test_brothers_and_sisters_split_between_homes_near_each_other_are_recounted() -> None:
    """Two homes, five miles to the last bit; not one home, not apart, not where a home's place is not known."""
    elm = [child(c, family_id="elm") for c in ("ann", "ben", "cat")]
    homes = [home("ash"), home("bay", location=miles_east(5)), home("cob", location=miles_east(5.001))]
    homes += [home("dun", location=None), home("elf", location=None), home("fir")]
    told = records([*elm, child("zoe")], homes, siblings=(apart("ann", "cat"),))
    nobody = dict.fromkeys(("ann", "ben", "cat", "zoe"))
    assert near(told, {**nobody, "ann": "ash", "ben": "bay"}) == 1
    assert near(told, {**nobody, "ann": "ash", "ben": "cob"}) == 0
    assert near(told, {**nobody, "ann": "ash", "ben": "cob"}, Policy(split_miles=5.002)) == 1
    assert near(told, {**nobody, "ann": "ash", "ben": "ash"}) == 0
    assert near(told, {**nobody, "ann": "ash", "ben": "fir"}) == 1
    assert near(told, {**nobody, "ann": "ash", "cat": "bay"}) == 0
    assert near(told, {**nobody, "ann": "ash", "ben": "bay", "cat": "fir"}) == 2
    assert near(told, {**nobody, "ann": "dun", "ben": "elf"}) == 0
    assert near(told, {**nobody, "ann": "ash", "zoe": "bay"}) == 0
    assert near(told, {**nobody, "ann": "ash"}) == 0


def test_brothers_and_sisters_who_live_near_are_recounted() -> None:
    """Under 18, not of the round, not assessed apart, in another home near: each once, in however many homes."""
    told = records(
        [child("ann", family_id="elm"), child("ben", family_id="elm"), child("zoe")],
        [home("ash"), home("bay", location=miles_east(5)), home("cob", location=miles_east(9)), home("dun")],
        residents=(
            fostered("ash", "sib", "elm"),
            fostered("bay", "ageless", "elm", date_of_birth=None),
            fostered("bay", "ben", "elm"),
            fostered("bay", "grown", "elm", date_of_birth=years_old(18)),
            fostered("bay", "kept-apart", "elm"),
            fostered("bay", "left", "elm", leaving_on=DAY),
            fostered("bay", "sib", "elm"),
            fostered("cob", "far", "elm"),
        ),
        siblings=(apart("ann", "kept-apart"),),
    )
    nobody = dict.fromkeys(("ann", "ben", "zoe"))
    assert near(told, {**nobody, "ann": "dun"}) == 1  # sib, once, in ash and in bay
    assert near(told, {**nobody, "ann": "ash"}) == 0  # sib lives in ash itself
    assert near(told, {**nobody, "ann": "cob"}) == 1  # sib in bay; far lives in cob itself
    assert near(told, {**nobody, "ann": "bay"}) == 1  # far in cob
    assert near(told, {**nobody, "ben": "dun"}) == 2  # sib and kept-apart, who is kept from ann alone
    assert near(told, {**nobody, "zoe": "dun"}) == 0


def test_no_sign_off_lets_anybody_share_with_a_child_who_may_harm_others() -> None:
    """Allowed to share, strangers may; beside a child who may harm others only where that child has a room alone."""
    ann, ben, zoe = child("ann", needs_helpful=("harmful_sexual_behaviour",)), child("ben"), child("zoe")
    strangers: dict[str, str | None] = {"ann": None, "ben": "ash", "zoe": "ash"}
    all_three: dict[str, str | None] = {"ann": "ash", "ben": "ash", "zoe": "ash"}
    for free, alone, two, three in (
        (0, {"BED-01"}, set(), {"BED-01"}),
        (1, set(), set(), {"BED-01"}),
        (2, set(), set(), set()),
    ):
        told = records([ann, ben, zoe], [home("ash", bedrooms_free=free)])
        assert broken(told, {"ann": "ash", "ben": None, "zoe": None}, "BED-01") == alone
        assert broken(told, strangers, "BED-01") == two
        assert broken(told, all_three, "BED-01") == three
    babies = records([ann, child("ben", date_of_birth=years_old(2))], [home("ash", bedrooms_free=1)])
    assert broken(babies, {"ann": "ash", "ben": "ash"}, "BED-01") == set()
