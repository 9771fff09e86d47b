"""Draws whole futures: the rates and levels of each, the children who come, and then plays them."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from sufficiency.entries import Came, Stream, families_due, recent_weights, who
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.local_level import Levels
from sufficiency.need_model import NeedModel
from sufficiency.need_pulls import NeedEffects, entering, need_effects
from sufficiency.rates import YEAR, Drawn
from sufficiency.scenario_values import within
from sufficiency.simulate import Cast, Played, laid_out, play
from sufficiency.stays import age_band
from sufficiency.streams import generator, keys_for

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Kind: TypeAlias = Literal["all", "parameter", "process"]
"""What is drawn: all that is not known; all but structure; chance alone."""

MONTHS_A_QUARTER: Final = 3
_PARAMETERS, _LEAVING, _MOVING, _FAMILIES, _ALONE, _CHILDREN = range(1, 7)
"""Purposes of random numbers."""


@dataclass(frozen=True, slots=True)
class _Future:
    """What is drawn once for one future."""

    rates: Drawn
    leaving: Floats
    moving: Floats
    alone_exits: float
    alone_moves: float
    start: Floats
    """[comers] days from the origin."""
    age: npt.NDArray[np.int64]
    group: npt.NDArray[np.int8]
    alone: npt.NDArray[np.bool_]
    serial: npt.NDArray[np.int64]
    """Number within the future; a child has the same whatever levers are pulled."""


@dataclass(frozen=True, slots=True)
class Unpulled:
    """What is drawn once for one future before any lever is pulled, and what levers go by."""

    future: _Future
    due: dict[bool, tuple[Came, Floats, Floats]]
    """By whether they are unaccompanied: families who came, what each weighs, and how many are due in each month."""
    starts: Floats
    """[months] days from the origin."""
    lengths: Floats
    """[months] days."""


Drawings: TypeAlias = MutableMapping[int, Unpulled]
"""By the number of a future."""


def play_block(
    model: NeedModel, month_ends: Array, seed: int, kind: Kind, block: range, drawings: Drawings | None = None
) -> tuple[Played, npt.NDArray[np.int32]]:
    """Play some futures; the second part is entries, [futures, months, groups, ages].

    `drawings` saves drawing futures again: of the same history, months, seed and kind, and of settings that differ in
    the levers alone. What is drawn is put into it.
    """
    effects = need_effects(model.settings.pulls, seed, np.asarray(block), len(month_ends), likeliest=kind != "all")
    kept: Drawings = {} if drawings is None else drawings
    for future in block:
        if future not in kept:
            kept[future] = _unpulled(model, month_ends, seed, kind, future)
    drawn = [_pulled(kept[future], effects, seed, future, row) for row, future in enumerate(block)]
    risks = laid_out(
        [one.rates for one in drawn],
        np.stack([one.leaving for one in drawn]),
        np.stack([one.moving for one in drawn]),
        np.array([one.alone_exits for one in drawn]),
        np.array([one.alone_moves for one in drawn]),
    )
    cast, came = _cast(model, month_ends, seed, block, drawn)
    return play(cast, risks, model.origin, month_ends, None if effects is None else effects.besides), came


def _pulled(one: Unpulled, effects: NeedEffects | None, seed: int, future: int, row: int) -> _Future:
    """The future with those who come when levers are pulled."""
    if effects is None:
        return one.future
    now = one.future
    there = (now.start, now.age, now.group, now.serial)
    there, alone = entering(effects.entering, row, seed, future, there, now.alone, one.due, one.starts, one.lengths)
    return replace(now, start=there[0], age=there[1], group=there[2], serial=there[3], alone=alone)


def _unpulled(model: NeedModel, month_ends: Array, seed: int, kind: Kind, future: int) -> Unpulled:
    settings, months = model.settings, len(month_ends)
    unsure, open_ended = kind != "process", kind == "all"
    chance = generator(seed, _PARAMETERS, future)
    which_window, which_life = chance.random(2)
    luck = chance.random(4)
    alone_gamma = chance.gamma([model.alone_exits[0], model.alone_moves[0]])
    window, half_life = len(model.rates) - 1, settings.half_lives[1]
    if open_ended:
        window = min(int(np.searchsorted(np.cumsum(model.window_weights), which_window, side="right")), window)
        half_life = settings.half_lives[int(which_life * len(settings.half_lives))]
    spans = (settings.entries_level, settings.unaccompanied_level, settings.growth_a_year, settings.exits_level)
    level, alone_level, growth, exits_level = (
        float(within(span, at)) if open_ended else span[1] for span, at in zip(spans, luck, strict=True)
    )
    rates = model.rates[window].drawn(chance if unsure else None)
    leaving = _multiplier(model.leaving[window], generator(seed, _LEAVING, future), months, unsure, open_ended)
    moving = _multiplier(model.moving[window], generator(seed, _MOVING, future), months, unsure, open_ended)
    seen = alone_gamma if unsure else (model.alone_exits[0], model.alone_moves[0])
    starts = np.concatenate(([0], month_ends[:-1] + 1 - model.origin))
    planned = {
        True: np.full(months, alone_level),
        False: level * (1.0 + growth) ** (starts / YEAR) * _population(settings.population, starts),
    }
    comers = [
        _comers(stream, planned[stream.alone], model.origin, month_ends, seed, future, half_life, unsure, open_ended)
        for stream in model.streams
    ]
    alone = np.concatenate([np.full(len(part[0]), s.alone) for part, s in zip(comers, model.streams, strict=True)])
    start, age, group = (np.concatenate([part[k] for part in comers]) for k in range(3))
    made = _Future(
        rates, leaving * exits_level, moving, seen[0] / model.alone_exits[1], seen[1] / model.alone_moves[1],
        start, age, group, alone.astype(bool), np.arange(len(start)),
    )  # fmt: skip
    due = {s.alone: (s.came, part[3], part[4]) for part, s in zip(comers, model.streams, strict=True)}
    return Unpulled(made, due, starts, (month_ends + 1 - model.origin - starts).astype(np.float64))


def _level(
    levels: Levels, chance: np.random.Generator, steps: int, unsure: bool, open_ended: bool
) -> tuple[Floats, float]:
    """One path of a level on the log scale, and the over-dispersion that goes with it."""
    pick, start, ahead = chance.random(1), chance.standard_normal((1, 2)), chance.standard_normal((1, steps))
    pair = levels.pick(pick) if unsure else np.array([levels.middle])
    path = levels.paths(pair, start if unsure else np.zeros((1, 2)), ahead, wander=open_ended)[0]
    return path, float(levels.size[pair[0]])


def _multiplier(levels: Levels, chance: np.random.Generator, months: int, unsure: bool, open_ended: bool) -> Floats:
    """[months] what rates are multiplied by: a drifting level, and what one quarter differs from the next by."""
    steps = -(-months // MONTHS_A_QUARTER)
    path, size = _level(levels, chance, steps, unsure, open_ended)
    by_quarter = np.exp(path) * chance.gamma(size, 1.0 / size, size=steps)
    return np.repeat(by_quarter, MONTHS_A_QUARTER)[:months]


def _comers(
    stream: Stream,
    planned: Floats,
    origin: int,
    month_ends: Array,
    seed: int,
    future: int,
    half_life: float,
    unsure: bool,
    open_ended: bool,
) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int8], Floats, Floats]:
    """The children of one stream who start in one future: days from the origin, age in days, first placement.

    Then what each family of the past weighs in this future, and how many are due in each month.
    """
    chance = generator(seed, _ALONE if stream.alone else _FAMILIES, future)
    starts = np.concatenate(([origin], month_ends[:-1] + 1))
    lengths = (month_ends + 1 - starts).astype(np.float64)
    path, size = _level(stream.levels, chance, len(month_ends), unsure, open_ended)
    path = path + np.log(np.maximum(planned, 1e-12))
    weights = recent_weights(stream.came.day, origin, half_life)
    if unsure:
        weights = chance.gamma(weights)
    due = families_due(stream, path, starts, lengths, size, chance)
    when, age, group = who(stream.came, chance.poisson(due), weights, starts - origin, lengths, chance)
    return when, age, group, weights, due


def _population(path: tuple[float, ...], ahead: Array) -> Floats:
    """[months] children under 18 as a multiple of today's, so many days ahead."""
    years = np.asarray(ahead, dtype=np.float64) / YEAR
    # Each number is of the middle of its year (`population`), so half a year sooner than its end.
    return np.asarray(np.interp(years, [0.0, *(np.arange(len(path)) + 0.5)], [1.0, *path]), dtype=np.float64)


