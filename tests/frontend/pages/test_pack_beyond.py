"""A panel's pack, made on its page: one sentence each of all that goes beyond this evening, and none of what is not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from frontend import ahead_held, lab_held
from frontend.office import Office
from frontend.open_round import open_round
from matching.policy import Policy
from records.store import Role, local_actor
from sufficiency.lab import TODAY, LabAsked, Side, Tried, try_out
from sufficiency.lab_words import headline, round_sentence
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage
from tests.frontend.pages.test_scarce_homes import totals

ME = local_actor()


def tried(policy: Policy) -> Tried:
    """A small lab: today's way against planning together by a policy."""
    return try_out(LabAsked(Side("A", TODAY, policy), Side("B: ours", policy=policy), years=2, families=8.0, weeks=8))


@pytest.fixture
def ours(run_id: str, house: Office) -> Tried:
    """A lab of the round's own policy."""
    round_ = open_round(house.store, ME, run_id, (ME.user_id, ME.roles))
    return tried(round_.proposal.asked.policy)


def words_of(at: AppTest) -> str:
    """The pack, made on the page, as text."""
    at.multiselect[0].set_value(["F1", "C4"])
    for label, value in (("Version", "with names"), ("Form", "html")):
        next(one for one in at.radio if one.label == label).set_value(value)
    next(one for one in at.button if one.label == "Make the pack").click().run()
    assert seen.problems(at) == []
    made = at.session_state["record pack"][-1].decode("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", made)).replace("&amp;", "&")


def test_the_pack_says_all_that_goes_beyond_this_evening(house: Office, page: OpenPage, ours: Tried) -> None:
    """Scarce homes, the lab, how carers answered before, fairness, and how the proposal was made."""
    before = {"record part": "Panel pack", ahead_held.TOTALS: totals(), lab_held.TRIED: ours}
    words = words_of(page("record.py", Role.PANEL_CHAIR, before))
    assert "This home is" in words
    assert "it is expected to cost those who come" in words
    assert f"Policy lab, 2 made-up years in which nobody exists: {headline(ours)}" in words


def test_without_them_the_pack_says_nothing_of_them(house: Office, page: OpenPage) -> None:
    """No forecast's totals and no lab in this tab: no sentence."""
    words = words_of(page("record.py", Role.PANEL_CHAIR, {"record part": "Panel pack"}))
    assert "This home is" not in words
    assert "Policy lab" not in words


def test_a_lab_of_another_policy_says_nothing_about_this_round(ours: Tried) -> None:
    """Neither a lab that planned by another policy, nor one in which only today's way had it."""
    policy = ours.asked.b.policy
    other = replace(policy, near_miles=policy.near_miles + 1)
    assert round_sentence(ours, policy) is not None
    assert round_sentence(ours, other) is None
    asked = replace(ours.asked, a=replace(ours.asked.a, policy=other))
    assert round_sentence(replace(ours, asked=asked), other) is None
