"""Made-up children who need a family's home, sorted by what they need.

They are the made-up children of `records.invented_children`. Nobody in them exists, and all of their facts are
recorded: what is not recorded of a child is asked before the child is placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from records.ages import age_on
from records.chance import Chance
from records.invented_children import Children, Family, Row
from records.model import Alongside, Child, DistanceReason, Location, PetsWish, PlacementNeed, Precision, Route
from sufficiency.households import SEGMENTS, TEENAGERS_FROM
from sufficiency.scenario import Scenario
from sufficiency.segments import SIBLINGS
from sufficiency.usable_places import Spots

NEEDS: Final = tuple(name for name in SEGMENTS if name not in ("short_breaks", "kin"))
"""What children on a simulated day may need. Nobody waits for short breaks, and a relative comes with the child."""
_ALONE: Final[Mapping[str, float]] = MappingProxyType(
    {"mainstream_0_4": 0.33, "mainstream_5_10": 0.25, "mainstream_11_15": 0.12, "teenagers": 0.3}
)
"""Ages of foster children who need a home alone. Assumed, as the next: it decides who competes with whom, not which
homes one of them may live in."""
_OTHERS: Final[Mapping[str, float]] = MappingProxyType(
    {"parent_and_child": 0.02, "specialist": 0.05, "supported_lodgings": 0.05, "adopters": 0.07}
)
_SPECIALIST_FROM: Final = 8
_HEAVY: Final = ("behaviour", "trauma", "self_harm", "missing", "exploitation", "drugs_alcohol")
_AT_ONCE: Final = 120
_OFTEN: Final = 40


def wanted_of(scenario: Scenario) -> dict[str, float]:
    """Shares of the children who wait, and of those who live in homes already, by what they need.

    Brothers and sisters are those of the scenario (`need.segments.siblings`); the rest is assumed.
    """
    size = {name: scenario.number(f"need.segments.siblings.{name}").value for name in SIBLINGS}
    foster = (1 - sum(_OTHERS.values())) / sum(size.values())
    return {
        **{need: share * foster * size["alone"] for need, share in _ALONE.items()},
        "siblings_two": foster * size["two"],
        "siblings_three_or_more": foster * (size["three"] + size["four_or_more"]),
        **_OTHERS,
    }


@dataclass(frozen=True, slots=True)
class Group:
    """A child alone, or brothers and sisters who need one home together, sorted by id."""

    need: int
    """Index into `SEGMENTS`."""
    children: tuple[Child, ...]

    def renamed(self, name: str) -> Group:
        """The same facts about other people."""
        family = name if len(self.children) > 1 else None
        return Group(
            self.need,
            tuple(replace(c, child_id=f"{name}.{i}", family_id=family) for i, c in enumerate(self.children)),
        )


def groups_of(chance: Chance, spots: Spots, day: date, wanted: Mapping[str, int]) -> dict[str, tuple[Group, ...]]:
    """So many groups of each need, drawn by chance; their ids are `need.number.child`.

    Raises RuntimeError for a need that no made-up child has.
    """
    found: dict[str, list[Group]] = {need: [] for need in wanted}
    children = Children(chance, spots, day, spots.authority)
    for _ in range(_OFTEN):
        if all(len(found[need]) >= number for need, number in wanted.items()):
            break
        for family in children.families(_AT_ONCE):
            for need in _needs_of(family, day):
                if len(found.get(need, ())) < wanted.get(need, 0):
                    made = _group(chance, family, need)
                    found[need].append(made.renamed(f"{need}.{len(found[need]):03}"))
                    break
    short = [need for need, number in wanted.items() if len(found[need]) < number]
    if short:
        raise RuntimeError(f"No made-up child was found whose need is {', '.join(short)}.")
    return {need: tuple(groups) for need, groups in found.items()}


def _needs_of(family: Family, day: date) -> tuple[str, ...]:
    """What a family may be counted as needing, the rarest first."""
    rows = family.children
    if any(row["placement_need"] == PlacementNeed.SHORT_BREAKS for row in rows):
        return ()
    if all("adoption" in row["routes"] for row in rows):
        return ("adopters",) if all(_may_be_placed(row) for row in rows) else ()
    if len(rows) > 1:
        together = all("foster" in row["routes"] for row in rows)
        return (("siblings_two" if len(rows) == 2 else "siblings_three_or_more"),) if together else ()
    row = rows[0]
    age = age_on(row["date_of_birth"], day)
    needs = ["supported_lodgings"] if "supported_lodgings" in row["routes"] else []
    if "foster" in row["routes"]:
        if age < 1:
            needs.append("parent_and_child")
        if row["placement_need"] != PlacementNeed.PARENT_AND_CHILD:
            if age >= _SPECIALIST_FROM:
                needs.append("specialist")
            needs.append(lone_need(age))
    return tuple(needs)


def _may_be_placed(row: Row) -> bool:
    """Whether the decision, and an order or consent, are there: the need is of a home that may adopt now."""
    return bool(row.get("placement_order_on") or row.get("parental_consent_on"))


def lone_need(age: int) -> str:
    """What a child alone needs, by age in whole years."""
    if age >= TEENAGERS_FROM:
        return "teenagers"
    return "mainstream_0_4" if age < 5 else "mainstream_5_10" if age < 11 else "mainstream_11_15"


def _group(chance: Chance, family: Family, need: str) -> Group:
    for row in family.children:
        if need == "parent_and_child":
            row.update(routes=["foster"], placement_need=PlacementNeed.PARENT_AND_CHILD, alongside="no_preference")
            row["needs_must"] = sorted({*row["needs_must"], "parent_and_child"})
        elif need == "specialist":
            row["needs_must"] = _all_must(chance, row)
        elif need == "supported_lodgings":
            row["routes"] = ["supported_lodgings"]
        elif len(family.children) > 1 and row["alongside"] == "solo":
            # Nobody asks to live with a brother or sister and with no other child.
            row["alongside"] = "no_preference"
    made = tuple(_child(row, family) for row in family.children)
    return Group(SEGMENTS.index(need), made)


def _all_must(chance: Chance, row: Row) -> list[str]:
    """The needs of a child who lives in a children's home: two heavy ones at least, and every one must be met."""
    needs = {*row["needs_must"], *row["needs_helpful"]}
    for need in chance.shuffled(_HEAVY):
        if len(needs & set(_HEAVY)) < 2:
            needs.add(need)
    row["needs_helpful"] = []
    return sorted(needs)


