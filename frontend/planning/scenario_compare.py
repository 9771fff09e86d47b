"""Choosing which scenarios to hold side by side, by what, and when; and having others worked out together."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning import compare_view as view
from frontend.planning import scenario_keeping as keeping
from frontend.planning.opened import Opened
from frontend.planning.scenario_orders import First, named_apart, order
from frontend.planning.scenario_preview import telling
from frontend.session import Here
from reporting.section import Disclosure
from sufficiency.scenario import ScenarioError

MOST: Final = 12
"""Scenarios in one piece of work, beside the first."""


def compare(me: Here, opened: Opened | None, first: First | None) -> None:
    """The scenarios of the open piece of work side by side; and others to be worked out together."""
    if opened is not None:
        _side_by_side(opened)
        if first is not None:
            work_out_together(me, opened, first)


def work_out_together(me: Here, opened: Opened, first: First) -> None:
    """Choose any saved or packaged scenarios, and have them held against the first in one piece of work."""
    planning = me.office.planning
    if planning is None or not me.may("keep_work"):
        return
    draw.heading("Work out others together")
    saved = {f"kept {one.scenario_id}": one for one in keeping.kept(me) if not one.dropped}
    packaged = {file: one for file, one in keeping.fitting(me).items() if one.sha256 != first.scenario.sha256}
    words = draw.distinct(
        {key: f"{one.name} (saved)" for key, one in saved.items()}
        | {key: f"{one.name} (comes with Placewell)" for key, one in packaged.items()}
    )
    chosen = st.multiselect(
        f"Scenarios to be worked out beside “{draw.plain(first.scenario.name)}”",
        list(words),
        format_func=lambda key: draw.plain(words[key]),
        max_selections=MOST,
        placeholder=f"Choose up to {MOST}",
        key="scenarios together",
    )
    draw.say(
        "It is worked out in the background, with the same settings as the open forecast. What was worked out before "
        "is not worked out again. Each of a scenario's levers is taken apart, so one of many levers takes longer.",
        "together",
    )
    if st.button("Work them out together", key="scenarios queue", disabled=not chosen):
        try:
            others = [keeping.scenario_of(saved[key]) if key in saved else packaged[key] for key in chosen]
        except ScenarioError as error:
            keeping.cannot_read(error, "together")
            return
        wrong = telling(me, planning, opened, first, others)
        if wrong:
            draw.problem(*wrong, name="telling-prices")
            return
        apart = named_apart([first.scenario, *others])[1:]
        document = planning.document(me.store, me.actor, opened.work_id)
        title = f"{len(apart)} beside “{first.scenario.name}”" if len(apart) > 1 else f"“{apart[0].name}” beside it"
        planning.start(me.store, me.actor, order(planning, first, apart, document["asked"], title))
        st.rerun()


def _side_by_side(opened: Opened) -> None:
    compared = view.compared_of(opened)
    if compared is None:
        draw.notice(
            "One scenario was worked out in this piece of work",
            "There is none to hold it against. Choose several below, and have them worked out together; or choose "
            "another piece of work above.",
            name="one-alone",
        )
        return
    mark = f"{opened.work_id} {opened.council}"
    others = [name for name in compared.scenarios if name != compared.first]
    chosen = st.multiselect(
        f"Scenarios to hold against “{draw.plain(compared.first)}”",
        others,
        default=others,
        format_func=draw.plain,
        key=f"scenarios beside {mark}",
        placeholder="Choose at least one",
    )
    if not chosen:
        draw.say("Choose at least one scenario.", "choose-one")
        return
    measures = view.measures_there(opened)
    left, right = st.columns(2)
    measure = left.selectbox(
        "What to compare",
        list(measures),
        index=list(measures).index(view.FIRST_TOLD) if view.FIRST_TOLD in measures else 0,
        format_func=measures.__getitem__,
        key=f"scenarios measure {mark}",
    )
    times = view.whens(opened, measure)
    when = right.selectbox("When", list(times), format_func=times.__getitem__, key=f"scenarios when {mark} {measure}")
    draw.section(view.side_by_side(opened, chosen, measure, when), "side-by-side")
    draw.blocks(
        Disclosure("Show the numbers: every time that is told", (view.at_every_time(opened, chosen, measure),)),
        name="every-time",
    )
    _levers(opened, chosen, measure, when, mark)
    bought = view.pound_buys(opened, chosen)
    if bought:
        draw.heading("What a pound buys")
        draw.blocks(*bought, name="pound-buys")


def _levers(opened: Opened, chosen: list[str], measure: str, when: str, mark: str) -> None:
    found = {name: blocks for name in chosen if (blocks := view.levers_of(opened, name, measure, when))}
    if not found:
        return
    draw.heading("What each lever does")
    name = next(iter(found))
    if len(found) > 1:
        name = st.selectbox("Levers of", list(found), format_func=draw.plain, key=f"scenarios levers of {mark}")
    draw.say(
        "Each bar begins where the one before it ended. What a lever adds is its fair share of what all of them do, so "
        "the bars add up to the whole.",
        "waterfall",
    )
    draw.blocks(*found[name], name="levers")
