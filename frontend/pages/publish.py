"""Publish: what the statement says and hides, the council's words, sign-off, and the editions there were."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning.desk import opened_here
from frontend.planning.opened import Opened
from frontend.planning.planning import Planning
from frontend.planning.publish_archive import draw_archive, draw_downloads, draw_sign
from frontend.planning.publish_reading import draw_prepare, draw_preview
from frontend.planning.publish_what import choice_of, draw_what
from frontend.planning.publish_writing import draw_words, saved_words
from frontend.session import Here, here
from records.store import KeptEdition, Role

STEP: Final = "publish step"
WHAT, WORDS, PREVIEW, PREPARE, SIGN, DOWNLOAD, ARCHIVE = STEPS = (
    "1. What",
    "2. Words",
    "3. Preview",
    "4. Prepare",
    "5. Sign-off",
    "6. Download",
    "7. Archive",
)
SAID: Final = {
    WHAT: "What is published",
    WORDS: "The council's own words",
    PREVIEW: "The document as it will be",
    PREPARE: "Prepare an edition",
    SIGN: "Sign-off",
    DOWNLOAD: "Download",
    ARCHIVE: "Every edition there was",
}
OF_EDITIONS: Final = (SIGN, DOWNLOAD, ARCHIVE)
ONWARD: Final = {WHAT: WORDS, WORDS: PREVIEW, PREVIEW: PREPARE, PREPARE: SIGN}


def page() -> None:
    """Draw the page."""
    me = here()
    opened = opened_here(me)
    editions = me.recent("editions", lambda: me.store.list_editions(me.actor))
    first = SIGN if Role.DECISION_MAKER in me.roles else WHAT
    if opened is None and not editions:
        return
    open_steps = STEPS if opened is not None else OF_EDITIONS
    kept = st.session_state.get(f"{STEP} kept", first)
    kept = kept if kept in open_steps else open_steps[0]
    step = st.radio("Steps", open_steps, index=open_steps.index(kept), horizontal=True, key=STEP) or kept
    st.session_state[f"{STEP} kept"] = step
    draw.heading(SAID[step])
    if step == SIGN:
        draw_sign(me, editions)
    elif step == DOWNLOAD:
        draw_downloads(me, editions)
    elif step == ARCHIVE:
        draw_archive(me, editions)
    elif opened is not None and me.office.planning is not None:
        a_step(me, me.office.planning, opened, editions, step)
        then = ONWARD[step]
        st.button(
            f"Go on to step {then}", on_click=st.session_state.__setitem__, args=(STEP, then), key="publish onward"
        )


def a_step(me: Here, planning: Planning, opened: Opened, editions: list[KeptEdition], step: str) -> None:
    """One of the steps that lead to an edition."""
    saved = saved_words(me, opened.council)
    if step == WHAT:
        draw_what(opened, saved.narrative, editions)
        return
    choice = choice_of(opened, saved.narrative, editions)
    if step == WORDS:
        draw_words(me, opened.council, choice)
    elif step == PREVIEW:
        draw_preview(me, planning, opened, choice, saved, editions)
    else:
        draw_prepare(me, planning, opened, choice, saved, editions)


page()
