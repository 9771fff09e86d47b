"""The clocks of homes: notice, the end of an approval, the carer's review; and of young people who stay put."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from matching.clocks.clock import CARE_PLANNING, FOSTERING_REGULATIONS, Days, State, StatutoryClock
from matching.rules.asked import Asked
from matching.rules.gates import birthday, months_after, months_before
from matching.rules.kinds import FOSTERING
from matching.rules.register import Register
from records.days import day_in_words
from records.model import Child, Home, HomeKind, LinkKind, Resident


def children_living_in(register: Register) -> dict[str, tuple[str, ...]]:
    """Who is fostered, or lodges as a child of the round, in each home: their ids, sorted."""
    residents = register.homes.residents
    found: dict[str, set[str]] = {}
    for person, home, fostered in zip(
        residents.ids.tolist(), residents.home.tolist(), residents.fostered.tolist(), strict=True
    ):
        if fostered or person in register.child_index:
            found.setdefault(str(register.homes.ids[home]), set()).add(person)
    for link in register.records.links:
        if link.link is LinkKind.CURRENT_CARER:
            found.setdefault(link.home_id, set()).add(link.child_id)
    return {home: tuple(sorted(people)) for home, people in found.items()}


def of_home(home: Home, living: tuple[str, ...], asked: Asked, days: Days) -> Iterator[StatutoryClock]:
    about = (home.home_id, *living)
    if home.notice_received_on is not None:
        yield _notice(home, living, about, asked, days)
    yield from _approval(home, living, about, asked, days)
    if home.kind in FOSTERING:
        yield _carer_review(home, about, asked, days)


def _notice(home: Home, living: tuple[str, ...], about: tuple[str, ...], asked: Asked, days: Days) -> StatutoryClock:
    assert home.notice_received_on is not None  # noqa: S101 - asked of homes with notice only
    received = home.notice_received_on
    last = received + timedelta(days=asked.law.notice_days)
    state = days.state(last)
    # a carer on notice with children is pressing from the first day
    state = State.SOON if state is State.IN_TIME and living else state
    source = f"{FOSTERING_REGULATIONS}, regulation 28(13)"
    if state is State.OVERDUE:
        text = f"Approval ended on {day_in_words(last)}. " + (
            f"Still recorded there: {_some(living)}. Say where they live." if living else "Take the home off the list."
        )
    else:
        text = f"Approval ends on {day_in_words(last)}. " + (
            f"{_some(living)} must have another home by then." if living else "Nobody is recorded as living there."
        )
    return StatutoryClock(
        "FOST-16", "Carer's resignation", home.home_id, "home", about, received, last, state, source,
        "supervising social worker", text,
    )  # fmt: skip


_ENDS: Final = {
    HomeKind.FOSTER: ("FOST-01", "Approval ends", f"{FOSTERING_REGULATIONS}, regulation 27"),
    HomeKind.EARLY_PERMANENCE: ("FOST-01", "Approval ends", f"{FOSTERING_REGULATIONS}, regulation 27"),
    HomeKind.ADOPTER: ("ADO-03", "Approval ends", "Adoption Agencies Regulations 2005, part 4"),
    HomeKind.SUPPORTED_LODGINGS: ("SLG-02", "Place in the registered service ends", f"{CARE_PLANNING}, reg 27C"),
    HomeKind.CONNECTED_PERSON: ("CON-03", "Approval ends", f"{CARE_PLANNING}, regulations 24 and 25"),
}


def _approval(
    home: Home, living: tuple[str, ...], about: tuple[str, ...], asked: Asked, days: Days
) -> Iterator[StatutoryClock]:
    rule_id, name, source = _ENDS[home.kind]
    ends, begins = home.approved_to, home.approved_from
    kin = home.kind is HomeKind.CONNECTED_PERSON
    acts = "nominated officer" if kin else "fostering or adoption service"
    first = timedelta(weeks=asked.law.temporary_approval_weeks)
    longest = first + timedelta(weeks=asked.law.temporary_extension_weeks)
    if ends is None:
        if kin:
            yield _kin_without_end(home, about, first, longest)
        return
    state = days.state(ends)
    if state is State.OVERDUE:
        text = f"It ended on {day_in_words(ends)}. " + (
            f"Still recorded there: {_some(living)}. Renew it, or find them another home."
            if living
            else "Nobody is placed there until it is renewed."
        )
    else:
        text = f"It ends on {day_in_words(ends)}. " + (f"Living there: {_some(living)}." if living else "")
    left_open = ""
    if kin and begins is not None:
        lasts = (ends - begins).days + 1
        if lasts <= first.days:
            rule_id, name = "CON-01", "Temporary approval of a connected person ends"
            text += (
                f" A temporary approval may be extended once, by up to {asked.law.temporary_extension_weeks} weeks, "
                "with the panel's view and the nominated officer's approval [CON-02]."
            )
            left_open = "These records do not say whether the approval is temporary: it is as short as one."
        elif lasts <= longest.days:
            rule_id, name = "CON-02", "Extended temporary approval of a connected person ends"
            text += " It cannot be extended again: full approval, or the stay ends [CON-03]."
            left_open = "These records do not say whether the approval is temporary: it is as short as one."
    yield StatutoryClock(
        rule_id, name, home.home_id, "home", about, begins, ends, state, source, acts, text.strip(), left_open
    )


def _kin_without_end(home: Home, about: tuple[str, ...], first: timedelta, longest: timedelta) -> StatutoryClock:
    begins = home.approved_from
    source = _ENDS[home.kind][2]
    open_question = "These records do not say whether the approval is full, or temporary and until when."
    if begins is None:
        text = "Say since when the carer is approved, and whether the approval is full or temporary."
        last = None
    else:
        last = begins + first - timedelta(days=1)
        text = (
            f"If it is temporary, it ends on {day_in_words(last)}, or on "
            f"{day_in_words(begins + longest - timedelta(days=1))} if it was extended: say which it is."
        )
    return StatutoryClock(
        "CON-01", "Approval of a connected person without an end", home.home_id, "home", about, begins, last, State.ASK,
        source, "nominated officer", text, open_question,
    )  # fmt: skip


def _carer_review(home: Home, about: tuple[str, ...], asked: Asked, days: Days) -> StatutoryClock:
    months = asked.policy.review_months
    source = f"{FOSTERING_REGULATIONS}, regulation 28; {months} months is the council's own choice"
    name, acts = "Carer's review", "fostering manager"
    held = home.last_review_on
    if held is None:
        return StatutoryClock(
            "FOST-15", name, home.home_id, "home", about, None, None, State.ASK, source, acts,
            "Say when the carer's last review was, or have it done.", "When the last review was is not recorded.",
        )  # fmt: skip
    last = months_after(held + timedelta(days=1), months) - timedelta(days=1)
    state = State.OVERDUE if held < months_before(asked.day, months) else days.state(max(last, asked.day))
    return StatutoryClock(
        "FOST-15", name, home.home_id, "home", about, held, last, state, source, acts,
        f"The last review was on {day_in_words(held)}; the next is due by {day_in_words(last)}.",
    )  # fmt: skip


def staying_put(resident: Resident, asked: Asked, days: Days) -> StatutoryClock:
    who, about = resident.resident_id, (resident.resident_id, resident.home_id)
    source, acts = "Children Act 1989, section 23CZA", "personal adviser"
    born = resident.date_of_birth
    if born is None:
        return StatutoryClock(
            "STP-01", "Staying Put support ends", who, "resident", about, None, None, State.ASK, source, acts,
            "Say when the young person was born.", "The date of birth is not recorded.",
        )  # fmt: skip
    as_child = Child(who, born, (), born)
    grown = birthday(as_child, asked.law.childhood_ends_at)
    last = birthday(as_child, asked.law.staying_put_until_age) - timedelta(days=1)
    state = State.STOPPED if last < asked.day else days.state(last)
    text = (
        "The duty to support the stay ended at 21." if last < asked.day else "Support goes on until the 21st birthday."
    )
    return StatutoryClock(
        "STP-01", "Staying Put support ends", who, "resident", about, grown, last, state, source, acts, text
    )


def _some(people: tuple[str, ...], most: int = 6) -> str:
    more = len(people) - most
    return ", ".join(people[:most]) + (f" and {more} more" if more > 0 else "")
