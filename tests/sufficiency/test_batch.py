"""A batch: done once, the same by whomever, whole after a kill, and one failure keeps nothing else back."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sufficiency.batch import BatchRun, Standing, run_batch
from sufficiency.batch_cache import Cache, InputGone, NotACache, made_with
from sufficiency.batch_do import CannotGoOn, Kind
from sufficiency.batch_manifest import Clock, Written, write_batch
from sufficiency.batch_task import Plan
from tests.sufficiency.batch_made import NAME, diamonds, task, work_in

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the small tasks, which processes of ours find."""
    folder = work_in(tmp_path / "work")
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop(NAME, None)


def results_of(run: BatchRun) -> dict[str, bytes]:
    """Every file of a batch's results."""
    return {path: run.file(path) for path in run.plan.files}


def written(run: BatchRun, out: Path) -> Written:
    """The results put into a folder."""
    return write_batch(out, run, {"seed": 1}, Clock(NOW, NOW, 1))


def tree(out: Path) -> dict[str, bytes]:
    """All files of a folder but the one that holds a clock."""
    return {
        p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != "times.json"
    }


# ---- what is done --------------------------------------------------------------------------------------------------


def test_each_task_is_done_once_and_never_again(tmp_path: Path, work: Path) -> None:
    """A second batch does nothing, and the results are those that the graph says."""
    plan = diamonds(tmp_path)
    first = run_batch(plan, tmp_path / "cache", workers=0)
    assert first.file("c0/s1/need.csv") == b"(010r,011r,012r)"
    assert first.file("c1/comparison.csv") == b"((100r,101r,102r),(110r,111r,112r))"
    assert sorted((tmp_path / "log").read_text().split()) == sorted(t.name for t in plan.tasks if "part" in t.name)
    again = run_batch(plan, tmp_path / "cache", workers=0)
    assert (again.kept, dict(again.times), results_of(again)) == (len(plan.tasks), {}, results_of(first))


def test_only_what_hangs_on_a_change_is_done_again(tmp_path: Path, work: Path) -> None:
    """Another setting of one task works that one out anew and what comes after it; other inputs, everything."""
    plan = diamonds(tmp_path)
    run_batch(plan, tmp_path / "cache", workers=0)
    changed = [replace(t, given={**t.given, "n": "new"}) if t.name == "c0/s0/part/1" else t for t in plan.tasks]
    again = run_batch(replace(plan, tasks=tuple(changed)), tmp_path / "cache", workers=0)
    assert list(again.times) == ["c0/s0/part/1", "c0/s0/join", "c0/all"]
    (tmp_path / "returns" / "a.csv").write_text("other", encoding="utf-8")
    assert not run_batch(plan, tmp_path / "cache", workers=0).kept


def test_what_hangs_on_the_same_is_done_once(tmp_path: Path, work: Path) -> None:
    """Two councils' tasks that are given the same bytes share one result; so does a copy of the returns elsewhere."""
    log = str(tmp_path / "log")
    tasks = tuple(task(f"c{c}/s0/part", "count", reads=(f"c{c}/returns",), n=1, log=log, says="once") for c in (0, 1))
    inputs = {}
    for c in (0, 1):
        inputs[f"c{c}/returns"] = tmp_path / f"place{c}"
        inputs[f"c{c}/returns"].mkdir()
        (inputs[f"c{c}/returns"] / "a.csv").write_text("r", encoding="utf-8")
    run = run_batch(Plan(tasks, inputs, {"a": tasks[0].name, "b": tasks[1].name}), tmp_path / "cache", workers=0)
    assert (tmp_path / "log").read_text() == "once\n"
    assert run.file("a") == run.file("b") == b"1r"


