"""What the tasks of a batch read: a council's returns, register and referrals, once in each process.

What has been read is kept by what is in the files, wherever they lie: on another machine they lie elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from records.model import Records
from sufficiency.batch_bytes import from_plain
from sufficiency.cost_settings import cost_settings
from sufficiency.given import Asked, Given, Step, WrongSettings, read_given
from sufficiency.history import History
from sufficiency.homes_start import Start, living_now, read_register, start_of
from sufficiency.levers import NO_PULLS, Pulls
from sufficiency.need_charts import before
from sufficiency.outside_record import OutsideRecord, outside_record
from sufficiency.scenario import Scenario
from sufficiency.segments import Segments, births, segments
from sufficiency.supply_settings import supply_settings
from sufficiency.where_placed import directory

MOST_KEPT: Final = 4
"""What has been read of so many councils is held at once in a process."""
RETURNS, REGISTER, REFERRALS, POPULATION = "returns", "register", "referrals", "population"
"""Last parts of the names of what a council's tasks read."""


@dataclass(frozen=True, slots=True)
class Told:
    """What every task of a council is given: plain settings, with a scenario or without."""

    seed: int
    months: int = 0
    """0: as the scenario says, or no matter."""
    draws: int = 0
    la: str | None = None
    """Of a merged return."""
    test: bool = True
    usable_days: int = 60
    targets: bool = True
    made_up: bool = False
    levers: bool = True
    """Whether the comparison takes the levers of each scenario apart."""


def told(given: Mapping[str, Any]) -> Told:
    """The plain settings of a task."""
    found = from_plain(given["told"])
    if not isinstance(found, Told):
        raise TypeError("a task is given other settings than those of a council")
    return found


def read(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Read a council's files, so that what is wrong with them is said once; task function."""
    given_of(told(given), from_plain(given["scenario"]), folders)
    return b""


def check(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """See that a scenario fits a council's returns and what was asked, so that it is said once; task function."""
    scenario = from_plain(given["scenario"])
    checked(given_of(told(given), scenario, folders), scenario)
    return b""


def checked(given: Given, scenario: Scenario) -> tuple[int, Pulls]:
    """How many months are played and the levers that work in them. Raises as `run_forecast` for what does not fit."""
    months = given.months(scenario)
    given.check_promise(scenario, months)
    pulls = given.pulls(scenario, months)
    given.settings(scenario, months, pulls)
    try:
        start = start_at(given, scenario)
        start.future(pulls)
        supply_settings(start.scenario, pulls=pulls)
        cost_settings(start.scenario, pulls)
    except ValueError as error:
        raise WrongSettings(f"--scenario: {error}") from error
    return months, pulls


def given_of(told: Told, scenario: Scenario, folders: Mapping[str, Path], step: Step = lambda _: None) -> Given:
    """All that a council gave, read anew or as it was kept. Raises as `read_given`."""
    where = {name.rpartition("/")[2]: path for name, path in folders.items()}
    asked = Asked(
        scenario,
        told.la,
        told.months or None,
        told.draws or None,
        told.seed,
        1,
        told.test,
        where.get(POPULATION),
        where.get(REFERRALS),
        where.get(REGISTER),
        told.usable_days,
        told.targets,
        told.made_up,
    )
    parts = (RETURNS, REFERRALS, REGISTER)
    key = ("given", told.la, *(content_of(where[name]) if name in where else "" for name in parts))
    found: Given = _KEPT(key, lambda: read_given(where[RETURNS], asked, step))
    return replace(found, asked=asked)


def register_of(path: Path, origin: int) -> Records:
    """A register on the day before the forecast begins, read anew or as it was kept."""
    found: Records = _KEPT(("register", origin, content_of(path)), lambda: read_register(path, origin))
    return found


def start_at(given: Given, scenario: Scenario) -> Start:
    """The homes that a scenario starts from, as a forecast's."""
    living, record = _NOW(("now", id(given.history)), lambda: _now(given.history))[1:]
    return start_of(scenario, living, given.register, record)


def _now(history: History) -> tuple[History, Mapping[str, int], OutsideRecord | None]:
    """How children live on the last day; the history is kept with it, so that no other has its number."""
    return history, living_now(before(history).stock[-1]), outside_record(history, directory())


def segments_at(given: Given, scenario: Scenario) -> Segments:
    """Who the homes are for, as a forecast's."""
    born = births(given.ret, given.asked.council)
    return segments(given.history, scenario, seed=given.asked.seed, referrals=given.referrals, born=born)


def figures_of(scenario: Scenario) -> Scenario:
    """What a scenario assumes besides its levers and without its name: tasks that are given no more are shared."""
    figures = {key: one for key, one in scenario.figures.items() if not key.startswith("levers.")}
    return Scenario("", "", figures, ())


def where_it_lies_left_out(scenario: Scenario) -> Scenario:
    """The same, its files named without their folders: they lie elsewhere on another machine."""
    figures = {key: replace(one, file=Path(one.file).name) for key, one in scenario.figures.items()}
    files = tuple(replace(one, path=Path(one.path).name) for one in scenario.files)
    return replace(scenario, figures=figures, files=files)


def without_notes(pulls: Pulls) -> Pulls:
    """The levers alone."""
    return Pulls(pulls.pulls) if pulls.pulls else NO_PULLS


def content_of(path: Path) -> str:
    """A checksum of all that is in a file or folder, names within it counted."""
    there = [(path.name, path)]
    if not path.is_file():
        there = sorted((one.relative_to(path).as_posix(), one) for one in path.rglob("*") if one.is_file())
    stamps = [(str(place), name, place.stat()) for name, place in there]
    return _summed(tuple((place, name, stamp.st_size, stamp.st_mtime_ns) for place, name, stamp in stamps))


@lru_cache(maxsize=64)
def _summed(files: tuple[tuple[str, str, int, int], ...]) -> str:
    """The checksum of files by place, name, size and time of change: read again only where one of these changes."""
    whole = hashlib.sha256()
    for place, name, *_ in files:
        for part in (name.encode("utf-8"), Path(place).read_bytes()):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


class _Kept:
    """The last few things that were read in this process."""

    def __init__(self) -> None:
        self._things: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._things:
                while len(self._things) >= MOST_KEPT:
                    self._things.popitem(last=False)
                self._things[key] = make()
            self._things.move_to_end(key)
            return self._things[key]


_KEPT: Final = _Kept()
_NOW: Final = _Kept()
