"""Policy lab: two ways of deciding met by the same made-up years. Nobody in them exists; nothing is kept."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw, lab_held
from frontend.lab_orders import LabOrder, policy_of
from frontend.session import Here, here, still_here
from matching.policy import Policy, PolicyError, read_policy
from sufficiency.households import KIN, SEGMENTS
from sufficiency.lab import FAMILIES, KEPT, MOST_MORE, TODAY, TOGETHER, CannotTry, LabAsked, Side
from sufficiency.lab_page import sections

JOB: Final = "lab job"
WRONG: Final = "lab wrong"
WAY_WORDS: Final = {
    TODAY: "One at a time, the most urgent first",
    TOGETHER: "All who wait together, each week",
    KEPT: "All together, scarce homes kept for those who may come",
}
KINDS: Final = tuple(name for name in SEGMENTS if name != SEGMENTS[KIN])
YEARS: Final = (5, 10, 20, 50, 100)
EVERY: Final = 1.0


def page() -> None:
    """Draw the page."""
    me = here()
    draw.say(
        "Two ways of deciding meet the same made-up years: the same children, the same endings, the same carers who "
        "say no. What differs is what was decided. Nobody in these years exists, and nothing is kept.",
        "about",
    )
    job_id: str | None = st.session_state.get(JOB)
    job = None if job_id is None else me.office.bench.job(job_id, me.actor.user_id)
    busy = job is not None and not job.is_over
    if job is not None and not busy:
        found = me.office.bench.result_of(job.job_id, me.actor.user_id)
        st.session_state.pop(JOB, None)
        if found is not None:
            lab_held.hold(found)
        elif job.fault is not None:
            st.session_state[WRONG] = job.fault
    if job is not None and busy:
        follow(job.job_id)
    # drawn also while it plays: what was chosen stays
    ask(me, busy=busy)
    if busy:
        return
    wrong: str | None = st.session_state.get(WRONG)
    if wrong is not None:
        draw.problem(wrong, name="wrong")
    tried = lab_held.held()
    if tried is not None:
        draw.sections(sections(tried), "tried")
        draw.say(
            "A panel's pack that is made in this tab says this in a sentence, where the round was planned by the "
            "policy of either side.",
            "in-the-pack",
        )


def ask(me: Here, *, busy: bool) -> None:
    """The two sides, and how many years."""
    with st.form("lab"):
        left, right = st.columns(2)
        with left:
            draw.heading("The first side")
            a = side("a", TODAY)
        with right:
            draw.heading("The second side")
            b = side("b", TOGETHER)
        years = st.selectbox("Made-up years; more are surer and take longer", YEARS, index=2, key="lab years")
        families = st.number_input(
            "Families who come into care a year", min_value=5, max_value=200, value=int(FAMILIES), key="lab families"
        )
        seed = st.number_input(
            "Seed: another number, other years", min_value=0, max_value=2**31, value=1, key="lab seed"
        )
        if not st.form_submit_button("Try them", type="primary", disabled=busy):
            return
    st.session_state.pop(WRONG, None)
    lab_held.hold(None)
    try:
        if isinstance(a, PolicyError) or isinstance(b, PolicyError):
            st.session_state[WRONG] = str(a if isinstance(a, PolicyError) else b)
            return
        asked = LabAsked(a, b, years=int(years), seed=int(seed), families=float(families))
    except CannotTry as error:
        st.session_state[WRONG] = str(error)
        return
    st.session_state[JOB] = me.office.bench.start(me.store, me.actor, LabOrder(asked))
    st.rerun()


def side(which: str, way: str) -> Side | PolicyError:
    """One side as it is asked for, or what is wrong with its policy."""
    ways = list(WAY_WORDS)
    chosen = st.radio(
        f"{which.upper()}: children are planned for",
        ways,
        index=ways.index(way),
        format_func=lambda one: WAY_WORDS[one],
        key=f"lab way {which}",
    )
    kind = st.selectbox(
        f"{which.upper()}: homes that it has besides, kind",
        KINDS,
        index=KINDS.index("siblings_three_or_more"),
        format_func=lambda one: one.replace("_", " ").capitalize(),
        key=f"lab kind {which}",
    )
    more = st.number_input(
        f"{which.upper()}: how many", min_value=0, max_value=MOST_MORE, value=0, key=f"lab more {which}"
    )
    given = st.file_uploader(f"{which.upper()}: another policy (TOML)", type=["toml"], key=f"lab policy {which}")
    policy: Policy = read_policy()
    if given is not None:
        try:
            policy = policy_of(given.name, given.getvalue())
        except PolicyError as error:
            return error
    name = f"{which.upper()}: {chosen}"
    if more:
        name += f", {more} more {kind.replace('_', ' ')}"
    if given is not None:
        name += f", {given.name}"
    return Side(name, chosen, policy, {kind: int(more)} if more else {})


@st.fragment(run_every=EVERY)
def follow(job_id: str) -> None:
    """How far it is, until it is over; then the page is drawn again."""
    me = still_here()
    job = me.office.bench.job(job_id, me.actor.user_id) if me is not None else None
    if me is None or job is None or job.is_over:
        st.rerun()
        return
    done = sum(part.done for part in job.parts)
    whole = sum(part.whole for part in job.parts)
    how_far = f"{done} of {whole} years" if whole else "beginning"
    st.progress(job.share, text=f"{job.stage}: {how_far}, {job.seconds:.0f} seconds so far. You may go on reading.")
    if st.button("Stop: keep nothing of it", key=f"stop {job_id}"):
        me.office.bench.cancel(job_id, me.actor.user_id)


page()
