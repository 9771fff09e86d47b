"""Several councils together: added up future by future, and told only where nothing follows that a council hides."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from reporting.fact import ALL, Book
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition
from sufficiency.gap import NEEDS
from sufficiency.groups import GROUPS
from sufficiency.position_keys import TABLES
from sufficiency.region_edition import region_lens
from sufficiency.region_totals import REGION, beds_for, could_take, handbook, shifted

ON, LATEST = "2026-06-30", "2026-03-31"
BAND = ("mean", "p10", "p50", "p90")
FAN = ("mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95")


Council = tuple[dict[str, int], dict[str, float]]


# ---- what is added up ------------------------------------------------------------------------------------------------


def by_hand(unmet: npt.NDArray[Any], unused: npt.NDArray[Any]) -> int:
    """The most children who could be placed, by trying every way to share places out among councils, slowly."""
    councils = range(len(unmet))
    best = 0
    flows = [(c, d) for c in councils for d in councils if c != d]
    for amounts in itertools.product(*(range(min(unmet[c], unused[d]) + 1) for c, d in flows)):
        sent = dict(zip(flows, amounts, strict=True))
        fits = all(sum(sent[c, d] for d in councils if d != c) <= unmet[c] for c in councils)
        fits &= all(sum(sent[c, d] for c in councils if c != d) <= unused[d] for d in councils)
        best = max(best, sum(amounts)) if fits else best
    return best


def test_whom_others_could_take_is_the_most_that_can_be_shared_out() -> None:
    """Nobody goes to their own council's places; against trying every way."""
    rng = np.random.default_rng(4)
    for _ in range(60):
        unmet, unused = rng.integers(0, 4, (2, 3, 1))
        assert could_take(unmet, unused)[0] == by_hand(unmet[:, 0], unused[:, 0])


def test_one_council_alone_can_take_nobody_of_its_own() -> None:
    """Its unused places are not an exchange."""
    assert could_take(np.array([[5]]), np.array([[7]]))[0] == 0


@pytest.mark.parametrize("void", [0.0, 0.02, 0.1, 0.35])
def test_beds_are_the_most_that_stand_empty_no_more_than_agreed(void: float) -> None:
    """Against trying every number of beds."""
    there = np.random.default_rng(1).poisson(12, (40, 12))
    tried = [b for b in range(there.max() + 1) if np.maximum(b - there, 0).mean() <= void * b + 1e-12]
    assert beds_for(there, void) == max(tried)


def test_beds_bought_together_are_never_fewer_than_those_bought_apart() -> None:
    """At the same share of empty nights: one council's quiet month may be another's busy one."""
    there = np.random.default_rng(2).poisson([6, 9, 4], (200, 12, 3))
    for void in (0.02, 0.1, 0.2):
        alone = sum(beds_for(there[:, :, c], void) for c in range(3))
        assert beds_for(there.sum(axis=2), void) >= alone
    assert beds_for(shifted(there, "apart").sum(axis=2), 0.1) > sum(beds_for(there[:, :, c], 0.1) for c in range(3))


def test_luck_that_is_not_shared_keeps_each_councils_own_futures() -> None:
    """Only which future of one goes with which of another is changed: every mean stays."""
    each = np.random.default_rng(3).integers(0, 50, (10, 4, 2, 3))
    apart = shifted(each, "apart")
    assert np.array_equal(apart.sum(axis=0), each.sum(axis=0))
    assert not np.array_equal(apart[:, :, 1], each[:, :, 1])
    assert shifted(each, "together") is each


# ---- what may be told ------------------------------------------------------------------------------------------------


def an_edition(groups: Mapping[str, int], gaps: Mapping[str, float]) -> Lens:
    """A council's official edition: children today by placement, the same next quarter, and what they go without."""
    whole = {name: groups.get(name, 0) for name in GROUPS}
    whole[ALL] = sum(whole.values())
    lacking = {name: gaps.get(name, 0.0) for name in NEEDS}
    lacking[ALL] = sum(lacking.values())
    now = [("in_care", LATEST, name, age, many) for name, many in whole.items() for age in ("10_to_15", ALL)]
    tables = (
        TABLES["children.total"].facts([("in_care", LATEST, whole[ALL])]),
        TABLES["children.group_age"].facts(now),
        TABLES["forecast.group"].facts(
            [(ON, name, *[float(many)] * len(FAN)) for name, many in whole.items()],
            like={"what": "in_care", "on": LATEST},
        ),
        TABLES["gap.need"].facts([(ON, name, *[many] * 6, 0.5) for name, many in lacking.items()]),
    )
    sources = {"return": "Returns.", "forecast": "Forecast.", "futures": "Futures."}
    return publish(Book({"known_until": LATEST}, {one.key: one for one in tables}, sources), Edition.OFFICIAL)


