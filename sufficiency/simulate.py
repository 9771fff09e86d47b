"""Plays many futures at once: every child of every future moves on in exact time until nobody is left to move.

Between two things that can change a child's rates (a birthday that ends an age band, a cut of time in care or in
placement) those rates stand still, so the time to what happens next is exponential. What a future multiplies the
rates by drifts from month to month; that is met by thinning (Lewis and Shedler, 1979, Nav. Res. Log. 26, 403-413):
candidates are drawn at the highest multiplier and kept with the right chance. Nothing is rounded to a step, so that
two events in one week are two events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import AGE_EDGES, IN_HOUSE, RESIDENTIAL, TURNED_18
from sufficiency.lives import LONG_AGO, A, C, Cast, G, P, Played, Risks, Table, Told, laid_out
from sufficiency.need_besides import LEAVING, STEP_DOWN, Besides, Tally
from sufficiency.rates import CARE_CUTS, KINDS, MOVE_KINDS, MOVES, PLACEMENT_CUTS
from sufficiency.stays import birthdays
from sufficiency.streams import TURN, Keys, asked, unit_of

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

__all__ = ["LONG_AGO", "Cast", "Played", "Risks", "laid_out", "play"]

TOGETHER, KEPT = 16_000, 0.85
"""Children followed side by side, and the share of them left when the next begin: a matter of speed alone."""
_TURNS: Final = np.uint64(4 * int(TURN) & 0xFFFFFFFFFFFFFFFF)
"""Numbers that a turn may ask for: when, what, of what kind, and where to."""
_CARE: Final = np.array((*CARE_CUTS, np.inf))
_PLACEMENT: Final = np.array((*PLACEMENT_CUTS, np.inf))


def play(cast: Cast, risks: Risks, origin: int, month_ends: Array, besides: Besides | None = None) -> Played:
    """Follow every child of `cast` from the day `origin` to the end of the last month.

    `besides` is what levers add; without, nothing is.

    A child is in care on a day from the day care begins, and not on the day it ends, as in the return.
    """
    table = Table(risks, origin, month_ends)
    told = Told(table)
    waiting = _begun(cast, table, told)
    if besides is not None and besides.pulled:
        waiting.tally = Tally(besides, risks.exits_by_month, table.points, cast.key[waiting.who])
    here, first = waiting.some(slice(0, TOGETHER)), TOGETHER
    while len(here.now):
        _one_turn(here, table, told)
        # Everybody's luck is their own, so the next can begin when others are done: few are never followed for long.
        still = np.flatnonzero(here.now < table.end)
        if len(still) <= KEPT * len(here.now):
            room = slice(first, first + TOGETHER - len(still))
            here, first = here.some(still).beside(waiting.some(room)), room.stop
    return told.counted()


@dataclass(slots=True)
class _Here:
    """Children who are followed, one entry each."""

    cast: _Cast
    who: npt.NDArray[np.int64]
    """Position in the cast."""
    luck: Keys
    """What the next number comes from."""
    now: Floats
    place: npt.NDArray[np.int64]
    """In `Table`."""
    next_age: Floats
    """The day on which the age band ends, or all does."""
    next_care: Floats
    next_stay: Floats
    tally: Tally | None = None
    """What levers have added, where some are pulled."""

    def some(self, rows: Array | slice) -> _Here:
        """Some of them."""
        tally = None if self.tally is None else self.tally.some(rows)
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **columns, tally=tally)

    def beside(self, other: _Here) -> _Here:
        """These and others."""
        if not len(other.who):
            return self
        tally = None if self.tally is None or other.tally is None else self.tally.beside(other.tally)
        columns: dict[str, Any] = {
            name: np.concatenate((getattr(self, name), getattr(other, name))) for name in _COLUMNS
        }
        return replace(self, **columns, tally=tally)

    def forget(self, gone: npt.NDArray[np.int64], end: float) -> None:
        """Nothing more happens to some."""
        self.now[gone] = end
        self.next_age[gone] = end
        self.next_care[gone] = np.inf
        self.next_stay[gone] = np.inf


_COLUMNS: Final = _Here.__slots__[1:-1]


@dataclass(frozen=True, slots=True)
class _Cast:
    """What is kept of everybody in the cast, in its order."""

    future: npt.NDArray[np.int64]
    edges: Floats
    """[cast, birthdays] on which an age band ends."""
    entered: Floats
    placed: Floats
    """Follows the children: the last placement's."""


