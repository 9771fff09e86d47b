"""A small made-up council whose forecast is worked out for tests, and every word of it that no page may show."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from frontend.orders import Part
from frontend.planning.inputs import Inputs
from frontend.planning.orders import Worked, WorkOrder
from sufficiency.batch_made_up import MadeUp, made_up_council, made_up_returns
from sufficiency.scenario import BASELINE

SMALL: Final = MadeUp("Small-council", seed=7, families=24.0, years=(2023, 2024, 2025, 2026))
"""Some 75 children in care."""
FIRST, SECOND = "baseline", "sibling-carers"
DRAWS: Final = 20
_SETTINGS: Final = {
    "horizon_months": '{ value = 18, unit = "months", low = 18, high = 18, source = "A test", date = "2026-11", '
    'status = "unverified" }',
    "replications": '{ value = 20, unit = "draws", low = 20, high = 20, source = "A test", date = "2026-11", '
    'status = "unverified" }',
}
_LEVER: Final = """
[levers.recruitment.siblings_two]
value = 23
unit = "enquiries a year"
low = 23
high = 23
from = "2026-07"
over_months = 6
source = "A test"
date = "2026-11"
status = "unverified"
"""


def scenario_texts() -> tuple[tuple[str, str], ...]:
    """Two scenarios that stand by themselves: the packaged one over a shorter time, and one lever more."""
    text = BASELINE.read_text(encoding="utf-8")
    for key, value in _SETTINGS.items():
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    head, _, targets = text.partition("\n[targets]\n")
    for key, value, unit in (("months", 12, "months"), ("approvals", 3, "households")):
        line = f'{key} = {{ value = {value}, unit = "{unit}", low = {value}, high = {value}, source = "A test", '
        line += 'date = "2026-11", status = "unverified" }'
        targets = re.sub(rf"^{key} = .*$", line, targets, count=1, flags=re.MULTILINE)
    first = f"{head}\n[targets]\n{targets}"
    second = first.replace('name = "Baseline"', 'name = "Carers for brothers and sisters"')
    return (FIRST, first), (SECOND, f"{second.rstrip()}\n{_LEVER}")


def small_inputs(folder: Path) -> Inputs:
    """The small council's returns in a folder, and a place beside them for what is worked out."""
    made = made_up_council(folder / "returns", SMALL)
    return Inputs((made,), folder / "work")


def small_order(inputs: Inputs, title: str = "The first forecast") -> WorkOrder:
    """Two scenarios in a few seconds: few futures, no trial on the past, in one process."""
    return WorkOrder(
        inputs, scenario_texts(), FIRST, replications=DRAWS, backtest=False, title=title, usable_days=4, workers=0
    )


class Silent:
    """Hears how far work is, and says nothing."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.parts: tuple[Part, ...] = ()

    def stage(self, name: str) -> None:
        """A new stage begins."""
        self.stages.append(name)

    def far(self, stage: str, parts: tuple[Part, ...]) -> None:
        """How far it is."""
        self.stages.append(stage)
        self.parts = parts

    def watch(self, tier: str, value: float, bound: float, seconds: float) -> None:
        """Of a solver; a forecast tells none."""

    def finish(self) -> bool:
        """Nobody asks for less."""
        return False


def small_work(folder: Path) -> tuple[Inputs, Worked]:
    """What the small council gave, and its forecast as it would be kept."""
    inputs = small_inputs(folder)
    return inputs, small_order(inputs).work(Silent())


# ---- what no page may show -------------------------------------------------------------------------------------------


_IDS: Final = frozenset(("child", "upn", "child_id", "home_id"))
_DAYS: Final = frozenset(("dob", "mc_dob", "date_of_birth"))
_POSTCODES: Final = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]*")


def cells_of(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every cell of some CSV files: column and text."""
    for data in files.values():
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            yield from ((name.casefold(), text) for name, text in row.items() if text)


@cache
def secrets_of(council: MadeUp) -> frozenset[str]:
    """Ids, UPNs, birth dates (as written, and by ISO), postcodes and their districts and sectors of its returns."""
    found: set[str] = set()
    for name, text in cells_of(made_up_returns(council)):
        if name in _IDS and not re.fullmatch(r"UN[0-9]", text):  # a code for why there is no UPN
            found.add(text)
        elif name in _DAYS:
            day, month, year = text.split("/")
            found |= {text, f"{year}-{month}-{day}"}
        for postcode in _POSTCODES.findall(text):
            outward, inward = postcode[:-3].strip(), postcode[-3:]
            found |= {f"{outward} {inward}", f"{outward}{inward}", f"{outward} {inward[0]}", outward}
    # days on which a source of the packaged scenario was printed
    return frozenset(found) - set(_WORD.findall(BASELINE.read_text(encoding="utf-8")))


def assert_no_child(text: str, council: MadeUp = SMALL) -> None:
    """Fail where a text holds anything by which a child of a made-up council's returns could be told.

    Whole words alone count: a district such as M5 is not found in M50. Give the words of a page, not its style sheet or
    drawings, in which M5 may be the start of a line.
    """
    words = set(_WORD.findall(text)) | set(re.findall(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{0,2}", text))
    told = sorted(secrets_of(council) & words)
    assert not told, f"the text tells of single children: {told[:5]}"
