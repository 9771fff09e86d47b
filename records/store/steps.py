"""The order in which the law lets a match be made: two tables of steps, and what each step has to bring.

Fostering, lodgings and early permanence go one way, adoption another. A state is a step and its outcome.
Rule ids are those of docs/reference/rules.md and its sources.
"""

# Every check is handed the same two things, whether or not it needs both.
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from records.store.access import Role
from records.store.errors import OutOfOrder

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
class Wishes:
    """What one child wants, as recorded for this decision; or why it was not practicable to ask [GOV-08]."""

    recorded_on: date | None = None
    words: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """Approval of one broken rule. Who decided, in which capacity, and when, is that of the decision itself."""

    rule_id: str
    broken: str
    """What was broken, and by how much."""
    route: str
    """The exception that was used."""
    reasons: str
    consulted: Mapping[str, str]
    """Who was asked (child, parent, reviewing officer, ...) and their view."""
    document: str
    """Where the case record has it."""
    conditions: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a person brings to a step. Nothing has a default that decides anything."""

    outcome: str = ""
    reasons: str = ""
    capacity: str = ""
    """In which office the person acts, such as `agency decision maker`."""
    wishes: Mapping[str, Wishes] = field(default_factory=dict)
    overrides: Sequence[Override] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Rule id to how it was met: for each thing to do before confirming, and each open question."""
    dates: Mapping[str, date] = field(default_factory=dict)
    applies_to: Sequence[str] = ()
    """A carer's refusal: the children it holds for; all of the group when nothing is said."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a match when a step is asked for."""

    children: Sequence[str]
    route: str
    sign_off: Sequence[str]
    questions: Sequence[str]
    before_confirming: Sequence[str]
    seen: Sequence[int]
    """Entries of the trail in which this person looked at the match, its reasons and the alternatives."""
    today: date


Check = Callable[[Given, About], None]


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


def _must(rule: str, what: str, mend: str) -> OutOfOrder:
    return OutOfOrder(rule, what, "The step was not taken and nothing was written.", mend)


def reasons(given: Given, about: About) -> None:
    """Every act of judgement has its reasons in words."""
    if not given.reasons.strip():
        raise _must("GOV-01", "No reasons are given.", "Write the reasons in words: nobody decides by a click.")


def seen(given: Given, about: About) -> None:
    """Whoever judges has looked at the match and what else there was."""
    if not about.seen:
        raise _must(
            "GOV-02",
            "You have not opened this match: its reasons and the alternatives.",
            "Open it first. That you did is in the trail.",
        )


def wishes(given: Given, about: About) -> None:
    """Each child's wishes and feelings are recorded for this decision, or why that could not be."""
    for child_id in about.children:
        told = given.wishes.get(child_id)
        if told is None or not (told.why_not.strip() or (told.recorded_on and told.words.strip())):
            raise _must(
                "GOV-08",
                f"The wishes and feelings of child {child_id} are not recorded for this decision.",
                "Record them with their date, or say why it was not reasonably practicable to ask.",
            )
        if told.recorded_on and told.recorded_on > about.today:
            raise _must("GOV-08", f"The wishes of child {child_id} are dated in the future.", "Mend the date.")


def approvals(given: Given, about: About) -> None:
    """Every broken rule that may be approved has its override record; no other rule has one."""
    recorded = [o.rule_id for o in given.overrides]
    if given.outcome == "agreed" and (missing := [r for r in about.sign_off if r not in recorded]):
        raise _must(
            missing[0], f"There is no override record for {', '.join(missing)}.", "Record who approves it, and why."
        )
    if unknown := [r for r in recorded if r not in about.sign_off]:
        raise _must(unknown[0], "Nothing in this match is broken that this override approves.", "Leave it out.")
    if len(set(recorded)) < len(recorded):
        raise _must(recorded[0], "A rule is approved twice.", "Leave one record for each rule.")
    for one in given.overrides:
        empty = [n for n in ("broken", "route", "reasons", "document") if not str(getattr(one, n)).strip()]
        empty += [] if one.consulted else ["consulted"]
        if empty:
            raise _must(
                one.rule_id,
                f"The override record lacks: {', '.join(empty)}.",
                "State what was broken and by how much, the exception used, reasons, who was consulted and their "
                "view, and where the case record has it.",
            )


