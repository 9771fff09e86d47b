"""The papers on how Placewell works: every field there, every fact the code's own, nothing of a few children told."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.considerations import CONSIDERATIONS
from matching.fairness import fairness, fairness_table
from matching.papers import FORMATS, MACHINE, PAPERS, PRINTED, page, paper, round_sentence, written
from matching.papers_data import CATEGORIES, SPECIAL_903
from matching.papers_equality import PROXIES, TOUCHES
from matching.papers_facts import FORESEES, System
from matching.papers_fairness import NotFairness, evidence_in, read_fairness
from matching.papers_form import Fill, Item, Kind, Paper, Status, as_csv, as_json
from matching.papers_measures import MEASURES, RISKS
from matching.papers_run import NotARound, Run, about, read_run, run_of
from matching.papers_sections import TO_FILL, counted, sections
from matching.papers_transparency import FIELDS
from matching.policy import read_policy
from matching.rules import GATES, RULES
from matching.rules.law import sources
from matching.rules.register import Register
from records import synthetic
from records.check import check
from records.columns import FILES
from records.geography import Directory
from records.model import PlacementNeed
from records.sources.return_903.layout import LAYOUTS
from records.store import MAY, Role
from records.store.retention import read_retention
from records.tables import Tables
from reporting.section import Notice, Table, every_block
from reporting.write import csv_text
from tests.ordinary import TRAFFORD, asked_on

ROOT = Path(__file__).resolve().parents[2]
POLICY = read_policy()
SYSTEM = System(POLICY)
CHANGED = replace(POLICY, version="2027 spring", weights={"faith": 0}, identity_delay_days=33, authority="E08000009")


def summary(**changes: Any) -> dict[str, Any]:
    """What `placewell match` says of a round, as far as papers read it."""
    return {
        "as_of": "2026-11-02",
        "council": {"code": "E08000009", "name": "Trafford", "how": "given"},
        "children": 13,
        "homes": 3,
        "tiers": [
            {"name": "placed", "value": 11, "bound": 11, "proved": True},
            {"name": "siblings", "value": 2, "bound": 3, "proved": False},
            {"name": "points", "value": 8123, "bound": 8123, "proved": True},
            {"name": "cost", "value": 7345.5, "bound": 7345.5, "proved": True},
        ],
        "proved": False,
        "solver": "bundles",
        "allowed": ["LOC-03"],
        "versions": {"placewell": "0.0.9", "python": "3.11.7"},
        "policy": {"fingerprint": CHANGED.fingerprint, "values": CHANGED.as_dict()},
        "inputs": {"children.csv": "0" * 64},
        **changes,
    }


RUN = run_of(json.loads(json.dumps(summary())))


def all_papers(system: System = SYSTEM) -> list[Paper]:
    """The three papers."""
    return [paper(kind, system) for kind in PAPERS]


@pytest.mark.parametrize("kind", Kind)
def test_the_printed_pages_are_current(kind: Kind) -> None:
    """Print them again with `python -m matching.papers KIND > docs/reference/PAGE.md`."""
    assert (ROOT / "docs" / "reference" / f"{PRINTED[kind]}.md").read_text(encoding="utf-8") == page(kind)


@pytest.mark.parametrize("system", [SYSTEM, System(CHANGED, RUN, {"placewell": "0.1.0"})], ids=["policy", "round"])
def test_everything_left_to_the_council_is_counted_first_and_listed(system: System) -> None:
    """The first page has the number, the second each place with who and what; and each stands at its field too."""
    for one in all_papers(system):
        first, second, *rest = sections(one)
        assert f"{len(one.to_fill)} places wait" in str(first.blocks)
        (table,) = second.blocks
        assert isinstance(table, Table)
        assert [row[2:] for row in table.rows] == [(fill.who, fill.what) for _, fill in one.to_fill]
        marked = [
            line
            for section in rest
            for block in every_block(section.blocks)
            if isinstance(block, Notice) and block.title == "For the council to fill"
            for line in block.text
        ]
        assert marked == [f"{fill.who}: {fill.what}" for _, fill in one.to_fill]
        assert sum(map(one.count, Status)) == len(one.items) == len({item.item_id for item in one.items})
        assert counted(one) in str(first.blocks)


def test_a_field_says_something_and_where_from_or_is_left_to_somebody() -> None:
    """A field cannot be empty, nor a fact without its source."""
    with pytest.raises(ValueError, match="says nothing"):
        Item("1", "Name")
    with pytest.raises(ValueError, match="where its facts come from"):
        Item("1", "Name", ("Placewell",))
    assert Item("1", "Name", fill=(Fill("Owner", "Name"),)).status is Status.COUNCIL


def test_numbers_are_those_of_the_code() -> None:
    """Rules, gates, law, considerations with the policy's weights, roles and periods, counted a second time here."""
    record, data_protection, equality = (as_json(one) for one in all_papers(System(CHANGED)))
    for told in (record, data_protection, equality):
        assert f"{len(RULES)} rules are asked of every home" in told
        assert f"{len(GATES)} things to do before" in told
        assert f"{len(sources())} numbers that the law" in told
        assert CHANGED.fingerprint in told
        assert "version 2027 spring" in told
    for one in CONSIDERATIONS:
        assert f"Consideration: {one.title}." in record
        assert f"Weight: {0 if one.name == 'faith' else POLICY.weight_of(one.name)}. Law: {one.law}" in record
    assert "Supports the child's faith (0)" in equality
    assert "after 33 days of waiting" in equality
    for source in sources():
        assert source.description in record
    for keep in read_retention().values():
        assert f"{keep.years} years from {keep.since.replace('_', ' ')}" in data_protection
    for role in Role:
        may = sum(role in roles for roles in MAY.values())
        assert f"Role: {role.value.replace('_', ' ')}." in data_protection
        assert f"{may} of {len(MAY)}" in data_protection
    assert "Trafford" in record


