"""The last wall: every rule asked again of a finished plan, one placement at a time.

Nothing here is shared with the question or the solvers. Each home of the plan is looked at on its own, in plain
Python and from the records themselves: who lives there, who would join them, and what stands in the way. The
rules are then asked a second time about the brothers and sisters who would really live together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from math import ceil

from matching.rules import RULES
from matching.rules.asked import Asked
from matching.rules.register import Register
from matching.rules.rule import Answer, ask
from records.ages import age_on
from records.codes import NEED_CODES
from records.geography import is_at_a_distance, miles, upper_tier
from records.model import (
    Alongside,
    Child,
    Home,
    HomeKind,
    Link,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Precision,
    Provider,
    Records,
    Resident,
    ResidentStatus,
    Route,
    Separation,
    SiblingPlan,
    SiblingRow,
    Zone,
)

PlannedHomes = Mapping[str, str | None]
"""Child id to the id of the home the plan gives, or None for no home."""

ROUTES: dict[HomeKind, frozenset[Route]] = {
    HomeKind.FOSTER: frozenset({Route.FOSTER}),
    HomeKind.CONNECTED_PERSON: frozenset({Route.FOSTER}),
    HomeKind.SUPPORTED_LODGINGS: frozenset({Route.SUPPORTED_LODGINGS}),
    HomeKind.ADOPTER: frozenset({Route.ADOPTION}),
    HomeKind.EARLY_PERMANENCE: frozenset({Route.EARLY_PERMANENCE, Route.ADOPTION}),
}
FOSTERING = (HomeKind.FOSTER, HomeKind.CONNECTED_PERSON, HomeKind.EARLY_PERMANENCE)
MAY_LEAD_TO_ADOPTION = (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE)
SCHEMES = (PlacementNeed.REMAND, PlacementNeed.PARENT_AND_CHILD, PlacementNeed.SHORT_BREAKS)
CHILD_STATUSES = (ResidentStatus.FOSTERED, ResidentStatus.OWN_CHILD, ResidentStatus.LODGER)
APPROVAL_RULE = {HomeKind.ADOPTER: "ADO-03", HomeKind.SUPPORTED_LODGINGS: "SLG-02"}
RULE_FOR_NEED = {
    "physical_disability": "HLT-02",
    "complex_health": "HLT-03",
    "self_harm": "HLT-09",
    "missing": "HLT-09",
    "drugs_alcohol": "HLT-09",
    "fire_setting": "SAFE-03",
    "exploitation": "SAFE-07",
    "sign_language": "IDN-05",
    "parent_and_child": "PAC-01",
}
DOUBTFUL_MILES = {Precision.SECTOR: 3.0, Precision.DISTRICT: 10.0}
"""How far from a zone's edge a home placed only by its postcode sector or district cannot be decided."""
SAME_APPROVAL = (frozenset({"FOST-03", "FOST-04", "FOST-05"}), frozenset({"FOST-02", "FOST-10"}))


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """Something the plan does that it may not: which rule, which children, in which home, in plain words.

    `home_id` is "" where the breach is about no one home. The `rule_id` "PLAN" marks a plan that is not one: a
    child left out of it, or a home that does not exist.
    """

    home_id: str
    rule_id: str
    child_ids: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class _Objection:
    """A rule that does not simply say yes. `final`: nobody may sign it off, whatever this run allows."""

    rule_id: str
    message: str
    final: bool = False


def audit(
    register: Register,
    asked: Asked,
    home_of: PlannedHomes,
    allowed: frozenset[str],
    *,
    never_split: bool,
) -> list[Breach]:
    """Every rule that a finished plan breaks; empty when the plan may stand.

    `allowed`: rules whose sign-offs and open questions this run accepts. `never_split`: brothers and sisters not
    assessed apart must be in one home, or have none.
    """
    facts = _Facts(register.records, asked)
    breaches = list(_not_a_plan(facts, home_of))
    for home, children in _households(facts, home_of):
        breaches += _one_home(facts, home, children, allowed)
        breaches += _rules_again(facts, home, children, allowed)
    if never_split:
        breaches += _splits(facts, home_of)
    return sorted(set(breaches))


