"""Money follows children: each is paid for once, and prices do what the scenario and the levers say."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sufficiency.cost import ALL, Costs, cost_of, cost_rows, discount_factors
from sufficiency.cost_lines import CHILDREN, LINES, line_of
from sufficiency.cost_settings import (
    CostSettings,
    Price,
    cost_register,
    cost_settings,
    day_of,
    financial_years,
    middles,
    month_days,
    weekly,
)
from sufficiency.cost_tail import Tail, tail_factor
from sufficiency.future import OVERFLOW
from sufficiency.groups import GROUPS
from sufficiency.households import SEGMENTS
from sufficiency.levers import NO_PULLS, Pull, Pulls
from sufficiency.scenario import Scenario, baseline
from sufficiency.scenario_values import Choice, Quantity
from tests.sufficiency.cost_by_hand import bill
from tests.sufficiency.made_futures import HOSTS, KIN, Made, made, nobody, twice

SETTINGS = cost_settings(baseline())
OF_CHILDREN = np.array([line in CHILDREN for line in LINES])


@cache
def play() -> Made:
    """A small forecast with what was played with it."""
    return made(months=15, draws=8)


def costs(one: Made, settings: CostSettings = SETTINGS) -> Costs:
    """Its money."""
    return cost_of(*one.four, settings, seed=3)


def certain(settings: CostSettings = SETTINGS, **prices: float) -> CostSettings:
    """No interval, no inflation, no very costly places; some prices otherwise."""

    def price(name: str, one: Price) -> Price:
        value = prices.get(name, one.span[1])
        return replace(one, span=(value, value, value), day=None)

    return replace(
        settings,
        prices={name: price(name, one) for name, one in settings.prices.items()},
        growth=dict.fromkeys(settings.growth, (0.0, 0.0, 0.0)),
        drawn={name: (span[1],) * 3 for name, span in settings.drawn.items()},
        tail=replace(settings.tail, places=0.0),
    )


def pulled(name: str, value: float, months: int = 0) -> Pulls:
    """One lever that works in full from a month on."""
    return Pulls({name: Pull(name, (value, value, value), (*[0.0] * months, 1.0))})


def scenario(**values: float | str | bool) -> Scenario:
    """The baseline with some figures otherwise; a dot in a name is written __."""
    figures = dict(baseline().figures)
    for name, value in values.items():
        key = name.replace("__", ".")
        was = figures[key]
        if isinstance(was, Quantity):
            assert isinstance(value, int | float)
            figures[key] = replace(was, value=value, low=value, high=value, status="council")
        else:
            assert isinstance(was, Choice)
            assert isinstance(value, str | bool)
            figures[key] = replace(was, value=value, status="council")
    return replace(baseline(), figures=figures)


def mean_days(one: Made) -> np.ndarray:
    """[draws] days that all children of the forecast spend in care, from both ends of each month."""
    stock = one.forecast.stock.sum(axis=(2, 3)).astype(float)
    through = np.concatenate([stock[:, :1], (stock[:, 1:] + stock[:, :-1]) / 2], axis=1)
    return np.asarray((through * month_days(one.forecast.origin, one.forecast.month_ends)).sum(axis=1))


def test_children_are_counted_once() -> None:
    """Child-days by line add up to those of the forecast, in every future; every placement group has a line."""
    found = costs(play())
    assert found.child_days.sum(axis=(1, 2)) == pytest.approx(mean_days(play()))
    assert not found.child_days[..., ~OF_CHILDREN].any()
    assert (found.child_days >= 0).all()
    assert {group for group, _ in CHILDREN} == set(GROUPS)
    assert found.of_children.tolist() == OF_CHILDREN.tolist()
    assert len(set(LINES)) == len(LINES)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("foster_kin", ("foster_kin", "own")),
        ("secure", ("secure", "public")),
        ("with_parents", ("with_parents", "parents")),
        ("other", ("other", "other")),
    ],
)
def test_groups_that_homes_do_not_move_are_the_forecasts(name: str, line: tuple[str, str]) -> None:
    """Their days are those of the forecast, group by group."""
    one = play()
    stock = one.forecast.stock[:, :, GROUPS.index(name)].sum(axis=2).astype(float)
    through = np.concatenate([stock[:, :1], (stock[:, 1:] + stock[:, :-1]) / 2], axis=1)
    due = (through * month_days(one.forecast.origin, one.forecast.month_ends)).sum(axis=1)
    assert costs(one).child_days[:, :, LINES.index(line)].sum(axis=1) == pytest.approx(due)


def test_a_bill_worked_out_by_hand() -> None:
    """With certain prices a line is child-weeks times the price, and a household is paid for once."""
    one = play()
    found = costs(one, certain(agency=1000.0, agency_parent_and_child=1000.0, recruit=100.0, transfer=1.0))
    agency = LINES.index(("foster_agency", "agency"))
    assert found.pounds[..., agency] == pytest.approx(found.child_days[..., agency] / 7 * 1000)
    some = [k for k, name in enumerate(SEGMENTS) if name not in ("kin", "supported_lodgings", "adopters")]
    came = one.supply.approved[..., some].sum(axis=(1, 2)) + one.supply.transfers[..., some].sum(axis=(1, 2))
    recruitment = LINES.index(("foster_in_house", "recruitment"))
    assert found.pounds[..., recruitment].sum(axis=1) == pytest.approx(100 * came)
    support = LINES.index(("foster_in_house", "support"))
    weeks = month_days(one.forecast.origin, one.forecast.month_ends).sum() / 7
    assert found.pounds[..., support].sum(axis=1) == pytest.approx(9 * 9 * weeks * 17500 / 52.14)
    assert found.total == pytest.approx(found.pounds.sum(axis=2))


def test_a_plain_second_count_agrees() -> None:
    """Every line of every future, against plain loops, with levers, beds, a retainer and a fee."""
    pulls = Pulls({name: Pull(name, (value,) * 3, (1.0,)) for name, value in (("fees", 12.5), ("block_beds", 3.0))})
    settings = replace(certain(retainer=40.0, enquiry=7.0), pulls=pulls, own_beds=5.0, filled=0.8)
    value = {name: one.span[1] for name, one in settings.prices.items()}
    renamed = {
        "put": "staying_put",
        "agency_parent": "agency_parent_and_child",
        "other_council": "other_authority",
        "own_bed": "own_beds",
        "block_bed": "block",
        "guardian": "guardianship",
        "fee_other": "fee_other_authority",
    }
    value |= {name: value[was] for name, was in renamed.items()}
    rule = {name: span[1] for name, span in settings.drawn.items()}
    rule |= {"fees": 12.5, "block_beds": 3.0, "own_beds": 5.0, "filled": 0.8}
    found = costs(play(), settings).pounds.sum(axis=1)
    for d in range(3):
        due = bill(play(), d, value, rule)
        assert set(due) <= set(LINES)
        assert found[d] == pytest.approx([due.get(line, 0.0) for line in LINES], rel=1e-9)


@given(seed=st.integers(0, 10_000), months=st.integers(1, 14), households=st.integers(0, 12))
@hypothesis_settings(max_examples=15, deadline=None)
def test_nothing_is_lost_whatever_is_played(seed: int, months: int, households: int) -> None:
    """Child-days add up, nothing is paid back, and discounting only takes off: any needs, homes and months."""
    one = made(months=months, draws=2, seed=seed, households=households)
    found = costs(one)
    assert found.child_days.sum(axis=(1, 2)) == pytest.approx(mean_days(one))
    assert (found.child_days > -1e-9).all()
    assert (found.pounds > -1e-6).all()
    assert (found.present <= found.pounds + 1e-6).all()
    assert sum(found.whole) == months // 12


def test_no_children_cost_nothing() -> None:
    """With nobody in care, only households, beds and what goes with them are paid."""
    found = costs(nobody(play()))
    assert not found.pounds[..., OF_CHILDREN].any()
    assert not found.child_days.any()
    assert found.pounds[..., ~OF_CHILDREN].sum() > 0


def test_twice_the_children_cost_twice_as_much() -> None:
    """Under full cost, to the last pound, where no beds are paid for besides."""
    settings = replace(SETTINGS, own_beds=0.0)
    once, doubled = costs(play(), settings), costs(twice(play()), settings)
    assert doubled.pounds[..., OF_CHILDREN] == pytest.approx(2 * once.pounds[..., OF_CHILDREN], rel=1e-12)


def test_levers_at_nought_change_no_byte() -> None:
    """No lever, a lever of nought, and a lever on prices that begins after the last month give the same bytes."""
    names = ("agency_prices", "residential_prices", "fees", "block_beds")
    for pulls in (
        NO_PULLS,
        Pulls({name: Pull(name, (0.0, 0.0, 0.0), (1.0,)) for name in names}),
        pulled("agency_prices", 0.06, months=40),
    ):
        found, plain = costs(play(), cost_settings(baseline(), pulls)), costs(play())
        for name in ("pounds", "present", "child_days"):
            assert getattr(found, name).tobytes() == getattr(plain, name).tobytes()


def test_price_levers_raise_what_they_name() -> None:
    """6% a year more of agencies' prices: nothing else moves, and after a year the price is 6% higher."""
    one = play()
    found = costs(one, cost_settings(baseline(), pulled("agency_prices", 0.06)))
    dearer = (found.pounds > costs(one).pounds).any(axis=(0, 1))
    assert [LINES[k] for k in np.flatnonzero(dearer)] == [
        ("foster_agency", "agency"),
        ("foster_agency", "out_of_area"),
    ]
    at = {"seed": 3, "futures": np.arange(8), "origin": one.forecast.origin, "month_ends": one.forecast.month_ends}
    plain = weekly(SETTINGS, **at)
    agency, spot = (
        weekly(cost_settings(baseline(), pulled(name, 0.06)), **at).of[price] / plain.of[price]
        for name, price in (("agency_prices", "agency"), ("residential_prices", "spot"))
    )
    assert agency[:, 11] == pytest.approx(1.06)
    assert spot[:, 11] == pytest.approx(1.06)


