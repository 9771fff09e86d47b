"""The files of a round: what the contract names, whole or not at all, and true to the proposal they come from."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from matching import explain, outputs
from matching.considerations import CONSIDERATIONS
from matching.explain_unit import amount_for
from matching.outputs import FILES, write_all
from matching.policy import read_policy
from matching.propose import Proposal, propose
from matching.ranking import rank_every_unit
from matching.results import work_out
from matching.rules.rule import Answer
from matching.words import in_words
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Alongside, Finding, LinkKind, PetsWish, Provider, Records, Route, Severity
from records.sources.folder import read
from tests.ordinary import (
    DAY,
    SALFORD,
    TRAFFORD,
    WARRINGTON,
    apart,
    child,
    fostered,
    home,
    kin,
    lives_with,
    miles_east,
    records,
    together,
    years_old,
)

CONTRACT = {
    "plan.csv": ["child_id", "home_id", "answer", "points", "miles_home", "miles_school", "sign_off"],
    "ranked.csv": ["group_id", "child_ids", "rank", "home_id", "answer", "points"],
    "unplaced.csv": ["child_id", "reason", "what_would_help"],
    "findings.csv": ["file", "row", "column", "value", "severity", "message"],
}


def small_council(**changes: Any) -> Records:
    """Two brothers, one child alone and one whom only a smoker's home has room for; four homes."""
    children = [
        child("C1", family_id="F1", sex="M", date_of_birth=years_old(5)),
        child("C2", family_id="F1", sex="M", date_of_birth=years_old(7)),
        child("C3", home=miles_east(6)),
        child("C4", smoke_free=True, views="I want <b>my dog</b>.", views_recorded_on=DAY),
    ]
    homes = [
        home("H1", approved_places=2, vacancies=2, location=miles_east(1)),
        home("H2", approved_places=1, vacancies=1, smoker=True, location=miles_east(2)),
        home("H3", approved_places=1, vacancies=1, provider=Provider.AGENCY, authority=SALFORD, location=miles_east(5)),
        home("H4", approved_places=1, vacancies=0),
    ]
    finding = Finding("homes.csv", 3, "agency_name", "=1+1", Severity.NOTE, "Odd.", "Nothing.", "Look.")
    told: dict[str, Any] = {
        "siblings": (together("C1", "C2"),),
        "findings": (finding,),
        "inputs": {"homes.csv": "b" * 64, "children.csv": "a" * 64},
    }
    return records(children, homes, **{**told, **changes})


def proposed(told: Records, **options: Any) -> Proposal:
    """The proposal for a round of Trafford's."""
    return propose(told, read_policy(), council=TRAFFORD, **options)


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as people's tools read it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the small council."""
    out = tmp_path_factory.mktemp("round") / "out"
    write_all(proposed(small_council()), out, seconds={"reading": 0.1234})
    return out


def test_every_file_of_the_contract_is_there_and_no_other(written: Path) -> None:
    """Nine files, the columns the contract names first and in its order, `\\n` ends and UTF-8."""
    assert sorted(p.name for p in written.iterdir()) == sorted(FILES)
    assert [p.name for p in written.parent.iterdir()] == ["out"]
    for name, columns in CONTRACT.items():
        raw = (written / name).read_bytes()
        assert raw.decode("utf-8").split("\n")[0].split(",")[: len(columns)] == columns
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
    assert "sign_off" in (written / "ranked.csv").read_text(encoding="utf-8").split("\n")[0].split(",")


def test_the_plan_has_every_child_once_with_the_best_lawful_home(written: Path) -> None:
    """The brothers share the only home with two places; the lone child goes where a nominated officer must sign."""
    plan = {row["child_id"]: row for row in rows(written / "plan.csv")}
    assert {c: row["home_id"] for c, row in plan.items()} == {"C1": "H1", "C2": "H1", "C3": "H2", "C4": "H3"}
    assert plan["C4"]["answer"] == "needs_sign_off"
    assert plan["C4"]["sign_off"] == "LOC-03"
    assert plan["C4"]["who_signs"] == "nominated officer"
    assert plan["C3"]["answer"] == "met"
    assert plan["C3"]["miles_home"] == "4.0"
    assert plan["C3"]["miles_school"] == ""
    assert (plan["C1"]["group_id"], plan["C1"]["placed_with"]) == ("F1", "C2")
    assert int(plan["C1"]["points_low"]) <= int(plan["C1"]["points"]) <= int(plan["C1"]["points_high"])


