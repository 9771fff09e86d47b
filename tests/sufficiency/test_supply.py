"""Households are neither made nor lost, levers do what they say, and a plain second player counts the same."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.households import KIN, SEGMENTS, Households
from sufficiency.levers import LEVERS, Pull, Pulls
from sufficiency.scenario import baseline
from sufficiency.supply import (
    REASONS,
    STAGES,
    Supply,
    SupplySettings,
    play_supply,
    starting_homes,
    supply_rows,
    supply_settings,
)
from tests.sufficiency.supply_by_hand import ByHand, played

COUNTS = ("households", "held", "places", "available", "staying_put", "approved", "transfers")


@cache
def start() -> Households:
    """The households that the baseline assumes."""
    return starting_homes(baseline())


def certain(one: SupplySettings, **changes: float) -> SupplySettings:
    """The same settings with no interval, and some of them otherwise."""
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(one)):
        value = getattr(one, name)
        if name in changes:
            values[name] = (changes[name],) * 3
        elif name in ("enquiries", "places"):
            values[name] = tuple((span[1],) * 3 for span in value)
        elif isinstance(value, tuple) and name not in ("tenures", "ages", "new_ages"):
            values[name] = (value[1],) * 3
    return replace(one, **values)


def more(segment: str, number: float) -> tuple[float, ...]:
    """A lever on the enquiries of one segment."""
    return tuple(number if name == segment else 0.0 for name in SEGMENTS)


def pulled(from_month: int = 0, **levers: float) -> Pulls:
    """Levers without an interval, `recruitment_` before a segment; they work in full from a month on."""
    names = {name.replace("recruitment_", "recruitment."): number for name, number in levers.items()}
    path = (0.0,) * from_month + (1.0,)
    return Pulls({name: Pull(name, (number,) * 3, path) for name, number in names.items()})


def register(homes: list[dict[str, int]]) -> Households:
    """Households as a register gives them."""
    given = {"segment": 1, "places": 2, "tenure": 30, "age": 640, "staying_put": 0, "held": 0}
    given |= {"back_in": -1, "leaves_in": -1}
    columns = {name: np.array([home.get(name, value) for home in homes]) for name, value in given.items()}
    columns["held"] = columns["held"].astype(bool)
    names = tuple(f"H{k}" for k in range(len(homes)))
    return Households(names, **columns, luck=np.arange(len(homes)) * 77 - 5, assumed=False, left_out={})


def check_conserved(supply: Supply, homes: Households) -> None:
    """Everybody who was there, or came, is still there or left."""
    first = np.bincount(homes.segment, minlength=len(SEGMENTS))
    before = np.concatenate([np.broadcast_to(first, supply.households[:, :1].shape), supply.households[:, :-1]], axis=1)
    change = supply.approved + supply.transfers - supply.left.sum(axis=3)
    assert np.array_equal(supply.households, before + change)
    flow = supply.came - supply.moved_on - supply.dropped
    assert np.array_equal(np.diff(supply.stock, axis=1), flow[:, 1:])
    assert np.array_equal(supply.came[..., 1:], supply.moved_on[..., :-1])
    own = np.delete(np.arange(len(SEGMENTS)), KIN)
    assert np.array_equal(supply.moved_on[:, :, own, -1], supply.approved[:, :, own])
    assert not supply.came[:, :, KIN].any()
    for field in fields(Supply):
        assert (getattr(supply, field.name) >= 0).all(), field.name
    assert (supply.places >= supply.households).all()
    assert (supply.available + supply.staying_put <= supply.places).all()
    assert (supply.held <= supply.households).all()


def test_a_plain_second_player_counts_the_same() -> None:
    """Every count of every month agrees with a loop over people and months, with much happening and all levers on."""
    homes = register(
        [
            {"segment": s, "places": 1 + s % 3, "tenure": 5 * s - 1, "age": 560 + 20 * s, "held": s % 2}
            | ({"staying_put": 1 + s % 2} if s in (1, 5) else {"back_in": s if s % 4 else -1})
            for s in range(len(SEGMENTS))
        ]
        + [{"leaves_in": 2}, {"leaves_in": 0, "segment": KIN}, {"age": -1, "tenure": -1, "places": 1}]
    )
    busy = certain(
        supply_settings(baseline()),
        attrition=0.9,
        staying_put=2.0,
        staying_put_months=4,
        permanence=1.5,
        hold_months=3,
        assessments=2.3,
        withdrawn_waiting=0.3,
        transfers_in=20,
        kin_approved=15,
        enquiries_per_application=4,
        approved_per_application=0.5,
    )
    pulls = pulled(
        2, recruitment_teenagers=90.0, conversion=0.1, assessment_time=1.5, assessors=0.6, retention=0.4, transfers=8.0,
        hub=0.2, fees=30.0, supported_lodgings_scheme=40.0, retirement=0.9,
    )  # fmt: skip
    slowly = Pull("conversion", (0.1,) * 3, (0.0, 0.25, 0.5, 0.75, 1.0, 0.0))
    pulls = Pulls({**pulls.pulls, "conversion": slowly})
    for there, one, months, draws in ((homes, replace(busy, pulls=pulls), 9, 2), (start(), busy, 5, 1)):
        supply = play_supply(there, one, months=months, draws=draws, seed=11)
        by_hand = [ByHand(there, one, 11, future, months) for future in range(draws)]
        for name in COUNTS:
            assert np.array_equal(getattr(supply, name), played(by_hand, name)), name
        assert np.array_equal(supply.left, played(by_hand, "left", len(REASONS)))
        for name, ours in (("came", supply.came), ("moved", supply.moved_on), ("dropped", supply.dropped)):
            assert np.array_equal(ours, played(by_hand, name, len(STAGES))), name
        assert (supply.left.sum(axis=(0, 1, 2)) > 0).all()
        assert supply.dropped.sum(axis=(0, 1, 2))[:3].all()
        check_conserved(supply, there)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    attrition=st.floats(0, 3),
    permanence=st.floats(0, 3),
    assessments=st.floats(0, 8),
    months_to_approval=st.floats(0, 12),
    approved=st.floats(0, 1),
    not_available=st.floats(0, 1),
)
def test_nobody_is_made_or_lost(
    seed: int,
    attrition: float,
    permanence: float,
    assessments: float,
    months_to_approval: float,
    approved: float,
    not_available: float,
) -> None:
    """Households and people in the pipeline balance in every month, segment and stage, whatever the figures."""
    one = certain(
        supply_settings(baseline()),
        attrition=attrition,
        permanence=permanence,
        assessments=assessments,
        months_to_approval=months_to_approval,
        approved_per_application=approved,
        not_available=not_available,
    )
    check_conserved(play_supply(start(), one, months=10, draws=2, seed=seed), start())


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    segment=st.sampled_from([name for name in SEGMENTS if name != "kin"]),
    added=st.floats(0, 300),
    assessments=st.floats(0, 7),
    withdrawn=st.floats(0, 0.8),
)
def test_more_enquiries_never_mean_fewer_approvals(
    seed: int, segment: str, added: float, assessments: float, withdrawn: float
) -> None:
    """In every future and month, however few the assessors and however many give up waiting."""
    one = replace(supply_settings(baseline()), assessments=(assessments,) * 3, withdrawn_waiting=(withdrawn,) * 3)
    two = replace(one, pulls=pulled(3, **{f"recruitment_{segment}": added}))
    few, many = (play_supply(start(), each, months=18, draws=3, seed=seed) for each in (one, two))
    own = np.delete(np.arange(len(SEGMENTS)), KIN)
    assert (many.approved[:, :, own].sum(axis=2) >= few.approved[:, :, own].sum(axis=2)).all()
    assert np.array_equal(many.approved[:, :3], few.approved[:, :3])
    assert np.array_equal(many.approved[:, :, KIN], few.approved[:, :, KIN])


def test_other_levers_never_work_backwards() -> None:
    """Under the same luck: more conversion, room or transfers, shorter assessments and kept carers never harm."""
    one = supply_settings(baseline())
    base = play_supply(start(), one, months=24, draws=20, seed=3)
    for name, number in (
        ("conversion", 0.1),
        ("assessors", 3.0),
        ("transfers", 6.0),
        ("assessment_time", 2.0),
        ("retention", 0.3),
        ("hub", 0.1),
        ("fees", 50.0),
    ):
        supply = play_supply(start(), replace(one, pulls=pulled(**{name: number})), months=24, draws=20, seed=3)
        counted = "came" if name == "assessors" else "approved"
        there, before = (getattr(s, counted).sum(axis=2) for s in (supply, base))
        there, before = (s[..., 2] if name == "assessors" else s for s in (there, before))
        assert (np.cumsum(there, axis=1) >= np.cumsum(before, axis=1)).all()
        assert supply.households[:, -1].sum() > base.households[:, -1].sum() or name == "assessors"


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    segment=st.sampled_from([name for name in SEGMENTS if name not in ("kin", "adopters")]),
    assessments=st.floats(0.5, 7),
)
def test_more_recruitment_never_means_fewer_households(seed: int, segment: str, assessments: float) -> None:
    """In every future and month, whatever else is pulled; adopters, who leave sooner, and orders left aside."""
    one = certain(supply_settings(baseline()), assessments=assessments, permanence=0.0)
    nobody = tuple(
        (0.0,) * 3 if name == "adopters" else span for name, span in zip(SEGMENTS, one.enquiries, strict=True)
    )
    both = {"retirement": 0.2, "retention": -0.2, "conversion": 0.1, "hub": 0.05}
    households = [
        play_supply(
            start(), replace(one, enquiries=nobody, pulls=pulled(2, **both, **more)), months=18, draws=3, seed=seed
        ).households.sum(axis=2)
        for more in ({}, {f"recruitment_{segment}": 30.0}, {f"recruitment_{segment}": 150.0})
    ]
    assert (households[1] >= households[0]).all()
    assert (households[2] >= households[1]).all()


def test_while_there_are_assessors_a_drive_takes_nothing_from_anybody() -> None:
    """With assessors for all, each segment has the households it would have had, and what is sought has no fewer."""
    one = certain(supply_settings(baseline()), assessments=200.0)
    plain = play_supply(start(), one, months=24, draws=10, seed=3)
    for pulls, sought in ((pulled(recruitment_teenagers=90.0), ["teenagers"]), (pulled(hub=0.2), list(SEGMENTS))):
        more = play_supply(start(), replace(one, pulls=pulls), months=24, draws=10, seed=3)
        for k, segment in enumerate(SEGMENTS):
            assert (more.households[:, :, k] >= plain.households[:, :, k]).all()
            assert segment in sought or np.array_equal(more.places[:, :, k], plain.places[:, :, k])
        assert more.approved.sum() > plain.approved.sum()


def test_those_of_sixty_and_more_retire_at_the_share_that_is_said() -> None:
    """A fifth a year of those of 60 and more, besides nobody; the others stay, and nobody's luck changes but theirs."""
    still = certain(supply_settings(baseline()), attrition=0.0, permanence=0.0, transfers_in=0.0, kin_approved=0.0)
    still = certain(still, assessments=0.0)
    homes = register([{"age": 730}] * 300 + [{"age": 400}] * 200 + [{"age": 730, "segment": KIN}] * 10)
    still = certain(still, kin_leaving=0.0)
    supply = play_supply(homes, replace(still, pulls=pulled(12, retirement=0.2)), months=24, draws=20, seed=3)
    assert (supply.households[:, 11].sum(axis=1) == 510).all()
    gone = 510 - supply.households[:, 23].sum(axis=1)
    assert gone.mean() / 300 == pytest.approx(0.2, abs=0.02)
    assert not supply.left[..., 1:].any()
    assert not supply.left[:, :, KIN].any()
    stronger = play_supply(homes, replace(still, pulls=pulled(12, retirement=0.5)), months=24, draws=20, seed=3)
    assert (stronger.households <= supply.households).all()


