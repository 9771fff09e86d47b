"""A second player of the future: one future, one month, one child after another, in plain Python.

It shares the random streams with the product, and where a child may live; nothing else. Children find homes by a
search for somebody who can move up (Ford and Fulkerson 1956), where the product counts sets of needs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sufficiency.future_settings import OVERFLOW, FutureSettings
from sufficiency.households import SEGMENTS
from sufficiency.rooms import Shares
from sufficiency.streams import keys_for, uniform

FOSTER = SEGMENTS[:8]
BY_HARDNESS = (
    *("siblings_three_or_more", "siblings_two", "parent_and_child", "specialist"),
    *("teenagers", "mainstream_11_15", "mainstream_5_10", "mainstream_0_4"),
)
BY_YOUTH = (
    *("mainstream_0_4", "parent_and_child", "siblings_three_or_more", "siblings_two"),
    *("mainstream_5_10", "mainstream_11_15", "teenagers"),
)
OLD_ENOUGH = ("parent_and_child", "mainstream_11_15", "teenagers")
LEAVE, MOVE, OUTSIDE, SPLIT, PLACES = 7202, 7203, 7204, 7205, 7206


class Homes:
    """The homes of one month, and who has one: `each` and `every` are the places that can be used."""

    def __init__(
        self, each: dict[tuple[str, str], int], every: dict[str, int], kept: dict[str, int], most: float = math.inf
    ) -> None:
        # Who is kept has a place that nobody else can use.
        self.each = each | {(f"kept {need}", need): number for need, number in kept.items()}
        self.every = every | {f"kept {need}": number for need, number in kept.items()}
        self.most, self.placed = most, 0
        self.lives = dict.fromkeys(self.each, 0)

    def offer(self, need: str) -> bool:
        """Whether one more child can have a home, if others move up."""
        found = self.placed < self.most and self.find(need, set())
        self.placed += found
        return found

    def find(self, need: str, tried: set[str]) -> bool:
        """A home for a child, or somebody else's who finds another."""
        for home in self.every:
            if home not in tried and self.lives.get((home, need), 0) < self.each.get((home, need), 0):
                tried.add(home)
                there = [(home, other) for other in FOSTER if self.lives.get((home, other))]
                if sum(self.lives[one] for one in there) < self.every[home]:
                    self.lives[home, need] += 1
                    return True
                for one in there:
                    if self.find(one[1], tried):
                        self.lives[one] -= 1
                        self.lives[home, need] += 1
                        return True
        return False


