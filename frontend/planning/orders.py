"""A forecast as it is asked for: the batch of `placewell batch`, worked out in another process, and what is kept of it.

What is kept holds totals alone. What tells of single children (findings, pages that draw every count) stays behind and
goes with the folder that it was written to.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final

from frontend.orders import CannotBeDone, Kept, Part, Told, Words
from frontend.planning.inputs import Inputs, WontRead
from frontend.planning.opened import Opened, opened_from, sendable
from matching.versions import versions
from records.store import Actor, Store
from records.tables import Unusable
from reporting.disclosure import Refused
from sufficiency.batch import BatchRun, Standing, run_batch
from sufficiency.batch_cache import InputGone, NotACache
from sufficiency.batch_councils import folder_name
from sufficiency.batch_do import CannotGoOn, Kind
from sufficiency.batch_manifest import Clock, Written, write_batch
from sufficiency.batch_plan import BatchAsked, plan_batch
from sufficiency.given import WrongSettings
from sufficiency.scenario import ScenarioError, read_scenario

FORM: Final = 1
FORECAST: Final = Words("forecast", "the forecasts before it stand. Try again, or with fewer futures or scenarios.")
KEPT: Final = frozenset(("position.json", "summary.json", "targets.csv", "comparison.csv", "contribution.csv"))
"""Of a council's results; the rest tells of single children, or is drawn again from these."""
OF_REGION: Final = "region"
SCENARIOS: Final = "scenarios"
"""Folder of the scenarios' files among what is kept."""
MOST_OPENED: Final = 8
"""Councils and scenarios that are made ready to look at, in the process that worked them out."""
MOST_MEMORY_MB: Final = 6_000
"""Three times what a council's 13 scenarios took together: a lever may say half a million households by a slip."""
_IN_WORDS: Final = (CannotGoOn, InputGone, NotACache, ScenarioError, Unusable, WrongSettings)


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of it. `ready`: what pages show of it, by council and scenario."""

    document: Mapping[str, Any]
    files: Mapping[str, bytes]
    ready: Mapping[tuple[str, str], Opened]


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What is asked of every council alike. `scenarios`: the name of a folder of results, and TOML that stands by
    itself; `first`: the one that the others are held against.
    """

    words: ClassVar[Words] = FORECAST
    inputs: Inputs
    scenarios: tuple[tuple[str, str], ...]
    first: str
    replications: int | None = None
    """None: as each scenario says; so of months."""
    months: int | None = None
    seed: int = 1
    backtest: bool = True
    targets: bool = True
    levers: bool = True
    title: str = ""
    usable_days: int = 60
    workers: int = 1
    """Processes; has no bearing on any result. 0: the one that this is done in."""
    memory_mb: int | None = MOST_MEMORY_MB
    """Of each process, beyond what it has at the start; kept on Linux alone. None: no limit."""

    def work(self, told: Told) -> Worked:
        """Work it out. Raises `CannotBeDone` where nothing could be."""
        _give_way()
        try:
            with TemporaryDirectory(prefix="placewell-") as place:
                return self._worked(Path(place), told)
        except _IN_WORDS as error:
            raise CannotBeDone(plainly(str(error))) from error
        except OSError as error:
            raise CannotBeDone(
                f"A file on the server cannot be read or written ({error.strerror or type(error).__name__}). Nothing "
                "was kept. Ask whoever runs Placewell."
            ) from error

    def keep(self, store: Store, actor: Actor, result: Worked) -> Kept:
        """Keep it as who asked for it."""
        return Kept(store.keep_work(actor, result.document, result.files))

    def _worked(self, place: Path, told: Told) -> Worked:
        begun = datetime.now(UTC)
        told.stage("Reading the returns")
        asked = BatchAsked(
            self.months,
            self.replications,
            self.seed,
            self.backtest,
            self.usable_days,
            self.targets,
            self.levers,
        )
        paths = self._scenario_files(place / SCENARIOS)
        plan = plan_batch(self.inputs.councils, paths, asked)
        run = run_batch(
            plan,
            self.inputs.work / "cache",
            workers=self.workers,
            progress=lambda standing: told.far(standing.says or "Working it out", parts_of(standing)),
        )
        told.stage("Putting the results together")
        out = place / "results"
        made_up = any(one.made_up for one in self.inputs.councils)
        written = write_batch(out, run, {"made_up": made_up}, Clock(begun, datetime.now(UTC), self.workers))
        if not written.folders:
            raise CannotBeDone(_nothing(written))
        files = _kept_files(out, self.scenarios)
        ready = self._ready(out, written, told)
        return Worked(self._document(run, written, asdict(asked), paths, files, ready), files, ready)

    def _scenario_files(self, folder: Path) -> dict[str, Path]:
        """Each scenario as a file, the first before all others."""
        if self.first not in dict(self.scenarios) or len(dict(self.scenarios)) < len(self.scenarios):
            raise CannotBeDone("Two scenarios have the same name, or the one to hold others against is not there.")
        folder.mkdir()
        found: dict[str, Path] = {}
        for name, text in sorted(self.scenarios, key=lambda one: one[0] != self.first):
            if folder_name(name) != name:
                raise CannotBeDone(f"“{name}” cannot be the name of a folder. Give the scenario a plainer name.")
            found[name] = folder / f"{name}.toml"
            found[name].write_text(text, encoding="utf-8", newline="\n")
        return found

    def _ready(self, out: Path, written: Written, told: Told) -> dict[tuple[str, str], Opened]:
        """What pages show, the first scenario of each council before the others. What may not be told is left out."""
        told.stage("Finding what may be shown")
        pairs = sorted(
            (one.split("/") for one in written.folders if one.count("/") == 1 and not one.startswith(f"{OF_REGION}/")),
            key=lambda pair: (pair[1] != self.first, *pair),
        )
        found: dict[tuple[str, str], Opened] = {}
        try:
            comparators = self.inputs.others()
            ofsted = {council: self.inputs.registered(council) for council, _ in pairs}
        except WontRead as error:
            raise CannotBeDone(str(error)) from error
        for council, scenario in pairs[:MOST_OPENED]:
            try:
                opened = opened_from(out, "", council, scenario, comparators=comparators, ofsted=ofsted[council])
                found[council, scenario] = sendable(opened)
            except Refused:  # the page says so, in the words of the refusal, when somebody opens it
                continue
        return found

    def _document(
        self,
        run: BatchRun,
        written: Written,
        asked: Mapping[str, Any],
        paths: Mapping[str, Path],
        files: Mapping[str, bytes],
        ready: Mapping[tuple[str, str], Opened],
    ) -> dict[str, Any]:
        """What the work was, as plain JSON."""
        read = {name: read_scenario(path) for name, path in paths.items()}
        return {
            "form": FORM,
            "title": self.title,
            "councils": [{"name": one.name, "la": one.la, "made_up": one.made_up} for one in self.inputs.councils],
            "scenarios": {name: {"name": one.name, "sha256": one.sha256} for name, one in read.items()},
            "first": self.first,
            "asked": dict(asked),
            "made_up": self.inputs.made_up,
            "known_until": {council: one.about["known_until"] for (council, _), one in ready.items()},
            "made_with": {**versions(), "code": run.made.code},
            "rows_left_out": dict(written.rows_left_out),
            "results": _results(written),
            "failures": [
                {"council": m.council, "scenario": m.scenario, "why": str(m.kind), "words": plainly(m.words)}
                for m in written.missing
                if m.kind is not Kind.AFTER
            ],
            "inputs": {name: one.sha256 for name, one in sorted(run.inputs.items())},
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        }