def test_levers_at_nought_change_nothing() -> None:
    """To the byte, from whichever month they would work."""
    one = supply_settings(baseline())
    plain = play_supply(start(), one, months=12, draws=5, seed=8)
    noughts = pulled(7, **{name.replace(".", "_"): 0.0 for name in LEVERS})
    assert len(noughts.pulls) == len(LEVERS)
    for pulls in (Pulls(), noughts, pulled(500, conversion=0.5, retirement=0.9)):
        other = play_supply(start(), replace(one, pulls=pulls), months=12, draws=5, seed=8)
        for field in fields(Supply):
            assert getattr(plain, field.name).tobytes() == getattr(other, field.name).tobytes(), field.name


def test_without_assessors_the_pipeline_runs_dry() -> None:
    """Those who are in assessment are still decided; after the last of them nobody is approved but kin."""
    one = replace(certain(supply_settings(baseline())), pulls=pulled(assessors=-6.0))
    supply = play_supply(start(), one, months=60, draws=10, seed=2)
    own = np.delete(np.arange(len(SEGMENTS)), KIN)
    approved = supply.approved[:, :, own].sum(axis=2)
    in_hand = supply.stock[..., 2:].sum(axis=(2, 3))
    assert approved[:, :6].sum() > 0
    assert not in_hand[:, -1].any()
    assert not supply.came[..., 2].any()
    assert not approved[:, 1:][in_hand[:, :-1] == 0].any()
    assert supply.approved[:, -12:, KIN].sum() > 0
    assert supply.stock[:, -1, :, 1].sum() > 0
    never = play_supply(start(), certain(one, assessments=0.0), months=12, draws=4, seed=2)
    assert not never.approved[:, :, own].any()


