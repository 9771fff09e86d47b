"""A register narrowed to some of its homes: rules and considerations ask these alone, and answer as they would of all.

Every answer about a home rests on the child and on that home, never on which other homes there are; so asking a few is
asking all and looking at a few. What rests on the child alone (is it settled, who is its family) stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.rules.register import Homes, Mask, Register, Residents
from records.model import Child, LinkKind

Ints = NDArray[np.int64]

FEW = 64
"""So few homes with a value are looked up one by one; of more, a mask of all homes is kept."""


class Among:
    """Narrows one register to any of its homes, over and over; what all narrowings share is worked out once."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.homes = register.homes
        self.first_resident = np.searchsorted(register.homes.residents.home, np.arange(len(register.homes) + 1))
        self.settled_homes = np.array(sorted(register.settled), dtype=np.int64)
        self._masks: dict[tuple[int, str], Mask] = {}

    def __call__(self, homes: Ints) -> Register:
        """The register as if it had these homes alone: sorted indices, each once. Not for changing afterwards."""
        return self.register if len(homes) == len(self.homes) else _SomeOfRegister(self, homes)

    def mask(self, listed: Mapping[str, list[int]], value: str) -> Mask:
        """The homes listed for a value, shape (homes,) of the whole register."""
        key = (id(listed), value)
        if key not in self._masks:
            mask = np.zeros(len(self.homes), dtype=np.bool_)
            mask[listed[value]] = True
            self._masks[key] = mask
        return self._masks[key]


def _found(wanted: Ints, among: Ints) -> tuple[Ints, Mask]:
    """Where each wanted index would stand among sorted ones, and whether it is there."""
    at = np.searchsorted(among, wanted)
    there = at < len(among)
    there[there] = among[at[there]] == wanted[there]
    return at, there


class _SomeHomes(Homes):
    """Some homes of a register; each column is taken when it is first read."""

    def __init__(self, among: Among, at: Ints) -> None:
        self._among = among
        self._at = at

    def __len__(self) -> int:
        return len(self._at)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        whole = getattr(self._among.homes, name)
        mine: Any
        if name == "homes":
            mine = tuple(whole[home] for home in self._at.tolist())
        elif name == "index":
            mine = {str(home_id): i for i, home_id in enumerate(self.ids)}
        elif name == "_kinds":
            mine = {kind: mask[self._at] for kind, mask in whole.items()}
        elif name == "residents":
            mine = self._residents_here(whole)
        elif name == "authorities" or isinstance(whole, dict | frozenset):
            # codes, families, and where values are listed, are of all homes
            mine = whole
        else:
            mine = whole[self._at]
        setattr(self, name, mine)
        return mine

    def _residents_here(self, whole: Residents) -> Residents:
        first, last = self._among.first_resident[self._at], self._among.first_resident[self._at + 1]
        count = last - first
        before = np.cumsum(count) - count
        rows = np.repeat(first - before, count) + np.arange(int(count.sum()))
        self._resident_rows = rows
        return Residents(
            home=np.repeat(np.arange(len(self._at)), count),
            ids=whole.ids[rows],
            status=whole.status[rows],
            born=whole.born[rows],
            family=whole.family[rows],
            exempt=whole.exempt[rows],
            fostered=whole.fostered[rows],
            child=whole.child[rows],
        )

    def rows_of(self, person_id: str) -> list[int]:
        """Rows of these homes' `residents` that are this person."""
        everywhere = self._among.homes.rows_of(person_id)
        if not everywhere or not len(self.residents.home):
            return []
        at, there = _found(np.array(everywhere, dtype=np.int64), self._resident_rows)
        found: list[int] = at[there].tolist()
        return found

    def _pick(self, listed: Mapping[str, list[int]], value: str) -> Mask:
        homes = listed.get(str(value), [])
        if len(homes) > FEW:
            picked: Mask = self._among.mask(listed, str(value))[self._at]
            return picked
        picked = np.zeros(len(self), dtype=np.bool_)
        if homes:
            at, there = _found(np.array(homes, dtype=np.int64), self._at)
            picked[at[there]] = True
        return picked


class _SomeOfRegister(Register):
    """A register with some of its homes; what ties children to homes is looked up among these.

    `lives_in` stays that of the whole register: who lives in any home at all.
    """

    def __init__(self, among: Among, at: Ints) -> None:
        self.__dict__.update(among.register.__dict__)
        self._among = among
        self._at = at
        self.homes = _SomeHomes(among, at)
        homes, there = _found(among.settled_homes, at)
        self.settled = {
            int(here): among.register.settled[int(whole)]
            for here, whole in zip(homes[there], among.settled_homes[there], strict=True)
        }

    def is_settled(self, child: Child) -> bool:
        """Whether the child stays with a current carer, whether or not that home is among these."""
        return self._among.register.is_settled(child)

    def linked(self, child_id: str, kind: LinkKind) -> Mask:
        """Those of these homes to which this child has a link of this kind."""
        found = np.zeros(len(self.homes), dtype=np.bool_)
        index = self._among.homes.index
        linked = [index[home_id] for home_id in self._links.get((child_id, kind), []) if home_id in index]
        if linked:
            at, there = _found(np.array(linked, dtype=np.int64), self._at)
            found[at[there]] = True
        return found