def answered(given: Given, about: About) -> None:
    """Every open question is answered: unknown is not no, and not yes."""
    if given.outcome == "agreed":
        _evidence(given, about.questions, "The open question of this rule is not answered.", "Say what the answer is.")


def gates(given: Given, about: About) -> None:
    """Everything that comes before confirming is done."""
    _evidence(
        given,
        about.before_confirming,
        "This has to be done before the child moves, and nothing says that it was.",
        "Say when and how it was done, or on which ground it was not needed.",
    )


def _evidence(given: Given, rules: Sequence[str], what: str, mend: str) -> None:
    for rule in rules:
        if not given.evidence.get(rule, "").strip():
            raise _must(rule, what, mend)


def dated(rule: str, mend: str, *names: str, future: bool = False) -> Check:
    """The step brings these dates; none lies in the future unless it may."""

    def check(given: Given, about: About) -> None:
        for name in names:
            day = given.dates.get(name)
            if day is None:
                raise _must(rule, f"There is no {name.replace('_', ' ')}.", mend)
            if day > about.today and not future:
                raise _must(rule, f"The {name.replace('_', ' ')} lies in the future.", "Mend the date.")

    return check


def plan_in_time(given: Given, about: About) -> None:
    """The placement plan is signed, or its day is still to come."""
    if not ({"plan_signed_on", "plan_due_on"} & set(given.dates)):
        raise _must(
            "PLC-09",
            "There is no placement plan signed by the carer, and no day by which it will be.",
            "Give plan_signed_on; or plan_due_on, within five working days of the start, if it was not practicable.",
        )


def reviewed(given: Given, about: About) -> None:
    """A placement is ended after a review of the case, or because somebody is at immediate risk."""
    if "review_on" not in given.dates and not given.evidence.get("PLC-10", "").strip():
        raise _must(
            "PLC-10",
            "There was no review of the child's case.",
            "Give review_on; or, under PLC-10, say what the immediate risk of harm is (regulation 14(3)).",
        )


def authority(given: Given, about: About) -> None:
    """The council may place for adoption: a placement order, or a parent's consent."""
    _evidence(
        given,
        ["ADO-01"],
        "Nothing says by what authority the child may be placed for adoption.",
        "Name the placement order, or the consent, with its date.",
    )


def decided_for_adoption(given: Given, about: About) -> None:
    """The agency's decision maker has decided that the child should be placed for adoption."""
    _evidence(
        given,
        ["ADO-02"],
        "Nothing says when it was decided that the child should be placed for adoption.",
        "Give the date of the agency decision maker's decision.",
    )


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
        raise _must("GOV-01", f"The route {about.route} has no step {name}.", f"Steps: {', '.join(steps)}.")
    if (state is None) != (not step.after) or (state is not None and state not in step.after):
        may = ", ".join(next_steps(about.route, state)) if state is not None else next(iter(steps))
        raise _must(
            step.rule,
            f"{name.replace('_', ' ')} cannot follow {(state or 'nothing').replace('_', ' ')}: {step.why}.",
            f"Now may follow: {may or 'nothing more'}.",
        )
    if given.outcome not in step.outcomes:
        raise _must(step.rule, f"{name}: no outcome is chosen.", f"Choose: {', '.join(step.outcomes)}.")
    if step.capacities and given.capacity not in step.capacities:
        raise _must(
            "ADO-15" if about.route == ADOPTION else "GOV-07",
            f"{name}: {given.capacity or 'nobody'} cannot decide this.",
            f"It is decided by: {', '.join(step.capacities)}.",
        )
    for check in step.checks:
        check(given, about)
    return step


def as_plain(value: Any) -> Any:
    """What a person brought, as JSON says it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, Given | Wishes | Override):
        return {name: as_plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    return value
