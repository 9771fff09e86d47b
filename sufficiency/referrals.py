"""A council's referrals: what children were said to need when a home was looked for.

Read from one CSV file in the words of the Placements data standard, version 2 (July 2025). Its headings may be those
of the published table or the short names of its schema; capitals, spaces and punctuation do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.cells import Outcome, garbled, shown, whole
from records.columns import Column, File
from records.days import day
from records.model import Finding, Severity
from records.sources.delimited import read_delimited
from records.sources.folder import bytes_of
from records.sources.limits import LIMITS
from records.tables import Unusable

_RISK: Final = {"risk_present": 1, "no_known_risk": 0}
_YES: Final = {"y": 1, "yes": 1, "true": 1, "1": 1, "n": 0, "no": 0, "false": 0, "0": 0, "not_specified": -1}
PREFERRED: Final = 2
_SUITS: Final = {"preferred": PREFERRED, "suitable_but_not_preferred": 1, "unsuitable": 0, "not_specified": -1}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the standard: its names, and what each of its options stands for (-1: not known)."""

    names: tuple[str, ...]
    options: Mapping[str, int]


def _risk(short: str, label: str) -> Field:
    return Field((short, label), _RISK)


NEEDS: Final[Mapping[str, Field]] = {
    "going_missing": _risk("riskMissing", "Risk to child: Going missing"),
    "drug_and_alcohol": _risk("riskDrugAlcohol", "Risk to child: Drug and alcohol use"),
    "sexual_exploitation": _risk("riskSexualExploitation", "Risk to child: Sexual exploitation"),
    "self_harm": _risk("riskSelfHarm", "Risk to child: Self-harm"),
    "criminal_exploitation": _risk("riskCriminalExploitation", "Risk to child: Criminal exploitation"),
    "eating_disorder": _risk("riskEatingDisorder", "Risk to child: Eating disorder"),
    "harm_to_others": _risk("riskToOthersPhysical", "Risk to others or property: Physical harm"),
    "sexual_harm_to_others": _risk("riskToOthersSexual", "Risk to others or property: Sexual harm"),
    "fire_setting": _risk("riskToOthersFire", "Risk to others or property: Fire-setting"),
    "harm_to_animals": _risk("riskToOthersAnimals", "Risk to others or property: Harm to animals"),
    "criminal_exploitation_of_others": _risk(
        "riskToOthersCriminal", "Risk to others or property: Criminal exploitation"
    ),
    "communication": Field(("communicationNeeds", "Communication, language and learning needs"), _YES),
    "adapted_home": Field(("homeAdaptation", "Adaptation to the home"), _YES),
    "cultural": Field(
        ("culturalNeeds", "Cultural needs (e.g. place of worship)"),
        {"required": 1, "not_required": 0, "not_known": -1, "other": -1},
    ),
    "solo": Field(
        ("livingCompanions", "Who can the child be cared for alongside"),
        {
            "solo_placement_recommended": 1,
            "with_other_children_recommended": 0,
            "only_with_other_older_children": 0,
            "only_with_other_younger_children": 0,
            "no_preference": 0,
        },
    ),
    "extra_support": Field(
        ("additionalSupport", "Additional support (Please specify)"),
        {
            "additional_supervision": 1,
            "therapeutic_support": 1,
            "a_worker_for_respite": 1,
            "taxis_to_school": 1,
            "other_please_specify": 1,
            "other": 1,
            "na": 0,
        },
    ),
    "deprivation_of_liberty": Field(("deprivationOfLiberty", "Deprivation of Liberty Order"), _YES),
}
"""The needs of `need.segments.needs` of a scenario, in its order."""

SUITED: Final[Mapping[str, Field]] = {
    "foster": Field(("fosterCareSuitability", "Foster care suitability"), _SUITS),
    "residential": Field(("residentialCareSuitability", "Residential care suitability"), _SUITS),
    "supported": Field(
        (
            "supportedAccommodationSuitability",
            "Supported Accommodation suitability",
            "Supported Accomodation suitability",
        ),
        _SUITS,
    ),
}
_CHILD: Final = ("childId", "Child ID")
_DAY: Final = ("referralDate", "Date of Data entry (referral)")
_SIBLINGS: Final = ("siblingCount", "Number of siblings to place with", "Number of sublings to place with")
_TO_MEND: Final = "Use the words of the Placements data standard, or leave the cell blank if it is not known."


