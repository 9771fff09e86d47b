"""Filling in on the page Record: nothing chosen beforehand, read back, confirmed; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

import streamlit as st

from frontend import draw, recording
from frontend.recording import Answers, Field, Form
from frontend.session import Here
from records.store import StoreError
from reporting.section import Definitions, Paragraph

DRAFT: Final = "record draft"
DONE: Final = "record done"
_FIRST: Final = date(1990, 1, 1)


def say_done() -> None:
    """Say once what was recorded."""
    done = st.session_state.pop(DONE, None)
    if done is not None:
        draw.notice("Recorded", done, tone="good", name="done")


def forget(key: str, options: Collection[str]) -> None:
    """Let a choice go that is no longer among those offered, such as after another role was chosen."""
    if st.session_state.get(key) not in (None, *options):
        del st.session_state[key]


def restore(key: str, value: object) -> None:
    """Give a widget back what it held, where it was not on the page for a while."""
    if key not in st.session_state and value is not None:
        st.session_state[key] = value


def fill_in(form: Form, at: str, before: Answers, wrong: Mapping[str, str]) -> dict[str, Any] | None:
    """The form on the page; what was filled in once a person goes on, None until then.

    `before`: what was typed. `wrong`: what was missing when it was last looked at, by field: summed up over the form,
    and said again at each field.
    """
    answers: dict[str, Any] = {}
    if wrong:
        draw.problem(*wrong.values(), name=f"wrong {at}")
    with st.form(f"form {at}", enter_to_submit=False):
        part = ""
        for number, one in enumerate(form.fields):
            if one.part and one.part != part:
                draw.heading(one.part, 4)
            part = one.part
            if one.key in wrong:
                draw.blocks(Paragraph(f"Error: {wrong[one.key]}", strong=True), name=f"wrong {at} {number}")
            answers[one.key] = _widget(one, f"{at} {number} {one.key}", before.get(one.key))
        if not form.fields:
            draw.say("Nothing has to be filled in for this step.", f"nothing {at}")
        if st.form_submit_button("Read it back before recording", type="primary"):
            return answers
    return None


def _widget(one: Field, key: str, before: Any) -> Any:
    label = draw.plain(one.label if one.needed else f"{one.label} (may stay empty)")
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
            return st.radio(label, list(told), format_func=lambda value: draw.plain(told[value]), index=None, key=key)
        case "several":
            return st.multiselect(label, list(told), format_func=lambda value: told[value], key=key)
        case "line":
            return st.text_input(label, max_chars=500, key=key)
        case _:
            return st.text_area(label, max_chars=5000, key=key)


def new_draft(form: Form, at: str, for_what: tuple[str, ...], answers: Answers, today: date) -> dict[str, Any]:
    """What is kept of a form in this tab: to be read back if it is complete, else to be filled in further."""
    wrong = recording.wrong(form, answers, today)
    return {
        "at": at,
        "for": for_what,
        "step": form.step,
        "outcome": form.outcome,
        "answers": dict(answers),
        "wrong": wrong,
        "stage": "fill in" if wrong else "read back",
    }


def two_steps(me: Here, form: Form, at: str, heading: str, done: str, record: Callable[[Answers], str]) -> None:
    """Fill in, read back, confirm, for what is not a step of a match that is there."""
    draft = st.session_state.get(DRAFT)
    draft = draft if draft is not None and draft["at"] == at else None
    draw.heading(heading)
    if draft is None or draft["stage"] == "fill in":
        answers = fill_in(form, at, draft["answers"] if draft else {}, draft["wrong"] if draft else {})
        if answers is None:
            return
        st.session_state[DRAFT] = new_draft(form, at, (), answers, me.now.date())
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
