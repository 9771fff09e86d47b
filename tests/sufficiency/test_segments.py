"""What homes are needed for comes from the council's referrals, or is marked as assumed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from records.model import Severity
from records.tables import Unusable
from sufficiency.groups import AGE_BANDS
from sufficiency.history import History, history_of
from sufficiency.referrals import NEEDS, SUITED, read_referrals
from sufficiency.scenario import baseline, read_scenario
from sufficiency.scenario_keys import KEYS
from sufficiency.segments import ANY, NEED_NAMES, SIBLING_NAMES, SIBLINGS, births, homes_found_by_age, segments
from tests.records.made_returns import Row, episode, header
from tests.sufficiency.histories import Councils, day

ROOT = Path(__file__).resolve().parents[2]
CHILD, DAY, BROTHERS = "Child ID", "Date of Data entry (referral)", "Number of siblings to place with"


def referral(**said: str) -> Row:
    """A child to be placed with one brother, of whom all is known and nothing is needed."""
    ordinary = {CHILD: "A1", DAY: "05/06/2020", BROTHERS: "1"}
    ordinary |= {NEEDS[need].names[-1]: "No known risk" for need in list(NEEDS)[:11]}
    return (
        ordinary
        | {
            "Communication, language and learning needs": "N",
            "Adaptation to the home": "N",
            "Cultural needs (e.g. place of worship)": "Not required",
            "Who can the child be cared for alongside": "No preference",
            "Additional support (Please specify)": "NA",
            "Deprivation of Liberty Order": "No",
            "Foster care suitability": "Preferred",
            "Residential care suitability": "Unsuitable",
            "Supported Accomodation suitability": "Not specified",
        }
        | said
    )


def file_of(folder: Path, rows: Sequence[Row], name: str = "referrals.csv") -> Path:
    """The referrals as a CSV file."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(dict.fromkeys(c for row in rows for c in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, dict[str, int]]:
    """Four children, one in each of four age bands, and one with parents who needs no home; when each was born."""
    born = {"A1": "10/06/2009", "A2": "10/06/2014", "A3": "10/06/2003", "A4": "10/06/2018", "A5": "10/06/2009"}
    people = [header(CHILD=child, UPN="", DOB=dob) for child, dob in born.items()]
    rows = [episode(CHILD=child) for child in list(born)[:4]]
    rows.append(episode(CHILD="A5", PLACE="P1", PLACE_PROVIDER="PR0", URN=""))
    councils = Councils()
    ours = councils.add(*rows, people=people)
    councils.add(episode(), dob="10/06/2012")
    ret = councils.read(tmp_path_factory.mktemp("history"))
    return history_of(ret, ours), births(ret, ours)


@pytest.fixture
def history(told: tuple[History, dict[str, int]]) -> History:
    """What the return says of them."""
    return told[0]


@pytest.fixture
def born(told: tuple[History, dict[str, int]]) -> dict[str, int]:
    """When each was born."""
    return told[1]


def test_the_words_of_the_standard_are_those_of_the_scenario() -> None:
    """Every need has a key in the scenario, a name for people, and every size one of the shares."""
    keys = [key.rsplit(".", 1)[1] for key in KEYS if key.startswith("need.segments.needs.")]
    assert keys == list(NEEDS) == list(NEED_NAMES)
    sizes = [key.rsplit(".", 1)[1] for key in KEYS if key.startswith("need.segments.siblings.")]
    assert sizes == list(SIBLINGS) == list(SIBLING_NAMES)


def test_a_referral_is_read_in_the_words_of_the_standard(tmp_path: Path) -> None:
    """The headings of the published table with its slips, or the short names; options in any capitals."""
    said = {
        "Risk to child: Self-harm": "RISK PRESENT",
        "Who can the child be cared for alongside": "Solo placement recommended",
        "Additional support (Please specify)": "taxis to school, therapeutic support",
        "Cultural needs (e.g. place of worship)": "Not Known",
        "Can child live with pets/animals?": "No",
    }
    read = read_referrals(file_of(tmp_path, [referral(**said)]))
    assert (read.child.tolist(), read.day.tolist(), read.siblings.tolist()) == (["A1"], [day("2020-06-05")], [1])
    needs = dict(zip(NEEDS, read.needs[0].tolist(), strict=True))
    assert {need for need, answer in needs.items() if answer == 1} == {"self_harm", "solo", "extra_support"}
    assert {need for need, answer in needs.items() if answer == -1} == {"cultural"}
    assert dict(zip(SUITED, read.suited[0].tolist(), strict=True)) == {"foster": 2, "residential": 0, "supported": -1}
    assert [finding.column for finding in read.findings] == ["Can child live with pets/animals?"]
    short = {"childId": "A1", "referralDate": "2020-06-05", "siblingCount": "1", "riskSelfHarm": "Risk Present"}
    again = read_referrals(file_of(tmp_path, [short]))
    assert again.needs[0, list(NEEDS).index("self_harm")] == 1
    assert (again.needs[0] == -1).sum() == len(NEEDS) - 1
    [absent] = again.findings
    assert "There is no column for riskMissing" in absent.message


