"""`placewell forecast`: what it writes and prints, and the exit code for everything that can go wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from tests.records.made_returns import episode
from tests.sufficiency.histories import Councils, lives

ELEVEN = {
    *("need.csv", "entries_exits.csv", "segments.csv", "supply.csv", "gap.csv", "targets.csv", "cost.csv"),
    *("coming.csv", "findings.csv", "position.json", "forecast.html", "summary.json"),
}
QUICK = ("--no-backtest", "--no-targets", "--replications", "30", "--months", "13")


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["forecast", *map(str, arguments)])


def told(out: Path) -> dict[str, object]:
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of two made-up councils in one merged return; one row of the second cannot be used."""
    folder = tmp_path_factory.mktemp("returns")
    councils = Councils()
    for seed, more in ((3, ()), (4, (episode(CHILD="C0", DECOM="01/07/2020", DEC="01/06/2020", REC="E4A"),))):
        people, episodes = lives(seed, 30, date(2019, 4, 1), date(2021, 3, 31))
        councils.add(*episodes, *more, people=people, years=(2020, 2021))
    councils.read(folder)
    return folder


def test_it_writes_eleven_files_and_says_how_many_and_how_sure(returns: Path, tmp_path: Path) -> None:
    """Files of the contract, the answer on standard output, and what to mind on standard error."""
    out = tmp_path / "out"
    done = run(returns, "--out", out, "--council", "Council 001", *QUICK)
    assert {p.name for p in out.iterdir()} == ELEVEN
    assert done.exit_code in (0, 4), done.output
    summary = told(out)
    assert f"{summary['children_now']} children were in care. In 12 months, on 31 March 2022" in done.stdout
    assert "No backtest has been run on your data." in done.stdout
    assert "The history is 2.0 years long." in done.stderr
    assert str((out / "forecast.html").resolve()) in done.stdout.replace("\n", "")
    assert (summary["seed"], summary["replications"], summary["months"]) == (1, 30, 13)
    assert (summary["council"], summary["known_until"]) == ("Council 001", "2021-03-31")


def test_rows_left_out_end_with_code_4_and_are_counted(returns: Path, tmp_path: Path) -> None:
    """A region's forecast is of all its councils together, and says so; what was left out is named in findings.csv."""
    referrals = tmp_path / "referrals.csv"
    referrals.write_text("childId,referralDate\nC1,01/02/2021\nC2,\n", encoding="utf-8")
    done = run(returns, "--out", tmp_path / "out", *QUICK, "--referrals", referrals)
    summary = told(tmp_path / "out")
    assert done.exit_code == 4, done.output
    assert "holds 2 councils" in done.stderr
    left_out = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8").count(",left_out,")
    assert left_out == summary["rows_left_out"] == 2  # one of the return, one of the referrals


def test_workers_change_no_byte_and_another_seed_does(returns: Path, tmp_path: Path) -> None:
    """One worker or two write the same eleven files; so does a second run; another seed does not."""

    def files(name: str, *more: object) -> dict[str, bytes]:
        run(returns, "--out", tmp_path / name, *QUICK, *more)
        return {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}

    one = files("one")
    assert files("two", "--workers", 2) == one
    assert files("one") == one
    assert files("other", "--seed", 2)["need.csv"] != one["need.csv"]


