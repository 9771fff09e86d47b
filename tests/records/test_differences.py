"""What changed between two readings: every case by name, and that the changes make the later of the earlier."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.differences import (
    KEYS,
    TABLE_WORDS,
    Kind,
    applied,
    differences,
    field_in_words,
    value_in_words,
)
from records.model import (
    Link,
    LinkKind,
    Location,
    PlacementNeed,
    Precision,
    Records,
    Separation,
    SiblingPlan,
    Zone,
)
from tests.ordinary import DAY, apart, child, fostered, home, kin, records
from tests.tiny_councils import TinyCouncil, tiny_councils


def council() -> Records:
    """Two children, two homes, and one row of everything else."""
    return records(
        [child("C1", needed_by=date(2026, 4, 3)), child("C2")],
        [home("H1"), home("H2")],
        siblings=(apart("C1", "C2"),),
        separations=(Separation("C1", "R1"),),
        residents=(fostered("H1", "R1"),),
        links=(kin("C1", "H1"),),
        zones=(Zone("C1", Location(1.0, 2.0), 3.0),),
    )


def said(earlier: Records, later: Records) -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    """Every change, as a reader sees it."""
    return [
        (one.table, one.key, one.kind.value, tuple(cell.said for cell in one.cells))
        for one in differences(earlier, later).changes
    ]


def test_the_same_records_say_nothing() -> None:
    """Nothing changed is nothing said, and is false."""
    found = differences(council(), council())
    assert found.changes == ()
    assert not found
    assert found.counts() == {}


def test_a_date_that_moved_is_said_in_words() -> None:
    """The field's own words and both days; nothing of the cells that stayed."""
    before = council()
    after = replace(before, children=(replace(before.children[0], needed_by=date(2026, 4, 10)), before.children[1]))
    assert said(before, after) == [("children", ("C1",), "changed", ("needed by: 3 April 2026, now 10 April 2026",))]


@pytest.mark.parametrize("table", KEYS)
def test_a_row_that_is_new_or_left_is_said(table: str) -> None:
    """Of each table: a row that is only there later is new, one only there earlier left."""
    before = council()
    after = replace(before, **{table: getattr(before, table)[1:]})
    (left,) = differences(before, after).changes
    (new,) = differences(after, before).changes
    assert (left.table, left.kind, left.after, left.cells) == (table, Kind.LEFT, None, ())
    assert (new.table, new.kind, new.before, new.cells) == (table, Kind.NEW, None, ())
    assert left.before == new.after == getattr(before, table)[0]
    assert differences(before, after).counts() == {(table, Kind.LEFT): 1}


def test_a_link_of_another_kind_is_another_link() -> None:
    """Kin that became a bar is a link that left and one that is new: never a cell that changed."""
    before = council()
    after = replace(before, links=(Link("C1", "H1", LinkKind.BARRED, "a court's order"),))
    assert [(key, kind) for _, key, kind, _ in said(before, after)] == [
        (("C1", "H1", "barred"), "new"),
        (("C1", "H1", "kin"), "left"),
    ]


def test_several_zones_of_one_child_are_held_against_each_other() -> None:
    """A zone that stands on both sides is no change, whichever of the child's zones it is."""
    one, two = (Zone("C1", Location(1.0, 2.0), miles) for miles in (3.0, 5.0))
    before = replace(council(), zones=(one, two))
    assert said(before, replace(before, zones=(two, one))) == []
    assert said(before, replace(before, zones=(two, replace(one, radius_miles=4.0)))) == [
        ("zones", ("C1",), "changed", ("radius in miles: 3, now 4",))
    ]
    assert [kind for *_, kind, _ in said(before, replace(before, zones=(two,)))] == ["left"]


def test_changes_are_found_by_whom_they_are_about() -> None:
    """Every row that names a child or home, in whatever table; the kind of a link is nobody."""
    before = council()
    found = differences(before, replace(records([], []), day=DAY))
    assert {one.table for one in found.about("C1")} == {"children", "siblings", "separations", "links", "zones"}
    assert {one.table for one in found.about("H1")} == {"homes", "residents", "links"}
    assert found.about("kin") == ()
    assert [one.key for one in found.of("children", Kind.LEFT)] == [("C1",), ("C2",)]
    assert found.of("children", Kind.NEW) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not recorded"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 4, 3), "3 April 2026"),
        (PlacementNeed.SHORT_TERM, "short term"),
        (SiblingPlan.APART, "apart"),
        ((), "none"),
        (("autism", "trauma"), "autism, trauma"),
        ((PlacementNeed.SHORT_TERM, PlacementNeed.REMAND), "short term, remand"),
        (Location(377000.0, 393000.5, Precision.SECTOR), "easting 377000, northing 393000 (sector)"),
        (480.5, "480.5"),
        (3, "3"),
        ("Welsh", "Welsh"),
    ],
)
def test_a_cell_in_words(value: object, words: str) -> None:
    """Blank, yes and no, dates and lists as people say them."""
    assert value_in_words(value) == words


def test_every_field_has_words() -> None:
    """No field is shown under its bare code name, and no table without words."""
    assert set(KEYS) == set(TABLE_WORDS)
    rows = [row for table in KEYS for row in getattr(council(), table)]
    assert not [f.name for row in rows for f in fields(row) if "_" in field_in_words(f.name)]


def test_differences_of_other_records_are_refused() -> None:
    """They cannot be applied to records that never held the rows."""
    found = differences(council(), records([], []))
    with pytest.raises(ValueError, match="not there"):
        applied(records([], []), found)


def in_order(told: Records) -> dict[str, list[str]]:
    """Every table as sorted text, so that the order of rows with one id says nothing."""
    return {table: sorted(str(row) for row in getattr(told, table)) for table in KEYS}


@given(tiny_councils(), tiny_councils())
def test_the_changes_make_the_later_records_of_the_earlier(one: TinyCouncil, other: TinyCouncil) -> None:
    """Of any two councils: the earlier tables with the changes are the later tables, and back again."""
    for before, after in ((one.records, other.records), (other.records, one.records), (one.records, one.records)):
        found = differences(before, after)
        made = applied(before, found)
        assert {table: sorted(str(row) for row in rows) for table, rows in made.items()} == in_order(after)
        assert bool(found) == (in_order(before) != in_order(after))


@given(tiny_councils(), tiny_councils(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(one: TinyCouncil, other: TinyCouncil, random: Random) -> None:
    """Shuffled tables give the same differences in the same order."""

    def shuffled(told: Records) -> Records:
        return replace(told, **{t: tuple(random.sample(getattr(told, t), len(getattr(told, t)))) for t in KEYS})

    assert differences(one.records, other.records) == differences(shuffled(one.records), shuffled(other.records))


def test_two_thousand_children_are_compared_at_once() -> None:
    """As quick as reading a page, whatever the order of the rows."""
    before = records([child(f"C{k:04}") for k in range(2000)], [home(f"H{k:04}") for k in range(2000)])
    moved = tuple(replace(one, needed_by=None) for one in before.children[::-1])
    begun = time.perf_counter()
    found = differences(before, replace(before, children=moved))
    assert len(found.changes) == 2000
    assert time.perf_counter() - begun < 2.0
