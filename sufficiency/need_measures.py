"""The published measures of the children in care now, beside the forecast: stability, distance, adoption."""

from __future__ import annotations

from typing import Any

from reporting.section import Cell, Column, Disclosure, Paragraph, Section, Table
from sufficiency.indicator import Indicator, Unit
from sufficiency.need_words import day_said


def measures_section(measures: tuple[Indicator, ...], last_day: int) -> Section:
    """Each measure on the last day that is known, with what it counts and where it cannot be trusted."""
    heading, anchor = "Stability, distance and adoption now", "measures"
    if not measures:
        said = "These are measures of one council: name it with --council to have them."
        return Section(heading, (Paragraph(said),), anchor=anchor)
    rows: list[tuple[Cell, ...]] = [
        (one.title, value_said(one), f"{one.numerator:,} of {one.denominator:,}", one.unknown) for one in measures
    ]
    columns = (
        Column("Measure"),
        Column("Value", number=True),
        Column("Counts", number=True),
        Column("Children of whom it is not known", number=True),
    )
    table = Table(f"Measures on {day_said(last_day)}", columns, tuple(rows))
    made = Table(
        "How each measure is made, and what to mind",
        (Column("Measure"), Column("What it counts"), Column("Mind")),
        tuple((one.title, one.definition, one.caveat) for one in measures),
    )
    return Section(
        heading, (table, Disclosure(f"Show {made.caption[0].lower()}{made.caption[1:]}", (made,))), anchor=anchor
    )


def measures_told(measures: tuple[Indicator, ...]) -> list[dict[str, Any]]:
    """The same for `summary.json`."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "value": None if one.value is None else round(one.value, 4),
            "unit": str(one.unit),
            "numerator": one.numerator,
            "denominator": one.denominator,
            "unknown": one.unknown,
        }
        for one in measures
    ]


def value_said(one: Indicator) -> str:
    """The value with its unit; in words where there is nothing to measure, or nobody of whom it is known."""
    if one.value is None:
        return "nothing to measure"
    if one.unit is Unit.SHARE:
        if one.unknown >= one.denominator:
            return "not known"
        return "known of too few" if 2 * one.unknown >= one.denominator else f"{100 * one.value:.0f}%"
    return f"{one.value:,.0f} days" if one.unit is Unit.DAYS else f"{one.value:,.1f} {one.unit}"
