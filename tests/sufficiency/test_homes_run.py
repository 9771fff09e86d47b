"""From a forecast of need to homes, gap, money and targets of the same futures; the page says what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from reporting.section import Section, Table, every_block
from sufficiency.given import WrongSettings
from sufficiency.homes_page import homes_short, homes_words
from sufficiency.homes_run import HomesRun, run_homes
from sufficiency.homes_summary import homes_told
from sufficiency.homes_tables import homes_tables
from sufficiency.households import SEGMENTS
from sufficiency.money_words import pounds
from sufficiency.need_and_use import LEAST_REFERRALS, needed_foster_homes, recorded
from sufficiency.need_page import need_page, sections
from sufficiency.need_summary import summary_of
from sufficiency.outputs import HOMES_FILES, months
from sufficiency.referrals import NEEDS, PREFERRED, SUITED, Referrals
from sufficiency.run import Asked, ForecastRun, run_forecast
from sufficiency.scenario import baseline
from sufficiency.targets_section import ends_said, quarter_said
from sufficiency.times_in_homes import times_in_homes
from tests.sufficiency.histories import Councils, lives


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ForecastRun:
    """Two years of a made-up council, thirty months ahead in twenty-four futures."""
    folder = tmp_path_factory.mktemp("returns")
    people, episodes = lives(3, 60, date(2019, 4, 1), date(2021, 3, 31))
    councils = Councils()
    councils.add(*episodes, people=people, years=(2020, 2021))
    councils.read(folder)
    return run_forecast(folder, Asked(baseline(), months=30, draws=24, test=False))


@pytest.fixture(scope="module")
def homes(run: ForecastRun) -> HomesRun:
    """Its homes, with targets."""
    return run_homes(run)


def tables(parts: tuple[Section, ...]) -> dict[str, Table]:
    blocks = [block for part in parts for block in every_block(part.blocks)]
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def test_the_files_tell_the_same_children_homes_and_money(run: ForecastRun, homes: HomesRun) -> None:
    """Need is met or not, in the gap as in the future; every year's money is the sum of its lines."""
    files = homes_tables(run.forecast, homes)
    assert tuple(files) == HOMES_FILES
    gap = files["gap.csv"].set_index(["month", "segment"])
    last = months(run.forecast)[-1]
    unmet = homes.future.over[:, -1].sum(axis=(1, 2)).mean()
    assert gap.loc[(last, "all"), "need_unmet_mean"] == pytest.approx(unmet, abs=1e-3)
    cost = files["cost.csv"]
    for _, year in cost.groupby("year"):
        lines = year[year["provider"] != "all"]["pounds_mean"].sum()
        assert year[year["provider"] == "all"]["pounds_mean"].iloc[0] == pytest.approx(lines, abs=len(year))
    supply = files["supply.csv"].set_index(["month", "home_segment"])
    assert (supply["usable_places_mean"] <= supply["places_mean"] + 1e-9).all()
    assert set(files["targets.csv"]["home_segment"]) >= {"teenagers", "all"}


def test_the_answer_stands_first_and_is_the_plan(run: ForecastRun, homes: HomesRun) -> None:
    """What is said to be approved is what the plan holds, and the promise is told in and out of sample."""
    targets = homes.targets
    assert targets is not None
    short = sections(run, homes)[1]
    assert short == homes_short(run.forecast, homes)
    more = int(targets.plan.approvals.sum())
    said = homes_words(run.forecast, homes)[1]
    assert f"{more} households must be approved by" in said or more == 0
    shown = tables(sections(run, homes))
    assert shown["Approvals by financial year"].total[-2] == f"{more:,}"  # type: ignore[index]
    assert len(shown["The promise, in and out of sample"].rows) == 2
    told = summary_of(run, homes)
    assert told["homes"]["targets"]["checked_on"] == targets.checked_on
    assert told["homes"]["gap"]["year_ends"]


def test_what_is_no_council_s_own_is_said_wherever_it_is_used(run: ForecastRun, homes: HomesRun) -> None:
    """Without a register the page, the summary and its warnings say that homes are assumed."""
    page = need_page(run, homes)
    assert "Not the council&#39;s own homes" in page
    assert "The council&#39;s own register was not given" in page
    assert any("register was not given" in words for words in summary_of(run, homes)["warnings"])
    assert homes.usable.source in " ".join(str(block) for part in sections(run, homes) for block in part.blocks)


