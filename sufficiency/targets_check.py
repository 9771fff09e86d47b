"""Whether what a plan promises is kept in futures that it was not made from, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sufficiency.targets_question import Aim, Floats, Plan, TargetQuestion
from sufficiency.targets_recourse import (
    Outcome,
    Sets,
    counted,
    outcome,
    places_by_luck,
    unmet_of_sets,
    worst_mean,
)

SURE: Final = 1.959964
"""Standard errors either side of which lie 95% of what chance does."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What is reached of a promise over some futures, with its 95% interval; one entry a row of the promise."""

    futures: int
    reached: Floats
    """Shares. `share`: one a quarter from which the promise holds (times needs, quarter first, where it is for each);
    `futures`: of futures that are well; `tail`: met in the worst futures, on average."""
    low: Floats
    high: Floats

    @property
    def worst(self) -> int:
        """The row that is reached least."""
        return int(self.reached.argmin())

    def verdict(self, level: float) -> str:
        """`kept`, `kept within chance` or `missed`."""
        if (self.reached >= level - 1e-9).all():
            return "kept"
        return "kept within chance" if (self.high >= level).all() else "missed"


def kept(question: TargetQuestion, aim: Aim, plan: Plan, *, seed: int) -> Kept:
    """What a plan reaches over the futures of a question, each new household staying or leaving by its own luck."""
    added = places_by_luck(question, plan, seed)
    return kept_by(question, aim, outcome(question, plan, added=added), added)


def kept_by(question: TargetQuestion, aim: Aim, found: Outcome, added: Floats) -> Kept:
    """What an outcome reaches; `added`, [F, Q, H], are the places that it came of."""
    at, futures = counted(question, aim), len(question.number)
    if aim.kind == "share":
        wanted, unmet = question.wanted.sum(axis=-1), found.unmet
        if not aim.each_need:
            return _of_share(unmet[:, at], wanted[:, at])
        each = np.stack([_alone(question, added, need) for need in range(len(question.needs))], axis=-1)
        return _of_share(each[:, at].reshape(futures, -1), question.wanted[:, at].reshape(futures, -1))
    unmet, due = found.unmet[:, at].sum(axis=1), question.wanted.sum(axis=-1)[:, at].sum(axis=1)
    missed = np.divide(unmet, due, out=np.zeros_like(unmet), where=due > 0)
    if aim.kind == "futures":
        share = float((unmet <= (1 - aim.enough) * due + 1e-7).mean())
        return _wilson(share, futures)
    mean = worst_mean(missed, aim.worst)
    edge = float(np.quantile(missed, 1 - aim.worst, method="inverted_cdf"))
    error = float(np.std(edge + np.maximum(missed - edge, 0.0) / aim.worst, ddof=min(1, futures - 1)))
    half = SURE * error / np.sqrt(futures)
    return Kept(futures, np.array([1 - mean]), np.array([1 - mean - half]), np.array([1 - mean + half]))


def misses(question: TargetQuestion, aim: Aim, plan: Plan, numbers: list[int], *, seed: int) -> dict[int, Floats]:
    """What is missed beyond what may be, as shares [rows], for each of some sets of needs."""
    added = places_by_luck(question, plan, seed)
    if aim.kind == "share" and aim.each_need:
        at = counted(question, aim)
        due = (question.wanted.mean(axis=0) @ Sets.of(question).members.T)[at]
        unmet = unmet_of_sets(question, added)[at]
        missed = np.divide(unmet, due, out=np.zeros_like(unmet), where=due > 0)
        return {number: missed[:, number] - (1 - aim.level) for number in numbers}
    reached = kept_by(question, aim, outcome(question, plan, added=added), added).reached
    return dict.fromkeys(numbers, aim.level - reached)


def range_for_needs(question: TargetQuestion, plan: Plan, *, seed: int) -> tuple[Floats, Floats]:
    """[Q, N] share of children of each need who have a home, were they last in the queue, and were they first."""
    return range_for_needs_of(question, places_by_luck(question, plan, seed))


def range_for_needs_of(question: TargetQuestion, added: Floats) -> tuple[Floats, Floats]:
    """The same with these places, [F, Q, H], on top of those that are there without a plan."""
    unmet, wanted = unmet_of_sets(question, added), question.wanted.mean(axis=0)
    needs = np.arange(len(question.needs))
    everybody = unmet.shape[1] - 1
    first = wanted - unmet[:, 2**needs]
    all_met = wanted.sum(axis=1) - unmet[:, everybody]
    without = (wanted.sum(axis=1)[:, None] - wanted) - unmet[:, everybody - 2**needs]
    last = all_met[:, None] - without
    some = wanted > 0
    return tuple(np.clip(np.divide(met, wanted, out=np.ones_like(met), where=some), 0, 1) for met in (last, first))


def _alone(question: TargetQuestion, added: Floats, need: int) -> Floats:
    """[F, Q] children of one need who have no home even if all others stand back."""
    room = (question.places + added) @ question.usable[:, need]
    return np.maximum(question.wanted[:, :, need] - room, 0.0)


def _of_share(unmet: Floats, wanted: Floats) -> Kept:
    """A ratio of means over futures, with its interval by linearisation."""
    futures = len(unmet)
    mean = wanted.mean(axis=0)
    missed = np.divide(unmet.mean(axis=0), mean, out=np.zeros_like(mean), where=mean > 0)
    error = (unmet - missed * wanted).std(axis=0, ddof=min(1, futures - 1)) / np.sqrt(futures)
    half = SURE * np.divide(error, mean, out=np.zeros_like(mean), where=mean > 0)
    return Kept(futures, 1 - missed, 1 - missed - half, np.minimum(1 - missed + half, 1.0))


def _wilson(share: float, futures: int) -> Kept:
    """A share of futures with Wilson's interval, which is no point even at nought or all."""
    z = SURE**2 / futures
    middle = (share + z / 2) / (1 + z)
    half = SURE * np.sqrt(share * (1 - share) / futures + z / (4 * futures)) / (1 + z)
    return Kept(futures, np.array([share]), np.array([middle - half]), np.array([min(middle + half, 1.0)]))
