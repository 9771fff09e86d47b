"""A process that keeps deciding until it is killed, and says on its output what the store has acknowledged.

Run as `python writer.py PLACE NAME`; see `test_crash.py` and `benchmarks/store_crash.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from records.store import OFFICES, Given, Wishes, local_actor, open_store
from tests.records.store.stories import DAY, Clock, because, kept_run, planned, row, small_records


def main(place: str, name: str) -> None:
    """Keep runs, plan, sign and decide, one after the other; each line is what was acknowledged: what, id, version."""
    store, me = open_store(place, clock=Clock()), local_actor()
    print("ready", flush=True)
    n = 0
    while True:
        n += 1
        # A child of its own for each: one whom a killed writer left with an agreed home cannot be placed again.
        child, homes = f"C{name}-{n}", (f"H{name}-{n}", "H2")
        run = kept_run(store, me, small_records((child,), homes), rows=[row(child, child, home) for home in homes])
        print("run", run, 1, flush=True)
        edition = planned(store, me, f"{name}-{n}")
        print("edition", edition.edition_id, 1, flush=True)
        store.sign_edition(me, edition.edition_id, 1, OFFICES[0], agreed=True, reasons="It is right.")
        print("edition", edition.edition_id, 2, flush=True)
        match = store.propose_match(me, run, child, homes[0], "foster", because())
        print("step", match, 1, flush=True)
        store.read_match(me, match)
        for version, (step, given) in enumerate(_steps(child), start=1):
            done = store.take_step(me, match, version, step, given)
            print("step", match, done, flush=True)


def _steps(child: str) -> tuple[tuple[str, Given], ...]:
    wishes = {child: Wishes(DAY, "I would like to stay near my school.")}
    return (
        ("enquiry_made", Given()),
        ("carer_answered", because(outcome="accepts", dates={"answered_on": DAY})),
        ("recommended", because(outcome="for")),
        ("decided", because(outcome="agreed", capacity="team manager", wishes=wishes)),
        ("withdrawn", because()),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
