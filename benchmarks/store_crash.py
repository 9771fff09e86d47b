"""Kill a writing process two hundred times on each database: python -m benchmarks.store_crash [--url URL].

Says what was acknowledged, lost, half-written, and whether the store proves itself after every kill. Ends with 1
when anything was lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from records.store import create
from tests.records.store.killing import kill_often


def main() -> int:
    """Run it, and print one line for each database."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--kills", type=int, default=200)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--url", help="an empty PostgreSQL database; without it, SQLite")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="placewell-crash-") as folder:
        place = asked.url or str(Path(folder) / "placewell.db")
        create(place)
        told = kill_often(place, asked.kills, asked.seed)
    print("postgresql" if asked.url else "sqlite", asdict(told))
    return int(bool(told.lost or told.half_written or told.faults))


if __name__ == "__main__":
    sys.exit(main())
