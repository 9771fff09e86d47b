"""School: which moves need somebody's approval, or new arrangements, because they disrupt it."""

from __future__ import annotations

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Mask, Register
from matching.rules.rule import gate
from records.ages import age_on
from records.geography import miles_to
from records.model import Child

SCHOOL_YEAR_BEGINS = (9, 1)
"""Month and day."""
AGE_BEFORE_YEAR_1 = 5
"""A child of this age on the day before the school year begins is in year 1 [Education Act 1996]."""


def school_year(child: Child, asked: Asked) -> int:
    """The recorded year group, else the one that goes with the child's age on 31 August before the school year."""
    if child.school_year is not None:
        return child.school_year
    begins = asked.day.replace(month=SCHOOL_YEAR_BEGINS[0], day=SCHOOL_YEAR_BEGINS[1])
    if begins > asked.day:
        begins = begins.replace(year=begins.year - 1)
    born = child.date_of_birth
    # Somebody born on 1 September turns a year older one day too late: strictly before the year begins.
    turned_by_then = begins.year - born.year - ((born.month, born.day) >= SCHOOL_YEAR_BEGINS)
    return turned_by_then - AGE_BEFORE_YEAR_1 + 1


def in_key_stage_4(child: Child, asked: Asked) -> bool:
    """Whether the child is in years 10 or 11."""
    return asked.law.key_stage_4_from_year <= school_year(child, asked) <= asked.law.key_stage_4_to_year


def school_may_be_lost(child: Child, register: Register, asked: Asked) -> Mask:
    """Homes from which the child's school is further than workable, or nobody can tell; shape (homes,).

    A child who lives in the home now keeps the school.
    """
    homes = register.homes
    moves = ~register.lives_there(child.child_id)
    if child.school is None:
        return moves
    workable = miles_to(child.school, homes.easting, homes.northing) <= asked.policy.school_workable_miles
    lost: Mask = moves & ~workable
    return lost


@gate(
    "EDU-02",
    law="Care Planning Regulations 2010, regulation 10(1) to (3)",
    mark="primary",
)
def key_stage_4(child: Child, register: Register, asked: Asked) -> Mask:
    """Years 10 and 11: the school may be out of reach from here. If the move would disrupt schooling, the
    nominated officer approves it first, after the child's wishes, the designated teacher and the reviewing
    officer were heard; in an emergency, education is arranged as soon as practicable.
    """
    return school_may_be_lost(child, register, asked) & np.bool_(in_key_stage_4(child, asked))


@gate(
    "EDU-03",
    law="Care Planning Regulations 2010, regulation 10(4)",
    mark="primary",
)
def other_school_years(child: Child, register: Register, asked: Asked) -> Mask:
    """The school or training may be out of reach from here: the social worker and the virtual school head arrange
    other education that meets the child's needs and personal education plan.
    """
    at_school = (
        age_on(child.date_of_birth, asked.day) >= asked.law.school_from_age
        or child.school is not None
        or child.school_year is not None
    )
    return school_may_be_lost(child, register, asked) & np.bool_(at_school and not in_key_stage_4(child, asked))
