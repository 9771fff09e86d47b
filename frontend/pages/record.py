"""Record: what was proposed, asked, recommended and decided; none of these; and the pack for the meeting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from frontend import draw, record_match, record_pack, record_propose
from frontend.session import Here, here

PARTS: Final[Mapping[str, tuple[str, Callable[[Here], None]]]] = {
    "A match on its way": ("read_match", record_match.a_match),
    "Propose a match": ("propose_match", record_propose.propose),
    "None of these homes": ("list_none_proposed", record_propose.none_of_these),
    "Panel pack": ("make_pack", record_pack.make),
}


def page() -> None:
    """Draw the page."""
    me = here()
    handed = st.session_state.pop("hand propose", None)
    if handed is not None:
        record_propose.begin(me, handed)
        st.session_state["record part"] = "Propose a match" if me.may("propose_match") else "None of these homes"
    match_id = st.session_state.pop("hand match", None)
    if match_id is not None:
        record_match.open_match(me, match_id)
        st.session_state["record part"] = "A match on its way"
    open_to = [name for name, (act, _) in PARTS.items() if me.may(act)]
    if st.session_state.get("record part") not in (None, *open_to):
        del st.session_state["record part"]
    chosen = st.radio("What do you want to do?", open_to, key="record part", horizontal=True)
    if chosen is None:
        draw.say("Choose what you want to do.", "choose-part")
        return
    PARTS[chosen][1](me)


page()
