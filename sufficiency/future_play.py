"""Plays some futures of need against the same futures of supply, month by month and all of them at once.

Arrays hold needs, homes or places first and futures last.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.future_settings import OVERFLOW, FutureSettings
from sufficiency.households import KIN, SEGMENTS, luck_of
from sufficiency.rooms import ALONE, FOSTERED, Shares, in_sets, offer, room_by_home, shares_of, who_lives_where
from sufficiency.scenario_values import Span, within
from sufficiency.streams import keys_for, uniform
from sufficiency.supply import Supply
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Counts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_N: Final = len(SEGMENTS)
_OTHERS_FOR_THEM: Final = OVERFLOW.index("agency")
FIRST: Final = tuple(
    SEGMENTS.index(name)
    for name in (
        "siblings_three_or_more",
        "siblings_two",
        "parent_and_child",
        "specialist",
        "teenagers",
        "mainstream_11_15",
        "mainstream_5_10",
        "mainstream_0_4",
    )
)
"""Who is offered a home first: whom other providers find hardest to place, the youngest last."""
ELSEWHERE_FIRST: Final = tuple(
    SEGMENTS.index(name)
    for name in (
        "mainstream_0_4",
        "parent_and_child",
        "siblings_three_or_more",
        "siblings_two",
        "mainstream_5_10",
        "mainstream_11_15",
        "teenagers",
    )
)
"""Who is offered a place elsewhere first: those whom no children's home may take, the youngest first."""
RESIDENTIAL: Final = OVERFLOW.index("residential")
SPECIALIST: Final = SEGMENTS.index("specialist")
IN_CHILDRENS_HOMES: Final = tuple(SEGMENTS.index(n) for n in ("parent_and_child", "mainstream_11_15", "teenagers"))
"""Besides those of need `specialist`, who live there already."""
FAMILY: Final = {SEGMENTS.index("siblings_two"): 2, SEGMENTS.index("siblings_three_or_more"): 3}
"""Children of one family; of the larger ones the least."""
_FIGURES, _LEAVE, _MOVE, _OUTSIDE, _SPLIT, _PLACES = range(7201, 7207)
"""Purposes of random numbers."""
_BELOW_ONE: Final = 1.0 - 1e-9
_SMALL: Final = 30_000


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn for every future of a play; arrays [futures, ...]."""

    shares: Shares
    rounding: Floats
    """[futures, homes, needs + 1] of places that can be used."""
    moves_back: Floats
    outside: Floats
    """[futures, overflow]"""
    split: Floats
    """[futures, overflow]"""
    limits: Floats
    """[futures, months, overflow] children who can be taken at once."""
    luck: tuple[Floats, Floats, Floats, Floats]
    """[futures, months, needs] of leaving, moving, living outside the area, and being split."""

    @classmethod
    def of(cls, settings: FutureSettings, usable: Usable, wanted: Wanted, seed: int, first: int = 0) -> Chance:
        """Draw it for every future of `wanted`, of which the first has the number `first`."""
        draws, months = wanted.children.shape[:2]
        futures = np.arange(first, first + draws)

        def drawn(name: str, span: Span) -> Floats:
            return _drawn(name, span, seed, futures)

        def luck(purpose: int) -> Floats:
            keys = keys_for(seed, purpose, futures[:, None, None], np.arange(months)[:, None], np.arange(_N))
            return uniform(keys, 0) * _BELOW_ONE

        return cls(
            shares=shares_of(usable, settings.usual_occupancy),
            rounding=uniform(
                keys_for(seed, _PLACES, futures[:, None, None], np.arange(_N)[:, None], np.arange(_N + 1)), 0
            )
            * _BELOW_ONE,
            moves_back=drawn("moves_back", settings.moves_back),
            outside=_by_place([drawn(f"outside {p}", s) for p, s in zip(OVERFLOW, settings.outside, strict=True)]),
            split=_by_place([drawn(f"split {p}", s) for p, s in zip(OVERFLOW, settings.split, strict=True)]),
            limits=limits_of(settings, wanted.at_start, seed, draws, months, first=first),
            luck=(luck(_LEAVE), luck(_MOVE), luck(_OUTSIDE), luck(_SPLIT)),
        )


def _by_place(parts: list[Floats]) -> Floats:
    return np.stack(parts, axis=1)


def _drawn(name: str, span: Span, seed: int, futures: Array) -> Floats:
    return within(span, uniform(keys_for(seed, _FIGURES, futures, luck_of(name)), 0))


def limits_of(settings: FutureSettings, start: Array, seed: int, draws: int, months: int, *, first: int = 0) -> Floats:
    """[futures, months, overflow] fostered children, and those who would be, that each place elsewhere can hold.

    `start` is `Wanted.at_start`. The last place has no limit. Of those in children's homes, children who need a
    specialist's home are not counted: they are there. `first` is the number of the first future.
    """
    futures = np.arange(first, first + draws)
    today = start[:FOSTERED].sum(axis=0)
    fostered = float(today[: RESIDENTIAL + 1].sum())
    limits = np.full((len(futures), months, len(OVERFLOW)), np.inf)
    for place, span in enumerate(settings.more):
        there = 0 if place == RESIDENTIAL else int(today[1 + place])
        limits[:, :, place] = (there + _drawn(f"more {OVERFLOW[place]}", span, seed, futures) * fostered)[:, None]
    limits[:, :, 0] *= 1 + settings.pulls.effect("agency_share", seed, futures, months)
    limits[:, :, RESIDENTIAL] += settings.pulls.effect("block_beds", seed, futures, months)
    return np.asarray(np.floor(np.maximum(limits, 0.0) + 1e-9), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Block:
    """Need and supply of some futures."""

    which: slice
    children: Array
    """[months, needs, futures]"""
    came: Array
    left: Array
    start: Array
    """[needs, places, futures]"""
    places: Array
    """[months, homes, futures]"""

    @classmethod
    def of(cls, wanted: Wanted, supply: Supply, which: slice) -> Block:
        """Those of the futures asked for."""
        today = wanted.each_start[which]
        some = Wanted(wanted.month_ends, wanted.children[which], wanted.came[which], wanted.at_start, today)
        counts = (some.children, some.came, some.left, supply.available[which])
        largest = max(int(part.sum(axis=2).max(initial=0)) for part in counts)
        small = np.int16 if 9 * largest + int(today.sum(axis=(1, 2)).max(initial=0)) < _SMALL else np.int32
        children, came, left, places = (np.moveaxis(part, 0, 2).astype(small, order="C") for part in counts)
        return cls(which, children, came, left, np.moveaxis(today, 0, 2).astype(small, order="C"), places)


@dataclass(frozen=True, slots=True)
class Played:
    """As `future.Future`, for the futures of a block; filled month by month."""

    own: Counts
    over: Counts
    met_late: Counts
    split: Counts
    out_of_area: Counts
    places: Counts
    usable: Counts
    moved_out: Counts

    @classmethod
    def empty(cls, futures: int, months: int) -> Played:
        """Noughts."""
        deep: dict[str, tuple[int, ...]] = {"own": (_N, _N), "over": (_N, len(OVERFLOW)), "split": ()}
        shapes = [(futures, months, *deep.get(one.name, (_N,))) for one in fields(cls)]
        return cls(*(np.zeros(shape, dtype=np.int32) for shape in shapes))

    def of(self, which: slice) -> Played:
        """Views of some futures."""
        return Played(*(getattr(self, one.name)[which] for one in fields(self)))


@dataclass(slots=True)
class _State:
    """Where children live, and who of those in homes today has one that is not usable by the book."""

    home: Array
    """[needs, futures]"""
    over: Array
    """[overflow, needs, futures]"""
    kept: Array
    """[needs, futures]"""
    today: Array
    """[needs, futures] as many as live in the council's own homes today and whose need has not ended."""


