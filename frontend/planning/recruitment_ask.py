"""What is promised and what a plan may use: the controls of the targets, and having them worked out anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import streamlit as st

from frontend import draw
from frontend.planning.opened import Opened
from frontend.planning.orders import SCENARIOS, WorkOrder
from frontend.planning.recruitment_view import QUARTER, at_once, summary
from frontend.planning.scenario_tab import fault_said
from frontend.planning.scenario_words import UNVERIFIED, said_by, takes, value_said
from frontend.session import Here
from records.store import StoreError
from reporting.lens import Lens
from reporting.section import Bullets, Disclosure, Paragraph
from sufficiency.homes_start import ASSUMED_FOR, BESIDE
from sufficiency.results_found import NoResults
from sufficiency.scenario import Figure, Scenario, ScenarioError, read_scenario, with_figures
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_schema import Number
from sufficiency.scenario_values import Quantity

LEVEL: Final = "targets.level"
MONTHS: Final = "targets.months"
NUMBERS: Final = (
    (
        "targets.budget",
        "Money the plan may spend in a year (£; 10,000,000: no limit)",
        50_000,
        "£10,000,000 means no limit.",
    ),
    ("targets.assessments", "Assessments that can be done in a month, of all kinds", 1, ""),
    ("targets.approvals", "Most households of one kind that can be approved in a quarter", 1, ""),
    ("targets.block_beds", "Most beds in children's homes that may be bought in block", 1, ""),
)
"""Key, what the control is called, its step, what else to know."""
SIZED: Final = tuple(key for key, *_ in NUMBERS if key in BESIDE)
"""Those that are brought to the council's size as long as it states none of its own."""
TITLES: Final = {
    LEVEL: "Service level",
    MONTHS: "Months from the first that is forecast until the promise holds",
    **{key: title for key, title, *_ in NUMBERS},
}
SOURCE: Final = "Asked for on the page Recruitment targets: the council's choice, no figure of a source"
_ASKED: Final = "recruitment asked"


def scenario_open(me: Here, opened: Opened) -> Scenario | None:
    """The scenario whose forecast is open, as it was played; None, and why, where it cannot be read."""
    planning = me.office.planning
    if planning is None:
        return None
    try:
        place = planning.unpacked(me.store, me.actor, opened.work_id)
        return read_scenario(place / SCENARIOS / f"{opened.scenario}.toml")
    except ScenarioError as error:
        draw.problem(*(fault_said(fault) for fault in error.faults), name="recruitment-scenario")
    except NoResults as error:
        draw.problem("The scenario of this forecast cannot be read.", str(error), name="recruitment-scenario")
    return None


def controls(me: Here, opened: Opened, scenario: Scenario) -> None:
    """Service level, promise day and limits; what the level would take at once; and having targets worked out."""
    lens = opened.lens
    mark = f"{opened.work_id} {opened.scenario}"
    changed: dict[str, Figure | None] = {}
    now = round(100 * scenario.number(LEVEL).value)
    level = st.slider(
        "Service level: of 100 children who need a local family home, how many must have one",
        50,
        99,
        min(max(now, 50), 99),
        key=f"recruitment level {mark}",
    )
    draw.blocks(Paragraph(at_once(lens, level / 100), strong=True), name="recruitment-at-once")
    _changed(changed, scenario, LEVEL, level / 100, me.now.date(), same=level == now)
    _from(changed, scenario, opened, mark, me.now.date())
    left, right = st.columns(2)
    for at, (key, title, step, _) in enumerate(NUMBERS):
        figure, spec = scenario.number(key), KEYS[key]
        low, high = (int(one) for one in spec.range) if isinstance(spec, Number) else (0, 0)
        shown = (left, right)[at % 2].number_input(
            draw.plain(title), low, high, int(figure.value), step, key=f"recruitment {key} {mark}"
        )
        _changed(changed, scenario, key, float(shown), me.now.date(), same=shown == int(figure.value))
    if any(scenario.is_default(key) for key in SIZED):
        draw.say(
            f"Limits on households, assessments and beds that are national defaults are stated for a council of "
            f"{ASSUMED_FOR} children in care. The plan takes them at this council's size, so it may approve or buy "
            "more or fewer than stands here. A number of your own is taken as it stands.",
            "recruitment-sized",
        )
    draw.blocks(_sources(scenario), name="recruitment-sources")
    _work_out(me, opened, scenario, changed)


