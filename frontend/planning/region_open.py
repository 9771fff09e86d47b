"""Totals of several councils as pages may show them: made once for everybody, for it takes seconds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reporting.facts_file import read_book
from reporting.lens import Lens
from sufficiency.region_edition import region_lens

MOST: Final = 6
"""So many are held; they are official figures, a few hundred kilobytes each."""
_HELD: Final[OrderedDict[tuple[str, str], Lens]] = OrderedDict()
_LOCK: Final = threading.Lock()


def opened_totals(key: tuple[str, str], place: Path, editions: Mapping[str, Lens]) -> Lens | None:
    """What may be told of the totals in a file, beside all councils' editions; None where there is no such file.

    `key`: work and scenario. Whoever asks must be allowed to read the work. Raises `NotABook`.
    """
    with _LOCK:
        if key in _HELD:
            _HELD.move_to_end(key)
            return _HELD[key]
        if not place.is_file():
            return None
        found = region_lens(read_book(place.read_text(encoding="utf-8")), editions)
        _HELD[key] = found
        while len(_HELD) > MOST:
            _HELD.popitem(last=False)
        return found
