"""Where a scenario sets out from, how it is kept under a name, shared as a file and opened again."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning import scenario_tab as tab
from frontend.planning.scenario_changes import changes_table
from frontend.planning.scenario_controls import group_of
from frontend.planning.scenario_draft import Change, Draft, Kept, begun
from frontend.session import Here
from matching.words import in_words
from records.store import Conflict, StoreError
from records.store.plans import KeptScenario
from records.store.work import ENGLAND
from reporting.section import Cell, Column, Disclosure, Paragraph, Table, Tag
from sufficiency.scenario import Scenario, ScenarioError, baseline, packaged, read_scenario, scenario_from, what_ifs
from sufficiency.scenario_faults import Fault
from sufficiency.scenario_keys import KEYS

_CONFLICT: Final = "scenario saved by another"
_SAID: Final = "scenario just kept"
_LIST: Final = "scenarios kept"
_FILES: Final = "scenario files so far"
_FAULTS: Final = "scenario file faults"
MOST_FAULTS: Final = 20
"""Of a file, said at once."""
QUESTIONS: Final = (
    ("Conversion stays as it is", "conversion-as-today.toml"),
    ("Two points more carers leave a year", "carers-leave-sooner.toml"),
    ("A third of the carers over 60 retire in five years", "older-carers-retire.toml"),
    ("Twice as many unaccompanied children", "twice-the-unaccompanied.toml"),
    ("Agencies' prices rise by 6%", "agency-prices.toml"),
    ("Children in homes step down to families", "step-down.toml"),
    ("Keep more carers", "retention.toml"),
    ("Recruit more carers", "recruitment-drive.toml"),
)
"""What commissioners ask, and the packaged file that asks it."""


@cache
def shipped() -> dict[str, Scenario]:
    """The scenarios that come with Placewell, by file name: the baseline, the dozen, and the what-ifs."""
    return {path.name: read_scenario(path) for path in (*packaged(), *what_ifs())}


def fitting(me: Here) -> dict[str, Scenario]:
    """The same as the councils of this app take them: with the projections that they gave."""
    planning = me.office.planning
    return {file: one if planning is None else planning.inputs.fitted(one) for file, one in shipped().items()}


def kept(me: Here) -> list[KeptScenario]:
    """The scenarios of the store as they stand, the dropped ones too."""
    return me.recent(_LIST, lambda: me.store.list_scenarios(me.actor))


def scenario_of(one: KeptScenario) -> Scenario:
    """What a kept scenario says. Raises `ScenarioError` where this version of Placewell cannot read it."""
    return scenario_from(one.toml.encode("utf-8"), one.name)


def at_said(at: str) -> str:
    """2 November 2026, 17:30."""
    local = datetime.fromisoformat(at).astimezone(ENGLAND)
    return f"{in_words(local.date())}, {local:%H:%M}"


# ---- where to start ------------------------------------------------------------------------------------------------


def start_from(me: Here, base: Scenario) -> None:
    """Choose a scenario to set out from: a question, a packaged one, or one that was saved."""
    draw.say(
        "A question sets the levers for you: look at what it changes, and change it to your own council's.", "questions"
    )
    columns = st.columns(2)
    for at, (title, file) in enumerate(QUESTIONS):
        columns[at % 2].button(title, key=f"scenarios ask {file}", on_click=_ask, args=(file, base), width="stretch")
    saved = {f"kept {one.scenario_id}": f"{one.name} (saved)" for one in kept(me) if not one.dropped}
    there = draw.distinct(saved | {name: f"{one.name} (comes with Placewell)" for name, one in shipped().items()})
    chosen = st.selectbox(
        "Or start from any scenario",
        list(there),
        index=None,
        format_func=there.__getitem__,
        placeholder="Choose a scenario to copy",
        key="scenarios start",
    )
    if st.button("Start from this", key="scenarios begin", disabled=chosen is None) and chosen is not None:
        try:
            tab.turn_to(_beginning(me, chosen))
        except ScenarioError as error:
            cannot_read(error, "start")
            return
        st.rerun()
    earlier = tab.before()
    if earlier:
        st.button(
            f"Back to “{draw.plain(earlier[-1].name)}”, which you were building",
            key="scenarios back",
            on_click=tab.turn_back,
        )


def _ask(file: str, base: Scenario) -> None:
    """A question, as changes that can each be undone. Its controls are the ones that are shown."""
    tab.turn_to(asked(file, base))
    changes = tab.draft().changes()
    shown = group_of(changes[0].key) if changes else None
    if shown is not None:
        part, group = shown
        st.session_state["scenarios find"] = ""
        st.session_state["scenarios controls"] = part
        st.session_state[f"scenarios group {part}"] = group


def asked(file: str, base: Scenario | None = None) -> Draft:
    """What a packaged scenario changes of the national baseline, as one step from `base`: the council's own, say."""
    scenario, national = shipped()[file], baseline()
    changed = {key: scenario.get(key) for key in KEYS if scenario.get(key) != national.get(key)}
    start = national if base is None else base
    said = tab.BASELINE_SAID if start.sha256 == national.sha256 else f"“{start.name}”"
    return Draft(start, said, file, scenario.name, scenario.about).changed(scenario.name, changed)


