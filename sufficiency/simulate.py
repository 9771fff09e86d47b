"""Plays many futures at once: every child of every future moves on in exact time until nobody is left to move.

Between two things that can change a child's rates (a birthday that ends an age band, a cut of time in care or in
placement) those rates stand still, so the time to what happens next is exponential. What a future multiplies the
rates by drifts from month to month; that is met by thinning (Lewis and Shedler, 1979, Nav. Res. Log. 26, 403-413):
candidates are drawn at the highest multiplier and kept with the right chance. Nothing is rounded to a step, so that
two events in one week are two events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import AGE_BANDS, AGE_EDGES, EXITS, GROUPS, IN_HOUSE, RESIDENTIAL, TURNED_18
from sufficiency.need_besides import LEAVING, STEP_DOWN, Besides, Tally
from sufficiency.rates import CARE_CUTS, KINDS, MOVE_KINDS, MOVES, NEXT, PLACEMENT_CUTS, YEAR, Drawn
from sufficiency.stays import birthday
from sufficiency.streams import Keys, uniform

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

G, A, C, P = len(GROUPS), len(AGE_BANDS), len(CARE_CUTS) + 1, len(PLACEMENT_CUTS) + 1
LONG_AGO: Final = 20_000
"""Days: care or a placement whose beginning is not known began at least this long ago."""
_CARE: Final = np.array(CARE_CUTS, dtype=np.float64)
_PLACEMENT: Final = np.array(PLACEMENT_CUTS, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Cast:
    """Children who are followed: those in care at the beginning, and those who come. One entry a child and future.

    Times are days from the origin, with the part of a day where one is known.
    """

    future: npt.NDArray[np.int64]
    """Position of the child's future in the block."""
    start: Floats
    dob: npt.NDArray[np.int64]
    """Days since 1970-01-01."""
    entered: Floats
    placed: Floats
    group: npt.NDArray[np.int8]
    alone: npt.NDArray[np.bool_]
    """Whether the child is an unaccompanied child seeking asylum."""
    key: Keys


@dataclass(frozen=True, slots=True)
class Risks:
    """The rates of a block of futures, laid out to be looked up. F futures, M months."""

    moves: Floats
    """[F, g, a, c, p] all moves a day."""
    exits: Floats
    """[F, g, a, c, p] all ways out a day."""
    move_kind: npt.NDArray[np.float32]
    """[F, g, a, c, p, kinds of move] cumulative share of each."""
    exit_kind: npt.NDArray[np.float32]
    leads_to: npt.NDArray[np.float32]
    """[F, g, a, kinds, next] cumulative share of where each kind leads."""
    exits_by_month: Floats
    """[F, M] what the rates of leaving are multiplied by."""
    moves_by_month: Floats
    alone_exits: Floats
    """[F] the same for children who are unaccompanied, besides."""
    alone_moves: Floats


@dataclass(frozen=True, slots=True)
class Played:
    """Counts of a block: as in `Forecast`, with F futures."""

    stock: npt.NDArray[np.int32]
    exits: npt.NDArray[np.int32]
    moves: npt.NDArray[np.int32]


def laid_out(
    drawn: Sequence[Drawn], exits_by_month: Floats, moves_by_month: Floats, alone_exits: Floats, alone_moves: Floats
) -> Risks:
    """Lay out for looking up the rates of each future of a block."""
    daily = np.stack([one.hazard for one in drawn]) / YEAR
    moves, exits = daily[..., :MOVE_KINDS], daily[..., MOVE_KINDS:]
    leads_to = np.stack([one.leads_to for one in drawn])
    return Risks(
        moves.sum(axis=-1), exits.sum(axis=-1), _cumulative(moves), _cumulative(exits), _cumulative(leads_to),
        exits_by_month, moves_by_month, alone_exits, alone_moves,
    )  # fmt: skip


def _cumulative(parts: Floats) -> npt.NDArray[np.float32]:
    """Cumulative shares along the last axis; where there is nothing, the first is taken."""
    sums = np.cumsum(parts, axis=-1)
    whole = sums[..., -1:]
    return np.divide(sums, whole, out=np.ones_like(sums), where=whole > 0).astype(np.float32)


