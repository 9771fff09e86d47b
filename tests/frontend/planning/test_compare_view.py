"""Scenarios side by side: differences with bands, what levers do, and what a pound buys."""

from __future__ import annotations

import pytest

from frontend.planning import compare_view as view
from frontend.planning.opened import Opened
from reporting.publish import publish
from reporting.section import Bar, Edition, Paragraph, Table
from sufficiency.compare_tables import COMPARISON_COLUMNS, CONTRIBUTION_COLUMNS, END, START
from sufficiency.compared import WORTH, read_compared, with_compared
from tests.sufficiency.a_book import few_tables

STAY, DRIVE = "Carers stay", "Recruitment drive"
HOMES, MONEY, UNMET = "own_homes,children,average", "cost,£,all", "unmet,children,2029-03"
NOTHING = ",,,,,,,"
COMPARISON = f"""{",".join(COMPARISON_COLUMNS)}
Baseline,{HOMES},200,180,200,220,1,{NOTHING}
Baseline,{UNMET},150,120,150,180,1,{NOTHING}
Baseline,{MONEY},90000000,80000000,90000000,99000000,1,{NOTHING}
{STAY},{HOMES},212,190,212,235,1,12,8,12,16,1,0,1,1
{STAY},{UNMET},140,110,140,170,1,-10.2,-20.1,-10,-9.4,1,1,0,1
{STAY},{MONEY},88200000,80000000,90000000,99000000,1,-1800000,-3600000,-1800000,-720000,1,1,0,1
{DRIVE},{HOMES},206,185,206,225,1,6,-1,6,12,1,0,1,1
{DRIVE},{UNMET},146,120,150,180,1,-4.1,-8,-4,0,1,1,0,1
{DRIVE},{MONEY},90900000,80000000,90000000,99000000,1,900000,0,0,1800000,1,1,0,1
"""
LEVERS = f"""{",".join(CONTRIBUTION_COLUMNS)}
{DRIVE},{UNMET},{START},,,150,,,,,,,
{DRIVE},{UNMET},retention,150,-15,135,-20,-10,1,-11,-15,-15,all
{DRIVE},{UNMET},hub,135,-25,110,-30,-20,1,-20,-25,-25,all
{DRIVE},{UNMET},{END},,,110,,,,,,,
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A forecast of which two scenarios are compared with the first."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "comparison.csv").write_text(COMPARISON, encoding="utf-8")
    (folder / "contribution.csv").write_text(LEVERS, encoding="utf-8")
    found = read_compared(folder)
    assert found is not None
    book = with_compared(few_tables("children.total", "children.group_age"), found[1])
    return Opened("w", "Ours", "baseline", publish(book, Edition.OFFICIAL), found[0])


def test_any_scenarios_are_held_side_by_side_by_any_measure(opened: Opened) -> None:
    """The first is what the others are held against; a difference has its own band, drawn on one scale."""
    assert set(view.measures_there(opened)) == {"own_homes", "unmet", "cost"}
    assert view.whens(opened, "unmet") == {"2029-03": "March 2029"}
    lead, table = view.side_by_side(opened, [STAY, DRIVE], "unmet", "2029-03").blocks
    assert isinstance(lead, Paragraph)
    assert isinstance(table, Table)
    assert "“Carers stay” −10 (−25 to −5 in 8 of 10 futures)" in lead.text
    assert lead.text.endswith("Less is better.")
    assert [row[0] for row in table.rows] == ["Baseline", STAY, DRIVE]
    assert isinstance(table.rows[1][4], Bar)
    assert len(view.side_by_side(opened, [DRIVE], "unmet", "2029-03").blocks[1].rows) == 2  # type: ignore[union-attr]
    assert len(view.at_every_time(opened, [STAY], "cost").rows) == 2
    assert opened.lens.said == []


def test_levers_are_told_together_and_by_themselves(opened: Opened) -> None:
    """A waterfall by the names that levers have on the page, and which does most alone."""
    fall, alone = view.levers_of(opened, DRIVE, "unmet", "2029-03")
    assert isinstance(fall, Table)
    assert isinstance(alone, Table)
    assert [row[0] for row in fall.rows][1:3] == ["More carers stay", "More of those who ask apply"]
    assert [row[0] for row in alone.rows] == ["More of those who ask apply", "More carers stay"]
    assert alone.rows[0][1] == "−20"
    assert view.levers_of(opened, STAY, "unmet", "2029-03") == ()


def test_what_a_pound_buys_is_the_difference_in_cost_over_that_in_places(opened: Opened) -> None:
    """A year, for each place more; a range only where nine of ten futures fill more; and which buys it for least."""
    years = int(opened.about["months"]) / 12
    rows = opened.lens.facts(WORTH).rows.set_index("scenario")
    each = -1_800_000 / years / 12
    assert rows.loc[STAY, "mean"] == round(float(f"{each:.2g}"), -2)
    assert rows.loc[STAY, "low"] == round(float(f"{-3_600_000 / years / 8:.2g}"), -2)
    assert rows.loc[STAY, "high"] == round(float(f"{-720_000 / years / 16:.2g}"), -2)
    table, best = view.pound_buys(opened, [STAY, DRIVE])
    assert isinstance(table, Table)
    assert isinstance(best, Paragraph)
    assert str(table.rows[0][3][0]).startswith("saves £")  # type: ignore[index]
    assert table.rows[1][3] == (f"costs £{round(float(f'{900_000 / years / 6:.2g}'), -2):,.0f}", "no range can be told")
    assert f"“{STAY}” buys a filled place for least" in best.text
