"""Section 8, targets: households to approve by kind and quarter, the enquiries they take, beds to buy in block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Cell, Column, Notice, Paragraph, Section, Table
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
            *_years(lens),
            *_quarters(lens),
            *_enquiries(lens),
            *_beds(lens),
            *_keeping(lens),
        ]
        blocks += _frontier(lens)
    return (Section(HEADING, (*blocks, *narrative.words("targets")), anchor="targets"),)


def lead(lens: Lens) -> str:
    """How many approvals beyond today's pipeline, and how many enquiries."""
    approvals = said(lens, "targets.enquiries", "approvals", home_segment="all")
    enquiries = said(lens, "targets.enquiries", "enquiries", home_segment="all")
    short = falls_short(lens)
    if approvals == "0" and not short:
        return "What is promised needs no approvals beyond what today's pipeline brings."
    what = f"{short} The plan for that" if short else "What is promised"
    words = f"{what} needs {many(approvals, 'approval', 'approvals')} more than today's pipeline brings"
    return (
        f"{words}. They take about {many(enquiries, 'enquiry', 'enquiries')}." if is_number(enquiries) else f"{words}."
    )


def falls_short(lens: Lens) -> str:
    """What can be promised at most, where what was asked cannot be; nothing where it can."""
    key = "targets.summary"
    if said(lens, key, "text", name="feasible") != "no":
        return ""
    asked, most = (said(lens, key, "text", name=name) for name in ("asked", "level"))
    if asked in (None, NOT_KNOWN) or most in (None, NOT_KNOWN):
        return "What was asked cannot be promised."
    return f"What was asked ({asked}) cannot be promised. The most that can: {most}."


def _promise(lens: Lens) -> Iterator[Block]:
    """What is promised from when, whether it can be, and whether it held in futures that the plan was not made on."""

    def told(name: str) -> str:
        text = said(lens, "targets.summary", "text", name=name)
        return "" if text in (None, NOT_KNOWN) else str(text)

    if told("feasible") == "no":
        yield Notice("The promise cannot be kept", (f"Asked was: {told('asked')}. {told('limits')}".strip(),), "bad")
    if told("level"):
        since = f" from {told('from')} on" if told("from") else ""
        what = "The most that can be promised" if told("feasible") == "no" else "Promised"
        yield Paragraph(f"{what}: {told('level')}{since}.")
    if told("verdict") in VERDICTS:
        yield Paragraph(
            f"The plan was made on {told('planned_on')} futures. In {told('checked_on')} others, which it never saw, "
            f"{VERDICTS[told('verdict')]}: {told('reached')} in the worst quarter "
            f"({told('reached_low')} to {told('reached_high')})."
        )
    if told("saved_mean"):
        yield Paragraph(
            "Over the months that are planned, in money of the first day, the plan and the placements of the children "
            f"it is for come to {told('cost_mean')}, against {told('without_mean')} without it: "
            f"{told('saved_mean')} avoided ({told('saved_p10')} to {told('saved_p90')} in 8 of 10 futures)."
        )


VERDICTS: Final = {
    "kept": "the promise is kept",
    "kept within chance": "the promise is kept within what chance leaves open",
    "missed": "the promise is missed",
}


def _years(lens: Lens) -> Iterator[Block]:
    """Households to approve altogether in each year, with those that today's pipeline brings."""
    key = "targets.year"
    if not lens.has(key):
        return
    years = sorted(set(lens.facts(key).rows["on"].tolist()))
    rows = tuple(
        (
            label(lens, key, "home_segment", name),
            *(said(lens, key, "recruit", on=year, home_segment=name) for year in years),
        )
        for name in names_of(lens, key, "home_segment")
    )
    head = (Column("Kind of home"), *(Column(year, number=True) for year in years))
    note = "With those that today's pipeline brings."
    yield Table("Households to approve by year, altogether", head, rows, (note,))


def _quarters(lens: Lens) -> Iterator[Block]:
    """Households to approve altogether, by kind and quarter; beneath, how many are more than today's pipeline."""
    key = "targets.quarter"
    quarters = list(dict.fromkeys(lens.facts(key).rows["quarter"].tolist()))
    for first in range(0, len(quarters), AT_ONCE):
        some = quarters[first : first + AT_ONCE]
        called = [label(lens, key, "quarter", one) for one in some]
        head = (Column("Kind of home"), *(Column(one, number=True) for one in called))
        rows: list[tuple[Cell, ...]] = []
        for name in names_of(lens, key, "home_segment"):
            cells = [_approve(lens, name, one) for one in some]
            rows.append((label(lens, key, "home_segment", name), *cells))
        caption = f"Households to approve by quarter: {called[0]} and after"
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
        (label(lens, key, "home_segment", name), *(_if_known(said(lens, key, c, home_segment=name)) for c in columns))
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


def _keeping(lens: Lens) -> Iterator[Block]:
    """That the plan spends on keeping carers too: the approvals alone would not keep what is promised."""
    most = said(lens, "targets.summary", "text", name="keeping")
    if is_number(most) and most != "0%":
        yield Paragraph(f"In the year in which it does most, the plan takes {most} of what can be done to keep carers.")


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
        (label(lens, key, "level", name), *(_if_known(said(lens, key, value.name, level=name)) for value in told))
        for name in names_of(lens, key, "level")
    )
    yield Table("What promising more or less would take", head, rows)


def _if_known(text: str | None) -> str | None:
    """An empty cell for what has no figure: what is not possible takes none, and a sum has no rate of its own."""
    return None if text == NOT_KNOWN else text
