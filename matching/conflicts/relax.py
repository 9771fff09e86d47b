"""The least that would place a group the plan leaves out, everybody else keeping a home; each claim re-solved.

What may be changed: what the group needs approved at one home (terms, exemption from the usual limit, bedrooms, who
lives alongside, a place more, any rule that somebody may sign off, or an answer to an open question), up to two
approvals together; a place or a bedroom more in another home, so that somebody else may move there; a new carer.
Nobody's home is taken: whoever has one in the plan has one in every plan shown here, perhaps another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from matching import audit
from matching.conflicts.authority import approvals, authorities, same_approval
from matching.conflicts.grant import COMPANY, LIMIT, OFFER, ROOMS, TERMS, InTheWay, Round, in_the_way
from matching.conflicts.reasons import Conflict
from matching.conflicts.room import Group, make_room
from matching.placements import who_signs
from matching.propose import Proposal
from matching.question import LEAST, UNLIMITED, Ints, Question
from matching.rules.kinds import FOSTERING
from matching.rules.register import Register
from matching.rules.rule import Rule
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful
from records.model import HomeKind, Records

MOST_APPROVALS = 2
MOST_SHOWN = 5
"""Changes shown for one group; the search ends there."""
MOST_TRIED = 400
"""Changes tried for one group at most."""
MOST_PAIRS = 3_000
"""Lawful pairs of a round up to which the whole round is solved anew, tier by tier, for each change shown."""


Effort = tuple[int, bool, bool, tuple[int, ...]]
"""Approvals; whether an open question is among them; whether a place or bedroom more is; each one's authority."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """One change that was re-solved: with it the group has a home and so has everybody whom the plan places.

    `home` is the index of the home that is changed. `elsewhere`: the change is in a home that somebody else moves
    to. `places`, `bedrooms`: how many more the plan uses there than there are (`more_room`: either may be).
    `rules`: what must be approved or answered (`asks`). `home_of`, shape (children,): a lawful plan with the change.
    `loses`: for each tier what the others lose (positive) or gain; the least possible when `exact`, else what this
    plan costs. Cost is in pence.
    """

    group: Group
    home: int
    elsewhere: bool
    rules: tuple[Rule, ...]
    asks: bool
    more_room: bool
    places: int
    bedrooms: int
    home_of: Ints
    moved: tuple[int, ...]
    loses: Mapping[str, int] = field(default_factory=dict)
    exact: bool = False

    @property
    def effort(self) -> Effort:
        """What the change asks of people; less comes first."""
        return approvals(self.rules), self.asks, self.more_room, authorities(self.rules)

    @property
    def who(self) -> tuple[str, ...]:
        """Who must approve or answer, each once, the highest first."""
        by_rank = sorted(self.signed, key=lambda rules: (-authorities(rules)[0], rules[0].rule_id))
        return tuple(dict.fromkeys(approver(rules[0]) for rules in by_rank))

    @property
    def signed(self) -> tuple[tuple[Rule, ...], ...]:
        """The rules of each approval; those that one and the same approval mends stand together."""
        by: dict[str, list[Rule]] = {}
        for rule in self.rules:
            by.setdefault(min(same_approval(rule)), []).append(rule)
        return tuple(tuple(rules) for rules in by.values())


def approver(rule: Rule) -> str:
    """Who approves a breach of a rule, or answers its question where nobody may approve."""
    return who_signs(rule) or "whoever can answer"


@dataclass(frozen=True, slots=True)
class Relaxations:
    """What was found for one group, the least first. `complete`: no other of these kinds is less than the last."""

    found: tuple[Relaxation, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Change:
    home: int
    rules: frozenset[str]
    asks: bool
    more_room: bool
    elsewhere: bool
    effort: tuple[int, bool, bool, tuple[int, ...], bool, int, int]


def relaxations(
    proposal: Proposal,
    now: Round,
    group: Group,
    conflict: Conflict,
    *,
    most: int = MOST_SHOWN,
    most_tried: int = MOST_TRIED,
    most_units: int | None = None,
) -> Relaxations:
    """The least changes that place the group, at most so many of at most so many tried.

    Fewest approvals first; then signatures before open questions, before places and bedrooms that are not there yet;
    then the least authority. None for a plan that is not the best: there is room as things stand.
    """
    if conflict.level == "better plan":
        return Relaxations((), complete=False)
    found: list[Relaxation] = []
    enough: dict[tuple[int, bool], list[frozenset[str]]] = {}
    way = in_the_way(proposal, group)
    rivals: tuple[int, ...] = ()
    complete = conflict.level != "too many"
    for tried, change in enumerate(sorted(_changes(proposal, way, conflict), key=lambda c: c.effort)):
        if len(found) >= most or tried >= most_tried:
            complete = complete and len(found) >= most
            break
        if any(less <= change.rules for less in enough.get((change.home, change.elsewhere), [])):
            continue
        question = now.granted(group, change.home, change.rules, to_group=not change.elsewhere)
        at = None if change.elsewhere else change.home
        room = make_room(question, proposal.home_of, group, at, rivals, most_units)
        complete = complete and not room.cut
        if room.plan is None:
            # whoever competed here mostly competes for the next home too: looked at together they save a search
            rivals = () if room.cut else room.units
            continue
        relaxed = _told(proposal, way, question, change, room.plan)
        relaxed = _best(proposal, question, relaxed)
        if breaches_of(proposal, relaxed):
            complete = False
        else:
            enough.setdefault((change.home, change.elsewhere), []).append(change.rules)
            found.append(relaxed)
    return Relaxations(tuple(found), complete)


# ---- what may be tried ---------------------------------------------------------------------------------------------


def _changes(proposal: Proposal, way: InTheWay, conflict: Conflict) -> Iterator[_Change]:
    """Every change of up to two approvals at one home of a right kind; and more room in homes of the conflict."""
    for home in np.flatnonzero(way.possible).tolist():
        needed = frozenset(proposal.rule_ids(int(way.open_rules[home])))
        needed |= {OFFER} if way.over_offer[home] else frozenset()
        needed |= {TERMS} if way.over_terms[home] else frozenset()
        for more in _room(proposal, way, home, needed):
            yield _change(proposal, way, home, needed | more, elsewhere=False)
    homes = proposal.register.homes
    for home_id in conflict.homes:
        home = homes.index[home_id]
        for some in ({OFFER}, {TERMS}, {OFFER, TERMS}, {ROOMS}, {OFFER, ROOMS}, {TERMS, ROOMS}):
            if _gives(proposal, home, frozenset(some)):
                yield _change(proposal, way, home, frozenset(some), elsewhere=True)


def _room(proposal: Proposal, way: InTheWay, home: int, needed: frozenset[str]) -> Iterator[frozenset[str]]:
    """Approvals about the home's room that may be added to those needed, none included."""
    q, homes = proposal.question, proposal.register.homes
    mine = set(way.group)
    company = any(q.solo[i] for i in mine) or any(a in mine or b in mine for a, b in q.apart.tolist())
    kinds: list[frozenset[str]] = [frozenset({OFFER})]
    if homes.kind[home] != HomeKind.ADOPTER:
        kinds.append(frozenset({TERMS}))
    if homes.kind[home] in FOSTERING and q.limit_room[home] < UNLIMITED:
        kinds.append(LIMIT)
    if q.rooms[home] < UNLIMITED:
        kinds.append(frozenset({ROOMS}))
    if company:
        kinds.append(frozenset({COMPANY}))
    for size in range(MOST_APPROVALS + 1):
        for some in combinations(kinds, size):
            more = frozenset[str]().union(*some)
            if more & needed or approvals(_rules(proposal, needed | more)) > MOST_APPROVALS:
                continue
            if not more & {OFFER, TERMS} or _gives(proposal, home, needed | more):
                yield more


