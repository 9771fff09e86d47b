"""What is wrong with a scenario file, said all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

NO_FORECAST = "No forecast can be made with this scenario."


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what, what it means, how to mend it."""

    file: str
    key: str | None
    what: str
    meaning: str
    mend: str

    def __str__(self) -> str:
        where = self.file if self.key is None else f"{self.file}, {self.key}"
        return f"{where}: {self.what} {self.meaning} {self.mend}"


class ScenarioError(ValueError):
    """A scenario that cannot be used, with everything that is wrong in it and in the files it extends."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        return ScenarioError, (self.faults,)


def shown(value: object) -> str:
    """A value as a message shows it: short, in quotation marks where it is text."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """The clause that names the nearest of what is known, or nothing when none is near."""
    close = get_close_matches(name[:120], list(known), n=1, cutoff=0.5)
    return f'; the nearest known is "{close[0]}"' if close else ""
