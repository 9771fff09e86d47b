"""A round kept whole in a store, the next round told what people said since, and any round worked out again.

Replaying takes nothing but what is stored: records, policy, points, what was told and asked. Every file must come
out the same to the last byte; only how long it took may differ.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from matching.outputs import FILES, write_all
from matching.points import LABEL, read_points
from matching.policy import Policy
from matching.propose import PlanDisagrees, Proposal, propose
from matching.question import Question, Solution, TierResult
from matching.results import Step, nobody_listens
from matching.rules.kinds import KINDS_FOR_ROUTE
from matching.rules.law import sources
from matching.solvers import Watch
from matching.versions import versions
from records.model import Link, LinkKind, Records, SiblingPlan
from records.store import Actor, Store
from records.store.canonical import canonical, sha256
from records.store.rounds import POINTS
from records.store.saying import NextRound

SUMMARY: Final = "summary.json"
NOT_COMPARED: Final = ("seconds", "versions", "files")
"""Of `summary.json`: times differ each time, versions are compared by themselves, files are compared as files."""
NOTHING_SAID: Final = NextRound({}, ())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a round is asked, besides records and policy: as for `propose` and `work_out`."""

    council: str | None = None
    allow: tuple[str, ...] = ()
    solver: str = "bundles"
    workers: int = 1
    time_limit: float | None = None
    every_cost: bool = False
    every_plan: bool = False
    keep: Mapping[str, str | None] | None = None
    """What people were told before: child id to home id, None for no home."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run worked out again. `differ`: each file that is not the same, and why that may be."""

    run_id: str
    same: tuple[str, ...]
    differ: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every file is the same to the last byte."""
        return not self.differ


def keep_round(
    store: Store,
    actor: Actor,
    records: Records,
    policy: Policy,
    asked: Asked | None = None,
    *,
    points: bytes | None = None,
    told: NextRound = NOTHING_SAID,
) -> tuple[str, dict[str, Any]]:
    """Work a round out and keep it: records, policy, law, versions, result, every file; gives the run's id.

    `told`: what people said since the last round (`Store.next_round`). The summary is the second thing given.
    """
    asked = asked or Asked()
    snapshot = store.keep_snapshot(actor, records)
    document, files = whole_round(records, policy, asked, points=points, told=told)
    return store.keep_run(actor, snapshot, document, files), json.loads(files[SUMMARY])


def whole_round(
    records: Records,
    policy: Policy,
    asked: Asked,
    *,
    points: bytes | None = None,
    told: NextRound = NOTHING_SAID,
    watch: Watch | None = None,
    step: Step | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Work a round out: the document and the files that `Store.keep_run` keeps. Needs no store.

    `watch`, `step` and `stop` as in `propose` and `work_out`.
    """
    proposal, files = worked_out(records, policy, asked, points, told, watch=watch, step=step, stop=stop)
    summary = json.loads(files[SUMMARY])
    ids = proposal.question.home_ids
    document = {
        "asked": asdict(asked) | {"allow": list(asked.allow)},
        "told": {"pins": dict(told.pins), "vetoes": [list(one) for one in told.vetoes]},
        "policy": policy.as_dict(),
        "law": law_in_force(records),
        "versions": versions(),
        "rules": {"placewell": versions()["placewell"], "policy": policy.fingerprint},
        # Nothing here is drawn at random: equal plans are told apart by a fixed rule of ids.
        "seed": None,
        "families": brothers_and_sisters(records),
        "vacancies": {home.home_id: home.vacancies for home in records.homes},
        "routes": routes_of(records),
        "result": {
            "solver": proposal.solution.solver,
            "proved": proposal.solution.proved,
            "unique": proposal.solution.unique,
            "tiers": summary["tiers"],
            "notes": list(proposal.solution.notes),
            "home_of": {
                child: ids[home] if home >= 0 else None
                for child, home in zip(proposal.question.child_ids, proposal.home_of.tolist(), strict=True)
            },
        },
    }
    if points is not None:
        files[POINTS] = points
    return document, files


