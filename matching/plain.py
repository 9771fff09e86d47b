"""Numbers in, numbers out: the engine for anybody's assignment problem, without records, rules or points of ours.

    >>> import matching
    >>> question = matching.plain_question(units=[2, 1], homes=[2, 1], points=[[5, 0], [9, 4]])
    >>> answer = matching.solve(question)
    >>> answer.homes
    {'0': '0', '1': '1'}
    >>> [(tier.name, tier.value, tier.proved) for tier in answer.tiers]
    [('placed', 2, True), ('points', 9, True)]

Docs: docs/reference/solve.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.plain_checks import NotPlain, Numbered, columns, numbers, shown
from matching.plain_pins import PinsConflict, conflict, named
from matching.question import NO_FAMILY, NOBODY, PINNED, TIERS, UNLIMITED, Ints, Question, TierResult
from matching.solvers import SOLVERS, Watch
from matching.solvers.solver import Clock

__all__ = ["Answer", "NotPlain", "PinsConflict", "plain_question", "solve"]

LARGEST = 2**31 - 1
"""Numbers of pairs and homes are 32-bit whole numbers, so that sums stay exact."""
LARGEST_SUM = 2**53


class PlanBroken(RuntimeError):
    """A solver gave a plan that breaks the question, or miscounted it. The plan is not used."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best plan found, and how far it is proved.

    `home_of`, shape (units,): the number of the home of each unit, or -1, both numbered as in `question` (in the
    order of their ids). `tiers` in order, each with value, bound and whether it is proved; `cost` and its bound
    are positive and the bound lies below. `unique`: proved to be the one plan left after the tie-break.
    """

    question: Question
    home_of: Ints
    tiers: tuple[TierResult, ...]
    unique: bool
    solver: str
    seconds: float
    notes: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """Whether every tier is proved."""
        return all(tier.proved for tier in self.tiers)

    @property
    def homes(self) -> dict[str, str | None]:
        """The home id of each unit id; None for a unit that is not placed."""
        q = self.question
        placed = zip(q.child_ids, self.home_of.tolist(), strict=True)
        return {unit: q.home_ids[home] if home >= 0 else None for unit, home in placed}


# ---- the question --------------------------------------------------------------------------------------------------


def plain_question(
    *,
    units: Mapping[str, int] | Sequence[int],
    homes: Mapping[str, int] | Sequence[int],
    pairs: Sequence[tuple[str, str]] | ArrayLike | None = None,
    points: ArrayLike | None = None,
    cost: ArrayLike | None = None,
    local: ArrayLike | None = None,
    uses: ArrayLike | None = None,
    has: ArrayLike | None = None,
    siblings: Sequence[tuple[str, str]] | ArrayLike = (),
    apart: Sequence[tuple[str, str]] | ArrayLike = (),
    near: Sequence[tuple[str, str]] | ArrayLike = (),
    tiers: Sequence[str] | None = None,
) -> Question:
    """A question from plain numbers, every one of them checked.

    `units` and `homes`: the size of each unit (1 or more) and the places of each home (0 or more,
    `matching.UNLIMITED` for no limit), as a mapping from id, or as a sequence, whose ids are then its numbers. A
    unit goes whole to one home, takes as many places as its size, and counts one in the tier `placed`.

    `pairs`: the (unit, home) that a plan may use, by id or by number in the order given; left out: all of them.
    `points` (most), `cost` (least) and `local` (most): a whole number of 32 bits for each pair, shape (pairs,) in
    the order of `pairs`, or shape (units, homes).

    `has`, shape (homes,) or (homes, resources), not negative: what each home has of one or more resources beside
    its places; `uses`, shape (pairs,), (pairs, resources), (units, homes) or (units, homes, resources): what each
    pair takes of them.

    `siblings`: pairs of units that are worth one each in the tier `siblings` when in the same home, and in the
    tier `near` when in two homes that `near` pairs. `apart`: units that may not share a home.

    `tiers`: which come first; left out: placed, then siblings, near, local, points, cost, those of them that have
    numbers. Raises `NotPlain` (a `ValueError`) saying what is wrong, where and how to mend it.
    """
    unit, home = Numbered.of(units, "units", least=1, most=LARGEST), Numbered.of(homes, "homes", least=0, most=LARGEST)
    at = _pairs(pairs, unit, home)
    order = np.lexsort((home.rank[at[:, 1]], unit.rank[at[:, 0]]))
    given = _Given(at, order, len(unit), len(home))
    brothers = unit.twos(siblings, "siblings")
    resources, room = _resources(given, uses, has, home)
    sizes = unit.amounts[at[:, 0]][order]
    # places bind on their own where every unit takes one; sizes need a sum, and a sum is a resource
    if (unit.amounts > 1).any():
        resources = np.column_stack((sizes, resources))
        room = np.column_stack((home.sorted_amounts(), room))

    by_tier = {"points": points, "cost": cost, "local": local}
    values = {name: given.column(column, name, -LARGEST - 1) for name, column in by_tier.items()}
    next_to = home.twos(near, "near")
    has_numbers = {name for name, column in by_tier.items() if column is not None}
    has_numbers |= {name for name, twos in (("siblings", brothers), ("near", next_to)) if len(twos)}
    chosen = _tiers(tiers, {"placed", *has_numbers})
    return Question(
        child_ids=unit.sorted_ids(),
        home_ids=home.sorted_ids(),
        family=_families(brothers, len(unit)),
        solo=np.zeros(len(unit), dtype=np.bool_),
        needs_room=np.zeros(len(unit), dtype=np.bool_),
        room_sharer=np.zeros(len(unit), dtype=np.int64),
        places=home.sorted_amounts(),
        limit_room=np.full(len(home), UNLIMITED, dtype=np.int64),
        fostered_family=np.full(len(home), NOBODY, dtype=np.int64),
        rooms=np.full(len(home), UNLIMITED, dtype=np.int64),
        one_or_whole_family=np.zeros(len(home), dtype=np.bool_),
        whole_family={},
        pair_child=unit.rank[at[order, 0]],
        pair_home=home.rank[at[order, 1]],
        pair_exempt=np.zeros(len(at), dtype=np.bool_),
        pair_lives_there=np.zeros(len(at), dtype=np.bool_),
        pair_siblings_there=np.zeros(len(at), dtype=np.int64),
        pair_local=values["local"],
        pair_points=values["points"],
        pair_cost=values["cost"],
        sibling_pairs=brothers,
        apart=unit.twos(apart, "apart"),
        tiers=chosen,
        near_homes=next_to,
        pair_uses=resources,
        home_has=room,
    )


def _pairs(pairs: Any, unit: Numbered, home: Numbered) -> Ints:
    """The pairs as numbers in the order given, shape (pairs, 2)."""
    if pairs is None:
        return np.stack(np.meshgrid(np.arange(len(unit)), np.arange(len(home)), indexing="ij"), -1).reshape(-1, 2)
    at = columns(pairs, "pairs", (unit, home))
    _, first, count = np.unique(at @ [max(len(home), 1), 1], return_index=True, return_counts=True)
    if (count > 1).any():
        u, h = at[first[np.argmax(count > 1)]]
        raise NotPlain(
            f"pairs: unit {unit.ids[u]} and home {home.ids[h]} stand there {count.max()} times. Give each pair once."
        )
    return at


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """How the caller ordered the pairs, and how they are sorted."""

    pairs: Ints
    order: Ints
    units: int
    homes: int

    def column(self, values: Any, name: str, least: int) -> Ints:
        """One whole number for each pair, sorted as the question sorts them."""
        if values is None:
            return np.zeros(len(self.pairs), dtype=np.int64)
        column = self.spread(numbers(values, name, least, LARGEST), name)
        if column.ndim != 1:
            raise NotPlain(f"{name}: give one number for each pair; the shape is {column.shape}.")
        if float(np.abs(column).sum()) >= LARGEST_SUM:
            raise NotPlain(
                f"{name}: the numbers are too large to be summed exactly (together 2^53 or more). Divide them all by "
                "the same number and round."
            )
        return column

    def spread(self, values: Ints, name: str) -> Ints:
        """From shape (pairs, ...) or (units, homes, ...) to (pairs, ...), sorted."""
        if values.ndim >= 2 and values.shape[:2] == (self.units, self.homes):
            return values[self.pairs[:, 0], self.pairs[:, 1]][self.order]
        if values.ndim >= 1 and len(values) == len(self.pairs):
            return values[self.order]
        raise NotPlain(
            f"{name}: the shape is {values.shape}; there are {len(self.pairs)} pairs, {self.units} units and "
            f"{self.homes} homes. Give a row for each pair, or a row for each unit with a number for each home."
        )


def _resources(given: _Given, uses: Any, has: Any, home: Numbered) -> tuple[Ints, Ints]:
    """What pairs take and homes have, shapes (pairs, resources) and (homes, resources)."""
    none = np.zeros((len(given.pairs), 0), dtype=np.int64), np.zeros((len(home), 0), dtype=np.int64)
    if uses is None and has is None:
        return none
    if uses is None or has is None:
        missing = "uses" if uses is None else "has"
        raise NotPlain(f"{missing}: it is missing. Give both uses and has, or neither.")
    room = numbers(has, "has", 0, LARGEST)
    if room.ndim not in (1, 2) or len(room) != len(home):
        raise NotPlain(f"has: the shape is {room.shape}; there are {len(home)} homes. Give a row for each home.")
    room = room.reshape(len(home), -1)
    taken = given.spread(numbers(uses, "uses", 0, LARGEST), "uses")
    taken = taken.reshape(len(given.pairs), -1) if taken.size or taken.ndim > 1 else none[0][:, :0]
    if not len(given.pairs):
        taken = np.zeros((0, room.shape[1]), dtype=np.int64)
    if taken.shape[1] != room.shape[1]:
        raise NotPlain(
            f"uses: there are {taken.shape[1]} resources, and {room.shape[1]} in has. Give the same resources in both."
        )
    return taken, room[np.argsort(home.rank)]


def _families(siblings: Ints, units: int) -> Ints:
    """Units joined by sibling pairs are one family, numbered by its first unit; the others have none."""
    graph = coo_array((np.ones(len(siblings)), (siblings[:, 0], siblings[:, 1])), shape=(units, units))
    _, label = connected_components(graph, directed=False)
    alone = np.bincount(label, minlength=1)[label] == 1
    family = np.full(units, NO_FAMILY, dtype=np.int64)
    _, family[~alone] = np.unique(label[~alone], return_inverse=True)
    return family


def _tiers(tiers: Sequence[str] | None, has_numbers: set[str]) -> tuple[str, ...]:
    if tiers is None:
        return tuple(tier for tier in TIERS if tier in has_numbers)
    chosen = tuple(tiers) if not isinstance(tiers, str) else (tiers,)
    for tier in chosen:
        if tier not in TIERS:
            raise NotPlain(f"tiers: there is no tier {shown(tier)}. Use some of: {', '.join(TIERS)}.")
    if len(set(chosen)) < len(chosen) or not chosen:
        raise NotPlain("tiers: each tier stands once, and there is at least one.")
    return chosen


# ---- the answer ----------------------------------------------------------------------------------------------------


def solve(
    question: Question,
    *,
    pins: Sequence[tuple[str, str]] | ArrayLike = (),
    bars: Sequence[tuple[str, str]] | ArrayLike = (),
    solver: str = "bundles",
    time_limit: float | None = None,
    workers: int = 1,
    unique: bool = True,
    watch: Watch | None = None,
) -> Answer:
    """The best plan for a question, tier by tier, each proved before the next is begun.

    `pins`: the (unit, home) that the plan must use; `bars`: those it may not; each by id, or by number in the order
    of the ids. `solver`: one of
    `matching.solvers.SOLVERS`. `time_limit` in seconds: the best plan found so far comes back with true bounds,
    and each tier says whether it is proved. With `unique=False` the tie-break by ids is left out: sooner done, but
    another plan may be as good, and another version may choose it. `watch` is told tier, value, bound, seconds.

    Raises `PinsConflict` where it is proved that the pins cannot all be kept, naming some that conflict and of
    which none can be spared; `NotPlain` for a pin or bar that makes no sense; `PlanBroken` should a solver give a
    plan that breaks the question. Where time runs out before it is clear whether the pins can be kept, the first
    tier, `pinned`, is not proved, and its value says how many this plan keeps.
    """
    if solver not in SOLVERS:
        raise NotPlain(f"solver: there is no solver {shown(solver)}. Use one of: {', '.join(SOLVERS)}.")
    if time_limit is not None and not time_limit >= 0:
        raise NotPlain(f"time_limit: {time_limit} is not a number of seconds. Give 0 or more, or leave it out.")
    clock = Clock(time_limit)
    barred, wanted = pairs_of(question, bars, "bars"), pairs_of(question, pins, "pins")
    wanted = np.union1d(wanted, np.flatnonzero(question.pair_pinned))
    both = np.intersect1d(barred, wanted)
    if len(both):
        raise NotPlain(f"pins: {named(question, both[:1])} is barred too. Take it out of pins or out of bars.")
    children, count = np.unique(question.pair_child[wanted], return_counts=True)
    if (count > 1).any():
        unit = question.child_ids[children[np.argmax(count > 1)]]
        raise NotPlain(f"pins: unit {unit} is pinned to {count.max()} homes. A unit goes to one home: pin one only.")

    kept = np.ones(question.pairs, dtype=np.bool_)
    kept[barred] = False
    open_to = question.with_pairs(kept)
    pinned = (np.cumsum(kept) - 1)[wanted]
    asked = open_to.with_pins(pinned) if len(pinned) else open_to
    found = SOLVERS[solver](asked, time_limit=time_limit, watch=watch, workers=workers, unique=unique)
    check_plan(asked, found.home_of, found.tiers)
    for tier in found.tiers:
        if tier.name == PINNED and tier.proved and tier.value < int(asked.pair_pinned.sum()):
            raise conflict(open_to, pinned, solver, clock)
    return Answer(asked, found.home_of, found.tiers, found.unique, found.solver, found.seconds, found.notes)


def check_plan(question: Question, home_of: Ints, tiers: Sequence[TierResult]) -> None:
    """Recount a plan from the question alone: pairs, places, resources, bars between units, tiers.

    Raises `PlanBroken` at the first doubt. It does not ask again what only records hold: bedrooms, usual limit,
    who must be alone; `matching.audit` does, for a round.
    """
    placed = np.flatnonzero(home_of >= 0)
    code = question.pair_child * max(question.homes, 1) + question.pair_home
    wanted = placed * max(question.homes, 1) + home_of[placed]
    at = np.searchsorted(code, wanted)
    at = at[at < len(code)]
    if len(at) < len(placed) or (code[at] != wanted).any():
        raise PlanBroken("The plan uses a pair that the question does not have. This is a fault in Placewell.")
    home = question.pair_home[at]
    newcomers = np.bincount(home[~question.pair_lives_there[at]], minlength=question.homes)
    if (newcomers > np.maximum(question.places, 0)).any():
        raise PlanBroken("The plan puts more units in a home than it has places. This is a fault in Placewell.")
    taken = np.zeros_like(question.home_has)
    np.add.at(taken, home, question.pair_uses[at])
    if (taken > question.home_has).any():
        raise PlanBroken("The plan takes more of a home than it has. This is a fault in Placewell.")
    one, other = home_of[question.apart.reshape(-1, 2)].T
    if ((one == other) & (one >= 0)).any():
        raise PlanBroken("The plan puts together two that may not share a home. This is a fault in Placewell.")
    counted = question.values_of(home_of)
    for tier in tiers:
        if counted[tier.name] != tier.value:
            raise PlanBroken(
                f"The plan is worth {counted[tier.name]} in the tier {tier.name}, not {tier.value} as the solver "
                "says. This is a fault in Placewell."
            )


def pairs_of(question: Question, given: Any, name: str) -> Ints:
    """The numbers of the pairs of these (unit id, home id), sorted. Raises `NotPlain` for one that is not a pair."""
    unit = Numbered.named(question.child_ids, "units")
    home = Numbered.named(question.home_ids, "homes")
    rows = columns(given, name, (unit, home))
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    code = question.pair_child * max(question.homes, 1) + question.pair_home
    wanted = rows @ np.array([max(question.homes, 1), 1], dtype=np.int64)
    at = np.searchsorted(code, wanted)
    found = at < len(code)
    found[found] = code[at[found]] == wanted[found]
    if not found.all():
        row = int(np.argmin(found))
        raise NotPlain(
            f"{name}[{row}]: unit {question.child_ids[rows[row, 0]]} and home {question.home_ids[rows[row, 1]]} are no "
            "pair of this question, so a plan may not use it. Add it to pairs, or take it out here."
        )
    return np.unique(at)
