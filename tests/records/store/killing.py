"""Kill a writing process at random moments, and see what the store says afterwards."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, func, select

from records.store import prove
from records.store.engine import url_of
from records.store.schema import matches, runs, steps, things

WRITER = Path(__file__).with_name("writer.py")


@dataclass
class Killed:
    """What became of some kills. All but the first three must be 0."""

    kills: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    lost: int = 0
    half_written: int = 0
    faults: int = 0


def kill_often(place: str, kills: int, seed: int = 1, longest: float = 0.6) -> Killed:
    """Start a writer and kill it at a random moment, so many times; look at the store after each."""
    chance = random.Random(seed)
    told = Killed()
    began = time.perf_counter()
    for n in range(kills):
        writer = subprocess.Popen(
            [sys.executable, str(WRITER), place, f"K{seed}-{n}"], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert writer.stdout is not None
        if writer.stdout.readline() != "ready\n":
            writer.kill()
            raise RuntimeError("the writer did not start")
        time.sleep(chance.uniform(0.0, longest))
        if writer.poll() is not None:
            raise RuntimeError("the writer ended by itself")
        writer.kill()  # SIGKILL where there are signals
        lines = [line.split() for line in writer.stdout.read().splitlines() if line.count(" ") == 2]
        writer.wait()
        writer.stdout.close()
        told.kills += 1
        told.acknowledged += len(lines)
        _look(place, lines, told)
    told.seconds = time.perf_counter() - began
    return told


def _look(place: str, lines: list[list[str]], told: Killed) -> None:
    engine = create_engine(url_of(place))
    with engine.connect() as connection:
        kept = set(connection.execute(select(runs.c.run_id)).scalars().all())
        last = dict(
            connection.execute(select(steps.c.match_id, func.max(steps.c.version)).group_by(steps.c.match_id)).all()
        )
        opened = set(connection.execute(select(matches.c.match_id)).scalars().all())
        planned = connection.execute(select(things.c.kind, things.c.owner)).all()
    engine.dispose()
    told.lost += sum(name not in kept for what, name, _ in lines if what == "run")
    told.lost += sum(last.get(name, 0) < int(version) for what, name, version in lines if what == "step")
    told.half_written += len(opened - set(last))
    there = Counter((one.kind, one.owner) for one in planned)
    told.lost += sum(there["edition", name] < int(version) for what, name, version in lines if what == "edition")
    # every forecast of the writer has two files, and every edition one
    told.half_written += sum(there["work_file", name] != 2 for kind, name in list(there) if kind == "work")
    told.half_written += sum(there["edition_file", name] != 1 for kind, name in list(there) if kind == "edition")
    found = prove(place)
    told.faults += len(found.faults)