def _beginning(me: Here, chosen: str) -> Draft:
    """A new draft that copies what a scenario states."""
    if not chosen.startswith("kept "):
        one = fitting(me)[chosen]
        said = tab.BASELINE_SAID if chosen == tab.BASELINE_NAME else f"“{one.name}”"
        return begun(one, said, chosen, name=f"{one.name}, changed")
    found = next(one for one in kept(me) if one.scenario_id == chosen.removeprefix("kept "))
    return begun(
        scenario_of(found), f"“{found.name}”, version {found.version}", based_on(found), name=f"{found.name}, changed"
    )


def based_on(one: KeptScenario) -> str:
    """How the store says which scenario, in which version, another set out from."""
    return f"{one.scenario_id} {one.version}"


def opened(me: Here, one: KeptScenario, base: Scenario) -> Draft:
    """A kept scenario to go on with: its changes are told against what it set out from, where that is known.

    `base`: the first scenario of the open forecast, against which a question is told.
    """
    scenario = scenario_of(one)
    start, said = _set_out_from(me, one, base)
    stored = Kept(one.scenario_id, one.version, scenario.sha256, one.name)
    draft = Draft(start, said, one.based_on, one.name, scenario.about, kept=stored)
    differs = {key: scenario.get(key) for key in KEYS if scenario.get(key) != start.get(key)}
    return draft.changed(f"as saved in version {one.version}", differs)


def _set_out_from(me: Here, one: KeptScenario, base: Scenario) -> tuple[Scenario, str]:
    file = one.based_on or tab.BASELINE_NAME
    if file in shipped() or file.startswith(f"{tab.FORECAST} "):
        return base, tab.BASELINE_SAID if base.sha256 == baseline().sha256 else f"“{base.name}”"
    scenario_id, _, version = file.partition(" ")
    try:
        known = me.recent(f"scenario history {scenario_id}", lambda: me.store.scenario_history(me.actor, scenario_id))
        found = next(each for each in known if str(each.version) == version)
        return scenario_of(found), f"“{found.name}”, version {found.version}"
    except (StoreError, StopIteration, ScenarioError):
        return base, f"“{base.name}”"


def cannot_read(error: ScenarioError, name: str) -> None:
    """What is wrong with a scenario, in words."""
    draw.problem(*(tab.fault_said(fault) for fault in error.faults), name=f"cannot-read {name}")


# ---- saving --------------------------------------------------------------------------------------------------------


