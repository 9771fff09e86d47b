"""A solver in a process of its own: however that process ends, there is an answer, and it says what it is worth."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.instances import SIZES, Size, made_up
from matching.question import Ints, Question, Solution
from matching.solvers import solve_cpsat
from matching.solvers.apart import NotStarted, WhereItWasRaised, limit_memory, solve_apart
from matching.solvers.exhaustive import lawful_plan, solve_exhaustive
from matching.solvers.solver import Aims, Clock, Found, Held, Tell, solve_in_order
from tests.matching.questions import FromSeed, question, random_question
from tests.matching.solvers import dying

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]


def truthful(asked: Question, answer: Solution, done: int) -> None:
    """The answer is lawful, its values are right, its first `done` tiers and no others proved, its bounds true."""
    best = solve_cpsat(asked)
    assert lawful_plan(asked, answer.home_of)
    assert [t.name for t in answer.tiers] == list(asked.tiers)
    assert [t.proved for t in answer.tiers] == [True] * done + [False] * (len(asked.tiers) - done)
    for now, at_best in zip(answer.tiers, best.tiers, strict=True):
        assert now.value == asked.values_of(answer.home_of)[now.name]
        if now.proved:
            assert now.value == now.bound == at_best.value
    # the tier being worked on holds only proved tiers, so its bound binds the best plan too
    if done < len(asked.tiers):
        now, at_best = answer.tiers[done], best.tiers[done]
        assert now.bound <= at_best.value if now.name == "cost" else now.bound >= at_best.value
    assert not answer.unique


def test_the_answer_is_that_of_the_solver() -> None:
    """A process that ends well gives the plan, the tiers, the progress and the plans on the way of the same solver."""
    asked = dying.panel()
    heard: list[str] = []
    kept: list[Solution] = []
    apart = solve_apart(asked, "cpsat", watch=lambda *told: heard.append(told[0]), keep=kept.append)
    here = solve_cpsat(asked)
    assert apart.home_of.tolist() == here.home_of.tolist()
    assert [(t.name, t.value, t.bound, t.proved) for t in apart.tiers] == [
        (t.name, t.value, t.bound, t.proved) for t in here.tiers
    ]
    assert apart.unique
    assert apart.notes == ()
    assert set(asked.tiers) < set(heard)
    assert {len(k.tiers) for k in kept} >= set(range(1, len(asked.tiers) + 1))


@pytest.mark.parametrize(
    ("solver", "done", "says"),
    [
        (dying.kills_itself, 1, "was killed" if os.name == "posix" else "exit code"),
        (dying.crashes, 4, "SIGABRT" if os.name == "posix" else "exit code"),
        (dying.leaves, 1, "ended without an answer (exit code 7)"),
    ],
)
def test_a_process_that_dies_leaves_its_last_plan(solver: Any, done: int, says: str) -> None:
    """Killed, crashed or gone: the last plan handed over, what was proved by then, and how to mend it."""
    asked = dying.panel()
    answer = solve_apart(asked, solver)
    truthful(asked, answer, done)
    assert (answer.home_of >= 0).any()
    (note,) = answer.notes
    assert says in note
    assert f"Proved best: {', '.join(asked.tiers[:done])}." in note
    assert "allow more memory" in note


def test_killed_from_outside_deep_in_native_code() -> None:
    """Killed by another process while CP-SAT searches: the tier before is proved, the answer comes at once."""
    asked = made_up(Size(150, 110, 0.33), 1)
    killed_at = 0.0

    def watch(tier: str, *_: float) -> None:
        nonlocal killed_at
        if tier == "siblings" and not killed_at:
            killed_at = time.monotonic()
            for child in multiprocessing.active_children():
                child.kill()

    answer = solve_apart(asked, "cpsat", watch=watch)
    assert time.monotonic() - killed_at < 20
    assert lawful_plan(asked, answer.home_of)
    assert "was killed" in answer.notes[0] or os.name != "posix"
    assert not answer.unique
    assert answer.tiers[0].proved
    assert answer.tiers[0].value == (answer.home_of >= 0).sum() > 100
    assert answer.tiers[1].bound >= answer.tiers[1].value


def test_dead_before_any_plan() -> None:
    """With nothing handed over nobody is placed, the bounds are true, and the note does not blame the children."""
    asked = dying.panel()
    answer = solve_apart(asked, dying.dies_at_once)
    truthful(asked, answer, 0)
    assert (answer.home_of < 0).all()
    assert answer.tiers[0].bound == asked.children
    assert "nobody is placed in this answer" in answer.notes[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of one process")
def test_out_of_memory() -> None:
    """A process that asks for more memory than it is allowed loses neither its plan nor its proofs."""
    asked = dying.panel()
    answer = solve_apart(asked, dying.starves, memory_mb=1000)
    truthful(asked, answer, 1)
    assert "ran out of memory (it was allowed 1,000 MB)" in answer.notes[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of one process")
def test_too_little_memory_to_begin() -> None:
    """Where the question itself does not fit, the answer says so and is an answer still."""
    asked = made_up(SIZES["dense-borough"], 2)
    answer = solve_apart(asked, "cpsat", memory_mb=5)
    assert (answer.home_of < 0).all()
    assert not answer.proved
    assert "memory" in answer.notes[0]


def test_a_limit_that_cannot_be_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no such limit, a note says that it was not kept."""
    monkeypatch.setattr(sys, "platform", "another")
    assert "was not kept" in limit_memory(1000)[0]


