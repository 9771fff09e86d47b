"""What the policy lab found, in words: one sentence for each measure, and whether luck would explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtrit

from matching.policy import Policy
from sufficiency.lab import KEPT, MEASURES, TODAY, Measure, Side, Tried

SURE: Final = 0.95
"""How sure all the differences together must be: with six measures each must be surer by itself."""
IN_90: Final = (0.05, 0.95)
NO_DIFFERENCE: Final = "no difference that chance would not explain"


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure: what each side came to on average, and b less a. `low`, `high`: in 90 of 100 years.

    `sure`: luck would hardly make so large a mean; None where every year was the same in both.
    """

    measure: Measure
    a: float
    b: float
    mean: float
    low: float
    high: float
    sure: bool | None


def differences(tried: Tried) -> tuple[Difference, ...]:
    """Every measure, in order. The band is of the years' own differences: both sides met the same years."""
    found = []
    years = len(tried.children)
    apart = float(stdtrit(years - 1, 1 - (1 - SURE) / len(MEASURES) / 2))
    for at, measure in enumerate(MEASURES):
        less = tried.difference[:, at]
        low, high = np.quantile(less, IN_90).tolist()
        mean, error = float(less.mean()), float(less.std(ddof=1) / np.sqrt(years))
        sure = None if not less.any() else abs(mean) > apart * error
        a, b = (float(tried.figures[side, :, at].mean()) for side in (0, 1))
        found.append(Difference(measure, a, b, mean, low, high, sure))
    return tuple(found)


def said(value: float, measure: Measure, *, signed: bool = False) -> str:
    """A figure of a measure; `signed` with a plus where it is above nought."""
    places = measure.decimals if measure.decimals else (0 if abs(value) >= 100 else 1)
    value = round(value, places) + 0.0
    sign = "+" if signed and value > 0 else "−" if value < 0 else ""
    pound = "£" if measure.unit == "pounds" else ""
    return f"{sign}{pound}{abs(value):,.{places}f}"


def sentence(one: Difference, b: str) -> str:
    """One measure in a sentence about side b."""
    title = f"{one.measure.title[:1].lower()}{one.measure.title[1:]}"
    if one.sure is None:
        return f"{title}: exactly the same in every year."
    band = f"{said(one.low, one.measure, signed=True)} to {said(one.high, one.measure, signed=True)} in 90 of 100 years"
    if not one.sure:
        return f"{title}: {NO_DIFFERENCE} ({band})."
    by = f"{said(abs(one.mean), one.measure)} {'more' if one.mean > 0 else 'less'}"
    good = "better" if (one.mean > 0) == (one.measure.better > 0) else "worse"
    return f"{title}: “{b}” {by} ({band}): {good}."


def headline(tried: Tried) -> str:
    """The whole in two sentences: the children who found a home, and for how many measures the sides differ."""
    a, b = tried.asked.sides
    all_ = differences(tried)
    placed = all_[0]
    if placed.sure is None:
        first = f"“{b.name}” and “{a.name}” find homes for the same number of children in every year."
    elif not placed.sure:
        first = f"Between “{b.name}” and “{a.name}” there is {NO_DIFFERENCE} in how many children find a home."
    else:
        more = "more" if placed.mean > 0 else "fewer"
        low, high = (said(value, placed.measure, signed=True) for value in (placed.low, placed.high))
        band = f"{low} to {high} in 90 of 100 years"
        first = f"“{b.name}” finds a home for {abs(placed.mean):.1f} {more} children a year than “{a.name}” ({band})."
    differ = sum(one.sure is True for one in all_)
    return f"{first} Of {len(all_)} measures, {differ} differ by more than chance would explain."


def round_sentence(tried: Tried, policy: Policy) -> str | None:
    """For a panel whose round was planned by a policy; None where neither side planned together by the same."""
    asked = tried.asked
    if not any(side.policy.fingerprint == policy.fingerprint and side.way != TODAY for side in asked.sides):
        return None
    return f"Policy lab, {asked.years} made-up years in which nobody exists: {headline(tried)}"


def side_in_words(side: Side) -> str:
    """What one side is."""
    ways = {TODAY: "one at a time", KEPT: "all together, each week, with scarce homes kept for those who may come"}
    parts = [f"children {ways.get(side.way, 'all together, each week')}"]
    more = [f"{homes} more {name.replace('_', ' ')}" for name, homes in sorted(side.more.items()) if homes]
    if more:
        parts.append(f"with {', '.join(more)} homes")
    if side.besides:
        parts.append(f"with {len(side.besides):,} homes that the other does not have")
    return f"{'; '.join(parts)}. Policy {side.policy.fingerprint[:12]}."
