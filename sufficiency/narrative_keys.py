"""What only the council can write in its documents: each place with its key, its documents and what belongs there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Document(StrEnum):
    """What can be written from a forecast's figures."""

    STATEMENT = "statement"
    """Market position statement: for providers of homes."""
    STRATEGY = "strategy"
    """Sufficiency strategy: for the council, its partners and the public."""
    BOARD = "board"
    """Quarterly performance report to the corporate parenting board."""
    ADOPTION = "adoption"
    """Annual or six-monthly adoption report."""


@dataclass(frozen=True, slots=True)
class Words:
    """One place for the council's own words."""

    key: str
    section: str
    """Under which heading it stands."""
    wanted: str
    """What belongs there, as a reader of the empty place is told."""
    documents: tuple[Document, ...]


_S, _M, _B, _A = Document.STRATEGY, Document.STATEMENT, Document.BOARD, Document.ADOPTION
_BOTH = (_S, _M)

WORDS: Final = (
    Words("foreword", "Plan on a page", "A foreword by the lead member or the director of children's services.", _BOTH),
    Words("vision", "Plan on a page", "What the council wants for its children, and what it has decided to do.", _BOTH),
    Words("consultation", "Duty, scope, data and dates", "With whom this was written, and who was asked.", _BOTH),
    Words("children", "Children now", "What the council knows of its children that figures do not tell.", (_S,)),
    Words("need", "Need for homes", "Why need has changed, and what the council expects to change it.", _BOTH),
    Words("supply", "Homes now", "What is good about today's homes, and what is missing.", _BOTH),
    Words("gap", "The gap", "What the gap means for children, and for families and providers.", _BOTH),
    Words("recruitment", "Pipeline", "How carers are found, assessed, supported and kept, and with whom.", (_S,)),
    Words("targets", "Recruitment and commissioning targets", "What the council has decided of these targets.", _BOTH),
    Words("money", "Money", "The budget, and what has been decided of it.", (_S,)),
    Words("scenarios", "Scenarios compared", "Which scenario the council plans for, and why.", (_S,)),
    Words("quality", "Quality, stability, voice", "How the council makes sure that homes are good.", (_S,)),
    Words(
        "voice", "Quality, stability, voice", "What children and young people have said, and what came of it.", (_S,)
    ),
    Words("carers_voice", "Quality, stability, voice", "What carers have said, and what came of it.", (_S,)),
    Words("intentions", "Commissioning intentions", "What the council will buy and will not buy, and why.", (_M,)),
    Words(
        "intentions_fostering", "Commissioning intentions", "What it will buy of fostering agencies, and how.", (_M,)
    ),
    Words("intentions_homes", "Commissioning intentions", "What it will buy of children's homes, and how.", (_M,)),
    Words(
        "intentions_supported",
        "Commissioning intentions",
        "What supported accommodation and lodgings it will buy.",
        (_M,),
    ),
    Words("intentions_adoption", "Commissioning intentions", "What it will buy of adoption agencies, and how.", (_M,)),
    Words(
        "buying",
        "Commissioning intentions",
        "Frameworks, contracts and their dates, and how to be part of them.",
        (_M,),
    ),
    Words("contact", "Commissioning intentions", "Whom providers should talk to, and how to reach them.", (_M,)),
    Words("actions", "Actions, owners, dates, monitoring", "What will be done, by whom, by when.", (_S,)),
    Words(
        "monitoring", "Actions, owners, dates, monitoring", "Who looks at progress, how often, and what follows.", (_S,)
    ),
    Words("board_summary", "Headlines", "What the board is asked to note or to decide.", (_B,)),
    Words("board_stability", "Stability", "Why children move, and what is done about it.", (_B,)),
    Words("board_voice", "What the council adds", "What children have told the board, and what came of it.", (_B,)),
    Words("board_actions", "What the council adds", "What was promised last time, and what is done next.", (_B,)),
    Words("adoption_summary", "In short", "What members are asked to note of adoption.", (_A,)),
    Words(
        "adoption_adopters", "Adopters", "How adopters are found, assessed and prepared, and who waits for what.", (_A,)
    ),
    Words("adoption_matching", "Waiting", "Which children wait longest and why, and what is done to find them.", (_A,)),
    Words(
        "adoption_disruptions",
        "Placements that ended",
        "Disruptions after the adoption order, which no return tells, and what was learnt.",
        (_A,),
    ),
    Words("adoption_support", "Support", "Support before and after adoption: who asked, who was helped, how.", (_A,)),
    Words("adoption_agency", "Support", "What the regional adoption agency did for the council.", (_A,)),
    Words("adoption_voice", "What the council adds", "What children, birth families and adopters have said.", (_A,)),
    Words("adoption_actions", "What the council adds", "What will be done in the period that follows.", (_A,)),
)
"""In the order in which they are read. Adding one is adding a line."""

BY_KEY: Final = MappingProxyType({one.key: one for one in WORDS})


def words_in(document: Document) -> tuple[Words, ...]:
    """The places for the council's words in a document, in their order."""
    return tuple(one for one in WORDS if document in one.documents)
