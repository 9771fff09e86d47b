"""The dozen scenarios that come with Placewell: each reads, says one thing, says where it has it from, and does it."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.need_worlds.worlds import authority
from benchmarks.need_worlds.write import as_return
from sufficiency.compare import compare, values_at
from sufficiency.compare_measures import OWN, measures_of
from sufficiency.contribution import contributions
from sufficiency.cost import cost_of
from sufficiency.cost_settings import cost_settings, weekly
from sufficiency.dozen import WHY, dozen, handbook, path_of
from sufficiency.forecast import Forecast
from sufficiency.future import play_future
from sufficiency.future_settings import future_settings
from sufficiency.groups import EXITS, IN_HOUSE, RESIDENTIAL
from sufficiency.history import history_of
from sufficiency.households import SEGMENTS, Households
from sufficiency.levers import NO_PULLS, Pulls, pulls_of
from sufficiency.need import fit_need, play_need
from sufficiency.need_model import NeedModel
from sufficiency.need_settings import NeedSettings, settings_of
from sufficiency.once import Once, content_of
from sufficiency.scenario import BASELINE, ScenarioError, baseline
from sufficiency.scenario_values import Pulled
from sufficiency.segments import segments
from sufficiency.supply import Supply, play_supply, starting_homes, supply_settings
from sufficiency.usable import Usable
from sufficiency.wanted import wanted_from

ROOT = Path(__file__).resolve().parents[2]
SUPPLY_MONTHS, NEED_MONTHS = 60, 36


def day(month: str) -> int:
    """The first day of a month, as a whole number."""
    return int(np.datetime64(month, "D").astype(np.int64))


def pulled(name: str, months: int, *levers: str) -> Pulls:
    """The levers of one of the dozen, all or these, in a forecast from April 2027 on."""
    pulls = pulls_of(dozen()[name], day("2027-04"), months)
    return pulls.only(*levers) if levers else pulls


def levers(name: str) -> dict[str, Pulled]:
    """The levers that a scenario states."""
    stated = dozen()[name].flat().items()
    return {key.removeprefix("levers."): figure for key, figure in stated if isinstance(figure, Pulled)}


def test_there_are_a_dozen_beside_the_baseline_and_no_two_alike() -> None:
    """Every file in the folder is told of; each has a name, a reason and assumptions of its own."""
    assert {path.stem for path in BASELINE.parent.glob("*.toml")} == {*WHY, "baseline"}
    assert len(WHY) == 12
    every = [baseline(), *dozen().values()]
    for alike in ({one.sha256 for one in every}, {one.name for one in every}, {one.about for one in every}):
        assert len(alike) == 13
    assert len(set(WHY.values())) == 12
    assert path_of("baseline") == BASELINE
    with pytest.raises(KeyError, match="hub is none of the scenarios that come with Placewell: demand-up, "):
        path_of("hub")


@pytest.mark.parametrize("name", WHY)
def test_each_states_only_what_differs(name: str) -> None:
    """It extends the baseline and pulls levers; every other figure is the baseline's."""
    text = path_of(name).read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"schema_version", "name", "about", "extends", "levers"}
    assert 'extends = "baseline.toml"' in text
    scenario = dozen()[name]
    others = {key: figure for key, figure in scenario.flat().items() if not isinstance(figure, Pulled)}
    assert others == baseline().flat()
    assert [Path(file.path).name for file in scenario.files] == [f"{name}.toml", "baseline.toml"]
    assert not scenario.notes
    assert levers(name)


@pytest.mark.parametrize("name", WHY)
def test_each_lever_says_where_it_comes_from(name: str) -> None:
    """What is a choice says so and is called unverified; everything else is a figure that somebody published."""
    for lever, figure in levers(name).items():
        chosen = "choice" in figure.source or "what-if" in figure.source
        assert (figure.status == "unverified") == chosen, lever
        assert figure.status in ("unverified", "secondary"), lever
        assert len(figure.source) > 60, lever
        assert figure.value, lever
        assert figure.low < figure.high or figure.low == figure.value, lever


