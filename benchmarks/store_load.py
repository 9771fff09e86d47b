"""Twenty-five people at once for five minutes: python -m benchmarks.store_load [--url URL].

Each looks, thinks a moment, and acts: reading the plan, reading and listing matches, and taking steps up to a
decision and back. Prints how long each kind of act took (50th, 95th and 99th percentile), and counts what was
acknowledged against what the store holds. Ends with 1 when a decision is lost or doubled.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from records.store import Actor, Conflict, Given, OutOfOrder, Role, Store, Wishes, create, local_actor, open_store
from tests.records.store.stories import because, kept_run, row, small_records

CHILDREN = 60
HOMES = 120
READS = ("read_plan", "read_match", "list_matches", "list_runs")


@dataclass
class Told:
    """What one person saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    steps: list[tuple[str, int]] = field(default_factory=list)
    conflicts: int = 0
    refused: int = 0
    errors: list[str] = field(default_factory=list)


def person(store: Store, number: int, run: str, think: float, until: float, told: Told) -> None:
    """One person's five minutes."""
    chance = random.Random(number)
    user = Actor(
        f"u{number:02}", f"User {number}", frozenset({Role.FAMILY_FINDER, Role.PANEL_CHAIR, Role.DECISION_MAKER})
    )
    actor = store.sign_in(user)
    today = datetime.now(UTC).date()
    given = {
        "enquiry_made": Given(),
        "carer_answered": because(outcome="accepts", dates={"answered_on": today}),
        "recommended": because(outcome="for"),
        "withdrawn": because(),
    }

    def timed(name: str, act):  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        try:
            return act()
        except Conflict:
            told.conflicts += 1
        except OutOfOrder:
            told.refused += 1
        except Exception as error:
            told.errors.append(f"{name}: {type(error).__name__}: {error}")
        finally:
            told.seconds[name].append(time.perf_counter() - began)
        return None

    def look(match: str):  # type: ignore[no-untyped-def]
        return timed("read_match", lambda: store.read_match(actor, match))

    while time.monotonic() < until:
        time.sleep(chance.expovariate(1 / think))
        listed = timed("list_matches", lambda: store.list_matches(actor)) if chance.random() < 0.1 else None
        if chance.random() < 0.2:
            timed("read_plan", lambda: store.read_plan(actor, run))
        open_ = [m for m in listed or () if m[4] not in ("withdrawn:done", "decided:refused")]
        if not open_ or chance.random() < 0.3:
            child, home = f"C{chance.randrange(CHILDREN):03}", f"H{chance.randrange(HOMES):03}"
            match = timed("propose", lambda: store.propose_match(actor, run, child, home, "foster", because()))  # noqa: B023
        else:
            match = chance.choice(open_)[0]
        while match and time.monotonic() < until:
            time.sleep(chance.expovariate(1 / think))
            seen = look(match)
            if seen is None or not seen.may_follow:
                break
            step = seen.may_follow[0]
            brings = given.get(step)
            if step == "decided":
                wishes = {c: Wishes(today, "I would like to stay near my school.") for c in seen.children}
                brings = because(outcome="agreed", capacity="team manager", wishes=wishes)
            if step == "placed":
                step, brings = "withdrawn", given["withdrawn"]
            version = timed("take_step", lambda: store.take_step(actor, match, seen.version, step, brings))  # noqa: B023
            if version is None:
                break
            told.steps.append((match, version))
            if chance.random() < 0.2:
                break


def main() -> int:
    """Run it, and print what was seen."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--people", type=int, default=25)
    given.add_argument("--seconds", type=float, default=300.0)
    given.add_argument("--think", type=float, default=1.0, help="seconds a person thinks between acts, on average")
    given.add_argument("--url", help="an empty PostgreSQL database; without it, SQLite")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="placewell-load-") as folder:
        place = asked.url or str(Path(folder) / "placewell.db")
        create(place)
        store = open_store(place)
        children, homes = [f"C{i:03}" for i in range(CHILDREN)], [f"H{i:03}" for i in range(HOMES)]
        records = small_records(children, homes)
        run = kept_run(store, local_actor(), records, [row(c, c, h) for c in children for h in homes])
        people = [Told() for _ in range(asked.people)]
        until = time.monotonic() + asked.seconds
        threads = [
            threading.Thread(target=person, args=(store, i, run, asked.think, until, told))
            for i, told in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        code = _report(store, people, "postgresql" if asked.url else "sqlite", asked.seconds)
        store.close()
    return code


def _report(store: Store, people: list[Told], kind: str, seconds: float) -> int:
    taken = [one for told in people for one in told.steps]
    me = local_actor()
    versions = {m[0]: m[5] for m in store.list_matches(me, closed=True)}
    lost = sum(versions.get(match, 0) < version for match, version in taken)
    doubled = len(taken) - len(set(taken))
    written = sum(version - 1 for version in versions.values())
    proof = store.verify(me)
    acts: dict[str, list[float]] = defaultdict(list)
    for told in people:
        for name, some in told.seconds.items():
            acts[name] += some
    print(f"{kind}: {len(people)} people, {seconds:g} s, {sum(map(len, acts.values()))} acts")
    for name, some in sorted(acts.items()):
        p50, p95, p99 = (1000 * float(np.percentile(some, q)) for q in (50, 95, 99))
        print(f"  {name:<13} {len(some):>6}  p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  p99 {p99:7.1f} ms")
    print(
        f"  steps acknowledged {len(taken)}, in the store {written}, lost {lost}, doubled {doubled}; conflicts "
        f"{sum(t.conflicts for t in people)}, refused by a rule {sum(t.refused for t in people)}"
    )
    print(f"  chain: {proof.entries} entries, {'whole' if proof.whole else f'{len(proof.faults)} faults'}")
    errors = [e for told in people for e in told.errors]
    for error in errors[:5]:
        print(f"  error: {error}")
    return int(bool(lost or doubled or errors or written != len(taken) or not proof.whole))


if __name__ == "__main__":
    sys.exit(main())
