"""Tables of a council's book of figures: the corporate parent's measures at quarter ends, and the way to adoption."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from reporting.fact import Kind, Unit, Value
from reporting.section import Edition
from sufficiency.position_key import NOW, Key, text

SOURCE: Final = "performance"
_CHILDREN: Final = (Value("children", "Children"),)
_PART: Final = (Value("part", "Children"), Value("base", "Of"))
_DAYS: Final = (Value("total", "Days", Unit.DAYS), Value("base", "Children"))
_HOMES: Final = (Value("households", "Homes", Unit.HOMES),)
_ADOPTED: Final = (*NOW, "way_out")
_ADOPTERS: Final = (*NOW, "home_segment")
_SHARE, _COUNT, _MEAN = Kind.SHARE, Kind.COUNT, Kind.MEAN
_QUARTERS: Final = "The ends of the last nine quarters; so the tables that follow."
_CEASED: Final = "what=ceased, way_out=adopted: a part of the children who ceased to be looked after."

PERFORMANCE: Final = (
    Key("performance.in_care", "Children in care", _COUNT, NOW, _CHILDREN, SOURCE, note=_QUARTERS),
    Key(
        "performance.shares",
        "Measures of children in care",
        _SHARE,
        ("measure", "on"),
        _PART,
        SOURCE,
        note="siblings_together on the register's day alone; a10_within and a2_within on 31 March alone.",
    ),
    Key(
        "performance.not_known",
        "Children in care of whom a measure is not known, or only in part",
        _SHARE,
        ("not_known_of", "on"),
        _PART,
        SOURCE,
    ),
    Key(
        "performance.means",
        "Measures of time",
        _MEAN,
        ("measure", "on"),
        _DAYS,
        SOURCE,
        note="Adoption clocks, of three years, on 31 March alone.",
    ),
    Key(
        "performance.moves",
        "Changes of placement per 1,000 days in care",
        _MEAN,
        ("measure", "on"),
        (
            Value("total", "A thousand times the changes", Unit.NUMBER),
            Value("base", "Days in care", Unit.DAYS),
        ),
        SOURCE,
    ),
    Key("performance.mix", "Where children in care live", _SHARE, (*NOW, "group"), _PART, SOURCE),
    Key(
        "performance.place",
        "Children placed in and outside the council's area",
        _SHARE,
        (*NOW, "place"),
        _PART,
        "distance",
        note="Where any child can be located; so the next.",
    ),
    Key(
        "performance.miles",
        "Children placed near home and far from it",
        _SHARE,
        (*NOW, "miles"),
        _PART,
        "distance",
    ),
    Key("performance.uasc", "Unaccompanied children in care", _SHARE, (*NOW, "uasc"), _PART, SOURCE),
    Key(
        "performance.flows",
        "Children who started and ceased to be looked after",
        _COUNT,
        (*NOW, "year_quarter"),
        _CHILDREN,
        SOURCE,
        note="The last three financial years.",
    ),
    Key(
        "performance.permanence",
        "What went before for children who started to be looked after",
        _COUNT,
        (*NOW, "before"),
        _CHILDREN,
        SOURCE,
        note="Where the returns hold the file PrevPerm.",
    ),
    Key(
        "performance.clocks",
        "Adoption clocks at the end of each quarter",
        _MEAN,
        ("span", "measure", "on"),
        _DAYS,
        SOURCE,
        Edition.CONFIDENTIAL,
        note="span: the three years, or the quarter alone.",
    ),
    # ---- adoption
    Key(
        "adoption.steps",
        "Steps on the way to adoption",
        _COUNT,
        (*NOW, "half"),
        _CHILDREN,
        SOURCE,
        note="The last three financial years; so the tables that follow. what: "
        "decided and reversed where the "
        "returns hold the file PlacedAdoption, ordered, placed, came_back.",
    ),
    Key("adoption.adopted", "Children adopted", _COUNT, (*_ADOPTED, "half"), _CHILDREN, SOURCE, note=_CEASED),
    Key("adoption.age", "Children adopted, by age", _COUNT, (*_ADOPTED, "age"), _CHILDREN, SOURCE, note=_CEASED),
    Key("adoption.sex", "Children adopted, by sex", _COUNT, (*_ADOPTED, "sex"), _CHILDREN, SOURCE, note=_CEASED),
    Key(
        "adoption.agency",
        "Children adopted, by agency of the adopters",
        _COUNT,
        (*_ADOPTED, "agency"),
        _CHILDREN,
        SOURCE,
        note=_CEASED,
    ),
    Key(
        "adoption.early",
        "Children adopted, by whether they came by early permanence",
        _COUNT,
        (*_ADOPTED, "early"),
        _CHILDREN,
        SOURCE,
        note=_CEASED,
    ),
    Key(
        "adoption.times",
        "Days that children adopted in a year had waited",
        _MEAN,
        ("measure", "on"),
        _DAYS,
        SOURCE,
        edition=Edition.CONFIDENTIAL,
        note="The mean of three years less those of two would tell of the few children of the third.",
    ),
    Key(
        "adoption.waiting",
        "Children who wait for adopters",
        _COUNT,
        (*NOW, "waited"),
        _CHILDREN,
        SOURCE,
        note="The last day known and a year before; so the next.",
    ),
    Key(
        "adoption.with_adopters",
        "Children who live with adopters and are not yet adopted",
        _COUNT,
        (*NOW, "group", "waited"),
        _CHILDREN,
        SOURCE,
        note="what=in_care, group=placed_for_adoption.",
    ),
    Key(
        "adoption.thresholds",
        "Thresholds of the adoption clocks",
        Kind.PLAIN,
        ("measure",),
        (Value("days", "Days", Unit.DAYS), text("source", "Source")),
        SOURCE,
    ),
    Key(
        "adoption.adopters",
        "Approved adoptive homes",
        _COUNT,
        (*_ADOPTERS, "home_kind", "looking"),
        _HOMES,
        "homes",
        note="With a register alone; so the next. what=households, home_segment=adopters.",
    ),
    Key(
        "adoption.approved",
        "Approved adoptive homes, by when they were approved",
        _COUNT,
        (*_ADOPTERS, "since"),
        _HOMES,
        "homes",
    ),
)
"""In the order in which a book holds them."""
PARTLY: Final = MappingProxyType(
    {key.key: frozenset({dim}) for key in PERFORMANCE for dim in ("way_out", "home_segment", "group")
     if dim in key.by and key.kind is _COUNT}
)  # fmt: skip
"""Tables that hold one category alone of a dimension, which is less than its whole."""
