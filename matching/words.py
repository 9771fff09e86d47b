"""How a round is put into words: dates, miles, answers, homes, who signs; the same in reports and on pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

from matching.placements import Placement, who_signs
from matching.points import LABEL, WeighedByFile
from matching.propose import Proposal
from matching.rules.rule import Answer
from records.days import day_in_words
from records.geography import authority_name
from reporting.section import Cell, Tag, Tone

NOT_RECORDED = "not recorded"
MOST_IDS = 24

ANSWER_TAGS: dict[Answer, tuple[str, Tone]] = {
    Answer.MET: ("met", "good"),
    Answer.NEEDS_SIGN_OFF: ("needs sign-off", "caution"),
    Answer.UNKNOWN: ("open question", "question"),
    Answer.BARRED: ("barred", "bad"),
}
TIER_WORDS = {
    "placed": "Children placed",
    "siblings": "Pairs of brothers and sisters together",
    "near": "Pairs of brothers and sisters split, but in homes near each other",
    "local": "Children placed near home or in the council's area",
    "points": "Points: how well homes suit children",
    "cost": "Cost a week (a tie-break only)",
    "keep": "Days in a home that the plan is expected to take from children who come",
}


def in_words(day: date) -> str:
    """A date as people write it: 3 April 2026."""
    return day_in_words(day)


def what_points_say(proposal: Proposal) -> str:
    """What points are, and are not."""
    if isinstance(proposal.weighed, WeighedByFile):
        return (
            f"Points come from {LABEL}, a file of the council's own, not from facts weighed here. They do not foretell "
            "how a placement will go."
        )
    return "Points say how well the recorded facts fit. They do not foretell how a placement will go."


def council_in_words(proposal: Proposal) -> str:
    """The responsible council, by name."""
    code = proposal.asked.council
    return "Council not known" if code is None else f"{authority_name(code) or 'Authority'} ({code})"


def home_id(proposal: Proposal, home: int) -> str:
    """The id of a home, by its index."""
    return str(proposal.register.homes.ids[home])


def home_kind(proposal: Proposal, home: int) -> str:
    """What a home is, and who approved it."""
    one = proposal.register.records.homes[home]
    return f"{plain_word(one.kind)}, {plain_word(one.provider)}"


def answer_tag(answer: Answer | None) -> Cell:
    """The answer of the rules as a word with a colour."""
    return None if answer is None else Tag(*ANSWER_TAGS[answer])


def points_cell(proposal: Proposal, i: int, home: int) -> Cell:
    """Points, with their range where something is not recorded."""
    at = proposal.at(i, home)
    points = int(proposal.weighed.points[at])
    low, high = int(proposal.weighed.low[at]), int(proposal.weighed.high[at])
    return f"{points}" if low == high else (f"{points}", f"{low}–{high}")


def miles_in_words(miles: float) -> str:
    """Miles to one decimal, or that they are not known."""
    return "not known" if math.isnan(miles) else f"{miles:.1f}"


def signed_by(proposal: Proposal, placed: Placement) -> Cell:
    """Who must approve a placement first."""
    lines: list[Cell] = []
    if placed.sign_off:
        lines.append(signed_in_words(proposal, placed.sign_off))
    if placed.questions:
        lines.append(f"open question accepted: {', '.join(placed.questions)}")
    return tuple(lines) or "nobody"


def signed_in_words(proposal: Proposal, rule_ids: Iterable[str]) -> str:
    """Who signs, and under which rules: rules that one person signs stand together."""
    wanted = set(rule_ids)
    by: dict[str, list[str]] = {}
    for rule in proposal.rules:
        if rule.rule_id in wanted:
            by.setdefault(who_signs(rule) or "nobody may", []).append(rule.rule_id)
    return "; ".join(f"{who} ({', '.join(ids)})" for who, ids in by.items())


def list_in_words(values: Sequence[str]) -> str:
    """Several values of a record in words."""
    return ", ".join(plain_word(v) for v in values) or NOT_RECORDED


def plain_word(value: str | None) -> str:
    """A value of a record in words."""
    return NOT_RECORDED if value is None else str(value).replace("_", " ")


def since_in_words(day: date, today: date) -> str:
    """A day and how many days ago it was."""
    days = (today - day).days
    return f"{in_words(day)} ({days} day{'' if days == 1 else 's'})"


def some_ids(ids: Sequence[str]) -> str:
    """The first ids of a list, and how many more there are."""
    shown = ", ".join(ids[:MOST_IDS])
    return shown if len(ids) <= MOST_IDS else f"{shown} and {len(ids) - MOST_IDS} more"


def yes_no(value: int | bool) -> str:
    """A value of the law in words."""
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}"


def tier_value(name: str, value: float) -> str:
    """The value of a tier as people read it."""
    if not math.isfinite(value):
        return "not known"
    return f"£{value / 100:,.2f}" if name == "cost" else f"{value:,.10g}"


def policy_value(value: object) -> str:
    """A value of the policy in words."""
    if value is None:
        return "not stated"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
