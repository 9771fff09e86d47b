"""The tables say what happened, also of a run that gave nothing."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from benchmarks.everyday import digest, one_child
from benchmarks.instances import instance
from benchmarks.run import BEGIN, END, main, put_into
from benchmarks.tables import COLUMNS, WHOLE, against_greedy, gap, table
from matching.solvers import solve_cpsat
from records.check import check
from records.geography import Directory
from records.sources.folder import read
from records.synthetic import DAY, borough, write


def rows_of(path: Path) -> list[dict[str, str]]:
    """A results file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_solvers_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two solvers on a panel: a row for each tier and the whole, tables that show both, a file that keeps both."""
    out = tmp_path / "results.csv"
    main(["--sizes", "drawn-panel", "--solvers", "cpsat", "--limit", "60", "--out", str(out)])
    main(["--sizes", "drawn-panel", "--solvers", "greedy", "--limit", "60", "--out", str(out), "--add"])
    shown = capsys.readouterr().out
    rows = rows_of(out)
    assert tuple(rows[0]) == COLUMNS
    best = solve_cpsat(instance("drawn-panel", 1))
    mine = [r for r in rows if r["solver"] == "cpsat"]
    assert [(r["tier"], int(r["value"]), r["proved"]) for r in mine[:-1]] == [
        (t.name, t.value, "True") for t in best.tiers
    ]
    assert mine[-1]["tier"] == WHOLE
    assert mine[-1]["proved"] == "True"
    assert float(mine[-1]["peak_mb"]) > 50 or sys.platform == "win32"
    assert {r["solver"] for r in rows} == {"cpsat", "greedy"}
    assert "| drawn-panel 1 | 109 | cpsat | 12 in " in shown
    assert "| drawn-panel 1 | placed | 11 | 12 | +1 (+9.1%) | cpsat |" in shown
    assert table(rows) in shown
    assert against_greedy(rows) in shown


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of one process")
def test_a_run_without_memory_is_a_row_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that dies gives no values and the reason, and the next one is run all the same."""
    out = tmp_path / "results.csv"
    main(["--sizes", "drawn-borough", "--solvers", "milp", "--memory", "80", "--limit", "20", "--out", str(out)])
    (row,) = rows_of(out)
    assert row["tier"] == WHOLE
    assert row["proved"] == "False"
    assert "MemoryError" in row["note"] or "exit code" in row["note"]
    assert "| no plan, in " in capsys.readouterr().out


def test_a_gap_is_a_share() -> None:
    """The gap is the same from both sides, nothing when proved, and defined at nought."""
    assert gap(90, 100) == gap(100, 90) == 0.1
    assert gap(5, 5.0) == 0
    assert gap(0, 0.0) == 0
    assert gap(0, 4.0) == 1


def test_tables_go_between_the_marks(tmp_path: Path) -> None:
    """What stands around the tables stays, what stood between is replaced; without marks nothing is written."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    put_into(readme, "new")
    put_into(readme, "newer")
    assert readme.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnewer\n\n{END}\nafter\n"
    readme.write_text("no marks\n", encoding="utf-8")
    with pytest.raises(ValueError, match="needs a line"):
        put_into(readme, "new")
    assert readme.read_text(encoding="utf-8") == "no marks\n"


def test_one_emergency_child_is_ranked(tmp_path: Path) -> None:
    """One child alone against the register: homes are ranked, quickly enough that a worker would wait for it."""
    write(borough(1), tmp_path)
    records = check(read(tmp_path), DAY, Directory())
    child = records.children[0].child_id
    one_child(records, child)
    seconds, homes = one_child(records, child)
    assert homes > 10
    assert seconds < 10


def test_the_digest_tells_answers_apart() -> None:
    """The same answer has the same digest however long it took; another plan has another."""
    panel, other = instance("drawn-panel", 1), instance("drawn-panel", 2)
    assert digest(solve_cpsat(panel)) == digest(solve_cpsat(panel, workers=2))
    assert digest(solve_cpsat(panel)) != digest(solve_cpsat(other))
