"""What kinds of data the columns of a records folder hold: every column stands in one category, special ones marked.

Which law makes a category special: UK GDPR Article 9(1) and 10. Columns of free words may hold anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from records.columns import FILES
from records.sources.return_903.layout import LAYOUTS
from reporting.section import Cell, Column, Table

ARTICLE_9: Final = "Article 9"
ARTICLE_10: Final = "Article 10"


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of data. `special`: the article that makes it special, and why; empty where none does."""

    name: str
    about: str
    columns: Mapping[str, tuple[str, ...]]
    """File to its columns."""
    special: str = ""


CATEGORIES: Final[tuple[Category, ...]] = (
    Category(
        "Ids",
        "children, carers, brothers and sisters, others who live in a home",
        {
            "children": ("child_id", "family_id"),
            "homes": ("home_id", "named_children", "exempt_children"),
            "siblings": ("child_a", "child_b"),
            "separations": ("person_a", "person_b"),
            "residents": ("home_id", "resident_id", "family_id"),
            "links": ("child_id", "home_id"),
            "zones": ("child_id",),
            "enquiries": ("home_id",),
        },
    ),
    Category(
        "Age and sex",
        "children and others who live in a home",
        {"children": ("date_of_birth", "sex"), "residents": ("date_of_birth", "sex")},
    ),
    Category(
        "Ethnicity",
        "children and carers",
        {"children": ("ethnicity",), "homes": ("ethnicity",)},
        f"{ARTICLE_9}: racial or ethnic origin",
    ),
    Category(
        "Religion",
        "children and carers",
        {"children": ("religion",), "homes": ("religion",)},
        f"{ARTICLE_9}: religious beliefs",
    ),
    Category(
        "Languages",
        "children and carers",
        {"children": ("languages",), "homes": ("languages",)},
        f"{ARTICLE_9} at times: a language may tell of ethnic origin",
    ),
    Category(
        "Needs and health",
        "children",
        {"children": ("needs_must", "needs_helpful", "smoke_free")},
        f"{ARTICLE_9}: health, disability. {ARTICLE_10} at times: a need may tell of an offence, such as fire setting",
    ),
    Category(
        "Where children come from and go to school",
        "children",
        {
            "children": (
                "home_postcode",
                "home_easting",
                "home_northing",
                "home_authority",
                "school_postcode",
                "school_easting",
                "school_northing",
                "school_year",
            )
        },
    ),
    Category(
        "Legal status and care plan",
        "children",
        {
            "children": (
                "legal_status",
                "routes",
                "placement_need",
                "referred_on",
                "needed_by",
                "expected_end",
                "looked_after_since",
                "adoption_decision_on",
                "placement_order_on",
                "parental_consent_on",
            )
        },
        f"{ARTICLE_10} at times: remand, and legal statuses that follow from an offence",
    ),
    Category(
        "Wishes of the child",
        "children, in their own words",
        {"children": ("alongside", "pets", "views", "views_recorded_on")},
        f"{ARTICLE_9} or 10 at times: free words may hold anything",
    ),
    Category(
        "Safety",
        "children, others who live in a home, people they are kept from",
        {
            "children": ("distance_reason",),
            "siblings": ("plan", "assessed_on", "assessed_by", "reason"),
            "separations": ("reason", "decided_by", "expires_on"),
            "links": ("link", "reason"),
            "zones": ("easting", "northing", "radius_miles", "reason", "expires_on"),
        },
        f"{ARTICLE_9} or 10 at times: reasons in free words may tell of harm, health or offences",
    ),
    Category(
        "A home and its approval",
        "carers",
        {
            "homes": (
                "kind",
                "provider",
                "agency_name",
                "approving_service",
                "approved_from",
                "approved_to",
                "last_review_on",
                "on_hold",
                "notice_received_on",
                "available_from",
                "available_to",
                "approved_places",
                "approved_age_min",
                "approved_age_max",
                "approved_sex",
                "approved_needs",
                "advice_age_min",
                "advice_age_max",
                "advice_children",
                "vacancies",
                "bedrooms_free",
                "exempting_authority",
                "meets_needs",
                "pets",
                "step_free",
                "registered_categories",
                "preferred_age_min",
                "preferred_age_max",
                "preferred_sex",
            )
        },
    ),
    Category(
        "Smoking in a home", "carers", {"homes": ("smoker",)}, f"{ARTICLE_9} at times: a habit that may count as health"
    ),
    Category("Where a home is", "carers", {"homes": ("postcode", "easting", "northing", "authority")}),
    Category("What a home costs", "carers and providers", {"homes": ("weekly_cost",)}),
    Category(
        "Who lives in a home",
        "fostered children, carers' own children, adults",
        {"residents": ("status", "leaving_on")},
    ),
    Category(
        "What carers were asked before, and said",
        "carers; children who are not named, and may be told by those who know them",
        {
            "enquiries": (
                "asked_on",
                "answered_on",
                "answer",
                "children",
                "youngest_age",
                "oldest_age",
                "needs_must",
                "placement_need",
                "miles",
            )
        },
        f"{ARTICLE_9}: the needs of a child who was asked for",
    ),
)

SPECIAL_903: Final[Mapping[str, tuple[str, ...]]] = {
    "Header": ("ETHNIC",),
    "Episodes": ("LS", "CIN"),
    "OC2": tuple(item.name.upper() for item in LAYOUTS["OC2"].items if item.name not in ("child", "dob")),
}
"""Items of the SSDA903 return that are special or may be: ethnic origin, need, health, convictions."""


def categories_table() -> Table:
    """Every category with its columns, whom it is about and whether it is special."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.name,
            one.about,
            tuple(f"{file}: {', '.join(columns)}" for file, columns in one.columns.items()),
            one.special or "no",
        )
        for one in CATEGORIES
    )
    columns = (Column("Data"), Column("About"), Column("File and columns"), Column("Special under UK GDPR"))
    many = sum(len(file.columns) for file in FILES.values())
    return Table(f"All {many} columns of the {len(FILES)} files that a round reads", columns, rows)


def special_words() -> str:
    """The categories that are special or may be."""
    return ", ".join(one.name.lower() for one in CATEGORIES if one.special)


def returns_words() -> str:
    """What forecasts of need read of children, apart from a round."""
    special = "; ".join(f"{file}: {', '.join(items)}" for file, items in SPECIAL_903.items())
    return (
        f"Forecasts of need read the council's SSDA903 returns ({', '.join(LAYOUTS)}), on the council's own computer. "
        f"Special or at times special among their items: {special}. Forecasts give totals, and no figure of one child "
        "leads to any proposal about that child."
    )