def reopened(document: Mapping[str, Any], records: Records, points: bytes | None = None) -> Proposal:
    """The proposal of a kept run, from its document, its snapshot and its points; nothing is solved again.

    Every rule is asked anew, and the plan audited: raises `PlanDisagrees` where the rules or the law on file have
    changed so that the plan does not hold any more.
    """
    asked, told = _asked_of(document), _told_of(document)
    result = document["result"]

    def as_solved(question: Question) -> Solution:
        number = {home_id: at for at, home_id in enumerate(question.home_ids)}
        homes = [result["home_of"].get(child_id) for child_id in question.child_ids]
        home_of = np.array([-1 if h is None else number[h] for h in homes], dtype=np.int64)
        pairs = set(zip(question.pair_child.tolist(), question.pair_home.tolist(), strict=True))
        if lost := [question.child_ids[i] for i, h in enumerate(home_of.tolist()) if h >= 0 and (i, h) not in pairs]:
            raise PlanDisagrees(
                f"The plan of this run gives {', '.join(lost[:5])} a home that the rules now on file do not leave "
                "open. Work out a new round."
            )
        tiers = tuple(_tier_of(one) for one in result["tiers"])
        notes = tuple(result.get("notes", ()))
        return Solution(home_of, tiers, result["unique"], result["solver"], 0.0, notes)

    return _proposed(records, policy_of(document["policy"]), asked, points, told, solved=as_solved)


def replay(store: Store, actor: Actor, run_id: str) -> Replayed:
    """Work a kept run out again from what is stored, and compare every file byte for byte."""
    run = store.read_run(actor, run_id)
    document = run.document
    records = store.read_snapshot(actor, run.snapshot_id)
    policy = policy_of(document["policy"])
    points = store.read_file(actor, run_id, POINTS) if POINTS in run.files else None
    asked, told = _asked_of(document), _told_of(document)
    _, files = worked_out(records, policy, asked, points, told)

    same: list[str] = []
    differ: list[str] = []
    for name, digest in sorted(run.files.items()):
        if name == POINTS:
            continue
        if name == SUMMARY:
            alike = _timeless(files[name]) == _timeless(store.read_file(actor, run_id, name))
        else:
            alike = sha256(files[name]) == digest
        (same if alike else differ).append(name)
    return Replayed(run_id, tuple(same), tuple(differ), tuple(_notes(document, policy, records)))


def worked_out(
    records: Records,
    policy: Policy,
    asked: Asked,
    points: bytes | None,
    told: NextRound,
    *,
    watch: Watch | None = None,
    step: Step | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Proposal, dict[str, bytes]]:
    """A round and the bytes of its files."""
    proposal = _proposed(records, policy, asked, points, told, watch=watch, step=step, stop=stop)
    with tempfile.TemporaryDirectory(prefix="placewell-") as folder:
        out = Path(folder) / "results"
        write_all(
            proposal,
            out,
            seconds={},
            step=step,
            workers=asked.workers,
            time_limit=asked.time_limit,
            every_cost=asked.every_cost,
            told=asked.keep,
            every_plan=asked.every_plan,
        )
        return proposal, {name: (out / name).read_bytes() for name in FILES}


def _proposed(
    records: Records,
    policy: Policy,
    asked: Asked,
    points: bytes | None,
    told: NextRound,
    *,
    watch: Watch | None = None,
    step: Step | None = None,
    stop: Callable[[], bool] | None = None,
    solved: Callable[[Question], Solution] | None = None,
) -> Proposal:
    (step or nobody_listens)("Asking the rules and weighing homes")
    words, records = with_vetoes(records, told)
    given = None
    if points is not None:
        with tempfile.TemporaryDirectory(prefix="placewell-") as folder:
            path = Path(folder) / LABEL
            path.write_bytes(points)
            given = read_points(path, records)
        records = given.added_to(records)
    proposal = propose(
        records,
        policy,
        council=asked.council,
        allow=asked.allow,
        points=given,
        solver=asked.solver,
        workers=asked.workers,
        time_limit=asked.time_limit,
        pins=told.pins,
        watch=watch,
        stop=stop,
        solved=solved,
    )
    return replace(proposal, warnings=(*words, *proposal.warnings))


