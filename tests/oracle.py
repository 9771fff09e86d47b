"""A slow, obvious reading of what a lawful plan and the best plan are, to set beside the product's answers.

Written from the contract alone, sharing no code with the rules, the question or the solvers: children and homes
are looped over in plain Python, and every plan of a tiny council is tried. Where the contract is silent, the
readings settled for the product are followed and said here in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, product

from records.model import Child, Home, Location, Records, Resident

MET, NEEDS_SIGN_OFF, UNKNOWN, BARRED = "met", "needs_sign_off", "unknown", "barred"
HARDNESS = [MET, NEEDS_SIGN_OFF, UNKNOWN, BARRED]
Plan = Mapping[str, str | None]
"""Child id to home id, or None for no home."""

FOSTER_KINDS = {"foster", "connected_person", "early_permanence"}
ONE_OR_WHOLE_FAMILY = {"adopter", "early_permanence"}
SCHEMES = {"remand", "parent_and_child", "short_breaks"}
ROUTES_TAKEN = {
    "foster": {"foster"},
    "connected_person": {"foster"},
    "supported_lodgings": {"supported_lodgings"},
    "adopter": {"adoption"},
    "early_permanence": {"early_permanence", "adoption"},
}
NEED_RULE = {
    "physical_disability": "HLT-02",
    "complex_health": "HLT-03",
    "self_harm": "HLT-09",
    "missing": "HLT-09",
    "drugs_alcohol": "HLT-09",
    "fire_setting": "SAFE-03",
    "exploitation": "SAFE-07",
    "sign_language": "IDN-05",
    "parent_and_child": "PAC-01",
    "learning_disability": "FOST-22",
    "autism": "FOST-22",
    "emotional_support": "FOST-22",
    "behaviour": "FOST-22",
    "trauma": "FOST-22",
    "harmful_sexual_behaviour": "FOST-22",
    "uasc": "FOST-22",
    "infant_care": "FOST-22",
}
SAME_APPROVAL = [{"FOST-03", "FOST-04", "FOST-05"}, {"FOST-02", "FOST-10"}]
CENTROID_DOUBT = {"sector": 3.0, "district": 10.0}
METRES_PER_MILE = 1609.3


@dataclass(frozen=True)
class Round:
    """What is asked: the records, whose round it is, and what this run may use.

    `adjoining`: an authority's code to the codes of those whose area touches it; a code that is not a key is not
    known at all.
    """

    records: Records
    council: str | None
    adjoining: Mapping[str, frozenset[str]]
    allowed: frozenset[str] = frozenset({"LOC-03"})
    never_split: bool = False
    near_miles: float = 10.0
    split_miles: float = 5.0
    smoke_free_under_age: int = 0
    tiers: Sequence[str] = ("placed", "siblings", "near", "local", "points", "cost")

    @property
    def day(self) -> date:
        return self.records.day

    def child(self, child_id: str) -> Child:
        return next(c for c in self.records.children if c.child_id == child_id)

    def home(self, home_id: str) -> Home:
        return next(h for h in self.records.homes if h.home_id == home_id)


@dataclass(frozen=True)
class Objection:
    """One rule that does not simply say yes, about these children in this home."""

    rule_id: str
    answer: str
    children: tuple[str, ...] = field(compare=False)


# ---- who lives where -------------------------------------------------------------------------------------------


def age(born: date, day: date) -> int:
    """Birthdays reached; a 29 February birthday falls on 1 March in other years."""
    years = day.year - born.year
    return years - 1 if (day.month, day.day) < (born.month, born.day) else years


def linked(now: Round, child: Child, home: Home, kind: str) -> bool:
    """Whether a link of this kind is recorded."""
    return any(k.child_id == child.child_id and k.home_id == home.home_id and k.link == kind for k in now.records.links)


def household(now: Round, home: Home) -> list[Resident]:
    """Who lives in the home on the day; `leaving_on` means gone that day.

    A child with a current carer holds a place there even when the household list leaves them out.
    """
    rows = [r for r in now.records.residents if r.home_id == home.home_id]
    here = [r for r in rows if r.leaving_on is None or r.leaving_on > now.day]
    for child in now.records.children:
        if linked(now, child, home, "current_carer") and not any(
            r.resident_id == child.child_id and r.status == "fostered" for r in here
        ):
            here.append(
                Resident(
                    home.home_id,
                    child.child_id,
                    "fostered",  # type: ignore[arg-type]
                    child.date_of_birth,
                    child.sex,
                    child.family_id,
                )
            )
    return here


def lives_there(now: Round, child: Child, home: Home) -> bool:
    """Whether the child's home today is this one."""
    return linked(now, child, home, "current_carer") or any(
        r.resident_id == child.child_id and r.status == "fostered" for r in household(now, home)
    )


