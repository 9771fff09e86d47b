"""A forecast as the app asks for it: what is kept of it, and what stays behind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from frontend.orders import CannotBeDone
from frontend.planning.inputs import Inputs
from frontend.planning.orders import Worked, WorkOrder, parts_of, plainly
from sufficiency.batch import Part as BatchPart
from sufficiency.batch import Standing
from sufficiency.batch_councils import BatchCouncil
from tests.frontend.planning.made import FIRST, SECOND, SMALL, Silent, assert_no_child, scenario_texts, secrets_of


def test_what_is_kept_tells_of_no_child(worked: Worked) -> None:
    """Figures, scenarios and comparisons by the names of `placewell batch`; no list of findings, no drawn page."""
    place = SMALL.name
    assert {f"{place}/{FIRST}/position.json", f"{place}/{SECOND}/targets.csv", f"{place}/comparison.csv"} < set(
        worked.files
    )
    assert {f"scenarios/{name}.toml": text.encode() for name, text in scenario_texts()}.items() <= worked.files.items()
    assert not [name for name in worked.files if name.endswith((".html", "findings.csv"))]
    assert len(secrets_of(SMALL)) > 500
    for data in worked.files.values():
        assert_no_child(data.decode("utf-8"))
    with pytest.raises(AssertionError, match="X00"):
        assert_no_child(f"see {min(one for one in secrets_of(SMALL) if one.startswith('X'))}.")


def test_the_document_says_what_the_work_is(worked: Worked) -> None:
    """Plain JSON, with a checksum of every file and input, and what each scenario's name is."""
    document = json.loads(json.dumps(worked.document))
    assert document == worked.document
    assert document["results"] == {SMALL.name: [FIRST, SECOND]}
    assert document["scenarios"][FIRST]["name"] == "Baseline"
    assert (document["first"], document["made_up"], document["failures"]) == (FIRST, True, [])
    assert document["known_until"] == {SMALL.name: "2026-03-31"}
    assert document["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in worked.files.items()}
    assert set(document["inputs"]) == {f"{SMALL.name}/returns"}


def test_what_pages_show_is_ready_and_sealed(worked: Worked) -> None:
    """Each scenario as an edition for officers has it: where a count is hidden, it is nowhere behind the words."""
    assert set(worked.ready) == {(SMALL.name, FIRST), (SMALL.name, SECOND)}
    for one in worked.ready.values():
        assert one.lens.hidden_rows()
        for key, texts in one.lens.texts.items():
            if one.lens.has(key):
                facts = one.lens.book.facts[key]
                assert facts.rows.equals(texts[list(facts.rows.columns)]), key


def test_scenarios_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    """In words, before anything is read."""
    inputs = Inputs((BatchCouncil("a", tmp_path / "gone"),), tmp_path / "work")
    first, second = scenario_texts()
    for scenarios, words in (
        ((first, (FIRST, second[1])), "same name"),
        ((("a/b", first[1]),), "cannot be the name of a folder"),
    ):
        with pytest.raises(CannotBeDone, match=words):
            WorkOrder(inputs, scenarios, scenarios[0][0], workers=0).work(Silent())


def test_words_of_the_command_line_are_told_without_the_option() -> None:
    """And how far each part is stands in one order."""
    assert plainly("--targets: the forecast ends first.") == "the forecast ends first."
    assert plainly("Population: no such file") == "Population: no such file"
    found = parts_of(Standing({("b", "x"): BatchPart(1, 2, 0), ("a", "x"): BatchPart(2, 2, 0)}, 0, "Playing futures"))
    assert [(one.council, one.done, one.whole) for one in found] == [("a", 2, 2), ("b", 1, 2)]
