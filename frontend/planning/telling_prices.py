"""Prices that may not be moved on a page, because what the whole then costs would tell what an edition hides.

Move one price by £1,000 a week, and divide by it what all placements cost more: that is how many children it is paid
for. So the price of a line that the edition hides stays as the first scenario of the forecast has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from frontend.planning.scenario_words import title_of
from reporting.disclosure import HIDDEN
from reporting.lens import Lens
from sufficiency.scenario import Scenario, stated

BILL: Final = "money.cost"
CHILDREN: Final = "forecast.group"
_SAYS_SO: Final = ("source", "status")
_AGENCY: Final = (("foster_agency", "agency"), ("foster_agency", "out_of_area"))
_HOMES: Final = (("residential", "private"), ("residential", "out_of_area"))
PAYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "cost.connected_foster": (("foster_kin", "own"),),
    "cost.in_house_foster": (("foster_in_house", "own"),),
    "cost.agency_foster": _AGENCY,
    "cost.in_house_residential": (("residential", "own"), ("residential", "own_empty")),
    "cost.external_residential_block": (("residential", "block"), ("residential", "block_empty")),
    "cost.external_residential_spot": _HOMES,
    "cost.supported_accommodation": (("supported", "private"),),
    "cost.supported_lodgings": (("supported", "own"),),
    "cost.unit.other_authority_foster": (("foster_other_authority", "other_authority"),),
    "cost.unit.secure": (("secure", "public"),),
    "cost.unit.with_parents": (("with_parents", "parents"),),
    "cost.unit.elsewhere": (("other", "other"),),
    "cost.inflation.own_homes": (("residential", "own"), ("residential", "own_empty")),
}
"""By price, the lines of the bill that it is paid for; any other price is taken to be paid for every line."""
OF_ALL: Final = ("cost.basis", "cost.weeks_a_year", "cost.discount.")
"""Figures that move every line alike."""


def telling_prices(first: Scenario, other: Scenario) -> tuple[str, ...]:
    """Prices that a scenario states otherwise than the first, and that are not of all lines alike."""
    return tuple(
        key
        for key in sorted({*first.figures, *other.figures})
        if key.startswith("cost.") and not key.startswith(OF_ALL) and _said(first, key) != _said(other, key)
    )


def wrong_prices(prices: Iterable[str], editions: Mapping[str, Lens]) -> tuple[str, ...]:
    """Of such prices those that may not be moved beside the official editions of these councils, in words."""
    hidden = {council: _hidden(lens) for council, lens in editions.items()}
    said = []
    for key in prices:
        where = [name for name, lines in hidden.items() if lines is None or _any(PAYS.get(key), lines)]
        if where:
            said.append(
                f"{title_of(key)} ({key}): so few children, or none, are paid for with it in {', '.join(where)} that "
                "their number is hidden, and what the whole costs would tell it. Take this change back; whoever may "
                "see the returns can work it out on the server (placewell compare)."
            )
    return tuple(said)


def _said(scenario: Scenario, key: str) -> object:
    """What of a figure bears on a result: not who says so."""
    figure = scenario.get(key)
    return None if figure is None else {name: one for name, one in stated(figure).items() if name not in _SAYS_SO}


def _hidden(lens: Lens) -> frozenset[tuple[str, str]] | None:
    """The lines of the bill that are hidden; None where the edition does not tell the bill, and any may be."""
    if BILL not in lens.texts or CHILDREN not in lens.texts:
        return None
    children, bill = lens.texts[CHILDREN], lens.texts[BILL]
    groups = set(children.loc[children["mean"].astype(str) == HIDDEN, "group"].astype(str))
    told = bill.loc[bill["mean"].astype(str) == HIDDEN, ["group", "provider"]].astype(str)
    lines = {(group, provider) for group, provider in told.itertuples(index=False, name=None)}
    # what nothing is paid for yet, such as children with their parents, is no line of the bill
    return frozenset(lines | {line for paid in PAYS.values() for line in paid if line[0] in groups})


def _any(paid: tuple[tuple[str, str], ...] | None, hidden: frozenset[tuple[str, str]]) -> bool:
    return bool(hidden) if paid is None else bool(hidden & set(paid))
