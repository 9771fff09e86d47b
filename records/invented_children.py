"""Made-up children who need a home: families, ages, plans, needs and wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from records.ages import age_on
from records.chance import Chance, rest, scaled, values
from records.invented_places import Places, Spot
from records.model import PlacementNeed

Row = dict[str, Any]
BANDS: Mapping[str, tuple[int, int]] = {
    "under_1": (0, 0),
    "1_to_4": (1, 4),
    "5_to_9": (5, 9),
    "10_to_15": (10, 15),
    "16_plus": (16, 17),
}
YEAR = 365.25
VIEWS = (
    "Wants to stay at the same school.",
    "Wants to live with brothers and sisters.",
    "Wants to see family every week.",
    "Would like a home with a garden.",
    "Would like a home without other children.",
    "Wants to keep going to football.",
    "Asks for a carer who speaks the same language.",
    "Too young to say; settles best with routine.",
)


@dataclass
class Family:
    """One family in the round: its children's rows and the home they come from."""

    children: list[Row] = field(default_factory=list)
    home: Spot | None = None
    plan: str = "care"
    """`care`, `adoption` or `unaccompanied`."""


class Children:
    """Invents the families of one round."""

    def __init__(self, chance: Chance, places: Places, day: date, authority: str) -> None:
        self._chance, self._places, self._day, self._authority = chance, places, day, authority
        self._rates = values("children", "rates")
        self._settle_shares()

    def _settle_shares(self) -> None:
        """Take unaccompanied children out of the published figures, which count them in."""
        count, are = values("children", "unaccompanied"), values("children", "unaccompanied_are")
        alone, others = count["unaccompanied"], count["others"]
        waiting = sum(values("children", "waiting_for_adoption").values())
        sizes = values("children", "family_size")
        several = values("children", "one_in_a_family")["several"]
        mean_size = 1 + several * (sum(int(k) * v for k, v in sizes.items()) / sum(sizes.values()) - 1)
        self._plans = {
            "unaccompanied": alone * mean_size,
            "adoption": waiting,
            "care": others,
        }
        old = are["16_plus"]
        self._ages = rest(
            values("children", "age_on_starting"), {"16_plus": alone * old, "10_to_15": alone * (1 - old)}
        )
        male = are["male"]
        self._sexes = rest(values("children", "sex"), {"M": alone * male, "F": alone * (1 - male)})
        self._ethnicities = rest(
            values("children", "ethnicity"), scaled(values("children", "unaccompanied_ethnicity"), alone)
        )
        self._statuses = rest(values("children", "legal_status"), {"section_20": alone})

    def families(self, number: int) -> list[Family]:
        """Families that hold `number` children between them.

        From 150 children on there is one family of each size from 2 to 6 at least.
        """
        chance = self._chance
        wanted = [6, 5, 4, 3, 2] if number >= 150 else []
        families: list[Family] = []
        left = number
        while left:
            plan = "care" if wanted else chance.one_of(self._plans)
            size = min(wanted.pop() if wanted else self._size(plan), left)
            families.append(self._family(plan, size))
            left -= size
        families = chance.shuffled(families)
        self._number([child for family in families for child in family.children], families)
        return families

    def _size(self, plan: str) -> int:
        chance = self._chance
        if plan == "unaccompanied" or chance.one_of(values("children", "one_in_a_family")) == "one":
            return 1
        size = int(chance.one_of(values("children", "family_size")))
        # Groups of four and more are hardly ever planned for adoption together.
        return min(size, 3) if plan == "adoption" else size

    def _number(self, children: list[Row], families: list[Family]) -> None:
        width = max(4, len(str(len(children))))
        for at, child in enumerate(children, start=1):
            child["child_id"] = f"C{at:0{width}}"
        several = [family for family in families if len(family.children) > 1]
        width = max(3, len(str(len(several))))
        for at, family in enumerate(several, start=1):
            for child in family.children:
                child["family_id"] = f"F{at:0{width}}"

    def _family(self, plan: str, size: int) -> Family:
        chance = self._chance
        family = Family(plan=plan)
        if plan != "unaccompanied" and not chance.yes(self._rates["no_home"]):
            elsewhere = chance.yes(self._rates["home_elsewhere"])
            family.home = self._places.somewhere(chance, "adjoining" if elsewhere else "own")
        alone = plan == "unaccompanied"
        ethnicity = chance.one_of(values("children", "unaccompanied_ethnicity") if alone else self._ethnicities)
        shared: Row = {
            "ethnicity": ethnicity,
            "religion": religion_of(chance, ethnicity, alone),
            "languages": self._languages(ethnicity, alone),
            "legal_status": "V2" if alone else self._legal_status(plan),
            "stay": chance.one_of(values("children", "stay")),
            "referred_on": chance.days_before(self._day, 0, 240 if plan == "adoption" else 75),
        }
        # Care orders and adoption plans are made for the young, remands for the old.
        for born in self._births(plan, size, shared["legal_status"]):
            family.children.append(self._child(family, born, shared))
        return family

    def _births(self, plan: str, size: int, legal_status: str) -> list[date]:
        chance = self._chance
        if plan == "unaccompanied":
            old = chance.yes(values("children", "unaccompanied_are")["16_plus"])
            first = chance.between(16, 17) if old else chance.between(13, 15)
        else:
            shares = values("children", "age_waiting_for_adoption") if plan == "adoption" else self._ages
            if legal_status == "J1":
                shares = {"10_to_15": 0.4, "16_plus": 0.6}
            first = chance.between(*BANDS[chance.one_of(shares)])
            if legal_status == "J1":
                first = max(first, 12)
        ages = [first + chance.number() * 0.98]
        oldest = 9.9 if plan == "adoption" else 17.9
        while len(ages) < size:
            gap = 0.0 if chance.yes(self._rates["twins"]) else 1 + 2.2 * chance.number()
            younger, older = min(ages) - gap, max(ages) + gap
            if younger < 0 and min(ages) > 1.2:
                # A baby not yet one fits in after all.
                younger = min(0.9, min(ages) - 0.9) * chance.number()
            # The next one is younger or older than all so far, as there is room.
            if younger < 0 or (older < oldest and chance.yes(0.35)):
                ages.append(min(older, oldest))
            else:
                ages.append(younger)
        return [self._day - timedelta(days=int(age * YEAR) + 1) for age in ages]

    def _legal_status(self, plan: str) -> str:
        chance = self._chance
        if plan == "adoption":
            order = values("children", "waiting_for_adoption")
            return "E1" if chance.yes(order["with_order"] / sum(order.values())) else "C2"
        kind = chance.one_of(self._statuses)
        if kind in ("care_order", "protection"):
            return chance.one_of(values("children", kind))
        return {"section_20": "V2", "youth_justice": "J1"}[kind]

    def _languages(self, ethnicity: str, alone: bool) -> list[str]:
        chance = self._chance
        if alone:
            spoken = [chance.one_of(values("children", "unaccompanied_languages"))]
            return [*spoken, "English"] if chance.yes(0.3) else spoken
        if ethnicity != "WBRI" and chance.yes(0.25):
            return ["English", chance.one_of(values("children", "other_languages"))]
        return ["English"]

    def _child(self, family: Family, born: date, shared: Row) -> Row:
        age = age_on(born, self._day)
        alone = family.plan == "unaccompanied"
        row: Row = {
            "family_id": None,
            "date_of_birth": born,
            "sex": self._sex(alone),
            "ethnicity": shared["ethnicity"],
            "religion": shared["religion"],
            "languages": shared["languages"],
            "legal_status": shared["legal_status"],
            "referred_on": max(shared["referred_on"], born),
        }
        self._place(row, family)
        self._stay(row, shared["stay"], age, family)
        self._routes(row, family, age)
        self._needs(row, age, alone)
        self._wishes(row, age)
        return row

    def _sex(self, alone: bool) -> str:
        if self._chance.yes(0.003):
            return "U"
        if alone:
            return "M" if self._chance.yes(values("children", "unaccompanied_are")["male"]) else "F"
        return self._chance.one_of(self._sexes)

    def _place(self, row: Row, family: Family) -> None:
        chance = self._chance
        row["home_authority"] = self._authority
        if family.home is not None:
            row["home_postcode"] = family.home.postcode
            row["home_authority"] = family.home.authority
            if chance.yes(values("homes", "rates")["grid_reference"]):
                row["home_easting"], row["home_northing"] = family.home.easting, family.home.northing
        born: date = row["date_of_birth"]
        begun = self._day.year if (self._day.month, self._day.day) >= (9, 1) else self._day.year - 1
        year = age_on(born, date(begun, 8, 31)) - 4
        if 0 <= year <= 13:
            row["school_year"] = year
            if family.home is not None and year <= 11 and chance.yes(self._rates["keeps_school"]):
                row["school_postcode"] = self._places.near(chance, family.home).postcode

    def _stay(self, row: Row, stay: str, age: int, family: Family) -> None:
        chance = self._chance
        status, referred = row["legal_status"], row["referred_on"]
        if status in ("L1", "L2", "L3"):
            stay = "emergency"
        elif status == "J1":
            stay = "remand"
        elif family.plan == "adoption" or (family.plan == "unaccompanied" and stay == "short_breaks"):
            stay = "long_term"
        elif stay == "parent_and_child" and not (row["sex"] == "F" and 14 <= age <= 17):
            stay = "short_term"
        elif stay == "short_breaks":
            row["legal_status"] = "V4"
        row["placement_need"] = stay
        soon = {"emergency": (0, 2), "remand": (0, 2), "short_term": (1, 21)}.get(stay, (14, 90))
        row["needed_by"] = max(chance.days_after(referred, *soon), self._day)
        if stay in ("emergency", "short_term", "short_breaks", "remand", "parent_and_child"):
            row["expected_end"] = chance.days_after(row["needed_by"], 14, 365)
        since = chance.days_before(referred, 0, 900 if family.plan == "adoption" else 500)
        row["looked_after_since"] = max(since, row["date_of_birth"])

    def _routes(self, row: Row, family: Family, age: int) -> None:
        chance, day = self._chance, self._day
        if family.plan == "adoption":
            row["routes"] = chance.one_of(values("children", "routes_adoption")).split(";")
            decided = max(chance.days_before(day, 10, 400), row["date_of_birth"])
            row["adoption_decision_on"] = decided
            if row["legal_status"] == "E1":
                row["placement_order_on"] = chance.days_after(decided, 0, min((day - decided).days, 150))
            elif chance.yes(self._rates["consent_instead_of_order"]):
                row["parental_consent_on"] = chance.days_after(decided, 0, min((day - decided).days, 60))
        elif age >= 16 and row["placement_need"] in ("short_term", "long_term", "emergency"):
            row["routes"] = chance.one_of(values("children", "routes_16_plus")).split(";")
        elif age < 2 and row["legal_status"] in ("C1", "C2") and chance.yes(self._rates["early_permanence_under_2"]):
            row["routes"] = ["early_permanence", "foster"]
        else:
            row["routes"] = ["foster"]

    def _needs(self, row: Row, age: int, alone: bool) -> None:
        chance = self._chance
        must: list[str] = []
        helpful: list[str] = []
        for code, need in values("children", "needs").items():
            if need["from"] <= age <= need["to"] and chance.yes(need["rate"]):
                (must if chance.yes(self._rates["need_is_a_must"]) else helpful).append(code)
        if row["placement_need"] == PlacementNeed.PARENT_AND_CHILD:
            must.append("parent_and_child")
        if alone:
            helpful.append("uasc")
        row["needs_must"], row["needs_helpful"] = must, helpful

    def _wishes(self, row: Row, age: int) -> None:
        chance = self._chance
        row["pets"] = chance.one_of(values("children", "pets"))
        careful = age < 5 or "complex_health" in row["needs_must"] + row["needs_helpful"]
        smoke_free = self._rates["smoke_free_under_5" if careful else "smoke_free"]
        row["smoke_free"] = "Y" if chance.yes(smoke_free) else "N"
        row["alongside"] = chance.one_of(values("children", "alongside"))
        if chance.yes(self._rates["distance_wanted"]):
            row["distance_reason"] = chance.one_of(values("children", "distance_reason"))
        if chance.yes(self._rates["views_recorded"]):
            row["views"] = VIEWS[-1] if age < 3 else chance.pick(VIEWS[:-1])
            row["views_recorded_on"] = max(chance.days_before(self._day, 0, 60), row["date_of_birth"])

    def sibling_plans(self, families: list[Family]) -> list[Row]:
        """The assessed plans of the pairs; never together, together and apart in one triangle."""
        chance, rows = self._chance, list[Row]()
        for family in families:
            ids = [child["child_id"] for child in family.children]
            if len(ids) < 2:
                continue
            for child in family.children:
                # Nobody asks to live with a brother or sister and with no other child.
                if child["alongside"] == "solo":
                    child["alongside"] = "no_preference"
            divided = chance.yes(self._rates["family_divided"])
            second_half = set(ids[chance.between(1, len(ids) - 1) :]) if divided else set()
            for a, b in combinations(ids, 2):
                if not chance.yes(self._rates["pair_assessed"]):
                    continue
                apart = (a in second_half) != (b in second_half)
                plan = "apart" if apart else ("together" if chance.yes(0.85) else "undecided")
                rows.append(
                    {
                        "child_a": a,
                        "child_b": b,
                        "plan": plan,
                        "assessed_on": chance.days_before(self._day, 5, 300),
                        "assessed_by": "social worker",
                        "reason": "harm between them" if apart else None,
                    }
                )
        return rows


def religion_of(chance: Chance, ethnicity: str, alone: bool = False) -> str:
    """A religion, likelier for some ethnic groups than for others (assumed)."""
    if alone or ethnicity in ("APKN", "ABAN"):
        shares = {"Muslim": 0.7, "Christian": 0.2, "No religion": 0.1}
    elif ethnicity == "AIND":
        shares = {"Hindu": 0.4, "Sikh": 0.3, "Muslim": 0.2, "Christian": 0.1}
    elif ethnicity in ("BAFR", "BCRB", "BOTH"):
        shares = {"Christian": 0.65, "Muslim": 0.2, "No religion": 0.15}
    elif ethnicity in ("OOTH", "AOTH", "MWAS"):
        shares = {"Muslim": 0.4, "No religion": 0.3, "Christian": 0.25, "Buddhist": 0.05}
    else:
        shares = {"No religion": 0.55, "Christian": 0.42, "Jewish": 0.015, "Muslim": 0.015}
    return chance.one_of(shares)
