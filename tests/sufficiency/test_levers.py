"""A lever is written whole, works in its months alone, and what is wrong with one is said, and how to mend it."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sufficiency.households import SEGMENTS
from sufficiency.lever_figures import RECRUITED
from sufficiency.levers import LEVERS, NO_PULLS, Pull, Pulls, pulls_of
from sufficiency.need import settings_of
from sufficiency.scenario import Scenario, ScenarioError, baseline, read_scenario
from sufficiency.supply import supply_settings

ORIGIN = int(np.datetime64("2026-04-01").astype(np.int64))
TOP = 'schema_version = 1\nextends = "baseline.toml"\n'
OWN = 'source = "Cabinet paper of May"\ndate = "2026-05"\nstatus = "council"\n'


def table(name: str, **parts: Any) -> str:
    """A whole lever as a table, some of its parts otherwise; a part that is None is left out."""
    lever = LEVERS.get(name)
    stated: dict[str, Any] = {"value": 0.1, "unit": lever.unit.text if lever else "share more"}
    stated |= {"low": parts.get("value", 0.1), "high": parts.get("value", 0.1), "from": "2027-04", "over_months": 12}
    stated |= {"from" if part == "from_" else part: value for part, value in parts.items()}
    lines = [f"{part} = {_toml(value)}" for part, value in stated.items() if value is not None]
    return f"[levers.{name}]\n" + "\n".join(lines) + "\n" + OWN


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def read(folder: Path, *tables: str) -> Scenario:
    """A scenario of these tables beside the baseline."""
    path = folder / "ours.toml"
    path.write_text(TOP + "".join(tables), encoding="utf-8", newline="\n")
    return read_scenario(path)


def told(folder: Path, *tables: str, origin: int = ORIGIN) -> str:
    """The whole message, without the folder."""
    with pytest.raises(ScenarioError) as caught:
        pulls_of(read(folder, *tables), origin, 36)
    return str(caught.value).replace(f"{folder}{os.sep}", "")


def test_a_lever_has_its_number_and_its_path(tmp_path: Path) -> None:
    """Nothing before its month, evenly more until it works in full, nothing after its last."""
    scenario = read(
        tmp_path,
        table("edge_of_care", value=0.2, low=0.1, high=0.3, from_="2026-06", over_months=4, until="2026-11"),
        table("recruitment.teenagers", value=30, over_months=0),
    )
    pulls = pulls_of(scenario, ORIGIN + 20, 18)
    assert list(pulls.pulls) == ["edge_of_care", "recruitment.teenagers"]
    care, teenagers = pulls.pulls.values()
    assert care.span == (0.1, 0.2, 0.3)
    assert care.shape(12).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 0, 0, 0, 0]
    assert teenagers.shape(15).tolist() == [0] * 12 + [1] * 3
    assert pulls.notes == ()
    assert pulls_of(scenario, ORIGIN, 24) == pulls
    assert pulls_of(baseline(), ORIGIN, 24) == NO_PULLS


def test_each_future_meets_its_own_luck_in_every_scenario() -> None:
    """The same future draws the same number whatever else is pulled and however many are asked; never outside."""
    pull = Pull("edge_of_care", (0.1, 0.2, 0.3), (0.0, 0.5, 1.0))
    alone = Pulls({"edge_of_care": pull})
    beside = Pulls({"demand": Pull("demand", (0.0, 0.1, 0.2), (1.0,)), "edge_of_care": pull})
    many = alone.effect("edge_of_care", 4, np.arange(50), 6)
    assert np.array_equal(many[7:9], beside.effect("edge_of_care", 4, np.array([7, 8]), 6))
    assert (many[:, 0] == 0).all()
    assert np.array_equal(many[:, 1], many[:, 2] / 2)
    assert (many[:, 2:] == many[:, 2:3]).all()
    assert 0.1 < many[:, 2].min() < 0.15 < 0.25 < many[:, 2].max() < 0.3
    assert not np.array_equal(many, alone.effect("edge_of_care", 5, np.arange(50), 6))
    assert (alone.effect("edge_of_care", 4, np.arange(3), 6, likeliest=True)[:, 2] == 0.2).all()
    assert not alone.effect("demand", 4, np.arange(3), 6).any()
    assert beside.without("demand") == beside.only("edge_of_care") == alone
    assert hash(beside.without("demand")) == hash(alone)
    assert pickle.loads(pickle.dumps(beside)) == beside
    with pytest.raises(KeyError, match="no lever"):
        alone.effect("edge of care", 4, np.arange(3), 6)


def test_what_does_not_begin_in_time_is_kept_and_said(tmp_path: Path) -> None:
    """A forecast of six months says that a lever of next year changes nothing in it; a longer one begins with it."""
    scenario = read(tmp_path, table("edge_of_care"))
    short, long = pulls_of(scenario, ORIGIN, 6), pulls_of(scenario, ORIGIN, 36)
    assert short.notes == ("levers.edge_of_care begins in 2027-04, after the forecast ends: it changes nothing in it.",)
    assert short == long
    assert not short.effect("edge_of_care", 1, np.arange(4), 6).any()
    assert long.effect("edge_of_care", 1, np.arange(4), 24)[:, -1].all()


def test_levers_are_figures_of_the_scenario(tmp_path: Path) -> None:
    """They count in its sha256, are written out and read back whole, and the file nearest to the reader holds."""
    text = table("edge_of_care", until="2030-03") + table("recruitment.siblings_two", value=12)
    one = read(tmp_path, text)
    assert one.sha256 != baseline().sha256
    assert not one.is_default("levers.edge_of_care")
    assert one.number("levers.edge_of_care").value == 0.1
    (tmp_path / "whole.toml").write_text(one.as_toml(), encoding="utf-8", newline="\n")
    whole = read_scenario(tmp_path / "whole.toml")
    assert (whole.sha256, len(whole.files)) == (one.sha256, 1)
    assert pulls_of(whole, ORIGIN, 60) == pulls_of(one, ORIGIN, 60)
    assert read(tmp_path, table("edge_of_care", over_months=6)).sha256 != read(tmp_path, table("edge_of_care")).sha256


def test_a_forecast_that_is_given_no_levers_says_so(tmp_path: Path) -> None:
    """A scenario that pulls some is refused without them; each forecast keeps only those that work in it."""
    scenario = read(tmp_path, table("edge_of_care"), table("hub"), table("agency_prices"))
    with pytest.raises(ValueError, match=r"pulls levers\.edge_of_care, and its levers were not given"):
        settings_of(scenario)
    with pytest.raises(ValueError, match=r"pulls levers\.hub, and its levers were not given"):
        supply_settings(scenario)
    pulls = pulls_of(scenario, ORIGIN, 24)
    assert list(supply_settings(scenario, pulls=pulls).pulls.pulls) == ["hub"]
    assert list(settings_of(scenario, pulls=pulls).pulls.pulls) == ["edge_of_care"]
    assert settings_of(scenario, pulls=NO_PULLS) == settings_of(baseline())
    assert settings_of(scenario, pulls=pulls).for_the_past() == settings_of(baseline()).for_the_past()
    assert supply_settings(scenario, pulls=NO_PULLS) == supply_settings(baseline())


def test_the_list_says_all_of_every_lever() -> None:
    """A plain sentence, a unit and a range that holds nought; recruitment for every segment but kin."""
    assert tuple(name for name in SEGMENTS if name != "kin") == RECRUITED
    for name, lever in LEVERS.items():
        assert lever.optional, name
        assert lever.does.endswith("."), name
        assert lever.range[0] <= 0 < lever.range[1], name
        assert set(lever.works_in) <= {"need", "supply", "future", "cost"}, name
        assert lever.works_in, name


NO = "No forecast can be made with this scenario."
WRONG = {
    "unknown": (
        (table("edge_of_car"),),
        'ours.toml, levers.edge_of_car: there is no such key; the nearest known is "levers.edge_of_care". What is not '
        "understood would silently not be followed. Correct its name or take it out; docs/reference/scenarios.md lists "
        "them all.",
    ),
    "unknown part": (
        (table("demand", over=6),),
        'ours.toml, levers.demand.over: there is no such part of a figure; the nearest known is "over_months". What is '
        "not understood would silently not be followed. Its parts are value, unit, low, high, from, over_months, "
        "source, date, status, until.",
    ),
    "bare": (
        ("[levers]\ndemand = 0.1\n",),
        "ours.toml, levers.demand: 0.1 stands alone. A figure without unit, source, date and status cannot be weighed. "
        'Write { value = 0.1, unit = "share more", low = 0.1, high = 0.1, from = "2027-04", over_months = 12, '
        'source = "who says so", date = "2026-11", status = "council" }.',
    ),
    "missing": (
        (table("demand", from_=None),),
        "ours.toml, levers.demand: from is missing. A figure is stated whole wherever it is stated, so that no source "
        'stands beside another\'s number. Write all of it, as in { value = 0.1, unit = "share more", low = 0.1, '
        'high = 0.1, from = "2027-04", over_months = 12, source = "who says so", date = "2026-11", '
        'status = "council" }.',
    ),
    "unit": (
        (table("step_down", unit="share a month"),),
        'ours.toml, levers.step_down.unit: "share a month" is not the unit of this figure. The number would be taken '
        'for something else than was meant. Work the figure out in "share a year" and write that.',
    ),
    "upside down": (
        (table("demand", low=0.2, high=0.05),),
        "ours.toml, levers.demand: low 0.2 is more than value 0.1. The interval would not hold its own value. Write "
        "low no larger than the value, high no smaller; both are the value where no interval is known.\n"
        "ours.toml, levers.demand: value 0.1 is more than high 0.05. The interval would not hold its own value. Write "
        "low no larger than the value, high no smaller; both are the value where no interval is known.",
    ),
    "above one": (
        (table("retention", high=1.2),),
        f"ours.toml, levers.retention.high: 1.2 is not a number from -1 to 1. {NO} Write a number from -1 to 1 (share "
        "fewer), without quotation marks.",
    ),
    "no month": (
        (table("demand", from_="April 2027"),),
        f'ours.toml, levers.demand.from: "April 2027" is not a month. {NO} Write year and month, as in "2027-04".',
    ),
    "no length": (
        (table("demand", over_months=-1),),
        f"ours.toml, levers.demand.over_months: -1 is not a whole number from 0 to 600. {NO} Write how many months it "
        "takes until the lever works in full; 0 where it does at once.",
    ),
    "ends before": (
        (table("demand", until="2027-03"),),
        'ours.toml, levers.demand.until: "2027-03" is before "2027-04", from which the lever works. It would never '
        "work. Write the last month in which it works, or leave until out where it goes on.",
    ),
    "past": (
        (table("demand", from_="2026-03"), table("hub")),
        'ours.toml, levers.demand.from: "2026-03" is in the past: the forecast begins in 2026-04. What has worked '
        'already is in the returns, and would be counted twice. Write "2026-04" or a later month.',
    ),
    "kin": (
        (table("recruitment.kin", value=5, unit="enquiries a year"),),
        "ours.toml, levers.recruitment.kin: nobody can be recruited as kin: relatives and friends are approved for a "
        "named child, and do not enquire. The lever could not work. Change supply.kin_approved instead, or take the "
        "lever out.",
    ),
    "no segment": (
        (table("recruitment.teenager", value=5),),
        'ours.toml, levers.recruitment.teenager: there is no segment of households "teenager"; the nearest known is '
        f'"teenagers". Nobody could be recruited for it. Write one of: {", ".join(RECRUITED)}.',
    ),
    "fewer than none": (
        (table("recruitment.teenagers", value=-60),),
        "ours.toml, levers.recruitment.teenagers: with it there would be as few as -37 enquiries a year "
        "(supply.enquiries.teenagers is 23). Less than none cannot be. Write a smaller cut, or a narrower interval.",
    ),
    "fewer than none by millions": (
        (table("recruitment.teenagers", value=-10_000_000),),
        "ours.toml, levers.recruitment.teenagers: with it there would be as few as -9,999,977 enquiries a year "
        "(supply.enquiries.teenagers is 23). Less than none cannot be. Write a smaller cut, or a narrower interval.",
    ),
    "fewer than none together": (
        (
            table("recruitment.supported_lodgings", value=-20),
            table("supported_lodgings_scheme", value=-11, low=-11, high=-11),
        ),
        "ours.toml, levers.supported_lodgings_scheme: with it there would be as few as -1 enquiries a year from hosts "
        "(supply.enquiries.supported_lodgings is 30). Less than none cannot be. Write a smaller cut, or a narrower "
        "interval.\n"
        "ours.toml, levers.recruitment.supported_lodgings: with it there would be as few as -1 enquiries a year "
        "(supply.enquiries.supported_lodgings is 30). Less than none cannot be. Write a smaller cut, or a narrower "
        "interval.",
    ),
    "no assessors left": (
        (table("assessors", value=-8),),
        "ours.toml, levers.assessors: with it there would be as few as -2 assessments that can begin in a month "
        "(supply.assessments is 6). Less than none cannot be. Write a smaller cut, or a narrower interval.",
    ),
    "conversion above the whole": (
        (table("conversion", value=0.5, high=0.7),),
        "ours.toml, levers.conversion: with it up to 109% of assessments would end in approval, and 0.976 is the most "
        "(fostering.pipeline.approved_per_completed_application is 0.39). They are shares of the same people. Write "
        "less, or a narrower interval.",
    ),
    "hub below nought": (
        (table("hub", value=-0.1, low=-0.2, high=0),),
        "ours.toml, levers.hub: with it as few as -8% of enquirers would apply (one over "
        "fostering.pipeline.enquiries_per_application_council is 0.125). Less than none cannot be. Write a smaller "
        "cut, or a narrower interval.",
    ),
    "no time left": (
        (table("assessment_time", value=6),),
        "ours.toml, levers.assessment_time: it takes up to 6 months off an assessment that takes 5 "
        "(fostering.pipeline.months_to_approval less supply.pipeline.months_at_panel). No assessment can end before it "
        "begins. Write less, or a narrower interval.",
    ),
    "fees keep more than all": (
        (table("fees", value=600),),
        "ours.toml, levers.fees: up to £600 a week more would keep 120% of those who leave "
        "(supply.leaving.fewer_for_fees is up to 0.02 for each £10). Nobody keeps more than all of them. Write less, "
        "or a narrower interval.",
    ),
    "nobody to assess": (
        (
            table("recruitment.adopters", value=5),
            '[supply]\nassessments = { value = 0, unit = "assessments a month", low = 0, high = 0, '
            + OWN.replace("\n", ", ").rstrip(", ")
            + " }\n",
        ),
        "ours.toml, levers.recruitment.adopters: nobody can be assessed: supply.assessments and levers.assessors come "
        f"to none a month. Nobody would be approved. {NO} State how many assessments can begin in a month, or take the "
        "lever out.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_whole(tmp_path: Path, case: str) -> None:
    """File, key, what is wrong, what it means, how to mend it: word for word."""
    tables, message = WRONG[case]
    assert told(tmp_path, *tables) == message
