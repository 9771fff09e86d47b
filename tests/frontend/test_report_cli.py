"""`placewell report`: what it writes and prints, and what it refuses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from reporting.facts_file import write_book
from tests.sufficiency.a_book import few_tables


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecast's folder, with the figures that documents are written from."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "position.json").write_text(
        write_book(few_tables("children.total", "forecast.group", "gap.need")), encoding="utf-8"
    )
    return folder


def test_a_statement_with_the_councils_words(results: Path, tmp_path: Path) -> None:
    """The blank file is filled in and used; places still empty are warned of; the next edition says what changed."""
    words, to, again = tmp_path / "narrative.toml", tmp_path / "to", tmp_path / "again"
    assert run("--narrative-blank", words).exit_code == 0
    text = words.read_text(encoding="utf-8").replace(
        '[words.vision]\ntext = """\n', '[words.vision]\ntext = """\nNear home.\n'
    )
    words.write_text(text, encoding="utf-8")
    done = run(results, "--format", "html", "--narrative", words, "--to", to)
    assert done.exit_code == 0, done.output
    assert "vision" not in done.stderr
    assert "give the last one with --since" in done.stderr
    assert "consultation" in done.stderr
    page = (to / "placewell-statement-public.html").read_text(encoding="utf-8")
    assert "Near home." in page
    assert "For the council to write" in page
    done = run(results, "--format", "html", "--no-empty-places", "--since", to, "--to", again)
    assert done.exit_code == 0, done.output
    page = (again / "placewell-statement-public.html").read_text(encoding="utf-8")
    assert "Every figure that both editions publish is the same." in page
    assert "For the council to write" not in page
    assert (again / "changes.csv").is_file()
    made_from = [json.loads((folder / "summary.json").read_bytes())["made_from"] for folder in (to, again)]
    earlier = (to / "summary.json").read_bytes()
    assert made_from == [
        {"narrative": hashlib.sha256(words.read_bytes()).hexdigest()},
        {"since": hashlib.sha256(earlier).hexdigest()},
    ]
    assert "--since" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "name the results"),
        (("nowhere",), 2, "there is no folder"),
        (("EMPTY",), 2, "holds no position.json"),
        (("RESULTS", "--council", "north"), 2, "holds one forecast"),
        (("RESULTS", "--narrative", "none.toml"), 2, "--narrative: none.toml: cannot be read"),
        (("RESULTS", "--since", "nowhere"), 2, "--since: "),
        (("BROKEN",), 3, "broken"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: tuple[str, ...], code: int, words: str, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake ends with its exit code and plain words, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken" / "position.json").write_text("{", encoding="utf-8")
    places = {"RESULTS": str(results), "BROKEN": "broken", "EMPTY": "empty"}
    done = run(*(places.get(one, one) for one in arguments))
    assert done.exit_code == code, done.output
    assert words in " ".join(done.stderr.split())
    assert not (results / "report").exists()