def test_neither_workers_nor_what_else_is_asked_change_a_future() -> None:
    """A longer play begins with the shorter one; the order of a register and the number of workers do not count."""
    one = supply_settings(baseline())
    long = play_supply(start(), one, months=14, draws=90, seed=4, workers=2)
    short = play_supply(start(), one, months=6, draws=3, seed=4)
    order = np.arange(len(start()))[::-1]
    turned = replace(
        start(),
        home_id=start().home_id[::-1],
        **{f.name: getattr(start(), f.name)[order] for f in fields(Households) if f.name not in _NOT_ARRAYS},
    )
    other = play_supply(turned, one, months=6, draws=3, seed=4)
    for field in fields(Supply):
        assert np.array_equal(getattr(long, field.name)[:3, :6], getattr(short, field.name)), field.name
        assert np.array_equal(getattr(other, field.name), getattr(short, field.name)), field.name
    assert not np.array_equal(long.households[0], long.households[1])


_NOT_ARRAYS = ("home_id", "assumed", "left_out")


def test_standing_still_takes_as_many_approvals_as_leave() -> None:
    """About 0.12 a year for each foster household, and three applications and 24 enquiries for each approval."""
    one = certain(supply_settings(baseline()), over_60=1.0, under_two_years=1.0, permanence=0.0, transfers_in=0.0)
    supply = play_supply(start(), one, months=48, draws=150, seed=5)
    own = [k for k, name in enumerate(SEGMENTS) if name not in ("kin", "adopters")]
    homes, left = supply.households[:, :, own].sum(axis=2), supply.left[:, :, own].sum(axis=(2, 3))
    assert left.sum() / (homes.sum() / 12) == pytest.approx(0.12, abs=0.004)
    own.append(SEGMENTS.index("adopters"))
    enquired, approved = supply.came[:, :, own, 0].sum(), supply.moved_on[:, :, own, -1].sum()
    applied = supply.came[:, :, own, 1].sum()
    assert enquired / applied == pytest.approx(8, rel=0.03)
    assert approved / applied == pytest.approx(0.33 * (1 - supply.dropped[..., 1].sum() / applied), rel=0.03)
    # England's approvals in 2024 were 0.095 for each household: the number of carers falls.
    fostering = [k for k in own if SEGMENTS[k] not in ("adopters", "supported_lodgings")]
    assert supply.approved[:, :, fostering].sum() / 4 / 150 == pytest.approx(0.095 * 95, rel=0.05)
    assert homes[:, -1].mean() < 104


