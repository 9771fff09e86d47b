"""Scarce homes: nothing without a forecast's totals; sentences with them; totals that do not fit are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from frontend import ahead_held
from frontend.office import Office
from records.tables import Unusable
from reporting.write import csv_text
from sufficiency.usable_children import NEEDS
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage
from tests.ordinary import DAY

FILE = "ahead.py"


def totals(year: int = DAY.year, many: int = 3) -> bytes:
    """The totals of a forecast around the small council's day: so many children of each need a month."""
    rows = [(f"{year}-{month:02}", need, float(many), 0.02, *([many] * 12)) for month in range(1, 13) for need in NEEDS]
    rows += [
        (f"{year + 1}-{month:02}", need, float(many), 0.02, *([many] * 12)) for month in range(1, 7) for need in NEEDS
    ]
    names = ["month", "need", "mean", "leaving", *(f"future_{at + 1:02}" for at in range(12))]
    return csv_text(pd.DataFrame(rows, columns=names)).encode()


def test_without_totals_the_page_says_where_they_come_from(house: Office, page: OpenPage) -> None:
    """And prices nothing."""
    said = seen.text(page(FILE))
    assert "Nobody has said who is expected" in said
    assert "This home is" not in said


def test_each_scarce_home_has_its_sentence(house: Office, page: OpenPage) -> None:
    """The sentence, what taking the home costs, and that nothing follows from it."""
    at = page(FILE, before={ahead_held.TOTALS: totals()})
    said = seen.text(at)
    assert "This home is" in said
    assert "expected within" in said
    assert "the plan does not follow them" in said


def test_totals_of_another_time_are_refused_in_words(house: Office, page: OpenPage) -> None:
    """The round is not in the months of the forecast."""
    assert "from the latest returns" in seen.text(page(FILE, before={ahead_held.TOTALS: totals(DAY.year + 8)}))


def test_a_file_that_is_none_is_not_held() -> None:
    """Neither another table nor one that is far too large."""
    with pytest.raises(Unusable, match="columns"):
        ahead_held.hold(b"a,b\n1,2\n")
    with pytest.raises(Unusable, match="too large"):
        ahead_held.hold(bytes(np.zeros(ahead_held.MOST_BYTES + 1, dtype=np.uint8)))
