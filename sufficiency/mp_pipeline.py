"""Section 7, the pipeline: from enquiry to approval with its times, the age of carers, who joins and who leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import (
    ahead_table,
    band,
    days,
    derived,
    label,
    many,
    names_of,
    said,
)
from sufficiency.mp_words import bar_of, drawn, number_of
from sufficiency.narrative import Narrative

HEADING: Final = "Pipeline"
STAGES: Final = "From enquiry to approval"
AGES: Final = "Age of carers"
JOIN: Final = "Who joins and who leaves"
KEY: Final = "pipeline.stages"
FIGURES: Final = {
    "fostering.pipeline.enquiries_per_application_council": "Enquiries for one application",
    "fostering.pipeline.approved_per_completed_application": "Approved, of applications that are completed",
    "supply.pipeline.approved_at_panel": "Approved, of those that come to panel",
    "supply.pipeline.withdrawn_waiting": "Withdraw while they wait for an assessor",
    "supply.pipeline.months_to_application": "From enquiry to application",
    "fostering.pipeline.months_to_approval": "From application to approval",
    "supply.pipeline.months_at_panel": "From panel to decision",
    "supply.assessments": "Assessments that can be done",
    "fostering.attrition": "Households that leave",
}
"""What the figures of the pipeline are called."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """What becomes of those who enquire, how long it takes, and how many households come and go."""
    years = _years(lens, KEY)
    here = lens.under(HEADING)
    lead = lead_words(here, years) if years else "No pipeline was worked out."
    parts = [Section(HEADING, (Paragraph(lead, strong=True), *narrative.words("recruitment")), anchor="pipeline")]
    for heading, written in ((STAGES, _stages), (AGES, _ages), (JOIN, _joiners)):
        blocks = tuple(written(lens.under(heading)))
        if blocks:
            parts.append(Section(heading, blocks, level=3))
    return tuple(parts)


def _years(lens: Lens, key: str) -> tuple[str, ...]:
    return tuple(sorted(set(lens.facts(key).rows["on"].tolist()))) if lens.has(key) else ()


def lead_words(lens: Lens, years: tuple[str, ...]) -> str:
    """How many enquire and are approved in the first year, and whether as many leave as join."""
    year = years[0]
    came = said(lens, KEY, "came_mean", on=year, stage="enquiry")
    approved = said(lens, KEY, "moved_on_mean", on=year, stage="panel")
    parts = []
    if came is not None and approved is not None:
        parts.append(
            f"In {year} about {many(came, 'household enquires', 'households enquire')}, and about "
            f"{many(approved, 'is', 'are')} approved."
        )
    key = "pipeline.joiners_leavers"
    joined, left = (said(lens, key, "p50", on=year, home_segment="all", flow=flow) for flow in ("approved", "left"))
    if joined is not None and left is not None:
        parts.append(
            "Of all kinds, relatives and friends among them, about "
            f"{many(joined, 'household joins', 'households join')} by approval "
            f"and about {many(left, 'leaves', 'leave')}."
        )
    return " ".join(parts) or "What becomes of those who enquire is not known."


def _stages(lens: Lens) -> Iterator[Block]:
    years = _years(lens, KEY)
    if not years:
        return
    stages = list(names_of(lens, KEY, "stage"))
    lines = [(label(lens, KEY, "stage", one), one, "came") for one in stages]
    lines.append(("Approved", stages[-1], "moved_on"))
    rows: list[tuple[Cell, ...]] = []
    for name, stage, column in lines:
        cells = [
            tuple(
                dict.fromkeys(
                    one
                    for one in (
                        said(lens, KEY, f"{column}_mean", on=on, stage=stage),
                        band(lens, KEY, f"{column}_p10", f"{column}_p90", on=on, stage=stage),
                    )
                    if one is not None
                )
            )
            for on in years
        ]
        rows.append((name, *cells))
    head = (Column("Households that come to each stage"), *(Column(on, number=True) for on in years))
    note = "Fostering, lodgings and adoption. Mean of the futures, and beneath it where 8 in 10 futures lie."
    table = Table("Households at each stage by year", head, tuple(rows), (note,))
    bars = []
    for name, stage, column in lines:
        columns = (f"{column}_mean", f"{column}_p10", f"{column}_p90")
        bar = bar_of(lens, name, KEY, columns, on=years[0], stage=stage)
        if bar is not None:
            bars.append(bar)
    yield from drawn(bars, f"How many come to each stage in {years[0]}", table)
    yield from _figures(lens)


def _figures(lens: Lens) -> Iterator[Block]:
    key = "pipeline.figures"
    if not lens.has(key):
        return
    rows = tuple(
        (FIGURES.get(name, name), with_unit(lens, key, name), said(lens, key, "standing", figure=name))
        for name in names_of(lens, key, "figure")
    )
    columns = (Column("What is assumed"), Column("Value", number=True), Column("Whose figure"))
    yield Table("From enquiry to approval: shares and times", columns, rows)


def with_unit(lens: Lens, key: str, name: str) -> str:
    """A figure with its unit as people say it: 33%; 5% a month; 1 month; 8 enquiries for one application."""
    text, unit = (said(lens, key, column, figure=name) or "" for column in ("value", "unit"))
    size = number_of(text)
    if size is not None and unit.partition(" ")[0] == "share":
        return derived(lens, key, "value", f"{size:.1%}".replace(".0%", "%")) + unit.removeprefix("share")
    if size is not None and unit.startswith("assessments"):
        text = derived(lens, key, "value", f"{size:,.1f}".removesuffix(".0"))
    if size == 1:
        unit = unit.removesuffix("s")
    return f"{text} {unit}".strip()


def _ages(lens: Lens) -> Iterator[Block]:
    key = "pipeline.carer_age"
    if not lens.has(key):
        return
    rows = tuple(
        (
            label(lens, key, "carer_age", name),
            said(lens, key, "share", carer_age=name),
            said(lens, key, "standing", carer_age=name),
        )
        for name in names_of(lens, key, "carer_age")
    )
    columns = (Column("Age"), Column("Share of carers", number=True), Column("Whose figure"))
    yield Table("Age of carers, as assumed", columns, rows)


def _joiners(lens: Lens) -> Iterator[Block]:
    key = "pipeline.joiners_leavers"
    years = _years(lens, key)
    if not years:
        return
    told = days(lens, key) or years
    names = tuple(names_of(lens, key, "flow"))
    yield ahead_table(
        lens, key, "Households of all kinds that join and leave", "Households", names, "flow", told, home_segment="all"
    )
    year = years[0]
    head = (
        Column("Kind of home"),
        *(Column(label(lens, key, "flow", flow), number=True) for flow in ("approved", "left")),
    )
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, key, "home_segment"):
        cells = [_flow(lens, year, name, flow) for flow in ("approved", "left")]
        rows.append((label(lens, key, "home_segment", name), *cells))
    note = "The middle of the forecast, and beneath it where 8 in 10 futures lie."
    yield Table(f"Households that join and leave in {year}, by kind", head, tuple(rows), (note,))


def _flow(lens: Lens, year: str, name: str, flow: str) -> tuple[Cell, ...]:
    key = "pipeline.joiners_leavers"
    by = {"on": year, "home_segment": name, "flow": flow}
    return tuple(dict.fromkeys(one for one in (said(lens, key, "p50", **by), band(lens, key, **by)) if one is not None))
