"""Times batches, kills them and compares what they leave: `python -m benchmarks.batch [--size SIZE] [--parts PART...]`.

- `whole`: every packaged scenario, a thousand futures, one made-up council, two workers; and the same asked again
- `ten`: ten councils of the made-up worlds, three scenarios, two hundred futures
- `killed`: killed without warning twenty times at random, then left to end: the bytes of an unbroken run
- `workers`: with one, two and four workers: the same bytes
- `cluster`: a Dask scheduler and two workers as processes, one of them killed in mid-run: the same bytes

Each batch is a command of its own, timed by the clock; its memory is that of all its processes together, looked at
twice a second. Prints a table for `README.md`. Ends with 1 where bytes differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

ROOT: Final = Path(__file__).resolve().parent.parent
SCENARIOS: Final = sorted((ROOT / "scenarios").glob("*.toml"))
FEW: Final = [ROOT / "scenarios" / f"{name}.toml" for name in ("baseline", "recruitment-drive", "demand-up")]
WORLD: Final = "drift"
REGION: Final = tuple(range(1_020, 1_030))
Size: TypeAlias = Literal["quick", "light", "whole"]
PARTS: Final = ("whole", "ten", "killed", "workers", "cluster")
RETURNS: Final[list[str]] = []
"""Those of the command line."""
ENVIRONMENT: Final = {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the table."""

    what: str
    seconds: float
    memory_mb: float
    more: str
    same: bool = True


# ---- one batch -----------------------------------------------------------------------------------------------------


def command(scenarios: Sequence[Path], out: Path, *more: str) -> list[str]:
    """A batch as it is typed."""
    begin = [sys.executable, "-m", "frontend.cli", "batch", *map(str, scenarios), "--out", str(out), *more]
    return begin if "--returns" in more else [*begin, *RETURNS]


@dataclass(slots=True)
class Running:
    """A batch under way."""

    process: subprocess.Popen[bytes]
    begun: float
    most: float = 0.0

    def look(self) -> bool:
        """Whether it still runs; notes its memory."""
        self.most = max(self.most, memory_mb(self.process.pid))
        return self.process.poll() is None

    def ended(self) -> tuple[float, float]:
        """Seconds and most memory, when it has ended well."""
        while self.look():
            time.sleep(0.5)
        if self.process.returncode not in (0, 4):
            raise SystemExit(f"a batch ended with {self.process.returncode}")
        return time.perf_counter() - self.begun, self.most


def begun(asked: Sequence[str], log: Path) -> Running:
    """Begin a batch."""
    with log.open("ab") as told:
        process = subprocess.Popen(asked, cwd=ROOT, env=ENVIRONMENT, stdout=told, stderr=told)
    return Running(process, time.perf_counter())


def memory_mb(process: int) -> float:
    """What a process and all that came of it hold; 0 where the system does not say."""
    total, ask = 0.0, [process]
    while ask:
        one = ask.pop()
        with suppress(OSError, ValueError, IndexError):
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
            for task in Path(f"/proc/{one}/task").iterdir():
                ask += map(int, (task / "children").read_text().split())
    return total


