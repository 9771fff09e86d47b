"""Need: how many children, in which homes, of what age; how wrong past forecasts were; what drives the change."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning.desk import opened_here
from frontend.planning.need_ahead import BANDS, WAYS, bracket, by_need, everybody, need_days, parts_ahead
from frontend.planning.need_change import change, change_days, coming_and_going, without_parts
from frontend.planning.need_past import horizons, how_wrong
from frontend.planning.now_measures import fresh
from frontend.session import here
from reporting.lens import Lens
from sufficiency.mp_figures import label, names_of, on_said

TOPICS: Final = {
    "all": "All children",
    "group": "By kind of home",
    "age": "By age",
    "need": "By what they need",
    "use": "Need and use",
    "flows": "Coming and leaving",
    "change": "What drives the change",
    "past": "How wrong were we",
}


def wide_of() -> str:
    """How wide a band is drawn and told."""
    return st.radio("How many futures the band holds", list(BANDS), key="need band", horizontal=True)


def parts(lens: Lens, topic: str) -> None:
    """The forecast in parts, all of them or one."""
    way = WAYS[topic]
    wide = wide_of()
    chosen = None
    if lens.has(way.key):
        names = list(names_of(lens, way.key, way.dim, total=False))
        words = {name: label(lens, way.key, way.dim, name) for name in names}
        chosen = st.selectbox(
            way.one,
            names,
            index=None,
            format_func=words.__getitem__,
            key=f"need one {topic}",
            placeholder="All, side by side",
        )
    draw.section(parts_ahead(lens, way, wide, chosen), f"need-{topic}")


def needs(lens: Lens) -> None:
    """What children need, on a day."""
    found = need_days(lens)
    on = st.selectbox("On", found, index=min(3, len(found) - 1), format_func=on_said, key="need day") if found else ""
    draw.section(by_need(lens, on), "need-need")


def drivers(lens: Lens) -> None:
    """What the change is made of."""
    found = change_days(lens)
    if not found:
        draw.section(without_parts(), "need-change")
        return
    on = st.selectbox("Until", found, format_func=on_said, key="need until")
    draw.section(change(lens, on), "need-change")


def wrong(lens: Lens) -> None:
    """Past forecasts beside what came."""
    found = horizons(lens)
    ahead = None
    if found:
        ahead = st.selectbox("Months ahead", found, index=found.index("12") if "12" in found else 0, key="need horizon")
    draw.section(how_wrong(lens, ahead), "need-past")


def page() -> None:
    """Draw the page."""
    opened = opened_here(here())
    if opened is None:
        return
    lens = fresh(opened.lens)
    topic = st.radio("What to see", list(TOPICS), format_func=TOPICS.__getitem__, key="need topic", horizontal=True)
    if topic == "all":
        draw.section(everybody(lens, wide_of()), "need-all")
    elif topic in WAYS:
        parts(lens, topic)
    elif topic == "need":
        needs(lens)
    elif topic == "use":
        draw.section(bracket(lens), "need-use")
    elif topic == "flows":
        draw.section(coming_and_going(lens), "need-flows")
    elif topic == "change":
        drivers(lens)
    else:
        wrong(lens)


page()
