"""`placewell papers`: what it writes and prints, and what it refuses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from frontend.papers_cli import MARK, PaperFormat, PaperName
from matching.papers import FORMATS, MACHINE
from matching.papers_form import Kind
from records import synthetic


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_what_can_be_asked_for_is_what_there_is() -> None:
    """Said twice so that help is quick; the two agree."""
    assert [one.value for one in PaperName] == [one.value for one in Kind]
    assert sorted(PaperFormat) == sorted(FORMATS)


def test_papers_of_a_round_and_the_same_bytes_again(tmp_path: Path) -> None:
    """From records to papers: the round's proof is in them, no id is; again gives the same bytes; checksums hold."""
    records, results = tmp_path / "records", tmp_path / "results"
    synthetic.write(synthetic.council(4, homes=10, seed=2, homes_with_vacancies=True), records)
    assert run("match", records, "--out", results, "--as-of", synthetic.DAY.isoformat()).exit_code in (0, 4)
    one, two = tmp_path / "one", tmp_path / "two"
    for out in (one, two):
        done = run("papers", results, "--out", out, "--format", "md", "--format", "html")
        assert done.exit_code == 0, done.output
        assert "places wait for the council" in done.stdout
    names = {f"placewell-{name.value}.{suffix}" for name in PaperName for suffix in ("md", "html", *MACHINE)}
    assert {file.name for file in one.iterdir()} == {*names, MARK}
    mark = json.loads((one / MARK).read_bytes())
    for name in names:
        data = (one / name).read_bytes()
        assert data == (two / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == mark["files"][name]
    told = (one / "placewell-transparency.md").read_text(encoding="utf-8")
    assert "Pairs of brothers and sisters together | fewer than 5 | proved" in told
    assert "figures are hidden, because their children are few" in told
    (results / "fairness.csv").write_text(f"{FAIRNESS}placed,sex,F,3,2,0.6667,,,x,N\n", encoding="utf-8")
    done = run("papers", results, "--out", two, "--format", "md")
    assert done.exit_code == 0
    assert "Fairness figures were left out" in done.stderr
    assert "not measured" in (two / "placewell-transparency.md").read_text(encoding="utf-8")
    ids = {line.split(",")[0] for line in (results / "plan.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert ids
    assert not any(f"{child}" in told for child in ids)


FAIRNESS = "measure,characteristic,group,n,part,value,low,high,said,hidden\n"


def test_fairness_figures_that_are_named_are_used_or_refused(tmp_path: Path) -> None:
    """With figures that may be said the paper has them; with exact counts nothing is written."""
    file, out = tmp_path / "figures.csv", tmp_path / "out"
    asked = ("papers", "--fairness", file, "--out", out, "--paper", "equality", "--format", "md")
    file.write_text(f"{FAIRNESS}placed,sex,F,3,2,0.6667,,,x,N\n", encoding="utf-8")
    done = run(*asked)
    assert done.exit_code == 3
    assert "for casework alone" in done.stderr
    assert not out.exists()
    file.write_text(f"{FAIRNESS}placed,sex,F,40,25,0.6250,,,x,N\n", encoding="utf-8")
    assert run(*asked).exit_code == 0
    assert "| Sex | F | 40 | 62% |" in (out / "placewell-equality.md").read_text(encoding="utf-8")


def test_papers_of_a_policy(tmp_path: Path) -> None:
    """Without a round: the council's own choices, one paper, one form, and what is for machines."""
    policy = tmp_path / "policy.toml"
    policy.write_text('version = "2027 spring"\nauthority = "E08000009"\n', encoding="utf-8")
    out = tmp_path / "out"
    done = run("papers", "--policy", policy, "--out", out, "--paper", "equality", "--format", "docx")
    assert done.exit_code == 0, done.output
    assert {file.name for file in out.iterdir()} == {*(f"placewell-equality.{s}" for s in ("docx", *MACHINE)), MARK}
    assert json.loads((out / MARK).read_bytes())["made_from"]["Council"] == "Trafford"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("results", "--policy", "policy.toml"), 2, "Give one of them"),
        (("nowhere",), 3, "holds no finished round"),
        (("--policy", "nowhere.toml"), 2, "cannot be read"),
        (("--policy", "wrong.toml"), 2, "there is no such key"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """Each with what to do; no folder is left."""
    (tmp_path / "wrong.toml").write_text("weight = 1\n", encoding="utf-8")
    placed = [one if one.startswith("--") else tmp_path / one for one in arguments]
    done = run("papers", *placed, "--out", tmp_path / "out")
    assert done.exit_code == code, done.output
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    """Before anything is worked out."""
    (tmp_path / "out").write_text("here", encoding="utf-8")
    done = run("papers", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "is a file, not a folder" in done.stderr
    assert (tmp_path / "out").read_text(encoding="utf-8") == "here"
