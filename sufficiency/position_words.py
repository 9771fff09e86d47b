"""What the dimensions of a council's book of figures are called in print, and each of their categories.

A dimension of one name means the same in every table. A category that has no name here is printed as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reporting.fact import ALL
from sufficiency.cost_section import PROVIDERS
from sufficiency.gap_section import OVERFLOW_NAMES
from sufficiency.groups import AGE_NAMES, EXIT_NAMES, GROUP_NAMES
from sufficiency.homes_charts import NAMES, NEEDS
from sufficiency.need_words import capital
from sufficiency.segments import NEED_NAMES, SIBLING_NAMES
from sufficiency.supply_section import REASON_NAMES

LEGAL: Final = {
    "interim_care_order": "Interim care order",
    "full_care_order": "Full care order",
    "freed_for_adoption": "Freed for adoption",
    "placement_order": "Placement order",
    "section_20": "Accommodated under section 20",
    "child_protection": "Detained for child protection",
    "youth_justice": "Youth justice",
    "other": "Other or not recorded",
}
"""Legal statuses as the Department's tables group them."""
LEGAL_OF: Final = {
    "C1": "interim_care_order",
    "C2": "full_care_order",
    "D1": "freed_for_adoption",
    "E1": "placement_order",
    "V2": "section_20",
    "L1": "child_protection",
    "L2": "child_protection",
    "L3": "child_protection",
    "J1": "youth_justice",
    "J2": "youth_justice",
    "J3": "youth_justice",
}
"""Code of the return to its group; any other is `other`."""
NEED_CODES: Final = {
    "N1": "N1 Abuse or neglect",
    "N2": "N2 Child's disability or illness",
    "N3": "N3 Parent's disability or illness",
    "N4": "N4 Family in acute stress",
    "N5": "N5 Family dysfunction",
    "N6": "N6 Socially unacceptable behaviour",
    "N7": "N7 Low income",
    "N8": "N8 Absent parenting",
    "0": "Not recorded",
}
"""Primary need codes, CIN of the return."""
STAGES: Final = {
    "enquiry": "Enquired",
    "waiting": "Applied, waiting for an assessor",
    "assessment": "Being assessed",
    "panel": "Waiting for panel and decision",
}

SUCCESS_LABELS: Final = {
    "every": "Every approval",
    "three_quarters": "Three quarters",
    "half": "Half",
    "none": "None",
    "late": "Every approval, half a year late",
}
"""How much of a plan's recruitment succeeds."""


def _capitals(names: Mapping[str, str], every: str | None = None) -> Mapping[str, str]:
    """Names as they begin a row; the sum of them last."""
    told = {category: capital(name) for category, name in names.items()}
    return told if every is None else told | {ALL: every}


TITLES: Final[Mapping[str, str]] = {
    "what": "Counted",
    "on": "Date or year",
    "group": "Placement",
    "age": "Age",
    "legal": "Legal status",
    "uasc": "Unaccompanied",
    "need_code": "Primary need",
    "sex": "Sex",
    "place": "Where",
    "miles": "Distance from home",
    "comes_from": "Came from",
    "lives_in": "Lives in",
    "homes_in": "Where homes are",
    "siblings": "Came into care with",
    "home_segment": "Kind of home",
    "available": "Available now",
    "state": "Places",
    "way_out": "Way out of care",
    "flow": "Flow",
    "part": "Part of the change",
    "what2": "What children go without",
    "stage": "Stage",
    "reason": "Why they leave",
    "end": "If",
    "need_for": "Need for",
    "provider": "Provided by, or paid for",
    "quarter": "Quarter",
    "horizon": "Months ahead",
    "level": "Level",
    "success": "Of the recruitment succeeds",
    "name": "Figure",
    "figure": "Figure",
    "file": "File",
    "problem": "Problem",
    "council": "Council",
    "year": "Year",
    "need": "Need",
    "family": "Look for a home together",
    "filled": "Homes of the kind that are filled",
    "child_need": "Child's need",
    "carer_age": "Age of carer",
    "measure": "Measure",
    "area": "Area",
    "scenario": "Scenario",
    "lever": "Lever",
    "when": "When",
}
"""What a dimension is called."""

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "what": {
        "in_care": "Children in care",
        "started": "Children who started to be looked after",
        "ceased": "Children who ceased to be looked after",
        "households": "Households",
        "places": "Places",
    },
    "group": _capitals(GROUP_NAMES, "All placements"),
    "age": _capitals(AGE_NAMES, "All ages"),
    "legal": {**LEGAL, ALL: "All legal statuses"},
    "uasc": {"yes": "Unaccompanied", "no": "Not unaccompanied", ALL: "All children"},
    "need_code": {**NEED_CODES, ALL: "All needs"},
    "sex": {"F": "Girls", "M": "Boys", "U": "Not known", ALL: "Both sexes"},
    "place": {
        "inside": "Within the council's area",
        "outside": "Outside the council's area",
        "not_known": "Not known",
        ALL: "Everywhere",
    },
    "miles": {
        "to_20": "Within 20 miles",
        "over_20": "Over 20 miles",
        "not_known": "Not known",
        ALL: "Any distance",
    },
    "siblings": {
        "alone": "Nobody else",
        "two": "One other child",
        "three": "Two other children",
        "four_or_more": "Three or more other children",
        ALL: "All children",
    },
    "home_segment": _capitals(NAMES, "All households"),
    "available": {"yes": "Available", "no": "Not available now", ALL: "All"},
    "state": {
        "filled": "Filled",
        "vacant": "Vacant",
        "held": "In homes not available now",
        "not_offered": "Not offered by the carer",
        "staying_put": "Kept by young people who stay put",
        ALL: "Approved",
    },
    "way_out": _capitals(EXIT_NAMES, "All ways out"),
    "flow": {
        "entry": "Start to be looked after",
        "exit": "Cease to be looked after",
        "approved": "Approved",
        "transfer": "Come over from agencies",
        **{name: capital(words) for name, words in REASON_NAMES.items()},
        "left": "Leave, for any reason",
    },
    "part": {
        "entry": "Start to be looked after",
        **_capitals(EXIT_NAMES),
    },
    "what2": {
        "unmet": "Have no home of the council's own, of any kind",
        "foster_homes": "Need a foster home and have none of the council's own",
        **{name: f"Of these, {words}" for name, words in OVERFLOW_NAMES.items() if name != "out_of_area"},
        "out_of_area": "Live outside the area for want of a home",
        "split": "Apart from brothers or sisters they need to live with",
        "met_late": "Came to a home of the council's own late, in the quarter",
    },
    "stage": STAGES,
    "end": {
        "use_is_need": "Every child needs the kind of home they live in",
        "some_needed_foster": "Some children in children's homes needed a foster home",
    },
    "need_for": {"foster": "Foster homes", "residential": "Children's homes"},
    "provider": _capitals(PROVIDERS, "All"),
    "need": {"any": "Any", **_capitals(NEED_NAMES)},
    "carer_age": {"under_50": "Under 50", "from_50_to_59": "50 to 59", "over_60": "60 and over"},
    "family": _capitals(SIBLING_NAMES, "All"),
    "child_need": _capitals(NEEDS),
    "level": {
        "total": "All children in care",
        "group": "Each kind of placement",
        "all_groups": "All kinds of placement together",
        "all_groups_and_ages": "All kinds of placement and ages together",
        "entries": "Starts",
        "exits": "Ends",
    },
}
"""What a category is called, in the order in which they are told."""
NEED_LABELS: Final = _capitals(NEEDS, "All who need a home")
"""In place of the names of homes: whom a home is needed for."""
