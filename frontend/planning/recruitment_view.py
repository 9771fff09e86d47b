"""What the page of recruitment targets says of a plan: households and enquiries, what more would take, what is at risk.

Everything is read through the lens, each figure as it may be printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reporting.bars import Row, bars_svg
from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Block, Cell, Column, Disclosure, Notice, Paragraph, Picture, Section, Table
from sufficiency import mp_money, mp_targets
from sufficiency.money_words import pounds
from sufficiency.mp_figures import in_words, label, many, names_of, number, roughly, said
from sufficiency.mp_words import number_of
from sufficiency.narrative import Narrative

QUARTER: Final = "targets.quarter"
SUMMARY: Final = "targets.summary"
FRONTIER: Final = "targets.frontier"
FRONTIER_MONEY: Final = "targets.frontier_money"
SUCCESS: Final = "targets.success"
SUCCESS_MONEY: Final = "targets.success_money"
BESIDES: Final = {"block_beds": "Beds bought in block", "keeping_carers": "Keeping carers", "all": "The whole plan"}
NO_PROMISE: Final = "no promise"
PAYS: Final = (
    "With no promise at all the cheapest plan approves as many: they save more than they cost. So it is not the "
    "promise that asks for them."
)
NEAR: Final = 0.0005


def summary(lens: Lens, name: str) -> str:
    """What the targets' summary says; empty where it says nothing."""
    text = said(lens, SUMMARY, "text", name=name)
    return "" if text in (None, NOT_KNOWN) else str(text)


def none_yet() -> Notice:
    """What is said of a forecast without targets."""
    return Notice(
        "No targets were worked out for this forecast",
        ("Set what you want to promise above, and have targets worked out. Or open another forecast.",),
        "caution",
    )


# ---- at once ---------------------------------------------------------------------------------------------------------


def levels(lens: Lens) -> tuple[float, ...]:
    """The service levels that the forecast has a plan for, possible or not, in their order."""
    if not lens.has(FRONTIER):
        return ()
    return tuple(sorted(_level(name) for name in names_of(lens, FRONTIER, "level") if name != NO_PROMISE))


def _level(name: str) -> float:
    return float(name.removesuffix("%")) / 100


def at_once(lens: Lens, wanted: float) -> str:
    """What a service level would take, from the plans that the forecast holds: the nearest that keeps it."""
    known = [one for one in levels(lens) if one >= wanted - NEAR]
    if not known:
        return "This forecast holds no plan for so high a promise. Have the targets worked out to see what it takes."
    name = next(one for one in names_of(lens, FRONTIER, "level") if one != NO_PROMISE and _level(one) == known[0])
    nearest = "" if abs(known[0] - wanted) < NEAR else f" ({name} is the nearest promise that this forecast holds)"
    if said(lens, FRONTIER, "possible", level=name) != "yes":
        return f"At {name}{nearest}: no plan within the limits keeps that promise."
    approvals = many(said(lens, FRONTIER, "approvals", level=name), "approval", "approvals")
    beds = said(lens, FRONTIER, "beds", level=name)
    besides = f" and {many(beds, 'bed', 'beds')} bought in block" if beds not in (None, "0", NOT_KNOWN) else ""
    return f"At {name} it would take {approvals}{besides} beyond what today's pipeline brings{nearest}."


def pays_without(lens: Lens, level: str) -> bool:
    """Whether the cheapest plan with no promise at all approves and buys as much as that of a level."""
    if not lens.has(FRONTIER) or not {level, NO_PROMISE} <= set(names_of(lens, FRONTIER, "level")):
        return False
    if said(lens, FRONTIER, "possible", level=level) != "yes":
        return False
    plans = [
        tuple(said(lens, FRONTIER, column, level=name) for column in ("approvals", "beds"))
        for name in (NO_PROMISE, level)
    ]
    return plans[0] == plans[1] and plans[0][0] not in (None, NOT_KNOWN, "0")


