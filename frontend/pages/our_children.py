"""Our children and homes now: measures with their trend and others' beside them, and what to mend in the returns."""

from __future__ import annotations

import streamlit as st

from frontend import draw
from frontend.planning.desk import opened_here
from frontend.planning.now_measures import fresh, measures_of
from frontend.planning.now_view import TOPICS, topic
from frontend.session import here


def page() -> None:
    """Draw the page."""
    opened = opened_here(here())
    if opened is None:
        return
    lens = fresh(opened.lens)
    chosen = st.radio("What to see", list(TOPICS), format_func=TOPICS.__getitem__, key="now topic", horizontal=True)
    draw.sections(topic(chosen, lens, measures_of(lens)), "now-topic")


page()
