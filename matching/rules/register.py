"""The checked records as columns: every home at once, and what ties each child to them.

Rules, considerations and the question read homes here, a column per fact. Shapes are (homes,) unless said.
Dates are `datetime64[D]` with NaT for not recorded; numbers are floats with NaN for not recorded;
yes/no facts are 1, 0, or -1 for not recorded. Residents who have left on the round's day are not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from records.ages import age_on
from records.model import Child, Home, HomeKind, LinkKind, Records, Resident, ResidentStatus, SiblingPlan, Zone

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Texts = NDArray[np.str_]
YesNo = NDArray[np.int8]

NOT_RECORDED = -1
ADULT_AT = 18


@dataclass(frozen=True, slots=True)
class Residents:
    """Everybody who lives in a home on the day, a column per fact; shape (residents,)."""

    home: NDArray[np.int64]
    """Index of the home."""
    ids: Texts
    status: Texts
    born: Dates
    family: Texts
    """Family id, or "" when none is recorded."""
    exempt: Mask
    """Named in the exemption of the home they live in."""
    fostered: Mask
    child: YesNo
    """1 a child resident (under 18 and fostered, own child or lodger), 0 not, -1 not recorded which."""


class Homes:
    """Every home of the register, a column per fact, sorted by id."""

    def __init__(self, homes: tuple[Home, ...], residents: Iterable[Resident], day: date) -> None:
        self.homes = homes
        self.ids = _texts(h.home_id for h in homes)
        self.index = {h.home_id: i for i, h in enumerate(homes)}
        self.kind = _texts(h.kind for h in homes)
        self._kinds: dict[str, Mask] = {kind: self.kind == kind for kind in HomeKind}
        self.provider = _texts(h.provider for h in homes)
        self.approved_from = _dates(h.approved_from for h in homes)
        self.approved_to = _dates(h.approved_to for h in homes)
        self.last_review_on = _dates(h.last_review_on for h in homes)
        self.notice_received_on = _dates(h.notice_received_on for h in homes)
        self.available_from = _dates(h.available_from for h in homes)
        self.available_to = _dates(h.available_to for h in homes)
        self.on_hold = _yes_no(h.on_hold for h in homes)
        self.approved_places = _floats(h.approved_places for h in homes)
        self.vacancies = _floats(h.vacancies for h in homes)
        self.bedrooms_free = _floats(h.bedrooms_free for h in homes)
        self.approved_age_min = _floats(h.approved_age_min for h in homes)
        self.approved_age_max = _floats(h.approved_age_max for h in homes)
        self.approved_sex = _texts(h.approved_sex or "" for h in homes)
        self.advice_age_min = _floats(h.advice_age_min for h in homes)
        self.advice_age_max = _floats(h.advice_age_max for h in homes)
        self.advice_children = _floats(h.advice_children for h in homes)
        self.preferred_age_min = _floats(h.preferred_age_min for h in homes)
        self.preferred_age_max = _floats(h.preferred_age_max for h in homes)
        self.preferred_sex = _texts(h.preferred_sex or "" for h in homes)
        self.exempting_authority = _texts(h.exempting_authority or "" for h in homes)
        self.authority = _texts(h.authority or "" for h in homes)
        self.authorities, self.in_authority = np.unique(self.authority, return_inverse=True)
        self.religion = _texts((h.religion or "").strip().casefold() for h in homes)
        self.ethnicity = _texts(h.ethnicity or "" for h in homes)
        self.easting = _floats(h.location.easting if h.location else None for h in homes)
        self.northing = _floats(h.location.northing if h.location else None for h in homes)
        self.precision = _texts(h.location.precision if h.location else "" for h in homes)
        self.pets = _yes_no(h.pets for h in homes)
        self.smoker = _yes_no(h.smoker for h in homes)
        self.step_free = _yes_no(h.step_free for h in homes)
        self.weekly_cost = _floats(h.weekly_cost for h in homes)

        self.approved_needs_listed = _mask(bool(h.approved_needs) for h in homes)
        self._approved_needs = _where_listed(h.approved_needs for h in homes)
        self.names_children = _mask(bool(h.named_children) for h in homes)
        self._named = _where_listed(h.named_children for h in homes)
        self.meets_needs_recorded = _mask(h.meets_needs is not None for h in homes)
        self._meets_needs = _where_listed(h.meets_needs or () for h in homes)
        self.categories_recorded = _mask(h.registered_categories is not None for h in homes)
        self._categories = _where_listed(h.registered_categories or () for h in homes)
        self._exempt = _where_listed(h.exempt_children for h in homes)
        self.languages_recorded = _mask(bool(h.languages) for h in homes)
        self._languages = _where_listed(tuple(x.strip().casefold() for x in h.languages) for h in homes)

        self.residents = self._resident_columns(residents, day)
        self.resident_families = frozenset(self.residents.family.tolist()) - {""}
        """Families of which anybody lives in any home."""
        self._rows_of = _where_listed((str(person),) for person in self.residents.ids)
        self.fostered = np.bincount(self.residents.home[self.residents.fostered], minlength=len(homes)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.homes)

    def _resident_columns(self, residents: Iterable[Resident], day: date) -> Residents:
        here = sorted(
            (r for r in residents if r.home_id in self.index and not (r.leaving_on and r.leaving_on <= day)),
            key=lambda r: (self.index[r.home_id], r.resident_id),
        )
        raised = {ResidentStatus.FOSTERED, ResidentStatus.OWN_CHILD, ResidentStatus.LODGER}

        def child(r: Resident) -> int:
            if r.status not in raised:
                return 0
            if r.date_of_birth is None:
                return NOT_RECORDED
            return int(age_on(r.date_of_birth, day) < ADULT_AT)

        return Residents(
            home=np.array([self.index[r.home_id] for r in here], dtype=np.int64),
            ids=_texts(r.resident_id for r in here),
            status=_texts(r.status for r in here),
            born=_dates(r.date_of_birth for r in here),
            family=_texts(r.family_id or "" for r in here),
            exempt=_mask(r.resident_id in self.homes[self.index[r.home_id]].exempt_children for r in here),
            fostered=_mask(r.status == ResidentStatus.FOSTERED for r in here),
            child=np.array([child(r) for r in here], dtype=np.int8),
        )

    def rows_of(self, person_id: str) -> list[int]:
        """Rows of `residents` that are this person; more than one when several homes list them."""
        return self._rows_of.get(person_id, [])

    def any_resident(self, which: Mask) -> Mask:
        """Homes where at least one of the residents picked by `which` (shape (residents,)) lives."""
        found = np.zeros(len(self), dtype=np.bool_)
        found[self.residents.home[which]] = True
        return found

    def count_residents(self, which: Mask) -> NDArray[np.int64]:
        """How many of the residents picked by `which` live in each home."""
        return np.bincount(self.residents.home[which], minlength=len(self)).astype(np.int64)

    def approved_for_need(self, need: str) -> Mask:
        """Homes whose terms list this placement need (a home that lists none is not here)."""
        return self._pick(self._approved_needs, need)

    def names(self, child_id: str) -> Mask:
        """Homes approved for this named child."""
        return self._pick(self._named, child_id)

    def where_named(self, child_id: str) -> list[int]:
        """The same homes by index."""
        return self._named.get(child_id, [])

    def meets(self, need_code: str) -> Mask:
        """Homes that list this need code among those they can meet."""
        return self._pick(self._meets_needs, need_code)

    def registered_for(self, category: str) -> Mask:
        """Homes whose undertaking is registered for this category."""
        return self._pick(self._categories, category)

    def exempts(self, person_id: str) -> Mask:
        """Homes with an exemption from the usual fostering limit that names this person."""
        return self._pick(self._exempt, person_id)

    def speaks(self, language: str) -> Mask:
        """Homes that list this language."""
        return self._pick(self._languages, language.strip().casefold())

    def is_kind(self, *kinds: str) -> Mask:
        """Homes of any of these kinds."""
        of_these = np.zeros(len(self), dtype=np.bool_)
        for kind in kinds:
            # kinds are text, and text finds them
            of_these |= self._kinds[kind]
        return of_these

    def _pick(self, listed: Mapping[str, list[int]], value: str) -> Mask:
        picked = np.zeros(len(self), dtype=np.bool_)
        picked[listed.get(str(value), [])] = True
        return picked


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A child alone, or brothers and sisters who would live together in one home; children sorted by id."""

    children: tuple[Child, ...]
    register: Register

    @property
    def size(self) -> int:
        """How many children."""
        return len(self.children)

    @property
    def family_id(self) -> str | None:
        """The family all of the group belong to; None for one child with no brothers or sisters recorded."""
        return self.children[0].family_id

    @property
    def ids(self) -> tuple[str, ...]:
        """The children's ids."""
        return tuple(c.child_id for c in self.children)


