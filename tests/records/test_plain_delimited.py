"""The quick reader gives what the careful one gives, or leaves the file to it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.sources.delimited import read_delimited
from records.sources.limits import LIMITS
from records.sources.plain_delimited import read_plain
from records.sources.return_903.layout import LAYOUTS

FILE = LAYOUTS["Header"].file()
CELL = st.text(alphabet=st.sampled_from('A1/ ,"\n\r\té\u00a0\x85=;'), max_size=4)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=5),
    heading=st.sampled_from(["CHILD,DOB", "child, dob ,Extra", "CHILD,DOB,SEX,", "\ufeffCHILD,DOB"]),
    end=st.sampled_from(["\n", "\r\n", ""]),
)
def test_both_readers_agree(rows: list[list[str]], heading: str, end: str) -> None:
    """Whatever the quick reader takes on, it reads as the careful one does, row numbers included."""
    data = ("\n".join([heading, *(",".join(row) for row in rows)]) + end).encode()
    quick = read_plain(FILE, "header.csv", data, LIMITS)
    if quick is None:
        return
    table, findings = read_delimited(FILE, "header.csv", data, LIMITS)
    pd.testing.assert_frame_equal(quick[0].frame, table.frame)
    assert quick[0].misshapen == table.misshapen
    assert quick[1] == findings


def test_a_plain_file_takes_the_quick_way() -> None:
    """Blank rows are passed over and keep their numbers."""
    found = read_plain(FILE, "header.csv", b"CHILD,DOB\r\nA1,01/02/2010\r\n , \r\nB2,\r\n", LIMITS)
    assert found is not None
    assert found[0].frame["child"].tolist() == ["A1", "B2"]
    assert found[0].frame.index.tolist() == [2, 4]


@pytest.mark.parametrize(
    "data",
    [b"", b"CHILD\nA1\n", b"CHILD,DOB,DOB\n1,2,3\n", b"CHILD,DOB\n1,2,3\n", b"CHILD,DOB\n\xff,2\n"],
    ids=["empty", "no DOB", "DOB twice", "a row too wide", "no UTF-8"],
)
def test_what_is_odd_is_left_to_the_careful_reader(data: bytes) -> None:
    """It is that reader which says what is wrong."""
    assert read_plain(FILE, "header.csv", data, LIMITS) is None
