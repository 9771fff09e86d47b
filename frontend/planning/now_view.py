"""What the page of our children and homes says, topic by topic: words, tables and drawings of what the lens answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from frontend.planning.now_measures import (
    Measure,
    beside,
    moved,
    time_said,
    together,
    trend_of,
)
from frontend.planning.now_returns import returns_sections
from reporting.bars import Row
from reporting.disclosure import HIDDEN
from reporting.lens import Lens
from reporting.section import (
    Block,
    Cell,
    Column,
    Definitions,
    Disclosure,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
)
from sufficiency import mp_children, mp_supply
from sufficiency.board_lines import RULE
from sufficiency.board_parts import day_of
from sufficiency.comparators import KEY as COMPARATORS
from sufficiency.mp_figures import in_words, label, many, names_of, number, on_said, said
from sufficiency.mp_words import drawn, latest, years_table
from sufficiency.narrative import Narrative
from sufficiency.performance_words import MEASURES

TOPICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "all": "All measures",
        "children": "The children",
        "live": "Where they live",
        "settled": "How settled they are",
        "siblings": "Brothers and sisters",
        "leaving": "Coming and leaving",
        "adoption": "Adoption",
        "homes": "Our homes",
        "returns": "The returns",
    }
)
"""In the order in which they are read."""
HOW_TO_LOAD: Final = (
    "No published figures of others were loaded, so nothing is said of how other councils do. Whoever runs Placewell "
    "names a file of them with the option --comparators; its format, and how to make it from the Department's open "
    "data, is told in docs/reference/comparators.md."
)
NATIONAL: Final = "National default"
"""Heads the notice that no register was given."""
NOT_HELD: Final = "This forecast holds no figures of it."
_WHERE: Final = {
    "children": (mp_children.HEADING, mp_children.STATUS),
    "live": (mp_children.LIVE, mp_children.NEAR),
    "siblings": (mp_children.FAMILY,),
}
"""Which sections of the statement a topic shows as they stand."""
HIDDEN_NOTE: Final = f"{HIDDEN}: hidden, because few children are in it, or because a few would follow from it."
YEARS: Final = 3
"""So many times are years' ends; more are quarters."""


def summary(lens: Lens, found: Mapping[str, Sequence[Measure]]) -> Section:
    """Every measure in a line: now, a year before, and how it lies beside others."""
    now = lens.book.about["known_until"]
    everybody = said(lens, "children.total", "children", what="in_care", on=now)
    lead = f"On {on_said(now)} {many(everybody, 'child was', 'children were')} in care."
    blocks: list[Block] = [Paragraph(lead, strong=True)]
    rows = [_line(lens, one) for some in found.values() for one in some]
    others = lens.has(COMPARATORS)
    if not rows:
        blocks.append(
            Notice(
                "No measures are held",
                ("They are worked out for one council, from returns that hold a whole quarter.",),
                "caution",
            )
        )
    else:
        titles = ("Measure", "Latest", "A year before", "Beside others")
        columns = tuple(Column(title, number=0 < at < 3) for at, title in enumerate(titles[: 4 if others else 3]))
        blocks.append(Table("Every measure, the latest figure", columns, tuple(rows), (HIDDEN_NOTE,)))
        blocks += [Disclosure("When a figure is called higher or lower", (Paragraph(RULE), _how_compared()))]
    if not others:
        blocks.append(Notice("Others' figures were not loaded", (HOW_TO_LOAD,), "question"))
    return Section(TOPICS["all"], tuple(blocks))


def _line(lens: Lens, one: Measure) -> tuple[Cell, ...]:
    change = moved(lens, one)
    latest_: tuple[Cell, ...] = (one.now, day_of(one.on))
    before: Cell = tuple(text for text in (one.before or "not known", change) if text)
    line: tuple[Cell, ...] = (one.title, latest_, before)
    if not lens.has(COMPARATORS):
        return line
    return (*line, tuple(other.words for other in beside(lens, one)) or ("no figure loaded",))


def _how_compared() -> Block:
    return Paragraph(
        "Our figures are set beside others' only as both are printed: figures of which one is less than one point (or "
        "one day, or one child in 10,000) from the other are called about the same. Higher or lower is neither good "
        "nor bad, and says nothing of why."
    )


