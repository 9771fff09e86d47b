"""Work in the background as a page shows it: how far a round is, and what a choice costs once that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from frontend import draw
from frontend.rounds import CostOrder, Job
from frontend.session import Here, still_here
from matching.words import TIER_WORDS, tier_value
from reporting.section import Column, Table

EVERY: Final = 1.0
_COSTS: Final = "costs worked out"
_ASKED: Final = "costs asked"


def costs(me: Here, key: str) -> Mapping[str, Mapping[str, str]]:
    """What was worked out in this tab, for one group of one run: home to the cost columns of ranked.csv."""
    known: dict[str, dict[str, Mapping[str, str]]] = st.session_state.setdefault(_COSTS, {})
    asked: dict[str, str] = st.session_state.setdefault(_ASKED, {})
    if key in asked:
        result = me.office.workshop.result_of(asked[key], me.actor.user_id)
        if result is not None:
            known.setdefault(key, {}).update(result)
            del asked[key]
    return known.get(key, {})


def offer_costs(me: Here, key: str, order: CostOrder) -> None:
    """A button that has the costs worked out, and how far that is."""
    asked: dict[str, str] = st.session_state.setdefault(_ASKED, {})
    job = me.office.workshop.job(asked[key], me.actor.user_id) if key in asked else None
    if job is not None and not job.is_over:
        _follow(asked[key])
        return
    if job is not None and job.fault is not None:
        draw.problem(job.fault, name=f"cost-fault {key}")
    elif job is not None and job.state == "done":
        return
    if st.button("Work out what these choices cost the other children", key=f"cost {key}"):
        asked[key] = me.office.workshop.start(me.store, me.actor, order)
        st.rerun()


@st.fragment(run_every=EVERY)
def _follow(job_id: str) -> None:
    """Show one piece of work until it is over, then draw the page again."""
    me = still_here()
    job = me.office.workshop.job(job_id, me.actor.user_id) if me is not None else None
    if job is None or job.is_over:
        st.rerun()
        return
    draw.say(f"{job.stage}: {job.seconds:.0f} seconds so far. You may go on reading.", f"follow {job_id}")


@st.fragment(run_every=EVERY)
def follow_round(job_id: str) -> None:
    """Show how far a round is: stage, priority, value and bound; with two ways to stop it."""
    me = still_here()
    job = me.office.workshop.job(job_id, me.actor.user_id) if me is not None else None
    if me is None or job is None or job.is_over:
        st.rerun()
        return
    show_progress(job)
    left, right = st.columns(2)
    if job.tier is not None and left.button(
        "Stop looking, and keep the best plan found", key=f"finish {job_id}", help="It is lawful; its bound is shown."
    ):
        me.office.workshop.finish_now(job_id, me.actor.user_id)
    if right.button("Cancel: keep nothing of this round", key=f"cancel {job_id}"):
        me.office.workshop.cancel(job_id, me.actor.user_id)


def show_progress(job: Job) -> None:
    """A progress bar with the numbers in words beside it."""
    if job.tier is None:
        st.progress(0.0, text=f"{job.stage} ({job.seconds:.0f} seconds)")
        return
    share = 0.0
    if job.bound and job.value:
        share = min(abs(job.value), abs(job.bound)) / max(abs(job.value), abs(job.bound))
    best = "not known yet" if job.bound is None else tier_value(job.tier, job.bound)
    st.progress(share, text=f"{job.stage} ({job.seconds:.0f} seconds)")
    draw.blocks(
        Table(
            "How far the solver is",
            (
                Column("Priority"),
                Column("Best plan so far", number=True),
                Column("No plan can do better than", number=True),
            ),
            ((TIER_WORDS.get(job.tier, job.tier), tier_value(job.tier, job.value), best),),
        ),
        name=f"progress {job.job_id}",
    )
