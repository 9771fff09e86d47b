"""The pages in the order of a panel's evening, then of a commissioner's year; for whom each is, and what for."""

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
    group: str = ""
    """Heading under which the side bar has it."""

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


TONIGHT: Final = "Tonight's children"
BEYOND: Final = "Beyond tonight"
ENOUGH: Final = "Enough homes"
ACCESS: Final = "Rules and access"

PAGES: Final = (
    Entry("today.py", "Today", "What needs a person today, and how long each child has waited.", ()),
    Entry(
        "bring_in.py",
        "Bring in records",
        "Bring in the children and homes of a round, and see what is doubtful before anything is used.",
        ("keep_snapshot",),
        TONIGHT,
    ),
    Entry(
        "whole_council.py",
        "Whole council",
        "Work out the plan that is best for all the children together, and see what has changed.",
        ("open_round",),
        TONIGHT,
    ),
    Entry(
        "one_child.py",
        "One child or family",
        "Read what a child wants, compare the homes that could be theirs, and see why, and why not.",
        ("open_round",),
        TONIGHT,
    ),
    Entry(
        "record.py",
        "Record",
        "Record what was proposed, asked, recommended and decided, and make the pack for the meeting.",
        ("read_match",),
        TONIGHT,
    ),
    Entry(
        "homes.py",
        "Homes",
        "Look up a home: its terms, who lives there, its places, and for whom it could be a home.",
        ("open_round",),
        TONIGHT,
    ),
    Entry(
        "ahead.py",
        "Scarce homes",
        "See which homes are scarce for the children who are expected, and what keeping them would change.",
        ("open_round",),
        BEYOND,
    ),
    Entry(
        "duty.py",
        "Tonight, one child",
        "Say what is known of one child or family tonight, and see at once whom to call first, and why.",
        ("keep_snapshot",),
        BEYOND,
    ),
    Entry(
        "if_refused.py",
        "If a carer says no",
        "See whom the plan has to ask, how they answered before, where to turn, and what refusals would do.",
        ("enquiries_made",),
        BEYOND,
    ),
    Entry(
        "fairness.py",
        "Fairness",
        "See whether groups of children are served alike, who waits longer, and what a floor would cost the others.",
        ("open_round", "fairness_over_time"),
        BEYOND,
    ),
    Entry(
        "lab.py",
        "Policy lab",
        "Try two ways of deciding, or more homes, on the same made-up years, and see whether luck explains it.",
        ("list_works", "keep_snapshot"),
        BEYOND,
    ),
    Entry(
        "papers.py",
        "Papers on how it works",
        "Read the transparency record and the drafts of the two assessments, and see what is left to fill.",
        (),
        BEYOND,
    ),
    Entry(
        "our_children.py",
        "Our children and homes",
        "See how many children there are, where they live and how that changes, beside other councils.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "need.py",
        "Need",
        "See how many children will need which homes, how sure that is, and how wrong we were before.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "supply.py",
        "Supply",
        "See which homes there are, which of their places can be used, who is on the way, and where they are.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "scenarios.py",
        "Scenarios",
        "Ask what if: pull a lever, see at once what it does, and hold any number of scenarios side by side.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "recruitment.py",
        "Recruitment targets",
        "Work out how many households of which kind to approve by when, at what cost, and see how far that is.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "publish.py",
        "Publish",
        "Read the statement before it goes out, see what is hidden and why, and have it signed off.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "region.py",
        "Region",
        "See several councils together: their totals, and who could place with whom.",
        ("list_works",),
        ENOUGH,
    ),
    Entry(
        "rules.py",
        "Rules and policy",
        "Read every rule with its law, and the council's own choices, and see what another weight would change.",
        (),
        ACCESS,
    ),
    Entry(
        "audit.py",
        "Audit and access",
        "See who did what and who looked, prove that nothing was altered, and say who may do what.",
        ("read_trail", "set_standing"),
        ACCESS,
    ),
)


def entry_of(page: StreamlitPage) -> Entry:
    """The entry of the page that is open."""
    return next(entry for entry in PAGES if entry.title == page.title)


def page_of(file: str) -> StreamlitPage:
    """A page by its file, to lead a person there."""
    return next(entry for entry in PAGES if entry.file == file).page
