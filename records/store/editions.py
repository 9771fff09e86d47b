"""Editions of a document that is to be published: prepared, signed off by a second person, or withdrawn.

An edition's files are fixed when it is prepared. Each step is a fact of its own that names their checksums.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from records.store.canonical import sha256
from records.store.desk import Desk, call
from records.store.errors import Refused, StoreError
from records.store.shelf import (
    NOBODY,
    NOTHING,
    first_of,
    keep_files,
    plain,
    read_one,
    refused,
    said,
    versions,
    whole_files,
)
from records.store.work import Work

EDITION: Final = "edition"
EDITION_FILE: Final = "edition_file"
OFFICES: Final = (
    "director of children's services",
    "lead member for children's services",
    "service manager",
)
"""In which office a document may be signed off. The director of children's services answers for the council's functions
for children (Children Act 2004, section 18); the lead member is the councillor who does (section 19). The other two are
offices of `steps.PLACING`, whose others deal with single children. Which of them signs is for the council's scheme of
delegation [GOV-07]."""
ALONE: Final = (
    "The same person prepared and decided it: the one user of this computer, acting as decision maker. "
    "No second person looked."
)


@dataclass(frozen=True, slots=True)
class KeptEdition:
    """One edition as it stands. `state`: prepared, signed, refused or withdrawn. `files`: name to sha256.

    `steps`, in order: `what` (a state), `at`, `by` (user id), `name`, `office`, `reasons`, and `note`: what else the
    reader should know of it. `version` is what the next step has to name. `work_id`: what it was made from.
    """

    edition_id: str
    version: int
    at: str
    by: str
    document: Mapping[str, Any]
    state: str
    steps: tuple[Mapping[str, str], ...]
    files: Mapping[str, str]
    work_id: str


class Editions(Desk):
    """Documents on their way to being published, and the archive of them."""

    @call
    def prepare_edition(
        self, work: Work, work_id: str, document: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> KeptEdition:
        """Keep a document made from a kept work, with all its files as they are to be published."""
        first_of(work, "work", work_id, "forecast")
        if not files:
            raise refused("The edition has no file.", "Make the document first, then prepare it.")
        document, files = plain(document, "edition"), whole_files(files, "edition")
        edition_id = uuid.uuid4().hex[:12]
        body = {
            "edition_id": edition_id,
            "what": "prepared",
            "office": "",
            "reasons": "",
            "note": "",
            "files": keep_files(work, EDITION_FILE, edition_id, files),
            "work_id": work_id,
            "document": document,
        }
        work.note(f"{edition_id}, {len(files)} files, from {work_id}")
        work.put(EDITION, f"{EDITION}/{edition_id}", edition_id, NOBODY, body, 0)
        return _found(work, edition_id, body)

    @call
    def sign_edition(
        self, work: Work, edition_id: str, version: int, office: str, *, agreed: bool, reasons: str
    ) -> KeptEdition:
        """Sign an edition off, or refuse it, in an office; the step names the checksums of its files.

        Raises `Refused` to whoever prepared it: four eyes. The one user of a computer without a sign-in may, as
        decision maker, and the step says so. Raises `Conflict` where somebody else was first.
        """
        standing, prepared = _standing(work, edition_id)
        work.note(f"{edition_id}, {'signed' if agreed else 'refused'}")
        if standing.version == version and (state := _state(work, standing)) != "prepared":
            raise refused(f"The edition is {state} already.", "Prepare another one, if it is to be published anew.")
        if office not in OFFICES:
            raise refused(
                f"{office or 'Nobody'} is no office that signs a document off.", f"Choose: {', '.join(OFFICES)}."
            )
        why = said(reasons, "Write the reasons in words: nobody decides by a click.")
        same = prepared.user_id == work.actor.user_id
        if same and not work.actor.local:
            raise Refused(
                "You prepared this edition, and so cannot sign it off or refuse it.",
                f"{NOTHING} It takes a second person, so that two have read what is published.",
                "Ask another decision maker; or withdraw it.",
            )
        return _step(work, standing, version, "signed" if agreed else "refused", office, why, ALONE if same else "")

    @call
    def withdraw_edition(self, work: Work, edition_id: str, version: int, reasons: str) -> KeptEdition:
        """Take an edition back, with reasons. It stays in the archive, and says that it was withdrawn."""
        standing, _ = _standing(work, edition_id)
        work.note(edition_id)
        if standing.version == version and (state := _state(work, standing)) in ("withdrawn", "refused"):
            raise refused(f"The edition is {state} already.", "There is nothing to take back.")
        why = said(reasons, "Write why it is taken back: whoever has read it will ask.")
        return _step(work, standing, version, "withdrawn", "", why, "")

    @call
    def list_editions(self, work: Work) -> list[KeptEdition]:
        """The archive: every edition as it stands, the one prepared last first; withdrawn ones too."""
        by_edition: dict[str, list[tuple[Row[Any], dict[str, Any]]]] = {}
        for row, body in versions(work, EDITION):
            by_edition.setdefault(row.owner, []).append((row, body))
        found = [rows for rows in by_edition.values() if rows[0][0].version == 1]
        return [_told(rows) for rows in sorted(found, key=lambda rows: int(rows[0][0].entry), reverse=True)]

    @call
    def read_edition(self, work: Work, edition_id: str, name: str) -> bytes:
        """One file of an edition, exactly as it was prepared."""
        first_of(work, EDITION, edition_id, "edition")
        work.note(f"{edition_id}, {name}")
        data = read_one(work, EDITION_FILE, edition_id, name)
        _, body = versions(work, EDITION, edition_id)[0]
        if sha256(data) != body["files"].get(name):
            raise StoreError(
                f"{name} is not the file that was prepared.",
                "It was not given out: what was signed is something else.",
                "Ask whoever keeps the store to prove it with `placewell store verify`.",
            )
        return data


def _standing(work: Work, edition_id: str) -> tuple[Row[Any], Row[Any]]:
    """The step that stands, and the one that prepared it, with who did it."""
    standing = first_of(work, EDITION, edition_id, "edition")
    prepared, _ = versions(work, EDITION, edition_id)[0]
    return standing, prepared


def _state(work: Work, row: Row[Any]) -> str:
    return str(work.body(row.body)["what"])


def _step(work: Work, standing: Row[Any], version: int, what: str, office: str, reasons: str, note: str) -> KeptEdition:
    edition_id = str(standing.owner)
    files = work.body(standing.body)["files"]
    body = {
        "edition_id": edition_id,
        "what": what,
        "office": office,
        "reasons": reasons,
        "note": note,
        "files": files,
    }
    work.put(EDITION, standing.thing_id, edition_id, NOBODY, body, version)
    return _found(work, edition_id, body)


def _found(work: Work, edition_id: str, new: Mapping[str, Any]) -> KeptEdition:
    """An edition with the step that is being written now: its entry of the trail comes last."""
    earlier = [_row(row, body) for row, body in versions(work, EDITION, edition_id)]
    now = (work.at.isoformat(timespec="microseconds"), work.actor.user_id, work.actor.name, new)
    return _edition(edition_id, [*earlier, now])


def _told(rows: list[tuple[Row[Any], dict[str, Any]]]) -> KeptEdition:
    return _edition(str(rows[0][0].owner), [_row(row, body) for row, body in rows])


Told = tuple[str, str, str, Mapping[str, Any]]
"""When, by which user, of which name, and the body of the step."""


def _row(row: Row[Any], body: Mapping[str, Any]) -> Told:
    return row.at, row.user_id, row.by, body


def _edition(edition_id: str, told: list[Told]) -> KeptEdition:
    at, _, name, first = told[0]
    steps = tuple(
        {
            "what": body["what"],
            "at": when,
            "by": user_id,
            "name": who,
            "office": body["office"],
            "reasons": body["reasons"],
            "note": body["note"],
        }
        for when, user_id, who, body in told
    )
    state = str(steps[-1]["what"])
    return KeptEdition(
        edition_id, len(told), at, name, first["document"], state, steps, first["files"], str(first["work_id"])
    )
