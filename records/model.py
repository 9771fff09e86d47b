"""Children, homes and what is recorded about them: frozen facts, no behaviour.

Every object here has been through `records/check.py`: dates are dates, codes are known, lists are tuples.
`None` always means *not recorded*; it never means "no". The meaning of each field is that of the column
of the same name in the records folder (see `docs/reference/records.md`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Route(StrEnum):
    """A kind of home the care plan allows."""

    FOSTER = "foster"
    SUPPORTED_LODGINGS = "supported_lodgings"
    ADOPTION = "adoption"
    EARLY_PERMANENCE = "early_permanence"


class HomeKind(StrEnum):
    """What a home is approved or registered as."""

    FOSTER = "foster"
    CONNECTED_PERSON = "connected_person"
    SUPPORTED_LODGINGS = "supported_lodgings"
    ADOPTER = "adopter"
    EARLY_PERMANENCE = "early_permanence"


class Provider(StrEnum):
    """Who approved the home, seen from the council."""

    IN_HOUSE = "in_house"
    OTHER_AUTHORITY = "other_authority"
    AGENCY = "agency"


class PlacementNeed(StrEnum):
    """What sort of stay the child needs."""

    EMERGENCY = "emergency"
    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"
    SHORT_BREAKS = "short_breaks"
    REMAND = "remand"
    PARENT_AND_CHILD = "parent_and_child"


class Alongside(StrEnum):
    """Who else may live in the home (Placements data standard v2)."""

    SOLO = "solo"
    WITH_OTHERS = "with_others"
    ONLY_OLDER = "only_older"
    ONLY_YOUNGER = "only_younger"
    NO_PREFERENCE = "no_preference"


class PetsWish(StrEnum):
    """Whether the child may live with animals."""

    MUST = "must"
    CAN = "can"
    NO = "no"
    UNKNOWN = "unknown"


class SiblingPlan(StrEnum):
    """The assessed plan for one pair of brothers and sisters."""

    TOGETHER = "together"
    APART = "apart"
    UNDECIDED = "undecided"


class ResidentStatus(StrEnum):
    """Why somebody lives in a home now."""

    FOSTERED = "fostered"
    OWN_CHILD = "own_child"
    STAYING_PUT = "staying_put"
    LODGER = "lodger"
    ADULT = "adult"


class LinkKind(StrEnum):
    """What already ties a child to a home."""

    KIN = "kin"
    PREVIOUS_CARER = "previous_carer"
    CURRENT_CARER = "current_carer"
    SIBLING_LIVES_HERE = "sibling_lives_here"
    BARRED = "barred"


class DistanceReason(StrEnum):
    """Why a home far away is wanted for this child."""

    SAFEGUARDING = "safeguarding"
    FAMILY_PREFERENCE = "family_preference"
    KIN_FURTHER_AWAY = "kin_further_away"
    LEGAL = "legal"


class Precision(StrEnum):
    """How well a location is known."""

    GRID = "grid"
    """Easting and northing were recorded."""
    POSTCODE = "postcode"
    """The centre of a unit postcode."""
    SECTOR = "sector"
    """The centre of a postcode sector (the first part and one digit): about a mile."""
    DISTRICT = "district"
    """The centre of a postcode district (the first part): several miles."""


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the National Grid (OSGB36), in metres, and how well it is known."""

    easting: float
    northing: float
    precision: Precision = Precision.GRID


