"""Sections 3, 5, 7, 9, 11, 12 and 13: what they say, to whom, and that what is hidden is neither said nor drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from reporting.disclosure import HIDDEN
from reporting.fact import Book, Kind
from reporting.lens import Lens
from reporting.section import Edition, Picture, Section, Table, every_block
from sufficiency import (
    mp_actions,
    mp_children,
    mp_intentions,
    mp_method,
    mp_money,
    mp_pipeline,
    mp_quality,
    mp_short,
    mp_supply,
    mp_targets,
)
from sufficiency.mp_intentions import AHEAD, ASKED, NOT_SAID, NOTHING, SPOT, suggested
from sufficiency.mp_words import year_before
from sufficiency.narrative import Narrative
from sufficiency.ofsted_homes import ofsted_of, with_ofsted
from sufficiency.trace import texts_of
from tests.sufficiency.a_book import LATEST, QUARTERS, a_book, made

ALL_SECTIONS = (
    *(mp_children.section, mp_supply.section, mp_pipeline.section, mp_money.section),
    *(mp_quality.section, mp_intentions.section, mp_actions.section),
)
QUIET = Narrative(empty_places=False)
Written = Callable[[Lens, Narrative], tuple[Section, ...]]


@cache
def the_book() -> Book:
    return a_book()


def seen(edition: Edition = Edition.CONFIDENTIAL, *more: object, without: tuple[str, ...] = ()) -> Lens:
    facts = {key: one for key, one in the_book().facts.items() if key not in without}
    facts |= {one.key: one for one in more}  # type: ignore[attr-defined]
    return Lens(Book(the_book().about, facts, the_book().sources), edition)


def words(sections: tuple[Section, ...]) -> str:
    return "\n".join(text for section in sections for text in texts_of(section.blocks))


def pictures(sections: tuple[Section, ...]) -> list[Picture]:
    return [one for section in sections for one in every_block(section.blocks) if isinstance(one, Picture)]


def tables(sections: tuple[Section, ...]) -> list[Table]:
    found = [one for section in sections for one in every_block(section.blocks)]
    return [one.table if isinstance(one, Picture) else one for one in found if isinstance(one, Table | Picture)]


@pytest.mark.parametrize("written", ALL_SECTIONS)
def test_a_book_with_nothing_in_it_is_said_and_not_left_out(written: Written) -> None:
    """Without any table but the count of all, each section still stands, leads with words, and draws nothing."""
    lens = seen(without=tuple(key for key in the_book().facts if key != "children.total"))
    sections = written(lens, QUIET)
    assert sections[0].level == 2
    assert words(sections).strip()
    assert pictures(sections) == []


@pytest.mark.parametrize("written", ALL_SECTIONS)
def test_what_is_hidden_is_neither_said_nor_drawn(written: Written) -> None:
    """With every count, forecast and sum hidden no chart has a bar of it, and no sentence a symbol."""
    texts = {
        key: pd.DataFrame(
            {**{dim: one.rows[dim] for dim in one.by}, **{v.name: HIDDEN for v in one.columns}, "share": HIDDEN},
            index=one.rows.index,
        )
        for key, one in the_book().facts.items()
        if one.kind is not Kind.PLAIN
    }
    sections = written(Lens(the_book(), Edition.OFFICIAL, texts), QUIET)
    assert pictures(sections) == []
    sentences = [line for line in words(sections).split("\n") if line.endswith(".")]
    assert not [line for line in sentences if f" {HIDDEN} " in line or f"({HIDDEN})" in line or f" {HIDDEN}." in line]


@pytest.mark.parametrize("written", ALL_SECTIONS)
def test_tables_can_be_printed(written: Written) -> None:
    """No table is wider than a page, every chart has its table and its words, and rows are not empty."""
    sections = written(seen(), Narrative())
    assert all(len(one.columns) <= 8 for one in tables(sections))
    assert all(one.alt and one.table.rows for one in pictures(sections))
    assert all(any(cell is not None for cell in row[1:]) for one in tables(sections) for row in one.rows)


def test_children_now_says_how_many_and_where_they_live() -> None:
    """The lead counts today and a year before; the bars of ages show all kinds of placement that have children."""
    sections = mp_children.section(seen(), QUIET)
    assert "On 31 March 2026 the council looked after 340 children; a year before, 331." in words(sections)
    (bars,) = pictures(sections)
    assert len(bars.table.rows) == 10
    assert bars.table.total is not None
    assert bars.table.total[-1] == "340"


def test_a_rate_is_told_where_population_is_known() -> None:
    """With a rate per 10,000 the lead says it; without, the table says why there is none."""
    told = mp_children.section(seen(Edition.PUBLIC, made("children.rate", [(LATEST, 64.0)])), QUIET)
    assert "That is 64 of every 10,000 children in the area." in words(told)
    assert "no population was given" in words(mp_children.section(seen(), QUIET))


def test_homes_of_a_register_and_of_the_nation_are_not_mixed_up() -> None:
    """With a register what is filled is drawn; without, a notice says that national figures stand in."""
    with_register = mp_supply.section(seen(), QUIET)
    assert "Of these places" in words(with_register)
    assert "National default" not in words(with_register)
    without = mp_supply.section(Lens(a_book(register=False), Edition.PUBLIC), QUIET)
    assert "National default" in words(without)
    assert "Of these places" not in words(without)


def test_only_the_whole_sum_is_told_to_the_public() -> None:
    """Prices, who is paid and savings stand in an edition for officers, and in no public one."""
    public, official = (mp_money.section(seen(edition), QUIET) for edition in (Edition.PUBLIC, Edition.OFFICIAL))
    assert [one.heading for one in public] == ["Money"]
    assert "are forecast to cost about £" in words(public)
    assert [one.edition for one in official[1:]] == [Edition.OFFICIAL] * 4
    assert [one.heading for one in mp_money.section(seen(), QUIET, council_wide=True)] == ["Money"]


def test_break_even_is_where_the_saving_is_nought() -> None:
    """A household that saves as much as its recruitment costs breaks even at half of today's conversion."""
    prices = [
        (name, value, "", "", "", "Made up", "2026", "verified", "no")
        for name, value in ((mp_money.RECRUIT, "21000"), (mp_money.CONVERSION, "0.4"))
    ]
    saving = made("money.saving", [("teenagers", 21_000.0, 9_000.0, 36_000.0, 40.0, 0.9, 20_000.0, 1_000.0)])
    lens = seen(Edition.OFFICIAL, made("assumptions.figures", prices), saving)
    table = tables(mp_money.section(lens, QUIET))[-1]
    assert table.rows == (("Foster carers for teenagers", "40", "20%"),)


