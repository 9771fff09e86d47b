"""The page of our children and homes: what each measure says, and how it lies beside others."""

from __future__ import annotations

import pytest
from markupsafe import escape

from frontend.planning.now_measures import beside, compared, fresh, measures_of, moved
from frontend.planning.now_view import HOW_TO_LOAD, TOPICS, topic
from reporting.fact import Book
from reporting.lens import Lens
from reporting.publish import publish
from reporting.section import Edition, Picture, Section, Table, every_block
from reporting.write import fragment
from sufficiency.comparators import comparators_of, with_comparators
from tests.sufficiency.a_book import LATEST, few_tables, made

OTHERS = """measure,area,area_kind,period,value,unit,source
ni_62,England,england,2026-03-31,10,per_cent,The Department: made up
ni_62,North West,region,2025-03-31,21,per_cent,The Department: made up
ni_62,Statistical neighbours,neighbours,2024-03-31,30.5,per_cent,The Department: made up
adopted,England,england,2024-25,9,per_cent,The Department: made up
"""
QUARTERS = tuple(f"{year}-{day}" for year in (2024, 2025, 2026) for day in ("03-31", "06-30", "09-30", "12-31"))[:9]


def a_lens(*, others: bool = True) -> Lens:
    """An official lens of few tables: measures of nine quarters, ways out of three years, rows of the return."""
    shares = [("ni_62", on, 40 + at, 200) for at, on in enumerate(QUARTERS)]
    shares += [("ni_63", on, 3, 200) for on in QUARTERS]
    left = [
        ("ceased", year, way, count)
        for year, adopted, every in (("2024-25", 20, 134), ("2025-26", 2, 129))
        for way, count in (
            ("adopted", adopted),
            ("turned_18", 74),
            ("returned_home", every - adopted - 74),
            ("all", every),
        )
    ]
    facts = {
        **few_tables("children.total", "children.group_age", "data.rows").facts,
        **{
            key: made(key, rows)
            for key, rows in (
                ("performance.shares", shares),
                ("ceased.way_out", left),
                ("data.years", [("the council", "2024-25", "yes"), ("the council", "2025-26", "missing")]),
            )
        },
    }
    base = few_tables("children.total")
    book = Book(base.about, facts, base.sources)
    comparators = comparators_of(OTHERS).facts if others else None
    return fresh(publish(with_comparators(book, comparators), Edition.OFFICIAL))


@pytest.fixture(scope="module")
def lens() -> Lens:
    """The lens, made once: each test takes a fresh one of it."""
    return a_lens()


def words_of(sections: tuple[Section, ...]) -> str:
    """What a page would hold, as HTML."""
    return fragment(list(sections), "now")


def test_a_measure_has_its_last_nine_quarters_and_the_year_before(lens: Lens) -> None:
    """Nine times, the oldest first; the year before is the same day."""
    (one, _) = measures_of(lens)["settled"]
    assert one.times == QUARTERS
    assert (one.now, one.before) == ("25%", "23%")
    assert moved(lens, one) == "no clear change"


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ("24%", "10%", "higher than England"),
        ("9%", "10.4%", "lower than England"),
        ("10%", "10.9%", "about the same as England"),
        ("11%", "10%", "about the same as England"),
        ("c", "10%", "cannot be told"),
        ("not known", "10%", "cannot be told"),
    ],
)
def test_a_difference_is_said_without_judging(ours: str, theirs: str, words: str) -> None:
    """Higher, lower, or about the same where printed figures are at most one apart; nothing of a hidden one."""
    assert compared(ours, theirs, "England") == words


def test_others_figures_stand_beside_ours_of_the_same_time(lens: Lens) -> None:
    """Each area's latest, with its period; ours of that day where there is one."""
    (one, _) = measures_of(lens)["settled"]
    found = {other.area: other for other in beside(lens, one)}
    assert list(found) == ["Statistical neighbours", "North West", "England"]
    assert (found["England"].ours, found["England"].words) == ("25%", "higher than England")
    assert (found["North West"].period, found["North West"].ours) == ("31 March 2025", "23%")
    assert found["Statistical neighbours"].words == "lower than Statistical neighbours"


def test_a_hidden_way_out_gives_no_share(lens: Lens) -> None:
    """Two children were adopted in the last year: neither they nor their share are told, nor is it worked out."""
    (adopted,) = (one for one in measures_of(lens)["leaving"] if one.compare == "adopted")
    assert adopted.texts == ("15%", "too few to publish")
    (england,) = beside(lens, adopted)
    assert (england.ours, england.ours_on, england.words) == ("15%", "2024-25", "higher than England")


@pytest.mark.parametrize("name", TOPICS)
def test_every_topic_is_drawn(lens: Lens, name: str) -> None:
    """Whatever the forecast holds, each topic says something, and every drawing has its table."""
    found = topic(name, lens, measures_of(lens))
    assert found
    assert words_of(found)
    blocks = list(every_block([block for one in found for block in one.blocks]))
    assert blocks
    assert all(block.table.rows for block in blocks if isinstance(block, Picture))


def test_no_topic_judges_a_measure_against_others(lens: Lens) -> None:
    """Beside others a figure is higher or lower, never better or worse."""
    (section,) = topic("all", lens, measures_of(lens))
    table = next(block for block in section.blocks if isinstance(block, Table))
    said = " ".join(str(cell) for row in table.rows for cell in row)
    assert "higher than England" in said
    assert "better" not in said
    assert "worse" not in said


def test_where_no_figures_of_others_were_loaded_it_says_how(lens: Lens) -> None:
    """The option and the format page are named."""
    alone = a_lens(others=False)
    for name in ("all", "settled"):
        assert escape(HOW_TO_LOAD) in words_of(topic(name, alone, measures_of(alone)))
    assert escape(HOW_TO_LOAD) not in words_of(topic("settled", lens, measures_of(lens)))
    assert "--comparators" in HOW_TO_LOAD


def test_what_is_said_is_not_heaped_up_in_the_kept_lens(lens: Lens) -> None:
    """A page takes a lens with a list of its own."""
    before = len(lens.said)
    measures_of(fresh(lens))
    assert len(lens.said) == before
    assert lens.book.about["known_until"] == LATEST
