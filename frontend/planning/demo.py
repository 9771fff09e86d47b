"""What the demo plans with: two made-up councils side by side, and made-up figures of others. Nobody in it exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from frontend.orders import Told
from frontend.planning.inputs import Inputs
from frontend.planning.orders import Worked, WorkOrder, workers_here
from frontend.planning.planning import Planning
from records import synthetic
from records.store import Role, Store, local_actor
from reporting.whole import write_text
from sufficiency.batch_made_up import NEIGHBOUR, made_up_council
from sufficiency.scenario import BASELINE

FUTURES: Final = 200
SCENARIOS: Final = ("baseline", "recruitment-drive")
HOMES: Final = 240
"""Of every kind, in the register of the first council."""
KNOWN: Final = date(2026, 3, 31)
"""The day on which its returns end."""
MADE_UP: Final = "Made up for the demo: no council's figure"
OTHERS: Final = {
    "ni_62": ("per_cent", 9.0, 0.2),
    "three_in_two_years": ("per_cent", 23.0, 0.3),
    "ni_63": ("per_cent", 69.0, -0.4),
    "same_carer_two_years": ("per_cent", 68.0, -0.3),
    "over_20_miles": ("per_cent", 17.0, 0.5),
    "outside_area": ("per_cent", 44.0, 0.4),
    "unaccompanied": ("per_cent", 8.0, 0.3),
    "with_parents": ("per_cent", 7.0, 0.0),
    "supported": ("per_cent", 12.0, 0.3),
    "adopted": ("per_cent", 10.0, -0.2),
    "special_guardianship": ("per_cent", 13.0, 0.1),
    "rate": ("per_10000", 71.0, -0.5),
    "a10": ("days", 480.0, 12.0),
    "a2": ("days", 190.0, 3.0),
}
"""Of each measure its unit, a first value and the change in a year: round numbers that look like such figures."""
AREAS: Final = (("neighbours", "Ten made-up neighbours", 1.08), ("region", "A made-up region", 1.12))
ENGLAND: Final = ("england", "A made-up England", 1.0)
YEARS: Final = tuple(range(2021, 2026))


@dataclass(frozen=True, slots=True)
class DemoOrder(WorkOrder):
    """The first forecast of the demo: its register of homes is made up on the way, so that the app opens sooner."""

    def work(self, told: Told) -> Worked:
        """Make the register up, then work the forecast out."""
        register = self.inputs.councils[0].register
        if register is not None and not register.is_dir():
            told.stage("Making up a register of homes")
            partial = register.with_name("register-partial")
            synthetic.write(synthetic.council(0, HOMES, seed=3, day=KNOWN), partial)
            partial.replace(register)
        return WorkOrder.work(self, told)


def demo_planning(folder: Path) -> Planning:
    """The made-up councils' returns and others' made-up figures, written to a folder. Raises OSError."""
    first = made_up_council(folder / "returns" / "made-up-council")
    second = made_up_council(folder / "returns" / "made-up-neighbour", NEIGHBOUR)
    comparators = folder / "comparators.csv"
    write_text(comparators, comparators_text())
    councils = (replace(first, register=folder / "register"), second)
    return Planning(Inputs(councils, folder / "work", comparators))


def begin(planning: Planning, store: Store, replications: int = FUTURES) -> tuple[str, str]:
    """Have two forecasts worked out in the background, one after the other; gives the ids of the jobs.

    The first has one scenario and is soon there; the second takes what it can of it, adds a what-if, and tries the
    forecast on the past.
    """
    me = replace(local_actor(), acting_as=Role.COMMISSIONER)
    quick = DemoOrder(
        planning.inputs,
        _texts(SCENARIOS[:1]),
        SCENARIOS[0],
        replications=replications,
        backtest=False,
        title="A quick first forecast",
        workers=workers_here(),
    )
    whole = replace(quick, scenarios=_texts(SCENARIOS), backtest=True, title="With a what-if, and tried on the past")
    return planning.start(store, me, quick), planning.start(store, me, whole)


def _texts(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, (BASELINE.parent / f"{name}.toml").read_text(encoding="utf-8")) for name in names)


def comparators_text() -> str:
    """Figures of others, as `docs/reference/comparators.md` wants them."""
    lines = ["measure,area,area_kind,period,value,unit,source"]
    for measure, (unit, start, change) in OTHERS.items():
        for kind, area, times in (*AREAS, ENGLAND):
            for n, year in enumerate(YEARS):
                value = round((start + n * change) * times, 1)
                lines.append(f"{measure},{area},{kind},{year}-03-31,{value:g},{unit},{MADE_UP}")
    return "\n".join(lines) + "\n"
