"""Levers on need change the lives that they touch and no others, in every future and in the direction they say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.need_worlds.worlds import authority
from benchmarks.need_worlds.write import as_return
from sufficiency.counts import stock
from sufficiency.entries import Came
from sufficiency.forecast import Forecast
from sufficiency.groups import EXITS, GROUPS, GUARDIANSHIP, HOME, IN_HOUSE, RESIDENTIAL
from sufficiency.history import History, history_of
from sufficiency.lever_figures import LEVERS
from sufficiency.levers import NO_PULLS, Pull, Pulls
from sufficiency.need import NeedModel, NeedSettings, fit_need, play_need
from sufficiency.need_besides import Besides, Tally
from sufficiency.rates import YEAR
from sufficiency.simulate import Played, laid_out, play
from sufficiency.streams import keys_for, uniform
from tests.sufficiency.test_simulate import MONTHS, ORIGIN, children, even_rates, level

NEED = [name for name, lever in LEVERS.items() if "need" in lever.works_in]
DRAWS, AHEAD = 16, 12


def pulled(*, path: tuple[float, ...] = (1.0,), **levers: float | tuple[float, float, float]) -> Pulls:
    """Levers on need; a bare number has no interval."""
    spans = {name: span if isinstance(span, tuple) else (span,) * 3 for name, span in levers.items()}
    return Pulls({name: Pull(name, span, path) for name, span in spans.items()})


@cache
def history() -> History:
    """A council of about sixty children, some of them unaccompanied."""
    return history_of(as_return(authority("small", 1)))


@cache
def model() -> NeedModel:
    """What it says."""
    return fit_need(history(), NeedSettings())


@cache
def forecast(pulls: Pulls = NO_PULLS, workers: int = 1, draws: int = DRAWS) -> Forecast:
    """Its forecast with levers."""
    one = replace(model(), settings=replace(model().settings, pulls=pulls))
    return play_need(one, months=AHEAD, draws=draws, seed=5, workers=workers, parts=False)


def total(made: Forecast) -> Any:
    """[draws, months] children in care."""
    return made.stock.sum(axis=(2, 3))


def same(one: Forecast, other: Forecast, months: int = AHEAD) -> bool:
    """Whether two forecasts hold the same bytes, as far as so many months."""
    return all(
        getattr(one, name)[:, :months].tobytes() == getattr(other, name)[:, :months].tobytes()
        for name in ("stock", "entries", "exits", "moves")
    )


def conserved(made: Forecast) -> bool:
    """In every future, month and group: stock = stock before + entries + moves in - moves out - exits."""
    now = stock(history(), [history().until])[0].sum(axis=1)
    held = np.concatenate((np.broadcast_to(now, (len(made.stock), 1, len(now))), made.stock.sum(axis=3)), axis=1)
    change = made.entries.sum(axis=3) + made.moves.sum(axis=2) - made.moves.sum(axis=3) - made.exits.sum(axis=3)
    return bool((np.diff(held, axis=1) == change).all())


def test_levers_at_nought_change_nothing() -> None:
    """To the byte: all of them at nought, and all of them pulled only after the months that are played."""
    assert same(forecast(), forecast(pulled(**dict.fromkeys(NEED, 0.0))))
    assert same(forecast(), forecast(pulled(path=(0.0,) * AHEAD + (1.0,), **dict.fromkeys(NEED, 0.5))))


@pytest.mark.parametrize(("name", "more"), [(name, name in ("demand", "unaccompanied", "population")) for name in NEED])
def test_each_lever_works_in_every_future(name: str, more: bool) -> None:
    """Never fewer children, or never more, in any future and month, and the stronger the more so; from its month on.

    Moving down changes a child's life from there on, and promises nothing of the whole.
    """
    path = (0.0,) * 4 + (1.0,)
    weak, strong = forecast(pulled(path=path, **{name: 0.3})), forecast(pulled(path=path, **{name: 0.8}))
    assert same(forecast(), strong, months=4)
    assert conserved(strong)
    if name == "step_down":
        assert not same(forecast(), strong)
        return
    sign = 1 if more else -1
    for one, other in ((forecast(), weak), (weak, strong)):
        assert (sign * (total(other) - total(one)) >= 0).all()
        assert total(other).sum() != total(one).sum()


def test_a_lever_leaves_the_lives_of_others_alone() -> None:
    """Keeping families from care takes their children from every count; who comes otherwise is counted as before."""
    kept_out = forecast(pulled(edge_of_care=0.5))
    fewer = forecast().entries - kept_out.entries
    assert (fewer >= 0).all()
    assert fewer.sum() == pytest.approx(0.5 * forecast().entries.sum(), rel=0.2)
    assert (forecast().exits >= kept_out.exits).all()
    assert (forecast().moves >= kept_out.moves).all()
    nobody = forecast(pulled(edge_of_care=1.0))
    assert same(nobody, forecast(pulled(edge_of_care=1.0, demand=0.5)))
    assert nobody.entries.sum() == forecast(pulled(demand=-1.0)).entries.sum()
    more = forecast(pulled(demand=0.5)).entries - forecast().entries
    assert (more >= 0).all()
    assert more.sum() == pytest.approx(0.5 * forecast().entries.sum(), rel=0.2)


def test_more_of_nobody_is_nobody() -> None:
    """A council to which no unaccompanied child came has none with twice as many, and the others are who they were."""
    families = tuple(
        replace(one, came=Came(*(getattr(one.came, name)[:0] for name in Came.__slots__))) if one.alone else one
        for one in model().streams
    )
    without = replace(model(), streams=families)
    plain = play_need(without, months=6, draws=4, seed=5, parts=False)
    twice = replace(without, settings=replace(without.settings, pulls=pulled(unaccompanied=1.0)))
    assert same(plain, play_need(twice, months=6, draws=4, seed=5, parts=False))


@pytest.mark.parametrize("name", [name for name in NEED if name != "step_down"])
def test_each_lever_works_on_top_of_the_others(name: str) -> None:
    """In every future and month, with all the others pulled too."""
    others = pulled(path=(0.0, 0.5, 1.0), **{other: 0.3 for other in NEED if other != name})
    both = Pulls({**others.pulls, **pulled(**{name: 0.4}).pulls})
    sign = 1 if name in ("demand", "unaccompanied", "population") else -1
    assert (sign * (total(forecast(both)) - total(forecast(others))) >= 0).all()
    assert total(forecast(both)).sum() != total(forecast(others)).sum()


def test_levers_together_are_played_like_any() -> None:
    """All at once: children are neither made nor lost, and neither workers nor the number of futures count."""
    numbers: dict[str, Any] = dict.fromkeys(NEED, (0.1, 0.3, 0.6))
    together = pulled(path=(0.0, 0.5, 1.0), **numbers)
    made = forecast(together)
    assert conserved(made)
    assert same(made, forecast(together, workers=2))
    few = forecast(together, draws=7)
    assert np.array_equal(few.stock, made.stock[:7])
    one = replace(model(), settings=replace(model().settings, pulls=together))
    parts = play_need(one, months=6, draws=20, seed=5).parts
    assert all((part >= 0).all() for part in parts.values())


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    levels=st.lists(st.floats(0, 3), min_size=6, max_size=6),
    cuts=st.lists(st.floats(0.01, 179.9), min_size=1, max_size=8, unique=True),
    rate=st.floats(0.0005, 0.05),
)
def test_when_a_lever_takes_a_child_does_not_hang_on_how_the_life_is_cut(
    seed: int, levels: list[float], cuts: list[float], rate: float
) -> None:
    """Asked for once or in pieces, it is the day on which what was added comes to the threshold, added up by hand."""
    points = np.arange(1, 7) * 30.0
    key = keys_for(seed, np.arange(3))
    besides = Besides(np.array([levels]) + 0.01, np.zeros((1, 6)), np.zeros((1, 6)))
    future, rates = np.zeros(3, dtype=np.int64), np.full((3, 3), rate)
    whole = Tally(besides, np.ones((1, 6)), points, key)
    when, which = whole.before(np.zeros(3), np.full(3, 180.0), rates, future)
    pieces, found = Tally(besides, np.ones((1, 6)), points, key), np.full(3, 180.0)
    for start, end in pairwise([0.0, *sorted(cuts), 180.0]):
        at, lever = pieces.before(np.full(3, start), np.full(3, end), rates, future)
        found = np.where((lever == 0) & (found == 180.0), at, found)
    for child in range(3):
        due, day = -float(np.log(uniform(key, 1 << 40)[child])), 0.0
        for number in levels:
            speed = rate * (number + 0.01)
            if due <= speed * 30:
                day += due / speed
                break
            due, day = due - speed * 30, day + 30
        assert which[child] == (0 if day < 180 - 1e-6 else which[child])
        assert when[child] == pytest.approx(day, abs=1e-6)
    assert found == pytest.approx(when, abs=1e-6)


def played(number: int, adds: tuple[Any, Any, Any], group: int = IN_HOUSE, **rates: float) -> Played:
    """So many children of six years with even rates, in one future; levers add to home, guardians, moving down."""
    besides = Besides(*(level(1) * effect for effect in adds))
    risks = laid_out([even_rates(**rates)], level(1), level(1), np.ones(1), np.ones(1))
    return play(children(number, "2018-01-15", group=group), risks, ORIGIN, MONTHS, besides)


def test_more_return_home_at_the_rate_that_is_said() -> None:
    """Of 20,000 who go home at 0.3 a year and to guardians at 0.1, half as many more and twice as many more do."""
    number, days = 20_000, MONTHS[11] + 1 - ORIGIN
    made = played(number, (0.5, 2.0, 0.0), home=0.3, guardianship=0.1, other_exit=0.1)
    rates = {HOME: 0.45, GUARDIANSHIP: 0.3, EXITS.index("other_exit"): 0.1}
    gone = 1 - np.exp(-0.85 * days / YEAR)
    for way, rate in rates.items():
        expected = number * gone * rate / 0.85
        assert made.exits[0, :12, :, way].sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert made.stock[0, 11].sum() == number - made.exits[0, :12].sum()


def test_a_lever_works_in_its_months_alone() -> None:
    """Half of those in homes move down within a year of it; nobody before it begins or after it ends."""
    number = 10_000
    works = np.zeros((1, 24))
    works[0, 6:18] = 1.0
    made = played(number, (0.0, 0.0, works * -np.log(0.5) / YEAR), group=RESIDENTIAL)
    by_month = made.moves[0, :, RESIDENTIAL, IN_HOUSE]
    assert not by_month[:6].any()
    assert not by_month[18:].any()
    assert by_month.sum() == pytest.approx(number / 2, abs=4 * np.sqrt(number / 4))
    assert made.moves.sum() == by_month.sum() == made.stock[0, -1, IN_HOUSE].sum()
    assert made.exits.sum() == 0


def test_who_goes_back_to_a_home_may_move_down_again() -> None:
    """The next time is as likely as the first: at rate 1 a year each way, half are in homes in the long run."""
    rates = even_rates(move=1.0)
    rates.leads_to[:, :, 0] = 0.0
    rates.leads_to[:, :, 0, RESIDENTIAL] = 1.0
    besides = Besides(level(1) * 0, level(1) * 0, level(1) * 2.0 / YEAR)
    risks = laid_out([rates], level(1), level(1), np.ones(1), np.ones(1))
    made = play(children(8_000, "2018-01-15", group=RESIDENTIAL), risks, ORIGIN, MONTHS, besides)
    down, up = made.moves[0, :, RESIDENTIAL, IN_HOUSE].sum(), made.moves[0, :, IN_HOUSE, RESIDENTIAL].sum()
    expected = 2.0 / 3.0 * (1 - np.exp(-3.0 * (MONTHS[-1] + 1 - ORIGIN) / YEAR))
    assert made.stock[0, -1, IN_HOUSE].sum() / 8_000 == pytest.approx(expected, abs=0.025)
    assert down - up == made.stock[0, -1, IN_HOUSE].sum()
    assert len(GROUPS) == made.stock.shape[2]