def _begun(cast: Cast, table: Table, told: Told) -> _Here:
    """Everybody who is followed, at their start."""
    end, start = table.end, cast.start
    edges = (birthdays(cast.dob, AGE_EDGES[1:]) - table.origin).astype(np.float64)
    of_age = start >= edges[:, -1]
    # Some are looked after past 18, in a children's home by agreement: they are not followed, and leave in their month.
    past = np.flatnonzero((start < end) & of_age)
    told.leave(table.month(start[past]), cast.future[past] * G + cast.group[past], TURNED_18)
    who = np.flatnonzero((start < end) & ~of_age)
    now, entered, placed = start[who].astype(np.float64), cast.entered[who], cast.placed[who]
    age = sum((now >= edges[who, k] for k in range(A - 1)), np.zeros(len(who), dtype=np.int64))
    care = sum((now >= entered + cut for cut in CARE_CUTS), np.zeros(len(who), dtype=np.int64))
    stay = sum((now >= placed + cut for cut in PLACEMENT_CUTS), np.zeros(len(who), dtype=np.int64))
    spot = (cast.future[who] * G + cast.group[who]) * A + age
    told.arrive(table.month(now), spot)
    return _Here(
        _Cast(cast.future, edges, cast.entered, cast.placed.astype(np.float64)), who, asked(cast.key[who], 0), now,
        ((spot * C + care) * P + stay) * 2 + cast.alone[who], np.minimum(edges[who, age], end),
        entered + _CARE[care], placed + _PLACEMENT[stay],
    )  # fmt: skip


def _one_turn(here: _Here, table: Table, told: Told) -> None:
    """The next thing that happens to everybody, or the next cut of time, whichever is first."""
    until = np.minimum(here.next_care, here.next_stay)
    np.minimum(until, here.next_age, out=until)
    most = table.most[here.place]
    candidate = unit_of(here.luck)
    np.log(candidate, out=candidate)
    with np.errstate(divide="ignore"):
        candidate /= most
    np.subtract(here.now, candidate, out=candidate)
    happens = candidate < until
    before, here.now = here.now, np.minimum(candidate, until, out=until)
    if here.tally is not None:
        future, rates = here.cast.future[here.who], _besides(table, here.place)
        here.now, lever = here.tally.before(before, here.now, rates, future)
        happens &= lever < 0
        _levers_take(here, table, told, lever)
    chosen = np.flatnonzero(happens)
    # Cuts are kept as the days they fall on: a day added up twice may differ in its last digit, and never be passed.
    _grow_older(here, table, told)
    _go_on(here.next_care, here.cast.entered, _CARE, P, here)
    _go_on(here.next_stay, here.cast.placed, _PLACEMENT, 1, here)
    _happens(here, table, told, chosen, most[chosen])
    here.luck += _TURNS


