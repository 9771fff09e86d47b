"""How long adopted children waited: from entry to moving in (A10), from the order to the match (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from records.sources.return_903 import End, Return
from sufficiency.groups import ADOPTED, FOSTER
from sufficiency.indicator import Indicator, Present, Unit
from sufficiency.stays import Array, History, Ints

YEARS: Final = 3
WITH_ADOPTERS: Final = ("A3", "A4", "A5", "A6")
EARLY: Final = ("U2", "U5")
"""Foster care with carers who are approved adopters too."""
_WITH_FOSTER_CARERS: Final = ("A3", "A5")
_ORDER_MADE: Final = ("L", "B", "U")
"""Reasons for a new episode that say that the legal status changed with it."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long children who were adopted waited, one entry each, in the order of their periods of care.

    Days are None where one end is not known.
    """

    period: Ints
    """Position in the history's periods."""
    a1: tuple[int | None, ...]
    """From entering care to moving in with adopters."""
    a10: tuple[int | None, ...]
    """The same; for children adopted by their foster carers, to the start of the stay with those carers."""
    a2: tuple[int | None, ...]
    """From the placement order to the match."""
    ordered: tuple[bool, ...]
    """Whether there was a placement order: without one, no A2 is wanted."""
    early: tuple[bool, ...]
    """Whether the child moved in first by early permanence: with foster carers approved as adopters too (U2, U5)."""
    provider: tuple[str, ...]
    """SSDA903 PLACE_PROVIDER of the placement with adopters; blank where there is none."""


def clocks(ret: Return, present: Present, first: int) -> Clocks:
    """The children adopted from a day up to that of `present`, and how long each waited."""
    h = present.history
    adopted = np.flatnonzero((h.periods.end == End.ENDED) & (h.periods.exit == ADOPTED) & (h.periods.until >= first))
    ad1 = _latest_rows(ret.others.get("AD1", {}), present.year)
    a1, a10, a2, ordered, early, provider = [], [], [], [], [], []
    for p in adopted.tolist():
        row = ad1.get(int(h.periods.child[p]))
        a10.append(_to_moving_in(h, p, row))
        a1.append(_to_moving_in(h, p, row, by_carers_too=False))
        days, order = _to_match(ret, h, p, row)
        a2.append(days)
        ordered.append(order)
        mine = np.flatnonzero(h.placements.period == p)
        early.append(bool(np.isin(h.placements.place[mine], EARLY).any()))
        with_adopters = mine[np.isin(h.placements.place[mine], WITH_ADOPTERS)]
        provider.append(str(h.placements.provider[with_adopters[-1]]) if len(with_adopters) else "")
    return Clocks(adopted, tuple(a1), tuple(a10), tuple(a2), tuple(ordered), tuple(early), tuple(provider))


def adoption_indicators(ret: Return, present: Present) -> tuple[Indicator, Indicator]:
    """A10 and A2 over the children adopted in the three years that end with the day."""
    h = present.history
    first = present.months_before(12 * YEARS)
    found = clocks(ret, present, first)
    moved = list(found.a10)
    matched = list(zip(found.a2, found.ordered, strict=True))
    ordered = [days for days, order in matched if order]
    short = (
        f" The returns are complete only from {np.datetime64(h.first, 'D')}, so that fewer than {YEARS} years count."
        if h.first > first
        else ""
    )
    survivors = (
        f"A mean over children who were adopted in the {YEARS} years: those still waiting, who may wait longest, are "
        "not in it. Children of whom the days are not known are left out of the mean." + short
    )
    without = len(matched) - len(ordered)
    return (
        _mean(
            "a10",
            "Days from entering care to moving in with adopters (A10)",
            moved,
            "Adopted children: days from the start of the period of care to the start of the placement with adopters; "
            "for children adopted by their foster carers, to the start of the stay with those carers.",
            survivors,
        ),
        _mean(
            "a2",
            "Days from the placement order to the match (A2)",
            ordered,
            "Adopted children with a placement order: days from the start of the order to the date of the match; a "
            "match before the order counts nought.",
            f"{survivors} {without} adopted without a placement order are not counted.",
        ),
    )


def _mean(name: str, title: str, days: list[int | None], definition: str, caveat: str) -> Indicator:
    known = [d for d in days if d is not None]
    return Indicator(name, title, Unit.DAYS, sum(known), len(known), len(days) - len(known), definition, caveat)


def _latest_rows(table: Mapping[str, Array], year: int) -> dict[int, tuple[int | None, bool]]:
    """Child to the date of the match and whether foster carers adopted, by the latest row up to a year."""
    found: dict[int, tuple[int | None, bool]] = {}
    if not table:
        return found
    for i in np.argsort(table["year"], kind="stable").tolist():
        if table["child"][i] >= 0 and table["year"][i] <= year:
            match = table["date_match"][i]
            on = None if np.isnat(match) else int(match.astype("datetime64[D]").astype(np.int64))
            found[int(table["child"][i])] = on, int(table["foster_care"][i]) == 1
    return found


def _to_moving_in(
    h: History, period: int, row: tuple[int | None, bool] | None, *, by_carers_too: bool = True
) -> int | None:
    """Days from entry to the home that became the adoptive one, None where either is not known.

    `by_carers_too`: for a child adopted by foster carers that is when the stay with them began, not when it became
    a placement for adoption.
    """
    if not h.periods.entered_known[period]:
        return None
    spells = h.placements
    first, after = np.searchsorted(spells.period, [period, period + 1]).tolist()
    at = after
    while at > first and spells.place[at - 1] in WITH_ADOPTERS:
        at -= 1
    if at == after or (at == first and spells.begun_before[at]):
        return None
    moved_in = int(spells.begin[at])
    by_carers = spells.place[at] in _WITH_FOSTER_CARERS or (row is not None and row[1])
    if by_carers_too and by_carers and at > first and spells.group[at - 1] in FOSTER:
        # The stay with the family began with the carer, however often the placement was coded anew.
        carers = h.carers
        mine = np.flatnonzero((carers.period == period) & (carers.begin <= spells.begin[at - 1]))[-1]
        if h.carers.begun_before[mine]:
            return None
        moved_in = int(carers.begin[mine])
    return moved_in - int(h.periods.entered[period])


def _to_match(ret: Return, h: History, period: int, row: tuple[int | None, bool] | None) -> tuple[int | None, bool]:
    """Days from the first placement order of the period of care to the match, and whether there was an order."""
    stays, periods = h.stays, h.periods
    mine = np.flatnonzero(
        (stays.child == periods.child[period])
        & (stays.begin >= periods.entered[period])
        & (stays.begin < periods.until[period])
    )
    orders = mine[ret.episodes.ls[stays.episode[mine]] == "E1"]
    if not len(orders):
        return None, False
    order = orders[0]
    before_all = order == mine[0] and not periods.entered_known[period]
    if row is None or row[0] is None or (before_all and stays.rne[order] not in _ORDER_MADE):
        return None, True
    return max(0, row[0] - int(stays.begin[order])), True