def play_block(block: Block, settings: FutureSettings, chance: Chance, out: Played) -> None:
    """Every month of some futures, told in `out`, which is of these futures."""
    months = len(block.children)
    small = block.children.dtype
    leave, move, outside, split = (np.moveaxis(part[block.which], 0, 2) for part in chance.luck)
    back = chance.moves_back[block.which]
    limits = np.moveaxis(chance.limits[block.which], 0, 2)
    away, apart = chance.outside[block.which].T, chance.split[block.which].T
    rounding = np.moveaxis(chance.rounding[block.which], 0, 2)
    state = _first(block, *chance.shares.of(block.places[0], rounding))
    before = block.start.sum(axis=1, dtype=small)
    for month in range(months):
        places = block.places[month]
        usable, every = chance.shares.of(places, rounding)
        by_home = room_by_home(usable[:FOSTERED, :FOSTERED], every[:FOSTERED])
        ends = np.minimum(block.left[month], before)
        new = block.came[month] - (block.left[month] - ends)
        _leave(state, ends, before, leave[month])
        would = np.floor(state.over.sum(axis=0) * back + move[month]).astype(small)
        stay = state.home
        state.home, late = _offered(state, (stay, new, would), by_home, usable, places)
        moved_out = np.maximum(stay - state.home, 0)
        unplaced = block.children[month] - state.home - state.over.sum(axis=0, dtype=small) + late
        _bring_back(state.over, late, settings.order)
        _place_elsewhere(state.over, unplaced, settings.order, limits[month])
        own = _own(state, by_home, every, places)
        filled = own.sum(axis=0, dtype=small)
        out.own[:, month] = own.transpose(2, 0, 1)
        out.over[:, month] = state.over.transpose(2, 1, 0)
        out.met_late[:, month] = late.T
        out.moved_out[:, month] = moved_out.T
        out.places[:, month] = np.maximum(places, filled).T
        out.usable[:, month] = np.minimum(
            np.maximum(np.minimum(usable.sum(axis=1), every), filled), np.maximum(places, filled)
        ).T
        out.out_of_area[:, month, :FOSTERED] = _outside(state.over, away, outside[month]).T
        out.split[:, month] = _split(state, apart, split[month])
        before = block.children[month]


