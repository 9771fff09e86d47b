"""One way to write a fact as bytes, so that the same fact always has the same hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def canonical(value: object) -> bytes:
    """The value as JSON with sorted keys and no spaces, UTF-8. Raises ValueError for NaN and infinity."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def sha256(data: bytes) -> str:
    """The sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def row_hash(table: str, row: Mapping[str, Any]) -> str:
    """The sha256 of one row. Empty cells do not count, so that a column added later changes no earlier hash."""
    return sha256(canonical([table, {name: value for name, value in row.items() if value is not None}]))


def content_address(kind: str, subjects: Iterable[str], body_sha256: str) -> str:
    """Where a body is kept: the sha256 of its kind, whom it is about and its own sha256."""
    return sha256(canonical([kind, sorted(subjects), body_sha256]))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The sha256 of one entry of the trail, its predecessor's hash included and its own left out."""
    return sha256(canonical({name: value for name, value in entry.items() if name != "hash" and value is not None}))


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in stretches of at most `size`: a statement takes only so many."""
    for first in range(0, len(values), size):
        yield values[first : first + size]