@pytest.mark.parametrize(
    "solver",
    [
        dying.sleeps,
        pytest.param(dying.stands_still, marks=pytest.mark.skipif(os.name != "posix", reason="no such signal here")),
    ],
)
def test_a_process_that_falls_silent_is_stopped(solver: Any) -> None:
    """Long past its limit without an answer, it is stopped, and its last plan is the answer."""
    asked = dying.panel()
    began = time.monotonic()
    answer = solve_apart(asked, solver, time_limit=3.0, grace=1.0)
    assert time.monotonic() - began < 60
    truthful(asked, answer, 1)
    assert "had not answered 1 seconds after the limit of 3, and was stopped" in answer.notes[0]
    assert not multiprocessing.active_children()


def test_the_time_limit_is_the_solvers_own() -> None:
    """A solver that keeps its limit ends by itself: its own note, no other."""
    answer = solve_apart(dying.panel(), "cpsat", time_limit=0.0)
    assert not answer.proved
    assert answer.notes[0].startswith("The time limit came before the tier placed was proved")


def test_an_error_is_raised_here() -> None:
    """An error of the solver is not swallowed: same type, same text, and where it came from."""
    with pytest.raises(KeyError, match="no such home: H7") as raised:
        solve_apart(dying.panel(), dying.fails)
    assert isinstance(raised.value.__cause__, WhereItWasRaised)
    assert "in fails" in str(raised.value.__cause__)
    with pytest.raises(RuntimeError, match="Stubborn: this and that"):
        solve_apart(dying.panel(), dying.fails_stubbornly)
    with pytest.raises(ValueError, match="unknown solver 'magic'; known: "):
        solve_apart(dying.panel(), "magic")


def test_ctrl_c_stops_the_other_process() -> None:
    """Interrupted while waiting, nothing is left running."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            solve_apart(dying.panel(), dying.sleeps, keep=lambda _: signal.raise_signal(signal.SIGINT))
    finally:
        signal.signal(signal.SIGINT, before)
    assert not multiprocessing.active_children()


@pytest.mark.skipif(os.name != "posix", reason="asks for a process by its number")
def test_the_other_process_ends_with_the_first() -> None:
    """Should the first process be killed, the one it started does not go on alone."""
    script = (
        "import multiprocessing, os\n"
        "from tests.matching.solvers import dying\n"
        "from matching.solvers.apart import solve_apart\n"
        "def heard(kept):\n"
        "    if len(kept.tiers) == 1:\n"
        "        print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "        os._exit(0)\n"
        "solve_apart(dying.panel(), dying.sleeps, keep=heard)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    other = int(done.stdout.split()[-1])
    until = time.monotonic() + 30
    while time.monotonic() < until and _runs(other):
        time.sleep(0.1)
    assert not _runs(other), done.stderr


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    # dead, though nobody has asked how it ended
    return not (state.exists() and state.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z")


def test_a_script_without_a_guard_is_told_so(tmp_path: Path) -> None:
    """A script that would start itself again is no round that failed: it is told what to write."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.matching.solvers import dying\n"
        "from matching.solvers.apart import solve_apart\n"
        "solve_apart(dying.panel())\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"{NotStarted.__module__}.{NotStarted.__name__}: ")
    assert 'if __name__ == "__main__":' in done.stderr


@pytest.mark.parametrize("seed", range(4))
def test_plans_handed_over_are_lawful_and_lose_nothing(seed: int) -> None:
    """Every plan on the way is lawful, reaches what the tiers before it found, and carries only tiers that are done."""
    asked = random_question(FromSeed(seed), children=6, homes=5)
    kept: list[Solution] = []
    solve_cpsat(asked, keep=kept.append)
    assert kept
    best = solve_exhaustive(asked)
    for plan in kept:
        assert lawful_plan(asked, plan.home_of)
        assert not plan.unique
        for tier, at_best in zip(plan.tiers, best.tiers, strict=False):
            assert tier.proved
            assert tier.value == at_best.value == asked.values_of(plan.home_of)[tier.name]


class Halting:
    """An engine that proves nothing in its first tier and finds a better plan for it in its second."""

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """One child in the first tier, two from then on; the first bound is two, the others are exact."""
        plan = np.array([0, -1]) if not held else np.array([0, 1])
        return Found(plan, 2 if not held else aims[0].of(TWO, plan))

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """No other plan."""
        return False


TWO = question(children=2, homes=2, places=[1, 1])


def test_an_unproved_tier_that_came_out_better_is_counted_again() -> None:
    """The value told is that of the plan given, and a tier that reached its bound after all is proved."""
    answer = solve_in_order(TWO, Halting(), "halting", Clock(None), None)
    assert answer.home_of.tolist() == [0, 1]
    assert answer.tiers[0].value == 2
    assert answer.proved
    assert answer.unique
