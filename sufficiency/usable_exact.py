"""Need and homes played week by week with the matcher in the loop: slow, exact, for a small council.

Children come, the matcher offers homes to all who wait, and they leave. It is what the shares of vacant places stand
in for: `play_by_shares` plays the same children with shares alone, so that the two can be held against each other.
Nobody grows older, and no home comes or goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.audit import audit
from matching.propose import PlanDisagrees
from records.chance import Chance
from sufficiency.households import SEGMENTS
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.usable import Usable
from sufficiency.usable_asking import Told, lawful_for, plan_of, question_of, register_of
from sufficiency.usable_check import flow_by_shares
from sufficiency.usable_children import Group, groups_of
from sufficiency.usable_days import Setting
from sufficiency.usable_filling import Filling, fill

Array = npt.NDArray[Any]
COMES: Final = 7803
ROUNDED: Final = 7804
"""Purposes of random numbers."""
_POOL: Final = 12


@dataclass(frozen=True, slots=True)
class Stay:
    """A group who need a home from one week to another; -1: they live in one at the start."""

    group: Group
    comes: int
    leaves: int
    home: int = -1
    """Where they live at the start."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """What a play comes to, at the end of each week."""

    filled: Array
    """[weeks, H] children in homes of each kind."""
    living: Array
    """[weeks, N] children in homes, by what they need."""
    waiting: Array
    """[weeks, N] children without one."""
    places: Array
    """[H] places."""

    @property
    def occupancy(self) -> float:
        """Filled places over places, mean over the weeks."""
        return float(self.filled.sum(axis=1).mean() / max(self.places.sum(), 1))

    @property
    def unmet(self) -> float:
        """Children without a home, mean over the weeks."""
        return float(self.waiting.sum(axis=1).mean())


def stays_of(
    setting: Setting, *, weeks: int, a_week: float, stay_weeks: float, occupancy: float, seed: int
) -> tuple[Filling, tuple[Stay, ...]]:
    """Homes filled to an occupancy at the start, and everybody who lives there or comes, with the week they leave.

    `a_week` children come on average, in the setting's shares by need; a stay lasts `stay_weeks` on average, and ends
    in any week alike. Raises ValueError for no weeks.
    """
    if weeks < 1 or stay_weeks <= 0:
        raise ValueError(f"A play needs a week at least, and stays that last, not {weeks} and {stay_weeks:g}.")
    told, spots = setting.told[0], setting.spots[0]
    rng = generator(seed, COMES, 0)
    chance = Chance(rng)
    found = groups_of(chance, spots, told.day, dict.fromkeys(setting.wanted, _POOL))
    pool = tuple(one.renamed(f"A{at:04}") for at, one in enumerate(g for need in found.values() for g in need))
    filling = Filling(setting.households, told.asked.law.usual_fostering_limit)
    lawful = lawful_for(told, _register(told, filling, pool), pool)
    fill(filling, chance, pool, lawful, setting.wanted, np.full(len(SEGMENTS), occupancy))
    stays = [
        Stay(group, -1, int(rng.geometric(1 / max(stay_weeks, 1))) - 1, home)
        for home, groups in enumerate(filling.groups)
        for group in groups
    ]
    of_need = {need: [one for one in pool if SEGMENTS[one.need] == need] for need in setting.wanted}
    size = {need: float(np.mean([len(one.children) for one in which])) for need, which in of_need.items()}
    total = sum(setting.wanted.values())
    for week in range(weeks):
        for need, which in of_need.items():
            for _ in range(int(rng.poisson(a_week * setting.wanted[need] / total / size[need]))):
                group = chance.pick(which).renamed(f"C{len(stays):05}")
                stays.append(Stay(group, week, week + int(rng.geometric(1 / max(stay_weeks, 1)))))
    return filling, tuple(stays)


def play_exact(filling: Filling, stays: Sequence[Stay], told: Told, *, weeks: int) -> Weeks:
    """Play week by week: who leaves, who comes, and a round of the matcher for all who wait.

    A round is as the product's own: its rules, considerations and tiers; brothers and sisters are placed together or
    not at all, and homes must be near enough. Every plan is audited. `filling` is changed. Raises `PlanDisagrees`
    where the audit finds a breach.
    """
    homes = {one.group: one.home for one in stays if one.comes < 0}
    kept = _Kept(weeks, filling)
    waiting: list[Stay] = []
    for week in range(weeks):
        for one in [one for one in stays if one.leaves == week]:
            if one.group in homes:
                filling.move_out(one.group, homes.pop(one.group))
        waiting = [one for one in waiting if one.leaves > week]
        waiting += [one for one in stays if one.comes == week]
        if waiting:
            for group, home in _round(filling, told, [one.group for one in waiting]).items():
                filling.move_in(group, home)
                homes[group] = home
        waiting = [one for one in waiting if one.group not in homes]
        for group, home in homes.items():
            kept.living[week, group.need] += len(group.children)
            kept.filled[week, filling.segment[home]] += len(group.children)
        for one in waiting:
            kept.waiting[week, one.group.need] += len(one.group.children)
    return kept.told()


def play_by_shares(filling: Filling, stays: Sequence[Stay], usable: Usable, *, weeks: int, seed: int) -> Weeks:
    """Play the same children with shares of vacant places in place of the matcher.

    Each week as many of those who wait are placed as shares of the vacant places allow (`flow_by_shares`), rounded by
    chance to whole groups; who has waited longest goes first. `filling` is that of the start, and is not changed.
    """
    places = np.bincount(filling.segment, weights=filling.places, minlength=len(SEGMENTS))
    homes = {one.group: int(filling.segment[one.home]) for one in stays if one.comes < 0}
    kept = _Kept(weeks, filling)
    waiting: list[Stay] = []
    for week in range(weeks):
        for one in [one for one in stays if one.leaves == week]:
            homes.pop(one.group, None)
        waiting = [one for one in waiting if one.leaves > week]
        waiting += [one for one in stays if one.comes == week]
        filled = np.zeros(len(SEGMENTS))
        for group, home in homes.items():
            filled[home] += len(group.children)
        vacant = np.maximum(places - filled, 0)
        shares = usable.at(filled / np.maximum(places, 1))
        wait = np.bincount(
            [one.group.need for one in waiting],
            weights=[len(one.group.children) for one in waiting],
            minlength=len(SEGMENTS),
        )
        flow = flow_by_shares(vacant, wait, shares * vacant[:, None])
        luck = uniform(keys_for(seed, ROUNDED, week, np.arange(flow.size)), 0).reshape(flow.shape)
        _move_in(homes, waiting, flow, vacant, luck)
        waiting = [one for one in waiting if one.group not in homes]
        for group, home in homes.items():
            kept.living[week, group.need] += len(group.children)
            kept.filled[week, home] += len(group.children)
        for one in waiting:
            kept.waiting[week, one.group.need] += len(one.group.children)
    return kept.told()


def _move_in(homes: dict[Group, int], waiting: Sequence[Stay], flow: Array, vacant: Array, luck: Array) -> None:
    """Whole groups by a flow of children, [H, N]: the last one of a home and need by its part of the flow."""
    left = vacant.copy()
    for need in range(flow.shape[1]):
        queue = [one for one in waiting if one.group.need == need]
        for home in range(flow.shape[0]):
            part = flow[home, need]
            while queue and part > 0:
                size = len(queue[0].group.children)
                if left[home] < size or (part < size and luck[home, need] >= part / size):
                    break
                homes[queue.pop(0).group] = home
                left[home] -= size
                part -= size


def _round(filling: Filling, told: Told, groups: Sequence[Group]) -> dict[Group, int]:
    """The home of each group that the matcher places."""
    register = _register(told, filling, groups)
    alone = [Group(one.need, (child,)) for one in groups for child in one.children]
    rows = dict(zip((one.children[0].child_id for one in alone), lawful_for(told, register, alone), strict=True))
    question = question_of(told, register, np.stack([rows[one.child_id] for one in register.children]), whole=True)
    plan = plan_of(question)
    home_of = {
        child: question.home_ids[home] if home >= 0 else None
        for child, home in zip(question.child_ids, plan.tolist(), strict=True)
    }
    breaches = audit(register, told.asked, home_of, told.allowed, never_split=True)
    if breaches:
        raise PlanDisagrees(f"The audit of a week's plan found {len(breaches)} breach(es), the first of {breaches[0]}.")
    at = {one.home.home_id: index for index, one in enumerate(filling.households)}
    found = {}
    for group in groups:
        home = home_of[group.children[0].child_id]
        if home is not None:
            found[group] = at[home]
    return found


def _register(told: Told, filling: Filling, groups: Sequence[Group]) -> Any:
    every = range(len(filling.households))
    residents = [one for at in every for one in filling.residents(at)]
    return register_of(told, groups, [filling.home(at) for at in every], residents)


class _Kept:
    """Counts while a play goes on."""

    def __init__(self, weeks: int, filling: Filling) -> None:
        self.filled = np.zeros((weeks, len(SEGMENTS)), dtype=np.int64)
        self.living = np.zeros((weeks, len(SEGMENTS)), dtype=np.int64)
        self.waiting = np.zeros((weeks, len(SEGMENTS)), dtype=np.int64)
        self.places = np.bincount(filling.segment, weights=filling.places, minlength=len(SEGMENTS))

    def told(self) -> Weeks:
        """As it stands."""
        return Weeks(self.filled, self.living, self.waiting, self.places)
