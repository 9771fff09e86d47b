"""What the page of the region says: councils side by side and together, exchanges between them, and beds in block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reporting.bars import Row
from reporting.disclosure import HIDDEN
from reporting.fact import ALL
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Section, Table
from sufficiency.mp_figures import (
    BANDS_NOTE,
    band,
    days,
    headline_days,
    in_words,
    is_number,
    label,
    list_of,
    many,
    middle_and_band,
    names_of,
    number,
    on_said,
    said,
)
from sufficiency.mp_words import drawn, latest, number_of, pounds_and_band
from sufficiency.region_totals import ALONE, COMMON, LUCK

ONE: Final = "Only one council is in this piece of work"
WHAT_IS_NEEDED: Final = (
    "Totals, exchanges between councils and beds bought together need the returns of several councils that end on the "
    "same day. Whoever runs Placewell names them in a file of councils (placewell app --councils FILE), or gives a "
    "merged regional return. Then have a forecast worked out: it holds all of them."
)
NOT_ALIKE: Final = (
    "There are no totals of this scenario: a council is missing from it, their returns end on different days, or the "
    "forecast is of an earlier Placewell. Have it worked out anew."
)
HOW_HIDDEN: Final = (
    "Each council's figures are those that its own edition tells. A total is told only where the edition of every "
    "council tells its part, and to the nearest five: otherwise the part that one of them hides could be had by taking "
    "the others' away. All editions and the totals are then tried together before anything is shown."
)
LUCK_SAID: Final = (
    "How much luck councils share is not known. The wider band has their good and bad years fall together; the "
    "narrower one has them unconnected. The truth lies between. Children who move from one council to another are "
    "counted by each."
)
NOT_NOW: Final = (
    "How many children one council has placed in another's area today is not told: councils' returns say where a child "
    "is placed, but few children are placed in any one council's area, and such counts would be hidden."
)
NOT_ASKED: Final = (
    "Only the kind of home is looked at. How far the home is from the child's school and family, who the carers are, "
    "and whether the other council would let its place go, is not asked: each is a question for people."
)


def short(editions: Mapping[str, Lens], totals: Lens | None) -> Section:
    """Every council in a line, and all of them together."""
    told = list_of(list(editions))
    blocks: list[Block] = [Paragraph(f"{len(editions)} councils: {told}.", strong=True)]
    first = next(iter(editions.values()))
    ahead = headline_days(days(first, "forecast.group"))[0]
    rows = [(name, *_line(lens, ahead)) for name, lens in editions.items()]
    total = ("All together", *_total(editions, totals, ahead)) if totals is not None else None
    heads = (
        "Council",
        "Children in care now",
        f"On {on_said(ahead)}",
        "Of these, without a home of its own",
        "Cost of the first year",
    )
    columns = tuple(Column(title, number=at > 0) for at, title in enumerate(heads))
    notes = (BANDS_NOTE,)
    blocks.append(Table("Councils side by side", columns, tuple(rows), notes, total))
    bars = [_bar(name, lens, ahead) for name, lens in editions.items()]
    gap = Table(
        f"Children without a home of their own council's, {on_said(ahead)}",
        (Column("Council"), Column("Children", number=True)),
        tuple((name, _gap(lens, ahead)) for name, lens in editions.items()),
    )
    blocks += drawn(bars, gap.caption, gap)
    blocks.append(Disclosure("How totals keep what a council hides", (Paragraph(HOW_HIDDEN), Paragraph(LUCK_SAID))))
    return Section("Councils side by side, and together", tuple(blocks))


def _line(lens: Lens, on: str) -> tuple[Cell, ...]:
    now = said(lens, "children.total", "children", what="in_care", on=lens.book.about["known_until"])
    year = latest(lens, "money.total")
    cost = pounds_and_band(lens, "money.total", on=year[-1]) if year else ("not known",)
    return in_words(now), middle_and_band(lens, "forecast.group", on=on, group=ALL), _gap(lens, on), cost


def _gap(lens: Lens, on: str) -> tuple[Cell, ...]:
    return middle_and_band(lens, "gap.need", on=on, home_segment=ALL)


def _bar(name: str, lens: Lens, on: str) -> Row:
    middle, low, high = (number(lens, "gap.need", one, on=on, home_segment=ALL) for one in ("p50", "p10", "p90"))
    text = in_words(said(lens, "gap.need", "p50", on=on, home_segment=ALL))
    ends = band(lens, "gap.need", on=on, home_segment=ALL)
    whole = f"{text} ({ends})" if ends is not None and middle is not None else text
    return Row(name, (middle,), whole, low=low, high=high if low is not None else None)


def _total(editions: Mapping[str, Lens], totals: Lens, on: str) -> tuple[Cell, ...]:
    """All councils: today's count is the sum of what editions print, the rest future by future."""
    now = [
        number(lens, "children.total", "children", what="in_care", on=lens.book.about["known_until"])
        for lens in editions.values()
    ]
    children = f"{sum(one for one in now if one is not None):,.0f}" if None not in now else HIDDEN
    year = latest(totals, "region.cost")
    cost = pounds_and_band(totals, "region.cost", on=year[-1]) if year else ("not known",)
    return (
        children,
        _both(totals, "region.children", on, "group"),
        _both(totals, "region.gap", on, "home_segment"),
        cost,
    )


