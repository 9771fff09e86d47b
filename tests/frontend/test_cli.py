"""The command line: what each command writes and prints, and the exit code for everything that can go wrong."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import frontend.cli
from frontend.cli import app
from records import synthetic

NINE = {
    *("plan.csv", "pairs.parquet", "ranked.csv", "unplaced.csv", "findings.csv", "report.html", "summary.json"),
    *("fairness.csv", "envy.csv"),
}
DAY = "2026-11-02"
ON = ["--as-of", DAY]


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """A clean made-up council of six children and twelve homes."""
    return synthetic.council(6, 12, seed=9, homes_with_vacancies=True)


@pytest.fixture(scope="module")
def records(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a records folder."""
    folder = tmp_path_factory.mktemp("council") / "records"
    synthetic.write(tables, folder)
    return folder


def test_match_writes_the_nine_files_and_says_it_is_a_proposal(records: Path, tmp_path: Path) -> None:
    """Exit code 0, the files of the contract, what is proved, and where the report is."""
    done = run("match", records, "--out", tmp_path / "out", *ON)
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "out").iterdir()} == NINE
    assert "of 6 children have a proposed home" in done.stdout
    assert "proved best" in done.stdout
    assert "Nothing is decided" in done.stdout
    assert str((tmp_path / "out" / "report.html").resolve()) in done.stdout.replace("\n", "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["as_of"] == DAY
    assert {"reading", "checking", "rules, points and solver"} <= set(summary["seconds"])
    assert set(summary["inputs"]) >= {"children.csv", "homes.csv"}


def test_standard_error_is_quiet_when_nobody_is_at_a_terminal(records: Path, tmp_path: Path) -> None:
    """No bars, no spinner, no colour codes in a log."""
    done = run("match", records, "--out", tmp_path / "out", *ON)
    assert "\x1b" not in done.output
    assert "Asking the rules" not in done.output


def test_the_same_records_give_the_same_plan_with_one_worker_or_two(records: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    for workers in (1, 2):
        assert run("match", records, "--out", tmp_path / str(workers), *ON, "--workers", workers).exit_code == 0
    for name in ("plan.csv", "ranked.csv", "unplaced.csv", "pairs.parquet", "report.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_order_of_rows_and_columns_changes_no_byte_of_the_answer(tmp_path: Path) -> None:
    """Every table shuffled, every column elsewhere: the same plan, rankings, reasons and pairs."""
    tables = synthetic.council(20, 40, seed=4, homes_with_vacancies=True)
    shuffled = {
        name: table.sample(frac=1, random_state=7)[list(reversed(table.columns))] for name, table in tables.items()
    }
    for name, of in (("as made", tables), ("shuffled", shuffled)):
        synthetic.write(of, tmp_path / name)
        assert run("match", tmp_path / name, "--out", tmp_path / f"{name} out", *ON).exit_code == 0
    for file in ("plan.csv", "ranked.csv", "unplaced.csv", "pairs.parquet"):
        assert (tmp_path / "as made out" / file).read_bytes() == (tmp_path / "shuffled out" / file).read_bytes()


def test_findings_of_a_whole_file_stand_beside_those_of_a_row(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """A table in an old Windows encoding with one doubtful cell is matched and checked like any other."""
    synthetic.write(tables, tmp_path / "old")
    path = tmp_path / "old" / "children.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.loc[0, "views"] = "Mag Zo\u00eb\u2019s caf\u00e9"
    rows.loc[0, "child_id"] += " "
    path.write_bytes(rows.to_csv(index=False).encode("cp1252"))
    assert run("check", tmp_path / "old", "--out", tmp_path / "found", "--as-of", DAY).exit_code == 0
    assert run("match", tmp_path / "old", "--out", tmp_path / "out", *ON).exit_code == 0
    assert (tmp_path / "out" / "report.html").exists()


def test_the_workbook_does_as_well_as_the_folder(
    tables: dict[str, pd.DataFrame], records: Path, tmp_path: Path
) -> None:
    """One .xlsx with the same sheets gives the same plan."""
    synthetic.write_workbook(tables, tmp_path / "council.xlsx")
    assert run("match", tmp_path / "council.xlsx", "--out", tmp_path / "a", *ON).exit_code == 0
    assert run("match", records, "--out", tmp_path / "b", *ON).exit_code == 0
    assert (tmp_path / "a" / "plan.csv").read_bytes() == (tmp_path / "b" / "plan.csv").read_bytes()


def test_the_council_is_the_given_one_or_the_commonest(records: Path, tmp_path: Path) -> None:
    """Said in the summary, with how it was found."""
    run("match", records, "--out", tmp_path / "given", *ON, "--authority", "E08000006")
    run("match", records, "--out", tmp_path / "found", *ON)
    told = [
        json.loads((tmp_path / n / "summary.json").read_text(encoding="utf-8"))["council"] for n in ("given", "found")
    ]
    assert [t["code"] for t in told] == ["E08000006", "E08000009"]
    assert "given" in told[0]["how"]
    assert "commonest" in told[1]["how"]


def test_an_allowed_rule_is_in_the_summary(records: Path, tmp_path: Path) -> None:
    """In any case of letters; one approval stands for the rules it mends."""
    assert (
        run("match", records, "--out", tmp_path / "out", *ON, "--allow", "fost-05", "--allow", "LOC-04").exit_code == 0
    )
    allowed = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["allowed"]
    assert allowed == ["FOST-03", "FOST-04", "FOST-05", "LOC-03", "LOC-04"]


def test_rows_left_out_end_in_4_and_are_said(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """The rest is matched; the findings name the row."""
    spoilt = {name: table.copy() for name, table in tables.items()}
    spoilt["homes"].loc[0, "vacancies"] = "-1"
    synthetic.write(spoilt, tmp_path / "records")
    done = run("match", tmp_path / "records", "--out", tmp_path / "out", *ON)
    assert done.exit_code == 4
    assert "left out" in done.stderr
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        assert any(row["severity"] == "left_out" and row["file"] == "homes.csv" for row in csv.DictReader(file))
    checked = run("check", tmp_path / "records", *ON, "--out", tmp_path / "findings")
    assert checked.exit_code == 4
    assert "homes.csv, row 2, vacancies" in checked.stdout
    assert [p.name for p in (tmp_path / "findings").iterdir()] == ["findings.csv"]


def test_check_of_clean_records_is_0_and_writes_nothing(records: Path) -> None:
    """It only reads."""
    before = sorted(p.name for p in records.rglob("*"))
    done = run("check", records, *ON)
    assert done.exit_code == 0
    assert "6 children, 12 homes" in done.stdout
    assert sorted(p.name for p in records.rglob("*")) == before


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: p.write_bytes(b"\x00\xff")])
def test_unusable_records_end_in_3_and_nothing_is_written(make: Callable[[Path], object], tmp_path: Path) -> None:
    """No such folder, an empty folder, a file that is neither folder nor workbook."""
    make(tmp_path / "records")
    for command in (["match"], ["check"]):
        done = run(*command, tmp_path / "records", "--out", tmp_path / "out", *ON)
        assert done.exit_code == 3
        assert done.stderr.strip()
        assert "Traceback" not in done.output
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--allow", "LOC-99"], "nearest known is LOC-0"),
        (["--allow", ""], "no rule"),
        (["--authority", "E99999999"], "not the GSS code"),
        (["--authority", "E07000117"], "write E10000017"),
        (["--as-of", "31/02/2026"], "no such day"),
        (["--as-of", "yesterday"], "not a date"),
        (["--as-of", "٢٠٢٦-١١-٠٢"], "not a date"),
        (["--as-of", "1066-10-14"], "on file only from"),
        (["--policy", "no-such-file.toml"], "policy"),
        (["--solver", "guess"], "cpsat"),
        (["--workers", "0"], "workers"),
        (["--time-limit", "-1"], "time-limit"),
        (["--nonsense"], "nonsense"),
    ],
)
def test_wrong_arguments_end_in_2_with_what_to_do(
    arguments: list[str], words: str, records: Path, tmp_path: Path
) -> None:
    """The message names what is wrong; nothing is written."""
    done = run("match", records, "--out", tmp_path / "out", *arguments)
    assert done.exit_code == 2, done.output
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_policy_is_read_and_its_mistakes_end_in_2(records: Path, tmp_path: Path) -> None:
    """An unknown key and an unknown rule in `allow` are refused; a good policy is used."""
    policy = tmp_path / "policy.toml"
    for text, words in (("neer_miles = 3\n", "near_miles"), ('allow = ["LOC-77"]\n', "LOC-77")):
        policy.write_text(text, encoding="utf-8")
        done = run("match", records, "--out", tmp_path / "out", *ON, "--policy", policy)
        assert done.exit_code == 2
        assert words in done.stderr
    policy.write_text('near_miles = 3.5\nallow = []\nauthority = "E08000006"\n', encoding="utf-8")
    assert run("match", records, "--out", tmp_path / "out", *ON, "--policy", policy).exit_code == 0
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert told["policy"]["values"]["near_miles"] == 3.5
    assert told["allowed"] == []
    assert told["council"]["code"] == "E08000006"


def test_a_results_folder_that_is_a_file_ends_in_2(records: Path, tmp_path: Path) -> None:
    """Also when the file stands where a folder above it should be."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    for out in (tmp_path / "taken", tmp_path / "taken" / "deeper"):
        done = run("match", records, "--out", out, *ON)
        assert done.exit_code == 2
        assert "is a file" in done.stderr
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_a_results_folder_that_cannot_be_written_ends_in_2(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known before any work, or found when the disk is full."""

    def full(self: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = run("match", records, "--out", tmp_path / "out", *ON)
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(frontend.cli.os, "access", lambda *_: False)
    assert "may not write" in run("match", records, "--out", tmp_path / "out", *ON).stderr


def test_a_fault_is_told_without_a_traceback_or_records(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, a reference and the place; what was in the records is never repeated, unless asked for."""

    def break_down(*_: object, **__: object) -> None:
        raise ValueError("C0001 likes football")

    monkeypatch.setattr("matching.propose.propose", break_down)
    done = run("match", records, "--out", tmp_path / "out", *ON)
    assert done.exit_code == 1
    assert "Reference " in done.stderr
    assert "ValueError in " in done.stderr
    assert "Traceback" not in done.output
    assert "football" not in done.output
    assert not (tmp_path / "out").exists()
    monkeypatch.setenv("PLACEWELL_DEBUG", "1")
    assert "football" in run("match", records, "--out", tmp_path / "out", *ON).stderr


def test_a_user_who_stops_the_run_gets_130_and_no_files(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C in the middle of the solver, or while files are written."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for where in ("matching.outputs.explain.report", "matching.propose.propose"):
        monkeypatch.setattr(where, stop)
        done = run("match", records, "--out", tmp_path / "out", *ON)
        assert done.exit_code == 130
        assert "Stopped" in done.stderr
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT that one process can send another")
def test_ctrl_c_in_the_middle_of_native_code_stops_at_once(tmp_path: Path) -> None:
    """A real process, deep in work that does not listen, ends with 130 and a clean message."""
    code = (
        "import ctypes, frontend.cli, matching.propose\n"
        "from frontend.stoppable import stoppable\n"
        "def work():\n"
        "    print('working', flush=True)\n"
        "    ctypes.CDLL(None).sleep(60)\n"
        "frontend.cli.app.command('work')(frontend.cli.guarded(lambda: stoppable(work)))\n"
        "frontend.cli.app(['work'])"
    )
    root = Path(frontend.cli.__file__).resolve().parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "Stopped. Nothing is left half-written.\n"


def test_rank_prints_the_homes_of_one_child_or_family(
    records: Path, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """Plain tabbed lines when nobody is at a terminal; best first; the plan's own choice is marked."""
    run("match", records, "--out", tmp_path / "out", *ON)
    plan = pd.read_csv(tmp_path / "out" / "plan.csv", dtype=str, keep_default_na=False)
    child_id, home_id = plan.loc[plan["home_id"] != "", ["child_id", "home_id"]].iloc[0]
    done = run("rank", records, child_id, *ON)
    assert done.exit_code == 0, done.output
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert lines[0][:5] == ["rank", "home", "kind", "answer", "points"]
    assert f"{home_id} *" in [line[1] for line in lines]
    assert len(run("rank", records, child_id, *ON, "--top", "1").stdout) < len(done.stdout)
    assert "not a decision" in done.stdout
    families = tables["children"].loc[tables["children"]["family_id"].duplicated(keep=False), "family_id"]
    family = next(f for f in families if f)
    told = run("rank", records, family, *ON)
    assert told.exit_code == 0
    for member in tables["children"].loc[tables["children"]["family_id"] == family, "child_id"]:
        assert f"{member} ({member})" in told.stdout


def test_rank_says_why_no_home_could_take_a_child(tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Every rule that bars homes, with its law and how many, in place of a bare no."""
    over = tables["homes"].assign(approved_from="2015-01-01", approved_to="2020-01-01", last_review_on="")
    children = tables["children"]
    family = next(one for one in children.loc[children["family_id"].duplicated(keep=False), "family_id"] if one)
    synthetic.write({**tables, "homes": over}, tmp_path / "records")
    for child_or_family in (children["child_id"].iloc[0], family):
        done = run("rank", tmp_path / "records", child_or_family, *ON)
        assert done.exit_code == 0, done.output
        assert f"{child_or_family} (" in done.stdout
        assert "no home could take them, even with approval." in done.stdout
        reasons = [line for line in done.stdout.splitlines() if line.startswith("- ")]
        assert any("Bars " in line and "homes: H0001" in line for line in reasons), done.stdout
        assert "unplaced.csv" in done.stdout


def test_a_round_too_large_to_try_everything_ends_in_2(tmp_path: Path) -> None:
    """The exhaustive solver is for tiny rounds; the message says so and nothing is written."""
    synthetic.write(synthetic.council(40, 60, seed=1, homes_with_vacancies=True), tmp_path / "records")
    done = run("match", tmp_path / "records", "--out", tmp_path / "out", *ON, "--solver", "exhaustive")
    assert done.exit_code == 2
    assert "--solver exhaustive" in done.stderr
    assert not (tmp_path / "out").exists()


def test_rank_of_an_unknown_child_ends_in_2(records: Path) -> None:
    """The nearest known id is named."""
    done = run("rank", records, "C9001", *ON)
    assert done.exit_code == 2
    assert "nearest known is C" in done.stderr


def test_the_demo_makes_records_results_and_a_report(tmp_path: Path) -> None:
    """Exit code 0 although some rows are spoilt on purpose; a second demo replaces the first."""
    for seed in (1, 2):
        done = run("demo", "--out", tmp_path / "demo", "--children", 5, "--seed", seed, "--no-open")
        assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "demo" / "results").iterdir()} == NINE
    assert (tmp_path / "demo" / "records" / "children.csv").is_file()
    assert "report.html" in done.stdout
    assert json.loads((tmp_path / "demo" / "results" / "summary.json").read_text(encoding="utf-8"))["findings"]


def test_the_demo_never_overwrites_what_it_did_not_make(tmp_path: Path) -> None:
    """A folder with somebody's own records is refused."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "children.csv").write_text("mine", encoding="utf-8")
    done = run("demo", "--out", tmp_path, "--no-open")
    assert done.exit_code == 2
    assert (tmp_path / "records" / "children.csv").read_text(encoding="utf-8") == "mine"


def test_the_demo_opens_the_report_only_for_a_person_at_a_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never in a log or on a server."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    run("demo", "--out", tmp_path / "a", "--children", 1)
    assert opened == []
    monkeypatch.setattr(frontend.cli, "_can_open", lambda: True)
    run("demo", "--out", tmp_path / "b", "--children", 1)
    assert opened == [(tmp_path / "b" / "results" / "report.html").resolve().as_uri()]


def test_version_and_help_are_quick_and_plain() -> None:
    """Nothing heavy is imported for them."""
    code = (
        "import sys, frontend.cli; sys.argv = ['placewell', '--help']\n"
        "try: frontend.cli.main()\n"
        "finally: assert not {'pandas', 'numpy', 'ortools', 'scipy'} & set(sys.modules)"
    )
    root = Path(frontend.cli.__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(command in done.stdout for command in ("check", "match", "rank", "demo"))
    assert run("--version").stdout.startswith("placewell ")
    assert run("match", "--help").exit_code == 0


def test_the_progress_bar_shows_stages_and_bounds_to_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error only, and only at a terminal."""
    from frontend.progress import Progress

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress() as progress:
        progress.stage("Checking the records")
        progress.watch("cost", 2000.0, 1990.0, 0.1)
        progress.watch("placed", 0.0, float("inf"), 0.1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "placed" in shown.err
