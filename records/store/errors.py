"""What a store refuses, and how it says so: what is wrong, what it means, how to mend it. Ids only, never details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class StoreError(Exception):
    """Something the store cannot or will not do."""

    def __init__(self, what: str, meaning: str, mend: str) -> None:
        super().__init__(what, meaning, mend)
        self.what, self.meaning, self.mend = what, meaning, mend

    def __str__(self) -> str:
        return f"{self.what} {self.meaning} {self.mend}"


class Refused(StoreError):
    """The person may not do this. The refusal is in the trail."""


class Barred(Refused):
    """The person is barred from a child or home of this work: a conflict of interest."""


class SessionOver(Refused):
    """The person has to sign in again."""


class NotThere(StoreError):
    """The store holds nothing of that name."""


class Purged(StoreError):
    """It was kept once, and was purged when its time was over."""


class Busy(StoreError):
    """Others were writing for too long; nothing was written."""


class Conflict(StoreError):
    """Somebody else changed it first. `mine` is what was to be written, `theirs` what stands now."""

    def __init__(self, what: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        super().__init__(
            what,
            "Nothing was written: both versions are given, so that no work is lost.",
            "Compare the two, and save again on top of the version that stands now.",
        )
        self.mine, self.theirs = dict(mine), dict(theirs)


class OutOfOrder(StoreError):
    """The law puts steps in an order, or asks for something first. `rule` is its id in docs/reference/rules.md."""

    def __init__(self, rule: str, what: str, meaning: str, mend: str) -> None:
        super().__init__(f"{what} [{rule}]", meaning, mend)
        self.rule = rule
