"""How every call is made: asked whether it may be, done whole or not at all, and entered in the trail."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.exc import DBAPIError

from records.store.access import MAY, Actor, Role
from records.store.engine import alone, may_try_again, reading
from records.store.errors import Busy, Conflict, OutOfOrder, Refused, SessionOver
from records.store.schema import trail
from records.store.work import Work

P = ParamSpec("P")
R = TypeVar("R")

TRIES: Final = 12
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a session ends by itself. `one_user`: no sign-in is set up, and the one user of this computer may act."""

    idle: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=8)
    one_user: bool = True


class Desk:
    """A store as its calls see it: the database, the clock and the rules of sessions."""

    def __init__(self, engine: Engine, clock: Clock = utc_now, sessions: SessionRules | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self.session_rules = sessions or SessionRules()
        self._begun: dict[str, Row[Any]] = {}
        # SQLite lets whoever asks at the right moment go first; threads of one process wait in turn instead.
        self._turn: AbstractContextManager[object] = Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A view of the store as it stands now, which waits for nobody and lets nobody wait."""
        with reading(self._engine) as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _make(self, act: str, actor: Actor, body: Callable[[Work], R]) -> R:
        for attempt in range(TRIES):
            try:
                return self._once(act, actor, body)
            except DBAPIError as error:
                if not may_try_again(error):
                    raise
            time.sleep(min(0.02 * 2**attempt, 1.0) * random.uniform(0.5, 1.0))  # noqa: S311 - spreads out who tries again
        raise Busy(
            "The store is busy: others were writing all the while.", "Nothing was written.", "Try again in a minute."
        )

    def _once(self, act: str, actor: Actor, body: Callable[[Work], R]) -> R:
        work: Work | None = None
        try:
            with self._turn, self._engine.begin() as connection:
                alone(connection)
                work = Work(connection, act, actor, self._clock())
                work.role = self._may(work)
                result = body(work)
                work.enter("done")
                return result
        except (Refused, OutOfOrder, Conflict) as refusal:
            # Whatever was begun is undone; that it was refused is not.
            if work is not None:
                self._enter_refusal(work, refusal)
            raise

    def _enter_refusal(self, refused: Work, why: Exception) -> None:
        rule = f" {why.rule}" if isinstance(why, OutOfOrder) else ""
        with self._turn, self._engine.begin() as connection:
            alone(connection)
            work = Work(connection, refused.act, refused.actor, refused.at)
            work.role, work.subjects = refused.role, refused.subjects
            work.enter("refused", f"{type(why).__name__}{rule}")

    def _may(self, work: Work) -> Role:
        """The role in which the person may make this call. Deny unless the table says otherwise."""
        self._in_session(work)
        actor = work.actor
        roles = work.roles_of(actor)
        if actor.acting_as is not None:
            roles &= {actor.acting_as}
        may = roles & MAY[work.act]
        if not may:
            held = ", ".join(sorted(roles)) or "none"
            allowed = ", ".join(sorted(MAY[work.act]))
            raise Refused(
                f"{work.act}: {actor.user_id} may not do this (roles: {held}).",
                "Nothing was read or written, and the refusal is in the trail.",
                f"It takes one of: {allowed}. An administrator, or the council's sign-in, gives roles.",
            )
        return next(role for role in Role if role in may)

    def _in_session(self, work: Work) -> None:
        actor, rules = work.actor, self.session_rules
        if actor.local:
            if not rules.one_user:
                raise Refused(
                    "The single user of this computer has no access: a sign-in is set up.",
                    "Nothing was read or written.",
                    "Sign in with the council's account.",
                )
            return
        if work.act == "sign_in":
            return
        if actor.session is None:
            raise SessionOver("Nobody is signed in.", "Nothing was read or written.", "Sign in.")
        mine = (
            select(trail.c.act, trail.c.at, trail.c.user_id)
            .where(trail.c.session == work.session, trail.c.outcome == "done")
            .order_by(trail.c.seq)
        )
        first: Any = self._begun.get(work.session or "")
        if first is None:
            first = work.connection.execute(mine.limit(1)).first()
            if first is not None and work.session is not None:
                self._begun[work.session] = first  # an entry of the trail never changes
        last = work.connection.execute(mine.order_by(None).order_by(trail.c.seq.desc()).limit(1)).first()
        if first is None or last is None or first.user_id != actor.user_id:
            raise SessionOver("There is no such session.", "Nothing was read or written.", "Sign in.")
        idle = work.at - datetime.fromisoformat(last.at) > rules.idle
        too_long = work.at - datetime.fromisoformat(first.at) > rules.longest
        if last.act == "sign_out" or idle or too_long:
            why = "was ended" if last.act == "sign_out" else "was idle for too long" if idle else "has lasted too long"
            raise SessionOver(f"The session {why}.", "Nothing was read or written.", "Sign in again.")


D = TypeVar("D", bound=Desk)


def call(body: Callable[Concatenate[D, Work, P], R]) -> Callable[Concatenate[D, Actor, P], R]:
    """Make a public call of a method: whoever calls gives an `Actor`; the method is handed its `Work` instead.

    Raises TypeError, at import, for a method that the table `access.MAY` does not name.
    """
    name = body.__name__
    if name not in MAY:
        raise TypeError(f"{name} is not in access.MAY: nobody may call it")

    @functools.wraps(body)
    def made(self: D, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._make(name, actor, lambda work: body(self, work, *args, **kwargs))

    made.__dict__["is_store_call"] = True
    return made


def call_aside(body: Callable[Concatenate[D, P], R]) -> Callable[Concatenate[D, Actor, P], R]:
    """As `call`, for work that only reads and may take long: entered in the trail first, then done beside others."""
    name = body.__name__
    if name not in MAY:
        raise TypeError(f"{name} is not in access.MAY: nobody may call it")

    @functools.wraps(body)
    def made(self: D, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        self._make(name, actor, lambda _work: None)
        return body(self, *args, **kwargs)

    made.__dict__["is_store_call"] = True
    return made


def call_unlogged(body: Callable[Concatenate[D, Work, P], R]) -> Callable[Concatenate[D, Actor, P], R]:
    """As `call`, for what a person is told of themself alone: nothing is entered in the trail, and nobody waits."""
    name = body.__name__
    if name not in MAY:
        raise TypeError(f"{name} is not in access.MAY: nobody may call it")

    @functools.wraps(body)
    def made(self: D, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._reading() as connection:
            work = Work(connection, name, actor, self._clock())
            work.role = self._may(work)
            return body(self, work, *args, **kwargs)

    made.__dict__["is_store_call"] = True
    return made


def is_call(value: Any) -> bool:
    """Whether a method was made with `call`."""
    return bool(getattr(value, "is_store_call", False))
