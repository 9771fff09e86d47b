"""The homes of a simulated day before anybody is placed: a council's own, or made-up ones of the scenario's kinds.

Holds, notice and the end of an approval are played by supply (`supply_homes`): every home here is one of those that
are available on the day. What a register leaves blank stays not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from records.chance import Chance, values
from records.geography import upper_tier
from records.invented_homes import Homes
from records.model import (
    Home,
    HomeKind,
    PlacementNeed,
    Provider,
    Records,
    Resident,
    ResidentStatus,
)
from sufficiency.households import KIN, SEGMENTS, TEENAGERS_FROM, segment_of, starting_homes
from sufficiency.scenario import Scenario
from sufficiency.usable_places import Spots

HOSTS: Final = SEGMENTS.index("supported_lodgings")
PLACED: Final = (ResidentStatus.FOSTERED, ResidentStatus.LODGER)
_SOURCES: Final = {"supported_lodgings": ("supported_lodgings",), "adopters": ("adopter", "early_permanence")}
_OWN_KIND: Final = ("in_house",)
_MEETS_SPECIALIST: Final = ("behaviour", "trauma", "emotional_support", "self_harm", "missing", "exploitation")
_ANY_AGE: Final = (0, 18)


@dataclass(frozen=True, slots=True)
class Household:
    """One home with nobody placed in it."""

    home: Home
    """With no vacancies, and no bedrooms counted, until a day fills it."""
    segment: int
    places: int
    """Places approved, less those that a young person keeps: what supply counts as available."""
    withheld: int
    """Of these, places that the carer does not offer."""
    rooms: int | None
    """Bedrooms for placed children; None where not recorded."""
    others: tuple[Resident, ...]
    """Who lives there and was not placed: the carer's own children, adults, those who stay put."""


def council_of(records: Records) -> str | None:
    """The area in which most of a council's own homes lie; None where no home says."""
    own = (home.authority for home in records.homes if home.provider is Provider.IN_HOUSE)
    known = sorted(upper_tier(code) or code for code in own if code)
    return max(known, key=known.count) if known else None


# ---- a register ----------------------------------------------------------------------------------------------------


def own_households(records: Records, segments: Mapping[str, str] | None = None) -> tuple[Household, ...]:
    """The homes that supply counts (`starting_homes`), but for relatives, whose places wait for nobody else."""
    counted = starting_homes(records, segments=segments)
    living: dict[str, list[Resident]] = {}
    for resident in records.residents:
        living.setdefault(resident.home_id, []).append(resident)
    homes = {home.home_id: home for home in records.homes}
    return tuple(
        _household(homes[home_id], int(segment), tuple(living.get(home_id, ())), records.day)
        for home_id, segment in zip(counted.home_id, counted.segment.tolist(), strict=True)
        if segment != KIN
    )


def _household(home: Home, segment: int, residents: tuple[Resident, ...], day: date) -> Household:
    placed = [r for r in residents if r.status is ResidentStatus.FOSTERED or (segment == HOSTS and r.status in PLACED)]
    others = tuple(r for r in residents if r not in placed)
    stay = min(sum(r.status is ResidentStatus.STAYING_PUT for r in residents), home.approved_places)
    places = home.approved_places - stay
    away = bool(home.on_hold) or (home.available_from is not None and home.available_from > day)
    away |= home.available_to is not None and home.available_to < day
    withheld = 0 if away else max(0, places - len(placed) - home.vacancies)
    rooms = None if home.bedrooms_free is None else home.bedrooms_free + len(placed)
    if away and rooms is not None:
        # A home that takes nobody now may count no room as free: its places say how many there are.
        rooms = max(rooms, places)
    return Household(_as_new(home), segment, places, withheld, rooms, others)


def _as_new(home: Home) -> Home:
    return replace(
        home,
        vacancies=0,
        bedrooms_free=None,
        on_hold=False,
        notice_received_on=None,
        available_from=None,
        available_to=None,
        approved_to=None,
        exempt_children=(),
        exempting_authority=None,
    )


# ---- a scenario ----------------------------------------------------------------------------------------------------


def made_up_households(
    scenario: Scenario, chance: Chance, spots: Spots, day: date, *, times: int = 1
) -> tuple[Household, ...]:
    """Homes of the kinds and places that the scenario assumes (`supply.households`), so many times over.

    Where they lie, whom they can help and who else lives there is drawn as in `records.invented_homes`; their terms
    are those of the segment. Every fact is recorded.
    """
    there = starting_homes(scenario)
    wanted = [(s, p) for s, p in zip(there.segment.tolist(), there.places.tolist(), strict=True) if s != KIN]
    wanted *= times
    need = {"supported_lodgings": 0, "adopters": 0, "foster": 0}
    for segment, _ in wanted:
        name = SEGMENTS[segment]
        need[name if name in _SOURCES else "foster"] += 1
    pool = _pool(chance, spots, day, need)
    made = []
    for at, (segment, places) in enumerate(wanted):
        name = SEGMENTS[segment]
        row, others = pool[name if name in _SOURCES else "foster"].pop()
        home = _made(chance, spots, f"H{at:05}", row, name, places)
        moved = tuple(replace(r, home_id=home.home_id, resident_id=f"{home.home_id}.{i}") for i, r in enumerate(others))
        stay = min(sum(r.status is ResidentStatus.STAYING_PUT for r in others), places)
        fewer = chance.yes(values("homes", "rates")["bedroom_fewer"])
        made.append(Household(home, segment, places - stay, 0, max(places - fewer, 1), moved))
    return tuple(made)


