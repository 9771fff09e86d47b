"""What homes are needed for: by age, brothers and sisters to live with, and needs.

From a council's own referrals where it has them; else from the shares of the scenario, which are marked as assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.sources.return_903 import Return
from sufficiency.groups import AGE_BANDS, FOSTER, RESIDENTIAL, SUPPORTED
from sufficiency.history import History
from sufficiency.referrals import NEEDS, Referrals
from sufficiency.scenario import Quantity, Scenario
from sufficiency.stays import age_band, birthday
from sufficiency.streams import generator

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

SIBLINGS: Final = ("alone", "two", "three", "four_or_more")
"""How many of one family look for a home together, the child included."""
SIBLING_NAMES: Final[Mapping[str, str]] = {
    "alone": "alone",
    "two": "two together",
    "three": "three together",
    "four_or_more": "four or more together",
}
NEED_NAMES: Final[Mapping[str, str]] = {
    "going_missing": "at risk of going missing",
    "drug_and_alcohol": "at risk from drugs or alcohol",
    "sexual_exploitation": "at risk of sexual exploitation",
    "self_harm": "at risk of self-harm",
    "criminal_exploitation": "at risk of criminal exploitation",
    "eating_disorder": "at risk of an eating disorder",
    "harm_to_others": "a risk of physical harm to others or property",
    "sexual_harm_to_others": "a risk of sexual harm to others",
    "fire_setting": "a risk of fire-setting",
    "harm_to_animals": "a risk of harm to animals",
    "criminal_exploitation_of_others": "a risk of criminal exploitation of others",
    "communication": "communication, language or learning needs",
    "adapted_home": "needs an adapted home",
    "cultural": "cultural needs",
    "solo": "to be cared for alone",
    "extra_support": "needs extra support",
    "deprivation_of_liberty": "under a deprivation of liberty order",
}
ANY: Final = "any"
"""In the column of needs: all children of the age and family, whatever they need."""
LEAST_REFERRALS: Final = 20
"""With fewer that can be used, the shares of the scenario stand."""
ENDS: Final = (0.05, 0.95)
_DRAWS: Final = 2000
_PURPOSE: Final = 904
_PULL: Final = 2.0
"""How many children's worth the council's whole is to the share of a need in one cell."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Shares of the children who need a home.

    `table` has one row for each age band, family size and need (`any` first): age_band, siblings, need, share, low,
    high (90 in 100 that it lies between) and status: `referrals` (the council's own), `council` (the council's
    figures in its scenario), `assumed` (national shares), or `not known`, where share, low and high are blank. A
    child may have several needs. Small numbers are not hidden here: nothing of it is published as it stands.
    """

    table: pd.DataFrame
    words: tuple[str, ...]


def segments(
    history: History,
    scenario: Scenario,
    *,
    seed: int,
    referrals: Referrals | None = None,
    born: Mapping[str, int] | None = None,
) -> Segments:
    """The segments of need, from referrals (with the day each child was born: `births`), else from the scenario.

    Without referrals, ages are those of the children for whom a foster home, children's home or supported place was
    found in the last three years, and family and needs are taken not to depend on age.
    """
    rng = generator(seed, _PURPOSE, 0)
    words: list[str] = []
    if referrals is not None:
        at, age, size = _usable(referrals, born or {})
        words.append(
            f"{len(at)} of {len(referrals)} referrals are used; the others name no child of the returns under 18, or "
            "not how many brothers and sisters the child is to live with."
        )
        if len(at) >= LEAST_REFERRALS:
            cells, shares = _counted(age, size, referrals.needs[at], rng)
            known = np.any(referrals.needs[at] >= 0, axis=0).tolist()
            status = ["referrals", *("referrals" if one else "not known" for one in known)]
            return Segments(_table(cells, shares, status), (*words, _small(len(at))))
        words.append(f"Fewer than {LEAST_REFERRALS} are too few: the shares of the scenario stand instead.")
    ages = homes_found_by_age(history)
    cells, shares, status = _assumed(ages, scenario, rng)
    words.append(
        "Ages are those of the children for whom homes were found in the last three years of the returns. Family sizes "
        "and needs are assumed: shares of the scenario, the same at every age."
    )
    return Segments(_table(cells, shares, status), tuple(words))


def births(ret: Return, la: str | None = None) -> dict[str, int]:
    """Each child's id in the return, of one council of a regional one, to the day they were born."""
    children = ret.children
    mine = ~np.isnat(children.dob) & ((children.la == la) if la is not None else True)
    days = children.dob[mine].astype("datetime64[D]").astype(np.int64)
    return dict(zip(children.id[mine].tolist(), days.tolist(), strict=True))