def save(me: Here, now: Draft, wrong: tuple[str, ...]) -> None:
    """Save under a name, as a new version or as another; and the file to share."""
    draw.heading("Save and share")
    mark = now.kept.scenario_id if now.kept is not None else "new"
    if (said := st.session_state.pop(_SAID, None)) is not None:
        draw.notice(said, tone="good", name="kept")
    if not me.may("keep_scenario"):
        draw.say("Your role may read and try scenarios. A commissioner saves them.", "may-not-save")
    else:
        name = st.text_input(
            "Name of the scenario", value=now.name, key=f"scenarios name {mark} {now.name}", max_chars=120
        ).strip()
        about = st.text_input(
            "What it tries, in a sentence", value=now.about, key=f"scenarios about {mark} {now.about}", max_chars=500
        ).strip()
        note = st.text_input("Why this version (if you want to say)", key=f"scenarios note {mark}", max_chars=300)
        ready = tab.draft()
        if (name, about) != (now.name, now.about):
            ready = Draft(now.start, now.started_from, now.based_on, name, about, now.steps, now.done, now.kept)
        left, right = st.columns(2)
        words = (
            "Save" if now.kept is None else f"Save as version {now.kept.version + 1} of “{draw.plain(now.kept.name)}”"
        )
        stopped = bool(wrong) or not name
        if left.button(words, type="primary", key="scenarios save", disabled=stopped or ready.is_kept, width="stretch"):
            _save(me, ready, note)
        if now.kept is not None and right.button(
            "Save as another scenario",
            key="scenarios save as",
            disabled=stopped or name == now.kept.name,
            width="stretch",
        ):
            _save(
                me, Draft(ready.start, ready.started_from, ready.based_on, name, about, ready.steps, ready.done), note
            )
        if ready.is_kept:
            draw.say(f"It is saved as it stands: version {now.kept.version if now.kept else 1}.", "as-saved")
    _conflict(me)
    if not wrong:
        share(now.scenario(), "draft")


def _save(me: Here, ready: Draft, note: str) -> None:
    try:
        scenario = ready.scenario()
        toml = scenario.as_toml()
        if ready.kept is None:
            done = me.store.keep_scenario(me.actor, ready.name, toml, based_on=ready.based_on, note=note)
        else:
            done = me.store.change_scenario(
                me.actor, ready.kept.scenario_id, ready.kept.version, name=ready.name, toml=toml, note=note
            )
    except ScenarioError as error:
        cannot_read(error, "save")
    except Conflict:
        st.session_state[_CONFLICT] = ready
        me.changed()
    except StoreError as error:
        draw.refusal(error, "save")
    else:
        kept_as = Kept(done.scenario_id, done.version, scenario.sha256, done.name)
        tab.put(
            Draft(
                ready.start,
                ready.started_from,
                ready.based_on,
                ready.name,
                ready.about,
                ready.steps,
                ready.done,
                kept_as,
            )
        )
        st.session_state[_SAID] = f"“{done.name}” is saved, version {done.version}."
        st.session_state.pop(_CONFLICT, None)
        me.changed()
        st.rerun()


def _conflict(me: Here) -> None:
    """Somebody saved it first: both versions, and what may be done."""
    mine: Draft | None = st.session_state.get(_CONFLICT)
    if mine is None or mine.kept is None:
        return
    scenario_id = mine.kept.scenario_id
    theirs = next((one for one in kept(me) if one.scenario_id == scenario_id), None)
    if theirs is None:
        return
    draw.problem(
        f"{theirs.by} saved version {theirs.version} of “{theirs.name}” while you worked on version "
        f"{mine.kept.version}. Nothing of yours is lost, and nothing was written.",
        "Compare the two below. Save yours on top of theirs, save it as another scenario under another name, or open "
        "theirs.",
        name="conflict",
    )
    try:
        other = scenario_of(theirs)
    except ScenarioError as error:
        cannot_read(error, "theirs")
        return
    ours = mine.figures
    differs = [Change(key, other.get(key), ours.get(key)) for key in KEYS if other.get(key) != ours.get(key)]
    if differs:
        table = changes_table(differs, f"“Before”: theirs, version {theirs.version}. “Now”: yours")
        draw.blocks(table, name="conflict-table")
    else:
        draw.say("Both say the same figures.", "conflict-same")
    left, right = st.columns(2)
    if left.button("Save mine on top of theirs", key="scenarios over theirs", width="stretch"):
        stored = Kept(scenario_id, theirs.version, other.sha256, theirs.name)
        _save(
            me,
            Draft(mine.start, mine.started_from, mine.based_on, mine.name, mine.about, mine.steps, mine.done, stored),
            "saved over a version of somebody else's",
        )
    if right.button("Open theirs", key="scenarios open theirs", width="stretch"):
        st.session_state.pop(_CONFLICT, None)
        tab.turn_to(opened(me, theirs, mine.start))
        st.rerun()


