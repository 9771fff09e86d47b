"""The typefaces that paper is set in, and which characters they can draw.

Noto, under the SIL Open Font License, from two packages: nothing depends on what a computer has installed, so the
same sections give the same bytes everywhere.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
FAMILIES = (
    "Noto Sans",
    *(f"Noto Sans {script}" for script in ("Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic", "Thai", "Lao")),
    *(f"Noto Sans {script}" for script in ("Khmer", "Myanmar", "Devanagari", "Bengali", "Gurmukhi", "Gujarati")),
    *(f"Noto Sans {script}" for script in ("Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala")),
    *("Noto Sans CJK SC", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans Symbols", "Noto Emoji"),
)
"""Asked in this order for each character."""
CODES = 0x110000

Drawn = NDArray[np.bool_]


def folders() -> list[Path]:
    """Where the font files lie. Raises ModuleNotFoundError when a package of fonts is not installed."""
    return [Path(str(files(package))) for package in PACKAGES]


@cache
def drawn() -> Drawn:
    """Whether some typeface has a glyph for each character; shape (0x110000,), by code point."""
    have: Drawn = np.zeros(CODES, dtype=np.bool_)
    for folder in folders():
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".ttf", ".otf", ".ttc")):
            have |= _drawn_by(path.read_bytes())
    have.flags.writeable = False
    return have


def _drawn_by(font: bytes) -> Drawn:
    """The characters of one font file; of a collection, those of its first font, whose tables all share."""
    have: Drawn = np.zeros(CODES, dtype=np.bool_)
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    for k in range(struct.unpack_from(">H", font, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * k)
        if tag == b"cmap":
            for j in range(struct.unpack_from(">H", font, offset + 2)[0]):
                where = offset + struct.unpack_from(">I", font, offset + 8 + 8 * j)[0]
                add = {4: _add_segments, 12: _add_groups}.get(struct.unpack_from(">H", font, where)[0])
                if add is not None:
                    add(have, font, where)
    return have


def _add_segments(have: Drawn, font: bytes, where: int) -> None:
    """Add the characters of one cmap subtable of format 4: segments of the first 65,536 code points."""
    n = struct.unpack_from(">H", font, where + 6)[0] // 2
    ends, starts, deltas, jumps = (
        np.frombuffer(font, dtype=">u2", count=n, offset=where + 14 + 2 * n * k + (2 if k else 0)).tolist()
        for k in range(4)
    )
    for k, (first, last, delta, jump) in enumerate(zip(starts, ends, deltas, jumps, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if jump:
                at = where + 16 + 2 * n * 3 + 2 * k + jump + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
                if glyph == 0:
                    continue
            if (glyph + delta) & 0xFFFF:
                have[code] = True


def _add_groups(have: Drawn, font: bytes, where: int) -> None:
    """Add the characters of one cmap subtable of format 12: groups of first, last and glyph."""
    groups = np.frombuffer(
        font, dtype=">u4", count=3 * struct.unpack_from(">I", font, where + 12)[0], offset=where + 16
    )
    for first, last, glyph in groups.reshape(-1, 3).tolist():
        have[first + (glyph == 0) : last + 1] = True