# ---- the plan --------------------------------------------------------------------------------------------------------


def plan_sections(lens: Lens) -> Iterator[Section]:
    """Households by kind, year and quarter, enquiries and by when, beds, and how far the plan can be trusted."""
    if not lens.has(QUARTER):
        yield Section("", (none_yet(),))
        return
    (written,) = mp_targets.section(lens, Narrative(empty_places=False))
    kept = tuple(one for one in written.blocks if not _is_of_frontier(one))
    level = summary(lens, "asked").partition("%")[0]
    pays = (Paragraph(PAYS),) if pays_without(lens, f"{level}%") else ()
    yield Section("How many to approve, and by when", (*pays, *kept, _enquire_by(lens)))
    yield Section("How far the plan can be trusted", tuple(_trust(lens)))


def _is_of_frontier(block: Block) -> bool:
    return isinstance(block, Table) and block.caption.startswith("What promising more")


def _enquire_by(lens: Lens) -> Disclosure:
    """Quarter by quarter, what is more than the pipeline brings, with the enquiries that takes, and by when."""
    rows: list[tuple[Cell, ...]] = []
    for quarter in lens.categories(QUARTER, "quarter"):
        for home in names_of(lens, QUARTER, "home_segment"):
            by = {"quarter": quarter, "home_segment": home}
            more, altogether = (said(lens, QUARTER, column, **by) for column in ("more", "recruit"))
            if home != "all" and altogether not in (None, "0", NOT_KNOWN):
                pipeline, enquiries, since = (
                    said(lens, QUARTER, column, **by) for column in ("pipeline", "enquiries", "enquire_from")
                )
                asked = (enquiries, since) if more not in (None, "0") else ("0", "")
                when = label(lens, QUARTER, "quarter", quarter)
                rows.append((when, label(lens, QUARTER, "home_segment", home), altogether, pipeline, more, *asked))
    columns = (
        Column("Approved in"),
        Column("Kind of home"),
        Column("Altogether", number=True),
        Column("Today's pipeline", number=True),
        Column("More", number=True),
        Column("Enquiries for those", number=True),
        Column("Enquiries come in"),
    )
    table = Table("Approvals quarter by quarter, and the enquiries they take", columns, tuple(rows))
    return Disclosure("Every quarter: today's pipeline, how many more, and when enquiries are due", (table,))


def _trust(lens: Lens) -> Iterator[Block]:
    verdict = mp_targets.VERDICTS.get(summary(lens, "verdict"))
    if verdict:
        yield Paragraph(f"Checked on {summary(lens, 'checked_on')} futures that the plan was not made on, {verdict}.")
    gap, ended = summary(lens, "gap_share"), summary(lens, "searches_ended")
    if gap:
        yield Paragraph(
            f"It is not proved to be the cheapest plan there is. Of the money that a plan can change, no plan that "
            f"keeps the promise is cheaper by more than {gap}: that holds with 95% confidence."
        )
    if ended == "no":
        yield Paragraph(
            "The search was stopped by its clock before it ended by itself: worked out again, the plan may differ."
        )
    if not gap and not ended:
        yield Paragraph("This forecast does not say how far the plan may be from the cheapest one.")
    yield Paragraph(
        "The plan counts on nothing going wrong with recruitment: what if only half of it succeeds stands under “What "
        "if it falls short”."
    )


# ---- more or less ----------------------------------------------------------------------------------------------------


