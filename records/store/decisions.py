"""From a proposal to a home: each step a fact of its own, in the order the law puts them in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from records.days import day_in_words
from records.store.access import Role
from records.store.bringing import About, Given, as_plain
from records.store.canonical import canonical
from records.store.clocks import Taken, clocks
from records.store.desk import Desk, call
from records.store.errors import Conflict, OutOfOrder, Purged, Refused
from records.store.rounds import ranked_of
from records.store.rows import home, person
from records.store.saying import NextRound, pins_and_vetoes
from records.store.schema import content_subjects, matches, mentions, overrides, runs, steps, trail
from records.store.steps import ADOPTION, LIVE, REFUSALS, ROUTES, check_step, next_steps
from records.store.work import Work

NOT_SHOWN: Final = "a child not shown to you"
"""What stands for a brother or sister of the children whom the person may not see."""
NOT_AGAIN_DAYS: Final = 180
"""A carer's refusal is told to the next rounds for so long, unless somebody asks the carer again."""


@dataclass(frozen=True, slots=True)
class Match:
    """One group of children and one home under consideration, and how far it has come.

    `choices`: every home the run left open for the group, best first, this one among them; none once the run's files
    were purged. `version` is what the
    next step has to name. `clocks`: what is due when.
    """

    match_id: str
    run_id: str
    group_id: str
    children: tuple[str, ...]
    home_id: str
    route: str
    state: str
    version: int
    may_follow: tuple[str, ...]
    steps: tuple[Taken, ...]
    overrides: tuple[Mapping[str, Any], ...]
    choices: tuple[Mapping[str, str], ...]
    clocks: Mapping[str, date]