def recount(
    register: Register,
    asked: Asked,
    home_of: PlannedHomes,
    points: Mapping[tuple[str, str], int] | None = None,
    keep: Mapping[tuple[str, str], int] | None = None,
) -> dict[str, int]:
    """Each tier's value for a plan, counted afresh from the records; cost in pence a week.

    `points`: (child id, home id) to points. Without it the tier `points` is not among the values.
    `keep`, likewise, to what each pair takes from children who are expected; pairs that it leaves out take nothing.
    """
    facts = _Facts(register.records, asked)
    placed = [(c, facts.homes[h]) for c in facts.children.values() if (h := home_of.get(c.child_id)) in facts.homes]
    where = {child.child_id: home.home_id for child, home in placed}
    together = sum(
        1
        for family in facts.families.values()
        for a, b in combinations(family, 2)
        if where.get(a.child_id) is not None
        and where.get(a.child_id) == where.get(b.child_id)
        and not facts.kept_apart(a.child_id, b.child_id)
    )
    near = _near_each_other(facts, placed) + _near_those_settled(facts, placed)
    dearest = max((h.weekly_cost for h in facts.homes.values() if h.weekly_cost is not None), default=0.0)
    values = {
        "placed": len(placed),
        "siblings": together + sum(_brothers_and_sisters_there(facts, c, h) for c, h in placed),
        "near": near,
        "local": sum(_is_local(facts, c, h) for c, h in placed),
        "cost": sum(round((dearest if h.weekly_cost is None else h.weekly_cost) * 100) for _, h in placed),
    }
    if points is not None:
        values["points"] = sum(points[c.child_id, h.home_id] for c, h in placed)
    if keep is not None:
        values["keep"] = sum(keep.get((c.child_id, h.home_id), 0) for c, h in placed)
    return values


class _Facts:
    """The records, looked up by whom and where."""

    def __init__(self, records: Records, asked: Asked) -> None:
        self.records, self.asked = records, asked
        self.day, self.law = asked.day, asked.law
        self.children = {c.child_id: c for c in records.children}
        self.homes = {h.home_id: h for h in records.homes}
        self.families: dict[str, list[Child]] = defaultdict(list)
        for child in records.children:
            if child.family_id is not None:
                self.families[child.family_id].append(child)
        self.links: dict[str, list[Link]] = defaultdict(list)
        for link in records.links:
            self.links[link.child_id].append(link)
        self.zones: dict[str, list[Zone]] = defaultdict(list)
        for zone in records.zones:
            if zone.expires_on is None or zone.expires_on >= self.day:
                self.zones[zone.child_id].append(zone)
        self.separated = {
            frozenset((s.person_a, s.person_b))
            for s in records.separations
            if s.expires_on is None or s.expires_on >= self.day
        }
        self.apart = {frozenset((s.child_a, s.child_b)) for s in records.siblings if s.plan is SiblingPlan.APART}
        self.sibling_rows: dict[str, list[SiblingRow]] = defaultdict(list)
        for row in records.siblings:
            self.sibling_rows[row.child_a].append(row)
            self.sibling_rows[row.child_b].append(row)
        self.separations: dict[str, list[Separation]] = defaultdict(list)
        for one in records.separations:
            self.separations[one.person_a].append(one)
            self.separations[one.person_b].append(one)
        self.listed_in: dict[str, list[Resident]] = defaultdict(list)
        self.living_in: dict[str, list[Resident]] = defaultdict(list)
        listed = set()
        for resident in records.residents:
            self.listed_in[resident.home_id].append(resident)
            if resident.leaving_on is None or resident.leaving_on > self.day:
                if resident.status is ResidentStatus.FOSTERED:
                    listed.add((resident.home_id, resident.resident_id))
                self.living_in[resident.home_id].append(resident)
        for link in records.links:
            if link.link is not LinkKind.CURRENT_CARER or (link.home_id, link.child_id) in listed:
                continue
            if (child_now := self.children.get(link.child_id)) is not None:
                self.living_in[link.home_id].append(_as_resident(child_now, link.home_id))

    def linked(self, child: Child, home: Home, kind: LinkKind) -> bool:
        return any(k.home_id == home.home_id and k.link is kind for k in self.links[child.child_id])

    def kept_apart(self, a: str, b: str) -> bool:
        return frozenset((a, b)) in self.apart

    def age(self, person: Child) -> int:
        return age_on(person.date_of_birth, self.day)

    def stays(self, child: Child, home: Home) -> bool:
        """Whether the child lives in this home already, and so needs no new place there."""
        return self.linked(child, home, LinkKind.CURRENT_CARER) or any(
            r.resident_id == child.child_id and r.status is ResidentStatus.FOSTERED
            for r in self.living_in[home.home_id]
        )

    def fostered(self, home: Home) -> list[Resident]:
        return [r for r in self.living_in[home.home_id] if r.status is ResidentStatus.FOSTERED]