def test_the_reference_names_every_field_and_option() -> None:
    """What is read is in docs/reference/referrals.md, under both of its names."""
    page = (ROOT / "docs" / "reference" / "referrals.md").read_text(encoding="utf-8")
    for field in (*NEEDS.values(), *SUITED.values()):
        assert f"`{field.names[0]}` | {field.names[-1]} |" in page
        assert all(option.replace("_", " ") in page for option in field.options)
    assert all(name in page for name in ("childId", CHILD, "referralDate", DAY, "siblingCount", BROTHERS))


def test_rows_that_cannot_be_used_are_counted_and_named(tmp_path: Path) -> None:
    """No child, no day, two answers for one day: left out; an option that is none counts as not known."""
    rows = [
        referral(**{CHILD: ""}),
        referral(**{CHILD: "A2", DAY: "31/02/2020"}),
        referral(**{CHILD: "A3", DAY: ""}),
        referral(**{CHILD: "A4", "Risk to child: Going missing": "perhaps", BROTHERS: "some"}),
        referral(**{CHILD: "A5"}),
        referral(**{CHILD: "A5"}),
        referral(**{CHILD: "A6"}),
        referral(**{CHILD: "A6", BROTHERS: "2"}),
    ]
    read = read_referrals(file_of(tmp_path, rows))
    assert read.child.tolist() == ["A4", "A5"]
    assert (read.siblings.tolist(), read.needs[0, 0]) == ([-1, 1], -1)
    assert read.left_out == len(rows) - 2
    assert {(f.row, f.column) for f in read.findings if f.severity is Severity.LEFT_OUT} == {
        *((2, "childId"), (3, "referralDate"), (4, "referralDate"), (7, "*"), (8, "*"), (9, "*"))
    }
    mended = {(f.row, f.column) for f in read.findings if f.severity is Severity.MENDED}
    assert mended == {(5, "riskMissing"), (5, "siblingCount")}
    assert all(f.value == "" for f in read.findings if f.row and f.row > 1)
    shuffled = read_referrals(file_of(tmp_path, rows[::-1]))
    assert shuffled.child.tolist() == read.child.tolist()
    assert (shuffled.needs == read.needs).all()


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"referralDate": "2020-06-05"}, "There is no column Child ID"),
        ({"childId": "A1"}, "There is no column Date of Data entry"),
        ({"childId": "A1", "Child ID": "A1", "referralDate": "2020-06-05"}, "more than one column"),
    ],
)
def test_a_file_that_cannot_be_read_as_referrals(tmp_path: Path, row: Row, what: str) -> None:
    """Without child or day, or with two columns for one field, nothing is guessed."""
    with pytest.raises(Unusable, match=what):
        read_referrals(file_of(tmp_path, [row]))


def test_without_referrals_the_shares_are_assumed_and_say_so(history: History) -> None:
    """Ages from the returns, families and needs from the scenario; needs without a figure are not known."""
    assert homes_found_by_age(history).tolist() == [0, 1, 1, 1, 1]
    made = segments(history, baseline(), seed=1)
    table = made.table
    assert len(table) == len(AGE_BANDS) * len(SIBLINGS) * (1 + len(NEEDS))
    every = table[table["need"] == ANY]
    assert every["share"].sum() == pytest.approx(1)
    assert (every["low"] < every["share"]).all()
    assert (every["share"] < every["high"]).all()
    alone = every.loc[every["siblings"] == "alone", "share"].sum()
    assert alone == pytest.approx(0.53, abs=0.01)
    missing = table[table["need"] == "going_missing"]
    assert missing["share"].sum() == pytest.approx(0.107, abs=0.003)
    assert set(table.loc[table["status"] == "not known", "need"]) == {n for n in NEEDS if baseline_lacks(n)}
    assert table.loc[table["status"] == "not known", ["share", "low", "high"]].isna().all(axis=None)
    assert set(table["status"]) == {"assumed", "not known"}
    assert "assumed" in made.words[-1]
    again = segments(history, baseline(), seed=1)
    assert again.table.equals(table)


