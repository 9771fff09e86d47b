"""Tables of a council's book about children: who is in care, what is forecast, how past forecasts did."""

from __future__ import annotations

from typing import Final

from reporting.fact import Kind, Value
from reporting.section import Edition
from sufficiency.position_key import BAND, FAN, NOW, Key, number, share, spread, text

_SHARES: Final = (
    share("share", "Share"),
    share("low", "At least"),
    share("high", "At most"),
    text("status", "Standing"),
)
_SHARE: Final = (share("share", "Share"), text("status", "Standing"))
_CHILDREN: Final = (Value("children", "Children"),)
CHILDREN: Final = (
    # ---- children
    Key(
        "children.total",
        "Children in care, starting and ceasing",
        Kind.COUNT,
        NOW,
        _CHILDREN,
        "return",
        note="in_care on each quarter end that is known, and on the last day; started and ceased by year, as 2022-23.",
    ),
    Key(
        "children.group_age",
        "Children in care by placement and age",
        Kind.COUNT,
        (*NOW, "group", "age"),
        _CHILDREN,
        "return",
        note="The last day known, and a year before where it is known; so the tables that follow.",
    ),
    Key("children.legal", "Children in care by legal status", Kind.COUNT, (*NOW, "legal"), _CHILDREN, "return"),
    Key(
        "children.uasc",
        "Unaccompanied children in care by placement",
        Kind.COUNT,
        (*NOW, "uasc", "group"),
        _CHILDREN,
        "return",
    ),
    Key("children.need_code", "Children in care by primary need", Kind.COUNT, (*NOW, "need_code"), _CHILDREN, "return"),
    Key("children.sex_age", "Children in care by sex and age", Kind.COUNT, (*NOW, "sex", "age"), _CHILDREN, "return"),
    Key(
        "children.siblings",
        "Children in care by how many came into care with them",
        Kind.COUNT,
        (*NOW, "siblings"),
        _CHILDREN,
        "families",
    ),
    Key(
        "children.place_group",
        "Children in care inside and outside the council's area",
        Kind.COUNT,
        (*NOW, "place", "group"),
        _CHILDREN,
        "distance",
        note="The last day alone, where any child can be located.",
    ),
    Key(
        "children.miles_group",
        "Children in care by distance from home",
        Kind.COUNT,
        (*NOW, "miles", "group"),
        _CHILDREN,
        "distance",
    ),
    Key(
        "places.children_from",
        "Children in care by the authority they came from",
        Kind.COUNT,
        (*NOW, "comes_from"),
        _CHILDREN,
        "distance",
        note="The council's own area, each that adjoins it (GSS codes), `beyond`, `not_known`: unaccompanied children "
        "too. Where any can be located; so the next.",
    ),
    Key(
        "places.children_live",
        "Children in care by the authority they live in",
        Kind.COUNT,
        (*NOW, "place", "lives_in"),
        _CHILDREN,
        "distance",
    ),
    Key(
        "children.rate",
        "Children in care per 10,000 children in the area",
        Kind.PLAIN,
        ("on",),
        (number("rate", "Per 10,000 children"),),
        "population",
        note="With --population, on each 31 March that it covers; of the children to the nearest 5, none for under 20.",
    ),
    Key(
        "started.age_group",
        "Children who started to be looked after, by age and first placement",
        Kind.COUNT,
        (*NOW, "group", "age"),
        _CHILDREN,
        "return",
        note="what=started, on=year; the last three years, as the next two.",
    ),
    Key("ceased.age", "Children who ceased to be looked after, by age", Kind.COUNT, (*NOW, "age"), _CHILDREN, "return"),
    Key(
        "ceased.way_out",
        "Children who ceased to be looked after, by way out",
        Kind.COUNT,
        (*NOW, "way_out"),
        _CHILDREN,
        "return",
    ),
    # ---- need
    Key(
        "forecast.group",
        "Children in care ahead, by placement",
        Kind.FORECAST,
        ("on", "group"),
        spread(*FAN),
        "forecast",
        like=NOW,
        note="on: the last day of each month, as the other forecasts by day.",
    ),
    Key(
        "forecast.age",
        "Children in care ahead, by age",
        Kind.FORECAST,
        ("on", "age"),
        spread(*FAN),
        "forecast",
        like=NOW,
    ),
    Key(
        "forecast.flows",
        "Children who will start and cease to be looked after",
        Kind.FORECAST,
        ("on", "flow"),
        spread(*FAN),
        "forecast",
        note="on: financial year, whole years only where there is one.",
    ),
    Key(
        "forecast.change",
        "What the change of the children in care is made of",
        Kind.FORECAST,
        ("on", "part"),
        spread(*BAND),
        "forecast",
        note="From the last day known to the end of each whole year. Children now, and entry, less each way out, are "
        "the children then, in every future.",
    ),
    Key("need.bracket", "Need between two ends", Kind.FORECAST, ("on", "need_for", "end"), spread(*BAND), "forecast"),
    Key(
        "past.forecasts",
        "Past forecasts of all children in care",
        Kind.FORECAST,
        ("on", "horizon"),
        spread("p10", "p50", "p90"),
        "backtest",
        note="on: the day foretold. What happened is children.total, in_care, on that day: a count, published as one.",
    ),
    Key(
        "past.scores",
        "How past forecasts did",
        Kind.PLAIN,
        ("horizon", "level"),
        (
            number("origins", "Forecasts"),
            number("off_by", "Off by, on average"),
            number("bias", "Too high by, on average"),
            number("crps", "Score (lower is better)"),
            share("held_50", "Within the band of 5 in 10"),
            share("held_80", "Within the band of 8 in 10"),
            share("held_95", "Within the band of 19 in 20"),
            share("skill", "Better than no change"),
        ),
        "backtest",
    ),
    Key(
        "segments.shares",
        "Who homes are needed for",
        Kind.PLAIN,
        ("age", "family", "need"),
        _SHARES,
        "segments",
        Edition.CONFIDENTIAL,
    ),
    Key(
        "segments.family",
        "Children who look for a home alone or with brothers and sisters",
        Kind.PLAIN,
        ("family",),
        _SHARE,
        "segments",
        note="Confidential where it comes from referrals; so segments.needs.",
    ),
    Key("segments.needs", "What the children who need a home need besides", Kind.PLAIN, ("need",), _SHARE, "segments"),
)
"""In the order in which they are printed."""
