"""How the levers and figures of a scenario are called, grouped and measured where a person changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sufficiency.levers_section import when_said
from sufficiency.scenario import Figure, Quantity, baseline
from sufficiency.scenario_keys import KEYS, SECTIONS
from sufficiency.scenario_schema import Flag, Key, Lever, Number, Section
from sufficiency.scenario_values import Pulled

NOT_PULLED: Final = "not pulled"
NOT_KNOWN: Final = "not known"
DEFAULT: Final = "national default"
COUNCIL: Final = "council"
UNVERIFIED: Final = "unverified"
STATUS_WORDS: Final = {
    COUNCIL: "the council's own figure",
    UNVERIFIED: "a choice: nobody has checked it (unverified)",
    "verified": "seen in an official text or a council's own",
    "secondary": "quoted by somebody else",
}
WHAT_IF: Final = "A what-if, made in the app: no source is given"
"""The source of a figure that somebody tried, until they say another."""


@dataclass(frozen=True, slots=True)
class Group:
    """Levers and figures that are changed together."""

    title: str
    keys: tuple[str, ...]


def _levers(*names: str) -> tuple[str, ...]:
    return tuple(f"levers.{name}" for name in names)


CAN_DO: Final = (
    Group("Fewer children need to come in, or to stay", _levers("edge_of_care", "reunification", "kin_support")),
    Group("Move children from children's homes to families", _levers("step_down", "recruitment.specialist")),
    Group(
        "More people ask about fostering",
        _levers(
            *(
                f"recruitment.{segment}"
                for segment in (
                    *("mainstream_0_4", "mainstream_5_10", "mainstream_11_15", "teenagers", "siblings_two"),
                    *("siblings_three_or_more", "parent_and_child", "short_breaks"),
                )
            )
        ),
    ),
    Group(
        "More hosts and adopters ask",
        _levers("supported_lodgings_scheme", "recruitment.supported_lodgings") + _levers("recruitment.adopters"),
    ),
    Group("More of those who ask are approved, sooner", _levers("hub", "conversion", "assessment_time", "assessors")),
    Group("More carers stay, or come over", _levers("retention", "fees", "transfers")),
    Group("Buy beds in block", _levers("block_beds")),
)
"""What a council can do."""

MAY_HAPPEN: Final = (
    Group(
        "More or fewer children come",
        (
            *_levers("demand", "unaccompanied", "population"),
            *("need.entries.level", "need.entries.growth_per_year", "need.exits.level"),
        ),
    ),
    Group(
        "Carers leave",
        (*_levers("retirement"), "fostering.attrition", "supply.leaving.over_60", "supply.leaving.under_two_years"),
    ),
    Group(
        "Fewer or more become carers",
        (
            "fostering.pipeline.enquiries_per_application_council",
            "fostering.pipeline.approved_per_completed_application",
            "fostering.pipeline.months_to_approval",
            "supply.kin_approved",
            "supply.transfers_in",
        ),
    ),
    Group(
        "Prices rise",
        (
            *_levers("agency_prices", "residential_prices"),
            "cost.inflation.agency_foster",
            "cost.inflation.residential",
            "cost.inflation.in_house_foster",
            "cost.inflation.general",
        ),
    ),
    Group("What others can take", (*_levers("agency_share"), "overflow.agency_more", "overflow.residential_more")),
)
"""What may happen to it."""

TITLES: Final = {
    "levers.demand": "More children come into care",
    "levers.edge_of_care": "Help at the edge of care",
    "levers.unaccompanied": "More unaccompanied children come",
    "levers.population": "More children live in the area",
    "levers.reunification": "More children return home",
    "levers.kin_support": "More special guardianship",
    "levers.step_down": "From children's homes to families",
    "levers.conversion": "More of those assessed are approved",
    "levers.assessment_time": "Sooner approvals",
    "levers.assessors": "More assessments can begin",
    "levers.retention": "More carers stay",
    "levers.retirement": "Older carers retire",
    "levers.transfers": "Carers come over from agencies",
    "levers.hub": "More of those who ask apply",
    "levers.fees": "Pay carers more",
    "levers.supported_lodgings_scheme": "A scheme for supported lodgings",
    "levers.block_beds": "Beds in children's homes bought in block",
    "levers.agency_share": "Agencies can take more children",
    "levers.agency_prices": "Agencies' prices rise",
    "levers.residential_prices": "Prices of children's homes rise",
    "levers.recruitment.mainstream_0_4": "Enquiries: children under 5",
    "levers.recruitment.mainstream_5_10": "Enquiries: children of 5 to 10",
    "levers.recruitment.mainstream_11_15": "Enquiries: children of 11 to 15",
    "levers.recruitment.teenagers": "Enquiries: teenagers only",
    "levers.recruitment.siblings_two": "Enquiries: two brothers and sisters",
    "levers.recruitment.siblings_three_or_more": "Enquiries: three and more brothers and sisters",
    "levers.recruitment.parent_and_child": "Enquiries: parent and child",
    "levers.recruitment.specialist": "Enquiries: specialist carers",
    "levers.recruitment.short_breaks": "Enquiries: short breaks",
    "levers.recruitment.supported_lodgings": "Enquiries: hosts of supported lodgings",
    "levers.recruitment.adopters": "Enquiries: adopters",
    "need.entries.level": "Children who come into care",
    "need.entries.growth_per_year": "Growth of entries a year",
    "need.exits.level": "Children who leave care",
    "fostering.attrition": "Households that leave in a year",
    "supply.leaving.over_60": "Carers over 60 leave more often",
    "supply.leaving.under_two_years": "New carers leave more often",
    "fostering.pipeline.enquiries_per_application_council": "Enquiries for one application",
    "fostering.pipeline.approved_per_completed_application": "Assessed who are approved",
    "fostering.pipeline.months_to_approval": "Months from application to approval",
    "supply.kin_approved": "Relatives and friends approved",
    "supply.transfers_in": "Households that come over from agencies",
    "cost.inflation.agency_foster": "Agencies' prices: growth a year",
    "cost.inflation.residential": "Prices of children's homes: growth a year",
    "cost.inflation.in_house_foster": "Payments to own carers: growth a year",
    "cost.inflation.general": "Prices in general: growth a year",
    "overflow.agency_more": "How many more agencies could take",
    "overflow.residential_more": "How many more children's homes could take",
}
"""What the levers and the figures that are changed most are called."""

_IN_HUNDREDS: Final = {
    "share": "%",
    "share more": "% more",
    "share fewer": "% fewer",
    "share a year": "% a year",
    "share a month": "% a month",
    "growth": "% growth",
}
_STEPS: Final = {"times": 0.05, "£ a week": 10.0, "£ a year": 100.0, "£": 100.0, "months": 1.0}


@dataclass(frozen=True, slots=True)
class Scale:
    """How a number is shown and typed: shares in hundreds, because people say 6%, and a file 0.06."""

    unit: str
    factor: float
    step: float
    whole: bool

    def shown(self, value: float) -> float:
        """The number as it is shown."""
        return float(f"{value * self.factor:.10g}")

    def stated(self, shown: float) -> float:
        """The number as the scenario states it."""
        return float(f"{shown / self.factor:.12g}")

    def text(self, value: float) -> str:
        """The number without its unit."""
        return f"{self.shown(value):,.10g}".replace("-", "−")

    def said(self, value: float) -> str:
        """The number with its unit: 15% fewer, £460 a week, 40 enquiries a year."""
        number = self.text(value)
        if self.unit.startswith("£"):
            sign, size = ("−", number[1:]) if number.startswith("−") else ("", number)
            return f"{sign}£{size}{self.unit[1:]}"
        return number + self.unit if self.unit.startswith("%") else f"{number} {self.unit}"


def scale_of(key: Number) -> Scale:
    """How a key's numbers are shown."""
    unit = key.unit.text
    if unit in _IN_HUNDREDS:
        return Scale(_IN_HUNDREDS[unit], 100.0, 1.0, False)
    return Scale(unit, 1.0, _STEPS.get(unit, 1.0 if key.unit.whole else 0.1), key.unit.whole)


