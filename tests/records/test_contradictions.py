"""Two rows of one person that differ: a family that is not proved lifts no limit, an age that is not is unknown."""

from __future__ import annotations

import pytest

from matching.audit import audit
from matching.rules.register import Register
from records.model import Records, Severity
from tests.ordinary import asked_on
from tests.records.made_folders import Row, checked, child, found, home, made


def lives(resident_id: str, home_id: str = "H1", **cells: str) -> Row:
    """Somebody fostered in a home now."""
    return made("residents", home_id=home_id, resident_id=resident_id, status="fostered", **cells)


def family(*residents: Row, **first: str) -> Records:
    """A home for five in which residents live, and two children of family F1 who need one; the second lives there."""
    children = [
        child("C1", family_id="F1", placement_need="long_term"),
        child("C2", **{"family_id": "F1", "placement_need": "long_term", **first}),
    ]
    return checked(children=children, homes=[home(approved_places="9", vacancies="5")], residents=list(residents))


def breaks_the_limit(records: Records) -> bool:
    """Whether placing C1 would break the usual fostering limit."""
    allowed = frozenset({"LOC-03", "LOC-04"})
    plan = {c.child_id: "H1" if c.child_id == "C1" else None for c in records.children}
    return "FOST-03" in {b.rule_id for b in audit(Register(records), asked_on(), plan, allowed, never_split=False)}


SIBLINGS = [lives("R1", family_id="F1"), lives("R2", family_id="F1")]


def test_rows_that_agree_are_believed() -> None:
    """Four brothers and sisters may be fostered together, and nothing is said."""
    records = family(*SIBLINGS, lives("C2", family_id="F1", date_of_birth="2016-05-04"))
    assert not breaks_the_limit(records)
    assert not found(records, severity=Severity.MENDED)


@pytest.mark.parametrize(
    ("own", "there"),
    [
        ({"family_id": "F2"}, lives("C2", family_id="F1")),
        ({"family_id": ""}, lives("C2", family_id="F1")),
        ({"family_id": "F2"}, lives("c2", family_id="F1")),
        ({"family_id": "f1"}, lives("C2", family_id="F1")),
    ],
    ids=["another family", "no family", "an id alike", "a family spelt alike"],
)
def test_a_resident_is_in_no_family_that_the_childs_own_row_denies(own: Row, there: Row) -> None:
    """The household is then not proved to be one family, so a fourth child breaks the usual limit."""
    records = family(*SIBLINGS, there, **own)
    assert breaks_the_limit(records)
    (finding,) = found(records, "family_id", Severity.MENDED)
    assert (finding.file, finding.row) == ("residents.csv", 4)
    assert "Row 3 of children.csv" in finding.message
    assert "usual fostering limit" in finding.meaning
    (resident,) = [r for r in records.residents if r.resident_id.upper() == "C2"]
    assert resident.family_id is None


def test_a_blank_family_of_a_resident_denies_nothing() -> None:
    """Blank is not recorded: the person counts as nobody's brother or sister there, as ever, and nothing is doubted."""
    records = family(*SIBLINGS, lives("C2"))
    assert breaks_the_limit(records)
    assert not found(records, severity=Severity.MENDED)


def test_a_family_outside_the_round_denies_nothing() -> None:
    """A child with no brother or sister in this round may have one who lives in the home."""
    records = family(lives("C2", family_id="F9"), lives("R1", family_id="F9"), family_id="")
    assert not found(records, severity=Severity.MENDED)
    assert {r.family_id for r in records.residents} == {"F9"}


def test_two_homes_that_give_one_person_two_families_are_both_doubted() -> None:
    """Nobody can tell which is right, so neither lifts the limit."""
    rows = [*SIBLINGS, lives("R3", family_id="F1"), lives("R3", "H2", family_id="F2")]
    children = [child("C1", family_id="F1", placement_need="long_term")]
    homes = [home(approved_places="9", vacancies="5"), home("H2")]
    records = checked(children=children, homes=homes, residents=rows)
    assert [f.row for f in found(records, "family_id", Severity.MENDED)] == [4, 5]
    assert [r.family_id for r in records.residents if r.resident_id == "R3"] == [None, None]
    assert breaks_the_limit(records)


def test_a_day_of_birth_that_differs_makes_the_age_unknown() -> None:
    """The child's own row stands; in the home the age is not recorded, and no finding repeats the other day."""
    records = family(lives("C2", family_id="F1", date_of_birth="2009-01-01"))
    assert [r.date_of_birth for r in records.residents] == [None]
    assert records.children[1].date_of_birth.year == 2016
    (finding,) = found(records, "date_of_birth", Severity.MENDED)
    assert (finding.file, finding.row) == ("residents.csv", 2)
    assert "2016" not in finding.message


def test_the_order_of_rows_changes_nothing() -> None:
    """The same rows in any order leave the same people in doubt."""
    rows = [lives("R3", family_id="F1"), lives("R3", "H2", family_id="F2"), lives("C2", family_id="F2")]
    homes = [home(), home("H2")]
    children = [child("C1", family_id="F2"), child("C2", family_id="F1")]
    one = checked(children=children, homes=homes, residents=rows)
    other = checked(children=children[::-1], homes=homes, residents=rows[::-1])
    assert one.residents == other.residents
    assert [r.family_id for r in one.residents] == [None, None, None]
