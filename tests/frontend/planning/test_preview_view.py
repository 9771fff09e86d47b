"""A page says of a preview what it would say of the full comparison, hidden and rounded by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from frontend.planning.opened import Opened
from frontend.planning.preview_lens import preview_lens
from frontend.planning.preview_process import Fault
from frontend.planning.preview_view import difference, fault_section, preview_section, spread
from reporting.disclosure import HIDDEN, Refused
from reporting.fact import ALL, Book, Facts, Kind, Unit, Value
from reporting.lens import Lens
from reporting.publish import publish
from reporting.publish_beside import published_beside
from reporting.section import Edition, Notice, Table, every_block
from sufficiency.compare import compare
from sufficiency.compare_measures import MEASURES
from sufficiency.compare_tables import comparison_rows
from sufficiency.compared import measures_in, set_out_from, with_compared
from sufficiency.preview import Preview
from tests.sufficiency.a_book import LATEST, counted, made, the_book, the_children

FIRST, OTHER = "Baseline", "More carers"
MONTHS = tuple(str(np.datetime64("2026-04") + k) for k in range(36))
YEARS = ("2026-27", "2027-28", "2028-29")
SIZES = {
    "children_in_care": 340,
    "own_share": 70,
    "cost": 3e7,
    "present_cost": 2e7,
    "last_resort": 2,
    "residential": 12,
}


def plays(more: float) -> Mapping[str, Any]:
    """Every measure, with so many more of each that is better so, and as many fewer of each that is not."""
    rng = np.random.default_rng(4)
    found: dict[str, Any] = {}
    for one in MEASURES:
        size = SIZES.get(one.name, 40)
        shape = (50, len(YEARS) if one.kind == "year" else len(MONTHS))
        drawn = rng.poisson(size, shape) if size < 1000 else size * (1 + 0.1 * rng.random(shape))
        way = {"less": -1, "more": 1, "": 0}[one.better] * (1e5 if one.unit == "£" else 1)
        own = rng.random(shape) * 2 if more else 0.0
        moved = np.maximum(drawn + way * more * (own if one.unit in ("£", "of 100") else np.round(own)), 0)
        found[one.name] = moved if one.unit in ("£", "of 100") else moved.astype(np.int64)
    return found


@cache
def tables() -> tuple[Facts, ...]:
    """Two scenarios compared, as a preview holds them."""
    found = compare({FIRST: 0.0, OTHER: 6.0}, plays, months=MONTHS, years=YEARS)
    return set_out_from(measures_in(comparison_rows(found)), LATEST)


def preview(**more: Any) -> Preview:
    """A preview of those tables."""
    given: dict[str, Any] = {"council": "Anyborough", "known_until": LATEST, "draws": 100, "months": 36}
    given |= {"first": FIRST, "other": OTHER, "seconds": 1.0}
    given |= {"tables": {one.key: one for one in tables()}, "errors": {"unmet": 0.4, "cost": 123_456.0}}
    return Preview(**(given | more))


@cache
def book(*few: tuple[str, int]) -> Book:
    """A council in which so few children live in some kinds of placement."""
    people = the_children()
    for group, many in few:
        there = people.index[people["group"] == group]
        people.loc[there[many:], "group"] = "foster_in_house"
    rows = [(*row[:3], ALL, row[3]) for row in counted(people, ("group",), "in_care", LATEST)]
    ahead = the_book().facts["forecast.group"]
    ahead = replace(ahead, rows=ahead.rows[ahead.rows["on"] == "2026-06-30"].reset_index(drop=True))
    facts = {one.key: one for one in (made("children.group_age", rows), ahead)}
    return Book(the_book().about, facts, the_book().sources)


@cache
def opened(*few: tuple[str, int], council: str = "Anyborough") -> Opened:
    """That council's forecast, open on a page; nothing was compared in it."""
    return Opened("1", council, "baseline", publish(book(*few), Edition.OFFICIAL), None)


@pytest.mark.parametrize(
    "few", [(), (("residential", 3),), (("foster_agency", 2), ("residential", 4))], ids=["none", "one", "two"]
)
def test_a_preview_says_what_the_full_comparison_would(few: tuple[tuple[str, int], ...]) -> None:
    """Each text and each hidden row is that of the tables published with the whole book."""
    published = publish(with_compared(book(*few), tables()), Edition.OFFICIAL)
    lens = preview_lens(opened(*few), preview())
    assert set(lens.book.facts) == {one.key for one in tables()}
    for one in tables():
        assert one.key in lens.texts or one.kind is Kind.PLAIN
        theirs, mine = published.book.facts[one.key], lens.book.facts[one.key]
        pd.testing.assert_frame_equal(mine.rows, theirs.rows)
        if one.key in lens.texts:
            pd.testing.assert_frame_equal(lens.texts[one.key], published.texts[one.key])
    keys = set(lens.book.facts)
    assert {one for one in lens.hidden if one.key in keys} == {one for one in published.hidden if one.key in keys}
    assert bool(lens.hidden) == bool(few)
    gone = {row["measure"] for _, row in lens.book.facts["scenarios.measures"].rows.iterrows() if row["mean"] == HIDDEN}
    assert gone == {{"foster_agency": "agency"}.get(group, group) for group, _ in few}


