"""The sufficiency strategy and the market position statement: their sections, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from reporting.disclosure import Rules
from reporting.lens import Lens
from reporting.section import Section
from sufficiency import (
    mp_actions,
    mp_children,
    mp_gap,
    mp_intentions,
    mp_method,
    mp_money,
    mp_need,
    mp_pipeline,
    mp_quality,
    mp_scenarios,
    mp_scope,
    mp_short,
    mp_supply,
    mp_targets,
)
from sufficiency.compared import Compared
from sufficiency.editions import Changes
from sufficiency.narrative import Narrative
from sufficiency.narrative_keys import Document
from sufficiency.trace import sources_of

Part: TypeAlias = Callable[[Lens, Narrative], tuple[Section, ...]]
ANNEX: Final = "A"
TITLES: Final = {
    Document.STATEMENT: "Market position statement",
    Document.STRATEGY: "Sufficiency strategy",
}


def statement(
    lens: Lens,
    scenarios: Compared | None,
    narrative: Narrative,
    changes: Changes | None = None,
    *,
    rules: Rules | None = None,
) -> tuple[Section, ...]:
    """The market position statement: what providers of homes need to know of a council's need, homes and intentions."""
    return _document(lens, narrative, _parts(Document.STATEMENT, scenarios, changes, rules))


def strategy(
    lens: Lens,
    scenarios: Compared | None,
    narrative: Narrative,
    changes: Changes | None = None,
    *,
    rules: Rules | None = None,
) -> tuple[Section, ...]:
    """The sufficiency strategy: how a council will have enough homes for its children."""
    return _document(lens, narrative, _parts(Document.STRATEGY, scenarios, changes, rules))


def _parts(
    document: Document, scenarios: Compared | None, changes: Changes | None, rules: Rules | None
) -> list[tuple[Part, bool]]:
    """What the document holds, in order, and whether it is an annex."""
    whole = document is Document.STRATEGY
    parts: list[tuple[Part, bool]] = [
        (mp_short.section, True),
        (partial(mp_scope.section, changes=changes), True),
        (mp_children.section, whole),
        (mp_need.section, True),
        (mp_supply.section, True),
        (mp_gap.section, True),
        (mp_pipeline.section, whole),
        (mp_targets.section, True),
        (partial(mp_money.section, council_wide=not whole), True),
        (partial(mp_scenarios.section, scenarios=scenarios), whole),
        (mp_quality.section, whole),
        (mp_intentions.section, not whole),
        (mp_actions.section, whole),
    ]
    told = [(part, False) for part, there in parts if there]
    return [*told, (partial(mp_method.section, rules=rules, whole=document is Document.STRATEGY), True)]


def _document(lens: Lens, narrative: Narrative, parts: list[tuple[Part, bool]]) -> tuple[Section, ...]:
    """The sections numbered, each with its sources."""
    found: list[Section] = []
    for at, (part, annex) in enumerate(parts, start=1):
        since = len(lens.said)
        sections = part(lens, narrative)
        told = sources_of(lens, since, [one.heading for one in sections])
        for one in sections:
            heading = f"{ANNEX if annex else at} {one.heading}" if one.level == 2 else one.heading
            found.append(replace(one, heading=heading, sources=one.sources or told[one.heading]))
    return tuple(found)
