"""Scenarios: built with the levers, previewed, saved, played whole, and held side by side."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning import scenario_changes, scenario_compare, scenario_controls, scenario_keeping, scenario_preview
from frontend.planning import scenario_tab as tab
from frontend.planning.desk import opened_here
from frontend.planning.opened import Opened
from frontend.planning.scenario_orders import First
from frontend.session import Here, here
from sufficiency.scenario import Scenario

BUILD: Final = "Build a scenario"
COMPARE: Final = "Compare scenarios"
SHELF: Final = "Saved scenarios"
PARTS: Final = (BUILD, COMPARE, SHELF)
NEXT: Final = "scenarios part next"


def build(me: Here, opened: Opened | None, first: First | None, base: Scenario) -> None:
    """Start somewhere, change what you want to, see what it does, and save it."""
    now = tab.set_out(base, "" if opened is None else opened.work_id)
    with st.expander("Where to start", expanded=not now.steps and now.kept is None):
        scenario_keeping.start_from(me, base)
    draw.heading(f"You are building “{now.name}”")
    draw.say(f"It started from {now.started_from}. {now.about}".strip(), "started")
    scenario_controls.controls(now, opened, me.now.date())
    now = tab.draft()
    scenario_changes.your_changes(now)
    wrong = tab.wrong_in(now, opened)
    if wrong:
        draw.problem(*wrong, name="wrong")
    scenario_preview.what_it_does(
        me, opened, first, now, wrong or scenario_preview.prices_wrong(me, opened, first, now)
    )
    scenario_keeping.save(me, now, wrong)


def page() -> None:
    """Draw the page."""
    me = here()
    opened = opened_here(me)
    first = scenario_preview.first_of_open(me, opened)
    base = scenario_keeping.fitting(me)[tab.BASELINE_NAME] if first is None else first.scenario
    if (following := st.session_state.pop(NEXT, None)) is not None:
        st.session_state["scenarios part"] = following
    part = st.radio("What do you want to do?", PARTS, horizontal=True, key="scenarios part")
    if part == BUILD:
        build(me, opened, first, base)
    elif part == COMPARE:
        scenario_compare.compare(me, opened, first)
    else:
        scenario_keeping.shelf(me, base)


page()