def test_englands_year_to_2024_comes_of_its_own_flows() -> None:
    """A hundredth of England's 43,405 households, 4,055 approved and 4,820 gone: 42,615 a year later."""
    still = certain(
        supply_settings(baseline()),
        attrition=4820 / 43405,
        over_60=1.0,
        under_two_years=1.0,
        permanence=0.0,
        transfers_in=0.0,
        kin_approved=0.0,
        assessments=1000.0,
        approved_per_application=0.33,
    )
    enquiries = tuple((number,) * 3 for number in more("mainstream_5_10", 40.55 * 8 / 0.33))
    supply = play_supply(register([{}] * 434), replace(still, enquiries=enquiries), months=12, draws=100, seed=7)
    assert supply.approved.sum() / 100 == pytest.approx(40.55, abs=2)
    assert supply.left.sum() / 100 == pytest.approx(48.2, abs=2)
    assert supply.households[:, -1].sum() / 100 == pytest.approx(426.15, abs=3)


def test_places_that_are_not_available_are_as_many_as_published() -> None:
    """At the start and years later, for carers who have been approved for long."""
    one = certain(supply_settings(baseline()), attrition=0.0, permanence=0.0, transfers_in=0.0, assessments=0.0)
    supply = play_supply(start(), one, months=60, draws=60, seed=6)
    own = [k for k, name in enumerate(SEGMENTS) if name not in ("kin", "adopters", "supported_lodgings")]
    share = 1 - supply.available[:, :, own].sum(axis=(0, 2)) / supply.places[:, :, own].sum(axis=(0, 2))
    assert share[0] == pytest.approx(0.225, abs=0.02)
    assert share[36:].mean() == pytest.approx(0.225, abs=0.02)


