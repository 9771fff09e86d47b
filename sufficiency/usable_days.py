"""Simulated days: homes filled to a drawn occupancy, children who wait, and what the matcher finds for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.rules.register import Register
from matching.workers import pool_of
from records.chance import Chance
from sufficiency.households import SEGMENTS
from sufficiency.scenario import Scenario
from sufficiency.streams import generator
from sufficiency.usable_asking import Told, lawful_for, most_placed, question_of, register_of, room_for
from sufficiency.usable_children import NEEDS, Group, groups_of
from sufficiency.usable_filling import Filling, fill
from sufficiency.usable_places import Spots
from sufficiency.usable_register import Household, made_up_households

Array = npt.NDArray[Any]
DAY: Final = 7801
"""Purpose of the random numbers drawn here."""
REGISTER: Final = 7802
LOWEST: Final = 0.2
"""Least occupancy of a day; the fullest has every place filled that can be."""
_TURN: Final = (5**0.5 - 1) / 2
"""Days one after another are as evenly full as can be, however many there are (Weyl)."""
APART: Final = 0.15
"""How far a segment's occupancy may lie from the day's."""
WAIT: Final = (0.2, 1.2)
"""Children who wait, for each vacant place: between these."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What days are drawn from."""

    told: tuple[Told, ...]
    """One for each area; days take turns."""
    spots: tuple[Spots, ...]
    seed: int
    wanted: Mapping[str, float]
    """Shares of children by what they need."""
    households: tuple[Household, ...] = ()
    """A council's own homes; none: made up."""
    scenario: Scenario | None = None
    times: int = 1
    """Made-up homes: so many times those of the scenario."""
    plans_from: int = 0
    """Number of the first day on which the matcher makes a plan: shares are learnt without."""
    days_each: int = 6
    """Days that share one made-up register."""
    living: int = 15
    """Groups of each need from which those who live in homes already are drawn."""
    asked: int = 10
    """Groups of each need that the rules are asked about on a day; those who wait are among them."""


@dataclass(frozen=True, slots=True)
class Days:
    """What was found, by day. H: segments of homes; N: what children need."""

    occupancy: Array
    """[days, H] filled places over places."""
    vacant: Array
    """[days, H] vacant places, offered or not."""
    usable: Array
    """[days, H, N] of these, places that a child with such a need may live in, on average over those asked about."""
    waiting: Array
    """[days, N] children who wait for a home."""
    placed: Array
    """[days, N, H] of these, children for whom a plan that places as many as can be has a home; noughts where no plan
    was asked for."""

    def __len__(self) -> int:
        return len(self.vacant)

    def some(self, which: Array) -> Days:
        """Some of the days."""
        return Days(*(getattr(self, name)[which] for name in self.__slots__))


