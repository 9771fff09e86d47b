"""Made-up homes and who lives in them: terms, vacancies, households, skills."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from records.chance import Chance, quotas, values
from records.geography import authority_name
from records.invented_children import YEAR, Row, religion_of
from records.invented_places import Places

_KIND: Mapping[str, tuple[str, str]] = {
    "in_house": ("foster", "in_house"),
    "connected_person": ("connected_person", "in_house"),
    "agency": ("foster", "agency"),
    "other_authority": ("foster", "other_authority"),
    "supported_lodgings": ("supported_lodgings", "in_house"),
    "adopter": ("adopter", "agency"),
    "early_permanence": ("early_permanence", "agency"),
}
_ETHNICITY = {
    "white": ("WBRI", "WBRI", "WBRI", "WBRI", "WOTH"),
    "mixed": ("MWBC", "MOTH"),
    "asian": ("APKN", "AIND"),
    "black": ("BAFR", "BCRB"),
    "other": ("OOTH",),
}
USUAL_LIMIT = 3


class Homes:
    """Invents the homes of one round and their households.

    `with_vacancies`: every home offers at least one place. Otherwise a council's whole register: places are
    filled, vacant and not available as published, so that most homes are full.
    """

    def __init__(self, chance: Chance, places: Places, day: date, authority: str, *, with_vacancies: bool) -> None:
        self._chance, self._places, self._day, self._authority = chance, places, day, authority
        self._with_vacancies = with_vacancies
        self._rates = values("homes", "rates")
        self.residents: list[Row] = []
        self._families = 0

    def homes(self, number: int) -> list[Row]:
        """So many homes; `segment` in each row says which kind and provider it was drawn as."""
        segments = quotas(values("homes", "with_vacancies" if self._with_vacancies else "register"), number)
        drawn = [name for name, count in segments.items() for _ in range(count)]
        width = max(4, len(str(number)))
        rows = []
        for at, segment in enumerate(self._chance.shuffled(drawn), start=1):
            rows.append(self._home(f"H{at:0{width}}", segment))
        width = max(4, len(str(len(self.residents))))
        for at, resident in enumerate(self.residents, start=1):
            resident["resident_id"] = f"R{at:0{width}}"
        self._name_residents(rows)
        return rows

    def _home(self, home_id: str, segment: str) -> Row:
        chance = self._chance
        kind, provider = _KIND[segment]
        row: Row = {"home_id": home_id, "kind": kind, "provider": provider, "segment": segment}
        self._place(row, segment)
        if provider == "agency":
            row["agency_name"] = f"Agency {chance.between(1, 12)}"
            row["approving_service"] = row["agency_name"]
        else:
            row["approving_service"] = authority_name(
                row["authority"] if provider == "other_authority" else self._authority
            )
        self._approval(row, segment)
        self._terms(row, segment)
        self._fill(row, segment)
        self._household(row, segment)
        self._carers(row, segment)
        return row

    def _place(self, row: Row, segment: str) -> None:
        chance = self._chance
        spot = self._places.somewhere(chance, chance.one_of(values("homes", "area")[segment]))
        row["postcode"], row["authority"] = spot.postcode, spot.authority
        if chance.yes(self._rates["grid_reference"]):
            row["easting"], row["northing"] = spot.easting, spot.northing

    def _approval(self, row: Row, segment: str) -> None:
        chance, day = self._chance, self._day
        row["approved_from"] = chance.days_before(day, 20, 4000)
        overdue = chance.yes(self._rates["review_overdue"])
        review = chance.days_before(day, 380, 600) if overdue else chance.days_before(day, 1, 350)
        row["last_review_on"] = review if review >= row["approved_from"] else None
        row["on_hold"] = "Y" if chance.yes(self._rates["on_hold"]) else "N"
        if segment == "connected_person" and chance.yes(self._rates["temporary_kin"]):
            # Temporary approval of a connected person lasts at most sixteen weeks.
            row["approved_from"] = chance.days_before(day, 0, 60)
            row["approved_to"] = row["approved_from"] + timedelta(weeks=16)
            row["last_review_on"] = None
        elif chance.yes(self._rates["approved_until"]):
            row["approved_to"] = chance.days_after(day, -30, 300)
        if chance.yes(self._rates["notice"]):
            row["notice_received_on"] = chance.days_before(day, 0, 27)
        if chance.yes(self._rates["available_later"]):
            row["available_from"] = chance.days_after(day, 3, 90)
        if chance.yes(self._rates["available_until"]):
            row["available_to"] = chance.days_after(day, 20, 200)

    def _terms(self, row: Row, segment: str) -> None:
        chance = self._chance
        if segment in ("adopter", "early_permanence"):
            places = int(chance.one_of(values("homes", "adopters_for")))
            row["approved_places"] = row["advice_children"] = places
            low, high = chance.one_of(values("homes", "advice_ages")).split("-")
            row["advice_age_min"], row["advice_age_max"] = int(low), int(high)
            return
        if segment == "supported_lodgings":
            row["approved_places"] = int(chance.one_of(values("homes", "host_for")))
            row["approved_age_min"], row["approved_age_max"] = 16, chance.pick((17, 18, 21))
            other = chance.yes(self._rates["categories_other"])
            row["registered_categories"] = ["shared_looked_after_only" if other else "private_residence"]
        else:
            row["approved_places"] = self._approved_for(segment)
            row["approved_needs"] = chance.one_of(values("homes", "stays"))
            if segment != "connected_person":
                low, high = chance.one_of(values("homes", "ages")).split("-")
                row["approved_age_min"], row["approved_age_max"] = int(low), int(high)
        if segment != "connected_person" and chance.yes(self._rates["one_sex"]):
            row["approved_sex"] = chance.pick("MF")

    def _approved_for(self, segment: str) -> int:
        chance = self._chance
        if segment in ("agency", "other_authority"):
            places = chance.one_of(values("homes", "agency_for"))
        elif segment == "connected_person":
            places = chance.one_of(values("homes", "connected_person_for"))
        else:
            places = chance.one_of(mainstream_for())
        # "Four or more" is four, and now and then more.
        return 5 if places == "4" and chance.yes(0.15) else int(places)

    def _fill(self, row: Row, segment: str) -> None:
        """Residents placed, and vacancies: never more than approved places less fostered residents."""
        chance, places = self._chance, row["approved_places"]
        if segment in ("adopter", "early_permanence"):
            row["vacancies"] = places
            return
        share = values("fostering", "places")
        filled = share["filled"] / (share["filled"] + share["vacant"] + share["not_available"])
        offered = share["vacant"] / (share["vacant"] + share["not_available"])
        if self._with_vacancies:
            row["vacancies"] = 1 + chance.some_of(places - 1, self._rates["second_vacancy"])
            living = chance.some_of(places - row["vacancies"], filled)
        else:
            living = chance.some_of(places, filled)
            row["vacancies"] = chance.some_of(places - living, offered)
        if segment == "supported_lodgings":
            for _ in range(living):
                self._resident(row, "lodger", (16.0, 19.9))
            return
        self._fostered(row, living)

    def _fostered(self, row: Row, living: int) -> None:
        chance = self._chance
        low, high = row.get("approved_age_min", 0), min(row.get("approved_age_max", 17), 17)
        # More than three are one family, or need an exemption that names those above the three.
        exempt = living > USUAL_LIMIT and chance.yes(0.5)
        family = None
        if (living > USUAL_LIMIT and not exempt) or (living > 1 and chance.yes(0.5)):
            self._families += 1
            family = f"E{self._families:03}"
        for _ in range(living):
            self._resident(row, "fostered", (low + 0.1, max(high, low) + 0.9), family)
        share = values("fostering", "households")
        if exempt or (row["approved_places"] > USUAL_LIMIT and chance.yes(share["with_exemption"] / share["all"])):
            row["exempt_children"] = "residents"
            row["exempting_authority"] = row["authority"]

    def _resident(self, row: Row, status: str, ages: tuple[float, float], family: str | None = None) -> None:
        chance = self._chance
        age = ages[0] + chance.number() * (min(ages[1], 98.0) - ages[0])
        if status == "fostered":
            age = min(age, 17.95)
        born = self._day - timedelta(days=int(age * YEAR) + 1)
        leaving = None
        if status in ("fostered", "lodger") and chance.yes(0.04):
            leaving = chance.days_after(self._day, 1, 60)
        self.residents.append(
            {
                "home_id": row["home_id"],
                "status": status,
                "date_of_birth": born,
                "sex": row.get("approved_sex") or chance.pick("MF"),
                "family_id": family,
                "leaving_on": leaving,
            }
        )

    def _household(self, row: Row, segment: str) -> None:
        chance, rates = self._chance, self._rates
        if chance.yes(rates["own_child"]):
            for _ in range(chance.between(1, 2)):
                self._resident(row, "own_child", (3.0, 17.9))
        if chance.yes(rates["adult"]):
            self._resident(row, "adult", (18.1, 75.0))
        if segment in ("in_house", "agency") and chance.yes(rates["staying_put"]):
            self._resident(row, "staying_put", (18.05, 20.9))
        if chance.yes(rates["lodger"]):
            self._resident(row, "lodger", (17.0, 40.0))
        fewer = chance.yes(rates["bedroom_fewer"])
        row["bedrooms_free"] = max(row["vacancies"] - fewer, 0)
        row["pets"] = "Y" if chance.yes(rates["pets"]) else "N"
        row["smoker"] = "Y" if chance.yes(rates["smoker"]) else "N"
        row["step_free"] = "Y" if chance.yes(rates["step_free"]) else "N"

    def _carers(self, row: Row, segment: str) -> None:
        chance, rates = self._chance, self._rates
        more = 1.15 if segment == "agency" else 1.0
        row["meets_needs"] = [code for code, rate in values("homes", "meets").items() if chance.yes(rate * more)]
        group = chance.one_of(values("fostering", "carer_ethnicity"))
        row["ethnicity"] = chance.pick(_ETHNICITY[group])
        row["religion"] = religion_of(chance, row["ethnicity"])
        row["languages"] = ["English"]
        if chance.yes(0.6 if group in ("asian", "other") else rates["second_language"]):
            row["languages"].append(chance.one_of(values("children", "other_languages")))
        if chance.yes(rates["prefers_ages"]):
            low = chance.between(0, 11)
            row["preferred_age_min"], row["preferred_age_max"] = low, low + chance.between(3, 7)
        if chance.yes(rates["prefers_sex"]):
            row["preferred_sex"] = chance.pick("MF")
        cost = values("homes", "weekly_cost").get(segment)
        if cost is not None:
            row["weekly_cost"] = round(cost * (0.85 + 0.4 * chance.number()))

    def _name_residents(self, rows: list[Row]) -> None:
        """Write the ids of residents where a home is approved or exempt for them by name."""
        living: dict[str, list[str]] = {}
        for resident in self.residents:
            if resident["status"] == "fostered":
                living.setdefault(resident["home_id"], []).append(resident["resident_id"])
        for row in rows:
            here = living.get(row["home_id"], [])
            if row["segment"] == "connected_person":
                row["named_children"] = list(here)
            if row.get("exempt_children") == "residents":
                row["exempt_children"] = here[USUAL_LIMIT:] or here[-1:]
                if not row["exempt_children"]:
                    del row["exempt_children"], row["exempting_authority"]


def mainstream_for() -> dict[str, float]:
    """Households by places among in-house carers who are not family or friends.

    What is left of the published households when family and friends, as assumed, are taken out.
    """
    households = values("fostering", "households")
    kin = households["family_and_friends"] / households["all"]
    every, theirs = values("fostering", "approved_for"), values("homes", "connected_person_for")
    whole: dict[str, Any] = {name: count / sum(every.values()) for name, count in every.items()}
    return {name: max(whole[name] - kin * theirs[name] / sum(theirs.values()), 0.0) for name in whole}