def test_a_child_without_a_home_has_a_blank_home_and_a_line_in_unplaced(tmp_path: Path) -> None:
    """Two children, one place free, and a smoker's home besides: the service manager might help, and truly does."""
    homes = [
        home("H1", vacancies=1),
        home("H2", vacancies=1, smoker=True, location=miles_east(2)),
        home("H4", vacancies=0),
    ]
    told = records([child("C3", smoke_free=True), child("C4", smoke_free=True)], homes)
    proposal = proposed(told)
    write_all(proposal, tmp_path / "out", seconds={})
    plan = {row["child_id"]: row for row in rows(tmp_path / "out" / "plan.csv")}
    (left,) = rows(tmp_path / "out" / "unplaced.csv")
    child_id = left["child_id"]
    assert [plan[child_id][c] for c in ("home_id", "answer", "points", "miles_home", "stays")] == [""] * 5
    assert left["reason"] == "FOST-20: 1; HLT-05: 1; PLACES: 1"
    assert "Home H2" in left["what_would_help"]
    assert "HLT-05 by service manager" in left["what_would_help"]
    helped = proposed(told, allow=["HLT-05"])
    assert sorted(helped.home_of.tolist()) == [0, 1]


def test_pairs_hold_every_pair_of_a_right_kind_with_a_place(written: Path) -> None:
    """Sorted by child then home, with answer, deciding rules, points with their range and every consideration."""
    table = pq.read_table(written / "pairs.parquet")
    pairs = table.to_pylist()
    assert [(p["child_id"], p["home_id"]) for p in pairs] == [
        (f"C{c}", f"H{h}") for c in (1, 2, 3, 4) for h in (1, 2, 3)
    ]
    by = {(p["child_id"], p["home_id"]): p for p in pairs}
    assert by["C4", "H2"]["answer"] == "needs_sign_off"
    assert by["C4", "H2"]["rules"] == by["C4", "H2"]["sign_off"] == ["HLT-05"]
    assert by["C3", "H1"]["answer"] == "met"
    assert by["C3", "H1"]["rules"] == []
    assert all(p["points_low"] <= p["points"] <= p["points_high"] for p in pairs)
    assert {one.name for one in CONSIDERATIONS} <= set(table.column_names)
    assert list(table.column_names[:5]) == ["child_id", "home_id", "answer", "rules", "points"]


def test_only_the_rules_that_decide_are_named(tmp_path: Path) -> None:
    """A barred pair names what bars it; what else would have needed a signature stands in its own column."""
    told = small_council(links=(replace(kin("C4", "H2"), link=LinkKind.BARRED),))
    write_all(proposed(told), tmp_path / "out", seconds={})
    pairs = pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()
    (pair,) = [p for p in pairs if (p["child_id"], p["home_id"]) == ("C4", "H2")]
    assert (pair["answer"], pair["rules"], pair["sign_off"]) == ("barred", ["SAFE-06"], ["HLT-05"])
    assert not [r for r in rows(tmp_path / "out" / "ranked.csv") if (r["group_id"], r["home_id"]) == ("C4", "H2")]


