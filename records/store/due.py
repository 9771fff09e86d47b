"""What is due when in every match on its way, without opening any of them: to see a day is not to read the reasons."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from records.store.canonical import batched
from records.store.clocks import Taken, clocks
from records.store.decisions import states
from records.store.desk import Desk, call
from records.store.errors import Purged
from records.store.rows import home, person
from records.store.schema import steps
from records.store.steps import LIVE, next_steps
from records.store.work import AT_ONCE, Work


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """One match, how far it has come and what is due when. Of each step's words only its dates are here."""

    match_id: str
    group_id: str
    children: tuple[str, ...]
    home_id: str
    route: str
    state: str
    version: int
    steps: tuple[Taken, ...]
    clocks: Mapping[str, date]


class Due(Desk):
    """Matches and their days."""

    @call
    def matches_due(self, work: Work, *, closed: bool = False) -> list[OnItsWay]:
        """Matches that are open, with what is due when; with `closed` those that came to an end too.

        Without those from whom the person is barred. It is not having opened them: no reason, wish or other home is
        shown, and whoever recommends or decides still has to read the match.
        """
        bars = work.bars()
        listed = []
        for row, state, version in states(work):
            children = tuple(json.loads(row.children))
            whom = [*(person(one) for one in children), home(row.home_id)]
            if not bars & set(whom) and (closed or next_steps(row.route, state)):
                listed.append((row, state, version, children))
                work.about(whom)
        by_match: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        for some in batched([row.match_id for row, *_ in listed], AT_ONCE):
            query = select(steps).where(steps.c.match_id.in_(some)).order_by(steps.c.match_id, steps.c.version)
            for one in work.connection.execute(query):
                by_match[one.match_id].append(one)
        found = []
        for row, state, version, children in listed:
            taken = _taken(work, by_match[row.match_id])
            due = clocks(taken) if taken else {}
            seen = tuple(_dates_only(one) for one in taken)
            found.append(
                OnItsWay(row.match_id, row.group_id, children, row.home_id, row.route, state, version, seen, due)
            )
        return found

    @call
    def places_held(self, work: Work) -> dict[str, int]:
        """How many places of each home are held by matches that are agreed and not begun; homes without are not in it.

        Matches of children from whom the person is barred count too: a place that is held is not free, and the number
        says nothing of whom it is held for. Homes from which the person is barred are left out.
        """
        bars = work.bars()
        held: Counter[str] = Counter()
        for row, state, _ in states(work):
            if state in LIVE and not state.startswith("placed:") and home(row.home_id) not in bars:
                held[row.home_id] += len(json.loads(row.children))
        work.note(f"homes with places held: {len(held)}")
        return dict(sorted(held.items()))


def _taken(work: Work, rows: list[Row[Any]]) -> tuple[Taken, ...]:
    """The steps of one match; none where the words of any were purged, since nothing is due any more."""
    try:
        return tuple(
            Taken(
                one.version,
                one.step,
                one.outcome,
                one.user_id,
                one.name,
                one.role,
                one.capacity,
                one.at,
                work.body(one.body),
            )
            for one in rows
        )
    except Purged:
        return ()


def _dates_only(one: Taken) -> Taken:
    dates = {"dates": one.body.get("dates", {})}
    return Taken(one.version, one.step, one.outcome, one.user_id, one.name, one.role, one.capacity, one.at, dates)
