"""Processes that work beside another end with it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matching.workers import pool_of

PARENT = """
import os, time
from matching.workers import pool_of
if __name__ == "__main__":
    with pool_of(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_work_is_done_after_what_each_worker_does_first() -> None:
    """What is asked to be done first is done, with what it is given."""
    with pool_of(1, os.putenv, "PLACEWELL_TRIED", "yes") as pool:
        assert pool.submit(abs, -3).result() == 3


@pytest.mark.skipif(sys.platform == "win32", reason="the system is asked of a process by a POSIX signal")
def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Killed without a chance to say so: the worker, with whatever it held, is gone within seconds."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    root = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}
    )
    assert parent.stdout is not None
    with parent.stdout:
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
        parent.wait()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{worker}/stat").exists() and ") Z " in Path(f"/proc/{worker}/stat").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")
