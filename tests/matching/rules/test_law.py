"""The numbers the law fixes, as they stood on a day."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest

from matching.rules.law import Law, LawNotKnown, Source, law_on, sources, sources_in

TODAY = law_on(date(2026, 11, 2))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("usual_fostering_limit", 3),
        ("own_bedroom_from_age", 3),
        ("share_bedroom_under_age", 10),
        ("lodgings_from_age", 16),
        ("lodgings_register_needed", True),
        ("childhood_ends_at", 18),
        ("notice_days", 28),
        ("temporary_approval_weeks", 16),
        ("temporary_extension_weeks", 8),
        ("emergency_outside_terms_working_days", 6),
        ("placement_plan_working_days", 5),
        ("area_notice_working_days", 5),
        ("adoption_entry_days", 426),
        ("adoption_match_days", 121),
        ("wider_adoption_search_months", 3),
        ("key_stage_4_from_year", 10),
        ("key_stage_4_to_year", 11),
        ("school_from_age", 5),
        ("consent_from_age_weeks", 6),
        ("smoke_free_usual_under_age", 5),
        ("short_break_days", 17),
        ("short_break_year_days", 75),
        ("first_review_working_days", 20),
        ("second_review_months", 3),
        ("later_review_months", 6),
        ("staying_put_until_age", 21),
    ],
)
def test_the_law_in_november_2026(name: str, value: int) -> None:
    """Each number as the sources give it, said a second time by hand."""
    assert getattr(TODAY, name) == value
    assert type(getattr(TODAY, name)) is type(value)


def test_every_number_is_in_the_table_above() -> None:
    """A new number needs its line in the test."""
    named = test_the_law_in_november_2026.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {name for name, _ in named} == {f.name for f in fields(Law)} == {s.name for s in sources()}


def test_the_law_changes_on_its_day() -> None:
    """Lodgings need a registered undertaking from 28 October 2023, not a day sooner."""
    assert law_on(date(2023, 10, 27)).lodgings_register_needed is False
    assert law_on(date(2023, 10, 28)).lodgings_register_needed is True


def test_a_day_before_the_law_on_file() -> None:
    """An old day gives a clear error rather than today's law: what, for when, and how to mend it."""
    first = max(min(s.values) for s in sources())
    assert law_on(first) is not None
    with pytest.raises(LawNotKnown, match=r"only from 09/09/2021.*day is 08/09/2021.*law\.toml"):
        law_on(first - timedelta(days=1))


def test_values_are_taken_in_order_of_date() -> None:
    """The latest value not after the day, wherever it stands in the file."""
    source = Source("n", "d", "u", "r", date(2026, 1, 1), {date(2000, 1, 1): 1, date(2010, 1, 1): 2})
    days = (date(2000, 1, 1), date(2009, 12, 31), date(2010, 1, 1), date(2030, 1, 1))
    assert [source.on(day) for day in days] == [1, 1, 2, 2]
    with pytest.raises(LawNotKnown, match="only from 01/01/2000"):
        source.on(date(1999, 12, 31))


def test_the_file_and_the_law_have_the_same_numbers() -> None:
    """A number misspelt in the file is said by both names, never taken as missing."""
    text = "".join(f"[{s.name}]\ndescription = ''\nvalues = {{}}\n" for s in sources())
    with pytest.raises(ValueError, match="differ: notice_days, notise_days"):
        sources_in(text.replace("notice_days", "notise_days"))


@pytest.mark.parametrize("source", sources(), ids=[s.name for s in sources()])
def test_every_number_says_where_it_comes_from(source: Source) -> None:
    """Description, unit, reference, a day of checking, and dated values in order."""
    assert source.description.endswith(".")
    assert source.unit
    assert source.reference
    assert date(2026, 1, 1) <= source.last_checked
    assert list(source.values) == sorted(source.values)
    assert min(source.values) >= date(1991, 10, 14), "the Children Act 1989 came into force on that day"
    assert max(source.values) <= source.last_checked
