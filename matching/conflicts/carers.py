"""The least demanding new carer with whom a group left out would have a home, everybody else keeping one.

A carer is told by what the rules demand of one, and by nothing else: a home of which each fact not demanded is as
bad as can be still takes the group, and a home that lacks any one of the demands does not. Where the group competes
with others, a carer for one of those may do as well, and may be easier to find: then the group has that one's place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching import audit
from matching.conflicts.reasons import Conflict
from matching.conflicts.relax import changed_homes
from matching.conflicts.room import Group, make_room
from matching.propose import Proposal, allowed_bits
from matching.question import Ints
from matching.rules.capacity import bedrooms_needed
from matching.rules.kinds import kinds_for
from matching.rules.register import Register
from matching.rules.rule import ask
from matching.rules.safety import needs_smoke_free
from matching.rules.sixteen_plus import PRIVATE_RESIDENCE
from records.ages import age_on
from records.model import (
    Alongside,
    Child,
    Home,
    HomeKind,
    Location,
    PetsWish,
    PlacementNeed,
    Provider,
    Records,
    Resident,
    ResidentStatus,
)

NEW_HOME = "(new carer)"
"""Stands for the home of the carer to be found."""
KINDS = (HomeKind.FOSTER, HomeKind.SUPPORTED_LODGINGS, HomeKind.EARLY_PERMANENCE, HomeKind.ADOPTER)
"""Tried in this order; the first that would do is named. Relatives and friends are nobody's to find."""
FAR = 700_000.0
"""Metres: further than any two places in Great Britain are from each other's zones."""


@dataclass(frozen=True, slots=True)
class Carer:
    """What a new carer must be and have. Everything that is None, empty or False is not demanded.

    `ages` and `sex` (M, F, or "any") and `stays` are what the terms of approval must allow. `company` says which
    children may not live there: "no other child", "no younger child", "no older child".
    """

    kind: HomeKind
    places: int
    ages: tuple[int, int] | None = None
    sex: str | None = None
    stays: tuple[PlacementNeed, ...] = ()
    needs: tuple[str, ...] = ()
    bedrooms: int = 0
    smoke_free: bool = False
    no_pets: bool = False
    company: tuple[str, ...] = ()
    outside_zones: bool = False
    in_area: bool = False
    registered: bool = False

    @property
    def demands(self) -> tuple[str, ...]:
        """A name for each demand, `need: ...` for each need."""
        plain = ("ages", "sex", "stays", "bedrooms", "smoke_free", "no_pets", "outside_zones", "in_area", "registered")
        named = [name for name in plain if getattr(self, name)]
        return ("places", *named, *(f"need: {need}" for need in self.needs), *self.company)

    @property
    def burden(self) -> tuple[int, int, int]:
        """How much is asked: needs first, then places, then everything else."""
        return (len(self.needs), self.places, len(self.demands))


@dataclass(frozen=True, slots=True, eq=False)
class NewCarer:
    """A carer with whom the group has a home. `for_group`: who would live there, the group itself or others.

    `home_of`, shape (children,): everybody's home with the carer there, `len(homes)` standing for the new home.
    """

    group: Group
    for_group: Group
    carer: Carer
    home_of: Ints
    moved: tuple[int, ...]


def least_demanding(
    proposal: Proposal, group: Group, conflict: Conflict, most_units: int | None = None
) -> NewCarer | None:
    """The least demanding carer who would do, for the group or for one of those it competes with.

    None when no carer may take them, and when the plan is not the best: there is room as things stand.
    """
    if conflict.level == "better plan":
        return None
    index = proposal.register.child_index
    wanted: list[tuple[tuple[int, int, int], bool, Group, Carer]] = []
    for some in (group, *(tuple(index[c] for c in ids) for ids in conflict.groups)):
        carer = carer_for(proposal, some)
        if carer is not None:
            wanted.append((carer.burden, some != group, some, carer))
    for _, _, some, carer in sorted(wanted, key=lambda one: one[:3]):
        found = _with(proposal, group, some, carer, most_units)
        if found is not None:
            return found
    return None


def carer_for(proposal: Proposal, group: Group) -> Carer | None:
    """The least demanding carer who could take this group together; None when no carer may."""
    children = [proposal.register.children[i] for i in group]
    for kind in KINDS:
        if all(kind in kinds_for(child) for child in children):
            carer = _demanded(proposal, children, kind)
            if takes(proposal, group, carer):
                return carer
    return None