@pytest.mark.parametrize(
    ("p10", "p50", "p80", "what"),
    [
        (5.0, 8.0, 9.0, AHEAD),
        (4.0, 5.0, 9.0, ASKED),
        (0.0, 4.0, 5.0, SPOT),
        (0.0, 1.0, 4.0, NOTHING),
    ],
    ids=["five in nine of ten", "five in the middle", "five in two of ten", "four at most"],
)
def test_what_to_buy_follows_from_the_gap_by_the_rule(p10: float, p50: float, p80: float, what: str) -> None:
    """Both sides of each edge of the stated rule."""
    row = (QUARTERS[0], "teenagers", p50, p10, p50, p80, p80, p80, 0.5)
    assert suggested(seen(Edition.CONFIDENTIAL, made("gap.need", [row])), "teenagers", QUARTERS[0]) == what


def test_nothing_is_suggested_of_a_need_that_is_hidden() -> None:
    """A need of few children is not told by what would be bought for it."""
    one = made("gap.need", [(QUARTERS[0], "teenagers", 2.0, 1.0, 2.0, 3.0, 3.0, 4.0, 0.5)])
    columns = {value.name: [HIDDEN] for value in one.columns}
    text = pd.DataFrame({"on": [QUARTERS[0]], "home_segment": ["teenagers"], **columns})
    lens = Lens(Book(the_book().about, {one.key: one}, {}), Edition.PUBLIC, {one.key: text})
    assert suggested(lens, "teenagers", QUARTERS[0]) == NOT_SAID


def test_trigger_points_add_up_from_the_first_quarter() -> None:
    """On track is the plan so far, off track what the pipeline alone would bring; the council writes the rest."""
    rows = [
        (quarter, name, 3.0, 1.0, 2.0, 48.0, "at once") for quarter in QUARTERS[:3] for name in ("teenagers", "all")
    ]
    sections = mp_actions.section(seen(Edition.PUBLIC, made("targets.quarter", rows)), QUIET)
    track = next(one for one in tables(sections) if one.caption.startswith("Households approved"))
    assert [row[1:] for row in track.rows] == [
        ("3", "1 or fewer", "48", None),
        ("6", "2 or fewer", "96", None),
        ("9", "3 or fewer", "144", None),
    ]
    assert "9 households approved; today's pipeline alone brings about 3" in words(sections)


