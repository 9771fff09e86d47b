"""What is planned, as it lies in the store: checked before it is kept, files beside their document.

None of it is about a child: bodies and entries of the trail name no person and no home.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy import Row, func, select

from records.store.canonical import canonical, sha256
from records.store.errors import NotThere, Refused
from records.store.schema import contents, things, trail
from records.store.work import Work

NOBODY: Final = ()
"""Whom what is planned is about: it is totals, assumptions and documents, and never a child or a home."""
LARGEST_TEXT: Final = 1_000_000
"""The most bytes that a scenario, or a council's own words, may have."""
LARGEST_DOCUMENT: Final = 5_000_000
LARGEST_FILE: Final = 64_000_000
LARGEST_TOGETHER: Final = 256_000_000
MOST_FILES: Final = 1_000
LONGEST_NAME: Final = 120
ABOUT_CHILDREN: Final = ("findings.csv", "forecast.html")
"""Files of a forecast that name children: they stay with the returns, and never come where totals are kept."""
_QUARTER: Final = re.compile(r"(\d{4})-(\d{2}) Q[1-4]")
_NO_PART: Final = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
NOTHING: Final = "Nothing was written."


def refused(what: str, mend: str) -> Refused:
    """The refusal of something that cannot be kept as it is."""
    return Refused(what, NOTHING, mend)


# ---- checks ------------------------------------------------------------------------------------------------------


def named(name: str, what: str) -> str:
    """A name in one line, without spaces around it. Raises `Refused` for none."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise refused(f"The {what} has no name.", "Give it a name that can be read, in one line.")
    if len(name) > LONGEST_NAME:
        raise refused(
            f"The name of the {what} has {len(name)} characters.", f"Give one of {LONGEST_NAME} characters at most."
        )
    return name


def said(words: str, mend: str) -> str:
    """Reasons in words. Raises `Refused` for none."""
    if not words.strip():
        raise refused("No reasons are given.", mend)
    return written(words.strip(), "reasons")


def written(text: str, what: str) -> str:
    """A text that is not too long to keep, with its line ends as one kind."""
    text = text.replace("\r\n", "\n")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_TEXT:
        raise refused(
            f"The {what} would take {megabytes(size)}.", f"Make it shorter: {megabytes(LARGEST_TEXT)} at most."
        )
    return text


def plain(document: Mapping[str, Any], what: str) -> dict[str, Any]:
    """A document that JSON can say. Raises `Refused` for anything else, or too much."""
    try:
        size = len(canonical(document))
    except (TypeError, ValueError):
        raise refused(
            f"The {what} holds something that is no text, number, list or table.",
            "This is a fault of the program: tell whoever keeps it.",
        ) from None
    if size > LARGEST_DOCUMENT:
        raise refused(
            f"The {what} would take {megabytes(size)}.",
            f"{megabytes(LARGEST_DOCUMENT)} at most; put the rest into files.",
        )
    return dict(document)


def whole_files(files: Mapping[str, bytes], what: str) -> dict[str, bytes]:
    """Files by name that may be kept. Raises `Refused` for too much, names no folder takes, and lists of children."""
    if len(files) > MOST_FILES:
        raise refused(f"The {what} has {len(files):,} files.", f"Keep {MOST_FILES:,} at most.")
    for name, data in files.items():
        path = PurePosixPath(name)
        if (
            not path.parts
            or path.is_absolute()
            or str(path) != name
            or any(_NO_PART.search(p) or p == ".." for p in path.parts)
        ):
            raise refused(f"{name!r} cannot be the name of a file.", "Name it as region/totals.csv is named.")
        if path.name in ABOUT_CHILDREN:
            raise refused(f"{name} names children.", "Leave it out: what is planned is kept for people who see totals.")
        if len(data) > LARGEST_FILE:
            raise refused(f"{name} has {megabytes(len(data))}.", f"A file may have {megabytes(LARGEST_FILE)} at most.")
    together = sum(map(len, files.values()))
    if together > LARGEST_TOGETHER:
        raise refused(
            f"The files of the {what} have {megabytes(together)} together.",
            f"{megabytes(LARGEST_TOGETHER)} at most: play fewer scenarios or councils at a time.",
        )
    return dict(sorted(files.items()))


def quarters_of(table: object, what: str) -> None:
    """Check a table {kind of home: {quarter: whole number, or {"approved": whole number, ...}}}."""
    if not isinstance(table, Mapping):
        raise refused(f"The {what} are no table.", "Give them by kind of home and quarter.")
    for home, row in table.items():
        if not str(home).strip() or not isinstance(row, Mapping):
            raise refused(f"The {what} of {home!r} are no table.", "Give them by kind of home and quarter.")
        for quarter, cell in row.items():
            if not _is_quarter(str(quarter)):
                raise refused(
                    f"{quarter!r} is no quarter.",
                    "Write it as 2027-28 Q1, which is April to June 2027: Q4 ends in March.",
                )
            counts = cell if isinstance(cell, Mapping) else {"approved": cell}
            for name, value in counts.items():
                if value is not None and not _is_count(value):
                    raise refused(
                        f"{home}, {quarter}: {str(name).replace('_', ' ')} is {value!r}.",
                        "Give a whole number, 0 or more; leave out what is not known.",
                    )


def _is_quarter(name: str) -> bool:
    found = _QUARTER.fullmatch(name)
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def megabytes(size: int) -> str:
    """1.5 MB, upwards."""
    tenths = -(-size // 100_000)  # upwards: what is too large never looks as if it were not
    return f"{tenths / 10:g} MB"


# ---- keeping and reading -----------------------------------------------------------------------------------------


def keep_files(work: Work, kind: str, owner: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep the files of one work or edition, each a fact of its own; gives name to sha256.

    They are kept for each owner by itself: the same bytes purged with one are still there in the other.
    """
    for name, data in files.items():
        address = work.keep(f"{kind} {owner}", NOBODY, data)
        work.add(things, thing_id=f"{kind}/{owner}/{name}", version=1, kind=kind, owner=owner, body=address)
    return {name: sha256(data) for name, data in files.items()}