class Register:
    """The whole of the records as one round sees them."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.day = records.day
        self.children = records.children
        self.child_index = {c.child_id: i for i, c in enumerate(records.children)}
        self._links: dict[tuple[str, LinkKind], list[str]] = {}
        for link in records.links:
            self._links.setdefault((link.child_id, link.link), []).append(link.home_id)
        self.homes = Homes(records.homes, self._everybody_resident(), records.day)
        self.lives_in = self._where_children_live()
        self.sibling_plan = {(s.child_a, s.child_b): s.plan for s in records.siblings}
        self._assessed_apart = _both_ways((a, b) for (a, b), p in self.sibling_plan.items() if p is SiblingPlan.APART)
        self.separated = self._separated()
        self._zones: dict[str, list[Zone]] = {}
        for zone in records.zones:
            if zone.expires_on is None or zone.expires_on >= records.day:
                self._zones.setdefault(zone.child_id, []).append(zone)
        self.settled = self._settled()
        self.families: dict[str, tuple[Child, ...]] = {}
        for child in records.children:
            if child.family_id is not None:
                self.families[child.family_id] = (*self.families.get(child.family_id, ()), child)

    def _settled(self) -> dict[int, tuple[Child, ...]]:
        """Home index to the children settled there; only homes with any."""
        settled: dict[int, tuple[Child, ...]] = {}
        for child in self.children:
            if self.is_settled(child):
                for home in np.flatnonzero(self.linked(child.child_id, LinkKind.CURRENT_CARER)):
                    settled[int(home)] = (*settled.get(int(home), ()), child)
        return settled

    def _everybody_resident(self) -> list[Resident]:
        """Residents as recorded, and each child with a current carer who is not listed in that home.

        The place such a child holds is taken, whether or not the household list says so.
        """
        listed = {
            (r.home_id, r.resident_id)
            for r in self.records.residents
            if r.status is ResidentStatus.FOSTERED and (r.leaving_on is None or r.leaving_on > self.day)
        }
        everybody = list(self.records.residents)
        for child in self.children:
            for home_id in self._links.get((child.child_id, LinkKind.CURRENT_CARER), []):
                if (home_id, child.child_id) not in listed:
                    everybody.append(
                        Resident(
                            home_id,
                            child.child_id,
                            ResidentStatus.FOSTERED,
                            child.date_of_birth,
                            child.sex,
                            child.family_id,
                        )
                    )
        return everybody

    def _where_children_live(self) -> dict[str, int]:
        lives_in: dict[str, int] = {}
        for child in self.children:
            for home_id in self._links.get((child.child_id, LinkKind.CURRENT_CARER), []):
                if home_id in self.homes.index:
                    lives_in.setdefault(child.child_id, self.homes.index[home_id])
        residents = self.homes.residents
        for person, home, fostered in zip(residents.ids, residents.home, residents.fostered, strict=True):
            if fostered and str(person) in self.child_index:
                lives_in.setdefault(str(person), int(home))
        return lives_in

    def if_said(self, children: Iterable[Child]) -> Register:
        """The same households, if these were the facts of some of the children: to try an answer to a question."""
        said = {c.child_id: c for c in children}
        register = copy(self)
        register.children = tuple(said.get(c.child_id, c) for c in self.children)
        register.families = {f: tuple(said.get(c.child_id, c) for c in all_) for f, all_ in self.families.items()}
        return register

    def is_settled(self, child: Child) -> bool:
        """Whether the child stays with a current carer: there is one, and no move is asked for [STB-01]."""
        return child.needed_by is None and any(
            home_id in self.homes.index for home_id in self._links.get((child.child_id, LinkKind.CURRENT_CARER), [])
        )

    def _separated(self) -> dict[str, frozenset[str]]:
        return _both_ways(
            (one.person_a, one.person_b)
            for one in self.records.separations
            if one.expires_on is None or one.expires_on >= self.day
        )

    def group(self, *child_ids: str) -> Group:
        """The group of these children, who must be of one family unless there is only one."""
        children = tuple(self.children[self.child_index[c]] for c in sorted(child_ids))
        families = {c.family_id for c in children}
        if len(children) > 1 and (len(families) > 1 or None in families):
            raise ValueError(f"{', '.join(child_ids)} are not all of one family")
        return Group(children, self)

    def linked(self, child_id: str, kind: LinkKind) -> Mask:
        """Homes to which this child has a link of this kind."""
        found = np.zeros(len(self.homes), dtype=np.bool_)
        for home_id in self._links.get((child_id, kind), []):
            if home_id in self.homes.index:
                found[self.homes.index[home_id]] = True
        return found

    def has_link(self, child_id: str, kind: LinkKind) -> bool:
        """Whether any link of this kind is recorded for the child."""
        return (child_id, kind) in self._links

    def tied_to(self, child_id: str) -> list[int]:
        """Homes, by index, that have to do with this child: a link of any kind, or an approval by name."""
        linked = {home_id for kind in LinkKind for home_id in self._links.get((child_id, kind), [])}
        index = self.homes.index
        return sorted({index[one] for one in linked if one in index} | set(self.homes.where_named(child_id)))

    def lives_there(self, child_id: str) -> Mask:
        """Homes where this child holds a place now: with a current carer, or listed as fostered there.

        A child listed as a lodger, or as the carer's own, holds no foster place: to be fostered there is new.
        """
        there = np.zeros(len(self.homes), dtype=np.bool_)
        rows = [row for row in self.homes.rows_of(child_id) if self.homes.residents.fostered[row]]
        there[self.homes.residents.home[rows]] = True
        return there

    def zones_of(self, child_id: str) -> list[Zone]:
        """Places this child must not live, still in force on the day."""
        return self._zones.get(child_id, [])

    def plan_for(self, person_a: str, person_b: str) -> SiblingPlan:
        """The assessed plan for two brothers or sisters; undecided when no row says."""
        return self.sibling_plan.get((min(person_a, person_b), max(person_a, person_b)), SiblingPlan.UNDECIDED)

    def assessed_apart(self, person_id: str) -> frozenset[str]:
        """Everybody (children and residents) whom an assessment keeps apart from this person."""
        return self._assessed_apart.get(person_id, frozenset())


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each person of any pair, with everybody else of their pairs."""
    others: dict[str, set[str]] = {}
    for a, b in pairs:
        others.setdefault(a, set()).add(b)
        others.setdefault(b, set()).add(a)
    return {person: frozenset(them) for person, them in others.items()}


def _texts(values: Iterable[str]) -> Texts:
    return np.array([str(v) for v in values], dtype=np.str_)


def _dates(values: Iterable[date | None]) -> Dates:
    return np.array([np.datetime64(v, "D") for v in values], dtype="datetime64[D]")


def _floats(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def _yes_no(values: Iterable[bool | None]) -> YesNo:
    return np.array([NOT_RECORDED if v is None else int(v) for v in values], dtype=np.int8)


def _mask(values: Iterable[bool]) -> Mask:
    return np.array(list(values), dtype=np.bool_)


def _where_listed(lists: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    where: dict[str, list[int]] = {}
    for i, values in enumerate(lists):
        for value in dict.fromkeys(values):
            where.setdefault(str(value), []).append(i)
    return where