def topic(name: str, lens: Lens, found: Mapping[str, Sequence[Measure]]) -> tuple[Section, ...]:
    """One topic's sections."""
    if name == "all":
        return (summary(lens, found),)
    if name == "homes":
        return tuple(_homes(lens))
    if name == "returns":
        return tuple(returns_sections(lens))
    some, more = found.get(name, ()), tuple(_more(name, lens))
    first = tuple(_measures(some)) or ((Paragraph(NOT_HELD),) if not more else ())
    return (Section(TOPICS[name], first), *_others(lens, some), *more)


def _measures(some: Sequence[Measure]) -> Iterator[Block]:
    """The drawings of a topic's measures, each with its table, and what each of them counts."""
    for part in together(some):
        times = part[0].times
        heading = part[0].part or ("Quarter by quarter" if len(times) > YEARS else "Year by year")
        columns = (
            Column("At the end of" if _is_day(times[0]) else "In"),
            *(Column(o.title, number=True) for o in part),
        )
        rows = tuple((time_said(on), *(one.texts[at] for one in part)) for at, on in enumerate(times))
        hidden = any(text == HIDDEN for one in part for text in one.texts)
        table = Table(heading, columns, rows, (HIDDEN_NOTE,) if hidden else ())
        alt = "Small lines, one for each measure, with the figures of the table that follows."
        svg = trend_of(part, heading, alt)
        yield Picture(heading, svg, alt, table) if svg else table
    told = [MEASURES[one.line.by["measure"]] for one in some if one.line is not None and "measure" in one.line.by]
    if told:
        counts = tuple((one.title, one.counts) for one in told)
        yield Disclosure("What each of these measures counts", (Definitions(counts),))


def _others(lens: Lens, some: Sequence[Measure]) -> Iterator[Section]:
    """Others' figures beside ours, area by area."""
    asked = [one for one in some if one.compare]
    if not asked:
        return
    heading = "Beside others"
    if not lens.has(COMPARATORS):
        yield Section(heading, (Paragraph(HOW_TO_LOAD),), level=3)
        return
    rows: list[tuple[Cell, ...]] = []
    sources: dict[str, None] = {}
    for one in asked:
        for other in beside(lens, one):
            ours = (other.ours, other.ours_on)
            rows.append((one.title, other.area, (other.text, other.period), ours, other.words))
            sources.setdefault(other.source)
    if not rows:
        yield Section(heading, (Paragraph("The file of others' figures holds none of these measures."),), level=3)
        return
    titles = ("Measure", "Area", "Theirs, and when", "Ours, and when", "In words")
    columns = tuple(Column(title, number=1 < at < 4) for at, title in enumerate(titles))
    note = (
        "Others' figures stand as they were published, and may be counted otherwise than ours. Ours are of the same "
        "time where we have one."
    )
    yield Section(
        heading,
        (Table("Our figures beside those of others", columns, tuple(rows), (note,)),),
        level=3,
        sources=tuple(sources),
    )


def _more(name: str, lens: Lens) -> Iterator[Section]:
    """What the council's documents say of it besides."""
    if name in _WHERE:
        for one in mp_children.section(lens, Narrative()):
            if one.heading in _WHERE[name]:
                blocks = tuple(block for block in one.blocks if not _place_for_words(block))
                heading = one.heading if one.heading != mp_children.HEADING else "Year by year"
                yield Section(heading, blocks, level=3)
    elif name == "leaving":
        yield from _flows(lens)
    elif name == "adoption":
        yield from _adoption(lens)


def _place_for_words(block: Block) -> bool:
    """A place where the council's own words would stand in a document: here there is none."""
    return isinstance(block, Notice) and block.title != NATIONAL


def _is_day(on: str) -> bool:
    return "-" in on[5:]


