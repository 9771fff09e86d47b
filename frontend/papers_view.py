"""What the page of papers shows: which papers there are, in parts to read, and as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from frontend.open_round import OpenRound
from matching.papers import MACHINE, MARKDOWN
from matching.papers_facts import System
from matching.papers_fairness import evidence_of
from matching.papers_form import Kind, Paper
from matching.papers_run import run_of_proposal
from matching.papers_sections import sections
from matching.policy import Policy
from matching.versions import versions
from reporting.section import Section
from reporting.write import Form

PAPER_WORDS: Final[Mapping[Kind, str]] = {
    Kind.TRANSPARENCY: "Transparency record: for anybody who wants to know",
    Kind.DATA_PROTECTION: "Data protection impact assessment: a draft",
    Kind.EQUALITY: "Equality impact assessment: a draft",
}
FORM_WORDS: Final[Mapping[str, str]] = {
    Form.PDF.value: "PDF, to print or read",
    Form.WORD.value: "Word, to write in",
    Form.HTML.value: "Web page, one file",
    Form.SHEET.value: "Workbook, one table a sheet",
    MARKDOWN: "Markdown, plain text",
    MACHINE[0]: "JSON, for machines",
    MACHINE[1]: "CSV, one field a row",
}
MEDIA: Final[Mapping[str, str]] = {
    **{form.value: form.media_type for form in Form},
    MARKDOWN: "text/markdown; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}


def system_of(policy: Policy, round_: OpenRound | None) -> System:
    """What the papers are about: the council's policy, or an open round with its own."""
    if round_ is None:
        return System(policy, versions=versions())
    run = run_of_proposal(round_.proposal, round_.document["versions"])
    return System(run.policy, run, versions(), evidence=evidence_of(round_.proposal))


def parts(paper: Paper, warnings: tuple[str, ...]) -> dict[str, list[Section]]:
    """The paper in parts of a screen's length: heading of each chapter to its sections."""
    found: dict[str, list[Section]] = {}
    for section in sections(paper, warnings):
        if section.level == 2:
            found[section.heading] = []
        found[list(found)[-1]].append(section)
    return found
