"""Policy lab: two sides are asked for, played beside everything else, and told as totals about nobody."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from frontend.lab_orders import LabOrder, policy_of
from frontend.office import Office
from frontend.orders import Part
from matching.policy import PolicyError
from records.store import Role, local_actor
from sufficiency.lab import TODAY, LabAsked, Side, Tried
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage

FILE = "lab.py"
ME = local_actor()
SMALL = LabAsked(Side("A", way=TODAY), Side("B"), years=2, families=8.0, weeks=8)


class Heard:
    """What a piece of work tells."""

    def __init__(self) -> None:
        self.parts: list[tuple[Part, ...]] = []

    def stage(self, name: str) -> None:
        """A stage."""

    def far(self, stage: str, parts: tuple[Part, ...]) -> None:
        """How far."""
        self.parts.append(parts)

    def watch(self, tier: str, value: float, bound: float, seconds: float) -> None:
        """A solver."""

    def finish(self) -> bool:
        """Nobody hurries."""
        return False


@pytest.fixture(scope="module")
def tried() -> Tried:
    """A small lab as the background does it."""
    heard = Heard()
    found = LabOrder(SMALL).work(heard)
    assert [one.done for (one,) in heard.parts] == [1, 2]
    return found


def press(at: AppTest, label: str) -> AppTest:
    """Press a button by its words."""
    return next(one for one in at.button if one.label == label).click().run()


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.FAMILY_FINDER])
def test_what_was_tried_is_told_with_its_table(house: Office, page: OpenPage, tried: Tried, role: Role) -> None:
    """A headline, the drawing and its table, what it rests on; and nobody of the council."""
    said = seen.text(page(FILE, role, {"lab tried": tried}))
    assert "Of 6 measures" in said
    assert "where 90 of 100 years lie" in said
    assert "nobody in them exists" in said
    assert not {"C1", "C3", "H1", "F1"} & set(said.split())


def test_two_sides_are_asked_for_and_may_be_stopped(house: Office, page: OpenPage) -> None:
    """The button starts work beside the panel's rounds; stopping keeps nothing."""
    at = page(FILE, Role.COMMISSIONER)
    assert "Of 6 measures" not in seen.text(at)
    press(at, "Try them")
    job_id = at.session_state["lab job"]
    assert house.bench.job(job_id, ME.user_id) is not None
    assert house.workshop.line() == []
    press(at, "Stop: keep nothing of it")
    assert house.bench.result_of(job_id, ME.user_id) is None


def test_a_policy_that_cannot_be_used_is_named_as_it_was_given() -> None:
    """The file's own name, the key, and what to do; never where it was put meanwhile."""
    with pytest.raises(PolicyError, match=r"^ours\.toml, near_miles"):
        policy_of("ours.toml", b"near_miles = -3\n")
    assert policy_of("ours.toml", b"near_miles = 7.5\n").near_miles == 7.5
    with pytest.raises(PolicyError, match="too large"):
        policy_of("ours.toml", b" " * 300_000)
