"""The law that the papers rest on, each with how it was checked: what is not verified is said so on the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matching.rules.handbook import MARKS
from reporting.section import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Source:
    """One provision: what it says here, and how that was checked (a mark of `matching.rules.handbook`)."""

    law: str
    says: str
    mark: str


DATA_PROTECTION: Final[tuple[Source, ...]] = (
    Source(
        "UK GDPR Articles 22A to 22D, put in place of Article 22 by the Data (Use and Access) Act 2025, section 80(1)",
        "A significant decision based on special category data may not be taken solely by automated processing, but "
        "under narrow conditions. Human involvement must be meaningful.",
        "primary",
    ),
    Source(
        "SI 2026/82, regulation 2",
        "Section 80 of the Data (Use and Access) Act 2025 is in force from 5 February 2026.",
        "secondary",
    ),
    Source(
        "Data Protection Act 2018, sections 49 and 50, replaced by sections 50A to 50D "
        "(Data (Use and Access) Act 2025, section 80(3))",
        "Automated decisions in law enforcement (Part 3). Placement of children is taken not to be processing for law "
        "enforcement; the data protection officer confirms it.",
        "secondary",
    ),
    Source(
        "Data Protection Act 2018, section 164A (Data (Use and Access) Act 2025, section 103)",
        "A council must make it easy to complain, and acknowledge a complaint within 30 days; from 19 June 2026.",
        "secondary",
    ),
    Source(
        "Data (Use and Access) Act 2025, section 81 (children's higher protection matters)",
        "Binds online services that children are likely to use. Children do not use Placewell.",
        "secondary",
    ),
    Source(
        "Data Protection Act 2018 (Code of Practice on Artificial Intelligence and Automated Decision-Making) "
        "Regulations 2026",
        "The Commissioner prepares a statutory code; whether it has been issued was not found out.",
        "secondary",
    ),
    Source(
        "UK GDPR Article 6(1)(e); Data Protection Act 2018, section 8",
        "Candidate for the lawful basis: a task in the public interest, under the Children Act 1989, sections 22, 22C "
        "and 22G, and the Adoption and Children Act 2002.",
        "unchecked",
    ),
    Source(
        "UK GDPR Article 9(2)(g); Data Protection Act 2018, section 10(3) and Schedule 1, paragraphs 6 and 18",
        "Candidate for special category data: substantial public interest, for statutory purposes and for the "
        "safeguarding of children. Asks for an appropriate policy document (Schedule 1, Part 4).",
        "unchecked",
    ),
    Source(
        "UK GDPR Article 9(2)(h); Data Protection Act 2018, section 11(1) and Schedule 1, paragraph 2",
        "Another candidate: the provision of social care, under a duty of confidence.",
        "unchecked",
    ),
    Source(
        "UK GDPR Article 10; Data Protection Act 2018, section 10(5) and Schedule 1",
        "Data about offences needs a condition of its own.",
        "unchecked",
    ),
    Source("UK GDPR Articles 35 and 36", "This assessment, and prior consultation of the Commissioner.", "unchecked"),
)

EQUALITY: Final[tuple[Source, ...]] = (
    Source(
        "Equality Act 2010, section 149",
        "Due regard to ending discrimination, advancing equality of opportunity, fostering good relations.",
        "unchecked",
    ),
    Source("Equality Act 2010, section 19", "Indirect discrimination: a rule for all that puts some at a disadvantage.",
           "unchecked"),
    Source(
        "Equality Act 2010, Schedule 18, paragraph 1",
        "The duty does not extend to age in some services for children; whether it covers this is for legal advice.",
        "unchecked",
    ),
    Source(
        "Children Act 1989, section 22(5)(c)",
        "Due consideration to religion, racial origin, culture and language in decisions on a looked-after child.",
        "primary",
    ),
    Source(
        "Adoption and Children Act 2002, section 1, as amended by the Children and Families Act 2014, section 3",
        "In adoption these are part of the welfare checklist only, and may not cause delay.",
        "primary",
    ),
)  # fmt: skip


def law_relied_on(sources: tuple[Source, ...]) -> Table:
    """Each provision, what it is taken to say, and how that was checked."""
    rows: tuple[tuple[Cell, ...], ...] = tuple((one.law, one.says, f"{one.mark}: {MARKS[one.mark]}") for one in sources)
    return Table("Law, and how it was checked", (Column("Law"), Column("Taken to say"), Column("Checked")), rows)


def doubts(sources: tuple[Source, ...]) -> tuple[str, ...]:
    """What was not read in the law or an official text."""
    return tuple(f"{one.law}: {MARKS[one.mark]}." for one in sources if one.mark != "primary")
