"""What Placewell says in the fields on data, risks and impact assessments of the transparency record."""

from __future__ import annotations

from typing import Final

from matching.papers_data import CATEGORIES, categories_table, special_words
from matching.papers_facts import STORE_DOC, System, retention_table, roles_table
from matching.papers_measures import measures_table
from matching.papers_says import DPO, IT, OWNER, SERVICE, Said, left
from records.columns import FILES
from records.store.access import MAY

_COLUMNS: Final = "records/columns.py"
_ACCESS: Final = "records/store/access.py"


def data(system: System) -> dict[str, Said]:
    """The answers of the data specification, and of risks and impact assessments."""
    return {
        "2.4.3.1": Said(
            (f"The council's own records of the round: {', '.join(f'{name}.csv' for name in FILES)}.",),
            (_COLUMNS,),
            ((SERVICE, "From which of the council's systems they are taken."),),
        ),
        "2.4.3.2": Said(("Tables and short texts.",), (_COLUMNS,)),
        "2.4.3.3": Said(
            (" ".join(f"{file.name}: {file.about}" for file in FILES.values()).replace("`", ""),),
            (_COLUMNS, "docs/reference/records.md"),
        ),
        "2.4.3.4": Said(
            (
                "None for development: nothing is trained. A round reads "
                f"{sum(len(file.columns) for file in FILES.values())} columns in {len(FILES)} files.",
            ),
            (_COLUMNS,),
            ((SERVICE, "How many children and homes a usual round has, rounded."),),
        ),
        "2.4.3.5": Said(
            (f"Of {len(CATEGORIES)} categories these are special or may be: {special_words()}.",),
            ("matching/papers_data.py", _COLUMNS),
            blocks=(categories_table(),),
        ),
        "2.4.3.6": Said(
            (
                "What is not recorded is never taken as no, nor as yes: it is shown as an open question. Rows that "
                "cannot be read are left out of the round, counted, and named with how to mend them.",
            ),
            ("records/check.py", "matching/rules/rule.py"),
            ((SERVICE, "How complete the council's records are, by column and by protected characteristic."),),
        ),
        "2.4.3.7": Said(("None: the records are confidential.",), ("SECURITY.md",)),
        "2.4.3.8": Said(
            ("Collected by the council for the care of the children and the approval of carers, before Placewell.",),
            ("docs/reference/records.md",),
            ((DPO, "Which privacy notice tells people so, and that it names this use."),),
        ),
        "2.4.3.9": Said(
            (
                "Dates, codes, postcodes and lists are read strictly; anything doubtful becomes a finding with its "
                "file, row and column, what it means and how to mend it. Nothing is guessed.",
            ),
            ("records/check.py", _COLUMNS),
        ),
        "2.4.3.10": left(DPO, "Agreements with agencies, other councils or regional adoption agencies, if any."),
        "2.4.3.11": Said(
            (
                f"On the council's own computers. Who may do what stands in one table of {len(MAY)} calls; "
                f"what is not in it is refused ({STORE_DOC}). Every call is in a trail that cannot be changed unseen.",
            ),
            (_ACCESS, "records/store/retention.toml"),
            ((IT, "Where the store and its backups lie, and that the disks are encrypted."),),
            (roles_table(), retention_table(system.keeps)),
        ),
        "2.5.1": Said(
            ("Drafts made from the same facts: placewell papers, papers data-protection and equality.",),
            ("matching/papers.py",),
            (
                (DPO, "Date, summary and address of the data protection impact assessment once it is approved."),
                (OWNER, "The same of the equality impact assessment."),
            ),
        ),
        "2.5.2": Said(
            ("Each risk with the measures that exist in the code, and the test that would fail without each.",),
            ("matching/papers_measures.py",),
            ((OWNER, "Risks of the council's own use, and who accepts what is left."),),
            (measures_table(public=True),),
        ),
    }