def test_a_backtest_is_run_unless_it_is_declined(
    returns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default the forecast is tried on the past, and the page and the summary say how it did."""
    monkeypatch.setattr("sufficiency.run.TEST_DRAWS", 20)
    done = run(returns, "--out", tmp_path / "out", "--no-targets", "--replications", 30, "--months", 3)
    assert "the same forecast was made from" in done.stdout, done.output
    assert '"run": true' in (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    assert "past bands" in (tmp_path / "out" / "forecast.html").read_text(encoding="utf-8")


def test_a_promise_after_the_end_is_refused_before_any_work(returns: Path, tmp_path: Path) -> None:
    """Targets promise for a day that is not forecast: what to change is said, and no future is played for nothing."""
    out = tmp_path / "out"
    done = run(returns, "--out", out, "--no-backtest", "--replications", 30, "--months", 13)
    assert done.exit_code == 2
    assert "--targets: targets.months is 24, and the forecast ends with 2021-22 Q4." in done.output
    assert "--no-targets" in done.output
    assert "--months" in done.output
    assert not out.exists()


def test_a_lever_that_never_works_is_said(returns: Path, tmp_path: Path) -> None:
    """A lever that begins after the last month changes nothing: neither the page nor the terminal may hide it."""
    (tmp_path / "late.toml").write_text(
        'schema_version = 1\nname = "Late"\nextends = "baseline.toml"\n[levers.retention]\nvalue = 0.1\n'
        'unit = "share fewer"\nlow = 0.1\nhigh = 0.1\nfrom = "2059-01"\nover_months = 0\nsource = "a test"\n'
        'date = "2026"\nstatus = "unverified"\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    done = run(returns, "--out", out, *QUICK, "--scenario", tmp_path / "late.toml")
    words = "levers.retention begins in 2059-01, after the forecast ends: it changes nothing in it."
    assert f"Warning: {words}" in done.stderr.replace("\n", " ")
    assert words in (out / "forecast.html").read_text(encoding="utf-8")
    assert words in "".join(map(str, told(out)["warnings"]))  # type: ignore[call-overload]


def test_a_folder_that_is_no_return_ends_with_code_3(tmp_path: Path) -> None:
    """Nothing is written, and the words say what to give instead."""
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "empty", "--out", tmp_path / "out", *QUICK)
    assert done.exit_code == 3
    assert not (tmp_path / "out").exists()


def test_wrong_arguments_end_with_code_2_and_write_nothing(returns: Path, tmp_path: Path) -> None:
    """A scenario, a council, a projection or a folder that will not do is refused in words that say what will."""
    (tmp_path / "wrong.toml").write_text('schema_version = 1\nextends = "baseline.toml"\n[nead]\n', encoding="utf-8")
    (tmp_path / "few.csv").write_text("year,children\n2020,50000\n2021,50100\n", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "match").mkdir()
    (tmp_path / "match" / "summary.json").write_text("{}", encoding="utf-8")
    out = tmp_path / "out"
    for words, *arguments in (
        ("--scenario: ", "--out", out, "--scenario", tmp_path / "wrong.toml"),
        ("Council 001, Council 002", "--out", out, "--council", "Elsewhere"),
        ("--population: few.csv runs from 2020 to 2021", "--out", out, "--population", tmp_path / "few.csv"),
        ("is a file, not a folder", "--out", tmp_path / "file"),
        ("no forecast wrote", "--out", tmp_path / "match"),
    ):
        done = run(returns, *QUICK, *arguments)
        assert done.exit_code == 2, done.output
        assert words in done.stderr
    assert not out.exists()
    assert {p.name for p in (tmp_path / "match").iterdir()} == {"summary.json"}


def test_a_projection_needs_a_scenario_that_follows_one(returns: Path, tmp_path: Path) -> None:
    """A projection that nothing would follow is refused; with a scenario that follows it, it counts."""
    projection = tmp_path / "under18.csv"
    projection.write_text(
        "year,children\n" + "".join(f"{2019 + k},{50_000 * 1.5**k:.0f}\n" for k in range(6)), encoding="utf-8"
    )
    scenario = tmp_path / "grows.toml"
    scenario.write_text(
        'schema_version = 1\nextends = "baseline.toml"\n[need.population]\nuse = { value = "projection file", '
        'source = "ours", date = "2026", status = "council" }\n',
        encoding="utf-8",
    )
    refused = run(returns, "--out", tmp_path / "out", *QUICK, "--population", projection)
    assert refused.exit_code == 2
    assert "need.population.use" in refused.stderr
    plain = run(returns, "--out", tmp_path / "plain", *QUICK)
    grown = run(returns, "--out", tmp_path / "grown", *QUICK, "--scenario", scenario, "--population", projection)
    assert plain.exit_code == grown.exit_code, grown.output
    now, then = (told(tmp_path / name)["headline"][0]["mean"] for name in ("plain", "grown"))  # type: ignore[index]
    assert then > now
    assert len(str(told(tmp_path / "grown")["population"])) == 64


def test_a_round_of_matching_does_not_write_over_a_forecast(tmp_path: Path) -> None:
    """A forecast is the council's record too: `match` asks for another folder, and changes nothing."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text('{"command": "forecast"}', encoding="utf-8")
    done = CliRunner().invoke(app, ["match", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 2
    assert "holds a forecast" in done.stderr
    assert {p.name for p in out.iterdir()} == {"summary.json"}


def test_referrals_that_cannot_be_read_are_a_wrong_argument(returns: Path, tmp_path: Path) -> None:
    """The returns are well; it is the other file that has to be mended, and nothing is written."""
    referrals = tmp_path / "referrals.csv"
    referrals.write_text("name,colour\nash,green\n", encoding="utf-8")
    done = run(returns, "--out", tmp_path / "out", *QUICK, "--referrals", referrals)
    assert done.exit_code == 2
    assert "--referrals: referrals.csv" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_register_that_cannot_be_read_is_a_wrong_argument(returns: Path, tmp_path: Path) -> None:
    """It is said before any future is played, by the name of the option, and nothing is written."""
    (tmp_path / "empty").mkdir()
    done = run(returns, "--out", tmp_path / "out", *QUICK, "--register", tmp_path / "empty")
    assert done.exit_code == 2, done.output
    assert "--register: " in done.stderr
    assert not (tmp_path / "out").exists()
