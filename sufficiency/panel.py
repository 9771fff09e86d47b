"""Yearly figures of many councils, as published: what the forecast from totals learns from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

OPEN_GROUPS: Final = ("fostering", "placed_for_adoption", "with_parents", "homes_and_supported", "elsewhere")
"""The groups of placement that published tables tell apart in every year. Children's homes, secure homes, hostels
and semi-independent living are one: until 2020 they were published so."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Yearly figures of councils [areas, years]; a year ends on 31 March. Not a number where none was published."""

    areas: tuple[str, ...]
    years: npt.NDArray[np.int64]
    stock: Numbers
    """Children in care on 31 March."""
    starts: Numbers
    """Children who started in the year. Those of the first year are not used."""
    ceases: Numbers
    """Children who ceased, where published. The forecast uses `leavers` in their place."""
    by_group: Numbers
    """[areas, years, groups] children in care by OPEN_GROUPS; a year may be missing for every council."""
    exact: npt.NDArray[np.bool_]
    """[areas, years, groups] whether the count was published or follows from the total, and is not a guess."""
    national_years: npt.NDArray[np.int64]
    national_stock: Numbers
    national_starts: Numbers

    def upto(self, year: int) -> Panel:
        """What was known at the end of `year`: nothing later is kept, so nothing later can be used."""
        keep, nation = self.years <= year, self.national_years <= year
        return replace(
            self,
            years=self.years[keep],
            stock=self.stock[:, keep],
            starts=self.starts[:, keep],
            ceases=self.ceases[:, keep],
            by_group=self.by_group[:, keep],
            exact=self.exact[:, keep],
            national_years=self.national_years[nation],
            national_stock=self.national_stock[nation],
            national_starts=self.national_starts[nation],
        )

    def where(self, keep: npt.NDArray[np.bool_]) -> Panel:
        """The councils for which `keep` is true, by name."""
        order = np.array([at for at in np.argsort(self.areas) if keep[at]], dtype=np.int64)
        return replace(
            self,
            areas=tuple(self.areas[at] for at in order),
            stock=self.stock[order],
            starts=self.starts[order],
            ceases=self.ceases[order],
            by_group=self.by_group[order],
            exact=self.exact[order],
        )

    def beside(self, name: str, stock: Mapping[int, float], starts: Mapping[int, float]) -> Panel:
        """The panel with one council more, or with that council's own figures in place of the published ones.

        `stock` and `starts` by year ending 31 March, as many or as few as there are. Placements of a council that the
        panel holds stay as published; a new one has none, and its groups follow those of the others. Raises
        ValueError for a year that the panel does not hold.
        """
        beyond = sorted({*stock, *starts} - set(self.years.tolist()))
        if beyond:
            raise ValueError(
                f"{name} has figures for {', '.join(map(str, beyond))}, and the panel holds {self.years[0]} to "
                f"{self.years[-1]}: a council can be learnt about only beside others of the same years"
            )
        others = self.where(np.array([area != name for area in self.areas], dtype=np.bool_))
        held = [at for at, area in enumerate(self.areas) if area == name]
        groups = (1, len(self.years), len(OPEN_GROUPS))
        by_group, exact = np.full(groups, np.nan), np.zeros(groups, dtype=np.bool_)
        if held:
            by_group, exact = self.by_group[held], self.exact[held]
        own = [np.array([[given.get(int(year), np.nan) for year in self.years]]) for given in (stock, starts)]
        both = replace(
            others,
            areas=(*others.areas, name),
            stock=np.concatenate([others.stock, own[0]]),
            starts=np.concatenate([others.starts, own[1]]),
            ceases=np.concatenate([others.ceases, np.full_like(own[0], np.nan)]),
            by_group=np.concatenate([others.by_group, by_group]),
            exact=np.concatenate([others.exact, exact]),
        )
        return both.where(np.ones(len(both.areas), dtype=np.bool_))

    def leavers(self) -> Numbers:
        """[areas, years - 1] children who left, so that the stock of every year adds up.

        Published leavers count a child once who left twice, and are revised apart from the stock: they fall 3 or 4
        children a council and year away from what the stock says.
        """
        return self.stock[:, :-1] + self.starts[:, 1:] - self.stock[:, 1:]

    def last_groups(self) -> Numbers:
        """[areas, groups] the last published count of each group; not a number if there never was one."""
        last = np.full((len(self.areas), len(OPEN_GROUPS)), np.nan)
        for year in range(len(self.years)):
            seen = self.by_group[:, year]
            last = np.where(np.isfinite(seen), seen, last)
        return last
