"""What scenarios are compared by: a few counts and sums of a play, each with its unit and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import numpy as np
import numpy.typing as npt

from sufficiency.forecast import Forecast
from sufficiency.future import OVERFLOW, Future
from sufficiency.groups import RESIDENTIAL
from sufficiency.households import ADOPTERS, KIN, SEGMENTS
from sufficiency.supply import Supply

Array = npt.NDArray[Any]
Better = Literal["less", "more", ""]
Kind = Literal["stock", "flow", "year"]

SPECIALIST: Final = SEGMENTS.index("specialist")
OWN: Final = tuple(k for k in range(len(SEGMENTS)) if k not in (ADOPTERS, KIN))
"""Foster carers and hosts that a council recruits: relatives and friends, and adopters, come another way."""
FOSTERED: Final = tuple(k for k in OWN if SEGMENTS[k] != "supported_lodgings")
"""Needs of foster carers of the council's own: adopters and hosts of other providers are neither agencies' carers nor
children's homes."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to compare scenarios by."""

    name: str
    title: str
    unit: str
    better: Better
    """Which way is better; empty where neither is in itself."""
    kind: Kind
    """`stock`: a count on the last day of each month. `flow`: of each month, told for twelve months together. `year`: a
    sum of each financial year."""
    decimals: int = 1


MEASURES: Final = (
    Measure("children_in_care", "Children in care", "children", "", "stock"),
    Measure("own_homes", "Children in the council's own homes", "children", "", "stock"),
    Measure(
        "own_share", "Of 100 who need a family's home, those with one of the council's own", "of 100", "more", "stock"
    ),
    Measure(
        "unmet", "Children who need a family's home and have none of the council's own", "children", "less", "stock"
    ),
    Measure("out_of_area", "Children with none of the council's own, outside its area", "children", "less", "stock"),
    Measure("split", "Children who live apart from brothers or sisters they need", "children", "less", "stock"),
    Measure("agency", "Children with agency foster carers", "children", "less", "stock"),
    Measure("residential", "Children in children's homes", "children", "less", "stock"),
    Measure("last_resort", "Children for whom only a place out of the area was left", "children", "less", "stock"),
    Measure("households", "Fostering households and hosts", "households", "more", "stock"),
    Measure("approvals", "Fostering households and hosts approved", "households", "more", "flow"),
    Measure("cost", "Cost of placements, recruitment and support", "£", "less", "year", 0),
    Measure("present_cost", "Cost in pounds of the first day, discounted", "£", "less", "year", 0),
)
"""In the order in which they are told. Relatives and friends, and adopters, are in neither households nor approvals."""

BY_NAME: Final[Mapping[str, Measure]] = {measure.name: measure for measure in MEASURES}


class Money(Protocol):
    """What is asked of a play's costs."""

    @property
    def pounds(self) -> npt.NDArray[np.float64]:
        """[draws, years, lines] of the day."""
        ...

    @property
    def present(self) -> npt.NDArray[np.float64]:
        """[draws, years, lines] the same, discounted."""
        ...


def measures_of(forecast: Forecast, supply: Supply, future: Future, costs: Money | None = None) -> dict[str, Array]:
    """Every measure of one play, [draws, months] or, of what is told by financial year, [draws, years].

    All four must be of the same futures. Without `costs` there is no `cost` and no `present_cost`. Where nobody needs a
    family's home, all who do have one.
    """
    fostered = future.over[:, :, FOSTERED].sum(axis=2)
    over = {place: fostered[..., k] for k, place in enumerate(OVERFLOW)}
    specialist = future.own[:, :, SPECIALIST].sum(axis=2) + future.over[:, :, SPECIALIST].sum(axis=2)
    # Children in homes who need a foster carer are counted where they live in this future, not where use had them.
    homes = forecast.stock[:, :, RESIDENTIAL].sum(axis=2) - specialist + over["residential"]
    own, unmet = future.own.sum(axis=(2, 3)), future.over.sum(axis=(2, 3))
    wanted = own + unmet
    found: dict[str, Array] = {
        "children_in_care": forecast.stock.sum(axis=(2, 3)),
        "own_homes": own,
        "own_share": np.divide(100 * own, wanted, out=np.full(own.shape, 100.0), where=wanted > 0),
        "unmet": unmet,
        "out_of_area": future.out_of_area.sum(axis=2),
        "split": future.split,
        "agency": over["agency"],
        "residential": homes,
        "last_resort": over["out_of_area"],
        "households": supply.households[..., OWN].sum(axis=2),
        "approvals": supply.approved[..., OWN].sum(axis=2),
    }
    if costs is not None:
        found["cost"] = costs.pounds.sum(axis=2)
        found["present_cost"] = costs.present.sum(axis=2)
    return found
