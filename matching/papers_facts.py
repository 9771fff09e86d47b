"""The facts of the system that its papers are filled with, each counted where it is defined and never typed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from matching.considerations.contents import CONSIDERATIONS
from matching.papers_run import Run
from matching.policy import Policy
from matching.question import KEEP
from matching.rules import GATES, RULES
from matching.rules.handbook import MARKS
from matching.rules.law import sources
from matching.words import TIER_WORDS, in_words
from records.geography import authority_name
from records.store.access import MAY, Role
from records.store.retention import Keep, read_retention
from records.store.steps import ADOPTION_STEPS, FOSTERING_STEPS, PLACING
from reporting.section import Block, Cell, Column, Table

RULES_DOC: Final = "docs/reference/rules.md"
STORE_DOC: Final = "docs/reference/store.md"
FORESEES: Final = KEEP
"""The priority, off in the packaged policy, that keeps scarce homes for children who are expected."""
BESIDE: Final = (
    "What is estimated from the past, such as how often carers accept, stands beside a proposal and changes none."
)
PEOPLE_DECIDE: Final = "People decide; it never does."


@dataclass(frozen=True, slots=True)
class System:
    """What a paper is about: the council's policy, a round if one is named, and the versions that are installed.

    `evidence`: blocks with the fairness figures of the round, small numbers hidden; empty where none were worked out.
    `versions` None: the paper is a template, printed for no one installation.
    """

    policy: Policy
    run: Run | None = None
    versions: Mapping[str, str] | None = None
    retention: tuple[Keep, ...] = ()
    evidence: tuple[Block, ...] = ()

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """How long each class of what is kept is kept: the council's own periods, or the packaged ones."""
        return self.retention or tuple(read_retention().values())

    @property
    def council(self) -> str | None:
        """The council's name, where the round or the policy says it."""
        if self.run is not None and self.run.council:
            return self.run.council
        return authority_name(self.policy.authority) if self.policy.authority else None

    @property
    def made_from(self) -> tuple[tuple[str, str], ...]:
        """What the facts of a paper are facts of."""
        policy = self.policy
        found = [
            ("Council", self.council or "not said by the policy or the round"),
            ("Policy in force", f"version {policy.version}, chosen by {policy.chosen_by} on {_day(policy.chosen_on)}"),
            ("Fingerprint of the policy", policy.fingerprint),
            ("Rules", rules_words()),
            ("Law", law_words()),
        ]
        if self.run is None:
            found.append(("Round", "none named: facts of the rules and the policy only"))
        else:
            made = ", ".join(f"{name} {self.run.versions[name]}" for name in sorted(self.run.versions))
            found.append(("Round", f"as the records stood on {in_words(self.run.as_of)}"))
            found.append(("Versions that worked the round out", made))
        if self.versions is not None:
            installed = ", ".join(f"{name} {self.versions[name]}" for name in sorted(self.versions))
            found.append(("Versions that made this paper", installed))
        return tuple(found)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader has to know of how this paper was made."""
        if self.run is None or self.versions is None:
            return ()
        theirs, ours = self.run.versions.get("placewell"), self.versions.get("placewell")
        if theirs == ours:
            return ()
        return (
            f"The round was worked out with Placewell {theirs}; the rules described here are those of {ours}. Work the "
            "round out again before the paper is used.",
        )


def _day(text: str) -> str:
    return in_words(date.fromisoformat(text))


# ---- rules and law -------------------------------------------------------------------------------------------------


def rules_words() -> str:
    """How many rules there are, by who may waive them."""
    absolute = sum(rule.sign_off is None for rule in RULES)
    return (
        f"{len(RULES)} rules are asked of every home: {absolute} that nobody may waive, {len(RULES) - absolute} that a "
        f"named office may approve first; {len(GATES)} things to do before a match is confirmed"
    )


def law_words() -> str:
    """How many numbers the law fixes, and when their sources were last read."""
    days = [source.last_checked for source in sources()]
    first, last = in_words(min(days)), in_words(max(days))
    when = f"on {last}" if first == last else f"from {first} to {last}"
    return f"{len(days)} numbers that the law or a national standard fixes, sources last checked {when}"


def marks_table() -> Table:
    """How well the source of each rule and gate was checked, counted."""
    rules, gates = Counter(rule.mark for rule in RULES), Counter(gate.mark for gate in GATES)
    rows = tuple((mark, meaning, rules[mark], gates[mark]) for mark, meaning in MARKS.items())
    columns = (Column("Checked"), Column("Meaning"), Column("Rules", number=True), Column("Gates", number=True))
    return Table("How the source of each rule was checked", columns, rows)


def law_table() -> Table:
    """Every number the law fixes, with its reference and when it was last checked."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            source.description,
            "; ".join(f"{_value(value)} from {in_words(since)}" for since, value in source.values.items()),
            source.unit,
            source.reference,
            in_words(source.last_checked),
        )
        for source in sources()
    )
    columns = (Column("Number"), Column("Value"), Column("Unit"), Column("Reference"), Column("Last checked on"))
    return Table("Numbers that the law fixes", columns, rows)


def _value(value: int | bool) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


# ---- the council's choices -----------------------------------------------------------------------------------------


def tiers_words(policy: Policy) -> str:
    """What a plan does best, in the council's order."""
    return "; ".join(f"{k}. {TIER_WORDS.get(tier, tier)}" for k, tier in enumerate(policy.tiers, 1))