def test_fees_are_paid_for_each_child_of_the_councils_own_carers() -> None:
    """£10 a week more, for children with carers and with relatives and friends, and for nobody else."""
    plain, found = costs(play()), costs(play(), cost_settings(baseline(), pulled("fees", 10)))
    own = [("foster_kin", "own"), ("foster_in_house", "own")]
    for k, line in enumerate(LINES):
        due = plain.child_days[..., k] / 7 * 10 if line in own else 0.0
        assert found.pounds[..., k] - plain.pounds[..., k] == pytest.approx(due, abs=1e-6)


def test_beds_are_paid_for_full_or_empty() -> None:
    """Own beds are filled first, then block beds, and both are paid for every day; a lever adds block beds."""
    one = play()
    settings = replace(certain(), own_beds=3.0, block_beds=2.0, filled=0.5)
    found = costs(one, replace(settings, pulls=pulled("block_beds", 4)))
    weeks = month_days(one.forecast.origin, one.forecast.month_ends).sum() / 7
    for name, beds, price in (("own", 3, "own_beds"), ("block", 6, "block")):
        full, empty = (LINES.index(("residential", provider)) for provider in (name, f"{name}_empty"))
        assert found.child_days[:, :, full].sum(axis=1) == pytest.approx(0.5 * beds * weeks * 7)
        paid = found.pounds[:, :, [full, empty]].sum(axis=(1, 2))
        assert paid == pytest.approx(beds * weeks * settings.prices[price].span[1])


