"""What a finished round may tell in a paper that can be published: read from its `summary.json`, counts made vague.

Nobody is named in it. Counts of children and pairs are rounded to five, and few are "fewer than 5", because a round
may be of a handful of children; points and money are not told at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from matching.kept import policy_of
from matching.points import LABEL, WeighedByFile
from matching.policy import Policy
from matching.propose import Proposal
from records.geography import authority_name
from reporting.disclosure import Rules, to

ROUNDED: Final = Rules()
COUNTED: Final = frozenset({"placed", "siblings", "near", "local"})
"""Tiers whose value is a number of children or pairs; of any other only the proof is told."""
NOT_TOLD: Final = "not told here"
_LARGEST: Final = 50_000_000


class NotARound(ValueError):
    """A folder that is not the whole results of `placewell match`; the words say why, and what to do."""


@dataclass(frozen=True, slots=True)
class TierProof:
    """One priority of a round: how much was reached, in vague words, and whether nothing better can be."""

    name: str
    reached: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What is told of one round."""

    as_of: date
    council: str | None
    children: str
    homes: str
    tiers: tuple[TierProof, ...]
    proved: bool
    solver: str
    allowed: tuple[str, ...]
    policy: Policy
    versions: Mapping[str, str]
    own_points: bool
    """Points came from a file of the council's own, and not from the considerations."""


def about(count: int) -> str:
    """A count as it may be told of a handful of children: fewer than 5, or to the nearest 5."""
    return f"fewer than {ROUNDED.few}" if count < ROUNDED.few else f"about {to(count, ROUNDED.round_totals_to):,}"


def read_run(out: Path) -> Run:
    """What the results of `placewell match` in a folder may tell. Raises `NotARound`."""
    place = out / "summary.json"
    again = "Name the folder that `placewell match` wrote, or leave it out and give --policy."
    try:
        if place.stat().st_size > _LARGEST:
            raise NotARound(f"{place} is far too large for the summary of a round. {again}")
        told = json.loads(place.read_bytes())
    except OSError:
        raise NotARound(f"{out} holds no finished round: there is no summary.json that can be read. {again}") from None
    except (ValueError, RecursionError):
        raise NotARound(f"{place} is not the summary of a round: it is not JSON. {again}") from None
    try:
        return run_of(told)
    except NotARound as error:
        raise NotARound(f"{place}: {error} {again}") from None


def run_of(told: Any) -> Run:
    """What a round's summary may tell. Raises `NotARound` for anything else, or a policy that was altered."""
    if not isinstance(told, dict) or "tiers" not in told or "policy" not in told:
        raise NotARound("it is the summary of something else than a round.")
    try:
        policy = policy_of(told["policy"]["values"])
        if policy.fingerprint != told["policy"]["fingerprint"]:
            raise NotARound(
                "its policy is not the one it was worked out with: the fingerprint differs. The file was altered, or "
                "another version of Placewell wrote it. Work the round out again."
            )
        return Run(
            as_of=date.fromisoformat(told["as_of"]),
            council=_text(told["council"]["name"]),
            children=about(_whole(told["children"])),
            homes=about(_whole(told["homes"])),
            tiers=tuple(_tier(one) for one in told["tiers"]),
            proved=told["proved"] is True,
            solver=str(told["solver"]),
            allowed=tuple(str(one) for one in told["allowed"]),
            policy=policy,
            versions={str(name): str(value) for name, value in told["versions"].items()},
            own_points=LABEL in told["inputs"],
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NotARound):
            raise
        raise NotARound(f"it lacks what a round's summary has ({type(error).__name__}).") from None


def run_of_proposal(proposal: Proposal, versions: Mapping[str, str]) -> Run:
    """What a round that is open may tell; `versions` made it."""
    asked, solution = proposal.asked, proposal.solution
    told = [TierProof(t.name, about(t.value) if t.name in COUNTED else NOT_TOLD, t.proved) for t in solution.tiers]
    return Run(
        as_of=proposal.register.day,
        council=authority_name(asked.council) if asked.council else None,
        children=about(len(proposal.register.children)),
        homes=about(len(proposal.register.records.homes)),
        tiers=tuple(told),
        proved=solution.proved,
        solver=solution.solver,
        allowed=tuple(sorted(proposal.allowed)),
        policy=asked.policy,
        versions=dict(versions),
        own_points=isinstance(proposal.weighed, WeighedByFile),
    )


def _tier(one: Mapping[str, Any]) -> TierProof:
    name = str(one["name"])
    reached = about(_whole(one["value"])) if name in COUNTED else NOT_TOLD
    return TierProof(name, reached, one["proved"] is True)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise NotARound("a count in it is not a whole number.")
    return int(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
