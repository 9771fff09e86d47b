"""Search rings and the clocks of adoption: where each home came from, how wide the search must be by now, what next.

Homes of every ring are one pool from the start: no rule, point or tier prefers a ring, and nobody waits for the nearer
rings to be empty [ADO-14]. What widens with time is the *search* for homes that are not on the register yet: where no
local match is being pursued three months after the decision that a child should be adopted, the agency searches more
widely; likewise for adopters three months after their approval [ADO-13]. The statutory register ended on 31 March
2019: wider means the national linking platform that the agency subscribes to, and Adoption England's routes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from matching.propose import Proposal
from matching.rules.asked import Asked
from matching.rules.gates import months_after
from matching.rules.kinds import ADOPTIVE
from matching.rules.register import Register, Texts
from records.model import Child, HomeKind, Provider, Route
from reporting.section import Block, Cell, Column, Paragraph, Section, Table, Tag


class Ring(StrEnum):
    """Where a home came from, as far as the records say; the first three are of homes that may not adopt."""

    OWN_CARERS = "own_carers"
    OTHER_COUNCIL = "other_council"
    AGENCY = "agency"
    OWN_AGENCY = "own_agency"
    """Adopters of the council's own agency."""
    REGIONAL_AGENCY = "regional_agency"
    """Adopters approved by a service that also approves adopters recorded as the council's own."""
    ANOTHER_AGENCY = "another_agency"
    """Adopters of a named agency; whether of the consortium or found nationally is not recorded."""
    NOT_KNOWN = "not_known"
    """Adopters of another agency whose name is not recorded."""


RING_WORDS = {
    Ring.OWN_CARERS: "the council's own carers",
    Ring.OTHER_COUNCIL: "another council's carers",
    Ring.AGENCY: "an agency's carers",
    Ring.OWN_AGENCY: "own agency",
    Ring.REGIONAL_AGENCY: "regional agency",
    Ring.ANOTHER_AGENCY: "another agency (consortium or national: not recorded)",
    Ring.NOT_KNOWN: "another agency, its name not recorded",
}


def ring_of(register: Register, asked: Asked) -> Texts:  # noqa: ARG001
    """The ring of each home, a value of `Ring`; shape (homes,).

    It depends on the home alone: on `provider`, and for adopters on `approving_service` or `agency_name`.
    """
    homes = register.homes
    adoptive = homes.is_kind(*ADOPTIVE)
    own = homes.provider == Provider.IN_HOUSE
    service = np.array([_name(h.approving_service) or _name(h.agency_name) for h in homes.homes], dtype=np.str_)
    regional = np.isin(service, service[adoptive & own & (service != "")])
    found: Texts = np.select(
        [
            ~adoptive & own,
            ~adoptive & (homes.provider == Provider.OTHER_AUTHORITY),
            ~adoptive,
            own,
            service == "",
            regional,
        ],
        [
            Ring.OWN_CARERS.value,
            Ring.OTHER_COUNCIL.value,
            Ring.AGENCY.value,
            Ring.OWN_AGENCY.value,
            Ring.NOT_KNOWN.value,
            Ring.REGIONAL_AGENCY.value,
        ],
        default=Ring.ANOTHER_AGENCY.value,
    )
    return found