def test_every_field_of_the_standard_is_there_once() -> None:
    """Numbers and names of the record's fields are unique and in order, and each is answered or left."""
    ids = [field.item_id for field in FIELDS]
    assert ids == sorted(set(ids), key=lambda one: [int(part) for part in one.split(".")])
    assert [item.item_id for item in paper(Kind.TRANSPARENCY, SYSTEM).items] == ids
    assert len({field.attribute for field in FIELDS}) == len(FIELDS) - 1  # the standard asks for the phase twice
    assert len(FIELDS) == 65


def test_every_column_stands_in_one_category() -> None:
    """A new column is not forgotten in the assessment; none is in it twice, none is made up."""
    told = [(file, column) for one in CATEGORIES for file, columns in one.columns.items() for column in columns]
    there = [(file.name, column.name) for file in FILES.values() for column in file.columns]
    assert sorted(told) == sorted(there)
    free = {(file.name, column.name) for file in FILES.values() for column in file.columns if column.free}
    special = {
        (file, column) for one in CATEGORIES if one.special for file, cols in one.columns.items() for column in cols
    }
    assert free <= special
    for name, items in SPECIAL_903.items():
        assert {item.lower() for item in items} <= {item.name for item in LAYOUTS[name].items}
    assert "CONVICTED" in SPECIAL_903["OC2"]


def test_what_touches_a_characteristic_is_there() -> None:
    """The nine characteristics of the Act, with rules, considerations and columns that exist."""
    assert len(TOUCHES) == 9
    names = {one.name for one in CONSIDERATIONS}
    rules = {rule.rule_id for rule in RULES}
    columns = {f"{file.name}.{column.name}" for file in FILES.values() for column in file.columns}
    for touch in TOUCHES:
        assert set(touch.considerations) <= names
        assert set(touch.rules) <= rules
        assert set(touch.columns) <= columns
    assert {name for _, some in PROXIES for name in some} <= names
    named = {name for touch in TOUCHES for name in touch.considerations}
    assert {"language", "faith", "identity", "access", "needs"} <= named


DISABILITIES = ("physical_disability", "learning_disability", "autism", "complex_health", "sign_language")
CHANGES: dict[str, list[dict[str, Any]]] = {
    "Age": [{"date_of_birth": date(2013, 5, 1)}, {"date_of_birth": date(2024, 5, 1)}],
    "Disability": [{"needs_must": DISABILITIES}, {"needs_must": (), "needs_helpful": DISABILITIES}],
    "Pregnancy and maternity": [
        {"placement_need": PlacementNeed.PARENT_AND_CHILD},
        {"needs_must": ("parent_and_child",)},
    ],
    "Race": [{"ethnicity": "BCRB", "languages": ("Polish",)}, {"ethnicity": "WBRI", "languages": ()}],
    "Religion or belief": [{"religion": "Muslim"}, {"religion": "none"}],
    "Sex": [{"sex": "M"}, {"sex": "F"}],
}
"""Each characteristic told in two ways, all else being as it was."""


