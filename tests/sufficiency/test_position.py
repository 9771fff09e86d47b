"""The book of all figures of a forecast: its tables agree, name their sources, and hold nobody's name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from records.model import Home, HomeKind, Provider, Records, Resident, ResidentStatus
from reporting.fact import ALL, Book, Facts, Kind, Unit
from reporting.facts_file import read_book, write_book
from reporting.linked import Counted, linked
from reporting.section import Edition
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.homes_run import HomesRun, run_homes
from sufficiency.position import position_of
from sufficiency.position_change import PARTS, change_parts
from sufficiency.position_keys import TABLES
from sufficiency.run import Asked, ForecastRun, run_forecast
from sufficiency.scenario import baseline
from tests.sufficiency.histories import Councils, lives

LATEST = "2021-03-31"


def register() -> Records:
    """Thirty homes: in each a child, in every third a young person who stays put; every fourth is on hold."""
    foster = HomeKind.FOSTER
    kinds = (foster, foster, HomeKind.CONNECTED_PERSON, HomeKind.SUPPORTED_LODGINGS, HomeKind.ADOPTER)
    homes, residents = [], []
    for n in range(30):
        home = Home(
            f"XHOME{n}", kinds[n % 5], Provider.IN_HOUSE,
            approved_places=2 + n % 2, vacancies=n % 2, on_hold=n % 4 == 0,
            approved_age_min=(0, 5, 11)[n % 3], approved_age_max=(4, 10, 17)[n % 3],
            authority=("E08000009", "E06000015", None)[n % 3],
        )  # fmt: skip
        homes.append(home)
        residents.append(Resident(home.home_id, f"XKIND{n}", ResidentStatus.FOSTERED))
        if n % 3 == 0:
            residents.append(Resident(home.home_id, f"XPUT{n}", ResidentStatus.STAYING_PUT))
    return Records(date(2021, 3, 31), homes=tuple(homes), residents=tuple(residents))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ForecastRun:
    """Two years of a made-up council, twenty-seven months ahead in twelve futures, tried on its past."""
    people, episodes = lives(3, 60, date(2019, 4, 1), date(2021, 3, 31))
    for row in (*people, *episodes):
        row["CHILD"] = f"XKIND{row['CHILD'][1:]}"
    folder = tmp_path_factory.mktemp("returns")
    councils = Councils()
    councils.add(*episodes, people=people, years=(2020, 2021))
    councils.read(folder)
    asked = Asked(baseline(), council="Council 001", months=27, draws=12, usable_days=0)
    return replace(run_forecast(folder, asked), register=register())


@pytest.fixture(scope="module")
def homes(run: ForecastRun) -> HomesRun:
    """Its homes, with targets."""
    return run_homes(run)


@pytest.fixture(scope="module")
def book(run: ForecastRun, homes: HomesRun) -> Book:
    """The book of it."""
    return position_of(run, homes)


def values(book: Book, key: str, column: str) -> pd.Series:
    """One column of a table by its categories."""
    facts = book.facts[key]
    return facts.rows.set_index(list(facts.by))[column].sort_index()


def test_the_book_is_the_same_for_the_same_forecast_and_comes_back_from_its_file(
    run: ForecastRun, homes: HomesRun, book: Book
) -> None:
    """Twice made, the same bytes; read, the same tables."""
    text = write_book(book)
    assert write_book(position_of(run, homes)) == text
    back = read_book(text)
    assert write_book(back) == text
    for key, facts in book.facts.items():
        pd.testing.assert_frame_equal(back.facts[key].rows, facts.rows, check_exact=True, check_dtype=False)


def test_nobody_is_named_in_it(book: Book) -> None:
    """No id of a child, a resident or a home stands in the file."""
    text = write_book(book)
    assert "XKIND" not in text
    assert "XHOME" not in text
    assert "XPUT" not in text


def test_every_table_says_where_it_comes_from_and_how_it_is_told(book: Book) -> None:
    """Sources are sentences that are there; every category that is no day, year or key has a name in print."""
    for one in book.facts.values():
        assert book.sources[one.source].endswith((".", "?")), one.key
        assert one.key in TABLES
    assert set(book.sources) == {one.source for one in book.facts.values()}
    named = ("group", "age", "legal", "home_segment", "what2", "flow", "stage", "way_out", "state", "provider", "what")
    for one in book.facts.values():
        for dim in set(one.by) & set(named) & set(TABLES.get(one.key, TABLES["data.rows"]).by):
            nameless = set(one.rows[dim]) - set(one.labels[dim]) - {"block_beds", "keeping_carers"}
            assert not nameless, (one.key, dim, nameless)
    measures = {key for key in TABLES if key.startswith(("performance", "adoption"))}
    assert set(TABLES) - set(book.facts) - measures <= {
        *("children.rate", "comparators", "assumptions.prices", "data.noted"),
    }
    assert len(measures & set(book.facts)) > 10
    assert book.about["known_until"] == LATEST
    assert (book.about["council"], book.about["made_up"], book.about["register"]) == ("Council 001", "no", "yes")


def test_all_counts_are_one_set_of_cells(book: Book) -> None:
    """Children, homes and measures put together contradict each other nowhere."""
    made = [
        Counted(one.key, one.rows.rename(columns={one.columns[0].name: "n"}), one.by, ("n",), one.overlap)
        for one in book.facts.values()
        if (one.kind is Kind.COUNT or (one.kind is Kind.SHARE and "what" in one.by)) and not one.key.startswith("data.")
    ]
    assert len(linked(made)) > 400
    counted = [one for one in book.facts.values() if one.kind is Kind.COUNT]
    assert all((one.rows[one.columns[0].name] % 1 == 0).all() for one in counted)
    assert all(one.edition is not Edition.OFFICIAL for one in counted)


def test_what_is_hidden_of_today_can_be_found_for_every_forecast(book: Book) -> None:
    """A forecast that sets out from a count says which, and the count is there for each of its categories."""
    cells: dict[frozenset[tuple[str, str]], str] = {}
    for one in book.facts.values():
        if one.kind is Kind.COUNT and one.key in TABLES:
            for row in one.rows[list(one.by)].to_dict("records"):
                cells[frozenset((str(d), str(c)) for d, c in row.items() if c != ALL)] = one.key
    seen = 0
    for one in book.facts.values():
        if not one.like:
            continue
        assert one.kind is Kind.FORECAST
        assert tuple(one.like) == TABLES[one.key].like
        shared = [dim for dim in one.by if dim in ("group", "age", "home_segment")]
        for category in one.rows[shared].drop_duplicates().to_dict("records"):
            name = {**one.like, **{str(d): str(c) for d, c in category.items() if c != ALL}}
            assert frozenset(name.items()) in cells, (one.key, name)
            seen += 1
    assert seen > len(GROUPS) + len(AGE_BANDS)


def test_forecasts_add_up(run: ForecastRun, book: Book) -> None:
    """Means of groups and of ages make up that of all; what comes and goes in a year makes the change between them."""
    total = values(book, "forecast.group", "mean").xs(ALL, level="group")
    for key, dim in (("forecast.group", "group"), ("forecast.age", "age")):
        means = values(book, key, "mean")
        parts = means[means.index.get_level_values(dim) != ALL].groupby("on").sum()
        assert np.allclose(means.xs(ALL, level=dim), total)
        assert np.allclose(parts, total.reindex(parts.index), atol=0.01)
    flows = values(book, "forecast.flows", "mean")
    first = total["2022-03-31"] - float(run.now)
    assert first == pytest.approx(flows["2021-22", "entry"] - flows["2021-22", "exit"], abs=0.01)
    assert set(flows.index.get_level_values("on")) == {"2021-22", "2022-23"}
    for one in book.facts.values():
        if one.kind is Kind.FORECAST and "p10" in one.rows:
            rows = one.rows
            assert (rows["p10"] <= rows["p50"] + 1e-9).all()
            assert (rows["p50"] <= rows["p90"] + 1e-9).all()


def test_homes_places_and_gap_add_up(homes: HomesRun, book: Book) -> None:
    """Kinds of home make up all; every place is in one state; who lacks a home is counted alike in both tables."""
    households, places = values(book, "supply.now", "households"), values(book, "supply.places", "places")
    assert households["households", LATEST, ALL, ALL] == len(homes.start.households) == 30
    assert households["households", LATEST, ALL, "no"] == homes.start.households.held.sum() == 8
    assert places["places", LATEST, ALL, ALL] == homes.start.households.places.sum()
    assert places["places", LATEST, ALL, "staying_put"] == 10
    assert places["places", LATEST, ALL, "filled"] == 30
    need, elsewhere = values(book, "gap.need", "mean"), values(book, "gap.elsewhere", "mean")
    for on in dict.fromkeys(elsewhere.index.get_level_values("on")):
        assert need[on, ALL] == elsewhere[on, "unmet"]
        assert need[on].drop(ALL).sum() == pytest.approx(need[on, ALL], abs=0.01)
    flows = values(book, "pipeline.joiners_leavers", "mean")
    reasons = ["carer", "service", "other_service", "permanence"]
    for year in ("2021-22", "2022-23"):
        assert flows[year, ALL][reasons].sum() == pytest.approx(flows[year, ALL, "left"], abs=0.01)
        ends = values(book, "supply.segment", "homes_mean")
        change = flows[year, ALL][["approved", "transfer"]].sum() - flows[year, ALL, "left"]
        before = len(homes.start.households) if year == "2021-22" else ends["2022-03-31", ALL]
        assert ends[f"20{year[-2:]}-03-31", ALL] == pytest.approx(before + change, abs=0.02)


def test_every_home_of_the_register_is_somewhere_or_said_not_to_be_known(homes: HomesRun, book: Book) -> None:
    """Households by authority: the council's own, each that adjoins it, further away and not known add up to all."""
    told = values(book, "places.homes_in", "households")
    ids = homes.start.households.home_id
    at = {home.home_id: home.authority for home in register().homes}
    by_area = told.groupby(level="homes_in").sum()
    assert by_area[ALL] == len(ids) == by_area.drop(ALL).sum()
    assert by_area["not_known"] == sum(at[one] is None for one in ids)
    assert by_area["beyond"] + by_area.get("E06000015", 0) >= sum(at[one] == "E06000015" for one in ids) > 0


