"""The code sets of the SSDA903 return, each code with the collection years it holds in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from records.codes import ETHNIC, LEGAL_STATUS

FIRST_YEAR: Final = 1992
"""The collection year of 14 October 1991, before which no episode begins."""
LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what it means and the collection years, both included, in which it may be returned."""

    label: str
    first: int = FIRST_YEAR
    last: int = LAST_YEAR
    repair: bool = False
    """Put in by a regional extract; accepted and said, never written out."""


CodeSet = Mapping[str, Code]


def _code(said: str | dict[str, Any], label: str = "") -> Code:
    if isinstance(said, str):
        return Code(said)
    return Code(
        said.get("label", label), said.get("from", FIRST_YEAR), said.get("to", LAST_YEAR), said.get("repair", False)
    )


def _load() -> Mapping[str, CodeSet]:
    said = tomllib.loads((files("records") / "codes" / "return_903.toml").read_text(encoding="utf-8"))
    years = said.pop("LS_YEARS")
    sets = {name: MappingProxyType({c: _code(v) for c, v in codes.items()}) for name, codes in said.items()}
    sets["LS"] = MappingProxyType({c: _code(years.get(c, label), label) for c, label in LEGAL_STATUS.items()})
    sets["ETHNIC"] = MappingProxyType({c: Code(label) for c, label in ETHNIC.items()})
    return MappingProxyType(sets)


CODE_SETS: Final[Mapping[str, CodeSet]] = _load()
"""Column of the return to its codes."""


def valid_in(column: str, year: int) -> tuple[str, ...]:
    """The codes a column may hold in a collection year (the year in which it ends), repairs left aside."""
    return tuple(
        code for code, about in CODE_SETS[column].items() if about.first <= year <= about.last and not about.repair
    )
