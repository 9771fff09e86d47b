"""What a commissioner's tab has open: which piece of work, which council, which scenario; and what is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.inputs import WontRead
from frontend.planning.opened import Opened
from frontend.planning.orders import FORECAST
from frontend.planning.planning import Found, Planning
from frontend.rounds import Job
from frontend.session import Here, still_here
from records.store import KeptWork
from records.store.work import ENGLAND
from reporting.disclosure import Refused
from reporting.facts_file import NotABook
from reporting.section import Column, Disclosure, Table
from sufficiency.compared import NoComparison
from sufficiency.need_words import day_said
from sufficiency.results_found import NoResults

EVERY: Final = 1.0
_CHOSEN: Final = "planning chosen"
_FOLLOWED: Final = "forecasts followed"
_AWAY: Final = "forecast put away"
_SHOWN: Final = "forecast shown"
_ENTERED: Final = "forecasts looked at"
REGION: Final = "region"
WHAT: Final = {
    "returns": "returns",
    "register": "register of homes",
    "referrals": "referrals",
    "population": "population",
}


def opened_here(me: Here) -> Opened | None:
    """The forecast that this tab has open, with boxes above the page to choose another; None where there is none yet.

    Where there is none it says so, and who can do what about it: the page then draws nothing more of its own.
    """
    planning = me.office.planning
    if planning is None:
        no_returns(me)
        return None
    what_is_at_work(me, planning)
    works = me.recent("forecasts", lambda: me.store.list_works(me.actor))
    if not works:
        nothing_yet(me, planning)
        return None
    work, council, scenario = _boxes(works)
    if council is None or scenario is None:
        draw.problem("Nothing of this forecast could be worked out.", *_failed(work.document), name="desk-nothing")
        return None
    opened = _opened(me, planning, work, council, scenario)
    if opened is not None:
        _about(me, planning, work, opened)
        # what is said is of this run alone: the forecast is shared by all tabs, and open for as long as the app runs
        opened = replace(opened, lens=replace(opened.lens, said=[]))
    return opened


def turn_to(work_id: str) -> None:
    """Open another piece of work in this tab, from the next run on: to be called by a button."""
    st.session_state.setdefault(_CHOSEN, {})["work"] = work_id
    st.session_state.pop("desk work", None)


def put_away(job_id: str) -> None:
    """Do not say how a job of this tab ended."""
    st.session_state[_AWAY] = job_id


# ---- what is open ----------------------------------------------------------------------------------------------------


def _boxes(works: Sequence[KeptWork]) -> tuple[KeptWork, str | None, str | None]:
    """Which piece of work, council and scenario; a box only where there is a choice."""
    places = iter(st.columns(3))
    by_id = {one.work_id: one for one in works}
    words = draw.distinct({one.work_id: _work_words(one) for one in works})
    work = by_id[_box(places, "Piece of work", "work", words) or works[0].work_id]
    results: Mapping[str, Sequence[str]] = work.document["results"]
    councils = {name: name for name in results if name != REGION}
    council = _box(places, "Council", "council", councils)
    there = results.get(council or "", ())
    first = work.document["first"]  # of the options, the first is the one that is open unless another is chosen
    scenarios = sorted(work.document["scenarios"].items(), key=lambda one: one[0] != first)
    names = {one: said["name"] for one, said in scenarios if one in there}
    scenario = _box(places, "Scenario", "scenario", draw.distinct(names))
    return work, council, scenario


def _box(places: Iterator[Any], label: str, name: str, words: Mapping[str, str]) -> str | None:
    """A choice that is kept while the person goes from page to page; it takes the next place where there is one."""
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN, {})
    options = list(words)
    if len(options) < 2:
        return options[0] if options else None
    key = f"desk {name}"
    if st.session_state.get(key) not in options:
        before = chosen.get(name)
        st.session_state[key] = before if before in options else options[0]
    picked: str = next(places).selectbox(label, options, format_func=lambda one: draw.plain(words[one]), key=key)
    if picked == options[0]:
        chosen.pop(name, None)  # the latest forecast, whichever that will be
    else:
        chosen[name] = picked
    return picked


def _opened(me: Here, planning: Planning, work: KeptWork, council: str, scenario: str) -> Opened | None:
    """The forecast; once in each tab it is entered in the trail that it was looked at."""
    try:
        entered: set[str] = st.session_state.setdefault(_ENTERED, set())
        with st.spinner("Opening the forecast: finding what may be shown"):
            if work.work_id not in entered:
                me.store.read_work(me.actor, work.work_id)
                entered.add(work.work_id)
            return planning.opened(me.store, me.actor, work.work_id, council, scenario)
    except Refused as error:
        draw.problem(
            "The figures of this forecast may not be shown.",
            str(error),
            "Choose another forecast or scenario, or have this one worked out anew.",
            name="desk-refused",
        )
    except (NoResults, NotABook, NoComparison, WontRead) as error:
        draw.problem(
            "This forecast cannot be opened.",
            str(error),
            "Choose another, or have it worked out anew.",
            name="desk-broken",
        )
    return None


def _about(me: Here, planning: Planning, work: KeptWork, opened: Opened) -> None:
    """What the figures are of, and what a reader has to know first."""
    about = opened.about
    draw.say(
        f"{work.document['title'] or 'Forecast'}: {opened.council}, {about.get('scenario', '')}. Counted up to "
        f"{day_said(datetime.fromisoformat(about['known_until']).date())}; {int(about['draws']):,} futures; worked out "
        f"by {work.by} on {when(work.at)}.",
        "desk-about",
    )
    if about.get("made_up") == "yes":
        draw.notice(
            "Made up",
            "Nobody in this council exists, and nothing may be concluded from its figures.",
            tone="caution",
            name="desk-made-up",
        )
    failed = _failed(work.document)
    if failed:
        draw.notice("Some of it could not be worked out", *failed, tone="caution", name="desk-failed")
    changed = me.recent(f"returns changed {work.work_id}", lambda: planning.changed_since(work.document))
    if changed:
        draw.notice(
            "What lies on the server has changed since", _changed_words(changed), tone="caution", name="changed"
        )
        if me.may("keep_work") and not planning.queue.line() and st.button("Work it out anew", key="desk anew"):
            begin(me, planning, work.work_id)


def _failed(document: Mapping[str, Any]) -> list[str]:
    """What could not be worked out, and why."""
    names = {one: said["name"] for one, said in document["scenarios"].items()}
    return list(
        dict.fromkeys(
            ": ".join(filter(None, (one["council"], names.get(one["scenario"], one["scenario"]), one["words"])))
            for one in document["failures"]
        )
    )


def _changed_words(changed: Sequence[str]) -> str:
    """Of which council what has changed."""
    each = [f"{one.rpartition('/')[0]}: {WHAT[one.rpartition('/')[2]]}" for one in changed]
    return f"{'; '.join(each)}. This forecast is of what lay there before."


def _work_words(work: KeptWork) -> str:
    return f"{work.document['title'] or 'Forecast'}, {when(work.at)}, {work.by}"


def when(at: str) -> str:
    """A moment of the store as it is said in England."""
    there = datetime.fromisoformat(at).astimezone(ENGLAND)
    return f"{day_said(there.date())}, {there:%H:%M}"


# ---- nothing yet -----------------------------------------------------------------------------------------------------


def no_returns(me: Here) -> None:
    """Say what is missing, and who can mend it."""
    who = "Start Placewell again and name them" if me.office.one_user else "Whoever runs Placewell names them"
    draw.notice(
        "There is no forecast, because no returns were named",
        "A forecast is worked out from a council's yearly SSDA903 returns. They stay on the server, and never pass "
        "through a browser.",
        f"{who}: placewell app --returns FOLDER.",
        name="no-forecast",
    )


def nothing_yet(me: Here, planning: Planning) -> None:
    """Say what was found on the server, and offer the first forecast."""
    if planning.queue.line():
        draw.notice("The first forecast is on its way", "What it comes to will stand here.", name="no-forecast")
        draw.blocks(found_table(planning.found()), name="desk-found")
        return
    draw.notice("No forecast has been worked out yet", "This was found on the server:", name="no-forecast")
    draw.blocks(found_table(planning.found()), name="desk-found")
    if not me.may("keep_work"):
        draw.say("A commissioner has the first forecast worked out.", "desk-who")
        return
    draw.say(
        "The first forecast takes everything as it is now: nothing changes but what already is changing. It is worked "
        "out in the background, in some minutes.",
        "desk-first",
    )
    if st.button("Work out the first forecast", type="primary", key="desk first"):
        begin(me, planning)


def found_table(found: Sequence[Found]) -> Table:
    """What lies on the server for each council: by the names of files, nothing of what is in them."""
    return Table(
        "What was found on the server",
        (Column("Council"), Column("Returns"), Column("Besides")),
        tuple((one.council, _returns_words(one), _besides_words(one)) for one in found),
        ("By the names of files: no return has been read yet.",),
    )


def _returns_words(one: Found) -> str:
    if not one.files:
        return "none: the folder is empty, or cannot be read"
    files = f"{one.files:,} file{'' if one.files == 1 else 's'}"
    return f"{files}, {one.years[0]} to {one.years[-1]}" if one.years else files


def _besides_words(one: Found) -> str:
    return ", ".join(WHAT[name] for name in one.besides) or "nothing"


def begin(me: Here, planning: Planning, again: str | None = None) -> None:
    """Have a forecast worked out: the first, or one of those before anew."""
    order = planning.first_order() if again is None else planning.same_again(me.store, me.actor, again)
    planning.start(me.store, me.actor, order)
    st.session_state.pop(_AWAY, None)
    st.rerun()


# ---- at work ---------------------------------------------------------------------------------------------------------


def what_is_at_work(me: Here, planning: Planning) -> None:
    """How far the forecasts are that are asked for, whoever asked; and how this person's last one ended."""
    followed: set[str] = st.session_state.setdefault(_FOLLOWED, set())
    line = planning.queue.line()
    mine = [job for job in planning.queue.jobs_of(me.actor.user_id) if job.what == FORECAST.one]
    _how_it_ended(me, followed, mine)
    followed |= {job.job_id for job in mine if not job.is_over}
    if line:
        follow(tuple(job.job_id for job in line))


