"""The scenario that a tab is building: held in the tab's own session, with those it was building before."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from frontend.planning.opened import Opened
from frontend.planning.scenario_draft import Draft, begun
from frontend.planning.scenario_words import section_title, title_of
from sufficiency.scenario import Figure, Scenario, ScenarioError, baseline
from sufficiency.scenario_faults import Fault
from sufficiency.scenario_values import Pulled

_DRAFT: Final = "scenario draft"
_BEFORE: Final = "scenario drafts before"
_MOST: Final = 5
BASELINE_NAME: Final = "baseline.toml"
BASELINE_SAID: Final = "the national baseline"
FORECAST: Final = "forecast"
"""Begins what the store keeps of a scenario that set out from the first one of a forecast."""
MINE: Final = "My scenario"


def draft() -> Draft:
    """What the tab is building."""
    found: Draft | None = st.session_state.get(_DRAFT)
    return found if found is not None else _new(baseline(), "")


def set_out(base: Scenario, work_id: str) -> Draft:
    """What the tab is building. As long as nothing was done, it is the first scenario of the open forecast."""
    found: Draft | None = st.session_state.get(_DRAFT)
    if found is None or (not found.steps and found.kept is None and found.is_of_forecast):
        found = _new(base, work_id)
        put(found)
    return found


def _new(base: Scenario, work_id: str) -> Draft:
    if base.sha256 == baseline().sha256:
        return begun(base, BASELINE_SAID, BASELINE_NAME, name=MINE, of_forecast=True)
    return begun(base, f"“{base.name}” of the open forecast", f"{FORECAST} {work_id}", name=MINE, of_forecast=True)


def put(changed: Draft) -> None:
    """The draft as it was changed."""
    st.session_state[_DRAFT] = changed


def turn_to(other: Draft) -> None:
    """Build another; the one before is not lost."""
    now = draft()
    if now.steps or now.kept is not None:
        st.session_state[_BEFORE] = [*before(), now][-_MOST:]
    put(other)


def before() -> list[Draft]:
    """What the tab was building before, the latest last."""
    found: list[Draft] = st.session_state.get(_BEFORE, [])
    return found


def turn_back() -> None:
    """The one before again."""
    last = before()
    if last:
        now, st.session_state[_BEFORE] = draft(), last[:-1]
        put(last[-1])
        if now.steps:
            st.session_state[_BEFORE] = [now, *last[:-1]][-_MOST:]


def change(key: str, figure: Figure | None) -> None:
    """One figure is otherwise from now on."""
    put(draft().changed(title_of(key), {key: figure}))


def wrong_in(now: Draft, opened: Opened | None) -> tuple[str, ...]:
    """Why the draft cannot be played or kept as it stands, each with how to mend it; empty where it can."""
    said = []
    try:
        now.scenario()
    except ScenarioError as error:
        said += [fault_said(fault) for fault in error.faults]
    first = first_month(opened)
    for key, figure in now.figures.items():
        if isinstance(figure, Pulled) and first is not None and figure.begins < first:
            said.append(
                f"{title_of(key)}: it begins in {figure.begins}, before the first month that is forecast ({first}). "
                "Nothing can be done in the past. Let it begin later."
            )
    return tuple(said)


def fault_said(fault: Fault) -> str:
    """A fault of a scenario with its place in words, and its key for whoever looks it up."""
    if fault.key is None:
        return f"{fault.what[:1].upper()}{fault.what[1:]} {fault.meaning} {fault.mend}"
    title = section_title(fault.key) if fault.key.count(".") == 0 else title_of(fault.key)
    return f"{title} ({fault.key}): {fault.what} {fault.meaning} {fault.mend}"


def first_month(opened: Opened | None) -> str | None:
    """The first month that the open forecast looks at, as 2026-04; None where none is open or it does not say."""
    text = "" if opened is None else opened.about.get("forecast_from", "")
    try:
        return f"{date.fromisoformat(text):%Y-%m}"
    except ValueError:
        return None


def months_from(opened: Opened | None, today: date) -> tuple[str, ...]:
    """The months in which a lever may begin: twenty years from the first that is forecast."""
    first = first_month(opened) or f"{today:%Y-%m}"
    at = 12 * int(first[:4]) + int(first[5:]) - 1
    return tuple(f"{month // 12}-{month % 12 + 1:02d}" for month in range(at, at + 240))


def next_april(months: tuple[str, ...]) -> str:
    """The first April among the months: when a council's year begins."""
    return next(month for month in months if month.endswith("-04"))
