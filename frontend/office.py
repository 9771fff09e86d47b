"""What one running app holds for everybody: the store, the rounds at work, who is signed in. Never a child's record."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from frontend.planning.planning import Planning
from frontend.rounds import Workshop
from matching.fairness_time import told_of_period
from matching.policy import Policy, read_policy
from records.boundaries import Boundary
from records.store import Actor, Store, local_actor, open_store, read_retention
from records.store.identity import Settings
from records.store.retention import Keep

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class _Badge:
    actor: Actor
    begun: datetime
    used: datetime


class Badges:
    """Who is signed in: a random value, which only the person's browser has, stands for an actor kept here."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._rules, self._clock = settings.sessions, clock
        self._badges: dict[str, _Badge] = {}
        self._lock = threading.Lock()

    def issue(self, actor: Actor) -> str:
        """A new value for somebody who has just signed in."""
        value, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._badges = {key: one for key, one in self._badges.items() if not self._over(one, now)}
            self._badges[_digest(value)] = _Badge(actor, now, now)
        return value

    def actor(self, value: str | None, *, acts: bool = False) -> Actor | None:
        """Whoever the value stands for; None once the session has ended. `acts`: this is use, and starts the idle
        time anew.
        """
        if not value:
            return None
        now = self._clock()
        with self._lock:
            found = self._badges.get(_digest(value))
            if found is None or self._over(found, now):
                return None
            if acts:
                found.used = now
            return found.actor

    def end(self, value: str | None) -> None:
        """The value stands for nobody any more."""
        with self._lock:
            self._badges.pop(_digest(value or ""), None)

    def _over(self, badge: _Badge, now: datetime) -> bool:
        return now - badge.used > self._rules.idle or now - badge.begun > self._rules.longest


@dataclass(slots=True)
class Office:
    """One running app. `address` is where people reach it; `boundaries` a council's own file of areas; `keeps` how
    long things are kept. Forecasts have a workshop of their own, so that no panel waits behind one.
    """

    store: Store
    settings: Settings = field(default_factory=Settings)
    policy: Policy = field(default_factory=read_policy)
    authority: str | None = None
    boundaries: tuple[Boundary, ...] = ()
    address: str = "http://127.0.0.1"
    demo: bool = False
    clock: Clock = utc_now
    keeps: Mapping[str, Keep] = field(default_factory=read_retention)
    workshop: Workshop = field(default_factory=Workshop)
    bench: Workshop = field(default_factory=Workshop)
    """Where labs are played, one at a time, beside the panel's rounds."""
    planning: Planning | None = None
    """None where no returns were named."""
    badges: Badges = field(init=False)

    def __post_init__(self) -> None:
        self.badges = Badges(self.settings, self.clock)
        self.store.tells_fairness = told_of_period

    @property
    def one_user(self) -> bool:
        """Whether there is no sign-in, and one user at this computer."""
        return self.settings.provider is None

    def local(self) -> Actor:
        """The one user of this computer."""
        return local_actor()

    def close(self) -> None:
        """Stop what is at work and let go of the store."""
        self.workshop.close()
        self.bench.close()
        if self.planning is not None:
            self.planning.close()
        self.store.close()


_THE_ONE: list[Office] = []


def open_office(office: Office) -> None:
    """Make this the office of the process, in place of any before it."""
    _THE_ONE[:] = [office]


def office() -> Office:
    """The office of this process. Raises RuntimeError where `placewell app` has not opened one."""
    if not _THE_ONE:
        raise RuntimeError("no app is running in this process: start one with `placewell app`")
    return _THE_ONE[0]


def store_at(place: str | None, settings: Settings) -> Store:
    """The store of an app, with the rules for sessions that its settings give."""
    return open_store(place, sessions=settings.sessions)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
