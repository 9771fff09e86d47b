"""What stands beside cs-demand-model: the folders it takes, its categories, and spoils that are no care."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.need_peers import add_spoils, categories, laid_out
from benchmarks.need_worlds import authority, true_stock, write
from records.sources.return_903 import read_903
from sufficiency.history import history_of, stock


def test_a_folder_a_year_named_after_its_last_day(tmp_path: Path) -> None:
    """It takes a plain number as the name, and Header and Episodes alone."""
    made = authority("small", 2)
    laid = laid_out(write(made, tmp_path / "made"), tmp_path / "laid")
    assert sorted(int(path.name) for path in laid.iterdir()) == list(made.years)
    assert {path.name for path in laid.rglob("*.csv")} == {"header.csv", "episodes.csv"}


def test_every_child_is_in_one_category() -> None:
    """Fostering, children's homes, supported accommodation, and all else."""
    made = categories(np.arange(10))
    assert made.tolist() == [0 + 1 + 2 + 3, 4, 6, 5 + 7 + 8 + 9]


def test_short_breaks_and_children_lost_from_sight_are_not_in_care_here(tmp_path: Path) -> None:
    """With them in the files as many are in care on the last day as without, which is what is true."""
    made = authority("small", 2)
    folder = write(made, tmp_path)
    added = add_spoils(folder, made)
    read = read_903(folder)
    assert len(read.children) == len(made.header.child) + 2 * added
    last = np.array([made.truth.origin - 1])
    assert stock(history_of(read), last).sum() == true_stock(made.truth, last).sum()
