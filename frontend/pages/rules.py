"""Rules and policy: every rule with its law, the council's choices, and what another weight would change."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend import draw, policy_view, what_if_view
from frontend.open_round import OpenRound
from frontend.session import Here, here
from matching.considerations.contents import CONSIDERATIONS
from matching.points import WeighedByFile
from matching.policy import MOST_WEIGHT
from matching.policy_text import as_toml
from matching.what_if import WhatIf, what_if

RULES: Final = "The rules"
GATES: Final = "Before a match is confirmed"
LAW: Final = "Numbers the law fixes"
POLICY: Final = "The council's choices"
TRY: Final = "Try other weights"
PARTS: Final = (RULES, GATES, LAW, POLICY, TRY)
COLUMNS: Final = 3
_TRIED: Final = "weights tried"


def page() -> None:
    """Draw the page."""
    me = here()
    part = st.radio("What do you want to read?", PARTS, horizontal=True, key="rules part")
    if part in (RULES, GATES):
        draw.say(policy_view.WARNING, "warning")
        words = st.text_input("Find by words or by the rule's id", key=f"find {part}", max_chars=60)
        table = policy_view.rules_table if part == RULES else policy_view.gates_table
        draw.blocks(*table(words), name="rules")
    elif part == LAW:
        draw.blocks(*policy_view.law_table(me.now.date()), name="law")
    elif part == POLICY:
        the_councils_choices(me)
    else:
        try_weights(me)


def the_councils_choices(me: Here) -> None:
    """The policy that the next round will have, and its text."""
    policy = me.office.policy
    draw.blocks(policy_view.chosen_by(policy), *policy_view.choices(policy), policy_view.weights(policy), name="policy")
    draw.heading("The policy as a file", 3)
    draw.say(
        "A council keeps its policy in a file like this one and starts Placewell with it. Nothing on this page changes "
        "it.",
        "file",
    )
    st.code(as_toml(policy), language=None, wrap_lines=True)


def try_weights(me: Here) -> None:
    """How rankings would move with other weights. Nothing is saved."""
    if not me.may("open_round"):
        draw.notice(
            "You may not try weights", "It shows rankings of children. Another role of yours may.", name="no-weights"
        )
        return
    round_ = me.open_round()
    if round_ is None:
        draw.notice("No round has been worked out yet", "Weights are tried on a round.", name="no-round")
        return
    if isinstance(round_.proposal.weighed, WeighedByFile):
        draw.notice(
            "Weights count for nothing in this round",
            "Its points came from a file of the council's own.",
            name="from-file",
        )
        return
    draw.say(
        "Change some weights and see which rankings would move. Only you see it, nothing is saved, and the next round "
        "uses the council's own weights.",
        "try",
    )
    tried = weights_form(round_)
    if tried is None:
        return
    if not any(tried.values()):
        draw.problem(
            "Every weight is 0, so that no lawful home would be better than another.",
            "Give at least one consideration a weight.",
            name="all-nought",
        )
        return
    found = moved(me, round_, tried)
    draw.heading("What would move")
    draw.blocks(*what_if_view.whole(round_, found), name="moved")
    one_ranking(round_, found)
    draw.heading("This try as a policy file", 3)
    draw.say("Copy it for whoever decides on the policy. It is not in use.", "copy")
    st.code(as_toml(found.policy), language=None, wrap_lines=True)


def weights_form(round_: OpenRound) -> dict[str, int] | None:
    """The weights in the boxes; None before they were asked for."""
    now = round_.proposal.asked.policy
    key = f"{_TRIED} {round_.run_id}"
    with st.form(f"weights {round_.run_id}"):
        columns = st.columns(COLUMNS)
        in_each = -(-len(CONSIDERATIONS) // COLUMNS)
        # down each column in turn: in the same order where columns stand one under another
        entered = {
            one.name: columns[at // in_each].number_input(
                f"{one.title} (now {now.weight_of(one.name)})",
                min_value=0,
                max_value=MOST_WEIGHT,
                value=now.weight_of(one.name),
                step=1,
                key=f"weight {one.name} {round_.run_id}",
            )
            for at, one in enumerate(CONSIDERATIONS)
        }
        if st.form_submit_button("Show what would move", type="primary"):
            st.session_state[key] = {name: int(value) for name, value in entered.items()}
    tried: dict[str, int] | None = st.session_state.get(key)
    return tried


def moved(me: Here, round_: OpenRound, tried: dict[str, int]) -> WhatIf:
    """What would move, worked out once for the same weights."""
    kept: tuple[object, WhatIf] | None = st.session_state.get("weights found")
    stands = (round_.run_id, round_.for_whom, tuple(sorted(tried.items())))
    if kept is None or kept[0] != stands:
        with st.spinner("Ranking with these weights"):
            groups = [group for unit in round_.every_unit() for group in unit.groups]
            kept = (stands, what_if(round_.proposal, groups, tried))
        me.look("try other weights", (c.child_id for c in round_.children))
        st.session_state["weights found"] = kept
    return kept[1]


def one_ranking(round_: OpenRound, found: WhatIf) -> None:
    """One child or family, home by home."""
    draw.heading("One ranking", 3)
    moves = {one.group_id: one for one in found.groups if len(one.homes)}
    order = [one.group_id for one in found.moved if one.group_id in moves]
    ids = [*order, *(one for one in moves if one not in set(order))]
    chosen = st.selectbox(
        "Child or family, those whose homes move first",
        ids,
        index=None,
        placeholder="Choose, or type to search",
        key=f"one ranking {round_.run_id}",
    )
    if chosen is not None:
        draw.blocks(*what_if_view.one_ranking(round_, moves[chosen]), name="ranking")


page()
