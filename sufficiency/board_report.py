"""The quarterly performance report to the corporate parenting board, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from reporting.fact import Facts
from reporting.lens import Lens
from reporting.section import Block, Column, Definitions, Notice, Paragraph, Section, Table
from sufficiency.board_lines import (
    RULE,
    Line,
    headline_table,
    said_of,
    shown_line,
    times_of,
    verdict,
)
from sufficiency.board_measures import (
    CLOCK_LINES,
    HEADLINES,
    IN_CARE,
    LOCALITY,
    MIX,
    SIBLINGS,
    STABILITY,
    WAITS,
    WITHIN,
)
from sufficiency.board_parts import (
    Times,
    beside,
    each_quarter,
    hidden_said,
    no_comparators,
    not_known,
    said_of_each,
    sources,
    split,
    threshold,
    thresholds_said,
    told,
    trend,
)
from sufficiency.comparators import lens_with
from sufficiency.narrative import Narrative
from sufficiency.need_words import capital, day_said, listed
from sufficiency.performance_words import MEASURES, MILES, PLACES, QUARTERS, Better

_ONCE_A_YEAR: Final = (
    "They are told once a year: from quarter to quarter they change by so few children that each could be told from it."
)


def board(lens: Lens, narrative: Narrative, comparators: Facts | None = None) -> tuple[Section, ...]:
    """The report's sections, each figure as the lens's edition may say it.

    Empty of figures, and saying so, where the book holds no measures: of several councils together they say nothing.
    """
    lens = lens_with(lens, comparators)
    if not lens.has("performance.in_care"):
        why = "No measures are held. They are worked out for one council, from returns that hold a whole quarter."
        return (Section("Headlines", (Notice("Nothing to report", (why,), "caution"),)),)
    times = Times(times_of(lens, IN_CARE))
    return (
        _headlines(lens, narrative, times),
        _stability(lens, narrative, times),
        _locality(lens, times),
        _siblings(lens),
        _mix(lens, times),
        _comings(lens),
        _waits(lens, times),
        _clocks(lens, times),
        _council(narrative),
        _notes(lens),
    )


# ---- sections ------------------------------------------------------------------------------------------------------


def _headlines(lens: Lens, narrative: Narrative, times: Times) -> Section:
    heading = "Headlines"
    lens = lens.under(heading)
    lines = [line for line in HEADLINES if shown_line(lens, line)]
    blocks: list[Block] = [Paragraph(_in_care_said(lens, times), strong=True), Paragraph(_tally(lens, lines, times))]
    blocks.append(headline_table(lens, "Measures now and before", lines, times.headings, times.now))
    others = beside(lens, (*HEADLINES, *MIX), times)
    blocks.append(others if others is not None else no_comparators())
    blocks += narrative.words("board_summary")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _stability(lens: Lens, narrative: Narrative, times: Times) -> Section:
    heading = "Stability"
    lens = lens.under(heading)
    lines = [line for line in STABILITY if shown_line(lens, line)]
    blocks = said_of_each(lens, lines, times)
    blocks += trend(lens, "Stability, quarter by quarter", lines, times)
    blocks += narrative.words("board_stability")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _locality(lens: Lens, times: Times) -> Section:
    heading = "Near home"
    lens = lens.under(heading)
    lines = [line for line in LOCALITY if shown_line(lens, line)]
    if not lines:
        return Section(
            heading,
            (not_known("The returns hold no postcodes that can be located."),),
        )
    blocks = said_of_each(lens, lines, times)
    blocks += trend(lens, "Near home, quarter by quarter", lines, times)
    for key, dim, names, caption in (
        ("performance.place", "place", PLACES, "Where children in care are placed"),
        ("performance.miles", "miles", MILES, "How far from home children in care are placed"),
    ):
        if lens.has(key):
            blocks.append(split(lens, key, dim, names, caption, times))
    blocks.append(Paragraph("Children of whom it is not known stay in the base, as in the Department's tables."))
    return Section(heading, tuple(blocks), sources=sources(lens))


def _siblings(lens: Lens) -> Section:
    heading = "Brothers and sisters together"
    lens = lens.under(heading)
    if not shown_line(lens, SIBLINGS):
        words = "The returns do not say who are brothers and sisters. The council's register of homes does."
        return Section(heading, (not_known(words),))
    on = times_of(lens, SIBLINGS)[-1]
    share, base = said_of(lens, SIBLINGS, on), lens.text("performance.shares", "base", on=on, **SIBLINGS.by)
    text = (
        f"Of the children in the register who have brothers or sisters in it ({base} children), {share} live in one "
        f"household with all of them, on {day_said(date.fromisoformat(on))}."
        if share.endswith("%")
        else f"How many live with all of their brothers and sisters is {told(share)}."
    )
    return Section(heading, (Paragraph(text), Paragraph(MEASURES["siblings_together"].counts)), sources=sources(lens))


def _mix(lens: Lens, times: Times) -> Section:
    heading = "Where children live"
    lens = lens.under(heading)
    lines = [line for line in MIX if shown_line(lens, line)]
    moved = [
        _small(line.title)
        for line in lines
        if times.year_before and verdict(lens, line, times.now, times.year_before) in ("more", "less")
    ]
    text = (
        f"Since a year before, the share has clearly changed of: {listed(moved)}."
        if moved
        else "Since a year before, the share of no kind of home has clearly changed, as far as is told."
    )
    blocks: list[Block] = [Paragraph(text)]
    blocks.append(
        headline_table(lens, "Share of children in care, by where they live", lines, times.headings, times.now)
    )
    return Section(heading, tuple(blocks), sources=sources(lens))


def _comings(lens: Lens) -> Section:
    heading = "Starting and leaving"
    lens = lens.under(heading)
    blocks: list[Block] = []
    if lens.has("performance.flows"):
        years = sorted(lens.categories("performance.flows", "on"))
        for what, caption in (
            ("started", "Children who started to be looked after"),
            ("ceased", "Children who left care"),
        ):
            rows = {
                quarter: (
                    capital(name),
                    *(
                        lens.text("performance.flows", "children", what=what, on=year, year_quarter=quarter)
                        for year in years
                    ),
                )
                for quarter, name in QUARTERS.items()
            }
            columns = (Column("Quarter"), *(Column(year, number=True) for year in years))
            body = tuple(row for quarter, row in rows.items() if quarter != "all")
            blocks.append(Table(caption, columns, body, total=rows["all"]))
    if lens.has("performance.permanence"):
        year = max(lens.categories("performance.permanence", "on"))
        caption = f"What went before for children who started to be looked after in {year}"
        blocks.append(
            lens.table("performance.permanence", caption, ("children",), rows="before", what="started", on=year)
        )
    else:
        blocks.append(not_known("Whether children had left care for good before: the returns hold no file PrevPerm."))
    return Section(heading, tuple(blocks), sources=sources(lens))


def _waits(lens: Lens, times: Times) -> Section:
    heading = "Waiting for a home"
    lens = lens.under(heading)
    lines = [line for line in WAITS if shown_line(lens, line)]
    if not lines:
        return Section(heading, (not_known("Returns do not say when a home was looked for; referrals do."),))
    blocks = said_of_each(lens, lines, times)
    blocks += trend(lens, "Waiting for a home, quarter by quarter", lines, times)
    return Section(heading, tuple(blocks), sources=sources(lens))


def _clocks(lens: Lens, times: Times) -> Section:
    heading = "Adoption clocks"
    lens = lens.under(heading)
    lines = [line for line in (*CLOCK_LINES, *WITHIN) if shown_line(lens, line)]
    if not lines:
        words = "No child was adopted in three years that the returns hold whole, or the days are not known."
        return Section(heading, (not_known(words),))
    ons = sorted({on for line in lines for on in times_of(lens, line)})
    columns = (
        Column("Clock"),
        *(Column(day_said(date.fromisoformat(on)), number=True) for on in ons),
        Column("Threshold", number=True),
    )
    rows = tuple((line.title, *(said_of(lens, line, on) for on in ons), threshold(lens, line)) for line in lines)
    notes = [
        "Days, a mean over the children adopted in the three years up to each day; shares are of the same children."
    ]
    blocks: list[Block] = [Table("Adoption clocks, three years up to each day", columns, rows, tuple(notes))]
    blocks += thresholds_said(lens)
    quarterly = "performance.clocks"
    if lens.has(quarterly):
        blocks.append(each_quarter(lens, times))
    else:
        blocks.append(Paragraph(_ONCE_A_YEAR))
    return Section(heading, tuple(blocks), sources=sources(lens))


def _council(narrative: Narrative) -> Section:
    return Section("What the council adds", (*narrative.words("board_voice"), *narrative.words("board_actions")))


def _notes(lens: Lens) -> Section:
    heading = "What is measured, and what cannot be told"
    lens = lens.under(heading)
    names = [line.by["measure"] for line in (*STABILITY, SIBLINGS, *WAITS, *CLOCK_LINES, *WITHIN)
             if "measure" in line.by and shown_line(lens, line)]  # fmt: skip
    blocks: list[Block] = [
        Paragraph(RULE),
        Definitions(tuple((MEASURES[name].title, MEASURES[name].counts) for name in dict.fromkeys(names))),
        Paragraph(
            "The returns are yearly. Their episodes carry days, so who was where at the end of each quarter is exact; "
            "what a yearly file says of a child as a whole (that it was unaccompanied, when it was matched) is known "
            "only with that file, and stands for all its quarters. What later files corrected is corrected here for "
            "earlier quarters too, so a figure may differ from one that was reported at the time. Nothing is known of "
            "quarters after the last return."
        ),
        *hidden_said(lens),
    ]
    return Section(heading, tuple(blocks))


def _in_care_said(lens: Lens, times: Times) -> str:
    now = said_of(lens, IN_CARE, times.now)
    text = f"{now} children were in care on {day_said(date.fromisoformat(times.now))}"
    if not times.year_before:
        return f"{text}."
    return f"{text}; a year before, {said_of(lens, IN_CARE, times.year_before)}."


def _tally(lens: Lens, lines: Sequence[Line], times: Times) -> str:
    """Which measures are better and which worse, by more than chance."""
    if not times.year_before:
        return "The returns hold no quarter of a year before to compare with."
    judged = [line for line in lines if line.better is not Better.NEITHER]
    found = {line.title: verdict(lens, line, times.now, times.year_before) for line in judged}
    named = {word: [_small(title) for title, one in found.items() if one == word] for word in ("better", "worse")}
    parts = [
        f"{capital(word)} than a year before: {listed(names)}."
        if names
        else f"Nothing is clearly {word} than a year before."
        for word, names in named.items()
    ]
    if not any(named.values()):
        parts = ["Nothing is clearly better or worse than a year before."]
    untold = sum(one == "not told" for one in found.values())
    if untold:
        parts.append("Of some measures it cannot be told: a figure is hidden or not known.")
    return " ".join(parts)


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]
