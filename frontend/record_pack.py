"""The panel's pack on the page Record: who is on the agenda, which version, which form; made when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from frontend import beyond, child_view, draw
from frontend.open_round import OpenRound
from frontend.recording import state_words
from frontend.session import Here
from matching import panel_pack, panel_pack_unnamed
from matching.panel_homes import LISTED
from matching.panel_material import Material, groups_to_show
from matching.ranking import Ranked, Unit
from matching.words import in_words
from records.store.meeting import VERSIONS
from reporting.reword import reworded
from reporting.section import Cell
from reporting.write import Form, write

MOST: Final = 40
FORM_WORDS: Final = {Form.PDF: "PDF, to print or read", Form.WORD: "Word, to write in", Form.HTML: "Web page, one file"}
VERSION_WORDS: Final = {
    "with names": "With names: for the members of the panel",
    "without names": "Without names: no identifying detail, still confidential",
}
_MADE: Final = "record pack"


def make(me: Here) -> None:
    """Choose and make a pack. It is made when a person asks, and kept in this tab until it is fetched."""
    round_ = me.open_round()
    if round_ is None:
        draw.no_round()
        return
    words = {one: child_view.unit_words(round_, one) for one in round_.unit_ids}
    with st.form(f"pack {round_.run_id}"):
        picked = st.multiselect(
            "Children and families on the agenda, in the order of the meeting",
            list(words),
            format_func=lambda one: words[one],
            max_selections=MOST,
            placeholder="Choose, or type to search",
            key=f"pack units {round_.run_id}",
        )
        version = st.radio(
            "Version",
            VERSIONS,
            format_func=lambda one: VERSION_WORDS[one],
            index=None,
            key=f"pack version {round_.run_id}",
        )
        form = st.radio(
            "Form",
            [one.value for one in FORM_WORDS],
            format_func=lambda one: FORM_WORDS[Form(one)],
            index=None,
            key=f"pack form {round_.run_id}",
        )
        asked = st.form_submit_button("Make the pack", type="primary")
    draw.say("That you made it, about whom and in which version, is in the trail.", "pack-trail")
    if asked:
        st.session_state.pop(_MADE, None)
        missing = [
            words_
            for chosen, words_ in (
                (picked, "Choose who is on the agenda"),
                (version, "Choose a version"),
                (form, "Choose a form"),
            )
            if not chosen
        ]
        if missing:
            draw.problem(*missing, name="pack-missing")
            return
        assert version is not None  # noqa: S101 - said above
        assert form is not None  # noqa: S101
        with st.spinner("Making the pack"):
            data = made(me, round_, picked, version, Form(form))
        st.session_state[_MADE] = (round_.run_id, round_.for_whom, version, form, data)
    held = st.session_state.get(_MADE)
    if held is not None and held[:2] == (round_.run_id, round_.for_whom):
        _, _, version, form, data = held
        name = f"panel-pack{'-without-names' if version == 'without names' else ''}-{round_.as_of}.{form}"
        draw.notice("The pack is ready", f"{name}, {max(1, len(data) // 1024):,} kB.", tone="good", name="pack-ready")
        st.download_button(f"Download {name}", data, name, Form(form).media_type, on_click="ignore")


def made(me: Here, round_: OpenRound, unit_ids: Sequence[str], version: str, form: Form) -> bytes:
    """The pack as a file; that it is made is entered in the trail first."""
    units = [round_.unit(one) for one in unit_ids]
    material = material_of(me, round_, units)
    children = [child for unit in units for child in unit.child_ids]
    ids = round_.proposal.register.homes.ids
    homes = {
        str(ids[int(group.homes[k])])
        for unit in units
        for group in groups_to_show(material, unit)
        for k in (*material.seen(group)[:LISTED], *material.compared(group))
    }
    me.store.make_pack(me.actor, round_.run_id, children, homes, version, form.value)
    if version == "without names":
        sections = panel_pack_unnamed.unnamed_pack(material, units, round_.every_unit())
        title, lead = panel_pack_unnamed.TITLE, panel_pack_unnamed.lead(material)
        marking = panel_pack_unnamed.MARKING
    else:
        sections = panel_pack.pack(material, units)
        title, lead, marking = panel_pack.TITLE, panel_pack.lead(material), panel_pack.MARKING
    if round_.withheld:
        sections = reworded(sections, partial(_seen_words, round_))
    return write(form, title, sections, lead=lead, marking=marking)


def _seen_words(round_: OpenRound, text: str) -> str:
    """Every text once more, whatever wrote it. Bare numbers stay: ages, points and miles, which are made from the facts
    of those who may be seen; an id stands alone only where `Material.hidden` has been asked.
    """
    return round_.words(text) if any(map(str.isalpha, text)) else text


def material_of(me: Here, round_: OpenRound, units: Sequence[Unit]) -> Material:
    """What the pack is made from: the open round as this person may see it, and where each match stands."""
    ids = round_.proposal.register.homes.ids

    def costs(group: Ranked, k: int) -> tuple[Cell, ...]:
        found = child_view.cost_words(round_, group.group_id, str(ids[int(group.homes[k])]), {})
        return found if isinstance(found, tuple) else (found,)

    standing: dict[str, list[str]] = {}
    wanted = {group.group_id: unit.unit_id for unit in units for group in unit.groups}
    for _, group_id, home_id, _, state, _ in me.store.list_matches(me.actor, closed=True):
        if group_id in wanted:
            standing.setdefault(wanted[group_id], []).append(f"home {home_id}: {state_words(state)}")
    beyond_units, beyond_round = beyond.of_round(me, round_, units)
    return Material(
        proposal=round_.proposal,
        plan=round_.plan,
        before=round_.before,
        costs=costs,
        helps={c: _helped(round_, c) for unit in units for c in unit.child_ids if round_.unplaced_row(c)},
        warnings=round_.proposal.warnings,
        hidden=frozenset(one.partition(":")[2] for one in round_.withheld_here),
        standing={unit: tuple(lines) for unit, lines in standing.items()},
        made=(
            ("Made by", f"{me.actor.name}, {in_words(me.now.date())}, {me.now:%H:%M}"),
            ("Run", round_.run_id),
        ),
        beyond=beyond_units,
        beyond_round=beyond_round,
    )


def _helped(round_: OpenRound, child_id: str) -> str:
    return round_.unplaced_row(child_id).get("what_would_help", "")
