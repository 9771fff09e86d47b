"""The council's own words as the app keeps them: read from TOML, written to it again, and looked through for slips.

What people write is theirs: nothing here changes a word, and nothing that is found forbids one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sufficiency.narrative import Narrative, narrative_of
from sufficiency.narrative_keys import BY_KEY, WORDS, Document, words_in

FOUND_ONLY: Final = (
    "Your own words are printed as you write them. Nothing searches them for what could tell of a child: only people "
    "can see that. A simple check points out numbers under 5 beside words such as child, postcodes, days of birth and "
    "unique pupil numbers. It finds only those, and forbids nothing."
)
_SMALL: Final = r"(?:[1-4]|one|two|three|four)"
_CHILD: Final = (
    r"(?:child(?:ren)?|bab(?:y|ies)|infants?|teenagers?|boys?|girls?|brothers?|sisters?|siblings?|twins?|"
    r"(?:young|care)\s+(?:people|persons?|leavers?))\b(?!['’]s?\s+(?:services|homes|social))"
)
_NEAR: Final = r"(?:\s+[\w’'-]+){0,2}\s+"
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "a number under 5 beside a word for children",
        re.compile(rf"(?<![\w.,£%-]){_SMALL}(?![\w%]|[.,]\d|-\w){_NEAR}{_CHILD}", re.IGNORECASE),
    ),
    (
        "a number under 5 beside a word for children",
        re.compile(rf"\b{_CHILD}(?:\s+[\w’'-]+)?\s+(?<![\w.,£%-]){_SMALL}(?![\w%]|[.,]\d|-\w)", re.IGNORECASE),
    ),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)),
    ("a unique pupil number", re.compile(r"\b[A-Z][0-9]{11}[0-9A-Z]\b", re.IGNORECASE)),
    (
        "a day of birth",
        re.compile(r"\b(?:born|birth(?:day)?|dob|d\.o\.b\.?)\b[^.;\n]{0,30}?\b[^\s.;]*(?:19|20)\d\d\b", re.IGNORECASE),
    ),
    (
        "a day that could be of birth",
        re.compile(r"\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"),
    ),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """Something in a text that might tell of a child: where, what kind of thing it is, and its words."""

    key: str
    what: str
    words: str


def slips_in(key: str, text: str) -> tuple[Slip, ...]:
    """What might tell of a child in one text. It finds only what `FOUND_ONLY` says."""
    found: dict[str, Slip] = {}
    for what, pattern in _PATTERNS:
        for one in pattern.finditer(text):
            words = " ".join(one[0].split())
            found.setdefault(words.casefold(), Slip(key, what, words))
    return tuple(found.values())


def slips_of(narrative: Narrative, document: Document) -> tuple[Slip, ...]:
    """The same of every place of a document."""
    return tuple(slip for one in words_in(document) for slip in slips_in(one.key, narrative.texts.get(one.key, "")))


def by_section(document: Document) -> Mapping[str, tuple[str, ...]]:
    """The places of a document under the headings where they stand, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for one in words_in(document):
        found[one.section] = (*found.get(one.section, ()), one.key)
    return found


def with_text(narrative: Narrative, texts: Mapping[str, str]) -> Narrative:
    """The words with other texts in some places; a text of nothing but blanks empties its place."""
    kept = {**narrative.texts, **texts}
    return replace(narrative, texts={key: text for key, text in kept.items() if text.strip()})


def as_edition(narrative: Narrative, council: str, published: date | None, licence: str) -> Narrative:
    """The words with what one edition says of itself."""
    return replace(narrative, council=council.strip(), published=published, licence=licence)


def toml_of(narrative: Narrative) -> str:
    """The words as narrative.toml, which `narrative_of` reads back as they are; the same words give the same text."""
    lines = ["# The council's own words, as Placewell's app keeps them.", "", "[document]"]
    if narrative.council:
        lines.append(f"council = {_quoted(narrative.council)}")
    if narrative.published is not None:
        lines.append(f"published = {narrative.published.isoformat()}")
    if narrative.licence:
        lines.append(f"licence = {_quoted(narrative.licence)}")
    for one in WORDS:
        text = _plain(narrative.texts.get(one.key, ""))
        if text.strip():
            lines += ["", f"# {one.section}: {one.wanted}", f"[words.{one.key}]"]
            lines += ['text = """', _escaped(text).replace('"""', r"\"\"\""), '"""']
    return "\n".join(lines) + "\n"


def read_toml(text: str, name: str = "narrative.toml") -> Narrative:
    """The words from TOML; none for an empty text. Raises `NarrativeError` with all that is wrong in it."""
    return narrative_of(text, name) if text.strip() else Narrative()


def differing(mine: Narrative, theirs: Narrative) -> tuple[str, ...]:
    """The keys of the places in which two say something different, in the order of the documents."""
    return tuple(key for key in BY_KEY if mine.texts.get(key, "").strip() != theirs.texts.get(key, "").strip())


def _plain(text: str) -> str:
    """The text as `narrative_of` would give it back: one kind of line end, no blank lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip("\n")


def _quoted(text: str) -> str:
    inside = _escaped(" ".join(text.split())).replace('"', r"\"")
    return f'"{inside}"'


def _escaped(text: str) -> str:
    return "".join(_character(one) for one in text)


def _character(one: str) -> str:
    if one == "\\":
        return r"\\"
    if one in "\n\t" or one.isprintable():
        return one
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