# ---- sharing -------------------------------------------------------------------------------------------------------


def share(scenario: Scenario, name: str) -> None:
    """The scenario as a file that stands by itself."""
    st.download_button(
        f"Download “{draw.plain(scenario.name)}” as a file",
        data=scenario.as_toml().encode("utf-8"),
        file_name=file_name(scenario.name),
        mime="application/toml",
        key=f"scenarios share {name}",
        on_click="ignore",
    )
    draw.blocks(
        Disclosure(
            "How to share it",
            (
                Paragraph(
                    "The file holds every figure with its source, and needs no other file. Opened in another council's "
                    "Placewell, or given to the command line, it says exactly the same: the fingerprint of its figures "
                    f"stays {scenario.sha256[:12]}."
                ),
            ),
        ),
        name=f"how-to-share {name}",
    )


def file_name(name: str) -> str:
    """A file's name from a scenario's."""
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60]
    return f"{words or 'scenario'}.toml"


def open_file() -> None:
    """Open a scenario file that somebody shared."""
    draw.heading("Open a scenario file")
    wrong: tuple[str, tuple[Fault, ...]] | None = st.session_state.get(_FAULTS)
    if wrong is not None:
        name, faults = wrong
        draw.problem(
            f"“{name}” cannot be used: {len(faults)} of its figures or lines need mending.",
            *(tab.fault_said(fault) for fault in faults[:MOST_FAULTS]),
            *(["The rest is said once these are mended."] if len(faults) > MOST_FAULTS else []),
            name="file-faults",
        )
    number = st.session_state.setdefault(_FILES, 0)
    given = st.file_uploader(
        "A scenario file (TOML, less than 1 MB)", type=["toml"], key=f"scenarios file {number}", max_upload_size=1
    )
    if given is None or not st.button("Open this file", key="scenarios open file"):
        return
    content = given.getvalue()
    # a new number empties the field, so that no uploaded byte outlives its reading
    st.session_state[_FILES] += 1
    try:
        scenario = scenario_from(content, given.name)
    except ScenarioError as error:
        st.session_state[_FAULTS] = (given.name, error.faults)
        st.rerun()
        return
    st.session_state.pop(_FAULTS, None)
    start = begun(scenario, f"the file “{given.name}”", None)
    tab.turn_to(start)
    said = f"“{scenario.name}” was opened from a file. Its fingerprint is {scenario.sha256[:12]}."
    st.session_state[_SAID] = " ".join((said, *scenario.notes))
    st.session_state["scenarios part next"] = "Build a scenario"
    st.rerun()


# ---- what is kept --------------------------------------------------------------------------------------------------


def shelf(me: Here, base: Scenario) -> None:
    """The saved scenarios: open, share, go back to a version, drop and bring back."""
    there = kept(me)
    if not there:
        draw.say("No scenario is saved yet. Build one, and save it under a name.", "none-kept")
        open_file()
        return
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            one.version,
            at_said(one.at),
            one.by,
            _based_said(one, there),
            Tag("dropped", "caution") if one.dropped else "in use",
        )
        for one in there
    ]
    columns = (
        Column("Scenario"),
        Column("Version", number=True),
        Column("Saved"),
        Column("By"),
        Column("Started from"),
        Column("Standing"),
    )
    draw.blocks(Table("Saved scenarios", columns, tuple(rows)), name="shelf")
    names = draw.distinct({one.scenario_id: f"{one.name}{' (dropped)' if one.dropped else ''}" for one in there})
    chosen = st.selectbox(
        "Look at one",
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="Choose a scenario",
        key="scenarios shelf",
    )
    if chosen is not None:
        _one_kept(me, next(one for one in there if one.scenario_id == chosen), base)
    open_file()