def test_marginal_cost_is_payment_and_a_share_of_support() -> None:
    """One place more costs what carers are paid; supervision counts in part; agencies' prices are the same."""
    one = play()
    full, marginal = certain(), certain(cost_settings(scenario(cost__basis="marginal")))
    a, b = costs(one, full), costs(one, marginal)
    changed = {LINES[k] for k in np.flatnonzero((a.pounds != b.pounds).any(axis=(0, 1)))}
    supported = {(group, "support") for group in ("foster_kin", "foster_in_house", "supported")}
    assert changed == {("foster_in_house", "own"), *supported}
    support = LINES.index(("foster_in_house", "support"))
    assert b.pounds[..., support] == pytest.approx(0.5 * a.pounds[..., support])
    at = {"seed": 3, "futures": np.arange(2), "origin": one.forecast.origin, "month_ends": one.forecast.month_ends}
    own = weekly(marginal, **at).own_by_home
    assert own[0][0, 0] == pytest.approx(366.38)
    assert own[SEGMENTS.index("specialist")][0, 0] == pytest.approx(529.2)
    included = costs(one, replace(full, support_in_weekly=True))
    assert not included.pounds[..., support].any()


@pytest.mark.parametrize("name", list(SETTINGS.growth))
def test_more_inflation_is_never_cheaper(name: str) -> None:
    """Line by line and future by future, of every kind of growth; general prices only change what money is worth."""
    low, _, high = SETTINGS.growth[name]
    more = replace(SETTINGS, growth={**SETTINGS.growth, name: (low + 0.01, high + 0.02, high + 0.03)})
    before, after = costs(play()), costs(play(), more)
    assert (after.pounds >= before.pounds * (1 - 1e-12)).all()
    assert after.net_present.sum() != before.net_present.sum()
    assert (after.pounds > before.pounds).any()