def test_pairs_are_the_same_however_many_are_written_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of children are only a matter of memory."""
    proposal = proposed(small_council())
    outputs.write_pairs(proposal, tmp_path / "whole.parquet")
    monkeypatch.setattr(outputs, "PAIRS_AT_ONCE", 1)
    outputs.write_pairs(proposal, tmp_path / "bits.parquet")
    assert pq.read_table(tmp_path / "whole.parquet").equals(pq.read_table(tmp_path / "bits.parquet"))


def test_ranked_homes_come_usable_first_then_by_points(written: Path) -> None:
    """Each group counts from 1; usable homes, then sign-offs, then questions; within these by points."""
    ranked = pd.read_csv(written / "ranked.csv", dtype=str, keep_default_na=False)
    assert list(dict.fromkeys(ranked["group_id"])) == ["F1", "C1", "C2", "C3", "C4"]
    for _, group in ranked.groupby("group_id"):
        assert group["rank"].astype(int).tolist() == list(range(1, len(group) + 1))
        order = [("Y", "N").index(u) for u in group["usable_in_plan"]]
        standing = list(zip(order, [-int(p) for p in group["points"]], strict=True))
        if "F1" not in group["group_id"].to_numpy():
            assert standing == sorted(standing)
    family = ranked[ranked["group_id"] == "F1"]
    assert set(family["child_ids"]) == {"C1;C2"}
    assert family.iloc[0][["home_id", "usable_in_plan", "in_plan"]].tolist() == ["H1", "Y", "Y"]
    alone = {c: ranked[(ranked["group_id"] == c) & (ranked["home_id"] == "H1")]["points"].item() for c in ("C1", "C2")}
    assert int(family.iloc[0]["points"]) == sum(map(int, alone.values()))
    assert ranked[(ranked["group_id"] == "C4")]["home_id"].tolist() == ["H1", "H3", "H2"]


def test_an_open_question_ranks_last_and_is_named() -> None:
    """A home whose smoking is not recorded comes after one that needs a signature."""
    told = small_council()
    told = replace(told, homes=tuple(replace(h, smoker=None) if h.home_id == "H1" else h for h in told.homes))
    units = {u.unit_id: u for u in rank_every_unit(proposed(told))}
    group = units["C4"].whole
    assert group is not None
    answers = [Answer(int(a)) for a in group.answers.overall()]
    assert answers == [Answer.NEEDS_SIGN_OFF, Answer.NEEDS_SIGN_OFF, Answer.UNKNOWN]
    assert group.in_plan.tolist() == [True, False, False]


def family_of_three(**changes: Any) -> Records:
    """Three sisters, and homes with two places at most."""
    sisters = [child(c, family_id="F1", date_of_birth=years_old(a)) for c, a in (("C1", 5), ("C2", 7), ("C3", 8))]
    homes = [home("H1", approved_places=2, vacancies=2), home("H2", approved_places=2, vacancies=2)]
    return records(sisters, homes, **changes)


def test_parts_of_a_family_are_ranked_when_no_home_takes_the_whole() -> None:
    """Every pair of the three sisters is listed beside the whole family and each alone [SIB-05]."""
    (unit,) = rank_every_unit(proposed(family_of_three()))
    assert [g.group_id for g in unit.groups] == ["F1", "F1:C1+C2", "F1:C1+C3", "F1:C2+C3", "C1", "C2", "C3"]
    assert unit.whole is not None
    assert not unit.whole.in_plan.any()
    assert unit.whole.places_for_all.tolist() == [False, False]
    assert unit.parts[0].in_plan.tolist() == [True, True]


def test_sisters_assessed_apart_are_never_ranked_together() -> None:
    """Worked case 22: A and B apart, so {A,C} and {B,C} but never {A,B} or all three."""
    (unit,) = rank_every_unit(proposed(family_of_three(siblings=(apart("C1", "C2"),))))
    assert unit.whole is None
    assert [g.group_id for g in unit.parts] == ["F1:C1+C3", "F1:C2+C3"]


def test_a_family_with_too_many_parts_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not ranked is counted and warned of, never silently dropped."""
    monkeypatch.setattr("matching.ranking.MOST_PARTS", 1)
    results = work_out(proposed(family_of_three()))
    assert results.units[0].parts_left_out == 2
    assert any("F1" in w and "2 smaller parts" in w for w in results.warnings)


