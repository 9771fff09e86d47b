"""Step 2 of publishing: the council's own words, place by place, never lost where two people write at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.publish_view import document_words, place_words
from frontend.planning.publish_what import CHOICES, Choice
from frontend.planning.publish_words import (
    FOUND_ONLY,
    as_edition,
    by_section,
    differing,
    read_toml,
    slips_in,
    toml_of,
    with_text,
)
from frontend.session import Here
from records.store import Conflict
from reporting.section import Bullets, Column, Table
from sufficiency.narrative import Narrative, NarrativeError, blank
from sufficiency.narrative_keys import BY_KEY

DRAFTS: Final = "publish words"
BASES: Final = "publish words read"
"""On top of which version this tab writes."""
_SAVED: Final = "publish words saved"
_TALL: Final = 150


@dataclass(frozen=True, slots=True)
class Saved:
    """The words as the store keeps them. `fault`: why they cannot be read."""

    version: int
    narrative: Narrative
    fault: str | None = None


def saved_words(me: Here, council: str) -> Saved:
    """The words that stand."""
    version, text = me.recent(f"words of {council}", lambda: me.store.read_words(me.actor, council))
    try:
        return Saved(version, read_toml(text))
    except NarrativeError as error:
        return Saved(version, Narrative(), str(error))


def unsaved(council: str, saved: Saved) -> dict[str, str]:
    """What was written in this tab and not saved yet, by place."""
    drafts = _drafts(council)
    return {key: text for key, text in drafts.items() if _differs(text, saved.narrative.texts.get(key, ""))}


def draw_words(me: Here, council: str, choice: Choice) -> None:
    """The boxes of step 2."""
    saved = saved_words(me, council)
    if saved.fault is not None:
        draw.problem("The words that are kept cannot be read.", saved.fault, name="publish-words-fault")
    draw.notice("What these boxes print", FOUND_ONLY, tone="caution", name="publish-found-only")
    may = me.may("keep_words")
    if not may:
        draw.say("A commissioner writes these. You read them as they are saved.", "publish-words-read")
    if st.session_state.pop(_SAVED, False):
        draw.notice("Saved", f"The words of {council} are kept: version {saved.version}.", tone="good", name="saved")
    drafts = _drafts(council)
    bases: dict[str, int] = st.session_state.setdefault(BASES, {})
    if not drafts:
        bases[council] = saved.version
    if bases.setdefault(council, saved.version) != saved.version:
        _both(me, council, saved, choice)
    nonce = _nonce(council, saved)
    draw.say(
        f"{document_words(choice.document).partition(':')[0]}. Text is plain: an empty line ends a paragraph, lines "
        "that begin with - are a list.",
        "publish-how",
    )
    empty: list[str] = []
    for heading, keys in by_section(choice.document).items():
        draw.heading(heading, 3)
        for key in keys:
            before = drafts.get(key, saved.narrative.texts.get(key, ""))
            text = st.text_area(
                BY_KEY[key].wanted,
                before,
                height=_TALL,
                disabled=not may,
                key=f"publish words {council} {key} {nonce}",
            )
            if _differs(text, saved.narrative.texts.get(key, "")):
                drafts[key] = text
            else:
                drafts.pop(key, None)
            if not text.strip():
                empty.append(key)
            _look_again(key, text)
    _said(empty, choice)
    if may:
        _save(me, council, saved, choice)
    _as_file(me, council, saved, choice)


def _look_again(key: str, text: str) -> None:
    """Point out, below its box, what in a text might tell of a child."""
    slips = slips_in(key, text)
    if slips:
        draw.notice(
            "Look at this again: a child might be told from it",
            *(f"“{one.words}” looks like {one.what}." for one in slips),
            "If nobody can be told, leave it: nothing stops you.",
            tone="caution",
            name=f"publish-slip-{key}",
        )


def _said(empty: list[str], choice: Choice) -> None:
    """Which places are still empty, and what becomes of them."""
    if empty:
        how = "marked in the document" if choice.marks_empty else "left out of the document (chosen in step 1)"
        draw.heading("Still empty", 3)
        draw.say(f"{len(empty)} of the places hold no words, and are {how}.", "publish-empty")
        draw.blocks(Bullets(tuple(place_words(key) for key in empty)), name="publish-empty-list")


def _save(me: Here, council: str, saved: Saved, choice: Choice) -> None:
    waiting = unsaved(council, saved)
    if waiting:
        many = "One place is" if len(waiting) == 1 else f"{len(waiting)} places are"
        draw.say(f"{many} not saved yet. The preview holds what is saved.", "publish-unsaved")
    if st.button("Save the words", type="primary", key="publish save"):
        _keep(me, council, saved, choice, st.session_state[BASES][council])


def _keep(me: Here, council: str, saved: Saved, choice: Choice, version: int) -> None:
    """Save what this tab changed on top of a version; where another one stands, both are shown."""
    drafts = _drafts(council)
    narrative = with_text(saved.narrative, drafts)
    narrative = as_edition(narrative, choice.council_name, choice.published, choice.licence_code)
    try:
        me.store.keep_words(me.actor, council, version, toml_of(narrative))
    except Conflict:
        me.changed()
        st.rerun()
    drafts.clear()
    _anew(council)
    st.session_state[_SAVED] = True
    me.changed()
    st.rerun()


def _both(me: Here, council: str, saved: Saved, choice: Choice) -> None:
    """Somebody else saved first: both texts, and what to do."""
    drafts = _drafts(council)
    mine = with_text(saved.narrative, drafts)
    keys = differing(mine, saved.narrative)
    draw.problem(
        "Somebody else saved these words while you wrote.",
        "Nothing of yours is lost, and nothing was written over. Both texts are below.",
        name="publish-clash",
    )
    columns = tuple(map(Column, ("Place", "Yours, not saved", "Theirs, saved")))
    rows = tuple(
        (place_words(key), mine.texts.get(key) or "empty", saved.narrative.texts.get(key) or "empty") for key in keys
    )
    draw.blocks(Table("Both texts, place by place", columns, rows), name="publish-both")
    left, right = st.columns(2)
    if left.button("Save yours in these places, on top of theirs", key="publish mine", disabled=not keys):
        _keep(me, council, saved, choice, saved.version)
    if right.button("Take theirs, and let yours go", key="publish theirs"):
        drafts.clear()
        _anew(council)
        st.rerun()


def _as_file(me: Here, council: str, saved: Saved, choice: Choice) -> None:
    """The words as a file: to be written elsewhere, and to be used with the command."""
    draw.heading("As a file", 3)
    draw.say("placewell report --narrative takes the same file, and makes the same document from it.", "publish-file")
    left, right = st.columns(2)
    left.download_button(
        "Download the saved words",
        toml_of(saved.narrative).encode(),
        "narrative.toml",
        "application/toml",
        on_click="ignore",
        disabled=saved.version == 0,
        key="publish words file",
    )
    right.download_button(
        "Download an empty file to fill in",
        blank(choice.document).encode(),
        "narrative.toml",
        "application/toml",
        on_click="ignore",
        key="publish words blank",
    )
    if not me.may("keep_words"):
        return
    nonce = _nonce(council, saved)
    given: Any = st.file_uploader(
        "Or bring in such a file", type=["toml"], key=f"publish words given {council} {nonce}"
    )
    if given is None:
        return
    try:
        read = read_toml(given.getvalue().decode("utf-8-sig"), "The file")
    except UnicodeDecodeError:
        draw.problem("The file is not UTF-8 text.", "Save it as UTF-8 and choose it again.", name="publish-file-utf8")
        return
    except NarrativeError as error:
        draw.problem(*str(error).splitlines(), name="publish-file-fault")
        return
    keys = differing(read, saved.narrative)
    draw.say(
        f"The file says something else in {len(keys)} places. They replace what stands in the boxes, and in "
        "step 1; nothing is saved until you save it.",
        "publish-file-said",
    )
    if st.button("Put the file's words into the boxes", key="publish words use"):
        _drafts(council).update({key: read.texts.get(key, "") for key in keys})
        told = {"council_name": read.council, "published": read.published, "licence": bool(read.licence)}
        st.session_state[CHOICES][council].update({name: value for name, value in told.items() if value})
        _anew(council)
        st.rerun()


def _drafts(council: str) -> dict[str, str]:
    drafts: dict[str, str] = st.session_state.setdefault(DRAFTS, {}).setdefault(council, {})
    return drafts


def _nonce(council: str, saved: Saved) -> str:
    """Changes when the boxes have to show something else than what was last written in them."""
    return f"{saved.version} {st.session_state.get(f'publish words anew {council}', 0)}"


def _anew(council: str) -> None:
    """Boxes of other names, so that they show what they are given."""
    name = f"publish words anew {council}"
    st.session_state[name] = st.session_state.get(name, 0) + 1


def _differs(one: str, other: str) -> bool:
    def plain(text: str) -> str:
        return text.replace("\r\n", "\n").strip()

    return plain(one) != plain(other)
