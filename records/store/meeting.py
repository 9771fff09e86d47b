"""What a meeting leaves behind besides steps: that none of the open homes was proposed, and which packs were made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from records.store.desk import Desk, call
from records.store.errors import NotThere, OutOfOrder, Refused
from records.store.rounds import csv_rows, file_of_run
from records.store.rows import home, person
from records.store.schema import mentions, runs, trail
from records.store.work import Work

NONE: Final = "none_of_these"
VERSIONS: Final = ("with names", "without names")
SHOWS_HOMES: Final = ("one child or family", "homes compared", "propose a match", "none of these")
"""Names under which a page enters that somebody looked at a child with the homes that were open."""
FORMS: Final = ("pdf", "docx", "html")


@dataclass(frozen=True, slots=True)
class NoneProposed:
    """A person looked at every home open to some children in a run and proposed none of them.

    `open_homes`: the homes that the run left open for these children together, best first. `next_step`: what is to be
    done instead. A fact that is not edited; a match may still be proposed later.
    """

    run_id: str
    child_ids: tuple[str, ...]
    open_homes: tuple[str, ...]
    reasons: str
    next_step: str
    name: str
    role: str
    at: str


class Meetings(Desk):
    """None of these, and panel packs."""

    @call
    def none_proposed(self, work: Work, run_id: str, child_ids: Iterable[str], reasons: str, next_step: str) -> str:
        """Keep that none of the open homes is proposed for these children of a run, why, and what is done instead.

        Raises `OutOfOrder` without reasons, without a next step, or by somebody who has not looked at the children.
        """
        run = work.must(runs, "run", run_id=run_id)
        children = sorted(set(child_ids))
        if not children:
            raise Refused("No child is named.", "Nothing was written.", "Choose a child or family of the run.")
        work.about([*(person(c) for c in children), f"run:{run_id}"])
        known = {row["child_id"] for row in csv_rows(file_of_run(work, run, "plan.csv"))}
        if strangers := sorted(set(children) - known):
            raise NotThere(
                f"The run {run_id} has no child {', '.join(strangers)}.",
                "Nothing was written.",
                "Choose a child or family of the run.",
            )
        for words, what, mend in (
            (reasons, "No reasons are given.", "Write why none of the open homes is proposed: nobody is passed over."),
            (
                next_step,
                "Nothing says what is done instead.",
                "Write what happens next for the child, and who does it.",
            ),
        ):
            if not words.strip():
                raise OutOfOrder("GOV-01", what, "Nothing was written.", mend)
        unseen = [c for c in children if not _looked_at(work, person(c))]
        if unseen:
            raise OutOfOrder(
                "GOV-02",
                f"You have not looked at {', '.join(unseen)} and the homes open to them.",
                "Nothing was written.",
                "Open the child's page first. That you did is in the trail.",
            )
        rows = csv_rows(file_of_run(work, run, "ranked.csv"))
        together = [row["home_id"] for row in rows if sorted(row["child_ids"].split(";")) == children]
        # one home among them that the person may not see is no reason to pass over the children
        work.about(home(h) for h in together if home(h) not in work.bars())
        assert work.role is not None  # noqa: S101 - a call without a role never comes so far
        thing_id = f"{NONE}/{uuid.uuid4()}"
        body = {
            "run_id": run_id,
            "child_ids": children,
            "open_homes": together,
            "reasons": reasons.strip(),
            "next_step": next_step.strip(),
            "by": work.actor.user_id,
            "name": work.actor.name,
            "role": work.role.value,
            "at": work.at.isoformat(timespec="seconds"),
        }
        whom = [*(person(c) for c in children), *(home(h) for h in together)]
        work.put(NONE, thing_id, children[0], whom, body, 0)
        return thing_id

    @call
    def list_none_proposed(self, work: Work) -> list[NoneProposed]:
        """Every time none of the open homes was proposed, the latest first, without whom the person may not see."""
        bars = work.bars()
        found = []
        for row, body in work.latest(NONE):
            children = {person(c) for c in body["child_ids"]}
            if not bars & children:
                seen = [h for h in body["open_homes"] if home(h) not in bars]
                work.about({*children, *(home(h) for h in seen)})
                found.append((row.entry, _told({**body, "open_homes": seen})))
        return [told for _, told in sorted(found, key=lambda one: one[0], reverse=True)]

    @call
    def make_pack(
        self, work: Work, run_id: str, child_ids: Iterable[str], home_ids: Iterable[str], version: str, form: str
    ) -> None:
        """Enter in the trail that somebody makes a panel's pack of a run: about whom, which version and form.

        To be called before the pack is made. Raises `Barred` where the person has a conflict of interest.
        """
        work.must(runs, "run", run_id=run_id)
        if version not in VERSIONS or form not in FORMS:
            raise Refused(
                f"There is no pack {version} as {form}.",
                "Nothing was made.",
                f"Versions: {', '.join(VERSIONS)}. Forms: {', '.join(FORMS)}.",
            )
        children = sorted(set(child_ids))
        if not children:
            raise Refused("The agenda is empty.", "Nothing was made.", "Choose a child or family of the run.")
        work.about([*(person(c) for c in children), *(home(h) for h in home_ids), f"run:{run_id}"])
        work.note(f"{version}, {form}, {len(children)} children")


def _looked_at(work: Work, subject: str) -> bool:
    """Whether this person has opened a match of somebody, or a page that shows the homes open to them."""
    query = (
        select(trail.c.seq)
        .join(mentions, mentions.c.seq == trail.c.seq)
        .where(
            mentions.c.subject == subject,
            (trail.c.act == "read_match") | ((trail.c.act == "look") & trail.c.note.in_(SHOWS_HOMES)),
            trail.c.outcome == "done",
            trail.c.user_id == work.actor.user_id,
        )
        .limit(1)
    )
    return work.connection.execute(query).first() is not None


def _told(body: Mapping[str, Any]) -> NoneProposed:
    return NoneProposed(
        body["run_id"],
        tuple(body["child_ids"]),
        tuple(body["open_homes"]),
        body["reasons"],
        body["next_step"],
        body["name"],
        body["role"],
        body["at"],
    )
