"""Why the plan leaves a child or family without a home, and the least that would change it, each claim re-solved."""

from matching.conflicts.authority import AUTHORITIES
from matching.conflicts.carers import Carer, NewCarer, least_demanding
from matching.conflicts.left import Explained, Unplaced, explain, unplaced
from matching.conflicts.reasons import Conflict, groups_left, why
from matching.conflicts.relax import Relaxation, Relaxations, relaxations
from matching.conflicts.words import carer_in_words, conflict_in_words, relaxation_in_words

__all__ = [
    "AUTHORITIES",
    "Carer",
    "Conflict",
    "Explained",
    "NewCarer",
    "Relaxation",
    "Relaxations",
    "Unplaced",
    "carer_in_words",
    "conflict_in_words",
    "explain",
    "groups_left",
    "least_demanding",
    "relaxation_in_words",
    "relaxations",
    "unplaced",
    "why",
]
