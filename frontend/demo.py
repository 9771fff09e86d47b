"""A made-up council for the app: two rounds a week apart, with matches on their way. Nobody in it exists."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Final

from pandas import DataFrame

from frontend.office import Clock, Office
from matching.kept import Asked, keep_round
from matching.policy import read_policy
from records import invented_enquiries, synthetic
from records.check import check
from records.geography import Directory
from records.model import Records
from records.sources.folder import read
from records.store import Actor, Given, Role, Store, create, local_actor, open_store
from records.store.identity import Settings
from records.store.rounds import csv_rows
from records.store.work import ENGLAND

CHILDREN: Final = 16
SEED: Final = 2
MARK: Final = "placewell-demo.txt"
STORE: Final = "placewell.db"
EVENING: Final = time_of_day(17, 30)
WEEK: Final = timedelta(days=7)


class NotOurs(Exception):
    """The folder holds files that no demo made."""


def evening(day_before: timedelta = timedelta()) -> Clock:
    """A clock that starts on the evening of the made-up round, or so long before, and goes on from there."""
    began = time.monotonic()
    start = datetime.combine(synthetic.DAY, EVENING, ENGLAND).astimezone(UTC) - day_before
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def demo_office(
    folder: Path, *, children: int = CHILDREN, seed: int = SEED, step: Callable[[str], None] = lambda _: None
) -> Office:
    """An office on a new store in `folder`, whose records are there too. Raises `NotOurs`.

    What an earlier demo left in the folder goes.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise NotOurs(str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).write_bytes(b"Everything in this folder is made up by `placewell app --demo`.\n")
    step("Making up a council")
    synthetic.write(synthetic.council(children, seed=seed, with_findings=True), folder / "records")
    directory = Directory()
    homes = check(read(folder / "records"), synthetic.DAY, directory).homes
    answers = invented_enquiries.rows(invented_enquiries.enquiries(homes, synthetic.DAY, seed=seed))
    synthetic.write({"enquiries": DataFrame(answers)}, folder / "records")
    records = check(read(folder / "records"), synthetic.DAY, directory)
    place = str(folder / STORE)
    create(place, evening(WEEK + timedelta(hours=1)))
    step("Working out last week's round")
    before = open_store(place, clock=evening(WEEK))
    last_week(before, records)
    before.close()
    step("Working out today's round")
    clock = evening()
    store = open_store(place, clock=clock)
    office = Office(store, Settings(), read_policy(), demo=True, clock=clock)
    me = local_actor()
    keep_round(store, me, records, office.policy, told=store.next_round(me))
    return office


def last_week(store: Store, records: Records) -> None:
    """The round of a week ago: those referred by then, one home not yet on hold; and what became of some of it."""
    day = records.day - WEEK
    known = tuple(c for c in records.children if c.referred_on <= day and (c.views_recorded_on or day) <= day)
    ids = {c.child_id for c in known}
    earlier = replace(
        records,
        day=day,
        children=known,
        siblings=tuple(s for s in records.siblings if {s.child_a, s.child_b} <= ids),
        links=tuple(link for link in records.links if link.child_id in ids),
        zones=tuple(z for z in records.zones if z.child_id in ids),
        separations=tuple(s for s in records.separations if {s.person_a, s.person_b} & ids),
        enquiries=(),
    )
    me = replace(local_actor(), acting_as=Role.FAMILY_FINDER)
    run_id, _ = keep_round(store, me, earlier, read_policy(), Asked())
    rows = [row for row in csv_rows(store.read_file(me, run_id, "ranked.csv")) if row["answer"] == "met"]
    planned = {row["child_id"]: row["home_id"] for row in csv_rows(store.read_file(me, run_id, "plan.csv"))}
    routes = {c.child_id: c.routes[0].value for c in known}
    shown: set[str] = set()
    for row in rows:
        one = row["child_ids"]
        if ";" in one or one in shown or planned.get(one) != row["home_id"] or routes[one] == "adoption":
            continue
        _on_its_way(store, me, run_id, row, routes[one], len(shown), day.isoformat())
        shown.add(one)
        if len(shown) == 3:
            return


def _on_its_way(store: Store, me: Actor, run_id: str, row: dict[str, str], route: str, so_far: int, day: str) -> None:
    """One match: the first is asked, the second declined by its carers, the third accepted."""
    why = Given(reasons="Best of the homes open on that evening; near the school.")
    match_id = store.propose_match(me, run_id, row["group_id"], row["home_id"], route, why)
    store.take_step(me, match_id, 1, "enquiry_made", Given())
    if so_far == 0:
        return
    answer: dict[str, Any] = {"dates": {"answered_on": datetime.fromisoformat(day).date()}}
    if so_far == 1:
        given = Given(outcome="declines", reasons="A grandchild comes to stay until the summer.", **answer)
    else:
        given = Given(outcome="accepts", reasons="They have time, and know the school.", **answer)
    store.take_step(me, match_id, 2, "carer_answered", given)
