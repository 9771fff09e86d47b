"""The council's own words in its documents, read from `narrative.toml`; where it has written none, a marked place.

Text is plain: an empty line ends a paragraph, lines that begin with "- " are a list. Nothing in it is taken for markup.

    [document]
    council = "Anyborough Council"

    [words.voice]
    text = \"\"\"
    Young people told us that they want to stay near their school.

    - We asked 41 children in care.
    - Their council wrote the questions.
    \"\"\"
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from reporting.section import Block, Bullets, Notice, Paragraph
from sufficiency.narrative_keys import BY_KEY, WORDS, Document, words_in
from sufficiency.scenario_faults import nearest, shown

EMPTY: Final = "For the council to write"
"""What an empty place is called, in the document and in warnings."""
ABOUT: Final = ("council", "published", "licence")
"""What `[document]` may hold."""
LICENCES: Final = ("OGL-UK-3.0",)
_LARGEST_FILE: Final = 1_000_000
_BULLET: Final = "- "


class NarrativeError(ValueError):
    """A file of the council's words that cannot be used; the words say all that is wrong in it."""


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the council has written, by key, and what it says of the document itself."""

    texts: Mapping[str, str] = field(default_factory=dict)
    council: str = ""
    """Its name as it stands on the document; empty: the one of the returns."""
    published: date | None = None
    licence: str = ""
    """Of the open data; empty: none is said."""
    empty_places: bool = True
    """Whether a place without words is marked; otherwise it is left out."""

    def words(self, key: str) -> tuple[Block, ...]:
        """The council's words as paragraphs and lists; a marked place, or nothing, where it has written none.

        Raises KeyError for a key that is not listed.
        """
        wanted = BY_KEY.get(key)
        if wanted is None:
            raise KeyError(f"there is no place {key!r} for the council's words{nearest(key, BY_KEY)}")
        text = self.texts.get(key, "")
        if text.strip():
            return tuple(_blocks(text))
        return (Notice(EMPTY, (wanted.wanted,), "caution"),) if self.empty_places else ()

    def missing(self, document: Document) -> tuple[str, ...]:
        """The keys of a document's places that hold no words."""
        return tuple(one.key for one in words_in(document) if not self.texts.get(one.key, "").strip())


def read_narrative(path: Path) -> Narrative:
    """The council's words from a file. Raises `NarrativeError` with all that is wrong in it, in words."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise NarrativeError(
                f"{path.name}: is larger than a megabyte. Keep to the words; the document has no more."
            )
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise NarrativeError(f"{path.name}: cannot be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise NarrativeError(f"{path.name}: is not UTF-8 text. Save it as UTF-8 and try again.") from error
    return narrative_of(content, path.name)


def narrative_of(content: str, name: str = "narrative.toml") -> Narrative:
    """The council's words from the text of a file; `name` stands before what is wrong in it."""
    try:
        tree = tomllib.loads(content.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise NarrativeError(
            f'{name}: is not TOML: {error}. Each part is [words.KEY] and text = """...""" beneath it.'
        ) from error
    faults = [f"{name}: {one}" for one in _faults(tree)]
    if faults:
        raise NarrativeError("\n".join(faults))
    about = tree.get("document", {})
    return Narrative(
        {key: textwrap.dedent(part.get("text", "")).strip("\n") for key, part in tree.get("words", {}).items()},
        about.get("council", "").strip(),
        about.get("published"),
        about.get("licence", ""),
    )


def blank(document: Document | None = None) -> str:
    """A file to fill in: every place of a document, or of all, with what belongs there, and no words."""
    lines = [
        "# The council's own words. Plain text: an empty line ends a paragraph, lines that begin with - are a list.",
        "# A place that stays empty is marked in the document, or left out with --no-empty-places.",
        "",
        "[document]",
        '# council = "Anyborough Council"  # the name that stands on the document',
        "# published = 2026-12-01  # the day that stands on it",
        '# licence = "OGL-UK-3.0"  # of the open data, where the council gives one',
    ]
    for one in WORDS if document is None else words_in(document):
        lines += ["", f"# {one.section}: {', '.join(one.documents)}", f"# {one.wanted}"]
        lines += [f"[words.{one.key}]", 'text = """', '"""']
    return "\n".join(lines) + "\n"


def _faults(tree: Mapping[str, Any]) -> Iterator[str]:
    for key in tree:
        if key not in ("words", "document"):
            close = nearest(key, ("words", "document"))
            yield f"there is no part [{key}]{close}. Each part is [words.KEY] or [document]."
    words, about = tree.get("words", {}), tree.get("document", {})
    for name, part in (("words", words), ("document", about)):
        if not isinstance(part, dict):
            yield f"{name} is {shown(part)}, and should be a part of its own: [{name}]."
    if isinstance(words, dict):
        for key, part in words.items():
            yield from _faults_of_words(key, part)
    if isinstance(about, dict):
        yield from _faults_of_document(about)


def _faults_of_words(key: str, part: Any) -> Iterator[str]:
    if key not in BY_KEY:
        yield f"[words.{key}]: no document has such a place{nearest(key, BY_KEY)}. --narrative-blank lists them all."
        return
    if not isinstance(part, dict):
        yield f'[words.{key}]: write text = """...""" beneath [words.{key}].'
        return
    for other in part:
        if other != "text":
            yield f'[words.{key}]: "{other}" means nothing here{nearest(other, ("text",))}. Write text = """...""".'
    if not isinstance(part.get("text", ""), str):
        yield f'[words.{key}]: text is {shown(part["text"])}, and should be words: text = """...""".'


def _faults_of_document(about: Mapping[str, Any]) -> Iterator[str]:
    for key in about:
        if key not in ABOUT:
            yield f'[document]: "{key}" means nothing here{nearest(key, ABOUT)}.'
    for key in ("council", "licence"):
        if not isinstance(about.get(key, ""), str):
            yield f"[document]: {key} is {shown(about[key])}, and should be words."
    published = about.get("published")
    if published is not None and (not isinstance(published, date) or isinstance(published, datetime)):
        yield f"[document]: published is {shown(published)}, and should be a day, as 2026-12-01."
    licence = about.get("licence", "")
    if isinstance(licence, str) and licence and licence not in LICENCES:
        yield f"[document]: licence is {shown(licence)}{nearest(licence, LICENCES)}. Known is {', '.join(LICENCES)}."


def _blocks(text: str) -> Iterator[Block]:
    """Paragraphs and lists of a text; a line that does not begin a bullet goes on with what stands above it."""
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n")):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        paragraph: list[str] = []
        items: list[str] = []
        for line in lines:
            if line.startswith(_BULLET):
                items.append(line.removeprefix(_BULLET).strip())
            elif items:
                items[-1] = f"{items[-1]} {line}"
            else:
                paragraph.append(line)
        if paragraph:
            yield Paragraph(" ".join(paragraph))
        if items:
            yield Bullets(tuple(items))
