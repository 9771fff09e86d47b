"""What a forecast is asked, and what it is given to work on: returns, register, referrals, projection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from records.model import Finding, Records
from records.sources.return_903 import Return, read_903
from records.tables import Unusable
from sufficiency.entries import month_ends_after
from sufficiency.history import History, history_of
from sufficiency.homes_start import read_register
from sufficiency.levers import Pulls, pulls_of
from sufficiency.need_settings import NeedSettings, settings_of
from sufficiency.need_words import date_of
from sufficiency.outputs import rows_left_out
from sufficiency.population import read_population
from sufficiency.referrals import Referrals, read_referrals
from sufficiency.scenario import Scenario
from sufficiency.targets_from import Calendar, aim_of

Step = Callable[[str], None]


class WrongSettings(ValueError):
    """What was asked does not fit together; the words say what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one forecast besides the returns."""

    scenario: Scenario
    council: str | None = None
    """Of a merged regional return, as its LA column names it; None for all of it."""
    months: int | None = None
    """None: as the scenario says."""
    draws: int | None = None
    seed: int = 1
    workers: int = 1
    """Has no bearing on any result."""
    test: bool = True
    """Whether the forecast is tried on the past."""
    population: Path | None = None
    """Projection of the under-18s."""
    referrals: Path | None = None
    """The council's referrals for homes."""
    register: Path | None = None
    """The council's own homes and who lives there: a folder or workbook as for a round."""
    usable_days: int = 60
    """Simulated days on which the matcher is asked what homes of the register can be used; 0: the national default."""
    targets: bool = True
    """Whether it is worked out how many households to approve, and what one more saves."""
    made_up: bool = False
    """Whether the council is made up: every page and table says so."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """All that was read."""

    asked: Asked
    ret: Return
    history: History
    referrals: Referrals | None
    register: Records | None
    """The council's own homes on the day before the forecast begins."""

    @property
    def rows_left_out(self) -> int:
        """Rows of the return, the referrals and the register that are not used."""
        more = self.referrals.left_out if self.referrals else 0
        return rows_left_out(self.ret) + more + (self.register.rows_left_out if self.register else 0)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in files other than the return."""
        referrals = self.referrals.findings if self.referrals else ()
        return (*referrals, *(self.register.findings if self.register else ()))

    def months(self, scenario: Scenario) -> int:
        """How many months are forecast."""
        return self.asked.months or scenario.number("need.horizon_months").whole

    def draws(self, scenario: Scenario) -> int:
        """How many futures are drawn."""
        return self.asked.draws or scenario.number("need.replications").whole

    def pulls(self, scenario: Scenario, months: int) -> Pulls:
        """The levers of a scenario from the forecast's first month on. Raises `ScenarioError` for one in the past."""
        return pulls_of(scenario, self.history.until, months)

    def check_promise(self, scenario: Scenario, months: int) -> None:
        """Raise `WrongSettings` where targets are asked for and the forecast ends before their promise holds."""
        if not self.asked.targets:
            return
        try:
            aim_of(scenario, Calendar.of(month_ends_after(self.history.until, months)))
        except ValueError as error:
            # What is asked over a scenario's horizon is said by its option.
            raise WrongSettings(
                f"--targets: {error} Or leave targets out with --no-targets; --months sets how far ahead."
            ) from error

    def settings(self, scenario: Scenario, months: int, pulls: Pulls) -> NeedSettings:
        """What a scenario says about need, levers included. Raises `WrongSettings` for what does not go together."""
        population: tuple[float, ...] = ()
        if self.asked.population is not None:
            population = read_population(self.asked.population, date_of(self.history.until), -(-months // 12))
        try:
            return settings_of(scenario, population, pulls=pulls)
        except ValueError as error:
            raise WrongSettings(str(error)) from error


def read_given(folder: Path, asked: Asked, step: Step) -> Given:
    """Read the returns and whatever else there is. `step` is told what begins.

    Raises `Unusable` for returns from which nothing can be forecast, `WrongSettings` for what does not fit together.
    """
    step("Reading the returns")
    ret = read_903(folder)
    referrals = None if asked.referrals is None else _referrals(asked.referrals)
    if asked.council is not None and asked.council not in ret.years:
        known = ", ".join(sorted(la for la in ret.years if la)) or "none: this is one council's own return"
        raise WrongSettings(f"The return has no council {asked.council!r}. Councils in it: {known}.")
    step("Putting episodes together")
    history = _history(folder, ret, asked.council)
    register = None
    if asked.register is not None:
        step("Reading the register of homes")
        register = _register(asked.register, history.until)
    return Given(asked, ret, history, referrals, register)


def _register(path: Path, origin: int) -> Records:
    try:
        return read_register(path, origin)
    except Unusable as error:
        raise WrongSettings(f"--register: {error}") from error


def _referrals(path: Path) -> Referrals:
    try:
        return read_referrals(path)
    except Unusable as error:
        raise WrongSettings(f"--referrals: {error}") from error


def _history(folder: Path, ret: Return, council: str | None) -> History:
    try:
        history = history_of(ret, council)
    except ValueError as error:
        raise Unusable(folder.name, str(error), "Give the folder that holds the yearly returns.") from error
    if not len(history.periods.child):
        raise Unusable(
            folder.name,
            "No child in it was looked after, short breaks aside.",
            "Give the folder that holds the yearly returns.",
            "There is nothing to learn a forecast from.",
        )
    return history
