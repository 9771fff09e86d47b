"""Random numbers that belong to somebody: one stream for each future, child and purpose.

A number depends on the seed, the future, the child and how many that child has drawn, and on nothing else: not on the
number of workers, on how futures are grouped, on the order of children, or on what happens to other children. The
same child therefore meets the same luck in two scenarios, and only what the scenarios change differs.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Keys = npt.NDArray[np.uint64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_UNIT: Final = 2.0**-53
TURN: Final = _GOLDEN


def scrambled(keys: Keys) -> Keys:
    """The finishing function of SplitMix64: every bit of the result hangs on every bit given.

    Steele, Lea and Flood, 2014, "Fast splittable pseudorandom number generators", OOPSLA.
    """
    mixed = np.asarray(keys >> np.uint64(30))
    mixed ^= keys
    shifted = np.empty_like(mixed)
    with np.errstate(over="ignore"):
        mixed *= _FIRST
        mixed ^= np.right_shift(mixed, np.uint64(27), out=shifted)
        mixed *= _SECOND
    mixed ^= np.right_shift(mixed, np.uint64(31), out=shifted)
    return mixed


def keys_for(seed: int, *parts: int | Array) -> Keys:
    """One key for each combination of whole numbers, broadcast against each other."""
    key = scrambled(np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64))
    return keys_within(key, *parts)


def keys_within(key: Keys, *parts: int | Array) -> Keys:
    """The keys that further whole numbers lead to from `key`: `keys_for` in two goes, where many share the first."""
    with np.errstate(over="ignore"):
        for part in parts:
            key = scrambled(key + _GOLDEN * (np.asarray(part).astype(np.int64).astype(np.uint64) + np.uint64(1)))
    return key


def uniform(keys: Keys, turn: int | Array) -> npt.NDArray[np.float64]:
    """The number that each key gives at its `turn`-th asking: above 0 and below 1."""
    return unit_of(asked(keys, turn))


def asked(keys: Keys, turn: int | Array) -> Keys:
    """What `unit_of` makes the number of each key's `turn`-th asking from; `TURN` more is what makes the next one."""
    with np.errstate(over="ignore"):
        return np.asarray(keys + _GOLDEN * (np.asarray(turn).astype(np.uint64) + np.uint64(1)))


def unit_of(asked: Keys) -> npt.NDArray[np.float64]:
    """Numbers above 0 and below 1."""
    mixed = scrambled(asked)
    mixed >>= np.uint64(11)
    drawn = mixed.astype(np.float64)
    drawn += 0.5
    drawn *= _UNIT
    # The half is lost at the very top, where one in 2^53 would be 1 itself.
    return np.asarray(np.minimum(drawn, 1.0 - _UNIT, out=drawn))


def generator(seed: int, purpose: int, future: int) -> np.random.Generator:
    """A generator for what is drawn whole for one future and one purpose."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(purpose, future))))
