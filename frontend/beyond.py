"""What goes beyond this evening, one sentence each, for a panel's pack.

Each source says what it knows of the whole round and of each child or family; who knows nothing says nothing. Sources
are asked in this order, so that a pack always reads the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from frontend import ahead_held, fairness_view, lab_held
from frontend.carers_answers import asking_of, shown_to
from frontend.open_round import OpenRound
from frontend.session import Here
from matching.alternatives import back_ups
from matching.fairness import fairness_of
from matching.fairness_sections import round_sentence as fairness_sentence
from matching.other_plans import check_every_plan
from matching.papers import round_sentence
from matching.points import WeighedByFile
from matching.ranking import Unit
from matching.refusals_words import sentence

Said = tuple[Mapping[str, Sequence[str]], Sequence[str]]
"""Unit id to sentences, and sentences for the whole round."""


def _how_it_was_made(me: Here, round_: OpenRound, units: Sequence[Unit]) -> Said:  # noqa: ARG001 - a source's form
    """How the proposal was made, and where that can be read."""
    proposal = round_.proposal
    own_points = isinstance(proposal.weighed, WeighedByFile)
    return {}, (round_sentence(proposal.asked.policy, proved=proposal.solution.proved, own_points=own_points),)


def _fairness(me: Here, round_: OpenRound, units: Sequence[Unit]) -> Said:  # noqa: ARG001 - a source's form
    """Whether groups are served alike, and who has waited longer for the same home."""
    return fairness_view.sentences(round_, units), (fairness_sentence(fairness_of(round_.proposal)),)


def _if_refused(me: Here, round_: OpenRound, units: Sequence[Unit]) -> Said:
    """How the carers of each proposed home answered before, and where to turn if they say no."""
    asking, _ = asking_of(me, round_)
    shown, index = shown_to(round_), round_.proposal.register.child_index
    unit_of = {index[child_id]: unit.unit_id for unit in units for child_id in unit.child_ids}
    mine = [g for g in asking.groups(round_.proposal.home_of) if g.children[0] in unit_of and shown.seen(g)]
    found = back_ups(round_.proposal.question, round_.proposal.solution, mine, others_may_move=False)
    check_every_plan(round_.proposal, [one.alone.home_of for one in found])
    said: dict[str, list[str]] = {}
    for one in found:
        said.setdefault(unit_of[one.group.children[0]], []).append(sentence(asking, one, shown))
    return said, ()


SOURCES: Final[tuple[Callable[[Here, OpenRound, Sequence[Unit]], Said], ...]] = (
    _how_it_was_made,
    ahead_held.said,
    _if_refused,
    _fairness,
    lab_held.said,
)


def of_round(me: Here, round_: OpenRound, units: Sequence[Unit]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Every source's sentences: for each unit that has any, and for the whole round."""
    by_unit: dict[str, tuple[str, ...]] = {}
    whole: tuple[str, ...] = ()
    for source in SOURCES:
        units_said, round_said = source(me, round_, units)
        for unit_id, sentences in units_said.items():
            by_unit[unit_id] = (*by_unit.get(unit_id, ()), *sentences)
        whole = (*whole, *round_said)
    return by_unit, whole
