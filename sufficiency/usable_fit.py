"""Learns which vacancies can be used: the product's rules and matcher on simulated days, then curves through them.

`python -m sufficiency.usable_fit > national.toml` prints the shares that come with Placewell, for the file
`sufficiency/usable_national.toml`. It takes some ten minutes on two cores; a number of days after it makes it less.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.policy import Policy, read_policy
from records.model import Records
from records.synthetic import DAY, TRAFFORD
from sufficiency.households import SEGMENTS
from sufficiency.scenario import Scenario, baseline
from sufficiency.usable import Usable, packaged_usable, usable_text
from sufficiency.usable_asking import Told
from sufficiency.usable_check import Check, check
from sufficiency.usable_children import NEEDS, wanted_of
from sufficiency.usable_curves import KNOTS, curves
from sufficiency.usable_days import Setting, days_of
from sufficiency.usable_places import spots_of
from sufficiency.usable_register import council_of, own_households

Array = npt.NDArray[Any]
Progress = Callable[[int, int], None]

HELD_OUT: Final = 1_000_020
"""Number of the first day that is held out; a multiple of the days that share a register."""
AREAS: Final = (TRAFFORD, "E10000008", "E09000025", "E06000047")
"""Where the made-up homes of the national default lie: Trafford, Devon, Newham, County Durham."""
NATIONAL_DAYS: Final = 180
NATIONAL_TIMES: Final = 3
"""A made-up register of the national default holds so many times the homes of the baseline."""
NATIONAL_SEED: Final = 2026
OWN: Final = "the council's own register"
NATIONAL: Final = "national default: made-up homes of the baseline's kinds in four areas"
MADE_UP: Final = "made-up homes of the scenario's kinds"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Shares, and how they fare on days that they were not learnt from."""

    usable: Usable
    check: Check


def fit_usable(
    source: Records | Scenario,
    scenario: Scenario,
    *,
    days: int = 60,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    policy: Policy | None = None,
    authority: str | None = None,
    segments: Mapping[str, str] | None = None,
    wanted: Mapping[str, float] | None = None,
) -> Usable:
    """Learn the shares for a council's own register, or for a scenario's made-up homes: see `fit_and_check`."""
    return fit_and_check(
        source,
        scenario,
        days=days,
        seed=seed,
        workers=workers,
        progress=progress,
        policy=policy,
        authority=authority,
        segments=segments,
        wanted=wanted,
    ).usable


