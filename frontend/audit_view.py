"""The trail, its proof, who may do what, and what is past its time, as blocks to draw. Ids only: no casework."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from frontend.session import ROLE_WORDS
from matching.words import in_words, plain_word, some_ids
from records.store import Proof, Role
from records.store.auditing import Entry
from records.store.retention import Keep, PurgeReport
from records.store.work import ENGLAND
from reporting.section import Block, Bullets, Cell, Column, Disclosure, Notice, Paragraph, Table, Tag
from reporting.write import csv_text

A_PAGE: Final = 50
MOST_FAULTS: Final = 200
SUBJECT_WORDS: Final[Mapping[str, str]] = {
    "person": "a child or another person",
    "home": "a home",
    "match": "a match",
    "run": "a round",
    "snapshot": "records brought in",
}
WHAT_IT_FINDS: Final = (
    "It finds and names any single entry, row or text that was altered, removed, added, put in another order or cut "
    "off at the end of its table.",
    "It cannot find a chain that somebody who holds the database wrote anew from some entry on, with all that hangs "
    "on it. A head kept elsewhere finds that: download one each week and give it to the auditor.",
    "It does not say whether what people recorded was right.",
)


def at_in_words(at: str) -> str:
    """A time of the trail as people in England read it: 2 November 2026, 17:30."""
    moment = datetime.fromisoformat(at).astimezone(ENGLAND)
    return f"{in_words(moment.date())}, {moment:%H:%M}"


def chosen(entries: Iterable[Entry], act: str | None, outcome: str | None) -> list[Entry]:
    """The entries of one act and one outcome, None for any; the latest first."""
    return [e for e in entries if act in (None, e.act) and outcome in (None, e.outcome)][::-1]


def trail_table(entries: Sequence[Entry], whole: int) -> Table:
    """Entries as a table. `whole`: how many there are altogether."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            (f"{e.seq}", at_in_words(e.at)),
            (*dict.fromkeys((e.name, e.user_id)), f"as {plain_word(e.role)}"),
            (plain_word(e.act), *([e.note] if e.note else [])),
            Tag("done", "good") if e.outcome == "done" else Tag(plain_word(e.outcome), "bad"),
            some_ids([_short(subject) for subject in e.subjects]) if e.subjects else None,
        )
        for e in entries
    )
    return Table(
        f"Entries {entries[-1].seq} to {entries[0].seq}, of {whole:,} found; the latest first"
        if entries
        else "No entry",
        tuple(map(Column, ("Entry", "Who", "What", "Outcome", "Whom it concerned"))),
        rows,
    )


def _short(subject: str) -> str:
    """A subject without most of an id that nobody reads; the file that is downloaded has it whole."""
    kind, _, name = subject.partition(":")
    return f"{kind} {name[:8]}…" if kind in ("match", "run", "snapshot") and len(name) > 8 else f"{kind} {name}"


def trail_csv(entries: Sequence[Entry]) -> str:
    """The entries as CSV that no spreadsheet takes for formulas."""
    columns = ("seq", "at", "user_id", "name", "role", "act", "outcome", "note", "subjects")
    rows = [[getattr(e, name) if name != "subjects" else ";".join(e.subjects) for name in columns] for e in entries]
    return csv_text(pd.DataFrame(rows, columns=list(columns), dtype=object))


def proof_blocks(proof: Proof, against: int | None = None) -> list[Block]:
    """What the check found, in plain words. `against`: the entry of the head that was compared."""
    checked = (
        f"{proof.entries:,} entries, {proof.rows:,} rows and {proof.bodies:,} texts were checked"
        + (f"; {proof.purged:,} texts were purged, each with its reason on file" if proof.purged else "")
        + "."
    )
    head = () if against is None else (f"The chain leads through the head you gave, entry {against:,}.",)
    if proof.whole:
        return [Notice("Nothing was altered", (checked, *head), "good")]
    n = len(proof.faults) + proof.more
    stop = (
        f"{n:,} thing{'' if n == 1 else 's'} in the store {'is' if n == 1 else 'are'} not as written.",
        checked,
        "Stop work in the store. Do not purge and do not restore over it: keep it as it is, call whoever keeps it, and "
        "compare with the last good backup.",
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f.key, f.table, Tag(f.kind, "bad"), f.words) for f in proof.faults[:MOST_FAULTS]
    )
    table = Table("What is not as written", tuple(map(Column, ("Where", "Table", "What", "In words"))), rows)
    rest = n - len(rows)
    more = [Paragraph(f"{rest:,} more are not listed here.")] if rest else []
    return [Notice("The store was altered", stop, "bad"), table, *more]


