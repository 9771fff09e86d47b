"""Named cases of one child and one home: what is unusual, and which rules it breaks.

Each rule on both sides of its edge. The audit, the rules and the second reading of the contract all answer to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from records.model import (
    Alongside,
    HomeKind,
    Link,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Provider,
    ResidentStatus,
    Route,
    Separation,
    Zone,
)
from tests.ordinary import (
    BOLTON,
    DAY,
    SALFORD,
    apart,
    fostered,
    kin,
    lives_with,
    miles_east,
    years_old,
)

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
ADOPTABLE: dict[str, Any] = {
    "routes": (Route.ADOPTION,),
    "adoption_decision_on": DAY,
    "placement_order_on": DAY,
}


@dataclass(frozen=True)
class One:
    """One child in one home: what is unusual, and the rules broken."""

    name: str
    rules: set[str]
    child: dict[str, Any] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)


LODGINGS: dict[str, Any] = {"kind": HomeKind.SUPPORTED_LODGINGS, "registered_categories": ("private_residence",)}
SIXTEEN: dict[str, Any] = {"date_of_birth": years_old(16), "routes": (Route.SUPPORTED_LODGINGS,)}
CIRCLE = Zone("ann", miles_east(10), 10.0)

ONES = [
    One("nothing unusual", set()),
    One("a route that does not lead there", {"PLC-03"}, {"routes": (Route.SUPPORTED_LODGINGS,)}),
    One("approval not recorded", {"FOST-01"}, home={"approved_from": None}),
    One("approval begins today", set(), home={"approved_from": DAY}),
    One("approval begins tomorrow", {"FOST-01"}, home={"approved_from": TOMORROW}),
    One("approval ends today", set(), home={"approved_to": DAY}),
    One("approval ended yesterday", {"FOST-01"}, home={"approved_to": YESTERDAY}),
    One(
        "kinship approval ended yesterday",
        {"CON-03"},
        home={"kind": HomeKind.CONNECTED_PERSON, "approved_to": YESTERDAY},
        others={"links": (kin("ann", "ash"),)},
    ),
    One("adopters' approval ended", {"ADO-03"}, ADOPTABLE, {"kind": HomeKind.ADOPTER, "approved_to": YESTERDAY}),
    One("host's approval ended", {"SLG-02"}, SIXTEEN, {**LODGINGS, "approved_to": YESTERDAY}),
    One("notice tomorrow", set(), home={"notice_received_on": TOMORROW}),
    One("notice today", {"FOST-16"}, home={"notice_received_on": DAY}),
    One(
        "gone within the notice",
        set(),
        {"expected_end": DAY + timedelta(days=28)},
        {"notice_received_on": DAY},
    ),
    One(
        "a day too long for the notice",
        {"FOST-16"},
        {"expected_end": DAY + timedelta(days=29)},
        {"notice_received_on": DAY},
    ),
    One("on hold", {"FOST-18"}, home={"on_hold": True}),
    One("available from today", set(), home={"available_from": DAY}),
    One("available from tomorrow", {"FOST-20"}, home={"available_from": TOMORROW}),
    One("available to today", set(), home={"available_to": DAY}),
    One("available to yesterday", {"FOST-20"}, home={"available_to": YESTERDAY}),
    One("the youngest age approved", set(), home={"approved_age_min": 8}),
    One("a year too young", {"FOST-02"}, home={"approved_age_min": 9}),
    One("the oldest age approved", set(), home={"approved_age_max": 8}),
    One("a year too old", {"FOST-02"}, home={"approved_age_max": 7}),
    One("the other sex", {"FOST-02"}, home={"approved_sex": "M"}),
    One("sex not recorded", {"FOST-02"}, {"sex": None}, {"approved_sex": "F"}),
    One("another kind of stay", {"FOST-02"}, home={"approved_needs": (PlacementNeed.LONG_TERM,)}),
    One(
        "not in the scheme",
        {"FOST-24"},
        {"placement_need": PlacementNeed.REMAND},
        {"approved_needs": (PlacementNeed.LONG_TERM,)},
    ),
    One(
        "adopters' terms are advice",
        set(),
        ADOPTABLE,
        {"kind": HomeKind.ADOPTER, "approved_age_max": 2, "approved_sex": "M", "approved_places": 1},
    ),
    One("approved for this child", set(), home={"named_children": ("ann",)}),
    One("approved for another child", {"CON-04"}, home={"named_children": ("zoe",)}),
    One("not their kin", {"CON-04"}, home={"kind": HomeKind.CONNECTED_PERSON}),
    One(
        "early permanence for another child",
        {"EPM-03"},
        {"routes": (Route.EARLY_PERMANENCE,)},
        {"kind": HomeKind.EARLY_PERMANENCE, "named_children": ("zoe",)},
    ),
    One("a need met", set(), {"needs_must": ("autism",)}),
    One("a need not met", {"HLT-09"}, {"needs_must": ("self_harm",)}),
    One("needs met not recorded", {"FOST-22"}, {"needs_must": ("autism",)}, {"meets_needs": None}),
    One("a smoker", {"HLT-05"}, {"smoke_free": True}, {"smoker": True}),
    One("smoking not recorded", {"HLT-05"}, {"smoke_free": True}, {"smoker": None}),
    One("a smoker, and nobody minds", set(), home={"smoker": True}),
    One("animals", {"HLT-07"}, {"pets": PetsWish.NO}, {"pets": True}),
    One("animals not recorded", {"HLT-07"}, {"pets": PetsWish.NO}, {"pets": None}),
    One("a barred home", {"SAFE-06"}, others={"links": (Link("ann", "ash", LinkKind.BARRED),)}),
    One("on the edge of a zone", {"LOC-09"}, others={"zones": (CIRCLE,)}),
    One("just outside a zone", set(), others={"zones": (replace(CIRCLE, radius_miles=9.99),)}),
    One("a zone that ends today", {"LOC-09"}, others={"zones": (replace(CIRCLE, expires_on=DAY),)}),
    One("a zone that ended", set(), others={"zones": (replace(CIRCLE, expires_on=YESTERDAY),)}),
    One("a zone and no location", {"LOC-09"}, home={"location": None}, others={"zones": (CIRCLE,)}),
    One("an adjoining authority", set(), home={"provider": Provider.AGENCY, "authority": SALFORD}),
    One("at a distance", {"LOC-04"}, home={"provider": Provider.AGENCY, "authority": BOLTON}),
    One("own carers far away", set(), home={"authority": BOLTON}),
    One("area not recorded", {"LOC-04"}, home={"provider": Provider.AGENCY, "authority": None}),
    One(
        "separated from somebody there",
        {"SAFE-01"},
        others={"residents": (fostered("ash", "rob"),), "separations": (Separation("ann", "rob"),)},
    ),
    One(
        "a separation that ended",
        set(),
        others={
            "residents": (fostered("ash", "rob"),),
            "separations": (Separation("ann", "rob", None, None, YESTERDAY),),
        },
    ),
    One(
        "apart from a sister there",
        {"SIB-02"},
        {"family_id": "elm"},
        others={"residents": (fostered("ash", "rob", "elm"),), "siblings": (apart("ann", "rob"),)},
    ),
    One(
        "solo, and a child there",
        {"SAFE-04"},
        {"alongside": Alongside.SOLO},
        others={"residents": (fostered("ash", "rob"),)},
    ),
    One(
        "solo, and the child leaves today",
        set(),
        {"alongside": Alongside.SOLO},
        others={"residents": (fostered("ash", "rob", leaving_on=DAY),)},
    ),
    One(
        "solo, and a young person staying put",
        set(),
        {"alongside": Alongside.SOLO},
        others={"residents": (fostered("ash", "rob", status=ResidentStatus.STAYING_PUT),)},
    ),
    One(
        "only older, and an age not recorded",
        {"SAFE-04"},
        {"alongside": Alongside.ONLY_OLDER},
        others={"residents": (fostered("ash", "rob", date_of_birth=None),)},
    ),
    One(
        "only older, and older",
        set(),
        {"alongside": Alongside.ONLY_OLDER},
        others={"residents": (fostered("ash", "rob"),)},
    ),
    One(
        "only younger, and older",
        {"SAFE-04"},
        {"alongside": Alongside.ONLY_YOUNGER},
        others={"residents": (fostered("ash", "rob"),)},
    ),
    One("sixteen today", set(), SIXTEEN, LODGINGS),
    One("sixteen tomorrow", {"SLG-01"}, {**SIXTEEN, "date_of_birth": years_old(16, less_days=1)}, LODGINGS),
    One("another category", {"SLG-03"}, SIXTEEN, {**LODGINGS, "registered_categories": ("shared",)}),
    One("category not recorded", {"SLG-03"}, SIXTEEN, {**LODGINGS, "registered_categories": None}),
    One("adoption with order and decision", set(), ADOPTABLE, {"kind": HomeKind.ADOPTER}),
    One("an order tomorrow", {"ADO-01"}, {**ADOPTABLE, "placement_order_on": TOMORROW}, {"kind": HomeKind.ADOPTER}),
    One(
        "consent in its place",
        set(),
        {**ADOPTABLE, "placement_order_on": None, "parental_consent_on": DAY},
        {"kind": HomeKind.ADOPTER},
    ),
    One("no decision", {"ADO-02"}, {**ADOPTABLE, "adoption_decision_on": None}, {"kind": HomeKind.ADOPTER}),
    One(
        "early permanence needs no order",
        set(),
        {"routes": (Route.EARLY_PERMANENCE,)},
        {"kind": HomeKind.EARLY_PERMANENCE},
    ),
    One(
        "adoption with early permanence carers",
        {"ADO-01", "ADO-02"},
        {"routes": (Route.ADOPTION,)},
        {"kind": HomeKind.EARLY_PERMANENCE},
    ),
    One("no place offered", {"FOST-20"}, home={"vacancies": 0}),
    One("the last place approved", set(), home={"approved_places": 2}, others={"residents": (fostered("ash", "rob"),)}),
    One(
        "one more than approved",
        {"FOST-02"},
        home={"approved_places": 1},
        others={"residents": (fostered("ash", "rob"),)},
    ),
    One(
        "lives there already",
        set(),
        home={"vacancies": 0, "approved_places": 1},
        others={"links": (lives_with("ann", "ash"),)},
    ),
    One("a bedroom too few", {"BED-01"}, home={"bedrooms_free": 0}),
    One("too young for a bedroom", set(), {"date_of_birth": years_old(3, less_days=1)}, {"bedrooms_free": 0}),
    One("three today", {"BED-01"}, {"date_of_birth": years_old(3)}, {"bedrooms_free": 0}),
]
