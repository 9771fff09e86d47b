"""Who lives in a home now, as one person may read of it: the same on every page and in a panel's pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from matching.words import in_words
from records.ages import age_on
from records.model import Records, Resident, ResidentStatus

MaySee = Callable[[str], bool]
"""Whether whoever reads may see the person of this id."""

NOT_SHOWN: Final = "somebody who is not shown to you"
STATUS_WORDS: Final[Mapping[ResidentStatus, str]] = {
    ResidentStatus.FOSTERED: "fostered",
    ResidentStatus.OWN_CHILD: "the carers' own",
    ResidentStatus.STAYING_PUT: "staying put",
    ResidentStatus.LODGER: "lodger",
    ResidentStatus.ADULT: "adult",
}


def living_there(records: Records, home_id: str) -> tuple[Resident, ...]:
    """Everybody recorded as living in a home on the records' day; who leaves on that day is gone."""
    day = records.day
    here = (one for one in records.residents if one.home_id == home_id)
    return tuple(one for one in here if one.leaving_on is None or one.leaving_on > day)


def residents_in_words(records: Records, home_id: str, may_see: MaySee) -> tuple[str, ...]:
    """Each of them by standing, age and leaving day, without a name; of whom may not be seen nothing at all."""
    return tuple(_in_words(records, one, may_see) for one in living_there(records, home_id))


def _in_words(records: Records, one: Resident, may_see: MaySee) -> str:
    if not may_see(one.resident_id):
        return NOT_SHOWN
    age = "age not recorded" if one.date_of_birth is None else f"aged {age_on(one.date_of_birth, records.day)}"
    leaving = "" if one.leaving_on is None else f", until {in_words(one.leaving_on)}"
    return f"{STATUS_WORDS[one.status]}, {age}{leaving}"