def _demanded(proposal: Proposal, children: Sequence[Child], kind: HomeKind) -> Carer:
    asked = proposal.asked
    terms = kind is not HomeKind.ADOPTER
    ages = [age_on(c.date_of_birth, asked.day) for c in children]
    sexes = {c.sex for c in children}
    stays = {c.placement_need for c in children}
    known = None not in stays
    rooms = "BED-01" not in proposal.allowed
    company = "SAFE-04" not in proposal.allowed
    wishes = {
        Alongside.SOLO: "no other child",
        Alongside.ONLY_OLDER: "no younger child",
        Alongside.ONLY_YOUNGER: "no older child",
    }
    carer = Carer(
        kind=kind,
        places=len(children),
        ages=(min(ages), max(ages)) if terms else None,
        sex=(next(iter(sexes)) if sexes in ({"M"}, {"F"}) else "any") if terms else None,
        stays=tuple(sorted(need for need in stays if need is not None)) if terms and known else (),
        needs=tuple(sorted({need for c in children for need in c.needs_must})),
        bedrooms=bedrooms_needed(children, asked) if rooms else 0,
        smoke_free=any(needs_smoke_free(c, asked) for c in children),
        no_pets=any(c.pets is PetsWish.NO for c in children),
        company=tuple(sorted({wishes[c.alongside] for c in children if c.alongside in wishes})) if company else (),
        outside_zones=any(proposal.register.zones_of(c.child_id) for c in children),
        in_area=kind is not HomeKind.ADOPTER,
        registered=kind is HomeKind.SUPPORTED_LODGINGS,
    )
    # what this run accepts without asking is no demand: drop whatever is not missed
    group = tuple(proposal.register.child_index[c.child_id] for c in children)
    for demand in carer.demands[1:]:
        if takes(proposal, group, carer, demand):
            carer = without(carer, demand)
    return carer


def without(carer: Carer, demand: str) -> Carer:
    """The same carer with one demand fewer."""
    if demand.startswith("need: "):
        return replace(carer, needs=tuple(n for n in carer.needs if f"need: {n}" != demand))
    if demand in carer.company:
        return replace(carer, company=tuple(c for c in carer.company if c != demand))
    nothing: dict[str, object] = {"ages": None, "sex": None, "stays": (), "bedrooms": 0}
    return replace(carer, **{demand: nothing.get(demand, False)})  # type: ignore[arg-type]


def takes(proposal: Proposal, group: Group, carer: Carer, lacking: str | None = None) -> bool:
    """Whether every rule lets a home with just these facts take the group; `lacking`: but for one demand."""
    home, residents = _home(proposal, group, carer, lacking)
    # who is settled may not be asked to move, and no other home matters to the rules
    if any(proposal.register.is_settled(proposal.register.children[i]) for i in group):
        return False
    register = Register(replace(proposal.register.records, homes=(home,), residents=tuple(residents)))
    ids = [proposal.question.child_ids[i] for i in group]
    for some in [ids] if len(ids) == 1 else [ids, *([one] for one in ids)]:
        allowed = np.bitwise_and.reduce(
            [allowed_bits(register.children[register.child_index[c]], proposal.allowed) for c in some]
        )
        if not ask(proposal.rules, register.group(*some), register.homes, proposal.asked).usable(allowed)[0]:
            return False
    return home.vacancies >= len(group)


def records_with(proposal: Proposal, group: Group, carer: Carer, lacking: str | None = None) -> Records:
    """The records with one home more, which has what is demanded and nothing else; `lacking`: and one thing less."""
    records = proposal.register.records
    home, residents = _home(proposal, group, carer, lacking)
    return replace(
        records,
        homes=tuple(sorted((*records.homes, home), key=lambda h: h.home_id)),
        residents=tuple(sorted((*records.residents, *residents), key=lambda r: (r.home_id, r.resident_id))),
    )


