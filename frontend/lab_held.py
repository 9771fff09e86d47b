"""What the policy lab found last in this tab, and its sentence for a panel's pack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from frontend.open_round import OpenRound
from frontend.session import Here
from matching.ranking import Unit
from sufficiency.lab import Tried
from sufficiency.lab_words import round_sentence

TRIED: Final = "lab tried"


def hold(tried: Tried | None) -> None:
    """Keep what was tried in this tab, in place of what was there; None: nothing."""
    if tried is None:
        st.session_state.pop(TRIED, None)
    else:
        st.session_state[TRIED] = tried


def held() -> Tried | None:
    """What was tried last in this tab."""
    tried: Tried | None = st.session_state.get(TRIED)
    return tried


def said(me: Here, round_: OpenRound, units: Sequence[Unit]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """For the panel's pack: what made-up years say of the way and the policy of this round, in a sentence.

    Nothing where nobody has played the lab in this tab, or where neither side planned by the round's own policy.
    """
    del me, units
    tried = held()
    sentence = None if tried is None else round_sentence(tried, round_.proposal.asked.policy)
    return {}, () if sentence is None else (sentence,)
