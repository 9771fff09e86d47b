"""Every clock of the law that records can tell: who, since when, until when, and what the records do not say.

A clock whose start, or whose end by an act of somebody, is not recorded is an open question: it is never left out,
and never called in time. Clocks of a match follow from its steps in the store; those of adoption are `rings.clocks`.
"""

from __future__ import annotations

from typing import Final

from matching.clocks.children import of_adoption, of_child
from matching.clocks.clock import SOON_DAYS, Days, State, StatutoryClock, in_order
from matching.clocks.homes import children_living_in, of_home, staying_put
from matching.clocks.matches import as_matched, match_clocks
from matching.rules.asked import Asked
from matching.rules.register import Register
from records.model import ResidentStatus

__all__ = [
    "NOT_TOLD",
    "SOON_DAYS",
    "State",
    "StatutoryClock",
    "as_matched",
    "in_order",
    "match_clocks",
    "statutory_clocks",
]

NOT_TOLD: Final[tuple[tuple[str, str], ...]] = (
    ("Panel papers, 5 working days before the panel", "The day of a panel that is to come is not recorded."),
    ("Fostering panel's recommendation, within 8 months", "Applications to foster are not in the records."),
    ("A carer's 28 days to contest a change of terms", "Notices of a change of terms are not in the records."),
    ("Notice to others after an urgent ending, 10 working days", "Endings are told only by matches kept here."),
    ("Short breaks: days of each stay and in any 12 months", "The days of each stay are not in the records."),
)
"""Clocks of the law that neither the records nor the matches can tell, and why."""


def statutory_clocks(register: Register, asked: Asked, *, soon_days: int = SOON_DAYS) -> tuple[StatutoryClock, ...]:
    """Every clock of every child, home and resident on the day asked; what is most pressing first."""
    found: list[StatutoryClock] = []
    days = Days(asked.day, soon_days)
    for child in register.children:
        found += of_child(child, register, asked, days)
    living = children_living_in(register)
    for home in register.records.homes:
        found += of_home(home, living.get(home.home_id, ()), asked, days)
    for resident in register.records.residents:
        if resident.status is ResidentStatus.STAYING_PUT:
            found.append(staying_put(resident, asked, days))
    found += of_adoption(register, asked, days)
    return in_order(found)
