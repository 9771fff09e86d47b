"""The files of scenarios compared, written whole or not at all; the same run always gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from matching.versions import versions
from reporting.whole import sha256_of, write_text, written_whole
from reporting.write import csv_text
from sufficiency.compare_page import compare_page
from sufficiency.compare_run import CompareRun
from sufficiency.compare_tables import CONTRIBUTION_COLUMNS, comparison_rows, contribution_rows
from sufficiency.need_words import date_of
from sufficiency.outputs import findings_table, refuse_other_results

FILES: Final = ("comparison.csv", "contribution.csv", "findings.csv", "compare.html", "summary.json")
COMMAND: Final = "compare"
"""What `summary.json` says it was made by: other results are never written over."""


def write_compare(out: Path, run: CompareRun) -> dict[str, Any]:
    """Write every file to the folder `out`, replacing an earlier comparison's, and return the summary.

    Raises OSError when the folder cannot be written, `OtherResults` when it holds what is no comparison.
    """
    refuse_other_results(out, COMMAND)
    with written_whole(out, FILES) as partial:
        write_text(partial / "comparison.csv", csv_text(comparison_rows(run.comparison)))
        write_text(partial / "contribution.csv", csv_text(contribution_table(run)))
        write_text(partial / "findings.csv", csv_text(findings_table(run.given.ret, run.given.findings)))
        write_text(partial / "compare.html", compare_page(run))
        summary = {
            **_told(run),
            "versions": versions(),
            "files": {name: sha256_of(partial / name) for name in FILES if name != "summary.json"},
        }
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_text(partial / "summary.json", text)
    return summary


def contribution_table(run: CompareRun) -> pd.DataFrame:
    """`contribution.csv`: the levers of every scenario that pulls one; a heading alone where none does."""
    tables = [contribution_rows(name, run.comparison.points, one) for name, one in run.contributions.items()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(CONTRIBUTION_COLUMNS))


def _told(run: CompareRun) -> dict[str, Any]:
    given = run.given
    register = (
        {} if given.register is None else {f"register/{name}": one for name, one in given.register.inputs.items()}
    )
    return {
        "command": COMMAND,
        "nature": "Scenarios compared: what may come if each holds. No target and no decision.",
        "council": given.asked.council or "",
        **({"made_up": True} if given.asked.made_up else {}),
        "known_until": date_of(given.history.until - 1).isoformat(),
        "forecast_from": date_of(given.history.until).isoformat(),
        "months": len(run.months),
        "seed": given.asked.seed,
        "replications": run.comparison.draws,
        "first": run.comparison.first,
        "scenarios": {
            name: {
                "name": scenario.name,
                "sha256": scenario.sha256,
                "levers": list(run.pulls[name].pulls),
                "levers_taken_apart": run.contributions[name].method if name in run.contributions else None,
            }
            for name, scenario in run.scenarios.items()
        },
        "homes": list(run.start.said),
        "warnings": [f"{name}: {note}" for name, pulls in run.pulls.items() for note in pulls.notes],
        "usable": {"source": run.usable.source, "error": round(run.usable.error, 4), "days": run.usable.days},
        "inputs": dict(sorted({**given.ret.inputs, **register}.items())),
        "rows_left_out": given.rows_left_out,
    }
