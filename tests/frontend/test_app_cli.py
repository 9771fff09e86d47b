"""Starting the app: what it is given is read before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from frontend.cli import app

PORT = "18971"


@pytest.mark.parametrize(
    ("option", "content", "says"),
    [
        ("--retention", None, "cannot be read"),
        ("--retention", "years = ", "It is not TOML"),
        ("--boundaries", None, "cannot be used"),
        ("--boundaries", "{}", "no GeoJSON areas"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_before_the_app_starts(
    tmp_path: Path, option: str, content: str | None, says: str
) -> None:
    """In plain words, with the option named where there is one; no store is made."""
    file = tmp_path / "file"
    if content is not None:
        file.write_text(content, encoding="utf-8", newline="\n")
    store = tmp_path / "new.db"
    done = CliRunner().invoke(app, ["app", "--no-open", "--port", PORT, "--store", str(store), option, str(file)])
    assert done.exit_code != 0
    assert says in done.output
    assert "Traceback" not in done.output
    assert not store.exists()
