"""Random tiny councils: a few children and homes, rich in what makes matching hard.

Most pairs are lawful and vacancies are few, so that children really compete; oddities lie on the edges where
mistakes live (a birthday today, an approval that ends today). The same recipe is followed by a seeded generator
and by a Hypothesis strategy whose first choices are the ordinary ones, so that failures shrink to plain councils.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from records.model import (
    Alongside,
    Child,
    DistanceReason,
    Home,
    HomeKind,
    Link,
    LinkKind,
    Location,
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

T = TypeVar("T")

TRAFFORD, SALFORD, WARRINGTON, BOLTON = "E08000009", "E08000006", "E06000007", "E08000001"
NOWHERE = "E09999999"
ADJOINING = {
    TRAFFORD: frozenset({SALFORD, WARRINGTON}),
    SALFORD: frozenset({TRAFFORD, WARRINGTON, BOLTON}),
    WARRINGTON: frozenset({TRAFFORD, SALFORD}),
    BOLTON: frozenset({SALFORD}),
}
"""Which of these four authorities of Greater Manchester and Cheshire touch; any other code is not known here."""

DAYS = (date(2026, 11, 23), date(2027, 3, 1), date(2028, 2, 29), date(2027, 2, 28))
NEEDS = ("autism", "self_harm", "complex_health", "fire_setting", "exploitation", "sign_language", "uasc")
EVERY_NEED = (*NEEDS, "harmful_sexual_behaviour", "physical_disability", "parent_and_child", "trauma")
SIGN_OFFS = (
    "FOST-05",
    "BED-01",
    "SAFE-04",
    "HLT-05",
    "LOC-04",
    "FOST-02",
    "FOST-03",
    "FOST-10",
    "FOST-11",
    "FOST-18",
    "FOST-20",
    "FOST-22",
    "FOST-24",
    "FOST-01",
    "LOC-09",
    "SIB-02",
    "HLT-07",
)


class Choices(Protocol):
    """Where the next choice comes from."""

    def pick(self, options: Sequence[T], odds: Sequence[int] | None = None) -> T:
        """One of the options; the first is the most ordinary."""
        ...


class Seeded:
    """Choices from a generator of random numbers."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def pick(self, options: Sequence[T], odds: Sequence[int] | None = None) -> T:
        """One of the options, as likely as its odds."""
        weights = [1] * len(options) if odds is None else odds
        return _at(options, weights, int(self._generator.random() * sum(weights)))


