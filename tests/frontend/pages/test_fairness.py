"""The page Fairness: the round for casework, half-years that are over for everybody, and no child for commissioners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from frontend.beyond import of_round
from frontend.office import Office
from frontend.open_round import open_round
from frontend.session import Here
from records.store import Role, local_actor
from tests.frontend import seen

Page = Callable[..., AppTest]


@pytest.mark.parametrize("part", ["This round", "Longer waits", "What stands in for what", "The price of a floor"])
def test_casework_sees_the_round(house: Office, page: Page, part: str) -> None:
    """Each part says what it found, and what it cannot say of five children."""
    at = page("fairness.py", Role.PANEL_CHAIR, {"fairness part": part})
    words = seen.text(at)
    expected = {
        "This round": "too few children in this round to say",
        "Longer waits": "Nobody who has waited longer",
        "What stands in for what": "too few children",
        "The price of a floor": "No plan is changed",
    }
    assert expected[part] in words


def test_the_price_of_a_floor_is_worked_out_when_asked(house: Office, page: Page) -> None:
    """The group and the floor are chosen; what it would cost is said, and that nothing is applied."""
    at = page("fairness.py", Role.FAMILY_FINDER, {"fairness part": "The price of a floor"})
    at.button[-1].click().run()
    words = seen.text(at)
    assert "Floors and their price" in words
    assert "Nothing of this is applied" in words


def test_a_commissioner_sees_totals_over_time_and_no_child(house: Office, page: Page) -> None:
    """Nothing of the half-year that runs; when it is over, what may be said of five children: nothing."""
    at = page("fairness.py", Role.COMMISSIONER)
    words = seen.text(at)
    assert "No half-year with a round in it is over yet" in words
    assert [one.options for one in at.radio if one.label == "What to see"] == [["Over time"]]
    house.clock.at = datetime(2027, 4, 2, 9, tzinfo=UTC)  # type: ignore[attr-defined]
    at = page("fairness.py", Role.COMMISSIONER)
    words = seen.text(at)
    assert "October 2026 to March 2027" in words
    assert "hidden, so that no child can be told" in words
    assert not [one for one in ("C1", "C2", "C3", "C4", "C5", "H1", "H6", "F1") if one in seen.markup(at)]


def test_an_auditor_may_not_open_it(house: Office, page: Page) -> None:
    """The trail only."""
    assert "You may not open this page" in seen.text(page("fairness.py", Role.AUDITOR))


def test_a_pack_has_a_sentence_on_fairness(house: Office, run_id: str) -> None:
    """One for the round, and one for a family only where somebody waited longer."""
    me = local_actor()
    round_ = open_round(house.store, me, run_id, ("local", frozenset(Role)))
    units, whole = of_round(Here(house, me), round_, round_.every_unit())
    assert any(one.startswith("Fairness:") for one in whole)
    assert not any("waited" in one for said in units.values() for one in said)
