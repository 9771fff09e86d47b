"""A scenario: every number a forecast assumes, with unit, interval, source, date and status, read from TOML.

`scenarios/baseline.toml` is the starting point; a council's file extends it and states only what it has otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from sufficiency.lever_checks import check_levers, not_recruited
from sufficiency.scenario_faults import NO_FORECAST, Fault, ScenarioError, nearest, shown
from sufficiency.scenario_keys import KEYS, SECTIONS
from sufficiency.scenario_migrations import migrated, parse, toml_of, version_of
from sufficiency.scenario_schema import SCHEMA_VERSION, TOP_KEYS
from sufficiency.scenario_values import Choice, Figure, Pulled, Quantity, read_figure

__all__ = [
    "BASELINE",
    "Choice",
    "Fault",
    "Figure",
    "Quantity",
    "Scenario",
    "ScenarioError",
    "baseline",
    "packaged",
    "read_scenario",
    "scenario_from",
    "stated",
    "what_ifs",
    "with_figures",
]

BASELINE: Final = Path(__file__).resolve().parent.parent / "scenarios" / "baseline.toml"
"""The packaged scenario: beside the packages in the repository and where it is installed."""

_LARGEST_FILE: Final = 1_000_000
_LONGEST_TEXT: Final = 500
_SMALLER: Final = "Name a file of one scenario; it has less than a megabyte."
_LONGEST_CHAIN: Final = 10
_TABLES: Final = frozenset(
    ".".join(parts[:depth]) for parts in (name.split(".") for name in KEYS) for depth in range(1, len(parts))
)


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file that a scenario was read from."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a forecast assumes. Figures are had by dotted name; optional ones that no file states are not there."""

    name: str
    about: str
    figures: Mapping[str, Figure]
    """Dotted name to figure, in the order of the schema."""
    files: tuple[ScenarioFile, ...]
    """The file that was asked for, then those it extends."""
    notes: tuple[str, ...] = field(default=())
    """What the reader should know: files of an old form."""

    def number(self, key: str) -> Quantity:
        """The number of this dotted name with all that is said of it."""
        figure = self._known(key)
        if not isinstance(figure, Quantity):
            raise TypeError(f"{key} is not a number")
        return figure

    def text(self, key: str) -> str:
        """The text of this dotted name."""
        value = self._known(key).value
        if not isinstance(value, str):
            raise TypeError(f"{key} is not a text")
        return value

    def flag(self, key: str) -> bool:
        """Whether this dotted name is true."""
        value = self._known(key).value
        if not isinstance(value, bool):
            raise TypeError(f"{key} is neither true nor false")
        return value

    def get(self, key: str) -> Figure | None:
        """The figure of this dotted name, or None for an optional one that no file states."""
        if key not in KEYS:
            raise KeyError(f"there is no key {key!r} in a scenario{nearest(key, KEYS)}")
        return self.figures.get(key)

    def flat(self) -> Mapping[str, Figure]:
        """Every figure by dotted name, in the order of the schema."""
        return dict(self.figures)

    def is_default(self, key: str) -> bool:
        """Whether the council has not replaced what the packaged baseline says: print "national default" beside it."""
        return self.get(key) == baseline().get(key)

    @property
    def sha256(self) -> str:
        """Of every figure with all that is said of it: the same for two scenarios exactly when they assume the same.

        Neither the order nor the division into files counts, nor the name of the scenario.
        """
        figures = {key: stated(figure) for key, figure in self.figures.items()}
        content = json.dumps({"schema_version": SCHEMA_VERSION, "figures": figures}, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def as_toml(self) -> str:
        """The whole scenario as one file that extends no other."""
        tree: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "name": self.name}
        tree |= {"about": self.about} if self.about else {}
        for key, figure in self.figures.items():
            *above, last = key.split(".")
            table = tree
            for part in above:
                table = table.setdefault(part, {})
            table[last] = stated(figure)
        return toml_of(tree)

    def _known(self, key: str) -> Figure:
        figure = self.get(key)
        if figure is None:
            raise KeyError(f"no file of the scenario states {key}, which may be left out: ask with get")
        return figure


@cache
def baseline() -> Scenario:
    """The packaged scenario."""
    return _scenario(BASELINE)


def read_scenario(path: Path | None = None) -> Scenario:
    """The scenario of a TOML file with those it extends, or the packaged baseline when no path is given.

    `extends` names a file from the folder of the file that says it; "baseline.toml" is the packaged one where there
    is none of that name in the folder. Raises `ScenarioError` with all that is wrong in all of the files.
    """
    return baseline() if path is None else _scenario(path)


