"""What a scenario that is being built has otherwise than where it set out from, with the way back from each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning import scenario_tab as tab
from frontend.planning.scenario_draft import Change, Draft
from frontend.planning.scenario_words import DEFAULT, STATUS_WORDS, UNVERIFIED, WHAT_IF, title_of, value_said
from reporting.section import Cell, Column, Table, Tag
from sufficiency.scenario import Figure, baseline

LONG: Final = 160
"""Characters of a source in the table; the control shows all of it."""


def your_changes(now: Draft) -> None:
    """The changes, before and after, each with its Undo; and Undo last, Redo, Undo all."""
    draw.heading("Your changes")
    changes = now.changes()
    if not changes:
        draw.say(f"Nothing is changed yet: this is {now.started_from} as it stands.", "no-changes")
    else:
        draw.blocks(changes_table(changes, f"Changed since {now.started_from}"), name="changes")
        left_open = [one for one in changes if one.after is not None and one.after.source == WHAT_IF]
        if left_open:
            draw.say(
                f"{_some(len(left_open), 'change has', 'changes have')} no source yet. Under each control, “When, how "
                "sure, who says so” asks for it. Until then it counts as unverified, and every page says so.",
                "no-source",
            )
    _undo_buttons(now, changes)


def changes_table(changes: Sequence[Change], caption: str) -> Table:
    """Each figure that was changed: before, now, and who says so."""
    rows: list[tuple[Cell, ...]] = [
        (title_of(one.key), _cell(one.key, one.before), _cell(one.key, one.after), _standing(one.after))
        for one in changes
    ]
    return Table(caption, (Column("What"), Column("Before"), Column("Now"), Column("Who says so")), tuple(rows))


def _cell(key: str, figure: Figure | None) -> Cell:
    text = value_said(key, figure)
    return (text, f"({DEFAULT})") if figure is not None and figure == baseline().get(key) else text


def _standing(figure: Figure | None) -> Cell:
    if figure is None:
        return None
    if figure.source == WHAT_IF:
        return (Tag("unverified", "caution"), "no source given yet")
    mark = "unverified" if figure.status == UNVERIFIED else STATUS_WORDS.get(figure.status, figure.status)
    source = figure.source if len(figure.source) <= LONG else f"{figure.source[:LONG].rsplit(' ', 1)[0]} …"
    return (Tag(mark, "caution" if figure.status == UNVERIFIED else "plain"), f"{source} ({figure.date})")


def _undo_buttons(now: Draft, changes: Sequence[Change]) -> None:
    back, again, all_ = st.columns(3)
    last = now.steps[now.done - 1].what if now.done else ""
    following = now.steps[now.done].what if now.done < len(now.steps) else ""
    back.button(
        f"Undo the last step ({draw.plain(last)})" if last else "Undo the last step",
        key="scenarios undo",
        disabled=not now.done,
        on_click=_do,
        args=("undo",),
        width="stretch",
    )
    again.button(
        f"Redo ({draw.plain(following)})" if following else "Redo",
        key="scenarios redo",
        disabled=not following,
        on_click=_do,
        args=("redo",),
        width="stretch",
    )
    all_.button(
        "Undo all", key="scenarios undo all", disabled=not changes, on_click=_do, args=("all",), width="stretch"
    )
    if not changes:
        return
    names = {one.key: title_of(one.key) for one in changes}
    columns = st.columns(2)
    for at, (key, title) in enumerate(draw.distinct(names).items()):
        columns[at % 2].button(
            f"Undo “{draw.plain(title)}”", key=f"scenarios undo {key}", on_click=_undo_one, args=(key,)
        )


def _do(what: str) -> None:
    now = tab.draft()
    tab.put({"undo": now.undone, "redo": now.redone, "all": now.all_as_at_start}[what]())


def _undo_one(key: str) -> None:
    tab.put(tab.draft().as_at_start(key))


def _some(many: int, one: str, more: str) -> str:
    return f"{many} {one if many == 1 else more}"
