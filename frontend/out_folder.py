"""Whether a folder for results can be written to, asked before any work is done."""

from __future__ import annotations

import os
from pathlib import Path


def why_not_to_write(out: Path) -> str | None:
    """What is wrong with a folder for results and how to mend it; None where it can be made or written to."""
    if out.exists() and not out.is_dir():
        return f"--out: {out} is a file, not a folder. Name a folder for the results; it is made if need be."
    nearest = out.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        return f"--out: {nearest} is a file, so no folder can be made in it. Name another folder for the results."
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"--out: you may not write in {nearest}. Name a folder where you may."
    return None
