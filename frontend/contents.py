"""The pages, in the order of a panel's evening: what each is for and who may open it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from frontend.session import ROLE_WORDS, Here
from records.store import MAY, Role

_FOLDER: Final = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page. `acts`: whoever may make one of these calls of the store may open it; without any, everybody may."""

    file: str
    title: str
    purpose: str
    acts: tuple[str, ...]

    @property
    def page(self) -> StreamlitPage:
        """The page as Streamlit knows it."""
        name = self.file.removesuffix(".py").replace("_", "-")
        first = self.file == PAGES[0].file
        return st.Page(_FOLDER / self.file, title=self.title, url_path="" if first else name, default=first)

    def open_to(self, here: Here) -> bool:
        """Whether the person may open it."""
        return not self.acts or any(here.may(act) for act in self.acts)

    @property
    def for_whom(self) -> str:
        """The roles it is open to, in words."""
        roles = [role for role in Role if any(role in MAY[act] for act in self.acts)]
        return ", ".join(ROLE_WORDS[role].lower() for role in roles)


PAGES: Final = (
    Entry("today.py", "Today", "What needs a person today, and how long each child has waited.", ()),
    Entry(
        "bring_in.py",
        "Bring in records",
        "Bring in the children and homes of a round, and see what is doubtful before anything is used.",
        ("keep_snapshot",),
    ),
    Entry(
        "whole_council.py",
        "Whole council",
        "Work out the plan that is best for all the children together, and see what has changed.",
        ("open_round",),
    ),
    Entry(
        "one_child.py",
        "One child or family",
        "Read what a child wants, compare the homes that could be theirs, and see why, and why not.",
        ("open_round",),
    ),
    Entry(
        "record.py",
        "Record",
        "Record what was proposed, asked, recommended and decided, and make the pack for the meeting.",
        ("read_match",),
    ),
    Entry(
        "homes.py",
        "Homes",
        "Look up a home: its terms, who lives there, its places, and for whom it could be a home.",
        ("open_round",),
    ),
    Entry(
        "rules.py",
        "Rules and policy",
        "Read every rule with its law, and the council's own choices, and see what another weight would change.",
        (),
    ),
    Entry(
        "audit.py",
        "Audit and access",
        "See who did what and who looked, prove that nothing was altered, and say who may do what.",
        ("read_trail", "set_standing"),
    ),
)


def entry_of(page: StreamlitPage) -> Entry:
    """The entry of the page that is open."""
    return next(entry for entry in PAGES if entry.title == page.title)


def page_of(file: str) -> StreamlitPage:
    """A page by its file, to lead a person there."""
    return next(entry for entry in PAGES if entry.file == file).page
