"""The controls of a scenario, drawn from its levers and figures: by kind, with unit, range, source and standing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning import scenario_tab as tab
from frontend.planning.opened import Opened
from frontend.planning.scenario_draft import Draft
from frontend.planning.scenario_words import (
    CAN_DO,
    COUNCIL,
    MAY_HAPPEN,
    STATUS_WORDS,
    UNVERIFIED,
    WHAT_IF,
    Group,
    found,
    said_by,
    scale_of,
    section_title,
    takes,
    title_of,
    value_said,
)
from reporting.section import Disclosure, Paragraph
from sufficiency.need_words import MONTH_NAMES
from sufficiency.scenario import Choice, Figure, Quantity, stated
from sufficiency.scenario_keys import KEYS, SECTIONS
from sufficiency.scenario_schema import Flag, Key, Lever, Number, Words
from sufficiency.scenario_values import Pulled, read_figure

PARTS: Final = ("What the council can do", "What may happen", "All figures")
MOST_FOUND: Final = 24
GOES_ON: Final = "It goes on"
COLUMNS: Final = 2


def controls(now: Draft, opened: Opened | None, today: date) -> None:
    """Find levers and figures, and change them."""
    words = st.text_input(
        "Find a lever or figure by a word",
        key="scenarios find",
        max_chars=60,
        placeholder="teenagers, attrition, price of agencies",
    )
    if words.strip():
        keys = found(words)
        if not keys:
            draw.say("No lever or figure has these words. Try one word, such as “attrition” or “agency”.", "none-found")
            return
        if len(keys) > MOST_FOUND:
            draw.say(f"{len(keys)} have these words; these are the first {MOST_FOUND}. Add a word.", "many-found")
        _drawn(keys[:MOST_FOUND], now, opened, today)
        return
    part = st.radio("What do you want to change?", PARTS, horizontal=True, key="scenarios controls")
    if part == PARTS[2]:
        names = [section.name for section in SECTIONS if not section.name.startswith("levers")]
        name = st.selectbox("Figures of", names, format_func=section_title, key="scenarios section")
        section = next(one for one in SECTIONS if one.name == name)
        draw.say(section.about, "about-section")
        if section.parts_of_one:
            draw.say("These are shares of the same children: change them so that they add up to 100%.", "parts")
        _drawn([key.name for key in section.dotted()], now, opened, today)
        return
    group = _group(CAN_DO if part == PARTS[0] else MAY_HAPPEN, part)
    _drawn(group.keys, now, opened, today)


def group_of(key: str) -> tuple[str, str] | None:
    """Where a lever or figure is changed: the part, and the group; None for one that stands under all figures alone."""
    for part, groups in zip(PARTS, (CAN_DO, MAY_HAPPEN), strict=False):
        for group in groups:
            if key in group.keys:
                return part, group.title
    return None


def _group(groups: Sequence[Group], part: str) -> Group:
    titles = [group.title for group in groups]
    chosen = st.selectbox(
        "Kind of lever" if part == PARTS[0] else "What may happen", titles, key=f"scenarios group {part}"
    )
    return next(group for group in groups if group.title == chosen)


def _drawn(keys: Sequence[str], now: Draft, opened: Opened | None, today: date) -> None:
    for at in range(0, len(keys), COLUMNS):
        for column, key in zip(st.columns(COLUMNS), keys[at : at + COLUMNS], strict=False):
            with column.container(border=True):
                _control(KEYS[key], now, opened, today)


def _control(key: Key, now: Draft, opened: Opened | None, today: date) -> None:
    """One lever or figure: what it is now, what it does, and, once it is used, when and who says so."""
    figure, first = now.figures.get(key.name), now.start.figures.get(key.name)
    widget = f"scenarios {key.name}"
    title = draw.plain(title_of(key.name))
    months = tab.months_from(opened, today)
    if isinstance(key, Number):
        _number(key, figure, widget, title, months, today)
    else:
        _choice(key, figure, widget, title, today)
    begins = f"Where you started: {value_said(key.name, first)}. " if figure != first else ""
    lines = [Paragraph(f"{key.does} {begins}Takes {takes(key)}.")]
    if figure is not None and not isinstance(figure, Pulled):
        lines.append(Paragraph(f"{value_said(key.name, figure)}. {said_by(key.name, figure)}."))
    if figure is None or (figure == first and not isinstance(figure, Pulled)):
        draw.blocks(
            Paragraph(key.does),
            Disclosure(f"About “{title_of(key.name)}”", tuple(_about(key, first))),
            name=f"about {key.name}",
        )
        return
    draw.blocks(*lines, name=f"about {key.name}")
    with st.expander(f"When, how sure, who says so: {title}"):
        _details(key, figure, months)


def _about(key: Key, first: Figure | None) -> list[Paragraph]:
    lines = [Paragraph(f"Now: {value_said(key.name, first)}. It takes {takes(key)}.")]
    if first is not None:
        lines.append(Paragraph(f"Source: {said_by(key.name, first)}."))
    elif isinstance(key, Lever):
        lines.append(Paragraph("The national baseline does not pull it."))
    return lines


# ---- the value -----------------------------------------------------------------------------------------------------


def _number(key: Number, figure: Figure | None, widget: str, title: str, months: tuple[str, ...], today: date) -> None:
    scale = scale_of(key)
    low, high = (scale.shown(one) for one in key.range)
    kind: Callable[[float], Any] = int if scale.whole else float
    shown = None if figure is None else kind(scale.shown(float(figure.value)))
    if shown is None and isinstance(key, Lever):
        shown = kind(0)
    st.session_state[widget] = shown
    st.number_input(
        f"{title} ({draw.plain(scale.unit)})",
        min_value=kind(low),
        max_value=kind(high),
        step=kind(scale.step),
        format="%d" if scale.whole else "%g",
        key=widget,
        placeholder="not known",
        on_change=_take_number,
        args=(key, widget, next_beginning(months), today),
    )


def next_beginning(months: tuple[str, ...]) -> str:
    """When a lever begins unless somebody says otherwise: the next April that is forecast."""
    return tab.next_april(months)


def _take_number(key: Number, widget: str, begins: str, today: date) -> None:
    shown = st.session_state.get(widget)
    now = tab.draft()
    tab.change(key.name, with_value(now, key, None if shown is None else scale_of(key).stated(shown), begins, today))


def with_value(now: Draft, key: Number, value: float | None, begins: str, today: date) -> Figure | None:
    """The figure with another value: a what-if without a source, until somebody gives one.

    A lever at nought is not pulled, and what may be left out is left out where no number is given. A number that the
    start has is the start's whole figure again.
    """
    figure, first = now.figures.get(key.name), now.start.figures.get(key.name)
    if value is None and not key.optional:
        return first
    if value is None or (isinstance(key, Lever) and value == 0):
        return None
    if first is not None and first.value == value:
        return first
    common = {"value": value, "low": value, "high": value}
    said = {"source": WHAT_IF, "date": f"{today:%Y-%m}", "status": UNVERIFIED, "file": "app"}
    if isinstance(figure, Quantity):
        return replace(figure, **common, **said)  # type: ignore[arg-type]
    if isinstance(key, Lever):
        return Pulled(key=key.name, unit=key.unit.text, begins=begins, over_months=0, until=None, **common, **said)  # type: ignore[arg-type]
    return Quantity(key=key.name, unit=key.unit.text, **common, **said)  # type: ignore[arg-type]


def _choice(key: Words | Flag, figure: Figure | None, widget: str, title: str, today: date) -> None:
    value = None if figure is None else figure.value
    st.session_state[widget] = value
    if isinstance(key, Flag):
        st.selectbox(
            title,
            [True, False],
            index=None,
            format_func=lambda yes: "yes" if yes else "no",
            key=widget,
            on_change=_take_choice,
            args=(key, widget, today),
            placeholder="not stated",
        )
    elif key.choices:
        st.selectbox(
            title,
            list(key.choices),
            index=None,
            key=widget,
            on_change=_take_choice,
            args=(key, widget, today),
            placeholder="not stated",
        )
    else:
        st.session_state[widget] = "" if value is None else str(value)
        st.text_input(title, key=widget, max_chars=300, on_change=_take_choice, args=(key, widget, today))


def _take_choice(key: Words | Flag, widget: str, today: date) -> None:
    value = st.session_state.get(widget)
    first = tab.draft().start.figures.get(key.name)
    if value is None or value == "" or (first is not None and first.value == value):
        tab.change(key.name, first if not key.optional or value not in (None, "") else None)
        return
    tab.change(key.name, Choice(key.name, value, WHAT_IF, f"{today:%Y-%m}", UNVERIFIED, "app"))


# ---- when, how sure, who says so -----------------------------------------------------------------------------------


def _details(key: Key, figure: Figure, months: tuple[str, ...]) -> None:
    """A form for all that is said of a figure beside its value."""
    mark = hashlib.sha256(repr(figure).encode("utf-8")).hexdigest()[:8]
    name = f"scenarios {key.name} {mark}"
    with st.form(name, border=False):
        said = dict(stated(figure))
        if isinstance(key, Number) and isinstance(figure, Quantity):
            said |= _interval(key, figure, name)
            if isinstance(figure, Pulled):
                said.pop("until", None)
                said |= _when(figure, name, months)
        source = st.text_input(
            "Source: who says so",
            value="" if figure.source == WHAT_IF else figure.source,
            placeholder="For instance: finance, ledger of 2025-26",
            key=f"{name} source",
            max_chars=1000,
        )
        said["source"] = source.strip() or WHAT_IF
        said["date"] = st.text_input(
            "Date of the source (2026, 2025-26, 2026-03, 2026-03-31 or undated)",
            value=figure.date,
            key=f"{name} date",
            max_chars=10,
        ).strip()
        choices = list(dict.fromkeys([COUNCIL, UNVERIFIED, figure.status]))
        said["status"] = st.radio(
            "How sure is the source?",
            choices,
            index=choices.index(figure.status),
            format_func=STATUS_WORDS.__getitem__,
            key=f"{name} status",
        )
        if st.form_submit_button(f"Set this for “{draw.plain(title_of(key.name))}”"):
            if said["status"] == COUNCIL and said["source"] == WHAT_IF:
                draw.problem("Say in Source where the council's own figure comes from.", name=f"source {key.name}")
                return
            changed, faults = read_figure("scenario", key, said)
            if changed is None:
                draw.problem(*(tab.fault_said(fault) for fault in faults), name=f"faults {key.name}")
                return
            tab.change(key.name, changed)
            st.rerun()


def _interval(key: Number, figure: Quantity, name: str) -> dict[str, Any]:
    """From which least to which most it may be."""
    scale = scale_of(key)
    kind: Callable[[float], Any] = int if scale.whole else float
    least, most = (kind(scale.shown(one)) for one in key.range)
    middle = kind(scale.shown(figure.value))
    left, right = st.columns(2)
    low = left.number_input(
        f"At least ({scale.unit})",
        least,
        middle,
        kind(scale.shown(figure.low)),
        kind(scale.step),
        format="%d" if scale.whole else "%g",
        key=f"{name} low",
    )
    high = right.number_input(
        f"At most ({scale.unit})",
        middle,
        most,
        kind(scale.shown(figure.high)),
        kind(scale.step),
        format="%d" if scale.whole else "%g",
        key=f"{name} high",
    )
    return {
        "low": figure.low if low is None else min(figure.value, scale.stated(low)),
        "high": figure.high if high is None else max(figure.value, scale.stated(high)),
    }


def _when(figure: Pulled, name: str, months: tuple[str, ...]) -> dict[str, Any]:
    """From when a lever works, how long until it works in full, and until when."""
    there = sorted({figure.begins, *months})
    left, right = st.columns(2)
    begins = left.selectbox("From", there, index=there.index(figure.begins), format_func=month_said, key=f"{name} from")
    over = st.number_input("Months until it works in full", 0, 600, figure.over_months, 1, key=f"{name} over")
    ends = sorted({*months, *([figure.until] if figure.until else [])})
    until = right.selectbox(
        "Last month",
        [GOES_ON, *ends],
        index=0 if figure.until is None else 1 + ends.index(figure.until),
        format_func=lambda one: one if one == GOES_ON else month_said(one),
        key=f"{name} until",
    )
    said: dict[str, Any] = {"from": begins, "over_months": int(over or 0)}
    if until != GOES_ON:
        said["until"] = until
    return said


def month_said(month: str) -> str:
    """April 2027 of 2027-04."""
    return f"{MONTH_NAMES[int(month[5:]) - 1]} {month[:4]}"