def test_targets_add_up_and_take_the_enquiries_they_need(homes: HomesRun, book: Book) -> None:
    """Quarters make up years, kinds make up all, and enquiries are those of the funnel."""
    assert homes.targets is not None
    quarter, year = book.facts["targets.quarter"].rows, values(book, "targets.year", "recruit")
    by_year = quarter.assign(on=quarter["quarter"].str[:7]).groupby(["on", "home_segment"])["recruit"].sum()
    assert by_year.to_dict() == year.to_dict()
    asked = book.facts["targets.enquiries"].rows.set_index("home_segment")
    assert asked["approvals"][ALL] == homes.targets.plan.approvals.sum()
    funnel = values(book, "pipeline.figures", "value").astype(float)
    each = funnel["fostering.pipeline.enquiries_per_application_council"]
    each /= funnel["fostering.pipeline.approved_per_completed_application"]
    assert asked["each"].drop(ALL).to_numpy() == pytest.approx(each, abs=0.06)
    assert asked["enquiries"][ALL] == np.ceil(each * asked["approvals"][ALL] - 1e-9)
    summary = book.facts["targets.summary"].rows.set_index("name")
    assert summary["value"]["saved_mean"] == round(homes.targets.saved.mean)


def test_money_adds_up(homes: HomesRun, book: Book) -> None:
    """Lines make up the year's total, and a week's cost times the children and weeks is the year's."""
    cost, total = book.facts["money.cost"].rows, values(book, "money.total", "mean")
    lines = cost[cost["group"] != ALL]
    assert np.allclose(lines.groupby("on")["mean"].sum(), total, atol=len(lines))
    for name in ("mean", "people"):
        sums = cost[cost["group"] == ALL].set_index("on")[name]
        assert np.allclose(sums, values(book, "money.total", name), atol=0.1)
    assert total["2021-22"] == np.rint(homes.costs.total[:, 0].mean())
    weekly = book.facts["money.weekly"].rows.set_index(["group", "provider"])
    first = lines[lines["on"] == "2021-22"].set_index(["group", "provider"])
    paid = weekly["pounds"] * weekly["people"] * 365 / 7
    many = weekly["people"] >= 1
    assert many.sum() >= 5
    assert np.allclose(paid[many], first["mean"].reindex(paid[many].index), rtol=0.01)


