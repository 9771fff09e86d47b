"""What homes a council starts from: its own register, or the national totals brought to the council's own size.

The totals of the baseline are those of a council of 340 children. Left as they stand they would give a small council
homes to spare, and a large one none: what no scenario of the council states is scaled, and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from records.check import check
from records.geography import Directory
from records.model import Records, Severity
from records.sources.folder import read
from sufficiency.future_settings import FutureSettings, future_settings
from sufficiency.groups import GROUPS
from sufficiency.households import SEGMENTS, Households, starting_homes
from sufficiency.levers import Pulls
from sufficiency.need_words import date_of
from sufficiency.outside_record import OutsideRecord
from sufficiency.scenario import Quantity, Scenario
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_schema import Number

Array = npt.NDArray[Any]

ASSUMED_FOR: Final = 340
"""Children in care of the council that the totals of the baseline are stated for."""
ALONE: Final = MappingProxyType(
    {"kin": "foster_kin", "supported_lodgings": None, "adopters": None, "short_breaks": None}
)
"""Segments that are scaled by themselves: by the children of a placement group, or (None) by all children in care."""
FOSTER: Final = tuple(name for name in SEGMENTS if name not in ALONE)
"""Segments of foster carers, scaled together by the children who live with the council's own carers."""
FLOWS: Final = MappingProxyType(
    {"supply.assessments": "foster", "supply.transfers_in": "foster", "supply.kin_approved": "kin"}
)
"""What comes in a month or year, and the households with which it goes."""
BESIDE: Final = MappingProxyType(
    {
        "targets.assessments": "foster",
        "targets.retention_cost": "foster",
        "targets.approvals": "foster",
        "targets.block_beds": "children",
        "cost.tail.children": "children",
        "cost.beds.own": "children",
    }
)
"""What else is stated for a council of that size, and what it goes with."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The homes on the day before the first month, and what the scenario says once it has the council's size."""

    households: Households
    scenario: Scenario
    """With what is scaled; equal to the one that was asked for where nothing is."""
    register: Records | None
    said: tuple[str, ...]
    """What a reader must know of it, in sentences."""
    record: OutsideRecord | None = None
    """What the returns say of children outside the area, where they tell it."""

    def future(self, pulls: Pulls) -> FutureSettings:
        """By what rules children are placed, with these levers pulled."""
        return future_settings(self.scenario, pulls, self.record)


def read_register(path: Path, origin: int) -> Records:
    """The council's own homes and who lives there, checked as for a round on the day before the forecast begins.

    Raises `Unusable` where the folder or workbook cannot be read.
    """
    return check(read(path), date_of(origin) - timedelta(days=1), Directory())


def start_of(
    scenario: Scenario,
    living: Mapping[str, int],
    register: Records | None = None,
    record: OutsideRecord | None = None,
) -> Start:
    """The start of a council whose children live as `living` says: placement group to children on the last day."""
    if register is not None:
        there = starting_homes(register)
        scaled, _ = _scaled(scenario, _of_register(scenario, there), living)
        return Start(
            there,
            scaled,
            register,
            (*_register_said(there), *lost(register), *_flows_said(scenario, "the register's households")),
            record,
        )
    scaled, held = _scaled(scenario, _of_children(scenario, living), living)
    there = starting_homes(scaled)
    return Start(there, scaled, None, _assumed_said(there, held, sum(living.values())), record)


# ---- how large -----------------------------------------------------------------------------------------------------


def _of_register(scenario: Scenario, there: Households) -> npt.NDArray[np.float64]:
    """[segments] the register's households for each that the scenario states, foster carers together."""
    counted = np.bincount(there.segment, minlength=len(SEGMENTS)).astype(np.float64)
    stated = _stated(scenario, "households")
    foster = [SEGMENTS.index(name) for name in FOSTER]
    factors = np.divide(counted, stated, out=np.zeros_like(counted), where=stated > 0)
    factors[foster] = counted[foster].sum() / max(stated[foster].sum(), 1.0)
    return factors


def _of_children(scenario: Scenario, living: Mapping[str, int]) -> npt.NDArray[np.float64]:
    """[segments] so that the share of the council's own places that is filled is the national one."""
    households, places = _stated(scenario, "households"), _stated(scenario, "places")
    by_size = sum(living.values()) / ASSUMED_FOR
    factors = np.full(len(SEGMENTS), by_size)
    foster = [SEGMENTS.index(name) for name in FOSTER]
    filled = float((households * places)[foster].sum()) * scenario.number("fostering.places.filled_council").value
    if living.get("foster_in_house", 0) and filled:
        factors[foster] = living["foster_in_house"] / filled
    kin = SEGMENTS.index("kin")
    if living.get("foster_kin", 0) and households[kin]:
        factors[kin] = living["foster_kin"] / (households[kin] * places[kin])
    return factors


