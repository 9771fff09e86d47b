"""The order in which the law lets a match be made: two tables of steps.

Fostering, lodgings and early permanence go one way, adoption another. A state is a step and its outcome.
Rule ids are those of docs/reference/rules.md and its sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from records.store.access import Role
from records.store.bringing import (
    About,
    Check,
    Given,
    answered,
    approvals,
    authority,
    dated,
    decided_for_adoption,
    gates,
    must,
    plan_in_time,
    reasons,
    reviewed,
    seen,
    wishes,
)

ADOPTION: Final = "adoption"
ROUTES: Final = ("foster", "supported_lodgings", "early_permanence", ADOPTION)

_FINDER = frozenset({Role.FAMILY_FINDER})
_CHAIR = frozenset({Role.PANEL_CHAIR})
_DECIDES = frozenset({Role.DECISION_MAKER})

PLACING: Final = (
    "team manager",
    "service manager",
    "nominated officer",
    "director of children's services",
    "agency decision maker",
)
"""Who may decide on a home that is not for adoption, by the council's scheme of delegation."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `after`: states it may follow. `rule`: what puts it there."""

    name: str
    after: tuple[str, ...]
    rule: str
    why: str
    roles: frozenset[Role]
    outcomes: tuple[str, ...] = ("done",)
    checks: tuple[Check, ...] = ()
    capacities: tuple[str, ...] = ()


_FOSTERING_OPEN = (
    "proposed:done",
    "enquiry_made:done",
    "carer_answered:accepts",
    "recommended:for",
    "recommended:against",
    "recommended:deferred",
    "decided:agreed",
    "decided:deferred",
)
FOSTERING_STEPS: Final = (
    Step("proposed", (), "GOV-01", "a person proposes", _FINDER, checks=(reasons,)),
    Step("enquiry_made", ("proposed:done",), "GOV-01", "the carer hears of it only by a person's act", _FINDER),
    Step(
        "carer_answered",
        ("enquiry_made:done",),
        "FOST-21",
        "the carer is asked first",
        _FINDER,
        ("accepts", "declines"),
        (reasons, dated("FOST-21", "Say when the carer answered.", "answered_on")),
    ),
    Step(
        "recommended",
        ("carer_answered:accepts", "recommended:deferred", "decided:deferred"),
        "FOST-21",
        "the carer must agree",
        _CHAIR | _FINDER,
        ("for", "against", "deferred"),
        (seen, reasons),
    ),
    Step(
        "decided",
        ("recommended:for", "recommended:against"),
        "GOV-07",
        "a recommendation comes first, and is a fact of its own",
        _DECIDES,
        ("agreed", "refused", "deferred"),
        (seen, reasons, wishes, answered, approvals),
        PLACING,
    ),
    Step(
        "placed",
        ("decided:agreed",),
        "GOV-01",
        "somebody with the right to decide has agreed",
        _FINDER,
        checks=(dated("PLC-09", "Give the day on which the stay began.", "started_on"), gates, plan_in_time),
    ),
    Step(
        "ended",
        ("placed:done",),
        "PLC-10",
        "only a placement that began can end",
        _FINDER | _DECIDES,
        checks=(reasons, dated("PLC-10", "Give the day on which the stay ended.", "ended_on"), reviewed),
    ),
    Step("withdrawn", _FOSTERING_OPEN, "GOV-01", "it is still open", _FINDER | _DECIDES, checks=(reasons,)),
)

