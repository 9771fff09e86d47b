"""What a round was told and what came of it: snapshots of records, and runs made from them."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select

from records.model import Records
from records.store.canonical import batched, canonical, sha256
from records.store.desk import Desk, call
from records.store.errors import NotThere
from records.store.rows import ROWS, SINCE_LATER, home, person, plain, rebuilt, subjects_of
from records.store.schema import content_subjects, contents, runs, snapshots, trail
from records.store.work import AT_ONCE, Work

PLAN_COLUMNS: Final = (
    "child_id",
    "home_id",
    "answer",
    "points",
    "miles_home",
    "miles_school",
    "sign_off",
    "who_signs",
    "questions",
    "before_confirming",
)
"""What `read_plan` shows: none of these names another child."""
POINTS: Final = "input points.csv"
"""The file of a run that holds the points a council's own tool gave, where it gave any."""
TABLES: Final = ("ranked.csv", "unplaced.csv", "summary.json")
"""The files of a run that take long to work out again."""
LARGEST_FILE: Final = 64_000_000
"""A larger file of a run is not kept: its sha256 is, and replaying the run makes it again."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it was kept. `document`: policy, law, versions, settings and result. `files`: name to sha256."""

    run_id: str
    snapshot_id: str
    as_of: str
    document: Mapping[str, Any]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A run or a snapshot, and who made it when. `run_id` is empty for a snapshot. `counts`: of a snapshot's rows."""

    run_id: str
    snapshot_id: str
    as_of: str
    at: str
    by: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OpenedRound:
    """A run with everything to work with it.

    `tables`: the files named in `TABLES`, as far as they were kept. `withheld`: everybody (`person:...`) and every home
    (`home:...`) from whom the person is barred, of this round or not. Those of the round are in the records, because
    the others cannot be explained without them; whoever opens a round shows none of them.
    """

    run: Run
    records: Records
    points: bytes | None
    tables: Mapping[str, bytes]
    withheld: frozenset[str]


