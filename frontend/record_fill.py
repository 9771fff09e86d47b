"""Filling in on the page Record: nothing chosen beforehand, read back, confirmed; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from frontend import draw, recording
from frontend.recording import Answers, Field, Form
from frontend.session import Here
from records.store import StoreError
from reporting.section import Definitions

DRAFT: Final = "record draft"
DONE: Final = "record done"
_FIRST: Final = date(1990, 1, 1)


def say_done() -> None:
    done = st.session_state.pop(DONE, None)
    if done is not None:
        draw.notice("Recorded", done, tone="good", name="done")


def restore(key: str, value: object) -> None:
    """Give a widget back what it held, where it was not on the page for a while."""
    if key not in st.session_state and value is not None:
        st.session_state[key] = value


def fill_in(form: Form, at: str, before: Answers) -> dict[str, Any] | None:
    """The form on the page; what was filled in once a person goes on, None until then. `before`: what was typed."""
    answers: dict[str, Any] = {}
    with st.form(f"form {at}", enter_to_submit=False):
        part = ""
        for number, one in enumerate(form.fields):
            if one.part and one.part != part:
                draw.heading(one.part, 4)
            part = one.part
            answers[one.key] = _widget(one, f"{at} {number} {one.key}", before.get(one.key))
        if not form.fields:
            draw.say("Nothing has to be filled in for this step.", f"nothing {at}")
        if st.form_submit_button("Read it back before recording", type="primary"):
            return answers
    return None


def _widget(one: Field, key: str, before: Any) -> Any:
    label = one.label if one.needed else f"{one.label} (may stay empty)"
    restore(key, before)
    told = dict(one.options)
    match one.kind:
        case "day":
            return st.date_input(
                label,
                value=None,
                format="DD/MM/YYYY",
                min_value=_FIRST,
                max_value=date.today() + timedelta(days=3660),  # noqa: DTZ011 - only how far the calendar goes
                key=key,
            )
        case "choice":
            return st.radio(label, list(told), format_func=lambda value: told[value], index=None, key=key)
        case "several":
            return st.multiselect(label, list(told), format_func=lambda value: told[value], key=key)
        case "line":
            return st.text_input(label, max_chars=500, key=key)
        case _:
            return st.text_area(label, max_chars=5000, key=key)


def two_steps(me: Here, form: Form, at: str, heading: str, done: str, record: Callable[[Answers], str]) -> None:
    """Fill in, read back, confirm, for what is not a step of a match that is there."""
    draft = st.session_state.get(DRAFT)
    draft = draft if draft is not None and draft["at"] == at else None
    draw.heading(heading, 3)
    if draft is None or draft["stage"] == "fill in":
        answers = fill_in(form, at, {} if draft is None else draft["answers"])
        if answers is None:
            return
        missing = recording.problems(form, answers, me.now.date())
        stage = "fill in" if missing else "read back"
        st.session_state[DRAFT] = {"at": at, "for": (), "answers": answers, "stage": stage, "step": "", "outcome": ""}
        if missing:
            draw.problem(*missing, name="missing")
            return
        st.rerun()
    assert draft is not None  # noqa: S101 - said above
    items = [(one.label, recording.in_plain(draft["answers"].get(one.key), one)) for one in form.fields]
    draw.blocks(Definitions(((heading, ""), *items)), name="read-back")
    draw.say("Once recorded it cannot be changed or taken away.", "for-good")
    if st.button("Confirm and record", type="primary", key=f"confirm {at}"):
        try:
            made = record(draft["answers"])
        except StoreError as error:
            draft["stage"] = "fill in"
            draw.refusal(error, "refused-first")
            st.button("Go back to what you filled in", key="back-refused")
            return
        st.session_state.pop(DRAFT, None)
        st.session_state[DONE] = done
        st.session_state["record last"] = made
        st.rerun()
    if st.button("Go back and change something", key=f"back {at}"):
        draft["stage"] = "fill in"
        st.rerun()