def what_it_finds() -> Block:
    """What the check can and cannot find."""
    return Disclosure("What this check can and cannot find", (Bullets(WHAT_IT_FINDS),))


def roles_in_words(roles: Iterable[str] | None) -> str:
    """Roles as people call them; None is whatever the sign-in gives."""
    if roles is None:
        return "all that the sign-in gives"
    return ", ".join(ROLE_WORDS[Role(one)].lower() for one in roles) or "none"


def standings_blocks(some: Iterable[tuple[str, int, Mapping[str, Any]]]) -> list[Block]:
    """What has been set for whom; everybody else may do all that their sign-in gives."""
    rows: list[tuple[Cell, ...]] = [
        (
            user_id,
            Tag("suspended", "bad") if body["suspended"] else Tag("may use the store", "good"),
            roles_in_words(body["roles"]),
            str(body["reason"]),
            f"{version}",
        )
        for user_id, version, body in some
    ]
    everybody = Paragraph("Whoever is not listed may do all that their sign-in gives.")
    if not rows:
        return [Paragraph("Nothing has been set for anybody."), everybody]
    columns = ("Person", "Standing", "Roles they may use", "Why", "Version")
    return [Table("What has been set for whom", tuple(map(Column, columns)), tuple(rows)), everybody]


def bars_block(some: Sequence[tuple[str, str]]) -> Block:
    """Who is kept from whom."""
    if not some:
        return Paragraph("Nobody is kept from anybody.")
    columns = (Column("Person"), Column("Is kept from"))
    return Table("Conflicts of interest", columns, tuple((user, subject_in_words(whom)) for user, whom in some))


def holds_block(some: Sequence[tuple[str, str]]) -> Block:
    """What a purge may not touch."""
    if not some:
        return Paragraph("Nothing is held: a purge may take whatever is past its time.")
    columns = (Column("What is held"), Column("Why"))
    return Table("Holds", columns, tuple((subject_in_words(whom), why) for whom, why in some))


def subject_in_words(subject: str) -> str:
    """`person:C1` as people say it."""
    if subject == "all":
        return "everything"
    kind, _, name = subject.partition(":")
    return f"{SUBJECT_WORDS.get(kind, kind)}: {name}"


def periods_table(keeps: Mapping[str, Keep]) -> Table:
    """How long each kind of thing is kept, and on which basis."""
    since = {"birth": "the birth of the youngest child", "last_act": "the last act"}
    return Table(
        "How long things are kept",
        tuple(map(Column, ("Kind", "What it is", "Years", "From", "Basis"))),
        tuple((plain_word(k.name), k.what, f"{k.years}", since[k.since], k.basis) for k in keeps.values()),
    )


def report_blocks(report: PurgeReport) -> list[Block]:
    """What a purge on the report's day would take, by kind; whom it is about, by id."""
    day = in_words(report.on)
    if not report.due:
        n = len(report.held)
        held = f" {n:,} {'is past its' if n == 1 else 'are past their'} time but held." if n else ""
        return [Notice("Nothing is past its time", (f"On {day} there is nothing to purge.{held}",))]
    counted = Counter((one.keep, one.basis) for one in report.due)
    first = {key: min(o.due_on for o in report.due if (o.keep, o.basis) == key) for key in counted}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (plain_word(keep), n, in_words(first[keep, basis]), basis) for (keep, basis), n in sorted(counted.items())
    )
    columns = (Column("Kind"), Column("Texts", number=True), Column("Past its time since"), Column("Basis"))
    whom = sorted({subject for one in report.due for subject in one.subjects})
    blocks: list[Block] = [
        Table(f"What is past its time on {day}", columns, rows, total=("All", len(report.due), None, None)),
        Disclosure(f"Whom it is about ({len(whom):,})", (Bullets(tuple(map(subject_in_words, whom))),), on_paper=False),
    ]
    if report.held:
        n = len(report.held)
        more = "more is past its time but held, and stays" if n == 1 else "more are past their time but held, and stay"
        blocks.append(Paragraph(f"{n:,} {more}."))
    return blocks
