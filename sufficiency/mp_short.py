"""Section 1, plan on a page: six numbers, and what the council has decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import (
    band,
    days,
    headline_days,
    in_words,
    is_number,
    label,
    many,
    number,
    on_said,
    said,
    uncapital,
    year_ends,
)
from sufficiency.mp_targets import falls_short
from sufficiency.narrative import Narrative
from sufficiency.need_words import listed

HEADING: Final = "Plan on a page"
TESTED_AT: Final = "12"
"""Months ahead at which past forecasts are told."""
AS_SAID: Final = (0.7, 0.9)
"""Between these shares, a band of 8 in 10 futures has held about as often as it should."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """Children now and ahead, places short, carers and enquiries needed, cost avoided, and how sure it is."""
    lens = lens.under(HEADING)
    rows = [*_children(lens), *_unmet(lens), *_carers(lens), *_avoided(lens), *_sure(lens)]
    columns = (Column("What"), Column("How many", number=True), Column("In 8 of 10 futures", number=True))
    blocks: list[Block] = [
        *narrative.words("foreword"),
        Paragraph(lead(lens), strong=True),
        Table("The plan in figures", columns, tuple(rows), ("Counted figures have no band.",)),
    ]
    sure = sure_words(lens)
    return (Section(HEADING, (*blocks, Paragraph(sure), *narrative.words("vision")), anchor="short"),)


def lead(lens: Lens) -> str:
    """How many children are in care, how many may be, how many have no home of the council's own, what that takes."""
    now, ahead = lens.book.about["known_until"], headline_days(days(lens, "forecast.group"))
    text = said(lens, "children.total", "children", what="in_care", on=now)
    parts = [f"On {on_said(now)} the council looked after {many(text, 'child', 'children')}."]
    if ahead:
        middle = said(lens, "forecast.group", "p50", on=ahead[0], group="all")
        children = many(middle, "child", "children")
        parts.append(f"On {on_said(ahead[0])} it may look after about {children}{_in_band(lens, ahead[0])}.")
    quarters = year_ends(days(lens, "gap.need"))
    if quarters:
        short = said(lens, "gap.need", "p50", on=quarters[0], home_segment="all")
        if short == "0":
            parts.append(
                "All who need a family's home then have one of the council's own, in the middle of the forecast."
            )
        else:
            children = many(short, "child", "children")
            parts.append(f"Then about {children} may need a family's home and have none of the council's own.")
    parts.extend(_plan(lens))
    return " ".join(parts)


def sure_words(lens: Lens) -> str:
    """How far past forecasts held, in words and by a rule that is stated."""
    by = {"level": "total", "horizon": TESTED_AT}
    held, tried = number(lens, "past.scores", "held_80", **by), said(lens, "past.scores", "origins", **by)
    if held is None or tried is None:
        return (
            "How sure it is: not known. No forecast of this council was tried on its past, so the bands are untested."
        )
    share = said(lens, "past.scores", "held_80", **by)
    if held < AS_SAID[0]:
        found = "less often than they should, so the bands are likely to be too narrow"
    elif held > AS_SAID[1]:
        found = "more often than they should, so the bands are likely to be too wide"
    else:
        found = "about as often as they should"
    return (
        f"How sure it is: of {many(tried, 'past forecast', 'past forecasts')} of all children in care, made "
        f"{TESTED_AT} months ahead, the band that should hold 8 in 10 held {share}: {found}."
    )


def _in_band(lens: Lens, on: str) -> str:
    ends = band(lens, "forecast.group", on=on, group="all")
    return f" ({ends} in 8 of 10 futures)" if ends is not None else ""


def _plan(lens: Lens) -> Iterator[str]:
    if not lens.has("targets.enquiries"):
        return
    approvals = said(lens, "targets.enquiries", "approvals", home_segment="all")
    enquiries = said(lens, "targets.enquiries", "enquiries", home_segment="all")
    short = falls_short(lens)
    if short:
        yield short
    if approvals == "0" and not short:
        yield "The promise of the plan needs no approvals beyond what today's pipeline brings."
    elif approvals is not None:
        plan = "The plan for that" if short else "The plan"
        yield (
            f"{plan} takes {many(approvals, 'approval', 'approvals')} of households more than today's pipeline "
            f"brings, and about {many(enquiries, 'enquiry', 'enquiries')} for them."
        )


def _children(lens: Lens) -> Iterator[tuple[Cell, ...]]:
    now = lens.book.about["known_until"]
    text = said(lens, "children.total", "children", what="in_care", on=now)
    yield (f"Children in care on {on_said(now)}", in_words(text), "counted")
    for on in headline_days(days(lens, "forecast.group")):
        middle = said(lens, "forecast.group", "p50", on=on, group="all")
        yield (f"Children in care on {on_said(on)}", in_words(middle), band(lens, "forecast.group", on=on, group="all"))


def _unmet(lens: Lens) -> Iterator[tuple[Cell, ...]]:
    for on in year_ends(days(lens, "gap.need"))[:1]:
        middle = said(lens, "gap.need", "p50", on=on, home_segment="all")
        ends = band(lens, "gap.need", on=on, home_segment="all")
        yield (f"Children without a home of the council's own on {on_said(on)}", in_words(middle), ends)
        short = said(lens, "gap.need", "p80", on=on, home_segment="all")
        yield (f"Places more that would be enough in all but 2 of 10 futures on {on_said(on)}", in_words(short), None)


def _carers(lens: Lens) -> Iterator[tuple[Cell, ...]]:
    key = "targets.enquiries"
    if not lens.has(key):
        yield ("Households to approve", "not worked out", None)
        return
    kinds = [name for name in lens.categories(key, "home_segment") if name != "all"]
    told = [
        f"{text} {uncapital(label(lens, key, 'home_segment', name))}"
        for name in kinds
        if is_number(text := said(lens, key, "approvals", home_segment=name)) and text != "0"
    ]
    more = said(lens, key, "approvals", home_segment="all")
    what = "Households to approve beyond what today's pipeline brings"
    yield (f"{what}: {listed(told)}" if told else what, in_words(more), None)
    yield ("Enquiries that those approvals take", in_words(said(lens, key, "enquiries", home_segment="all")), None)


def _avoided(lens: Lens) -> Iterator[tuple[Cell, ...]]:
    saved, low, high = (said(lens, "targets.summary", "text", name=f"saved_{end}") for end in ("mean", "p10", "p90"))
    if saved is not None:
        ends = f"{low} to {high}" if low is not None and high is not None else None
        yield ("Cost that the plan avoids, less what it costs", in_words(saved), ends)


def _sure(lens: Lens) -> Iterator[tuple[Cell, ...]]:
    held = said(lens, "past.scores", "held_80", level="total", horizon=TESTED_AT)
    yield ("Past forecasts that held in their band of 8 in 10", held or "not tested", None)
