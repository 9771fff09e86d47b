"""What a rule is, how answers combine, and how they are packed."""

from __future__ import annotations

import numpy as np
import pytest

from matching.rules import GATES, RULES
from matching.rules.asked import Asked
from matching.rules.register import Group, Homes, Register
from matching.rules.rule import Answer, AnswerArray, Answers, Mask, ask, gate, met_unless, rule, rule_for_each_child
from records.model import Child
from tests.matching.rules.cases import BARRED, MET, SIGN_OFF, UNKNOWN, asked, child, family, home, register

TWO = (home("H1"), home("H2"))
MARKS = {"primary", "secondary", "unchecked", "local policy", "product"}


def always(answer: Answer, rule_id: str = "X-01") -> object:
    """A rule with one answer for every home."""

    @rule(rule_id, weight="HARD-A", law="law", mark="product")
    def one(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
        """Is it so?"""
        return np.full(len(homes), answer, dtype=np.int8)

    return one


def test_the_hardest_answer_decides() -> None:
    """Barred beats unknown, unknown beats sign-off, sign-off beats met, in one rule."""
    homes = register(homes=[home(f"H{i}") for i in range(8)]).homes
    bits = np.array([[i & 1, i & 2, i & 4] for i in range(8)], dtype=bool)
    answers = met_unless(homes, barred=bits[:, 2], unknown=bits[:, 1], needs_sign_off=bits[:, 0])
    assert list(answers) == [MET, SIGN_OFF, UNKNOWN, UNKNOWN, BARRED, BARRED, BARRED, BARRED]
    assert list(met_unless(homes, needs_sign_off=True)) == [SIGN_OFF] * 8
    assert list(met_unless(homes)) == [MET] * 8


def test_a_child_rule_asks_each_child_and_keeps_the_hardest() -> None:
    """A group's answer is its hardest child's, home by home."""

    @rule_for_each_child("X-02", weight="HARD-G", law="law", mark="product", sign_off="somebody", question="Which?")
    def even(child: Child, register: Register, asked: Asked) -> AnswerArray:
        """Is the child's name short?"""
        first = register.homes.ids == "H1"
        return met_unless(register.homes, barred=first & (child.child_id == "Bay"), unknown=child.child_id == "Ash")

    reg = register(family(4, 6), TWO)
    assert list(even(reg.group("Ash"), reg.homes, asked())) == [UNKNOWN, UNKNOWN]
    assert list(even(reg.group("Bay"), reg.homes, asked())) == [BARRED, MET]
    assert list(even(reg.group("Ash", "Bay"), reg.homes, asked())) == [BARRED, UNKNOWN]
    assert (even.scope, even.title) == ("child", "Is the child's name short?")
    assert (even.sign_off, even.question, even.weight, even.mark) == ("somebody", "Which?", "HARD-G", "product")


def test_a_rule_without_its_question_is_refused() -> None:
    """The first line of the docstring is what the panel reads."""
    with pytest.raises(ValueError, match="no docstring"):

        @rule("X-03", weight="HARD-A", law="law", mark="product")
        def silent(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
            return met_unless(homes)

    with pytest.raises(ValueError, match="no docstring"):

        @gate("X-04", law="law", mark="product")
        def mute(child: Child, register: Register, asked: Asked) -> Mask:
            return register.homes.names_children


def test_the_four_answers() -> None:
    """In the order in which they combine, and by the words used in the files."""
    assert [(int(a), a.word) for a in Answer] == [(0, "met"), (1, "needs_sign_off"), (2, "unknown"), (3, "barred")]


def test_the_words_of_a_rule_and_a_gate() -> None:
    """The first line is the title and the rest are notes; a gate's text is its first paragraph; lines are joined."""

    @rule("X-05", weight="HARD-A", law="law", mark="product")
    def told(group: Group, homes: Homes, asked: Asked) -> AnswerArray:
        """Is it told?

        In two
        lines.
        """
        return met_unless(homes)

    @gate("X-06", law="law", mark="product")
    def done(child: Child, register: Register, asked: Asked) -> Mask:
        """Do it in
        time.

        Not shown.
        """
        return register.homes.names_children

    assert (told.title, told.notes, told.scope) == ("Is it told?", "In two lines.", "group")
    assert (done.text, done.always, done.by) == ("Do it in time.", False, None)


def test_packed_answers() -> None:
    """Bit k of each word is rule k's; the words combine as the answers do."""
    reg = register(homes=TWO)
    rules = (always(MET), always(SIGN_OFF), always(UNKNOWN), always(BARRED), always(SIGN_OFF))
    answers = ask(rules, reg.group("Ash"), reg.homes, asked())  # type: ignore[arg-type]
    assert [list(w) for w in (answers.sign_off, answers.unknown, answers.barred)] == [[18, 18], [4, 4], [8, 8]]
    assert list(answers.overall()) == [BARRED, BARRED]


@pytest.mark.parametrize(
    ("words", "overall", "usable", "usable_if_allowed"),
    [
        ((0, 0, 0), MET, True, True),
        ((2, 0, 0), SIGN_OFF, False, True),
        ((1, 0, 0), SIGN_OFF, False, False),
        ((0, 2, 0), UNKNOWN, False, True),
        ((0, 1, 0), UNKNOWN, False, False),
        ((2, 2, 2), BARRED, False, False),
        ((2, 1, 0), UNKNOWN, False, False),
        ((3, 0, 0), SIGN_OFF, False, False),
    ],
    ids=["met", "allowed sign-off", "sign-off", "allowed question", "question", "barred", "both", "one of two allowed"],
)
def test_what_a_plan_may_use(
    words: tuple[int, int, int], overall: Answer, usable: bool, usable_if_allowed: bool
) -> None:
    """Allowing a rule accepts its sign-offs and its open questions, never a bar, and nothing of other rules."""
    answers = Answers(*(np.array([w], dtype=np.uint64) for w in words))
    assert list(answers.overall()) == [overall]
    assert list(answers.usable(np.uint64(0))) == [usable]
    assert list(answers.usable(np.uint64(2))) == [usable_if_allowed]


def test_answers_of_several_children_combine() -> None:
    """Whatever stands in the way of one stands in the way of both."""
    one = Answers(*(np.array([w], dtype=np.uint64) for w in (1, 4, 16)))
    other = Answers(*(np.array([w], dtype=np.uint64) for w in (2, 8, 32)))
    both = one | other
    assert [int(w[0]) for w in (both.sign_off, both.unknown, both.barred)] == [3, 12, 48]


def test_at_most_64_rules() -> None:
    """A word has 64 bits: one rule more is refused rather than lost."""
    reg = register()
    ask([always(MET)] * 64, reg.group("Ash"), reg.homes, asked())  # type: ignore[list-item]
    with pytest.raises(ValueError, match="65 rules"):
        ask([always(MET)] * 65, reg.group("Ash"), reg.homes, asked())  # type: ignore[list-item]


def test_the_list_of_rules() -> None:
    """One rule for each id, few enough to pack, each with its law, its mark, and who signs."""
    assert len({r.rule_id for r in RULES}) == len(RULES) <= 64
    for one in RULES:
        assert one.title.endswith("?"), one.rule_id
        assert one.law, one.rule_id
        assert one.mark in MARKS, one.rule_id
        assert (one.sign_off is None) == (one.weight == "HARD-A"), f"{one.rule_id}: nobody may waive HARD-A"
        assert one.question is None or one.question.endswith("?"), one.rule_id


def test_no_rule_is_missing_from_the_list() -> None:
    """The contents page, in the order in which a panel asks."""
    assert [r.rule_id for r in RULES] == [
        *("PLC-03", "STB-01", "SLG-01", "SLG-03", "ADO-02", "ADO-01"),
        *("SAFE-06", "SAFE-01", "SIB-02", "LOC-09", "SAFE-04"),
        *("FOST-01", "CON-03", "ADO-03", "SLG-02", "FOST-16", "FOST-18", "FOST-20", "CON-04", "EPM-03"),
        *("FOST-02", "FOST-24", "FOST-03", "FOST-05", "PW-01", "BED-01"),
        *("HLT-02", "HLT-03", "HLT-09", "SAFE-03", "SAFE-07", "IDN-05", "PAC-01", "FOST-22", "HLT-05", "HLT-07"),
        *("LOC-03", "LOC-04"),
    ]
    assert sorted({g.rule_id for g in GATES}) == [
        *("ADO-01", "ADO-07", "ADO-08", "ADO-09", "ADO-10", "ADO-11", "ADO-12", "ADO-13", "ADO-14"),
        *("BED-02", "CNT-01", "CON-01", "CON-02", "EDU-02", "EDU-03", "EPM-01", "EPM-05"),
        *("FOST-01", "FOST-11", "FOST-12", "FOST-13", "FOST-15", "FOST-21", "FOST-23", "GOV-08"),
        *("HLT-04", "HLT-05", "HLT-07", "LOC-06", "LOC-11", "LOC-12", "PAC-02"),
        *("PLC-01", "PLC-08", "PLC-09", "PLC-10", "REM-01"),
        *("SAFE-02", "SAFE-04", "SAFE-05", "SAFE-06", "SAFE-08", "SHB-01", "SIB-06"),
        *("SLG-04", "SLG-06", "SLG-12", "STB-03"),
    ]
    assert [g.rule_id for g in GATES].count("SAFE-04") == 2
    assert [g.rule_id for g in GATES].count("HLT-05") == 2


def test_rules_that_can_say_unknown_have_a_question() -> None:
    """`unknown` always comes with what to ask: blank facts are put to every rule."""
    blank_home = home(approved_from=None, authority=None, meets_needs=None, registered_categories=None)
    asks = {r.rule_id for r in RULES if r.question}
    assert {"FOST-01", "FOST-02", "FOST-05", "HLT-05", "HLT-07", "LOC-09", "SAFE-04", "SLG-03"} <= asks
    reg = register(child(), blank_home)
    unknown = {r.rule_id for r in RULES if UNKNOWN in r(reg.group("Ash"), reg.homes, asked())}
    assert unknown == {"FOST-01"}


def test_every_rule_answers_for_no_homes() -> None:
    """A council without homes gives no answers and no error."""
    reg = Register(register().records.__class__(asked().day, (child(),)))
    for one in RULES:
        answers = one(reg.group("Ash"), reg.homes, asked())
        assert answers.shape == (0,), one.rule_id
    for one_gate in GATES:
        assert one_gate.applies(child(), reg, asked()).shape == (0,), one_gate.rule_id


def test_the_list_of_gates() -> None:
    """Each gate says what to do in a sentence, with its law and its mark, and answers yes or no for each home."""
    reg = register(homes=TWO)
    assert len({g.text for g in GATES}) == len(GATES)
    for one in GATES:
        assert one.text.endswith("."), one.rule_id
        assert one.law, one.rule_id
        assert one.mark in MARKS, one.rule_id
        applies = one.applies(reg.children[0], reg, asked())
        assert applies.shape == (2,), one.rule_id
        assert applies.dtype == np.bool_, one.rule_id
