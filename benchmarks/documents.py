"""What checkers say of the documents: time, pages, fonts, PDF/UA, axe-core, and whether LibreOffice opens them.

Run with `python -m benchmarks.documents` for a document of 20 pages and 10 charts made up here, or with `--folder` for
the files of a report. Each check is a program of its own: `pdfinfo` and `pdffonts` (poppler-utils), `qpdf`, `soffice`,
`pdfua` (`pip install pdfua`, in an environment of its own; `--pdfua` says where it lies), and Chromium for axe-core
(`--chromium`). A program that is not there is named, and its check is not made. Opened files are left in `--keep` for
somebody to look at. Goal: all four forms of 20 pages in 30 seconds.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import time
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from reporting.fan import Band, Fan, Known, fan_svg
from reporting.section import Bullets, Column, Notice, Paragraph, Picture, Section, Table
from reporting.write import Form, write

GOAL = 30.0
CHARTS = 10
AXE = "axe.run(document, {resultTypes: ['violations', 'incomplete']})"


def made_up(charts: int = CHARTS) -> tuple[Section, ...]:
    """A document of two pages for each chart; every chart is another one, so that none is drawn twice."""
    sections = []
    for number in range(1, charts + 1):
        rows = tuple((f"Q{k % 4 + 1} {2026 + k // 4}", f"{300 + number + k:,}", f"{k}%", "c") for k in range(24))
        titles = (
            Column("Quarter"),
            Column("Children", number=True),
            Column("Share", number=True),
            Column("UASC", True),
        )
        table = Table(f"Children in care, {number}", titles, rows, ("c: hidden.",), ("All", "1,000", "41%", "c"))
        words = Paragraph("Sentences that say what the figures say, one after the other. " * 12)
        chart = Picture(f"About {320 + number} children in care", _chart(number), f"It rises by {number}.", table)
        sections += [
            Section(f"{number} Chapter", (words, Bullets(("one", "two")), table), anchor=f"c{number}", sources=("A.",)),
            Section(f"{number}.1 Part", (words, chart, Notice("Mind", ("this",), "caution")), level=3),
        ]
    return tuple(sections)


def _chart(number: int) -> str:
    past = tuple(date(2020 + k // 12, k % 12 + 1, 1) for k in range(36))
    ahead = tuple(date(2023 + k // 12, k % 12 + 1, 1) for k in range(36))
    bands = tuple(
        Band(f"in {name} futures", tuple(336 - wide * k for k in range(36)), tuple(336 + wide * k for k in range(36)))
        for name, wide in (("9 of 10", 2.0), ("8 of 10", 1.2), ("5 of 10", 0.5))
    )
    fan = Fan(ahead, tuple(336.0 + number * k / 36 for k in range(36)), bands)
    known = Known(past, tuple(300.0 + k for k in range(36)))
    return fan_svg(known, fan, title="Children in care", alt="A fan.", known_name="counted", middle_name="middle")


def main() -> None:
    """Make or take the documents, and print what every checker says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, help="the files of a report, in place of a made-up document")
    asked.add_argument("--keep", type=Path, help="where to leave what was opened")
    asked.add_argument("--pdfua", default="pdfua")
    asked.add_argument("--chromium", help="the browser's program; else the one that playwright brings")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or _written(Path(made))
        keep = given.keep or Path(made) / "opened"
        keep.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            if path.suffix == ".pdf":
                _pdf(path, given.pdfua)
            elif path.suffix == ".html":
                _html(path, given.chromium)
            elif path.suffix in (".docx", ".xlsx"):
                _office(path, keep)


def _written(folder: Path) -> Path:
    sections, whole = made_up(), time.perf_counter()
    for form in Form:
        begun = time.perf_counter()
        data = write(form, "A made-up document", sections, marking="PUBLIC", contents=True)
        print(f"{form.value}: written in {time.perf_counter() - begun:.1f} s, {len(data):,} bytes")
        if data != write(form, "A made-up document", sections, marking="PUBLIC", contents=True):
            print(f"{form.value}: other bytes the second time")
        (folder / f"document.{form.value}").write_bytes(data)
    print(f"all four forms, twice each: {time.perf_counter() - whole:.1f} s (goal: {GOAL:.0f} s for one of each)")
    return folder


def _said_by(program: str, *arguments: str) -> str | None:
    found = shutil.which(program)
    if found is None:
        print(f"  {program} is not there: not checked")
        return None
    told = subprocess.run([found, *arguments], capture_output=True, text=True, check=False, timeout=600)
    return told.stdout + told.stderr


def _pdf(path: Path, pdfua: str) -> None:
    print(f"{path.name}:")
    if (told := _said_by("pdfinfo", str(path))) is not None:
        for name in ("Pages", "Tagged", "Title"):
            print(f"  {name}: {''.join(re.findall(rf'^{name}: *(.*)$', told, re.MULTILINE))}")
    if (told := _said_by("pdffonts", str(path))) is not None:
        fonts = [line.split() for line in told.splitlines()[2:]]
        embedded = sum(line[-5] == "yes" for line in fonts)
        print(f"  fonts: {len(fonts)}, embedded: {embedded}")
    if (told := _said_by("qpdf", "--check", str(path))) is not None:
        print(f"  qpdf: {told.strip().splitlines()[-1]}")
    if (told := _said_by(pdfua, "check", str(path))) is not None:
        kept = [line.strip() for line in told.splitlines() if re.search(r"checked against|result|skip|UA-\d", line)]
        print("\n".join(f"  pdfua: {line}" for line in kept))


def _html(path: Path, chromium: str | None) -> None:
    from playwright.sync_api import sync_playwright

    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, width in (("wide", 1280), ("narrow", 400)):
            context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
            page = context.new_page()
            page.goto(path.resolve().as_uri())
            page.add_script_tag(content=axe)
            found: dict[str, Any] = page.evaluate(AXE)
            broken = [f"{one['id']} ({len(one['nodes'])})" for one in found["violations"]]
            unsure = [f"{one['id']} ({len(one['nodes'])})" for one in found["incomplete"]]
            print(f"{path.name}, {name}: axe-core violations {broken or 'none'}; unsure of {unsure or 'none'}")
            context.close()
        browser.close()


def _office(path: Path, keep: Path) -> None:
    print(f"{path.name}:")
    place = f"-env:UserInstallation={(keep / 'office').resolve().as_uri()}"
    told = _said_by("soffice", "--headless", place, "--convert-to", "pdf", "--outdir", str(keep), str(path))
    if told is None:
        return
    opened = keep / f"{path.stem}.pdf"
    if not opened.exists():
        print(f"  LibreOffice does not open it: {told.strip()}")
        return
    kept = opened.rename(keep / f"{path.name}.pdf")
    pages = re.findall(r"^Pages: *(\d+)", _said_by("pdfinfo", str(kept)) or "", re.MULTILINE)
    print(f"  LibreOffice opens it: {''.join(pages) or '?'} pages")


if __name__ == "__main__":
    main()
