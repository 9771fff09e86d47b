"""No price can be moved to find out how many children it is paid for, where that is hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from frontend.office import Office
from frontend.planning.opened import Opened
from frontend.planning.telling_prices import PAYS, telling_prices, wrong_prices
from reporting.disclosure import HIDDEN
from sufficiency.cost_lines import LINES
from sufficiency.scenario import Scenario, baseline, with_figures
from tests.frontend import seen
from tests.frontend.planning.conftest import COMMISSIONER, OpenPage

SECURE, AGENCY = "cost.unit.secure", "cost.agency_foster"


def dearer(key: str) -> Scenario:
    """The baseline with a price a thousand pounds higher."""
    figure = baseline().number(key)
    return with_figures(baseline(), {key: replace(figure, value=figure.value + 1000, high=figure.value + 1000)})


def test_every_line_that_a_price_is_paid_for_is_one_of_the_bill() -> None:
    """Prices are of the scenario, and lines of the bill."""
    assert {line for paid in PAYS.values() for line in paid} <= set(LINES)
    assert all(baseline().get(key) is not None for key in PAYS)


def test_the_price_of_hidden_children_stays(opened: Opened) -> None:
    """The small council has so few children in secure homes that they are hidden: their price may not be moved."""
    children = opened.lens.texts["forecast.group"]
    assert set(children.loc[children["group"] == "secure", "mean"]) == {HIDDEN}
    prices = telling_prices(baseline(), dearer(SECURE))
    assert prices == (SECURE,)
    (said,) = wrong_prices(prices, {"Small-council": opened.lens})
    assert SECURE in said
    assert "hidden" in said
    assert telling_prices(baseline(), baseline()) == ()


@pytest.mark.parametrize(("key", "line"), [(AGENCY, ("foster_agency", "agency")), ("cost.spread.foster", ("x", "y"))])
def test_a_price_may_be_moved_where_all_that_it_pays_is_told(opened: Opened, key: str, line: tuple[str, str]) -> None:
    """One hidden line stops the prices that are paid for it, and all whose lines are not known; none stops none."""
    bill = pd.DataFrame([("2026-27", *line, HIDDEN)], columns=["on", "group", "provider", "mean"])
    told: Any = type("Told", (), {"texts": {"money.cost": bill, "forecast.group": bill.assign(group=[""], mean=["9"])}})
    assert wrong_prices([key], {"Anyborough": told})
    told.texts["money.cost"] = bill.assign(mean=["£1"])
    assert wrong_prices([key], {"Anyborough": told}) == ()
    told.texts.pop("money.cost")
    assert wrong_prices([key], {"Anyborough": told})


def test_the_page_previews_no_such_scenario(planning_office: Office, planning_page: OpenPage) -> None:
    """It says which price, and nothing is asked of the process that works out previews."""
    assert planning_office.planning is not None
    at = planning_page("scenarios.py", before={"scenarios find": "secure"})
    at.number_input(key=f"scenarios {SECURE}").set_value(99_000.0).run()
    assert "their number is hidden" in seen.text(at)
    assert "mended first" in seen.text(at)
    assert planning_office.planning.previews._tabs == {}
    assert planning_office.planning.queue.jobs_of(COMMISSIONER.user_id) == []
