"""The frame of the app: who is here, which pages there are, in what order, and what is said when something fails.

Each page is a file of its own in `frontend/pages/`.
"""

from __future__ import annotations

import logging
from itertools import groupby

import streamlit as st

from frontend import contents, draw, session
from frontend.quiet import reference
from records.store import Refused, SessionOver, StoreError


def ended() -> None:
    """Nobody is signed in any more, or nobody ever was."""
    draw.title("Your session has ended", "You have signed out, or the page was not used for too long.")
    draw.say("Nothing was recorded since your last confirmed step. Sign in again to go on.", "ended")
    st.html('<div class="pw"><p><a href="/auth/start" target="_self">Sign in again</a></p></div>')


def side_bar(here: session.Here) -> None:
    """Who is here, in which role, the pages they may open, and what is at work."""
    with st.sidebar:
        draw.say(here.actor.name, "name")
        session.choose_role(here)
        for group, entries in groupby(filter(lambda one: one.open_to(here), contents.PAGES), lambda one: one.group):
            if group:
                draw.group(group)
            for entry in entries:
                st.page_link(entry.page, label=entry.title)
        at_work(here)
        if here.office.one_user:
            draw.say(
                f"There is no sign-in: {here.office.settings.words}. Others who use this computer could read this.",
                "one-user",
            )
        elif st.button("Sign out"):
            session.leave(here)
            st.rerun()
        if here.office.demo:
            draw.notice("Made up", "Nobody in this council exists.", tone="caution", name="demo")


def at_work(here: session.Here) -> None:
    """What is being worked out: this person's rounds, and forecasts whoever asked for them."""
    if any(not job.is_over for job in here.office.workshop.jobs_of(here.actor.user_id)):
        draw.notice("A round is being worked out", "Whole council shows how far it is.", name="at-work")
    planning = here.office.planning
    line = planning.queue.line() if planning is not None and here.may("list_works") else []
    if line:
        more = f" {len(line) - 1:,} more waiting." if len(line) > 1 else ""
        words = f"Each page of Enough homes shows how far it is.{more}"
        draw.notice(f"A {line[0].what} is being worked out", words, name="planning-at-work")
    if planning is not None and any(not job.is_over for job in planning.press.jobs_of(here.actor.user_id)):
        draw.notice("A document is being made", "Publish shows how far it is.", name="press-at-work")


def run() -> None:
    """One run of the script."""
    st.set_page_config(page_title="Placewell", layout="wide", menu_items={})
    chosen = st.navigation([entry.page for entry in contents.PAGES], position="hidden")
    draw.style()
    try:
        here = session.enter()
        if here is None:
            ended()
            return
        side_bar(here)
        entry = contents.entry_of(chosen)
        draw.title(entry.title, entry.purpose)
        if not entry.open_to(here):
            draw.notice(
                "You may not open this page",
                f"It is for: {entry.for_whom}.",
                "If you have several roles, choose another under “You act as”. An administrator, or the council's "
                "sign-in, gives roles.",
                tone="bad",
                name="no-permission",
            )
            return
        chosen.run()
    except SessionOver:
        ended()
    except Refused as error:
        draw.refusal(error, "refused")
    except StoreError as error:
        draw.refusal(error, "store")
    except Exception as error:
        logging.getLogger("placewell").error("A page failed", exc_info=error)
        draw.problem(
            f"This is a fault of Placewell, reference {reference(error)}.",
            "Nothing was recorded. Open the page again; if it happens again, report the reference.",
            name="fault",
        )
