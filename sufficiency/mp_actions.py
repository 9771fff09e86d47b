"""Section 13, actions and monitoring: what must be approved by when, when that is off track, and who does what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Bullets, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import band, days, derived, label, many, names_of, number, on_said, said
from sufficiency.narrative import Narrative

HEADING: Final = "Actions, owners, dates, monitoring"
TRACK: Final = "Approvals: on track or off track"
NEED: Final = "Children in care: when to look again"
KEY: Final = "targets.quarter"
QUARTERS: Final = 8
"""Quarters ahead whose trigger points are told; the plan is made again long before the last."""
RULE: Final = (
    "On track: as many approved by the end of the quarter as the plan has by then.",
    "To watch: fewer, but more than today's pipeline brings on average.",
    "Off track: no more than today's pipeline brings on average, while the plan needs more. Where the plan needs no "
    "more than the pipeline brings: fewer than the plan has.",
)


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """The council's actions, then the numbers that say whether the plan is on track."""
    here = lens.under(HEADING)
    parts = [Section(HEADING, (Paragraph(_lead(here), strong=True), *narrative.words("actions")), anchor="actions")]
    for heading, written in ((TRACK, _track), (NEED, _need)):
        blocks = tuple(written(lens.under(heading)))
        if blocks:
            parts.append(Section(heading, blocks, level=3))
    words = narrative.words("monitoring")
    return (*parts, Section("Who looks at progress", words, level=3)) if words else tuple(parts)


def _quarters(lens: Lens) -> list[str]:
    return list(dict.fromkeys(lens.facts(KEY).rows["quarter"].tolist()))[:QUARTERS] if lens.has(KEY) else []


def _sums(lens: Lens, home: str, quarters: list[str], column: str) -> list[float | None]:
    """How many altogether by the end of each quarter."""
    found: list[float | None] = []
    total: float | None = 0.0
    for quarter in quarters:
        one = number(lens, KEY, column, quarter=quarter, home_segment=home)
        total = None if one is None or total is None else total + one
        found.append(total)
    return found


def _told(lens: Lens, value: float | None, column: str) -> str:
    return "not known" if value is None else derived(lens, KEY, column, f"{value:,.0f}")


def _lead(lens: Lens) -> str:
    quarters = _quarters(lens)
    if not quarters:
        return "No targets were worked out, so there is nothing to hold progress to."
    at = min(3, len(quarters) - 1)
    total = _told(lens, _sums(lens, "all", quarters, "recruit")[at], "recruit")
    brought = _told(lens, _sums(lens, "all", quarters, "pipeline")[at], "pipeline")
    end = label(lens, KEY, "quarter", quarters[at])
    return (
        f"By the end of {end} the plan has {many(total, 'household', 'households')} approved; today's pipeline alone "
        f"brings about {brought}."
    )


def _track(lens: Lens) -> Iterator[Block]:
    quarters = _quarters(lens)
    if not quarters:
        return
    recruit, pipeline, enquiries = (
        _sums(lens, "all", quarters, column) for column in ("recruit", "pipeline", "enquiries")
    )
    rows: list[tuple[Cell, ...]] = []
    for k, quarter in enumerate(quarters):
        wanted, brought = recruit[k], pipeline[k]
        off: Cell = _told(lens, brought, "pipeline")
        if wanted == 0:
            off = "none due yet"
        elif wanted is not None and brought is not None and wanted <= brought:
            off = f"fewer than {_told(lens, wanted, 'recruit')}"
        elif brought is not None:
            off = f"{off} or fewer"
        more = _told(lens, enquiries[k], "enquiries")
        rows.append((label(lens, KEY, "quarter", quarter), _told(lens, wanted, "recruit"), off, more, None))
    columns = (
        Column("By the end of"),
        Column("On track from", number=True),
        Column("Off track at", number=True),
        Column("Enquiries for approvals beyond the pipeline", number=True),
        Column("Approved (the council fills this in)"),
    )
    yield Bullets(RULE)
    note = "All kinds of home together, counted from the first quarter on."
    yield Table("Households approved, all kinds together", columns, tuple(rows), (note,))
    yield _by_kind(lens, quarters)


def _by_kind(lens: Lens, quarters: list[str]) -> Table:
    """On track from, by kind, at the end of every second quarter."""
    shown = [k for k in range(len(quarters)) if k % 2 == 1] or [0]
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, KEY, "home_segment"):
        sums = _sums(lens, name, quarters, "recruit")
        rows.append((label(lens, KEY, "home_segment", name), *(_told(lens, sums[k], "recruit") for k in shown)))
    columns = (
        Column("Kind of home"),
        *(Column(label(lens, KEY, "quarter", quarters[k]), number=True) for k in shown),
    )
    return Table("On track from: households approved by the end of", columns, tuple(rows))


def _need(lens: Lens) -> Iterator[Block]:
    key = "forecast.group"
    months = days(lens, key)[2::3][:4]
    rows = []
    for on in months:
        ends = band(lens, key, on=on, group="all")
        if ends is not None:
            rows.append((on_said(on), said(lens, key, "p50", on=on, group="all"), ends, None))
    if not rows:
        return
    yield Paragraph("Where children in care leave this band, work the forecast and the plan out again.", strong=True)
    columns = (
        Column("On"),
        Column("Middle", number=True),
        Column("As forecast (8 in 10 futures)", number=True),
        Column("In care (the council fills this in)"),
    )
    yield Table("Children in care: trigger points", columns, tuple(rows))