def test_notice_holds_and_orders_are_followed() -> None:
    """A carer who gave notice leaves in that month; one who comes back does; an order takes the last place."""
    still = certain(
        supply_settings(baseline()),
        attrition=0.0,
        staying_put=0.0,
        permanence=0.0,
        transfers_in=0.0,
        assessments=0.0,
        not_available=0.0,
        kin_approved=0.0,
    )
    homes = register([{"leaves_in": 1}, {"held": 1, "back_in": 2, "segment": 3}, {"segment": 4, "places": 3}])
    supply = play_supply(homes, still, months=4, draws=2, seed=1)
    assert supply.households[0, :, 1].tolist() == [1, 0, 0, 0]
    assert supply.left[0, 1, 1].tolist() == [1, 0, 0, 0]
    assert supply.available[0, :, 3].tolist() == [0, 0, 2, 2]
    assert supply.held[0, :, 3].tolist() == [1, 1, 0, 0]
    assert supply.available[0, :, 4].tolist() == [3, 3, 3, 3]
    ordered = play_supply(homes, certain(still, permanence=12.0), months=40, draws=20, seed=1)
    assert ordered.left[:, :, 4, REASONS.index("permanence")].sum() == 20
    stays = play_supply(homes, certain(still, staying_put=12.0, staying_put_months=1e6), months=20, draws=5, seed=1)
    assert (stays.staying_put[:, -1, 4] == 3).all()
    assert not stays.available[:, -1, 4].any()


def test_rows_give_the_mean_and_the_spread_with_sums() -> None:
    """One row a month and segment, then one for all; the sum's band is that of the sum."""
    supply = play_supply(start(), supply_settings(baseline()), months=3, draws=40, seed=9)
    rows = supply_rows(supply, ["2026-04", "2026-05", "2026-06"])
    assert len(rows) == 3 * (len(SEGMENTS) + 1)
    last = rows[rows["month"] == "2026-06"].set_index("home_segment")
    assert last.loc["all", "homes_mean"] == round(supply.households[:, 2].sum(axis=1).mean(), 3)
    assert last.loc["kin", "places_mean"] == round(supply.places[:, 2, KIN].mean(), 3)
    assert (rows["available_p10"] <= rows["available_p50"]).all()
    assert (rows["homes_p50"] <= rows["homes_p90"]).all()
    with pytest.raises(ValueError, match="3 months were played, and 1 names"):
        supply_rows(supply, ["2026-04"])


def test_what_cannot_be_is_said() -> None:
    """No months, or shares of the same households that come to more than all of them: each with what to do."""
    with pytest.raises(ValueError, match="at least one month"):
        play_supply(start(), supply_settings(baseline()), months=0, draws=1, seed=1)
    figures = dict(baseline().flat())
    figures["supply.age.from_50_to_59"] = replace(baseline().number("supply.age.from_50_to_59"), value=0.9)
    with pytest.raises(ValueError, match=r"from_50_to_59 add up to 1\.233"):
        supply_settings(replace(baseline(), figures=figures))
