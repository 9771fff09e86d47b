"""From enquiry to approval, one enquirer at a time: interest, application, a wait for an assessor, assessment, panel.

Months are counted from `WARM` months before the first that is played, so that the stages are as full at the start as
the same enquiries would have made them. Levers work in the months played alone.

Whether an enquirer applies, and how long they wait before they withdraw, is their own luck. Whether an assessment
ends in approval, and how long it takes, is the luck of the assessment: the third that begins in a month meets the same
whoever it is of. More enquiries therefore never mean fewer approvals. Those whom a lever brings stand last among the
applicants of their month: while there are assessors enough, everybody else goes the way they would have gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import SEGMENTS
from sufficiency.streams import keys_for, uniform
from sufficiency.supply_chance import (
    ENQUIRER,
    ENQUIRIES,
    NEVER,
    SLOT,
    Figures,
    Whole,
    arrivals,
    months_taken,
    months_until,
)
from sufficiency.supply_pulls import Effects

Array = npt.NDArray[Any]

STAGES: Final = ("enquiry", "waiting", "assessment", "panel")
"""Interested; applied, with no assessor yet; being assessed; waiting for panel and decision."""
WARM: Final = 36


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Enquirers month by month, each array [draws, months, segments, stages] of the months played."""

    stock: npt.NDArray[np.int32]
    """In the stage at the end of the month."""
    came: npt.NDArray[np.int32]
    """Came into the stage."""
    dropped: npt.NDArray[np.int32]
    """Left it and the pipeline: no interest, withdrawn, not approved."""
    moved_on: npt.NDArray[np.int32]
    """Left it for the next stage; from the last stage: approved."""
    draw: Whole
    """[approved] row of the future that each approval of the months played belongs to."""
    month: Whole
    """[approved] 0 the first month played."""
    segment: Whole
    luck: npt.NDArray[np.uint64]
    """[approved] the household's own random stream."""


@dataclass(slots=True)
class _Enquirers:
    """One entry an enquirer. Months of coming into each stage and of leaving it, `NEVER` where they do not."""

    draw: Whole
    segment: Whole
    came: list[Whole]
    left: list[Whole]
    moves: list[npt.NDArray[np.bool_]]


def play_pipeline(figures: Figures, effects: Effects, seed: int, months: int) -> Pipeline:
    """Play the stages of some futures for `WARM` months and then `months` more."""
    whole = WARM + months
    people, chosen = _enquire(figures, effects, seed, whole)
    begun, slot = _begin(figures, effects, whole, people, chosen)
    luck = _assess(figures, effects, seed, people, begun, slot)
    size = (len(figures.futures), whole, len(SEGMENTS))
    came = np.stack([_count(people, month, None, size) for month in people.came], axis=-1)
    moved = np.stack([_count(people, people.left[k], people.moves[k], size) for k in range(len(STAGES))], axis=-1)
    dropped = np.stack([_count(people, people.left[k], ~people.moves[k], size) for k in range(len(STAGES))], axis=-1)
    stock = np.cumsum(came - moved - dropped, axis=1, dtype=np.int32)
    approved = np.flatnonzero(people.moves[-1] & (people.left[-1] >= WARM) & (people.left[-1] < whole))
    played = slice(WARM, None)
    return Pipeline(
        stock[:, played],
        came[:, played],
        dropped[:, played],
        moved[:, played],
        people.draw[approved],
        people.left[-1][approved] - WARM,
        people.segment[approved],
        luck[approved],
    )


def _from_warm(effect: Array) -> Array:
    """[draws, months, ...] of the months played, with nothing in those before."""
    return np.concatenate([np.zeros((len(effect), WARM, *effect.shape[2:])), effect], axis=1)


def _enquire(figures: Figures, effects: Effects, seed: int, whole: int) -> tuple[_Enquirers, Whole]:
    """Everybody who enquires, and the order in which those who apply are taken within a month."""
    draws, segments = len(figures.futures), len(SEGMENTS)
    mean = figures.enquiries[:, None, :] + _from_warm(effects.enquiries)
    future, month, segment = np.ix_(figures.futures, np.arange(whole), np.arange(segments))
    at = uniform(keys_for(seed, ENQUIRIES, future, month, segment), 0)
    number = arrivals(np.maximum(mean, 0.0) / 12, at).ravel()
    anyway = arrivals(figures.enquiries[:, None, :] / 12, at).ravel() if effects.enquiries.any() else number
    cell = np.repeat(np.arange(number.size), number)
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number)
    draw, month, segment = np.unravel_index(cell, (draws, whole, segments))
    key = keys_for(seed, ENQUIRER, figures.futures[draw], month, segment, nth)
    each = figures.spans["enquiries_per_application"][draw]
    wish = uniform(key, 0) * each
    applies = wish < 1 + each * _from_warm(effects.applies)[draw, month]
    besides = (nth >= anyway[cell]) | (wish >= 1)
    mean = figures.spans["months_to_application"][draw]
    decides = month + months_taken(mean, figures.spans["months_vary_by"][draw], uniform(key, 1), uniform(key, 2))
    who = np.flatnonzero(applies)
    rate = -np.log1p(-figures.spans["withdrawn_waiting"][draw[who]])
    withdraws = np.full(len(key), NEVER)
    withdraws[who] = decides[who] + 1 + months_until(rate, uniform(key[who], 4))
    never = np.full(len(key), NEVER)
    no = np.zeros(len(key), dtype=bool)
    waits = np.where(applies, decides, NEVER)
    people = _Enquirers(
        np.asarray(draw, dtype=np.int64),
        np.asarray(segment, dtype=np.int64),
        [np.asarray(month, dtype=np.int64), waits, never, never.copy()],
        [decides, withdraws, never.copy(), never.copy()],
        [applies, no, no.copy(), no.copy()],
    )
    # Within a month, whom levers bring stand behind the others, who keep their assessments where there are enough.
    # Two that share a number to its last bit are taken in the order of enquiry, segment and number.
    order = who[np.lexsort((uniform(key[who], 3), besides[who], decides[who], draw[who]))]
    return people, order