def title_of(key: str) -> str:
    """What a lever or figure is called."""
    if key in TITLES:
        return TITLES[key]
    words = key.rsplit(".", 1)[-1].replace("_", " ")
    return words[:1].upper() + words[1:]


def section_title(name: str) -> str:
    """What a table of figures is called: Cost: inflation."""
    words = ": ".join(part.replace("_", " ") for part in name.split("."))
    return words[:1].upper() + words[1:]


def section_of(key: str) -> Section:
    """The table in which a figure stands."""
    name = key.rsplit(".", 1)[0]
    return next(section for section in SECTIONS if section.name == name)


def takes(key: Key) -> str:
    """What may be entered: its unit, and from which number to which."""
    if isinstance(key, Number):
        scale, (low, high) = scale_of(key), key.range
        opposite = "; below 0 it does the opposite" if isinstance(key, Lever) and low < 0 else ""
        return f"{'whole numbers, ' if scale.whole else ''}{scale.text(low)} to {scale.said(high)}{opposite}"
    if isinstance(key, Flag):
        return "yes or no"
    return "one of: " + "; ".join(key.choices) if key.choices else "words"


def value_said(key: str, figure: Figure | None) -> str:
    """A figure in a few words: 15% fewer (5% to 15%), from April 2027, in full after 12 months."""
    about = KEYS[key]
    if figure is None:
        return NOT_PULLED if isinstance(about, Lever) else NOT_KNOWN
    if not isinstance(figure, Quantity) or not isinstance(about, Number):
        value = figure.value
        return str(value) if not isinstance(value, bool) else "yes" if value else "no"
    scale = scale_of(about)
    text = scale.said(figure.value)
    if figure.has_interval:
        text += f" ({scale.text(figure.low)} to {scale.text(figure.high)})"
    if isinstance(figure, Pulled):
        when = when_said(figure)
        text += f", {when[:1].lower()}{when[1:]}"
    return text


def said_by(key: str, figure: Figure) -> str:
    """Who says so, of when, and how far that was checked."""
    mark = f"{DEFAULT}; " if figure == baseline().get(key) else ""
    return f"{mark}{figure.source} ({figure.date}): {STATUS_WORDS.get(figure.status, figure.status)}"


def found(words: str) -> tuple[str, ...]:
    """The keys in whose names or descriptions every one of these words stands, levers first."""
    wanted = words.casefold().split()
    if not wanted:
        return ()
    there = [key for key in KEYS if all(one in _all_said(key) for one in wanted)]
    return tuple(sorted(there, key=lambda key: not isinstance(KEYS[key], Lever)))


def _all_said(key: str) -> str:
    section = section_of(key)
    about = KEYS[key]
    figure = baseline().get(key)
    source = "" if figure is None else figure.source
    parts = (key.replace("_", " ").replace(".", " "), title_of(key), about.does, section.about, source)
    return " ".join(parts).casefold()
