"""Uploaded files: read apart, refused in plain words, and nothing of them left behind."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from frontend.reading import MEGABYTE, NotRead, checked_names, read_uploaded
from records import synthetic
from records.sources.limits import Limits

CHILDREN = b"child_id,date_of_birth,routes,referred_on\nC1,2018-01-02,foster,2026-10-01\nC2,never,foster,2026-10-01\n"
HOMES = b"home_id,kind,provider,approved_places,vacancies\nH1,foster,in_house,2,2\n"
FILES = {"Children.CSV": CHILDREN, "homes.csv": HOMES}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, so that a test can look into it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_files_are_read_and_nothing_stays(folder: Path) -> None:
    """Checked records with their findings; the private folder is gone."""
    found = read_uploaded(FILES, synthetic.DAY)
    assert [c.child_id for c in found.children] == ["C1"]
    assert found.rows_left_out == 1
    assert found.findings[0].file == "children.csv"
    assert list(folder.iterdir()) == []


def test_a_workbook_is_read(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One workbook under whatever name."""
    path = tmp_path_factory.mktemp("book") / "x.xlsx"
    synthetic.write_workbook(synthetic.council(3, homes=4, seed=1), path)
    found = read_uploaded({"../../Panel 3 April.xlsx": path.read_bytes()}, synthetic.DAY)
    assert len(found.children) == 3
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "No file was chosen"),
        (["notes.docx"], "“notes.docx” is not one of the files"),
        (["children.csv"], "homes.csv is missing"),
        (["links.csv"], "children.csv and homes.csv are missing"),
        (["children.csv", "CHILDREN.csv", "homes.csv"], "Two files are named children.csv"),
        (["a.xlsx", "children.csv"], "together with other files"),
        (["../homes.csv", "children.csv"], "is not one of the files"),
    ],
)
def test_a_wrong_set_of_files_is_refused_at_once(names: list[str], message: str) -> None:
    """In plain words, with what to do; nothing is opened."""
    with pytest.raises(NotRead, match=message) as refused:
        checked_names(names)
    assert refused.value.mend


def test_a_file_that_is_too_large_or_empty() -> None:
    """Bounded before anything is read."""
    with pytest.raises(NotRead, match="is larger than 1 MB"):
        read_uploaded({**FILES, "homes.csv": b"x" * (MEGABYTE + 1)}, synthetic.DAY, limits=Limits(file_bytes=MEGABYTE))
    with pytest.raises(NotRead, match="is empty"):
        read_uploaded({**FILES, "homes.csv": b""}, synthetic.DAY)


def bomb() -> bytes:
    """A small archive that unpacks to much more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"children.csv": b"\x00\x01\x02", "homes.csv": HOMES},
        {"records.xlsx": b"PK\x03\x04 no workbook"},
        {"records.xlsx": bomb()},
        {"children.csv": b"something,else\n1,2\n", "homes.csv": HOMES},
    ],
    ids=["no text", "no workbook", "a bomb", "no headings"],
)
def test_a_spoilt_file_is_refused_in_words(files: dict[str, bytes], folder: Path) -> None:
    """What is wrong, what it means, how to mend it; nothing stays."""
    with pytest.raises(NotRead) as refused:
        read_uploaded(files, synthetic.DAY)
    assert refused.value.what
    assert refused.value.mend
    assert "Traceback" not in str(refused.value)
    assert list(folder.iterdir()) == []


def test_a_process_that_takes_too_long_is_stopped(folder: Path) -> None:
    """It is stopped, and that is said; nothing stays."""
    with pytest.raises(NotRead, match=r"took longer than 0\.01 seconds"):
        read_uploaded(FILES, synthetic.DAY, seconds=0.01)
    assert list(folder.iterdir()) == []


def test_memory_is_limited(folder: Path) -> None:
    """Where the system can limit it, a file that needs more is refused, and the app goes on."""
    import sys

    if sys.platform != "linux":
        pytest.skip("only Linux limits the memory of a process")
    rows = b"".join(b"C%d,2018-01-02,foster,2026-10-01\n" % k for k in range(40_000))
    with pytest.raises(NotRead, match="too large"):
        read_uploaded({**FILES, "Children.CSV": CHILDREN + rows}, synthetic.DAY, memory_mb=1)
    assert list(folder.iterdir()) == []
