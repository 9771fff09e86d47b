"""What is planned for a council: scenarios, forecasts, its own words, targets and the approvals achieved.

Every version is kept. None of it is about a child: whoever plans sees totals, and so does whoever reads the trail.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from records.store.desk import call
from records.store.editions import OFFICES, Editions, KeptEdition
from records.store.errors import Purged
from records.store.shelf import (
    NOBODY,
    first_of,
    keep_files,
    named,
    plain,
    quarters_of,
    read_files,
    refused,
    versions,
    whole_files,
    written,
)
from records.store.work import Work

__all__ = ["OFFICES", "KeptEdition", "KeptScenario", "KeptTable", "KeptWork", "Plans", "TargetsSoFar"]

SCENARIO: Final = "scenario"
WORK: Final = "work"
WORK_FILE: Final = "work_file"
WORDS: Final = "words"
TARGETS: Final = "targets"
APPROVALS: Final = "approvals"


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """One version of a scenario; `version` is what the next change has to name. `by`, `at`: of this version.

    `based_on`: what it was made from, as whoever kept it named that.
    """

    scenario_id: str
    version: int
    name: str
    toml: str
    note: str
    based_on: str | None
    dropped: bool
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class KeptWork:
    """One forecast as it was kept, and who kept it when. It never changes."""

    work_id: str
    at: str
    by: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptTable:
    """One version of a council's targets or approvals. `work_id`: the forecast that targets come from; else empty."""

    version: int
    document: Mapping[str, Any]
    by: str
    at: str
    work_id: str


@dataclass(frozen=True, slots=True)
class TargetsSoFar:
    """The targets that a council has adopted and the approvals it has achieved; None where there are none yet.

    `adopted_before` and `approvals_before`: every version before the one that stands, the latest first.
    """

    adopted: KeptTable | None
    approvals: KeptTable | None
    adopted_before: tuple[KeptTable, ...] = ()
    approvals_before: tuple[KeptTable, ...] = ()


