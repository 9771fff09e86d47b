"""Other plans: what is forced, what else is nearly as good, what to keep when planning again, where to turn next."""

from matching.alternatives.back_up import After, BackUp, back_ups
from matching.alternatives.certainty import Certainty, Kind, certainty
from matching.alternatives.change import (
    HOME_GONE,
    NOTHING_TOLD,
    Curve,
    Replan,
    at_a_price,
    best_with_fewest_changes,
    changed_from,
    curve,
    fewest_changes,
    previous_plan,
)
from matching.alternatives.different import Different, OtherPlan, different_plans
from matching.alternatives.distance import Distance
from matching.alternatives.groups import Group, groups_of

__all__ = [
    "HOME_GONE",
    "NOTHING_TOLD",
    "After",
    "BackUp",
    "Certainty",
    "Curve",
    "Different",
    "Distance",
    "Group",
    "Kind",
    "OtherPlan",
    "Replan",
    "at_a_price",
    "back_ups",
    "best_with_fewest_changes",
    "certainty",
    "changed_from",
    "curve",
    "different_plans",
    "fewest_changes",
    "groups_of",
    "previous_plan",
]