def _how_it_ended(me: Here, followed: set[str], mine: Sequence[Job]) -> None:
    """Of the last forecast that this tab saw at work."""
    last = next((job for job in mine if job.is_over and job.job_id in followed), None)
    if last is None or st.session_state.get(_AWAY) == last.job_id:
        return
    if last.state == "done":
        if st.session_state.get(_SHOWN) != last.job_id:
            st.session_state[_SHOWN] = last.job_id
            me.changed()
            st.session_state.setdefault(_CHOSEN, {}).pop("work", None)
            st.session_state.pop("desk work", None)
        draw.notice(
            f"The forecast is done, after {_seconds(last)}",
            "It is open on this page now.",
            tone="good",
            name="desk-done",
        )
    elif last.state == "failed":
        draw.problem(
            last.fault or "The forecast failed.", "Nothing was kept. The forecasts before it stand.", name="desk-fault"
        )
    else:
        draw.notice("Cancelled", "Nothing of that forecast was kept.", name="desk-cancelled")
    if st.button("Put this message away", key=f"desk away {last.job_id}"):
        st.session_state[_AWAY] = last.job_id
        st.rerun()


@st.fragment(run_every=EVERY)
def follow(ids: tuple[str, ...]) -> None:
    """Show what is at work and what waits, until that is something else; then draw the page again."""
    me = still_here()
    planning = me.office.planning if me is not None else None
    line = planning.queue.line() if planning is not None else []
    if me is None or planning is None or tuple(job.job_id for job in line) != ids:
        st.rerun()
        return
    first, waiting = line[0], line[1:]
    whole = sum(part.whole for part in first.parts)
    done = sum(part.done for part in first.parts)
    far = f": {done:,} of {whole:,} steps" if whole else ""
    st.progress(min(first.share, 1.0), text=draw.plain(f"A {first.what} is being worked out. {first.stage}{far}"))
    asked = f"{_title(first)}. Asked for by: {first.by}. {_seconds(first).capitalize()} so far."
    draw.say(f"{asked} You may go on reading: it is worked out in the background.", "desk-follow")
    if first.parts:
        draw.blocks(Disclosure("How far each council and scenario is", (_parts_table(first),)), name="desk-parts")
    _cancel(me, planning, first, f"Cancel this {first.what}")
    for place, job in enumerate(waiting, 1):
        draw.say(f"Waiting, number {place}: {_title(job)}, asked for by {job.by}.", f"desk wait {job.job_id}")
        _cancel(me, planning, job, f"Cancel number {place} of those that wait")


def _cancel(me: Here, planning: Planning, job: Job, words: str) -> None:
    if job.owner == me.actor.user_id and st.button(words, key=f"desk cancel {job.job_id}"):
        planning.queue.cancel(job.job_id, me.actor.user_id)


def _parts_table(job: Job) -> Table:
    def whose(council: str, scenario: str) -> tuple[str, str]:
        return council or "All councils", scenario or "scenarios side by side"

    return Table(
        "How far each council and scenario is",
        (
            Column("Council"),
            Column("Scenario"),
            Column("Steps done", number=True),
            Column("Of", number=True),
            Column("Not to be had", number=True),
        ),
        tuple((*whose(one.council, one.scenario), one.done, one.whole, one.failed) for one in job.parts),
        ("Scenarios share steps: what says the same is worked out once.",),
    )


def _title(job: Job) -> str:
    return job.title or job.what.capitalize()


def _seconds(job: Job) -> str:
    """How long it has taken, in words."""
    seconds = round(job.seconds)
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