def test_prices_are_brought_from_their_year() -> None:
    """A price of 2022-23 has grown for as many years as lie between; an undated one is of the first month."""
    settings = replace(certain(), growth=dict.fromkeys(SETTINGS.growth, (0.1, 0.1, 0.1)), prices={**certain().prices})
    settings.prices["agency"] = replace(settings.prices["agency"], day=day_of("2022-23"))  # type: ignore[index]
    origin, ends = (date(2027, 4, 1) - date(1970, 1, 1)).days, [(date(2027, 4, 30) - date(1970, 1, 1)).days]
    found = weekly(settings, seed=1, futures=np.arange(2), origin=origin, month_ends=np.array(ends))
    years = (middles(origin, np.array(ends))[0] - day_of("2022-23")) / 365.25
    assert years == pytest.approx(4.54, abs=0.01)
    assert found.of["agency"][:, 0] == pytest.approx(965 * 1.1**years)
    assert found.of["lodgings"][:, 0] == pytest.approx(195 * 1.1 ** (15 / 365.25))


def test_very_costly_places_keep_the_mean_and_make_the_tail() -> None:
    """The mean of the factor is 1, its upper tail is the longer, and the index follows from the dearest place."""
    tail = SETTINGS.tail
    assert tail.index == pytest.approx(math.log(1510 / math.log(2)) / math.log(6.3))
    assert tail.places == pytest.approx(1510 * 0.5 * 38 / 9280)
    assert tail.least == pytest.approx(10000 / 5289)
    factor = tail_factor(tail, 1, np.arange(20000), np.array([2027, 2028]))
    assert factor.mean() == pytest.approx(1, abs=4 * factor.std() / math.sqrt(factor.size))
    assert np.corrcoef(factor.T)[0, 1] == pytest.approx(0, abs=0.03)
    low, middle, high = np.quantile(factor, (0.01, 0.5, 0.99))
    assert high - middle > 1.3 * (middle - low) > 0
    assert np.array_equal(tail_factor(tail, 1, np.arange(3), np.array([2028]))[:, 0], factor[:3, 1])


