"""The printed handbook is current, and no rule of law is forgotten."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from matching.rules import GATES, RULES
from matching.rules.handbook import INSIDE, MARKS, handbook

ROOT = Path(__file__).resolve().parents[3]
LAW_BOOK = ROOT.parent / "shared" / "domain" / "rules.md"
KNOWN = {r.rule_id for r in RULES} | {g.rule_id for g in GATES} | {i.rule_id for i in INSIDE}
WANTED = """
PLC-03 PLC-07 PLC-08 FOST-01 FOST-02 FOST-03 FOST-04 FOST-05 FOST-08 FOST-09 FOST-11 FOST-12 FOST-15 FOST-16 FOST-18
FOST-20 FOST-24 CON-01 CON-02 CON-03 CON-04 BED-01 BED-02 BED-03 BED-04 LOC-02 LOC-03 LOC-04 LOC-05 LOC-08 LOC-09
LOC-10 LOC-11 EDU-02 SIB-01 SIB-02 SIB-05 SIB-08 SIB-10 SAFE-01 SAFE-02 SAFE-03 SAFE-04 SAFE-05 SAFE-06 SAFE-07
SAFE-08 HLT-04 HLT-05 HLT-07 SLG-01 SLG-02 SLG-03 SLG-05 SLG-07 STP-02 ADO-01 ADO-02 ADO-03 ADO-04 ADO-08 EPM-01
EPM-02 EPM-03 EPM-04 STB-01 STB-02 UAS-01 REM-01 PAC-01 PAC-02
""".split()  # noqa: SIM905


def test_the_printed_handbook_is_current() -> None:
    """Print it again with `python -m matching.rules.handbook > docs/reference/rules.md`."""
    printed = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    assert printed == handbook()


@pytest.mark.parametrize("rule_id", WANTED)
def test_every_rule_that_matching_needs_is_somewhere(rule_id: str) -> None:
    """Each is a rule, a gate, or named with where it is kept."""
    assert rule_id in KNOWN


def test_every_hard_rule_of_the_law_book_is_somewhere() -> None:
    """No HARD-A or HARD-G rule of the domain's book is left out in silence."""
    if not LAW_BOOK.is_file():
        pytest.skip("the domain's book of rules is not in ../shared")
    rows = re.findall(r"^\| ([A-Z]{2,4}-\d\d) \| .*? \| (.*?) \|", LAW_BOOK.read_text(encoding="utf-8"), re.MULTILINE)
    hard = {rule_id for rule_id, weight in rows if "HARD" in weight}
    assert len(hard) > 100
    assert hard <= KNOWN


def test_nothing_is_named_twice() -> None:
    """A rule kept inside others is neither a rule nor a gate of its own."""
    own = {r.rule_id for r in RULES} | {g.rule_id for g in GATES}
    inside = [i.rule_id for i in INSIDE]
    assert inside == sorted(set(inside))
    assert not own & set(inside)


def test_every_rule_named_in_passing_exists() -> None:
    """A reader who follows a rule's number finds it."""
    named = set(re.findall(r"\b[A-Z]{2,4}-\d\d\b", handbook()))
    assert named - KNOWN <= {"CON-07"}, "CON-07 is advice only"


@pytest.mark.parametrize("test", sorted({i.test for i in INSIDE if i.test}))
def test_what_is_said_to_show_a_rule_exists(test: str) -> None:
    """The test that the handbook names is there."""
    file, _, function = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_mark_is_explained() -> None:
    """The handbook says how each source was checked."""
    assert {r.mark for r in RULES} | {g.mark for g in GATES} <= set(MARKS)