def _name(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


# ---- clocks --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one child, or of one adoptive home.

    `who` is the id of the child, or of the home (`of_home`). `began_on` is None while the clock does not run.
    `last_day` is the last day in time; `overdue` is whether the round's day lies after it. `what_next` says who does
    what, in words.
    """

    rule_id: str
    who: str
    began_on: date | None
    last_day: date | None
    overdue: bool
    what_next: str
    of_home: bool = False

    def days_over(self, day: date) -> int:
        """Days since the last day; negative while there is time; 0 for a clock that does not run."""
        return 0 if self.last_day is None else (day - self.last_day).days


WIDER = "ADO-13"
CLOCK_WORDS = {
    WIDER: "wider search, from the decision",
    "ADO-11": "into care to moving in with adopters",
    "ADO-12": "court's authority to a match",
}
_NATIONAL = "through the national linking platform the agency subscribes to, and Adoption England"


def clocks(register: Register, asked: Asked) -> tuple[Clock, ...]:
    """Every clock of every child whose plan may lead to adoption, and of adopters with a place; the most overdue first.

    A child's ADO-13 is always there; ADO-11 and ADO-12 only once they run.
    """
    found: list[Clock] = []
    for child in register.children:
        if Route.ADOPTION in child.routes:
            found += _of_child(child, register, asked)
    found += _of_adopters(register, asked)
    return tuple(sorted(found, key=lambda c: _order(c, asked.day)))


def _order(clock: Clock, day: date) -> tuple[bool, bool, int, str, bool, str]:
    return (not clock.overdue, clock.last_day is None, -clock.days_over(day), clock.rule_id, clock.of_home, clock.who)


def _of_child(child: Child, register: Register, asked: Asked) -> list[Clock]:
    found = [_wider(child, asked)]
    settled = register.is_settled(child)
    if child.looked_after_since is not None and not settled:
        last = child.looked_after_since + timedelta(days=asked.law.adoption_entry_days)
        found.append(_explained("ADO-11", child.child_id, child.looked_after_since, last, asked))
    authority = [d for d in (child.placement_order_on, child.parental_consent_on) if d is not None and d <= asked.day]
    if authority and not settled:
        last = min(authority) + timedelta(days=asked.law.adoption_match_days)
        found.append(_explained("ADO-12", child.child_id, min(authority), last, asked))
    return found


def _wider(child: Child, asked: Asked) -> Clock:
    decided = child.adoption_decision_on
    if decided is None or decided > asked.day:
        text = (
            "The clock does not run: no decision for adoption is recorded on or before this day [ADO-02]. Family "
            "finding may begin with profiles that name nobody [ADO-16]."
        )
        return Clock(WIDER, child.child_id, None, None, False, text)
    last = months_after(decided, asked.law.wider_adoption_search_months)
    overdue = asked.day > last
    if overdue:
        text = (
            "Is a local match being pursued? If not, the family finder searches more widely now, "
            f"{_NATIONAL}; where a search has begun, record since when."
        )
    else:
        text = (
            "The family finder looks among adopters of the council's own agency, the regional agency and the "
            f"consortium, with no order among them; from the day after {last:%d/%m/%Y}, if no local match is being "
            f"pursued, {_NATIONAL}."
        )
    return Clock(WIDER, child.child_id, decided, last, overdue, text)


def _explained(rule_id: str, who: str, began: date, last: date, asked: Asked) -> Clock:
    overdue = asked.day > last
    text = (
        "The time expected has passed: the social worker explains in the plan why, and what is being done."
        if overdue
        else f"In time until {last:%d/%m/%Y}."
    )
    return Clock(rule_id, who, began, last, overdue, text)


def _of_adopters(register: Register, asked: Asked) -> list[Clock]:
    """Adopters with a place who were approved long enough ago that they should be found more widely."""
    found: list[Clock] = []
    for home in register.records.homes:
        if home.kind is not HomeKind.ADOPTER or home.vacancies < 1 or home.approved_from is None:
            continue
        if home.on_hold or (home.approved_to is not None and home.approved_to < asked.day):
            continue
        last = months_after(home.approved_from, asked.law.wider_adoption_search_months)
        if asked.day > last:
            text = f"If they are linked with nobody, their agency makes them known more widely, {_NATIONAL}."
            found.append(Clock(WIDER, home.home_id, home.approved_from, last, True, text, of_home=True))
    return found


def clock_cells(found: Sequence[Clock], child_id: str) -> dict[str, str | None]:
    """The clock columns of `plan.csv` for one child; blank where no clock applies."""
    mine = [c for c in found if c.who == child_id and not c.of_home]
    late = [c for c in mine if c.overdue]
    first = late[0] if late else next((c for c in mine if c.rule_id == WIDER), None)
    return {
        "clocks": ";".join(sorted(c.rule_id for c in mine)),
        "clocks_overdue": ";".join(sorted(c.rule_id for c in late)),
        "search_wider_after": next(
            (c.last_day.isoformat() for c in mine if c.rule_id == WIDER and c.last_day is not None), None
        ),
        "clock_next_step": None if first is None else first.what_next,
    }


CLOCK_COLUMNS = ("clocks", "clocks_overdue", "search_wider_after", "clock_next_step")


# ---- the report ----------------------------------------------------------------------------------------------------


def adoption_section(proposal: Proposal) -> Section | None:
    """Clocks, overdue first, with the rings from which homes are open to each child; None without any clock."""
    found = clocks(proposal.register, proposal.asked)
    if not found:
        return None
    of_children = [c for c in found if not c.of_home]
    waiting = [c for c in found if c.of_home]
    months = proposal.asked.law.wider_adoption_search_months
    blocks: list[Block] = [
        Paragraph(
            "Homes of the council's own agency, the regional agency and every other agency are one pool from the "
            "start: no rule, point or priority prefers one [ADO-14]. The clocks say how widely to search for homes "
            "that are not on the register yet."
        )
    ]
    if of_children:
        blocks.append(_children(proposal, of_children))
    if waiting:
        rows = tuple(
            (c.who, _day(c.began_on), Tag(f"{_day(c.last_day)}, now past", "caution"), c.what_next) for c in waiting
        )
        columns = (
            Column("Home"),
            Column("Approved"),
            Column("Known only locally until"),
            Column("What must be done next"),
        )
        caption = f"Adopters with a place, approved more than {months} months ago [ADO-13]"
        blocks.append(Table(caption, columns, rows))
    return Section("Adoption: the search and its clocks", tuple(blocks), anchor="adoption")


def _children(proposal: Proposal, found: Sequence[Clock]) -> Block:
    rings = ring_of(proposal.register, proposal.asked)
    rows: list[tuple[Cell, ...]] = []
    for clock in found:
        i = proposal.register.child_index[clock.who]
        state = Tag("overdue", "bad") if clock.overdue else Tag("in time", "good")
        if clock.last_day is None:
            state = Tag("does not run", "plain")
        rows.append(
            (
                clock.who,
                f"{clock.rule_id}: {CLOCK_WORDS[clock.rule_id]}",
                _day(clock.began_on),
                _day(clock.last_day),
                state,
                _open_rings(proposal, rings, i) if clock.rule_id == WIDER else None,
                clock.what_next,
            )
        )
    columns = (
        Column("Child"),
        Column("Clock"),
        Column("Began"),
        Column("Last day"),
        Column("Now"),
        Column("Adopters open to the child, by ring"),
        Column("What must be done next"),
    )
    notes = (
        "Whether a local match is being pursued is not in the records, so an overdue clock is a question to answer. "
        "Open: a plan of this run may use the home for the child.",
    )
    return Table("Clocks, overdue first", columns, tuple(rows), notes)


def _open_rings(proposal: Proposal, rings: Texts, i: int) -> Cell:
    mine = proposal.pairs.of(i)
    usable = proposal.pairs.home[mine][proposal.usable[mine]]
    counted = Counter(rings[usable[proposal.register.homes.is_kind(*ADOPTIVE)[usable]]].tolist())
    lines = tuple(f"{RING_WORDS[ring]}: {counted[ring.value]}" for ring in Ring if counted[ring.value])
    return lines or "none"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