def _cast(
    model: NeedModel, month_ends: Array, seed: int, block: range, drawn: list[_Future]
) -> tuple[Cast, npt.NDArray[np.int32]]:
    """Everybody to be followed: today's children once in each future, and each future's comers."""
    now, number, here = model.caseload, len(block), len(model.caseload.dob)
    futures = np.arange(number)
    counts = [len(one.start) for one in drawn]
    start, age, group = (np.concatenate([getattr(one, name) for one in drawn]) for name in ("start", "age", "group"))
    alone = np.concatenate([one.alone for one in drawn])
    of_comer = np.repeat(futures, counts)
    serial = np.concatenate([one.serial for one in drawn])
    dob = model.origin + np.floor(start).astype(np.int64) - age
    entered, placed = (now.entered - model.origin).astype(np.float64), (now.placed - model.origin).astype(np.float64)
    whose = np.asarray(block)
    cast = Cast(
        future=np.concatenate((np.repeat(futures, here), of_comer)),
        start=np.concatenate((np.zeros(number * here), start)),
        dob=np.concatenate((np.tile(now.dob, number), dob)),
        entered=np.concatenate((np.tile(entered, number), start)),
        placed=np.concatenate((np.tile(placed, number), start)),
        group=np.concatenate((np.tile(now.group, number), group)).astype(np.int8),
        alone=np.concatenate((np.tile(now.unaccompanied, number), alone)),
        key=np.concatenate(
            (
                keys_for(seed, _CHILDREN, np.repeat(whose, here), np.tile(np.arange(here), number)),
                keys_for(seed, _CHILDREN, whose[of_comer], serial + 1_000_000),
            )
        ),
    )
    age_then = age_band(dob, model.origin + np.floor(start).astype(np.int64))
    month = np.minimum(np.searchsorted(month_ends + 1 - model.origin, start, side="right"), len(month_ends) - 1)
    cell = ((of_comer * len(month_ends) + month) * len(GROUPS) + group) * len(AGE_BANDS) + age_then
    shape = (number, len(month_ends), len(GROUPS), len(AGE_BANDS))
    came = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    return cast, came.astype(np.int32)
