"""Results as bytes between the tasks of a batch: numbers and arrays by name, and nothing that could be run.

A result is a small zip: `tree.json` says what there is, and every array is a member of its own. Whole numbers are kept
in as few bytes as they fit in, and come back as they were. Only dataclasses of `sufficiency` are made again.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TREE: Final = "tree.json"
NO_CLOCK: Final = (1980, 1, 1, 0, 0, 0)
_OURS: Final = "sufficiency."
_SMALLER: Final = (np.int8, np.int16, np.int32)


def packed(thing: object) -> bytes:
    """Anything made of numbers, texts, arrays, sequences, mappings and our dataclasses, as bytes.

    Raises TypeError for anything else.
    """
    arrays: list[Array] = []

    def keep(array: Array) -> object:
        arrays.append(_small(array))
        return {"array": len(arrays) - 1, "type": array.dtype.str}

    tree = _tree(thing, keep)
    members = {TREE: json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode("ascii")}
    for k, array in enumerate(arrays):
        held = io.BytesIO()
        np.lib.format.write_array(held, array, allow_pickle=False)
        members[f"{k}.npy"] = held.getvalue()
    return bundled(members)


def unpacked(content: bytes) -> Any:
    """What `packed` was given. Raises TypeError for a result that names anything but dataclasses of ours."""
    with zipfile.ZipFile(io.BytesIO(content)) as box:

        def find(said: Mapping[str, Any]) -> Array:
            held = io.BytesIO(box.read(f"{said['array']}.npy"))
            return np.asarray(np.lib.format.read_array(held, allow_pickle=False)).astype(said["type"])

        return _thing(json.loads(box.read(TREE)), find)


def plain(thing: object) -> Any:
    """The same as plain JSON, arrays written out: what a task is given. Small things only."""

    def keep(array: Array) -> object:
        if array.dtype.kind not in "biuf":
            raise TypeError(f"an array of {array.dtype} cannot be given to a task")
        return {"values": [_tree(one, keep) for one in array.ravel().tolist()], "type": array.dtype.str} | {
            "shape": list(array.shape)
        }

    return _tree(thing, keep)


def from_plain(said: Any) -> Any:
    """What `plain` was given."""

    def find(said: Mapping[str, Any]) -> Array:
        values = [_thing(one, find) for one in said["values"]]
        return np.asarray(np.array(values, dtype=said["type"]).reshape(said["shape"]))

    return _thing(said, find)


def bundled(members: Mapping[str, bytes]) -> bytes:
    """Several files as one, by name; the same files give the same bytes on every system."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        for name, content in members.items():
            label = zipfile.ZipInfo(name, NO_CLOCK)
            label.create_system = 3  # whichever system wrote it
            label.compress_type = zipfile.ZIP_DEFLATED
            label.external_attr = 0o600 << 16
            box.writestr(label, content, compresslevel=1)
    return held.getvalue()


def one_of(bundle: bytes, name: str) -> bytes:
    """One file of several."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as box:
        return box.read(name)


# ---- there ---------------------------------------------------------------------------------------------------------


def _tree(thing: object, keep: Callable[[Array], object]) -> object:
    """JSON that says what a thing is; arrays are kept apart."""
    if thing is None or isinstance(thing, (bool, str)):
        return thing
    if isinstance(thing, np.ndarray):
        return keep(thing)
    if isinstance(thing, np.generic):
        return {"one": keep(np.asarray(thing))}
    if isinstance(thing, int):
        return thing
    if isinstance(thing, float):
        return thing if math.isfinite(thing) else {"number": repr(thing)}
    if isinstance(thing, (tuple, list)):
        return {type(thing).__name__: [_tree(one, keep) for one in thing]}
    if isinstance(thing, Mapping):
        return {"map": [[_tree(key, keep), _tree(value, keep)] for key, value in thing.items()]}
    if is_dataclass(thing) and not isinstance(thing, type):
        kind = f"{type(thing).__module__}:{type(thing).__qualname__}"
        _declared(kind)
        return {"of": kind, "with": {one.name: _tree(getattr(thing, one.name), keep) for one in fields(thing)}}
    raise TypeError(f"{type(thing).__name__} cannot be kept as bytes")


def _small(array: Array) -> Array:
    if array.dtype.kind == "O":
        raise TypeError("an array of objects cannot be kept as bytes")
    if array.dtype.kind != "i" or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    for smaller in _SMALLER:
        there = np.iinfo(smaller)
        if there.min <= low and high <= there.max and np.dtype(smaller).itemsize < array.dtype.itemsize:
            return array.astype(smaller)
    return array


# ---- and back ------------------------------------------------------------------------------------------------------


def _thing(said: Any, find: Callable[[Mapping[str, Any]], Array]) -> Any:
    """What `_tree` was given."""
    if not isinstance(said, dict):
        return said
    if "type" in said:
        return find(said)
    (kind, held), *_ = said.items()
    match kind:
        case "one":
            return find(held)[()]
        case "number":
            return float(held)
        case "tuple":
            return tuple(_thing(one, find) for one in held)
        case "list":
            return [_thing(one, find) for one in held]
        case "map":
            return {_thing(key, find): _thing(value, find) for key, value in held}
        case "of":
            return _declared(held)(**{name: _thing(one, find) for name, one in said["with"].items()})
    raise TypeError(f"a result says {kind}, which nothing is kept as")


@cache
def _declared(kind: str) -> Any:
    """The dataclass of ours that a result names."""
    module, _, name = kind.partition(":")
    found = getattr(import_module(module), name, None) if module.startswith(_OURS) and "." not in name else None
    if found is None or not is_dataclass(found):
        raise TypeError(f"{kind} is no dataclass of ours")
    return found
