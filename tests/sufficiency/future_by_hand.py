"""A second player of the future: one future, one month, one child after another, in plain Python.

It shares the random streams with the product, and where a child may live; nothing else. Children find homes by a
search for somebody who can move up (Kuhn 1955), where the product counts sets of needs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sufficiency.future_settings import OVERFLOW, FutureSettings
from sufficiency.households import SEGMENTS
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
LEAVE, MOVE, OUTSIDE, SPLIT = 7202, 7203, 7204, 7205
GOLDEN = (math.sqrt(5) - 1) / 2


class Homes:
    """The places of one month, and who has one."""

    def __init__(self, places: dict[str, int], share: dict[tuple[str, str], float], kept: dict[str, int]) -> None:
        self.places: list[tuple[Any, ...]] = [
            ("book", home, j) for home in FOSTER for j in range(1, places[home] + 1)
        ] + [("kept", need, j) for need in FOSTER for j in range(kept[need])]
        self.share, self.most = share, sum(places[home] for home in FOSTER)
        self.who: dict[tuple[Any, ...], str] = {}

    def suits(self, place: tuple[Any, ...], need: str) -> bool:
        """Whether a child of a need may have a place."""
        what, home, j = place
        return home == need if what == "kept" else j * GOLDEN % 1.0 < self.share[home, need]

    def offer(self, need: str) -> bool:
        """Whether one more child can have a home, if others move up."""
        return len(self.who) < self.most and self.find(need, set())

    def find(self, need: str, tried: set[Any]) -> bool:
        """A place for a child, or somebody's who finds another."""
        for place in self.places:
            if place not in tried and self.suits(place, need):
                tried.add(place)
                if place not in self.who or self.find(self.who[place], tried):
                    self.who[place] = need
                    return True
        return False


class ByHand:
    """One future; every figure of the settings must be certain."""

    def __init__(self, future: int, seed: int, settings: FutureSettings, share: Any) -> None:
        self.future, self.seed, self.settings = future, seed, settings
        self.share = {(h, n): float(share[i, k]) for i, h in enumerate(SEGMENTS) for k, n in enumerate(SEGMENTS)}
        self.told: dict[tuple[Any, ...], int] = {}

    def luck(self, purpose: int, month: int, need: str) -> float:
        """A number for what happens to a need in a month."""
        return float(uniform(keys_for(self.seed, purpose, self.future, month, SEGMENTS.index(need)), 0)[0]) * (1 - 1e-9)

    def start(self, lives: Any, places: dict[str, int]) -> None:
        """Children where they live today: [needs, places]."""
        self.home = {n: int(lives[k, 0]) for k, n in enumerate(SEGMENTS)}
        self.over = {(n, p): int(lives[k, 1 + i]) for k, n in enumerate(SEGMENTS) for i, p in enumerate(OVERFLOW)}
        homes = Homes(places, self.share, dict.fromkeys(FOSTER, 0))
        homes.most = 10**6
        found = {n: sum(homes.offer(n) for _ in range(self.home[n])) for n in BY_HARDNESS}
        for need in ("supported_lodgings", "adopters"):
            found[need] = min(self.home[need], self.alone(need, places))
        self.kept = {n: self.home[n] - found.get(n, self.home[n]) for n in SEGMENTS}
        today = {p: sum(self.over[n, p] for n in FOSTER) for p in OVERFLOW}
        fostered = sum(self.home[n] for n in FOSTER) + today["agency"] + today["other_authority"]
        today["residential"] = 0
        self.limit = {
            p: math.floor(today[p] + more[1] * fostered + 1e-9)
            for p, more in zip(OVERFLOW, self.settings.more, strict=False)
        }

    def alone(self, need: str, places: dict[str, int]) -> int:
        """Places of homes that take one need only, that it can use."""
        return sum(j * GOLDEN % 1.0 < self.share[need, need] for j in range(1, places[need] + 1))

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
        homes = Homes(places, self.share, self.kept)
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
