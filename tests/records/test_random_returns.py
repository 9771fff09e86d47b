"""Two hundred random valid returns: every one is read whole, in every form, and says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from records.made_903 import FORMS, MadeReturn, made_return, write_councils, write_return
from records.sources.return_903 import Return, read_903
from tests.records.made_returns import adds_up, same

# What is to be said of valid returns: later years tell again, the first file is not the first there ever was.
ALWAYS = {"later_year", "first_not_s", "recoded"}
# What a return cannot show when every optional cell is blank.
BLANK = {"no_provider", "p_changed", "b_changed", "reason_due"}


def read_whole(read: Return, *councils: MadeReturn) -> None:
    """Every row counted, none left out or mended, every child and episode there, nothing said but what is so."""
    said = set(read.findings["rule"]) - ALWAYS
    said -= BLANK if any(made.blanks != "none" for made in councils) else set()
    assert not said
    assert adds_up(read)
    for name, count in read.counts.items():
        assert count.left_out == count.mended == 0, name
        assert count.read == sum(len(files.get(name, ())) for made in councils for files in made.years.values())
    rows = [row for made in councils for row in {(r["CHILD"], r["DECOM"]) for r in every(made, "Episodes")}]
    assert len(read.episodes) == len(rows)
    assert len(read.children) == sum(len({r["CHILD"] for r in every(made, "Header")}) for made in councils)


def every(made: MadeReturn, name: str) -> list[dict[str, str]]:
    """The rows of one file, of all years."""
    return [row for files in made.years.values() for row in files.get(name, ())]


@pytest.mark.parametrize("blanks", [False, True], ids=["all filled", "optional cells blank"])
def test_two_hundred_valid_returns_are_read_whole(blanks: bool, tmp_path: Path) -> None:
    """Two hundred councils between the two cases, each a valid return of its own, in regional files."""
    drawn = {f"Council {seed}": made_return(seed) for seed in range(200)}
    councils = {la: made for la, made in drawn.items() if (made.blanks != "none") == blanks}
    assert len(councils) > 25
    read = read_903(write_councils(councils, tmp_path))
    read_whole(read, *councils.values())
    assert {la: list(made.years) for la, made in councils.items()} == {la: list(y) for la, y in read.years.items()}


@pytest.mark.parametrize("seed", [6, 171])
def test_every_form_of_one_return_is_the_same_return(seed: int, tmp_path: Path) -> None:
    """The same rows in a folder a year, in one folder, merged with ISO dates, and as XML."""
    made = made_return(seed)
    base, flat, merged, xml = (read_903(write_return(made, tmp_path / form, form)) for form in FORMS)
    for read in (base, flat, merged, xml):
        read_whole(read, made)
    assert set(merged.children.la) == {"Seaford"}
    for name in ("begin", "until", "end", "place", "rec", "period"):
        assert np.array_equal(getattr(base.episodes, name), getattr(merged.episodes, name))
    for other in (flat, xml):
        assert same(base, other)
        assert set(base.others) == set(other.others)
        for name, columns in base.others.items():
            theirs = other.others[name]
            assert all(np.array_equal(_text(columns[c]), _text(theirs[c])) for c in columns if c != "row"), name


def _text(column: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return column.astype(str)


def test_the_edges_that_are_sought_are_there() -> None:
    """One child alone, blanks, one-day stays, nights away, returns the day after, every file and recodes."""
    every = [made_return(seed) for seed in range(200)]
    assert {made.blanks for made in every} == {"none", "cells", "columns"}
    assert {len(made.years) for made in every} == {1, 2, 3, 4}
    assert any(len(made.lives) == 1 for made in every)
    episodes = [e for made in every for life in made.lives for e in life.episodes]
    assert any(e.dec is not None and (e.dec - e.decom).days == 1 for e in episodes)
    assert {e.rne for e in episodes} == {"S", "L", "P", "T", "B", "U"}
    assert {"T0", "T1", "T2", "T3", "T4", "A3", "A5", "A6", "P1", "R5", "K3", "H5", "Z1"} <= {e.place for e in episodes}
    assert {"V3", "V4", "L1", "J1", "E1"} <= {e.ls for e in episodes}
    pairs = [p for made in every for life in made.lives for p in zip(life.episodes, life.episodes[1:], strict=False)]
    assert any(b.rne == "S" and a.dec is not None and (b.decom - a.dec).days == 1 for a, b in pairs)
    assert any((life.dob.month, life.dob.day) == (2, 29) for made in every for life in made.lives)
    files = {name for made in every for year in made.years.values() for name in year}
    assert len(files) == 12


def test_a_seed_names_one_return_and_a_form_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The same seed gives the same rows."""
    assert made_return(4) == made_return(4)
    assert made_return(4) != made_return(5)
    with pytest.raises(ValueError, match="no form"):
        write_return(made_return(4), tmp_path, "table")