@pytest.mark.parametrize("name", WHY)
def test_each_can_be_played_on_any_return_that_ends_before_it_begins(name: str) -> None:
    """Levers begin in April 2027: a forecast from then or before pulls them, a later one refuses in words."""
    for origin in ("2019-04", "2026-12", "2027-04"):
        assert set(pulls_of(dozen()[name], day(origin), 120).pulls) == set(levers(name))
    with pytest.raises(ScenarioError, match="2027-04"):
        pulls_of(dozen()[name], day("2027-05"), 120)


def test_amounts_are_worked_out_as_their_sources_say() -> None:
    """Each is what comes of the figures that it names, most of them the baseline's own."""

    def number(key: str) -> float:
        return baseline().number(key).value

    pipeline, enquiries = "fostering.pipeline.", "supply.enquiries."
    hub = levers("regional-hub")
    beside = number(f"{pipeline}application_per_enquiry_beside_hub")
    assert hub["hub"].value == pytest.approx(number(f"{pipeline}application_per_enquiry_hub") - beside)
    saved = number(f"{pipeline}months_to_approval") - number(f"{pipeline}months_to_approval_hub")
    assert hub["assessment_time"].value == pytest.approx(saved)
    everybody = sum(number(enquiries + name) for name in SEGMENTS if name != "kin")
    assert hub["assessors"].value == pytest.approx(everybody * hub["hub"].value / 12, abs=0.05)
    twice = {
        **levers("teenagers-carers"),
        **levers("sibling-carers"),
        "recruitment.specialist": levers("step-down")["recruitment.specialist"],
        "recruitment.supported_lodgings": levers("supported-lodgings")["supported_lodgings_scheme"],
    }
    for name, figure in twice.items():
        assert figure.value == number(name.replace("recruitment.", enquiries)), name
    drive = levers("recruitment-drive")
    for name, figure in drive.items():
        if name.startswith("recruitment."):
            was = number(name.replace("recruitment.", enquiries))
            low, high = was * (150_000 / 125_195 - 1), was * (160_635 / 125_195 - 1)
            assert (figure.low, figure.high) == (round(low), round(high)), name
            assert figure.low < figure.value < figure.high
    assert drive["conversion"].high == pytest.approx(0.49 - number(f"{pipeline}approved_per_completed_application"))
    stay = levers("retention")["retention"]
    left = [0.13, 5_125 / 43_905, 4_820 / 43_405]
    assert stay.value == stay.high == pytest.approx(1 - left[2] / left[0], abs=0.005)
    assert stay.low == pytest.approx(1 - left[2] / left[1], abs=0.005)
    edge = levers("entries-fall")["edge_of_care"]
    assert edge.value == pytest.approx(2_000 / 33_050, abs=0.001)
    assert edge.high == pytest.approx(1 - 0.362 / 0.448, abs=0.003)
    down, kin = levers("step-down")["step_down"], levers("kin-first")["kin_support"]
    assert down.high == pytest.approx(1 - (2 / 3) ** (1 / 5), abs=0.001)
    assert down.value == pytest.approx(down.high * 20 / 31, abs=0.001)
    assert (kin.value, kin.high) == pytest.approx((0.065 / 0.049 - 1, 0.082 / 0.049 - 1), abs=0.02)
    assert levers("older-carers-retire")["retirement"].value == pytest.approx(1 - (2 / 3) ** (1 / 5), abs=0.001)
    assert levers("demand-up")["demand"].value == 0.1


def test_the_page_is_what_is_printed() -> None:
    """docs/reference/the-dozen.md tells every source of every lever, as it is."""
    page = (ROOT / "docs" / "reference" / "the-dozen.md").read_text(encoding="utf-8")
    assert page == handbook()
    assert all(figure.source in page for name in WHY for figure in levers(name).values())