class Decisions(Desk):
    """Matches and the steps they take."""

    @call
    def propose_match(self, work: Work, run_id: str, group_id: str, home_id: str, route: str, given: Given) -> str:
        """Open a match of a group and a home that the run left open for it; gives its id. Decides nothing.

        Raises `OutOfOrder` with the rule for a home that is barred, or that the run does not list for the group.
        """
        if route not in ROUTES:
            raise OutOfOrder("PLC-03", f"There is no route {route}.", "Nothing was written.", ", ".join(ROUTES))
        run = work.must(runs, "run", run_id=run_id)
        _of_the_latest(work, run)
        choices = ranked_of(work, run, group_id)
        chosen = next((row for row in choices if row["home_id"] == home_id), None)
        if chosen is None:
            raise OutOfOrder(
                "GOV-13" if not choices else "PLC-02",
                f"Run {run_id} does not leave home {home_id} open for {group_id}.",
                "A home that a rule bars, or that has no place, is never proposed. Nothing was written.",
                "Open the run: it says which rule bars which home, and which homes are open.",
            )
        children = chosen["child_ids"].split(";")
        work.about([*(person(c) for c in children), home(home_id), f"run:{run_id}"])
        match_id = str(uuid.uuid4())
        document = work.body(run.document)
        _of_this_route(document.get("routes"), route, children, home_id)
        pair = {name: _listed(chosen[name]) for name in ("sign_off", "questions", "before_confirming")}
        pair["split_from"] = _split_from(document.get("families", {}), children, route)
        about = About(children, route, (), (), (), seen=(), today=work.today)
        given = _done(given)
        first = "profile" if route == ADOPTION else "proposed"
        check_step(first, None, given, about)
        body = {
            "pair": {**pair, "answer": chosen["answer"], "who_signs": chosen.get("who_signs", "")},
            "vacancies": document["vacancies"].get(home_id),
            "law": document["law"],
            "rules": document["rules"],
        }
        work.add(
            matches,
            match_id=match_id,
            run_id=run_id,
            group_id=group_id,
            children=canonical(children).decode(),
            home_id=home_id,
            route=route,
        )
        work.about([f"match:{match_id}"])
        _write(work, match_id, 1, first, given, _whom(children, home_id), body)
        return match_id

    @call
    def take_step(self, work: Work, match_id: str, version: int, step: str, given: Given) -> int:
        """Take the next step of a match that stands at this version; gives the new version.

        Raises `OutOfOrder` with the rule when the law wants something first, `Refused` when the role may not take
        this step, and `Conflict` with both versions when somebody else was first.
        """
        found = work.must(matches, "match", match_id=match_id)
        children = json.loads(found.children)
        whom = _whom(children, found.home_id)
        work.about([*whom, f"match:{match_id}"])
        taken = work.rows(steps, match_id=match_id)
        given = _done(given)
        last = taken[-1]
        if last.version != version:
            raise Conflict(
                f"match {match_id}: version {last.version} stands now, and the step was meant for version {version}.",
                {"version": version, "step": step, **as_plain(given)},
                _plain_step(work, last),
            )
        first = work.body(taken[0].body)
        pair = first["pair"]
        about = About(
            children,
            found.route,
            [*pair["sign_off"], *(["SIB-01"] if pair["split_from"] else [])],
            pair["questions"],
            pair["before_confirming"],
            _seen(work, match_id),
            work.today,
        )
        allowed = check_step(step, f"{last.step}:{last.outcome}", given, about)
        _in_role(work, step, allowed.roles)
        _not_of_the_panel(work, step, taken)
        if unknown := set(given.applies_to) - set(children):
            raise Refused(f"{', '.join(sorted(unknown))}: not in this group.", "Nothing was written.", "Mend the ids.")
        if f"{step}:{given.outcome}" in LIVE:
            _still_free(work, found, children, first["vacancies"])
        _write(work, match_id, version + 1, step, given, whom, {"seen": list(about.seen)})
        if given.outcome == "agreed":
            for one in given.overrides:
                body = as_plain(one) | {
                    "rule_set": first["rules"],
                    "children": children,
                    "home": found.home_id,
                    "decided_by": work.actor.name,
                    "capacity": given.capacity,
                    "at": work.at.isoformat(),
                }
                address = work.keep("override", whom, body)
                work.add(overrides, match_id=match_id, version=version + 1, rule_id=one.rule_id, body=address)
        return version + 1

    @call
    def read_match(self, work: Work, match_id: str) -> Match:
        """A match with its steps, reasons, overrides and every other home that was open. That you looked is kept."""
        return self._match(work, match_id)

    @call
    def home_enquiries(self, work: Work, home_id: str) -> list[Match]:
        """Every match with a home, the first one first, for who looks the home up; without those barred to the person.

        It is not having opened them: whoever recommends or decides still has to read the match.
        """
        bars = work.bars()
        work.about([home(home_id)])
        return [
            self._match(work, row.match_id)
            for row, _, _ in states(work, _touching([home(home_id)]))
            if row.home_id == home_id and not bars & set(_whom(json.loads(row.children), row.home_id))
        ]

    def _match(self, work: Work, match_id: str) -> Match:
        found = work.must(matches, "match", match_id=match_id)
        children = json.loads(found.children)
        work.about([*_whom(children, found.home_id), f"match:{match_id}"])
        run = work.must(runs, "run", run_id=found.run_id)
        bars = work.bars()
        try:
            listed = ranked_of(work, run, found.group_id)
        except Purged:
            listed = ()
        choices = tuple(row for row in listed if home(row["home_id"]) not in bars)
        taken = tuple(_without(_taken(work, row), bars) for row in work.rows(steps, match_id=match_id))
        state = f"{taken[-1].step}:{taken[-1].outcome}"
        return Match(
            match_id,
            found.run_id,
            found.group_id,
            tuple(children),
            found.home_id,
            found.route,
            state,
            taken[-1].version,
            next_steps(found.route, state),
            taken,
            tuple(work.body(row.body) for row in work.rows(overrides, match_id=match_id)),
            choices,
            clocks(taken),
        )

    @call
    def list_matches(self, work: Work, *, closed: bool = False) -> list[tuple[str, str, str, str, str, int]]:
        """Matches that are open: id, group, home, route, state, version; with `closed` those that came to an end too.

        Without those from whom the person is barred.
        """
        bars = work.bars()
        shown = []
        for row, state, version in states(work):
            if not closed and not next_steps(row.route, state):
                continue
            whom = _whom(json.loads(row.children), row.home_id)
            if not bars & set(whom):
                work.about(whom)
                shown.append((row.match_id, row.group_id, row.home_id, row.route, state, version))
        return shown

    @call
    def next_round(self, work: Work) -> NextRound:
        """Pins, vetoes and carers' refusals that the next round is told, each refusal with its reason and date."""
        pins, vetoes = pins_and_vetoes(work)
        bars = work.bars()
        for row, state, version in states(work):
            children = json.loads(row.children)
            if state not in REFUSALS or bars & set(_whom(children, row.home_id)):
                continue
            last = work.must(steps, "step", match_id=row.match_id, version=version)
            if work.at - _at(last.at) > timedelta(days=NOT_AGAIN_DAYS):
                continue
            body = work.body(last.body)
            work.about(_whom(children, row.home_id))
            on = day_in_words(date.fromisoformat(body["dates"]["answered_on"]))
            for child_id in body["applies_to"] or children:
                reason = f"the carer declined on {on}: {body['reasons'].rstrip('. ')}"
                vetoes.append((child_id, row.home_id, reason, f"match {row.match_id}"))
        return NextRound(pins, tuple(sorted(vetoes)))


