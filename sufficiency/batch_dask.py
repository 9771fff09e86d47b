"""Workers of a batch on an existing Dask cluster: inputs and results travel as bytes, so no disk need be shared.

Children's returns leave this machine for those of the cluster: use one that may hold them, over TLS. A worker unpacks
them to a folder of its own for as long as one task takes; results are kept by this process alone.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sufficiency.batch_cache import Cache, Contents, MadeWith, contents_of, made_with
from sufficiency.batch_do import Broken, CannotGoOn, Job, Kind, Outcome, here, perform
from sufficiency.batch_pack import pack, unpack_to

SECONDS_TO_CONNECT: Final = 10.0
SECONDS_WITHOUT_WORKERS: Final = 120.0
"""A batch that was under way waits so long for a worker to come back."""
LEFT_BEHIND_SECONDS: Final = 86_400.0
_PREFIX: Final = "placewell-inputs-"
SETTINGS: Final = {
    "distributed.comm.timeouts.connect": SECONDS_TO_CONNECT,
    "distributed.admin.large-graph-warning-threshold": "10GB",  # bytes are meant to travel
}
EXTRA: Final = (
    "--scheduler needs the library distributed, which is not installed: pip install 'placewell[cluster]' (on the "
    "scheduler and the workers as well)."
)


class Cluster:
    """The workers of one scheduler."""

    def __init__(
        self,
        address: str,
        cache: Cache,
        made: MadeWith,
        inputs: Mapping[str, Contents],
        places: Mapping[str, Path],
        say: Callable[[str], None],
    ) -> None:
        """Connect, and see that every worker has the same code and libraries. Raises `CannotGoOn`."""
        try:
            distributed: Any = importlib.import_module("distributed")
            importlib.import_module("dask.config").set(SETTINGS)
        except ImportError as error:
            raise CannotGoOn(EXTRA) from error
        self._distributed = distributed
        self._address, self._cache, self._made, self._say = address, cache, made, say
        self._inputs, self._places = inputs, places
        self._held: dict[str, Any] = {}
        self._under_way: dict[Any, Job] = {}
        self._alone_since: float | None = None
        self._run, self._sent_so_far = uuid.uuid4().hex[:12], 0
        self._known: list[Outcome] = []
        try:
            self._client = distributed.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise CannotGoOn(
                f"--scheduler: no Dask scheduler answers at {address}. Is it running, is the address as it prints it, "
                "and may this machine reach it?"
            ) from error
        try:
            self._slots = self._seen_to()
        except BaseException:
            self.close()
            raise

    def room(self) -> bool:
        """Whether another can be taken now: none waits behind another, so that none shares the blame for a death."""
        return len(self._under_way) + len(self._known) < self._slots

    def take(self, job: Job) -> None:
        """Begin a job."""
        results = {name: self._cache.read(key) for name, key in job.after}
        missing = tuple(key for name, key in job.after if results[name] is None)
        if missing:
            self._known.append(Outcome(job.key, missing=missing))
            return
        inputs = {name: self._sent(name) for name, _, _, _ in job.reads}
        self._under_way[self._submit(at_worker, job.work, job.given, results, inputs, self._made)] = job

    def wait(self) -> list[Outcome]:
        """Wait until a job is done; may give none."""
        if self._known or not self._under_way:
            known, self._known = self._known, []
            return known
        try:
            with self._client.as_current():
                done = self._distributed.wait(list(self._under_way), timeout=5.0, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = set()
        if not done:
            self._see_who_is_there()
            return []
        self._alone_since = None
        return [self._heard(future, self._under_way.pop(future)) for future in done]

    def close(self) -> None:
        """End at once; what is under way is lost."""
        with suppress(Exception):  # the cluster may be gone, and then there is nothing to end
            self._client.cancel([*self._under_way, *self._held.values()], force=True)
        self._under_way.clear()
        self._held.clear()
        self._client.close()

    def _heard(self, future: Any, job: Job) -> Outcome:
        distributed = self._distributed
        try:
            seconds, where, made = future.result()
        except distributed.KilledWorker as error:
            tries = int(getattr(error, "allowed_failures", 0)) + 1
            return Outcome(job.key, tries=tries, broken=Broken(Kind.DIED, _died(tries)))
        except (distributed.CancelledError, OSError) as error:
            raise CannotGoOn(self._lost()) from error
        if isinstance(made, MadeWith):
            raise CannotGoOn(_unlike(where, self._made.unlike(made)))
        if isinstance(made, Broken):
            return Outcome(job.key, seconds, where, broken=made)
        try:
            self._cache.write(job.key, made)
        except OSError as error:
            raise CannotGoOn(f"--cache: {self._cache.folder} cannot be written to ({error.strerror}).") from error
        return Outcome(job.key, seconds, where)

    def _sent(self, name: str) -> Any:
        """An input, sent to the cluster once: another worker's loss is made good from what the scheduler holds."""
        if name not in self._held:
            path = self._places[name]
            files = self._inputs[name].files
            root = path.parent if path.is_file() else path
            packed = pack({file: (root / file).read_bytes() for file in files})
            if contents_of(path).sha256 != self._inputs[name].sha256:
                raise CannotGoOn(f"{path} was changed while the batch read it. Run the batch again.")
            self._held[name] = self._submit(_held, packed, path.name, path.is_file())
        return self._held[name]

    def _submit(self, work: Callable[..., Any], *given: Any) -> Any:
        """Names of a run's own: two batches on one cluster never take each other's."""
        self._sent_so_far += 1
        return self._client.submit(work, *given, key=f"placewell-{self._run}-{self._sent_so_far}", pure=False)

    def _seen_to(self) -> int:
        """How many tasks the cluster does at once; every worker has our code and libraries, or words say which."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise CannotGoOn(
                f"--scheduler: the scheduler at {self._address} has no workers. Start one with `dask worker "
                f"{self._address}` where this version of Placewell is installed."
            )
        told = self._client.run(made_with, on_error="return")
        for worker, made in sorted(told.items()):
            if not isinstance(made, MadeWith):
                raise CannotGoOn(
                    f"--scheduler: the worker {worker} cannot run Placewell ({type(made).__name__}). Install this "
                    "version there, with the same libraries."
                )
            unlike = self._made.unlike(made)
            if unlike:
                raise CannotGoOn(_unlike(worker, unlike))
        return sum(int(one["nthreads"]) for one in workers.values())

    def _see_who_is_there(self) -> None:
        """Wait for workers, and not for ever."""
        if self._client.status != "running":
            raise CannotGoOn(self._lost())
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        self._slots = max(1, sum(int(one["nthreads"]) for one in workers.values()))
        if workers:
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        if now - self._alone_since > SECONDS_WITHOUT_WORKERS:
            raise CannotGoOn(
                f"--scheduler: all workers of {self._address} are gone. What was done is kept: start workers, and run "
                "the batch again."
            )
        self._say("No worker is there any more: waiting for one")

    def _lost(self) -> str:
        return (
            f"--scheduler: the scheduler at {self._address} does not answer any more. What was done is kept: run the "
            "batch again when it does."
        )


def at_worker(
    work: str,
    given: dict[str, Any],
    results: dict[str, bytes],
    inputs: dict[str, tuple[bytes, str, bool]],
    made: MadeWith,
) -> tuple[float, str, bytes | Broken | MadeWith]:
    """Do one task on a worker of a cluster: seconds, which worker, and the bytes, or what stood in the way."""
    if made_with() != made:
        return 0.0, here(), made_with()
    _clear_left_behind()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        places = {}
        for k, (name, (packed, called, a_file)) in enumerate(inputs.items()):
            place = Path(folder) / str(k) / called
            unpack_to(packed, place.parent if a_file else place)
            places[name] = place
        done = perform(work, given, results, places)
    return time.perf_counter() - begun, here(), done


@lru_cache(maxsize=1)
def _clear_left_behind() -> None:
    """Delete what workers that were killed here had unpacked, a day later; once in each process."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _held(packed: bytes, called: str, a_file: bool) -> tuple[bytes, str, bool]:
    """An input as a worker holds it."""
    return packed, called, a_file


def _unlike(worker: str, differs: list[str]) -> str:
    return (
        f"--scheduler: the worker {worker} would not give the same results: it has {'; '.join(differs)}. Install the "
        "same version and libraries on every worker (constraints.txt)."
    )


def _died(tries: int) -> str:
    return (
        f"The worker that did it ended by itself {tries} times. Often the memory ran out: give the cluster's workers "
        "more memory or fewer threads, and run the batch again."
    )