def scenario_from(content: bytes, file: str = "scenario.toml") -> Scenario:
    """The scenario of a file's bytes: one that stands by itself, or extends one that comes with Placewell.

    No other file is looked for. `file` is what messages call it. Raises `ScenarioError` with all that is wrong.
    """
    faults: list[Fault] = []
    if len(content) > _LARGEST_FILE:
        raise ScenarioError([Fault(file, None, "this is far too large for a scenario.", NO_FORECAST, _SMALLER)])
    read = _understood(content, file, lambda name: _packaged(file, name, faults), faults)
    return _together([read, *(_chain(read.extends, faults) if read.extends is not None else ())], file, faults)


def packaged() -> tuple[Path, ...]:
    """The files of the scenarios that come with Placewell, the baseline first."""
    return (BASELINE, *sorted(path for path in BASELINE.parent.glob("*.toml") if path != BASELINE))


def what_ifs() -> tuple[Path, ...]:
    """The files of the questions that commissioners ask, which come with Placewell."""
    return tuple(sorted((BASELINE.parent / "what_if").glob("*.toml")))


def with_figures(
    scenario: Scenario, figures: Mapping[str, Figure | None], *, name: str | None = None, about: str | None = None
) -> Scenario:
    """The scenario with other figures; None takes an optional one out. It names no file that it was read from.

    Raises `ScenarioError` where they cannot stand together.
    """
    faults: list[Fault] = []
    top = {"name": scenario.name if name is None else name, "about": scenario.about if about is None else about}
    for what, value in top.items():
        if (value or what == "name") and not _is_short(value):
            mend = f"Write a short text of at most {_LONGEST_TEXT} characters, on one line."
            faults.append(Fault("scenario", what, f"{shown(value)} is not a short text.", NO_FORECAST, mend))
    found = ((key, figures[key] if key in figures else scenario.figures.get(key)) for key in KEYS)
    whole = {key: figure for key, figure in found if figure is not None}
    _check_together("scenario", whole, faults)
    if faults:
        raise ScenarioError(faults)
    return Scenario(top["name"], top["about"], whole, ())


@dataclass(slots=True)
class _Read:
    """What one file states."""

    file: ScenarioFile
    top: dict[str, str]
    figures: dict[str, Figure]
    extends: Path | None
    note: str | None


def _scenario(path: Path) -> Scenario:
    faults: list[Fault] = []
    return _together(_chain(path, faults), path.stem, faults)


def _together(chain: list[_Read], name: str, faults: list[Fault]) -> Scenario:
    figures: dict[str, Figure] = {}
    for read in reversed(chain):
        figures |= read.figures
    if chain and "extends" not in chain[-1].top:
        _check_together(chain[-1].file.path, figures, faults)
    if faults:
        raise ScenarioError(faults)
    return Scenario(
        name=chain[0].top.get("name", name),
        about=chain[0].top.get("about", ""),
        figures={key: figures[key] for key in KEYS if key in figures},
        files=tuple(read.file for read in chain),
        notes=tuple(read.note for read in chain if read.note),
    )


def _chain(path: Path, faults: list[Fault]) -> list[_Read]:
    """The file and those it extends, one after the other, as far as they can be read."""
    chain: list[_Read] = []
    seen: list[Path] = []
    following: Path | None = path
    while following is not None:
        by = seen[-1].name if seen else following.name
        if following.resolve() in seen:
            names = " -> ".join(p.name for p in [*seen, following])
            mend = "Let one of them extend no other, or give the file another name than the one it extends."
            faults.append(Fault(by, "extends", f"the files extend each other in a ring ({names}).", NO_FORECAST, mend))
            break
        if len(seen) == _LONGEST_CHAIN:
            what = f"more than {_LONGEST_CHAIN} files extend one another."
            faults.append(Fault(by, "extends", what, NO_FORECAST, "Put some of them together."))
            break
        seen.append(following.resolve())
        try:
            read = _read(following, faults)
        except ScenarioError as error:
            faults.extend(error.faults)
            break
        chain.append(read)
        following = read.extends
    return chain


def _read(path: Path, faults: list[Fault]) -> _Read:
    return _understood(_bytes_of(path), str(path), lambda name: _extended(path, name, faults), faults)


