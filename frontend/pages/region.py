"""Region: several councils side by side and together, who could place with whom, and beds bought together."""

from __future__ import annotations

import streamlit as st

from frontend import draw
from frontend.planning.desk import REGION, opened_here
from frontend.planning.opened import Opened
from frontend.planning.planning import Planning
from frontend.planning.region_open import opened_totals
from frontend.planning.region_view import (
    NOT_ALIKE,
    ONE,
    WHAT_IS_NEEDED,
    beds,
    exchanges,
    fresh_all,
    headline_days_of,
    short,
    together,
    years_of_beds,
)
from frontend.session import Here, here
from reporting.lens import Lens
from sufficiency.mp_figures import on_said
from sufficiency.region_totals import FILE


def page() -> None:
    """Draw the page."""
    me = here()
    opened = opened_here(me)
    planning = me.office.planning
    if opened is None or planning is None:
        return
    results = planning.document(me.store, me.actor, opened.work_id)["results"]
    councils = [name for name, scenarios in results.items() if name != REGION and opened.scenario in scenarios]
    if len(councils) < 2:
        draw.notice(ONE, WHAT_IS_NEEDED, name="region-one")
        return
    with st.spinner("Opening the forecasts of all councils"):
        editions = fresh_all(
            {name: planning.opened(me.store, me.actor, opened.work_id, name, opened.scenario).lens for name in councils}
        )
        totals = totals_of(me, planning, opened, editions)
    draw.section(short(editions, totals), "region-short")
    if totals is None:
        draw.notice("There are no totals", NOT_ALIKE, tone="caution", name="region-none")
        return
    draw.section(together(totals), "region-together")
    draw_exchanges(editions, totals)
    draw_beds(editions, totals)


def totals_of(me: Here, planning: Planning, opened: Opened, editions: dict[str, Lens]) -> Lens | None:
    """What may be told of all councils together; None where there are no totals of the scenario."""
    place = planning.unpacked(me.store, me.actor, opened.work_id) / REGION / opened.scenario / FILE
    found = opened_totals((opened.work_id, opened.scenario), place, editions)
    return None if found is None else fresh_all({"": found})[""]


def draw_exchanges(editions: dict[str, Lens], totals: Lens) -> None:
    """Who could place with whom, at the end of a year that is chosen."""
    ends = headline_days_of(totals, "region.exchange") if totals.has("region.exchange") else ()
    on = (
        st.radio("Who could place with whom, on", ends, format_func=on_said, key="region on", horizontal=True)
        if len(ends) > 1
        else ends[0]
    )
    draw.section(exchanges(editions, totals, on), "region-exchanges")


def draw_beds(editions: dict[str, Lens], totals: Lens) -> None:
    """Beds bought in block, in a year that is chosen."""
    years = years_of_beds(totals)
    year = st.radio("Beds in block, in", years, key="region year", horizontal=True) if len(years) > 1 else years[0]
    draw.section(beds(editions, totals, year), "region-beds")


page()
