"""Do other facts stand in for a protected characteristic? What each tells of it, beyond chance.

Nothing in the rules asks for ethnicity or faith [IDN-03]. But where a child comes from, the school or the language may
tell them all the same, and then a consideration that looks at those treats groups unlike. So each fact of a child, and
what each consideration gives on average over the homes open to the child, is held against each characteristic: how much
it tells, and how often labels dealt out at random tell as much (a permutation test, corrected by Holm for all facts
held against the characteristic). A link is not a fault: it says where to look.

Brothers and sisters are one observation where they share the characteristic: five of one family are not five proofs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from matching.bundles import units_of
from matching.fairness_figures import FEW, holm
from matching.fairness_groups import UNKNOWN, Grouped
from matching.pairs import Ints
from matching.propose import Proposal
from records.model import Child

Floats = NDArray[np.float64]

DEALT: Final = 999
"""Times the labels are dealt out anew."""
SEED: Final = 20_261_101
LEAST: Final = 12
"""Fewer observations than this are not looked at."""
BY_DESIGN: Final[Mapping[str, tuple[str, ...]]] = {
    "ethnicity": ("identity",),
    "religion": ("faith",),
    "siblings": ("siblings there", "household"),
    "disability": ("access", "needs"),
    "age": ("school",),
}
"""What looks at a characteristic because the law asks it to; with faith and identity a home can only gain."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What one fact tells of one characteristic. `n` observations.

    `strength`: for a number the share of its variance that lies between the groups, for a fact in words Cramér's V;
    both from 0 (tells nothing) to 1. `guessed`: how often a group is told from the rest by it, 0.5 by chance (area
    under the curve of the group `group` that is told best); None for a fact in words. `chance`: how often labels dealt
    at random tell as much; `stands` after Holm's correction.
    """

    fact: str
    characteristic: str
    n: int
    strength: float
    group: str
    guessed: float | None
    chance: float
    by_design: bool
    stands: bool = False


def proxies(proposal: Proposal, groups: Mapping[str, Grouped]) -> tuple[Proxy, ...]:
    """Every fact against every characteristic, in their order. Needs `LEAST` observations in two groups of `FEW`."""
    numbers, words = _numbers(proposal), _words(proposal.register.children)
    unit = units_of(proposal.question)
    found: list[Proxy] = []
    for grouped in groups.values():
        one_each = _observations(grouped, unit)
        for fact, values in numbers.items():
            found += _of_numbers(fact, grouped, values, one_each)
        for fact, said in words.items():
            found += _of_words(fact, grouped, said, one_each)
    stand: dict[object, bool] = {}
    for name in groups:
        stand |= holm({(one.fact, name): one.chance for one in found if one.characteristic == name})
    return tuple(replace(one, stands=stand[one.fact, one.characteristic]) for one in found)


def _numbers(proposal: Proposal) -> dict[str, Floats]:
    """Facts that are numbers, shape (children,): means over the homes a plan may give the child; NaN where unknown."""
    child, usable = proposal.pairs.child[proposal.usable], proposal.usable
    many = len(proposal.register.children)

    def mean(values: Floats) -> Floats:
        known = ~np.isnan(values)
        number = np.bincount(child[known], minlength=many)
        total = np.bincount(child[known], weights=values[known], minlength=many)
        return np.where(number > 0, total / np.maximum(number, 1), np.nan)

    weighed = proposal.weighed
    policy = proposal.asked.policy
    found = {
        "homes open": np.bincount(child, minlength=many).astype(np.float64),
        "points": mean(weighed.points[usable].astype(np.float64)),
        "local": mean(proposal.local[usable].astype(np.float64)),
        "miles from home": mean(weighed.miles_home[usable]),
        "miles to school": mean(weighed.miles_school[usable]),
    }
    for name, scores in weighed.scores.items():
        if policy.weight_of(name) > 0:
            found[name.replace("_", " ")] = mean(scores[usable])
    return found


def _words(children: Sequence[Child]) -> dict[str, list[str]]:
    """Facts in words; "" where not recorded."""

    def district(postcode: str | None) -> str:
        return (postcode or "").strip().upper().rpartition(" ")[0]

    def language(child: Child) -> str:
        spoken = sorted({one.strip().casefold() for one in child.languages if one.strip()})
        other = [one for one in spoken if one not in ("english", "en", "eng")]
        return other[0] if other else "english" if spoken else ""

    return {
        "postcode district": [district(c.home_postcode) for c in children],
        "home authority": [c.home_authority or "" for c in children],
        "school's postcode district": [district(c.school_postcode) for c in children],
        "language spoken": [language(c) for c in children],
    }


def _observations(grouped: Grouped, unit: Ints) -> Ints:
    """Whom to look at: one of each family where all families are of one group each, else every child; recorded only."""
    known = np.flatnonzero(grouped.known)
    units, first, number = np.unique(unit[known], return_index=True, return_inverse=True)
    alike = (grouped.of[known] == grouped.of[known][first][number]).all()
    return np.sort(known[first]) if alike and len(units) else known


def _enough(of: Ints) -> bool:
    """Whether there are two groups of which something can be said."""
    return len(of) >= LEAST and int((np.bincount(of) >= FEW).sum()) >= 2


def _dealt(of: Ints) -> Ints:
    """The labels dealt out anew many times, shape (`DEALT`, observations); the same for the same number of them."""
    rng = np.random.default_rng([SEED, len(of)])
    return rng.permuted(np.broadcast_to(of, (DEALT, len(of))), axis=1)


def _of_numbers(fact: str, grouped: Grouped, values: Floats, some: Ints) -> list[Proxy]:
    some = some[~np.isnan(values[some])]
    of, values = grouped.of[some], values[some]
    if not _enough(of) or np.ptp(values) == 0:
        return []
    strength = float(_between(of[np.newaxis], values)[0])
    more = int((_between(_dealt(of), values) >= strength - 1e-12).sum())
    sizes = np.bincount(of, minlength=len(grouped.names))
    ranks = stats.rankdata(values)
    areas = {
        name: _area(ranks, of == at)
        for at, name in enumerate(grouped.names)
        if name != UNKNOWN and FEW <= sizes[at] <= len(of) - FEW
    }
    best = max(areas, key=lambda name: abs(areas[name] - 0.5), default="")
    guessed = max(areas[best], 1 - areas[best]) if best else None
    return [_proxy(fact, grouped, len(of), strength, best, guessed, (more + 1) / (DEALT + 1))]


def _between(labels: Ints, values: Floats) -> Floats:
    """The share of the variance of values that lies between groups, for each row of labels."""
    centred = values - values.mean()
    found = np.zeros(len(labels))
    for group in range(int(labels.max()) + 1):
        mine = labels == group
        number = mine.sum(axis=1)
        found += np.where(number > 0, (mine @ centred) ** 2 / np.maximum(number, 1), 0.0)
    return np.asarray(found / (centred @ centred))


def _area(ranks: Floats, mine: NDArray[np.bool_]) -> float:
    """How often a member has more than somebody else, ties counted half."""
    n = int(mine.sum())
    return float((ranks[mine].sum() - n * (n + 1) / 2) / (n * (len(ranks) - n)))


def _of_words(fact: str, grouped: Grouped, said: Sequence[str], some: Ints) -> list[Proxy]:
    some = np.array([at for at in some.tolist() if said[at]], dtype=np.int64)
    of = grouped.of[some]
    names, word = np.unique(np.array([said[at] for at in some.tolist()], dtype=np.str_), return_inverse=True)
    if not _enough(of) or len(names) < 2:
        return []
    strength = float(_cramer(of[np.newaxis], word, len(names))[0])
    more = int((_cramer(_dealt(of), word, len(names)) >= strength - 1e-12).sum())
    return [_proxy(fact, grouped, len(of), strength, "", None, (more + 1) / (DEALT + 1))]


def _cramer(labels: Ints, word: Ints, words: int) -> Floats:
    """Cramér's V of each row of labels with words."""
    n, groups = labels.shape[1], int(labels.max()) + 1
    row = np.arange(len(labels), dtype=np.int64)[:, np.newaxis] * (groups * words)
    cells = np.bincount((row + labels * words + word).ravel(), minlength=len(labels) * groups * words)
    table = cells.reshape(len(labels), groups, words).astype(np.float64)
    expected = table.sum(axis=2, keepdims=True) * table.sum(axis=1, keepdims=True) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        square = np.where(expected > 0, (table - expected) ** 2 / expected, 0.0).sum(axis=(1, 2))
    present = int((table[0].sum(axis=1) > 0).sum())
    least = max(min(present, words) - 1, 1)
    return np.asarray(np.sqrt(square / (n * least)))


def _proxy(
    fact: str, grouped: Grouped, n: int, strength: float, group: str, guessed: float | None, chance: float
) -> Proxy:
    design = fact in BY_DESIGN.get(grouped.characteristic, ())
    return Proxy(fact, grouped.characteristic, n, strength, group, guessed, chance, design)
