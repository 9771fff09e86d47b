"""What a scenario says about supply, as the model takes it, and what may be added to it month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

import numpy.typing as npt

from sufficiency.households import KIN, SEGMENTS
from sufficiency.leaving import Past
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Span

Array = npt.NDArray[Any]
NONE: Final = tuple(0.0 for _ in SEGMENTS)

_KEYS: Final = MappingProxyType(
    {
        "assessments": "supply.assessments",
        "kin_approved": "supply.kin_approved",
        "transfers_in": "supply.transfers_in",
        "enquiries_per_application": "fostering.pipeline.enquiries_per_application_council",
        "approved_per_application": "fostering.pipeline.approved_per_completed_application",
        "approved_at_panel": "supply.pipeline.approved_at_panel",
        "months_to_application": "supply.pipeline.months_to_application",
        "months_to_approval": "fostering.pipeline.months_to_approval",
        "months_at_panel": "supply.pipeline.months_at_panel",
        "months_vary_by": "supply.pipeline.months_vary_by",
        "withdrawn_waiting": "supply.pipeline.withdrawn_waiting",
        "attrition": "fostering.attrition",
        "under_two_years": "supply.leaving.under_two_years",
        "two_to_five_years": "supply.leaving.two_to_five_years",
        "from_50_to_59": "supply.leaving.from_50_to_59",
        "over_60": "supply.leaving.over_60",
        "kin_leaving": "supply.leaving.kin",
        "adopters_leaving": "supply.leaving.adopters",
        "not_available": "fostering.places.not_available",
        "hold_months": "supply.holds.months",
        "staying_put": "supply.kept.staying_put",
        "staying_put_months": "supply.kept.staying_put_months",
        "permanence": "supply.kept.permanence",
    }
)


@dataclass(frozen=True, slots=True)
class Levers:
    """What is added to a scenario from the first month that is played. All nought: nothing is changed."""

    from_month: int = 0
    """The first month in which they work, 0 the first that is played."""
    enquiries: tuple[float, ...] = NONE
    """[segments] enquiries a year more."""
    conversion: float = 0.0
    """Added to the share of assessments that end in approval."""
    months_saved: float = 0.0
    """Taken off the mean length of an assessment."""
    assessments: float = 0.0
    """Assessments more that can begin in a month; less, where negative."""
    leavers_kept: float = 0.0
    """Share by which foster carers and hosts leave less often, at every tenure and age."""
    transfers_in: float = 0.0
    """Households a year more that come over from agencies."""

    def __post_init__(self) -> None:
        if len(self.enquiries) != len(SEGMENTS):
            raise ValueError(f"A lever on enquiries has one number for each of the {len(SEGMENTS)} segments.")
        if self.enquiries[KIN]:
            raise ValueError("Relatives and friends do not enquire: change supply.kin_approved of the scenario.")
        if self.from_month < 0:
            raise ValueError(f"A lever cannot work from month {self.from_month}: that is in the past.")
        if not 0 <= self.leavers_kept <= 1:
            raise ValueError(f"leavers_kept is a share, from 0 to 1, not {self.leavers_kept}.")


@dataclass(frozen=True, slots=True)
class SupplySettings:
    """Numbers of a scenario; each `Span` is drawn once for each future."""

    assessments: Span
    kin_approved: Span
    transfers_in: Span
    enquiries_per_application: Span
    approved_per_application: Span
    approved_at_panel: Span
    months_to_application: Span
    months_to_approval: Span
    months_at_panel: Span
    months_vary_by: Span
    withdrawn_waiting: Span
    attrition: Span
    under_two_years: Span
    two_to_five_years: Span
    from_50_to_59: Span
    over_60: Span
    kin_leaving: Span
    adopters_leaving: Span
    not_available: Span
    hold_months: Span
    staying_put: Span
    staying_put_months: Span
    permanence: Span
    enquiries: tuple[Span, ...]
    """[segments] a year; none for kin."""
    places: tuple[Span, ...]
    """[segments] of one household."""
    tenures: tuple[float, ...]
    """Shares under two years, to five, and over."""
    ages: tuple[float, ...]
    """Shares under 50, to 59, and 60 and more."""
    new_ages: tuple[float, ...]
    """The same at approval."""
    by_service: float
    to_other_service: float
    past: Past | None = None
    """What the register's past says of leaving, where there is one."""
    levers: Levers = field(default_factory=Levers)


def supply_settings(scenario: Scenario, *, past: Past | None = None, levers: Levers | None = None) -> SupplySettings:
    """The settings of a scenario. Raises ValueError where shares of one whole add up to more than one."""

    def span(key: str) -> Span:
        return scenario.number(key).span

    def value(key: str) -> float:
        return scenario.number(key).value

    older, middle = value("fostering.carers_over_60"), value("supply.age.from_50_to_59")
    new_older, new_middle = value("supply.age.new_over_60"), value("supply.age.new_from_50_to_59")
    by_service, to_other = value("supply.leaving.by_service"), value("supply.leaving.to_other_service")
    for what, total in (
        ("fostering.carers_over_60 and supply.age.from_50_to_59", older + middle),
        ("supply.age.new_over_60 and supply.age.new_from_50_to_59", new_older + new_middle),
        ("supply.leaving.by_service and supply.leaving.to_other_service", by_service + to_other),
    ):
        if total > 1:
            raise ValueError(f"{what} add up to {total:g}. They are shares of the same households: at most 1 together.")
    spans: Mapping[str, Any] = {name: span(key) for name, key in _KEYS.items()}
    return SupplySettings(
        **spans,
        enquiries=tuple((0.0, 0.0, 0.0) if name == "kin" else span(f"supply.enquiries.{name}") for name in SEGMENTS),
        places=tuple(span(f"supply.places.{name}") for name in SEGMENTS),
        tenures=tuple(
            value(f"supply.tenure.{name}") for name in ("under_two_years", "two_to_five_years", "over_five_years")
        ),
        ages=(1 - older - middle, middle, older),
        new_ages=(1 - new_older - new_middle, new_middle, new_older),
        by_service=by_service,
        to_other_service=to_other,
        past=past,
        levers=levers or Levers(),
    )


SPANS: Final = tuple(one.name for one in fields(SupplySettings) if one.name in _KEYS)
"""Names of the plain spans, in an order that never changes what is drawn for another."""