@pytest.mark.parametrize(
    "changes", [{"places": 0.0}, {"least": math.inf}, {"highest": 1.0}, {"places": 900.0}, {"least": 0.2}]
)
def test_odd_tails_keep_the_mean(changes: dict[str, float]) -> None:
    """None, one without end, one with no dearest, too many for the bill, one below the mean: prices stay positive."""
    tail: Tail = replace(SETTINGS.tail, **changes)
    factor = tail_factor(tail, 1, np.arange(4000), np.array([2027]))
    assert (factor > 0).all()
    assert np.isfinite(factor).all()
    assert factor.mean() == pytest.approx(1, abs=max(5 * factor.std() / math.sqrt(factor.size), 1e-9))


def test_years_are_financial_and_part_years_say_so() -> None:
    """1 April 2027 and 15 months make a whole year and a part of one; 31 March belongs to the year before."""
    found = costs(play())
    assert found.years == ("2027-28", "2028-29")
    assert found.whole.tolist() == [True, False]
    days = np.array(["2027-03-31", "2027-04-01", "2028-03-31"], dtype="datetime64[D]").astype(np.int64)
    assert financial_years(days).tolist() == [2026, 2027, 2027]


def test_later_money_is_worth_less() -> None:
    """3.5% a year in real terms and prices in general: a pound of the first day is worth one."""
    settings = replace(certain(), growth={**certain().growth, "general": (0.02, 0.02, 0.02)})
    worth = discount_factors(settings, made(months=24, draws=2).forecast, 3)
    assert worth[0, 12] / worth[0, 0] == pytest.approx(1 / (1.035 * 1.02), rel=1e-3)
    found = costs(play(), settings)
    assert (found.present <= found.pounds).all()
    assert found.net_present.shape == (8,)
    undiscounted = costs(play(), replace(certain(), discount=0.0))
    assert undiscounted.present == pytest.approx(undiscounted.pounds)


def test_rows_of_the_file() -> None:
    """One row a year and line, the sum as `all`, whole pounds, bands in order."""
    rows = cost_rows(costs(play()))
    assert list(rows) == ["year", "placement_group", "provider", "pounds_mean", "pounds_p10", "pounds_p90"]
    assert len(rows) == 2 * (len(LINES) + 1)
    money = rows[["pounds_p10", "pounds_mean", "pounds_p90"]]
    assert (money.dtypes == np.int64).all()
    assert (rows["pounds_p10"] <= rows["pounds_p90"]).all()
    last = rows[rows["placement_group"] == ALL]
    assert last["year"].tolist() == ["2027-28", "2028-29"]
    found = costs(play())
    assert last["pounds_mean"].tolist() == np.round(found.total.mean(axis=0)).astype(int).tolist()


def test_a_futures_money_hangs_on_its_number_alone() -> None:
    """Fewer futures are the first of more; a longer play begins as a shorter one."""
    one = play()
    fewer = Made(
        *(
            replace(part, **{f.name: getattr(part, f.name)[:3] for f in fields(part) if f.name not in keep})
            for part, keep in zip(
                one.four,
                (("origin", "month_ends", "parts"), ("month_ends", "at_start", "starts"), ("month_ends",), ()),
                strict=True,
            )
        )
    )
    assert np.array_equal(costs(fewer).pounds, costs(one).pounds[:3])
    at = {"seed": 3, "origin": one.forecast.origin}
    long = weekly(SETTINGS, futures=np.arange(8), month_ends=one.forecast.month_ends, **at)
    short = weekly(SETTINGS, futures=np.array([5]), month_ends=one.forecast.month_ends[:4], **at)
    assert all(np.array_equal(short.of[name][0], long.of[name][5, :4]) for name in long.of)


def test_money_is_not_counted_over_things_that_do_not_belong_together() -> None:
    """Needs of another forecast, and more or fewer futures, are refused in plain words."""
    one, other = play(), made(months=15, draws=8, seed=9)
    with pytest.raises(ValueError, match="counted twice"):
        cost_of(other.forecast, one.wanted, one.future, one.supply, SETTINGS, seed=1)
    with pytest.raises(ValueError, match="8 futures of 15 months, and the supply 6 of 12"):
        cost_of(one.forecast, one.wanted, one.future, made().supply, SETTINGS, seed=1)


