"""What Today says to whoever plans: what is at work, the latest forecast, and editions that wait for a decision."""

from __future__ import annotations

import streamlit as st

from frontend import draw
from frontend.contents import page_of
from frontend.planning.desk import no_returns, nothing_yet, what_is_at_work, when
from frontend.session import Here
from records.store import KeptEdition
from reporting.section import Definitions

PREPARED = "prepared"


def waiting_editions(me: Here) -> list[KeptEdition]:
    """Editions that wait to be signed off."""
    if not me.may("list_editions"):
        return []
    return [one for one in me.recent("editions", lambda: me.store.list_editions(me.actor)) if one.state == PREPARED]


def say_waiting(me: Here) -> None:
    """Editions that wait for somebody, and where to go."""
    waiting = waiting_editions(me)
    if not waiting:
        return
    many = "An edition waits" if len(waiting) == 1 else f"{len(waiting):,} editions wait"
    who = "Read it, and sign it off or refuse it." if me.may("sign_edition") else "A decision maker signs it off."
    each = [f"{one.document.get('title') or 'Edition'}, prepared {when(one.at)}." for one in waiting]
    draw.notice(f"{many} for sign-off", *each, who, tone="caution", name="today-editions")
    if st.button("Open Publish", key="today publish"):
        st.switch_page(page_of("publish.py"))


def enough_homes(me: Here) -> None:
    """For commissioners: what is at work, the latest forecast and the way to it."""
    draw.heading("Enough homes")
    say_waiting(me)
    planning = me.office.planning
    if planning is None:
        no_returns(me)
        return
    what_is_at_work(me, planning)
    works = me.recent("forecasts", lambda: me.store.list_works(me.actor))
    if not works:
        nothing_yet(me, planning)
        return
    last = works[0]
    councils = [name for name in last.document["results"] if name != "region"]
    names = [said["name"] for said in last.document["scenarios"].values()]
    draw.blocks(
        Definitions(
            (
                ("Latest forecast", last.document["title"] or "Forecast"),
                ("Worked out", f"{when(last.at)}, by {last.by}"),
                ("Councils", ", ".join(councils) or "none could be worked out"),
                ("Scenarios", ", ".join(names)),
                ("Forecasts kept", f"{len(works):,}"),
            )
        ),
        name="today-forecast",
    )
    if st.button("Open Need", key="today need"):
        st.switch_page(page_of("need.py"))
