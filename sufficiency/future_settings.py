"""What a scenario says of children for whom the council has no home of its own, as `future` takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sufficiency.levers import NO_PULLS, Pulls
from sufficiency.outside_record import OutsideRecord
from sufficiency.scenario import Scenario
from sufficiency.scenario_values import Span

OVERFLOW: Final = ("agency", "other_authority", "residential", "out_of_area")
"""Where a child without a home of the council's own may live."""


@dataclass(frozen=True, slots=True)
class FutureSettings:
    """Numbers of a scenario; each `Span` is drawn once for each future."""

    order: tuple[int, ...]
    """Positions in `OVERFLOW`, in the order in which children are offered a place there; the last takes everybody."""
    more: tuple[Span, ...]
    """[first three of `OVERFLOW`] how many more it could take than today, as a share of the children fostered today."""
    moves_back: Span
    """Share a month of the children elsewhere who move to a home of the council's own that they could live in."""
    outside: tuple[Span, ...]
    """[overflow] share who live outside the council's area."""
    split: tuple[Span, ...]
    """[overflow] share of brothers and sisters who need to live together and do not."""
    usual_occupancy: float
    """Filled places over available ones: of each segment, so many are taken to be usable for those it is meant for."""
    pulls: Pulls = NO_PULLS


def future_settings(scenario: Scenario, pulls: Pulls = NO_PULLS, record: OutsideRecord | None = None) -> FutureSettings:
    """The settings of a scenario.

    `record` is what the council's return says of children outside its area: it stands wherever the scenario has only
    the national default and enough children are known.
    """

    def spans(table: str, names: tuple[str, ...] = OVERFLOW[:-1]) -> tuple[Span, ...]:
        return tuple(scenario.number(table.format(name)).span for name in names)

    filled, vacant = (scenario.number(f"fostering.places.{name}").value for name in ("filled_council", "vacant"))
    outside = []
    for at, place in enumerate(OVERFLOW[:-1]):
        key = f"overflow.out_of_area.{place}"
        told = record.span(at) if record is not None and scenario.is_default(key) else None
        outside.append(told or scenario.number(key).span)
    everybody = (1.0, 1.0, 1.0)
    return FutureSettings(
        order=tuple(OVERFLOW.index(place) for place in scenario.text("overflow.order").split(", ")),
        more=spans("overflow.{}_more"),
        moves_back=scenario.number("overflow.moves_back").span,
        outside=(*outside, everybody),
        split=spans("overflow.split.{}", OVERFLOW),
        usual_occupancy=filled / (filled + vacant) if filled + vacant else 0.0,
        pulls=pulls,
    )
