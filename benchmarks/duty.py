"""How long one emergency child takes: the answer with the register in memory, and the command from cold.

Run with `python -m benchmarks.duty`. Every child and family of the register is asked for in turn, with the plan of
nobody else in the way. `borough` is that of `benchmarks.run`: 340 children and 250 homes with vacancies; `register`
is a council's whole register, full homes too. The goal for the answer is one second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from matching.duty import tonight
from matching.policy import read_policy
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Records
from records.sources.folder import read

GOAL = 1.0
COLD = 5


def asked_of(register: Records) -> list[float]:
    """Seconds of the answer for each child alone and each family of the register."""
    policy, found = read_policy(), []
    for one in sorted({c.family_id or c.child_id for c in register.children}):
        began = time.perf_counter()
        tonight(register, policy, one)
        found.append(time.perf_counter() - began)
    return found


def in_words(seconds: list[float]) -> str:
    """The middle, the 95th of a hundred, and the longest."""
    middle, high = np.percentile(seconds, (50, 95))
    return f"p50 {middle:.3f} s, p95 {high:.3f} s, longest {max(seconds):.3f} s, of {len(seconds)}"


def cold(folder: Path) -> list[float]:
    """Seconds of the whole command, a new process each."""
    found = []
    for _ in range(COLD):
        began = time.perf_counter()
        told = ["--age", "7", "--from-postcode", "M33 2AB", "--as-of", synthetic.DAY.isoformat()]
        command = [sys.executable, "-m", "frontend.cli", "duty", str(folder), *told]
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - began)
    return found


def main() -> None:
    """Measure, and say so."""
    councils = {"borough": synthetic.borough(1), "register": synthetic.council(500, seed=1)}
    for name, tables in councils.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            synthetic.write(tables, folder)
            began = time.perf_counter()
            read_in = read(folder)
            read_at = time.perf_counter()
            directory = Directory()
            register = check(read_in, synthetic.DAY, directory)
            first = time.perf_counter() - read_at
            again_at = time.perf_counter()
            check(read_in, synthetic.DAY, directory)
            again = time.perf_counter() - again_at
            print(f"{name}: {len(register.children)} children, {len(register.homes)} homes")
            print(f"  reading {read_at - began:.2f} s; checking {first:.2f} s, {again:.2f} s once postcodes are loaded")
            seconds = asked_of(register)
            print(f"  answer: {in_words(seconds)}{'' if max(seconds) < GOAL else ' (over the goal)'}")
            print(f"  the command from cold: {in_words(cold(folder))}")


if __name__ == "__main__":
    main()