def test_a_split_family_is_listed_with_who_is_parted_and_how_far(tmp_path: Path) -> None:
    """Two sisters share a home, the third lives three miles away: two pairs are parted."""
    told = family_of_three()
    told = replace(told, homes=(told.homes[0], replace(told.homes[1], location=miles_east(3))))
    summary = write_all(proposed(told), tmp_path / "out", seconds={})
    (split,) = summary["splits"]
    assert split["family_id"] == "F1"
    assert len(split["pairs"]) == 2
    assert {pair["miles_between_homes"] for pair in split["pairs"]} == {3.0}


def test_sign_offs_that_only_the_whole_household_needs_are_listed(tmp_path: Path) -> None:
    """Two children of different families, each within the limit alone, together make four: both need the exemption."""
    homes = [home("H1", approved_places=4, vacancies=2)]
    told = records([child("C1"), child("C2")], homes, residents=(fostered("H1", "R1"), fostered("H1", "R2")))
    write_all(proposed(told, allow=["FOST-05"]), tmp_path / "out", seconds={})
    for row in rows(tmp_path / "out" / "plan.csv"):
        assert row["home_id"] == "H1"
        assert row["sign_off"] == "FOST-03;FOST-05"
        assert row["answer"] == "needs_sign_off"


def test_what_would_help_counts_those_the_plan_places_there() -> None:
    """A home fosters two and takes a third; a fourth child needs the carer's council to grant an exemption."""
    homes = [home("H1", approved_places=4, vacancies=2)]
    told = records([child("C1"), child("C2")], homes, residents=(fostered("H1", "R1"), fostered("H1", "R2")))
    (left,) = work_out(proposed(told)).unplaced
    assert left.filled == 1
    assert left.removed == ()
    assert left.reason == "PLACES: 1"
    assert "Home H1" in left.help
    assert "approval under FOST-03 and FOST-05 by the council where the carer lives" in left.help


def test_the_least_authority_is_named_first() -> None:
    """Between the director for a far home and the supervising social worker for pets, the latter is named."""
    homes = [
        home("H1", approved_places=1, vacancies=1, provider=Provider.AGENCY, authority="E08000001"),
        home("H2", approved_places=1, vacancies=1, pets=True, location=miles_east(9)),
    ]
    (left,) = work_out(proposed(records([child("C1", pets=PetsWish.NO)], homes))).unplaced
    assert "Home H2" in left.help
    assert "HLT-07 by supervising social worker" in left.help


def test_a_signature_is_named_before_an_open_question_and_that_before_two() -> None:
    """One approval, else one answer, else two approvals."""
    question = home("H1", approved_places=1, vacancies=1, smoker=None)
    signature = home("H2", approved_places=1, vacancies=1, provider=Provider.AGENCY, authority="E08000001")
    both = home("H3", approved_places=1, vacancies=1, smoker=True, on_hold=True)
    needs = child("C1", smoke_free=True)
    for homes, named in (((question, signature, both), "H2"), ((question, both), "H1"), ((both,), "H3")):
        (left,) = work_out(proposed(records([needs], homes))).unplaced
        assert f"Home {named}" in left.help
    assert "; and with" in left.help


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"routes": (Route.ADOPTION,)}, "placement order or the parents' consent [ADO-01]"),
        ({"routes": (Route.SUPPORTED_LODGINGS,)}, "from the age of 16"),
        ({"alongside": Alongside.SOLO, "smoke_free": True}, "a foster carer, for a child of 8"),
        ({"needs_must": ("complex_health",)}, "able to meet complex health"),
    ],
    ids=["no order yet", "too young for lodgings", "alone and smoke-free", "a need nobody meets"],
)
def test_what_would_help_is_never_invented(changes: dict[str, Any], words: str) -> None:
    """With no home at all, what is said comes from what is recorded of the child and from the law."""
    (left,) = work_out(proposed(records([child("C1", **changes)], []))).unplaced
    assert words in left.help
    assert left.of_kind == 0
    assert left.reason == "no home of a kind that the routes allow"