def test_every_row_of_every_file_is_accounted_for(book: Book) -> None:
    """Of the return and of the register, what was read was kept, mended, said again or left out."""
    rows = book.facts["data.rows"].rows.set_index("file")
    assert {"Episodes", "Header", "Register"} <= set(rows.index)
    assert (rows["read"] == rows[["kept", "mended", "repeated", "left_out"]].sum(axis=1)).all()
    assert rows["kept"]["Register"] == 30 + 30 + 10
    for name in ("mended", "left_out"):
        told = book.facts[f"data.{name}"].rows.set_index(["file", "problem"])[name].xs(ALL, level="problem")
        assert (rows.loc[told.index, name] == told).all()
        assert {"Episodes", "Header"} <= set(told.index)
    inputs = book.facts["run.inputs"].rows
    assert all(len(sha) == 64 for sha in inputs["sha256"])
    assert "scenario: baseline.toml" in set(inputs["name"])


def test_nothing_that_anybody_may_read_counts_few_children_unguarded(book: Book) -> None:
    """What nobody hides is of no people; what referrals or prices of the council's say is for a narrow circle."""
    for one in book.facts.values():
        if one.kind is Kind.PLAIN and one.key in TABLES:
            assert all(value.unit is not Unit.PEOPLE for value in one.columns), one.key
    assert book.facts["segments.shares"].edition is Edition.CONFIDENTIAL
    # A file of one child is one row, and can be guessed from its checksum.
    assert book.facts["run.inputs"].edition is Edition.CONFIDENTIAL
    assert book.facts["data.rows"].kind is Kind.COUNT
    assert {"money.weekly", "money.cost", "targets.money"} <= {
        one.key for one in book.facts.values() if one.edition is Edition.OFFICIAL
    }
    assert json.loads(write_book(book))["about"]["seed"] == "1"


