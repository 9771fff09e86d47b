"""Recruitment targets: households to approve by when, and how far the council is."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning import recruitment_view as view
from frontend.planning.desk import opened_here
from frontend.planning.now_measures import fresh
from frontend.planning.recruitment_ask import controls, scenario_open
from frontend.planning.recruitment_tracker import tracker
from frontend.session import here

PLAN, MORE, WORTH, SHORT, TRACK = (
    "How many to approve",
    "A higher or lower promise",
    "What one approval saves",
    "If it falls short",
    "Approvals so far",
)
PARTS: Final = (PLAN, MORE, WORTH, SHORT, TRACK)


def page() -> None:
    """Draw the page."""
    me = here()
    opened = opened_here(me)
    if opened is None:
        return
    lens = fresh(opened.lens)
    part = st.radio("What to see", PARTS, key="recruitment part", horizontal=True)
    scenario = scenario_open(me, opened) if part in (PLAN, TRACK) else None
    if part == PLAN:
        if scenario is not None:
            draw.heading("What to promise")
            controls(me, opened, scenario)
        draw.sections(view.plan_sections(lens), "recruitment-plan")
    elif part == MORE:
        draw.sections(view.frontier_sections(lens), "recruitment-frontier")
    elif part == WORTH:
        draw.sections(view.worth_sections(lens), "recruitment-worth")
    elif part == SHORT:
        draw.sections(view.success_sections(lens), "recruitment-success")
    else:
        tracker(me, opened, scenario)


page()