def weights_table(policy: Policy, names: Sequence[str] | None = None) -> Table:
    """Each consideration with its weight under the policy, what it looks at and its law."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.title, one.looks_at.replace("`", ""), policy.weight_of(one.name), one.law)
        for one in CONSIDERATIONS
        if names is None or one.name in names
    )
    columns = (Column("Consideration"), Column("What it looks at"), Column("Weight", number=True), Column("Law"))
    return Table(f"What makes one lawful home better than another: {len(rows)} considerations", columns, rows)


def proof_table(run: Run) -> Table:
    """Each priority of the round, how much was reached and whether it is proved."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{k}", TIER_WORDS.get(one.name, one.name), one.reached, "proved" if one.proved else "not proved")
        for k, one in enumerate(run.tiers, 1)
    )
    columns = (Column("Order"), Column("Priority"), Column("Reached"), Column("That nothing better can be"))
    note = "Counts are rounded to 5; points and money are not told, because a round may be of few children."
    return Table(f"The round of {in_words(run.as_of)}", columns, rows, (note,))


def learned_words(policy: Policy) -> str:
    """Whether anything in a proposal rests on past cases or on chance."""
    if FORESEES in policy.tiers:
        return (
            "One priority alone looks ahead: it keeps scarce homes for children who are expected, from a forecast made "
            "of past returns and from sampled futures with a fixed seed. It never leaves a child without a lawful "
            f"home. Nothing else in a proposal rests on past cases or on chance. {BESIDE}"
        )
    return f"Nothing in a proposal is learned from past cases, and nothing is drawn at random. {BESIDE}"


def learned_in_brief(policy: Policy) -> str:
    """The same in a few words."""
    if FORESEES in policy.tiers:
        return "One priority looks ahead, from a forecast."
    return "Nothing in it was learned from past cases."


def points_words(run: Run | None) -> str:
    """Where the points of a round come from."""
    if run is not None and run.own_points:
        return (
            "Second, points: in this round they came from a file of the council's own tool, and not from the "
            "considerations below, which counted for nothing. Why a home has its points is not known to Placewell."
        )
    return (
        "Second, points: each consideration gives every lawful home 0 to 100 with its reason in words, and the "
        "council's weights add them up. Cost is nowhere in them."
    )


def allowed_words(allowed: Sequence[str]) -> str:
    """Which sign-offs a plan may use unasked, with who signs."""
    signs = {rule.rule_id: rule.sign_off for rule in RULES}
    told = [f"{one} ({signs[one]})" if signs.get(one) else one for one in allowed]
    return ", ".join(told) if told else "none"


# ---- who may do what -----------------------------------------------------------------------------------------------

ROLE_WORDS: Final[Mapping[Role, str]] = {role: role.value.replace("_", " ") for role in Role}
STEPS: Final = (*FOSTERING_STEPS, *ADOPTION_STEPS)


def decision_words() -> tuple[str, ...]:
    """The facts that make it so that people decide."""
    deciders = {role for step in STEPS if step.name in ("decided", "decision") for role in step.roles}
    proposers = {role for step in STEPS if not step.after for role in step.roles}
    return (
        "A round ends in a proposal. It becomes a match only by steps that people record one by one, of "
        f"{len(FOSTERING_STEPS)} kinds ({len(ADOPTION_STEPS)} in adoption). The first is taken by the "
        f"{_roles(proposers)}, the decision by the {_roles(deciders)} alone, after a recommendation that is a fact of "
        "its own. No part of the matching can record a step.",
        f"Offices that may decide on a home that is not for adoption: {', '.join(PLACING)}. Adoption: the agency "
        "decision maker alone.",
        "Nothing is chosen beforehand on any screen or paper, and none of these homes can always be said. Who decides "
        "must have opened the match with its reasons and the other homes, and brings the child's wishes, reasons, and "
        "an answer to every open question; otherwise the step is refused.",
        "No carer, provider, child or parent is told anything by Placewell. It sends nothing.",
    )


def _roles(roles: set[Role]) -> str:
    return " or the ".join(ROLE_WORDS[role] for role in Role if role in roles)


def roles_table() -> Table:
    """Each role: whether it sees children, which steps it takes, and how many calls of the store it may make."""
    rows: list[tuple[Cell, ...]] = []
    for role in Role:
        steps = list(dict.fromkeys(step.name.replace("_", " ") for step in STEPS if role in step.roles))
        calls = sum(role in may for may in MAY.values())
        sees = "children and homes" if role in MAY["look"] else "the trail" if role in MAY["read_trail"] else "totals"
        if role not in MAY["look"] | MAY["read_trail"] | MAY["totals"]:
            sees = "no casework"
        rows.append((ROLE_WORDS[role], sees, ", ".join(steps) or "none", f"{calls} of {len(MAY)}"))
    columns = (Column("Role"), Column("Sees"), Column("Records these steps"), Column("Calls of the store it may make"))
    return Table("Roles: what is not in the table is refused", columns, tuple(rows), (f"Every call: {STORE_DOC}.",))


def retention_table(keeps: Sequence[Keep]) -> Table:
    """How long each class is kept, and on which basis."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name.replace("_", " "), one.what, f"{one.years} years from {one.since.replace('_', ' ')}", one.basis)
        for one in keeps
    )
    columns = (Column("Class"), Column("What"), Column("How long"), Column("Basis"))
    return Table("How long what is kept is kept", columns, rows)


def considerations_words(names: Sequence[str], policy: Policy) -> str:
    """Considerations by their titles with their weights, in the order in which reasons are read out."""
    told = [f"{one.title} ({policy.weight_of(one.name)})" for one in CONSIDERATIONS if one.name in names]
    return "; ".join(told) if told else "none"
