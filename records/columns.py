"""Every file and column of a records folder: how it is read, what blank means, what a garbled cell does.

One principle decides the last: a cell that could forbid a home must never turn into "no restriction" because
it cannot be read. A garbled limit therefore takes its whole row out of the round; a garbled permission or
description is treated as not recorded, which forbids at least as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from records import cells
from records.cells import Reader
from records.days import day
from records.model import (
    Alongside,
    CarersAnswer,
    DistanceReason,
    HomeKind,
    LinkKind,
    PetsWish,
    PlacementNeed,
    Provider,
    ResidentStatus,
    Route,
    SiblingPlan,
)
from records.preface import PREFACE


class Effect(StrEnum):
    """What a cell that cannot be read does."""

    ROW_OUT = "row_out"
    """The row is not used, with whatever depends on it."""
    NOT_RECORDED = "not_recorded"
    """The row is used as if the cell were blank."""
    CAUTIOUS = "cautious"
    """The row is used, read in the most restrictive way."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one file."""

    name: str
    read: Reader
    content: str
    blank: str = ""
    unreadable: Effect = Effect.NOT_RECORDED
    unreadable_means: str = ""
    required: bool = False
    default: object = None
    """The value of a blank cell."""
    is_id: bool = False
    free: bool = False
    """Somebody's own words: never shown in a finding."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a records folder."""

    name: str
    about: str
    row_out: str
    """What it means for the user when a row of this file is left out."""
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Columns that must be present and filled."""
        return tuple(column.name for column in self.columns if column.required)

    def meaning(self, column: Column) -> str:
        """Say what an unreadable cell of this column means for the user."""
        if column.unreadable_means:
            return column.unreadable_means
        if column.unreadable is Effect.ROW_OUT:
            return self.row_out
        return "The row is used, and this cell counts as not recorded."


def _must(name: str, read: Reader, content: str, *, is_id: bool = False, means: str = "") -> Column:
    return Column(name, read, content, "not allowed", Effect.ROW_OUT, means or "", required=True, is_id=is_id)


def _limit(name: str, read: Reader, content: str, blank: str, default: object = None, *, is_id: bool = False) -> Column:
    """A column that can forbid a home: a garbled cell takes the row out."""
    return Column(name, read, content, blank, Effect.ROW_OUT, default=default, is_id=is_id)


def _fact(name: str, read: Reader, content: str, blank: str = "not recorded", default: object = None) -> Column:
    """A column that describes, scores or permits: a garbled cell counts as not recorded."""
    return Column(name, read, content, blank, default=default)


def _said(name: str, content: str) -> Column:
    return Column(name, cells.free_text, content, "not recorded", free=True)


_AGE = cells.whole(0, 25)
_PLACES = cells.whole(0, 99)
_EASTING = cells.measure(0, 700_000, "metres")
_NORTHING = cells.measure(0, 1_300_000, "metres")
_NO_LIMIT = "no such limit"
_NO_EVENT = "no such event"

CHILDREN = File(
    "children",
    "One row for each child who needs a home in this round.",
    "This child, and with it the whole family, is left out of this round.",
    (
        _must("child_id", cells.identifier, "text, unique", is_id=True),
        _limit(
            "family_id",
            cells.identifier,
            "same value = brothers and sisters",
            "no brother or sister in this round",
            is_id=True,
        ),
        _must("date_of_birth", day, "date; under 18 on the day of the round"),
        _limit("sex", cells.sex("MFU"), "`M`, `F`, `U`", "not recorded: unknown where a home takes one sex"),
        _fact("ethnicity", cells.ethnic_code, "SSDA903 ETHNIC code"),
        _fact("religion", cells.words, "text"),
        _fact("languages", cells.texts, "list", default=()),
        _fact("home_postcode", cells.postcode, "postcode the child came into care from", "distance unknown"),
        _fact("home_easting", _EASTING, "OSGB36 metres, 0 to 700,000; with home_northing", "postcode is used"),
        _fact("home_northing", _NORTHING, "OSGB36 metres, 0 to 1,300,000", "postcode is used"),
        _fact("home_authority", cells.authority, "GSS code", "taken from a full postcode, else not recorded"),
        _fact("school_postcode", cells.postcode, "postcode of the school to keep", "distance unknown"),
        _fact("school_easting", _EASTING, "OSGB36 metres, with school_northing", "postcode is used"),
        _fact("school_northing", _NORTHING, "OSGB36 metres", "postcode is used"),
        _fact("school_year", cells.whole(0, 13), "year group, 0 to 13"),
        _limit("legal_status", cells.legal_status, "SSDA903 LS code", "not recorded"),
        _must("routes", cells.list_of(cells.one_of(Route)), f"list of {', '.join(f'`{r}`' for r in Route)}"),
        _limit(
            "placement_need",
            cells.one_of(PlacementNeed),
            ", ".join(f"`{n}`" for n in PlacementNeed),
            "not recorded",
        ),
        _must("referred_on", day, "date"),
        _fact("needed_by", day, "date", "not recorded; a settled child stays"),
        _limit("expected_end", day, "date", _NO_EVENT),
        _fact("looked_after_since", day, "date"),
        _limit("needs_must", cells.needs, "list of need codes the home must be able to meet", "none", ()),
        _fact("needs_helpful", cells.needs, "list of need codes that score", "none", ()),
        _limit("alongside", cells.one_of(Alongside), ", ".join(f"`{a}`" for a in Alongside), "no bar"),
        _limit("pets", cells.one_of(PetsWish), ", ".join(f"`{p}`" for p in PetsWish), "no bar"),
        _limit("smoke_free", cells.yes_or_no, "Y, N", "no bar"),
        _fact("adoption_decision_on", day, "date", "no decision: no adoption"),
        _fact("placement_order_on", day, "date", "no order"),
        _fact("parental_consent_on", day, "date", "no consent"),
        _limit(
            "distance_reason",
            cells.one_of(DistanceReason),
            ", ".join(f"`{d}`" for d in DistanceReason),
            "distance is not wanted",
        ),
        _said("views", "the child's wishes and feelings, in words"),
        _fact("views_recorded_on", day, "date"),
    ),
    required=True,
)

HOMES = File(
    "homes",
    "One row for each fostering household, supported-lodgings host or approved adoptive family.",
    "This home is left out of this round.",
    (
        _must("home_id", cells.identifier, "text, unique", is_id=True),
        _must("kind", cells.one_of(HomeKind), ", ".join(f"`{k}`" for k in HomeKind)),
        _must("provider", cells.one_of(Provider), ", ".join(f"`{p}`" for p in Provider)),
        _fact("agency_name", cells.words, "text"),
        _fact("approving_service", cells.words, "text"),
        _limit("approved_from", day, "date", "not recorded: approval is unknown"),
        _limit("approved_to", day, "date, that day included; not before approved_from", _NO_LIMIT),
        _fact("last_review_on", day, "date", "not recorded: a question before confirming"),
        _limit("on_hold", cells.yes_or_no, "Y, N", _NO_EVENT),
        _limit("notice_received_on", day, "date", _NO_EVENT),
        _limit("available_from", day, "date", _NO_LIMIT),
        _limit("available_to", day, "date, that day included", _NO_LIMIT),
        _must("approved_places", _PLACES, "whole number, 0 to 99"),
        _limit("approved_age_min", _AGE, "whole number, 0 to 25", _NO_LIMIT),
        _limit("approved_age_max", _AGE, "whole number, 0 to 25; not below approved_age_min", _NO_LIMIT),
        _limit("approved_sex", cells.sex("MF"), "`M`, `F`", "any"),
        _limit(
            "approved_needs",
            cells.list_of(cells.one_of(PlacementNeed)),
            "list of placement_need values",
            "any",
            (),
        ),
        _limit("named_children", cells.identifiers, "list of child ids", "not limited to named children", ()),
        _fact("advice_age_min", _AGE, "adopters: advice, whole number, 0 to 25"),
        _fact("advice_age_max", _AGE, "adopters: advice, whole number, 0 to 25"),
        _fact("advice_children", _PLACES, "adopters: advice, whole number"),
        _must("vacancies", _PLACES, "whole number, 0 to 99: places the carer offers now"),
        _limit("bedrooms_free", _PLACES, "whole number, 0 to 99", "not recorded"),
        _fact("exempt_children", cells.identifiers, "list of child ids", "no exemption", ()),
        _fact("exempting_authority", cells.authority, "GSS code", "not recorded: the exemption is unknown"),
        _fact("meets_needs", cells.needs, "list of need codes the home can meet", "not recorded: unknown"),
        _fact("languages", cells.texts, "list", default=()),
        _fact("religion", cells.words, "text"),
        _fact("ethnicity", cells.ethnic_code, "SSDA903 ETHNIC code"),
        _fact("postcode", cells.postcode, "postcode", "location unknown"),
        _fact("easting", _EASTING, "OSGB36 metres, 0 to 700,000; with northing", "postcode is used"),
        _fact("northing", _NORTHING, "OSGB36 metres, 0 to 1,300,000", "postcode is used"),
        _fact("authority", cells.authority, "GSS code", "taken from a full postcode, else not recorded"),
        _limit("pets", cells.yes_or_no, "Y, N", "not recorded: unknown where a child may not live with pets"),
        _limit("smoker", cells.yes_or_no, "Y, N", "not recorded: unknown where a child needs a smoke-free home"),
        _fact("step_free", cells.yes_or_no, "Y, N"),
        _limit(
            "registered_categories",
            cells.categories,
            "list of Ofsted categories; a host's must hold `private_residence`",
            "not recorded: unknown for a supported-lodgings host",
        ),
        _fact("preferred_age_min", _AGE, "carers' own wish, whole number, 0 to 25"),
        _fact("preferred_age_max", _AGE, "carers' own wish, whole number, 0 to 25"),
        _fact("preferred_sex", cells.sex("MF"), "carers' own wish: `M`, `F`"),
        _fact("weekly_cost", cells.pounds, "pounds", "the highest recorded is used for the tie-break"),
    ),
    required=True,
)

SIBLINGS = File(
    "siblings",
    "The assessed plan for pairs of brothers and sisters; a pair of one family with no row is `undecided`.",
    "The pair might be assessed `apart`, so the children it names, and their families, are left out of this round.",
    (
        _must("child_a", cells.identifier, "child id, or id of a resident", is_id=True),
        _must("child_b", cells.identifier, "child id, or id of a resident", is_id=True),
        _must("plan", cells.one_of(SiblingPlan), ", ".join(f"`{p}`" for p in SiblingPlan)),
        _fact("assessed_on", day, "date"),
        _said("assessed_by", "text"),
        _said("reason", "text"),
    ),
)

SEPARATIONS = File(
    "separations",
    "People who may not live in the same home while the row has not expired.",
    "The separation cannot be kept, so the child it names, with its family, or the home of the resident "
    "it names, is left out of this round.",
    (
        _must("person_a", cells.identifier, "child id, or id of a resident", is_id=True),
        _must("person_b", cells.identifier, "child id, or id of a resident", is_id=True),
        _said("reason", "text"),
        _said("decided_by", "text"),
        Column(
            "expires_on",
            day,
            "date, that day included",
            "does not expire",
            Effect.CAUTIOUS,
            "The separation is kept as one that has not expired.",
        ),
    ),
)

RESIDENTS = File(
    "residents",
    "Who lives in a home now.",
    "Who lives in this home is not fully known, so the home is left out of this round.",
    (
        _must(
            "home_id",
            cells.identifier,
            "home id",
            is_id=True,
            means=("Nobody can tell in which home this person lives, so the row is left out."),
        ),
        _must("resident_id", cells.identifier, "text; a child of this round keeps its own id", is_id=True),
        _must("status", cells.one_of(ResidentStatus), ", ".join(f"`{s}`" for s in ResidentStatus)),
        _fact("date_of_birth", day, "date", "not recorded: unknown where ages matter"),
        _fact("sex", cells.sex("MFU"), "`M`, `F`, `U`"),
        Column(
            "family_id",
            cells.identifier,
            "same value as a child's = brother or sister",
            "brother or sister of no child in this round",
            is_id=True,
        ),
        Column(
            "leaving_on",
            day,
            "date, gone on that day",
            "stays",
            Effect.CAUTIOUS,
            "This person is counted as still living there.",
        ),
    ),
)

LINKS = File(
    "links",
    "What already ties a child to a home, or bars the home for that child.",
    "The row is left out. Where it may bar a home, whoever can still be read in it is left out of this round.",
    (
        _must("child_id", cells.identifier, "child id", is_id=True),
        _must("home_id", cells.identifier, "home id", is_id=True),
        Column(
            "link",
            cells.one_of(LinkKind),
            ", ".join(f"`{k}`" for k in LinkKind),
            "not allowed: read as `barred`",
            Effect.CAUTIOUS,
            "The link might be a bar, so this home is barred for this child.",
            required=True,
            default=LinkKind.BARRED,
        ),
        _said("reason", "text"),
    ),
)

ZONES = File(
    "zones",
    "Circles in which a child must not live while the row has not expired.",
    "Nobody can tell which homes are barred for this child, so the child, and with it the whole family, "
    "is left out of this round.",
    (
        _must(
            "child_id",
            cells.identifier,
            "child id",
            is_id=True,
            means=("Nobody can tell to which child this belongs, so the row is left out."),
        ),
        _must("easting", _EASTING, "OSGB36 metres, 0 to 700,000"),
        _must("northing", _NORTHING, "OSGB36 metres, 0 to 1,300,000"),
        _must("radius_miles", cells.measure(0, 1000, "miles", above=True), "miles, above 0"),
        _said("reason", "text"),
        Column(
            "expires_on",
            day,
            "date, that day included",
            "does not expire",
            Effect.CAUTIOUS,
            "The zone is kept as one that has not expired.",
        ),
    ),
)

ENQUIRIES = File(
    "enquiries",
    "One row for each time a home's carers were asked to take a child or a family, whatever they said. No child is "
    "named. It is used only to say how often carers accept, and what a refusal would do to the plan: it bars no home.",
    "This enquiry is not counted.",
    (
        _must("home_id", cells.identifier, "home id", is_id=True),
        _must("asked_on", day, "date, not after the day of the round"),
        _fact("answered_on", day, "date, not before asked_on", "not recorded: taken as known on the day of asking"),
        _fact(
            "answer",
            cells.one_of(CarersAnswer),
            ", ".join(f"`{a}`" for a in CarersAnswer),
            "not answered, or withdrawn before an answer: never a no",
        ),
        _fact("children", cells.whole(1, 20), "whole number, 1 to 20: asked to come together"),
        _fact("youngest_age", _AGE, "whole years of the youngest when asked, 0 to 25"),
        _fact("oldest_age", _AGE, "whole years of the oldest when asked, 0 to 25; not below youngest_age"),
        _fact("needs_must", cells.needs, "list of need codes the home had to be able to meet", "none", ()),
        _fact("placement_need", cells.one_of(PlacementNeed), ", ".join(f"`{n}`" for n in PlacementNeed)),
        _fact("miles", cells.measure(0, 1000, "miles"), "miles from where the child came from to the home"),
    ),
)

FILES: Final[dict[str, File]] = {
    file.name: file for file in (CHILDREN, SIBLINGS, SEPARATIONS, HOMES, RESIDENTS, LINKS, ZONES, ENQUIRIES)
}
"""Every file by its name, in the contract's order."""

_EFFECT_WORDS = {
    Effect.ROW_OUT: "left out",
    Effect.NOT_RECORDED: "not recorded",
    Effect.CAUTIOUS: "read cautiously",
}


def reference() -> str:
    """Print the reference page of the records folder in Markdown."""
    parts = [PREFACE]
    for file in FILES.values():
        optional = "" if file.required else " (optional)"
        parts.append(f"## {file.name}.csv{optional}\n\n{file.about}\n")
        lines = ["| column | content | blank means | unreadable means |", "|---|---|---|---|"]
        for column in file.columns:
            name = f"**{column.name}**" if column.required else column.name
            effect = f"*{_EFFECT_WORDS[column.unreadable]}*: {file.meaning(column)}"
            lines.append(f"| {name} | {column.content} | {column.blank} | {effect} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(reference(), end="")
