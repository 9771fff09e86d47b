"""What can be worked out in the background: each order does its work in another process and gives plain data back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

import numpy as np

from matching.alternatives import After, BackUp, back_ups, groups_of
from matching.kept import Asked, reopened, whole_round
from matching.opportunity.rounds import costs_of
from matching.other_plans import check_every_plan
from matching.outputs import cost_cells
from matching.policy import Policy
from matching.ranking import rank_group
from matching.since import LeastChange, least_change
from records.model import Records
from records.store import Actor, Store
from records.store.saying import NextRound


class CannotBeDone(Exception):
    """What was asked cannot be worked out. The words are for the user: no value of any record is in them."""


@dataclass(frozen=True, slots=True)
class Part:
    """How far one part of the work is: so many tasks of so many, and those that failed. Blank: what belongs to all."""

    council: str
    scenario: str
    done: int
    whole: int
    failed: int


class Told(Protocol):
    """How work in another process says how far it is, and hears that it should finish."""

    def stage(self, name: str) -> None:
        """A new stage begins."""

    def far(self, stage: str, parts: tuple[Part, ...]) -> None:
        """How far the parts are of work whose length is known."""

    def watch(self, tier: str, value: float, bound: float, seconds: float) -> None:
        """How far a priority is from its bound."""

    def finish(self) -> bool:
        """Whether the best found so far is wanted now."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a person is told of work by its kind."""

    one: str
    """What it is: "round"."""
    lost: str
    """What stands, and what to do, when its process has ended without an answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store keeps of work that is done: its id, and for a round whether its plan is proved best."""

    kept_id: str
    proved: bool | None = None


@runtime_checkable
class IsKept(Protocol):
    """An order whose result the store keeps, as who asked for it; that of any other order waits in memory for them."""

    words: ClassVar[Words]

    @property
    def title(self) -> str:
        """What was asked, in a few words; may be blank."""

    def work(self, told: Told) -> Any:
        """Do it, in another process."""

    def keep(self, store: Store, actor: Actor, result: Any) -> Kept:
        """Keep what came of it. Raises `StoreError`."""


ROUND: Final = Words("round", "the last plan stands. Try again, or with fewer homes.")


@dataclass(frozen=True, slots=True)
class Order:
    """What a round is asked. `snapshot_id`: the records, which the store holds already."""

    words: ClassVar[Words] = ROUND
    snapshot_id: str
    records: Records
    policy: Policy
    asked: Asked
    told: NextRound
    points: bytes | None = None

    def work(self, told: Told) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
        """The document and the files of the round."""
        return whole_round(
            self.records,
            self.policy,
            self.asked,
            points=self.points,
            told=self.told,
            watch=told.watch,
            step=told.stage,
            stop=told.finish,
        )

    @property
    def title(self) -> str:
        """A round needs none: there is one at a time."""
        return ""

    def keep(self, store: Store, actor: Actor, result: Any) -> Kept:
        """Keep the round."""
        document, files = result
        run_id = store.keep_run(actor, self.snapshot_id, document, files)
        return Kept(run_id, bool(document["result"]["proved"]))


@dataclass(frozen=True, slots=True)
class CostOrder:
    """What it would cost everybody else if a group went to each of these homes, in a run that is kept."""

    document: Mapping[str, Any]
    records: Records
    points: bytes | None
    group_id: str
    child_ids: tuple[str, ...]
    home_ids: tuple[str, ...]
    time_limit: float = 60.0

    def work(self, told: Told) -> Mapping[str, Mapping[str, str]]:
        """Home to the cost columns of ranked.csv."""
        told.stage("Opening the round")
        proposal = reopened(self.document, self.records, self.points)
        ids = proposal.register.homes.ids
        group = rank_group(proposal, self.group_id, self.child_ids)
        wanted = np.flatnonzero(np.isin(ids[group.homes], self.home_ids))
        some = group.at(wanted)
        told.stage("Working out what each choice costs everybody else")
        (priced,) = costs_of(proposal, [some], time_limit=self.time_limit)
        return {
            str(ids[home]): {
                name: "" if cell is None else str(cell)
                for name, cell in {**cost_cells(proposal, priced.tiers, cost), "cost_rests_on": basis}.items()
            }
            for home, cost, basis in zip(some.homes.tolist(), priced.costs, priced.basis, strict=True)
        }


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """The plan of a kept run that changes least of what people were told, at no loss in any priority."""

    document: Mapping[str, Any]
    records: Records
    points: bytes | None
    told: Mapping[str, str | None]
    time_limit: float = 120.0

    def work(self, told: Told) -> LeastChange:
        """See `matching.since.least_change`."""
        told.stage("Opening the round")
        proposal = reopened(self.document, self.records, self.points)
        told.stage("Looking for the plan that changes least")
        return least_change(proposal, self.told, time_limit=self.time_limit)


@dataclass(frozen=True, slots=True)
class Next:
    """A plan after the carers of one home have declined a group. Homes by id, None for no home; `loss` by tier.

    `moved` and `without`: the other children who have another home, or none, by id. `proved`: no plan is better.
    """

    homes: Mapping[str, str | None]
    loss: Mapping[str, int]
    moved: tuple[str, ...]
    without: tuple[str, ...]
    proved: bool


@dataclass(frozen=True, slots=True)
class BackUpOrder:
    """Where to turn if the carers decline: for each group of these children that a kept plan gives a home."""

    document: Mapping[str, Any]
    records: Records
    points: bytes | None
    child_ids: tuple[str, ...]
    time_limit: float = 60.0

    def work(self, told: Told) -> list[tuple[str, Next, Next | None]]:
        """The home that declines; the plan in which nobody else moves; the best plan, None where time ran out."""
        told.stage("Opening the round")
        proposal = reopened(self.document, self.records, self.points)
        question, ids = proposal.question, proposal.question.home_ids
        mine = {proposal.register.child_index[one] for one in self.child_ids}
        groups = [g for g in groups_of(question, proposal.home_of) if g.home >= 0 and mine & set(g.children)]
        told.stage("Looking for the home to turn to")
        found = back_ups(question, proposal.solution, groups, time_limit=self.time_limit)
        for one in found:
            check_every_plan(proposal, [one.alone.home_of, *([one.best.home_of] if one.best is not None else [])])

        def as_next(one: BackUp, after: After) -> Next:
            children = one.group.children
            homes = one.homes(after)
            return Next(
                {question.child_ids[c]: ids[h] if h >= 0 else None for c, h in zip(children, homes, strict=True)},
                dict(after.loss),
                tuple(question.child_ids[c] for c in after.moved),
                tuple(question.child_ids[c] for c in after.without),
                all(after.proved),
            )

        return [
            (ids[one.group.home], as_next(one, one.alone), as_next(one, one.best) if one.best is not None else None)
            for one in found
        ]


class AnyOrder(Protocol):
    """Work for another process: what it gives back is plain data."""

    def work(self, told: Told) -> Any:
        """Do it."""
