"""Step 1 of publishing: which document, for whom, of which day, and held against which edition before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.opened import Opened
from frontend.planning.publish_view import EDITION_WORDS, document_words, edition_words, was_signed
from records.store import KeptEdition
from reporting.section import Edition
from sufficiency.narrative import LICENCES, Narrative
from sufficiency.narrative_keys import Document

CHOICES: Final = "publish choices"
NO_EARLIER: Final = ""
"""Chosen: no edition was published before, or none that readers have."""
NOT_HERE: Final = (
    "A confidential edition hides nothing, so children may be told from it. It is not made here, because your role may "
    "not see small counts. Whoever may see the returns makes it on the server: placewell report --edition confidential."
)
_EDITIONS: Final = (Edition.PUBLIC, Edition.OFFICIAL)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen. `since`: an edition's id; `NO_EARLIER`; None where that is still asked for."""

    document: Document
    edition: Edition
    half_year: bool
    council_name: str
    published: date | None
    licence: bool
    since: str | None
    marks_empty: bool

    @property
    def licence_code(self) -> str:
        """As narrative.toml says it."""
        return LICENCES[0] if self.licence else ""

    def faults(self) -> tuple[str, ...]:
        """What is still to be chosen before a preview can be made."""
        if self.since is None:
            return ("Choose the last edition that was published, or say that there was none.",)
        return ()


def choice_of(opened: Opened, narrative: Narrative, editions: Sequence[KeptEdition]) -> Choice:
    """What is chosen in this tab; what was never touched is as the council's words say, or as most would have it."""
    kept: dict[str, Any] = st.session_state.setdefault(CHOICES, {}).setdefault(opened.council, {})
    edition = Edition(kept.get("edition", Edition.PUBLIC))
    before = [one.edition_id for one in earlier_of(opened, edition, editions)]
    since = kept.get("since")
    return Choice(
        Document(kept.get("document", Document.STATEMENT)),
        edition,
        kept.get("half_year", False),
        kept.get("council_name", narrative.council),
        kept.get("published", narrative.published),
        kept.get("licence", bool(narrative.licence)),
        since if since in (*before, NO_EARLIER) else (None if before else NO_EARLIER),
        kept.get("marks_empty", True),
    )


def earlier_of(opened: Opened, edition: Edition, editions: Sequence[KeptEdition]) -> list[KeptEdition]:
    """Editions that readers may have, against which this one can be held: of this council, of no later day, and not for
    fewer readers; the last one prepared first.
    """
    until = opened.about.get("known_until", "")
    return [
        one
        for one in editions
        if was_signed(one)
        and one.document["council"] == opened.council
        and edition.admits(Edition(one.document["edition"]))
        and one.document.get("known_until", "") <= until
    ]


def draw_what(opened: Opened, narrative: Narrative, editions: Sequence[KeptEdition]) -> None:
    """The boxes of step 1."""
    now = choice_of(opened, narrative, editions)
    kept: dict[str, Any] = st.session_state[CHOICES][opened.council]
    which = f" {opened.council}"
    documents = list(Document)
    kept["document"] = st.radio(
        "Which document",
        documents,
        index=documents.index(now.document),
        format_func=document_words,
        key=f"publish document{which}",
    )
    if kept["document"] is Document.ADOPTION:
        kept["half_year"] = (
            st.radio(
                "Of which period",
                ["the year", "six months"],
                index=int(now.half_year),
                horizontal=True,
                key=f"publish period{which}",
            )
            == "six months"
        )
    kept["edition"] = st.radio(
        "For whom",
        list(_EDITIONS),
        index=_EDITIONS.index(now.edition),
        format_func=lambda one: {
            Edition.PUBLIC: "Everybody: the public edition",
            Edition.OFFICIAL: "The council's officers and members: the official edition. It says unit costs as well; "
            "it hides the same small counts",
        }[one],
        key=f"publish edition{which}",
    )
    draw.say(NOT_HERE, "publish-not-here")
    left, right = st.columns(2)
    kept["council_name"] = left.text_input(
        "Name of the council as it stands on the document",
        now.council_name,
        max_chars=120,
        placeholder="Anyborough Council",
        key=f"publish name{which}",
    )
    kept["published"] = right.date_input(
        "Day of publication, if it stands on the document",
        now.published,
        format="DD/MM/YYYY",
        key=f"publish day{which}",
    )
    kept["licence"] = st.checkbox(
        "Give the open data under the Open Government Licence v3.0",
        now.licence,
        key=f"publish licence{which}",
    )
    kept["marks_empty"] = (
        st.radio(
            "Places for your own words that are still empty",
            ["are marked in the document", "are left out"],
            index=int(not now.marks_empty),
            horizontal=True,
            key=f"publish empty{which}",
        )
        == "are marked in the document"
    )
    _draw_since(opened, replace(now, edition=kept["edition"]), kept, editions)


def _draw_since(opened: Opened, now: Choice, kept: dict[str, Any], editions: Sequence[KeptEdition]) -> None:
    """Which edition readers have already: asked for where there is one."""
    before = {one.edition_id: one for one in earlier_of(opened, now.edition, editions)}
    if not before:
        draw.say(
            "The archive holds no earlier edition of this council. If one was made on the server's command line and "
            "published, make this one there too, with --since: otherwise a hidden count may follow from the two.",
            "publish-no-earlier",
        )
        return
    words = draw.distinct(
        {**{key: edition_words(one) for key, one in before.items()}, NO_EARLIER: "None was published"}
    )
    options = list(words)
    chosen = st.selectbox(
        "The last edition that readers have",
        options,
        index=options.index(now.since) if now.since in options else None,
        format_func=lambda one: draw.plain(words[one]),
        placeholder="Choose the last edition",
        help="What it printed is taken to be known, so that no hidden count follows from the two together. The "
        "document then says what has changed.",
        key=f"publish since {opened.council} {now.edition}",
    )
    kept["since"] = chosen
    if chosen == NO_EARLIER:
        draw.notice(
            "Only if nobody outside the council has one",
            "If an earlier edition is with readers, a hidden count may follow from it and this one together.",
            tone="caution",
            name="publish-none-earlier",
        )


def words_of(choice: Choice) -> str:
    """What is chosen, in a sentence."""
    return f"{document_words(choice.document).partition(':')[0]}, {EDITION_WORDS[choice.edition]}"
