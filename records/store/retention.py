"""How long things are kept: rules with their legal basis, a report of what would be purged, and the purge."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, text, update

from records.store.canonical import canonical, sha256
from records.store.decisions import states
from records.store.desk import Desk, call
from records.store.editions import EDITION, EDITION_FILE
from records.store.errors import Purged, Refused, StoreError
from records.store.plans import APPROVALS, SCENARIO, TARGETS, WORDS, WORK, WORK_FILE
from records.store.rounds import forget_ranked
from records.store.schema import contents, overrides, purges, runs, snapshots, steps, things, trail
from records.store.steps import ADOPTION
from records.store.work import Work

CLASSES: Final = ("case_record", "adoption_record", "not_placed", "said", "round", "access", "plans", "editions")
FROM: Final = ("birth", "last_act")
LONGEST_YEARS: Final = 150
PLANNED: Final = frozenset({SCENARIO, WORK, WORK_FILE, WORDS, TARGETS, APPROVALS, EDITION, EDITION_FILE})
"""Kinds of things that are planned or published: nobody is named in them."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long one class is kept. `since`: `birth` (of the youngest child) or `last_act`."""

    name: str
    what: str
    years: int
    since: str
    basis: str


def read_retention(path: Path | None = None) -> dict[str, Keep]:
    """The periods of a council's file, or the packaged ones. Raises `StoreError` for a file that cannot be used."""
    data = path.read_bytes() if path is not None else files("records.store").joinpath("retention.toml").read_bytes()
    name = path.name if path is not None else "retention.toml"
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        raise _unusable(name, f"It is not TOML: {error}.") from None
    if set(table) != set(CLASSES):
        raise _unusable(name, f"Missing or unknown: {', '.join(sorted(set(table) ^ set(CLASSES)))}.")
    found = {}
    for one, row in table.items():
        if not isinstance(row, dict) or set(row) != {"what", "years", "from", "basis"}:
            raise _unusable(name, f"{one}: it has to say what, years, from and basis, and nothing else.")
        years = row["years"]
        if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= LONGEST_YEARS:
            raise _unusable(name, f"{one}: years is a whole number from 1 to {LONGEST_YEARS}.")
        if row["from"] not in FROM or not str(row["basis"]).strip():
            raise _unusable(name, f"{one}: from is one of {', '.join(FROM)}, and the legal basis is stated.")
        found[one] = Keep(one, str(row["what"]), years, row["from"], str(row["basis"]))
    return found


def _unusable(name: str, what: str) -> StoreError:
    return StoreError(f"{name}: {what}", "Nothing was purged.", "See docs/reference/store.md for the form of it.")


@dataclass(frozen=True, slots=True)
class Due:
    """One body whose time is over. It is named by whom it is about; what it says is not in the report."""

    address: str
    kind: str
    subjects: tuple[str, ...]
    keep: str
    due_on: date
    basis: str


@dataclass(frozen=True)
class PurgeReport:
    """What would be purged on a day, and what is held back. A purge names the `digest` of the report it carries out."""

    on: date
    due: tuple[Due, ...]
    held: tuple[Due, ...]

    @cached_property
    def digest(self) -> str:
        """Stands for this report and no other."""
        return sha256(canonical([self.on.isoformat(), [[d.address, d.due_on.isoformat()] for d in self.due]]))[:16]


