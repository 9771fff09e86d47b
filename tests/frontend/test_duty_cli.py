"""`placewell duty`: printed at once, whether the child is on the register, in a file or told on the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from records import synthetic

ON = ["--as-of", "2026-11-02"]


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["duty", *(str(a) for a in arguments), *ON])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean made-up council of six children and twelve homes."""
    made = tmp_path_factory.mktemp("duty") / "records"
    synthetic.write(synthetic.council(6, 12, seed=9, homes_with_vacancies=True), made)
    return made


def test_told_on_the_line(folder: Path) -> None:
    """An age is enough; what is not known is asked, what was looked for is said, and nothing is kept."""
    before = sorted(folder.iterdir())
    done = run(folder, "--age", 5, "--sibling", "7,M", "--from-postcode", "M33 2AB", "--smoke-free")
    assert done.exit_code == 0, done.output
    assert "TONIGHT-1, TONIGHT-2" in done.stdout
    assert "Only the age is known." in done.stdout
    assert "Looked for: foster homes." in done.stdout
    assert "Barred, by rule" in done.stdout
    assert "not a decision" in done.stdout
    assert sorted(folder.iterdir()) == before


def test_one_of_the_register_and_one_of_a_file(folder: Path, tmp_path: Path) -> None:
    """The same table for either; a plan says whom a home would be taken from."""
    done = run(folder, "C0001")
    assert done.exit_code == 0, done.output
    homes = [line.split("\t")[2] for line in done.stdout.splitlines() if line[:1].isdigit() and "\t" in line]
    assert homes
    plan = tmp_path / "plan.csv"
    plan.write_text(f"child_id,home_id\nC0002,{homes[0]}\n", encoding="utf-8")
    assert "is proposed for C0002" in run(folder, "C0001", "--plan", plan).stdout
    file = tmp_path / "tonight.csv"
    file.write_text("child_id,age,sex\nT1,9,F\n", encoding="utf-8")
    done = run(folder, "--child-file", file)
    assert done.exit_code == 0, done.output
    assert "T1: " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name one child"),
        (["C0001", "--age", "5"], "Name one child"),
        (["C0000"], "no child or family"),
        (["--born", "1999-01-01"], "18 or older"),
        (["--age", "5", "--sex", "girl?"], "sex"),
        (["--sex", "F"], "neither a date of birth nor an age"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(folder: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, and what to do."""
    done = run(folder, *arguments)
    assert done.exit_code == 2, done.output
    assert said in done.output
