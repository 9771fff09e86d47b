"""Papers on how Placewell works, made from rules, policy and a round: transparency, data protection, equality.

The contents page: which papers there are, what each is written as, and the file names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from matching.papers_data_protection import assessment
from matching.papers_equality import impact_assessment
from matching.papers_facts import PEOPLE_DECIDE, System, learned_in_brief
from matching.papers_form import Kind, Paper, as_csv, as_json
from matching.papers_sections import sections, sheet_sections
from matching.papers_transparency import record
from matching.policy import Policy, read_policy
from matching.rules import RULES
from reporting.markdown import markdown
from reporting.write import Form, write

PAPERS: Final[Mapping[Kind, Callable[[System], Paper]]] = {
    Kind.TRANSPARENCY: record,
    Kind.DATA_PROTECTION: assessment,
    Kind.EQUALITY: impact_assessment,
}
MARKDOWN: Final = "md"
FORMATS: Final = (*(form.value for form in Form), MARKDOWN)
MACHINE: Final = ("json", "csv")
"""Written beside every document: the same fields for machines."""
PAGE_TITLE: Final = "Papers on how it works"
MARKING: Final = "DRAFT: for the council to complete"
PRINTED: Final[Mapping[Kind, str]] = {
    Kind.TRANSPARENCY: "transparency-record",
    Kind.DATA_PROTECTION: "dpia-template",
    Kind.EQUALITY: "equality-template",
}
"""Pages of docs/reference, printed from the packaged policy."""


def paper(kind: Kind, system: System) -> Paper:
    """One paper about this system."""
    return PAPERS[kind](system)


def file_name(kind: Kind, suffix: str) -> str:
    """What the file of a paper is called."""
    return f"placewell-{kind.value}.{suffix}"


def written(one: Paper, suffix: str, warnings: tuple[str, ...] = ()) -> bytes:
    """A paper as a file of this suffix, `FORMATS` or `MACHINE`. The same paper always gives the same bytes."""
    if suffix == "json":
        return as_json(one).encode()
    if suffix == "csv":
        return as_csv(one).encode()
    marking = MARKING if one.to_fill else ""
    if suffix == MARKDOWN:
        return markdown(one.title, sections(one, warnings), lead=one.lead, marking=marking).encode()
    form = Form(suffix)
    drawn = sheet_sections(one, warnings) if form is Form.SHEET else sections(one, warnings)
    return write(form, one.title, drawn, lead=one.lead, marking=marking, contents=True)


def round_sentence(policy: Policy, *, proved: bool, own_points: bool) -> str:
    """How a round's proposal was made, and where that can be read; for a pack's agenda.

    `proved`: every priority is. `own_points`: points came from a file of the council's own, not from considerations.
    """
    points = "points from a file of the council's own" if own_points else "the council's own weights"
    how = "proved to be the best" if proved else "the best that was found, not proved in every priority"
    return (
        f"How this proposal was made: by {len(RULES)} published rules, {points} and its order of priorities (policy "
        f"version {policy.version}, fingerprint {policy.fingerprint[:12]}); it is {how}. {learned_in_brief(policy)} "
        f"{PEOPLE_DECIDE} The transparency record says all of it: page "
        f"{PAGE_TITLE}, or placewell papers."
    )


def page(kind: Kind) -> str:
    """A page of docs/reference: the paper of the packaged policy, of no round and no installation."""
    system = System(read_policy())
    name = PRINTED[kind]
    how = f"Printed from the code by `python -m matching.papers {kind.value} > docs/reference/{name}.md`; do not edit."
    told = markdown(paper(kind, system).title, sections(paper(kind, system)), lead=paper(kind, system).lead)
    title, rest = told.split("\n\n", 1)
    return f"{title}\n\n{how}\n\n{rest}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page(Kind(sys.argv[1])))
