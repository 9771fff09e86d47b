"""One more household: what it changes is all that is counted, and it is counted right."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sufficiency.cost import cost_of
from sufficiency.cost_lines import LINES
from sufficiency.cost_settings import CostSettings, month_days
from sufficiency.future import Future, play_future
from sufficiency.future_settings import future_settings
from sufficiency.households import SEGMENTS
from sufficiency.lever_figures import RECRUITED
from sufficiency.saving import (
    COLUMNS,
    PARTS,
    Saving,
    first_futures,
    part_of,
    saving_per_approval,
    saving_rows,
    with_more,
)
from sufficiency.scenario import baseline
from sufficiency.supply import Supply
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted
from tests.sufficiency.made_futures import KIN, Made, made
from tests.sufficiency.test_cost import SETTINGS, certain

TEENAGERS = SEGMENTS.index("teenagers")


def play(wanted: Wanted, supply: Supply) -> Future:
    """Each household takes children of its own kind as far as its places go; of the others, all are with agencies."""
    draws, months, segments = wanted.children.shape
    home = np.minimum(wanted.children, supply.available)
    home[..., KIN] = wanted.children[..., KIN]
    own = np.zeros((draws, months, segments, segments), dtype=np.int32)
    own[..., np.arange(segments), np.arange(segments)] = home
    over = np.zeros((draws, months, segments, 4), dtype=np.int32)
    over[..., 0] = wanted.children - home
    none = np.zeros((draws, months, segments), dtype=np.int32)
    return Future(wanted.month_ends, own, over, none, none[..., 0], none, supply.available, supply.available)


@cache
def start() -> Made:
    """Too few places of some kinds and too many of others."""
    return made(months=30, draws=40, households=9)


def savings(settings: CostSettings = SETTINGS, **asked: object) -> dict[str, Saving]:
    """By segment."""
    one = start()
    given = {"seed": 5, "futures": 40, **asked}
    found = saving_per_approval(one.forecast, one.wanted, one.supply, settings, play, **given)  # type: ignore[arg-type]
    return {saving.segment: saving for saving in found}


def test_one_more_household_is_there_until_it_leaves() -> None:
    """It is approved once, leaves at most once, and no household or place is made or lost besides."""
    supply = start().supply
    more = with_more(supply, "teenagers", 3, 2, seed=5)
    change = {name: getattr(more, name) - getattr(supply, name) for name in ("households", "places", "available")}
    for name, counts in change.items():
        assert not np.delete(counts, TEENAGERS, axis=2).any(), name
        assert (counts >= 0).all(), name
        assert not counts[:, :3].any(), name
    there = change["households"][..., TEENAGERS]
    came = (more.approved - supply.approved)[..., TEENAGERS]
    left = (more.left - supply.left)[..., TEENAGERS, :].sum(axis=2)
    assert np.array_equal(np.diff(there, axis=1, prepend=0), came - left)
    assert (came.sum(axis=1) == 2).all()
    assert left.any()
    assert not left.all(axis=1).any()
    assert (change["places"][..., TEENAGERS] == 2 * there).all()
    assert (change["available"] <= change["places"]).all()
    share = change["available"].sum() / change["places"].sum()
    assert share == pytest.approx(15 / 18, abs=0.05)


def test_a_segment_with_no_household_takes_the_others_rates() -> None:
    """Its places are those that are said, else the others'; an empty supply keeps the household for good."""
    supply = start().supply
    gone = supply.households.copy()
    gone[..., TEENAGERS] = 0
    without = replace(supply, households=gone)
    places = [3.0] * len(SEGMENTS)
    for given, size in ((places, 3), (None, 2)):
        more = with_more(without, "teenagers", 0, 1, seed=5, places=given)
        there = more.households[..., TEENAGERS] > 0
        assert (more.places - without.places)[..., TEENAGERS][there].min() == size
        assert not there.all()
    nobody = replace(supply, **{name: 0 * getattr(supply, name) for name in ("households", "places", "left")})
    assert (with_more(nobody, "teenagers", 0, 1, seed=5).households[..., TEENAGERS] == 1).all()


def test_what_is_saved_is_the_difference_of_two_bills() -> None:
    """Part by part, as `cost_of` counts them; the same when one household more is asked for or three."""
    one = start()
    found = savings(segments=("teenagers",))["teenagers"]
    more = with_more(one.supply, "teenagers", 0, 1, seed=5)
    bills = [
        cost_of(one.forecast, one.wanted, play(one.wanted, supply), supply, SETTINGS, seed=5)
        for supply in (one.supply, more)
    ]
    assert found.net == pytest.approx((bills[0].pounds - bills[1].pounds).sum(axis=(1, 2)), abs=1e-3)
    assert found.present == pytest.approx(bills[0].net_present - bills[1].net_present, abs=1e-3)
    for part in PARTS:
        lines = [k for k, line in enumerate(LINES) if part_of(*line) == part]
        due = (bills[0].pounds - bills[1].pounds)[..., lines].sum(axis=(1, 2))
        assert found.saved[part] == pytest.approx(due, abs=1e-3), part
    weeks = sum(found.child_weeks.values())
    assert weeks == pytest.approx(np.zeros(40), abs=1e-6)
    three = savings(segments=("teenagers",), households=3)["teenagers"]
    assert three.saved["recruitment"] == pytest.approx(found.saved["recruitment"])


