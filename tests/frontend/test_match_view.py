"""What the page of one match says of it."""

from __future__ import annotations

from datetime import date

from frontend.match_view import facts
from records.store import Match
from records.store.clocks import Taken
from reporting.section import Definitions


def test_the_day_for_a_decision_says_what_it_counts_from() -> None:
    """The store knows when a recommendation was recorded, and not the day of the panel's minutes."""
    pair = {"sign_off": [], "questions": [], "before_confirming": [], "split_from": []}
    at = "2026-06-01T12:00:00+00:00"
    proposed = Taken(1, "proposed", "done", "u", "A. User", "family_finder", "", at, {"pair": pair})
    due = {"ADO-09 decision": date(2026, 6, 11), "STB-06 first visit": date(2026, 6, 12)}
    one = Match("m1", "run", "C1", ("C1",), "H1", "adoption", "panel:for", 2, (), (proposed,), (), (), due)
    block = facts(one)
    assert isinstance(block, Definitions)
    (decision,) = [value for name, value in block.items if name == "Due: ADO-09 decision"]
    assert isinstance(decision, tuple)
    assert decision[0] == "11 June 2026"
    assert "runs from the panel's minutes" in str(decision[1])
    assert ("Due: STB-06 first visit", "12 June 2026") in block.items
