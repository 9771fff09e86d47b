"""What councils gave for planning, and where it lies on this computer. Nothing of it ever goes to a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from records.tables import Unusable
from sufficiency.batch_councils import BatchCouncil
from sufficiency.comparators import Comparators, read_comparators
from sufficiency.ofsted_homes import NotOfsted, OfstedHomes, read_ofsted
from sufficiency.scenario import Scenario, with_figures
from sufficiency.scenario_values import UNDATED, Choice

PROJECTED: Final = "need.population.use"
PROJECTION: Final = Choice(
    PROJECTED, "projection file", "The projection of the under-18s that the council gave", UNDATED, "council", ""
)


class WontRead(ValueError):
    """A file of published figures cannot be used; the words say which and why."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The councils' returns and registers, published figures of others, and a folder for what is worked out."""

    councils: tuple[BatchCouncil, ...]
    """Each with a name that may stand in an address; several of them make a region."""
    work: Path
    """Confidential: it holds what was worked out from children's records. Outside anything that is handed out."""
    comparators: Path | None = None
    """Published figures of others (CSV, docs/reference/comparators.md)."""
    ofsted: Path | None = None
    """Ofsted's list of registered providers (CSV)."""
    area: str | None = None
    """The council's name in Ofsted's list."""
    template: Path | None = None
    """The council's own Word document."""

    @property
    def made_up(self) -> bool:
        """Whether nobody in any of these councils exists."""
        return any(one.made_up for one in self.councils)

    @property
    def projected(self) -> bool:
        """Whether each council gave a projection of its under-18s."""
        return all(one.population is not None for one in self.councils)

    def fitted(self, scenario: Scenario) -> Scenario:
        """A scenario that comes with Placewell, with the projection of the under-18s where each council gave one."""
        return with_figures(scenario, {PROJECTED: PROJECTION}) if self.projected else scenario

    def others(self) -> Comparators | None:
        """Published figures of others. Raises `WontRead`."""
        if self.comparators is None:
            return None
        try:
            return read_comparators(self.comparators)
        except (OSError, Unusable) as error:
            words = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
            raise WontRead(f"Published figures of others (--comparators): {words}") from error

    def registered(self, council: str) -> OfstedHomes | None:
        """What Ofsted's list says of a council. Raises `WontRead`.

        Of several councils each is looked up by its own name, and one that the list does not hold has nothing there.
        """
        if self.ofsted is None:
            return None
        alone = len(self.councils) == 1
        try:
            return read_ofsted(self.ofsted, self.area if alone and self.area else council)
        except NotOfsted as error:
            if alone:
                raise WontRead(f"Ofsted's list (--ofsted): {error}") from error
            return None
