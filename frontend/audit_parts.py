"""The parts of the page on audit and access that change something: each in two steps, with what will happen between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.audit_view import bars_block, holds_block, roles_in_words, standings_blocks, subject_in_words
from frontend.session import ROLE_WORDS, Here
from records.store import Role, SessionOver, StoreError

REVIEW: Final = "audit review"
SAID: Final = "audit said"
NOT_YOURS: Final = "You may read this. An administrator changes it."


def say_what_was_done() -> None:
    """What the last confirmed step did, once."""
    if said := st.session_state.pop(SAID, None):
        draw.notice("Done", said, tone="good", name="done")


def ask_first(part: str, problems: list[str], **values: Any) -> None:
    """Keep what was asked for until it is confirmed; or say what is wrong with it."""
    if problems:
        draw.problem(*problems, name=f"{part}-wrong")
        return
    st.session_state[REVIEW] = {"part": part, **values}
    st.rerun()


def asked(part: str) -> dict[str, Any] | None:
    """What waits to be confirmed in this part, if anything does."""
    waits = st.session_state.get(REVIEW)
    return waits if waits is not None and waits["part"] == part else None


def confirm(part: str, what: str, *text: str, act: Callable[[], str], caution: str | None = None) -> None:
    """The second step: what will happen, and two buttons. `act` does it and gives what to say of it."""
    written = [key for key in st.session_state if str(key).startswith(f"form {part} ")]
    for key in written:
        # a box that is not drawn forgets what was written in it, unless it is told again
        st.session_state[key] = st.session_state[key]
    draw.heading("Check before you confirm", 3)
    draw.notice(what, *text, name=f"{part}-what")
    if caution:
        draw.notice("Mind", caution, tone="caution", name=f"{part}-caution")
    yes, no = st.columns(2)
    if no.button("Change it", key=f"{part} change"):
        st.session_state.pop(REVIEW, None)
        st.rerun()
    if yes.button("Confirm", key=f"{part} confirm", type="primary"):
        try:
            said = act()
        except SessionOver:
            raise
        except StoreError as error:
            draw.refusal(error, f"{part}-refused")
            return
        for key in (*written, REVIEW):
            st.session_state.pop(key, None)
        st.session_state[SAID] = said
        st.rerun()


def people(me: Here) -> None:
    """What has been set for whom; narrow or suspend somebody."""
    some: list[tuple[str, int, Mapping[str, Any]]] = list(me.store.list_standings(me.actor))
    draw.blocks(*standings_blocks(some), name="standings")
    if not me.may("set_standing"):
        draw.say(NOT_YOURS, "people-read")
        return
    stands = {user_id: (version, body) for user_id, version, body in some}
    if waits := asked("people"):
        user_id, roles, suspended = waits["user_id"], waits["roles"], waits["suspended"]

        def act() -> str:
            me.store.set_standing(
                me.actor,
                user_id,
                waits["version"],
                roles=None if roles is None else [Role(one) for one in roles],
                suspended=suspended,
                reason=waits["reason"],
            )
            return f"{user_id}: set, from their next act on."

        before = stands.get(user_id)
        was = "nothing set" if before is None else roles_in_words(before[1]["roles"])
        own = user_id == me.actor.user_id and (suspended or (roles is not None and Role.ADMINISTRATOR not in roles))
        confirm(
            "people",
            f"{user_id} will be suspended" if suspended else f"{user_id} may use: {roles_in_words(roles)}",
            f"Until now: {was}{', suspended' if before is not None and before[1]['suspended'] else ''}.",
            f"Why: {waits['reason']}",
            "It holds from their next act on. It never gives more than the council's sign-in gives.",
            act=act,
            caution="This is your own account: you will not be able to set it back." if own else None,
        )
        return
    draw.heading("Narrow or suspend somebody", 3)
    with st.form("people", border=True):
        user_id = st.text_input("Person, exactly as the trail has their id", key="form people id").strip()
        how = st.radio(
            "What they may do",
            ["As the sign-in gives", "Only some roles", "Nothing: suspended"],
            index=None,
            key="form people how",
        )
        roles = st.multiselect(
            "Which roles, if only some",
            [r.value for r in Role],
            format_func=lambda r: ROLE_WORDS[Role(r)],
            key="form people roles",
            placeholder="Choose roles",
        )
        reason = st.text_input("Why", key="form people why").strip()
        sent = st.form_submit_button("Go on to check")
    if sent:
        only_some = how == "Only some roles"
        problems = [
            *([] if user_id else ["Write the id of the person."]),
            *([] if how else ["Choose what they may do."]),
            *(["Choose at least one role, or suspend the person."] if only_some and not roles else []),
            *([] if reason else ["Say why, in a sentence."]),
        ]
        version = stands[user_id][0] if user_id in stands else 0
        ask_first(
            "people",
            problems,
            user_id=user_id,
            roles=roles if only_some else None,
            suspended=how == "Nothing: suspended",
            reason=reason,
            version=version,
        )


def conflicts(me: Here) -> None:
    """Who is kept from whom; add one, end one."""
    some = me.store.list_bars(me.actor)
    draw.blocks(bars_block(some), name="bars")
    if not me.may("bar"):
        draw.say(NOT_YOURS, "bars-read")
        return
    if waits := asked("bar"):
        user_id, kind, name = waits["user_id"], waits["kind"], waits["name"]
        lifted, them = waits["lift"], {f"{waits['kind']}_id": waits["name"]}

        def act() -> str:
            (me.store.lift_bar if lifted else me.store.bar)(me.actor, user_id, **them)
            ends = "is no longer kept from" if lifted else "is kept from"
            return f"{user_id} {ends} {kind} {name}, from their next act on."

        confirm(
            "bar",
            f"{user_id} will {'no longer ' if lifted else ''}be kept from {kind} {name}",
            "The person can then open whole records with them again."
            if lifted
            else "The person will not see whole records with them, and will not find them in lists.",
            act=act,
        )
        return
    draw.heading("Keep somebody from a child or a home", 3)
    with st.form("bar", border=True):
        user_id = st.text_input("Person, exactly as the trail has their id", key="form bar id").strip()
        kind = st.radio("From", ["child", "home"], index=None, horizontal=True, key="form bar kind")
        name = st.text_input("Id of the child or home", key="form bar name").strip()
        sent = st.form_submit_button("Go on to check")
    if sent:
        problems = [
            *([] if user_id else ["Write the id of the person."]),
            *([] if kind else ["Choose whether it is a child or a home."]),
            *([] if name else ["Write the id of the child or home."]),
        ]
        ask_first("bar", problems, user_id=user_id, kind=kind, name=name, lift=False)
    if some:
        draw.heading("End one", 3)
        each = {f"{user_id} {whom}": (user_id, whom) for user_id, whom in some}
        over = st.selectbox(
            "Conflict that is over",
            list(each),
            index=None,
            placeholder="Choose one",
            key="bar lift",
            format_func=lambda key: f"{each[key][0]}, {subject_in_words(each[key][1])}",
        )
        if st.button("Go on to check", key="bar lift go", disabled=over is None) and over is not None:
            user_id, whom = each[over]
            what, _, name = whom.partition(":")
            ask_first("bar", [], user_id=user_id, kind="child" if what == "person" else "home", name=name, lift=True)


def holds(me: Here) -> None:
    """What a purge may not touch; hold something, end a hold."""
    some = me.store.list_holds(me.actor)
    draw.blocks(holds_block(some), name="holds")
    if not me.may("hold"):
        draw.say(NOT_YOURS, "holds-read")
        return
    if waits := asked("hold"):
        subject, lifted = waits["subject"], waits["lift"]

        def act() -> str:
            (me.store.lift_hold if lifted else me.store.hold)(me.actor, subject, waits["reason"])
            return f"{subject_in_words(subject).capitalize()}: the hold is {'over' if lifted else 'in place'}."

        confirm(
            "hold",
            f"{subject_in_words(subject).capitalize()} will {'no longer ' if lifted else ''}be held",
            f"Why: {waits['reason']}",
            "A purge may then take what is past its time." if lifted else "No purge takes it until the hold is ended.",
            act=act,
        )
        return
    draw.heading("Hold something, or end a hold", 3)
    with st.form("hold", border=True):
        what = st.radio("What to do", ["Hold", "End a hold"], index=None, horizontal=True, key="form hold what")
        kind = st.radio("About", ["a child", "a home", "everything"], index=None, horizontal=True, key="form hold kind")
        name = st.text_input("Id of the child or home (empty for everything)", key="form hold name").strip()
        reason = st.text_input("Why", key="form hold why").strip()
        sent = st.form_submit_button("Go on to check")
    if sent:
        prefix = {"a child": "person", "a home": "home"}.get(kind or "")
        subject = "all" if kind == "everything" else f"{prefix}:{name}"
        problems = [
            *([] if what else ["Choose whether to hold or to end a hold."]),
            *([] if kind else ["Choose what it is about."]),
            *(["Write the id of the child or home."] if prefix and not name else []),
            *([] if reason else ["Say why, in a sentence."]),
        ]
        if what == "End a hold" and not problems and subject not in dict(some):
            problems = [f"There is no hold on {subject_in_words(subject)}."]
        ask_first("hold", problems, subject=subject, reason=reason, lift=what == "End a hold")
