"""The dozen scenarios that come with Placewell.

Their page is printed by `python -m sufficiency.dozen > docs/reference/the-dozen.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sufficiency.lever_figures import LEVERS
from sufficiency.scenario import BASELINE, Scenario, read_scenario
from sufficiency.scenario_values import Pulled, in_digits

WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demand-up": "In England entries to care fell by 8% in one year (2020-21) and rose by 9% in the next. A plan "
        "that holds only while they stand still is no plan.",
        "entries-fall": "A family that is helped in time needs no home for its children. It is the first thing that a "
        "committee asks before it pays for more of them.",
        "recruitment-drive": "Of eight who ask one applies, and of three who apply one is approved. It shows how much "
        "of a drive is left at the end.",
        "teenagers-carers": "A teenager for whom no carer is found lives with an agency's, or in a children's home.",
        "sibling-carers": "Few homes have room for brothers and sisters. Trafford gave it as its main reason for "
        "buying agency places (minutes, undated).",
        "retention": "A carer who stays need not be recruited. Retention or recruitment: which fills more places?",
        "kin-first": "One council in ten has three times as many children leave to special guardians as another one in "
        "ten has.",
        "step-down": "For a third of the children in homes the plan was a family, and a week there costs several times "
        "as much.",
        "supported-lodgings": "At 16 and 17 a home with somebody is wanted too, and costs less than what is bought "
        "instead.",
        "agency-prices": "A bill that the council does not set. It shows what it costs to depend on agencies.",
        "older-carers-retire": "A third of carers are over 60. It shows what it will take to stand still.",
        "regional-hub": "Councils are asked to recruit together. It shows what comes of it where assessors keep up.",
    }
)
"""Name of each file to why anybody would try it, in the order in which they are told."""


_HEAD: Final = (
    "# The dozen scenarios",
    "",
    "Printed from `scenarios/` by `python -m sufficiency.dozen > docs/reference/the-dozen.md`. What a lever is, and",
    "how scenarios are compared: [levers and contributions](../explanation/levers-and-contributions.md). How to write",
    "your own: [write a scenario](../how-to/write-a-scenario.md).",
    "",
    "Each extends `baseline.toml` and states only what differs from it: levers, which begin in April 2027. For returns",
    "that go past that month, write a later `from`. They are examples to take after, not advice: **most amounts are",
    "choices, and say so** (`unverified`); the published figures beside them are there for scale. Put your own in",
    "their place. What a lever itself costs is not in them, but for what the scenario's figures say of recruitment.",
    "",
    "Enquiries and assessments are those of the baseline's council of 340 children. A forecast brings the baseline's",
    "own totals to a council's size, and leaves the amount of a lever as it stands: bring it to yours.",
    "",
)


def path_of(name: str) -> Path:
    """The file of one of the dozen, or of the baseline; raises KeyError for another name."""
    if name not in WHY and name != BASELINE.stem:
        raise KeyError(f"{name} is none of the scenarios that come with Placewell: {', '.join(WHY)}")
    return BASELINE.with_name(f"{name}.toml")


@cache
def dozen() -> Mapping[str, Scenario]:
    """The dozen, by name of file."""
    return MappingProxyType({name: read_scenario(path_of(name)) for name in WHY})


def handbook() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _HEAD
    yield "| Scenario | File | Levers |"
    yield "|---|---|---|"
    for name, scenario in dozen().items():
        levers = ", ".join(f"`{lever.removeprefix('levers.')}`" for lever in _pulled(scenario))
        yield f"| [{scenario.name}](#{_anchor(scenario.name)}) | `{name}.toml` | {levers} |"
    for name, scenario in dozen().items():
        yield ""
        yield f"## {scenario.name}"
        yield ""
        yield scenario.about
        yield ""
        yield f"Why: {WHY[name]}"
        yield ""
        yield "| Lever | What it does | Amount | When | Status | Date | Source |"
        yield "|---|---|---|---|---|---|---|"
        for key, figure in _pulled(scenario).items():
            lever = key.removeprefix("levers.")
            yield (
                f"| `{lever}` | {LEVERS[lever].does} | {_amount(figure)} | {_when(figure)} | {figure.status} | "
                f"{figure.date} | {figure.source} |"
            )


def _pulled(scenario: Scenario) -> dict[str, Pulled]:
    return {key: figure for key, figure in scenario.flat().items() if isinstance(figure, Pulled)}


def _amount(figure: Pulled) -> str:
    interval = f" ({figure.interval})" if figure.interval else ""
    return f"{in_digits(figure.value)}{interval} {figure.unit}"


def _when(figure: Pulled) -> str:
    until = f" until {figure.until}" if figure.until else ""
    full = f", in full after {figure.over_months} months" if figure.over_months > 1 else ""
    return f"from {figure.begins}{full}{until}"


def _anchor(name: str) -> str:
    kept = (letter if letter.isalnum() else "-" if letter == " " else "" for letter in name.lower())
    return "".join(kept)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(handbook())