@dataclass(frozen=True, slots=True)
class Referrals:
    """One entry a referral, sorted by child and day. -1 stands for what is not known."""

    child: npt.NDArray[np.str_]
    """Id of the child as the council's return has it."""
    day: npt.NDArray[np.int64]
    """Whole days since 1970-01-01."""
    siblings: npt.NDArray[np.int64]
    """Brothers and sisters to be placed with."""
    needs: npt.NDArray[np.int8]
    """[referrals, needs] 1 where the need is there, 0 where it is not, by `NEEDS`."""
    suited: npt.NDArray[np.int8]
    """[referrals, kinds] 2 preferred, 1 suitable, 0 unsuitable, by `SUITED`."""
    findings: tuple[Finding, ...]
    left_out: int
    """Rows that are not used, each with its finding."""

    def __len__(self) -> int:
        return len(self.child)


def read_referrals(path: Path) -> Referrals:
    """Read the referrals of one CSV file.

    A row without child or day, one whose cells cannot be told apart, and rows that differ for one child and day are
    left out; a cell that is none of the options counts as not known. Each is a finding, and so is a column that is
    not read here. Raises `records.tables.Unusable` where the file cannot be read, or has no column for the child or
    the day.
    """
    label = shown(path.name)
    table, findings = read_delimited(_FILE, label, bytes_of(path, LIMITS), LIMITS)
    findings = [
        f for f in findings if f.severity is not Severity.NOTE or f.row is None or _plain(f.column) not in _NAMES
    ]
    frame = table.frame.rename(columns={name: _plain(str(name)) for name in table.frame.columns})
    columns = {names[0]: _column(label, frame, names) for names in _ALL}
    for names in (_CHILD, _DAY):
        if columns[names[0]] is None:
            raise Unusable(label, f"There is no column {names[1]} ({names[0]}).", "Add it, spelt as here.")
    absent = [names[0] for names in _ALL if columns[names[0]] is None]
    if absent:
        findings.append(
            Finding(
                label, None, "*", "", Severity.NOTE, f"There is no column for {', '.join(absent)}.",
                "Nothing is known of it in any referral.", "Add it if the council records it.",
            )
        )  # fmt: skip
    usable = np.ones(len(frame), dtype=np.bool_)
    numbers = [int(number) for number in frame.index]
    for at, number in enumerate(numbers):
        if number in table.misshapen:
            usable[at] = False
            findings.append(_finding(label, number, "*", Severity.LEFT_OUT, table.misshapen[number], "Mend the row."))
    given = {name: _texts(frame, column) for name, column in columns.items()}
    days = np.zeros(len(frame), dtype=np.int64)
    siblings = np.full(len(frame), -1, dtype=np.int64)
    for at in np.flatnonzero(usable).tolist():
        said = day(given[_DAY[0]][at]) if given[_DAY[0]][at] else _NO_DAY
        column = _DAY[0]
        if not given[_CHILD[0]][at]:
            said, column = _NO_CHILD, _CHILD[0]
        if said.garbled:
            usable[at] = False
            findings.append(_finding(label, numbers[at], column, Severity.LEFT_OUT, said.message, said.mend))
            continue
        days[at] = int(np.datetime64(str(said.value), "D").astype(np.int64))
        count = given[_SIBLINGS[0]][at]
        if count:
            read = whole(0, 20)(count)
            if read.garbled:
                findings.append(_finding(label, numbers[at], _SIBLINGS[0], Severity.MENDED, read.message, read.mend))
            else:
                siblings[at] = int(str(read.value))
    fields = (*NEEDS.values(), *SUITED.values())
    answers = np.full((len(frame), len(fields)), -1, dtype=np.int8)
    for j, field in enumerate(fields):
        for at in np.flatnonzero(usable).tolist():
            answers[at, j] = _answer(label, numbers[at], field, given[field.names[0]][at], findings)
    kept = _settled(label, numbers, usable, given[_CHILD[0]], days, np.column_stack((siblings, answers)), findings)
    return Referrals(
        child=np.array([given[_CHILD[0]][at] for at in kept], dtype=np.str_),
        day=days[kept],
        siblings=siblings[kept],
        needs=answers[kept, : len(NEEDS)],
        suited=answers[kept, len(NEEDS) :],
        findings=tuple(sorted(findings, key=lambda finding: finding.place)),
        left_out=sum(f.severity is Severity.LEFT_OUT for f in findings),
    )


