"""Section 12, commissioning intentions: what figures suggest buying, by a stated rule, and the council's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reporting.lens import Lens
from reporting.section import Block, Bullets, Cell, Column, Paragraph, Section, Table
from sufficiency.mp_figures import (
    ahead_table,
    days,
    headline_days,
    label,
    list_of,
    many,
    number,
    on_said,
    said,
    uncapital,
    year_ends,
)
from sufficiency.mp_words import number_of
from sufficiency.narrative import Narrative
from sufficiency.need_words import FEW

HEADING: Final = "Commissioning intentions"
KEY: Final = "gap.need"
LOCAL: Final = 0.8
"""Where a smaller share of children has one of the council's own homes, they are hard to have."""
FOSTERING: Final = (
    *("mainstream_0_4", "mainstream_5_10", "mainstream_11_15", "teenagers"),
    *("siblings_two", "siblings_three_or_more", "parent_and_child"),
)
PROVIDERS: Final = (
    ("Fostering agencies", "intentions_fostering", FOSTERING, "foster_agency"),
    ("Children's homes", "intentions_homes", ("specialist",), "residential"),
    ("Supported accommodation and lodgings", "intentions_supported", ("supported_lodgings",), "supported"),
    ("Adoption agencies", "intentions_adoption", ("adopters",), "placed_for_adoption"),
)
"""Each with its place for the council's words, the needs it could meet, and where its children live today."""
YES: Final = "✓ yes"
NO: Final = "no"
UNSAID: Final = "too few to say"
AHEAD: Final = "Yes: ahead of need"
ASKED: Final = "Yes: as children need it"
SPOT: Final = "Perhaps: one place at a time"
NOTHING: Final = "No more than is bought now"
NOT_SAID: Final = "Too few to plan for"
RULE: Final = (
    f"Need: in the middle of the forecast at least {FEW} children will have no home of the council's own.",
    f"Short supply: at least {FEW} are still without one at the last date that is forecast.",
    f"Hard to have: fewer than {100 * LOCAL:.0f}% of the children who need such a home have one of the council's own.",
    f"“{AHEAD}”: at least {FEW} are without one in 9 of 10 futures, so that a place bought ahead is filled. “{ASKED}”: "
    f"in the middle of the forecast. “{SPOT}”: in 2 of 10 futures. Otherwise “{uncapital(NOTHING)}”.",
)
"""How the table follows from the gap."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """What the figures suggest, then for each type of provider the figures and what the council will do."""
    here = lens.under(HEADING)
    quarters = days(lens, KEY)
    blocks: list[Block] = [*narrative.words("intentions")]
    if quarters:
        blocks = [Paragraph(_lead(here, quarters), strong=True), _table(here, quarters), Bullets(RULE), *blocks]
    else:
        blocks = [Paragraph("No gap was worked out, so the figures suggest nothing."), *blocks]
    parts = [Section(HEADING, tuple(blocks), anchor="intentions")]
    for heading, words, needs, group in PROVIDERS:
        part = tuple(_provider(lens.under(heading), needs, group, quarters))
        told = (*part, *narrative.words(words))
        if told:
            parts.append(Section(heading, told, level=3))
    buying = (*narrative.words("buying"), *narrative.words("contact"))
    return (*parts, Section("How to work with the council", buying, level=3)) if buying else tuple(parts)


def _needs(lens: Lens) -> list[str]:
    there = lens.categories(KEY, "home_segment")
    return [need for _, _, needs, _ in PROVIDERS for need in needs if need in there]


def suggested(lens: Lens, need: str, on: str) -> str:
    """What the rule says of one need on one day."""
    low, middle, high = (said(lens, KEY, column, on=on, home_segment=need) for column in ("p10", "p50", "p80"))
    if _at_least(low):
        return AHEAD
    if _at_least(middle):
        return ASKED
    if _at_least(high):
        return SPOT
    return NOTHING if number_of(high) is not None else NOT_SAID


def _at_least(text: str | None) -> bool:
    found = number_of(text)
    return found is not None and found >= FEW


def _lead(lens: Lens, quarters: Sequence[str]) -> str:
    on = year_ends(quarters)[0]
    parts = []
    for what, words in ((AHEAD, "places ahead of need"), (ASKED, "places as children need them")):
        names = [
            uncapital(label(lens, KEY, "home_segment", need))
            for need in _needs(lens)
            if suggested(lens, need, on) == what
        ]
        if names:
            parts.append(f"{words} for {list_of(names)}")
    if not parts:
        return f"For {on_said(on)} the figures suggest buying no more than is bought now."
    return f"For {on_said(on)} the figures suggest buying {'; and '.join(parts)}. The council decides."


def _table(lens: Lens, quarters: Sequence[str]) -> Table:
    on, last = year_ends(quarters)[0], quarters[-1]
    rows: list[tuple[Cell, ...]] = []
    for need in _needs(lens):
        share = number(lens, KEY, "in_house_share", on=on, home_segment=need)
        middle, later = (said(lens, KEY, "p50", on=day, home_segment=need) for day in (on, last))
        few = number_of(middle) is None or share is None
        rows.append(
            (
                label(lens, KEY, "home_segment", need),
                _tick(middle),
                _tick(later),
                UNSAID if few else YES if share is not None and share < LOCAL else NO,
                suggested(lens, need, on),
                _first(lens, need, quarters),
            )
        )
    columns = (
        Column("A home for"),
        Column(f"Need, {on_said(on)}"),
        Column(f"Short supply, {on_said(last)}"),
        Column("Hard to have"),
        Column("To buy"),
        Column("From"),
    )
    return Table("What the figures suggest buying", columns, tuple(rows))


def _tick(text: str | None) -> str:
    if number_of(text) is None:
        return UNSAID
    return YES if _at_least(text) else NO


def _first(lens: Lens, need: str, quarters: Sequence[str]) -> str | None:
    """The first quarter whose end so many are without."""
    for on in quarters:
        if _at_least(said(lens, KEY, "p50", on=on, home_segment=need)):
            return "now" if on == quarters[0] else on_said(on)
    return None


def _provider(lens: Lens, needs: Sequence[str], group: str, quarters: Sequence[str]) -> Iterator[Block]:
    ahead = headline_days(days(lens, "forecast.group"))
    now = lens.book.about["known_until"]
    text = said(lens, "children.group_age", "children", what="in_care", on=now, group=group, age="all")
    if ahead and group in lens.categories("forecast.group", "group"):
        name = label(lens, "forecast.group", "group", group)
        if text is not None:
            yield Paragraph(f"{name}: {many(text, 'child', 'children')} on {on_said(now)}.")
        yield ahead_table(lens, "forecast.group", "Children in care ahead", "Placement", (group,), "group", ahead)
    there = [need for need in needs if quarters and need in lens.categories(KEY, "home_segment")]
    if there:
        caption = "Children without a home of the council's own"
        yield ahead_table(lens, KEY, caption, "A home for", there, "home_segment", year_ends(quarters))
    if group == "residential" and lens.has("targets.beds"):
        told = [
            (on_said(on), said(lens, "targets.beds", "beds", on=on))
            for on in dict.fromkeys(lens.facts("targets.beds").rows["on"].tolist())
        ]
        yield Table("Beds that the plan buys in block", (Column("When"), Column("Beds", number=True)), tuple(told))
