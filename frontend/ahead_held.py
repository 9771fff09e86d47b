"""Scarce homes in the app: what a forecast's totals say of the open round; worked out when asked, kept in the tab."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import streamlit as st

from frontend.open_round import OpenRound
from frontend.session import Here
from matching.ahead import Ahead, look_ahead
from matching.ahead_words import homes_of, round_sentence, sentences_of
from matching.panel_homes import LISTED
from matching.ranking import Unit
from records.tables import Unusable
from sufficiency.coming import FILE, coming_from, read_expected
from sufficiency.usable_places import spots_of

TOTALS: Final = "ahead totals"
FOUND: Final = "ahead found"
MOST_BYTES: Final = 1_000_000


def hold(data: bytes) -> None:
    """Keep a forecast's totals in this tab. Raises `Unusable` where they are none."""
    if len(data) > MOST_BYTES:
        raise Unusable(
            FILE, "The file is too large for totals of a forecast.", "Choose coming.csv.", "It was not read."
        )
    read_expected(data)
    st.session_state[TOTALS] = data


def held() -> bool:
    """Whether a forecast's totals are in this tab."""
    return TOTALS in st.session_state


def of_round(round_: OpenRound) -> Ahead | None:
    """The open round held against those who are expected; None where nobody said who is. Some seconds, once.

    Raises `Unusable` for a forecast of another time, or a round without a council.
    """
    data: bytes | None = st.session_state.get(TOTALS)
    if data is None:
        return None
    key = (round_.run_id, round_.for_whom, hashlib.sha256(data).hexdigest())
    known: tuple[object, Ahead] | None = st.session_state.get(FOUND)
    if known is None or known[0] != key:
        asked = round_.proposal.asked
        try:
            coming = coming_from(read_expected(data), spots_of(asked.council or ""), asked.day)
        except ValueError as error:
            raise Unusable(FILE, str(error), "Choose another file.", "No home was priced.") from error
        known = (key, look_ahead(round_.proposal, coming))
        st.session_state[FOUND] = known
    return known[1]


def said(me: Here, round_: OpenRound, units: Sequence[Unit]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """For the panel's pack: each unit's planned or compared homes that are scarce, and the round in a sentence.

    Nothing where no totals are in this tab, or where they do not fit the round: the page says why.
    """
    del me
    try:
        ahead = of_round(round_)
    except Unusable:
        return {}, ()
    if ahead is None:
        return {}, ()
    found = {}
    for unit in units:
        homes = [home for group in unit.groups for home in homes_of(ahead, group, LISTED) if round_.may_see_home(home)]
        sentences = sentences_of(ahead.prices, homes)
        if sentences:
            found[unit.unit_id] = sentences
    return found, (round_sentence(ahead),)
