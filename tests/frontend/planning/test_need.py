"""The page of need: fans with their band in words, what a change is made of, past forecasts beside what came."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from frontend.planning.need_ahead import BANDS, WAYS, bracket, by_need, everybody, need_days, parts_ahead
from frontend.planning.need_change import change, change_days, coming_and_going
from frontend.planning.need_past import NEVER_TRIED, horizons, how_wrong
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Bar, Edition, Paragraph, Picture, Section, Table, every_block
from sufficiency.position_change import PARTS
from tests.frontend.planning.made import assert_no_child
from tests.sufficiency.a_book import LATEST, few_tables, made

UNTIL = "2027-03-31"


@cache
def a_lens() -> Lens:
    """An official lens of the tables that the page tells."""
    keys = ("children.total", "children.group_age", "forecast.group", "forecast.age", "forecast.flows", "gap.need")
    book = few_tables(*keys, "past.forecasts", "past.scores")
    sizes = {"entry": 150.0, "turned_18": 60.0, "returned_home": 52.0, "adopted": 2.0}
    rows = [(UNTIL, part, *(sizes.get(part, 0.0),) * 4) for part in PARTS]
    ends = [
        (UNTIL, name, end, *(size,) * 4)
        for name, *sizes in (("foster", 270.0, 280.0), ("residential", 36.0, 26.0))
        for end, size in zip(("use_is_need", "some_needed_foster"), sizes, strict=True)
    ]
    more = (made("forecast.change", rows), made("need.bracket", ends))
    facts = {**book.facts, **{one.key: one for one in more}}
    return publish(type(book)(book.about, facts, book.sources), Edition.OFFICIAL)


def tables_of(one: Section) -> list[Table]:
    """Its tables, those of drawings too."""
    found = []
    for block in every_block(one.blocks):
        found += [block] if isinstance(block, Table) else [block.table] if isinstance(block, Picture) else []
    return found


def words_of(one: Section) -> str:
    """Its paragraphs."""
    return " ".join(block.text for block in every_block(one.blocks) if isinstance(block, Paragraph))


@pytest.mark.parametrize("wide", BANDS)
def test_a_chosen_band_is_said_as_the_table_has_it(wide: str) -> None:
    """The band in words is that of the book, and what lies outside it is told."""
    lens = a_lens()
    low, high, rest = BANDS[wide]
    ends = [lens.text("forecast.group", end, on=UNTIL, group="all") for end in (low, high)]
    told = words_of(everybody(lens, wide))
    assert f"In {wide} futures: {ends[0]} to {ends[1]} on 31 March 2027" in told
    assert rest in told


def test_every_drawing_has_its_table_and_hides_what_the_edition_hides() -> None:
    """Kinds of home and ages, all and one: the count today is said as the lens says it; a hidden one is not drawn."""
    lens = a_lens()
    for name, way in WAYS.items():
        table = tables_of(parts_ahead(lens, way, "8 in 10", None))[0]
        now = {row[0]: row[1] for row in table.rows}
        dims = {"group": "all", "age": "all"}
        for category in lens.categories(way.key, way.dim):
            by = dims | {way.dim: category}
            count = lens.text("children.group_age", "children", what="in_care", on=LATEST, **by)
            assert now[lens.facts(way.key).label(way.dim, category)] == count, name
            one = parts_ahead(lens, way, "8 in 10", category)
            drawn = any(isinstance(block, Picture) for block in one.blocks)
            assert not (drawn and count == "c")


def test_a_change_is_drawn_from_today_to_then() -> None:
    """The bars of a change begin where the one before ended; a few are told as few and have no bar."""
    lens = a_lens()
    one = change(lens, change_days(lens)[0])
    table = tables_of(one)[0]
    rows = {str(row[0]): row for row in table.rows}
    came, aged = rows["Start to be looked after"], rows["Turned 18"]
    assert (came[1], aged[1]) == ("+150", "−60")
    bars = [row[3] for row in (came, aged)]
    first = next(row[3] for row in table.rows)
    assert all(isinstance(bar, Bar) for bar in (first, *bars))
    assert isinstance(first, Bar)
    assert isinstance(bars[0], Bar)
    assert bars[0].start == first.start + first.length
    assert rows["Adopted"][1] == "fewer than 5 leave"
    assert rows["Adopted"][3] is None
    assert "turned 18" in words_of(one)


def test_past_forecasts_stand_beside_what_came() -> None:
    """Each forecast's row says whether what came lay within its band; where none was tried, that is said."""
    lens = a_lens()
    ahead = horizons(lens)[0]
    one = how_wrong(lens, ahead)
    table = tables_of(one)[0]
    assert {row[5] for row in table.rows} <= {"yes", "no", "not known"}
    assert lens.text("past.scores", "off_by", horizon=ahead, level="total") in words_of(one)
    assert NEVER_TRIED in words_of(how_wrong(lens, None))


def test_the_two_ends_of_need_and_who_comes_and_goes_are_told() -> None:
    """Both ends of need stand in words, and counted years before those that are forecast."""
    lens = a_lens()
    assert "It is 270 if every child needs the kind of home they live in, and 280 if" in words_of(bracket(lens))
    assert by_need(lens, need_days(lens)[0]).blocks
    years = [str(row[1]) for row in tables_of(coming_and_going(lens))[0].rows]
    assert years == sorted(years)
    assert set(years) == {"counted", "forecast"}


@pytest.mark.usefixtures("planning_office")
def test_the_page_shows_each_of_its_parts(planning_page: Callable[..., AppTest]) -> None:
    """Every part of the page opens for a commissioner, and says nothing of a child."""
    at = planning_page("need.py", "commissioner")
    for topic in ("all", "group", "age", "need", "use", "flows", "change", "past"):
        at.radio(key="need topic").set_value(topic).run()
        assert not at.exception
        drawn = "".join(one.proto.body for one in at.get("html"))
        assert "<table" in drawn or NEVER_TRIED in drawn.replace("&#39;", "'")
        assert_no_child(re.sub(r"<[^>]*>", " ", re.sub(r"<(style|svg)\b.*?</\1>", " ", drawn, flags=re.DOTALL)))
