"""Small rounds, and matches on their way, for the tests of the store. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from records.model import Child, Home, HomeKind, Link, LinkKind, Location, Provider, Records, Route
from records.store import Actor, Given, KeptEdition, Override, Store, Wishes

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RANKED = ("group_id", "child_ids", "rank", "home_id", "answer", "points", "sign_off", "who_signs", "questions")
COLUMNS = (*RANKED, "before_confirming")


class Clock:
    """A clock that goes on a little at each look, and stands where it is put."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def on(self, **later: float) -> None:
        """Move it on."""
        self.at += timedelta(**later)


def small_records(children: Iterable[str] = ("C1", "C2", "C3"), homes: Iterable[str] = ("H1", "H2", "H3")) -> Records:
    """Some children, two of them of one family, and some homes."""
    return Records(
        day=DAY,
        children=tuple(
            Child(
                child_id=child_id,
                date_of_birth=date(2018, 5, 4),
                routes=(Route.FOSTER,),
                referred_on=DAY - timedelta(days=10),
                family_id="F1" if child_id in ("C1", "C2") else None,
                home=Location(377_000.25, 393_000.0),
                views="I want to bring my <rabbit>.",
                views_recorded_on=DAY,
            )
            for child_id in sorted(children)
        ),
        homes=tuple(
            Home(home_id, HomeKind.FOSTER, Provider.IN_HOUSE, 2, 2, approved_from=date(2020, 1, 1))
            for home_id in sorted(homes)
        ),
        links=(Link("C1", "H3", LinkKind.BARRED, "seen with the father"),),
        inputs={"children.csv": "a" * 64},
    )


def ranked(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The bytes of a `ranked.csv`."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(str(row.get(name, "")) for name in COLUMNS) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def row(group: str, children: str, home: str, **cells: str) -> dict[str, str]:
    """One row of a `ranked.csv`."""
    return {"group_id": group, "child_ids": children, "home_id": home, "answer": "met", **cells}


ROWS = (
    row("F1", "C1;C2", "H1"),
    row("F1", "C1;C2", "H2", answer="needs_sign_off", sign_off="LOC-03", who_signs="nominated officer"),
    row("C3", "C3", "H1", before_confirming="PLC-09;FOST-21"),
    row("C3", "C3", "H2", answer="unknown", questions="HLT-05"),
)
PLAN = b"child_id,home_id,answer,points,placed_with\nC1,H1,met,800,C2\nC2,H1,met,800,C1\nC3,H2,met,700,\n"
LAW = {
    "placement_plan_working_days": 5,
    "emergency_outside_terms_working_days": 6,
    "area_notice_working_days": 5,
}


def kept_run(
    store: Store, actor: Actor, records: Records | None = None, rows: Iterable[Mapping[str, Any]] = ROWS
) -> str:
    """A small round, kept; gives the run's id."""
    records = records or small_records()
    snapshot = store.keep_snapshot(actor, records)
    document = {
        "law": LAW,
        "rules": {"placewell": "test", "policy": "p" * 64},
        "families": {"C1": ["C2"], "C2": ["C1"]},
        "vacancies": {home.home_id: home.vacancies for home in records.homes},
    }
    return store.keep_run(actor, snapshot, document, {"ranked.csv": ranked(rows), "plan.csv": PLAN})


def planned(store: Store, actor: Actor, council: str) -> KeptEdition:
    """A scenario, words, a forecast, targets and approvals of a council, and an edition that is prepared."""
    scenario = store.keep_scenario(actor, f"More carers for {council}", "more = 2\n")
    store.change_scenario(actor, scenario.scenario_id, 1, toml="more = 3\n")
    store.keep_words(actor, council, 0, 'foreword = "Every child has a home."\n')
    work = store.keep_work(actor, {"title": "October"}, {"position.json": b"{}", "region/totals.csv": b"on\r\n"})
    store.adopt_targets(actor, council, work, {"households": {"teenagers": {"2027-28 Q1": 2}}})
    store.record_approvals(actor, council, 0, {"teenagers": {"2027-28 Q1": 1}})
    return store.prepare_edition(actor, work, {"council": council}, {"statement.html": b"<p>made up</p>"})


def wishes(*children: str) -> dict[str, Wishes]:
    """Wishes of some children, recorded on the day."""
    return {child: Wishes(DAY, "I would like to stay near my school.") for child in children}


def because(**more: Any) -> Given:
    """Reasons in words, and whatever else."""
    return Given(**{"reasons": "It meets what the child needs.", **more})


def override(rule_id: str, **changes: Any) -> Override:
    """A whole override record."""
    whole = Override(
        rule_id,
        broken="1.2 miles outside the council's area",
        route="regulation 11(1)(a)",
        reasons="The only home that takes both.",
        consulted={"child": "agrees", "independent reviewing officer": "agrees"},
        document="case record, 23/11/2026, no 4",
        conditions="family time weekly",
        review_on=DAY + timedelta(days=90),
    )
    return replace(whole, **changes)


FOSTERING: dict[str, Given] = {
    "enquiry_made": Given(),
    "carer_answered": because(outcome="accepts", dates={"answered_on": DAY}),
    "recommended": because(outcome="for"),
    "decided": because(outcome="agreed", capacity="nominated officer"),
    "placed": Given(dates={"started_on": DAY, "plan_signed_on": DAY}),
    "ended": because(dates={"ended_on": DAY, "review_on": DAY}),
}
"""What each step of fostering brings, as a rule."""


def take(store: Store, actor: Actor, match_id: str, *steps: str, **changed: Given) -> int:
    """Take some steps in turn after looking; gives the version. `changed` replaces what a step brings."""
    match = store.read_match(actor, match_id)
    version = match.version
    for step in steps:
        given = changed.get(step) or FOSTERING[step]
        if step == "decided" and not given.wishes:
            given = replace(given, wishes=wishes(*match.children))
        version = store.take_step(actor, match_id, version, step, given)
    return version