def _begin(figures: Figures, effects: Effects, whole: int, people: _Enquirers, order: Whole) -> tuple[Whole, Whole]:
    """Who begins an assessment, as entries of `people`, and which of its month each is; first come, first served."""
    room = _room(figures, effects)
    applied = people.came[1][order]
    by_month = order[np.argsort(applied, kind="stable")]
    first = np.searchsorted(np.sort(applied), np.arange(whole + 1))
    pool = np.zeros(0, dtype=np.int64)
    begun, slots = [pool], [pool]
    for t in range(whole):
        pool = pool[people.left[1][pool] > t]
        pool = np.concatenate([pool, by_month[first[t] : first[t + 1]]])
        pool = pool[np.argsort(people.draw[pool], kind="stable")]
        draw = people.draw[pool]
        rank = np.arange(len(pool)) - np.searchsorted(draw, draw)
        starts = rank < room[draw, t]
        now = pool[starts]
        people.left[1][now] = t
        people.moves[1][now] = True
        people.came[2][now] = t
        begun.append(now)
        slots.append(rank[starts])
        pool = pool[~starts]
    return np.concatenate(begun), np.concatenate(slots)


def _room(figures: Figures, effects: Effects) -> Whole:
    """[draws, months] assessments that can begin: a part of one is saved up until it is whole."""
    a_month = np.maximum(figures.spans["assessments"][:, None] + _from_warm(effects.assessments), 0.0)
    # What is a whole number but for rounding is that number.
    saved = np.floor(np.cumsum(a_month, axis=1) + 1e-9).astype(np.int64)
    return np.diff(saved, axis=1, prepend=0)


def _assess(
    figures: Figures, effects: Effects, seed: int, people: _Enquirers, begun: Whole, slot: Whole
) -> npt.NDArray[np.uint64]:
    """What comes of the assessments; returns each enquirer's stream as a household, nought for the others."""
    draw, month = people.draw[begun], people.came[2][begun]
    spans = {name: value[draw] for name, value in figures.spans.items()}
    key = keys_for(seed, SLOT, figures.futures[draw], month, slot)
    at_panel = spans["approved_at_panel"]
    approved = spans["approved_per_application"] + _from_warm(effects.conversion)[draw, month]
    finishes = uniform(key, 0) < np.divide(approved, at_panel, out=np.ones_like(at_panel), where=at_panel > 0)
    mean = spans["months_to_approval"] - spans["months_at_panel"] - _from_warm(effects.months_saved)[draw, month]
    takes = months_taken(np.maximum(mean, 0.0), spans["months_vary_by"], uniform(key, 1), uniform(key, 2))
    until = month + np.where(finishes, takes, np.floor(takes * uniform(key, 3)).astype(np.int64))
    people.left[2][begun] = until
    people.moves[2][begun] = finishes
    people.came[3][begun] = np.where(finishes, until, NEVER)
    waits = months_taken(spans["months_at_panel"], spans["months_vary_by"], uniform(key, 4), uniform(key, 5))
    people.left[3][begun] = np.where(finishes, until + waits, NEVER)
    people.moves[3][begun] = finishes & (uniform(key, 6) < at_panel)
    luck = np.zeros(len(people.draw), dtype=np.uint64)
    luck[begun] = keys_for(seed, SLOT, figures.futures[draw], month, slot, 1)
    return luck


def _count(
    people: _Enquirers, month: Whole, some: npt.NDArray[np.bool_] | None, size: tuple[int, int, int]
) -> npt.NDArray[np.int32]:
    """[draws, months, segments] how many of the enquirers, or of some of them, do so in each month."""
    there = month < size[1]
    if some is not None:
        there &= some
    cell = (people.draw[there] * size[1] + month[there]) * size[2] + people.segment[there]
    return np.bincount(cell, minlength=size[0] * size[1] * size[2]).reshape(size).astype(np.int32)
