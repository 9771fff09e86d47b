"""The bill of one future in plain loops: too slow and too simple to be wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from sufficiency.future import OVERFLOW
from sufficiency.groups import ADOPTION, GROUPS, GUARDIANSHIP
from sufficiency.households import SEGMENTS
from tests.sufficiency.made_futures import Made

CARE = ("mainstream_0_4", "mainstream_5_10", "mainstream_11_15", "teenagers", "siblings_two", "siblings_three_or_more")
CARERS = (*CARE, "parent_and_child", "specialist", "short_breaks")


def bill(one: Made, d: int, price: Mapping[str, float], rule: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Pounds of future `d` by line, at one price for each thing in all months; `rule` has what is no price."""
    pounds: dict[tuple[str, str], float] = defaultdict(float)
    ends = one.forecast.month_ends.tolist()
    guardians = 0.0
    for m, end in enumerate(ends):
        weeks = (end - (ends[m - 1] if m else one.forecast.origin - 1)) / 7

        def through(counts: Any, month: int = m) -> float:
            """The mean of the month's two ends."""
            now = float(np.sum(counts[d, month]))
            return now if month == 0 else (now + float(np.sum(counts[d, month - 1]))) / 2

        in_homes = through(one.forecast.stock[:, :, GROUPS.index("residential")])
        in_supported = through(one.forecast.stock[:, :, GROUPS.index("supported")])
        for s, name in enumerate(SEGMENTS):
            here = through(one.future.own[..., s])
            there = {place: through(one.future.over[..., s, k]) for k, place in enumerate(OVERFLOW)}
            households = through(one.supply.households[..., s])
            came = float(one.supply.approved[d, m, s]) + rule["transfer"] * float(one.supply.transfers[d, m, s])
            asked = float(one.supply.came[d, m, s, 0]) * price["enquiry"]
            if name == "kin":
                pounds["foster_kin", "own"] += here * weeks * (price["kin"] + rule["fees"])
                pounds["foster_kin", "support"] += households * weeks * price["supervise"]
                pounds["foster_kin", "recruitment"] += came * price["assess_kin"] + asked
                pounds["foster_kin", "staying_put"] += through(one.supply.staying_put[..., s]) * weeks * price["put"]
            elif name == "supported_lodgings":
                pounds["supported", "own"] += here * weeks * price["lodgings"]
                pounds["supported", "private"] += sum(there.values()) * weeks * price["supported"]
                pounds["supported", "support"] += households * weeks * price["hosts"]
                pounds["supported", "recruitment"] += came * price["recruit"] + asked
                in_supported -= through(one.wanted.children[..., s])
                continue
            elif name == "adopters":
                pounds["placed_for_adoption", "recruitment"] += came * price["recruit"] + asked
                children = float(one.wanted.children[d, m, s])
                matched = float(
                    one.forecast.moves[d, m, :, ADOPTION].sum() - one.forecast.moves[d, m, ADOPTION, ADOPTION]
                )
                matched += float(one.forecast.entries[d, m, ADOPTION].sum())
                for k, place in enumerate(OVERFLOW):
                    agencies = 0.0 if place == "other_authority" else rule["agency_adopters"]
                    fee = agencies * price["fee_agency"] + (1 - agencies) * price["fee_other"]
                    share = float(one.future.over[d, m, s, k]) / children if children else 0.0
                    pounds["placed_for_adoption", "fees"] += matched * share * fee
                continue
            else:
                more = price["enhanced"] - price["standard"] if name in ("parent_and_child", "specialist") else 0.0
                pounds["foster_in_house", "own"] += here * weeks * (price["own_foster"] + more + rule["fees"])
                pounds["foster_in_house", "support"] += households * weeks * price["supervise"]
                pounds["foster_in_house", "recruitment"] += came * price["recruit"] + asked
                kept = through(one.supply.staying_put[..., s])
                pounds["foster_in_house", "staying_put"] += kept * weeks * price["put"]
                empty = max(through(one.supply.available[..., s]) - here, 0.0)
                pounds["foster_in_house", "retainer"] += empty * weeks * price["retainer"]
            fostered = price["agency_parent" if name == "parent_and_child" else "agency"]
            far = there["out_of_area"] * weeks
            pounds["foster_agency", "agency"] += there["agency"] * weeks * fostered
            pounds["foster_other_authority", "other_authority"] += (
                there["other_authority"] * weeks * price["other_council"]
            )
            pounds["residential", "out_of_area"] += far * rule["far_in_homes"] * price["spot"]
            pounds["foster_agency", "out_of_area"] += far * (1 - rule["far_in_homes"]) * fostered
            in_homes += there["residential"] - (through(one.wanted.children[..., s]) if name == "specialist" else 0.0)
        pounds["supported", "private"] += in_supported * weeks * price["supported"]
        for name, beds in (("own", rule["own_beds"]), ("block", rule["block_beds"])):
            filled = min(in_homes, beds * rule["filled"])
            in_homes -= filled
            pounds["residential", name] += filled * weeks * price[f"{name}_bed"]
            pounds["residential", f"{name}_empty"] += (beds - filled) * weeks * price[f"{name}_bed"]
        pounds["residential", "private"] += in_homes * weeks * price["spot"]
        for group, provider, name in (("secure", "public", "secure"), ("other", "other", "elsewhere")):
            pounds[group, provider] += through(one.forecast.stock[:, :, GROUPS.index(group)]) * weeks * price[name]
        new = rule["paid"] * float(one.forecast.exits[d, m, :, GUARDIANSHIP].sum())
        pounds["foster_kin", "special_guardianship"] += (guardians + new / 2) * weeks * price["guardian"]
        guardians = (guardians + new) * (1 - 1 / (12 * rule["years"]))
        pounds["other", "travel"] += through(one.future.out_of_area) * weeks * price["travel"]
    return dict(pounds)
