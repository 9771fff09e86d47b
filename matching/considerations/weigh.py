"""Points: what every consideration says of every child and home, weighed by the council's policy.

A pair's points are ten times the weighted mean of the considerations that apply to it, a whole number from 0 to
1000. Sums are of whole numbers throughout (millionths of a score), so that they come out alike on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.considerations.consideration import Facts, Floats, Mask
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.place import miles_from
from matching.policy import Policy
from matching.rules.asked import Asked
from matching.rules.register import Register

Ints = NDArray[np.int64]

MOST_POINTS: Final = 1000
_MIDDLE_POINTS: Final = MOST_POINTS // 2
_MILLIONTHS: Final = 1_000_000
_POINTS_PER_SCORE: Final = 10


@dataclass(frozen=True, slots=True)
class Part:
    """What one consideration brings to one pair's points; the parts of a pair add up to its points exactly."""

    name: str
    title: str
    score: float
    """0 to 100; 50 where it is not recorded."""
    weight_share: float
    """Its share, 0 to 1, of the weight of all that apply."""
    points_contributed: int
    known: bool
    words: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A consideration that does not apply to one pair, and why."""

    name: str
    title: str
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Every child and home weighed; each array has shape (children, homes).

    `points` 0 to 1000. `low` and `high`: the least and the most they could become once everything is recorded.
    `scores`: by consideration, 0 to 100, 50 where not recorded, not-a-number where it does not apply; `known`: by
    consideration, nothing that it needs is unrecorded (also where it does not apply). Miles are straight lines, not-a-number where not known.
    `weights`, shape (children, considerations): the weight of each for each child.
    """

    register: Register
    asked: Asked
    points: Ints
    low: Ints
    high: Ints
    scores: Mapping[str, Floats]
    known: Mapping[str, Mask]
    miles_home: Floats
    miles_school: Floats
    weights: Ints

    def parts(self, child_index: int, home_index: int) -> list[Part]:
        """What makes up one pair's points, in the order of the contents page, for those that apply."""
        child, home = int(child_index), int(home_index)
        facts = Facts(self.register.children[child], self.register, self.asked)
        applying = [
            (k, one) for k, one in enumerate(CONSIDERATIONS) if not np.isnan(self.scores[one.name][child, home])
        ]
        weights = [int(self.weights[child, k]) for k, _ in applying]
        total = int(self.points[child, home])
        scores = [float(self.scores[one.name][child, home]) for _, one in applying]
        shares = _shared_out(
            total, [w * round(s * _MILLIONTHS) for w, s in zip(weights, scores, strict=True)], sum(weights)
        )
        if sum(weights) == 0:
            nothing = Part(
                "nothing",
                "Nothing to weigh",
                50.0,
                1.0,
                total,
                True,
                "no consideration with a weight applies to this pair",
            )
        parts = [
            Part(
                one.name,
                one.title,
                score,
                weight / max(sum(weights), 1),
                share,
                bool(self.known[one.name][child, home]),
                one.says(facts, home),
            )
            for (_, one), weight, score, share in zip(applying, weights, scores, shares, strict=True)
        ]
        return parts if sum(weights) else [nothing, *parts]

    def set_aside(self, child_index: int, home_index: int) -> list[SetAside]:
        """The considerations that do not apply to one pair, each with why."""
        child, home = int(child_index), int(home_index)
        facts = Facts(self.register.children[child], self.register, self.asked)
        return [
            SetAside(one.name, one.title, one.says(facts, home))
            for one in CONSIDERATIONS
            if np.isnan(self.scores[one.name][child, home])
        ]


def weigh(register: Register, asked: Asked) -> Weighed:
    """Weigh every child of the register against every home."""
    shape = (len(register.children), len(register.homes))
    points, low, high = (np.empty(shape, dtype=np.int64) for _ in range(3))
    scores = {one.name: np.empty(shape) for one in CONSIDERATIONS}
    known = {one.name: np.empty(shape, dtype=np.bool_) for one in CONSIDERATIONS}
    miles_home, miles_school = np.empty(shape), np.empty(shape)
    weights = np.empty((shape[0], len(CONSIDERATIONS)), dtype=np.int64)
    for i, child in enumerate(register.children):
        facts = Facts(child, register, asked)
        miles_home[i] = miles_from(child.home, facts)
        miles_school[i] = miles_from(child.school, facts)
        sums = np.zeros((3, shape[1]), dtype=np.int64)
        applying = np.zeros(shape[1], dtype=np.int64)
        for k, one in enumerate(CONSIDERATIONS):
            score = one.scores(facts)
            weights[i, k] = one.weight(facts)
            known[one.name][i] = score.known | ~score.applies
            if not score.applies.any():
                scores[one.name][i] = np.nan
                continue
            weight = weights[i, k] * score.applies
            applying += weight
            values = _millionths(np.stack([score.value, score.least, score.most]))
            sums += weight * values
            scores[one.name][i] = np.where(score.applies, values[0] / _MILLIONTHS, np.nan)
        for result, total in zip((points, low, high), sums, strict=True):
            result[i] = _points(total, applying)
    return Weighed(register, asked, points, low, high, scores, known, miles_home, miles_school, weights)


def _millionths(score: Floats) -> Ints:
    return np.rint(score * _MILLIONTHS).astype(np.int64)


def _points(weighted: Ints, weight: Ints) -> Ints:
    """Ten times the mean, to the nearest whole number, a half to the even one; 500 where nothing has a weight."""
    divisor = np.maximum(weight, 1) * _MILLIONTHS
    whole, rest = np.divmod(weighted * _POINTS_PER_SCORE, divisor)
    up = (2 * rest > divisor) | ((2 * rest == divisor) & (whole % 2 == 1))
    return np.where(weight > 0, whole + up, _MIDDLE_POINTS)


def _shared_out(total: int, weighted: list[int], weight: int) -> list[int]:
    """Whole points for each part, adding up to the total: rounded down, then the largest remainders one more each."""
    if weight == 0:
        return [0] * len(weighted)
    divisor = weight * _MILLIONTHS
    whole = [w * _POINTS_PER_SCORE // divisor for w in weighted]
    rest = [w * _POINTS_PER_SCORE % divisor for w in weighted]
    largest_first = sorted(range(len(rest)), key=lambda k: (-rest[k], k))
    for k in largest_first[: total - sum(whole)]:
        whole[k] += 1
    return whole


def cautions(policy: Policy) -> tuple[str, ...]:
    """What a council should know about its own weights; empty when there is nothing to say."""
    rest = sum(
        policy.weight_of(one.name) * (policy.protected_school_weight if one.times else 1)
        for one in CONSIDERATIONS
        if one.name != "kin"
    )
    if policy.weight_of("kin") > rest:
        return ()
    return (
        f"Kin has a weight of {policy.weight_of('kin')}, not more than all the other considerations together ({rest}): "
        "a stranger may be ranked above kin. The law prefers kin to all other kinds of home (Children Act 1989, "
        "s22C(7)(a)); record why the policy does otherwise.",
    )
