"""A scenario as somebody builds it: what it set out from, each change that was made, and the way back from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sufficiency.scenario import Figure, Scenario, with_figures
from sufficiency.scenario_keys import KEYS

MOST_STEPS: Final = 500
"""Steps that can be taken back one by one; older ones are held together as the first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done."""

    what: str
    figures: Mapping[str, Figure | None]
    """What it made of the figures that it changed; None: not stated any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is otherwise than in the scenario that this one set out from."""

    key: str
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of it."""

    scenario_id: str
    version: int
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario that is being built. Nothing is changed in place: each change gives another draft."""

    start: Scenario
    """What it set out from, and what changes are told against."""
    started_from: str
    """In words."""
    based_on: str | None
    """The same, as the store keeps it."""
    name: str
    about: str
    steps: tuple[Step, ...] = ()
    done: int = 0
    """How many of the steps hold; those after it were taken back, and can be done again."""
    kept: Kept | None = None
    is_of_forecast: bool = False
    """Whether it set out by itself from what the open forecast is of, and nobody chose that."""

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure as it stands now."""
        now: dict[str, Figure | None] = dict(self.start.figures)
        for step in self.steps[: self.done]:
            now |= step.figures
        return {key: figure for key in KEYS if (figure := now.get(key)) is not None}

    def changes(self) -> tuple[Change, ...]:
        """What is otherwise than where it set out from, in the order of the schema."""
        now, then = self.figures, self.start.figures
        return tuple(Change(key, then.get(key), now.get(key)) for key in KEYS if now.get(key) != then.get(key))

    def scenario(self) -> Scenario:
        """The scenario as it stands. Raises `ScenarioError` where its figures cannot stand together."""
        now = self.figures
        return with_figures(self.start, {key: now.get(key) for key in KEYS}, name=self.name, about=self.about)

    @property
    def is_kept(self) -> bool:
        """Whether the store has it as it stands."""
        return self.kept is not None and self.kept.name == self.name and self.kept.sha256 == self.sha256

    @property
    def sha256(self) -> str:
        """Of all figures, as `Scenario.sha256`."""
        return replace(self.start, figures=self.figures).sha256

    def changed(self, what: str, figures: Mapping[str, Figure | None]) -> Draft:
        """With other figures: one step, and what was taken back before is let go of. The same where nothing differs."""
        now = self.figures
        if all(now.get(key) == figure for key, figure in figures.items()):
            return self
        steps = (*self.steps[: self.done], Step(what, dict(figures)))
        if len(steps) > MOST_STEPS:
            steps = (Step(steps[0].what, {**steps[0].figures, **steps[1].figures}), *steps[2:])
        return replace(self, steps=steps, done=len(steps))

    def as_at_start(self, key: str) -> Draft:
        """With one figure as it was where the draft set out from."""
        return self.changed("undo", {key: self.start.figures.get(key)})

    def all_as_at_start(self) -> Draft:
        """With every figure as it was there; this too can be taken back."""
        return self.changed("undo all", {one.key: one.before for one in self.changes()})

    def undone(self) -> Draft:
        """Without the last step that holds."""
        return replace(self, done=max(0, self.done - 1))

    def redone(self) -> Draft:
        """With the next step that was taken back."""
        return replace(self, done=min(len(self.steps), self.done + 1))


def begun(
    start: Scenario, started_from: str, based_on: str | None, *, name: str | None = None, of_forecast: bool = False
) -> Draft:
    """A new draft that sets out from a scenario, and has no change yet."""
    called = start.name if name is None else name
    return Draft(start, started_from, based_on, called, start.about, is_of_forecast=of_forecast)