def _first(block: Block, usable: Array, every: Array) -> _State:
    """Today's children where they live; those are kept who would find no usable home today, though they have one."""
    small = block.children.dtype
    home = block.start[:, 0].copy()
    over = block.start[:, 1:].transpose(1, 0, 2).copy()
    room = room_by_home(usable[:FOSTERED, :FOSTERED], every[:FOSTERED]).sum(axis=0, dtype=small)
    found = np.zeros_like(home)
    for need in FIRST:
        found[need] = offer(room, need, home[need])
    for need in ALONE:
        found[need] = np.minimum(home[need], usable[need, need])
    return _State(home, over, home - found, home)


def _leave(state: _State, ends: Array, before: Array, luck: Array) -> None:
    """Those whose need ends go from where they live, each place losing its share to within one child."""
    small = ends.dtype
    lived = state.home.astype(np.int64)
    went = np.floor(lived * ends / np.maximum(before, 1) + luck)
    state.kept = state.kept - np.floor(state.kept * ends.astype(np.float64) / np.maximum(before, 1) + luck).astype(
        small
    )
    state.today = state.today - np.floor(state.today * ends.astype(np.float64) / np.maximum(before, 1) + luck).astype(
        small
    )
    state.home = state.home - went.astype(small)
    for place in range(len(OVERFLOW)):
        lived = lived + state.over[place]
        upto = np.floor(lived * ends / np.maximum(before, 1) + luck)
        state.over[place] -= (upto - went).astype(small)
        went = upto


def _offered(
    state: _State, groups: tuple[Array, Array, Array], by_home: Array, usable: Array, places: Array
) -> tuple[Array, Array]:
    """Who has a home: of those who are there, those who come, and those who would move; and how many moved."""
    home = np.zeros_like(state.home)
    late = home
    usual = by_home.sum(axis=0, dtype=home.dtype)
    room = usual + in_sets(state.kept[:FOSTERED])
    # Those who are kept leave no more homes to others than there are: together no more than usual, or than today.
    most = np.maximum(usual[-1], state.today[:FOSTERED].sum(axis=0, dtype=home.dtype))
    room[-1] = np.minimum(np.minimum(room[-1], most), places[:FOSTERED].sum(axis=0, dtype=home.dtype))
    alone = np.minimum(usable[ALONE, ALONE] + state.kept[list(ALONE)], places[list(ALONE)])
    for children in groups:
        placed = np.zeros_like(home)
        for need in FIRST:
            placed[need] = offer(room, need, children[need])
        placed[list(ALONE)] = np.minimum(children[list(ALONE)], alone)
        alone = alone - placed[list(ALONE)]
        placed[KIN] = children[KIN]
        home = home + placed
        late = placed
    return home, late


