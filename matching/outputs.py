"""The files of one finished round, written whole or not at all.

Results without a `summary.json` are not whole: it is put in place last.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from matching import explain
from matching.ahead import Ahead
from matching.ahead_words import table as scarce_table
from matching.conflicts.table import UNPLACED_COLUMNS, unplaced_rows
from matching.fairness import envy_table, fairness_table
from matching.opportunity import Cost
from matching.pairs import NOT_LISTED
from matching.placements import NO_HOME, BeforeConfirming, Placement, who_signs
from matching.propose import Proposal
from matching.refusals_file import refusals_table
from matching.results import Results, Step, nobody_listens, work_out
from matching.rings import CLOCK_COLUMNS, clock_cells, clocks, ring_of
from matching.rules.law import sources
from matching.rules.location import Area, homes_in
from matching.rules.rule import Answer, Rule
from matching.versions import versions
from records.check import findings_frame
from records.geography import authority_name
from reporting.whole import sha256_of, write_text, written_whole
from reporting.write import csv_text

FILES = (
    "plan.csv",
    "pairs.parquet",
    "ranked.csv",
    "unplaced.csv",
    "fairness.csv",
    "envy.csv",
    "findings.csv",
    "report.html",
    "summary.json",
)
REFUSALS = "refusals.csv"
"""Written only where enquiries are recorded, or it is asked for."""
SCARCE = "scarce.csv"
"""Written only where a forecast says who is expected."""
PAIRS_AT_ONCE = 200_000
OVER_20_MILES = 20.0
LIST = ";"

Words = NDArray[np.uint64]


def write_all(
    proposal: Proposal,
    out: Path,
    *,
    seconds: Mapping[str, float],
    step: Step | None = None,
    workers: int = 1,
    time_limit: float | None = None,
    every_cost: bool = False,
    told: Mapping[str, str | None] | None = None,
    every_plan: bool = False,
    fairness_counts: bool = False,
    refuse: int | None = None,
    likelier: bool = False,
    ahead: Ahead | None = None,
) -> dict[str, Any]:
    """Write every file of the contract to the folder `out`, replacing an earlier run's, and return the summary.

    `seconds`: how long each stage before this one took. `fairness_counts`: fairness.csv tells small numbers too, for
    casework alone. The others are as in `matching.results.work_out`.
    Raises OSError when the folder cannot be written.
    """
    say = step or nobody_listens
    results = work_out(
        proposal,
        step=step,
        workers=workers,
        time_limit=time_limit,
        every_cost=every_cost,
        told=told,
        every_plan=every_plan,
        refuse=refuse,
        likelier=likelier,
        ahead=ahead,
    )
    besides = [REFUSALS] * (results.refused is not None) + [SCARCE] * (ahead is not None)
    names = (*besides, *FILES)
    with written_whole(out, names, gone=(REFUSALS, SCARCE)) as partial:
        say("Writing the results")
        write_text(partial / "plan.csv", csv_text(plan_table(results)))
        write_pairs(proposal, partial / "pairs.parquet")
        write_text(partial / "ranked.csv", csv_text(ranked_table(results)))
        write_text(partial / "unplaced.csv", csv_text(unplaced_table(results)))
        write_text(partial / "fairness.csv", csv_text(fairness_table(results.fairness, counts=fairness_counts)))
        write_text(partial / "envy.csv", csv_text(envy_table(proposal, results.envy)))
        write_text(partial / "findings.csv", csv_text(findings_frame(proposal.register.records.findings)))
        write_text(partial / "report.html", explain.report(results))
        if results.refused is not None:
            write_text(partial / REFUSALS, csv_text(refusals_table(*results.refused)))
        if ahead is not None:
            write_text(partial / SCARCE, csv_text(scarce_table(ahead.prices)))
        written = {name: sha256_of(partial / name) for name in names if name != "summary.json"}
        told = summary(results, seconds=seconds, files=written)
        write_text(partial / "summary.json", json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    return told


def plan_table(results: Results) -> pd.DataFrame:
    """`plan.csv`: one row for each child, the columns of the contract first."""
    proposal = results.proposal
    register = proposal.register
    signs = _who_signs(proposal.rules)
    rings, running = ring_of(register, proposal.asked), clocks(register, proposal.asked)
    rows = []
    for i, placed in enumerate(results.plan):
        home = placed.home
        at_home = home != NO_HOME
        at = proposal.at(i, home) if at_home else NOT_LISTED
        before = results.before.of([i], home) if at_home else ()
        rows.append(
            {
                "child_id": placed.child_id,
                "home_id": str(register.homes.ids[home]) if at_home else None,
                "answer": placed.answer.word if placed.answer is not None else None,
                "points": int(proposal.weighed.points[at]) if at_home else None,
                "miles_home": _one_decimal(proposal.miles_home[at]) if at_home else None,
                "miles_school": _one_decimal(proposal.miles_school[at]) if at_home else None,
                "sign_off": LIST.join(placed.sign_off),
                "who_signs": LIST.join(dict.fromkeys(signs[r] for r in placed.sign_off if signs[r])),
                "questions": LIST.join(placed.questions),
                "before_confirming": LIST.join(dict.fromkeys(gate.rule_id for gate in before)),
                "group_id": placed.group_id,
                "placed_with": LIST.join(placed.placed_with),
                "stays": placed.stays if at_home else None,
                "points_low": int(proposal.weighed.low[at]) if at_home else None,
                "points_high": int(proposal.weighed.high[at]) if at_home else None,
                "ring": str(rings[home]) if at_home else None,
                **clock_cells(running, placed.child_id),
            }
        )
    return _table(rows, PLAN_COLUMNS)


PLAN_COLUMNS = (
    "child_id",
    "home_id",
    "answer",
    "points",
    "miles_home",
    "miles_school",
    "sign_off",
    "who_signs",
    "questions",
    "before_confirming",
    "group_id",
    "placed_with",
    "stays",
    "points_low",
    "points_high",
    "ring",
    *CLOCK_COLUMNS,
)
RANKED_COLUMNS = (
    "group_id",
    "child_ids",
    "rank",
    "home_id",
    "answer",
    "points",
    "sign_off",
    "who_signs",
    "questions",
    "before_confirming",
    "miles_home",
    "usable_in_plan",
    "in_plan",
    "points_low",
    "points_high",
    "cost_rests_on",
    "ring",
)
COST_COLUMNS = ("who_is_displaced", "who_is_left_without")
"""After the columns of the tiers, before `sign_off`. Those left without a home are among those displaced."""


def ranked_table(results: Results) -> pd.DataFrame:
    """`ranked.csv`: one row for each group and home that no rule bars, best first, and what it costs everybody else."""
    proposal = results.proposal
    listed = _ListedOnce(proposal.rules)
    home_of = {p.child_id: p.home for p in results.plan}
    ids = [str(h) for h in proposal.register.homes.ids]
    rings = ring_of(proposal.register, proposal.asked).tolist()
    rows: list[dict[str, object]] = []
    tiers = proposal.question.tiers
    for unit in results.units:
        for group in unit.groups:
            priced = results.costs[group.child_ids]
            children = [proposal.register.child_index[c] for c in group.child_ids]
            gates = results.before.words_of(children, group.homes)
            answers = group.answers.overall()
            planned = {home_of[c] for c in group.child_ids}
            child_ids = LIST.join(group.child_ids)
            for rank, home in enumerate(group.homes.tolist()):
                sign_off, who = listed.signed(int(group.answers.sign_off[rank]))
                rows.append(
                    {
                        "group_id": group.group_id,
                        "child_ids": child_ids,
                        "rank": rank + 1,
                        "home_id": ids[home],
                        "answer": Answer(int(answers[rank])).word,
                        "points": int(group.points[rank]),
                        **cost_cells(proposal, tiers, priced.costs[rank]),
                        "sign_off": sign_off,
                        "who_signs": who,
                        "questions": listed.signed(int(group.answers.unknown[rank]))[0],
                        "before_confirming": listed.gates(int(gates[rank]), results.before),
                        "miles_home": _one_decimal(group.miles[rank]),
                        "usable_in_plan": bool(group.in_plan[rank]),
                        "in_plan": planned == {home},
                        "points_low": int(group.low[rank]),
                        "points_high": int(group.high[rank]),
                        "cost_rests_on": priced.basis[rank],
                        "ring": rings[home],
                    }
                )
    at = RANKED_COLUMNS.index("sign_off")
    names = (*RANKED_COLUMNS[:at], *(cost_column(tier) for tier in tiers), *COST_COLUMNS, *RANKED_COLUMNS[at:])
    return _table(rows, names)


def cost_column(tier: str) -> str:
    """The column of `ranked.csv` with what a choice loses in a tier."""
    return f"opportunity_cost_{tier}"


def cost_cells(proposal: Proposal, tiers: Sequence[str], cost: Cost | None) -> dict[str, object]:
    """Losses of the whole plan, positive is worse, cost in pounds; blank where there is no such plan or no proof."""
    if cost is None:
        return dict.fromkeys([*(cost_column(tier) for tier in tiers), *COST_COLUMNS])
    ids = proposal.question.child_ids
    losses = zip(tiers, cost.losses, strict=True)
    return {
        **{cost_column(tier): _pounds(loss) if tier == "cost" else loss for tier, loss in losses},
        "who_is_displaced": LIST.join(ids[c] for c in cost.displaced),
        "who_is_left_without": LIST.join(ids[c] for c in cost.left_without),
    }


def unplaced_table(results: Results) -> pd.DataFrame:
    """`unplaced.csv`: one row for each child without a home in the plan."""
    return _table(unplaced_rows(results.proposal, results.unplaced), UNPLACED_COLUMNS)


def write_pairs(proposal: Proposal, path: Path) -> None:
    """`pairs.parquet`: every pair that passes the screen of kind and place count, sorted by child, then home.

    Written a stretch of children at a time; no Python object is made for a pair.
    """
    children = [c.child_id for c in proposal.register.children]
    homes = [str(h) for h in proposal.register.homes.ids]
    rule_ids = pa.array([rule.rule_id for rule in proposal.rules], pa.string())
    names = list(proposal.weighed.scores)
    schema = pa.schema(
        [
            ("child_id", pa.string()),
            ("home_id", pa.string()),
            ("answer", pa.string()),
            ("rules", pa.list_(pa.string())),
            ("points", pa.int32()),
            ("points_low", pa.int32()),
            ("points_high", pa.int32()),
            *((name, pa.float32()) for name in names),
            ("miles_home", pa.float64()),
            ("miles_school", pa.float64()),
            ("sign_off", pa.list_(pa.string())),
            ("unknown", pa.list_(pa.string())),
            ("barred", pa.list_(pa.string())),
            ("usable_in_plan", pa.bool_()),
        ]
    )
    words = pa.array([answer.word for answer in Answer], pa.string())
    weighed = proposal.weighed
    # so many children at a time as before pairs were listed: the row groups of a file stay where they were
    stretch = max(1, PAIRS_AT_ONCE // max(1, len(homes)))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, max(1, len(children)), stretch):
            last = min(first + stretch, len(children))
            mine = slice(int(proposal.pairs.start[first]), int(proposal.pairs.start[last]))
            child, home = proposal.pairs.child[mine], proposal.pairs.home[mine]
            answers = proposal.answers.at(mine)
            sign_off, unknown, barred = answers.sign_off, answers.unknown, answers.barred
            answer = answers.overall()
            deciding = np.select(
                [answer == Answer.BARRED, answer == Answer.UNKNOWN, answer == Answer.NEEDS_SIGN_OFF],
                [barred, unknown, sign_off],
                default=np.uint64(0),
            )
            columns: list[Any] = [
                pa.array(children, pa.string()).take(pa.array(child)),
                pa.array(homes, pa.string()).take(pa.array(home)),
                words.take(pa.array(answer)),
                _lists(deciding, rule_ids),
                pa.array(weighed.points[mine].astype(np.int32)),
                pa.array(weighed.low[mine].astype(np.int32)),
                pa.array(weighed.high[mine].astype(np.int32)),
                *(pa.array(weighed.scores[name][mine].astype(np.float32), from_pandas=True) for name in names),
                pa.array(proposal.miles_home[mine], from_pandas=True),
                pa.array(proposal.miles_school[mine], from_pandas=True),
                _lists(sign_off, rule_ids),
                _lists(unknown, rule_ids),
                _lists(barred, rule_ids),
                pa.array(proposal.usable[mine]),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _lists(words: Words, rule_ids: Any) -> Any:
    """Packed words as lists of rule ids, in the order in which the rules are asked; shape (pairs,)."""
    bits = np.arange(len(rule_ids), dtype=np.uint64)
    which = (words[:, np.newaxis] >> bits & np.uint64(1)).astype(np.bool_)
    offsets = np.concatenate(([0], which.sum(axis=1).cumsum())).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), rule_ids.take(pa.array(np.nonzero(which)[1])))


def summary(results: Results, *, seconds: Mapping[str, float], files: Mapping[str, str]) -> dict[str, Any]:
    """`summary.json`: what was asked, what was found and how far it is proved. Keys keep this order."""
    proposal = results.proposal
    records, solution, asked = proposal.register.records, proposal.solution, proposal.asked
    placed = [(i, p) for i, p in enumerate(results.plan) if p.home != NO_HOME]
    answers = proposal.answers.overall()
    return {
        "as_of": records.day.isoformat(),
        "council": {
            "code": asked.council,
            "name": authority_name(asked.council) if asked.council else None,
            "how": proposal.council_found,
        },
        "nature": "A proposal for people to consider. Nothing is decided.",
        "children": len(records.children),
        "homes": len(records.homes),
        "groups": len(results.units),
        "placed": len(placed),
        "unplaced": len(results.plan) - len(placed),
        "tiers": [
            {
                "name": tier.name,
                "value": _pounds(tier.value) if tier.name == "cost" else tier.value,
                "bound": _bound(tier.bound, tier.name),
                "proved": tier.proved,
            }
            for tier in solution.tiers
        ],
        "proved": solution.proved,
        "tie_break": {"rule": "fixed rule of ids", "unique": solution.unique},
        "splits": [
            {
                "family_id": split.family_id,
                "pairs": [
                    {"child_a": a, "child_b": b, "miles_between_homes": None if m is None else round(m, 1)}
                    for a, b, m in split.parted
                ],
            }
            for split in results.splits
        ],
        "statistics": _statistics(proposal, placed),
        "pairs": {"looked_at": len(proposal.pairs), "beyond_screen_miles": int(proposal.beyond.sum())},
        "answers": {answer.word: int((answers == answer).sum()) for answer in Answer},
        "sign_offs_in_plan": dict(sorted(Counter(r for _, p in placed for r in p.sign_off).items())),
        "allowed": sorted(proposal.allowed),
        "solver": solution.solver,
        "versions": versions(),
        "policy": {
            "fingerprint": asked.policy.fingerprint,
            "values": asked.policy.as_dict(),
        },
        "law": {
            source.name: {"value": source.on(records.day), "unit": source.unit, "reference": source.reference}
            for source in sources()
        },
        "inputs": dict(sorted(records.inputs.items())),
        "rows_left_out": records.rows_left_out,
        "findings": dict(sorted(Counter(f.severity.value for f in records.findings).items())),
        "warnings": list(results.warnings),
        "files": dict(files),
        "seconds": {name: round(float(value), 3) for name, value in seconds.items()}
        | {f"solver: {tier.name}": round(float(tier.seconds), 3) for tier in solution.tiers},
    }


def _statistics(proposal: Proposal, placed: Sequence[tuple[int, Placement]]) -> dict[str, Any]:
    """Counts that councils report; none of them is optimised [LOC-07]."""
    homes = proposal.register.homes
    miles = np.array([proposal.miles_home[proposal.at(i, p.home)] for i, p in placed], dtype=np.float64)
    known = ~np.isnan(miles)
    far = int((miles[known] > OVER_20_MILES).sum())
    council = proposal.asked.council
    own = homes_in(Area.OWN, homes, proposal.asked)
    recorded = homes.authority != ""
    return {
        "over_20_miles": {
            "children": far,
            "distance_known": int(known.sum()),
            "share": round(far / int(known.sum()), 4) if known.any() else None,
        },
        "in_area": int(sum(own[p.home] for _, p in placed)) if council else None,
        "out_of_area": int(sum(recorded[p.home] and not own[p.home] for _, p in placed)) if council else None,
        "area_not_known": int(sum(not recorded[p.home] for _, p in placed)) if council else len(placed),
        "local": int(sum(proposal.local[proposal.at(i, p.home)] for i, p in placed)),
        "stay_where_they_are": sum(p.stays for _, p in placed),
    }


class _ListedOnce:
    """Packed words as text, each spelt out once: a council's ranked homes repeat a few words many times."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._signs = _who_signs(rules)
        self._signed: dict[int, tuple[str, str]] = {0: ("", "")}
        self._gates: dict[int, str] = {0: ""}

    def signed(self, word: int) -> tuple[str, str]:
        """The rule ids of a word, and who signs them."""
        if word not in self._signed:
            ids = [rule.rule_id for bit, rule in enumerate(self._rules) if word >> bit & 1]
            self._signed[word] = (
                LIST.join(ids),
                LIST.join(dict.fromkeys(self._signs[r] for r in ids if self._signs[r])),
            )
        return self._signed[word]

    def gates(self, word: int, before: BeforeConfirming) -> str:
        if word not in self._gates:
            ids = dict.fromkeys(gate.rule_id for bit, gate in enumerate(before.gates) if word >> bit & 1)
            self._gates[word] = LIST.join(ids)
        return self._gates[word]


def _who_signs(rules: Sequence[Rule]) -> dict[str, str]:
    """Rule id to the person who signs, without the conditions that docs/reference/rules.md gives in full."""
    return {rule.rule_id: who_signs(rule) for rule in rules}


def _table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in columns})


def _one_decimal(miles: float) -> str | None:
    return None if math.isnan(miles) else f"{miles:.1f}"


def _pounds(pence: float) -> float:
    return round(pence / 100, 2)


def _bound(bound: float, tier: str) -> float | int | None:
    if not math.isfinite(bound):
        return None
    value = _pounds(bound) if tier == "cost" else round(float(bound), 6)
    return int(value) if float(value).is_integer() and tier != "cost" else value
