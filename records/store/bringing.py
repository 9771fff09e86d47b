"""What a person brings to a step, and what each step must not lack."""

# Every check is handed the same two things, whether or not it needs both.
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from records.store.errors import OutOfOrder


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


def must(rule: str, what: str, mend: str) -> OutOfOrder:
    """The refusal of a step that lacks something, which names the rule."""
    return OutOfOrder(rule, what, "The step was not taken and nothing was written.", mend)


def reasons(given: Given, about: About) -> None:
    """Every act of judgement has its reasons in words."""
    if not given.reasons.strip():
        raise must("GOV-01", "No reasons are given.", "Write the reasons in words: nobody decides by a click.")


def seen(given: Given, about: About) -> None:
    """Whoever judges has looked at the match and what else there was."""
    if not about.seen:
        raise must(
            "GOV-02",
            "You have not opened this match: its reasons and the alternatives.",
            "Open it first. That you did is in the trail.",
        )


def wishes(given: Given, about: About) -> None:
    """Each child's wishes and feelings are recorded for this decision, or why that could not be."""
    for child_id in about.children:
        told = given.wishes.get(child_id)
        if told is None or not (told.why_not.strip() or (told.recorded_on and told.words.strip())):
            raise must(
                "GOV-08",
                f"The wishes and feelings of child {child_id} are not recorded for this decision.",
                "Record them with their date, or say why it was not reasonably practicable to ask.",
            )
        if told.recorded_on and told.recorded_on > about.today:
            raise must("GOV-08", f"The wishes of child {child_id} are dated in the future.", "Mend the date.")


def approvals(given: Given, about: About) -> None:
    """Every broken rule that may be approved has its override record; no other rule has one."""
    recorded = [o.rule_id for o in given.overrides]
    if given.outcome == "agreed" and (missing := [r for r in about.sign_off if r not in recorded]):
        raise must(
            missing[0], f"There is no override record for {', '.join(missing)}.", "Record who approves it, and why."
        )
    if unknown := [r for r in recorded if r not in about.sign_off]:
        raise must(unknown[0], "Nothing in this match is broken that this override approves.", "Leave it out.")
    if len(set(recorded)) < len(recorded):
        raise must(recorded[0], "A rule is approved twice.", "Leave one record for each rule.")
    for one in given.overrides:
        empty = [n for n in ("broken", "route", "reasons", "document") if not str(getattr(one, n)).strip()]
        empty += [] if one.consulted else ["consulted"]
        if empty:
            raise must(
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
            raise must(rule, what, mend)


def dated(rule: str, mend: str, *names: str, future: bool = False) -> Check:
    """The step brings these dates; none lies in the future unless it may."""

    def check(given: Given, about: About) -> None:
        for name in names:
            day = given.dates.get(name)
            if day is None:
                raise must(rule, f"There is no {name.replace('_', ' ')}.", mend)
            if day > about.today and not future:
                raise must(rule, f"The {name.replace('_', ' ')} lies in the future.", "Mend the date.")

    check.__dict__["dates"] = names
    return check


def dates_wanted(check: Check) -> tuple[str, ...]:
    """The names of the dates that a check made by `dated` asks for; none for any other check."""
    wanted: tuple[str, ...] = check.__dict__.get("dates", ())
    return wanted


def plan_in_time(given: Given, about: About) -> None:
    """The placement plan is signed, or its day is still to come."""
    if given.dates.get("plan_signed_on", about.today) > about.today:
        raise must("PLC-09", "The plan signed on lies in the future.", "Mend the date, or give plan_due_on.")
    if not ({"plan_signed_on", "plan_due_on"} & set(given.dates)):
        raise must(
            "PLC-09",
            "There is no placement plan signed by the carer, and no day by which it will be.",
            "Give plan_signed_on; or plan_due_on, within five working days of the start, if it was not practicable.",
        )


def reviewed(given: Given, about: About) -> None:
    """A placement is ended after a review of the case, or because somebody is at immediate risk."""
    if "review_on" not in given.dates and not given.evidence.get("PLC-10", "").strip():
        raise must(
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
