"""Scarce homes kept, in a year of rounds: what a home is worth to those who may come decides between equal plans.

A few futures are drawn now and then: those who live in homes stay as long as children did, and children like those of
the year before come, in weeks that are drawn: all of them again, or as many of each kind as a forecast says. In each of
them the prices of places, week by week, say who would go short (`hindsight_prices`). A round still places as many as it
can; among plans that do, it takes the one whose homes are worth most to the children in them less what they are
expected to cost those who come.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.hindsight_columns import RESOURCES, columns_of
from matching.hindsight_prices import priced, rows_of
from matching.question import Ints, Mask, Question
from matching.rolling import Moment, Way
from matching.rolling_stays import BEFORE, Stays
from matching.rolling_worth import worth_of
from matching.rolling_year import NO_HOME, Year

Floats = NDArray[np.float64]
WEEKS_IN_A_YEAR: Final = 52
KEPT_TIERS: Final = ("placed", "points")
WAITED: Final = 500.0
"""What each week that a child has waited adds to the worth of a home for that child, where a week in a home is 1,000:
of as many children as can be placed, those who have waited go first, so that nobody waits for being worth less."""


@dataclass(frozen=True, slots=True, eq=False)
class YearBefore:
    """What planners know of the year before: who needed a home, and how long stays lasted."""

    groups: Ints
    """Groups of the year, by index, who came then and come no more: they stand for those like them."""
    week: Ints
    """The week of the year before in which each came, 0 to 51."""
    stays: Stays
    again: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """[groups here] whether a group came because a placement broke down; left out: nobody did."""
    kind: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """[groups here] what kind of home each needed, an index into the last axis of `coming`."""
    coming: Floats | None = None
    """[futures, weeks, kinds] groups whose need begins in a week, as a forecast made before the year has them: they
    come in place of those of the year before, who stand for what such groups are like. Placements break down as often
    as they did. None: the children of the year before come again."""
    refuses: float = 0.0
    """Share of carers who, asked about a group, said no."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How far ahead, how often, and how many futures."""

    weeks: int = 26
    every: int = 2
    futures: int = 8
    seed: int = 1


KEPT: Final = "all together, scarce homes kept"
FORETOLD: Final = "all together, scarce homes kept by forecast"


def scarce_homes_kept(before: YearBefore, looks: Looks = Looks()) -> Way:
    """The weekly plan with scarce homes kept. The way may be used for one year only, and gives the same each time."""
    known: dict[int, tuple[int, Floats]] = {}

    def asks(moment: Moment) -> Question:
        look = moment.week // looks.every
        if look not in known:
            known.clear()
            known[look] = (moment.week, _prices(moment, before, looks))
        # the prices of weeks that are over are no prices of weeks to come
        since, price = known[look]
        week = np.minimum(np.arange(looks.weeks) + moment.week - since, looks.weeks - 1)
        return _with_prices(moment, before.stays, price[:, :, week])

    return Way(KEPT if before.coming is None else FORETOLD, together=True, asks=asks)


def _prices(moment: Moment, before: YearBefore, looks: Looks) -> Floats:
    """[resources, homes, weeks from now] what a unit of each costs those who may come: the mean of some futures."""
    cost = np.zeros((RESOURCES, len(moment.asked.year.homes), looks.weeks))
    for number in range(looks.futures):
        future = moment.asked.with_year(_future(moment, before, looks, number))
        columns = columns_of(future)
        value = worth_of(future)[columns.group, columns.home] * (columns.after - columns.begin)
        cost += priced(rows_of(columns, np.zeros((0, 4), dtype=np.int64)), value, np.zeros(0, dtype=np.int64)).of_homes
    return cost / looks.futures


def _future(moment: Moment, before: YearBefore, looks: Looks, number: int) -> Year:
    """A future as drawn in this week: homes stay open or shut as they are; carers refuse and stays end by lot."""
    year, stays = moment.asked.year, before.stays
    rng = np.random.default_rng([looks.seed, moment.week, number])
    there = moment.lives_in != NO_HOME
    lived = np.where(moment.since == BEFORE, moment.week + stays.been, moment.week - moment.since)
    goes_on = stays.drawn(np.where(there, lived, 0), _until_grown(moment, stays), looks.weeks, rng)
    week_of = rng.permutation(WEEKS_IN_A_YEAR)[before.week]
    comes = np.full(len(year.groups), looks.weeks, dtype=np.int64)
    comes[before.groups] = week_of
    if before.coming is not None:
        which = (moment.week // looks.every * looks.futures + number) % len(before.coming)
        comes[before.groups[~before.again]] = looks.weeks
        _foretold(comes, before, before.coming[which, moment.week : moment.week + looks.weeks], rng)
    comes[there] = -1
    return replace(
        year,
        weeks=looks.weeks,
        comes=comes,
        leaves=np.maximum(comes, 0) + goes_on,
        lives_in=moment.lives_in,
        breaks=year.breaks[:0],
        closed=np.repeat(year.closed[:, moment.week, None], looks.weeks, axis=1),
        refuses=rng.random(year.refuses.shape) < before.refuses,
    )


def _until_grown(moment: Moment, stays: Stays) -> Ints:
    """[groups of the year] weeks until the youngest is 18: from now where they have come, else from coming."""
    here = np.maximum(moment.week - np.maximum(moment.asked.year.comes, 0), 0)
    return np.asarray(stays.grown - here, dtype=np.int64)


def _foretold(comes: Ints, before: YearBefore, coming: Floats, rng: np.random.Generator) -> None:
    """Set the weeks, [groups of the year], in which groups come as a forecast says, [weeks, kinds]; nobody comes in
    weeks beyond it, nor more often than groups like them are known."""
    for kind in np.unique(before.kind).tolist():
        like = np.flatnonzero((before.kind == kind) & ~before.again)
        many = np.floor(coming[:, kind] + rng.random(len(coming))).astype(np.int64)
        weeks = np.repeat(np.arange(len(coming)), many)
        chosen = rng.permutation(like)[: len(weeks)]
        comes[before.groups[chosen]] = rng.permutation(weeks)[: len(chosen)]


def _with_prices(moment: Moment, stays: Stays, price: Floats) -> Question:
    """The round's question with one tier after `placed`: what the homes are worth less what they cost others, while
    such stays go on; `price`, [resources, homes, weeks from now]."""
    asked, (group, home) = moment.asked, moment.pairs
    uses = np.stack([np.where(asked.alone, asked.places, asked.newcomers), asked.limit, asked.rooms])
    going_on = stays.going_on(_until_grown(moment, stays), price.shape[2])[group]
    each = np.einsum("rpw,pw->rp", price[:, home], going_on)
    cost = (uses[:, group, home] * each).sum(axis=0)
    net = (worth_of(asked)[group, home] * going_on.sum(axis=1) - cost) / asked.year.sizes[group]
    waited = np.zeros(len(asked.year.groups))
    waited[moment.groups] = moment.weeks_waited
    net += WAITED * waited[group]
    points = np.rint(net).astype(np.int64)
    return replace(moment.question, pair_points=points - points.min(initial=0), tiers=KEPT_TIERS)
