"""The page of rules and policy: every part for every role, and weights tried by those who may see rankings."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from matching.rules import GATES, RULES
from records.store import Role, local_actor
from tests.frontend import seen
from tests.frontend.pages.conftest import OpenPage

ME = local_actor()
PART = "rules part"


def part(at: AppTest, name: str) -> AppTest:
    """Open one part of the page."""
    at.radio(key=PART).set_value(name).run()
    assert not at.exception
    return at


@pytest.mark.parametrize("role", Role)
def test_everybody_may_read_the_rules(house: Office, page: OpenPage, role: Role) -> None:
    """Rules, gates, numbers and choices name nobody, and are open to all."""
    at = page("rules.py", role)
    text = seen.text(at)
    assert all(rule.rule_id in text for rule in RULES)
    assert all(gate.rule_id in seen.text(part(at, "Before a match is confirmed")) for gate in GATES)
    assert "3 children" in seen.text(part(at, "Numbers the law fixes"))
    assert "What a plan does best, in this order" in seen.text(part(at, "The council's choices"))


def test_words_find_a_rule(house: Office, page: OpenPage) -> None:
    """Typed words leave only the rules that hold them."""
    at = page("rules.py")
    at.text_input[0].set_value("carer NOTICE").run()
    assert "FOST-16" in seen.text(at)
    assert "PLC-03" not in seen.text(at)
    at.text_input[0].set_value("*nothing* <b>like</b> it").run()
    assert "No rule has these words." in seen.text(at)


def test_the_policy_can_be_copied_out(house: Office, page: OpenPage) -> None:
    """As a file, every choice stated."""
    at = part(page("rules.py"), "The council's choices")
    (code,) = at.code
    assert code.value.startswith("schema = 1\n")
    assert "[weights]" in code.value


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_sees_no_rankings_may_not_try_weights(house: Office, page: OpenPage, role: Role) -> None:
    """Weights move rankings of children."""
    at = part(page("rules.py", role), "Try other weights")
    assert "You may not try weights" in seen.text(at)
    assert not at.number_input


def test_weights_need_a_round(empty_house: Office, page: OpenPage) -> None:
    """Without one it is said."""
    assert "No round has been worked out yet" in seen.text(part(page("rules.py"), "Try other weights"))


def shown(at: AppTest) -> str:
    """What is there after asking what would move."""
    next(one for one in at.button if one.label == "Show what would move").click()
    at.run()
    assert not at.exception
    return seen.text(at)


def test_other_weights_are_tried_and_saved_nowhere(house: Office, page: OpenPage) -> None:
    """What would move, that it is no plan, a policy to copy; the council's own stays as it was."""
    before = house.policy.fingerprint
    runs = len(house.store.runs_made(ME))
    at = part(page("rules.py"), "Try other weights")
    assert "What would move" not in seen.headings(at)
    box = next(one for one in at.number_input if one.label.startswith("In the council's own area"))
    box.set_value(900)
    text = shown(at)
    assert "This is not a plan" in text
    assert "rankings would have another home in first place" in text
    assert "area = 900" in at.code[0].value
    assert house.policy.fingerprint == before
    assert len(house.store.runs_made(ME)) == runs


def test_one_ranking_is_chosen_by_a_person(house: Office, page: OpenPage) -> None:
    """None is chosen beforehand; the chosen one has a drawing and its table."""
    at = part(page("rules.py"), "Try other weights")
    shown(at)
    box = next(one for one in at.selectbox if one.label.startswith("Child or family"))
    assert box.value is None
    box.set_value("C3").run()
    text = seen.text(at)
    assert "Homes open to C3" in text
    assert "Place in this try" in text
    next(one for one in at.number_input if one.label.startswith("Keeps the school")).set_value(700)
    assert "Homes open to C3" in shown(at), "another try keeps the ranking that is looked at"


def test_weights_that_are_all_nought_are_a_problem(house: Office, page: OpenPage) -> None:
    """What is wrong and what to do."""
    at = part(page("rules.py"), "Try other weights")
    for box in at.number_input:
        box.set_value(0)
    assert "Every weight is 0" in shown(at)


def test_weights_as_they_are_move_nothing(house: Office, page: OpenPage) -> None:
    """It is said."""
    assert "No weight is changed, so nothing moves." in shown(part(page("rules.py"), "Try other weights"))
