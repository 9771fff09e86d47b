"""Steps 5 to 7 of publishing: signed off by a second person, taken out in four forms, and kept for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from frontend import draw
from frontend.planning.publish_look import Look
from frontend.planning.publish_orders import LOOKS, NARRATIVE, PREVIEW
from frontend.planning.publish_reading import draw_look
from frontend.planning.publish_view import (
    FORM_WORDS,
    STATE_WORDS,
    archive_table,
    downloads_of,
    edition_facts,
    edition_words,
    open_data_of,
    published_of,
    was_signed,
)
from frontend.session import Here
from records.store import OFFICES, KeptEdition, StoreError
from sufficiency.batch_pack import pack

READ: Final = "publish editions read"
ZIP: Final = "application/zip"


def draw_sign(me: Here, editions: Sequence[KeptEdition]) -> None:
    """Step 5: an edition is read, and signed off or refused."""
    waiting = {one.edition_id: one for one in editions if one.state == "prepared"}
    _what_happened()
    if not waiting:
        draw.say("No edition waits for sign-off.", "publish-none-waits")
        return
    one = _chosen("Which edition", waiting, "publish sign which")
    if one is None:
        return
    draw.blocks(*edition_facts(one, {other.edition_id: other for other in editions}), name="publish-sign-facts")
    draw.notice(
        "Draft: not signed off",
        "Read it whole before you decide. A signature is for these files, by their checksums.",
        tone="caution",
        name="publish-sign-draft",
    )
    draw_look(_look_of(me, one), f"sign-{one.edition_id}")
    draw.heading("Sign-off", 3)
    if not me.may("sign_edition"):
        draw.say("A decision maker who did not prepare it signs it off, in a named office.", "publish-who-signs")
        return
    if one.steps[0]["by"] == me.actor.user_id and not me.office.one_user:
        draw.notice(
            "You prepared this edition", "Somebody else has to sign it off.", tone="caution", name="publish-own"
        )
        return
    _decide(me, one)


def _decide(me: Here, one: KeptEdition) -> None:
    with st.form(f"publish sign {one.edition_id}", border=True):
        office = st.selectbox(
            "Your office",
            OFFICES,
            index=None,
            placeholder="Choose your office",
            format_func=lambda name: f"{name[:1].upper()}{name[1:]}",
            key=f"publish office {one.edition_id}",
        )
        answer = st.radio(
            "What do you decide?",
            ["It may be published as it is", "It may not be published"],
            index=None,
            key=f"publish answer {one.edition_id}",
        )
        reasons = st.text_area("Your reasons", key=f"publish reasons {one.edition_id}")
        asked = st.form_submit_button("Record the decision", type="primary")
    if not asked:
        return
    missing = [
        words
        for given, words in (
            (office, "Choose your office"),
            (answer, "Choose what you decide"),
            (reasons.strip(), "Write your reasons"),
        )
        if not given
    ]
    if missing or office is None:
        draw.problem(*missing, name="publish-sign-missing")
        return
    agreed = answer == "It may be published as it is"
    try:
        done = me.store.sign_edition(me.actor, one.edition_id, one.version, office, agreed=agreed, reasons=reasons)
    except StoreError as error:
        draw.refusal(error, "publish-sign-refused")
        return
    words = "It can be downloaded in step 6." if agreed else "It stays in the archive, and cannot be downloaded."
    st.session_state["publish decided"] = (f"{edition_words(done)}: {STATE_WORDS[done.state][0]}", words)
    me.changed()
    st.rerun()


def draw_downloads(me: Here, editions: Sequence[KeptEdition]) -> None:
    """Step 6: the files of an edition that was signed off."""
    signed = {one.edition_id: one for one in editions if one.state == "signed"}
    _what_happened()
    if not signed:
        draw.say("No edition is signed off. Until one is, there is nothing to download.", "publish-none-signed")
        return
    one = _chosen("Which edition", signed, "publish download which")
    if one is not None:
        step = one.steps[-1]
        draw.say(f"Signed off by {step['name']}, {step['office']}.", "publish-signed-by")
        files(me, one)


def draw_archive(me: Here, editions: Sequence[KeptEdition]) -> None:
    """Step 7: every edition, what was done with it, and taking one back."""
    _what_happened()
    if not editions:
        draw.say("No edition has been prepared yet.", "publish-no-editions")
        return
    draw.blocks(archive_table(editions), name="publish-archive")
    all_ = {one.edition_id: one for one in editions}
    one = _chosen("Look at one edition", all_, "publish archive which", first=False)
    if one is None:
        return
    draw.blocks(*edition_facts(one, all_), name="publish-archive-facts")
    if was_signed(one):
        files(me, one)
    if one.state in ("prepared", "signed") and me.may("withdraw_edition"):
        _withdraw(me, one)


def files(me: Here, one: KeptEdition) -> None:
    """Downloads of an edition; nothing is read before somebody asks for it."""
    draw.heading("Files", 3)
    if one.state == "withdrawn":
        draw.say("It is kept for whoever has to know what was published. Do not publish it.", "publish-withdrawn-files")
    for form, name in downloads_of(one):
        st.download_button(
            FORM_WORDS[form],
            reader(me, one, name),
            name,
            form.media_type,
            on_click="ignore",
            key=f"publish file {one.edition_id} {form.value}",
        )
    stem = f"placewell-{one.document['document']}-{one.document['edition']}"
    packs = (
        ("Open data, with where each number comes from (zip)", open_data_of(one), f"{stem}-open-data.zip"),
        ("Everything, as placewell report writes it (zip)", published_of(one), f"{stem}.zip"),
    )
    for words, names, called in packs:
        st.download_button(
            words, packed(me, one, names), called, ZIP, on_click="ignore", key=f"publish zip {one.edition_id} {called}"
        )
    st.download_button(
        "Your own words as this edition has them (TOML)",
        reader(me, one, NARRATIVE),
        "narrative.toml",
        "application/toml",
        on_click="ignore",
        key=f"publish toml {one.edition_id}",
    )


def reader(me: Here, one: KeptEdition, name: str) -> Callable[[], bytes]:
    """Reads one file when it is asked for; that it was is entered in the trail."""
    return lambda: me.store.read_edition(me.actor, one.edition_id, name)


def packed(me: Here, one: KeptEdition, names: Sequence[str]) -> Callable[[], bytes]:
    """Several files as one, the same bytes each time."""
    return lambda: pack({name: me.store.read_edition(me.actor, one.edition_id, name) for name in names}, small=False)


def _withdraw(me: Here, one: KeptEdition) -> None:
    draw.heading("Withdraw it", 3)
    draw.say(
        "It stays in the archive, and is said to be withdrawn. Take it down wherever it was published. Whoever has a "
        "copy keeps it, so the next edition is still held against it.",
        "publish-withdraw-mind",
    )
    with st.form(f"publish withdraw {one.edition_id}", border=True):
        reasons = st.text_area("Why it is withdrawn", key=f"publish why {one.edition_id}")
        asked = st.form_submit_button("Withdraw this edition")
    if not asked:
        return
    try:
        done = me.store.withdraw_edition(me.actor, one.edition_id, one.version, reasons)
    except StoreError as error:
        draw.refusal(error, "publish-withdraw-refused")
        return
    st.session_state["publish decided"] = (f"{edition_words(done)}: withdrawn", "Its reasons are in the archive.")
    me.changed()
    st.rerun()


def _look_of(me: Here, one: KeptEdition) -> Look:
    """What was read when it was prepared. That this person reads it is entered in the trail, once in a tab."""
    read: set[str] = st.session_state.setdefault(READ, set())

    def from_store() -> Look:
        return Look.read(me.store.read_edition(me.actor, one.edition_id, PREVIEW))

    if one.edition_id not in read:
        read.add(one.edition_id)
        found = from_store()
        LOOKS.put(one.edition_id, found)
        return found
    return LOOKS.got(one.edition_id, from_store)


def _chosen(label: str, some: dict[str, KeptEdition], key: str, *, first: bool = True) -> KeptEdition | None:
    words = draw.distinct({name: edition_words(one) for name, one in some.items()})
    chosen = st.selectbox(
        label,
        list(words),
        index=0 if first else None,
        format_func=lambda name: draw.plain(words[name]),
        placeholder="Choose an edition",
        key=key,
    )
    return some.get(chosen) if chosen is not None else None


def _what_happened() -> None:
    done = st.session_state.pop("publish decided", None)
    if done is not None:
        draw.notice(done[0], done[1], tone="good", name="publish-decided")
