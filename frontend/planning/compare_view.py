"""Scenarios side by side: any measure at any time, what each lever does, and what a pound buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from frontend.planning.opened import Opened
from frontend.planning.scenario_words import TITLES
from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Bar, Block, Cell, Column, Paragraph, Section, Table
from sufficiency.compare_measures import BY_NAME, MEASURES
from sufficiency.compared import AVERAGE, END, KEYS, LEVERS, START, TOTAL, WORTH, Compared
from sufficiency.mp_figures import band, change, label, said, uncapital
from sufficiency.mp_scenarios import waterfall
from sufficiency.need_words import listed

FIRST_TOLD: Final = "unmet"
"""The measure that is told first."""
TWO_SIDES: Final = "Of the difference, future by future: the same children and the same luck meet both scenarios."


def compared_of(opened: Opened) -> Compared | None:
    """What was played together; None where it was played alone."""
    return opened.compared if opened.compared is not None and len(opened.compared.scenarios) > 1 else None


def measures_there(opened: Opened) -> dict[str, str]:
    """Each measure that the scenarios are compared by, and its title."""
    there = {
        name for key, _, _ in KEYS.values() if opened.lens.has(key) for name in opened.lens.categories(key, "measure")
    }
    return {one.name: one.title for one in MEASURES if one.name in there}


def whens(opened: Opened, measure: str) -> dict[str, str]:
    """The times at which a measure is told, in words; the last of the single ones first, as it is told first."""
    lens, key = opened.lens, _key(measure)
    rows = lens.facts(key).rows
    there = list(dict.fromkeys(rows.loc[rows["measure"] == measure, "when"].tolist()))
    single = sorted((one for one in there if one not in (AVERAGE, TOTAL)), reverse=True)
    order = [*(one for one in there if one == TOTAL), *single, *(one for one in there if one == AVERAGE)]
    return {when: label(lens, key, "when", when) for when in order}


def side_by_side(opened: Opened, names: Sequence[str], measure: str, when: str) -> Section:
    """One measure at one time: each scenario, its difference to the first, and where that lies in 8 of 10 futures."""
    lens, key = _silent(opened), _key(measure)
    compared = opened.compared
    first = compared.first if compared is not None else ""
    title = BY_NAME[measure].title
    caption = f"{title}, {label(lens, key, 'when', when)}"
    table = _table(lens, key, measure, when, [first, *(name for name in names if name != first)], first, caption)
    blocks: list[Block] = [Paragraph(_lead(lens, key, measure, when, names, first), strong=True), table]
    return Section(caption, tuple(blocks), anchor="side-by-side")


def _lead(lens: Lens, key: str, measure: str, when: str, names: Sequence[str], first: str) -> str:
    told = []
    for name in names:
        if name == first:
            continue
        by = _by(lens, key, name, measure, when)
        text = change(said(lens, key, "difference_mean", **by))
        ends = band(lens, key, "difference_p10", "difference_p90", **by)
        if text == ends == "0" or (text == "£0" and ends == "£0"):
            told.append(f"“{name}” changes nothing")
        else:
            told.append(f"“{name}” {text}" + (f" ({ends} in 8 of 10 futures)" if ends else ""))
    title = BY_NAME[measure].title
    better = {"less": " Less is better.", "more": " More is better."}.get(BY_NAME[measure].better, "")
    return f"{title}, beside “{first}”: {listed(told)}.{better}" if told else f"Choose a scenario beside “{first}”."


def _table(lens: Lens, key: str, measure: str, when: str, names: Sequence[str], first: str, caption: str) -> Table:
    found = {name: _by(lens, key, name, measure, when) for name in names}
    ends = {
        name: tuple(lens.number(key, f"difference_{end}", **by) for end in ("p10", "p90"))
        for name, by in found.items()
        if name != first
    }
    known = [one for pair in ends.values() for one in pair if one is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    rows: list[tuple[Cell, ...]] = []
    for name, by in found.items():
        mean, spread = said(lens, key, "mean", **by), band(lens, key, **by)
        if name == first:
            rows.append((name, mean, spread, "held against", None))
            continue
        words = band(lens, key, "difference_p10", "difference_p90", **by)
        begin, end = ends[name]
        drawn: Cell = words
        if begin is not None and end is not None and high > low and words is not None:
            drawn = Bar(begin - low, end - begin, high - low, words)
        rows.append((name, mean, spread, change(said(lens, key, "difference_mean", **by)), drawn))
    head = (
        Column("Scenario"),
        Column("On average", number=True),
        Column("In 8 of 10 futures", number=True),
        Column("Difference", number=True),
        Column("Difference in 8 of 10 futures"),
    )
    return Table(caption, head, tuple(rows), (TWO_SIDES,))


def all_measures(opened: Opened, name: str) -> Section:
    """One scenario beside the first by every measure, at the end of what is forecast."""
    lens = _silent(opened)
    first = opened.compared.first if opened.compared is not None else ""
    rows: list[tuple[Cell, ...]] = []
    for measure, title in measures_there(opened).items():
        key, when = _key(measure), next(iter(whens(opened, measure)))
        ours, theirs = _by(lens, key, name, measure, when), _by(lens, key, first, measure, when)
        rows.append(
            (
                (title, label(lens, key, "when", when)),
                said(lens, key, "mean", **theirs),
                said(lens, key, "mean", **ours),
                change(said(lens, key, "difference_mean", **ours)),
                band(lens, key, "difference_p10", "difference_p90", **ours),
            )
        )
    head = (
        Column("What"),
        Column(f"“{first}”", number=True),
        Column(f"“{name}”", number=True),
        Column("Difference", number=True),
        Column("In 8 of 10 futures", number=True),
    )
    caption = f"The full result: “{name}” beside “{first}”, {int(opened.about['draws']):,} futures"
    key, when = _key(FIRST_TOLD), ""
    lead: list[Block] = []
    if FIRST_TOLD in measures_there(opened):
        when = next(iter(whens(opened, FIRST_TOLD)))
        lead = [Paragraph(_lead(lens, key, FIRST_TOLD, when, [name], first), strong=True)]
    return Section(f"“{name}” beside “{first}”", (*lead, Table(caption, head, tuple(rows), (TWO_SIDES,))), level=3)


def at_every_time(opened: Opened, names: Sequence[str], measure: str) -> Table:
    """The differences at every time that is told."""
    lens, key = _silent(opened), _key(measure)
    first = opened.compared.first if opened.compared is not None else ""
    times = whens(opened, measure)
    head = (Column("Scenario"), *(Column(words[:1].upper() + words[1:], number=True) for words in times.values()))
    rows: list[tuple[Cell, ...]] = []
    for name in [first, *(one for one in names if one != first)]:
        cells: list[Cell] = []
        for when in times:
            by = _by(lens, key, name, measure, when)
            if name == first:
                cells.append((said(lens, key, "mean", **by) or NOT_KNOWN, band(lens, key, **by)))
            else:
                ends = band(lens, key, "difference_p10", "difference_p90", **by)
                cells.append((change(said(lens, key, "difference_mean", **by)), ends))
        rows.append((name, *cells))
    notes = (f"First row: on average, and in 8 of 10 futures. Others: how they differ from “{first}”.",)
    return Table(f"{BY_NAME[measure].title}, at every time", head, tuple(rows), notes)


# ---- levers --------------------------------------------------------------------------------------------------------


def lever_said(name: str) -> str:
    """What a lever is called."""
    return TITLES.get(f"levers.{name}", name.replace("_", " "))


def levers_of(opened: Opened, scenario: str, measure: str, when: str) -> tuple[Block, ...]:
    """What each lever of a scenario does to a measure: a waterfall that adds up, and by itself, the strongest first."""
    lens = _silent(opened)
    key = LEVERS[BY_NAME[measure].unit]
    if not lens.has(key):
        return ()
    rows = lens.facts(key).rows
    at = rows[(rows["scenario"] == scenario) & (rows["measure"] == measure) & (rows["when"] == when)]
    if not len(at):
        return ()
    by = {"scenario": scenario, "measure": measure, "group": str(at["group"].iloc[0]), "when": when}
    levers = at["lever"].tolist()
    fall = waterfall(lens, key, by, levers)
    named = tuple(
        (lever_said(lever) if lever not in (START, END) else row[0], *row[1:])
        for lever, row in zip(levers, fall.rows, strict=True)
    )
    blocks: list[Block] = [replace(fall, rows=named)]
    alone = _alone(lens, key, by, [lever for lever in levers if lever not in (START, END)], measure)
    return (*blocks, alone) if alone is not None else tuple(blocks)


def _alone(lens: Lens, key: str, by: dict[str, str], levers: Sequence[str], measure: str) -> Block | None:
    """Each lever pulled by itself, the strongest first; those of which it is not told last."""
    if len(levers) < 2 or "alone" not in {value.name for value in lens.facts(key).columns}:
        return None
    told = [
        (lever, change(said(lens, key, "alone", **by, lever=lever)), lens.number(key, "alone", **by, lever=lever))
        for lever in levers
    ]
    told.sort(key=lambda one: -abs(one[2]) if one[2] is not None else 0.5)
    rows: tuple[tuple[Cell, ...], ...] = tuple((lever_said(lever), text) for lever, text, _ in told)
    notes = (
        "By itself: pulled alone, on average over all futures. Levers do not simply add up: some do much only "
        "together.",
    )
    title = f"Which lever does most by itself: {uncapital(BY_NAME[measure].title)}"
    return Table(title, (Column("Lever"), Column("Adds by itself", number=True)), rows, notes)


# ---- what a pound buys ---------------------------------------------------------------------------------------------


def pound_buys(opened: Opened, names: Sequence[str]) -> tuple[Block, ...]:
    """Pounds a year for each place more that is filled in the council's own homes, scenario by scenario."""
    lens = _silent(opened)
    homes, cost = KEYS["children"][0], KEYS["£"][0]
    first = opened.compared.first if opened.compared is not None else ""
    if not (lens.has(homes) and lens.has(cost)) or not names:
        return ()
    priced = lens.categories(WORTH, "scenario") if lens.has(WORTH) else ()
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        if name == first:
            continue
        more = change(said(lens, homes, "difference_mean", **_by(lens, homes, name, "own_homes", AVERAGE)))
        money = change(said(lens, cost, "difference_mean", **_by(lens, cost, name, "cost", TOTAL)))
        each: Cell = "fills no more places"
        if name in priced:
            each = (_each(lens, name), *_range(lens, name))
        rows.append((name, more, money, each))
    head = (
        Column("Scenario"),
        Column("More places filled, on average", number=True),
        Column("Cost, all years together", number=True),
        Column("For each place more, a year", number=True),
    )
    notes = (
        f"Beside “{first}”. More places filled: children in the council's own homes, on average over all months. Cost: "
        "of placements, and of recruiting and supporting households; what a campaign, a scheme or extra support itself "
        "costs is in it only where the scenario states it.",
        "For each place more: the difference in cost over the difference in places, a year. Where it saves, that much "
        "could be spent a year for each place before it costs more than it saves. The range sets the low end of one "
        "against the high end of the other, and so is wider than it need be; there is none where more places are not "
        "filled in 9 of 10 futures.",
    )
    return (Table("What a pound buys", head, tuple(rows), notes), *_which(lens, [n for n in names if n in priced]))


