"""Old scenario files brought to the present form, and scenarios written as TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any, Final

from sufficiency.scenario_faults import NO_FORECAST, Fault, ScenarioError, shown
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_schema import SCHEMA_VERSION, Number

Tree = dict[str, Any]

CARRIED_OVER: Final = "carried over from a scenario of form 0, which kept no sources"


def migrate(text: str, file: str = "scenario") -> str:
    """The text of a scenario file in the present form; a file that has it already is returned as it is.

    Comments of an old file are lost. Raises `ScenarioError` when the text is not TOML, does not say its form, or
    has a newer one.
    """
    tree = parse(text, file)
    version = version_of(tree, file)
    return text if version == SCHEMA_VERSION else toml_of(migrated(tree, version))


def migrated(tree: Tree, version: int) -> Tree:
    """A tree of form `version`, brought step by step to the present one."""
    for step in range(version, SCHEMA_VERSION):
        tree = _STEPS[step](tree)
    return tree


def parse(text: str, file: str) -> Tree:
    """The tables of a TOML text."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # TOMLDecodeError is a ValueError; so is what Python says of a number with thousands of digits.
        what = f"this is not TOML ({shown(str(error))})."
        mend = "Mend it at the place named; text stands in quotation marks."
        raise ScenarioError([Fault(file, None, what, NO_FORECAST, mend)]) from error


def version_of(tree: Mapping[str, Any], file: str) -> int:
    """The form that a file says it has."""
    version = tree.get("schema_version")
    if version is None:
        what, mend = (
            "the form of this file is not stated.",
            f"Write schema_version = {SCHEMA_VERSION} as its first line.",
        )
    elif not isinstance(version, int) or isinstance(version, bool) or version < 0:
        what, mend = f"{shown(version)} is not the number of a form.", f"Write schema_version = {SCHEMA_VERSION}."
    elif version > SCHEMA_VERSION:
        what = f"this file has form {version}, which is newer than this version of Placewell (form {SCHEMA_VERSION})."
        mend = "Use a newer version of Placewell, or a file of the older form."
    else:
        return version
    raise ScenarioError([Fault(file, "schema_version", what, NO_FORECAST, mend)])


def _from_0(tree: Tree) -> Tree:
    """Form 0 wrote a bare value where form 1 writes a whole figure."""

    def whole(dotted: str, value: Any) -> Any:
        key = KEYS.get(dotted)
        if key is not None and not isinstance(value, dict):
            figure = {"value": value}
            if isinstance(key, Number):
                figure |= {"unit": key.unit.text, "low": value, "high": value}
            return figure | {"source": CARRIED_OVER, "date": "undated", "status": "unverified"}
        if isinstance(value, dict):
            return {name: whole(f"{dotted}.{name}", part) for name, part in value.items()}
        return value

    return {name: whole(name, value) for name, value in tree.items()} | {"schema_version": 1}


_STEPS: Final[Mapping[int, Callable[[Tree], Tree]]] = {0: _from_0}
"""Form to what brings it to the next."""


def toml_of(tree: Mapping[str, Any]) -> str:
    """The tables as TOML; figures stand on one line each. Reading it gives the same tables."""
    return "\n".join(_lines(tree, ())) + "\n"


def _lines(tree: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    here = {name: value for name, value in tree.items() if not isinstance(value, dict) or _in_line((*above, name))}
    if above and (here or not tree):
        yield ""
        yield f"[{'.'.join(_name(part) for part in above)}]"
    for name, value in here.items():
        yield f"{_name(name)} = {_value(value)}"
    for name, value in tree.items():
        if name not in here:
            yield from _lines(value, (*above, name))


def _in_line(path: tuple[str, ...]) -> bool:
    return ".".join(path) in KEYS


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_name(name)} = {_value(part)}" for name, part in value.items()) + " }"
    return repr(value)