def _home(proposal: Proposal, group: Group, carer: Carer, lacking: str | None) -> tuple[Home, list[Resident]]:
    """A home with every fact that is demanded, and every other as bad as it can be."""
    day = proposal.register.day
    children = [proposal.register.children[i] for i in group]
    places = carer.places - (lacking == "places")
    others = tuple(need for need in PlacementNeed if need not in {c.placement_need for c in children})
    ages = (None, None) if carer.ages is None else carer.ages
    if lacking == "ages" and carer.ages is not None:
        ages = (carer.ages[1] + 1, carer.ages[1] + 1)
    opposite = {"M": "F", "F": "M", "any": "F" if any(c.sex == "M" for c in children) else "M"}
    sex = None if carer.sex == "any" else carer.sex
    if lacking == "sex" and carer.sex is not None:
        sex = opposite[carer.sex]
    stays = others if lacking == "stays" and carer.stays else carer.stays
    home = Home(
        home_id=NEW_HOME,
        kind=carer.kind,
        provider=Provider.IN_HOUSE if carer.in_area and lacking != "in_area" else Provider.AGENCY,
        authority=proposal.asked.council if carer.in_area and lacking != "in_area" else None,
        approved_places=max(1, places),
        vacancies=places,
        approved_from=day,
        last_review_on=day,
        approved_age_min=ages[0],
        approved_age_max=ages[1],
        approved_sex=sex,
        approved_needs=stays,
        bedrooms_free=carer.bedrooms - (lacking == "bedrooms" and carer.bedrooms > 0),
        meets_needs=tuple(need for need in carer.needs if lacking != f"need: {need}"),
        smoker=not (carer.smoke_free and lacking != "smoke_free"),
        pets=not (carer.no_pets and lacking != "no_pets"),
        registered_categories=(PRIVATE_RESIDENCE,) if carer.registered and lacking != "registered" else ("shared",),
        location=_somewhere(proposal, children, inside=not carer.outside_zones or lacking == "outside_zones"),
    )
    return home, list(_residents(carer, children, proposal, lacking))


def _somewhere(proposal: Proposal, children: Sequence[Child], *, inside: bool) -> Location:
    """A place outside every zone of these children, or inside one of them."""
    zones = [zone for c in children for zone in proposal.register.zones_of(c.child_id)]
    if zones and inside:
        return zones[0].centre
    east = max((zone.centre.easting for zone in zones), default=0.0)
    return Location(east + FAR, 0.0)


def _residents(carer: Carer, children: Sequence[Child], proposal: Proposal, lacking: str | None) -> Iterator[Resident]:
    """The carer's own children, of whatever age is not ruled out: the youngest and the oldest that there may be."""
    if "no other child" in carer.company and lacking != "no other child":
        return
    day = proposal.register.day
    younger = max(c.date_of_birth for c in children)
    if ("no younger child" not in carer.company or lacking == "no younger child") and younger < day:
        yield Resident(NEW_HOME, f"{NEW_HOME} youngest", ResidentStatus.OWN_CHILD, day, "F")
    if "no older child" not in carer.company or lacking == "no older child":
        almost_18 = day.replace(year=day.year - 17, day=min(day.day, 28))
        yield Resident(NEW_HOME, f"{NEW_HOME} oldest", ResidentStatus.OWN_CHILD, almost_18, "F")


def _with(proposal: Proposal, group: Group, some: Group, carer: Carer, most_units: int | None) -> NewCarer | None:
    """Everybody's home once `some` live with the new carer; None when the group still has none."""
    plan = proposal.home_of.copy()
    new_home = proposal.question.homes
    if some != group:
        plan[list(some)] = -1
        others = proposal.question.with_pairs(~np.isin(proposal.question.pair_child, some))
        room = make_room(others, plan, group, most=most_units)
        if room.plan is None:
            return None
        plan = room.plan
    plan = plan.copy()
    plan[list(some)] = new_home
    before = proposal.home_of
    moved = tuple(np.flatnonzero((before >= 0) & (plan != before)).tolist())
    found = NewCarer(group, some, carer, plan, moved)
    return None if breaches_of(proposal, found) else found


def breaches_of(proposal: Proposal, found: NewCarer) -> list[audit.Breach]:
    """What the audit finds against the plan with the new carer, in every home that holds others than in the plan."""
    register = Register(records_with(proposal, found.for_group, found.carer))
    names = [*proposal.question.home_ids, NEW_HOME]
    touched = changed_homes(proposal, found.home_of)
    never_split = proposal.question.never_split
    home_of = {
        c: names[h] if h >= 0 and (h in touched or never_split) else None
        for c, h in zip(proposal.question.child_ids, found.home_of.tolist(), strict=True)
    }
    return audit.audit(register, proposal.asked, home_of, proposal.allowed, never_split=never_split)
