"""What the levers of a scenario come to in the forecast of supply, month by month in each future."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import SEGMENTS
from sufficiency.lever_figures import RECRUITED
from sufficiency.supply_chance import Figures
from sufficiency.supply_settings import SupplySettings

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[Any]

FOR_EACH: Final = 10.0
"""Pounds a week that `fewer_for_fees` is for."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What levers add; [draws, months played], noughts where none is pulled."""

    enquiries: Floats
    """[draws, months, segments] a year."""
    applies: Floats
    """Added to the share of enquirers who apply."""
    conversion: Floats
    """Added to the share of assessments that end in approval."""
    months_saved: Floats
    """Off the mean length of an assessment."""
    assessments: Floats
    """More that can begin in a month."""
    staying: Floats
    """What the rates at which foster carers and hosts leave are multiplied by: 1 where nothing is pulled."""
    retiring: Floats | None
    """Rate a month at which those of 60 and more leave besides; None where the lever is not pulled."""
    transfers: Floats
    """Households a year."""


def effects_of(settings: SupplySettings, figures: Figures, seed: int, months: int) -> Effects:
    """The effects of `settings.pulls` on the futures of `figures`."""
    pulls = settings.pulls

    def of(name: str) -> Floats:
        return pulls.effect(name, seed, figures.futures, months)

    enquiries = np.zeros((len(figures.futures), months, len(SEGMENTS)))
    for name in RECRUITED:
        if f"recruitment.{name}" in pulls.pulls:
            enquiries[..., SEGMENTS.index(name)] = of(f"recruitment.{name}")
    enquiries[..., SEGMENTS.index("supported_lodgings")] += of("supported_lodgings_scheme")
    for_fees = np.minimum(of("fees") / FOR_EACH * figures.spans["fewer_for_fees"][:, None], 1.0)
    return Effects(
        enquiries=enquiries,
        applies=of("hub"),
        conversion=of("conversion"),
        months_saved=of("assessment_time"),
        assessments=of("assessors"),
        staying=(1.0 - of("retention")) * (1.0 - for_fees),
        retiring=-np.log1p(-of("retirement")) / 12 if "retirement" in pulls.pulls else None,
        transfers=of("transfers"),
    )
