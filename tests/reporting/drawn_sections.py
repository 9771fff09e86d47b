"""Sections with a drawing, sources and hostile text, for tests of every writer."""

from __future__ import annotations

from datetime import date

from reporting.fan import Band, Fan, Known, fan_svg
from reporting.section import Column, Edition, Link, Paragraph, Picture, Section, Table

_PAST = tuple(date(2020 + k // 4, 1 + 3 * (k % 4), 1) for k in range(12))
_AHEAD = tuple(date(2023 + k // 4, 1 + 3 * (k % 4), 1) for k in range(12))
ALT = "It rises from 300 to 323 <not markup>."
SVG = fan_svg(
    Known(_PAST, tuple(300.0 + k for k in range(12))),
    Fan(
        _AHEAD,
        tuple(312.0 + k for k in range(12)),
        (Band("8 in 10", tuple(305.0 - k for k in range(12)), tuple(320.0 + 2 * k for k in range(12))),),
    ),
    title="Children in care",
    alt=ALT,
    known_name="counted",
    middle_name="middle",
)
TABLE = Table(
    "Children in care",
    (Column("On"), Column("Children", number=True), Column("Children", number=True)),
    (("=cmd|' /C calc'!A0", "1,234", "c"), ("+1", "−5", "41%"), ("@SUM(1)", "£1,230", "4.5")),
    ("c: hidden.",),
    ("All", "2,469", "k"),
)
DRAWN = (
    Section("1 Need", (Picture("More children", SVG, ALT, TABLE),), anchor="need", sources=("The returns.", "A plan")),
    Section("2 Homes", (Paragraph("Words."),), anchor="homes"),
    Section("2.1 Prices", (Paragraph("£1,000 a week."),), level=3, anchor="prices", edition=Edition.OFFICIAL),
    Section("3 End", (Table("Links", (Column("See"),), ((Link("Prices", "prices"),),)),), anchor="end"),
)