class Rounds(Desk):
    """Snapshots and runs."""

    @call
    def keep_snapshot(self, work: Work, records: Records) -> str:
        """Keep the records of a round; gives the snapshot's id, the same for the same records.

        Each row is kept once at the address of what it says, so that the snapshots of many weeks share most rows.
        """
        tables = {name: getattr(records, name) for name in ROWS if name not in SINCE_LATER or getattr(records, name)}
        rows = [(name, subjects_of(row), plain(row)) for name, table in tables.items() for row in table]
        addresses = iter(work.keep_all(rows))
        listed = {
            "as_of": records.day.isoformat(),
            "inputs": dict(records.inputs),
            "rows_left_out": records.rows_left_out,
            "tables": {name: [next(addresses) for _ in table] for name, table in tables.items()},
        }
        snapshot_id = work.keep("snapshot", (), listed)
        work.about([f"snapshot:{snapshot_id}"])
        work.note(f"{len(records.children)} children, {len(records.homes)} homes")
        if work.one(snapshots, snapshot_id=snapshot_id) is None:
            work.add(snapshots, snapshot_id=snapshot_id, as_of=records.day.isoformat())
        return snapshot_id

    @call
    def read_snapshot(self, work: Work, snapshot_id: str) -> Records:
        """The records exactly as they were kept. Raises `Purged` where a row's time was over."""
        work.must(snapshots, "snapshot", snapshot_id=snapshot_id)
        work.about([f"snapshot:{snapshot_id}"])
        listed = work.body(snapshot_id)
        if bars := work.bars():
            addresses = {a for table in listed["tables"].values() for a in table}
            query = select(content_subjects).where(content_subjects.c.subject.in_(sorted(bars)))
            work.about(sorted({row.subject for row in work.connection.execute(query) if row.sha256 in addresses}))
        return records_of(work, listed)

    @call
    def keep_run(self, work: Work, snapshot_id: str, document: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
        """Keep what a round was asked, what came of it and every file it wrote; gives the run's id.

        The same run kept twice is one run.
        """
        work.must(snapshots, "snapshot", snapshot_id=snapshot_id)
        tables = work.body(snapshot_id)["tables"]
        whom = [s for name in ("children", "homes") for s in _subjects(work, tables[name])]
        kept: dict[str, dict[str, Any]] = {}
        for name, data in sorted(files.items()):
            address = work.keep(f"file {name}", whom, data) if len(data) <= LARGEST_FILE else None
            kept[name] = {"sha256": sha256(data), "address": address}
        written = work.keep("run", whom, document)
        listed = canonical(kept).decode()
        run_id = sha256(canonical([snapshot_id, written, listed]))[:20]
        work.about([f"run:{run_id}"])
        if work.one(runs, run_id=run_id) is None:
            as_of = work.must(snapshots, "snapshot", snapshot_id=snapshot_id).as_of
            work.add(runs, run_id=run_id, snapshot_id=snapshot_id, as_of=as_of, document=written, files=listed)
        return run_id

    @call
    def list_runs(self, work: Work) -> list[tuple[str, str, str]]:
        """Every run kept: its id, its day and its snapshot, latest first. Names nobody."""
        found = work.connection.execute(select(runs).order_by(runs.c.entry.desc())).all()
        return [(run.run_id, run.as_of, run.snapshot_id) for run in found]

    @call
    def runs_made(self, work: Work, most: int = 100) -> list[Made]:
        """The latest runs, with who made each and when, the latest first. Names no child."""
        made = select(runs, trail.c.at, trail.c.name).join(trail, trail.c.seq == runs.c.entry)
        found = work.connection.execute(made.order_by(runs.c.entry.desc()).limit(most)).all()
        return [Made(row.run_id, row.snapshot_id, row.as_of, row.at, row.name, {}) for row in found]

    @call
    def snapshots_made(self, work: Work, most: int = 100) -> list[Made]:
        """The latest snapshots of records, with how many rows of each kind they hold, the latest first."""
        made = select(snapshots, trail.c.at, trail.c.name).join(trail, trail.c.seq == snapshots.c.entry)
        found = work.connection.execute(made.order_by(snapshots.c.entry.desc()).limit(most)).all()
        return [
            Made("", row.snapshot_id, row.as_of, row.at, row.name, _rows_of(work.body(row.snapshot_id)))
            for row in found
        ]

    @call
    def open_round(self, work: Work, run_id: str) -> OpenedRound:
        """A run, its records and points, to show it child by child: see `OpenedRound.withheld`."""
        run = work.must(runs, "run", run_id=run_id)
        work.about([f"run:{run_id}"])
        listed = json.loads(run.files)
        files = {name: one["sha256"] for name, one in listed.items()}
        points = listed.get(POINTS)
        return OpenedRound(
            Run(run.run_id, run.snapshot_id, run.as_of, work.body(run.document), files),
            records_of(work, work.body(run.snapshot_id)),
            None if points is None else work.data(points["address"]),
            {name: work.data(listed[name]["address"]) for name in TABLES if _is_kept(listed.get(name))},
            work.bars(),
        )

    @call
    def read_run(self, work: Work, run_id: str) -> Run:
        """A run as it was kept. Refused whole to whoever is barred from a child or home in it: see `read_plan`."""
        run = seen_run(work, run_id)
        files = {name: one["sha256"] for name, one in json.loads(run.files).items()}
        return Run(run.run_id, run.snapshot_id, run.as_of, work.body(run.document), files)

    @call
    def read_file(self, work: Work, run_id: str, name: str) -> bytes:
        """One file of a run, such as `report.html`, as it was written. Refused as `read_run` is."""
        run = seen_run(work, run_id)
        work.note(name)
        return file_of_run(work, run, name)

    @call
    def read_plan(self, work: Work, run_id: str) -> tuple[list[dict[str, str]], int]:
        """The plan of a run, row by row, without children and homes from whom the person is barred; and how many."""
        run = work.must(runs, "run", run_id=run_id)
        work.about([f"run:{run_id}"])
        bars = work.bars()
        shown, withheld = [], 0
        for row in csv_rows(file_of_run(work, run, "plan.csv")):
            if {person(row["child_id"]), home(row["home_id"])} & bars:
                withheld += 1
            else:
                shown.append({name: row.get(name, "") for name in PLAN_COLUMNS})
        work.note(f"{len(shown)} rows shown, {withheld} withheld")
        return shown, withheld


def seen_run(work: Work, run_id: str) -> Row[Any]:
    """A run whose every child and home the person may see; raises `Barred`."""
    run = work.must(runs, "run", run_id=run_id)
    work.about([f"run:{run_id}"])
    if bars := work.bars():
        query = select(content_subjects.c.subject).where(
            content_subjects.c.sha256 == run.document, content_subjects.c.subject.in_(sorted(bars))
        )
        work.about(work.connection.execute(query).scalars().all())
    return run


def file_of_run(work: Work, run: Row[Any], name: str) -> bytes:
    """A file of a run; raises `NotThere` for one that was not kept."""
    one = json.loads(run.files).get(name)
    if one is None or one["address"] is None:
        raise NotThere(
            f"The run {run.run_id} kept no {name}.", "Nothing was read.", "Make it again with `placewell replay`."
        )
    return work.data(one["address"])


def csv_rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a results file, without the apostrophe that keeps spreadsheets from reading a formula."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return [{name: _bare(cell) for name, cell in row.items()} for row in rows]


def ranked_of(work: Work, run: Row[Any], group_id: str) -> tuple[Mapping[str, str], ...]:
    """The homes that a run left open for a group, best first."""
    one = json.loads(run.files).get("ranked.csv")
    address = one["address"] if one is not None else None
    if address is not None:
        there = select(contents.c.body_sha256).where(contents.c.sha256 == address, contents.c.body.is_not(None))
        known = _RANKED.get(address)
        if known is not None and work.connection.execute(there).first() is not None:
            return known.get(group_id, ())
    groups: dict[str, list[Mapping[str, str]]] = {}
    for row in csv_rows(file_of_run(work, run, "ranked.csv")):
        groups.setdefault(row["group_id"], []).append(row)
    found = {group: tuple(rows) for group, rows in groups.items()}
    while len(_RANKED) >= MOST_REMEMBERED:
        _RANKED.pop(next(iter(_RANKED), ""), None)
    _RANKED[str(address)] = found
    return found.get(group_id, ())


def forget_ranked() -> None:
    """Remember nothing of what runs said: something is being purged."""
    _RANKED.clear()


MOST_REMEMBERED: Final = 4
_RANKED: dict[str, dict[str, tuple[Mapping[str, str], ...]]] = {}
"""What `ranked.csv` of the last few runs says, by address: it can never change there, only be purged."""


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r\n＝＋－＠") else cell


def records_of(work: Work, listed: Mapping[str, Any]) -> Records:
    """The records that a snapshot lists."""
    tables = {
        name: [json.loads(data) for data in _bodies(work, listed["tables"][name])]
        for name in ROWS
        if name in listed["tables"] or name not in SINCE_LATER
    }
    return rebuilt(listed["as_of"], tables, listed["inputs"], listed["rows_left_out"])


def _bodies(work: Work, addresses: list[str]) -> list[bytes]:
    found: dict[str, bytes] = {}
    for some in batched(sorted(set(addresses)), AT_ONCE):
        query = select(contents).where(contents.c.sha256.in_(some), contents.c.body.is_not(None))
        found.update({row.sha256: zlib.decompress(row.body) for row in work.connection.execute(query)})
    # what is not found is asked for again by itself: that says whether it was purged or is missing
    return [found[address] if address in found else work.data(address) for address in addresses]


def _is_kept(one: Mapping[str, Any] | None) -> bool:
    return one is not None and one["address"] is not None


def _rows_of(listed: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(rows) for name, rows in listed["tables"].items()} | {"rows_left_out": listed["rows_left_out"]}


def _subjects(work: Work, addresses: list[str]) -> list[str]:
    """Whom some rows are about."""
    found: list[str] = []
    for some in batched(addresses, AT_ONCE):
        rows = work.connection.execute(select(contents.c.subjects).where(contents.c.sha256.in_(some)))
        found += [s for (subjects,) in rows for s in json.loads(subjects)]
    return found
