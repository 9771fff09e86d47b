"""Points: what every consideration says of every child and home, weighed by the council's policy.

A pair's points are ten times the weighted mean of the considerations that apply to it, a whole number from 0 to
1000. Kin keeps its share of the scale whatever else applies; the rest of the scale is shared out among those that
apply. Sums are of whole numbers throughout (millionths of a score), so that they come out alike on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.considerations.consideration import MIDDLE, Facts, Floats, Mask
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.place import miles_from
from matching.policy import Policy
from matching.rules.asked import Asked
from matching.rules.register import Register

Ints = NDArray[np.int64]

MOST_POINTS: Final = 1000
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
    `scores`: by consideration, 0 to 100, 50 where not recorded, not-a-number where it does not apply. `known`: by
    consideration, nothing that it needs is unrecorded; true where it does not apply. Miles are straight lines,
    not-a-number where not known.
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
        scale = _scale(self.asked.policy)
        applying = [
            (one, float(self.scores[one.name][child, home]), int(self.weights[child, k]))
            for k, one in enumerate(CONSIDERATIONS)
            if not np.isnan(self.scores[one.name][child, home])
        ]
        # Every weight as a whole number of the same small units, so that nothing is lost before the last rounding.
        shared = sum(w for one, _, w in applying if not one.fixed_share)
        units = [w * (max(shared, 1) if one.fixed_share else scale.shared) for one, _, w in applying]
        all_units = scale.whole * max(shared, 1)
        left_over = all_units - sum(units)
        points = _shared_out(
            int(self.points[child, home]),
            [
                u * round(s * _MILLIONTHS)
                for u, s in zip([*units, left_over], [*(s for _, s, _ in applying), MIDDLE], strict=True)
            ],
            all_units * _MILLIONTHS,
        )
        parts = [
            Part(
                one.name, one.title, s, u / all_units, p, bool(self.known[one.name][child, home]), one.says(facts, home)
            )
            for (one, s, _), u, p in zip(applying, units, points, strict=False)
        ]
        if left_over:
            words = "none of the considerations that have a weight applies"
            parts.append(Part("nothing", "Nothing to weigh", MIDDLE, left_over / all_units, points[-1], True, words))
        return parts

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
    scale = _scale(asked.policy)
    for i, child in enumerate(register.children):
        facts = Facts(child, register, asked)
        miles_home[i] = miles_from(child.home, facts)
        miles_school[i] = miles_from(child.school, facts)
        fixed, shared = (np.zeros((3, shape[1]), dtype=np.int64) for _ in range(2))
        applying = np.zeros(shape[1], dtype=np.int64)
        for k, one in enumerate(CONSIDERATIONS):
            score = one.scores(facts)
            weights[i, k] = one.weight(facts)
            known[one.name][i] = score.known | ~score.applies
            if not score.applies.any():
                scores[one.name][i] = np.nan
                continue
            weight = weights[i, k] * score.applies
            # Where everything is recorded the three are one and the same array; one row then stands for all.
            rows = [score.value] if score.least is score.value else [score.value, score.least, score.most]
            values = _millionths(np.stack(rows))
            if one.fixed_share:
                fixed += weight * values
            else:
                shared += weight * values
                applying += weight
            scores[one.name][i] = np.where(score.applies, values[0] / _MILLIONTHS, np.nan)
        points[i], low[i], high[i] = _points(scale, fixed, shared, applying)
    return Weighed(register, asked, points, low, high, scores, known, miles_home, miles_school, weights)


def _millionths(score: Floats) -> Ints:
    return np.rint(score * _MILLIONTHS).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How the scale is divided: the weight of what has a fixed share, and of all the rest."""

    fixed: int
    shared: int

    @property
    def whole(self) -> int:
        return self.fixed + self.shared


def _scale(policy: Policy) -> _Scale:
    weight = {one.name: policy.weight_of(one.name) for one in CONSIDERATIONS}
    fixed = sum(weight[one.name] for one in CONSIDERATIONS if one.fixed_share)
    return _Scale(fixed, sum(weight.values()) - fixed)


def _points(scale: _Scale, fixed: Ints, shared: Ints, weight: Ints) -> Ints:
    """Points, to the nearest whole number, a half to the even one.

    `fixed` and `shared` are sums of weight times millionths; `weight` is that of what applies of the shared. Where
    nothing of it does, its part of the scale is given the middle.
    """
    nothing = weight == 0
    shared = np.where(nothing, round(MIDDLE * _MILLIONTHS), shared)
    weight = np.where(nothing, 1, weight)
    divisor = scale.whole * weight * _MILLIONTHS
    whole, rest = np.divmod(_POINTS_PER_SCORE * (fixed * weight + scale.shared * shared), divisor)
    up = (2 * rest > divisor) | ((2 * rest == divisor) & (whole % 2 == 1))
    return np.where(up, whole + 1, whole)


def _shared_out(total: int, weighted: list[int], divisor: int) -> list[int]:
    """Whole points for each part, adding up to the total: rounded down, then the largest remainders one more each."""
    whole = [w * _POINTS_PER_SCORE // divisor for w in weighted]
    rest = [w * _POINTS_PER_SCORE % divisor for w in weighted]
    largest_first = sorted(range(len(rest)), key=lambda k: (-rest[k], k))
    for k in largest_first[: total - sum(whole)]:
        whole[k] += 1
    return whole


def cautions(policy: Policy) -> tuple[str, ...]:
    """What a council should know about its own weights; empty when there is nothing to say."""
    scale = _scale(policy)
    if scale.fixed > scale.shared:
        return ()
    return (
        f"Kin has a weight of {scale.fixed}, not more than all the other considerations together ({scale.shared}): "
        "a stranger may be ranked above kin. The law prefers kin to all other kinds of home (Children Act 1989, "
        "s22C(7)(a)); record why the policy does otherwise.",
    )
