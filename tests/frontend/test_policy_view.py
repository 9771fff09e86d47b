"""Rules, policy and what-if as pages show them: everything is there, nothing is invented, and words find rules."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from frontend import policy_view, what_if_view
from frontend.open_round import OpenRound, open_round
from matching.considerations.contents import CONSIDERATIONS
from matching.policy import KEYS, read_policy
from matching.rules import GATES, RULES
from matching.rules.law import sources
from matching.what_if import Moves, WhatIf, what_if
from records.store import Role, local_actor, open_store
from records.store.rows import home
from reporting.section import Block, Notice, Paragraph, Picture, Table, every_block
from reporting.slopes import Slope, slopes_svg
from tests.frontend.small_council import council_store
from tests.ordinary import DAY
from tests.records.store.stories import Clock

ME = local_actor()


def tables(blocks: list[Block]) -> list[Table]:
    """Every table."""
    return [one for one in every_block(blocks) if isinstance(one, Table)]


def test_every_rule_is_there_with_its_law() -> None:
    """Id, question, what no means, law and how it was checked, in the order in which rules are asked."""
    (table,) = tables(policy_view.rules_table())
    assert [row[0] for row in table.rows] == [rule.rule_id for rule in RULES]
    for row, rule in zip(table.rows, RULES, strict=True):
        text = str(row)
        assert rule.title in str(row[1][0])  # type: ignore[index]
        assert (rule.law, f"({rule.mark})") == row[3]
        assert ("Nobody in the council may allow it" in text) is (rule.sign_off is None)
        assert rule.mark in policy_view.MARKS


def test_every_gate_and_every_number_is_there() -> None:
    """None is left out, and each number says where it comes from and when that was last checked."""
    (gates,) = tables(policy_view.gates_table())
    assert len(gates.rows) == len(GATES)
    (law,) = tables(policy_view.law_table(DAY))
    assert len(law.rows) == len(sources())
    limit = next(row for row in law.rows if "foster" in str(row[0]))
    assert limit[1] == "3 children"
    assert "1 November 2026" in limit
    assert any(row[1] == "yes" for row in law.rows)


@pytest.mark.parametrize(
    ("words", "found"), [("fost-16", ["FOST-16"]), ("usual LIMIT", ["FOST-03"]), ("no such words", [])]
)
def test_words_find_rules(words: str, found: list[str]) -> None:
    """By id or by words, in capitals or not; all the words have to be there."""
    blocks = policy_view.rules_table(words)
    if found:
        (table,) = tables(blocks)
        assert set(found) <= {row[0] for row in table.rows}
        assert len(table.rows) < len(RULES)
    else:
        assert blocks == [Paragraph("No rule has these words.")]
        assert policy_view.gates_table(words) == [Paragraph("Nothing here has these words.")]


def test_every_choice_of_the_council_is_there() -> None:
    """Priorities in order, sign-offs with who signs, every other key, every weight."""
    policy = read_policy()
    order, allowed, others = tables(policy_view.choices(policy))
    assert len(order.rows) == len(policy.tiers)
    assert [row[0] for row in allowed.rows] == list(policy.allow)
    assert "nominated officer" in str(allowed.rows[0][2])
    assert len(others.rows) == len(KEYS) - 6
    weights = policy_view.weights(policy)
    assert isinstance(weights, Table)
    assert [row[1] for row in weights.rows] == [policy.weight_of(one.name) for one in CONSIDERATIONS]


def test_a_policy_that_allows_nothing_or_what_is_not_known() -> None:
    """No sign-off allowed is said; an id of no rule is said too."""
    nothing = policy_view.choices(replace(read_policy(), allow=()))
    assert Paragraph("A plan may use no home that still needs a sign-off.") in nothing
    strange = policy_view.choices(replace(read_policy(), allow=("XX-99",)))
    assert "no rule of this version has this id" in str(strange)


# ---- what if -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRound]:
    """The small council's round."""
    place: Path = tmp_path_factory.mktemp("council") / "placewell.db"
    run_id, _ = council_store(place)
    store = open_store(str(place), clock=Clock())
    yield open_round(store, ME, run_id, (ME.user_id, frozenset({Role.FAMILY_FINDER})))
    store.close()


def tried(round_: OpenRound, **weights: int) -> WhatIf:
    """What other weights would do to every ranking of the round."""
    groups = [group for unit in round_.every_unit() for group in unit.groups]
    return what_if(round_.proposal, groups, weights)


def some_move(round_: OpenRound) -> Moves:
    """A ranking with several homes that a heavy weight turns."""
    found = tried(round_, area=1000, nearness=0, household=900)
    return max(found.groups, key=lambda one: (one.pairs_turned, len(one.homes)))


def test_what_a_try_says_first(round_: OpenRound) -> None:
    """That it is no plan; what was changed, from what to what; and what would move."""
    blocks = what_if_view.whole(round_, tried(round_, kin=1, nearness=21))
    assert isinstance(blocks[0], Notice)
    assert "does not work out a new plan" in blocks[0].text[0]
    table = tables(blocks)[0]
    assert [row[1:] for row in table.rows] == [(180, 1), (20, 21)]
    assert "a stranger may be ranked above kin" in str(blocks)


def test_each_group_that_moves_is_listed(round_: OpenRound) -> None:
    """Those with another first home, and those in which others move, make up all that move."""
    found = tried(round_, area=1000, nearness=0, household=900)
    listed = [row[0] for table in tables(what_if_view.whole(round_, found))[1:] for row in table.rows]
    assert sorted(str(one) for one in listed) == sorted(one.group_id for one in found.moved)


def test_one_ranking_has_a_drawing_and_its_table(round_: OpenRound) -> None:
    """The drawing's lines are the table's places; the table has every home, the drawing the first ones."""
    one = some_move(round_)
    (picture,) = what_if_view.one_ranking(round_, one)
    assert isinstance(picture, Picture)
    assert len(picture.table.rows) == len(one.homes)
    assert [row[2] for row in picture.table.rows] == one.rank_after.tolist()
    assert one.group_id in picture.title
    ElementTree.fromstring(picture.svg)


def test_homes_that_may_not_be_seen_are_not_drawn(round_: OpenRound) -> None:
    """A home from whose carers the person is kept is in neither, and that one is left out is told."""
    one = some_move(round_)
    hidden = str(round_.proposal.register.homes.ids[int(one.homes[0])])
    mine = replace(round_, withheld=frozenset({home(hidden)}), _units={})
    (picture,) = what_if_view.one_ranking(mine, one)
    assert isinstance(picture, Picture)
    assert hidden not in str(picture)
    assert "1 home is not shown to you." in picture.table.notes


def test_the_drawing_tells_by_more_than_colour() -> None:
    """What rises, falls and stays has each its own stroke, and the key counts each; words are escaped."""
    slopes = [Slope("H1", 1, 2), Slope("H<2>", 2, 1), Slope("H3", 3, 3), Slope("A very long name", 40, 12)]
    svg = slopes_svg(slopes, title="T <b>", alt="A & B", before="Now", after="Then")
    root = ElementTree.fromstring(svg)
    lines = [one for one in root.iter() if one.tag.endswith("line")]
    assert len({(one.get("stroke-dasharray"), one.get("stroke-width")) for one in lines}) == 3
    texts = [one.text for one in root.iter() if one.tag.endswith("text")]
    assert {"rises: 2", "falls: 1", "keeps its place: 1", "Now", "Then", "1  H<2>"} <= set(texts)
    assert "<b>" not in svg
    assert svg == slopes_svg(slopes[::-1], title="T <b>", alt="A & B", before="Now", after="Then")
