"""What the page of supply says: homes now, vacancies that can be used, homes ahead, and who is on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from frontend.planning.need_ahead import not_held
from reporting.bars import Row
from reporting.fan import Band, Fan, Known, fan_svg
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Picture, Section, Table
from sufficiency import mp_pipeline, mp_supply
from sufficiency.mp_figures import (
    band,
    days,
    in_words,
    is_number,
    label,
    many,
    names_of,
    number,
    on_said,
    roughly,
    said,
    year_ends,
)
from sufficiency.mp_words import bar_of, drawn, latest, number_of
from sufficiency.narrative import Narrative
from sufficiency.need_words import capital

AHEAD: Final = "supply.segment"
NOW: Final = "supply.now"
PLACES: Final = "supply.places"
MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "homes": "Households",
        "places": "Places that are open",
        "usable": "Places filled or of use",
    }
)
"""What is told of homes ahead, by the beginning of its columns."""
STATES: Final = ("filled", "vacant", "held", "not_offered", "staying_put")
WAITS: Final = (
    ("supply.pipeline.months_to_application", "from enquiry to application"),
    ("fostering.pipeline.months_to_approval", "from application to approval"),
    ("supply.pipeline.months_at_panel", "from panel to decision"),
)
NO_REGISTER: Final = (
    "No register of the council's homes was given, so nobody knows which places are filled or vacant. Whoever runs "
    "Placewell names the folder of homes and residents with the option --register."
)


def without_words(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Sections of a document without the places where the council's own words would stand."""
    return tuple(
        Section(one.heading, tuple(block for block in one.blocks if not _place_for_words(block)), one.level)
        for one in sections
    )


def _place_for_words(block: Block) -> bool:
    return isinstance(block, Notice) and block.title != "National default"


def homes_now(lens: Lens) -> tuple[Section, ...]:
    """Households and places by what they are for: approved, available, filled, vacant."""
    found = without_words(mp_supply.section(lens, Narrative()))
    return tuple(one for one in found if one.heading != mp_supply.USABLE)


# ---- vacancies that can be used ------------------------------------------------------------------------------------


def vacancies(lens: Lens, need: str | None) -> Section:
    """How many of the vacancies can be used: by whom today, and of what share as homes fill up."""
    heading = "How many of our vacancies can be used"
    if not lens.has("usable.curve"):
        return not_held(heading)
    blocks: list[Block] = [Paragraph(_vacant_words(lens, need), strong=True)]
    blocks.append(
        Paragraph(
            "A vacancy can be used by a child only where the carers' approval, their other children, distance and "
            "matching all allow it. So of a vacant place it is asked, by the rules by which children are matched, "
            "whether a child of that need could live there."
        )
    )
    blocks += _now_by_need(lens)
    blocks += _curve(lens, need)
    return Section(heading, tuple(blocks))


def needs(lens: Lens) -> tuple[str, ...]:
    """What children may need, of whom it is known what they could use."""
    return tuple(names_of(lens, "usable.curve", "child_need", total=False)) if lens.has("usable.curve") else ()


def _vacant_words(lens: Lens, need: str | None) -> str:
    key = "usable.now"
    on = latest(lens, PLACES)[:1]
    if not lens.has(key) or not on:
        return f"How many vacancies there are is not known. {NO_REGISTER} What follows are national figures."
    vacant = said(lens, PLACES, "places", what="places", on=on[0], home_segment="all", state="vacant")
    words = f"On {on_said(on[0])} {many(vacant, 'place was', 'places were')} vacant."
    first = need or needs(lens)[0]
    could = said(lens, key, "mean", on=latest(lens, key)[0], child_need=first)
    whom = label(lens, key, "child_need", first)
    return f"{words} {whom}: {roughly(many(could, 'vacancy', 'vacancies'))} could be used."


def _now_by_need(lens: Lens) -> Iterator[Block]:
    key = "usable.now"
    if not lens.has(key):
        return
    on = latest(lens, key)[0]
    bars, rows = [], []
    for name in names_of(lens, key, "child_need", total=False):
        value, text = number(lens, key, "mean", on=on, child_need=name), said(lens, key, "mean", on=on, child_need=name)
        words = label(lens, key, "child_need", name)
        bars.append(Row(words, (value,), in_words(text)))
        rows.append((words, text))
    columns = (Column("A home for"), Column("Vacancies that could be used", number=True))
    note = "One vacancy may be of use to several needs, so that these do not add up."
    caption = f"Vacancies by who could use them, {on_said(on)}"
    yield from drawn(bars, caption, Table(caption, columns, tuple(rows), (note,)))


