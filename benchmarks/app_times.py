"""How long each page of the app takes on a borough: 340 children and 250 homes or so, a round kept.

Run with `python -m benchmarks.app_times`. Prints, for each page and role, the script's time when the page is opened for
the first time in a tab, and the middle and the 95th of a hundred of the times after. The goal for those is 1 second.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from frontend.contents import PAGES
from frontend.office import Office, open_office
from frontend.serving import SCRIPT
from matching.kept import Asked, keep_round
from matching.policy import read_policy
from records import synthetic
from records.check import check
from records.geography import Directory
from records.sources.folder import read
from records.store import Role, create, local_actor, open_store

GOAL = 1.0
ROLES = {"audit.py": Role.AUDITOR, "bring_in.py": Role.FAMILY_FINDER}


def borough_office(folder: Path) -> Office:
    """An office on a new store that holds a borough's round, worked out at a stroke."""
    synthetic.write(synthetic.borough(1), folder / "records")
    records = check(read(folder / "records"), synthetic.DAY, Directory())
    place, began = str(folder / "placewell.db"), time.monotonic()
    start = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)

    def clock() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    create(place, clock)
    store = open_store(place, clock=clock)
    keep_round(store, local_actor(), records, read_policy(), Asked(time_limit=60.0))
    print(f"A round of {len(records.children)} children and {len(records.homes)} homes: {clock() - start}")
    return Office(store, clock=clock)


def times(file: str, role: Role, runs: int, unit: str | None = None) -> tuple[float, list[float]]:
    """Seconds of the first run of a page in a new tab, and of the runs after it; with a child or family chosen."""
    at = AppTest.from_file(str(SCRIPT), default_timeout=300)
    at.session_state["acting as"] = role.value
    at.run()
    if unit is not None:
        at.session_state["hand unit"] = unit
    if file != PAGES[0].file:
        at.switch_page(f"frontend/pages/{file}")
    found = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        at.run()
        found.append(time.perf_counter() - began)
        if at.exception:
            raise SystemExit(f"{file}: {at.exception[0].value}")
    return found[0], found[1:]


def main() -> None:
    """Make the borough, open every page, print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        office = borough_office(Path(folder))
        open_office(office)
        first_child = office.store.open_round(local_actor(), office.store.runs_made(local_actor(), 1)[0].run_id)
        unit = first_child.records.children[0]
        times("today.py", Role.PANEL_CHAIR, 0)  # imports
        print(f"{'page':<34}{'first':>8}{'p50':>8}{'p95':>8}   goal {GOAL:g} s")
        for entry in PAGES:
            asked = [(entry.title, None)]
            if entry.file == "one_child.py":
                asked.append((f"{entry.title}, one chosen", unit.family_id or unit.child_id))
            for words, chosen in asked:
                first, later = times(entry.file, ROLES.get(entry.file, Role.FAMILY_FINDER), runs, chosen)
                p50, p95 = np.percentile(later, [50, 95])
                late = "   LATE" if p95 > GOAL else ""
                print(f"{words:<34}{first:>8.2f}{p50:>8.2f}{p95:>8.2f}{late}", flush=True)
        office.close()


if __name__ == "__main__":
    main()
