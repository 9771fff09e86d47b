"""Work in the background as a page shows it: how far a round is, and what a choice costs once that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.orders import AnyOrder, BackUpOrder, ChangeOrder, CostOrder, Next
from frontend.refusal_order import RefusalOrder
from frontend.rounds import Job
from frontend.session import Here, still_here
from matching.refusals import Refusals
from matching.since import LeastChange
from matching.words import TIER_WORDS, tier_value
from reporting.section import Column, Table

EVERY: Final = 1.0
_COSTS: Final = "costs worked out"
_CHANGES: Final = "least changes worked out"
_BACK_UPS: Final = "back-ups worked out"
_REFUSALS: Final = "refusals worked out"
_ASKED: Final = "work asked for"


def costs(me: Here, key: str) -> Mapping[str, Mapping[str, str]]:
    """What was worked out in this tab, for one group of one run: home to the cost columns of ranked.csv."""
    known: dict[str, dict[str, Mapping[str, str]]] = st.session_state.setdefault(_COSTS, {})
    result = _taken(me, f"costs {key}")
    if result is not None:
        known.setdefault(key, {}).update(result)
    return known.get(key, {})


def offer_costs(me: Here, key: str, order: CostOrder) -> None:
    """A button that has the costs worked out, and how far that is."""
    _offer(me, f"costs {key}", "Work out what these choices cost the other children", order)


def least_change(me: Here, key: str, order: ChangeOrder) -> LeastChange | None:
    """The plan that changes least, once it was asked for and found; until then a button, and how far it is."""
    known: dict[str, LeastChange] = st.session_state.setdefault(_CHANGES, {})
    result = _taken(me, f"change {key}")
    if result is not None:
        known[key] = result
    if key not in known:
        _offer(me, f"change {key}", "Work out the plan that changes least", order)
    return known.get(key)


def back_ups(me: Here, key: str, order: BackUpOrder) -> list[tuple[str, Next, Next | None]] | None:
    """Where to turn if the carers decline, once it was asked for and found; until then a button, and how far it is."""
    known: dict[str, list[tuple[str, Next, Next | None]]] = st.session_state.setdefault(_BACK_UPS, {})
    result = _taken(me, f"back-up {key}")
    if result is not None:
        known[key] = result
    if key not in known:
        _offer(me, f"back-up {key}", "Find where to turn if the carers decline", order)
    return known.get(key)


def key_of(me: Here, run_id: str, order: RefusalOrder) -> str:
    """Names what was asked of refusals in this tab; what carers answered cannot be read from it."""
    return f"{me.actor.user_id} {run_id} {order.chosen} {order.likelier} {hash(order.enquiries)}"


def refusals(me: Here, run_id: str, order: RefusalOrder) -> Refusals | None:
    """What refusals do to the plan, once it was asked for and found; until then a button, and how far it is."""
    key = key_of(me, run_id, order)
    known: dict[str, Refusals] = st.session_state.setdefault(_REFUSALS, {})
    result = _taken(me, f"refusals {key}")
    if result is not None:
        known[key] = result
    if key not in known:
        _offer(me, f"refusals {key}", "Work out where to turn, and what refusals would do", order)
    return known.get(key)


def _taken(me: Here, name: str) -> Any:
    """What came of work that this tab asked for; given once."""
    asked: dict[str, str] = st.session_state.setdefault(_ASKED, {})
    result = me.office.workshop.result_of(asked[name], me.actor.user_id) if name in asked else None
    if result is not None:
        del asked[name]
    return result


def _offer(me: Here, name: str, words: str, order: AnyOrder) -> None:
    asked: dict[str, str] = st.session_state.setdefault(_ASKED, {})
    job = me.office.workshop.job(asked[name], me.actor.user_id) if name in asked else None
    if job is not None and not job.is_over:
        _follow(asked[name])
        return
    if job is not None and job.fault is not None:
        draw.problem(job.fault, name=f"fault of {name}")
    if st.button(words, key=f"begin {name}"):
        asked[name] = me.office.workshop.start(me.store, me.actor, order)
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
        "Stop looking, and keep the best plan found",
        key=f"finish {job_id}",
        help="Its bound is shown.",
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
