"""Everything about a finished round that a reader needs, worked out once for the files and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matching.acceptance import acceptance
from matching.ahead import Ahead
from matching.asking import Asking
from matching.conflicts import Unplaced, unplaced
from matching.envy import Envy, envy_of
from matching.fairness import Fairness, fairness_of
from matching.fairness_proxies import Proxy, proxies
from matching.floors import MOST_PAIRS as MOST_PAIRS_FOR_FLOORS
from matching.floors import Floor, floors
from matching.opportunity.rounds import NOT_PROVED, RankedCosts, costs_of, not_worked_out
from matching.other_plans import MOST_PAIRS, OtherPlans, other_plans
from matching.placements import BeforeConfirming, Placement, Split, placements, splits
from matching.propose import Proposal
from matching.ranking import MOST_PARTS, Unit, rank_every_unit
from matching.refusals import MOST, Refusals, refusals

MOST_ROWS = 150
"""Ranked rows whose costs are worked out unasked: each takes from a thousandth of a second to some seconds."""

Step = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Everything about a finished round that the files say, worked out once."""

    proposal: Proposal
    plan: tuple[Placement, ...]
    units: tuple[Unit, ...]
    unplaced: tuple[Unplaced, ...]
    splits: tuple[Split, ...]
    before: BeforeConfirming
    warnings: tuple[str, ...]
    costs: dict[tuple[str, ...], RankedCosts]
    """What each ranked row costs everybody else, by the children of its group (`Ranked.child_ids`)."""
    others: OtherPlans | None
    """What else could be done: what is certain, other plans, back-ups, and what was told before; None: not asked."""
    fairness: Fairness
    envy: Envy
    proxies: tuple[Proxy, ...]
    floors: tuple[Floor, ...]
    """Not worked out in rounds of more than `matching.floors.MOST_PAIRS` pairs."""
    refused: tuple[Asking, Refusals] | None = None
    """What refusals do to the plan; None: nothing is recorded of carers' answers, and it was not asked."""
    ahead: Ahead | None = None
    """What the plan takes from children who are expected; None: nobody said who is."""


def work_out(
    proposal: Proposal,
    *,
    step: Step | None = None,
    workers: int = 1,
    time_limit: float | None = None,
    every_cost: bool = False,
    told: Mapping[str, str | None] | None = None,
    every_plan: bool = False,
    refuse: int | None = None,
    likelier: bool = False,
    ahead: Ahead | None = None,
) -> Results:
    """Rank every group, say what each choice costs the others, and what would help children without a home.

    What each choice costs is worked out for up to `MOST_ROWS` ranked rows; of more, for those that a plan may use, if
    these are no more; else for none, with a warning, unless `every_cost`. Other plans are left out of rounds of more
    than `MOST_PAIRS` pairs unless `every_plan` or `told`: the home that each child was told before, by id, None for
    no home. `workers` are for the costs; `time_limit` (seconds) is for the costs and for each part of the other plans.
    `refuse`: what up to so many refusals at once do; unasked, where enquiries are recorded and the round has no more
    than `MOST_PAIRS` pairs, up to `refusals.MOST`. `likelier`: also seek a plan whose carers are likelier to accept.
    `step` is told the name of each stage as it begins.
    """
    say = step or nobody_listens
    say("Listing what comes before confirming")
    before = BeforeConfirming(proposal)
    say("Ranking homes for every child and family")
    units = tuple(rank_every_unit(proposal))
    say("Working out what each choice costs everybody else")
    groups = [group for unit in units for group in unit.groups]
    too_many = not every_cost and sum(len(group) for group in groups) > MOST_ROWS
    far_too_many = not every_cost and sum(int(group.in_plan.sum()) for group in groups) > MOST_ROWS
    worked_out = (
        not_worked_out(proposal, groups)
        if far_too_many
        else costs_of(proposal, groups, workers=workers, time_limit=time_limit, in_plan_alone=too_many)
    )
    costs = dict(zip([group.child_ids for group in groups], worked_out, strict=True))
    say("Asking what would help children without a home")
    left = unplaced(proposal)
    say("Looking for other plans, and for homes to turn to")
    few = proposal.question.pairs <= MOST_PAIRS
    asked = every_plan or told is not None or few
    others = other_plans(proposal, told=told, whole=every_plan or None, time_limit=time_limit) if asked else None
    refused = None
    if refuse is not None or likelier or (proposal.register.records.enquiries and few):
        say("Looking at what becomes of the plan when carers say no")
        asking = Asking(proposal, acceptance(proposal.register.records.enquiries, proposal.register.records.homes))
        found = refusals(
            asking, most=MOST if refuse is None else refuse, prefer_likelier=likelier, time_limit=time_limit
        )
        refused = (asking, found)
    say("Asking whether everybody is served alike")
    fair = fairness_of(proposal)
    few_for_floors = proposal.question.pairs <= MOST_PAIRS_FOR_FLOORS
    priced = floors(proposal.question, proposal.solution, fair.groups, time_limit=time_limit) if few_for_floors else ()
    cut = [u for u in units if u.parts_left_out]
    warnings = list(proposal.warnings)
    warnings += [
        f"Family {u.unit_id} can be split in more ways than are listed: {u.parts_left_out} smaller parts beyond "
        f"the first {MOST_PARTS} were not ranked. Each child alone is."
        for u in cut
    ]
    late = sum(basis == NOT_PROVED for one in costs.values() for basis in one.basis)
    if late:
        warnings.append(
            f"What a choice costs everybody else is not worked out for {late} rows of ranked.csv, whose cells are "
            "blank: "
            + (
                f"there are more than {MOST_ROWS:,} rows, so that at most those which a plan may use were asked. "
                "Run again with --every-cost, and several --workers."
                if too_many
                else "the plan is not proved best, or the time limit came first. Run again with a longer time limit."
            )
        )
    return Results(
        proposal,
        placements(proposal),
        units,
        left,
        splits(proposal),
        before,
        tuple(warnings),
        costs,
        others,
        fair,
        envy_of(proposal),
        proxies(proposal, fair.groups),
        priced,
        refused,
        ahead,
    )


def nobody_listens(_stage: str) -> None:
    """A `Step` that does nothing."""
