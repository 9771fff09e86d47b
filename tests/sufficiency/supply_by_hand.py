"""A second player of supply: one future, one household and one month after another, in plain Python.

It shares the random streams and the settings with the product, and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist
from typing import Any

import numpy as np

from sufficiency.households import SEGMENTS, Households
from sufficiency.streams import keys_for, uniform
from sufficiency.supply import SupplySettings

WARM = 36
HELD = set(SEGMENTS) - {"adopters", "kin"}
ORDERS = HELD - {"parent_and_child", "short_breaks", "supported_lodgings"}
STAYS = ORDERS | {"kin"}
OVER = ORDERS | {"parent_and_child", "short_breaks"}


def luck(key: Any, turn: int) -> float:
    """One number of a stream."""
    return float(uniform(key, turn)[0])


def poisson(mean: float, at: float) -> int:
    """The number below which lies the share `at`."""
    number, term = 0, math.exp(-mean)
    below = term
    while at > below:
        number += 1
        term *= mean / number
        below += term
    return number


def wait(rate: float, at: float) -> float:
    """Months before the one in which something happens."""
    return math.floor(-math.log(at) / rate) if rate > 0 else math.inf


def length(mean: float, vary: float, at: float, rounding: float) -> int:
    """Whole months of a lognormal time."""
    if mean <= 0:
        return 0
    s2 = math.log1p(vary * vary)
    return math.floor(math.exp(math.log(mean) - s2 / 2 + math.sqrt(s2) * NormalDist().inv_cdf(at)) + rounding)


def first_above(shares: Iterable[float], at: float) -> int:
    """The first whose sum with those before it is above `at`; the last where none is."""
    sums = list(accumulate(shares))
    return next((k for k, total in enumerate(sums) if at < total), len(sums) - 1)


def band(which: float, where: float, shares: tuple[float, ...], bands: tuple[tuple[int, int], ...]) -> int:
    """A month of one of the bands."""
    first, last = bands[first_above(shares, which)]
    return math.floor(first + where * (last - first))


@dataclass
class Home:
    """One household and what it does next."""

    segment: str
    key: Any
    places: int
    approved: int
    born: int
    notice: int = -1
    held: bool = False
    stay: int = 0
    used: float = 0.0
    retired: float = 0.0
    hold_at: float = math.inf
    stay_at: float = math.inf
    stay_ends: float = math.inf
    order_at: float = math.inf


class ByHand:
    """Plays one future; every figure must be certain (no interval), so that none has to be drawn."""

    def __init__(self, start: Households, settings: SupplySettings, seed: int, future: int, months: int) -> None:
        self.settings, self.seed, self.future, self.months = settings, seed, future, months
        self.counts: Counter[tuple[Any, ...]] = Counter()
        one = settings
        able = [int(p) for p, s in zip(start.places, start.segment, strict=True) if SEGMENTS[s] in STAYS]
        stay_share = self.v("staying_put") / 12 * self.v("staying_put_months") / (sum(able) / len(able) if able else 2)
        self.share_held = min(max(self.v("not_available") - stay_share, 0), 0.99)
        tenure_rel = (self.v("under_two_years"), self.v("two_to_five_years"), 1.0)
        age_rel = (1.0, self.v("from_50_to_59"), self.v("over_60"))
        mean = sum(
            t * a * x * y
            for t, x in zip(one.tenures, tenure_rel, strict=True)
            for a, y in zip(one.ages, age_rel, strict=True)
        ) / (sum(one.tenures) * sum(one.ages))
        self.rates = [[self.v("attrition") * x * y / mean for y in age_rel] for x in tenure_rel]
        self.new: list[tuple[int, Home]] = []
        self.pipeline()
        self.others()
        self.homes(start)

    def v(self, name: str) -> float:
        """A figure, which has no interval."""
        low, value, high = getattr(self.settings, name)
        assert low == value == high
        return float(value)

    def key(self, *parts: int) -> Any:
        """A stream of this future."""
        return keys_for(self.seed, parts[0], self.future, *parts[1:])

    def lever(self, name: str, month: int) -> float:
        """What a lever adds in a month played; it has no interval."""
        pull = self.settings.pulls.pulls.get(name)
        if pull is None or month < 0:
            return 0.0
        low, value, high = pull.span
        assert low == value == high
        return float(value) * pull.path[min(month, len(pull.path) - 1)]

    def enquirers(self, s: int, month: int) -> float:
        """Enquiries a year in a month played, or before it."""
        mean = float(self.settings.enquiries[s][1])
        if SEGMENTS[s] != "kin":
            mean += self.lever(f"recruitment.{SEGMENTS[s]}", month)
        if SEGMENTS[s] == "supported_lodgings":
            mean += self.lever("supported_lodgings_scheme", month)
        return mean

    def note(self, what: str, t: float, segment: str, stage: int) -> None:
        """Counts what happens in the months played."""
        if WARM <= t < WARM + self.months:
            self.counts[what, int(t) - WARM, segment, stage] += 1

    def pipeline(self) -> None:
        """Everybody from enquiry to approval."""
        whole, vary = WARM + self.months, self.v("months_vary_by")
        applied: list[tuple[int, bool, float, str, int]] = []
        for t in range(whole):
            for s, segment in enumerate(SEGMENTS):
                anyway = poisson(self.enquirers(s, -1) / 12, luck(self.key(61, t, s), 0))
                for k in range(poisson(self.enquirers(s, t - WARM) / 12, luck(self.key(61, t, s), 0))):
                    me = self.key(62, t, s, k)
                    decides = t + length(self.v("months_to_application"), vary, luck(me, 1), luck(me, 2))
                    self.note("came", t, segment, 0)
                    each = self.v("enquiries_per_application")
                    if luck(me, 0) * each < 1 + each * self.lever("hub", t - WARM):
                        self.note("moved", decides, segment, 0)
                        self.note("came", decides, segment, 1)
                        until = decides + 1 + int(wait(-math.log1p(-self.v("withdrawn_waiting")), luck(me, 4)))
                        besides = k >= anyway or luck(me, 0) * each >= 1
                        applied.append((decides, besides, luck(me, 3), segment, until))
                    else:
                        self.note("dropped", decides, segment, 0)
        queue = sorted(applied)
        saved = begun = 0.0
        for t in range(whole):
            saved += max(self.v("assessments") + self.lever("assessors", t - WARM), 0)
            room = math.floor(saved + 1e-9) - begun
            begun = math.floor(saved + 1e-9)
            for one in [q for q in queue if q[4] == t]:
                self.note("dropped", t, one[3], 1)
                queue.remove(one)
            for slot, one in enumerate([q for q in queue if q[0] <= t][: int(room)]):
                queue.remove(one)
                self.assess(t, slot, one[3])

    def assess(self, t: int, slot: int, segment: str) -> None:
        """One assessment and its panel."""
        me, vary = self.key(63, t, slot), self.v("months_vary_by")
        self.note("moved", t, segment, 1)
        self.note("came", t, segment, 2)
        takes = self.v("months_to_approval") - self.v("months_at_panel") - self.lever("assessment_time", t - WARM)
        takes = length(takes, vary, luck(me, 1), luck(me, 2))
        share = self.v("approved_per_application") + self.lever("conversion", t - WARM)
        if luck(me, 0) >= share / self.v("approved_at_panel"):
            self.note("dropped", t + math.floor(takes * luck(me, 3)), segment, 2)
            return
        self.note("moved", t + takes, segment, 2)
        self.note("came", t + takes, segment, 3)
        over = t + takes + length(self.v("months_at_panel"), vary, luck(me, 4), luck(me, 5))
        good = luck(me, 6) < self.v("approved_at_panel")
        self.note("moved" if good else "dropped", over, segment, 3)
        if good:
            self.approve("approved", over - WARM, segment, self.key(63, t, slot, 1))

    def approve(self, how: str, month: int, segment: str, key: Any) -> None:
        """A new household."""
        if not 0 <= month < self.months:
            return
        mean = self.settings.places[SEGMENTS.index(segment)][1]
        places = max(1, math.floor(mean + luck(key, 2)))
        shares = self.settings.new_ages if how == "approved" else self.settings.ages
        home = Home(segment, key, places, month, month - self.age(key, shares))
        if how == "transfers":
            home.approved = month - self.tenure(key)
        self.new.append((month, home))
        self.counts[how, month, segment] += 1

    def age(self, key: Any, shares: tuple[float, ...]) -> int:
        """Months of age."""
        return band(luck(key, 3), luck(key, 4), shares, ((360, 600), (600, 720), (720, 840)))

    def tenure(self, key: Any) -> int:
        """Months since approval."""
        return band(luck(key, 5), luck(key, 6), self.settings.tenures, ((0, 24), (24, 60), (60, 180)))

    def others(self) -> None:
        """Relatives and friends, and those from agencies."""
        weights = [e[1] if n in OVER else 0.0 for n, e in zip(SEGMENTS, self.settings.enquiries, strict=True)]
        for m in range(self.months):
            for k in range(poisson(self.v("kin_approved") / 12, luck(self.key(64, m), 0))):
                self.approve("approved", m, "kin", self.key(65, m, k))
            mean = self.v("transfers_in") + self.lever("transfers", m)
            for k in range(poisson(mean / 12, luck(self.key(66, m), 0))):
                key = self.key(67, m, k)
                at = first_above([weight / sum(weights) for weight in weights], luck(key, 7))
                self.approve("transfers", m, SEGMENTS[at], key)

    def homes(self, start: Households) -> None:
        """Every household month by month."""
        there = []
        for i in range(len(start)):
            key = self.key(68, int(start.luck[i]))
            tenure = int(start.tenure[i]) if start.tenure[i] >= 0 else self.tenure(key)
            age = int(start.age[i]) if start.age[i] >= 0 else self.age(key, self.settings.ages)
            home = Home(SEGMENTS[start.segment[i]], key, int(start.places[i]), -1 - tenure, -1 - age)
            home.notice, home.held, home.stay = int(start.leaves_in[i]), bool(start.held[i]), int(start.staying_put[i])
            if start.assumed:
                home.held = home.segment in HELD and luck(key, 4095) < self.share_held
                stays = self.v("staying_put") / 12 * self.v("staying_put_months")
                home.stay = int(home.segment in STAYS and luck(key, 3 * 4096 - 1) < stays)
            self.begin(home, -1)
            if home.held and start.back_in[i] >= 0:
                home.hold_at = int(start.back_in[i])
            there.append(home)
        for m in range(self.months):
            there = [home for home in there if not self.month(home, m)]
            for month, home in self.new:
                if month == m:
                    self.begin(home, m)
                    there.append(home)
            for home in there:
                for what, number in (
                    ("households", 1),
                    ("held", int(home.held)),
                    ("places", home.places),
                    ("available", 0 if home.held else home.places - home.stay),
                    ("staying_put", home.stay),
                ):
                    self.counts[what, m, home.segment] += number

    def begin(self, home: Home, m: int) -> None:
        """What may happen first."""
        self.hold(home, m)
        self.ask_stay(home, m)
        self.ask_order(home, m)
        self.ask_end(home, m, 4)

    def hold(self, home: Home, m: int) -> None:
        """When a home is next held, or back."""
        back = 1 / self.v("hold_months")
        away = back * self.share_held / (1 - self.share_held) if home.segment in HELD else 0.0
        home.hold_at = m + 1 + wait(back if home.held else away, luck(home.key, 4096 + m + 1))

    def ask_stay(self, home: Home, m: int) -> None:
        """When somebody next stays put."""
        rate = self.v("staying_put") / 12 if home.segment in STAYS else 0.0
        home.stay_at = m + 1 + wait(rate, luck(home.key, 3 * 4096 + m + 1))

    def ask_order(self, home: Home, m: int) -> None:
        """When an order next takes a place."""
        rate = self.v("permanence") / 12 if home.segment in ORDERS else 0.0
        home.order_at = m + 1 + wait(rate, luck(home.key, 2 * 4096 + m + 1))

    def ask_end(self, home: Home, m: int, turn: int) -> None:
        """When the first of those who stay put goes."""
        rate = home.stay / self.v("staying_put_months")
        home.stay_ends = m + 1 + wait(rate, luck(home.key, turn * 4096 + m + 1))

    def month(self, home: Home, m: int) -> bool:
        """One month of one household; whether it leaves."""
        tenure, age = m - home.approved, m - home.born
        if home.segment in ("kin", "adopters"):
            rate = self.v(f"{home.segment}_leaving")
        else:
            rate = self.rates[(tenure >= 24) + (tenure >= 60)][(age >= 600) + (age >= 720)]
            rate *= (1 - self.lever("retention", m)) * (1 - self.lever("fees", m) / 10 * self.v("fewer_for_fees"))
            home.retired += -math.log1p(-self.lever("retirement", m)) / 12 if age >= 720 else 0.0
        home.used += rate / 12
        retires = home.retired > 0 and home.retired >= -math.log(luck(home.key, 8))
        if retires or home.notice == m or home.used >= -math.log(luck(home.key, 0)):
            at, one = luck(home.key, 1), self.settings
            reason = 0 if at < 1 - one.by_service - one.to_other_service else 1 if at < 1 - one.to_other_service else 2
            own = retires or home.notice == m or home.segment == "adopters"
            self.counts["left", m, home.segment, 0 if own else reason] += 1
            return True
        if home.order_at == m:
            home.places -= 1
            home.stay = min(home.stay, home.places)
            self.ask_order(home, m)
        if home.places == 0:
            self.counts["left", m, home.segment, 3] += 1
            return True
        if home.stay_ends == m and home.stay:
            home.stay -= 1
            self.ask_end(home, m, 4)
        if home.stay_at == m:
            self.ask_stay(home, m)
            if home.stay < home.places:
                home.stay += 1
                self.ask_end(home, m, 5)
        if home.hold_at == m:
            home.held = not home.held
            self.hold(home, m)
        return False


def played(by_hand: list[ByHand], name: str, parts: int = 0) -> np.ndarray[Any, Any]:
    """[draws, months, segments, parts] of what was counted."""
    shape = (len(by_hand), by_hand[0].months, len(SEGMENTS), *([parts] if parts else []))
    counts = np.zeros(shape, dtype=np.int64)
    for draw, one in enumerate(by_hand):
        for (what, month, segment, *part), number in one.counts.items():
            if what == name:
                counts[(draw, month, SEGMENTS.index(segment), *part)] = number
    return counts