def frontier_sections(lens: Lens) -> Iterator[Section]:
    """What promising more takes: approvals and money against service level, drawn and as a table."""
    if not lens.has(FRONTIER):
        yield Section("", (Notice("This forecast does not say what promising more takes", ("",), "caution"),))
        return
    names = tuple(names_of(lens, FRONTIER, "level"))
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        if said(lens, FRONTIER, "possible", level=name) != "yes":
            rows.append((_promised(name), "cannot be kept", None, None, None, None))
            continue
        reached = said(lens, FRONTIER, "reached", level=name)
        money, ends = _dearer(lens, FRONTIER_MONEY, level=name)
        cells = (said(lens, FRONTIER, column, level=name) for column in ("approvals", "beds"))
        rows.append((_promised(name), *cells, reached, money, ends))
    columns = (
        Column("Promised"),
        Column("Approvals", number=True),
        Column("Block beds", number=True),
        Column("Reached in other futures", number=True),
        Column("Dearer than without a promise", number=True),
        Column("8 in 10 futures", number=True),
    )
    notes = (
        "Approvals beyond what today's pipeline brings. Money: the plan and the placements of these children over the "
        "months planned, in money of the first day; with a minus sign, cheaper.",
    )
    table = Table("What it takes to promise more or less", columns, tuple(rows), notes)
    yield Section("What a higher or lower promise takes", (*_frontier_pictures(lens, names), table))


def _promised(name: str) -> str:
    return "Nothing" if name == NO_PROMISE else name


def _dearer(lens: Lens, key: str, **by: str) -> tuple[str | None, str | None]:
    """A mean in pounds and the band beside it; nothing where this edition does not hold it."""
    mean, low, high = (_rounded(lens, key, column, **by) for column in ("mean", "p10", "p90"))
    return mean, None if low is None or high is None else f"{low} to {high}"


def _rounded(lens: Lens, key: str, column: str, **by: str) -> str | None:
    """Pounds to three figures: nobody knows them to the pound. As it is said where no number is told."""
    amount = number(lens, key, column, **by)
    return said(lens, key, column, **by) if amount is None else pounds(amount)


def _frontier_pictures(lens: Lens, names: tuple[str, ...]) -> Iterator[Picture]:
    possible = [name for name in names if said(lens, FRONTIER, "possible", level=name) == "yes"]
    bars = [
        Row(_promised(name), (number(lens, FRONTIER, "approvals", level=name),), f"{cell}")
        for name in possible
        if (cell := said(lens, FRONTIER, "approvals", level=name)) is not None
    ]
    if any(part for bar in bars for part in bar.parts):
        title = "Approvals that each promise takes"
        alt = f"One bar for each service level: {'; '.join(f'{one.name} {one.text}' for one in bars)}."
        yield Picture(title, bars_svg(bars, title=title, alt=alt), alt, _of_bars(title, "Approvals", bars))
    dear = [
        Row(_promised(name), (mean,), pounds(mean))
        for name in possible
        if (mean := number(lens, FRONTIER_MONEY, "mean", level=name)) is not None and mean >= 0
    ]
    if any(part for bar in dear for part in bar.parts):
        title = "What each promise costs more than none"
        alt = f"One bar for each service level: {'; '.join(f'{one.name} {one.text}' for one in dear)}."
        yield Picture(title, bars_svg(dear, title=title, alt=alt), alt, _of_bars(title, "Dearer", dear))


def _of_bars(caption: str, what: str, bars: list[Row]) -> Table:
    return Table(caption, (Column("Promised"), Column(what, number=True)), tuple((one.name, one.text) for one in bars))


# ---- worth -----------------------------------------------------------------------------------------------------------


def worth_sections(lens: Lens) -> Iterator[Section]:
    """What an approval costs and saves, year by year, what one more saves net, and after how many weeks."""
    for one in mp_money.section(lens, Narrative(empty_places=False)):
        if one.heading in (mp_money.SAVED, mp_money.EVEN):
            yield Section(one.heading, one.blocks)
    key = "targets.money"
    if not lens.has(key):
        yield Section("What the plan costs and saves", (none_yet(),))
        return
    titles = {value.name: value.title for value in lens.facts(key).columns}
    tables = []
    for year in lens.categories(key, "on"):
        rows: list[tuple[Cell, ...]] = []
        for home in names_of(lens, key, "home_segment"):
            cells = [said(lens, key, column, on=year, home_segment=home) for column in titles]
            if cells[0] is not None:
                told = (None if cell == NOT_KNOWN else cell for cell in cells)
                rows.append((BESIDES.get(home) or label(lens, key, "home_segment", home), *told))
        head = (Column("Kind of home"), *(Column(title, number=True) for title in titles.values()))
        note = "Of households beyond today's pipeline. What one more saves: on placements, its own cost not taken off."
        tables.append(Table(f"What the plan costs and saves in {year}", head, tuple(rows), (note,)))
    yield Section("What the plan costs and saves", tuple(tables))


