"""How often children move and leave, a year, in the worlds: tables made up to look like England's.

Two kinds. `memoryless`: constant by age and placement, on the age bands that existing tools use. `semi_markov`: by
age, time in care and time in the placement, on break points that no tool uses, falling as a Weibull hazard does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_worlds.truth import (
    ADOPTED,
    ADOPTION,
    AGENCY,
    CUSTODY,
    EXITS,
    GROUPS,
    GUARDIANSHIP,
    HOME,
    IN_HOUSE,
    INDEPENDENCE,
    KIN,
    OTHER,
    OTHER_AUTHORITY,
    OTHER_EXIT,
    PARENTS,
    RESIDENTIAL,
    SECURE,
    SUPPORTED,
)

Floats = npt.NDArray[np.float64]
WAYS: Final = len(GROUPS) + len(EXITS)
FOSTER: Final = (KIN, IN_HOUSE, AGENCY, OTHER_AUTHORITY)


@dataclass(frozen=True, slots=True)
class Rates:
    """Yearly rates [group, age, time in care, time in placement, way] and where age and times are cut."""

    ages: tuple[int, ...]
    """Birthdays."""
    care: tuple[int, ...]
    """Days in care."""
    stay: tuple[int, ...]
    """Days in the placement."""
    yearly: Floats
    first: Floats
    """[age, group] share of children whose first placement it is."""


#                          kin  own  agency other res  secure supp adopt parents other
_FIRST = {
    0: (0.16, 0.47, 0.17, 0.02, 0.05, 0.00, 0.00, 0.01, 0.09, 0.03),
    1: (0.22, 0.41, 0.20, 0.02, 0.01, 0.00, 0.00, 0.00, 0.11, 0.03),
    5: (0.22, 0.37, 0.26, 0.02, 0.02, 0.00, 0.00, 0.00, 0.08, 0.03),
    10: (0.15, 0.28, 0.26, 0.03, 0.18, 0.02, 0.00, 0.00, 0.05, 0.03),
    16: (0.08, 0.14, 0.14, 0.02, 0.14, 0.04, 0.38, 0.00, 0.02, 0.04),
}  # fmt: skip
# Where a child goes who moves, before the pull of the kind of placement left.
_NEXT = {
    0: (0.20, 0.44, 0.22, 0.02, 0.01, 0.00, 0.00, 0.00, 0.09, 0.02),
    5: (0.14, 0.36, 0.32, 0.03, 0.08, 0.00, 0.00, 0.00, 0.05, 0.02),
    10: (0.08, 0.25, 0.30, 0.03, 0.27, 0.02, 0.00, 0.00, 0.03, 0.03),
    16: (0.04, 0.13, 0.16, 0.02, 0.20, 0.03, 0.36, 0.00, 0.02, 0.04),
}  # fmt: skip
_MOVES = {KIN: 0.22, IN_HOUSE: 0.45, AGENCY: 0.45, OTHER_AUTHORITY: 0.6, RESIDENTIAL: 0.75, SECURE: 1.9,
          SUPPORTED: 0.7, ADOPTION: 0.03, PARENTS: 0.25, OTHER: 2.2}  # fmt: skip
"""Moves a year once a placement has settled down to its usual pace."""
_PULL = 1.6
"""How much likelier a move within the same kind of placement is than its share says."""


def _at(table: Mapping[int, tuple[float, ...]], age: int) -> Floats:
    row = np.array(table[max(edge for edge in table if edge <= age)])
    if age < 16:
        row[SUPPORTED] = 0.0
    return np.asarray(row / row.sum())


def _moves(group: int, age: int) -> Floats:
    share = _at(_NEXT, age)
    share[group] *= _PULL
    if group == ADOPTION:
        share = _at(_NEXT, 0)
    if group == PARENTS:
        share[PARENTS] = 0.0
    return np.asarray(share / share.sum())


def _exit_pull(group: int) -> dict[int, float]:
    """How much likelier each way out is from a kind of placement."""
    return {
        HOME: {KIN: 1.1, PARENTS: 2.6, ADOPTION: 0.02, SUPPORTED: 0.7, RESIDENTIAL: 0.8, SECURE: 1.2}.get(group, 1.0),
        GUARDIANSHIP: {KIN: 2.8, IN_HOUSE: 0.7, AGENCY: 0.45, OTHER_AUTHORITY: 0.5, PARENTS: 0.3}.get(group, 0.03),
        CUSTODY: {RESIDENTIAL: 3.0, SUPPORTED: 2.0, SECURE: 8.0, ADOPTION: 0.0}.get(group, 0.6),
        INDEPENDENCE: {SUPPORTED: 1.8, ADOPTION: 0.0, KIN: 0.6}.get(group, 0.8),
        OTHER_EXIT: {OTHER: 2.5, ADOPTION: 0.2}.get(group, 1.0),
    }


def memoryless() -> Rates:
    """Constant rates by age and placement: what the tools in use assume."""
    ages = (1, 5, 10, 16)
    starts = (0, *ages)
    yearly = np.zeros((len(GROUPS), len(starts), 1, 1, WAYS))
    home, sgo = (0.20, 0.20, 0.17, 0.18, 0.22), (0.16, 0.12, 0.06, 0.02, 0.003)
    placed, pace = (0.42, 0.20, 0.012, 0.0, 0.0), (0.9, 0.9, 1.0, 1.3, 1.4)
    for group in range(len(GROUPS)):
        pull = _exit_pull(group)
        for at, age in enumerate(starts):
            rate = yearly[group, at, 0, 0]
            rate[: len(GROUPS)] = 1.5 * _MOVES[group] * pace[at] * _moves(group, age)
            if group in FOSTER:
                rate[ADOPTION] += placed[at]
            if age >= 16 and group != SUPPORTED:
                rate[SUPPORTED] += 0.2
            out = rate[len(GROUPS) :]
            out[HOME] = home[at] * pull[HOME]
            out[GUARDIANSHIP] = sgo[at] * pull[GUARDIANSHIP]
            out[ADOPTED] = 1.6 if group == ADOPTION else 0.0
            out[CUSTODY] = 0.012 * pull[CUSTODY] if age >= 10 else 0.0
            out[INDEPENDENCE] = 0.12 * pull[INDEPENDENCE] if age >= 16 else 0.0
            out[OTHER_EXIT] = 0.02 * pull[OTHER_EXIT]
    return Rates(ages, (), (), yearly, np.array([_at(_FIRST, age) for age in starts]))


def semi_markov() -> Rates:
    """Rates that fall with time in care and in the placement, cut at days and birthdays of their own."""
    ages, care, stay = (2, 7, 12, 15, 16), (45, 400, 900), (12, 60, 250, 800)
    starts = (0, *ages)
    yearly = np.zeros((len(GROUPS), len(starts), len(care) + 1, len(stay) + 1, WAYS))
    home_care, home_age = (0.80, 0.30, 0.12, 0.05), (0.75, 1.0, 0.9, 1.05, 1.0, 1.0)
    sgo_care, sgo_age = (0.015, 0.13, 0.15, 0.04), (1.7, 1.5, 0.8, 0.35, 0.1, 0.05)
    placed_care, placed_age = (0.01, 0.62, 0.55, 0.08), (1.0, 0.42, 0.02, 0.0, 0.0, 0.0)
    # A Weibull hazard of shape about 0.6, over the middle of each stretch; the fall is gentler in residential care.
    fall = {RESIDENTIAL: (2.3, 1.6, 1.1, 0.75, 0.6), SUPPORTED: (2.0, 1.4, 1.1, 0.9, 0.8), SECURE: (1.0,) * 5,
            OTHER: (2.0, 1.3, 0.8, 0.6, 0.5), ADOPTION: (1.5, 1.2, 1.0, 1.0, 1.0)}  # fmt: skip
    adopted = (0.02, 0.35, 2.0, 3.2, 2.0)
    pace = (0.8, 0.85, 0.95, 1.35, 1.6, 1.4)
    for group in range(len(GROUPS)):
        pull, falls = _exit_pull(group), fall.get(group, (5.5, 2.5, 1.25, 0.75, 0.42))
        for at, age in enumerate(starts):
            for c in range(len(care) + 1):
                for p in range(len(stay) + 1):
                    rate = yearly[group, at, c, p]
                    rate[: len(GROUPS)] = _MOVES[group] * falls[p] * pace[at] * _moves(group, age)
                    if group in FOSTER:
                        rate[ADOPTION] += placed_care[c] * placed_age[at]
                    if age >= 16 and group != SUPPORTED:
                        rate[SUPPORTED] += 0.25
                    out = rate[len(GROUPS) :]
                    out[HOME] = home_care[c] * home_age[at] * pull[HOME]
                    out[GUARDIANSHIP] = sgo_care[c] * sgo_age[at] * pull[GUARDIANSHIP]
                    out[ADOPTED] = adopted[p] if group == ADOPTION else 0.0
                    out[CUSTODY] = 0.012 * pull[CUSTODY] if age >= 12 else 0.0
                    out[INDEPENDENCE] = 0.12 * pull[INDEPENDENCE] if age >= 16 else 0.0
                    out[OTHER_EXIT] = 0.02 * pull[OTHER_EXIT]
    return Rates(ages, care, stay, yearly, np.array([_at(_FIRST, age) for age in starts]))