class Drawn:
    """Choices that Hypothesis draws, and shrinks towards the first option."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def pick(self, options: Sequence[T], odds: Sequence[int] | None = None) -> T:
        """One of the options, as likely as its odds."""
        weights = [1] * len(options) if odds is None else list(odds)
        return _at(options, weights, self._draw(st.integers(0, sum(weights) - 1)))


def _at(options: Sequence[T], weights: Sequence[int], at: int) -> T:
    for option, weight in zip(options, weights, strict=True):
        if at < weight:
            return option
        at -= weight
    raise AssertionError("the odds run out before the draw does")


@dataclass(frozen=True)
class TinyCouncil:
    """A round small enough to try every plan."""

    records: Records
    council: str | None
    allow: tuple[str, ...]
    never_split: bool


def seeded(seed: int, *, plain: bool = False) -> TinyCouncil:
    """The tiny council of a seed, the same everywhere. `plain`: only what a records folder can say."""
    return make(Seeded(np.random.default_rng(seed)), plain=plain)


@st.composite
def tiny_councils(draw: st.DrawFn, *, plain: bool = False) -> TinyCouncil:
    """A tiny council that shrinks to few children, few homes and nothing unusual."""
    return make(Drawn(draw), plain=plain)


def make(choose: Choices, *, plain: bool = False) -> TinyCouncil:
    """Follow the recipe, one choice after another."""
    return _Recipe(choose, plain).council()


def born(day: date, years: int, days_after_birthday: int) -> date:
    """The birth date of somebody whose birthday of so many years was so many days ago."""
    birthday = day - timedelta(days=days_after_birthday)
    year = birthday.year - years
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


class _Recipe:
    def __init__(self, choose: Choices, plain: bool) -> None:
        self.pick = choose.pick
        self.plain = plain
        self.day = self.pick(DAYS, (6, 2, 1, 1))
        self.dirt = self.pick((0, 1, 3, 8), (4, 4, 3, 2))
        """Per cent of cells that hold something out of the ordinary."""
        self.children: list[Child] = []
        self.homes: list[Home] = []
        self.residents: list[Resident] = []
        self.links: list[Link] = []

    def chance(self, per_cent: int) -> bool:
        return self.pick((False, True), (100 - per_cent, per_cent)) if per_cent else False

    def odd(self, ordinary: T, *unusual: T) -> T:
        """The ordinary value, or now and then one of the unusual ones."""
        return self.pick(unusual) if self.chance(self.dirt) else ordinary

    def on(self, *offsets: int) -> date:
        return self.day + timedelta(days=self.pick(offsets))

    def council(self) -> TinyCouncil:
        n_children = self.pick((1, 2, 3, 4, 5), (1, 2, 4, 5, 4))
        n_homes = self.pick((1, 2, 3, 4), (1, 3, 5, 4))
        usual = self._routes()
        usual_routes = {family: self._routes() if self.chance(30) else usual for family in (None, "F1", "F2")}
        for i in range(n_children):
            self.children.append(self._child(f"C{i + 1}", usual_routes))
        for i in range(n_homes):
            self._home(f"H{i + 1}")
        self._current_carers()
        self._links()
        records = Records(
            day=self.day,
            children=tuple(self.children),
            homes=tuple(self.homes),
            siblings=tuple(sorted(self._siblings(), key=lambda s: (s.child_a, s.child_b))),
            separations=tuple(sorted(self._separations(), key=lambda s: (s.person_a, s.person_b))),
            residents=tuple(sorted(self.residents, key=lambda r: (r.home_id, r.resident_id))),
            links=tuple(sorted(self.links, key=lambda k: (k.child_id, k.home_id, k.link))),
            zones=tuple(self._zones()),
        )
        allow = self.pick((("LOC-03",), ("LOC-03", "one more"), ("two",), ()), (5, 5, 2, 1))
        chosen = tuple(self.pick(SIGN_OFFS) if a == "one more" else a for a in allow if a != "two")
        if allow == ("two",):
            chosen = (self.pick(SIGN_OFFS), self.pick(SIGN_OFFS), "LOC-03")
        council = None if self.chance(self.dirt // 2) else TRAFFORD
        return TinyCouncil(records, council, tuple(sorted(set(chosen))), self.chance(15))

    # ---- children

    def _routes(self) -> tuple[Route, ...]:
        foster, lodgings, adoption, early = (
            Route.FOSTER,
            Route.SUPPORTED_LODGINGS,
            Route.ADOPTION,
            Route.EARLY_PERMANENCE,
        )
        return self.pick(
            (
                (foster,),
                (adoption,),
                (adoption, foster),
                (early, foster),
                (early,),
                (foster, lodgings),
                (lodgings,),
                (adoption, early),
            ),
            (14, 3, 3, 2, 1, 2, 1, 1),
        )

    def _child(self, child_id: str, usual_routes: dict[str | None, tuple[Route, ...]]) -> Child:
        family = self.pick((None, "F1", "F2"), (4, 6, 3))
        routes = self._routes() if self.chance(15) else usual_routes[family]
        if Route.SUPPORTED_LODGINGS in routes:
            years = self.pick((16, 17, 15), (5, 3, 1))
        elif set(routes) & {Route.ADOPTION, Route.EARLY_PERMANENCE}:
            years = self.pick((2, 1, 3, 4, 7), (3, 3, 2, 2, 1))
        else:
            years = self.pick((8, 6, 3, 2, 9, 10, 12, 15, 16, 17), (4, 3, 2, 2, 3, 2, 2, 2, 1, 1))
        days_after = self.pick((100, 0, 1, 364), (6, 2, 1, 1))
        adopting = Route.ADOPTION in routes
        return Child(
            child_id=child_id,
            date_of_birth=born(self.day, years, days_after),
            routes=routes,
            referred_on=self.day - timedelta(days=self.pick((10, 200, 0))),
            family_id=family,
            sex=self.pick(("F", "M", None, "U"), (9, 9, 1, 1)),
            home=self._where(),
            placement_need=self.odd(
                PlacementNeed.SHORT_TERM,
                None,
                PlacementNeed.EMERGENCY,
                PlacementNeed.EMERGENCY,
                PlacementNeed.LONG_TERM,
                PlacementNeed.REMAND,
                PlacementNeed.PARENT_AND_CHILD,
                PlacementNeed.SHORT_BREAKS,
            ),
            needed_by=self.pick((self.day + timedelta(days=7), None), (3, 1)),
            expected_end=self.odd(None, self.on(20, 21, 28, 29)),
            needs_must=self._needs(),
            needs_helpful=self.odd((), ("harmful_sexual_behaviour",), ("trauma",)),
            alongside=self.pick(
                (None, Alongside.SOLO, Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER, Alongside.NO_PREFERENCE),
                (85, 2 + self.dirt, 2 + self.dirt, 2 + self.dirt, 5),
            ),
            pets=self.pick(
                (None, PetsWish.NO, PetsWish.MUST, PetsWish.CAN, PetsWish.UNKNOWN), (30, 1 + self.dirt, 1, 1, 1)
            ),
            smoke_free=self.pick((None, True, False), (30, 1 + self.dirt, 1)),
            adoption_decision_on=self.odd(self.on(-30, 0), None, self.on(1)) if adopting else None,
            placement_order_on=self.odd(self.on(-20, 0), None, self.on(1)) if adopting else None,
            parental_consent_on=self.odd(None, self.on(-5, 0, 1)) if adopting else None,
            distance_reason=self.odd(None, DistanceReason.SAFEGUARDING),
        )

    def _needs(self) -> tuple[str, ...]:
        if not self.chance(10 + self.dirt):
            return ()
        return tuple(
            sorted({self.pick((*NEEDS, "harmful_sexual_behaviour")), self.odd(self.pick(NEEDS), "heard_of_nowhere")})
        )

    def _where(self) -> Location | None:
        # To the last bit 16,093 metres are ten miles, the edge of "local", and 8,046.5 metres five, that of "near".
        east = self.pick((0, 5_000, 16_093, 16_094, 30_000, 8_046.5, 8_047, 13_046.5), (5, 4, 2, 1, 2, 2, 1, 1))
        precision = Precision.GRID
        if not self.plain:
            precision = self.odd(Precision.GRID, Precision.SECTOR, Precision.DISTRICT, Precision.POSTCODE)
        return self.odd(Location(370_000.0 + east, 390_000.0, precision), None)

    # ---- homes

    def _home(self, home_id: str) -> None:
        served = self.pick(self.children)
        route = self.pick(served.routes)
        kind = {
            Route.FOSTER: HomeKind.FOSTER,
            Route.SUPPORTED_LODGINGS: HomeKind.SUPPORTED_LODGINGS,
            Route.ADOPTION: HomeKind.ADOPTER,
            Route.EARLY_PERMANENCE: HomeKind.EARLY_PERMANENCE,
        }[route]
        if route is Route.FOSTER:
            kind = self.pick((HomeKind.FOSTER, HomeKind.CONNECTED_PERSON), (9, 1))
        if route is Route.ADOPTION:
            kind = self.pick((HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE), (3, 1))
        kind = self.odd(kind, *HomeKind)
        authority = self.pick((TRAFFORD, SALFORD, BOLTON), (7, 2, 1))
        authority_recorded = self.odd(authority, None, None if self.plain else NOWHERE)
        number = self.pick((0, 1, 2, 3, 4), (8, 4, 4, 3, 1))
        household = self.pick((None, "F1", "F2", "F9"), (4, 4, 2, 1))
        residents = [self._resident(home_id, i, kind, household) for i in range(number)]
        fostered = sum(r.status is ResidentStatus.FOSTERED for r in residents)
        room = self.pick((2, 1, 3, 4, 5, 0), (6, 4, 4, 3, 2, 1))
        vacancies = self.odd(room, max(0, room - 1), 0, room + 1)
        years = [self.day.year - c.date_of_birth.year for c in self.children]
        children_ids = tuple(c.child_id for c in self.children)
        exempt: tuple[str, ...] = ()
        if fostered + room > 3 and self.chance(50):
            people = (*children_ids, *(r.resident_id for r in residents))
            exempt = tuple(sorted({self.pick(people) for _ in range(self.pick((1, 2, 3, 4)))}))
        self.residents += residents
        self.homes.append(
            self._could_be(
                Home(
                    home_id=home_id,
                    kind=kind,
                    provider=self.pick((Provider.IN_HOUSE, Provider.AGENCY, Provider.OTHER_AUTHORITY), (6, 3, 1)),
                    approved_places=max(1, fostered + room),
                    vacancies=vacancies,
                    approved_from=self.odd(self.on(-400, 0), None, self.on(1)),
                    approved_to=self.odd(None, self.on(0, 300), self.on(-1)),
                    last_review_on=self.odd(self.on(-100), None, self.on(-400)),
                    on_hold=self.odd(None, False, True),
                    notice_received_on=self.odd(None, self.on(0, -8, 1), self.on(0, -29)),
                    available_from=self.odd(None, self.on(0, -3), self.on(1)),
                    available_to=self.odd(None, self.on(0, 60), self.on(-1)),
                    approved_age_min=self.odd(None, self.pick(years), max(0, self.pick(years) - 1)),
                    approved_age_max=self.odd(None, self.pick(years), max(0, self.pick(years) - 1)),
                    approved_sex=self.odd(None, "F", "M"),
                    approved_needs=self.odd(
                        (), (PlacementNeed.SHORT_TERM,), (PlacementNeed.LONG_TERM,), (PlacementNeed.REMAND,)
                    ),
                    named_children=self._named(kind, children_ids),
                    bedrooms_free=self.pick((None, 2, 1, 3, 0), (8, 3, 3, 2, 1)),
                    exempt_children=exempt,
                    exempting_authority=self.pick((authority, None, BOLTON), (8, 1, 1)) if exempt else None,
                    meets_needs=self.odd(EVERY_NEED, None, ("autism",), ("self_harm", "heard_of_nowhere")),
                    location=self._where(),
                    authority=authority_recorded,
                    pets=self.pick((False, True, None), (20, 1 + self.dirt, self.dirt)),
                    smoker=self.pick((False, True, None), (20, 1 + self.dirt, self.dirt)),
                    registered_categories=self.odd(("private_residence",), None, ("shared",))
                    if kind is HomeKind.SUPPORTED_LODGINGS
                    else None,
                    weekly_cost=self.pick((500.0, 300.0, None, 500.5), (3, 3, 1, 1)),
                )
            )
        )

    def _could_be(self, home: Home) -> Home:
        """The home with dates and ages the right way round: what is upside down never passes the door."""
        begins, ends = home.approved_from, home.approved_to
        if begins is not None and ends is not None and begins > ends:
            home = replace(home, approved_from=ends)
        youngest, oldest = home.approved_age_min, home.approved_age_max
        if youngest is not None and oldest is not None and youngest > oldest:
            home = replace(home, approved_age_min=oldest, approved_age_max=youngest)
        starts, stops = home.available_from, home.available_to
        if starts is not None and stops is not None and starts > stops:
            home = replace(home, available_from=stops, available_to=starts)
        return home

    def _named(self, kind: HomeKind, children_ids: tuple[str, ...]) -> tuple[str, ...]:
        if self.chance(60 if kind is HomeKind.CONNECTED_PERSON else self.dirt):
            return tuple(sorted({self.pick(children_ids), self.pick(children_ids)}))
        return ()

    def _resident(self, home_id: str, number: int, kind: HomeKind, household: str | None) -> Resident:
        fostering = (HomeKind.FOSTER, HomeKind.CONNECTED_PERSON, HomeKind.EARLY_PERMANENCE)
        likely = ResidentStatus.FOSTERED if kind in fostering else ResidentStatus.OWN_CHILD
        others = (ResidentStatus.OWN_CHILD, ResidentStatus.LODGER, ResidentStatus.STAYING_PUT, ResidentStatus.ADULT)
        status = self.pick((likely, *others), (8, 2, 1, 1, 2))
        if status in (ResidentStatus.ADULT, ResidentStatus.STAYING_PUT):
            birth: date | None = born(self.day, self.pick((40, 18)), 0)
        else:
            like = self.pick(self.children).date_of_birth
            birth = self.pick((born(self.day, self.pick((11, 5, 14, 1, 18, 17)), 30), like), (4, 1))
        return Resident(
            home_id=home_id,
            resident_id=f"{home_id}-R{number + 1}",
            status=status,
            date_of_birth=self.odd(birth, None),
            sex=self.pick(("F", "M", None), (4, 4, 1)),
            family_id=self.pick((household, None, "F1"), (7, 2, 1)),
            leaving_on=self.odd(None, self.on(0), self.on(1)),
        )

    # ---- what ties people together or keeps them apart

    def _current_carers(self) -> None:
        for child in self.children:
            if not self.chance(15):
                continue
            home = self.pick(self.homes)
            how = self.pick(("link and listed", "link", "listed"), (4, 2, 1))
            if "link" in how:
                self.links.append(Link(child.child_id, home.home_id, LinkKind.CURRENT_CARER))
            if "listed" in how:
                lodging = home.kind is HomeKind.SUPPORTED_LODGINGS
                self.residents.append(
                    Resident(
                        home.home_id,
                        child.child_id,
                        ResidentStatus.LODGER if lodging else ResidentStatus.FOSTERED,
                        child.date_of_birth,
                        child.sex,
                        child.family_id,
                    )
                )
            if self.chance(70):
                at = self.homes.index(home)
                self.homes[at] = replace(home, approved_places=home.approved_places + 1)

    def _links(self) -> None:
        for child in self.children:
            for home in self.homes:
                if self.chance(40 if home.kind is HomeKind.CONNECTED_PERSON else 4):
                    self.links.append(Link(child.child_id, home.home_id, LinkKind.KIN))
                kind = self.odd(None, LinkKind.BARRED, LinkKind.PREVIOUS_CARER, LinkKind.SIBLING_LIVES_HERE)
                if kind is not None:
                    self.links.append(Link(child.child_id, home.home_id, kind))

    def _siblings(self) -> list[SiblingRow]:
        rows = []
        people = [(c.child_id, c.family_id) for c in self.children]
        known = {person for person, _ in people}
        relatives = [(r.resident_id, r.family_id) for r in self.residents if r.resident_id not in known]
        for i, (a, family) in enumerate(people):
            for b, other in people[i + 1 :] + relatives:
                if family is None or family != other:
                    continue
                odds = (6, 3, 2, 1) if b in known else (9, 2, 1, 1)
                plan = self.pick((None, SiblingPlan.TOGETHER, SiblingPlan.APART, SiblingPlan.UNDECIDED), odds)
                if plan is not None:
                    rows.append(SiblingRow(min(a, b), max(a, b), plan))
        return rows

    def _separations(self) -> list[Separation]:
        people = [c.child_id for c in self.children] + [r.resident_id for r in self.residents]
        pairs: dict[tuple[str, str], Separation] = {}
        for _ in range(self.pick((0, 1, 2), (5, 3, 1))):
            a, b = self.pick([c.child_id for c in self.children]), self.pick(people)
            if a != b:
                expires = self.pick((None, self.day, self.day - timedelta(days=1)), (4, 1, 1))
                both = (min(a, b), max(a, b))
                pairs[both] = Separation(*both, expires_on=expires)
        return list(pairs.values())

    def _zones(self) -> list[Zone]:
        zones = []
        for child in self.children:
            if not self.chance(3 + self.dirt):
                continue
            centre = Location(370_000.0 + self.pick((0, 5_000, -16_093)), 390_000.0)
            expires = self.pick((None, self.day, self.day - timedelta(days=1)), (4, 1, 1))
            zones.append(Zone(child.child_id, centre, self.pick((2.0, 10.0, 5.0, 20.0)), expires_on=expires))
        return zones


# ---- the same council as the tables of a records folder ------------------------------------------------------------

LOCATIONS = {"home": "home_{}", "school": "school_{}", "location": "{}", "centre": "{}"}
FILES = {
    "children": ("children", Child),
    "homes": ("homes", Home),
    "siblings": ("siblings", SiblingRow),
    "separations": ("separations", Separation),
    "residents": ("residents", Resident),
    "links": ("links", Link),
    "zones": ("zones", Zone),
}


def frames(records: Records) -> dict[str, pd.DataFrame]:
    """The records as text tables, by the name of their file without its ending; blank is the empty text.

    Locations are written as easting and northing, so only those known by grid reference come back as they were.
    """
    tables = {}
    for name, (attribute, row_type) in FILES.items():
        rows = [_row(one) for one in getattr(records, attribute)]
        columns = [column for f in fields(row_type) for column in _columns(f.name)]
        tables[name] = pd.DataFrame(rows, columns=columns, dtype=str)
    return tables


def _columns(name: str) -> list[str]:
    if name in LOCATIONS:
        return [LOCATIONS[name].format("easting"), LOCATIONS[name].format("northing")]
    return [name]


def _row(one: object) -> dict[str, str]:
    row: dict[str, str] = {}
    for f in fields(one):  # type: ignore[arg-type]
        value = getattr(one, f.name)
        if f.name in LOCATIONS:
            known = isinstance(value, Location)
            for column, number in zip(
                _columns(f.name), (value.easting, value.northing) if known else ("", ""), strict=True
            ):
                row[column] = str(number)
        else:
            row[f.name] = _text(value)
    return row


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, tuple):
        return ";".join(str(v) for v in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, StrEnum) else str(value)