def test_a_whole_result_in_the_place_of_another_is_never_used(tmp_path: Path) -> None:
    """A file says whose result it is: one that was copied over another's would give another's figures."""
    cache, (one, other) = Cache(tmp_path / "cache"), ("a" * 64, "b" * 64)
    cache.write(one, b"this council's")
    cache.write(other, b"another's")
    cache.path(one).write_bytes(cache.path(other).read_bytes())
    assert (cache.read(one), cache.read(other), cache.altered) == (None, b"another's", {one})


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:-1] + b"X", lambda b: b"", lambda b: b[:20]])
def test_an_altered_result_is_never_used(tmp_path: Path, work: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A kept result that is short or changed is worked out anew, and counted."""
    plan = diamonds(tmp_path, councils=1)
    first = run_batch(plan, tmp_path / "cache", workers=0)
    kept = Cache(tmp_path / "cache").path(first.keys["c0/all"])
    kept.write_bytes(spoil(kept.read_bytes()))
    again = run_batch(plan, tmp_path / "cache", workers=0)
    assert (list(again.times), again.altered, results_of(again)) == (["c0/all"], 1, results_of(first))


def test_a_result_lost_under_way_is_made_again(tmp_path: Path, work: Path) -> None:
    """Somebody clears the cache while the batch runs: what is needed is worked out once more."""
    plan = diamonds(tmp_path, councils=1)
    cleared: list[tuple[int, int]] = []

    def clear(standing: Standing) -> None:
        if not cleared and standing.done == 3:
            cleared.append(Cache(tmp_path / "cache").forget_older(0))

    run = run_batch(plan, tmp_path / "cache", workers=0, progress=clear)
    assert cleared[0][0] == 3
    assert run.altered == 3
    assert run.file("c0/comparison.csv") == b"((000r,001r,002r),(010r,011r,012r))"


# ---- failures ------------------------------------------------------------------------------------------------------


def test_failures_are_kept_apart(tmp_path: Path, work: Path) -> None:
    """The user's fault is in words, ours by its type alone; what comes after is not begun, and the rest is done."""
    tasks = (
        task("a/s/bad", "refuse"),
        task("a/s/worse", "fault"),
        task("a/s/later", "join", after=("a/s/bad",)),
        task("a/last", "join", after=("a/s/later",)),
        task("b/s/good", "join"),
    )
    files = {"a/s/need.csv": "a/s/later", "a/all.csv": "a/last", "b/s/need.csv": "b/s/good", "a/s/x": "a/s/worse"}
    run = run_batch(Plan(tasks, {}, files), tmp_path / "cache", workers=0)
    kinds = {name: (one.kind, one.after) for name, one in run.failures.items()}
    assert kinds == {
        "a/s/bad": (Kind.REFUSED, ""),
        "a/s/worse": (Kind.FAULT, ""),
        "a/s/later": (Kind.AFTER, "a/s/bad"),
        "a/last": (Kind.AFTER, "a/s/bad"),
    }
    assert run.failures["a/s/bad"].words == "There is no return of 2024. Give it."
    assert "KeyError" in run.failures["a/s/worse"].words
    told = written(run, tmp_path / "out")
    assert told.folders == ("b/s",)
    text = (tmp_path / "out" / "failures.csv").read_text(encoding="utf-8")
    assert "detail" not in text
    assert [line.split(",")[2] for line in text.splitlines()] == ["what", "a/s/bad", "a/s/worse", "a/", "a/s/"]
    assert {p for p in tree(tmp_path / "out") if "/" in p} == {"b/s/need.csv"}


def test_inputs_that_change_under_way_end_the_batch(tmp_path: Path, work: Path) -> None:
    """Nothing is kept under a name that is not its own."""
    plan = diamonds(tmp_path, councils=1)

    def meddle(standing: Standing) -> None:
        if standing.done == 2:
            (tmp_path / "returns" / "a.csv").write_text("meddled", encoding="utf-8")

    with pytest.raises(CannotGoOn, match="was changed while"):
        run_batch(plan, tmp_path / "cache", workers=0, progress=meddle)
    (tmp_path / "returns" / "a.csv").write_text("r", encoding="utf-8")
    assert run_batch(plan, tmp_path / "cache", workers=0).file("c0/s0/need.csv") == b"(000r,001r,002r)"


def test_what_cannot_be_used_is_said(tmp_path: Path, work: Path) -> None:
    """A folder that holds something else, and inputs that are not there."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear all", encoding="utf-8")
    plan = diamonds(tmp_path, councils=1)
    with pytest.raises(NotACache, match="no batch kept"):
        run_batch(plan, tmp_path / "other", workers=0)
    with pytest.raises(InputGone, match="cannot be read"):
        run_batch(replace(plan, inputs={"c/returns": tmp_path / "nowhere"}), tmp_path / "cache", workers=0)


# ---- the results folder --------------------------------------------------------------------------------------------


def test_results_hold_no_clock_and_replace_the_last_ones(tmp_path: Path, work: Path) -> None:
    """From an empty cache or a full one the same bytes; files of an earlier, larger batch are taken away."""
    small, large = diamonds(tmp_path, councils=1), diamonds(tmp_path, councils=2)
    written(run_batch(large, tmp_path / "cache", workers=0), tmp_path / "one")
    written(run_batch(small, tmp_path / "cache", workers=0), tmp_path / "one")
    written(run_batch(small, tmp_path / "fresh", workers=0), tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert not (tmp_path / "one" / "c1").exists()
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_bytes())
    assert set(manifest["files"]) == set(small.files)
    assert str(tmp_path) not in "".join(map(str, tree(tmp_path / "one").values()))


# ---- workers -------------------------------------------------------------------------------------------------------


def test_workers_that_die_lose_nothing(tmp_path: Path, work: Path) -> None:
    """A task whose worker dies twice is done the third time; one that always kills it is a failure, in words."""
    plan = diamonds(tmp_path, councils=1)
    more = (
        task("c0/s0/unlucky", "die", mark=str(tmp_path / "a"), times=2),
        task("c0/s0/deadly", "die", mark=str(tmp_path / "b"), times=99),
    )
    run = run_batch(replace(plan, tasks=(*more, *plan.tasks)), tmp_path / "cache", workers=2)
    assert (run.results["c0/s0/unlucky"], run.times["c0/s0/unlucky"].tries) == (b"alive", 3)
    assert {name: (f.kind, f.tries) for name, f in run.failures.items()} == {"c0/s0/deadly": (Kind.DIED, 3)}
    assert results_of(run) == results_of(run_batch(plan, tmp_path / "fresh", workers=0))


KILLED = """
import sys
sys.path[:0] = [{root!r}, {work!r}]
from pathlib import Path
from tests.sufficiency.batch_made import diamonds
from sufficiency.batch import run_batch
run_batch(diamonds(Path({folder!r}), seconds=0.05), Path({folder!r}) / "cache", workers=0)
print("done", flush=True)
"""


def kept_in(cache: Path) -> int:
    """How many results there are."""
    return len(list(cache.glob("??/*")))


def test_killed_again_and_again_it_comes_to_the_same(tmp_path: Path, work: Path) -> None:
    """A batch killed without warning at any moment goes on where it was, and ends with the bytes of an unbroken one."""
    script = tmp_path / "run.py"
    script.write_text(KILLED.format(root=str(ROOT), work=str(work), folder=str(tmp_path)), encoding="utf-8")
    draw, kills, done = random.Random(8), 0, b""
    while not done:
        until = kept_in(tmp_path / "cache") + draw.randint(2, 6)
        with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as run:
            assert run.stdout is not None
            while run.poll() is None and kept_in(tmp_path / "cache") < until:
                time.sleep(0.002)
            time.sleep(draw.uniform(0.0, 0.03))
            run.kill()
            done = run.stdout.read().strip()
        kills += not done
    assert done == b"done"
    assert kills >= 2
    plan = diamonds(tmp_path, seconds=0.05)
    again = run_batch(plan, tmp_path / "cache", workers=0)
    assert again.kept == len(plan.tasks)
    assert results_of(again) == results_of(run_batch(diamonds(tmp_path), tmp_path / "fresh", workers=0))


def test_two_batches_on_one_cache_do_no_harm(tmp_path: Path, work: Path) -> None:
    """Both come to the same, side by side."""
    plan = diamonds(tmp_path, seconds=0.01)
    runs: list[BatchRun] = []
    both = [threading.Thread(target=lambda: runs.append(run_batch(plan, tmp_path / "cache", workers=0))) for _ in "12"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert results_of(runs[0]) == results_of(runs[1])
    assert not list((tmp_path / "cache").rglob(".partial-*"))


def test_a_cluster_needs_its_library(tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, words say what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CannotGoOn, match=r"placewell\[cluster\]"):
        run_batch(diamonds(tmp_path), tmp_path / "cache", scheduler="tcp://127.0.0.1:1")


# ---- a cluster -----------------------------------------------------------------------------------------------------


@contextmanager
def cluster(folder: Path, work: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers, each a process of its own with a folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(work)))}
    dask = [sys.executable, "-m", "dask"]
    quiet = ["--no-dashboard"]
    commands = [[*dask, "scheduler", "--host", address, "--no-jupyter", *quiet]]
    commands += [[*dask, "worker", address, "--nthreads", "1", "--no-nanny", *quiet]] * 2
    processes = []
    with (folder / "cluster.log").open("wb") as told:
        for k, command in enumerate(commands):
            own = folder / f"own{k}"
            own.mkdir()
            processes.append(subprocess.Popen(command, env=env, stdout=told, stderr=told, cwd=own))
        try:
            yield address, processes[1:]
        finally:
            for one in processes:
                one.kill()
            for one in processes:
                one.wait()


def when_there(run: Callable[[], BatchRun]) -> BatchRun:
    """The batch, when the cluster has begun."""
    until = time.monotonic() + 60
    while True:
        try:
            return run()
        except CannotGoOn:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_a_cluster_comes_to_the_same_and_a_killed_worker_loses_nothing(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler and two workers as processes that share no folder: the same bytes, one of them killed in mid-run."""
    plan = diamonds(tmp_path, seconds=0.1)
    with cluster(tmp_path, work) as (address, workers):

        def kill(standing: Standing) -> None:
            if standing.done == 4:
                workers[0].kill()

        run = when_there(lambda: run_batch(plan, tmp_path / "cache", scheduler=address, progress=kill))
        assert not run.failures
        assert workers[0].wait() == -signal.SIGKILL
        assert results_of(run) == results_of(run_batch(diamonds(tmp_path), tmp_path / "fresh", workers=0))
        unlike = replace(made_with(), code="0" * 64)
        with monkeypatch.context() as patched:
            patched.setattr("sufficiency.batch.made_with", lambda: unlike)
            with pytest.raises(CannotGoOn, match=r"would not give the same results: it has Placewell's own code"):
                run_batch(plan, tmp_path / "cache", scheduler=address)
        spoken = (tmp_path / "cluster.log").read_text(encoding="utf-8")
        assert "made_up_work" not in spoken
    monkeypatch.setattr("sufficiency.batch_dask.SECONDS_TO_CONNECT", 1.0)
    with pytest.raises(CannotGoOn, match="no Dask scheduler answers"):
        run_batch(diamonds(tmp_path, seconds=0.2), tmp_path / "other", scheduler=address)