def test_a_household_that_nobody_needs_only_costs() -> None:
    """Short breaks: recruitment and support are spent, nothing is saved, it never pays."""
    found = savings(segments=("short_breaks",))["short_breaks"]
    assert found.net == pytest.approx(found.saved["recruitment"] + found.saved["support"])
    assert (found.net < 0).all()
    assert found.saves_in == found.pays_in == 0
    assert math.isinf(found.mean_paid_after)


def test_a_household_that_is_needed_pays_for_itself() -> None:
    """Two children come from an agency: with certain prices the weeks until it pays are worked out by hand."""
    prices = {"agency": 1000.0, "own_foster": 500.0, "recruit": 10000.0, "supervise": 100.0}
    one = start()
    staying = replace(one.supply, left=np.zeros_like(one.supply.left))

    def only_new(wanted: Wanted, supply: Supply) -> Future:
        """Children can only live in the places that were added."""
        return play(wanted, replace(supply, available=supply.places - staying.places))

    [found] = saving_per_approval(
        one.forecast, one.wanted, staying, certain(**prices), only_new, seed=5, segments=("teenagers",)
    )
    weeks = month_days(one.forecast.origin, one.forecast.month_ends) / 7
    monthly = weeks * (2 * 500 - 100)
    assert found.net == pytest.approx(monthly.sum() - 10000)
    assert found.child_weeks["agency"] == pytest.approx(2 * weeks.sum())
    assert found.if_all_from["agency"] == pytest.approx(found.net)
    dearer = 2 * weeks.sum() * (certain().prices["spot"].span[1] - 1000)
    assert found.if_all_from["residential"] == pytest.approx(found.net + dearer)
    months = int(np.argmax(np.cumsum(monthly) >= 10000))
    assert (found.paid_after == weeks[: months + 1].sum()).all()
    assert found.mean_paid_after == found.paid_after[0]
    assert (found.saves_in, found.pays_in, found.error) == (1.0, 1.0, pytest.approx(0, abs=1e-6))


def test_with_the_play_of_need_and_supply() -> None:
    """The real play: children are counted once with and without the household, and one that is wanted is lived in."""
    one = made(months=18, draws=5, households=1)
    usable = Usable(np.array([0.0, 1.0]), np.broadcast_to(np.eye(len(SEGMENTS)), (2, 12, 12)).copy(), 0.0, 0, "made")
    settings = future_settings(baseline())

    def real(wanted: Wanted, supply: Supply) -> Future:
        return play_future(wanted, supply, usable, settings, seed=1)

    found = saving_per_approval(
        one.forecast, one.wanted, one.supply, SETTINGS, real, seed=1, segments=("mainstream_5_10", "adopters")
    )
    future = real(one.wanted, one.supply)
    assert cost_of(one.forecast, one.wanted, future, one.supply, SETTINGS, seed=1).total.all()
    for saving in found:
        assert sum(saving.child_weeks.values()) == pytest.approx(np.zeros(5), abs=1e-6)
        assert saving.child_weeks["own"].mean() < -10, saving.segment


def test_luck_belongs_to_the_future() -> None:
    """Fewer futures are the first of more, and one segment's saving does not hang on which others are asked for."""
    fewer = savings(futures=7, segments=("teenagers",))["teenagers"]
    more = savings(segments=("siblings_two", "teenagers"))["teenagers"]
    assert np.array_equal(fewer.net, more.net[:7])
    assert np.array_equal(fewer.paid_after, more.paid_after[:7])
    one = start()
    assert first_futures(one.wanted, 7).at_start is one.wanted.at_start
    assert first_futures(one.forecast, 7).exits.shape[0] == 7


def test_rows_say_what_was_found() -> None:
    """One row for each segment that can be recruited; blank where it never pays."""
    found = savings(futures=10)
    rows = saving_rows(list(found.values()))
    assert list(rows) == list(COLUMNS)
    assert rows["home_segment"].tolist() == list(RECRUITED)
    assert rows["weeks_to_pay"].isna()[RECRUITED.index("short_breaks")]
    assert (rows["saving_p10"] <= rows["saving_p90"]).all()
    avoided = rows[["agency_avoided", "residential_avoided", "other_avoided"]].sum(axis=1)
    spent = rows[["own_spent", "recruitment", "support"]].sum(axis=1)
    assert rows["saving_mean"].tolist() == pytest.approx((avoided - spent).tolist(), abs=4)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"month": 30}, "in a month from 0 to 29"),
        ({"households": 0}, "At least one household"),
        ({"segments": ("kin",)}, "'kin' is no kind of household that can be recruited"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, object], words: str) -> None:
    """A month that is not played, no household, and one that is for a named child."""
    with pytest.raises(ValueError, match=words):
        savings(**asked)
