"""The page of a forecast: what it says first, what it says in words, and what it never leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reporting.section import Notice, Picture, Section, Table, every_block
from sufficiency.backtest import HORIZONS, backtest
from sufficiency.calibrate import recalibration_of
from sufficiency.forecast import Forecast
from sufficiency.groups import GROUP_NAMES, GROUPS, IN_HOUSE, RESIDENTIAL, SECURE
from sufficiency.history import History, history_of
from sufficiency.indicator import Indicator, Unit
from sufficiency.need import fit_need
from sufficiency.need_and_use import bracket
from sufficiency.need_charts import before, yearly
from sufficiency.need_page import MARKING, headline_words, need_page, sections
from sufficiency.need_past import trust_words
from sufficiency.need_settings import NeedSettings
from sufficiency.need_summary import summary_of
from sufficiency.need_words import Spread, band_said, in_100, middle_said, signed
from sufficiency.run import Asked, ForecastRun
from sufficiency.scenario import baseline
from sufficiency.segments import segments
from tests.sufficiency.forecasts import AGES, USUAL, made_up
from tests.sufficiency.histories import Councils, lives

MEASURES = (
    Indicator("known", "Known measure", Unit.SHARE, 3, 12, 1, "What it counts.", "What to mind."),
    Indicator("unknown", "Unknown measure", Unit.SHARE, 0, 12, 12, "What it counts.", "What to mind."),
    Indicator("few", "Hardly known measure", Unit.SHARE, 1, 12, 11, "What it counts.", "What to mind."),
    Indicator("none", "Measure of nobody", Unit.DAYS, 0, 0, 0, "What it counts.", "What to mind."),
    Indicator("days", "Measure of days", Unit.DAYS, 2000, 4, 0, "What it counts.", "What to mind."),
)


def forecaster(history: History, months: int, draws: int, seed: int) -> Forecast:
    """What a backtest is given here: counts around those of the last known day, whatever the model is."""
    made = made_up(months, draws, seed)
    shift = before(history).stock[-1].sum() / (USUAL.sum() * AGES.sum())
    return replace(made, origin=history.until, stock=np.rint(made.stock * shift).astype(np.int32))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ForecastRun:
    """Three years of made-up lives, with a made-up forecast that nobody has tried on them."""
    people, episodes = lives(3, 60, date(2018, 4, 1), date(2021, 3, 31))
    councils = Councils()
    councils.add(*episodes, people=people, years=(2019, 2020, 2021))
    ret = councils.read(tmp_path_factory.mktemp("lives"))
    history = history_of(ret)
    forecast = made_up(draws=60)
    ends = bracket(history, forecast, baseline(), seed=1)
    model = fit_need(history, NeedSettings())
    asked, homes_for = Asked(baseline(), test=False), segments(history, baseline(), seed=1)
    return ForecastRun(
        asked, ret, history, before(history), model, forecast, None, None, ends, None, homes_for, MEASURES
    )  # fmt: skip


@pytest.fixture(scope="module")
def tested(run: ForecastRun) -> ForecastRun:
    """The same with a backtest."""
    test = backtest(run.history, forecaster, draws=20)
    return replace(run, backtest=test, recalibration=recalibration_of(test))


def tables(parts: tuple[Section, ...]) -> dict[str, Table]:
    blocks = [block for part in parts for block in every_block(part.blocks)]
    found = [block.table if isinstance(block, Picture) else block for block in blocks]
    return {table.caption: table for table in found if isinstance(table, Table)}


def test_the_first_thing_said_is_how_many_now_and_then(run: ForecastRun) -> None:
    """The number now is that of the return, and the page opens with it, the band, and how far to trust it."""
    assert f"On 31 March 2021, {run.now} children were in care." in headline_words(run)
    assert "In 12 months, on 31 March 2022, there will be about" in headline_words(run)
    short = sections(run)[0]
    assert short.heading == "In short"
    page = need_page(run)
    assert page.index(headline_words(run)) < page.index("<table")
    assert trust_words(run) in page
    assert MARKING in page


def test_a_page_without_a_backtest_says_so(run: ForecastRun) -> None:
    """Nobody may take bands for tested that are not."""
    past = next(part for part in sections(run) if part.anchor == "past")
    (notice,) = past.blocks
    assert isinstance(notice, Notice)
    assert notice.text[0].startswith("No backtest has been run on your data.")
    assert "No backtest has been run on your data." in trust_words(run)
    assert summary_of(run)["backtest"]["run"] is False
    assert "No backtest has been run on your data." in summary_of(run)["warnings"]


def test_past_forecasts_are_drawn_beside_what_happened(tested: ForecastRun) -> None:
    """Each past quarter is a line of the table, held or not as its own figures say, and the title counts them."""
    past = next(part for part in sections(tested) if part.anchor == "past")
    picture = next(block for block in past.blocks if isinstance(block, Picture))
    held = 0
    for _, _, _, band, happened, said in picture.table.rows:
        low, high = (int(end) for end in str(band).replace(",", "").split(" to "))
        assert isinstance(happened, int)
        if happened not in (low, high):  # on an edge, rounding hides the answer
            assert said == ("yes" if low < happened < high else "no")
        held += said == "yes"
    rows = len(picture.table.rows)
    assert picture.title.startswith(f"{held} of {rows} past bands")
    assert f"{held} of the {rows}" in trust_words(tested)
    told = summary_of(tested)["backtest"]
    assert told["run"]
    assert {row["months_ahead"] for row in told["scores"]} == set(HORIZONS)


def test_few_children_are_said_in_words(run: ForecastRun) -> None:
    """A group with hardly anybody has no figure and no drawing: a middle of one would be read as a fact."""
    counted = run.before.stock.copy()
    counted[:, SECURE] = 0
    run = replace(run, before=replace(run.before, stock=counted))
    parts = sections(run)
    row = next(r for r in tables(parts)["Children in each kind of home"].rows if r[0] == "Secure homes and custody")
    assert all(cell == ("fewer than 5",) for cell in row[2:])
    groups = next(part for part in parts if part.anchor == "groups")
    svg = next(block.svg for block in groups.blocks if isinstance(block, Picture))
    assert "Secure" not in svg.split("</desc>")[1]
    assert f"“{GROUP_NAMES[GROUPS[SECURE]]}”" in need_page(run)


def test_tables_hold_the_figures_of_the_forecast(run: ForecastRun) -> None:
    """Middle and band of a group are those of its draws; starts of a year reach back into what is known."""
    found = tables(sections(run))
    spread = Spread(run.forecast.stock[:, :, IN_HOUSE].sum(axis=2))
    row = next(r for r in found["Children in each kind of home"].rows if r[0] == "The council's own foster carers")
    assert row[1] == int(run.before.stock[-1, IN_HOUSE].sum())
    assert row[2] == spread.both_said(12)
    starts = found["In the twelve months up to each day"].rows[0]
    assert starts[1] == int(run.before.flows.entries[-12:].sum())
    first_year = run.forecast.entries[:, :12].sum(axis=(1, 2, 3))
    assert starts[2] == Spread(first_year[:, None]).both_said(1)


def test_sums_over_a_year_begin_in_what_is_known() -> None:
    """After one month, eleven known months and one forecast; after a year, only forecast ones."""
    counted = np.arange(1, 25)
    sums = yearly(counted, np.full((2, 14), 100))
    assert sums.shape == (2, 14)
    assert sums[0, 0] == counted[-11:].sum() + 100
    assert sums[0, 11] == sums[0, 13] == 1200


def test_use_and_need_are_two_ends_that_stand_together(run: ForecastRun) -> None:
    """Both ends of foster homes and of children's homes are in one table, with the words that belong to them."""
    table = tables(sections(run))["Children who use, and who may need, each kind of home"]
    assert len(table.rows) == 4
    need = next(part for part in sections(run) if part.anchor == "need")
    assert run.bracket.words[0] in str(need.blocks)
    told = summary_of(run)["need_between"]["ends"][0]
    assert told["foster_if_some_needed_foster"]["mean"] >= told["foster_if_all_use_is_need"]["mean"]
    used = run.forecast.stock[:, 11, RESIDENTIAL].sum(axis=1).mean()
    assert told["residential_if_all_use_is_need"]["mean"] == pytest.approx(used, abs=1e-3)


