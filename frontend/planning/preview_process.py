"""What the process beside the app does that answers previews: reads returns once, plays, and says totals alone."""

from __future__ import annotations

import signal
import tempfile
import tomllib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from frontend.quiet import quieten, said
from matching.memory import limit_memory
from matching.workers import end_with_parent
from sufficiency.batch_councils import BatchCouncil

if TYPE_CHECKING:
    from sufficiency.preview_play import WarmCouncil
    from sufficiency.scenario import Scenario

MOST_WARM: Final = 2
"""Councils that are held at once; each takes some memory (docs/reference/previews.md)."""
MOST_MEMORY_MB: Final = 4000
"""A scenario of a million households is refused in words, and does not bring down the computer."""
ONLY_EXTENDS: Final = "baseline.toml"

NO_ROOM: Final = (
    "A preview of this scenario needs more memory than it may have. Does a lever bring very many households, enquiries "
    "or children? Move it back. If not, ask whoever runs Placewell."
)


@dataclass(frozen=True, slots=True)
class Request:
    """One ask as it goes to the process. Scenarios are texts (TOML) that stand by themselves."""

    council: BatchCouncil
    first: str
    other: str
    draws: int
    months: int | None = None
    """None: as many as the first scenario says."""
    seed: int = 1
    usable_days: int = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no preview."""

    words: tuple[str, ...]
    """Sentences for the person who asked: what is wrong, and how to mend it. No record, and no name of a file."""
    ours: bool = False
    """Whether it is a fault of Placewell, told by kind, place and reference alone."""


@dataclass(frozen=True, slots=True)
class _Warm:
    stamps: tuple[Any, ...]
    council: WarmCouncil


class CannotBeRead(Exception):
    """What a council gave cannot be used, in words without a name of a file."""


def serve(pipe: Connection, folder: str, keep: str) -> None:
    """Answer until nobody asks any more. `folder`: private, and empty again after each ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    quieten()
    limit_memory(MOST_MEMORY_MB)
    tempfile.tempdir = folder
    held = Held(Path(folder), Path(keep), lambda words: pipe.send(("stage", words)))
    while True:
        try:
            asked: Request = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(("done", held.answer(asked)))


class Held:
    """The councils that are warm, the latest asked for last."""

    def __init__(self, folder: Path, keep: Path, step: Callable[[str], None]) -> None:
        self._folder, self._keep, self._step = folder, keep, step
        self._councils: OrderedDict[str, _Warm] = OrderedDict()

    def answer(self, asked: Request) -> Any:
        """A preview, or a fault in words. Raises nothing: messages of errors may hold what is recorded."""
        from sufficiency.given import WrongSettings
        from sufficiency.scenario_faults import ScenarioError

        try:
            self._step("Getting ready")
            first, other = (self._scenario(text) for text in (asked.first, asked.other))
            warm = self._warm(asked.council)
            self._step("Working out the preview")
            return warm.preview(
                first, other, asked.draws, months=asked.months, seed=asked.seed, usable_days=asked.usable_days
            )
        except ScenarioError as error:
            return Fault(tuple(_mend(one.key, one.what, one.meaning, one.mend) for one in error.faults))
        except WrongSettings as error:
            return Fault((str(error).removeprefix("--scenario: "),))
        except CannotBeRead as error:
            return Fault((str(error),))
        except MemoryError:
            self._councils.clear()
            return Fault((NO_ROOM,))
        except Exception as error:
            return Fault((f"A fault of Placewell: {said(error)}. The full result may still be worked out.",), ours=True)

    def _warm(self, council: BatchCouncil) -> WarmCouncil:
        """The council as its files are now; read anew where one has changed."""
        stamps = _stamps(council)
        there = self._councils.get(council.name)
        if there is None or there.stamps != stamps:
            self._councils.pop(council.name, None)
            while len(self._councils) >= MOST_WARM:
                self._councils.popitem(last=False)
            self._step("Reading the returns")
            self._councils[council.name] = there = _Warm(stamps, self._read(council))
            if _stamps(council) != stamps:
                del self._councils[council.name]
                raise CannotBeRead(
                    f"The files of {council.name} were changed while they were read. Move a lever again when they "
                    "stay as they are."
                )
        self._councils.move_to_end(council.name)
        return there.council

    def _read(self, council: BatchCouncil) -> WarmCouncil:
        from records.tables import Unusable
        from sufficiency.batch_cache import InputGone, NotACache
        from sufficiency.given import WrongSettings
        from sufficiency.preview_play import WarmCouncil

        try:
            return WarmCouncil(council, keep=self._keep, step=self._step)
        except (Unusable, WrongSettings, InputGone) as error:
            raise CannotBeRead(
                f"What {council.name} gave cannot be used: its returns, its register or its referrals. Whoever runs "
                "Placewell sees why with placewell forecast."
            ) from error
        except (NotACache, OSError) as error:
            raise CannotBeRead(
                "The folder for what is worked out cannot be used. Whoever runs Placewell can mend that (--work)."
            ) from error

    def _scenario(self, text: str) -> Scenario:
        """A scenario of its text alone: no other file of this computer is read for it but the packaged baseline."""
        from sufficiency.scenario import read_scenario
        from sufficiency.scenario_faults import NO_FORECAST, ScenarioError
        from sufficiency.scenario_faults import Fault as Wrong

        path = self._folder / "scenario.toml"
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
            try:
                extends = tomllib.loads(text).get("extends", ONLY_EXTENDS)
            except (tomllib.TOMLDecodeError, RecursionError):
                extends = ONLY_EXTENDS  # what is wrong with it is said below
            if extends != ONLY_EXTENDS:
                what = "the scenario builds on another file, which is not here."
                mend = f'Let it stand by itself, or extend "{ONLY_EXTENDS}".'
                raise ScenarioError([Wrong(path.name, "extends", what, NO_FORECAST, mend)])
            return read_scenario(path)
        finally:
            path.unlink(missing_ok=True)


def _mend(key: str | None, what: str, meaning: str, mend: str) -> str:
    return f"{f'{key}: ' if key else ''}{what} {meaning} {mend}"


def _stamps(council: BatchCouncil) -> tuple[Any, ...]:
    """When each of a council's files was last changed; raises `CannotBeRead`."""
    from sufficiency.batch_cache import stamp_of

    there = (council.returns, council.register, council.referrals, council.population)
    try:
        return (council.la, *(None if one is None else (str(one), stamp_of(one)) for one in there))
    except OSError as error:
        raise CannotBeRead(
            f"A file or folder that {council.name} gave cannot be read now. Ask whoever runs Placewell."
        ) from error
