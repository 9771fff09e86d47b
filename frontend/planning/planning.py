"""What one running app has for planning: what councils gave, forecasts at work, and those that are open on pages.

What pages are handed is an edition for officers, the same for everybody, so it may be shared between tabs. Figures
behind it lie in a folder of this process alone, and go with it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from frontend.orders import IsKept
from frontend.planning.inputs import Inputs
from frontend.planning.opened import Opened, opened_from
from frontend.planning.orders import SCENARIOS, Worked, WorkOrder, workers_here
from frontend.planning.previews import Previews
from frontend.rounds import Workshop
from records.store import MAY, Actor, Refused, Store
from sufficiency.batch_cache import InputGone, contents_of, stamp_of
from sufficiency.batch_councils import as_inputs
from sufficiency.results_found import NoResults
from sufficiency.scenario import BASELINE, baseline

MOST_OPEN: Final = 16
"""Forecasts of one council and scenario that stay open, some megabytes each."""
MOST_UNPACKED: Final = 12
_OPENED: Final = "opened-"
_UNUSED_SECONDS: Final = 600.0
_YEAR: Final = re.compile(r"(?<!\d)20\d\d[-_ /](?:20)?\d\d(?!\d)")
_Key = tuple[str, str, str, tuple[object, ...]]


class Gone(NoResults):
    """What is kept of a forecast is not what was kept; the words are for the user."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the folders of one council, by the names of its files alone."""

    council: str
    made_up: bool
    files: int
    """Files of its returns; 0 where there are none, or the folder cannot be read."""
    years: tuple[str, ...]
    """That names of files and folders tell, as "2025-26"."""
    besides: tuple[str, ...]
    """What else it gave: register, referrals, population."""


