"""One child tonight: a small form, and at once the homes to call, in which order, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from frontend import contents, draw
from frontend.duty_view import (
    Source,
    answer,
    directory,
    of_round,
    of_snapshot,
    read_form,
    search,
    search_for,
    shown_homes,
)
from frontend.session import Here, here
from matching.duty import Tonight
from matching.words import in_words
from records.codes import NEED_CODES
from records.model import Records, Route
from records.store import Barred, Purged
from records.tables import Unusable
from records.tonight import Tonight as Came
from records.tonight import beside

FOUND: Final = "duty found"
REGISTER: Final = "duty register"
WRONG: Final = "duty wrong"
SEX: Final = {"": "not known", "F": "girl", "M": "boy"}
WISH: Final = {"": "not known", "Y": "nobody may smoke there", "N": "it does not matter"}


@dataclass(frozen=True, eq=False)
class Searched:
    """What this tab searched for: who came tonight, or nobody new, and what was found for whom."""

    source: Source
    came: Came | None
    found: Tonight
    more: tuple[str, ...]


def page() -> None:
    """Draw the page."""
    me = here()
    source = register(me)
    if source is None:
        draw.notice(
            "There is no register to search yet",
            "Bring the homes in on the page Bring in records; then a child can be searched for at once.",
            name="empty",
        )
        return
    draw.say(
        f"Searched: {len(source.records.homes):,} homes as they were brought in, on {in_words(source.records.day)}. "
        "Say what is known; what is not known stays unknown and is asked. Nothing of a search is kept.",
        "about",
    )
    ask(source)
    wrong: str | None = st.session_state.get(WRONG)
    if wrong is not None:
        draw.problem(wrong, name="wrong")
        return
    searched: Searched | None = st.session_state.get(FOUND)
    if searched is not None:
        show(me, searched)


def register(me: Here) -> Source | None:
    """The latest records: those of the open round, where it was made from them; else as they were brought in."""
    snapshots, round_ = me.snapshots(), me.round_if_it_holds()
    held = me.recent("places held", lambda: me.store.places_held(me.actor)) if snapshots else {}
    day = me.now.date()
    if not snapshots:
        return None
    latest = snapshots[0].snapshot_id
    of_run = {made.run_id: made.snapshot_id for made in me.runs()}
    if round_ is not None and of_run.get(round_.run_id) == latest:
        return of_round(round_, held, day)
    kept: tuple[str, Records] | None = st.session_state.get(REGISTER)
    if kept is None or kept[0] != latest:
        try:
            kept = (latest, me.store.read_snapshot(me.actor, latest))
        except (Barred, Purged):
            # somebody in them may not be seen by this person: the open round leaves them out, records alone do not
            return None if round_ is None else of_round(round_, held, day)
        st.session_state[REGISTER] = kept
    return of_snapshot(kept[1], held, day)


def ask(source: Source) -> None:
    """What is known of tonight's child, or which child of the register it is."""
    units = {unit: f"{unit} ({', '.join(ids)})" if len(ids) > 1 else unit for unit, ids in source.units.items()}
    visible = {unit: words for unit, words in units.items() if source.words(words) == words}
    with st.form("tonight", border=True):
        left, right = st.columns(2)
        with left:
            when = st.text_input("Age in years, or date of birth", key="duty born", max_chars=10)
            sex = st.selectbox("Boy or girl", list(SEX), format_func=lambda one: SEX[one], key="duty sex")
            postcode = st.text_input("Postcode the child comes from", key="duty postcode", max_chars=10)
            siblings = st.text_area(
                "Brothers and sisters who come too, one on each line: age or date of birth, then M or F",
                key="duty siblings",
                max_chars=400,
                height=80,
            )
        with right:
            needs = st.multiselect(
                "What the home must be able to do",
                sorted(NEED_CODES),
                format_func=lambda one: one.replace("_", " "),
                key="duty needs",
                placeholder="Nothing is known",
            )
            smoke = st.selectbox("Smoke", list(WISH), format_func=lambda one: WISH[one], key="duty smoke")
            routes = st.multiselect(
                "Kinds of home to look at",
                [Route.FOSTER.value, Route.SUPPORTED_LODGINGS.value],
                default=[Route.FOSTER.value],
                format_func=lambda one: one.replace("_", " "),
                key="duty routes",
            )
            named = st.text_input("The child's number, if there is one", key="duty id", max_chars=40)
        known = st.selectbox(
            "Or a child or family on the register already",
            list(visible),
            index=None,
            format_func=lambda one: visible[one],
            placeholder="Choose, or type to search",
            key="duty known",
        )
        if not st.form_submit_button("Find homes", type="primary"):
            return
    st.session_state.pop(FOUND, None)
    st.session_state.pop(WRONG, None)
    told = {
        "child_id": named.strip(),
        "born_or_age": when,
        "sex": sex,
        "home_postcode": postcode,
        "needs_must": ";".join(needs),
        "smoke_free": smoke,
        "routes": ";".join(routes),
    }
    if known is not None and (when.strip() or named.strip()):
        st.session_state[WRONG] = "Say what is known of a new child, or choose one of the register: not both."
        return
    try:
        if known is not None:
            st.session_state[FOUND] = Searched(source, None, search(source, known), ())
        else:
            came = read_form(told, siblings, source.records.day)
            found, more = search_for(source, came)
            doubts = tuple(f"{one.message} {one.meaning} {one.mend}" for one in came.findings)
            st.session_state[FOUND] = Searched(source, came, found, (*doubts, *more))
    except Unusable as error:
        st.session_state[WRONG] = f"{error.what} {error.mend}"


def show(me: Here, searched: Searched) -> None:
    """The answer, and what can be done with it."""
    source, found = searched.source, searched.found
    ids = found.proposal.register.homes.ids
    group = found.looked_at_first[0]
    homes = [str(ids[int(group.homes[k])]) for k in shown_homes(source, group, found)]
    me.look("one child tonight", () if searched.came is not None else found.unit.child_ids, homes)
    draw.sections(answer(source, found, searched.more), "answer")
    draw.heading("What next")
    if searched.came is None:
        draw.say(
            "Nothing is decided here. A proposal is recorded with its reasons from the page One child or family.",
            "next",
        )
        if st.button("Open this child on One child or family"):
            st.session_state["hand unit"] = found.unit.unit_id
            st.switch_page(contents.page_of("one_child.py"))
        return
    keep(me, searched.came)


def keep(me: Here, came: Came) -> None:
    """Put tonight's child on the register, so that a round can be worked out and a match recorded: only if asked."""
    why = why_not_to_keep(came)
    draw.say(
        "Nothing of this search is kept. To record what is agreed, put the child on the register, then work out a "
        "round on Whole council: a proposal rests on one.",
        "next",
    )
    if why:
        draw.say(why, "why-not")
        return
    if st.button("Record: put the child on the register"):
        made = me.snapshots()[0]
        records = me.store.read_snapshot(me.actor, made.snapshot_id)
        me.store.keep_snapshot(me.actor, beside(records, came))
        me.changed()
        for name in (FOUND, REGISTER):
            st.session_state.pop(name, None)
        st.switch_page(contents.page_of("whole_council.py"))


def why_not_to_keep(came: Came) -> str:
    """What is still missing before tonight's child can be put on the register, in a sentence; "" if nothing."""
    if came.ages:
        return "Before it is recorded: ask the date of birth. An age alone would put a made-up day on record."
    if any(one.startswith("TONIGHT") for one in came.ids):
        return "Before it is recorded: give the child's number in your case system."
    return ""


try:
    directory()
    page()
except Barred as error:
    draw.refusal(error, "barred")
