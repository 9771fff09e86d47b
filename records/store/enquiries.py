"""What carers were asked and what they said, from the steps of matches: facts of homes, which name no child."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from records.enquiries import asked_for
from records.model import CarersAnswer, Child, Enquiry, Home
from records.reading import sort_key
from records.store.canonical import batched
from records.store.clocks import day_in_england
from records.store.decisions import states
from records.store.desk import Desk, call
from records.store.errors import Purged
from records.store.rows import home, made, person
from records.store.schema import content_subjects, contents, runs, steps
from records.store.work import AT_ONCE, Work

ASKS: Final = frozenset({"enquiry_made", "profile"})
"""Steps by which carers or adopters come to be asked."""
ANSWERS: Final[Mapping[str, CarersAnswer]] = {
    "carer_answered:accepts": CarersAnswer.ACCEPTS,
    "carer_answered:declines": CarersAnswer.DECLINES,
    "link:interested": CarersAnswer.ACCEPTS,
    "link:declines": CarersAnswer.DECLINES,
}


class Enquiries(Desk):
    """Enquiries of carers."""

    @call
    def enquiries_made(self, work: Work) -> list[Enquiry]:
        """Every time carers were asked, what they were asked and what they said, in order of home and day.

        Without matches of children or homes from whom the person is barred. A match that was withdrawn before an
        answer is not answered. What was purged is not counted: where the words of the answer are gone, nothing of
        the enquiry is given; where only the records of the round are, what was asked is not known any more. It is not
        having opened a match: no child is named, and no reason shown.
        """
        bars = work.bars()
        listed = {}
        for row, _, _ in states(work):
            children = json.loads(row.children)
            if not bars & {*(person(one) for one in children), home(row.home_id)}:
                listed[row.match_id] = (row, children)
        taken: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        for some in batched(sorted(listed), AT_ONCE):
            query = select(steps).where(steps.c.match_id.in_(some)).order_by(steps.c.match_id, steps.c.version)
            for one in work.connection.execute(query):
                taken[one.match_id].append(one)
        asked = {}
        for match_id in listed:
            when = _asked_and_answered(work, taken[match_id])
            if when is not None:
                asked[match_id] = when
        facts = _Facts(work, [listed[one] for one in asked])
        found = [
            replace(facts.asked(row.run_id, children, row.home_id, on), answered_on=answered_on, answer=answer)
            for row, children, (on, answered_on, answer) in ((*listed[one], when) for one, when in asked.items())
        ]
        work.about(sorted({home(one.home_id) for one in found}))
        work.note(f"{len(found)} enquiries")
        return sorted(found, key=sort_key)


def _asked_and_answered(work: Work, taken: Iterable[Row[Any]]) -> tuple[date, date | None, CarersAnswer | None] | None:
    """The day of asking, that of the answer, and the answer; None where nobody was asked, or it was purged."""
    on: date | None = None
    for one in taken:
        if one.step in ASKS:
            on = day_in_england(one.at)
        answer = ANSWERS.get(f"{one.step}:{one.outcome}")
        if answer is not None and on is not None:
            try:
                said = work.body(one.body).get("dates", {}).get("answered_on")
            except Purged:
                return None
            day = None if said is None else date.fromisoformat(said)
            # an answer may be written down before the day of asking was: then it was asked by the day of the answer
            return (on if day is None else min(on, day)), day, answer
    return None if on is None else (on, None, None)


class _Facts:
    """What the records of each run said of the children and homes concerned; only their rows are read."""

    def __init__(self, work: Work, concerned: Iterable[tuple[Row[Any], list[str]]]) -> None:
        children: defaultdict[str, set[str]] = defaultdict(set)
        homes: defaultdict[str, set[str]] = defaultdict(set)
        for row, ids in concerned:
            children[row.run_id] |= set(ids)
            homes[row.run_id].add(row.home_id)
        self._children: dict[tuple[str, str], Child] = {}
        self._homes: dict[tuple[str, str], Home] = {}
        for run_id in sorted(children):
            listed = work.body(work.must(runs, "run", run_id=run_id).snapshot_id)["tables"]
            for body in _about(work, listed["children"], {person(one) for one in children[run_id]}):
                self._children[run_id, body["child_id"]] = made(Child, body)
            for body in _about(work, listed["homes"], {home(one) for one in homes[run_id]}):
                self._homes[run_id, body["home_id"]] = made(Home, body)

    def asked(self, run_id: str, children: list[str], home_id: str, on: date) -> Enquiry:
        known = [self._children[run_id, one] for one in children if (run_id, one) in self._children]
        if len(known) < len(children):
            return Enquiry(home_id, on, children=len(children))
        return asked_for(known, home_id, self._homes.get((run_id, home_id)), on)


def _about(work: Work, listed: list[str], subjects: set[str]) -> list[dict[str, Any]]:
    """The bodies among those listed that are about some subjects, those purged left out."""
    mine: set[str] = set()
    for some in batched(sorted(subjects), AT_ONCE):
        query = select(content_subjects.c.sha256).where(content_subjects.c.subject.in_(some))
        mine |= set(work.connection.execute(query).scalars())
    wanted = sorted(mine & set(listed))
    found = []
    for some in batched(wanted, AT_ONCE):
        there = select(contents.c.sha256).where(contents.c.sha256.in_(some), contents.c.body.is_not(None))
        found += [work.body(address) for address in sorted(work.connection.execute(there).scalars())]
    return found
