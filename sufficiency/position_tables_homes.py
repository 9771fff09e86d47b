"""Tables of a council's book about homes, targets and money, and what all of it rests on."""

from __future__ import annotations

from typing import Final

from reporting.fact import Kind, Unit, Value
from reporting.section import Edition
from sufficiency.position_key import BAND, NOW, Key, number, share, spread, text
from sufficiency.position_words import NEED_LABELS, SUCCESS_LABELS

_POUNDS: Final = spread("mean", "p10", "p90", unit=Unit.POUNDS)
_PEOPLE: Final = Value("people", "Children it is paid for, on average")

HOMES: Final = (
    # ---- homes
    Key(
        "supply.now",
        "The council's own households",
        Kind.COUNT,
        (*NOW, "home_segment", "available"),
        (Value("households", "Households", Unit.HOMES),),
        "homes",
        note="what=households. Without a register: plain, national totals at the council's size; so supply.places.",
    ),
    Key(
        "supply.places",
        "Places in the council's own households",
        Kind.COUNT,
        (*NOW, "home_segment", "state"),
        (Value("places", "Places", Unit.PLACES),),
        "homes",
        note="what=places. Without a register, what is filled and vacant is not known, and the rows are of all alone.",
    ),
    Key(
        "places.homes_in",
        "The council's own households by the authority they are in",
        Kind.COUNT,
        (*NOW, "homes_in"),
        (Value("households", "Households", Unit.HOMES),),
        "homes",
        note="With a register alone, where the council's area is told by the returns.",
    ),
    Key(
        "supply.segment",
        "Households and places ahead",
        Kind.FORECAST,
        ("on", "home_segment"),
        (
            *spread(*BAND, of="homes", unit=Unit.HOMES),
            *spread(*BAND, of="places", unit=Unit.PLACES),
            *spread(*BAND, of="usable", unit=Unit.PLACES),
        ),
        "futures",
        like=NOW,
        note="on: quarter ends, and the last month; so gap.*.",
    ),
    Key(
        "usable.curve",
        "Share of vacancies that a child who needs one could use",
        Kind.PLAIN,
        ("home_segment", "child_need", "filled"),
        (share("share", "Share of vacancies"),),
        "usable",
        note="Official where it was learnt on the register.",
    ),
    Key(
        "usable.now",
        "Vacancies that a child could use today, by the child's need",
        Kind.FORECAST,
        ("on", "child_need"),
        (Value("mean", "Usable vacancies", Unit.PLACES),),
        "usable",
        note="With a register alone. One vacancy may be of use to several needs.",
    ),
    Key(
        "gap.need",
        "Children without a home of the council's own",
        Kind.FORECAST,
        ("on", "home_segment"),
        (*spread("mean", "p10", "p50", "p80", "p90", "p95"), share("in_house_share", "Have one of the council's own")),
        "futures",
        labels={"home_segment": NEED_LABELS},
    ),
    Key("gap.elsewhere", "What children go without", Kind.FORECAST, ("on", "what2"), spread(*BAND), "futures"),
    Key(
        "pipeline.stages",
        "Enquirers stage by stage",
        Kind.FORECAST,
        ("on", "stage"),
        (
            *spread("mean", "p10", "p90", of="came"),
            *spread("mean", "p10", "p90", of="moved_on"),
            *spread("mean", "p10", "p90", of="dropped"),
        ),
        "futures",
        note="on: financial year; so the next. Of the months that are forecast.",
    ),
    Key(
        "pipeline.joiners_leavers",
        "Households that join and leave",
        Kind.FORECAST,
        ("on", "home_segment", "flow"),
        spread(*BAND, unit=Unit.HOMES),
        "futures",
        like=NOW,
    ),
    Key(
        "pipeline.figures",
        "From enquiry to approval, as assumed",
        Kind.PLAIN,
        ("figure",),
        (text("value", "Value"), text("unit", "Unit"), text("standing", "Standing")),
        "scenario",
    ),
    Key(
        "pipeline.carer_age",
        "Age of carers, as assumed",
        Kind.PLAIN,
        ("carer_age",),
        (share("share", "Households"), text("standing", "Standing")),
        "scenario",
    ),
    # ---- targets
    Key(
        "targets.quarter",
        "Households to approve by quarter",
        Kind.PLAIN,
        ("quarter", "home_segment"),
        (
            number("recruit", "To approve altogether"),
            number("pipeline", "Of these today's pipeline brings"),
            number("more", "More than that"),
            number("enquiries", "More enquiries"),
            text("enquire_from", "Enquiries by"),
        ),
        "targets",
    ),
    Key(
        "targets.year",
        "Households to approve by year",
        Kind.PLAIN,
        ("on", "home_segment"),
        (number("recruit", "To approve altogether"),),
        "targets",
    ),
    Key(
        "targets.enquiries",
        "Approvals and the enquiries they take",
        Kind.PLAIN,
        ("home_segment",),
        (
            number("approvals", "Approvals more than today's pipeline brings"),
            number("enquiries", "Enquiries they take"),
            number("each", "Enquiries for one approval"),
        ),
        "targets",
    ),
    Key(
        "targets.beds",
        "Beds in children's homes to buy in block",
        Kind.PLAIN,
        ("on",),
        (number("beds", "Beds"),),
        "targets",
    ),
    Key(
        "targets.summary",
        "What the targets promise",
        Kind.PLAIN,
        ("name",),
        (number("value", "Value"), text("text", "In words")),
        "targets",
    ),
    Key(
        "targets.frontier",
        "What promising more takes",
        Kind.PLAIN,
        ("level",),
        (
            text("possible", "Possible"),
            number("approvals", "Approvals"),
            number("beds", "Beds"),
            share("reached", "Chance reached in other futures"),
        ),
        "targets",
    ),
    Key(
        "targets.money",
        "What the targets cost and save",
        Kind.PLAIN,
        ("on", "home_segment"),
        (
            Value("cost", "Cost", Unit.POUNDS),
            Value("saving", "Saved on placements", Unit.POUNDS),
            Value("marginal_value", "What one more saves", Unit.POUNDS),
        ),
        "targets",
        Edition.OFFICIAL,
    ),
    Key(
        "targets.frontier_money",
        "What promising more costs",
        Kind.PLAIN,
        ("level",),
        spread("mean", "p10", "p90", unit=Unit.POUNDS),
        "targets",
        Edition.OFFICIAL,
    ),
    Key(
        "targets.success",
        "Who has a home where only some of the recruitment succeeds",
        Kind.FORECAST,
        ("success", "home_segment"),
        (
            Value("unmet_mean", "Children without a home of the council's own"),
            share("met", "Have one"),
            share("met_last", "Were they last in the queue"),
            share("met_first", "Were they first"),
        ),
        "targets",
        labels={"success": SUCCESS_LABELS, "home_segment": NEED_LABELS},
        note="On the day from which the promise holds. Each approval of the plan succeeds by its own luck; late: every "
        "one does, two quarters later. Who goes without is split between needs so that it adds up.",
    ),
    Key(
        "targets.success_money",
        "What it costs where only some of the recruitment succeeds",
        Kind.PLAIN,
        ("success",),
        (number("approved", "Approved, on average"), *spread("mean", "p10", "p90", unit=Unit.POUNDS)),
        "targets",
        Edition.OFFICIAL,
        labels={"success": SUCCESS_LABELS},
        note="£ counted today that plan and placements cost more than where every approval succeeds. Recruiting is "
        "paid for in full, support for those approved.",
    ),
    # ---- money
    Key(
        "money.weekly",
        "What a week costs",
        Kind.MONEY,
        ("group", "provider"),
        (Value("pounds", "Pounds a week", Unit.POUNDS), _PEOPLE, number("providers", "Providers")),
        "prices",
        Edition.OFFICIAL,
    ),
    Key(
        "money.cost",
        "Cost by year and who is paid",
        Kind.MONEY,
        ("on", "group", "provider"),
        (*_POUNDS, _PEOPLE),
        "money",
        Edition.OFFICIAL,
    ),
    Key(
        "money.total",
        "Cost of placements, recruitment and support",
        Kind.MONEY,
        ("on",),
        (*_POUNDS, _PEOPLE),
        "money",
        note="Whole financial years; a part year is named so.",
    ),
    Key(
        "money.saving",
        "What one more household saves",
        Kind.PLAIN,
        ("home_segment",),
        (
            *_POUNDS,
            Value("weeks_to_pay", "Weeks until it has paid for itself", Unit.WEEKS),
            share("saves_in", "Futures in which it saves"),
            Value("agency", "Saved on agencies", Unit.POUNDS),
            Value("residential", "Saved on children's homes", Unit.POUNDS),
        ),
        "money",
        Edition.OFFICIAL,
    ),
    # ---- what it rests on
    Key(
        "assumptions.figures",
        "What is assumed",
        Kind.PLAIN,
        ("figure",),
        (
            *(
                Value(n, n.capitalize(), Unit.TEXT)
                for n in ("value", "unit", "low", "high", "source", "date", "status")
            ),
            text("national_default", "National default"),
        ),
        "scenario",
        note="Without the council's own prices: assumptions.prices.",
    ),
    Key(
        "assumptions.prices",
        "The council's own prices",
        Kind.PLAIN,
        ("figure",),
        tuple(
            Value(n, n.capitalize(), Unit.TEXT) for n in ("value", "unit", "low", "high", "source", "date", "status")
        ),
        "scenario",
        Edition.OFFICIAL,
    ),
    Key(
        "data.rows",
        "Rows read",
        Kind.COUNT,
        ("file",),
        tuple(
            Value(n, t, Unit.NUMBER)
            for n, t in (
                ("read", "Read"),
                ("kept", "Kept"),
                ("mended", "Mended"),
                ("repeated", "Repeated"),
                ("left_out", "Left out"),
            )
        ),
        "return",
        note="A row of some files is a child: few are hidden as children are.",
    ),
    *(
        Key(
            f"data.{name}",
            title,
            Kind.COUNT,
            ("file", "problem"),
            (Value(name, column, Unit.NUMBER),),
            "return",
            note=note,
        )
        for name, title, column, note in (
            (
                "left_out",
                "Rows of the return that were left out, by problem",
                "Left out",
                "Each row once, under its first problem; problem: a rule and its column. Adds up to data.rows.",
            ),
            (
                "mended",
                "Rows of the return that were read another way, by problem",
                "Mended",
                "Likewise; so none that is left out, or that another row says again.",
            ),
            (
                "noted",
                "Rows of the return that are doubtful and used as they stand, by problem",
                "Noted",
                "A row may meet several; they are not added up. Left out where there is none.",
            ),
        )
    ),
    Key("data.years", "Years of the return", Kind.PLAIN, ("council", "year"), (text("there", "There"),), "return"),
    Key(
        "run.inputs",
        "Files that were read",
        Kind.PLAIN,
        ("name",),
        (text("sha256", "Checksum (SHA-256)"),),
        "run",
        edition=Edition.CONFIDENTIAL,
        note="A file of one child has so few rows that it could be guessed from its checksum.",
    ),
    Key("run.versions", "Versions", Kind.PLAIN, ("name",), (text("version", "Version"),), "run"),
    Key(
        "comparators",
        "Published figures of others",
        Kind.PLAIN,
        ("measure", "area", "on"),
        (number("value", "Value"), text("source", "Source")),
        "comparators",
        note="No book holds it: a report adds what it is given with --comparators.",
    ),
)
"""In the order in which they are printed."""
