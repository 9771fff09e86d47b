"""The same sections with every text changed in one way, such as names taken out that a reader may not see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from reporting.section import Section

_NOT_TEXT = frozenset({"anchor", "tone", "svg"})
"""Fields of sections, links, tags and drawings whose strings are not read, or not as words."""


def reworded(sections: Sequence[Section], change: Callable[[str], str]) -> list[Section]:
    """The sections with `change` made to every text in them: headings, cells, captions, choices, all of it.

    What is drawn inside a picture is not changed: a section with a picture raises ValueError.
    """
    return [_changed(section, change) for section in sections]


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in fields(value)]
        if "svg" in names:
            raise ValueError(f"the words inside a {type(value).__name__} cannot be changed")
        return replace(
            value, **{name: _changed(getattr(value, name), change) for name in names if name not in _NOT_TEXT}
        )
    return value
