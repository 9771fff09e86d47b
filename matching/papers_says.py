"""One field's answer before it has its number: words and tables made from facts, where from, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reporting.section import Block


@dataclass(frozen=True, slots=True)
class Said:
    """`words` and `blocks` from `facts`; `fill`: who of the council adds what."""

    words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    fill: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()


OWNER: Final = "Senior responsible owner"
DPO: Final = "Data protection officer"
SERVICE: Final = "Head of the fostering and placements service"
EQUALITY: Final = "Equality lead"
LEGAL: Final = "Legal services"
IT: Final = "Information security lead"
PROCUREMENT: Final = "Procurement"
TRAINING: Final = "Workforce development lead"


def left(who: str, what: str) -> Said:
    """A field that only the council can fill."""
    return Said(fill=((who, what),))
