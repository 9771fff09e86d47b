"""The made-up councils: valid returns, the same truth in every form, and numbers like England's."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import benchmarks.need_worlds
from benchmarks.need_worlds import as_return, authority, true_entries, true_exits, true_stock, write
from records.sources.return_903 import End, Return, read_903
from tests.records.made_returns import same

# What is to be said of any return of several years whose first is not the first there ever was.
EXPECTED = {"later_year", "first_not_s"}


def in_care(made: Return, day: int) -> int:
    """Children in care on a day as the episodes tell it, short breaks aside."""
    e = made.episodes
    at = np.datetime64("1970-01-01") + day
    return int(((e.begin <= at) & (at < e.until) & ~np.isin(e.ls, ("V3", "V4"))).sum())


@pytest.mark.parametrize("world", ["drift", "small"])
def test_the_return_is_valid_and_tells_the_truth(world: str, tmp_path: Path) -> None:
    """Read from files or made in memory it is the same, nothing is left out, and the counts are the true ones."""
    made = authority(world, 3)
    read = read_903(write(made, tmp_path))
    assert set(read.findings["rule"]) <= EXPECTED
    assert not any(note.severity == "left_out" for note in read.notes)
    assert read.counts["Episodes"].left_out == read.counts["Episodes"].mended == 0
    quick = as_return(made)
    assert same(read, quick)
    assert read.years == quick.years == {"": made.years}
    truth = made.truth
    days = np.array([truth.origin - 1, truth.origin - 400, truth.origin - 2_000])
    assert [in_care(quick, int(day)) for day in days] == true_stock(truth, days).sum(axis=(1, 2)).tolist()
    assert (quick.episodes.until[quick.episodes.end == End.OPEN].astype(np.int64) == truth.origin).all()


def test_a_council_is_the_same_every_time_and_another_seed_another() -> None:
    """A seed names one council."""
    one, again, other = (authority("drift", seed) for seed in (5, 5, 6))
    for name in ("child", "begin", "until", "group", "to"):
        assert np.array_equal(getattr(one.truth, name), getattr(again.truth, name))
    assert np.array_equal(one.episodes.pl_post, again.episodes.pl_post)
    assert len(one.truth.child) != len(other.truth.child)
    with pytest.raises(ValueError, match="no world"):
        authority("fair", 1)


def test_stays_follow_each_other_and_flows_make_up_the_change_in_stock() -> None:
    """Every child who is there came in, and everybody who came in is there or left."""
    truth = authority("drift", 8).truth
    assert (truth.until > truth.begin).all()
    joined = truth.period[1:] == truth.period[:-1]
    assert (truth.until[:-1][joined] == truth.begin[1:][joined]).all()
    assert (truth.to[:-1][joined] == truth.group[1:][joined]).all()
    alike = truth.child[1:] == truth.child[:-1]
    assert (truth.until[:-1][alike & ~joined] < truth.begin[1:][alike & ~joined]).all()
    starts = truth.origin + np.array([-3_000, -1_000, 0, 400, 700])
    stock = true_stock(truth, starts - 1).sum(axis=(1, 2))
    change = true_entries(truth, starts).sum(axis=(1, 2)) - true_exits(truth, starts).sum(axis=(1, 2))
    assert np.array_equal(np.diff(stock), change)


def test_magnitudes_are_those_of_english_councils() -> None:
    """Shares of placements, exits a year, length of stay, and a level that stays where it is without drift."""
    truths = [authority("drift", seed).truth for seed in range(4)]
    years = truths[0].origin - 365 * np.arange(6, -1, -1)
    stock = np.sum([true_stock(t, years) for t in truths], axis=0)
    share = stock.sum(axis=(0, 2)) / stock.sum()
    assert 0.6 < share[:4].sum() < 0.82
    assert 0.05 < share[4] < 0.14
    assert 0.03 < share[6] < 0.12
    left = np.sum([true_exits(t, years).sum() for t in truths]) / stock[:-1].sum()
    assert 0.35 < left < 0.6
    flat = np.sum([true_stock(authority("flat", s).truth, years[[0, -1]]).sum(axis=(1, 2)) for s in range(8)], axis=0)
    assert abs(np.log(flat[1] / flat[0])) < 0.12
    small = [int(true_stock(authority("small", s).truth, years[-1:]).sum()) for s in range(8)]
    assert 35 < np.mean(small) < 90


def test_the_truth_does_not_know_the_model() -> None:
    """No module of the worlds imports the package that is measured on them."""
    for path in Path(benchmarks.need_worlds.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert names
        assert not [name for name in names if name.startswith("sufficiency")]
