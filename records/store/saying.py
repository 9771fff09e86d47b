"""What people say before a round: pins, vetoes, questions and their answers; every version of each is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from records.store.desk import Desk, call
from records.store.errors import NotThere, Refused
from records.store.rows import home, person
from records.store.schema import things
from records.store.work import Work

EDITABLE: Final = ("pin", "veto", "question")


@dataclass(frozen=True, slots=True)
class Thing:
    """One version of an editable thing. `version` is what the next edit has to name."""

    thing_id: str
    version: int
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NextRound:
    """What the next round is told: homes that must, or must not, be proposed for a child, and why.

    `pins` child id to home id. `vetoes` (child id, home id, reason in words, where it comes from).
    """

    pins: Mapping[str, str]
    vetoes: tuple[tuple[str, str, str, str], ...]


class Saying(Desk):
    """Pins, vetoes and questions."""

    @call
    def pin(self, work: Work, child_id: str, home_id: str, reason: str) -> Thing:
        """Ask that the next round keeps one home for a child, if the rules allow it."""
        return _new(work, "pin", [child_id], home_id, reason=reason)

    @call
    def veto(self, work: Work, child_ids: Iterable[str], home_id: str, reason: str) -> Thing:
        """Ask that the next round proposes a home for none of these children."""
        return _new(work, "veto", sorted(set(child_ids)), home_id, reason=reason)

    @call
    def ask_question(self, work: Work, child_id: str, home_id: str, rule_id: str, words: str) -> Thing:
        """Put a question that a rule leaves open to whoever knows."""
        return _new(work, "question", [child_id], home_id, rule_id=rule_id, words=words, answer=None)

    @call
    def answer_question(self, work: Work, thing_id: str, version: int, answer: str, source: str) -> Thing:
        """Answer a question, saying where the answer comes from. Raises `Conflict` if it has changed meanwhile."""
        kept = _standing(work, thing_id, ("question",))
        body = work.body(kept.body) | {"answer": answer, "source": source, "answered_by": work.actor.user_id}
        return _next(work, kept, version, body)

    @call
    def edit(self, work: Work, thing_id: str, version: int, changes: Mapping[str, Any]) -> Thing:
        """Change a pin, veto or question that stands at this version; `withdrawn` True takes it back.

        Raises `Conflict` with both versions if somebody else was first. Whom it is about cannot be changed.
        """
        kept = _standing(work, thing_id, EDITABLE)
        body = work.body(kept.body)
        fixed = {"child_ids", "home_id"} & set(changes)
        unknown = set(changes) - set(body)
        if fixed or unknown:
            raise Refused(
                f"{thing_id}: {', '.join(sorted(fixed | unknown))} cannot be changed.",
                "Nothing was written.",
                "Withdraw it and make another.",
            )
        return _next(work, kept, version, body | dict(changes))

    @call
    def list_things(self, work: Work, kind: str) -> list[Thing]:
        """Pins, vetoes or questions as they stand, without those about somebody from whom the person is barred."""
        if kind not in EDITABLE:
            raise _no_such_kind(kind)
        bars = work.bars()
        found = [_thing(row, body) for row, body in work.latest(kind) if not bars & set(_whom(body))]
        work.about({s for one in found for s in _whom(one.body)})
        return found

    @call
    def history(self, work: Work, thing_id: str) -> list[Thing]:
        """Every version of a pin, veto or question, the first one first."""
        _standing(work, thing_id, EDITABLE)
        return [_thing(row, work.body(row.body)) for row in work.rows(things, thing_id=thing_id)]


def pins_and_vetoes(work: Work) -> tuple[dict[str, str], list[tuple[str, str, str, str]]]:
    """What stands now of both, about nobody from whom the person is barred."""
    bars = work.bars()
    pins: dict[str, str] = {}
    for _, body in work.latest("pin"):
        if not body["withdrawn"] and not bars & set(_whom(body)):
            pins[body["child_ids"][0]] = body["home_id"]
    vetoes = [
        (child_id, body["home_id"], body["reason"], "veto")
        for _, body in work.latest("veto")
        if not body["withdrawn"] and not bars & set(_whom(body))
        for child_id in body["child_ids"]
    ]
    work.about({person(c) for c in pins} | {person(v[0]) for v in vetoes})
    return pins, vetoes


def _new(work: Work, kind: str, child_ids: list[str], home_id: str, **cells: Any) -> Thing:
    if not all(isinstance(v, str) and v.strip() for n, v in cells.items() if n in ("reason", "words", "rule_id")):
        raise Refused(f"A {kind} needs words.", "Nothing was written.", "Say why, in a sentence.")
    body = {"child_ids": child_ids, "home_id": home_id, "withdrawn": False, "by": work.actor.user_id, **cells}
    work.about(_whom(body))
    owner = child_ids[0] if kind == "pin" else home_id
    thing_id = f"pin/{child_ids[0]}" if kind == "pin" else f"{kind}/{uuid.uuid4()}"
    before = work.thing(thing_id)
    expected = 0
    if before is not None and work.body(before.body)["withdrawn"]:
        expected = before.version
    version = work.put(kind, thing_id, owner, _whom(body), body, expected)
    return Thing(thing_id, version, kind, body)


def _next(work: Work, kept: Row[Any], version: int, body: dict[str, Any]) -> Thing:
    now = work.put(kept.kind, kept.thing_id, kept.owner, _whom(body), body, version)
    return Thing(kept.thing_id, now, kept.kind, body)


def _standing(work: Work, thing_id: str, kinds: tuple[str, ...]) -> Row[Any]:
    kept = work.thing(thing_id)
    if kept is None or kept.kind not in kinds:
        raise NotThere(f"The store holds no {thing_id}.", "Nothing was done.", "List what it holds.")
    work.about(_whom(work.body(kept.body)))
    return kept


def _thing(row: Row[Any], body: Mapping[str, Any]) -> Thing:
    return Thing(row.thing_id, row.version, row.kind, body)


def _whom(body: Mapping[str, Any]) -> list[str]:
    return [*(person(c) for c in body["child_ids"]), home(body["home_id"])]


def _no_such_kind(kind: str) -> NotThere:
    return NotThere(f"There are no things of the kind {kind}.", "Nothing was read.", f"Kinds: {', '.join(EDITABLE)}.")
