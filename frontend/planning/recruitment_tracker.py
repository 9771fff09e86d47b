"""The tracker: targets that were adopted, approvals as the council enters them, how far it is, and when to act.

Approvals are households of the council's own, typed here by its own commissioners: they may see them as they typed
them. In what is published, counts of households are hidden as those of children are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.opened import Opened
from frontend.planning.recruitment_ask import promised
from frontend.planning.recruitment_chart import track_svg
from frontend.planning.recruitment_track import (
    ALL,
    Adopted,
    Standing,
    achieved,
    band_of,
    begun,
    ends_on,
    entered,
    gaps,
    last_entered,
    last_to_act,
    lead_in_quarters,
    room_of,
    standing,
    triggers,
    with_quarter,
    without_quarter,
)
from frontend.planning.recruitment_view import QUARTER, summary
from frontend.session import Here
from matching.words import in_words
from records.store import Conflict, StoreError
from records.store.plans import KeptTable, TargetsSoFar
from records.store.work import ENGLAND
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Picture, Table, Tag, Tone
from sufficiency.homes_charts import NAMES
from sufficiency.mp_figures import names_of, number
from sufficiency.need_words import capital
from sufficiency.scenario import Scenario
from sufficiency.targets_section import ends_said, quarter_said

TONES: Final[dict[str, Tone]] = {"on course": "good", "watch": "caution", "act": "bad"}
CONVERSION: Final = "fostering.pipeline.approved_per_completed_application"
_CONFLICT: Final = "recruitment conflict"
_SAID: Final = "recruitment said"


def adopted_from(lens: Lens, scenario: Scenario) -> Adopted:
    """The targets of the open forecast as they would be adopted."""
    quarters = lens.categories(QUARTER, "quarter")
    homes = [one for one in names_of(lens, QUARTER, "home_segment") if one != ALL]

    def table(column: str) -> dict[str, dict[str, int]]:
        cells = {h: {q: number(lens, QUARTER, column, quarter=q, home_segment=h) for q in quarters} for h in homes}
        return {home: {q: round(value or 0) for q, value in row.items()} for home, row in cells.items()}

    households, more = table("recruit"), table("more")
    lead = lead_in_quarters(number(lens, "targets.summary", "value", name="months_from_enquiry") or 0.0)
    rates = [number(lens, "targets.enquiries", "each", home_segment=home) for home in homes]
    each = next((one for one in rates if one), None)
    room = room_of(
        households,
        more,
        quarters,
        most=scenario.number("targets.approvals").whole,
        in_all=3 * scenario.number("targets.assessments").value * scenario.number(CONVERSION).value,
        lead=lead,
    )
    return Adopted(households, summary(lens, "level"), promised(lens), lead, each, room)


def tracker(me: Here, opened: Opened, scenario: Scenario | None) -> None:
    """What is adopted and how far it is; entering approvals; adopting; every version."""
    so_far: TargetsSoFar = me.recent(
        f"targets {opened.council}", lambda: me.store.targets_so_far(me.actor, opened.council)
    )
    if (words := st.session_state.pop(_SAID, None)) is not None:
        draw.notice(words, tone="good", name="recruitment-said")
    if so_far.adopted is None:
        draw.notice(
            "No targets have been adopted yet",
            "Adopt the targets of the open forecast below: then approvals can be entered and held against them.",
            name="recruitment-none",
        )
    else:
        adopted = Adopted.of(so_far.adopted.document)
        _how_far(so_far, adopted)
        if me.may("record_approvals"):
            _enter(me, opened.council, so_far, adopted)
    _adopt(me, opened, scenario, so_far)
    _versions(so_far)


# ---- how far ---------------------------------------------------------------------------------------------------------


def _how_far(so_far: TargetsSoFar, adopted: Adopted) -> None:
    approvals = _document(so_far.approvals)
    kept = so_far.adopted
    since = f" from {quarter_said(adopted.promised)} on" if adopted.promised else ""
    who = f" Adopted by {kept.by}, {_when(kept.at)}." if kept is not None else ""
    draw.heading("How far we are")
    draw.say(f"Promised: {adopted.level}{since}.{who}", "recruitment-promised")
    now = standing(adopted, approvals)
    if now is None:
        draw.say("No approvals have been entered yet.", "recruitment-nothing")
    else:
        draw.blocks(*_standing_blocks(adopted, approvals, now), name="recruitment-standing")
    draw.blocks(_picture(adopted, approvals), *_trigger_blocks(adopted), name="recruitment-picture")


def _standing_blocks(adopted: Adopted, approvals: dict[str, Any], now: Standing) -> list[Block]:
    last = last_entered(adopted, approvals)
    if last is None:
        return []
    blocks: list[Block] = [Paragraph(in_a_sentence(now, last), strong=True)]
    missing = gaps(adopted, approvals)
    if missing:
        told = ", ".join(quarter_said(one) for one in missing)
        blocks.append(Paragraph(f"Kinds of home without an entry are counted as none approved: {told}."))
    rows: list[tuple[Cell, ...]] = []
    for home in (*in_order(adopted.households), ALL):
        one = standing(adopted, approvals, home)
        if one is not None and (one.target or one.approved):
            name = "All kinds" if home == ALL else home_said(home)
            ends = f"{one.low} to {one.high}"
            rows.append((name, one.target, one.approved, ends, one.beyond, Tag(one.state, TONES[one.state])))
    columns = (
        Column("Kind of home"),
        Column("Target so far", number=True),
        Column("Approved so far", number=True),
        Column("On course: 8 in 10 plans", number=True),
        Column("Act if behind by more than", number=True),
        Column("State"),
    )
    notes = (
        "On course: no fewer than 8 in 10 plans would have. Watch: fewer, but what is missing can still be made up if "
        "it is begun a quarter later. Act: it cannot wait another quarter, or is too late to be made up by enquiries.",
    )
    return [*blocks, Table(f"Approvals up to the end of {quarter_said(last)}", columns, tuple(rows), notes)]


def in_a_sentence(now: Standing, last: str) -> str:
    """How far it is, and what to do."""
    until = f"By {ends_said(last)}, {_households(now.approved)} had been approved; the target was {now.target}"
    if now.state == "on course":
        return f"On course. {until}."
    short = f"{until}: {now.behind} fewer"
    if now.state == "watch":
        return (
            f"Watch. {short}. That is fewer than 8 in 10 plans on course would have. Up to {now.can} can still be made "
            f"up before the promise begins; act where it is behind by more than {now.beyond}."
        )
    if now.behind > now.can:
        return (
            f"Act. {short}. Enquiries from now on can bring {now.can} more in time, at most: the promise cannot be "
            "kept by recruitment alone. Work out targets anew: a later day, more assessors, beds, or a lower promise."
        )
    return (
        f"Act. {short}. Enquiries that come now can still make up {now.can} before the promise begins. A quarter later "
        f"no more than {now.beyond} could be made up."
    )


def _picture(adopted: Adopted, approvals: dict[str, Any]) -> Picture:
    quarters, target = adopted.quarters, list(accumulate(adopted.target()))
    band, so_far = [band_of(one, adopted.enquiries) for one in target], achieved(adopted, approvals)
    rows: list[tuple[Cell, ...]] = [
        (
            capital(quarter_said(q)),
            target[at],
            f"{band[at][0]} to {band[at][1]}",
            so_far[at] if at < len(so_far) else None,
        )
        for at, q in enumerate(quarters)
    ]
    columns = (
        Column("By the end of"),
        Column("Target", number=True),
        Column("8 in 10 plans on course", number=True),
        Column("Approved", number=True),
    )
    each = f"about {adopted.enquiries:.0f} enquiries, each" if adopted.enquiries else "enquiries, each"
    notes = (
        f"Households of all kinds together, added up. An approval takes {each} of which ends in one by its own luck: "
        "the band is what that luck alone does to a plan that has the enquiries it asked for.",
    )
    table = Table("Approvals against target, added up", columns, tuple(rows), notes)
    title = "Approvals achieved against the target, added up"
    told = f" {so_far[-1]} approved so far, against {target[len(so_far) - 1]}." if so_far else " None entered yet."
    alt = f"The target rises to {target[-1]} by {quarter_said(quarters[-1])}.{told}"
    names = [f"{ends_on(q):%b %Y}" for q in quarters]
    return Picture(title, track_svg(names, target, band, so_far, title=title, alt=alt), alt, table)


def _trigger_blocks(adopted: Adopted) -> list[Block]:
    """When to act, as it is stated on the day of adoption."""
    rows: list[tuple[Cell, ...]] = [(capital(quarter_said(q)), beyond, can) for q, beyond, can in triggers(adopted)]
    last = last_to_act(adopted)
    lead = f"{3 * adopted.lead} months lie between enquiry and approval"
    words = (
        f"{lead}, so enquiries must have come by the end of {quarter_said(last)} to count when the promise begins."
        if last
        else f"{lead}, which is longer than the time until the promise begins: new enquiries come too late for it."
    )
    columns = (
        Column("At the end of"),
        Column("Act if behind by more than", number=True),
        Column("Can still be made up", number=True),
    )
    notes = (
        "All kinds of home together. Made up: by enquiries from then on, beyond the targets, within the most of one "
        "kind in a quarter and the assessments that can be done; act before what is missing is more than that. As "
        "stated when the targets were adopted.",
    )
    return [
        Paragraph(f"When to act: {words[:1].lower()}{words[1:]}"),
        Disclosure("Trigger points, quarter by quarter", (Table("Trigger points", columns, tuple(rows), notes),)),
    ]


# ---- entering --------------------------------------------------------------------------------------------------------


def _enter(me: Here, council: str, so_far: TargetsSoFar, adopted: Adopted) -> None:
    draw.heading("Enter approvals")
    there = begun(adopted.quarters, me.now.date())
    approvals, version = _document(so_far.approvals), so_far.approvals.version if so_far.approvals else 0
    quarter = st.selectbox(
        "Quarter", there, index=len(there) - 1, format_func=quarter_said, key=f"recruitment quarter {council}"
    )
    known = entered(approvals, quarter)
    with st.form(f"recruitment approvals {council} {quarter} {version}"):
        draw.say("Households approved in the quarter, those of today's pipeline too.", "recruitment-form")
        columns = st.columns(2)
        counts = {
            home: columns[at % 2].number_input(
                draw.plain(home_said(home)),
                0,
                999,
                known.get(home),
                1,
                key=f"recruitment {council} {quarter} {version} {home}",
                placeholder="not known",
            )
            for at, home in enumerate(in_order(adopted.households))
        }
        if st.form_submit_button("Save these approvals", type="primary"):
            told = {home: int(count) for home, count in counts.items() if count is not None}
            table = with_quarter(without_quarter(approvals, quarter), quarter, told)
            _save(me, council, version, table, f"Approvals of {quarter_said(quarter)} are saved.")
    _conflict(me, council, so_far, adopted)


def _save(me: Here, council: str, version: int, table: dict[str, Any], words: str) -> None:
    try:
        me.store.record_approvals(me.actor, council, version, table)
    except Conflict:
        st.session_state[_CONFLICT] = (council, version, table)
        me.changed()
        st.rerun()
    except StoreError as error:
        draw.refusal(error, "recruitment-save")
    else:
        st.session_state[_SAID] = words
        st.session_state.pop(_CONFLICT, None)
        me.changed()
        st.rerun()


def _conflict(me: Here, council: str, so_far: TargetsSoFar, adopted: Adopted) -> None:
    """Somebody saved approvals first: both, and what may be done."""
    held: tuple[str, int, dict[str, Any]] | None = st.session_state.get(_CONFLICT)
    if held is None or held[0] != council or so_far.approvals is None:
        return
    mine, theirs = held[2], so_far.approvals
    draw.problem(
        f"{theirs.by} saved approvals while you were entering yours. Nothing was written, and nothing is lost.",
        "Compare the two below, and save yours on top of theirs or let yours go.",
        name="recruitment-conflict",
    )
    rows: list[tuple[Cell, ...]] = []
    for quarter in adopted.quarters:
        ours, other = entered(mine, quarter), entered(theirs.document, quarter)
        for home in sorted({*ours, *other}):
            if ours.get(home) != other.get(home):
                rows.append((capital(quarter_said(quarter)), home_said(home), other.get(home), ours.get(home)))
    columns = (Column("Quarter"), Column("Kind of home"), Column("Theirs", number=True), Column("Yours", number=True))
    draw.blocks(Table("Where the two differ", columns, tuple(rows)), name="recruitment-differ")
    left, right = st.columns(2)
    if left.button("Save mine on top of theirs", key="recruitment over", width="stretch"):
        _save(me, council, theirs.version, mine, "Your approvals are saved, on top of theirs.")
    if right.button("Let mine go", key="recruitment let go", width="stretch"):
        st.session_state.pop(_CONFLICT, None)
        st.rerun()


# ---- adopting --------------------------------------------------------------------------------------------------------


def _adopt(me: Here, opened: Opened, scenario: Scenario | None, so_far: TargetsSoFar) -> None:
    draw.heading("Adopt targets")
    if not opened.lens.has(QUARTER) or scenario is None:
        draw.say("The open forecast holds no targets.", "recruitment-no-targets")
        return
    if so_far.adopted is not None and so_far.adopted.work_id == opened.work_id:
        draw.say("The targets of the open forecast are the ones that are adopted.", "recruitment-is-adopted")
        return
    if not me.may("adopt_targets"):
        draw.say("A commissioner adopts targets; your role may read them.", "recruitment-may-not")
        return
    found = adopted_from(opened.lens, scenario)
    replaced = " They replace those adopted before, which are kept." if so_far.adopted is not None else ""
    draw.say(
        f"The open forecast plans {_households(sum(found.target()))} over {len(found.quarters)} quarters.{replaced}",
        "recruitment-would",
    )
    if summary(opened.lens, "feasible") == "no":
        draw.say(
            "What was asked cannot be promised: these are the targets for the most that can be.", "recruitment-most"
        )
    draw.blocks(*_trigger_blocks(found), name="recruitment-triggers-new")
    if st.button("Adopt these targets", key="recruitment adopt"):
        try:
            me.store.adopt_targets(me.actor, opened.council, opened.work_id, found.as_document())
        except StoreError as error:
            draw.refusal(error, "recruitment-adopt")
        else:
            st.session_state[_SAID] = "The targets are adopted."
            me.changed()
            st.rerun()


def _versions(so_far: TargetsSoFar) -> None:
    """Every version, the latest first: who and when."""
    rows: list[tuple[Cell, ...]] = []
    for what, one in (
        *(("Targets adopted", one) for one in (so_far.adopted, *so_far.adopted_before)),
        *(("Approvals entered", one) for one in (so_far.approvals, *so_far.approvals_before)),
    ):
        if one is not None:
            rows.append((what, one.version, one.by, _when(one.at), _sum(what, one)))
    if rows:
        head = (
            Column("What"),
            Column("Version", number=True),
            Column("Who"),
            Column("When"),
            Column("Households", number=True),
        )
        table = Table("Every version of targets and approvals", head, tuple(rows))
        draw.blocks(Disclosure("Every version, who and when", (table,)), name="recruitment-versions")


def _sum(what: str, one: KeptTable) -> int:
    if what.startswith("Targets"):
        return sum(Adopted.of(one.document).target())
    return sum(sum(entered(one.document, q).values()) for q in {q for row in one.document.values() for q in row})


# ---- words -----------------------------------------------------------------------------------------------------------


def _document(kept: KeptTable | None) -> dict[str, Any]:
    return {} if kept is None else dict(kept.document)


def in_order(homes: Iterable[str]) -> list[str]:
    """Kinds of home as tables of the forecast list them; any other after those."""
    known = list(NAMES)
    return sorted(homes, key=lambda home: (known.index(home) if home in known else len(known), home))


def home_said(home: str) -> str:
    """Teenagers, of teenagers; any other as it stands."""
    return capital(NAMES.get(home, home.replace("_", " ")))


def _households(count: int) -> str:
    return f"{count:,} household{'' if count == 1 else 's'}"


def _when(at: str) -> str:
    local = datetime.fromisoformat(at).astimezone(ENGLAND)
    return f"{in_words(local.date())}, {local:%H:%M}"
