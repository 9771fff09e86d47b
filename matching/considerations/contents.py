"""The contents page: every consideration, in the order in which reasons are read out."""

from __future__ import annotations

from typing import Final

from matching.considerations.care import access, needs, pets
from matching.considerations.consideration import Consideration
from matching.considerations.identity import faith, identity, language
from matching.considerations.people import (
    advice,
    current_carer,
    household,
    kin,
    previous_carer,
    siblings_there,
    wish,
)
from matching.considerations.place import area, nearness, school
from matching.considerations.timing import stay, waiting

CONSIDERATIONS: Final[tuple[Consideration, ...]] = (
    kin,
    current_carer,
    previous_carer,
    siblings_there,
    nearness,
    area,
    school,
    needs,
    access,
    language,
    faith,
    identity,
    wish,
    advice,
    household,
    pets,
    stay,
    waiting,
)
