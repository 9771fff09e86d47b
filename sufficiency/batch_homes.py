"""Tasks of homes: which vacancies can be used, the council's own homes, who lives where, and what must be approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np

from sufficiency.batch_bytes import from_plain, packed, unpacked
from sufficiency.batch_need import from_name, need_in
from sufficiency.batch_read import REGISTER, given_of, register_of, segments_at, start_at, told
from sufficiency.cost import Costs
from sufficiency.future import Future
from sufficiency.given import Given, WrongSettings
from sufficiency.homes_play import Played, play_homes
from sufficiency.homes_run import usable_of
from sufficiency.homes_targets import frontier_of, savings_of, targets_of
from sufficiency.households import Households, starting_homes
from sufficiency.levers import Pulls
from sufficiency.saving import Saving
from sufficiency.scenario import Scenario
from sufficiency.supply import Supply, play_supply
from sufficiency.supply_settings import SupplySettings
from sufficiency.targets import Targets
from sufficiency.targets_frontier import Point
from sufficiency.usable import Usable, packaged_usable
from sufficiency.wanted import Wanted

T = TypeVar("T")

ALIKE: Final = frozenset({"origin", "month_ends", "parts", "at_start", "years", "whole", "lines"})
"""What is the same for every block."""


@dataclass(frozen=True, slots=True)
class HomesBlock:
    """Who lives where in some futures, and what it costs."""

    wanted: Wanted
    future: Future
    costs: Costs


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be approved, what it costs to promise more, and what one more household saves."""

    targets: Targets
    frontier: tuple[Point, ...]
    savings: tuple[Saving, ...]


def fit(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Which vacancies of the register can be used; task function."""
    read = given_of(told(given), cast(Scenario, from_plain(given["scenario"])), folders)
    with said_of_the_scenario():
        return packed(usable_of(read, start_at(read, read.asked.scenario), lambda _: None))


def supply(given: Mapping[str, Any], _results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """The council's own homes in some futures; task function. Without a register it is given the households."""
    about = told(given)
    there = cast(Households | None, from_plain(given["households"]))
    if there is None:
        (register,) = (path for name, path in folders.items() if name.endswith(f"/{REGISTER}"))
        there = starting_homes(register_of(register, given["origin"]))
    first, last = given["first"], given["last"]
    settings = cast(SupplySettings, from_plain(given["settings"]))
    return packed(play_supply(there, settings, months=about.months, draws=last - first, seed=about.seed, first=first))


def homes(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Who lives where in some futures, and what it costs; task function."""
    _, played = played_block(given, results, folders)
    return packed(HomesBlock(played.wanted, played.future, played.costs))


def played_block(
    given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]
) -> tuple[Given, Played]:
    """What was read, and some futures played out."""
    scenario, pulls = cast(Scenario, from_plain(given["scenario"])), cast(Pulls, from_plain(given["pulls"]))
    read = given_of(told(given), scenario, folders)
    forecast = need_in(results, [given["need"]], given["mended"])
    with said_of_the_scenario():
        return read, play_homes(
            read.history,
            forecast,
            segments_at(read, scenario),
            start_at(read, scenario),
            usable_in(results, given["usable"]),
            pulls,
            seed=read.asked.seed,
            supply=cast(Supply, unpacked(results[given["supply"]])),
            referrals=read.referrals,
            ids=read.ret.children.id,
            first=from_name(given["need"])[0],
        )


def plan(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """Targets, what it costs to promise more, and what one more household saves; task function."""
    scenario, pulls = cast(Scenario, from_plain(given["scenario"])), cast(Pulls, from_plain(given["pulls"]))
    read = given_of(told(given), scenario, folders)
    played, start = played_in(given, results), start_at(read, scenario)
    usable, seed = usable_in(results, given["usable"]), read.asked.seed
    with said_of_the_scenario():
        targets = targets_of(played, start, usable, pulls, seed=seed, workers=1, step=lambda _: None)
        points = frontier_of(targets, seed=seed)
        return packed(Planned(targets, points, savings_of(played, start, usable, pulls, seed=seed)))


@contextmanager
def said_of_the_scenario() -> Iterator[None]:
    """Figures that do not go together are the scenario's, and said as a forecast says it."""
    try:
        yield
    except WrongSettings:
        raise
    except ValueError as error:
        raise WrongSettings(f"--scenario: {error}") from error


# ---- what other tasks make of these --------------------------------------------------------------------------------


def played_in(given: Mapping[str, Any], results: Mapping[str, bytes], few: Sequence[Sequence[str]] = ()) -> Played:
    """All blocks laid end to end; `few` as in `need_in`."""
    blocks = [cast(HomesBlock, unpacked(results[name])) for name in given["homes"]]
    return Played(
        need_in(results, given["need"], given["mended"], few),
        laid_end_to_end([cast(Supply, unpacked(results[name])) for name in given["supply"]]),
        laid_end_to_end([block.wanted for block in blocks]),
        laid_end_to_end([block.future for block in blocks]),
        laid_end_to_end([block.costs for block in blocks]),
    )


def usable_in(results: Mapping[str, bytes], task: str | None) -> Usable:
    """What a task has learnt, or the national default."""
    return packaged_usable() if task is None else cast(Usable, unpacked(results[task]))


def laid_end_to_end(parts: Sequence[T]) -> T:
    """Futures of several blocks as those of one."""
    first = parts[0]
    if not is_dataclass(first) or isinstance(first, type):
        raise TypeError("only results of futures can be laid end to end")
    made: dict[str, Any] = {}
    for one in fields(first):
        values = [getattr(part, one.name) for part in parts]
        made[one.name] = values[0] if one.name in ALIKE or values[0] is None else np.concatenate(values)
    return cast(T, type(first)(**made))
