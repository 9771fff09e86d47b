"""The clocks of children: reviews, the permanence plan, the day a home is needed, and those of adoption."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from matching.clocks.clock import CARE_PLANNING, Days, State, StatutoryClock
from matching.rings import WIDER
from matching.rings import clocks as adoption_clocks
from matching.rules import GATES
from matching.rules.asked import Asked
from matching.rules.gates import months_after
from matching.rules.register import Register
from records.days import day_in_words
from records.model import Child, HomeKind, PlacementNeed, Route
from records.working_days import add_working_days

NOT_SAID: Final = "These records do not say which reviews were held."
REVIEW: Final = "Review of the case"
_PURSUED: Final = "These records do not say whether a local match is being pursued."
_LINKED: Final = "These records do not say whether the adopters are linked with a child."


def of_child(child: Child, register: Register, asked: Asked, days: Days) -> Iterator[StatutoryClock]:
    yield from _reviews(child, register, asked, days)
    if register.is_settled(child):
        return
    who = child.child_id
    waited = max((asked.day - child.referred_on).days, 0)
    yield StatutoryClock(
        "referred_on", "Waiting for a home", who, "child", (who,), child.referred_on, None, State.COUNTS_UP,
        "Referral in the records", "family finder", f"Has waited {waited:,} day{'' if waited == 1 else 's'}.",
    )  # fmt: skip
    yield _needed_by(child, days)
    if child.placement_need is PlacementNeed.EMERGENCY:
        yield from _emergency(child, register)


def _needed_by(child: Child, days: Days) -> StatutoryClock:
    who, last = child.child_id, child.needed_by
    source = "Children Act 1989, section 22C (duty to place); the day is the social worker's"
    if last is None:
        return StatutoryClock(
            "needed_by", "Home needed by", who, "child", (who,), child.referred_on, None, State.ASK, source,
            "child's social worker", "Say by which day the child needs the home.",
            "The day by which a home is needed is not recorded.",
        )  # fmt: skip
    state = days.state(last)
    text = (
        "The day has passed: say where the child is tonight, and what is being done."
        if state is State.OVERDUE
        else f"A home is needed by {day_in_words(last)}."
    )
    left_open = "These records do not say where the child is meanwhile." if state is State.OVERDUE else ""
    return StatutoryClock(
        "needed_by", "Home needed by", who, "child", (who,), child.referred_on, last, state, source, "family finder",
        text, left_open,
    )  # fmt: skip


def _emergency(child: Child, register: Register) -> Iterator[StatutoryClock]:
    """A stay outside the carer's terms ends after six working days; the day it began is not in the records."""
    home = register.lives_in.get(child.child_id)
    if home is None:
        return
    about = (child.child_id, str(register.homes.ids[home]))
    yield StatutoryClock(
        "FOST-11", "Emergency stay outside the carer's terms", child.child_id, "child", about, None, None, State.ASK,
        f"{CARE_PLANNING}, regulation 23", "child's social worker",
        "If the stay is outside the carer's terms, say when it began: by the sixth working day, its first one counted, "
        "the terms are changed or the stay ends.",
        "These records do not say when the stay began.",
    )  # fmt: skip


