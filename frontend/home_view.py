"""One home: its terms, what is not recorded, who lives there, and what its carers were asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from frontend.open_round import OpenRound
from frontend.register_view import ages, area_name, standing
from matching.living_there import NOT_SHOWN, STATUS_WORDS, living_there
from matching.words import in_words, list_in_words, plain_word
from records.ages import age_on
from records.model import Home, Precision
from records.store.decisions import Match
from records.store.work import ENGLAND
from reporting.section import Block, Cell, Column, Definitions, Notice, Paragraph, Table

PRECISION: Final = {
    Precision.GRID: "a grid reference",
    Precision.POSTCODE: "its postcode",
    Precision.SECTOR: "the first part and one digit of a postcode, about a mile",
    Precision.DISTRICT: "the first part of a postcode, several miles",
}
OPEN_HOME: Final = {True: "yes", False: "no", None: "not recorded"}
MATTERS: Final = (
    ("approved_from", "when approval began"),
    ("last_review_on", "the last review"),
    ("approved_age_min", "the youngest age approved for"),
    ("approved_age_max", "the oldest age approved for"),
    ("on_hold", "whether it is on hold"),
    ("meets_needs", "which needs the carers can meet"),
    ("bedrooms_free", "free bedrooms"),
    ("location", "where it is"),
    ("authority", "in whose area it is"),
    ("pets", "whether there are animals"),
    ("smoker", "whether anybody smokes"),
)
"""What rules ask about a home, and how it is put when it is not recorded."""


def terms(round_: OpenRound, home: Home) -> list[Block]:
    """What the home is approved for, as recorded; then what is not recorded."""
    approved_by = (plain_word(home.provider), home.agency_name, home.approving_service)
    items: list[tuple[str, Cell]] = [
        ("Kind", plain_word(home.kind)),
        ("Approved by", tuple(dict.fromkeys(filter(None, approved_by)))),
        ("Approved", _span(home.approved_from, home.approved_to, "not recorded")),
        ("Last review", _day(home.last_review_on)),
        ("Places", f"{home.approved_places} approved, {home.vacancies} recorded as vacant"),
        ("Ages", ages(home)),
        ("Standing", standing(home)),
        ("Can take children", _span(home.available_from, home.available_to, "no dates recorded")),
        ("Needs the carers can meet", "not recorded" if home.meets_needs is None else _listed(home.meets_needs)),
        ("Area", area_name(home.authority) if home.authority else "not recorded"),
        ("Place known by", "not recorded" if home.location is None else PRECISION[home.location.precision]),
        ("Animals", OPEN_HOME[home.pets]),
        ("Somebody smokes", OPEN_HOME[home.smoker]),
        ("Step-free", OPEN_HOME[home.step_free]),
    ]
    optional: tuple[tuple[str, Cell | None], ...] = (
        ("Approved for these stays", list_in_words(home.approved_needs) if home.approved_needs else None),
        ("Approved for this sex only", home.approved_sex),
        ("Approved for these children", ", ".join(dict.fromkeys(map(round_.who, home.named_children))) or None),
        ("Advice: ages", _numbers(home.advice_age_min, home.advice_age_max)),
        ("Advice: children", None if home.advice_children is None else str(home.advice_children)),
        ("Carers would rather have ages", _numbers(home.preferred_age_min, home.preferred_age_max)),
        ("Free bedrooms", None if home.bedrooms_free is None else str(home.bedrooms_free)),
        ("Exemption names", ", ".join(dict.fromkeys(map(round_.who, home.exempt_children))) or None),
        ("Exemption granted by", area_name(home.exempting_authority) if home.exempting_authority else None),
        ("Registered for", None if home.registered_categories is None else _listed(home.registered_categories)),
        ("Languages", ", ".join(home.languages) or None),
        ("Religion", home.religion),
        ("Cost a week", None if home.weekly_cost is None else f"£{home.weekly_cost:,.2f}"),
    )
    items += [(term, value) for term, value in optional if value is not None]
    blocks: list[Block] = [Definitions(tuple(items))]
    missing = [words for field, words in MATTERS if getattr(home, field) is None]
    if missing:
        blocks.append(
            Notice(
                "Not recorded",
                (
                    f"{'; '.join(missing).capitalize()}.",
                    "Rules that ask for one of these have an open question, not a yes.",
                ),
                "question",
            )
        )
    return blocks


def residents(round_: OpenRound, home: Home) -> Block:
    """Who lives in the home now, and until when."""
    rows: list[tuple[Cell, ...]] = []
    for one in living_there(round_.records, home.home_id):
        if not round_.may_see_child(one.resident_id):
            rows.append((NOT_SHOWN, None, None, None))
            continue
        age = "not recorded" if one.date_of_birth is None else f"{age_on(one.date_of_birth, round_.records.day)}"
        rows.append((one.resident_id, STATUS_WORDS[one.status], age, _day(one.leaving_on, "no day recorded")))
    if not rows:
        return Paragraph("Nobody is recorded as living here, other than the carers.")
    columns = (Column("Who"), Column("Lives here as"), Column("Age", number=True), Column("Until"))
    return Table("Who lives here now", columns, tuple(rows))


def asked_of_the_carers(round_: OpenRound, some: Sequence[Match]) -> Block:
    """Every match with the home, open or over: how far it came, and the words of a refusal."""
    rows: list[tuple[Cell, ...]] = []
    for match in some:
        last = match.steps[-1]
        refused = [s for s in match.steps if s.outcome in ("declines", "refused", "against")]
        rows.append(
            (
                ", ".join(dict.fromkeys(round_.who(c) for c in match.children)),
                plain_word(match.route),
                (plain_word(last.step), *([] if last.outcome == "done" else [plain_word(last.outcome)])),
                in_words(datetime.fromisoformat(last.at).astimezone(ENGLAND).date()),
                tuple(str(s.body.get("reasons", "")) for s in refused if s.body.get("reasons")),
            )
        )
    if not rows:
        return Paragraph("Nothing has been asked of the carers yet, as far as this store knows.")
    return Table(
        "What the carers were asked, and what came of it",
        (Column("Child"), Column("Route"), Column("Stands at"), Column("Since"), Column("Reasons for a no")),
        tuple(rows),
    )


def _day(day: date | None, without: str = "not recorded") -> str:
    return without if day is None else in_words(day)


def _span(first: date | None, last: date | None, without: str) -> str:
    if first is None and last is None:
        return without
    return " ".join(filter(None, (f"from {in_words(first)}" if first else "", f"to {in_words(last)}" if last else "")))


def _numbers(low: int | None, high: int | None) -> str | None:
    if low is None and high is None:
        return None
    return f"{'any' if low is None else low} to {'any' if high is None else high}"


def _listed(values: Sequence[str]) -> str:
    return list_in_words(values) if values else "none listed"