def play(cast: Cast, risks: Risks, origin: int, month_ends: Array, besides: Besides | None = None) -> Played:
    """Follow every child of `cast` from the day `origin` to the end of the last month.

    `besides` is what levers add; without, nothing is.

    A child is in care on a day from the day care begins, and not on the day it ends, as in the return.
    """
    futures, months = risks.exits_by_month.shape
    points = np.asarray(month_ends, dtype=np.float64) + 1.0 - origin
    end = points[-1]
    stock = np.zeros(futures * (months + 1) * G * A, dtype=np.int64)
    exits = np.zeros(futures * months * G * len(EXITS), dtype=np.int64)
    moves = np.zeros(futures * months * G * G, dtype=np.int64)

    exit_top = risks.exits_by_month.max(axis=1)
    move_top = risks.moves_by_month.max(axis=1)
    move_rate, exit_rate = risks.moves.reshape(-1), risks.exits.reshape(-1)
    move_kind = risks.move_kind.reshape(-1, risks.move_kind.shape[-1])
    exit_kind = risks.exit_kind.reshape(-1, risks.exit_kind.shape[-1])
    leads_to = risks.leads_to.reshape(-1, len(KINDS), NEXT)

    edges = np.stack([birthday(cast.dob, age) for age in AGE_EDGES[1:]], axis=1).astype(np.float64) - origin
    of_age = cast.start >= edges[:, -1]
    # Some are looked after past 18, in a children's home by agreement: they are not followed, and leave in their month.
    past = np.flatnonzero((cast.start < end) & of_age)
    row = (cast.future[past] * months + np.searchsorted(points, cast.start[past], side="right")) * G + cast.group[past]
    exits += np.bincount(row * len(EXITS) + TURNED_18, minlength=len(exits))
    live = np.flatnonzero((cast.start < end) & ~of_age)
    future, key, edges = cast.future[live], cast.key[live], edges[live]
    now = cast.start[live].copy()
    # Cuts are kept as the days they fall on: a day added up twice may differ in its last digit, and never be passed.
    in_care = np.column_stack((cast.entered[live][:, None] + _CARE, np.full(len(live), np.inf)))
    in_place = np.column_stack((cast.placed[live][:, None] + _PLACEMENT, np.full(len(live), np.inf)))
    group, alone = cast.group[live].astype(np.int64), cast.alone[live]
    alone_exit = np.where(alone, risks.alone_exits[future], 1.0)
    alone_move = np.where(alone, risks.alone_moves[future], 1.0)

    tally = Tally(besides, risks.exits_by_month, points, key) if besides is not None and besides.pulled else None
    turn = 0
    while len(now):
        age = (now[:, None] >= edges[:, :-1]).sum(axis=1)
        care = (now[:, None] >= in_care[:, :-1]).sum(axis=1)
        stay = (now[:, None] >= in_place[:, :-1]).sum(axis=1)
        row = np.arange(len(now))
        until = np.minimum(np.minimum(edges[row, age], end), np.minimum(in_care[row, care], in_place[row, stay]))
        cell = (((future * G + group) * A + age) * C + care) * P + stay
        leave, move = exit_rate[cell] * alone_exit, move_rate[cell] * alone_move
        most = leave * exit_top[future] + move * move_top[future]
        with np.errstate(divide="ignore"):
            candidate = now - np.log(uniform(key, turn)) / most
        happens = candidate < until
        stop = np.where(happens, candidate, until)

        if tally is not None:
            rates = _besides(leave, exit_kind[cell], group)
            stop, lever = tally.before(now, stop, rates, future)
            happens &= lever < 0
        chosen = np.flatnonzero(happens)
        month = np.minimum(np.searchsorted(points, stop[chosen], side="right"), months - 1)
        leave_now = leave[chosen] * risks.exits_by_month[future[chosen], month]
        move_now = move[chosen] * risks.moves_by_month[future[chosen], month]
        which = uniform(key[chosen], turn + 1) * most[chosen]
        leaves = which < leave_now
        moves_on = ~leaves & (which < leave_now + move_now)
        turned = ~happens & (until >= edges[:, -1]) & (until < end)
        if tally is not None:
            turned &= lever < 0

        first = np.searchsorted(points, now, side="right")
        after = np.searchsorted(points, stop, side="right")
        some = np.flatnonzero(first < after)
        row = (future[some] * (months + 1) + first[some]) * G + group[some]
        stock += np.bincount(row * A + age[some], minlength=len(stock))
        row += (after[some] - first[some]) * G
        stock -= np.bincount(row * A + age[some], minlength=len(stock))

        who = chosen[leaves]
        if len(who):
            kind = MOVE_KINDS + _which(exit_kind[cell[who]], uniform(key[who], turn + 2))
            way = _which(leads_to[cell[who] // (C * P), kind], uniform(key[who], turn + 3)) - MOVES
            row = (future[who] * months + month[leaves]) * G + group[who]
            exits += np.bincount(row * len(EXITS) + way, minlength=len(exits))
        who18 = np.flatnonzero(turned)
        if len(who18):
            when = np.searchsorted(points, stop[who18], side="right")
            row = (future[who18] * months + when) * G + group[who18]
            exits += np.bincount(row * len(EXITS) + TURNED_18, minlength=len(exits))
        goers = chosen[moves_on]
        if len(goers):
            kind = _which(move_kind[cell[goers]], uniform(key[goers], turn + 2))
            to = _which(leads_to[cell[goers] // (C * P), kind], uniform(key[goers], turn + 3))
            row = (future[goers] * months + month[moves_on]) * G + group[goers]
            moves += np.bincount(row * G + to, minlength=len(moves))
            group[goers] = to
            in_place[goers, :-1] = stop[goers][:, None] + _PLACEMENT

        goes_on = (stop < end) & ~turned
        goes_on[chosen[leaves]] = False
        if tally is not None:
            for which_lever, ends in LEAVING.items():
                gone = np.flatnonzero(lever == which_lever)
                row = (future[gone] * months + np.searchsorted(points, stop[gone], side="right")) * G + group[gone]
                exits += np.bincount(row * len(EXITS) + ends, minlength=len(exits))
                goes_on[gone] = False
            steps = np.flatnonzero(lever == STEP_DOWN)
            row = (future[steps] * months + np.searchsorted(points, stop[steps], side="right")) * G + RESIDENTIAL
            moves += np.bincount(row * G + IN_HOUSE, minlength=len(moves))
            group[steps] = IN_HOUSE
            in_place[steps, :-1] = stop[steps][:, None] + _PLACEMENT
            tally.keep(goes_on)
        now = stop[goes_on]
        future, key, edges = future[goes_on], key[goes_on], edges[goes_on]
        in_care, in_place, group = in_care[goes_on], in_place[goes_on], group[goes_on]
        alone_exit, alone_move = alone_exit[goes_on], alone_move[goes_on]
        turn += 4

    held = np.cumsum(stock.reshape(futures, months + 1, G, A), axis=1)[:, :months]
    return Played(
        held.astype(np.int32),
        exits.reshape(futures, months, G, len(EXITS)).astype(np.int32),
        moves.reshape(futures, months, G, G).astype(np.int32),
    )


def _besides(leave: Floats, kinds: npt.NDArray[np.float32], group: npt.NDArray[np.int64]) -> Floats:
    """[levers, children] the rates that levers add to: going home, to guardians, and being in a children's home."""
    home, guardianship = (KINDS.index(name) - MOVE_KINDS for name in ("home", "guardianship"))
    before = kinds[:, guardianship - 1]
    in_home = (group == RESIDENTIAL).astype(np.float64)
    return np.stack([leave * kinds[:, home], leave * (kinds[:, guardianship] - before), in_home])


def _which(cumulative: npt.NDArray[np.float32], at: Floats) -> npt.NDArray[np.int64]:
    """Position of the first cumulative share above each number."""
    return np.asarray((cumulative[:, :-1] <= at[:, None]).sum(axis=1), dtype=np.int64)
