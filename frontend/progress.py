"""A progress bar on standard error: one stage after another; silent when nobody is at a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self


class Progress:
    """Shows the stage a command is in and, while the plan is solved, the value and bound of each priority.

    Nothing is shown when standard error is not a terminal.
    """

    def __init__(self) -> None:
        self._shown = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            self._shown = Bars(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._shown.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._shown is not None:
            self._shown.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()

    def stage(self, name: str) -> None:
        """A new stage begins; how long it takes is not known."""
        if self._shown is not None:
            self._shown.update(self._task, description=name, total=None, completed=0)

    def watch(self, tier: str, value: float, bound: float, _seconds: float) -> None:
        """What a solver tells while it works: how far this priority is from its bound."""
        if self._shown is None:
            return
        sound = abs(bound) not in (0.0, float("inf"))
        share = min(abs(value), abs(bound)) / max(abs(value), abs(bound)) if sound and value else 0.0
        text = f"Best plan: {tier}" + (f", {value:,.0f} found, {bound:,.0f} at best" if sound else "")
        self._shown.update(self._task, description=text, total=1.0, completed=share)
