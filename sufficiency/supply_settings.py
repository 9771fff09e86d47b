"""What a scenario says about supply, as the model takes it, and the levers that it pulls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final

import numpy.typing as npt

from sufficiency.households import SEGMENTS
from sufficiency.leaving import Past
from sufficiency.levers import NO_PULLS, Pulls, pulls_given
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Span

Array = npt.NDArray[Any]

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
        "fewer_for_fees": "supply.leaving.fewer_for_fees",
        "not_available": "fostering.places.not_available",
        "hold_months": "supply.holds.months",
        "staying_put": "supply.kept.staying_put",
        "staying_put_months": "supply.kept.staying_put_months",
        "permanence": "supply.kept.permanence",
    }
)


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
    fewer_for_fees: Span
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
    pulls: Pulls = NO_PULLS
    """Those that work in supply."""


def supply_settings(scenario: Scenario, *, past: Past | None = None, pulls: Pulls | None = None) -> SupplySettings:
    """The settings of a scenario, with its levers (`levers.pulls_of`).

    Raises ValueError where shares of one whole add up to more than one, and where the scenario pulls levers that work
    in supply and `pulls` is not given.
    """

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
        pulls=pulls_given(scenario, pulls, "supply"),
    )


SPANS: Final = tuple(one.name for one in fields(SupplySettings) if one.name in _KEYS)
"""Names of the plain spans, in an order that never changes what is drawn for another."""