def test_the_summary_says_what_was_asked_found_and_proved(written: Path) -> None:
    """Tiers with bound and proof, the tie-break, versions, policy, law, inputs, statistics and the files' hashes."""
    told = json.loads((written / "summary.json").read_text(encoding="utf-8"))
    tiers = {tier["name"]: tier for tier in told["tiers"]}
    assert list(tiers) == ["placed", "siblings", "near", "local", "points", "cost"]
    assert (tiers["placed"]["value"], tiers["siblings"]["value"]) == (4, 1)
    assert tiers["cost"]["value"] == 2000.0
    assert all(tier["proved"] and tier["bound"] == tier["value"] for tier in told["tiers"])
    assert told["tie_break"]["unique"] is True
    assert (told["children"], told["homes"], told["groups"], told["placed"], told["unplaced"]) == (4, 4, 3, 4, 0)
    assert told["council"] == {"code": TRAFFORD, "name": "Trafford", "how": "as given for this run"}
    assert told["inputs"] == {"children.csv": "a" * 64, "homes.csv": "b" * 64}
    assert told["allowed"] == ["LOC-03"]
    assert told["sign_offs_in_plan"] == {"LOC-03": 1}
    assert told["policy"]["fingerprint"] == read_policy().fingerprint
    assert told["policy"]["values"]["near_miles"] == 10.0
    assert told["law"]["usual_fostering_limit"]["value"] == 3
    assert "Schedule 7" in told["law"]["usual_fostering_limit"]["reference"]
    assert {"placewell", "python", "numpy", "scipy", "ortools"} <= set(told["versions"])
    assert told["statistics"]["over_20_miles"] == {"children": 0, "distance_known": 4, "share": 0.0}
    assert (told["statistics"]["in_area"], told["statistics"]["out_of_area"]) == (3, 1)
    assert told["answers"] == {"met": 7, "needs_sign_off": 5, "unknown": 0, "barred": 0}
    assert told["seconds"]["reading"] == 0.123
    for name, digest in told["files"].items():
        assert hashlib.sha256((written / name).read_bytes()).hexdigest() == digest
    assert set(told["files"]) == set(FILES) - {"summary.json"}


def test_over_20_miles_counts_only_known_distances() -> None:
    """LOC-07: a statistic; a child whose home is not recorded is in neither number, and 20 miles is not over."""
    homes = [
        home(f"H{k}", approved_places=1, vacancies=1, location=miles_east(m), named_children=(f"C{k}",))
        for k, m in ((1, 20.0), (2, 20.1), (3, 30.0))
    ]
    results = work_out(proposed(records([child("C1"), child("C2"), child("C3", home=None)], homes)))
    told = outputs.summary(results, seconds={}, files={})
    assert told["placed"] == 3
    assert told["statistics"]["over_20_miles"] == {"children": 1, "distance_known": 2, "share": 0.5}


def test_a_child_who_stays_is_marked(tmp_path: Path) -> None:
    """A settled child is in the plan at the present home."""
    told = records(
        [child("C1", needed_by=None)], [home("H1")], links=(lives_with("C1", "H1"),), residents=(fostered("H1", "C1"),)
    )
    summary = write_all(proposed(told), tmp_path / "out", seconds={})
    (row,) = rows(tmp_path / "out" / "plan.csv")
    assert (row["home_id"], row["stays"]) == ("H1", "Y")
    assert summary["statistics"]["stay_where_they_are"] == 1


