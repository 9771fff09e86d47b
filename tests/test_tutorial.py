"""The pictures of the tutorials: each that is named is there, small enough to keep, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "tutorial-panel.md", DOCS / "how-to" / "plan-with-the-app.md")
LARGEST, MOST = 120_000, 10


def test_each_picture_of_the_tutorials_is_there() -> None:
    """Taken again with `python -m tests.browser.tutorial`, the commissioner's with `commissioner` after it; every one
    has words for who does not see it.
    """
    there = set()
    for page in PAGES:
        named = re.findall(r"!\[(.*?)\]\((.*?)\)", page.read_text(encoding="utf-8"))
        assert 0 < len(named) <= MOST, page.name
        for words, where in named:
            picture = (page.parent / where).resolve()
            assert words
            assert picture.read_bytes().startswith(b"\x89PNG"), where
            assert picture.stat().st_size <= LARGEST, where
            there.add(picture)
    assert there == {one.resolve() for one in (DOCS / "pictures").glob("*.png")}
