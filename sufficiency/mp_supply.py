"""Section 5, homes now: households and places, vacancies that can be used, homes in the area, hosts and adopters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.bars import Row
from reporting.fact import Kind
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Notice, Paragraph, Section, Table
from sufficiency.mp_figures import in_words, is_number, label, many, names_of, number, on_said, said
from sufficiency.mp_words import WITHHELD, cross_table, drawn, latest, stacked
from sufficiency.narrative import Narrative

HEADING: Final = "Homes now"
USABLE: Final = "Vacancies that can be used"
AREA: Final = "Homes in the area"
OTHERS: Final = "Supported accommodation, lodgings and adopters"


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """What there is today, and how much of it can be used."""
    parts = [Section(HEADING, (*_households(lens.under(HEADING)), *narrative.words("supply")), anchor="supply-now")]
    for heading, written in ((USABLE, _usable), (AREA, _area), (OTHERS, _others)):
        blocks = tuple(written(lens.under(heading)))
        if blocks:
            parts.append(Section(heading, blocks, level=3))
    return tuple(parts)


def national(lens: Lens) -> bool:
    """Whether no register was given, so that national totals stand in for the council's homes."""
    return lens.facts("supply.now").kind is Kind.PLAIN


def _households(lens: Lens) -> Iterator[Block]:
    if not lens.has("supply.now"):
        yield Paragraph("No homes are known: nothing was given of them.")
        return
    on = latest(lens, "supply.now")[0]
    by = {"what": "households", "on": on, "home_segment": "all"}
    homes = said(lens, "supply.now", "households", available="all", **by)
    at = {"what": "places", "on": on, "home_segment": "all"}
    places = said(lens, "supply.places", "places", state="all", **at)
    told = many(homes, "household of its own", "households of its own")
    with_places = f", approved for {many(places, 'place', 'places')}" if places is not None else ""
    if national(lens):
        words = f"The forecast sets out from {many(homes, 'household', 'households')}{with_places} on {on_said(on)}."
        yield Paragraph(words, strong=True)
        why = (
            "No register of the council's homes was given. These are national figures at the council's size; what is "
            "filled, vacant or on hold is not known."
        )
        yield Notice("National default", (why,), "caution")
    else:
        yield Paragraph(f"On {on_said(on)} the council had {told}{with_places}.{_states(lens, at)}", strong=True)
    yield from _places(lens, on)
    caption = "Households by what they are for"
    yield cross_table(lens, "supply.now", "households", caption, "home_segment", "available", what="households", on=on)


def _states(lens: Lens, at: dict[str, str]) -> str:
    """How many places are filled and vacant; nothing where it is not known."""
    filled, vacant, held = (
        said(lens, "supply.places", "places", state=state, **at) for state in ("filled", "vacant", "held")
    )
    if filled is None or vacant is None:
        return ""
    more = f"; {in_words(held)} are in homes that are not available now" if held is not None else ""
    return f" Of these places {in_words(filled)} are filled and {in_words(vacant)} are vacant{more}."


def _places(lens: Lens, on: str) -> Iterator[Block]:
    key = "supply.places"
    if not lens.has(key):
        return
    by = {"what": "places", "on": on}
    table = cross_table(lens, key, "places", "Places by what they are for", "home_segment", "state", **by)
    if len(list(names_of(lens, key, "state", total=False))) > 1:
        yield from stacked(lens, key, "places", "How places are used", table, "home_segment", "state", **by)
        return
    bars = []
    for name in names_of(lens, key, "home_segment", total=False):
        value, text = (f(lens, key, "places", home_segment=name, state="all", **by) for f in (number, said))
        if value != 0 and isinstance(text, str):
            shown = value if isinstance(value, float) else None
            bars.append(Row(label(lens, key, "home_segment", name), (shown,), text if shown is not None else WITHHELD))
    yield from drawn(bars, "Places by what they are for", table)


