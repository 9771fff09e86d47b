"""Asking one consideration about one child and one home, for tables of cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matching.considerations import CONSIDERATIONS, Weighed, weigh
from matching.policy import Policy
from matching.rules.register import Register
from records.model import Child, Home, HomeKind, Records
from tests.ordinary import DAY, TRAFFORD, asked_on, child, home, records

BY_NAME = {one.name: one for one in CONSIDERATIONS}
UNKNOWN = "unknown"
NOT_HERE = "does not apply"
ADOPTER = {"kind": HomeKind.ADOPTER}
EARLY_PERMANENCE = {"kind": HomeKind.EARLY_PERMANENCE}
LODGINGS = {"kind": HomeKind.SUPPORTED_LODGINGS}
CONNECTED = {"kind": HomeKind.CONNECTED_PERSON}
Told = dict[str, Any]


def round_of(told: Records, policy: Policy | None = None, council: str | None = TRAFFORD) -> Weighed:
    """The whole round weighed."""
    return weigh(Register(told), asked_on(told.day, council, policy))


def given_by(
    name: str,
    ash: Told,
    oak: Told,
    *,
    policy: Policy | None = None,
    council: str | None = TRAFFORD,
    others: Iterable[Home] = (),
    brothers: Iterable[Child] = (),
    **tables: Any,
) -> tuple[float | str, str]:
    """What one consideration gives child "ash" with home "oak", and why."""
    told = records([child("ash", **ash), *brothers], [home("oak", **oak), *others], **tables)
    register, asked = Register(told), asked_on(DAY, council, policy)
    at = register.homes.index["oak"]
    asked_of = register.children[register.child_index["ash"]]
    score = BY_NAME[name].score(asked_of, register, asked)
    words = BY_NAME[name].words(asked_of, register, asked, at)
    if not score.applies[at]:
        return NOT_HERE, words
    if not score.known[at]:
        assert score.least[at] <= score.value[at] <= score.most[at]
        return UNKNOWN, words
    return round(float(score.value[at]), 3), words