def test_an_empty_round_has_all_its_files(tmp_path: Path) -> None:
    """No children, no homes: headers, no rows, and a report that says so."""
    write_all(proposed(records([], [])), tmp_path / "out", seconds={})
    assert rows(tmp_path / "out" / "plan.csv") == []
    assert pq.read_table(tmp_path / "out" / "pairs.parquet").num_rows == 0
    assert "proposes a home for every child" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_nothing_in_the_files_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    """Ids and values that begin like formulas are text; other ids are as they were."""
    told = records([child("=1+1"), child("C 2;x")], [home("@H1")])
    told = replace(told, findings=small_council().findings)
    write_all(proposed(told), tmp_path / "out", seconds={})
    plan = rows(tmp_path / "out" / "plan.csv")
    assert [r["child_id"] for r in plan] == ["'=1+1", "C 2;x"]
    assert {r["home_id"] for r in plan} == {"'@H1"}
    assert rows(tmp_path / "out" / "findings.csv")[0]["value"] == "'=1+1"
    assert pq.read_table(tmp_path / "out" / "pairs.parquet")["child_id"].to_pylist() == ["=1+1", "C 2;x"]


def test_an_earlier_run_is_replaced_whole_and_other_files_are_left(tmp_path: Path) -> None:
    """Old results go, somebody's own notes in the same folder stay."""
    out = tmp_path / "out"
    write_all(proposed(small_council()), out, seconds={})
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    write_all(proposed(records([child("C9")], [home("H9")])), out, seconds={})
    assert [r["child_id"] for r in rows(out / "plan.csv")] == ["C9"]
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_the_earlier_results_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is moved into place before everything is written, and no folder of half-written files stays."""
    out = tmp_path / "out"
    write_all(proposed(small_council()), out, seconds={})
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def fail(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(explain, "report", fail)
    for folder in (out, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            write_all(proposed(records([child("C9")], [home("H9")])), folder, seconds={})
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_results_cut_off_while_they_are_moved_have_no_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new files may then stand side by side, and the missing summary says that they are not whole."""
    out = tmp_path / "out"
    write_all(proposed(small_council()), out, seconds={})
    move = Path.replace

    def fail_late(self: Path, target: Path) -> Path:
        if self.name == "unplaced.csv":
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", fail_late)
    with pytest.raises(OSError, match="No space"):
        write_all(proposed(small_council()), out, seconds={})
    assert not (out / "summary.json").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def long_ago(path: Path) -> None:
    """Make a file or folder two hours old."""
    then = time.time() - 7200
    os.utime(path, (then, then))


def test_what_a_killed_run_left_behind_is_cleared(tmp_path: Path) -> None:
    """Half-written files and the hold of a run that was killed do not stop the next; those of a live run stay."""
    for name in (".out.partial-killed", ".out.partial-alive"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "plan.csv").write_text("half", encoding="utf-8")
    (tmp_path / ".out.writing").touch()
    long_ago(tmp_path / ".out.partial-killed")
    long_ago(tmp_path / ".out.writing")
    write_all(proposed(small_council()), tmp_path / "out", seconds={})
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.partial-alive", "out"]


def test_two_runs_never_leave_a_mixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another run moves its files into place this one waits, then says so and changes nothing."""
    write_all(proposed(small_council()), tmp_path / "out", seconds={})
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    (tmp_path / ".out.writing").touch()
    monkeypatch.setattr("reporting.whole.MOST_SECONDS_TO_WAIT", 0.2)
    with pytest.raises(OSError, match="another run"):
        write_all(proposed(small_council()), tmp_path / "out", seconds={"other": 1.0})
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.writing", "out"]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """A made-up council of sixteen children whose homes are mostly full."""
    return synthetic.council(16, 40, seed=3, with_findings=True)


POSTCODES = Directory()


def checked(tables: dict[str, pd.DataFrame], folder: Path) -> Records:
    """The tables through the door that everybody's records come through."""
    synthetic.write(tables, folder)
    return check(read(folder), synthetic.DAY, POSTCODES)


