"""What several councils have together: children, gaps, homes, who could place with whom, and beds bought in block.

Future k of the region is future k of each council, so that nothing is added up but what happens in one future. How
much luck councils share is not known. So each total is told twice: `together`, as if their good and bad years fell
together (the bands are too wide), and `apart`, as if they had nothing to do with one another (too narrow). The truth
lies between.

These are figures as they are, of few children too: `region_edition` says what pages may show of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reporting.fact import ALL, Book, Kind, Unit, Value
from sufficiency import groups
from sufficiency.cost import Costs
from sufficiency.forecast import Forecast
from sufficiency.future import OVERFLOW, Future
from sufficiency.gap import NEEDS
from sufficiency.groups import GROUPS
from sufficiency.households import ADOPTERS, SEGMENTS
from sufficiency.position_key import BAND, Key, number, share, spread
from sufficiency.position_spread import Months, rows_of, spreads, with_sum
from sufficiency.position_words import NEED_LABELS
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Row = tuple[Any, ...]

FILE: Final = "totals.json"
LUCK: Final = ("together", "apart")
ALONE: Final = "alone"
EXCHANGE: Final = ("unmet", "unused", "could")
VOIDS: Final = (0.02, 0.05, 0.10, 0.20)
"""Shares of bed-nights that may stand empty, for which it is told how many beds to buy."""
COMMON: Final = tuple(name for name in NEEDS if name != "kin")
"""Kinds of home that one council can find for another's child; relatives and friends are the child's own."""
_LUCKS: Final = {
    "together": "As if councils' good and bad years fell together",
    "apart": "As if they had nothing to do with one another",
    ALONE: "A council by itself",
}
_EXCHANGES: Final = {
    "unmet": "Children without a home of their own council's",
    "unused": "Usable places that nobody lives in",
    "could": "Children whom another council's unused places could take",
}
_RESIDENTIAL: Final = OVERFLOW.index("residential")
_SPECIALIST: Final = SEGMENTS.index("specialist")
_HOSTS: Final = SEGMENTS.index("supported_lodgings")
_AT: Final = [SEGMENTS.index(name) for name in NEEDS]
_COMMON: Final = [NEEDS.index(name) for name in COMMON]

_KEYS: Final = (
    Key(
        "region.children",
        "Children in care in all councils ahead, by placement",
        Kind.FORECAST,
        ("on", "luck", "group"),
        spread(*BAND),
        "region",
        note="on: quarter ends; so the next three.",
        labels={"luck": _LUCKS},
    ),
    Key(
        "region.gap",
        "Children without a home of their own council's",
        Kind.FORECAST,
        ("on", "luck", "home_segment"),
        spread(*BAND),
        "region",
        labels={"luck": _LUCKS, "home_segment": NEED_LABELS},
    ),
    Key(
        "region.exchange",
        "Whom the unused usable places of other councils could take",
        Kind.FORECAST,
        ("on", "luck", "home_segment", "exchange"),
        spread(*BAND),
        "region",
        note="could: future by future, the most children without a home of their own council's who could live in "
        "another's unused usable places of the same kind.",
        labels={"luck": _LUCKS, "home_segment": NEED_LABELS, "exchange": _EXCHANGES},
    ),
    Key(
        "region.pairs",
        "Children of one council whom another's unused places could take",
        Kind.FORECAST,
        ("on", "council", "other"),
        spread(*BAND),
        "region",
        note="Kind by kind the lesser of what one lacks and the other has unused, each pair by itself: pairs do not "
        "add up.",
    ),
    Key(
        "region.beds",
        "Beds in children's homes to buy in block, and how many stand empty",
        Kind.FORECAST,
        ("on", "council", "luck", "void"),
        (
            number("beds", "Beds to buy"),
            number("empty", "Empty on an average night"),
            share("full", "Months in which all are full"),
            number("beyond", "Children beyond the beds, on average"),
        ),
        "region",
        labels={"luck": _LUCKS},
        note="on: financial year. void: the share of bed-nights that may stand empty; beds: the most that keep to it.",
    ),
    Key(
        "region.cost",
        "Cost of all councils",
        Kind.FORECAST,
        ("on",),
        tuple(Value(name, title, Unit.POUNDS) for name, title in (("mean", "Mean"), ("p10", "P10"), ("p90", "P90"))),
        "region",
        note="on: whole financial years.",
    ),
)
REGION: Final[Mapping[str, Key]] = {one.key: one for one in _KEYS}
"""The tables of `totals.json`, which lies in every folder `region/SCENARIO` of a batch of several councils."""
SOURCE: Final = (
    "The forecasts of these councils, added up future by future. Children who move from one council to another are "
    "counted by each."
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What of each council's futures is told together with others'. D draws, Q quarter ends, M months, C councils."""

    groups: Array
    """[D, Q, C, groups] children in care."""
    unmet: Array
    """[D, Q, C, needs] children without a home of the council's own."""
    unused: Array
    """[D, Q, C, needs] places of the council's own that can be used, and that nobody lives in."""
    in_homes: Array
    """[D, M, C] children in children's homes on the last day of the month."""
    costs: Array
    """[D, years, C] £."""

    @classmethod
    def of(cls, forecast: Forecast, wanted: Wanted, future: Future, costs: Costs) -> Parts:
        """Those of one council."""
        at = list(Months.of(forecast.month_ends).quarters)
        stock = forecast.stock.sum(axis=3)
        over = np.delete(future.over[..., _RESIDENTIAL], [_HOSTS, ADOPTERS], axis=2).sum(axis=2)
        in_homes = stock[..., groups.RESIDENTIAL] - wanted.children[..., _SPECIALIST] + over
        unused = np.maximum(future.usable[:, at] - future.own_by_home[:, at], 0)
        made = (
            stock[:, at],
            future.unmet[:, at][..., _AT],
            unused[..., _AT],
            np.maximum(in_homes, 0),
            costs.total,
        )
        return cls(*(np.asarray(np.expand_dims(one, 2)) for one in made))

    def beside(self, other: Parts) -> Parts:
        """With those of another council after them."""
        return Parts(
            *(np.concatenate([getattr(self, one.name), getattr(other, one.name)], axis=2) for one in fields(self))
        )