def _curve(lens: Lens, need: str | None) -> Iterator[Block]:
    """Of each kind of home, the share of vacancies that a child could use, as homes fill up."""
    key = "usable.curve"
    filled = list(names_of(lens, key, "filled", total=False))
    chosen = need is not None
    rows: list[tuple[Cell, ...]] = []
    bars: list[Row] = []
    for name in names_of(lens, key, "home_segment", total=False):
        by = {"home_segment": name, "child_need": need or name}
        cells = [said(lens, key, "share", filled=one, **by) for one in filled]
        if any(is_number(cell) and cell != "0%" for cell in cells):
            rows.append((label(lens, key, "home_segment", name), *cells))
            value = number(lens, key, "share", filled=filled[1] if len(filled) > 1 else filled[0], **by)
            if value is not None:
                shown = cells[1] if len(filled) > 1 else cells[0]
                bars.append(Row(label(lens, key, "home_segment", name), (100 * value,), shown or ""))
    if not rows:
        yield Paragraph("No home of any kind has a vacancy that such a child could use.")
        return
    whom = f"a child: {label(lens, key, 'child_need', need or '')}" if chosen else "a child who needs that kind"
    at = filled[1] if len(filled) > 1 else filled[0]
    caption = f"Share of vacancies that can be used by {whom}"
    columns = (Column("Vacancies with"), *(Column(f"Of homes, {one} filled", number=True) for one in filled))
    note = "The fuller homes are, the fewer of the last vacancies suit: what is left over is often left for a reason."
    table = Table(caption, columns, tuple(rows), (note,))
    yield from drawn(bars, f"{caption}, when {at} of homes are filled", table)
    learnt = "national figures, learnt on made-up councils" if not lens.has("usable.now") else "the council's register"
    yield Paragraph(f"These shares come from {learnt}: matching was tried on many simulated days.")


# ---- ahead ---------------------------------------------------------------------------------------------------------


def segments(lens: Lens) -> tuple[str, ...]:
    """All households, then each kind of home."""
    return ("all", *names_of(lens, AHEAD, "home_segment", total=False)) if lens.has(AHEAD) else ()


def ahead(lens: Lens, measure: str, segment: str) -> Section:
    """Households, open places or usable places of one kind of home ahead, with their band; and all kinds in a table."""
    heading = MEASURES[measure]
    on = days(lens, AHEAD)
    if not on:
        return not_held(heading)
    columns = (f"{measure}_p50", f"{measure}_p10", f"{measure}_p90")
    words = label(lens, AHEAD, "home_segment", segment)
    blocks: list[Block] = [Paragraph(_ahead_words(lens, measure, segment, on), strong=True)]
    table = _ahead_table(lens, measure, on)
    title = f"{words}: {heading[:1].lower()}{heading[1:]} ahead"
    known, fan = _known(lens, measure, segment), _fan(lens, columns, on, segment)
    own = _quarters(lens, columns, on, segment, title)
    if known is not None and fan is not None:
        alt = "A fan from today on. The table that follows holds its figures."
        svg = fan_svg(known, fan, title=title, alt=alt, known_name="today", middle_name="middle of the forecast")
        blocks.append(Picture(title, svg, alt, own))
    else:
        bars = []
        for day in year_ends(on):
            bar = bar_of(lens, on_said(day), AHEAD, columns, on=day, home_segment=segment)
            if bar is not None:
                bars.append(bar)
        blocks += drawn(bars, title, own)
    blocks.append(Disclosure("All kinds of home", (table,)))
    blocks.append(Paragraph(_what_they_are(measure)))
    return Section(heading, tuple(blocks))


def _what_they_are(measure: str) -> str:
    return {
        "homes": "Households that are approved, whether or not they are available.",
        "places": "Places in homes that are available, filled or vacant: without those on hold, those the carers do "
        "not offer, and those kept by young people who stay put.",
        "usable": "Of the open places, those that are filled, and those vacant ones that a child who needs such a "
        "home could use.",
    }[measure]


