"""Papers on how it works: read the transparency record and the two drafts, what is left to fill; take them along."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.open_round import OpenRound
from frontend.papers_view import FORM_WORDS, MEDIA, PAPER_WORDS, parts, system_of
from frontend.session import Here, here
from matching.papers import file_name, paper, written
from matching.papers_facts import System
from matching.papers_form import Kind, Paper
from matching.papers_sections import counted

_MADE: Final = "paper made"
_SYSTEM: Final = "paper system"


def page() -> None:
    """Draw the page."""
    me = here()
    chosen = st.radio("Paper", list(Kind), format_func=PAPER_WORDS.__getitem__, key="paper kind")
    round_ = me.round_if_it_holds() if with_round(me) else None
    system = system_here(me, round_)
    one = paper(chosen or Kind.TRANSPARENCY, system)
    draw.say(counted(one), "counted")
    shown = parts(one, system.warnings)
    part = st.selectbox("Part", list(shown), key=f"paper part {one.kind}")
    draw.sections(shown[part or next(iter(shown))], "paper")
    take_along(one, system.warnings)


def system_here(me: Here, round_: OpenRound | None) -> System:
    """What the papers are about; of a round it is worked out once and kept in this tab."""
    if round_ is None:
        return system_of(me.office.policy, None)
    key = (round_.run_id, round_.for_whom)
    held = st.session_state.get(_SYSTEM)
    if held is None or held[0] != key:
        with st.spinner("Looking up the facts of the round"):
            held = st.session_state[_SYSTEM] = key, system_of(me.office.policy, round_)
    found: System = held[1]
    return found


def with_round(me: Here) -> bool:
    """Whether the person wants the facts of a round in it. Nothing is opened before they say so."""
    if not me.may("open_round"):
        return False
    return st.toggle(
        "With facts of the round that is open: its day, its priorities and their proof, counts rounded",
        key="paper with round",
    )


def take_along(one: Paper, warnings: tuple[str, ...]) -> None:
    """The paper as a file, made when it is asked for."""
    draw.heading("Take it along")
    with st.form("paper file"):
        form = st.radio("Form", list(FORM_WORDS), format_func=FORM_WORDS.__getitem__, index=None, key="paper form")
        asked = st.form_submit_button("Make the file", type="primary")
    stands = (one.kind, one.made_from)
    if asked:
        st.session_state.pop(_MADE, None)
        if form is None:
            draw.problem("Choose a form.", name="paper-form")
            return
        with st.spinner("Making the file"):
            st.session_state[_MADE] = (stands, form, written(one, form, warnings))
    held = st.session_state.get(_MADE)
    if held is not None and held[0] == stands:
        _, form, data = held
        name = file_name(one.kind, form)
        draw.notice("The file is ready", f"{name}, {max(1, len(data) // 1024):,} kB.", tone="good", name="paper-ready")
        st.download_button(f"Download {name}", data, name, MEDIA[form], on_click="ignore")


page()
