"""Each measure for each group, how sure that is, and how far it is from everybody else's.

A share has the interval of Wilson (1927), the difference of two shares that of Newcombe (1998, method 10) and the
exact test of Fisher. A mean has Student's interval, the difference of two means that of Welch (1947). All are at 95%.
Many groups are looked at, and one in twenty would stand out by chance: so a difference is only called one where it
stands after the step-down correction of Holm (1979) over everything looked at in the round. With few children none of
this says much, and then that is what is said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from matching.fairness_groups import UNKNOWN, Grouped
from matching.fairness_outcomes import MEASURES, Measure

Floats = NDArray[np.float64]

SURE: Final = 0.05
"""What is less likely than this by chance, after correction, is called a difference."""
Z: Final = float(stats.norm.ppf(1 - SURE / 2))
FEW: Final = 5
"""With fewer children than this on either side nothing is said of a difference."""

TOO_FEW: Final = "too few children to say"
NO_DIFFERENCE: Final = "no difference that chance would not explain"
MORE: Final = "more than chance explains"
LESS: Final = "less than chance explains"
NOBODY_ELSE: Final = "there is nobody else to compare with"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one group. Shares are from 0 to 1, means in the measure's unit; None: cannot be said.

    `n`: children counted. `part`: those of a share who have it. `difference`: the value less that of everybody else in
    the measure, with its interval. `chance`: how likely so large a difference is where there is none, each looked at
    alone; `said` is in words, after the correction for looking at many.
    """

    measure: Measure
    characteristic: str
    group: str
    n: int
    part: int | None
    value: float | None
    low: float | None
    high: float | None
    others: int
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    chance: float | None = None
    said: str = ""

    @property
    def stands_out(self) -> bool:
        """Whether the group differs by more than chance explains."""
        return self.said in (MORE, LESS)

    @property
    def worse(self) -> bool:
        """Whether it stands out to its disadvantage."""
        better = self.measure.more_is_better
        return better is not None and self.said == (LESS if better else MORE)


def figures(groups: Mapping[str, Grouped], values: Mapping[str, Floats]) -> tuple[Figure, ...]:
    """Every measure for every group in which there is anybody, in the order of measures, characteristics and groups."""
    return said_of_all(
        [one for measure in MEASURES for g in groups.values() for one in _of(measure, g, values[measure.key])]
    )


def overall(measure: Measure, values: Floats) -> Figure:
    """A measure of all children together."""
    known = values[~np.isnan(values)]
    return _alone(measure, "everybody", "everybody", known)


def _of(measure: Measure, grouped: Grouped, values: Floats) -> Iterator[Figure]:
    asked = ~np.isnan(values)
    for name in grouped.present:
        mine = grouped.members(name)
        one, rest = values[mine & asked], values[~mine & asked]
        figure = replace(_alone(measure, grouped.characteristic, name, one), others=len(rest))
        yield _compared(figure, one, rest)


def _alone(measure: Measure, characteristic: str, group: str, values: Floats) -> Figure:
    n = len(values)
    if measure.share:
        part = int(values.sum())
        low, high = wilson(part, n)
        return Figure(measure, characteristic, group, n, part, part / n if n else None, low, high, 0)
    low, high = student(values)
    # neither days nor miles are ever below nought
    low = None if low is None else max(low, 0.0)
    return Figure(measure, characteristic, group, n, None, float(values.mean()) if n else None, low, high, 0)


def _compared(figure: Figure, one: Floats, rest: Floats) -> Figure:
    if not len(rest) or not len(one):
        return replace(figure, said=TOO_FEW if not len(one) else NOBODY_ELSE)
    difference = float(one.mean() - rest.mean())
    low: float | None
    high: float | None
    chance: float | None
    if figure.measure.share:
        a, b = int(one.sum()), int(rest.sum())
        low, high = newcombe(a, len(one), b, len(rest))
        chance = fisher(a, len(one), b, len(rest))
    else:
        low, high, chance = welch(one, rest)
    return replace(figure, difference=difference, difference_low=low, difference_high=high, chance=chance)


def said_of_all(found: Sequence[Figure]) -> tuple[Figure, ...]:
    """Say of each difference whether it stands after Holm's correction over all; what is said already stays said."""
    looks: dict[object, float] = {}
    sizes = _sizes(found)
    for one in found:
        if _can_be_said(one):
            looks.setdefault(_split(one, sizes), one.chance or 0.0)
    stand = holm(looks)
    return tuple(
        one if one.said else replace(one, said=_words(one, _can_be_said(one) and stand[_split(one, sizes)]))
        for one in found
    )