def test_who_homes_are_for_is_marked_as_assumed_without_referrals(run: ForecastRun) -> None:
    """Families and needs that no referral shows are national shares, and each says so."""
    found = tables(sections(run))
    families = found["Of 100 children who need a home: age, and how many of one family look together"]
    assert "national default" in families.notes[0]
    needs = found["Needs of the children who need a home"].rows
    assert {getattr(row[2], "text", "") for row in needs} <= {"national default", "not known"}
    assert all((row[1] is None) == (getattr(row[2], "text", "") == "not known") for row in needs)


def test_every_figure_assumed_is_shown_with_its_source(run: ForecastRun) -> None:
    """Each figure of the forecast of need is in the table, marked where the council has not replaced it."""
    rows = tables(sections(run))["What this forecast assumes"].rows
    assert len(rows) == sum(key.startswith("need.") for key in baseline().flat())
    assert need_page(run).count("national default") >= len(rows)


def test_a_measure_that_nobody_knows_is_never_nought(run: ForecastRun) -> None:
    """Where it is known of no child the page says so; a region has no measures, and is told how to have them."""
    rows = tables(sections(run))["Measures on 31 March 2021"].rows
    assert [row[1] for row in rows] == ["25%", "not known", "known of too few", "nothing to measure", "500 days"]
    assert "name it with --council" in need_page(replace(run, measures=()))


def test_rows_of_the_return_add_up_on_the_page(run: ForecastRun) -> None:
    """What was kept, mended, said again and left out is what was read."""
    for _, read, *parts in tables(sections(run))["Rows of each file"].rows:
        assert read == sum(part for part in parts if isinstance(part, int))


def test_the_page_needs_no_network_and_is_the_same_again(run: ForecastRun, tmp_path: Path) -> None:
    """No script, nothing fetched, no clock and no path; the same bytes each time."""
    page = need_page(run)
    assert page == need_page(run)
    assert "<script" not in page
    assert "http" not in page.split("</style>")[1]
    assert str(tmp_path.parent) not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (middle_said(1.2, 4.4), "fewer than 5"),
        (middle_said(1.2, 4.6), "1"),
        (band_said(0.2, 12.7), "0 to 13"),
        (band_said(0.0, 4.4), "fewer than 5"),
        (in_100(0.001), "fewer than 1 in 100"),
        (in_100(0.999), "more than 99 in 100"),
        (in_100(1.0), "100 in 100"),
        (signed(-2.6), "−3"),
        (signed(0.2), "0"),
    ],
)
def test_counts_are_said_in_whole_children(said: str, words: str) -> None:
    """Rounded to children; a few in words; a share is never none or all where it is neither."""
    assert said == words
