"""Scenarios are compared future by future, whatever else they are compared with, and nothing is played twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.compare import ALL, AVERAGE, Comparison, compare, values_at
from sufficiency.compare_measures import BY_NAME, MEASURES, OWN, measures_of
from sufficiency.compare_tables import COMPARISON_COLUMNS, better_in, comparison_rows
from sufficiency.cost import cost_of
from sufficiency.cost_settings import cost_settings, month_days
from sufficiency.forecast import middle_quantiles
from sufficiency.future import OVERFLOW, Future
from sufficiency.groups import RESIDENTIAL
from sufficiency.households import SEGMENTS
from sufficiency.levers import Pull, Pulls
from sufficiency.once import Once, content_of
from sufficiency.scenario import baseline
from sufficiency.supply import REASONS, STAGES, Supply
from tests.sufficiency.forecasts import made_up
from tests.sufficiency.made_futures import made

MONTHS = tuple(str(np.datetime64("2027-04") + k) for k in range(30))
YEARS = ("2027-28", "2028-29", "2029-30")


def counts(seed: int, more: float = 0.0, draws: int = 60) -> dict[str, np.ndarray]:
    """A play of three measures: luck of its own by seed, and so much more of each in every future."""
    rng = np.random.default_rng(seed)
    return {
        "unmet": rng.poisson(20, (draws, len(MONTHS))) + int(more),
        "approvals": rng.poisson(1, (draws, len(MONTHS))),
        "cost": 1e6 * rng.random((draws, len(YEARS))) + more,
    }


def compared(**scenarios: tuple[int, float]) -> Comparison:
    """Scenarios by the seed and the addition of their plays."""
    return compare(scenarios, lambda one: counts(*one), months=MONTHS, years=YEARS)


OTHERS = ("supported_lodgings", "adopters", "kin")
FAR = (("foster_agency", "out_of_area"), ("residential", "out_of_area"))


def row(table: pd.DataFrame, *named: str) -> dict[str, Any]:
    """The row of a scenario, measure and time."""
    (found,) = table[(table[["scenario", "measure", "when"]] == list(named)).all(axis=1)].to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_points_of_stocks_flows_and_years() -> None:
    """A stock is told at whole years, at the end and on average; a flow by twelve months and whole; money by year."""
    found, play = compared(ours=(1, 0)), counts(1)
    told = {(point.measure.name, point.when): found.told["ours"][:, k] for k, point in enumerate(found.points)}
    by_hand = {
        ("unmet", "2028-03"): play["unmet"][:, 11],
        ("unmet", "2029-03"): play["unmet"][:, 23],
        ("unmet", "2029-09"): play["unmet"][:, 29],
        ("unmet", AVERAGE): play["unmet"].mean(axis=1),
        ("approvals", "2028-03"): play["approvals"][:, :12].sum(axis=1),
        ("approvals", "2029-03"): play["approvals"][:, 12:24].sum(axis=1),
        ("approvals", ALL): play["approvals"].sum(axis=1),
        **{("cost", year): play["cost"][:, k] for k, year in enumerate(YEARS)},
        ("cost", ALL): play["cost"].sum(axis=1),
    }
    assert list(told) == list(by_hand)
    assert all(np.array_equal(told[point], values) for point, values in by_hand.items())
    assert [point.counts for point in found.points] == [True] * 3 + [False] + [True] * 3 + [False] * 4
    assert found.at("cost", ALL) == len(found.points) - 1
    with pytest.raises(KeyError, match="unmet at 1999-03"):
        found.at("unmet", "1999-03")


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(["baseline", "more", "less"]), first=st.booleans())
def test_no_scenario_hangs_on_the_others(order: list[str], first: bool) -> None:
    """Whatever the order and whoever is left out, a scenario and its difference to the first say the same."""
    plays = {"start": (7, 0.0), "baseline": (1, 0.0), "more": (1, 3.0), "less": (2, -2.0)}
    whole = comparison_rows(compared(**plays))
    some = ["start", *order[: 2 if first else 3]]
    rows = comparison_rows(compared(**{name: plays[name] for name in some}))
    for name in some:
        ours, theirs = (table[table["scenario"] == name].reset_index(drop=True) for table in (rows, whole))
        assert ours.equals(theirs)


def test_the_band_of_a_difference_is_over_futures_of_the_difference() -> None:
    """What is three more in every future is three more without doubt, however wide the bands of both are."""
    table = comparison_rows(compared(ours=(1, 0), theirs=(1, 3)))
    theirs = row(table, "theirs", "unmet", "2028-03")
    assert theirs["p90"] - theirs["p10"] > 8
    assert [theirs[f"difference_{name}"] for name in ("mean", "p10", "p50", "p90", "error")] == [3, 3, 3, 3, 0]
    assert (theirs["less_in"], theirs["more_in"], theirs["better_in"]) == (0, 1, 0)
    values = counts(1)["unmet"][:, 11]
    assert theirs["mean"] == round(values.mean() + 3, 3)
    assert row(table, "ours", "unmet", "2028-03")["p90"] == round(float(middle_quantiles(values, (0.9,))[0]), 3)
    assert theirs["mean_error"] == round(float(values.std(ddof=1) / np.sqrt(60)), 3)
    unlike = row(table, "theirs", "approvals", ALL)
    assert [unlike[f"difference_{name}"] for name in ("p10", "p90")] == [0, 0]
    assert (unlike["less_in"], unlike["better_in"]) == (0, 0)


def test_the_table_has_a_row_for_each_scenario_and_point() -> None:
    """The first has no difference; nothing is called better where neither way is; pounds are whole."""
    found = compared(ours=(1, 0), theirs=(2, 0.5))
    table = comparison_rows(found)
    assert tuple(table.columns) == COMPARISON_COLUMNS
    assert len(table) == 2 * len(found.points)
    assert table[table["scenario"] == "ours"].iloc[:, 9:].isna().all(axis=None)
    assert table[table["scenario"] == "theirs"].notna().all(axis=None)
    money = table[table["measure"] == "cost"]
    assert money[["mean", "p10", "p90"]].map(float.is_integer).all(axis=None)
    none = replace(found.points[0], measure=BY_NAME["children_in_care"])
    assert better_in(np.array([-1.0, 1.0]), none) is None
    more = replace(none, measure=BY_NAME["own_share"])
    assert better_in(np.array([-1.0, 0.0, 1.0, 2.0]), more) == 0.5


def test_what_cannot_be_compared_is_said() -> None:
    """No scenario, other futures, other measures, other times, or nothing known."""
    with pytest.raises(ValueError, match="no scenario to compare"):
        compare({}, counts, months=MONTHS)
    for other in (counts(1, draws=59), {name: values for name, values in counts(1).items() if name != "unmet"}):
        plays = {"ours": counts(1), "theirs": other}
        with pytest.raises(ValueError, match="The play of theirs does not hold the same"):
            compare(plays, lambda play: play, months=MONTHS, years=YEARS)
    with pytest.raises(ValueError, match=r"unmet has values \(60, 30\), and 29 names"):
        values_at(counts(1), months=MONTHS[1:], years=YEARS)
    with pytest.raises(ValueError, match="none of the measures"):
        values_at({"weather": np.zeros((3, 30))}, months=MONTHS)


def a_play(seed: int) -> tuple[Any, Supply, Future]:
    """A forecast, homes and a future of the same months, with numbers in every place."""
    rng = np.random.default_rng(seed)
    draws, months, size = 4, 6, len(SEGMENTS)

    def some(*shape: int, most: int = 5) -> np.ndarray:
        return rng.integers(0, most, (draws, months, *shape)).astype(np.int32)

    forecast = made_up(months, draws, seed)
    stages = {name: some(size, len(STAGES)) for name in ("stock", "came", "moved_on", "dropped")}
    held = {name: some(size) for name in ("households", "held", "places", "available", "staying_put")}
    supply = Supply(**held, approved=some(size), transfers=some(size), left=some(size, len(REASONS)), **stages)
    future = Future(
        month_ends=forecast.month_ends,
        own=some(size, size),
        over=some(size, len(OVERFLOW)),
        met_late=some(size),
        split=some(),
        out_of_area=some(size),
        places=some(size),
        usable=some(size),
        moved_out=some(size),
    )
    return forecast, supply, future


def test_measures_by_hand() -> None:
    """Every measure is the sum, one by one, of what its name says; children in homes are counted where they live."""
    forecast, supply, future = a_play(3)
    pounds = np.arange(24.0).reshape(4, 2, 3)
    money = SimpleNamespace(pounds=pounds, present=pounds / 2)
    found = measures_of(forecast, supply, future, money)
    assert list(found) == [measure.name for measure in MEASURES]
    assert list(measures_of(forecast, supply, future)) == list(found)[:-2]
    special, size = SEGMENTS.index("specialist"), range(len(SEGMENTS))
    for d in range(4):
        assert found["cost"][d].tolist() == [pounds[d, y].sum() for y in range(2)]
        assert found["present_cost"][d].tolist() == [pounds[d, y].sum() / 2 for y in range(2)]
        for m in range(6):
            own, over = future.own[d, m], future.over[d, m]
            usual = forecast.stock[d, m, RESIDENTIAL].sum() - sum(own[special]) - sum(over[special])
            by_hand = {
                "children_in_care": forecast.stock[d, m].sum(),
                "own_homes": sum(own[n, h] for n in size for h in size),
                "own_share": 100 * own.sum() / (own.sum() + over.sum()),
                "unmet": sum(over[n, k] for n in size for k in range(4)),
                "out_of_area": sum(future.out_of_area[d, m]),
                "split": future.split[d, m],
                "agency": sum(over[n, 0] for n in size if SEGMENTS[n] not in OTHERS),
                "residential": usual + sum(over[n, 2] for n in size if SEGMENTS[n] not in OTHERS),
                "last_resort": sum(over[n, 3] for n in size if SEGMENTS[n] not in OTHERS),
                "households": sum(supply.households[d, m, k] for k in OWN),
                "approvals": sum(supply.approved[d, m, k] for k in OWN),
            }
            assert {name: found[name][d, m] for name in by_hand} == by_hand
    assert [SEGMENTS[k] for k in size if k not in OWN] == ["adopters", "kin"]


def test_what_is_counted_is_what_is_paid_for() -> None:
    """The measures' children with agencies, in children's homes and wherever was left are the money's, day for day."""
    one = made(months=15, draws=5)
    money = cost_of(*one.four, cost_settings(baseline()), seed=3)
    found = measures_of(one.forecast, one.supply, one.future, money)
    days = month_days(one.forecast.origin, one.forecast.month_ends)
    where = {("foster_agency", "agency"): "agency"} | dict.fromkeys(FAR, "last_resort")
    where |= {line: "residential" for line in money.lines if line[0] == "residential" and line not in where}
    for name in ("agency", "residential", "last_resort"):
        ends = found[name].astype(float)
        through = np.column_stack([ends[:, :1], (ends[:, 1:] + ends[:, :-1]) / 2])
        paid = [k for k, line in enumerate(money.lines) if where.get(line) == name]
        assert (through * days).sum(axis=1) == pytest.approx(money.child_days[:, :, paid].sum(axis=(1, 2)))
    assert found["own_homes"] + found["unmet"] == pytest.approx(one.wanted.children.sum(axis=2))
    assert found["cost"] == pytest.approx(money.total)


