"""Which home for which child: the rules, what makes one lawful home better than another, and the best plan.

`matching.solve` answers a question of plain arrays, which `matching.plain_question` makes; see
docs/reference/solve.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matching.plain import Answer as Answer
    from matching.plain import NotPlain as NotPlain
    from matching.plain import plain_question as plain_question
    from matching.plain import solve as solve
    from matching.plain_pins import PinsConflict as PinsConflict
    from matching.question import UNLIMITED as UNLIMITED
    from matching.question import Question as Question

_FROM = {
    "Answer": "matching.plain",
    "NotPlain": "matching.plain",
    "PinsConflict": "matching.plain_pins",
    "plain_question": "matching.plain",
    "solve": "matching.plain",
    "UNLIMITED": "matching.question",
    "Question": "matching.question",
}


def __getattr__(name: str) -> Any:
    # looked up when first used, so that importing one module does not load every solver
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_FROM})