def _gives(proposal: Proposal, home: int, rules: frozenset[str]) -> bool:
    """Whether these approvals, each of them, really add to a home's places (or bedrooms)."""
    homes, q = proposal.register.homes, proposal.question
    if ROOMS in rules and q.rooms[home] >= UNLIMITED:
        return False
    offered, terms = int(homes.vacancies[home]), int(homes.approved_places[home] - homes.fostered[home])
    if homes.kind[home] == HomeKind.ADOPTER:
        return TERMS not in rules
    if OFFER in rules and TERMS not in rules:
        return offered < terms
    if TERMS in rules and OFFER not in rules:
        return terms < offered
    return True


def _rules(proposal: Proposal, rule_ids: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in proposal.rules if rule.rule_id in rule_ids)


def _change(proposal: Proposal, way: InTheWay, home: int, rule_ids: frozenset[str], *, elsewhere: bool) -> _Change:
    rules = _rules(proposal, rule_ids)
    asks = bool(way.asks[home]) and not elsewhere
    room = (rule_ids & {OFFER, TERMS, ROOMS}) - frozenset(proposal.rule_ids(int(way.open_rules[home])))
    over = bool(way.over_offer[home] or way.over_terms[home] or ROOMS in rule_ids)
    more_room = elsewhere or bool(room) or over
    points = 0 if elsewhere else int(way.points[home])
    effort = (approvals(rules), asks, more_room, authorities(rules), elsewhere, -points, home)
    return _Change(home, frozenset(rule.rule_id for rule in rules), asks, more_room, elsewhere, effort)


# ---- what came of it -----------------------------------------------------------------------------------------------


def _told(proposal: Proposal, way: InTheWay, question: Question, change: _Change, plan: Ints) -> Relaxation:
    there = np.flatnonzero(plan == change.home).tolist()
    new = sum(not proposal.register.lives_there(question.child_ids[i])[change.home] for i in there)
    places = max(0, new - int(proposal.question.places[change.home]))
    return Relaxation(
        group=way.group,
        home=change.home,
        elsewhere=change.elsewhere,
        rules=_rules(proposal, change.rules),
        asks=change.asks,
        more_room=change.more_room,
        places=places,
        bedrooms=_more_bedrooms(proposal, question, change.home, there),
        home_of=plan,
        moved=_moved(proposal, plan),
        loses=losses(proposal, way.group, plan),
    )


