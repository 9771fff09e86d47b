"""The policy lab in the background: beside the panel's rounds, so that none waits behind a hundred made-up years."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from frontend.orders import CannotBeDone, Part, Told
from matching.policy import Policy, PolicyError, read_policy
from sufficiency.lab import CannotTry, LabAsked, Tried, try_out

MOST_MEMORY_MB: Final = 4_000
LARGEST_POLICY: Final = 200_000
"""Bytes of a policy file."""


@dataclass(frozen=True, slots=True)
class LabOrder:
    """Two sides to try. What comes of it is held for who asked, and never kept: it is about nobody."""

    asked: LabAsked
    memory_mb: int = MOST_MEMORY_MB

    def work(self, told: Told) -> Tried:
        """Play every year. Raises `CannotBeDone`."""
        if hasattr(os, "nice"):
            os.nice(5)  # pages come first
        told.stage("Making up the first year")
        try:
            return try_out(
                self.asked,
                progress=lambda done, whole: told.far("Playing made-up years", (Part("", "", done, whole, 0),)),
            )
        except CannotTry as error:
            raise CannotBeDone(str(error)) from error


def policy_of(name: str, data: bytes) -> Policy:
    """The policy of a file that was given. Raises `PolicyError`, which names the file as it was given."""
    if len(data) > LARGEST_POLICY:
        raise PolicyError(
            name, "", "It is too large for a policy.", "It was not read.", "Give the council's policy file."
        )
    with TemporaryDirectory(prefix="placewell-") as folder:
        path = Path(folder) / "policy.toml"
        path.write_bytes(data)
        try:
            return read_policy(path)
        except PolicyError as error:
            raise PolicyError(name, error.key, error.what, error.meaning, error.mend) from error
