"""Children and homes play together: nobody is made or lost, and one more place never leaves more children without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency.future import OVERFLOW, Future, play_future
from sufficiency.future_play import FIRST
from sufficiency.future_settings import FutureSettings, future_settings
from sufficiency.households import SEGMENTS
from sufficiency.levers import Pull, Pulls
from sufficiency.rooms import in_sets, offer, room_by_home, shares_of, who_lives_where
from sufficiency.scenario import baseline
from sufficiency.supply import Supply
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted
from tests.sufficiency.future_by_hand import BY_HARDNESS, FOSTER, ByHand, Homes, told

N = len(SEGMENTS)
KIN, HOSTS, ADOPTERS, SHORT = (SEGMENTS.index(n) for n in ("kin", "supported_lodgings", "adopters", "short_breaks"))
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=6, deadline=None, derandomize=True)
BASE = future_settings(baseline())


def certain(**changes: Any) -> FutureSettings:
    """The baseline's settings with no interval, all moving back at once, and what is changed."""
    one = replace(
        BASE,
        moves_back=(1.0, 1.0, 1.0),
        more=((0.1, 0.1, 0.1), (0.05, 0.05, 0.05), (0.1, 0.1, 0.1)),
        outside=((0.5, 0.5, 0.5), (0.9, 0.9, 0.9), (0.67, 0.67, 0.67), (1.0, 1.0, 1.0)),
        split=((0.1, 0.1, 0.1), (0.2, 0.2, 0.2), (1.0, 1.0, 1.0), (0.5, 0.5, 0.5)),
    )
    return replace(one, **changes)


def supply_of(available: np.ndarray[Any, Any]) -> Supply:
    """Supply of which only the places that are available matter."""
    counts = np.asarray(available, dtype=np.int32)
    none = np.zeros_like(counts)
    deep = np.zeros((*counts.shape, 4), dtype=np.int32)
    return Supply(counts, none, counts, counts, none, none, none, deep, deep, deep, deep, deep)


def usable_of(share: np.ndarray[Any, Any]) -> Usable:
    """The same shares at every occupancy."""
    return Usable(np.array([0.0, 1.0]), np.stack([share, share]), 0.02, 10, "made up")


def world(seed: int, draws: int = 30, months: int = 4, most: int = 6) -> tuple[Wanted, Supply, Usable]:
    """A small council in which everything is left to chance, and more children than homes."""
    rng = np.random.default_rng(seed)
    children = rng.integers(0, most, (draws, months, N))
    start = rng.integers(0, most, (N, 1 + len(OVERFLOW)))
    children[:, :, SHORT] = 0
    start[SHORT] = 0
    start[KIN, 1:] = 0
    before = np.concatenate([np.broadcast_to(start.sum(axis=1), (draws, 1, N)), children[:, :-1]], axis=1)
    came = np.maximum(children - before, rng.integers(0, 3, children.shape) * (children > 0))
    available = rng.integers(0, most, (draws, months, N))
    share = np.where(rng.random((N, N)) < 0.4, 0.0, rng.random((N, N)))
    wanted = Wanted(np.arange(months) * 30, *(np.asarray(a, dtype=np.int32) for a in (children, came, start)))
    return wanted, supply_of(available), usable_of(share)


def with_more(supply: Supply, seed: int) -> Supply:
    """The same homes, and a household more here and there, from the second month on."""
    rng = np.random.default_rng(seed)
    more = (rng.random(supply.available.shape) < 0.2) * rng.integers(1, 3, supply.available.shape)
    more[:, 0] = 0
    return supply_of(supply.available + more)


def in_foster_homes(future: Future) -> np.ndarray[Any, Any]:
    """[draws, months] children in the council's own foster homes."""
    return np.asarray(future.own_by_need[:, :, : len(FOSTER)].sum(axis=2))


@FEW
@given(SEEDS, st.sampled_from([0.0, 0.3, 1.0]))
def test_nobody_is_made_or_lost_and_no_home_is_overfull(seed: int, back: float) -> None:
    """Each child lives in one place; filled places are usable ones, and usable ones are there."""
    wanted, supply, usable = world(seed)
    future = play_future(wanted, supply, usable, certain(moves_back=(back, back, back)), seed=seed)
    assert ((future.own_by_need + future.unmet) == wanted.children).all()
    assert (future.own >= 0).all()
    assert (future.over >= 0).all()
    assert (wanted.left >= 0).all()
    filled = future.own_by_home
    assert ((filled <= future.usable) & (future.usable <= future.places)).all()
    others = [k for k in range(N) if k != KIN]
    assert (future.places[:, :, others] == supply.available[:, :, others]).all()
    assert (future.out_of_area <= future.unmet).all()
    siblings = [SEGMENTS.index(name) for name in ("siblings_two", "siblings_three_or_more")]
    assert (future.split <= wanted.children[:, :, siblings].sum(axis=2)).all()
    assert (future.met_late == 0).all() or back