def _bring_back(over: Array, late: Array, order: tuple[int, ...]) -> None:
    """Those who move to a home of the council's own come first from where children are offered a place last."""
    late = late.copy()
    for place in reversed(order):
        come = np.minimum(over[place], late)
        over[place] -= come
        late -= come


def _place_elsewhere(over: Array, unplaced: Array, order: tuple[int, ...], limits: Array) -> None:
    """Each child without a home goes to the first place of the order that may take them and has room."""
    over[_OTHERS_FOR_THEM, list(ALONE)] += unplaced[list(ALONE)]
    over[RESIDENTIAL, SPECIALIST] += unplaced[SPECIALIST]
    left = unplaced.copy()
    counted = [need for need in range(FOSTERED) if need != SPECIALIST]
    for place in order[:-1]:
        there = over[place, counted].sum(axis=0)
        room = np.clip(limits[place] - there, 0, np.iinfo(left.dtype).max).astype(left.dtype)
        for need in ELSEWHERE_FIRST:
            if place == RESIDENTIAL and need not in IN_CHILDRENS_HOMES:
                continue
            taken = np.minimum(left[need], room)
            over[place, need] += taken
            left[need] -= taken
            room -= taken
    over[order[-1], counted] += left[counted]


def _own(state: _State, by_home: Array, every: Array, places: Array) -> Array:
    """[needs, homes, futures] who lives in which home."""
    small = state.home.dtype
    own = np.zeros((_N, _N, state.home.shape[1]), dtype=small)
    here = state.home[:FOSTERED]
    usual, kept = here, state.kept[:FOSTERED]
    if kept.any():
        room = by_home.sum(axis=0, dtype=small)
        usual = np.maximum(here - kept, 0)
        for need in FIRST:
            offer(room, need, usual[need])
        usual = usual.copy()
        for need in FIRST:
            usual[need] += offer(room, need, here[need] - usual[need])
    own[:FOSTERED, :FOSTERED] = who_lives_where(by_home, usual)
    if kept.any():
        kept = here - usual
        for most in (every, places):
            _keep(own[:FOSTERED, :FOSTERED], kept, most[:FOSTERED])
    for need in (*ALONE, KIN):
        own[need, need] = state.home[need]
    return own


def _keep(own: Array, kept: Array, most: Array) -> None:
    """Put those who live in homes that are not usable by the book where there is room, first in their own kind."""
    free = np.maximum(most - own.sum(axis=0, dtype=own.dtype), 0)
    for turn in range(FOSTERED):
        for need in range(FOSTERED):
            home = (need + turn) % FOSTERED
            some = np.minimum(kept[need], free[home])
            own[need, home] += some
            free[home] -= some
            kept[need] -= some


def _outside(over: Array, shares: Array, luck: Array) -> Array:
    """[fostered needs, futures] who live outside the council's area."""
    expected = (over[:, :FOSTERED] * shares[:, None, :]).sum(axis=0)
    return np.asarray(np.floor(expected * _BELOW_ONE + luck[:FOSTERED]).astype(np.int32))


def _split(state: _State, shares: Array, luck: Array) -> Array:
    """[futures] children apart from brothers and sisters: some elsewhere, and those of whom only a part has a home."""
    split = np.zeros(state.home.shape[1], dtype=np.int32)
    for need, size in FAMILY.items():
        elsewhere = state.over[:, need].sum(axis=0, dtype=np.int32)
        apart = np.floor((state.over[:, need] * shares).sum(axis=0) * _BELOW_ONE + luck[need]).astype(np.int32)
        part = np.where(elsewhere > 0, state.home[need] % size, 0)
        others = np.where(part > 0, np.minimum(size - part, elsewhere), 0)
        split += part + np.maximum(apart, others)
    return split
