"""Today: what needs a person first, then every child with how long they have waited; totals alone for commissioners."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import contents, draw, tracker
from frontend.open_round import OpenRound
from frontend.planning import today_part
from frontend.session import Here, here
from frontend.tracker import Today
from records.store import OnItsWay
from reporting.section import Column, Definitions, Paragraph, Table

EVERYBODY: Final = "Everybody"
_FOUND: Final = "today found"


def page() -> None:
    """Draw the page."""
    me = here()
    if not me.may("open_round"):
        if me.may("list_works"):
            today_part.enough_homes(me)
        only_totals(me)
        return
    today_part.say_waiting(me)
    round_ = me.open_round()
    if round_ is None:
        nothing_yet(me)
        return
    made = me.runs()
    newest = me.snapshots()
    of_this = next((one for one in made if one.run_id == round_.run_id), None)
    draw.blocks(*tracker.how_old(of_this, me.now, newest[0] if newest else None), name="how-old")
    if made and made[0].run_id != round_.run_id:
        draw.notice(
            "An earlier round is open",
            "There is a later one: choose it on the page Whole council.",
            tone="caution",
            name="earlier",
        )
    found = worked_out(me, round_)
    me.look("today", (row.child_id for row in found.rows))
    draw.blocks(tracker.totals(found), name="totals")
    if found.hidden:
        draw.say(f"{found.hidden:,} children or homes of this round are not shown to you.", "withheld")
    if not found.rows:
        draw.notice("No children are waiting", "There is nobody in this round whom you may see.", name="nobody")
    what_needs_a_person(found, round_)
    children(found, round_)
    one_match(me)
    draw.blocks(tracker.not_told(), name="not-told")


def matches_of(me: Here) -> list[OnItsWay]:
    """Every match, ended ones too, with what is due."""
    return me.recent("matches due", lambda: me.store.matches_due(me.actor, closed=True))


def worked_out(me: Here, round_: OpenRound) -> Today:
    """What the page says, worked out anew when the round, the day, the role or a match has changed."""
    matches = matches_of(me)
    day = me.now.date()
    stands = (round_.run_id, round_.for_whom, day, tuple((m.match_id, m.version) for m in matches))
    kept: tuple[object, Today] | None = st.session_state.get(_FOUND)
    if kept is None or kept[0] != stands:
        kept = (stands, tracker.today(round_, matches, day))
        st.session_state[_FOUND] = kept
    return kept[1]


def what_needs_a_person(found: Today, round_: OpenRound) -> None:
    """The list, all of it or that of one part."""
    draw.heading("What needs a person")
    acts = st.selectbox(
        "Show what waits for", [EVERYBODY, *tracker.who_acts(found)], key=f"acts {round_.run_id}", index=0
    )
    draw.blocks(*tracker.to_do(found, None if acts in (None, EVERYBODY) else acts), name="todo")


def children(found: Today, round_: OpenRound) -> None:
    """The permanence tracker, and the way to one child."""
    draw.heading("The children")
    only = st.selectbox("Show", list(tracker.FILTERS), key=f"only {round_.run_id}", index=0)
    draw.blocks(*tracker.tracker(found, only or EVERYBODY), name="tracker")
    ids = sorted(row.child_id for row in found.rows)
    with st.form(f"open {round_.run_id}"):
        chosen = st.selectbox("Open one child or family", ids, index=None, placeholder="Choose, or type to search")
        if st.form_submit_button("Open"):
            if chosen is None:
                draw.problem("Open one child or family: choose a child first.", name="open-problem")
            else:
                st.session_state["hand unit"] = unit_of(round_, chosen)
                st.switch_page(contents.page_of("one_child.py"))


def one_match(me: Here) -> None:
    """The way to a match that waits for its next step."""
    words = draw.distinct(tracker.on_their_way(matches_of(me)))
    if not words:
        return
    with st.form("open match"):
        chosen = st.selectbox(
            "Open one match",
            list(words),
            index=None,
            format_func=lambda one: words[one],
            placeholder="Choose, or type to search",
        )
        if st.form_submit_button("Open the match"):
            if chosen is None:
                draw.problem("Open one match: choose a match first.", name="open-match-problem")
            else:
                st.session_state["hand match"] = chosen
                st.switch_page(contents.page_of("record.py"))


def unit_of(round_: OpenRound, child_id: str) -> str:
    """The family of a child where there is one in the round, else the child."""
    child = next(one for one in round_.children if one.child_id == child_id)
    return child.family_id if child.family_id is not None and child.family_id in round_.unit_ids else child_id


def nothing_yet(me: Here) -> None:
    """No round in the store."""
    if me.snapshots():
        draw.notice(
            "No round has been worked out yet",
            "Records are there. A family finder works a round out on the page Whole council.",
            name="no-round",
        )
        return
    draw.notice(
        "There is nothing here yet",
        "First, a family finder brings in the records: children and homes, from the case system.",
        "Second, the findings are read, and the doubtful rows are mended or left out.",
        "Third, a round is worked out, and this page says what needs a person.",
        name="nothing",
    )
    if me.may("keep_snapshot") and st.button("Bring in records"):
        st.switch_page(contents.page_of("bring_in.py"))


def only_totals(me: Here) -> None:
    """For roles that see no child: counts, small numbers hidden; or where to go."""
    if not me.may("totals"):
        draw.say("Your role shows no children here. Choose a page at the side.", "no-children")
        return
    counted = me.store.totals(me.actor)
    draw.heading("Tonight's children, in totals")
    draw.blocks(
        Definitions((("Records brought in", f"{counted.snapshots:,}"), ("Rounds worked out", f"{counted.runs:,}"))),
        Table(
            "Matches by how far they have come",
            (Column("Route and state"), Column("Matches", number=True)),
            tuple(
                (
                    name.replace(":done", "").replace("_", " ").replace(": ", ":").replace(":", ": "),
                    "5 or fewer" if n is None else n,
                )
                for name, n in counted.matches_by_state.items()
            ),
            ("Numbers from 1 to 5 are hidden, and the total where it would give one away.",),
            ("All", "hidden" if counted.matches is None else counted.matches),
        )
        if counted.matches_by_state
        else Paragraph("No match has been begun."),
        name="only-totals",
    )


page()
