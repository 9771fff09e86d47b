"""Every byte that reaches a browser, and whether anything of a child is in it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from calendar import month_name
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Request

from tests.frontend.planning.made import cells_of

_MONTHS = month_name[1:]
_IDS = ("child", "upn", "child_id", "home_id", "household_id", "resident_id", "family_id")
_BORN = re.compile(r"dob|birth|born")
_POSTCODE = rb"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}"
SHAPES = tuple(
    re.compile(rb"(?=(" + shape + rb"))")
    for shape in (
        rb"X[0-9]{5}",
        rb"[A-Z][0-9]{11}[0-9A-Z]",
        rb"(?<![A-Za-z0-9#])[CFHR][1-6](?![A-Za-z0-9])",
        rb"[0-9]{2}/[0-9]{2}/[0-9]{4}",
        rb"[0-9]{4}-[0-9]{2}-[0-9]{2}",
        rb"(?<![0-9])[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}",
        _POSTCODE,
    )
)
"""What can be told of a child, by its shape. Looked for at every byte: what stands before it is often a length."""


def secrets_in(files: Mapping[str, bytes]) -> frozenset[bytes]:
    """Ids, UPNs, whole postcodes, and birth dates in the ways they are written, of some CSV files."""
    found: set[str] = set()
    for name, text in cells_of(files):
        if name in _IDS and not re.fullmatch(r"UN[0-9]", text):
            found.add(text)
        elif _BORN.search(name):
            found |= _day_written(text)
        for postcode in re.findall(_POSTCODE.decode(), text):
            found |= {postcode.replace(" ", ""), f"{postcode[:-3].strip()} {postcode[-3:]}"}
    shapeless = [one for one in found if not any(shape.match(one.encode()) for shape in SHAPES)]
    assert shapeless == []  # such would not be found: give their shape
    return frozenset(one.encode() for one in found)


def _day_written(text: str) -> set[str]:
    parts = text.split("/")[::-1] if "/" in text else text[:10].split("-")
    if len(parts) != 3 or (parts[1], parts[2]) in (("03", "31"), ("06", "30"), ("09", "30"), ("12", "31")):
        return set()  # the last day of a quarter is on every page
    year, month, day = parts
    words = f"{_MONTHS[int(month) - 1]} {year}"
    return {f"{day}/{month}/{year}", f"{year}-{month}-{day}", f"{int(day)} {words}", f"{day} {words}"}


def told_in(data: bytes, secrets: Iterable[bytes]) -> set[str]:
    """What of a child is in some bytes."""
    seen = {found for shape in SHAPES for found in shape.findall(data)}
    return {one.decode() for one in seen.intersection(secrets)}


@dataclass
class Recorder:
    """All that one browser receives: answers of the server, and frames of its sockets as they are unpacked."""

    frames: list[bytes] = field(default_factory=list)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    _answers: list[Request] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> Recorder:
        """From now on, in every tab of a browser."""
        # what was given up on the way has no end, and whoever asks for its body waits for ever
        context.on("requestfinished", lambda asked: self._answers.append(asked))
        context.on("page", lambda page: page.on("websocket", self._socket))
        return self

    def _socket(self, socket: Any) -> None:
        socket.on("framereceived", lambda data: self.frames.append(data if isinstance(data, bytes) else data.encode()))

    def gather(self) -> Recorder:
        """Take the bodies of what was answered so far, while the browser still has them."""
        waiting, self._answers[:] = list(self._answers), []
        for one in waiting:
            try:
                answer = one.response()
                if answer is not None:
                    self.bodies.append((one.url, answer.body()))
            except Error:  # a redirection has none, and a download comes as a file
                continue
        return self

    def download(self, page: Any, press: Callable[[], None], folder: Path) -> tuple[str, bytes]:
        """A file that a button gives: its name and bytes."""
        with page.expect_download() as waiting:
            press()
        place = folder / waiting.value.suggested_filename
        waiting.value.save_as(place)
        self.files.append((place.name, place.read_bytes()))
        return self.files[-1]

    def told(self, secrets: frozenset[bytes], folder: Path) -> set[str]:
        """What of a child reached the browser, and how."""
        self.gather()
        pieces = [("a frame", one) for one in self.frames] + [
            (url, body) for url, body in self.bodies if not re.search(r"/static/.*\.(js|css|woff2|ttf)$", url)
        ]
        pieces += [part for name, data in self.files for part in opened(name, data, folder)]
        seen: dict[bytes, str] = {}
        for where, data in pieces:
            seen.setdefault(data, where)
        return {f"{word} in {where}" for data, where in seen.items() for word in told_in(data, secrets)}


def opened(name: str, data: bytes, folder: Path) -> list[tuple[str, bytes]]:
    """What is in a file: the parts of an archive, the words of a PDF, or the file as it is."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(f"{name}/{one}", archive.read(one)) for one in archive.namelist()]
        return [piece for inner, content in parts for piece in opened(inner, content, folder)]
    if data.startswith(b"%PDF"):
        place = folder / "to-read.pdf"
        place.write_bytes(data)
        read = subprocess.run(["pdftotext", "-layout", str(place), "-"], capture_output=True, check=True)
        return [(name, read.stdout)]
    return [(name, data)]
