"""`placewell lab`: what is refused before anything is played, and what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from records import synthetic
from sufficiency.lab import CannotTry
from sufficiency.lab_given import registers
from tests.frontend.small_council import small_council
from tests.tiny_councils import frames


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["lab", *(str(a) for a in arguments)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--more-b", "siblings_two"], "is not KIND=HOMES"),
        (["--more-b", "castle=2"], "There is no kind of home"),
        (["--a", "nowhere.toml"], "--a:"),
        (["--register-b", "nowhere"], "give --register-a too"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, and nothing is written."""
    done = run(*arguments, "--out", tmp_path / "out")
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_a_lab_is_written_and_says_that_nobody_exists(tmp_path: Path) -> None:
    """Three files, a headline, and never over the results of something else."""
    done = run("--b", "one at a time", "--years", 2, "--families", 8, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "nobody in them exists" in done.stdout
    assert "exactly the same in every year" in done.stdout
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert told["command"] == "lab"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text('{"command": "forecast"}', encoding="utf-8")
    assert run("--out", tmp_path / "other").exit_code == 2


def test_homes_of_two_registers_are_told_apart(tmp_path: Path) -> None:
    """What both hold, what either alone holds, and the same id with other terms is refused."""
    council = small_council()
    tables = frames(council)
    synthetic.write(tables, tmp_path / "a")
    fewer = tables | {"homes": tables["homes"].iloc[1:]}
    fewer["residents"] = tables["residents"][tables["residents"]["home_id"].isin(fewer["homes"]["home_id"])]
    synthetic.write(fewer, tmp_path / "b")
    found = registers(tmp_path / "a", tmp_path / "b", council.day)
    assert [one.home.home_id for one in found.only_a] == ["H1"]
    assert found.only_b == ()
    assert {one.home.home_id for one in found.both} >= {"H2", "H4"}
    other = tables["homes"].copy()
    other.loc[other["home_id"] == "H2", "approved_places"] = "3"
    synthetic.write(tables | {"homes": other}, tmp_path / "c")
    with pytest.raises(CannotTry, match="homes H2 say something else"):
        registers(tmp_path / "a", tmp_path / "c", council.day)
