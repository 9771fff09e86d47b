"""What a lens says of a book's figures: as they stand, or as an edition may, with symbols that are explained."""

from __future__ import annotations

import pandas as pd
import pytest

from reporting.fact import Book, Facts, Kind, Unit, Value
from reporting.lens import NOT_KNOWN, Lens, written
from reporting.publish import publish
from reporting.section import Edition

DAY = "2026-03-31"


@pytest.fixture(scope="module")
def book() -> Book:
    """Ages with one small count, prices for officers, and a figure that is not known."""
    ages = [("in_care", DAY, "young", 3), ("in_care", DAY, "old", 1240), ("in_care", DAY, "all", 1243)]
    prices = [("a", 1234.0, 40, 9), ("b", 999.0, 40, 2)]
    plain = [("a", 0.1234, "words"), ("b", float("nan"), "1,000 = more")]
    tables = [
        Facts(
            "ages",
            "Ages",
            Kind.COUNT,
            ("what", "on", "age"),
            (Value("children", "Children"),),
            pd.DataFrame(ages, columns=["what", "on", "age", "children"]),
            "returns",
        ),
        Facts(
            "shares",
            "Shares",
            Kind.SHARE,
            ("measure",),
            (Value("part", "Children"), Value("base", "Of")),
            pd.DataFrame([("m", 410, 1000), ("n", 2, 1000)], columns=["measure", "part", "base"]),
            "returns",
        ),
        Facts(
            "plain",
            "Plain",
            Kind.PLAIN,
            ("name",),
            (Value("value", "Value", Unit.SHARE), Value("text", "T", Unit.TEXT)),
            pd.DataFrame(plain, columns=["name", "value", "text"]),
            "returns",
        ),
        Facts(
            "prices",
            "Prices",
            Kind.MONEY,
            ("group",),
            (Value("pounds", "Pounds", Unit.POUNDS), Value("people", "Children"), Value("providers", "", Unit.NUMBER)),
            pd.DataFrame(prices, columns=["group", "pounds", "people", "providers"]),
            "returns",
            edition=Edition.OFFICIAL,
        ),
    ]
    return Book({}, {one.key: one for one in tables}, {"returns": "Returns."})


def test_open_tables_hold_bare_numbers_and_symbols(book: Book) -> None:
    """Open data has codes, plain numbers and symbols: no commas, no signs of pounds, shares from 0 to 1."""
    tables = publish(book, Edition.OFFICIAL).open_tables()
    assert tables["ages"]["children"].tolist() == ["c", "1240", "1245"]
    assert tables["shares"][["part", "base", "share"]].to_numpy().tolist() == [
        ["410", "1000", "0.41"],
        ["c", "1000", "c"],
    ]
    assert tables["plain"]["value"].tolist() == ["0.1234", NOT_KNOWN]
    assert tables["plain"]["text"].tolist() == ["words", "1,000 = more"]
    assert tables["prices"]["pounds"].tolist() == ["1230", "c"]
    assert "prices" not in publish(book, Edition.PUBLIC).open_tables()


def test_every_symbol_is_explained(book: Book) -> None:
    """Whatever stands in place of a figure has a meaning that can be printed beside it."""
    lens = publish(book, Edition.PUBLIC)
    assert set(lens.symbols()) == {"c", NOT_KNOWN}
    assert lens.why("c") == lens.symbols()["c"]
    assert lens.why("12") is None
    assert lens.number("ages", "children", age="young") is None
    assert lens.number("ages", "children", age="old") == 1240
    assert lens.number("shares", "share", measure="m") == pytest.approx(0.41)


def test_what_is_hidden_and_why(book: Book) -> None:
    """Each hidden figure of the tables that the edition holds is listed with its reason."""
    why = {
        (one.key, dict(one.by).get("age", dict(one.by).get("group")), one.why)
        for one in publish(book, Edition.OFFICIAL).hidden_rows()
        if one.key in ("ages", "prices")
    }
    assert why == {("ages", "young", "small"), ("prices", "b", "commercial")}
    assert {one.key for one in publish(book, Edition.PUBLIC).hidden_rows()} == {"ages", "shares"}


def test_a_confidential_lens_says_all(book: Book) -> None:
    """Without texts figures are said as they stand, in sentences and in tables alike."""
    lens = Lens(book, Edition.CONFIDENTIAL)
    assert lens.text("ages", "children", age="young") == "3"
    assert lens.open_tables()["ages"]["children"].tolist() == ["3", "1240", "1243"]


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (0.1234, Unit.NUMBER, "0.12"),
        (4.25, Unit.NUMBER, "4.2"),
        (1234.0, Unit.NUMBER, "1,234"),
        (0.105, Unit.SHARE, "11%"),
        (-1234.0, Unit.POUNDS, "−£1,234"),
        (float("nan"), Unit.PEOPLE, NOT_KNOWN),
        (2.5, Unit.PEOPLE, "3"),
    ],
)
def test_numbers_as_they_are_read(number: float, unit: Unit, said: str) -> None:
    """A number is written as people read it; one below one keeps two figures that tell."""
    assert written(number, unit) == said
