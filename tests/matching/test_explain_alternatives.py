"""The sections on other plans, and the audit that every other plan passes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matching.alternatives import Distance
from matching.explain_alternatives import alternatives_sections
from matching.other_plans import check_every_plan, other_plans, read_told
from matching.policy import Policy
from matching.propose import PlanDisagrees, Proposal, propose
from reporting.section import Cell, Section, Table, Tag, every_block
from reporting.write import html
from tests.ordinary import child, home, miles_east, records


def swap(**changes: Any) -> Proposal:
    """Two children alone; two homes alike but for distance, and a third far off."""
    children = [child("C1"), child("C2", home=miles_east(6))]
    homes = [
        home("H1", approved_places=1, vacancies=1, location=miles_east(1)),
        home("H2", approved_places=1, vacancies=1, location=miles_east(5)),
        home("H3", approved_places=1, vacancies=1, location=miles_east(9)),
    ]
    return propose(records(children, homes, **changes), Policy(), solver="exhaustive")


def text_of(cell: Cell) -> str:
    """The words of a cell."""
    if isinstance(cell, tuple):
        return " | ".join(text_of(one) for one in cell)
    return cell.text if isinstance(cell, Tag) else str(getattr(cell, "text", cell))


def tables(section: Section) -> list[Table]:
    """Every table of a section, folded ones too."""
    return [block for block in every_block(section.blocks) if isinstance(block, Table)]


def test_the_sections_say_how_sure_and_where_to_turn() -> None:
    """Each proposed placement has a kind, a count of plans and a back-up; nothing else is there without being told."""
    proposal = swap()
    others = other_plans(proposal)
    sections = alternatives_sections(proposal, others)
    assert [section.anchor for section in sections] == ["sure", "others", "back-ups"]
    sure = tables(sections[0])[0]
    assert [text_of(row[0]) for row in sure.rows] == ["C1", "C2"]
    assert others.certainty is not None
    assert [text_of(row[2]) for row in sure.rows] == [kind.value for _, kind, _ in others.certainty.groups()]
    backs = tables(sections[2])[0]
    assert [text_of(row[1]) for row in backs.rows] == ["H1", "H2"]
    assert text_of(backs.rows[0][2]).startswith("H3 | ")
    assert "points" in text_of(backs.rows[0][2])
    assert html("Title", sections, lead="", marking="", footer=())


def test_a_wide_distance_shows_the_plans_that_differ() -> None:
    """Within all points, every other way of placing both children is near, and the first differs for both."""
    proposal = swap()
    others = other_plans(proposal, distance=Distance(points_per_cent=100))
    section = alternatives_sections(proposal, others)[1]
    assert others.different is not None
    assert len(others.different.plans) == 3
    first = tables(section)[0]
    assert [text_of(row[0]) for row in first.rows] == ["C1", "C2"]
    for row in first.rows:
        assert text_of(row[1]) != text_of(row[2])


def test_what_was_told_is_set_beside_the_plan() -> None:
    """A child told another home is a change in the plan proposed; the curve ends with nobody told otherwise."""
    proposal = swap()
    others = other_plans(proposal, told={"C1": "H3", "C2": None})
    section = alternatives_sections(proposal, others)[-1]
    assert section.anchor == "changes"
    told, traced = tables(section)
    assert [row[1] for row in told.rows] == [1, 1, 1]
    assert [row[1] for row in traced.rows] == [1, 0]
    assert text_of(told.rows[0][3]) == "C1"
    assert text_of(traced.rows[-1][3]) == "nobody"


def test_a_round_with_nobody_placed_has_nothing_to_decline() -> None:
    """Where no home is proposed the sections say so and do not fail."""
    proposal = propose(records([child("C1")], []), Policy(), solver="exhaustive")
    sections = alternatives_sections(proposal, other_plans(proposal))
    assert html("Title", sections, lead="", marking="", footer=())
    assert not tables(sections[2])


def test_a_plan_that_breaks_a_rule_is_never_given() -> None:
    """Every other plan is audited: two children in a home with one place stop everything."""
    proposal = swap()
    plan = proposal.home_of.copy()
    plan[:] = 0
    with pytest.raises(PlanDisagrees, match="a plan other than the one proposed"):
        check_every_plan(proposal, [proposal.home_of, plan])


def test_a_large_round_says_what_was_left_for_later() -> None:
    """Without the slow parts only back-ups in which nobody else moves are shown, and the rest is named."""
    proposal = swap()
    sections = alternatives_sections(proposal, other_plans(proposal, whole=False))
    assert [section.anchor for section in sections] == ["back-ups"]
    table = tables(sections[0])[0]
    assert len(table.columns) == 3
    assert "only when asked for" in table.notes[-1]


def test_what_was_told_is_read_from_an_earlier_plan(tmp_path: Path) -> None:
    """A plan.csv, with or without a byte-order mark, gives child and home; a blank home is none."""
    path = tmp_path / "plan.csv"
    path.write_text("child_id,home_id,answer\nC1,H3,met\nC2,,\n", encoding="utf-8-sig", newline="")
    assert read_told(path) == {"C1": "H3", "C2": None}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("child,home\nC1,H1\n", "has no column child_id or home_id"),
        ("child_id,home_id\nC1,H1\nC1,H2\n", "C1 is there twice"),
    ],
    ids=["other columns", "a child twice"],
)
def test_a_file_that_is_no_plan_is_refused(text: str, message: str, tmp_path: Path) -> None:
    """What cannot be read as what was told stops with what is wrong and how to mend it."""
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(ValueError, match=message):
        read_told(path)
