"""What became of each child in one plan: placed, local, with brothers and sisters, near the school, how far, how long.

Worked out from the records and the home of each child alone, so that a round just solved and one kept years ago are
told alike. NaN says that a measure does not apply to a child or cannot be known; nobody is then counted in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.considerations.place import miles_of_pairs
from matching.pairs import Ints, Pairs
from matching.policy import Policy
from matching.pose import local_pairs
from matching.rules.asked import Asked
from matching.rules.kinds import ADOPTIVE
from matching.rules.law import law_on
from matching.rules.register import Register
from records.model import Records, SiblingPlan

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted or averaged for each group. `share`: of children; else a mean in `unit`.

    `of_placed`: only children with a home in the plan are asked. `more_is_better`: None where neither is.
    """

    key: str
    title: str
    meaning: str
    share: bool
    of_placed: bool
    more_is_better: bool | None
    unit: str = ""


MEASURES: Final = (
    Measure("placed", "Have a home in the plan", "of all children of the round", True, False, True),
    Measure(
        "local",
        "Placed locally",
        "of children with a home in the plan for whom a local home is wanted: in the council's own area, or no further "
        "than the policy calls near from where they come from. Not asked of children whose distance is deliberate, of "
        "homes that may adopt, or where neither place is known",
        True,
        True,
        True,
    ),
    Measure(
        "siblings_together",
        "Live with all brothers and sisters",
        "of children with a home in the plan who have brothers or sisters in the round not assessed apart: all of them "
        "are in the same home",
        True,
        True,
        True,
    ),
    Measure(
        "school_kept",
        "Can keep their school",
        "of children with a home in the plan whose school is known: the home is no further from it than "
        "the policy calls workable, in a straight line",
        True,
        True,
        True,
    ),
    Measure(
        "moves",
        "Would leave the carers they live with",
        "of children with a home in the plan whose present carers are recorded: the plan has another home. Earlier "
        "moves are not in the records of a round",
        True,
        True,
        False,
    ),
    Measure("waiting", "Days since referral", "all children of the round", False, False, False, "days"),
    Measure(
        "miles_home",
        "Miles from home",
        "children with a home in the plan, both places known; straight line",
        False,
        True,
        False,
        "miles",
    ),
)
BY_KEY: Final[Mapping[str, Measure]] = {one.key: one for one in MEASURES}
SHARES: Final = tuple(one for one in MEASURES if one.share)
MEANS: Final = tuple(one for one in MEASURES if not one.share)


def outcomes(records: Records, policy: Policy, council: str | None, home_of: Ints) -> dict[str, Floats]:
    """Each measure for each child, shape (children,): 1 or 0 for a share, days or miles for a mean, NaN for neither.

    `home_of`, shape (children,): the index of each child's home in `records.homes`, -1 for none.
    """
    register = Register(records)
    asked = Asked(records.day, council, law_on(records.day), policy)
    some = np.flatnonzero(home_of >= 0).astype(np.int64)
    pairs = Pairs(some, home_of[some], len(records.children), len(records.homes))
    miles_home = miles_of_pairs([c.home for c in records.children], register.homes, pairs)
    miles_school = miles_of_pairs([c.school for c in records.children], register.homes, pairs)
    adoptive = register.homes.is_kind(*ADOPTIVE)[pairs.home]

    local = local_pairs(register, asked, pairs, miles_home).astype(np.float64)
    deliberate = np.array([records.children[i].distance_reason is not None for i in some.tolist()], dtype=np.bool_)
    area_unknown = (register.homes.authority[pairs.home] == "") | (council is None)
    place_unknown = np.isnan(miles_home) & area_unknown
    local[deliberate | adoptive | ((local == 0) & place_unknown)] = np.nan

    with np.errstate(invalid="ignore"):
        school = np.where(np.isnan(miles_school), np.nan, miles_school <= policy.school_workable_miles)
    lives_in = np.array([register.lives_in.get(c.child_id, -1) for c in records.children], dtype=np.int64)[some]
    moves = np.where(lives_in >= 0, lives_in != pairs.home, np.nan)
    days = np.array([(records.day - c.referred_on).days for c in records.children], dtype=np.float64)

    def of_all(values: Floats) -> Floats:
        full = np.full(len(home_of), np.nan)
        full[some] = values
        return full

    return {
        "placed": (home_of >= 0).astype(np.float64),
        "local": of_all(local),
        "siblings_together": _together(register, home_of),
        "school_kept": of_all(school),
        "moves": of_all(moves),
        "waiting": np.where(days >= 0, days, np.nan),
        "miles_home": of_all(miles_home),
    }


def _together(register: Register, home_of: Ints) -> Floats:
    """Whether each placed child would live with every brother and sister of the round not assessed apart."""
    found = np.full(len(home_of), np.nan)
    for family in register.families.values():
        for child in family:
            i = register.child_index[child.child_id]
            others = [
                register.child_index[other.child_id]
                for other in family
                if other is not child and register.plan_for(child.child_id, other.child_id) is not SiblingPlan.APART
            ]
            if others and home_of[i] >= 0:
                found[i] = float(all(home_of[j] == home_of[i] for j in others))
    return found
