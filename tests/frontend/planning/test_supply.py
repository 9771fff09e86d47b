"""The page of supply: vacancies that can be used, homes ahead, the pipeline, and the map of authorities."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from frontend.planning.supply_map import FROM, HOMES, LIVE, where_they_are
from frontend.planning.supply_view import MEASURES, WAITS, ahead, homes_now, pipeline, segments, vacancies
from records.geography import adjoining, authority_name
from reporting.fact import ALL, Facts
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition, Paragraph, Picture, Section, Table, every_block
from sufficiency.mp_figures import many, roughly
from sufficiency.position_children import with_sums
from tests.frontend.planning.made import assert_no_child
from tests.sufficiency.a_book import LATEST, few_tables, made, the_children

TRAFFORD = "E08000009"
AREAS = (TRAFFORD, *sorted(adjoining(TRAFFORD)), "beyond", "not_known")
PLACES = ("inside", "outside", "not_known")


def places(lives_beside: int) -> list[Facts]:
    """Children by where they come from and live; so many live in the first area beside the council's."""
    labels = {area: authority_name(area) or area for area in AREAS} | {ALL: "Everywhere"}
    there = the_children().place.value_counts()
    came = np.zeros(len(AREAS), dtype=int)
    came[0], came[-1] = 300, there.sum() - 300
    live = np.zeros((3, len(AREAS)), dtype=int)
    live[0, 0], live[2, -1], live[1, 1] = there["inside"], there["not_known"], lives_beside
    live[1, 2] = there["outside"] - lives_beside
    return [
        made(FROM, [("in_care", LATEST, *row) for row in with_sums((AREAS,), came)], labels={"comes_from": labels}),
        made(
            LIVE, [("in_care", LATEST, *row) for row in with_sums((PLACES, AREAS), live)], labels={"lives_in": labels}
        ),
    ]


@cache
def a_lens(located: bool = True) -> Lens:
    """An official lens of the tables that the page tells."""
    keys = ("children.total", "children.group_age", "children.place_group", "supply.now", "supply.places")
    book = few_tables(*keys, "supply.segment")
    shares = [("teenagers", "teenagers", full, share) for full, share in (("60%", 0.3), ("80%", 0.1), ("90%", 0.05))]
    months = [(figure, f"{at + 1}", "months", "national default, unverified") for at, (figure, _) in enumerate(WAITS)]
    own = (
        made("usable.curve", shares),
        made("usable.now", [(LATEST, "teenagers", 6.0)]),
        made("pipeline.figures", months),
    )
    more = {one.key: one for one in (*own, *(places(3) if located else ()))}
    return publish(replace(book, facts={**book.facts, **more}), Edition.OFFICIAL)


def words_of(one: Section) -> str:
    """Its paragraphs."""
    return " ".join(block.text for block in every_block(one.blocks) if isinstance(block, Paragraph))


def tables_of(one: Section) -> list[Table]:
    """Its tables, those of drawings too."""
    found = []
    for block in every_block(one.blocks):
        found += [block] if isinstance(block, Table) else [block.table] if isinstance(block, Picture) else []
    return found


def test_usable_vacancies_are_those_of_the_book() -> None:
    """How many are vacant and how many of them a child could use, as the lens says both."""
    lens = a_lens()
    by = {"what": "places", "on": LATEST, "home_segment": "all", "state": "vacant"}
    vacant = lens.text("supply.places", "places", **by)
    could = lens.text("usable.now", "mean", on=LATEST, child_need="teenagers")
    told = words_of(vacancies(lens, "teenagers"))
    assert f"{vacant} places were vacant" in told
    assert f"A teenager: about {could} vacancies could be used" in told


def test_homes_ahead_and_the_pipeline_each_have_a_table() -> None:
    """Households, open places and usable places of each kind; each step's months add their wait."""
    lens = a_lens()
    for measure in MEASURES:
        for name in segments(lens):
            assert tables_of(ahead(lens, measure, name))[0].rows
    steps = next(one for one in pipeline(lens) if one.heading == "How long it takes")
    assert [row[1] for row in tables_of(steps)[0].rows] == ["1", "2", "3"]
    assert homes_now(lens)


def test_an_area_of_few_children_is_hidden_in_the_table_and_hatched_on_the_map() -> None:
    """Three children live in the area beside: no figure of it stands anywhere."""
    lens = a_lens()
    one = where_they_are(lens)
    picture = next(block for block in one.blocks if isinstance(block, Picture))
    rows = {row[0]: row for row in picture.table.rows}
    beside = authority_name(AREAS[1])
    assert rows[beside][2] == "c"
    assert "3" not in [cell for row in picture.table.rows for cell in row]
    assert "hatched" in picture.svg
    assert 'stroke-width="0.8"' in picture.svg
    assert re.findall(r">(\d+) children<", picture.svg)
    assert HOMES not in lens.book.facts
    assert "register" in str(one.blocks)


def test_without_places_it_is_said_to_be_not_known() -> None:
    """Returns whose postcodes cannot be found give no map, and the page says why."""
    assert "Not known" in words_of(where_they_are(a_lens(False)))


@pytest.mark.usefixtures("planning_office")
def test_the_page_shows_each_of_its_parts(planning_page: Callable[..., AppTest]) -> None:
    """Every part of the page opens for a commissioner, and says nothing of a child."""
    at = planning_page("supply.py", "commissioner")
    for topic in ("now", "vacancies", "ahead", "pipeline", "where"):
        at.radio(key="supply topic").set_value(topic).run()
        assert not at.exception
        drawn = "".join(one.proto.body for one in at.get("html"))
        assert "<table" in drawn
        assert_no_child(re.sub(r"<[^>]*>", " ", re.sub(r"<(style|svg)\b.*?</\1>", " ", drawn, flags=re.DOTALL)))


def test_few_are_not_said_to_be_about_fewer_than_five() -> None:
    """A middle is said to be about so many; what is said of few is no middle."""
    assert roughly("20 vacancies") == "about 20 vacancies"
    assert roughly("fewer than 5 vacancies") == "fewer than 5 vacancies"
    assert roughly(many("0", "vacancy", "vacancies")) == "no vacancies"
    assert roughly(many("c", "vacancy", "vacancies")).startswith("a number of")