def totals_book(
    parts: Parts, councils: Sequence[str], month_ends: Array, costs: Costs, about: Mapping[str, str]
) -> Book:
    """Every table of the region, in the order of `REGION`. `costs`: of any of the councils, for its years."""
    months = Months.of(month_ends)
    ends = [months.ends[k] for k in months.quarters]
    found = (
        REGION["region.children"].facts(_summed(ends, parts.groups, (*GROUPS, ALL))),
        REGION["region.gap"].facts(_summed(ends, parts.unmet, (*NEEDS, ALL))),
        REGION["region.exchange"].facts(list(_exchange(ends, parts))),
        REGION["region.pairs"].facts(list(_pairs(ends, parts, councils))),
        REGION["region.beds"].facts(list(_beds(parts.in_homes, months, councils))),
        REGION["region.cost"].facts(_pounds(parts.costs, costs)),
    )
    return Book(dict(about), {one.key: one for one in found if len(one.rows)}, {"region": SOURCE})


def shifted(each: Array, luck: str) -> Array:
    """[D, ..., C, ...] as it is, or with each council's futures moved against the others', so that none share luck.

    Councils are along the third axis.
    """
    draws, many = len(each), each.shape[2]
    if luck == "together":
        return each
    return np.stack([np.roll(each[:, :, c], c * max(draws // many, 1), axis=0) for c in range(many)], axis=2)


def could_take(unmet: Array, unused: Array) -> Array:
    """[..., needs] the most children, future by future, who could live in another council's unused places.

    `unmet`, `unused`: [..., C, needs]. Nobody is placed in their own council's unused place: why it is not used already
    the forecast knows. The most that can flow where only a council's own places are barred to its children.
    """
    lack, room = unmet.sum(axis=-2), unused.sum(axis=-2)
    without = (lack[..., None, :] - unmet) + (room[..., None, :] - unused)
    return np.asarray(np.minimum(np.minimum(lack, room), without.min(axis=-2)))


def beds_for(in_homes: Array, void: float) -> int:
    """The most beds of which on average no more than that share stands empty; `in_homes` in equally likely months."""
    most = int(in_homes.max(initial=0))
    counts = np.bincount(np.asarray(in_homes, dtype=np.int64).ravel(), minlength=most + 1).astype(np.float64)
    shares = counts / counts.sum()
    # empty beds of b beds: the sum over d < b of the share of months with d or fewer children
    empty = np.concatenate([[0.0], np.cumsum(np.cumsum(shares))])[: most + 1]
    fits = empty <= void * np.arange(most + 1) + 1e-12
    return int(np.flatnonzero(fits)[-1])


def _summed(ends: Sequence[str], each: Array, names: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for luck in LUCK:
        total = with_sum(shifted(each, luck).sum(axis=2))
        told = rows_of((ends, names), spreads(total, BAND))
        rows += [(on, luck, name, *values) for on, name, *values in told]
    return rows


def _exchange(ends: Sequence[str], parts: Parts) -> Iterator[Row]:
    for luck in LUCK:
        unmet, unused = (shifted(one[..., _COMMON], luck) for one in (parts.unmet, parts.unused))
        for what, counts in (
            ("unmet", unmet.sum(axis=2)),
            ("unused", unused.sum(axis=2)),
            ("could", could_take(unmet, unused)),
        ):
            told = rows_of((ends, (*COMMON, ALL)), spreads(with_sum(counts), BAND))
            yield from ((on, luck, name, what, *values) for on, name, *values in told)


def _pairs(ends: Sequence[str], parts: Parts, councils: Sequence[str]) -> Iterator[Row]:
    unmet, unused = parts.unmet[..., _COMMON], parts.unused[..., _COMMON]
    for c, council in enumerate(councils):
        for d, other in enumerate(councils):
            if c != d:
                both = np.minimum(unmet[:, :, c], unused[:, :, d]).sum(axis=2)
                for on, values in zip(ends, spreads(both, BAND).tolist(), strict=True):
                    yield (on, council, other, *values)


def _beds(in_homes: Array, months: Months, councils: Sequence[str]) -> Iterator[Row]:
    some = [(council, ALONE, in_homes[:, :, c]) for c, council in enumerate(councils)]
    some += [(ALL, luck, shifted(in_homes, luck).sum(axis=2)) for luck in LUCK]
    for year, which in months.years:
        for council, luck, every in some:
            there = every[:, which]
            for void in VOIDS:
                beds = beds_for(there, void)
                empty = float(np.maximum(beds - there, 0).mean())
                full = float((there >= beds).mean()) if beds else 0.0
                beyond = float(np.maximum(there - beds, 0).mean())
                told = (round(empty, 1), round(full, 4), round(beyond, 1))
                yield (year, council, luck, f"{void:.0%}", beds, *told)


def _pounds(each: Array, costs: Costs) -> list[Row]:
    at = np.flatnonzero(costs.whole).tolist()
    told = spreads(each.sum(axis=2)[:, at], ("mean", "p10", "p90")).tolist()
    return [(costs.years[k], *values) for k, values in zip(at, told, strict=True)]


def handbook() -> Iterator[str]:
    """The tables of `totals.json`, for docs/reference/batch.md."""
    for one in REGION.values():
        by = ", ".join(f"`{name}`" for name in one.by)
        values = ", ".join(f"`{value.name}`" for value in one.columns)
        yield f"| `{one.key}` | {one.title} | {by} | {values} |"
