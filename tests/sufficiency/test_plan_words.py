"""What a document says of a plan and of scenarios: no more than their figures do."""

import pandas as pd
import pytest

from reporting.fact import Book, Facts, Value
from reporting.lens import Lens
from reporting.section import Edition
from sufficiency import mp_scenarios, mp_short, mp_targets
from sufficiency.board_lines import RULE
from sufficiency.compared import KEYS, Compared, with_compared
from sufficiency.mp_figures import change
from sufficiency.narrative import Narrative
from sufficiency.trace import texts_of
from tests.sufficiency.a_book import few_tables, made, the_book

SILENT = Narrative(empty_places=False)
DIFFERENCES = ("difference_mean", "difference_p10", "difference_p90")


def with_cost(differs: tuple[float, float, float]) -> Book:
    """A book of two scenarios and one year, the second of which differs by so many pounds."""
    key, kind, unit = KEYS["£"]
    columns = tuple(Value(name, name, unit) for name in ("mean", "p10", "p90", *DIFFERENCES))
    by = ("scenario", "measure", "group", "when")
    spread, none = (9e6, 8e6, 1e7), (float("nan"),) * 3
    rows = [("Baseline", "cost", "all", "2027-28", *spread, *none)]
    rows.append(("Carers stay", "cost", "all", "2027-28", *spread, *differs))
    table = pd.DataFrame(rows, columns=[*by, *(one.name for one in columns)])
    return with_compared(few_tables("children.total"), [Facts(key, "Cost", kind, by, columns, table, "comparison")])


@pytest.mark.parametrize(("differs", "said"), [((0.0, 0.0, 0.0), True), ((0.0, -4e3, 4e3), False)])
def test_a_scenario_that_changes_nothing_says_so(differs: tuple[float, float, float], said: bool) -> None:
    """A lever that begins after the forecast ends is not published as one that does not work."""
    lens = Lens(with_cost(differs), Edition.CONFIDENTIAL)
    sections = mp_scenarios.section(lens, SILENT, scenarios=Compared("Baseline", ("Baseline", "Carers stay")))
    told = " ".join(text for section in sections for text in texts_of(section.blocks))
    assert ("“Carers stay” changes no cost in any month that is forecast." in told) is said
    assert "+£0" not in told


def test_differences_below_nought_are_numbers() -> None:
    """A fall in pounds is printed with a minus sign of its own, and is a number all the same."""
    lens = Lens(with_cost((-5e3, -9e3, -1e3)), Edition.CONFIDENTIAL)
    by = {"scenario": "Carers stay", "measure": "cost", "group": "all", "when": "2027-28"}
    assert lens.text("scenarios.cost", "difference_mean", **by) == "−£5,000"
    assert lens.number("scenarios.cost", "difference_mean", **by) == -5000
    assert [change(text) for text in ("£0", "£5", "−£5", "0")] == ["£0", "+£5", "−£5", "0"]


def test_a_plan_is_told_with_all_that_it_takes() -> None:
    """Keeping carers is part of what the saving is for, and the sums are not those of all children in care."""
    pounds = [(f"{name}_{end}", 1.0, f"£{name}") for name in ("cost", "without", "saved") for end in ("mean", "p10")]
    summary = made("targets.summary", [("keeping", 0.5, "50%"), ("saved_p90", 1.0, "£more"), *pounds])
    book = few_tables("targets.quarter", "targets.enquiries")
    lens = Lens(Book(book.about, {**book.facts, summary.key: summary}, book.sources), Edition.CONFIDENTIAL)
    told = " ".join(text for section in mp_targets.section(lens, SILENT) for text in texts_of(section.blocks))
    assert "takes 50% of what can be done to keep carers" in told
    assert "the plan and the placements of the children it is for come to £cost" in told


def test_places_enough_are_not_called_places_short() -> None:
    """In 8 of 10 futures no more than the 80th percentile are short; that many are short in only 2."""
    lens = Lens(the_book(), Edition.CONFIDENTIAL)
    told = " ".join(text for section in mp_short.section(lens, SILENT) for text in texts_of(section.blocks))
    assert "would be enough in all but 2 of 10 futures" in told
    assert "short in all but" not in told


def test_the_rule_of_the_board_covers_the_count_of_children() -> None:
    """340 after 367 is called fewer without regard to chance, and the rule says why."""
    assert "count of all of them, and is called more or fewer whenever it moved" in RULE