def _reviews(child: Child, register: Register, asked: Asked, days: Days) -> Iterator[StatutoryClock]:
    who, since = child.child_id, child.looked_after_since
    review = f"{CARE_PLANNING}, regulation 33"
    officer, plan = "independent reviewing officer", "Permanence plan, by the second review"
    if since is None:
        for rule, name, source in (
            ("CPPCR-33", REVIEW, review),
            ("STB-04", plan, "Statutory guidance"),
        ):
            yield StatutoryClock(
                rule, name, who, "child", (who,), None, None, State.ASK, source, "child's social worker",
                "Say since when the child is looked after, or that the child is not.",
                "Since when the child is looked after is not recorded.",
            )  # fmt: skip
        return
    if since > asked.day:
        yield StatutoryClock(
            "CPPCR-33", REVIEW, who, "child", (who,), since, None, State.STOPPED, review, officer,
            f"Begins on {day_in_words(since)}.",
        )  # fmt: skip
        return
    law = asked.law
    due = [add_working_days(since, law.first_review_working_days)]
    due.append(months_after(due[0], law.second_review_months))
    while due[-1] < asked.day:
        due.append(months_after(due[-1], law.later_review_months))
    note = _adoption_reviews(child, register, asked)
    passed = sum(last < asked.day for last in due)
    if passed:
        yield StatutoryClock(
            "CPPCR-33", REVIEW, who, "child", (who,), since, due[passed - 1], State.ASK, review,
            officer, f"By {day_in_words(due[passed - 1])} at the latest the child had {_counted(passed)}. Say when "
            "the last one was.", NOT_SAID + note,
        )  # fmt: skip
    at = due[passed]
    first = passed == 0
    sooner = "" if first else " at the latest; sooner if the one before was held early"
    yield StatutoryClock(
        "CPPCR-33", REVIEW, who, "child", (who,), since, at,
        _upcoming(at, days, certain=first), review, officer,
        f"{_nth(passed + 1)} review due by {day_in_words(at)}{sooner}.",
        NOT_SAID + note, working=first,
    )  # fmt: skip
    second = due[1]
    yield StatutoryClock(
        "STB-04", plan, who, "child", (who,), since, second,
        State.ASK if second < asked.day else _upcoming(second, days, certain=False),
        "Statutory guidance on care planning", officer,
        f"Due by {day_in_words(second)} at the latest; if there is none, the reviewing officer takes it up.",
        "These records do not say whether there is a permanence plan.",
    )  # fmt: skip


def _upcoming(last: date, days: Days, *, certain: bool) -> State:
    state = days.state(last)
    return State.TO_COME if state is State.IN_TIME and not certain else state


def _adoption_reviews(child: Child, register: Register, asked: Asked) -> str:
    """Children who may be placed for adoption are reviewed by other days, which start with an act not recorded."""
    authority = [d for d in (child.placement_order_on, child.parental_consent_on) if d is not None and d <= asked.day]
    if not authority:
        return ""
    lives = register.lives_in.get(child.child_id)
    placed = lives is not None and register.homes.homes[lives].kind is HomeKind.ADOPTER
    since = "the day of placing is not recorded" if placed else "those days are not worked out here"
    return (
        " The council may place this child for adoption: reviews then go by the Adoption Agencies Regulations 2005, "
        f"regulation 36, and {since}."
    )


def _nth(number: int) -> str:
    named = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
    return named[number - 1] if number <= len(named) else f"{number}th"


def _counted(reviews: int) -> str:
    return "to have the first review" if reviews == 1 else f"to have had {reviews} reviews"


def of_adoption(register: Register, asked: Asked, days: Days) -> Iterator[StatutoryClock]:
    """The clocks of `rings.clocks`, in the same words."""
    law = {gate.rule_id: gate.law for gate in GATES}
    names = {
        WIDER: "Wider search for adopters",
        "ADO-11": "Into care to moving in with adopters",
        "ADO-12": "Court's authority to a match",
    }
    for child in register.children:
        if Route.ADOPTION in child.routes and child.looked_after_since is None and not register.is_settled(child):
            who = child.child_id
            yield StatutoryClock(
                "ADO-11", names["ADO-11"], who, "child", (who,), None, None, State.ASK, law["ADO-11"],
                "child's social worker", "Say since when the child is looked after.",
                "Since when the child is looked after is not recorded.",
            )  # fmt: skip
    for one in adoption_clocks(register, asked):
        state = State.OVERDUE if one.overdue else days.state(one.last_day) if one.last_day else State.STOPPED
        # whether adopters are linked with anybody is not recorded, so that nothing is late for certain
        state = State.ASK if one.of_home else state
        left_open = "" if one.rule_id != WIDER else _LINKED if one.of_home else _PURSUED
        yield StatutoryClock(
            one.rule_id, names[one.rule_id], one.who, "home" if one.of_home else "child", (one.who,), one.began_on,
            one.last_day, state, law[one.rule_id], "adopters' agency" if one.of_home else "family finder",
            one.what_next, left_open,
        )  # fmt: skip
