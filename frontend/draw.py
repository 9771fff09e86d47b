"""Sections on the screen: the same HTML as the report, with the same words, in Streamlit's page.

What people typed is always drawn as text (`reporting.section`), never as Markdown or markup.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import streamlit as st

from records.store import OutOfOrder, StoreError
from reporting.section import Block, Bullets, Definitions, Notice, Paragraph, Section, Tone
from reporting.write import fragment

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>~$|^])")


@cache
def _style() -> str:
    # what the app looks like holds nothing about anybody, and may be shared
    return f"<style>{files('frontend').joinpath('app.css').read_text(encoding='utf-8')}</style>"


def style() -> None:
    """The look of every page; to be drawn once on each run."""
    st.html(_style())


def blocks(*some: Block, name: str) -> None:
    """Blocks without a heading. `name` is unlike that of any other part of the page."""
    if some:
        st.html(fragment([Section("", tuple(some))], name))


def section(one: Section, name: str) -> None:
    """One section with its heading."""
    st.html(fragment([one], name))


def sections(some: Iterable[Section], name: str) -> None:
    """Sections one under another."""
    st.html(fragment(list(some), name))


def title(words: str, purpose: str) -> None:
    """What a page is, and in a sentence what it is for."""
    st.html(f'<div class="pw"><h1 id="top">{_escaped(words)}</h1><p class="lead">{_escaped(purpose)}</p></div>')


def heading(words: str, level: int = 2) -> None:
    """A heading between parts that are drawn apart."""
    st.html(f'<div class="pw"><h{level}>{_escaped(words)}</h{level}></div>')


def group(words: str) -> None:
    """What the links below it in the side bar have in common."""
    st.html(f'<div class="pw"><p class="group">{_escaped(words)}</p></div>')


def notice(title_: str, *text: str, tone: Tone = "plain", name: str) -> None:
    """Something set apart from the text."""
    blocks(Notice(title_, tuple(text), tone), name=name)


def plain(text: str) -> str:
    """What somebody typed, an id for instance, as a label shows it: labels and radio buttons are Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)


def no_round() -> None:
    """Say that there is no round yet, and who makes one."""
    notice(
        "No round has been worked out yet",
        "A family finder brings in the records, and works a round out on the page Whole council.",
        name="no-round",
    )


def older(is_latest: bool) -> None:
    """Say that a later round has been worked out than the one that is open."""
    if not is_latest:
        notice(
            "This is not the latest round",
            "A later one has been worked out. Choose it on the page Whole council before anything is proposed.",
            tone="caution",
            name="older-round",
        )


def facts(*items: tuple[str, str], name: str) -> None:
    """Terms and what each is."""
    blocks(Definitions(tuple(items)), name=name)


def say(text: str, name: str) -> None:
    """A paragraph."""
    blocks(Paragraph(text), name=name)


def distinct(words: Mapping[str, str]) -> dict[str, str]:
    """The words under which each id is offered, with the end of the id where two would be said alike.

    Streamlit knows an option by its words alone: of two alike it takes the last, and one whose words change between
    two runs is let go of. So the words say nothing either that changes, such as how far a match is.
    """
    often = Counter(words.values())
    return {one: said if often[said] == 1 else f"{said} ({one[-8:]})" for one, said in words.items()}


def problem(*what: str, name: str) -> None:
    """An error summary, as people know it from GOV.UK: a heading, and each thing that is wrong, with what to do."""
    st.html(
        '<div class="pw problem" role="alert" tabindex="-1">'
        "<h2>There is a problem</h2>" + _inside(Bullets(tuple(what)), name) + "</div>"
    )


def refusal(error: StoreError, name: str) -> None:
    """What the store refused, what that means and how to mend it."""
    rule = [f"Rule {error.rule}: see Rules and policy."] if isinstance(error, OutOfOrder) else []
    problem(error.what, error.meaning, error.mend, *rule, name=name)


def _inside(block: Block, name: str) -> str:
    return fragment([Section("", (block,))], name)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
