"""The contents page is complete and the printed pages are current."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from matching.considerations import CONSIDERATIONS, handbook
from records.model import Home
from tests.matching.considerations.asking import BY_NAME

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("page", ["considerations", "policy"])
def test_the_reference_pages_are_current(page: str) -> None:
    """The pages are printed from the code: python -m matching.considerations.handbook PAGE."""
    printed = {"considerations": handbook.considerations_page, "policy": handbook.policy_page}[page]()
    assert (ROOT / "docs" / "reference" / f"{page}.md").read_text(encoding="utf-8") == printed


def test_the_reference_page_is_printed_on_request(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The command prints the page it is asked for, and says how when it is not."""
    assert handbook.main(["policy"]) == 0
    assert capfdbinary.readouterr().out.decode("utf-8") == handbook.policy_page()
    assert handbook.main([]) == 2
    assert b"considerations or policy" in capfdbinary.readouterr().err


def test_every_consideration_has_its_name_title_law_and_weight_once() -> None:
    """The contents page is complete, and names are those of the columns in the files."""
    assert len(BY_NAME) == len(CONSIDERATIONS)
    for one in CONSIDERATIONS:
        assert one.name.isidentifier()
        assert one.title
        assert one.law
        assert one.looks_at.endswith(".")
        assert one.default_weight > 0


def test_cost_has_no_consideration() -> None:
    """No weight can bring cost into the points [GOV-10]."""
    assert not [one.name for one in CONSIDERATIONS if "cost" in one.name]
    assert "weekly_cost" in {f.name for f in fields(Home)}
