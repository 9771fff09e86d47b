"""Made-up councils whose future is known: what forecasts of need are measured on.

Nothing here knows the product's model: the ways children come, move and leave are written down here alone, with
break points of their own, and no module imports `sufficiency`. A forecast sees the return and not the truth.
"""

from benchmarks.need_worlds.truth import Truth, true_entries, true_exits, true_stock
from benchmarks.need_worlds.worlds import WORLDS, Authority, authority
from benchmarks.need_worlds.write import as_return, write

__all__ = [
    "WORLDS",
    "Authority",
    "Truth",
    "as_return",
    "authority",
    "true_entries",
    "true_exits",
    "true_stock",
    "write",
]