def fit_and_check(
    source: Records | Scenario,
    scenario: Scenario,
    *,
    days: int = 60,
    held_out: int | None = None,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    policy: Policy | None = None,
    authority: str | None = None,
    segments: Mapping[str, str] | None = None,
    wanted: Mapping[str, float] | None = None,
) -> Fitted:
    """Learn the shares from `days` simulated days and hold them against others, half as many unless `held_out` says.

    `source` is a register, or a scenario for made-up homes of its kinds; `scenario` says how many brothers and sisters
    look for a home together, unless `wanted` gives the shares of children by what they need. `policy` is the council's
    own (else as it comes): its sign-offs are taken as in a round, and its miles. `authority` is the council's GSS code;
    without it the policy's, else where most of the register's own homes lie. `segments` says what homes are for, by id,
    where the council knows better. The same arguments give the same shares for any number of workers; `progress` is
    told days done, and all.

    A register's shares lean on the national default where it has few vacant places. Raises ValueError for fewer than
    two days, a register without a home of the council's own, and an area that is not known.
    """
    if days < 2:
        raise ValueError(f"Shares cannot be learnt from {days} day(s): give two at least, and better sixty.")
    policy = policy or read_policy()
    after = held_out if held_out is not None else max(days // 2, 2)
    setting = replace(setting_of(source, scenario, seed, policy, authority, segments, wanted), plans_from=HELD_OUT)

    def tell(done: int, _: int) -> None:
        if progress is not None:
            progress(done, days + after)

    numbers = (*range(days), *range(HELD_OUT, HELD_OUT + after))
    found = days_of(setting, numbers, workers=workers, progress=tell)
    learnt, held = found.some(np.arange(days)), found.some(np.arange(days, days + after))
    own = isinstance(source, Records)
    knots = np.array(KNOTS)
    parent = packaged_usable().at(np.repeat(knots[:, None], len(SEGMENTS), axis=1)) if own else None
    share = curves(learnt.occupancy, learnt.vacant, learnt.usable, parent)
    usable = Usable(knots, share, float("nan"), days, OWN if own else MADE_UP)
    checked = check(usable, held, days_each=1 if own else setting.days_each)
    return Fitted(replace(usable, error=checked.error), checked)


def setting_of(
    source: Records | Scenario,
    scenario: Scenario,
    seed: int,
    policy: Policy,
    authority: str | None = None,
    segments: Mapping[str, str] | None = None,
    wanted: Mapping[str, float] | None = None,
) -> Setting:
    """What the days of a council are drawn from. Raises ValueError as `fit_and_check` does."""
    shares = wanted_of(scenario) if wanted is None else dict(wanted)
    strange = sorted(set(shares) - set(NEEDS))
    if strange or not any(share > 0 for share in shares.values()):
        raise ValueError(f"Children wait for {', '.join(NEEDS)}; not for {', '.join(strange) or 'nothing at all'}.")
    if isinstance(source, Scenario):
        code = authority or policy.authority or TRAFFORD
        told = Told(DAY, code, policy)
        return Setting((told,), (spots_of(code),), seed, shares, scenario=source)
    households = own_households(source, segments)
    if not households:
        raise ValueError(
            "The register has no home of the council's own but relatives' and friends', so no vacancy of it can be "
            "looked at. Give homes.csv with the council's own carers, or take the national default."
        )
    found = authority or policy.authority or council_of(source)
    if found is None:
        raise ValueError(
            "It is not known whose register this is: no home approved by the council says in which authority it lies. "
            "Give the council's GSS code, or fill the column authority of homes.csv."
        )
    return Setting((Told(source.day, found, policy),), (spots_of(found),), seed, shares, households)


def national(
    *, days: int = NATIONAL_DAYS, seed: int = NATIONAL_SEED, workers: int = 1, progress: Progress | None = None
) -> Fitted:
    """The shares that come with Placewell, learnt on made-up homes of the baseline's kinds in several areas."""
    policy, after = read_policy(), days // 2
    told = tuple(Told(DAY, area, policy) for area in AREAS)
    scenario = baseline()
    setting = Setting(told, tuple(spots_of(area) for area in AREAS), seed, wanted_of(scenario))
    setting = replace(setting, scenario=scenario, times=NATIONAL_TIMES, plans_from=HELD_OUT)
    found = days_of(setting, (*range(days), *range(HELD_OUT, HELD_OUT + after)), workers=workers, progress=progress)
    learnt, held = found.some(np.arange(days)), found.some(np.arange(days, days + after))
    share = curves(learnt.occupancy, learnt.vacant, learnt.usable)
    usable = Usable(np.array(KNOTS), share, float("nan"), days, NATIONAL)
    checked = check(usable, held, days_each=setting.days_each)
    return Fitted(replace(usable, error=checked.error), checked)


def main() -> None:
    """Print the file of the national default; how far it has come goes to standard error."""

    def tell(done: int, of: int) -> None:
        sys.stderr.write(f"\r{done} of {of} days")
        sys.stderr.flush()

    days = int(sys.argv[1]) if len(sys.argv) > 1 else NATIONAL_DAYS
    fitted = national(days=days, workers=2, progress=tell)
    about = {f"check_{name}": value for name, value in asdict(fitted.check).items() if name != "error"}
    sys.stdout.write(usable_text(fitted.usable, about))


if __name__ == "__main__":
    main()
