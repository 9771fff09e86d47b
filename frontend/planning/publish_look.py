"""A document as it will be, to be read before it goes out: its chapters, what it hides and why, what has changed.

A plain value, the same for everybody, with nothing in it that the edition does not say. It is kept with the edition
that is signed off, so that whoever signs reads what was prepared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from reporting.fact import Facts
from reporting.lens import HiddenRow, Lens
from reporting.publish_money import COMMERCIAL, FEW
from reporting.section import Section
from reporting.write import fragment
from sufficiency.editions import changes_section
from sufficiency.report import Asked, Draft

FORM: Final = 1
ALL_OF_IT: Final = "all of the row"
COUNTS: Final = "counts"
WHY: Final[Mapping[str, tuple[str, str]]] = {
    COUNTS: (
        "So that no child can be told",
        "It is fewer than five, or it would give away another figure that is. Which of the two is not said: that alone "
        "could tell the figure.",
    ),
    FEW: ("Of too few", "It is a mean, or a sum of money, of too few children."),
    COMMERCIAL: ("A price", "It is paid to so few providers that the price of one could be told from it."),
}
"""Why a figure is hidden, in short and in full, by what `HiddenTable.rows` says of it."""
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the document as markup without a script."""

    heading: str
    html: str


@dataclass(frozen=True, slots=True)
class HiddenTable:
    """What one table of figures does not say. `rows`: the row and the column in words, and why: one of `WHY`."""

    key: str
    title: str
    said: int
    """Rows of the table altogether."""
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """All that there is to read of a document before it goes out."""

    title: str
    lead: str
    marking: str
    footer: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    hidden: tuple[HiddenTable, ...]
    symbols: tuple[tuple[str, str], ...]
    """What stands in place of a figure, and what it means."""
    warnings: tuple[str, ...]
    changes: str | None
    """What has changed since the last edition, as markup; None where no edition was named."""
    empty: tuple[str, ...]
    """Keys of places that hold no words."""

    def as_bytes(self) -> bytes:
        """The look as a file; the same look always gives the same bytes."""
        told = {"form": FORM, **asdict(self)}
        return (json.dumps(told, ensure_ascii=False, indent=0, allow_nan=False) + "\n").encode()

    @staticmethod
    def read(data: bytes) -> Look:
        """The look that `as_bytes` wrote. Raises ValueError for anything else."""
        told: dict[str, Any] = json.loads(data)
        if not isinstance(told, dict) or told.pop("form", None) != FORM:
            raise ValueError("this is no preview that this version of Placewell reads")
        try:
            return Look(
                told["title"],
                told["lead"],
                told["marking"],
                tuple(told["footer"]),
                tuple(Chapter(**one) for one in told["chapters"]),
                tuple(
                    HiddenTable(one["key"], one["title"], one["said"], tuple((a, b, c) for a, b, c in one["rows"]))
                    for one in told["hidden"]
                ),
                tuple((symbol, meaning) for symbol, meaning in told["symbols"]),
                tuple(told["warnings"]),
                told["changes"],
                tuple(told["empty"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("this is no preview that this version of Placewell reads") from error


def look_of(draft: Draft, asked: Asked) -> Look:
    """What a draft says and does not say."""
    lens = draft.lens
    changes = None
    if draft.changes is not None:
        told = changes_section(replace(lens, said=[]), draft.changes)
        changes = fragment([replace(told, level=3, anchor=None)], "publish-changes")
    return Look(
        draft.title,
        draft.lead,
        draft.marking,
        draft.footer,
        tuple(_chapters(draft.sections)),
        hidden_in(lens),
        tuple(lens.symbols().items()),
        tuple(_warnings(draft, asked)),
        changes,
        asked.narrative.missing(asked.document),
    )


def hidden_in(lens: Lens) -> tuple[HiddenTable, ...]:
    """What an edition hides, table by table in the order of the book; tables that hide nothing are left out.

    Why a count is hidden is never told apart from why its neighbour is: who knows that one of two hidden counts is
    small, and the other is not, knows more than the edition may say.
    """
    rows: dict[str, list[HiddenRow]] = {}
    for one in lens.hidden_rows():
        rows.setdefault(one.key, []).append(one)
    found = []
    for key, facts in lens.book.facts.items():
        if key in rows:
            told = tuple(
                (_row(facts, one), _column(facts, one), one.why if one.why in WHY else COUNTS) for one in rows[key]
            )
            found.append(HiddenTable(key, facts.title, len(facts.rows), told))
    return tuple(found)


def _row(facts: Facts, one: HiddenRow) -> str:
    """The row in words, as "Home: residential, age: under 1"."""
    told = [f"{facts.title_of(dimension)}: {facts.label(dimension, name)}" for dimension, name in one.by]
    return ", ".join(told) or "The figure"


def _column(facts: Facts, one: HiddenRow) -> str:
    if not one.column:
        return ALL_OF_IT
    return next((value.title for value in facts.columns if value.name == one.column), one.column.replace("_", " "))


def _chapters(sections: Sequence[Section]) -> Iterator[Chapter]:
    """Each chapter with the parts under it, its headings a level lower: they stand below those of a page."""
    parts: list[list[Section]] = []
    for section in sections:
        if section.level == 2 or not parts:
            parts.append([])
        parts[-1].append(_within_a_page(section))
    for at, part in enumerate(parts):
        yield Chapter(part[0].heading, fragment(part, f"publish-{at}"))


def _within_a_page(section: Section) -> Section:
    """Without an anchor: a page has its own."""
    return replace(section, level=min(_DEEPEST, section.level + 1), anchor=None)


def _warnings(draft: Draft, asked: Asked) -> Iterator[str]:
    """What should be known before the document goes out, in the words of the app."""
    if not (asked.narrative.council or draft.lens.book.about.get("council")):
        yield "The document names no council. Write its name in step 1."
    if asked.since is None:
        yield (
            "No earlier edition was named. If one of this council's figures was published before, choose it in step 1: "
            "otherwise a hidden count may follow from the two."
        )
    yield from draft.lens.notes
    if asked.comparators is not None and asked.comparators.left_out:
        yield (
            f"Published figures of others: {asked.comparators.left_out:,} rows were left out, because they could not "
            "be read."
        )
