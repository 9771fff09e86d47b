"""Yearly figures of many councils, as published: what the forecast from totals learns from."""

from __future__ import annotations

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