def _pool(
    chance: Chance, spots: Spots, day: date, need: Mapping[str, int]
) -> dict[str, list[tuple[dict[str, Any], list[Resident]]]]:
    """Made-up carers of each kind, at least as many as are needed, with who lives there and was not placed."""
    pool: dict[str, list[tuple[dict[str, Any], list[Resident]]]] = {name: [] for name in need}
    shares = values("homes", "register")
    while any(len(pool[name]) < number for name, number in need.items()):
        most = max(
            (number - len(pool[name])) * sum(shares.values()) / sum(shares[s] for s in _SOURCES.get(name, _OWN_KIND))
            for name, number in need.items()
        )
        houses = Homes(chance, spots, day, spots.authority, with_vacancies=False)
        rows = houses.homes(int(most) + 20)
        living: dict[str, list[Resident]] = {}
        for one in houses.residents:
            status = ResidentStatus(one["status"])
            if status is not ResidentStatus.FOSTERED:
                resident = Resident("", "", status, one["date_of_birth"], one["sex"])
                living.setdefault(one["home_id"], []).append(resident)
        for row in rows:
            for name in need:
                if row["segment"] in _SOURCES.get(name, _OWN_KIND):
                    others = living.get(row["home_id"], [])
                    hosts = name == "supported_lodgings"
                    pool[name].append((row, [r for r in others if not (hosts and r.status in PLACED)]))
    return pool


def _made(chance: Chance, spots: Spots, home_id: str, row: Mapping[str, Any], segment: str, places: int) -> Home:
    """A home of the row's carers with the terms of a segment."""
    foster = segment not in _SOURCES
    ages = _ages(chance, segment) if foster else (row.get("approved_age_min"), row.get("approved_age_max"))
    meets = set(row["meets_needs"])
    if segment == "specialist":
        meets |= {need for need in _MEETS_SPECIALIST if chance.yes(0.9)}
    if segment == "parent_and_child":
        meets |= {"parent_and_child", "infant_care"}
    return Home(
        home_id=home_id,
        kind=HomeKind(row["kind"]),
        provider=Provider(row["provider"]),
        approved_places=places,
        vacancies=0,
        approving_service=row["approving_service"],
        approved_from=row["approved_from"],
        last_review_on=row["last_review_on"],
        on_hold=False,
        approved_age_min=ages[0],
        approved_age_max=ages[1],
        approved_sex=None if segment.startswith("siblings") else row.get("approved_sex"),
        approved_needs=_stays(chance, segment) if foster else (),
        advice_age_min=row.get("advice_age_min"),
        advice_age_max=row.get("advice_age_max"),
        advice_children=None if foster else row.get("advice_children"),
        meets_needs=tuple(sorted(meets)),
        languages=tuple(row["languages"]),
        religion=row["religion"],
        ethnicity=row["ethnicity"],
        postcode=row["postcode"],
        location=spots.locate(row["postcode"]),
        authority=row["authority"],
        pets=row["pets"] == "Y",
        smoker=row["smoker"] == "Y",
        step_free=row["step_free"] == "Y",
        registered_categories=tuple(row["registered_categories"]) if "registered_categories" in row else None,
        weekly_cost=row.get("weekly_cost"),
    )


def _ages(chance: Chance, segment: str) -> tuple[int, int]:
    """Approved ages, drawn from the assumed ones that `segment_of` would count as this segment."""
    if segment == "teenagers":
        return (TEENAGERS_FROM, 18)
    if segment == "specialist":
        return (8, 18)
    if segment == "parent_and_child":
        return _ANY_AGE
    shares = values("homes", "ages")
    if segment in ("mainstream_0_4", "mainstream_5_10", "mainstream_11_15"):
        shares = {ages: share for ages, share in shares.items() if _segment_of_ages(ages) == segment}
    elif segment != "short_breaks":
        # A home for brothers and sisters is one that takes more than the youngest.
        shares = {ages: share for ages, share in shares.items() if int(ages.split("-")[1]) >= 10}
    low, high = chance.one_of(shares).split("-")
    return int(low), int(high)


def _segment_of_ages(ages: str) -> str:
    low, high = ages.split("-")
    home = Home("", HomeKind.FOSTER, Provider.IN_HOUSE, 1, 0, approved_age_min=int(low), approved_age_max=int(high))
    return segment_of(home, ())


def _stays(chance: Chance, segment: str) -> tuple[PlacementNeed, ...]:
    if segment == "short_breaks":
        return (PlacementNeed.SHORT_BREAKS,)
    if segment == "parent_and_child":
        return (PlacementNeed.PARENT_AND_CHILD, PlacementNeed.SHORT_TERM)
    shares = {
        stays: share
        for stays, share in values("homes", "stays").items()
        if not set(stays.split(";")) & {"short_breaks", "parent_and_child"}
    }
    return tuple(PlacementNeed(one) for one in chance.one_of(shares).split(";") if one)