_ADOPTION_OPEN = (
    "profile:done",
    "link:interested",
    "proposed_match:done",
    "panel:for",
    "panel:against",
    "panel:deferred",
    "decision:agreed",
    "decision:deferred",
    "plan:done",
)
ADOPTION_STEPS: Final = (
    Step("profile", (), "ADO-16", "family finding begins with a profile that names nobody", _FINDER, checks=(reasons,)),
    Step(
        "link",
        ("profile:done",),
        "ADO-16",
        "a link follows a profile, and is not a match",
        _FINDER,
        ("interested", "declines"),
        (reasons, dated("ADO-16", "Say when the adopters answered.", "answered_on")),
    ),
    Step(
        "proposed_match",
        ("link:interested",),
        "ADO-16",
        "a link comes first",
        _FINDER,
        checks=(
            reasons,
            decided_for_adoption,
            dated(
                "ADO-07",
                "Adopters are given the report, met, and heard before a match is proposed.",
                "report_given_on",
                "adopters_met_on",
                "adopters_views_on",
                "support_assessed_on",
            ),
        ),
    ),
    Step(
        "panel",
        ("proposed_match:done", "panel:deferred", "decision:deferred"),
        "ADO-07",
        "the match is proposed and its papers are ready",
        _CHAIR,
        ("for", "against", "deferred"),
        (seen, reasons, dated("ADO-08", "Give the day of the panel.", "panel_on")),
    ),
    Step(
        "decision",
        ("panel:for", "panel:against"),
        "ADO-09",
        "the panel's recommendation comes before the decision",
        _DECIDES,
        ("agreed", "refused", "deferred"),
        (seen, reasons, wishes, answered, approvals),
        ("agency decision maker",),
    ),
    Step(
        "plan",
        ("decision:agreed",),
        "ADO-10",
        "the match is decided",
        _FINDER,
        checks=(dated("ADO-10", "Give both days.", "plan_on", "adopters_confirmed_on"),),
    ),
    Step(
        "placed",
        ("plan:done",),
        "ADO-10",
        "the placement plan is made and the adopters have confirmed",
        _FINDER,
        checks=(authority, dated("ADO-10", "Give the day on which the child moved in.", "started_on"), gates),
    ),
    Step(
        "ended",
        ("placed:done",),
        "ADO-10",
        "only a placement that began can end",
        _FINDER | _DECIDES,
        checks=(reasons, dated("ADO-10", "Give the day on which it ended.", "ended_on"), reviewed),
    ),
    Step("withdrawn", _ADOPTION_OPEN, "ADO-16", "it is still open", _FINDER | _DECIDES, checks=(reasons,)),
    Step(
        "reversed",
        (*_ADOPTION_OPEN, "placed:done"),
        "ADO-20",
        "the decision for adoption stood until now",
        _DECIDES,
        checks=(reasons, dated("ADO-20", "Give the day of the reversal.", "reversed_on")),
        capacities=("agency decision maker",),
    ),
)

LIVE: Final = frozenset({"decided:agreed", "decision:agreed", "plan:done", "placed:done"})
"""States in which a match holds its home for its children."""
REFUSALS: Final = frozenset({"carer_answered:declines", "link:declines"})
"""States in which a carer or adopter said no."""


def steps_of(route: str) -> Mapping[str, Step]:
    """The steps of one route, in order. Raises ValueError for a route there is not."""
    if route not in ROUTES:
        raise ValueError(f"There is no route {route}: there are {', '.join(ROUTES)}.")
    return {step.name: step for step in (ADOPTION_STEPS if route == ADOPTION else FOSTERING_STEPS)}


def next_steps(route: str, state: str) -> tuple[str, ...]:
    """The steps that may follow a state."""
    return tuple(step.name for step in steps_of(route).values() if state in step.after)


def check_step(name: str, state: str | None, given: Given, about: About) -> Step:
    """The step, if it may be taken now with what is brought. Raises `OutOfOrder`, which names the rule."""
    steps = steps_of(about.route)
    step = steps.get(name)
    if step is None:
        raise must("GOV-01", f"The route {about.route} has no step {name}.", f"Steps: {', '.join(steps)}.")
    if (state is None) != (not step.after) or (state is not None and state not in step.after):
        may = ", ".join(next_steps(about.route, state)) if state is not None else next(iter(steps))
        raise must(
            step.rule,
            f"{name.replace('_', ' ')} cannot follow {(state or 'nothing').replace('_', ' ')}: {step.why}.",
            f"Now may follow: {may or 'nothing more'}.",
        )
    if given.outcome not in step.outcomes:
        raise must(step.rule, f"{name}: no outcome is chosen.", f"Choose: {', '.join(step.outcomes)}.")
    if step.capacities and given.capacity not in step.capacities:
        raise must(
            "ADO-15" if about.route == ADOPTION else "GOV-07",
            f"{name}: {given.capacity or 'nobody'} cannot decide this.",
            f"It is decided by: {', '.join(step.capacities)}.",
        )
    for check in step.checks:
        check(given, about)
    return step