def with_vetoes(records: Records, told: NextRound) -> tuple[tuple[str, ...], Records]:
    """The records with a bar for each home that a person or its carer refused, and the words that say so."""
    children = {child.child_id for child in records.children}
    homes = {home.home_id for home in records.homes}
    barred = {
        (child, home): Link(child, home, LinkKind.BARRED, reason)
        for child, home, reason, _ in told.vetoes
        if child in children and home in homes
    }
    links = sorted({*records.links, *barred.values()}, key=lambda one: (one.child_id, one.home_id, one.link.value))
    words = tuple(
        f"Home {home} is not proposed for child {child}: {link.reason}. Withdraw this to have it asked again."
        for (child, home), link in sorted(barred.items())
    )
    return words, replace(records, links=tuple(links)) if barred else records


def policy_of(values: Mapping[str, Any]) -> Policy:
    """The policy that `Policy.as_dict` gave. Raises TypeError for one of another form."""
    lists = {f.name for f in fields(Policy) if str(f.type).startswith("tuple")}
    cells: dict[str, Any] = {name: tuple(v) if name in lists else v for name, v in values.items()}
    return Policy(**cells)


def brothers_and_sisters(records: Records) -> dict[str, list[str]]:
    """Each child's brothers and sisters of the round, those assessed to live apart left out."""
    apart = {(row.child_a, row.child_b) for row in records.siblings if row.plan is SiblingPlan.APART}
    families: dict[str, list[str]] = {}
    for child in records.children:
        if child.family_id is not None:
            families.setdefault(child.family_id, []).append(child.child_id)
    found = {
        one: [other for other in family if other != one and (min(one, other), max(one, other)) not in apart]
        for family in families.values()
        for one in family
    }
    return {one: others for one, others in sorted(found.items()) if others}


def routes_of(records: Records) -> dict[str, dict[str, list[str]]]:
    """The routes each child's plan allows, and each home's kind may be used for [PLC-03]."""
    return {
        "children": {child.child_id: [str(route) for route in child.routes] for child in records.children},
        "homes": {
            home.home_id: [str(route) for route, kinds in KINDS_FOR_ROUTE.items() if home.kind in kinds]
            for home in records.homes
        },
    }


def law_in_force(records: Records) -> dict[str, int | bool]:
    """Each number the law fixes, on the day of the round."""
    return {source.name: source.on(records.day) for source in sources()}


def _asked_of(document: Mapping[str, Any]) -> Asked:
    return Asked(**{**document["asked"], "allow": tuple(document["asked"]["allow"])})


def _told_of(document: Mapping[str, Any]) -> NextRound:
    said = document["told"]
    return NextRound(said["pins"], tuple((c, h, why, source) for c, h, why, source in said["vetoes"]))


def _tier_of(told: Mapping[str, Any]) -> TierResult:
    """A tier as `summary.json` tells it; there costs are in pounds, and no bound is null."""
    pence = 100 if told["name"] == "cost" else 1
    bound = math.inf if told["bound"] is None else told["bound"] * pence
    return TierResult(told["name"], round(told["value"] * pence), float(bound), told["proved"], 0.0)


def _timeless(data: bytes) -> bytes:
    return canonical({name: value for name, value in json.loads(data).items() if name not in NOT_COMPARED})


def _notes(document: Mapping[str, Any], policy: Policy, records: Records) -> Sequence[str]:
    notes = []
    if policy.fingerprint != document["rules"]["policy"]:
        notes.append("This version of Placewell knows choices of policy that the run did not have.")
    now, then = law_in_force(records), document["law"]
    changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    if changed:
        notes.append(f"The law on file for that day has changed since: {', '.join(changed)}.")
    other = [
        f"{n} {then_} then, {versions().get(n)} now"
        for n, then_ in document["versions"].items()
        if versions().get(n) != then_
    ]
    if other:
        notes.append(f"Other versions: {'; '.join(other)}.")
    if not document["result"]["proved"]:
        notes.append("The run was not proved best within its time limit: on another day the clock may stop elsewhere.")
    return notes
