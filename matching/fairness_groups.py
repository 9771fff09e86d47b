"""Protected characteristics: in which group of each a child is counted, from what is recorded.

Nobody is dropped: a child of whom a characteristic is not recorded is counted in the group `UNKNOWN` of it. Disability
and unaccompanied children are told by need codes, which are not the same thing: see `PROXY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from matching.pairs import Ints, Mask
from records.ages import age_on
from records.model import Child, Records

UNKNOWN: Final = "not recorded"

ETHNIC_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "White": ("WBRI", "WIRI", "WIRT", "WROM", "WOTH"),
    "Mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Asian": ("AIND", "APKN", "ABAN", "AOTH", "CHNE"),
    "Black": ("BCRB", "BAFR", "BOTH"),
    "Other": ("OOTH",),
}
"""The broad groups under which the SSDA903 ethnic codes are published; Chinese is among Asian, as since the census of
2011. Refused (REFU) and not yet obtained (NOBT) are not recorded."""
DISABILITY: Final = frozenset(
    {"physical_disability", "learning_disability", "autism", "complex_health", "sign_language"}
)
"""Need codes that stand in for disability."""
UNACCOMPANIED: Final = "uasc"
FAITHS: Final[Mapping[str, tuple[str, ...]]] = {
    "Christian": ("christian", "catholic", "church of england", "anglican", "methodist", "baptist", "pentecostal",
                  "orthodox", "protestant", "jehovah"),
    "Muslim": ("muslim", "islam"),
    "Jewish": ("jewish", "judaism"),
    "Hindu": ("hindu",),
    "Sikh": ("sikh",),
    "Buddhist": ("buddhis",),
    "No religion": ("none", "no religion", "no faith", "not religious", "atheist", "agnostic"),
}  # fmt: skip
"""Words, any of which says the group; the last group's stand for the whole of what is written."""
NO_RELIGION: Final = "No religion"
OTHER_RELIGION: Final = "Another religion"
_NOT_SAID: Final = frozenset({"", "unknown", "not known", "not recorded", "refused", "prefer not to say"})

AGE_BANDS: Final = (("under 1", 0), ("1 to 4", 1), ("5 to 9", 5), ("10 to 15", 10), ("16 and over", 16))
"""Each band with its first year."""
SIBLING_SIZES: Final = ("one child", "two", "three or more")
NEEDED: Final = ("need listed", "no such need listed")

TITLES: Final[Mapping[str, str]] = {
    "ethnicity": "Ethnicity",
    "sex": "Sex",
    "disability": "Disability",
    "age": "Age",
    "siblings": "Brothers and sisters in the round",
    "unaccompanied": "Unaccompanied",
    "religion": "Religion",
}
"""Every characteristic, in the order in which it is told."""
PROXY: Final[Mapping[str, str]] = {
    "disability": "Told by need codes (physical or learning disability, autism, complex health, sign language): a "
    "stand-in, for a disability that asks nothing of the home has no code, and a code is no diagnosis.",
    "unaccompanied": "Told by the need code for unaccompanied children seeking asylum.",
}
"""What must be said of a characteristic that is not recorded as such."""
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ethnicity": tuple(ETHNIC_GROUPS),
    "sex": ("boys", "girls"),
    "disability": NEEDED,
    "age": tuple(name for name, _ in AGE_BANDS),
    "siblings": SIBLING_SIZES,
    "unaccompanied": NEEDED,
    "religion": (*(one for one in FAITHS if one != NO_RELIGION), OTHER_RELIGION, NO_RELIGION),
}
_ETHNIC_GROUP: Final = {code: group for group, codes in ETHNIC_GROUPS.items() for code in codes}


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """One characteristic: its groups in order, `UNKNOWN` last, and the group of each child, shape (children,)."""

    characteristic: str
    names: tuple[str, ...]
    of: Ints

    @property
    def title(self) -> str:
        """What the characteristic is called."""
        return TITLES[self.characteristic]

    def members(self, name: str) -> Mask:
        """Who is in a group, shape (children,)."""
        mask: Mask = self.of == self.names.index(name)
        return mask

    @property
    def present(self) -> tuple[str, ...]:
        """The groups in which there is anybody."""
        counted = np.bincount(self.of, minlength=len(self.names))
        return tuple(name for name, n in zip(self.names, counted.tolist(), strict=True) if n)

    @property
    def known(self) -> Mask:
        """Of whom the characteristic is recorded, shape (children,)."""
        mask: Mask = self.of != len(self.names) - 1
        return mask


def groups_of(records: Records) -> dict[str, Grouped]:
    """Every characteristic, with the group of each child of the records, in their order."""
    sizes: dict[str, int] = {}
    for child in records.children:
        if child.family_id is not None:
            sizes[child.family_id] = sizes.get(child.family_id, 0) + 1
    said: dict[str, list[str]] = {
        "ethnicity": [ethnic_group(c) for c in records.children],
        "sex": [{"M": "boys", "F": "girls"}.get(c.sex or "", UNKNOWN) for c in records.children],
        "disability": [_needs(c, DISABILITY) for c in records.children],
        "age": [age_band(c, records.day) for c in records.children],
        "siblings": [
            SIBLING_SIZES[min(sizes.get(c.family_id or "", 1), len(SIBLING_SIZES)) - 1] for c in records.children
        ],
        "unaccompanied": [_needs(c, frozenset({UNACCOMPANIED})) for c in records.children],
        "religion": [religion_group(c.religion) for c in records.children],
    }
    return {name: _grouped(name, said[name]) for name in TITLES}


def ethnic_group(child: Child) -> str:
    """The broad ethnic group of a child."""
    return _ETHNIC_GROUP.get(child.ethnicity or "", UNKNOWN)


def age_band(child: Child, day: date) -> str:
    """The age band of a child on a day."""
    years = age_on(child.date_of_birth, day)
    return [name for name, first in AGE_BANDS if first <= max(years, 0)][-1]


def religion_group(religion: str | None) -> str:
    """The group of a religion as it was written."""
    said = (religion or "").strip().casefold()
    if said in _NOT_SAID:
        return UNKNOWN
    if said in FAITHS[NO_RELIGION]:
        return NO_RELIGION
    return next(
        (name for name, words in FAITHS.items() if name != NO_RELIGION and any(word in said for word in words)),
        OTHER_RELIGION,
    )


def _needs(child: Child, codes: frozenset[str]) -> str:
    """Whether a need of these is listed; where no need at all is, nothing is known."""
    listed = {*child.needs_must, *child.needs_helpful}
    if not listed:
        return UNKNOWN
    return NEEDED[0] if listed & codes else NEEDED[1]


def _grouped(characteristic: str, said: Sequence[str]) -> Grouped:
    names = (*_GROUPS[characteristic], UNKNOWN)
    number = {name: at for at, name in enumerate(names)}
    return Grouped(characteristic, names, np.array([number[one] for one in said], dtype=np.int64))
