"""What carers answered before, as one person may know it: from the store, and from the list brought in with a round."""

from __future__ import annotations

from typing import Final

import streamlit as st

from frontend.open_round import OpenRound
from frontend.session import Here
from matching.acceptance import Acceptance, acceptance
from matching.alternatives import Group
from matching.asking import Asking
from matching.refusals_words import Shown
from records.enquiries import as_one
from records.model import Enquiry

_ASKING: Final = "what carers answered"


def known_enquiries(me: Here, round_: OpenRound) -> tuple[Enquiry, ...]:
    """Every enquiry that the person may know of; one that stands in both lists counts once."""
    ours = me.recent("enquiries", lambda: me.store.enquiries_made(me.actor))
    brought = [one for one in round_.facts.enquiries if round_.may_see_home(one.home_id)]
    return as_one(ours, brought)


def asking_of(me: Here, round_: OpenRound) -> tuple[Asking, tuple[Enquiry, ...]]:
    """What the open round has to ask, and what is known of the answers; worked out once for the same answers."""
    told = known_enquiries(me, round_)
    kept: tuple[object, Acceptance] | None = st.session_state.get(_ASKING)
    key = (round_.run_id, round_.for_whom, told)
    if kept is None or kept[0] != key:
        kept = (key, acceptance(told, round_.proposal.register.records.homes))
        st.session_state[_ASKING] = kept
    return Asking(round_.proposal, kept[1]), told


def shown_to(round_: OpenRound) -> Shown:
    """How people and homes are named to the person of this tab."""
    q = round_.proposal.question

    def seen(group: Group) -> bool:
        return round_.may_see_home(q.home_ids[group.home]) and all(
            round_.may_see_child(q.child_ids[child]) for child in group.children
        )

    return Shown(round_.who, round_.where, seen)
