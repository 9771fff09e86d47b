"""What made a result: the versions of Placewell, of Python and of the libraries that decide."""

from __future__ import annotations

import platform
from importlib import metadata


def versions() -> dict[str, str]:
    """What made the result: Placewell, Python and the libraries that decide."""
    found = {"placewell": installed_version(), "python": platform.python_version()}
    for name in ("numpy", "scipy", "ortools", "pandas", "pyarrow"):
        found[name] = metadata.version(name)
    return found


def installed_version() -> str:
    """The version of Placewell, or "not installed" when run from a folder of source files."""
    try:
        return metadata.version("placewell")
    except metadata.PackageNotFoundError:
        return "not installed"
