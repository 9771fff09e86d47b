"""Fairness: are groups served alike in this round and over time; who waits longer; what a floor would cost."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.fairness_view import (
    RoundLooked,
    by_group,
    child_name,
    home_name,
    look_at,
    offered,
    over_time,
    what_is_measured,
)
from frontend.open_round import OpenRound
from frontend.session import Here, here
from matching.fairness_sections import envy_section, fairness_sections, floors_section, proxies_section
from matching.floors import KINDS, price_of

ROUND: Final = "This round"
WAITS: Final = "Longer waits"
STAND_INS: Final = "What stands in for what"
FLOOR: Final = "The price of a floor"
TIME: Final = "Over time"
FLOOR_SECONDS: Final = 60.0
_LOOKED: Final = "fairness looked"


def page() -> None:
    """Draw the page."""
    me = here()
    parts = [*((ROUND, WAITS, STAND_INS, FLOOR) if me.may("open_round") else ()), TIME]
    if st.session_state.get("fairness part") not in (None, *parts):
        del st.session_state["fairness part"]
    part = st.radio("What to see", parts, key="fairness part", horizontal=True)
    if part == TIME or part is None:
        time(me)
        return
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return
    draw.older(me.is_latest(round_))
    me.look("fairness", child_ids=[child.child_id for child in round_.children])
    found = looked(round_)
    if part == ROUND:
        this_round(found)
    elif part == WAITS:
        draw.section(envy_section(found.envy, child_name(round_), home_name(round_)), "fairness-envy")
    elif part == STAND_INS:
        draw.section(proxies_section(found.proxies), "fairness-proxies")
    else:
        floor(round_, found)


def looked(round_: OpenRound) -> RoundLooked:
    """What was worked out of the open round, kept in this tab while it is open."""
    held = st.session_state.get(_LOOKED)
    if held is None or held[0] != (round_.run_id, round_.for_whom):
        with st.spinner("Working it out"):
            held = st.session_state[_LOOKED] = ((round_.run_id, round_.for_whom), look_at(round_))
    found: RoundLooked = held[1]
    return found


def chosen(name: str) -> tuple[str, str]:
    """Which measure and which characteristic, by name."""
    measures, characteristics = offered()
    left, right = st.columns(2)
    measure = left.selectbox("Measure", list(measures), key=f"{name} measure")
    characteristic = right.selectbox("Characteristic", list(characteristics), key=f"{name} characteristic")
    return measure, characteristic


def this_round(found: RoundLooked) -> None:
    """What stands out in the round, then one measure by one characteristic."""
    first, *_ = fairness_sections(found.fairness)
    draw.section(first, "fairness-round")
    draw.heading("By group")
    measure, characteristic = chosen("fairness round")
    measures, characteristics = offered()
    draw.section(by_group(found.fairness, measures[measure], characteristics[characteristic]), "fairness-group")


def floor(round_: OpenRound, found: RoundLooked) -> None:
    """Work out one floor when a person asks for it. Nothing is applied."""
    draw.say(
        "A floor asks that at least as large a share of a group as of all children has a home, or a local one. Here "
        "you see what that would cost everybody else. No plan is changed.",
        "fairness-floor-what",
    )
    if not round_.proposal.solution.proved:
        draw.say("The plan of this round is not proved best, so that no price can be told.", "fairness-floor-unproved")
        return
    _, characteristics = offered()
    with st.form("fairness floor"):
        what = st.selectbox("What the floor is about", list(KINDS), format_func=lambda kind: f"To {KINDS[kind]}")
        groups = {
            f"{title}: {group}": (name, group)
            for title, name in characteristics.items()
            for group in found.fairness.groups[name].present
        }
        group = st.selectbox("For whom", list(groups))
        asked = st.form_submit_button("Work out the price")
    if asked and group is not None:
        name, one = groups[group]
        members = found.fairness.groups[name].members(one)
        with st.spinner("Solving the round again with the floor"):
            priced = price_of(
                round_.proposal.question,
                round_.proposal.solution,
                members,
                what,
                (name, one),
                time_limit=FLOOR_SECONDS,
            )
        draw.section(floors_section((priced,)), "fairness-floor")


def time(me: Here) -> None:
    """Totals of half-years that are over, for everybody whose page this is."""
    periods = me.recent("fairness over time", lambda: me.store.fairness_over_time(me.actor))
    measure, characteristic = chosen("fairness time")
    measures, characteristics = offered()
    draw.sections(over_time(periods, measures[measure], characteristics[characteristic]), "fairness-time")
    draw.section(what_is_measured(), "fairness-measured")


page()
