"""Who is coming: from a forecast's months to groups of made-up children, week by week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from matching.coming import Coming
from records.tables import Unusable
from reporting.write import csv_text
from sufficiency.coming import FUTURES, MONTHS, coming_from, coming_table, expected_of, read_expected
from sufficiency.households import SEGMENTS
from sufficiency.usable_children import NEEDS
from sufficiency.usable_places import spots_of
from sufficiency.wanted import Wanted

AREA = "E08000009"
DAY = date(2026, 4, 10)
DRAWS = 60


@pytest.fixture(scope="module")
def wanted() -> Wanted:
    """A forecast from April 2026: each need comes at its own rate, and one in twenty leaves each month."""
    rng = np.random.default_rng(4)
    months = [np.datetime64("2026-04") + at for at in range(MONTHS + 3)]
    ends = np.array([(month + 1).astype("datetime64[D]").astype(np.int64) - 1 for month in months])
    came = rng.poisson(np.linspace(1.0, 6.0, len(SEGMENTS)), (DRAWS, len(months), len(SEGMENTS)))
    start = np.full((len(SEGMENTS), 5), 20)
    children = np.zeros_like(came)
    before = np.broadcast_to(start.sum(axis=1), came[:, 0].shape)
    for month in range(len(months)):
        children[:, month] = before + came[:, month] - np.rint(before * 0.05).astype(np.int64)
        before = children[:, month]
    return Wanted(ends, children.astype(np.int32), came.astype(np.int32), start.astype(np.int32))


@pytest.fixture(scope="module")
def coming(wanted: Wanted) -> Coming:
    """The futures of a quarter."""
    return coming_from(wanted, spots_of(AREA), DAY)


def test_the_file_says_what_the_forecast_does(wanted: Wanted, tmp_path: Path) -> None:
    """Written and read again; totals by month and need alone, of the first futures."""
    table = coming_table(wanted)
    assert list(table.columns[:4]) == ["month", "need", "mean", "leaving"]
    file = tmp_path / "coming.csv"
    file.write_text(csv_text(table), encoding="utf-8", newline="")
    read, told = read_expected(file), expected_of(wanted)
    assert (read.came == told.came).all()
    assert read.came.shape == (FUTURES, MONTHS, len(NEEDS))
    assert (
        read.months == told.months == tuple(date(2026 + (3 + at) // 12, (3 + at) % 12 + 1, 1) for at in range(MONTHS))
    )
    assert read.leaving == pytest.approx([0.05] * len(NEEDS), abs=0.002)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("need", "kind", 1), "columns"),
        (lambda text: text.replace("teenagers", "grown-ups", 1), "every kind of need"),
        (lambda text: "\n".join(text.splitlines()[:-1]), "every kind of need"),
        (lambda text: text.replace("2026-04", "2026-99"), "cannot be read"),
        (lambda _: "", "cannot be read"),
    ],
)
def test_another_file_is_refused_in_words(wanted: Wanted, change, said: str) -> None:  # type: ignore[no-untyped-def]
    """What is wrong, and what to name instead."""
    with pytest.raises(Unusable, match=said):
        read_expected(change(csv_text(coming_table(wanted))).encode())
    with pytest.raises(Unusable, match=r"coming\.csv"):
        read_expected(Path("no-such-folder") / "coming.csv")


def test_as_many_children_come_as_the_forecast_says(wanted: Wanted, coming: Coming) -> None:
    """Over the whole months in the quarter, by need, within what rounding to families may do."""
    told = expected_of(wanted)
    until = DAY + timedelta(weeks=coming.weeks)
    share = []
    for month in told.months:
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        inside = (min(after, until) - max(month, DAY)).days
        share.append(max(inside, 0) / (after - month).days)
    each = len(coming.groups) // len(NEEDS)
    for at, need in enumerate(NEEDS):
        hoped = float((told.came[:, :, at] * np.array(share)).sum()) / FUTURES
        mine = coming.group // each == at
        came = coming.sizes[coming.group[mine]].sum() / FUTURES
        assert came == pytest.approx(hoped, rel=0.15, abs=0.5), need


def test_families_come_together_and_stay_as_long_as_needs_last(coming: Coming) -> None:
    """Groups are whole families; one in twenty needs ends in a month; nobody comes after the futures end."""
    for group in coming.groups:
        assert len({child.family_id for child in group}) == 1
        assert (group[0].family_id is not None) == (len(group) > 1)
    assert coming.week.min() == 0
    assert coming.week.max() == coming.weeks - 1
    assert coming.leaving == pytest.approx(1 - 0.95 ** (12 / 52.18), rel=0.05)
    assert 1 / coming.leaving == pytest.approx(coming.weeks_stay.mean(), rel=0.1)


def test_the_same_seed_gives_the_same_and_no_future_hangs_on_another(wanted: Wanted, coming: Coming) -> None:
    """A future is the same whatever comes in the others."""
    again = coming_from(wanted, spots_of(AREA), DAY)
    assert (again.group == coming.group).all()
    assert (again.week == coming.week).all()
    told = expected_of(wanted)
    fewer = coming_from(replace(told, came=np.vstack((told.came[:1], 0 * told.came[1:]))), spots_of(AREA), DAY)
    first = coming.future == 0
    assert fewer.week.tolist() == coming.week[first].tolist()
    assert fewer.group.tolist() == coming.group[first].tolist()


def test_a_round_outside_the_forecast_is_refused(wanted: Wanted) -> None:
    """A forecast of last year says nothing of tonight."""
    with pytest.raises(ValueError, match="from the latest returns"):
        coming_from(wanted, spots_of(AREA), date(2028, 1, 1))