def _ahead_words(lens: Lens, measure: str, segment: str, on: Sequence[str]) -> str:
    last = year_ends(on)[-1]
    middle = said(lens, AHEAD, f"{measure}_p50", on=last, home_segment=segment)
    ends = band(lens, AHEAD, f"{measure}_p10", f"{measure}_p90", on=last, home_segment=segment)
    unit = ("household", "households") if measure == "homes" else ("place", "places")
    words = label(lens, AHEAD, "home_segment", segment)
    return f"{words}: {roughly(many(middle, *unit))} on {on_said(last)}" + (
        f" ({ends} in 8 of 10 futures)." if ends else "."
    )


def _known(lens: Lens, measure: str, segment: str) -> Known | None:
    if measure != "homes":
        return None
    on = latest(lens, NOW)[:1]
    if not on:
        return None
    by = {"what": "households", "on": on[0], "home_segment": segment, "available": "all"}
    value = number(lens, NOW, "households", **by)
    return None if value is None else Known((date.fromisoformat(on[0]),), (value,))


def _fan(lens: Lens, columns: tuple[str, str, str], on: Sequence[str], segment: str) -> Fan | None:
    found: list[tuple[float, ...]] = []
    for column in columns:
        values = [number(lens, AHEAD, column, on=day, home_segment=segment) for day in on]
        if any(value is None for value in values):
            return None
        found.append(tuple(value for value in values if value is not None))
    middle, low, high = found
    return Fan(tuple(map(date.fromisoformat, on)), middle, (Band("8 in 10 futures lie here", low, high),))


def _quarters(lens: Lens, columns: tuple[str, str, str], on: Sequence[str], segment: str, caption: str) -> Table:
    rows = tuple(
        (
            on_said(day),
            said(lens, AHEAD, columns[0], on=day, home_segment=segment),
            band(lens, AHEAD, columns[1], columns[2], on=day, home_segment=segment),
        )
        for day in on
    )
    head = (Column("On"), Column("Middle", number=True), Column("8 in 10 futures", number=True))
    return Table(caption, head, rows)


def _ahead_table(lens: Lens, measure: str, on: Sequence[str]) -> Table:
    told = year_ends(on)
    columns = (Column("Kind of home"), *(Column(on_said(day), number=True) for day in told))
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, AHEAD, "home_segment"):
        cells = []
        for day in told:
            by = {"on": day, "home_segment": name}
            ends = band(lens, AHEAD, f"{measure}_p10", f"{measure}_p90", **by)
            middle = said(lens, AHEAD, f"{measure}_p50", **by)
            cells.append(tuple(dict.fromkeys(one for one in (middle, ends) if one is not None)))
        rows.append((label(lens, AHEAD, "home_segment", name), *cells))
    note = "The middle, and beneath it where 8 in 10 futures lie."
    return Table(f"{MEASURES[measure]} by kind of home", columns, tuple(rows), (note,))


# ---- who is on the way ---------------------------------------------------------------------------------------------


def pipeline(lens: Lens) -> tuple[Section, ...]:
    """From enquiry to approval: how many come to each stage, how long it takes, who joins and who leaves."""
    found = list(without_words(mp_pipeline.section(lens, Narrative())))
    waits = tuple(_waits(lens))
    if waits:
        at = next((n for n, one in enumerate(found) if one.heading == mp_pipeline.AGES), len(found))
        found.insert(at, Section("How long it takes", waits, level=3))
    return tuple(found)


def _waits(lens: Lens) -> Iterator[Block]:
    key = "pipeline.figures"
    told = [
        (words, months)
        for figure, words in WAITS
        if (months := number_of(said(lens, key, "value", figure=figure))) is not None
    ]
    if not told:
        return
    bars = [Row(capital(words), (months,), _months(months)) for words, months in told]
    columns = (Column("Step"), Column("Months, on average", number=True), Column("Whose figure"))
    rows = tuple(
        (capital(words), said(lens, key, "value", figure=figure), said(lens, key, "standing", figure=figure))
        for figure, words in WAITS
    )
    note = "Besides, who has applied may wait for an assessor: that hangs on how many assessments can be done."
    yield from drawn(bars, "Months that each step takes", Table("Months that each step takes", columns, rows, (note,)))


def _months(months: float) -> str:
    return "1 month" if months == 1 else f"{months:g} months"
