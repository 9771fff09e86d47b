"""Futures played in exact time, against a slow and obvious player, and against sums that can be done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sufficiency.groups import ADOPTION, AGE_BANDS, AGENCY, EXITS, GROUPS, HOME, IN_HOUSE, RESIDENTIAL, TURNED_18
from sufficiency.rates import CARE_CUTS, KIND_OF, KINDS, MOVES, NEXT, PLACEMENT_CUTS, YEAR, Drawn
from sufficiency.simulate import Cast, Risks, laid_out, play
from sufficiency.stays import birthday, birthdays
from sufficiency.streams import keys_for
from tests.sufficiency.simulate_by_hand import play_by_hand

ORIGIN = int(np.datetime64("2024-04-01").astype(np.int64))
MONTHS = np.array([np.datetime64("2024-04") + m + 1 for m in range(24)], dtype="datetime64[D]").astype(np.int64) - 1
SHAPE = (len(GROUPS), len(AGE_BANDS), len(CARE_CUTS) + 1, len(PLACEMENT_CUTS) + 1, len(KINDS))


def even_rates(**by_kind: float) -> Drawn:
    """The same rates everywhere; ordinary moves lead to an agency, other exits to the last way but one."""
    hazard = np.zeros(SHAPE)
    for name, rate in by_kind.items():
        hazard[..., KINDS.index(name)] = rate
    leads = np.zeros((len(GROUPS), len(AGE_BANDS), len(KINDS), NEXT))
    for kind in range(len(KINDS)):
        leads[:, :, kind, {0: AGENCY}.get(kind, int(np.flatnonzero(KIND_OF == kind)[0]))] = 1.0  # noqa: SIM300
    return Drawn(hazard, leads)


def children(number: int, born: str, futures: int = 1, group: int = IN_HOUSE, entered: float = -100.0) -> Cast:
    """So many alike, in each future."""
    whole = number * futures
    return Cast(
        future=np.repeat(np.arange(futures), number),
        start=np.zeros(whole),
        dob=np.full(whole, np.datetime64(born).astype(np.int64)),
        entered=np.full(whole, entered),
        placed=np.full(whole, entered),
        group=np.full(whole, group, dtype=np.int8),
        alone=np.zeros(whole, dtype=bool),
        key=keys_for(1, np.repeat(np.arange(futures), number), np.tile(np.arange(number), futures)),
    )


def level(futures: int, months: int = 24) -> np.ndarray:
    """No drift."""
    return np.ones((futures, months))


def test_leaving_at_an_even_rate_is_exponential() -> None:
    """After a year, of 20,000 children who leave at 0.5 a year, exp(-0.5) remain, within five standard errors."""
    cast = children(20_000, "2018-01-15")
    played = play(cast, laid_out([even_rates(home=0.5)], level(1), level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS)
    remain = played.stock[0, 11].sum() / 20_000
    expected = np.exp(-0.5 * (MONTHS[11] + 1 - ORIGIN) / YEAR)
    assert remain == pytest.approx(expected, abs=5 * np.sqrt(expected * (1 - expected) / 20_000))
    assert played.exits[0, :, IN_HOUSE, HOME].sum() == 20_000 - played.stock[0, -1].sum()


def test_a_level_multiplies_the_rate_month_by_month() -> None:
    """Nobody leaves in months whose level is nought; twice as fast in months of two."""
    months = np.tile([0.0, 2.0], 12)[None]
    cast = children(20_000, "2018-01-15")
    played = play(cast, laid_out([even_rates(home=0.5)], months, level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS)
    by_month = played.exits[0].sum(axis=(1, 2))
    assert (by_month[::2] == 0).all()
    expected = 20_000 * (1 - np.exp(-(MONTHS[1] - MONTHS[0]) / YEAR))
    assert by_month[1] == pytest.approx(expected, abs=5 * np.sqrt(expected))


def test_the_eighteenth_birthday_ends_care_on_its_day() -> None:
    """Born on 30 June: in care on the last of May, not on the last of June; the way out is the birthday."""
    cast = children(5, "2006-06-30")
    played = play(cast, laid_out([even_rates()], level(1), level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS)
    assert played.stock[0, :4].sum(axis=(1, 2)).tolist() == [5, 5, 0, 0]
    assert played.exits[0, 2, IN_HOUSE, TURNED_18] == 5
    assert played.exits.sum() == 5


def test_ages_change_on_birthdays() -> None:
    """Born on 1 May 2014: under 10 on the last of April 2024, ten on the last of May."""
    cast = children(3, "2014-05-01")
    played = play(cast, laid_out([even_rates()], level(1), level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS)
    band = AGE_BANDS.index
    assert played.stock[0, 0, IN_HOUSE, band("5_to_9")] == 3
    assert played.stock[0, 1, IN_HOUSE, band("10_to_15")] == 3


def test_children_are_neither_made_nor_lost() -> None:
    """Month by month and group by group: stock = stock before + moves in - moves out - exits, every rate at work."""
    rates = even_rates(move=1.5, move_to_adopters=0.3, move_to_parents=0.4, home=0.3, adopted=0.2, other_exit=0.1)
    cast = children(200, "2008-03-03", futures=7)
    played = play(cast, laid_out([rates] * 7, level(7), level(7), np.ones(7), np.ones(7)), ORIGIN, MONTHS)
    held = np.concatenate((np.zeros((7, 1, len(GROUPS)), dtype=int), played.stock.sum(axis=3)), axis=1)
    held[:, 0, IN_HOUSE] = 200
    change = played.moves.sum(axis=2) - played.moves.sum(axis=3) - played.exits.sum(axis=3)
    assert (np.diff(held, axis=1) == change).all()


def test_it_agrees_with_a_slow_player_who_goes_day_by_day() -> None:
    """Rates that change with age, time in care and in placement, and group: hundredths of a day against exact time."""
    chance = np.random.default_rng(3)
    hazard = chance.gamma(1.0, 0.6, size=SHAPE)
    leads = chance.dirichlet(np.ones(NEXT), size=(len(GROUPS), len(AGE_BANDS), len(KINDS)))
    leads *= KIND_OF[None, None, None, :] == np.arange(len(KINDS))[None, None, :, None]
    leads /= leads.sum(axis=-1, keepdims=True)
    number, dob = 6_000, "2014-02-10"
    cast = children(number, dob, group=RESIDENTIAL, entered=-20.0)
    fast = play(
        cast, laid_out([Drawn(hazard, leads)], level(1, 6), level(1, 6), np.ones(1), np.ones(1)), ORIGIN, MONTHS[:6]
    )

    born = np.array([np.datetime64(dob).astype(np.int64)])
    edges = [int(birthday(born, age)[0]) - ORIGIN for age in (1, 5, 10, 16)]
    group, placed, here = np.full(number, RESIDENTIAL), np.full(number, -20.0), np.ones(number, dtype=bool)
    step, now, slow = 0.25, 0.0, []
    for month in MONTHS[:6]:
        while now < month + 1 - ORIGIN - 1e-9:
            age = sum(now >= edge for edge in edges)
            care = sum(now + 20 >= cut for cut in CARE_CUTS)
            stay = sum((now - placed) >= cut for cut in PLACEMENT_CUTS)
            rate = hazard[group, age, care, stay] * step / YEAR
            which = (np.cumsum(rate, axis=1) <= chance.random(number)[:, None]).sum(axis=1)
            for child in np.flatnonzero(here & (which < len(KINDS))):
                to = chance.choice(NEXT, p=leads[group[child], age, which[child]])
                if to < MOVES:
                    group[child], placed[child] = to, now
                else:
                    here[child] = False
            now += step
        slow.append(np.bincount(group[here], minlength=len(GROUPS)))
    found, expected = fast.stock[0].sum(axis=2), np.array(slow)
    assert np.abs(found - expected).max() <= 5 * np.sqrt(2 * expected.max())
    assert (np.abs(found - expected) <= 6 * np.sqrt(expected + 4)).all()
    assert ADOPTION in np.flatnonzero(expected[-1])
    assert len(EXITS) == fast.exits.shape[-1]


def test_futures_do_not_depend_on_who_is_played_beside_them() -> None:
    """A future played alone and among others has the same counts."""
    rates = even_rates(move=1.0, home=0.5)
    whole = children(40, "2012-07-07", futures=4)
    together = play(whole, laid_out([rates] * 4, level(4), level(4), np.ones(4), np.ones(4)), ORIGIN, MONTHS)
    one = whole.future == 2
    alone = Cast(
        np.zeros(40, dtype=np.int64), whole.start[one], whole.dob[one], whole.entered[one], whole.placed[one],
        whole.group[one], whole.alone[one], whole.key[one],
    )  # fmt: skip
    by_itself = play(alone, laid_out([rates], level(1), level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS)
    assert (together.stock[2] == by_itself.stock[0]).all()
    assert (together.moves[2] == by_itself.moves[0]).all()


def test_somebody_looked_after_past_eighteen_leaves_in_the_first_month() -> None:
    """Counted today, not followed, and not lost without a word: the way out is the birthday."""
    played = play(
        children(3, "2005-01-01"), laid_out([even_rates()], level(1), level(1), np.ones(1), np.ones(1)), ORIGIN, MONTHS
    )
    assert played.stock.sum() == 0
    assert played.exits[0, 0, IN_HOUSE, TURNED_18] == 3
    assert played.exits.sum() == 3


def anybody(number: int, futures: int, months: int, seed: int) -> tuple[Cast, Risks]:
    """Children of every age, placement and time in care, some unaccompanied, and rates and levels that all differ."""
    chance = np.random.default_rng(seed)
    start = np.where(chance.random(number) < 0.4, 0.0, chance.random(number) * 31 * months)
    entered = start - np.where(chance.random(number) < 0.5, 0.0, chance.integers(0, 1500, number))
    drawn = []
    for _ in range(futures):
        leads = chance.dirichlet(np.ones(NEXT), size=(len(GROUPS), len(AGE_BANDS), len(KINDS)))
        leads *= KIND_OF[None, None, None, :] == np.arange(len(KINDS))[None, None, :, None]
        drawn.append(Drawn(chance.gamma(0.5, 1.0, size=SHAPE), leads / leads.sum(axis=-1, keepdims=True)))
    cast = Cast(
        future=np.sort(chance.integers(0, futures, number)),
        start=start,
        dob=ORIGIN - chance.integers(0, 6900, number),
        entered=entered,
        placed=np.minimum(start, entered + chance.integers(0, 200, number)),
        group=chance.integers(0, len(GROUPS), number).astype(np.int8),
        alone=chance.random(number) < 0.3,
        key=keys_for(seed, np.arange(number)),
    )
    levels = chance.gamma(4.0, 0.25, size=(2, futures, months))
    return cast, laid_out(drawn, levels[0], levels[1], chance.gamma(3.0, 0.4, futures), chance.gamma(3.0, 0.4, futures))


@pytest.mark.parametrize("seed", range(3))
def test_it_counts_to_the_last_child_what_a_plain_player_counts(seed: int) -> None:
    """One child at a time, with the same luck and every cut looked up anew: the same stock, exits and moves."""
    cast, risks = anybody(250, 3, 24, seed)
    played = play(cast, risks, ORIGIN, MONTHS)
    stock, exits, moves = play_by_hand(cast, risks, ORIGIN, MONTHS)
    assert (played.stock == stock).all()
    assert (played.exits == exits).all()
    assert (played.moves == moves).all()
    assert exits.sum() > 50
    assert moves.sum() > 50


def test_how_many_are_followed_side_by_side_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven at a time, each beginning when another is done, and all at once."""
    cast, risks = anybody(150, 2, 12, 5)
    whole = play(cast, risks, ORIGIN, MONTHS[:12])
    monkeypatch.setattr("sufficiency.simulate.TOGETHER", 7)
    few = play(cast, risks, ORIGIN, MONTHS[:12])
    assert (whole.stock == few.stock).all()
    assert (whole.exits == few.exits).all()
    assert (whole.moves == few.moves).all()


def test_birthdays_of_many_are_those_of_each() -> None:
    """Many born in few years, few born over many, leap days among them, and nobody."""
    leap = np.datetime64("2008-02-29").astype(np.int64)
    for born in (np.arange(leap - 400, leap + 400).repeat(3), np.array([leap, 0, leap + 5000]), np.empty(0, dtype=int)):
        found = birthdays(born, (1, 5, 18))
        assert found.shape == (len(born), 3)
        for at, age in enumerate((1, 5, 18)):
            assert (found[:, at] == birthday(born, age)).all()