def test_every_place_has_a_line_and_a_price() -> None:
    """Hosts and adopters stay in their groups; nothing is left without a line."""
    one = play()
    found = weekly(
        SETTINGS, seed=1, futures=np.arange(2), origin=one.forecast.origin, month_ends=one.forecast.month_ends
    )
    for need in range(len(SEGMENTS)):
        for place in range(len(OVERFLOW)):
            assert line_of(need, place) in CHILDREN
            assert found.over(need, place).shape == (2, 15)
    assert {line_of(HOSTS, place) for place in range(len(OVERFLOW))} == {("supported", "private")}
    assert line_of(KIN, 0) == ("foster_agency", "agency")


def test_what_is_assumed_is_said() -> None:
    """Each figure that bears on money is listed with its source; national defaults are told from the council's."""
    assert set(SETTINGS.national) == set(SETTINGS.used)
    ours = cost_settings(scenario(cost__agency_foster=900.0, cost__support__in_weekly_cost=True))
    assert set(ours.used) - set(ours.national) == {"cost.agency_foster", "cost.support.in_weekly_cost"}
    assert ours.support_in_weekly
    rows = cost_register(scenario(cost__agency_foster=900.0))
    assert all(row["source"] and row["status"] and row["date"] and row["value"] for row in rows)
    mine = [row for row in rows if row["whose"] != "national default"]
    assert [(row["key"], row["value"]) for row in mine] == [("cost.agency_foster", "900 £ a week")]
    assert {row["key"] for row in rows if row["status"] == "unverified"} == set(
        cost_settings(scenario(cost__agency_foster=900.0)).unverified
    )


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("connected_foster", "connected_foster"),
        ("in_house_foster", "in_house_foster"),
        ("agency_foster", "agency_foster"),
        ("residential", "external_residential_spot"),
    ],
)
def test_inflation_holds_what_was_seen(name: str, of: str) -> None:
    """The yearly growth of five steps from 2017-18 to 2022-23 lies in the interval that is assumed."""
    low, _, high = SETTINGS.growth[name]
    seen = (1 + baseline().number(f"cost.growth.{of}").value) ** (1 / 5) - 1
    assert low - 5e-5 <= seen <= high + 5e-5


def test_englands_bill() -> None:
    """England's children of 31 March 2023 at the likeliest prices come to what councils said they spent in 2022-23.

    £4.7bn (Local Government Association); children by provider: Department for Education, those with relatives and
    friends a year before. Supervision is left out, as placements are what was asked for.
    """
    of = SETTINGS.prices
    children = {
        "kin": 11210,
        "own_foster": 34240 - 11210,
        "agency": 22170,
        "other_authority": 240,
        "spot": 9280,
        "supported": 8650,
        "elsewhere": 1150,
    }
    pounds = sum(number * of[name].span[1] * 52.14 for name, number in children.items())
    assert pounds / 1e6 == pytest.approx(baseline().number("cost.council.spend_all_councils").value, rel=0.1)


def test_more_orders_mean_more_allowances() -> None:
    """What a lever on kin support brings about is paid for: twice the orders, twice the allowances."""
    one = play()
    more = replace(one.forecast, exits=2 * one.forecast.exits)
    line = LINES.index(("foster_kin", "special_guardianship"))
    found = costs(Made(more, one.wanted, one.future, one.supply)).pounds - 2 * costs(one).pounds
    assert found[..., line] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2022-23", "2022-09-30"),
        ("2024", "2024-07-01"),
        ("2021-10", "2021-10-15"),
        ("2025-12-16", "2025-12-16"),
        ("1999-00", "1999-09-30"),
    ],
)
def test_the_day_of_a_price(when: str, day: str) -> None:
    """The middle of what its date names."""
    assert day_of(when) == np.datetime64(day, "D").astype(int)
    assert day_of("undated") is None
