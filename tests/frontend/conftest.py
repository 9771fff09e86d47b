"""What the tests of the command line share."""

from __future__ import annotations

import pytest

from records.geography import Directory


@pytest.fixture(scope="session")
def postcodes() -> Directory:
    """One directory for all runs, so that its files are unpacked once."""
    return Directory()


@pytest.fixture(autouse=True)
def one_directory(postcodes: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run looks postcodes up in the same directory."""
    monkeypatch.setattr("records.geography.Directory", lambda: postcodes)