class Planning:
    """Forecasts of one running app. Safe to use from many threads."""

    def __init__(self, inputs: Inputs) -> None:
        """Make the folder for what is worked out. Raises OSError."""
        inputs.work.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.inputs = inputs
        self.queue = Workshop(self._kept)
        self.press = Workshop()
        """Where documents are made: one at a time, beside forecasts, so that none waits behind one for minutes."""
        self.previews = Previews(inputs)
        self._clear_left_behind()
        self._own = Path(tempfile.mkdtemp(prefix=_OPENED, dir=inputs.work))
        self._lock = threading.RLock()
        self._making: dict[str, threading.Lock] = {}
        self._opened: OrderedDict[_Key, Opened] = OrderedDict()
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._sums: dict[Path, tuple[object, str]] = {}

    # ---- asking for a forecast -----------------------------------------------------------------------------------

    def start(self, store: Store, actor: Actor, order: WorkOrder) -> str:
        """Have a forecast worked out after those asked for before it, and kept; gives the id of the job.

        Raises `Refused` for who may not keep one.
        """
        _allowed(actor, "keep_work", "have forecasts worked out")
        return self.queue.start(store, actor, order)

    def first_order(self, replications: int | None = None, title: str = "First forecast") -> WorkOrder:
        """What is asked where nothing has been asked yet: the packaged scenario, with the councils' own projections."""
        fitted = self.inputs.fitted(baseline())
        text = fitted.as_toml() if self.inputs.projected else BASELINE.read_text(encoding="utf-8")
        scenarios = (("baseline", text),)
        return WorkOrder(
            self.inputs, scenarios, "baseline", replications=replications, title=title, workers=workers_here()
        )

    def same_again(self, store: Store, actor: Actor, work_id: str) -> WorkOrder:
        """What was asked of a forecast, to be asked of the returns as they are now."""
        document, place = self.document(store, actor, work_id), self.unpacked(store, actor, work_id)
        asked = document["asked"]
        texts = {
            name: (place / SCENARIOS / f"{name}.toml").read_text(encoding="utf-8") for name in document["scenarios"]
        }
        return WorkOrder(
            self.inputs,
            tuple(texts.items()),
            document["first"],
            replications=asked["draws"],
            months=asked["months"],
            seed=asked["seed"],
            backtest=asked["test"],
            targets=asked["targets"],
            levers=asked["levers"],
            title=document["title"],
            usable_days=asked["usable_days"],
            workers=workers_here(),
        )

    # ---- reading one ---------------------------------------------------------------------------------------------

    def document(self, store: Store, actor: Actor, work_id: str) -> Mapping[str, Any]:
        """What a kept forecast is. Raises `StoreError`."""
        _allowed(actor)
        with self._lock:
            known = self._documents.get(work_id)
        return known if known is not None else self._read(store, actor, work_id)[0]

    def opened(
        self, store: Store, actor: Actor, work_id: str, council: str | None = None, scenario: str | None = None
    ) -> Opened:
        """What pages may show of a kept forecast; the first council and scenario where none is named.

        Some seconds for what was not open; made once, however many ask. Raises `StoreError`, `NoResults`, and what
        `opened_from` raises.
        """
        document = self.document(store, actor, work_id)
        results: Mapping[str, list[str]] = document["results"]
        council = council or next(iter(one for one in results if one != "region"), None)
        names = results.get(council or "", [])
        scenario = scenario or (document["first"] if document["first"] in names else next(iter(names), None))
        if council is None or scenario is None or scenario not in names:
            raise NoResults("There are no figures of that council and scenario in this forecast.")
        key = (work_id, council, scenario, self._published())
        with self._lock:
            if key in self._opened:
                self._opened.move_to_end(key)
                return self._opened[key]
        with self._made_once(" ".join(key[:3])):
            with self._lock:
                if key in self._opened:
                    return self._opened[key]
            found = opened_from(
                self.unpacked(store, actor, work_id),
                work_id,
                council,
                scenario,
                comparators=self.inputs.others(),
                ofsted=self.inputs.registered(council),
            )
            self._remember(key, found)
            return found

    def unpacked(self, store: Store, actor: Actor, work_id: str) -> Path:
        """A folder with what is kept of a forecast, as `placewell batch` writes it, whole; confidential.

        Raises `StoreError`, and `Gone` where what is kept is not what was kept.
        """
        document = self.document(store, actor, work_id)
        place = self._own / work_id
        with self._made_once(work_id):
            if not _is_whole(place, document["files"]):
                _, files = self._read(store, actor, work_id)
                self._write(place, document["files"], files)
            os.utime(place)
        return place

    # ---- what lies on the server ---------------------------------------------------------------------------------

    def changed_since(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """What councils gave that is no longer what a forecast was worked out from, as "name/returns"."""
        then: Mapping[str, str] = document["inputs"]
        now = {name: self._sum_of(path) for one in self.inputs.councils for name, path in as_inputs(one).items()}
        return tuple(sorted(name for name in {*then, *now} if then.get(name) != now.get(name)))

    def found(self) -> tuple[Found, ...]:
        """What lies there, by the names of files alone: no return is read."""
        return tuple(_found(one.name, one.made_up, as_inputs(one)) for one in self.inputs.councils)

    def close(self) -> None:
        """Stop what is at work, and delete what was unpacked."""
        self.previews.close()
        self.queue.close()
        self.press.close()
        shutil.rmtree(self._own, ignore_errors=True)

    # ---- small parts ---------------------------------------------------------------------------------------------

    def _kept(self, order: IsKept, kept_id: str, result: Any) -> None:
        """A forecast was kept a moment ago: pages need not make again what its process has made."""
        if isinstance(order, WorkOrder) and isinstance(result, Worked):
            with self._lock:
                self._documents[kept_id] = dict(result.document)
            for (council, scenario), one in result.ready.items():
                key = (kept_id, council, scenario, self._published())
                self._remember(key, replace(one, work_id=kept_id))

    def _remember(self, key: _Key, opened: Opened) -> None:
        with self._lock:
            self._opened[key] = opened
            while len(self._opened) > MOST_OPEN:
                self._opened.popitem(last=False)

    def _made_once(self, name: str) -> threading.Lock:
        with self._lock:
            return self._making.setdefault(name, threading.Lock())

    def _read(self, store: Store, actor: Actor, work_id: str) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
        document, files = store.read_work(actor, work_id)
        with self._lock:
            self._documents[work_id] = document
        return document, files

    def _write(self, place: Path, sums: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        """Put the files in place, whole or not at all."""
        if set(sums) != set(files) or any(hashlib.sha256(files[name]).hexdigest() != sums[name] for name in sums):
            raise Gone("What is kept of this forecast is not what was kept. Have it worked out anew.")
        self._own.mkdir(mode=0o700, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self._own))
        for name, data in files.items():
            parts = PurePosixPath(name).parts
            if PurePosixPath(name).is_absolute() or ".." in parts or any("\\" in one or ":" in one for one in parts):
                raise Gone("What is kept of this forecast names a file outside its folder. Have it worked out anew.")
            one = partial.joinpath(*parts)
            one.parent.mkdir(parents=True, exist_ok=True)
            one.write_bytes(data)
        shutil.rmtree(place, ignore_errors=True)
        partial.replace(place)
        self._let_go()

    def _let_go(self) -> None:
        """Delete what nobody has read for a while; it can be unpacked again."""
        there = [one for one in self._own.iterdir() if not one.name.startswith(".")]
        older = sorted((one.stat().st_mtime, one) for one in there)
        for at, one in older[: max(0, len(older) - MOST_UNPACKED)]:
            if time.time() - at > _UNUSED_SECONDS:
                shutil.rmtree(one, ignore_errors=True)

    def _published(self) -> tuple[object, ...]:
        """Changes when others' published figures do."""
        found: list[object] = []
        for path in (self.inputs.comparators, self.inputs.ofsted):
            if path is not None:
                with suppress(OSError):
                    found += stamp_of(path)
        return tuple(found)

    def _sum_of(self, path: Path) -> str | None:
        """Of what lies there; worked out anew only where a file was touched. None where it cannot be read."""
        try:
            stamp = stamp_of(path)
            if path not in self._sums or self._sums[path][0] != stamp:
                self._sums[path] = stamp, contents_of(path).sha256
        except (OSError, InputGone):
            return None
        return self._sums[path][1]

    def _clear_left_behind(self) -> None:
        """Delete what an app that was killed had unpacked; one that still runs unpacks it again."""
        for left in self.inputs.work.glob(f"{_OPENED}*"):
            shutil.rmtree(left, ignore_errors=True)


def _allowed(actor: Actor, act: str = "read_work", words: str = "read forecasts") -> None:
    """What is held in memory, and what is worked out, is for the same people as what is in the store."""
    roles = actor.roles if actor.acting_as is None else actor.roles & {actor.acting_as}
    if not roles & MAY[act]:
        raise Refused(f"You may not {words}.", "Nothing was done.", "Ask an administrator for the role.")


def _is_whole(place: Path, sums: Mapping[str, str]) -> bool:
    """Whether every file is there as it was kept, and no other."""
    if not place.is_dir():
        return False
    there = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    return there == set(sums) and all(
        hashlib.sha256((place / name).read_bytes()).hexdigest() == sums[name] for name in sums
    )


def _found(council: str, made_up: bool, given: Mapping[str, Path]) -> Found:
    """By the names of files."""
    returns = given[f"{council}/returns"]
    names: list[str] = []
    if returns.is_file():
        names = [returns.name]
    for at, _, files in os.walk(returns):
        names += [(Path(at) / name).relative_to(returns).as_posix() for name in files if not name.startswith(".")]
    years = {_span(match) for name in (returns.name, *names) for match in _YEAR.findall(name)}
    besides = tuple(name.rpartition("/")[2] for name in given if not name.endswith("/returns"))
    return Found(council, made_up, len(names), tuple(sorted(years)), besides)


def _span(text: str) -> str:
    """A year as "2025-26", however a file is called."""
    return f"{text[:4]}-{text[-2:]}"
