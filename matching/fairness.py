"""Is everybody served alike? The figures of one round, by protected characteristic, and the files that say them.

The equality duty asks a council to look [GOV-06, IDN-07]; nothing here changes a plan. See
docs/explanation/fairness.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.envy import BETTER, TIE, Case, Envy
from matching.fairness_figures import Figure, figures, looks, not_recorded, overall
from matching.fairness_groups import TITLES, Grouped, groups_of
from matching.fairness_hiding import EVERYBODY, NOT_TOLD, said
from matching.fairness_outcomes import MEASURES, outcomes
from matching.policy import Policy
from matching.propose import Proposal
from matching.question import Ints
from records.model import Records
from reporting.disclosure import HIDDEN, Refused, Rules

FAIRNESS_COLUMNS: Final = (
    "measure",
    "characteristic",
    "group",
    "n",
    "part",
    "value",
    "low",
    "high",
    "others",
    "difference",
    "difference_low",
    "difference_high",
    "chance",
    "said",
    "hidden",
)
ENVY_COLUMNS: Final = (
    "child_ids",
    "home_id",
    "held_by",
    "homes_now",
    "points_there",
    "points_now",
    "days_longer",
    "held_by_would_go_to",
    "priority",
    "loss",
    "explained",
    "why",
)
HARMED: Final[Mapping[str, str]] = {
    "pinned": "a home that a person asked for would not be kept",
    "placed": "fewer children would have a home",
    "keep": "a home that is scarce for those who are expected would be taken",
    "siblings": "fewer brothers and sisters would live together",
    "near": "fewer brothers and sisters would live near each other",
    "local": "fewer children would be placed locally",
    "points": "the homes would fit the children together less well",
    "cost": "all else is equal, and it would cost more",
}
"""What a swap would harm, by the first priority that it harms."""


@dataclass(frozen=True, slots=True, eq=False)
class Fairness:
    """One plan by protected characteristic. `values`: see `fairness_outcomes.outcomes`."""

    groups: Mapping[str, Grouped]
    values: Mapping[str, NDArray[np.float64]]
    everybody: tuple[Figure, ...]
    figures: tuple[Figure, ...]

    @property
    def worse(self) -> tuple[Figure, ...]:
        """Figures of groups that are worse off by more than chance explains."""
        return tuple(one for one in self.figures if one.worse)

    @property
    def stand_out(self) -> tuple[Figure, ...]:
        """Figures that differ by more than chance explains, either way."""
        return tuple(one for one in self.figures if one.stands_out)

    @property
    def looks(self) -> int:
        """How many comparisons were made."""
        return looks(self.figures)

    @property
    def not_recorded(self) -> dict[str, int]:
        """Children of whom each characteristic is not recorded."""
        return not_recorded(self.groups)


def fairness_of(proposal: Proposal) -> Fairness:
    """The figures of a round."""
    asked = proposal.asked
    return fairness(proposal.register.records, asked.policy, asked.council, proposal.home_of)


def fairness(records: Records, policy: Policy, council: str | None, home_of: Ints) -> Fairness:
    """The figures of a plan: the index of each child's home in the records, -1 for none; shape (children,)."""
    groups, values = groups_of(records), outcomes(records, policy, council, home_of)
    return Fairness(
        groups,
        values,
        tuple(overall(one, values[one.key]) for one in MEASURES),
        figures(groups, values),
    )


def fairness_table(found: Fairness, *, counts: bool = False, rules: Rules | None = None) -> pd.DataFrame:
    """`fairness.csv`: one row for each measure and group, everybody first.

    Without `counts` small numbers are hidden with all that would give them away; where that cannot be done every
    figure is. With them the file is for casework alone.
    """
    if counts:
        rows = [_row(one, f"{one.n}", _text(one.part), hidden="N") for one in (*found.everybody, *found.figures)]
        return _frame(rows)
    try:
        told, _ = said(found.groups, found.values, rules)
    except Refused:
        every = [(EVERYBODY, EVERYBODY), *((name, group) for name, of in found.groups.items() for group in of.names)]
        return _frame([_hidden(measure.key, *one) for measure in MEASURES for one in every])
    return _frame([_row(one.figure, one.n, one.part, hidden="Y" if one.hidden else "N") for one in told])


def _row(one: Figure, n: str, part: str, *, hidden: str) -> dict[str, str]:
    return {
        "measure": one.measure.key,
        "characteristic": one.characteristic,
        "group": one.group,
        "n": n,
        "part": part,
        "value": HIDDEN if hidden == "Y" else _text(one.value),
        "low": _text(one.low),
        "high": _text(one.high),
        "others": _text(one.others) if one.difference is not None else "",
        "difference": _text(one.difference),
        "difference_low": _text(one.difference_low),
        "difference_high": _text(one.difference_high),
        "chance": _text(one.chance),
        "said": one.said,
        "hidden": hidden,
    }


def _hidden(measure: str, characteristic: str, group: str) -> dict[str, str]:
    named = {"measure": measure, "characteristic": characteristic, "group": group}
    return dict.fromkeys(FAIRNESS_COLUMNS, "") | named | {"n": HIDDEN, "value": HIDDEN, "said": NOT_TOLD, "hidden": "Y"}


def _text(value: float | None) -> str:
    """A number to four decimals; blank for none."""
    if value is None:
        return ""
    return f"{value}" if isinstance(value, int) else f"{round(value, 4) + 0.0:.4f}"


def _frame(rows: list[dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in FAIRNESS_COLUMNS})


def envy_table(proposal: Proposal, found: Envy) -> pd.DataFrame:
    """`envy.csv`: one row for each case, those that no priority justifies first."""
    children, homes = proposal.question.child_ids, proposal.question.home_ids

    def home(at: int) -> str:
        return homes[at] if at >= 0 else "none"

    rows = [
        {
            "child_ids": ";".join(children[c] for c in one.a),
            "home_id": homes[one.home],
            "held_by": ";".join(children[c] for c in one.b),
            "homes_now": ";".join(home(h) for h in one.homes_of_a),
            "points_there": one.points_there,
            "points_now": one.points_now,
            "days_longer": one.days_longer,
            "held_by_would_go_to": home(one.takes),
            "priority": one.tier,
            "loss": one.loss / 100 if one.tier == "cost" else one.loss,
            "explained": "Y" if one.is_explained else "N",
            "why": why(one),
        }
        for one in sorted(found.cases, key=lambda case: case.is_explained)
    ]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in ENVY_COLUMNS})


def why(one: Case) -> str:
    """What justifies a case, in a sentence without names."""
    if one.tier == TIE:
        return "Nothing but the fixed rule of ids: with the swap the plan would be as good in every priority."
    if one.tier == BETTER:
        return "Nothing: with the swap the plan would be better. It is not proved best."
    return f"With the swap {HARMED.get(one.tier, f'the plan would be worse in {one.tier}')}."


def title_of(characteristic: str) -> str:
    """What a characteristic, or everybody, is called."""
    return "Everybody" if characteristic == EVERYBODY else TITLES[characteristic]
