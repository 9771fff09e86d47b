"""The page about the store is printed from it and cannot go stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontend.cli import app
from records.store.handbook import _COMMANDS, handbook

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "store.md"


def test_the_page_is_what_the_code_says() -> None:
    """Print it again with `python -m records.store.handbook > docs/reference/store.md`."""
    assert PAGE.read_text(encoding="utf-8") == handbook()


def test_every_command_of_the_store_has_a_line() -> None:
    """A command without a line in the reference shows up here."""
    group = next(g for g in app.registered_groups if g.name == "store")
    assert group.typer_instance is not None
    named = {f"placewell store {c.name}" for c in group.typer_instance.registered_commands} | {"placewell replay"}
    listed = {" ".join(words.split()[: 3 if " store " in words else 2]) for words, _ in _COMMANDS}
    assert named == listed


@pytest.mark.parametrize("call", ["take_step", "read_trail"])
def test_every_call_is_in_the_table_of_roles(call: str) -> None:
    """The table is the one that the library asks."""
    assert f"| `{call}` |" in handbook()
