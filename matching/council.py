"""Whose children these are: the responsible council."""

from __future__ import annotations

from collections import Counter

from matching.policy import Policy
from records.geography import upper_tier
from records.model import Records


def responsible_council(records: Records, policy: Policy, given: str | None = None) -> tuple[str | None, str]:
    """The GSS code of the responsible council, and how it was found, in words.

    As given; else the policy's; else the commonest authority that the children come from (the smallest code of
    several equally common); else not known, and nothing that depends on it is guessed.
    """
    if given:
        return given, "as given for this run"
    if policy.authority:
        return policy.authority, "named in the policy"
    counted = Counter(upper_tier(c.home_authority) or c.home_authority for c in records.children if c.home_authority)
    if not counted:
        return None, "not known: no child's home authority is recorded and none was given"
    most = max(counted.values())
    code = min(c for c, n in counted.items() if n == most)
    return code, f"the commonest home authority of the children ({most} of {len(records.children)})"