def _as_resident(child: Child, home_id: str) -> Resident:
    return Resident(home_id, child.child_id, ResidentStatus.FOSTERED, child.date_of_birth, child.sex, child.family_id)


def _not_a_plan(facts: _Facts, home_of: PlannedHomes) -> Iterator[Breach]:
    for child_id in facts.children:
        if child_id not in home_of:
            yield Breach("", "PLAN", (child_id,), f"The plan does not say what becomes of child {child_id}.")
    for child_id, home_id in home_of.items():
        if child_id not in facts.children:
            yield Breach(home_id or "", "PLAN", (child_id,), f"Child {child_id} is not in this round.")
        if home_id is not None and home_id not in facts.homes:
            yield Breach(home_id, "PLAN", (child_id,), f"There is no home {home_id} in the records.")


def _households(facts: _Facts, home_of: PlannedHomes) -> Iterator[tuple[Home, list[Child]]]:
    placed: dict[str, list[Child]] = defaultdict(list)
    for child in facts.children.values():
        home_id = home_of.get(child.child_id)
        if home_id is not None and home_id in facts.homes:
            placed[home_id].append(child)
    for home_id in sorted(placed):
        yield facts.homes[home_id], placed[home_id]


def _one_home(facts: _Facts, home: Home, children: list[Child], allowed: frozenset[str]) -> Iterator[Breach]:
    for child in children:
        for objection in _about_a_child(facts, child, home):
            if objection.final or objection.rule_id not in _accepted(allowed, [child]):
                yield Breach(home.home_id, objection.rule_id, (child.child_id,), objection.message)
    for objection in _about_the_household(facts, home, children):
        if objection.final or objection.rule_id not in _accepted(allowed, children):
            yield Breach(home.home_id, objection.rule_id, _ids(children), objection.message)


def _accepted(allowed: frozenset[str], children: Iterable[Child]) -> frozenset[str]:
    """The rules whose sign-offs this run accepts for all of these children [FOST-10, FOST-11]."""
    for same in SAME_APPROVAL:
        if allowed & same:
            allowed |= same
    if "FOST-11" in allowed and all(c.placement_need is PlacementNeed.EMERGENCY for c in children):
        allowed |= {"FOST-02"}
    return allowed


def _ids(children: Iterable[Child]) -> tuple[str, ...]:
    return tuple(c.child_id for c in children)


# ---- one child and the home as it stands ---------------------------------------------------------------------------