def workers_here() -> int:
    """How many processes a forecast has on this computer: pages, and a panel's round, need one too."""
    return 2 if (os.cpu_count() or 1) > 2 else 1


def parts_of(standing: Standing) -> tuple[Part, ...]:
    """How far each council and scenario is."""
    return tuple(
        Part(council, scenario, one.done, one.whole, one.failed)
        for (council, scenario), one in sorted(standing.parts.items())
    )


def plainly(words: str) -> str:
    """Words of the command line for a page: without the option that they begin with."""
    option, colon, rest = words.partition(": ")
    return rest if colon and option.startswith("--") else words


def _give_way() -> None:
    """Pages come first: where the system lets us, this process takes what they leave."""
    if hasattr(os, "nice"):
        os.nice(5)


def _results(written: Written) -> dict[str, list[str]]:
    """By council the scenarios that there are results of; all councils together under `region`."""
    found: dict[str, list[str]] = {}
    for folder in written.folders:
        council, slash, scenario = folder.partition("/")
        if slash:
            found.setdefault(council, []).append(scenario)
    return found


def _kept_files(out: Path, scenarios: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """What is kept of a folder of results, by path, with the scenarios beside it."""
    files = {f"{SCENARIOS}/{name}.toml": text.encode("utf-8") for name, text in scenarios}
    for path in sorted(out.rglob("*")):
        place = PurePosixPath(path.relative_to(out).as_posix())
        if path.is_file() and (place.parts[0] == OF_REGION or (len(place.parts) > 1 and place.name in KEPT)):
            files[str(place)] = path.read_bytes()
    return files


def _nothing(written: Written) -> str:
    """Why nothing could be worked out."""
    words = dict.fromkeys(plainly(m.words) for m in written.missing if m.kind is not Kind.AFTER)
    return " ".join(("Nothing could be worked out.", *words))
