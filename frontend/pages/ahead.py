"""Scarce homes: which homes are scarce for the children who are expected, and what keeping them would change."""

from __future__ import annotations

import streamlit as st

from frontend import ahead_held, draw
from frontend.open_round import OpenRound
from frontend.session import Here, here
from matching.ahead import Ahead
from matching.ahead_words import sections
from records.store import Barred
from records.tables import Unusable


def page() -> None:
    """Draw the page."""
    me = here()
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return
    draw.say(
        "A home may be right for a child tonight and be the last that could take three siblings next week. Choose the "
        "totals of a forecast to see which homes those are. The plan does not change: this is shown to you.",
        "about",
    )
    choose()
    try:
        with st.spinner("Asking which homes those who are expected could use"):
            ahead = ahead_held.of_round(round_)
    except Unusable as error:
        draw.problem(f"{error.what} {error.mend}", name="wrong")
        return
    if ahead is None:
        draw.notice(
            "Nobody has said who is expected",
            "The commissioner's forecast has a file coming.csv: totals by month and need, no child. Choose it above.",
            name="empty",
        )
        return
    show(me, round_, ahead)


def choose() -> None:
    """The totals of a forecast, from a file that stays in this tab."""
    given = st.file_uploader("Totals of a forecast (coming.csv)", type="csv", key="ahead file")
    if given is not None:
        try:
            ahead_held.hold(given.getvalue())
        except Unusable as error:
            draw.problem(f"{error.what} {error.mend}", name="refused")


def show(me: Here, round_: OpenRound, ahead: Ahead) -> None:
    """The sentences, the table, and what would change."""

    def shown(one: str) -> bool:
        return round_.may_see_child(one) and round_.may_see_home(one)

    q = ahead.proposal.question
    children = [q.child_ids[at] for at in ahead.changed.tolist() if shown(q.child_ids[at])]
    me.look("scarce homes", children, [one.home_id for one in ahead.prices.scarce if shown(one.home_id)])
    draw.sections(sections(ahead, shown), "ahead")


try:
    page()
except Barred as error:
    draw.refusal(error, "barred")