def totals(*councils: Council) -> Book:
    """What a batch would write of them together."""
    groups = {name: float(sum(one.get(name, 0) for one, _ in councils)) for name in GROUPS}
    gaps = {name: float(sum(one.get(name, 0.0) for _, one in councils)) for name in NEEDS}
    rows = {
        "region.children": {**groups, ALL: sum(groups.values())},
        "region.gap": {**gaps, ALL: sum(gaps.values())},
    }
    tables = {
        key: REGION[key].facts(
            [(ON, luck, name, *[many] * len(BAND)) for luck in ("together", "apart") for name, many in some.items()]
        )
        for key, some in rows.items()
    }
    return Book({}, tables, {"region": "All of them."})


LARGE = {"foster_kin": 60, "foster_in_house": 90, "foster_agency": 70, "residential": 40, "with_parents": 22}
SMALL = {"foster_kin": 30, "foster_in_house": 45, "foster_agency": 24, "residential": 3, "with_parents": 12}


def test_a_total_is_told_to_the_nearest_five_where_every_council_tells_its_part() -> None:
    """Nothing is hidden of either, so nothing is of both."""
    one, two = (LARGE, {"teenagers": 12.0}), (LARGE, {"teenagers": 9.0})
    lens = region_lens(totals(one, two), {"Alder": an_edition(*one), "Birch": an_edition(*two)})
    assert lens.text("region.children", "p50", on=ON, luck="together", group="residential") == "80"
    assert lens.text("region.children", "p50", on=ON, luck="apart", group=ALL) == "565"
    assert lens.text("region.gap", "p50", on=ON, luck="together", home_segment="teenagers") == "20"
    assert not lens.hidden_rows()


def test_a_councils_hidden_forecast_cannot_be_had_by_taking_the_others_from_the_total() -> None:
    """Three children live in the small council's children's homes: the total less the large one's would tell it."""
    large: Council = (LARGE, {})
    small: Council = (SMALL, {})
    editions = {"Alder": an_edition(*large), "Birch": an_edition(*small)}
    assert editions["Birch"].text("forecast.group", "p50", on=ON, group="residential") == "c"
    assert editions["Alder"].text("forecast.group", "p50", on=ON, group="residential") == "40"
    lens = region_lens(totals(large, small), editions)
    for luck in ("together", "apart"):
        assert lens.text("region.children", "mean", on=ON, luck=luck, group="residential") == "c"
        told = [g for g in GROUPS if lens.text("region.children", "mean", on=ON, luck=luck, group=g) != "c"]
        hidden = [g for g in GROUPS if editions["Birch"].text("forecast.group", "mean", on=ON, group=g) == "c"]
        assert set(told) == set(GROUPS) - set(hidden)
        assert len(hidden) > 1, "one alone would follow from the sum of all placements"


def test_a_few_are_not_narrowed_down_by_the_total() -> None:
    """ "Fewer than 5" of one council, and a total that leaves it no choice but nought: the total is not told."""
    one, two = (LARGE, {"teenagers": 27.2}), (LARGE, {"teenagers": 0.1})
    editions = {"Alder": an_edition(*one), "Birch": an_edition(*two)}
    assert editions["Birch"].text("gap.need", "mean", on=ON, home_segment="teenagers") == "fewer than 5"
    lens = region_lens(totals(one, two), editions)
    assert lens.text("region.gap", "mean", on=ON, luck="together", home_segment="teenagers") == "c"


def test_random_totals_never_tell_a_hidden_forecast_to_less_than_two() -> None:
    """Whoever has the total and all other editions, each to its rounding, is left at least two numbers apart."""
    rng = np.random.default_rng(9)
    hidden_seen = 0
    for _ in range(2):
        councils: list[Council] = [({name: int(rng.integers(0, 30)) for name in GROUPS}, {}) for _ in range(2)]
        editions = {f"C{at}": an_edition(*one) for at, one in enumerate(councils)}
        lens = region_lens(totals(*councils), editions)
        for name in GROUPS:
            texts = [one.text("forecast.group", "mean", on=ON, group=name) for one in editions.values()]
            whole = lens.text("region.children", "mean", on=ON, luck="together", group=name)
            hidden_seen += texts.count("c")
            if "c" in texts:
                assert whole == "c"
    assert hidden_seen > 3


def test_every_table_of_the_totals_is_in_the_handbook() -> None:
    """docs/reference/batch.md lists them as they are."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "batch.md").read_text(encoding="utf-8")
    assert all(line in text for line in handbook())


def test_editions_that_hide_nothing_are_refused() -> None:
    """Totals beside a confidential edition would hide nothing either."""
    open_ = Lens(Book({}, {}, {}), Edition.CONFIDENTIAL)
    with pytest.raises(ValueError, match="hides what it must"):
        region_lens(totals((LARGE, {})), {"Alder": open_})