@FEW
@given(SEEDS)
def test_kin_hosts_and_adopters_take_only_their_own(seed: int) -> None:
    """A relative's home comes with the child; hosts and adopters take those who need them, and nobody else."""
    wanted, supply, usable = world(seed)
    future = play_future(wanted, supply, usable, certain(), seed=seed)
    assert (future.own_by_need[:, :, KIN] == wanted.children[:, :, KIN]).all()
    for alone in (KIN, HOSTS, ADOPTERS):
        others = [k for k in range(N) if k != alone]
        assert not future.own[:, :, others, alone].any()
        assert not future.own[:, :, alone, others].any()
    assert not future.own[:, :, :, SHORT].any()


@FEW
@given(SEEDS)
def test_one_more_place_never_widens_the_gap(seed: int) -> None:
    """Where children move when a home is there, more places leave no more children without, in any month."""
    wanted, supply, usable = world(seed)
    one = play_future(wanted, supply, usable, certain(), seed=seed)
    other = play_future(wanted, with_more(supply, seed), usable, certain(), seed=seed)
    assert (in_foster_homes(other) >= in_foster_homes(one)).all()
    assert (other.unmet.sum(axis=2) <= one.unmet.sum(axis=2)).all()


@FEW
@given(SEEDS, st.floats(0, 1))
def test_more_usable_places_never_widen_the_gap(seed: int, part: float) -> None:
    """A higher share of usable places leaves no more children without, where nobody has a home today."""
    wanted, supply, usable = world(seed)
    start = wanted.at_start.copy()
    start[:, 1] += start[:, 0]
    start[:, 0] = 0
    wanted = replace(wanted, at_start=start)
    higher = usable_of(usable.share[0] + (1 - usable.share[0]) * part)
    one = play_future(wanted, supply, usable, certain(), seed=seed)
    other = play_future(wanted, supply, higher, certain(), seed=seed)
    assert (in_foster_homes(other) >= in_foster_homes(one)).all()


def test_more_places_help_on_average_where_children_stay_where_they_are() -> None:
    """Without moves back it can be otherwise in one month of one future, but not on the whole."""
    wanted, supply, usable = world(7, draws=40, months=12, most=12)
    stay = certain(moves_back=(0.0, 0.0, 0.0))
    one = play_future(wanted, supply, usable, stay, seed=7)
    other = play_future(wanted, with_more(supply, 7), usable, stay, seed=7)
    assert in_foster_homes(other).mean() > in_foster_homes(one).mean()


@settings(max_examples=6, deadline=None, derandomize=True)
@given(SEEDS, st.sampled_from([0.0, 0.4, 1.0]), st.permutations(range(3)))
def test_a_second_player_agrees(seed: int, back: float, first: list[int]) -> None:
    """One child after another, in plain Python, comes to the same in every future, month and place."""
    wanted, supply, usable = world(seed, draws=2, months=4, most=4)
    ours = certain(moves_back=(back, back, back), order=(*first, 3))
    future = play_future(wanted, supply, usable, ours, seed=seed)
    players = []
    for d in range(2):
        player = ByHand(d, seed, ours, shares_of(usable, ours.usual_occupancy))
        there = [dict(zip(SEGMENTS, supply.available[d, m].tolist(), strict=True)) for m in range(4)]
        player.start(wanted.at_start, there[0])
        for m in range(4):
            children, came = (
                dict(zip(SEGMENTS, part[d, m].tolist(), strict=True)) for part in (wanted.children, wanted.came)
            )
            player.month(m, children, came, there[m])
        players.append(player)
    assert (told(players, 4, "own") == future.own_by_need).all()
    assert (told(players, 4, "over", OVERFLOW) == future.over).all()
    assert (told(players, 4, "late") == future.met_late).all()
    assert (told(players, 4, "moved out") == future.moved_out).all()
    assert (told(players, 4, "outside") == future.out_of_area).all()
    assert [[one.told["split", m] for m in range(4)] for one in players] == future.split.tolist()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS)
def test_counting_sets_of_needs_finds_as_many_homes_as_a_search(seed: int) -> None:
    """By need, in the order of offers; and the homes that are then named can hold those who live in them."""
    rng = np.random.default_rng(seed)
    each = np.where(rng.random((8, 8, 1)) < 0.5, 0, rng.integers(0, 5, (8, 8, 1)))
    every = rng.integers(0, 6, (8, 1))
    by_home = room_by_home(each, every)
    children = rng.integers(0, 5, (8, 1))
    room, found = by_home.sum(axis=0), np.zeros((8, 1), dtype=np.int64)
    for need in FIRST:
        found[need] = offer(room, need, children[need])
    named = {(h, n): int(each[i, k, 0]) for i, h in enumerate(FOSTER) for k, n in enumerate(FOSTER)}
    homes = Homes(named, dict(zip(FOSTER, every[:, 0].tolist(), strict=True)), {})
    by_search = {n: sum(homes.offer(n) for _ in range(int(children[FOSTER.index(n), 0]))) for n in BY_HARDNESS}
    assert found[:, 0].tolist() == [by_search[n] for n in FOSTER]
    lives = who_lives_where(by_home, found)
    assert (lives.sum(axis=1) == found).all()
    assert (lives >= 0).all()
    assert all((in_sets(lives[:, h]) <= by_home[h]).all() for h in range(8))


