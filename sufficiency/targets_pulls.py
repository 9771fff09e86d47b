"""What the levers of a scenario do to households that a plan of targets approves, as to those of today's pipeline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sufficiency.supply_pulls import FOR_EACH
from sufficiency.supply_settings import SupplySettings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PlanLevers:
    """Levers at their likeliest. A lever that comes slowly is taken at its mean over the months played."""

    applies: float
    """Share of enquirers who apply."""
    conversion: float
    """Share of assessments that end in approval."""
    lead: float
    """Months from enquiry to approval."""
    staying: float
    """What the rates of leaving are multiplied by."""
    retiring: float
    """Rate a month at which those of 60 and more leave besides."""
    assessments: Floats
    """[months] more that can begin in a month, or fewer."""

    @classmethod
    def of(cls, settings: SupplySettings, months: int) -> PlanLevers:
        """Those of `settings.pulls`; with none, the scenario's own figures."""

        def of(name: str) -> Floats:
            return np.asarray(settings.pulls.effect(name, 0, np.zeros(1, dtype=np.int64), months, likeliest=True)[0])

        assessing = settings.months_to_approval[1] - settings.months_at_panel[1] - of("assessment_time")
        for_fees = np.minimum(of("fees") / FOR_EACH * settings.fewer_for_fees[1], 1.0)
        conversion = settings.approved_per_application[1] + of("conversion").mean()
        return cls(
            applies=float(np.clip(1 / settings.enquiries_per_application[1] + of("hub").mean(), 0.001, 1.0)),
            conversion=float(np.clip(conversion, 0.01, settings.approved_at_panel[1])),
            lead=settings.months_to_application[1]
            + float(np.maximum(assessing, 0.0).mean())
            + settings.months_at_panel[1],
            staying=float(((1 - of("retention")) * (1 - for_fees)).mean()),
            retiring=float((-np.log1p(-np.minimum(of("retirement"), 0.99)) / 12).mean()),
            assessments=of("assessors"),
        )