def _flows(lens: Lens) -> Iterator[Section]:
    key = "children.total"
    years = tuple(sorted(on for on in latest(lens, key, what="started")))
    if years:
        columns = (Column("Year"), Column("Started to be looked after", number=True), Column("Left care", number=True))
        rows = tuple(
            (year, *(said(lens, key, "children", what=what, on=year) for what in ("started", "ceased")))
            for year in years
        )
        yield Section("Year by year", (Table("Children who came into care and who left", columns, rows),), level=3)
    blocks: list[Block] = []
    for where, what, dims, caption in (
        ("started.age_group", "started", ("age", {"group": "all"}), "Children who started, by age"),
        ("started.age_group", "started", ("group", {"age": "all"}), "Children who started, by where they first lived"),
        ("ceased.way_out", "ceased", ("way_out", {}), "Children who left care, by way out"),
        ("ceased.age", "ceased", ("age", {}), "Children who left care, by age"),
    ):
        if lens.has(where):
            ons = tuple(reversed(latest(lens, where)))
            blocks.append(years_table(lens, where, "children", caption, dims[0], ons, what=what, **dims[1]))
    if blocks:
        yield Section("Who came and who left", tuple(blocks), level=3)


def _adoption(lens: Lens) -> Iterator[Section]:
    blocks: list[Block] = []
    key = "adoption.steps"
    if lens.has(key):
        years = tuple(sorted(set(lens.facts(key).rows["on"].tolist())))
        columns = (Column("Step"), *(Column(year, number=True) for year in years))
        rows = tuple(
            (
                label(lens, key, "what", what),
                *(said(lens, key, "children", what=what, on=year, half="all") for year in years),
            )
            for what in lens.categories(key, "what")
        )
        blocks.append(Table("Steps on the way to adoption", columns, rows))
    for key, dim, caption, by in (
        ("adoption.waiting", "waited", "Children who wait for adopters, by how long", {"what": "waiting"}),
        (
            "adoption.agency",
            "agency",
            "Children adopted, by agency of the adopters",
            {"what": "ceased", "way_out": "adopted"},
        ),
    ):
        if lens.has(key):
            ons = tuple(reversed(latest(lens, key)))
            by = by | ({"what": lens.categories(key, "what")[0]} if "what" in by else {})
            blocks.append(years_table(lens, key, "children", caption, dim, ons, **by))
    if blocks:
        yield Section("From decision to adoption", tuple(blocks), level=3)


# ---- our homes -----------------------------------------------------------------------------------------------------


def _homes(lens: Lens) -> Iterator[Section]:
    """How many homes there are beside how many children, kind by kind."""
    yield Section(TOPICS["homes"], tuple(_children_and_homes(lens)))
    for one in mp_supply.section(lens, Narrative()):
        if one.heading in (mp_supply.HEADING, mp_supply.OTHERS):
            heading = "Households and places" if one.heading == mp_supply.HEADING else one.heading
            yield Section(heading, tuple(block for block in one.blocks if not _place_for_words(block)), level=3)


def _children_and_homes(lens: Lens) -> Iterator[Block]:
    """Children by where they live, beside the council's own households."""
    now, key = lens.book.about["known_until"], "children.group_age"
    by = {"what": "in_care", "on": now, "age": "all"}
    everybody = said(lens, "children.total", "children", what="in_care", on=now)
    beside_them = ""
    if lens.has("supply.now"):
        on = latest(lens, "supply.now")[0]
        homes = said(lens, "supply.now", "households", what="households", on=on, home_segment="all", available="all")
        told = many(homes, "household", "households")
        beside_them = (
            f" The forecast sets out from {told}: national figures at the council's size, for no register was given."
            if mp_supply.national(lens)
            else f" The council had {told} of its own, relatives and friends among them."
        )
    lead = f"On {on_said(now)} {many(everybody, 'child was', 'children were')} in care."
    yield Paragraph(f"{lead}{beside_them}", strong=True)
    if not lens.has(key):
        return
    bars = []
    for name in names_of(lens, key, "group", total=False):
        value, text = number(lens, key, "children", group=name, **by), said(lens, key, "children", group=name, **by)
        if value != 0:
            bars.append(Row(label(lens, key, "group", name), (value,), in_words(text)))
    columns = (Column("Where children live"), Column("Children", number=True))
    names = list(names_of(lens, key, "group"))
    rows = tuple((label(lens, key, "group", one), said(lens, key, "children", group=one, **by)) for one in names)
    yield from drawn(bars, "Where the children live", Table("Where the children live", columns, rows))
