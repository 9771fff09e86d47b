"""Audit and access: for auditors, who read, and administrators, who act. No casework is shown here."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from frontend import draw
from frontend.audit_parts import conflicts, holds, people, say_what_was_done
from frontend.audit_view import (
    A_PAGE,
    SUBJECT_WORDS,
    chosen,
    periods_table,
    proof_blocks,
    report_blocks,
    trail_csv,
    trail_table,
    what_it_finds,
)
from frontend.session import Here, here
from matching.words import in_words, plain_word
from records.store import MAY
from records.store.auditing import head_of, head_text
from records.store.backup import folder_for_backups

MOST_ENTRIES = 100_000
LARGEST_HEAD = 10_000
PROOF, HEAD, TRAIL, REPORT = "audit proof", "audit head", "audit trail", "audit report"


def trail(me: Here) -> None:
    """Who did what, with filters; as a file."""
    with st.form("trail", border=True):
        one, two = st.columns(2)
        user_id = one.text_input("Person's id", key="trail user", placeholder="Anybody").strip()
        act = one.selectbox("Act", sorted(MAY), index=None, format_func=plain_word, key="trail act", placeholder="Any")
        kind = two.selectbox(
            "Whom or what it concerned",
            list(SUBJECT_WORDS),
            index=None,
            format_func=SUBJECT_WORDS.__getitem__,
            key="trail kind",
            placeholder="Anybody",
        )
        name = two.text_input("Its id", key="trail name").strip()
        outcome = one.selectbox("Outcome", ["done", "refused"], index=None, key="trail outcome", placeholder="Any")
        sent = st.form_submit_button("Show the trail", type="primary")
    if sent:
        if bool(kind) != bool(name):
            draw.problem("Give both: whom or what it concerned, and its id. Or neither.", name="trail-wrong")
            return
        entries = me.store.read_trail(
            me.actor, most=MOST_ENTRIES, subject=f"{kind}:{name}" if kind else None, user_id=user_id or None
        )
        shown = chosen(entries, act, outcome)
        st.session_state[TRAIL] = (shown, trail_csv(shown).encode("utf-8"), len(entries) == MOST_ENTRIES, me.now)
        st.session_state.pop("trail leaf", None)
    found = st.session_state.get(TRAIL)
    if found is None:
        draw.say("Choose what to look for, or nothing for everything. That you looked is entered too.", "trail-none")
        return
    entries, file, cut, read_at = found
    if not entries:
        draw.notice(
            "No entry answers this search", "Empty one of the boxes, and show the trail again.", name="no-entry"
        )
        return
    if cut:
        draw.notice("Not all", f"Only the first {MOST_ENTRIES:,} entries were read.", tone="caution", name="trail-cut")
    leaves = [entries[at : at + A_PAGE] for at in range(0, len(entries), A_PAGE)]
    leaf = leaves[0]
    if len(leaves) > 1:
        at = st.selectbox(
            "Part of the list",
            range(len(leaves)),
            format_func=lambda n: f"entries {leaves[n][-1].seq} to {leaves[n][0].seq}",
            key="trail leaf",
        )
        leaf = leaves[at or 0]
    draw.blocks(trail_table(leaf, len(entries)), name="trail")
    st.download_button(
        "Download these entries (CSV)",
        file,
        file_name=f"trail-{read_at:%Y-%m-%d-%H%M}.csv",
        mime="text/csv",
    )


def proof(me: Here) -> None:
    """Whether anything was altered; a head to keep elsewhere."""
    draw.blocks(what_it_finds(), name="finds")
    if st.button("Check the whole store", type="primary"):
        with st.spinner("Checking every entry, row and text"):
            st.session_state[PROOF] = (me.store.verify(me.actor), None)
    given = st.file_uploader(
        "Or check it against a head that was kept elsewhere", type=["json", "txt"], key="head file"
    )
    if given is not None and st.button("Check against this head"):
        try:
            head = head_of(given.getvalue()[:LARGEST_HEAD].decode("utf-8"))
        except ValueError:
            draw.problem(
                "This file holds no head of a trail. Choose the file that was downloaded here.", name="no-head"
            )
            return
        with st.spinner("Checking every entry, row and text"):
            st.session_state[PROOF] = (me.store.check_head(me.actor, head), head.seq)
    if PROOF in st.session_state:
        found, against = st.session_state[PROOF]
        draw.blocks(*proof_blocks(found, against), name="proof")
    draw.heading("A head to keep elsewhere", 3)
    draw.say(
        "A head is a line that stands for everything up to now. Keep it where whoever keeps the store cannot "
        "change it: with the auditor, each week.",
        "head",
    )
    if st.button("Make a head"):
        st.session_state[HEAD] = (me.store.head(me.actor), me.now)
    if HEAD in st.session_state:
        head, made = st.session_state[HEAD]
        draw.say(f"Entry {head.seq:,}, made on {in_words(made.date())}.", "head-made")
        st.download_button(
            "Download the head", head_text(head), file_name=f"head-{made:%Y-%m-%d}.json", mime="application/json"
        )


def keeping(me: Here) -> None:
    """What is past its time, and the purge."""
    keeps = me.office.keeps
    draw.blocks(periods_table(keeps), name="periods")
    draw.say("Confirm every period with the council's records manager first.", "periods-confirm")
    if st.button("Report what is past its time", type="primary"):
        st.session_state[REPORT] = me.store.purge_report(me.actor, keeps, me.now.date())
    report = st.session_state.get(REPORT)
    if report is None:
        return
    draw.blocks(*report_blocks(report), name="report")
    if not report.due:
        return
    draw.notice(
        "A purge cannot be undone",
        "The words are gone for good. That something was kept, and when it was purged, can still be proved.",
        "Backups made before still hold what is purged: delete them under the same periods.",
        tone="caution",
        name="purge-mind",
    )
    draw.facts(("This report", report.digest), name="digest")
    with st.form("purge", border=True):
        typed = st.text_input("To purge what this report lists, type its sign exactly", key="purge typed").strip()
        sent = st.form_submit_button(f"Purge {len(report.due):,} texts")
    if sent:
        if typed != report.digest:
            draw.problem("What you typed is not the sign of this report. Nothing was purged.", name="purge-wrong")
            return
        done = me.store.purge(me.actor, keeps, report.on, typed)
        me.store.clear_leftovers()
        st.session_state.pop(REPORT, None)
        draw.notice("Purged", f"{done:,} texts were purged.", tone="good", name="purged")


def backup(me: Here) -> None:
    """One file with everything, on the computer that runs the app."""
    folder = folder_for_backups(me.store)
    draw.say(
        "A backup is one file with the whole store, made while others work. It stays on the computer that "
        "runs Placewell, and holds everything about every child: keep it as safe as the store itself.",
        "backup",
    )
    if st.button("Make a backup", type="primary"):
        name = f"placewell-{me.now:%Y-%m-%d-%H%M%S}.backup"
        with st.spinner("Writing the backup"):
            try:
                head = me.store.backup(me.actor, folder / name)
            except OSError as error:
                draw.problem(
                    f"The backup could not be written ({type(error).__name__}).",
                    "Nothing in the store was changed. See that the disk has room and may be written, and try again.",
                    name="backup-failed",
                )
                return
        draw.notice(
            "The backup is made", f"{name}, up to entry {head.seq:,}. Folder: {folder}", tone="good", name="made"
        )


PARTS: dict[str, tuple[str, Callable[[Here], None]]] = {
    "The trail": ("read_trail", trail),
    "Proof": ("verify", proof),
    "People": ("list_standings", people),
    "Conflicts of interest": ("list_bars", conflicts),
    "Holds": ("list_holds", holds),
    "Keeping and purging": ("purge_report", keeping),
    "Backup": ("backup", backup),
}
# each part and the call of the store that opens it; a string here would be drawn on the page


def page() -> None:
    """The page: one part at a time."""
    me = here()
    mine = [name for name, (act, _) in PARTS.items() if me.may(act)]
    if st.session_state.get("audit part") not in mine:
        st.session_state["audit part"] = mine[0]
    part = st.radio("What do you want to see?", mine, horizontal=True, key="audit part")
    say_what_was_done()
    draw.heading(part)
    PARTS[part][1](me)


page()
