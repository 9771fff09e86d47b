"""The files of the policy lab, written whole or not at all; the same lab always gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd

from matching.versions import versions
from reporting.whole import sha256_of, write_text, written_whole
from reporting.write import csv_text
from sufficiency.lab import MEASURES, Tried
from sufficiency.lab_page import lab_page
from sufficiency.lab_words import differences, headline
from sufficiency.outputs import refuse_other_results

FILES: Final = ("lab.csv", "lab.html", "summary.json")
COMMAND: Final = "lab"
COLUMNS: Final = ("year", "measure", "unit", "a", "b", "difference")


def lab_table(tried: Tried) -> pd.DataFrame:
    """`lab.csv`: each year and measure, what either side came to and b less a. Totals of made-up children."""
    rows = [
        (
            k + 1,
            measure.name,
            measure.unit,
            round(float(tried.figures[0, k, at]), 2),
            round(float(tried.figures[1, k, at]), 2),
            round(float(tried.difference[k, at]), 2),
        )
        for k in range(tried.asked.years)
        for at, measure in enumerate(MEASURES)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_lab(out: Path, tried: Tried, inputs: dict[str, str] | None = None) -> dict[str, Any]:
    """Write every file to the folder `out`, replacing an earlier lab's, and return the summary.

    Raises OSError when the folder cannot be written, `OtherResults` when it holds something else.
    """
    refuse_other_results(out, COMMAND)
    with written_whole(out, FILES) as partial:
        write_text(partial / "lab.csv", csv_text(lab_table(tried)))
        write_text(partial / "lab.html", lab_page(tried))
        told = {
            **summary(tried, inputs or {}),
            "files": {name: sha256_of(partial / name) for name in FILES if name != "summary.json"},
        }
        write_text(partial / "summary.json", json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    return told


def summary(tried: Tried, inputs: dict[str, str]) -> dict[str, Any]:
    """`summary.json`: what was tried and what was found. Keys keep this order."""
    asked = tried.asked
    return {
        "command": COMMAND,
        "nature": "Made-up years, in which nobody exists. Two ways of deciding met the same of them.",
        "headline": headline(tried),
        "sides": [
            {
                "name": side.name,
                "way": side.way,
                "policy": side.policy.fingerprint,
                "more_homes": dict(sorted(side.more.items())),
                "homes_of_its_own": len(side.besides),
                "homes": round(homes, 2),
            }
            for side, homes in zip(asked.sides, tried.homes, strict=True)
        ],
        "years": asked.years,
        "seed": asked.seed,
        "weeks": asked.weeks,
        "families_a_year": asked.families,
        "carers_who_say_no": asked.refuses,
        "children_looked_for": round(float(tried.children.mean()), 2),
        "own_register": bool(asked.register),
        "differences": [
            {
                **{k: v for k, v in asdict(one.measure).items() if k in ("name", "title", "unit")},
                "a": round(one.a, 3),
                "b": round(one.b, 3),
                "difference": round(one.mean, 3),
                "p05": round(one.low, 3),
                "p95": round(one.high, 3),
                "more_than_chance": one.sure,
            }
            for one in differences(tried)
        ],
        "inputs": dict(sorted(inputs.items())),
        "versions": versions(),
    }