def _about_a_child(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    yield from _route(child, home)
    yield from _approval(facts, child, home)
    yield from _availability(facts, home)
    yield from _terms(facts, child, home)
    yield from _named(facts, child, home)
    yield from _settled(facts, child, home)
    yield from _needs(child, home)
    yield from _smoke_and_animals(facts, child, home)
    yield from _barred_and_zones(facts, child, home)
    yield from _area(facts, home)
    yield from _people_there(facts, child, home)
    yield from _lodgings(facts, child, home)
    yield from _adoption(facts, child, home)


def _route(child: Child, home: Home) -> Iterator[_Objection]:
    if not ROUTES[home.kind].intersection(child.routes):
        yield _Objection("PLC-03", f"The care plan does not lead to a home of the kind {home.kind}.", final=True)


def _approval(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    rule_id = APPROVAL_RULE.get(home.kind, "FOST-01")
    if home.approved_from is None:
        yield _Objection(rule_id, "The day from which the home is approved is not recorded.")
    elif home.approved_from > facts.day:
        yield _Objection(rule_id, "The home's approval has not begun.", final=True)
    if home.approved_to is not None and home.approved_to < facts.day:
        lapsed = "CON-03" if home.kind is HomeKind.CONNECTED_PERSON else rule_id
        yield _Objection(lapsed, "The home's approval has ended.", final=True)
    if home.notice_received_on is not None and home.notice_received_on <= facts.day:
        ends = home.notice_received_on + timedelta(days=facts.law.notice_days)
        if child.expected_end is None or not facts.day <= child.expected_end <= ends:
            yield _Objection("FOST-16", "The carers have given notice, and the stay would outlast it.", final=True)


def _availability(facts: _Facts, home: Home) -> Iterator[_Objection]:
    if home.on_hold:
        yield _Objection("FOST-18", "New placements in the home are on hold.")
    if home.available_from is not None and home.available_from > facts.day:
        yield _Objection("FOST-20", "The home is not yet available.")
    if home.available_to is not None and home.available_to < facts.day:
        yield _Objection("FOST-20", "The home is no longer available.")


def _terms(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    if home.kind is HomeKind.ADOPTER:
        return
    years = facts.age(child)
    if home.approved_age_min is not None and years < home.approved_age_min:
        yield _Objection("FOST-02", "The child is younger than the home is approved for.")
    if home.approved_age_max is not None and years > home.approved_age_max:
        yield _Objection("FOST-02", "The child is older than the home is approved for.")
    if home.approved_sex is not None and child.sex != home.approved_sex:
        yield _Objection("FOST-02", "The home is approved for one sex, and the child is not recorded as of that sex.")
    if home.approved_needs and child.placement_need not in home.approved_needs:
        rule_id = "FOST-24" if child.placement_need in SCHEMES else "FOST-02"
        yield _Objection(rule_id, "The home is not approved for the kind of stay the child needs.")


def _named(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    rule_id = "EPM-03" if home.kind is HomeKind.EARLY_PERMANENCE else "CON-04"
    if home.named_children:
        if child.child_id not in home.named_children:
            yield _Objection(rule_id, "The home is approved for other, named children only.", final=True)
    elif home.kind is HomeKind.CONNECTED_PERSON and not facts.linked(child, home, LinkKind.KIN):
        yield _Objection(rule_id, "The carers are not recorded as kin of this child.", final=True)


def _settled(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    carers = [
        k.home_id for k in facts.links[child.child_id] if k.link is LinkKind.CURRENT_CARER and k.home_id in facts.homes
    ]
    if child.needed_by is None and carers and home.home_id not in carers:
        yield _Objection("STB-01", "The child is settled elsewhere and no move is asked for.", final=True)


def _needs(child: Child, home: Home) -> Iterator[_Objection]:
    for code in child.needs_must:
        rule_id = RULE_FOR_NEED.get(code, "FOST-22")
        if home.meets_needs is None:
            yield _Objection(rule_id, f"Whether the home can meet the need {code} is not recorded.")
        elif code not in home.meets_needs:
            known = "is not among those the home can meet" if code in NEED_CODES else "is not a code known here"
            yield _Objection(rule_id, f"The need {code} {known}.")


def _smoke_and_animals(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    smoke_free = child.smoke_free is True or facts.age(child) < facts.asked.policy.smoke_free_under_age
    if smoke_free and home.smoker is not False:
        yield _Objection("HLT-05", "The child needs a smoke-free home, and this one is not recorded as such.")
    if child.pets is PetsWish.NO and home.pets is not False:
        yield _Objection("HLT-07", "The child cannot live with animals, and the home is not recorded as having none.")


def _barred_and_zones(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    if facts.linked(child, home, LinkKind.BARRED):
        yield _Objection("SAFE-06", "This home is barred for this child.", final=True)
    for zone in facts.zones[child.child_id]:
        if home.location is None:
            yield _Objection("LOC-09", "The child has a zone to keep out of, and it is not recorded where the home is.")
            continue
        from_edge = miles(zone.centre, home.location) - zone.radius_miles
        if abs(from_edge) <= DOUBTFUL_MILES.get(home.location.precision, -1.0):
            yield _Objection("LOC-09", "It cannot be told whether the home lies in a zone the child must keep out of.")
        elif from_edge <= 0:
            yield _Objection("LOC-09", "The home lies in a zone the child must keep out of.", final=True)


def _area(facts: _Facts, home: Home) -> Iterator[_Objection]:
    if home.provider is Provider.IN_HOUSE or home.kind in (HomeKind.CONNECTED_PERSON, HomeKind.ADOPTER):
        return
    council, there = facts.asked.council, home.authority
    far = None if council is None or there is None else is_at_a_distance(council, there)
    if council is None or there is None or far is None:
        yield _Objection("LOC-03", "It is not known whether the home lies in the council's area.")
        yield _Objection("LOC-04", "It is not known whether the home lies at a distance.")
    elif far:
        yield _Objection("LOC-04", "The home lies outside the council's area and every adjoining one.")
    elif upper_tier(there) != upper_tier(council):
        yield _Objection("LOC-03", "The home lies outside the council's area.")


def _people_there(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    for resident in facts.living_in[home.home_id]:
        if resident.resident_id == child.child_id:
            continue
        pair = frozenset((child.child_id, resident.resident_id))
        if pair in facts.separated:
            yield _Objection("SAFE-01", "The child must live apart from somebody who lives there.", final=True)
        if pair in facts.apart:
            yield _Objection("SIB-02", "The child is assessed to live apart from somebody who lives there.", final=True)
        if resident.status not in CHILD_STATUSES:
            continue
        if resident.date_of_birth is not None and age_on(resident.date_of_birth, facts.day) >= (
            facts.law.childhood_ends_at
        ):
            continue
        if not _may_live_alongside(child, resident):
            yield _Objection("SAFE-04", "Another child lives there, against what is recommended for this one.")


def _may_live_alongside(child: Child, other: Child | Resident) -> bool:
    """Whether the other may live where this child is placed; an unrecorded birth date is no yes [SAFE-04]."""
    if child.alongside is Alongside.SOLO:
        return False
    if child.alongside not in (Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER):
        return True
    if child.family_id is not None and child.family_id == other.family_id:
        return True
    if other.date_of_birth is None:
        return False
    if child.alongside is Alongside.ONLY_OLDER:
        return other.date_of_birth <= child.date_of_birth
    return other.date_of_birth >= child.date_of_birth


def _lodgings(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    if home.kind is not HomeKind.SUPPORTED_LODGINGS:
        return
    if facts.age(child) < facts.law.lodgings_from_age:
        yield _Objection("SLG-01", "The child is too young for supported lodgings.", final=True)
    if not facts.law.lodgings_register_needed:
        return
    if home.registered_categories is None:
        yield _Objection("SLG-03", "What the undertaking is registered for is not recorded.")
    elif "private_residence" not in home.registered_categories:
        yield _Objection("SLG-03", "The undertaking is not registered for homes in a private residence.", final=True)


def _adoption(facts: _Facts, child: Child, home: Home) -> Iterator[_Objection]:
    fostered_first = home.kind is HomeKind.EARLY_PERMANENCE and Route.EARLY_PERMANENCE in child.routes
    if home.kind not in MAY_LEAD_TO_ADOPTION or fostered_first:
        return
    authority = (child.placement_order_on, child.parental_consent_on)
    if not any(on is not None and on <= facts.day for on in authority):
        yield _Objection("ADO-01", "There is neither a placement order nor a parent's consent.", final=True)
    if child.adoption_decision_on is None or child.adoption_decision_on > facts.day:
        yield _Objection("ADO-02", "No decision for adoption has been made.", final=True)


# ---- everybody placed in one home ----------------------------------------------------------------------------------


def _about_the_household(facts: _Facts, home: Home, children: list[Child]) -> Iterator[_Objection]:
    joining = [c for c in children if not facts.stays(c, home)]
    yield from _places(facts, home, joining)
    yield from _usual_limit(facts, home, children, joining)
    yield from _bedrooms(facts, home, joining)
    yield from _each_other(facts, children)
    yield from _one_or_whole_family(facts, home, children)
    yield from _beside_the_settled(facts, home, children, joining)


def _beside_the_settled(facts: _Facts, home: Home, children: list[Child], joining: list[Child]) -> Iterator[_Objection]:
    """Who would come to live with children of the round who are settled there, whether the plan keeps them or not."""
    settled = [
        c for c in facts.children.values() if c.needed_by is None and facts.linked(c, home, LinkKind.CURRENT_CARER)
    ]
    for one in settled:
        if one not in children and not all(_may_live_alongside(one, other) for other in joining):
            yield _Objection("SAFE-04", f"Somebody would come against what is recommended for {one.child_id}.")
    if home.kind in MAY_LEAD_TO_ADOPTION and settled and joining:
        with_settled = {joining[0].child_id, *(c.child_id for c in settled)}
        if len(joining) > 1 or with_settled != _whole_family(facts, home, joining[0].family_id):
            yield _Objection("PW-01", "A child is settled there, and this makes no family whole.", final=True)


def _places(facts: _Facts, home: Home, joining: list[Child]) -> Iterator[_Objection]:
    if not joining:
        return
    if len(joining) > home.vacancies:
        yield _Objection(
            "FOST-20", f"{len(joining)} would join, and the carers offer {home.vacancies} place(s).", final=True
        )
    fostered = len(facts.fostered(home))
    if home.kind is not HomeKind.ADOPTER and len(joining) > home.approved_places - fostered:
        yield _Objection(
            "FOST-02",
            f"{len(joining)} would join {fostered} fostered there now; approved for {home.approved_places}.",
            final=True,
        )


def _usual_limit(facts: _Facts, home: Home, children: list[Child], joining: list[Child]) -> Iterator[_Objection]:
    """The whole household is counted: those fostered there now, and those who would join [FOST-03 to FOST-05]."""
    if home.kind not in FOSTERING or not joining:
        return
    fostered = facts.fostered(home)
    count, limit = len(fostered) + len(joining), facts.law.usual_fostering_limit
    families = {r.family_id for r in fostered} | {c.family_id for c in children}
    all_one_family = len(families) == 1 and None not in families
    if count <= limit or all_one_family:
        return
    people = [r.resident_id for r in fostered] + [c.child_id for c in joining]
    named = sum(person in home.exempt_children for person in people)
    granted = home.exempting_authority is not None and home.exempting_authority == home.authority
    if granted and count - named <= limit:
        return
    message = f"{count} children would be fostered there, above the usual limit of {limit}, with no exemption in force."
    yield _Objection("FOST-03", message)
    yield _Objection("FOST-05", message)


def _bedrooms(facts: _Facts, home: Home, joining: list[Child]) -> Iterator[_Objection]:
    if home.bedrooms_free is None:
        return
    rooms, sharing = 0, Counter[tuple[str, str]]()
    harmful = others = 0
    for child in joining:
        years = facts.age(child)
        if years < facts.law.own_bedroom_from_age:
            continue
        harm = "harmful_sexual_behaviour" in child.needs_must + child.needs_helpful
        harmful, others = harmful + harm, others + (not harm)
        if child.family_id is None or child.sex not in ("M", "F") or harm or years >= facts.law.share_bedroom_under_age:
            rooms += 1
        else:
            sharing[child.family_id, child.sex] += 1
    rooms += sum(ceil(together / 2) for together in sharing.values())
    if harmful and harmful + (others > 0) > home.bedrooms_free:
        yield _Objection("BED-01", "Somebody would share a bedroom with a child who may harm others.", final=True)
    elif rooms > home.bedrooms_free:
        yield _Objection("BED-01", f"{rooms} bedroom(s) needed, {home.bedrooms_free} free.")


def _each_other(facts: _Facts, children: list[Child]) -> Iterator[_Objection]:
    for a, b in combinations(children, 2):
        pair = frozenset((a.child_id, b.child_id))
        if pair in facts.separated:
            yield _Objection("SAFE-01", f"{a.child_id} and {b.child_id} must live apart.", final=True)
        if pair in facts.apart:
            yield _Objection("SIB-02", f"{a.child_id} and {b.child_id} are assessed to live apart.", final=True)
        if not (_may_live_alongside(a, b) and _may_live_alongside(b, a)):
            yield _Objection(
                "SAFE-04", f"{a.child_id} and {b.child_id} together go against what is recommended for one of them."
            )


def _one_or_whole_family(facts: _Facts, home: Home, children: list[Child]) -> Iterator[_Objection]:
    if home.kind not in MAY_LEAD_TO_ADOPTION or len(children) < 2:
        return
    if {c.child_id for c in children} != _whole_family(facts, home, children[0].family_id):
        yield _Objection("PW-01", "The home takes one child, or one family whole; this is neither.", final=True)


def _whole_family(facts: _Facts, home: Home, family_id: str | None) -> set[str]:
    """Everybody of a family whose plan leads to this kind of home; nobody where no family is recorded."""
    family = facts.families[family_id] if family_id is not None else []
    return {c.child_id for c in family if ROUTES[home.kind].intersection(c.routes)}


def _splits(facts: _Facts, home_of: PlannedHomes) -> Iterator[Breach]:
    for family in facts.families.values():
        for a, b in combinations(family, 2):
            if facts.kept_apart(a.child_id, b.child_id) or home_of.get(a.child_id) == home_of.get(b.child_id):
                continue
            message = f"{a.child_id} and {b.child_id} are split, and the council's policy is never to split."
            yield Breach("", "SIB-05", (a.child_id, b.child_id), message)


# ---- the rules themselves, asked again -----------------------------------------------------------------------------


def _rules_again(facts: _Facts, home: Home, children: list[Child], allowed: frozenset[str]) -> Iterator[Breach]:
    """Ask every rule about each family, and each child alone, who would live in this home."""
    near = _only_what_concerns(facts, home, children)
    at = near.homes.index[home.home_id]
    families: dict[str, list[Child]] = defaultdict(list)
    for child in children:
        families[f"family {child.family_id}" if child.family_id is not None else child.child_id].append(child)
    for family in families.values():
        alone = {c.child_id: _asked_again(near, facts.asked, [c], at) for c in family}
        for child in family:
            for rule_id, answer in alone[child.child_id].items():
                if answer is Answer.BARRED or rule_id not in _accepted(allowed, [child]):
                    yield _rule_breach(home, rule_id, answer, [child])
        if len(family) == 1:
            continue
        for rule_id, answer in _asked_again(near, facts.asked, family, at).items():
            hardest_alone = max(answers.get(rule_id, Answer.MET) for answers in alone.values())
            if answer > hardest_alone and (answer is Answer.BARRED or rule_id not in _accepted(allowed, family)):
                yield _rule_breach(home, rule_id, answer, family)


def _asked_again(near: Register, asked: Asked, children: list[Child], at: int) -> dict[str, Answer]:
    """Each rule that does not answer "met" for this group in the home at this index."""
    answers = ask(RULES, near.group(*_ids(children)), near.homes, asked)
    found: dict[str, Answer] = {}
    for answer, words in (
        (Answer.NEEDS_SIGN_OFF, answers.sign_off),
        (Answer.UNKNOWN, answers.unknown),
        (Answer.BARRED, answers.barred),
    ):
        word = int(words[at])
        found |= {rule.rule_id: answer for bit, rule in enumerate(RULES) if word >> bit & 1}
    return found


def _rule_breach(home: Home, rule_id: str, answer: Answer, children: list[Child]) -> Breach:
    return Breach(
        home.home_id, rule_id, _ids(children), f"Asked again of those placed together, the rule answers {answer.word}."
    )


def _only_what_concerns(facts: _Facts, home: Home, children: list[Child]) -> Register:
    """A register of this home, the children placed in it with their families, and every home they are tied to."""
    concerned = {c.child_id: c for c in children}
    for child in children:
        if child.family_id is not None:
            concerned |= {c.child_id: c for c in facts.families[child.family_id]}
    for resident in facts.living_in[home.home_id]:
        if resident.resident_id in facts.children:
            concerned[resident.resident_id] = facts.children[resident.resident_id]
    links = [k for child_id in concerned for k in facts.links[child_id]]
    home_ids = {home.home_id} | {k.home_id for k in links if k.home_id in facts.homes}
    residents = [r for home_id in home_ids for r in facts.listed_in[home_id]]
    siblings = {row for child_id in concerned for row in facts.sibling_rows[child_id]}
    separations = {one for child_id in concerned for one in facts.separations[child_id]}
    return Register(
        replace(
            facts.records,
            children=tuple(concerned[c] for c in sorted(concerned)),
            homes=tuple(facts.homes[h] for h in sorted(home_ids)),
            siblings=tuple(sorted(siblings, key=lambda s: (s.child_a, s.child_b))),
            separations=tuple(sorted(separations, key=lambda s: (s.person_a, s.person_b))),
            residents=tuple(sorted(residents, key=lambda r: (r.home_id, r.resident_id))),
            links=tuple(sorted(links, key=lambda k: (k.child_id, k.home_id, k.link))),
            zones=tuple(z for child_id in sorted(concerned) for z in facts.zones[child_id]),
        )
    )


# ---- what the tiers count ------------------------------------------------------------------------------------------


def _brothers_and_sisters_there(facts: _Facts, child: Child, home: Home) -> int:
    if child.family_id is None:
        return 0
    return sum(
        1
        for r in facts.living_in[home.home_id]
        if r.family_id == child.family_id
        and r.resident_id not in facts.children
        and r.date_of_birth is not None
        and age_on(r.date_of_birth, facts.day) < facts.law.childhood_ends_at
        and not facts.kept_apart(child.child_id, r.resident_id)
    )


def _near_each_other(facts: _Facts, placed: Iterable[tuple[Child, Home]]) -> int:
    """Brothers and sisters of the round, not assessed apart, in two homes near each other."""
    home_of = {child.child_id: home for child, home in placed}
    return sum(
        1
        for family in facts.families.values()
        for a, b in combinations([c.child_id for c in family if c.child_id in home_of], 2)
        if _are_near(facts, home_of[a], home_of[b]) and not facts.kept_apart(a, b)
    )


def _near_those_settled(facts: _Facts, placed: Iterable[tuple[Child, Home]]) -> int:
    """For each child placed, brothers and sisters under 18 outside the round in other homes near, each once."""
    of_family: dict[str, dict[str, list[Home]]] = defaultdict(lambda: defaultdict(list))
    for home_id, residents in facts.living_in.items():
        for r in residents:
            if r.family_id is None or r.resident_id in facts.children or home_id not in facts.homes:
                continue
            if r.date_of_birth is not None and age_on(r.date_of_birth, facts.day) < facts.law.childhood_ends_at:
                of_family[r.family_id][r.resident_id].append(facts.homes[home_id])
    return sum(
        home not in lives_in and any(_are_near(facts, home, there) for there in lives_in)
        for child, home in placed
        if child.family_id in of_family
        for sibling, lives_in in of_family[child.family_id].items()
        if not facts.kept_apart(child.child_id, sibling)
    )


def _are_near(facts: _Facts, one: Home, other: Home) -> bool:
    if one.home_id == other.home_id or one.location is None or other.location is None:
        return False
    return miles(one.location, other.location) <= facts.asked.policy.split_miles


def _is_local(facts: _Facts, child: Child, home: Home) -> bool:
    if child.distance_reason is not None or home.kind in MAY_LEAD_TO_ADOPTION:
        return False
    council, there = facts.asked.council, home.authority
    if council is not None and there is not None:
        own = {council, upper_tier(council)}
        if own & {there, upper_tier(there)} - {None}:
            return True
    if child.home is None or home.location is None:
        return False
    return miles(child.home, home.location) <= facts.asked.policy.near_miles
