"""A batch: the tasks of a plan, each done once, in any order that its needs allow, by as many workers as there are.

A task whose result is in the cache is not done again, nor is what only it needed. A task that cannot be done keeps back
those that come after it, and nothing else. Results hang on the plan, inputs, code and libraries alone: never on how
many worked, where, in which order, or how often the batch was killed and begun again.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sufficiency.batch_cache import Cache, Contents, MadeWith, contents_of, key_of, made_with
from sufficiency.batch_do import Broken, CannotGoOn, Hands, Job, Kind, Outcome
from sufficiency.batch_local import Here, Processes
from sufficiency.batch_pack import one_of
from sufficiency.batch_task import Plan, Task

MOST_TIMES_LOST: Final = 3
"""How often one kept result may be deleted under our hands before the batch gives up."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that was not done."""

    task: Task
    kind: Kind
    words: str
    after: str = ""
    """The task that failed, where this one comes after it."""
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Timing:
    """How a task was done."""

    seconds: float
    where: str
    tries: int


@dataclass(frozen=True, slots=True)
class Part:
    """How far one council and scenario is."""

    done: int
    whole: int
    failed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a batch is."""

    parts: Mapping[tuple[str, str], Part]
    """By council and scenario; blank for what belongs to all."""
    kept: int
    """Tasks that did not have to be done."""
    says: str = ""
    """What was begun last."""

    @property
    def done(self) -> int:
        """Tasks done, or not needed."""
        return sum(part.done for part in self.parts.values())

    @property
    def whole(self) -> int:
        """All tasks."""
        return sum(part.whole for part in self.parts.values())

    @property
    def failed(self) -> int:
        """Tasks that were not done."""
        return sum(part.failed for part in self.parts.values())


Progress = Callable[[Standing], None]


class Results(Mapping[str, bytes]):
    """Results of tasks by name, each read from the cache when it is asked for."""

    def __init__(self, cache: Cache, keys: Mapping[str, str]) -> None:
        self._cache, self._keys = cache, keys

    def __getitem__(self, name: str) -> bytes:
        held = self._cache.read(self._keys[name])
        if held is None:
            raise CannotGoOn(
                "A kept result was deleted or altered while it was to be written out. Run the batch again: it is "
                "worked out anew."
            )
        return held

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What a batch came to."""

    plan: Plan
    made: MadeWith
    inputs: Mapping[str, Contents]
    keys: Mapping[str, str]
    """Name of each task's result in the cache."""
    results: Results
    """Of the tasks that files and nothing else hang on."""
    failures: Mapping[str, Failure]
    """By task, in the order of the plan."""
    times: Mapping[str, Timing]
    """Of the tasks that were done now."""
    kept: int
    """Tasks that did not have to be done."""
    altered: int
    """Kept results that were lost, short or altered, and were worked out anew."""

    def files(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Files of the results by path, a task's together. Raises KeyError for one whose task failed."""
        wanted: dict[str, list[str]] = {}
        for path in paths:
            wanted.setdefault(self.task_of(path), []).append(path)
        for name, group in wanted.items():
            held = self.results[name]
            for path in group:
                member = self.plan.files[path].partition("#")[2]
                yield path, one_of(held, member) if member else held

    def file(self, path: str) -> bytes:
        """The bytes of a file of the results. Raises KeyError where its task failed."""
        return dict(self.files([path]))[path]

    def task_of(self, path: str) -> str:
        """The task that gives a file of the results."""
        return self.plan.files[path].partition("#")[0]


def run_batch(
    plan: Plan,
    cache: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress = lambda _: None,
) -> BatchRun:
    """Do all that the plan's files hang on, with so many processes, or on the workers of a Dask scheduler.

    `workers` 0: in this process. Raises `CannotGoOn` where the whole cannot go on, `batch_cache.NotACache`,
    `batch_cache.InputGone`, and ValueError for a plan that holds together no batch.
    """
    kept = Cache(cache)
    kept.clear_left_behind()
    batch = _Batch(plan, kept, progress)
    if batch.to_do:
        hands = _hands(batch, workers, scheduler)
        try:
            batch.do(hands)
        finally:
            hands.close()
    return batch.finished()


def _hands(batch: _Batch, workers: int, scheduler: str | None) -> Hands:
    if scheduler is not None:
        from sufficiency.batch_dask import Cluster

        return Cluster(scheduler, batch.cache, batch.made, batch.inputs, batch.plan.inputs, batch.say)
    return Processes(min(workers, len(batch.to_do)), batch.cache) if workers else Here(batch.cache)


@dataclass(slots=True)
class _Node:
    """Tasks of one key: what hangs on the same is done once."""

    place: int
    """Of the first of them, in the plan."""
    task: Task
    after: tuple[str, ...]
    before: set[str] = field(default_factory=set)
    """Keys of those that come after it."""
    tasks: list[Task] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Of all its tasks."""
        return [task.name for task in self.tasks]


class _Batch:
    """Where each task stands."""

    def __init__(self, plan: Plan, cache: Cache, progress: Progress) -> None:
        self.plan, self.cache, self._progress = plan, cache, progress
        self.made = made_with()
        self.inputs = {name: contents_of(path) for name, path in plan.inputs.items()}
        self._keys = _keys(plan, self.inputs, self.made)
        self._nodes = _nodes(plan, self._keys)
        self._ends = _ends(plan)
        self.to_do: set[str] = set()
        self._done: set[str] = set()
        self._begun: set[str] = set()
        self._waits: dict[str, int] = {}
        self._ready: list[tuple[int, str]] = []
        self._lost: Counter[str] = Counter()
        self._failures: dict[str, Failure] = {}
        self._times: dict[str, Timing] = {}
        self._whole = Counter((task.council, task.scenario) for task in plan.tasks)
        self._left: Counter[tuple[str, str]] = Counter()
        self._broken: Counter[tuple[str, str]] = Counter()
        self._says = ""
        self._want([self._keys[name] for name in self._ends])
        self._line_up()
        self._kept = len(plan.tasks) - self._left.total()
        self.say("")

    def do(self, hands: Hands) -> None:
        """Do what is to be done."""
        while self._ready or self._begun:
            while self._ready and hands.room():
                _, key = heapq.heappop(self._ready)
                self._begun.add(key)
                hands.take(self._job(key))
                self.say(self._nodes[key].task.says)
            for outcome in hands.wait():
                self._begun.discard(outcome.key)
                self._heed(outcome)
                self.say(self._says)

    def finished(self) -> BatchRun:
        """What it came to."""
        names = [task.name for task in self.plan.tasks]
        return BatchRun(
            self.plan,
            self.made,
            self.inputs,
            self._keys,
            Results(self.cache, {name: self._keys[name] for name in self._ends if self._keys[name] in self._done}),
            {name: self._failures[name] for name in names if name in self._failures},
            {name: self._times[name] for name in names if name in self._times},
            self._kept,
            len(self.cache.altered.union(self._lost)),
        )

    def say(self, words: str) -> None:
        """Say how far it is, and what was begun."""
        self._says = words
        parts = {
            part: Part(whole - self._left[part] - self._broken[part], whole, self._broken[part])
            for part, whole in self._whole.items()
        }
        self._progress(Standing(parts, self._kept, words))

    def _want(self, keys: Iterable[str]) -> None:
        """These results are needed: those that are not kept are to be done, and so is what they need."""
        ask = list(keys)
        while ask:
            key = ask.pop()
            if key in self._done or key in self.to_do:
                continue
            if self.cache.read(key) is not None:
                self._done.add(key)
                continue
            self.to_do.add(key)
            self._left.update(self._parts(key))
            ask += self._nodes[key].after

    def _line_up(self) -> None:
        """Say what waits for what."""
        waiting = self.to_do - self._begun
        self._waits = {key: len(set(self._nodes[key].after) - self._done) for key in waiting}
        self._ready = [(self._nodes[key].place, key) for key, many in self._waits.items() if not many]
        heapq.heapify(self._ready)

    def _job(self, key: str) -> Job:
        task = self._nodes[key].task
        reads = tuple(
            (name, str(self.plan.inputs[name].absolute()), self.inputs[name].stamp, self.inputs[name].sha256)
            for name in task.reads
        )
        after = tuple((name, self._keys[name]) for name in task.after)
        return Job(key, task.work, dict(task.given), after, reads)

    def _heed(self, outcome: Outcome) -> None:
        key, node = outcome.key, self._nodes[outcome.key]
        if outcome.missing:
            self._again(outcome.missing)
        elif outcome.broken is not None:
            self._fail(key, outcome.broken, outcome.tries)
        else:
            self._strike_off(key)
            self._done.add(key)
            self._times |= {n: Timing(outcome.seconds, outcome.where, outcome.tries) for n in node.names}
            for later in node.before & self.to_do:
                self._waits[later] -= 1
                if not self._waits[later]:
                    heapq.heappush(self._ready, (self._nodes[later].place, later))

    def _again(self, missing: Iterable[str]) -> None:
        """Kept results were lost or altered since they were last seen: they are worked out anew."""
        self._lost.update(missing)
        self._done.difference_update(missing)
        if max(self._lost.values(), default=0) > MOST_TIMES_LOST:
            raise CannotGoOn(
                f"--cache: results are deleted from {self.cache.folder} while the batch needs them. End what deletes "
                "them, or name another folder."
            )
        self._want(missing)
        self._line_up()

    def _fail(self, key: str, broken: Broken, tries: int) -> None:
        """Set a task apart, and those that come after it."""
        first = self._nodes[key].names[0]
        ask = [key]
        while ask:
            at = ask.pop()
            if at not in self.to_do:
                continue
            self._strike_off(at)
            self._waits.pop(at, None)
            self._broken.update(self._parts(at))
            for task in self._nodes[at].tasks:
                self._failures[task.name] = (
                    Failure(task, broken.kind, broken.words, "", tries)
                    if at == key
                    else Failure(task, Kind.AFTER, f"Not done, because {first} was not.", first)
                )
            ask += self._nodes[at].before

    def _strike_off(self, key: str) -> None:
        self.to_do.discard(key)
        self._left.subtract(self._parts(key))

    def _parts(self, key: str) -> Counter[tuple[str, str]]:
        return Counter((task.council, task.scenario) for task in self._nodes[key].tasks)


def _keys(plan: Plan, inputs: Mapping[str, Contents], made: MadeWith) -> dict[str, str]:
    """The key of each task by name. Raises ValueError for a plan that does not hold together."""
    keys: dict[str, str] = {}
    for task in plan.tasks:
        unknown = [name for name in task.after if name not in keys] + [
            name for name in task.reads if name not in inputs
        ]
        if task.name in keys or unknown:
            raise ValueError(f"task {task.name} is there twice, or needs what does not come before it: {unknown}")
        reads = [inputs[name].sha256 for name in task.reads]
        keys[task.name] = key_of(task, [keys[name] for name in task.after], reads, made)
    unknown = [path for path, name in plan.files.items() if name.partition("#")[0] not in keys]
    if unknown:
        raise ValueError(f"no task gives the files {unknown}")
    return keys


def _nodes(plan: Plan, keys: Mapping[str, str]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for place, task in enumerate(plan.tasks):
        key = keys[task.name]
        if key not in nodes:
            nodes[key] = _Node(place, task, tuple(dict.fromkeys(keys[name] for name in task.after)))
            for before in nodes[key].after:
                nodes[before].before.add(key)
        nodes[key].tasks.append(task)
    return nodes


def _ends(plan: Plan) -> list[str]:
    """Tasks whose results are wanted for themselves: those of the files, and those that nothing comes after."""
    wanted = {name.partition("#")[0] for name in plan.files.values()}
    needed = {name for task in plan.tasks for name in task.after}
    return [task.name for task in plan.tasks if task.name in wanted or task.name not in needed]
