"""A council kept warm: its returns read once, and whatever scenarios have in common worked out once, for previews.

What is told equals what `placewell compare` tells of the same two scenarios with as many futures, digit for digit.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from reporting.disclosure import Rules
from reporting.fact import Facts
from sufficiency.batch_bytes import packed, unpacked
from sufficiency.batch_cache import Cache, contents_of, key_of, made_with
from sufficiency.batch_councils import BatchCouncil
from sufficiency.batch_task import Task
from sufficiency.compare import Comparison
from sufficiency.compare_run import Player
from sufficiency.compare_tables import comparison_rows
from sufficiency.compared import measures_in, set_out_from
from sufficiency.given import Asked, Given, Step, read_given
from sufficiency.homes_run import usable_of
from sufficiency.need_words import date_of
from sufficiency.once import Once
from sufficiency.preview import DRAWS, Preview
from sufficiency.scenario import Scenario, baseline
from sufficiency.usable import Usable, packaged_usable

USABLE_DAYS: Final = 60
"""Simulated days of a full forecast."""
MOST_PLAYERS: Final = 2
"""Lengths of forecast, and numbers of futures, that are kept warm at once."""
MOST_FORECASTS: Final = 4
MOST_PLAYS: Final = 40
"""What so many plays came to is kept: whoever takes a change back has the answer at once."""
MOST_DRAWINGS: Final = 200
"""Futures of need as they are before levers are pulled: of the first scenario, and of the last that changed figures."""
LEARNT_FROM: Final = "need.segments.siblings."
"""The figures of a scenario on which it hangs which vacancies can be used; the rest hangs on the register."""


class WarmCouncil:
    """One council, read once; plays any two scenarios against each other. Not for several threads at once."""

    def __init__(
        self,
        council: BatchCouncil,
        *,
        keep: Path | None = None,
        step: Step = lambda _: None,
    ) -> None:
        """Read what the council gave. Raises `Unusable` or `WrongSettings` as `read_given`.

        `keep`: a folder in which it is kept which vacancies of a register can be used: that is slow to learn. Nothing
        in it is of a child.
        """
        asked = Asked(
            baseline(),
            council.la,
            test=False,
            population=council.population,
            referrals=council.referrals,
            register=council.register,
            targets=False,
            made_up=council.made_up,
        )
        self.council, self.step = council, step
        self.given: Given = read_given(council.returns, asked, step)
        self._cache = None if keep is None else Cache(keep)
        self._register = "" if council.register is None else contents_of(council.register).sha256
        self._usable = Once(2)
        self._players: OrderedDict[tuple[int, ...], Player] = OrderedDict()

    def preview(
        self,
        first: Scenario,
        other: Scenario,
        draws: int = DRAWS,
        *,
        months: int | None = None,
        seed: int = 1,
        usable_days: int = USABLE_DAYS,
    ) -> Preview:
        """What `other` comes to beside `first`, over so many futures; of as many months as `first` says, unless told.

        Raises `ScenarioError` or `WrongSettings` for a scenario that does not go with these returns.
        """
        begun = time.perf_counter()
        scenarios = {first.name: first, other_name(first, other): other}
        months = months or self.given.months(first)
        pulls = {name: self.given.pulls(one, months) for name, one in scenarios.items()}
        player = self._player(months, draws, seed, usable_days)
        player.usable = self._which_usable(first, player)
        self.step("Playing the scenario")
        found, names, _ = player.compared(scenarios, pulls)
        until = date_of(self.given.history.until - 1).isoformat()
        few = Rules().few
        return Preview(
            council=self.council.name,
            known_until=until,
            draws=draws,
            months=len(names),
            first=found.names[0],
            other=found.names[1],
            seconds=time.perf_counter() - begun,
            tables={one.key: _plain(one) for one in set_out_from(measures_in(comparison_rows(found)), until)},
            errors=_errors(found),
            few=frozenset(group for group, children in player.living.items() if 0 < children < few),
            notes=tuple(note for one in pulls.values() for note in one.notes),
        )

    @property
    def players(self) -> tuple[Player, ...]:
        """What is kept warm, the latest asked for last."""
        return tuple(self._players.values())

    def _player(self, *key: int) -> Player:
        months, draws, seed, usable_days = key
        if key not in self._players:
            while len(self._players) >= MOST_PLAYERS:
                self._players.popitem(last=False)
            self._players[key] = Player(
                replace(self.given, asked=replace(self.given.asked, seed=seed, usable_days=usable_days)),
                months,
                draws,
                packaged_usable(),
                kept=MOST_FORECASTS,
                plays=MOST_PLAYS,
                drawings=MOST_DRAWINGS,
            )
        self._players.move_to_end(key)
        return self._players[key]

    def _which_usable(self, first: Scenario, player: Player) -> Usable:
        """Which vacancies can be used, as the first scenario has it: learnt once, kept in memory and in the folder."""
        asked = player.given.asked
        if asked.register is None or not asked.usable_days:
            return packaged_usable()
        said = {key: one.value for key, one in first.figures.items() if key.startswith(LEARNT_FROM)}
        about = {
            "seed": asked.seed,
            "days": asked.usable_days,
            "origin": int(player.given.history.until),
            "said": dict(sorted(said.items())),
        }
        return self._usable("usable", lambda: self._learnt(first, player, about), about)

    def _learnt(self, first: Scenario, player: Player, about: Mapping[str, Any]) -> Usable:
        task = Task("preview/usable", "sufficiency.homes_run:usable_of", about, reads=("preview/register",))
        key = key_of(task, (), (self._register,), made_with())
        held = None if self._cache is None else self._cache.read(key)
        if held is not None:
            return cast(Usable, unpacked(held))
        found = usable_of(player.given, player.start(first), self.step)
        if self._cache is not None:
            self._cache.write(key, packed(found))
        return found


def other_name(first: Scenario, other: Scenario) -> str:
    """What the other scenario is told by: two of one name could not be told apart."""
    return other.name if other.name != first.name else f"{other.name}, changed"


def _errors(found: Comparison) -> dict[str, float]:
    """By measure, the largest standard error of a mean difference."""
    less = found.difference(found.names[1])
    error = less.std(axis=0, ddof=1) / np.sqrt(len(less)) if len(less) > 1 else np.full(less.shape[1], np.nan)
    told: dict[str, float] = {}
    for point, one in zip(found.points, error.tolist(), strict=True):
        told[point.measure.name] = max(told.get(point.measure.name, 0.0), one)
    return told


def _plain(one: Facts) -> Facts:
    """The same of plain dictionaries, which go from one process to another."""
    return replace(
        one, like=dict(one.like), titles=dict(one.titles), labels={k: dict(v) for k, v in one.labels.items()}
    )
