"""Section 3, children now: how many, where they live, their orders and needs, brothers and sisters, how near home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import in_words, is_number, label, list_of, many, names_of, on_said, said, uncapital
from sufficiency.mp_words import cross_table, latest, number_of, stacked, year_before, years_table
from sufficiency.narrative import Narrative

HEADING: Final = "Children now"
LIVE: Final = "Age, and where children live"
STATUS: Final = "Legal status, unaccompanied children and need"
FAMILY: Final = "Brothers and sisters"
NEAR: Final = "How near home children live"
MOVES: Final = "How settled children are"
MOST_YEARS: Final = 6
MOST_NAMED: Final = 3
BASE: Final = "10,000"
"""Of so many children in the area a rate is told."""
MOVED: Final = ("ni_62", "same_carer_two_years")


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """Who is looked after on the last day that is known."""
    return (
        _children(lens.under(HEADING), narrative),
        *_part(lens, LIVE, _live),
        *_part(lens, STATUS, _status),
        *_part(lens, FAMILY, _family),
        *_part(lens, NEAR, _near),
        *_part(lens, MOVES, _moves),
    )


def _part(lens: Lens, heading: str, written: Callable[[Lens], Iterator[Block]]) -> Iterator[Section]:
    blocks = tuple(written(lens.under(heading)))
    if blocks:
        yield Section(heading, blocks, level=3)


def _children(lens: Lens, narrative: Narrative) -> Section:
    key, now = "children.total", lens.book.about["known_until"]
    days = latest(lens, key, what="in_care")
    text = said(lens, key, "children", what="in_care", on=now)
    lead = f"On {on_said(now)} the council looked after {many(text, 'child', 'children')}"
    before = year_before(now, days)
    if before is not None:
        earlier = said(lens, key, "children", what="in_care", on=before)
        lead += f"; a year before, {in_words(earlier)}"
    rate = said(lens, "children.rate", "rate", on=now)
    if is_number(rate):
        lead += f". That is {rate} of every {BASE} children in the area"
    blocks: list[Block] = [Paragraph(f"{lead}.", strong=True)]
    shown: list[str] = []
    while before is not None and len(shown) < MOST_YEARS:
        shown.append(before)
        before = year_before(before, days)
    if shown:
        blocks.append(_years(lens, [*reversed(shown), now]))
    return Section(HEADING, (*blocks, *narrative.words("children")), anchor="children")


def _years(lens: Lens, days: list[str]) -> Table:
    key = "children.total"
    rates = [said(lens, "children.rate", "rate", on=on) for on in days]
    head = [Column("On"), Column("Children in care", number=True)]
    rows: list[tuple[Cell, ...]] = []
    told = any(rate is not None for rate in rates)
    if told:
        head.append(Column(f"Of every {BASE} children", number=True))
    for on, rate in zip(days, rates, strict=True):
        text = said(lens, key, "children", what="in_care", on=on)
        rows.append((on_said(on), text, rate) if told else (on_said(on), text))
    notes = () if told else (f"How many of every {BASE} children is not known: no population was given.",)
    return Table("Children in care, year by year", tuple(head), tuple(rows), notes)


def _live(lens: Lens) -> Iterator[Block]:
    key = "children.group_age"
    by = {"what": "in_care", "on": lens.book.about["known_until"]}
    if not lens.has(key):
        return
    found = _most(lens, key, "group", age="all", **by)
    if found:
        yield Paragraph(f"Most live in these kinds of placement: {list_of(found)}.", strong=True)
    table = cross_table(lens, key, "children", "Children in care by placement and age", "group", "age", **by)
    yield from stacked(lens, key, "children", "Where children of each age live", table, "group", "age", **by)


def _most(lens: Lens, key: str, dimension: str, **by: str) -> list[str]:
    """The categories with the largest numbers that are shown, each with its number."""
    found = []
    for name in names_of(lens, key, dimension, total=False):
        text = said(lens, key, "children", **{dimension: name}, **by)
        size = number_of(text)
        if size:
            found.append((-size, f"{uncapital(label(lens, key, dimension, name))} ({text})"))
    return [words for _, words in sorted(found)[:MOST_NAMED]]


def _status(lens: Lens) -> Iterator[Block]:
    now = lens.book.about["known_until"]
    by = {"what": "in_care", "on": now}
    text = said(lens, "children.uasc", "children", uasc="yes", group="all", **by)
    if text is not None:
        yield Paragraph(f"The council looked after {many(text, 'unaccompanied child', 'unaccompanied children')}.")
    for key, dimension, caption, more in (
        ("children.legal", "legal", "Children in care by legal status", {}),
        ("children.uasc", "uasc", "Unaccompanied children in care", {"group": "all"}),
        ("children.need_code", "need_code", "Children in care by primary need", {}),
    ):
        days = latest(lens, key)
        if days:
            told = [one for one in (year_before(days[0], days), days[0]) if one is not None]
            yield years_table(lens, key, "children", caption, dimension, told, what="in_care", **more)


def _family(lens: Lens) -> Iterator[Block]:
    key, by = "children.siblings", {"what": "in_care", "on": lens.book.about["known_until"]}
    if not lens.has(key):
        yield Paragraph("Who is whose brother or sister is not known from what was given.")
        return
    alone, every = (said(lens, key, "children", siblings=name, **by) for name in ("alone", "all"))
    if is_number(alone) and is_number(every):
        yield Paragraph(
            f"Of {every} children, {alone} came into care with nobody else from their address that day. They may have "
            "brothers or sisters who came before or after, or never.",
            strong=True,
        )
    days = latest(lens, key)
    told = [one for one in (year_before(days[0], days), days[0]) if one is not None]
    yield years_table(
        lens, key, "children", "Children in care by who came into care with them", "siblings", told, what="in_care"
    )


def _near(lens: Lens) -> Iterator[Block]:
    by = {"what": "in_care", "on": lens.book.about["known_until"]}
    told = False
    for key, dimension, near, where in (
        ("children.place_group", "place", "inside", "within the council's area"),
        ("children.miles_group", "miles", "over_20", "over 20 miles from home"),
    ):
        text = said(lens, key, "children", **{dimension: near}, group="all", **by)
        if text is None:
            continue
        every = said(lens, key, "children", **{dimension: "all"}, group="all", **by)
        unknown = said(lens, key, "children", **{dimension: "not_known"}, group="all", **by)
        more = f"; of {in_words(unknown)} it is not known" if unknown not in (None, "0") else ""
        yield Paragraph(f"Of {in_words(every)} children, {in_words(text)} lived {where}{more}.", strong=not told)
        told = True
        caption = f"Children in care by placement: {uncapital(lens.facts(key).title_of(dimension))}"
        yield cross_table(lens, key, "children", caption, "group", dimension, **by)
    if not told:
        yield Paragraph("How near home children live is not known: the returns hold no postcodes that can be placed.")


def _moves(lens: Lens) -> Iterator[Block]:
    key = "performance.shares"
    rows: list[tuple[Cell, ...]] = []
    days = latest(lens, key, measure=MOVED[0])
    if not days:
        return
    shown = [one for one in (year_before(days[0], days), days[0]) if one is not None]
    for name in MOVED:
        cells = [said(lens, key, "share", measure=name, on=on) for on in shown]
        if any(cell is not None for cell in cells):
            rows.append((label(lens, key, "measure", name), *cells))
    columns = (Column("Children"), *(Column(on_said(on), number=True) for on in shown))
    yield Table("Three or more placements, and the same carer for two years", columns, tuple(rows))
