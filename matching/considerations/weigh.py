"""Points: what every consideration says of every child and home, weighed by the council's policy.

A pair's points are ten times the weighted mean of the considerations that apply to it, a whole number from 0 to
1000. Kin keeps its share of the scale whatever else applies; the rest of the scale is shared out among those that
apply. Sums are of whole numbers throughout (millionths of a score), so that they come out alike on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.considerations.consideration import MIDDLE, Facts, Floats, Mask
from matching.considerations.contents import CONSIDERATIONS
from matching.considerations.place import miles_of_pairs
from matching.considerations.together import MILLIONTHS, ScoredTogether, stretches
from matching.pairs import NOT_LISTED, Pairs
from matching.policy import Policy
from matching.rules.among import Among
from matching.rules.asked import Asked
from matching.rules.register import Register

Ints = NDArray[np.int64]

MOST_POINTS: Final = 1000
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
    """Pairs of child and home weighed; each array has shape (pairs,), in the order of `pairs`.

    `points` 0 to 1000. `low` and `high`: the least and the most they could become once everything is recorded.
    `scores`: by consideration, 0 to 100, 50 where not recorded, not-a-number where it does not apply. `known`: by
    consideration, nothing that it needs is unrecorded; true where it does not apply. Miles are straight lines,
    not-a-number where not known.
    `weights`, shape (children, considerations): the weight of each for each child.
    """

    register: Register
    asked: Asked
    pairs: Pairs
    points: Ints
    low: Ints
    high: Ints
    scores: Mapping[str, Floats]
    known: Mapping[str, Mask]
    miles_home: Floats
    miles_school: Floats
    weights: Ints

    def at(self, child: int, home: int) -> int:
        """Where a pair stands in the arrays. Raises KeyError for a pair that was not weighed."""
        at = self.pairs.position(int(child), int(home))
        if at == NOT_LISTED:
            raise KeyError(f"child {child} and home {home}, by index, were not weighed")
        return at

    def again(self, pairs: Pairs) -> Weighed:
        """Other pairs of the same round, weighed in the same way."""
        return weigh(self.register, self.asked, pairs)

    def parts(self, child_index: int, home_index: int) -> list[Part]:
        """What makes up one pair's points, in the order of the contents page, for those that apply."""
        child, home = int(child_index), int(home_index)
        at = self.at(child, home)
        facts = Facts(self.register.children[child], self.register, self.asked)
        scale = _scale(self.asked.policy)
        applying = [
            (one, float(self.scores[one.name][at]), int(self.weights[child, k]))
            for k, one in enumerate(CONSIDERATIONS)
            if not np.isnan(self.scores[one.name][at])
        ]
        # Every weight as a whole number of the same small units, so that nothing is lost before the last rounding.
        shared = sum(w for one, _, w in applying if not one.fixed_share)
        units = [w * (max(shared, 1) if one.fixed_share else scale.shared) for one, _, w in applying]
        all_units = scale.whole * max(shared, 1)
        left_over = all_units - sum(units)
        points = _shared_out(
            int(self.points[at]),
            [
                u * round(s * MILLIONTHS)
                for u, s in zip([*units, left_over], [*(s for _, s, _ in applying), MIDDLE], strict=True)
            ],
            all_units * MILLIONTHS,
        )
        parts = [
            Part(one.name, one.title, s, u / all_units, p, bool(self.known[one.name][at]), one.says(facts, home))
            for (one, s, _), u, p in zip(applying, units, points, strict=False)
        ]
        if left_over:
            words = "none of the considerations that have a weight applies"
            parts.append(Part("nothing", "Nothing to weigh", MIDDLE, left_over / all_units, points[-1], True, words))
        return parts

    def set_aside(self, child_index: int, home_index: int) -> list[SetAside]:
        """The considerations that do not apply to one pair, each with why."""
        child, home = int(child_index), int(home_index)
        at = self.at(child, home)
        facts = Facts(self.register.children[child], self.register, self.asked)
        return [
            SetAside(one.name, one.title, one.says(facts, home))
            for one in CONSIDERATIONS
            if np.isnan(self.scores[one.name][at])
        ]


def weigh(register: Register, asked: Asked, pairs: Pairs | None = None) -> Weighed:
    """Weigh these pairs of children and homes of the register; without any, every child with every home."""
    pairs = Pairs.every(len(register.children), len(register.homes)) if pairs is None else pairs
    count = len(pairs)
    points, low, high = (np.empty(count, dtype=np.int64) for _ in range(3))
    scores = {one.name: np.empty(count) for one in CONSIDERATIONS}
    known = {one.name: np.empty(count, dtype=np.bool_) for one in CONSIDERATIONS}
    facts = [Facts(child, register, asked) for child in register.children]
    weights = np.zeros((len(facts), len(CONSIDERATIONS)), dtype=np.int64)
    for i in np.flatnonzero(np.diff(pairs.start)).tolist():
        weights[i] = [one.weight(facts[i]) for one in CONSIDERATIONS]
    scale = _scale(asked.policy)
    among = Among(register)
    for children in stretches(pairs):
        some = ScoredTogether(among, facts, pairs, children)
        here = some.here
        of_pair = pairs.child[here]
        fixed, shared = (np.zeros((3, len(of_pair)), dtype=np.int64) for _ in range(2))
        applying = np.zeros(len(of_pair), dtype=np.int64)
        for k, one in enumerate(CONSIDERATIONS):
            score = some.score(one)
            known[one.name][here] = score.known | ~score.applies
            weight = weights[of_pair, k] * score.applies
            # Where everything is recorded the three are one and the same array; one row then stands for all.
            rows = (score.value,) if score.least is score.value else (score.value, score.least, score.most)
            sums = fixed if one.fixed_share else shared
            sums += weight * np.stack(rows)
            if not one.fixed_share:
                applying += weight
            scores[one.name][here] = np.where(score.applies, score.value / MILLIONTHS, np.nan)
        points[here], low[here], high[here] = _points(scale, fixed, shared, applying)
    from_home = miles_of_pairs([c.home for c in register.children], register.homes, pairs)
    from_school = miles_of_pairs([c.school for c in register.children], register.homes, pairs)
    return Weighed(register, asked, pairs, points, low, high, scores, known, from_home, from_school, weights)


def points_under(weighed: Weighed, policy: Policy) -> Ints:
    """The points of every pair if only the weights were those of this policy: what `weigh` would give, shape (pairs,).

    Nothing is asked again: the scores are there. A policy that differs in anything but its weights, its version and
    who chose it gives points that `weigh` would not give.
    """
    asked = replace(weighed.asked, policy=policy)
    weights = np.zeros_like(weighed.weights)
    for i in np.flatnonzero(np.diff(weighed.pairs.start)).tolist():
        facts = Facts(weighed.register.children[i], weighed.register, asked)
        weights[i] = [one.weight(facts) for one in CONSIDERATIONS]
    of_pair = weighed.pairs.child
    fixed, shared, applying = np.zeros((3, len(of_pair)), dtype=np.int64)
    for k, one in enumerate(CONSIDERATIONS):
        score = weighed.scores[one.name]
        applies = ~np.isnan(score)
        weight = weights[of_pair, k] * applies
        sums = fixed if one.fixed_share else shared
        sums += weight * np.rint(np.where(applies, score, 0.0) * MILLIONTHS).astype(np.int64)
        if not one.fixed_share:
            applying += weight
    return _points(_scale(policy), fixed, shared, applying)


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
    shared = np.where(nothing, round(MIDDLE * MILLIONTHS), shared)
    weight = np.where(nothing, 1, weight)
    divisor = scale.whole * weight * MILLIONTHS
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
