"""Section 8, targets: households to approve by kind and quarter, the enquiries they take, beds to buy in block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import is_number, label, many, names_of, on_said, said
from sufficiency.narrative import Narrative

HEADING: Final = "Recruitment and commissioning targets"
AT_ONCE: Final = 6
"""Quarters beside each other in one table."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """The plan in words, approvals by quarter, enquiries, beds, and what promising more would take."""
    lens = lens.under(HEADING)
    blocks: list[Block]
    if not lens.has("targets.quarter"):
        blocks = [Paragraph("No targets were worked out for this forecast.")]
    else:
        blocks = [
            Paragraph(lead(lens), strong=True),
            *_promise(lens),
            *_quarters(lens),
            *_enquiries(lens),
            *_beds(lens),
        ]
        blocks += _frontier(lens)
    return (Section(HEADING, (*blocks, *narrative.words("targets")), anchor="targets"),)


def lead(lens: Lens) -> str:
    """How many approvals beyond today's pipeline, and how many enquiries."""
    approvals = said(lens, "targets.enquiries", "approvals", home_segment="all")
    enquiries = said(lens, "targets.enquiries", "enquiries", home_segment="all")
    if approvals == "0":
        return "What is promised needs no approvals beyond what today's pipeline brings."
    words = f"What is promised needs {many(approvals, 'approval', 'approvals')} more than today's pipeline brings"
    return (
        f"{words}. They take about {many(enquiries, 'enquiry', 'enquiries')}." if is_number(enquiries) else f"{words}."
    )


def _promise(lens: Lens) -> Iterator[Block]:
    """What is promised, as the run put it in words."""
    for name in ("promise", "words", "verdict", "tested"):
        text = said(lens, "targets.summary", "text", name=name)
        if text and text != NOT_KNOWN:
            yield Paragraph(text)


def _quarters(lens: Lens) -> Iterator[Block]:
    """Households to approve altogether, by kind and quarter; beneath, how many are more than today's pipeline."""
    key = "targets.quarter"
    quarters = list(dict.fromkeys(lens.facts(key).rows["quarter"].tolist()))
    for first in range(0, len(quarters), AT_ONCE):
        some = quarters[first : first + AT_ONCE]
        head = (Column("Kind of home"), *(Column(on_said(one), number=True) for one in some))
        rows: list[tuple[Cell, ...]] = []
        for name in names_of(lens, key, "home_segment"):
            cells = [_approve(lens, name, one) for one in some]
            rows.append((label(lens, key, "home_segment", name), *cells))
        caption = f"Households to approve by quarter: {on_said(some[0])} to {on_said(some[-1])}"
        yield Table(caption, head, tuple(rows), (BOTH,))


BOTH: Final = "Altogether; in brackets, how many of them are more than today's pipeline brings."


def _approve(lens: Lens, name: str, quarter: str) -> str:
    by = {"quarter": quarter, "home_segment": name}
    altogether, more = (said(lens, "targets.quarter", column, **by) for column in ("recruit", "more"))
    if altogether is None:
        return ""
    return f"{altogether} ({more})" if more not in (None, "0", NOT_KNOWN) else altogether


def _enquiries(lens: Lens) -> Iterator[Block]:
    key = "targets.enquiries"
    if not lens.has(key):
        return
    titles = {value.name: value.title for value in lens.facts(key).columns}
    columns = ("approvals", "enquiries", "each")
    head = (Column("Kind of home"), *(Column(titles[c], number=True) for c in columns))
    rows = tuple(
        (label(lens, key, "home_segment", name), *(said(lens, key, c, home_segment=name) for c in columns))
        for name in names_of(lens, key, "home_segment")
    )
    yield Table("Approvals and the enquiries they take", head, rows)


def _beds(lens: Lens) -> Iterator[Block]:
    key = "targets.beds"
    if not lens.has(key):
        return
    days = list(dict.fromkeys(lens.facts(key).rows["on"].tolist()))
    told = [(on_said(on), said(lens, key, "beds", on=on)) for on in days]
    if any(text not in ("0", None) for _, text in told):
        yield Table(
            "Beds in children's homes to buy in block", (Column("When"), Column("Beds", number=True)), tuple(told)
        )
    else:
        yield Paragraph("The plan buys no beds in children's homes in block.")


def _frontier(lens: Lens) -> Iterator[Block]:
    """What a higher or a lower promise would take."""
    key = "targets.frontier"
    if not lens.has(key):
        return
    told = lens.facts(key).columns
    head = (
        Column(lens.facts(key).title_of("level")),
        *(Column(value.title, number=value.name != "possible") for value in told),
    )
    rows = tuple(
        (label(lens, key, "level", name), *(said(lens, key, value.name, level=name) for value in told))
        for name in names_of(lens, key, "level")
    )
    yield Table("What promising more or less would take", head, rows)
