"""The page of the policy lab: what differs, how sure that is, a drawing with its table, and what it rests on."""

from __future__ import annotations

from typing import Final

from reporting.intervals import Interval, intervals_svg
from reporting.section import Block, Bullets, Column, Definitions, Paragraph, Picture, Section, Table
from reporting.write import html
from sufficiency.homes_page import MADE_UP, MADE_UP_TITLE
from sufficiency.lab import Tried
from sufficiency.lab_words import Difference, differences, headline, said, sentence, side_in_words

OWN_HOMES: Final = "OFFICIAL-SENSITIVE: rests on the council's own homes. Its children are made up."
YEARS_OF_NOBODY: Final = "The children of these years are made up: nobody in them exists."


def lab_page(tried: Tried) -> str:
    """The whole page as HTML; the same lab always gives the same bytes."""
    return html(
        "Policy lab" if tried.asked.register else f"{MADE_UP_TITLE}Policy lab",
        sections(tried),
        lead="Two ways of deciding met the same made-up years: the same children, endings and refusals.",
        marking=OWN_HOMES if tried.asked.register else MADE_UP,
        footer=f"Made by Placewell: seed {tried.asked.seed}, {tried.asked.years:,} years. lab.csv has every year.",
    )


def sections(tried: Tried) -> tuple[Section, ...]:
    """Every section, in reading order."""
    return (
        Section("In short", tuple(_short(tried)), anchor="short"),
        Section("What differs", (picture(tried), figures(tried)), anchor="differs"),
        Section("What was tried", (Definitions(_sides(tried)),), anchor="tried"),
        Section("How to read this", (Bullets(reading(tried)),), anchor="reading"),
    )


def _short(tried: Tried) -> list[Block]:
    b = tried.asked.b.name
    lines = tuple(sentence(one, b)[:1].upper() + sentence(one, b)[1:] for one in differences(tried))
    return [Paragraph(headline(tried), strong=True), Bullets(lines)]


def picture(tried: Tried) -> Picture:
    """The differences about nought, with their table."""
    a, b = tried.asked.sides
    all_ = differences(tried)
    rows = tuple(
        Interval(
            one.measure.title,
            one.mean,
            one.low,
            one.high,
            said(one.mean, one.measure, signed=True),
            one.sure is True,
        )
        for one in all_
    )
    title = f"“{b.name}” less “{a.name}”, a year"
    alt = "; ".join(sentence(one, b.name) for one in all_)
    svg = intervals_svg(rows, title=title, alt=alt, less="less", more="more")
    table = Table(
        f"{title}: mean difference, and where 90 of 100 years lie",
        (Column("Measure"), Column("Difference", number=True), Column("From", number=True), Column("To", number=True)),
        tuple(_band_row(one) for one in all_),
    )
    return Picture(title, svg, alt, table)


def _band_row(one: Difference) -> tuple[str, str, str, str]:
    m = one.measure
    return (
        m.title,
        said(one.mean, m, signed=True),
        said(one.low, m, signed=True),
        said(one.high, m, signed=True),
    )


def figures(tried: Tried) -> Table:
    """What each side came to, a year on average, and what is to be made of it."""
    a, b = tried.asked.sides
    words = {None: "exactly the same", True: "more than chance would explain", False: "chance may explain it"}
    return Table(
        f"A year on average, of {tried.asked.years:,}; {tried.children.mean():,.1f} children needed a home found",
        (Column("Measure"), Column(a.name, number=True), Column(b.name, number=True), Column("The difference")),
        tuple(
            (one.measure.title, said(one.a, one.measure), said(one.b, one.measure), words[one.sure])
            for one in differences(tried)
        ),
    )


def _sides(tried: Tried) -> tuple[tuple[str, str], ...]:
    return tuple(
        (side.name, f"{side_in_words(side)} {homes:,.1f} homes on average.")
        for side, homes in zip(tried.asked.sides, tried.homes, strict=True)
    )


def reading(tried: Tried) -> tuple[str, ...]:
    """What the figures are and are not."""
    asked = tried.asked
    own = "the council's own homes filled anew" if asked.register else "made-up homes as full as England's"
    return (
        YEARS_OF_NOBODY,
        f"Years have {asked.weeks} weeks, {own}, and about {asked.families:.0f} families who come into care.",
        "Both sides meet the same luck: who comes when, which placements end or break down, which homes are not "
        f"available, and which carers say no ({asked.refuses:.0%} of those asked; assumed). Only the decisions differ.",
        "The band is of the differences year by year. A difference counts as more than chance where all six measures "
        "together would mislead in fewer than 5 of 100 labs.",
        "Nearness is measured for both by one policy, whatever their own says. Cost is what homes ask a week; waiting "
        "is not priced. Where no cost is recorded the highest recorded counts.",
        "Brothers and sisters whom no home of the first register could take together, even when empty, come in parts.",
        "A difference here says which way of deciding does better in years like these. It foretells no council's year.",
    )
