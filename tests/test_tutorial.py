"""The pictures of the tutorials: each that is named is there, small enough to keep, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
LARGEST, MOST = 120_000, 10


def test_each_picture_of_the_tutorial_is_there() -> None:
    """Taken again with `python -m tests.browser.tutorial`; every one has words for who does not see it."""
    named = re.findall(r"!\[(.*?)\]\((.*?)\)", (DOCS / "tutorial-panel.md").read_text(encoding="utf-8"))
    assert 0 < len(named) <= MOST
    for words, where in named:
        picture = DOCS / where
        assert words
        assert picture.read_bytes().startswith(b"\x89PNG"), where
        assert picture.stat().st_size <= LARGEST, where
    assert {DOCS / where for _, where in named} == set((DOCS / "pictures").glob("*.png"))
