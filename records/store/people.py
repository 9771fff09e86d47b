"""Who may use the store: signing in and out, what an administrator sets, and conflicts of interest."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from records.store.access import Actor, Role
from records.store.canonical import sha256
from records.store.desk import Desk, call, call_unlogged
from records.store.errors import Refused
from records.store.rows import home, person
from records.store.schema import tokens
from records.store.work import Work


@dataclass(frozen=True, slots=True)
class Token:
    """A sign-in token that was checked. `unique`: its own id, or its signature; taken once only."""

    unique: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The roles a person may act in, and those from whom they are barred (`person:...`, `home:...`)."""

    roles: frozenset[Role]
    bars: frozenset[str]


class People(Desk):
    """Sessions, standings and bars."""

    @call
    def sign_in(self, work: Work, token: Token | None = None) -> Actor:
        """Begin a session; gives the actor to hand to every later call.

        `token`: where the caller has checked a token of the provider; the same one is refused a second time.
        """
        if token is not None:
            digest = sha256(token.unique.encode())
            if work.one(tokens, token=digest) is not None or token.expires_at <= work.at:
                raise Refused("This sign-in was used before, or is out of date.", "Nobody is signed in.", "Sign in.")
            work.add(tokens, token=digest, expires_at=token.expires_at.isoformat())
        session = secrets.token_urlsafe(32)
        work.session = sha256(session.encode())
        return replace(work.actor, session=session)

    @call
    def sign_out(self, work: Work) -> None:
        """End the session at once."""

    @call_unlogged
    def standing(self, work: Work) -> Standing:
        """What the person may be here, and see, now: what an administrator has set counts from this call on."""
        return Standing(work.roles_of(work.actor), work.bars())

    @call
    def stay(self, work: Work) -> None:
        """Say that the person is still at work: a session that is used does not go idle."""

    @call
    def set_standing(
        self, work: Work, user_id: str, version: int, *, roles: Iterable[Role] | None, suspended: bool, reason: str
    ) -> int:
        """Narrow what somebody may do, from their next act on. `roles` None: all that the sign-in gives.

        `version` is that of the standing seen (0: none yet). Raises `Conflict` if it has changed meanwhile.
        """
        kept = None if roles is None else sorted(Role(role).value for role in roles)
        body = {"user_id": user_id, "roles": kept, "suspended": suspended, "reason": reason}
        return work.put("standing", f"standing/{user_id}", user_id, (), body, version)

    @call
    def list_standings(self, work: Work) -> list[tuple[str, int, dict[str, object]]]:
        """What has been set for whom: user, version, body."""
        return [(row.owner, row.version, body) for row, body in work.latest("standing")]

    @call
    def bar(self, work: Work, user_id: str, *, child_id: str | None = None, home_id: str | None = None) -> None:
        """Keep somebody from a child or a home: a conflict of interest. It holds from their next act on."""
        _set_bar(work, user_id, child_id, home_id, lifted=False)

    @call
    def lift_bar(self, work: Work, user_id: str, *, child_id: str | None = None, home_id: str | None = None) -> None:
        """End a bar."""
        _set_bar(work, user_id, child_id, home_id, lifted=True)

    @call
    def list_bars(self, work: Work) -> list[tuple[str, str]]:
        """Who is barred from whom: user and subject."""
        return [(row.owner, str(body["subject"])) for row, body in work.latest("bar") if not body["lifted"]]


def _set_bar(work: Work, user_id: str, child_id: str | None, home_id: str | None, *, lifted: bool) -> None:
    if (child_id is None) == (home_id is None):
        raise ValueError("give a child or a home, one of them")
    subject = person(child_id) if child_id is not None else home(str(home_id))
    thing_id = f"bar/{user_id}/{subject}"
    now = work.thing(thing_id)
    # An administrator does no casework: the entry names the subject, but is no view of anything about it.
    work.note(f"{user_id} and {subject}")
    body = {"user_id": user_id, "subject": subject, "lifted": lifted}
    work.put("bar", thing_id, user_id, (), body, now.version if now is not None else 0)