def homes_found_by_age(history: History, years: int = 3) -> npt.NDArray[np.int64]:
    """Children by age for whom a foster home, children's home or supported place began in the last years: [ages]."""
    spells, periods = history.placements, history.periods
    since = max(history.first, history.until - int(365.25 * years))
    found = (spells.begin >= since) & ~spells.begun_before & np.isin(spells.group, (*FOSTER, RESIDENTIAL, SUPPORTED))
    band = age_band(periods.dob[spells.period[found]], spells.begin[found])
    return np.bincount(band, minlength=len(AGE_BANDS)).astype(np.int64)


def _usable(referrals: Referrals, born: Mapping[str, int]) -> tuple[Array, Array, Array]:
    """Positions of the referrals whose age and family are known, with both."""
    known = np.array([child in born for child in referrals.child.tolist()], dtype=np.bool_)
    dob = np.array([born.get(child, 0) for child in referrals.child.tolist()], dtype=np.int64)
    of_age = (referrals.day >= dob) & (referrals.day < birthday(dob, 18))
    at = np.flatnonzero(known & of_age & (referrals.siblings >= 0))
    size = np.minimum(referrals.siblings[at], len(SIBLINGS) - 1)
    return at, age_band(dob[at], referrals.day[at]), size


def _counted(age: Array, size: Array, needs: Array, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draws of the share of each cell [draws, ages, sizes], and of each need within it [draws, ages, sizes, needs].

    Cells: a Dirichlet with Perks' prior, one child spread over all of them. Needs: a Beta in each cell, pulled
    towards the council's whole, from the referrals that say whether the need is there.
    """
    shape = (len(AGE_BANDS), len(SIBLINGS))
    cell = age * shape[1] + size
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.float64)
    cells = rng.dirichlet(counts + 1 / len(counts), size=_DRAWS)
    shares = np.zeros((_DRAWS, len(counts), needs.shape[1]))
    for need in range(needs.shape[1]):
        said = needs[:, need] >= 0
        have = np.bincount(cell[said], weights=needs[said, need] == 1, minlength=len(counts))
        asked = np.bincount(cell[said], minlength=len(counts))
        whole = (have.sum() + 0.5) / (asked.sum() + 1)
        shares[:, :, need] = rng.beta(
            have + _PULL * whole, asked - have + _PULL * (1 - whole), size=(_DRAWS, len(counts))
        )
    return cells.reshape(_DRAWS, *shape), shares.reshape(_DRAWS, *shape, -1)


def _assumed(ages: Array, scenario: Scenario, rng: np.random.Generator) -> tuple[Floats, Floats, list[str]]:
    """As `_counted`, from the ages of the returns and the shares of the scenario; with the status of each need."""
    by_age = rng.dirichlet(ages + 0.5, size=_DRAWS)
    sizes = [scenario.number(f"need.segments.siblings.{size}") for size in SIBLINGS]
    by_size = np.column_stack([size.drawn(rng.random(_DRAWS)) for size in sizes])
    by_size /= by_size.sum(axis=1, keepdims=True)
    cells = by_age[:, :, None] * by_size[:, None, :]
    shares = np.zeros((_DRAWS, 1, 1, len(NEEDS)))
    own_sizes = all(size.status == "council" for size in sizes)
    status = ["council" if own_sizes else "assumed"]
    for at, need in enumerate(NEEDS):
        given = scenario.get(f"need.segments.needs.{need}")
        luck = rng.random(_DRAWS)
        if isinstance(given, Quantity):
            shares[:, 0, 0, at] = given.drawn(luck)
            status.append("council" if own_sizes and given.status == "council" else "assumed")
        else:
            status.append("not known")
    return cells, np.broadcast_to(shares, (*cells.shape, len(NEEDS))), status


def _table(cells: Floats, shares: Floats, status: list[str]) -> pd.DataFrame:
    """[draws, ages, sizes] and [draws, ages, sizes, needs] as rows with mean and interval."""
    every = np.concatenate((cells[..., None], cells[..., None] * shares), axis=3)
    middle = every.mean(axis=0)
    low, high = np.quantile(every, ENDS, axis=0)
    known = np.array(status) != "not known"
    needs = (ANY, *NEEDS)
    age, size, need = (part.ravel() for part in np.indices(middle.shape))
    return pd.DataFrame(
        {
            "age_band": np.array(AGE_BANDS)[age],
            "siblings": np.array(SIBLINGS)[size],
            "need": np.array(needs)[need],
            "share": np.where(known, middle, np.nan).ravel(),
            "low": np.where(known, low, np.nan).ravel(),
            "high": np.where(known, high, np.nan).ravel(),
            "status": np.array(status)[need],
        }
    )


def _small(count: int) -> str:
    return (
        f"{count} referrals are the council's own. They say what was asked for, not what children needed that nobody "
        "asked for; where few children share an age and a family, the shares lean on all of them."
    )