def apart(now: Round, a: str, b: str) -> bool:
    """Whether an assessment keeps the two apart."""
    return any({s.child_a, s.child_b} == {a, b} and s.plan == "apart" for s in now.records.siblings)


def separated(now: Round, a: str, b: str) -> bool:
    """Whether a separation in force keeps the two apart; its last day still counts."""
    return any(
        {s.person_a, s.person_b} == {a, b} and (s.expires_on is None or s.expires_on >= now.day)
        for s in now.records.separations
    )


def miles(a: Location, b: Location) -> float:
    """Straight line, as the return defines them."""
    return math.hypot(a.easting - b.easting, a.northing - b.northing) / METRES_PER_MILE


# ---- one child and one home ------------------------------------------------------------------------------------


def child_objections(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    """Every rule about one child and the home as it stands, leaving out who else is placed there."""
    yield from _kind(child, home)
    yield from _approval(now, child, home)
    yield from _terms(now, child, home)
    yield from _named(now, child, home)
    yield from _settled(now, child, home)
    yield from _needs(child, home)
    yield from _smoke_and_animals(now, child, home)
    yield from _place(now, child, home)
    yield from _people_there(now, child, home)
    yield from _lodgings(now, child, home)
    yield from _adoption(now, child, home)


def _kind(child: Child, home: Home) -> Iterator[tuple[str, str]]:
    if not ROUTES_TAKEN[home.kind] & set(child.routes):
        yield "PLC-03", BARRED


def _approval(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    rule = {"adopter": "ADO-03", "supported_lodgings": "SLG-02"}.get(home.kind, "FOST-01")
    if home.approved_from is None:
        yield rule, UNKNOWN
    elif home.approved_from > now.day:
        yield rule, BARRED
    if home.approved_to is not None and home.approved_to < now.day:
        yield ("CON-03" if home.kind == "connected_person" else rule), BARRED
    notice = home.notice_received_on
    if notice is not None and notice <= now.day:
        last_day = notice + timedelta(days=28)
        gone_in_time = child.expected_end is not None and now.day <= child.expected_end <= last_day
        if not gone_in_time:
            yield "FOST-16", BARRED
    if home.on_hold:
        yield "FOST-18", NEEDS_SIGN_OFF
    not_yet = home.available_from is not None and home.available_from > now.day
    no_more = home.available_to is not None and home.available_to < now.day
    if not_yet or no_more:
        yield "FOST-20", NEEDS_SIGN_OFF


def _terms(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    if home.kind == "adopter":
        return
    years = age(child.date_of_birth, now.day)
    if home.approved_age_min is not None and years < home.approved_age_min:
        yield "FOST-02", NEEDS_SIGN_OFF
    if home.approved_age_max is not None and years > home.approved_age_max:
        yield "FOST-02", NEEDS_SIGN_OFF
    if home.approved_sex is not None:
        if child.sex is None or child.sex == "U":
            yield "FOST-02", UNKNOWN
        elif child.sex != home.approved_sex:
            yield "FOST-02", NEEDS_SIGN_OFF
    if home.approved_needs:
        if child.placement_need is None:
            yield "FOST-02", UNKNOWN
        elif child.placement_need not in home.approved_needs:
            yield ("FOST-24" if child.placement_need in SCHEMES else "FOST-02"), NEEDS_SIGN_OFF


def _named(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    rule = "EPM-03" if home.kind == "early_permanence" else "CON-04"
    if home.named_children:
        if child.child_id not in home.named_children:
            yield rule, BARRED
    elif home.kind == "connected_person" and not linked(now, child, home, "kin"):
        yield rule, BARRED


def _settled(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    carers = [h for h in now.records.homes if linked(now, child, h, "current_carer")]
    if child.needed_by is None and carers and home not in carers:
        yield "STB-01", BARRED


def _needs(child: Child, home: Home) -> Iterator[tuple[str, str]]:
    for code in child.needs_must:
        rule = NEED_RULE.get(code, "FOST-22")
        if home.meets_needs is None:
            yield rule, UNKNOWN
        elif code not in home.meets_needs:
            yield rule, (NEEDS_SIGN_OFF if code in NEED_RULE else UNKNOWN)


def _smoke_and_animals(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    if child.smoke_free or age(child.date_of_birth, now.day) < now.smoke_free_under_age:
        if home.smoker is None:
            yield "HLT-05", UNKNOWN
        elif home.smoker:
            yield "HLT-05", NEEDS_SIGN_OFF
    if child.pets == "no":
        if home.pets is None:
            yield "HLT-07", UNKNOWN
        elif home.pets:
            yield "HLT-07", NEEDS_SIGN_OFF


def _place(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    if linked(now, child, home, "barred"):
        yield "SAFE-06", BARRED
    for zone in now.records.zones:
        if zone.child_id != child.child_id or (zone.expires_on is not None and zone.expires_on < now.day):
            continue
        if home.location is None:
            yield "LOC-09", UNKNOWN
            continue
        distance = miles(zone.centre, home.location)
        if abs(distance - zone.radius_miles) <= CENTROID_DOUBT.get(home.location.precision, -1.0):
            yield "LOC-09", UNKNOWN
        elif distance <= zone.radius_miles:
            yield "LOC-09", BARRED
    if home.provider == "in_house" or home.kind in {"connected_person", "adopter"}:
        return
    if now.council is None or home.authority is None:
        yield from [("LOC-03", UNKNOWN), ("LOC-04", UNKNOWN)]
    elif home.authority == now.council:
        return
    elif now.council not in now.adjoining or home.authority not in now.adjoining:
        yield from [("LOC-03", UNKNOWN), ("LOC-04", UNKNOWN)]
    elif home.authority in now.adjoining[now.council]:
        yield "LOC-03", NEEDS_SIGN_OFF
    else:
        yield "LOC-04", NEEDS_SIGN_OFF


def _people_there(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    others = [r for r in household(now, home) if r.resident_id != child.child_id]
    if any(separated(now, child.child_id, r.resident_id) for r in others):
        yield "SAFE-01", BARRED
    if any(apart(now, child.child_id, r.resident_id) for r in others):
        yield "SIB-02", BARRED
    contradicted = doubtful = False
    for r in others:
        if r.status not in {"fostered", "own_child", "lodger"}:
            continue
        related = child.family_id is not None and r.family_id == child.family_id
        if child.alongside in {"only_older", "only_younger"} and related:
            continue
        if r.date_of_birth is None:
            doubtful = doubtful or child.alongside in {"solo", "only_older", "only_younger"}
        elif age(r.date_of_birth, now.day) < 18:
            contradicted = contradicted or contradicts(child, r.date_of_birth)
    if contradicted:
        yield "SAFE-04", NEEDS_SIGN_OFF
    if doubtful:
        yield "SAFE-04", UNKNOWN


def contradicts(child: Child, other_born: date) -> bool:
    """Whether living with somebody born on this day goes against who may live alongside the child."""
    if child.alongside == "solo":
        return True
    if child.alongside == "only_older":
        return other_born > child.date_of_birth
    if child.alongside == "only_younger":
        return other_born < child.date_of_birth
    return False


def _lodgings(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    if home.kind != "supported_lodgings":
        return
    if age(child.date_of_birth, now.day) < 16:
        yield "SLG-01", BARRED
    if home.registered_categories is None:
        yield "SLG-03", UNKNOWN
    elif "private_residence" not in home.registered_categories:
        yield "SLG-03", BARRED


def _adoption(now: Round, child: Child, home: Home) -> Iterator[tuple[str, str]]:
    fostering_first = home.kind == "early_permanence" and "early_permanence" in child.routes
    if home.kind not in ONE_OR_WHOLE_FAMILY or fostering_first:
        return
    if not any(d is not None and d <= now.day for d in (child.placement_order_on, child.parental_consent_on)):
        yield "ADO-01", BARRED
    if child.adoption_decision_on is None or child.adoption_decision_on > now.day:
        yield "ADO-02", BARRED


# ---- everybody placed in one home ------------------------------------------------------------------------------


def objections(now: Round, home: Home, children: Iterable[Child]) -> list[Objection]:
    """Every rule that does not simply say yes to these children living in this home together."""
    together = list(children)
    ids = tuple(c.child_id for c in together)
    found = [
        Objection(rule, answer, (child.child_id,))
        for child in together
        for rule, answer in child_objections(now, child, home)
    ]
    found += [Objection(rule, answer, ids) for rule, answer in _room_for(now, home, together)]
    for a, b in combinations(together, 2):
        both = (a.child_id, b.child_id)
        if separated(now, *both):
            found.append(Objection("SAFE-01", BARRED, both))
        if apart(now, *both):
            found.append(Objection("SIB-02", BARRED, both))
        for one, other in ((a, b), (b, a)):
            brothers_and_sisters = one.family_id is not None and one.family_id == other.family_id
            if one.alongside != "solo" and brothers_and_sisters:
                continue
            if contradicts(one, other.date_of_birth):
                found.append(Objection("SAFE-04", NEEDS_SIGN_OFF, both))
    if home.kind in ONE_OR_WHOLE_FAMILY and len(together) > 1 and not _a_whole_family(now, home, together):
        found.append(Objection("PW-01", BARRED, ids))
    settled = [c for c in now.records.children if c.needed_by is None and linked(now, c, home, "current_carer")]
    new = newcomers(now, home, together)
    for one in settled:
        if one.child_id in ids:
            continue
        for other in new:
            related = one.family_id is not None and one.family_id == other.family_id
            if (one.alongside == "solo" or not related) and contradicts(one, other.date_of_birth):
                found.append(Objection("SAFE-04", NEEDS_SIGN_OFF, (other.child_id,)))
    if home.kind in ONE_OR_WHOLE_FAMILY and settled and new:
        everybody = {c.child_id: c for c in (new[0], *settled)}
        if len(new) > 1 or not _a_whole_family(now, home, list(everybody.values())):
            found.append(Objection("PW-01", BARRED, ids))
    return found


def _a_whole_family(now: Round, home: Home, together: list[Child]) -> bool:
    family = together[0].family_id
    if family is None:
        return False
    whole = {
        c.child_id for c in now.records.children if c.family_id == family and ROUTES_TAKEN[home.kind] & set(c.routes)
    }
    return {c.child_id for c in together} == whole


def newcomers(now: Round, home: Home, together: Iterable[Child]) -> list[Child]:
    """Those who do not live there already: they alone need a place, a bedroom and room under the limit."""
    return [c for c in together if not lives_there(now, c, home)]


def _room_for(now: Round, home: Home, together: list[Child]) -> Iterator[tuple[str, str]]:
    new = newcomers(now, home, together)
    if not new:
        return
    fostered = [r for r in household(now, home) if r.status == "fostered"]
    if len(new) > home.vacancies:
        yield "FOST-20", NEEDS_SIGN_OFF
    if home.kind != "adopter" and len(new) > home.approved_places - len(fostered):
        yield "FOST-02", NEEDS_SIGN_OFF
    if home.bedrooms_free is not None and bedrooms_needed(now, new) > home.bedrooms_free:
        yield "BED-01", (BARRED if shares_with_harm(now, home.bedrooms_free, new) else NEEDS_SIGN_OFF)
    if home.kind in FOSTER_KINDS:
        for rule in ("FOST-03", "FOST-05"):
            answer = _usual_limit(home, fostered, new, together)
            if answer != MET:
                yield rule, answer


def _usual_limit(home: Home, fostered: list[Resident], new: list[Child], together: list[Child]) -> str:
    total = len(fostered) + len(new)
    families = {r.family_id for r in fostered} | {c.family_id for c in together}
    if total <= 3 or (len(families) == 1 and None not in families):
        return MET
    ids = [r.resident_id for r in fostered] + [c.child_id for c in new]
    exempt = sum(1 for person in ids if person in home.exempt_children)
    if total - exempt > 3:
        return NEEDS_SIGN_OFF
    if home.exempting_authority is None or home.authority is None:
        return UNKNOWN
    return MET if home.exempting_authority == home.authority else NEEDS_SIGN_OFF


def bedrooms_needed(now: Round, new: list[Child]) -> int:
    """One for each child of three or over; same-sex brothers or sisters under ten may be two to a room."""
    rooms = 0
    sharers: dict[tuple[str, str], int] = {}
    for child in new:
        years = age(child.date_of_birth, now.day)
        if years < 3:
            continue
        harm = "harmful_sexual_behaviour" in (*child.needs_must, *child.needs_helpful)
        if child.family_id is not None and child.sex in {"M", "F"} and years < 10 and not harm:
            both = (child.family_id, child.sex)
            sharers[both] = sharers.get(both, 0) + 1
        else:
            rooms += 1
    return rooms + sum(math.ceil(n / 2) for n in sharers.values())


def shares_with_harm(now: Round, bedrooms: int, new: list[Child]) -> bool:
    """Whether, however rooms are given out, somebody of three or over shares with one who may harm others."""
    old_enough = [c for c in new if age(c.date_of_birth, now.day) >= 3]
    harmful = sum("harmful_sexual_behaviour" in (*c.needs_must, *c.needs_helpful) for c in old_enough)
    if harmful == 0:
        return False
    left_for_others = bedrooms - harmful
    return left_for_others < 0 or (left_for_others == 0 and len(old_enough) > harmful)


def by_rule(found: Iterable[Objection]) -> dict[str, str]:
    """Each rule's hardest answer."""
    hardest: dict[str, str] = {}
    for one in found:
        known = hardest.get(one.rule_id, MET)
        hardest[one.rule_id] = max(known, one.answer, key=HARDNESS.index)
    return hardest


def answer(found: Iterable[Objection]) -> str:
    """Barred, then unknown, then needs sign-off, then met."""
    return max((o.answer for o in found), key=HARDNESS.index, default=MET)


# ---- a whole plan ----------------------------------------------------------------------------------------------


def accepted(now: Round, child: Child) -> set[str]:
    """The rules whose sign-offs and open questions this run accepts for the child."""
    allowed = set(now.allowed)
    for same in SAME_APPROVAL:
        if allowed & same:
            allowed |= same
    if "FOST-11" in allowed and child.placement_need == "emergency":
        allowed.add("FOST-02")
    return allowed


def may_live_together(now: Round, home: Home, children: Iterable[Child]) -> bool:
    """Whether a plan may put exactly these children in this home."""
    together = list(children)
    new = newcomers(now, home, together)
    fostered = sum(1 for r in household(now, home) if r.status == "fostered")
    if new and len(new) > home.vacancies:
        return False
    if new and home.kind != "adopter" and len(new) > home.approved_places - fostered:
        return False
    return all(
        o.answer != BARRED and all(o.rule_id in accepted(now, now.child(c)) for c in o.children)
        for o in objections(now, home, together)
    )


def is_lawful(now: Round, plan: Plan) -> bool:
    """Whether every home of the plan may hold those placed there, and nobody is split who may not be."""
    for home in now.records.homes:
        together = [c for c in now.records.children if plan.get(c.child_id) == home.home_id]
        if together and not may_live_together(now, home, together):
            return False
    return not now.never_split or all(plan.get(a.child_id) == plan.get(b.child_id) for a, b in sibling_pairs(now))


def sibling_pairs(now: Round) -> list[tuple[Child, Child]]:
    """Pairs of one family in the round who are not assessed apart."""
    return [
        (a, b)
        for a, b in combinations(now.records.children, 2)
        if a.family_id is not None and a.family_id == b.family_id and not apart(now, a.child_id, b.child_id)
    ]


def sibling_ids_there(now: Round, child: Child, home: Home) -> set[str]:
    """Brothers and sisters under 18 who live in the home now and are not themselves in the round."""
    in_round = {c.child_id for c in now.records.children}
    return {
        r.resident_id
        for r in household(now, home)
        if child.family_id is not None
        and r.family_id == child.family_id
        and r.resident_id not in in_round
        and r.date_of_birth is not None
        and age(r.date_of_birth, now.day) < 18
        and not apart(now, child.child_id, r.resident_id)
    }


def near_each_other(now: Round, one: Home, other: Home) -> bool:
    """Whether these are two homes, both of a known place, at most the policy's miles from each other."""
    if one.home_id == other.home_id or one.location is None or other.location is None:
        return False
    return miles(one.location, other.location) <= now.split_miles


def siblings_near(now: Round, child: Child, home: Home) -> int:
    """Brothers and sisters, not of the round, who live now in another home near this one and not in this one."""
    found: set[str] = set()
    for other in now.records.homes:
        if near_each_other(now, home, other):
            found |= sibling_ids_there(now, child, other)
    return len(found - sibling_ids_there(now, child, home))


def is_local(now: Round, child: Child, home: Home) -> bool:
    """In the council's own area, or near where the child comes from; never where distance is deliberate."""
    if child.distance_reason is not None or home.kind in ONE_OR_WHOLE_FAMILY:
        return False
    if now.council is not None and home.authority == now.council:
        return True
    if child.home is None or home.location is None:
        return False
    return miles(child.home, home.location) <= now.near_miles


def pence(now: Round, home: Home) -> int:
    """Weekly cost; a blank counts as the highest recorded."""
    recorded = [h.weekly_cost for h in now.records.homes if h.weekly_cost is not None]
    cost = home.weekly_cost if home.weekly_cost is not None else max(recorded, default=0.0)
    return round(cost * 100)


def values(now: Round, plan: Plan, points: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Each tier of a plan; cost in pence."""
    placed = [(c, now.home(home_id)) for c in now.records.children if (home_id := plan.get(c.child_id)) is not None]
    together = sum(
        1 for a, b in sibling_pairs(now) if plan.get(a.child_id) is not None and plan[a.child_id] == plan[b.child_id]
    )
    home_of = {c.child_id: h for c, h in placed}
    split_but_near = sum(
        1
        for a, b in sibling_pairs(now)
        if a.child_id in home_of
        and b.child_id in home_of
        and near_each_other(now, home_of[a.child_id], home_of[b.child_id])
    )
    return {
        "placed": len(placed),
        "siblings": together + sum(len(sibling_ids_there(now, c, h)) for c, h in placed),
        "near": split_but_near + sum(siblings_near(now, c, h) for c, h in placed),
        "local": sum(is_local(now, c, h) for c, h in placed),
        "points": sum(points[c.child_id, h.home_id] for c, h in placed),
        "cost": sum(pence(now, h) for _, h in placed),
    }


def in_order(now: Round, value: Mapping[str, int]) -> tuple[int, ...]:
    """The tiers in the council's order as a tuple that is larger the better the plan."""
    return tuple(-value[t] if t == "cost" else value[t] for t in now.tiers)


@dataclass(frozen=True)
class Best:
    """The best value of each tier in turn, and every plan that has them."""

    values: dict[str, int]
    plans: list[dict[str, str | None]]
    lawful_plans: int


def best(now: Round, points: Mapping[tuple[str, str], int]) -> Best:
    """Try every plan there is."""
    found: list[dict[str, str | None]] = []
    top: tuple[int, ...] | None = None
    lawful = 0
    for plan in every_lawful_plan(now):
        lawful += 1
        value = in_order(now, values(now, plan, points))
        if top is None or value > top:
            found, top = [plan], value
        elif value == top:
            found.append(plan)
    return Best(values(now, found[0], points), found, lawful)


def every_lawful_plan(now: Round) -> Iterator[dict[str, str | None]]:
    """All plans that may be used, the empty one among them."""
    children = list(now.records.children)
    choices: list[list[str | None]] = []
    for child in children:
        # A home that will not do for one child because of that child alone will not do in company either.
        open_homes = [
            h.home_id
            for h in now.records.homes
            if all(a != BARRED and rule in accepted(now, child) for rule, a in child_objections(now, child, h))
        ]
        choices.append([None, *open_homes])
    known: dict[tuple[str, tuple[str, ...]], bool] = {}
    for chosen in product(*choices):
        plan = dict(zip((c.child_id for c in children), chosen, strict=True))
        if now.never_split and not is_lawful(now, plan):
            continue
        rooms: dict[str, list[Child]] = {}
        for child, home_id in zip(children, chosen, strict=True):
            if home_id is not None:
                rooms.setdefault(home_id, []).append(child)
        for home_id, together in rooms.items():
            asked = (home_id, tuple(c.child_id for c in together))
            if asked not in known:
                known[asked] = may_live_together(now, now.home(home_id), together)
            if not known[asked]:
                break
        else:
            yield plan
