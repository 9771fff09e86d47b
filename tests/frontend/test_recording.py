"""The forms of the page Record ask for exactly what each step's checks want, in words, and put it together again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from frontend.recording import (
    DATE_WORDS,
    OUTCOME_WORDS,
    STEP_WORDS,
    Answers,
    Field,
    Form,
    form_of,
    given_of,
    may_take,
    outcomes_of,
    problems,
    read_back,
    state_words,
)
from records.store import Match, OutOfOrder, Role
from records.store.bringing import About
from records.store.clocks import Taken
from records.store.steps import ADOPTION, ADOPTION_STEPS, FOSTERING_STEPS, Step, check_step, next_steps
from reporting.section import Definitions

TODAY = date(2026, 11, 23)
PAIR = {
    "sign_off": ["LOC-03"],
    "questions": ["HLT-05"],
    "before_confirming": ["PLC-09", "FOST-21"],
    "split_from": ["C9"],
    "answer": "needs_sign_off",
}


def match_at(route: str, state: str) -> Match:
    """A match of two children that stands somewhere on its route."""
    first = Taken(1, "proposed", "done", "u", "U", "family_finder", "", "2026-11-20T10:00:00+00:00", {"pair": PAIR})
    may = next_steps(route, state)
    return Match("m", "r", "F1", ("C1", "C2"), "H1", route, state, 3, may, (first,), (), (), {})


def _every_step() -> Iterator[Any]:
    """Each step that follows another, with each of its outcomes."""
    for route, table in (("foster", FOSTERING_STEPS), (ADOPTION, ADOPTION_STEPS)):
        for step in table:
            if step.after:
                for outcome in outcomes_of(step) or ("",):
                    yield pytest.param(route, step, outcome, id=f"{route} {step.name} {outcome}")


EVERY_STEP = list(_every_step())


def value_for(one: Field) -> Any:
    """Something that may stand in a field."""
    if one.kind == "day":
        return TODAY
    if one.kind == "choice":
        return one.options[0][0]
    if one.kind == "several":
        return [one.options[0][0]]
    return "child: agrees" if one.key.endswith("consulted") else "words"


def complete(form: Form) -> dict[str, Any]:
    """Everything filled in; of wishes, what was said and when."""
    return {one.key: None if one.key.startswith("wish why") else value_for(one) for one in form.fields}


def refused(route: str, step: Step, form: Form, answers: Answers) -> bool:
    """Whether the store's own checks refuse what the form gives."""
    about = About(("C1", "C2"), route, ["LOC-03", "SIB-01"], ["HLT-05"], ["PLC-09", "FOST-21"], seen=(1,), today=TODAY)
    given = given_of(form, answers)
    given = given if given.outcome else replace(given, outcome="done")
    try:
        check_step(step.name, step.after[0], given, about)
    except OutOfOrder:
        return True
    return False


@pytest.mark.parametrize(("route", "step", "outcome"), EVERY_STEP)
def test_a_complete_form_passes_the_store_and_each_missing_thing_is_found_by_both(
    route: str, step: Step, outcome: str
) -> None:
    """What the form calls missing the store refuses, and the other way round: field by field, for every step."""
    form = form_of(match_at(route, step.after[0]), step, outcome)
    whole = complete(form)
    assert problems(form, whole, TODAY) == []
    assert not refused(route, step, form, whole)
    for one in form.fields:
        without = {**whole, one.key: None}
        assert bool(problems(form, without, TODAY)) == refused(route, step, form, without), one.key
    for keys, _ in form.one_of:
        without = {**whole, **dict.fromkeys(keys)}
        assert problems(form, without, TODAY)
        assert refused(route, step, form, without)


@pytest.mark.parametrize(("route", "step", "outcome"), EVERY_STEP)
def test_no_field_begins_filled_and_every_label_is_words(route: str, step: Step, outcome: str) -> None:
    """Nothing is answered beforehand, and no field shows the name of a variable."""
    form = form_of(match_at(route, step.after[0]), step, outcome)
    assert all("_" not in one.label and one.label for one in form.fields)
    labels = [(one.part, one.label) for one in form.fields]
    assert len(set(labels)) == len(labels)
    assert step.name in STEP_WORDS
    assert not outcome or outcome in OUTCOME_WORDS


def test_each_problem_names_its_field_and_what_to_do() -> None:
    """A person reads which field it is and what is wanted."""
    step = next(one for one in FOSTERING_STEPS if one.name == "decided")
    form = form_of(match_at("foster", "recommended:for"), step, "agreed")
    found = problems(form, {}, TODAY)
    assert "Choose “In which office you act”" in found
    assert "Fill in “Reasons”" in found
    assert "Record what C1 wishes and feels, or why C1 could not be asked" in found
    assert any(one.startswith("Fill in “Approval of LOC-03:") for one in found)
    assert any("Approval of SIB-01: parts the children from C9" in one for one in found)
    late = {**complete(form), "wish day C1": TODAY + timedelta(days=1)}
    assert problems(form, late, TODAY) == [
        "The day on which C1 said so must be today or earlier: it is 24 November 2026"
    ]
    assert problems(form, {**complete(form), "override LOC-03 consulted": "agrees"}, TODAY) != []


def test_agreed_alone_wants_approvals_and_answers() -> None:
    """To refuse or put off needs reasons and wishes, and nobody's approval."""
    step = next(one for one in FOSTERING_STEPS if one.name == "decided")
    match = match_at("foster", "recommended:for")
    for outcome in ("refused", "deferred"):
        assert not [one for one in form_of(match, step, outcome).fields if one.key.startswith(("override", "evidence"))]


def test_what_was_filled_in_is_read_back_word_for_word() -> None:
    """Every field stands in the reading, dates in words, choices by their words, empty ones said to be empty."""
    step = next(one for one in FOSTERING_STEPS if one.name == "carer_answered")
    form = form_of(match_at("foster", "enquiry_made:done"), step, "declines")
    (block,) = read_back(form, {"reasons": " <b>No</b> room. ", "date answered_on": TODAY, "applies_to": ["C2"]})
    assert isinstance(block, Definitions)
    told = dict(block.items)
    assert told["Step"] == "The carers' answer"
    assert told["Outcome"] == "They decline"
    assert told["Reasons"] == "<b>No</b> room."
    assert told["Day of the answer"] == "23 November 2026"
    assert told["For which of the children it holds (none chosen: for all)"] == "C2"
    (block,) = read_back(form, {})
    assert isinstance(block, Definitions)
    assert dict(block.items)["Reasons"] == "not filled in"


def test_who_may_take_a_step_is_the_table_of_the_store() -> None:
    """A role is offered a step if and only if the table of steps names it."""
    match = match_at(ADOPTION, "proposed_match:done")
    assert [one.name for one in may_take(match, frozenset({Role.PANEL_CHAIR}))] == ["panel"]
    assert [one.name for one in may_take(match, frozenset({Role.PANEL_MEMBER}))] == []
    assert "reversed" in [one.name for one in may_take(match, frozenset({Role.DECISION_MAKER}))]


def test_states_are_said_in_plain_words() -> None:
    """Where a match stands can be read aloud."""
    assert state_words("carer_answered:declines") == "The carers' answer: they decline"
    assert state_words("placed:done") == "The child has moved in"
    assert all(words[0].isupper() for words in (*STEP_WORDS.values(), *OUTCOME_WORDS.values(), *DATE_WORDS.values()))
