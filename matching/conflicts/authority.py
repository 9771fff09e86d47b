"""Who may approve a change, and in which order changes are tried: the least that is asked of anybody first."""

from __future__ import annotations

from collections.abc import Iterable

from matching.propose import SAME_APPROVAL
from matching.rules.rule import Rule

AUTHORITIES = (
    (6, ("director",)),
    (5, ("change of terms", "decision maker")),
    (4, ("where the carer lives",)),
    (3, ("nominated officer", "head of service", "multi-agency", "responsible authority")),
    (2, ("service manager",)),
    (1, ("team manager", "nursing")),
    (0, ("social worker", "carer")),
)
"""How far up a change must go, by words of a rule's `sign_off`: the highest that is named counts."""
_SOMEBODY = 3


def authority(rule: Rule) -> int:
    """How far up the approval of one rule must go: 0 a social worker or the carer, 6 the director."""
    words = (rule.sign_off or "").casefold()
    return next((rank for rank, phrases in AUTHORITIES if any(p in words for p in phrases)), _SOMEBODY)


def authorities(rules: Iterable[Rule]) -> tuple[int, ...]:
    """The authority of each approval that these rules take, the highest first; one approval counts once."""
    highest: dict[str, int] = {}
    for rule in rules:
        approval = min(same_approval(rule))
        highest[approval] = max(highest.get(approval, 0), authority(rule))
    return tuple(sorted(highest.values(), reverse=True))


def same_approval(rule: Rule) -> frozenset[str]:
    """The rules whose breach one and the same approval mends."""
    return next((same for same in SAME_APPROVAL if rule.rule_id in same), frozenset({rule.rule_id}))


def approvals(rules: Iterable[Rule]) -> int:
    """How many approvals these rules take; rules that one approval mends count once."""
    return len({min(same_approval(rule)) for rule in rules})
