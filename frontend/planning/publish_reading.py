"""Steps 3 and 4 of publishing: a document read before it goes out, with what it hides and why; then made whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.opened import Opened
from frontend.planning.planning import Planning
from frontend.planning.publish_look import Look
from frontend.planning.publish_orders import LOOKS, DraftOrder, EditionOrder, Wanted, of_earlier
from frontend.planning.publish_view import hidden_blocks, hidden_table, place_words
from frontend.planning.publish_what import Choice
from frontend.planning.publish_words import as_edition, toml_of
from frontend.planning.publish_writing import Saved, unsaved
from frontend.session import Here, still_here
from records.store import KeptEdition
from reporting.section import Bullets, Disclosure

EVERY: Final = 1.0
JOB: Final = "publish job"
_WHOLE: Final = "The whole document"


def wanted_of(opened: Opened, choice: Choice, saved: Saved) -> Wanted:
    """What is asked for, from what was chosen and the words that are saved."""
    narrative = as_edition(saved.narrative, choice.council_name, choice.published, choice.licence_code)
    return Wanted(
        opened.work_id,
        opened.council,
        opened.scenario,
        choice.document,
        choice.edition,
        toml_of(narrative),
        half_year=choice.half_year,
        empty_places=choice.marks_empty,
        since=choice.since or None,
        words_version=saved.version,
    )


def draw_preview(
    me: Here, planning: Planning, opened: Opened, choice: Choice, saved: Saved, editions: Sequence[KeptEdition]
) -> None:
    """Step 3: the document as it will be."""
    if not _ready(opened, choice, saved):
        return
    look = _look(planning, opened, choice, saved)
    if look is None:
        draw.say(
            "The preview is made in the background, in some seconds. What may not be told is hidden; then the computer "
            "tries to work it out again.",
            "publish-no-preview",
        )
        _offer(me, planning, opened, choice, saved, editions, DraftOrder, "Make the preview")
        return
    draw.notice(
        "Draft: not signed off",
        "This is how the document will read. Nobody outside the council has it; there is nothing to download until it "
        "is signed off.",
        tone="caution",
        name="publish-draft",
    )
    draw_look(look, "preview")


def draw_prepare(
    me: Here, planning: Planning, opened: Opened, choice: Choice, saved: Saved, editions: Sequence[KeptEdition]
) -> None:
    """Step 4: every file made, and kept to be signed off."""
    if not _ready(opened, choice, saved):
        return
    if not me.may("prepare_edition"):
        draw.say("A commissioner prepares an edition. You sign it off in step 5.", "publish-not-yours")
        return
    made: str | None = st.session_state.pop("publish prepared", None)
    if made is not None:
        draw.notice(
            "The edition is prepared",
            "Its files are kept, and can no longer change. It waits for a decision maker: step 5.",
            tone="good",
            name="publish-prepared",
        )
    look = _look(planning, opened, choice, saved)
    if look is None and st.session_state.get(JOB) is None:
        draw.say("Read the preview first: step 3.", "publish-read-first")
        return
    if look is not None and look.empty and choice.marks_empty:
        draw.notice(
            f"{len(look.empty)} places for your own words are empty, and marked in the document",
            "Fill them in step 2, or choose in step 1 that they are left out.",
            tone="caution",
            name="publish-marked",
        )
    if look is not None and look.warnings:
        draw.blocks(Bullets(look.warnings), name="publish-warned")
    waiting = [one for one in editions if one.state == "prepared" and one.document["council"] == opened.council]
    if waiting:
        draw.say(
            f"{'One edition waits' if len(waiting) == 1 else f'{len(waiting)} editions wait'} for sign-off already. "
            "Another one does not take the place of any.",
            "publish-waiting",
        )
    draw.say(
        "The document is made in four forms, with its open data, and kept with the checksum of each file. A decision "
        "maker who did not prepare it then signs it off or refuses it.",
        "publish-what-prepare",
    )
    _offer(me, planning, opened, choice, saved, editions, EditionOrder, "Prepare this edition")


def draw_look(look: Look, name: str) -> None:
    """A document, chapter by chapter, with what it hides and why. `name` is unlike that of any other on the page."""
    draw.facts(
        ("Document", look.title), ("On its first page", look.lead), ("Marked", look.marking or "nothing"), name=name
    )
    if look.warnings:
        draw.notice("To be known before it goes out", *look.warnings, tone="caution", name=f"{name}-warnings")
    if look.empty:
        places = Bullets(tuple(place_words(key) for key in look.empty))
        draw.blocks(
            Disclosure(f"Places without the council's own words: {len(look.empty)}", (places,)), name=f"{name}-empty"
        )
    draw.heading("The document", 3)
    headings = {str(at): chapter.heading for at, chapter in enumerate(look.chapters)}
    part = st.selectbox(
        "Read", [*headings, _WHOLE], format_func=lambda one: headings.get(one, one), key=f"publish chapter {name}"
    )
    with st.container(border=True):
        for at, chapter in enumerate(look.chapters):
            if part in (_WHOLE, str(at)):
                st.html(chapter.html)
        for line in look.footer:
            draw.say(line, f"{name}-footer")
    if look.changes is not None:
        st.html(look.changes)
    draw.heading("What is hidden, and why", 3)
    draw.blocks(*hidden_blocks(look), name=f"{name}-hidden")
    if look.hidden:
        titles = {table.key: table.title for table in look.hidden}
        words = draw.distinct(titles)
        chosen = st.selectbox(
            "Each hidden figure of one table",
            list(words),
            index=None,
            format_func=lambda one: draw.plain(words[one]),
            placeholder="Choose a table",
            key=f"publish hidden {name}",
        )
        for table in look.hidden:
            if table.key == chosen:
                draw.blocks(hidden_table(table), name=f"{name}-hidden-rows")


def _ready(opened: Opened, choice: Choice, saved: Saved) -> bool:
    faults = [*choice.faults(), *([saved.fault] if saved.fault is not None else [])]
    if faults:
        draw.problem(*faults, name="publish-not-ready")
        return False
    waiting = unsaved(opened.council, saved)
    if waiting:
        draw.notice(
            "Some of your words are not saved",
            "The document holds what is saved. Save them in step 2 first.",
            tone="caution",
            name="publish-not-saved",
        )
    return True


def _look(planning: Planning, opened: Opened, choice: Choice, saved: Saved) -> Look | None:
    return LOOKS.get(DraftOrder(wanted_of(opened, choice, saved), Path(), planning.inputs).key)


def _offer(
    me: Here,
    planning: Planning,
    opened: Opened,
    choice: Choice,
    saved: Saved,
    editions: Sequence[KeptEdition],
    kind: type[DraftOrder] | type[EditionOrder],
    words: str,
) -> None:
    """A button that has a document made, and how far that is."""
    shop, me_id = planning.press, me.actor.user_id
    asked: str | None = st.session_state.get(JOB)
    job = shop.job(asked, me_id) if asked is not None else None
    if job is not None and not job.is_over:
        follow(job.job_id)
        return
    st.session_state.pop(JOB, None)
    if job is not None and job.fault is not None:
        draw.problem(job.fault, name="publish-fault")
    if job is not None and job.state == "done":
        me.changed()
        if job.title == "Edition":
            st.session_state["publish prepared"] = job.kept_id
        st.rerun()
    if st.button(words, type="primary", key=f"publish begin {kind.__name__}"):
        with st.spinner("Opening the figures"):
            order = kind(
                wanted_of(opened, choice, saved),
                planning.unpacked(me.store, me.actor, opened.work_id),
                planning.inputs,
                _earlier(me, choice, editions),
                _about(me, planning, opened),
            )
        st.session_state[JOB] = shop.start(me.store, me.actor, order)
        st.rerun()


@st.fragment(run_every=EVERY)
def follow(job_id: str) -> None:
    """Show how far it is, until it is over; then draw the page again."""
    me = still_here()
    planning = me.office.planning if me is not None else None
    job = planning.press.job(job_id, me.actor.user_id) if me is not None and planning is not None else None
    if me is None or planning is None or job is None or job.is_over:
        st.rerun()
        return
    draw.say(f"{job.stage}: {job.seconds:.0f} seconds so far. You may go on reading.", "publish-follow")
    if st.button("Cancel", key=f"publish cancel {job_id}"):
        planning.press.cancel(job_id, me.actor.user_id)


def _earlier(me: Here, choice: Choice, editions: Sequence[KeptEdition]) -> Mapping[str, bytes]:
    """The files of the last edition that a later one is held against."""
    one = next((one for one in editions if one.edition_id == choice.since), None)
    if one is None:
        return {}
    return {name: me.store.read_edition(me.actor, one.edition_id, name) for name in one.files if of_earlier(name)}


def _about(me: Here, planning: Planning, opened: Opened) -> dict[str, Any]:
    """What the archive says of an edition besides what was asked."""
    return {
        "work_title": planning.document(me.store, me.actor, opened.work_id)["title"],
        "known_until": opened.about.get("known_until", ""),
        "scenario_name": opened.about.get("scenario", ""),
        "made_up": opened.about.get("made_up") == "yes",
        "draws": opened.about.get("draws", ""),
    }