@dataclass(frozen=True, slots=True)
class Child:
    """One child who needs a home in this round."""

    child_id: str
    date_of_birth: date
    routes: tuple[Route, ...]
    referred_on: date
    family_id: str | None = None
    sex: str | None = None
    ethnicity: str | None = None
    religion: str | None = None
    languages: tuple[str, ...] = ()
    home_postcode: str | None = None
    home: Location | None = None
    home_authority: str | None = None
    school_postcode: str | None = None
    school: Location | None = None
    school_year: int | None = None
    legal_status: str | None = None
    placement_need: PlacementNeed | None = None
    needed_by: date | None = None
    expected_end: date | None = None
    looked_after_since: date | None = None
    needs_must: tuple[str, ...] = ()
    needs_helpful: tuple[str, ...] = ()
    alongside: Alongside | None = None
    pets: PetsWish | None = None
    smoke_free: bool | None = None
    adoption_decision_on: date | None = None
    placement_order_on: date | None = None
    parental_consent_on: date | None = None
    distance_reason: DistanceReason | None = None
    views: str | None = None
    views_recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """One fostering household, supported-lodgings host or approved adoptive family."""

    home_id: str
    kind: HomeKind
    provider: Provider
    approved_places: int
    vacancies: int
    agency_name: str | None = None
    approving_service: str | None = None
    approved_from: date | None = None
    approved_to: date | None = None
    last_review_on: date | None = None
    on_hold: bool | None = None
    notice_received_on: date | None = None
    available_from: date | None = None
    available_to: date | None = None
    approved_age_min: int | None = None
    approved_age_max: int | None = None
    approved_sex: str | None = None
    approved_needs: tuple[PlacementNeed, ...] = ()
    named_children: tuple[str, ...] = ()
    advice_age_min: int | None = None
    advice_age_max: int | None = None
    advice_children: int | None = None
    bedrooms_free: int | None = None
    exempt_children: tuple[str, ...] = ()
    exempting_authority: str | None = None
    meets_needs: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ()
    religion: str | None = None
    ethnicity: str | None = None
    postcode: str | None = None
    location: Location | None = None
    authority: str | None = None
    pets: bool | None = None
    smoker: bool | None = None
    step_free: bool | None = None
    registered_categories: tuple[str, ...] | None = None
    preferred_age_min: int | None = None
    preferred_age_max: int | None = None
    preferred_sex: str | None = None
    weekly_cost: float | None = None


@dataclass(frozen=True, slots=True)
class SiblingRow:
    """The assessed plan for one pair; `child_a` < `child_b`. Either may be a resident of a home."""

    child_a: str
    child_b: str
    plan: SiblingPlan
    assessed_on: date | None = None
    assessed_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Separation:
    """Two people who may not live in the same home while this has not expired; `person_a` < `person_b`."""

    person_a: str
    person_b: str
    reason: str | None = None
    decided_by: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives in a home now."""

    home_id: str
    resident_id: str
    status: ResidentStatus
    date_of_birth: date | None = None
    sex: str | None = None
    family_id: str | None = None
    leaving_on: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What already ties a child to a home, or bars the home for that child."""

    child_id: str
    home_id: str
    link: LinkKind
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A circle in which a child must not live while this has not expired. Miles, straight line."""

    child_id: str
    centre: Location
    radius_miles: float
    reason: str | None = None
    expires_on: date | None = None


class CarersAnswer(StrEnum):
    """What carers said when they were asked to take a child or family."""

    ACCEPTS = "accepts"
    DECLINES = "declines"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One time carers were asked, what they were asked, and what they said. It names no child.

    `answer` None: not answered, which is never a no. `children` is how many were to come together, ages are theirs in
    whole years on the day of asking, `needs_must` the needs of all of them, `miles` straight line from where they come
    from to the home, the longest. None where it was not recorded.
    """

    home_id: str
    asked_on: date
    answered_on: date | None = None
    answer: CarersAnswer | None = None
    children: int | None = None
    youngest_age: int | None = None
    oldest_age: int | None = None
    needs_must: tuple[str, ...] = ()
    placement_need: PlacementNeed | None = None
    miles: float | None = None


class Severity(StrEnum):
    """What a finding did to the row."""

    LEFT_OUT = "left_out"
    """The row (and, for a child, the whole family) is not used in this round."""
    MENDED = "mended"
    """The row is used; the doubtful cell is treated as not recorded, or read in the way stated."""
    NOTE = "note"
    """The row is used as it stands; somebody should look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubtful cell or row: what is wrong, where, what it means for the user, how to mend it."""

    file: str
    row: int | None
    column: str
    value: str
    severity: Severity
    message: str
    meaning: str
    mend: str

    @property
    def place(self) -> tuple[str, int, str, str, str]:
        """What findings are sorted by: file, row (what concerns the whole file first), column, message, value."""
        return (self.file, self.row or 0, self.column, self.message, self.value)


@dataclass(frozen=True, slots=True)
class Records:
    """Everything one round is told, checked; every tuple sorted by id, so row order never matters."""

    day: date
    children: tuple[Child, ...] = ()
    homes: tuple[Home, ...] = ()
    siblings: tuple[SiblingRow, ...] = ()
    separations: tuple[Separation, ...] = ()
    residents: tuple[Resident, ...] = ()
    links: tuple[Link, ...] = ()
    zones: tuple[Zone, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows_left_out: int = 0
    inputs: dict[str, str] = field(default_factory=dict)
    """File or sheet name to the sha256 of its bytes."""
