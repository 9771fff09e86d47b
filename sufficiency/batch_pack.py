"""Several files as one run of bytes, the same on every system: how a task gives many files, and how inputs travel."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_NO_CLOCK = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes], *, small: bool = True) -> bytes:
    """The files by name, with / between folders, in order of their names; `small`: take less room, more time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        for name in sorted(files):
            label = zipfile.ZipInfo(name, _NO_CLOCK)
            label.create_system = 3  # whichever system wrote it
            label.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
            label.external_attr = 0o600 << 16
            box.writestr(label, files[name])
    return held.getvalue()


def one_of(packed: bytes, name: str) -> bytes:
    """One file of `pack`. Raises KeyError where there is none of that name."""
    with zipfile.ZipFile(io.BytesIO(packed)) as box:
        return box.read(name)


def unpack(packed: bytes) -> dict[str, bytes]:
    """The files of `pack` by name."""
    with zipfile.ZipFile(io.BytesIO(packed)) as box:
        return {name: box.read(name) for name in box.namelist()}


def unpack_to(packed: bytes, folder: Path) -> None:
    """Write the files of `pack` to a folder. Raises ValueError for a name that would lead out of it."""
    for name, data in unpack(packed).items():
        parts = PurePosixPath(name).parts
        if not parts or PurePosixPath(name).is_absolute() or ".." in parts or any("\\" in p or ":" in p for p in parts):
            raise ValueError("a packed file's name leads out of its folder")
        place = folder.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