def _more_bedrooms(proposal: Proposal, question: Question, home: int, there: list[int]) -> int:
    """The fewest bedrooms beside those that are free with which the home may hold these children."""
    rooms = question.rooms.copy()
    most = int(question.rooms[home])
    for more in range(max(0, most - int(proposal.question.rooms[home])) + 1):
        rooms[home] = int(proposal.question.rooms[home]) + more
        if lawful(replace(question, rooms=rooms), home, there):
            return more
    return 0


def _moved(proposal: Proposal, plan: Ints) -> tuple[int, ...]:
    """Children who have a home in the plan, and here another."""
    before = proposal.home_of
    return tuple(np.flatnonzero((before >= 0) & (plan != before)).tolist())


def losses(proposal: Proposal, group: Group, plan: Ints) -> dict[str, int]:
    """What everybody but the group loses in each tier of the council against the plan; cost is what it costs more."""
    others = plan.copy()
    others[list(group)] = -1
    before, after = proposal.question.values_of(proposal.home_of), proposal.question.values_of(others)
    return {tier: (after[tier] - before[tier]) * (1 if tier in LEAST else -1) for tier in proposal.question.tiers}


def _best(proposal: Proposal, question: Question, relaxed: Relaxation) -> Relaxation:
    """The best plan with the change, where the round is small enough to be solved anew for each of them."""
    group = relaxed.group
    if question.pairs > MOST_PAIRS or (relaxed.elsewhere and len(group) > 1):
        return relaxed
    has_home = proposal.home_of >= 0
    has_home[list(group)] = True
    question = question.with_pairs(has_home[question.pair_child])
    if not relaxed.elsewhere:
        question = question.with_pins(
            np.flatnonzero(np.isin(question.pair_child, group) & (question.pair_home == relaxed.home))
        )
    solution = SOLVERS[proposal.solution.solver](question)
    if (solution.home_of[has_home] < 0).any() or not solution.proved:
        return relaxed
    there = np.flatnonzero(solution.home_of == relaxed.home).tolist()
    new = sum(not proposal.register.lives_there(question.child_ids[i])[relaxed.home] for i in there)
    return replace(
        relaxed,
        places=max(0, new - int(proposal.question.places[relaxed.home])),
        bedrooms=_more_bedrooms(proposal, question, relaxed.home, there),
        home_of=solution.home_of,
        moved=_moved(proposal, solution.home_of),
        loses=losses(proposal, group, solution.home_of),
        exact=True,
    )


def breaches_of(proposal: Proposal, relaxed: Relaxation) -> list[audit.Breach]:
    """What the audit finds against the plan, with these approvals at this one home and nowhere else.

    More places and bedrooms are taken as recorded, not as approved. Homes that hold just whom the plan has there were
    audited with the plan.
    """
    register = Register(records_of(proposal, relaxed))
    ids = [str(h) for h in register.homes.ids]
    home_of = {
        child_id: ids[h] if h >= 0 else None
        for child_id, h in zip(proposal.question.child_ids, relaxed.home_of.tolist(), strict=True)
    }
    here = {c: h if h == ids[relaxed.home] else None for c, h in home_of.items()}
    touched = {ids[h] for h in changed_homes(proposal, relaxed.home_of)} - {ids[relaxed.home]}
    elsewhere = {c: h if h in touched else None for c, h in home_of.items()}
    granted = frozenset(rule.rule_id for rule in relaxed.rules) - {ROOMS}
    accepted = frozenset[str]() if relaxed.elsewhere else granted
    found = audit.audit(register, proposal.asked, here, proposal.allowed | accepted, never_split=False)
    found += audit.audit(register, proposal.asked, elsewhere, proposal.allowed, never_split=False)
    if proposal.question.never_split:
        found += audit.audit(register, proposal.asked, home_of, proposal.allowed | accepted, never_split=True)
    return found


def changed_homes(proposal: Proposal, plan: Ints) -> set[int]:
    """Homes, by index, that do not hold just whom the plan of the round has there."""
    moved = plan != proposal.home_of
    return set(np.concatenate((plan[moved], proposal.home_of[moved])).tolist()) - {-1}


def records_of(proposal: Proposal, relaxed: Relaxation) -> Records:
    """The records with the places and bedrooms that the change adds to its home."""
    records = proposal.register.records
    one = records.homes[relaxed.home]
    if relaxed.places:
        places = int(proposal.question.places[relaxed.home]) + relaxed.places
        fostered = int(proposal.register.homes.fostered[relaxed.home])
        one = replace(
            one,
            vacancies=max(one.vacancies, places),
            approved_places=max(one.approved_places, places + fostered),
        )
    if relaxed.bedrooms and one.bedrooms_free is not None:
        one = replace(one, bedrooms_free=one.bedrooms_free + relaxed.bedrooms)
    homes = tuple(one if h.home_id == one.home_id else h for h in records.homes)
    return replace(records, homes=homes)
