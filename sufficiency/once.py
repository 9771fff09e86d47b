"""Keeps what was worked out from the same things, so that it is not worked out again.

Two things are the same when they say the same: settings are told apart by what is in them, not by which object they
are. So a scenario that leaves need alone finds the need that another scenario has played.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class Once:
    """Results by what they were worked out from: of each kind the first, and the last few that were asked for.

    The first is what others are held against and what most of them leave alone, however many come between.
    """

    def __init__(self, kept: int = 2) -> None:
        """`kept`: results of each kind that memory has room for, at least one."""
        if kept < 1:
            raise ValueError(f"At least one result is kept, not {kept}.")
        self._kept = kept
        self._results: dict[str, OrderedDict[Hashable, Any]] = {}
        self.made: dict[str, int] = {}
        """How often each kind of thing was worked out."""

    def __call__(self, kind: str, make: Callable[[], T], *given: object) -> T:
        """What `make` gives, or gave before for the same `given`; everything that the result hangs on must be in it."""
        there = self._results.setdefault(kind, OrderedDict())
        key = content_of(given)
        if key not in there:
            # Room is made first, so that no more results than are kept are ever in memory.
            while len(there) >= self._kept:
                del there[list(there)[1 if self._kept > 1 else 0]]
            there[key] = make()
            self.made[kind] = self.made.get(kind, 0) + 1
        elif key != next(iter(there)):
            there.move_to_end(key)
        found: T = there[key]
        return found


def content_of(thing: object) -> Hashable:
    """Something that is equal for two things exactly when they say the same; what equality leaves out is left out.

    Raises TypeError for what can neither be compared nor taken apart.
    """
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = tuple(content_of(getattr(thing, one.name)) for one in fields(thing) if one.compare)
        return (type(thing).__qualname__, parts)
    if isinstance(thing, np.ndarray):
        return (thing.dtype.str, thing.shape, hashlib.sha256(np.ascontiguousarray(thing).tobytes()).digest())
    if isinstance(thing, Mapping):
        return ("mapping", frozenset((content_of(key), content_of(value)) for key, value in thing.items()))
    if isinstance(thing, Set):
        return ("set", frozenset(content_of(one) for one in thing))
    if isinstance(thing, Sequence) and not isinstance(thing, str | bytes):
        return ("sequence", tuple(content_of(one) for one in thing))
    if not isinstance(thing, Hashable):
        raise TypeError(f"{type(thing).__name__} can be neither compared nor taken apart")
    return thing