def _both(totals: Lens, key: str, on: str, dim: str, name: str = ALL) -> tuple[Cell, ...]:
    """The middle, and a band for each way of sharing luck."""
    middle = said(totals, key, "p50", on=on, luck=LUCK[0], **{dim: name})
    if middle is None or not is_number(middle):
        return (middle or "not known",)
    ends = [band(totals, key, on=on, luck=luck, **{dim: name}) for luck in LUCK]
    return tuple(dict.fromkeys((middle, *(one for one in ends if one is not None))))


def together(totals: Lens) -> Section:
    """All councils' children ahead, by where they live, at year ends."""
    key = "region.children"
    if not totals.has(key):
        return Section("Children of all councils ahead", (Paragraph(NOT_ALIKE),))
    ends = headline_days_of(totals, key)
    columns = (Column("Placement"), *(Column(on_said(on), number=True) for on in ends))
    names = [one for one in names_of(totals, key, "group") if one != ALL]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label(totals, key, "group", one), *(_both(totals, key, on, "group", one) for on in ends)) for one in names
    )
    total: tuple[Cell, ...] = ("All placements", *(_both(totals, key, on, "group") for on in ends))
    note = (
        "The middle; beneath it 8 in 10 futures if councils share their luck, then if they do not. c: not told, "
        "because a council's own edition does not tell it."
    )
    return Section(
        "Children of all councils ahead",
        (Table("Children in care of all councils, by where they live", columns, rows, (note,), total),),
    )


def headline_days_of(totals: Lens, key: str) -> tuple[str, ...]:
    """The ends of whole years among quarter ends; the last day where there is none."""
    quarters = days(totals, key)
    return tuple(quarters[3::4]) or tuple(quarters[-1:])


# ---- exchanges -------------------------------------------------------------------------------------------------------


def exchanges(editions: Mapping[str, Lens], totals: Lens, on: str) -> Section:
    """Whom the unused places of others could take: kind by kind, and council by council."""
    key = "region.exchange"
    if not totals.has(key):
        return Section("Who could place with whom", (Paragraph(NOT_ALIKE),))
    by = {"on": on, "luck": LUCK[0]}
    could, unmet = (said(totals, key, "p50", home_segment=ALL, exchange=one, **by) for one in ("could", "unmet"))
    lead = (
        f"On {on_said(on)}, {many(could, 'child', 'children')} of {in_words(unmet)} without a home of their own "
        "council's could live in a usable place of another council's that nobody uses, in the middle of the futures."
    )
    blocks: list[Block] = [Paragraph(lead, strong=True), Paragraph(NOT_ASKED)]
    titles = ("Kind of home", "Children without one", "Unused usable places", "Could be taken by another council")
    columns = tuple(Column(title, number=at > 0) for at, title in enumerate(titles))
    rows: list[tuple[Cell, ...]] = []
    for name in (*COMMON, ALL):
        cells = [
            middle_and_band(totals, key, home_segment=name, exchange=one, **by) for one in ("unmet", "unused", "could")
        ]
        rows.append((label(totals, key, "home_segment", name), *cells))
    note = (
        "The middle of the forecast, and beneath it where 8 in 10 futures lie. c: a council's edition does not tell it."
    )
    blocks.append(
        Table(f"What councils lack and what others have, {on_said(on)}", columns, tuple(rows[:-1]), (note,), rows[-1])
    )
    blocks += _pairs(editions, totals, on)
    if any(lens.book.about.get("register") != "yes" for lens in editions.values()):
        why = (
            "For a council without a register of homes, national figures at its size stand in for its homes: its "
            "unused places are then not its own, and nothing can be agreed from them."
        )
        blocks.insert(1, Notice("Not every council gave a register of its homes", (why,), "caution"))
    blocks.append(Paragraph(NOT_NOW))
    return Section("Who could place with whom", tuple(blocks))


def _pairs(editions: Mapping[str, Lens], totals: Lens, on: str) -> Iterator[Block]:
    key = "region.pairs"
    if not totals.has(key):
        return
    names = list(editions)
    columns = (Column("Children of"), *(Column(f"could go to {name}", number=True) for name in names))
    rows = tuple(
        (
            council,
            *(
                "" if council == other else middle_and_band(totals, key, on=on, council=council, other=other)
                for other in names
            ),
        )
        for council in names
    )
    note = "Each pair by itself: the same place may stand in several, so that they do not add up."
    yield Table(f"Which council could take whose children, {on_said(on)}", columns, rows, (note,))


# ---- beds ------------------------------------------------------------------------------------------------------------