def _each(lens: Lens, name: str) -> str:
    text, number = lens.text(WORTH, "mean", scenario=name), lens.number(WORTH, "mean", scenario=name)
    return f"saves {text.lstrip('−-')}" if number is not None and number < 0 else f"costs {text}"


def _range(lens: Lens, name: str) -> tuple[str, ...]:
    low, high = (lens.number(WORTH, end, scenario=name) for end in ("low", "high"))
    if low is None or high is None:
        return ("no range can be told",)
    if low < 0 <= high:
        return (f"from saving £{-low:,.0f} to costing £{high:,.0f}",)
    return (f"£{abs(high):,.0f} to £{abs(low):,.0f}" if high < 0 else f"£{low:,.0f} to £{high:,.0f}",)


def _which(lens: Lens, priced: Sequence[str]) -> tuple[Block, ...]:
    """Which of them fills a place for least, where more than one does."""
    found = {name: value for name in priced if (value := lens.number(WORTH, "mean", scenario=name)) is not None}
    if len(found) < 2:
        return ()
    best = min(found, key=lambda name: found[name])
    others = listed([f"“{name}” {_each(lens, name)}" for name in found if name != best])
    return (
        Paragraph(
            f"Before what each costs to bring about, “{best}” buys a filled place for least: it {_each(lens, best)} a "
            f"year for each; {others}."
        ),
    )


# ---- the lens ------------------------------------------------------------------------------------------------------


def _silent(opened: Opened) -> Lens:
    """The lens without a list of what was said: it is open in many tabs for long."""
    return replace(opened.lens, said=[])


def _key(measure: str) -> str:
    return KEYS[BY_NAME[measure].unit][0]


def _by(lens: Lens, key: str, scenario: str, measure: str, when: str) -> dict[str, str]:
    rows = lens.facts(key).rows
    group = str(rows.loc[rows["measure"] == measure, "group"].iloc[0])
    return {"scenario": scenario, "measure": measure, "group": group, "when": when}