class Plans(Editions):
    """Scenarios, forecasts, words, targets and approvals; and, from `Editions`, what is published of them."""

    # ---- scenarios -------------------------------------------------------------------------------------------------

    @call
    def keep_scenario(
        self, work: Work, name: str, toml: str, *, based_on: str | None = None, note: str = ""
    ) -> KeptScenario:
        """Keep a new scenario under a name that no other has which stands."""
        scenario_id = uuid.uuid4().hex[:12]
        body = _scenario(work, scenario_id, 1, name=name, toml=toml, note=note, based_on=based_on, dropped=False)
        work.note(f"{scenario_id}, version 1")
        work.put(SCENARIO, f"{SCENARIO}/{scenario_id}", scenario_id, NOBODY, body, 0)
        return _kept(body, work.actor.name, work.at.isoformat(timespec="microseconds"))

    @call
    def change_scenario(
        self,
        work: Work,
        scenario_id: str,
        version: int,
        *,
        name: str | None = None,
        toml: str | None = None,
        note: str = "",
        dropped: bool | None = None,
    ) -> KeptScenario:
        """Write the next version of a scenario; what is None stays. `note`: what was changed, in words.

        `dropped` True takes it off the list, False puts it back. Raises `Conflict` with both versions where somebody
        else changed it first.
        """
        row = first_of(work, SCENARIO, scenario_id, "scenario")
        now = work.body(row.body)
        work.note(f"{scenario_id}, version {version + 1}")
        body = _scenario(
            work,
            scenario_id,
            version + 1,
            name=now["name"] if name is None else name,
            toml=now["toml"] if toml is None else toml,
            note=note,
            based_on=now["based_on"],
            dropped=now["dropped"] if dropped is None else dropped,
            stands=row.version != version,
        )
        work.put(SCENARIO, row.thing_id, scenario_id, NOBODY, body, version)
        return _kept(body, work.actor.name, work.at.isoformat(timespec="microseconds"))

    @call
    def list_scenarios(self, work: Work) -> list[KeptScenario]:
        """Every scenario as it stands, dropped ones too, by name."""
        found = [_kept(body, row.by, row.at) for row, body in versions(work, SCENARIO, latest=True)]
        return sorted(found, key=lambda one: (_folded(one.name), one.scenario_id))

    @call
    def scenario_history(self, work: Work, scenario_id: str) -> list[KeptScenario]:
        """Every version of a scenario, the first one first. To undo is to change back to an earlier text."""
        first_of(work, SCENARIO, scenario_id, "scenario")
        work.note(scenario_id)
        return [_kept(body, row.by, row.at) for row, body in versions(work, SCENARIO, scenario_id)]

    # ---- forecasts -------------------------------------------------------------------------------------------------

    @call
    def keep_work(self, work: Work, document: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
        """Keep a forecast: what was asked, what it was made from, and its files; gives its id.

        Raises `Refused` for a file that names children: see `shelf.ABOUT_CHILDREN`.
        """
        document, files = plain(document, "forecast"), whole_files(files, "forecast")
        work_id = uuid.uuid4().hex[:12]
        body = {"work_id": work_id, "document": document, "files": keep_files(work, WORK_FILE, work_id, files)}
        work.note(f"{work_id}, {len(files)} files")
        work.put(WORK, f"{WORK}/{work_id}", work_id, NOBODY, body, 0)
        return work_id

    @call
    def list_works(self, work: Work, most: int = 50) -> list[KeptWork]:
        """The forecasts kept, the latest first."""
        found = sorted(versions(work, WORK), key=lambda one: int(one[0].entry), reverse=True)
        return [KeptWork(row.owner, row.at, row.by, body["document"]) for row, body in found[:most]]

    @call
    def read_work(self, work: Work, work_id: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        """A forecast as it was kept: its document and its files. Raises `Purged` where its time was over."""
        body = work.body(first_of(work, WORK, work_id, "forecast").body)
        work.note(work_id)
        return body["document"], read_files(work, WORK_FILE, work_id, body["files"])

    # ---- a council's own words -------------------------------------------------------------------------------------

    @call
    def keep_words(self, work: Work, council: str, version: int, text: str) -> int:
        """Keep what a council says in its own words, on top of a version (0: none yet); gives the next version.

        Raises `Conflict` with both texts where somebody else wrote first.
        """
        council, text = named(council, "council"), written(text, "text")
        work.note(f"{council}, version {version + 1}")
        body = {"council": council, "text": text, "version": version + 1}
        return work.put(WORDS, f"{WORDS}/{council}", council, NOBODY, body, version)

    @call
    def read_words(self, work: Work, council: str) -> tuple[int, str]:
        """The version that stands of a council's words, and its text; 0 and none where there are none yet.

        Words that were purged when their time was over are as none, and may be written anew on top of their version.
        """
        row = work.thing(f"{WORDS}/{named(council, 'council')}")
        if row is None:
            return 0, ""
        try:
            return int(row.version), str(work.body(row.body)["text"])
        except Purged:
            return int(row.version), ""

    # ---- targets and approvals -------------------------------------------------------------------------------------

    @call
    def adopt_targets(self, work: Work, council: str, work_id: str, document: Mapping[str, Any]) -> int:
        """Adopt targets of a forecast for a council; gives their version. What was adopted before stays, replaced.

        `document["households"]`: {kind of home: {quarter as 2027-28 Q1: households}}, whole numbers; besides it
        whatever the targets promise (service level, promise day, ...).
        """
        council = named(council, "council")
        first_of(work, WORK, work_id, "forecast")
        quarters_of(document.get("households"), "targets (`households`)")
        now = work.thing(f"{TARGETS}/{council}")
        version = 0 if now is None else int(now.version)
        work.note(f"{council}, version {version + 1}, from {work_id}")
        body = _table(council, version + 1, document, work_id)
        return work.put(TARGETS, f"{TARGETS}/{council}", council, NOBODY, body, version)

    @call
    def record_approvals(self, work: Work, council: str, version: int, document: Mapping[str, Any]) -> int:
        """Record the households approved, the whole table anew on top of a version (0: none yet); gives the next.

        `document`: {kind of home: {quarter as 2027-28 Q1: approved, or {"approved": ..., "enquiries": ..., ...}}},
        whole numbers from 0; None is not known. Raises `Conflict` with both tables where somebody else was first.
        """
        council = named(council, "council")
        quarters_of(document, "approvals")
        work.note(f"{council}, version {version + 1}")
        body = _table(council, version + 1, document, "")
        return work.put(APPROVALS, f"{APPROVALS}/{council}", council, NOBODY, body, version)

    @call
    def targets_so_far(self, work: Work, council: str) -> TargetsSoFar:
        """What a council has adopted and achieved, with every earlier version."""
        council = named(council, "council")
        adopted, approvals = _tables(work, TARGETS, council), _tables(work, APPROVALS, council)
        return TargetsSoFar(
            adopted[0] if adopted else None,
            approvals[0] if approvals else None,
            tuple(adopted[1:]),
            tuple(approvals[1:]),
        )


def _folded(name: str) -> str:
    return name.casefold()


def _scenario(
    work: Work,
    scenario_id: str,
    version: int,
    *,
    name: str,
    toml: str,
    note: str,
    based_on: str | None,
    dropped: bool,
    stands: bool = False,
) -> dict[str, Any]:
    """The body of one version. `stands`: it is written on top of an old version, and will be a conflict."""
    name = named(name, "scenario")
    if not dropped and not stands:
        others = (body for row, body in work.latest(SCENARIO) if row.owner != scenario_id and not body["dropped"])
        if any(_folded(body["name"]) == _folded(name) for body in others):
            raise refused(
                f"There is a scenario of the name {name} already.",
                "Give it another name; or rename, or drop, the other one.",
            )
    return {
        "scenario_id": scenario_id,
        "version": version,
        "name": name,
        "toml": written(toml, "scenario"),
        "note": written(note.strip(), "note"),
        "based_on": based_on,
        "dropped": dropped,
    }


def _kept(body: Mapping[str, Any], by: str, at: str) -> KeptScenario:
    return KeptScenario(**body, by=by, at=at)


def _table(council: str, version: int, document: Mapping[str, Any], work_id: str) -> dict[str, Any]:
    return {"council": council, "version": version, "work_id": work_id, "document": plain(document, "table")}


def _tables(work: Work, kind: str, council: str) -> list[KeptTable]:
    """Every version of a council's table, the latest first."""
    found = [_as_table(row, body) for row, body in versions(work, kind, council)]
    return found[::-1]


def _as_table(row: Row[Any], body: Mapping[str, Any]) -> KeptTable:
    return KeptTable(int(row.version), body["document"], row.by, row.at, body["work_id"])