class Retention(Desk):
    """Holds, reports and purges."""

    @call
    def hold(self, work: Work, subject: str, reason: str) -> None:
        """Keep everything about a child or home (`person:ID`, `home:ID`), or about `all`, until the hold is lifted."""
        _set_hold(work, subject, reason, lifted=False)

    @call
    def lift_hold(self, work: Work, subject: str, reason: str) -> None:
        """End a hold."""
        _set_hold(work, subject, reason, lifted=True)

    @call
    def list_holds(self, work: Work) -> list[tuple[str, str]]:
        """What is held now, and why: subject and reason."""
        return [(body["subject"], body["reason"]) for _, body in work.latest("hold") if not body["lifted"]]

    @call
    def purge_report(self, work: Work, keeps: Mapping[str, Keep], on: date) -> PurgeReport:
        """What would be purged on a day, nothing being changed."""
        found = _report(work, keeps, on)
        work.note(f"{len(found.due)} due, {len(found.held)} held")
        return found

    @call
    def purge(self, work: Work, keeps: Mapping[str, Keep], on: date, digest: str) -> int:
        """Purge what a report listed; gives the number of bodies. `digest` is that of the report somebody has read.

        The facts, their hashes and the trail stay: that something was kept, and purged when, can still be proved.
        """
        found = _report(work, keeps, on)
        if on > work.today or digest != found.digest:
            raise Refused(
                "The report that was read is not what would be purged now.",
                "Nothing was purged.",
                "Make a new report for a day that has come, read it, and name its digest.",
            )
        for one in found.due:
            row = {"sha256": one.address, "class": one.keep, "due_on": one.due_on.isoformat(), "basis": one.basis}
            work.add(purges, **row)
        forget_ranked()
        if found.due:
            blank = update(contents).where(contents.c.sha256 == bindparam("address")).values(body=None)
            work.connection.execute(blank, [{"address": one.address} for one in found.due])
        work.note(f"{len(found.due)} bodies purged")
        return len(found.due)

    def clear_leftovers(self) -> None:
        """Give the space of purged bodies back, so that nothing of them stays in the database's files."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("VACUUM contents"))
        if self._engine.dialect.name == "sqlite":
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()


def _set_hold(work: Work, subject: str, reason: str, *, lifted: bool) -> None:
    if not reason.strip() or not (subject == "all" or subject.startswith(("person:", "home:"))):
        raise Refused("A hold names person:ID, home:ID or all, and a reason.", "Nothing was written.", "Give both.")
    thing_id = f"hold/{subject}"
    now = work.thing(thing_id)
    body = {"subject": subject, "reason": reason, "lifted": lifted}
    work.put("hold", thing_id, subject, (), body, now.version if now is not None else 0)


def _report(work: Work, keeps: Mapping[str, Keep], on: date) -> PurgeReport:
    last: dict[str, tuple[date, str]] = {}
    for address, name, day in _uses(work, keeps):
        if address not in last or (day, name) > last[address]:
            last[address] = (day, name)
    held = {body["subject"] for _, body in work.latest("hold") if not body["lifted"]}
    rows = work.connection.execute(
        select(contents.c.sha256, contents.c.kind, contents.c.subjects)
        .where(contents.c.body.is_not(None))
        .order_by(contents.c.sha256)
    )
    due: list[Due] = []
    back: list[Due] = []
    for address, kind, subjects in rows.all():
        if address not in last or last[address][0] > on:
            continue
        day, name = last[address]
        whom = tuple(json.loads(subjects))
        one = Due(address, kind, whom, name, day, keeps[name].basis)
        (back if "all" in held or held & set(whom) else due).append(one)
    return PurgeReport(on, tuple(due), tuple(back))


def _uses(work: Work, keeps: Mapping[str, Keep]) -> Iterator[tuple[str, str, date]]:
    """Each use of each body that may be purged: address, class, and the day on which that use is over."""
    times = work.connection.execute(select(trail.c.seq, trail.c.at)).all()
    entered = {seq: datetime.fromisoformat(at).date() for seq, at in times}

    def after(name: str, day: date) -> date:
        return _years_later(day, keeps[name].years)

    born: dict[str, date] = {}
    for row in work.connection.execute(select(snapshots)).all():
        listed = work.body(row.snapshot_id)
        day = after("round", entered[row.entry])
        for address in (a for table in listed["tables"].values() for a in table):
            yield address, "round", day
        for address in listed["tables"]["children"]:
            try:
                child = work.body(address)
            except Purged:
                continue
            born[child["child_id"]] = date.fromisoformat(child["date_of_birth"])
    for row in work.connection.execute(select(runs)).all():
        day = after("round", entered[row.entry])
        yield row.document, "round", day
        for one in json.loads(row.files).values():
            if one["address"] is not None:
                yield one["address"], "round", day
    planned: list[Row[Any]] = []
    for row in work.connection.execute(select(things)).all():
        if row.kind in PLANNED:
            planned.append(row)
        elif row.kind != "hold":
            name = "access" if row.kind in ("standing", "bar") else "said"
            yield row.body, name, after(name, entered[row.entry])
    yield from _uses_of_plans(work, planned, entered, after)
    yield from _uses_of_matches(work, keeps, born, entered)


def _uses_of_plans(
    work: Work, planned: Sequence[Row[Any]], entered: Mapping[int, date], after: Callable[[str, date], date]
) -> Iterator[tuple[str, str, date]]:
    """All versions and files of one scenario, forecast, edition, ... go together, counted from the last act on it.

    A forecast, with its files, is kept as long as an edition that was made from it, or targets that come from it.
    """
    whose: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in planned:
        kind = {WORK_FILE: WORK, EDITION_FILE: EDITION}.get(row.kind, row.kind)
        whose.setdefault((kind, row.owner), []).append(row)
    for (kind, _), rows in whose.items():
        name = "editions" if kind == EDITION else "plans"
        day = after(name, max(entered[row.entry] for row in rows))
        for row in rows:
            yield row.body, name, day
        if kind in (EDITION, TARGETS):
            for made_from in _made_from(work, rows):
                for row in whose.get((WORK, made_from), ()):
                    yield row.body, name, day


def _made_from(work: Work, rows: Sequence[Row[Any]]) -> set[str]:
    """The forecasts that some bodies name."""
    found = set()
    for row in rows:
        if row.kind != EDITION_FILE:
            try:
                found.add(str(work.body(row.body).get("work_id", "")))
            except Purged:
                continue
    return found


def _uses_of_matches(
    work: Work, keeps: Mapping[str, Keep], born: Mapping[str, date], entered: Mapping[int, date]
) -> Iterator[tuple[str, str, date]]:
    placed = set(work.connection.execute(select(steps.c.match_id).where(steps.c.step == "placed")).scalars().all())
    state = {row.match_id: row for row, _, _ in states(work)}
    last_act: dict[str, date] = {}
    for match_id, entry in work.connection.execute(select(steps.c.match_id, steps.c.entry)).all():
        last_act[match_id] = max(last_act.get(match_id, date.min), entered[entry])
    over: dict[str, tuple[str, date]] = {}
    for match_id, row in state.items():
        name = "not_placed"
        if match_id in placed:
            name = "adoption_record" if row.route == ADOPTION else "case_record"
        since = last_act[match_id]
        if keeps[name].since == "birth":
            # A child whose birth is no longer on file is taken to be born on the day of the last act: kept longer.
            since = max(born.get(child, since) for child in json.loads(row.children))
        over[match_id] = (name, _years_later(since, keeps[name].years))
    for table in (steps, overrides):
        for match_id, body in work.connection.execute(select(table.c.match_id, table.c.body)).all():
            yield body, *over[match_id]


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
