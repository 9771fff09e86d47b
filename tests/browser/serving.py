"""The app as people start it: the real command, in a process of its own, and the council's sign-in beside it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_START = 120
ROOT = Path(__file__).resolve().parents[2]
CLIENT = "placewell"
PEOPLE = {
    "fay": "family_finder",
    "mel": "panel_member",
    "cher": "panel_chair",
    "dee": "decision_maker",
    "con": "commissioner",
    "aud": "auditor",
    "ada": "administrator",
    "finn": "family_finder",
}
"""Who may sign in, each in one role; Finn is a second family finder."""


@dataclass(frozen=True)
class Server:
    """A running app: where it is, what it writes to its log, and where people sign in."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]
    issuer: str | None = None

    def logged(self) -> str:
        """All that it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(address: str) -> bool:
    """Whether something answers there, and well."""
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path | None = None) -> None:
    """Wait for a server that has just been started."""
    ends = time.monotonic() + SECONDS_TO_START
    while not answers(address):
        said = log.read_text(encoding="utf-8", errors="replace") if log is not None else ""
        assert process.poll() is None, f"it ended with {process.returncode}: {said}"
        assert time.monotonic() < ends, f"it does not answer: {said}"
        time.sleep(0.1)


@contextmanager
def running(*options: str, folder: Path, issuer: str | None = None, module: str = "frontend.cli") -> Iterator[Server]:
    """`placewell app` with these options, on a free port of this computer, until the end of the block.

    `module`: what is run; its first argument is `app`.
    """
    port = free_port()
    log = folder / "app.log"
    command = [sys.executable, "-m", module, "app", "--no-open", "--port", str(port), *options]
    if issuer is not None:
        command += ["--address", f"http://127.0.0.1:{port}"]
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=written,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PLACEWELL_CLIENT_SECRET": "told to this app alone", "PYTHONPATH": str(ROOT)},
        )
    try:
        address = f"http://127.0.0.1:{port}"
        until_it_answers(f"{address}/_stcore/health", process, log)
        yield Server(address, log, process, issuer)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def sign_in_of_a_council(people: Iterable[str] = PEOPLE) -> Iterator[str]:
    """An OpenID provider in a process of its own; gives its address, as its tokens name it."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for person in people:
        claims = {"sub": person, "name": f"{person.title()} Example", "groups": [f"cs-{PEOPLE[person]}"]}
        command += ["--user-claims", json.dumps(claims)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        until_it_answers(f"{address}/.well-known/openid-configuration", process)
        yield address
    finally:
        process.kill()
        process.wait()


def settings_file(folder: Path, issuer: str, idle_minutes: int = 15) -> Path:
    """The council's settings, as a file: its sign-in and who has which role."""
    roles = "\n".join(f'"cs-{role}" = "{role}"' for role in sorted(set(PEOPLE.values())))
    path = folder / "settings.toml"
    path.write_text(
        f'[provider]\nissuer = "{issuer}"\nclient_id = "{CLIENT}"\n\n[roles]\n{roles}\n\n'
        f"[session]\nidle_minutes = {idle_minutes}\nlongest_hours = 8\n",
        encoding="utf-8",
    )
    return path
