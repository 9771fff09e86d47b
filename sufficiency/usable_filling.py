"""Who lives in the homes on a simulated day: children placed one group after another, each where the rules allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from records.chance import Chance
from records.model import Alongside, Home, HomeKind, Resident, ResidentStatus
from sufficiency.households import SEGMENTS
from sufficiency.usable_children import Group
from sufficiency.usable_register import HOSTS, Household

Array = npt.NDArray[Any]

OWN_SEGMENT: Final = 0.75
"""How often a child lives in a home that is meant for such children, where one has room. Assumed."""
MISSES: Final = 60
"""Groups in a row for whom nothing is found before the homes count as filled."""
_LIMITED: Final = (HomeKind.FOSTER, HomeKind.EARLY_PERMANENCE, HomeKind.CONNECTED_PERSON)


class Filling:
    """Homes while children move in and out. Arrays are [homes]."""

    def __init__(self, households: Sequence[Household], limit: int) -> None:
        self.households = households
        self.limit = limit
        self.segment = np.array([one.segment for one in households], dtype=np.int64)
        self.places = np.array([one.places for one in households], dtype=np.int64)
        self._offered = np.array([one.places - one.withheld for one in households], dtype=np.int64)
        self._rooms = np.array([one.places if one.rooms is None else one.rooms for one in households], dtype=np.int64)
        kinds = [one.home.kind for one in households]
        self._limited = np.array([kind in _LIMITED for kind in kinds])
        self._adoptive = np.array([kind in (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE) for kind in kinds])
        self.groups: list[tuple[Group, ...]] = [() for _ in households]
        self.living = np.zeros(len(households), dtype=np.int64)
        self._closed = np.zeros(len(households), dtype=bool)
        self._eldest = np.zeros(len(households), dtype=np.int64)
        self._youngest = np.zeros(len(households), dtype=np.int64)

    def vacant(self) -> Array:
        """[homes] places that supply counts as vacant: filled ones taken away, whether or not the carer offers them."""
        return np.where(self._adoptive & (self.living > 0), 0, np.maximum(self.places - self.living, 0))

    def free(self) -> Array:
        """[homes] vacant places that the carers offer. A child who must live alone leaves none."""
        return np.where(self._closed, 0, np.maximum(np.minimum(self.vacant(), self._offered - self.living), 0))

    def takes(self, group: Group, lawful: Array) -> Array:
        """Homes that could take a group now, of those that are lawful for it while nobody lives there."""
        size = len(group.children)
        empty = self.living == 0
        fits = lawful & (self.free() >= size)
        fits &= empty | ((self._rooms - self.living >= size) & (~self._limited | (self.living + size <= self.limit)))
        for one in group.children:
            born = one.date_of_birth.toordinal()
            if one.alongside is Alongside.SOLO:
                fits &= empty
            elif one.alongside is Alongside.ONLY_OLDER:
                fits &= empty | (self._youngest <= born)
            elif one.alongside is Alongside.ONLY_YOUNGER:
                fits &= empty | (self._eldest >= born)
        return np.asarray(fits)

    def move_in(self, group: Group, home: int) -> None:
        """A group comes to live in a home."""
        self._set(home, (*self.groups[home], group))

    def move_out(self, group: Group, home: int) -> None:
        """A group leaves. Raises ValueError where it does not live there."""
        staying = list(self.groups[home])
        staying.remove(group)
        self._set(home, tuple(staying))

    def _set(self, home: int, groups: tuple[Group, ...]) -> None:
        children = [one for group in groups for one in group.children]
        born = [one.date_of_birth.toordinal() for one in children]
        self.groups[home] = groups
        self.living[home] = len(children)
        self._closed[home] = any(one.alongside is Alongside.SOLO for one in children)
        self._eldest[home], self._youngest[home] = min(born, default=0), max(born, default=0)

    def home(self, at: int) -> Home:
        """A home as the register would show it now."""
        one = self.households[at]
        # A room each; brothers and sisters who share one leave no other free than the places that are left.
        rooms = None if one.rooms is None else max(one.rooms - int(self.living[at]), 0)
        return replace(one.home, vacancies=int(self.free()[at]), bedrooms_free=rooms)

    def residents(self, at: int) -> tuple[Resident, ...]:
        """Everybody who lives in a home now."""
        one = self.households[at]
        status = ResidentStatus.LODGER if one.segment == HOSTS else ResidentStatus.FOSTERED
        placed = (
            Resident(one.home.home_id, child.child_id, status, child.date_of_birth, child.sex, child.family_id)
            for group in self.groups[at]
            for child in group.children
        )
        return (*one.others, *placed)


def fill(
    filling: Filling,
    chance: Chance,
    groups: Sequence[Group],
    lawful: Array,
    shares: Mapping[str, float],
    occupancy: Array,
) -> None:
    """Let children move in until each segment's homes are as full as asked, [segments], or nobody more is found.

    `groups` are asked for over and over, in the shares of children of each need, under other names each time;
    `lawful` is [groups, homes] while nobody lives there.
    """
    here = np.bincount(filling.segment, weights=filling.places, minlength=len(SEGMENTS))
    target = np.rint(here * occupancy)
    of_need = {need: [at for at, one in enumerate(groups) if SEGMENTS[one.need] == need] for need in shares}
    size = {need: np.mean([len(groups[at].children) for at in which]) for need, which in of_need.items() if which}
    weights = {need: shares[need] / float(size[need]) for need in shares if need in size}
    misses = moved = 0
    while misses < MISSES:
        filled = np.bincount(filling.segment, weights=filling.living, minlength=len(SEGMENTS))
        short = target - filled
        if not (short > 0).any():
            return
        at = chance.pick(of_need[chance.one_of(weights)])
        group = groups[at]
        fits = filling.takes(group, lawful[at]) & (short[filling.segment] >= len(group.children))
        meant = fits & (filling.segment == group.need)
        choice = np.flatnonzero(meant if meant.any() and chance.yes(OWN_SEGMENT) else fits)
        if not len(choice):
            misses += 1
            continue
        misses = 0
        moved += 1
        filling.move_in(group.renamed(f"L{moved:05}"), int(choice[chance.between(0, len(choice) - 1)]))
