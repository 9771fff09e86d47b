"""Section 9, money: what it costs altogether; for the council's own use, what a week costs and what a household saves.

A public edition holds no more than the sum for the whole council: the lens has nothing else for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.bars import Row
from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Cell, Column, Disclosure, Edition, Paragraph, Section, Table
from sufficiency.mp_figures import derived, label, names_of, number, said, uncapital
from sufficiency.mp_words import WITHHELD, drawn, in_pounds, number_of, pounds_and_band
from sufficiency.narrative import Narrative

HEADING: Final = "Money"
WEEKLY: Final = "What a week costs"
YEARLY: Final = "Who is paid"
SAVED: Final = "What one more household saves"
EVEN: Final = "When it has paid for itself"
MOST_BARS: Final = 10
RECRUIT: Final = "cost.recruitment.recruit_and_assess"
CONVERSION: Final = "fostering.pipeline.approved_per_completed_application"
NOT_FOSTERED: Final = ("supported_lodgings", "adopters", "kin", "all")
"""Kinds of home whose recruitment has prices of its own."""


def section(lens: Lens, narrative: Narrative, *, council_wide: bool = False) -> tuple[Section, ...]:
    """Costs by year; then, for officers and members and unless `council_wide`, prices, savings and break-even."""
    words = () if council_wide else narrative.words("money")
    parts = [Section(HEADING, (*_total(lens.under(HEADING)), *words), anchor="money")]
    if council_wide:
        return tuple(parts)
    for heading, key, written in (
        (WEEKLY, "money.weekly", _weekly),
        (YEARLY, "money.cost", _yearly),
        (SAVED, "money.saving", _saved),
        (EVEN, "money.saving", _even),
    ):
        if lens.has(key):
            blocks = tuple(written(lens.under(heading)))
            parts.append(Section(heading, blocks, level=3, edition=Edition.OFFICIAL))
    return tuple(parts)


def _total(lens: Lens) -> Iterator[Block]:
    key = "money.total"
    years = list(dict.fromkeys(lens.facts(key).rows["on"].tolist())) if lens.has(key) else []
    if not years:
        yield Paragraph("No costs were worked out.")
        return
    told = [_in_year(lens, year) for year in dict.fromkeys((years[0], years[-1]))]
    yield Paragraph(f"Placements, recruitment and support are forecast to cost {' and '.join(told)}.", strong=True)
    rows = tuple((year, pounds_and_band(lens, key, on=year)) for year in years)
    note = "Pounds of the day. Mean of the futures, and beneath it where 8 in 10 futures lie."
    yield Table(
        "Cost of placements, recruitment and support", (Column("Year"), Column("Cost", number=True)), rows, (note,)
    )


def _in_year(lens: Lens, year: str) -> str:
    mean, *ends = (str(one) for one in pounds_and_band(lens, "money.total", on=year))
    if mean == WITHHELD:
        return f"a sum that is not published in {year}"
    return f"about {mean} in {year}" + (f" ({ends[0]} in 8 of 10 futures)" if ends else "")


def _weekly(lens: Lens) -> Iterator[Block]:
    key = "money.weekly"
    rows: list[tuple[Cell, ...]] = []
    bars = []
    for group in names_of(lens, key, "group"):
        for provider in names_of(lens, key, "provider"):
            text = said(lens, key, "pounds", group=group, provider=provider)
            if text is None or text == "£0":
                continue
            told = (label(lens, key, "group", group), label(lens, key, "provider", provider))
            rows.append((*told, text, said(lens, key, "people", group=group, provider=provider)))
            price = number(lens, key, "pounds", group=group, provider=provider)
            if price is not None:
                bars.append(Row(f"{told[0]} ({uncapital(told[1])})", (price,), text))
    if bars:
        dearest = max(bars, key=lambda one: one.shown)
        yield Paragraph(f"The dearest week that is shown is {dearest.text}, in {uncapital(dearest.name)}.", strong=True)
    columns = (
        Column("Placement"),
        Column("Provided by"),
        Column("A week", number=True),
        Column("Children, mean of the year", number=True),
    )
    note = "Prices are those of the scenario; the annex says which are national defaults."
    table = Table("What a week costs for one child", columns, tuple(rows), (note,))
    shown = sorted(bars, key=lambda one: -one.shown)[:MOST_BARS]
    yield from drawn(shown, "What a week costs, the dearest first", table)


def _yearly(lens: Lens) -> Iterator[Block]:
    key = "money.cost"
    years = list(dict.fromkeys(lens.facts(key).rows["on"].tolist()))
    rows: list[tuple[Cell, ...]] = []
    most: tuple[float, str] = (0.0, "")
    for group in names_of(lens, key, "group"):
        for provider in names_of(lens, key, "provider"):
            cells = [in_pounds(lens, key, "mean", on=year, group=group, provider=provider) for year in years]
            if not any(cell not in (None, "£0") for cell in cells):
                continue
            name = (label(lens, key, "group", group), label(lens, key, "provider", provider))
            rows.append((name, *cells))
            if group != "all" and provider != "all":
                amount = number_of(said(lens, key, "mean", on=years[0], group=group, provider=provider))
                called = f"{cells[0]} for {uncapital(name[0])} ({uncapital(name[1])})"
                most = max(most, (amount or 0.0, called))
    if most[1]:
        yield Paragraph(f"Most is paid in {years[0]}: {most[1]}.", strong=True)
    columns = (Column("What is paid"), *(Column(year, number=True) for year in years))
    table = Table("Cost by placement, provider and year", columns, tuple(rows), ("Mean of the futures.",))
    yield Disclosure("Show the numbers: cost by placement and provider", (table,))


def _saved(lens: Lens) -> Iterator[Block]:
    key = "money.saving"
    rows: list[tuple[Cell, ...]] = []
    best: tuple[float, str, str] | None = None
    for name in names_of(lens, key, "home_segment"):
        by = {"home_segment": name}
        net = number_of(said(lens, key, "mean", **by))
        told = pounds_and_band(lens, key, **by)
        cells = [in_pounds(lens, key, column, **by) for column in ("agency", "residential")]
        rows.append((label(lens, key, "home_segment", name), told, *cells, said(lens, key, "saves_in", **by)))
        if net is not None and (best is None or net > best[0]):
            best = (net, label(lens, key, "home_segment", name), str(told[0]))
    if best is not None and best[0] > 0:
        yield Paragraph(
            f"One more household saves most among {uncapital(best[1])}: {best[2]} over what is forecast, net of "
            "recruiting and supporting it.",
            strong=True,
        )
    elif best is not None:
        yield Paragraph("One more household of any kind costs more than it saves over what is forecast.", strong=True)
    columns = (
        Column("One more household of"),
        Column("Saves, net", number=True),
        Column("On agencies and other councils", number=True),
        Column("On children's homes", number=True),
        Column("Share of futures in which it saves", number=True),
    )
    note = "Approved in the first month. Mean, and beneath it where 8 in 10 futures lie; less than nought is a cost."
    yield Table("What one more household saves over what is forecast", columns, tuple(rows), (note,))


def _even(lens: Lens) -> Iterator[Block]:
    """After how many weeks, and at which conversion, an approval has paid for what it takes."""
    key = "money.saving"
    price, now = _figure(lens, RECRUIT), _figure(lens, CONVERSION)
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, key, "home_segment"):
        weeks = said(lens, key, "weeks_to_pay", home_segment=name)
        net = number_of(said(lens, key, "mean", home_segment=name))
        told = "not within what is forecast" if weeks in (None, NOT_KNOWN) else weeks
        least: str | None = None
        if price and now and net is not None and name not in NOT_FOSTERED:
            least = _least(lens, price, now, net)
        rows.append((label(lens, key, "home_segment", name), told, least))
    columns = (
        Column("One more household of"),
        Column("Weeks that it must stay to pay for itself", number=True),
        Column("Approved of completed applications, at least", number=True),
    )
    yield Paragraph(
        "A household that leaves before it has paid for itself has cost more than it saved: so many weeks must carers "
        "be kept.",
        strong=True,
    )
    notes = ["Weeks: on average, from approval."]
    if price and now:
        notes.append(
            "Approved of completed applications: the share below which recruitment would cost what a household saves, "
            f"if recruiting and assessing one ({derived(lens, key, 'mean', f'£{price:,.0f}')}) costs the more, the "
            f"fewer are approved; {derived(lens, key, 'mean', f'{100 * now:.0f}%')} are assumed."
        )
    yield Table("Break-even of one more household", columns, tuple(rows), tuple(notes))


def _least(lens: Lens, price: float, now: float, net: float) -> str:
    """The lowest share of completed applications that may be approved for a household still to save."""
    if net + price <= 0:
        return "at no share"
    share = now * price / (net + price)
    if share >= 1:
        return "at no share"
    return derived(lens, "money.saving", "mean", f"{100 * share:.0f}%" if share >= 0.01 else "less than 1%")


def _figure(lens: Lens, name: str) -> float | None:
    """A figure of the scenario, the council's own price or a national default; None where neither is told."""
    for key in ("assumptions.prices", "assumptions.figures"):
        found = number_of(said(lens, key, "value", figure=name))
        if found is not None:
            return found
    return None
