"""Need codes and SSDA903 codes, and what each means in plain words."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from types import MappingProxyType
from typing import Any


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("records") / "codes" / name).read_text(encoding="utf-8"))


_RETURN_903 = _load("ssda903.toml")

NEEDS = MappingProxyType[str, str](_load("need.toml")["codes"])
"""Need code to its label, in the order they are shown."""
LEGAL_STATUS = MappingProxyType[str, str](_RETURN_903["LS"])
"""SSDA903 legal status code to its label."""
ETHNIC = MappingProxyType[str, str](_RETURN_903["ETHNIC"])
"""SSDA903 ethnic code to its label."""

NEED_CODES: tuple[str, ...] = tuple(NEEDS)
LEGAL_STATUS_CODES: tuple[str, ...] = tuple(LEGAL_STATUS)
ETHNIC_CODES: tuple[str, ...] = tuple(ETHNIC)


def need_label(code: str) -> str:
    """Say a need in plain words; an unknown code is shown as it was written."""
    return NEEDS.get(code, code)


def legal_status_label(code: str) -> str:
    """Say a legal status in plain words; an unknown code is shown as it was written."""
    return LEGAL_STATUS.get(code, code)


def ethnic_label(code: str) -> str:
    """Say an ethnic code in plain words; an unknown code is shown as it was written."""
    return ETHNIC.get(code, code)