def _of_the_latest(work: Work, run: Row[Any]) -> None:
    """What a proposal rests on is the newest that is known."""
    newest = work.connection.execute(select(runs).order_by(runs.c.entry.desc()).limit(1)).one()
    if newest.run_id != run.run_id:
        raise OutOfOrder(
            "GOV-13",
            "A later round has been worked out since this one.",
            "Nothing was written: homes, places and questions may not be what they were.",
            "Open the latest round, look again, and propose from there.",
        )


def _of_this_route(
    routes: Mapping[str, Mapping[str, Sequence[str]]] | None, route: str, children: Sequence[str], home_id: str
) -> None:
    """The plan of every child allows the route, and the home is of a kind for it; earlier runs did not keep which."""
    if routes is None:
        return
    not_planned = [c for c in children if route not in routes["children"].get(c, ())]
    if not_planned or route not in routes["homes"].get(home_id, ()):
        whose = f"the care plan of {', '.join(not_planned)}" if not_planned else f"the kind of home {home_id}"
        raise OutOfOrder(
            "PLC-03",
            f"The route {route.replace('_', ' ')} does not fit {whose}.",
            "Nothing was written: another law would apply to this match than the one that was asked.",
            "Choose the route that the care plan names and the home is approved for.",
        )


def _split_from(families: Mapping[str, Sequence[str]], children: Sequence[str], route: str) -> list[str]:
    """Brothers and sisters of the round whom this match would leave behind; where adoption is the plan there is no
    presumption either way [SIB-08, PLC-07]."""
    if route in (ADOPTION, "early_permanence"):
        return []
    return sorted({s for c in children for s in families.get(c, ())} - set(children))


def _listed(cell: str) -> list[str]:
    return [item for item in cell.split(";") if item]


def _done(given: Given) -> Given:
    """Steps without a choice have one outcome, and need not say it."""
    return given if given.outcome else replace(given, outcome="done")


def _whom(children: list[str], home_id: str) -> list[str]:
    return [*(person(c) for c in children), home(home_id)]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _in_role(work: Work, step: str, roles: frozenset[Role]) -> None:
    mine = work.roles_of(work.actor)
    if work.actor.acting_as is not None:
        mine &= {work.actor.acting_as}
    may = mine & roles
    if not may:
        raise Refused(
            f"{step}: {work.actor.user_id} may not take this step (roles: {', '.join(sorted(mine))}).",
            "Nothing was written, and the refusal is in the trail.",
            f"It takes one of: {', '.join(sorted(roles))}.",
        )
    work.role = next(role for role in Role if role in may)


def _not_of_the_panel(work: Work, step: str, taken: Sequence[Row[Any]]) -> None:
    """Nobody of the panel takes part in the decision; on a computer of one user, that user writes for both."""
    if (
        step == "decision"
        and not work.actor.local
        and work.actor.user_id in {one.user_id for one in taken if one.step == "panel"}
    ):
        raise OutOfOrder(
            "ADO-09",
            f"{work.actor.user_id} recorded the panel's recommendation.",
            "Nobody of an adoption panel takes part in the decision (Adoption Agencies Regulations 2005, regulation "
            "33). Nothing was written.",
            "Let the agency decision maker record it.",
        )


