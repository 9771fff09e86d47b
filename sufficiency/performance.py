"""The corporate parent's measures at the end of each of the last nine quarters, as tables of facts.

The returns are yearly, but their episodes carry days: whatever is told by who was where on a day is exact at the end
of every quarter inside them. What a file of a year says of a child as a whole (that it was unaccompanied, when it was
matched) is known only with that file, and stands here for its quarters too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from records.sources.return_903 import Return
from reporting.fact import Facts
from sufficiency.groups import GROUPS
from sufficiency.history import History
from sufficiency.indicator import Indicator, Present
from sufficiency.indicators import indicators_of, present_at
from sufficiency.performance_adoption import adoption_facts, clock_facts, within_rows
from sufficiency.performance_flows import flow_facts
from sufficiency.performance_siblings import sibling_rows
from sufficiency.performance_table import iso, quarter_ends, table
from sufficiency.performance_waits import wait_rows
from sufficiency.performance_words import MEASURES, MILES, PLACES
from sufficiency.run import ForecastRun
from sufficiency.where_placed import FAR, Where, directory, where_placed

SOURCE_SAID: Final = (
    "The council's own SSDA903 returns of children looked after, as its episodes stand on the last day of each quarter."
)
"""The sentence for the book's source `performance`."""
_STABLE: Final = ("ni_62", "three_in_two_years", "ni_63", "same_carer_two_years")
_THOUSAND: Final = 1000

Row = tuple[object, ...]


def performance_facts(run: ForecastRun) -> tuple[Facts, ...]:
    """The tables `performance.*` and `adoption.*` of one council; none of several councils together."""
    if run.asked.council is None and len(run.ret.years) > 1:
        return ()
    return facts_of(run.ret, run.history, run)


def facts_of(ret: Return, history: History, run: ForecastRun | None = None) -> tuple[Facts, ...]:
    """The same from a return and its history; without a run, what only a register or referrals tell is left out."""
    days = quarter_ends(history)
    there = [present_at(history, day) for day in days]
    postcodes = directory()
    wheres = [where_placed(present, postcodes) for present in there]
    found = [{one.name: one for one in indicators_of(ret, present, postcodes)} for present in there]
    ons = [iso(day - 1) for day in days]
    shares: list[Row] = [
        (name, on, measures[name].numerator, measures[name].denominator)
        for name in _STABLE
        for on, measures in zip(ons, found, strict=True)
        if measures[name].denominator
    ]
    shares += within_rows(ret, history)
    moves = [measures["moves_per_1000_days"] for measures in found]
    moved: list[Row] = [
        ("moves_per_1000_days", on, _THOUSAND * one.numerator, one.denominator)
        for on, one in zip(ons, moves, strict=True)
        if one.denominator
    ]
    yearly, quarterly = clock_facts(ret, history)
    means = [*yearly]
    if run is not None and run.register is not None:
        shares += sibling_rows(run.register, iso(history.until - 1))
    if run is not None and run.referrals is not None:
        waits, homes_found = wait_rows(run.referrals, ret, history, days)
        means += waits
        shares += homes_found
    made = [
        table("performance.in_care", [("in_care", on, len(one)) for on, one in zip(ons, there, strict=True)]),
        table("performance.shares", shares, {"measure": _names()}),
        table("performance.not_known", list(_not_known(ons, found, there)), {"not_known_of": _names()}),
        table("performance.means", means, {"measure": _names()}),
        table("performance.moves", moved, {"measure": _names()}),
        _parts("performance.mix", GROUPS, ons, [_by_group(one) for one in there]),
        *_placed(ons, wheres, there),
        _parts("performance.uasc", ("yes", "no"), ons, [_unaccompanied(one) for one in there]),
        *flow_facts(ret, history),
        *adoption_facts(ret, history, quarterly, None if run is None else run.register),
    ]
    return tuple(one for one in made if len(one.rows))


def _names() -> dict[str, str]:
    return {name: one.title for name, one in MEASURES.items()}


def _not_known(ons: Sequence[str], found: Sequence[dict[str, Indicator]], there: Sequence[Present]) -> Iterator[Row]:
    """Of how many children in care a measure of stability is not known, or only in part."""
    for name in _STABLE:
        for on, measures, present in zip(ons, found, there, strict=True):
            if len(present):
                yield name, on, min(measures[name].unknown, len(present)), len(present)


def _parts(key: str, names: Sequence[str], ons: Sequence[str], counts: Sequence[Sequence[int]]) -> Facts:
    """Children in care by where they are, with their sum: the same cells as counts of the same day elsewhere."""
    rows: list[Row] = []
    for on, told in zip(ons, counts, strict=True):
        whole = sum(told)
        rows += [("in_care", on, name, part, whole) for name, part in zip(names, told, strict=True)]
        rows.append(("in_care", on, "all", whole, whole))
    return table(key, rows)


def _by_group(present: Present) -> list[int]:
    group = present.history.placements.group[present.placements]
    return [int(count) for count in np.bincount(group, minlength=len(GROUPS))]


def _unaccompanied(present: Present) -> list[int]:
    yes = int(present.history.periods.unaccompanied[present.periods].sum())
    return [yes, len(present) - yes]


def _placed(ons: Sequence[str], wheres: Sequence[Where], there: Sequence[Present]) -> Iterator[Facts]:
    """In and out of the area, near and far; nothing where no child of any quarter can be located."""
    inside = [[int((one.outside == code).sum()) for code in (0, 1, -1)] for one in wheres]
    if any(sum(told[:2]) for told in inside):
        yield _parts("performance.place", PLACES, ons, inside)
    miles = [_far(one, len(present)) for one, present in zip(wheres, there, strict=True)]
    if any(sum(told[:2]) for told in miles):
        yield _parts("performance.miles", MILES, ons, miles)


def _far(where: Where, children: int) -> list[int]:
    known = ~np.isnan(where.miles)
    far = int((known & (where.miles > FAR)).sum())
    return [int(known.sum()) - far, far, children - int(known.sum())]
