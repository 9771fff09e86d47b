"""How far a batch is: a bar for the whole and one for each council and scenario, or plain lines."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import typer

if TYPE_CHECKING:
    from sufficiency.batch import Standing

MOST_BARS: Final = 12
"""Councils and scenarios under way that are shown at once."""
SECONDS_BETWEEN_LINES: Final = 30.0


class BatchProgress:
    """Takes what `run_batch` tells. Bars on a terminal; otherwise a line when a part is done, and now and then one."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._shown: dict[tuple[str, str], Any] = {}
        self._said: set[tuple[str, str]] = set()
        self._last = time.monotonic()
        self._first = True
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            self._bars = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._whole = self._bars.add_task("Planning", total=None)

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def stage(self, words: str) -> None:
        """What goes on before and after the tasks."""
        if self._bars is not None:
            self._bars.update(self._whole, description=words)

    def __call__(self, standing: Standing) -> None:
        """How far it is now."""
        if self._bars is None:
            self._lines(standing)
        else:
            self._draw(standing)

    def _draw(self, standing: Standing) -> None:
        says = f"All: {standing.says}" if standing.says else "All"
        self._bars.update(self._whole, description=says, total=standing.whole, completed=standing.done)
        open_parts = {
            part: one for part, one in standing.parts.items() if one.done + one.failed < one.whole and part != ("", "")
        }
        # those that are furthest first, so that what is under way is what is seen
        seen = sorted(open_parts, key=lambda p: (-open_parts[p].done / open_parts[p].whole, p))[:MOST_BARS]
        for part in [part for part in self._shown if part not in seen]:
            self._bars.remove_task(self._shown.pop(part))
        for part in seen:
            one = open_parts[part]
            if part not in self._shown:
                self._shown[part] = self._bars.add_task(_name(part), total=one.whole)
            self._bars.update(self._shown[part], completed=one.done)

    def _lines(self, standing: Standing) -> None:
        over = {part for part, one in standing.parts.items() if one.done + one.failed == one.whole}
        if self._first:
            self._first = False
            self._said |= over
            _say(f"{standing.whole:,} tasks, {standing.kept:,} of them known already.")
            return
        for part in sorted(over - self._said):
            one = standing.parts[part]
            ended = f"ended, {one.failed:,} of {one.whole:,} tasks not done" if one.failed else "done"
            _say(f"{_name(part)}: {ended}. {standing.done:,} of {standing.whole:,} tasks.")
            self._last = time.monotonic()
        self._said |= over
        if time.monotonic() - self._last > SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            says = f" {standing.says}." if standing.says else ""
            _say(f"{standing.done:,} of {standing.whole:,} tasks.{says}")


def _name(part: tuple[str, str]) -> str:
    council, scenario = part
    if not council:
        return "All councils"
    return f"{council}, {scenario}" if scenario else f"{council}, scenarios together"


def _say(line: str) -> None:
    typer.echo(line, err=True)