# ---- what they do --------------------------------------------------------------------------------------------------


@cache
def supply(name: str) -> Supply:
    """Homes under one of the dozen, or under none."""
    pulls = NO_PULLS if name == "baseline" else pulled(name, SUPPLY_MONTHS)
    settings = supply_settings(baseline(), pulls=pulls)
    return play_supply(starting_homes(baseline()), settings, months=SUPPLY_MONTHS, draws=16, seed=3)


@pytest.mark.parametrize(
    ("name", "segments", "way"),
    [
        ("recruitment-drive", ("mainstream_0_4", "mainstream_5_10", "mainstream_11_15"), 1),
        ("teenagers-carers", ("teenagers",), 1),
        ("sibling-carers", ("siblings_two", "siblings_three_or_more"), 1),
        ("retention", tuple(SEGMENTS[k] for k in OWN), 1),
        ("step-down", ("specialist",), 1),
        ("supported-lodgings", ("supported_lodgings",), 1),
        ("older-carers-retire", tuple(SEGMENTS[k] for k in OWN), -1),
        ("regional-hub", tuple(SEGMENTS[k] for k in OWN), 1),
    ],
)
def test_homes_become_more_or_fewer_as_it_says(name: str, segments: tuple[str, ...], way: int) -> None:
    """After five years there are more such households, or fewer, than without."""
    some = [SEGMENTS.index(segment) for segment in segments]
    after = [supply(one).households[:, -1, some].sum() for one in (name, "baseline")]
    assert way * (after[0] - after[1]) > 0