def test_what_touches_a_characteristic_was_tried_out() -> None:
    """All children are told to be of one kind, then of another: nothing answers otherwise but what the paper lists."""
    base = check(Tables.of(synthetic.council(6, 40, seed=4, homes_with_vacancies=True)), synthetic.DAY, Directory())
    plain = replace(base, children=tuple(replace(c, needs_must=(), needs_helpful=()) for c in base.children))
    asked = asked_on(plain.day, TRAFFORD)

    def given(changes: dict[str, Any]) -> dict[str, bytes]:
        register = Register(replace(plain, children=tuple(replace(c, **changes) for c in plain.children)))
        groups = [register.group(c.child_id) for c in register.children]
        found = {rule.rule_id: b"".join(rule(one, register.homes, asked).tobytes() for one in groups) for rule in RULES}
        for one in CONSIDERATIONS:
            scores = [one.score(c, register, asked) for c in register.children]
            found[one.name] = b"".join(s.value.tobytes() + s.applies.tobytes() + s.known.tobytes() for s in scores)
        return found

    for touch in TOUCHES:
        if touch.name in CHANGES:
            some, others = (given(changes) for changes in CHANGES[touch.name])
            changed = {name for name in some if some[name] != others[name]}
            assert changed, touch.name
            assert changed <= {*touch.rules, *touch.considerations}, touch.name
        else:
            assert not touch.columns


def test_every_measure_exists() -> None:
    """Each names a module that is there and a test that is there, and stands against a risk."""
    for one in MEASURES:
        assert (ROOT / one.code).is_file(), one.code
        file, function = one.test.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, one.test
    keys = [one.key for one in MEASURES]
    assert len(set(keys)) == len(keys)
    assert {key for risk in RISKS for key in risk.measures} == set(keys)


def test_every_file_that_facts_come_from_is_there() -> None:
    """A paper points to nothing that is gone."""
    places = {fact for one in all_papers() for item in one.items for fact in item.facts}
    files = {one for one in places if re.fullmatch(r"[\w./-]+", one) and ("/" in one or "." in one)}
    assert len(files) > 20
    assert not {one for one in files if not (ROOT / one).exists()}


NETWORK = {"socket", "ssl", "urllib.request", "http.client", "smtplib", "ftplib", "requests", "httpx", "aiohttp"}


def test_only_the_app_and_the_councils_sign_in_use_a_network() -> None:
    """What opens connections is the app's command, its sign-in and the keys of the provider; the rest cannot.

    Besides: a store at a database's address, and a batch on the council's own cluster, both only where one is named.
    """
    found = set()
    for package in ("records", "reporting", "matching", "sufficiency", "frontend"):
        for file in (ROOT / package).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if not any(name.split(".")[0] in text for name in NETWORK):
                continue
            tree = ast.parse(text)
            names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            if names & NETWORK:
                found.add(file.relative_to(ROOT).as_posix())
    assert found == {"frontend/app_cli.py", "frontend/sign_in.py", "records/store/identity.py"}


def test_no_part_of_the_matching_records_a_step() -> None:
    """Only what a person does in the app calls the store for it."""
    steps = ("take_step", "propose_match", "none_proposed")
    said = [
        file
        for file in (ROOT / "matching").rglob("*.py")
        if any(f".{one}(" in file.read_text("utf-8") for one in steps)
    ]
    assert said == []