def _stated(scenario: Scenario, what: str) -> npt.NDArray[np.float64]:
    return np.array([scenario.number(f"supply.{what}.{name}").value for name in SEGMENTS])


def _scaled(scenario: Scenario, factors: npt.NDArray[np.float64], living: Mapping[str, int]) -> tuple[Scenario, bool]:
    """The scenario with every national total multiplied, and whether there was one; what the council states stands."""
    by = dict(zip(SEGMENTS, factors.tolist(), strict=True))
    by["foster"] = by[FOSTER[0]]
    by["children"] = sum(living.values()) / ASSUMED_FOR
    of = {f"supply.enquiries.{name}": name for name in SEGMENTS if name != "kin"} | {**FLOWS, **BESIDE}
    changed = {
        key: _multiplied(scenario.number(key), by[whose]) for key, whose in of.items() if scenario.is_default(key)
    }
    changed |= _whole_households(scenario, by)
    return replace(scenario, figures={**scenario.figures, **changed}), bool(changed)


def _multiplied(one: Quantity, by: float) -> Quantity:
    """A total of another size; of what stands beside, wholes are rounded up, so that something is left of them."""
    key = KEYS[one.key]
    whole = one.key in BESIDE and isinstance(key, Number) and key.unit.whole
    value, low, high = (
        float(np.ceil(by * number - 1e-9)) if whole else round(by * number, 3)
        for number in (one.value, one.low, one.high)
    )
    return replace(one, value=value, low=low, high=high)


def _whole_households(scenario: Scenario, by: Mapping[str, float]) -> dict[str, Quantity]:
    """Households are whole: what rounding leaves over goes to the foster segments that lost most by it."""
    made: dict[str, Quantity] = {}
    for names in (FOSTER, *((name,) for name in ALONE)):
        keys = [f"supply.households.{name}" for name in names if scenario.is_default(f"supply.households.{name}")]
        if not keys:
            continue
        wanted = np.array([by[key.rpartition(".")[2]] * scenario.number(key).value for key in keys])
        whole = np.floor(wanted).astype(np.int64)
        short = int(np.rint(wanted.sum())) - int(whole.sum())
        whole[np.argsort(-(wanted - whole), kind="stable")[:short]] += 1
        for key, number in zip(keys, whole.tolist(), strict=True):
            made[key] = replace(scenario.number(key), value=number, low=number, high=number)
    return made


# ---- said ----------------------------------------------------------------------------------------------------------


def _assumed_said(there: Households, scaled: bool, children: int) -> tuple[str, ...]:
    said = [
        f"The council's own register was not given: {len(there):,} households are assumed, and nobody knows whether "
        "they are there. Give it with --register."
    ]
    if scaled:
        said.append(
            f"National totals of households, enquiries, assessors and approvals, stated for {ASSUMED_FOR} children in "
            f"care, are brought to this council's {children:,}: so that as large a share of its own places is filled "
            "as in England, and for the rest in proportion to the children."
        )
    return tuple(said)


def _register_said(there: Households) -> tuple[str, ...]:
    said = [f"{len(there):,} households come from the council's own register."]
    said += [f"Not counted among them: {many:,} homes ({why})." for why, many in there.left_out.items()]
    return tuple(said)


def lost(register: Records) -> tuple[str, ...]:
    """The rows of a register that cannot be used, file by file: homes that are there and are not counted."""
    rows = {
        (one.file, one.row) for one in register.findings if one.severity is Severity.LEFT_OUT and one.row is not None
    }
    if not rows:
        return ()
    many = Counter(file for file, _ in rows)
    told = ", ".join(f"{number:,} of {file}" for file, number in sorted(many.items()))
    return (
        f"Rows of the register that cannot be used were left out ({told}): whatever they say of homes and of who lives "
        "there is not counted, and the gap and its cost are wrong by it. findings.csv says which and why.",
    )


def _flows_said(scenario: Scenario, size: str) -> tuple[str, ...]:
    keys = [*(f"supply.enquiries.{name}" for name in SEGMENTS if name != "kin"), *FLOWS]
    if not any(scenario.is_default(key) for key in keys):
        return ()
    return (
        f"Enquiries, assessors, transfers and relatives' approvals are national defaults, in proportion to {size}.",
    )


def living_now(stock: Array) -> dict[str, int]:
    """Placement group to children in care on a day, from [groups, ages]."""
    return dict(zip(GROUPS, stock.sum(axis=1).astype(int).tolist(), strict=True))