def _write(
    work: Work, match_id: str, version: int, step: str, given: Given, whom: list[str], more: Mapping[str, Any]
) -> None:
    address = work.keep("step", whom, {**as_plain(given), **more, "match": match_id, "version": version})
    assert work.role is not None  # noqa: S101 - a call without a role never comes so far
    work.add(
        steps,
        match_id=match_id,
        version=version,
        step=step,
        outcome=given.outcome,
        user_id=work.actor.user_id,
        name=work.actor.name,
        role=work.role.value,
        capacity=given.capacity,
        at=work.at.isoformat(timespec="microseconds"),
        body=address,
    )


def _seen(work: Work, match_id: str) -> list[int]:
    """The entries in which this person opened the match."""
    query = (
        select(trail.c.seq)
        .join(mentions, mentions.c.seq == trail.c.seq)
        .where(
            mentions.c.subject == f"match:{match_id}",
            trail.c.act == "read_match",
            trail.c.outcome == "done",
            trail.c.user_id == work.actor.user_id,
        )
        .order_by(trail.c.seq)
    )
    return list(work.connection.execute(query).scalars().all())


def _still_free(work: Work, match: Row[Any], children: list[str], vacancies: int | None) -> None:
    """A child has one home, and a home no more children than its places; matches that stand are counted."""
    taken = 0
    for row, state, _ in states(work, _touching(_whom(children, match.home_id))):
        if row.match_id == match.match_id or state not in LIVE:
            continue
        theirs = json.loads(row.children)
        if both := sorted(set(theirs) & set(children)):
            raise OutOfOrder(
                "PLC-02",
                f"Child {', '.join(both)} has an agreed home already (match {row.match_id}).",
                "Nothing was written: a child cannot be placed twice.",
                "End or withdraw that match first.",
            )
        if row.home_id == match.home_id:
            taken += len(theirs)
    if vacancies is not None and taken + len(children) > vacancies:
        raise OutOfOrder(
            "FOST-02",
            f"Home {match.home_id} had {vacancies} places in this run, and {taken} are agreed for others.",
            "Nothing was written: the home would take more children than it offers.",
            "Withdraw or end another match, or work out a new round with the places as they are now.",
        )


def states(work: Work, among: Select[tuple[str]] | None = None) -> list[tuple[Row[Any], str, int]]:
    """Every match, or those among some, with its state and version."""
    newest = select(steps.c.match_id, func.max(steps.c.version).label("version")).group_by(steps.c.match_id)
    if among is not None:
        newest = newest.where(steps.c.match_id.in_(among))
    last = newest.subquery()
    query = (
        select(matches, steps.c.version, steps.c.step, steps.c.outcome)
        .join(last, matches.c.match_id == last.c.match_id)
        .join(steps, (steps.c.match_id == last.c.match_id) & (steps.c.version == last.c.version))
        .order_by(matches.c.entry)
    )
    found = work.connection.execute(query).all()
    return [(row, f"{row.step}:{row.outcome}", row.version) for row in found]


def _touching(whom: list[str]) -> Select[tuple[str]]:
    """The matches that are about one of these children or homes."""
    return (
        select(steps.c.match_id)
        .join(content_subjects, content_subjects.c.sha256 == steps.c.body)
        .where(content_subjects.c.subject.in_(whom))
    )


def _taken(work: Work, row: Row[Any]) -> Taken:
    return Taken(
        row.version,
        row.step,
        row.outcome,
        row.user_id,
        row.name,
        row.role,
        row.capacity,
        row.at,
        work.body(row.body),
    )


def _without(taken: Taken, bars: frozenset[str]) -> Taken:
    """The step without the names of brothers and sisters left behind from whom the person is barred."""
    pair = taken.body.get("pair")
    if pair is None or not {person(one) for one in pair.get("split_from", ())} & bars:
        return taken
    left = [one if person(one) not in bars else NOT_SHOWN for one in pair["split_from"]]
    return replace(taken, body={**taken.body, "pair": {**pair, "split_from": left}})


def _plain_step(work: Work, row: Row[Any]) -> dict[str, Any]:
    return {
        "version": row.version,
        "step": row.step,
        "by": row.user_id,
        "role": row.role,
        "at": row.at,
        **work.body(row.body),
    }