def _usable(lens: Lens) -> Iterator[Block]:
    yield Paragraph("A vacancy is not a home for every child: ages, brothers and sisters and distance bar many.")
    key = "usable.now"
    if lens.has(key):
        on = latest(lens, key)[0]
        needs = (Column("A home for"), Column("Vacancies that could be used", number=True))
        rows = tuple(
            (label(lens, key, "child_need", name), said(lens, key, "mean", on=on, child_need=name))
            for name in names_of(lens, key, "child_need")
        )
        note = "One vacancy may be of use to several needs, so that these do not add up."
        yield Table(f"Vacancies by who could use them, {on_said(on)}", needs, rows, (note,))
    key = "usable.curve"
    if not lens.has(key):
        return
    filled = list(names_of(lens, key, "filled"))
    rows_of: list[tuple[Cell, ...]] = []
    for name in names_of(lens, key, "home_segment", total=False):
        cells = [said(lens, key, "share", home_segment=name, child_need=name, filled=one) for one in filled]
        if any(is_number(cell) for cell in cells):
            rows_of.append((label(lens, key, "home_segment", name), *cells))
    if rows_of:
        head = (Column("Vacancies with"), *(Column(f"Of homes, {one} filled", number=True) for one in filled))
        note = "Of vacancies of a kind, the share that a child who needs that kind could use."
        yield Table("Share of vacancies that can be used", head, tuple(rows_of), (note,))


def _area(lens: Lens) -> Iterator[Block]:
    key = "ofsted.homes"
    if not lens.has(key):
        yield Paragraph("Ofsted's list of registered providers was not given, so homes in the area are not shown.")
        return
    homes, beds = (said(lens, key, column, provision="childrens_home", sector="all") for column in ("homes", "places"))
    if homes is not None:
        room = f", registered for {many(beds, 'place', 'places')}" if beds is not None else ""
        words = f"{many(homes, 'home', 'homes')[:1].upper()}{many(homes, 'home', 'homes')[1:]}"
        yield Paragraph(
            f"{words} for children {'is' if homes == '1' else 'are'} registered in the area{room}.", strong=True
        )
    head = (Column("Kind"), Column("Sector"), Column("Registered", number=True), Column("Places", number=True))
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, key, "provision"):
        for sector in names_of(lens, key, "sector"):
            by = {"provision": name, "sector": sector}
            count = said(lens, key, "homes", **by)
            if count is not None:
                told = (label(lens, key, "provision", name), label(lens, key, "sector", sector))
                rows.append((*told, count, said(lens, key, "places", **by)))
    note = "How many of these places the council uses is not known from what was given."
    yield Table("Providers registered with Ofsted in the area", head, tuple(rows), (note,))
    key = "ofsted.grades"
    if lens.has(key):
        grades: list[tuple[Cell, ...]] = []
        for name in names_of(lens, key, "provision"):
            for one in names_of(lens, key, "grade"):
                count = said(lens, key, "homes", provision=name, grade=one)
                if count is not None:
                    grades.append((label(lens, key, "provision", name), one, count))
        yield Table("Grades that Ofsted gave", (head[0], Column("Overall grade"), head[2]), tuple(grades))


def _others(lens: Lens) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = []
    now = lens.book.about["known_until"]
    held = said(lens, "children.group_age", "children", what="in_care", on=now, group="supported", age="all")
    if held is not None:
        rows.append((f"Children in supported accommodation, {on_said(now)}", held))
    for on in latest(lens, "supply.now")[:1]:
        for name in ("supported_lodgings", "adopters"):
            by = {"what": "households", "on": on, "home_segment": name, "available": "all"}
            text = said(lens, "supply.now", "households", **by)
            if text is not None:
                rows.append((f"{label(lens, 'supply.now', 'home_segment', name)}, {on_said(on)}", text))
    for on in latest(lens, "adoption.waiting", what="waiting_with_order")[:1]:
        text = said(lens, "adoption.waiting", "children", what="waiting_with_order", on=on, waited="all")
        if text is not None:
            rows.append((f"Children with a placement order who wait for adopters, {on_said(on)}", text))
    if rows:
        columns = (Column("What"), Column("How many", number=True))
        yield Table("Young people, hosts and adopters", columns, tuple(rows))