def test_row_order_changes_not_one_byte(made_up: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """The same council in any row order gives the same files; only hashes of the inputs and seconds differ."""
    chance = np.random.default_rng(5)
    shuffled = {
        name: table.iloc[chance.permutation(len(table))].reset_index(drop=True) for name, table in made_up.items()
    }
    summaries = []
    for name, tables in (("a", made_up), ("b", shuffled)):
        told = replace(checked(tables, tmp_path / f"{name}-records"), findings=(), inputs={})
        write_all(proposed(told), tmp_path / name, seconds={})
        summary = json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8"))
        del summary["seconds"]
        summaries.append(summary)
    assert summaries[0] == summaries[1]
    for name in set(FILES) - {"summary.json"}:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_named_approval_truly_helps(made_up: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Every single approval named for a child is enough, by the audit, with everybody else where the plan has them."""
    from matching import audit

    proposal = proposed(checked(made_up, tmp_path))
    results = work_out(proposal)
    tried = 0
    for left in results.unplaced:
        if "the rest of the plan unchanged" not in left.help:
            continue
        tried += 1
        home_of = {p.child_id: str(proposal.register.homes.ids[p.home]) if p.home >= 0 else None for p in results.plan}
        home_of[left.child_id] = left.help.split()[1]
        named = {rule.rule_id for rule in proposal.rules if f" {rule.rule_id} " in left.help}
        assert named
        accepted = proposal.allowed | named
        assert audit.audit(proposal.register, proposal.asked, home_of, accepted, never_split=False) == []
        assert audit.audit(proposal.register, proposal.asked, home_of, proposal.allowed, never_split=False) != []
    assert tried


def test_the_report_puts_the_childs_words_first_and_decides_nothing(written: Path) -> None:
    """Marked confidential; a proposal only; wishes before homes, as typed; always "none of these"; no scripts."""
    page = (written / "report.html").read_text(encoding="utf-8")
    assert "CONFIDENTIAL" in page
    assert "This is a proposal. Nothing is decided." in page
    assert "I want &lt;b&gt;my dog&lt;/b&gt;." in page
    section = page[page.index("Child C4</h3>") :]
    assert section.index("my dog") < section.index("Homes that could take C4")
    assert page.count("none of these") >= 3
    assert "<script" not in page
    assert "23 November 2026" in page
    assert "Contains National Statistics data" in page
    for words in ("Approvals needed first", "nominated officer", "What makes up the", "proved", "Schedule 7"):
        assert words in page
    assert 'checked=""' not in page
    assert "<input" not in page


def test_a_report_of_many_children_shows_less_of_each_and_says_so() -> None:
    """The bigger the round, the fewer reasons and folded homes; ten homes are always shown."""
    amounts = [amount_for(n) for n in (5, 100, 340)]
    assert [a.homes for a in amounts] == [10, 10, 10]
    assert amounts[0].reasons > amounts[1].reasons > amounts[2].reasons > 0
    assert amounts[0].folded > amounts[1].folded > amounts[2].folded > 0


def test_a_date_is_written_as_people_write_it() -> None:
    """3 April 2026."""
    assert in_words(DAY.replace(month=4, day=3)) == "3 April 2026"
    assert in_words(DAY + timedelta(days=8)) == "1 December 2026"


def test_a_home_in_another_area_is_counted_as_such() -> None:
    """Home authorities that are not recorded are neither in nor out of the area."""
    homes = [
        home("H1", authority=None, named_children=("C1",)),
        home("H2", authority=WARRINGTON, named_children=("C2",)),
    ]
    results = work_out(proposed(records([child("C1"), child("C2")], homes)))
    told = outputs.summary(results, seconds={}, files={})["statistics"]
    assert (told["in_area"], told["out_of_area"], told["area_not_known"]) == (0, 1, 1)


def test_every_column_and_key_is_in_the_reference(written: Path) -> None:
    """docs/reference/results.md names every column of every table and every key of the summary."""
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "results.md").read_text(encoding="utf-8")
    names = {*json.loads((written / "summary.json").read_text(encoding="utf-8"))}
    for name in CONTRACT:
        names |= set(pd.read_csv(written / name, dtype=str).columns)
    names |= set(pq.read_schema(written / "pairs.parquet").names) - {one.name for one in CONSIDERATIONS}
    assert not {name for name in names if f"`{name}`" not in reference}
