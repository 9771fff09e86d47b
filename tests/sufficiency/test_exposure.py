"""Days at risk, events, stocks, flows and vintages of many made-up councils, each against plain counting."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from records.sources.return_903 import End
from sufficiency.groups import AGE_EDGES, GROUPS
from sufficiency.history import (
    History,
    Return,
    age_band,
    entries,
    exposure,
    flows,
    history_of,
    in_care_on,
    known_at,
    stock,
)
from tests.records.made_returns import Row, episode
from tests.sufficiency.histories import Councils, day, lives

SEEDS = range(40)
YEARS = range(2016, 2020)
FIRST, LAST = date(2015, 4, 1), date(2019, 3, 31)
CARE, PLACED = (183, 548), (91,)


def _spoilt(seed: int, rows: list[Row]) -> list[Row]:
    """Some episodes gone, some short breaks: what chance does to a real return."""
    rng = np.random.default_rng(seed)
    kept = [row for row in rows if rng.random() > 0.05]
    return [row | {"LS": "V3"} if rng.random() < 0.05 else row for row in kept]


def _councils(years: range, seeds: range, spoil: bool) -> tuple[Councils, list[str]]:
    councils, names = Councils(), []
    for seed in seeds:
        people, rows = lives(seed, 6, FIRST, LAST)
        names.append(councils.add(*(_spoilt(seed, rows) if spoil else rows), people=people, years=years))
    return councils, names


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[History]:
    """The histories of all the councils, with gaps and short breaks in them."""
    councils, _ = _councils(YEARS, SEEDS, spoil=True)
    ret = councils.read(tmp_path_factory.mktemp("spoilt"))
    return [history_of(ret, la) for la in sorted(ret.years)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Return]:
    """The same councils without fault, as they stood after each year."""
    return {
        last: _councils(range(YEARS[0], last + 1), range(12), spoil=False)[0].read(
            tmp_path_factory.mktemp(f"to_{last}")
        )
        for last in YEARS
    }


def _age(born: date, on: date) -> int:
    """Age band, by the calendar."""
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return sum(years >= edge for edge in AGE_EDGES[1:-1])


def _day_by_day(h: History, first: int, until: int, edges: list[int]) -> tuple[Counter[object], Counter[object]]:
    """Every day of every placement, one after another."""
    days: Counter[object] = Counter()
    events: Counter[object] = Counter()
    spells, periods = h.placements, h.periods
    epoch = date(1970, 1, 1)
    for i, p in enumerate(spells.period.tolist()):
        born = epoch + timedelta(days=int(periods.dob[p]))
        for d in range(max(int(spells.begin[i]), first), min(int(spells.until[i]), until)):
            cell = (
                sum(d >= edge for edge in edges),
                int(spells.group[i]),
                _age(born, epoch + timedelta(days=d)),
                sum(d - periods.entered[p] >= cut for cut in CARE) if periods.entered_known[p] else len(CARE),
                len(PLACED) if spells.begun_before[i] else sum(d - spells.begin[i] >= cut for cut in PLACED),
            )
            days[cell] += 1
            if d + 1 == spells.until[i]:
                if spells.after[i] >= 0:
                    events[*cell, int(spells.after[i])] += 1
                elif periods.end[p] == End.ENDED:
                    events[*cell, len(GROUPS) + int(periods.exit[p])] += 1
    return days, events


def _cells(counted: np.ndarray) -> dict[tuple[int, ...], int]:  # type: ignore[type-arg]
    return {tuple(at): int(counted[tuple(at)]) for at in np.argwhere(counted).tolist()}


def test_exposure_is_what_counting_day_by_day_gives(told: list[History]) -> None:
    """Days and events are equal in every cell, in windows and between calendar edges of any kind."""
    rng = np.random.default_rng(0)
    seen = 0
    for h in told:
        first, until = sorted(rng.integers(h.first - 200, h.until + 1, 2).tolist())
        edges = sorted(set(rng.integers(h.first, h.until, 3).tolist()))
        days, events = _day_by_day(h, first, until, edges)
        made = exposure(h, first, until, CARE, PLACED, edges)
        assert _cells(made.days) == dict(days)
        assert _cells(made.events) == dict(events)
        flat = exposure(h, first, until, (0, *CARE), PLACED)
        assert np.array_equal(made.days.sum(axis=0), flat.days)
        assert np.array_equal(made.events.sum(axis=0), flat.events)
        seen += len(events)
    assert seen > 100


def test_exposure_adds_up_to_the_stock_of_every_day(told: list[History]) -> None:
    """The days at risk of a group and age are the children in care, day after day."""
    for h in told[:8]:
        days = exposure(h, h.first, h.until, CARE, PLACED).days
        assert np.array_equal(days.sum(axis=(2, 3)), stock(h, np.arange(h.first, h.until)).sum(axis=0))


def test_stocks_and_flows_balance(told: list[History]) -> None:
    """Month by month and group by group: what was there, came, was found, moved, left and was lost."""
    lost = found = 0
    for h in told:
        starts = np.arange("2015-03", "2019-05", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)[:-1]
        f = flows(h, starts)
        change = f.entries.sum(axis=2) + f.found + f.moves.sum(axis=1)
        change -= f.exits.sum(axis=2) + f.lost + f.moves.sum(axis=2)
        # The stock on a day already holds what happens on it: compare the evenings before.
        held = stock(h, starts - 1).sum(axis=2)
        assert np.array_equal(held[1:] - held[:-1], change)
        came = entries(h, int(starts[0]), int(starts[-1]))
        assert f.entries.sum() == len(came)
        assert np.array_equal(f.entries.sum(axis=0)[came.group, age_band(came.dob, came.day)] > 0, np.ones(len(came)))
        assert (np.diff(came.day) >= 0).all()
        lost, found = lost + int(f.lost.sum()), found + int(f.found.sum())
    assert lost > 0
    assert found > 0


def _same(one: object, other: object, apart: tuple[str, ...] = ()) -> bool:
    names = [name for name in type(one).__slots__ if name not in apart]  # type: ignore[attr-defined]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.mark.parametrize("last", list(YEARS)[:-1])
def test_a_vintage_is_the_history_of_the_returns_that_there_were(whole: dict[int, Return], last: int) -> None:
    """What was known on a 1 April is what the files up to then say, stay by stay."""
    full, then = whole[YEARS[-1]], whole[last]
    there = 0
    for la in sorted(then.years):
        vintage, real = known_at(history_of(full, la), day(f"{last}-04-01")), history_of(then, la)
        who = [full.children.id[vintage.periods.child], then.children.id[real.periods.child]]
        assert np.array_equal(*who)
        assert _same(vintage.periods, real.periods, ("child", "family", "council"))
        assert _same(vintage.placements, real.placements)
        assert _same(vintage.carers, real.carers)
        shared = [h.periods.family[:, None] == h.periods.family for h in (vintage, real)]
        assert np.array_equal(*shared)
        assert (vintage.first, vintage.until) == (real.first, real.until)
        there += len(real.periods.child)
    assert there > 20


def test_a_vintage_of_a_vintage_is_the_earlier_vintage(told: list[History]) -> None:
    """It does not matter in how many cuts the past is reached; what was known then is what is counted then."""
    for h in told[:10]:
        sooner, later = h.first + 300, h.first + 500
        once, twice = known_at(h, sooner), known_at(known_at(h, later), sooner)
        assert _same(once.periods, twice.periods)
        assert _same(once.placements, twice.placements)
        assert np.array_equal(in_care_on(once, sooner).child, in_care_on(h, sooner - 1).child)


NOBODY = Councils()
BREAKS_ONLY = NOBODY.add(episode(LS="V4", DEC="02/06/2020", REC="E4A"))


def test_nothing_hangs_on_what_is_not_there(tmp_path: Path) -> None:
    """A council with short breaks only counts nought everywhere; cuts and edges that do not rise are refused."""
    bare = history_of(NOBODY.read(tmp_path))
    assert exposure(bare, bare.first, bare.until, CARE, PLACED, [bare.first + 1]).days.sum() == 0
    assert stock(bare, [bare.first]).sum() == 0
    assert len(in_care_on(bare, bare.until)) == len(entries(bare, bare.first, bare.until)) == 0
    assert flows(bare, [bare.first, bare.until]).moves.shape == (1, 10, 10)
    assert len(known_at(bare, bare.until - 9).periods.child) == 0
    with pytest.raises(ValueError, match="time in care must be days above nought"):
        exposure(bare, bare.first, bare.until, (183, 91), PLACED)
    with pytest.raises(ValueError, match="cut must rise"):
        exposure(bare, bare.first, bare.until, CARE, PLACED, [5, 5])
