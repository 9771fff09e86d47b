"""What the levers of a scenario come to in the forecast of need: who comes besides, who does not, who leaves sooner.

Nobody is drawn anew. A lever that keeps families from care leaves out families whom the future has, each by a luck of
its own; one that brings more adds families beside them. The others are the same children with the same lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sufficiency.entries import Came, children_of
from sufficiency.levers import Pulls
from sufficiency.need_besides import Besides
from sufficiency.rates import YEAR
from sufficiency.streams import keys_for, uniform
from sufficiency.supply_chance import arrivals

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Comers: TypeAlias = tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int8], npt.NDArray[np.int64]]
"""Days from the origin, age in days, first placement, number within the future."""

_KEPT, _MORE, _FAMILY = range(7010, 7013)
"""Purposes of random numbers."""
_NUMBERED: Final = 1 << 40
"""From here on, the numbers of children who come only because of a lever."""


@dataclass(frozen=True, slots=True)
class Entering:
    """What levers do to those who come, in each future of a block; by whether they are unaccompanied."""

    more: dict[bool, Floats]
    """[futures, months] families more, as a share of those who are due."""
    kept_out: dict[bool, Floats]
    """[futures, months] share of families who do not come."""


@dataclass(frozen=True, slots=True)
class NeedEffects:
    """What all levers do to a block of futures."""

    entering: Entering
    besides: Besides


def need_effects(pulls: Pulls, seed: int, futures: Array, months: int, *, likeliest: bool) -> NeedEffects | None:
    """The effects on some futures, or None where no lever is pulled."""
    if not pulls:
        return None

    def of(name: str) -> Floats:
        return pulls.effect(name, seed, futures, months, likeliest=likeliest)

    due = {False: (1.0 + of("demand")) * (1.0 + of("population")), True: 1.0 + of("unaccompanied")}
    stopped = {False: of("edge_of_care"), True: np.zeros((len(futures), months))}
    return NeedEffects(
        entering=Entering(
            more={alone: np.maximum(share - 1.0, 0.0) for alone, share in due.items()},
            kept_out={alone: 1.0 - np.minimum(share, 1.0) * (1.0 - stopped[alone]) for alone, share in due.items()},
        ),
        besides=Besides(of("reunification"), of("kin_support"), -np.log1p(-of("step_down")) / YEAR),
    )


def entering(
    effects: Entering,
    row: int,
    seed: int,
    future: int,
    there: Comers,
    alone: npt.NDArray[np.bool_],
    due: dict[bool, tuple[Came, Floats, Floats]],
    starts: Floats,
    lengths: Floats,
) -> tuple[Comers, npt.NDArray[np.bool_]]:
    """Those who come to one future when levers are pulled, and who of them is unaccompanied.

    `there` are those who would come without, families standing together, and `due` the families who came, what each
    weighs in this future, and how many are due in each month, by whether they are unaccompanied.
    """
    when = there[0]
    # Families come at moments of their own, so that those who share one are a family.
    family = np.cumsum(np.diff(when, prepend=-1.0) != 0)
    luck = uniform(keys_for(seed, _KEPT, future, family), 0)
    stays = luck >= _by_month(effects.kept_out, row, when, alone, starts)
    parts, whose = [tuple(column[stays] for column in there)], [alone[stays]]
    for stream, (came, weights, mean) in due.items():
        number = arrivals(
            mean * effects.more[stream][row],
            uniform(keys_for(seed, _MORE, future, int(stream), np.arange(len(mean))), 0),
        )
        month = np.repeat(np.arange(len(mean)), number)
        nth = np.arange(len(month)) - np.repeat(np.cumsum(number) - number, number)
        key = keys_for(seed, _FAMILY, future, int(stream), month, nth)
        comes = uniform(key, 3) >= effects.kept_out[stream][row][month]
        month, nth, key = month[comes], nth[comes], key[comes]
        if not len(month) or not len(came.day):
            continue  # A share more of nobody is nobody.
        edges = np.cumsum(weights)
        picked = np.minimum(np.searchsorted(edges, uniform(key, 0) * edges[-1], side="right"), len(edges) - 1)
        moment = starts[month] + uniform(key, 1) * lengths[month]
        day, age, group = children_of(came, picked, moment, ndtri(uniform(key, 2)))
        size = came.children[picked]
        kth = np.arange(len(day)) - np.repeat(np.cumsum(size) - size, size)
        serial = _NUMBERED * (1 + stream) + np.repeat((month << 24) + (nth << 8), size) + kth
        parts.append((day, age, group, serial))
        whose.append(np.full(len(day), stream))
    start, age, group, serial = (np.concatenate(column) for column in zip(*parts, strict=True))
    return (start, age, group, serial), np.concatenate(whose)


def _by_month(shares: dict[bool, Floats], row: int, when: Floats, alone: Array, starts: Floats) -> Floats:
    month = np.searchsorted(starts, when, side="right") - 1
    return np.asarray(np.where(alone, shares[True][row][month], shares[False][row][month]))
