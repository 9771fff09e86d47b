"""The households that a council starts from: its own register, or totals of the scenario that are marked as assumed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from records.model import Home, HomeKind, PlacementNeed, Provider, Records, Resident, ResidentStatus
from sufficiency.scenario import Scenario

Array = npt.NDArray[Any]

SEGMENTS: Final = (
    "mainstream_0_4",
    "mainstream_5_10",
    "mainstream_11_15",
    "teenagers",
    "siblings_two",
    "siblings_three_or_more",
    "parent_and_child",
    "specialist",
    "short_breaks",
    "supported_lodgings",
    "adopters",
    "kin",
)
"""What a household is for. Adopters include those approved for early permanence; kin take only named children."""
ADOPTERS: Final = SEGMENTS.index("adopters")
KIN: Final = SEGMENTS.index("kin")
UNKNOWN: Final = -1
MONTH: Final = 365.25 / 12
"""Days."""
TEENAGERS_FROM: Final = 13
_OLDEST: Final = 18


@dataclass(frozen=True, slots=True)
class Households:
    """Approved households on the day before the first month that is played; every array is [households]."""

    home_id: tuple[str, ...]
    segment: npt.NDArray[np.int64]
    """Index into `SEGMENTS`."""
    places: npt.NDArray[np.int64]
    """Places approved, at least one."""
    tenure: npt.NDArray[np.int64]
    """Whole months since approval; `UNKNOWN` is drawn anew in each future."""
    age: npt.NDArray[np.int64]
    """Age of the carer in whole months; `UNKNOWN` is drawn anew in each future."""
    staying_put: npt.NDArray[np.int64]
    """Young people who stay put and take a place each; never more than places."""
    held: npt.NDArray[np.bool_]
    """Not available now."""
    back_in: npt.NDArray[np.int64]
    """Month in which a held household is available again, 0 the first; `UNKNOWN` is drawn."""
    leaves_in: npt.NDArray[np.int64]
    """Month in which the approval is known to end, 0 the first; `UNKNOWN` where it is not."""
    luck: npt.NDArray[np.int64]
    """The number that a household's own random stream hangs on; it hangs on the id alone."""
    assumed: bool
    """Whether these are totals of the scenario, not a register."""
    left_out: Mapping[str, int]
    """Homes of the register that are none of the council's own supply today: why, and how many."""

    def __len__(self) -> int:
        return len(self.home_id)


def starting_homes(
    source: Records | Scenario,
    *,
    segments: Mapping[str, str] | None = None,
    carer_ages: Mapping[str, float] | None = None,
) -> Households:
    """The households of a register, or those that the scenario assumes.

    A register does not say what a household is meant for, nor how old its carers are. `segments` (home id to segment)
    says the first where the council knows better than `segment_of`; `carer_ages` (home id to years of the eldest
    carer) says the second. Raises ValueError for a segment or home id that is not known, and for an age below 18.
    """
    if isinstance(source, Scenario):
        if segments or carer_ages:
            raise ValueError("Segments and ages of carers belong to the homes of a register, and none was given.")
        return _assumed(source)
    return _of_register(source, segments or {}, carer_ages or {})


def segment_of(home: Home, residents: tuple[Resident, ...]) -> str:
    """What a household counts as: its kind first, then its approval, then who lives there, then the ages it takes.

    Brothers and sisters fostered together now make a home one for siblings. Otherwise the middle of the ages that it
    is approved for and prefers decides. Nothing in a register marks a specialist home.
    """
    if home.kind is HomeKind.CONNECTED_PERSON or home.named_children:
        return "kin"
    if home.kind is HomeKind.SUPPORTED_LODGINGS:
        return "supported_lodgings"
    if home.kind in (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE):
        return "adopters"
    if PlacementNeed.PARENT_AND_CHILD in home.approved_needs:
        return "parent_and_child"
    if home.approved_needs == (PlacementNeed.SHORT_BREAKS,):
        return "short_breaks"
    families = Counter(r.family_id for r in residents if r.status is ResidentStatus.FOSTERED and r.family_id)
    largest = max(families.values(), default=0)
    if largest >= 2:
        return "siblings_two" if largest == 2 else "siblings_three_or_more"
    youngest = max(home.approved_age_min or 0, home.preferred_age_min or 0)
    oldest = min(
        _OLDEST if home.approved_age_max is None else home.approved_age_max,
        _OLDEST if home.preferred_age_max is None else home.preferred_age_max,
    )
    if youngest >= TEENAGERS_FROM:
        return "teenagers"
    middle = (youngest + max(oldest, youngest)) / 2
    return "mainstream_0_4" if middle < 5 else "mainstream_5_10" if middle < 11 else "mainstream_11_15"


def luck_of(home_id: str) -> int:
    """A number for a name: the same whatever else is in the register."""
    return int.from_bytes(hashlib.sha256(home_id.encode("utf-8")).digest()[:8], "big", signed=True)