def read_files(work: Work, kind: str, owner: str, listed: Mapping[str, str]) -> dict[str, bytes]:
    """All files of one owner, by name. Raises `Purged` where their time was over."""
    return {name: read_one(work, kind, owner, name) for name in sorted(listed)}


def read_one(work: Work, kind: str, owner: str, name: str) -> bytes:
    """One file of one owner."""
    row = work.thing(f"{kind}/{owner}/{name}")
    if row is None or row.kind != kind:
        raise NotThere(f"There is no {name} in it.", "Nothing was read.", "Choose one of the files that are listed.")
    return work.data(row.body)


def first_of(work: Work, kind: str, thing_id: str, what: str) -> Row[Any]:
    """The version that stands of one thing; raises `NotThere`."""
    row = work.thing(f"{kind}/{thing_id}")
    if row is None or row.kind != kind:
        raise NotThere(f"There is no {what} {thing_id}.", "Nothing was done.", "Choose one of those that are listed.")
    return row


def versions(
    work: Work, kind: str, thing_id: str | None = None, *, latest: bool = False
) -> list[tuple[Row[Any], dict[str, Any]]]:
    """Every version of things of a kind, or of one thing, by id and version; a purged one is left out.

    `latest`: only the version of each that stands. A row has the cells of `things`, and who wrote it when: `at`,
    `user_id`, `by`.
    """
    query = (
        select(things, trail.c.at, trail.c.user_id, trail.c.name.label("by"), contents.c.body.label("bytes"))
        .join(trail, trail.c.seq == things.c.entry)
        .join(contents, contents.c.sha256 == things.c.body)
        .where(things.c.kind == kind, contents.c.body.is_not(None))
        .order_by(things.c.thing_id, things.c.version)
    )
    if thing_id is not None:
        query = query.where(things.c.thing_id == f"{kind}/{thing_id}")
    if latest:
        of_kind = select(things.c.thing_id, func.max(things.c.version).label("version")).where(things.c.kind == kind)
        last = of_kind.group_by(things.c.thing_id).subquery()
        query = query.join(last, (things.c.thing_id == last.c.thing_id) & (things.c.version == last.c.version))
    found = work.connection.execute(query).all()
    return [(row, json.loads(zlib.decompress(row.bytes))) for row in found]