def test_few_are_never_told() -> None:
    """Counts are rounded, few are fewer than five; points and money stay out; so do all ids."""
    assert [about(n) for n in (0, 1, 4, 5, 7, 8, 1002)] == [
        "fewer than 5",
        "fewer than 5",
        "fewer than 5",
        "about 5",
        "about 5",
        "about 10",
        "about 1,000",
    ]
    assert (RUN.children, RUN.homes) == ("about 15", "fewer than 5")
    assert [(t.name, t.reached, t.proved) for t in RUN.tiers] == [
        ("placed", "about 10", True),
        ("siblings", "fewer than 5", False),
        ("points", "not told here", True),
        ("cost", "not told here", True),
    ]
    large = run_of(summary(children=9871, homes=8642))
    told = "".join(as_json(one) for one in all_papers(System(large.policy, large)))
    assert not re.search(r"9,?871|8,?642|8,?123|7,?345", told)
    assert "about 9,870 children" in told
    assert "not proved" in told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"policy": {"fingerprint": "0" * 64, "values": CHANGED.as_dict()}}, "fingerprint differs"),
        ({"policy": {"fingerprint": "0" * 64, "values": {"unheard": 1}}}, "lacks what a round's summary has"),
        ({"children": "twelve"}, "not a whole number"),
        ({"children": -1}, "not a whole number"),
        ({"as_of": "soon"}, "lacks what a round's summary has"),
        ({"tiers": [{"name": "placed"}]}, "lacks what a round's summary has"),
        ({"inputs": None}, "lacks what a round's summary has"),
    ],
)
def test_what_is_no_round_is_refused_in_words(changes: dict[str, Any], why: str) -> None:
    """An altered or foreign summary fills no paper."""
    with pytest.raises(NotARound, match=why):
        run_of(summary(**changes))


def test_a_folder_without_a_round_is_refused_in_words(tmp_path: Path) -> None:
    """Each with what to do."""
    with pytest.raises(NotARound, match=r"no finished round.*placewell match"):
        read_run(tmp_path)
    for text, why in (("{", "not JSON"), ("[]", "something else than a round"), ("[" * 100_000, "not JSON")):
        (tmp_path / "summary.json").write_text(text, encoding="utf-8")
        with pytest.raises(NotARound, match=why):
            read_run(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps(summary()), encoding="utf-8")
    assert read_run(tmp_path) == RUN


def test_a_round_of_another_version_is_warned_of() -> None:
    """The rules described are those that are installed."""
    assert "0.0.9" in System(RUN.policy, RUN, {"placewell": "0.1.0"}).warnings[0]
    assert System(RUN.policy, RUN, {"placewell": "0.0.9"}).warnings == ()


def told_of(system: System, item_id: str) -> str:
    """What the record says in one field."""
    return next(item.text for item in paper(Kind.TRANSPARENCY, system).items if item.item_id == item_id)


def test_what_is_learned_drawn_or_given_is_said() -> None:
    """A look ahead, and points from a council's own tool, change what the record may claim."""
    assert "nothing is drawn at random" in told_of(SYSTEM, "2.2.1")
    ahead = replace(POLICY, tiers=("placed", FORESEES, "points"))
    assert "nothing is drawn at random" not in told_of(System(ahead), "2.2.1")
    assert "sampled futures" in told_of(System(ahead), "2.2.1")
    assert "from a forecast" in round_sentence(ahead, proved=True, own_points=False)
    own: Run = run_of(summary(inputs={"points.csv": "0" * 64}))
    assert "each consideration gives" not in told_of(System(own.policy, own), "2.2.1")
    assert "file of the council's own" in round_sentence(POLICY, proved=False, own_points=True)
    assert "not proved" in round_sentence(POLICY, proved=False, own_points=True)
    assert "by characteristic" in as_json(paper(Kind.EQUALITY, SYSTEM))
    assert "Not measured" in as_json(paper(Kind.EQUALITY, SYSTEM))


HEAD = "measure,characteristic,group,n,part,value,low,high,said,hidden"
SAYABLE = ("placed,sex,F,40,25,0.6250,0.4700,0.7578,no difference,N", "placed,sex,M,c,c,c,,,not told,Y",
           "waiting,sex,F,,,31.0000,,,no interval is told,N")  # fmt: skip


