"""Parts that the reports to the corporate parent share: sentences of lines, pictures of quarters, others' figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Bullets, Column, Definitions, Edition, Notice, Paragraph, Picture, Table
from reporting.trend import Trend, trends_svg
from sufficiency.board_lines import Line, number_of, said_of, shown_line, times_of, verdict
from sufficiency.comparators import KEY as COMPARATORS
from sufficiency.need_words import capital, day_said, month_said
from sufficiency.performance_words import CLOCKS

_QUARTERS_BACK: Final = 5
"""This quarter is the last of the list; the same quarter of the year before is the fifth from the end."""


@dataclass(frozen=True, slots=True)
class Times:
    """The ends of the quarters that the book holds, the oldest first."""

    all: tuple[str, ...]

    @property
    def now(self) -> str:
        return self.all[-1]

    @property
    def headings(self) -> dict[str, str]:
        """Heading to day: this quarter, the one before, the same a year before, as far as they are held."""
        found = {day_said(date.fromisoformat(self.now)): self.now}
        for back in (2, _QUARTERS_BACK):
            if len(self.all) >= back:
                found[day_said(date.fromisoformat(self.all[-back]))] = self.all[-back]
        return found

    @property
    def year_before(self) -> str:
        """The same quarter a year before; none where it is not held."""
        return self.all[-_QUARTERS_BACK] if len(self.all) >= _QUARTERS_BACK else ""


def said_of_each(lens: Lens, lines: Sequence[Line], times: Times) -> list[Block]:
    """What moved by more than chance, a sentence each; and what did not, together."""
    moved, same, untold = [], [], []
    for line in lines:
        on = times_of(lens, line)[-1]
        now = said_of(lens, line, on)
        if number_of(lens, line, on) is None:
            untold.append(f"{line.title}: {told(now)}")
            continue
        one = verdict(lens, line, times.now, times.year_before) if times.year_before else "not told"
        if one == "not told":
            untold.append(f"{line.title}: {now}; a year before, not told")
        elif one == "no clear change":
            same.append(f"{line.title}: {now}; a year before, {said_of(lens, line, times.year_before)}")
        else:
            moved.append(f"{line.title}: {now}, {one} than a year before ({said_of(lens, line, times.year_before)})")
    blocks: list[Block] = [Bullets(tuple(moved))] if moved else []
    for words, part in (("No clear change:", same), ("Of these it cannot be told:", untold)):
        if part:
            blocks += [Paragraph(words), Bullets(tuple(part))]
    return blocks


def told(text: str) -> str:
    """Why a figure is not there, in words."""
    return "not known" if text == NOT_KNOWN else "too small to publish" if len(text) == 1 and text.isalpha() else text


def trend(lens: Lens, title: str, lines: Sequence[Line], times: Times) -> list[Block]:
    """A picture of the quarters with its table; the table alone where nothing of it can be drawn."""
    columns = (Column("At the end of"), *(Column(line.title, number=True) for line in lines))
    rows = tuple((month_said(date.fromisoformat(on)), *(said_of(lens, line, on) for line in lines)) for on in times.all)
    shown = Table(title, columns, rows)
    trends = [
        Trend(line.title, tuple(number_of(lens, line, on) for on in times.all), tuple(row[at + 1] for row in rows))
        for at, line in enumerate(lines)
    ]
    if not any(value is not None for trend in trends for value in trend.values):
        return [shown]
    first, last = (month_said(date.fromisoformat(on)) for on in (times.all[0], times.all[-1]))
    alt = "Small lines, one for each measure, with the figures of the table that follows."
    return [Picture(title, trends_svg(trends, first, last, title=title, alt=alt), alt, shown)]


def split(lens: Lens, key: str, dim: str, names: tuple[str, ...], caption: str, times: Times) -> Table:
    """All parts of the children in care, the unknown among them, at the headline times."""
    facts = lens.facts(key)
    columns = (Column(facts.title_of(dim)), *(Column(name, number=True) for name in times.headings))
    rows = tuple(
        (
            capital(facts.label(dim, name)),
            *(lens.text(key, "share", what="in_care", on=on, **{dim: name}) for on in times.headings.values()),
        )
        for name in names
    )
    return Table(caption, columns, rows)


def beside(lens: Lens, lines: Sequence[Line], times: Times) -> Table | None:
    """Others' latest published figures beside the council's own at that day; None without any."""
    if not lens.has(COMPARATORS):
        return None
    facts = lens.facts(COMPARATORS)
    areas = lens.categories(COMPARATORS, "area")
    rows = []
    for line in lines:
        if not line.compare or not shown_line(lens, line):
            continue
        mine = facts.rows[facts.rows["measure"] == line.compare]
        if not len(mine):
            continue
        on = max(mine["on"])
        theirs = mine[mine["on"] == on]["area"].tolist()
        cells = tuple(
            lens.text(COMPARATORS, "value", measure=line.compare, area=area, on=on) if area in theirs else NOT_KNOWN
            for area in areas
        )
        rows.append((line.title, said_of(lens, line, times.now), day_of(on), *cells))
    if not rows:
        return None
    columns = (Column("Measure"), Column("Now", number=True), Column("Others' figures of"),
               *(Column(area, number=True) for area in areas))  # fmt: skip
    note = "Others' figures are the latest in the file that the council loaded; they may be counted otherwise."
    return Table("Beside others", columns, tuple(rows), (note,))


def day_of(on: str) -> str:
    """A day as it is read; a financial year stays as it is."""
    return day_said(date.fromisoformat(on)) if len(on) == len("2025-03-31") else on


def no_comparators() -> Block:
    return Paragraph("No figures of others were loaded: nothing is said of how other councils do.")


def threshold(lens: Lens, line: Line) -> str:
    name = line.by["measure"]
    there = lens.has("adoption.thresholds") and name in lens.categories("adoption.thresholds", "measure")
    return lens.text("adoption.thresholds", "days", measure=name) if there else ""


def thresholds_said(lens: Lens) -> Iterator[Block]:
    if lens.has("adoption.thresholds"):
        names = lens.categories("adoption.thresholds", "measure")
        said = [f"{name.upper()}: {lens.text('adoption.thresholds', 'source', measure=name)}." for name in names]
        yield Paragraph(f"Thresholds are the last that are known here. {' '.join(said)}")


def each_quarter(lens: Lens, times: Times) -> Table:
    """The clocks at each quarter end, of three years and of the quarter alone, with how many children they are of."""
    key = "performance.clocks"
    rows = lens.facts(key).rows
    there = set(zip(rows["span"], rows["measure"], rows["on"], strict=True))
    spans = [
        (span, name)
        for name in CLOCKS
        for span in ("three_years", "quarter")
        if any((span, name, on) in there for on in times.all)
    ]
    columns = (
        Column("At the end of"),
        *(
            Column(f"{name.upper()}, {'three years' if span == 'three_years' else 'quarter alone'}", number=True)
            for span, name in spans
        ),
    )
    body = tuple(
        (
            month_said(date.fromisoformat(on)),
            *(
                " ".join(
                    (
                        lens.text(key, "mean", span=span, measure=name, on=on),
                        f"({lens.text(key, 'base', span=span, measure=name, on=on)})",
                    )
                )
                if (span, name, on) in there
                else NOT_KNOWN
                for span, name in spans
            ),
        )
        for on in times.all
    )  # fmt: skip
    return Table("Adoption clocks at each quarter end", columns, body, ("In brackets: of how many children.",))


def hidden_said(lens: Lens) -> list[Block]:
    """How small numbers are kept in this edition, and what its symbols mean."""
    if lens.edition is Edition.CONFIDENTIAL:
        return [
            Paragraph(
                "Nothing in this edition is hidden or rounded. It may be read only by those who may see figures of few "
                "children, and may not be published."
            )
        ]
    blocks: list[Block] = [
        Paragraph(
            "Small counts are hidden, and with them all from which they could be worked out; sums are rounded, and "
            "percentages are made from rounded counts. So a figure may differ a little from one in another report."
        )
    ]
    used = {one.text for one in lens.said}
    meanings = {symbol: meaning for symbol, meaning in lens.symbols().items() if symbol in used}
    return [*blocks, Definitions(tuple(meanings.items()))] if meanings else blocks


def not_known(why: str) -> Notice:
    return Notice("Not known", (why,), "question")


def sources(lens: Lens) -> tuple[str, ...]:
    """The sentences of the sources that were said from under this heading."""
    used = dict.fromkeys(said.source for said in lens.said if said.place == lens.place)
    return tuple(lens.book.sources[key] for key in used if key in lens.book.sources)