def tree(out: Path) -> dict[str, str]:
    """Checksums of all results but the one file that holds a clock."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "times.json"
    }


def slowest(out: Path) -> str:
    """How many tasks were done, and the longest."""
    tasks = json.loads((out / "times.json").read_bytes())["tasks"]
    return f"{len(tasks)} tasks, longest {max(one['seconds'] for one in tasks.values()):.0f} s"


# ---- parts -----------------------------------------------------------------------------------------------------------


def whole(folder: Path, size: Size) -> list[Told]:
    """Twelve scenarios and the baseline, a thousand futures, one council, two workers; and the same once more."""
    scenarios, futures = (FEW, 60) if size == "quick" else (SCENARIOS, 1_000)
    asked = command(scenarios, folder / "whole", "--workers", "2", "--replications", str(futures), *fast(size))
    told = []
    for what in ("from nothing", "asked again"):
        seconds, most = begun(asked, folder / "log").ended()
        more = slowest(folder / "whole") if what == "from nothing" else "nothing to do"
        told.append(Told(f"{len(scenarios)} scenarios x {futures:,} futures, {what}", seconds, most, more))
    return told


def ten(folder: Path, size: Size) -> list[Told]:
    """Ten councils."""
    from benchmarks.need_worlds import authority
    from benchmarks.need_worlds.write import write

    seeds = REGION[:3] if size == "quick" else REGION
    futures = "40" if size == "quick" else "200"
    returns: list[str] = []
    for seed in seeds:
        place = folder / "returns" / f"council-{seed}"
        write(authority(WORLD, seed), place)
        returns += ["--returns", str(place)]
    more = (*returns, "--workers", "2", "--replications", futures, "--months", "60", "--no-backtest", "--no-targets")
    more = (*more, *(("--no-levers",) if size != "whole" else ()))
    seconds, most = begun(command(FEW, folder / "ten", *more), folder / "log").ended()
    return [Told(f"{len(seeds)} councils x 3 scenarios x {futures} futures", seconds, most, slowest(folder / "ten"))]


def killed(folder: Path, size: Size) -> list[Told]:
    """Killed again and again."""
    seconds, expected = unbroken(folder, size)
    draw, kills, since = random.Random(903), 0, time.perf_counter()
    wanted = 3 if size == "quick" else 20
    out = folder / "killed"
    while kills < wanted:
        # As it nears its end a batch may be done before it is killed; then it begins afresh.
        run = begun(command(FEW, out, "--workers", "2", *small(size)), folder / "log")
        until = run.begun + draw.uniform(0.2, 1.1) * seconds
        while run.look() and time.perf_counter() < until:
            time.sleep(0.05)
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
            kills += 1
        else:
            shutil.rmtree(out.with_name("killed-cache"))
            shutil.rmtree(out)
    run = begun(command(FEW, out, "--workers", "2", *small(size)), folder / "log")
    _, most = run.ended()
    same = tree(out) == expected
    return [Told(f"killed {kills} times at random", time.perf_counter() - since, most, "", same)]


def workers(folder: Path, size: Size) -> list[Told]:
    """With one, two and four workers, from nothing each."""
    _, expected = unbroken(folder, size)
    told = []
    for many in ("1", "2", "4"):
        out = folder / f"workers{many}"
        seconds, most = begun(command(FEW, out, "--workers", many, *small(size)), folder / "log").ended()
        told.append(Told(f"{many} workers", seconds, most, slowest(out), tree(out) == expected))
    return told


def on_cluster(folder: Path, size: Size) -> list[Told]:
    """On a scheduler and two workers, then with one of the workers killed when a third is done."""
    seconds, expected = unbroken(folder, size)
    told = []
    for what in ("a Dask cluster", "a Dask cluster, one worker killed in mid-run"):
        out = folder / ("cluster-killed" if "killed" in what else "cluster")
        with cluster(folder) as (address, two):
            run = begun(command(FEW, out, "--scheduler", address, *small(size)), folder / "log")
            if "killed" in what:
                while run.look() and time.perf_counter() < run.begun + seconds / 2:
                    time.sleep(0.1)
                two[0].send_signal(signal.SIGKILL)
            taken, most = run.ended()
        told.append(Told(what, taken, most, f"{slowest(out)}; memory without the cluster's", tree(out) == expected))
    return told


# ---- what they share -------------------------------------------------------------------------------------------------


def fast(size: Size) -> tuple[str, ...]:
    """What a smaller trial leaves out."""
    less = ("--no-backtest", "--no-targets", "--no-levers")
    return {"quick": (*less, "--months", "24"), "light": less, "whole": ()}[size]


def small(size: Size) -> tuple[str, ...]:
    """A batch that is small enough to be done many times."""
    less = ("--no-backtest", "--no-targets")
    return {
        "quick": ("--replications", "40", *less),
        "light": ("--replications", "200", *less, "--no-levers"),
        "whole": ("--replications", "500", *less),
    }[size]


def unbroken(folder: Path, size: Size) -> tuple[float, dict[str, str]]:
    """Seconds and results of the small batch, left alone; done once."""
    out, kept = folder / "unbroken", folder / "unbroken.json"
    if not kept.exists():
        seconds, _ = begun(command(FEW, out, "--workers", "2", *small(size)), folder / "log").ended()
        kept.write_text(json.dumps([seconds, tree(out)]), encoding="utf-8")
    seconds, expected = json.loads(kept.read_text(encoding="utf-8"))
    return seconds, expected


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on this machine, with nothing in common but their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    commands = [[*dask, "scheduler", "--host", address, "--no-dashboard"]]
    commands += [[*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]] * 2
    processes = []
    log = folder / "cluster.log"
    before = log.read_bytes().count(b"Registered to") if log.exists() else 0
    with log.open("ab") as told:
        for k, one in enumerate(commands):
            own = folder / f"own{k}"
            own.mkdir(exist_ok=True)
            processes.append(subprocess.Popen(one, cwd=own, env=ENVIRONMENT, stdout=told, stderr=told))
        try:
            until = time.monotonic() + 180.0
            while log.read_bytes().count(b"Registered to") < before + 2:
                if time.monotonic() > until:
                    raise SystemExit("the workers did not find their scheduler")
                time.sleep(0.2)
            yield address, processes[1:]
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait()


def main() -> int:
    """Run the parts and print the table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument(
        "--size",
        choices=get_args(Size),
        default="whole",
        help="quick: sizes that say nothing of speed; light: without backtest, targets and single levers; whole: hours",
    )
    given.add_argument("--returns", help="a council's, in place of the made-up one")
    given.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    asked = given.parse_args()
    RETURNS.extend(["--returns", asked.returns] if asked.returns else [])
    parts = dict(zip(PARTS, (whole, ten, killed, workers, on_cluster), strict=True))
    same = True
    print("| batch | seconds | MB at most, all processes | | bytes |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="placewell-batch-") as folder:
        for name in asked.parts:
            for one in parts[name](Path(folder), asked.size):
                same = same and one.same
                bytes_ = "the same" if one.same else "DIFFER"
                print(f"| {one.what} | {one.seconds:.0f} | {one.memory_mb:.0f} | {one.more} | {bytes_} |", flush=True)
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