@dataclass(frozen=True)
class Settings:
    """As those of a forecast: numbers, and levers in a mapping; where it was read does not count."""

    level: tuple[float, ...] = (1.0, 1.0, 1.0)
    pulls: Pulls = field(default_factory=Pulls)
    table: Any = None
    file: str = field(default="", compare=False)


def test_nothing_is_worked_out_twice_from_the_same() -> None:
    """What is the same is told by what it says: not by the object, the file it came from, or the order of levers."""
    fees, hub = Pull("fees", (0.0, 5.0, 9.0), (1.0,)), Pull("hub", (0.1, 0.1, 0.1), (0.5, 1.0))
    once = Once()
    played: list[Settings] = []

    def play(settings: Settings) -> list[Settings]:
        played.append(settings)
        return [settings]

    def need(settings: Settings) -> list[Settings]:
        return once("need", lambda: play(settings), settings)

    ours = Settings(pulls=Pulls({"fees": fees, "hub": hub}), table=np.arange(3), file="ours.toml")
    first = need(ours)
    same = Settings(pulls=Pulls({"hub": hub, "fees": fees}), table=np.arange(3), file="theirs.toml")
    assert need(same) is first
    others = (
        replace(ours, level=(1.0, 1.0, 1.1)),
        replace(ours, pulls=ours.pulls.only("hub")),
        replace(ours, table=np.arange(3.0)),
        replace(ours, pulls=Pulls({"fees": replace(fees, path=(0.0, 1.0)), "hub": hub})),
    )
    assert len({content_of(one) for one in (ours, *others)}) == 5
    for one in others:
        assert need(one) is not first
    assert once.made == {"need": 5} == {"need": len(played)}
    # the first is kept, and the last
    assert need(others[-1])[0] is others[-1]
    assert need(ours) is first
    assert need(others[-1])[0] is others[-1]
    need(others[0])
    need(others[-1])
    assert once.made == {"need": 7}
    few = Once(1)
    assert [few("need", lambda: 1, number) for number in (1, 2, 2, 1)] == [1] * 4
    assert few.made == {"need": 3}
    assert once("gap", lambda: 1, ours) == 1
    assert once("gap", lambda: 2, ours) == 1
    with pytest.raises(ValueError, match="At least one result is kept, not 0"):
        Once(0)
    with pytest.raises(TypeError):
        content_of(SimpleNamespace(what="anything"))
