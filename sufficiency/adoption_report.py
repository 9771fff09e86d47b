"""The annual or six-monthly adoption report, in sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from reporting.lens import Lens
from reporting.section import Block, Bullets, Column, Definitions, Notice, Paragraph, Section, Table
from sufficiency.board_lines import Line, number_of, said_of, shown_line, times_of
from sufficiency.board_parts import day_of, hidden_said, not_known, sources, thresholds_said, told
from sufficiency.narrative import Narrative
from sufficiency.need_words import capital
from sufficiency.performance_adoption import STEPS
from sufficiency.performance_words import CLOCKS, HALVES, MEASURES

Period: TypeAlias = Literal["annual", "half_year"]
_STEPS: Final = "adoption.steps"
_ADOPTED: Final = "adoption.adopted"
_WAITING: Final = "adoption.waiting"
_LIVING: Final = "adoption.with_adopters"
_CEASED: Final = ("ceased", "adopted")
_CAPTIONS: Final = (
    ("adoption.age", "age", "Children adopted, by age when they were adopted"),
    ("adoption.sex", "sex", "Children adopted, by sex"),
    ("adoption.agency", "agency", "Children adopted, by whose adopters they were"),
    ("adoption.early", "early", "Children adopted, by whether approved adopters fostered them first"),
)


def adoption(lens: Lens, narrative: Narrative, period: Period = "annual") -> tuple[Section, ...]:
    """The report's sections for the last financial year or half-year, beside those before it.

    Each figure stands as the lens's edition may say it. Without adoption figures in the book it says so.
    Raises ValueError for a period that is neither.
    """
    if period not in ("annual", "half_year"):
        raise ValueError(f'The period is "annual" or "half_year", and not {period!r}.')
    if not lens.has(_STEPS) or not lens.has(_ADOPTED):
        why = "No figures of adoption are held. They are worked out for one council, from returns of a whole year."
        return (Section("In short", (Notice("Nothing to report", (why,), "caution"),)),)
    spans = _spans(lens, period)
    return (
        _short(lens, narrative, spans),
        _journey(lens, spans),
        _waiting(lens, narrative),
        _times(lens),
        _who(lens),
        _adopters(lens, narrative),
        _ended(lens, narrative, spans),
        Section("Support", (*narrative.words("adoption_support"), *narrative.words("adoption_agency"))),
        Section("What the council adds", (*narrative.words("adoption_voice"), *narrative.words("adoption_actions"))),
        _notes(lens),
    )


def _spans(lens: Lens, period: Period) -> tuple[tuple[str, str], ...]:
    """Years and parts of them that the report sets side by side, the oldest first."""
    years = sorted(lens.categories(_ADOPTED, "on"))
    if period == "annual":
        return tuple((year, "all") for year in years)
    return tuple((year, half) for year in years for half in ("h1", "h2"))[-4:]


def _span_said(span: tuple[str, str]) -> str:
    year, half = span
    return year if half == "all" else f"{HALVES[half]}, {year}"


# ---- sections ------------------------------------------------------------------------------------------------------


def _short(lens: Lens, narrative: Narrative, spans: Sequence[tuple[str, str]]) -> Section:
    heading = "In short"
    lens = lens.under(heading)
    last = spans[-1]
    adopted = _adopted_in(lens, last)
    text = f"Children adopted in {_span_said(last)}: {told(adopted)}."
    if len(spans) > 1:
        # half-years are held against the same half a year before
        back = -2 if last[1] == "all" else -3
        if len(spans) >= -back:
            text += f" In {_span_said(spans[back])}: {told(_adopted_in(lens, spans[back]))}."
    items = []
    for name in CLOCKS:
        if _has(lens, "adoption.times", measure=name, on=last[0]):
            days = _days(lens.text("adoption.times", "mean", measure=name, on=last[0]))
            clock = MEASURES[name].title.removesuffix(", days")
            items.append(f"{clock}: {days}, a mean over the children adopted in {last[0]} of whom it is known")
    on = _last_day(lens)
    if on:
        items += [
            f"{capital(lens.facts('adoption.waiting').label('what', what))}, on {day_of(on)}: "
            f"{told(lens.text('adoption.waiting', 'children', what=what, on=on, waited='all'))}"
            for what in lens.categories("adoption.waiting", "what")
        ]
    blocks: list[Block] = [Paragraph(text, strong=True)]
    blocks += [Bullets(tuple(items))] if items else []
    blocks += narrative.words("adoption_summary")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _journey(lens: Lens, spans: Sequence[tuple[str, str]]) -> Section:
    heading = "From decision to adoption"
    lens = lens.under(heading)
    columns = (Column("Step"), *(Column(_span_said(span), number=True) for span in spans))
    steps = lens.categories(_STEPS, "what")
    rows = [
        (capital(STEPS[step]), *(_step_in(lens, step, span) for span in spans))
        for step in STEPS
        if step in steps and step != "came_back"
    ]
    rows.append(("Adopted", *(_adopted_in(lens, span) for span in spans)))
    blocks: list[Block] = [Table("Children at each step", columns, tuple(rows))]
    untold = ["Returns tell the match of a child only once it is adopted, so children matched and not yet adopted "
              "cannot be counted."]  # fmt: skip
    if "decided" not in steps:
        untold.append("The returns hold no file PlacedAdoption: decisions, and their reversals, are not known.")
    blocks += [Paragraph(" ".join(untold))]
    blocks.append(Paragraph("A child may stand in several lines, and in those of several years."))
    return Section(heading, tuple(blocks), sources=sources(lens))


def _waiting(lens: Lens, narrative: Narrative) -> Section:
    heading = "Waiting"
    lens = lens.under(heading)
    blocks: list[Block] = []
    on = _last_day(lens)
    if on:
        facts = lens.facts(_WAITING)
        who = {facts.label("what", what): (_WAITING, {"what": what}) for what in lens.categories(_WAITING, "what")}
        if _has(lens, _LIVING, on=on):
            who["living with adopters, not yet adopted"] = (
                _LIVING,
                {"what": "in_care", "group": "placed_for_adoption"},
            )
        bands = lens.categories(_WAITING, "waited")
        rows = {
            band: (
                capital(facts.label("waited", band)),
                *(lens.text(key, "children", on=on, waited=band, **by) for key, by in who.values()),
            )
            for band in bands
        }
        columns = (Column(facts.title_of("waited")), *(Column(capital(name), number=True) for name in who))
        body = tuple(row for band, row in rows.items() if band != "all")
        blocks.append(Table(f"Children on {day_of(on)}, by how long", columns, body, total=rows.get("all")))
        if "waiting_with_decision" not in lens.categories(_WAITING, "what"):
            blocks.append(not_known("Who waits with a decision and no order: the returns hold no file PlacedAdoption."))
    blocks.append(
        Paragraph("Waiting is counted from the placement order or, without one, from the decision; with adopters, from "
                  "moving in. Returns do not say who are brothers and sisters, nor who has been linked or matched.")
    )  # fmt: skip
    blocks += narrative.words("adoption_matching")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _times(lens: Lens) -> Section:
    heading = "How long it took"
    lens = lens.under(heading)
    blocks: list[Block] = []
    yearly = [_line(name, "adoption.times") for name in CLOCKS]
    longer = [_line(name, "performance.means") for name in CLOCKS]
    for caption, lines in (
        ("Days, a mean over the children adopted in each year", yearly),
        ("Days, a mean over the children adopted in the three years up to each day", longer),
    ):
        shown = [line for line in lines if shown_line(lens, line)]
        ons = sorted({on for line in shown for on in times_of(lens, line)})
        if shown:
            columns = (
                Column("Clock"),
                *(Column(day_of(on), number=True) for on in ons),
                Column("Threshold", number=True),
            )
            rows = tuple(
                (line.title, *(said_of(lens, line, on) for on in ons), _threshold(lens, line.by["measure"]))
                for line in shown
            )
            blocks.append(Table(caption, columns, rows))
    if not blocks:
        blocks.append(not_known("No child was adopted in these years, or the days are not known."))
    for name in ("a10", "a2"):
        blocks += _against(lens, name)
    blocks += thresholds_said(lens)
    blocks.append(
        Paragraph(
            "The means are of children who were adopted: those who still wait, who may wait longest, are not in them."
        )
    )
    return Section(heading, tuple(blocks), sources=sources(lens))


def _who(lens: Lens) -> Section:
    heading = "Children who were adopted"
    lens = lens.under(heading)
    blocks: list[Block] = []
    for key, dim, caption in _CAPTIONS:
        if lens.has(key):
            blocks.append(_by_year(lens, key, dim, caption))
    blocks.append(not_known("Brothers and sisters adopted together: returns do not say who they are."))
    return Section(heading, tuple(blocks), sources=sources(lens))


def _adopters(lens: Lens, narrative: Narrative) -> Section:
    heading = "Adopters"
    lens = lens.under(heading)
    blocks: list[Block] = []
    key = "adoption.adopters"
    if lens.has(key):
        on = lens.categories(key, "on")[-1]
        facts = lens.facts(key)
        by = {"what": "households", "on": on, "home_segment": "adopters"}
        states = lens.categories(key, "looking")
        columns = (
            Column(facts.title_of("home_kind")),
            *(Column(capital(facts.label("looking", state)), number=True) for state in states),
        )
        rows = {
            kind: (
                capital(facts.label("home_kind", kind)),
                *(lens.text(key, "households", home_kind=kind, looking=state, **by) for state in states),
            )
            for kind in lens.categories(key, "home_kind")
        }
        caption = f"Approved adoptive homes in the register, on {day_of(on)}"
        body = tuple(row for kind, row in rows.items() if kind != "all")
        blocks.append(Table(caption, columns, body, total=rows.get("all")))
        since = "Approved adoptive homes, by when they were approved"
        blocks.append(
            lens.table(
                "adoption.approved",
                since,
                ("households",),
                rows="since",
                what="households",
                on=on,
                home_segment="adopters",
            )
        )
        blocks.append(Paragraph("Homes that were approved and have left since are not in the register."))
    else:
        blocks.append(not_known("Adopters approved and waiting are in the council's register of homes."))
    blocks += narrative.words("adoption_adopters")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _ended(lens: Lens, narrative: Narrative, spans: Sequence[tuple[str, str]]) -> Section:
    heading = "Placements that ended"
    lens = lens.under(heading)
    columns = (Column("When"), Column("Children", number=True))
    rows = tuple((_span_said(span), _step_in(lens, "came_back", span)) for span in spans)
    blocks: list[Block] = [
        Table("Children who left a placement for adoption without being adopted", columns, rows),
        Paragraph("After the adoption order a child who comes back into care has a new number in the returns: such "
                  "disruptions cannot be told from them."),
    ]  # fmt: skip
    blocks += narrative.words("adoption_disruptions")
    return Section(heading, tuple(blocks), sources=sources(lens))


def _notes(lens: Lens) -> Section:
    heading = "What is measured"
    lens = lens.under(heading)
    keys = ("adoption.times", "performance.means")
    names = [name for name in CLOCKS if any(shown_line(lens, _line(name, key)) for key in keys)]
    blocks: list[Block] = (
        [Definitions(tuple((MEASURES[name].title, MEASURES[name].counts) for name in names))] if names else []
    )
    blocks.append(
        Paragraph(
            "Early permanence is told by the placement code of foster care with approved adopters (U2, U5); whose "
            "adopters they were by the provider code of the placement with them: the council's own code stands for a "
            "regional agency that it hosts too. A placement order is counted on the day its first episode begins."
        )
    )
    blocks += hidden_said(lens)
    return Section(heading, tuple(blocks))


# ---- parts ---------------------------------------------------------------------------------------------------------


def _adopted_in(lens: Lens, span: tuple[str, str]) -> str:
    what, way_out = _CEASED
    return lens.text(_ADOPTED, "children", what=what, on=span[0], way_out=way_out, half=span[1])


def _step_in(lens: Lens, step: str, span: tuple[str, str]) -> str:
    return lens.text(_STEPS, "children", what=step, on=span[0], half=span[1])


def _by_year(lens: Lens, key: str, dim: str, caption: str) -> Table:
    """A line for each category and a column for each year; their sum last."""
    facts = lens.facts(key)
    what, way_out = _CEASED
    years = sorted(lens.categories(key, "on"))
    columns = (Column(facts.title_of(dim)), *(Column(year, number=True) for year in years))
    rows = {
        name: (
            capital(facts.label(dim, name)),
            *(lens.text(key, "children", what=what, on=year, way_out=way_out, **{dim: name}) for year in years),
        )
        for name in lens.categories(key, dim)
    }
    return Table(caption, columns, tuple(row for name, row in rows.items() if name != "all"), total=rows.get("all"))


def _line(name: str, key: str) -> Line:
    one = MEASURES[name]
    return Line(one.title, key, "mean", {"measure": name}, one.better)


def _against(lens: Lens, name: str) -> list[Block]:
    """How a clock's latest three-year mean stands to its threshold."""
    line = _line(name, "performance.means")
    there = times_of(lens, line)
    limit = _threshold(lens, name)
    if not there or not limit:
        return []
    mean = number_of(lens, line, there[-1])
    if mean is None:
        return []
    way = "within" if mean <= float(limit.replace(",", "")) else "over"
    said = said_of(lens, line, there[-1])
    return [Paragraph(f"{name.upper()}: the mean of three years, {said} days, is {way} the threshold of {limit}.")]


def _threshold(lens: Lens, name: str) -> str:
    return (
        lens.text("adoption.thresholds", "days", measure=name)
        if _has(lens, "adoption.thresholds", measure=name)
        else ""
    )


def _has(lens: Lens, key: str, **by: str) -> bool:
    """Whether a table is there with such a row; of what is counted, nothing is read."""
    if not lens.has(key):
        return False
    rows = lens.facts(key).rows
    for dim, category in by.items():
        rows = rows[rows[dim] == category]
    return bool(len(rows))


def _last_day(lens: Lens) -> str:
    return max(lens.categories("adoption.waiting", "on")) if lens.has("adoption.waiting") else ""


def _days(text: str) -> str:
    return f"{text} days" if text.replace(",", "").replace(".", "").isdigit() else told(text)
