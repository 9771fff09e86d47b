"""What holds in every round, whatever is recorded: bounds, sums, names, order, never worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.considerations import CONSIDERATIONS, MOST_POINTS, Part, SetAside
from matching.policy import Policy
from records.model import (
    Alongside,
    DistanceReason,
    HomeKind,
    Link,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Provider,
    Records,
    Resident,
    ResidentStatus,
    Route,
)
from tests.matching.considerations.asking import BY_NAME, CONNECTED, round_of
from tests.ordinary import (
    BOLTON,
    DAY,
    HERE,
    SALFORD,
    TRAFFORD,
    child,
    fostered,
    home,
    kin,
    miles_east,
    records,
    years_old,
)

LANGUAGES = st.sampled_from([(), ("English",), ("Polish",), ("Polish", "English")])
PLACES = st.sampled_from([None, HERE, miles_east(3.7), miles_east(8), miles_east(45)])
DAYS = st.integers(-400, 400).map(lambda n: DAY + timedelta(days=n))
SEXES = st.sampled_from([None, "M", "F"])
YES_NO = st.sampled_from([None, True, False])
ETHNICITIES = st.sampled_from([None, "WBRI", "BCRB", "MWBC", "REFU"])
FAITHS = st.sampled_from([None, "Sikh", "Muslim", "none"])
NEEDS = st.lists(st.sampled_from(["autism", "trauma", "uasc", "physical_disability"]), max_size=3).map(tuple)


@st.composite
def small_rounds(draw: st.DrawFn) -> Records:
    """A few children and homes with every fact that is weighed, many of them blank."""
    children = [
        child(
            f"c{i}",
            date_of_birth=years_old(draw(st.integers(0, 17))),
            routes=draw(st.sampled_from([(Route.FOSTER,), (Route.ADOPTION, Route.FOSTER)])),
            referred_on=draw(DAYS),
            family_id=draw(st.sampled_from([None, "f"])),
            sex=draw(SEXES),
            ethnicity=draw(ETHNICITIES),
            religion=draw(FAITHS),
            languages=draw(LANGUAGES),
            home=draw(PLACES),
            school=draw(PLACES),
            school_year=draw(st.sampled_from([None, 9, 10])),
            placement_need=draw(st.sampled_from([None, *PlacementNeed])),
            needed_by=draw(st.none() | DAYS),
            expected_end=draw(st.none() | DAYS),
            needs_helpful=draw(NEEDS),
            alongside=draw(st.sampled_from([None, Alongside.WITH_OTHERS])),
            pets=draw(st.sampled_from([None, PetsWish.MUST])),
            adoption_decision_on=draw(st.none() | DAYS),
            distance_reason=draw(st.sampled_from([None, None, DistanceReason.LEGAL])),
        )
        for i in range(draw(st.integers(1, 3)))
    ]
    homes = [
        home(
            f"h{i}",
            kind=draw(st.sampled_from(list(HomeKind))),
            provider=draw(st.sampled_from(list(Provider))),
            approved_to=draw(st.none() | DAYS),
            available_to=draw(st.none() | DAYS),
            approved_age_max=draw(st.none() | st.integers(0, 17)),
            approved_sex=draw(SEXES),
            named_children=draw(st.sampled_from([(), ("c0",)])),
            advice_age_min=draw(st.none() | st.integers(0, 17)),
            advice_children=draw(st.none() | st.integers(1, 2)),
            meets_needs=draw(st.none() | NEEDS),
            languages=draw(LANGUAGES),
            religion=draw(FAITHS),
            ethnicity=draw(ETHNICITIES),
            location=draw(PLACES),
            authority=draw(st.sampled_from([None, TRAFFORD, SALFORD, BOLTON])),
            pets=draw(YES_NO),
            step_free=draw(YES_NO),
            preferred_age_min=draw(st.none() | st.integers(0, 17)),
            preferred_sex=draw(SEXES),
        )
        for i in range(draw(st.integers(1, 3)))
    ]
    residents = [
        Resident(
            f"h{draw(st.integers(0, len(homes) - 1))}",
            f"r{i}",
            draw(st.sampled_from(list(ResidentStatus))),
            draw(st.none() | st.integers(0, 20).map(years_old)),
            None,
            draw(st.sampled_from([None, "f"])),
        )
        for i in range(draw(st.integers(0, 3)))
    ]
    links = [
        Link("c0", f"h{draw(st.integers(0, len(homes) - 1))}", kind)
        for kind in draw(st.lists(st.sampled_from([k for k in LinkKind if k != "barred"]), max_size=2))
    ]
    return records(children, homes, residents=tuple(residents), links=tuple(links))


POLICIES = st.builds(
    Policy,
    weights=st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.integers(0, 1000)),
    age_gap_years=st.sampled_from([0, 2]),
)


@given(small_rounds(), POLICIES, st.sampled_from([TRAFFORD, None]))
@settings(deadline=None, max_examples=50)
def test_points_add_up_and_every_reason_has_words(told: Records, policy: Policy, council: str | None) -> None:
    """In any round: within bounds, parts that add up exactly, and a reason for whatever counts or does not."""
    weighed = round_of(told, policy, council)
    assert ((weighed.low >= 0) & (weighed.high <= MOST_POINTS)).all()
    assert ((weighed.low <= weighed.points) & (weighed.points <= weighed.high)).all()
    for name, scores in weighed.scores.items():
        applies = ~np.isnan(scores)
        assert ((scores[applies] >= 0) & (scores[applies] <= 100)).all(), name
        assert weighed.known[name][~applies].all(), name
    for i in range(len(told.children)):
        for j in range(len(told.homes)):
            parts, aside = weighed.parts(i, j), weighed.set_aside(i, j)
            reasons: list[Part | SetAside] = [*parts, *aside]
            assert sum(p.points_contributed for p in parts) == weighed.points[weighed.at(i, j)]
            assert all(p.points_contributed >= 0 for p in parts)
            assert sum(p.weight_share for p in parts) == pytest.approx(1)
            assert {p.name for p in parts} - {"nothing"} | {s.name for s in aside} == set(BY_NAME)
            assert all(said.words and said.words == said.words.strip() for said in reasons)
            if all(p.known for p in parts):
                at = weighed.at(i, j)
                assert weighed.low[at] == weighed.points[at] == weighed.high[at]


@given(small_rounds(), st.permutations(range(3)))
@settings(deadline=None, max_examples=50)
def test_renaming_and_reordering_change_no_points(told: Records, order: list[int]) -> None:
    """Points belong to the facts, not to ids or to where a row stands."""
    new_child = {f"c{i}": f"x{order[i]}" for i in range(3)}
    new_home = {f"h{i}": f"z{order[i]}" for i in range(3)}
    renamed = records(
        [replace(c, child_id=new_child[c.child_id]) for c in told.children],
        [
            replace(h, home_id=new_home[h.home_id], named_children=tuple(new_child[n] for n in h.named_children))
            for h in told.homes
        ],
        residents=tuple(replace(r, home_id=new_home[r.home_id]) for r in told.residents),
        links=tuple(replace(x, child_id=new_child[x.child_id], home_id=new_home[x.home_id]) for x in told.links),
    )
    before, after = round_of(told), round_of(renamed)
    for i, one in enumerate(told.children):
        for j, other in enumerate(told.homes):
            a = after.register.child_index[new_child[one.child_id]]
            b = after.register.homes.index[new_home[other.home_id]]
            assert before.points[before.at(i, j)] == after.points[after.at(a, b)]
            said = [(p.name, p.words) for p in before.parts(i, j)]
            assert said == [(p.name, p.words) for p in after.parts(a, b)]


@given(small_rounds())
@settings(deadline=None, max_examples=50)
def test_points_do_not_depend_on_which_other_homes_there_are(told: Records) -> None:
    """One home more or less changes nothing for the others, so that a choice more can never be a loss."""
    together = round_of(told)
    for j, one in enumerate(told.homes):
        residents = tuple(r for r in told.residents if r.home_id == one.home_id)
        alone = round_of(replace(told, homes=(one,), residents=residents))
        assert (alone.points == together.points[together.pairs.home == j]).all()


@given(small_rounds(), st.sampled_from(["kin", "previous_carer", "sibling_lives_here"]))
@settings(deadline=None, max_examples=50)
def test_a_tie_never_lowers_a_home(told: Records, tie: str) -> None:
    """A home to which the child has one tie more has at least the points it had."""
    without = [x for x in told.links if x.link != tie]
    tied = [*without, *(Link("c0", h.home_id, LinkKind(tie)) for h in told.homes)]
    before, after = (round_of(replace(told, links=tuple(links))) for links in (without, tied))
    assert (after.points >= before.points).all()


@given(small_rounds(), st.floats(0, 60), st.floats(0, 60))
@settings(deadline=None, max_examples=50)
def test_nearer_is_never_worse(told: Records, one: float, other: float) -> None:
    """Of two homes that differ only in distance the nearer to home and school has at least the points."""
    near, far = sorted([one, other])
    children = [replace(c, home=HERE, school=HERE) for c in told.children]
    at = [
        replace(told, children=tuple(children), homes=(replace(told.homes[0], location=miles_east(m)),))
        for m in (near, far)
    ]
    links = tuple(x for x in told.links if x.home_id == "h0")
    residents = tuple(r for r in told.residents if r.home_id == "h0")
    nearer, further = (round_of(replace(x, links=links, residents=residents)) for x in at)
    assert (nearer.points >= further.points).all()


@given(small_rounds(), st.sampled_from(["autism", "trauma", "missing"]))
@settings(deadline=None, max_examples=50)
def test_meeting_one_more_need_is_never_worse(told: Records, need: str) -> None:
    """A home that learns to help with one thing more has at least the points it had."""
    recorded = [replace(h, meets_needs=h.meets_needs or ()) for h in told.homes]
    learnt = [replace(h, meets_needs=(*(h.meets_needs or ()), need)) for h in recorded]
    before, after = (round_of(replace(told, homes=tuple(homes))) for homes in (recorded, learnt))
    assert (after.points >= before.points).all()


@given(small_rounds(), ETHNICITIES.filter(bool), FAITHS.filter(bool))
@settings(deadline=None, max_examples=50)
def test_recording_ethnicity_or_faith_never_lowers_a_home(told: Records, ethnicity: str, faith: str) -> None:
    """Whatever is written in these two cells of a home, it has at least the points of blank cells."""
    blank = [replace(h, ethnicity=None, religion=None) for h in told.homes]
    filled = [replace(h, ethnicity=ethnicity, religion=faith) for h in told.homes]
    before, after = (round_of(replace(told, homes=tuple(homes))) for homes in (blank, filled))
    assert (after.points >= before.points).all()
    assert (after.low >= before.low).all()


def test_nobody_is_named() -> None:
    """No reason holds an id or a free text of the records."""
    secret = "qqzz"
    told = records(
        [child(f"{secret}1", family_id=f"{secret}f", views=secret, school=HERE, needs_helpful=("autism",))],
        [home(f"{secret}2", agency_name=secret, named_children=(f"{secret}1",), **CONNECTED)],
        residents=(fostered(f"{secret}2", f"{secret}3", f"{secret}f"),),
        links=(replace(kin(f"{secret}1", f"{secret}2"), reason=secret),),
    )
    weighed = round_of(told)
    reasons: list[Part | SetAside] = [*weighed.parts(0, 0), *weighed.set_aside(0, 0)]
    said = [x.words for x in reasons]
    assert len(said) == len(CONSIDERATIONS)
    assert not [words for words in said if secret in words]