def _changed(
    changed: dict[str, Figure | None], scenario: Scenario, key: str, value: float, today: date, *, same: bool
) -> None:
    """Note a figure that is otherwise than in the scenario: a choice without a source."""
    if not same:
        figure = scenario.number(key)
        changed[key] = replace(
            figure,
            value=value,
            low=value,
            high=value,
            source=SOURCE,
            date=f"{today:%Y-%m}",
            status=UNVERIFIED,
            file="app",
        )


def _from(changed: dict[str, Figure | None], scenario: Scenario, opened: Opened, mark: str, today: date) -> None:
    """From which quarter on the promise holds."""
    lens, key = opened.lens, MONTHS
    if not lens.has(QUARTER):
        return
    quarters = lens.categories(QUARTER, "quarter")
    first = promised(lens)
    chosen = st.selectbox(
        "From when the promise holds",
        quarters,
        index=quarters.index(first) if first in quarters else 0,
        format_func=lambda one: lens.facts(QUARTER).label("quarter", one),
        key=f"recruitment from {mark}",
    )
    if chosen != first:
        _changed(changed, scenario, key, float(months_until(opened, chosen)), today, same=False)


def promised(lens: Lens) -> str | None:
    """The quarter from which the open plan's promise holds."""
    since = summary(lens, "from")
    facts = lens.facts(QUARTER)
    return next((one for one in lens.categories(QUARTER, "quarter") if facts.label("quarter", one) == since), None)


def months_until(opened: Opened, quarter: str) -> int:
    """Months from the first that is forecast until a quarter, as 2027-28 Q1, begins."""
    first = date.fromisoformat(opened.about["forecast_from"])
    begins = 12 * int(quarter[:4]) + 3 * int(quarter[-1])
    return max(0, begins - (12 * first.year + first.month - 1))


def _sources(scenario: Scenario) -> Disclosure:
    """What each figure is in the scenario now, its range and who says so."""
    lines = []
    for key in (LEVEL, MONTHS, *(key for key, *_ in NUMBERS)):
        figure = scenario.number(key)
        title = TITLES[key]
        more = next((words for name, _, _, words in NUMBERS if name == key), "")
        lines.append(
            f"{title}: {value_said(key, figure)} now. It takes {takes(KEYS[key])}. {more} Source: "
            f"{said_by(key, figure)}.".replace("  ", " ")
        )
    return Disclosure("What these figures are now, and who says so", (Bullets(tuple(lines)),))


def _work_out(me: Here, opened: Opened, scenario: Scenario, changed: dict[str, Figure | None]) -> None:
    planning = me.office.planning
    if planning is None:
        return
    if not me.may("keep_work"):
        draw.say("A commissioner has targets worked out; your role may read them.", "recruitment-who")
        return
    words = "Work out these targets" if changed else "Nothing is changed: these targets are worked out already"
    asked = st.button(words, type="primary", key="recruitment ask", disabled=not changed and opened.lens.has(QUARTER))
    draw.say(
        "It is worked out in the background. Children, homes and prices stay as they are in this scenario and are "
        "taken from what was worked out before, so only the targets take time: some minutes for a council of 350 "
        "children and a thousand futures. The result is another piece of work beside this one.",
        "recruitment-how-long",
    )
    if not asked:
        return
    try:
        order = order_of(planning.same_again(me.store, me.actor, opened.work_id), opened, scenario, changed)
        planning.start(me.store, me.actor, order)
    except ScenarioError as error:
        draw.problem(*(fault_said(fault) for fault in error.faults), name="recruitment-fault")
    except StoreError as error:
        draw.refusal(error, "recruitment-refused")
    else:
        st.rerun()


def order_of(same: WorkOrder, opened: Opened, scenario: Scenario, changed: dict[str, Figure | None]) -> WorkOrder:
    """The open scenario alone, with these figures. Raises `ScenarioError` where they cannot stand together."""
    named: dict[str, Any] = {}
    level = changed.get(LEVEL)
    if isinstance(level, Quantity):
        named["name"] = f"{scenario.name}, {level.value:.0%} promised"
    asked = with_figures(scenario, changed, **named)
    return replace(
        same,
        scenarios=((opened.scenario, asked.as_toml()),),
        first=opened.scenario,
        targets=True,
        title=f"Targets: {asked.number(LEVEL).value:.0%} promised",
    )
