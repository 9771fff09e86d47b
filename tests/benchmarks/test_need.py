"""The benchmark of need: one council is judged whole, what is done is kept, and tables say what was found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.need import BEGIN, END, Job, judge, put_between, run
from benchmarks.need_tables import CELLS, HORIZONS, averages, tables, write_csv
from benchmarks.need_worlds import as_return, authority, true_entries, true_exits, true_stock
from sufficiency.history import flows, history_of, stock


@pytest.mark.parametrize("world", ["flat", "shock"])
def test_the_history_read_from_a_return_counts_what_is_true(world: str) -> None:
    """Nights away, changes of legal status and unlike codes change no count: stock and starts are the true ones."""
    made = authority(world, 1_003)
    history = history_of(as_return(made))
    days = made.truth.origin - np.array([1, 100, 777, 2_000])
    assert np.array_equal(stock(history, days), true_stock(made.truth, days))
    months = made.truth.origin - np.array([720, 360, 0])
    happened = flows(history, months)
    assert np.array_equal(happened.entries, true_entries(made.truth, months))
    assert happened.exits.sum() == true_exits(made.truth, months).sum()


def test_a_council_is_judged_against_its_truth_and_kept(tmp_path: Path) -> None:
    """Every figure for every horizon and cell; a second run reads what the first one kept."""
    job = Job("small", 0, 40, files=False)
    found = judge(job)
    for name in ("truth", "held_0.8", "inside_0.95", "score_0.8", "flat_rate_score_0.8", "no_change_crps"):
        assert np.shape(found[name]) == (len(HORIZONS), len(CELLS))
    truth = np.array(found["truth"])
    assert (truth[:, 0] == truth[:, 1:].sum(axis=1)).all()
    assert (np.array(found["held_0.8"]) <= np.array(found["held_0.95"])).all()
    assert [one["truth"] for one in run([job], tmp_path, 1)] == [found["truth"]]
    kept = next(tmp_path.iterdir())
    kept.write_text(kept.read_text(encoding="utf-8").replace('"seed": 0', '"seed": 77'), encoding="utf-8")
    assert next(run([job], tmp_path, 1))["seed"] == 77


def made(seed: int, held: float, score: float) -> dict[str, object]:
    """Figures of one council, the same in every cell."""
    rng = np.random.default_rng(seed)
    shape = (len(HORIZONS), len(CELLS))
    names = [f"{who}{what}" for who in ("", "no_change_", "line_", "flat_rate_") for what in ("crps", "error")]
    names += [
        f"{who}{what}_{s}"
        for who in ("", "no_change_", "flat_rate_")
        for what in ("inside", "score")
        for s in (0.8, 0.95)
    ]
    every = {name: (1.0 + rng.random(shape)).tolist() for name in (*names, "truth", "mean", "sd", "pit")}
    every |= {"held_0.8": np.full(shape, held), "held_0.95": np.full(shape, min(held + 0.15, 1.0))}
    every |= {"score_0.8": np.full(shape, score), "flat_rate_score_0.8": np.full(shape, 2.0 + seed % 2)}
    return {"world": "flat", "seed": seed, "seconds": 1.0, "shock": ""} | every


def test_tables_say_shares_ratios_and_how_sure_one_can_be(tmp_path: Path) -> None:
    """Shares are means over councils, ratios are of means, and the goal is counted."""
    results = [made(seed, held, 1.0) for seed, held in enumerate((0.7, 0.9, 0.8, 0.8))]
    found = averages(results)
    total = found["flat", 24, "total"]
    assert total["held_0.8"][0] == pytest.approx(0.8)
    assert total["held_0.8"][1] == pytest.approx(np.std([0.7, 0.9, 0.8, 0.8], ddof=1) / 2)
    assert total["score_0.8 to flat_rate"][0] == pytest.approx(1 / 2.5)
    assert total["councils"][0] == 4
    text = tables(found, results, 1_000)
    assert "| flat | 33 of 33 (0) | 33 of 33 (0) | 11 of 11 (0), 0.40 ± " in text
    assert "0.40 ± " in text
    missed = averages([made(seed, 0.5, 1.0) for seed in range(4)])
    assert "| flat | 0 of 33 (0) | 0 of 33 (33) |" in tables(missed, results, 1_000)
    write_csv(tmp_path / "figures.csv", found)
    lines = (tmp_path / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(HORIZONS) * len(CELLS) * len(total)


def test_tables_stand_between_their_marks() -> None:
    """What is around them stays; without marks there is no place."""
    assert put_between(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    with pytest.raises(ValueError, match="no place"):
        put_between("a", "new")


def test_what_is_done_is_found_again_by_the_next_process() -> None:
    """The mark of the code is the same in every process; else a run that was stopped would begin anew."""
    asked = "from benchmarks.need import mark_of_code; print(mark_of_code())"
    root = Path(__file__).resolve().parents[2]
    marks = {
        subprocess.run(
            [sys.executable, "-c", asked], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=root, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(marks) == 1
