"""A vacancy counts only if a child who needs one may live there: the share of vacancies that each need can use."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import SEGMENTS

Array = npt.NDArray[Any]
FILE: Final = "usable_national.toml"
DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Usable:
    """Shares learnt from the matcher on simulated days; it never rises with occupancy.

    Homes and needs are both indexed as `households.SEGMENTS`: what a household is for, and what a child needs.
    """

    knots: npt.NDArray[np.float64]
    """[knots] occupancy: filled places over available places, rising from 0 to 1."""
    share: npt.NDArray[np.float64]
    """[knots, homes, needs] share of the vacant places of such homes that a child with such a need may live in; for
    brothers and sisters, all of the family together. A relative's home comes with the child: 1 for kin, else 0."""
    error: float
    """Mean absolute error against the matcher on days that were held out, as a share (0.02: two points). Of cells:
    kind of home, need, band of occupancy (`usable_check.Check.error`)."""
    days: int
    """Simulated days that it was learnt from."""
    source: str
    """Where it comes from, in words: the council's own register, or assumed."""

    def at(self, occupancy: Array) -> npt.NDArray[np.float64]:
        """[..., homes, needs] the shares at an occupancy of [..., homes]; straight lines between knots."""
        occupancy = np.clip(np.asarray(occupancy, dtype=np.float64), self.knots[0], self.knots[-1])
        after = np.clip(np.searchsorted(self.knots, occupancy, side="right"), 1, len(self.knots) - 1)
        before = self.knots[after - 1]
        part = (occupancy - before) / (self.knots[after] - before)
        homes = np.arange(self.share.shape[1])
        low, high = self.share[after - 1, homes], self.share[after, homes]
        return np.asarray(low + (high - low) * part[..., None])


@cache
def packaged_usable() -> Usable:
    """The shares that come with Placewell, for a council without a register: a national default, and only that.

    They are learnt once on made-up homes of the baseline's kinds, in four areas: `usable_fit` prints the file.
    """
    return read_usable((files("sufficiency") / FILE).read_text(encoding="utf-8"))


def read_usable(text: str) -> Usable:
    """Shares as `usable_text` wrote them. Raises KeyError where a kind of home or need is not there."""
    given = tomllib.loads(text)
    share = np.array(
        [[[row[need] for need in SEGMENTS] for row in given["share"][home]] for home in SEGMENTS], dtype=np.float64
    )
    knots, share = np.array(given["knots"], dtype=np.float64), share.transpose(1, 0, 2)
    for array in (knots, share):
        array.flags.writeable = False
    return Usable(knots, share, float(given["error"]), int(given["days"]), str(given["source"]))


def usable_text(usable: Usable, about: Mapping[str, str | float]) -> str:
    """Shares as the text of a file, with what else is known about them."""
    lines = [
        "# Share of the vacant places of each kind of home that a child of each need may live in, at each knot.",
        "# Printed by: python -m sufficiency.usable_fit. Not for changing by hand.",
        "",
        f'source = "{usable.source}"',
        f"days = {usable.days}",
        f"error = {usable.error:.4f}",
        *(f"{name} = {_value(value)}" for name, value in about.items()),
        f"knots = [{', '.join(f'{knot:g}' for knot in usable.knots)}]",
        "",
        "[share]",
    ]
    for at, home in enumerate(SEGMENTS):
        lines.append(f"{home} = [")
        for row in np.round(usable.share[:, at], DECIMALS).tolist():
            lines.append(f"  {{ {', '.join(f'{need} = {x:g}' for need, x in zip(SEGMENTS, row, strict=True))} }},")
        lines.append("]")
    return "\n".join([*lines, ""])


def _value(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:.4g}"