def _go_on(next_cut: Floats, since: Floats, cuts: Floats, stride: int, here: _Here) -> None:
    """Those whose next cut of time in care, or in placement, has come: on to the one after it."""
    met = np.flatnonzero(next_cut == here.now)
    place = here.place[met] + 2 * stride
    here.place[met] = place
    next_cut[met] = since[here.who[met]] + cuts[place // (2 * stride) % len(cuts)]


def _grow_older(here: _Here, table: Table, told: Told) -> None:
    """Those whose age band ends go on to the next; the last birthday ends care."""
    met = np.flatnonzero(here.next_age == here.now)
    met = met[here.now[met] < table.end]
    if not len(met):
        return
    month, spot = table.month(here.now[met]), here.place[met] // (2 * C * P)
    told.depart(month, spot)
    age = spot % A
    of_age = age == A - 1
    told.leave(month[of_age], spot[of_age] // A, TURNED_18)
    on = met[~of_age]
    told.arrive(month[~of_age], spot[~of_age] + 1)
    here.place[on] += 2 * C * P
    here.next_age[on] = np.minimum(here.cast.edges[here.who[on], age[~of_age] + 1], table.end)
    here.forget(met[of_age], table.end)


def _happens(here: _Here, table: Table, told: Told, chosen: Array, most: Floats) -> None:
    """Candidates become a way out, a move, or nothing."""
    place, luck, now = here.place[chosen], here.luck[chosen] + TURN, here.now[chosen]
    month = table.month(now)
    level = here.cast.future[here.who[chosen]] * table.months + month
    leave_now = table.exits[place] * table.exits_by_month[level]
    move_now = table.moves[place] * table.moves_by_month[level]
    which = unit_of(luck) * most
    leaves = which < leave_now
    some = np.flatnonzero(leaves)
    if len(some):
        cell, when = place[some] // 2, month[some]
        spot = cell // (C * P)
        kind = MOVE_KINDS + _which(table.exit_kind[cell], unit_of(luck[some] + TURN))
        way = _which(table.leads_to[spot, kind], unit_of(luck[some] + TURN + TURN)) - MOVES
        told.leave(when, spot // A, way)
        told.depart(when, spot)
        here.forget(chosen[some], table.end)
    some = np.flatnonzero(~leaves & (which < leave_now + move_now))
    if len(some):
        cell, when, goers = place[some] // 2, month[some], chosen[some]
        spot = cell // (C * P)
        kind = _which(table.move_kind[cell], unit_of(luck[some] + TURN))
        to = _which(table.leads_to[spot, kind], unit_of(luck[some] + TURN + TURN))
        _move(here, told, goers, cell, when, to, now[some])


def _move(here: _Here, told: Told, goers: Array, cell: Array, month: Array, to: Array | int, now: Floats) -> None:
    """Some go to another home, and time in the placement begins anew."""
    spot = cell // (C * P)
    home = spot // A
    further = to - home % G
    told.move(month, home, to)
    told.depart(month, spot)
    told.arrive(month, spot + further * A)
    here.place[goers] += 2 * (further * (A * C * P) - cell % P)
    here.cast.placed[here.who[goers]] = now
    here.next_stay[goers] = now + _PLACEMENT[0]


def _besides(table: Table, place: Array) -> Floats:
    """[levers, children] the rates that levers add to: going home, to guardians, and being in a children's home."""
    home, guardianship = (KINDS.index(name) - MOVE_KINDS for name in ("home", "guardianship"))
    cell = place // 2
    leave, kinds = table.exits[place], table.exit_kind[cell]
    in_home = (cell // (A * C * P) % G == RESIDENTIAL).astype(np.float64)
    return np.stack([leave * kinds[:, home], leave * (kinds[:, guardianship] - kinds[:, guardianship - 1]), in_home])


def _levers_take(here: _Here, table: Table, told: Told, lever: npt.NDArray[np.int64]) -> None:
    """Those whom a lever takes leave care, or move down from a children's home, before anything else happens."""
    for which, way in LEAVING.items():
        gone = np.flatnonzero(lever == which)
        month, spot = table.month(here.now[gone]), here.place[gone] // (2 * C * P)
        told.leave(month, spot // A, way)
        told.depart(month, spot)
        here.forget(gone, table.end)
    steps = np.flatnonzero(lever == STEP_DOWN)
    now = here.now[steps]
    _move(here, told, steps, here.place[steps] // 2, table.month(now), IN_HOUSE, now)


def _which(cumulative: npt.NDArray[np.float32], at: Floats) -> npt.NDArray[np.int64]:
    """Position of the first cumulative share above each number."""
    return np.asarray((cumulative[:, :-1] <= at[:, None]).sum(axis=1), dtype=np.int64)