def test_futures_do_not_depend_on_how_many_are_played() -> None:
    """The first futures and months of a longer play are those of a shorter one."""
    wanted, supply, usable = world(3, draws=260, months=4)
    whole = play_future(wanted, supply, usable, BASE, seed=3)
    few = Wanted(wanted.month_ends[:3], wanted.children[:5, :3], wanted.came[:5, :3], wanted.at_start)
    part = play_future(few, supply_of(supply.available[:5, :3]), usable, BASE, seed=3)
    for name in ("own", "over", "met_late", "split", "out_of_area", "places", "usable", "moved_out"):
        assert (getattr(whole, name)[:5, :3] == getattr(part, name)).all(), name


def test_a_large_council_is_counted_as_a_small_one() -> None:
    """Numbers too large for short whole numbers are counted in long ones."""
    wanted, supply, usable = world(5, draws=1, months=1)
    many = Wanted(wanted.month_ends, wanted.children * 1500, wanted.came * 1500, wanted.at_start * 1500)
    future = play_future(many, supply_of(supply.available * 1500), usable, certain(), seed=5)
    assert ((future.own_by_need + future.unmet) == many.children).all()
    assert (future.own_by_home <= future.places).all()


def test_levers_at_nought_change_nothing_and_others_what_they_say() -> None:
    """A lever of nought leaves every byte; more room with agencies and more beds leave fewer out of the area."""
    wanted, supply, usable = world(11, months=6)
    start = wanted.at_start.copy()
    start[:, 1:] = 0
    wanted = replace(wanted, at_start=start)
    none = Pulls({n: Pull(n, (0.0, 0.0, 0.0), (1.0,)) for n in ("agency_share", "block_beds")})
    one = play_future(wanted, supply, usable, certain(), seed=1)
    same = play_future(wanted, supply, usable, certain(pulls=none), seed=1)
    assert all(getattr(one, n).tobytes() == getattr(same, n).tobytes() for n in ("own", "over", "met_late", "split"))
    for name, amount in (("agency_share", 1.0), ("block_beds", 6.0)):
        pulls = Pulls({name: Pull(name, (amount, amount, amount), (0.0, 0.0, 1.0))})
        more = play_future(wanted, supply, usable, certain(pulls=pulls), seed=1)
        assert (more.own == one.own).all()
        assert (more.over[:, :2] == one.over[:, :2]).all()
        assert more.over[..., 3].sum() < one.over[..., 3].sum()


def test_shares_of_all_places_follow_from_those_of_vacant_ones() -> None:
    """Filled places are used; of vacant ones each need has its share; others' needs the mean over all occupancies."""
    share = np.zeros((3, N, N))
    five, teens = SEGMENTS.index("mainstream_5_10"), SEGMENTS.index("teenagers")
    share[:, five, five] = 0.8, 0.5, 0.5
    share[:, five, teens] = 0.4, 0.2, 0.0
    shares = shares_of(Usable(np.array([0.0, 0.5, 1.0]), share, 0.02, 10, "made up"), 0.75)
    assert shares.each[five, five] == pytest.approx(0.75 + 0.25 * 0.5)
    assert shares.each[five, teens] == pytest.approx(0.5 * 0.3 + 0.5 * 0.1)
    assert shares.every[five] == pytest.approx(0.75 + 0.25 * (0.5 + 0.1))
    assert shares.each[teens, teens] == pytest.approx(0.75)
    assert not shares.each[SHORT].any()
    assert not shares.each[KIN].any()


def test_children_stay_where_they_are_today_while_there_are_places() -> None:
    """Nobody moves out of a home because it is not usable by the book, and everybody does where there is none."""
    wanted, _, usable = world(4, months=3)
    start = wanted.at_start.sum(axis=1)
    at_home = np.zeros_like(wanted.at_start)
    at_home[:, 0] = start
    children = np.broadcast_to(start, wanted.children.shape).astype(np.int32)
    still = Wanted(wanted.month_ends[:3], children, np.zeros_like(children), at_home)
    none = usable_of(usable.share[0] * 0)
    places = np.full(children.shape, 30)
    there = play_future(still, supply_of(places), none, certain(), seed=4)
    assert (there.own_by_need == children).all()
    assert not there.moved_out.any()
    places[:, 1:] = 0
    gone = play_future(still, supply_of(places), none, certain(), seed=4)
    others = [k for k in range(N) if k != KIN]
    assert (gone.moved_out[:, 1, others] == start[others]).all()
    assert not gone.own_by_need[:, 1:, others].any()


def test_need_and_supply_must_be_of_the_same_futures() -> None:
    """Other futures or months are refused, and the words say which."""
    wanted, supply, usable = world(1)
    with pytest.raises(ValueError, match=r"30 futures of 4 months, and supply for 30 futures of 3 months"):
        play_future(wanted, supply_of(supply.available[:, :3]), usable, BASE, seed=1)