def _sizes(found: Sequence[Figure]) -> Counter[tuple[str, str]]:
    """In how many groups of each measure and characteristic there is anybody."""
    return Counter((one.measure.key, one.characteristic) for one in found if one.n)


def _split(one: Figure, sizes: Mapping[tuple[str, str], int]) -> object:
    """What names a comparison: where there are two groups only, each is everybody else to the other."""
    of = (one.measure.key, one.characteristic)
    return (*of, "both" if sizes[of] == 2 else one.group)


def _can_be_said(one: Figure) -> bool:
    return one.chance is not None and one.n >= FEW and one.others >= FEW


def _words(one: Figure, stands: bool) -> str:
    if not _can_be_said(one):
        return TOO_FEW
    if not stands or not one.difference:
        return NO_DIFFERENCE
    return MORE if one.difference > 0 else LESS


def holm(chances: Mapping[object, float]) -> dict[object, bool]:
    """Which of several looks stand at `SURE` when all are taken together (Holm's step-down correction)."""
    stands = dict.fromkeys(chances, False)
    ordered = sorted(chances, key=lambda one: chances[one])
    for at, one in enumerate(ordered):
        if chances[one] > SURE / (len(ordered) - at):
            break
        stands[one] = True
    return stands


def looks(found: Sequence[Figure]) -> int:
    """How many different comparisons were made."""
    sizes = _sizes(found)
    return len({_split(one, sizes) for one in found if _can_be_said(one)})


# ---- intervals and chance ------------------------------------------------------------------------------------------


def wilson(part: int, n: int) -> tuple[float | None, float | None]:
    """The interval of a share."""
    if not n:
        return None, None
    share, zz = part / n, Z * Z
    middle = (share + zz / (2 * n)) / (1 + zz / n)
    half = Z / (1 + zz / n) * math.sqrt(share * (1 - share) / n + zz / (4 * n * n))
    return (0.0 if part == 0 else middle - half), (1.0 if part == n else middle + half)


def newcombe(a: int, n: int, b: int, m: int) -> tuple[float, float]:
    """The interval of the difference of two shares, a of n less b of m; neither n nor m is nought."""
    low_a, high_a = (float(one or 0.0) for one in wilson(a, n))
    low_b, high_b = (float(one or 0.0) for one in wilson(b, m))
    p, q = a / n, b / m
    return p - q - math.hypot(p - low_a, high_b - q), p - q + math.hypot(high_a - p, q - low_b)


def fisher(a: int, n: int, b: int, m: int) -> float:
    """How likely two shares so far apart are by chance, the sums as they are."""
    return float(stats.fisher_exact(np.array([[a, n - a], [b, m - b]], dtype=np.int64)).pvalue)


def student(values: Floats) -> tuple[float | None, float | None]:
    """The interval of a mean; none for fewer than two."""
    n = len(values)
    if n < 2:
        return None, None
    half = float(stats.t.ppf(1 - SURE / 2, n - 1) * values.std(ddof=1) / math.sqrt(n))
    return float(values.mean()) - half, float(values.mean()) + half


def welch(one: Floats, rest: Floats) -> tuple[float | None, float | None, float | None]:
    """The interval of the difference of two means, and how likely one so large is by chance."""
    if min(len(one), len(rest)) < 2:
        return None, None, None
    a, b = one.var(ddof=1) / len(one), rest.var(ddof=1) / len(rest)
    difference = float(one.mean() - rest.mean())
    if a + b == 0:
        # everybody alike on either side: nothing varies by which chance could be told
        return difference, difference, 1.0 if difference == 0 else None
    free = (a + b) ** 2 / (a * a / (len(one) - 1) + b * b / (len(rest) - 1))
    error = math.sqrt(a + b)
    half = float(stats.t.ppf(1 - SURE / 2, free)) * error
    chance = float(2 * stats.t.sf(abs(difference) / error, free))
    return difference - half, difference + half, chance


def not_recorded(groups: Mapping[str, Grouped]) -> dict[str, int]:
    """Children of whom each characteristic is not recorded."""
    return {name: int(grouped.members(UNKNOWN).sum()) for name, grouped in groups.items()}
