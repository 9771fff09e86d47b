"""Section 11, quality, stability and voice: the measures of the corporate parent, and the council's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import in_words, is_number, label, names_of, on_said, said, uncapital
from sufficiency.mp_words import latest, year_before
from sufficiency.narrative import Narrative

HEADING: Final = "Quality, stability, voice"
STABLE: Final = "How stable placements are"
VOICE: Final = "What children and carers say"
YEARS: Final = 3
LINES: Final = (
    ("performance.shares", "measure", "share"),
    ("performance.place", "place", "share"),
    ("performance.miles", "miles", "share"),
    ("performance.moves", "measure", "mean"),
    ("performance.means", "measure", "mean"),
)
"""Tables of measures, what names a row, and what is told of it."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """How settled children are and how near home, year by year; how the council makes sure of homes; who said what."""
    stable = tuple(_measures(lens.under(STABLE)))
    parts = [Section(HEADING, (*_lead(lens.under(HEADING)), *narrative.words("quality")), anchor="quality")]
    if stable:
        parts.append(Section(STABLE, stable, level=3))
    voices = (*narrative.words("voice"), *narrative.words("carers_voice"))
    return (*parts, Section(VOICE, voices, level=3)) if voices else tuple(parts)


def _lead(lens: Lens) -> Iterator[Block]:
    key = "performance.shares"
    told = []
    for name in ("ni_62", "same_carer_two_years"):
        for on in latest(lens, key, measure=name)[:1]:
            text = said(lens, key, "share", measure=name, on=on)
            if is_number(text):
                told.append(f"{uncapital(label(lens, key, 'measure', name))}: {in_words(text)} on {on_said(on)}")
    if told:
        yield Paragraph(f"Of those of whom it can be told: {'; '.join(told)}.", strong=True)
    else:
        yield Paragraph("How stable placements are is not told here: it is not known, or of too few children.")


def _measures(lens: Lens) -> Iterator[Block]:
    shown = _days(lens)
    if not shown:
        return
    rows: list[tuple[Cell, ...]] = []
    for key, dimension, column in LINES:
        if not lens.has(key):
            continue
        by = {"what": "in_care"} if "what" in lens.facts(key).by else {}
        for name in names_of(lens, key, dimension, total=False):
            if name == "not_known":
                continue
            cells = [said(lens, key, column, **{dimension: name}, on=on, **by) for on in shown]
            if any(cell not in (None, NOT_KNOWN) for cell in cells):
                told = ["not told" if cell is None else cell for cell in cells]
                rows.append((label(lens, key, dimension, name), *told))
    columns = (Column("Measure"), *(Column(on_said(on), number=True) for on in shown))
    note = (
        "Each of the children of whom it can be told. The report to the corporate parenting board tells every quarter."
    )
    yield Table("Stability and locality, year by year", columns, tuple(rows), (note,))


def _days(lens: Lens) -> list[str]:
    """The last day of measures, and the same day of the years before."""
    days = latest(lens, "performance.shares")
    shown: list[str] = []
    on = days[0] if days else None
    while on is not None and len(shown) < YEARS:
        shown.insert(0, on)
        on = year_before(on, days)
    return shown