def days_of(
    setting: Setting,
    numbers: Sequence[int],
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Days:
    """Simulated days by number, whatever the number of workers; `progress` is told days done, and all."""
    each = max(setting.days_each, 1)
    batches = [numbers[at : at + each] for at in range(0, len(numbers), each)]
    found: list[tuple[Array, ...]] = []
    for batch in _batches(setting, batches, min(workers, len(batches))):
        found += batch
        if progress is not None:
            progress(len(found), len(numbers))
    return Days(*(np.stack(column) for column in zip(*found, strict=True)))


def _batches(setting: Setting, batches: Sequence[Sequence[int]], workers: int) -> Iterator[list[tuple[Array, ...]]]:
    if workers <= 1:
        simulator = Simulator(setting)
        yield from ([simulator(number) for number in batch] for batch in batches)
        return
    with pool_of(workers, _begin, setting) as pool:
        yield from pool.map(_batch, batches)


_given: list[Simulator] = []


def _begin(setting: Setting) -> None:
    _given.append(Simulator(setting))


def _batch(numbers: Sequence[int]) -> list[tuple[Array, ...]]:
    return [_given[-1](number) for number in numbers]


@dataclass(frozen=True, slots=True)
class _Empty:
    """Homes with nobody placed in them, and which of those who may live there are lawful in them."""

    households: tuple[Household, ...]
    living: tuple[Group, ...]
    lawful: Array


def empty_homes(setting: Setting, number: int) -> _Empty:
    """One register, by number: a council's own whatever the number, or one that is made up."""
    area = number % len(setting.told)
    told, spots = setting.told[area], setting.spots[area]
    chance = Chance(generator(setting.seed, REGISTER, number))
    households = setting.households
    if not households and setting.scenario is not None:
        households = made_up_households(setting.scenario, chance, spots, told.day, times=setting.times)
    living = _groups(chance, spots, told, setting.living, "A")
    register = _register(told, Filling(households, told.asked.law.usual_fostering_limit), living)
    return _Empty(households, living, lawful_for(told, register, living))


class Simulator:
    """Days of one setting; a register is asked about once, and kept while days share it."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._kept: tuple[int, _Empty] | None = None

    def empty(self, number: int) -> _Empty:
        """The register of a day."""
        which = number // self.setting.days_each if not self.setting.households else 0
        if self._kept is None or self._kept[0] != which:
            self._kept = (which, empty_homes(self.setting, which))
        return self._kept[1]

    def __call__(self, number: int) -> tuple[Array, ...]:
        """One day: the fields of `Days`, in order."""
        return _one_day(self.setting, self.empty(number), number)


def _one_day(setting: Setting, empty: _Empty, number: int) -> tuple[Array, ...]:
    area = (number // setting.days_each) % len(setting.told) if not setting.households else 0
    told, spots = setting.told[area], setting.spots[area]
    rng = generator(setting.seed, DAY, number)
    chance = Chance(rng)
    level = LOWEST + (1 - LOWEST) * (number * _TURN % 1.0)
    occupancy = np.clip(level + APART * (2 * rng.random(len(SEGMENTS)) - 1), 0.0, 1.0)
    wait = WAIT[0] + (WAIT[1] - WAIT[0]) * rng.random()

    filling = Filling(empty.households, told.asked.law.usual_fostering_limit)
    fill(filling, chance, empty.living, empty.lawful, setting.wanted, occupancy)

    asked = _groups(chance, spots, told, setting.asked, "W")
    register = _register(told, filling, asked)
    lawful = lawful_for(told, register, asked)
    found = room_for(told, register, asked, lawful)
    vacant = _by_segment(filling, filling.vacant())
    usable = np.zeros((len(SEGMENTS), len(SEGMENTS)))
    for need in {one.need for one in asked}:
        which = [at for at, one in enumerate(asked) if one.need == need]
        weights = np.array([len(asked[at].children) for at in which], dtype=np.float64)
        usable[:, need] = _by_segment(filling, weights @ found[which] / weights.sum())
    waiting = _who_waits(chance, asked, setting.wanted, wait * float(vacant.sum()))
    placed = _placed(told, filling, asked, lawful, waiting, register) if number >= setting.plans_from else nobody()
    counts = np.bincount([asked[at].need for at in waiting for _ in asked[at].children], minlength=len(SEGMENTS))
    here = np.bincount(filling.segment, weights=filling.places, minlength=len(SEGMENTS))
    full = np.where(here > 0, 1 - vacant / np.maximum(here, 1), np.nan)
    return full, vacant, usable, counts, placed


def _groups(chance: Chance, spots: Spots, told: Told, number: int, mark: str) -> tuple[Group, ...]:
    found = groups_of(chance, spots, told.day, dict.fromkeys(NEEDS, number))
    return tuple(one.renamed(f"{mark}{at:05}") for at, one in enumerate(g for groups in found.values() for g in groups))


def _register(told: Told, filling: Filling, groups: Sequence[Group]) -> Register:
    every = range(len(filling.households))
    homes = [filling.home(at) for at in every]
    return register_of(told, groups, homes, [one for at in every for one in filling.residents(at)])


def _by_segment(filling: Filling, values: Array) -> Array:
    return np.bincount(filling.segment, weights=values, minlength=len(SEGMENTS))


def _who_waits(chance: Chance, asked: Sequence[Group], shares: Mapping[str, float], children: float) -> list[int]:
    """Groups by position, about so many children, in the shares of children of each need as far as there are any."""
    of_need = {need: [at for at, one in enumerate(asked) if SEGMENTS[one.need] == need] for need in shares}
    weights = {
        need: shares[need] / float(np.mean([len(asked[at].children) for at in which]))
        for need, which in of_need.items()
        if which
    }
    waiting: list[int] = []
    number = 0
    while number < children and weights:
        need = chance.one_of(weights)
        waiting.append(of_need[need].pop())
        number += len(asked[waiting[-1]].children)
        if not of_need[need]:
            del weights[need]
    return waiting


def nobody() -> Array:
    """[N, H] of a day for which no plan was asked."""
    return np.zeros((len(SEGMENTS), len(SEGMENTS)), dtype=np.int64)


def _placed(
    told: Told, filling: Filling, asked: Sequence[Group], lawful: Array, waiting: Sequence[int], everybody: Register
) -> Array:
    """[N, H] children whom the matcher places, by need and home. `lawful` is known of whole groups."""
    placed = nobody()
    if not waiting:
        return placed
    groups = [asked[at] for at in waiting]
    alone = [Group(one.need, (child,)) for one in groups if len(one.children) > 1 for child in one.children]
    rows = {one.children[0].child_id: lawful[at] for at, one in zip(waiting, groups, strict=True)}
    for one, row in zip(alone, lawful_for(told, everybody, alone), strict=True):
        rows[one.children[0].child_id] = row
    need_of = {child.child_id: one.need for one in groups for child in one.children}
    register = _register(told, filling, groups)
    question = question_of(told, register, np.stack([rows[one.child_id] for one in register.children]))
    segment_of = {one.home.home_id: one.segment for one in filling.households}
    for child_id, home in zip(question.child_ids, most_placed(question).tolist(), strict=True):
        if home >= 0:
            placed[need_of[child_id], segment_of[question.home_ids[home]]] += 1
    return placed