# ---- a register ----------------------------------------------------------------------------------------------------


def _of_register(records: Records, segments: Mapping[str, str], ages: Mapping[str, float]) -> Households:
    _check_told(records, segments, ages)
    living: dict[str, list[Resident]] = {}
    for resident in records.residents:
        living.setdefault(resident.home_id, []).append(resident)
    why_not: Counter[str] = Counter()
    rows = []
    for home in records.homes:
        reason = _not_counted(home, records.day)
        if reason:
            why_not[reason] += 1
            continue
        there = tuple(living.get(home.home_id, ()))
        stay = sum(r.status is ResidentStatus.STAYING_PUT for r in there)
        held, back = _held(home, records.day)
        rows.append(
            (
                SEGMENTS.index(segments.get(home.home_id) or segment_of(home, there)),
                home.approved_places,
                UNKNOWN if home.approved_from is None else _months(records.day, home.approved_from),
                round(ages[home.home_id] * 12) if home.home_id in ages else UNKNOWN,
                min(stay, home.approved_places),
                held,
                back,
                _leaves_in(home, records.day),
            )
        )
    counted = [home.home_id for home in records.homes if _not_counted(home, records.day) is None]
    return _households(tuple(counted), rows, assumed=False, left_out=dict(sorted(why_not.items())))


def _not_counted(home: Home, day: date) -> str | None:
    if home.kind in (HomeKind.FOSTER, HomeKind.CONNECTED_PERSON, HomeKind.SUPPORTED_LODGINGS):
        if home.provider is Provider.AGENCY:
            return "another provider's: an agency"
        if home.provider is Provider.OTHER_AUTHORITY:
            return "another provider's: another council"
    if home.approved_to is not None and home.approved_to < day:
        return "approval has ended"
    if home.approved_from is not None and home.approved_from > day:
        return "approval has not begun"
    return "approved for no place" if home.approved_places < 1 else None


def _held(home: Home, day: date) -> tuple[bool, int]:
    """Whether a home is not available now, and when it will be again."""
    if home.available_from is not None and home.available_from > day:
        return True, _months(home.available_from, day)
    over = home.available_to is not None and home.available_to < day
    return bool(home.on_hold) or over, UNKNOWN


def _leaves_in(home: Home, day: date) -> int:
    """A carer's notice ends the approval 28 days after it is received: Fostering Services Regulations 2011, 28(13)."""
    known = [] if home.approved_to is None else [_months(home.approved_to, day)]
    if home.notice_received_on is not None:
        known.append(max(0, (home.notice_received_on - day).days + 28) // round(MONTH))
    return min(known, default=UNKNOWN)


def _months(later: date, earlier: date) -> int:
    return int((later - earlier).days / MONTH)


def _check_told(records: Records, segments: Mapping[str, str], ages: Mapping[str, float]) -> None:
    known = {home.home_id for home in records.homes}
    for named, what in ((segments, "a segment"), (ages, "an age")):
        strange = sorted(set(named) - known)
        if strange:
            raise ValueError(
                f"The register has no home {strange[0]!r}, for which {what} was given. Nothing would come of it: write "
                "the id as it stands in homes.csv."
            )
    for home_id, segment in sorted(segments.items()):
        if segment not in SEGMENTS:
            raise ValueError(f"Home {home_id!r} has the segment {segment!r}, which is none of: {', '.join(SEGMENTS)}.")
    for home_id, age in sorted(ages.items()):
        if not 18 <= age <= 110:
            raise ValueError(
                f"The carer of home {home_id!r} is given as {age} years old. Give 18 to 110, or leave out."
            )


# ---- a scenario ----------------------------------------------------------------------------------------------------


def _assumed(scenario: Scenario) -> Households:
    names: list[str] = []
    rows = []
    for index, segment in enumerate(SEGMENTS):
        number = scenario.number(f"supply.households.{segment}").whole
        total = round(number * scenario.number(f"supply.places.{segment}").value)
        for k in range(number):
            names.append(f"assumed {segment} {k + 1}")
            # As even as whole places can be, and the total as it should be.
            places = max(1, total * (k + 1) // number - total * k // number)
            rows.append((index, places, UNKNOWN, UNKNOWN, 0, False, UNKNOWN, UNKNOWN))
    return _households(tuple(names), rows, assumed=True, left_out={})


def _households(names: tuple[str, ...], rows: list[Any], *, assumed: bool, left_out: Mapping[str, int]) -> Households:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 8)
    return Households(
        home_id=names,
        segment=table[:, 0],
        places=table[:, 1],
        tenure=table[:, 2],
        age=table[:, 3],
        staying_put=table[:, 4],
        held=table[:, 5].astype(bool),
        back_in=table[:, 6],
        leaves_in=table[:, 7],
        luck=np.array([luck_of(name) for name in names], dtype=np.int64),
        assumed=assumed,
        left_out=dict(left_out),
    )
