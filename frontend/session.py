"""Who is here, and what this browser tab holds: worked out anew on every run of the script.

Whatever is about a child lives in the tab's own session state, goes when its owner goes, and is never in a cache that
others share, in an address or in the browser's storage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import streamlit as st

from frontend.office import Office, office
from frontend.open_round import NoLongerHolds, OpenRound, open_round
from frontend.sign_in import COOKIE
from records.store import MAY, Actor, Role, Store
from records.store.rounds import Made
from records.store.work import ENGLAND

T = TypeVar("T")

STAY_EVERY: Final = timedelta(minutes=2)
RECENT: Final = timedelta(seconds=20)
_WHO: Final = "who"
_HERE: Final = "here"
_ROUND: Final = "open round"
_STAYED: Final = "stayed"
_LOOKED: Final = "looked"
_RECENT: Final = "recent"
_ACTING: Final = "acting as"
_FROM_OUTSIDE: Final = frozenset({_ACTING})

ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.FAMILY_FINDER: "Family finder",
    Role.PANEL_MEMBER: "Panel member",
    Role.PANEL_CHAIR: "Panel chair",
    Role.DECISION_MAKER: "Decision maker",
    Role.COMMISSIONER: "Commissioner",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}


@dataclass(frozen=True, slots=True)
class Here:
    """The person at this tab, and the store as they may use it."""

    office: Office
    actor: Actor

    @property
    def store(self) -> Store:
        """The store. Every call takes `actor`."""
        return self.office.store

    @property
    def roles(self) -> frozenset[Role]:
        """The roles in which the person acts now."""
        return self.actor.roles if self.actor.acting_as is None else self.actor.roles & {self.actor.acting_as}

    @property
    def now(self) -> datetime:
        """The time in England."""
        return self.office.clock().astimezone(ENGLAND)

    def may(self, act: str) -> bool:
        """Whether a role of theirs may make this call of the store. The store asks again."""
        return bool(self.roles & MAY[act])

    def look(self, page: str, child_ids: Iterable[str] = (), home_ids: Iterable[str] = ()) -> None:
        """Enter in the trail whom the person looks at: once, until they look at others on that page.

        Raises `Barred` where they have a conflict of interest.
        """
        seen = (page, tuple(sorted(child_ids)), tuple(sorted(home_ids)))
        looked: dict[str, Any] = st.session_state.setdefault(_LOOKED, {})
        if looked.get(page) != seen:
            self.store.look(self.actor, page, child_ids=seen[1], home_ids=seen[2])
            looked[page] = seen

    def recent(self, name: str, call: Callable[[], T]) -> T:
        """What a call of the store gave within the last `RECENT` in this tab, or gives now.

        Every widget runs a page again: without this, each click would enter the same views in the trail once more.
        """
        known: dict[str, tuple[datetime, Any]] = st.session_state.setdefault(_RECENT, {})
        now = self.office.clock()
        if name not in known or now - known[name][0] > RECENT or known[name][0] > now:
            known[name] = (now, call())
        found: T = known[name][1]
        return found

    def changed(self) -> None:
        """Something was written: ask the store anew."""
        st.session_state.pop(_RECENT, None)

    def runs(self) -> list[Made]:
        """The latest runs, the latest first."""
        return self.recent("runs", lambda: self.store.runs_made(self.actor, 50))

    def snapshots(self) -> list[Made]:
        """The latest snapshots of records, the latest first."""
        return self.recent("snapshots", lambda: self.store.snapshots_made(self.actor, 20))

    def open_round(self, run_id: str | None = None) -> OpenRound | None:
        """A run of the store, kept open in this tab: the one given, else the one open, else the latest; None if there
        is none.
        """
        mine: OpenRound | None = st.session_state.get(_ROUND)
        if mine is not None and run_id in (None, mine.run_id) and mine.for_whom == self._for_whom:
            return mine
        if run_id is None and mine is not None:
            run_id = mine.run_id
        if run_id is None:
            made = self.runs()
            if not made:
                return None
            run_id = made[0].run_id
        with st.spinner("Opening the round"):
            st.session_state[_ROUND] = found = open_round(self.store, self.actor, run_id, self._for_whom)
        return found

    def round_if_it_holds(self) -> OpenRound | None:
        """As `open_round`, and None too for a run that no longer holds: for pages that can do without it."""
        try:
            return self.open_round()
        except NoLongerHolds:
            return None

    def is_latest(self, round_: OpenRound) -> bool:
        """Whether no later run is known than the one that is open."""
        runs = self.runs()
        return not runs or runs[0].run_id == round_.run_id

    def close_round(self) -> None:
        """Let go of the open round; the next page opens the latest."""
        st.session_state.pop(_ROUND, None)

    @property
    def _for_whom(self) -> tuple[str, frozenset[Role]]:
        return self.actor.user_id, self.roles


def cookie() -> str | None:
    """The value of this browser's session."""
    found = st.context.cookies.get(COOKIE)
    return found if isinstance(found, str) else None


def enter() -> Here | None:
    """The person at this tab; None where nobody is signed in any more. To be called first on every run.

    Whatever another person left in the tab is cleared.
    """
    house = office()
    actor = house.local() if house.one_user else house.badges.actor(cookie(), acts=True)
    # what an administrator has set counts from the next run on, in tabs that are open too
    standing = house.store.standing(actor) if actor is not None else None
    who = None if actor is None or standing is None else (actor.user_id, standing.roles, standing.bars)
    if st.session_state.get(_WHO, who) != who:
        for key in list(st.session_state):
            if key not in _FROM_OUTSIDE:
                del st.session_state[key]
    st.session_state[_WHO] = who
    if actor is None or standing is None:
        return None
    roles = [role for role in Role if role in standing.roles]
    chosen = st.session_state.get(_ACTING)
    actor = replace(actor, roles=standing.roles, acting_as=Role(chosen) if chosen in roles else roles[0])
    st.session_state[_HERE] = here = Here(house, actor)
    now = house.clock()
    if now - st.session_state.get(_STAYED, now - STAY_EVERY) >= STAY_EVERY:
        house.store.stay(actor)
        st.session_state[_STAYED] = now
        house.workshop.keep_what_waits(house.store, actor)
        if house.planning is not None:
            for shop in (house.planning.queue, house.planning.press):
                shop.keep_what_waits(house.store, actor)
    return here


def here() -> Here:
    """The person at this tab, for a page: `enter` has let them in."""
    found: Here = st.session_state[_HERE]
    return found


def still_here() -> Here | None:
    """The person at this tab, for a part of a page that draws itself anew; None once their session has ended."""
    found: Here | None = st.session_state.get(_HERE)
    if found is not None and not found.office.one_user and found.office.badges.actor(cookie()) is None:
        return None
    return found


def leave(here: Here) -> None:
    """Sign out: the cookie stands for nobody from now on, and the tab holds nothing."""
    here.office.badges.end(cookie())
    here.store.sign_out(here.actor)
    st.session_state.clear()


def choose_role(here: Here) -> None:
    """In the side bar: in which of several roles the person acts now."""
    roles = [role for role in Role if role in here.actor.roles]
    if len(roles) < 2:
        st.session_state.pop(_ACTING, None)
        return
    if st.session_state.get(_ACTING) not in roles:
        st.session_state[_ACTING] = (here.actor.acting_as or roles[0]).value
    st.sidebar.selectbox(
        "You act as",
        [role.value for role in roles],
        format_func=lambda value: ROLE_WORDS[Role(value)],
        key=_ACTING,
    )
