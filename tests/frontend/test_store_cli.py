"""The commands of the store: from an empty place to a kept round, replayed, proved, backed up and restored."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from frontend.cli import app
from frontend.store_cli import DIFFERS, NOT_WHOLE
from records import synthetic


def run(*args: str, code: int = 0) -> Any:
    """Run the program; it has to end with this code."""
    done = CliRunner().invoke(app, list(args))
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small made-up council."""
    folder = tmp_path_factory.mktemp("council") / "records"
    synthetic.write(synthetic.council(4, homes=10, seed=2, homes_with_vacancies=True), folder)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A new store."""
    path = str(tmp_path / "placewell.db")
    assert "A new store is at" in run("store", "init", "--store", path).output
    return path


@pytest.fixture
def kept(place: str, records: Path) -> tuple[str, str]:
    """A store with a round in it, and the run's id."""
    done = run("store", "keep", str(records), "--store", place, "--as-of", synthetic.DAY.isoformat())
    found = re.search(r"Run ([0-9a-f]+)", done.output)
    assert found is not None
    return place, found[1]


def test_a_round_is_kept_replayed_and_proved(kept: tuple[str, str], tmp_path: Path) -> None:
    """The whole life of a store from the command line, a restore drill included."""
    place, run_id = kept
    assert run_id in run("store", "runs", "--store", place).output
    assert "9 of 9 files are the same to the last byte" in run("replay", run_id, "--store", place).output
    head, backup = tmp_path / "head.json", tmp_path / "b.zip"
    run("store", "head", "--store", place, "--out", str(head))
    run("store", "backup", "--store", place, "--out", str(backup))
    assert "0 faults" in run("store", "verify", "--store", place, "--head", str(head)).output
    assert "A drill: it took" in run("store", "restore", str(backup), "--drill").output
    other = str(tmp_path / "other.db")
    run("store", "restore", str(backup), "--store", other)
    assert "same to the last byte" in run("replay", run_id, "--store", other).output
    assert "form already" in run("store", "migrate", "--store", place).output
    assert "0 are due" in run("store", "purge", "--store", place).output


def test_exports_are_written(kept: tuple[str, str], tmp_path: Path) -> None:
    """All about one child; and tables that name nobody."""
    place, _ = kept
    out = tmp_path / "c.json"
    run("store", "export-subject", "C0001", "--store", place, "--out", str(out))
    assert json.loads(out.read_text(encoding="utf-8"))["about"] == "person:C0001"
    run("store", "export-analysis", "--store", place, "--out", str(tmp_path / "a"))
    table = (tmp_path / "a" / "children.csv").read_text(encoding="utf-8")
    assert table.count("\n") == 5
    assert "C0001" not in table
    assert (
        "knows nothing of" in run("store", "export-subject", "C9", "--store", place, "--out", str(out), code=2).output
    )


def test_an_altered_store_does_not_prove_itself(kept: tuple[str, str], tmp_path: Path) -> None:
    """`verify` names the row and ends with a code of its own."""
    place, _ = kept
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER runs_no_update"))
        connection.execute(text("UPDATE runs SET as_of = '2020-01-01'"))
    engine.dispose()
    output = run("store", "verify", "--store", place, code=NOT_WHOLE).output
    assert "altered: runs" in output
    assert "unguarded: runs runs_no_update" in output
    assert DIFFERS != NOT_WHOLE


def test_mistakes_are_said_in_words(tmp_path: Path, place: str, records: Path) -> None:
    """No store, no run, no head, no day, a place that is taken: what is wrong and how to go on."""
    nowhere = str(tmp_path / "none.db")
    assert "placewell store init" in run("store", "verify", "--store", nowhere, code=2).output
    assert "There is a store here already" in run("store", "init", "--store", place, code=2).output
    assert "holds no run x" in run("replay", "x", "--store", place, code=2).output
    (tmp_path / "head.json").write_text("{}", encoding="utf-8")
    told = run("store", "verify", "--store", place, "--head", str(tmp_path / "head.json"), code=2)
    assert "holds no head" in told.output
    assert (
        "not a whole backup" in run("store", "restore", str(tmp_path / "head.json"), "--store", nowhere, code=2).output
    )
    run("store", "keep", str(records), "--store", place, "--as-of", "yesterday", code=2)
    run("store", "keep", str(tmp_path / "nothing"), "--store", place, code=3)
    run("store", "keep", str(records), "--store", place, "--as-of", "1900-01-01", code=2)
    unreachable = "postgresql://nobody@127.0.0.1:1/nothing"
    assert "cannot be read or reached" in run("store", "runs", "--store", unreachable, code=2).output
    (tmp_path / "bad.db").write_bytes(b"not a database" * 500)
    assert "cannot be read" in run("store", "runs", "--store", str(tmp_path / "bad.db"), code=2).output
    run("store", "verify", "--store", str(tmp_path / "bad.db"), code=NOT_WHOLE)
    assert "There is no file" in run("store", "purge", "--store", place, "--retention", "none.toml", code=2).output
