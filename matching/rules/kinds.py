"""Which kind of home each route of the care plan leads to, and groups of kinds that several rules share."""

from __future__ import annotations

from records.model import Child, HomeKind, Route

FOSTERING = (HomeKind.FOSTER, HomeKind.CONNECTED_PERSON, HomeKind.EARLY_PERMANENCE)
"""Homes whose carers are approved as foster carers: terms, and the usual fostering limit, bind them."""
ADOPTIVE = (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE)
"""Homes that may adopt: they take one child, or the whole of one family."""

KINDS_FOR_ROUTE: dict[Route, tuple[HomeKind, ...]] = {
    Route.FOSTER: (HomeKind.FOSTER, HomeKind.CONNECTED_PERSON),
    Route.SUPPORTED_LODGINGS: (HomeKind.SUPPORTED_LODGINGS,),
    Route.ADOPTION: (HomeKind.ADOPTER, HomeKind.EARLY_PERMANENCE),
    Route.EARLY_PERMANENCE: (HomeKind.EARLY_PERMANENCE,),
}
"""An early-permanence plan leads to ordinary foster carers only where fostering is also in the plan."""


def kinds_for(child: Child) -> frozenset[HomeKind]:
    """The kinds of home to which the child's routes lead."""
    return frozenset(kind for route in child.routes for kind in KINDS_FOR_ROUTE[route])
