"""Homes: the register, and one home from every side."""

from __future__ import annotations

import streamlit as st

from frontend import contents, draw
from frontend.council_map import home_map
from frontend.home_for_whom import blocks_for_whom, for_whom, shown_to
from frontend.home_places import places_ahead, places_picture
from frontend.home_view import asked_of_the_carers, residents, terms
from frontend.open_round import OpenRound
from frontend.register_view import STANDINGS, Search, area_name, choices, found, pages, register_table
from frontend.session import Here, here
from matching.words import plain_word
from records.geography import ATTRIBUTION
from records.store import Match
from reporting.section import Section

HAND = "hand home"
MATCHES = "matches with the home"


def search(round_: OpenRound) -> Search:
    """What the person looks for; every box left empty means any."""
    may, run = choices(round_), round_.run_id
    with st.form(f"search {run}", border=True):
        one, two, three = st.columns(3)
        kinds = one.multiselect("Kind", may["kinds"], format_func=plain_word, key=f"kinds {run}", placeholder="Any")
        providers = one.multiselect(
            "Approved by", may["providers"], format_func=plain_word, key=f"providers {run}", placeholder="Any"
        )
        areas = two.multiselect(
            "Area", may["authorities"], format_func=area_name, key=f"areas {run}", placeholder="Any"
        )
        standing = two.selectbox(
            "Standing",
            list(STANDINGS),
            format_func=STANDINGS.__getitem__,
            index=None,
            key=f"standing {run}",
            placeholder="Any",
        )
        needs = three.multiselect(
            "Meets all these needs", may["needs"], format_func=plain_word, key=f"needs {run}", placeholder="Any"
        )
        age = three.number_input(
            "Approved for a child of this age", 0, 20, value=None, key=f"age {run}", placeholder="Any"
        )
        place = st.checkbox("Only homes with a free place", key=f"place {run}")
        st.form_submit_button("Find homes", type="primary")
    return Search(tuple(kinds), tuple(providers), tuple(areas), standing, place, age, tuple(needs))


def register(round_: OpenRound) -> None:
    """The homes that answer the search, a page at a time."""
    wanted = search(round_)
    ids, unsure = found(round_, wanted)
    if not ids:
        draw.notice("No home answers this search", "Empty one of the boxes, and find again.", name="none")
        return
    leaves = pages(ids)
    at = 0
    if len(leaves) > 1:
        at = st.selectbox(
            "Part of the list",
            range(len(leaves)),
            format_func=lambda n: f"{leaves[n][0]} to {leaves[n][-1]}",
            key=f"leaf {round_.run_id} {hash_of(wanted)}",
        )
    draw.blocks(register_table(round_, leaves[at], len(ids)), name="register")
    if unsure:
        draw.say(f"For {unsure:,} of these homes, something you asked for is not recorded.", "unsure")


def hash_of(wanted: Search) -> str:
    """Another search starts at its first page."""
    return repr(wanted)


def one_home(me: Here, round_: OpenRound, home_id: str) -> None:
    """One home from every side. That it was looked at, and for whom, is entered in the trail."""
    proposal = round_.proposal
    at = proposal.register.homes.index[home_id]
    home = proposal.register.homes.homes[at]
    could = for_whom(proposal, at)
    children = [proposal.register.children[p.child].child_id for p in shown_to(round_, could)]
    me.look("homes", child_ids=children, home_ids=[home_id])
    matches, held = matches_with(me, home_id)
    draw.section(Section(f"Home {home_id}", tuple(terms(round_, home))), "terms")
    draw.section(Section("Who lives there", (residents(round_, home),), level=3), "residents")
    changes = places_ahead(proposal, home_id, held)
    draw.section(
        Section("Places over the coming year", (places_picture(changes, proposal.asked.day),), level=3), "places"
    )
    draw.section(Section("For whom it could be a home now", tuple(blocks_for_whom(round_, could)), level=3), "for-whom")
    onward(round_, home_id, children)
    draw.section(Section("What the carers were asked", (asked_of_the_carers(round_, matches),), level=3), "asked")
    where = home_map(proposal, home_id, children, boundary=me.office.boundaries)
    draw.section(Section("Where it is", (where,), level=3), "where")


def matches_with(me: Here, home_id: str) -> tuple[tuple[Match, ...], int]:
    """Every match with the home that the person may read, and how many places are held by any, also by others.

    Read once while the home is on the page: each reading is a view in the trail.
    """
    kept: tuple[object, tuple[Match, ...], int] | None = st.session_state.get(MATCHES)
    key = (me.actor.user_id, me.roles, home_id)
    if kept is not None and kept[0] == key:
        return kept[1:]
    found_ = tuple(me.store.home_enquiries(me.actor, home_id))
    held = me.store.places_held(me.actor).get(home_id, 0)
    st.session_state[MATCHES] = (key, found_, held)
    return found_, held


def onward(round_: OpenRound, home_id: str, children: list[str]) -> None:
    """To one of the children, with every home that is open to them."""
    units = dict.fromkeys(unit for child_id in children if (unit := unit_of(round_, child_id)) is not None)
    if not units:
        return
    chosen = st.selectbox(
        "Open a child or family",
        list(units),
        index=None,
        placeholder="Choose a child or family",
        key=f"onward {round_.run_id} {home_id}",
    )
    if st.button("Compare the homes for them", key=f"go {round_.run_id} {home_id}", disabled=chosen is None):
        st.session_state["hand unit"] = chosen
        st.switch_page(contents.page_of("one_child.py"))


def unit_of(round_: OpenRound, child_id: str) -> str | None:
    """The child alone or family under which One child or family knows this child."""
    child = round_.proposal.register.children[round_.proposal.register.child_index[child_id]]
    for unit in (child.child_id, child.family_id):
        if unit in round_.unit_ids:
            return unit
    return None


def page() -> None:
    """The page."""
    me = here()
    round_ = me.open_round()
    if round_ is None:
        draw.notice(
            "There are no homes to show yet",
            "Homes come in with the records of a round. A family finder brings them in on the page "
            "“Bring in records”, and works out a round on “Whole council”.",
            name="empty",
        )
        return
    draw.older(me.is_latest(round_))
    if round_.left_out:
        draw.notice(
            "Some children or homes are not shown to you",
            f"{round_.left_out:,} in this round, because of a conflict of interest.",
            name="left-out",
        )
    if not round_.homes:
        draw.notice(
            "There is no home in this round", "The records brought in hold no home you may see.", name="no-home"
        )
        return
    ids = [home.home_id for home in round_.homes]
    key = f"home {round_.run_id}"
    handed = st.session_state.pop(HAND, None)
    if handed in ids:
        st.session_state[key] = handed
    elif handed is not None:
        draw.problem(f"Home {round_.where(str(handed))} is not in this round.", "Choose a home below.", name="handed")
    chosen = st.selectbox("Look up one home", ids, index=None, placeholder="Type or choose the id of a home", key=key)
    if chosen is None or handed is not None:
        # another page may have added to them since
        st.session_state.pop(MATCHES, None)
    if chosen is None:
        register(round_)
    else:
        st.button("Back to all homes", on_click=st.session_state.pop, args=(key, None))
        one_home(me, round_, chosen)
    draw.say(ATTRIBUTION, "attribution")


page()