def test_a_year_before_is_found_only_where_it_is_known() -> None:
    """Days and financial years go back one year; 29 February goes back to the 28th."""
    assert year_before("2026-03-31", ["2025-03-31"]) == "2025-03-31"
    assert year_before("2024-02-29", ["2023-02-28"]) == "2023-02-28"
    assert year_before("2000-01", ["1999-00"]) == "1999-00"
    assert year_before("2026-03-31", []) is None


OFSTED = """URN,Provision type,Registration status,Local authority,Sector,Places,Organisation name
1,Children's home,Active,St. Helens,Private,4,Somebody
2,Children's home,Active,St. Helens,Local Authority,3,The council
3,Children's home,Resigned,St. Helens,Private,9,Gone
4,Supported Accommodation,Active,St. Helens,Private,,Somebody
5,Children's home,Active,Bury,Private,6,Elsewhere
"""


def test_homes_in_the_area_come_from_ofsteds_list() -> None:
    """Active homes of the area alone are counted, by kind and sector; places that are not told are not nought."""
    found = ofsted_of(OFSTED, "St Helens Borough Council", "providers.csv")
    rows = found.facts[0].rows.set_index(["provision", "sector"])
    assert tuple(rows.loc[("childrens_home", "all")]) == (2.0, 7.0)
    assert pd.isna(rows.loc[("supported", "all"), "places"])
    lens = Lens(with_ofsted(the_book(), found), Edition.PUBLIC)
    text = words(mp_supply.section(lens, QUIET))
    assert "2 homes for children are registered in the area, registered for 7 places." in text
    assert "Somebody" not in text


@pytest.mark.parametrize(
    ("text", "council", "why"),
    [("a,b\n1,2\n", "Bury", "has no column Provision type"), (OFSTED, "Burry", "Did you mean Bury")],
    ids=["another file", "another name"],
)
def test_another_file_or_name_is_refused_in_words(text: str, council: str, why: str) -> None:
    """What is wrong, and the nearest name."""
    with pytest.raises(ValueError, match=why):
        ofsted_of(text, council, "providers.csv")


def test_a_promise_that_cannot_be_kept_is_told_first() -> None:
    """Where what was asked cannot be promised, the page in short and the targets say so before any approvals."""
    asked = ("asked", 0.8, "80% of children have one")
    summary = [asked, ("level", 0.529, "52.9% of children have one"), ("feasible", 0, "no")]
    for section in (mp_short.section, mp_targets.section):
        text = words(section(seen(Edition.CONFIDENTIAL, made("targets.summary", summary)), QUIET))
        assert "What was asked (80% of children have one) cannot be promised. The most that can: 52.9% of" in text
        assert "What is promised needs" not in text
        assert "The plan for that" in text
        assert "cannot be promised" not in words(section(seen(), QUIET))


def test_the_statement_prints_the_councils_own_figures_and_says_where_the_others_are() -> None:
    """Hundreds of national defaults are the strategy's; the statement says how many they are, and where they stand."""
    said = ("", 1.0, 1.0, "Somebody", "2026", "verified")
    figures = [("cost.ours", 7.0, *said, "no"), ("cost.theirs", 8.0, *said, "yes")]
    figures = [(name, value, "weeks", *rest[1:]) for name, value, *rest in figures]
    lens = seen(Edition.CONFIDENTIAL, made("assumptions.figures", figures))
    shown = [row[0] for one in tables(mp_method.section(lens, QUIET, whole=False)) for row in one.rows]
    assert "ours" in shown
    assert "theirs" not in shown
    assert not [one for one in lens.said if ("figure", "cost.theirs") in one.by]
    every = [row[0] for one in tables(mp_method.section(lens, QUIET)) for row in one.rows]
    assert {"ours", "theirs"} <= set(every)


def test_figures_of_the_pipeline_are_said_with_their_units_as_people_do() -> None:
    """A share is per cent, one month is no months, and a word is left as it is."""
    figures = [
        ("supply.pipeline.withdrawn_waiting", "0.05", "share a month", "national default"),
        ("supply.pipeline.approved_at_panel", "0.976", "share", "national default"),
        ("supply.pipeline.months_at_panel", "1", "months", "national default"),
        ("fostering.pipeline.months_to_approval", "6", "months", "the council's own"),
        ("supply.assessments", "5.991", "assessments a month", "the council's own"),
    ]
    lens = seen(Edition.CONFIDENTIAL, made("pipeline.figures", figures))
    told = [mp_pipeline.with_unit(lens, "pipeline.figures", name) for name, *_ in figures]
    assert told == ["5% a month", "97.6%", "1 month", "6 months", "6 assessments a month"]