def test_what_it_costs_to_promise_more_is_told_level_by_level(run: ForecastRun, homes: HomesRun) -> None:
    """Promises stand side by side, dearer as they rise, until one cannot be kept; the page and the summary say so."""
    levels = [one.level for one in homes.frontier]
    assert levels == sorted(levels)
    assert {0.0, 0.8, 0.95} <= set(levels)
    costs = [one.cost for one in homes.frontier]
    assert costs == sorted(costs)
    told = homes_told(run.forecast, homes)["frontier"]
    assert [one["possible"] for one in told] == [one.plan is not None for one in homes.frontier]
    assert "What it costs to promise more" in need_page(run, homes)


def test_without_targets_a_page_says_that_none_were_asked_for(run: ForecastRun, homes: HomesRun) -> None:
    """The file holds its heading alone, and nothing is promised."""
    without = replace(homes, targets=None, savings=(), frontier=())
    assert len(homes_tables(run.forecast, without)["targets.csv"]) == 0
    assert "No targets were asked for" in need_page(run, without)
    assert not any("must be approved" in words for words in homes_words(run.forecast, without))


def test_a_promise_after_the_last_month_is_a_wrong_setting(run: ForecastRun) -> None:
    """The scenario promises from 24 months on; a forecast of a year cannot hold it, and the words name the figure."""
    short = replace(run.forecast, **{
        name: getattr(run.forecast, name)[:, :12] for name in ("stock", "entries", "exits", "moves")
    }, month_ends=run.forecast.month_ends[:12])  # fmt: skip
    with pytest.raises(WrongSettings, match=r"targets\.months is 24"):
        run_homes(replace(run, forecast=short))


def test_referrals_tell_the_gap_what_they_tell_the_bracket(run: ForecastRun) -> None:
    """Where all of the doubtful were referred for a foster home first of all, nearly all of them need one here too."""
    times = times_in_homes(run.history, baseline())
    doubtful = np.flatnonzero(times.doubtful)
    assert len(doubtful) >= LEAST_REFERRALS
    suited = np.full((len(doubtful), len(SUITED)), -1, dtype=np.int8)
    suited[:, list(SUITED).index("foster")] = PREFERRED
    none = np.full((len(doubtful), len(NEEDS)), -1, dtype=np.int8)
    ids = run.ret.children.id[times.child[doubtful]]
    told = Referrals(ids, times.begin[doubtful] - 5, np.zeros(len(doubtful), dtype=np.int64), none, suited, (), 0)
    homes = run_homes(replace(run, referrals=told, asked=replace(run.asked, targets=False)))
    needed = needed_foster_homes(
        run.history, run.forecast, baseline(), seed=run.asked.seed, referrals=told, ids=run.ret.children.id
    )
    specialist = SEGMENTS.index("specialist")
    assert np.array_equal(homes.wanted.children[..., specialist], needed.sum(axis=2))
    assert homes.wanted.children[..., specialist].sum() > 0
    today = recorded(run.history, [run.history.until], baseline()).doubtful.sum()
    assert homes.wanted.at_start[specialist].sum() == pytest.approx(today, abs=1)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.4, "£0"),
        (310, "£310"),
        (9_444, "£9,440"),
        (-45_512, "−£45,500"),
        (840_499, "£840,000"),
        (999_600, "£1.00 million"),
        (12_345_678, "£12.3 million"),
    ],
)
def test_money_is_said_with_three_figures(amount: float, said: str) -> None:
    """No more than a forecast of it can bear."""
    assert pounds(amount) == said


def test_quarters_are_those_of_the_financial_year() -> None:
    """The first begins in April, and the last ends with the year after."""
    assert (quarter_said("2027-28 Q1"), ends_said("2027-28 Q1")) == ("April to June 2027", "30 June 2027")
    assert (quarter_said("2027-28 Q4"), ends_said("2027-28 Q4")) == ("January to March 2028", "31 March 2028")


def test_the_same_run_gives_the_same_homes(run: ForecastRun, homes: HomesRun) -> None:
    """To the last child and pound, as far as anything is written."""
    again = run_homes(replace(run, asked=replace(run.asked, targets=False)))
    assert np.array_equal(again.future.over, homes.future.over)
    assert np.array_equal(again.costs.pounds, homes.costs.pounds)
