"""Bring in records: read, look at what is doubtful and at what changed, and only then keep them, in two steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st

from frontend import bringing, contents, draw
from frontend.reading import UPLOADED, WHICH, NotRead, read_uploaded
from frontend.round_view import snapshot_words, time_in_words
from frontend.session import Here, here
from records.differences import Differences, differences
from records.model import Records
from records.store import Barred, Purged
from records.store.rounds import Made

_READ: Final = "brought"
_ROUND: Final = "uploads so far"
_KEPT: Final = "brought and kept"
_WRONG: Final = "brought wrong"


@dataclass(frozen=True, slots=True)
class Brought:
    """Records that were read and are not kept yet. `changed` is None where there is nothing to hold them against.

    `why_not`: why they could not be held against the last ones, in words.
    """

    records: Records
    last: Made | None
    changed: Differences | None
    why_not: str = ""


def page() -> None:
    """Draw the page."""
    me = here()
    kept: str | None = st.session_state.get(_KEPT)
    brought: Brought | None = st.session_state.get(_READ)
    if brought is not None:
        look_and_keep(me, brought)
        return
    if kept is not None:
        draw.notice(
            "The records are kept",
            f"Their number is {kept[:12]}. Nothing is worked out yet.",
            "Go to Whole council to work out a round with them.",
            tone="good",
            name="kept",
        )
        if st.button("Go to Whole council", type="primary"):
            st.session_state.pop(_KEPT, None)
            st.switch_page(contents.page_of("whole_council.py"))
    upload(me)
    what_is_here(me)


# ---- step 1: read --------------------------------------------------------------------------------------------------


def upload(me: Here) -> None:
    """Choose files and have them read."""
    draw.heading("Step 1 of 2: read the files")
    wrong: NotRead | None = st.session_state.pop(_WRONG, None)
    if wrong is not None:
        draw.problem(wrong.what, wrong.meaning, wrong.mend, name="not-read")
    draw.say(WHICH, "which")
    draw.say(
        "The files go to no other computer than the one that Placewell runs on. They are read once and then forgotten: "
        f"only what you keep in step 2 is kept. No file may be larger than {UPLOADED.file_bytes // 1_000_000} MB.",
        "where",
    )
    # a new number empties the field, so that no uploaded byte outlives its reading
    number: int = st.session_state.setdefault(_ROUND, 0)
    with st.form(f"upload {number}"):
        files = st.file_uploader(
            "Files of the round", type=["csv", "xlsx"], accept_multiple_files=True, key=f"files {number}"
        )
        day = st.date_input(
            "Day of the round: ages, approvals and clocks are asked on this day",
            value=me.now.date(),
            format="DD/MM/YYYY",
            key=f"day {number}",
        )
        read = st.form_submit_button("Read the files", type="primary")
    if not read:
        return
    with st.spinner("Reading and checking the files. This takes a few seconds."):
        try:
            if not isinstance(day, date):
                raise NotRead("No day was given.", "Nothing was read.", "Give the day of the round.")
            names = [file.name for file in files]
            if len(set(names)) < len(names):
                raise NotRead("Two files have one name.", "Nothing was read.", "Leave the right one of the two.")
            records = read_uploaded({file.name: file.getvalue() for file in files}, day)
        except NotRead as error:
            st.session_state[_WRONG] = error
        else:
            st.session_state[_READ] = held_against_the_last(me, records)
            st.session_state.pop(_KEPT, None)
    st.session_state[_ROUND] = number + 1
    st.rerun()


def held_against_the_last(me: Here, records: Records) -> Brought:
    """The records with what changed since the last ones that are kept."""
    made = me.snapshots()
    if not made:
        return Brought(records, None, None)
    try:
        before = me.store.read_snapshot(me.actor, made[0].snapshot_id)
    except Barred:
        return Brought(
            records, made[0], None, "The last records hold somebody from whom you are barred, so they are not opened."
        )
    except Purged:
        return Brought(records, made[0], None, "The last records are past their time, and their text is gone.")
    return Brought(records, made[0], differences(before, records))


# ---- step 2: look and keep -----------------------------------------------------------------------------------------


def look_and_keep(me: Here, brought: Brought) -> None:
    """What was read, what is doubtful, what changed; then keep it, or not."""
    records = brought.records
    draw.heading("Step 2 of 2: look, and keep")
    draw.say("Nothing is used yet.", "not-yet")
    draw.blocks(bringing.left_out_notice(records), bringing.what_was_read(records), name="read")
    draw.heading("What is doubtful", 3)
    draw.blocks(*bringing.findings(records), name="findings")
    draw.heading("What changed", 3)
    if brought.changed is not None:
        draw.blocks(*bringing.what_changed(brought.changed), name="changed")
    elif brought.last is None:
        draw.say("These are the first records: there is nothing to hold them against.", "first")
    else:
        draw.notice("What changed cannot be shown", brought.why_not, tone="caution", name="not-shown")
    keep(me, records)


def keep(me: Here, records: Records) -> None:
    """The second step: a tick that the rows left out were read, and the button."""
    draw.heading("Keep these records?", 3)
    left_out = records.rows_left_out
    with st.form("keep"):
        if left_out:
            ticked = st.checkbox(
                f"I have read which {left_out:,} row{' is' if left_out == 1 else 's are'} left out, and what it means"
            )
        else:
            ticked = True
        kept = st.form_submit_button("Keep these records", type="primary")
    away = st.button("Do not keep them: start again")
    if away:
        st.session_state.pop(_READ, None)
        st.rerun()
    if not kept:
        return
    if not ticked:
        draw.problem(
            "Keep these records: tick that you have read which rows are left out.",
            "Nothing is kept yet. The rows are listed above, under What is doubtful.",
            name="not-ticked",
        )
        return
    st.session_state[_KEPT] = me.store.keep_snapshot(me.actor, records)
    st.session_state.pop(_READ, None)
    me.changed()
    st.rerun()


# ---- what is here --------------------------------------------------------------------------------------------------


def what_is_here(me: Here) -> None:
    """Records that are kept already, and their findings again."""
    draw.heading("Records that are here already")
    made = me.snapshots()
    if not made:
        draw.say("There are none yet.", "none")
        return
    draw.say(
        f"The latest were brought in on {time_in_words(made[0].at)} by {made[0].by}. A round can be worked out with "
        "any of them, on the page Whole council.",
        "latest",
    )
    words = draw.distinct({one.snapshot_id: snapshot_words(one) for one in made})
    chosen = st.selectbox(
        "Look at their findings again, and at what changed in them",
        list(words),
        index=None,
        format_func=lambda one: words[one],
        placeholder="Choose",
    )
    if chosen is None:
        return
    try:
        records = kept_before(me, chosen)
        draw.blocks(bringing.what_was_read(records), *bringing.findings(records), name="again")
        at = list(words).index(chosen)
        if at + 1 < len(made):
            earlier = kept_before(me, made[at + 1].snapshot_id)
            draw.blocks(*bringing.what_changed(differences(earlier, records)), name="again-changed")
    except (Barred, Purged) as error:
        draw.refusal(error, "again-refused")


def kept_before(me: Here, snapshot_id: str) -> Records:
    """Records that are kept already. Raises what the store raises."""
    return me.recent(f"snapshot {snapshot_id}", lambda: me.store.read_snapshot(me.actor, snapshot_id))


page()
