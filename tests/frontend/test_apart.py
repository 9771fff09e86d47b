"""A round worth a process of its own: the command outlives its solver, and stops it when the user stops."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import frontend.cli
from records import synthetic

ROOT = Path(frontend.cli.__file__).resolve().parents[1]
START = """
import multiprocessing, sys
import frontend.cli, frontend.progress, matching.propose
matching.propose.APART_PAIRS = 0
def watch(self, tier, value, bound, seconds):
    {watch}
frontend.progress.Progress.watch = watch
sys.argv = ["placewell", "match", sys.argv[1], "--out", sys.argv[2], "--as-of", "2026-11-02", "--solver", "cpsat"]
frontend.cli.main()
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council's round as a records folder."""
    folder = tmp_path_factory.mktemp("council") / "records"
    synthetic.write(synthetic.council(80, 60, seed=1, homes_with_vacancies=True), folder)
    return folder


def match(records: Path, out: Path, watch: str) -> subprocess.Popen[str]:
    """The command on these records, in a process of its own session; `watch`: what it does when told of progress."""
    command = [sys.executable, "-c", START.format(watch=watch), str(records), str(out)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def test_a_solver_killed_half_way_costs_the_proof_and_not_the_plan(records: Path, tmp_path: Path) -> None:
    """Killed at the second priority: exit code 0, all files, the plan found by then, a warning on paper and screen."""
    out = tmp_path / "out"
    kill = "[one.kill() for one in multiprocessing.active_children()] if tier == 'siblings' else None"
    process = match(records, out, kill)
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stderr
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    proved = [tier["proved"] for tier in summary["tiers"]]
    # the process runs ahead of what is told of it; it had not finished
    assert proved[0]
    assert not proved[-1]
    assert proved == sorted(proved, reverse=True)
    assert summary["placed"] == summary["tiers"][0]["value"] > 0
    with (out / "plan.csv").open(encoding="utf-8", newline="") as file:
        assert sum(bool(row["home_id"]) for row in csv.DictReader(file)) == summary["placed"]
    (note,) = [w for w in summary["warnings"] if w.startswith("The process that was solving the round")]
    assert "allow more memory" in note
    assert "The plan is the best that had been found by then, and is lawful." in note
    assert note in stderr
    assert "The plan is the best that had been found by then, and is lawful." in (out / "report.html").read_text(
        "utf-8"
    )
    assert "NOT proved" in stdout


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_stopping_the_command_stops_the_solver(records: Path, tmp_path: Path) -> None:
    """Ctrl-C while the other process works: 130, nothing written, and that process is gone soon after."""
    hang = "print(*(one.pid for one in multiprocessing.active_children()), flush=True);import time; time.sleep(100)"
    process = match(records, tmp_path / "out", hang)
    assert process.stdout is not None
    solver = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing is left half-written" in stderr
    assert not (tmp_path / "out").exists()
    until = time.monotonic() + 30
    while gone(solver) is False and time.monotonic() < until:
        time.sleep(0.1)
    assert gone(solver)


def gone(pid: int) -> bool:
    """Whether no such process runs; one that ended and was not yet collected by its new parent does not run."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.is_file() and stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
