"""Scarce homes in words: one plain sentence each, a table, and what keeping them would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pandas as pd

from matching.ahead import Ahead
from matching.prices import DAYS, LIKELY, Prices, Scarce
from matching.prices_kinds import number
from matching.ranking import Ranked
from reporting.section import Block, Cell, Column, Notice, Paragraph, Section, Table

COLUMNS: Final = (
    "home_id",
    "kept_for",
    "homes_that_could",
    "share_of_futures",
    "within_weeks",
    "places_taken",
    "days_lost",
    "standard_error",
)
SHOWN: Final = "These are prices of a forecast, not facts about anybody. They are shown; the plan does not follow them."
FOLLOWED: Final = "This round was asked to keep scarce homes: the tier keep stands among its priorities."
NOT_TRIED: Final = (
    "Whether following them helps over a whole year has not been shown for your council: use them as a question to ask."
)


def sentence(one: Scarce, weeks: int) -> str:
    """Why a home is scarce, as a panel would say it."""
    home = "This home is the only one" if one.homes == 1 else f"This home is one of {number(one.homes)}"
    return f"{home} that could take {one.kind.words}; {_when(one, weeks)}."


def _when(one: Scarce, weeks: int) -> str:
    if one.within is not None:
        return f"{one.kind.such} is expected within {number(one.within)} {'week' if one.within == 1 else 'weeks'}"
    if one.come < 0.5:
        return f"{one.kind.such} is not expected within {_span(weeks)}, and comes in {one.come:.0%} of the futures"
    return f"{one.kind.such} may come within {_span(weeks)}, as in {one.come:.0%} of the futures"


def _span(weeks: int) -> str:
    return "a quarter" if weeks == 13 else f"{number(weeks)} weeks"


def price_words(one: Scarce) -> str:
    """What taking its places is expected to cost those who come, in days."""
    said = [
        f"{number(taken)} place{'s' if taken > 1 else ''}: {days:,} days"
        for taken, days in enumerate(one.days, start=1)
        if days and (taken == 1 or days != one.days[taken - 2])
    ]
    return "; ".join(said)


def sentences_of(prices: Prices, homes: Iterable[str]) -> tuple[str, ...]:
    """For the panel: the sentence of each of these homes that is scarce, with its id and price."""
    wanted = set(homes)
    return tuple(
        f"{one.home_id}: {sentence(one, prices.weeks)} Taken tonight, it is expected to cost those who come "
        f"({price_words(one)})."
        for one in prices.scarce
        if one.home_id in wanted
    )


def homes_of(ahead: Ahead, group: Ranked, first: int) -> list[str]:
    """The planned home of a group's children and the first so many of its ranked homes."""
    q, index = ahead.proposal.question, ahead.proposal.register.child_index
    planned = {int(ahead.proposal.home_of[index[child]]) for child in group.child_ids} - {-1}
    listed = [*sorted(planned), *(home for home in group.homes[:first].tolist() if home not in planned)]
    return [q.home_ids[home] for home in listed]


def round_sentence(ahead: Ahead) -> str:
    """The whole round in a sentence."""
    if not ahead.prices.scarce:
        return "No home with a free place is scarce for the children who are expected within a quarter."
    many = len(ahead.prices.scarce)
    said = f"{many:,} home{' is' if many == 1 else 's are'} scarce for the children who are expected"
    if not len(ahead.changed):
        return f"{said}; keeping them would change nothing tonight."
    return f"{said}. {_change(ahead)}"


def _change(ahead: Ahead) -> str:
    who = len(ahead.changed)
    points = ahead.before["points"] - ahead.after["points"]
    lost = f"{abs(points):,} points {'lost' if points >= 0 else 'gained'} tonight"
    return (
        f"Keeping them would give {who:,} child{'' if who == 1 else 'ren'} another home: {lost}, "
        f"for {ahead.saves:,} days in a home that are expected to be saved. Nobody is left without a home for it."
    )


def sections(
    ahead: Ahead, shown: Callable[[str], bool] = lambda _: True, *, followed: bool = False, level: int = 2
) -> list[Section]:
    """The part "Scarce homes" of a report or page, of the plan in which they are not kept.

    `shown`: whether a reader may see a child or home, by id. `followed`: the reader's own plan keeps them.
    """
    prices = ahead.prices
    blocks: list[Block] = [
        Notice("How to take this", (FOLLOWED if followed else SHOWN, NOT_TRIED)),
        Paragraph(round_sentence(ahead)),
    ]
    scarce = [one for one in prices.scarce if shown(one.home_id)]
    if scarce:
        blocks.append(_table(prices, scarce))
    if len(ahead.changed):
        blocks.append(_changes(ahead, shown))
    doubts = f"From {prices.futures:,} futures of a forecast, {prices.weeks:,} weeks ahead, of made-up children."
    if not prices.exact:
        doubts += " Some placings were not settled to the last; for those the loss is a difference of two bounds."
    return [Section("Scarce homes", tuple(blocks), level=level, anchor="scarce-homes", sources=(doubts,))]


def _table(prices: Prices, scarce: list[Scarce]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.home_id, sentence(one, prices.weeks), price_words(one), f"± {one.error[-1] * 1.96:.0f}") for one in scarce
    ]
    return Table(
        "Homes that are scarce for those who are expected",
        (Column("home"), Column("why"), Column("expected cost if taken tonight"), Column("days, 95%", number=True)),
        tuple(rows),
        notes=(
            "Days in a home that the children who come are expected to lose, when so many places are taken tonight and "
            "the rest of the plan stands.",
            f"A home is listed where the loss is sure (beyond 1.6 standard errors) and at least {DAYS} days. "
            f"“Expected within” means: in {LIKELY:.0%} of the futures.",
        ),
    )


def _changes(ahead: Ahead, shown: Callable[[str], bool]) -> Table:
    q, before, after = ahead.proposal.question, ahead.proposal.home_of, ahead.kept.home_of
    rows = []
    hidden = 0
    for child in ahead.changed.tolist():
        ids = [q.child_ids[child], *(q.home_ids[at] for at in (before[child], after[child]) if at >= 0)]
        if not all(shown(one) for one in ids):
            hidden += 1
            continue
        homes = [q.home_ids[at] if at >= 0 else "no home" for at in (before[child], after[child])]
        rows.append((q.child_ids[child], *homes))
    return Table(
        "What keeping scarce homes would change tonight",
        (Column("child"), Column("home in the plan"), Column("home if scarce homes were kept")),
        tuple(rows),
        notes=(_change(ahead), *((f"{hidden:,} more are not shown to you.",) if hidden else ())),
    )


def table(prices: Prices) -> pd.DataFrame:
    """`scarce.csv`: a row for each scarce home and number of places taken."""
    rows = [
        (
            one.home_id,
            one.kind.words,
            one.homes,
            round(one.come, 3),
            one.within,
            taken,
            days,
            one.error[taken - 1],
        )
        for one in prices.scarce
        for taken, days in enumerate(one.days, start=1)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"within_weeks": "Int64"}) if rows else frame