def test_without_a_register_homes_are_plain_and_said_to_be_national(
    run: ForecastRun, homes: HomesRun, tmp_path: Path
) -> None:
    """Nobody knows what is filled; no forecast of homes is hidden for the sake of homes that nobody counted."""
    children = tmp_path / "under18.csv"
    children.write_text("year,children\n2020,50000\n2021,50000\n2022,50000\n", encoding="utf-8")
    alone = replace(run, register=None, backtest=None, asked=replace(run.asked, population=children))
    start = replace(homes.start, register=None)
    less = position_of(alone, replace(homes, start=start, targets=None, savings=(), frontier=()), made_up=True)
    now: Facts = less.facts["supply.now"]
    assert now.kind is Kind.PLAIN
    assert set(now.rows["available"]) == {ALL}
    assert not less.facts["supply.segment"].like
    assert "no register was given" in less.sources["homes"]
    gone = {"usable.now", "past.scores", "past.forecasts", "money.saving"} | {k for k in TABLES if k[:7] == "targets"}
    assert not gone & set(less.facts)
    assert less.about["made_up"] == "yes"
    rate = values(less, "children.rate", "rate")
    assert run.now >= 20
    assert rate.to_dict() == {LATEST: round(10_000 * 5 * round(run.now / 5) / 50_000)}, "no count of the year before"


def test_the_parts_of_a_change_are_all_of_it(run: ForecastRun, book: Book) -> None:
    """Children now, and those who start, less those who leave, are those then: in every future, so in means."""
    signs = np.array([1] + [-1] * (len(PARTS) - 1))
    now = run.before.stock[-1].sum()
    then = run.forecast.stock.sum(axis=(2, 3))
    assert (now + (change_parts(run.forecast) * signs).sum(axis=2) == then).all()
    change, ahead = values(book, "forecast.change", "mean"), values(book, "forecast.group", "mean")
    ends = sorted({on for on, _ in change.index})
    assert ends == ["2022-03-31", "2023-03-31"]
    for on in ends:
        total = sum(sign * change[on, part] for sign, part in zip(signs, PARTS, strict=True))
        assert total + now == pytest.approx(ahead[on, ALL], abs=0.01)