class ByHand:
    """One future; every figure of the settings must be certain."""

    def __init__(self, future: int, seed: int, settings: FutureSettings, shares: Shares) -> None:
        self.future, self.seed, self.settings, self.shares = future, seed, settings, shares
        self.told: dict[tuple[Any, ...], int] = {}

    def luck(self, purpose: int, month: int, need: str) -> float:
        """A number for what happens to a need in a month."""
        return float(uniform(keys_for(self.seed, purpose, self.future, month, SEGMENTS.index(need)), 0)[0]) * (1 - 1e-9)

    def start(self, lives: Any, places: dict[str, int]) -> None:
        """Children where they live today: [needs, places]."""
        self.home = {n: int(lives[k, 0]) for k, n in enumerate(SEGMENTS)}
        self.over = {(n, p): int(lives[k, 1 + i]) for k, n in enumerate(SEGMENTS) for i, p in enumerate(OVERFLOW)}
        homes = Homes(*self.usable(places), {})
        found = {n: sum(homes.offer(n) for _ in range(self.home[n])) for n in BY_HARDNESS}
        for need in ("supported_lodgings", "adopters"):
            found[need] = min(self.home[need], self.alone(need, places))
        self.kept = {n: self.home[n] - found.get(n, self.home[n]) for n in SEGMENTS}
        self.today = dict(self.home)
        today = {p: sum(self.over[n, p] for n in FOSTER) for p in OVERFLOW}
        fostered = sum(self.home[n] for n in FOSTER) + today["agency"] + today["other_authority"]
        today["residential"] = 0
        self.limit = {
            p: math.floor(today[p] + more[1] * fostered + 1e-9)
            for p, more in zip(OVERFLOW, self.settings.more, strict=False)
        }

    def usable(self, places: dict[str, int]) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
        """Places of each foster home that each need can use, and that can be used at all."""
        each = {(home, need): self.rounded(home, need, places) for home in FOSTER for need in FOSTER}
        return each, {home: self.rounded(home, None, places) for home in FOSTER}

    def rounded(self, home: str, need: str | None, places: dict[str, int]) -> int:
        """A share of places, up or down by chance."""
        at, turn = SEGMENTS.index(home), len(SEGMENTS) if need is None else SEGMENTS.index(need)
        share = self.shares.every[at] if need is None else self.shares.each[at, turn]
        luck = float(uniform(keys_for(self.seed, PLACES, self.future, at, turn), 0)[0]) * (1 - 1e-9)
        return min(places[home], math.floor(float(share) * places[home] + luck))

    def alone(self, need: str, places: dict[str, int]) -> int:
        """Places of homes that take one need only, that it can use."""
        return self.rounded(need, need, places)

    def month(self, m: int, children: dict[str, int], came: dict[str, int], places: dict[str, int]) -> None:
        """One month: who leaves, who stays, who comes, who moves, who goes elsewhere."""
        new, would = {}, {}
        for n in SEGMENTS:
            before = self.home[n] + sum(self.over[n, p] for p in OVERFLOW)
            left = before + came[n] - children[n]
            new[n] = came[n] - (left - min(left, before))
            self.leave(m, n, min(left, before), before)
            elsewhere = sum(self.over[n, p] for p in OVERFLOW)
            would[n] = math.floor(elsewhere * self.settings.moves_back[1] + self.luck(MOVE, m, n))
        each, every = self.usable(places)
        usual = sum(min(every[home], sum(each[home, need] for need in FOSTER)) for home in FOSTER)
        most = max(usual, sum(self.today[n] for n in FOSTER))
        most = min(most, sum(places[home] for home in FOSTER))
        homes = Homes(each, every, {n: self.kept[n] for n in FOSTER}, most)
        room = {n: min(self.alone(n, places) + self.kept[n], places[n]) for n in ("supported_lodgings", "adopters")}
        stayed, found, late = (self.offered(homes, room, group) for group in (self.home, new, would))
        moved_out = {n: self.home[n] - stayed[n] for n in SEGMENTS}
        would_stay = dict(self.over)
        self.home = {n: stayed[n] + found[n] + late[n] for n in SEGMENTS}
        for n in SEGMENTS:
            for p in [OVERFLOW[k] for k in reversed(self.settings.order) for _ in range(late[n])]:
                if sum(self.over[n, q] for q in OVERFLOW) > sum(would_stay[n, q] for q in OVERFLOW) - late[n]:
                    self.over[n, p] -= self.over[n, p] > 0
        self.elsewhere({n: new[n] - found[n] + moved_out[n] for n in SEGMENTS})
        for n in SEGMENTS:
            self.told |= {("late", m, n): late[n], ("moved out", m, n): moved_out[n], ("own", m, n): self.home[n]}
            self.told |= {("over", m, n, p): self.over[n, p] for p in OVERFLOW}
            if n in FOSTER:
                outside = sum(
                    self.over[n, p] * share[1] for p, share in zip(OVERFLOW, self.settings.outside, strict=True)
                )
                self.told["outside", m, n] = math.floor(outside * (1 - 1e-9) + self.luck(OUTSIDE, m, n))
        self.told["split", m] = self.apart(m, "siblings_two", 2) + self.apart(m, "siblings_three_or_more", 3)

    def leave(self, m: int, n: str, ends: int, before: int) -> None:
        """Each place loses its share: what is below each line, rounded by one luck."""
        if before:
            luck, sums, total = self.luck(LEAVE, m, n), [0], 0
            self.kept[n] -= math.floor(self.kept[n] * ends / before + luck)
            self.today[n] -= math.floor(self.today[n] * ends / before + luck)
            for number in (self.home[n], *(self.over[n, p] for p in OVERFLOW)):
                total += number
                sums.append(math.floor(total * ends / before + luck))
            self.home[n] -= sums[1]
            for i, p in enumerate(OVERFLOW):
                self.over[n, p] -= sums[i + 2] - sums[i + 1]

    def offered(self, homes: Homes, room: dict[str, int], group: dict[str, int]) -> dict[str, int]:
        """Who finds a home, one child after another."""
        placed = dict.fromkeys(SEGMENTS, 0)
        for need in BY_HARDNESS:
            for _ in range(group[need]):
                placed[need] += homes.offer(need)
        for need in room:
            placed[need] = min(group[need], room[need])
            room[need] -= placed[need]
        return placed | {"kin": group["kin"]}

    def elsewhere(self, unplaced: dict[str, int]) -> None:
        """A place for each child without a home."""
        self.over["specialist", "residential"] += unplaced["specialist"]
        for need in ("supported_lodgings", "adopters"):
            self.over[need, "agency"] += unplaced[need]
        for k in self.settings.order:
            place = OVERFLOW[k]
            for need in BY_YOUTH:
                while unplaced[need]:
                    there = sum(self.over[n, place] for n in BY_YOUTH)
                    full = place != "out_of_area" and there >= self.limit[place]
                    if full or (place == "residential" and need not in OLD_ENOUGH):
                        break
                    self.over[need, place] += 1
                    unplaced[need] -= 1

    def apart(self, m: int, need: str, size: int) -> int:
        """Brothers and sisters who do not live together."""
        elsewhere = sum(self.over[need, p] for p in OVERFLOW)
        shares = zip(OVERFLOW, self.settings.split, strict=True)
        expected = sum(self.over[need, p] * share[1] for p, share in shares)
        some = math.floor(expected * (1 - 1e-9) + self.luck(SPLIT, m, need))
        part = self.home[need] % size if elsewhere else 0
        return part + max(some, min(size - part, elsewhere) if part else 0)


def told(by_hand: list[ByHand], months: int, what: str, parts: tuple[str, ...] = ()) -> np.ndarray[Any, Any]:
    """[futures, months, needs (, places)] of what happened."""
    shape = (len(by_hand), months, len(SEGMENTS), *([len(parts)] if parts else []))
    counts = np.zeros(shape, dtype=np.int64)
    for d, one in enumerate(by_hand):
        for m in range(months):
            for k, need in enumerate(SEGMENTS):
                if parts:
                    counts[d, m, k] = [one.told[what, m, need, part] for part in parts]
                else:
                    counts[d, m, k] = one.told.get((what, m, need), 0)
    return counts
