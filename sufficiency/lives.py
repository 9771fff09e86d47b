"""What the player of need is given and gives back: children, rates laid out to be looked up, and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import AGE_BANDS, EXITS, GROUPS
from sufficiency.rates import CARE_CUTS, KINDS, MOVE_KINDS, NEXT, PLACEMENT_CUTS, YEAR, Drawn
from sufficiency.streams import Keys

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

G, A, C, P = len(GROUPS), len(AGE_BANDS), len(CARE_CUTS) + 1, len(PLACEMENT_CUTS) + 1
LONG_AGO: Final = 20_000
"""Days: care or a placement whose beginning is not known began at least this long ago."""


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


class Table:
    """The rates of `Risks` laid flat. A child's place in it changes by a stride when the child does.

    A place is ((((future * G + group) * A + age) * C + care) * P + placement) * 2 + unaccompanied.
    """

    def __init__(self, risks: Risks, origin: int, month_ends: Array) -> None:
        self.risks, self.origin = risks, origin
        self.futures, self.months = risks.exits_by_month.shape
        points = np.asarray(month_ends, dtype=np.int64) + 1 - origin
        self.points, self.end = points.astype(np.float64), float(points[-1])
        self.month_of_day = np.searchsorted(points, np.arange(int(points[-1]) + 1), side="right")
        self.exits = _both(risks.exits, risks.alone_exits)
        self.moves = _both(risks.moves, risks.alone_moves)
        self.most = self.exits * _in_each(risks.exits_by_month.max(axis=1), self.exits)
        self.most += self.moves * _in_each(risks.moves_by_month.max(axis=1), self.moves)
        self.exits, self.moves, self.most = self.exits.reshape(-1), self.moves.reshape(-1), self.most.reshape(-1)
        self.exits_by_month, self.moves_by_month = risks.exits_by_month.reshape(-1), risks.moves_by_month.reshape(-1)
        self.move_kind = risks.move_kind.reshape(-1, risks.move_kind.shape[-1])
        self.exit_kind = risks.exit_kind.reshape(-1, risks.exit_kind.shape[-1])
        self.leads_to = risks.leads_to.reshape(-1, len(KINDS), NEXT)

    def month(self, days: Floats) -> npt.NDArray[np.int64]:
        """The month, from 0, in which each time lies; months begin at midnight, so the whole day says it."""
        return np.asarray(self.month_of_day[days.astype(np.int64)])


def _both(rates: Floats, alone: Floats) -> Floats:
    """[F, g, a, c, p, 2] for those who are with a family, and for those who are unaccompanied."""
    return np.stack((rates, rates * _in_each(alone, rates)), axis=-1)


def _in_each(by_future: Floats, like: Floats) -> Floats:
    return by_future.reshape(-1, *[1] * (like.ndim - 1))


class Told:
    """What happened, one entry each, to be counted once at the end. Months stand first."""

    def __init__(self, table: Table) -> None:
        self.futures, self.months = table.futures, table.months
        none = np.empty(0, dtype=np.int64)
        self.came, self.went, self.exits, self.moves = [none], [none], [none], [none]

    def arrive(self, month: Array, spot: Array) -> None:
        """Some are from this month on of a group and age: `spot` is (future * G + group) * A + age."""
        self.came.append(month * (self.futures * G * A) + spot)

    def depart(self, month: Array, spot: Array) -> None:
        """Some are from this month on not there any more."""
        self.went.append(month * (self.futures * G * A) + spot)

    def leave(self, month: Array, home: Array, way: Array | int) -> None:
        """Some leave care; `home` is future * G + group."""
        self.exits.append((month * (self.futures * G) + home) * len(EXITS) + way)

    def move(self, month: Array, home: Array, to: Array | int) -> None:
        """Some go from one group to another, or from one home of a group to another."""
        self.moves.append((month * (self.futures * G) + home) * G + to)

    def counted(self) -> Played:
        """All of it, counted."""
        futures, months = self.futures, self.months
        # Whoever comes or goes on the very last day, after the last month's count, is in a month of its own.
        shape = (months + 1, futures, G, A)
        stock = _count(self.came, shape) - _count(self.went, shape)
        held = np.cumsum(stock, axis=0, dtype=np.int32)[:months]
        exits = _count(self.exits, (months, futures, G, len(EXITS)))
        moves = _count(self.moves, (months, futures, G, G))
        return Played(*(np.ascontiguousarray(one.swapaxes(0, 1), dtype=np.int32) for one in (held, exits, moves)))


def _count(entries: list[Array], shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.bincount(np.concatenate(entries), minlength=int(np.prod(shape))).reshape(shape)
