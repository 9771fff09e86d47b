"""Where no plan keeps a promise: which limit stands in the way, by how much, and what could be promised, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sufficiency.targets_highs import INF, Infeasible
from sufficiency.targets_model import Programme
from sufficiency.targets_question import Aim, TargetQuestion
from sufficiency.targets_solve import settle


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that, moved alone and as little as that, would let a plan keep the promise."""

    name: str
    """`promise`, `assessments`, `budget`, `date` or `approvals`."""
    by: float | None
    """What it must be moved by, in its unit; None: no move of it alone is enough."""
    words: str


def limits(question: TargetQuestion, aim: Aim, *, seconds: float = 30.0) -> tuple[Limit, ...]:
    """Each limit by itself, moved by the least that is enough; first what can be promised as things are."""
    question = question.in_order()
    found = [_promise(question, aim, seconds), _assessments(question, aim, seconds)]
    if (question.budget < INF).any():
        found.append(_budget(question, aim, seconds))
    return (*found, _approvals(question, aim, seconds), _date(question, aim, seconds))


def in_words(question: TargetQuestion, aim: Aim, found: tuple[Limit, ...]) -> str:
    """The whole answer, to be read out."""
    stand = [limit for limit in found if limit.name != "promise" and limit.by]
    first = f"No plan keeps the promise of {_percent(aim.level)} from {question.quarters[aim.from_quarter]} on."
    if stand:
        return " ".join([first, found[0].words, "Any one of these would be enough:", *(one.words for one in stand)])
    return " ".join([first, found[0].words, "No one limit alone stands in the way: several would have to give."])


def reachable(question: TargetQuestion, aim: Aim, *, seconds: float = 30.0) -> float:
    """The most that can be promised within all limits, as a level; nought where nothing can."""
    by = _least(question.in_order(), aim, "promise", seconds)
    return aim.level if by is None else max(0.0, aim.level - by)


def _promise(question: TargetQuestion, aim: Aim, seconds: float) -> Limit:
    level = reachable(question, aim, seconds=seconds)
    words = f"Within the limits {_percent(np.floor(level * 1000 + 1e-6) / 1000)} is the most that can be promised."
    return Limit("promise", aim.level - level, words)


def _assessments(question: TargetQuestion, aim: Aim, seconds: float) -> Limit:
    by = _least(question, aim, "assessments", seconds)
    if by is None:
        return Limit("assessments", None, "More assessments alone would not be enough.")
    return Limit("assessments", by, f"{_up(by)} more assessments over {len(question.quarters)} quarters.")


def _budget(question: TargetQuestion, aim: Aim, seconds: float) -> Limit:
    by = _least(question, aim, "budget", seconds)
    if by is None:
        return Limit("budget", None, "More money alone would not be enough.")
    return Limit("budget", by, f"£{_up(by, 1000)} more for the plan over {len(question.named)} years.")


def _approvals(question: TargetQuestion, aim: Aim, seconds: float) -> Limit:
    """Limits on how many of one kind can be approved in a quarter, where any can."""
    free = replace(question, most=np.where(question.most > 0, 10_000, 0))
    if not _feasible(free, aim, seconds):
        return Limit("approvals", None, "More approvals of a kind in a quarter alone would not be enough.")
    for times in (2, 4, 8, 16):
        if _feasible(replace(question, most=question.most * times), aim, seconds):
            return Limit("approvals", times, f"Up to {times} times as many approvals of a kind in a quarter.")
    return Limit("approvals", INF, "Far more approvals of a kind in a quarter.")


def _date(question: TargetQuestion, aim: Aim, seconds: float) -> Limit:
    for quarter in range(aim.from_quarter + 1, len(question.quarters)):
        if _feasible(question, replace(aim, from_quarter=quarter), seconds):
            later = quarter - aim.from_quarter
            quarters = "one quarter" if later == 1 else f"{later} quarters"
            return Limit("date", later, f"The promise from {question.quarters[quarter]} on, {quarters} later.")
    return Limit("date", None, "A later date alone would not be enough.")


def _least(question: TargetQuestion, aim: Aim, name: str, seconds: float) -> float | None:
    """The least by which a limit must be broken; None where that alone is not enough."""
    programme = Programme(question, aim, slack=True)
    programme.least(name)
    try:
        found = settle(programme, gap=0.0, seconds=seconds)[1]
    except Infeasible:
        return None
    return max(0.0, found.value)


def _feasible(question: TargetQuestion, aim: Aim, seconds: float) -> bool:
    programme = Programme(question, aim, slack=True)
    programme.least("promise")
    try:
        return settle(programme, gap=0.0, seconds=seconds)[1].value <= 1e-7
    except Infeasible:
        return False


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".rstrip("0").rstrip(".") + "%"


def _up(number: float, to: int = 1) -> str:
    """Rounded up, so that what is said is enough."""
    return f"{int(np.ceil(number / to - 1e-6)) * to:,}"