def _child(row: Row, family: Family) -> Child:
    home = family.home
    return Child(
        child_id="",
        date_of_birth=row["date_of_birth"],
        routes=tuple(Route(route) for route in row["routes"]),
        referred_on=row["referred_on"],
        sex=row["sex"],
        ethnicity=row["ethnicity"],
        religion=row["religion"],
        languages=tuple(row["languages"]),
        home_postcode=None if home is None else home.postcode,
        home=None if home is None else Location(float(home.easting), float(home.northing), Precision.POSTCODE),
        home_authority=row["home_authority"],
        school_year=row.get("school_year"),
        legal_status=row["legal_status"],
        placement_need=PlacementNeed(row["placement_need"]),
        needed_by=row["needed_by"],
        expected_end=row.get("expected_end"),
        looked_after_since=row["looked_after_since"],
        needs_must=tuple(row["needs_must"]),
        needs_helpful=tuple(row["needs_helpful"]),
        alongside=Alongside(row["alongside"]),
        pets=PetsWish(row["pets"]),
        smoke_free=row["smoke_free"] == "Y",
        adoption_decision_on=row.get("adoption_decision_on"),
        placement_order_on=row.get("placement_order_on"),
        parental_consent_on=row.get("parental_consent_on"),
        distance_reason=DistanceReason(row["distance_reason"]) if row.get("distance_reason") else None,
    )
