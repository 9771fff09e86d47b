"""Supply: homes by what they are for, vacancies that can be used, who is on the way, and where homes are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning.desk import opened_here
from frontend.planning.now_measures import fresh
from frontend.planning.supply_map import where_they_are
from frontend.planning.supply_view import AHEAD, MEASURES, ahead, homes_now, needs, pipeline, segments, vacancies
from frontend.session import Here, here
from reporting.lens import Lens
from sufficiency.mp_figures import label

TOPICS: Final = {
    "now": "Our homes now",
    "vacancies": "Vacancies that can be used",
    "ahead": "Homes ahead",
    "pipeline": "Who is on the way",
    "where": "Where they are",
}


def use(lens: Lens) -> None:
    """Which vacancies can be used, and by whom."""
    there = needs(lens)
    words = {name: label(lens, "usable.curve", "child_need", name) for name in there}
    need = st.selectbox(
        "Who looks for a home",
        there,
        index=None,
        format_func=words.__getitem__,
        key="supply need",
        placeholder="Each child for whom the home is meant",
        disabled=not there,
    )
    draw.section(vacancies(lens, need), "supply-vacancies")


def to_come(lens: Lens) -> None:
    """Homes ahead: what is counted, and of which kind."""
    measure = st.radio("What to count", list(MEASURES), format_func=MEASURES.__getitem__, key="supply measure")
    there = segments(lens)
    words = {name: label(lens, AHEAD, "home_segment", name) for name in there}
    segment = (
        st.selectbox("Kind of home", there, format_func=words.__getitem__, key="supply segment") if there else "all"
    )
    draw.section(ahead(lens, measure, segment), "supply-ahead")


def where(me: Here, lens: Lens) -> None:
    """Where homes are against where children come from."""
    draw.section(where_they_are(lens, me.office.boundaries), "supply-where")


def page() -> None:
    """Draw the page."""
    me = here()
    opened = opened_here(me)
    if opened is None:
        return
    lens = fresh(opened.lens)
    topic = st.radio("What to see", list(TOPICS), format_func=TOPICS.__getitem__, key="supply topic", horizontal=True)
    if topic == "now":
        draw.sections(homes_now(lens), "supply-now")
    elif topic == "vacancies":
        use(lens)
    elif topic == "ahead":
        to_come(lens)
    elif topic == "pipeline":
        draw.sections(pipeline(lens), "supply-pipeline")
    else:
        where(me, lens)


page()
