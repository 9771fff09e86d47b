"""`placewell app` whose first forecast has few futures, so that a test need not wait long: nothing else differs."""

from __future__ import annotations

import sys

from frontend.cli import main
from frontend.planning.orders import WorkOrder
from frontend.planning.planning import Planning
from tests.frontend.planning.made import small_order


def few_futures(planning: Planning, replications: int | None = None, title: str = "First forecast") -> WorkOrder:
    """The first order, as `made.small_order` has it."""
    return small_order(planning.inputs, title)


if __name__ == "__main__":
    Planning.first_order = few_futures  # type: ignore[method-assign]
    sys.exit(main())
