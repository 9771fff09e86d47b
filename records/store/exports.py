"""What leaves the store on paper: all about one child or carer, and facts for analysis that name nobody."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from records.ages import age_on
from records.store.desk import Desk, call
from records.store.errors import NotThere, Purged
from records.store.rounds import csv_rows
from records.store.rows import ROWS
from records.store.schema import content_subjects, contents, matches, mentions, purges, runs, snapshots, steps, trail
from records.store.work import Work

ABOUT: Final = (
    *(name for name in ROWS if name != "findings"),
    "step",
    "override",
    "pin",
    "veto",
    "question",
    "none_of_these",
)
"""Kinds of bodies that are about few people, and are given whole."""
REVIEW: Final = (
    "Somebody with the right to decide has to read this before it is handed over: other people are replaced by "
    "'somebody else', but what is written in free text may still tell of them, or do serious harm if it is read "
    "(Data Protection Act 2018, Schedule 2 paragraph 16 and Schedule 3 Part 3)."
)


class Exports(Desk):
    """Exports of one subject, and for analysis."""

    @call
    def export_subject(self, work: Work, subject: str) -> dict[str, Any]:
        """Everything kept about a child (`person:ID`) or a home (`home:ID`), other people's ids replaced.

        Also who has seen it, and what was purged. Raises `NotThere` for somebody of whom the store knows nothing.
        """
        query = (
            select(contents)
            .join(content_subjects, content_subjects.c.sha256 == contents.c.sha256)
            .where(content_subjects.c.subject == subject)
            .order_by(contents.c.kind, contents.c.sha256)
        )
        found = work.connection.execute(query).all()
        if not found:
            raise NotThere(
                f"The store knows nothing of {subject}.",
                "Nothing was exported.",
                "Give the id as it stands in the records, with person: or home: before it.",
            )
        work.about([subject])
        others = _Others(subject)
        kept, rows = [], []
        for row in found:
            names = others.named(json.loads(row.subjects))
            if row.kind in ABOUT and row.body is not None:
                kept.append({"kind": row.kind, "body": _replaced(work.body(row.sha256), names)})
            elif row.kind in ("file plan.csv", "file ranked.csv") and row.body is not None:
                rows += _own_rows(row.kind, work.data(row.sha256), subject, names)
        gone = [row.sha256 for row in found if row.body is None]
        on = work.connection.execute(select(purges).where(purges.c.sha256.in_(gone))).all() if gone else []
        work.note(f"{len(kept)} bodies, {len(rows)} rows of results")
        return {
            "about": subject,
            "made_at": work.at.isoformat(timespec="seconds"),
            "read_first": REVIEW,
            "recorded": kept,
            "in_results": rows,
            "purged": [{"due_on": row.due_on, "basis": row.basis} for row in on],
            "seen_by": _seen_by(work, subject),
        }

    @call
    def export_analysis(self, work: Work) -> dict[str, list[dict[str, Any]]]:
        """Children of every snapshot and steps of every match, for analysis: no ids, names, places or words.

        Pseudonyms hold within one export and are made with a key that nobody keeps. It is still personal data: few
        children share all of their facts.
        """
        key = secrets.token_bytes(32)

        def nobody(name: str) -> str:
            return hmac.new(key, name.encode(), "sha256").hexdigest()[:16]

        bars = {s.split(":", 1)[1] for s in work.bars()}
        children: list[dict[str, Any]] = []
        for row in work.connection.execute(select(snapshots).order_by(snapshots.c.as_of, snapshots.c.entry)).all():
            day = date.fromisoformat(row.as_of)
            for address in work.body(row.snapshot_id)["tables"]["children"]:
                try:
                    child = work.body(address)
                except Purged:
                    continue
                if child["child_id"] not in bars:
                    children.append({"as_of": row.as_of, "child": nobody(child["child_id"]), **_facts(child, day)})
        children.sort(key=lambda one: (one["as_of"], one["child"]))
        stages = _stages(work, nobody, bars)
        work.note(f"{len(children)} rows of children, {len(stages)} steps")
        return {"children": children, "steps": stages}


class _Others:
    """Names for everybody but the one the export is about, the same throughout."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._names: dict[str, str] = {}

    def named(self, subjects: list[str]) -> Mapping[str, str]:
        for one in sorted(subjects):
            if one != self._subject and one not in self._names:
                what = "home" if one.startswith("home:") else "person"
                self._names[one] = f"somebody else ({what} {len(self._names) + 1})"
        return {one.split(":", 1)[1]: name for one, name in self._names.items() if one in subjects}


def _replaced(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(k, k): _replaced(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, names) for v in value]
    return names.get(value, value) if isinstance(value, str) else value


def _own_rows(kind: str, data: bytes, subject: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    what, wanted = subject.split(":", 1)
    column = "home_id" if what == "home" else "child_id" if kind == "file plan.csv" else "child_ids"
    own = [row for row in csv_rows(data) if wanted in row[column].split(";")]
    return [
        {name: ";".join(names.get(part, part) for part in cell.split(";")) for name, cell in row.items() if cell}
        for row in own
    ]


def _seen_by(work: Work, subject: str) -> list[dict[str, str]]:
    query = select(content_subjects.c.sha256).where(content_subjects.c.subject == subject)
    held = work.connection.execute(select(runs.c.run_id).where(runs.c.document.in_(query))).scalars().all()
    names = [subject, *(f"run:{run}" for run in held)]
    seen = (
        select(trail)
        .where(trail.c.seq.in_(select(mentions.c.seq).where(mentions.c.subject.in_(names))))
        .order_by(trail.c.seq)
    )
    return [{"at": row.at, "role": row.role, "act": row.act} for row in work.connection.execute(seen).all()]


def _facts(child: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {
        "age": age_on(date.fromisoformat(child["date_of_birth"]), day),
        "sex": child.get("sex"),
        "ethnicity": child.get("ethnicity"),
        "routes": ";".join(child["routes"]),
        "placement_need": child.get("placement_need"),
        "needs_must": ";".join(child.get("needs_must", ())),
        "has_brothers_or_sisters": child.get("family_id") is not None,
        "days_waiting": (day - date.fromisoformat(child["referred_on"])).days,
    }


def _stages(work: Work, nobody: Any, bars: set[str]) -> list[dict[str, Any]]:
    first: dict[str, datetime] = {}
    found = []
    query = select(matches, steps.c.version, steps.c.step, steps.c.outcome, steps.c.at).join(
        steps, steps.c.match_id == matches.c.match_id
    )
    for row in work.connection.execute(query.order_by(matches.c.match_id, steps.c.version)).all():
        children = json.loads(row.children)
        if bars & {*children, row.home_id}:
            continue
        at = datetime.fromisoformat(row.at)
        began = first.setdefault(row.match_id, at)
        found.append(
            {
                "match": nobody(row.match_id),
                "home": nobody(row.home_id),
                "children": len(children),
                "route": row.route,
                "step": row.step,
                "outcome": row.outcome,
                "days_from_proposal": (at - began).days,
            }
        )
    return sorted(found, key=lambda one: (one["match"], one["days_from_proposal"]))
