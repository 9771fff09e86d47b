"""What is read off a future is what is in it, in the columns that were promised."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sufficiency.future import Future, play_future
from sufficiency.future_settings import future_settings
from sufficiency.gap import gap_rows, gap_summary, supply_table
from sufficiency.households import SEGMENTS
from sufficiency.scenario import baseline
from sufficiency.supply import Supply
from tests.sufficiency.test_future import world

MONTHS = [f"2022-{m:02d}" for m in range(4, 13)] + [f"2023-{m:02d}" for m in range(1, 6)]


@pytest.fixture(scope="module")
def played() -> tuple[Future, Supply]:
    """Fourteen months of a made-up council."""
    wanted, supply, usable = world(2, draws=40, months=14)
    return play_future(wanted, supply, usable, future_settings(baseline()), seed=2), supply


def test_gap_by_month_and_need(played: tuple[Future, Supply]) -> None:
    """Means are of all futures, `all` is the sum, and the share in the council's own homes is of the same children."""
    future, _ = played
    rows = gap_rows(future, MONTHS)
    assert list(rows.columns) == [
        *("month", "segment", "need_unmet_mean", "need_unmet_p10", "need_unmet_p50", "need_unmet_p90"),
        "in_house_share",
    ]
    assert len(rows) == len(MONTHS) * len(SEGMENTS)
    one = rows[(rows["month"] == "2022-06") & (rows["segment"] == "teenagers")].iloc[0]
    at = SEGMENTS.index("teenagers")
    unmet, own = future.unmet[:, 2, at], future.own_by_need[:, 2, at]
    assert one["need_unmet_mean"] == pytest.approx(unmet.mean(), abs=0.001)
    assert one["in_house_share"] == pytest.approx(own.sum() / (own + unmet).sum(), abs=0.0001)
    assert one["need_unmet_p10"] <= one["need_unmet_p50"] <= one["need_unmet_p90"]
    every = rows[(rows["month"] == "2023-05") & (rows["segment"] == "all")].iloc[0]
    assert every["need_unmet_mean"] == pytest.approx(future.unmet[:, -1].sum(axis=1).mean(), abs=0.001)
    kin = rows[rows["segment"] == "kin"]
    assert not kin["need_unmet_mean"].any()
    assert "short_breaks" not in set(rows["segment"])


def test_supply_by_month_and_home(played: tuple[Future, Supply]) -> None:
    """Usable places lie between nought and places, and homes are the households of supply."""
    future, supply = played
    rows = supply_table(supply, future, MONTHS)
    assert list(rows.columns)[:3] == ["month", "home_segment", "homes_mean"]
    assert list(rows.columns)[-4:] == [f"usable_places_{name}" for name in ("mean", "p10", "p50", "p90")]
    assert (rows["usable_places_mean"] <= rows["places_mean"] + 1e-9).all()
    last = rows[(rows["month"] == "2023-05") & (rows["home_segment"] == "all")].iloc[0]
    assert last["homes_mean"] == pytest.approx(supply.households[:, -1].sum(axis=1).mean(), abs=0.001)
    assert last["usable_places_mean"] == pytest.approx(future.usable[:, -1].sum(axis=1).mean(), abs=0.001)


def test_the_summary_says_it_by_year(played: tuple[Future, Supply]) -> None:
    """After twelve months and at the end: fostered children alone, and the last year of those who met a home late."""
    future, _ = played
    told = gap_summary(future)["year_ends"]
    assert len(told) == 2
    assert json.loads(json.dumps(told)) == told
    foster = future.unmet[:, :, :8].sum(axis=2)
    assert told[0]["unmet"]["foster_homes"]["mean"] == pytest.approx(foster[:, 11].mean(), abs=0.001)
    assert told[1]["none_unmet"] == pytest.approx((foster[:, 13] == 0).mean(), abs=0.001)
    late = future.met_late[:, 2:14].sum(axis=(1, 2)).mean()
    assert told[1]["met_late_in_year"]["mean"] == pytest.approx(late, abs=0.001)
    elsewhere = sum(figure["mean"] for figure in told[1]["elsewhere"].values())
    assert elsewhere == pytest.approx(foster[:, 13].mean(), abs=0.01)


def test_nobody_in_need_is_no_share() -> None:
    """Where no child needs a home there is no share of them, and nothing is unmet."""
    wanted, supply, usable = world(2, draws=3, months=1)
    nobody = type(wanted)(wanted.month_ends, wanted.children * 0, wanted.came * 0, wanted.at_start * 0)
    future = play_future(nobody, supply, usable, future_settings(baseline()), seed=2)
    assert np.isnan(gap_rows(future, ["2022-04"])["in_house_share"]).all()
    told = gap_summary(future)["year_ends"][0]
    assert (told["in_house_share"], told["none_unmet"]) == (None, 1.0)


def test_months_must_be_named(played: tuple[Future, Supply]) -> None:
    """Another number of names than of months is refused."""
    future, supply = played
    with pytest.raises(ValueError, match="14 months were played, and 1 names were given"):
        gap_rows(future, ["2022-04"])
    with pytest.raises(ValueError, match="14 months were played, and 2 names were given"):
        supply_table(supply, future, ["2022-04", "2022-05"])