def test_agency_prices_are_higher_from_then_on() -> None:
    """By 6% after a year, and for good; no other price is touched."""
    ends = np.arange("2027-05", "2030-05", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    with_it, without = (
        weekly(cost_settings(baseline(), pulls), seed=1, futures=np.arange(3), origin=day("2027-04"), month_ends=ends)
        for pulls in (pulled("agency-prices", 36), NO_PULLS)
    )
    for name, price in without.of.items():
        if name in ("agency", "agency_parent_and_child"):
            raised = with_it.of[name] / price
            assert (np.diff(raised[:, :12], axis=1) > 0).all()
            assert raised[:, 11:] == pytest.approx(1.06)
        else:
            assert np.array_equal(with_it.of[name], price), name


@pytest.mark.parametrize("name", ["demand-up", "entries-fall", "kin-first", "agency-prices"])
def test_homes_are_left_alone_by_what_is_no_matter_of_theirs(name: str) -> None:
    """Its settings of supply are the baseline's, so that homes need not be played again."""
    assert supply_settings(baseline(), pulls=pulled(name, 36)) == supply_settings(baseline())


@cache
def model() -> NeedModel:
    """What the returns of a council of about sixty children say."""
    return fit_need(history_of(as_return(authority("small", 1))), NeedSettings())


@cache
def need(name: str) -> Forecast:
    """Need under one of the dozen, or under none."""
    pulls = NO_PULLS if name == "baseline" else pulled(name, NEED_MONTHS)
    settings = settings_of(baseline(), pulls=pulls)
    changed = replace(model(), settings=replace(model().settings, pulls=settings.pulls))
    return play_need(changed, months=NEED_MONTHS, draws=40, seed=3, parts=False)


@pytest.mark.parametrize(("name", "way"), [("demand-up", 1), ("entries-fall", -1), ("kin-first", -1)])
def test_children_in_care_become_more_or_fewer_as_it_says(name: str, way: int) -> None:
    """In every month of every future as many or more are in care, or as many or fewer; in the end it is some."""
    change = way * (need(name).stock.sum(axis=(2, 3)) - need("baseline").stock.sum(axis=(2, 3)))
    assert (change >= 0).all()
    assert change[:, -1].sum() > 0
    if name == "kin-first":
        orders = [need(one).exits[..., EXITS.index("special_guardianship")].sum() for one in (name, "baseline")]
        assert orders[0] > orders[1]


def test_children_step_down_from_homes_to_families() -> None:
    """More move from children's homes to the council's own carers, and fewer live in homes."""
    moved = [need(one).moves[:, :, RESIDENTIAL, IN_HOUSE].sum() for one in ("step-down", "baseline")]
    living = [need(one).stock[:, -1, RESIDENTIAL].sum() for one in ("step-down", "baseline")]
    assert moved[0] > moved[1]
    assert living[0] < living[1]


def test_need_is_played_again_only_for_what_changes_it() -> None:
    """Of the dozen four change need; to the others' need the baseline's is the answer."""
    settings = {name: settings_of(baseline(), pulls=pulled(name, NEED_MONTHS)) for name in WHY}
    played = settings_of(baseline())
    assert {name for name, one in settings.items() if content_of(one) != content_of(played)} == {
        "demand-up",
        "entries-fall",
        "kin-first",
        "step-down",
    }


def few(homes: Households) -> Households:
    """One household of four, so that some children have none."""
    told = {one.name: getattr(homes, one.name) for one in fields(homes) if one.name not in ("assumed", "left_out")}
    return replace(homes, **{name: column[::4] for name, column in told.items()})


def test_they_are_compared_without_playing_anything_twice() -> None:
    """Need and homes are played twice each for four of them, dearer agencies change money alone, levers share all."""
    months, draws = 15, 12
    names, once = ("baseline", "demand-up", "agency-prices", "regional-hub"), Once(9)
    history = history_of(as_return(authority("small", 1)))
    found = segments(history, baseline(), seed=3)
    start = few(starting_homes(baseline()))
    usable = Usable(np.array([0.0, 1.0]), np.full((2, 12, 12), 0.3), error=0.0, days=0, source="made up")

    def play(pulls: Pulls) -> dict[str, np.ndarray]:
        for_need, for_homes = settings_of(baseline(), pulls=pulls), supply_settings(baseline(), pulls=pulls)
        changed = replace(model(), settings=for_need)
        forecast = once("need", lambda: play_need(changed, months=months, draws=draws, seed=3, parts=False), for_need)
        homes = once("supply", lambda: play_supply(start, for_homes, months=months, draws=draws, seed=3), for_homes)
        wanted = wanted_from(history, forecast, found, baseline(), seed=3)
        future = play_future(wanted, homes, usable, future_settings(baseline(), pulls), seed=3)
        costs = cost_of(forecast, wanted, future, homes, cost_settings(baseline(), pulls), seed=3)
        return measures_of(forecast, homes, future, costs)

    pulls = {name: NO_PULLS if name == "baseline" else pulled(name, months) for name in names}
    pulls["regional-hub"] = pulls["regional-hub"].only("assessors", "hub")
    when = [str(np.datetime64("2027-04") + k) for k in range(months)]
    compared = compare(pulls, play, months=when, years=["2027-28", "2028-29"])
    assert once.made == {"need": 2, "supply": 2}
    dearer = compared.difference("agency-prices")
    changed = {point.measure.name for k, point in enumerate(compared.points) if dearer[:, k].any()}
    assert changed == {"cost", "present_cost"}
    assert (compared.difference("demand-up")[:, compared.at("children_in_care", "2028-06")] >= 0).all()

    def values(some: Pulls) -> np.ndarray:
        found = once("play", lambda: play(some), some)
        return values_at(found, months=when, years=["2027-28", "2028-29"])[1]

    apart = contributions(values, pulls["regional-hub"])
    assert once.made == {"need": 2, "supply": 4, "play": 4}
    assert apart.levers == ("assessors", "hub")
    np.testing.assert_allclose(apart.order_free.sum(axis=0), compared.difference("regional-hub"), rtol=1e-9, atol=1e-6)
    assert apart.order_free[1].any()