def _based_said(one: KeptScenario, there: list[KeptScenario]) -> str:
    if one.based_on is None:
        return "a file"
    if one.based_on in shipped():
        return shipped()[one.based_on].name
    if one.based_on.startswith(f"{tab.FORECAST} "):
        return "the first scenario of a forecast"
    scenario_id, _, version = one.based_on.partition(" ")
    found = next((each.name for each in there if each.scenario_id == scenario_id), "another scenario")
    return f"{found}, version {version}"


def _one_kept(me: Here, one: KeptScenario, start: Scenario) -> None:
    try:
        scenario = scenario_of(one)
    except ScenarioError as error:
        cannot_read(error, "kept")
        return
    base = baseline()
    differs = [Change(key, base.get(key), scenario.get(key)) for key in KEYS if scenario.get(key) != base.get(key)]
    if scenario.about:
        draw.say(scenario.about, "about-kept")
    if differs:
        draw.blocks(changes_table(differs, f"What “{one.name}” has otherwise than the baseline"), name="kept-changes")
    else:
        draw.say("It says what the baseline says.", "kept-same")
    left, right = st.columns(2)
    if left.button(
        "Go on building this scenario", key=f"scenarios open {one.scenario_id}", disabled=one.dropped, width="stretch"
    ):
        tab.turn_to(opened(me, one, start))
        st.session_state["scenarios part next"] = "Build a scenario"
        st.rerun()
    if me.may("change_scenario"):
        words = "Bring this scenario back" if one.dropped else "Drop this scenario"
        if right.button(words, key=f"scenarios drop {one.scenario_id}", width="stretch"):
            _change(me, one, dropped=not one.dropped, note="brought back" if one.dropped else "dropped")
    share(scenario, f"kept {one.scenario_id}")
    _versions(me, one)


def _versions(me: Here, one: KeptScenario) -> None:
    known = me.recent(
        f"scenario history {one.scenario_id}", lambda: me.store.scenario_history(me.actor, one.scenario_id)
    )
    draw.heading("Every version")
    rows: list[tuple[Cell, ...]] = [
        (
            f"Version {each.version}",
            at_said(each.at),
            each.by,
            each.name,
            "dropped" if each.dropped else each.note or None,
        )
        for each in known
    ]
    columns = (Column("Version"), Column("Saved"), Column("By"), Column("Name"), Column("Note"))
    draw.blocks(Table(f"Versions of “{one.name}”", columns, tuple(rows)), name="versions")
    earlier = {each.version: each for each in known if each.version != one.version}
    if not earlier or not me.may("change_scenario") or one.dropped:
        return
    chosen = st.selectbox(
        "Go back to",
        sorted(earlier, reverse=True),
        index=None,
        format_func=lambda version: f"Version {version}",
        placeholder="Choose a version",
        key=f"scenarios version {one.scenario_id} {one.version}",
    )
    if st.button("Go back to this version", key=f"scenarios revert {one.scenario_id}", disabled=chosen is None):
        back = earlier[chosen]  # type: ignore[index]
        _change(me, one, name=back.name, toml=back.toml, note=f"as in version {back.version}")


def _change(
    me: Here,
    one: KeptScenario,
    *,
    name: str | None = None,
    toml: str | None = None,
    note: str = "",
    dropped: bool | None = None,
) -> None:
    try:
        me.store.change_scenario(
            me.actor, one.scenario_id, one.version, name=name, toml=toml, note=note, dropped=dropped
        )
    except StoreError as error:
        me.changed()
        draw.refusal(error, "change")
    else:
        me.changed()
        st.rerun()