def fairness_file(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """A file of fairness figures."""
    path = folder / "fairness.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_fairness_figures_are_evidence_in_two_papers(tmp_path: Path) -> None:
    """Shares in percent, means as they are, what is hidden hidden; the third paper needs none."""
    system = System(POLICY, evidence=read_fairness(fairness_file(tmp_path, *SAYABLE)))
    for kind in (Kind.EQUALITY, Kind.TRANSPARENCY):
        told = as_json(paper(kind, system))
        assert "Characteristic: Sex. Group: F. Children: 40. Figure: 62%. Between: 47% to 76%" in told
        assert "Group: M." not in told
        assert "1 of 3 figures are hidden" in told
        assert "Have a home in the plan (share)" in told
        assert "Group: F. Children: –. Figure: 31" in told
        assert "not measured" not in told.lower()


def test_the_figures_that_a_round_writes_are_read() -> None:
    """As `placewell match` writes them they may be said; with exact counts they may not."""
    told = check(Tables.of(synthetic.council(30, 60, seed=4)), synthetic.DAY, Directory())
    found = fairness(told, POLICY, TRAFFORD, np.arange(len(told.children)) % 3 - 1)
    safe = csv_text(fairness_table(found)).encode()
    assert any(isinstance(block, Table) for block in evidence_in(safe, "fairness.csv"))
    with pytest.raises(NotFairness, match="exact counts"):
        evidence_in(csv_text(fairness_table(found, counts=True)).encode(), "fairness.csv")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (("placed,sex,F,41,25,0.61,,,x,N",), "exact counts"),
        (("placed,sex,F,40,3,0.07,,,x,N",), "exact counts"),
        (("waiting,sex,F,40,,31.0,,,x,N",), "exact counts"),
        (("placed,sex,F,-5,0,0.1,,,x,N",), "exact counts"),
        (("placed,sex,F,40,25,much,,,x,N",), "not a number"),
        (("placed,sex,F,40,25,nan,,,x,N",), "not a number"),
        (("placed,sex,F,40",), "more or fewer cells"),
        ((), "0 rows"),
    ],
)
def test_figures_that_may_not_be_said_are_refused(tmp_path: Path, rows: tuple[str, ...], why: str) -> None:
    """A casework file never ends up in a paper that is published."""
    with pytest.raises(NotFairness, match=why):
        read_fairness(fairness_file(tmp_path, *rows))


def test_what_is_no_table_of_fairness_is_refused(tmp_path: Path) -> None:
    """Other columns, other bytes, nothing."""
    with pytest.raises(NotFairness, match="lacks the columns measure"):
        read_fairness(fairness_file(tmp_path, "1,2", head="a,b"))
    (tmp_path / "fairness.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(NotFairness, match="not a table"):
        read_fairness(tmp_path / "fairness.csv")
    with pytest.raises(NotFairness, match="cannot be read"):
        read_fairness(tmp_path / "gone.csv")


@pytest.mark.parametrize("suffix", [*FORMATS, *MACHINE])
def test_the_same_facts_give_the_same_bytes_in_every_form(suffix: str) -> None:
    """The shortest paper, in each form."""
    system = System(RUN.policy, RUN, {"placewell": "0.1.0"})
    one = paper(Kind.EQUALITY, system)
    data = written(one, suffix, system.warnings)
    if suffix in ("json", "csv", "md", "docx"):
        assert data == written(paper(Kind.EQUALITY, system), suffix, system.warnings)
    begins = {
        "pdf": b"%PDF",
        "docx": b"PK\x03\x04",
        "xlsx": b"PK\x03\x04",
        "html": b"<!DO",
        "json": b"{\n  ",
        "md": b"# Eq",
    }
    assert data.startswith(begins.get(suffix, b"id,attribute"))


def test_machines_read_what_people_read() -> None:
    """JSON and CSV have every field of the document, with the same places to fill."""
    for one in all_papers():
        fields = json.loads(as_json(one))["fields"]
        rows = list(csv.DictReader(io.StringIO(as_csv(one))))
        assert [f["id"] for f in fields] == [r["id"] for r in rows] == [item.item_id for item in one.items]
        assert [f["status"] for f in fields] == [r["status"] for r in rows]
        assert sum(len(f["for_the_council"]) for f in fields) == len(one.to_fill)
        assert TO_FILL in written(one, "md").decode()


def test_a_council_cannot_write_markup_or_formulas_into_a_paper() -> None:
    """The policy's own words are the council's; they stay words."""
    sly = replace(POLICY, version="=HYPERLINK(1)", chosen_by="<script>x</script> | [a](b) *c*")
    one = paper(Kind.EQUALITY, System(sly))
    assert b"<script>" not in written(one, "html")
    told = written(one, "md").decode()
    assert r"\<script\>x\</script\> \| \[a\](b) \*c\*" in told
    assert all(cell[:1] not in ("=", "+", "@") for row in csv.reader(io.StringIO(as_csv(one))) for cell in row)
