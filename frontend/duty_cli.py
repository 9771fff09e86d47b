"""`placewell duty`: homes for one child or family tonight, printed at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontend.printed import listed

if TYPE_CHECKING:
    from matching.duty import Tonight
    from matching.ranking import Ranked

ChildOrFamily = Annotated[
    str | None,
    typer.Argument(metavar="[CHILD_OR_FAMILY_ID]", help="One who is on the register already.", show_default=False),
]
ChildFile = Annotated[
    Path | None,
    typer.Option(
        "--child-file",
        metavar="FILE",
        help="CSV file of tonight's children: columns of children.csv, as many as are known, and age.",
        show_default=False,
        readable=False,
    ),
]
Born = Annotated[str | None, typer.Option("--born", metavar="DATE", help="Date of birth.", show_default=False)]
Age = Annotated[int | None, typer.Option("--age", min=0, max=17, help="Years, where the date of birth is not known.")]
Sex = Annotated[str | None, typer.Option("--sex", metavar="F|M", help="Left out: not known.", show_default=False)]
FromPostcode = Annotated[
    str | None,
    typer.Option("--from-postcode", metavar="POSTCODE", help="Where the child comes from.", show_default=False),
]
Siblings = Annotated[
    list[str] | None,
    typer.Option(
        "--sibling",
        metavar="BORN_OR_AGE[,SEX]",
        help='A brother or sister who needs a home too: "2016-03-01,M" or "6,F". May be repeated.',
        show_default=False,
    ),
]
Needs = Annotated[
    list[str] | None,
    typer.Option("--needs", metavar="CODE", help="What the home must be able to meet. May be repeated."),
]
Routes = Annotated[
    list[str] | None,
    typer.Option("--route", metavar="ROUTE", help="Kinds of home to look at. Default: foster. May be repeated."),
]
SmokeFree = Annotated[bool, typer.Option("--smoke-free", help="Nobody may smoke there.")]
Solo = Annotated[bool, typer.Option("--solo", help="No other child may live there.")]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="PLAN.CSV",
        help="The plan.csv of a round that is open: says whom a home would be taken from.",
        show_default=False,
    ),
]

HEADS = (
    "call",
    "rank",
    "home",
    "kind",
    "answer",
    "points",
    "miles",
    "who must approve first",
    "open questions",
    "note",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of tonight's child on the command line; blank is not known."""

    born: str | None = None
    age: int | None = None
    sex: str | None = None
    postcode: str | None = None
    siblings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    smoke_free: bool = False
    solo: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything was told at all."""
        return self != Told()

    def rows(self) -> list[dict[str, str]]:
        """The child, then each brother or sister, as rows of children.csv with a column `age`."""
        for_all = {
            "home_postcode": self.postcode or "",
            "needs_must": ";".join(self.needs),
            "routes": ";".join(self.routes),
        }
        wishes = {"smoke_free": "Y" if self.smoke_free else "", "alongside": "solo" if self.solo else ""}
        first = {
            "date_of_birth": self.born or "",
            "age": "" if self.age is None else str(self.age),
            "sex": self.sex or "",
        }
        rest = []
        for one in self.siblings:
            when, _, sex = (part.strip() for part in one.partition(","))
            is_age = when.isascii() and when.isdigit()
            rest.append(
                {"date_of_birth": "" if is_age else when, "age": when if is_age else "", "sex": sex}
                | for_all
                | {"needs_must": ""}
            )
        return [first | for_all | wishes, *rest]


def show(found: Tonight, top: int, *, more: Iterable[str] = ()) -> None:
    """Print the answer: what to ask, the homes in the order to call, what comes first, and what stands in the way."""
    from matching.duty_words import about_the_family, asks, barred_by, counted, notes

    for line in about_the_family(found):
        typer.echo(line)
    groups = found.looked_at_first
    for group in groups:
        _group(found, group, top)
    _before(found)
    _list("Ask, and nothing of it is assumed:", [*more, *asks(found)])
    typer.echo(counted(found, groups[0]))
    _list(
        "Barred, by rule (a home may be barred by several):",
        [f"{rule.rule_id}  {n:,} homes  {rule.title}" for rule, n in barred_by(found, groups[0])],
    )
    for line in notes(found):
        typer.echo(line)
    typer.echo("A list to work from, not a decision. Nothing of this search is kept.")


def _group(found: Tonight, group: Ranked, top: int) -> None:
    from matching.duty_words import takes

    who = ", ".join(group.child_ids)
    if not len(group):
        typer.echo(f"{who}: no home on the register could take them, even with approval.")
        return
    shown = range(min(top, len(group)))
    calls = found.calls(group)
    rows = [_row(found, group, k, int(calls[k])) for k in shown]
    title = f"{who}: {len(rows)} of {len(group)} homes that no rule bars, best first; “call” is the order to ring in"
    listed(title, HEADS, rows)
    for k in shown:
        if words := takes(found, group, k):
            typer.echo(f"- {words}")


def _row(found: Tonight, group: Ranked, k: int, call: int) -> tuple[str, ...]:
    from matching.rules.rule import Answer
    from matching.words import home_id, home_kind, signed_in_words

    proposal, home = found.proposal, int(group.homes[k])
    low, high, miles = int(group.low[k]), int(group.high[k]), float(group.miles[k])
    taken = found.taken.get(group.child_ids, {}).get(home)
    note = "too few places for all" if not call else "" if taken is None or taken.stays else "proposed for others"
    return (
        f"{call or ''}",
        f"{k + 1}",
        home_id(proposal, home),
        home_kind(proposal, home),
        Answer(int(group.answers.overall()[k])).word,
        f"{int(group.points[k])}" + (f" ({low}-{high})" if low != high else ""),
        "not known" if math.isnan(miles) else f"{miles:.1f}",
        signed_in_words(proposal, proposal.rule_ids(int(group.answers.sign_off[k]))),
        ", ".join(proposal.rule_ids(int(group.answers.unknown[k]))),
        note,
    )


def _before(found: Tonight) -> None:
    from matching.duty_words import gates_of

    first = found.first_to_call
    if first is None:
        return
    group, k = first
    proposal = found.proposal
    home_id = proposal.register.homes.ids[int(group.homes[k])]
    child = proposal.register.children[proposal.register.child_index[group.child_ids[0]]]
    _list(
        f"Before {home_id} is confirmed, besides what always comes first:",
        [f"{one.rule_id}  {one.words(child, proposal.asked)}" for one in gates_of(found, group, k)],
    )


def _list(heading: str, lines: Sequence[str]) -> None:
    if lines:
        typer.echo(heading)
        for line in lines:
            typer.echo(f"- {line}")


def who_has(told: Mapping[str, str | None]) -> dict[str, str]:
    """The children of a plan for whom it proposes a home, and which."""
    return {child_id: home_id for child_id, home_id in told.items() if home_id}