_NO_DAY: Final = garbled("The day of the referral is not said.", "Give the date as YYYY-MM-DD or DD/MM/YYYY.")
_NO_CHILD: Final = garbled("The child is not said.", "Give the id that the council's return has.")
_ALL: Final = (_CHILD, _DAY, _SIBLINGS, *(f.names for f in NEEDS.values()), *(f.names for f in SUITED.values()))


def _plain(text: str) -> str:
    """Letters and digits, with one underscore for whatever stands between them."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


_NAMES: Final = frozenset(_plain(name) for names in _ALL for name in names)


def _read(text: str) -> Outcome:
    return Outcome(text)


_FILE: Final = File(
    "referrals",
    "Referrals in the words of the Placements data standard.",
    "The referral is not counted.",
    tuple(Column(name, _read, name) for name in sorted(_NAMES)),
)


def _column(label: str, frame: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    """The column of a field, under whichever of its names."""
    there = [plain for plain in dict.fromkeys(_plain(name) for name in names) if plain in frame.columns]
    if len(there) > 1 or (there and list(frame.columns).count(there[0]) > 1):
        raise Unusable(label, f"The field {names[0]} has more than one column.", "Keep one of them.")
    return there[0] if there else None


def _texts(frame: pd.DataFrame, column: str | None) -> list[str]:
    if column is None:
        return [""] * len(frame)
    return [str(cell).strip() for cell in frame[column].tolist()]


def _answer(label: str, number: int, field: Field, cell: str, findings: list[Finding]) -> int:
    """What a cell says; of several options, split by commas or semicolons, the most that one of them says."""
    if not cell:
        return -1
    said = [_plain(cell)] if _plain(cell) in field.options else [_plain(part) for part in re.split(r"[,;]", cell)]
    if all(part in field.options for part in said):
        return max(field.options[part] for part in said)
    what = f"This is none of the options: {', '.join(field.options)}."
    findings.append(_finding(label, number, field.names[0], Severity.MENDED, what, _TO_MEND))
    return -1


def _settled(
    label: str,
    numbers: list[int],
    usable: npt.NDArray[np.bool_],
    child: list[str],
    days: npt.NDArray[np.int64],
    said: npt.NDArray[Any],
    findings: list[Finding],
) -> list[int]:
    """Positions of the referrals by child and day: one where rows say the same, none where they differ."""
    together: dict[tuple[str, int], list[int]] = {}
    for at in np.flatnonzero(usable).tolist():
        together.setdefault((child[at], int(days[at])), []).append(at)
    kept = []
    for key in sorted(together):
        first, *more = together[key]
        differ = any((said[at] != said[first]).any() for at in more)
        for at in together[key] if differ else more:
            what = "Another row of the same child and day says " + ("otherwise." if differ else "the same.")
            mend = "Keep the row that is right." if differ else "Keep one of them."
            findings.append(_finding(label, numbers[at], "*", Severity.LEFT_OUT, what, mend))
        if not differ:
            kept.append(first)
    return kept


def _finding(label: str, number: int, column: str, severity: Severity, what: str, mend: str) -> Finding:
    meaning = "The referral is not counted." if severity is Severity.LEFT_OUT else "It counts as not known."
    return Finding(label, number, column, "", severity, what, meaning, mend)