def years_of_beds(totals: Lens) -> tuple[str, ...]:
    """Years of which beds are told."""
    return tuple(dict.fromkeys(totals.facts("region.beds").rows["on"].tolist())) if totals.has("region.beds") else ()


def beds(editions: Mapping[str, Lens], totals: Lens, year: str) -> Section:
    """How many beds to buy in block, by council and together, and how many of them stand empty."""
    key = "region.beds"
    voids = list(totals.categories(key, "void"))
    heads = ("Bed-nights that may stand empty", *editions, "Sum of these", "Bought together", "More by buying together")
    columns = tuple(Column(title, number=at > 0) for at, title in enumerate(heads))
    rows: list[tuple[Cell, ...]] = []
    blocks: list[Block] = []
    for void in voids:
        each = [said(totals, key, "beds", on=year, council=name, luck=ALONE, void=void) for name in editions]
        ends = _ends(totals, year, void)
        rows.append((f"up to {void}", *(in_words(one) for one in each), *_sums(each, ends)))
    middle = voids[len(voids) // 2]
    alone = [number(totals, key, "beds", on=year, council=name, luck=ALONE, void=middle) for name in editions]
    ends = _ends(totals, year, middle)
    if None not in alone and None not in ends:
        apart = sum(one for one in alone if one is not None)
        lead = (
            f"If up to {middle} of bed-nights may stand empty, councils that buy each for itself could buy "
            f"{apart:,.0f} beds in {year}; together {_between(ends)}."
        )
        blocks.append(Paragraph(lead, strong=True))
    else:
        blocks.append(
            Paragraph(
                "Of one of these councils it is not told how many children live in children's homes.", strong=True
            )
        )
    note = "Bought together: from councils that share all their luck to councils that share none."
    risk = _risk(totals, year, voids)
    planned = _planned(editions)
    blocks += [Table(f"Beds to buy in block, {year}", columns, tuple(rows), (note,)), risk, *planned]
    blocks.append(
        Paragraph(
            "Counted are all children in children's homes, whatever they need: beds that a council owns or has bought "
            "already are among these, and a bed that does not suit a child stands empty although it is counted as "
            "filled here. So buy fewer than this, and write into the contract who may use a bed that is empty."
        )
    )
    return Section("Beds in children's homes, bought in block", tuple(blocks))


def _ends(totals: Lens, year: str, void: str) -> list[float | None]:
    return [number(totals, "region.beds", "beds", on=year, council=ALL, luck=luck, void=void) for luck in LUCK]


def _between(ends: Sequence[float | None]) -> str:
    told = sorted({one for one in ends if one is not None})
    return f"{told[0]:,.0f}" if len(told) == 1 else f"{told[0]:,.0f} to {told[-1]:,.0f}"


def _sums(each: Sequence[str | None], ends: Sequence[float | None]) -> tuple[Cell, ...]:
    values = [number_of(one) for one in each]
    if None in values or None in ends:
        return "not told", "not told", "not told"
    whole = sum(one for one in values if one is not None)
    more = [one - whole for one in ends if one is not None]
    said_more = _between([max(one, 0.0) for one in more])
    return f"{whole:,.0f}", _between(ends), said_more


def _risk(totals: Lens, year: str, voids: Sequence[str]) -> Table:
    """What buying together risks: how often beds stand empty, and who is beyond them."""
    key = "region.beds"
    columns = (
        Column("Bed-nights that may stand empty"), Column("If councils"), Column("Beds", number=True),
        Column("Empty on an average night", number=True), Column("Months in which all are full", number=True),
        Column("Children beyond the beds", number=True),
    )  # fmt: skip
    rows = []
    for void in voids:
        for luck, words in zip(LUCK, ("share their luck", "do not"), strict=True):
            by = {"on": year, "council": ALL, "luck": luck, "void": void}
            told = [in_words(said(totals, key, column, **by)) for column in ("beds", "empty", "full", "beyond")]
            rows.append((f"up to {void}", words, *told))
    return Table(f"What buying together risks, {year}", columns, tuple(rows))


def _planned(editions: Mapping[str, Lens]) -> Iterator[Block]:
    """What each council's own plan would buy."""
    told = {name: days_of(lens) for name, lens in editions.items()}
    years = list(dict.fromkeys(on for some in told.values() for on in some))
    if not years:
        return
    columns = (Column("Council"), *(Column(year, number=True) for year in years))
    rows = tuple(
        (name, *(said(lens, "targets.beds", "beds", on=year) for year in years)) for name, lens in editions.items()
    )
    note = "From each council's recruitment targets: what its plan buys beside the households that it approves."
    yield Table("Beds that each council's own plan buys", columns, rows, (note,))


def days_of(lens: Lens) -> list[str]:
    """Years of which a plan tells its beds."""
    return list(dict.fromkeys(lens.facts("targets.beds").rows["on"].tolist())) if lens.has("targets.beds") else []


def fresh_all(editions: Mapping[str, Lens]) -> dict[str, Lens]:
    """Lenses with lists of their own of what they say."""
    return {name: replace(lens, said=[]) for name, lens in editions.items()}