# ---- if it falls short -----------------------------------------------------------------------------------------------


def success_sections(lens: Lens) -> Iterator[Section]:
    """Who has a home, and what it costs, where only some of the recruitment succeeds."""
    heading = "If recruitment falls short"
    if not lens.has(SUCCESS):
        words = "It was worked out by an earlier version of Placewell. Have the targets worked out anew."
        yield Section(heading, (Notice("This forecast does not say", (words,), "caution"),))
        return
    names = tuple(names_of(lens, SUCCESS, "success"))
    yield Section(heading, (_in_a_sentence(lens), _overall(lens, names), _by_need(lens, names)))


def _in_a_sentence(lens: Lens) -> Paragraph:
    half, every = (said(lens, SUCCESS, "met", success=one, home_segment="all") for one in ("half", "every"))
    unmet = said(lens, SUCCESS, "unmet_mean", success="half", home_segment="all")
    money = number_of(said(lens, SUCCESS_MONEY, "mean", success="half"))
    cost = ""
    if money is not None:
        how = "dearer" if money >= 0 else "cheaper"
        cost = f" Over the months planned that is about {pounds(abs(money))} {how} than if every approval succeeds."
    return Paragraph(
        f"If only half of the approvals planned succeed, about {in_words(half)} of the children who need a local "
        f"family home have one {_on(lens)}, and not {in_words(every)}; "
        f"{roughly(many(unmet, 'child goes', 'children go'))} without.{cost}",
        strong=True,
    )


def _on(lens: Lens) -> str:
    since = summary(lens, "from")
    return f"in {since}, when the promise begins" if since else "when the promise begins"


def _overall(lens: Lens, names: tuple[str, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        met, unmet = (said(lens, SUCCESS, c, success=name, home_segment="all") for c in ("met", "unmet_mean"))
        approved = said(lens, SUCCESS_MONEY, "approved", success=name)
        rows.append(
            (label(lens, SUCCESS, "success", name), approved, met, unmet, *_dearer(lens, SUCCESS_MONEY, success=name))
        )
    columns = (
        Column("Of the recruitment succeeds"),
        Column("Approved beyond the pipeline, on average", number=True),
        Column("Have a home of the council's own", number=True),
        Column("Children without, on average", number=True),
        Column("Dearer, on average", number=True),
        Column("8 in 10 futures", number=True),
    )
    notes = (
        "Each approval succeeds or fails by its own luck, whatever becomes of the others; a whole campaign that fails "
        "is worse. Futures are those that the plan was checked on.",
        "Recruiting is counted as paid for in full, support for those who are approved. Money of the first day, over "
        "the months planned; with a minus sign, cheaper.",
    )
    return Table(f"The promise {_on(lens)}, and the cost", columns, tuple(rows), notes)


def _by_need(lens: Lens, names: tuple[str, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for need in names_of(lens, SUCCESS, "home_segment"):
        cells = [said(lens, SUCCESS, "met", success=name, home_segment=need) for name in names]
        rows.append((label(lens, SUCCESS, "home_segment", need), *cells))
    columns = (
        Column("A home for"),
        *(Column(label(lens, SUCCESS, "success", name), number=True) for name in names),
    )
    notes = (
        "Share of children who have a home of the council's own. Where homes are short, who goes without depends on "
        "who is placed first: the mean of two orders is shown, one the other's reverse.",
    )
    return Table(f"Who has a home {_on(lens)}, by what they need", columns, tuple(rows), notes)
