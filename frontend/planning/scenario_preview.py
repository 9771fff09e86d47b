"""What the scenario of a tab does: a preview within seconds, and the full result, which follows by itself."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning import compare_view, desk
from frontend.planning.opened import Opened
from frontend.planning.planning import Planning
from frontend.planning.preview_view import fault_section, preview_section
from frontend.planning.previews import Fault, Preview, Waiting
from frontend.planning.scenario_draft import Draft
from frontend.planning.scenario_orders import First, beside, first_of, order
from frontend.planning.telling_prices import telling_prices, wrong_prices
from frontend.session import Here, still_here
from records.store import KeptWork, StoreError
from reporting.section import Section
from sufficiency.results_found import NoResults
from sufficiency.scenario import Scenario, ScenarioError

EVERY: Final = 0.5
STILL: Final = 10.0
"""Seconds in which nothing is changed, after which the full result is worked out."""
_TAB: Final = "scenarios tab"
_STATE: Final = "scenarios previewed"
_FIRST: Final = "scenarios first"
_SECTION: Final = "scenarios preview section"


@dataclass(slots=True)
class _State:
    """What this tab looks at, and what was asked of it."""

    stands: tuple[str, str, str, str]
    """Council, first scenario, this one (checksums of their figures), and its name."""
    moved: float
    job: str | None = None
    """The full run of it."""
    by_itself: bool = True
    """Whether that run began without being asked for."""
    no: bool = False
    """Whether the person does not want a full run."""


def first_of_open(me: Here, opened: Opened | None) -> First | None:
    """The scenario of the open forecast that the others are held against; None where none is open or it says why."""
    planning = me.office.planning
    return None if planning is None or opened is None else _first(me, planning, opened)


def what_it_does(me: Here, opened: Opened | None, first: First | None, now: Draft, wrong: tuple[str, ...]) -> None:
    """What the scenario changes beside the first of the open forecast: a preview at once, then the whole."""
    draw.heading("What it does")
    planning = me.office.planning
    if planning is None or opened is None:
        draw.say(
            "Levers can be moved, and scenarios saved and shared. What they do is shown here once there is a forecast.",
            "no-preview",
        )
        return
    if wrong:
        draw.say("What is wrong has to be mended first, above.", "mend-first")
        return
    if first is None:
        draw.say("The forecast above holds no scenario to hold this one against.", "nothing-first")
        return
    if now.sha256 == first.scenario.sha256:
        draw.say(f"It says what “{first.scenario.name}” says. Move a lever, and see here what that does.", "same")
        _let_go(me, planning)
        if me.may("keep_work"):
            planning.previews.warm(opened.council, first.scenario.as_toml(), **_asked(me, planning, opened))
        return
    name = _in_full(me, planning, opened, now)
    if name is not None:
        _let_go(me, planning)
        draw.section(compare_view.all_measures(opened, name), "full-result")
        draw.say("“Compare scenarios”, at the top of this page, shows every time, and what each lever does.", "more")
        return
    earlier = _worked_out(me, now, first)
    state = _state(me, planning, opened, first, now)
    if earlier is not None:
        draw.say("This scenario was worked out in full before.", "worked-out")
        st.button("Open its full result", key="scenarios open full", on_click=desk.turn_to, args=(earlier.work_id,))
        state.no = True
    answer = planning.previews.answer(_key())
    if isinstance(answer, Preview | Fault) and (state.no or state.job is not None or not me.may("keep_work")):
        _show(opened, answer, state)
        _full(me, planning, opened, first, now, state)
    else:
        _follow(opened, first, now)


def prices_wrong(me: Here, opened: Opened | None, first: First | None, now: Draft) -> tuple[str, ...]:
    """Prices that may not be moved here, because a hidden number would follow; said above what it does."""
    planning = me.office.planning
    if planning is None or opened is None or first is None:
        return ()
    wrong = telling(me, planning, opened, first, (now.scenario(),))
    if wrong:
        draw.problem(*wrong, name="telling-prices")
    return wrong


def telling(me: Here, planning: Planning, opened: Opened, first: First, others: Sequence[Scenario]) -> tuple[str, ...]:
    """Why scenarios may not be worked out beside the first, for every council of the open piece of work."""
    prices = {key for one in others for key in telling_prices(first.scenario, one)}
    if not prices:
        return ()
    results = planning.document(me.store, me.actor, opened.work_id)["results"]
    editions = {opened.council: opened.lens}
    for council in results:
        if council not in (opened.council, desk.REGION):
            editions[council] = planning.opened(me.store, me.actor, opened.work_id, council).lens
    return wrong_prices(sorted(prices), editions)


@st.fragment(run_every=EVERY)
def _follow(opened: Opened, first: First, now: Draft) -> None:
    """Show how far the preview is, then the preview; and begin the full run once nothing was moved for a while."""
    me = still_here()
    planning = me.office.planning if me is not None else None
    state: _State | None = st.session_state.get(_STATE)
    if me is None or planning is None or state is None:
        st.rerun()
        return
    answer = planning.previews.answer(_key())
    if isinstance(answer, Preview | Fault):
        _show(opened, answer, state)
        if isinstance(answer, Preview) and not _settled(me, state) and time.monotonic() - state.moved >= STILL:
            _begin(me, planning, opened, first, now, state, by_itself=True)
        if _settled(me, state) or isinstance(answer, Fault):
            state.no = state.no or isinstance(answer, Fault)
            st.rerun()
            return
    else:
        _waiting(answer)
    _full(me, planning, opened, first, now, state)


def _settled(me: Here, state: _State) -> bool:
    return state.no or state.job is not None or not me.may("keep_work")


def _waiting(answer: Waiting | None) -> None:
    stage = "beginning" if answer is None else f"{answer.stage[:1].lower()}{answer.stage[1:]}"
    seconds = 0 if answer is None else round(answer.seconds)
    far = f" ({seconds} seconds so far)" if seconds >= 3 else ""
    draw.say(f"Working out a preview: {stage}{far}. You may go on changing levers.", "preview-waits")


def _show(opened: Opened, answer: Preview | Fault, state: _State) -> None:
    if isinstance(answer, Fault):
        draw.section(replace(fault_section(answer), level=3), "preview")
        return
    kept: tuple[object, Section] | None = st.session_state.get(_SECTION)
    key = (state.stands, opened.work_id, opened.scenario)
    if kept is None or kept[0] != key:
        kept = (key, replace(preview_section(opened, answer), level=3))
        st.session_state[_SECTION] = kept
    draw.section(kept[1], "preview")


# ---- the full result -----------------------------------------------------------------------------------------------


def _full(me: Here, planning: Planning, opened: Opened, first: First, now: Draft, state: _State) -> None:
    """What is said of the full result, and the buttons to have it at once, or not."""
    if not me.may("keep_work"):
        draw.say("A commissioner can have the full result worked out.", "full-who")
        return
    job = None if state.job is None else planning.queue.job(state.job, me.actor.user_id)
    if job is not None and not job.is_over:
        draw.say(
            "The full result is being worked out, or waits for its turn: the top of the page shows how far it is, its "
            "place, and how to cancel it. It opens here when it is done. If you change a lever meanwhile, the full "
            "result of what you change it to takes its place."
            if state.by_itself
            else "The full result is being worked out, or waits for its turn: the top of the page shows how far it is.",
            "full-at-work",
        )
        return
    if not state.no:
        draw.say(
            f"The full result follows by itself, once you have changed nothing for {STILL:.0f} seconds. It is kept as "
            "a piece of work of its own.",
            "full-follows",
        )
    left, right = st.columns(2)
    if left.button("Work it out in full now", key="scenarios full", width="stretch"):
        _begin(me, planning, opened, first, now, state, by_itself=False)
        st.rerun()
    if not state.no and right.button("No full result of this", key="scenarios not full", width="stretch"):
        state.no = True
        st.rerun()


def _begin(
    me: Here, planning: Planning, opened: Opened, first: First, now: Draft, state: _State, *, by_itself: bool
) -> None:
    """Have the first scenario and this one worked out with all futures, in the background."""
    document = planning.document(me.store, me.actor, opened.work_id)
    scenario = beside(now.scenario(), first.scenario)
    title = f"“{scenario.name}” beside “{first.scenario.name}”"
    state.job = planning.start(me.store, me.actor, order(planning, first, (scenario,), document["asked"], title))
    state.by_itself, state.no = by_itself, False


def _state(me: Here, planning: Planning, opened: Opened, first: First, now: Draft) -> _State:
    """What the tab looks at now. Where that is something else than before, a preview of it is asked for."""
    stands = (opened.council, first.scenario.sha256, now.sha256, now.name)
    state: _State | None = st.session_state.get(_STATE)
    if state is None or state.stands != stands:
        if state is not None:
            _give_up(me, planning, state)
        other = beside(now.scenario(), first.scenario)
        asked = _asked(me, planning, opened)
        planning.previews.ask(_key(), opened.council, first.scenario.as_toml(), other.as_toml(), **asked)
        st.session_state[_STATE] = state = _State(stands, time.monotonic())
    return state


def _asked(me: Here, planning: Planning, opened: Opened) -> dict[str, Any]:
    """What decides which futures are played, as it was asked of the open piece of work and will be of the full run."""
    asked = planning.document(me.store, me.actor, opened.work_id)["asked"]
    return {name: asked[name] for name in ("months", "seed", "usable_days")}


def _give_up(me: Here, planning: Planning, state: _State) -> None:
    """A full run that began by itself is of something that was changed since: another takes its place."""
    job = None if state.job is None else planning.queue.job(state.job, me.actor.user_id)
    if job is not None and state.by_itself and not job.is_over:
        desk.put_away(job.job_id)
        planning.queue.cancel(job.job_id, me.actor.user_id)


def _let_go(me: Here, planning: Planning) -> None:
    """Nothing is looked at any more."""
    state: _State | None = st.session_state.pop(_STATE, None)
    if state is not None:
        _give_up(me, planning, state)
        planning.previews.forget(_key())


def _in_full(me: Here, planning: Planning, opened: Opened, now: Draft) -> str | None:
    """What this scenario is called in the open piece of work, where it was worked out in full; None where not."""
    if opened.compared is None:
        return None
    document = planning.document(me.store, me.actor, opened.work_id)
    for one in document["scenarios"].values():
        name = str(one["name"])
        if one["sha256"] == now.sha256 and name in opened.compared.scenarios and name != opened.compared.first:
            return name
    return None


def _worked_out(me: Here, now: Draft, first: First) -> KeptWork | None:
    """The latest piece of work in which both were worked out."""
    wanted = {now.sha256, first.scenario.sha256}
    works = me.recent("forecasts", lambda: me.store.list_works(me.actor))
    for work in works:
        if wanted <= {str(one["sha256"]) for one in work.document["scenarios"].values()}:
            return work
    return None


def _first(me: Here, planning: Planning, opened: Opened) -> First | None:
    """The first scenario of the open piece of work, read once in each tab."""
    kept: tuple[str, First] | None = st.session_state.get(_FIRST)
    if kept is not None and kept[0] == opened.work_id:
        return kept[1]
    try:
        found = first_of(me, planning, opened.work_id)
    except (StoreError, NoResults, ScenarioError, OSError):
        draw.notice(
            "The scenario that others are held against cannot be read",
            "It was kept by another version of Placewell, or is not whole. Have the forecast worked out anew.",
            tone="caution",
            name="no-first",
        )
        return None
    st.session_state[_FIRST] = (opened.work_id, found)
    return found


def _key() -> str:
    """By which previews know this tab."""
    found: str = st.session_state.setdefault(_TAB, secrets.token_hex(8))
    return found
