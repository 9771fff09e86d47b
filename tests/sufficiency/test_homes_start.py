"""What a council starts from: its register, or national totals at its own size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from records.model import Finding, Home, HomeKind, Provider, Records, Severity
from sufficiency.homes_start import ASSUMED_FOR, FOSTER, Start, lost, start_of
from sufficiency.households import SEGMENTS
from sufficiency.levers import NO_PULLS
from sufficiency.outside_record import OutsideRecord
from sufficiency.scenario import Scenario, baseline, read_scenario

PLAIN = Home("H1", HomeKind.FOSTER, Provider.IN_HOUSE, approved_places=2, vacancies=1)
OF_340 = {"foster_in_house": 110, "foster_kin": 100, "foster_agency": 80, "residential": 50}


def counted(start: Start) -> dict[str, int]:
    """Households of each segment."""
    of = np.bincount(start.households.segment, minlength=len(SEGMENTS))
    return dict(zip(SEGMENTS, of.tolist(), strict=True))


def foster(start: Start) -> int:
    return sum(counted(start)[name] for name in FOSTER)


def test_national_totals_fill_as_large_a_share_of_places_as_in_england() -> None:
    """Sixty of a hundred places are filled by the children who live with the council's own carers, of any size."""
    for living in (OF_340, {name: 3 * many for name, many in OF_340.items()}):
        start = start_of(baseline(), living)
        places = sum(
            int(number)
            for number, segment in zip(start.households.places, start.households.segment, strict=True)
            if SEGMENTS[segment] in FOSTER
        )
        assert living["foster_in_house"] / places == pytest.approx(0.6, abs=0.02)
        assert start.households.assumed


def test_what_comes_in_a_year_goes_with_the_households() -> None:
    """Three times the children, three times the households, enquiries, assessors and relatives' approvals."""
    small = start_of(baseline(), OF_340)
    large = start_of(baseline(), {name: 3 * many for name, many in OF_340.items()})
    assert foster(large) == pytest.approx(3 * foster(small), abs=3)
    for key in ("supply.enquiries.teenagers", "supply.assessments", "supply.kin_approved", "supply.enquiries.adopters"):
        assert large.scenario.number(key).value == pytest.approx(3 * small.scenario.number(key).value, rel=0.01)
    assert any(f"stated for {ASSUMED_FOR} children" in words for words in small.said)


def test_what_the_council_states_itself_is_left_as_it_stands(tmp_path: Path) -> None:
    """A figure of the council's own is never scaled; the defaults beside it are."""
    path = tmp_path / "ours.toml"
    path.write_text(
        'schema_version = 1\nname = "Ours"\nextends = "baseline.toml"\n[supply.households]\nteenagers = { value = 7, '
        'unit = "households", low = 7, high = 7, source = "Register", date = "2026-03-31", status = "council" }\n',
        encoding="utf-8",
    )
    scenario: Scenario = read_scenario(path)
    start = start_of(scenario, {name: 3 * many for name, many in OF_340.items()})
    assert counted(start)["teenagers"] == 7
    assert counted(start)["mainstream_5_10"] > 50


@pytest.mark.parametrize("living", [{}, {"residential": 1}, {"foster_in_house": 1}], ids=["nobody", "one", "one own"])
def test_a_council_with_hardly_any_children_has_hardly_any_homes(living: dict[str, int]) -> None:
    """No crash, and no homes of a large council's."""
    assert foster(start_of(baseline(), living)) <= 1


def test_a_register_is_counted_as_it_stands() -> None:
    """Its homes are the households, what is not counted is said, and enquiries follow its size."""
    homes = [replace(PLAIN, home_id=f"H{k:02d}") for k in range(30)]
    homes += [replace(PLAIN, home_id="A1", provider=Provider.AGENCY), replace(PLAIN, home_id="A2", approved_places=0)]
    register = Records(date(2026, 3, 31), homes=tuple(homes))
    start = start_of(baseline(), OF_340, register)
    assert counted(start)["mainstream_5_10"] == foster(start) == 30
    assert not start.households.assumed
    stated = sum(baseline().number(f"supply.households.{name}").value for name in FOSTER)
    ours, theirs = (one.number("supply.enquiries.teenagers").value for one in (start.scenario, baseline()))
    assert ours == pytest.approx(30 / stated * theirs, abs=0.01)
    assert start.scenario.number("supply.enquiries.adopters").value == 0
    assert any("1 homes (approved for no place)" in words for words in start.said)


def test_rows_of_a_register_that_cannot_be_used_are_said() -> None:
    """Homes with a blank where a number must be are no homes to the forecast: a gap must not be theirs in silence."""

    def found(file: str, row: int, severity: Severity, column: str = "approved_places") -> Finding:
        return Finding(file, row, column, "", severity, "blank", "", "")

    findings = (
        found("homes.csv", 2, Severity.LEFT_OUT),
        found("homes.csv", 2, Severity.LEFT_OUT, "kind"),
        found("homes.csv", 5, Severity.LEFT_OUT),
        found("homes.csv", 6, Severity.MENDED),
        found("residents.csv", 9, Severity.LEFT_OUT),
    )
    register = Records(date(2026, 3, 31), homes=(PLAIN,), findings=findings, rows_left_out=3)
    (said,) = lost(register)
    assert said in start_of(baseline(), OF_340, register).said
    assert "(2 of homes.csv, 1 of residents.csv)" in said
    assert lost(replace(register, findings=findings[3:4], rows_left_out=0)) == ()


def test_children_outside_the_area_are_counted_as_the_return_tells() -> None:
    """Where the return knows how many children agencies have outside the area, that stands, not the national figure."""
    record = OutsideRecord(outside=np.array([30, 0, 0]), known=np.array([40, 2, 0]))
    told = start_of(baseline(), OF_340, None, record).future(NO_PULLS).outside
    assumed = start_of(baseline(), OF_340).future(NO_PULLS).outside
    assert told[0] == record.span(0) != assumed[0]
    assert told[1:] == assumed[1:]
