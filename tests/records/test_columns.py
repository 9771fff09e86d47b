"""The reference page of the records folder is printed from the columns themselves."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from records import codes
from records.columns import FILES, Effect, reference
from records.model import Child, Enquiry, Home, Link, Resident, Separation, SiblingRow, Zone

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "records.md"


def test_the_page_is_current() -> None:
    """`docs/reference/records.md` is what `python -m records.columns` prints."""
    assert PAGE.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("children", Child),
        ("homes", Home),
        ("siblings", SiblingRow),
        ("separations", Separation),
        ("residents", Resident),
        ("links", Link),
        ("zones", Zone),
        ("enquiries", Enquiry),
    ],
)
def test_every_column_reaches_the_model(name: str, kind: type) -> None:
    """Each column is a field under its own name, or part of a location."""
    located = {"easting", "northing", "home_easting", "home_northing", "school_easting", "school_northing"}
    known = {f.name for f in fields(kind)} | located
    assert {column.name for column in FILES[name].columns} <= known


@pytest.mark.parametrize(
    "name",
    [
        "approved_to", "on_hold", "notice_received_on", "available_from", "available_to", "approved_age_min",
        "approved_age_max", "approved_sex", "approved_needs", "named_children", "bedrooms_free", "pets", "smoker",
        "registered_categories",
    ],
)  # fmt: skip
def test_a_garbled_limit_of_a_home_never_counts_as_no_limit(name: str) -> None:
    """Every column of a home that can forbid it takes the row out when it cannot be read."""
    column = next(column for column in FILES["homes"].columns if column.name == name)
    assert column.unreadable is Effect.ROW_OUT


def test_code_sets() -> None:
    """The codes are those of the contract and of the SSDA903 return, each with its words."""
    assert len(codes.NEED_CODES) == 17
    assert {"autism", "uasc", "infant_care"} <= set(codes.NEED_CODES)
    assert {"C1", "C2", "E1", "V2", "V4", "J3"} <= set(codes.LEGAL_STATUS_CODES)
    assert len(codes.LEGAL_STATUS_CODES) == 13
    assert len(codes.ETHNIC_CODES) == 20
    assert codes.need_label("uasc") == "Unaccompanied child seeking asylum"
    assert codes.need_label("juggling") == "juggling"
    assert codes.legal_status_label("E1") == "Placement order"
    assert codes.ethnic_label("CHNE") == "Chinese"
