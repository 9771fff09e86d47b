"""What the page of rules says: every rule with its law, what comes before confirming, the council's own choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from matching.considerations.contents import CONSIDERATIONS
from matching.policy import KEYS, Policy
from matching.rules import GATES, RULES
from matching.rules.law import Source, sources
from matching.rules.rule import Gate, Rule
from matching.words import TIER_WORDS, in_words
from reporting.section import Block, Cell, Column, Definitions, Disclosure, Paragraph, Table, Tag

MARKS: Final = {
    "primary": "read in the law or an official text",
    "secondary": "read in a secondary source: confirm before relying on it",
    "unchecked": "general knowledge, not checked: confirm before relying on it",
    "local policy": "no national rule: the council's own policy",
    "product": "a reading made for Placewell",
}
WARNING: Final = (
    "England only. This is how Placewell reads the law, and not legal advice: a practitioner signs off every rule "
    "before it is used."
)


def found(rules: Sequence[Rule], words: str) -> list[Rule]:
    """The rules in whose id, question, law or notes every one of these words stands."""
    wanted = words.casefold().split()
    return [
        rule
        for rule in rules
        if all(
            one in f"{rule.rule_id} {rule.title} {rule.law} {rule.notes} {rule.sign_off}".casefold() for one in wanted
        )
    ]


def found_gates(words: str) -> list[Gate]:
    """The same of what comes before confirming."""
    return [gate for gate in GATES if _holds(words, gate.rule_id, gate.text, gate.law)]


def _holds(words: str, *texts: str | None) -> bool:
    """Whether every one of the words stands somewhere in the texts."""
    text = " ".join(one for one in texts if one).casefold()
    return all(word in text for word in words.casefold().split())


def rules_table(words: str = "") -> list[Block]:
    """Every rule as the question a panel would ask, what follows where the answer is no, and its law."""
    some = found(RULES, words)
    if not some:
        return [Paragraph("No rule has these words.")]
    rows: tuple[tuple[Cell, ...], ...] = tuple(_rule(rule) for rule in some)
    columns = (Column("Rule"), Column("What is asked"), Column("If the answer is no"), Column("Law, and how checked"))
    caption = f"Rules asked of every child and home: {len(some)} of {len(RULES)}"
    return [Table(caption, columns, rows), _marks({rule.mark for rule in some})]


def _rule(rule: Rule) -> tuple[Cell, ...]:
    if rule.sign_off is None:
        no: Cell = (Tag("barred", "bad"), "Nobody in the council may allow it.")
    else:
        no = (Tag("needs sign-off", "caution"), f"{rule.sign_off[:1].upper()}{rule.sign_off[1:]}.")
    asked: list[Cell] = [rule.title]
    if rule.notes:
        asked.append(rule.notes.replace("`", ""))
    if rule.question is not None:
        asked.append(f"Where it is not recorded, ask: {rule.question}")
    return rule.rule_id, tuple(asked), no, (rule.law, f"({rule.mark})")


def _marks(used: set[str]) -> Block:
    items = tuple((mark.capitalize(), words) for mark, words in MARKS.items() if mark in used)
    return Disclosure("How a source was checked", (Definitions(items),))


def gates_table(words: str = "") -> list[Block]:
    """What the law wants done before a match is confirmed, and the records cannot show as done."""
    some = found_gates(words)
    if not some:
        return [Paragraph("Nothing here has these words.")]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            gate.rule_id,
            gate.text.replace("`", ""),
            "every home of its kind" if gate.always else "where the facts call for it",
            (gate.law, f"({gate.mark})"),
        )
        for gate in some
    )
    columns = (Column("Rule"), Column("What to do"), Column("For"), Column("Law, and how checked"))
    caption = f"Before a match is confirmed: {len(some)} of {len(GATES)}"
    return [Table(caption, columns, rows), _marks({gate.mark for gate in some})]


def law_table(day: date) -> list[Block]:
    """Each number that the law or a national standard fixes, as it stands on a day."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.description,
            _value(one, day),
            one.reference,
            in_words(one.last_checked),
        )
        for one in sources()
    )
    columns = (Column("What"), Column("Value"), Column("Source"), Column("Last checked"))
    return [Table(f"Numbers fixed by law or national standards, on {in_words(day)}", columns, rows)]


def _value(one: Source, day: date) -> str:
    value = one.on(day)
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value} {one.unit}"


def chosen_by(policy: Policy) -> Block:
    """Which policy it is, who chose it and when."""
    return Definitions(
        (
            ("Version", policy.version),
            ("Chosen by", policy.chosen_by),
            ("Chosen on", in_words(date.fromisoformat(policy.chosen_on))),
            ("Fingerprint", policy.fingerprint[:12]),
        )
    )


def choices(policy: Policy) -> list[Block]:
    """The council's order of priorities, the sign-offs its plans may use, and every other choice."""
    titles = {rule.rule_id: rule for rule in RULES}
    order = tuple((at, TIER_WORDS[tier]) for at, tier in enumerate(policy.tiers, start=1))
    allowed: tuple[tuple[Cell, ...], ...] = tuple(
        (one, titles[one].title, titles[one].sign_off or "nobody may sign it: this allows nothing")
        if one in titles
        else (one, "no rule of this version has this id", None)
        for one in policy.allow
    )
    blocks: list[Block] = [
        Table("What a plan does best, in this order", (Column("Place", number=True), Column("Priority")), order),
        Table(
            "Sign-offs that a plan may use; each is still listed for whoever signs",
            (Column("Rule"), Column("What it asks"), Column("Who signs")),
            allowed,
        )
        if allowed
        else Paragraph("A plan may use no home that still needs a sign-off."),
    ]
    values = policy.as_dict()
    plain = [key for key in KEYS if key.name not in ("version", "chosen_by", "chosen_on", "tiers", "allow", "weights")]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(key.name), _choice(values[key.name]), key.does.replace("`", "")) for key in plain
    )
    blocks.append(Table("The council's other choices", (Column("Choice"), Column("Is"), Column("What it does")), rows))
    return blocks


def weights(policy: Policy) -> Block:
    """How much each consideration counts."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.title, policy.weight_of(one.name), one.looks_at.replace("`", "")) for one in CONSIDERATIONS
    )
    columns = (Column("Consideration"), Column("Weight", number=True), Column("What it looks at"))
    notes = (
        "Of the considerations that apply to a child and a home, each counts by its share of their weights. Points "
        "rank lawful homes; they are not the chance that a placement lasts.",
    )
    return Table("How much each consideration counts", columns, rows, notes)


def _name(key: str) -> str:
    return key.replace("_", " ")


def _choice(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
