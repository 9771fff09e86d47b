"""The clocks of a match: what is due once a panel has met, or a stay has begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from matching.clocks.clock import CARE_PLANNING, SOON_DAYS, Days, State, StatutoryClock, in_order
from matching.rings import WIDER
from records.store import Match, OnItsWay
from records.store.clocks import DECISION_COUNTS_FROM, day_in_england
from records.store.steps import ADOPTION, LIVE, REFUSALS, next_steps

_MATCH_ACTS: Final = {
    "ADO-09": ("agency decision maker", "Adoption National Minimum Standards 2014", "Decide, and record it."),
    "PLC-09": (
        "child's social worker",
        f"{CARE_PLANNING}, regulation 9",
        "Agree the placement plan and have the carer sign it.",
    ),
    "STB-06": ("child's social worker", f"{CARE_PLANNING}, regulation 28", "Visit the child in the home."),
    "FOST-11": (
        "fostering service",
        f"{CARE_PLANNING}, regulation 23",
        "Change the carer's terms, or end the stay.",
    ),
    "LOC-06": (
        "child's social worker",
        f"{CARE_PLANNING}, regulation 13(4)",
        "Tell the council of the area in writing.",
    ),
}
_IN_WORKING_DAYS: Final = frozenset({"ADO-09", "PLC-09", "FOST-11", "LOC-06"})


def match_clocks(match: Match | OnItsWay, day: date, *, soon_days: int = SOON_DAYS) -> tuple[StatutoryClock, ...]:
    """The clocks of one match that still run, or of which nothing says that what they ask was done."""
    if not match.steps:
        return ()
    found: list[StatutoryClock] = []
    days = Days(day, soon_days)
    about = (*match.children, match.home_id)
    for label, last in match.clocks.items():
        rule_id, _, name = label.partition(" ")
        if _is_over(rule_id, match):
            continue
        acts, source, text = _MATCH_ACTS[rule_id]
        # only a decision is a step of its own: of the rest nothing says that it was done
        told = rule_id == "ADO-09"
        state = days.state(last)
        if not told and state is State.OVERDUE:
            state = State.ASK
        began = _began(rule_id, match)
        found.append(
            StatutoryClock(
                rule_id,
                name[:1].upper() + name[1:],
                match.match_id,
                "match",
                about,
                began,
                last,
                state,
                source,
                acts,
                text,
                DECISION_COUNTS_FROM if told else "No step says whether it was done.",
                working=rule_id in _IN_WORKING_DAYS,
            )
        )
    return in_order(found)


STOPPED_BY_PLACING: Final = frozenset({"needed_by", "referred_on", "FOST-11"})
STOPPED_BY_ADOPTING: Final = frozenset({"ADO-11", "ADO-12", "ADO-13"})


def as_matched(clocks: Iterable[StatutoryClock], matches: Iterable[Match | OnItsWay]) -> tuple[StatutoryClock, ...]:
    """The clocks of children as the matches that people recorded leave them.

    A child who was placed waits no longer; a match for adoption that was decided stops ADO-12 and ADO-13, and moving in
    ADO-11. While one is on its way, whether ADO-13 is late is an open question: a local match may be being pursued.
    """
    stopped: set[tuple[str, str]] = set()
    pursued: dict[str, str] = {}
    for match in sorted(matches, key=lambda one: one.match_id):
        rules: frozenset[str] = frozenset()
        adoption = match.route == ADOPTION
        if match.state == "placed:done":
            rules = STOPPED_BY_PLACING | (STOPPED_BY_ADOPTING if adoption else frozenset())
        elif adoption and match.state in LIVE:
            rules = STOPPED_BY_ADOPTING - {"ADO-11"}
        elif adoption and match.state not in ("profile:done", *REFUSALS) and next_steps(match.route, match.state):
            pursued |= dict.fromkeys(match.children, match.home_id)
        stopped |= {(child, rule) for child in match.children for rule in rules}
    found = []
    for one in clocks:
        if one.of == "child" and (one.who, one.rule_id) in stopped:
            continue
        late = one.state in (State.OVERDUE, State.SOON)
        if one.of == "child" and one.rule_id == WIDER and one.who in pursued and late:
            home = pursued[one.who]
            note = f"A match with home {home} is on its way; these records do not say whether it is a local one."
            one = replace(one, state=State.ASK, about=(*one.about, home), not_known=note)
        found.append(one)
    return in_order(found)


def _is_over(rule_id: str, match: Match | OnItsWay) -> bool:
    step = match.steps[-1].step
    if rule_id == "ADO-09":
        return step != "panel" or match.steps[-1].outcome == "deferred"
    if step in ("ended", "withdrawn", "reversed"):
        return True
    if rule_id == "PLC-09":
        return any("plan_signed_on" in one.body.get("dates", {}) for one in match.steps if one.step == "placed")
    return False


def _began(rule_id: str, match: Match | OnItsWay) -> date | None:
    if rule_id == "ADO-09":
        return day_in_england(match.steps[-1].at)
    starts = [one.body["dates"]["started_on"] for one in match.steps if one.step == "placed"]
    return date.fromisoformat(starts[-1]) if starts else None
