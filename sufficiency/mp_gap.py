"""Section 6, the gap: places short by need and quarter, children outside the area, brothers and sisters apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Column, Disclosure, Paragraph, Section, Table
from sufficiency.mp_figures import (
    ahead_table,
    band,
    days,
    is_number,
    label,
    list_of,
    many,
    names_of,
    on_said,
    said,
    uncapital,
    year_ends,
)
from sufficiency.narrative import Narrative

HEADING: Final = "The gap"
KEY: Final = "gap.need"
LEVELS: Final = (("p50", "half the futures"), ("p80", "all but 2 of 10 futures"), ("p95", "all but 1 of 20 futures"))
"""Columns of places short, and in how many futures so many places are enough."""
AT_ONCE: Final = 6
"""Quarters beside each other in one table."""
MOST_NAMED: Final = 3


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """How many places are short for whom and when, and what children go without for it."""
    lens = lens.under(HEADING)
    quarters = days(lens, KEY)
    if not quarters:
        return (Section(HEADING, (Paragraph("No gap was worked out."), *narrative.words("gap")), anchor="gap"),)
    blocks: list[Block] = [
        Paragraph(lead(lens, quarters), strong=True),
        *_years(lens, quarters),
        _every(lens, quarters),
    ]
    blocks += [*_elsewhere(lens), *narrative.words("gap")]
    return (Section(HEADING, tuple(blocks), anchor="gap"),)


def lead(lens: Lens, quarters: Sequence[str]) -> str:
    """How many children have no home of the council's own, how many places would do, and for whom most are short."""
    on = year_ends(quarters)[0]
    middle = said(lens, KEY, "p50", on=on, home_segment="all")
    if middle == "0":
        first = f"On {on_said(on)}, every child who needs a family's home has one of the council's own, in the middle."
    else:
        ends = band(lens, KEY, on=on, home_segment="all")
        wide = f" ({ends} in 8 of 10 futures)" if ends else ""
        first = (
            f"On {on_said(on)}, about {many(middle, 'child who needs', 'children who need')} a family's home will have "
            f"none of the council's own{wide}."
        )
    enough = said(lens, KEY, "p80", on=on, home_segment="all")
    second = f" To have enough in all but 2 of 10 futures, {many(enough, 'more place', 'more places')} would be needed."
    return first + (second if is_number(enough) else "") + _for_whom(lens, on)


def _for_whom(lens: Lens, on: str) -> str:
    """For whom most places are short; nothing where that cannot be said."""
    found = []
    for name in names_of(lens, KEY, "home_segment", total=False):
        text = said(lens, KEY, "p80", on=on, home_segment=name)
        if text is not None and is_number(text) and text != "0":
            found.append(
                (-float(text.replace(",", "")), f"{uncapital(label(lens, KEY, 'home_segment', name))} ({text})")
            )
    if not found:
        return ""
    most = [words for _, words in sorted(found)[:MOST_NAMED]]
    return f" Most are short for {list_of(most)}."


def _years(lens: Lens, quarters: Sequence[str]) -> Iterator[Block]:
    """Places short after a year at each level, and after each further year at the level that is planned for."""
    first, *later = year_ends(quarters)
    told = [(first, column, words) for column, words in LEVELS] + [(day, *LEVELS[1]) for day in later]
    columns = [Column("A home for")]
    columns += [Column(f"{on_said(day)}: enough in {words}", number=True) for day, _, words in told]
    rows = tuple(
        (
            label(lens, KEY, "home_segment", name),
            *(said(lens, KEY, column, on=day, home_segment=name) for day, column, _ in told),
        )
        for name in names_of(lens, KEY, "home_segment")
    )
    note = (
        "Places that would be enough in so many futures. They do not add up: kinds are not short in the same futures."
    )
    yield Table("Places short by whom a home is needed for", tuple(columns), rows, (note,))


def _every(lens: Lens, quarters: Sequence[str]) -> Disclosure:
    """Places short at the end of every quarter, a table for each level."""
    tables = []
    for column, words in LEVELS:
        for first in range(0, len(quarters), AT_ONCE):
            some = quarters[first : first + AT_ONCE]
            rows = tuple(
                (
                    label(lens, KEY, "home_segment", name),
                    *(said(lens, KEY, column, on=on, home_segment=name) for on in some),
                )
                for name in names_of(lens, KEY, "home_segment")
            )
            head = (Column("A home for"), *(Column(on_said(on), number=True) for on in some))
            caption = f"Places short, enough in {words}: {on_said(some[0])} to {on_said(some[-1])}"
            tables.append(Table(caption, head, rows))
    return Disclosure("Show the numbers: places short at the end of every quarter", tuple(tables))


def _elsewhere(lens: Lens) -> Iterator[Block]:
    """Where children live instead, and whom it keeps apart."""
    key = "gap.elsewhere"
    on = year_ends(days(lens, key))
    if not on:
        return
    told = []
    for name, one, more in (
        (
            "out_of_area",
            "child will live outside the area for want of a home",
            "children will live outside the area for want of a home",
        ),
        (
            "split",
            "child will live apart from brothers or sisters",
            "children will live apart from brothers or sisters",
        ),
    ):
        text = said(lens, key, "p50", on=on[0], what2=name)
        if text is not None:
            told.append(f"about {many(text, one, more)}" if is_number(text) else many(text, one, more))
    if told:
        yield Paragraph(f"On {on_said(on[0])}, {list_of(told)}, in the middle of the forecast.")
    names = tuple(names_of(lens, key, "what2"))
    yield ahead_table(lens, key, "What children go without", "Children who", names, "what2", on)
