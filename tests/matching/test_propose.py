"""The whole round: where the solver runs."""

from __future__ import annotations

from typing import Any

import pytest

import matching.propose as whole
from matching.policy import Policy
from matching.question import Question, Solution
from matching.solvers import SOLVERS
from matching.solvers.apart import NotStarted
from tests.ordinary import TRAFFORD, child, home, records

TOLD = records([child("C1"), child("C2")], [home("H1"), home("H2")])


@pytest.mark.parametrize(("asked", "most", "apart"), [(True, 3, True), (True, 4, False), (False, 3, False)])
def test_only_large_rounds_that_ask_for_it_get_a_process_of_their_own(
    monkeypatch: pytest.MonkeyPatch, asked: bool, most: int, apart: bool
) -> None:
    """Two children and two homes are four pairs: apart when more than three are worth it, and it is asked for."""
    called: list[str] = []

    def spy(question: Question, solver: str, **options: Any) -> Solution:
        called.append(solver)
        assert options.pop("stop") is None
        return SOLVERS[solver](question, **options)

    monkeypatch.setattr(whole, "APART_PAIRS", most)
    monkeypatch.setattr(whole, "solve_apart", spy)
    proposal = whole.propose(TOLD, Policy(), council=TRAFFORD, solver="cpsat", apart=asked)
    assert proposal.question.pairs == 4
    assert called == (["cpsat"] if apart else [])
    assert (proposal.home_of >= 0).all()


def test_without_another_process_the_round_is_solved_here_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that starts no process costs nobody a home."""

    def refuses(*_: object, **__: object) -> Solution:
        raise NotStarted("no process may be started.")

    monkeypatch.setattr(whole, "APART_PAIRS", 0)
    monkeypatch.setattr(whole, "solve_apart", refuses)
    proposal = whole.propose(TOLD, Policy(), council=TRAFFORD, apart=True)
    assert (proposal.home_of >= 0).all()
    assert proposal.solution.proved
    (said,) = [w for w in proposal.warnings if "no other could be started" in w]
    assert said.endswith("no process may be started.")