def test_it_is_stricter_where_the_open_forecast_is_of_another_day_or_council() -> None:
    """What is few in the returns it read, and every group where the open edition cannot speak for them, is hidden."""

    def gone(lens: Lens) -> set[str]:
        rows = lens.book.facts["scenarios.measures"].rows
        return set(rows.loc[rows["mean"] == HIDDEN, "measure"])

    assert gone(preview_lens(opened(), preview())) == set()
    assert gone(preview_lens(opened(), preview(few=frozenset({"residential"})))) == {"residential"}
    later = {one.key: one for one in set_out_from(tables(), "2027-03-31")}
    assert gone(preview_lens(opened(), preview(known_until="2027-03-31", tables=later))) == {"agency", "residential"}
    assert gone(preview_lens(opened(council="Elm"), preview())) == {"agency", "residential"}


def test_other_tables_cannot_be_published_beside_an_edition() -> None:
    """Sums and their parts, people in what tells of nobody, and any count must go through the one door."""
    lens = opened().lens
    (measures, *_) = tables()
    whole = measures.rows[measures.rows["measure"] == "agency"].assign(group=ALL)
    sums = replace(measures, rows=pd.concat([measures.rows, whole], ignore_index=True))
    people = replace(tables()[2], columns=tuple(Value(v.name, v.title, Unit.PEOPLE) for v in tables()[2].columns))
    for wrong in (sums, people, replace(measures, like={}), book().facts["children.group_age"]):
        with pytest.raises(Refused, match="cannot be published beside an edition"):
            published_beside(lens, [wrong], {}, "")
    with pytest.raises(Refused, match="confidential"):
        published_beside(publish(book(), Edition.CONFIDENTIAL), [measures], {}, "")


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("−10", "children", "10 fewer"),
        ("15", "households", "15 more"),
        ("0", "children", "the same"),
        ("fewer than 5", "children", "under 5 more"),
        ("a fall of fewer than 5", "children", "under 5 fewer"),
        ("−£1,200,000", "£", "£1,200,000 cheaper"),
        ("£35,000", "£", "£35,000 dearer"),
        ("£0", "£", "the same"),
        ("-2.3", "of 100", "2.3 fewer"),
        ("c", "children", "not told"),
        (None, "£", "not told"),
    ],
)
def test_the_sign_of_a_difference_is_said_in_words(text: str | None, unit: str, said: str) -> None:
    """Nobody has to know what a minus means for money or for children."""
    assert difference(text, unit) == said


def test_a_band_is_said_from_end_to_end() -> None:
    """Ends that are alike are said once."""
    assert spread("−10", "5", "children") == "10 fewer to 5 more"
    assert spread("a fall of fewer than 5", "fewer than 5", "children") == "under 5 either way"
    assert spread("£0", "£0", "£") == "the same"
    assert spread("−£5,000", "£1,000", "£") == "£5,000 cheaper to £1,000 dearer"


def test_the_section_is_marked_and_says_how_sure_it_is() -> None:
    """A preview says that it is one, of how many futures, and how far out that leaves it; each year stands by."""
    section = preview_section(opened(("residential", 3)), preview(notes=("A lever begins too late.",)))
    blocks = list(every_block(section.blocks))
    (notice,) = [one for one in blocks if isinstance(one, Notice)]
    assert notice.title == "Preview: 100 futures. The full result follows."
    assert "under 5 children or households and by up to £250,000: 19 times in 20" in notice.text[0]
    assert "the 1,000 of the forecast that is open it would be about 3 tenths" in notice.text[0]
    assert notice.text[1] == "A lever begins too late."
    end, one = (one for one in blocks if isinstance(one, Table))
    assert (len(end.rows), len(one.rows)) == (13, 13)
    assert [end.caption, one.caption] == [
        "Preview of 100 futures, at the end",
        "Preview of 100 futures, after one year",
    ]
    told = {row[0][0]: row for row in end.rows if isinstance(row[0], tuple)}
    assert told["Children in children's homes"][1:] == (HIDDEN, HIDDEN, "not told", "not told")
    assert told["Children in care"][0] == ("Children in care", "March 2029")
    assert str(told["Cost of placements, recruitment and support"][3]).endswith(" cheaper")
    assert str(told["Fostering households and hosts"][3]).endswith(" more")
    assert told["Fostering households and hosts approved"][0][1] == "Twelve months to March 2029"
    assert one.rows[0][0] == ("Children in care", "March 2027")


def test_a_fault_is_said_in_its_words() -> None:
    """What is wrong with a scenario stands where the preview would."""
    (notice,) = fault_section(Fault(("levers.retention: too much.",))).blocks
    assert isinstance(notice, Notice)
    assert notice.text == ("levers.retention: too much.",)
    assert fault_section(Fault(("A fault of Placewell.",), ours=True)).blocks != (notice,)
