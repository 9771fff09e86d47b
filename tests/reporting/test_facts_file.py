"""A book of figures as a file: it comes back as it was, and what is no book is refused in words."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.fact import ALL, Book, Facts, Kind, Unit, Value
from reporting.facts_file import NotABook, read_book, write_book
from reporting.section import Edition

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
numbers = st.one_of(st.floats(allow_infinity=False), st.integers(-(10**9), 10**9).map(float), st.just(math.nan))


@st.composite
def tables(draw: st.DrawFn, key: str) -> Facts:
    """Any table: categories, numbers that may not be known, text."""
    rows = draw(st.lists(st.tuples(words, numbers, words), max_size=5, unique_by=lambda row: row[0]))
    frame = pd.DataFrame(rows, columns=["on", "mean", "said"]).astype(
        {"on": "object", "mean": "float64", "said": "object"}
    )
    return Facts(
        key,
        draw(words),
        draw(st.sampled_from(Kind)),
        ("on",),
        (Value("mean", draw(words), draw(st.sampled_from([Unit.PEOPLE, Unit.SHARE]))), Value("said", "", Unit.TEXT)),
        frame,
        draw(words),
        titles=draw(st.dictionaries(words, words, max_size=2)),
        labels=draw(st.dictionaries(words, st.dictionaries(words, words, max_size=3), max_size=2)),
        overlap=draw(st.frozensets(words, max_size=2)),
        like=draw(st.dictionaries(words, words, max_size=2)),
        edition=draw(st.sampled_from(Edition)),
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Any book of a few tables."""
    keys = draw(st.lists(words, max_size=3, unique=True))
    told = st.dictionaries(words, words, max_size=3)
    return Book(draw(told), {key: draw(tables(key)) for key in keys}, draw(told))


@settings(max_examples=60, deadline=None)
@given(books())
def test_a_book_comes_back_as_it_was(book: Book) -> None:
    """Written and read again, a book has the same words and figures, in the same order; written again, the bytes."""
    text = write_book(book)
    back = read_book(text)
    assert write_book(back) == text
    assert list(back.facts) == list(book.facts)
    assert dict(back.about) == dict(book.about)
    assert dict(back.sources) == dict(book.sources)
    for key, facts in book.facts.items():
        there = back.facts[key]
        pd.testing.assert_frame_equal(there.rows, facts.rows, check_exact=True)
        for name in ("key", "title", "kind", "by", "columns", "source", "overlap", "edition"):
            assert getattr(there, name) == getattr(facts, name)
        for name in ("titles", "labels", "like"):
            assert dict(getattr(there, name)) == dict(getattr(facts, name))
        assert [list(named) for named in there.labels.values()] == [list(named) for named in facts.labels.values()]


def a_table() -> Facts:
    """One small table."""
    rows = pd.DataFrame({"group": ["a", ALL], "children": [1.0, np.nan]})
    return Facts("k", "Title", Kind.COUNT, ("group",), (Value("children", "Children"),), rows, "return")


def test_what_is_no_book_is_refused_in_words() -> None:
    """A broken file, another's JSON, another form and a table that is not whole are told apart, with what to do."""
    text = write_book(Book({"council": "A"}, {"k": a_table()}, {"return": "The return."}))
    good = json.loads(text)

    def refused(changed: object) -> str:
        with pytest.raises(NotABook) as told:
            read_book(json.dumps(changed))
        return str(told.value)

    for cut in range(0, len(text) - 3, 40):
        with pytest.raises(NotABook):
            read_book(text[:cut])
    for other in ([], {}, 3, {"command": "forecast"}):
        assert "placewell forecast wrote" in refused(other)
    assert "this Placewell reads form 1" in refused(good | {"version": 0})
    assert "table k" in refused(good | {"tables": [good["tables"][0] | {"rows": [["a"]]}]})
    assert "table k" in refused(good | {"tables": [good["tables"][0] | {"rows": [["a", "1"], [ALL, 2]]}]})
    assert "table k" in refused(good | {"tables": [good["tables"][0] | {"kind": "guess"}]})
    assert "table k" in refused(good | {"tables": [{"key": "k"}]})
    assert "twice" in refused(good | {"tables": good["tables"] * 2})
    assert "about" in refused(good | {"about": None})


def test_an_infinite_figure_is_never_written() -> None:
    """An infinite number is no figure that a document could say."""
    table = a_table()
    rows = table.rows.assign(children=[math.inf, 1.0])
    with pytest.raises(ValueError, match="Out of range"):
        write_book(Book({}, {"k": Facts("k", "", Kind.COUNT, table.by, table.columns, rows, "")}, {}))
