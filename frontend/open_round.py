"""A run of the store, open for one person: the proposal and all that a page asks of it, without whom they may not see.

A person who is barred from a child or a home still works with all the others. They are told that somebody is left out,
and how many, and never who: `who` and `where` are the only ways to a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from matching.kept import reopened
from matching.placements import NO_HOME, BeforeConfirming, Placement, Split, placements, splits
from matching.propose import PlanDisagrees, Proposal
from matching.ranking import Ranked, Unit, rank_every_unit, rank_unit
from matching.rules.law import LawNotKnown
from records.model import Child, Home, Records
from records.store import Actor, Role, Store, StoreError
from records.store.rounds import OpenedRound, csv_rows
from records.store.rows import home, person

NOT_SHOWN: Final = "not shown to you"
SENTENCE_NOT_SHOWN: Final = f"This sentence names somebody who is {NOT_SHOWN}."
_SENTENCE_END: Final = re.compile(r"[.!?]\s+")


class NoLongerHolds(StoreError):
    """A run that the rules, the law or the policy of this version do not bear out any more."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"The round {run_id} no longer holds under the rules that are on file now.",
            "Its plan is not shown, because it could not be checked. What was recorded about matches stands.",
            "Work out a new round on the page Whole council, with the records as they are.",
        )


@dataclass(eq=False)
class OpenRound:
    """One run, open in one tab. Arrays of `proposal` hold everybody: go through `units`, `who` and `where` to show."""

    run_id: str
    as_of: str
    for_whom: tuple[str, frozenset[Role]]
    document: Mapping[str, Any]
    proposal: Proposal
    facts: Records
    """The records as they were kept, before what the round was told."""
    points: bytes | None
    tables: Mapping[str, bytes]
    withheld: frozenset[str]
    _units: dict[str, Unit] = field(default_factory=dict)

    @property
    def records(self) -> Records:
        """The facts of the round."""
        return self.proposal.register.records

    def may_see_child(self, child_id: str) -> bool:
        """Whether the person may see this child."""
        return person(child_id) not in self.withheld

    def may_see_home(self, home_id: str) -> bool:
        """Whether the person may see this home."""
        return home(home_id) not in self.withheld

    def who(self, child_id: str) -> str:
        """A child as this person may read of it."""
        return child_id if self.may_see_child(child_id) else f"a child {NOT_SHOWN}"

    def where(self, home_id: str) -> str:
        """A home as this person may read of it."""
        return home_id if self.may_see_home(home_id) else f"a home {NOT_SHOWN}"

    @cached_property
    def children(self) -> tuple[Child, ...]:
        """The children of the round whom the person may see, by id."""
        return tuple(c for c in self.records.children if self.may_see_child(c.child_id))

    @cached_property
    def homes(self) -> tuple[Home, ...]:
        """The homes that the person may see, by id."""
        return tuple(h for h in self.records.homes if self.may_see_home(h.home_id))

    @cached_property
    def whole_plan(self) -> tuple[Placement, ...]:
        """The plan of every child whom the person may see, also in a home that they may not: see `home_is_shown`."""
        return tuple(p for p in placements(self.proposal) if self.may_see_child(p.child_id))

    def home_is_shown(self, one: Placement) -> bool:
        """Whether the person may read of the home, and so of anything that rests on it; true where there is none."""
        return one.home == NO_HOME or self.may_see_home(str(self.proposal.register.homes.ids[one.home]))

    @cached_property
    def plan(self) -> tuple[Placement, ...]:
        """The plan, of the children and homes the person may see."""
        return tuple(p for p in self.whole_plan if self.home_is_shown(p))

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """Families the plan would split, all of whose children the person may see."""
        return tuple(s for s in splits(self.proposal) if all(self.may_see_child(c) for p in s.parted for c in p[:2]))

    @cached_property
    def before(self) -> BeforeConfirming:
        """What comes before confirming a match."""
        return BeforeConfirming(self.proposal)

    @cached_property
    def unit_ids(self) -> tuple[str, ...]:
        """Each child alone or family all of whom the person may see: the ids that `unit` takes."""
        found: dict[str, None] = {}
        for child in self.records.children:
            family = child.family_id
            ids = self.family(child)
            if all(self.may_see_child(one) for one in ids):
                found[family if family is not None and len(ids) > 1 else child.child_id] = None
        return tuple(found)

    @property
    def left_out(self) -> int:
        """How many children and homes of the round the person may not see, those who live in a home among them."""
        return len(self.withheld_here)

    @cached_property
    def withheld_here(self) -> frozenset[str]:
        """The subjects of this round that the person may not see: a bar may be of another round altogether."""
        told = self.records
        people = {one.child_id for one in told.children} | {one.resident_id for one in told.residents}
        subjects = {person(one) for one in people} | {home(one.home_id) for one in told.homes}
        return frozenset(subjects & self.withheld)

    def family(self, child: Child) -> tuple[str, ...]:
        """The children of the round of one family, this one among them."""
        if child.family_id is None:
            return (child.child_id,)
        return tuple(c.child_id for c in self.proposal.register.families[child.family_id])

    def unit(self, unit_id: str) -> Unit:
        """A child or family with its ranked homes, without homes the person may not see. Raises KeyError."""
        if unit_id not in self._units:
            if unit_id not in self.unit_ids:
                raise KeyError(unit_id)
            self._units[unit_id] = rank_unit(self.proposal, unit_id)
        return self._units[unit_id]

    def every_unit(self) -> list[Unit]:
        """All of them, in order; takes a second or two in a borough's round, the first time."""
        if len(self._units) < len(self.unit_ids):
            self._units |= {u.unit_id: u for u in rank_every_unit(self.proposal) if u.unit_id in self.unit_ids}
        return [self._units[one] for one in self.unit_ids]

    def homes_of(self, group: Ranked) -> list[int]:
        """Positions in a ranking of the homes that the person may see, best first."""
        ids = self.proposal.register.homes.ids
        return [k for k, h in enumerate(group.homes.tolist()) if self.may_see_home(str(ids[h]))]

    @cached_property
    def _costs(self) -> dict[tuple[str, str], dict[str, str]]:
        data = self.tables.get("ranked.csv")
        rows = csv_rows(data) if data is not None else []
        return {(row["group_id"], row["home_id"]): row for row in rows}

    @cached_property
    def _unplaced(self) -> dict[str, dict[str, str]]:
        data = self.tables.get("unplaced.csv")
        return {row["child_id"]: row for row in csv_rows(data)} if data is not None else {}

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What the run warned of, as this person may read it."""
        data = self.tables.get("summary.json")
        said = json.loads(data)["warnings"] if data is not None else self.proposal.warnings
        return tuple(self.words(one) for one in said)

    @cached_property
    def _names_withheld(self) -> re.Pattern[str] | None:
        ids = sorted((one.partition(":")[2] for one in self.withheld), key=lambda one: (-len(one), one))
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ids))})(?![\w-])") if ids else None

    def words(self, text: str) -> str:
        """A text of the run as this person may read it: without the sentences that name whom they may not see.

        The whole sentence goes: what stands around an id tells whose it is. An id without letters may be a number of
        another kind; then a sentence goes that named nobody.
        """
        named = [] if self._names_withheld is None else [one.span() for one in self._names_withheld.finditer(text)]
        if not named:
            return text
        ends = [one.end() for one in _SENTENCE_END.finditer(text)]
        kept: list[str] = []
        for start, end in pairwise([0, *ends, len(text)]):
            if any(first < end and start < last for first, last in named):
                if not kept or kept[-1] != SENTENCE_NOT_SHOWN:
                    kept.append(SENTENCE_NOT_SHOWN)
            elif text[start:end].strip():
                kept.append(text[start:end].strip())
        return " ".join(kept)

    def unplaced_row(self, child_id: str) -> Mapping[str, str]:
        """What unplaced.csv of the run says of a child; empty for one who has a home in the plan."""
        return self._unplaced.get(child_id, {})

    def kept_row(self, group_id: str, home_id: str) -> Mapping[str, str]:
        """What ranked.csv of the run says of a group and a home, costs to the others among it; empty if nothing."""
        return self._costs.get((group_id, home_id), {})


def open_round(store: Store, actor: Actor, run_id: str, for_whom: tuple[str, frozenset[Role]]) -> OpenRound:
    """Open a run for a person. Raises what the store raises, and `NoLongerHolds`."""
    opened: OpenedRound = store.open_round(actor, run_id)
    try:
        proposal = reopened(opened.run.document, opened.records, opened.points)
    except (PlanDisagrees, LawNotKnown, KeyError, TypeError, ValueError) as error:
        # what it says may name children; what it means is the same for all of them
        raise NoLongerHolds(run_id) from error
    return OpenRound(
        run_id,
        opened.run.as_of,
        for_whom,
        opened.run.document,
        proposal,
        opened.records,
        opened.points,
        opened.tables,
        opened.withheld,
    )


def names(round_: OpenRound, child_ids: Iterable[str]) -> str:
    """Several children as this person may read of them."""
    return ", ".join(dict.fromkeys(round_.who(child_id) for child_id in child_ids))