def baseline_lacks(need: str) -> bool:
    """Whether there is no national figure for a need."""
    return baseline().get(f"need.segments.needs.{need}") is None


def test_the_councils_own_shares_are_not_called_assumed(history: History, tmp_path: Path) -> None:
    """A council without referrals may state its own shares, also of needs that have no national figure."""
    own = 'source = "Audit of 50 files", date = "2026", status = "council" }\n'
    text = 'schema_version = 1\nextends = "baseline.toml"\n[need.segments.siblings]\n'
    for size, share in zip(SIBLINGS, (0.4, 0.3, 0.2, 0.1), strict=True):
        text += f'{size} = {{ value = {share}, unit = "share", low = {share}, high = {share}, {own}'
    text += f'[need.segments.needs]\nself_harm = {{ value = 0.2, unit = "share", low = 0.2, high = 0.2, {own}'
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    table = segments(history, read_scenario(path), seed=1).table
    assert set(table.loc[table["need"].isin([ANY, "self_harm"]), "status"]) == {"council"}
    assert set(table.loc[table["need"] == "going_missing", "status"]) == {"assumed"}
    alone = table[(table["siblings"] == "alone") & (table["need"] == "self_harm")]
    assert alone["share"].sum() == pytest.approx(0.4 * 0.2)


def test_referrals_are_counted_by_age_family_and_need(history: History, born: dict[str, int], tmp_path: Path) -> None:
    """Two in three are eleven and look with a brother, half of those at risk of going missing; the rest are alone."""
    rows = []
    for number in range(90):
        older, risky = number % 3 < 2, number % 6 in (0, 1)
        rows.append(
            {
                CHILD: "A1" if older else "A2",
                DAY: str(np.datetime64("2020-06-11") + number),
                BROTHERS: "1" if older else "0",
                "Risk to child: Going missing": "Risk Present" if older and risky else "No known risk",
                "Risk to child: Eating disorder": "",
            }
        )
    rows += [
        referral(**{CHILD: "A9"}),
        referral(**{CHILD: "A2", BROTHERS: ""}),
        referral(**{CHILD: "A3", DAY: "2021-06-10"}),
    ]
    read = read_referrals(file_of(tmp_path, [referral(**row) for row in rows]))
    made = segments(history, baseline(), seed=1, referrals=read, born=born)
    assert made.words[0].startswith("90 of 93 referrals are used")
    table = made.table.set_index(["age_band", "siblings", "need"])
    assert set(table["status"]) == {"referrals", "not known"}
    assert set(table.index[table["status"] == "not known"].get_level_values("need")) == {"eating_disorder"}
    every = table.xs(ANY, level="need")
    assert every["share"].sum() == pytest.approx(1)
    pair = table.loc[("10_to_15", "two", ANY)]
    assert pair["share"] == pytest.approx(60 / 90, abs=0.01)
    assert pair["low"] < 60 / 90 < pair["high"]
    assert pair["high"] - pair["low"] == pytest.approx(2 * 1.645 * (2 / 9 / 91) ** 0.5, rel=0.1)
    assert table.loc[("10_to_15", "two", "going_missing"), "share"] == pytest.approx(30 / 90, abs=0.02)
    assert table.loc[("5_to_9", "alone", "going_missing"), "share"] < 0.02
    assert table.loc[("10_to_15", "two", "solo"), "share"] < 0.01


def test_a_handful_of_referrals_does_not_speak_for_a_council(
    history: History, born: dict[str, int], tmp_path: Path
) -> None:
    """Fewer than twenty that can be used leave the assumed shares, and it is said."""
    few = read_referrals(file_of(tmp_path, [referral(**{DAY: f"{n:02d}/06/2020"}) for n in range(1, 20)]))
    made = segments(history, baseline(), seed=1, referrals=few, born=born)
    assert set(made.table["status"]) == {"assumed", "not known"}
    assert made.words[0].startswith("19 of 19")
    assert "too few" in made.words[1]
