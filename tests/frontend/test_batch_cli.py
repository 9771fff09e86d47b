"""`placewell batch`: what it writes, says and refuses. What its tasks give is tried where they are planned."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from sufficiency.batch_councils import BatchCouncil
from sufficiency.batch_task import Plan, Task
from sufficiency.scenario import BASELINE
from tests.sufficiency.batch_made import NAME, diamonds, task, work_in

OTHER = 'schema_version = 1\nname = "{name}"\nabout = "Another."\nextends = "baseline.toml"\n'


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["batch", *map(str, arguments)])


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Plan]]:
    """Small tasks in place of those of a forecast; the test says which."""
    monkeypatch.syspath_prepend(str(work_in(tmp_path / "work")))
    plans: list[Plan] = []
    monkeypatch.setattr("sufficiency.batch_plan.plan_batch", lambda *_: plans[0])
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "episodes.csv").write_text("CHILD\n", encoding="utf-8")
    monkeypatch.setattr("sufficiency.batch_councils._named_in", lambda *_, **__: ())
    yield plans
    sys.modules.pop(NAME, None)


def test_what_is_asked_twice_is_done_once(tmp_path: Path, planned: list[Plan]) -> None:
    """Results, manifest and times in one folder, what is kept in another; asked again, nothing is left to do."""
    planned.append(diamonds(tmp_path, councils=1))
    given = (BASELINE, "--returns", tmp_path / "given", "--out", tmp_path / "out")
    first = run(*given)
    assert first.exit_code == 0, first.output
    assert "c0, s1: done" in first.stderr
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir()} == {"c0", "failures.csv", "manifest.json", "summary.json", "times.json"}
    assert json.loads((out / "summary.json").read_bytes())["folders"] == ["c0", "c0/s0", "c0/s1"]
    assert (tmp_path / "out-cache" / "CONFIDENTIAL.txt").is_file()
    again = run(*given)
    assert "9 tasks, 9 of them known already." in again.stderr
    cleared = run("--forget-older", "0", "--out", out)
    assert cleared.exit_code == 0
    assert "9 results deleted" in cleared.stdout
    assert run("--forget-older", "0", "--cache", tmp_path / "given").exit_code == 2
    within = run(BASELINE, "--returns", tmp_path / "given", "--out", tmp_path / "given" / "out")
    assert (within.exit_code, "which the batch reads" in within.stderr) == (2, True)
    assert {p.name for p in (tmp_path / "given").iterdir()} == {"episodes.csv"}


def test_failures_are_said_and_the_rest_is_there(tmp_path: Path, planned: list[Plan]) -> None:
    """Some of it: exit 4. None of it: 3 where the user can mend it, 1 where we must, and nothing is written."""
    given = (BASELINE, "--returns", tmp_path / "given", "--out", tmp_path / "out")
    good, bad, worse = task("a/s/good", "join"), task("b/s/bad", "refuse"), task("b/s/worse", "fault")
    for tasks, code, words in (
        ((good, bad), 4, "failures.csv says"),
        ((bad,), 3, "nothing was written"),
        ((worse,), 1, "KeyError"),
    ):
        planned[:] = [Plan(tasks, {}, {f"{one.council}/s/x.csv": one.name for one in tasks})]
        told = run(*given)
        assert (told.exit_code, words in told.stderr) == (code, True), told.output
    assert "Not done: b, s: A fault of Placewell's own" in told.stderr
    assert (tmp_path / "out" / "a" / "s" / "x.csv").read_bytes() == b"()"


def test_without_returns_the_council_is_made_up_and_that_is_said(
    tmp_path: Path, planned: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes it for a council's own."""
    planned.append(Plan((Task("a", f"{NAME}:join"),), {}, {"x.csv": "a"}))
    quick = BatchCouncil("made-up", tmp_path / "made-up", made_up=True)
    monkeypatch.setattr("sufficiency.batch_made_up.made_up_council", lambda _: quick)
    told = run(BASELINE, "--out", tmp_path / "out")
    assert told.exit_code == 0, told.output
    assert "MADE-UP COUNCIL" in told.stderr
    assert json.loads((tmp_path / "out" / "summary.json").read_bytes())["made_up"] is True


def test_what_does_not_go_together_is_refused_in_words(tmp_path: Path) -> None:
    """Before anything is read: scenarios, folders, workers."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder, name in (("one", "A"), ("two", "B")):
        (tmp_path / folder / "same.toml").write_text(OTHER.format(name=name), encoding="utf-8")
    (tmp_path / "one" / "twin.toml").write_text(OTHER.format(name="A"), encoding="utf-8")
    same, out = tmp_path / "one" / "same.toml", ("--out", tmp_path / "out")
    for given, words in (
        (out, "name at least one scenario"),
        ((same,), "--out: name a folder"),
        ((same, same, *out), "is named twice"),
        ((same, tmp_path / "two" / "same.toml", *out), "the same folder of results"),
        ((same, tmp_path / "one" / "twin.toml", *out), "both called “A”"),
        ((tmp_path / "one", *out), "is a folder. Name the scenarios in it"),
        ((tmp_path / "none*.toml", *out), "no file is called"),
        ((tmp_path / "none.toml", *out), "there is no file"),
        ((same, *out, "--workers", 2, "--scheduler", "tcp://h:1"), "name one of them"),
        ((same, *out, "--scheduler", "h:8786"), "is no address"),
        ((same, *out, "--cache", tmp_path / "out" / "cache"), "may not lie in the folder of results"),
        ((same, "--out", same), "is a file, not a folder"),
    ):
        told = run(*given)
        assert (told.exit_code, words in told.stderr) == (2, True), (words, told.output)
    assert not (tmp_path / "out").exists()


def test_the_baseline_is_what_others_are_held_against(tmp_path: Path) -> None:
    """Wherever it stands among the files that a pattern gives."""
    from frontend.batch_cli import named

    (tmp_path / "agency.toml").write_text(OTHER.format(name="A"), encoding="utf-8")
    (tmp_path / "baseline.toml").write_bytes(BASELINE.read_bytes())
    assert list(named([tmp_path / "*.toml"])) == ["baseline", "agency"]
    assert list(named([tmp_path / "agency.toml"])) == ["agency"]