def _understood(content: bytes, file: str, extended: Callable[[str], Path | None], faults: list[Fault]) -> _Read:
    """What the bytes of one file state; `extended` finds the file that it extends."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(file, None, "this is not text in UTF-8.", NO_FORECAST, "Save it as UTF-8 text.")
        raise ScenarioError([fault]) from error
    tree = parse(text, file)
    version = version_of(tree, file)
    note = None
    if version < SCHEMA_VERSION:
        tree = migrated(tree, version)
        note = (
            f"{file} has form {version}, without sources or intervals; it was read as form {SCHEMA_VERSION}, and its "
            "figures count as unverified."
        )
    top: dict[str, str] = {}
    figures: dict[str, Figure] = {}
    for name in ("name", "about", "extends"):
        value = tree.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not _is_short(value):
            mend = "Write a short text in quotation marks, on one line."
            faults.append(Fault(file, name, f"{shown(value)} is not a short text.", NO_FORECAST, mend))
        else:
            top[name] = value
    _walk(file, {name: value for name, value in tree.items() if name not in TOP_KEYS}, "", figures, faults)
    extends = extended(top["extends"]) if "extends" in top else None
    return _Read(ScenarioFile(file, hashlib.sha256(content).hexdigest()), top, figures, extends, note)


def _walk(file: str, table: Mapping[str, Any], above: str, figures: dict[str, Figure], faults: list[Fault]) -> None:
    for name, value in table.items():
        dotted = above + name
        if dotted in KEYS:
            figure, wrong = read_figure(file, KEYS[dotted], value)
            faults.extend(wrong)
            if figure is not None:
                figures[dotted] = figure
        elif (fault := not_recruited(file, dotted)) is not None:
            faults.append(fault)
        elif dotted not in _TABLES:
            known = [*TOP_KEYS, *_TABLES, *KEYS] if not above else [*_TABLES, *KEYS]
            what = f"there is no such key{nearest(dotted, sorted(known))}."
            mend = "Correct its name or take it out; docs/reference/scenarios.md lists them all."
            meaning = "What is not understood would silently not be followed."
            faults.append(Fault(file, dotted[:120], what, meaning, mend))
        elif isinstance(value, dict):
            _walk(file, value, dotted + ".", figures, faults)
        else:
            mend = f"Write [{dotted}] above its keys."
            faults.append(Fault(file, dotted, f"{shown(value)} is not a table.", NO_FORECAST, mend))


def _is_short(text: str) -> bool:
    return bool(text.strip()) and len(text) <= _LONGEST_TEXT and text.isprintable()


def _packaged(file: str, name: str, faults: list[Fault]) -> Path | None:
    """The packaged file that one extends which lies in no folder."""
    found = {path.name: path for path in packaged()}.get(name)
    if found is None:
        what = f"{shown(name)} does not come with Placewell{nearest(name, [path.name for path in packaged()])}."
        mend = f'Download the scenario whole where it was made, or let it extend "{BASELINE.name}".'
        faults.append(Fault(file, "extends", what, "What it leaves out is not known.", mend))
    return found


def _extended(path: Path, name: str, faults: list[Fault]) -> Path | None:
    """The file that one extends."""
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or "\\" in name:
        mend = 'Name it from the folder of this file, with "/" between folders.'
        what = f"{shown(name)} is not the name of a file from here."
        faults.append(Fault(str(path), "extends", what, "Nobody else could read the scenario.", mend))
        return None
    there = path.parent / name
    return BASELINE if name == BASELINE.name and not there.exists() else there


def _bytes_of(path: Path) -> bytes:
    mend = "Name a scenario file that can be read, or leave the option out to use the packaged baseline."
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        what = f"the scenario cannot be read ({error.strerror or type(error).__name__})."
        raise ScenarioError([Fault(str(path), None, what, NO_FORECAST, mend)]) from error
    if len(content) > _LARGEST_FILE:
        raise ScenarioError([Fault(str(path), None, "this is far too large for a scenario.", NO_FORECAST, mend)])
    return content


def _check_together(last_file: str, figures: Mapping[str, Figure], faults: list[Fault]) -> None:
    """What can only be said of all the files together; what is at fault already is not said to be missing."""
    at_fault = [fault.key for fault in faults if fault.key]
    missing = [
        name
        for name, key in KEYS.items()
        if name not in figures and not key.optional and not any(f"{at}.".startswith(f"{name}.") for at in at_fault)
    ]
    if missing:
        what = f"{len(missing)} of the figures are missing, the first of them {missing[0]}."
        mend = 'Write extends = "baseline.toml" to take what is not stated from the packaged baseline.'
        faults.append(Fault(last_file, None, what, NO_FORECAST, mend))
    for section in SECTIONS:
        names = [f"{section.name}.{part}" for part in section.parts_of_one]
        parts = [figures[name] for name in names if name in figures]
        total = sum(float(part.value) for part in parts)
        if parts and len(parts) == len(names) and abs(total - 1) > 0.001:
            what = f"{', '.join(section.parts_of_one)} add up to {total:g}."
            mend = "State all of them so that they add up to 1."
            faults.append(Fault(parts[0].file, section.name, what, "They are shares of the same children.", mend))
    faults.extend(check_levers(figures))


def stated(figure: Figure) -> dict[str, Any]:
    """The table that a file has for a figure."""
    if isinstance(figure, Pulled):
        return _lever(figure)
    return {name: value for name, value in asdict(figure).items() if name not in ("key", "file")}


def _lever(figure: Pulled) -> dict[str, Any]:
    """A lever as it is written: when it works stands before its source, and `until` only where there is one."""
    parts = asdict(figure)
    stated = {name: parts[name] for name in ("value", "unit", "low", "high")}
    stated |= {"from": figure.begins, "over_months": figure.over_months}
    stated |= {} if figure.until is None else {"until": figure.until}
    return stated | {name: parts[name] for name in ("source", "date", "status")}
